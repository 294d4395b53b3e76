"""The commands; each imports the rooms it needs when it runs, so that ``--help`` stays quick."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire import __version__
from ceasefire.cli.progress import Progress
from ceasefire.errors import CaseError, Problem

if TYPE_CHECKING:
    from ceasefire.graphmodel import GraphModel
    from ceasefire.mediation import Problem as MediationProblem

app = typer.Typer(
    name="ceasefire",
    help="From words to actions: find who can stop a war, with which credible promises, and at what price.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Credibility(StrEnum):
    """How an unbelievable lever counts."""

    IGNORE = "ignore"
    FILTER = "filter"
    PRICE = "price"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


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


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="A file in the exchange format (JSON), or a .gmcr file.")]


@app.command()
def solve(
    file: FileArgument,
    as_json: AsJson = False,
    concepts: Annotated[
        str, typer.Option("--concepts", metavar="LIST", help="Stability concepts, separated by commas.")
    ] = "Nash,GMR,SMR,SEQ",
) -> None:
    """Find which states are stable, for whom, in which sense (exchange format or .gmcr)."""
    from ceasefire import graphmodel  # noqa: PLC0415

    model = _model(file)
    known = {name.lower(): name for name in graphmodel.CONCEPTS}
    wanted = [part.strip() for part in concepts.split(",") if part.strip()]
    for part in wanted:
        if part.lower() not in known:
            raise typer.BadParameter(f"unknown concept {part!r}; known: {', '.join(graphmodel.CONCEPTS)}", param_hint="--concepts")
    solution = graphmodel.solve(model, concepts=tuple(known[part.lower()] for part in wanted))
    answer = graphmodel.solution_json(model, solution)
    if as_json:
        _print_json(answer)
        return
    typer.echo(f"{len(answer['states'])} states; equilibria (stable for every party):")
    for concept, numbers in answer["equilibria"].items():
        typer.echo(f"  {concept}: {', '.join(str(n) for n in numbers) or 'none'}")
        for number in numbers:
            typer.echo(f"    {number}: {_state_text(model, answer['states'][str(number)])}")


@app.command()
def packages(
    file: FileArgument,
    as_json: AsJson = False,
    credibility: Annotated[
        Credibility | None, typer.Option("--credibility", help="ignore, filter or price; default: as the file says.")
    ] = None,
) -> None:
    """Find the cheapest packages of threats and promises that make the wanted outcome stable, and who can do it."""
    from ceasefire import mediation  # noqa: PLC0415

    problem = _problem(file)
    with Progress() as progress:
        progress.tell("searching packages")
        found = mediation.find_packages(problem, credibility=credibility.value if credibility else None)
    answer = mediation.packages_json(problem, found)
    if as_json:
        _print_json(answer)
        return
    if not found.feasible:
        typer.echo("No package of these levers makes the wanted outcome stable.")
        return
    typer.echo(f"Cheapest cost: {answer['min_cost']}")
    for package in answer["optimal_packages"]:
        typer.echo(f"  {', '.join(package) or 'no lever needed'}")
    typer.echo("Smallest coalitions that can do it:")
    for coalition in answer["minimal_coalitions"]:
        typer.echo(f"  {' + '.join(coalition) or 'nobody is needed'}")


def _state_text(model: GraphModel, vector: str) -> str:
    taken = [option.name for option, sign in zip(model.options, vector, strict=True) if sign == "Y"]
    return ", ".join(taken) or "nothing"


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _read(file: str) -> bytes:
    path = Path(file)
    try:
        if path.stat().st_size > 50_000_000:
            raise CaseError([Problem(file, None, None, "too-large", "larger than 50 MB", "is this the right file?")])
        return path.read_bytes()
    except OSError as error:
        hint = "give the path of a file"
        raise CaseError([Problem(file, None, None, "missing-file", f"cannot be read: {error.strerror}", hint)]) from error


def _text(file: str) -> str:
    try:
        return _read(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start})"
        raise CaseError([Problem(file, None, None, "not-utf8", message, "save the file as UTF-8")]) from error


def _model(file: str) -> GraphModel:
    from ceasefire import graphmodel  # noqa: PLC0415

    if Path(file).suffix.lower() == ".gmcr":
        return graphmodel.read_gmcr(_read(file), file)
    return graphmodel.read_exchange(_text(file), file)


def _problem(file: str) -> MediationProblem:
    from ceasefire import mediation  # noqa: PLC0415

    return mediation.read_problem(_text(file), file)
