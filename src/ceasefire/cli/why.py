"""Why a state is stable or not, for each party: its improvements, and the replies that hold it back or do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from ceasefire.cli.conflicts import Conflict, named_states, state_text


def whys(read: Conflict, text: str, concepts: Sequence[str]) -> dict[str, Any]:
    """Give, per state named and concept, each party's improvements with a shortest sanction, null where there is none."""
    from ceasefire import graphmodel  # noqa: PLC0415

    known = [concept for concept in concepts if concept in graphmodel.ALL_CONCEPTS]
    if not known:
        message = f"witnesses are given for {', '.join(graphmodel.ALL_CONCEPTS)}"
        raise typer.BadParameter(message, param_hint="--why")
    return {
        read.model.labels[state]: graphmodel.witnesses_json(read.model, state, known)
        for state in named_states(read.model, text, "--why")
    }


def print_whys(read: Conflict, told: dict[str, Any]) -> None:
    """Print who would leave each state, and what follows."""
    for label, by_concept in told.items():
        typer.echo(f"Why {state_text(read.model, read.model.labels.index(label))}:")
        for concept, parties in by_concept.items():
            typer.echo(f"  {concept}:")
            for party, one in parties.items():
                margin = "" if one["margin"] is None else f" (margin {one['margin']})"
                verb = "stays" if one["stable"] else "leaves"
                typer.echo(f"    {party} {verb}{margin}" + ("" if one["improvements"] else ": no move is better"))
                for move in one["improvements"]:
                    typer.echo(f"      to {move['to']}: {_reply(move['sanction'])}")


def _reply(sanction: list[dict[str, Any]] | None) -> str:
    if sanction is None:
        return "nothing holds it back"
    return "held back by " + ", then ".join(f"{step['party']} to {step['to']}" for step in sanction)
