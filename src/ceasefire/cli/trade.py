"""Commands on trade: what a shock costs each economy, with one sector or with many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ceasefire.cli.inputs import AsJson, print_json, read_text
from ceasefire.cli.leverage import shown

if TYPE_CHECKING:
    from ceasefire.leverage.measures import Kind, Measure

trade = typer.Typer(help="What a shock to trade costs each economy.", no_args_is_help=True)
_NO_RATE = frozenset({"embargo", "import_ban", "export_ban"})


class Rule(StrEnum):
    """What deficits do after a shock."""

    ADDITIVE = "additive"
    MULTIPLICATIVE = "multiplicative"
    BALANCED = "balanced"


Pairs = Annotated[list[str] | None, typer.Option(metavar="SENDERS:TARGETS", help="Codes separated by commas; may be repeated.")]
Rated = Annotated[
    list[str] | None, typer.Option(metavar="SENDERS:TARGETS:RATE", help="As above with a rate, such as USA:CHN:0.25.")
]


@trade.command("shock")
def shock_command(
    table: Annotated[str, typer.Argument(metavar="FILE", help="CSV with columns exporter, importer, value (and year).")],
    *,
    embargo: Pairs = None,
    import_ban: Pairs = None,
    export_ban: Pairs = None,
    tariff: Rated = None,
    friction: Rated = None,
    gdp: Annotated[
        str | None, typer.Option(metavar="FILE", help="CSV with columns name, gdp in the table's unit, to add domestic sales.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Which year of the table.")] = None,
    unit: Annotated[str, typer.Option(help="Unit of the values, for printing.")] = "million USD",
    source: Annotated[str, typer.Option(help="What to cite.")] = "",
    absent_is_zero: Annotated[
        bool, typer.Option("--absent-is-zero", help="Pairs that are not in the file had no trade; otherwise they are missing.")
    ] = False,
    thetas: Annotated[str, typer.Option(metavar="LIST", help="Trade elasticities, an odd number of at least three.")] = "2,4,8",
    rule: Annotated[Rule, typer.Option(help="What deficits do.")] = Rule.ADDITIVE,
    retaliate: Annotated[bool, typer.Option("--retaliate", help="Targets answer each measure with the same.")] = False,
    rows: Annotated[int, typer.Option(metavar="N", help="How many economies to print besides senders and targets.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find what embargoes, bans, tariffs and frictions cost every economy in a table of trade."""
    from ceasefire.leverage.importers import read_plain  # noqa: PLC0415
    from ceasefire.leverage.losses import losses  # noqa: PLC0415
    from ceasefire.leverage.measures import retaliation  # noqa: PLC0415

    given = {"embargo": embargo, "import_ban": import_ban, "export_ban": export_ban, "tariff": tariff, "friction": friction}
    measures = _all(given)
    measures += list(retaliation(measures)) if retaliate else []
    flows = read_plain(
        read_text(table).splitlines(), year=year, unit=unit, source=source, absent_is_zero=absent_is_zero, file=table
    )
    found = losses(flows.economy(gdp=_gdp(gdp)), measures, thetas=_numbers(thetas, "--thetas"), rule=rule.value)
    if as_json:
        print_json({**asdict(found), "rows": [asdict(row) for row in found.rows]})
        return
    band = ", ".join(f"{theta:g}" for theta in found.thetas)
    when = "year not given" if found.year is None else str(found.year)
    typer.echo(f"Loss by elasticity {band} (the middle one central); {found.rule} deficits; {when}; source: {found.source}")
    if found.note:
        typer.echo(f"Note: {found.note}")
    typer.echo(f"{'':12} {'loss, % of welfare':>28} {'loss, ' + found.unit + ' a year':>38} {'real wage, % lost':>28}")
    named = list(dict.fromkeys(code for one in measures for code in (one.sender, one.target)))
    others = sorted(
        (row for row in found.rows if row.party not in named), key=lambda row: (-abs(row.loss_percent.value), row.party)
    )
    for row in [found.of(code) for code in named] + others[:rows]:
        typer.echo(
            f"{row.party:12} {shown(row.loss_percent):>28} {shown(row.loss_money):>38} {shown(row.real_wage_loss_percent):>28}"
        )
    typer.echo("A model of goods that others can replace: energy, arms and travel need sheets (ceasefire leverage).")


