"""The numbers of a problem as integer arrays, and views of them under a package that is only partly decided."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.clauses import Literal, Literals
from ceasefire.mediation.moves import Arcs, Group
from ceasefire.mediation.problem import Problem

MOST_AT_ONCE = 2048
"""Up to this many states are compared in one table of states and levers."""

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Claim(NamedTuple):
    """A party (number) has in one state at least `beyond` more than in another (indices); more than that where `is_strict`."""

    party: int
    better: int
    worse: int
    beyond: int
    is_strict: bool


class Arena:
    """Stakes, lever effects and moves of a problem, exact and in one integer unit.

    A literal over levers says that one state is better than another for a party by a certain amount; literals depend on the
    *kind* of the two states only: which of the levers that touch the party act there. Levers in `against` are in the hands
    of spoilers: every comparison takes them at their worst.
    """

    def __init__(self, problem: Problem, against: int = 0) -> None:
        self.problem = problem
        self.against = against
        self.terrain = problem.terrain
        model = problem.model
        self.n, self.parties, self.m = model.n_states, range(len(model.parties)), len(problem.levers)
        self.every = (1 << self.m) - 1 & ~against
        self.spoiling: Ints = np.array([against >> k & 1 for k in range(self.m)], dtype=np.int64)
        effects = [
            [lever.belief * Fraction(lever.effects.get(party, 0)) / model.resolution for lever in problem.levers]
            for party in model.parties
        ]
        margin = problem.margin / model.resolution
        scale = lcm(margin.denominator, *(e.denominator for row in effects for e in row))
        self.unit = model.resolution / scale
        self.margin = int(margin * scale)
        self.effects: Ints = np.array([[int(e * scale) for e in row] for row in effects], dtype=object).reshape(
            len(self.parties), self.m
        )
        self._guard_size(scale)
        self.effects = self.effects.astype(np.int64)
        self.base: Ints = model.preference * scale if scale > 1 else model.preference
        self.literals = Literals()
        self._moves: dict[tuple[int, ...], tuple[Ints, Ints]] = {}
        self._views: dict[tuple[int, int, bool], View] = {}
        self._compared: dict[tuple[int, int, int], tuple[tuple[tuple[int, int], ...], int]] = {}
        self._sorts: dict[int, tuple[tuple[tuple[int, int], ...], int]] = {}

    def _guard_size(self, scale: int) -> None:
        values = self.problem.model.preference
        most = max(int(values.max(initial=0)), -int(values.min(initial=0))) * scale
        most += sum(abs(int(e)) for row in self.effects for e in row) + abs(self.margin)
        if most >= 1 << 60:
            raise LimitError(
                f"the stakes need {most.bit_length()} bits to add up exactly; 60 are kept\n"
                "  hint: round stakes and effects to fewer digits"
            )

    @cached_property
    def _kinds(self) -> tuple[list[Ints], list[Ints]]:
        holds = self.problem.holds
        kinds: list[Ints] = []
        acts: list[Ints] = []
        for party in self.parties:
            touching = self.effects[party] != 0
            columns = (holds & touching[:, None]).T
            packed = np.packbits(columns, axis=1) if self.m else np.zeros((self.n, 1), dtype=np.uint8)
            _, first, kind = np.unique(packed, axis=0, return_index=True, return_inverse=True)
            kinds.append(kind.reshape(-1))
            acts.append(columns[first].astype(np.int64) * self.effects[party])
        return kinds, acts

    @property
    def kind(self) -> list[Ints]:
        """Per party the kind of each state."""
        return self._kinds[0]

    @property
    def acts(self) -> list[Ints]:
        """Per party what each lever changes in the states of each kind, shape (n_kinds, n_levers)."""
        return self._kinds[1]

    @cached_property
    def arcs(self) -> Arcs:
        """All moves of all parties."""
        return Arcs(self)

    def acts_at(self, party: int, states: Ints) -> Ints:
        """Give what each lever changes in some states, shape (len(states), n_levers)."""
        changes: Ints = self.problem.active(states).T * self.effects[party]
        return changes

    def moves_of(self, movers: tuple[int, ...]) -> tuple[Ints, Ints]:
        """Give source and end of all moves of some parties."""
        if movers not in self._moves:
            keep = np.isin(self.arcs.mover, movers)
            self._moves[movers] = (self.arcs.source[keep], self.arcs.to[keep])
        return self._moves[movers]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Joint moves of all coalitions of two or more parties; LimitError where there are too many."""
        sizes = range(2, len(self.parties) + 1)
        return tuple(Group(self, who) for size in sizes for who in combinations(self.parties, size))

    def view(self, used: int, free: int = 0, *, hopeful: bool = False) -> View:
        """Look at the stakes with the levers in `used` in force and those in `free` undecided; views are kept."""
        seen = (used, free, hopeful)
        if seen not in self._views:
            if len(self._views) > 400:
                self._views.clear()
            self._views[seen] = View(self, used, free, hopeful=hopeful)
        return self._views[seen]

    def at_least(self, party: int, better: int, worse: int, amount: int) -> Literal:
        """Give the literal: `party` has at least `amount` more in state `better` than in `worse`."""
        acts = self.acts_at(party, np.array([better, worse], dtype=np.int64))
        return self.literal(acts[0] - acts[1], amount - int(self.base[party, better] - self.base[party, worse]))

    def claimed(self, claim: Claim) -> Literal:
        """Give the literal of a claim."""
        return self.at_least(claim.party, claim.better, claim.worse, claim.beyond + claim.is_strict)

    def literal(self, row: Ints, need: int) -> Literal:
        """Give the literal that the levers' weights in a row reach `need`, whatever the spoilers do."""
        weights, loss = self._read(row)
        return self.literals.get(weights, need + loss)

    def _read(self, row: Ints) -> tuple[tuple[tuple[int, int], ...], int]:
        """Give the weights of a row, and what spoilers can take away."""
        if not self.against:
            return _weights(row), 0
        return _weights(row * (1 - self.spoiling)), -int(np.minimum(row, 0) @ self.spoiling)

    def _apart(self, party: int, better: int, worse: int) -> tuple[tuple[tuple[int, int], ...], int]:
        """Give the same for the row that compares two kinds of states."""
        key = (party, better, worse)
        if key not in self._compared:
            self._compared[key] = self._read(self.acts[party][better] - self.acts[party][worse])
        return self._compared[key]

    def hold_out(self, party: int, state: int, others: Ints, amount: int, *, hardest: bool = False) -> set[Literal]:
        """Give one literal per kind of the `others`: `party` has at least `amount` more in `state` than there.

        Of each kind the easiest is kept, which stands for "any of them", or the hardest, which stands for "all of them".
        """
        kinds = self.kind[party][others]
        own = self.base[party, others]
        order = np.lexsort((-own if hardest else own, kinds))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = np.diff(kinds[order]) != 0
        chosen = others[order[first]]
        needs = amount - (self.base[party, state] - self.base[party, chosen])
        here = int(self.kind[party][state])
        found = set()
        for kind, need in zip(self.kind[party][chosen].tolist(), needs.tolist(), strict=True):
            weights, loss = self._apart(party, here, kind)
            found.add(self.literals.get(weights, need + loss))
        return found

    def improving(self, arcs: Ints) -> set[Literal]:
        """Give one literal per kind of arc: the move is better for its mover (easiest)."""
        sorts, gains = self.arcs.sort[arcs], self.arcs.gain[arcs]
        order = np.lexsort((-gains, sorts))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = np.diff(sorts[order]) != 0
        best = order[first]
        found = set()
        for sort, gain in zip(sorts[best].tolist(), gains[best].tolist(), strict=True):
            if sort not in self._sorts:
                self._sorts[sort] = self._read(self.arcs.rows[sort])
            weights, loss = self._sorts[sort]
            found.add(self.literals.get(weights, 1 - gain + loss))
        return found


