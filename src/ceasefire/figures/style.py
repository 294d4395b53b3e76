"""What all figures look like: colours that can be told apart, type, sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

VEGA_LITE = "5.21"

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PINK = "#CC79A7"
INK = "#1B1F24"
GREY = "#5B6570"

PALETTE = (BLUE, VERMILION, PINK, INK, GREEN)
CROSS = "M-0.5,-0.5L0.5,0.5M-0.5,0.5L0.5,-0.5"
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
GRADES = ("#DCEBF5", "#A9CDE6", "#6FAAD2", "#2F84BB", "#0A5C91", "#063A5C")

WIDTH = 560
_LEGEND = 800


def cut(most: int) -> dict[str, Any]:
    """Give the part of an axis that shortens labels to so many characters; Vega's own limit measures each in pixels, slowly."""
    shorter = f"slice(datum.label, 0, {most - 1}) + '…'"
    return {"labelLimit": 0, "labelExpr": f"length(datum.label) > {most} ? {shorter} : datum.label"}


_CONFIG: dict[str, Any] = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": "#E6E9EC",
        "domainColor": GREY,
        "tickColor": GREY,
        **cut(42),
    },
    "legend": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "orient": "top",
        "labelLimit": 0,
        "titleLimit": 0,
        "symbolSize": 110,
        "columnPadding": 24,
    },
    "text": {"fontSize": 12, "fill": INK},
}


def chart(values: Sequence[dict[str, Any]], **parts: Any) -> dict[str, Any]:
    """Frame a chart: schema, white ground, inline data and the common look."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 6,
        "data": {"values": list(values)},
        "config": _CONFIG,
        **parts,
    }


def in_columns(names: Sequence[str]) -> dict[str, Any]:
    """Give the part of an encoding that breaks a legend of many or long names into columns; nothing where one line holds them.

    Examples
    --------
    >>> in_columns(["North", "South"]), in_columns([f"Northern neighbour {k}" for k in range(9)])
    ({}, {'legend': {'columns': 4}})
    """
    wide = [7 * len(name) + 44 for name in names]
    return {"legend": {"columns": max(1, _LEGEND // max(wide))}} if sum(wide) > _LEGEND else {}


def ordered(keys: Sequence[str]) -> list[str]:
    """Give each key once, in the order of first appearance."""
    return list(dict.fromkeys(keys))


def printed(value: float) -> str:
    """Print a number with four significant digits, thousands separated, and a true minus sign.

    Examples
    --------
    >>> printed(12.0), printed(-0.5), printed(2718), printed(3.14159), printed(0.0)
    ('12', '−0.5', '2,718', '3.142', '0')
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    text = f"{value:.4g}"
    if "e" in text:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text.replace("-", "−")
