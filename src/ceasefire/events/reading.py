"""Read files straight into an event table, or ask one question of them, without a store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ceasefire.errors import DataError, Problem
from ceasefire.events.columns import event_table
from ceasefire.events.engine import engine, readable
from ceasefire.events.formats import Format, Layout, recognise
from ceasefire.events.intake import Plain, plain_files
from ceasefire.events.loading import Counts, empty, known_at, load
from ceasefire.events.lookups import install
from ceasefire.events.mapping import ROW, mapped_sql, raw_sql
from ceasefire.events.presets import Preset, filtered
from ceasefire.events.rejects import Reject
from ceasefire.events.table import NAMES, EventTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Reading:
    """What `read` gives.

    Parameters
    ----------
    table : EventTable
    counts : tuple of Counts
        Per plain file: rows in, kept, rejected.
    rejects : tuple of (str, Reject)
        File name and rejected row.
    """

    table: EventTable
    counts: tuple[Counts, ...]
    rejects: tuple[tuple[str, Reject], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What `scan` gives: columns as numpy arrays (masked where values are missing), and counts per plain file."""

    columns: Mapping[str, Any]
    counts: tuple[Counts, ...]


def read(
    paths: Iterable[Path | str],
    *,
    format: str = "auto",  # noqa: A002 - the field's word, as on the command line
    columns: Sequence[str] = NAMES,
    presets: tuple[Preset, ...] = (),
    vintage: str = "",
) -> Reading:
    """Read event files into one table.

    Parameters
    ----------
    paths : iterable of Path or str
        Plain, gzip or zip files.
    format : str
        Name of a format, or "auto".
    columns : sequence of str
        Columns wanted.
    presets : tuple of Preset
        Filters; the counts before and after stand in the table's `made`.
    vintage : str
        Day or time at which the files were known, for formats that do not say so row by row.

    Returns
    -------
    Reading

    Raises
    ------
    DataError, LimitError
        If a file cannot be read or is of no known format, or `vintage` is no day or time.
    """
    counts: list[Counts] = []
    rejects: list[tuple[str, Reject]] = []
    known_at(vintage)
    with engine() as (connection, scratch):
        parts: dict[str, list[Path]] = {"events": [], "mentions": []}
        for path in paths:
            for plain in plain_files(Path(path), scratch):
                known = recognise(plain.head, format)
                out = scratch / f"part-{len(counts)}.parquet"
                done = load(connection, scratch, plain, known, out, vintage=vintage)
                parts[known[0].table].append(out)
                counts.append(done.counts)
                rejects += [(plain.name, reject) for reject in done.rejects]
        events, mentions = (_rows(connection, table, parts[table], scratch) for table in ("events", "mentions"))
        rows = filtered(events, presets, mentions)
        made = (
            ("presets", ", ".join(one.name for one in presets) or "raw"),
            ("rows unfiltered", str(_count(connection, events))),
            ("rows", str(_count(connection, rows))),
        )
        return Reading(event_table(connection, rows, columns, made), tuple(counts), tuple(rejects))


def scan(paths: Iterable[Path | str], sql: str, *, format: str = "auto") -> Answer:  # noqa: A002 - as above
    r"""Ask one SQL question of the table ``events`` made of the files, in one pass and without keeping anything.

    Where the parser converts the columns itself (GDELT), only the columns that are asked for are read, and a row is rejected
    for those only. Every row is accounted for: rows the parser saw and rows it refused are held against the count of lines.

    Raises
    ------
    DataError, LimitError
        As `read`; also if the question is no valid SQL.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mine.csv"
    ...     _ = file.write_text("date,actor,target,code\n2020-10-01,TUR,AZE,051\n2020-10-02,RUS,ARM,040\n")
    ...     answer = scan([file], "SELECT act, count(*) AS n FROM events GROUP BY act ORDER BY act")
    >>> answer.columns["act"].tolist(), answer.columns["n"].tolist()
    (['diplomatic', 'word'], [1, 1])
    """
    with engine(with_codes=False) as (connection, scratch):
        files: list[_Known] = []
        for path in paths:
            for plain in plain_files(Path(path), scratch, with_hash=False):
                kept = _kept(plain, scratch / f"plain-{len(files)}")
                files.append(_Known(kept, *recognise(kept.head, format)))
        if all(file.is_direct for file in files) and (answer := _direct(connection, files, sql)) is not None:
            return answer
        install(connection)
        parts = [scratch / f"part-{k}.parquet" for k in range(len(files))]
        counts = [
            load(connection, scratch, file.plain, (file.form, file.layout), part).counts
            for file, part in zip(files, parts, strict=True)
        ]
        rows = _rows(connection, "events", [part for file, part in zip(files, parts, strict=True) if file.is_events], scratch)
        connection.execute(f"CREATE OR REPLACE VIEW events AS {rows}")
        return Answer(_ask(connection, sql), tuple(counts))