class View:
    """Bounds on stakes when some levers are undecided: hopeful takes them as they help stability, otherwise as they hurt."""

    def __init__(self, arena: Arena, used: int, free: int, *, hopeful: bool) -> None:
        self.arena, self.used, self.free, self.hopeful = arena, used, free, hopeful
        self._on = np.array([used >> k & 1 for k in range(arena.m)], dtype=np.int64)
        self._open = np.array([free >> k & 1 for k in range(arena.m)], dtype=np.int64)
        self._others: dict[tuple[int, ...], tuple[Ints, Ints, Ints]] = {}
        self._joint: dict[tuple[int, ...], Bools] = {}

    def bound(self, rows: Ints) -> Ints:
        """Bound weights times levers, row by row."""
        sums: Ints = rows @ self._on
        if self.free:
            favoured: Ints = np.maximum(rows, 0) if self.hopeful else np.minimum(rows, 0)
            sums += favoured @ self._open
        if self.arena.against:
            sums += np.minimum(rows, 0) @ self.arena.spoiling
        return sums

    @cached_property
    def arcs(self) -> Ints:
        """Numbers of the arcs that count as improvements."""
        arcs = self.arena.arcs
        if not len(arcs.to):
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(arcs.gain + self.bound(arcs.rows)[arcs.sort] > 0)

    def others(self, who: tuple[int, ...] = ()) -> tuple[Ints, Ints, Ints]:
        """Give number, source and end of the improving arcs of everyone but `who`."""
        if who not in self._others:
            every = self.arena.arcs
            arcs = self.arcs[~np.isin(every.mover[self.arcs], who)]
            self._others[who] = (arcs, every.source[arcs], every.to[arcs])
        return self._others[who]

    def replies(self, who: tuple[int, ...], *, joint: bool) -> tuple[Ints, Ints]:
        """Give source and end of the improving moves of everyone but `who`; with `joint` those of coalitions too."""
        _, source, to = self.others(who)
        if not joint:
            return source, to
        groups = [(g, self._better(g)) for g in self.arena.groups if not set(g.who) & set(who)]
        sources = [source, *(g.source[better] for g, better in groups)]
        return np.concatenate(sources), np.concatenate([to, *(g.to[better] for g, better in groups)])

    def improves(self, party: int, start: int, end: int) -> bool:
        """Say whether a move counts as an improvement for a party."""
        acts = self.arena.acts_at(party, np.array([start, end], dtype=np.int64))
        base = self.arena.base[party]
        return int(base[end] - base[start] + self.bound(acts[1:] - acts[:1])[0]) > 0

    def _better(self, group: Group) -> Bools:
        if group.who not in self._joint:
            self._joint[group.who] = group.improving(self)
        return self._joint[group.who]

    def lead(self, party: int, state: int) -> Ints:
        """Shape (n_states,): by how much `state` is better for `party` than each state."""
        arena = self.arena
        kind, acts = arena.kind[party], arena.acts[party]
        shift = self.bound(acts[kind[state]] - acts)
        lead: Ints = arena.base[party, state] - arena.base[party] + shift[kind]
        return lead

    def lead_over(self, party: int, state: int, others: Ints) -> Ints:
        """Shape (len(others),): by how much `state` is better for `party` than each of some states."""
        base = self.arena.base[party]
        lead: Ints = base[state] - base[others]
        if len(others) <= MOST_AT_ONCE:
            acts = self.arena.acts_at(party, np.append(others, state))
            lead += self.bound(acts[-1] - acts[:-1])
            return lead
        effects, levers = self.arena.effects[party], self.arena.problem.levers
        bits = self.arena.problem.model.states[np.append(others, state)]
        for k in np.flatnonzero(effects):
            if (self.used | self.free | self.arena.against) >> int(k) & 1:
                active = mask(levers[k].when, bits)
                lead += self.taken(int(k), (int(active[-1]) - active[:-1].astype(np.int64)) * int(effects[k]))
        return lead

    def taken(self, lever: int, change: Ints) -> Ints:
        """Give what a lever adds to comparisons: its change, nothing, or the bound where it is undecided or a spoiler's."""
        if self.arena.against >> lever & 1:
            return np.minimum(change, 0)
        if self.used >> lever & 1:
            return change
        if self.free >> lever & 1:
            return np.maximum(change, 0) if self.hopeful else np.minimum(change, 0)
        return np.zeros_like(change)


def forward(source: Ints, to: Ints, start: Bools) -> Bools:
    """Mark everything that arcs lead to from the marked states, and these."""
    return backward(to, source, start)


def backward(source: Ints, to: Ints, target: Bools) -> Bools:
    """Mark all states from which arcs lead to the marked ones, and these."""
    found = target.copy()
    while len(source):
        fresh = ~found[source]
        source, to = source[fresh], to[fresh]
        hit = source[found[to]]
        if not len(hit):
            break
        found[hit] = True
    return found


def marked(n: int, states: Iterable[int]) -> Bools:
    """Give a mask of the listed states."""
    found = np.zeros(n, dtype=np.bool_)
    found[states if isinstance(states, np.ndarray) else list(states)] = True
    return found


def _weights(row: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((int(k), int(row[k])) for k in np.flatnonzero(row))
