"""Losses from a shock to a many-sector economy with their bands over elasticities: by economy, and by sector who inside pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.clearing import Floats
from ceasefire.leverage.measures import Measure
from ceasefire.leverage.ranges import Range, spanned
from ceasefire.leverage.sector_economy import SectorEconomy
from ceasefire.leverage.sectors import SectorOutcome, SectorRule, sector_rows, sector_shock

FACTORS = (0.5, 1.0, 1.5)
_NOISE_PERCENT = 1e-7


@dataclass(frozen=True, slots=True)
class SectorLossRow:
    """What one economy loses, with the band over elasticities: exact and first-order measure and real wage in per cent, and money.

    Money is the exact loss. `signs_differ` says that at some elasticity one measure has a loss and the other a gain: first-order is
    one step at the old tariffs, and a ban or a large tariff is no small step, so that only the exact measure holds there.
    """

    party: str
    exact: Range
    first_order: Range
    real_wage: Range
    loss_money: Range
    signs_differ: bool


def sector_money_base(rule: SectorRule) -> str:
    """Say what a loss in money is a part of: income in the economy solved without the measures, not as observed.

    Examples
    --------
    >>> sector_money_base("balanced")
    'income as solved without the measures and without deficits'
    """
    return f"income as solved without the measures{' and without deficits' if rule == 'balanced' else ''}"


def sector_losses(
    table: SectorEconomy,
    measures: Iterable[Measure],
    *,
    new_tariff: Floats | None = None,
    factors: Sequence[float] = FACTORS,
    rule: SectorRule = "balanced",
) -> tuple[SectorLossRow, ...]:
    """Find what measures cost every economy, with all elasticities multiplied by each of some factors.

    Parameters
    ----------
    new_tariff : NDArray[np.float64], shape (sectors, n, n), optional
        All tariffs after the shock, before `measures` are applied.
    factors : sequence of float
        Ascending, an odd number of at least three; the middle one gives the central values.

    Raises
    ------
    DataError
        If there are too few factors, or a measure does not fit.
    NoSettlementError
        If one of them has no equilibrium.
    """
    found = _over(table, measures, new_tariff, factors, rule)

    def band(values: Sequence[Floats], n: int) -> Range:
        numbers = [float(one[n]) for one in values]
        return spanned(numbers, numbers[len(numbers) // 2])

    return tuple(
        SectorLossRow(
            party=name,
            exact=band([one.loss_percent for one in found], n),
            first_order=band([-100.0 * one.first_order for one in found], n),
            real_wage=band([100.0 * (1.0 - one.real_wage) for one in found], n),
            loss_money=band([one.money_loss for one in found], n),
            signs_differ=any(_signs_differ(one.loss_percent[n], -100.0 * one.first_order[n]) for one in found),
        )
        for n, name in enumerate(table.names)
    )


@dataclass(frozen=True, slots=True)
class SectorBandRow:
    """One sector of one economy with the band over elasticities; changes are in per cent, None where there was nothing before."""

    party: str
    sector: str
    output_change_percent: Range | None
    exports_change_percent: Range | None
    value_added_loss: Range


def who_pays(
    table: SectorEconomy,
    measures: Iterable[Measure],
    party: str,
    *,
    new_tariff: Floats | None = None,
    factors: Sequence[float] = FACTORS,
    rule: SectorRule = "balanced",
) -> tuple[SectorBandRow, ...]:
    """Give the sectors of an economy with the band over elasticities, those that centrally lose most value added first.

    Raises
    ------
    KeyError
        If the economy is not in the table.
    DataError
        As `sector_losses` does.
    """
    tried = [{row.sector: row for row in sector_rows(one, party)} for one in _over(table, measures, new_tariff, factors, rule)]
    central = tried[len(tried) // 2]

    def band(values: Sequence[float | None]) -> Range | None:
        known = [value for value in values if value is not None]
        return spanned(known, known[len(known) // 2]) if len(known) == len(values) else None

    rows = []
    for sector in central:
        each = [one[sector] for one in tried]
        lost = [row.value_added_loss for row in each]
        rows.append(
            SectorBandRow(
                party=party,
                sector=sector,
                output_change_percent=band([row.output_change_percent for row in each]),
                exports_change_percent=band([row.exports_change_percent for row in each]),
                value_added_loss=spanned(lost, lost[len(lost) // 2]),
            )
        )
    return tuple(rows)


def _signs_differ(one: float, other: float) -> bool:
    return one * other < 0 and min(abs(one), abs(other)) > _NOISE_PERCENT


def _over(
    table: SectorEconomy, measures: Iterable[Measure], new_tariff: Floats | None, factors: Sequence[float], rule: SectorRule
) -> list[SectorOutcome]:
    if len(factors) < 3 or len(factors) % 2 == 0:
        hint = "give three factors, such as 0.5, 1, 1.5; no loss is printed without a band"
        raise DataError([Problem("<factors>", None, None, "bad-elasticity", f"{len(factors)} factors", hint)])
    wanted = tuple(measures)
    return [sector_shock(table.scaled(factor), wanted, new_tariff=new_tariff, rule=rule) for factor in factors]
