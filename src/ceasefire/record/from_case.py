"""From the record of a case to acts, and the analyst's own word on what became of a commitment, which wins over any rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import numpy as np

from ceasefire.case.model import Case, Entry
from ceasefire.errors import DataError, Problem
from ceasefire.events import EventTable
from ceasefire.record.acts import ALL, Acts, Integers, acts_of, added, in_order
from ceasefire.record.classify import classify
from ceasefire.record.fates import EXPIRED, OPEN, STATUSES
from ceasefire.record.ledger import Ledger
from ceasefire.record.tables import rows_of
from ceasefire.record.told import told_later

JOINT = "X-JOINT"
FATE_COLUMNS = ("entry", "target", "status", "closed", "closed_by", "why")
_TRUCE = "0871"
_FORCE = frozenset({"18", "19", "20"})


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


def acts_from_case(
    case: Case, as_of: date | None = None, since: date | None = None, *, doubted: bool = False
) -> tuple[Acts, tuple[Entry, ...]]:
    """Take acts out of a record: one for each actor and each addressee of an entry.

    Everybody (X-ALL) as a target means every belligerent. Several actors together (X-JOINT) are taken apart: each toward the
    entry's own targets, or toward each of the others where it names everybody. A joint truce with everybody stays one
    promise of each of those who fight, toward X-ALL, and force among belligerents then counts toward X-ALL too: a truce is
    broken by force against any of them. Advisers, analysts, candidates, opposition and the public are left out, and so are acts
    of low confidence other than words: what one side says of the other closes no commitment; so is what only sources dated after
    `as_of` tell of, and what nobody is addressed by. A word closes nothing that a deed must close, and the other way round,
    because codes of words and deeds differ.

    Parameters
    ----------
    case : Case
    as_of : date, optional
        Nothing dated later is used; the case's own day by default.
    since : date, optional
        First day observed; the start of the war by default, for a record is thin before, or `as_of` where that is earlier.
    doubted : bool
        Give the acts left out for their low confidence instead, for `combined`.

    Returns
    -------
    acts : Acts
        `row` is -1, -2, ... for entries 0, 1, ..., so that rows of an event table can stand beside them.
    entries : tuple of Entry

    Raises
    ------
    DataError
        If `since` is after the last day.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> acts, entries = acts_from_case(a_short_war())
    >>> acts.parties, len(acts), len(entries)
    (('A', 'B'), 5, 5)
    """
    until = as_of or case.as_of
    in_order(since, until)
    first = since or min(case.start, until)
    entries = case.entries_until(until)
    fighting = tuple(party.code for party in case.parties if "belligerent" in party.roles)
    official = [k for k, entry in enumerate(entries) if classify(entry).is_government]
    later = told_later(case, until)
    told = [k for k in official if entries[k].key not in later]
    low = {k for k in told if entries[k].confidence == "low" and classify(entries[k]).act != "word"}
    used = [k for k in told if (k in low) is doubted]
    bound = fighting if any(_is_general_truce(entries[k]) for k in used) else ()
    rows = [(k, actor, target) for k in used for actor, target in _pairs(entries[k], fighting, bound)]
    acts = acts_of(
        [entries[k].date for k, _, _ in rows],
        [actor for _, actor, _ in rows],
        [target for _, _, target in rows],
        [entries[k].cameo for k, _, _ in rows],
        row=np.array([-1 - k for k, _, _ in rows], dtype=np.int64),
        conditional=np.array([entries[k].conditional or bool(entries[k].condition) for k, _, _ in rows], dtype=np.bool_),
        first=first,
        last=until,
        left_out={
            "advisers, analysts, candidates, opposition, public": len(entries) - len(official),
            "told only by later sources": len(official) - len(told),
            "not of low confidence" if doubted else "low confidence": len(told) - len(used),
            "nobody is addressed": len(used) - len({k for k, _, _ in rows}),
        },
    )
    return acts, entries


def _is_general_truce(entry: Entry) -> bool:
    return entry.actor == JOINT and bool(entry.joint_with) and entry.cameo.startswith(_TRUCE) and ALL in entry.targets


def _pairs(entry: Entry, fighting: tuple[str, ...], bound: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give the pairs of an entry; force among those bound by a general truce counts toward everybody too."""
    is_joint = entry.actor == JOINT and bool(entry.joint_with)
    actors = entry.joint_with if is_joint else (entry.actor,)
    if _is_general_truce(entry):
        yield from ((actor, ALL) for actor in actors if actor in fighting)
        return
    for actor in actors:
        targets = dict.fromkeys(entry.targets)
        if ALL in targets:
            del targets[ALL]
            targets |= dict.fromkeys(entry.joint_with if is_joint else fighting)
        targets.pop(actor, None)
        yield from ((actor, target) for target in targets)
        if entry.cameo[:2] in _FORCE and actor in bound and targets.keys() & set(bound):
            yield actor, ALL
            yield from ((ALL, target) for target in targets if target in bound)


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
        closed = _day(cells["closed"])
        found[key] = Fate(*key, cells["status"], closed, cells["closed_by"], cells["why"])
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def _faults(cells: Mapping[str, str], known: Mapping[str, Entry]) -> Iterator[tuple[str, str, str]]:
    for name in ("entry", "closed_by"):
        key = cells[name]
        if key not in known and (key or name == "entry"):
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "write the key of an entry of the record"
            yield "unknown-entry", f"{name} is {key!r}, which is no entry of the record", hint
    if cells["status"] not in STATUSES:
        yield "wrong-choice", f"unknown status {cells['status']!r}", f"write one of: {', '.join(STATUSES)}"
    if not cells["why"]:
        yield "no-why", f"the fate of {cells['entry']!r} has no reason", "say why under `why`"
    yield from _faults_of_days(cells, known)


