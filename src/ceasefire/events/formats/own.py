"""One's own coding: the columns of the event table by name, as CSV with a header or as JSON objects, one a line.

Needed are `date`, `actor` or `actor_name`, and `code` or `act`. An act or grade that the coder wrote wins over the code's.
"""

from __future__ import annotations

import json
from dataclasses import replace

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, bad_number, by_name
from ceasefire.events.table import COLUMNS, OWN_CODE, TYPES

_MADE = ("file", "line", "extra")
_GIVEN = tuple(column.name for column in COLUMNS if column.name not in _MADE)
_LOOKED_UP = ("cameo", "plover", "plover_mode", "quad", "act", "grade")


def _is_own(names: tuple[str, ...]) -> bool:
    have = {name.lower() for name in names}
    return "date" in have and bool(have & {"actor", "actor_name"}) and bool(have & {"code", "act"})


def _csv(head: Head) -> Layout | None:
    names = by_name(head, ",", '"', ("date",))
    return Layout("", names, delimiter=",", quote='"', header_lines=1) if _is_own(names) else None


def _json(head: Head) -> Layout | None:
    try:
        first = json.loads(head.lines[0]) if head.lines else None
    except (ValueError, RecursionError):
        return None
    return Layout("", _GIVEN, delimiter="") if isinstance(first, dict) and _is_own(tuple(map(str, first))) else None


def _converted(name: str) -> str:
    kind = TYPES[name]
    if kind == "VARCHAR":
        return f'"{name}"'
    if kind in {"INTEGER", "UTINYINT"}:
        return f'try_cast(whole("{name}") AS {kind})'
    readers = {"DOUBLE": "number", "DATE": "day_in", "TIMESTAMP": "time_in"}
    return f'{readers[kind]}("{name}")' if kind in readers else f'try_cast("{name}" AS {kind})'


def _who(side: str) -> str:
    """SQL of a party: by the tables, else an X- code as the coder wrote it, which need not be in any."""
    written = f"regexp_extract(trim(\"{side}\"), '^{OWN_CODE}$')"
    return f"coalesce({side}_own.own, {side}_iso.iso3, {side}_state.iso3, {side}_body.own, nullif({written}, ''))"


def _unreadable(kind: str) -> str:
    names = [name for name in _GIVEN if TYPES[name] == kind]
    return " OR ".join(f'("{name}" IS NOT NULL AND {_converted(name)} IS NULL)' for name in names)


_PLAIN = {name: _converted(name) for name in _GIVEN}
_CONTENT = ", ".join(f'"{name}"' for name in ("date", "actor", "actor_name", "target", "target_name", "code", "act", "text"))
_DAY = 'day_in("date")'
_RANGES = {"quad": (0, 4), "date_precision": (1, 5), "place_precision": (1, 7), "confidence": (0, 100), "latitude": (-90, 90)}
_RANGES |= {"longitude": (-180, 180)} | dict.fromkeys(("deaths_best", "deaths_low", "deaths_high"), (0, 1 << 31))
_COLUMNS = {
    **_PLAIN,
    "source": "coalesce(\"source\", 'own')",
    "release": "coalesce(\"release\", '')",
    "source_id": f"coalesce(\"source_id\", md5(concat_ws('|', {_CONTENT})))",
    "date_low": f"coalesce({_PLAIN['date_low']}, {_DAY})",
    "date_high": f"coalesce({_PLAIN['date_high']}, {_DAY})",
    "actor": _who("actor"),
    "actor_name": 'coalesce("actor_name", "actor")',
    "target": _who("target"),
    "target_name": 'coalesce("target_name", "target")',
    "family": 'coalesce("family", CASE WHEN "code" IS NOT NULL THEN \'CAMEO\' END)',
    **{name: f"coalesce({_PLAIN[name]}, cameo.{name})" for name in _LOOKED_UP},
}
_CODE = "CASE WHEN coalesce(\"family\", 'CAMEO') = 'CAMEO' THEN trim(\"code\") END"


def _bodies_and_states(side: str) -> tuple[Lookup, ...]:
    return (
        Lookup(f"{side}_own", "organisation_codes", f'trim("{side}")', "own"),
        Lookup(f"{side}_iso", "country_codes", f'trim("{side}")', "iso3"),
        Lookup(f"{side}_state", "country_codes", f'plain("{side}")', "name"),
        Lookup(f"{side}_body", "organisation_codes", f'plain("{side}")', "name"),
    )


_LOOKUPS = (
    *_bodies_and_states("actor"),
    *_bodies_and_states("target"),
    Lookup("cameo", "cameo_codes", f'cameo.written = coalesce("cameo", {_CODE}) AND cameo.cameo = cameo.written'),
)
_CHECKS = {
    "unreadable date": f"{_DAY} IS NULL OR {_unreadable('DATE')} OR {_unreadable('TIMESTAMP')}",
    "end before start": f"coalesce({_PLAIN['date_high']}, {_DAY}) < coalesce({_PLAIN['date_low']}, {_DAY})",
    "no actor": 'coalesce("actor", "actor_name") IS NULL',
    "neither code nor act": 'coalesce("code", "act") IS NULL',
    "unknown act": "\"act\" NOT IN ('word', 'diplomatic', 'deed')",
    "unreadable number": " OR ".join(
        (bad_number(*(n for n in _GIVEN if TYPES[n] == "DOUBLE")), _unreadable("INTEGER"), _unreadable("UTINYINT"))
    ),
    "number out of range": " OR ".join(
        f'number("{name}") NOT BETWEEN {least} AND {most}' for name, (least, most) in _RANGES.items()
    ),
    "unreadable truth value": _unreadable("BOOLEAN"),
}

OWN = Format(
    name="own",
    title="one's own coding (CSV)",
    layout_of=_csv,
    day=_DAY,
    columns=_COLUMNS,
    lookups=_LOOKUPS,
    optional=_GIVEN,
    checks=_CHECKS,
    keep_unknown=True,
)
OWN_LINES = replace(OWN, name="own-lines", title="one's own coding (JSON lines)", layout_of=_json)
