"""Commands on a conflict as a graph: what is stable, how it is reached, what would have to change, who sees what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.comparing import judged, print_structures, print_structures_only
from ceasefire.cli.conflicts import (
    Conflict,
    ConflictName,
    as_they_see,
    named_concepts,
    named_party,
    named_states,
    read_conflict,
    read_perceived,
    state_text,
)
from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.why import print_whys, whys
from ceasefire.errors import LimitError, NoSettlementError, OutputError

if TYPE_CHECKING:
    from ceasefire.graphmodel import Comparison, GraphModel, Measure, PerceivedGame, Question, Solution

_BASIC = "Nash,GMR,SMR,SEQ"
_MOST_SHOWN = 20

Concepts = Annotated[
    str,
    typer.Option("--concepts", metavar="LIST", help="Stability concepts, separated by commas, or all; a wrong name lists them."),
]


def solve(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    concepts: Concepts = _BASIC,
    ranges: Annotated[
        bool, typer.Option("--ranges", help="What is stable whatever values a case's stakes have in their ranges, and what may be.")
    ] = False,
    unknown: Annotated[
        str | None,
        typer.Option("--unknown", metavar="LIST", help="Versions a, b, c, d of every concept, where comparisons are unknown."),
    ] = None,
    why: Annotated[
        str | None, typer.Option("--why", metavar="LIST", help="Also tell for these states who would leave, and what follows.")
    ] = None,
    sensitive: Annotated[
        bool, typer.Option("--sensitivity", help="Which statement, left out or exchanged, changes an equilibrium.")
    ] = False,
    table: Annotated[Path | None, typer.Option("--table", metavar="FILE", help="Write the states as .csv or .parquet.")] = None,
    graph: Annotated[
        Path | None, typer.Option("--graph", metavar="FILE", help="Write states and moves as .graphml or .json.")
    ] = None,
    save: Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write the conflict as .json or .gmcr.")] = None,
) -> None:
    """Find which states are stable, for whom, in which sense."""
    from ceasefire import graphmodel  # noqa: PLC0415

    read = read_conflict(conflict, ranges=ranges)
    asked = {"--why": why, "--sensitivity": sensitive, "--table": table, "--graph": graph, "--save": save}
    if unknown is not None or not read.has_ranking or read.known is not None:
        _refuse([name for name, value in asked.items() if value])
    if unknown is not None or (not read.has_ranking and read.known is None):
        print_structures_only(read, concepts, unknown, as_json=as_json)
        return
    if read.known is not None:
        _bounds(read, concepts, as_json=as_json)
        return
    chosen = named_concepts(concepts, graphmodel.OFFERED, every=graphmodel.applicable(read.model))
    if "SIM" in chosen and "SIM" not in graphmodel.applicable(read.model):
        raise typer.BadParameter("SIM is not defined where moves are explicit", param_hint="--concepts")
    solution = graphmodel.solve_named(read.model, chosen)
    answer = graphmodel.solution_json(read.model, solution)
    if why:
        answer["why"] = whys(read, why, chosen)
    if read.structures:
        answer["structures"] = judged(read, chosen)
    if sensitive:
        basic = tuple(name for name in chosen if name in graphmodel.ALL_CONCEPTS)
        answer |= graphmodel.sensitivity_json(read.model, graphmodel.sensitivity(read.model, read.sources, basic))
    _write(read, solution, table, graph, save)
    if as_json:
        print_json(answer)
        return
    _print_equilibria(read.model, solution)
    print_whys(read, answer.get("why", {}))
    print_structures(answer.get("structures", {}))
    if sensitive:
        _print_sensitivity(answer)


def paths(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    start: Annotated[
        str | None, typer.Option("--from", metavar="STATE", help="The status quo, by number or Y/N vector; a case names its own.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="LIST", help="States to reach; default: every equilibrium of the concepts.")
    ] = None,
    concepts: Concepts = _BASIC,
) -> None:
    """Find how states are reached from the status quo: how far, by whom first, with how much trust, who can derail it."""
    from ceasefire import graphmodel  # noqa: PLC0415

    read = _complete(conflict)
    model = read.model
    begin = named_states(model, start, "--from")[0] if start else read.status_quo
    if begin is None:
        raise typer.BadParameter("the file names no status quo; give a state", param_hint="--from")
    chosen = named_concepts(concepts, graphmodel.ALL_CONCEPTS)
    equilibria = graphmodel.solve(model, concepts=chosen).equilibria
    held = {k: [c for c in chosen if equilibria[c][k]] for k in range(model.n_states)}
    targets = named_states(model, to, "--to") if to else tuple(k for k, under in held.items() if under)
    answer = graphmodel.paths_json(model, begin, targets)
    for state in targets:
        answer["to"][model.labels[state]]["equilibrium"] = held[state]
    if as_json:
        print_json(answer)
        return
    typer.echo(f"From {state_text(model, begin)}:")
    for state in targets:
        _print_way(model, state, answer["to"][model.labels[state]])


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
    concept: Annotated[str, typer.Option("--concept", help="Nash, GMR, SMR, SEQ or SymSEQ.")] = "Nash",
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

    read = _complete(conflict)
    corrects = any(text.startswith("correct:") for text in measures or ())
    model = as_they_see(read) if corrects else read.model
    name = named_concepts(concept, graphmodel.BASIC, "--concept")[0]
    states = named_states(model, wanted, "--wanted") if wanted else read.wanted
    each = not any_of if wanted else read.each
    goal = graphmodel.Goal(name, states, named_states(model, unwanted, "--unwanted") if unwanted else (), each=each)
    if not goal.wanted and not goal.unwanted:
        raise typer.BadParameter("name a state to make stable or to unsettle", param_hint="--wanted")
    movable = {named_party(model, part.strip(), "--only") for part in only.split(",")} if only else set(range(len(model.parties)))
    apart = graphmodel.ranks_apart(model)

    def weight(c: Comparison) -> int | None:
        if c.party not in movable:
            return None
        return apart(c) if distance else 1

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
    _print_changes(model, answer)


def perceive(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    concepts: Concepts = _BASIC,
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
    for concept, outcomes in answer["outcomes"].items():
        typer.echo(f"{concept}:")
        for label, outcome in outcomes.items():
            if outcome["kind"] != "none":
                seen = ", ".join(outcome["equilibrium_in"]) or "nobody"
                typer.echo(f"  {label}: {outcome['kind']} (an equilibrium in the view of {seen})")
    for concept, one in answer.get("corrections", {}).items():
        if one["cost"] is None:
            typer.echo(f"{concept}, corrections for {wanted}: none suffice; {one['reason'].splitlines()[0]}")
            continue
        told = [f"{c['holder']} sees {c['about'] or 'the whole conflict'} rightly" for c in one["corrections"]]
        typer.echo(f"{concept}, corrections for {wanted}: {'; '.join(told) or 'none needed'}")


def _rankings(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    """Count rankings; where there are too many to compare say so, for the least change is an answer without them."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        count = graphmodel.count_rankings(model, state, concept)
    except LimitError as error:
        return {"rankings": None, "of": None, "limit": str(error)}
    return {"rankings": count.rankings, "of": count.of}