def _faults_of_days(cells: Mapping[str, str], known: Mapping[str, Entry]) -> Iterator[tuple[str, str, str]]:
    day, text, status = _day(cells["closed"]), cells["closed"], cells["status"]
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


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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


def combined(own: Acts, machine: Acts, *, doubted: Acts | None = None, within_days: int = 1) -> Acts:
    """Join the acts of a record and of an event table over the days of the record; the record wins.

    An act of the table is left out where the record has one between the same two in the same direction, of the same two-digit
    kind, no more than `within_days` days away; also where the analyst gave that act a low confidence (`doubted`, over the same
    days): an echo in an event table does not make it sure.

    Returns
    -------
    Acts
        Rows keep their numbers: negative ones are of the record.

    Examples
    --------
    Two acts of the table are echoes of the record, the third is not in it.

    >>> from ceasefire.testing import a_short_war
    >>> own, _ = acts_from_case(a_short_war())
    >>> days = [date(2031, 3, 1), date(2031, 3, 6), date(2031, 3, 8)]
    >>> both = combined(own, acts_of(days, ["A", "B", "B"], ["B", "A", "A"], ["138", "193", "193"]))
    >>> len(own), len(both), both.left_out["told by the record"]
    (5, 6, 2)
    """
    keys = {
        (acts.parties[a], acts.parties[t], acts.codes[c][:2], int(d) + (acts.first - own.first).days + shift)
        for acts in (own, doubted or own)
        for a, t, c, d in zip(acts.actor, acts.target, acts.code, acts.day, strict=True)
        for shift in range(-within_days, within_days + 1)
    }
    offset = (machine.first - own.first).days
    pairs = {(a, t) for a, t, _, _ in keys}
    numbered = np.array([machine.party(a) * len(machine.parties) + machine.party(t) for a, t in sorted(pairs)], dtype=np.int64)
    told = np.zeros(len(machine), dtype=np.bool_)
    for k in np.flatnonzero(np.isin(machine.pair, numbered)):
        names = machine.parties[machine.actor[k]], machine.parties[machine.target[k]]
        told[k] = (*names, machine.codes[machine.code[k]][:2], int(machine.day[k]) + offset) in keys
    kept = np.flatnonzero(~told)
    parties, codes = sorted({*own.parties, *machine.parties}), sorted({*own.codes, *machine.codes})

    def joined(column: str, names: list[str], old: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[Integers, list[str]]:
        places = [np.array([names.index(name) for name in known], dtype=np.int64) for known in old]
        return np.concatenate([places[0][getattr(own, column)], places[1][getattr(machine, column)[kept]]]), names

    day = np.concatenate([own.day, machine.day[kept] + offset])
    return acts_of(
        np.datetime64(own.first) + day,
        joined("actor", parties, (own.parties, machine.parties)),
        joined("target", parties, (own.parties, machine.parties)),
        joined("code", codes, (own.codes, machine.codes)),
        row=np.concatenate([own.row, machine.row[kept]]),
        deaths=np.concatenate([own.deaths, machine.deaths[kept]]),
        conditional=np.concatenate([own.conditional, machine.conditional[kept]]),
        first=own.first,
        last=own.last,
        left_out=added(machine.left_out, own.left_out, {"told by the record": int(told.sum())}),
    )


def names_of(entries: Sequence[Entry], table: EventTable | None = None) -> Callable[[int], str]:
    """Give what a row number stands for: the key of an entry, or source and key of an event of the table.

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> names_of([an_entry("2031-03-01-a-1", "2031-03-01", "A")])(-1)
    '2031-03-01-a-1'
    """

    def name(row: int) -> str:
        if row < 0:
            return entries[-1 - row].key
        if table is None:
            return str(row)
        parts = [table.texts(column) for column in ("source", "source_id")]
        return " ".join(part.values[part.codes[row]] for part in parts if part.codes[row] >= 0)

    return name


def doubts_of(entries: Sequence[Entry]) -> Callable[[int], bool]:
    """Give whether a row number stands for an entry of low confidence; rows of an event table have no such mark.

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> is_doubted = doubts_of([an_entry("2031-03-01-a-1", "2031-03-01", "A", confidence="low")])
    >>> is_doubted(-1), is_doubted(0)
    (True, False)
    """
    return lambda row: row < 0 and entries[-1 - row].confidence == "low"
