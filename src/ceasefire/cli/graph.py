"""Commands on a conflict as a graph: what is stable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, print_json, read_bytes, read_text

if TYPE_CHECKING:
    from ceasefire.graphmodel import GraphModel

ModelFile = Annotated[str, typer.Argument(metavar="FILE", help="A file in the exchange format (JSON), or a .gmcr file.")]


def solve(
    file: ModelFile,
    as_json: AsJson = False,
    concepts: Annotated[
        str, typer.Option("--concepts", metavar="LIST", help="Stability concepts, separated by commas.")
    ] = "Nash,GMR,SMR,SEQ",
) -> None:
    """Find which states are stable, for whom, in which sense (exchange format or .gmcr)."""
    from ceasefire import graphmodel  # noqa: PLC0415

    model = read_model(file)
    known = {name.lower(): name for name in graphmodel.CONCEPTS}
    wanted = [part.strip() for part in concepts.split(",") if part.strip()]
    for part in wanted:
        if part.lower() not in known:
            raise typer.BadParameter(f"unknown concept {part!r}; known: {', '.join(graphmodel.CONCEPTS)}", param_hint="--concepts")
    solution = graphmodel.solve(model, concepts=tuple(known[part.lower()] for part in wanted))
    answer = graphmodel.solution_json(model, solution)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{len(answer['states'])} states; equilibria (stable for every party):")
    for concept, numbers in answer["equilibria"].items():
        typer.echo(f"  {concept}: {', '.join(str(n) for n in numbers) or 'none'}")
        for number in numbers:
            typer.echo(f"    {number}: {_state_text(model, answer['states'][str(number)])}")


def read_model(file: str) -> GraphModel:
    """Read a graph model in the exchange format or as .gmcr."""
    from ceasefire import graphmodel  # noqa: PLC0415

    if Path(file).suffix.lower() == ".gmcr":
        return graphmodel.read_gmcr(read_bytes(file), file)
    return graphmodel.read_exchange(read_text(file), file)


def _state_text(model: GraphModel, vector: str) -> str:
    taken = [option.name for option, sign in zip(model.options, vector, strict=True) if sign == "Y"]
    return ", ".join(taken) or "nothing"
