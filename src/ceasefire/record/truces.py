"""Did a truce hold: time to the first claimed breach, breaches by side, deaths per day before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from ceasefire.case.model import Case, Truce
from ceasefire.record.breaches import Breaches, Known, breaches, force_of_others
from ceasefire.record.classify import Classified
from ceasefire.record.follow_through import LEAST
from ceasefire.record.losses import WINDOWS, Direction, Window, before_and_after, direction_of, mean_a_day, overlaps
from ceasefire.record.toll import Toll, rows_around, with_toll

_DAY_OVER = time(23, 59)

Held = Literal["held", "not held", "not known"]


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
        """Judge the truce of a day; not known where a day has no count or nobody died before.

        Examples
        --------
        >>> counts = {date(2031, 3, day): killed for day, killed in enumerate([8, 9, 10, 0, 3, 2, 2], start=1)}
        >>> HeldRule(days=3).judge(counts, date(2031, 3, 4)), HeldRule().judge(counts, date(2031, 3, 4))
        ('held', 'not known')
        """
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
class TruceReport:
    """One truce announced by the day asked about.

    Parameters
    ----------
    truce : Truce
    windows : tuple of Window
    direction : {"fewer", "more", "no direction", "not computed"}
        Where deaths went if all windows that could be computed agree.
    series : str
        The daily count of deaths that was used; empty where there is none.
    whose : str
        Whose dead it counts: codes as the case has them, joined by ``+``.
    told_by : tuple of str
        Who published the counts. A list may have been put together long after the days it counts.
    hours_to_breach : float or None
        To the first claimed breach; None where none was known by that day, or its time of day is not known.
    breach_day : date or None
        None where no breach was known by that day: a claim is known from the first of the truce's sources that is dated and
        not older than the breach, and from the day of the breach where no source has such a date.
    claimed_by, other_account : str
        Who claims that breach, a code, and what another account says; empty as long as `breach_day` is None.
    breaches : tuple of Breaches
        By side, from the day of the truce to its agreed end, the day before the next one, or the day asked about.
    by_others : tuple of Classified
        Force against a belligerent on those days by somebody who is none; counted for no side.
    held : {"held", "not held", "not known"}
    rule : HeldRule
        Over no more days than were agreed.
    last_day : date or None
        The last day that lies wholly under the truce as agreed; None where no end was.
    force : tuple of (str, tuple of Window)
        Rows of force a day before and after, of all parties under an empty name and then by side, where deaths come from an
        event table; breaches are not counted then.
    """

    truce: Truce
    windows: tuple[Window, ...]
    direction: Direction
    series: str
    whose: str = ""
    told_by: tuple[str, ...] = ()
    hours_to_breach: float | None = None
    breach_day: date | None = None
    claimed_by: str = ""
    other_account: str = ""
    breaches: tuple[Breaches, ...] = ()
    by_others: tuple[Classified, ...] = ()
    held: Held = "not known"
    rule: HeldRule = HeldRule()
    last_day: date | None = None
    force: tuple[tuple[str, tuple[Window, ...]], ...] = ()

    def days_past_end(self, days: int) -> int:
        """Say how many of so many days after the day of the truce are not wholly under it, as agreed.

        Examples
        --------
        >>> from dataclasses import replace
        >>> from ceasefire.case import load
        >>> [first, *_] = report_truces(load("karabakh-2020"), date(2020, 10, 20))
        >>> first.days_past_end(7), replace(first, last_day=date(2020, 10, 12)).days_past_end(7)
        (0, 5)
        """
        if self.last_day is None:
            return 0
        return max(0, days - max(0, (self.last_day - truce_day(self.truce)).days))


def report_truces(
    case: Case, as_of: date, series: str | None = None, *, rule: HeldRule | None = None, lengths: Sequence[int] = WINDOWS
) -> tuple[TruceReport, ...]:
    """Report every truce announced by `as_of`.

    Parameters
    ----------
    case : Case
    as_of : date
        Nothing dated later is used, nor told only by sources dated later.
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
    chosen = [c for c in case.counts if c.series == name and c.date is not None and not c.cumulative]
    counts = {c.date: c.value for c in chosen if c.date is not None and c.date <= as_of}
    whose = chosen[0].side if chosen else ""
    publishers = {source.key: source.publisher for source in case.sources}
    told_by = tuple(dict.fromkeys(publishers[c.source] for c in chosen if publishers.get(c.source)))
    reports = truces_of_counts(case, as_of, counts, series=name, whose=whose, rule=rule, lengths=lengths)
    return tuple(replace(report, told_by=told_by) for report in reports)


