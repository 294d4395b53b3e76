"""The counts that a correct reader gives on the real files, where they are present."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from ceasefire.events import import_files, preset, read

DATA = Path(__file__).parents[3] / "shared" / "data"
if not DATA.is_dir():
    pytest.skip("the real event files are not here", allow_module_level=True)
GOLDEN = json.loads((DATA / "golden.json").read_text())
GDELT = [name for name in GOLDEN if name.startswith("gdelt/")]
UCDP = [name for name in GOLDEN if name.startswith("ucdp/")]
ICEWS = "icews/native_sample/events.2018.sample.tab.gz"


def rows_with(name, *presets):
    return len(read([DATA / name], columns=["code"], presets=tuple(map(preset, presets))).table)


@pytest.mark.parametrize("name", GDELT)
def test_gdelt_files_give_the_golden_counts(name):
    golden = GOLDEN[name]
    reading = read([DATA / name], columns=["date", "quad", "scale", "n_mentions", "url"])
    (counts,) = reading.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (golden["rows"], golden["rows"], 0)
    table = reading.table
    quads, numbers = np.unique(table.array("quad"), return_counts=True)
    assert {str(int(q)): int(n) for q, n in zip(quads, numbers, strict=True)} == golden["quad"]
    assert table.array("n_mentions").sum() == golden["sum_mentions"]
    assert round(float(table.array("scale").mean()), 6) == golden["mean_goldstein"]
    days = table.array("date")
    assert [str(d).replace("-", "") for d in (days.min(), days.max())] == [golden["min_day"], golden["max_day"]]
    assert len(table.texts("url").values) == golden["unique_urls"]
    assert rows_with(name, "two-states") == golden["international_rows"]
    assert rows_with(name, "two-states", "one-a-day") == golden["international_one_a_day"]


def test_the_icews_file_gives_the_golden_counts():
    golden = GOLDEN[ICEWS]
    reading = read([DATA / ICEWS], columns=["date", "code", "scale"])
    assert (reading.counts[0].rows_in, reading.counts[0].kept) == (golden["rows"], golden["rows"])
    codes = reading.table.texts("code")
    roots = {}
    for code, number in zip(codes.values, np.bincount(codes.codes), strict=True):
        roots[code[:2]] = roots.get(code[:2], 0) + int(number)
    assert roots == golden["root"]
    assert round(float(np.nansum(reading.table.array("scale"))), 1) == golden["sum_intensity"]
    assert rows_with(ICEWS, "two-states") == golden["international_rows"]
    assert rows_with(ICEWS, "two-states", "one-a-day") == golden["international_one_a_day"]
    assert rows_with(ICEWS, "one-a-day-names") == golden["name_level_one_a_day"]


@pytest.mark.parametrize("name", UCDP)
def test_ucdp_files_give_the_golden_counts(name):
    golden = GOLDEN[name]
    reading = read([DATA / name], columns=["date", "date_high", "code", "deaths_best", "deaths_low", "deaths_high", "extra"])
    assert (reading.counts[0].rows_in, reading.counts[0].kept) == (golden["rows"], golden["rows"])
    table = reading.table
    best, low, high = (table.array(f"deaths_{bound}") for bound in ("best", "low", "high"))
    assert best.sum() == golden["sum_best"]
    assert str(table.array("date").min()) == golden["min_start"]
    assert str(table.array("date_high").max()) == golden["max_end"]
    if "sum_low" in golden:
        assert (low.sum(), high.sum()) == (golden["sum_low"], golden["sum_high"])
        assert ((low > best).sum(), (best > high).sum()) == (golden["low_gt_best"], golden["best_gt_high"])
        kinds = table.texts("code")
        assert dict(zip(kinds.values, np.bincount(kinds.codes).tolist(), strict=True)) == golden["type_of_violence"]
        dyads = {json.loads(extra)["dyad_name"] for extra in table.texts("extra").values}
        assert len(dyads) == golden["dyads"]


def test_the_icews_rows_of_2018_give_the_golden_counts_as_ones_own_coding(tmp_path):
    golden = GOLDEN["icews/tkg_icews18/icews18_decoded.csv.gz"]
    with (
        gzip.open(DATA / "icews/tkg_icews18/icews18_decoded.csv.gz", "rt", newline="") as raw,
        (tmp_path / "mine.csv").open("w", newline="") as file,
    ):
        rows = csv.writer(file)
        rows.writerow(["source_id", "date", "actor_name", "target_name", "code"])
        rows.writerows([k, row["date"], row["source"], row["target"], row["cameo"]] for k, row in enumerate(csv.DictReader(raw)))
    reading = read([tmp_path / "mine.csv"], columns=["date", "code"])
    (counts,) = reading.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (golden["rows"], golden["rows"], 0)
    days, codes = reading.table.array("date"), reading.table.texts("code")
    assert (str(days.min()), str(days.max())) == (golden["min"], golden["max"])
    roots = {}
    for code, number in zip(codes.values, np.bincount(codes.codes), strict=True):
        roots[code[:2]] = roots.get(code[:2], 0) + int(number)
    assert roots == golden["root"]


@pytest.mark.parametrize(
    ("name", "rows", "first", "last"),
    [
        ("agreements/pax_all_agreements_data_v6.csv.gz", 2003, "1990-02-15", "2023-01-12"),
        ("mids/mie-1.0.csv.gz", 28011, "1816-07-10", "2014-12-31"),
    ],
)
def test_every_agreement_and_every_militarised_event_is_kept(name, rows, first, last):
    reading = read([DATA / name], columns=["date"])
    (counts,) = reading.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (rows, rows, 0)
    days = reading.table.array("date")
    assert (str(days.min()), str(days.max())) == (first, last)


@pytest.mark.parametrize(
    ("name", "release", "rows"),
    [
        ("gdelt/v1_native/gdelt1_20160728_sample.csv.gz", "1.0", 710),
        ("gdelt/spark_gdelt_samples/events1.csv", "1.0", 100),
        ("gdelt/spark_gdelt_samples/eventsT.csv", "2.0", 100),
        ("gdelt/spark_gdelt_samples/mentions.csv", "2.0", 100),
        ("gdelt/spark_gdelt_samples/mentionsT.csv", "2.0", 100),
        ("ucdp/ged/hdx_conflict_data_BGD.csv.gz", "HDX", 601),
    ],
)
def test_every_row_of_the_other_layouts_is_kept(tmp_path, name, release, rows):
    (counts,) = import_files(tmp_path / "store", [DATA / name]).files
    assert (counts.release, counts.rows_in, counts.kept, counts.rejected) == (release, rows, rows, 0)


@pytest.mark.parametrize(("presets", "after"), [((), 955), (("precise-dates",), 256)])
def test_summary_events_turn_the_syrian_truce_of_december_2016_around_unless_left_out(presets, after):
    name = "ucdp/ged/ged_syria_652.1601.1911.csv.gz"
    columns = ["date", "actor_name", "target_name", "deaths_best"]
    table = read([DATA / name], columns=columns, presets=tuple(map(preset, presets))).table
    sides = table.texts("actor_name"), table.texts("target_name")
    dyad = (sides[0].codes == sides[0].code_of("Government of Syria")) & (sides[1].codes == sides[1].code_of("Syrian insurgents"))
    days, deaths = table.array("date")[dyad], table.array("deaths_best")[dyad]
    truce = np.datetime64("2016-12-30")
    before = (days >= truce - 14) & (days < truce)
    behind = (days > truce) & (days <= truce + 14)
    assert (deaths[before].sum(), deaths[behind].sum()) == (314, after)