def _corrections(game: PerceivedGame, state: int, concept: str, *, expected: bool) -> dict[str, Any]:
    """Find corrections; where none suffice under this concept say why, for they may under another."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        found = graphmodel.least_corrections(game, state, concept, expected=expected)
    except NoSettlementError as error:
        return {"cost": None, "corrections": None, "reason": str(error)}
    return graphmodel.corrections_json(game, found)


def _print_equilibria(model: GraphModel, solution: Solution) -> None:
    typer.echo(f"{model.n_states:,} states; equilibria (stable for every party):")
    for concept, row in solution.equilibria.items():
        stable = row.nonzero()[0].tolist()
        shown = stable[:_MOST_SHOWN]
        more = f" and {len(stable) - len(shown):,} more (--json lists all)" if len(stable) > len(shown) else ""
        typer.echo(f"  {concept}: {', '.join(model.labels[k] for k in shown) or 'none'}{more}")
        for state in shown:
            typer.echo(f"    {model.labels[state]}: {', '.join(model.taken(state)) or 'nothing'}")


def _refuse(options: list[str]) -> None:
    """Refuse options that would otherwise be left out of account in silence."""
    if options:
        raise typer.BadParameter("needs preferences that are complete rankings", param_hint=options[0])


def _complete(name: str) -> Conflict:
    read = read_conflict(name)
    if not read.has_ranking or read.known is not None:
        raise typer.BadParameter(
            "its preferences are no complete rankings; `ceasefire solve` says what is stable", param_hint="CONFLICT"
        )
    return read


def _bounds(read: Conflict, concepts: str, *, as_json: bool) -> None:
    from ceasefire import graphmodel  # noqa: PLC0415

    chosen = named_concepts(concepts, graphmodel.BASIC)
    with Progress() as progress:
        progress.tell("comparing completions")
        answer, stopped = _completed(read, chosen)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{read.model.n_states:,} states; equilibria whatever is still unknown, and those that may be:")
    for concept in chosen:
        if concept in stopped:
            typer.echo(f"  {concept}: {stopped[concept]}")
            continue
        sure, may = answer["necessary"][concept], answer["possible"][concept]
        open_to = [name for name in may if name not in sure]
        typer.echo(f"  {concept}: sure {_listed(sure)}; open {_listed(open_to)}")
        asked = answer["ask"].get(concept, [])
        if asked is None:
            typer.echo("    too many comparisons are unknown to say which one to ask for")
        for question in (asked or [])[:1]:
            settled = ", ".join(f"{reply} settles {n}" for reply, n in question["settles"].items())
            typer.echo(f"    ask how {question['party']} likes {question['state']} compared with {question['other']}: {settled}")


def _completed(read: Conflict, chosen: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    """Compare completions; a concept under which they are too many to compare leaves the answers of the others."""
    from ceasefire import graphmodel  # noqa: PLC0415

    known = read.known or ()
    searched = [c for c in chosen if c in {"SEQ", "SymSEQ"}]
    apart = [tuple(c for c in chosen if c not in searched), *((c,) for c in searched)]
    answer: dict[str, Any] = {"necessary": {}, "possible": {}, "ask": {}}
    stopped: dict[str, str] = {}
    for together in filter(None, apart):
        try:
            found = graphmodel.bounds(read.model, known, together)
        except LimitError as error:
            stopped |= dict.fromkeys(together, str(error))
            continue
        ask = {c: _questions(read, c) for c in together if len(found.undecided(c))}
        for part, told in graphmodel.bounds_json(read.model, found, ask).items():
            answer[part] |= told
    if len(stopped) == len(chosen):
        raise LimitError(stopped[chosen[0]])
    return answer | ({"limits": stopped} if stopped else {}), stopped


def _questions(read: Conflict, concept: str) -> tuple[Question, ...] | None:
    """Give what to ask next, about the wanted states where a case names them; None where there is too much to compare."""
    from ceasefire import graphmodel  # noqa: PLC0415

    try:
        return graphmodel.questions(read.model, read.known or (), concept, about=read.wanted or None, most=3)
    except LimitError:
        return None


def _write(read: Conflict, solution: Solution, table: Path | None, graph: Path | None, save: Path | None) -> None:
    from ceasefire import graphmodel  # noqa: PLC0415

    if table is not None:
        graphmodel.write_table(graphmodel.state_table(read.model, solution), table)
    if graph is not None:
        graphmodel.write_graph(read.model, solution, graph)
    if save is not None:
        _text(
            save,
            {
                ".json": lambda: graphmodel.write_exchange(read.model),
                ".gmcr": lambda: graphmodel.write_gmcr(read.model, read.sources),
            },
        )


def _text(path: Path, writers: dict[str, Any]) -> None:
    from ceasefire.store import staged  # noqa: PLC0415

    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise OutputError(f"{path}: written as {' or '.join(writers)}\n  hint: give the file one of these endings")
    text = writer()
    with staged(path) as draft:
        draft.write_text(text, encoding="utf-8")


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


def _print_sensitivity(answer: dict[str, Any]) -> None:
    typer.echo(f"{len(answer['decisive'])} of {answer['alterations']} alterations change an equilibrium:")
    for effect in answer["decisive"]:
        act = (
            f"without {effect['first']!r}"
            if effect["act"] == "without"
            else f"{effect['first']!r} and {effect['second']!r} {effect['act']}"
        )
        told = [
            f"{concept} {sign}{_listed(names)}"
            for sign, change in (("+", "gained"), ("-", "lost"))
            for concept, names in effect[change].items()
        ]
        typer.echo(f"  {effect['party']}, {act}: {'; '.join(told)}")


def _print_way(model: GraphModel, state: int, way: dict[str, Any]) -> None:
    under = f", equilibrium under {', '.join(way['equilibrium'])}" if way["equilibrium"] else ""
    typer.echo(f"  {state_text(model, state)}{under}")
    if way["moves"] == 0:
        typer.echo("    is the status quo")
        return
    if way["moves"] is None:
        typer.echo("    cannot be reached")
        return
    improving = "out of reach by improvements" if way["improvements"] is None else _counted(way["improvements"], "improvement")
    typer.echo(f"    {_counted(way['moves'], 'move')}; {improving}; {_counted(way['trust'], 'move')} against the mover's interest")
    for step in way["route"]:
        trust = "" if step["improvement"] else ", which needs trust"
        typer.echo(f"      {step['party']}: {step['from']} -> {step['to']}{trust}")
    for off in way["derailments"]:
        typer.echo(f"      after step {off['after']} {off['party']} would rather go to {off['to']}")


def _listed(names: Sequence[int | str]) -> str:
    return ", ".join(map(str, names)) or "none"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


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
        counted = count["limit"] if count["rankings"] is None else f"{count['rankings']:,} of {count['of']:,}"
        typer.echo(f"Rankings under which {label} is an equilibrium: {counted}")
    places = {label: k for k, label in enumerate(model.labels)}
    named = {str(c[key]) for change in answer["changes"] for c in change["comparisons"] for key in ("state", "other")}
    for label in sorted(named, key=places.__getitem__):
        typer.echo(f"  {state_text(model, places[label])}")
