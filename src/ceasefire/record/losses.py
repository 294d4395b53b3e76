"""Deaths by day, and what they were before and after a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isinf, isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import EPOCH
from ceasefire.record.chances import rate_ratio
from ceasefire.record.follow_through import Estimate

LONGEST_DAYS = 7
WINDOWS = (3, 5, 7)
Direction = Literal["fewer", "more", "no direction", "not computed"]


@dataclass(frozen=True, slots=True)
class Window:
    """Deaths per day in `days` days before and after a day, the day itself left out; None where a day has no count.

    `shared` names truces whose own day lies in one of the two spans: then "after" of one is "before" of another. `ratio` is
    after over before with its 95 % interval; None where a side is missing, where nobody died before, or where the interval
    is without end because nobody died after.
    """

    days: int
    before: float | None
    after: float | None
    shared: tuple[str, ...]
    ratio: Estimate | None = None


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
        """Give the counts by date."""
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
