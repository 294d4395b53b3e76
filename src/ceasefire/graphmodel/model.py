"""A conflict as a graph: parties, options, feasible states, moves, preferences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal, SupportsIndex, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel.blocks import Columns, columns
from ceasefire.graphmodel.box import Box
from ceasefire.graphmodel.feasibility import feasible_states

MOST_ARCS = 60_000_000
_MOST_LISTED_FOR_ONE = 1_000_000

_TO_SIGNS = str.maketrans("01", "NY")
_TO_DIGITS = str.maketrans("NYny", "0101")


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


class Numbers(Sequence[str]):
    """The labels "1", "2" and so on, without storing them."""

    def __init__(self, n: int) -> None:
        self._places = range(n)

    @overload
    def __getitem__(self, place: SupportsIndex) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...

    def __getitem__(self, place: SupportsIndex | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(str(k + 1) for k in self._places[place])
        return str(self._places[place] + 1)

    def __len__(self) -> int:
        return len(self._places)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """Give the place of a label; ValueError if there is none."""
        place = self.place(value)
        if place not in self._places[start:stop]:
            raise ValueError(f"{value!r} is not a label")
        return place

    def place(self, value: str) -> int:
        """Give the place of a label; -1 if there is none."""
        place = int(value) - 1 if value.isdecimal() and value[0] != "0" else -1
        return place if place in self._places else -1


@dataclass(frozen=True, eq=False)
class Arcs:
    """The moves of one party in compressed rows: from state k to ``to[first[k]:first[k + 1]]`` (indices of states)."""

    first: NDArray[np.int64]
    to: NDArray[np.int32]

    @classmethod
    def between(cls, start: NDArray[np.int64], to: NDArray[np.int64], n_states: int) -> Arcs:
        """Sort arcs given as two arrays of state indices; doubles are dropped."""
        pairs = start.astype(np.int64) * n_states + to
        pairs.sort()
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        first = np.searchsorted(pairs, np.arange(n_states + 1, dtype=np.int64) * n_states)
        return cls(first, (pairs % max(n_states, 1)).astype(np.int32))

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

    @cached_property
    def _lists_all(self) -> bool:
        full = len(self._states) == 1 << len(self._options)
        return full and bool((self._states == np.arange(len(self._states))).all())

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self._states, kind="stable")

    def find(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the indices of some states, written as bits; -1 where infeasible."""
        if self._lists_all:
            return states
        at = np.searchsorted(self._states, states, sorter=self._order)
        places = self._order[np.minimum(at, len(self._order) - 1)]
        found: NDArray[np.int64] = np.where(self._states[places] == states, places, -1)
        return found

    def places(self, states: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the indices of those of some states, written as bits, that are feasible."""
        found = self.find(states)
        return found[found >= 0]

    def ends(self, party: int, index: int) -> NDArray[np.int64]:
        """Give where `party` can move from one state, without listing its other moves."""
        mine = [(1 << k, o.direction) for k, o in enumerate(self._options) if party in o.owners]
        start, ends = int(self._states[index]), self._states[index : index + 1].copy()
        for bit, direction in mine:
            if direction != ("down" if not start & bit else "up"):
                ends = np.concatenate((ends, ends ^ ends.dtype.type(bit)))
        return np.sort(self.places(ends[1:]))


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
    labels : tuple of str or Numbers
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
    labels: tuple[str, ...] | Numbers = ()
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
            For more than 64 options, or more than 4,194,304 feasible states.

        Examples
        --------
        >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], [Pattern(3, 3)])
        >>> model.states
        array([0, 1, 2])
        """
        states = feasible_states(len(options), infeasible)
        bare = cls(
            tuple(parties),
            tuple(options),
            states,
            np.zeros((len(parties), len(states)), dtype=np.int64),
            labels=Numbers(len(states)),
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

    @cached_property
    def _labelled(self) -> Mapping[str, int]:
        return {label: k for k, label in enumerate(self.labels)}

    def labelled(self, label: str) -> int | None:
        """Give the index of the state with this label; None if there is none."""
        place = self.labels.place(label) if isinstance(self.labels, Numbers) else self._labelled.get(label, -1)
        return None if place < 0 else place

    def find(self, text: str) -> int | None:
        """Give the index of the state with this label or, failing that, these letters; None if there is none.

        Examples
        --------
        >>> model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))])
        >>> model.find("4"), model.find("ny"), model.find("5")
        (3, 2, None)
        """
        if (place := self.labelled(text)) is not None:
            return place
        if self.vectors is not None:
            return self.vectors.index(text.upper()) if text.upper() in self.vectors else None
        bits = text.translate(_TO_DIGITS)[::-1]
        return self._places.get(int(bits, 2)) if len(bits) == len(self.options) and set(bits) <= {"0", "1"} else None

    def name(self, index: int) -> int | str:
        """Give what a state is called in files and answers: a number where its label is one, else the label.

        Examples
        --------
        >>> model = GraphModel.from_options(["A"], [Option("x", (0,))])
        >>> model.labels[1], model.name(1), replace(model, labels=("a", "02")).name(1)
        ('2', 2, '02')
        """
        label = self.labels[index]
        return int(label) if label.isdecimal() and str(int(label)) == label else label

    def vector(self, index: int) -> str:
        """Write a state as one ``Y`` or ``N`` per option."""
        if self.vectors is not None:
            return self.vectors[index]
        n = len(self.options)
        return f"{int(self.states[index]):0{n}b}"[::-1][:n].translate(_TO_SIGNS)

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

    def n_moves(self, party: int) -> int:
        """Count all moves of one party without listing them.

        Examples
        --------
        >>> from ceasefire.graphmodel import Option
        >>> GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,), "up")]).n_moves(1)
        2
        """
        if self.arcs is not None:
            return len(self.arcs[party].to)
        columns = self.layout.columns(party)
        return sum(int((c.sees.sum(axis=0) * (c.members < self.n_states).sum(axis=0)).sum()) for c in columns) - self.n_states

    def moves(self, party: int, state: int) -> NDArray[np.int64]:
        """Give the indices of the states that `party` reaches from the state with this index in one move."""
        if self.arcs is None and party not in self.layout.arcs and self.n_moves(party) > _MOST_LISTED_FOR_ONE:
            return self.layout.ends(party, state)
        return self.arcs_of(party).of(state).astype(np.int64)

    def _implied(self, party: int) -> Arcs:
        found = self.layout.columns(party)
        size = self.n_moves(party)
        if size > MOST_ARCS:
            raise LimitError(
                f"party {self.parties[party]!r} has {size:,} moves; at most {MOST_ARCS:,} are listed\n"
                "  hint: give it fewer options, or rule out combinations that cannot occur"
            )
        none = np.zeros(0, dtype=np.int64)
        starts, ends = [none], [none]
        for c in found:
            to_any = c.sees[:, None] & (c.members < self.n_states)[None, :]
            at, to, column = np.nonzero(to_any & ~np.eye(len(c.members), dtype=np.bool_)[:, :, None])
            starts.append(c.members[at, column])
            ends.append(c.members[to, column])
        return Arcs.between(np.concatenate(starts), np.concatenate(ends), self.n_states)
