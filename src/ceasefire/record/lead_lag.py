r"""Whether words lead deeds: correlations of weekly net words with weekly net deeds at lags of whole weeks.

Weeks are not independent: a series that changes slowly is worth fewer of them. The interval of a correlation over :math:`n` pairs
of weeks is Fisher's, :math:`\tanh(\operatorname{artanh} r \pm 1.96 / \sqrt{n^* - 3})`, with the effective number [1]_

.. math:: \frac{1}{n^*} = \frac{1}{n} + \frac{2}{n} \sum_{j=1}^{n/5} \frac{n - j}{n} r_x(j) r_y(j),

:math:`r_x(j), r_y(j)` the autocorrelations of the two series, each with the factor :math:`n / (n - j)`; never more than :math:`n`.

References
----------
.. [1] Pyper and Peterman (1998), Comparison of methods to account for autocorrelation in correlation analyses of fish data,
   Canadian Journal of Fisheries and Aquatic Sciences 55(9): 2127-2140.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import NORMAL_95
from ceasefire.record.acts import Acts, within
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.say_do import WEEK, weekly_counts

LAGS = 8


@dataclass(frozen=True, slots=True)
class Lag:
    """How words go with deeds some weeks later.

    Parameters
    ----------
    weeks : int
        Positive where words come first.
    n : int
        Pairs of weeks.
    effective_n : float or None
        How many independent pairs they are worth; at most `n`.
    correlation : Estimate or None
        With its 95 % interval, from -1 to 1 where the pairs are worth three or fewer. None, as `effective_n`, where one of the two
        never varies or under five pairs.
    """

    weeks: int
    n: int
    effective_n: float | None
    correlation: Estimate | None


def lead_lag(acts: Acts, actor: str, target: str, weeks: int = LAGS) -> tuple[Lag, ...]:
    """Correlate weekly net words with weekly net deeds of one party toward another at lags of whole weeks.

    Net is cooperation less conflict. Days after the last whole week are left out.

    Returns
    -------
    tuple of Lag
        From -`weeks` to `weeks`.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> lead_lag(acts_from_case(a_short_war())[0], "A", "B")[0]
    Lag(weeks=-8, n=0, effective_n=None, correlation=None)
    """
    within(0, weeks=weeks)
    weekly = weekly_counts(acts, actor, target)[: acts.span // WEEK]
    words, deeds = weekly[:, 0] - weekly[:, 1], weekly[:, 2] - weekly[:, 3]
    found = []
    for lag in range(-weeks, weeks + 1):
        n = max(len(weekly) - abs(lag), 0)
        one = words[:n] if lag >= 0 else words[-lag:]
        two = deeds[lag:] if lag >= 0 else deeds[:n]
        if n >= LEAST and one.std() > 0 and two.std() > 0:
            effective = effective_number(one, two)
            found.append(Lag(lag, n, effective, correlated(float(np.corrcoef(one, two)[0, 1]), effective)))
        else:
            found.append(Lag(lag, n, None, None))
    return tuple(found)


def effective_number(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Tell how many independent pairs the pairs of two series are worth.

    Parameters
    ----------
    one, two : NDArray[np.float64], shape (n,)
        Neither constant.

    Examples
    --------
    >>> slow = np.repeat([1.0, 3.0, 2.0, 5.0], 5)
    >>> round(effective_number(slow, slow), 1)
    7.0
    """
    n = len(one)
    x, y = one - one.mean(), two - two.mean()
    terms = [
        (n - j) / n * (n / (n - j)) ** 2 * float(x[:-j] @ x[j:]) / float(x @ x) * float(y[:-j] @ y[j:]) / float(y @ y)
        for j in range(1, n // 5 + 1)
    ]
    return n / max(1.0, 1.0 + 2.0 * sum(terms))


def correlated(value: float, n: float) -> Estimate:
    """Give a correlation with Fisher's interval for so many independent pairs.

    Examples
    --------
    >>> found = correlated(0.5, 28)
    >>> round(found.low, 2), round(found.high, 2), correlated(0.5, 3)
    (0.16, 0.74, Estimate(value=0.5, low=-1.0, high=1.0))
    """
    value = min(max(value, -1.0), 1.0)
    if n <= 3:
        return Estimate(value, -1.0, 1.0)
    inside = min(max(value, -1.0 + 1e-12), 1.0 - 1e-12)
    ends = np.tanh(np.arctanh(inside) + np.array([-1.0, 1.0]) * NORMAL_95 / np.sqrt(n - 3))
    return Estimate(value, float(min(ends[0], value)), float(max(ends[1], value)))
