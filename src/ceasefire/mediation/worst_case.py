"""The cheapest package that works whatever the unknowns turn out to be within their ranges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.masters import Master
from ceasefire.mediation.outlook import Costs
from ceasefire.mediation.pricing import Room
from ceasefire.mediation.problem import Credibility, Lever, Problem
from ceasefire.mediation.target import Target
from ceasefire.mediation.unknowns import (
    LeverBelief,
    LeverCost,
    LeverEffect,
    OwnerTerm,
    StakeTerm,
    UncertainProblem,
    Unknown,
)

_RANGE = "range"


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A package that works at every point of the ranges.

    Parameters
    ----------
    package : frozenset of str
    cost : Fraction
        With every uncertain cost at its high end.
    wanted_state : int
        Index of the state that it makes stable at every point.
    exact : bool
        Whether no cheaper package does so at one wanted state (Nash). Otherwise each comparison was taken at its own worst,
        which is sufficient but can ask for more than any single point of the ranges does.
    """

    package: frozenset[str]
    cost: Fraction
    wanted_state: int
    exact: bool


def worst_case_package(uncertain: UncertainProblem, *, credibility: Credibility | None = None) -> Guaranteed | None:
    """Find the cheapest package that makes one wanted state stable at every point of the ranges.

    Every comparison is monotone in each unknown. Against leaving a given state all unknowns have one worst corner, the same for
    all moves of one party: what holds in the state at its low end, what holds elsewhere at its high end. Replies of others are
    taken as surely better for them only if they are so at every point.

    Returns
    -------
    Guaranteed or None
        None where no package was found: for Nash there is none.

    Raises
    ------
    LimitError
        For mode ``each``, for ``unique`` and for belief curves.

    Examples
    --------
    A threat of 4 does not hold back a gain of up to 5, but it holds back one of up to 4.

    >>> from fractions import Fraction
    >>> from ceasefire.mediation.unknowns import Spread
    >>> from ceasefire.testing import a_doubtful_attack
    >>> print(worst_case_package(a_doubtful_attack()))
    None
    >>> found = worst_case_package(a_doubtful_attack(Spread("uniform", (Fraction(1), Fraction(4)))))
    >>> sorted(found.package), str(found.cost), found.exact
    (['ban'], '1', True)
    """
    problem = uncertain.problem
    whats = {
        "several wanted states that must hold together": problem.wanted.mode == "each",
        "being the only outcome": problem.wanted.unique,
        "a belief curve": bool(problem.belief_curve),
    }
    for what in (what for what, is_asked in whats.items() if is_asked):
        raise LimitError(f"the worst case of {what} is not computed\n  hint: ask for one wanted state, with fixed beliefs")
    mode: Credibility = credibility or problem.credibility
    best: Guaranteed | None = None
    for state in problem.wanted_states:
        corner = _corner(uncertain, state)
        real = len(problem.levers)
        room = Room(corner, sum(1 << k for k in range(real, len(corner.levers))))
        costs = Costs(corner, [(state,)], mode)
        below = None if best is None else int(best.cost * costs.scale)
        prices = costs.prices[0]
        master = Master(Target(room.oracle_at((state,)), (state,)), prices.bill, corner.conflicts, prices.side)
        found = master.cheapest(prices.allowed & ((1 << real) - 1), below)
        if found and not _is_cut_off(room, state):
            exact = problem.concept == "nash" and problem.wanted.reach != "ui"
            best = Guaranteed(corner.keys(found[1]), Fraction(found[0], costs.scale), state, exact)
    return best


def _is_cut_off(room: Room, state: int) -> bool:
    problem = room.problem
    reached = room.oracle.joint(tuple(room.oracle.arena.parties), problem.start)
    return problem.wanted.reach == "um" and not bool(reached[state])


def _corner(uncertain: UncertainProblem, state: int) -> Problem:
    """Give the problem at the corner that is worst for a state, with levers that stand for the rest of the ranges.

    Such a lever belongs to a spoiler: it is held against every comparison that it can hurt.
    """
    apart = tuple(
        replace(unknown, name=f"{number}.{k}", places=(place,))
        for number, unknown in enumerate(uncertain.unknowns)
        for k, place in enumerate(unknown.places)
    )
    worst = {unknown.name: _worst(uncertain.problem, unknown, state) for unknown in apart}
    problem = replace(uncertain, unknowns=apart).at(worst)
    levers, spoilers = [], []
    for k, lever in enumerate(problem.levers):
        pressure, rest = _pressure(lever, bool(problem.holds[k, state]), apart)
        levers.append(replace(lever, effects=pressure, belief=Fraction(1)))
        if any(rest.values()):
            spoilers.append(Lever(f"range of {lever.key}", _RANGE, "threat", lever.when, rest))
    for unknown in apart:
        place = unknown.places[0]
        if isinstance(place, StakeTerm):
            other = unknown.spread.low + unknown.spread.high - worst[unknown.name]
            rest = {place.party: other - worst[unknown.name]}
            spoilers.append(Lever(f"range {unknown.name}", _RANGE, "threat", place.when, rest))
    return replace(problem, levers=(*levers, *spoilers), powers=(*problem.powers, _RANGE))


def _worst(problem: Problem, unknown: Unknown, state: int) -> Fraction:
    """Give the end that is worst for a state; effects and beliefs stay at their centre."""
    place = unknown.places[0]
    if isinstance(place, LeverCost):
        return unknown.spread.high if place.what in {"fixed", "exec"} else unknown.spread.low
    if isinstance(place, StakeTerm | OwnerTerm):
        here = bool(mask(place.when, problem.model.states[[state]])[0])
        return unknown.spread.low if here else unknown.spread.high
    return unknown.central


def _pressure(lever: Lever, acts: bool, unknowns: tuple[Unknown, ...]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Give the believed effects at their worst for the state, and how far they reach to the other side."""
    ranges = {u.places[0]: (u.spread.low, u.spread.high) for u in unknowns}
    parties = {*lever.effects, *(p.party for p in ranges if isinstance(p, LeverEffect) and p.lever == lever.key)}
    trusts = ranges.get(LeverBelief(lever.key), (lever.belief, lever.belief))
    worst, rest = {}, {}
    for party in sorted(parties):
        amount = lever.effects.get(party, Fraction(0))
        changes = ranges.get(LeverEffect(lever.key, party), (amount, amount))
        products = [change * trust for change in changes for trust in trusts]
        worst[party] = min(products) if acts else max(products)
        rest[party] = (max(products) if acts else min(products)) - worst[party]
    return worst, rest
