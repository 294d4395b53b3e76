"""CSV tables that an analyst writes: rows by name, or every fault of their form at once."""

from __future__ import annotations

import csv
import io
from datetime import date

from ceasefire.errors import DataError, Problem

_SHOWN = 80


def rows_of(text: str, file: str, columns: tuple[str, ...]) -> tuple[tuple[int, dict[str, str]], ...]:
    r"""Read CSV text with a header that names `columns`, in any order; other columns are left alone.

    Returns
    -------
    tuple of (line, cells)
        Cells without blanks around them; lines counted from 1, the header included.

    Raises
    ------
    DataError
        For an empty file, missing columns or two of one name, lines with too few or too many fields, and text that is no CSV.

    Examples
    --------
    >>> rows_of("day,who\n2031-03-01, A\n", "own.csv", ("who", "day"))
    ((2, {'who': 'A', 'day': '2031-03-01'}),)
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        problems += _faults_of_header(names, file, columns)
        reader.fieldnames = names
        for row in reader if not problems else ():
            if None in row or None in row.values():
                message = f"the line does not have {len(names)} fields"
                problems.append(Problem(file, reader.line_num, None, "bad-row", message, "quote fields that hold commas"))
            else:
                found.append((reader.line_num, {name: row[name].strip() for name in columns}))
    except csv.Error as error:
        problems.append(Problem(file, max(reader.line_num, 1), None, "bad-row", f"not CSV: {error}", "check the quotes"))
    if problems:
        raise DataError(problems)
    return tuple(found)


def day_of(text: str) -> date | None:
    """Read the day in a cell; None where it holds none.

    Examples
    --------
    >>> day_of("2031-03-01"), day_of("soon")
    (datetime.date(2031, 3, 1), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _faults_of_header(names: list[str], file: str, columns: tuple[str, ...]) -> list[Problem]:
    """Say what is wrong with the names of a header: once, where none of them is known."""
    hint = f"write the header: {','.join(columns)}"
    if not any(names):
        return [Problem(file, 1, None, "empty-file", "nothing is in it", hint)]
    if not set(names) & set(columns):
        first = ",".join(names)
        parted = next((mark for mark in (";", "\t") if mark in first), None)
        message = f"the first line names none of the columns: {first[:_SHOWN]!r}"
        remedy = f"part fields by commas, not by {parted!r}" if parted else hint
        return [Problem(file, 1, None, "missing-column", message, remedy)]
    found = [Problem(file, 1, None, "missing-column", f"column {name!r} is missing", hint) for name in columns if name not in names]
    twice = [name for name in columns if names.count(name) > 1]
    return found + [Problem(file, 1, None, "given-twice", f"column {name!r} stands twice", "keep one of them") for name in twice]
