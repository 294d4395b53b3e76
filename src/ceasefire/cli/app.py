"""The commands by name; `--help` lists them in this order, and each is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ceasefire import __version__

COMMANDS = {
    "brief": ("cases", "Answer a case: write the brief, print the judgement."),
    "check": ("cases", "Check a case: every problem with its place and remedy."),
    "new": ("cases", "Start a case: a small complete one to change."),
    "cases": ("cases", "List the bundled cases."),
    "codes": ("codes", "Codes of events, countries and organisations by name."),
    "schema": ("cases", "Print the JSON Schema of case files, for editors."),
    "record": ("record", "Who said what, and who did what."),
    "ledger": ("record", "What became of each promise, threat and demand."),
    "redlines": ("record", "What may have crossed red lines, and what followed."),
    "truces": ("truces", "Whether truces held, and for how long."),
    "escalation": ("escalation", "How a conflict rose and fell, and who answers whom."),
    "solve": ("graph", "Which states are stable, for whom, in which sense."),
    "paths": ("graph", "How states are reached from the status quo."),
    "inverse": ("changing", "The least change that makes wanted states stable."),
    "perceive": ("changing", "What each party sees as stable."),
    "packages": ("price", "The cheapest packages, and who can carry them."),
    "who": ("price", "What each coalition would pay, and which suffice."),
    "robust": ("robust", "How sure a package is, and what would change it."),
    "explain": ("robust", "Why a package works, lever by lever."),
    "leverage": ("leverage", "What each lever costs its target and its owner."),
    "odds": ("leverage", "How often threats of this kind worked."),
    "trade": ("trade_bands", "What a shock to trade costs each economy."),
    "events": ("events", "Event data: import, fetch, status, query, rejects."),
}
"""Module of this room and summary of each command; in the module it is a function or a group of that name."""


class _Loaded(MutableMapping[str, Any]):
    """The commands, each imported when it is first looked up: `--help` needs none of them."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            module, _ = COMMANDS[name]
            found = getattr(import_module(f"ceasefire.cli.{module}"), name)
            if not isinstance(found, typer.Typer):
                alone = typer.Typer(rich_markup_mode=None, add_completion=False)
                alone.command(name)(found)
                found = alone
            self._known[name] = typer.main.get_command(found)
        return self._known[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Commands(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loaded()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


app = typer.Typer(
    name="ceasefire",
    cls=_Commands,
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
