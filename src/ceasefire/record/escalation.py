"""Escalation: days on which a series changed, the most serious day since when, and who answers whom how fast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, lgamma, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, within
from ceasefire.record.codes import FORCE
from ceasefire.record.follow_through import FollowThrough, follow_through, incidence_of
from ceasefire.record.ledger import DRAWS, SEED, ledger
from ceasefire.record.maps import Rule

ANSWER_DAYS = 7
_FIRST = 5
"""Days before the likeness of neighbouring days is judged."""


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the level of a series changed.

    Parameters
    ----------
    day : int
        Place in the series of the first day of the new level.
    before, after : float
        Mean of the series in the spells on both sides, up to the next changes.
    p : float
        Share of random orders of the spell that show as large a break.
    """

    day: int
    before: float
    after: float
    p: float


@dataclass(frozen=True, slots=True)
class Since:
    """How long ago a day as serious was last seen: `since` is its place, None where the series holds none earlier."""

    day: int
    value: float
    since: int | None


@dataclass(frozen=True, slots=True)
class Retaliation:
    """How one party answers the force of another, as a ledger of acts in place of words.

    `answers` gives n, the share answered within the window, the base rate and the intervals; `median_days` is the day by
    which half had been answered, None where fewer were, or where there is no rate.
    """

    struck_by: str
    answered_by: str
    answers: FollowThrough | None
    median_days: int | None


def cusum_changes(
    series: NDArray[np.float64], *, level: float = 0.01, least_days: int = 3, orders: int = 999, seed: int = SEED
) -> tuple[Change, ...]:
    r"""Find changes of level by cumulative sums and random orders, splitting again on both sides of each [1]_.

    Deaths are best given as log(1 + deaths). A day is like the one before: a break is held against those in random orders after
    it was shrunk by :math:`\sqrt{(1 - r) / (1 + r)}`, for days of autocorrelation :math:`r` are worth so many fewer [2]_. That is
    read off the differences of the series, :math:`1 + r = E (x_{t+2} - x_t)^2 / E (x_{t+1} - x_t)^2`, without the steps of more
    than three standard deviations, which are changes of level; taken from 0 to 0.95.

    Parameters
    ----------
    series : NDArray[np.float64], shape (n_days,)
        Without gaps; ValueError where a value is missing.
    level : float
        Share of random orders that may show as large a break.
    least_days : int
        Shortest spell.
    orders : int
    seed : int

    References
    ----------
    .. [1] Page (1954), Continuous inspection schemes, Biometrika 41: 100-115; with random orders after Hinkley and Schechtman
       (1987), Conditional bootstrap methods in the mean-shift model, Biometrika 74: 85-93.
    .. [2] Robbins, Gallagher, Lund and Aue (2011), Mean shift testing in correlated data, Journal of Time Series Analysis 32:
       498-511.

    Examples
    --------
    >>> [(change.day, change.before, change.after) for change in cusum_changes(np.array([1.0] * 20 + [9.0] * 20))]
    [(20, 1.0, 9.0)]
    """
    if np.isnan(series).any():
        raise ValueError("the series has days without a value; take a part that has none")
    random, worth = np.random.default_rng(seed), _worth(series)
    found: dict[int, float] = {}
    spells = [(0, len(series))]
    while spells:
        low, high = spells.pop()
        if high - low < 2 * least_days:
            continue
        part = series[low:high]
        break_at, size = _largest(part[None], least_days)
        shuffled = random.permuted(np.tile(part, (orders, 1)), axis=1)
        p = (1 + int((_largest(shuffled, least_days)[1] >= worth * size[0] - 1e-12).sum())) / (orders + 1)
        if p <= level:
            day = low + int(break_at[0])
            found[day] = p
            spells += [(low, day), (day, high)]
    days = sorted(found)
    edges = [0, *days, len(series)]
    return tuple(
        Change(day, float(series[edges[k] : day].mean()), float(series[day : edges[k + 2]].mean()), found[day])
        for k, day in enumerate(days)
    )


