"""The MILP master: HiGHS picks the next package, the target refuses it with clauses, until one works; exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import gcd

from ceasefire.graphmodel.highs import new_highs
from ceasefire.mediation.bill import Bill, bits
from ceasefire.mediation.clauses import SURE, Clause, Literal, Term, status
from ceasefire.mediation.search import Report
from ceasefire.mediation.target import Target

MOST_WEIGHT = 10_000_000
"""Up to this weight an integrality tolerance of 1e-9 cannot turn a comparison of integers."""

Entries = dict[int, int]


class TooCoarseError(ArithmeticError):
    """Floating point cannot decide this problem exactly; the lever search can."""


class Milp:
    r"""Finds cheapest packages for one target with HiGHS [1]_; the model is kept and grows with the clauses.

    A literal :math:`a x \ge r` inside a clause gets a binary :math:`D` with
    :math:`a x \ge r D + \ell (1 - D)`, where :math:`\ell` is the sum of the negative weights: the tightest such row. Literals
    that occur in several clauses share one binary. HiGHS has no callback for lazy rows, so it is run again after each
    refusal.

    References
    ----------
    .. [1] Huangfu and Hall (2018), Mathematical Programming Computation 10, 119-142.
    """

    def __init__(self, target: Target, bill: Bill, conflicts: Sequence[int], side: Sequence[Clause] = ()) -> None:
        self.target, self.bill, self.conflicts = target, bill, conflicts
        self.bound = 0
        self._side = tuple(side)
        self._done = 0
        self._terms: dict[Term, int] = {}
        self._banned = 0
        self._touched: dict[int, int] = {}
        self._start()

    def cheapest(self, allowed: int, below: int | None, least: int = 0, report: Report | None = None) -> tuple[int, int] | None:
        """Find a cheapest package of the levers in `allowed` that works; see `Search.cheapest`.

        Raises
        ------
        TooCoarseError
            Where weights are too large for floating point, or its answer does not stand an exact check.
        """
        self._limit(allowed, below, least)
        while True:
            self._sync()
            package = self._solve(allowed)
            if package is None:
                return None
            spent = self.bill.cost(package)
            if spent is None or (below is not None and spent >= below) or not self._meets(package):
                raise TooCoarseError("the solution of the MILP does not stand an exact check")
            works = self.target.works(package)
            if report:
                report(package if works else None, spent if works else None, max(self.bound, least))
            if works:
                return spent, package

    def _start(self) -> None:
        import highspy  # noqa: PLC0415 - imported where used

        self._highs = new_highs()
        self._highs.setOptionValue("presolve", "off")  # the rows are tight already; presolving takes longer than it saves
        self._integer = highspy.HighsVarType.kInteger
        self._inf = highspy.kHighsInf
        self._optimal, self._infeasible = highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible
        rows, levers = self.bill.rows, range(len(self.conflicts))
        only = rows[0] if len(rows) == 1 else None
        for k in levers:
            self._column(only[k] if only else 0, is_integer=True)
        total: Entries = dict(enumerate(only)) if only else {}
        if len(rows) > 1:
            top = self._column(1, most=self._inf)
            total = {top: 1}
            for row in rows:
                self._row({**{k: -weight for k, weight in enumerate(row)}, top: 1}, 0)
        for charged, amount in self.bill.charges:
            total[self._touch(charged, amount)] = amount
        for weights, most in self.bill.limits:
            self._row({k: -weight for k, weight in enumerate(weights)}, -most)
        for clique in _cliques(self.conflicts):
            self._row(dict.fromkeys(clique, -1), -1)
        self._spent_row = self._highs.getNumRow()
        self._row(total, 0)

    def _touch(self, levers: int, amount: int = 0) -> int:
        """Give a column that is 1 where the package touches these levers; a single one has its own."""
        if levers.bit_count() == 1 and not amount:
            return bits(levers)[0]
        if levers not in self._touched:
            column = self._touched[levers] = self._column(amount)
            for k in bits(levers):
                self._row({column: 1, k: -1}, 0)
        return self._touched[levers]

    def _column(self, cost: int, *, most: float = 1.0, is_integer: bool = False) -> int:
        number: int = self._highs.getNumCol()
        self._highs.addCol(float(cost), 0.0, most, 0, [], [])
        if is_integer:
            self._highs.changeColIntegrality(number, self._integer)
        return number

    def _row(self, entries: Entries, least: int) -> None:
        kept = {column: weight for column, weight in entries.items() if weight}
        if any(abs(weight) > MOST_WEIGHT for weight in kept.values()):
            raise TooCoarseError(f"weights above {MOST_WEIGHT} are not exact in floating point")
        self._highs.addRow(float(least), self._inf, len(kept), list(kept), [float(w) for w in kept.values()])

    def _limit(self, allowed: int, below: int | None, least: int) -> None:
        for k in range(len(self.conflicts)):
            self._highs.changeColBounds(k, 0.0, float(allowed >> k & 1))
        most = self._inf if below is None else float(below - 1)
        if below is not None and below - 1 < least:
            least = 0
        self._highs.changeRowBounds(self._spent_row, float(least), most)

    def _sync(self) -> None:
        clauses = (*self._side, *self.target.clauses)
        for terms in clauses[self._done :]:
            self._add(terms)
        self._done = len(clauses)
        for ban in self.bill.bans[self._banned :]:
            self._row({self._touch(levers): -1 for levers in ban}, 1 - len(ban))
        self._banned = len(self.bill.bans)

    def _add(self, terms: Clause) -> None:
        if len(terms) == 1:
            for literal in terms[0]:
                weights, need = _reduced(literal)
                self._row(dict(weights), need)
            return
        entries: Entries = {}
        for term in terms:
            for column in self._switches(term):
                entries[column] = 1
        self._row(entries, 1)

    def _switches(self, term: Term) -> list[int]:
        """Give columns of which one is 1 only where the term holds."""
        if len(term) == 1:
            weights, need = _reduced(term[0])
            if need == 1 and all(weight == 1 for _, weight in weights):
                return [k for k, _ in weights]
        if term not in self._terms:
            column = self._terms[term] = self._column(0, is_integer=True)
            for literal in term:
                weights, need = _reduced(literal)
                low = sum(min(weight, 0) for _, weight in weights)
                self._row({**dict(weights), column: low - need}, low)
        return [self._terms[term]]

    def _solve(self, allowed: int) -> int | None:
        self._highs.run()
        found = self._highs.getModelStatus()
        if found == self._infeasible:
            return None
        if found != self._optimal:
            raise TooCoarseError(f"HiGHS ends with {self._highs.modelStatusToString(found)!r}")
        self.bound = round(self._highs.getInfo().objective_function_value)
        values = self._highs.getSolution().col_value
        return sum(1 << k for k in bits(allowed) if values[k] > 0.5)

    def _meets(self, package: int) -> bool:
        clauses = (*self._side, *self.target.clauses)
        fits = not any(self.conflicts[k] & package for k in bits(package))
        return fits and all(any(status(term, package, 0) == SURE for term in terms) for terms in clauses)


@lru_cache(maxsize=1 << 15)
def _reduced(literal: Literal) -> tuple[tuple[tuple[int, int], ...], int]:
    """Divide a literal by its common divisor and cut weights that overshoot; the same packages satisfy it."""
    shared = gcd(*(weight for _, weight in literal.weights)) or 1
    need = -(-literal.need // shared)
    weights = [(k, weight // shared) for k, weight in literal.weights]
    room = need - sum(min(weight, 0) for _, weight in weights)
    cut = [(k, min(weight, max(room, 0))) for k, weight in weights]
    again = gcd(*(weight for _, weight in cut)) or 1
    return tuple((k, weight // again) for k, weight in cut), -(-need // again)


def _cliques(conflicts: Sequence[int]) -> Iterator[list[int]]:
    """Cover all pairs of levers that exclude each other by sets in which all do."""
    covered: set[tuple[int, int]] = set()
    for k, others in enumerate(conflicts):
        for j in bits(others >> (k + 1) << (k + 1)):
            if (k, j) in covered:
                continue
            clique, common = [k, j], others & conflicts[j]
            while common:
                fresh = bits(common)[0]
                clique.append(fresh)
                common &= conflicts[fresh]
            covered.update((a, b) for a in clique for b in clique if a < b)
            yield sorted(clique)
