import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ceasefire.errors import DataError
from ceasefire.events import read
from ceasefire.events.formats import ucdp
from ceasefire.testing.event_formats import check_format

from . import samples


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda s: f"{s.form.name}-{s.file}")
def test_every_format_keeps_the_contract_of_readers(sample, tmp_path):
    check_format(sample, tmp_path)


def rows(sample, tmp_path, *names):
    file = tmp_path / sample.file
    file.write_bytes(sample.content)
    table = read([file]).table
    order = np.argsort(table.array("line"))
    out = []
    for row in order:
        cells = []
        for name in names:
            column = table.columns[name]
            if hasattr(column, "codes"):
                cells.append(None if column.codes[row] < 0 else column.values[column.codes[row]])
            else:
                cells.append(None if np.isnan(column[row]) else column[row])
        out.append(tuple(cells))
    return out


def test_gdelt_codes_stay_text_and_quote_signs_stay_data(tmp_path):
    found = rows(samples.GDELT_2, tmp_path, "code", "act", "grade", "actor", "target", "place_country", "place", "actor_role")
    place = 'Shusha "town", Azerbaijan'
    assert found == [
        ("010", "word", "comment", "ARM", "AZE", "AZE", place, "GOV"),
        ("0871", "diplomatic", None, "ARM", "AZE", "AZE", place, "GOV"),
        ("190", "deed", None, "ARM", "AZE", "AZE", place, "GOV"),
    ]


def test_an_international_body_is_known_by_its_whole_code_and_the_stream_is_told(tmp_path):
    assert rows(samples.GDELT_T, tmp_path, "actor", "release") == [("X-UN", "2.0 translated")]


def test_gdelt_rows_without_address_are_rows_of_the_older_layout(tmp_path):
    assert rows(samples.GDELT_1, tmp_path, "url", "release")[:2] == [("https://example.org/1", "1.0"), (None, "1.0")]


def test_icews_sectors_are_sorted_and_lost_zeros_found_again(tmp_path):
    found = rows(samples.ICEWS, tmp_path, "actor_role", "target_role", "code", "cameo", "actor", "target", "place_country")
    assert found == [("a,b", "y,z", "40", "040", "TUR", "X-UN", "TUR"), (None, None, "138", "138", "FRA", "SYR", None)]


def test_the_stamp_in_an_icews_file_name_is_the_vintage_of_its_rows(tmp_path):
    file = tmp_path / samples.ICEWS.file
    file.write_bytes(samples.ICEWS.content)
    assert set(read([file]).table.array("vintage").astype("datetime64[D]").astype(str)) == {"2020-04-27"}


def test_icews_days_with_the_month_first_are_read_and_the_name_of_a_weekly_file_tells_its_vintage(tmp_path):
    content = samples.ICEWS.content.replace(b"2018-06-01", b"12/1/2017").replace(b"2018-06-02", b"13/1/2017")
    for name, known in [
        ("Events.2017.20200602.tab", "2020-06-02"),
        ("20200719-icews-events.tab", "2020-07-19"),
        ("20190309-icews-events-1.tab", "2019-03-09"),
    ]:
        (tmp_path / name).write_bytes(content)
        reading = read([tmp_path / name], columns=["date", "vintage"])
        assert [reject.reason for _, reject in reading.rejects] == ["unreadable date"]
        assert reading.table.array("date").tolist() == [date(2017, 12, 1)]
        assert str(reading.table.array("vintage")[0])[:10] == known


def test_polecat_words_for_missing_are_missing_and_two_who_meet_are_actor_and_target(tmp_path):
    found = rows(samples.POLECAT, tmp_path, "code", "quad", "actor", "target", "act", "plover_mode", "extra")
    assert found[0][:6] == ("ASSAULT-aerial", 4, "AZE", "ARM", "deed", "aerial")
    assert found[1][:6] == ("CONSULT-phone", 1, "RUS", "TUR", "word", "phone")
    assert json.loads(found[0][6])["Contexts"] == "military|territory"


def test_polecat_files_with_empty_columns_or_a_headline_without_values_are_read(tmp_path):
    plain = samples.POLECAT.content.decode().splitlines()
    wide = "\n".join(f"{line}\t\t" for line in plain) + "\n"
    cells = plain[0].split("\t")
    headline = "\n".join(["\t".join([*cells[:36], "Headline", *cells[36:]]), *plain[1:]]) + "\n"
    readings = []
    for k, text in enumerate((samples.POLECAT.content.decode(), wide, headline)):
        file = tmp_path / f"ngecEvents.{k}.txt"
        file.write_text(text, encoding="utf-8")
        readings.append(read([file]))
    for reading in readings:
        assert (reading.counts[0].kept, reading.counts[0].rejected) == (2, 0)
        for name in ("source_id", "actor", "plover_mode", "release", "extra"):
            assert reading.table.texts(name).values == readings[0].table.texts(name).values


