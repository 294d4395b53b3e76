"""Values of a case with everything filled in that a test does not care about."""

from __future__ import annotations

from datetime import date
from typing import Any

from ceasefire.case.model import Case, Entry, Judgement, Kind, Lever, Party
from ceasefire.conditions import parse

DAY = date(2031, 3, 1)


def a_judgement(value: float, low: float | None = None, high: float | None = None, **changes: Any) -> Judgement:
    """Make a judgement, a point unless an end is given."""
    ends = {"low": value if low is None else low, "high": value if high is None else high}
    rest: dict[str, Any] = {"unit": "points", "why": "made up", "sources": (), "illustrative": True, "dated": DAY}
    return Judgement(value=value, **{**ends, **rest, **changes})


def an_entry(key: str, day: str, actor: str, kind: str = "word", **changes: Any) -> Entry:
    """Make a record entry; by default a government's comment to nobody."""
    rest: dict[str, Any] = {
        "date_end": None,
        "actor_name": actor,
        "level": "state",
        "joint_with": (),
        "targets": (),
        "category": "statement" if kind == "word" else "assault",
        "cameo": "010" if kind == "word" else "190",
        "forum": "unilateral",
        "conditional": False,
        "condition": "",
        "red_line": False,
        "summary": key,
        "sources": (),
        "corroboration": 1,
        "confidence": "high",
        "seed": False,
        "note": "",
    }
    return Entry(key=key, date=date.fromisoformat(day), actor=actor, kind=Kind(kind), **{**rest, **changes})


def a_party(code: str, **changes: Any) -> Party:
    """Make a party without aims, lines, ties or stakes."""
    empty = dict.fromkeys(("roles", "aims", "red_lines", "ties", "stakes", "priorities"), ())
    rest: dict[str, Any] = {"name": code.title(), "iso3": None, "budget": None, **empty}
    return Party(code=code, **{**rest, **changes})


def a_lever(key: str, owner: str, effects: dict[str, Judgement], **changes: Any) -> Lever:
    """Make a threat that costs nothing and holds everywhere."""
    nothing = a_judgement(0.0)
    rest: dict[str, Any] = {
        "type": "threat",
        "text": key,
        "instrument": "trade",
        "when": parse("true"),
        "fixed": nothing,
        "exec": nothing,
        "audience": nothing,
        "restore": nothing,
        "belief": a_judgement(1.0),
        "group": None,
        "delay_days": 0,
        "lasts_days": None,
        "harm": "",
        "harm_sources": (),
        "why": "",
        "sources": (),
    }
    return Lever(key=key, owner=owner, effects=tuple(effects.items()), **{**rest, **changes})


def a_case(**changes: Any) -> Case:
    """Make an empty case that starts and is asked about on 1 March 2031."""
    names = (
        "options",
        "bans",
        "status_quo",
        "levers",
        "incompatible",
        "sources",
        "record",
        "counts",
        "truces",
        "facts",
        "claims",
        "files",
    )
    rest: dict[str, Any] = {
        **dict.fromkeys(names, ()),
        "name": "border",
        "title": "Border",
        "summary": "",
        "place": "",
        "start": DAY,
        "as_of": DAY,
        "judged": DAY,
        "horizon_days": 30,
        "stake_unit": "points",
        "concept": "seq",
        "parties": (),
        "wanted": None,
    }
    return Case(**{**rest, **changes})


def a_short_war() -> Case:
    """Make a case in which A threatens B, strikes the next day, and both go on in turn."""
    told = [("01", "A", "B", "word", "130"), ("02", "A", "B", "deed", "190"), ("03", "B", "A", "deed", "190")]
    told += [("05", "A", "B", "deed", "190"), ("06", "B", "A", "deed", "190")]
    record = tuple(
        an_entry(f"2031-03-{day}-{one.lower()}-1", f"2031-03-{day}", one, kind, targets=(other,), cameo=code)
        for day, one, other, kind, code in told
    )
    return a_case(record=record, parties=(a_party("A"), a_party("B")), as_of=date(2031, 3, 10))
