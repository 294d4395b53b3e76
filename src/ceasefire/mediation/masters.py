"""Which solver finds the cheapest package: the lever search, HiGHS, or the one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from ceasefire.errors import LimitError
from ceasefire.mediation.bill import Bill
from ceasefire.mediation.clauses import Clause
from ceasefire.mediation.milp import Milp, TooCoarseError
from ceasefire.mediation.search import Report, Search
from ceasefire.mediation.target import Target

Method = Literal["auto", "search", "highs"]
METHODS = ("auto", "search", "highs")
FEW, SHORT, LONG = 15, 10, 3000
"""Nodes of the lever search before HiGHS takes over: where there are many targets, where replies do not depend on the package, and
where they do."""


class Refuted:
    """What searches have shown to be impossible; a target of which no less is known need not be searched again."""

    def __init__(self) -> None:
        self._known: list[tuple[int, int | None, Bill, frozenset[Clause]]] = []

    def add(self, allowed: int, below: int | None, bill: Bill, clauses: Iterable[Clause]) -> None:
        """Note that under some clauses no package of the levers in `allowed` costs less than `below`, or, with None, none works."""
        self._known.append((allowed, below, bill.copy(), frozenset(clauses)))

    def covers(self, allowed: int, below: int | None, bill: Bill, clauses: Iterable[Clause]) -> bool:
        """Say whether that follows from what was noted for other clauses and another bill."""
        here = frozenset(clauses)
        return any(
            (cost is None or (below is not None and below <= cost))
            and not allowed & ~wider
            and known <= here
            and bill.is_never_below(other)
            for wider, cost, other, known in self._known
        )


class Master:
    """Finds cheapest packages for one target; exact whatever the method.

    Parameters
    ----------
    target : Target
    bill : Bill
    conflicts : sequence of int
    side : sequence of Clause
        See `Search`.
    method : {"auto", "search", "highs"}
        ``auto``: the lever search, and HiGHS where that takes long.
    patience : int
        Nodes of the lever search before HiGHS takes over, where replies depend on the package.
    refuted : Refuted, optional
        Shared with the masters of other targets under the same exclusions of levers.

    Attributes
    ----------
    report : callable or None
        Told how far the search has come.
    """

    def __init__(
        self,
        target: Target,
        bill: Bill,
        conflicts: Sequence[int],
        side: Sequence[Clause] = (),
        method: Method = "auto",
        *,
        patience: int = LONG,
        refuted: Refuted | None = None,
    ) -> None:
        self.target, self.bill, self.method = target, bill, method
        self._patience = patience if target.oracle.is_sequential else SHORT
        self.search = Search(target, bill, conflicts, side)
        self.report: Report | None = None
        self._refuted = Refuted() if refuted is None else refuted
        self._milp: Milp | None = None
        self._is_coarse = False

    def cheapest(self, allowed: int, below: int | None, least: int = 0) -> tuple[int, int] | None:
        """Find a cheapest package of the levers in `allowed` that works; see `Search.cheapest`.

        Raises
        ------
        LimitError
            Where HiGHS alone is asked for and cannot decide the problem exactly.
        """
        if self._refuted.covers(allowed, below, self.bill, self._clauses()):
            return None
        found = self._sought(allowed, below, least)
        self._refuted.add(allowed, found[0] if found else below, self.bill, self._clauses())
        return found

    def _clauses(self) -> Iterable[Clause]:
        return (*self.search.side, *self.target.clauses)

    def _sought(self, allowed: int, below: int | None, least: int) -> tuple[int, int] | None:
        found: tuple[int, int] | None = None
        if self.method != "highs":
            nodes = None if self._only_search() else self._patience
            found = self.search.cheapest(allowed, below, least, nodes, self.report)
            if not self.search.gave_up:
                return found
            below = below if found is None else found[0]
        try:
            better = self._highs().cheapest(allowed, below, least, self.report)
        except TooCoarseError as error:
            if self.method == "highs":
                raise LimitError(f"{error}\n  hint: use the lever search, or round stakes and costs to fewer digits") from error
            self._is_coarse = True
            better = self.search.cheapest(allowed, below, least, None, self.report)
        return better or found

    def _only_search(self) -> bool:
        return self.method == "search" or self._is_coarse

    def _highs(self) -> Milp:
        if self._milp is None:
            self._milp = Milp(self.target, self.bill, self.search.conflicts, self.search.side)
        return self._milp
