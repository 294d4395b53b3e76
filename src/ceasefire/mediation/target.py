"""The wanted states that must hold together, with everything learnt about the packages that do it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from ceasefire.mediation.arena import Ints, View
from ceasefire.mediation.clauses import Clause, Literal, clause
from ceasefire.mediation.oracle import Oracle


class Target:
    """One wanted state (mode ``some``) or all of them (``each``).

    Parameters
    ----------
    states : tuple of int
        Indices that must all be stable; one of them must be reached where the problem asks for it.

    Attributes
    ----------
    clauses : list of Clause
        Each holds for every package that works here; grows with every package that is refused.
    """

    def __init__(self, oracle: Oracle, states: tuple[int, ...]) -> None:
        self.oracle = oracle
        self.states = states
        self.clauses: list[Clause] = []
        self._known: set[Clause] = set()
        self._sure: set[tuple[int, int]] = set()
        self._refused: set[tuple[int, int]] = set()

    @property
    def tested(self) -> int:
        """Number of packages, or sets of packages, put to the test."""
        return len(self._sure) + len(self._refused)

    def works(self, used: int, free: int = 0) -> bool:
        """Say whether the levers in `used`, with whatever of those in `free`, surely work; if not, learn clauses."""
        seen = (used, free)
        if seen in self._sure:
            return True
        if seen in self._refused:
            return False
        learnt = self._refusals(self.oracle.arena.view(used, free))
        (self._refused if learnt else self._sure).add(seen)
        for terms in learnt:
            if terms not in self._known:
                self._known.add(terms)
                self.clauses.append(terms)
        return not learnt

    def _refusals(self, view: View) -> list[Clause]:
        oracle = self.oracle
        for state in self.states:
            found = [c for fault in oracle.faults(view, state) for c in oracle.clauses(view, state, fault)]
            if found:
                return found
        wanted = oracle.problem.wanted
        if wanted.reach == "ui":
            region = oracle.reached(view)
            if not region[list(self.states)].any():
                return [clause(((t,) for t in oracle.leaving(region)), oracle.arena.every)]
        return list(self._rivals(view)) if wanted.unique else []

    def _rivals(self, view: View) -> Iterator[Clause]:
        """Give a clause against the first stable unwanted state that improving moves may reach."""
        oracle = self.oracle
        hopeful = oracle.arena.view(view.used, view.free, hopeful=True)
        for state in np.flatnonzero(oracle.reached(hopeful) & ~oracle.is_wanted):
            if oracle.is_stable(hopeful, int(state), all_moves=True):
                terms = set(self._path_breaks(hopeful, int(state))) | set(self._stability_breaks(hopeful, int(state)))
                yield clause(((t,) for t in terms), oracle.arena.every)
                return

    def _path_breaks(self, view: View, state: int) -> Iterator[Literal]:
        arena = self.oracle.arena
        goal = np.zeros(arena.n, dtype=np.bool_)
        goal[state] = True
        for arc in route(arena.source, arena.to, view.arcs, arena.problem.start, goal):
            yield arena.at_least(int(arena.mover[arc]), int(arena.source[arc]), int(arena.to[arc]), 0)

    def _stability_breaks(self, view: View, state: int) -> Iterator[Literal]:
        """Give the negations of the comparisons on which the stability of `state` rests."""
        arena, oracle = self.oracle.arena, self.oracle
        for party in arena.parties:
            lead = view.lead(party, state)
            for end in oracle.problem.model.moves(party, state):
                if lead[end] >= arena.margin:
                    yield arena.at_least(party, int(end), state, 1 - arena.margin)
                else:
                    yield from self._sanction_breaks(view, party, state, int(end))
        if oracle.concept == "cnash":
            yield from self._coalition_breaks(view, state)

    def _sanction_breaks(self, view: View, party: int, state: int, end: int) -> Iterator[Literal]:
        arena, oracle = self.oracle.arena, self.oracle
        punishing = oracle.punishing(party, view.lead(party, state))
        is_sequential = oracle.concept == "seq"
        arcs = view.others(party)[0] if is_sequential else np.flatnonzero(arena.mover != party)
        path = route(arena.source, arena.to, arcs, end, punishing)
        for arc in path if is_sequential else []:
            yield arena.at_least(int(arena.mover[arc]), int(arena.source[arc]), int(arena.to[arc]), 0)
        reply = int(arena.to[path[-1]])
        yield arena.at_least(party, reply, state, 1 - arena.margin)
        if oracle.concept == "smr":
            for counter in oracle.problem.model.moves(party, reply):
                yield arena.at_least(party, int(counter), state, 1)

    def _coalition_breaks(self, view: View, state: int) -> Iterator[Literal]:
        arena = self.oracle.arena
        content = np.array([view.lead(p, state) >= 0 for p in arena.parties])
        for size in range(2, len(content) + 1):
            for who in combinations(arena.parties, size):
                ends = np.flatnonzero(self.oracle.joint(who, state))
                for end in ends[ends != state]:
                    member = next(p for p in who if content[p, end])
                    yield arena.at_least(member, int(end), state, 1)


def route(source: Ints, to: Ints, arcs: Ints, start: int, goal: np.typing.NDArray[np.bool_]) -> list[int]:
    """Give the numbers of the arcs of a shortest route from `start` to a marked state; empty if none or already there."""
    came = {start: -1}
    level = np.array([start])
    while len(level) and not goal[level].any():
        fresh = []
        for arc in arcs[np.isin(source[arcs], level)]:
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
