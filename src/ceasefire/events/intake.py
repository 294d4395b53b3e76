"""Files as they come, plain or packed, made into plain files that the engine may read; nothing is trusted."""

from __future__ import annotations

import codecs
import errno
import gzip
import hashlib
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ceasefire.errors import CeasefireError, DataError, LimitError, OutputError, Problem, visible
from ceasefire.events.formats.description import Head

BLOCK = 1 << 18
_NEWLINE = 10
_HEAD_BYTES = 1 << 18
_HEAD_LINES = 5
_LINE_OF_HEAD = 1 << 16
_MEMBERS = 10_000
_FREE = 256 << 20
_RATIO = 200
"""A text packs 5 to 20 times; beyond `_FREE` bytes, what unpacks more than 200 times is no text."""
_OTHERS = {
    b"\xd0\xcf\x11\xe0": ("a file of an older spreadsheet", "save it as CSV in UTF-8"),
    b"BZh": ("a bzip2 file", "unpack it yourself"),
    b"\xfd7zXZ": ("an xz file", "unpack it yourself"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it yourself"),
    b"Rar!": ("a rar archive", "unpack it yourself"),
    b"\x28\xb5\x2f\xfd": ("a zstd file", "unpack it yourself"),
    b"PAR1": ("a Parquet file", "give the files it was made from"),
    b"%PDF": ("a PDF", "give the data themselves"),
    b"<stata_dta>": ("a Stata file", "get or save the data as CSV"),
}
"""First bytes of what is often given in place of a text, what that is, and what to do."""
_SHEET = "[Content_Types].xml"
"""The member by which a spreadsheet of our time is known; it is an archive too."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain file ready to be read.

    Parameters
    ----------
    path : Path
        Where its bytes are: the user's own file, or an unpacked copy in the scratch folder.
    name : str
        As the user knows it: ``20150218230000.export.CSV.zip!20150218230000.export.CSV``.
    is_copy : bool
        Whether it was unpacked and may be removed after use.
    n_lines : int
        Line ends, and one more where the last line has none.
    is_odd : bool
        Whether it holds a carriage return, a NUL byte or a byte order mark, so that it must be sieved before it is parsed.
    sha256 : str
        Of the plain bytes; ``""`` where not asked for.
    head : Head
    """

    path: Path
    name: str
    is_copy: bool
    n_lines: int
    is_odd: bool
    sha256: str
    head: Head


def plain_files(
    path: Path, scratch: Path, *, with_hash: bool = True, refuse: Callable[[CeasefireError], None] | None = None
) -> Iterator[Plain]:
    """Give the plain files in one file: itself, or what is packed in it; member names are shown and never used as paths.

    Members of an archive whose names begin with a dot, or that stand in ``__MACOSX``, are what systems add and are passed over.

    Parameters
    ----------
    path : Path
        A plain, gzip or zip file, told by its first bytes and not by its name.
    scratch : Path
        Folder for unpacked copies. Each is removed when the next is asked for.
    refuse : callable, optional
        Is told the error of a member of an archive; the others follow. Without it the first error is raised.

    Raises
    ------
    DataError
        If the file cannot be read, is no file of bytes, is cut off, damaged, encrypted or UTF-16, or holds a packed file inside a
        packed one.
    LimitError
        If it unpacks to more than a text can.
    OutputError
        If there is no room for an unpacked copy.
    """
    with _told(path):
        if not stat.S_ISREG(path.stat().st_mode):
            hint = "give a file; what a command writes must be put into one first"
            raise DataError([_problem(path, "missing-file", "is a folder, a pipe or a device", hint)])
        with path.open("rb") as file:
            magic = file.read(16)
        if other := next((told for start, told in _OTHERS.items() if magic.startswith(start)), None):
            raise DataError([_problem(path, "unknown-format", f"is {other[0]}, no text", other[1])])
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(path) as stream:
                yield from _unpacked(path, visible(path.name).removesuffix(".gz"), stream, scratch, with_hash)  # type: ignore[arg-type]
        elif magic[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
            yield from _members(path, scratch, with_hash, refuse)
        elif visible(str(path)) != str(path):  # the engine could not open it under this name
            with path.open("rb") as file:
                yield from _unpacked(path, visible(path.name), file, scratch, with_hash)
        else:
            yield _survey(path, path.name, with_hash)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise what goes wrong with a file as an error of ours."""
    try:
        yield
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        hint = "get the file again; its size or checksum at the source tells whether it is whole"
        raise DataError([_problem(path, "damaged-file", f"is cut off or damaged: {error}", hint)]) from error
    except (NotImplementedError, RuntimeError) as error:
        raise DataError([_problem(path, "packed-otherwise", f"cannot be unpacked: {error}", "unpack it yourself")]) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise OutputError(f"{visible(path.name)}: no room to unpack it\n  hint: free some space on the disk") from error
        message = f"cannot be read: {error.strerror or error}"
        raise DataError([_problem(path, "missing-file", message, "give the path of a file you may read")]) from error


def _members(path: Path, scratch: Path, with_hash: bool, refuse: Callable[[CeasefireError], None] | None) -> Iterator[Plain]:
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > _MEMBERS:
            raise LimitError(f"{path.name}: holds {len(infos)} files, at most {_MEMBERS} are read\n  hint: unpack it yourself")
        if any(info.filename == _SHEET for info in infos):
            raise DataError([_problem(path, "unknown-format", "is a spreadsheet, no text", "save it as CSV in UTF-8")])
        _hold_to_ratio(path, sum(info.file_size for info in infos), path.stat().st_size)
        named = [(info, info.filename.replace("\\", "/")) for info in infos]
        ours = [(info, name.rsplit("/", 1)[-1]) for info, name in named if not name.startswith("__MACOSX/")]
        ours = [(info, name) for info, name in ours if not name.startswith(".")]
        if not ours:
            raise DataError([_problem(path, "empty-file", "holds no file", "is this the right file?")])
        for info, name in ours:
            try:
                with _told(path):
                    yield from _member(path, archive, info, visible(f"{path.name}!{name}"), scratch, with_hash)
            except (DataError, LimitError) as error:
                if refuse is None:
                    raise
                refuse(error)


def _member(  # noqa: PLR0917 - handed on as they are
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, scratch: Path, with_hash: bool
) -> Iterator[Plain]:
    if info.flag_bits & 1:
        raise DataError([_problem(path, "packed-otherwise", f"{info.filename!r} is encrypted", "unpack it yourself")])
    with archive.open(info) as stream:
        yield from _unpacked(path, name, stream, scratch, with_hash)


def _unpacked(path: Path, name: str, stream: IO[bytes], scratch: Path, with_hash: bool) -> Iterator[Plain]:
    copy = scratch / f"unpacked-{hashlib.sha256(f'{path}{name}'.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    packed = path.stat().st_size
    survey = _Survey(with_hash)
    try:
        with copy.open("wb") as out:
            while block := stream.read(BLOCK):
                survey.feed(block, len(block))
                out.write(block)
                _hold_to_ratio(path, survey.size, packed)
        if survey.start[:2] == b"\x1f\x8b" or survey.start[:4] == b"PK\x03\x04":
            raise DataError([_problem(path, "packed-otherwise", f"{name!r} is packed inside a packed file", "unpack it yourself")])
        yield survey.plain(copy, name, is_copy=True)
    finally:
        copy.unlink(missing_ok=True)


def _hold_to_ratio(path: Path, size: int, packed: int) -> None:
    if size > _FREE and size > _RATIO * packed:
        message = f"{visible(path.name)}: {packed} bytes unpack to {size} or more: no text packs so well"
        raise LimitError(f"{message}\n  hint: get the file again from its source, or unpack it yourself")


def _survey(path: Path, name: str, with_hash: bool) -> Plain:
    survey = _Survey(with_hash)
    buffer = bytearray(BLOCK)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            survey.feed(buffer, count)
    return survey.plain(path, name, is_copy=False)


class _Survey:
    """Counts lines, looks for odd bytes and hashes, in one pass over blocks."""

    def __init__(self, with_hash: bool) -> None:
        self.size = 0
        self.start = b""
        self._n_ends = 0
        self._last = _NEWLINE
        self._is_odd = False
        self._digest = hashlib.sha256() if with_hash else None

    def feed(self, block: bytes | bytearray, count: int) -> None:
        """Take the first `count` bytes of a block, at most `BLOCK`."""
        part = block if count == len(block) else block[:count]
        # to leave line ends out and measure is more than twice as fast as `count`, which looks at single bytes
        self._n_ends += count - len(part.replace(b"\n", b""))
        if not self._is_odd:
            self._is_odd = block.find(b"\r", 0, count) >= 0 or block.find(b"\0", 0, count) >= 0
        if len(self.start) < _HEAD_BYTES:
            self.start += bytes(block[: min(count, _HEAD_BYTES - len(self.start))])
        self._last = block[count - 1]
        self.size += count
        if self._digest is not None:
            self._digest.update(memoryview(block)[:count])

    def plain(self, path: Path, name: str, *, is_copy: bool) -> Plain:
        """Give the file with what was found; DataError if it is empty or UTF-16."""
        if not self.size:
            raise DataError([Problem(name, None, None, "empty-file", "is empty", "is this the right file?")])
        if self.start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            raise DataError([Problem(name, 1, None, "not-utf8", "is UTF-16 text, expected UTF-8", "save the file as UTF-8")])
        return Plain(
            path=path,
            name=name,
            is_copy=is_copy,
            n_lines=self._n_ends + (self._last != _NEWLINE),
            is_odd=self._is_odd or self.start.startswith(codecs.BOM_UTF8),
            sha256=self._digest.hexdigest() if self._digest else "",
            head=_head(name, self.start, self.size),
        )


def _head(name: str, start: bytes, size: int) -> Head:
    text = start.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    lines = text.split("\n")
    if size > len(start) or lines[-1] == "":
        lines = lines[:-1] or lines
    return Head(name.rsplit("!", 1)[-1], tuple(line.removesuffix("\r")[:_LINE_OF_HEAD] for line in lines[:_HEAD_LINES]))


def _problem(path: Path, code: str, message: str, hint: str) -> Problem:
    return Problem(visible(path.name), None, None, code, message, hint)
