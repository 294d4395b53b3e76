"""What is asked of the store: which rows, through which presets, as known when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from ceasefire.errors import DataError, Problem
from ceasefire.events.engine import literal
from ceasefire.events.lookups import ACTS
from ceasefire.events.presets import Preset, meant
from ceasefire.events.table import NAMES, OWN_CODE
from ceasefire.reference import cameo_codes, countries, organisations


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of the store are wanted; what is left empty does not restrict.

    Parameters
    ----------
    sources : tuple of str
    since, until : date or None
        First and last day of `date`, both included.
    actors, targets : tuple of str
        Codes of the columns `actor` and `target`.
    dyad : tuple of str
        Two codes: rows of either toward the other.
    codes : tuple of str
        CAMEO codes; each stands for itself and all below it.
    quads : tuple of int
    acts : tuple of str
        Of "word", "diplomatic", "deed".
    countries : tuple of str
        Codes of the column `place_country`.
    as_of : datetime or None
        Only what was known then, in the vintage of then; rows of unknown vintage are left out. Without it: the newest vintage.
    presets : tuple of Preset

    Raises
    ------
    DataError
        If a dyad is not two codes, a party, an act or a CAMEO code is unknown, or `until` is before `since`.
    """

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    dyad: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    quads: tuple[int, ...] = ()
    acts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    as_of: datetime | None = None
    presets: tuple[Preset, ...] = ()

    def __post_init__(self) -> None:
        if self.dyad and len(set(self.dyad)) != 2:
            raise _refused(f"dyad {','.join(self.dyad)!r}", "give two different codes, as in TUR,AZE")
        if unknown := [act for act in self.acts if act not in ACTS]:
            raise _refused(f"no act {unknown[0]!r}", meant(unknown[0], ACTS))
        if unknown := self._strangers():
            hint = "ISO 3166 alpha-3 codes such as TUR, or X- codes; a source's own codes stand in actor_country and actor_code"
            raise _refused(f"no party or country {unknown[0]!r}", hint)
        if unknown := [code for code in self.codes if not any(known.startswith(code) for known in cameo_codes())]:
            raise _refused(f"no CAMEO code {unknown[0]!r}", "codes are text: 010 and 10 differ; 19 stands for all of 19")
        if self.since and self.until and self.until < self.since:
            raise _refused(f"the last day {self.until} is before the first, {self.since}", "change one of the two")

    @property
    def filters(self) -> tuple[Preset, ...]:
        """The presets that can leave rows out."""
        return tuple(one for one in self.presets if one.condition or one.one_per)

    @property
    def is_normalised(self) -> bool:
        """Whether counts are also wanted as shares of the volume."""
        return any(one.by_volume for one in self.presets)

    def _strangers(self) -> list[str]:
        """Give the codes that `actor`, `target` and `place_country` never hold."""
        unlisted = _unlisted((*self.actors, *self.targets, *self.dyad, *self.countries))
        return [code for code in unlisted if code in self.countries or not re.fullmatch(OWN_CODE, code)]

    def condition(self) -> str:
        """SQL that is true for the rows wanted, presets and vintage left out."""
        parts = [
            _one_of("source", self.sources),
            _one_of("actor", self.actors),
            _one_of("target", self.targets),
            _one_of("act", self.acts),
            _one_of("place_country", self.countries),
            f"date >= DATE '{self.since}'" if self.since else "",
            f"date <= DATE '{self.until}'" if self.until else "",
            f"quad IN ({', '.join(str(int(quad)) for quad in self.quads)})" if self.quads else "",
            f"({' OR '.join(f'starts_with(cameo, {literal(code)})' for code in self.codes)})" if self.codes else "",
        ]
        if self.dyad:
            one, other = map(literal, self.dyad)
            parts.append(f"((actor = {one} AND target = {other}) OR (actor = {other} AND target = {one}))")
        return " AND ".join(part for part in parts if part) or "TRUE"

    def words(self) -> tuple[tuple[str, str], ...]:
        """Give the question as name and value, for the foot of a result."""
        given = {
            "sources": self.sources,
            "since": self.since,
            "until": self.until,
            "actors": self.actors,
            "targets": self.targets,
            "dyad": self.dyad,
            "codes": self.codes,
            "quads": self.quads,
            "acts": self.acts,
            "countries": self.countries,
            "as of": self.as_of,
        }
        shown = [(name, _shown(value)) for name, value in given.items() if value not in {None, ()}]
        if own := _unlisted((*self.actors, *self.targets, *self.dyad)):
            shown.append(("in no reference table", f"{_shown(own)}: only rows of one's own coding can hold it"))
        return (*shown, ("presets", "; ".join(f"{one.name}: {one.meaning}" for one in self.presets) or "raw: every row as coded"))


def asked_columns(names: tuple[str, ...]) -> tuple[str, ...]:
    """Check the columns to show or to count by; ``month`` and ``year`` stand for parts of `date`.

    Raises
    ------
    DataError
        If there is none, one is no column of the event table, or one is given twice.
    """
    known = ("month", "year", *NAMES)
    if not names:
        raise _refused("no column", f"some of {', '.join(known)}")
    for k, name in enumerate(names):
        if name not in known:
            raise _refused(f"no column {name!r}", meant(name, known))
        if name in names[:k]:
            raise _refused(f"column {name!r} given twice", "name each column once")
    return names


def grouped(name: str) -> str:
    """SQL of a column to show or to count by."""
    parts = {"month": "strftime(date, '%Y-%m') AS month", "year": "strftime(date, '%Y') AS year"}
    return parts.get(name, name)


def _unlisted(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of some codes that no reference table of countries and organisations has."""
    known = {one.iso3 for one in countries()} | {one.code for one in organisations()} if codes else set()
    return tuple(code for code in dict.fromkeys(codes) if code not in known)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(literal, values))})" if values else ""


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _refused(what: str, hint: str) -> DataError:
    return DataError([Problem("<question>", None, None, "bad-question", f"cannot be asked: {what}", hint)])
