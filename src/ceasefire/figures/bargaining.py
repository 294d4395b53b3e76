"""Figures of what can be done: levers, coalitions, the way to the wanted state, who would stay there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from textwrap import wrap
from typing import Any

from ceasefire.figures.labels import Plane, beside
from ceasefire.figures.rows import CoalitionRow, LeverRow, MarginRow, PathRow
from ceasefire.figures.style import (
    BLUE,
    CROSS,
    GREY,
    INK,
    PALETTE,
    SHAPES,
    VERMILION,
    WIDTH,
    chart,
    cut,
    in_columns,
    ordered,
    printed,
)

_LANE = 20.0
_GAP = 14.0
_MARGINS_WIDTH = 420
_TICK = "M-0.55,0.05L-0.15,0.45L0.6,-0.45"


def leverage_scatter(rows: Sequence[LeverRow], unit: str = "") -> dict[str, Any]:
    """Draw what each lever costs its target against what it costs its owner, with ranges.

    Parameters
    ----------
    rows : sequence of LeverRow
        Both axes become logarithmic where all values are positive and span more than a factor of 30. Above the diagonal the
        target loses more than the owner. Hollow points are levers that come too late.
    unit : str
        Of both axes, e.g. ``"bn USD per year"``.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    plane = Plane.around([(row.cost_low, row.loss_low) for row in rows] + [(row.cost_high, row.loss_high) for row in rows])
    owners = ordered([row.owner for row in rows])
    values = [_lever(row) for row in rows]
    points = [(row.cost, row.loss, str(value["label"])) for row, value in zip(rows, values, strict=True)]
    for value, (left, top, align) in zip(values, beside(plane, points, _ranges(rows)), strict=True):
        value |= {"labelX": left, "labelY": top, "align": align}
    scale = {"type": "log" if plane.log else "linear", "domain": [plane.low, plane.high], "nice": False}
    shown = f" ({unit})" if unit else ""
    axis = {"format": "~g", "values": plane.ticks()} if plane.log else {"format": "~g", "tickCount": 6}
    x = {"type": "quantitative", "title": f"cost to the owner{shown}", "scale": scale, "axis": axis}
    y = {"type": "quantitative", "title": f"loss of the target{shown}", "scale": scale, "axis": axis}
    who = {"field": "owner", "type": "nominal", "title": "owner", "sort": owners, **in_columns(owners)}
    layers = [
        _diagonal(plane, x, y),
        _bar({"x": {"field": "cost_low", **x}, "x2": {"field": "cost_high"}, "y": {"field": "loss", **y}}),
        _bar({"x": {"field": "cost", **x}, "y": {"field": "loss_low", **y}, "y2": {"field": "loss_high"}}),
        {
            "mark": {"type": "point", "size": 90, "opacity": 1, "strokeWidth": 1.6},
            "encoding": {
                "x": {"field": "cost", **x},
                "y": {"field": "loss", **y},
                "stroke": {**who, **_coloured(owners)},
                "shape": {**who, **_shaped(owners)},
                "fill": {**who, **_coloured(owners)},
                "fillOpacity": {"condition": {"test": "datum.too_late", "value": 0}, "value": 1},
            },
        },
        *(_labels(align, halo, x, y) for halo in (True, False) for align in ("left", "right", "center")),
    ]
    return chart(values, width=plane.width, height=plane.height, layer=layers)


