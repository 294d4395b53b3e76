r"""What a shock to trade costs each economy: many sectors with input-output links.

Two measures of welfare are given and labelled. *Exact* is the change of what income buys,
:math:`\hat I_n / \prod_j \hat P_{nj}^{\alpha_{nj}}`. *First-order* is the sum of terms of trade and volumes of trade at the old
tariffs [1]_, with changes less one; it is what the paper prints. They part where tariffs change much.

References
----------
.. [1] Caliendo and Parro (2015), Estimates of the trade and welfare effects of NAFTA, Review of Economic Studies 82(1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, NoSettlementError, Problem
from ceasefire.leverage.clearing import Floats
from ceasefire.leverage.measures import Measure, checked, clashes, told
from ceasefire.leverage.sector_clearing import Charges, SectorMarket, Solution
from ceasefire.leverage.sector_economy import SectorEconomy

SectorRule: TypeAlias = Literal["additive", "balanced"]
_CAPS_TOLERANCE = 1e-10
_MOST_ROUNDS = 300


@dataclass(frozen=True, slots=True, eq=False)
class SectorOutcome:
    """A many-sector economy after a shock; changes are against the same economy solved without it, by the same deficit rule.

    Parameters
    ----------
    table : SectorEconomy
    rule : SectorRule
    wage, price, real_wage, welfare : NDArray[np.float64], shape (n,)
        Factors; `welfare` is the exact measure.
    first_order : NDArray[np.float64], shape (n,)
        The first-order measure as a change (0.01 is one per cent), not a factor.
    money_loss : NDArray[np.float64], shape (n,)
        Loss by the exact measure in the unit of the table.
    before, after : Solution
    """

    table: SectorEconomy
    rule: SectorRule
    wage: Floats
    price: Floats
    real_wage: Floats
    welfare: Floats
    first_order: Floats
    money_loss: Floats
    before: Solution
    after: Solution

    @property
    def loss_percent(self) -> Floats:
        """Loss by the exact measure in per cent; negative for a gain."""
        return np.asarray(100.0 * (1.0 - self.welfare))


@dataclass(frozen=True, slots=True)
class SectorRow:
    """One sector of one economy: output at the seller's cost before, its change in per cent, and what it sells abroad.

    A change is None where there was nothing before.
    """

    party: str
    sector: str
    output: float
    output_change_percent: float | None
    exports: float
    exports_change_percent: float | None
    value_added_loss: float


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Charges together with what is capped: quantities of quotas and prices, infinite where there is no cap.

    `rents_abroad` marks quotas whose rents go to the seller.
    """

    charges: Charges
    quota: Floats
    price: Floats
    rents_abroad: NDArray[np.bool_]


def sector_shock(
    table: SectorEconomy,
    measures: Iterable[Measure] = (),
    *,
    new_tariff: Floats | None = None,
    rule: SectorRule = "balanced",
    before: Solution | None = None,
) -> SectorOutcome:
    """Find what measures do to every economy and sector.

    Parameters
    ----------
    table : SectorEconomy
    measures : iterable of Measure
    new_tariff : NDArray[np.float64], shape (sectors, n, n), optional
        All tariffs after the shock, before `measures` are applied.
    rule : {"additive", "balanced"}
        Whether deficits stay as they are in units of world income, or are taken out before and after.
    before : Solution, optional
        From `unshocked`, to share it among shocks.

    Raises
    ------
    DataError
        If a measure does not fit the table.
    NoSettlementError
        If no equilibrium is found, with the reason.
    """
    base = unshocked(table, rule) if before is None else before
    limits = limits_of(table, measures, new_tariff)
    return _outcome(table, rule, base, _cleared(table, limits, _deficit(table, rule), base))


def unshocked(table: SectorEconomy, rule: SectorRule = "balanced") -> Solution:
    """Solve the economy without a shock; data are seldom an exact equilibrium under the rule."""
    nothing = Charges(np.ones_like(table.flows), table.tariff, np.zeros_like(table.flows))
    return SectorMarket(table, nothing, _deficit(table, rule)).clear()


def sector_rows(outcome: SectorOutcome, party: str) -> tuple[SectorRow, ...]:
    """Give the sectors of an economy, those that lose most value added first: who inside pays.

    Raises
    ------
    KeyError
        If the economy is not in the table.
    """
    table = outcome.table
    if party not in table.names:
        raise KeyError(party)
    n = table.names.index(party)
    rows = []
    for j, sector in enumerate(table.sectors):
        old, new = outcome.before.flows[j, n], outcome.after.flows[j, n]
        out_old, out_new = float(old.sum() - old[n]), float(new.sum() - new[n])
        made = float(table.value_share[n, j])
        rows.append(
            SectorRow(
                party=party,
                sector=sector,
                output=float(old.sum()),
                output_change_percent=_change(float(old.sum()), float(new.sum())),
                exports=out_old,
                exports_change_percent=_change(out_old, out_new),
                value_added_loss=made * float(old.sum() - new.sum()),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.value_added_loss, row.sector)))


