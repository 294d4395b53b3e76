"""Commands on levers: which package, which powers, at what price."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, print_json, read_text
from ceasefire.cli.progress import Progress

if TYPE_CHECKING:
    from ceasefire.mediation import Problem


class Credibility(StrEnum):
    """How an unbelievable lever counts."""

    IGNORE = "ignore"
    FILTER = "filter"
    PRICE = "price"


ProblemFile = Annotated[str, typer.Argument(metavar="FILE", help="A problem of priced mediation (JSON).")]


def packages(
    file: ProblemFile,
    as_json: AsJson = False,
    credibility: Annotated[
        Credibility | None, typer.Option("--credibility", help="ignore, filter or price; default: as the file says.")
    ] = None,
) -> None:
    """Find the cheapest packages of threats and promises that make the wanted outcome stable, and who can do it."""
    from ceasefire import mediation  # noqa: PLC0415

    problem = read_problem(file)
    with Progress() as progress:
        progress.tell("searching packages")
        found = mediation.find_packages(problem, credibility=credibility.value if credibility else None)
    answer = mediation.packages_json(problem, found)
    if as_json:
        print_json(answer)
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


def read_problem(file: str) -> Problem:
    """Read a problem of priced mediation."""
    from ceasefire import mediation  # noqa: PLC0415

    return mediation.read_problem(read_text(file), file)
