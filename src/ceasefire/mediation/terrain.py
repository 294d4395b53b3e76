"""The moves of a model around single states, without listing them all."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel import GraphModel

Ints = NDArray[np.int64]


class Terrain:
    """Moves that follow from options, found where they are asked for; states are indices.

    Examples
    --------
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (0,), "up"), Option("z", (1,))])
    >>> Terrain(model).ends(0, 2)
    array([3])
    """

    def __init__(self, model: GraphModel) -> None:
        self.states = model.states
        self.is_whole = len(model.states) == 1 << len(model.options) and bool((np.diff(model.states) == 1).all())
        self.n_options = len(model.options)
        self._size = 1 << self.n_options
        self.flips: list[Ints] = []
        self._own: list[int] = []
        self._up: list[int] = []
        self._down: list[int] = []
        for party in range(len(model.parties)):
            own = [k for k, option in enumerate(model.options) if party in option.owners]
            flips = np.zeros(1, dtype=np.int64)
            for k in own:
                flips = np.concatenate([flips, flips | 1 << k])
            self.flips.append(flips[1:])
            self._own.append(sum(1 << k for k in own))
            self._up.append(sum(1 << k for k in own if model.options[k].direction == "up"))
            self._down.append(sum(1 << k for k in own if model.options[k].direction == "down"))

    @cached_property
    def _place(self) -> NDArray[np.int32]:
        place = np.full(self._size, -1, dtype=np.int32)
        place[self.states] = np.arange(len(self.states), dtype=np.int32)
        return place

    def ends(self, party: int, state: int) -> Ints:
        """Give the states that `party` reaches in one move, ascending."""
        return np.sort(self.step(party, np.array([state], dtype=np.int64))[1])

    def find(self, bits: Ints) -> Ints:
        """Give the indices of states given by their bits; -1 where there is no such state."""
        return bits if self.is_whole else self._place[bits].astype(np.int64)

    def owns(self, party: int, option: int) -> bool:
        """Say whether an option is a party's."""
        return bool(self._own[party] >> option & 1)

    def size(self, movers: tuple[int, ...]) -> int:
        """Give how many combinations the options of some parties have."""
        return 1 << sum(any(self.owns(party, k) for party in movers) for k in range(self.n_options))

    def direction(self, party: int, option: int) -> int:
        """Give 1 where a party may only take an option, -1 where it may only give it up, 0 where it may do both."""
        return (self._up[party] >> option & 1) - (self._down[party] >> option & 1)

    def back(self, party: int, frontier: Ints) -> tuple[Ints, Ints]:
        """Give source and end of every move of `party` to the states of the frontier."""
        to, source = self._step(party, frontier, self._down[party], self._up[party])
        return source, to

    def step(self, party: int, frontier: Ints) -> tuple[Ints, Ints]:
        """Give source and end of every move of `party` from the states of the frontier."""
        return self._step(party, frontier, self._up[party], self._down[party])

    def _step(self, party: int, frontier: Ints, up: int, down: int) -> tuple[Ints, Ints]:
        flips = self.flips[party]
        bits = self.states[frontier]
        ends = bits[:, None] ^ flips[None, :]
        legal: NDArray[np.bool_] | None = None
        if up or down:
            legal = (bits[:, None] & (flips & (up | down))) == (flips & down)
        if not self.is_whole:
            ends = self._place[ends].astype(np.int64)
            legal = ends >= 0 if legal is None else legal & (ends >= 0)
        source = np.repeat(frontier, len(flips)).reshape(ends.shape)
        return (source.reshape(-1), ends.reshape(-1)) if legal is None else (source[legal], ends[legal])

    def product(self, movers: tuple[int, ...], start: int) -> Ints:
        """Give what sequences of moves of `movers` lead to from `start`, and `start`; only where all states exist."""
        bits = int(self.states[start])
        found = np.array([bits], dtype=np.int64)
        for k in range(self.n_options):
            if any(self._may(party, k, bits) for party in movers):
                found = np.concatenate([found, found ^ 1 << k])
        return found

    def _may(self, party: int, option: int, bits: int) -> bool:
        forbidden = self._up[party] if bits >> option & 1 else self._down[party]
        return self.owns(party, option) and not forbidden >> option & 1
