r"""Wages that clear the markets of a one-sector economy, as changes against the economy as observed.

With :math:`b_{ij}` the weight of seller i in market j after the shock, :math:`Y` output and :math:`w` the change of wages,

.. math:: w_i Y_i = \sum_j \frac{b_{ij} w_i^{-\theta}}{\sum_k b_{kj} w_k^{-\theta}} S_j(w) ,

where :math:`S_j` is what j spends before tariffs: its earnings and a deficit by one of three rules. The answer is unique up to
scale where trade connects everybody both ways (Alvarez and Lucas 2007). It is found by Newton steps on log wages that reuse one
inverse as long as it serves, with damped fixed-point steps where they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import NoSettlementError

Rule: TypeAlias = Literal["additive", "multiplicative", "balanced"]
Floats: TypeAlias = NDArray[np.float64]

STEP_TOLERANCE = 1e-12
MARKET_TOLERANCE = 1e-9
_MOST_ITERATIONS = 3000
_MOST_HALVINGS = 12
_RETREAT = 12


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """Wages that clear all markets.

    Parameters
    ----------
    wage : NDArray[np.float64], shape (n,)
        Change of wages as a factor; total output at new wages equals output before, in every bloc that trades.
    net_spending : NDArray[np.float64], shape (n,)
        Purchases before tariffs after the shock.
    iterations : int
    residual : float
        Largest relative gap between what an economy earns and what it sells.
    inverse : NDArray[np.float64], shape (n, n), or None
        Of the slopes, the last that served; None where no step was needed.
    """

    wage: Floats
    net_spending: Floats
    iterations: int
    residual: float
    inverse: Floats | None


class Market:
    """Everything the wages must clear.

    Parameters
    ----------
    names : tuple of str
        For messages.
    weights : NDArray[np.float64], shape (n, n)
        Seller by buyer, after the shock; zero where nothing can be sold.
    output, deficit : NDArray[np.float64], shape (n,)
        Before the shock; `deficit` is purchases less sales, before tariffs.
    rule : Rule
        additive: deficits stay as they are in units of world output; multiplicative: they stay in proportion to earnings,
        scaled so that the world balances; balanced: none.
    theta : float
        Trade elasticity, the exponent.
    """

    def __init__(
        self, names: tuple[str, ...], weights: Floats, output: Floats, deficit: Floats, *, rule: Rule, theta: float
    ) -> None:
        self.names, self.weights, self.output, self.rule, self.theta = names, weights, output, rule, theta
        self.deficit = deficit if rule == "additive" else np.zeros_like(deficit)
        self.lean = 1.0 + deficit / output if rule == "multiplicative" else np.ones_like(output)
        self.blocs = blocs(weights)
        self.members = np.array([self.blocs == k for k in range(int(self.blocs.max()) + 1)], dtype=np.float64)
        self.bloc_output = self.members @ output
        self._refuse_impossible()

    def spend(self, earned: Floats) -> Floats:
        """Give what each economy spends before tariffs when it earns this."""
        if self.rule == "multiplicative":
            scale = (self.members @ earned) / (self.members @ (self.lean * earned))
            return np.asarray(scale[self.blocs] * self.lean * earned)
        return np.asarray(earned + self.deficit)

    def gaps(self, log_wage: Floats) -> tuple[Floats, Floats, Floats, Floats] | None:
        """Give the log gap of each market, earnings, spending and sellers' pulls; None where somebody could spend nothing."""
        with np.errstate(all="ignore"):
            earned = np.exp(log_wage) * self.output
            spending = self.spend(earned)
            pull = np.exp(-self.theta * log_wage)
            sold = pull * (self.weights @ (spending / (pull @ self.weights)))
            scale = np.log((self.members @ earned) / self.bloc_output)
            gap = np.log(sold / earned) - scale[self.blocs]
        if spending.min() <= 0 or not np.isfinite(gap).all():
            return None
        return gap, earned, spending, pull

    def slopes(self, earned: Floats, spending: Floats, pull: Floats) -> Floats:
        """Give the derivative of the gaps with respect to log wages, shape (n, n)."""
        offers = pull[:, None] * self.weights
        bought = offers / offers.sum(axis=0)
        sold = bought * spending
        sold /= sold.sum(axis=1, keepdims=True)
        slope = self.theta * (sold @ bought.T) + sold * (earned / spending if self.rule == "additive" else 1.0)
        slope.flat[:: len(earned) + 1] -= 1.0 + self.theta
        weight = self.lean * earned
        slope -= (self.blocs[:, None] == self.blocs) * (weight / (self.members @ weight)[self.blocs])
        return np.asarray(slope)

    def inverse_at(self, log_wage: Floats) -> Floats:
        """Give the inverse of the slopes at these wages, to be shared by shocks to one economy."""
        found = self.gaps(log_wage)
        if found is None:
            raise self._failed(0, np.inf)
        return np.asarray(np.linalg.inv(self.slopes(*found[1:])), dtype=np.float64)

    def clear(self, inverse: Floats | None = None) -> Clearing:
        """Find the wages.

        Parameters
        ----------
        inverse : NDArray[np.float64], shape (n, n), optional
            Of the slopes somewhere near, from `inverse_at`; computed where needed.

        Raises
        ------
        NoSettlementError
            If no wages clear the markets, with the reason. Numbers of a failed search are never returned.
        """
        x = np.zeros_like(self.output)
        found = self.gaps(x)
        step = np.inf
        for iteration in range(_MOST_ITERATIONS):
            if found is None:
                raise self._failed(iteration, np.inf)
            gap = found[0]
            size = float(np.abs(gap).max())
            if size < STEP_TOLERANCE or (size < MARKET_TOLERANCE and step < STEP_TOLERANCE):
                wage = np.exp(x)
                return Clearing(wage, found[2], iteration, float(np.abs(np.expm1(gap)).max()), inverse)
            if inverse is not None:
                move = -inverse @ gap
                trial = self.gaps(x + move)
                if trial is not None and np.abs(trial[0]).max() <= 0.2 * size:
                    x, found, step = x + move, trial, float(np.abs(move).max())
                    continue
            newest: Floats = np.asarray(np.linalg.inv(self.slopes(*found[1:])), dtype=np.float64)
            x, found, step = self._careful(x, found, -newest @ gap)
            inverse = newest
        raise self._failed(_MOST_ITERATIONS, size)

    def _careful(
        self, x: Floats, found: tuple[Floats, Floats, Floats, Floats], move: Floats
    ) -> tuple[Floats, tuple[Floats, Floats, Floats, Floats] | None, float]:
        """Take as much of a Newton step as narrows the gaps; a few damped fixed-point steps where none does."""
        size = np.abs(found[0]).max()
        share = 1.0
        for _ in range(_MOST_HALVINGS):
            trial = self.gaps(x + share * move)
            if trial is not None and (np.abs(trial[0]).max() < (1.0 - 0.25 * share) * size or size < MARKET_TOLERANCE):
                return x + share * move, trial, float(np.abs(share * move).max())
            share /= 2
        now: tuple[Floats, Floats, Floats, Floats] | None = found
        for _ in range(_RETREAT):
            if now is None:
                break
            pace = 1.0 / (1.0 + self.theta)
            ahead = self.gaps(x + pace * now[0])
            while ahead is None and pace > 1e-6:
                pace /= 2
                ahead = self.gaps(x + pace * now[0])
            x, now = x + pace * now[0], ahead
        return x, now, np.inf

    def _refuse_impossible(self) -> None:
        if self.rule != "additive":
            refuse_unpaid(self.names, self.weights > 0, self.output)
            return
        short = [self.names[i] for i in np.flatnonzero(self.output + self.deficit <= 0)]
        if short:
            raise NoSettlementError(f"{', '.join(short)}: the surplus is as large as all output; use the balanced rule")
        held = self.members @ self.deficit
        for k in sorted(np.flatnonzero(np.abs(held) > 1e-9 * self.output.sum()), key=lambda k: self.members[k].sum()):
            inside = [self.names[i] for i in np.flatnonzero(self.blocs == k)]
            kind = "deficit" if held[k] > 0 else "surplus"
            raise NoSettlementError(
                f"{_listed(inside)} would trade with nobody else and yet keep a {kind} of {abs(held[k]):,.6g}; "
                "deficits that stay as they are have no answer here: use the balanced rule"
            )

    def _failed(self, iterations: int, size: float) -> NoSettlementError:
        reason = f"no wages clear the markets (largest gap {size:.3g} after {iterations} steps)"
        if self.rule == "additive" and (self.deficit < 0).any():
            worst = np.argsort(self.deficit / self.output)[:3]
            reason += (
                f"; a surplus may be larger than what can still be sold (largest surpluses for their output: "
                f"{_listed([self.names[i] for i in worst if self.deficit[i] < 0])}): use the balanced rule"
            )
        return NoSettlementError(reason)


