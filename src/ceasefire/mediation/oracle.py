"""Does a package make a state stable, and if not, which clause over levers says why.

A verdict at one package rests on finitely many comparisons of stakes. Where the verdict is no, every working package must turn
at least one of them: that disjunction is the clause handed to the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.arena import Arena, Bools, Claim, Ints, View, backward, forward, marked
from ceasefire.mediation.clauses import Clause, Term, clause, easiest

Who = tuple[int, ...]
Fault = tuple[Who, int]
"""Who moves (several: a coalition) and the index of the state they move to."""

REPLIES = {
    "nash": "none",
    "cnash": "none",
    "gmr": "any",
    "smr": "any",
    "seq": "better",
    "cgmr": "any",
    "csmr": "any",
    "cseq": "joint",
}
"""Which replies punish a move: none, any, those better for each mover, or for each member of a coalition that moves jointly."""


class Oracle:
    """Answers for one problem; see `faults` and `clauses`."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.problem = arena.problem
        self.concept = arena.problem.concept
        self.replies = REPLIES[self.concept]
        self.is_symmetric = self.concept in {"smr", "csmr"}
        self.is_wanted = marked(arena.n, arena.problem.wanted_states)
        self._joint: dict[tuple[Who, int], Bools] = {}
        self._possible: dict[tuple[Who, int], Bools] = {}

    @property
    def is_sequential(self) -> bool:
        """Whether the replies that punish depend on the package."""
        return self.replies in {"better", "joint"}

    @cached_property
    def deviators(self) -> tuple[Who, ...]:
        """Who may move: single parties; where the concept says so coalitions too."""
        parties = self.arena.parties
        most = len(parties) if self.concept in {"cgmr", "csmr", "cseq"} else 1
        return tuple(who for size in range(1, most + 1) for who in combinations(parties, size))

    def faults(self, view: View, state: int, *, all_moves: bool = False) -> Iterator[Fault]:
        """Give the moves from `state` that are not deterred, single parties first, in order."""
        for who in self.deviators:
            ends = self.counted(self.ends(who, state), all_moves)
            if not len(ends):
                continue
            gains = [view.lead_over(party, state, ends) < self.arena.margin for party in who]
            tempting = ends[np.logical_and.reduce(gains)]
            if len(tempting):
                yield from ((who, int(end)) for end in self._unpunished(view, who, state, tempting))
        if self.concept == "cnash":
            yield from self._joint_faults(view, state, all_moves)

    def is_stable(self, view: View, state: int, *, all_moves: bool = False) -> bool:
        """Say whether every move from `state` that counts is deterred."""
        return next(self.faults(view, state, all_moves=all_moves), None) is None

    def clauses(self, view: View, state: int, fault: Fault) -> list[Clause]:
        """Give clauses that hold for every package that deters this move and fail in this view."""
        who, end = fault
        if self.replies == "none":
            margin = self.arena.margin if len(who) == 1 else 0
            return [self._clause((self.arena.at_least(p, state, end, margin),) for p in who)]
        if self.is_sequential:
            return self._sequential_clauses(view, who, state, end)
        region = self.joint(self.others(who), end)
        if self.concept == "smr":
            return [self._clause(self._symmetric_terms(who[0], state, end, region))]
        if self.concept == "csmr":
            return [self._clause(self._counter_terms(view, who, state, end, region))]
        return [self._clause(self._held(who, state, np.flatnonzero(region)))]

    def fixed_clauses(self, state: int) -> Iterator[Clause]:
        """Give the clauses of all moves of single parties from `state`, where replies do not depend on the package."""
        if self.is_sequential or self.concept == "csmr":
            return
        view = self.arena.view(0)
        for party in self.arena.parties:
            for end in self.counted(self.ends((party,), state)):
                yield from self.clauses(view, state, ((party,), int(end)))

    def ends(self, who: Who, state: int) -> Ints:
        """Give the states that one party reaches in one move, or a coalition by a sequence of its moves."""
        if len(who) == 1:
            return self.arena.terrain.ends(who[0], state)
        reached = self.joint(who, state).copy()
        reached[state] = False
        return np.flatnonzero(reached)

    def joint(self, movers: Who, start: int) -> Bools:
        """Mark what sequences of moves of `movers` lead to from `start`, and `start`."""
        key = (movers, start)
        if key not in self._joint:
            if len(self._joint) > 4000:
                self._joint.clear()
            self._joint[key] = forward(*self.arena.moves_of(movers), marked(self.arena.n, [start]))
        return self._joint[key]

    def reached(self, view: View) -> Bools:
        """Mark what improving moves lead to from the status quo, and the status quo."""
        arena = self.arena
        _, source, to = view.others()
        return forward(source, to, marked(arena.n, [self.problem.start]))

    def leaving(self, region: Bools, who: Who = (), *, joint: bool = False) -> Iterator[Term]:
        """Give the terms that some move of parties other than `who` leaves the region and is an improvement."""
        arena = self.arena
        every = arena.view(0, arena.every, hopeful=True)
        arcs, source, to = every.others(who)
        yield from ((t,) for t in arena.improving(arcs[region[source] & ~region[to]]))
        for group in arena.groups if joint else ():
            if not set(group.who) & set(who):
                yield from group.terms(np.flatnonzero(region[group.source] & ~region[group.to]))

    def counted(self, ends: NDArray[np.int64], all_moves: bool = False) -> NDArray[np.int64]:
        """Keep the ends of moves that count: all, or only those that leave the wanted states."""
        if all_moves or self.problem.wanted.deviations == "any":
            return ends
        return ends[~self.is_wanted[ends]]

    def others(self, who: Who) -> Who:
        """Give the parties that may reply."""
        return tuple(p for p in self.arena.parties if p not in who)

    def punishing(self, who: Who, leads: Sequence[Ints]) -> Bools:
        """Mark the states that punish `who`, given by how much each is worse for each member than where they started."""
        punishing: Bools = np.logical_or.reduce([lead >= self.arena.margin for lead in leads])
        if self.is_symmetric:
            better = np.logical_and.reduce([lead < 0 for lead in leads])
            punishing &= ~backward(*self.arena.moves_of(who), better)
        return punishing

    def reply_arcs(self, view: View, who: Who) -> tuple[Ints, Ints]:
        """Give source and end of the moves with which the others may reply."""
        if self.is_sequential:
            return view.replies(who, joint=self.replies == "joint")
        return self.arena.moves_of(self.others(who))

    def _clause(self, terms: Iterable[Term]) -> Clause:
        found = clause(terms)
        return easiest(found) if self.replies == "any" else found

    def _unpunished(self, view: View, who: Who, state: int, ends: Ints) -> Ints:
        """Keep the moves that the others cannot punish."""
        if self.replies == "none":
            return ends
        leads = [view.lead(party, state) for party in who]
        return ends[~self._punished(view, who, leads)[ends]]

    def _punished(self, view: View, who: Who, leads: Sequence[Ints]) -> Bools:
        """Mark the states after which the others can punish."""
        return backward(*self.reply_arcs(view, who), self.punishing(who, leads))

    def _joint_faults(self, view: View, state: int, all_moves: bool) -> Iterator[Fault]:
        leads = [view.lead(p, state) < 0 for p in self.arena.parties]
        for size in range(2, len(leads) + 1):
            for who in combinations(self.arena.parties, size):
                better = np.logical_and.reduce([leads[p] for p in who])
                if better.any():
                    ends = np.flatnonzero(better & self.joint(who, state))
                    yield from ((who, int(end)) for end in self.counted(ends, all_moves))

    def _sequential_clauses(self, view: View, who: Who, state: int, end: int) -> list[Clause]:
        arena = self.arena
        leads = [view.lead(party, state) for party in who]
        front = forward(*self.reply_arcs(view, who), marked(arena.n, [end]))
        back = ~self._punished(view, who, leads) & self._reachable(who, end)
        regions = [front] if (front == back).all() else [front, back]
        return [self._region_clause(who, state, region) for region in regions]

    def _reachable(self, who: Who, end: int) -> Bools:
        """Mark what improving moves of the others could reach under any package."""
        key = (who, end)
        if key not in self._possible:
            arcs = self.reply_arcs(self.arena.view(0, self.arena.every, hopeful=True), who)
            self._possible[key] = forward(*arcs, marked(self.arena.n, [end]))
        return self._possible[key]

    def _region_clause(self, who: Who, state: int, region: Bools) -> Clause:
        held = self._held(who, state, np.flatnonzero(region))
        return self._clause([*held, *self.leaving(region, who, joint=self.replies == "joint")])

    def _held(self, who: Who, state: int, replies: Ints) -> Iterator[Term]:
        """Give the terms that some member is worse off in some of the replies than in `state`."""
        for party in who:
            yield from ((t,) for t in self.arena.hold_out(party, state, replies, self.arena.margin))

    def _symmetric_terms(self, party: int, state: int, end: int, region: Bools) -> Iterator[Term]:
        arena = self.arena
        yield (arena.at_least(party, state, end, arena.margin),)
        hopeful = arena.view(0, arena.every, hopeful=True).lead(party, state) >= arena.margin
        for reply in np.flatnonzero(region & hopeful):
            held = {arena.at_least(party, state, int(reply), arena.margin)}
            counters = arena.terrain.ends(party, int(reply))
            if len(counters):
                held |= arena.hold_out(party, state, counters, 0, hardest=True)
            yield tuple(sorted(held, key=lambda t: (t.weights, t.need)))

    def _counter_terms(self, view: View, who: Who, state: int, end: int, region: Bools) -> Iterator[Term]:
        """Give what would have to change: a reply that does not hurt, or the counter-move that undoes one that does."""
        arena = self.arena
        leads = [view.lead(party, state) for party in who]
        yield from ((arena.at_least(party, state, end, arena.margin),) for party in who)
        hurts = np.logical_or.reduce([lead >= arena.margin for lead in leads])
        better = np.logical_and.reduce([lead < 0 for lead in leads])
        yield from self._held(who, state, np.flatnonzero(region & ~hurts))
        for reply in np.flatnonzero(region & hurts):
            counter = int(np.flatnonzero(better & self.joint(who, int(reply)))[0])
            yield from ((arena.at_least(party, state, counter, 0),) for party in who)