def test_polecat_files_of_weeks_whose_header_begins_as_a_comment_are_read(tmp_path):
    content = samples.POLECAT.content.replace(b"Event ID", b"#!Event ID", 1).replace(b"Event Intensity", b"Intensity", 1)
    weekly = replace(samples.POLECAT, file="ngecEvents.20201012.Release1.DV.txt", content=content)
    asked = ("source_id", "date", "scale", "actor", "extra")
    assert rows(weekly, tmp_path, *asked) == rows(samples.POLECAT, tmp_path, *asked)


def test_a_polecat_file_in_latin_1_is_read_as_that(tmp_path):
    file = tmp_path / "old.txt"
    file.write_bytes(samples.POLECAT.content.replace(b"Azerbaijan", "Bak\xfc".encode("latin-1")))
    assert "Bak\xfc" in read([file]).table.texts("actor_name").values


def test_cline_root_codes_give_the_lost_zero_back(tmp_path):
    assert rows(samples.CLINE, tmp_path, "code", "cameo", "quad", "date") == [
        ("10", "010", 0, np.datetime64("2019-10-09")),
        ("190", "190", 4, np.datetime64("2019-10-09")),
    ]


def test_the_country_of_a_phoenix_place_is_a_code_or_a_name(tmp_path):
    assert [place for (place,) in rows(samples.PHOENIX, tmp_path, "place_country")] == ["AZE", "AZE", None]
    assert [place for (place,) in rows(samples.CLINE, tmp_path, "place_country")] == ["TUR", "SYR"]


def test_acled_exports_from_before_the_sub_types_are_read_with_the_types_of_their_time(tmp_path):
    found = rows(samples.ACLED_NO_SUB_TYPES, tmp_path, "release", "code", "cameo", "plover", "quad", "date")
    assert found == [
        ("old, without sub-types", "Battle-No change of territory", "190", "ASSAULT", 4, np.datetime64("2018-01-13")),
        ("old, without sub-types", "Remote violence", None, "ASSAULT", 4, np.datetime64("2025-05-16")),
    ]
    names = ("date", "actor", "place_country", "third", "cameo", "deaths_best")
    assert rows(samples.ACLED_BY_NUMBER, tmp_path, *names) == [
        (np.datetime64("2001-11-04"), "DZA", "DZA", "Students (Algeria)", "180", 1)
    ]


def test_an_acled_event_at_sea_has_the_water_for_a_country_and_no_code(tmp_path):
    content = samples.quoted(samples.ACLED_NAMES, [samples._ACLED_ROW | {"country": "Red Sea", "iso": "0", "notes": "x"}])
    sea = replace(samples.ACLED_NEW, content=content)
    assert rows(sea, tmp_path, "place_country", "place") == [(None, "Red Sea")]


def test_acled_files_with_a_line_of_tags_are_read_without_it(tmp_path):
    lines = samples.ACLED_BY_NUMBER.content.split(b"\n", 1)
    tags = b"," + b",".join([b"#event+code", b"", b"#date+occurred", *[b""] * 13])
    tagged = replace(samples.ACLED_BY_NUMBER, content=b"\n".join([lines[0], tags, lines[1]]))
    assert rows(tagged, tmp_path, "actor", "line") == [("DZA", 3)]


