"""Levers of any intensity as levels, for everything that knows only levers pulled in full or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ceasefire.mediation.problem import Lever, Problem, levels
from ceasefire.mediation.unknowns import LeverBelief, LeverCost, LeverEffect, Place, Spread, UncertainProblem, Unknown

STEPS = 4
"""Intensities are multiples of one in so many."""


def in_steps(uncertain: UncertainProblem, steps: int = STEPS) -> UncertainProblem:
    """Give the problem with every gradual lever as levels, of which a package uses at most one.

    Effects and the cost of carrying out scale with the intensity, with their ranges, and are drawn for each level apart; the other
    numbers are one judgement for all levels.

    Parameters
    ----------
    uncertain : UncertainProblem
    steps : int
        The intensity is a multiple of 1 / steps.

    Examples
    --------
    >>> from ceasefire.testing import a_doubtful_attack
    >>> asked = a_doubtful_attack()
    >>> gradual = replace(asked.problem.levers[0], is_gradual=True)
    >>> [lever.key for lever in in_steps(replace(asked, problem=replace(asked.problem, levers=(gradual,))), 2).problem.levers]
    ['ban@1/2', 'ban@1']
    """
    if not any(lever.is_gradual for lever in uncertain.problem.levers):
        return uncertain
    split = split_levers(uncertain.problem, steps)
    unknowns = tuple(part for unknown in uncertain.unknowns for part in _apart(unknown, split))
    return replace(uncertain, problem=with_levels(uncertain.problem, split), unknowns=unknowns)


def split_levers(problem: Problem, steps: int) -> dict[str, tuple[Lever, ...]]:
    """Give the levels of each gradual lever, ascending, and each other lever by itself."""
    return {lever.key: levels(lever, steps) if lever.is_gradual else (lever,) for lever in problem.levers}


def with_levels(problem: Problem, split: Mapping[str, Sequence[Lever]]) -> Problem:
    """Give the problem with levels in place of its levers; what excludes a lever excludes all its levels."""
    pairs = ((a.key, b.key) for one, other in problem.incompatible for a in split[one] for b in split[other])
    return replace(problem, levers=tuple(level for parts in split.values() for level in parts), incompatible=tuple(pairs))


def _apart(unknown: Unknown, split: Mapping[str, Sequence[Lever]]) -> Iterator[Unknown]:
    """Give an unknown for what does not scale with the intensity of a lever, and one per level for what does."""
    shared: list[Place] = []
    for place in unknown.places:
        if not isinstance(place, LeverBelief | LeverCost | LeverEffect) or len(split[place.lever]) < 2:
            shared.append(place)
            continue
        parts = split[place.lever]
        places = [replace(place, lever=level.key) for level in parts]
        if isinstance(place, LeverBelief) or (isinstance(place, LeverCost) and place.what != "exec"):
            shared += places
            continue
        for k, where in enumerate(places, 1):
            share = Fraction(k, len(parts))
            yield Unknown(f"{unknown.name}@{share}", unknown.central * share, _scaled(unknown.spread, share), (where,))
    if shared:
        yield replace(unknown, places=tuple(shared))


def _scaled(spread: Spread, share: Fraction) -> Spread:
    is_chance = spread.kind == "discrete"
    return replace(spread, numbers=tuple(v if is_chance and k % 2 else v * share for k, v in enumerate(spread.numbers)))
