"""Depth-first search over levers, pruned by clauses and by cost; exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ceasefire.mediation.bill import Bill, bits
from ceasefire.mediation.clauses import SURE, Clause, narrow, status
from ceasefire.mediation.target import Target

PATIENCE = 200
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
        self.conflicts = conflicts
        self.side = list(side)
        self.gave_up = False

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
        stack: list[tuple[int, int, list[Clause], int]] = [(0, allowed, self.side, 0)]
        seen = 0
        while stack and not (nodes is not None and seen >= nodes):
            seen += 1
            if report and not seen % OFTEN:
                report(None, None, max(least, min(self.cost(entry[0]) or 0 for entry in stack)))
            used, free, active, known = stack.pop()
            limit = best[0] if best is not None else below
            node = self._settle(used, free, active, known, limit)
            if node is None:
                continue
            used, free, active, spent = node
            known = len(self.target.clauses)
            unmet = [terms for terms in active if not _holds(terms, used)]
            if not unmet:
                if self.target.works(used):
                    best = (spent, used)
                    if report:
                        report(used, spent, max(least, min((self.cost(entry[0]) or 0 for entry in stack), default=spent)))
                    if spent <= least:
                        stack.clear()
                else:
                    stack.append((used, free, active, known))
                continue
            if limit is not None and spent + self._surcharge(unmet, free) >= limit:
                continue
            lever = self._choose(unmet, used, free)
            rest = free & ~(1 << lever)
            stack.append((used, rest, active, known))
            stack.append((used | 1 << lever, rest & ~self.conflicts[lever], active, known))
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
        stack: list[tuple[int, int, list[Clause], int]] = [(0, allowed, self.side, 0)]
        while stack:
            seen += 1
            if (packages > limit and self.target.tested - before > PATIENCE) or seen > MOST_NODES:
                return found, False
            used, free, active, known = stack.pop()
            node = self._settle(used, free, active, known, most + 1)
            if node is None:
                continue
            used, free, active, _ = node
            known = len(self.target.clauses)
            affordable = self._affordable(used, free, most)
            if affordable != free:
                stack.append((used, affordable, active, known))
                continue
            lever = self._loose(used, free, most) if not active else self._choose(active, used, free)
            if lever is None:
                if self.target.works(used, free):
                    found.append(Cube(used, free))
                    packages += 1 << free.bit_count()
                else:
                    stack.append((used, free, active, known))
                continue
            rest = free & ~(1 << lever)
            stack.append((used | 1 << lever, rest & ~self.conflicts[lever], active, known))
            stack.append((used, rest, active, known))
        return found, True

    def _settle(
        self, used: int, free: int, active: Sequence[Clause], known: int, limit: int | None
    ) -> tuple[int, int, list[Clause], int] | None:
        """Apply all clauses until nothing more is forced; None where nothing can work below the limit."""
        left: list[Clause] | None = [*active, *self.target.clauses[known:]]
        while True:
            spent = self.cost(used)
            if spent is None or (limit is not None and spent >= limit):
                return None
            left = narrow(left or [], used, free)
            if left is None:
                return None
            forced = _forced(left, used, free)
            if forced is None:
                return used, free, left, spent
            lever, is_on = forced
            free &= ~(1 << lever)
            if is_on:
                used |= 1 << lever
                free &= ~self.conflicts[lever]

    def _surcharge(self, unmet: Sequence[Clause], free: int) -> int:
        """Bound from below what meeting clauses that share no helpful lever adds to the cost."""
        total = taken = 0
        for terms in unmet:
            helpful = _helpful(terms) & free
            if not helpful & taken:
                taken |= helpful
                total += min((self.extra[k] for k in bits(helpful)), default=0)
        return total

    def _choose(self, open_clauses: Sequence[Clause], used: int, free: int) -> int:
        """Pick a lever of the clause with the fewest ways to be met: the one that serves most, then the cheapest."""
        terms = min(open_clauses, key=len)
        counts: dict[int, int] = {}
        for term in terms:
            if status(term, used, free) and status(term, used, 0) != SURE:
                for literal in term:
                    for k in bits(literal.helpful & free):
                        counts[k] = counts.get(k, 0) + 1
        if not counts:
            for term in terms:
                for literal in term:
                    for k in bits(literal.support & free):
                        counts[k] = counts.get(k, 0) + 1
        return min(counts, key=lambda k: (-counts[k], self.extra[k], k))

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


def _holds(terms: Clause, used: int) -> bool:
    for term in terms:  # noqa: SIM110 - the innermost loop of the search
        if status(term, used, 0) == SURE:
            return True
    return False


def _helpful(terms: Clause) -> int:
    found = 0
    for term in terms:
        for literal in term:
            found |= literal.helpful
    return found


def _forced(clauses: Sequence[Clause], used: int, free: int) -> tuple[int, bool] | None:
    """Find a lever without which (or with which) the only open term of a clause becomes impossible."""
    for terms in clauses:
        if len(terms) > 1:
            continue
        for literal in terms[0]:
            for k in bits(literal.support & free):
                bit = 1 << k
                if not literal.status(used, free & ~bit):
                    return k, True
                if not literal.status(used | bit, free & ~bit):
                    return k, False
    return None
