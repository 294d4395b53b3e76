"""Figures of a conflict as a graph: states by the options taken, and the moves between them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.figures.style import BLUE, GREY, INK, PALETTE, SHAPES, VERMILION, WIDTH, chart, cut, in_columns, ordered

MOST_STATES = 60
_HEAD = "M0,-0.6L0.42,0.6L-0.42,0.6Z"
_TAKEN, _OPEN = "M-0.55,0.05L-0.15,0.45L0.6,-0.45", "M-0.3,0L0.3,0"
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3])
_ROOM, _RADIUS = 84.0, 15.0
_STAYS, _LEAVES = "the mover is better off", "the mover is not better off"


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state: which options are taken (None where left open) and under which concepts it is an equilibrium."""

    state: str
    options: tuple[tuple[str, bool | None], ...]
    equilibrium: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One state of a graph; `step` is the number of moves from the status quo, None where it cannot be reached."""

    state: str
    step: int | None
    is_equilibrium: bool = False


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move between two states of a graph."""

    start: str
    to: str
    party: str
    improves: bool


def option_states(rows: Sequence[StateRow], concepts: Sequence[str] = ()) -> dict[str, Any]:
    """Draw states as columns: options down with a tick where taken, and below them the concepts that hold.

    Parameters
    ----------
    rows : sequence of StateRow
        States from left to right, at most 60. A diamond marks an equilibrium.
    concepts : sequence of str
        From top to bottom; others follow in the order of first appearance.

    Returns
    -------
    dict
        A Vega-Lite specification.

    Raises
    ------
    ValueError
        For more states; choose which to show.
    """
    _few(len(rows))
    options = ordered([option for row in rows for option, _ in row.options])
    concepts = ordered([*concepts, *(c for row in rows for c in row.equilibrium)])
    values: list[dict[str, Any]] = []
    for row in rows:
        for option, taken in row.options:
            sign = "open" if taken is None else "taken" if taken else "not taken"
            values.append({"state": row.state, "row": option, "sign": sign})
        values += [{"state": row.state, "row": c, "sign": "holds" if c in row.equilibrium else "fails"} for c in concepts]
    encoding = {
        "x": {
            "field": "state",
            "type": "nominal",
            "sort": [row.state for row in rows],
            "title": "state",
            "axis": {"orient": "top", "labelAngle": 0, "ticks": False, "domain": False},
        },
        "y": {
            "field": "row",
            "type": "nominal",
            "sort": [*options, *concepts],
            "title": None,
            "axis": {"ticks": False, "domain": False, **cut(44)},
        },
    }
    tiles = {
        "transform": [{"filter": "datum.sign !== 'holds' && datum.sign !== 'fails'"}],
        "mark": {"type": "rect", "width": {"band": 0.86}, "height": {"band": 0.8}, "cornerRadius": 2, "strokeWidth": 0.8},
        "encoding": {
            "fill": {"condition": {"test": "datum.sign === 'taken'", "value": BLUE}, "value": "white"},
            "stroke": {"value": GREY},
        },
    }
    signs = [
        _sign("datum.sign === 'taken'", _TAKEN, "white", 200),
        _sign("datum.sign === 'open'", _OPEN, GREY, 90),
        _sign("datum.sign === 'holds'", "diamond", VERMILION, 110),
    ]
    wide = max(22, min(60, WIDTH // max(len(rows), 1)))
    return chart(values, width={"step": wide}, height={"step": 26}, encoding=encoding, layer=[tiles, *signs])


def state_graph(nodes: Sequence[NodeRow], moves: Sequence[MoveRow]) -> dict[str, Any]:
    """Draw states as circles, left to right by their distance from the status quo, and moves as arrows.

    Parameters
    ----------
    nodes : sequence of NodeRow
        At most 60. Step 0 is the status quo, drawn as a square; equilibria are filled; states out of reach stand last.
    moves : sequence of MoveRow
        Colour and dashes say who moves; thick arrows are improvements for the mover.

    Returns
    -------
    dict
        A Vega-Lite specification.

    Raises
    ------
    ValueError
        For more states, or a move between states that are not given.
    """
    _few(len(nodes))
    places, width, height = _places(nodes)
    for move in moves:
        if move.start not in places or move.to not in places:
            raise ValueError(f"a move from {move.start!r} to {move.to!r}, which are not both among the states")
    parties = ordered([move.party for move in moves])
    arrows = {"values": [_arrow(move, places, parties) for move in moves]}
    points = [
        {"state": n.state, "x": places[n.state][0], "y": places[n.state][1], "holds": n.is_equilibrium, "start": n.step == 0}
        for n in nodes
    ]
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, width], "nice": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0], "nice": False}}
    discs = {
        "mark": {"type": "point", "filled": True, "size": 4 * _RADIUS**2, "opacity": 1, "strokeWidth": 1.4, "stroke": INK},
        "encoding": {
            "x": x,
            "y": y,
            "shape": {"condition": {"test": "datum.start", "value": SHAPES[1]}, "value": SHAPES[0]},
            "fill": {"condition": {"test": "datum.holds", "value": INK}, "value": "white"},
        },
    }
    names = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "x": x,
            "y": y,
            "text": {"field": "state"},
            "color": {"condition": {"test": "datum.holds", "value": "white"}, "value": INK},
        },
    }
    return chart(points, width=width, height=height, layer=[*_ways(arrows, parties, x, y), discs, names])


