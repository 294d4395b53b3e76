"""The cheapest consistent comparisons that make states stable, or not: an integer program grown by what its answers lack."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Clause, Formula, Option
from ceasefire.graphmodel.cover import Cover, Covering, Price
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder
from ceasefire.graphmodel.walls import Lack, Walls, World

MOST_ROUNDS = 120
MOST_RELAXED = 150
MOST_FURTHER = 40
MOST_TRIED = 60
SHARE = 8
"""Of so many things that a choice lacks one is mended before it is looked at again, since one mend may serve several."""


@dataclass(frozen=True, eq=False)
class Hit:
    """Comparisons that suffice.

    Parameters
    ----------
    cost : int
    at_least : int
        No others cost less than this; equal to `cost` where that is proven.
    demanded : frozenset of Comparison
        Those with a price.
    preference : NDArray[np.int64], shape (n_parties, n_states)
        Complete preferences under which all hold.
    """

    cost: int
    at_least: int
    demanded: frozenset[Comparison]
    preference: NDArray[np.int64]


class NothingFoundError(LimitError):
    """The search grew too large before it found anything that suffices; whatever does costs `at_least` or more."""

    def __init__(self, at_least: int) -> None:
        self.at_least = at_least
        super().__init__(
            f"no change that suffices was found in {MOST_ROUNDS} rounds; none costs less than {at_least}\n"
            "  hint: name fewer states, say whose preferences can change, or rule out states that cannot occur"
        )


class Search:
    """Look for the cheapest comparisons that make some states stable for some parties, and others for not all.

    Parameters
    ----------
    wanted, unwanted : sequence of Formula
    parties : sequence of int
        For whom the wanted states must be stable.
    price : callable
        What demanding a comparison costs: 0 where it holds already, None where it cannot be had.
    favoured : NDArray[np.int64], shape (n_parties, n_states)
        Preferences to stay close to.
    known : sequence of PartialOrder, optional
        Per party: what must hold in any case; its price is 0, and that of what contradicts it None.

    Notes
    -----
    An integer program chooses comparisons. Where its choice contradicts itself or does not suffice it is told so: by the
    contradiction, or by clauses that every sufficient choice meets (implicit hitting sets [1]_). Mending each choice by the
    shortest ways gives choices that suffice; where one costs no more than the program's bound it is least.

    References
    ----------
    .. [1] Moreno-Centeno and Karp (2013), The implicit hitting set approach, Operations Research 61(2), 453-468.
    """

    def __init__(
        self,
        wanted: Sequence[Formula],
        unwanted: Sequence[Formula],
        parties: Sequence[int],
        price: Price,
        favoured: NDArray[np.int64],
        *,
        known: Sequence[PartialOrder] | None = None,
    ) -> None:
        self._price = cache(price)
        self._walls = [Walls(formula, self._price) for formula in wanted]
        self._unwanted, self._parties, self._favoured = unwanted, parties, favoured
        self._orders = known
        self._cover = Cover(self._price)
        self._known: dict[frozenset[Comparison], Hit] = {}
        self._floor: int | None = None

    def floor(self) -> int | None:
        """Give a lower bound of the cost at little effort, 0 where nothing needs to change; None where nothing can suffice."""
        if self._floor is None:
            for lack in self._lacks(self._world(frozenset())):
                self._require(lack.walls())
        bound = self._cover.relaxed()
        self._floor = None if bound is None else _rounded(bound[0])
        return self._floor

    def hits(self, at_most: int | None = None) -> Iterator[Hit]:
        """Give sets in the order of their cost, none containing another of the same or lower cost.

        Raises
        ------
        NothingFoundError
            If the search grows too large before anything that suffices is found.
        """
        if self.floor() is None:
            return
        self._found(self._mend(self._world(frozenset())))
        self._relax(at_most)
        rounds, found = 0, 0
        while (covering := self._cover.solve()) is not None:
            if at_most is not None and covering.at_least > at_most:
                return
            hit = self._proven(covering)
            if hit is None and rounds == MOST_ROUNDS:
                hit = self._stopped(covering.at_least) if not found else None
                if hit is None:
                    return
            if hit is not None:
                yield hit
                rounds, found = max(rounds, MOST_ROUNDS - MOST_FURTHER), found + 1
                self._exclude(hit)
                if hit.at_least < hit.cost:
                    return
            else:
                rounds += 1
                self._found(self._correct(covering))

    def exists(self) -> bool | None:
        """Say whether any comparisons suffice, whatever they cost; None if the search grows too large."""
        if self.floor() is None:
            return False
        world = self._mend(self._world(frozenset()))
        for _ in range(MOST_TRIED):
            if world is not None:
                return True
            covering = self._cover.solve()
            if covering is None:
                return False
            world = self._correct(covering)
        return None

    def _proven(self, covering: Covering) -> Hit | None:
        """Give a known set that the bound shows to be cheapest."""
        fits = [hit for hit in self._known.values() if hit.cost <= covering.at_least]
        return min(fits, key=lambda hit: (hit.cost, sorted(hit.demanded)), default=None)

    def _stopped(self, at_least: int) -> Hit | None:
        """Give the cheapest known set with how much less another could cost."""
        if not self._known:
            raise NothingFoundError(at_least)
        best = min(self._known.values(), key=lambda hit: (hit.cost, sorted(hit.demanded)))
        return Hit(best.cost, at_least, best.demanded, best.preference)

    def _exclude(self, hit: Hit) -> None:
        self._cover.forbid(hit.demanded)
        self._known = {demanded: one for demanded, one in self._known.items() if not hit.demanded <= demanded}

    def _relax(self, at_most: int | None) -> None:
        """Raise the bound with walls that fractions of comparisons do not cross, while that helps."""
        present = self._world(frozenset())
        credible = [walls for walls in self._walls if walls.formula.credible]
        for _ in range(MOST_RELAXED if credible else 0):
            bound = self._cover.relaxed()
            least = min((hit.cost for hit in self._known.values()), default=None)
            enough = [most for most in (least, None if at_most is None else at_most + 1) if most is not None]
            if bound is None or (enough and _rounded(bound[0]) >= min(enough)):
                return
            cuts = [cut for walls in credible for party in self._parties for cut in walls.cuts(party, present, bound[1])]
            self._require(cuts)
            if not cuts:
                return

    def _correct(self, covering: Covering) -> World | None:
        """Tell the program why its choice is not good enough; give what it can be mended to."""
        contradictions = _contradictions(covering.chosen, self._orders)
        for together in contradictions:
            self._cover.forbid(together)
        if contradictions:
            return None
        paid = frozenset(c for c in covering.chosen if self._price(c))
        near = self._world(paid)
        unsure = frozenset(c for c in covering.chosen if not c.holds(near.preference))
        return self._mend(self._world(paid | unsure) if unsure else near)

    def _mend(self, world: World) -> World | None:
        """Demand more until the goal is reached, with clauses for all that lacked on the way; None where that fails."""
        while lacks := list(self._lacks(world)):
            for lack in lacks:
                self._require(lack.walls())
            demanded = world.demanded
            for lack in lacks[: max(1, len(lacks) // SHARE)]:
                way = next((way for way in lack.ways if self._allowed(demanded, way)), None)
                if way is None:
                    return None
                demanded |= set(way)
            world = self._world(demanded)
        return world

    def _found(self, world: World | None) -> None:
        """Remember a set that suffices, without what it can do without."""
        if world is None:
            return
        for c in sorted(world.demanded, key=lambda c: (-(self._price(c) or 0), c)):
            without = self._world(world.demanded - {c})
            if self._price(c) and next(self._lacks(without), None) is None:
                world = without
        paid = frozenset(c for c in world.demanded if self._price(c))
        cost = sum(self._price(c) or 0 for c in paid)
        ranks = [np.unique(row, return_inverse=True)[1].reshape(-1) for row in world.preference]
        self._known.setdefault(paid, Hit(cost, cost, paid, np.stack(ranks).astype(np.int64)))

    def _world(self, demanded: frozenset[Comparison]) -> World:
        return World.of(demanded, self._favoured, self._orders)

    def _lacks(self, world: World) -> Iterator[Lack]:
        for walls in self._walls:
            for party in self._parties:
                yield from walls.lacks(party, world)
        for formula in self._unwanted:
            clause = formula.stable_for_all(self._parties, lambda c: self._holds(c, world))
            if clause is not None:
                priced = sorted((self._price(c) or 0, c) for (c,) in clause if self._price(c) is not None)
                yield Lack(partial(tuple, (clause,)), tuple((c,) for _, c in priced))

    def _holds(self, c: Comparison, world: World) -> bool:
        return c.holds(world.preference) and (c in world.demanded or self._price(c) == 0)

    def _allowed(self, demanded: frozenset[Comparison], way: Option) -> bool:
        return all(
            self._price(c) is not None and Demands(self._orders, demanded | set(way[:k])).allow(c) for k, c in enumerate(way)
        )

    def _require(self, clauses: Collection[Clause]) -> None:
        for clause in clauses:
            self._cover.require(clause)


def _rounded(bound: float) -> int:
    return math.ceil(bound - 1e-6)


def _contradictions(chosen: Collection[Comparison], known: Sequence[PartialOrder] | None) -> set[frozenset[Comparison]]:
    """Give, for each comparison that others contradict, a shortest circle with it: nobody likes a state better than itself."""
    found: set[frozenset[Comparison]] = set()
    for party in {c.party for c in chosen}:
        mine = sorted(c for c in chosen if c.party == party)
        below, above = np.array([c.lower for c in mine]), np.array([c.upper for c in mine])
        linked = (below[:, None] == above).astype(np.int8) if known is None else known[party].degree(below[:, None], above)
        follows = [[(int(k), row[k] == 2) for k in np.flatnonzero(row)] for row in linked]
        for start, c in enumerate(mine):
            circle = _circle(start, follows, [c.strict for c in mine])
            if circle:
                found.add(frozenset(mine[k] for k in circle))
    return found


def _circle(start: int, follows: Sequence[Sequence[tuple[int, bool]]], strict: Sequence[bool]) -> list[int]:
    """Give a shortest circle of comparisons through one, at least one of them strict or linked strictly; none if there is none."""
    origin = (start, strict[start])
    came: dict[tuple[int, bool], tuple[int, bool] | None] = {origin: None}
    waiting = deque([origin])
    while waiting:
        here = waiting.popleft()
        for to, better in follows[here[0]]:
            if to == start and (here[1] or better):
                return _back(came, here)
            there = (to, here[1] or better or strict[to])
            if there not in came:
                came[there] = here
                waiting.append(there)
    return []


def _back(came: Mapping[tuple[int, bool], tuple[int, bool] | None], last: tuple[int, bool]) -> list[int]:
    circle = []
    step: tuple[int, bool] | None = last
    while step is not None:
        circle.append(step[0])
        step = came[step]
    return circle