class _Known(NamedTuple):
    plain: Plain
    form: Format
    layout: Layout

    @property
    def is_events(self) -> bool:
        return self.form.table == "events"

    @property
    def is_direct(self) -> bool:
        """Whether the parser alone decides which rows are kept."""
        plain, form, layout = self
        return self.is_events and not (form.checks or layout.widest or layout.quote or plain.is_odd or not layout.delimiter)


def _direct(connection: DuckDBPyConnection, files: list[_Known], sql: str) -> Answer | None:
    """Ask the files as they stand; None where a row cannot be accounted for so, or a line is asked for after a refused row."""
    words = set(re.findall(r"\w+", sql.lower()))
    wanted = set(NAMES) if re.search(r"(?<!count\()\*", sql, re.IGNORECASE) else words & set(NAMES)
    wanted = wanted or {"date"}
    views = []
    for plain, form, layout in files:
        line = f"{ROW} + {layout.header_lines}"
        raw = raw_sql(plain.path, layout, header_lines=layout.header_lines)
        views.append(mapped_sql(form, layout, raw, file=plain.name, line=line, vintage="", wanted=wanted))
    if any(" JOIN " in view for view in views):
        install(connection)
    connection.execute("SET enable_profiling = 'no_output'")
    connection.execute(f"CREATE OR REPLACE VIEW events AS {' UNION ALL BY NAME '.join(f'({view})' for view in views)}")
    columns = _ask(connection, sql)
    seen = json.loads(connection.get_profiling_information())
    connection.execute("PRAGMA disable_profiling")
    refused = dict(
        connection.execute(
            "SELECT s.file_path, count(DISTINCT e.line) FROM parse_errors AS e "
            "JOIN parse_scans AS s USING (scan_id, file_id) GROUP BY ALL"
        ).fetchall()
    )
    lines = sum(file.plain.n_lines - file.layout.header_lines for file in files)
    if _rows_seen(seen) + sum(refused.values()) != lines or ("line" in wanted and refused):
        return None
    counts = []
    for plain, form, layout in files:
        rows, bad = plain.n_lines - layout.header_lines, refused.get(str(plain.path), 0)
        counts.append(Counts(plain.name, form.name, layout.release, "", rows, rows - bad, bad))
    return Answer(columns, tuple(counts))


def _rows_seen(node: Mapping[str, Any]) -> int:
    """Sum the rows that the readers of text files gave, from the profile of a query."""
    own = int(node.get("rows_scanned", 0)) if node.get("name") == "READ_CSV" else 0
    below = [*node.get("operator", ()), *node.get("children", ())]
    return own + sum(_rows_seen(child) for child in below)


def _ask(connection: DuckDBPyConnection, sql: str) -> Mapping[str, Any]:
    import duckdb  # noqa: PLC0415 - heavy

    try:
        return MappingProxyType(connection.execute(sql).fetchnumpy())
    except duckdb.Error as error:
        message = str(error).strip().splitlines()[0]
        raise DataError(
            [Problem("<question>", None, None, "bad-question", message, "columns are those of the event table")]
        ) from error


def _kept(plain: Plain, place: Path) -> Plain:
    """Keep an unpacked copy beyond the next file."""
    return replace(plain, path=plain.path.rename(place)) if plain.is_copy else plain


def _rows(connection: DuckDBPyConnection, table: str, parts: list[Path], scratch: Path) -> str:
    """SQL of all rows of some Parquet files; of none where there is no file."""
    if not parts:
        parts = [scratch / f"no-{table}.parquet"]
        empty(connection, table, parts[0])
    return f"SELECT * FROM read_parquet([{', '.join(map(readable, parts))}])"


def _count(connection: DuckDBPyConnection, rows: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM ({rows})").fetchone()
    return int(found[0]) if found else 0
