"""Improving replies swept over all states at once that differ in the options of those who may reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.terrain import Terrain

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Block:
    """The states that differ from one state in the options of some parties only, in the order of these options.

    One party may move, whatever the others did, from the least of what is marked to everything above it. So one pass over its
    options finds the ends of all its improving moves, without a list of moves.

    Parameters
    ----------
    terrain : Terrain
    movers : tuple of int
    start : int
        Index of a state.

    Attributes
    ----------
    states : NDArray[np.int64], shape (n_feasible,)
        Indices.

    Examples
    --------
    A owns x, B owns y; A gains by x = 1 where y = 1, B gains by y = 1 anywhere.

    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> stakes = {0: np.array([0, 0, 0, 1]), 1: np.array([0, 0, 1, 1])}
    >>> Block(Terrain(model), (0, 1), 0).forward(stakes, np.array([0])).tolist()
    [0, 2, 3]
    """

    def __init__(self, terrain: Terrain, movers: tuple[int, ...], start: int) -> None:
        options = [k for k in range(terrain.n_options) if any(terrain.owns(party, k) for party in movers)]
        bits = np.array([int(terrain.states[start])], dtype=np.int64)
        for k in options:
            bits = np.concatenate([bits & ~(1 << k), bits | 1 << k])
        found = terrain.find(bits)
        self.is_feasible: Bools = found >= 0
        self.states: Ints = found[self.is_feasible]
        self._size = len(bits)
        self._passes = {
            party: [(place, terrain.direction(party, k)) for place, k in enumerate(options) if terrain.owns(party, k)]
            for party in movers
        }

    def forward(self, stakes: Mapping[int, Ints], start: Ints) -> Ints:
        """Give what sequences of improving moves lead to from the states in `start` (indices), and these.

        Parameters
        ----------
        stakes : mapping from party to NDArray[np.int64], shape (n_states,)
            Of every mover, in all states of the model.
        """
        return self.states[self._marked(stakes, np.isin(self.states, start), 1)]

    def backward(self, stakes: Mapping[int, Ints], targets: Bools) -> Bools:
        """Mark those of `states` from which sequences of improving moves lead to the marked ones, and these."""
        return self._marked(stakes, targets, -1)

    def _marked(self, stakes: Mapping[int, Ints], targets: Bools, sign: int) -> Bools:
        """Mark what improving moves lead to, or, where the sign is turned, what leads there: moves back make it worse."""
        most = np.iinfo(np.int64).max
        found = np.zeros(self._size, dtype=np.bool_)
        found[self.is_feasible] = targets
        height: dict[int, Ints] = {}
        for party in self._passes:
            height[party] = np.full(self._size, -most)
            height[party][self.is_feasible] = sign * stakes[party][self.states]
        still = 0
        for party in self._turns():
            least = np.where(found, height[party], most)
            for place, direction in self._passes[party]:
                _sink(least.reshape(-1, 2, 1 << place), direction * sign)
            fresh = (height[party] > least) & ~found
            still = 0 if fresh.any() else still + 1
            if still == len(self._passes):
                break
            found |= fresh
        return found[self.is_feasible]

    def _turns(self) -> Iterator[int]:
        while self._passes:
            yield from self._passes


def _sink(halves: Ints, direction: int) -> None:
    """Carry the least from the half without an option to the half with it (1), the other way (-1) or both ways (0)."""
    without, with_it = halves[:, 0], halves[:, 1]
    least = np.minimum(without, with_it)
    if direction >= 0:
        with_it[...] = least
    if direction <= 0:
        without[...] = least
