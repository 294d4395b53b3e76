"""Who can do it: minimal coalitions of powers and power indices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError

MOST_POWERS = 20


def minimal(coalitions: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Keep the coalitions that contain no other, smallest first.

    Examples
    --------
    >>> [sorted(c) for c in minimal([frozenset("PQ"), frozenset("P"), frozenset("QR")])]
    [['P'], ['Q', 'R']]
    """
    every = sorted(set(coalitions), key=lambda c: (len(c), sorted(c)))
    return tuple(c for c in every if not any(d < c for d in every))


def power_indices(powers: Sequence[str], coalitions: Iterable[frozenset[str]]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Give each power's index in the game "can these do it?".

    Parameters
    ----------
    powers : sequence of str
    coalitions : iterable of frozenset of str
        The minimal coalitions that can do it.

    Returns
    -------
    shapley_shubik, banzhaf : dict from power to Fraction
        Share of the orders in which the power tips the scale [1]_; share of the coalitions of the others that it completes
        [2]_. All 0 where nobody can do it, or nobody is needed.

    Raises
    ------
    LimitError
        For more than 20 powers that matter.

    References
    ----------
    .. [1] Shapley and Shubik (1954), American Political Science Review 48, 787-792.
    .. [2] Banzhaf (1965), Rutgers Law Review 19, 317-343; swings divided by 2^(n-1).

    Examples
    --------
    >>> shapley, banzhaf = power_indices("PQR", [frozenset("P"), frozenset("QR")])
    >>> [str(v) for v in (*shapley.values(), *banzhaf.values())]
    ['2/3', '1/6', '1/6', '3/4', '1/4', '1/4']
    """
    listed = list(coalitions)
    members = [p for p in powers if any(p in c for c in listed)]
    n = len(members)
    if n > MOST_POWERS:
        raise LimitError(
            f"power indices of {n} powers need 2^{n} coalitions; at most 2^{MOST_POWERS} are counted\n"
            "  hint: merge powers that always act together"
        )
    shapley, banzhaf = ({p: Fraction(0) for p in powers} for _ in range(2))
    number = {p: k for k, p in enumerate(members)}
    wins = _winning(n, [sum(1 << number[p] for p in c) for c in listed])
    sizes = np.bitwise_count(np.arange(1 << n, dtype=np.int64)).astype(np.int64)
    for power, k in number.items():
        without = (np.arange(1 << n) >> k & 1) == 0
        swings = np.flatnonzero(without & ~wins)
        swings = swings[wins[swings | 1 << k]]
        by_size = np.bincount(sizes[swings], minlength=n)
        shapley[power] = sum(
            (Fraction(int(c) * factorial(s) * factorial(n - 1 - s), factorial(n)) for s, c in enumerate(by_size) if c),
            Fraction(0),
        )
        banzhaf[power] = Fraction(len(swings), 1 << (n - 1))
    return shapley, banzhaf


def _winning(n: int, coalitions: Sequence[int]) -> NDArray[np.bool_]:
    every = np.arange(1 << n, dtype=np.int64)
    wins = np.zeros(1 << n, dtype=np.bool_)
    for coalition in coalitions:
        wins |= (every & coalition) == coalition
    return wins
