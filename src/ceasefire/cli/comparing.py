"""What is stable where preferences are more, or less, than one ranking per party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import typer

from ceasefire.cli.conflicts import Conflict, how_many, named_concepts
from ceasefire.cli.inputs import print_json

_HEADS = {
    "general": "Strength of preference, general stability",
    "strong": "Strongly stable, every sanction much worse",
    "weak": "Generally stable for all, strongly for none",
    "attitudes": "With the attitudes of the file",
    "fuzzy": "With fuzzy preferences and their thresholds",
    "probable": "With probable preferences and their thresholds",
}


def print_structures_only(read: Conflict, concepts: str, unknown: str | None, *, as_json: bool) -> None:
    """Solve what a file says of preferences that are no ranking."""
    from ceasefire import graphmodel  # noqa: PLC0415

    chosen = named_concepts(concepts, graphmodel.STRUCTURE_CONCEPTS)
    if unknown is not None:
        if not any(name.startswith("unknown") for name in read.structures):
            raise typer.BadParameter("the file leaves no comparison unknown", param_hint="--unknown")
        asked = {f"unknown {version}" for version in named_concepts(unknown, ("a", "b", "c", "d"), "--unknown")}
        read = replace(read, structures={name: one for name, one in read.structures.items() if name in asked})
    answer = {
        "states": {label: read.model.vector(k) for k, label in enumerate(read.model.labels)},
        "structures": judged(read, chosen),
    }
    if as_json:
        print_json(answer)
        return
    typer.echo(how_many(read.model))
    print_structures(answer["structures"])


def judged(read: Conflict, concepts: Sequence[str]) -> dict[str, Any]:
    """Give stable states and equilibria under each preference structure of a file; of strength also what is weakly stable."""
    from ceasefire import graphmodel  # noqa: PLC0415

    chosen = tuple(concept for concept in concepts if concept in graphmodel.STRUCTURE_CONCEPTS)
    verdicts = {name: graphmodel.judge(read.model, one, chosen) for name, one in read.structures.items()}
    if "strong" in verdicts:
        verdicts["weak"] = graphmodel.weak(verdicts["general"], verdicts["strong"])
    return {name: graphmodel.verdicts_json(read.model, one) for name, one in verdicts.items()}


def print_structures(structures: dict[str, Any]) -> None:
    """Print the equilibria under each preference structure."""
    for name, one in structures.items():
        typer.echo(f"{_HEADS.get(name, name)}:")
        for concept, names in one["equilibria"].items():
            typer.echo(f"  {concept}: {', '.join(map(str, names)) or 'none'}")
