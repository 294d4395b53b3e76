"""Files nobody should trust: from any bytes only our own errors, in bounded time and memory."""

import gzip
import io
import json
import struct
import time
import zipfile
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ceasefire.errors import CeasefireError, DataError, LimitError
from ceasefire.events import NAMES, TYPES, Layout, import_files, importing, loading, read, rejects
from ceasefire.events import sieve as sieve_module
from ceasefire.events.engine import engine
from ceasefire.events.intake import plain_files
from ceasefire.events.sieve import LONGEST, sieve

from . import samples

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
GOOD = samples.GDELT_2.content


def put(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    return file


@FEW
@given(
    st.binary(max_size=300),
    st.sampled_from([s for s in samples.SAMPLES if s.form.name in {"gdelt", "acled", "own-lines"}]),
    st.integers(0, 400),
)
def test_any_bytes_in_a_file_give_rows_that_add_up_or_our_own_errors(tmp_path, noise, sample, where):
    file = put(tmp_path, sample.file, sample.content[:where] + noise + sample.content[where:])
    try:
        reading = read([file], columns=["date", "line"])
    except CeasefireError:
        return
    for counts in reading.counts:
        assert counts.rows_in == counts.kept + counts.rejected


def records(data, quote):
    """The slow, obvious parting of bytes into rows: a line end outside quotes ends a row; quotes open where a cell begins."""
    rows, current, inside, cell, k = [], bytearray(), False, b"", 0
    while k < len(data):
        sign = data[k : k + 1]
        if quote and inside and sign == b'"':
            if data[k + 1 : k + 2] == b'"':
                current += sign
                k += 1
            else:
                inside, cell = False, b"closed"
        elif quote and sign == b'"' and not cell.strip(b" "):
            inside = True
        elif not inside:
            cell = b"" if sign in {b",", b"\n"} else cell + sign
        if sign == b"\n" and not inside:
            rows.append(bytes(current))
            current = bytearray()
        else:
            current += sign
        k += 1
    return rows, bytes(current), inside


CELLS = st.lists(
    st.sampled_from([b"a", b",", b" ", b'"', b'"', b"\n", b"\r\n", b"\r", b"\0", b"\xff", "ü".encode()]), max_size=40
).map(b"".join)


@MANY
@given(CELLS, st.sampled_from(["", '"']))
def test_the_sieve_parts_rows_as_the_definition_does(tmp_path, data, quote):
    source, out = put(tmp_path, "in", data), tmp_path / "out"
    layout = Layout("", ("a", "b"), delimiter=",", quote=quote)
    found = sieve(source, "in", layout, out)
    kept, rest, _ = records(out.read_bytes(), quote)
    assert rest == b""
    assert len(kept) == found.n_kept
    assert found.n_rows == found.n_kept + len(found.rejects)
    assert all(row.decode().replace('"', "").count(",") >= 1 for row in kept)
    whole, tail, is_open = records(data, quote)
    if not is_open:
        assert found.n_rows == len(whole) + bool(tail)
        good = [row.removesuffix(b"\r") for row in [*whole, *([tail] if tail else [])]]
        assert [row for row in good if row in kept] == kept or all(row in good for row in kept)


@MANY
@given(st.lists(st.sampled_from(["1,a", "2", "", '3,"x\ny"', "4,b,c", '"5","z"']), min_size=1, max_size=30))
def test_the_sieve_remembers_the_line_of_every_row(tmp_path, rows):
    text = "\n".join(rows) + "\n"
    found = sieve(put(tmp_path, "in", text.encode()), "in", Layout("", ("a", "b"), delimiter=",", quote='"'), tmp_path / "out")
    line, expected, rejected = 1, [], []
    for row in rows:
        (expected if row in {"1,a", '3,"x\ny"', '"5","z"'} else rejected).append(line)
        line += 1 + row.count("\n")
    lines = []
    starts = [int(row) for piece in found.first_row for row in piece]
    shifts = [int(shift) for piece in found.shift for shift in piece]
    for row in range(1, found.n_kept + 1):
        lines.append(row + next(shift for start, shift in zip(reversed(starts), reversed(shifts), strict=True) if start <= row))
    assert lines == expected
    assert [reject.line for reject in found.rejects] == rejected


def test_lines_of_kept_rows_are_right_after_rows_that_the_parser_refuses(tmp_path):
    rows = [samples.gdelt_row(k, samples.V2) for k in range(1, 9)]
    rows[2][1] = "20201399"
    rows[5][31] = "many"
    reading = read([put(tmp_path, "x.export.CSV", samples.lines_of(rows, "\t"))], columns=["date", "source_id", "line"])
    table = reading.table
    keys = [table.texts("source_id").values[k] for k in table.texts("source_id").codes]
    assert dict(zip(keys, table.array("line").tolist(), strict=True)) == {str(k): float(k) for k in (1, 2, 4, 5, 7, 8)}
    assert [(r.line, r.reason) for _, r in reading.rejects] == [(3, "unreadable SQLDATE"), (6, "unreadable NumMentions")]
    assert reading.rejects[0][1].raw == "\t".join(rows[2])


def test_an_endless_line_is_rejected_in_little_memory(tmp_path):
    reading = read([put(tmp_path, "x.export.CSV", GOOD + b"a" * 10_000_000 + b"\n" + GOOD)], columns=["date", "line"])
    (counts,) = reading.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (7, 6, 1)
    assert sorted(reading.table.array("line").tolist()) == [1, 2, 3, 5, 6, 7]
    assert len(reading.rejects[0][1].raw) < 5000


def test_quotes_that_never_close_cost_one_line_and_not_the_file(tmp_path):
    good = samples.UCDP_NEW.content
    head, *rows = good.split(b"\n")
    broken = b"\n".join([head, b'9,"open', *rows[:-1], b""])
    reading = read([put(tmp_path, "GEDEvent_v25_1.csv", broken)], columns=["date", "line"])
    assert reading.counts[0].rejected == 1
    assert sorted(reading.table.array("line").tolist()) == [3, 4]
    assert len(broken) < LONGEST


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(["a", "b", '"', '"', '""', " ", "\n", ",", "\r\n"]), max_size=6).map("".join), max_size=6))
@example(cells=['  "', '"'])
def test_stray_quotes_cost_their_rows_and_never_the_file(tmp_path, cells):
    rows = [f"2020-01-0{k},TUR,051,{cell}" for k, cell in enumerate(cells, 1)]
    file = put(tmp_path, "mine.csv", "\n".join(["date,actor,code,text", *rows, "2020-02-01,TUR,051,last", ""]).encode())
    (counts,) = read([file], columns=["text"]).counts
    assert counts.rows_in == counts.kept + counts.rejected


