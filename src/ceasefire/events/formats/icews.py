"""ICEWS coded event data: tab-separated, header, 20 columns.

The file of 2017 as published in 2020 writes the month first: 12/1/2017 is the first of December.
"""

from __future__ import annotations

import re

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, by_name

_NEEDED = ("event id", "event date", "source name", "source country", "cameo code", "target name", "target country", "story id")
_CODE = 'CASE WHEN length(trim("CAMEO Code")) = 2 THEN \'0\' || trim("CAMEO Code") ELSE trim("CAMEO Code") END'

_DAY = 'coalesce(day_in("Event Date"), day_as("Event Date", \'%m/%d/%Y\'))'
_WEEK = re.compile(r"(\d{4})(\d\d)(\d\d)-icews-events", re.IGNORECASE)


def _layout(head: Head) -> Layout | None:
    names = by_name(head, "\t", "", _NEEDED)
    if not names:
        return None
    stamp = re.search(r"\.(\d{4})(\d\d)(\d\d)(?:\d{6})?\.", head.name) or _WEEK.match(head.name)
    return Layout("", names, header_lines=1, vintage="-".join(stamp.groups()) if stamp else "")


def _given(column: str) -> str:
    """SQL of a text that may read NA where the copy went through R."""
    return f"nullif(\"{column}\", 'NA')"


def _side(who: str, raw: str) -> dict[str, str]:
    return {
        who: f"coalesce({who}_body.own, {who}_state.iso3)",
        f"{who}_country": _given(f"{raw} Country"),
        f"{who}_name": _given(f"{raw} Name"),
        f"{who}_role": f"sorted_list({_given(f'{raw} Sectors')})",
    }


_PLACE = ("City", "District", "Province", "Country")

ICEWS = Format(
    name="icews",
    title="ICEWS events",
    layout_of=_layout,
    day=_DAY,
    columns={
        "source": "'icews'",
        "source_id": '"Event ID"',
        "date": _DAY,
        "date_low": _DAY,
        "date_high": _DAY,
        "date_precision": "1",
        **_side("actor", "Source"),
        **_side("target", "Target"),
        "family": "'CAMEO'",
        "code": '"CAMEO Code"',
        "cameo": "cameo.cameo",
        "plover": "cameo.plover",
        "plover_mode": "cameo.plover_mode",
        "quad": "cameo.quad",
        "scale": 'number("Intensity")',
        "act": "cameo.act",
        "grade": "cameo.grade",
        "place": f"nullif(concat_ws(', ', {', '.join(_given(c) for c in _PLACE)}), '')",
        "place_country": "place.iso3",
        "latitude": f"number({_given('Latitude')})",
        "longitude": f"number({_given('Longitude')})",
        "outlet": _given("Publisher"),
        "url": _given("Story ID"),
        "text": '"Event Text"',
    },
    lookups=(
        Lookup("actor_body", "organisation_codes", f"plain({_given('Source Name')})", "name"),
        Lookup("actor_state", "country_codes", f"plain({_given('Source Country')})", "name"),
        Lookup("target_body", "organisation_codes", f"plain({_given('Target Name')})", "name"),
        Lookup("target_state", "country_codes", f"plain({_given('Target Country')})", "name"),
        Lookup("place", "country_codes", f"plain({_given('Country')})", "name"),
        Lookup("cameo", "cameo_codes", f"cameo.written = {_CODE}"),
    ),
    optional=("Source Sectors", "Target Sectors", "Publisher", "Intensity", "Event Text", *_PLACE, "Latitude", "Longitude"),
    checks={
        "no event id": '"Event ID" IS NULL',
        "unreadable date": f"{_DAY} IS NULL",
        "unreadable number": " OR ".join(
            f"({_given(c)} IS NOT NULL AND number({_given(c)}) IS NULL)" for c in ("Intensity", "Latitude", "Longitude")
        ),
    },
    key=("source_id", "date"),
    keep_unknown=True,
)
