"""How a conflict rises and falls: the rung of each day, changes of level, the gravest days, and who answers whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, Problem
from ceasefire.record.acts import Acts, Integers
from ceasefire.record.branching import Branching, branching
from ceasefire.record.codes import FORCE
from ceasefire.record.escalation import Retaliation, cusum_changes, most_serious_since, online_changes, retaliation
from ceasefire.record.lead_lag import Lag, lead_lag
from ceasefire.record.say_do import class_of_codes

RUNGS = ("no militarised act", "threat of force", "show of force", "use of force")
_THREATS = ("138", "139", "THREATEN-violence", "THREATEN-territory")
_SHOWS = ("15", "MOBILIZE")
_CONFLICT_IN_DEED = 3


@dataclass(frozen=True, slots=True)
class Shift:
    """A day on which the level of a series changed, with the means of the spells on both sides."""

    day: date
    before: float
    after: float
    p: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Changes of level of one series.

    Parameters
    ----------
    series : str
    first, last : date
        The days used: the longest stretch without a gap.
    shifts : tuple of Shift
        Found looking back, see `cusum_changes`; means are on the scale of the series itself.
    seen_at_the_time : tuple of date
        First days of new spells as they could have been seen, see `online_changes`.
    """

    series: str
    first: date
    last: date
    shifts: tuple[Shift, ...]
    seen_at_the_time: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Grave:
    """A day more serious than any in the week before: when one as serious was last seen, None where the series holds none."""

    day: date
    value: float
    since: date | None


@dataclass(frozen=True, slots=True)
class Rungs:
    """On how many days one party stood on each rung of `RUNGS` toward the other, by its gravest act; and its climbs."""

    actor: str
    target: str
    days: tuple[int, ...]
    climbs: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """How the conflict of two parties rose and fell.

    Parameters
    ----------
    parties : (str, str)
    deaths, material : Levels or None
        Of daily deaths and of the daily number of material deeds of conflict between the two; None where the series is empty.
    share : Levels or None
        Of the share of such deeds in all acts between the two, over the days that have any act.
    gravest : tuple of Grave
        Of the series of deaths.
    rungs : tuple of Rungs
    answers : tuple of Retaliation
    breeding : Branching or None
    words_before_deeds : tuple of (str, str, tuple of Lag)
        Weekly net words against weekly net deeds; at a positive lag words come first.
    """

    parties: tuple[str, str]
    deaths: Levels | None
    material: Levels | None
    share: Levels | None
    gravest: tuple[Grave, ...]
    rungs: tuple[Rungs, ...]
    answers: tuple[Retaliation, ...]
    breeding: Branching | None
    words_before_deeds: tuple[tuple[str, str, tuple[Lag, ...]], ...]


def report_escalation(
    acts: Acts, parties: tuple[str, str], deaths: Mapping[date, float] | None = None, series: str = "deaths"
) -> Escalation:
    """Report the conflict of two parties from their acts, and from daily deaths where somebody counted.

    Parameters
    ----------
    acts : Acts
    parties : (str, str)
    deaths : Mapping of date to float, optional
        A day that is not there was not counted, which is not zero.
    series : str
        What errors and reports call it.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> found = report_escalation(acts_from_case(a_short_war())[0], ("A", "B"))
    >>> [(one.struck_by, one.answered_by) for one in found.answers][:1]
    [('A', 'B')]
    """
    one, other = parties
    counted = _gapless(deaths or {})
    material, total = _material(acts, one, other)
    busy = np.flatnonzero(total > 0)
    days = [acts.date_of(k) for k in range(acts.span)]
    return Escalation(
        parties=parties,
        deaths=_levels(series, *counted) if counted[0] else None,
        material=_levels("material deeds of conflict a day", days, material) if material.any() else None,
        share=_levels("share of them in all acts", [days[k] for k in busy], material[busy] / total[busy]) if len(busy) else None,
        gravest=_gravest(deaths or {}),
        rungs=(rungs(acts, one, other), rungs(acts, other, one)),
        answers=(retaliation(acts, one, other), retaliation(acts, other, one)),
        breeding=branching(acts, one, other),
        words_before_deeds=tuple((a, b, lead_lag(acts, a, b)) for a, b in ((one, other), (other, one))),
    )


