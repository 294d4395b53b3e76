"""Would a power carry out its part? The gap by which it would not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    return dict(zip(problem.number, gap_tables(problem, [state])[state], strict=True))


def saved_by(problem: Problem, number: int, state: int) -> Fraction | None:
    """Give what a lever's owner keeps where carrying it out succeeds, in the case that decides its gap.

    Parameters
    ----------
    number, state : int
        Position of the lever; index of the wanted state.

    Returns
    -------
    Fraction or None
        None where the lever never falls due.
    """
    alternatives = _due(problem, number, state, _near(problem, state))
    if not len(alternatives):
        return None
    values, resolution = owner_stakes(problem, problem.levers[number].owner)
    return max(0, int(values[state]) - int(values[alternatives].max())) * resolution


def due_states(problem: Problem, number: int, state: int) -> NDArray[np.int64]:
    """Give the alternatives (indices) that a lever's owner has wherever the lever falls due."""
    return _due(problem, number, state, _near(problem, state))


def gap_tables(problem: Problem, states: Iterable[int]) -> dict[int, tuple[Fraction, ...]]:
    """Give the gaps of all levers, in order, at each of several wanted states."""
    stakes = {power: owner_stakes(problem, power) for power in problem.powers}
    listed = list(states)
    if not listed:
        return {}
    near = [_near(problem, state) for state in listed]
    ends = np.cumsum([len(places) + 1 for places in near])
    looked_at = np.array([s for places, state in zip(near, listed, strict=True) for s in (*places, state)], dtype=np.int64)
    tables: dict[int, list[Fraction]] = {state: [] for state in listed}
    for lever in problem.levers:
        holds = np.split(mask(lever.when, problem.model.states[looked_at]), ends[:-1])
        for state, places, held in zip(listed, near, holds, strict=True):
            tables[state].append(_gap(lever, state, _alternatives(problem, lever, places, held), stakes[lever.owner]))
    return {state: tuple(gaps) for state, gaps in tables.items()}


def _near(problem: Problem, state: int) -> NDArray[np.int64]:
    """Give the states where a threat may fall due: one move away, and an unwanted status quo that has to be left."""
    near = np.concatenate([problem.terrain.ends(party, state) for party in range(len(problem.model.parties))])
    pushed = problem.wanted.reach == "ui" or problem.wanted.unique
    if pushed and problem.start not in problem.wanted_states:
        near = np.append(near, problem.start)
    return near


def _due(problem: Problem, number: int, state: int, near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the alternatives of a lever wherever it falls due."""
    lever = problem.levers[number]
    return _alternatives(problem, lever, near, mask(lever.when, problem.model.states[np.append(near, state)]))


def _alternatives(problem: Problem, lever: Lever, near: NDArray[np.int64], holds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give them from where its condition holds: per state in `near`, and at the wanted state."""
    if lever.type == "threat":
        due: NDArray[np.int64] = near[holds[:-1]]
        return due
    return np.array([problem.start] if holds[-1] else [], dtype=np.int64)


def _gap(lever: Lever, state: int, alternatives: NDArray[np.int64], stakes: tuple[NDArray[np.int64], Fraction]) -> Fraction:
    if not len(alternatives):
        return Fraction(0)
    values, resolution = stakes
    saved = max(0, int(values[state]) - int(values[alternatives].max())) * resolution
    return max(Fraction(0), lever.exec - lever.restore * saved - lever.audience)


def joint_rows(problem: Problem, state: int) -> list[tuple[dict[int, Fraction], Fraction]]:
    """Give the rows that hold for a package whose owners would carry out all that falls due at once.

    For every owner and every place where levers of its fall due the sum of exec - audience over those in the package may
    not exceed the largest restore chance of the owner's levers due there times max(0, U(state) - U(alternative)).

    Parameters
    ----------
    state : int
        Index of the wanted state.

    Returns
    -------
    list of (lever number to Fraction, Fraction)
        Weights and the most they may add up to.
    """
    stakes = {power: owner_stakes(problem, power) for power in problem.powers}
    due: dict[tuple[str, int], list[int]] = {}
    near = np.unique(_near(problem, state))
    for k, lever in enumerate(problem.levers):
        for alternative in _due(problem, k, state, near):
            due.setdefault((lever.owner, -1 if lever.type == "promise" else int(alternative)), []).append(k)
    rows = []
    for (owner, place), numbers in due.items():
        values, resolution = stakes[owner]
        saved = max(0, int(values[state]) - int(values[problem.start if place < 0 else place])) * resolution
        most = max(problem.levers[k].restore for k in numbers) * saved
        rows.append(({k: problem.levers[k].exec - problem.levers[k].audience for k in numbers}, most))
    return rows


def believed(problem: Problem, gaps: Mapping[str, Fraction]) -> Problem:
    """Give the problem with each lever believed as far as the belief curve says for its gap.

    Examples
    --------
    >>> interpolate(((Fraction(2), Fraction(1, 2)), (Fraction(4), Fraction(0))), Fraction(1))
    Fraction(3, 4)
    """
    curve = problem.belief_curve
    levers = tuple(replace(lever, belief=lever.belief * interpolate(curve, gaps[lever.key])) for lever in problem.levers)
    return replace(problem, levers=levers, belief_curve=())


def interpolate(curve: Sequence[tuple[Fraction, Fraction]], gap: Fraction) -> Fraction:
    """Read a belief off a curve: 1 without a gap, straight lines between the points, level after the last."""
    before = (Fraction(0), Fraction(1))
    for point in curve:
        if gap <= point[0]:
            return before[1] + (point[1] - before[1]) * (gap - before[0]) / (point[0] - before[0])
        before = point
    return before[1]
