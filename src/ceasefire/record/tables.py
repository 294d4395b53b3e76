"""CSV tables that an analyst writes: rows by name, or every fault of their form at once."""

from __future__ import annotations

import csv
import io

from ceasefire.errors import DataError, Problem


def rows_of(text: str, file: str, columns: tuple[str, ...]) -> tuple[tuple[int, dict[str, str]], ...]:
    """Read CSV text with a header that names `columns`, in any order; other columns are left alone.

    Returns
    -------
    tuple of (line, cells)
        Cells without blanks around them; lines counted from 1, the header included.

    Raises
    ------
    DataError
        For missing columns, lines with too few or too many fields, and text that is no CSV.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        hint = f"write the header: {','.join(columns)}"
        problems += [
            Problem(file, 1, None, "missing-column", f"column {name!r} is missing", hint) for name in columns if name not in names
        ]
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
