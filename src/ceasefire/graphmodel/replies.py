"""What a party can be brought to: passes over all states that follow moves and sequences of moves.

Three ways to follow moves share one interface: along axes of a box of all combinations of options (`Box`), along blocks of
listed states (`Blocks`), and along arcs (`ArcMoves`), which is the plain one that the tests hold the others to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.blocks import Blocks, ImprovingBlocks
from ceasefire.graphmodel.box import LEAST, MOST
from ceasefire.graphmodel.floods import Flood, Incoming
from ceasefire.graphmodel.model import Arcs, GraphModel

Codes = NDArray[np.int32]
Places = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FEW = 4
_MOST_STATES_BY_ARCS = 1 << 9
_MOST_CELLS_PER_STATE = 3
_ALWAYS_A_BOX = 12
_FEWEST_FLOODED = 1 << 11
_MOST_FLOODS = 64


class Moves(Protocol):
    """Passes over all states; values are one int32 per state."""

    def best(self, party: int, values: Codes) -> Codes:
        """Give the largest of `values` over where `party` can move, or stay."""

    def tempts(self, party: int, values: Codes, own: Codes, found: Bools) -> None:
        """Write to `found` where some of `values` that `party` can move to exceeds its `own`."""

    def worst(self, parties: Sequence[int], values: Codes) -> Codes:
        """Give the least of `values` over where legal sequences of moves of `parties`, or none, lead."""

    def worst_improving(self, parties: Sequence[int], values: Codes) -> Codes:
        """Give the same over sequences in which each move is better for its mover."""


def moves_of(model: GraphModel) -> Moves:
    """Choose how to follow the moves of a model."""
    return OptionMoves(model) if model.arcs is None else ArcMoves(model)


def coded(row: NDArray[np.int64]) -> tuple[Codes, NDArray[np.int64] | None]:
    """Give preferences as int32 of the same order, and the table that leads back where they had to be renumbered."""
    if not len(row) or (int(row.min()) > LEAST and int(row.max()) < MOST):
        return row.astype(np.int32), None
    table, codes = np.unique(row, return_inverse=True)
    return codes.reshape(-1).astype(np.int32), table


class ArcMoves:
    """Follows arcs; used as given where they are explicit, as transitive where options imply them."""

    def __init__(self, model: GraphModel) -> None:
        self._model = model
        self._improving: dict[int, Arcs] = {}
        self._incoming: dict[bool, Incoming] = {}

    def best(self, party: int, values: Codes) -> Codes:
        """See `Moves`."""
        found = values.copy()
        _follow(found, self._model.arcs_of(party), values, np.maximum)
        return found

    def tempts(self, party: int, values: Codes, own: Codes, found: Bools) -> None:
        """See `Moves`."""
        np.greater(self.best(party, values), own, out=found)

    def worst(self, parties: Sequence[int], values: Codes) -> Codes:
        """See `Moves`."""
        return self._least(values, {p: self._model.arcs_of(p) for p in parties}, improving=False)

    def worst_improving(self, parties: Sequence[int], values: Codes) -> Codes:
        """See `Moves`."""
        return self._least(values, {p: self.improving(p) for p in parties}, improving=True)

    def improving(self, party: int) -> Arcs:
        """Give the moves of `party` to states it prefers to the one it leaves."""
        if party not in self._improving:
            arcs, own = self._model.arcs_of(party), self._model.preference[party]
            self._improving[party] = arcs.where(own[arcs.to] > own[arcs.start])
        return self._improving[party]

    def _least(self, values: Codes, arcs: Mapping[int, Arcs], *, improving: bool) -> Codes:
        if self._model.arcs is None:
            return _least_in_any_order(values, list(arcs.values()))
        if len(values) < _FEWEST_FLOODED:
            return _least_alternating(values, arcs, {k: np.full(len(values), MOST, dtype=np.int32) for k in arcs})
        if improving not in self._incoming:
            every = range(len(self._model.parties))
            self._incoming[improving] = Incoming([self.improving(p) if improving else self._model.arcs_of(p) for p in every])
        return _least_alternating(values, arcs, _settled(values, arcs, self._incoming[improving]))


class OptionMoves:
    """Follows moves that options imply, without listing them."""

    def __init__(self, model: GraphModel) -> None:
        self._model = model
        self._layout = model.layout
        n_options = len(model.options)
        self._by_box = n_options <= _ALWAYS_A_BOX or 1 << n_options <= _MOST_CELLS_PER_STATE * model.n_states
        self._blocks: dict[int, Blocks] = {}
        self._improving: dict[int, ImprovingBlocks] = {}
        self._by_arcs = ArcMoves(model) if model.n_states <= _MOST_STATES_BY_ARCS else None

    def best(self, party: int, values: Codes) -> Codes:
        """See `Moves`."""
        if not self._by_box:
            return self._block(party).reach(values, np.maximum, LEAST)
        box = self._layout.box
        return box.gather(box.reach([party], box.spread(values, LEAST), np.maximum))

    def tempts(self, party: int, values: Codes, own: Codes, found: Bools) -> None:
        """See `Moves`."""
        if self._by_box and self._layout.box.is_full:
            box = self._layout.box
            np.greater(
                box.reach([party], box.spread(values, LEAST), np.maximum), box.spread(own, LEAST), out=found.reshape(box.shape)
            )
        else:
            np.greater(self.best(party, values), own, out=found)

    def worst(self, parties: Sequence[int], values: Codes) -> Codes:
        """See `Moves`."""
        if self._by_box:
            box = self._layout.box
            return box.gather(box.worst(parties, box.spread(values, MOST)))
        found = values.copy()
        since_change = 0
        while parties:
            for party in parties:
                lower = self._block(party).reach(found, np.minimum, MOST)
                since_change = 0 if (lower < found).any() else since_change + 1
                if since_change == len(parties):
                    return found
                found = lower
        return found

    def worst_improving(self, parties: Sequence[int], values: Codes) -> Codes:
        """See `Moves`."""
        if self._by_arcs is not None:
            return self._by_arcs.worst_improving(parties, values)
        found = np.append(values, np.int32(MOST))
        since_change = 0
        while parties:
            for party in parties:
                lower = self._improving_block(party).worst(found)
                since_change = 0 if (lower < found[:-1]).any() else since_change + 1
                if since_change == len(parties):
                    return found[:-1]
                np.minimum(found[:-1], lower, out=found[:-1])
        return found[:-1]

    def _block(self, party: int) -> Blocks:
        if party not in self._blocks:
            self._blocks[party] = Blocks(self._layout.columns(party), self._model.n_states)
        return self._blocks[party]

    def _improving_block(self, party: int) -> ImprovingBlocks:
        if party not in self._improving:
            own, _ = coded(self._model.preference[party])
            self._improving[party] = ImprovingBlocks(self._layout.columns(party), own)
        return self._improving[party]


def _least_in_any_order(values: Codes, arcs: Sequence[Arcs]) -> Codes:
    found = values.copy()
    changed = True
    while changed:
        changed = False
        for one in arcs:
            changed |= _follow(found, one, found, np.minimum)
    return found


def _settled(values: Codes, parties: Collection[int], incoming: Incoming) -> dict[int, Codes]:
    """Give, per party that moves first, the least of `values` reached where that is one of the least of all.

    Among states between which the parties can go round and round all is settled at once.
    """
    flood = Flood(incoming, parties, MOST)
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=values[order[:1]] - 1))[: _MOST_FLOODS + 1]
    stops = np.append(starts[1:], len(order))[:_MOST_FLOODS]
    for start, stop in zip(starts, stops, strict=False):
        flood.reach(order[start:stop], int(values[order[start]]))
    return {party: np.ascontiguousarray(flood.values[:, party]) for party in parties}


def _least_alternating(values: Codes, arcs: Mapping[int, Arcs], by_first: Mapping[int, Codes]) -> Codes:
    """Follow sequences in which nobody moves twice running: keep apart who moves first, beginning with what is known of it.

    After a pass over all arcs only the arcs into states whose value changed are followed, so that long sequences cost little.
    """
    news: dict[int, list[Places]] = {k: [np.arange(len(values))] for k in arcs}
    while any(news.values()):
        for mover, one in arcs.items():
            if not news[mover]:
                continue
            ends = np.concatenate(news[mover])
            news[mover] = []
            others = [by_first[k] for k in arcs if k != mover]
            changed = _follow_into(by_first[mover], one, ends, [values, *others])
            if len(changed):
                for other in arcs:
                    if other != mover:
                        news[other].append(changed)
    least: Codes = np.minimum.reduce([values, *by_first.values()])
    return least


def _follow_into(found: Codes, arcs: Arcs, ends: Places, sources: Sequence[Codes]) -> Places:
    """Lower `found` to the least of `sources` at the end of each arc into `ends`; give the states where it fell."""
    if len(ends) * _FEW > len(found):
        before = found.copy()
        _follow(found, arcs, np.minimum.reduce(sources), np.minimum)
        return np.flatnonzero(found < before)
    into = arcs.reversed
    start, counts = into.rows(ends)
    worth = np.minimum.reduce([source.take(ends) for source in sources]).repeat(counts)
    lower = worth < found.take(start)
    fell = start[lower].astype(np.int64)
    np.minimum.at(found, fell, worth[lower])
    fell.sort()
    once: Places = fell[np.concatenate((fell[:1] >= 0, fell[1:] != fell[:-1]))]
    return once


def _follow(found: Codes, arcs: Arcs, values: Codes, operation: np.ufunc) -> bool:
    """Bring `found` to the extreme of itself and `values` one arc away; say whether anything changed."""
    leaving = arcs.leaving
    if not len(leaving):
        return False
    beyond = operation.reduceat(values.take(arcs.to), arcs.first[leaving])
    before = found[leaving]
    extreme = operation(beyond, before)
    found[leaving] = extreme
    return bool((extreme != before).any())
