import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from ceasefire.errors import DataError, OutputError
from ceasefire.events import NAMES, EventStore, Question, compacting, filing, import_files, preset
from ceasefire.events.filing import batches, writing

from . import samples


def put(folder, name, content):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def own(*rows):
    header = "source_id,vintage,date,actor,target,code,text,deaths_best"
    return "\n".join([header, *rows, ""]).encode()


def ids(store, **question):
    return sorted(store.table(Question(**question), ["source_id", "text"]).texts("text").values)


def test_the_same_bytes_twice_add_nothing_under_any_name_or_packing(tmp_path):
    file = put(tmp_path, "a/x.export.CSV", samples.GDELT_2.content)
    first = import_files(tmp_path / "store", [file])
    before = (tmp_path / "store" / "current.json").read_bytes()
    again = import_files(tmp_path / "store", [put(tmp_path, "b/y.export.CSV", samples.GDELT_2.content), file])
    assert [(c.rows_in, c.kept) for c in first.files] == [(3, 3)]
    assert (again.files, again.known) == ((), ("y.export.CSV", "x.export.CSV"))
    assert (tmp_path / "store" / "current.json").read_bytes() == before


@pytest.mark.parametrize(
    ("given", "repeated"), [("1 2 3", 0), ("1 2 2", 1), ("-5 9000000000 7", 0), ("7 9000000000 7", 1), ("a b b", 1)]
)
def test_ids_that_lie_close_or_far_apart_or_are_words_are_all_searched_for_repeats(tmp_path, given, repeated):
    rows = [f"{one},2020-10-02,2020-10-01,AZE,ARM,190,{k},1" for k, one in enumerate(given.split())]
    done = import_files(tmp_path / "store", [put(tmp_path, "1.csv", own(*rows))])
    assert (done.files[0].kept, done.repeated) == (3, repeated)


def test_a_newer_vintage_supersedes_and_the_older_is_what_was_known_then(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(
        store.root,
        [
            put(
                tmp_path,
                "1.csv",
                own("e1,2020-10-02,2020-10-01,AZE,ARM,190,first count,5", "e2,2020-10-02,2020-10-01,AZE,ARM,190,stays,1"),
            )
        ],
    )
    done = import_files(store.root, [put(tmp_path, "2.csv", own("e1,2020-10-09,2020-10-01,AZE,ARM,190,second count,9"))])
    assert (done.repeated, done.superseded) == (0, 1)
    assert ids(store) == ["second count", "stays"]
    assert ids(store, as_of=datetime(2020, 10, 5)) == ["first count", "stays"]  # noqa: DTZ001 - times of the store are UTC
    assert ids(store, as_of=datetime(2020, 10, 1)) == []  # noqa: DTZ001
    assert (store.status().repeated, store.status().superseded) == (0, 1)


def test_repeats_and_superseded_rows_are_counted_apart_whatever_the_order_and_after_merges(tmp_path, monkeypatch):
    monkeypatch.setattr(compacting, "MOST_SMALL", 4)
    draw = random.Random(5)
    for trial in range(8):
        store, held = EventStore(tmp_path / f"store{trial}"), []
        for k in range(6):
            rows = [(f"e{draw.randrange(4)}", f"2020-0{1 + draw.randrange(4)}-01") for _ in range(draw.randrange(1, 7))]
            lines = [f"{key},{known},2019-10-01,AZE,ARM,190,{k} {j},1" for j, (key, known) in enumerate(rows)]
            import_files(store.root, [put(tmp_path, f"{trial}-{k}.csv", own(*lines))])
            held += [(key, known, (k, -j)) for j, (key, known) in enumerate(rows)]
        told = {(key, known) for key, known, _ in held}
        keys = {key for key, _ in told}
        found = store.status()
        assert (found.repeated, found.superseded) == (len(held) - len(told), len(told) - len(keys))
        best = {key: max((known, place) for other, known, place in held if other == key)[1] for key in keys}
        assert ids(store) == sorted(f"{k} {-j}" for k, j in best.values())


def test_one_row_repeated_and_one_superseded(tmp_path):
    store = EventStore(tmp_path / "store")
    first = ["e1,2020-10-02,2020-10-01,AZE,ARM,190,as known first,5", "e1,2020-10-02,2020-10-01,AZE,ARM,190,told twice,5"]
    done = import_files(store.root, [put(tmp_path, "1.csv", own(*first))])
    assert (done.repeated, done.superseded) == (1, 0)
    for day, (repeated, superseded) in {"09": (0, 1), "12": (0, 1), "05": (0, 1)}.items():
        done = import_files(store.root, [put(tmp_path, f"{day}.csv", own(f"e1,2020-10-{day},2020-10-01,AZE,ARM,190,on {day},9"))])
        assert (done.repeated, done.superseded) == (repeated, superseded), day
    assert (store.status().repeated, store.status().superseded) == (1, 3)
    assert ids(store) == ["on 12"]
    assert ids(store, as_of=datetime(2020, 10, 6)) == ["on 05"]  # noqa: DTZ001


def test_an_older_vintage_that_comes_late_does_not_supersede(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path, "2.csv", own("e1,2020-10-09,2020-10-01,AZE,ARM,190,new,9"))])
    import_files(store.root, [put(tmp_path, "1.csv", own("e1,2020-10-02,2020-10-01,AZE,ARM,190,old,5"))])
    assert ids(store) == ["new"]
    assert ids(store, as_of=datetime(2020, 10, 5)) == ["old"]  # noqa: DTZ001


