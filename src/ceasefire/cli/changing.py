"""Commands on what would have to change: preferences, options, mistaken views."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.conflicts import (
    BASIC_FOUR,
    MOST_SHOWN,
    Concepts,
    ConflictName,
    as_they_see,
    complete,
    named_concepts,
    named_party,
    named_states,
    print_options,
    read_perceived,
)
from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.wording import out_of
from ceasefire.errors import LimitError, NoSettlementError

if TYPE_CHECKING:
    from ceasefire.graphmodel import Comparison, Goal, GraphModel, Measure, PerceivedGame

_KINDS = {
    "agreed": "holds, and everybody sees it as an equilibrium",
    "misjudged": "holds, though somebody expects another to leave it",
    "by error": "nobody leaves it as long as views are wrong",
    "missed": "would hold if all saw rightly",
    "false hope": "somebody counts on it, and it does not hold",
    "unseen": "can occur, and some party knows no such state",
    "imagined": "cannot occur, and some party reckons with it",
}


def inverse(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    wanted: Annotated[
        str | None, typer.Option("--wanted", metavar="LIST", help="States to make equilibria; a case names its own.")
    ] = None,
    unwanted: Annotated[
        str | None, typer.Option("--unwanted", metavar="LIST", help="States that somebody must want to leave.")
    ] = None,
    any_of: Annotated[bool, typer.Option("--any", help="One wanted state is enough; for a case, as the case says.")] = False,
    concept: Annotated[
        str | None, typer.Option("--concept", help="Nash (default), GMR, SMR, SEQ or SymSEQ; a case names its own.")
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="LIST", help="Parties whose preferences can change.")] = None,
    distance: Annotated[bool, typer.Option("--distance", help="A change costs as many ranks as its states are apart.")] = False,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="KIND:OPTION=COST",
            help="Also consider add, remove, up or down (a step made irreversible), or correct:PARTY=COST; repeatable.",
        ),
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Count the rankings under which each wanted state is an equilibrium.")
    ] = False,
) -> None:
    """Find the least change of preferences, or of options, that makes wanted states equilibria."""
    from ceasefire import graphmodel  # noqa: PLC0415

    read = complete(conflict)
    corrects = any(text.startswith("correct:") for text in measures or ())
    model = as_they_see(read) if corrects else read.model
    name = named_concepts(concept or read.concept or "Nash", graphmodel.BASIC, "--concept")[0]
    states = named_states(model, wanted, "--wanted") if wanted else read.wanted
    each = not any_of if wanted else read.each
    goal = graphmodel.Goal(name, states, named_states(model, unwanted, "--unwanted") if unwanted else (), each=each)
    if not goal.wanted and not goal.unwanted:
        raise typer.BadParameter("name a state to make stable or to unsettle", param_hint="--wanted")
    weight = _weight(model, only, distance=distance)
    with Progress() as progress:
        progress.tell("searching changes")
        if measures:
            listed = [_measure(model, read.model, text) for text in measures]
            answer = graphmodel.redesigns_json(model, graphmodel.least_redesigns(model, goal, listed, weights=weight))
        else:
            answer = graphmodel.changes_json(model, graphmodel.least_changes(model, goal, weights=weight))
        if count:
            answer["rankings"] = {model.labels[k]: _rankings(model, k, name) for k in states}
    if as_json:
        print_json(answer)
        return
    typer.echo(_asked(model, goal))
    _print_changes(model, answer)


def _asked(model: GraphModel, goal: Goal) -> str:
    """Say what is asked for: which states are to be stable or left, under which concept."""
    kept, left = ([model.labels[k] for k in states[:MOST_SHOWN]] for states in (goal.wanted, goal.unwanted))
    kept += [f"{len(goal.wanted) - MOST_SHOWN} more"] if len(goal.wanted) > MOST_SHOWN else []
    one = len(kept) == 1 or not goal.each
    parts = [f"{(' and ' if goal.each else ' or ').join(kept)} {'is an equilibrium' if one else 'are equilibria'}"] if kept else []
    parts += [f"somebody leaves {' and '.join(left)}"] if left else []
    return f"So that {' and '.join(parts)} under {goal.concept}:"


def perceive(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    concepts: Concepts = BASIC_FOUR,
    wanted: Annotated[
        str | None, typer.Option("--wanted", metavar="STATE", help="Find the fewest corrections after which this state holds.")
    ] = None,
    expected: Annotated[
        bool, typer.Option("--expected", help="Ask also that everybody takes the state for an equilibrium.")
    ] = False,
) -> None:
    """Find what each party sees as stable, and what comes of each outcome when views differ."""
    from ceasefire import graphmodel  # noqa: PLC0415

    game = read_perceived(conflict)
    chosen = named_concepts(concepts, graphmodel.ALL_CONCEPTS)
    answer: dict[str, Any] = {"outcomes": graphmodel.outcomes_json(game, graphmodel.perceive(game, chosen))}
    if wanted:
        state = int(game.truth.states[named_states(game.truth, wanted, "--wanted")[0]])
        answer["corrections"] = {concept: _corrections(game, state, concept, expected=expected) for concept in chosen}
        if all(one["cost"] is None for one in answer["corrections"].values()):
            raise NoSettlementError(answer["corrections"][chosen[0]]["reason"])
    if as_json:
        print_json(answer)
        return
    _print_outcomes(game, answer["outcomes"])
    for concept, one in answer.get("corrections", {}).items():
        if one["cost"] is None:
            typer.echo(f"{concept}, corrections for {wanted}: none suffice; {one['reason'].splitlines()[0]}")
            continue
        told = [f"{c['holder']} sees {c['about'] or 'the whole conflict'} rightly" for c in one["corrections"]]
        typer.echo(f"{concept}, corrections for {wanted}: {'; '.join(told) or 'none needed'}")


def _print_outcomes(game: PerceivedGame, outcomes: dict[str, Any]) -> None:
    told = {concept: {label: one for label, one in rows.items() if one["kind"] != "none"} for concept, rows in outcomes.items()}
    for concept, rows in told.items():
        typer.echo(f"{concept}:{'' if rows else ' none'}")
        for label, one in rows.items():
            typer.echo(f"  {label}: {one['kind']} (an equilibrium in the view of {', '.join(one['equilibrium_in']) or 'nobody'})")
    found = {one["kind"] for rows in told.values() for one in rows.values()}
    for kind in (kind for kind in _KINDS if kind in found):
        typer.echo(f"{kind}: {_KINDS[kind]}")
    places = (game.truth.labelled(label) for rows in told.values() for label in rows)
    print_options(game.truth, (place for place in places if place is not None))


def _weight(model: GraphModel, only: str | None, *, distance: bool) -> Callable[[Comparison], int | None]:
    """Give what a change of a comparison costs; None where its party cannot change."""
    from ceasefire import graphmodel  # noqa: PLC0415

    everyone = range(len(model.parties))
    movable = everyone if only is None else {named_party(model, part.strip(), "--only") for part in only.split(",")}
    apart = graphmodel.ranks_apart(model)

    def weight(c: Comparison) -> int | None:
        if c.party not in movable:
            return None
        return apart(c) if distance else 1

    return weight


def _rankings(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    """Count rankings; where there are too many to compare say so, for the least change is an answer without them."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        count = graphmodel.count_rankings(model, state, concept)
    except LimitError as error:
        return {"rankings": None, "of": None, "share": None, "limit": str(error)}
    return {"rankings": count.rankings, "of": count.of, "share": count.share}