def truces_of_counts(
    case: Case,
    as_of: date,
    counts: Mapping[date, float],
    *,
    series: str,
    whose: str,
    rule: HeldRule | None = None,
    lengths: Sequence[int] = WINDOWS,
) -> tuple[TruceReport, ...]:
    """Report every truce announced by `as_of` on daily deaths from anywhere, such as an event table.

    Parameters
    ----------
    counts : Mapping of date to float
        Deaths by day up to `as_of`; a day that is not there was not counted, which is not zero.
    series, whose : str
        What the counts are called, and whose dead they are.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> truces_of_counts(a_short_war(), date(2031, 3, 10), {}, series="own", whose="A")
    ()
    """
    seen = [truce for truce in case.truces if truce.announced <= as_of]
    sides = tuple(party.code for party in case.parties if "belligerent" in party.roles)
    known = Known.of(case, as_of, sides)
    stated = rule or HeldRule()
    found = []
    for truce in seen:
        day = truce_day(truce)
        others = {other.key: truce_day(other) for other in seen if other.key != truce.key}
        windows = _windows(day, others, counts, lengths)
        last = last_day(truce)
        agreed = [] if last is None else [max(last, day)]
        until = min([as_of, *agreed, *(other - timedelta(1) for other in others.values() if other > day)])
        days = stated.days if last is None else min(stated.days, (last - day).days)
        own_rule = replace(stated, days=max(days, 1))
        is_whole = _begins_with_the_day(truce) and (last is None or last >= day)
        breach = _breach_day(truce, known)
        found.append(
            TruceReport(
                truce,
                windows,
                direction_of(windows),
                series,
                whose=whose,
                hours_to_breach=None if breach is None else _hours(truce),
                breach_day=breach,
                claimed_by=truce.claimed_by if breach else "",
                other_account=truce.other_account if breach else "",
                breaches=breaches(known, truce.record, day, until, is_whole=is_whole),
                by_others=force_of_others(known, day, until),
                held=own_rule.judge(counts, day) if days > 0 else "not known",
                rule=own_rule,
                last_day=last,
            )
        )
    return tuple(found)


def truces_of_toll(
    case: Case, as_of: date, found: Toll, source: str, *, rule: HeldRule | None = None, lengths: Sequence[int] = WINDOWS
) -> tuple[TruceReport, ...]:
    """Report every truce announced by `as_of` on the deaths and the rows of force of an event table in place of the record.

    Windows of fewer than five rows have means and no ratio, give no direction, and do not tell whether a truce held.

    Parameters
    ----------
    found : Toll
        Of days up to `as_of`.
    source : str
        What the deaths are called.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> truces_of_toll(a_short_war(), date(2031, 3, 10), Toll(("A", "B"), {}, {}, {}, {}, {}, {}, 0, {}, 0.0), "ucdp")
    ()
    """
    whose = "+".join(side for side in found.sides if found.seen.get(side))
    reports = truces_of_counts(case, as_of, found.best, series=source, whose=whose, rule=rule, lengths=lengths)
    made = []
    for report in reports:
        day = truce_day(report.truce)
        windows = tuple(with_toll(window, found, day) for window in report.windows)
        is_thin = rows_around(found, day, report.rule.days) < LEAST
        force = tuple((side, before_and_after(counts, day, lengths)) for side, counts in found.force.items())
        made.append(
            replace(
                report,
                windows=windows,
                direction=direction_of(window for window in windows if (window.rows or 0) >= LEAST),
                held="not known" if is_thin else report.held,
                force=force,
                breaches=(),
                by_others=(),
            )
        )
    return tuple(made)


def deaths_series(case: Case) -> str:
    """Give the name of the daily, not cumulative, count of killed that covers most days; empty if there is none.

    A series that is counted up over time, or has no date, cannot be used for days.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> deaths_series(load("karabakh-2020"))
    'arm_list_killed'
    """
    days = Counter(c.series for c in case.counts if "killed" in c.series and not c.cumulative and c.date is not None)
    return min(days, key=lambda name: (-days[name], name), default="")


def truce_day(truce: Truce) -> date:
    """Give the day on which a truce took effect, or was announced where that is not known.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> [str(truce_day(truce)) for truce in load("karabakh-2020").truces][1]
    '2020-10-18'
    """
    try:
        return date.fromisoformat(truce.effective[:10])
    except ValueError:
        return truce.announced


def last_day(truce: Truce) -> date | None:
    """Give the last day that lies wholly under a truce as agreed, in its own local time; None where no end was agreed.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from ceasefire.case import load
    >>> first = load("karabakh-2020").truces[0]
    >>> [str(last_day(replace(first, ends=end))) for end in ("", "2020-10-13", "2020-10-13T12:00+04:00")]
    ['None', '2020-10-13', '2020-10-12']
    """
    if not truce.ends:
        return None
    end = datetime.fromisoformat(truce.ends)
    is_whole = len(truce.ends) <= len("2020-10-10") or end.time() >= _DAY_OVER
    return end.date() if is_whole else end.date() - timedelta(1)


def _windows(day: date, others: Mapping[str, date], counts: Mapping[date, float], lengths: Sequence[int]) -> tuple[Window, ...]:
    """Compare deaths before and after, and say which days that were counted belong to other truces too."""
    found = []
    for window in before_and_after(counts, day, lengths):
        values = {"before": window.before, "after": window.after}
        shared = tuple(one for one in overlaps(day, window.days, others) if values[one.side] is not None)
        found.append(replace(window, shared=shared))
    return tuple(found)


def _begins_with_the_day(truce: Truce) -> bool:
    """Tell whether the whole first day lies under the truce: it took effect at midnight, in its own local time."""
    return truce.effective[10:].startswith(("T00:00", " 00:00"))


def _breach_day(truce: Truce, known: Known) -> date | None:
    try:
        day = date.fromisoformat(truce.first_breach[:10])
    except ValueError:
        return None
    told = [known.told[key] for key in truce.sources if key in known.told and known.told[key] >= day]
    return day if min(told, default=day) <= known.as_of else None


def _hours(truce: Truce) -> float | None:
    if truce.minutes_to_breach is not None:
        return truce.minutes_to_breach / 60
    if min(len(truce.effective), len(truce.first_breach)) <= len("2020-10-10"):
        return None
    try:
        passed = datetime.fromisoformat(truce.first_breach) - datetime.fromisoformat(truce.effective)
    except (ValueError, TypeError):
        return None
    return passed.total_seconds() / 3600
