"""The inverse question beyond preferences: add or remove an option, make a step irreversible, correct a mistaken view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError, NoSettlementError
from ceasefire.graphmodel.cheapest import NothingFoundError
from ceasefire.graphmodel.inverse import MOST_ALTERNATIVES, Change, Goal, Weight, least_changes
from ceasefire.graphmodel.model import Arcs, GraphModel

MOST_MEASURES = 16

_NOTHING = (
    "no combination of the measures and of changed preferences reaches the goal\n"
    "  hint: name more measures, or let more parties change"
)


@dataclass(frozen=True, slots=True)
class Add:
    """Bring in an option that nobody has so far.

    The model describes it, with preferences over all its states; until it is added it cannot be taken.
    """

    option: int
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Remove:
    """Take an option away: states in which it is taken become impossible."""

    option: int
    cost: int = 1


@dataclass(frozen=True, slots=True)
class OneWay:
    """Make a step irreversible: the option can only be taken (``up``) or only be dropped (``down``)."""

    option: int
    direction: Literal["up", "down"]
    cost: int = 1


@dataclass(frozen=True, eq=False)
class Correct:
    """Correct a party's mistaken view of the outcomes.

    Parameters
    ----------
    party : int
    preference : NDArray[np.int64], shape (n_states,)
        How it would rank the states of the model if it saw rightly.
    """

    party: int
    preference: NDArray[np.int64]
    cost: int = 1


Measure = Add | Remove | OneWay | Correct


@dataclass(frozen=True, eq=False)
class Redesign:
    """Measures that together, with changed preferences where needed, reach a goal.

    Parameters
    ----------
    cost : int
        Of the measures and the changed comparisons.
    measures : tuple of Measure
    change : Change
        In terms of the states of `model`.
    model : GraphModel
        The conflict once the measures are taken, with its preferences before `change`.
    at_least : int
        No other combination costs less: `cost` where it is proven least.
    """

    cost: int
    measures: tuple[Measure, ...]
    change: Change
    model: GraphModel
    at_least: int


def least_redesigns(
    model: GraphModel,
    goal: Goal,
    measures: Sequence[Measure],
    *,
    weights: Mapping[int, int | None] | Weight | None = None,
    most: int = MOST_ALTERNATIVES,
) -> tuple[Redesign, ...]:
    """Find the cheapest combination of measures and changes of preferences that reaches a goal.

    Parameters
    ----------
    model : GraphModel
        With every option that could be added.
    goal : Goal
        States by their indices in `model`. A wanted state that the measures rule out cannot be reached; an unwanted one that
        they rule out is avoided.
    measures : sequence of Measure
        At most 16.
    weights : as for `least_changes`
        To consider measures alone, forbid changes: ``weights=lambda comparison: None``.
    most : int
        How many equally cheap answers to give at most.

    Raises
    ------
    NoSettlementError
        If nothing suffices.
    LimitError
        For more than 16 measures; or if every search that could answer grows too large before it finds a change that suffices.

    Notes
    -----
    All sets of measures are tried in the order of their cost; the search ends when the next set alone costs more than the best
    answer. Sets whose search stopped before it found anything count in `Redesign.at_least`.

    Examples
    --------
    A trigger that cannot be untied makes stopping a Nash equilibrium.

    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,))], preference=[[1, 0]])
    >>> [found] = least_redesigns(model, Goal("Nash", wanted=(1,)), [OneWay(0, "up")], weights={0: 5})
    >>> found.cost, found.measures
    (1, (OneWay(option=0, direction='up', cost=1),))
    """
    if len(measures) > MOST_MEASURES:
        size = f"{len(measures)} measures have 2^{len(measures)} combinations; at most {MOST_MEASURES} are tried"
        raise LimitError(f"{size}\n  hint: leave out measures that nobody would take")
    for measure in measures:
        _check(model, measure)
    found: list[Redesign] = []
    floors: list[int] = []
    for spent, chosen in _by_cost(measures):
        if found and spent > found[0].cost:
            break
        after = redesigned(model, measures, chosen)
        there = _translated(goal, model, after)
        try:
            changes = () if there is None else _changes(after, there, weights, most)
        except NothingFoundError as error:
            floors.append(spent + error.at_least)
            continue
        for change in changes:
            answer = Redesign(spent + change.cost, chosen, change, after, spent + change.at_least)
            floors.append(answer.at_least)
            if found and answer.cost < found[0].cost:
                found = []
            if not any(answer.cost > other.cost or set(other.measures) < set(chosen) for other in found):
                found.append(answer)
    if not found:
        raise NothingFoundError(min(floors)) if floors else NoSettlementError(_NOTHING)
    return tuple(replace(answer, at_least=min(floors)) for answer in found[:most])


def redesigned(model: GraphModel, measures: Sequence[Measure], chosen: Sequence[Measure]) -> GraphModel:
    """Give the conflict once the chosen measures are taken; options to be added that are not chosen cannot be taken.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,)), Option("monitor", (0,))])
    >>> redesigned(model, [Add(1)], []).states, redesigned(model, [Add(1)], [Add(1)]).states
    (array([0, 1]), array([0, 1, 2, 3]))
    """
    absent = [m.option for m in measures if isinstance(m, Add) and m not in chosen]
    absent += [m.option for m in chosen if isinstance(m, Remove)]
    kept = np.flatnonzero(~np.any([_taken(model, k) == 1 for k in absent], axis=0)) if absent else np.arange(model.n_states)
    options, preference = list(model.options), model.preference.copy()
    for measure in chosen:
        if isinstance(measure, OneWay):
            options[measure.option] = replace(options[measure.option], direction=measure.direction)
        elif isinstance(measure, Correct):
            preference[measure.party] = measure.preference
    arcs = None if model.arcs is None else tuple(_allowed(model, one, chosen) for one in model.arcs)
    return restricted(replace(model, options=tuple(options), preference=preference, arcs=arcs, _moves={}), kept)


def restricted(model: GraphModel, kept: NDArray[np.intp]) -> GraphModel:
    """Give the same conflict with only the states of these indices.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> restricted(GraphModel.from_options(["A"], [Option("stop", (0,))]), np.array([1])).labels
    ('2',)
    """
    return replace(
        model,
        states=model.states[kept],
        preference=model.preference[:, kept],
        labels=tuple(model.labels[k] for k in kept),
        vectors=None if model.vectors is None else tuple(model.vectors[k] for k in kept),
        arcs=None if model.arcs is None else tuple(_between(model, one, kept) for one in model.arcs),
        _moves={},
    )


def _check(model: GraphModel, measure: Measure) -> None:
    if measure.cost < 0:
        raise ValueError(f"a measure costs {measure.cost}; costs are not negative")
    if isinstance(measure, OneWay):
        option = model.options[measure.option]
        if option.direction not in {"both", measure.direction}:
            raise ValueError(f"option {option.name!r} is {option.direction} already and cannot be made {measure.direction}")


def _taken(model: GraphModel, option: int) -> NDArray[np.int64]:
    """Say for each state whether the option is taken: 1, 0, or -1 where a coalesced state leaves it open."""
    if model.vectors is not None:
        return np.array([{"Y": 1, "N": 0}.get(vector[option], -1) for vector in model.vectors], dtype=np.int64)
    return model.states >> option & 1


def _by_cost(measures: Sequence[Measure]) -> Iterator[tuple[int, tuple[Measure, ...]]]:
    sets = [chosen for size in range(len(measures) + 1) for chosen in combinations(measures, size)]
    yield from sorted(((sum(m.cost for m in chosen), chosen) for chosen in sets), key=lambda pair: pair[0])


def _translated(goal: Goal, model: GraphModel, after: GraphModel) -> Goal | None:
    """Name the goal's states in the redesigned conflict; None where a wanted state is gone."""
    place = {label: k for k, label in enumerate(after.labels)}
    wanted = [place[model.labels[k]] for k in goal.wanted if model.labels[k] in place]
    if len(wanted) < (len(goal.wanted) if goal.each else min(1, len(goal.wanted))):
        return None
    unwanted = [place[model.labels[k]] for k in goal.unwanted if model.labels[k] in place]
    return Goal(goal.concept, tuple(wanted), tuple(unwanted), each=goal.each)


def _changes(after: GraphModel, goal: Goal, weights: Mapping[int, int | None] | Weight | None, most: int) -> tuple[Change, ...]:
    if not goal.wanted and not goal.unwanted:
        return (Change(0, (), after.preference, 0),)
    try:
        return least_changes(after, goal, weights=weights, most=most)
    except NoSettlementError:
        return ()


def _allowed(model: GraphModel, arcs: Arcs, chosen: Sequence[Measure]) -> Arcs:
    """Keep explicit arcs that respect the one-way steps."""
    legal = np.ones(len(arcs.to), dtype=np.bool_)
    for measure in chosen:
        if isinstance(measure, OneWay):
            taken = _taken(model, measure.option)
            wrong = (1, 0) if measure.direction == "up" else (0, 1)
            legal &= (taken[arcs.start] != wrong[0]) | (taken[arcs.to] != wrong[1])
    return arcs.where(legal)


def _between(model: GraphModel, arcs: Arcs, kept: NDArray[np.intp]) -> Arcs:
    """Keep explicit arcs between kept states."""
    place = np.full(model.n_states, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    start, end = place[arcs.start], place[arcs.to]
    legal = (start >= 0) & (end >= 0)
    return Arcs.between(start[legal], end[legal], len(kept))