def stays(oracle: Oracle, view: View, who: Who, state: int, ends: Ints) -> Iterator[set[Claim]]:
    """Give per move of `who` from `state` the claims of which one must come true before it is no longer deterred."""
    arena = oracle.arena
    leads = [view.lead(party, state) for party in who]
    for end in map(int, ends):
        member = next((p for p, lead in zip(who, leads, strict=True) if lead[end] >= arena.margin), None)
        if member is not None:
            yield {Claim(member, end, state, -arena.margin, is_strict=True)}
        else:
            yield _sanction_breaks(oracle, view, who, state, end)


def _sanction_breaks(oracle: Oracle, view: View, who: Who, state: int, end: int) -> set[Claim]:
    arena = oracle.arena
    leads = [view.lead(party, state) for party in who]
    path = _reply(oracle, view, who, state, end)
    found: set[Claim] = set()
    if oracle.is_sequential:
        found |= {Claim(party, start, to, 0, is_strict=False) for movers, start, to in path for party in movers}
    reply = path[-1][2] if path else end
    member = next(p for p, lead in zip(who, leads, strict=True) if lead[reply] >= arena.margin)
    found.add(Claim(member, reply, state, -arena.margin, is_strict=True))
    for counter in map(int, oracle.ends(who, reply) if oracle.is_symmetric else ()):
        member = next(p for p, lead in zip(who, leads, strict=True) if lead[counter] >= 0)
        found.add(Claim(member, counter, state, 0, is_strict=True))
    return found