@trade.command("sectors")
def sectors_command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="With trade.csv, value_added.csv, intermediate.csv, final.csv, theta.csv.")
    ],
    *,
    embargo: Pairs = None,
    import_ban: Pairs = None,
    export_ban: Pairs = None,
    tariff: Rated = None,
    friction: Rated = None,
    export_tax: Rated = None,
    quota: Rated = None,
    price_cap: Rated = None,
    sectors: Annotated[str | None, typer.Option(metavar="LIST", help="Sectors the measures touch; default: all.")] = None,
    of: Annotated[str | None, typer.Option(metavar="CODE", help="Show which sectors of this economy pay.")] = None,
    winsorise: Annotated[bool, typer.Option("--winsorise", help="Bring elasticities into 1.5 to 12.")] = False,
    absent_is_zero: Annotated[
        bool, typer.Option("--absent-is-zero", help="Rows that are not in the files were zero; otherwise they are missing.")
    ] = False,
    unit: Annotated[str, typer.Option(help="Unit of the values, for printing.")] = "USD",
    rows: Annotated[int, typer.Option(metavar="N", help="How many economies to print besides senders and targets.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Find what measures cost every economy and sector, with input-output links (deficits taken out)."""
    from ceasefire.leverage import sector_losses, sector_rows, sector_shock  # noqa: PLC0415
    from ceasefire.leverage.sector_tables import COLUMNS, read_sector_tables  # noqa: PLC0415

    given = {"embargo": embargo, "import_ban": import_ban, "export_ban": export_ban, "tariff": tariff, "friction": friction}
    given |= {"export_tax": export_tax, "quota": quota, "price_cap": price_cap}
    named = tuple(part.strip() for part in sectors.split(",")) if sectors else ()
    measures = [replace(one, sectors=named) for one in _all(given)]
    texts = {name: read_text(str(folder / f"{name}.csv")).splitlines() for name in COLUMNS}
    table = read_sector_tables(texts, absent_is_zero=absent_is_zero, negative_inputs=True, unit=unit, source=str(folder))
    table = table.winsorised() if winsorise else table
    found = {row.party: row for row in sector_losses(table, measures)}
    if of is not None and of not in table.names:
        raise typer.BadParameter(f"no economy {of!r} in the tables", param_hint="--of")
    inside = sector_rows(sector_shock(table, measures), of) if of else ()
    if as_json:
        print_json({"unit": unit, "losses": [asdict(row) for row in found.values()], "sectors": [asdict(row) for row in inside]})
        return
    typer.echo("Loss in %, elasticities times 0.5, 1, 1.5 (the middle one central); deficits taken out")
    typer.echo(f"{'':14} {'exact':>28} {'first-order':>28} {'loss, ' + unit + ' a year':>36}")
    first = list(dict.fromkeys(code for one in measures for code in (one.sender, one.target)))
    others = sorted(set(found) - set(first), key=lambda code: (-abs(found[code].exact.value), code))
    for row in (found[code] for code in first + others[:rows]):
        typer.echo(f"{row.party:14} {shown(row.exact):>28} {shown(row.first_order):>28} {shown(row.loss_money):>36}")
    for line in inside[:12]:
        output, exports = _change(line.output_change_percent), _change(line.exports_change_percent)
        typer.echo(f"  {line.sector:24} value added lost {line.value_added_loss:12.4g} {unit}; output {output}, exports {exports}")


def _all(given: Mapping[str, list[str] | None]) -> list[Measure]:
    measures = [one for kind, texts in given.items() for one in _measures(kind, texts)]
    if not measures:
        raise typer.BadParameter("name at least one measure, such as --embargo RUS:TUR")
    return measures


def _change(percent: float | None) -> str:
    return "none before" if percent is None else f"{percent:+.2f} %"


def _measures(kind: str, given: list[str] | None) -> list[Measure]:
    from ceasefire.leverage.measures import Measure  # noqa: PLC0415

    found: list[Measure] = []
    rated = kind not in _NO_RATE
    for text in given or []:
        parts = text.split(":")
        if len(parts) != (3 if rated else 2):
            form = "SENDERS:TARGETS:RATE, such as USA:CHN,MEX:0.25" if rated else "SENDERS:TARGETS, such as USA,DEU:RUS"
            raise typer.BadParameter(f"{text!r} is not {form}", param_hint=f"--{kind.replace('_', '-')}")
        rate = _numbers(parts[2], f"--{kind}")[0] if rated else None
        for sender in parts[0].split(","):
            found += [Measure(cast("Kind", kind), sender.strip(), target.strip(), rate) for target in parts[1].split(",")]
    return found


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of numbers", param_hint=option) from None


def _gdp(file: str | None) -> dict[str, float] | None:
    from ceasefire.leverage.importers import read_gdp  # noqa: PLC0415

    return None if file is None else read_gdp(read_text(file).splitlines(), file=file)
