"""Commands on trade: what a shock costs each economy, with one sector or with many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.grouping import grouped
from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.leverage import shown
from ceasefire.cli.trade_measures import MeasuresAsked, Rows, SectorMeasuresAsked, Thetas, numbers, touched
from ceasefire.cli.trade_tables import SectorTablesAsked, TableAsked

if TYPE_CHECKING:
    from ceasefire.leverage import Range
    from ceasefire.leverage.losses import LossTable
    from ceasefire.leverage.sector_bands import SectorBandRow, SectorLossRow

trade = typer.Typer(
    help="What a shock to trade costs each economy.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_MILLION = 1e6
_TO_BILLIONS = {"USD": 1e-9, "thousand USD": 1e-6, "million USD": 1e-3, "billion USD": 1.0}


class Rule(StrEnum):
    """What deficits do after a shock."""

    ADDITIVE = "additive"
    MULTIPLICATIVE = "multiplicative"
    BALANCED = "balanced"


class SectorRule(StrEnum):
    """What deficits do after a shock to many sectors."""

    ADDITIVE = "additive"
    BALANCED = "balanced"


HowDeficits = Annotated[Rule, typer.Option(help="What deficits do.")]


@trade.command("shock")
@grouped
def shock_command(
    *,
    table: TableAsked,
    asked: MeasuresAsked,
    thetas: Thetas = "2,4,8",
    rule: HowDeficits = Rule.ADDITIVE,
    rows: Rows = 5,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="KEY", help="Print the losses as a sheet of a case's sheets.yaml instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find what embargoes, bans, tariffs and frictions cost every economy in a table of trade."""
    from ceasefire.leverage.losses import losses  # noqa: PLC0415

    measures = asked.measures()
    found = losses(table.economy(), measures, thetas=numbers(thetas, "--thetas"), rule=rule.value)
    if as_json:
        print_json({**asdict(found), "rows": [asdict(row) for row in found.rows]})
        return
    if sheet is not None:
        typer.echo(_as_sheet(found, sheet))
        return
    band = ", ".join(f"{theta:g}" for theta in found.thetas)
    typer.echo(
        f"Loss by elasticity {band} (the middle one central); {found.rule} deficits; {dated(found.year)}; source: {found.source}"
    )
    typer.echo(f"Money is a part of {found.money_of}.")
    if found.note:
        typer.echo(f"Note: {found.note}")
    typer.echo(f"{'':12} {'loss, % of welfare':>28} {'loss, ' + found.unit + ' a year':>38} {'real wage, % lost':>28}")
    named = touched(measures)
    others = sorted(
        (row for row in found.rows if row.party not in named), key=lambda row: (-abs(row.loss_percent.value), row.party)
    )
    for row in [found.of(code) for code in named] + others[:rows]:
        typer.echo(
            f"{row.party:12} {shown(row.loss_percent):>28} {shown(row.loss_money):>38} {shown(row.real_wage_loss_percent):>28}"
        )
    typer.echo("A model of goods that others can replace: energy, arms and travel need sheets (ceasefire leverage).")


@trade.command("sectors")
@grouped
def sectors_command(
    *,
    tables: SectorTablesAsked,
    asked: SectorMeasuresAsked,
    rule: Annotated[SectorRule, typer.Option(help="What deficits do.")] = SectorRule.BALANCED,
    of: Annotated[str | None, typer.Option(metavar="CODE", help="Show which sectors of this economy pay.")] = None,
    rows: Rows = 5,
    as_json: AsJson = False,
) -> None:
    """Find what measures cost every economy and sector, with input-output links."""
    from ceasefire.leverage import sector_losses  # noqa: PLC0415
    from ceasefire.leverage.sector_bands import FACTORS, sector_money_base, who_pays  # noqa: PLC0415

    measures = asked.measures(may_be_none=tables.new_tariff_column is not None)
    table, later = tables.economy()
    found = sector_losses(table, measures, new_tariff=later, rule=rule.value)
    if of is not None and of not in table.names:
        raise typer.BadParameter(f"no economy {of!r} in the tables", param_hint="--of")
    inside = who_pays(table, measures, of, new_tariff=later, rule=rule.value) if of else ()
    money_of = sector_money_base(rule.value)
    if as_json:
        made = {"unit": table.unit, "year": table.year, "source": table.source, "factors": list(FACTORS), "rule": rule.value}
        made |= {"money_of": money_of, "new_tariff_column": tables.new_tariff_column}
        losses, lines = [asdict(row) for row in found], [asdict(row) for row in inside]
        print_json(made | {"measures": [asdict(one) for one in measures], "losses": losses, "sectors": lines})
        return
    typer.echo(
        f"Loss in %, elasticities times 0.5, 1, 1.5 (the middle one central); {rule.value} deficits; {dated(table.year)}; "
        f"source: {table.source}"
    )
    typer.echo(f"Money is the exact loss, a part of {money_of}.")
    named = list(dict.fromkeys([*touched(measures), *([of] if of else [])]))
    _print_sectors(found, inside, named, table.unit, rows)


