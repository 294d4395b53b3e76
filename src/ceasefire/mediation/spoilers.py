"""Powers outside a coalition that may use their levers against the wanted state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.mediation.bill import bits
from ceasefire.mediation.hunt import Hunt
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Room, owned
from ceasefire.mediation.problem import Credibility, Problem

MOST_LEVERS = 12
"""Up to this many levers of a spoiler all sets of them are tried."""


@dataclass(frozen=True, slots=True)
class Withstanding:
    """A cheapest package of a coalition that works whatever the other powers do with their levers.

    Parameters
    ----------
    package : frozenset of str
    state : int
        Index of a wanted state where it works.
    cost : Fraction
        The coalition's own.
    """

    package: frozenset[str]
    state: int
    cost: Fraction


def withstand(problem: Problem, members: Iterable[str], *, credibility: Credibility | None = None) -> Withstanding | None:
    """Find the cheapest package of a coalition that no use of the other powers' levers undoes.

    Every comparison of stakes on which the package rests takes the others' levers at their worst, each lever that is in
    time and within its owner's budget by itself. For Nash stability that is exact where their levers do not exclude each
    other; otherwise it is on the safe side: the package found does withstand, a cheaper one may too.

    Returns
    -------
    Withstanding or None
        None where no package is sure to.

    Raises
    ------
    LimitError
        Where the problem asks that no other stable state be reached; that is not decided against spoilers.
    """
    if problem.wanted.unique:
        raise LimitError("whether only wanted states are reached is not decided against spoilers\n  hint: ask without `unique`")
    own = owned(problem, members)
    room = Room(problem, against=_affordable(problem) & ~own)
    hunt = Hunt(room, credibility or problem.credibility)
    found = hunt.package_of(frozenset(members))
    if found is None:
        return None
    cost = hunt.amount(found.cost) or Fraction(0)
    return Withstanding(problem.keys(found.package), room.targets[found.target].states[0], cost)


def spoilers(problem: Problem, package: Iterable[str], state: int) -> dict[str, frozenset[str]]:
    """Say which powers outside a package could undo it with their own levers, and with which fewest.

    Parameters
    ----------
    package : iterable of str
    state : int
        Index of the wanted state where the package works.

    Returns
    -------
    dict from power to frozenset of str
        Only powers that own none of the package's levers and can open a move from the state.

    Raises
    ------
    LimitError
        For a power with more than 12 levers.
    """
    used = problem.bits(frozenset(package))
    able = _affordable(problem)
    found = {}
    for power in problem.powers:
        mine = owned(problem, [power]) & able
        if mine and not owned(problem, [power]) & used:
            levers = _fewest(problem, used, bits(mine), state)
            if levers is not None:
                found[power] = problem.keys(levers)
    return found


def _fewest(problem: Problem, used: int, levers: list[int], state: int) -> int | None:
    if len(levers) > MOST_LEVERS:
        owner = problem.levers[levers[0]].owner
        raise LimitError(
            f"power {owner!r} has {len(levers)} levers that may undo the package; at most {MOST_LEVERS} are tried\n"
            "  hint: merge levers that it would always use together"
        )
    oracle = room_of(problem).oracle_at((state,))
    for size in range(1, len(levers) + 1):
        for chosen in combinations(levers, size):
            extra = sum(1 << k for k in chosen)
            clash = any(problem.conflicts[k] & (extra | used) for k in chosen)
            if not clash and _fits_budget(problem, chosen) and not oracle.is_stable(oracle.arena.view(used | extra), state):
                return extra
    return None


def _affordable(problem: Problem) -> int:
    """Give the levers in time that their owner's budget alone does not rule out."""
    return sum(1 << k for k in bits(problem.in_time) if _fits_budget(problem, (k,)))


def _fits_budget(problem: Problem, levers: Iterable[int]) -> bool:
    """Say whether one owner can pay for its levers in some wanted state."""
    listed = list(levers)
    most = problem.budgets.get(problem.levers[listed[0]].owner)
    if most is None:
        return True
    active = problem.active(np.array(problem.wanted_states, dtype=np.int64))
    due = [[problem.levers[k].exec if on else Fraction(0) for on in active[k].tolist()] for k in listed]
    fixed = sum((problem.levers[k].fixed for k in listed), Fraction(0))
    return fixed + min(sum(column, Fraction(0)) for column in zip(*due, strict=True)) <= most
