"""The point of the ranges at which a package fails, or the proof that there is none; exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ceasefire.conditions import Pattern, mask
from ceasefire.mediation.arena import Claim, Ints
from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import Clause
from ceasefire.mediation.exact_lp import minimise
from ceasefire.mediation.oracle import Who, stays
from ceasefire.mediation.pricing import Room
from ceasefire.mediation.target import Target
from ceasefire.mediation.unknowns import LeverBelief, LeverEffect, StakeTerm, UncertainProblem, Unknown

Amounts = tuple[Fraction, ...]
_ONE = Fraction(1)


class StoppedShortError(Exception):
    """The search for a point ran out of steps."""


class Steps:
    """How many linear programs may still be solved."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self) -> None:
        """Count one; StoppedShortError where none is left."""
        if self.left <= 0:
            raise StoppedShortError
        self.left -= 1


class Row(NamedTuple):
    """A claim as a sum over shares of the ranges that must reach `need`, or exceed it where `is_strict`."""

    weights: tuple[tuple[int, Fraction], ...]
    need: Fraction
    is_strict: bool

    def holds(self, total: Fraction) -> bool:
        """Say whether a sum is enough."""
        return total > self.need if self.is_strict else total >= self.need

    def at(self, shares: Amounts) -> bool:
        """Say whether the claim is true at a point."""
        return self.holds(sum((weight * shares[k] for k, weight in self.weights), Fraction(0)))

    @property
    def is_possible(self) -> bool:
        """Whether the claim is true at some point."""
        return self.holds(sum((weight for _, weight in self.weights if weight > 0), Fraction(0)))


Claims = dict[tuple[int, Who, int], list[tuple[Row, ...]]]
"""Per move (from where, who, to where) what must come true before it is no longer deterred: one row of each of the tuples."""


class Everywhere(Target):
    """Wanted states that must hold at every point of the ranges of a problem, with everything learnt about it.

    Of a package that works at all points looked at so far a point is sought at which it fails. A move is open at a point only if
    what deters it at each point looked at does not do so there. That is a comparison of two stakes, a sum over the unknowns, turned
    round; so the search is for a point that satisfies one row of each of some lists, by depth and exact linear programs. The point
    found is looked at, and either the move is open there or something else deters it, of which there is only so much.

    Parameters
    ----------
    uncertain : UncertainProblem
        No lever of which both the effect and the belief are unknown; what moves costs is left at its centre.
    states : tuple of int
    steps : Steps
    """

    def __init__(self, uncertain: UncertainProblem, states: tuple[int, ...], steps: Steps) -> None:
        self._moving = tuple(unknown for unknown in uncertain.unknowns if unknown.moves_stakes)
        self._uncertain, self._steps = uncertain, steps
        self._room = Room(uncertain.problem, only=states)
        super().__init__(self._room.oracle, states)
        self._points: list[Target] = []
        for values in (self._ends(low=True), self._ends(low=False)):
            self._add(values)

    def works(self, used: int, free: int = 0) -> bool:
        """Say whether a package, of which nothing is left open, works at every point."""
        if not super().works(used, free):
            return False
        return all(self._at(point, used) for point in self._points) and (not self._moving or self._is_sure(used))

    def _at(self, point: Target, used: int) -> bool:
        if point.works(used):
            return True
        self.learn(list[Clause](point.clauses))
        return False

    def _is_sure(self, used: int) -> bool:
        """Look for a point at which a package fails; if there is one, learn from it."""
        ranges = _Ranges(self._uncertain, self._moving, used)
        known: Claims = {}
        for target in (self, *self._points):
            _note(target, used, ranges, known)
        for move in list(known):
            while (shares := self._open(known[move])) is not None:
                point = self._add(ranges.values(shares))
                if not self._at(point, used):
                    return False
                before = len(known[move])
                _note(point, used, ranges, known)
                if len(known[move]) == before:
                    raise AssertionError("a point teaches nothing new")
        return True

    def _open(self, lists: Sequence[tuple[Row, ...]]) -> Amounts | None:
        """Give a point at which one row of each list holds; None where there is none."""
        possible = [tuple(row for row in rows if row.is_possible) for rows in lists]
        return self._deepen(possible, ()) if all(possible) else None

    def _deepen(self, lists: Sequence[tuple[Row, ...]], chosen: tuple[Row, ...]) -> Amounts | None:
        self._steps.take()
        shares = _meeting(chosen, len(self._moving))
        if shares is None:
            return None
        unmet = [rows for rows in lists if not any(row.at(shares) for row in rows)]
        if not unmet:
            return shares
        for row in min(unmet, key=len):
            found = self._deepen(lists, (*chosen, row))
            if found is not None:
                return found
        return None

    def _ends(self, *, low: bool) -> dict[str, Fraction]:
        return {unknown.name: unknown.spread.low if low else unknown.spread.high for unknown in self._moving}

    def _add(self, values: Mapping[str, Fraction]) -> Target:
        """Look at one more point."""
        room = Room(self._uncertain.at(values), only=self.states)
        self._points.append(room.targets[0])
        self.learn(list[Clause](room.targets[0].clauses))
        return room.targets[0]