def test_a_later_ucdp_release_supersedes_an_earlier_one_without_any_vintage(tmp_path):
    store = EventStore(tmp_path / "store")
    newer = samples.UCDP_NEW.content.replace(b",12,10,8,", b",14,15,8,")
    import_files(store.root, [put(tmp_path, "GEDEvent_v25_1.csv", newer)])
    import_files(store.root, [put(tmp_path, "GEDEvent_v24_1.csv", samples.UCDP_NEW.content)])
    assert store.table(Question(), ["deaths_best"]).array("deaths_best").tolist() == [14, 14]


def test_a_file_whose_ucdp_release_nobody_knows_supersedes_none_that_tells_it(tmp_path):
    store = EventStore(tmp_path / "store")
    names = ("GEDEvent_v25_0_3.csv", "GEDEvent_v25_01_25_06.csv", "mine.csv", "conflict_data_AZE.csv")
    for deaths, name in enumerate(names, start=20):
        content = samples.UCDP_HDX.content if "data" in name else samples.UCDP_NEW.content
        import_files(store.root, [put(tmp_path, name, content.replace(b",12,10,8,", f",{deaths},{deaths},8,".encode()))])
    assert store.table(Question(), ["deaths_best"]).array("deaths_best").tolist() == [21, 21]


def test_repeats_of_one_key_in_one_file_count_once_except_where_the_key_has_a_date(tmp_path):
    store = EventStore(tmp_path / "store")
    lines = samples.ICEWS.content.split(b"\n")
    other_day = lines[1].replace(b"2018-06-01", b"2018-06-05")
    import_files(store.root, [put(tmp_path, "events.tab", b"\n".join([*lines[:3], lines[1], other_day, b""]))])
    assert len(store.table(Question(), ["date"])) == 3
    assert store.status().kept == 4


def test_a_bad_file_is_told_and_does_not_stop_the_others(tmp_path):
    good = put(tmp_path, "in/a.export.CSV", samples.GDELT_2.content)
    put(tmp_path, "in/b.txt", b"no events here\n")
    put(tmp_path, "in/c.gz", b"\x1f\x8bnot gzip")
    done = import_files(tmp_path / "store", [good.parent])
    assert [c.file for c in done.files] == ["a.export.CSV"]
    assert [Path(name).name for name, _ in done.refused] == ["b.txt", "c.gz"]


