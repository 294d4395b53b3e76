"""Small linear programs in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

Row = tuple[Mapping[int, Fraction], Fraction]


def minimise(costs: Sequence[Fraction], rows: Sequence[Row]) -> tuple[Fraction, ...] | None:
    """Minimise costs that are not negative over amounts that are not negative, by the dual simplex method [1]_.

    Without costs below zero the all-zero point is optimal but for the rows it breaks; each step mends one, the first in order, so
    that the method ends (Bland's rule).

    Parameters
    ----------
    costs : sequence of Fraction
    rows : sequence of (weights, need)
        The weighted sum of the amounts must reach `need`.

    Returns
    -------
    tuple of Fraction or None
        None where the rows exclude each other.

    References
    ----------
    .. [1] Lemke (1954), Naval Research Logistics Quarterly 1, 36-47; Bland (1977), Mathematics of Operations Research 2, 103-107.

    Examples
    --------
    >>> one, two = Fraction(1), Fraction(2)
    >>> [str(v) for v in minimise([one, two], [({0: two, 1: one}, Fraction(3)), ({0: -one}, -one)])]
    ['1', '1']
    """
    free = list(range(len(costs)))
    price = list(costs)
    table = [[Fraction(weights.get(k, 0)) for k in free] for weights, _ in rows]
    value = [-Fraction(need) for _, need in rows]
    basic = [len(costs) + k for k in range(len(rows))]
    while True:
        short = min((k for k in range(len(rows)) if value[k] < 0), key=basic.__getitem__, default=None)
        if short is None:
            found = dict(zip(basic, value, strict=True))
            return tuple(found.get(k, Fraction(0)) for k in range(len(costs)))
        row = table[short]
        choices = [(price[j] / row[j], free[j], j) for j in range(len(free)) if row[j] > 0]
        if not choices:
            return None
        _pivot(table, value, price, short, min(choices)[2])
        enter = min(choices)[2]
        basic[short], free[enter] = free[enter], basic[short]


def _pivot(table: list[list[Fraction]], value: list[Fraction], price: list[Fraction], row: int, column: int) -> None:
    """Exchange the sum of one row for the amount of one column."""
    inverse = 1 / table[row][column]
    solved = [-weight * inverse for weight in table[row]]
    solved[column] = inverse
    amount = -value[row] * inverse
    for k, other in enumerate(table):
        if k != row and (share := other[column]):
            for j, weight in enumerate(solved):
                other[j] = share * weight if j == column else other[j] + share * weight
            value[k] += share * amount
    if share := price[column]:
        for j, weight in enumerate(solved):
            price[j] = share * weight if j == column else price[j] + share * weight
    table[row], value[row] = solved, amount
