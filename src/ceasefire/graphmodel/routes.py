"""Routes from the status quo to a state: the shortest, those that need least trust, and who could derail them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.evolution import Evolution
from ceasefire.graphmodel.floods import Flood, Incoming
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import Step
from ceasefire.graphmodel.stability import improving_arcs

MOST_ROUTES = 10
MOST_STEPS = 5_000_000

Route = tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class Trust:
    """How often, on the way to each state, a mover must act against its own present interest.

    Parameters
    ----------
    steps : NDArray[np.int64], shape (n_states,)
        The fewest moves that are not improvements for their movers; -1 where no sequence leads; 0 for the start.
    moves : NDArray[np.int64], shape (n_states,)
        The fewest moves in all among the sequences with so few steps of trust.
    """

    start: int
    steps: NDArray[np.int64]
    moves: NDArray[np.int64]
    _came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]]
    _last: dict[int, tuple[int, int]]

    def route(self, to: int) -> Route:
        """Give a sequence that needs least trust, and of these a shortest; ValueError if there is none."""
        if self.steps[to] < 0:
            raise ValueError(f"state {to} cannot be reached")
        found: list[Step] = []
        here = self._last.get(to)
        while here is not None:
            step, here = self._came[here]
            found.append(step)
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Derailment:
    """A party's improvement that leaves a route.

    Parameters
    ----------
    after : int
        After how many steps of the route; 0 at its start.
    step : Step
    reachable : bool
        Whether the end of the route can still be reached afterwards, by any moves.
    by_improvements : bool
        Whether it can still be reached by improvements alone.
    """

    after: int
    step: Step
    reachable: bool
    by_improvements: bool


def shortest_routes(model: GraphModel, found: Evolution, to: int, most: int = MOST_ROUTES) -> tuple[Route, ...]:
    """List shortest sequences from the start of an evolution to a state, at most so many; none if it cannot be reached.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option, evolution
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> [[step.party for step in route] for route in shortest_routes(model, evolution(model, 0), 3)]
    [[0, 1], [1, 0]]
    """
    length = int(found.steps[to])
    if length <= 0:
        return ((),) if length == 0 else ()
    routes: list[Route] = []
    for route in _back(found, to, length, None):
        routes.append(route)
        if len(routes) == most:
            break
    return tuple(sorted(routes, key=lambda route: [(step.party, step.to) for step in route]))


def least_trust(model: GraphModel, start: int) -> Trust:
    """Find to each state a sequence with the fewest moves that are not improvements for their movers.

    Where the number is 0 the parties get there each following its own interest; otherwise somebody must trust that the others
    go on.

    Raises
    ------
    LimitError
        Where more than 5,000,000 moves can follow those of others.

    Notes
    -----
    Shortest paths over pairs of state and last mover, ordered by steps of trust, then moves.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> model = GraphModel.from_options(["A", "B"], options, preference=[[1, 0, 2, 3], [1, 2, 0, 3]])
    >>> trust = least_trust(model, 0)
    >>> trust.steps, [step.to for step in trust.route(3)]
    (array([0, 1, 1, 1]), [2, 3])
    """
    n_steps = (len(model.parties) - 1) * sum(model.n_moves(party) for party in range(len(model.parties)))
    if n_steps > MOST_STEPS:
        raise LimitError(
            f"{model.n_states:,} states have {n_steps:,} moves after each other; routes are searched among at most {MOST_STEPS:,}\n"
            "  hint: rule out states that cannot occur, or merge options that always go together"
        )
    steps = np.full(model.n_states, -1, dtype=np.int64)
    moves = np.full(model.n_states, -1, dtype=np.int64)
    steps[start] = moves[start] = 0
    came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]] = {}
    last: dict[int, tuple[int, int]] = {}
    heap: list[tuple[int, int, int, int, tuple[int, int]]] = [(0, 0, start, -1, (-1, -1))]
    done: set[tuple[int, int]] = set()
    while heap:
        trust, length, state, mover, before = heapq.heappop(heap)
        here = (state, mover)
        if here in done:
            continue
        done.add(here)
        if mover >= 0:
            came[here] = (Step(mover, before[0], state), None if before[1] < 0 else before)
            if steps[state] < 0:
                steps[state], moves[state], last[state] = trust, length, here
        for party in range(len(model.parties)):
            own = model.preference[party]
            for end in model.moves(party, state) if party != mover else ():
                if (int(end), party) not in done:
                    paid = trust + int(own[end] <= own[state])
                    heapq.heappush(heap, (paid, length + 1, int(end), party, here))
    return Trust(start, steps, moves, came, last)


class Roads:
    """From where a legal sequence of moves leads to a state; what several goals share is found once.

    Parameters
    ----------
    model : GraphModel
    """

    def __init__(self, model: GraphModel) -> None:
        parties = range(len(model.parties))
        self._any = Incoming([model.arcs_of(party) for party in parties])
        self._improving = Incoming([improving_arcs(model, party) for party in parties])

    def to(self, goal: int, *, improving: bool) -> NDArray[np.bool_]:
        """Mark from where, and after whose move, the goal is or can be reached, shape (n_states, n_parties)."""
        incoming = self._improving if improving else self._any
        flood = Flood(incoming, range(incoming.n_parties), never=1)
        flood.reach(np.array([goal]), 0)
        first = flood.values == 0
        after: NDArray[np.bool_] = first.sum(axis=1, keepdims=True) > first
        after[goal] = True
        return after


def derailments(model: GraphModel, route: Route, roads: Roads | None = None) -> tuple[Derailment, ...]:
    """List who has an improvement that leaves a route, at its start, on the way and at its end.

    Parameters
    ----------
    route : tuple of Step
        Not empty.
    roads : Roads, optional
        Those of the model, where many routes are asked about.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> model = GraphModel.from_options(["A", "B"], options, preference=[[1, 0, 3, 2], [1, 2, 0, 3]])
    >>> [(d.after, d.step.party, d.by_improvements) for d in derailments(model, (Step(0, 0, 1), Step(1, 1, 3)))]
    [(2, 0, False)]
    """
    goal, ways = route[-1].to, roads or Roads(model)
    open_any, open_improving = ways.to(goal, improving=False), ways.to(goal, improving=True)
    found = []
    for after in range(len(route) + 1):
        state = route[after].start if after < len(route) else goal
        mover = route[after - 1].party if after else -1
        planned = route[after] if after < len(route) else None
        for party in range(len(model.parties)):
            for step in _improvements(model, party, state) if party != mover else ():
                if step != planned:
                    there = (step.to, party)
                    found.append(Derailment(after, step, bool(open_any[there]), bool(open_improving[there])))
    return tuple(found)


def _improvements(model: GraphModel, party: int, state: int) -> Iterator[Step]:
    own = model.preference[party]
    for end in model.moves(party, state):
        if own[end] > own[state]:
            yield Step(party, state, int(end))


def _back(found: Evolution, state: int, length: int, after: int | None) -> Iterator[Route]:
    """Give the sequences of exactly so many moves to `state` whose last mover is not `after`."""
    for party, arcs in found.arcs.items():
        if party == after or found.least[party, state] != length:
            continue
        for start in arcs.reversed.of(state):
            step = Step(party, int(start), state)
            if length == 1:
                if step.start == found.start:
                    yield (step,)
            else:
                for route in _back(found, int(start), length - 1, party):
                    yield (*route, step)