def test_status_tells_coverage_and_rejects(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(
        store.root,
        [put(tmp_path, "mine.csv", own("a,,2020-10-01,AZE,ARM,190,x,", "b,,2020-11-01,AZE,ARM,190,y,", "c,,soon,AZE,ARM,190,z,"))],
    )
    found = store.status()
    assert (found.rows_in, found.kept, found.rejected) == (3, 2, 1)
    assert found.coverage[0].months == (("2020-10", 1), ("2020-11", 1))
    assert found.reasons == (("mine.csv", "unreadable date", 1),)
    assert store.rejects("mine.csv") == ((4, "unreadable date", "c,,soon,AZE,ARM,190,z,"),)


@pytest.mark.parametrize(("name", "decoy"), [("case [draft]", "case d"), ("sto*", "store"), ("a?b", "acb"), ("a[1]", "a1")])
def test_signs_that_stand_for_others_in_a_path_stand_for_themselves(tmp_path, monkeypatch, name, decoy):
    monkeypatch.setattr(compacting, "MOST_SMALL", 3)
    for k, place in enumerate((name, decoy)):
        store = EventStore(tmp_path / place / "store")
        row = samples.gdelt_row(10 * k, samples.V2, actor=("TUR", "TURKEY") if place == name else ("RUS", "RUSSIA"))
        for j in range(4):
            file = put(tmp_path, f"{place}/{j}-{place}.export.CSV", samples.lines_of([[str(10 * k + j), *row[1:]]], "\t"))
            import_files(store.root, [file])
        import_files(
            store.root, [put(tmp_path, f"{place}/{place}.csv", own("e1,,2020-10-01,AZE,ARM,190,x,", "e1,,soon,AZE,ARM,190,x,"))]
        )
    for place, actors in ((name, ("AZE", "TUR")), (decoy, ("AZE", "RUS"))):
        store = EventStore(tmp_path / place / "store")
        assert store.table(Question(), ["actor"]).texts("actor").values == actors
        assert len(store.table(Question(), ["actor"])) == store.status().kept == 5
        assert len(store.rejects(f"{place}.csv")) == 1


def test_an_empty_store_answers(tmp_path):
    store = EventStore(tmp_path / "none")
    assert len(store.table(Question())) == 0
    assert store.tally(Question(), ("month",)).rows == ()
    assert store.status().files == 0


def test_questions_restrict_and_presets_tell_both_counts(tmp_path):
    store = EventStore(tmp_path / "store")
    rows = [samples.gdelt_row(k, samples.V2, code=code, NumSources=str(k)) for k, code in enumerate(["190", "190", "0871", "1384"])]
    import_files(store.root, [put(tmp_path, "x.export.CSV", samples.lines_of(rows, "\t"))])
    question = Question(dyad=("ARM", "AZE"), since=date(2020, 10, 1), until=date(2020, 10, 31), presets=(preset("one-a-day"),))
    table = store.table(question, ["code"])
    assert table.texts("code").values == ("0871", "1384", "190")
    assert dict(table.made)["rows unfiltered"] == "4"
    assert dict(table.made)["rows"] == "3"
    assert "one row per source, day, country" in dict(table.made)["presets"]
    tally = store.tally(question, ("date", "act"))
    assert [(str(r[0]), *r[1:]) for r in tally.rows] == [
        ("2020-10-10", "deed", 1, 2),
        ("2020-10-10", "diplomatic", 1, 1),
        ("2020-10-10", "word", 1, 1),
    ]
    for field, value, n in [
        ("codes", ("19", "13"), 3),
        ("quads", (2,), 4),
        ("acts", ("word",), 1),
        ("targets", ("ARM",), 0),
        ("countries", ("AZE",), 4),
    ]:
        assert len(store.table(Question(**{field: value}), ["code"])) == n, field
    assert len(store.table(Question(presets=(preset("sources=2"),)), ["code"])) == 2


def test_normalised_counts_are_shares_of_all_rows_of_their_period_and_source_through_the_same_filters(tmp_path):
    store, draw = EventStore(tmp_path / "store"), random.Random(2)
    names = "source,source_id,date,actor,target,actor_name,target_name,code,n_sources"
    held = [
        (
            *(draw.choice("pq"), k, date(2020, draw.choice([9, 10, 11]), draw.randrange(1, 4))),
            *draw.choice(["TUR AZE", "RUS ARM"]).split(),
            *(draw.choice(["040", "190"]), draw.randrange(1, 4)),
        )
        for k in range(60)
    ]
    lines = [f"{s},{s}{k},{day},{one},{other},{one},{other},{code},{n}" for s, k, day, one, other, code, n in held]
    import_files(store.root, [put(tmp_path, "m.csv", "\n".join([names, *lines, ""]).encode())])
    presets = tuple(map(preset, ("sources=2", "normalised")))
    question = Question(dyad=("TUR", "AZE"), since=date(2020, 10, 1), presets=presets)
    in_period = [row for row in held if row[2].month >= 10]
    parts = {"month": lambda row: f"2020-{row[2].month}", "source": lambda row: row[0], "code": lambda row: row[5]}
    for by, period in [(("month", "code"), ["month"]), (("source", "month"), ["source", "month"]), (("code",), [])]:
        tally = store.tally(question, by)
        assert tally.columns == (*by, "n", "n_unfiltered", "share", "share_unfiltered")
        assert tally.rows
        for row in tally.rows:
            group = dict(zip(by, row, strict=False))
            base = [one for one in in_period if all(parts[name](one) == group[name] for name in period)]
            mine = [one for one in base if one[3] == "TUR" and all(parts[name](one) == group[name] for name in by)]
            n, everyone = (sum(one[6] >= 2 for one in rows) for rows in (mine, base))
            assert row[len(by) :] == (n, len(mine), n / everyone, len(mine) / len(base))
    total = [sum(one[3] == "TUR" for one in rows) / len(rows) for rows in (in_period, [r for r in in_period if r[6] >= 2])]
    made = dict(store.table(question, ["code"]).made)
    assert [float(made[name].split()[0]) for name in ("share unfiltered", "share")] == pytest.approx(total, rel=1e-5)
    assert "normalised: counts also as shares of all rows" in made["presets"]
    assert dict(EventStore(tmp_path / "none").table(question, ["code"]).made)["share"] == "no rows"


def test_the_confidence_of_mentions_filters_events(tmp_path):
    store = EventStore(tmp_path / "store")
    files = [put(tmp_path, "x.export.CSV", samples.GDELT_2.content), put(tmp_path, "x.mentions.CSV", samples.MENTIONS)]
    import_files(store.root, files)
    assert store.status().mentions == 2
    kept = store.table(Question(presets=(preset("confidence=60"),)), ["source_id"])
    assert kept.texts("source_id").values == ("2",)
    assert len(store.table(Question(presets=(preset("confidence=80"),)))) == 0


def test_csv_for_spreadsheets_holds_no_formula(tmp_path):
    store = EventStore(tmp_path / "store")
    texts = ["=1+1", "+2", "-3", "@x", '"\tTab"', "fine"]
    import_files(
        store.root, [put(tmp_path, "m.csv", own(*(f"{k},,2020-10-01,AZE,ARM,190,{text},{k}" for k, text in enumerate(texts))))]
    )
    store.export(Question(), tmp_path / "out.csv", ["text", "deaths_best"])
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == ["'=1+1", "'+2", "'-3", "'@x", "'\tTab", "fine"]
    assert [row["deaths_best"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    store.export(Question(), tmp_path / "out.jsonl", ["text"])
    assert json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])["text"] == "=1+1"
    store.export(Question(), tmp_path / "out.json", ["text"])
    assert [row["text"] for row in json.loads((tmp_path / "out.json").read_text())][:2] == ["=1+1", "+2"]
    with pytest.raises(DataError, match="end the name in"):
        store.export(Question(), tmp_path / "out.xls")


def test_counts_are_written_as_they_are_printed_and_without_formulas(tmp_path):
    store = EventStore(tmp_path / "store")
    rows = [f"{k},,2020-1{k % 2}-01,AZE,ARM,190,{'=1+1' if k % 3 else 'b'},{k}" for k in range(9)]
    import_files(store.root, [put(tmp_path, "m.csv", own(*rows))])
    question = Question(presets=(preset("one-a-day"), preset("normalised")))
    tally = store.tally(question, ("text", "month"))
    for ending in (".parquet", ".json", ".jsonl", ".csv"):
        made = store.export(question, tmp_path / f"out{ending}", by=("text", "month"))
        assert made == tally.made
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [tuple(line.values()) for line in lines] == list(tally.rows)
    assert tuple(lines[0]) == tally.columns
    assert json.loads((tmp_path / "out.json").read_text()) == lines
    with (tmp_path / "out.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert [(row["text"].lstrip("'"), row["month"], int(row["n_unfiltered"])) for row in written] == [
        (row[0], row[1], row[3]) for row in tally.rows
    ]
    assert {row["text"] for row in written} == {"'=1+1", "b"}
    counted = duckdb.read_parquet(str(tmp_path / "out.parquet")).aggregate("count(*), sum(n_unfiltered)")
    assert counted.fetchall() == [(len(lines), 9)]


def test_bad_questions_are_refused_with_what_is_known():
    for make, words in [
        (lambda: Question(dyad=("TUR",)), "two different codes"),
        (lambda: Question(acts=("speech",)), "one of word, diplomatic, deed"),
        (lambda: Question(since=date(2020, 2, 1), until=date(2020, 1, 1)), "before the first"),
        (lambda: preset("one-a-week"), "did you mean 'one-a-day'\\? one of raw, one-a-day"),
        (lambda: Question(codes=("19", "9")), "CAMEO code '9'"),
        (lambda: Question(actors=("TUR", "XXX")), "no party or country 'XXX'"),
        (lambda: Question(targets=("XXX",)), "no party or country 'XXX'"),
        (lambda: Question(dyad=("TUR", "tur")), "no party or country 'tur'"),
        (lambda: Question(countries=("AM",)), "no party or country 'AM'"),
        (lambda: Question(countries=("X-N",)), "no party or country 'X-N'"),
        (lambda: Question(actors=("X-n",)), "no party or country 'X-n'"),
    ]:
        with pytest.raises(DataError, match=words):
            make()


def test_a_party_that_only_ones_own_coding_knows_is_asked_for_by_its_code_and_told_to_be_one(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path, "1.csv", own("a,,2020-10-01,X-N,X-OSCE,190,x,", "b,,2020-10-01,AZE,X-N,190,y,"))])
    for asked, texts in [({"actors": ("X-N",)}, ["x"]), ({"dyad": ("X-N", "AZE")}, ["y"]), ({"targets": ("X-M",)}, [])]:
        assert ids(store, **asked) == texts
        told = dict(Question(**asked).words())["in no reference table"]
        assert told == f"{'X-M' if 'targets' in asked else 'X-N'}: only rows of one's own coding can hold it"
    assert "in no reference table" not in dict(Question(targets=("X-OSCE", "AZE")).words())


