"""Rows of the figures on words and deeds, from what was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.figures import ActRow, BeforeAfterRow, CurveRow, HeatRow, Mark
from ceasefire.record import LEAST, STATUSES, Ledger, Measures, TruceReport, incidence_of

MOST_PAIRS = 14


def act_rows(measures: Measures, name: Callable[[str], str] = str) -> list[ActRow]:
    """Count the entries of governments of the period by day, actor and class, actors in the order of the measures.

    `name` says what an actor is called.
    """
    counts = Counter(
        (one.entry.date, one.entry.actor, one.act)
        for one in measures.classified
        if one.entry.date >= measures.since and one.is_government
    )
    order = {report.actor: k for k, report in enumerate(measures.actors)}
    found = sorted(counts.items(), key=lambda item: (order.get(item[0][1], len(order)), item[0]))
    return [ActRow(day, name(actor), act, count) for (day, actor, act), count in found]


def heat_rows(measures: Measures, most: int = MOST_PAIRS, name: Callable[[str], str] = str) -> list[HeatRow]:
    """Count words and deeds by pair and month of the period, the `most` busiest pairs, busiest first.

    A month in which the record holds nothing of a pair is a 0 of this record.
    """
    counts: Counter[tuple[str, date, str]] = Counter()
    for one in measures.classified:
        if one.entry.date >= measures.since and one.is_government and one.act != "diplomatic":
            for target in one.entry.targets:
                counts[f"{name(one.entry.actor)} to {name(target)}", one.entry.date.replace(day=1), one.act] += 1
    busy: Counter[str] = Counter()
    for (pair, _, _), count in counts.items():
        busy[pair] += count
    pairs = sorted(busy, key=lambda pair: (-busy[pair], pair))[:most]
    months = _months(measures.since, measures.as_of)
    return [HeatRow(pair, month, counts[pair, month, "word"], counts[pair, month, "deed"]) for pair in pairs for month in months]


def _months(first: date, last: date) -> list[date]:
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1) for k in range(n)]


def curve_rows(found: Ledger, chosen: NDArray[np.bool_]) -> list[CurveRow]:
    """Give the cumulative incidence of every outcome that occurred, day by day from 0 to the last day with someone at risk.

    None of fewer than five commitments.
    """
    curve = incidence_of(found, chosen)
    if curve.n < LEAST:
        return []
    last = int(np.flatnonzero(curve.at_risk > 0).max(initial=-1)) + 1
    rows = []
    for number, name in enumerate(STATUSES[: len(curve.share)]):
        if curve.share[number, :last].any():
            rows.append(CurveRow(name, 0, 0.0, 0.0, 0.0))
            days = range(1, last + 1)
            rows += [CurveRow(name, day, float(curve.share[number, day - 1]), *curve.interval(number, day)) for day in days]
    return rows


def before_after_rows(reports: Sequence[TruceReport]) -> list[BeforeAfterRow]:
    """Give the windows of every truce."""
    return [
        BeforeAfterRow(
            report.truce.name,
            window.days,
            window.before,
            window.after,
            *((window.ratio.value, window.ratio.low, window.ratio.high) if window.ratio else ()),
        )
        for report in reports
        for window in report.windows
    ]


def truce_marks(reports: Sequence[TruceReport]) -> list[Mark]:
    """Give the days on which truces were announced."""
    return [Mark(report.truce.announced, report.truce.name) for report in reports]