def blocs(weights: Floats) -> NDArray[np.intp]:
    """Number the groups of economies that trade with each other in either direction.

    Examples
    --------
    >>> blocs(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])).tolist()
    [0, 1, 0]
    """
    links = (weights > 0) | (weights > 0).T
    label = np.full(len(weights), -1, dtype=np.intp)
    for i in range(len(weights)):
        if label[i] < 0:
            label[_reached(links, i)] = label.max() + 1
    return label


def refuse_unpaid(names: tuple[str, ...], links: NDArray[np.bool_], size: Floats) -> None:
    """Refuse links by which somebody sells to the rest and cannot buy, or the reverse: trade could not balance.

    Parameters
    ----------
    names : tuple of str
    links : NDArray[np.bool_], shape (n, n)
        Whether the row can sell to the column.
    size : NDArray[np.float64], shape (n,)
        Of the smaller side the names are given.

    Raises
    ------
    NoSettlementError
    """
    label = blocs(links.astype(np.float64))
    for k in range(int(label.max()) + 1):
        inside = label == k
        start = int(np.flatnonzero(inside)[np.argmax(size[inside])])
        core = inside & _reached(links, start) & _reached(links.T, start)
        if (core != inside).any():
            odd = [names[i] for i in np.flatnonzero(min(inside & ~core, core, key=np.count_nonzero))]
            raise NoSettlementError(
                f"{_listed(odd)} could sell to the rest and not buy, or buy and not sell; trade cannot balance: "
                "ban both directions, or neither"
            )


def _reached(links: NDArray[np.bool_], start: int) -> NDArray[np.bool_]:
    seen = links[start].copy()
    seen[start] = True
    new = seen
    while new.any() and not seen.all():
        new = links[new].any(axis=0) & ~seen
        seen = np.asarray(seen | new)
    return np.asarray(seen)


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:6])} and {len(names) - 6} more"
