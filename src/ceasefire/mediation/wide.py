"""The oracle for models with so many states that their moves cannot all be listed: it looks only where replies can lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ceasefire.conditions import mask
from ceasefire.mediation.arena import Arena, Bools, Ints, View, marked
from ceasefire.mediation.bill import bits
from ceasefire.mediation.block import Block
from ceasefire.mediation.clauses import OPEN, SURE, Clause, Literal, Term, status
from ceasefire.mediation.oracle import Oracle, Who

MOST_LISTED = 8192
"""Up to this many states all moves are listed."""
CONCEPTS = ("nash", "cnash", "gmr", "seq")
MOST_BACK = 1 << 13
"""Up to this many states the others may reach a second clause is sought from behind."""
MUCH = 64
"""Where improving moves lead to so many states or more a second clause is always sought: the first is weak then."""
CHUNK = 1 << 13
MOST_PAIRS = 1 << 22
SWEPT = 16
"""Where improving moves lead to one in so many of the states that the others could bring about, the rest is swept, not walked."""


class WideOracle(Oracle):
    """As `Oracle`, for nash, cnash, gmr and seq, without listing moves; the wanted state's surroundings are walked instead."""

    def __init__(self, arena: Arena) -> None:
        super().__init__(arena)
        self._stakes: dict[int, tuple[int, Ints]] = {}
        self._fronts: dict[tuple[int, int, bool, int, int], Ints] = {}
        self._masks: dict[int, Bools] = {}
        self._kinds: dict[int, tuple[Ints, Ints]] = {}
        self._regions: dict[tuple[Who, int], Ints] = {}
        self._fixed: dict[tuple[int, int, int], Clause | None] = {}
        self._seen = np.zeros(arena.n, dtype=np.int32)
        self._place = np.zeros(arena.n, dtype=np.int32)
        self._turn = 0

    def joint(self, movers: Who, start: int) -> Bools:
        """Mark what sequences of moves of `movers` lead to from `start`, and `start`."""
        return marked(self.arena.n, self.region(movers, start))

    def region(self, movers: Who, start: int) -> Ints:
        """Give what sequences of moves of `movers` lead to from `start`, and `start`."""
        key = (movers, start)
        if key not in self._regions:
            if len(self._regions) > 100:
                self._regions.clear()
            terrain = self.arena.terrain
            if terrain.is_whole:
                self._regions[key] = terrain.product(movers, start)
            else:
                self._regions[key] = self._walk(movers, start)
        return self._regions[key]

    def reached(self, view: View) -> Bools:
        """Mark what improving moves lead to from the status quo, and the status quo."""
        start = self.problem.start
        return marked(self.arena.n, self._walk(tuple(self.arena.parties), start, view))

    def leaving(self, region: Bools, who: Who = (), *, joint: bool = False) -> Iterator[Term]:
        """Give the terms that some move of parties other than `who` leaves the region and is an improvement."""
        inside = np.flatnonzero(region)
        for party in self.others(who):
            yield from ((t,) for t in self._leaving(party, region, inside))

    def _walk(self, movers: Who, start: int, view: View | None = None) -> Ints:
        """Follow moves, or those that are improvements in a view, from `start`."""
        return np.concatenate(list(self._levels(movers, start, view)))

    def _levels(self, movers: Who, start: int, view: View | None) -> Iterator[Ints]:
        """Give the states no, one, two, ... moves away; where these are many the last ones all at once."""
        self._turn += 1
        frontier = np.array([start], dtype=np.int64)
        self._seen[frontier] = self._turn
        near: list[Ints] = []
        most = self.arena.terrain.size(movers) // SWEPT if view is not None and self._is_decided(view) else self.arena.n
        while len(frontier):
            yield frontier
            near.append(frontier)
            if view is not None and sum(map(len, near)) > most:
                block = Block(self.arena.terrain, movers, start)
                ends = block.forward(self._stakes_at(movers, view), np.concatenate(near))
                yield ends[self._seen[ends] != self._turn]
                return
            frontier = self._next(movers, frontier, view)

    def _next(self, movers: Who, frontier: Ints, view: View | None) -> Ints:
        """Give the states one move on that have not been seen this turn."""
        fresh: list[Ints] = []
        for first in range(0, len(frontier), CHUNK):
            for party in movers:
                source, to = self.arena.terrain.step(party, frontier[first : first + CHUNK])
                new = self._seen[to] != self._turn
                source, to = source[new], to[new]
                if view is not None and len(to):
                    to = to[self._improves(view, party, source, to)]
                self._place[to] = np.arange(len(to))
                to = to[self._place[to] == np.arange(len(to))]
                self._seen[to] = self._turn
                fresh.append(to)
        return np.concatenate(fresh) if fresh else np.zeros(0, dtype=np.int64)

    def _unpunished(self, view: View, who: Who, state: int, ends: Ints) -> Ints:
        if self.replies == "none":
            return ends
        check = self._can_punish if self.replies == "any" else self._would_punish
        return np.array([end for end in map(int, ends) if not check(view, who[0], state, end)], dtype=np.int64)

    def _can_punish(self, view: View, party: int, state: int, end: int) -> bool:
        terms = self._deterrents(party, state, end)
        wanted = OPEN if view.hopeful else SURE
        return terms is None or any(status(term, view.used, view.free) >= wanted for term in terms)

    def _deterrents(self, party: int, state: int, end: int) -> Clause | None:
        """Give the comparisons of which one must hold, or None where one always does; the move is deterred just then."""
        key = (party, state, end)
        if key not in self._fixed:
            arena = self.arena
            region = self.region(self.others((party,)), end)
            lowest = int(region[np.argmin(arena.base[party, region])])
            surely = arena.at_least(party, state, lowest, arena.margin).status(0, arena.every) == SURE
            self._fixed[key] = None if surely else self._clause(self._held_over(party, state, region))
        return self._fixed[key]

    def undeterred(self, states: Ints, used: int, free: int = 0) -> Ints:
        """Count the moves from some states that surely nothing deters, whatever the levers in `free` beside `used`.

        Whatever the others do, a party's own choices stay: a move is undeterred where nothing that they could bring about beside
        these choices is bad enough for it. Replies are not followed, so the count is a bound from below.
        """
        arena, terrain = self.arena, self.arena.terrain
        counts = np.zeros(arena.n, dtype=np.int64)
        for party in arena.parties:
            low, high = self._ends(party, used, free)
            alone = [k for k in range(terrain.n_options) if not any(terrain.owns(p, k) for p in self.others((party,)))]
            own: Ints = sum(
                ((terrain.states >> k & 1) << place for place, k in enumerate(alone)), np.zeros(arena.n, dtype=np.int64)
            )
            worst = np.full(1 << len(alone), np.iinfo(np.int64).max)
            np.minimum.at(worst, own, low)
            source, to = terrain.step(party, states)
            floor = low[to] if self.replies == "none" else worst[own[to]]
            bad = floor > high[source] - arena.margin
            if self.problem.wanted.deviations == "leaving":
                bad &= ~self.is_wanted[to]
            counts += np.bincount(source[bad], minlength=arena.n)
        return counts[states]

    def _ends(self, party: int, used: int, free: int) -> tuple[Ints, Ints]:
        """Bound the stakes of a party in every state from below and above."""
        low, high = self.arena.base[party].copy(), self.arena.base[party].copy()
        for k in self._touching(party):
            effect = int(self.arena.effects[party, k])
            if (used | free) >> k & 1:
                acts = self._mask(k)
                low[acts] += effect if used >> k & 1 else min(effect, 0)
                high[acts] += effect if used >> k & 1 else max(effect, 0)
            elif self.arena.against >> k & 1:
                low[self._mask(k)] += min(effect, 0)
                high[self._mask(k)] += max(effect, 0)
        return low, high

    def _would_punish(self, view: View, party: int, state: int, end: int) -> bool:
        seen: list[Ints] = []
        for level in self._levels(self.others((party,)), end, view):
            if self._punishes(view, party, state, level).any():
                return True
            seen.append(level)
        if len(self._fronts) > 100:
            self._fronts.clear()
        self._fronts[view.used, view.free, view.hopeful, party, end] = np.concatenate(seen)
        return False

    def _front(self, view: View, party: int, end: int) -> Ints:
        """Give what improving moves of the others lead to after a move that they do not punish."""
        front = self._fronts.get((view.used, view.free, view.hopeful, party, end))
        return self._walk(self.others((party,)), end, view) if front is None else front

    def _punishes(self, view: View, party: int, state: int, replies: Ints) -> Bools:
        """Say which replies leave a party worse off than `state`."""
        if self._is_decided(view):
            stakes = self._stakes_of(party, view.used)
            lead = stakes[state] - stakes[replies]
        else:
            lead = view.lead_over(party, state, replies)
        punishes: Bools = lead >= self.arena.margin
        return punishes

    def clauses(self, view: View, state: int, fault: tuple[Who, int]) -> list[Clause]:
        """Give clauses that hold for every package that deters this move and fail in this view."""
        who, end = fault
        if self.replies == "none":
            return super().clauses(view, state, fault)
        party, others = who[0], self.others(who)
        if self.replies == "any":
            return [self._deterrents(party, state, end) or ()]
        regions = [self._front(view, party, end)]
        whole = self.region(others, end)
        if len(regions[0]) < len(whole) and (len(whole) <= MOST_BACK or len(regions[0]) >= MUCH):
            regions.append(self._behind(view, party, (state, end), whole))
        return [self._clause(self._region_terms(party, state, region, whole)) for region in regions]

    def _region_terms(self, party: int, state: int, region: Ints, whole: Ints) -> Iterator[Term]:
        """Give the terms that a reply in the region punishes, or that an improving move leaves it for the rest of the whole."""
        yield from self._held_over(party, state, region)
        inside = marked(self.arena.n, region)
        outside = whole[~inside[whole]]
        for mover in self.others((party,)) if len(outside) else ():
            is_small = len(region) <= len(outside)
            yield from ((t,) for t in self._leaving(mover, inside, region if is_small else outside, back=not is_small))

    def _behind(self, view: View, party: int, move: tuple[int, int], whole: Ints) -> Ints:
        """Give the part of the others' reach from where no improving moves lead to a punishment."""
        punished = np.zeros(self.arena.n, dtype=np.bool_)
        punished[whole] = self._punishes(view, party, move[0], whole)
        if not punished.any():
            return whole
        if self._is_decided(view):
            others = self.others((party,))
            block = Block(self.arena.terrain, others, move[1])
            leads_there = block.backward(self._stakes_at(others, view), punished[block.states])
            punished[block.states[leads_there]] = True
            return whole[~punished[whole]]
        steps = []
        for mover in self.others((party,)):
            source, to = self.arena.terrain.step(mover, whole)
            better = self._improves(view, mover, source, to)
            steps.append((source[better], to[better]))
        source, to = (np.concatenate(part) for part in zip(*steps, strict=True))
        while True:
            hit = source[punished[to] & ~punished[source]]
            if not len(hit):
                return whole[~punished[whole]]
            punished[hit] = True

    def _held_over(self, party: int, state: int, replies: Ints) -> Iterator[Term]:
        """Give per kind of reply the easiest comparison: the party is worse off there than in `state`."""
        signs = self._kinds[party][0][replies] if party in self._kinds else self._signs(party, replies)
        own = self.arena.base[party, replies]
        _, least = _largest(signs, -own, int(signs.max()) + 1)
        for reply in replies[least]:
            yield (self.arena.at_least(party, state, int(reply), self.arena.margin),)

    def _leaving(self, party: int, region: Bools, states: Ints, *, back: bool = False) -> Iterable[Literal]:
        """Give per kind of move out of the region the easiest comparison: the move is better for its mover.

        The moves are sought from `states`, the whole region, or, with `back`, to `states`, all that a move out may lead to.
        """
        kind, examples = self._kinds_of(party)
        base = self.arena.base[party]
        best: dict[int, int] = {}
        step = self.arena.terrain.back if back else self.arena.terrain.step
        for first in range(0, len(states), CHUNK):
            source, to = step(party, states[first : first + CHUNK])
            out = region[source] & ~region[to]
            source, to = source[out], to[out]
            gains = base[to] - base[source]
            pairs, largest = _largest(kind[source] * len(examples) + kind[to], gains, len(examples) ** 2)
            for pair, gain in zip(pairs.tolist(), gains[largest].tolist(), strict=True):
                best[pair] = max(gain, best.get(pair, gain))
        if not best:
            return set()
        acts = self.arena.acts_at(party, examples)
        rows = ((acts[pair % len(examples)] - acts[pair // len(examples)], gain) for pair, gain in best.items())
        return {self.arena.literal(row, 1 - gain) for row, gain in rows}

    def _improves(self, view: View, party: int, source: Ints, to: Ints) -> Bools:
        """Say which moves count as improvements of a party in a view."""
        if self._is_decided(view):
            stakes = self._stakes_of(party, view.used)
            better: Bools = stakes[to] > stakes[source]
            return better
        gain = self.arena.base[party, to] - self.arena.base[party, source]
        for k in self._touching(party):
            acts = self._mask(k)
            change = (acts[to].astype(np.int64) - acts[source]) * int(self.arena.effects[party, k])
            gain += view.taken(k, change)
        improves: Bools = gain > 0
        return improves

    def _is_decided(self, view: View) -> bool:
        """Say whether stakes are numbers in a view, not only bounds on comparisons."""
        return not view.free and not self.arena.against

    def _stakes_at(self, parties: Who, view: View) -> dict[int, Ints]:
        return {party: self._stakes_of(party, view.used) for party in parties}

    def _stakes_of(self, party: int, used: int) -> Ints:
        """Give the stakes of a party with the levers in `used` in force; the last such array is changed, not made anew."""
        before, stakes = self._stakes.get(party) or (0, self.arena.base[party].copy())
        effects = self.arena.effects[party]
        for k in bits(before ^ used):
            if effects[k]:
                stakes[self._mask(k)] += effects[k] if used >> k & 1 else -effects[k]
        self._stakes[party] = (used, stakes)
        return stakes

    def _mask(self, lever: int) -> Bools:
        if lever not in self._masks:
            self._masks[lever] = self.problem.where(lever)
        return self._masks[lever]

    def _touching(self, party: int) -> list[int]:
        return np.flatnonzero(self.arena.effects[party]).tolist()

    def _signs(self, party: int, states: Ints) -> Ints:
        """Tell states apart by which levers that touch the party act there."""
        is_all = len(states) == self.arena.n
        bits_of = self.problem.model.states[states]
        signs = np.zeros(len(states), dtype=np.int64)
        for place, k in enumerate(self._touching(party)):
            if place and place % 40 == 0:
                signs = np.unique(signs, return_inverse=True)[1].reshape(-1).astype(np.int64)
            signs <<= 1
            signs |= self._mask(k) if is_all else mask(self.problem.levers[k].when, bits_of)
        return signs

    def _kinds_of(self, party: int) -> tuple[Ints, Ints]:
        """Give the kind of every state for a party, and one state of each kind."""
        if party not in self._kinds:
            signs = self._signs(party, np.arange(self.arena.n))
            size = int(signs.max()) + 1
            if size <= MOST_PAIRS:
                place = np.full(size, -1)
                place[signs] = np.arange(self.arena.n)
                present = np.flatnonzero(place >= 0)
                examples = place[present]
                place[present] = np.arange(len(present))
                self._kinds[party] = (place[signs], examples)
            else:
                _, examples, kind = np.unique(signs, return_index=True, return_inverse=True)
                self._kinds[party] = (kind.reshape(-1).astype(np.int64), examples.astype(np.int64))
        return self._kinds[party]


def _largest(keys: Ints, gains: Ints, size: int) -> tuple[Ints, Ints]:
    """Give every key that occurs, and the place of its largest gain; keys are below `size`."""
    if size <= MOST_PAIRS:
        table = np.full(size, np.iinfo(np.int64).min)
        np.maximum.at(table, keys, gains)
        places = np.zeros(size, dtype=np.int64)
        best = np.flatnonzero(gains == table[keys])
        places[keys[best]] = best
        known = np.flatnonzero(table > np.iinfo(np.int64).min)
        return known, places[known]
    order = np.lexsort((-gains, keys))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = np.diff(keys[order]) != 0
    return keys[order[first]], order[first]


def oracle_for(arena: Arena) -> Oracle:
    """Give the oracle that suits the size of the model."""
    is_wide = arena.n > MOST_LISTED and arena.problem.concept in CONCEPTS and not arena.problem.wanted.unique
    return WideOracle(arena) if is_wide else Oracle(arena)
