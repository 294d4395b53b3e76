"""The part of the graph that matters: the status quo, the wanted state, equilibria nearby, and the moves between them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

import numpy as np

from ceasefire.brief.answers import Strategy
from ceasefire.brief.document import Block, Cell, Column, Figure, Span, Table
from ceasefire.brief.notebook import Notebook, listing
from ceasefire.figures.states import MoveRow, NodeRow, state_graph

MOST_STATES = 14
MOST_EQUILIBRIA = 4

_Move = tuple[int, int, int]


def graph_blocks(strategy: Strategy, book: Notebook) -> Iterable[Block]:
    """Draw the states that matter and the moves between them, without levers, with a table that says the same."""
    roles = _roles(strategy)
    moves = _moves(strategy, list(roles))
    concept = next(iter(strategy.solution.equilibria))
    holds = strategy.solution.equilibria[concept]
    steps = _steps(strategy.start, moves)
    labels, parties = strategy.model.labels, strategy.model.parties
    nodes = [NodeRow(labels[state], steps.get(state), bool(holds[state])) for state in roles]
    arrows = [MoveRow(labels[a], labels[b], book.name(parties[p]), _improves(strategy, (p, a, b))) for p, a, b in moves]
    yield Figure(
        "fig-graph",
        _title(strategy, book),
        f"Circles are states, left to right by the moves drawn from the status quo, a square; filled ones are {concept} "
        "equilibria; arrows are moves, thick where the mover is better off; colour and dashes say who moves",
        state_graph(nodes, arrows),
        "tab-graph",
        f"{len(roles)} of {strategy.model.n_states} states; computed from the case's stakes at their central values, no levers",
    )
    rows = tuple(
        (
            Cell((Span(labels[state]),)),
            Cell((Span("; ".join([*names, *([f"{concept} equilibrium"] if holds[state] else [])])),)),
            Cell((Span(", ".join(strategy.model.taken(state)) or "nothing"),)),
            Cell((Span("; ".join(_told(strategy, book, move) for move in moves if move[1] == state) or "none drawn"),)),
        )
        for state, names in roles.items()
    )
    columns = (Column("State"), Column("What it is"), Column("Options taken"), Column("Moves from it"))
    yield Table("tab-graph", "The states that matter and the moves between them, without levers", columns, rows, folded=True)


def _roles(strategy: Strategy) -> Mapping[int, list[str]]:
    """Name the states to draw, the most important first."""
    found: dict[int, list[str]] = {}

    def add(state: int, role: str | None = None) -> None:
        if state in found or len(found) < MOST_STATES:
            names = found.setdefault(state, [])
            if role is not None and role not in names:
                names.append(role)

    add(strategy.start, "status quo")
    add(strategy.nearest, "nearest wanted state")
    if strategy.shown is not None:
        add(strategy.shown.state, "wanted state with the package")
        for step in strategy.shown.path:
            add(step.to, "on the way to it")
    for move in (*strategy.leaves, *strategy.breaks):
        add(move.to, "where a move leads that nothing holds back")
    for state in _equilibria(strategy):
        add(state)
    return found


def _equilibria(strategy: Strategy) -> list[int]:
    """Give the equilibria that differ least from the status quo."""
    holds = np.flatnonzero(next(iter(strategy.solution.equilibria.values())))
    now = int(strategy.model.states[strategy.start])
    return sorted(holds.tolist(), key=lambda k: ((int(strategy.model.states[k]) ^ now).bit_count(), k))[:MOST_EQUILIBRIA]


def _moves(strategy: Strategy, drawn: list[int]) -> list[_Move]:
    """List the improvements between drawn states, and the steps of the way to the wanted state."""
    model, among = strategy.model, set(drawn)
    found: dict[_Move, None] = {}
    for state in drawn:
        for party in range(len(model.parties)):
            ends = [int(to) for to in model.moves(party, state) if int(to) in among]
            found |= dict.fromkeys((party, state, to) for to in ends if _improves(strategy, (party, state, to)))
    if strategy.shown is not None:
        places = [strategy.start, *(step.to for step in strategy.shown.path)]
        for before, step in zip(places, strategy.shown.path, strict=False):
            if {before, step.to} <= among:
                found[model.parties.index(step.party), before, step.to] = None
    return list(found)


def _improves(strategy: Strategy, move: _Move) -> bool:
    party, start, to = move
    return bool(strategy.model.preference[party, to] > strategy.model.preference[party, start])


def _steps(start: int, moves: list[_Move]) -> Mapping[int, int]:
    """Count the moves, of those drawn, from the status quo to each state that they reach."""
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for _, before, to in moves:
            if before == here and to not in steps:
                steps[to] = steps[here] + 1
                waiting.append(to)
    return steps


def _title(strategy: Strategy, book: Notebook) -> str:
    """Say who gains by leaving the status quo and the nearest wanted state."""
    model = strategy.model

    def who(state: int) -> str:
        gaining = [
            book.name(code)
            for party, code in enumerate(model.parties)
            if (model.preference[party, model.moves(party, state)] > model.preference[party, state]).any()
        ]
        return listing(gaining) if gaining else "nobody"

    now, wanted = who(strategy.start), who(strategy.nearest)
    gains = f"{now} would gain by leaving the status quo, and {wanted} by leaving the nearest wanted state"
    return f"By one move, replies and levers left out, {gains}"


def _told(strategy: Strategy, book: Notebook, move: _Move) -> str:
    party, _, to = move
    gain = "better off" if _improves(strategy, move) else "not better off"
    return f"{book.name(strategy.model.parties[party])} to {strategy.model.labels[to]} ({gain})"
