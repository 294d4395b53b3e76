"""The MILP over levers of any intensity: HiGHS chooses which levers to use and which comparisons of stakes to meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.errors import LimitError
from ceasefire.graphmodel.highs import new_highs
from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import Clause, Literal, Term
from ceasefire.mediation.problem import Problem

Parts = Mapping[int, Fraction]


@dataclass(frozen=True, slots=True)
class Limit:
    """A sum over levers (by number) that may not exceed `most`.

    Parameters
    ----------
    scaled, fixed, gaps : mapping from lever to Fraction
        Times its intensity; if it is used at all; times its credibility gap.
    most : Fraction
    """

    scaled: Parts
    fixed: Parts
    gaps: Parts
    most: Fraction


@dataclass(frozen=True, slots=True)
class Choice:
    """Levers in use (bits), and the terms that are met on purpose."""

    used: int
    met: frozenset[Term]

    def term_of(self, terms: Clause) -> Term:
        """Give the term of a clause that is met on purpose."""
        return terms[0] if len(terms) == 1 else next(term for term in terms if term in self.met)


class GradualMilp:
    """Finds levers, and which term of every clause to meet, at the least cost.

    Parameters
    ----------
    problem : Problem
    spent : sequence of Limit
        The cost is the largest of these sums.
    limits : sequence of Limit
    free : mapping from lever to Fraction
        Execution costs up to which there is no credibility gap; for levers whose gap has a price.
    """

    def __init__(self, problem: Problem, spent: Sequence[Limit], limits: Sequence[Limit], free: Parts) -> None:
        import highspy  # noqa: PLC0415 - imported where used

        self.problem, self.spent, self.limits, self.free = problem, tuple(spent), tuple(limits), free
        self._highs = new_highs()
        self._highs.setOptionValue("mip_abs_gap", 1e-9)
        self._integer, self._inf, self._status = highspy.HighsVarType.kInteger, highspy.kHighsInf, highspy.HighsModelStatus
        self._switch: dict[Term, int] = {}
        self._done = 0
        levers = range(len(problem.levers))
        self._used = [self._column(is_integer=True) for _ in levers]
        self._share = [self._column() if problem.levers[k].is_gradual else self._used[k] for k in levers]
        self._gap = {k: self._column(most=self._inf) for k in free}
        self._top = self._column(cost=1.0, most=self._inf)
        for k in levers:
            if self._share[k] != self._used[k]:
                self._row({self._used[k]: Fraction(1), self._share[k]: Fraction(-1)}, Fraction(0))
            for j in bits(problem.conflicts[k] >> (k + 1) << (k + 1)):
                self._row({self._used[k]: Fraction(-1), self._used[j]: Fraction(-1)}, Fraction(-1))
        for k, most in free.items():
            self._row({self._gap[k]: Fraction(1), self._used[k]: most}, Fraction(0), {self._share[k]: -problem.levers[k].exec})
        for limit in self.limits:
            self._row(self._weights(limit), -limit.most)
        for limit in self.spent:
            self._row({**self._weights(limit), self._top: Fraction(1)}, -limit.most)

    def solve(self, clauses: Sequence[Clause], allowed: int) -> Choice | None:
        """Give a cheapest choice; None where there is none. Clauses may only be added from one call to the next."""
        for terms in clauses[self._done :]:
            self._add(terms)
        self._done = len(clauses)
        for k, column in enumerate(self._used):
            self._highs.changeColBounds(column, 0.0, float(allowed >> k & 1))
        self._highs.run()
        found = self._highs.getModelStatus()
        if found == self._status.kInfeasible:
            return None
        if found != self._status.kOptimal:
            raise LimitError(f"HiGHS ends with {self._highs.modelStatusToString(found)!r}\n  hint: give the levers `steps`")
        values = self._highs.getSolution().col_value
        used = sum(1 << k for k, column in enumerate(self._used) if values[column] > 0.5)
        return Choice(used, frozenset(term for term, column in self._switch.items() if values[column] > 0.5))

    def _add(self, terms: Clause) -> None:
        if len(terms) == 1:
            for literal in terms[0]:
                self._row(self._of(literal), Fraction(literal.need))
            return
        for term in terms:
            if term not in self._switch:
                column = self._switch[term] = self._column(is_integer=True)
                for literal in term:
                    low = sum(min(weight, 0) for _, weight in literal.weights)
                    self._row({**self._of(literal), column: Fraction(low - literal.need)}, Fraction(low))
        self._row({self._switch[term]: Fraction(1) for term in terms}, Fraction(1))

    def _of(self, literal: Literal) -> dict[int, Fraction]:
        return {self._share[k]: Fraction(weight) for k, weight in literal.weights}

    def _weights(self, limit: Limit) -> dict[int, Fraction]:
        """Give a limit as a sum that must reach `-most`."""
        found: dict[int, Fraction] = {}
        for columns, parts in ((self._share, limit.scaled), (self._used, limit.fixed), (self._gap, limit.gaps)):
            for k, weight in parts.items():
                column = columns[k]
                found[column] = found.get(column, Fraction(0)) - weight
        return found

    def _column(self, *, cost: float = 0.0, most: float = 1.0, is_integer: bool = False) -> int:
        number: int = self._highs.getNumCol()
        self._highs.addCol(cost, 0.0, most, 0, [], [])
        if is_integer:
            self._highs.changeColIntegrality(number, self._integer)
        return number

    def _row(self, weights: Mapping[int, Fraction], need: Fraction, more: Mapping[int, Fraction] | None = None) -> None:
        """Add that a weighted sum reaches a number; scaled so that its largest weight is 1."""
        total = dict(weights)
        for column, weight in (more or {}).items():
            total[column] = total.get(column, Fraction(0)) + weight
        kept = {column: weight for column, weight in total.items() if weight}
        scale = max((abs(weight) for weight in kept.values()), default=Fraction(1))
        scaled = [float(weight / scale) for weight in kept.values()]
        self._highs.addRow(float(need / scale), self._inf, len(kept), list(kept), scaled)
