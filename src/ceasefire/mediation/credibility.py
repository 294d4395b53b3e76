"""Would a power carry out its part? The gap by which it would not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import mask
from ceasefire.mediation.problem import Lever, Problem


def owner_stakes(problem: Problem, power: str) -> tuple[NDArray[np.int64], Fraction]:
    """Give the stakes of a power as lever owner.

    Returns
    -------
    values : NDArray[np.int64], shape (n_states,)
    resolution : Fraction
        Units per step of `values`.
    """
    terms = list(problem.power_stakes.get(power, ()))
    scale = lcm(*(Fraction(value).denominator for _, value in terms), 1)
    values = np.zeros(problem.model.n_states, dtype=np.int64)
    for patterns, value in terms:
        values[mask(patterns, problem.model.states)] += int(value * scale)
    return values, Fraction(1, scale)


def credibility_gaps(problem: Problem, state: int) -> Mapping[str, Fraction]:
    """Say for each lever how far its owner is from being better off carrying it out than backing down.

    A promise falls due in `state` if its condition holds there; the alternative is the status quo. A threat falls due in
    every state that one move of one party reaches and where its condition holds, and in an unwanted status quo if the
    package has to move the parties; the alternative is that state. Where a lever falls due its gap is the positive part of
    exec - restore * max(0, U(state) - U(alternative)) - audience, U being the owner's stake; the largest counts.

    Parameters
    ----------
    state : int
        Index of the wanted state.

    Returns
    -------
    mapping from lever key to Fraction
        0 where the lever is credible or never falls due.
    """
    stakes = {power: owner_stakes(problem, power) for power in problem.powers}
    return _gaps(problem, state, stakes)


def gap_tables(problem: Problem, states: Iterable[int]) -> dict[int, tuple[Fraction, ...]]:
    """Give the gaps of all levers, in order, at each of several wanted states."""
    stakes = {power: owner_stakes(problem, power) for power in problem.powers}
    return {state: tuple(_gaps(problem, state, stakes).values()) for state in states}


def _gaps(problem: Problem, state: int, stakes: Mapping[str, tuple[NDArray[np.int64], Fraction]]) -> dict[str, Fraction]:
    parties = range(len(problem.model.parties))
    near = np.concatenate([problem.model.moves(party, state) for party in parties])
    pushed = problem.wanted.reach == "ui" or problem.wanted.unique
    if pushed and problem.start not in problem.wanted_states:
        near = np.append(near, problem.start)
    return {
        lever.key: _gap(lever, state, _due(problem, k, state, near), stakes[lever.owner]) for k, lever in enumerate(problem.levers)
    }


def _due(problem: Problem, number: int, state: int, near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the alternatives of a lever wherever it falls due."""
    holds = problem.holds[number]
    if problem.levers[number].type == "threat":
        due: NDArray[np.int64] = near[holds[near]]
        return due
    return np.array([problem.start] if holds[state] else [], dtype=np.int64)


def _gap(lever: Lever, state: int, alternatives: NDArray[np.int64], stakes: tuple[NDArray[np.int64], Fraction]) -> Fraction:
    if not len(alternatives):
        return Fraction(0)
    values, resolution = stakes
    saved = max(0, int(values[state]) - int(values[alternatives].max())) * resolution
    return max(Fraction(0), lever.exec - lever.restore * saved - lever.audience)