def _ways(arrows: dict[str, Any], parties: Sequence[str], x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw moves as lines and their heads."""
    mover = {"field": "party", "type": "nominal", "title": "who moves", "sort": parties, **in_columns(parties)}
    colours = {"domain": parties, "range": [PALETTE[k % len(PALETTE)] for k in range(len(parties))]}
    who = {"color": {**mover, "scale": colours}}
    dashes = {"domain": parties, "range": [_DASHES[(k + k // len(PALETTE)) % len(_DASHES)] for k in range(len(parties))]}
    lines = {
        "data": arrows,
        "mark": {"type": "rule", "opacity": 0.9},
        "encoding": {
            "x": x,
            "y": y,
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
            **who,
            "strokeDash": {**mover, "scale": dashes},
            "strokeWidth": {
                "field": "kind",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [_STAYS, _LEAVES], "range": [2.4, 0.8]},
                "legend": {"orient": "bottom"},
            },
        },
    }
    heads = {
        "data": arrows,
        "mark": {"type": "point", "filled": True, "shape": _HEAD, "size": 120, "opacity": 1},
        "encoding": {
            "x": x | {"field": "x2"},
            "y": y | {"field": "y2"},
            "angle": {"field": "angle", "type": "quantitative", "scale": None},
            **who,
        },
    }
    return [lines, heads]


def _few(n: int) -> None:
    if n > MOST_STATES:
        raise ValueError(f"{n} states, but only {MOST_STATES} can be told apart in one drawing")


def _places(nodes: Sequence[NodeRow]) -> tuple[Mapping[str, tuple[float, float]], float, float]:
    """Give each state its place in pixels, and the size of the drawing: one column per step, neighbours a little shifted."""
    columns: defaultdict[float, list[str]] = defaultdict(list)
    for node in nodes:
        columns[math.inf if node.step is None else node.step].append(node.state)
    tallest = max((len(column) for column in columns.values()), default=1)
    width, height = max(WIDTH, _ROOM * len(columns)), _ROOM * 0.7 * max(tallest, 3)
    places = {}
    for k, (_, column) in enumerate(sorted(columns.items())):
        for row, state in enumerate(column):
            shift = (row % 3 - 1) * _ROOM / 5
            places[state] = ((k + 0.5) * width / len(columns) + shift, (row + 0.5) * height / len(column))
    return places, width, height


def _arrow(move: MoveRow, places: Mapping[str, tuple[float, float]], parties: Sequence[str]) -> dict[str, Any]:
    """Give the ends of an arrow, moved aside so that moves of several parties and back again do not cover each other."""
    (x1, y1), (x2, y2) = places[move.start], places[move.to]
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    aside = 3.0 + 3.0 * (parties.index(move.party) % 3)
    ends = {
        "x": x1 + dx * _RADIUS - dy * aside,
        "y": y1 + dy * _RADIUS + dx * aside,
        "x2": x2 - dx * (_RADIUS + 8) - dy * aside,
        "y2": y2 - dy * (_RADIUS + 8) + dx * aside,
    }
    told = {"party": move.party, "kind": _STAYS if move.improves else _LEAVES}
    angle = math.degrees(math.atan2(dx, -dy))
    return {key: round(value, 2) for key, value in {**ends, "angle": angle}.items()} | told


def _sign(test: str, shape: str, colour: str, size: int) -> dict[str, Any]:
    filled = shape == "diamond"
    mark = {"type": "point", "filled": filled, "shape": shape, "stroke": colour, "strokeWidth": 2, "size": size, "opacity": 1}
    return {"transform": [{"filter": test}], "mark": mark | ({"fill": colour} if filled else {})}
