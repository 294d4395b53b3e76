"""Depth-first search over packages where every scenario weighs levers differently, so that scenarios do not merge; exact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.bill import bits
from ceasefire.mediation.pricing import Prices

Ints = NDArray[np.int64]
_LOST = 1 << 50


class Uneven:
    """Equally likely scenarios with demands `weights @ levers >= needs`, all of which must hold for a scenario to count.

    Parameters
    ----------
    rows : sequence of (weights, needs)
        Shapes (n_levers, n_scenarios) and (n_scenarios,).
    prices : Prices
    conflicts : sequence of int
    """

    def __init__(self, rows: Sequence[tuple[Ints, Ints]], prices: Prices, conflicts: Sequence[int]) -> None:
        self.weights: Ints = np.array([weights for weights, _ in rows])
        self.needs: Ints = np.array([needs for _, needs in rows])
        self.prices, self.conflicts = prices, conflicts
        self.helps: Ints = np.maximum(self.weights, 0)
        touched = np.maximum(1, (self.helps.any(axis=2)).sum(axis=0))
        self.share = np.array(prices.bill.extra, dtype=np.float64) / touched
        gain = self.helps.sum(axis=(0, 2)) / (np.array(prices.bill.extra) + 0.5)
        self.order = [int(k) for k in np.argsort(-gain, kind="stable") if prices.allowed >> int(k) & 1]

    def cheapest(self, count: int) -> tuple[int, int, int] | None:
        """Find cost, number of scenarios and bits of a cheapest package that works in at least `count`; of those the surest.

        Along a branch levers are decided in one order. A branch is left where too few scenarios can still be met, or where what
        it costs at least is not below the best known: per demand the least that reaches what so many scenarios ask, the cost of
        a lever being split among the demands it serves.
        """
        best: tuple[int, int, int] | None = None
        size = self.helps[:, self.order].sum(axis=1)
        top = self._top(count)
        stack = [(0, 0, np.zeros_like(self.needs), size)]
        while stack:
            depth, used, reached, left = stack.pop()
            spent = self.prices.cost(used)
            if spent is None:
                continue
            possible = ((reached + left) >= self.needs).all(axis=0)
            hits = int(possible.sum())
            if hits < count:
                continue
            least = spent + self._more(self.needs - reached, possible, depth, count, top)
            if best is not None and (least > best[0] + 1e-6 or (least > best[0] - 1 + 1e-6 and hits <= best[1])):
                continue
            works = int((reached >= self.needs).all(axis=0).sum())
            if works >= count and (best is None or (spent, -works) < (best[0], -best[1])):
                best = (spent, works, used)
            if depth == len(self.order):
                continue
            lever = self.order[depth]
            rest = left - self.helps[:, lever]
            stack.append((depth + 1, used, reached, rest))
            if not any(used >> j & 1 for j in bits(self.conflicts[lever])):
                stack.append((depth + 1, used | 1 << lever, reached + self.weights[:, lever], rest))
        return best

    def _top(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give per demand and lever the largest weight, and the mean of the `count` largest."""
        ordered = np.sort(self.helps, axis=2)[:, :, ::-1][:, :, :count]
        return ordered[:, :, 0].astype(np.float64), ordered.mean(axis=2)

    def _more(
        self,
        lacking: Ints,
        possible: NDArray[np.bool_],
        depth: int,
        count: int,
        top: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> float:
        """Bound from below what the undecided levers must cost."""
        free = self.order[depth:]
        ordered = np.sort(np.where(possible, lacking, _LOST), axis=1)[:, :count]
        total = 0.0
        for row in range(len(lacking)):
            asked = ((float(ordered[row, -1]), top[0]), (float(ordered[row].mean()), top[1]))
            total += max(_fill(need, weights[row, free], self.share[free]) for need, weights in asked)
        return total


def _fill(need: float, weights: NDArray[np.float64], costs: NDArray[np.float64]) -> float:
    """Give the least cost of fractions of levers whose weights reach `need`."""
    if need <= 0:
        return 0.0
    helping = weights > 0
    weights, costs = weights[helping], costs[helping]
    order = np.argsort(costs / weights, kind="stable")
    reached = np.cumsum(weights[order])
    k = int(np.searchsorted(reached, need))
    if k >= len(order):
        return float(costs.sum())
    before = float(reached[k - 1]) if k else 0.0
    last = order[k]
    return float(costs[order[:k]].sum() + costs[last] * (need - before) / weights[last])
