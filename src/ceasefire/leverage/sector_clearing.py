r"""Costs, spending and wages that clear all markets of a many-sector economy, as changes against the data.

For importer n, exporter i, sector j the equations are those of Caliendo and Parro (2015), with taxes on exports added:

.. math::

    \hat c_{ij} = \hat w_i^{\gamma_{ij}} \prod_k \hat P_{ik}^{\gamma_{ikj}}, \quad
    \hat P_{nj}^{-\theta_j} = \sum_i \pi_{nij} (\hat\kappa_{nij} \hat c_{ij})^{-\theta_j}, \quad
    X'_{nj} = \sum_k \gamma_{njk} Y'_{nk} + \alpha_{nj} I'_n .
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceasefire.errors import NoSettlementError
from ceasefire.leverage.clearing import Floats, refuse_unpaid
from ceasefire.leverage.sector_economy import SectorEconomy

TOLERANCE = 1e-12
_MOST_ITERATIONS = 6000
_PATIENCE = 150
_DAMPING = 0.8
_WAGE_PACE = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Charges:
    """What stands between sellers and buyers, all of shape (sectors, seller, buyer).

    `cost` multiplies trade costs (infinite where trade stops), `tariff` goes to the buyer's country, `export_tax` to the seller's
    (negative where the seller must sell below its cost).
    """

    cost: Floats
    tariff: Floats
    export_tax: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A cleared many-sector economy: changes are logs against the data.

    Parameters
    ----------
    log_wage : NDArray[np.float64], shape (n,)
    log_cost, log_price, spending : NDArray[np.float64], shape (sectors, n)
        By seller, by buyer, by buyer (tariffs included).
    income, tariff_revenue, export_revenue : NDArray[np.float64], shape (n,)
    shares, flows : NDArray[np.float64], shape (sectors, n, n)
        Parts of the buyer's spending; sales at the seller's cost, before all taxes.
    iterations : int
    residual : float
        Largest relative gap of any equation.
    """

    log_wage: Floats
    log_cost: Floats
    log_price: Floats
    spending: Floats
    income: Floats
    tariff_revenue: Floats
    export_revenue: Floats
    shares: Floats
    flows: Floats
    iterations: int
    residual: float


