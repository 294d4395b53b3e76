"""The analyst's own word on what became of a commitment, which wins over any rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ceasefire.case.model import Entry
from ceasefire.errors import DataError, Problem, near
from ceasefire.record.fates import EXPIRED, OPEN, STATUSES
from ceasefire.record.ledger import Ledger
from ceasefire.record.tables import day_of, rows_of

FATE_COLUMNS = ("entry", "target", "status", "closed", "closed_by", "why")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a commitment, as the analyst judges it.

    Parameters
    ----------
    entry : str
        Key of the entry that made it.
    target : str
        Toward whom; all whom the entry addresses where empty.
    status : str
        One of `STATUSES`.
    closed : date or None
        When; None for *open*, and for what *expired* at the end of its window.
    closed_by : str
        Key of the entry that closed it, or empty.
    why : str
    """

    entry: str
    target: str
    status: str
    closed: date | None
    closed_by: str
    why: str


def read_fates(text: str, file: str, entries: tuple[Entry, ...]) -> tuple[Fate, ...]:
    r"""Read the analyst's own fates from CSV text with the columns of `FATE_COLUMNS`.

    Parameters
    ----------
    text : str
    file : str
        What errors call it.
    entries : tuple of Entry
        The whole record: one file serves every day asked about.

    Raises
    ------
    DataError
        With every fault: a missing column, an entry that the record does not have, an unknown status, a bad, missing or needless
        date, a day out of order, a fate without its reason, an entry and target given twice.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> text = "entry,target,status,closed,closed_by,why\n2031-03-01-a-1,B,contrary,2031-03-02,,said so\n"
    >>> [fate.status for fate in read_fates(text, "fates.csv", a_short_war().record)]
    ['contrary']
    """
    known = {entry.key: entry for entry in entries}
    problems: list[Problem] = []
    found: dict[tuple[str, str], Fate] = {}
    for line, cells in rows_of(text, file, FATE_COLUMNS):
        problems += [Problem(file, line, None, *fault) for fault in _faults(cells, known)]
        key = cells["entry"], cells["target"]
        if key in found:
            message = f"the fate of {cells['entry']!r} is given twice"
            problems.append(Problem(file, line, None, "given-twice", message, "keep one of them"))
        closed = day_of(cells["closed"])
        found[key] = Fate(*key, cells["status"], closed, cells["closed_by"], cells["why"])
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def _faults(cells: Mapping[str, str], known: Mapping[str, Entry]) -> Iterator[tuple[str, str, str]]:
    for name in ("entry", "closed_by"):
        key = cells[name]
        if key not in known and (key or name == "entry"):
            found = near(key, known)
            hint = f"did you mean {found[0]!r}?" if found else "write the key of an entry of the record"
            yield "unknown-entry", f"{name} is {key!r}, which is no entry of the record", hint
    if cells["status"] not in STATUSES:
        yield "wrong-choice", f"unknown status {cells['status']!r}", f"write one of: {', '.join(STATUSES)}"
    if not cells["why"]:
        yield "no-why", f"the fate of {cells['entry']!r} has no reason", "say why under `why`"
    yield from _faults_of_days(cells, known)


def _faults_of_days(cells: Mapping[str, str], known: Mapping[str, Entry]) -> Iterator[tuple[str, str, str]]:
    day, text, status = day_of(cells["closed"]), cells["closed"], cells["status"]
    said, closing = known.get(cells["entry"]), known.get(cells["closed_by"])
    if status == STATUSES[OPEN] and text:
        yield "bad-order", f"{cells['entry']!r} is open and closed on {text!r}", "leave closed empty, or say how it ended"
    elif day is None and (text or status in STATUSES[:EXPIRED]):
        yield "wrong-type", f"closed is {text!r}, expected a date", "write a date such as 2020-10-08"
    if said and day and day <= said.date:
        yield "bad-order", f"{cells['entry']!r} is closed on {day}, on or before its own day", "the day of the word is left out"
    if said and closing and not said.date < closing.date <= (day or date.max):
        message = f"closed_by is {closing.key!r} of {closing.date}; the word is of {said.date}, closed on {text or 'no day'}"
        yield "bad-order", message, "name an entry from after the word, no later than closed"


