"""Figures of pressure: who can hurt whom at what ratio, what measures cost, senders against targets, sectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.figures.bargaining import leverage_scatter
from ceasefire.figures.rows import LeverRow
from ceasefire.figures.style import BLUE, CROSS, GREY, INK, VERMILION, chart, cut, ordered, printed

_LANE = 22
_CELL = 74
_FILLS = ("#DCEBF5", "#A9CDE6", "#6FAAD2", "#2F84BB", "#0A5C91")
_STEPS = (0.5, 1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True)
class RatioRow:
    """What a target loses per dollar that a sender loses; None where there is no ratio."""

    sender: str
    target: str
    ratio: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one side loses by one measure, with its range; None where it is not known."""

    measure: str
    side: str
    loss: float | None
    low: float | None = None
    high: float | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class SectorLine:
    """What one sector loses, with its range, and changes in per cent by their heading; None where nothing was or is known."""

    sector: str
    loss: float
    low: float | None = None
    high: float | None = None
    changes: tuple[tuple[str, float | None], ...] = ()


def leverage_matrix(rows: Sequence[RatioRow]) -> dict[str, Any]:
    """Draw who can hurt whom: senders down, targets across, the ratio of losses in each cell.

    Parameters
    ----------
    rows : sequence of RatioRow
        One per pair; of several the largest ratio is shown. Darker cells hurt the target more for each dollar of the sender; a
        cross marks a pair without ratio, a blank one without instrument.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    best: dict[tuple[str, str], RatioRow] = {}
    for row in rows:
        held = best.get((row.sender, row.target))
        if held is None or (row.ratio is not None and (held.ratio is None or row.ratio > held.ratio)):
            best[row.sender, row.target] = row
    senders, targets = (ordered([getattr(row, side) for row in rows]) for side in ("sender", "target"))
    values = [_cell(row) for row in best.values()]
    x = {"field": "target", "type": "nominal", "sort": targets, "title": "target", "axis": {"orient": "top", "labelAngle": 0}}
    y = {"field": "sender", "type": "nominal", "sort": senders, "title": "sender"}
    shade = {"field": "step", "type": "ordinal", "legend": None, "scale": {"domain": [0, 1, 2, 3, 4], "range": list(_FILLS)}}
    layers = [
        {
            "transform": [{"filter": "datum.ratio !== null"}],
            "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": shade},
        },
        *(
            {
                "transform": [{"filter": f"datum.ratio !== null && datum.step {side}"}],
                "mark": {"type": "text", "fontSize": 12, "dy": dy, "fill": ink},
                "encoding": {"x": x, "y": y, "text": {"field": field}},
            }
            for side, ink in (("< 3", INK), (">= 3", "white"))
            for field, dy in (("central", -7), ("range", 9))
        ),
        {
            "transform": [{"filter": "datum.ratio === null"}],
            "mark": {"type": "point", "shape": CROSS, "size": 130, "stroke": GREY, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y},
        },
    ]
    return chart(values, width=_CELL * max(len(targets), 1), height=44 * max(len(senders), 1), layer=layers)


def cost_bars(rows: Sequence[CostRow], unit: str = "% of GDP") -> dict[str, Any]:
    """Draw what each measure costs each side, central values as bars and ranges as lines across them.

    Parameters
    ----------
    rows : sequence of CostRow
        Measures from top to bottom in order of first appearance. An unknown loss is written out, never drawn as zero.
    unit : str
        Of the losses.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    measures, sides = ordered([row.measure for row in rows]), ordered([row.side for row in rows])
    values = [
        {
            "measure": row.measure,
            "side": row.side,
            "loss": row.loss,
            "low": row.low if row.low is not None else row.loss,
            "high": row.high if row.high is not None else row.loss,
            "zero": 0,
            "words": "not known" if row.loss is None else f"{printed(row.loss)}{f' ({row.status})' if row.status else ''}",
        }
        for row in rows
    ]
    x = {"type": "quantitative", "title": f"loss ({unit})", "axis": {"format": "~g", "tickCount": 6}}
    y = {"field": "measure", "type": "nominal", "sort": measures, "title": None, "axis": cut(44)}
    offset = {"field": "side", "type": "nominal", "sort": sides}
    known = [{"filter": "datum.loss !== null"}]
    colours = {"domain": sides, "range": [VERMILION, BLUE, INK, GREY][: max(len(sides), 1)]}
    layers = [
        {
            "transform": known,
            "mark": {"type": "bar", "opacity": 0.75},
            "encoding": {
                "x": {"field": "loss", **x},
                "y": y,
                "yOffset": offset,
                "color": {"field": "side", "type": "nominal", "title": None, "scale": colours},
            },
        },
        {
            "transform": known,
            "mark": {"type": "rule", "stroke": INK, "strokeWidth": 1.4},
            "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y, "yOffset": offset},
        },
        *(
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "fontStyle": style},
                "encoding": {"x": {"field": at, **x}, "y": y, "yOffset": offset, "text": {"field": "words"}},
                "transform": [{"filter": f"datum.loss {test} null"}],
            }
            for at, style, test in (("high", "normal", "!=="), ("zero", "italic", "==="))
        ),
    ]
    return chart(values, width=420, height=_LANE * max(len(sides), 1) * max(len(measures), 1) + 20, layer=layers)


