"""UCDP GED 17.1 to 25.1, Candidate, and the HDX variant: comma, header, quotes; the set and order of columns change, so by name.

A candidate release was published without its header: then the 49 columns of GED 24.1 stand in their order.
"""

from __future__ import annotations

import re

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, bad_number, by_name, has_tags

_NEEDED = ("id", "type_of_violence", "side_a", "side_b", "date_prec", "date_start", "date_end", "best", "low", "high")
_VERSION = re.compile(r"v(\d\d)_(\d{1,2})(?:_(\d{1,2})(?!\d))?(?:_(\d{1,2})(?!\d))?|ged(\d\d)(\d)(?!\d)", re.IGNORECASE)
_COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id"),
    *("conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a"),
    *("side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office", "source_date"),
    *("source_headline", "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2"),
    *("latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec"),
    *("date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low"),
    *("gwnoa", "gwnob"),
)
_WRITTEN = {"id": r"\d+", "year": r"(19|20)\d\d", "type_of_violence": "[1-3]", "date_start": r"\d{4}-\d\d-\d\d.*", "best": r"\d+"}
"""How some cells of a row look, by which a file without header is known."""
_DAY = 'day_in("date_start")'
_END = 'day_in("date_end")'


def _layout(head: Head) -> Layout | None:
    found = _VERSION.search(head.name)
    release = ".".join(part for part in found.groups() if part) if found else ""
    names = by_name(head, ",", '"', _NEEDED)
    if not names:
        return Layout(release, _COLUMNS, delimiter=",", quote='"') if _is_row(head.cells(0, ",", '"')) else None
    tags = has_tags(head)
    return Layout(f"{release} HDX".strip() if tags else release, names, delimiter=",", quote='"', header_lines=2 if tags else 1)


def _is_row(cells: tuple[str, ...]) -> bool:
    if len(cells) != len(_COLUMNS):
        return False
    return all(re.fullmatch(pattern, cells[_COLUMNS.index(name)]) for name, pattern in _WRITTEN.items())


def _plain_code(column: str) -> str:
    return f"regexp_replace(trim(\"{column}\"), '\\.0$', '')"


def _gleditsch_ward(column: str) -> str:
    """SQL of the Gleditsch-Ward number: UCDP goes on writing 345 for Serbia after June 2006."""
    code = _plain_code(column)
    return f"CASE WHEN {code} = '345' AND {_DAY} >= DATE '2006-06-05' THEN '340' ELSE {code} END"


def _government(column: str) -> str:
    return f"plain(nullif(regexp_extract(\"{column}\", '^Government of (.+)$', 1), ''))"


def _side(who: str, letter: str) -> dict[str, str]:
    name = f'"side_{letter}"'
    return {
        who: f"coalesce({who}_state.iso3, {who}_named.iso3, {who}_body.own)",
        f"{who}_country": f'"gwno{letter}"',
        f"{who}_name": name,
        f"{who}_code": f'"side_{letter}_new_id"',
        f"{who}_role": f"CASE WHEN starts_with({name}, 'Government of ') THEN 'GOV' WHEN {name} = 'Civilians' THEN 'CIV' "
        f"WHEN {name} IS NOT NULL THEN 'NSA' END",
    }


def _lookups(who: str, letter: str) -> tuple[Lookup, ...]:
    return (
        Lookup(f"{who}_state", "country_codes", _gleditsch_ward(f"gwno{letter}"), "gw"),
        Lookup(f"{who}_named", "country_codes", _government(f"side_{letter}"), "name"),
        Lookup(f"{who}_body", "organisation_codes", f'plain("side_{letter}")', "name"),
    )


_COUNTS = ("best", "low", "high", "number_of_sources")

UCDP = Format(
    name="ucdp",
    title="UCDP GED or Candidate events",
    layout_of=_layout,
    day=_DAY,
    columns={
        "source": "'ucdp'",
        "source_id": '"id"',
        "date": _DAY,
        "date_low": _DAY,
        "date_high": _END,
        "date_precision": 'whole("date_prec")',
        **_side("actor", "a"),
        **_side("target", "b"),
        "third": '"conflict_name"',
        "family": "'UCDP'",
        "code": '"type_of_violence"',
        "cameo": "CASE \"type_of_violence\" WHEN '3' THEN '180' WHEN '1' THEN '190' WHEN '2' THEN '190' END",
        "plover": "CASE WHEN \"type_of_violence\" IN ('1', '2', '3') THEN 'ASSAULT' END",
        "quad": "CASE WHEN \"type_of_violence\" IN ('1', '2', '3') THEN 4 END",
        "act": "CASE WHEN \"type_of_violence\" IN ('1', '2', '3') THEN 'deed' END",
        "deaths_best": 'whole("best")',
        "deaths_low": 'whole("low")',
        "deaths_high": 'whole("high")',
        "place": 'coalesce("where_coordinates", "where_description")',
        "place_country": "coalesce(place_iso.iso3, place.iso3)",
        "latitude": 'number("latitude")',
        "longitude": 'number("longitude")',
        "place_precision": 'whole("where_prec")',
        "n_sources": 'CASE WHEN whole("number_of_sources") >= 0 THEN whole("number_of_sources") END',
        "outlet": '"source_office"',
        "text": '"source_headline"',
    },
    lookups=(
        *_lookups("actor", "a"),
        *_lookups("target", "b"),
        Lookup("place", "country_codes", _gleditsch_ward("country_id"), "gw"),
        Lookup("place_iso", "country_codes", '"iso3"', "iso3"),
    ),
    optional=(
        *("gwnoa", "gwnob", "side_a_new_id", "side_b_new_id", "conflict_name", "where_coordinates", "where_description"),
        *("country_id", "iso3", "latitude", "longitude", "where_prec", "number_of_sources", "source_office", "source_headline"),
    ),
    checks={
        "no event id": '"id" IS NULL',
        "unreadable date": f"{_DAY} IS NULL OR {_END} IS NULL",
        "end before start": f"{_END} < {_DAY}",
        "unreadable number": f"{bad_number('latitude', 'longitude', *_COUNTS)} OR "
        + " OR ".join(f'(number("{c}") IS NOT NULL AND whole("{c}") IS NULL)' for c in _COUNTS),
        "precision out of range": 'NOT coalesce(whole("date_prec") BETWEEN 1 AND 5, FALSE) OR '
        '("where_prec" IS NOT NULL AND NOT coalesce(whole("where_prec") BETWEEN 1 AND 7, FALSE))',
    },
    keep_unknown=True,
)
