"""Conflicts that commands on graphs work on: exchange files, .gmcr files and cases; states as users name them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.inputs import read_bytes, read_text

if TYPE_CHECKING:
    from ceasefire.graphmodel import GraphModel, PartialOrder, PerceivedGame, PreferenceStructure, Source

ConflictName = Annotated[
    str,
    typer.Argument(
        metavar="CONFLICT", help="A file in the exchange format (.json) or of GMCR+ (.gmcr), a bundled case, a case folder or file."
    ),
]

Concepts = Annotated[
    str,
    typer.Option("--concepts", metavar="LIST", help="Stability concepts, separated by commas, or all; a wrong name lists them."),
]
BASIC_FOUR = "Nash,GMR,SMR,SEQ"
MOST_SHOWN = 20


@dataclass(frozen=True, eq=False)
class Conflict:
    """A graph model with what the file says besides.

    Parameters
    ----------
    sources : tuple of Source
        What the preferences were written as; empty where they are known in part.
    known : tuple of PartialOrder or None
        Per party, where preferences are known in part or within ranges.
    structures : mapping of str to PreferenceStructure
        What a file says beyond one ranking per party: strength, unknown, fuzzy or probable comparisons, attitudes.
    has_ranking : bool
        Whether every party ranks the states; not where comparisons are partial, fuzzy or probable.
    game : PerceivedGame or None
        The parties' own views, where a file has them.
    status_quo : int or None
        Index of a state.
    wanted : tuple of int
        Indices of the states a case wants.
    each : bool
        Whether all of them must be stable.
    concept : str or None
        Under which a case asks what is stable, where it is one of the basic ones.
    """

    model: GraphModel
    sources: tuple[Source, ...]
    known: tuple[PartialOrder, ...] | None = None
    structures: Mapping[str, PreferenceStructure] = field(default_factory=dict)
    has_ranking: bool = True
    game: PerceivedGame | None = None
    status_quo: int | None = None
    wanted: tuple[int, ...] = ()
    each: bool = False
    concept: str | None = None


def read_conflict(name: str, *, ranges: bool = False) -> Conflict:
    """Read a conflict; with `ranges` what a case's ranges leave certain becomes `known`."""
    from ceasefire import graphmodel  # noqa: PLC0415

    if ranges and Path(name).suffix.lower() in {".gmcr", ".json"}:
        raise typer.BadParameter("needs a case, whose stakes have ranges; a graph file has none", param_hint="--ranges")
    if Path(name).suffix.lower() == ".gmcr":
        return Conflict(*graphmodel.read_gmcr_sources(read_bytes(name), name))
    if Path(name).suffix.lower() != ".json":
        return _case(name, ranges=ranges)
    text = read_text(name)
    given = _object(text)
    kind = graphmodel.kind_of(given)
    if kind in {"fuzzy", "probable"}:
        return Conflict(*_structured(text, name), has_ranking=False)
    if kind == "partial":
        model, known = graphmodel.read_partial(text, name)
        return Conflict(model, (), known, _structured(text, name)[3], has_ranking=False)
    model, sources = graphmodel.read_sources(text, name)
    structures = _structured(text, name)[3]
    game = graphmodel.read_views(text, name) if "views" in given else None
    return Conflict(model, sources, structures=structures, game=game, status_quo=graphmodel.read_status_quo(text, model, name))


def read_perceived(name: str) -> PerceivedGame:
    """Read a perceived game from an exchange file with views, or a .gmcr file with misperceptions."""
    from ceasefire import graphmodel  # noqa: PLC0415

    match Path(name).suffix.lower():
        case ".gmcr":
            return graphmodel.read_gmcr_views(read_bytes(name), name)
        case ".json":
            text = read_text(name)
            if graphmodel.kind_of(_object(text)) != "ranked":
                message = "views need preferences that are complete rankings; `ceasefire solve` says what is stable"
                raise typer.BadParameter(message, param_hint="CONFLICT")
            return graphmodel.read_views(text, name)
        case _:
            model = read_conflict(name).model
            return graphmodel.PerceivedGame(model, (model,) * len(model.parties))


def named_states(model: GraphModel, text: str, option: str) -> tuple[int, ...]:
    """Find states named by number or Y/N vector, separated by commas."""
    found = []
    for part in (piece.strip() for piece in text.split(",")):
        place = model.find(part)
        if place is None:
            known = f"{model.labels[0]} to {model.labels[-1]}, or vectors such as {model.vector(0)}"
            raise typer.BadParameter(f"unknown state {part!r}; known: {known}", param_hint=option)
        found.append(place)
    return tuple(found)


