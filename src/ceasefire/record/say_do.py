r"""Say-do balance: whether acts are better or worse than words.

With :math:`MC, MK` material cooperation and conflict and :math:`VC, VK` words of cooperation and conflict, the balance is
:math:`SD = (MC - MK)/(MC + MK + 2) - (VC - VK)/(VC + VK + 2)`; positive means that acts are better than words. The 2 draws a
ratio of few events to 0. Diplomatic acts are neither: they are counted apart.

Intervals are the wider of two, end by end. One comes from a circular bootstrap [1]_ of blocks of :math:`n^{1/3}` weeks, rounded up,
for the acts of a week and of the next depend on one another; it needs five weeks. The other treats acts as independent: the exact
binomial interval of a ratio, and for a difference of two the interval put together from theirs [2]_; it does not shrink to nothing
where all words are kind, and it is not drawn to 0, so that few kind words and many are not told apart.

References
----------
.. [1] Politis and Romano (1992), A circular block-resampling procedure for stationary data, in LePage and Billard (eds.),
   Exploring the Limits of Bootstrap, Wiley: 263-270.
.. [2] Zou and Donner (2008), Construction of confidence limits about effect measures: a general approach, Statistics in Medicine
   27(10): 1693-1702.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import atan2, ceil, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import share_interval
from ceasefire.record.acts import Acts, Integers, in_order
from ceasefire.record.blocks import LEAST_BLOCKS, REPLICATES, wider
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
    words, deeds : Estimate or None
        The two ratios, from -1 conflict to 1 cooperation; None where fewer than five words, or deeds, stand behind it.
    balance : Estimate or None
        Deeds less words; None where one of the two is, or over fewer than five weeks.
    angle_degrees : float or None
        Direction of (words, deeds): 45 both cooperative alike, -135 both hostile alike, -45 kind words and hostile deeds.
    """

    actor: str
    target: str
    counts: tuple[int, ...]
    words: Estimate | None
    deeds: Estimate | None
    balance: Estimate | None
    angle_degrees: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How differently one party treats two others: first less second.

    In the bootstrap both share the weeks drawn. None as in `SayDo`.
    """

    actor: str
    first: SayDo
    second: SayDo
    words: Estimate | None
    deeds: Estimate | None
    balance: Estimate | None


def say_do(acts: Acts, actor: str, target: str, since: date | None = None, until: date | None = None, *, seed: int = SEED) -> SayDo:
    """Hold the words of one party to another against its deeds, from `since` to `until`, both included.

    Raises
    ------
    DataError
        If `since` is after `until`.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> say_do(acts_from_case(a_short_war())[0], "A", "B").counts
    (0, 1, 0, 2, 0)
    """
    weekly = weekly_counts(acts, actor, target, since, until)
    return _report(actor, target, weekly, _draws(len(weekly), seed))


def equidistance(
    acts: Acts, actor: str, pair: tuple[str, str], since: date | None = None, until: date | None = None, *, seed: int = SEED
) -> Difference:
    """Ask whether a power treats two adversaries alike, in words and in deeds.

    Returns
    -------
    Difference
        An interval that holds 0 does not show that they are treated alike, only that a difference is not seen.

    Raises
    ------
    DataError
        If `since` is after `until`.

    Examples
    --------
    Twenty weeks: R praises both, sends arms to one and puts sanctions on the other.

    >>> from datetime import timedelta
    >>> from ceasefire.record import acts_of
    >>> weekly = [("A", "051"), ("A", "072"), ("B", "051"), ("B", "163")]
    >>> rows = [(date(2031, 1, 1) + timedelta(7 * week), target, code) for week in range(20) for target, code in weekly]
    >>> days, targets, codes = zip(*rows)
    >>> found = equidistance(acts_of(days, ["R"] * len(days), targets, codes), "R", ("A", "B"))
    >>> found.words.low < 0 < found.words.high, round(found.deeds.value, 2), found.deeds.low > 0
    (True, 1.82, True)
    """
    weeks = [weekly_counts(acts, actor, target, since, until) for target in pair]
    picked = _draws(len(weeks[0]), seed)
    reports = [_report(actor, target, weekly, picked) for target, weekly in zip(pair, weeks, strict=True)]
    points = [_ratios(weekly.sum(axis=0)) for weekly in weeks]
    drawn = [_ratios(weekly[picked].sum(axis=1)) for weekly in weeks]
    estimates = []
    for k, name in enumerate(("words", "deeds", "balance")):
        one, other = (getattr(report, name) for report in reports)
        known = one is not None and other is not None and len(picked[0]) >= LEAST_BLOCKS
        value = float(points[0][k] - points[1][k])
        estimates.append(Estimate(value, *wider((drawn[0][k] - drawn[1][k],), _less(one, other))) if known else None)
    return Difference(actor, reports[0], reports[1], *estimates)


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


def weekly_counts(acts: Acts, actor: str, target: str, since: date | None = None, until: date | None = None) -> NDArray[np.float64]:
    """Count the acts of one party toward another by week and class; the last week may be short.

    Returns
    -------
    NDArray[np.float64], shape (n_weeks, n_classes)
    """
    in_order(since, until)
    first = max((since - acts.first).days, 0) if since else 0
    last = min((until - acts.first).days, acts.span - 1) if until else acts.span - 1
    weeks = max((last - first) // WEEK + 1, 0)
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    chosen = (acts.actor == acts.party(actor)) & (acts.target == acts.party(target)) & (kind >= 0)
    chosen &= (acts.day >= first) & (acts.day <= last)
    cells = (acts.day[chosen] - first) // WEEK * len(CLASSES) + kind[chosen]
    return np.bincount(cells, minlength=weeks * len(CLASSES)).reshape(weeks, len(CLASSES)).astype(np.float64)


def _draws(weeks: int, seed: int) -> Integers:
    """Draw blocks of weeks that follow one another in a circle; shape (n_replicates, n_weeks)."""
    length = ceil(weeks ** (1 / 3)) if weeks else 1
    starts = np.random.default_rng(seed).integers(0, max(weeks, 1), (REPLICATES, -(-weeks // length)))
    picked = (starts[:, :, None] + np.arange(length)) % max(weeks, 1)
    return picked.reshape(REPLICATES, -1)[:, :weeks]


def _ratios(counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give words, deeds and balance from counts in the last axis."""
    words = (counts[..., 0] - counts[..., 1]) / (counts[..., 0] + counts[..., 1] + 2)
    deeds = (counts[..., 2] - counts[..., 3]) / (counts[..., 2] + counts[..., 3] + 2)
    return words, deeds, deeds - words


