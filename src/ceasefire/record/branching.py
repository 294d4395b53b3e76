r"""Whether force breeds force: a self- and mutually exciting process on days, and its branching ratio.

Acts of force of party :math:`i` on day :math:`t` are Poisson with mean
:math:`\lambda_i(t) = \mu_i + \sum_j a_{ij} \sum_{k \ge 1} (1 - r) r^{k-1} N_j(t - k)` (Hawkes 1971, on days [1]_). :math:`a_{ij}`
is how many acts of :math:`i` one act of :math:`j` brings forth; the branching ratio is the spectral radius of :math:`a`: at 1 or
more violence would feed itself without end. For a given :math:`r` the likelihood is that of a Poisson regression with identity
link and no negative terms, climbed by the EM algorithm; :math:`r` is chosen from half-lives by likelihood.

A fit without negative terms finds some ratio in any course, so the base is what it finds in the same days in random order.

Acts that follow one another need not answer one another: a plan, or a reporter who stays, excites just as well.

References
----------
.. [1] Hawkes (1971), Spectra of some self-exciting and mutually exciting point processes, Biometrika 58: 83-90.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts
from ceasefire.record.codes import FORCE
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.ledger import SEED

Floats: TypeAlias = NDArray[np.float64]
HALF_LIVES = (0.5, 1.0, 2.0, 4.0, 8.0)
DRAWS = 200
_STEPS, _FEW = 400, 60


@dataclass(frozen=True, slots=True)
class Branching:
    """How acts of force of two parties toward each other bring forth more.

    Parameters
    ----------
    parties : (str, str)
    days : int
        Days observed.
    acts : (int, int)
        Acts of force of each toward the other; repeats of a code on a day count once.
    half_life_days : float
        By which half of what an act brings forth has come; chosen from `HALF_LIVES`.
    background : (float, float)
        Acts a day that nothing before brought forth.
    offspring : tuple of (tuple of Estimate)
        ``offspring[i][j]``: acts of `i` brought forth by one act of `j`, with the 95 % interval of draws from the fitted process.
    ratio : Estimate
        Branching ratio, likewise.
    base : Estimate
        Mean branching ratio of the same days in random order, and the range of 95 in 100 of them.
    """

    parties: tuple[str, str]
    days: int
    acts: tuple[int, int]
    half_life_days: float
    background: tuple[float, float]
    offspring: tuple[tuple[Estimate, ...], ...]
    ratio: Estimate
    base: Estimate


def branching(acts: Acts, one: str, other: str, *, draws: int = DRAWS, seed: int = SEED) -> Branching | None:
    """Fit the process to the force of two parties toward each other; None where either used it fewer than five times.

    Examples
    --------
    Too few acts tell nothing.

    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> branching(acts_from_case(a_short_war())[0], "A", "B") is None
    True
    """
    counts = np.stack([_by_day(acts, one, other), _by_day(acts, other, one)])
    if counts.sum(axis=1).min() < LEAST:
        return None
    best, halves = likeliest(counts[None])
    half, random = float(halves[0]), np.random.default_rng(seed)
    drawn, _ = likeliest(simulate(best[0], counts.shape[1], half, draws, random, most=10 * float(counts.max())))
    shuffled = np.stack([counts[:, random.permutation(counts.shape[1])] for _ in range(draws)])
    bases = _radius(likeliest(shuffled)[0])
    offspring = tuple(tuple(_estimate(best[0, i, 1 + j], drawn[:, i, 1 + j]) for j in range(2)) for i in range(2))
    return Branching(
        parties=(one, other),
        days=counts.shape[1],
        acts=(int(counts[0].sum()), int(counts[1].sum())),
        half_life_days=half,
        background=(float(best[0, 0, 0]), float(best[0, 1, 0])),
        offspring=offspring,
        ratio=_estimate(_radius(best)[0], _radius(drawn)),
        base=_estimate(bases.mean(), bases),
    )


def _by_day(acts: Acts, actor: str, target: str) -> Floats:
    chosen = acts.where((acts.actor == acts.party(actor)) & (acts.target == acts.party(target)), "other pairs").one_a_day()
    force = acts.has_code(FORCE)[chosen.code] if len(chosen) else np.empty(0, dtype=np.bool_)
    return np.bincount(chosen.day[force], minlength=acts.span).astype(np.float64)


def excitement(counts: Floats, half_life: float) -> Floats:
    """Give for each day the fading sum of the counts of the days before it.

    Parameters
    ----------
    counts : NDArray[np.float64], shape (..., n_days)
    half_life : float
        Days by which half of the weight of an act has been spent.

    Examples
    --------
    >>> excitement(np.array([[2.0, 0.0, 0.0]]), 1.0)
    array([[0. , 1. , 0.5]])
    """
    fade = 0.5 ** (1 / half_life)
    found = np.zeros_like(counts)
    for day in range(1, counts.shape[-1]):
        found[..., day] = fade * found[..., day - 1] + (1 - fade) * counts[..., day - 1]
    return found


def _terms(counts: Floats, half_life: float) -> Floats:
    """Give the terms of both means: 1 and the two excitements, shape (n_draws, 3, n_days)."""
    return np.concatenate([np.ones_like(counts[:, :1]), excitement(counts, half_life)], axis=1)


def fit(counts: Floats, half_life: float, steps: int = _STEPS) -> Floats:
    """Climb the likelihood by EM, for many draws at once.

    Parameters
    ----------
    counts : NDArray[np.float64], shape (n_draws, 2, n_days)
    half_life : float
    steps : int

    Returns
    -------
    NDArray[np.float64], shape (n_draws, 2, 3)
        For each party its background and what an act of the first and of the second brings forth.
    """
    terms = _terms(counts, half_life)
    total = np.maximum(terms.sum(axis=2), 1e-12)[:, None, :]
    found = np.stack([np.maximum(counts.mean(axis=2), 1e-9) / 2, *[np.full(counts.shape[:2], 0.25)] * 2], axis=2)
    for _ in range(steps):
        mean = np.maximum(found @ terms, 1e-12)
        found = found * ((counts / mean) @ terms.transpose(0, 2, 1)) / total
    return found


def likeliest(counts: Floats) -> tuple[Floats, Floats]:
    """Fit each draw with the half-life of `HALF_LIVES` under which it is likeliest.

    Returns
    -------
    fitted : NDArray[np.float64], shape (n_draws, 2, 3)
        As `fit` gives them.
    half_life : NDArray[np.float64], shape (n_draws,)
    """
    likelihood = [log_likelihood(counts, fit(counts, half, _FEW), half) for half in HALF_LIVES]
    chosen = np.argmax(likelihood, axis=0)
    fitted = np.empty((len(counts), 2, 3))
    for k in np.unique(chosen):
        fitted[chosen == k] = fit(counts[chosen == k], HALF_LIVES[k])
    return fitted, np.array(HALF_LIVES)[chosen]


def log_likelihood(counts: Floats, found: Floats, half_life: float) -> Floats:
    """Give the log likelihood of each draw, without the term that no parameter changes."""
    mean = np.maximum(found @ _terms(counts, half_life), 1e-300)
    likelihood: Floats = (counts * np.log(mean) - mean).sum(axis=(1, 2))
    return likelihood


def simulate(found: Floats, days: int, half_life: float, draws: int, random: np.random.Generator, *, most: float) -> Floats:
    """Draw courses of the process; no day has a mean above `most`, so that one that feeds itself stays finite.

    Returns
    -------
    NDArray[np.float64], shape (draws, 2, days)
    """
    fade = 0.5 ** (1 / half_life)
    counts, excited = np.zeros((draws, 2, days)), np.zeros((draws, 2))
    for day in range(days):
        mean = found[:, 0] + excited @ found[:, 1:].T
        counts[:, :, day] = random.poisson(np.minimum(mean, most))
        excited = fade * excited + (1 - fade) * counts[:, :, day]
    return counts


def _radius(found: Floats) -> Floats:
    """Give the spectral radius of two by two matrices without negative entries."""
    a, b, c, d = found[:, 0, 1], found[:, 0, 2], found[:, 1, 1], found[:, 1, 2]
    radius: Floats = (a + d + np.sqrt((a - d) ** 2 + 4 * b * c)) / 2
    return radius


def _estimate(value: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(float(value), min(float(low), float(value)), max(float(high), float(value)))
