"""What counts of a series say of a rate a day: the sum of daily ones, or how far cumulative ones rose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ceasefire.case.model import Count


@dataclass(frozen=True, slots=True)
class Toll:
    """How much a series counted in a number of days, both ends included.

    `seen` is how many of the days have a daily count, None where the counts are cumulative; a day without one is not known, and
    only what was counted is in `total`. `rows` are the counts that it rests on.
    """

    total: float
    days: int
    seen: int | None
    rows: tuple[Count, ...]


def toll(counts: Iterable[Count], series: str, since: date, until: date, start: date) -> Toll | str:
    """Add up a series between two days.

    Parameters
    ----------
    counts : iterable of Count
    series : str
    since, until : date
        First and last day.
    start : date
        First day of the war, before which a cumulative count is taken to be none.

    Returns
    -------
    Toll or str
        The reason where the counts allow no rate. Cumulative counts of one side give how far they rose from the last one before
        `since` (or from none at the start of the war) to the last one by `until`.

    Examples
    --------
    >>> def upto(day, value):
    ...     return Count(date(2031, 3, day), "killed", "A", value, "persons", True, "", "", 2)
    >>> rows = [upto(4, 10.0), upto(9, 30.0)]
    >>> toll(rows, "killed", date(2031, 3, 1), date(2031, 3, 10), date(2031, 3, 1)).total
    30.0
    >>> rose = toll(rows, "killed", date(2031, 3, 5), date(2031, 3, 10), date(2031, 3, 1))
    >>> rose.total, rose.days
    (20.0, 5)
    """
    dated = [(one.date, one) for one in counts if one.series == series and one.date is not None and one.date <= until]
    daily = tuple(one for day, one in dated if not one.cumulative and day >= since)
    if daily:
        return Toll(sum(one.value for one in daily), (until - since).days + 1, len({one.date for one in daily}), daily)
    rising = sorted(((day, one) for day, one in dated if one.cumulative), key=lambda pair: pair[0])
    if not [day for day, _ in rising if day >= since]:
        return f"no count of {series} in the period"
    if len({one.side for _, one in rising}) > 1:
        return f"cumulative counts of {series} by several sides are not added up"
    before = [pair for pair in rising if pair[0] < since]
    if not before and since > start:
        return f"no cumulative count of {series} from before {since} to count from"
    last_day, last = rising[-1]
    base = before[-1][1].value if before else 0.0
    first_day = before[-1][0] if before else since
    days = (last_day - first_day).days + (0 if before else 1)
    return Toll(last.value - base, days, None, (before[-1][1], last) if before else (last,))
