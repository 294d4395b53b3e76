"""Some completions of partial orders, drawn to show that verdicts can go one way or the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.deterrence import Deterrence
from ceasefire.graphmodel.model import Arcs
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.stability import solve

FEWEST_STATES = 64
MOST_DRAWS = 200
IDEAL_DRAWS = 8
_SEED = 0

Grid = NDArray[np.bool_]


class Shown:
    """What drawn completions show to be possible, under a concept in which replies must be credible.

    Parameters
    ----------
    graph : Deterrence
    known : sequence of PartialOrder
        Per party.
    concept : {"SEQ", "SymSEQ"}

    Attributes
    ----------
    stays, leaves : NDArray[np.bool_], shape (n_parties, n_states)
        Seen to be stable, seen not to be; what is not marked may be possible all the same.
    holds, fails : NDArray[np.bool_], shape (n_states,)
        Seen to be an equilibrium, seen not to be.
    """

    def __init__(self, graph: Deterrence, known: Sequence[PartialOrder], concept: str) -> None:
        self._graph, self._known, self._concept = graph, known, concept
        self._levels = [np.unique(order.levels, return_inverse=True)[1].reshape(-1).astype(np.int64) for order in known]
        shape = (len(known), graph.model.n_states)
        self.stays, self.leaves = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        self.holds, self.fails = np.zeros(shape[1], dtype=np.bool_), np.zeros(shape[1], dtype=np.bool_)

    def draw(self, conceivable: Grid) -> None:
        """Draw completions, fewer if they show all that is `conceivable`; none where there are few states to search."""
        rng = np.random.default_rng(_SEED)
        every: Grid = np.logical_and.reduce(conceivable, axis=0)
        for k in range(MOST_DRAWS if len(every) >= FEWEST_STATES else 0):
            rows = np.stack([self._completion(party, rng) for party in range(len(self._known))])
            solution = solve(self._graph.model.with_preference(rows), (self._concept,))
            stable, holds = solution.stable[self._concept], solution.equilibria[self._concept]
            self.stays |= stable
            self.leaves |= ~stable
            self.holds |= holds
            self.fails |= ~holds
            if k < IDEAL_DRAWS:
                self._ideally(rows)
            elif self.fails.all() and (self.holds >= every).all() and (self.stays >= conceivable).all():
                return

    def _completion(self, party: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Rank states at random, then each like the highest known to be below it, or the lowest above it, then as is known."""
        weak, n = self._known[party].weak, self._graph.model.n_states
        random = rng.permutation(n)
        upward = rng.random() < 0.5
        drawn = np.where(weak, random, -1).max(axis=1) if upward else np.where(weak.T, random, n).min(axis=1)
        ranks: NDArray[np.int64] = drawn * n + self._levels[party]
        return ranks

    def _ideally(self, rows: NDArray[np.int64]) -> None:
        """Let the others rank as drawn, and each party once for each state as suits it best to stay there, and to leave."""

        def improving(mover: int, arcs: Arcs) -> Grid:
            better: Grid = rows[mover][arcs.to] > rows[mover][arcs.start]
            return better

        every = np.arange(self._graph.model.n_states)
        for party, order in enumerate(self._known):
            replies = self._graph.replies(party, improving)
            self.stays[party] |= self._graph.stable(party, self._concept, ~order.strict.T, every, replies)
            self.leaves[party] |= ~self._graph.stable(party, self._concept, order.weak, every, replies)
