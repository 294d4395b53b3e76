"""POLECAT: tab-separated, header, 40 columns, PLOVER codes; missing is the word None."""

from __future__ import annotations

from ceasefire.events.formats.description import Format, Head, Layout, Lookup, by_name

_NEEDED = ("event id", "event date", "event type", "event mode", "actor name", "recipient name", "quad code")


def _layout(head: Head) -> Layout | None:
    """Know the layout.

    Some published files have ``#!`` before the header, empty columns at the end, or a Headline in the header that no row has.
    """
    if not head.lines:
        return None
    first = head.lines[0].removeprefix("#!")
    header = first.rstrip("\t")
    n_empty = len(first) - len(header)
    names = by_name(Head(head.name, (header,)), "\t", "", _NEEDED)
    widths = {len(row) for row in head.rows("\t")[1:]}
    if "Headline" in names and widths == {len(names) + n_empty - 1}:
        names = tuple(name for name in names if name != "Headline")
    names += tuple(f"unnamed {k + 1}" for k in range(n_empty)) if names else ()
    return Layout("", names, header_lines=1, encoding="latin-1") if names else None


def _given(column: str) -> str:
    return f"nullif(trim(\"{column}\"), 'None')"


def _countries(column: str) -> str:
    """SQL of the distinct countries of a list, in the order of the list."""
    return f"list_distinct(list_transform(string_split(coalesce({_given(column)}, ''), ';'), lambda part: trim(part)))"


_ALONE = f"({_given('Recipient Name')} IS NULL AND {_given('Recipient Country')} IS NULL)"
_ACTORS = f"list_filter({_countries('Actor Country')}, lambda part: part <> '')"
_RECIPIENTS = f"list_filter({_countries('Recipient Country')}, lambda part: part <> '')"
_FIRST = f"CASE WHEN len({_ACTORS}) = 1 OR (len({_ACTORS}) = 2 AND {_ALONE}) THEN list_min({_ACTORS}) END"
_SECOND = (
    f"CASE WHEN len({_RECIPIENTS}) = 1 THEN {_RECIPIENTS}[1] WHEN len({_ACTORS}) = 2 AND {_ALONE} THEN list_max({_ACTORS}) END"
)


def _side(who: str, raw: str) -> dict[str, str]:
    return {
        who: f"coalesce({who}_body.own, {who}_state.iso3)",
        f"{who}_country": _given(f"{raw} Country"),
        f"{who}_name": _given(f"{raw} Name"),
        f"{who}_code": _given(f"{raw} COW"),
        f"{who}_role": f"coalesce({_given(f'Primary {raw} Sector')}, {_given(f'{raw} Sectors')})",
    }


_MODE = f"lower({_given('Event Mode')})"
_DAY = 'day_in("Event Date")'
_PLACES = ("Placename", "City", "District", "Province", "Country")

POLECAT = Format(
    name="polecat",
    title="POLECAT events",
    layout_of=_layout,
    day=_DAY,
    columns={
        "source": "'polecat'",
        "release": f"coalesce({_given('Version')}, '')",
        "source_id": _given("Event ID"),
        "vintage": f"time_in({_given('Publication Date')})",
        "date": _DAY,
        "date_low": _DAY,
        "date_high": _DAY,
        "date_precision": "1",
        **_side("actor", "Actor"),
        **_side("target", "Recipient"),
        "family": "'PLOVER'",
        "code": f"{_given('Event Type')} || coalesce('-' || {_MODE}, '')",
        "plover": "plover.plover",
        "plover_mode": f"CASE WHEN plover.plover IS NOT NULL THEN {_MODE} END",
        "quad": "CASE upper(\"Quad Code\") WHEN 'VERBAL COOPERATION' THEN 1 WHEN 'MATERIAL COOPERATION' THEN 2 "
        "WHEN 'VERBAL CONFLICT' THEN 3 WHEN 'MATERIAL CONFLICT' THEN 4 END",
        "scale": f"number(coalesce({_given('Event Intensity')}, {_given('Intensity')}))",
        "act": f"CASE WHEN plover.plover = 'CONSULT' AND {_MODE} = 'phone' THEN 'word' ELSE plover.act END",
        "grade": f"CASE WHEN plover.plover = 'CONSULT' AND {_MODE} = 'phone' THEN 'comment' ELSE plover.grade END",
        "place": f"nullif(concat_ws(', ', {', '.join(_given(c) for c in _PLACES)}), '')",
        "place_country": "place.iso3",
        "latitude": f"number({_given('Latitude')})",
        "longitude": f"number({_given('Longitude')})",
        "outlet": _given("Source"),
    },
    lookups=(
        Lookup("actor_body", "organisation_codes", f"plain({_given('Actor Name')})", "name"),
        Lookup("actor_state", "country_codes", _FIRST, "iso3"),
        Lookup("target_body", "organisation_codes", f"plain({_given('Recipient Name')})", "name"),
        Lookup("target_state", "country_codes", _SECOND, "iso3"),
        Lookup("place", "country_codes", _given("Country"), "iso3"),
        Lookup("plover", "plover_codes", 'plover.plover = upper(trim("Event Type"))'),
    ),
    optional=(
        *("Event Intensity", "Intensity", "Publication Date", "Version", "Source", "Latitude", "Longitude", *_PLACES),
        *("Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors"),
        *("Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors"),
    ),
    checks={
        "no event id": f"{_given('Event ID')} IS NULL",
        "unreadable date": f"{_DAY} IS NULL",
        "unreadable number": " OR ".join(
            f"({_given(c)} IS NOT NULL AND number({_given(c)}) IS NULL)"
            for c in ("Event Intensity", "Intensity", "Latitude", "Longitude")
        ),
    },
    keep_unknown=True,
)
