"""The cheapest package that works whatever the unknowns turn out to be within their ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.adversary import Everywhere, Steps, StoppedShortError
from ceasefire.mediation.masters import Master
from ceasefire.mediation.pricing import Prices, Room, scale_of
from ceasefire.mediation.problem import Concept, Credibility, Lever, Problem
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
from ceasefire.mediation.wide import MOST_LISTED

_RANGE = "range"
MOST_STEPS = 2_000
"""So many linear programs at most are solved in search of points at which packages fail."""
Sure = tuple[Fraction, int, frozenset[str]]
"""Cost, wanted state and levers of a package that works at every point."""

RELAXED: dict[Concept, Concept] = {"seq": "gmr", "cseq": "gmr", "cgmr": "gmr", "csmr": "smr", "cnash": "nash"}
"""Weaker concepts whose worst case is exact."""
SHARED = {"cnash", "cgmr", "csmr"}
"""Concepts whose worst case is exact unless an unknown moves several parties."""


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A package that works at every point of the ranges, and what any such package costs at least.

    Parameters
    ----------
    package : frozenset of str or None
        None where none was found.
    cost : Fraction or None
        With every uncertain cost at its high end.
    wanted_state : int or None
        Index of the state that it makes stable at every point; None where that is each wanted state.
    at_least : Fraction or None
        No package that makes one wanted state stable at every point costs less; None: there is none.
    stricter : tuple of str
        Where the worst corner does not decide by itself: in which ways more was asked of the package than to work at every point,
        so that `cost` is an upper bound.
    weaker : str
        What `at_least` is the cost of in that case; empty otherwise.
    """

    package: frozenset[str] | None
    cost: Fraction | None
    wanted_state: int | None
    at_least: Fraction | None
    stricter: tuple[str, ...] = ()
    weaker: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether nothing cheaper, or, where no package was found, nothing at all, makes one wanted state stable throughout."""
        return self.cost == self.at_least


def worst_case_package(uncertain: UncertainProblem, *, credibility: Credibility | None = None) -> Guaranteed:
    """Find the cheapest package that makes one wanted state stable at every point of the ranges.

    Against leaving a given state all unknowns have one worst corner for each party: what holds in the state at its low end, what
    holds elsewhere at its high end. Under Nash, GMR and SMR a party's verdict rests on comparisons with that state alone, so that a
    package is sure if it works at this corner; so too under CNash and coalition GMR and SMR where no unknown touches two parties.
    Elsewhere the worst point may lie anywhere in the ranges, and of each package that would be cheapest an adversary seeks the
    point at which it fails (`Everywhere`). The answer is exact. Only where that search is cut short, in models of more than 8,192
    states, and where both the effect and the belief of a lever are unknown, the cost lies between two bounds: from above with
    replies and steps that are better for their movers at every point, from below with an easier question.

    Returns
    -------
    Guaranteed

    Raises
    ------
    LimitError
        For ``unique`` and belief curves; for mode ``each`` also where the search is cut short.

    Examples
    --------
    A threat of 4 does not hold back a gain of up to 5, but it holds back one of up to 4.

    >>> from fractions import Fraction
    >>> from ceasefire.mediation.unknowns import Spread
    >>> from ceasefire.testing import a_doubtful_attack
    >>> found = worst_case_package(a_doubtful_attack())
    >>> found.package, found.is_exact
    (None, True)
    >>> found = worst_case_package(a_doubtful_attack(Spread("uniform", (Fraction(1), Fraction(4)))))
    >>> sorted(found.package), str(found.cost), found.is_exact
    (['ban'], '1', True)
    """
    problem = uncertain.problem
    whats = {
        "being the only outcome": problem.wanted.unique,
        "a belief curve": bool(problem.belief_curve),
    }
    for what in (what for what, is_asked in whats.items() if is_asked):
        raise LimitError(f"the worst case of {what} is not computed\n  hint: ask for one wanted state, with fixed beliefs")
    mode: Credibility = credibility or problem.credibility
    if problem.wanted.mode == "each":
        return _together(uncertain, mode)
    bounds = {state: _bound(uncertain, state, mode) for state in problem.wanted_states}
    known = {state: bound for state, bound in bounds.items() if bound is not None}
    best: Sure | None = None
    for state in sorted(known, key=lambda state: (known[state], state)):
        if best is None or known[state] < best[0]:
            found = _cheapest(_corner(uncertain, state), len(problem.levers), state, mode, None if best is None else best[0])
            best = best if found is None else (found[0], state, found[1])
    if not _is_exact(uncertain):
        best, is_proved = _improved(uncertain, known, mode, best)
        if not is_proved:
            return _between(uncertain, best, min(known.values(), default=None))
    return Guaranteed(None, None, None, None) if best is None else Guaranteed(best[2], best[0], best[1], best[0])


def _improved(
    uncertain: UncertainProblem, bounds: Mapping[int, Fraction], mode: Credibility, best: Sure | None
) -> tuple[Sure | None, bool]:
    """Look for a cheaper package with an adversary who seeks points at which it fails; say whether there surely is none left."""
    if not _is_linear(uncertain) or uncertain.problem.model.n_states > MOST_LISTED:
        return best, all(best is not None and bound >= best[0] for bound in bounds.values())
    steps = Steps(MOST_STEPS)
    costs = replace(uncertain, unknowns=tuple(unknown for unknown in uncertain.unknowns if not unknown.moves_stakes))
    for state in sorted(bounds, key=lambda state: (bounds[state], state)):
        if best is None or bounds[state] < best[0]:
            priced = Room(_corner(costs, state), only=(state,))
            try:
                everywhere = Everywhere(uncertain, (state,), steps)
                found = _sought(priced, everywhere, mode, None if best is None else best[0])
            except StoppedShortError:
                return best, False
            best = best if found is None else (found[0], state, found[1])
    return best, True


def _together(uncertain: UncertainProblem, mode: Credibility) -> Guaranteed:
    """Find the cheapest package that makes all wanted states stable at every point."""
    states = uncertain.problem.wanted_states
    costs = tuple(unknown for unknown in uncertain.unknowns if not unknown.moves_stakes)
    is_owners = any(isinstance(place, OwnerTerm) for unknown in costs for place in unknown.places)
    whats = {
        "credibility, with owners' stakes that are not known,": mode != "ignore" and is_owners,
        "effects and beliefs of one lever": not _is_linear(uncertain),
        f"{uncertain.problem.model.n_states} states": uncertain.problem.model.n_states > MOST_LISTED,
    }
    for what in (what for what, is_asked in whats.items() if is_asked):
        raise LimitError(f"the worst case of {what} where states must hold together is not computed\n  hint: ask for some of them")
    priced = Room(_corner(replace(uncertain, unknowns=costs), states[0]), only=states)
    try:
        found = _sought(priced, Everywhere(uncertain, states, Steps(MOST_STEPS)), mode, None)
    except StoppedShortError as error:
        size = f"more than {MOST_STEPS} linear programs"
        raise LimitError(f"the worst case takes {size}\n  hint: ask for some wanted state, or state fewer ranges") from error
    return Guaranteed(None, None, None, None) if found is None else Guaranteed(found[1], found[0], None, found[0])


def _between(uncertain: UncertainProblem, best: Sure | None, least: Fraction | None) -> Guaranteed:
    """Say what is known where the search for points ran out of steps."""
    said = tuple(_stricter(uncertain)), _weaker(uncertain)
    if best is None:
        return Guaranteed(None, None, None, least, *said)
    return Guaranteed(best[2], best[0], best[1], best[0] if least is None else min(least, best[0]), *said)


def _stricter(uncertain: UncertainProblem) -> Iterator[str]:
    """Say in which ways the search asked more of a package than to work at every point of the ranges."""
    problem = uncertain.problem
    if problem.concept in {"seq", "cseq"}:
        yield "a reply counts only if it is better for its movers in the whole ranges"
    if problem.wanted.reach == "ui":
        yield "a step to the wanted state counts only if it is better for its mover in the whole ranges"
    if not _stands_alone(uncertain):
        yield "an unknown that stands in several places of a party is taken at its worst in each"
    elif problem.concept in SHARED and _is_shared(uncertain):
        yield "an unknown that moves several parties is taken at its worst for each"


def _weaker(uncertain: UncertainProblem) -> str:
    """Say which easier question gives the bound from below."""
    problem = uncertain.problem
    where = "in the whole ranges" if _stands_alone(uncertain) else "with all stakes and effects at their centres"
    way = ", whatever the way there" if problem.wanted.reach == "ui" else ""
    return f"stable under {RELAXED.get(problem.concept, problem.concept).upper()} {where}{way}"


def _bound(uncertain: UncertainProblem, state: int, mode: Credibility) -> Fraction | None:
    """Give what a package that is sure for this state costs at least; None where there is none."""
    problem = uncertain.problem
    if _is_exact(uncertain):
        return Fraction(0)
    weaker = replace(problem, concept=RELAXED.get(problem.concept, problem.concept))
    if problem.wanted.reach == "ui":
        weaker = replace(weaker, wanted=replace(problem.wanted, reach="none"))
    relaxed = replace(uncertain, problem=weaker)
    if not _stands_alone(uncertain):
        costs = tuple(unknown for unknown in uncertain.unknowns if not unknown.moves_stakes)
        relaxed = replace(relaxed, unknowns=costs)
    found = _cheapest(_corner(relaxed, state), len(problem.levers), state, mode, None)
    return None if found is None else found[0]


def _is_exact(uncertain: UncertainProblem) -> bool:
    """Say whether the worst corner decides."""
    problem = uncertain.problem
    if problem.wanted.reach == "ui" or not _stands_alone(uncertain):
        return False
    if problem.concept in {"nash", "gmr", "smr"}:
        return True
    return problem.concept in SHARED and not _is_shared(uncertain)


def _is_linear(uncertain: UncertainProblem) -> bool:
    """Say whether no lever has both an unknown effect and an unknown belief, the product of which is no sum of unknowns."""
    places = [place for unknown in uncertain.unknowns for place in unknown.places]
    effects = {place.lever for place in places if isinstance(place, LeverEffect)}
    return effects.isdisjoint(place.lever for place in places if isinstance(place, LeverBelief))


def _is_shared(uncertain: UncertainProblem) -> bool:
    """Say whether some unknown moves the stakes of several parties."""
    return any(len(set(_parties(uncertain.problem, unknown))) > 1 for unknown in uncertain.unknowns)


def _stands_alone(uncertain: UncertainProblem) -> bool:
    """Say whether no unknown stands in several places of one party."""
    listed = [_parties(uncertain.problem, unknown) for unknown in uncertain.unknowns]
    return all(len(parties) == len(set(parties)) for parties in listed)


def _parties(problem: Problem, unknown: Unknown) -> list[str]:
    """Name the party of each place where an unknown moves stakes."""
    found: list[str] = []
    for place in unknown.places:
        if isinstance(place, StakeTerm | LeverEffect):
            found.append(place.party)
        elif isinstance(place, LeverBelief):
            found += problem.levers[problem.number[place.lever]].effects
    return found


def _cheapest(
    corner: Problem, real: int, state: int, mode: Credibility, below: Fraction | None
) -> tuple[Fraction, frozenset[str]] | None:
    """Find the cheapest package of the first `real` levers that works for a state, the others being held against it."""
    room = Room(corner, sum(1 << k for k in range(real, len(corner.levers))), only=(state,))
    return _sought(room, room.targets[0], mode, below, (1 << real) - 1)


def _sought(
    room: Room, target: Target, mode: Credibility, below: Fraction | None, own: int = -1
) -> tuple[Fraction, frozenset[str]] | None:
    """Find the cheapest package, by the prices of a room, of the levers in `own` (bits) that works for a target."""
    problem, oracle, states = room.problem, room.oracle, target.states
    if problem.wanted.reach == "um" and not oracle.joint(tuple(oracle.arena.parties), problem.start)[list(states)].any():
        return None
    scale = scale_of(room, mode)
    prices = Prices(room, states, mode, scale)
    master = Master(target, prices.bill, problem.conflicts, prices.side)
    found = master.cheapest(prices.allowed & own, None if below is None else int(-(-below * scale // 1)))
    return None if found is None else (Fraction(found[0], scale), problem.keys(found[1]))


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
