"""Phoenix of OEDA (tab, no header, 26 fields) and of the Cline Center (comma, header, 1945 to 2019)."""

from __future__ import annotations

import re

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, bad_number, by_name

_FIELDS = (
    *("EventID", "Date", "Year", "Month", "Day"),
    *("SourceActorFull", "SourceActorEntity", "SourceActorRole", "SourceActorAttribute"),
    *("TargetActorFull", "TargetActorEntity", "TargetActorRole", "TargetActorAttribute"),
    *("EventCode", "EventRootCode", "QuadClass", "GoldsteinScore", "Issues", "Lat", "Lon"),
    *("LocationName", "StateName", "CountryCode", "SentenceID", "URLs", "NewsSources"),
)
_CLINE_NEEDED = ("eid", "story_date", "source", "target", "code", "root_code", "quad_class")


def _phoenix(head: Head) -> Layout | None:
    rows = [row for row in head.rows("\t") if len(row) == 26 and re.fullmatch(r"\d{8}", row[1])]
    if not rows:
        return None
    version = re.search(r"_v(\d+(?:\.\d+)+)", rows[0][0])
    return Layout(version.group(1) if version else "", _FIELDS)


def _cline(head: Head) -> Layout | None:
    names = by_name(head, ",", '"', _CLINE_NEEDED)
    return Layout("", names, delimiter=",", quote='"', header_lines=1) if names else None


def _zero(code: str, root: str) -> str:
    """SQL that gives back a leading zero where the row's own root code shows that it was lost."""
    return (
        f"CASE WHEN starts_with({code}, lpad({root}, 2, '0')) THEN {code} "
        f"WHEN starts_with('0' || {code}, lpad({root}, 2, '0')) THEN '0' || {code} ELSE {code} END"
    )


_MEANING = {
    "cameo": "cameo.cameo",
    "plover": "cameo.plover",
    "plover_mode": "cameo.plover_mode",
    "act": "cameo.act",
    "grade": "cameo.grade",
}
_DAY = "day_as(\"Date\", '%Y%m%d')"
_CLINE_DAY = (
    "coalesce(day_in(\"year\" || '-' || lpad(\"month\", 2, '0') || '-' || lpad(\"day\", 2, '0')), "
    'day_in("story_date"), day_as("story_date", \'%m/%d/%Y\'))'
)


def _side(who: str, full: str, state: str, role: str) -> dict[str, str]:
    return {
        who: f"coalesce({who}_body.own, {who}_state.iso3)",
        f"{who}_country": f'"{state}"',
        f"{who}_code": f'"{full}"',
        f"{who}_role": f'"{role}"',
    }


def _lookups(full: tuple[str, str], state: tuple[str, str], country: str, code: str) -> tuple[Lookup, ...]:
    """Give the joins; the country of a place is a code or, in some releases, an English name."""
    return (
        Lookup("actor_body", "organisation_codes", f'"{full[0]}"', "cameo"),
        Lookup("actor_state", "country_codes", f'"{state[0]}"', "cameo"),
        Lookup("target_body", "organisation_codes", f'"{full[1]}"', "cameo"),
        Lookup("target_state", "country_codes", f'"{state[1]}"', "cameo"),
        Lookup("place", "country_codes", f'"{country}"', "iso3"),
        Lookup("place_named", "country_codes", f'plain("{country}")', "name"),
        Lookup("cameo", "cameo_codes", f"cameo.written = {code} AND cameo.cameo = {code}"),
    )


PHOENIX = Format(
    name="phoenix",
    title="Phoenix events",
    layout_of=_phoenix,
    day=_DAY,
    columns={
        "source": "'phoenix'",
        "source_id": '"EventID"',
        "date": _DAY,
        "date_low": _DAY,
        "date_high": _DAY,
        "date_precision": "1",
        **_side("actor", "SourceActorFull", "SourceActorEntity", "SourceActorRole"),
        **_side("target", "TargetActorFull", "TargetActorEntity", "TargetActorRole"),
        "family": "'CAMEO'",
        "code": '"EventCode"',
        **_MEANING,
        "quad": 'whole("QuadClass")',
        "scale": 'number("GoldsteinScore")',
        "place": "nullif(concat_ws(', ', \"LocationName\", \"StateName\"), '')",
        "place_country": "coalesce(place.iso3, place_named.iso3)",
        "latitude": 'number("Lat")',
        "longitude": 'number("Lon")',
        "outlet": '"NewsSources"',
        "url": '"URLs"',
        "text": '"Issues"',
    },
    lookups=_lookups(
        ("SourceActorFull", "TargetActorFull"),
        ("SourceActorEntity", "TargetActorEntity"),
        "CountryCode",
        _zero('"EventCode"', '"EventRootCode"'),
    ),
    checks={
        "no event id": '"EventID" IS NULL',
        "unreadable date": f"{_DAY} IS NULL",
        "unreadable number": bad_number("QuadClass", "GoldsteinScore", "Lat", "Lon"),
    },
)

CLINE = Format(
    name="cline",
    title="Cline Center Phoenix events",
    layout_of=_cline,
    day=_CLINE_DAY,
    columns={
        "source": "'cline'",
        "source_id": '"eid"',
        "date": _CLINE_DAY,
        "date_low": _CLINE_DAY,
        "date_high": _CLINE_DAY,
        "date_precision": "1",
        **_side("actor", "source", "source_root", "source_agent"),
        **_side("target", "target", "target_root", "target_agent"),
        "family": "'CAMEO'",
        "code": '"code"',
        **_MEANING,
        "quad": 'whole("quad_class")',
        "scale": 'number("goldstein")',
        "place": 'nullif(concat_ws(\', \', "placename", "statename", "countryname"), \'\')',
        "place_country": "coalesce(place.iso3, place_named.iso3)",
        "latitude": 'number("lat")',
        "longitude": 'number("lon")',
        "url": '"aid"',
        "text": '"joined_issues"',
    },
    lookups=_lookups(
        ("source", "target"),
        ("source_root", "target_root"),
        "countryname",
        _zero('"code"', '"root_code"'),
    ),
    optional=(
        *("year", "month", "day", "source_root", "source_agent", "target_root", "target_agent", "goldstein", "joined_issues"),
        *("lat", "lon", "placename", "statename", "countryname", "aid"),
    ),
    checks={
        "no event id": '"eid" IS NULL',
        "unreadable date": f"{_CLINE_DAY} IS NULL",
        "unreadable number": bad_number("quad_class", "goldstein", "lat", "lon"),
    },
    keep_unknown=True,
)
