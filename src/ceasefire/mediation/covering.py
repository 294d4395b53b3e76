"""What meeting clauses costs at least: each clause weakened to a sum of levers that must reach 1."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.bill import bits
from ceasefire.mediation.pool import Bools, Ints, Node

MOST_ROWS = 24
"""So many clauses at most, those with the fewest possible terms, are weakened to rows."""
MOST_RISES = 8
"""So many prices of rows are raised at most."""
NO_HELP = 1e-12
"""Stands for a coefficient of 0; a row with larger coefficients is easier to meet, so the bound stays right."""


class Covering:
    r"""Rows :math:`\sum_k a_k x_k \ge 1` over the undecided levers of a node, one per clause that the levers in use do not meet.

    A comparison that lacks :math:`d` needs :math:`\sum_k w_k x_k \ge d`, and so, harmful weights left out,
    :math:`\sum_k \min(1, w_k / d) x_k \ge 1`. The largest coefficient over the possible terms of a clause is right for the clause.

    Parameters
    ----------
    node : Node
    clauses : NDArray[np.int64], shape (n_clauses,)
        Ascending; none is met by the levers in use, each has a possible term.
    possible : NDArray[np.bool_], shape (n_terms,)
    counts : NDArray[np.int64]
        Possible terms of every clause of the pool.
    costs : NDArray[np.float64], shape (n_levers,)
        What each lever adds to any package at least; not negative.
    """

    def __init__(self, node: Node, clauses: Ints, possible: Bools, counts: Ints, costs: NDArray[np.float64]) -> None:
        if len(clauses) > MOST_ROWS:
            clauses = np.sort(clauses[np.argsort(counts[clauses], kind="stable")[:MOST_ROWS]])
        literals, starts = node.pool.ways(clauses, possible)
        self._free = np.array(bits(node.free), dtype=np.int64)
        self._costs = costs[self._free]
        lacks = node.pool.need[literals] - node.at[literals]
        shares = np.minimum(node.pool.weights[self._free[:, None], literals] / np.maximum(lacks, 1), 1.0)
        shares[:, lacks <= 0] = 1.0
        self._rows = np.maximum(np.maximum.reduceat(shares, starts, axis=1), NO_HELP)

    def lever(self) -> int:
        """Pick a lever of the clause that is dearest to meet by itself: the one that does most of it for its cost."""
        per_cost = self._rows / np.maximum(self._costs, NO_HELP)[:, None]
        return int(self._free[int(per_cost[:, int(per_cost.max(axis=0).argmin())].argmax())])

    def too_dear(self, room: int) -> list[int] | None:
        r"""Give the levers that no package contains which meets the clauses for less than `room`; None where there is no such one.

        The bound is the dual one of the linear relaxation, found by raising the price of one row after the other as far as the
        levers' costs allow. What is left of a lever's cost comes on top of the bound in every package with that lever.
        """
        rest, bound = self._costs.copy(), 0.0
        for _ in range(MOST_RISES):
            rises = (rest[:, None] / self._rows).min(axis=0)
            row = int(rises.argmax())
            if rises[row] <= 0:
                break
            bound += float(rises[row])
            if ceil(_surely(bound)) >= room:
                return None
            rest = np.maximum(rest - rises[row] * self._rows[:, row], 0)
        return [int(k) for k, cost in zip(self._free, (bound + rest).tolist(), strict=True) if _surely(cost) > room - 1]


def _surely(cost: float) -> float:
    """Round down by more than what was lost in floating point."""
    return cost * (1 - 1e-9) - 1e-6