def busiest_pair(acts: Acts, among: tuple[str, ...]) -> tuple[str, str]:
    """Give the two of some parties with most acts between them, the one with more acts first; DataError under two parties.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> busiest_pair(acts_from_case(a_short_war())[0], ("A", "B"))
    ('A', 'B')
    """
    if len(among) < 2:
        hint = "name two parties with --between ONE,OTHER"
        raise DataError([Problem("<question>", None, None, "bad-question", "the case has no two belligerents", hint)])

    def between(pair: tuple[str, str]) -> int:
        return int(((acts.actor == acts.party(pair[0])) & (acts.target == acts.party(pair[1]))).sum())

    pairs = list(permutations(among, 2))
    return max(pairs, key=lambda pair: (between(pair) + between(pair[::-1]), between(pair), pair))


def rung_of_days(acts: Acts, actor: str, target: str) -> Integers:
    """Give the place in `RUNGS` of the gravest act of each day of one party toward another.

    The scale is that of militarised disputes without its top: a war is a matter of a thousand deaths and not of a day [1]_.

    References
    ----------
    .. [1] Palmer et al. (2022), The MID5 Dataset, 2011-2014, Conflict Management and Peace Science 39.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> rung_of_days(acts_from_case(a_short_war())[0], "A", "B")
    array([0, 3, 0, 0, 3, 0, 0, 0, 0, 0])
    """
    grades = np.array([_rung(code) for code in acts.codes], dtype=np.int64)
    chosen = (acts.actor == acts.party(actor)) & (acts.target == acts.party(target))
    found = np.zeros(acts.span, dtype=np.int64)
    np.maximum.at(found, acts.day[chosen], grades[acts.code[chosen]])
    return found


def _rung(code: str) -> int:
    for rung, codes in ((3, FORCE), (2, _SHOWS), (1, _THREATS)):
        if code.startswith(codes):
            return rung
    return 0


def rungs(acts: Acts, actor: str, target: str) -> Rungs:
    """Count the days on each rung, and name the first day on each rung higher than any before.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> rungs(acts_from_case(a_short_war())[0], "A", "B").days
    (8, 0, 0, 2)
    """
    found = rung_of_days(acts, actor, target)
    highest = np.maximum.accumulate(found) if len(found) else found
    climbs = np.flatnonzero(np.diff(highest, prepend=0) > 0)
    counts = np.bincount(found, minlength=len(RUNGS))
    return Rungs(actor, target, tuple(int(n) for n in counts), tuple((acts.date_of(int(k)), RUNGS[highest[k]]) for k in climbs))


def _material(acts: Acts, one: str, other: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count by day the material deeds of conflict between two parties, both ways, and all their acts."""
    a, b = acts.party(one), acts.party(other)
    chosen = ((acts.actor == a) & (acts.target == b)) | ((acts.actor == b) & (acts.target == a))
    kind = class_of_codes(acts.codes)[acts.code[chosen]] if len(acts) else np.empty(0, dtype=np.int64)
    day = acts.day[chosen]
    material = np.bincount(day[kind == _CONFLICT_IN_DEED], minlength=acts.span).astype(np.float64)
    return material, np.bincount(day[kind >= 0], minlength=acts.span).astype(np.float64)


def _gapless(counts: Mapping[date, float]) -> tuple[list[date], NDArray[np.float64]]:
    """Give the longest stretch of days without a gap, the latest of the longest."""
    days = sorted(counts)
    if not days:
        return [], np.empty(0)
    starts = [k for k, day in enumerate(days) if k == 0 or day - days[k - 1] > timedelta(1)]
    spells = [days[low:high] for low, high in zip(starts, [*starts[1:], len(days)], strict=True)]
    longest = max(spells, key=lambda spell: (len(spell), spell[0]))
    return longest, np.array([counts[day] for day in longest], dtype=np.float64)


def _levels(series: str, days: list[date], values: NDArray[np.float64]) -> Levels:
    """Find changes on log(1 + value); report means of the values."""
    logs = np.log1p(values)
    found = cusum_changes(logs)
    edges = [0, *(change.day for change in found), len(values)]
    shifts = tuple(
        Shift(days[c.day], float(values[edges[k] : c.day].mean()), float(values[c.day : edges[k + 2]].mean()), c.p)
        for k, c in enumerate(found)
    )
    return Levels(series, days[0], days[-1], shifts, tuple(days[k] for k in online_changes(logs)))


def _gravest(counts: Mapping[date, float]) -> tuple[Grave, ...]:
    if not counts:
        return ()
    first = min(counts)
    values = np.full((max(counts) - first).days + 1, np.nan)
    for day, value in counts.items():
        values[(day - first).days] = value
    named = most_serious_since(values, least=1.0)
    return tuple(Grave(first + timedelta(s.day), s.value, None if s.since is None else first + timedelta(s.since)) for s in named)