def _report(actor: str, target: str, weekly: NDArray[np.float64], picked: Integers) -> SayDo:
    counts = weekly.sum(axis=0)
    drawn = _ratios(weekly[picked].sum(axis=1))
    enough = len(weekly) >= LEAST_BLOCKS
    words, deeds = (_ratio(counts[k : k + 2], drawn[k // 2] if enough else np.empty(0)) for k in (0, 2))
    balance, angle = None, None
    if words and deeds:
        angle = degrees(atan2(deeds.value, words.value))
        balance = Estimate(deeds.value - words.value, *wider((drawn[2],), _less(deeds, words))) if enough else None
    return SayDo(actor, target, tuple(int(count) for count in counts), words, deeds, balance, angle)


def _ratio(counts: NDArray[np.float64], drawn: NDArray[np.float64]) -> Estimate | None:
    """Give a ratio of cooperation and conflict; None under five acts."""
    n = float(counts.sum())
    if n < LEAST:
        return None
    low, high = (2 * end - 1 for end in share_interval(float(counts[0]), n))
    return Estimate(float(counts[0] - counts[1]) / (n + 2), *wider((drawn,), (low, high)))


def _less(one: Estimate, other: Estimate) -> tuple[float, float]:
    """Give the interval of the difference of two independent estimates from their intervals."""
    value = one.value - other.value
    low, high = hypot(one.value - one.low, other.high - other.value), hypot(one.high - one.value, other.value - other.low)
    return value - low, value + high
