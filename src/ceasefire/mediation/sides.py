"""The stakes of one party as sums of uncertain terms, with the levers of a package that touch it in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.comparisons import Comparisons
from ceasefire.mediation.unknowns import Floats, LeverBelief, LeverEffect, StakeTerm, UncertainProblem

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
_MOST = 1 << 52
_KEPT = 1000


@dataclass(frozen=True, eq=False)
class _Term:
    """One number, trusted to some degree, in the states marked by `where`; -1 where a factor is known."""

    unknown: int
    value: float
    belief: int
    trust: float
    where: Bools


class Side:
    """One party of an uncertain problem under some levers; packages that touch it alike share one (see `side_of`).

    Parameters
    ----------
    uncertain : UncertainProblem
    party : int
    levers : frozenset of str
        Those in force that touch it.
    unit, trust : int
        Common denominators of amounts, and of beliefs.

    Attributes
    ----------
    first, starts, ends : NDArray[np.int64]
        Its moves: where those from each state begin, and their starts and ends.

    Raises
    ------
    LimitError
        Where the numbers have too many digits to add up exactly in 52 bits.
    """

    def __init__(self, uncertain: UncertainProblem, party: int, levers: frozenset[str], unit: int, trust: int) -> None:
        model = uncertain.problem.model
        self.unit, self.trust, self.n = unit, trust, model.n_states
        arcs = model.arcs_of(party)
        self.first, self.ends, self.starts = arcs.first, arcs.to.astype(np.int64), arcs.start.astype(np.int64)
        self.terms, self.base = self._sum(uncertain, party, levers)
        self.holds = np.array([t.where for t in self.terms], dtype=np.float64).reshape(len(self.terms), self.n).T
        self._guard(uncertain.reach)
        self._leads: dict[int, Comparisons] = {}

    @cached_property
    def better(self) -> Comparisons:
        """By how much the end of each of its moves is better than the start."""
        return self._compare(self.ends, self.starts)

    def lead(self, state: int) -> Comparisons:
        """Compare a state with every state: how much better it is."""
        if state not in self._leads:
            self._leads[state] = self._compare(np.full(self.n, state), np.arange(self.n))
        return self._leads[state]

    def moves(self, state: int) -> Ints:
        """Give the ends of the moves from a state."""
        return self.ends[self.first[state] : self.first[state + 1]]

    def columns(self, values: Floats) -> Floats:
        """Give the terms in whole units, shape (n_terms, n_scenarios)."""
        amounts = _rows(values, self.unit, [(term.unknown, term.value) for term in self.terms])
        return amounts * _rows(values, self.trust, [(term.belief, term.trust) for term in self.terms])

    def _compare(self, better: Ints, worse: Ints) -> Comparisons:
        return Comparisons.of(self.base[better] - self.base[worse], self.holds[better] - self.holds[worse])

    def _sum(self, uncertain: UncertainProblem, party: int, levers: frozenset[str]) -> tuple[list[_Term], Floats]:
        problem, model = uncertain.problem, uncertain.problem.model
        name, scale = model.parties[party], self.unit * self.trust
        base = model.preference[party].astype(np.float64) * float(model.resolution * scale)
        terms: list[_Term] = []
        effect_of: dict[str, int] = {}
        belief_of: dict[str, int] = {}
        for number, unknown in enumerate(uncertain.unknowns):
            for place in unknown.places:
                if isinstance(place, StakeTerm) and place.party == name:
                    where = mask(place.when, model.states)
                    base[where] -= float(unknown.central * scale)
                    terms.append(_Term(number, 0.0, -1, float(self.trust), where))
                elif isinstance(place, LeverEffect) and place.party == name:
                    effect_of[place.lever] = number
                elif isinstance(place, LeverBelief):
                    belief_of[place.lever] = number
        for lever, where in zip(problem.levers, problem.holds, strict=True):
            if lever.key not in levers:
                continue
            effect = Fraction(lever.effects.get(name, 0))
            numbers = effect_of.get(lever.key, -1), belief_of.get(lever.key, -1)
            if numbers == (-1, -1):
                base[where] += float(effect * lever.belief * scale)
            else:
                amount, trust = float(effect * self.unit), float(lever.belief * self.trust)
                terms.append(_Term(numbers[0], amount, numbers[1], trust, where))
        return terms, base

    def _guard(self, reach: Fraction) -> None:
        known = max((abs(t.value) for t in self.terms), default=0.0) * self.trust
        most = float(np.abs(self.base).max(initial=0.0))
        most += len(self.terms) * max(known, float(reach * 4 * self.unit * self.trust))
        if most >= _MOST:
            raise LimitError(
                f"the stakes need {int(most).bit_length()} bits to add up exactly; 52 are kept\n"
                "  hint: round stakes, effects and beliefs to fewer digits, or draw with a coarser grain"
            )


def _rows(values: Floats, unit: int, known: Sequence[tuple[int, float]]) -> Floats:
    """Give a row per factor in whole units: that of an unknown, or a constant where its number is -1."""
    found: Floats = np.empty((len(known), values.shape[1]))
    for row, (number, constant) in zip(found, known, strict=True):
        if number < 0:
            row[:] = constant
        else:
            np.rint(values[number] * unit, out=row)
    return found


def side_of(uncertain: UncertainProblem, party: int, package: frozenset[str], unit: int, trust: int) -> Side:
    """Give the side of a party under a package; it is kept with the problem, for packages that touch the party alike."""
    kept: dict[tuple[int, frozenset[str], int, int], Side] = vars(uncertain).setdefault("_sides", {})
    touching: list[frozenset[str]] | None = vars(uncertain).get("_touching")
    if touching is None:
        touching = vars(uncertain)["_touching"] = [_touching(uncertain, name) for name in uncertain.problem.model.parties]
    key = (party, package & touching[party], unit, trust)
    if key not in kept:
        if len(kept) > _KEPT:
            kept.clear()
        kept[key] = Side(uncertain, *key)
    return kept[key]


def _touching(uncertain: UncertainProblem, name: str) -> frozenset[str]:
    """Give the levers that have, or may have, an effect on a party."""
    unsure = {
        place.lever
        for unknown in uncertain.unknowns
        for place in unknown.places
        if isinstance(place, LeverEffect) and place.party == name
    }
    return frozenset(lever.key for lever in uncertain.problem.levers if lever.effects.get(name) or lever.key in unsure)
