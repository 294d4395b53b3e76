import csv
import gzip
import io
import unicodedata
import zipfile
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from ceasefire.reference import SYSTEMS, countries, country
from ceasefire.reference.tables import plain

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def shared(*parts):
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the shared data: {'/'.join(parts)}")
    return path


def test_all_codes_of_iso_3166_1_are_there():
    now = [row for row in countries() if row.iso_numeric and row.end is None]
    assert len(now) == 249
    assert all(row.iso2 and row.iso3 for row in now)


@pytest.mark.parametrize(
    ("code", "system", "name"),
    [
        ("AM", "fips", "Armenia"),
        ("AJ", "fips", "Azerbaijan"),
        ("GM", "fips", "Germany"),
        ("GM", "iso2", "Gambia"),
        ("UP", "fips", "Ukraine"),
        ("AU", "fips", "Austria"),
        ("AS", "fips", "Australia"),
        ("051", "iso_numeric", "Armenia"),
        ("371", "cow", "Armenia"),
        ("640", "cow", "Türkiye"),
        ("365", "gw", "Russia"),
        ("255", "cow", "Germany"),
        ("260", "gw", "Germany"),
        ("679", "cow", "Yemen"),
        ("678", "gw", "Yemen"),
        ("FRN", "cow_abbrev", "France"),
        ("ROM", "cameo", "Romania"),
        ("TMP", "cameo", "Timor-Leste"),
        ("WSB", "cameo", "West Bank"),
        ("arm", "iso3", "Armenia"),
    ],
)
def test_known_codes_are_found(code, system, name):
    assert country(code, system=system).name == name


@pytest.mark.parametrize(
    ("spelling", "iso3"),
    [
        ("Turkey", "TUR"),
        ("TÜRKIYE", "TUR"),
        ("turkiye", "TUR"),
        ("Russian Federation", "RUS"),
        ("U.S.", "USA"),
        ("uk", "GBR"),
        ("St. Lucia", "LCA"),
        ("the gambia", "GMB"),
        ("Cote d'Ivoire", "CIV"),
        ("Burma", "MMR"),
        ("Zaire", "COD"),
        ("arm", "ARM"),
        ("Antigua & Barbuda", "ATG"),
    ],
)
def test_spellings_meet(spelling, iso3):
    assert country(spelling).iso3 == iso3


@pytest.mark.parametrize(
    ("name", "day", "row"),
    [
        ("Yugoslavia", date(1985, 1, 1), "Yugoslavia"),
        ("Yugoslavia", date(1999, 1, 1), "Federal Republic of Yugoslavia"),
        ("Yugoslavia", date(2020, 1, 1), None),
        ("Federal Republic of Germany", date(1985, 1, 1), "Federal Republic of Germany (before 1990)"),
        ("Federal Republic of Germany", date(1995, 1, 1), "Germany"),
        ("Soviet Union", date(1991, 12, 25), "Soviet Union"),
        ("Soviet Union", date(1991, 12, 26), None),
        ("ARM", date(2020, 9, 27), "Armenia"),
        ("ARM", date(1985, 1, 1), None),
        ("Aruba", date(1900, 1, 1), "Aruba"),
    ],
)
def test_a_day_chooses_the_row(name, day, row):
    found = country(name, day)
    assert (found.name if found else None) == row


def test_without_a_day_the_row_in_use_wins_and_else_the_one_that_ended_last():
    assert country("345", system="cow").name == "Serbia"
    assert country("YUG").name == "Federal Republic of Yugoslavia"


@pytest.mark.parametrize(
    ("code", "message"), [("GM", "Gambia"), ("AJ", "Azerbaijan"), ("365", "Russia"), ("QQ", "a code of iso2 or fips")]
)
def test_a_code_of_unclear_system_is_refused(code, message):
    with pytest.raises(ValueError, match=f"{message}.*: give system="):
        country(code)