def test_an_acled_day_that_could_be_a_month_is_read_only_in_the_layout_that_writes_the_day_first(tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(samples.ACLED_NEW.content.replace(b"2025-05-16", b"04/11/2001"))
    assert [reject.reason for _, reject in read([file]).rejects] == ["unreadable date"] * 2


def test_acled_forces_are_reconciled_by_the_state_in_their_name(tmp_path):
    (old,) = rows(samples.ACLED_OLD, tmp_path, "release", "actor", "target", "actor_role", "date", "place_country")
    assert old == ("old", "TUR", None, "8", np.datetime64("2025-05-16"), "SYR")
    new = rows(samples.ACLED_NEW, tmp_path, "code", "cameo", "plover_mode", "deaths_best", "line", "text")
    assert new[0][:4] == ("Explosions/Remote violence: Air/drone strike", "195", "aerial", 3)
    assert [row[4] for row in new] == [2, 4]
    assert new[0][5] == "first line\nsecond line, with comma"


def test_ucdp_keeps_disordered_ranges_and_takes_minus_one_sources_for_missing(tmp_path):
    names = ("deaths_low", "deaths_best", "deaths_high", "n_sources", "date_low", "date_high", "date_precision", "release", "actor")
    first = rows(samples.UCDP_NEW, tmp_path, *names)[0]
    assert first == (8, 12, 10, None, np.datetime64("2020-10-10"), np.datetime64("2020-10-12"), 2, "25.1", "AZE")


def test_a_candidate_release_and_the_hdx_variant_are_told_apart(tmp_path):
    (candidate,) = rows(samples.UCDP_CANDIDATE, tmp_path, "release", "extra")
    assert candidate[0] == "25.0.3"
    assert json.loads(candidate[1])["code_status"] == "Check"
    assert rows(samples.UCDP_HDX, tmp_path, "release", "place_country") == [("HDX", "AZE")]


def test_a_ucdp_file_published_without_its_header_is_read_by_position(tmp_path):
    header = ",".join(ucdp._COLUMNS)
    row = {"relid": "AZE-1", "year": "2020", "source_headline": "one, two", **samples.UCDP_ROW}
    with_header = samples.quoted(list(ucdp._COLUMNS), [row, row | {"id": "2", "best": ""}, row | {"id": "3", "best": "many"}])
    assert with_header.startswith(header.encode())
    readings = []
    for name, content in [("GEDEvent_v24_0_1.csv", with_header.split(b"\n", 1)[1]), ("GEDEvent_v24_0_2.csv", with_header)]:
        (tmp_path / name).write_bytes(content)
        readings.append(read([tmp_path / name]))
    bare, usual = readings
    assert bare.table.texts("release").values == ("24.0.1",)
    for name in ("source_id", "text", "actor", "extra"):
        assert bare.table.texts(name).values == usual.table.texts(name).values
    assert [(one.line, one.reason) for _, one in bare.rejects] == [(3, "unreadable number")]
    assert [one.line for _, one in usual.rejects] == [4]
    (tmp_path / "x.csv").write_bytes(with_header.split(b"\n", 1)[1].replace(b"2020-10-10", b"10 October"))
    with pytest.raises(DataError, match="is not any known format"):
        read([tmp_path / "x.csv"])


def test_the_release_of_a_ucdp_file_is_taken_from_its_name(tmp_path):
    for name, release in [
        ("GEDEvent_v26_01_26_06.csv", "26.01.26.06"),
        ("GEDEvent_v26_0_8.csv", "26.0.8"),
        ("GEDEvent_v25_1-20200927-20201110.csv", "25.1"),
        ("ged251.csv", "25.1"),
        ("mine.csv", ""),
    ]:
        (tmp_path / name).write_bytes(samples.UCDP_NEW.content)
        assert read([tmp_path / name]).counts[0].release == release


def test_mie_days_that_are_not_known_widen_the_range(tmp_path):
    found = rows(
        samples.MIE, tmp_path, "date_low", "date_high", "date_precision", "actor", "target", "cameo", "deaths_low", "deaths_high"
    )
    day = np.datetime64
    assert found == [
        (day("1902-05-01"), day("1902-05-31"), 4, "USA", "GBR", "138", None, 0),
        (day("1953-01-01"), day("1953-12-31"), 5, "SUN", "TUR", "190", 4, 6),
    ]


def test_what_the_coder_wrote_wins_over_the_code(tmp_path):
    found = rows(samples.OWN, tmp_path, "actor", "actor_name", "act", "grade", "deaths_best", "extra")
    assert found == [
        ("TUR", "Türkiye", "word", "comment", None, '{"mood":"warm"}'),
        ("X-OSCE", "X-OSCE", "deed", None, 0, None),
        (None, "The Guards of X", "word", "demand", None, None),
    ]


def test_an_x_code_of_ones_own_is_kept_whether_or_not_a_table_knows_it(tmp_path):
    written = ["X-N", "X-OSCE", " TUR ", "X-n", "The X-N", ""]
    content = samples.quoted(
        ["date", "actor", "target", "code"],
        [{"date": "2020-10-10", "actor": "AZE", "target": who, "code": " 051"} for who in written],
    )
    for form, file, text in [
        (samples.OWN, "mine.csv", content),
        (
            samples.OWN_LINES,
            "mine.jsonl",
            b"".join(b'{"date": "2020-10-10", "actor": "%s", "code": " 051"}\n' % who.encode() for who in written[:5]),
        ),
    ]:
        side = "target" if form is samples.OWN else "actor"
        found = rows(replace(form, file=file, content=text), tmp_path, side, "cameo")
        assert found == [(code, "051") for code in ["X-N", "X-OSCE", "TUR", None, None, None][: len(found)]]


@pytest.mark.parametrize(
    "day",
    [
        "infinity",
        "-infinity",
        "epoch",
        "today",
        "0000-01-01",
        "0044-03-15 (BC)",
        "10000-01-01",
        "9999999-01-01",
        "2020-02-30",
        "soon",
    ],
)
def test_a_day_that_is_none_is_rejected_in_every_column(tmp_path, day):
    names = ["date", "vintage", "date_low", "date_high", "actor", "code"]
    row = {"date": "2020-10-10", "actor": "TUR", "code": "051"}
    file = tmp_path / "mine.csv"
    file.write_bytes(samples.quoted(names, [row, *(row | {name: day} for name in names[:4])]))
    reading = read([file])
    assert [(one.line, one.reason) for _, one in reading.rejects] == [(k, "unreadable date") for k in (3, 4, 5, 6)]
    file.write_bytes(samples.UCDP_NEW.content.replace(b"2020-10-10 00:00:00.000", day.encode()))
    assert read([file]).counts[0].rejected == 2


def test_numbers_of_ones_own_lie_in_their_ranges_and_days_in_their_order(tmp_path):
    names = ["date", "date_low", "date_high", "actor", "code", "quad", "date_precision", "place_precision", "confidence"]
    names += ["deaths_best", "latitude", "longitude", "scale"]
    row = {"date": "2020-10-10", "actor": "TUR", "code": "051"}
    good = [{"quad": "0"}, {"quad": "4"}, {"confidence": "100"}, {"deaths_best": "0"}, {"latitude": "-90"}, {"scale": "-10"}]
    bad = [{"quad": "5"}, {"date_precision": "0"}, {"place_precision": "8"}, {"confidence": "101"}, {"deaths_best": "-1"}]
    bad += [{"latitude": "90.1"}, {"longitude": "181"}]
    none = [{"scale": "nan"}, {"latitude": "inf"}, {"longitude": "1e400"}, {"deaths_best": "99999999999"}]
    turned = [{"date_high": "2020-10-09"}, {"date_low": "2020-10-11"}, {"date_low": "2020-10-03", "date_high": "2020-10-02"}]
    file = tmp_path / "mine.csv"
    file.write_bytes(samples.quoted(names, [row | more for more in (*good, *bad, *none, *turned)]))
    reading = read([file])
    assert reading.counts[0].kept == len(good)
    reasons = ["number out of range"] * len(bad) + ["unreadable number"] * len(none) + ["end before start"] * len(turned)
    assert [one.reason for _, one in reading.rejects] == reasons


def test_odd_json_costs_its_line_and_not_the_file(tmp_path):
    start = '{"date": "2020-10-10", "actor": "TUR", "code": "051"'
    lines = {
        start + r', "a\"b": 1, "": "empty", "c/d~e": [2], "$.x": "y", "n": null}': None,
        start + ', "x": 1, "x": 2}': "a key twice",
        start + ', "date": "2020-10-11"}': "a key twice",
        start + r', "text": "a\u0000b"}': "NUL byte",
        start + r', "text": "a\\u0000b"}': None,
        start + r', "text": "\ud800"}': "not a JSON object",
        "[1]": "not a JSON object",
        start + ', "x": ' + "[" * 3000 + "]" * 3000 + "}": None,
    }
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(lines) + "\n")
    reading = read([file])
    assert [(one.line, one.reason) for _, one in reading.rejects] == [(k, why) for k, why in enumerate(lines.values(), 1) if why]
    assert r"a\u0000b" in reading.table.texts("text").values
    extra = [json.loads(one) for one in reading.table.texts("extra").values]
    assert {'a"b': "1", "": "empty", "c/d~e": "[2]", "$.x": "y"} in extra


def test_a_file_of_thousands_of_columns_is_no_table_of_events(tmp_path):
    file = tmp_path / "wide.csv"
    for n, words in ((1990, ""), (9000, "is not any known format")):
        names = ["date", "actor", "code", *(f"c{k}" for k in range(n))]
        file.write_bytes(samples.quoted(names, [{"date": "2020-10-10", "actor": "TUR", "code": "051", "c7": "x"}]))
        if words:
            with pytest.raises(DataError, match=words):
                read([file])
        else:
            assert read([file]).table.texts("extra").values == ('{"c7":"x"}',)


def test_json_lines_hold_the_same_columns(tmp_path):
    found = rows(samples.OWN_LINES, tmp_path, "actor", "text", "deaths_best", "extra")
    assert found == [("TUR", "line\nend", None, '{"mood":"warm"}'), ("RUS", None, 3, None)]


def test_an_unknown_file_is_refused_with_its_first_words(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("what,is,this\n1,2,3\n")
    with pytest.raises(DataError, match="is not any known format: it begins with 'what,is,this'"):
        read([file])
    with pytest.raises(DataError, match="unknown format 'gdlt'"):
        read([file], format="gdlt")
