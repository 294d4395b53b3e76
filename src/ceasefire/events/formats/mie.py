"""Militarized Interstate Events: comma, header; states are Correlates of War numbers, -9 is unknown."""

from __future__ import annotations

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, by_name

_NEEDED = ("micnum", "eventnum", "ccode1", "ccode2", "stmon", "stday", "styear", "endmon", "endday", "endyear", "action", "hostlev")


def _layout(head: Head) -> Layout | None:
    names = by_name(head, ",", '"', _NEEDED)
    return Layout("", names, delimiter=",", quote='"', header_lines=1) if names else None


def _part(column: str) -> str:
    return f'CASE WHEN whole("{column}") > 0 THEN lpad("{column}", 2, \'0\') END'


def _first(which: str) -> str:
    """SQL of the first day that year, month and day allow."""
    return (
        f"day_in(\"{which}year\" || '-' || coalesce({_part(f'{which}mon')}, '01') || '-' || coalesce({_part(f'{which}day')}, '01'))"
    )


def _last(which: str) -> str:
    """SQL of the last day that year, month and day allow."""
    return (
        f'CASE WHEN whole("{which}mon") IS NULL OR whole("{which}mon") < 1 THEN day_in("{which}year" || \'-12-31\') '
        f'WHEN whole("{which}day") IS NULL OR whole("{which}day") < 1 THEN last_day({_first(which)}) ELSE {_first(which)} END'
    )


def _deaths(bound: str) -> str:
    sides = [f'CASE WHEN whole("fatal{bound}{side}") >= 0 THEN whole("fatal{bound}{side}") END' for side in (1, 2)]
    return f"{sides[0]} + {sides[1]}"


_BEFORE = f"{_last('end')} < {_first('st')}"

MIE = Format(
    name="mie",
    title="Militarized Interstate Events",
    layout_of=_layout,
    day=_first("st"),
    columns={
        "source": "'mie'",
        "release": "coalesce(\"version\", '')",
        "source_id": '"micnum" || \'-\' || "eventnum"',
        "date": _first("st"),
        "date_low": _first("st"),
        "date_high": f"CASE WHEN {_BEFORE} THEN {_last('st')} ELSE {_last('end')} END",
        "date_precision": 'CASE WHEN whole("stmon") < 1 THEN 5 WHEN whole("stday") < 1 THEN 4 ELSE 1 END',
        "actor": "actor_state.iso3",
        "actor_country": '"ccode1"',
        "actor_code": '"ccode1"',
        "target": "target_state.iso3",
        "target_country": '"ccode2"',
        "target_code": '"ccode2"',
        "third": '"micnum"',
        "family": "'MIE'",
        "code": '"action"',
        "cameo": "meaning.cameo",
        "plover": "meaning.plover",
        "plover_mode": "meaning.plover_mode",
        "quad": "meaning.quad",
        "scale": 'number("hostlev")',
        "act": "meaning.act",
        "grade": "meaning.grade",
        "deaths_low": _deaths("min"),
        "deaths_high": _deaths("max"),
        "text": "meaning.label",
    },
    lookups=(
        Lookup("actor_state", "country_codes", '"ccode1"', "cow"),
        Lookup("target_state", "country_codes", '"ccode2"', "cow"),
        Lookup("meaning", "mie_codes", 'meaning.action = "action"'),
    ),
    optional=("version", "fatalmin1", "fatalmax1", "fatalmin2", "fatalmax2"),
    checks={
        "no event id": '"micnum" IS NULL OR "eventnum" IS NULL',
        "unreadable date": f"{_first('st')} IS NULL OR {_last('end')} IS NULL",
    },
    keep_unknown=True,
)
