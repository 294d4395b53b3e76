import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from ceasefire.leverage import embargo
from ceasefire.leverage.importers import read_plain
from ceasefire.leverage.losses import losses

TABLE = """exporter,importer,value,year
RUS,RUS,900,2014
RUS,TUR,30,2014
RUS,ROW,70,2014
TUR,RUS,20,2014
TUR,TUR,450,2014
TUR,ROW,30,2014
ROW,RUS,80,2014
ROW,TUR,20,2014
ROW,ROW,9000,2014
"""


def ceasefire(*arguments):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "trade.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_a_shock_is_printed_with_band_unit_year_and_source(table):
    done = ceasefire("trade", "shock", table, "--embargo", "RUS:TUR", "--source", "made up")
    assert done.returncode == 0, done.stderr
    assert "elasticity 2, 4, 8" in done.stdout
    assert "2014; source: made up" in done.stdout
    assert "1.36 (0.67" in done.stdout
    assert "loss, million USD a year" in done.stdout
    assert "Money is a part of spending as observed." in done.stdout
    done = ceasefire("trade", "shock", table, "--embargo", "RUS:TUR", "--rule", "balanced")
    assert "Money is a part of spending as it would be without deficits." in done.stdout


def test_the_same_shock_as_json_equals_the_library(table):
    done = ceasefire("trade", "shock", table, "--embargo", "RUS:TUR", "--json")
    found = losses(read_plain(TABLE.splitlines()).economy(), embargo("RUS", "TUR"))
    assert json.loads(done.stdout)["rows"][1]["loss_percent"]["value"] == found.rows[1].loss_percent.value


def test_rates_retaliation_and_gdp_are_read(table, tmp_path):
    gdp = tmp_path / "gdp.csv"
    gdp.write_text("name,gdp\nRUS,1000\nTUR,500\nROW,9100\n", encoding="utf-8")
    done = ceasefire(
        "trade", "shock", table, "--tariff", "RUS:TUR,ROW:0.25", "--retaliate", "--gdp", gdp, "--rule", "balanced", "--json"
    )
    found = json.loads(done.stdout)
    assert len(found["measures"]) == 4
    assert "GDP less exports" in found["note"]


@pytest.mark.parametrize(
    ("arguments", "code", "seen"),
    [
        ([], 2, "name at least one measure"),
        (["--embargo", "RUS"], 2, "'RUS' is not SENDERS:TARGETS"),
        (["--tariff", "RUS:TUR:x"], 2, "not a list of numbers"),
        (["--tariff", "RUS:TUR:25"], 2, "write 0.25 for 25 %"),
        (["--tariff", "RUS:TUR:0.1", "--tariff", "RUS:TUR:0.2"], 4, "measure 1 (tariff of RUS on TUR) one of 0.1"),
        (["--embargo", "RUS:XXX"], 4, "no economy 'XXX'"),
        (["--embargo", "RUS:TUR", "--thetas", "4"], 4, "without a band"),
        (["--import-ban", "RUS,ROW:TUR", "--rule", "balanced"], 5, "trade cannot balance"),
    ],
)
def test_wrong_questions_get_one_message_and_their_exit_code(table, arguments, code, seen):
    done = ceasefire("trade", "shock", table, *arguments)
    assert done.returncode == code
    assert seen in done.stderr


def test_odds_say_that_cost_is_not_compliance_first_and_print_n_and_period():
    done = ceasefire("odds", "--target-cost", "major", "--security", "--clear", "--instrument", "import_restriction")
    assert done.stdout.startswith("Cost is not compliance")
    assert "n = 1024, 1945-2005" in done.stdout
    found = json.loads(
        ceasefire("odds", "--target-cost", "severe", "--institution", "--clear", "--target-trade", 0, "--json").stdout
    )
    assert (found["chance"], found["is_bounded"]) == (0.65, True)
    assert "were not checked against their manual" in done.stdout
    assert ceasefire("odds", "--instrument", "boycott").returncode == 2
    unknown = ceasefire("odds", "--sender", "RUZ")
    assert (unknown.returncode, unknown.stdout) == (4, "")
    assert "unknown sender 'RUZ'" in unknown.stderr
    assert "did you mean" in unknown.stderr