def fates_not_yet(fates: Sequence[Fate], entries: Sequence[Entry], day: date) -> tuple[Fate, ...]:
    """Give the fates that a day does not know yet: of entries dated later, or of a closing later.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> fate = Fate("2031-03-01-a-1", "", "contrary", date(2031, 3, 5), "", "said so")
    >>> [len(fates_not_yet([fate], a_short_war().record, date(2031, 3, day))) for day in (4, 5)]
    [1, 0]
    """
    dated = {entry.key: entry.date for entry in entries}
    return tuple(fate for fate in fates if max(dated.get(fate.entry, day), fate.closed or day) > day)


def with_fates(found: Ledger, entries: tuple[Entry, ...], fates: tuple[Fate, ...], file: str = "fates") -> Ledger:
    r"""Put the analyst's fates in place of those that the rules gave; a conditional word so judged counts in rates.

    As of the last day of the ledger: fates of later entries are not used, what was closed later is still open, and so is what
    expired while its window runs. A conditional word judged *open*, because its condition did not come true, enters no rate.

    Parameters
    ----------
    found : Ledger
    entries : tuple of Entry
        The record, whole or up to the last day.
    fates : tuple of Fate
    file : str
        What errors call it.

    Raises
    ------
    DataError
        If a fate names no entry, an entry that opened no commitment, or none toward that target.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> acts, entries = acts_from_case(a_short_war())
    >>> text = "entry,target,status,closed,closed_by,why\n2031-03-01-a-1,B,contrary,2031-03-02,,said so\n"
    >>> found = with_fates(ledger(acts, (words(), demands())), entries, read_fates(text, "fates.csv", entries))
    >>> [row.status for row in found.rows()]
    ['contrary']
    """
    dated = {entry.key: entry.date for entry in entries}
    ordered = sorted((entry for entry in entries if entry.date <= found.acts.last), key=lambda entry: (entry.date, entry.key))
    place = {entry.key: -1 - k for k, entry in enumerate(ordered)}
    said = found.acts.row[found.place]
    status, delay, closing = found.fates.status.copy(), found.fates.delay.copy(), found.fates.closing.copy()
    conditional = found.conditional.copy()
    problems = []
    for fate in fates:
        if dated.get(fate.entry, found.acts.last) > found.acts.last:
            continue
        chosen = said == place.get(fate.entry, 0)
        if fate.target:
            chosen &= found.words.target == found.acts.party(fate.target)
        if not (chosen := (said < 0) & chosen).any():
            message = f"entry {fate.entry!r} opens no commitment" + (f" toward {fate.target!r}" if fate.target else "")
            problems.append(Problem(file, None, None, "unknown-entry", message, "only words of the map open commitments"))
            continue
        seen = found.acts.span - 1 - found.words.day[chosen]
        window = np.array([rule.within_days for rule in found.rules])[found.words.rule[chosen]]
        after = window if fate.closed is None else (fate.closed - found.acts.first).days - found.words.day[chosen]
        is_open = (after > seen) | (fate.status == STATUSES[OPEN])
        status[chosen] = np.where(is_open, OPEN, STATUSES.index(fate.status))
        delay[chosen] = np.minimum(after, seen)
        conditional[chosen] &= is_open
        closing[chosen] = np.where(is_open, -1, _place_of(found, place.get(fate.closed_by, 0)))
    if problems:
        raise DataError(problems)
    fated = replace(found.fates, status=status, delay=delay, closing=closing)
    return replace(found, fates=fated, conditional=conditional)


def _place_of(found: Ledger, row: int) -> int:
    places = np.flatnonzero(found.acts.row == row)
    return int(places[0]) if row < 0 and len(places) else -1
