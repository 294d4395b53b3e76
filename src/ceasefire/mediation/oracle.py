"""Does a package make a state stable, and if not, which clause over levers says why.

A verdict at one package rests on finitely many comparisons of stakes. Where the verdict is no, every working package must turn
at least one of them: that disjunction is the clause handed to the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.arena import Arena, Bools, Ints, View, backward, forward, marked
from ceasefire.mediation.clauses import Clause, Literal, Term, clause

Fault = tuple[tuple[int, ...], int]
"""Who moves (several: a coalition) and the index of the state they move to."""


class Oracle:
    """Answers for one problem; see `faults` and `clauses`."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.problem = arena.problem
        self.concept = arena.problem.concept
        self.is_wanted = marked(arena.n, arena.problem.wanted_states)
        self._joint: dict[tuple[tuple[int, ...], int], Bools] = {}
        self._possible: dict[tuple[int, int], Bools] = {}

    def faults(self, view: View, state: int, *, all_moves: bool = False) -> Iterator[Fault]:
        """Give the moves from `state` that are not deterred, parties in order."""
        for party in self.arena.parties:
            ends = self.counted(self.problem.model.moves(party, state), all_moves)
            lead = view.lead(party, state)
            tempting = ends[lead[ends] < self.arena.margin]
            if len(tempting):
                punished = self._punished(view, party, lead)
                yield from (((party,), int(end)) for end in tempting if not punished[end])
        if self.concept == "cnash":
            yield from self._joint_faults(view, state, all_moves)

    def is_stable(self, view: View, state: int, *, all_moves: bool = False) -> bool:
        """Say whether every move from `state` that counts is deterred."""
        return next(self.faults(view, state, all_moves=all_moves), None) is None

    def clauses(self, view: View, state: int, fault: Fault) -> list[Clause]:
        """Give clauses that hold for every package that deters this move and fail in this view."""
        who, end = fault
        if len(who) > 1:
            terms: set[Literal] = {self.arena.at_least(p, state, end, 0) for p in who}
            return [self._clause((t,) for t in terms)]
        party = who[0]
        if self.concept in {"nash", "cnash"}:
            return [self._clause([(self.arena.at_least(party, state, end, self.arena.margin),)])]
        if self.concept == "seq":
            return self._sequential_clauses(view, party, state, end)
        region = self.joint(self._others(party), end)
        if self.concept == "gmr":
            held = self.arena.hold_out(party, state, np.flatnonzero(region), self.arena.margin)
            return [self._clause((t,) for t in held)]
        return [self._clause(self._symmetric_terms(party, state, end, region))]

    def joint(self, movers: tuple[int, ...], start: int) -> Bools:
        """Mark what sequences of moves of `movers` lead to from `start`, and `start`."""
        key = (movers, start)
        if key not in self._joint:
            if len(self._joint) > 4000:
                self._joint.clear()
            arena = self.arena
            keep = np.isin(arena.mover, movers)
            self._joint[key] = forward(arena.source[keep], arena.to[keep], marked(arena.n, [start]))
        return self._joint[key]

    def reached(self, view: View) -> Bools:
        """Mark what improving moves lead to from the status quo, and the status quo."""
        arena = self.arena
        start = marked(arena.n, [self.problem.start])
        return forward(arena.source[view.arcs], arena.to[view.arcs], start)

    def leaving(self, region: Bools, party: int = -1) -> set[Literal]:
        """Give the literals that some move of someone other than `party` leaves the region and is an improvement."""
        arena = self.arena
        every = arena.view(0, arena.every, hopeful=True)
        arcs, source, to = every.others(party)
        return arena.improving(arcs[region[source] & ~region[to]])

    def _clause(self, terms: object) -> Clause:
        return clause(terms, self.arena.every)  # type: ignore[arg-type]

    def _others(self, party: int) -> tuple[int, ...]:
        return tuple(p for p in self.arena.parties if p != party)

    def counted(self, ends: NDArray[np.int64], all_moves: bool = False) -> NDArray[np.int64]:
        """Keep the ends of moves that count: all, or only those that leave the wanted states."""
        if all_moves or self.problem.wanted.deviations == "any":
            return ends
        return ends[~self.is_wanted[ends]]

    def _punished(self, view: View, party: int, lead: Ints) -> Bools:
        """Mark the states after which the others can punish."""
        if self.concept in {"nash", "cnash"}:
            return np.zeros(self.arena.n, dtype=np.bool_)
        punishing = self.punishing(party, lead)
        if self.concept == "seq":
            _, source, to = view.others(party)
            return backward(source, to, punishing)
        return backward(*self.arena.by_party[party], punishing)

    def punishing(self, party: int, lead: Ints) -> Bools:
        """Mark the states that punish `party`, given by how much each is worse for it than where it started."""
        punishing = lead >= self.arena.margin
        if self.concept == "smr":
            arcs = self.problem.model.arcs_of(party)
            punishing[arcs.start[lead[arcs.to] < 0]] = False
        return punishing

    def _joint_faults(self, view: View, state: int, all_moves: bool) -> Iterator[Fault]:
        leads = [view.lead(p, state) < 0 for p in self.arena.parties]
        for size in range(2, len(leads) + 1):
            for who in combinations(self.arena.parties, size):
                better = np.logical_and.reduce([leads[p] for p in who])
                if better.any():
                    ends = np.flatnonzero(better & self.joint(who, state))
                    yield from ((who, int(end)) for end in self.counted(ends, all_moves))

    def _sequential_clauses(self, view: View, party: int, state: int, end: int) -> list[Clause]:
        arena = self.arena
        _, source, to = view.others(party)
        front = forward(source, to, marked(arena.n, [end]))
        back = ~self._punished(view, party, view.lead(party, state)) & self._reachable(party, end)
        regions = [front] if (front == back).all() else [front, back]
        return [self._region_clause(party, state, region) for region in regions]

    def _reachable(self, party: int, end: int) -> Bools:
        """Mark what improving moves of the others could reach under any package."""
        key = (party, end)
        if key not in self._possible:
            arena = self.arena
            _, source, to = arena.view(0, arena.every, hopeful=True).others(party)
            self._possible[key] = forward(source, to, marked(arena.n, [end]))
        return self._possible[key]

    def _region_clause(self, party: int, state: int, region: Bools) -> Clause:
        held = self.arena.hold_out(party, state, np.flatnonzero(region), self.arena.margin)
        return self._clause((t,) for t in held | self.leaving(region, party))

    def _symmetric_terms(self, party: int, state: int, end: int, region: Bools) -> Iterator[Term]:
        arena = self.arena
        yield (arena.at_least(party, state, end, arena.margin),)
        hopeful = arena.view(0, arena.every, hopeful=True).lead(party, state) >= arena.margin
        for reply in np.flatnonzero(region & hopeful):
            held = {arena.at_least(party, state, int(reply), arena.margin)}
            counters = self.problem.model.moves(party, int(reply))
            if len(counters):
                held |= arena.hold_out(party, state, counters, 0, hardest=True)
            yield tuple(sorted(held, key=lambda t: (t.weights, t.need)))