def dated(year: int | None) -> str:
    """Write the year of a table."""
    return "year not given" if year is None else str(year)


def _print_sectors(found: Sequence[SectorLossRow], inside: Sequence[SectorBandRow], named: list[str], unit: str, rows: int) -> None:
    is_large = unit == "USD" and max(abs(row.loss_money.value) for row in found) >= _MILLION
    unit, scale = ("million USD", 1 / _MILLION) if is_large else (unit, 1.0)
    typer.echo(f"{'':14} {'exact':>28} {'first-order':>28} {'real wage':>28} {'loss, ' + unit + ' a year':>36}")
    by_party = {row.party: row for row in found}
    others = sorted(set(by_party) - set(named), key=lambda code: (-abs(by_party[code].exact.value), code))
    for row in (by_party[code] for code in named + others[:rows]):
        figures = " ".join(f"{shown(one):>28}" for one in (row.exact, row.first_order, row.real_wage))
        typer.echo(f"{row.party:14} {figures} {shown(row.loss_money.times(scale)):>36}")
    torn = [row.party for row in found if row.signs_differ]
    if torn:
        typer.echo(
            f"Warning: at some elasticity exact and first-order differ in sign for {', '.join(torn)}. First-order is one step at "
            "the old tariffs, and a ban or a large tariff is no small step: go by the exact measure."
        )
    for line in inside[:12]:
        output, exports = _change(line.output_change_percent), _change(line.exports_change_percent)
        lost = f"{shown(line.value_added_loss.times(scale))} {unit} a year"
        typer.echo(f"  {line.sector:24} value added lost {lost}; output {output}, exports {exports}")


def _as_sheet(found: LossTable, key: str) -> str:
    """Write losses of one sender and one target as a sheet, with the whole band."""
    pairs = {(one.sender, one.target) for one in found.measures}
    if len(pairs) != 1:
        raise typer.BadParameter("a sheet has one sender and one target", param_hint="--sheet")
    if found.unit not in _TO_BILLIONS:
        raise typer.BadParameter(f"a sheet needs a unit among {', '.join(_TO_BILLIONS)}", param_hint="--unit")
    (sender, target), factor = pairs.pop(), _TO_BILLIONS[found.unit]
    band = ", ".join(f"{theta:g}" for theta in found.thetas)
    why = f"Trade model at elasticities {band}, {found.rule} deficits; money is a part of {found.money_of}. {found.note}"
    cells = []
    for name, who in (("target_loss", target), ("sender_loss", sender)):
        loss = found.of(who).loss_money.times(factor)
        ends = f"low: {loss.low:.6g}, value: {loss.value:.6g}, high: {loss.high:.6g}"
        cells.append(
            f"      {name}: {{{ends}, status: derived, sources: [{json.dumps(found.source)}], why: {json.dumps(why.strip())}}}"
        )
    kinds = ", ".join(dict.fromkeys(one.kind.replace("_", " ") for one in found.measures))
    year = json.dumps(str(found.year) if found.year is not None else "")
    head = [
        "  " + key + ":",
        "    kind: model",
        f"    sender: {sender}",
        f"    target: {target}",
        f"    text: {kinds}",
        f"    period: {year}",
    ]
    return "\n".join([*head, "    cells:", *cells])


def _change(percent: Range | None) -> str:
    return "none before" if percent is None else f"{shown(percent)} %"
