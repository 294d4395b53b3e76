"""What is stable where preferences are known in part: whatever is unknown, and perhaps; and what to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ceasefire.cli.conflicts import Conflict, how_many, listed, named_concepts
from ceasefire.cli.inputs import print_json
from ceasefire.cli.progress import Progress
from ceasefire.errors import LimitError

if TYPE_CHECKING:
    from ceasefire.graphmodel import Bounds, Question


def print_bounds(read: Conflict, concepts: str, *, as_json: bool) -> None:
    """Tell what is stable in all completions, what in some, and which comparison to ask for."""
    from ceasefire import graphmodel  # noqa: PLC0415

    chosen = named_concepts(concepts, graphmodel.BASIC)
    answer: dict[str, Any] = {"necessary": {}, "possible": {}, "unsettled": {}, "ask": {}}
    with Progress() as progress:
        for concept in chosen:
            progress.tell(f"comparing completions under {concept}")
            found = graphmodel.bounds(read.model, read.known or (), [concept])
            ask = {concept: _questions(read, concept, found)} if len(found.undecided(concept)) else {}
            for part, told in graphmodel.bounds_json(read.model, found, ask).items():
                answer[part] |= told
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{how_many(read.model)}; equilibria whatever is still unknown, and those that may be:")
    for concept in chosen:
        _print_bounds(concept, answer)


def _print_bounds(concept: str, answer: dict[str, Any]) -> None:
    sure, may = answer["necessary"][concept], answer["possible"][concept]
    typer.echo(f"  {concept}: sure {listed(sure)}; open {listed([name for name in may if name not in sure])}")
    if answer["unsettled"][concept]:
        typer.echo(f"    not settled in time whether these are sure, or can be at all: {listed(answer['unsettled'][concept])}")
    asked = answer["ask"].get(concept, [])
    if asked is None:
        typer.echo("    too many comparisons are unknown to say which one to ask for")
    for question in (asked or [])[:1]:
        least = "" if question["exact"] else "at least "
        settled = ", ".join(f"{reply} settles {least}{n}" for reply, n in question["settles"].items())
        typer.echo(f"    ask how {question['party']} likes {question['state']} compared with {question['other']}: {settled}")


def _questions(read: Conflict, concept: str, found: Bounds) -> tuple[Question, ...] | None:
    """Give what to ask next, about the wanted states where a case names them; None where there is too much to compare."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        return graphmodel.questions(read.model, read.known or (), concept, about=read.wanted or None, found=found, most=3)
    except LimitError:
        return None
