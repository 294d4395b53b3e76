"""Words held against deeds: who said how much, who did what, up to a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ceasefire.case.model import Case
from ceasefire.record.acts import in_order
from ceasefire.record.classify import GRADES, Classified, classify
from ceasefire.record.red_lines import RedLineReport, report_red_lines
from ceasefire.record.told import told_later
from ceasefire.record.truces import TruceReport, report_truces


@dataclass(frozen=True, slots=True)
class ActorReport:
    """What one actor said and did in the period, in its own name unless in `joint`.

    `left_out` holds entries of its advisers, analysts, candidates, opposition and public; they are counted nowhere else.
    """

    actor: str
    words: tuple[Classified, ...]
    diplomatic: tuple[Classified, ...]
    deeds: tuple[Classified, ...]
    joint: tuple[Classified, ...]
    left_out: tuple[Classified, ...]

    def by_grade(self) -> tuple[tuple[str, tuple[Classified, ...]], ...]:
        """Give the words of each grade, weakest grade first."""
        return tuple((name, tuple(word for word in self.words if word.grade == name)) for name in GRADES)

    @property
    def doubted(self) -> tuple[Classified, ...]:
        """Those of its words, diplomatic acts and deeds that are of low confidence."""
        return tuple(one for one in (*self.words, *self.diplomatic, *self.deeds) if one.entry.confidence == "low")


@dataclass(frozen=True, slots=True)
class Measures:
    """What a record shows from `since` to `as_of`, both included.

    `classified` holds every entry up to `as_of`, also those before `since`, but for `told_later`: entries of the war that only
    sources dated after `as_of` tell of. `actors` has only entries of the period, most words first. `firsts` are deeds of a kind
    that the record had not shown before of this actor against any of these targets, but for those of nobody's government.
    """

    since: date
    as_of: date
    classified: tuple[Classified, ...]
    actors: tuple[ActorReport, ...]
    truces: tuple[TruceReport, ...]
    red_lines: tuple[RedLineReport, ...]
    firsts: tuple[Classified, ...]
    told_later: tuple[Classified, ...]

    def actor(self, code: str) -> ActorReport:
        """Give the report of one actor; empty where the period has no entry of it."""
        return next((report for report in self.actors if report.actor == code), ActorReport(code, (), (), (), (), ()))


def measure(case: Case, as_of: date | None = None, since: date | None = None) -> Measures:
    """Measure words, acts and deeds, truces and red lines of a case.

    Parameters
    ----------
    case : Case
    as_of : date, optional
        Nothing dated later is used; the case's own day by default.
    since : date, optional
        First day of the period of the counts; the start of the war by default.

    Returns
    -------
    Measures
        Counts of entries on record, not of all that happened: a thin record shows little.

    Raises
    ------
    DataError
        If `since` is after the last day.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> [(one.actor, len(one.words), len(one.deeds)) for one in measure(a_short_war()).actors]
    [('A', 1, 2), ('B', 0, 2)]
    """
    until = as_of or case.as_of
    first = since or case.start
    in_order(since, until)
    later = told_later(case, until)
    everything = tuple(classify(entry) for entry in case.entries_until(until))
    classified = tuple(one for one in everything if one.entry.key not in later)
    period = tuple(one for one in classified if one.entry.date >= first)
    return Measures(
        since=first,
        as_of=until,
        classified=classified,
        actors=_reports(period),
        truces=report_truces(case, until),
        red_lines=report_red_lines(case, classified, until),
        firsts=_firsts(classified, first),
        told_later=tuple(one for one in everything if one.entry.key in later),
    )


def _reports(period: tuple[Classified, ...]) -> tuple[ActorReport, ...]:
    codes = {code for one in period for code in (one.entry.actor, *one.entry.joint_with)}
    reports = [_report(code, period) for code in codes]
    return tuple(sorted(reports, key=lambda r: (-len(r.words), -len(r.deeds), -len(r.diplomatic), r.actor)))


def _report(code: str, period: tuple[Classified, ...]) -> ActorReport:
    own = [one for one in period if one.entry.actor == code]

    def chosen(keep: Callable[[Classified], bool]) -> tuple[Classified, ...]:
        return tuple(one for one in own if one.is_government and keep(one))

    return ActorReport(
        actor=code,
        words=chosen(lambda one: one.act == "word"),
        diplomatic=chosen(lambda one: one.act == "diplomatic"),
        deeds=chosen(lambda one: one.act == "deed"),
        joint=tuple(one for one in period if one.entry.actor != code and code in one.entry.joint_with),
        left_out=tuple(one for one in own if not one.is_government),
    )


def _firsts(classified: tuple[Classified, ...], since: date) -> tuple[Classified, ...]:
    seen: set[tuple[str, str, str]] = set()
    found = []
    for one in classified:
        if one.act == "deed" and one.is_government:
            kinds = {(one.entry.actor, one.entry.category, target) for target in one.entry.targets}
            if one.entry.date >= since and kinds and not kinds & seen:
                found.append(one)
            seen |= kinds
    return tuple(found)
