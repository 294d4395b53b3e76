"""Rankings as levels, and sets of states as rows of bits cut at a level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.reach import Bits

Places = NDArray[np.int64]


class Levels:
    """The level of each state, with the states at or above each level as a row of bits.

    Parameters
    ----------
    of : NDArray[np.int64], shape (n_states,)
        From 0 to `n`, which stands above all levels.
    n : int

    Examples
    --------
    >>> levels = Levels(np.array([2, 0, 2, 1]), 3)
    >>> np.unpackbits(levels.above(np.array([1])), count=4)
    array([1, 0, 1, 0], dtype=uint8)
    """

    def __init__(self, of: Places, n: int) -> None:
        self.of, self.n = of, n
        self._from = np.packbits(of >= np.arange(n + 2)[:, None], axis=1)

    def at_least(self, levels: Places) -> Bits:
        """Give per level the states at it or above, as a row of bits."""
        rows: Bits = self._from[levels]
        return rows

    def above(self, levels: Places) -> Bits:
        """Give per level the states above it, as a row of bits."""
        return self.at_least(levels + 1)

    def least(self, rows: Bits) -> Places:
        """Give the lowest level in each set of states; `n` where it is empty.

        Examples
        --------
        >>> Levels(np.array([2, 0, 2, 1]), 3).least(np.packbits([[1, 0, 0, 1], [0, 0, 0, 0]], axis=1))
        array([1, 3])
        """
        low, high = np.zeros(len(rows), dtype=np.int64), np.full(len(rows), self.n)
        while (low < high).any():
            middle = (low + high + 1) // 2
            nothing_below = ~(rows & ~self._from[middle]).any(axis=1)
            low, high = np.where(nothing_below, middle, low), np.where(nothing_below, high, middle - 1)
        return low

    def most(self, rows: Bits) -> Places:
        """Give the highest level in each set of states; -1 where it is empty.

        Examples
        --------
        >>> Levels(np.array([2, 0, 2, 1]), 3).most(np.packbits([[1, 0, 0, 1], [0, 0, 0, 0]], axis=1))
        array([ 2, -1])
        """
        low, high = np.full(len(rows), -1), np.full(len(rows), self.n)
        while (low < high).any():
            middle = (low + high) // 2
            nothing_above = ~(rows & self._from[middle + 1]).any(axis=1)
            low, high = np.where(nothing_above, low, middle + 1), np.where(nothing_above, middle, high)
        return low


class Ranking(Levels):
    """The levels of one party's preferences, from 0 for the least.

    Parameters
    ----------
    own : NDArray[np.int64], shape (n_states,)
        Larger is better.

    Attributes
    ----------
    values : NDArray[np.int64], shape (n,)
        The preference at each level.

    Examples
    --------
    >>> ranking = Ranking(np.array([7, 2, 7, 5]))
    >>> ranking.of, ranking.values
    (array([2, 0, 2, 1]), array([2, 5, 7]))
    """

    def __init__(self, own: NDArray[np.int64]) -> None:
        self.values, inverse = np.unique(own, return_inverse=True)
        super().__init__(inverse.reshape(-1), len(self.values))
