"""Deaths by day, and what they were before and after a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isinf, isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import rate_ratio
from ceasefire.record.acts import EPOCH
from ceasefire.record.follow_through import Estimate

LONGEST_DAYS = 7
WINDOWS = (3, 5, 7)
Direction = Literal["fewer", "more", "no direction", "not computed"]


Side = Literal["before", "day", "after"]
_BEFORE: Side = "before"
_AFTER: Side = "after"


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days of one side of a window that another truce has too: `days` of them lie before, on or after its own day (`theirs`)."""

    side: Side
    truce: str
    theirs: Side
    days: int


@dataclass(frozen=True, slots=True)
class Window:
    """Deaths per day in `days` days before and after a day, the day itself left out; None where a day has no count.

    `shared` says which of the days also stand in the window of the same length of another truce, or are its own day: then
    "after" of one is "before" of another. `ratio` is after over before with its 95 % interval; None where a side is missing,
    where nobody died before, or where the interval is without end because nobody died after. `before_range` and `after_range`
    are the same means of low and of high estimates, where a source gives them; `rows` is on how many rows of an event table the
    two means rest.
    """

    days: int
    before: float | None
    after: float | None
    shared: tuple[Overlap, ...]
    ratio: Estimate | None = None
    before_range: tuple[float, float] | None = None
    after_range: tuple[float, float] | None = None
    rows: int | None = None

    @property
    def overlapped(self) -> tuple[str, ...]:
        """The truces that share days with this window, each once.

        Examples
        --------
        >>> Window(3, 9.0, 2.0, (Overlap("after", "T2", "before", 2), Overlap("after", "T2", "day", 1))).overlapped
        ('T2',)
        """
        return tuple(dict.fromkeys(one.truce for one in self.shared))


def overlaps(day: date, length: int, others: Mapping[str, date]) -> tuple[Overlap, ...]:
    """Say which days of the window of a truce stand in the windows of others, or are their own day.

    Examples
    --------
    Truces eight days apart have the seven days between them in common, and three days on each side have none.

    >>> overlaps(date(2020, 10, 10), 7, {"T2": date(2020, 10, 18)})
    (Overlap(side='after', truce='T2', theirs='before', days=7),)
    >>> overlaps(date(2020, 10, 10), 3, {"T2": date(2020, 10, 18)})
    ()
    """
    own = _spans(day, length)
    found = []
    for name, other in others.items():
        spans = _spans(other, length)
        found += [
            Overlap(side, name, theirs, len(own[side] & spans[theirs]))
            for side in (_BEFORE, _AFTER)
            for theirs in spans
            if own[side] & spans[theirs]
        ]
    return tuple(found)


def _spans(day: date, length: int) -> dict[Side, frozenset[date]]:
    steps = range(1, length + 1)
    return {
        _BEFORE: frozenset(day - timedelta(k) for k in steps),
        "day": frozenset({day}),
        _AFTER: frozenset(day + timedelta(k) for k in steps),
    }


@dataclass(frozen=True, eq=False)
class DailyDeaths:
    """A count for every day from `first` on.

    Parameters
    ----------
    first : date
    deaths : NDArray[np.float64], shape (n_days,)
    left_out : int
        Events that lasted longer than can be laid on days.
    left_out_deaths : float
    """

    first: date
    deaths: NDArray[np.float64]
    left_out: int
    left_out_deaths: float

    def by_day(self) -> dict[date, float]:
        """Give the counts by date.

        Examples
        --------
        >>> found = DailyDeaths(date(2031, 3, 1), np.array([4.0, 0.0]), 0, 0.0)
        >>> [(day.isoformat(), deaths) for day, deaths in found.by_day().items()]
        [('2031-03-01', 4.0), ('2031-03-02', 0.0)]
        """
        return {self.first + timedelta(k): float(value) for k, value in enumerate(self.deaths)}


