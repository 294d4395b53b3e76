"""Did a truce hold: time to the first claimed breach, breaches by side, deaths per day before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from ceasefire.case.model import Case, Truce
from ceasefire.record.chances import share_interval
from ceasefire.record.classify import Classified, classify
from ceasefire.record.follow_through import Estimate
from ceasefire.record.losses import WINDOWS, Direction, Window, before_and_after, direction_of, mean_a_day

__all__ = ["WINDOWS", "Breaches", "HeldRule", "TruceReport", "Window", "deaths_series", "report_truces", "truce_day"]
Held = Literal["held", "not held", "not known"]
_MANY = 10**7


@dataclass(frozen=True, slots=True)
class HeldRule:
    """When a truce counts as held: judged on deaths, not on what anyone declared.

    It held if, over the `days` days after it, deaths per day were below `ratio` times those of as many days before, and no
    single day was above `most_a_day` (by default the mean of the days before).
    """

    ratio: float = 0.5
    most_a_day: float | None = None
    days: int = 7

    def __str__(self) -> str:
        most = "the mean before" if self.most_a_day is None else f"{self.most_a_day:g} deaths"
        return f"over {self.days} days, deaths a day below {self.ratio:g} of those before and no day above {most}"

    def judge(self, counts: Mapping[date, float], day: date) -> Held:
        """Judge the truce of a day; not known where a day has no count or nobody died before."""
        before = mean_a_day(counts, day - timedelta(self.days), day - timedelta(1))
        after = [counts.get(day + timedelta(k)) for k in range(1, self.days + 1)]
        known = [value for value in after if value is not None]
        if not before:
            return "not known"
        most = before if self.most_a_day is None else self.most_a_day
        if any(value > most for value in known) or sum(known) / self.days >= self.ratio * before:
            return "not held"
        return "held" if len(known) == self.days else "not known"


@dataclass(frozen=True, slots=True)
class Breaches:
    """Entries of force by one side while a truce was in force; `a_day` has an exact Poisson interval.

    Entries of this record, not breaches on the ground, and often one side's claim about itself or the other.
    """

    side: str
    entries: tuple[Classified, ...]
    days: int
    a_day: Estimate


@dataclass(frozen=True, slots=True)
class TruceReport:
    """One truce announced by the day asked about.

    `direction` is ``fewer`` or ``more`` deaths where all windows that could be computed agree, else ``no direction``, or
    ``not computed`` where none could. `hours_to_breach` and `breach_day` are None where no breach was claimed by that day;
    the hours too where the time of day is not known. `breaches` counts from the day of the truce to the day before the
    next one, or to the day asked about.
    """

    truce: Truce
    windows: tuple[Window, ...]
    direction: Direction
    series: str
    hours_to_breach: float | None = None
    breach_day: date | None = None
    breaches: tuple[Breaches, ...] = ()
    held: Held = "not known"
    rule: HeldRule = HeldRule()


def report_truces(
    case: Case, as_of: date, series: str | None = None, *, rule: HeldRule | None = None, lengths: Sequence[int] = WINDOWS
) -> tuple[TruceReport, ...]:
    """Report every truce announced by `as_of`.

    Parameters
    ----------
    series : str, optional
        Which daily count of deaths to use; by default the one with most days.
    rule : HeldRule, optional
    lengths : sequence of int
        Days of the windows.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> report_truces(a_short_war(), date(2031, 3, 10))
    ()
    """
    name = series if series is not None else deaths_series(case)
    counts = {c.date: c.value for c in case.counts if c.series == name and c.date is not None and not c.cumulative}
    known = {day: value for day, value in counts.items() if day <= as_of}
    seen = [truce for truce in case.truces if truce.announced <= as_of]
    entries = tuple(classify(entry) for entry in case.entries_until(as_of))
    sides = [party.code for party in case.parties if "belligerent" in party.roles]
    stated = rule or HeldRule()
    return tuple(
        replace(
            _report(truce, seen, known, lengths),
            series=name,
            breaches=_breaches(truce, seen, entries, sides, as_of),
            held=stated.judge(known, truce_day(truce)),
            rule=stated,
            hours_to_breach=_hours(truce, as_of),
            breach_day=_breach_day(truce, as_of),
        )
        for truce in seen
    )


def deaths_series(case: Case) -> str:
    """Give the name of the daily, not cumulative, count of killed that covers most days; empty if there is none.

    A series that is counted up over time, or has no date, cannot be used for days.
    """
    days = Counter(c.series for c in case.counts if "killed" in c.series and not c.cumulative and c.date is not None)
    return min(days, key=lambda name: (-days[name], name), default="")


def truce_day(truce: Truce) -> date:
    """Give the day on which a truce took effect, or was announced where that is not known."""
    try:
        return date.fromisoformat(truce.effective[:10])
    except ValueError:
        return truce.announced


def _report(truce: Truce, truces: list[Truce], counts: dict[date, float], lengths: Sequence[int]) -> TruceReport:
    day = truce_day(truce)
    windows = []
    for window in before_and_after(counts, day, lengths):
        span = {day + timedelta(k) for k in range(-window.days, window.days + 1)} - {day}
        shared = tuple(t.key for t in truces if t.key != truce.key and truce_day(t) in span)
        windows.append(replace(window, shared=shared))
    return TruceReport(truce, tuple(windows), direction_of(windows), "")


def _breach_day(truce: Truce, as_of: date) -> date | None:
    try:
        day = date.fromisoformat(truce.first_breach[:10])
    except ValueError:
        return None
    return day if day <= as_of else None


def _hours(truce: Truce, as_of: date) -> float | None:
    if _breach_day(truce, as_of) is None:
        return None
    if truce.minutes_to_breach is not None:
        return truce.minutes_to_breach / 60
    if min(len(truce.effective), len(truce.first_breach)) <= len("2020-10-10"):
        return None
    try:
        passed = datetime.fromisoformat(truce.first_breach) - datetime.fromisoformat(truce.effective)
    except (ValueError, TypeError):
        return None
    return passed.total_seconds() / 3600


def _breaches(
    truce: Truce, truces: list[Truce], entries: tuple[Classified, ...], sides: list[str], as_of: date
) -> tuple[Breaches, ...]:
    start = truce_day(truce)
    nexts = [truce_day(other) for other in truces if truce_day(other) > start]
    end = min([as_of, *(day - timedelta(1) for day in nexts)])
    days = (end - start).days + 1
    if days < 1:
        return ()
    found = []
    for side in sides:
        own = tuple(
            one
            for one in entries
            if one.entry.actor == side
            and one.act == "deed"
            and one.entry.cameo[:2] in {"18", "19", "20"}
            and start <= one.entry.date <= end
            and one.entry.key not in truce.record
        )
        low, high = share_interval(len(own), _MANY)
        found.append(Breaches(side, own, days, Estimate(len(own) / days, low * _MANY / days, high * _MANY / days)))
    return tuple(found)