def sanction(oracle: Oracle, view: View, who: Who, state: int, end: int) -> list[tuple[int, int, int]]:
    """Give a reply that punishes a move of `who` from `state` to `end`: which party moves, from where, to where.

    Empty where no reply is needed, or there is none. Joint moves of a coalition are given move by move.
    """
    arena = oracle.arena
    found: list[tuple[int, int, int]] = []
    for movers, start, goal in _reply(oracle, view, who, state, end):
        arcs = arena.arcs
        numbers = np.flatnonzero(np.isin(arcs.mover, movers))
        path = route(arcs.source[numbers], arcs.to[numbers], start, marked(arena.n, [goal]))
        found += [(int(arcs.mover[k]), int(arcs.source[k]), int(arcs.to[k])) for k in numbers[path]]
    return found


def _reply(oracle: Oracle, view: View, who: Who, state: int, end: int) -> list[tuple[Who, int, int]]:
    """Give a shortest reply as moves of single parties or coalitions."""
    arena = oracle.arena
    leads = [view.lead(party, state) for party in who]
    if oracle.replies == "none" or any(lead[end] >= arena.margin for lead in leads):
        return []
    source, to = oracle.reply_arcs(view, who)
    path = route(source, to, end, oracle.punishing(who, leads))
    return [(_movers(oracle, view, int(source[k]), int(to[k]), who), int(source[k]), int(to[k])) for k in path]


