r"""Say-do balance: whether acts are better or worse than words.

With :math:`MC, MK` material cooperation and conflict and :math:`VC, VK` words of cooperation and conflict, the balance is
:math:`SD = (MC - MK)/(MC + MK + 2) - (VC - VK)/(VC + VK + 2)`; positive means that acts are better than words. The 2 draws a
ratio of few events to 0. Diplomatic acts are neither: they are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import atan2, degrees

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers
from ceasefire.record.blocks import LEAST_BLOCKS, REPLICATES
from ceasefire.record.codes import act_and_quad
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.ledger import SEED

WEEK = 7
CLASSES = ("words of cooperation", "words of conflict", "cooperation in deed", "conflict in deed", "diplomatic acts")


@dataclass(frozen=True, slots=True)
class SayDo:
    """Words and deeds of one party toward another.

    Parameters
    ----------
    actor, target : str
    counts : tuple of int
        In the order of `CLASSES`.
    words, deeds : float or None
        The two ratios, from -1 conflict to 1 cooperation; None where fewer than five acts stand behind either of the two.
    balance : Estimate or None
        Deeds less words, with an interval from a bootstrap of weeks; None as above, or over fewer than five weeks.
    angle_degrees : float or None
        Direction of (words, deeds): 45 both cooperative alike, -135 both hostile alike, -45 kind words and hostile deeds.
    """

    actor: str
    target: str
    counts: tuple[int, ...]
    words: float | None
    deeds: float | None
    balance: Estimate | None
    angle_degrees: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How differently one party treats two others: first less second.

    The intervals come from a bootstrap of weeks in which both share the weeks drawn. None as in `SayDo`.
    """

    actor: str
    first: SayDo
    second: SayDo
    words: Estimate | None
    deeds: Estimate | None
    balance: Estimate | None


def say_do(acts: Acts, actor: str, target: str, since: date | None = None, until: date | None = None, *, seed: int = SEED) -> SayDo:
    """Hold the words of one party to another against its deeds, from `since` to `until`, both included.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> say_do(acts_from_case(a_short_war())[0], "A", "B").counts
    (0, 1, 0, 2, 0)
    """
    weekly = _weekly(acts, actor, target, since, until)
    return _report(actor, target, weekly, _draws(len(weekly), seed))


def equidistance(
    acts: Acts, actor: str, pair: tuple[str, str], since: date | None = None, until: date | None = None, *, seed: int = SEED
) -> Difference:
    """Ask whether a power treats two adversaries alike, in words and in deeds.

    Returns
    -------
    Difference
        An interval that holds 0 does not show that they are treated alike, only that a difference is not seen.
    """
    weeks = [_weekly(acts, actor, target, since, until) for target in pair]
    picked = _draws(len(weeks[0]), seed)
    reports = [_report(actor, target, weekly, picked) for target, weekly in zip(pair, weeks, strict=True)]
    if any(report.balance is None for report in reports):
        return Difference(actor, reports[0], reports[1], None, None, None)
    points = [_ratios(weekly.sum(axis=0)) for weekly in weeks]
    drawn = [_ratios(weekly[picked].sum(axis=1)) for weekly in weeks]
    estimates = [_estimate(float(points[0][k] - points[1][k]), drawn[0][k] - drawn[1][k]) for k in range(3)]
    return Difference(actor, reports[0], reports[1], *estimates)


def lead_lag(acts: Acts, actor: str, target: str, weeks: int = 8) -> tuple[tuple[int, float | None, int], ...]:
    """Correlate weekly net words with weekly net deeds at lags of whole weeks.

    Returns
    -------
    tuple of (lag, correlation, n)
        At a positive lag words come first. The correlation is None where one of the two never varies or under five weeks.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> lead_lag(acts_from_case(a_short_war())[0], "A", "B")[0]
    (-8, None, 0)
    """
    weekly = _weekly(acts, actor, target, None, None)
    words, deeds = weekly[:, 0] - weekly[:, 1], weekly[:, 2] - weekly[:, 3]
    found = []
    for lag in range(-weeks, weeks + 1):
        n = max(len(weekly) - abs(lag), 0)
        one = words[:n] if lag >= 0 else words[-lag:]
        two = deeds[lag:] if lag >= 0 else deeds[:n]
        varies = n >= LEAST and one.std() > 0 and two.std() > 0
        found.append((lag, float(np.corrcoef(one, two)[0, 1]) if varies else None, n))
    return tuple(found)


def class_of_codes(codes: tuple[str, ...]) -> Integers:
    """Give the place in `CLASSES` of each code; -1 for one that neither CAMEO nor PLOVER has."""
    found = []
    for code in codes:
        known = act_and_quad(code)
        if known is None:
            found.append(-1)
            continue
        act, quad = known
        found.append(4 if act == "diplomatic" else (2 if act == "deed" else 0) + (quad in {3, 4}))
    return np.array(found, dtype=np.int64)


def _weekly(acts: Acts, actor: str, target: str, since: date | None, until: date | None) -> NDArray[np.float64]:
    """Count acts by week and class; the last week may be short."""
    first = max((since - acts.first).days, 0) if since else 0
    last = min((until - acts.first).days, acts.span - 1) if until else acts.span - 1
    weeks = max((last - first) // WEEK + 1, 0)
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    chosen = (acts.actor == acts.party(actor)) & (acts.target == acts.party(target)) & (kind >= 0)
    chosen &= (acts.day >= first) & (acts.day <= last)
    cells = (acts.day[chosen] - first) // WEEK * len(CLASSES) + kind[chosen]
    return np.bincount(cells, minlength=weeks * len(CLASSES)).reshape(weeks, len(CLASSES)).astype(np.float64)


def _draws(weeks: int, seed: int) -> Integers:
    return np.random.default_rng(seed).integers(0, max(weeks, 1), (REPLICATES, weeks))


def _ratios(counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give words, deeds and balance from counts in the last axis."""
    words = (counts[..., 0] - counts[..., 1]) / (counts[..., 0] + counts[..., 1] + 2)
    deeds = (counts[..., 2] - counts[..., 3]) / (counts[..., 2] + counts[..., 3] + 2)
    return words, deeds, deeds - words


def _report(actor: str, target: str, weekly: NDArray[np.float64], picked: Integers) -> SayDo:
    counts = weekly.sum(axis=0)
    numbers = tuple(int(count) for count in counts)
    if min(counts[:2].sum(), counts[2:4].sum()) < LEAST:
        return SayDo(actor, target, numbers, None, None, None, None)
    words, deeds, balance = (float(value) for value in _ratios(counts))
    estimate = _estimate(balance, _ratios(weekly[picked].sum(axis=1))[2]) if len(weekly) >= LEAST_BLOCKS else None
    return SayDo(actor, target, numbers, words, deeds, estimate, degrees(atan2(deeds, words)))


def _estimate(value: float, drawn: NDArray[np.float64]) -> Estimate:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value, float(low), float(high))
