"""PA-X peace agreements: comma, header, quotes, several hundred columns; one signed agreement is one event."""

from __future__ import annotations

import re

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, by_name

_NEEDED = ("agtid", "agt", "dat", "stage", "con")
_DAY = 'coalesce(day_in("Dat"), day_as("Dat", \'%d/%m/%Y\'))'


def _layout(head: Head) -> Layout | None:
    names = by_name(head, ",", '"', _NEEDED)
    if not names:
        return None
    found = re.search(r"v(\d+)", head.name, re.IGNORECASE)
    return Layout(found.group(1) if found else "", names, delimiter=",", quote='"', header_lines=1)


PAX = Format(
    name="pax",
    title="PA-X agreements",
    layout_of=_layout,
    day=_DAY,
    columns={
        "source": "'pax'",
        "source_id": '"AgtId"',
        "date": _DAY,
        "date_low": _DAY,
        "date_high": _DAY,
        "date_precision": "1",
        "actor_name": '"Part"',
        "third": '"ThrdPart"',
        "family": "'PAX'",
        "code": '"Stage"',
        "cameo": "cameo.cameo",
        "plover": "cameo.plover",
        "plover_mode": "cameo.plover_mode",
        "quad": "cameo.quad",
        "act": "cameo.act",
        "place": '"Con"',
        "place_country": "place.iso3",
        "text": '"Agt"',
    },
    lookups=(
        Lookup("place", "country_codes", '"Loc1ISO"', "iso3"),
        Lookup("cameo", "cameo_codes", "cameo.written = '057'"),
    ),
    optional=("Part", "ThrdPart", "Loc1ISO"),
    checks={"no event id": '"AgtId" IS NULL', "unreadable date": f"{_DAY} IS NULL"},
    keep_unknown=True,
)
