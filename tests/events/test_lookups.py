"""The joins inside the engine answer as `ceasefire.reference` does."""

import itertools
from datetime import date
from importlib.metadata import EntryPoint

import pytest

from ceasefire.errors import DataError
from ceasefire.events import Format, Layout, Lookup, formats, known_formats, read
from ceasefire.events.engine import engine
from ceasefire.reference import SYSTEMS, cameo_codes, countries, country, organisations
from ceasefire.reference.tables import plain
from ceasefire.testing.event_formats import Sample, check_format

DAYS = [
    date(1816, 1, 1),
    date(1913, 5, 5),
    date(1950, 1, 1),
    date(1990, 10, 2),
    date(1991, 12, 26),
    date(2006, 6, 4),
    date(2020, 9, 27),
]


@pytest.fixture(scope="module")
def connection():
    with engine() as (made, _):
        yield made


def test_countries_by_code_and_day(connection):
    found = {}
    rows = (
        "SELECT system, code, day, on_day(day, since, until, iso3, earlier) "
        "FROM country_codes CROSS JOIN (SELECT unnest(?::DATE[]) AS day)"
    )
    for system, code, day, iso3 in connection.execute(rows, [DAYS]).fetchall():
        assert (system, code, day) not in found
        found[system, code, day] = iso3
    for system, day in itertools.product(SYSTEMS, DAYS):
        for one in countries():
            codes = (one.name, *one.names) if system == "name" else [getattr(one, system)]
            for code in filter(None, codes):
                expected = country(code, day, system=system)
                key = plain(code) if system == "name" else code
                assert found.get((system, key, day)) == (expected.iso3 if expected else None), (system, code, day)


def test_the_codes_of_organisations_begin_as_the_gdelt_reader_expects():
    assert {one.cameo[:3] for one in organisations() if one.cameo} == {"IGO", "NGO"}


def test_names_are_compared_as_the_reference_tables_do(connection):
    names = [name for one in (*countries(), *organisations()) for name in (one.name, *one.names)]
    found = connection.execute("SELECT name, plain(name) FROM (SELECT unnest(?::VARCHAR[]) AS name)", [names]).fetchall()
    assert {name: key for name, key in found if key != plain(name) and not name.startswith("St")} == {}


def test_no_spelling_of_a_cameo_code_means_two_codes(connection):
    rows = connection.execute("SELECT written, count(*) FROM cameo_codes GROUP BY ALL HAVING count(*) > 1").fetchall()
    assert rows == []
    assert connection.execute("SELECT cameo FROM cameo_codes WHERE written = '57'").fetchall() == [("057",)]
    own = dict(connection.execute("SELECT written, act FROM cameo_codes WHERE written = cameo").fetchall())
    assert own == {code: one.act for code, one in cameo_codes().items()}


def test_sectors_are_sorted_without_quotes_and_repeats(connection):
    assert connection.execute("""SELECT sorted_list('"b, a,b"'), sorted_list('')""").fetchone() == ("a,b", None)


def layout_of(head):
    return Layout("1", ("when", "who", "what"), delimiter=";") if head.name.endswith(".guard") else None


GUARD = Format(
    name="guard",
    title="the guard's book",
    layout_of=layout_of,
    columns={
        "source_id": 'md5(concat("when", "who"))',
        "date": 'try_cast("when" AS DATE)',
        "actor": "who.iso3",
        "text": '"what"',
    },
    day='try_cast("when" AS DATE)',
    lookups=(Lookup("who", "country_codes", '"who"', "iso3"),),
    checks={"unreadable date": 'try_cast("when" AS DATE) IS NULL'},
)


class Point:
    def __init__(self, name, given):
        self.name, self.value, self.given = name, f"guard:{name}", given

    def load(self):
        return self.given


@pytest.fixture
def plugged(monkeypatch):
    def plug(*points):
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
        formats.known_formats.cache_clear()

    yield plug
    formats.known_formats.cache_clear()


def test_a_format_of_another_package_keeps_the_same_contract(plugged, tmp_path):
    plugged(Point("guard", GUARD))
    content = b"2020-10-01;ARM;quiet\n2020-10-02;AZE;shelling\n"
    check_format(Sample(GUARD, "book.guard", content, 2), tmp_path)
    table = read([tmp_path / "book.guard"]).table
    assert table.texts("actor").values == ("ARM", "AZE")
    assert table.texts("source").values == ("guard",)


def test_an_infinite_day_that_a_format_of_another_package_lets_pass_is_missing(plugged, tmp_path):
    plugged(Point("guard", GUARD))
    (tmp_path / "book.guard").write_bytes(b"infinity;ARM;quiet\n-infinity;ARM;quiet\n2020-10-02;AZE;shelling\n")
    days = read([tmp_path / "book.guard"]).table.array("date")
    assert sorted(map(str, days)) == ["2020-10-02", "NaT", "NaT"]


def test_a_package_that_gives_something_else_or_a_taken_name_is_told(plugged):
    plugged(Point("odd", object()))
    with pytest.raises(DataError, match="gives a object, expected a Format"):
        known_formats()
    plugged(Point("again", Format("gdelt", "x", layout_of, {"date": "1"})))
    with pytest.raises(DataError, match="the name 'gdelt' is taken"):
        known_formats()
    point = EntryPoint("gone", "no_such_package_of_formats:FORMAT", "ceasefire.event_formats")
    plugged(point)
    with pytest.raises(DataError, match="no_such_package_of_formats:FORMAT: cannot be loaded: No module named"):
        known_formats()
    with pytest.raises(ValueError, match="not columns of the event table: dates"):
        Format("x", "x", layout_of, {"dates": "1"})
