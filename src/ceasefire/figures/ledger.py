"""Figures of words held against deeds: words above and deeds below, the heat table, incidence curves, before and after."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from ceasefire.figures.rows import ActRow, Mark
from ceasefire.figures.style import BLUE, GREEN, GREY, INK, PINK, SHAPES, VERMILION, WIDTH, chart, cut, ordered

ACTS = {"word": "words", "diplomatic": "diplomatic acts", "deed": "material deeds"}
_COLOURS = (BLUE, VERMILION, PINK, GREEN, INK, GREY)
_HALF = 21
"""Characters of either name in the label of a pair that is too long."""
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3])


@dataclass(frozen=True, slots=True)
class HeatRow:
    """Words and material deeds of one pair in one month; None where the month is not covered, which is not zero."""

    pair: str
    month: date
    words: int | None
    deeds: int | None


@dataclass(frozen=True, slots=True)
class CurveRow:
    """Share of commitments that one outcome had closed by a day, with its interval."""

    outcome: str
    day: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BeforeAfterRow:
    """Deaths a day before and after a truce in windows of one length; None where a day has no count."""

    truce: str
    days: int
    before: float | None
    after: float | None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None


Row = ActRow | HeatRow | CurveRow | BeforeAfterRow


def twin(rows: Sequence[Row]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Give the table that says the same as a figure: headers and cells as text, an empty cell where a value is missing.

    Examples
    --------
    >>> twin([HeatRow("A to B", date(2031, 3, 1), 4, None)])
    (('pair', 'month', 'words', 'deeds'), (('A to B', '2031-03-01', '4', ''),))
    """
    if not rows:
        return (), ()
    headers = tuple(field.name.replace("_", " ") for field in fields(rows[0]))
    return headers, tuple(tuple(_cell(value) for value in astuple(row)) for row in rows)


def twin_csv(rows: Sequence[Row]) -> str:
    """Write the table of a figure as CSV; text that a spreadsheet would take for a formula gets an apostrophe.

    Examples
    --------
    >>> print(twin_csv([HeatRow("=A to B", date(2031, 3, 1), 4, None)]), end="")
    pair,month,words,deeds
    '=A to B,2031-03-01,4,
    """
    text = io.StringIO()
    headers, cells = twin(rows)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_harmless(cell) for cell in line] for line in cells)
    return text.getvalue()


def words_above_deeds(rows: Sequence[ActRow], marks: Sequence[Mark] = (), coverage: str = "") -> dict[str, Any]:
    """Draw words and diplomatic acts above a line and material deeds below it, by day, with truces as rules.

    Parameters
    ----------
    rows : sequence of ActRow
    marks : sequence of Mark
        Truces are dashed; the day after which nothing is used is a thick line.
    coverage : str
        What the counts are counts of; stands under the chart.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    totals: dict[tuple[date, str], int] = {}
    for row in rows:
        totals[row.day, row.act] = totals.get((row.day, row.act), 0) + row.count
    values, tops = [], dict.fromkeys((day for day, _ in totals), 0)
    for (day, act), count in sorted(totals.items(), key=lambda item: (item[0][0], list(ACTS).index(item[0][1]))):
        low, high = (-count, 0) if act == "deed" else (tops[day], tops[day] + count)
        if act != "deed":
            tops[day] = high
        values.append({"day": day.isoformat(), "act": ACTS[act], "from": low, "to": high})
    names = list(ACTS.values())
    y = {"type": "quantitative", "title": "deeds below, words above", "axis": {"labelExpr": "abs(datum.value)", "tickMinStep": 1}}
    bars = {
        "mark": {"type": "bar", "width": _bar([day for day, _ in totals]), "stroke": INK, "strokeWidth": 0.4},
        "encoding": {
            "x": _days(),
            "y": {"field": "from", **y},
            "y2": {"field": "to"},
            "color": {
                "field": "act",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": [BLUE, PINK, VERMILION]},
                "legend": {"orient": "bottom"},
            },
        },
    }
    zero = {"mark": {"type": "rule", "color": INK}, "encoding": {"y": {"datum": 0, "type": "quantitative"}}}
    return chart(values, width=WIDTH, height=260, layer=[bars, zero, *_rules(marks)], **_note(coverage))


def words_and_deeds_heat(rows: Sequence[HeatRow], coverage: str = "") -> dict[str, Any]:
    """Draw two tables side by side, words and deeds, a row for each pair and a column for each month.

    Parameters
    ----------
    rows : sequence of HeatRow
        Pairs from top to bottom in order of first appearance. Uncovered months are hatched with a dash, never empty or 0.
    coverage : str

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    labels = _shortened(ordered([row.pair for row in rows]))
    pairs = list(labels.values())
    months = sorted({row.month.isoformat() for row in rows})
    values = []
    for row in rows:
        for kind, count in (("words", row.words), ("material deeds", row.deeds)):
            shown = "–" if count is None else str(count)
            values.append({"pair": labels[row.pair], "month": row.month.isoformat(), "kind": kind, "count": count, "shown": shown})
    tall = 24 * max(len(pairs), 1)
    wide = max(60, min(38 * len(months), 420))
    panels = [
        _heat_panel(kind, colours, pairs, months, (wide, tall), first=kind == "words")
        for kind, colours in (("words", ["#FFFFFF", BLUE]), ("material deeds", ["#FFFFFF", VERMILION]))
    ]
    return chart(values, spacing=18, hconcat=panels, resolve={"scale": {"color": "independent"}}, **_note(coverage))


