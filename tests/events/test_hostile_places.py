"""Folders, archives and disks nobody should trust: names that collide or steer, links that loop, disks that are full or damaged."""

import bz2
import copy
import io
import lzma
import os
import random
import zipfile
from pathlib import Path

import duckdb
import pytest

from ceasefire.errors import CeasefireError, DataError, LimitError, OutputError
from ceasefire.events import EventStore, Question, import_files, importing, keeping, preset, read
from ceasefire.events.gathering import check_files, each_file

from . import samples

HEADER = "date,actor,target,code\n"


def coding(*rows):
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


def put(place, content):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def test_files_of_one_name_are_told_apart_so_that_every_row_leads_to_its_file(tmp_path):
    store = EventStore(tmp_path / "store")
    put(tmp_path / "in/a/x.csv", coding("2020-10-01,TUR,AZE,051", "soon,TUR,AZE,051"))
    put(tmp_path / "in/b/x.csv", coding("2020-10-02,TUR,AZE,051", "later,TUR,AZE,051"))
    done = import_files(store.root, [tmp_path / "in"])
    assert [one.file for one in done.files] == ["x.csv", "x.csv#2"]
    done = import_files(store.root, [put(tmp_path / "x.csv", coding("2020-10-03,TUR,AZE,051")), tmp_path / "in"])
    assert ([one.file for one in done.files], done.known) == (["x.csv#3"], ("x.csv", "x.csv"))
    assert [raw for _, _, raw in store.rejects("x.csv#2")] == ["later,TUR,AZE,051"]
    rows, _ = store.first(Question(), ("file", "date"), 9)
    assert [(name, str(day)) for name, day in rows] == [
        (f"x.csv{end}", f"2020-10-0{k}") for k, end in ((1, ""), (2, "#2"), (3, "#3"))
    ]