def test_columns_are_asked_once_and_by_their_names_whether_shown_counted_or_written(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path, "m.csv", samples.OWN.content)])
    for columns, words in [(("speech",), "no column 'speech'"), (("act", "act"), "'act' given twice"), ((), "no column")]:
        for ask in (
            lambda names: store.first(Question(), names, 5),
            lambda names: store.tally(Question(), names),
            lambda names: store.export(Question(), tmp_path / "out.csv", names),
        ):
            with pytest.raises(DataError, match=words):
                ask(columns)
    rows, _ = store.first(Question(), ("month", "year"), 1)
    for ending in ("csv", "jsonl"):
        store.export(Question(), tmp_path / f"out.{ending}", ("month", "year"))
    with (tmp_path / "out.csv").open(newline="") as file:
        written = next(csv.DictReader(file))
    assert written == json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0])
    assert tuple(written.values()) == rows[0]


def test_an_answer_says_what_the_store_does_not_hold_at_all(tmp_path):
    store = EventStore(tmp_path / "store")
    assert dict(store.first(Question(), ("act",), 5)[1])["not covered"] == "the store is empty"
    import_files(store.root, [put(tmp_path, "x.export.CSV", samples.GDELT_2.content)])
    asked = Question(sources=("gdelt", "icews", "acled"))
    assert dict(store.first(asked, ("act",), 5)[1])["not covered"] == "no rows of icews, acled in the store, which holds gdelt"
    assert dict(store.tally(asked, ("act",)).made)["not covered"] == "no rows of icews, acled in the store, which holds gdelt"
    assert "not covered" not in dict(store.first(Question(sources=("gdelt",)), ("act",), 5)[1])


