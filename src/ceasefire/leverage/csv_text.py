"""Rows and numbers of CSV texts, with the line of what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from ceasefire.errors import DataError, Problem


def csv_rows(lines: Iterable[str], needed: tuple[str, ...], file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows of a CSV text with their line numbers; DataError if columns are missing or a line is short."""
    reader = csv.DictReader(unmarked(lines))
    try:
        found = tuple(reader.fieldnames or ())
        missing = [name for name in needed if name not in found]
        if missing:
            hint = f"the file has {', '.join(found[:12]) or 'no header'}"
            raise DataError([Problem(file, 1, None, "missing-column", f"no column {name!r}", hint) for name in missing])
        for row in reader:
            if any(row[name] is None for name in needed):
                message = f"the line has fewer than {len(found)} fields"
                raise DataError([Problem(file, reader.line_num, None, "bad-row", message, "is the file whole?")])
            yield reader.line_num, row
    except csv.Error as error:
        raise DataError([Problem(file, reader.line_num, None, "bad-row", f"not CSV: {error}", "check the quotes")]) from error


def unmarked(lines: Iterable[str]) -> Iterator[str]:
    """Drop the byte-order mark that some publishers put before the header."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def number(text: str, name: str, line: int, file: str) -> float:
    """Read a number; DataError with column and line if it is none."""
    try:
        return float(text)
    except ValueError:
        message = f"{name} is {text.strip()[:40]!r}, expected a number"
        raise DataError([Problem(file, line, None, "wrong-type", message, "correct the value")]) from None