def _worth(series: NDArray[np.float64]) -> float:
    """Give the root of the share of days that is left when a day like the one before counts less."""
    steps = np.diff(series)
    kept = np.ones(len(steps), dtype=np.bool_)
    while kept.any():
        usual = kept & (np.abs(steps) <= 3 * sqrt((steps[kept] ** 2).mean()))
        if (usual == kept).all():
            break
        kept = usual
    leaps = (series[2:] - series[:-2])[kept[1:] & kept[:-1]]
    if not len(leaps) or not steps[kept].any():
        return 1.0
    memory = min(max(float((leaps**2).mean() / (steps[kept] ** 2).mean()) - 1.0, 0.0), 0.95)
    return sqrt((1.0 - memory) / (1.0 + memory))


def _largest(rows: NDArray[np.float64], least: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give for each row the split with the largest difference of means, scaled by its standard error, and that size."""
    n = rows.shape[1]
    k = np.arange(least, n - least + 1)
    sums = np.cumsum(rows - rows.mean(axis=1, keepdims=True), axis=1)[:, k - 1]
    size = np.abs(sums) / np.sqrt(k * (n - k) / n)
    best = size.argmax(axis=1)
    return k[best], size[np.arange(len(rows)), best]


def online_changes(
    series: NDArray[np.float64], *, mean_spell: float = 60.0, settle_days: int = 3, sure: float = 0.5
) -> tuple[int, ...]:
    """Find changes as they could have been seen at the time: Bayesian on-line detection [3]_, from the days up to each alone.

    Reported is the first day of the new spell, once a change in the last `settle_days` days is more likely than `sure`. A day is
    like the one before: it counts for what it is worth, as in `cusum_changes` but judged by the days so far, and as many more days
    are looked back upon, with the same odds over those expected beforehand.

    Parameters
    ----------
    series : NDArray[np.float64], shape (n_days,)
    mean_spell : float
        Days between changes expected beforehand.
    settle_days : int
    sure : float

    Returns
    -------
    tuple of int
        Places in the series.

    References
    ----------
    .. [3] Adams and MacKay (2007), Bayesian Online Changepoint Detection, arXiv 0710.3742.

    Examples
    --------
    >>> online_changes(np.array([1.0] * 20 + [9.0] * 20))
    (20,)
    """
    worth = np.array([_worth(series[: day + 1]) ** 2 if day >= _FIRST else 1.0 for day in range(len(series))])
    chances = run_lengths(series, mean_spell, worth)

    def odds(chance: float) -> float:
        return chance / max(1 - chance, 1e-12)

    def expected(days: int) -> float:
        return odds(1 - (1 - 1 / mean_spell) ** days)

    found: list[int] = []
    for day in range(settle_days, len(series)):
        back = ceil(settle_days / worth[day])
        recent = chances[day, : back + 1]
        start = day - int(recent.argmax())
        surprise = odds(float(recent.sum())) / expected(back)
        if surprise > odds(sure) / expected(settle_days) and start > 0 and (not found or start - found[-1] > settle_days):
            found.append(start)
    return tuple(found)


def run_lengths(series: NDArray[np.float64], mean_spell: float, worth: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    r"""Give the posterior of how many days ago the present spell began.

    Within a spell values are normal with unknown mean and variance: a normal-inverse-gamma prior, centred on the first value
    of the series, with weight 1/10 for the mean, shape 1 and as scale the variance of the days before the spell, 1 where there
    is none.

    Parameters
    ----------
    series : NDArray[np.float64], shape (n_days,)
        Without gaps; ValueError where a value is missing.
    mean_spell : float
        Days, above 1.
    worth : NDArray[np.float64], shape (n_days,), optional
        For how much of a day each counts, from 0 to 1; 1 by default.

    Returns
    -------
    NDArray[np.float64], shape (n_days, n_days)
        Row t, column r: chance, given the days up to t, that day t is day r of its spell, from 0. Rows sum to 1.
    """
    if np.isnan(series).any():
        raise ValueError("the series has days without a value; take a part that has none")
    n = len(series)
    chances = np.zeros((n, n))
    if n == 0:
        return chances
    worth, spread = np.ones(n) if worth is None else worth, 1.0
    mean, weight, shape, scale = (np.full(1, v) for v in (float(series[0]), 0.1, 1.0, spread))
    grow, stop = log(1 - 1 / mean_spell), log(1 / mean_spell)
    logs = np.zeros(1)
    for t, value in enumerate(series):
        share = float(worth[t])
        seen = share * _student(value, mean, weight, shape, scale)
        logs = (logs if t == 0 else np.concatenate([[stop + _log_sum(logs)], grow + logs])) + seen
        logs = logs - _log_sum(logs)
        chances[t, : t + 1] = np.exp(logs)
        spread = float(series[: t + 1].var()) or 1.0
        mean, weight, shape, scale = (
            np.concatenate([[first], later])
            for first, later in zip(
                (float(series[0]), 0.1, 1.0, spread),
                (
                    (weight * mean + share * value) / (weight + share),
                    weight + share,
                    shape + share / 2,
                    scale + share * weight * (value - mean) ** 2 / (2 * (weight + share)),
                ),
                strict=True,
            )
        )
    return chances


def _student(
    value: float, mean: NDArray[np.float64], weight: NDArray[np.float64], shape: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the log density of the next value: Student's t with twice `shape` degrees of freedom."""
    freedom = 2 * shape
    width = scale * (weight + 1) / (shape * weight)
    gammas = np.array([lgamma((f + 1) / 2) - lgamma(f / 2) for f in freedom])
    density: NDArray[np.float64] = (
        gammas - 0.5 * np.log(freedom * pi * width) - (freedom + 1) / 2 * np.log1p((value - mean) ** 2 / (freedom * width))
    )
    return density


def _log_sum(logs: NDArray[np.float64]) -> float:
    most = float(logs.max())
    return most + float(np.log(np.exp(logs - most).sum()))


def most_serious_since(series: NDArray[np.float64], first: int = 0, *, least: float = 0.0) -> tuple[Since, ...]:
    """Say of each day from `first` on when a day as serious was last seen.

    Parameters
    ----------
    series : NDArray[np.float64], shape (n_days,)
        NaN where nobody counted; such a day is not compared.
    first : int
    least : float
        Days below it are not listed.

    Returns
    -------
    tuple of Since
        Days that top the seven days before them, by day.

    Examples
    --------
    >>> most_serious_since(np.array([5.0, 1.0, 2.0, 1.0, 6.0]), 4)
    (Since(day=4, value=6.0, since=None),)
    """
    found = []
    stack: list[int] = []
    for day, value in enumerate(series):
        if np.isnan(value):
            continue
        while stack and series[stack[-1]] < value:
            stack.pop()
        since = stack[-1] if stack else None
        if day >= first and value >= least and (since is None or day - since > 7):
            found.append(Since(day, float(value), since))
        stack.append(day)
    return tuple(found)


def retaliation(
    acts: Acts, struck_by: str, answered_by: str, *, within_days: int = ANSWER_DAYS, draws: int = DRAWS, seed: int = SEED
) -> Retaliation:
    """Measure how often, and how fast, force (18 to 20) of one party is followed by force of the other toward it.

    Every day of force opens an answer to be awaited from the next day on, as a word opens a commitment, with the same base rate and
    intervals. An answer is not shown to be *caused*: a battle has two sides, and both may follow a plan.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> found = retaliation(acts_from_case(a_short_war())[0], "A", "B")
    >>> found.answers.n, dict(found.answers.counts)["fulfilled"]
    (2, 2)
    """
    within(1, within_days=within_days)
    rule = Rule("19", "refusal", "force", "uses force", (("full", "B>A", ("19",)),), within_days, restraint=False)
    found = ledger(_as_one(acts), [(rule,)], draws=draws, seed=seed)
    chosen = found.select(actor=struck_by, target=answered_by)
    reports = follow_through(found, by=("pair",), chosen=chosen)
    if not reports:
        return Retaliation(struck_by, answered_by, None, None)
    if reports[0].rate is None:
        return Retaliation(struck_by, answered_by, reports[0], None)
    half = np.flatnonzero(incidence_of(found, chosen).share[0] >= 0.5)
    return Retaliation(struck_by, answered_by, reports[0], int(half[0]) + 1 if len(half) else None)


def _as_one(acts: Acts) -> Acts:
    """Write every code of force as 19, so that a day of force opens one answer."""
    return replace(acts, codes=tuple("19" if code.startswith(FORCE) else code for code in acts.codes))