def _corrections(game: PerceivedGame, state: int, concept: str, *, expected: bool) -> dict[str, Any]:
    """Find corrections; where none suffice under this concept say why, for they may under another."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        found = graphmodel.least_corrections(game, state, concept, expected=expected)
    except NoSettlementError as error:
        return {"cost": None, "corrections": None, "reason": str(error)}
    return graphmodel.corrections_json(game, found)


def _measure(model: GraphModel, truth: GraphModel, text: str) -> Measure:
    from ceasefire import graphmodel  # noqa: PLC0415

    kind, _, rest = text.partition(":")
    name, _, asked = rest.rpartition("=")
    name, cost = (name, int(asked)) if name and asked.isdecimal() else (rest, 1)
    if kind == "correct":
        party = named_party(model, name, "--measure")
        return graphmodel.Correct(party, truth.preference[party], cost)
    names = [option.name for option in model.options]
    if kind not in {"add", "remove", "up", "down"} or name not in names:
        message = (
            f"{text!r} is no measure; write add, remove, up or down, a colon, and one of {', '.join(names)}, "
            f"or correct: and one of {', '.join(model.parties)}"
        )
        raise typer.BadParameter(message, param_hint="--measure")
    option = names.index(name)
    if kind in {"up", "down"} and model.options[option].direction not in {"both", kind}:
        raise typer.BadParameter(f"{name!r} is {model.options[option].direction} only already", param_hint="--measure")
    match kind:
        case "add":
            return graphmodel.Add(option, cost)
        case "remove":
            return graphmodel.Remove(option, cost)
        case _:
            return graphmodel.OneWay(option, "up" if kind == "up" else "down", cost)


def _print_changes(model: GraphModel, answer: dict[str, Any]) -> None:
    found = len(answer["changes"])
    cost = f"Least cost: {answer['cost']}"
    if answer["at_least"] < answer["cost"]:
        cost = f"Cost: {answer['cost']}, the least found; none below {answer['at_least']} suffices"
    typer.echo(f"{cost}; {found} {'way' if found == 1 else 'ways'}:")
    for k, change in enumerate(answer["changes"], 1):
        typer.echo(f"  {k}.")
        for measure in change.get("measures", []):
            typer.echo(f"    {measure['measure']} {measure.get('option') or measure.get('party')} (cost {measure['cost']})")
        for c in change["comparisons"]:
            typer.echo(f"    {c['party']} finds {c['state']} {c['is']} {c['other']}")
        if not change.get("measures") and not change["comparisons"]:
            typer.echo("    nothing needs to change")
    for label, count in answer.get("rankings", {}).items():
        counted = count["limit"] if count["rankings"] is None else out_of(count["rankings"], count["of"])
        typer.echo(f"Rankings under which {label} is an equilibrium: {counted}")
    places = {label: k for k, label in enumerate(model.labels)}
    named = {str(c[key]) for change in answer["changes"] for c in change["comparisons"] for key in ("state", "other")}
    print_options(model, (places[label] for label in named))
