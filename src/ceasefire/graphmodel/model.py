"""A conflict as a graph: parties, options, feasible states, moves, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import LimitError
from ceasefire.graphmodel.blocks import Columns, columns
from ceasefire.graphmodel.box import Box

MOST_OPTIONS = 22
MOST_ARCS = 60_000_000


@dataclass(frozen=True, slots=True)
class Option:
    """A yes-or-no choice.

    Parameters
    ----------
    name : str
    owners : tuple of int
        Numbers of the parties that may change it; several for a shared option.
    direction : {"both", "up", "down"}
        ``up`` can only be taken, ``down`` only dropped.
    """

    name: str
    owners: tuple[int, ...]
    direction: Literal["both", "up", "down"] = "both"


@dataclass(frozen=True, eq=False)
class Arcs:
    """The moves of one party in compressed rows: from state k to ``to[first[k]:first[k + 1]]`` (indices of states)."""

    first: NDArray[np.int64]
    to: NDArray[np.int32]

    @classmethod
    def between(cls, start: NDArray[np.int64], to: NDArray[np.int64], n_states: int) -> Arcs:
        """Sort arcs given as two arrays of state indices; doubles are dropped."""
        order = np.lexsort((to, start))
        start, to = start[order], to[order]
        if len(start):
            new = np.concatenate(([True], (np.diff(start) != 0) | (np.diff(to) != 0)))
            start, to = start[new], to[new]
        return cls(np.searchsorted(start, np.arange(n_states + 1)), to.astype(np.int32))

    @cached_property
    def start(self) -> NDArray[np.int32]:
        """Where each arc starts."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))

    @cached_property
    def leaving(self) -> NDArray[np.int64]:
        """The states that some arc leaves."""
        return np.flatnonzero(np.diff(self.first))

    @cached_property
    def reversed(self) -> Arcs:
        """The same arcs from end to start."""
        order = np.argsort(self.to, kind="stable")
        return Arcs(np.searchsorted(self.to[order], np.arange(len(self.first))), self.start[order])

    def rows(self, states: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Give the ends of the arcs that start in each of `states`, one after the other, and how many each has."""
        first = self.first[states]
        counts = self.first[states + 1] - first
        offset = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        return self.to[offset + np.arange(len(offset))], counts

    def of(self, state: int) -> NDArray[np.int32]:
        """Give the ends of the arcs that start in `state`."""
        return self.to[self.first[state] : self.first[state + 1]]

    def where(self, keep: NDArray[np.bool_]) -> Arcs:
        """Give the arcs marked in `keep`."""
        kept = np.concatenate(([0], np.cumsum(keep)))
        return Arcs(kept[self.first], self.to[keep])


class Layout:
    """How the moves that options imply lie among states; found when first asked for and shared by models of the same graph."""

    def __init__(self, options: tuple[Option, ...], states: NDArray[np.int64], n_parties: int) -> None:
        self._options, self._states, self._n_parties = options, states, n_parties
        self._columns: dict[int, list[Columns]] = {}
        self.arcs: dict[int, Arcs] = {}

    @cached_property
    def box(self) -> Box:
        """All combinations of options."""
        return Box(self._options, self._states, self._n_parties)

    def fits(self, model: GraphModel) -> bool:
        """Say whether this is the layout of the moves of `model`."""
        same = self._states is model.states and self._n_parties == len(model.parties)
        return same and self._options == model.options

    def columns(self, party: int) -> list[Columns]:
        """Give the blocks of states that `party` moves among."""
        if party not in self._columns:
            self._columns[party] = columns(self._options, self._states, party)
        return self._columns[party]


@dataclass(frozen=True, eq=False)
class GraphModel:
    """Parties, options, feasible states and preferences; made by `GraphModel.from_options`.

    Parameters
    ----------
    parties : tuple of str
    options : tuple of Option
        Option k is bit k of a state.
    states : NDArray[np.int64], shape (n_states,)
        The feasible states, ascending unless listed by hand. Everywhere else in this room a state is its *index* here.
    preference : NDArray[np.int64], shape (n_parties, n_states)
        Larger is better, equal is indifferent.
    cardinal : bool
        Whether differences of `preference` mean anything.
    resolution : Fraction
        Units per step of `preference` where `cardinal`.
    labels : tuple of str
        What each state is called in print.
    arcs : tuple of Arcs or None
        Explicit moves per party, used as given and never closed; None where options imply the moves.
    vectors : tuple of str or None
        ``Y``, ``N``, ``-`` per option for coalesced states; None where `states` says all.
    """

    parties: tuple[str, ...]
    options: tuple[Option, ...]
    states: NDArray[np.int64]
    preference: NDArray[np.int64]
    cardinal: bool = False
    resolution: Fraction = Fraction(1)
    labels: tuple[str, ...] = ()
    arcs: tuple[Arcs, ...] | None = None
    vectors: tuple[str, ...] | None = None
    _moves: dict[str, Layout] = field(default_factory=dict, repr=False)

    @classmethod
    def from_options(
        cls,
        parties: Sequence[str],
        options: Sequence[Option],
        infeasible: Sequence[Pattern] = (),
        preference: ArrayLike | None = None,
    ) -> GraphModel:
        """Enumerate the feasible states of a set of options.

        Parameters
        ----------
        preference : array-like of int, shape (n_parties, n_states), optional
            All zero if not given; see `with_preference`.

        Raises
        ------
        LimitError
            For more than 22 options.

        Examples
        --------
        >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], [Pattern(3, 3)])
        >>> model.states
        array([0, 1, 2])
        """
        if len(options) > MOST_OPTIONS:
            size = f"{len(options)} options make 2^{len(options)} states; at most 2^{MOST_OPTIONS} are searched"
            raise LimitError(f"{size}\n  hint: merge options that always go together, or leave out those nobody would use")
        every = np.arange(1 << len(options), dtype=np.int64)
        states = every[~mask(infeasible, every)]
        bare = cls(
            tuple(parties),
            tuple(options),
            states,
            np.zeros((len(parties), len(states)), dtype=np.int64),
            labels=tuple(str(k + 1) for k in range(len(states))),
        )
        return bare if preference is None else bare.with_preference(preference)

    def with_preference(self, preference: ArrayLike, *, cardinal: bool = False, resolution: Fraction = Fraction(1)) -> GraphModel:
        """Give the same graph with other preferences; ValueError if their shape does not fit."""
        values = np.asarray(preference, dtype=np.int64)
        shape = (len(self.parties), len(self.states))
        if values.shape != shape:
            raise ValueError(f"preferences have shape {values.shape}, expected {shape}")
        return replace(self, preference=values, cardinal=cardinal, resolution=resolution)

    @property
    def layout(self) -> Layout:
        """How the moves that options imply lie among states."""
        if "layout" not in self._moves or not self._moves["layout"].fits(self):
            self._moves["layout"] = Layout(self.options, self.states, len(self.parties))
        return self._moves["layout"]

    @property
    def n_states(self) -> int:
        """Number of feasible states."""
        return len(self.states)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {int(state): k for k, state in enumerate(self.states)}

    def index(self, state: int) -> int:
        """Give the index of a state written as bits; KeyError if it is not feasible."""
        return self._places[state]

    def vector(self, index: int) -> str:
        """Write a state as one ``Y`` or ``N`` per option."""
        if self.vectors is not None:
            return self.vectors[index]
        return "".join("Y" if int(self.states[index]) >> k & 1 else "N" for k in range(len(self.options)))

    def taken(self, index: int) -> tuple[str, ...]:
        """Give the names of the options taken in a state."""
        return tuple(o.name for o, sign in zip(self.options, self.vector(index), strict=True) if sign == "Y")

    def arcs_of(self, party: int) -> Arcs:
        """Give all moves of one party."""
        if self.arcs is not None:
            return self.arcs[party]
        kept = self.layout.arcs
        if party not in kept:
            kept[party] = self._implied(party)
        return kept[party]

    def moves(self, party: int, state: int) -> NDArray[np.int64]:
        """Give the indices of the states that `party` reaches from the state with this index in one move."""
        return self.arcs_of(party).of(state).astype(np.int64)

    def _implied(self, party: int) -> Arcs:
        own = [k for k, option in enumerate(self.options) if party in option.owners]
        size = self.n_states << len(own)
        if size > MOST_ARCS:
            raise LimitError(
                f"party {self.parties[party]!r} has up to {size:,} moves; at most {MOST_ARCS:,} are kept\n"
                "  hint: give it fewer options, or rule out combinations that cannot occur"
            )
        up = sum(1 << k for k in own if self.options[k].direction == "up")
        down = sum(1 << k for k in own if self.options[k].direction == "down")
        place = np.full(1 << len(self.options), -1, dtype=np.int32)
        place[self.states] = np.arange(self.n_states, dtype=np.int32)
        starts: list[NDArray[np.int64]] = []
        ends: list[NDArray[np.int64]] = []
        for choice in range(1, 1 << len(own)):
            flip = sum(1 << bit for k, bit in enumerate(own) if choice >> k & 1)
            to = place[self.states ^ flip]
            legal = (to >= 0) & (self.states & flip & up == 0) & (~self.states & flip & down == 0)
            starts.append(np.flatnonzero(legal))
            ends.append(to[legal].astype(np.int64))
        none = np.zeros(0, dtype=np.int64)
        return Arcs.between(np.concatenate([none, *starts]), np.concatenate([none, *ends]), self.n_states)