def test_one_bad_member_of_an_archive_does_not_hide_the_others(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("README.txt", "no events here")
        archive.writestr("one/x.csv", coding("2020-10-01,TUR,AZE,051"))
        archive.writestr("empty.csv", b"")
        archive.writestr("__MACOSX/one/._x.csv", b"\0\5")
        archive.writestr(".DS_Store", b"\0\1")
        archive.writestr("folder/", b"")
        archive.writestr("two/x.csv", coding("2020-10-02,TUR,AZE,051"))
    file = put(tmp_path / "x.zip", packed.getvalue())
    done = import_files(tmp_path / "store", [file])
    assert [one.file for one in done.files] == ["x.zip!x.csv", "x.zip!x.csv#2"]
    assert [reason.split(":")[0] for _, reason in done.refused] == ["README.txt", "x.zip!empty.csv"]
    damaged = packed.getvalue().replace(b"2020-10-01", b"2020-10-09")
    done = import_files(tmp_path / "other", [put(tmp_path / "y.zip", damaged)])
    assert [one.file for one in done.files] == ["y.zip!x.csv"]
    assert "is cut off or damaged: Bad CRC-32" in done.refused[1][1]
    with pytest.raises(DataError, match="begins with 'no events here'"):
        read([file])


def test_names_that_steer_a_terminal_or_are_no_text_are_shown_as_escapes(tmp_path):
    bad = os.fsdecode(b"\xff.csv")
    for name in ("a\x1b[2J.csv", "a\nb.csv", bad, "quo'te\".csv"):
        put(tmp_path / "in" / name, coding(f"2020-10-01,TUR,AZE,051{len(name)}"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("\x1b]0;x\x07.csv", coding("2020-10-05,TUR,AZE,051"))
    put(tmp_path / "in" / "z.zip", packed.getvalue())
    done = import_files(tmp_path / "store", [tmp_path / "in"])
    shown = {"a\\x1b[2J.csv", "a\\nb.csv", "\\udcff.csv", "quo'te\".csv", "z.zip!\\x1b]0;x\\x07.csv"}
    assert {one.file for one in done.files} == shown
    assert set(EventStore(tmp_path / "store").table(Question(), ["file"]).texts("file").values) == shown
    with pytest.raises(DataError, match=r"a\\x1b\[2J: cannot be read"):
        read([tmp_path / "a\x1b[2J"])


def test_linked_folders_are_read_once_and_loops_end(tmp_path):
    put(tmp_path / "in/a/1.csv", b"x")
    put(tmp_path / "elsewhere/2.csv", b"x")
    put(tmp_path / "in/.hidden", b"x")
    (tmp_path / "in/a/up").symlink_to(tmp_path / "in")
    (tmp_path / "in/b").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/c").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in/self").symlink_to("self")
    (tmp_path / "in/gone").symlink_to("nowhere")
    assert [file.name for file in each_file([tmp_path / "in"])] == ["1.csv", "2.csv"]
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="a folder that holds no file"):
        check_files([tmp_path / "none"])


def test_a_store_among_the_files_it_is_made_from_is_not_read_as_one_of_them(tmp_path):
    put(tmp_path / "1.csv", coding("2020-10-01,TUR,AZE,051"))
    for known in ((), ("1.csv",)):
        done = import_files(tmp_path / "store", [tmp_path])
        assert (done.known, done.refused) == (known, ())


def test_a_folder_that_may_not_be_read_is_told_and_not_passed_over(tmp_path, monkeypatch):
    put(tmp_path / "in/1.csv", b"x")
    locked = tmp_path / "in/locked"
    locked.mkdir()
    scandir = os.scandir

    def refusing(path):
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(DataError, match="locked: cannot be read: Permission denied"):
        list(each_file([tmp_path / "in"]))


def test_a_pipe_a_device_and_a_folder_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(DataError, match="is a folder, a pipe or a device"):
            read([place])


@pytest.mark.parametrize("step", ["load", "commit"])
def test_a_disk_that_is_full_or_a_memory_too_small_leaves_the_store_as_it_was(tmp_path, monkeypatch, step):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path / "1.csv", coding("2020-10-01,TUR,AZE,051"))])
    before = sorted(place.name for place in store.root.iterdir())
    for error, expected, words in [
        (duckdb.IOException("IO Error: No space left on device"), OutputError, "No space left.*\n  hint: free some space"),
        (OSError(28, "No space left on device"), OutputError, "cannot be written: No space left on device"),
        (duckdb.OutOfMemoryException("too much"), LimitError, "are too little for these files"),
    ]:

        def fail(*args, error=error, **more):
            raise error

        with monkeypatch.context() as full:
            full.setattr(importing, step, fail)
            with pytest.raises(expected, match=words):
                import_files(store.root, [put(tmp_path / "2.csv", coding("2020-10-02,TUR,AZE,051"))])
        assert sorted(place.name for place in store.root.iterdir()) == before
        assert len(store.table(Question(), ["date"])) == 1
    assert len(import_files(store.root, [tmp_path / "2.csv"]).files) == 1


