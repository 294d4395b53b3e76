"""The cheapest comparisons that meet clauses, as an integer program that grows clause by clause, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import ceil, inf

from ceasefire.graphmodel.clauses import Clause, Option
from ceasefire.graphmodel.highs import new_highs
from ceasefire.graphmodel.orders import Comparison

MOST_BRANCHES = 2_000

Price = Callable[[Comparison], int | None]


@dataclass(frozen=True, slots=True)
class Covering:
    """Comparisons that meet the clauses so far.

    Parameters
    ----------
    at_least : int
        No choice costs less; equal to `cost` unless HiGHS stopped early.
    cost : int
    chosen : frozenset of Comparison
        Nothing where HiGHS stopped before it found a choice.
    """

    at_least: int
    cost: int
    chosen: frozenset[Comparison]


class Cover:
    """Clauses, of each of which one alternative must be had as a whole, and sets that cannot be had together.

    Parameters
    ----------
    price : callable
        What a comparison costs; None where it cannot be had.

    Examples
    --------
    >>> a, b, c = (Comparison(0, 0, k, strict=False) for k in (1, 2, 3))
    >>> cover = Cover({a: 1, b: 1, c: 3}.__getitem__)
    >>> cover.require([(a, b), (c,)])
    >>> cover.solve().cost
    2
    >>> cover.forbid([a, b])
    >>> cover.solve().cost
    3
    """

    def __init__(self, price: Price) -> None:
        self._price = price
        self._highs = new_highs()
        self._highs.setOptionValue("mip_max_nodes", MOST_BRANCHES)
        self._columns: dict[Option, int] = {}
        self._integral: list[tuple[int, Comparison]] = []

    def require(self, clause: Clause) -> None:
        """Ask for one alternative of a clause."""
        columns = [column for option in clause if (column := self._column(option)) is not None]
        self._highs.addRow(1.0, inf, len(columns), columns, [1.0] * len(columns))

    def forbid(self, together: Collection[Comparison]) -> None:
        """Rule out that all of these are chosen."""
        columns = [self._single(c) for c in together]
        self._highs.addRow(-inf, len(columns) - 1.0, len(columns), columns, [1.0] * len(columns))

    def solve(self) -> Covering | None:
        """Find a cheapest choice; None where no choice meets the clauses."""
        import highspy  # noqa: PLC0415 - imported where used

        if not self._integral:
            return None if self._highs.getNumRow() else Covering(0, 0, frozenset())
        self._highs.run()
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        values = self._highs.getSolution().col_value if info.primal_solution_status else []
        chosen = frozenset(c for column, c in self._integral if values and values[column] > 0.5)
        cost = sum(self._price(c) or 0 for c in chosen)
        is_least = status == highspy.HighsModelStatus.kOptimal
        return Covering(cost if is_least else ceil(info.mip_dual_bound - 1e-6), cost, chosen)

    def relaxed(self) -> tuple[float, dict[Comparison, float]] | None:
        """Give the least cost if comparisons could be had in part, and how much of each; None where even that meets no clause."""
        import highspy  # noqa: PLC0415 - imported where used

        if not self._integral:
            return None if self._highs.getNumRow() else (0.0, {})
        self._highs.setOptionValue("solve_relaxation", True)
        self._highs.run()
        self._highs.setOptionValue("solve_relaxation", False)
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        values = self._highs.getSolution().col_value
        return float(self._highs.getInfo().objective_function_value), {c: values[column] for column, c in self._integral}

    def _column(self, option: Option) -> int | None:
        """Give the column that says whether an alternative is had as a whole; None where it cannot be had."""
        if len(option) == 1:
            return None if self._price(option[0]) is None else self._single(option[0])
        if option not in self._columns:
            if any(self._price(c) is None for c in option):
                return None
            singles = [self._single(c) for c in option]
            self._columns[option] = self._add(0.0)
            for single in singles:
                self._highs.addRow(0.0, inf, 2, [single, self._columns[option]], [1.0, -1.0])
        return self._columns[option]

    def _single(self, c: Comparison) -> int:
        import highspy  # noqa: PLC0415 - imported where used

        if (c,) not in self._columns:
            column = self._columns[c,] = self._add(float(self._price(c) or 0))
            self._highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
            self._integral.append((column, c))
        return self._columns[c,]

    def _add(self, cost: float) -> int:
        self._highs.addCol(cost, 0.0, 1.0, 0, [], [])
        return int(self._highs.getNumCol()) - 1