def test_an_unknown_system_is_refused_and_an_unknown_code_or_name_gives_nothing():
    with pytest.raises(ValueError, match="unknown code system 'iso'"):
        country("AM", system="iso")
    assert country("Ruritania") is None
    assert country("") is None
    assert country("QQ", system="fips") is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_on_any_day_a_code_means_one_row(system):
    holders = defaultdict(list)
    for row in countries():
        codes = {plain(name) for name in (row.name, *row.names)} if system == "name" else {getattr(row, system)} - {None}
        for code in codes:
            holders[code].append((row.start or date.min, row.end or date.max))
    for code, spells in holders.items():
        for before, after in pairwise(sorted(spells)):
            assert before[1] < after[0], code


def test_no_name_of_one_country_is_the_alpha_3_code_of_another():
    alpha3 = {row.iso3.lower(): row for row in countries() if row.iso3}
    for row in countries():
        for name in (row.name, *row.names):
            assert alpha3.get(plain(name), row) is row


def test_rows_are_well_formed():
    widths = {"iso2": 2, "iso3": 3, "iso_numeric": 3, "cow_abbrev": 3, "fips": 2, "cameo": 3}
    for row in countries():
        assert row.start is None or row.end is None or row.start < row.end
        assert bool(row.cow) == bool(row.cow_abbrev)
        assert all(getattr(row, system) is None or len(getattr(row, system)) == width for system, width in widths.items())
        assert row.iso2 or row.note or row.gw or row.name == "Zanzibar", row.name
        assert unicodedata.is_normalized("NFC", row.name)


def test_every_member_of_the_state_system_after_1945_is_there_with_its_abbreviation():
    with shared("capabilities_cow", "states.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if float(row["endyear"]) > 1945:
                last = date(
                    *(min(int(float(row[f"end{part}"])), limit) for part, limit in (("year", 2016), ("month", 12), ("day", 31)))
                )
                found = country(str(int(float(row["ccode"]))), last, system="cow")
                assert found is not None, row
                assert found.cow_abbrev == row["stateabb"]


def test_every_country_number_of_ucdp_is_there_in_its_years():
    with gzip.open(shared("ucdp", "other", "organizedviolencecy_v25_1.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        seen = {(row["country_id_cy"], int(row["year_cy"])) for row in csv.DictReader(file)}
    missing = {
        (code, year) for code, year in seen if not any(country(code, date(year, month, 30), system="gw") for month in (1, 6, 12))
    }
    assert missing == {("345", year) for year in range(2007, 2025)}  # Serbia: 340 in the Gleditsch-Ward list itself


def test_every_actor_country_of_gdelt_is_there_but_regions():
    text = shared("ontology", "native", "CAMEO.country.txt").read_text(encoding="utf-8", errors="replace")
    codes = [line.split("\t")[0] for line in text.splitlines()[1:] if line]
    unknown = {code for code in codes if country(code, system="cameo") is None}
    regions = "AFR ASA BAG BLK CAS CAU CEU CFR CRB EAF EEU EIN EUR LAM MDT MEA NAF NMR PGS SAF SAM SAS SCN SEA WAF WST"
    assert unknown == set(regions.split())


def test_place_codes_of_gdelt_mean_the_country_that_the_place_names_end_with():
    archive = zipfile.ZipFile(shared("gdelt", "v2_native", "20180101000000.export.CSV.zip"))
    lines = io.TextIOWrapper(archive.open(archive.namelist()[0]), encoding="utf-8")
    places = {(row[i + 1], row[i]) for row in (line.rstrip("\n").split("\t") for line in lines) for i in (36, 44, 52) if row[i + 1]}
    assert len(places) > 300
    strays = {"Oceans"}
    for code, place in places:
        last = place.rsplit(",", 1)[-1].strip()
        found = country(code, system="fips")
        if found is None:
            assert last in strays, place
        elif (named := country(last, system="name")) is not None:
            assert named is found, place