class SectorMarket:
    """A many-sector economy with charges, to be cleared.

    Parameters
    ----------
    table : SectorEconomy
    charges : Charges
    deficit : NDArray[np.float64], shape (n,)
        What each country spends beyond its income; sums to zero.
    """

    def __init__(self, table: SectorEconomy, charges: Charges, deficit: Floats) -> None:
        self.table, self.deficit = table, deficit
        self.theta = table.theta[:, None]
        with np.errstate(divide="ignore"):
            wedge = charges.cost * (1.0 + charges.export_tax) * (1.0 + charges.tariff) / (1.0 + table.tariff)
            self.weights = table.shares * wedge ** -table.theta[:, None, None]
        self.used = table.spending > 0
        self._refuse_unsupplied()
        if not deficit.any():
            refuse_unpaid(table.names, np.asarray((self.weights > 0).any(axis=0)), table.income)
        taxed = self.weights / ((1.0 + charges.tariff) * (1.0 + charges.export_tax))
        self._to_buyers = np.ascontiguousarray(self.weights.transpose(0, 2, 1))
        self._net = taxed
        self._tariffs = np.ascontiguousarray((self.weights * charges.tariff / (1.0 + charges.tariff)).transpose(0, 2, 1))
        self._exports = taxed * charges.export_tax if charges.export_tax.any() else None
        self._by_output = np.ascontiguousarray(table.input_share.transpose(0, 2, 1))

    def clear(self, start: Solution | None = None) -> Solution:
        """Solve all equations together by damped steps.

        Parameters
        ----------
        start : Solution, optional
            Of a similar problem, to begin from.

        Raises
        ------
        NoSettlementError
            If the search fails; numbers of a failed search are never returned.
        """
        table, sellers = self.table, self.table.value_share.T
        wage = np.zeros(len(table.names)) if start is None else start.log_wage.copy()
        cost = np.zeros_like(table.spending) if start is None else start.log_cost.copy()
        spending = (table.spending if start is None else start.spending).copy()
        damping, best, since = _DAMPING, np.inf, 0
        for iteration in range(_MOST_ITERATIONS):
            price, sold, tariffs, exports = self._sales(cost, spending)
            earned = np.exp(wage) * table.income
            income = earned + tariffs + exports + self.deficit
            new_cost = sellers * wage + np.matmul(self._by_output, price.T[:, :, None])[:, :, 0].T
            new_spending = np.matmul(table.input_share, sold.T[:, :, None])[:, :, 0].T + table.final_share.T * income
            with np.errstate(divide="ignore", invalid="ignore"):
                pull = np.log((sellers * sold).sum(axis=0) / earned)
                moved = np.where(self.used, new_spending / spending - 1.0, 0.0)
            gap = float(max(np.abs(new_cost - cost).max(), np.abs(moved).max(), np.abs(pull).max()))
            if gap < TOLERANCE:
                return self._solution(wage, cost, spending, iteration, gap)
            if not np.isfinite(gap) or income.min() <= 0:
                break
            best, since = (gap, 0) if gap < 0.9 * best else (best, since + 1)
            if since > _PATIENCE:
                damping, best, since = damping / 2, gap, 0
            cost = cost + damping * (new_cost - cost)
            spending = np.where(self.used, spending + damping * (new_spending - spending), 0.0)
            wage = wage + damping * pull / _WAGE_PACE
            wage -= np.log((np.exp(wage) * table.income).sum() / table.income.sum())
        raise self._failed(iteration, gap, income)

    def _sales(self, cost: Floats, spending: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Give log prices, sales by sector and seller, tariff revenue by buyer and export revenue by seller."""
        pull = np.exp(-self.theta * cost)
        total = np.where(self.used, np.matmul(self._to_buyers, pull[:, :, None])[:, :, 0], 1.0)
        price = -np.log(total) / self.theta
        rate = spending / total
        sold = pull * np.matmul(self._net, rate[:, :, None])[:, :, 0]
        tariffs = (rate * np.matmul(self._tariffs, pull[:, :, None])[:, :, 0]).sum(axis=0)
        if self._exports is None:
            return price, sold, tariffs, np.zeros_like(tariffs)
        exports = (pull * np.matmul(self._exports, rate[:, :, None])[:, :, 0]).sum(axis=0)
        return price, sold, tariffs, exports

    def _solution(self, wage: Floats, cost: Floats, spending: Floats, iterations: int, gap: float) -> Solution:
        price, _, tariffs, exports = self._sales(cost, spending)
        pull = np.exp(-self.theta * cost)[:, :, None]
        total = np.where(self.used, (pull * self.weights).sum(axis=1), 1.0)[:, None, :]
        income = np.exp(wage) * self.table.income + tariffs + exports + self.deficit
        return Solution(
            log_wage=wage,
            log_cost=cost,
            log_price=price,
            spending=spending,
            income=income,
            tariff_revenue=tariffs,
            export_revenue=exports,
            shares=pull * self.weights / total,
            flows=pull * self._net / total * spending[:, None, :],
            iterations=iterations,
            residual=gap,
        )

    def _refuse_unsupplied(self) -> None:
        alone = self.used & (self.weights.sum(axis=1) == 0)
        if alone.any():
            j, n = np.argwhere(alone)[0].tolist()
            raise NoSettlementError(
                f"{self.table.names[n]} could buy no {self.table.sectors[j]} from anybody, itself included; the loss has no bound: "
                "leave a supplier, or merge the sector with another"
            )

    def _failed(self, iterations: int, gap: float, income: Floats) -> NoSettlementError:
        if income.min() <= 0:
            worst = self.table.names[int(income.argmin())]
            return NoSettlementError(f"{worst} could not keep its surplus or bear its payments; use the balanced rule")
        return NoSettlementError(f"no costs and wages clear the markets (largest gap {gap:.3g} after {iterations} steps)")
