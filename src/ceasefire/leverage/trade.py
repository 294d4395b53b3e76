r"""What a shock to trade costs each economy: exact hat algebra with one sector.

Armington, Eaton-Kortum and Anderson-van Wincoop models share these equations [1]_: given shares of spending
:math:`\lambda_{ij}`, a change of trade costs :math:`\hat t_{ij}` and the elasticity :math:`\theta`,

.. math::

    \hat P_j^{-\theta} = \sum_i \lambda_{ij} (\hat t_{ij} \hat w_i)^{-\theta}, \quad
    \hat W_j = \hat E_j / \hat P_j .

References
----------
.. [1] Arkolakis, Costinot and Rodriguez-Clare (2012), New trade models, same old gains?, American Economic Review 102(1).
.. [2] Dekle, Eaton and Kortum (2007), Unbalanced trade, American Economic Review 97(2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.clearing import Clearing, Floats, Market, Rule
from ceasefire.leverage.economy import Economy
from ceasefire.leverage.measures import Measure, Wedges, wedges


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The economy after a shock, as changes against before; arrays have one entry per economy.

    Parameters
    ----------
    before : Economy
        What the changes are against; under the balanced rule the economy without deficits.
    wage, price, real_wage, welfare : NDArray[np.float64], shape (n,)
        Factors; 1 is no change. `welfare` is the change of what spending buys, `real_wage` of what wages buy.
    money_loss : NDArray[np.float64], shape (n,)
        Loss in the unit of the table at the prices of before; negative for a gain.
    shares : NDArray[np.float64], shape (n, n)
        Seller by buyer: parts of the buyer's spending afterwards, tariffs included.
    sales : NDArray[np.float64], shape (n, n)
        Sales afterwards, before tariffs, in units in which world output is unchanged.
    theta : float
    rule : Rule
    iterations : int
    residual : float
        Largest relative market gap; below 1e-9.
    """

    before: Economy
    wage: Floats
    price: Floats
    real_wage: Floats
    welfare: Floats
    money_loss: Floats
    shares: Floats
    sales: Floats
    theta: float
    rule: Rule
    iterations: int
    residual: float

    @property
    def loss_percent(self) -> Floats:
        """Loss of welfare in per cent; negative for a gain."""
        return 100.0 * (1.0 - self.welfare)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An economy, an elasticity and a deficit rule, ready for any number of shocks.

    `net_spending` are purchases before tariffs without a shock, by the same rule and arithmetic as after one. `inverse` is that of
    the slopes without a shock, or near it, shared by all shocks; None where each finds its own.
    """

    table: Economy
    theta: float
    rule: Rule
    net_spending: Floats
    inverse: Floats | None

    def shock(self, change: Wedges) -> Outcome:
        """Solve one shock.

        Raises
        ------
        NoSettlementError
            If no equilibrium exists, with the reason.
        """
        table = self.table
        taxed = 1.0 + change.tariff
        rise = taxed / (1.0 + table.tariff) * change.cost
        moved = np.ones_like(rise)
        with np.errstate(divide="ignore"):
            np.power(rise, -self.theta, out=moved, where=rise != 1.0)
        share = table.sales * (1.0 + table.tariff) / table.spending
        market = Market(table.names, share * moved / taxed, table.output, table.deficit, rule=self.rule, theta=self.theta)
        return _outcome(self, share, moved, taxed, market.clear(self.inverse))


def stage(table: Economy, theta: float = 4.0, rule: Rule = "additive", *, is_for_many: bool = True) -> Stage:
    """Prepare an economy for shocks.

    Parameters
    ----------
    table : Economy
    theta : float
        Trade elasticity, the exponent; sigma less one.
    rule : {"additive", "multiplicative", "balanced"}
        What deficits do, see `clearing.Market`. Balanced takes the deficits out first, so that shocks alone are compared.
    is_for_many : bool
        Whether many shocks repay an inverse of their own.

    Raises
    ------
    DataError
        If theta is not above zero.
    """
    if not 0 < theta < 200:
        hint = "use 2 to 8 for the long run, 0.5 to 3 within a year"
        raise DataError([Problem(table.source or "<table>", None, None, "bad-elasticity", f"theta is {theta:g}", hint)])
    settled, inverse = _without_deficits(table, theta) if rule == "balanced" else (table, None)
    weights = settled.sales / settled.spending
    market = Market(settled.names, weights, settled.output, settled.deficit, rule=rule, theta=theta)
    if is_for_many:
        inverse = market.inverse_at(np.zeros(len(settled.names)))
    return Stage(settled, theta, rule, market.spend(settled.output.copy()), inverse)


def balanced(table: Economy, theta: float) -> Economy:
    """Give the economy as it would be without deficits, at this elasticity."""
    return _without_deficits(table, theta)[0]


def _without_deficits(table: Economy, theta: float) -> tuple[Economy, Floats | None]:
    if np.abs(table.deficit).max() <= 1e-12 * table.output.max():
        return table, None
    weights = table.sales / table.spending
    found = Market(table.names, weights, table.output, table.deficit, rule="balanced", theta=theta).clear()
    pull = weights * found.wage[:, None] ** -theta
    sales = pull / pull.sum(axis=0) * found.net_spending
    note = "; ".join(part for part in (table.note, "deficits taken out") if part)
    return replace(table, sales=sales, note=note), found.inverse


def shock(table: Economy, measures: Iterable[Measure] | Wedges, *, theta: float = 4.0, rule: Rule = "additive") -> Outcome:
    """Find what measures do to every economy.

    Parameters
    ----------
    table : Economy
    measures : iterable of Measure, or Wedges
    theta : float
        Trade elasticity, the exponent.
    rule : {"additive", "multiplicative", "balanced"}

    Raises
    ------
    DataError
        If a measure does not fit the table.
    NoSettlementError
        If no equilibrium exists, with the reason; numbers of a failed search are never returned.

    Examples
    --------
    >>> from ceasefire.leverage import economy, embargo
    >>> table = economy(["RUS", "TUR", "ROW"], [[900, 30, 70], [20, 450, 30], [80, 20, 9000]])
    >>> shock(table, embargo("RUS", "TUR"), theta=4).loss_percent.round(2).tolist()
    [0.64, 1.36, -0.0]
    """
    change = measures if isinstance(measures, Wedges) else wedges(table, measures)
    return stage(table, theta, rule, is_for_many=False).shock(change)


def autarky_loss(table: Economy, theta: float) -> Floats:
    r"""Give the loss in per cent from losing all foreign trade, :math:`1 - \lambda_{ii}^{1/\theta}`, shape (n,).

    Examples
    --------
    >>> from ceasefire.leverage import economy
    >>> autarky_loss(economy("AB", [[81, 19], [19, 81]]), theta=2).round(6).tolist()
    [10.0, 10.0]
    """
    return np.asarray(100.0 * (1.0 - table.home_share ** (1.0 / theta)))


def acr_welfare(outcome: Outcome) -> Floats:
    r"""Give welfare from home shares alone, :math:`(\hat\lambda_{ii})^{-1/\theta}`, shape (n,).

    Equal to `Outcome.welfare` where trade is balanced and there are no tariffs; a check of the solver.
    """
    home = np.diagonal(outcome.shares) / outcome.before.home_share
    return np.asarray(home ** (-1.0 / outcome.theta))


def many(
    table: Economy, shocks: Sequence[Iterable[Measure]], *, theta: float = 4.0, rule: Rule = "additive"
) -> tuple[Outcome, ...]:
    """Solve many shocks to one economy; the preparation is shared.

    Raises
    ------
    NoSettlementError
        If one of them has no equilibrium.
    """
    ready = stage(table, theta, rule, is_for_many=len(shocks) > 1)
    return tuple(ready.shock(wedges(table, measures)) for measures in shocks)


def _outcome(ready: Stage, share: Floats, moved: Floats, taxed: Floats, found: Clearing) -> Outcome:
    table, theta = ready.table, ready.theta
    pull = found.wage**-theta
    weights = pull[:, None] * share * moved
    total = weights.sum(axis=0)
    shares = weights / total
    kept = (shares / taxed).sum(axis=0)
    kept_before = (share / share.sum(axis=0) / (1.0 + table.tariff)).sum(axis=0)
    spending = found.net_spending / kept
    before = ready.net_spending / kept_before
    price = (total / share.sum(axis=0)) ** (-1.0 / theta)
    change = spending / before
    welfare = change / price
    return Outcome(
        before=table,
        wage=found.wage,
        price=price,
        real_wage=found.wage / price,
        welfare=welfare,
        money_loss=table.spending * (1.0 - welfare),
        shares=shares,
        sales=shares * spending / taxed,
        theta=theta,
        rule=ready.rule,
        iterations=found.iterations,
        residual=found.residual,
    )
