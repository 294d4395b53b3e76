"""Figures of how sure an answer is, with table twins: prices by credibility mode, cost against reliability, break-even values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.figures.style import BLUE, GREY, INK, PALETTE, VERMILION, WIDTH, chart, cut, ordered, printed

_MEASURES = (("price", "price"), ("exposure", "exposure if tested"), ("gap", "credibility gaps"))
_FAR = 3.0


@dataclass(frozen=True, slots=True)
class PackagePriceRow:
    """A package in one credibility mode: its price (None where it is not possible), exposure, and the sum of its gaps."""

    package: str
    mode: str
    price: float | None
    exposure: float
    gap: float


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """A package that nothing cheaper equals: cost, share of cases in which it works, and the interval of the share if sampled."""

    package: str
    cost: float
    reliability: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class BreakEvenRow:
    """An unknown with its range and the nearest values below and above its centre at which the answer turns (None: none)."""

    unknown: str
    central: float
    low: float
    high: float
    below: float | None
    above: float | None


def package_prices(rows: Sequence[PackagePriceRow], unit: str = "") -> dict[str, Any]:
    """Draw price, exposure and credibility gaps of packages, side by side, in every credibility mode.

    Parameters
    ----------
    rows : sequence of PackagePriceRow
        Packages from top to bottom and modes within them in order of first appearance.
    unit : str
        Of all three.

    Returns
    -------
    dict
        A Vega-Lite specification; what is not possible is written out.
    """
    modes, packages = ordered([row.mode for row in rows]), ordered([row.package for row in rows])
    lanes = [f"{package} · {mode}" for package in packages for mode in modes]
    values = [
        {
            "lane": f"{row.package} · {row.mode}",
            "mode": row.mode,
            "price": row.price,
            "exposure": row.exposure,
            "gap": row.gap,
            "at_price": row.price or 0.0,
            "at_exposure": row.exposure,
            "at_gap": row.gap,
            "said_price": "not possible" if row.price is None else printed(row.price),
            "said_exposure": printed(row.exposure),
            "said_gap": printed(row.gap),
        }
        for row in rows
    ]
    panels = [_panel(field, title, lanes, modes, unit, first=k == 0) for k, (field, title) in enumerate(_MEASURES)]
    return chart(values, hconcat=panels, resolve={"scale": {"y": "shared", "color": "shared"}})


def frontier(rows: Sequence[FrontierRow], unit: str = "") -> dict[str, Any]:
    """Draw what more certainty costs: share of cases in which a package works against its cost.

    Parameters
    ----------
    rows : sequence of FrontierRow
        From cheap to dear. Between two points the cheaper package is still the best that can be bought.
    unit : str
        Of the cost.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    values = [
        {
            "package": row.package,
            "cost": row.cost,
            "reliability": row.reliability,
            "low": row.reliability if row.low is None else row.low,
            "high": row.reliability if row.high is None else row.high,
        }
        for row in rows
    ]
    x = {"field": "cost", "type": "quantitative", "title": f"cost ({unit})" if unit else "cost", "scale": {"zero": True}}
    scale = {"domain": [0, 1]}
    y = {"field": "reliability", "type": "quantitative", "title": "share of cases in which it works", "scale": scale}
    shown = y | {"axis": {"format": ".0%"}}
    layers = [
        {
            "mark": {"type": "line", "interpolate": "step-after", "color": GREY, "strokeDash": [4, 3]},
            "encoding": {"x": x, "y": shown},
        },
        {
            "mark": {"type": "rule", "color": BLUE, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": shown | {"field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80, "color": BLUE, "opacity": 1},
            "encoding": {"x": x, "y": shown, "tooltip": [{"field": "package"}]},
        },
    ]
    return chart(values, width=WIDTH, height=280, layer=layers)


def break_evens(rows: Sequence[BreakEvenRow], most: int = 20) -> dict[str, Any]:
    """Draw a tornado of break-even values: how far each unknown is from turning the answer, in shares of its own range.

    Parameters
    ----------
    rows : sequence of BreakEvenRow
    most : int
        At most this many are drawn, those nearest to turning the answer first.

    Returns
    -------
    dict
        A Vega-Lite specification. 0 is the central value, -1 and 1 are the ends of the range: a mark between them is a value
        inside the range that turns the answer. Marks beyond three times the range are left out.
    """
    chosen = sorted(rows, key=lambda row: (_nearness(row), row.unknown))[:most]
    names = [row.unknown for row in chosen]
    values = [{"unknown": row.unknown, "at": share, "said": printed(value)} for row in chosen for value, share in _marks(row)]
    y = {"field": "unknown", "type": "nominal", "sort": names, "title": None, "axis": {**cut(54), "ticks": False}}
    x = {
        "type": "quantitative",
        "title": "distance from the central value (1: end of the range)",
        "scale": {"domain": [-_FAR, _FAR]},
    }
    inside = {"condition": {"test": "abs(datum.at) <= 1", "value": VERMILION}, "value": GREY}
    layers = [
        {
            "data": {"values": [{"unknown": name, "start": -1, "end": 1} for name in names]},
            "mark": {"type": "bar", "height": {"band": 0.5}, "color": "#DCEBF5", "stroke": INK, "strokeWidth": 0.5},
            "encoding": {"y": y, "x": x | {"field": "start"}, "x2": {"field": "end"}},
        },
        {
            "mark": {"type": "tick", "thickness": 4, "opacity": 1, "height": {"band": 0.8}},
            "encoding": {"y": y, "x": x | {"field": "at"}, "color": inside},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11},
            "encoding": {"y": y, "x": x | {"field": "at"}, "text": {"field": "said"}},
        },
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
            "encoding": {"x": x | {"datum": 0}},
        },
    ]
    return chart(values, width=380, height={"step": 24}, layer=layers)


def _panel(field: str, title: str, lanes: Sequence[str], modes: Sequence[str], unit: str, *, first: bool) -> dict[str, Any]:
    axis = {**cut(54), "ticks": False} if first else None
    y = {"field": "lane", "type": "nominal", "sort": list(lanes), "title": None, "axis": axis}
    x = {"field": field, "type": "quantitative", "title": f"{title} ({unit})" if unit else title, "axis": {"tickCount": 4}}
    colour = {
        "field": "mode",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(modes), "range": list(PALETTE[: len(modes)])},
    }
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5, "height": {"band": 0.7}},
        "encoding": {"y": y, "x": x, "color": colour},
    }
    words = {
        "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
        "encoding": {"y": y, "x": x | {"field": f"at_{field}"}, "text": {"field": f"said_{field}"}},
    }
    return {"width": 130, "height": {"step": 20}, "layer": [bars, words]}


def _marks(row: BreakEvenRow) -> list[tuple[float, float]]:
    """Give the break-even values with their place in shares of the range's side."""
    found = []
    for value, end, sign in ((row.below, row.low, -1.0), (row.above, row.high, 1.0)):
        if value is not None:
            share = (
                abs(value - row.central) / abs(end - row.central)
                if end != row.central
                else 0.0
                if value == row.central
                else _FAR + 1
            )
            if share <= _FAR:
                found.append((value, sign * share))
    return found


def _nearness(row: BreakEvenRow) -> float:
    return min((abs(share) for _, share in _marks(row)), default=_FAR + 1)
