"""What packages cost at a target under one credibility mode, in integers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.arena import Arena, Bools
from ceasefire.mediation.bill import Bill, Row, bits
from ceasefire.mediation.clauses import SURE, Clause, Literal, status
from ceasefire.mediation.credibility import believed, gap_tables, joint_rows
from ceasefire.mediation.oracle import Oracle, trouble
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.target import Shared, Target
from ceasefire.mediation.wide import WideOracle, oracle_for

MOST_LOOKS = 64
"""In a large model up to this many wanted states are looked at before the search."""


class Room:
    """What is learnt about one problem, whatever the credibility mode.

    Parameters
    ----------
    problem : Problem
    against : int
        Bits of levers in the hands of spoilers.
    easier : Room, optional
        Of a problem all of whose clauses hold here too.
    only : tuple of int, optional
        The only wanted states to look at, which must hold together.

    Attributes
    ----------
    oracle : Oracle
        Takes every lever's belief as the problem states it; see `oracle_at`.
    targets : list of Target
        The sets of wanted states that may be made to hold.
    smallest : dict
        Minimal coalitions by what decides them: allowed levers, budgets and joint limits of every target.
    floors : dict
        By credibility mode, states of a target and members of a coalition what it costs them at least, None where they cannot.
    """

    def __init__(self, problem: Problem, against: int = 0, easier: Room | None = None, only: tuple[int, ...] | None = None) -> None:
        self.problem = problem
        self.easier = easier
        self.oracle = oracle_for(Arena(problem, against))
        self._gaps: dict[int, tuple[Fraction, ...]] = {}
        self._oracles: dict[tuple[int, ...], Oracle] = {}
        self.smallest: dict[Hashable, tuple[frozenset[str], ...]] = {}
        self.floors: dict[tuple[Credibility, tuple[int, ...], frozenset[str]], Fraction | None] = {}
        self.shared: Shared = [] if easier is None else easier.shared
        own = bool(problem.belief_curve)
        sets = self._possible() if only is None else [only]
        self.targets = [Target(self.oracle_at(states), states, None if own else self.shared) for states in sets]
        if easier is not None:
            known = {target.states: target.clauses for target in easier.targets}
            for target in self.targets:
                target.learn(known.get(target.states, ()))

    def oracle_at(self, states: Sequence[int]) -> Oracle:
        """Give the oracle for some wanted states, where levers are believed as far as their gaps there allow."""
        if not self.problem.belief_curve:
            return self.oracle
        key = tuple(states)
        if key not in self._oracles:
            gaps = dict(zip(self.problem.number, self.gaps(key), strict=True))
            self._oracles[key] = oracle_for(Arena(believed(self.problem, gaps), self.oracle.arena.against))
        return self._oracles[key]

    def gaps(self, states: Iterable[int]) -> tuple[Fraction, ...]:
        """Give for each lever the largest gap over some wanted states."""
        listed = list(states)
        self.look_up(listed)
        tables = [self._gaps[s] for s in listed]
        return tuple(max(column) for column in zip(*tables, strict=True))

    def look_up(self, states: Iterable[int]) -> None:
        """Compute the gaps at some wanted states at once; one by one takes longer."""
        unknown = [s for s in states if s not in self._gaps]
        if unknown:
            self._gaps |= gap_tables(self.problem, unknown)

    def due(self, states: Iterable[int], scale: int) -> set[Row]:
        """Give the execution costs due after each move of one party from the states, in units of 1 / scale."""
        levers = self.problem.levers
        near = np.concatenate([self.problem.terrain.ends(p, s) for s in states for p in self.oracle.arena.parties])
        costs = [int(lever.exec * scale) for lever in levers]
        active = np.unique(self.problem.active(near), axis=1).T if len(near) and levers else np.zeros((0, len(levers)), np.bool_)
        return {tuple(cost if on else 0 for cost, on in zip(costs, row, strict=True)) for row in active.tolist()}

    def exposures(self, states: Iterable[int], packages: Sequence[int]) -> list[Fraction]:
        """Give per package the most its owners have to carry out after one move of one party from one of the states."""
        scale = lcm(1, *(Fraction(lever.exec).denominator for lever in self.problem.levers))
        due = np.array(sorted(self.due(states, scale)), dtype=np.int64)
        if not due.size:
            return [Fraction(0)] * len(packages)
        used = np.array([[package >> k & 1 for k in range(due.shape[1])] for package in packages], dtype=np.int64)
        return [Fraction(int(most), scale) for most in (used @ due.T).max(axis=1)]

    def exposure(self, states: Iterable[int], package: int) -> Fraction:
        """Give the exposure of one package; see `exposures`."""
        return self.exposures(states, [package])[0]

    def _possible(self) -> list[tuple[int, ...]]:
        problem = self.problem
        wanted = list(problem.wanted_states)
        reached = self._reached()
        hopeless = self.hopeless(wanted, 0, self.oracle.arena.every)
        if problem.wanted.mode == "each":
            return [tuple(wanted)] if reached[wanted].any() and not hopeless.any() else []
        return [(s,) for s, lost in zip(wanted, hopeless, strict=True) if reached[s] and not lost]

    def _reached(self) -> Bools:
        problem = self.problem
        if problem.wanted.reach == "um":
            return self.oracle.joint(tuple(self.oracle.arena.parties), problem.start)
        return np.ones(self.oracle.arena.n, dtype=np.bool_)

    def hopeless(self, states: Sequence[int], used: int, free: int = 0) -> NDArray[np.bool_]:
        """Mark the states that `used` with any of the levers in `free` cannot make stable, as far as a quick look tells."""
        if self.problem.belief_curve:
            return np.zeros(len(states), dtype=np.bool_)
        oracle = self.oracle
        is_wide = isinstance(oracle, WideOracle)
        if isinstance(oracle, WideOracle) and (oracle.is_sequential or len(states) > MOST_LOOKS):
            return oracle.undeterred(np.array(states, dtype=np.int64), used, free) > 0
        if is_wide or (self.oracle.replies == "none" and len(states) <= self.oracle.arena.n // 64):
            hopeful = self.oracle.arena.view(used, free, hopeful=True)
            return np.array([not self.oracle.is_stable(hopeful, state) for state in states], dtype=np.bool_)
        lost: NDArray[np.bool_] = trouble(self.oracle, used, free)[list(states)] > 0
        return lost


class Prices:
    """Costs of packages at one target.

    Attributes
    ----------
    allowed : int
        Bits of the levers that act in time and that the credibility mode admits.
    bill : Bill
        Costs and budgets, in units of 1 / `scale`.
    side : tuple of Clause
        What the credibility mode demands of the package as a whole.
    """

    def __init__(self, room: Room, states: tuple[int, ...], mode: Credibility, scale: int) -> None:
        problem = room.problem
        gaps = room.gaps(states) if mode in {"filter", "price"} else (Fraction(0),) * len(problem.levers)
        self.allowed = problem.in_time & sum(1 << k for k, gap in enumerate(gaps) if mode != "filter" or gap == 0)
        price = problem.commitment_price if mode == "price" else Fraction(0)
        active = problem.active(np.array(states, dtype=np.int64)).T
        rows = sorted(
            {
                tuple(
                    int((lever.fixed + (lever.exec if on else 0) + price * gap) * scale)
                    for lever, on, gap in zip(problem.levers, here, gaps, strict=True)
                )
                for here in active.tolist()
            }
        )
        limits: list[tuple[Row, int]] = []
        for power, most in problem.budgets.items():
            own = [int(lever.owner == power) for lever in problem.levers]
            scaled = int(most * scale // 1)
            limits += [(tuple(cost * mine for cost, mine in zip(row, own, strict=True)), scaled) for row in rows]
        self.bill = Bill(rows, limits=limits)
        self.side = tuple(_credible_together(room, states)) if mode == "joint" else ()

    def cost(self, package: int) -> int | None:
        """Give the cost in units of 1 / scale; None where it breaks a budget or what the credibility mode demands."""
        fits = all(any(status(term, package, 0) == SURE for term in terms) for terms in self.side)
        return self.bill.cost(package) if fits else None


def _credible_together(room: Room, states: Sequence[int]) -> Iterable[Clause]:
    for state in states:
        for weights, most in joint_rows(room.problem, state):
            scale = lcm(Fraction(most).denominator, *(Fraction(w).denominator for w in weights.values()))
            row = tuple((k, -int(w * scale)) for k, w in sorted(weights.items()) if w)
            literal = Literal(row, -int(most * scale))
            if literal.status(0, room.oracle.arena.every) != SURE:
                yield ((literal,),)


def scale_of(room: Room, mode: Credibility) -> int:
    """Give a common denominator of all costs under a credibility mode."""
    problem = room.problem
    parts = [f for lever in problem.levers for f in (lever.fixed, lever.exec)]
    if mode in {"filter", "price"}:
        room.look_up(state for target in room.targets for state in target.states)
    if mode == "price":
        gaps = (gap for target in room.targets for gap in room.gaps(target.states))
        parts += [problem.commitment_price * gap for gap in gaps]
    return lcm(1, *(Fraction(part).denominator for part in parts))


def owned(problem: Problem, members: Iterable[str]) -> int:
    """Give the bits of the levers of some powers."""
    powers = frozenset(members)
    return sum(1 << k for k, lever in enumerate(problem.levers) if lever.owner in powers)


def owners(problem: Problem, package: int) -> frozenset[str]:
    """Give the powers whose levers a package uses."""
    return frozenset(problem.levers[k].owner for k in bits(package))