def _movers(oracle: Oracle, view: View, start: int, end: int, who: Who) -> Who:
    """Give the smallest coalition outside `who` that makes this reply."""
    parties = oracle.others(who)
    most = len(parties) if oracle.replies == "joint" else 1
    for size in range(1, most + 1):
        for movers in combinations(parties, size):
            able = end in oracle.ends(movers, start)
            if able and (not oracle.is_sequential or all(view.improves(p, start, end) for p in movers)):
                return movers
    raise AssertionError("a reply has no mover")


def route(source: Ints, to: Ints, start: int, goal: Bools) -> list[int]:
    """Give the numbers of the arcs of a shortest route from `start` to a marked state; empty if none or already there."""
    came = {start: -1}
    level = np.array([start])
    while len(level) and not goal[level].any():
        fresh = []
        for arc in np.flatnonzero(np.isin(source, level)):
            end = int(to[arc])
            if end not in came:
                came[end] = int(arc)
                fresh.append(end)
        level = np.array(fresh, dtype=np.int64)
    hits = level[goal[level]] if len(level) else level
    path: list[int] = []
    here = int(hits[0]) if len(hits) else start
    while came[here] >= 0:
        path.append(came[here])
        here = int(source[came[here]])
    return path[::-1]


def trouble(oracle: Oracle, used: int, free: int = 0) -> Ints:
    """Count for all states at once the moves of single parties that are not deterred, whatever the levers in `free`.

    Exact for nash, gmr and seq where nothing is free; otherwise a bound from below, since every lever in `free` is taken as
    it helps each comparison separately, and the other concepts are relaxed to nash or gmr.

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
        source, to = arena.moves_of((party,))
        bad = worst[to] > high[source] - arena.margin
        if oracle.problem.wanted.deviations == "leaving":
            bad &= ~oracle.is_wanted[to]
        counts += np.bincount(source[bad], minlength=arena.n)
    return counts


def _worst(oracle: Oracle, view: View, party: int, low: Ints) -> Ints:
    """Bound from below what the others can hold `party` down to after each state."""
    if oracle.replies == "none":
        return low
    if oracle.replies == "better":
        source, to = view.replies((party,), joint=False)
    else:
        source, to = oracle.arena.moves_of(oracle.others((party,)))
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
