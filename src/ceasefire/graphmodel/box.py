"""Moves over all combinations of options at once, laid out as a box with one axis per block of options.

A party that moves freely among its own options compares along its own axes only, so a pass over all states is a reduction along
axes, at the speed of memory. A directed option is an axis of two along which values flow one way. Combinations that cannot occur
keep the neutral value of the operation, which lets a move pass over them but never end there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ceasefire.graphmodel.model import Option

Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]
LEAST = np.iinfo(np.int32).min
MOST = np.iinfo(np.int32).max


class Box:
    """All combinations of `options`, of which those in `states` are feasible.

    Parameters
    ----------
    options : sequence of Option
    states : NDArray[np.int64], shape (n_states,)
        Feasible combinations as bits, ascending.
    n_parties : int
    """

    def __init__(self, options: Sequence[Option], states: NDArray[np.int64], n_parties: int) -> None:
        blocks = [
            (key, [k for k, _ in block])
            for key, block in groupby(reversed(list(enumerate(options))), key=lambda pair: _block_key(*pair))
        ]
        self.shape = tuple(1 << len(block) for _, block in blocks) or (1,)
        self._free = [
            tuple(axis for axis, ((owners, way), _) in enumerate(blocks) if p in owners and way == "both") for p in range(n_parties)
        ]
        self._directed = [
            tuple((axis, way.startswith("up")) for axis, ((owners, way), _) in enumerate(blocks) if p in owners and way != "both")
            for p in range(n_parties)
        ]
        self._n_cells = 1 << len(options)
        self._states = states
        self.is_full = len(states) == self._n_cells
        self._feasible = None if self.is_full else self._marked(states)

    def _marked(self, states: NDArray[np.int64]) -> Bools:
        cells = np.zeros(self._n_cells, dtype=np.bool_)
        cells[states] = True
        return cells.reshape(self.shape)

    def spread(self, values: Codes, neutral: int) -> Codes:
        """Lay values of the feasible states out as a box with `neutral` elsewhere; a copy unless every cell is feasible."""
        if self.is_full:
            return values.reshape(self.shape)
        cells = np.full(self._n_cells, neutral, dtype=np.int32)
        cells[self._states] = values
        return cells.reshape(self.shape)

    def gather(self, cells: Codes) -> Codes:
        """Take the cells of the feasible states."""
        flat: Codes = np.broadcast_to(cells, self.shape).reshape(-1)
        return flat if self.is_full else flat[self._states]

    def reach(self, parties: Sequence[int], cells: Codes, operation: np.ufunc) -> Codes:
        """Give per cell the extreme of `cells` over where one move of each of `parties` in turn, or none, leads.

        The result has length 1 along axes on which it does not depend.
        """
        free = tuple(sorted({axis for p in parties for axis in self._free[p]}))
        directed = sorted({pair for p in parties for pair in self._directed[p]})
        found = cells.copy() if directed and not free else cells
        for axis in free:
            found = _folded(found, axis, operation)
        for axis, up in directed:
            halves = np.moveaxis(found, axis, 0)
            lower, upper = halves[:1], halves[1:]
            if up:
                operation(lower, upper, out=lower)
            else:
                operation(upper, lower, out=upper)
        return found

    def worst(self, parties: Sequence[int], cells: Codes) -> Codes:
        """Give per cell the least of `cells` over where sequences of moves of `parties`, or none, lead.

        Parameters
        ----------
        cells : NDArray[np.int32]
            With the largest int32 where infeasible; may be overwritten.
        """
        if self._feasible is None:
            return self.reach(parties, cells, np.minimum)
        since_change = 0
        while parties:
            for party in parties:
                found = self.reach([party], cells, np.minimum)
                lower = found < cells
                lower &= self._feasible
                since_change += 1
                if lower.any():
                    np.copyto(cells, found, where=lower)
                    since_change = 0
                elif since_change >= len(parties):
                    return cells
        return cells


def _block_key(k: int, option: Option) -> tuple[tuple[int, ...], str]:
    """Give what options of one axis share; directed options have an axis each."""
    return option.owners, "both" if option.direction == "both" else f"{option.direction} {k}"


def _folded(cells: Codes, axis: int, operation: np.ufunc) -> Codes:
    """Reduce one axis to length 1, by halves where these are long runs of memory."""
    if axis == cells.ndim - 1:
        reduced: Codes = operation.reduce(cells, axis=axis, keepdims=True)
        return reduced
    turned = np.moveaxis(cells, axis, 0)
    while (half := len(turned) // 2) > 0:
        turned = operation(turned[:half], turned[half:])
    return np.moveaxis(turned, 0, axis)