def test_a_disk_that_is_full_leaves_no_half_export(tmp_path, monkeypatch):
    store = EventStore(tmp_path / "store")
    import_files(store.root, [put(tmp_path / "1.csv", coding("2020-10-01,TUR,AZE,051"))])
    (tmp_path / "out.csv").write_text("old")
    monkeypatch.setattr(keeping, "literal", lambda text: "'/dev/full'" if text.endswith(".draft") else f"'{text}'")
    with pytest.raises(OutputError, match=r"out\.csv: cannot be written: .*No space left"):
        store.export(Question(), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "old"


def test_a_damaged_store_gives_our_own_errors(tmp_path):
    made = tmp_path / "made"
    import_files(made, [put(tmp_path / "1.csv", coding("2020-10-01,TUR,AZE,051", "soon,TUR,AZE,051"))])
    import_files(made, [put(tmp_path / "2.csv", coding("2020-10-01,TUR,AZE,051", "2020-10-01,TUR,AZE,051"))])
    third = put(tmp_path / "3.csv", coding("2020-10-03,TUR,AZE,051"))
    files = {place.relative_to(made): place.read_bytes() for place in made.rglob("*") if place.is_file() and place.name != ".lock"}
    draw = random.Random(4)
    told = 0
    for trial in range(40):
        store = EventStore(tmp_path / f"store{trial}")
        for name, content in files.items():
            put(store.root / name, content)
        name = draw.choice(sorted(files))
        content = bytearray(files[name])
        content[draw.randrange(len(content))] = draw.randrange(256)
        put(store.root / name, draw.choice([b"", bytes(content), bytes(content[: draw.randrange(len(content))])]))
        for ask in (
            lambda: store.status(),
            lambda: store.table(Question(presets=(preset("one-a-day"),))),
            lambda: store.rejects("1.csv"),
            lambda: import_files(store.root, [third]),
        ):
            try:
                ask()
            except CeasefireError:
                told += 1
    assert told > 40


@pytest.mark.parametrize("vintage", ["soon", "infinity", "2020-02-30"])
def test_a_vintage_that_is_no_day_is_refused_and_not_left_out(tmp_path, vintage):
    file = put(tmp_path / "1.csv", coding("2020-10-01,TUR,AZE,051"))
    for ask in (lambda: read([file], vintage=vintage), lambda: import_files(tmp_path / "store", [file], vintage=vintage)):
        with pytest.raises(DataError, match=f"no day or time: '{vintage}'"):
            ask()


@pytest.mark.parametrize(
    ("sample", "given", "words"),
    [
        (
            samples.OWN,
            (b",", b";"),
            r"looks like one's own coding \(CSV\), but with semicolons between its columns instead of commas",
        ),
        (samples.UCDP_NEW, (b",", b"\t"), "looks like UCDP GED .*, but with tabs between its columns instead of commas"),
        (samples.ICEWS, (b"\t", b","), "looks like ICEWS events, but with commas between its columns instead of tabs"),
        (samples.CLINE, (b"aid\n", b'"aid\n'), "header with quotes that never close"),
        (samples.PAX, (b",Ce\n", b',"Ce\n'), "header with quotes that never close"),
    ],
)
def test_what_a_spreadsheet_did_to_a_file_is_told(tmp_path, sample, given, words):
    with pytest.raises(DataError, match=words):
        read([put(tmp_path / "file.csv", sample.content.replace(*given))])


def test_a_header_whose_quote_closes_further_down_swallows_no_row(tmp_path):
    file = put(tmp_path / "x.csv", b'date,actor,code,"x\n2020-10-01,TUR,051,1\n2020-10-02,TUR,051,2"\n2020-10-03,TUR,051,3\n')
    with pytest.raises(DataError, match=r"x\.csv:1: header with quotes that never close"):
        read([file])


def test_what_is_no_text_is_told_what_it_is(tmp_path):
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "<sheetData/>")
    for content, words in [
        (sheet.getvalue(), "x.data: is a spreadsheet, no text\n  hint: save it as CSV in UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is a file of an older spreadsheet"),
        (bz2.compress(b"x"), "is a bzip2 file, no text\n  hint: unpack it yourself"),
        (lzma.compress(b"x"), "is an xz file"),
        (b"PAR1x", "is a Parquet file"),
    ]:
        with pytest.raises(DataError, match=words):
            read([put(tmp_path / "x.data", content)])


def test_an_archive_whose_members_share_their_bytes_is_stopped_before_any_is_unpacked(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", b"0" * (3 << 20))
        (info,) = archive.infolist()
        for k in range(200):
            again = copy.copy(info)
            again.filename = f"{k}.csv"
            archive.filelist.append(again)
    with pytest.raises(LimitError, match="no text packs so well"):
        read([put(tmp_path / "x.zip", packed.getvalue())])
