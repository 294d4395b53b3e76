"""The wanted states that must hold together, with everything learnt about the packages that do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from ceasefire.mediation.arena import Claim, View, marked
from ceasefire.mediation.clauses import Clause, clause
from ceasefire.mediation.oracle import Oracle, route, stays, trouble

Shared = list[tuple[frozenset[int], Clause]]
"""Clauses, each with the wanted states for which it may not hold; it holds for every target without them."""


class Target:
    """One wanted state (mode ``some``) or all of them (``each``).

    Parameters
    ----------
    states : tuple of int
        Indices that must all be stable; one of them must be reached where the problem asks for it.
    shared : Shared, optional
        One list for all targets of a problem.
    """

    def __init__(self, oracle: Oracle, states: tuple[int, ...], shared: Shared | None = None) -> None:
        self.oracle = oracle
        self.states = states
        self._clauses: list[Clause] = []
        self._shared: Shared = [] if shared is None else shared
        self._heard = 0
        self._known: set[Clause] = set()
        self._sure: set[tuple[int, int]] = set()
        self._refused: set[tuple[int, int]] = set()
        if oracle.replies == "none":
            self.learn(terms for state in states for terms in oracle.fixed_clauses(state))

    @property
    def clauses(self) -> list[Clause]:
        """Each holds for every package that works here; grows with refused packages and with what other targets share."""
        if self._heard < len(self._shared):
            fresh = self._shared[self._heard :]
            self._heard = len(self._shared)
            self.learn(terms for exempt, terms in fresh if exempt.isdisjoint(self.states))
        return self._clauses

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
        self.learn(learnt)
        return not learnt

    def learn(self, clauses: Iterable[Clause]) -> None:
        """Add clauses; of those with a single comparison and the same weights only the hardest, and none that always holds."""
        fresh: list[Clause] = []
        hardest: dict[object, Clause] = {}
        for terms in clauses:
            if terms in self._known or any(all(t.lowest >= t.need for t in term) for term in terms):
                continue
            self._known.add(terms)
            if len(terms) == 1 and len(terms[0]) == 1:
                literal = terms[0][0]
                before = hardest.get(literal.weights)
                if before is None or before[0][0].need < literal.need:
                    hardest[literal.weights] = terms
            else:
                fresh.append(terms)
        self._clauses += [*hardest.values(), *fresh]

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
                inside = frozenset(np.flatnonzero(region & oracle.is_wanted).tolist())
                return self._share(inside, [clause(oracle.leaving(region))])
        return self._share(frozenset(), list(self._rivals(view))) if wanted.unique else []

    def _share(self, exempt: frozenset[int], clauses: list[Clause]) -> list[Clause]:
        """Tell the other targets what holds for them as well."""
        self._shared += [(exempt, terms) for terms in clauses]
        return clauses

    def _rivals(self, view: View) -> Iterator[Clause]:
        """Give a clause against the first stable unwanted state that improving moves may reach."""
        oracle = self.oracle
        hopeful = oracle.arena.view(view.used, view.free, hopeful=True)
        left = trouble(oracle, view.used, view.free) > 0
        for state in np.flatnonzero(oracle.reached(hopeful) & ~oracle.is_wanted & ~left):
            if oracle.is_stable(hopeful, int(state), all_moves=True):
                claims = {*self.way_breaks(hopeful, int(state)), *self._stability_breaks(hopeful, int(state))}
                yield clause((oracle.arena.claimed(claim),) for claim in claims)
                return

    def way_breaks(self, view: View, state: int) -> Iterator[Claim]:
        """Give the claims of which one must come true before the improving moves found no longer lead to `state`."""
        arena = self.oracle.arena
        arcs, source, to = view.others()
        for k in route(source, to, arena.problem.start, marked(arena.n, [state])):
            yield Claim(int(arena.arcs.mover[arcs[k]]), int(source[k]), int(to[k]), 0, is_strict=False)

    def _stability_breaks(self, view: View, state: int) -> Iterator[Claim]:
        """Give the claims of which one must come true before `state` is no longer stable."""
        oracle = self.oracle
        for who in oracle.deviators:
            for found in stays(oracle, view, who, state, oracle.ends(who, state)):
                yield from found
        if oracle.concept == "cnash":
            yield from self._coalition_breaks(view, state)

    def _coalition_breaks(self, view: View, state: int) -> Iterator[Claim]:
        arena = self.oracle.arena
        content = np.array([view.lead(p, state) >= 0 for p in arena.parties])
        for size in range(2, len(content) + 1):
            for who in combinations(arena.parties, size):
                for end in map(int, self.oracle.ends(who, state)):
                    yield Claim(next(p for p in who if content[p, end]), end, state, 0, is_strict=True)