def trouble(oracle: Oracle, used: int, free: int = 0) -> Ints:
    """Count for all states at once the moves of single parties that are not deterred, whatever the levers in `free`.

    Exact for nash, gmr and seq where nothing is free; otherwise a bound from below, since every lever in `free` is taken as
    it helps each comparison separately, and smr and cnash are relaxed to gmr and nash.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
    """
    arena = oracle.arena
    view = arena.view(used, free, hopeful=True)
    worse = arena.view(used, free).bound
    counts = np.zeros(arena.n, dtype=np.int64)
    for party in arena.parties:
        low = arena.base[party] + worse(arena.acts[party])[arena.kind[party]]
        high = arena.base[party] + view.bound(arena.acts[party])[arena.kind[party]]
        worst = _worst(oracle, view, party, low)
        arcs = oracle.problem.model.arcs_of(party)
        bad = worst[arcs.to] > high[arcs.start] - arena.margin
        if oracle.problem.wanted.deviations == "leaving":
            bad &= ~oracle.is_wanted[arcs.to]
        counts += np.bincount(arcs.start[bad], minlength=arena.n)
    return counts


def _worst(oracle: Oracle, view: View, party: int, low: Ints) -> Ints:
    """Bound from below what the others can hold `party` down to after each state."""
    if oracle.concept in {"nash", "cnash"}:
        return low
    _, source, to = view.others(party)
    if oracle.concept != "seq":
        source, to = oracle.arena.by_party[party]
    if not len(source):
        return low
    order = np.argsort(source, kind="stable")
    source, to = source[order], to[order]
    first = np.flatnonzero(np.concatenate(([True], np.diff(source) != 0)))
    worst = low.copy()
    while True:
        replies = np.minimum.reduceat(worst[to], first)
        lower = replies < worst[source[first]]
        if not lower.any():
            return worst
        worst[source[first][lower]] = replies[lower]
