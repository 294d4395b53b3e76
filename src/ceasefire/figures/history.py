"""Figures of what happened: acts over time, words by grade, deaths per day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ceasefire.figures.rows import ActRow, DayRow, Mark, WordsRow
from ceasefire.figures.style import BLUE, CROSS, GRADES, GREY, INK, PINK, VERMILION, WIDTH, chart, ordered

ACTS = {"word": "words", "diplomatic": "diplomatic acts", "deed": "material deeds"}


def timeline(rows: Sequence[ActRow], marks: Sequence[Mark] = ()) -> dict[str, Any]:
    """Draw words, diplomatic acts and material deeds by day, one band per actor.

    Parameters
    ----------
    rows : sequence of ActRow
        Actors from top to bottom in order of first appearance; shape and colour say the kind, size the count.
    marks : sequence of Mark

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    values = [{"day": row.day.isoformat(), "actor": row.actor, "act": ACTS[row.act], "count": row.count} for row in rows]
    names = list(ACTS.values())
    actors = ordered([row.actor for row in rows])
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 0.85, "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "x": _days("day"),
            "y": {"field": "actor", "type": "nominal", "sort": actors, "title": None, "scale": {"padding": 0}}
            | {"axis": {"grid": True, "tickBand": "extent", "ticks": False, "domain": False}},
            "yOffset": {"field": "act", "type": "nominal", "sort": names, "scale": {"padding": 0.7}},
            "color": {
                "field": "act",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": [BLUE, PINK, VERMILION]},
                "legend": {"orient": "bottom"},
            },
            "shape": {
                "field": "act",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": ["circle", "square", "triangle-up"]},
            },
            "size": {
                "field": "count",
                "type": "quantitative",
                "title": "entries",
                "scale": {"type": "sqrt", "domainMin": 0, "range": [0, _largest([row.count for row in rows])]},
                "legend": {
                    "orient": "bottom",
                    "values": _sizes([row.count for row in rows]),
                    "format": "d",
                    "symbolFillColor": GREY,
                },
            },
        },
    }
    return chart(values, width=WIDTH, height=42 * len(actors), layer=[points, *_rules(marks)])


def word_grades(rows: Sequence[WordsRow]) -> dict[str, Any]:
    """Draw each actor's words stacked by grade, and its material deeds beside them.

    Parameters
    ----------
    rows : sequence of WordsRow
        Actors from top to bottom as given; grades weakest first in order of first appearance, light to dark, six at most.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    grades = ordered([grade for row in rows for grade, _ in row.words])
    if len(grades) > len(GRADES):
        raise ValueError(f"{len(grades)} grades of words, but only {len(GRADES)} shades can be told apart")
    values = [value for row in rows for value in _stack(row, grades)]
    scale = {"domain": grades, "range": _shades(len(grades))}
    y = {"field": "actor", "type": "nominal", "sort": [row.actor for row in rows], "title": None, "axis": {"ticks": False}}
    tall = 26 * len(rows)
    most = max((sum(count for _, count in row.words) for row in rows), default=0)
    x = {"type": "quantitative", "title": "words", "axis": {"format": "d", "tickMinStep": 1}}
    bars = {
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.6, "height": {"band": 0.75}},
        "encoding": {
            "y": y,
            "x": {"field": "from", **x},
            "x2": {"field": "to"},
            "color": {
                "field": "grade",
                "type": "nominal",
                "sort": grades,
                "title": "grade of the words, weakest first",
                "scale": scale,
                "legend": {"symbolStrokeColor": INK, "columns": 3},
            },
        },
    }
    counts = {
        "transform": [{"filter": f"datum.count * 26 >= {max(most, 1)}"}],
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "y": y,
            "x": {"field": "middle", **x},
            "text": {"field": "count", "format": "d"},
            "color": {"condition": {"test": "datum.dark", "value": "white"}, "value": INK},
        },
    }
    deeds = {
        "width": 110,
        "height": tall,
        "data": {"values": [{"actor": row.actor, "deeds": row.deeds} for row in rows]},
        "encoding": {
            "y": y | {"axis": None},
            "x": {"field": "deeds", "type": "quantitative", "title": "material deeds"} | _whole(),
        },
        "layer": [
            {"mark": {"type": "bar", "color": VERMILION, "height": {"band": 0.75}}},
            {"mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11}, "encoding": {"text": {"field": "deeds"}}},
        ],
    }
    return chart(values, spacing=28, hconcat=[{"width": 400, "height": tall, "layer": [bars, counts]}, deeds])


def daily_deaths(rows: Sequence[DayRow], marks: Sequence[Mark] = ()) -> dict[str, Any]:
    """Draw deaths per day as bars, days without a figure as crosses, and truces as rules.

    Parameters
    ----------
    rows : sequence of DayRow
    marks : sequence of Mark
        Truces are dashed; the day after which nothing is used is a thick line.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    values = [{"day": row.day.isoformat(), "deaths": row.deaths} for row in rows]
    bar = max(2.0, min(14.0, 0.8 * WIDTH / max(_span([row.day for row in rows]), 1)))
    bars = {
        "transform": [{"filter": "datum.deaths !== null"}],
        "mark": {"type": "bar", "color": BLUE, "width": bar},
        "encoding": {"x": _days("day"), "y": {"field": "deaths", "type": "quantitative", "title": "killed per day"}},
    }
    unknown = {
        "transform": [{"filter": "datum.deaths === null"}],
        "mark": {
            "type": "point",
            "size": 130,
            "stroke": INK,
            "strokeWidth": 1.3,
            "yOffset": -7,
        },
        "encoding": {
            "x": _days("day"),
            "y": {"datum": 0, "type": "quantitative"},
            "shape": {
                "datum": "no figure",
                "type": "nominal",
                "scale": {"domain": ["no figure"], "range": [CROSS]},
                "legend": {"orient": "bottom", "title": None, "symbolStrokeColor": INK},
            },
        },
    }
    layers = [bars, *([unknown] if any(row.deaths is None for row in rows) else []), *_rules(marks)]
    return chart(values, width=WIDTH, height=230, layer=layers)


