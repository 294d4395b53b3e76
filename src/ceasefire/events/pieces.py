"""On which line each row of a file begins, where lines were set apart: in pieces, ascending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BUCKET_BITS = 12
"""Rows whose numbers agree but for so many bits are found together."""


class Pieces(NamedTuple):
    """From row `first_row` on, counted from 1, a row began `shift` lines later than its number.

    Examples
    --------
    Under a header of one line the third row was set apart; what was the fourth is the third now.

    >>> Pieces.unbroken(1).without([3]).lines([2, 3])
    [3, 5]
    """

    first_row: NDArray[np.int64]
    shift: NDArray[np.int64]

    @classmethod
    def unbroken(cls, header_lines: int) -> Pieces:
        """One piece: rows follow the header and each other."""
        return cls(np.ones(1, dtype=np.int64), np.array([header_lines], dtype=np.int64))

    @classmethod
    def of(cls, first_row: Sequence[NDArray[np.int64]], shift: Sequence[NDArray[np.int64]]) -> Pieces:
        """Join what was found block by block."""
        return cls(np.concatenate(first_row), np.concatenate(shift)) if first_row else cls.unbroken(0)

    def lines(self, rows: Sequence[int]) -> list[int]:
        """Give the lines on which rows begin."""
        at = np.array(rows, dtype=np.int64)
        lines: list[int] = (at + self._shifts(at)).tolist()
        return lines

    def without(self, removed: Sequence[int]) -> Pieces:
        """Number the rows anew after some were removed."""
        gone = np.array(removed, dtype=np.int64)
        points = np.union1d(self.first_row, gone + 1)
        before = np.searchsorted(gone, points)
        rows = points - before
        last = np.append(np.diff(rows) > 0, True)
        return Pieces(rows[last], (self._shifts(points) + before)[last])

    def table(self, n_rows: int) -> dict[str, NDArray[np.int64]]:
        """Give the pieces as columns, cut where a bucket ends: ``bucket``, ``low`` and ``high`` row, ``shift``."""
        edges = np.arange(1 << BUCKET_BITS, n_rows + 1, 1 << BUCKET_BITS, dtype=np.int64)
        points = np.union1d(self.first_row, edges)
        high = np.append(points[1:] - 1, np.int64(2**62))
        return {"bucket": points >> BUCKET_BITS, "low": points, "high": high, "shift": self._shifts(points)}

    def _shifts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.shift[np.searchsorted(self.first_row, rows, side="right") - 1]
