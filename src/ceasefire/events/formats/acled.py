"""ACLED exports, old and new: comma, header, quotes. The order of actor1 and actor2 says nothing of who attacked whom.

Before 2019 events had nine types and no sub-types; the oldest layout counts countries by Gleditsch-Ward number (GWNO), calls
associated actors allies, and writes the day before the month.
"""

from __future__ import annotations

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, bad_number, by_name, has_tags

_NEEDED = ("event_id_cnty", "event_date", "event_type", "actor1", "actor2", "fatalities")
_DAY = (
    'coalesce(day_in("event_date"), day_as("event_date", \'%d %B %Y\'), '
    "day_as(\"event_date\", '%d-%B-%Y'), day_as(\"event_date\", '%d-%b-%y'), "
    'CASE WHEN "gwno" IS NOT NULL THEN day_as("event_date", \'%d/%m/%Y\') END)'
)
_PRECISION = "CASE \"time_precision\" WHEN '1' THEN 1 WHEN '2' THEN 3 WHEN '3' THEN 4 END"


def _layout(head: Head) -> Layout | None:
    names = by_name(head, ",", '"', _NEEDED)
    if not names:
        return None
    known = {name.lower() for name in names}
    release = "old" if {"data_id", "event_id_no_cnty", "iso3"} & known else "new"
    release = release if "sub_event_type" in known else "old, without sub-types"
    return Layout(release, names, delimiter=",", quote='"', header_lines=1 + has_tags(head))


def _state(column: str) -> str:
    """SQL of the state in the name of its forces or government, as ACLED writes them: 'Military Forces of Syria (2000-)'."""
    pattern = "^(?:Military Forces|Police Forces|Government) of (?:the )?([^(]+?) ?(?:\\(|$)"
    return f"plain(nullif(regexp_extract(\"{column}\", '{pattern}', 1), ''))"


def _side(who: str, number: int) -> dict[str, str]:
    return {
        who: f"coalesce({who}_body.own, {who}_state.iso3)",
        f"{who}_name": f'"actor{number}"',
        f"{who}_role": f'"inter{number}"',
    }


ACLED = Format(
    name="acled",
    title="ACLED events",
    layout_of=_layout,
    day=_DAY,
    columns={
        "source": "'acled'",
        "source_id": '"event_id_cnty"',
        "vintage": 'make_timestamp(try_cast("timestamp" AS BIGINT) * 1000000)',
        "date": _DAY,
        "date_low": f"CASE WHEN {_PRECISION} = 1 THEN {_DAY} END",
        "date_high": f"CASE WHEN {_PRECISION} = 1 THEN {_DAY} END",
        "date_precision": _PRECISION,
        **_side("actor", 1),
        **_side("target", 2),
        "third": 'nullif(concat_ws(\'; \', "assoc_actor_1", "ally_actor_1", "assoc_actor_2", "ally_actor_2"), \'\')',
        "family": "'ACLED'",
        "code": 'concat_ws(\': \', "event_type", "sub_event_type")',
        "cameo": "meaning.cameo",
        "plover": "meaning.plover",
        "plover_mode": "meaning.plover_mode",
        "quad": "meaning.quad",
        "act": "meaning.act",
        "deaths_best": 'whole("fatalities")',
        "place": 'nullif(concat_ws(\', \', "location", "admin2", "admin1", "country"), \'\')',
        "place_country": "coalesce(place.iso3, place_named.iso3, place_numbered.iso3)",
        "latitude": 'number("latitude")',
        "longitude": 'number("longitude")',
        "place_precision": "CASE \"geo_precision\" WHEN '1' THEN 1 WHEN '2' THEN 2 WHEN '3' THEN 4 END",
        "outlet": '"source"',
        "text": '"notes"',
    },
    lookups=(
        Lookup("actor_body", "organisation_codes", 'plain("actor1")', "name"),
        Lookup("actor_state", "country_codes", _state("actor1"), "name"),
        Lookup("target_body", "organisation_codes", 'plain("actor2")', "name"),
        Lookup("target_state", "country_codes", _state("actor2"), "name"),
        Lookup("place", "country_codes", "lpad(\"iso\", 3, '0')", "iso_numeric"),
        Lookup("place_named", "country_codes", 'plain("country")', "name"),
        Lookup("place_numbered", "country_codes", '"gwno"', "gw"),
        Lookup(
            "meaning",
            "acled_codes",
            'meaning.event_type = trim("event_type") '
            "AND coalesce(meaning.sub_event_type, '') = coalesce(trim(\"sub_event_type\"), '')",
        ),
    ),
    optional=(
        *("sub_event_type", "gwno", "ally_actor_1", "ally_actor_2"),
        *("timestamp", "time_precision", "assoc_actor_1", "assoc_actor_2", "inter1", "inter2", "iso", "country"),
        *("admin1", "admin2", "location", "latitude", "longitude", "geo_precision", "source", "notes"),
    ),
    checks={
        "no event id": '"event_id_cnty" IS NULL',
        "unreadable date": f"{_DAY} IS NULL",
        "unreadable number": f"{bad_number('latitude', 'longitude')} OR "
        '("fatalities" IS NOT NULL AND whole("fatalities") IS NULL) OR '
        '("timestamp" IS NOT NULL AND try_cast("timestamp" AS BIGINT) IS NULL)',
        "timestamp out of range": 'abs(try_cast("timestamp" AS BIGINT)) > 32503680000',
    },
    keep_unknown=True,
)
