"""The commands by name; `--help` lists them in this order."""

from __future__ import annotations

from typing import Annotated

import typer

from ceasefire import __version__
from ceasefire.cli import cases, events, graph, leverage, price, record, robust, trade, trade_bands

app = typer.Typer(
    name="ceasefire",
    help="From words to actions: find who can stop a war, with which credible promises, and at what price.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"ceasefire {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Hold the options that come before the command."""


for _command in (
    *(cases.brief, cases.check, cases.new, cases.cases, cases.schema),
    *(record.record, record.ledger, record.redlines, record.truces),
    *(graph.solve, graph.paths, graph.inverse, graph.perceive, price.packages, price.who),
    *(robust.robust, robust.explain),
    *(leverage.leverage, leverage.odds),
):
    app.command()(_command)
trade.trade.command("sample")(trade_bands.sample_command)
trade.trade.command("coalition")(trade_bands.coalition_command)
app.add_typer(trade.trade, name="trade")
app.add_typer(events.app, name="events")
