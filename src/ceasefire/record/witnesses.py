"""Where the acts that crossed a red line happened, and on whose word they rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Entry
from ceasefire.events import EventTable
from ceasefire.record.acts import Acts, Integers
from ceasefire.record.limits import LimitReport
from ceasefire.record.outlets import groups_behind
from ceasefire.record.places import site_of

COLUMNS = ("place", "place_country", "latitude", "longitude", "place_precision", "outlet", "url")
"""Columns of the event table that are needed beside those of the acts."""


@dataclass(frozen=True, eq=False)
class Witnesses:
    """What the crossings of a limit rest on.

    Parameters
    ----------
    names : tuple of str
        Proper names in the place of the limit; none where the place is codes, a circle or without names.
    named : NDArray[np.int64]
        Crossings told to be at one of them: in the place of a row of the event table, in the summary of an entry of the record.
        An act that names no place may have happened there too.
    told : int
        Crossings of which some outlet is known.
    corroborated : int
        Of those, how many rest on two or more independent groups of outlets; relays of one agency are one group.
    """

    names: tuple[str, ...]
    named: Integers
    told: int
    corroborated: int


def acts_at(acts: Acts, place: str, entries: Sequence[Entry], table: EventTable | None = None) -> NDArray[np.bool_] | None:
    """Tell which acts happened inside a place given as codes of countries or as a circle; None where it is given in words.

    An entry of a record has no coordinates: it counts where its summary names one of the countries, and for no circle.

    Returns
    -------
    NDArray[np.bool_], shape (n,) or None

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_case, an_entry
    >>> told = {"one": "Shells fall on Armenia.", "two": "Shells fall."}
    >>> record = tuple(an_entry(k, "2031-03-01", "A", "deed", targets=("B",), summary=text) for k, text in told.items())
    >>> acts, entries = acts_from_case(a_case(record=record))
    >>> [entries[-1 - row].key for row in acts.row[acts_at(acts, "ARM", entries)]], acts_at(acts, "the border", entries)
    (['one'], None)
    """
    site = site_of(place)
    if not site.is_exact:
        return None
    named = site.in_words()
    of_table = site.holds(table) if table is not None else np.zeros(0, dtype=np.bool_)
    of_record = np.array([named.is_named_in(entry.summary) for entry in entries], dtype=np.bool_)
    both = np.concatenate([of_table, of_record[::-1]])
    return np.asarray(both[acts.row], dtype=np.bool_)


def witnesses_of(report: LimitReport, entries: Sequence[Entry], table: EventTable | None = None) -> Witnesses:
    r"""Tell which crossings name the place of their limit, and how many independent groups of outlets stand behind them.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, read_limits, report_limit
    >>> from ceasefire.testing import a_case, an_entry
    >>> told = {"one": "Shells fall on Goris.", "two": "Shells fall."}
    >>> record = [an_entry(k, "2031-03-02", "A", "deed", targets=("B",), summary=v, corroboration=2) for k, v in told.items()]
    >>> acts, entries = acts_from_case(a_case(record=tuple(record), as_of=record[0].date))
    >>> header = "key,setter,text,since,until,addressees,protected,crossed_by,near,place,reason,checked_by"
    >>> [limit] = read_limits(f"{header}\nk,B,No shells,2031-03-01,,A,B,19,,around Goris,,\n", "lines.csv")
    >>> found = witnesses_of(report_limit(acts, limit), entries)
    >>> found.names, len(found.named), found.told, found.corroborated
    (('Goris',), 1, 2, 2)
    """
    site = site_of(report.limit.place)
    mine, others = report.crossings[report.crossings < 0], report.crossings[report.crossings >= 0]
    named = [row for row in mine.tolist() if site.is_named_in(entries[-1 - row].summary)]
    groups: list[int | None] = [entries[-1 - row].corroboration for row in mine.tolist()]
    if table is not None and len(others):
        named += others[site.holds(table)[others]].tolist() if site.names else []
        groups += groups_behind(table, others)
    told = [count for count in groups if count is not None]
    return Witnesses(site.names, np.array(named, dtype=np.int64), len(told), sum(count >= 2 for count in told))
