"""From the record of a case to acts, alone or with events of a table beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import numpy as np

from ceasefire.case.model import Case, Entry
from ceasefire.events import EventTable
from ceasefire.record.acts import ALL, Acts, Integers, acts_of, added, in_order
from ceasefire.record.classify import classify
from ceasefire.record.codes import kind_of, kinds_of
from ceasefire.record.told import told_later

JOINT = "X-JOINT"
_TRUCE = "0871"
_FORCE = frozenset({"18", "19", "20"})


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


def combined(own: Acts, machine: Acts, *, doubted: Acts | None = None, within_days: int = 1) -> Acts:
    """Join the acts of a record and of an event table over the days of the record; the record wins.

    An act of the table is left out where the record has one between the same two in the same direction, of the same kind (two
    digits, or the PLOVER type where the table has no CAMEO code), no more than `within_days` days away; also where the analyst
    gave that act a low confidence (`doubted`, over the same days): an echo in an event table does not make it sure.

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
        (acts.parties[a], acts.parties[t], kind, int(d) + (acts.first - own.first).days + shift)
        for acts in (own, doubted or own)
        for a, t, c, d in zip(acts.actor, acts.target, acts.code, acts.day, strict=True)
        for kind in kinds_of(acts.codes[c])
        for shift in range(-within_days, within_days + 1)
    }
    offset = (machine.first - own.first).days
    pairs = {(a, t) for a, t, _, _ in keys}
    numbered = np.array([machine.party(a) * len(machine.parties) + machine.party(t) for a, t in sorted(pairs)], dtype=np.int64)
    told = np.zeros(len(machine), dtype=np.bool_)
    for k in np.flatnonzero(np.isin(machine.pair, numbered)):
        names = machine.parties[machine.actor[k]], machine.parties[machine.target[k]]
        told[k] = (*names, kind_of(machine.codes[machine.code[k]]), int(machine.day[k]) + offset) in keys
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
