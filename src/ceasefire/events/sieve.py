"""Part a file into the rows that can be parsed without doubt and the lines that cannot, each with its line and reason.

The engine's parser is fast and strict. Where a file is not clean (carriage returns, NUL bytes, rows of wrong width, bytes that
are no UTF-8, endless lines, quotes that never close) it is sieved first: bad rows are set apart with their raw text, what is
left is written anew, and the line on which each row began is remembered.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, Problem
from ceasefire.events.formats.description import ALONE, Layout
from ceasefire.events.rejects import LONGEST, MOST_REJECTS, SHOWN, Reject, shown, too_many

_BLOCK = 1 << 22
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34


@dataclass(slots=True)
class Sieved:
    """What a sieve found.

    Parameters
    ----------
    n_rows : int
        Rows in, the header left out.
    rejects : list of Reject
    first_row, shift : list of NDArray[np.int64]
        From kept row `first_row` on, counted from 1, a row began `shift` lines later than its number; in pieces, ascending.
    """

    n_rows: int = 0
    n_kept: int = 0
    rejects: list[Reject] = field(default_factory=list)
    first_row: list[NDArray[np.int64]] = field(default_factory=list)
    shift: list[NDArray[np.int64]] = field(default_factory=list)

    def reject(self, name: str, line: int, reason: str, raw: bytes, size: int | None = None) -> None:
        """Add one reject; DataError where there are too many for the file to be what it was taken for."""
        if len(self.rejects) >= MOST_REJECTS:
            raise too_many(name, line, reason)
        self.rejects.append(Reject(line, reason, shown(raw, len(self.rejects) + 1, size)))


def sieve(source: Path, name: str, layout: Layout, out: Path) -> Sieved:
    """Write the rows of `source` that can be parsed to `out`, without header, with LF line ends.

    Raises
    ------
    DataError
        If there are more rejects than a file of this format can have.

    Notes
    -----
    Time linear in the bytes, memory a few blocks of 4 MB.
    """
    if layout.encoding == "latin-1" and not _is_utf8(source):
        return _Sieve(name, layout, latin=True).run(source, out)
    return _Sieve(name, layout, latin=False).run(source, out)


def _is_utf8(source: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with source.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


class _Sieve:
    def __init__(self, name: str, layout: Layout, *, latin: bool) -> None:
        self._name = name
        self._layout = layout
        self._latin = latin
        self._delimiter = ord(layout.delimiter or ALONE)
        wide = layout.widest or layout.columns
        self._wide = len(wide) if layout.delimiter else 1
        self._narrow = self._wide - 1 if layout.widest else self._wide
        self._header_left = layout.header_lines
        self._line = 1
        self._found = Sieved()
        self._out: BinaryIO

    def run(self, source: Path, out: Path) -> Sieved:
        with source.open("rb") as file, out.open("wb") as self._out:
            rest = b""
            for block in _blocks(file, latin=self._latin):
                rest = self._take(rest + block)
            while rest:
                rest = self._end(rest)
        return self._found

    def _take(self, data: bytes) -> bytes:
        """Handle all whole rows in `data`, which begins at a row; give what is left."""
        while True:
            signs = np.frombuffer(data, dtype=np.uint8)
            newlines = np.flatnonzero(signs == _NEWLINE)
            inside, after = self._inside(signs) if self._layout.quote else (None, [])
            ends = newlines if inside is None else newlines[inside[newlines] == 0]
            used = int(ends[-1]) + 1 if len(ends) else 0
            if used:
                self._rows(signs[:used], ends, newlines[: np.searchsorted(newlines, used)], inside, after)
            data = data[used:]
            if len(data) <= LONGEST:
                return data
            if len(ends) and self._layout.quote:
                continue
            first = data.find(b"\n")
            if first < 0:
                return self._endless(data)
            self._drop(data[:first], "quotes that never close")
            data = data[first + 1 :]

    def _inside(self, signs: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], list[int]]:
        """Say of each sign whether it stands inside quotes, and where text follows quotes that are closed.

        Quotes open where a cell begins. Nearly always it is enough to count them; where it is not, they are followed one by one.
        """
        marks = (signs == _QUOTE).view(np.uint8)
        inside = np.bitwise_xor.accumulate(marks)
        quotes = np.flatnonzero(marks)
        before = signs[quotes[(inside[quotes] == 1) & (quotes > 0)] - 1]
        if np.isin(before, (self._delimiter, _NEWLINE, _QUOTE)).all():
            return inside, []
        bare, after = self._followed(signs)
        marks = marks.copy()
        marks[bare] = 0
        return np.bitwise_xor.accumulate(marks), after

    def _followed(self, signs: NDArray[np.uint8]) -> tuple[list[int], list[int]]:
        """Follow quotes one by one: give those that are data, and those that close with text behind them.

        A quote opens where only blanks stand before it in its cell; a doubled one inside is data, as are all in a bare cell.
        """
        text = signs.tobytes()
        ends = (bytes([self._delimiter]), b"\n", b"\r", b"")
        bare: list[int] = []
        after: list[int] = []
        is_open, was_open, begin, doubled = False, False, 0, -1
        for place in np.flatnonzero(np.isin(signs, (_QUOTE, self._delimiter, _NEWLINE))).tolist():
            behind = text[place + 1 : place + 2]
            if text[place] != _QUOTE:
                if not is_open:
                    begin, was_open = place + 1, False
                elif text[place] == _NEWLINE and text[begin : begin + 1] == b" ":
                    after.append(place)  # the parser reads quotes behind blanks on one line only
            elif is_open:
                if doubled != place and behind == b'"':
                    doubled = place + 1
                elif doubled != place:
                    is_open = False
                    after += [] if behind in ends else [place]
            elif was_open or text[begin:place].strip(b" "):
                bare.append(place)
            else:
                is_open = was_open = True
        return bare, after

    def _endless(self, data: bytes) -> bytes:
        """Shorten a line that has not ended yet; enough is kept to be shown and to be known as too long."""
        return data[: LONGEST + 1] if len(data) > 2 * LONGEST else data

    def _end(self, data: bytes) -> bytes:
        """Handle what is left at the end of the file: a row without line end, or one whose quotes never close."""
        rest = self._take(data if data.endswith(b"\n") else data + b"\n")
        if not rest:
            return b""
        first = rest.find(b"\n")
        self._drop(rest[:first], "quotes that never close")
        return rest[first + 1 :]

    def _drop(self, raw: bytes, reason: str) -> None:
        if self._header_left:
            raise self._bad_header(reason)
        self._found.n_rows += 1
        self._found.reject(self._name, self._line, reason, raw)
        self._line += 1

    def _bad_header(self, reason: str) -> DataError:
        return DataError([Problem(self._name, self._line, None, "bad-header", f"header with {reason}", "is this the right file?")])

    def _rows(
        self,
        signs: NDArray[np.uint8],
        ends: NDArray[np.int64],
        newlines: NDArray[np.int64],
        inside: NDArray[np.uint8] | None,
        after: list[int],
    ) -> None:
        header = min(self._header_left, len(ends))
        self._header_left -= header
        if header and ends[header - 1] != newlines[header - 1]:
            raise self._bad_header("quotes that never close")
        starts = np.concatenate(([0], ends[:-1] + 1))
        lines = self._line + np.searchsorted(newlines, starts)
        self._line += len(newlines)
        outside = signs if inside is None else np.where(inside[: len(signs)] == 0, signs, 0)
        returns = np.flatnonzero(outside == _RETURN)
        final = returns[np.isin(returns + 1, ends)]
        lengths = ends - starts
        lengths[np.searchsorted(ends, final)] -= 1
        widths = 1 + np.bincount(np.searchsorted(ends, np.flatnonzero(outside == self._delimiter)), minlength=len(ends))
        reasons = self._reasons(signs, starts, lengths, widths)
        for stray in np.setdiff1d(np.searchsorted(ends, np.setdiff1d(returns, final)), list(reasons)):
            reasons[int(stray)] = "carriage return inside a row"
        for odd in np.unique(np.searchsorted(ends, after)):
            if odd < len(ends):
                reasons.setdefault(int(odd), "text outside quotes")
        for row in sorted(reasons):
            if row >= header:
                begin = int(starts[row])
                raw = signs[begin : begin + min(int(lengths[row]), SHOWN)].tobytes()
                self._found.reject(self._name, int(lines[row]), reasons[row], raw, int(lengths[row]))
        keep = np.ones(len(ends), dtype=np.bool_)
        keep[list(reasons)] = False
        keep[:header] = False
        self._found.n_rows += len(ends) - header
        self._remember(lines[keep])
        mask = np.repeat(keep, ends - starts + 1)
        mask[final] = False
        self._write(signs, mask, ends[keep & (widths == self._narrow) & (self._narrow != self._wide)])

    def _reasons(
        self, signs: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], widths: NDArray[np.int64]
    ) -> dict[int, str]:
        """Say of each bad row what is wrong with it; the last reason given stands."""
        reasons: dict[int, str] = {}
        wrong = np.flatnonzero((widths != self._wide) & (widths != self._narrow))
        expected = str(self._wide) if self._narrow == self._wide else f"{self._narrow} or {self._wide}"
        for row in wrong:
            reasons[int(row)] = f"{widths[row]} columns, expected {expected}"
        if not self._latin and not _decodes(signs.tobytes()):
            for k, (start, length) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True)):
                if not _decodes(signs[start : start + length].tobytes()):
                    reasons[k] = "not UTF-8"
        for row in np.unique(np.searchsorted(starts, np.flatnonzero(signs == 0), side="right") - 1):
            reasons[int(row)] = "NUL byte"
        for row in np.flatnonzero(lengths > LONGEST):
            reasons[int(row)] = f"longer than {LONGEST} bytes"
        for row in np.flatnonzero(lengths == 0):
            reasons[int(row)] = "blank line"
        return reasons

    def _remember(self, lines: NDArray[np.int64]) -> None:
        """Remember from which kept rows on the line runs ahead of the row by how much."""
        rows = np.arange(self._found.n_kept + 1, self._found.n_kept + 1 + len(lines), dtype=np.int64)
        shift = lines - rows
        last = self._found.shift[-1][-1] if self._found.shift else None
        steps = np.flatnonzero(np.diff(shift, prepend=shift[:1] - 1 if last is None else last))
        if len(steps):
            self._found.first_row.append(rows[steps])
            self._found.shift.append(shift[steps])
        self._found.n_kept += len(lines)

    def _write(self, signs: NDArray[np.uint8], mask: NDArray[np.bool_], padded: NDArray[np.int64]) -> None:
        """Write the signs in `mask`, with one more delimiter before the line ends in `padded`."""
        if len(padded):
            signs = np.insert(signs, padded, self._delimiter)
            mask = np.insert(mask, padded, True)
        self._put((signs if mask.all() else signs[mask]).tobytes())

    def _put(self, data: bytes) -> None:
        self._out.write(data.decode("latin-1").encode() if self._latin else data)


def _blocks(file: BinaryIO, *, latin: bool) -> Iterator[bytes]:
    first = True
    while block := file.read(_BLOCK):
        yield block.removeprefix(codecs.BOM_UTF8) if first and not latin else block
        first = False


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
