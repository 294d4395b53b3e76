"""Why a state is stable or not, for each party: its improvements, and the replies that hold it back or do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from ceasefire.cli.conflicts import Conflict, named_states, state_text


def whys(read: Conflict, text: str, concepts: Sequence[str]) -> dict[str, Any]:
    """Give, per state named and concept, why each party or coalition stays or leaves (`graphmodel.witnesses_json`)."""
    from ceasefire import graphmodel  # noqa: PLC0415

    return {
        read.model.labels[state]: graphmodel.witnesses_json(read.model, state, concepts)
        for state in named_states(read.model, text, "--why")
    }


def print_whys(read: Conflict, told: dict[str, Any]) -> None:
    """Print who would leave each state, and what follows; of coalitions those that would gain by it."""
    for label, by_concept in told.items():
        typer.echo(f"Why {state_text(read.model, read.model.labels.index(label))}:")
        for concept, parties in by_concept.items():
            typer.echo(f"  {concept}:")
            for party, one in parties.items():
                if party in read.model.parties or one["improvements"]:
                    _print_why(party, one, is_one=party in read.model.parties)


def _print_why(party: str, one: dict[str, Any], *, is_one: bool) -> None:
    verb = ("stay" if one["stable"] else "leave") + ("s" if is_one else "")
    margin = _margin(one)
    if "anticipates" in one:
        ends = one["anticipates"] if "from" in one else [one["anticipates"]]
        listed = "; then ".join(", ".join(map(str, group)) for group in ends)
        ahead = f", from {one['from']} moves ahead on" if "from" in one else ""
        again = ", and so on" if len(ends) > 1 else ""
        typer.echo(f"    {party} {verb}{margin}: expects the end in {listed}{again}{ahead}")
        return
    typer.echo(f"    {party} {verb}{margin}" + ("" if one["improvements"] else ": no move is better"))
    for move in one["improvements"]:
        way = f", by {_steps(move['route'])}" if len(move.get("route", ())) > 1 else ""
        typer.echo(f"      to {move['to']}{way}: {_reply(move)}")


def _margin(one: dict[str, Any]) -> str:
    if "margins" in one:
        listed = [f"{margin} for {party}" for party, margin in one["margins"].items() if margin is not None]
        return f" (margin {', '.join(listed)})" if listed else ""
    return "" if one["margin"] is None else f" (margin {one['margin']})"


def _reply(move: dict[str, Any]) -> str:
    if move["sanction"] is None:
        return "nothing holds it back"
    if "end" in move:
        meanwhile = " and ".join(f"{step['party']} to {step['to']}" for step in move["sanction"])
        return f"held back by {meanwhile} at the same time, which ends in {move['end']}"
    return f"held back by {_steps(move['sanction'])}"


def _steps(route: list[dict[str, Any]]) -> str:
    return ", then ".join(f"{step['party']} to {step['to']}" for step in route)
