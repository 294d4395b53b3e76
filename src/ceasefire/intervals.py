"""Intervals for shares and rates, without SciPy: of every room that gives one."""

from __future__ import annotations

from math import exp, inf, lgamma, log, log1p, sqrt

NORMAL_95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % above it."""

_TINY = 1e-300
_STEPS = 400


def beta_cdf(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function, by Lentz's continued fraction.

    Parameters
    ----------
    x : float
        From 0 to 1.
    a, b : float
        Positive.

    References
    ----------
    .. [1] DLMF, Digital Library of Mathematical Functions, 8.17.22.

    Examples
    --------
    >>> round(beta_cdf(0.5, 2, 3), 6)
    0.6875
    """
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - front * _fraction(1.0 - x, b, a) / b
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return value


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(share: float, a: float, b: float) -> float:
    """Give the quantile of a beta distribution, by bisection to 12 digits.

    Examples
    --------
    >>> round(beta_quantile(0.6875, 2, 3), 9)
    0.5
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def share_interval(hits: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Give the exact (Clopper-Pearson) interval of a share.

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(0, 18)]
    [0.0, 0.185]
    """
    tail = (1 - level) / 2
    low = 0.0 if hits <= 0 else beta_quantile(tail, hits, n - hits + 1)
    high = 1.0 if hits >= n else beta_quantile(1 - tail, hits + 1, n - hits)
    return low, high


def wilson(hits: float, n: float, z: float = NORMAL_95) -> tuple[float, float]:
    """Give the score interval of a share, narrower than the exact one and right on average [1]_.

    References
    ----------
    .. [1] Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def t_quantile(share: float, freedom: float) -> float:
    """Give the quantile of Student's t above its median.

    Examples
    --------
    >>> round(t_quantile(0.975, 4), 3)
    2.776
    """
    x = beta_quantile(2 * (1 - share), freedom / 2, 0.5)
    return sqrt(freedom * (1 - x) / x)


def rate_ratio(before: list[float], after: list[float]) -> tuple[float | None, float, float]:
    r"""Compare two spans of daily counts: the ratio of their means, after over before, with its 95 % interval.

    Counts that vary more than Poisson counts widen the interval: with :math:`\phi` the Pearson dispersion over both spans, at
    least 1, the logarithm of the ratio has variance :math:`\phi (1/B + 1/A)`, and Student's t with the days less two degrees
    of freedom [1]_. A day is taken as independent of the next, which daily deaths are not quite.

    Returns
    -------
    ratio, low, high : float
        The ratio is None where nobody died before; the ends are 0 and infinity where a span is empty of deaths.

    References
    ----------
    .. [1] McCullagh and Nelder (1989), Generalized Linear Models, Chapman and Hall, 6.2.3.

    Examples
    --------
    >>> [round(value, 2) for value in rate_ratio([10, 12, 8], [5, 4, 6])]
    [0.5, 0.21, 1.2]
    """
    total_before, total_after = sum(before), sum(after)
    if total_before <= 0:
        return None, 0.0, inf
    ratio = (total_after / len(after)) / (total_before / len(before))
    freedom = len(before) + len(after) - 2
    if total_after <= 0 or freedom < 1:
        return ratio, 0.0, inf
    pearson = sum(
        (value - mean) ** 2 / mean for span in (before, after) for mean in [sum(span) / len(span)] for value in span if mean > 0
    )
    spread = sqrt(max(1.0, pearson / freedom) * (1 / total_before + 1 / total_after)) * t_quantile(0.975, freedom)
    return ratio, exp(log(ratio) - spread), exp(log(ratio) + spread)