class _Ranges:
    """Stakes with a package in force as sums over the shares, 0 to 1, of the ranges of unknowns that lie below their values."""

    def __init__(self, uncertain: UncertainProblem, moving: Sequence[Unknown], used: int) -> None:
        self._moving, self._used = moving, used
        lowest = uncertain.at({unknown.name: unknown.spread.low for unknown in moving})
        arena = Room(lowest, only=(lowest.wanted_states[0],)).oracle.arena
        self._problem, self._unit, self._view = lowest, arena.unit, arena.view(used)
        self._levers = {uncertain.problem.levers[k].key: uncertain.problem.levers[k] for k in bits(used)}
        self._known: dict[Claim, Row] = {}

    def values(self, shares: Amounts) -> dict[str, Fraction]:
        """Give the values of the unknowns at a point."""
        spreads = [(unknown, unknown.spread.low, unknown.spread.high) for unknown in self._moving]
        return {u.name: low + share * (high - low) for (u, low, high), share in zip(spreads, shares, strict=True)}

    def row(self, claim: Claim, unit: Fraction) -> Row:
        """Write a claim, whose amount is in some unit, as a row over the shares."""
        pair = np.array([claim.better, claim.worse], dtype=np.int64)
        lead = int(self._view.lead_over(claim.party, claim.better, pair[1:])[0]) * self._unit
        party = self._problem.model.parties[claim.party]
        states = self._problem.model.states[pair]
        weights = []
        for k, unknown in enumerate(self._moving):
            total = Fraction(0)
            for place in unknown.places:
                if isinstance(place, StakeTerm) and place.party == party:
                    total += _difference(place.when, states)
                elif isinstance(place, LeverEffect | LeverBelief) and place.lever in self._levers:
                    lever = self._levers[place.lever]
                    if isinstance(place, LeverBelief):
                        total += Fraction(lever.effects.get(party, 0)) * _difference(lever.when, states)
                    elif place.party == party:
                        total += lever.belief * _difference(lever.when, states)
            if total and unknown.spread.high != unknown.spread.low:
                weights.append((k, total * (unknown.spread.high - unknown.spread.low)))
        return Row(tuple(weights), claim.beyond * unit - lead, claim.is_strict)


def _difference(when: Sequence[Pattern], pair: Ints) -> int:
    """Say whether patterns hold in the first state only (1), in the second only (-1), or in both or none (0)."""
    first, second = mask(when, pair).tolist()
    return int(first) - int(second)


def _note(target: Target, used: int, ranges: _Ranges, known: Claims) -> None:
    """Add what deters each move, and what leads to the wanted states, at the point of a target where the package works."""
    oracle = target.oracle
    view, unit = oracle.arena.view(used), oracle.arena.unit
    for state in target.states:
        for who in oracle.deviators:
            ends = oracle.counted(oracle.ends(who, state))
            for end, claims in zip(ends.tolist(), stays(oracle, view, who, state, ends), strict=True):
                _list(known, (state, who, end), tuple(ranges.row(claim, unit) for claim in sorted(claims)))
        if oracle.concept == "cnash":
            for move in _joint(target, state):
                for party in move[1]:
                    _list(known, move, (ranges.row(Claim(party, move[2], state, 0, is_strict=True), unit),))
    if oracle.problem.wanted.reach == "ui":
        region = oracle.reached(view)
        end = next(state for state in target.states if region[state])
        way = target.way_breaks(view, end)
        _list(known, (oracle.problem.start, (), -1), tuple(ranges.row(claim, unit) for claim in way))


def _list(known: Claims, move: tuple[int, Who, int], rows: tuple[Row, ...]) -> None:
    listed = known.setdefault(move, [])
    if rows not in listed:
        listed.append(rows)


def _joint(target: Target, state: int) -> Iterator[tuple[int, Who, int]]:
    """Give the moves of coalitions that count under CNash."""
    oracle = target.oracle
    parties = oracle.arena.parties
    for size in range(2, len(parties) + 1):
        for who in combinations(parties, size):
            yield from ((state, who, int(end)) for end in oracle.counted(oracle.ends(who, state)))


def _meeting(rows: Sequence[Row], count: int) -> Amounts | None:
    """Give shares between 0 and 1 at which all rows hold; None where there are none.

    A row that must be exceeded is met up to an amount, at most 1, that is made as small as it can be.
    """
    place = {k: number for number, k in enumerate(sorted({k for row in rows for k, _ in row.weights}))}
    top = len(place)
    bounds: list[tuple[dict[int, Fraction], Fraction]] = [({k: -_ONE}, -_ONE) for k in range(top + 1)]
    for row in rows:
        weights = {place[k]: weight for k, weight in row.weights}
        bounds.append(({**weights, top: _ONE}, row.need + 1) if row.is_strict else (weights, row.need))
    found = minimise([Fraction(0)] * top + [_ONE], bounds)
    if found is None or found[top] == 1:
        return None
    return tuple(found[place[k]] if k in place else Fraction(0) for k in range(count))
