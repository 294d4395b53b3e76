"""Depth-first search over levers, pruned by clauses and by cost, begun again once a package works; exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ceasefire.mediation.bill import Bill, bits
from ceasefire.mediation.clauses import Clause
from ceasefire.mediation.covering import Covering
from ceasefire.mediation.pool import Bools, Ints, Node, Pool
from ceasefire.mediation.target import Target

PATIENCE = 60
"""Tests after which a list of equally cheap packages that is too long already is given up."""
MOST_NODES = 1000
"""Nodes after which any list of equally cheap packages is given up."""
OFTEN = 200
"""Nodes between two reports."""

Report = Callable[[int | None, int | None, int], None]
"""Is told a working package and its cost, or None and None, and what every package costs at least."""


@dataclass(frozen=True, slots=True)
class Cube:
    """All packages that contain `used` and any of the levers in `free`."""

    used: int
    free: int

    def packages(self) -> Iterator[int]:
        """Give the packages, smallest first.

        Examples
        --------
        >>> list(Cube(0b100, 0b011).packages())
        [4, 5, 6, 7]
        """
        free = bits(self.free)
        for size in range(len(free) + 1):
            for extra in combinations(free, size):
                yield self.used | sum(1 << k for k in extra)


class Search:
    """Searches packages for one target under one way to count costs.

    Parameters
    ----------
    target : Target
    bill : Bill
    conflicts : sequence of int
        Per lever the bits of those that may not be used with it.
    side : sequence of Clause
        Hold for every package that is allowed here, whatever the target.

    Attributes
    ----------
    gave_up : bool
        Whether the last search ran out of nodes.
    """

    def __init__(self, target: Target, bill: Bill, conflicts: Sequence[int], side: Sequence[Clause] = ()) -> None:
        self.target = target
        self.cost, self.extra = bill.cost, bill.extra
        self._least = np.array(bill.extra, dtype=np.float64)
        self.conflicts = conflicts
        self.side = tuple(side)
        self.gave_up = False
        self._pool = Pool(len(conflicts))
        self._pool.add(self.side)
        self._read = 0

    def cheapest(
        self, allowed: int, below: int | None, least: int = 0, nodes: int | None = None, report: Report | None = None
    ) -> tuple[int, int] | None:
        """Find a cheapest package of the levers in `allowed` that works.

        Parameters
        ----------
        below : int or None
            Only a cost strictly below counts; None for any.
        least : int
            No package is known to cost less; the search ends at the first one that costs this.
        nodes : int or None
            The search gives up after so many nodes and gives the best package so far; see `gave_up`.
        report : callable or None
            Called for every better package, and often in between.

        Returns
        -------
        (cost, package) or None
        """
        best: tuple[int, int] | None = None
        stack = [self._root(allowed)]
        seen = 0
        while stack and not (nodes is not None and seen >= nodes):
            seen += 1
            if report and not seen % OFTEN:
                report(None, None, max(least, self._floor(stack)))
            node = stack.pop()
            limit = best[0] if best is not None else below
            settled = self._settle(node, limit)
            if settled is None:
                continue
            unmet = self._unmet(node, settled)
            if not len(unmet):
                if self.target.works(node.used):
                    if limit is None:
                        stack = [self._root(allowed)]
                    best = (settled.spent, node.used)
                    if report:
                        report(node.used, settled.spent, max(least, self._floor(stack, settled.spent)))
                    if settled.spent <= least:
                        stack.clear()
                else:
                    stack.append(node)
            else:
                stack += self._onward(node, settled, unmet, limit)
        self.gave_up = bool(stack)
        return best

    def ties(self, allowed: int, most: int, limit: int) -> tuple[list[Cube], bool]:
        """Find every package that works and costs at most `most`, as disjoint cubes, small packages first.

        Returns
        -------
        cubes : list of Cube
        complete : bool
            False where there are more than `limit` packages and finding them all takes more than `PATIENCE` tests, or where
            it takes more than `MOST_NODES` nodes.
        """
        found: list[Cube] = []
        packages, before, seen = 0, self.target.tested, 0
        stack = [self._root(allowed)]
        while stack:
            seen += 1
            if (packages > limit and self.target.tested - before > PATIENCE) or seen > MOST_NODES:
                return found, False
            node = stack.pop()
            settled = self._settle(node, most + 1)
            if settled is None:
                continue
            dear = node.free & ~self._affordable(node.used, node.free, most)
            if dear:
                for lever in bits(dear):
                    node.leave(lever)
                stack.append(node)
                continue
            active = np.flatnonzero(settled.active)
            chosen = self._choose(node, settled, active) if len(active) else self._loose(node.used, node.free, most)
            if chosen is not None:
                stack += reversed(self._branches(node, chosen))
            elif self.target.works(node.used, node.free):
                found.append(Cube(node.used, node.free))
                packages += 1 << node.free.bit_count()
            else:
                stack.append(node)
        return found, True

    def _root(self, allowed: int) -> Node:
        self._sync()
        return Node(self._pool, 0, allowed)

    def _sync(self) -> None:
        fresh = self.target.clauses[self._read :]
        if fresh:
            self._pool.add(fresh)
            self._read += len(fresh)

    def _floor(self, stack: Sequence[Node], otherwise: int = 0) -> int:
        return min((self.cost(node.used) or 0 for node in stack), default=otherwise)

    def _settle(self, node: Node, limit: int | None) -> _Settled | None:
        """Apply all clauses until nothing more is forced; None where nothing can work below the limit."""
        self._sync()
        node.fit()
        pool = self._pool
        while not pool.is_impossible:
            spent = self.cost(node.used)
            if spent is None or (limit is not None and spent >= limit):
                return None
            possible = pool.terms(node.high >= pool.need)
            sure = pool.terms(node.low >= pool.need)
            counts = pool.count_terms(possible)
            active = ~pool.any_term(sure)
            if (counts[active] == 0).any():
                return None
            if not self._force(node, np.flatnonzero(active & (counts == 1)), possible):
                return _Settled(spent, active, counts, possible)
        return None

    def _force(self, node: Node, single: Ints, possible: Bools) -> bool:
        """Decide the levers without which, or with which, the only possible term of a clause fails; say if there were any."""
        if not len(single):
            return False
        pool = self._pool
        terms = [int(t) for clause in single for t in pool.terms_of(int(clause)) if possible[t]]
        literals = pool.literals_of(terms)
        free = bits(node.free)
        rows = pool.weights[np.array(free, dtype=np.int64)[:, None], literals]
        slack = node.high[literals] - pool.need[literals]
        needed = np.flatnonzero((rows > slack).any(axis=1)).tolist()
        harmful = np.flatnonzero((-rows > slack).any(axis=1)).tolist()
        for k in harmful:
            node.leave(free[k])
        for k in needed:
            if node.free >> free[k] & 1:
                node.take(free[k], self.conflicts[free[k]])
        return bool(needed or harmful)

    def _onward(self, node: Node, settled: _Settled, unmet: Ints, limit: int | None) -> Sequence[Node]:
        """Give the nodes that follow where clauses are unmet; none where meeting them costs too much."""
        if limit is None or not self._least.any():
            return self._branches(node, self._choose(node, settled, unmet))
        covering = Covering(node, unmet, settled.possible, settled.counts, self._least)
        dear = [] if limit is None else covering.too_dear(limit - settled.spent)
        if dear is None:
            return ()
        for lever in dear:
            node.leave(lever)
        return (node,) if dear else self._branches(node, covering.lever())

    def _branches(self, node: Node, lever: int) -> tuple[Node, Node]:
        """Give the node without the lever and the node with it."""
        with_it = node.copy()
        with_it.take(lever, self.conflicts[lever])
        node.leave(lever)
        return node, with_it

    def _unmet(self, node: Node, settled: _Settled) -> Ints:
        """Give the clauses that the levers in use do not meet by themselves."""
        pool = self._pool
        return np.flatnonzero(settled.active & ~pool.any_term(pool.terms(node.at >= pool.need)))

    def _choose(self, node: Node, settled: _Settled, clauses: Ints) -> int:
        """Pick a lever of the clause with the fewest ways to be met: the one that serves most, then the cheapest."""
        pool = self._pool
        terms = pool.terms_of(int(clauses[np.argmin(settled.counts[clauses])]))
        literals = pool.literals_of(terms[settled.possible[terms]])
        free = np.array(bits(node.free), dtype=np.int64)
        rows = pool.weights[free[:, None], literals[node.low[literals] < pool.need[literals]]]
        counts = (rows > 0).sum(axis=1)
        if not counts.any():
            counts = (rows != 0).sum(axis=1)
        best = free[counts == counts.max()]
        return int(best[np.argmin(self._least[best])])

    def _affordable(self, used: int, free: int, most: int) -> int:
        kept = 0
        for k in bits(free):
            spent = self.cost(used | 1 << k)
            if spent is not None and spent <= most:
                kept |= 1 << k
        return kept

    def _loose(self, used: int, free: int, most: int) -> int | None:
        """Give a free lever that cannot be left to choice: with all free ones the package is forbidden or too dear."""
        clashing = [k for k in bits(free) if self.conflicts[k] & free]
        if clashing:
            return clashing[0]
        spent = self.cost(used | free)
        if spent is None or spent > most:
            return next(iter(bits(free)))
        return None


class _Settled(NamedTuple):
    """What the clauses say at a node: its cost, which are not met for sure, how many terms are possible, which terms are."""

    spent: int
    active: Bools
    counts: Ints
    possible: Bools


def count(cubes: Sequence[Cube]) -> int:
    """Count the packages in a union of cubes.

    Examples
    --------
    >>> count([Cube(0b001, 0b010), Cube(0b000, 0b011)])
    4
    """
    kept = [c for k, c in enumerate(cubes) if not any(_covers(d, c) and (j < k or d != c) for j, d in enumerate(cubes))]
    if len(kept) <= 1:
        return sum(1 << c.free.bit_count() for c in kept)
    mixed = 0
    for cube in kept:
        mixed |= cube.free | (cube.used ^ kept[0].used)
    lever = max(bits(mixed), key=lambda k: sum(not c.free >> k & 1 for c in kept))
    bit = 1 << lever
    without = [Cube(c.used, c.free & ~bit) for c in kept if not c.used & bit]
    with_it = [Cube(c.used & ~bit, c.free & ~bit) for c in kept if c.used & bit or c.free & bit]
    return count(without) + count(with_it)


def _covers(one: Cube, other: Cube) -> bool:
    return not (other.used | other.free) & ~(one.used | one.free) and not one.used & ~other.used