def test_a_refit_from_too_small_a_file_is_refused(table):
    done = ceasefire("odds", "--refit", table)
    assert done.returncode == 4
    assert "no column 'finaloutcome'" in done.stderr


def test_the_bundled_case_prints_its_sheets_with_status_of_every_cell_and_the_sourced_figures():
    done = ceasefire("leverage", "karabakh-2020", "--conceding", 1, "--stake", 5)
    assert done.returncode == 0, done.stderr
    assert "before anybody adapts (2019): 0.243 (0.229 to 0.257) % of the GDP of RUS in 2019" in done.stdout
    assert "0.0735 (0.0613 to 0.074) % of the GDP of TUR in 2019" in done.stdout
    assert done.stdout.count("    not counted: ") == 16
    assert done.stdout.count("both losses are upper bounds in this; ") == 5
    assert "212 days" in done.stdout
    assert "strong: no; credible: yes (at conceding 1, stake 5)" in done.stdout
    assert "Ties in tension" in done.stdout
    assert (
        "\n  rus-arms-arm: RUS on ARM: Stop arms deliveries, spares and service to Armenia (arms, 2019). Asked for: Halt any"
        in done.stdout
    )
    cells = [line for line in done.stdout.splitlines() if line.startswith("      ")]
    assert cells
    losses = [line for line in done.stdout.splitlines() if line.startswith(("    target loses ", "    sender loses "))]
    assert all(
        "billion USD a year" in line and " to " in line and "figures of" in line for line in losses if "not known, for" not in line
    )
    assert any(line == "    sender loses: not known, for want of sender_loss" for line in done.stdout.splitlines())
    assert "adds more when the others act" in done.stdout
    assert "31 (" in done.stdout
    assert all(any(f"[{status}]" in line for status in ("measured", "derived", "unverified", "illustrative")) for line in cells)


def test_a_case_without_sheets_has_its_levers_and_json_holds_both():
    found = json.loads(ceasefire("leverage", "karabakh-2020", "--json").stdout)
    assert found["sheets"][0]["flow"]["money"]["value"] > 0
    assert {"left_out", "who_pays", "substitutes", "precedents", "verdicts", "offset_loss", "ratio", "lambda_star", "odds"} <= set(
        found["sheets"][0]
    )
    assert {one["sender"] for one in found["coalitions"][0]["added"] if one["is_convex"]} == {"ISR", "RUS", "TUR"}
    assert {"levers", "sheets", "beside", "coalitions", "tensions", "unit"} == set(found)
    told = ceasefire("leverage", "karabakh-2020").stdout
    assert told.count("strong: unknown; credible: unknown (no thresholds stated)") == 1
    assert told.count("strong: yes; credible: unknown (at conceding 0)") == 3
    done = ceasefire("leverage", "tutorial")
    assert done.returncode == 0
    assert "Sheets" not in done.stdout


