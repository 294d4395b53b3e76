"""Did a truce hold: time to the first claimed breach, deaths per day before and after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ceasefire.case.model import Case, Truce

WINDOWS = (3, 5, 7)


@dataclass(frozen=True, slots=True)
class Window:
    """Deaths per day in `days` days before and after a truce, its own day left out; None where a day has no count.

    `shared` names truces whose own day lies in one of the two spans: then "after" of one is "before" of another.
    """

    days: int
    before: float | None
    after: float | None
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruceReport:
    """One truce announced by the day asked about.

    `direction` is ``fewer`` or ``more`` deaths where all windows that could be computed agree, else ``no direction``, or
    ``not computed`` where none could.
    """

    truce: Truce
    windows: tuple[Window, ...]
    direction: Literal["fewer", "more", "no direction", "not computed"]
    series: str


def report_truces(case: Case, as_of: date, series: str | None = None) -> tuple[TruceReport, ...]:
    """Report every truce announced by `as_of`.

    Parameters
    ----------
    series : str, optional
        Which daily count of deaths to use; by default the one with most days.
    """
    name = series if series is not None else deaths_series(case)
    counts = {c.date: c.value for c in case.counts if c.series == name and c.date is not None and not c.cumulative}
    known = {day: value for day, value in counts.items() if day <= as_of}
    seen = [truce for truce in case.truces if truce.announced <= as_of]
    return tuple(_report(truce, seen, known, name) for truce in seen)


def deaths_series(case: Case) -> str:
    """Give the name of the daily, not cumulative, count of killed that covers most days; empty if there is none.

    A series that is counted up over time, or has no date, cannot be used for days.
    """
    days = Counter(c.series for c in case.counts if "killed" in c.series and not c.cumulative and c.date is not None)
    return min(days, key=lambda name: (-days[name], name), default="")


def _report(truce: Truce, truces: list[Truce], counts: dict[date, float], series: str) -> TruceReport:
    day = truce_day(truce)
    windows = []
    for length in WINDOWS:
        before = [day - timedelta(k) for k in range(1, length + 1)]
        after = [day + timedelta(k) for k in range(1, length + 1)]
        shared = tuple(t.key for t in truces if t.key != truce.key and truce_day(t) in {*before, *after})
        windows.append(Window(length, _mean(before, counts), _mean(after, counts), shared))
    signs = {(w.after > w.before) - (w.after < w.before) for w in windows if w.before is not None and w.after is not None}
    direction: Literal["fewer", "more", "no direction", "not computed"] = "no direction"
    if not signs:
        direction = "not computed"
    elif signs == {-1}:
        direction = "fewer"
    elif signs == {1}:
        direction = "more"
    return TruceReport(truce, tuple(windows), direction, series)


def truce_day(truce: Truce) -> date:
    """Give the day on which a truce took effect, or was announced where that is not known."""
    try:
        return date.fromisoformat(truce.effective[:10])
    except ValueError:
        return truce.announced


def _mean(days: list[date], counts: dict[date, float]) -> float | None:
    if any(day not in counts for day in days):
        return None
    return sum(counts[day] for day in days) / len(days)