def test_a_quote_inside_a_bare_cell_is_data_and_text_behind_a_quoted_one_is_refused(tmp_path):
    texts = {'5" gun': '5" gun', "fine": "fine", '6" and 7"': '6" and 7"', '"a, ""b"""': 'a, "b"', ' "x"': "x", '"a" "b"': None}
    texts |= {'"a\\"b"': None, '"two\nlines"': "two\nlines", 'end"': 'end"'}
    rows = [f"2020-10-{k},TUR,051,{text}" for k, text in enumerate(texts, 10)]
    reading = read([put(tmp_path, "mine.csv", "\n".join(["date,actor,code,text", *rows, ""]).encode())], columns=["text", "date"])
    found = reading.table.texts("text")
    assert [found.values[code] for code in found.codes] == [text for text in texts.values() if text]
    assert [(one.line, one.reason) for _, one in reading.rejects] == [(7, "text outside quotes"), (8, "text outside quotes")]


def test_a_truncated_gzip_file_is_refused_whole(tmp_path):
    file = put(tmp_path, "x.gz", gzip.compress(GOOD)[:-9])
    with pytest.raises(DataError, match=r"x\.gz: is cut off or damaged"):
        read([file])


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.csv", "w", force_zip64=True) as member:
        for _ in range(400):
            member.write(b"0" * (1 << 20))
    return data.getvalue()


def test_a_zip_bomb_is_stopped_early(tmp_path):
    begin = time.process_time()
    with pytest.raises(LimitError, match="no text packs so well"):
        read([put(tmp_path, "bomb.zip", bomb())])
    assert time.process_time() - begin < 30


def test_names_inside_an_archive_are_never_used_as_paths(tmp_path):
    file = tmp_path / "deep" / "x.zip"
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../../evil.export.CSV", GOOD)
        archive.writestr("C:\\evil.csv", samples.OWN.content)
    reading = read([file], columns=["date", "file"])
    assert [counts.file for counts in reading.counts] == ["x.zip!evil.export.CSV", "x.zip!evil.csv"]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["deep", "x.zip"]


def test_packed_inside_packed_and_encrypted_archives_are_refused(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x.csv.gz", gzip.compress(GOOD))
    with pytest.raises(DataError, match="packed inside a packed file"):
        read([put(tmp_path, "nested.zip", data.getvalue())])
    locked = bytearray(samples.zipped(GOOD))
    at = locked.rindex(b"PK\x01\x02")
    struct.pack_into("<H", locked, at + 8, 1)
    with pytest.raises(DataError, match="is encrypted"):
        read([put(tmp_path, "locked.zip", bytes(locked))])
    with pytest.raises(DataError, match="holds no file"):
        read([put(tmp_path, "none.zip", b"PK\x05\x06" + b"\0" * 18)])


@FEW
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_in_an_archive_gives_our_own_errors(tmp_path, where, value):
    data = bytearray(samples.zipped(GOOD))
    data[where % len(data)] = value
    try:
        for plain in plain_files(put(tmp_path, "x.zip", bytes(data)), tmp_path):
            assert plain.n_lines
    except CeasefireError:
        pass


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (GOOD.decode().encode("utf-16"), "UTF-16")])
def test_empty_and_utf_16_files_are_told_what_they_are(tmp_path, content, words):
    with pytest.raises(DataError, match=words):
        read([put(tmp_path, "x.csv", content)])


