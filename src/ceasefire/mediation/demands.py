"""What each scenario demands of a package under Nash stability, merged where levers cannot tell the scenarios apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.comparisons import scales
from ceasefire.mediation.trials import Trial
from ceasefire.mediation.unknowns import Floats, LeverBelief, LeverEffect, UncertainProblem

MOST_SUMS = 4096
"""Up to this many different sums of weights a requirement is raised to the next sum that can be reached."""

Ints = NDArray[np.int64]
Weights = tuple[tuple[int, int], ...]
Demand = tuple[Weights, int]
"""The weights of the levers in use must add up to at least this."""
_NEVER: Demand = ((), 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Scenarios with the same demands.

    Parameters
    ----------
    members : tuple of int
        Numbers of the scenarios.
    demands : tuple of tuple of Demand or None
        Per target what must hold; None where no package can meet it.
    """

    members: tuple[int, ...]
    demands: tuple[tuple[Demand, ...] | None, ...]


def nash_groups(uncertain: UncertainProblem, targets: Sequence[tuple[int, ...]], values: Floats, allowed: int) -> list[Group]:
    """Write down what makes the states of each target Nash stable, scenario by scenario, and merge equal scenarios.

    Weights take few sums, so that a requirement can be raised to the next sum that levers can reach; of demands with the same
    weights the hardest stays (threshold compression).

    Parameters
    ----------
    values : NDArray[np.float64], shape (n_unknowns, n_scenarios)
    allowed : int
        Bits of the levers that may be used.
    """
    count = values.shape[1]
    columns: list[list[frozenset[Demand]]] = [[] for _ in targets]
    for number, states in enumerate(targets):
        per_row = [_demands(*row) for state in states for row in nash_rows(uncertain, state, values, allowed)]
        columns[number] = [frozenset(row[k] for row in per_row if row[k] is not None) for k in range(count)]  # type: ignore[misc]
    merged: dict[tuple[frozenset[Demand], ...], list[int]] = {}
    for k in range(count):
        merged.setdefault(tuple(column[k] for column in columns), []).append(k)
    return [
        Group(tuple(members), tuple(None if _NEVER in needs else tuple(sorted(needs)) for needs in demands))
        for demands, members in merged.items()
    ]


def nash_rows(uncertain: UncertainProblem, state: int, values: Floats, allowed: int) -> Iterator[tuple[Ints, Ints]]:
    """Give weights (n_levers, n_scenarios) and requirements (n_scenarios,) of each distinct comparison that must hold."""
    problem = uncertain.problem
    every = frozenset(lever.key for lever in problem.levers)
    unit, trust = scales(uncertain, every)
    bare = Trial(uncertain, frozenset())
    stretch = unit * trust // (bare.unit * bare.trust)
    counted = problem.wanted.deviations == "any"
    for party, name in enumerate(problem.model.parties):
        side = bare.sides[party]
        ends = side.moves(state)
        ends = ends if counted else ends[~bare.is_wanted[ends]]
        if not len(ends):
            continue
        compared = side.lead(state)
        lead = compared.weigh(side.columns(values))[compared.row[ends]] * stretch
        needs = np.rint(float(problem.margin) * unit * trust - lead).astype(np.int64)
        effects = _effects(uncertain, name, values, (unit, trust), allowed)
        acts = problem.holds[:, [state]].astype(np.int64) - problem.holds[:, ends].astype(np.int64)
        acts[~effects.any(axis=1)] = 0
        known, same = np.unique(acts.T, axis=0, return_inverse=True)
        for k, act in enumerate(known):
            hardest: Ints = needs[same.reshape(-1) == k].max(axis=0)
            yield act[:, None] * effects, hardest


def _effects(uncertain: UncertainProblem, name: str, values: Floats, scale: tuple[int, int], allowed: int) -> Ints:
    """Give the believed effects of the levers on a party, shape (n_levers, n_scenarios)."""
    problem = uncertain.problem
    unit, trust = scale
    rows = np.zeros((len(problem.levers), values.shape[1]), dtype=np.int64)
    believed = np.ones_like(rows)
    for k, lever in enumerate(problem.levers):
        if allowed >> k & 1:
            rows[k] = int(lever.effects.get(name, 0) * unit)
            believed[k] = int(lever.belief * trust)
    for number, unknown in enumerate(uncertain.unknowns):
        for place in unknown.places:
            if isinstance(place, LeverEffect) and place.party == name and allowed >> problem.number[place.lever] & 1:
                rows[problem.number[place.lever]] = np.rint(values[number] * unit).astype(np.int64)
            elif isinstance(place, LeverBelief):
                believed[problem.number[place.lever]] = np.rint(values[number] * trust).astype(np.int64)
    return rows * believed


def _demands(weights: Ints, needs: Ints) -> list[Demand | None]:
    """Turn weights (n_levers, n_scenarios) and requirements into demands."""
    if (weights == weights[:, :1]).all():
        column = tuple((int(k), int(weights[k, 0])) for k in np.flatnonzero(weights[:, 0]))
        return _alike(column, needs)
    found: list[Demand | None] = []
    for row, need in zip(weights.T, needs, strict=True):
        found += _alike(tuple((int(k), int(row[k])) for k in np.flatnonzero(row)), need.reshape(1))
    return found


def _alike(weights: Weights, needs: Ints) -> list[Demand | None]:
    """Raise requirements to sums that can be reached, for one set of weights."""
    shared = gcd(*(weight for _, weight in weights)) or 1
    reduced = tuple((k, weight // shared) for k, weight in weights)
    sums = _sums(reduced)
    raised = -(-needs // shared)
    low, high = sum(min(w, 0) for _, w in reduced), sum(max(w, 0) for _, w in reduced)
    if sums is not None:
        place = np.searchsorted(sums, raised)
        raised = np.where(place < len(sums), sums[np.minimum(place, len(sums) - 1)], raised)
    return [None if need <= low else _NEVER if need > high else (reduced, int(need)) for need in raised.tolist()]


def _sums(weights: Weights) -> Ints | None:
    sums = np.zeros(1, dtype=np.int64)
    for _, weight in weights:
        sums = np.unique(np.concatenate([sums, sums + weight]))
        if len(sums) > MOST_SUMS:
            return None
    return sums
