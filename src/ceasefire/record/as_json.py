"""What was measured, as plain values for JSON: the same numbers as on the screen, with nothing rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np

from ceasefire.record.classify import Classified
from ceasefire.record.follow_through import FollowThrough
from ceasefire.record.ledger import Ledger, Row
from ceasefire.record.measures import ActorReport, Measures
from ceasefire.record.red_lines import RedLineReport
from ceasefire.record.reliability import Reliability
from ceasefire.record.truces import TruceReport

_OF_TRUCE = ("key", "name", "brokers", "announced", "effective", "ends")


def plain(value: Any) -> Any:
    """Turn values of this room into what JSON can hold: entries become their keys, dates ISO text, missing stays null.

    Examples
    --------
    >>> plain((date(2031, 3, 1), float("nan"), None, np.int64(3)))
    ['2031-03-01', None, None, 3]
    """
    if isinstance(value, Classified | date):
        return value.entry.key if isinstance(value, Classified) else value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray | tuple | list | frozenset):
        return [plain(inner) for inner in value]
    single = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(single, float) and not np.isfinite(single) else single


def measures_json(measures: Measures) -> dict[str, Any]:
    """Give who said and did what, with the keys of the entries.

    Examples
    --------
    >>> from ceasefire.record import measure
    >>> from ceasefire.testing import a_short_war
    >>> measures_json(measure(a_short_war()))["actors"][1]["material_deeds"]
    ['2031-03-03-b-1', '2031-03-06-b-1']
    """
    return {
        "since": plain(measures.since),
        "as_of": plain(measures.as_of),
        "entries": len(measures.classified),
        "before_since": sum(one.entry.date < measures.since for one in measures.classified),
        "actors": [_actor(report) for report in measures.actors],
        "firsts": plain(measures.firsts),
        "told_later": plain(measures.told_later),
    }


def _actor(report: ActorReport) -> dict[str, Any]:
    return {
        "actor": report.actor,
        "words": {grade: plain(words) for grade, words in report.by_grade()},
        "diplomatic_acts": plain(report.diplomatic),
        "material_deeds": plain(report.deeds),
        "joint_entries": plain(report.joint),
        "left_out": plain(report.left_out),
        "low_confidence": plain(report.doubted),
    }


def ledger_json(
    found: Ledger,
    rows: Sequence[Row],
    groups: Sequence[FollowThrough],
    kept: Sequence[Reliability],
    name: Callable[[int], str] = str,
    *,
    is_doubted: Callable[[int], bool] = lambda row: False,
) -> dict[str, Any]:
    """Give the commitments, what became of them, and the rates with n, base and interval.

    Parameters
    ----------
    found : Ledger
    rows : sequence of Row
    groups : sequence of FollowThrough
    kept : sequence of Reliability
    name : callable, optional
        Says what a row number stands for, see `names_of`.
    is_doubted : callable, optional
        Says whether it stands for a word of low confidence, see `doubts_of`.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> found = ledger(acts_from_case(a_short_war())[0], (words(), demands()))
    >>> told = ledger_json(found, found.rows(), (), ())
    >>> [(row["actor"], row["status"], row["low_confidence"]) for row in told["commitments"]]
    [('A', 'fulfilled', False)]
    """
    return {
        "first": plain(found.acts.first),
        "last": plain(found.acts.last),
        "acts": len(found.acts),
        "left_out": plain(found.acts.left_out),
        "random_starts_each": found.draws,
        "seed": found.seed,
        "commitments": [{**_row(row, name), "low_confidence": is_doubted(row.said)} for row in rows],
        "follow_through": [{**plain(group), "counts": dict(group.counts)} for group in groups],
        "reliability": plain(kept),
    }


def _row(row: Row, name: Callable[[int], str]) -> dict[str, Any]:
    closed_by = None if row.closed_by is None else name(row.closed_by)
    return {**plain(row), "said": name(row.said), "closed_by": closed_by}


def red_lines_json(reports: Sequence[RedLineReport]) -> list[dict[str, Any]]:
    """Give the red lines; keys of entries in place of entries.

    Examples
    --------
    >>> from ceasefire.record import measure
    >>> from ceasefire.testing import a_short_war
    >>> red_lines_json(measure(a_short_war()).red_lines)
    []
    """
    return [
        {
            "since": plain(report.since),
            **plain(report),
            "depth": dict(report.depth),
            "corroborated": dict(zip(("stated", "candidates"), report.corroborated, strict=True)),
            "low_confidence": plain([one for one in report.candidates if one.entry.confidence == "low"]),
        }
        for report in reports
    ]


def truces_json(reports: Sequence[TruceReport]) -> list[dict[str, Any]]:
    """Give the truces with their windows, breaches and verdict, and the rule of the verdict in words.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> from ceasefire.record import report_truces
    >>> [(one["truce"]["key"], one["held"]) for one in truces_json(report_truces(load("karabakh-2020"), date(2020, 10, 20)))]
    [('T1', 'not held'), ('T2', 'not held')]
    """
    return [
        {
            **plain(report),
            "truce": {name: plain(getattr(report.truce, name)) for name in _OF_TRUCE},
            "rule": str(report.rule),
            "force": {side: plain(windows) for side, windows in report.force},
        }
        for report in reports
    ]
