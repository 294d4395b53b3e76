"""Commands on trade that ask more than one shock: draws over what is uncertain, and coalitions of senders."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.leverage import shown
from ceasefire.cli.trade import Pairs, Rated, Rule, all_measures, numbers, trade
from ceasefire.cli.trade_tables import AbsentIsZero, Codes, Gdp, HowLaidOut, Layout, Members, TableAsked, TradeFile, Year
from ceasefire.cli.workers import pool

if TYPE_CHECKING:
    from ceasefire.leverage import Range


class Means(StrEnum):
    """What a coalition does to its target."""

    EMBARGO = "embargo"
    IMPORT_BAN = "import_ban"
    EXPORT_BAN = "export_ban"


@trade.command("sample")
def sample_command(
    table: TradeFile,
    *,
    embargo: Pairs = None,
    import_ban: Pairs = None,
    export_ban: Pairs = None,
    tariff: Rated = None,
    friction: Rated = None,
    layout: HowLaidOut = Layout.PLAIN,
    codes: Codes = None,
    members: Members = None,
    gdp: Gdp = None,
    year: Year = None,
    absent_is_zero: AbsentIsZero = False,
    theta: Annotated[str, typer.Option(metavar="LOW,MODE,HIGH", help="Trade elasticities to draw from.")] = "2,4,8",
    enforcement: Annotated[
        str, typer.Option(metavar="LOW,MODE,HIGH", help="Which part of the measures is carried out, to draw from.")
    ] = "1,1,1",
    draws: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes that draw; the result does not depend on it.")] = 1,
    rule: Annotated[Rule, typer.Option(help="What deficits do.")] = Rule.ADDITIVE,
    rows: Annotated[int, typer.Option(metavar="N", help="How many economies to print besides senders and targets.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Draw elasticities and degrees of enforcement, and give the median loss with the interval of nine draws in ten."""
    from ceasefire.leverage.losses import sample  # noqa: PLC0415

    given = {"embargo": embargo, "import_ban": import_ban, "export_ban": export_ban, "tariff": tariff, "friction": friction}
    measures = all_measures(given)
    ready = TableAsked(table, layout, codes, members, gdp, year, absent_is_zero).economy()
    spread = {"theta": _range(theta, "--theta"), "enforcement": _range(enforcement, "--enforcement")}
    with pool(workers) as executor:
        found = sample(ready, measures, **spread, draws=draws, seed=seed, rule=rule.value, executor=executor)
    bands = {name: found.band(name) for name in found.names}
    if as_json:
        made = {
            "draws": draws,
            "seed": seed,
            "failed": found.failed,
            "rule": rule.value,
            "year": ready.year,
            "source": ready.source,
        }
        ranges = {name: asdict(one) for name, one in spread.items()}
        print_json({**made, **ranges, "loss_percent": {name: asdict(band) for name, band in bands.items()}})
        return
    when = "year not given" if ready.year is None else str(ready.year)
    typer.echo(
        f"Loss in % of welfare: median of {draws} draws (nine in ten of them), seed {seed}; theta {shown(spread['theta'])}, "
        f"enforcement {shown(spread['enforcement'])}; {rule.value} deficits; {when}; source: {ready.source}"
    )
    if found.failed:
        typer.echo(f"{found.failed} draws have no equilibrium and are in no quantile.")
    named = list(dict.fromkeys(code for one in measures for code in (one.sender, one.target)))
    others = sorted((name for name in bands if name not in named), key=lambda name: (-abs(bands[name].value), name))
    for name in [*named, *others[:rows]]:
        typer.echo(f"{name:12} {shown(bands[name]):>28}")


@trade.command("coalition")
def coalition_command(
    table: TradeFile,
    *,
    senders: Annotated[str, typer.Option(metavar="CODES", help="At most eight, with commas.")],
    target: Annotated[str, typer.Option(metavar="CODE")],
    means: Annotated[Means, typer.Option(help="What the senders do.")] = Means.EMBARGO,
    layout: HowLaidOut = Layout.PLAIN,
    codes: Codes = None,
    members: Members = None,
    gdp: Gdp = None,
    year: Year = None,
    absent_is_zero: AbsentIsZero = False,
    thetas: Annotated[str, typer.Option(metavar="LIST", help="Trade elasticities, an odd number of at least three.")] = "2,4,8",
    rule: Annotated[Rule, typer.Option(help="What deficits do.")] = Rule.BALANCED,
    as_json: AsJson = False,
) -> None:
    """Solve every coalition of senders against one target, and say what each of them adds as the first and as the last."""
    from ceasefire.leverage import measures  # noqa: PLC0415
    from ceasefire.leverage.losses import what_senders_add  # noqa: PLC0415

    many = [code.strip() for code in senders.split(",")]
    ready = TableAsked(table, layout, codes, members, gdp, year, absent_is_zero).economy()
    kind = {Means.EMBARGO: measures.embargo, Means.IMPORT_BAN: measures.import_ban, Means.EXPORT_BAN: measures.export_ban}[means]
    found = what_senders_add(ready, many, target, kind, thetas=numbers(thetas, "--thetas"), rule=rule.value)
    if as_json:
        added = [asdict(one) | {"is_convex": one.is_convex} for one in found.added]
        print_json(asdict(found) | {"added": added, "year": ready.year, "source": ready.source, "rule": rule.value})
        return
    when = "year not given" if ready.year is None else str(ready.year)
    band = ", ".join(f"{theta:g}" for theta in found.thetas)
    typer.echo(
        f"Loss of {target} in % of welfare by elasticity {band} (the middle one central); {means.value} by each; {rule.value} "
        f"deficits; {when}; source: {ready.source}"
    )
    for row in found.rows:
        own = ", ".join(f"{code} loses {shown(loss)}" for code, loss in row.sender_losses)
        typer.echo(f"  {' + '.join(row.senders)}: {shown(row.target_loss)}; {own}")
    for one in found.added:
        turn = "more as the last: losses are convex" if one.is_convex else "no more as the last than as the first"
        typer.echo(f"{one.sender} adds {shown(one.first)} as the first, {shown(one.last)} as the last; {turn}")


def _range(text: str, option: str) -> Range:
    from ceasefire.leverage import Range  # noqa: PLC0415

    ends = numbers(text, option)
    if len(ends) != 3 or sorted(ends) != ends:
        raise typer.BadParameter(f"{text!r} is not LOW,MODE,HIGH in order", param_hint=option)
    return Range(*ends)
