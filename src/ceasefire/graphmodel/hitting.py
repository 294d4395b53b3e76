"""The cheapest consistent comparisons that make a formula true, by best-first search over its clauses."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Clause, Holds
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder

MOST_NODES = 200_000

Unmet = Callable[[Holds], Sequence[Clause]]
Price = Callable[[Comparison], int | None]


@dataclass(frozen=True, eq=False)
class Hit:
    """Comparisons that suffice.

    Parameters
    ----------
    cost : int
    demanded : frozenset of Comparison
        Those with a price.
    preference : NDArray[np.int64], shape (n_parties, n_states)
        Complete preferences under which all hold.
    """

    cost: int
    demanded: frozenset[Comparison]
    preference: NDArray[np.int64]


@dataclass(order=True)
class _Node:
    bound: int
    depth: int
    number: int
    cost: int = field(compare=False)
    asserted: frozenset[Comparison] = field(compare=False)
    banned: frozenset[Comparison] = field(compare=False)
    options: tuple[Comparison, ...] | None = field(default=None, compare=False)


class Search:
    """Look for cheapest sets of comparisons.

    Parameters
    ----------
    unmet : callable
        Given a test of single comparisons, the clauses that do not hold; none when the goal is met.
    price : callable
        What demanding a comparison costs: 0 where it is free, None where it cannot be had.
    favoured : NDArray[np.int64], shape (n_parties, n_states)
        Preferences to stay close to; a comparison that holds there should be free.
    known : sequence of PartialOrder, optional
        What the preferences must respect, per party.

    Notes
    -----
    A clause needs at least one of its comparisons; the node branches on which, and a later branch may not use what an earlier
    one tried. Clauses without a comparison in common bound the cost from below. Exact; exponential in the worst case.
    """

    def __init__(
        self,
        unmet: Unmet,
        price: Price,
        favoured: NDArray[np.int64],
        known: Sequence[PartialOrder] | None = None,
    ) -> None:
        self._unmet = unmet
        self._price = price
        self._favoured = favoured
        self._known = known
        self._rows: dict[tuple[int, frozenset[Comparison]], NDArray[np.int64]] = {}

    def hits(self, at_most: int | None = None) -> Iterator[Hit]:
        """Give sets in the order of their cost, none containing another of the same or lower cost.

        Raises
        ------
        LimitError
            After 200,000 nodes.
        """
        numbers = count()
        heap = [_Node(0, 0, next(numbers), 0, frozenset(), frozenset())]
        found: list[frozenset[Comparison]] = []
        while heap:
            node = heapq.heappop(heap)
            if at_most is not None and node.bound > at_most:
                return
            if node.number > MOST_NODES:
                raise LimitError(
                    f"no proof of the least change within {MOST_NODES:,} steps; {node.bound} is too little\n"
                    "  hint: name fewer wanted states, say whose preferences can change, or rule out states that cannot occur"
                )
            if node.options is None and not self._expand(node):
                hit = self._hit(node)
                if not any(other <= hit.demanded for other in found):
                    found.append(hit.demanded)
                    yield hit
                continue
            if heap and node.bound > heap[0].bound:
                heapq.heappush(heap, node)
                continue
            for child in self._children(node, numbers):
                heapq.heappush(heap, child)

    def _expand(self, node: _Node) -> bool:
        """Say whether clauses are unmet; if so set what to branch on (nothing where one cannot be met) and raise the bound."""
        world = self._world(node.asserted)

        def holds(c: Comparison) -> bool:
            return c.holds(world) and (self._price(c) == 0 or c in node.asserted)

        clauses = self._unmet(holds)
        if not clauses:
            return False
        demands = Demands(self._known, node.asserted)
        usable = [
            tuple(c for c in clause if c not in node.banned and self._price(c) is not None and demands.allow(c))
            for clause in clauses
        ]
        usable.sort(key=lambda clause: (len(clause), clause))
        node.options = usable[0]
        node.bound = max(node.bound, node.cost + self._disjoint(usable))
        return True

    def _children(self, node: _Node, numbers: Iterator[int]) -> Iterator[_Node]:
        banned = node.banned
        options = sorted(node.options or (), key=lambda c: (self._price(c) or 0, c))
        for option in options:
            cost = node.cost + (self._price(option) or 0)
            yield _Node(max(node.bound, cost), node.depth - 1, next(numbers), cost, node.asserted | {option}, banned)
            banned |= {option}

    def _disjoint(self, clauses: Sequence[tuple[Comparison, ...]]) -> int:
        used: set[Comparison] = set()
        total = 0
        for clause in clauses:
            if used.isdisjoint(clause):
                used.update(clause)
                total += min((self._price(c) or 0 for c in clause), default=0)
        return total

    def _hit(self, node: _Node) -> Hit:
        demanded = frozenset(c for c in node.asserted if self._price(c))
        world = self._world(node.asserted)
        ranks = [np.unique(row, return_inverse=True)[1].reshape(-1) for row in world]
        return Hit(node.cost, demanded, np.stack(ranks).astype(np.int64))

    def _world(self, asserted: frozenset[Comparison]) -> NDArray[np.int64]:
        return np.stack([self._row(party, asserted) for party in range(len(self._favoured))])

    def _row(self, party: int, asserted: frozenset[Comparison]) -> NDArray[np.int64]:
        own = frozenset(c for c in asserted if c.party == party)
        if (party, own) not in self._rows:
            self._rows[party, own] = Demands(self._known, own).completion(party, self._favoured[party])
        return self._rows[party, own]