def named_concepts(
    text: str, known: Sequence[str], option: str = "--concepts", every: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Find concepts by name, separated by commas, in any case; `all` is all of them, or `every` where that is given."""
    if text.strip().lower() == "all":
        return tuple(known if every is None else every)
    names = {name.lower(): name for name in known}
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    for part in wanted:
        if part.lower() not in names:
            raise typer.BadParameter(f"unknown concept {part!r}; known: {', '.join(known)}, or all", param_hint=option)
    if not wanted:
        raise typer.BadParameter(f"names no concept; known: {', '.join(known)}", param_hint=option)
    return tuple(names[part.lower()] for part in wanted)


def named_party(model: GraphModel, name: str, option: str) -> int:
    """Find a party by name."""
    if name not in model.parties:
        raise typer.BadParameter(f"unknown party {name!r}; known: {', '.join(model.parties)}", param_hint=option)
    return model.parties.index(name)


def how_many(model: GraphModel) -> str:
    """Say how many states there are."""
    return f"{model.n_states:,} {'state' if model.n_states == 1 else 'states'}"


def listed(names: Sequence[int | str]) -> str:
    """List names of states, the first ones where there are many."""
    more = f" and {len(names) - MOST_SHOWN:,} more (--json lists all)" if len(names) > MOST_SHOWN else ""
    return (", ".join(map(str, names[:MOST_SHOWN])) or "none") + more


def complete(name: str) -> Conflict:
    """Read a conflict in which every party ranks the states."""
    read = read_conflict(name)
    if not read.has_ranking or read.known is not None:
        raise typer.BadParameter(
            "its preferences are no complete rankings; `ceasefire solve` says what is stable", param_hint="CONFLICT"
        )
    return read


def state_text(model: GraphModel, state: int) -> str:
    """Name a state with the options taken in it."""
    return f"{model.labels[state]} ({', '.join(model.taken(state)) or 'nothing'})"


def print_options(model: GraphModel, states: Iterable[int]) -> None:
    """Tell once which options are taken in states that were named before."""
    named = sorted(set(states))
    if named:
        typer.echo("Options taken in these states:")
    for state in named:
        typer.echo(f"  {model.labels[state]}: {', '.join(model.taken(state)) or 'nothing'}")


def as_they_see(read: Conflict) -> GraphModel:
    """Give the conflict in which each party's preferences are those it acts on by its own view."""
    if read.game is None:
        raise typer.BadParameter("correct: needs a file with `views`", param_hint="--measure")
    truth, rows = read.game.truth, read.model.preference.copy()
    for party, view in enumerate(read.game.views):
        if view.states.tolist() != truth.states.tolist():
            message = f"{truth.parties[party]} sees other states; `ceasefire perceive --wanted` finds corrections of whole views"
            raise typer.BadParameter(message, param_hint="--measure")
        rows[party] = view.preference[party]
    return read.model.with_preference(rows)


def _case(name: str, *, ranges: bool) -> Conflict:
    from ceasefire import study  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415

    case = load(name)
    model = study.graph_model(case)
    keys = [option.name for option in model.options]
    start = sum(1 << k for k, key in enumerate(keys) if key in case.status_quo)
    wanted: tuple[int, ...] = ()
    if case.wanted is not None:
        condition = case.wanted.when
        wanted = tuple(k for k in range(model.n_states) if condition.holds(set(model.taken(k))))
    known = study.certain(case, model) if ranges else None
    each = case.wanted is not None and case.wanted.mode == "each"
    concept = next((name for name in BASIC_FOUR.split(",") if name.lower() == case.concept), None)
    start_at = model.index(start)
    return Conflict(model, study.sources(case), known, status_quo=start_at, wanted=wanted, each=each, concept=concept)


def _structured(text: str, name: str) -> tuple[GraphModel, tuple[Source, ...], None, dict[str, PreferenceStructure]]:
    from ceasefire import graphmodel  # noqa: PLC0415

    model, structures = graphmodel.read_structures(text, name)
    return model, (), None, structures


def _object(text: str) -> dict[str, Any]:
    """Give the object that a text holds; nothing where it holds none, which its reader will say."""
    try:
        given: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