def incidence_curves(rows: Sequence[CurveRow], coverage: str = "") -> dict[str, Any]:
    """Draw the cumulative incidence of each outcome as steps, with its interval as a band.

    Parameters
    ----------
    rows : sequence of CurveRow
        Outcomes in order of first appearance, six at most; colour and dash tell them apart.
    coverage : str
        Says n and the filters.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    outcomes = ordered([row.outcome for row in rows])
    if len(outcomes) > len(_COLOURS):
        raise ValueError(f"{len(outcomes)} outcomes, but only {len(_COLOURS)} colours can be told apart")
    values = [{"outcome": r.outcome, "day": r.day, "share": r.share, "low": r.low, "high": r.high} for r in rows]
    x = {"field": "day", "type": "quantitative", "title": "days since the word", "scale": {"nice": False}}
    y = {"type": "quantitative", "title": "share of commitments", "axis": {"format": "%"}, "scale": {"domain": [0, 1]}}
    scale = {"domain": outcomes, "range": list(_COLOURS[: len(outcomes)])}
    dash = {"domain": outcomes, "range": list(_DASHES[: len(outcomes)])}
    colour = {"field": "outcome", "type": "nominal", "title": None, "scale": scale, "legend": {"orient": "bottom", "columns": 3}}
    band = {
        "mark": {"type": "area", "opacity": 0.15, "interpolate": "step-after"},
        "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}, "color": colour | {"legend": None}},
    }
    steps = {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {
            "x": x,
            "y": {"field": "share", **y},
            "color": colour,
            "strokeDash": {"field": "outcome", "type": "nominal", "title": None, "scale": dash, "legend": {"orient": "bottom"}},
        },
    }
    apart = {"legend": {"color": "independent", "strokeDash": "independent"}}
    return chart(values, width=WIDTH, height=260, layer=[band, steps], resolve=apart, **_note(coverage))


def before_and_after_truces(rows: Sequence[BeforeAfterRow], coverage: str = "") -> dict[str, Any]:
    """Draw deaths a day before (hollow) and after (filled) each truce, one line for each length of window.

    Windows that disagree about the direction so show it: one line runs left, another right.

    Parameters
    ----------
    rows : sequence of BeforeAfterRow
        Truces from top to bottom in order of first appearance; windows without a count are left out of the chart and stay in
        its table.
    coverage : str

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    shown = [row for row in rows if row.before is not None and row.after is not None]
    truces = ordered([row.truce for row in rows])
    windows = [f"{days} days" for days in sorted({row.days for row in rows})]
    values = [
        {"truce": row.truce, "window": f"{row.days} days", "before": row.before, "after": row.after, "more": row.after > row.before}
        for row in shown
        if row.before is not None and row.after is not None
    ]
    y = {"field": "truce", "type": "nominal", "sort": truces, "title": None, "scale": {"domain": truces}}
    offset = {"field": "window", "type": "nominal", "sort": windows, "scale": {"domain": windows, "padding": 0.4}}
    place = {"y": y, "yOffset": offset}
    x = {"type": "quantitative", "title": "deaths a day", "scale": {"zero": True}}
    shape = {
        "field": "window",
        "type": "nominal",
        "title": "hollow before, filled after; red where more died after",
        "scale": {"domain": windows, "range": list(SHAPES[: len(windows)])},
        "legend": {"orient": "bottom"},
    }
    way = {"condition": {"test": "datum.more", "value": VERMILION}, "value": BLUE}
    points = {"type": "point", "size": 70, "strokeWidth": 1.5}
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {**place, "x": {"field": "before", **x}, "x2": {"field": "after"}, "color": way},
        },
        {
            "mark": {**points, "filled": False, "fill": "white"},
            "encoding": {**place, "x": {"field": "before", **x}, "shape": shape, "stroke": way},
        },
        {
            "mark": {**points, "filled": True},
            "encoding": {**place, "x": {"field": "after", **x}, "shape": shape, "color": way},
        },
    ]
    return chart(values, width=WIDTH, height=max(60, 24 * len(windows) * len(truces)), layer=layers, **_note(coverage))


