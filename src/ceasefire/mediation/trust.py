"""How far a power's words deserve belief by its record: how often deeds followed, beyond what happens anyway."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from ceasefire.intervals import wilson

FEWEST = 5
"""Under so many cases no rate is stated."""


@dataclass(frozen=True, slots=True)
class Trust:
    """A belief discount from a record.

    Parameters
    ----------
    belief : Fraction
        Between 0 and 1, to three decimals: use it as `Lever.belief`.
    low, high : Fraction
        95 % interval.
    followed, n : int
        Cases in which deeds followed, of how many.
    base_followed, base_n : int
        The same for comparable days or parties without such words.
    """

    belief: Fraction
    low: Fraction
    high: Fraction
    followed: int
    n: int
    base_followed: int
    base_n: int


def belief_from_record(followed: int, n: int, base_followed: int, base_n: int) -> Trust | None:
    r"""Turn a record of words and deeds into a belief discount.

    With :math:`p` the share of threats (or promises) that deeds followed and :math:`b` the share of comparable cases without
    such words in which the same deeds came, the belief is :math:`\max(0, (p - b)/(1 - b)) = \max(0, 1 - (1-p)/(1-b))`: the
    share of cases that would not have brought deeds anyway and did [1]_. The interval for the ratio :math:`(1-p)/(1-b)`
    combines the Wilson intervals of both shares [2]_.

    Parameters
    ----------
    followed, n : int
        Of n words of one kind so many were followed.
    base_followed, base_n : int

    Returns
    -------
    Trust or None
        None under 5 cases on either side, or where deeds always come anyway: then words tell nothing.

    Raises
    ------
    ValueError
        Where a count is negative or exceeds its total.

    References
    ----------
    .. [1] Abbott (1925), Journal of Economic Entomology 18, 265-267.
    .. [2] Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359.

    Examples
    --------
    Of 20 threats 14 were carried out; on comparable days without a threat the same deeds came 3 times in 30.

    >>> found = belief_from_record(14, 20, 3, 30)
    >>> [float(value) for value in (found.belief, found.low, found.high)]
    [0.667, 0.402, 0.839]
    """
    if not (0 <= followed <= n and 0 <= base_followed <= base_n):
        raise ValueError(f"{followed} of {n} and {base_followed} of {base_n} are not counts of cases")
    if min(n, base_n) < FEWEST or base_followed == base_n:
        return None
    ratio = Fraction(n - followed, n) / Fraction(base_n - base_followed, base_n)
    low, high = _ratio_interval(n - followed, n, base_n - base_followed, base_n)
    ends = (1 - float(ratio), 1 - high, 1 - low)
    belief, least, most = (Fraction(round(1000 * min(1.0, max(0.0, end))), 1000) for end in ends)
    return Trust(belief, least, most, followed, n, base_followed, base_n)


def _ratio_interval(first: int, n: int, second: int, m: int) -> tuple[float, float]:
    """Give an interval for the ratio of two independent shares from their Wilson intervals (MOVER-R)."""
    p, q = first / n, second / m
    (l1, u1), (l2, u2) = wilson(first, n), wilson(second, m)
    least = (p * q - sqrt(max(0.0, (p * q) ** 2 - l1 * u2 * (2 * p - l1) * (2 * q - u2)))) / (u2 * (2 * q - u2))
    most = (p * q + sqrt(max(0.0, (p * q) ** 2 - u1 * l2 * (2 * p - u1) * (2 * q - l2)))) / (l2 * (2 * q - l2))
    return least, most
