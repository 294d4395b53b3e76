"""What the record, the truces and the claims name must be there, and be there once; codes that no table has look mistaken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ceasefire.case.model import Case, Entry, Kind
from ceasefire.case.shape import meant
from ceasefire.case.tree import Place
from ceasefire.errors import Problem
from ceasefire.reference import cameo, country, organisation, plover_types, word_or_deed


class Told:
    """Collects the keys under which things are told and those by which they are cited, with their places."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.entries: dict[str, Place] = {}
        self._first: dict[tuple[str, str], Place] = {}
        self._cited: list[tuple[str, Place]] = []
        self._named: list[tuple[str, Place, str]] = []

    def once(self, what: str, key: str, place: Place) -> None:
        """Add a key of an entry, a claim or a truce; one that is given twice is a problem."""
        first = self._first.setdefault((what, key), place)
        if first is not place:
            where = f" (first in line {first.line})" if first.line else ""
            message = f"{what} {key!r} is given twice{where}"
            self.problems.append(place.problem("duplicate-key", message, "give each a key of its own"))
        if what == "entry":
            self.entries.setdefault(key, place)

    def cites(self, keys: Iterable[tuple[str, Place]]) -> tuple[str, ...]:
        """Take keys of record entries as cited, and give them without their places."""
        given = [(key, place) for key, place in keys if key]
        self._cited += given
        return tuple(key for key, _ in given)

    def unknown(self) -> Iterator[Problem]:
        """Give the keys that are cited as entries and stand for none."""
        for key, place in self._cited:
            if key not in self.entries:
                yield place.problem("unknown-entry", f"the record has no entry {key!r}", meant(key, self.entries))

    def names(self, codes: Iterable[tuple[str, Place]], what: str) -> tuple[str, ...]:
        """Take codes of who acts, is acted on or brokers, and give them without their places."""
        given = list(codes)
        self._named += [(code, place, what) for code, place in given if code]
        return tuple(code for code, _ in given)

    def doubts(self, case: Case) -> Iterator[Problem]:
        """Give what can be used but looks mistaken: codes that no table has, each once; entries without source."""
        parties = {party.code: party.name for party in case.parties}
        seen: set[str] = set()
        for code, place, what in self._named:
            if code not in seen and not is_known(code, parties):
                message = f"{what} is {code!r}, which is no party of the case and stands in no table of codes"
                yield place.problem("unknown-actor", message, meant(code, parties))
            seen.add(code)
        for entry in case.record:
            yield from _doubtful(entry, self.entries[entry.key])


def is_known(code: str, parties: Mapping[str, str]) -> bool:
    """Say whether a code is that of a party, a country or an organisation.

    Examples
    --------
    >>> is_known("ARM", {}), is_known("X-OSCE", {}), is_known("UAE", {}), is_known("X-N", {"X-N": "North"})
    (True, True, False, True)
    """
    if code in parties:
        return True
    return organisation(code) is not None if code.startswith("X-") else country(code, system="iso3") is not None


def known_categories() -> frozenset[str]:
    """Give the categories of entries: the types of PLOVER in small letters, and six that records coded by hand add.

    Examples
    --------
    >>> {"sanction", "appeal"} <= known_categories(), "bombing" in known_categories()
    (True, False)
    """
    by_hand = frozenset({"appeal", "demand", "investigate", "mediate", "pledge", "statement"})
    return by_hand | frozenset(name.lower() for name in plover_types())


def _doubtful(entry: Entry, place: Place) -> Iterator[Problem]:
    if not entry.sources:
        yield place.problem("no-source", f"entry {entry.key!r} names no source", "name in `sources` where it was read")
    if entry.category not in known_categories():
        message = f"entry {entry.key!r} has the category {entry.category!r}, which is none that red lines look at"
        yield place.problem("unknown-category", message, meant(entry.category, known_categories()))
    known = cameo(entry.cameo)
    if known is None:
        message = f"entry {entry.key!r} has the CAMEO code {entry.cameo!r}, which the table does not have"
        hint = "codes are text of two to four digits, such as 1056; the `cameo` decides what an entry counts as"
        yield place.problem("unknown-code", message, hint)
    elif entry.kind is Kind.WORD and word_or_deed(entry.cameo) == "deed":
        message = f"entry {entry.key!r} is a word, and its CAMEO code {entry.cameo} ({known.name}) stands for a deed"
        yield place.problem("odd-code", message, "write `kind: deed`, or the code of a word; as it is it counts as a comment")