def _heat_panel(
    kind: str, colours: list[str], pairs: list[str], months: list[str], size: tuple[int, int], *, first: bool
) -> dict[str, Any]:
    y: dict[str, Any] = {"field": "pair", "type": "nominal", "sort": pairs, "title": None}
    y["axis"] = cut(2 * _HALF + 4) if first else None
    x = {
        "field": "month",
        "type": "ordinal",
        "title": kind,
        "sort": months,
        "timeUnit": "utcyearmonth",
        "axis": {"format": "%b %Y", "labelAngle": -60},
    }
    place = {"x": x, "y": y}
    cells = {
        "transform": [{"filter": "datum.count !== null"}],
        "mark": {"type": "rect", "stroke": "#C8CDD2"},
        "encoding": {
            **place,
            "color": {
                "field": "count",
                "type": "quantitative",
                "scale": {"range": colours, "type": "sqrt", "domainMin": 0, "interpolate": "rgb"},
                "legend": None,
            },
        },
    }
    texts = {"mark": {"type": "text", "fontSize": 11}, "encoding": {**place, "text": {"field": "shown"}, "color": _readable()}}
    width, height = size
    layers = {"layer": [cells, texts], "width": width, "height": height}
    return {"transform": [{"filter": f"datum.kind === '{kind}'"}, _share_of_most()], **layers}


def _shortened(pairs: Sequence[str]) -> dict[str, str]:
    """Shorten both names of a long pair, not only the second, so that no two pairs read alike.

    Examples
    --------
    >>> list(_shortened(["North to South", "A Union of Very Many Northern States to A Southern Army"]).values())
    ['North to South', 'A Union of Very Many… to A Southern Army']
    """
    short = {}
    for pair in pairs:
        one, to, other = pair.partition(" to ")
        ends = [end if len(end) <= _HALF else end[: _HALF - 1].rstrip() + "…" for end in (one, other)]
        short[pair] = to.join(ends) if len(pair) > 2 * _HALF + 4 else pair
    alike = Counter(short.values())
    return {pair: label if alike[label] == 1 else pair for pair, label in short.items()}


def _share_of_most() -> dict[str, Any]:
    return {"joinaggregate": [{"op": "max", "field": "count", "as": "most"}]}


def _readable() -> dict[str, Any]:
    """White text on dark cells: the shade grows with the square root of the count."""
    return {"condition": {"test": "datum.count !== null && datum.count > 0.45 * datum.most", "value": "white"}, "value": INK}


def _days() -> dict[str, Any]:
    axis = {"format": "%-d %b %Y", "labelOverlap": "parity", "tickCount": 7, "grid": False}
    return {"field": "day", "type": "temporal", "title": None, "scale": {"type": "utc", "padding": 12}, "axis": axis}


def _bar(days: Sequence[date]) -> float:
    span = (max(days) - min(days)).days + 1 if days else 1
    return max(1.5, min(14.0, 0.8 * WIDTH / span))


def _rules(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    placed = sorted(marks, key=lambda mark: (mark.day, mark.label))
    if not placed:
        return []
    values = [
        {"day": m.day.isoformat(), "label": m.label, "as_of": m.kind == "as_of", "up": -8 - 14 * (len(placed) - 1 - k)}
        for k, m in enumerate(placed)
    ]
    height = {"field": "up", "type": "quantitative", "scale": None, "axis": None}
    lines = {
        "mark": {"type": "rule", "color": INK},
        "encoding": {
            "x": _days(),
            "y": height,
            "y2": {"value": "height"},
            "strokeDash": {"condition": {"test": "datum.as_of", "value": [1, 0]}, "value": [4, 3]},
            "strokeWidth": {"condition": {"test": "datum.as_of", "value": 2.5}, "value": 1.2},
        },
    }
    labels = {
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 4, "fontSize": 11},
        "encoding": {"x": _days(), "y": height, "text": {"field": "label"}},
    }
    return [{"data": {"values": values}, "resolve": {"scale": {"y": "independent"}}, "layer": [lines, labels]}]


def _note(coverage: str) -> dict[str, Any]:
    if not coverage:
        return {}
    words, lines = coverage.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 100:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    look = {"anchor": "start", "orient": "bottom", "fontSize": 11, "fontWeight": "normal", "color": GREY, "offset": 12}
    return {"title": {"text": lines, **look}}


def _harmless(cell: str) -> str:
    is_number = cell.lstrip("-").replace(".", "", 1).isdecimal()
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number else cell


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
