"""One contract for every reader of event files, ours and those that packages add: made-up files and the promises they must keep."""

from __future__ import annotations

import gzip
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ceasefire.errors import CeasefireError
from ceasefire.events import NAMES, EventTable, Format, Reading, read


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up file in the layout of a format.

    Parameters
    ----------
    form : Format
    file : str
        A name as the source gives.
    content : bytes
        UTF-8 with LF line ends; no row is to be rejected.
    n_rows : int
    n_header_lines : int
    is_multiline : bool
        Whether a cell holds a line end.
    """

    form: Format
    file: str
    content: bytes
    n_rows: int
    n_header_lines: int = 0
    is_multiline: bool = False


def check_format(sample: Sample, folder: Path) -> None:
    """Hold a format to the contract of readers; AssertionError where it breaks it.

    Plain, gzip and zip files and those with CR LF line ends give equal rows, known by their first lines; codes are texts; each row
    has a source, a date, a file and the line on which it stands; a broken row among good ones is rejected with its line and raw
    text, and the others are kept; repeats of a reading are equal; noise gives errors of the project and nothing else.
    """
    plain = _same_in_every_packing(sample, folder)
    _rows_are_whole(sample, plain)
    _a_broken_row_is_rejected(sample, folder, plain)
    _noise_gives_our_errors(sample, folder)


def _same_in_every_packing(sample: Sample, folder: Path) -> Reading:
    file = folder / sample.file
    file.write_bytes(sample.content)
    plain = _read(file)
    packed = folder / f"{sample.file}.gz"
    packed.write_bytes(gzip.compress(sample.content))
    archive = folder / f"{sample.file}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"../../{sample.file}", sample.content)
    windows = folder / "windows" / sample.file
    windows.parent.mkdir()
    windows.write_bytes(sample.content if sample.is_multiline else sample.content.replace(b"\n", b"\r\n"))
    for other in (packed, archive, windows, file):
        _assert_equal(plain.table, _read(other).table)
    assert _read(file, sample.form.name).counts == plain.counts
    assert plain.counts[0].format == sample.form.name
    return plain


def _rows_are_whole(sample: Sample, plain: Reading) -> None:
    (counts,) = plain.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (sample.n_rows, sample.n_rows, 0)
    table = plain.table
    assert len(table) == sample.n_rows
    for name in ("source", "source_id", "file"):
        assert (table.texts(name).codes >= 0).all(), name
    assert not np.isnat(table.array("date")).any()
    lines = np.sort(table.array("line"))
    assert lines[0] == sample.n_header_lines + 1
    assert (np.diff(lines) >= 1).all()
    if not sample.is_multiline:
        assert (np.diff(lines) == 1).all()


def _a_broken_row_is_rejected(sample: Sample, folder: Path, plain: Reading) -> None:
    lines = sample.content.split(b"\n")
    at = sample.n_header_lines
    broken = b"\n".join([*lines[:at], lines[at], b"no row \x00 at all", b"", *lines[at + 1 :]])
    file = folder / "broken" / sample.file
    file.parent.mkdir()
    file.write_bytes(broken)
    if sample.is_multiline and not _is_whole(lines[at]):
        return
    reading = _read(file, sample.form.name)
    (counts,) = reading.counts
    assert (counts.rows_in, counts.kept, counts.rejected) == (sample.n_rows + 2, sample.n_rows, 2)
    assert [(reject.line, reject.raw) for _, reject in reading.rejects] == [(at + 2, "no row \x00 at all"), (at + 3, "")]
    assert sorted(reading.table.array("line"))[1:] == [line + 2 for line in sorted(plain.table.array("line"))[1:]]


def _is_whole(line: bytes) -> bool:
    return line.count(b'"') % 2 == 0


def _noise_gives_our_errors(sample: Sample, folder: Path) -> None:
    noise = random.Random(7)  # noqa: S311 - no secret
    file = folder / "noise" / sample.file
    file.parent.mkdir()
    changes: tuple[Callable[[bytearray], bytes], ...] = (
        lambda data: bytes(data[: noise.randrange(len(data))]),
        lambda data: bytes(_with_noise(data, noise)),
        lambda data: bytes(data[:-1]) + noise.choice([b"\r", b'"', b"\xff", b"\0"]),
    )
    for k in range(6):
        file.write_bytes(changes[k % len(changes)](bytearray(sample.content)))
        try:
            reading = read([file], columns=["date", "line"])
        except CeasefireError:
            continue
        for counts in reading.counts:
            assert counts.rows_in == counts.kept + counts.rejected


def _with_noise(data: bytearray, noise: random.Random) -> bytearray:
    for _ in range(20):
        data[noise.randrange(len(data))] = noise.randrange(256)
    return data


def _read(file: Path, format_name: str = "auto") -> Reading:
    return read([file], format=format_name)


def _assert_equal(one: EventTable, other: EventTable) -> None:
    for name in NAMES:
        if name == "file":
            continue
        a, b = one.columns[name], other.columns[name]
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=name)
        else:
            assert one.texts(name).values == other.texts(name).values, name
            np.testing.assert_array_equal(one.texts(name).codes, other.texts(name).codes, err_msg=name)
