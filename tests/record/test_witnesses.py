from datetime import date
from math import asin, cos, radians, sin, sqrt

import numpy as np
import pytest

from ceasefire.events import Coded, EventTable
from ceasefire.record import acts_at, acts_from_events, acts_of, combined, read_limits, report_limit, witnesses_of
from ceasefire.record.outlets import groups_behind, groups_of
from ceasefire.record.places import site_of
from ceasefire.testing import an_entry

from .made_up import generator
from .test_red_lines import HEADER

WHERE = {
    "Shushi": (39.76, 46.75, "AZE"),
    "Stepanakert": (39.82, 46.75, "AZE"),
    "Berd": (40.88, 45.39, "ARM"),
    None: (None, None, None),
}
OUTLETS = ["AFP", "CGTN / AFP", "TASS", "Sputnik; RT", "Reuters; The Guardian", None]
ADDRESSES = ["https://ria.ru/1", "https://sputniknews.com/a", "http://www.bbc.co.uk/x", "https://news.bbc.co.uk/y", None]


def table_of(rows):
    """Make a table of (day, actor, target, code, place, precision, outlet, url)."""
    day, actor, target, code, place, precision, outlet, url = zip(*rows, strict=True)
    north, east, country = zip(*(WHERE[name] for name in place), strict=True)
    columns = {
        "date": np.array(day, dtype="datetime64[D]"),
        **{name: Coded.of(texts) for name, texts in {"actor": actor, "target": target, "cameo": code, "place": place}.items()},
        **{name: Coded.of(texts) for name, texts in {"place_country": country, "outlet": outlet, "url": url}.items()},
        "latitude": np.array(north, dtype=np.float64),
        "longitude": np.array(east, dtype=np.float64),
        "place_precision": np.array(precision, dtype=np.float64),
    }
    return EventTable(columns)


def drawn(random, n=60):
    pick = lambda options: options[random.integers(len(options))]
    return [
        (
            f"2031-01-{2 + random.integers(6):02}",
            pick(["A", "B"]),
            "C",
            pick(["190", "154", "040"]),
            pick(list(WHERE)),
            pick([1, 2, 3, 4, 6]),
            pick(OUTLETS),
            pick(ADDRESSES),
        )
        for _ in range(n)
    ]


def line_at(place):
    (limit,) = read_limits(f'{HEADER}k,C,text,2031-01-01,,,,19,15,"{place}",,', "lines.csv")
    return limit


def apart(one, other):
    half = sin(radians(other[0] - one[0]) / 2) ** 2
    half += cos(radians(one[0])) * cos(radians(other[0])) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


@pytest.mark.parametrize("seed", range(40))
def test_crossings_at_a_place_and_the_outlets_behind_them_are_what_a_search_row_by_row_finds(seed):
    rows = drawn(generator(seed))
    table = table_of(rows)
    acts = acts_from_events(table)
    for place, inside in {
        "ARM": lambda row: WHERE[row[4]][2] == "ARM",
        "ARM AZE": lambda row: row[4] is not None,
        "39.8 46.7 20 km": lambda row: row[4] is not None and row[5] <= 3 and apart((39.8, 46.7), WHERE[row[4]]) <= 20,
        "the road to Shushi": lambda row: True,
    }.items():
        limit = line_at(place)
        report = report_limit(acts, limit, acts_at(acts, place, (), table))
        kept = {int(k) for k in acts.row}
        bound = [k for k, row in enumerate(rows) if k in kept and row[3] == "190"]
        crossed = [k for k in bound if inside(rows[k])]
        assert sorted(report.crossings.tolist()) == crossed
        found = witnesses_of(report, (), table)
        if place.endswith("Shushi"):
            assert (report.elsewhere, found.names) == (None, ("Shushi",))
            assert sorted(found.named.tolist()) == [k for k in crossed if rows[k][4] == "Shushi"]
        else:
            assert (report.elsewhere, len(found.named)) == (len(bound) - len(crossed), 0)
        groups = [set().union(*(groups_of(row[6] or "", row[7] or "") for row in rows if row[:4] == rows[k][:4])) for k in crossed]
        assert (found.told, found.corroborated) == (sum(map(bool, groups)), sum(len(one) >= 2 for one in groups))


def test_relays_of_an_agency_and_state_media_of_a_country_are_one_group():
    assert groups_of("AFP") == groups_of("CGTN / AFP") == groups_of("", "https://www.afp.com/en")
    assert (
        groups_of("TASS")
        == groups_of("RIA Novosti; Sputnik")
        == groups_of("", "https://tr.sputniknews.com/x")
        == groups_of("rt.com")
    )
    assert groups_of("", "http://www.bbc.co.uk/x") == groups_of("", "https://news.bbc.co.uk/y") == groups_of("BBC.co.uk")
    assert groups_of("Wall Street Journal") != groups_of("New York Times")
    assert len(groups_of("AFP|Reuters; AFP")) == 2
    table = table_of([("2031-01-02", "A", "C", "190", None, 6, None, None)])
    assert groups_behind(table, np.array([0])) == (None,)


def test_entries_of_a_record_are_told_by_their_summary_and_coded_corroboration():
    entries = (
        an_entry(
            "one", "2031-01-02", "A", "deed", targets=("C",), cameo="190", summary="Shells hit Berd in Armenia.", corroboration=2
        ),
        an_entry("two", "2031-01-05", "A", "deed", targets=("C",), cameo="190", summary="Shells hit a village.", corroboration=1),
    )
    table = table_of([("2031-01-08", "B", "C", "190", "Berd", 1, "Reuters", None)])
    own = acts_of([e.date for e in entries], ["A"] * 2, ["C"] * 2, ["190"] * 2, row=np.array([-1, -2]), last=date(2031, 3, 1))
    acts = combined(own, acts_from_events(table))
    report = report_limit(acts, line_at("ARM"), acts_at(acts, "ARM", entries, table))
    assert (sorted(report.crossings.tolist()), report.elsewhere) == ([-1, 0], 1)
    report = report_limit(acts, line_at("the bridge at Berd"), acts_at(acts, "the bridge at Berd", entries, table))
    found = witnesses_of(report, entries, table)
    assert (sorted(found.named.tolist()), found.told, found.corroborated) == ([-1, 0], 3, 1)
    assert report_limit(acts, line_at("ARM"), acts_at(acts, "40.9 45.4 9 km", entries, table)).crossings.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Shushi and the road to Stepanakert", ("Shushi", "Stepanakert")),
        ("the territory of Armenia, without Karabakh", ("Armenia",)),
        ("its own air space", ()),
        ("the Suez Canal", ("Suez Canal",)),
        ("", ()),
    ],
)
def test_a_place_in_words_gives_its_proper_names_and_is_never_exact(text, names):
    site = site_of(text)
    assert (site.names, site.is_exact) == (names, False)
    assert not site.is_named_in("Shushigaran, armenian, Suez") or not names
