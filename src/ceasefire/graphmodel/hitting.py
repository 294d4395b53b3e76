"""The cheapest consistent comparisons that make a formula true, by best-first search over its clauses."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Clause, Holds, Option
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder

MOST_NODES = 20_000

Unmet = Callable[[Holds, frozenset[Comparison]], Sequence[Clause]]
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
    options: tuple[tuple[int, Option], ...] | None = field(default=None, compare=False)


class Search:
    """Look for cheapest sets of comparisons.

    Parameters
    ----------
    unmet : callable
        Given a test of single comparisons, and those demanded, the clauses that do not hold; none when the goal is met. The
        numbers in a clause bound from below what else must be paid to use a comparison.
    price : callable
        What demanding a comparison costs: 0 where it is free, None where it cannot be had.
    favoured : NDArray[np.int64], shape (n_parties, n_states)
        Preferences to stay close to; a comparison that holds there should be free.
    known : sequence of PartialOrder, optional
        What the preferences must respect, per party.

    Notes
    -----
    A clause needs at least one of its alternatives; the node branches on which, and a later branch may not use a comparison
    that an earlier one tried alone. Clauses without a comparison in common bound the cost from below, and so does the
    cheapest alternative of each clause with what must follow it. Exact; exponential in the worst case.
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
        self._seen: dict[frozenset[Comparison], list[frozenset[Comparison]]] = {}
        self._costs: dict[Comparison, int | None] = {}
        self._rows: dict[tuple[int, frozenset[Comparison]], NDArray[np.int64]] = {}

    def floor(self) -> int:
        """Give a lower bound of the cost at little effort; 0 where nothing needs to change."""
        root = _Node(0, 0, 0, 0, frozenset(), frozenset())
        self._expand(root)
        return root.bound

    def hits(self, at_most: int | None = None) -> Iterator[Hit]:
        """Give sets in the order of their cost, none containing another of the same or lower cost.

        Raises
        ------
        LimitError
            After 20,000 nodes.
        """
        numbers = count()
        self._seen.clear()
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
        rows = [row.tolist() for row in self._world(node.asserted)]

        def holds(c: Comparison) -> bool:
            row = rows[c.party]
            true = row[c.upper] > row[c.lower] if c.strict else row[c.upper] >= row[c.lower]
            return true and (c in node.asserted or self._cost(c) == 0)

        clauses = self._unmet(holds, node.asserted)
        if not clauses:
            return False
        usable = [self._usable(clause, node) for clause in clauses]
        usable.sort(key=lambda clause: (-clause[0][0] if clause else -math.inf, len(clause), clause))
        node.options = usable[0]
        least = usable[0][0][0] if usable[0] else 0
        node.bound = max(node.bound, node.cost + max(least, self._disjoint(usable)))
        return True

    def _usable(self, clause: Clause, node: _Node) -> tuple[tuple[int, Option], ...]:
        """Give the alternatives that can be had, each after what using it costs at least, the cheapest first."""
        demands = Demands(self._known, node.asserted)
        found = []
        for option, more in clause.items():
            costs = [self._cost(c) for c in option]
            if None not in costs and node.banned.isdisjoint(option) and self._consistent(demands, node, option):
                found.append((sum(cost or 0 for cost in costs) + more, option))
        return tuple(sorted(found))

    def _consistent(self, demands: Demands, node: _Node, option: Option) -> bool:
        for k, c in enumerate(option):
            if not (demands if not k else Demands(self._known, node.asserted | set(option[:k]))).allow(c):
                return False
        return True

    def _children(self, node: _Node, numbers: Iterator[int]) -> Iterator[_Node]:
        banned = node.banned
        for least, option in node.options or ():
            asserted = node.asserted | set(option)
            cost = node.cost + sum(self._cost(c) or 0 for c in option if c not in node.asserted)
            if self._is_new(asserted, banned):
                bound = max(node.bound, node.cost + least)
                yield _Node(bound, node.depth - len(option), next(numbers), cost, asserted, banned)
            if len(option) == 1:
                banned |= set(option)

    def _is_new(self, asserted: frozenset[Comparison], banned: frozenset[Comparison]) -> bool:
        """Say whether these demands, with no more banned than here, were not met before; and remember them."""
        before = self._seen.setdefault(asserted, [])
        if any(other <= banned for other in before):
            return False
        before.append(banned)
        return True

    def _disjoint(self, clauses: Sequence[tuple[tuple[int, Option], ...]]) -> int:
        used: set[Comparison] = set()
        total = 0
        for clause in sorted(clauses, key=len):
            members = {c for _, option in clause for c in option}
            if used.isdisjoint(members):
                used |= members
                total += min((sum(self._cost(c) or 0 for c in option) for _, option in clause), default=0)
        return total

    def _cost(self, c: Comparison) -> int | None:
        if c not in self._costs:
            self._costs[c] = self._price(c)
        return self._costs[c]

    def _hit(self, node: _Node) -> Hit:
        demanded = frozenset(c for c in node.asserted if self._cost(c))
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