def limits_of(table: SectorEconomy, measures: Iterable[Measure], new_tariff: Floats | None = None) -> Limits:
    """Turn measures into what they change in a many-sector economy.

    Raises
    ------
    DataError
        With every measure that does not fit.
    """
    shape = table.flows.shape
    rates = (table.tariff if new_tariff is None else np.asarray(new_tariff, dtype=np.float64)).copy()
    limits = Limits(
        Charges(np.ones(shape), rates, np.zeros(shape)), np.full(shape, np.inf), np.full(shape, np.inf), np.zeros(shape, bool)
    )
    wanted = tuple(measures)
    problems = list(clashes(wanted))
    for number, one in enumerate(wanted, 1):
        at = told(one, number)
        problems += checked(one, table.names, at)
        for sector in one.sectors:
            if sector not in table.sectors:
                known = ", ".join(table.sectors[:12])
                problems.append(Problem(at, None, None, "unknown-sector", f"no sector {sector!r}", f"known: {known}, ..."))
        if not problems:
            _apply(table, limits, one)
    if problems:
        raise DataError(problems)
    return limits


def _apply(table: SectorEconomy, limits: Limits, one: Measure) -> None:
    which = [table.sectors.index(sector) for sector in one.sectors] or list(range(len(table.sectors)))
    sender, target = table.names.index(one.sender), table.names.index(one.target)
    bought, sold = (which, target, sender), (which, sender, target)
    rate = one.rate or 0.0
    if one.kind in {"embargo", "import_ban"}:
        limits.charges.cost[bought] = np.inf
    if one.kind in {"embargo", "export_ban"}:
        limits.charges.cost[sold] = np.inf
    if one.kind == "friction":
        limits.charges.cost[bought] *= 1.0 + rate
        limits.charges.cost[sold] *= 1.0 + rate
    if one.kind == "tariff":
        limits.charges.tariff[bought] = rate
    if one.kind == "export_tax":
        limits.charges.export_tax[sold] = rate
    if one.kind == "quota":
        limits.quota[bought] = rate
        limits.rents_abroad[bought] = one.rents == "target"
    if one.kind == "price_cap":
        limits.price[bought] = rate


def _cleared(table: SectorEconomy, limits: Limits, deficit: Floats, base: Solution) -> Solution:
    """Clear; where quantities or prices are capped, find the margins that hold them there."""
    found = SectorMarket(table, limits.charges, deficit).clear(base)
    capped = np.isfinite(limits.quota) & (base.flows > 0)
    priced = np.isfinite(limits.price)
    if not (capped.any() or priced.any()):
        return found
    margin, below = np.zeros_like(table.flows), np.zeros_like(table.flows)
    theta = np.broadcast_to(table.theta[:, None, None], table.flows.shape)
    for _ in range(_MOST_ROUNDS):
        rise = (found.log_cost - base.log_cost)[:, :, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            quantity = np.log(found.flows / base.flows) - rise
            wanted = np.where(capped, np.maximum(0.0, margin + (quantity - np.log(limits.quota)) / (theta + 0.5)), 0.0)
            discount = np.where(priced, np.minimum(0.0, np.log(limits.price) - rise), 0.0)
        wanted = np.where(np.isfinite(wanted), wanted, 0.0)
        change = max(float(np.abs(wanted - margin).max()), float(np.abs(discount - below).max()))
        if change < _CAPS_TOLERANCE:
            return found
        margin, below = wanted, discount
        charges = limits.charges
        home = np.where(limits.rents_abroad, 0.0, margin)
        away = np.where(limits.rents_abroad, margin, 0.0) + below
        both = Charges(charges.cost, (1.0 + charges.tariff) * np.exp(home) - 1.0, (1.0 + charges.export_tax) * np.exp(away) - 1.0)
        found = SectorMarket(table, both, deficit).clear(found)
    raise NoSettlementError("no margins hold the capped quantities and prices; drop one of the caps")


def _outcome(table: SectorEconomy, rule: SectorRule, base: Solution, after: Solution) -> SectorOutcome:
    price = ((after.log_price - base.log_price) * table.final_share.T).sum(axis=0)
    wage = after.log_wage - base.log_wage
    welfare = after.income / base.income / np.exp(price)
    return SectorOutcome(
        table=table,
        rule=rule,
        wage=np.exp(wage),
        price=np.exp(price),
        real_wage=np.exp(wage - price),
        welfare=welfare,
        first_order=_first_order(table, base, after),
        money_loss=base.income * (1.0 - welfare),
        before=base,
        after=after,
    )


def _first_order(table: SectorEconomy, base: Solution, after: Solution) -> Floats:
    rise = np.exp(after.log_cost - base.log_cost)[:, :, None]
    terms = base.flows * (rise - 1.0)
    volumes = table.tariff * (after.flows - base.flows * rise)
    gain = terms.sum(axis=(0, 2)) - terms.sum(axis=(0, 1)) + volumes.sum(axis=(0, 1))
    return np.asarray(gain / base.income)


def _deficit(table: SectorEconomy, rule: SectorRule) -> Floats:
    return table.deficit if rule == "additive" else np.zeros(len(table.names))


def _change(old: float, new: float) -> float | None:
    return 100.0 * (new / old - 1.0) if old > 0 else None