def test_checking_a_case_reads_its_sheets_too(tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(str(files("ceasefire.cases") / "karabakh-2020"), mine)
    done = ceasefire("check", mine)
    assert (done.returncode, done.stdout.endswith(", sheets 16.\n")) == (0, True)
    sheets = mine / "sheets.yaml"
    sheets.write_text(sheets.read_text(encoding="utf-8").replace("target: TUR", "target: TRU", 1), encoding="utf-8")
    done = ceasefire("check", mine)
    assert (done.returncode, done.stdout) == (3, "")
    assert "sheets.yaml:24:13: unknown party 'TRU' in 'target' of 'rus-gas-tur'" in done.stderr
    assert "pays for" not in done.stderr


@pytest.fixture
def folder(tmp_path):
    kinds = ("food", "steel")
    trade = [f"{s},{a},{b},{8 if a == b else 2}" for s in kinds for a in "AB" for b in "AB"]
    files = {
        "trade": ["sector,exporter,importer,value", *trade],
        "value_added": ["sector,region,value", *(f"{s},{a},8" for s in kinds for a in "AB")],
        "intermediate": ["input,sector,region,value", *(f"{i},{s},{a},1" for i in kinds for s in kinds for a in "AB")],
        "final": ["sector,region,value", *(f"{s},{a},8" for s in kinds for a in "AB")],
        "theta": ["sector,value", "food,3", "steel,5"],
    }
    for name, lines in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_many_sectors_print_both_measures_and_who_inside_pays(folder):
    done = ceasefire("trade", "sectors", folder, "--quota", "A:B:0.5", "--sectors", "food", "--of", "B")
    assert done.returncode == 0, done.stderr
    assert "exact" in done.stdout
    assert "first-order" in done.stdout
    assert "food" in done.stdout
    found = json.loads(
        ceasefire("trade", "sectors", folder, "--import-ban", "A:B", "--sectors", "food", "--of", "B", "--json").stdout
    )
    assert {row["party"] for row in found["losses"]} == {"A", "B"}
    assert len(found["sectors"]) == 2
    assert found["money_of"] == "income as solved without the measures and without deficits"


def test_opposite_signs_of_the_two_measures_are_warned_of(folder):
    asked = ("trade", "sectors", folder, "--import-ban", "A:B", "--sectors", "food")
    losses = json.loads(ceasefire(*asked, "--json").stdout)["losses"]
    torn = [row["party"] for row in losses if row["exact"]["value"] * row["first_order"]["value"] < 0]
    assert torn == [row["party"] for row in losses if row["signs_differ"]] == ["A"]
    assert "Warning: at some elasticity exact and first-order differ in sign for A. " in ceasefire(*asked).stdout
    assert "Warning" not in ceasefire("trade", "sectors", folder, "--embargo", "A:B", "--sectors", "food").stdout


def test_all_tariffs_after_a_shock_are_read_from_a_column(folder):
    rows = [f"{s},{a},{b},{8 if a == b else 2},{0 if a == b else 0.3},0" for s in ("food", "steel") for a in "AB" for b in "AB"]
    head = "sector,exporter,importer,value,before,after"
    (folder / "trade.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    asked = ("trade", "sectors", folder, "--tariff-column", "before")
    freed = json.loads(ceasefire(*asked, "--new-tariff-column", "after", "--of", "A", "--json").stdout)
    stopped = json.loads(ceasefire(*asked, "--tariff", "A:B:0", "--tariff", "B:A:0", "--of", "A", "--json").stdout)
    assert freed["losses"] == stopped["losses"]
    assert freed["sectors"] == stopped["sectors"]
    assert (freed["measures"], freed["new_tariff_column"]) == ([], "after")
    assert freed["losses"][0]["exact"]["value"] < 0
    told = ceasefire(*asked, "--new-tariff-column", "after", "--of", "A", "--rows", 0).stdout
    assert [line.split()[0] for line in told.splitlines()[3:] if not line.startswith(("  ", "Warning"))] == ["A"]
    assert ceasefire(*asked).returncode == 2
    assert "no column 'later'" in ceasefire(*asked, "--new-tariff-column", "later").stderr
    assert "no column 'tarif'" in ceasefire("trade", "sectors", folder, "--tariff-column", "tarif", "--tariff", "A:B:0").stderr


def test_wrong_questions_about_sectors_are_refused(folder):
    assert ceasefire("trade", "sectors", folder).returncode == 2
    assert ceasefire("trade", "sectors", folder, "--embargo", "A:B", "--of", "Z").returncode == 2
    assert "no sector 'oil'" in ceasefire("trade", "sectors", folder, "--embargo", "A:B", "--sectors", "oil").stderr
    (folder / "theta.csv").unlink()
    assert ceasefire("trade", "sectors", folder, "--embargo", "A:B").returncode == 3


def test_draws_print_their_seed_and_do_not_depend_on_workers(table):
    asked = ("trade", "sample", table, "--embargo", "RUS:TUR", "--enforcement", "0.5,0.8,1", "--draws", 60, "--seed", 3)
    done = ceasefire(*asked)
    assert done.returncode == 0, done.stderr
    assert "median of 60 draws (nine in ten of them), seed 3" in done.stdout
    assert done.stdout == ceasefire(*asked, "--workers", 2).stdout
    found = json.loads(ceasefire(*asked, "--json").stdout)
    percent, money = found["loss_percent"]["TUR"], found["loss_money"]["TUR"]
    assert 0 < percent["low"] < percent["value"] < percent["high"]
    assert money["value"] == pytest.approx(percent["value"] / 100 * 500)
    assert (found["unit"], found["money_of"], found["year"]) == ("million USD", "spending as observed", 2014)
    assert "loss, million USD a year" in done.stdout
    assert "2014; source: " in done.stdout
    assert ceasefire("trade", "sample", table, "--embargo", "RUS:TUR", "--theta", "4,2").returncode == 2


def test_a_coalition_prints_what_each_sender_adds_first_and_last(table):
    asked = ("trade", "coalition", table, "--senders", "RUS,ROW", "--target", "TUR")
    done = ceasefire(*asked)
    assert done.returncode == 0, done.stderr
    assert "RUS + ROW: 2.6 (" in done.stdout
    assert "million USD a year" in done.stdout
    assert "spending as it would be without deficits" in done.stdout
    found = json.loads(ceasefire(*asked, "--json").stdout)
    assert len(found["rows"]) == 3
    assert {one["sender"]: one["is_convex"] for one in found["added"]} == {"RUS": False, "ROW": False}
    assert "no more as the last than as the first" in done.stdout
    assert "no economy 'XXX'" in ceasefire("trade", "coalition", table, "--senders", "RUS,ROW", "--target", "XXX").stderr


def test_how_much_more_a_sender_adds_as_the_last_is_told(tmp_path):
    sales = ((93, 1, 12, 3), (0.3, 15, 0.2, 1), (0.2, 1, 20, 11), (2, 2, 0.3, 128))
    rows = [f"{a},{b},{sales[i][j]}" for i, a in enumerate("ABCD") for j, b in enumerate("ABCD")]
    file = tmp_path / "four.csv"
    file.write_text("\n".join(["exporter,importer,value", *rows]) + "\n", encoding="utf-8")
    asked = ("trade", "coalition", file, "--senders", "A,B", "--target", "C")
    added = json.loads(ceasefire(*asked, "--json").stdout)["added"]
    assert [one["is_convex"] for one in added] == [True, True]
    told = ceasefire(*asked).stdout
    for one in added:
        assert f"{one['last']['value'] - one['first']['value']:.2g} % more as the last: losses are convex" in told


def test_a_shock_becomes_a_sheet_that_a_case_can_name(table, tmp_path):
    asked = ("trade", "shock", table, "--embargo", "RUS:TUR", "--source", "gdp-2019")
    written = ceasefire(*asked, "--sheet", "rus-tur-embargo").stdout
    file = tmp_path / "sheets.yaml"
    file.write_text(
        "format: 1\ngdp: {TUR: {fact: gdp-2019, value: 760.5, low: 760.5, high: 760.5}}\n"
        f"sheets:\n{written}levers:\n  rus-produce-ban: {{sheets: [rus-tur-embargo], use: compare}}\n",
        encoding="utf-8",
    )
    found = json.loads(ceasefire("leverage", "karabakh-2020", "--sheets", file, "--json").stdout)
    losses_of = {row["party"]: row["loss_money"] for row in json.loads(ceasefire(*asked, "--json").stdout)["rows"]}
    loss = losses_of["TUR"]
    (sheet,) = found["sheets"]
    assert sheet["target_loss"]["year"]["high"] == pytest.approx(loss["high"] / 1000, rel=1e-5)
    assert (sheet["target_loss"]["status"], sheet["sheet"]["period"]) == ("derived", "2014")
    assert found["beside"][0]["sheet_effect"]["low"] < found["beside"][0]["sheet_effect"]["high"] < 0
    assert ceasefire(*asked, "--embargo", "ROW:TUR", "--sheet", "x").returncode == 2
    assert ceasefire(*asked, "--unit", "roubles", "--sheet", "x").returncode == 2


def test_rents_of_a_quota_go_where_they_are_said_to_and_all_instruments_are_in_the_json(folder):
    asked = ("trade", "sectors", folder, "--quota", "A:B:0.5", "--sectors", "food", "--year", 2015, "--source", "made up")
    kept, given = (json.loads(ceasefire(*asked, "--rents", who, "--json").stdout) for who in ("sender", "target"))
    loss = {name: {row["party"]: row["exact"]["value"] for row in found["losses"]} for name, found in (("k", kept), ("g", given))}
    assert loss["k"]["A"] < loss["g"]["A"]
    assert loss["k"]["B"] > loss["g"]["B"]
    assert (kept["year"], kept["source"], kept["unit"]) == (2015, "made up", "USD")
    assert "2015; source: made up" in ceasefire(*asked).stdout
    answered = json.loads(
        ceasefire("trade", "sectors", folder, "--tariff", "A:B:0.2", "--retaliate", "--rule", "additive", "--json").stdout
    )
    assert {(one["sender"], one["target"]) for one in answered["measures"]} == {("A", "B"), ("B", "A")}
    assert answered["rule"] == "additive"
    for option in ("--export-tax", "--price-cap"):
        found = json.loads(ceasefire("trade", "sectors", folder, option, "A:B:0.8", "--json").stdout)
        assert found["measures"][0]["kind"] == option[2:].replace("-", "_")
        assert all(row["exact"]["low"] <= row["exact"]["value"] <= row["exact"]["high"] for row in found["losses"])


def test_a_refit_prints_its_held_out_score_before_the_chance_it_gives(tmp_path):
    names = ("finaloutcome", "anticipatedtargetcosts", "anticipatedsendercosts", "issue1", "institution", "imposition", "bspecif")
    cycle = (("1", "4", "9", ""), ("1", "2", ""), ("1", "2", ""), ("1", "13", "15"), ("0", "1"), ("0", "1"), ("1", "2"))
    rng = Random(5)
    rows = [
        ",".join([*(rng.choice(values) for values in cycle), str(rng.randint(50, 90_000)), "50", str(1950 + k % 50), str(k // 2)])
        for k in range(300)
    ]
    file = tmp_path / "ties.csv"
    head = ",".join([*names, "target_imports_musd", "target_exports_musd", "startyear", "event_cluster"])
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    done = ceasefire("odds", "--refit", file, "--security", "--clear")
    assert done.returncode == 0, done.stderr
    assert done.stdout.index("Held out by event, 10 folds") < done.stdout.index("Cost is not compliance")
    found = json.loads(ceasefire("odds", "--refit", file, "--security", "--clear", "--json").stdout)
    assert found["n"] == found["refit"]["n"] < 300
    assert 0.15 <= found["band"]["low"] <= found["band"]["high"] <= 0.65


FIELD = {
    "baci": ("t,i,j,k,v,q", "2014,643,792,271121,30000,NA", "2014,792,643,080521,20000,1"),
    "itpd": (
        "exporter_iso3,importer_iso3,year,industry_id,trade,flag_zero",
        *(f"{a},{b},2014,1,{900 if a == b else 25},p" for a in ("RUS", "TUR") for b in ("RUS", "TUR")),
    ),
    "gravity": ("year,iso3_o,iso3_d,tradeflow_baci", "2014,RUS,TUR,30000", "2014,TUR,RUS,20000"),
    "wiod": (
        "exporter,importer,year,trade",
        *(f"{a},{b},2014,{900 if a == b else 25}" for a in ("RUS", "TUR", "ROW") for b in ("RUS", "TUR", "ROW")),
    ),
}


@pytest.mark.parametrize("layout", FIELD)
def test_the_fields_own_files_are_read_where_they_are(layout, tmp_path):
    file, codes, gdp = tmp_path / "t.csv", tmp_path / "codes.csv", tmp_path / "gdp.csv"
    file.write_text("\ufeff" + "\n".join(FIELD[layout]) + "\n", encoding="utf-8")
    codes.write_text(
        "country_code,country_name,country_iso2,country_iso3\n643,Russia,RU,RUS\n792,Türkiye,TR,TUR\n", encoding="latin-1"
    )
    gdp.write_text("name,gdp\nRUS,1000\nTUR,500\n", encoding="utf-8")
    more = {"baci": ("--codes", codes, "--gdp", gdp), "gravity": ("--gdp", gdp, "--year", 2014)}.get(layout, ("--year", 2014))
    asked = ("trade", "shock", file, "--layout", layout, "--embargo", "RUS:TUR", "--members", "RUS,TUR")
    done = ceasefire(*asked, *more, "--rule", "balanced", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["party"] for row in found["rows"]] == ["RUS", "TUR"]
    assert (found["year"], found["unit"]) == (2014, "million USD")
    assert found["source"]
    assert ceasefire(*asked).returncode == 2


@pytest.mark.parametrize("command", ["shock", "sample", "coalition"])
def test_all_commands_on_a_table_take_the_same_options_for_it(command):
    told = ceasefire("trade", command, "--help").stdout
    for option in ("--layout", "--codes", "--members", "--gdp", "--year", "--unit", "--source", "--absent-is-zero", "--rule"):
        assert f"{option} " in told


def without(*pairs):
    return "".join(line for line in TABLE.splitlines(keepends=True) if tuple(line.split(",")[:2]) not in pairs)


WRONG = {
    "a missing pair": (without(("RUS", "TUR")), 4, "no value for 1 of 9 pairs: RUS to TUR"),
    "no domestic sales": (TABLE.replace("RUS,RUS,900", "RUS,RUS,0"), 4, "'RUS' without domestic sales"),
    "a negative flow": (TABLE.replace("RUS,TUR,30", "RUS,TUR,-30"), 4, "wrong.csv:3: value '-30'"),
    "not square": (without(*(("TUR", b) for b in ("RUS", "TUR", "ROW"))), 4, "the table is not square: TUR buys and never sells"),
    "another year": (TABLE.replace("ROW,ROW,9000,2014", "ROW,ROW,9000,2013"), 4, "choose one of 2013, 2014"),
    "bytes": (b"\x89PNG\r\n\x1a\n\x00\xff", 3, "not UTF-8 text"),
    "nothing": ("", 4, "no column 'exporter'"),
    "a surplus that cannot be kept": (TABLE.replace("TUR,ROW,30", "TUR,ROW,3000"), 5, "use the balanced rule"),
}


@pytest.mark.parametrize("name", WRONG)
def test_tables_that_cannot_be_used_are_refused_with_file_value_and_remedy(name, tmp_path):
    content, code, seen = WRONG[name]
    file = tmp_path / "wrong.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    done = ceasefire("trade", "shock", file, "--import-ban", "ROW,RUS:TUR")
    assert (done.returncode, done.stdout) == (code, "")
    assert seen in done.stderr
    assert code == 5 or ("wrong.csv" in done.stderr and "hint: " in done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_result_that_cannot_be_written_is_told(more):
    command = [sys.executable, "-m", "ceasefire", "odds", *more]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)  # noqa: S603
    assert done.returncode == 7
    assert done.stderr.startswith("the result could not be written: ")
    assert "Traceback" not in done.stderr


def test_large_numbers_are_written_without_exponent(table):
    table.write_text(TABLE.replace("900,", "90000,"), encoding="utf-8")
    told = ceasefire("trade", "shock", table, "--tariff", "RUS:TUR,ROW:0.9").stdout
    assert "e+0" not in told
    assert ceasefire("trade", "shock", table, "--embargo", "RUS,:TUR").returncode == 2


def test_a_table_that_is_not_there_is_told_by_name():
    done = ceasefire("trade", "shock", "nowhere.csv", "--embargo", "RUS:TUR")
    assert done.returncode == 3
    assert "nowhere.csv: cannot be read" in done.stderr