def test_one_writer_at_a_time_while_readers_read(tmp_path):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path, "x.export.CSV", samples.GDELT_2.content)])
    with writing(store.root):
        assert len(store.table(Question(), ["code"])) == 3
        with pytest.raises(OutputError, match="another import is running"):
            import_files(store.root, [put(tmp_path, "m.csv", samples.OWN.content)])


def test_on_windows_one_byte_is_locked_without_waiting(tmp_path, monkeypatch):
    """Against a stand-in for msvcrt that refuses as Windows does: the tests do not run there."""
    held = []

    def locking(handle, mode, count):
        assert (mode, count) == ("LK_NBLCK", 1)
        if os.fstat(handle).st_ino in held:
            raise PermissionError(13, "Permission denied")
        held.append(os.fstat(handle).st_ino)

    (tmp_path / "lock").touch()
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK="LK_NBLCK", locking=locking))
    monkeypatch.setattr(filing, "os", SimpleNamespace(name="nt"))
    with (tmp_path / "lock").open() as one, (tmp_path / "lock").open() as other:
        filing._lock(one.fileno())
        with pytest.raises(OSError, match="Permission denied"):
            filing._lock(other.fileno())


def test_many_small_imports_become_one_batch_and_answer_as_before(tmp_path, monkeypatch):
    monkeypatch.setattr(compacting, "MOST_SMALL", 4)
    monkeypatch.setattr(compacting, "SMALL_ROWS", 8)
    random_of = random.Random(3)
    apart, merged = EventStore(tmp_path / "apart"), EventStore(tmp_path / "merged")
    for k in range(9):
        rows = [
            f"k{random_of.randrange(12)},2020-{1 + k:02}-{1 + j:02},2019-{1 + j:02}-01,TUR,AZE,{random_of.choice(['051', '190'])},t{k},{j}"
            for j in range(3)
        ]
        file = put(tmp_path, f"{k}.csv", own(*rows, f"bad{k},,soon,TUR,AZE,051,,"))
        import_files(merged.root, [file])
        with monkeypatch.context() as alone:
            alone.setattr(compacting, "MOST_SMALL", 100)
            import_files(apart.root, [file])
        known = datetime.fromisoformat("2019-01-02")
        for question in (Question(), Question(as_of=known), Question(codes=("19",))):
            assert merged.first(question, NAMES, 99) == apart.first(question, NAMES, 99)
        assert merged.status() == apart.status()
        assert merged.rejects(f"{k}.csv") == apart.rejects(f"{k}.csv")
    assert len(batches(apart.root)) == 9
    assert len(batches(merged.root)) < 6
    former = json.loads((merged.root / "current.json").read_text())["former"]
    assert former
    assert all((merged.root / name).exists() for name in former)
    with writing(merged.root):
        held = {folder.name for folder in merged.root.iterdir() if folder.name.startswith("batch-")}
    assert held == {*former, *(batch.name for batch in batches(merged.root))}