def daily_deaths(
    start: NDArray[Any], end: NDArray[Any], best: NDArray[Any], covered: tuple[date, date], longest_days: int = LONGEST_DAYS
) -> DailyDeaths:
    """Lay events on days: each spread evenly over the days it may have happened, long ones left out.

    One UCDP row of 663 deaths "between January and December 2017" would otherwise put a year of a war on its first day.

    Parameters
    ----------
    start, end : NDArray[datetime64], shape (n,)
        First and last day of each event.
    best : NDArray, shape (n,)
        Best estimate of deaths; NaN counts nothing.
    covered : (date, date)
        Days the source covers, both included: a day without events is a 0 there. Parts of events outside are cut off.
    longest_days : int
        Events over more days are left out and counted.

    Examples
    --------
    >>> found = daily_deaths(["2031-03-01", "2031-03-01"], ["2031-03-02", "2031-12-31"], [6, 663], (date(2031, 3, 1),) * 2)
    >>> found.deaths, found.left_out, found.left_out_deaths
    (array([3.]), 1, 663.0)
    """
    first = (covered[0] - EPOCH).days
    n = (covered[1] - covered[0]).days + 1
    low = np.asarray(start, dtype="datetime64[D]").astype(np.int64) - first
    high = np.asarray(end, dtype="datetime64[D]").astype(np.int64) - first
    deaths = np.nan_to_num(np.asarray(best, dtype=np.float64))
    lasted = high - low + 1
    inside = (high >= 0) & (low < n)
    long = inside & (lasted > longest_days)
    kept = inside & ~long & (lasted >= 1)
    step = np.zeros(n + 1)
    each = deaths[kept] / lasted[kept]
    np.add.at(step, np.clip(low[kept], 0, n), each)
    np.add.at(step, np.clip(high[kept] + 1, 0, n), -each)
    series = np.maximum(np.round(np.cumsum(step)[:-1], 9), 0.0)
    return DailyDeaths(covered[0], series, int(long.sum()), float(deaths[long].sum()))


def mean_a_day(counts: Mapping[date, float], since: date, until: date) -> float | None:
    """Give the mean over days, both ends included; None where a day has no count.

    Examples
    --------
    >>> mean_a_day({date(2031, 3, 1): 8, date(2031, 3, 2): 9}, date(2031, 3, 1), date(2031, 3, 2))
    8.5
    """
    values = _values(counts, (since + timedelta(k) for k in range((until - since).days + 1)))
    return None if values is None else sum(values) / len(values)


def before_and_after(counts: Mapping[date, float], day: date, lengths: Iterable[int] = WINDOWS) -> tuple[Window, ...]:
    """Compare deaths per day before and after a day, which itself is left out, in windows of several lengths.

    Examples
    --------
    >>> counts = {date(2031, 3, day): killed for day, killed in enumerate([8, 9, 10, 0, 3, 2, 2], start=1)}
    >>> [window] = before_and_after(counts, date(2031, 3, 4), [3])
    >>> window.before, round(window.after, 2)
    (9.0, 2.33)
    """
    windows = []
    for length in lengths:
        before = _values(counts, (day - timedelta(k) for k in range(1, length + 1)))
        after = _values(counts, (day + timedelta(k) for k in range(1, length + 1)))
        windows.append(
            Window(
                days=length,
                before=None if before is None else sum(before) / length,
                after=None if after is None else sum(after) / length,
                shared=(),
                ratio=None if before is None or after is None else _ratio(before, after),
            )
        )
    return tuple(windows)


def direction_of(windows: Iterable[Window]) -> Direction:
    """Name the direction in which all windows agree that could be computed.

    Examples
    --------
    >>> counts = {date(2031, 3, day): killed for day, killed in enumerate([8, 9, 10, 0, 3, 2, 2], start=1)}
    >>> direction_of(before_and_after(counts, date(2031, 3, 4), [3]))
    'fewer'
    """
    signs = {(w.after > w.before) - (w.after < w.before) for w in windows if w.before is not None and w.after is not None}
    if not signs:
        return "not computed"
    if signs == {-1}:
        return "fewer"
    return "more" if signs == {1} else "no direction"


def _values(counts: Mapping[date, float], days: Iterable[date]) -> list[float] | None:
    found = [counts.get(day, float("nan")) for day in days]
    return None if any(isnan(value) for value in found) else found


def _ratio(before: list[float], after: list[float]) -> Estimate | None:
    ratio, low, high = rate_ratio(before, after)
    return None if ratio is None or isinf(high) else Estimate(ratio, low, high)
