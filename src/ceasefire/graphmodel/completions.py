"""Whether some completion of partial orders makes a formula true, by best-first search over its clauses."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Clause, Holds, Option
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder

MOST_NODES = 20_000

Unmet = Callable[[Holds], Sequence[Clause]]


@dataclass(order=True)
class _Node:
    depth: int
    number: int
    asserted: frozenset[Comparison] = field(compare=False)
    banned: frozenset[Comparison] = field(compare=False)


class Completing:
    """Look for complete preferences that agree with what is known and meet a goal.

    Parameters
    ----------
    unmet : callable
        Given a test of single comparisons, the clauses that do not hold; none when the goal is met.
    known : sequence of PartialOrder
        Per party.

    Notes
    -----
    A clause needs at least one of its alternatives; the node branches on which, and a later branch may not use a comparison
    that an earlier one tried alone. Exact; exponential in the worst case.
    """

    def __init__(self, unmet: Unmet, known: Sequence[PartialOrder]) -> None:
        self._unmet = unmet
        self._known = known
        self._seen: dict[frozenset[Comparison], list[frozenset[Comparison]]] = {}

    def exists(self) -> bool:
        """Say whether there are such preferences.

        Raises
        ------
        LimitError
            After 20,000 nodes.
        """
        numbers = count()
        heap = [_Node(0, next(numbers), frozenset(), frozenset())]
        while heap:
            node = heapq.heappop(heap)
            if node.number > MOST_NODES:
                raise LimitError(
                    f"not decided within {MOST_NODES:,} steps\n"
                    "  hint: say more of the preferences, or rule out states that cannot occur"
                )
            clauses = self._unmet(self._test(node.asserted))
            if not clauses:
                return True
            usable = [[option for option in clause if self._usable(node, option)] for clause in clauses]
            narrowest = min(usable, key=lambda options: (len(options), options))
            for child in self._children(node, narrowest, numbers):
                heapq.heappush(heap, child)
        return False

    def _test(self, asserted: frozenset[Comparison]) -> Holds:
        demands = Demands(self._known, asserted)
        flat = np.zeros(self._known[0].n_states, dtype=np.int64)
        rows = [demands.completion(party, flat).tolist() for party in range(len(self._known))]

        def holds(c: Comparison) -> bool:
            row = rows[c.party]
            return bool(row[c.upper] > row[c.lower] if c.strict else row[c.upper] >= row[c.lower])

        return holds

    def _usable(self, node: _Node, option: Option) -> bool:
        if not node.banned.isdisjoint(option):
            return False
        return all(Demands(self._known, node.asserted | set(option[:k])).allow(c) for k, c in enumerate(option))

    def _children(self, node: _Node, options: Sequence[Option], numbers: Iterator[int]) -> Iterator[_Node]:
        banned = node.banned
        for option in sorted(options):
            asserted = node.asserted | set(option)
            if self._is_new(asserted, banned):
                yield _Node(node.depth - len(option), next(numbers), asserted, banned)
            if len(option) == 1:
                banned |= set(option)

    def _is_new(self, asserted: frozenset[Comparison], banned: frozenset[Comparison]) -> bool:
        """Say whether these demands, with no more banned than here, were not met before; and remember them."""
        before = self._seen.setdefault(asserted, [])
        if any(other <= banned for other in before):
            return False
        before.append(banned)
        return True
