"""What packages cost at a target under one credibility mode, in integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.arena import Arena
from ceasefire.mediation.credibility import gap_tables
from ceasefire.mediation.oracle import Oracle, trouble
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.search import bits
from ceasefire.mediation.target import Target


class Room:
    """What is learnt about one problem, whatever the credibility mode."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.oracle = Oracle(Arena(problem))
        self.targets = [Target(self.oracle, states) for states in self._possible()]
        self._gaps: dict[int, tuple[Fraction, ...]] = {}

    def gaps(self, states: Iterable[int]) -> tuple[Fraction, ...]:
        """Give for each lever the largest gap over some wanted states."""
        listed = list(states)
        self._gaps |= gap_tables(self.problem, [s for s in listed if s not in self._gaps])
        tables = [self._gaps[s] for s in listed]
        return tuple(max(column) for column in zip(*tables, strict=True))

    def exposures(self, states: Iterable[int], packages: Sequence[int]) -> list[Fraction]:
        """Give per package the most its owners have to carry out after one move of one party from one of the states."""
        model, levers = self.problem.model, self.problem.levers
        near = np.concatenate([model.moves(p, s) for s in states for p in self.oracle.arena.parties])
        if not levers or not len(near):
            return [Fraction(0)] * len(packages)
        scale = lcm(1, *(Fraction(lever.exec).denominator for lever in levers))
        due = np.unique(self.problem.holds[:, near], axis=1) * np.array([[int(lever.exec * scale)] for lever in levers])
        used = np.array([[package >> k & 1 for k in range(len(levers))] for package in packages], dtype=np.int64)
        return [Fraction(int(most), scale) for most in (used @ due).max(axis=1)]

    def exposure(self, states: Iterable[int], package: int) -> Fraction:
        """Give the exposure of one package; see `exposures`."""
        return self.exposures(states, [package])[0]

    def _possible(self) -> list[tuple[int, ...]]:
        problem = self.problem
        hopeless = trouble(self.oracle, 0, self.oracle.arena.every) > 0
        reached: NDArray[np.bool_] = np.ones(self.oracle.arena.n, dtype=np.bool_)
        if problem.wanted.reach == "um":
            reached = self.oracle.joint(tuple(self.oracle.arena.parties), problem.start)
        wanted = list(problem.wanted_states)
        if problem.wanted.mode == "each":
            return [tuple(wanted)] if reached[wanted].any() and not hopeless[wanted].any() else []
        return [(s,) for s in wanted if reached[s] and not hopeless[s]]


class Prices:
    """Costs of packages at one target.

    Attributes
    ----------
    allowed : int
        Bits of the levers that the credibility mode admits.
    extra : tuple of int
        Per lever the least it adds to any package, in units of 1 / `scale`.
    """

    def __init__(self, room: Room, states: tuple[int, ...], mode: Credibility, scale: int) -> None:
        problem = room.problem
        gaps = room.gaps(states) if mode != "ignore" else (Fraction(0),) * len(problem.levers)
        self.allowed = sum(1 << k for k, gap in enumerate(gaps) if mode != "filter" or gap == 0)
        price = problem.commitment_price if mode == "price" else Fraction(0)
        self._rows = sorted(
            {
                tuple(
                    int((lever.fixed + (lever.exec if holds[s] else 0) + price * gap) * scale)
                    for lever, holds, gap in zip(problem.levers, problem.holds, gaps, strict=True)
                )
                for s in states
            }
        )
        self.extra = tuple(min(column) for column in zip(*self._rows, strict=True))
        self._budgets = [
            (sum(1 << k for k, lever in enumerate(problem.levers) if lever.owner == power), int(most * scale // 1))
            for power, most in problem.budgets.items()
        ]
        self._known: dict[int, int | None] = {}

    def cost(self, package: int) -> int | None:
        """Give the cost in units of 1 / scale; None where it breaks a budget."""
        if package not in self._known:
            self._known[package] = self._sum(package)
        return self._known[package]

    def _sum(self, package: int) -> int | None:
        for mine, most in self._budgets:
            used = bits(package & mine)
            if any(sum(row[k] for k in used) > most for row in self._rows):
                return None
        used = bits(package)
        return max(sum(row[k] for k in used) for row in self._rows)


def scale_of(room: Room, mode: Credibility) -> int:
    """Give a common denominator of all costs under a credibility mode."""
    problem = room.problem
    parts = [f for lever in problem.levers for f in (lever.fixed, lever.exec)]
    if mode == "price":
        gaps = (gap for target in room.targets for gap in room.gaps(target.states))
        parts += [problem.commitment_price * gap for gap in gaps]
    return lcm(1, *(Fraction(part).denominator for part in parts))
