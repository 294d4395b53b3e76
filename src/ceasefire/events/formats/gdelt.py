"""GDELT 1.0 and 2.0 events, and 2.0 mentions: tab-separated, no header, a quote sign is data."""

from __future__ import annotations

import re

from ceasefire.events.formats.description import Format, Head, Layout, Lookup

_ACTOR = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code", "Type2Code")
_PLACE_1 = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_PLACE_2 = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")


def _names(place: tuple[str, ...]) -> tuple[str, ...]:
    return (
        *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *(f"Actor1{name}" for name in (*_ACTOR, "Type3Code")),
        *(f"Actor2{name}" for name in (*_ACTOR, "Type3Code")),
        *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
        *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
        *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in place),
        "DATEADDED",
        "SOURCEURL",
    )


_V2 = _names(_PLACE_2)
_V1 = _names(_PLACE_1)
_TYPES = {
    "GLOBALEVENTID": "UBIGINT",
    "SQLDATE": "DATE",
    "IsRootEvent": "UTINYINT",
    "QuadClass": "UTINYINT",
    "GoldsteinScale": "DOUBLE",
    "NumMentions": "INTEGER",
    "NumSources": "INTEGER",
    "NumArticles": "INTEGER",
    "ActionGeo_Type": "UTINYINT",
    "ActionGeo_Lat": "DOUBLE",
    "ActionGeo_Long": "DOUBLE",
}
_MENTIONS = (
    *("GlobalEventID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier", "SentenceID"),
    *("Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset", "InRawText", "Confidence", "MentionDocLen", "MentionDocTone"),
    *("MentionDocTranslationInfo", "Extras"),
)


def _events(head: Head) -> Layout | None:
    rows = [row for row in head.rows("\t") if len(row) in {57, 58, 61} and _is_event(row)]
    widths = {len(row) for row in rows}
    if not rows:
        return None
    if widths == {61}:
        stream = "2.0 translated" if ".translation." in head.name.lower() else "2.0"
        return Layout(stream, _V2, types=_TYPES | {"DATEADDED": "TIMESTAMP"}, date_format="%Y%m%d", time_format="%Y%m%d%H%M%S")
    if 61 in widths:
        return None
    types = _TYPES | {"DATEADDED": "DATE"}
    return Layout("1.0", _V1[:57] if widths == {57} else _V1, types=types, date_format="%Y%m%d", widest=_V1)


def _is_event(row: tuple[str, ...]) -> bool:
    return re.fullmatch(r"\d{1,18}", row[0]) is not None and re.fullmatch(r"\d{8}", row[1]) is not None


def _mentions(head: Head) -> Layout | None:
    stamped = [row for row in head.rows("\t") if len(row) == 16 and all(re.fullmatch(r"\d{14}", cell) for cell in row[1:3])]
    if not stamped:
        return None
    types = {
        "GlobalEventID": "UBIGINT",
        "EventTimeDate": "TIMESTAMP",
        "MentionTimeDate": "TIMESTAMP",
        "MentionType": "UTINYINT",
        "SentenceID": "INTEGER",
        "InRawText": "UTINYINT",
        "Confidence": "UTINYINT",
        "MentionDocLen": "INTEGER",
        "MentionDocTone": "DOUBLE",
    }
    stream = "2.0 translated" if ".translation." in head.name.lower() else "2.0"
    return Layout(stream, _MENTIONS, types=types, time_format="%Y%m%d%H%M%S")


def _side(who: str, number: int) -> dict[str, str]:
    raw = f"Actor{number}"
    roles = ", ".join(f'"{raw}Type{k}Code"' for k in (1, 2, 3))
    return {
        who: f"coalesce({who}_body.own, {who}_state.iso3)",
        f"{who}_country": f'"{raw}CountryCode"',
        f"{who}_name": f'"{raw}Name"',
        f"{who}_code": f'"{raw}Code"',
        f"{who}_role": f"nullif(concat_ws(',', {roles}), '')",
    }


def _body(column: str) -> str:
    """SQL of a whole actor code where it is one of an organisation: all of these begin so."""
    return f"CASE WHEN left(\"{column}\", 3) IN ('IGO', 'NGO') THEN \"{column}\" END"


GDELT = Format(
    name="gdelt",
    title="GDELT events",
    layout_of=_events,
    day='"SQLDATE"',
    columns={
        "source": "'gdelt'",
        "source_id": '"GLOBALEVENTID"::VARCHAR',
        "vintage": '"DATEADDED"::TIMESTAMP',
        "date": '"SQLDATE"',
        "date_low": '"SQLDATE"',
        "date_high": '"SQLDATE"',
        "date_precision": "1",
        **_side("actor", 1),
        **_side("target", 2),
        "family": "'CAMEO'",
        "code": '"EventCode"',
        "cameo": "cameo.cameo",
        "plover": "cameo.plover",
        "plover_mode": "cameo.plover_mode",
        "quad": '"QuadClass"',
        "scale": '"GoldsteinScale"',
        "act": "cameo.act",
        "grade": "cameo.grade",
        "place": '"ActionGeo_FullName"',
        "place_country": "place.iso3",
        "latitude": '"ActionGeo_Lat"',
        "longitude": '"ActionGeo_Long"',
        "place_precision": 'CASE "ActionGeo_Type" WHEN 1 THEN 6 WHEN 2 THEN 4 WHEN 5 THEN 4 WHEN 3 THEN 1 WHEN 4 THEN 1 END',
        "n_mentions": '"NumMentions"',
        "n_sources": '"NumSources"',
        "n_articles": '"NumArticles"',
        "is_root": '"IsRootEvent" = 1',
        "url": '"SOURCEURL"',
    },
    lookups=(
        Lookup("actor_body", "organisation_codes", _body("Actor1Code"), "cameo"),
        Lookup("actor_state", "country_codes", '"Actor1CountryCode"', "cameo"),
        Lookup("target_body", "organisation_codes", _body("Actor2Code"), "cameo"),
        Lookup("target_state", "country_codes", '"Actor2CountryCode"', "cameo"),
        Lookup("place", "country_codes", '"ActionGeo_CountryCode"', "fips"),
        Lookup("cameo", "cameo_codes", 'cameo.written = "EventCode" AND cameo.cameo = "EventCode"'),
    ),
    optional=("SOURCEURL",),
)

GDELT_MENTIONS = Format(
    name="gdelt-mentions",
    title="GDELT 2.0 mentions",
    layout_of=_mentions,
    columns={
        "source": "'gdelt'",
        "source_id": '"GlobalEventID"::VARCHAR',
        "event_time": '"EventTimeDate"',
        "mention_time": '"MentionTimeDate"',
        "kind": '"MentionType"',
        "outlet": '"MentionSourceName"',
        "url": '"MentionIdentifier"',
        "sentence": '"SentenceID"',
        "in_raw_text": '"InRawText" = 1',
        "confidence": '"Confidence"',
        "doc_length": '"MentionDocLen"',
        "doc_tone": '"MentionDocTone"',
        "translation": '"MentionDocTranslationInfo"',
    },
    table="mentions",
    key=("source_id", "mention_time", "url", "sentence"),
)