def test_a_broken_pointer_is_told(tmp_path):
    (tmp_path / "current.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        EventStore(tmp_path).status()


def test_the_next_import_removes_what_killed_ones_left(tmp_path):
    put(tmp_path / "in", "1.export.CSV", samples.lines_of([samples.gdelt_row(1, samples.V2)], "\t"))
    import_files(tmp_path, [tmp_path / "in"])
    (tmp_path / ".current.json.b5c943396915.draft").write_text("{")
    for left in (".draft-0011", ".scratch-x", "batch-000009"):
        (tmp_path / left).mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    import_files(tmp_path, [tmp_path / "in"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "batch-000001", "current.json", "in", "notes.txt"]


IMPORTER = """
import sys
from pathlib import Path
from types import SimpleNamespace
from ceasefire.events import import_files, importing
importing._FILES = 2
import_files(Path(sys.argv[1]), [Path(sys.argv[2])], tell=lambda step: print(step, flush=True))
"""


def test_imports_killed_at_random_moments_lose_nothing_and_go_on_where_they_were(tmp_path):
    folder = tmp_path / "in"
    for k in range(6):
        rows = [samples.gdelt_row(1000 * k + j, samples.V2) for j in range(300)]
        put(folder, f"{k}.export.CSV", samples.lines_of(rows, "\t"))
    root = tmp_path / "store"
    command = [sys.executable, "-c", IMPORTER, str(root), str(folder)]
    moments = random.Random(11)
    held = 0
    for lines in (2, 4, 5):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as importer:  # noqa: S603 - our own interpreter
            for _ in range(lines):
                importer.stdout.readline()
            time.sleep(moments.random() * 0.2)
            importer.send_signal(signal.SIGKILL)
        kept = sum(batch.files[0].kept * len(batch.files) for batch in batches(root))
        assert len(EventStore(root).table(Question(), ["code"])) == kept >= held
        held = kept
    done = import_files(root, [folder])
    assert len(EventStore(root).table(Question(), ["source_id"]).texts("source_id").values) == 1800
    assert held + sum(c.kept for c in done.files) == 1800
    assert sorted(p.name for p in root.iterdir() if p.name.startswith(".")) == [".lock"]
