"""From the one event table to acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.events import EventTable
from ceasefire.record.acts import Acts, Integers, acts_of
from ceasefire.record.codes import plover_code

COARSEST = 2
"""UCDP's scale: 1 the day is known, 2 within two to six days, 3 a week, 4 a month, 5 longer."""


def acts_from_events(
    table: EventTable, *, first: date | None = None, last: date | None = None, coarsest: int = COARSEST, one_a_day: bool = True
) -> Acts:
    """Take the acts between two known parties out of an event table.

    Parameters
    ----------
    table : EventTable
        With the columns ``date``, ``actor``, ``target`` and ``cameo``; ``plover``, ``plover_mode``, ``deaths_best`` and
        ``date_precision`` where it has them. A row without a CAMEO code has its PLOVER code, as in ``THREATEN-violence``.
    first, last : date, optional
        The days the sources cover; by default from the first to the last event. A day without events counts as covered.
    coarsest : int
        Rows dated less precisely are left out, for a window of days cannot judge them; a row without a precision is kept.
    one_a_day : bool
        Whether repeats of actor, target, code and day count once. Deaths are not lost: those of a source on that day are
        summed, and of several sources the one that counts most speaks, for they may count the same dead.

    Returns
    -------
    Acts
        `row` is the place in the table; `left_out` counts what was not used and why.

    Examples
    --------
    >>> from ceasefire.events import Coded
    >>> columns = {"actor": ["TUR"] * 3, "target": ["AZE", "AZE", None], "cameo": ["0332", "072", "072"]}
    >>> table = EventTable(
    ...     {"date": np.array(["2031-01-01", "2031-01-05", "2031-01-09"], dtype="datetime64[D]")}
    ...     | {name: Coded.of(texts) for name, texts in columns.items()}
    ...     | {"date_precision": np.array([1.0, 5.0, 1.0])}
    ... )
    >>> acts = acts_from_events(table)
    >>> len(acts), {reason: count for reason, count in acts.left_out.items() if count}
    (1, {'no day, or dated too coarsely': 1, 'no day, actor, target or code': 1})
    """
    columns = table.columns
    day = table.array("date").astype("datetime64[D]")
    precision = table.array("date_precision") if "date_precision" in columns else np.ones(len(table))
    keep = ~np.isnat(day) & ~(precision > coarsest)
    kept = np.flatnonzero(keep)
    actor, target = (table.texts(name) for name in ("actor", "target"))
    codes, names = _codes(table)
    deaths = table.array("deaths_best") if "deaths_best" in columns else np.full(len(table), np.nan)
    acts = acts_of(
        day[kept],
        (actor.codes[kept], actor.values),
        (target.codes[kept], target.values),
        (codes[kept], names),
        row=kept,
        deaths=deaths[kept],
        first=first,
        last=last,
        left_out={"no day, or dated too coarsely": len(table) - len(kept)},
    )
    if not one_a_day:
        return acts
    source = table.texts("source").codes[acts.row] if "source" in columns else np.zeros(len(acts), dtype=np.int64)
    return replace(acts, deaths=_deaths_of_days(acts, source.astype(np.int64))).one_a_day()


def _deaths_of_days(acts: Acts, source: Integers) -> NDArray[np.float64]:
    """Give each first act of an actor, target, code and day the deaths of all of them, by the source that counts most."""
    counted = np.flatnonzero(~np.isnan(acts.deaths))
    found = acts.deaths.copy()
    if not len(counted):
        return found
    is_first = np.zeros(len(acts), dtype=np.bool_)
    is_first[np.unique((acts.pair * acts.span + acts.day) * len(acts.codes) + acts.code, return_index=True)[1]] = True
    group = np.cumsum(is_first) - 1
    cells, place = np.unique(group[counted] * (int(source.max()) + 2) + source[counted] + 1, return_inverse=True)
    most = np.full(int(is_first.sum()), np.nan)
    np.fmax.at(most, cells // (int(source.max()) + 2), np.bincount(place.reshape(-1), weights=acts.deaths[counted]))
    found[is_first] = most
    return found


def _codes(table: EventTable) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Give the CAMEO code of each row, or else its PLOVER type and mode, as numbers and names."""
    cameo = table.texts("cameo")
    if not {"plover", "plover_mode"} <= set(table.columns):
        return cameo.codes, cameo.values
    kind, mode = table.texts("plover"), table.texts("plover_mode")
    used = (cameo.codes < 0) & (kind.codes >= 0)
    pairs, place = np.unique(np.stack([kind.codes[used], mode.codes[used]]), axis=1, return_inverse=True)
    written = [plover_code(kind.values[one], mode.values[other] if other >= 0 else None) for one, other in pairs.T.tolist()]
    codes = cameo.codes.copy()
    codes[used] = len(cameo.values) + place.reshape(-1)
    return codes, (*cameo.values, *written)
