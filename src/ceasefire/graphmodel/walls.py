"""What keeps a departure from its punishment: walls of comparisons, one of which must come true, and the cheapest way through."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.clauses import Clause, Formula, Option
from ceasefire.graphmodel.flow import SMALL, reached_at_most
from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.orders import Comparison, Demands, PartialOrder

MOST_WALLS = 24
NEVER = 1 << 50
_PUNISHED = (-1, -1)

Price = Callable[[Comparison], int | None]
Lengths = NDArray[np.int64]
Missing = Callable[[int], Option]


@dataclass(frozen=True, eq=False)
class World:
    """Complete preferences, and which comparisons in them may be relied on: those demanded and those that cost nothing.

    Parameters
    ----------
    preference : NDArray[np.int64], shape (n_parties, n_states)
    demanded : frozenset of Comparison
    """

    preference: NDArray[np.int64]
    demanded: frozenset[Comparison]

    @classmethod
    def of(cls, demanded: frozenset[Comparison], favoured: NDArray[np.int64], known: Sequence[PartialOrder] | None = None) -> World:
        """Meet consistent demands, as close to `favoured` as may be, or as what is known allows."""
        demands = Demands(known, demanded)
        return cls(np.stack([demands.completion(party, row) for party, row in enumerate(favoured)]), demanded)


@dataclass(frozen=True, slots=True)
class Lack:
    """Why one departure pays, and what would end that.

    Parameters
    ----------
    walls : callable
        Gives clauses: of each, some alternative must come true; in any preferences, not only in these.
    ways : tuple of Option
        Alternatives that each would suffice, the cheapest first.
    """

    walls: Callable[[], tuple[Clause, ...]]
    ways: tuple[Option, ...]


@dataclass(frozen=True, eq=False)
class _Travel:
    """How far the others are, in cost, from a departure: per last mover and state."""

    party: int
    to: int
    distance: Lengths

    def tails(self, mover: int) -> Lengths:
        """How far each state is for `mover` to go on from."""
        others = [k for k in range(len(self.distance)) if k not in {self.party, mover}]
        tail: Lengths = self.distance[others].min(axis=0, initial=NEVER)
        tail[self.to] = 0
        return tail


class Walls:
    """What one state lacks of being stable.

    Parameters
    ----------
    formula : Formula
    price : callable
        What demanding a comparison costs: 0 where it holds already, None where it cannot be had.

    Notes
    -----
    The others reach a punishment over improvements of theirs, each of which costs what making it one costs. The states within
    some distance of the departure are one side of a wall; whatever makes it stable must have a step across each, so walls at
    growing distance bound the cost from below as the shortest way does, and together better. For fractions of comparisons
    the wall is a least cut.
    """

    def __init__(self, formula: Formula, price: Price) -> None:
        self.formula, self._price = formula, price
        model = formula.model
        self._parties = range(len(model.parties))
        self._unit = model.n_states * len(model.parties) + 1
        self._arcs = [model.arcs_of(party) for party in self._parties]
        self._incoming = [_Incoming.of(one) for one in self._arcs]
        self._step_costs = [self._costs(_steps(party, one)) for party, one in enumerate(self._arcs) if formula.credible]
        self._like_costs: dict[int, Lengths] = {}
        self._free: dict[tuple[int, int], _Travel] = {}

    def lacks(self, party: int, world: World) -> Iterator[Lack]:
        """Give what each departure of a party that pays lacks; nothing exactly if the state is stable for it."""
        liking = self._likings(party, world)
        departures = [to for to in self.formula.ends(party, self.formula.state) if liking[to]]
        if not departures:
            return
        punishing = self._punishings(party, liking)
        lengths = [self._lengths(mover, world) for mover in self._parties]
        missing = self._missing(party, liking)
        for to in departures:
            stay = (self.formula.no_better(party, to),)
            if self.formula.concept == "Nash":
                yield Lack(partial(_only, stay), (stay,))
                continue
            travel = self._travel(party, to, lengths)
            total = travel.distance.min(axis=0) + punishing
            best = int(total.argmin())
            if total[best]:
                way = self._way(travel, best, lengths, missing) if total[best] < NEVER else ()
                ways = sorted([(int(liking[to]), stay), (int(total[best]), way)])
                walls = partial(self._between, travel, min(int(total[best]), NEVER), lengths, missing)
                yield Lack(walls, tuple(option for cost, option in ways if cost < NEVER))

    def cuts(self, party: int, world: World, values: Mapping[Comparison, float]) -> Iterator[Clause]:
        """Give walls that fractions of comparisons do not cross as a whole, for a state stable under SEQ or SymSEQ."""
        liking = self._likings(party, world)
        departures = [to for to in self.formula.ends(party, self.formula.state) if liking[to]]
        if not departures:
            return
        lengths = [self._lengths(mover, world) for mover in self._parties]
        missing = self._missing(party, liking)
        carries = _Carrying(self.formula.model, party, lengths, missing, values)
        for to in departures:
            enough = 1.0 - values.get(self.formula.no_better(party, to), 0.0)
            side = reached_at_most((to, party), _PUNISHED, carries, enough) if enough > SMALL else None
            if side is not None:
                beyond = np.ones((len(self._parties), self.formula.model.n_states), dtype=np.int64)
                for node in side:
                    beyond[node[1], node[0]] = 0
                yield self._wall(_Travel(party, to, beyond), 0, lengths, missing)

    def _missing(self, party: int, liking: Lengths) -> Missing:
        """Give what must come true for each state to punish a party."""

        @cache
        def missing(state: int) -> Option:
            states = {state}
            if self.formula.escapes:
                states.update(self.formula.ends(party, state))
            return tuple(self.formula.no_better(party, k) for k in sorted(states) if liking[k])

        return missing

    def _between(self, travel: _Travel, end: int, lengths: Sequence[Lengths], missing: Missing) -> tuple[Clause, ...]:
        """Give walls at growing distance, up to where punishment waits."""
        return tuple(self._wall(travel, level, lengths, missing) for level in _levels(travel, end))

    def _wall(self, travel: _Travel, level: int, lengths: Sequence[Lengths], missing: Missing) -> Clause:
        """Give the comparisons that lead on from what is within a distance."""
        stay = self.formula.no_better(travel.party, travel.to)
        within = np.flatnonzero(travel.distance.min(axis=0) <= level)
        found: dict[Option, None] = {(stay,): None}
        found |= dict.fromkeys(missing(int(state)) for state in within)
        for mover in self._parties if self.formula.credible else ():
            if mover != travel.party:
                arcs = self._arcs[mover]
                near = (travel.tails(mover)[arcs.start] <= level) & (travel.distance[mover][arcs.to] > level)
                steps = np.flatnonzero(near & (lengths[mover] < NEVER))
                found |= dict.fromkeys((_step(mover, arcs, int(k)),) for k in steps)
        return tuple(found)

    def _travel(self, party: int, to: int, lengths: Sequence[Lengths]) -> _Travel:
        if not self.formula.credible and (party, to) in self._free:
            return self._free[party, to]
        distance = np.full((len(self._parties), self.formula.model.n_states), NEVER, dtype=np.int64)
        travel = _Travel(party, to, distance)
        movers = [k for k in self._parties if k != party and len(self._arcs[k].to)]
        changed = True
        while changed:
            changed = False
            for mover in movers:
                incoming = self._incoming[mover]
                ahead = travel.tails(mover)[self._arcs[mover].start] + lengths[mover]
                through = np.minimum.reduceat(ahead[incoming.order], incoming.first)
                nearer = through < distance[mover][incoming.ends]
                distance[mover][incoming.ends[nearer]] = through[nearer]
                changed = changed or bool(nearer.any())
        if not self.formula.credible:
            self._free[party, to] = travel
        return travel

    def _way(self, travel: _Travel, end: int, lengths: Sequence[Lengths], missing: Missing) -> Option:
        """Give what is missing along a shortest way to a punishment, found backward over moves that lie on shortest ways."""
        if not self.formula.credible:
            return missing(end)
        distance = travel.distance
        waiting = deque((int(mover), end) for mover in np.flatnonzero(distance[:, end] == distance[:, end].min()))
        after: dict[tuple[int, int], tuple[tuple[int, int], int] | None] = dict.fromkeys(waiting)
        while waiting:
            mover, at = here = waiting.popleft()
            arcs, tail, into = self._arcs[mover], travel.tails(mover), self._incoming[mover].into(at)
            for k in into[tail[arcs.start[into]] + lengths[mover][into] == distance[mover, at]].tolist():
                before = int(arcs.start[k])
                if before == travel.to and not tail[before]:
                    return tuple(dict.fromkeys((*missing(end), *self._steps_along(after, here, k, lengths))))
                for last in range(len(distance)):
                    if last != mover and distance[last, before] == tail[before] and (last, before) not in after:
                        after[last, before] = (here, k)
                        waiting.append((last, before))
        raise AssertionError("a distance without a way")

    def _steps_along(
        self,
        after: Mapping[tuple[int, int], tuple[tuple[int, int], int] | None],
        here: tuple[int, int],
        k: int,
        lengths: Sequence[Lengths],
    ) -> Iterator[Comparison]:
        """Give the moves from arc `k` on, which ends `here`, that are no improvements yet."""
        while True:
            if lengths[here[0]][k]:
                yield _step(here[0], self._arcs[here[0]], k)
            follows = after[here]
            if follows is None:
                return
            here, k = follows

    def _punishings(self, party: int, liking: Lengths) -> Lengths:
        """What it costs at least that a state punishes a party."""
        total = liking.copy()
        if self.formula.escapes:
            np.add.at(total, self._arcs[party].start, liking[self._arcs[party].to])
        return np.minimum(total, NEVER)

    def _likings(self, party: int, world: World) -> Lengths:
        """What it costs that a party likes each state no better than the one that is to be stable."""
        state = self.formula.state
        if party not in self._like_costs:
            every = range(self.formula.model.n_states)
            self._like_costs[party] = self._costs(self.formula.no_better(party, k) for k in every)
        row = world.preference[party]
        length = self._scaled(self._like_costs[party], row <= row[state])
        length[[c.lower for c in world.demanded if c.party == party and c.upper == state and not c.strict]] = 0
        return length

    def _lengths(self, mover: int, world: World) -> Lengths:
        """What it costs that each move of a party is an improvement."""
        arcs = self._arcs[mover]
        if not self.formula.credible:
            return np.zeros(len(arcs.to), dtype=np.int64)
        row = world.preference[mover]
        length = self._scaled(self._step_costs[mover], row[arcs.to] > row[arcs.start])
        for c in world.demanded:
            if c.party == mover and c.strict:
                own = slice(int(arcs.first[c.lower]), int(arcs.first[c.lower + 1]))
                length[own][arcs.to[own] == c.upper] = 0
        return length

    def _scaled(self, costs: Lengths, holds: NDArray[np.bool_]) -> Lengths:
        """Count what is free but does not hold here as a little, so that what holds comes first."""
        return np.where(costs == 0, np.where(holds, 0, 1), np.where(costs >= NEVER, NEVER, costs * self._unit))

    def _costs(self, comparisons: Iterable[Comparison]) -> Lengths:
        priced = (self._price(c) for c in comparisons)
        return np.array([NEVER if cost is None else cost for cost in priced], dtype=np.int64)


class _Carrying:
    """How much each move carries of a punishment if comparisons are true in part; nodes are a state and who moved last."""

    def __init__(
        self, model: GraphModel, party: int, lengths: Sequence[Lengths], missing: Missing, values: Mapping[Comparison, float]
    ) -> None:
        self._model, self._party, self._values = model, party, values
        self._lengths, self._missing = lengths, missing

    def __call__(self, node: tuple[int, int]) -> Iterator[tuple[tuple[int, int], float]]:
        if node == _PUNISHED:
            return
        state, last = node
        punished = min((self._values.get(c, 0.0) for c in self._missing(state)), default=1.0)
        if punished > SMALL:
            yield _PUNISHED, punished
        for mover, lengths in enumerate(self._lengths):
            if mover in {self._party, last}:
                continue
            arcs = _arcs_from(self._model, mover, state)
            for k in range(arcs.start, arcs.stop):
                to = int(self._model.arcs_of(mover).to[k])
                value = 1.0 if not lengths[k] else self._values.get(Comparison(mover, to, state, strict=True), 0.0)
                if value > SMALL:
                    yield (to, mover), value


@dataclass(frozen=True, eq=False)
class _Incoming:
    """Arcs by where they end: `order` sorts them so, and those into ``ends[k]`` begin at ``first[k]``."""

    order: NDArray[np.int64]
    ends: NDArray[np.int32]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, arcs: Arcs) -> _Incoming:
        order = np.argsort(arcs.to, kind="stable")
        ends, first = np.unique(arcs.to[order], return_index=True)
        return cls(order, ends, first)

    def into(self, state: int) -> NDArray[np.int64]:
        """Give the arcs that end in a state."""
        k = int(np.searchsorted(self.ends, state))
        return self.order[self.first[k] : self.first[k + 1] if k + 1 < len(self.first) else len(self.order)]


def _only(option: Option) -> tuple[Clause, ...]:
    return ((option,),)


def _levels(travel: _Travel, end: int) -> list[int]:
    """Give the distances at which to build walls, from the departure to just before the punishment."""
    levels = np.unique(np.append(travel.distance[travel.distance < end], 0))
    if len(levels) > MOST_WALLS:
        levels = levels[np.linspace(0, len(levels) - 1, MOST_WALLS).astype(np.int64)]
    return [int(level) for level in levels]


def _arcs_from(model: GraphModel, mover: int, state: int) -> range:
    first = model.arcs_of(mover).first
    return range(int(first[state]), int(first[state + 1]))


def _step(mover: int, arcs: Arcs, k: int) -> Comparison:
    return Comparison(mover, int(arcs.to[k]), int(arcs.start[k]), strict=True)


def _steps(mover: int, arcs: Arcs) -> Iterator[Comparison]:
    for start, to in zip(arcs.start.tolist(), arcs.to.tolist(), strict=True):
        yield Comparison(mover, to, start, strict=True)