def sender_target_scatter(rows: Sequence[LeverRow], unit: str = "% of GDP") -> dict[str, Any]:
    """Draw what each measure costs its sender against what it costs its target; above the diagonal the target loses more.

    Parameters
    ----------
    rows : sequence of LeverRow
    unit : str
        Of both axes.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    return leverage_scatter(rows, unit)


def sector_table(lines: Sequence[SectorLine], unit: str = "million USD", most: int = 15) -> dict[str, Any]:
    """Draw who inside an economy pays: sectors by their loss with its range, and changes in per cent in columns beside them.

    Parameters
    ----------
    lines : sequence of SectorLine
    unit : str
        Of the losses.
    most : int
        How many sectors are drawn, those with the largest losses or gains.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    shown = sorted(
        sorted(lines, key=lambda line: (-abs(line.loss), line.sector))[:most], key=lambda line: (-line.loss, line.sector)
    )
    names = [line.sector for line in shown]
    values = [
        {
            "sector": line.sector,
            "loss": line.loss,
            "low": line.loss if line.low is None else line.low,
            "high": line.loss if line.high is None else line.high,
            **{head: _percent(change) for head, change in line.changes},
        }
        for line in shown
    ]
    heads = [(head, 480 + 100 * k) for k, head in enumerate(ordered([head for line in shown for head, _ in line.changes]))]
    y = {"field": "sector", "type": "nominal", "sort": names, "title": None, "axis": cut(70)}
    x = {"type": "quantitative", "title": f"loss ({unit})", "axis": {"format": "~s"}}
    bars = {"mark": {"type": "bar", "fill": VERMILION, "opacity": 0.8}, "encoding": {"x": {"field": "loss", **x}, "y": y}}
    ends = {
        "mark": {"type": "rule", "stroke": INK, "strokeWidth": 1.4},
        "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y},
    }
    columns = [
        {
            "mark": {"type": "text", "align": "right", "fontSize": 12},
            "encoding": {"x": {"value": left}, "y": y, "text": {"field": head}},
        }
        for head, left in heads
    ]
    titles = [
        {
            "data": {"values": [{"head": head}]},
            "mark": {"type": "text", "align": "right", "fontSize": 12, "fontWeight": "bold"},
            "encoding": {"x": {"value": left}, "y": {"value": -8}, "text": {"field": "head"}},
        }
        for head, left in heads
    ]
    return chart(values, width=400, height=_LANE * max(len(names), 1), layer=[bars, ends, *columns, *titles])


def _cell(row: RatioRow) -> dict[str, Any]:
    if row.ratio is None:
        return {"sender": row.sender, "target": row.target, "ratio": None, "step": 0, "central": "", "range": ""}
    ends = "" if row.low is None or row.high is None else f"{_short(row.low)} to {_short(row.high)}"
    return {
        "sender": row.sender,
        "target": row.target,
        "ratio": row.ratio,
        "step": sum(row.ratio >= step for step in _STEPS),
        "central": _short(row.ratio),
        "range": ends,
    }


def _short(value: float) -> str:
    return printed(float(f"{value:.2g}"))


def _percent(change: float | None) -> str:
    return "–" if change is None else f"{'+' if change > 0 else ''}{printed(round(change, 2))} %"