def test_a_byte_order_mark_is_no_data(tmp_path):
    reading = read([put(tmp_path, "mine.csv", b"\xef\xbb\xbf" + samples.OWN.content)], columns=["date", "line"])
    assert reading.counts[0].kept == 3


def test_names_in_a_header_cannot_reach_the_engine(tmp_path):
    header = b"""date,actor,code,"x"") FROM read_text('/etc/passwd') --",it's\n"""
    file = put(tmp_path, "mine.csv", header + b"2020-10-01,TUR,051,1,2\n")
    extra = read([file], columns=["date", "extra"]).table.texts("extra").values
    assert extra == ("""{"x\\") FROM read_text('/etc/passwd') --":"1","it's":"2"}""",)


def test_json_lines_with_every_column_are_read_in_little_memory(tmp_path):
    """Each key once took a memory of its own: 2,000 such lines were too many."""
    row = dict.fromkeys(NAMES, "x" * 20) | {"text": "y" * 400, "other": {"key": ["z" * 20] * 5}}
    row |= {name: "2020-10-10" for name, kind in TYPES.items() if kind in {"DATE", "TIMESTAMP"}} | {"act": "word"}
    row |= {name: "1" for name, kind in TYPES.items() if kind in {"DOUBLE", "INTEGER", "UTINYINT"}} | {"is_root": "true"}
    text = "".join(json.dumps(row | {"source_id": str(k)}) + "\n" for k in range(6000))
    reading = read([put(tmp_path, "mine.jsonl", text.encode())], columns=["source_id", "extra"])
    assert (reading.counts[0].kept, reading.counts[0].rejected) == (6000, 0)
    (extra,) = reading.table.texts("extra").values
    assert json.loads(extra)["other"] == json.dumps(row["other"], separators=(",", ":"))


def test_rows_too_long_for_the_memory_cost_their_file_and_not_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "engine", partial(engine, memory="100MB"))
    rows = "".join(f"2020-10-10,TUR,051,{k},{'x' * 20_000}{k},{'y' * 20_000}{k}\n" for k in range(1500))
    long = put(tmp_path, "long.csv", f"date,actor,code,source_id,text,more\n{rows}".encode())
    done = import_files(tmp_path / "store", [long, put(tmp_path, "mine.csv", samples.OWN.content)])
    assert [one.file for one in done.files] == ["mine.csv"]
    assert done.refused[0][1].startswith("long.csv: 600MB of memory are too little for rows as long as these")


def test_of_many_rejected_rows_little_is_kept_and_of_too_many_the_file_is_not_used(tmp_path, monkeypatch):
    for name, value in (("MANY", 2), ("SHOWN", 90), ("SHORT", 20)):
        for module in (rejects, loading, *([sieve_module] if name == "SHOWN" else [])):
            monkeypatch.setattr(module, name, value)
    text = "x" * 100
    kinds = {
        "check.csv": ("date,actor,code,text\n", f"soon,TUR,051,{text}\n"),
        "width.csv": ("date,actor,code,text\n", f"2020-10-10,TUR,{text}\n"),
        "parse.export.CSV": ("", GOOD.split(b"\n")[0].decode().replace("2020", "y", 1) + "\n"),
    }
    for name, (header, row) in kinds.items():
        good = GOOD.split(b"\n")[1].decode() + "\n" if "export" in name else ""
        found = read([put(tmp_path, name, f"{header}{good}{row * 4}".encode())], columns=["date"]).rejects
        size = len(row) - 1
        expected = [f"{row[:most]} ... ({size} bytes)" for most in (90, 90, 20, 20)]
        assert [one.raw for _, one in found] == expected, name
    for module in (loading, sieve_module, rejects):
        monkeypatch.setattr(module, "MOST_REJECTS", 3)
    for name in ("check.csv", "width.csv"):
        with pytest.raises(DataError, match="more than 3 rows cannot be read, the last for: "):
            read([tmp_path / name])


def test_deep_json_is_refused_or_rejected(tmp_path):
    good = samples.OWN_LINES.content
    reading = read([put(tmp_path, "m.jsonl", good + b"[" * 1_000_000 + b"\n")], columns=["date"])
    assert reading.counts[0].rejected == 1
    with pytest.raises(DataError):
        read([put(tmp_path, "n.jsonl", b"[" * 60_000)])