def _days(field: str) -> dict[str, Any]:
    axis = {"format": "%-d %b %Y", "labelOverlap": "parity", "labelFlush": False, "tickCount": 7, "grid": False}
    return {"field": field, "type": "temporal", "title": None, "scale": {"type": "utc", "padding": 12}, "axis": axis}


def _rules(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Give the layers of vertical rules, their labels in rows so that neighbours do not overlap."""
    if not marks:
        return []
    placed = sorted(marks, key=lambda mark: (mark.day, mark.label))
    values = [
        {"day": mark.day.isoformat(), "label": mark.label, "as_of": mark.kind == "as_of", "up": -8 - 14 * (len(placed) - 1 - k)}
        for k, mark in enumerate(placed)
    ]
    lines = {
        "data": {"values": values},
        "mark": {"type": "rule", "clip": False},
        "encoding": {
            "x": _days("day"),
            "y": {"field": "up", "type": "quantitative", "scale": None, "axis": None},
            "y2": {"value": "height"},
            "strokeDash": {"condition": {"test": "datum.as_of", "value": [1, 0]}, "value": [4, 3]},
            "strokeWidth": {"condition": {"test": "datum.as_of", "value": 2.5}, "value": 1.2},
            "color": {"value": INK},
        },
    }
    labels = {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 4, "fontSize": 11},
        "encoding": {
            "x": _days("day"),
            "y": {"field": "up", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "label"},
        },
    }
    return [{"resolve": {"scale": {"y": "independent"}}, "layer": [lines, labels]}]


def _stack(row: WordsRow, grades: list[str]) -> list[dict[str, Any]]:
    start, values = 0, []
    for grade, count in sorted(row.words, key=lambda pair: grades.index(pair[0])):
        dark = grades.index(grade) >= len(grades) - len(grades) // 2
        part = {"from": start, "to": start + count, "middle": start + count / 2}
        values.append({"actor": row.actor, "grade": grade, "count": count, "dark": dark, **part})
        start += count
    return values


def _shades(n: int) -> list[str]:
    last = len(GRADES) - 1
    return [GRADES[last]] if n == 1 else [GRADES[k * last // (n - 1)] for k in range(n)]


def _whole() -> dict[str, Any]:
    return {"axis": {"format": "d", "tickMinStep": 1, "tickCount": 3}}


def _largest(counts: Sequence[int]) -> float:
    """Give the area of the largest point, so that a single entry keeps 28 square pixels and no point exceeds 140."""
    return min(140.0, 28.0 * max(counts, default=1))


def _sizes(counts: Sequence[int]) -> list[int]:
    most = max(counts, default=1)
    return sorted({1, most} if most < 4 else {1, (most + 1) // 2, most})


def _span(days: Sequence[date]) -> int:
    return (max(days) - min(days)).days + 1 if days else 1