def coalition_costs(rows: Sequence[CoalitionRow], unit: str = "") -> dict[str, Any]:
    """Draw the least cost per coalition and credibility mode; where a coalition cannot, that is written out.

    Parameters
    ----------
    rows : sequence of CoalitionRow
        Coalitions from top to bottom and modes within them in order of first appearance.
    unit : str
        Of the cost.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    modes = ordered([row.mode for row in rows])
    coalitions = ordered([row.coalition for row in rows])
    band = _LANE * len(modes) + _GAP
    values = [_lane(row, coalitions.index(row.coalition) * band + modes.index(row.mode) * _LANE + _GAP / 2) for row in rows]
    names = [{"name": name, "middle": (k + 0.5) * band} for k, name in enumerate(coalitions)]
    most = max((row.cost for row in rows if row.cost is not None), default=1.0) or 1.0
    x = {"type": "quantitative", "title": f"least cost ({unit})" if unit else "least cost", "scale": {"domain": [0, most]}}
    bars = {
        "transform": [{"filter": "datum.cost !== null"}],
        "mark": {"type": "rect", "stroke": INK, "strokeWidth": 0.6},
        "encoding": {
            "x": {"field": "start", **x},
            "x2": {"field": "end"},
            "y": _at("top"),
            "y2": {"field": "bottom"},
            "color": {"field": "mode", "type": "nominal", "legend": None, **_coloured(modes)},
        },
    }
    crosses = {
        "transform": [{"filter": "datum.cost === null"}],
        "mark": {"type": "point", "shape": CROSS, "size": 150, "stroke": INK, "strokeWidth": 1.5, "xOffset": 9, "opacity": 1},
        "encoding": {"x": {"field": "end", **x}, "y": _at("middle")},
    }
    titles = {
        "data": {"values": names},
        "mark": {"type": "text", "align": "right", "baseline": "middle", "limit": 300},
        "encoding": {"x": {"value": -8}, "y": _at("middle"), "text": {"field": "name"}},
    }
    words = [_words("datum.cost !== null", {"field": "end", **x}, 5), _words("datum.cost === null", {"field": "end", **x}, 18)]
    for layer in words:
        layer["encoding"]["y"] = _at("middle")
    return chart(values, width=380, height=max(band * len(coalitions), _LANE), layer=[bars, crosses, *words, titles])


def path(rows: Sequence[PathRow]) -> dict[str, Any]:
    """Draw the way from the status quo to the wanted state: options down, steps across.

    Parameters
    ----------
    rows : sequence of PathRow
        One per option and step. A taken option is a filled tile with a tick, a dropped one an empty tile with a dash; a
        thick frame marks what the step changed.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    steps = sorted({row.step for row in rows})
    width = max(80, min(120, WIDTH // max(len(steps), 1)))
    plain = {row.step: f"{row.step}. {row.heading}" if row.step else row.heading for row in rows}
    heading = {step: "\n".join(wrap(text, width // 7, break_long_words=False)) for step, text in plain.items()}
    lines = max((text.count("\n") for text in heading.values()), default=0)
    values = [
        {"step": heading[row.step], "option": row.option, "taken": row.taken, "changed": row.changed}
        for row in sorted(rows, key=lambda row: row.step)
    ]
    axis = {"orient": "top", "labelAngle": 0, "labelLimit": 0, "ticks": False, "domain": False, "labelPadding": 6 + 14 * lines}
    wrapped = axis | {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": 14}
    encoding = {
        "x": {"field": "step", "type": "ordinal", "sort": [heading[step] for step in steps], "title": None, "axis": wrapped},
        "y": {
            "field": "option",
            "type": "nominal",
            "sort": ordered([row.option for row in rows]),
            "title": None,
            "axis": {"ticks": False, "domain": False, **cut(44)},
        },
    }
    tiles = {
        "mark": {"type": "rect", "width": {"band": 0.86}, "height": {"band": 0.8}, "cornerRadius": 2},
        "encoding": {
            "fill": {"condition": {"test": "datum.taken", "value": BLUE}, "value": "white"},
            "stroke": {"condition": {"test": "datum.changed", "value": INK}, "value": GREY},
            "strokeWidth": {"condition": {"test": "datum.changed", "value": 3}, "value": 0.8},
        },
    }
    layers = [tiles, _sign("datum.taken", _TICK, "white", 320), _sign("!datum.taken", "stroke", GREY, 80)]
    return chart(values, width={"step": width}, height={"step": 30}, encoding=encoding, layer=layers)


def margins(rows: Sequence[MarginRow], unit: str = "") -> dict[str, Any]:
    """Draw how far each party is from leaving: right of zero it stays, left of zero it leaves.

    Parameters
    ----------
    rows : sequence of MarginRow
        Parties from top to bottom as given.
    unit : str
        Of the stakes.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    known = [row.margin for row in rows if row.margin is not None]
    reach = max((abs(margin) for margin in known), default=1.0) or 1.0
    high = reach * 1.35
    low = min([-reach * 0.08, *(_room_before(margin, high) for margin in known if margin < 0)])
    values = [
        {"party": row.party, "margin": row.margin, "end": row.margin or 0.0, "start": 0, "label": _verdict(row.margin)}
        for row in rows
    ]
    y = {"field": "party", "type": "nominal", "sort": [row.party for row in rows], "title": None}
    title = f"margin before leaving pays ({unit})" if unit else "margin before leaving pays"
    x = {"type": "quantitative", "title": title, "scale": {"domain": [low, high], "nice": False}, "axis": {"tickCount": 6}}
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.6, "height": {"band": 0.6}},
        "encoding": {
            "x": {"field": "start", **x},
            "x2": {"field": "end"},
            "color": {"condition": {"test": "datum.end < 0", "value": VERMILION}, "value": BLUE},
        },
    }
    zero = {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "encoding": {"x": {"datum": 0, **x}},
    }
    right = _words("datum.end >= 0", {"field": "end", **x}, 6)
    left = _words("datum.end < 0", {"field": "end", **x}, -6) | {"mark": {"type": "text", "align": "right", "dx": -6}}
    layers = [{"encoding": {"y": y | {"axis": {"ticks": False}}}, "layer": [bars, right, left]}, zero]
    return chart(values, width=_MARGINS_WIDTH, height={"step": 30}, layer=layers)


def _room_before(margin: float, high: float) -> float:
    """Give where the axis has to begin so that the words left of a bar do not run into the names of the parties."""
    words = 7 * len(_verdict(margin)) + 12
    return (_MARGINS_WIDTH * margin - words * high) / (_MARGINS_WIDTH - words)


def _lever(row: LeverRow) -> dict[str, Any]:
    return {
        "label": f"{row.label} (too late)" if row.too_late else row.label,
        "owner": row.owner,
        "cost": row.cost,
        "cost_low": row.cost_low,
        "cost_high": row.cost_high,
        "loss": row.loss,
        "loss_low": row.loss_low,
        "loss_high": row.loss_high,
        "too_late": row.too_late,
    }


def _lane(row: CoalitionRow, top: float) -> dict[str, Any]:
    said = "not possible" if row.cost is None else printed(row.cost)
    places = {"top": top + 2, "middle": top + _LANE / 2, "bottom": top + _LANE - 2}
    return {"mode": row.mode, "cost": row.cost, "start": 0.0, "end": row.cost or 0.0, "label": f"{said} · {row.mode}", **places}


def _at(field: str) -> dict[str, Any]:
    """Place by pixels from the top."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def _diagonal(plane: Plane, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": {"values": [{"cost": end, "loss": end} for end in (plane.low, plane.high)]},
        "mark": {"type": "line", "color": GREY, "strokeDash": [5, 4], "strokeWidth": 1.2},
        "encoding": {"x": {"field": "cost", **x}, "y": {"field": "loss", **y}},
    }


def _bar(encoding: dict[str, Any]) -> dict[str, Any]:
    return {"mark": {"type": "rule", "color": GREY, "strokeWidth": 1.2}, "encoding": encoding}


def _ranges(rows: Sequence[LeverRow]) -> list[tuple[float, float, float, float]]:
    across = [(row.cost_low, row.loss, row.cost_high, row.loss) for row in rows]
    return across + [(row.cost, row.loss_low, row.cost, row.loss_high) for row in rows]


def _labels(align: str, halo: bool, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    mark: dict[str, Any] = {"type": "text", "align": align, "baseline": "middle", "fontSize": 11}
    return {
        "transform": [{"filter": f"datum.align === '{align}'"}],
        "mark": mark | ({"stroke": "white", "strokeWidth": 3, "strokeJoin": "round"} if halo else {}),
        "encoding": {"x": {"field": "labelX", **x}, "y": {"field": "labelY", **y}, "text": {"field": "label"}},
    }


def _words(test: str, x: dict[str, Any], dx: int) -> dict[str, Any]:
    return {
        "transform": [{"filter": test}],
        "mark": {"type": "text", "align": "left", "dx": dx},
        "encoding": {"x": x, "text": {"field": "label"}},
    }


def _sign(test: str, shape: str, colour: str, size: int) -> dict[str, Any]:
    mark = {"type": "point", "filled": False, "shape": shape, "stroke": colour, "strokeWidth": 2, "size": size, "opacity": 1}
    return {"transform": [{"filter": test}], "mark": mark}


def _verdict(margin: float | None) -> str:
    if margin is None:
        return "has no move"
    if margin == 0:
        return "0: indifferent, stays"
    return f"+{printed(margin)}: stays" if margin > 0 else f"{printed(margin)}: leaves"


def _coloured(names: Sequence[str]) -> dict[str, Any]:
    colours = cycle(PALETTE)
    return {"scale": {"domain": list(names), "range": [colour for _, colour in zip(names, colours, strict=False)]}}


def _shaped(names: Sequence[str]) -> dict[str, Any]:
    """Give shapes that shift against the colours with every round, so that no two names share both."""
    shapes = [SHAPES[(k + k // len(PALETTE)) % len(SHAPES)] for k in range(len(names))]
    return {"scale": {"domain": list(names), "range": shapes}}
