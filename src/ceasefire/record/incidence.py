r"""Cumulative incidence of competing outcomes (Aalen-Johansen), in whole days.

With :math:`n_s` still open at the start of day :math:`s`, :math:`d_{js}` closing on it by outcome :math:`j`, :math:`d_s` in
all and :math:`S(s) = \prod_{u \le s} (1 - d_u / n_u)`, the incidence is :math:`F_j(t) = \sum_{s \le t} S(s-1) d_{js} / n_s` [1]_.
What is censored on a day still counts as open on that day.

References
----------
.. [1] Aalen and Johansen (1978), Scandinavian Journal of Statistics 5(3): 141-150.
.. [2] Marubini and Valsecchi (1995), Analysing Survival Data from Clinical Trials and Observational Studies, Wiley, ch. 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import NORMAL_95
from ceasefire.record.acts import Integers

_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Incidence:
    """Curves over days 1 to `horizon`.

    Parameters
    ----------
    n : int
        Commitments followed.
    at_risk : NDArray[np.float64], shape (horizon,)
        Still open at the start of each day.
    events : NDArray[np.float64], shape (n_outcomes, horizon)
        Closed on each day, by outcome.
    share : NDArray[np.float64], shape (n_outcomes, horizon)
        Cumulative incidence.
    variance : NDArray[np.float64], shape (n_outcomes, horizon)
        By the delta method [2]_; without censoring it equals share (1 - share) / n.
    """

    n: int
    at_risk: NDArray[np.float64]
    events: NDArray[np.float64]
    share: NDArray[np.float64]
    variance: NDArray[np.float64]

    @property
    def horizon(self) -> int:
        """Length of the curves in days."""
        return len(self.at_risk)

    def interval(self, outcome: int, day: int | None = None) -> tuple[float, float]:
        """Give the 95 % interval of one outcome by a day, by default the last.

        On the scale log(-log), so that it stays between 0 and 1. Where none (or all) closed so far, the exact binomial bound
        for the commitments that were still followed.
        """
        k = (self.horizon if day is None else day) - 1
        share, spread = float(self.share[outcome, k]), float(self.variance[outcome, k]) ** 0.5
        return interval_of(share, spread, float(self.at_risk[k]) if share <= _ROUNDING else self.n)


def interval_of(share: float, spread: float, n: float) -> tuple[float, float]:
    """Give the 95 % interval of a share from its standard error, on the scale log(-log); at 0 and 1 the exact bound for n.

    Examples
    --------
    >>> [round(end, 3) for end in interval_of(0.5, 0.1, 25)], interval_of(1.0, 0.0, 1)
    ([0.295, 0.675], (0.025, 1.0))
    """
    followed = max(n, 1.0)
    if share <= _ROUNDING:
        return 0.0, 1.0 - 0.025 ** (1.0 / followed)
    if share >= 1.0 - _ROUNDING:
        return float(0.025 ** (1.0 / followed)), 1.0
    power = float(np.exp(max(NORMAL_95 * spread / (share * np.log(share)), -700.0)))
    return float(share ** (1.0 / power)), float(share**power)


def cumulative_incidence(
    days: Integers, outcome: Integers, n_outcomes: int, horizon: int, weight: NDArray[Any] | None = None
) -> Incidence:
    """Estimate how many commitments each outcome closes by each day.

    Parameters
    ----------
    days : NDArray[int], shape (n,)
        Day on which each was closed or last seen open, from 1.
    outcome : NDArray[int], shape (n,)
        From 0; -1 where it was still open when last seen.
    n_outcomes : int
    horizon : int
        Last day of the curves, at least 1; what closes later counts as open on all of them.
    weight : NDArray, shape (n,), optional
        How often each counts.

    Returns
    -------
    Incidence
        Zero everywhere where nothing was followed.

    Examples
    --------
    Of four, one is kept on day 1, one broken on day 2, one lost from view on day 2, one open throughout.

    >>> found = cumulative_incidence(np.array([1, 2, 2, 9]), np.array([0, 1, -1, -1]), 2, 3)
    >>> found.share[:, -1].round(3).tolist()
    [0.25, 0.25]
    """
    outcome = np.where(days > horizon, -1, outcome)
    cells = np.minimum(days, horizon) * (n_outcomes + 1) + outcome + 1
    counted = np.bincount(cells, weights=weight, minlength=(horizon + 1) * (n_outcomes + 1)).astype(np.float64)
    table = counted.reshape(horizon + 1, n_outcomes + 1)[1:].T
    leaving = table.sum(axis=0)
    at_risk = np.cumsum(leaving[::-1])[::-1]
    events = table[1:]
    safe = np.where(at_risk > 0, at_risk, 1.0)
    closed = events.sum(axis=0)
    surviving = np.cumprod(1.0 - closed / safe)
    before = np.concatenate([[1.0], surviving[:-1]])
    share = np.minimum(np.cumsum(before * events / safe, axis=1), 1.0)
    return Incidence(len(days), at_risk, events, share, _variance(safe, events, closed, before, share))


def influence(found: Incidence, days: Integers, outcome: Integers, asked: int) -> NDArray[np.float64]:
    r"""Tell how much each commitment moves the last value of one curve: the derivative by its weight.

    Without censoring it is (1 - F) / n for those that the outcome closed and -F / n for the others. The sum is 0; the sum of
    squares estimates the variance, and so does the sum of squared sums over blocks where members of a block move together [3]_.

    Parameters
    ----------
    found : Incidence
        Of these commitments, unweighted.
    days, outcome : NDArray[np.int64], shape (n,)
        As given to `cumulative_incidence`.
    asked : int
        The outcome of the curve.

    References
    ----------
    .. [3] Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, SIAM, ch. 6.
    """
    safe = np.where(found.at_risk > 0, found.at_risk, 1.0)
    hazard = found.events / safe
    staying = 1.0 - hazard.sum(axis=0)
    before = np.concatenate([[1.0], np.cumprod(staying)[:-1]])
    coming = found.share[asked, -1] - found.share[asked]
    slope = np.repeat(-np.where(staying > 1e-12, coming / np.where(staying > 1e-12, staying, 1.0), 0.0)[None], len(hazard), axis=0)
    slope[asked] += before
    slope /= safe
    passed = np.concatenate([[0.0], np.cumsum((slope * hazard).sum(axis=0))])
    outcome = np.where(days > found.horizon, -1, outcome)
    at = np.minimum(days, found.horizon)
    moved: NDArray[np.float64] = np.where(outcome >= 0, slope[outcome, np.maximum(at, 1) - 1], 0.0) - passed[at]
    return moved


def _variance(
    at_risk: NDArray[np.float64],
    events: NDArray[np.float64],
    closed: NDArray[np.float64],
    before: NDArray[np.float64],
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sum the three terms of the delta method over days up to each day, the square multiplied out."""
    left = at_risk - closed
    a = np.where(left > 1e-9, closed / (at_risk * np.where(left > 1e-9, left, 1.0)), 0.0)
    b = before**2 * events * (at_risk - events) / at_risk**3
    c = before * events / at_risk**2
    total = share**2 * np.cumsum(a) - 2 * share * np.cumsum(a * share, axis=1) + np.cumsum(a * share**2, axis=1)
    total += np.cumsum(b, axis=1) - 2 * share * np.cumsum(c, axis=1) + 2 * np.cumsum(c * share, axis=1)
    kept: NDArray[np.float64] = np.maximum(total, 0.0)
    return kept
