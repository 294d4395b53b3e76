"""A record written as a table, CSV or Parquet: one row per entry, read by the same layout as ``record.yaml``."""

from __future__ import annotations

import csv
import glob
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ceasefire.case import layout
from ceasefire.case.shape import meant
from ceasefire.case.tree import Node, Place, scalar
from ceasefire.errors import Problem

_LISTS = frozenset({"joint_with", "targets", "sources"})
_TEXTS = frozenset({"id", "cameo", "summary", "note", "forum", "condition", "category", "actor_name"})
_ACTOR = {"actor_name": "name", "actor_code": "code", "actor_iso3": "iso3", "actor_level": "level"}
SEPARATOR = ";"


def csv_tree(text: str, shown: str) -> tuple[Node | None, list[Problem]]:
    r"""Read ``record.csv``: a header, then one entry a line; lists are parted by semicolons, an empty cell is an absent field.

    Returns
    -------
    Node or None
        As `parse_tree` gives for ``record.yaml``; None if the text is not CSV.
    list of Problem

    Examples
    --------
    >>> header = "id,date,actor_name,actor_code,actor_level,targets,kind,category,cameo,summary"
    >>> row = "e1,2031-03-02,A minister,ARM,state,AZE;TUR,word,demand,1056,Demands a halt."
    >>> tree, _ = csv_tree(f"{header}\n{row}\n", "record.csv")
    >>> [target.value for target in tree.value["entries"].value[0].value["targets"].value]
    ['AZE', 'TUR']
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        header = next(reader, [])
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        return None, [Problem(shown, reader.line_num, None, "bad-row", f"not CSV: {error}", "check the quotes")]
    wrong = _columns(header, shown)
    if wrong:
        return None, wrong
    uneven = [
        Problem(
            shown, line, None, "bad-row", f"the line has {len(row)} fields, the header {len(header)}", "quote fields with commas"
        )
        for line, row in rows
        if len(row) != len(header)
    ]
    if uneven:
        return None, uneven
    return _tree(((line, zip(header, row, strict=True)) for line, row in rows), shown), []


def parquet_tree(path: Path, shown: str) -> tuple[Node | None, list[Problem]]:
    """Read ``record.parquet``, with the columns of ``record.csv`` as text; places give the number of the row."""
    import duckdb  # noqa: PLC0415 - only needed for this format

    try:
        with duckdb.connect() as engine:
            found = engine.execute("select columns(*)::varchar from read_parquet(?)", [glob.escape(str(path))])
            header = [column[0] for column in found.description or ()]
            rows = found.fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        return None, [Problem(shown, None, None, "bad-row", f"not Parquet: {reason}", "write it again, or use record.csv")]
    wrong = _columns(header, shown)
    if wrong:
        return None, wrong
    cells = ((k, zip(header, ("" if cell is None else cell for cell in row), strict=True)) for k, row in enumerate(rows, 1))
    return _tree(cells, shown), []


def _columns(header: Sequence[str], shown: str) -> list[Problem]:
    """Say once for the table which columns it lacks, and which it has that no entry has."""
    if len(header) == 1 and ";" in header[0]:
        return [Problem(shown, 1, None, "missing-column", "fields are parted by semicolons", "part fields by commas")]
    entry = layout.RECORD.fields["entries"].item
    fields = {} if entry is None else {name: inner.required for name, inner in entry.fields.items() if name != "actor"}
    fields |= {name: name != "actor_iso3" for name in _ACTOR}
    seen = [name.strip() for name in header if name.strip()]
    lacking = [name for name, is_required in fields.items() if is_required and name not in seen]
    known = lacking or [name for name in fields if name not in seen]
    strange = [name for name in seen if name not in fields]
    found = [Problem(shown, 1, None, "unknown-field", f"unknown column {name!r}", meant(name, known)) for name in strange]
    return found + [
        Problem(
            shown, 1, None, "missing-column", f"column {name!r} is missing", meant(name, strange) if strange else f"add `{name}`"
        )
        for name in lacking
    ]


def _tree(rows: Iterable[tuple[int, Iterable[tuple[str, str]]]], shown: str) -> Node:
    whole = Place(shown)
    entries = [_entry(dict(_filled(cells)), Place(shown, line)) for line, cells in rows]
    return Node({"entries": Node(entries, whole)}, whole, keys={"entries": whole})


def _filled(cells: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name.strip(), text.strip()) for name, text in cells if text.strip())


def _entry(cells: dict[str, str], place: Place) -> Node:
    actor = {_ACTOR[name]: _cell(name, text, place) for name, text in cells.items() if name in _ACTOR}
    fields = {name: _cell(name, text, place) for name, text in cells.items() if name not in _ACTOR}
    fields["actor"] = Node(actor, place, keys=dict.fromkeys(actor, place))
    return Node(fields, place, keys=dict.fromkeys(fields, place))


def _cell(name: str, text: str, place: Place) -> Node:
    if name in _LISTS:
        return Node([Node(part.strip(), place, part.strip()) for part in text.split(SEPARATOR) if part.strip()], place)
    return Node(text if name in _TEXTS else scalar(text), place, text)
