"""Commands on trade that ask more than one shock: draws over what is uncertain, and coalitions of senders."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.grouping import grouped
from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.leverage import shown
from ceasefire.cli.trade import HowDeficits, Rule, dated, trade
from ceasefire.cli.trade_measures import MeasuresAsked, Rows, Thetas, numbers, touched
from ceasefire.cli.trade_tables import TableAsked
from ceasefire.cli.workers import pool

if TYPE_CHECKING:
    from ceasefire.leverage import Range


class Means(StrEnum):
    """What a coalition does to its target."""

    EMBARGO = "embargo"
    IMPORT_BAN = "import_ban"
    EXPORT_BAN = "export_ban"


@trade.command("sample")
@grouped
def sample_command(
    *,
    table: TableAsked,
    asked: MeasuresAsked,
    theta: Annotated[str, typer.Option(metavar="LOW,MODE,HIGH", help="Trade elasticities to draw from.")] = "2,4,8",
    enforcement: Annotated[
        str, typer.Option(metavar="LOW,MODE,HIGH", help="Which part of the measures is carried out, to draw from.")
    ] = "1,1,1",
    draws: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes that draw; the result does not depend on it.")] = 1,
    rule: HowDeficits = Rule.ADDITIVE,
    rows: Rows = 5,
    as_json: AsJson = False,
) -> None:
    """Draw elasticities and degrees of enforcement, and give the median loss with the interval of nine draws in ten."""
    from ceasefire.leverage.losses import sample  # noqa: PLC0415

    measures = asked.measures()
    spread = {"theta": _range(theta, "--theta"), "enforcement": _range(enforcement, "--enforcement")}
    ready = table.economy()
    with pool(workers) as executor:
        found = sample(ready, measures, **spread, draws=draws, seed=seed, rule=rule.value, executor=executor)
    percent = {name: found.band(name) for name in found.names}
    money = {name: found.money_band(name) for name in found.names}
    if as_json:
        made = {"draws": draws, "seed": seed, "failed": found.failed, "rule": rule.value, "year": ready.year}
        made |= {"source": ready.source, "note": ready.note, "unit": found.unit, "money_of": found.money_of}
        ranges = {name: asdict(one) for name, one in spread.items()}
        bands = {"loss_percent": percent, "loss_money": money}
        print_json({**made, **ranges, **{what: {name: asdict(one) for name, one in each.items()} for what, each in bands.items()}})
        return
    typer.echo(
        f"Loss: median of {draws} draws (nine in ten of them), seed {seed}; theta {shown(spread['theta'])}, "
        f"enforcement {shown(spread['enforcement'])}; {rule.value} deficits; {dated(ready.year)}; source: {ready.source}"
    )
    typer.echo(f"Money is a part of {found.money_of}.")
    if ready.note:
        typer.echo(f"Note: {ready.note}")
    if found.failed:
        typer.echo(f"{found.failed} draws have no equilibrium and are in no quantile.")
    typer.echo(f"{'':12} {'loss, % of welfare':>28} {'loss, ' + found.unit + ' a year':>38}")
    named = touched(measures)
    others = sorted((name for name in percent if name not in named), key=lambda name: (-abs(percent[name].value), name))
    for name in [*named, *others[:rows]]:
        typer.echo(f"{name:12} {shown(percent[name]):>28} {shown(money[name]):>38}")


@trade.command("coalition")
@grouped
def coalition_command(
    *,
    table: TableAsked,
    senders: Annotated[str, typer.Option(metavar="CODES", help="At most eight, with commas.")],
    target: Annotated[str, typer.Option(metavar="CODE")],
    means: Annotated[Means, typer.Option(help="What the senders do.")] = Means.EMBARGO,
    thetas: Thetas = "2,4,8",
    rule: HowDeficits = Rule.BALANCED,
    as_json: AsJson = False,
) -> None:
    """Solve every coalition of senders against one target, and say what each of them adds as the first and as the last."""
    from ceasefire.leverage import measures  # noqa: PLC0415
    from ceasefire.leverage.losses import what_senders_add  # noqa: PLC0415

    many = [code.strip() for code in senders.split(",")]
    ready = table.economy()
    kind = {Means.EMBARGO: measures.embargo, Means.IMPORT_BAN: measures.import_ban, Means.EXPORT_BAN: measures.export_ban}[means]
    found = what_senders_add(ready, many, target, kind, thetas=numbers(thetas, "--thetas"), rule=rule.value)
    if as_json:
        added = [asdict(one) | {"is_convex": one.is_convex} for one in found.added]
        made = {"added": added, "year": ready.year, "source": ready.source, "note": ready.note, "rule": rule.value}
        print_json(asdict(found) | made)
        return
    band = ", ".join(f"{theta:g}" for theta in found.thetas)
    typer.echo(
        f"Loss of {target} in % of welfare and in {found.unit} a year by elasticity {band} (the middle one central); {means.value} "
        f"by each; {rule.value} deficits; {dated(ready.year)}; source: {ready.source}"
    )
    typer.echo(f"Money is a part of {found.money_of}.")
    if ready.note:
        typer.echo(f"Note: {ready.note}")
    for row in found.rows:
        money = dict(row.sender_money)
        own = ", ".join(f"{code} loses {shown(loss)} %, {shown(money[code])} {found.unit}" for code, loss in row.sender_losses)
        typer.echo(f"  {' + '.join(row.senders)}: {shown(row.target_loss)} %, {shown(row.target_money)} {found.unit} a year; {own}")
    for one in found.added:
        more = f"{one.last.value - one.first.value:.2g} % more as the last: losses are convex"
        turn = more if one.is_convex else "no more as the last than as the first"
        typer.echo(f"{one.sender} adds {shown(one.first)} % as the first, {shown(one.last)} % as the last; {turn}")


def _range(text: str, option: str) -> Range:
    from ceasefire.leverage import Range  # noqa: PLC0415

    ends = numbers(text, option)
    if len(ends) != 3 or sorted(ends) != ends:
        raise typer.BadParameter(f"{text!r} is not LOW,MODE,HIGH in order", param_hint=option)
    return Range(*ends)
