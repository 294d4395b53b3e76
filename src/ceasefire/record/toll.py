"""Deaths and rows of force between parties, day by day, out of an event table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ceasefire.events import EventTable
from ceasefire.record.acts import EPOCH
from ceasefire.record.codes import FORCE
from ceasefire.record.follow_through import LEAST
from ceasefire.record.from_events import COARSEST
from ceasefire.record.losses import Window, before_and_after

TOLL_COLUMNS = (
    *("date", "date_precision", "actor", "actor_name", "target", "target_name", "cameo", "source"),
    *("deaths_best", "deaths_low", "deaths_high"),
)
"""Columns of the event table that `toll` reads."""
COARSE = "dated too coarsely"
ELSEWHERE = "between others"
UNCOUNTED = "without a count of deaths"
BOTH = ""
"""Key of the rows of force by any of the parties."""
_WITHOUT_ORDER = frozenset({"acled", "ucdp"})
"""Sources that name two sides and do not say who attacked whom."""


@dataclass(frozen=True, eq=False)
class Toll:
    """Deaths by day between some parties, and rows of force by actor.

    Parameters
    ----------
    sides : tuple of str
        The parties, as the caller calls them.
    best, low, high : Mapping of date to float
        Estimates of deaths on every day that is covered: 0 where no row tells of one. Low is never above best nor high below
        it here, and both are best where a row has no range. Empty where no row has a count: such a source counts no deaths.
    force : Mapping of str to Mapping of date to float
        Rows of force (CAMEO 18 to 20) between the parties on every day covered, under `BOTH`; then by side, unless a source
        names two sides and does not say who attacked whom, as UCDP and ACLED do.
    counted : Mapping of date to float
        Rows with a count of deaths, by day.
    seen : Mapping of str to int
        Rows used by side, as actor or target: 0 may be a name that the table does not know.
    rows : int
        Rows that were used.
    left_out : Mapping of str to int
        Rows that were not, by reason; those without a count of deaths are used for force.
    left_out_deaths : float
        Best estimates of the rows between these parties that are dated too coarsely.
    """

    sides: tuple[str, ...]
    best: Mapping[date, float]
    low: Mapping[date, float]
    high: Mapping[date, float]
    force: Mapping[str, Mapping[date, float]]
    counted: Mapping[date, float]
    seen: Mapping[str, int]
    rows: int
    left_out: Mapping[str, int]
    left_out_deaths: float


def toll(table: EventTable, sides: Mapping[str, Collection[str]], covered: Sequence[date], *, coarsest: int = COARSEST) -> Toll:
    """Lay the rows between some parties on days.

    A row lies on its first day, and only if it is dated to a day or to two to six days: a row of 663 deaths "between January
    and December" would put a year of a war on one day. Rows are not thinned to one a day, for deaths would be lost.

    Parameters
    ----------
    table : EventTable
        With `TOLL_COLUMNS`.
    sides : Mapping of str to collection of str
        What each party is called in the table, as a code in ``actor`` and ``target`` or as a name in ``actor_name`` and
        ``target_name``, in any case.
    covered : sequence of date
        Days on which the sources were watching: without a row such a day is a 0, any other day has no count.
    coarsest : int
        Largest ``date_precision`` that is used; a row without one is.

    Examples
    --------
    >>> from ceasefire.events import Coded
    >>> days = ["2031-03-01", "2031-03-03", "2031-03-03"]
    >>> texts = {"actor": ["AAA"] * 3, "actor_name": ["A"] * 3, "target": [None] * 3, "target_name": ["Rebels"] * 3}
    >>> texts |= {"cameo": ["190"] * 3, "source": ["own"] * 3}
    >>> numbers = {"date_precision": [1, 2, 5], "deaths_best": [4, 2, 663], "deaths_low": [3, 2, 0], "deaths_high": [9, 2, 900]}
    >>> table = EventTable(
    ...     {"date": np.array(days, dtype="datetime64[D]")}
    ...     | {name: Coded.of(column) for name, column in texts.items()}
    ...     | {name: np.array(column, dtype=np.float64) for name, column in numbers.items()}
    ... )
    >>> found = toll(table, {"AAA": ("AAA",), "X-REB": ("rebels",)}, [date(2031, 3, day) for day in (1, 2, 3)])
    >>> list(found.best.values()), list(found.high.values()), found.left_out, found.left_out_deaths
    ([4.0, 0.0, 2.0], [9.0, 0.0, 2.0], {'between others': 0, 'dated too coarsely': 1, 'without a count of deaths': 0}, 663.0)
    """
    names = tuple(sides)
    who, whom = (_sides(table, one, sides) for one in ("actor", "target"))
    day = table.array("date").astype("datetime64[D]").astype(np.int64)
    known = sorted(covered)
    place = {(one - EPOCH).days: k for k, one in enumerate(known)}
    at = np.array([place.get(one, -1) for one in day.tolist()], dtype=np.int64)
    ours = (who >= 0) & (whom >= 0) & (who != whom) & (at >= 0)
    coarse = table.array("date_precision") > coarsest
    used = ours & ~coarse
    best, low, high = (table.array(f"deaths_{name}") for name in ("best", "low", "high"))
    cameo = table.texts("cameo")
    is_force = np.array([*(code.startswith(FORCE) for code in cameo.values), False], dtype=np.bool_)[cameo.codes]

    counts = used & ~np.isnan(best)

    def laid(weights: NDArray[np.float64], chosen: NDArray[np.bool_]) -> dict[date, float]:
        sums = np.bincount(at[chosen], weights=np.nan_to_num(weights[chosen]), minlength=len(known))
        return dict(zip(known, sums.tolist(), strict=True))

    ones, source = np.ones(len(table)), table.texts("source")
    has_order = not _WITHOUT_ORDER & {source.values[code] for code in np.unique(source.codes[used]).tolist() if code >= 0}
    force = {BOTH: laid(ones, used & is_force)}
    if has_order:
        force |= {name: laid(ones, used & is_force & (who == k)) for k, name in enumerate(names)}
    return Toll(
        sides=names,
        best=laid(best, counts) if counts.any() else {},
        low=laid(np.fmin(low, best), counts) if counts.any() else {},
        high=laid(np.fmax(high, best), counts) if counts.any() else {},
        force=force,
        counted=laid(ones, counts),
        seen={name: int((used & ((who == k) | (whom == k))).sum()) for k, name in enumerate(names)},
        rows=int(used.sum()),
        left_out={
            ELSEWHERE: int((~ours).sum()),
            COARSE: int((ours & coarse).sum()),
            UNCOUNTED: int((used & np.isnan(best)).sum()),
        },
        left_out_deaths=float(np.nansum(best[ours & coarse])),
    )


def covered_days(dates: Collection[date], until: date) -> tuple[date, ...]:
    """Give the days on which a source was watching, up to `until`: the months of its rows, from its first row to its last.

    A month without rows has no coverage; that is not the same as no events.

    Examples
    --------
    >>> days = covered_days([date(2031, 1, 30), date(2031, 3, 1), date(2031, 3, 3)], date(2031, 3, 2))
    >>> [str(day) for day in days]
    ['2031-01-30', '2031-01-31', '2031-03-01', '2031-03-02']
    """
    if not dates:
        return ()
    first, last = min(dates), min(max(dates), until)
    months = {(one.year, one.month) for one in dates}
    days = (first + timedelta(k) for k in range((last - first).days + 1))
    return tuple(one for one in days if (one.year, one.month) in months)


def with_toll(window: Window, found: Toll, day: date) -> Window:
    """Put beside a window of best estimates the low and high ones and the rows they rest on; no ratio under five rows.

    Examples
    --------
    >>> counts = {date(2031, 3, k): 2.0 for k in (1, 2, 3)}
    >>> low, high = ({day: deaths for day in counts} for deaths in (1.0, 5.0))
    >>> found = Toll(("A",), counts, low, high, {}, counts, {}, 6, {}, 0.0)
    >>> [window] = before_and_after(found.best, date(2031, 3, 2), [1])
    >>> made = with_toll(window, found, date(2031, 3, 2))
    >>> made.before_range, made.rows
    ((1.0, 5.0), 4)
    """
    (low,), (high,) = (before_and_after(counts, day, [window.days]) for counts in (found.low, found.high))
    rows = rows_around(found, day, window.days)

    def ends(one: float | None, other: float | None) -> tuple[float, float] | None:
        return None if one is None or other is None else (one, other)

    return replace(
        window,
        before_range=ends(low.before, high.before),
        after_range=ends(low.after, high.after),
        rows=rows,
        ratio=window.ratio if rows >= LEAST else None,
    )


def rows_around(found: Toll, day: date, days: int) -> int:
    """Count the rows with a count of deaths in so many days before and after a day, the day itself left out.

    Examples
    --------
    >>> counts = {date(2031, 3, k): 2.0 for k in (1, 2, 3)}
    >>> rows_around(Toll(("A",), {}, {}, {}, {}, counts, {}, 6, {}, 0.0), date(2031, 3, 2), 1)
    4
    """
    return int(sum(found.counted.get(day + timedelta(k), 0.0) for k in range(-days, days + 1) if k))


def _sides(table: EventTable, who: str, sides: Mapping[str, Collection[str]]) -> NDArray[np.int64]:
    """Give the number of the side that each row's actor or target is; -1 for none."""
    code, name = table.texts(who), table.texts(f"{who}_name")
    place = {text.casefold(): k for k, texts in enumerate(sides.values()) for text in texts}
    of_code, of_name = (
        np.array([*(place.get(text.casefold(), -1) for text in one.values), -1], dtype=np.int64)[one.codes] for one in (code, name)
    )
    return np.where(of_name >= 0, of_name, of_code)
