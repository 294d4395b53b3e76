"""What it costs at least, in changed comparisons, that a party's departure ends in punishment."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.clauses import Formula
from ceasefire.graphmodel.orders import Comparison

NEVER = 1 << 40


class Prospect:
    """Least costs of punishments of departures from one state, as lower bounds for a search.

    Parameters
    ----------
    formula : Formula
    price : callable
        What demanding a comparison costs: 0 where it is free, None where it cannot be had.
    """

    def __init__(self, formula: Formula, price: Callable[[Comparison], int | None]) -> None:
        self._formula = formula
        self._price = price
        self._liking: dict[int, NDArray[np.int64]] = {}
        self._steps: dict[int, NDArray[np.int64]] = {}

    def after(self, party: int, asserted: Iterable[Comparison]) -> NDArray[np.int64]:
        """Give for each state the least further cost of `party` being punished there or after more moves of the others.

        Whether the comparisons are consistent, and who moved last, is not asked, so that this is a lower bound.
        """
        model = self._formula.model
        demanded = list(asserted)
        liking = self._likings(party).copy()
        liking[[c.lower for c in demanded if c.party == party and c.upper == self._formula.state]] = 0
        least = liking.copy()
        if self._formula.concept in {"SMR", "SymSEQ"}:
            own = model.arcs_of(party)
            np.add.at(least, own.start, liking[own.to])
        arcs = []
        for mover in range(len(model.parties)):
            if mover != party:
                cost = self._step_costs(mover).copy()
                one = model.arcs_of(mover)
                for c in demanded:
                    if c.party == mover:
                        first, last = int(one.first[c.lower]), int(one.first[c.lower + 1])
                        cost[first:last][one.to[first:last] == c.upper] = 0
                arcs.append((one, cost))
        changed = True
        while changed:
            before = least.copy()
            for one, cost in arcs:
                np.minimum.at(least, one.start, cost + least[one.to])
            changed = bool((least < before).any())
        return np.minimum(least, NEVER)

    def _likings(self, party: int) -> NDArray[np.int64]:
        if party not in self._liking:
            every = range(self._formula.model.n_states)
            self._liking[party] = self._costs(self._formula.no_better(party, k) for k in every)
        return self._liking[party]

    def _step_costs(self, mover: int) -> NDArray[np.int64]:
        if mover not in self._steps:
            one = self._formula.model.arcs_of(mover)
            if self._formula.credible:
                pairs = zip(one.start.tolist(), one.to.tolist(), strict=True)
                self._steps[mover] = self._costs(Comparison(mover, end, start, strict=True) for start, end in pairs)
            else:
                self._steps[mover] = np.zeros(len(one.to), dtype=np.int64)
        return self._steps[mover]

    def _costs(self, comparisons: Iterable[Comparison]) -> NDArray[np.int64]:
        priced = (self._price(c) for c in comparisons)
        return np.array([NEVER if cost is None else cost for cost in priced], dtype=np.int64)
