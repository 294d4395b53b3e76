"""Whether some completion of partial orders makes a state stable, or not: searched, and where that takes long, put as a program."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from ceasefire.graphmodel.cheapest import Search
from ceasefire.graphmodel.clauses import Clause, Formula, Holds, Option
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder

MOST_NODES = 200
MOST_KEPT = 200_000

Unmet = Callable[[Holds], Sequence[Clause]]


def can_stay(formula: Formula, known: Sequence[PartialOrder], parties: Sequence[int]) -> bool | None:
    """Say whether a state is stable for all of some parties in one completion; None where the search grows too large.

    Examples
    --------
    >>> from ceasefire.graphmodel.model import GraphModel, Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,))])
    >>> can_stay(Formula(model, "SEQ", 0), [PartialOrder.of(2, better=[(1, 0)])], [0])
    False
    """
    if len(parties) == 1:
        known = [one.favouring(formula.state) if k == parties[0] else one for k, one in enumerate(known)]

    def stays(holds: Holds) -> list[Clause]:
        return [clause for party in parties for clause in formula.unmet(party, holds)]

    found = Completing(stays, known).exists()
    return _search([formula], [], parties, known).exists() if found is None else found


def can_leave(formula: Formula, known: Sequence[PartialOrder], party: int) -> bool | None:
    """Say whether a state is not stable for a party in some completion; None where the search grows too large.

    Examples
    --------
    >>> from ceasefire.graphmodel.model import GraphModel, Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,))])
    >>> can_leave(Formula(model, "SEQ", 0), [PartialOrder.nothing(2)], 0)
    True
    """
    known = [one.disfavouring(formula.state) if k == party else one for k, one in enumerate(known)]

    def leaves(holds: Holds) -> list[Clause]:
        clause = formula.stable_for(party, holds)
        return [] if clause is None else [clause]

    found = Completing(leaves, known).exists()
    return _search([], [formula], [party], known).exists() if found is None else found


def _search(
    wanted: Sequence[Formula], unwanted: Sequence[Formula], parties: Sequence[int], known: Sequence[PartialOrder]
) -> Search:
    def price(c: Comparison) -> int | None:
        if known[c.party].has(c):
            return 0
        return None if known[c.party].has(c.negation) else 1

    return Search(wanted, unwanted, parties, price, np.stack([one.levels for one in known]), known=known)


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
        self._allowed: dict[tuple[frozenset[Comparison], Comparison], bool] = {}

    def exists(self) -> bool | None:
        """Say whether there are such preferences; None after 200 nodes."""
        numbers = count()
        heap = [_Node(0, next(numbers), frozenset(), frozenset())]
        while heap:
            node = heapq.heappop(heap)
            if node.number > MOST_NODES:
                return None
            clauses = self._unmet(self._test(node.asserted))
            if not clauses:
                return True
            for child in self._children(node, self._narrowest(node, clauses), numbers):
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

    def _narrowest(self, node: _Node, clauses: Sequence[Clause]) -> list[Option]:
        """Give what is left of the clause with the fewest alternatives left."""
        if len(self._allowed) > MOST_KEPT:
            self._allowed.clear()
        mine = [frozenset(c for c in node.asserted if c.party == party) for party in range(len(self._known))]
        demands = [Demands(self._known, one) for one in mine]
        narrowest: list[Option] | None = None
        for clause in clauses:
            usable = [option for option in clause if node.banned.isdisjoint(option) and self._usable(mine, demands, option)]
            if not usable:
                return []
            if narrowest is None or (len(usable), usable) < (len(narrowest), narrowest):
                narrowest = usable
        return narrowest or []

    def _usable(self, mine: Sequence[frozenset[Comparison]], demands: Sequence[Demands], option: Option) -> bool:
        """Say whether each part of an alternative is allowed by what its party's demands are, and the parts before it."""
        for k, c in enumerate(option):
            before, there = mine[c.party], demands[c.party]
            if any(other.party == c.party for other in option[:k]):
                before |= {other for other in option[:k] if other.party == c.party}
                there = Demands(self._known, before)
            if (before, c) not in self._allowed:
                self._allowed[before, c] = there.allow(c)
            if not self._allowed[before, c]:
                return False
        return True

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
