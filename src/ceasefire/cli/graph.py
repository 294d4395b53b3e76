"""Commands on a conflict as a graph: what is stable, and how it is reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.comparing import judged, print_structures, print_structures_only
from ceasefire.cli.conflicts import (
    BASIC_FOUR,
    MOST_SHOWN,
    Concepts,
    Conflict,
    ConflictName,
    complete,
    how_many,
    listed,
    named_concepts,
    named_states,
    print_options,
    read_conflict,
    state_text,
)
from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.partly import print_bounds
from ceasefire.cli.why import print_whys, whys
from ceasefire.errors import OutputError

if TYPE_CHECKING:
    from ceasefire.graphmodel import GraphModel, Solution


def solve(
    conflict: ConflictName,
    *,
    as_json: AsJson = False,
    concepts: Concepts = BASIC_FOUR,
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
        print_bounds(read, concepts, as_json=as_json)
        return
    chosen = named_concepts(concepts, graphmodel.OFFERED, every=graphmodel.applicable(read.model))
    if "SIM" in chosen and "SIM" not in graphmodel.applicable(read.model):
        raise typer.BadParameter("SIM is not defined where moves are explicit", param_hint="--concepts")
    solution = graphmodel.solve_named(read.model, chosen)
    answer = graphmodel.solution_json(read.model, solution) if as_json else {}
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
    concepts: Concepts = BASIC_FOUR,
) -> None:
    """Find how states are reached from the status quo: how far, by whom first, with how much trust, who can derail it."""
    from ceasefire import graphmodel  # noqa: PLC0415

    read = complete(conflict)
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
    ways = {state: answer["to"][model.labels[state]] for state in targets}
    shown = targets if to or len(ways) <= MOST_SHOWN else sorted(ways, key=lambda state: _effort(ways[state]))[:MOST_SHOWN]
    if len(shown) < len(ways):
        typer.echo(f"  the {len(shown)} of {len(ways):,} equilibria that need least trust, then fewest moves; --to names others")
    for state in shown:
        _print_way(model, state, ways[state])


def _print_equilibria(model: GraphModel, solution: Solution) -> None:
    typer.echo(f"{how_many(model)}; equilibria (stable for every party):")
    shown: set[int] = set()
    for concept, row in solution.equilibria.items():
        stable = row.nonzero()[0].tolist()
        typer.echo(f"  {concept}: {listed([model.labels[k] for k in stable])}")
        shown.update(stable[:MOST_SHOWN])
    print_options(model, shown)


def _refuse(options: list[str]) -> None:
    """Refuse options that would otherwise be left out of account in silence."""
    if options:
        raise typer.BadParameter("needs preferences that are complete rankings", param_hint=options[0])


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


def _print_sensitivity(answer: dict[str, Any]) -> None:
    typer.echo(f"{len(answer['decisive'])} of {answer['alterations']} alterations change an equilibrium:")
    for effect in answer["decisive"]:
        act = (
            f"without {effect['first']!r}"
            if effect["act"] == "without"
            else f"{effect['first']!r} and {effect['second']!r} {effect['act']}"
        )
        told = [
            f"{concept} {sign}{listed(names)}"
            for sign, change in (("+", "gained"), ("-", "lost"))
            for concept, names in effect[change].items()
        ]
        typer.echo(f"  {effect['party']}, {act}: {'; '.join(told)}")


def _effort(way: dict[str, Any]) -> tuple[bool, int, int]:
    """Order ways by how easily they are gone; what is out of reach comes last."""
    return way["moves"] is None, way["trust"] or 0, way["moves"] or 0


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


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
