"""What a move comes to where others move at the same time, for many states at once.

Moves made together are options flipped together, and each mover's flips are fixed by the state that all of them leave. So from
one state a party's move and its rivals' improvements combine as a product. It is walked rival by rival; a move is done with once
it has come to as little as it can, or to so little that its party stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.box import MOST
from ceasefire.graphmodel.margins import NO_MOVE
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.replies import Codes, coded

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

_MOST_CELLS = 1 << 20
_MOST_AT_ONCE = 1 << 20
_MOST_FROM_ONE = 1 << 22
_MOST_TRIED = 1_000_000_000
_MOST_CELLS_PER_STATE = 3
_WAY_OUT = "  hint: rule out combinations that cannot occur, or ask for SEQ"


@dataclass(frozen=True, eq=False)
class Leaving:
    """Moves from some states: move k leads from state ``start[k]``, the one at ``at[k]`` of those, to ``to[k]``; `at` ascends."""

    at: Places
    start: Places
    to: Places

    def where(self, keep: Bools | slice) -> Leaving:
        """Give some of the moves."""
        return Leaving(self.at[keep], self.start[keep], self.to[keep])


class Crossings:
    """Moves of one party and improvements of its rivals from the same states.

    Parameters
    ----------
    model : GraphModel
        Options imply the moves.
    unstable : NDArray[np.bool_], shape (n_parties, n_states)
        Where each party would leave; as a rival it moves from nowhere else.
    """

    def __init__(self, model: GraphModel, unstable: Bools) -> None:
        self._model, self._unstable = model, unstable
        self._tried = 0
        self._columns: dict[int, tuple[Places, list[Places]]] = {}
        self._coded = [coded(row) for row in model.preference]
        self._floors: dict[tuple[int, tuple[int, ...]], Codes] = {}

    def holds(self, party: int, rivals: Sequence[int], states: Places) -> Bools:
        """Say from which states, shape (n,), rivals may spoil every improvement of a party by moving at the same time.

        Raises
        ------
        LimitError
            Where too many improvements combine, from one state or altogether.
        """
        own = self._coded[party][0]
        found = np.ones(len(states), dtype=np.bool_)
        for places in self._pieces(states, party):
            moves = self.leaving(party, states[places], improving=True)
            hopeless = self._floor(party, rivals)[moves.to] > own[moves.start]
            found[places.start + moves.at[hopeless]] = False
            moves = moves.where(found[places][moves.at])
            values = self._at_worst(party, rivals, states[places], moves, own[moves.start])
            found[places.start + moves.at[values > own[moves.start]]] = False
        return found

    def best(self, party: int, rivals: Sequence[int], states: Places) -> NDArray[np.int64]:
        """Give what the best move of a party comes to at worst, shape (n,); `NO_MOVE` where it has none. Errors as `holds`."""
        table = self._coded[party][1]
        found = np.full(len(states), NO_MOVE, dtype=np.int64)
        for places in self._pieces(states, party):
            moves = self.leaving(party, states[places], improving=False)
            if len(moves.at):
                values = self._at_worst(party, rivals, states[places], moves, self._floor(party, rivals)[moves.to])
                first = np.flatnonzero(np.diff(moves.at, prepend=-1))
                best = np.maximum.reduceat(values, first)
                found[places.start + moves.at[first]] = best if table is None else table[best]
        return found

    def leaving(self, party: int, states: Places, *, improving: bool) -> Leaving:
        """List the moves of a party from some states."""
        column, matrices = self._columns_of(party)
        own, n = self._coded[party][0], self._model.n_states
        at, to, start = [], [], 0
        for members in matrices:
            inside = np.flatnonzero((column[states] >= start) & (column[states] < start + members.shape[1]))
            here = states[inside]
            ends = members[:, column[here] - start].T
            keep = (ends < n) & (ends != here[:, None])
            if improving:
                keep &= own[np.minimum(ends, n - 1)] > own[here][:, None]
            row, _ = np.nonzero(keep)
            at.append(inside[row])
            to.append(ends[keep])
            start += members.shape[1]
        order = np.argsort(np.concatenate(at), kind="stable")
        ascending = np.concatenate(at)[order]
        return Leaving(ascending, states[ascending], np.concatenate(to)[order])

    def _improvements(self, rival: int, states: Places) -> Leaving:
        found = self.leaving(rival, states, improving=True)
        return found.where(self._unstable[rival, found.start])

    def _columns_of(self, party: int) -> tuple[Places, list[Places]]:
        """Give the block that each state moves within, numbered through, and the members of blocks of like size."""
        if party not in self._columns:
            column, start = np.zeros(self._model.n_states, dtype=np.int64), 0
            for c in (blocks := self._model.layout.columns(party)):
                column[c.members[c.sees]] = start + np.nonzero(c.sees)[1]
                start += c.members.shape[1]
            self._columns[party] = column, [c.members for c in blocks]
        return self._columns[party]

    def _pieces(self, states: Places, party: int) -> Iterator[slice]:
        """Cut states so that the moves of a party from each piece fit into memory."""
        size = max(1, _MOST_CELLS // max(len(members) for members in self._columns_of(party)[1]))
        for start in range(0, len(states), size):
            yield slice(start, min(start + size, len(states)))

    def _floor(self, party: int, rivals: Sequence[int]) -> Codes:
        """Give per state the least a party could come to if its rivals changed whatever they own."""
        key = party, tuple(rivals)
        if key not in self._floors:
            self._floors = {key: self._least_within(rivals, self._coded[party][0])}
        return self._floors[key]

    def _least_within(self, rivals: Sequence[int], own: Codes) -> Codes:
        model = self._model
        if 1 << len(model.options) <= _MOST_CELLS_PER_STATE * model.n_states:
            box = model.layout.box
            return box.gather(box.reach(list(rivals), box.spread(own, MOST), np.minimum))
        theirs = sum(1 << k for k, option in enumerate(model.options) if set(option.owners) & set(rivals))
        rest = model.states & ~model.states.dtype.type(theirs)
        order = np.argsort(rest, kind="stable")
        first = np.flatnonzero(np.concatenate(([True], rest[order][1:] != rest[order][:-1])))
        least = np.empty_like(own)
        least[order] = np.repeat(np.minimum.reduceat(own[order], first), np.diff(np.append(first, len(order))))
        return least

    def _at_worst(self, party: int, rivals: Sequence[int], states: Places, moves: Leaving, enough: Codes) -> Codes:
        """Give what each move comes to at worst, or something no larger than `enough` where it comes to no more than that."""
        own = self._coded[party][0]
        values = own[moves.to]
        theirs = [_Rival.of(self._improvements(rival, states), len(states)) for rival in rivals]
        theirs.sort(key=lambda rival: len(rival.moves.to))
        ends = np.cumsum(np.prod([np.ones(len(states)), *(1.0 + rival.counts for rival in theirs[:-1])], axis=0)[moves.at])
        start = 0
        while start < len(values):
            done = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, done + _MOST_AT_ONCE, side="right")))
            piece = slice(start, stop)
            self._walk(own, moves.where(piece), theirs, values[piece], enough[piece])
            start = stop
        return values

    def _walk(self, own: Codes, moves: Leaving, rivals: Sequence[_Rival], values: Codes, enough: Codes) -> None:
        """Lower `values` to what each move comes to when rivals move too, one rival after the other.

        A rival's improvements are tried few at first, then more and more of them, since most moves are soon done with.
        """
        bits = self._model.states
        which, flips = np.arange(len(values)), bits[moves.to] ^ bits[moves.start]
        for n, rival in enumerate(rivals):
            grown = [(which, flips)]
            counts, tried = rival.counts[moves.at[which]], 0
            while len(row := np.flatnonzero((counts > tried) & (values[which] > enough[which]))):
                width = max(1, min(tried + 1, _MOST_AT_ONCE // len(row)))
                each = np.minimum(counts[row] - tried, width)
                first = rival.first[moves.at[which[row]]] + tried
                row = np.repeat(row, each)
                move = np.repeat(first - np.cumsum(each) + each, each) + np.arange(len(row))
                more = bits[rival.moves.to[move]] ^ bits[rival.moves.start[move]]
                apart = (flips[row] & more) == 0
                row, joint = which[row[apart]], flips[row[apart]] ^ more[apart]
                place = self._model.layout.find(bits[moves.start[row]] ^ joint)
                feasible = place >= 0
                np.minimum.at(values, row[feasible], own[place[feasible]])
                self._tried += len(move)
                tried += width
                if n + 1 < len(rivals):
                    grown.append((row, joint))
                self._check(sum(len(one) for one, _ in grown) if n + 1 < len(rivals) else 0, moves.start[0])
            which, flips = (np.concatenate(parts) for parts in zip(*grown, strict=True))

    def _check(self, size: int, state: int) -> None:
        """Refuse what would take too much memory, or has taken too long."""
        if size > _MOST_FROM_ONE:
            label = self._model.labels[int(state)]
            raise LimitError(f"more than {_MOST_FROM_ONE:,} combinations of improvements leave state {label}\n{_WAY_OUT}")
        if self._tried > _MOST_TRIED:
            raise LimitError(
                f"{self._model.n_states:,} states; more than {_MOST_TRIED:,} combinations of improvements leave them\n{_WAY_OUT}"
            )


@dataclass(frozen=True, eq=False)
class _Rival:
    """Improvements of a rival: from the state at place k, ``counts[k]`` of them, beginning with ``first[k]``."""

    moves: Leaving
    counts: Places
    first: Places

    @classmethod
    def of(cls, moves: Leaving, n: int) -> _Rival:
        counts = np.bincount(moves.at, minlength=n)
        return cls(moves, counts, np.cumsum(counts) - counts)
