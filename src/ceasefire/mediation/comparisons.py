"""Comparisons of states as sums of uncertain terms, each weighed once for all pairs of states that need it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.unknowns import Floats, LeverBelief, UncertainProblem

Ints = NDArray[np.int64]
_DIGITS = 39


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Distinct rows of weights on terms, and which of them each pair of states needs.

    Parameters
    ----------
    offset : NDArray[np.float64], shape (n_rows,)
    weights : NDArray[np.float64], shape (n_rows, n_terms)
    row : NDArray[np.int64], shape (n_pairs,)
    """

    offset: Floats
    weights: Floats
    row: Ints

    @classmethod
    def of(cls, offset: Floats, weights: Floats) -> Comparisons:
        """Merge equal comparisons; weights are -1, 0 or 1."""
        row = np.unique(offset, return_inverse=True)[1].reshape(-1)
        for k in range(0, weights.shape[1], _DIGITS):
            part = weights[:, k : k + _DIGITS]
            code = ((part + 1).astype(np.int64) * 3 ** np.arange(part.shape[1])).sum(axis=1)
            known, same = np.unique(code, return_inverse=True)
            row = np.unique(row * len(known) + same.reshape(-1), return_inverse=True)[1].reshape(-1)
        first = np.unique(row, return_index=True)[1]
        return cls(offset[first], np.ascontiguousarray(weights[first]), row)

    def weigh(self, terms: Floats, rows: Ints | slice = slice(None)) -> Floats:
        """Give the value of some rows in each scenario, shape (n_rows, n_scenarios)."""
        found: Floats = self.weights[rows] @ terms + self.offset[rows, None]
        return found


def scales(uncertain: UncertainProblem, package: frozenset[str]) -> tuple[int, int]:
    """Give common denominators of stakes and effects, and of beliefs."""
    problem = uncertain.problem
    shared: int | None = vars(uncertain).get("_shared_unit")
    if shared is None:
        amounts = [problem.model.resolution, problem.margin, uncertain.grain]
        amounts += [value for unknown in uncertain.unknowns for value in (unknown.central, *unknown.spread.values)]
        shared = vars(uncertain)["_shared_unit"] = lcm(*(Fraction(amount).denominator for amount in amounts))
    used = [lever for lever in problem.levers if lever.key in package]
    unit = lcm(shared, *(Fraction(effect).denominator for lever in used for effect in lever.effects.values()))
    trusts = [lever.belief for lever in used]
    for unknown in uncertain.unknowns:
        if any(isinstance(place, LeverBelief) and place.lever in package for place in unknown.places):
            trusts += [uncertain.grain, unknown.central, *unknown.spread.values]
    return unit, lcm(1, *(Fraction(t).denominator for t in trusts))
