import re
from datetime import date
from pathlib import Path

import pytest

from ceasefire.reference import countries, organisation, organisations
from ceasefire.reference.tables import plain

CASE = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "karabakh-2020"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("X-MG", "X-MG"),
        ("x-eu", "X-EU"),
        ("The European Union", "X-EU"),
        ("IGOUNO", "X-UN"),
        ("IGOWSTNAT", "X-NATO"),
        ("Arab League", "X-LAS"),
        ("Minsk Group", "X-MG"),
        ("Nagorno-Karabakh", "X-ART"),
        ("Médecins sans frontières", "X-MSF"),
    ],
)
def test_codes_and_names_are_found(given, code):
    assert organisation(given).code == code


def test_a_day_before_or_after_its_life_finds_nothing():
    assert organisation("X-OAU", date(1990, 1, 1)).code == "X-OAU"
    assert organisation("X-OAU", date(2010, 1, 1)) is None
    assert organisation("X-EU", date(1980, 1, 1)) is None
    assert organisation("X-NGO", date(1800, 1, 1)).code == "X-NGO"
    assert organisation("Ruritanian League") is None
    assert organisation("") is None


def test_every_code_and_name_means_one_organisation_and_no_country():
    seen = {}
    for row in organisations():
        for key in {row.code, row.cameo, *(plain(name) for name in (row.name, *row.names))} - {None}:
            assert seen.setdefault(key, row.code) == row.code, key
    assert not {plain(name) for row in countries() for name in (row.name, *row.names)} & set(seen)


def test_rows_are_well_formed():
    kinds = {"intergovernmental", "group of states", "court", "non-governmental", "de facto authority", "armed group", "collective"}
    for row in organisations():
        assert re.fullmatch(r"X-[A-Z0-9]+", row.code)
        assert row.kind in kinds
        assert row.start is None or row.end is None or row.start < row.end


def test_every_code_of_the_bundled_war_is_there():
    if not CASE.exists():
        pytest.skip("needs the shared case karabakh-2020")
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(CASE.glob("*.*")))
    codes = {code.rstrip("-") for code in re.findall(r"\bX-[A-Z]+\b", text)}
    assert len(codes) >= 14
    assert {code for code in codes if organisation(code) is None} == set()
