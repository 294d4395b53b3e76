"""All moves of a problem: those of single parties, the joint ones of coalitions, and what levers add to what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.mediation.clauses import Term

if TYPE_CHECKING:
    from ceasefire.mediation.arena import Arena, View

MOST_JOINT = 2048
"""Up to this many states all joint moves of coalitions are listed."""

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Arcs:
    """All moves of all parties as arrays.

    Attributes
    ----------
    source, to, mover, gain : NDArray[np.int64], shape (n_arcs,)
        `gain` is the mover's, without levers.
    sort : NDArray[np.int64], shape (n_arcs,)
        Row of `rows` that says what each lever adds to the gain.
    rows : NDArray[np.int64], shape (n_sorts, n_levers)
    """

    def __init__(self, arena: Arena) -> None:
        arcs = [arena.problem.model.arcs_of(party) for party in arena.parties]
        self.source: Ints = np.concatenate([a.start.astype(np.int64) for a in arcs])
        self.to: Ints = np.concatenate([a.to.astype(np.int64) for a in arcs])
        self.mover: Ints = np.concatenate([np.full(len(a.to), p, dtype=np.int64) for p, a in enumerate(arcs)])
        self.gain: Ints = arena.base[self.mover, self.to] - arena.base[self.mover, self.source]
        self._arena = arena

    @cached_property
    def rows(self) -> Ints:
        """What each lever adds to the gain of each sort of arc."""
        return self._sorted[0]

    @cached_property
    def sort(self) -> Ints:
        """The sort of each arc."""
        return self._sorted[1]

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        arena = self._arena
        sort: Ints = np.zeros(len(self.to), dtype=np.int64)
        rows: list[Ints] = []
        for party in arena.parties:
            mine = self.mover == party
            kind, acts = arena.kind[party], arena.acts[party]
            pairs = kind[self.source[mine]] * len(acts) + kind[self.to[mine]]
            known, found = np.unique(pairs, return_inverse=True)
            sort[mine] = found.reshape(-1) + sum(len(r) for r in rows)
            rows.append(acts[known % len(acts)] - acts[known // len(acts)])
        stacked = np.concatenate(rows) if rows else np.zeros((0, arena.m), dtype=np.int64)
        merged, again = np.unique(stacked, axis=0, return_inverse=True)
        return merged, again.reshape(-1)[sort]


class Group:
    """The joint moves of one coalition: every sequence of moves of its members as one arc.

    Attributes
    ----------
    who : tuple of int
    source, to : NDArray[np.int64], shape (n_arcs,)
    """

    def __init__(self, arena: Arena, who: tuple[int, ...]) -> None:
        if arena.n > MOST_JOINT:
            raise LimitError(
                f"joint moves of coalitions among {arena.n} states are too many; at most {MOST_JOINT} states are searched\n"
                "  hint: rule out states that cannot occur, or ask for seq or cgmr"
            )
        self.arena, self.who = arena, who
        reach = np.zeros((arena.n, arena.n), dtype=np.float32)
        reach[arena.moves_of(who)] = 1
        links = int(reach.sum())
        while True:
            reach = ((reach @ reach + reach) > 0).astype(np.float32)
            if int(reach.sum()) == links:
                break
            links = int(reach.sum())
        np.fill_diagonal(reach, 0)
        source, to = np.nonzero(reach)
        self.source: Ints = source.astype(np.int64)
        self.to: Ints = to.astype(np.int64)
        self._gains = [arena.base[p, self.to] - arena.base[p, self.source] for p in who]
        self._sorts = [self._sorted(p) for p in who]

    def improving(self, view: View) -> Bools:
        """Mark the arcs that are better for every member."""
        better = np.ones(len(self.to), dtype=np.bool_)
        for gain, (rows, sort) in zip(self._gains, self._sorts, strict=True):
            better &= gain + view.bound(rows)[sort] > 0
        return better

    def terms(self, arcs: Ints) -> Iterator[Term]:
        """Give one term per sort of arc: the move is better for every member (easiest)."""
        columns = [column[arcs] for (_, sort), gain in zip(self._sorts, self._gains, strict=True) for column in (sort, gain)]
        for line in np.unique(np.stack(columns, axis=1), axis=0) if len(arcs) else ():
            pairs = zip(self._sorts, line[::2], line[1::2], strict=True)
            literals = {self.arena.literal(rows[sort], 1 - int(gain)) for (rows, _), sort, gain in pairs}
            yield tuple(sorted(literals, key=lambda t: (t.weights, t.need)))

    def _sorted(self, party: int) -> tuple[Ints, Ints]:
        acts, kind = self.arena.acts[party], self.arena.kind[party]
        known, sort = np.unique(kind[self.source] * len(acts) + kind[self.to], return_inverse=True)
        return acts[known % len(acts)] - acts[known // len(acts)], sort.reshape(-1)
