import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ceasefire.reference import cameo, cameo_codes, plover, plover_types, word_or_deed

ONTOLOGY = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ontology"

# Where the conversion file of 2021 names a mode that the manual does not know, the table has the manual's mode or none.
MENDED = {
    "163": ("SANCTION", "discontinue"),
    "0842": ("RETREAT", None),
    "085": ("RETREAT", None),
    "132": ("THREATEN", None),
    "1321": ("THREATEN", None),
    "1322": ("THREATEN", None),
    "1712": ("ASSAULT", "destroy"),
    "1722": ("COERCE", None),
    "175": ("ASSAULT", None),
    "185": ("ASSAULT", "targeted"),
    "186": ("ASSAULT", "targeted"),
    "200": ("ASSAULT", None),
    "201": ("ASSAULT", None),
    "202": ("ASSAULT", "targeted"),
    "203": ("ASSAULT", None),
}


def table(name):
    if not (ONTOLOGY / name).exists():
        pytest.skip(f"needs the shared data: ontology/{name}")
    with (ONTOLOGY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_cameo_has_20_roots_147_three_digit_and_145_four_digit_codes():
    assert Counter(len(code) for code in cameo_codes()) == {2: 20, 3: 147, 4: 145}
    assert cameo("106").goldstein == -5.0
    assert cameo("1213").goldstein == -4.0


def test_every_code_hangs_below_another_and_has_the_quad_class_of_its_root():
    for code, row in cameo_codes().items():
        assert len(code) == 2 or code[:-1] in cameo_codes()
        assert row.root == code[:2]
        assert row.quad == 1 + sum(row.root > last for last in ("05", "08", "13"))
        assert -10 <= row.goldstein <= 10


def test_names_are_told_apart():
    assert len({row.name for row in cameo_codes().values()}) == 312


def test_codes_agree_with_the_shared_table_but_for_modes_outside_the_manual():
    for row in table("cameo_codes.csv"):
        found = cameo(row["code"])
        assert found.quad == int(row["quad_class"])
        assert found.goldstein_icews == float(row["goldstein_icews"])
        assert found.goldstein == float(row["goldstein_gdelt"] or row["goldstein_icews"])
        expected = MENDED.get(row["code"], (row["plover_event"] or None, row["plover_mode"] or None))
        assert (found.plover_type, found.plover_mode) == expected
    assert {row["code"] for row in table("cameo_codes.csv") if row["plover_mode_in_manual"] == "no"} == MENDED.keys() - {"163"}


def test_gdelt_and_icews_differ_in_four_values():
    differing = {code for code, row in cameo_codes().items() if row.goldstein != row.goldstein_icews}
    assert differing == {"016", "022", "164", "165"}


def test_plover_has_sixteen_types_and_every_mode_named_by_cameo():
    assert len(plover_types()) == 16
    assert Counter(row.quad for row in plover_types().values()) == {1: 4, 2: 3, 3: 4, 4: 5}
    for row in cameo_codes().values():
        assert row.plover_type is None or row.plover_type in plover_types()
        assert row.plover_mode is None or row.plover_mode in plover(row.plover_type).modes
    assert [code for code, row in cameo_codes().items() if row.plover_type is None and row.root not in {"01", "02"}] == ["08"]


def test_plover_scores():
    assert (plover("CONSULT").modes["phone"], plover("assault").score, plover("ACCUSE").score) == (1.5, -9.0, -3.0)
    assert plover("PROTEST").modes["vandalize"] is None
    assert plover("COMMENT") is None


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        ("word", "01 010 016 02 0256 03 0332 036 041 051 055 09 090 10 1056 11 12 129 13 138 139"),
        ("diplomatic", "017 04 040 042 043 044 045 046 05 050 054 057 0871"),
        ("deed", "06 060 07 074 08 080 084 086 0861 087 0872 0873 0874 14 145 15 154 16 163 164 17 18 19 191 196 20 2042"),
    ],
)
def test_words_diplomatic_acts_and_deeds_are_told_apart(act, codes):
    assert {word_or_deed(code) for code in codes.split()} == {act}


def test_roots_6_to_8_and_14_to_20_are_deeds_but_for_the_declared_truce():
    by_act = {act: {code for code, row in cameo_codes().items() if row.act == act} for act in ("word", "diplomatic", "deed")}
    deeds = {code for code in cameo_codes() if code[:2] in {"06", "07", "08"} or code >= "14"}
    assert by_act["deed"] == deeds - {"0871"}
    assert {code for code in cameo_codes() if "09" <= code[:2] <= "13"} <= by_act["word"]


def test_words_of_the_shared_word_table_are_words_or_acts_of_diplomacy_and_its_codes_exist():
    for row in table("word_deed_map.csv"):
        code = next(iter(row.values()))
        if code.isdigit():
            assert word_or_deed(code) in {"word", "diplomatic"}, code


def test_a_code_that_cameo_does_not_have_gives_nothing():
    assert cameo("86") is None
    assert word_or_deed("0") is None
    assert cameo(" 057 ").code == "057"


def test_tables_are_not_read_on_import():
    script = (
        "import ceasefire.reference as r; from ceasefire.reference import countries as c;"
        "assert r.cameo_codes.cache_info().currsize == 0; assert c.cache_info().currsize == 0;"
        "r.cameo('01'); assert r.cameo_codes.cache_info().currsize == 1; assert c.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own interpreter
