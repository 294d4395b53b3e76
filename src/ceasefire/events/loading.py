"""Load one plain file: every row is kept or rejected, and the two are counted against the rows that went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ceasefire.errors import DataError, LimitError, Problem
from ceasefire.events.engine import MEMORY, parquet
from ceasefire.events.formats.description import Format, Layout
from ceasefire.events.intake import Plain
from ceasefire.events.mapping import ROW, mapped_sql, raw_sql, types_of
from ceasefire.events.rejects import MANY, MOST_REJECTS, SHORT, SHOWN, Reject, shown, too_many

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ceasefire.events.pieces import Pieces

_REASONS = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "text outside quotes",
    "LINE SIZE OVER MAXIMUM": "row too long",
    "INVALID ENCODING": "not UTF-8",
    "INVALID STATE": "broken quoting",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of one file: `rows_in` = `kept` + `rejected`, checked against an independent count of lines.

    Parameters
    ----------
    file, format, release, sha256 : str
        `sha256` is that of the unpacked bytes.
    rows_in, kept, rejected : int
    """

    file: str
    format: str
    release: str
    sha256: str
    rows_in: int
    kept: int
    rejected: int


class Loaded(NamedTuple):
    """The counts of a file and its rejected rows, by line."""

    counts: Counts
    rejects: tuple[Reject, ...]


class _Attempt(NamedTuple):
    kept: int
    checked: list[Reject]
    parse_errors: list[tuple[int, str, str]]

    @property
    def total(self) -> int:
        return self.kept + len(self.checked) + len(self.parse_errors)


class _Start(NamedTuple):
    """A file to parse: where it is, and on which line each row begins, right after the header and each other if None."""

    path: Path
    layout: Layout
    header_lines: int
    n_rows: int
    pieces: Pieces | None = None


def known_at(vintage: str) -> str:
    """Give a day or time as it was given, or nothing; DataError where it is none.

    Examples
    --------
    >>> known_at("2020-10-12"), known_at("")
    ('2020-10-12', '')
    """
    try:
        if vintage:
            datetime.fromisoformat(vintage)
    except ValueError as error:
        hint = "give YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS"
        raise DataError([Problem("<vintage>", None, None, "bad-question", f"no day or time: {vintage!r}", hint)]) from error
    return vintage


def load(
    connection: DuckDBPyConnection, scratch: Path, plain: Plain, known: tuple[Format, Layout], out: Path, *, vintage: str = ""
) -> Loaded:
    """Write the rows of a file that can be kept to `out` as Parquet, not quite in the order of the file: `line` tells it.

    Parameters
    ----------
    known : tuple of Format and Layout
        What `recognise` gives.
    vintage : str
        Day or time for formats that give none.

    Returns
    -------
    Loaded

    Raises
    ------
    DataError
        If there are too many rejects, or rows in are not rows kept and rejected.
    LimitError
        If the memory is too little for its rows.
    """
    form, layout = known
    job = _Load(connection, scratch, plain, form, vintage=vintage, out=out)
    if not (layout.quote or plain.is_odd or not layout.delimiter):
        start = _Start(plain.path, layout, layout.header_lines, max(plain.n_lines - layout.header_lines, 0))
        if (done := job.direct(start)) is not None:
            return done
    return job.sieved(layout)


class _Load:
    def __init__(
        self, connection: DuckDBPyConnection, scratch: Path, plain: Plain, form: Format, *, vintage: str, out: Path
    ) -> None:
        self._connection = connection
        self._scratch = scratch
        self._plain = plain
        self._form = form
        self._vintage = vintage
        self._out = out

    def direct(self, start: _Start) -> Loaded | None:
        """Parse the file as it stands; None where it must be sieved first."""
        attempt = self._attempt(start)
        layout = start.layout
        other = (layout.widest or layout.encoding != "utf-8") and attempt is not None and attempt.parse_errors
        if attempt is None or attempt.total != start.n_rows or other:
            return None
        if attempt.parse_errors:
            return self._again(start, attempt, [], start.n_rows)
        return self._loaded(start.layout, attempt.kept, attempt.checked, start.n_rows)

    def sieved(self, layout: Layout) -> Loaded:
        """Sieve the file, then parse what is left of it."""
        from ceasefire.events.pieces import Pieces  # noqa: PLC0415 - clean files need no arrays
        from ceasefire.events.sieve import sieve  # noqa: PLC0415 - as above

        clean = self._scratch / "sieved"
        try:
            found = sieve(self._plain.path, self._plain.name, layout, clean)
            if layout.widest:
                layout = _widened(layout)
            start = _Start(clean, layout, 0, found.n_kept, Pieces.of(found.first_row, found.shift))
            attempt = self._attempt(start)
            if attempt is None or attempt.total != start.n_rows:
                raise self._unaccounted(start.n_rows, attempt)
            if attempt.parse_errors:
                return self._again(start, attempt, found.rejects, found.n_rows)
            return self._loaded(layout, attempt.kept, [*found.rejects, *attempt.checked], found.n_rows)
        finally:
            clean.unlink(missing_ok=True)

    def _again(self, start: _Start, attempt: _Attempt, rejects: list[Reject], rows_in: int) -> Loaded:
        """Parse once more, now that it is known which rows the parser refuses, so that lines are right."""
        from ceasefire.events.pieces import Pieces  # noqa: PLC0415 - as above

        pieces = start.pieces or Pieces.unbroken(start.header_lines)
        removed = [row for row, _, _ in attempt.parse_errors]
        places = zip(pieces.lines(removed), attempt.parse_errors, strict=True)
        refused = [Reject(line, reason, raw) for line, (_, reason, raw) in places]
        second = self._attempt(start._replace(pieces=pieces.without(removed)))
        if second is None or second.total != start.n_rows or second.kept != attempt.kept:
            raise self._unaccounted(start.n_rows, second)
        return self._loaded(start.layout, second.kept, [*rejects, *refused, *second.checked], rows_in)

    def _attempt(self, start: _Start) -> _Attempt | None:
        """Parse and write; None where the parser gives up on the file."""
        import duckdb  # noqa: PLC0415 - heavy

        run = self._connection.execute
        for table in ("parse_errors", "parse_scans", "mapped", "pieces"):
            run(f"DROP TABLE IF EXISTS {table}")
        raw = raw_sql(start.path, start.layout, header_lines=start.header_lines)
        line, join = self._line(start)
        mapped = mapped_sql(self._form, start.layout, raw, file=self._plain.name, line=line, vintage=self._vintage) + join
        target = parquet(self._out)
        try:
            if not self._form.checks:
                kept = self._count(f"COPY ({mapped}) TO {target}")
                return _Attempt(kept, [], self._parse_errors(start))
            run(f"CREATE TEMP TABLE mapped AS {mapped}")
            kept = self._count(f"COPY (SELECT * EXCLUDE (reason, raw) FROM mapped WHERE reason IS NULL) TO {target}")
            errors = self._parse_errors(start)
        except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException):
            return None
        except duckdb.OutOfMemoryException as error:
            message = f"{self._plain.name}: {MEMORY} of memory are too little for rows as long as these"
            raise LimitError(f"{message}\n  hint: leave out columns of long texts") from error
        checked = self._checked()
        run("DROP TABLE mapped")
        return _Attempt(kept, checked, errors)

    def _checked(self) -> list[Reject]:
        """Give the rows that a check refused; DataError where there are too many for the file to be what it was taken for."""
        cut = f"SELECT line, reason, strlen(raw) AS size, left(raw, {SHOWN}) AS raw FROM mapped WHERE reason IS NOT NULL"
        rows = self._connection.execute(
            f"SELECT line, reason, size, left(raw, if(row_number() OVER (ORDER BY line) <= {MANY}, {SHOWN}, {SHORT})) "
            f"FROM ({cut}) ORDER BY line LIMIT {MOST_REJECTS + 1}"
        ).fetchall()
        if len(rows) > MOST_REJECTS:
            raise too_many(self._plain.name, rows[-1][0], rows[-1][1])
        return [Reject(line, why, shown(raw.encode(), k, size)) for k, (line, why, size, raw) in enumerate(rows, 1)]

    def _count(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def _parse_errors(self, start: _Start) -> list[tuple[int, str, str]]:
        """Give row, reason and raw text of each row the parser refused, once a row."""
        rows = self._connection.execute(
            "SELECT line, arg_min(error_type, column_idx), arg_min(column_name, column_idx), "
            f"strlen(any_value(csv_line)), left(any_value(csv_line), {SHOWN}) FROM parse_errors GROUP BY line ORDER BY line"
        ).fetchall()
        return [
            (line - start.header_lines, _why(kind, column), shown((raw or "").encode(), k, size))
            for k, (line, kind, column, size, raw) in enumerate(rows, 1)
        ]

    def _line(self, start: _Start) -> tuple[str, str]:
        """SQL of the line on which a row begins, and the join it needs: few pieces, found by bucket of rows."""
        if start.pieces is None:
            return f"{ROW} + {start.header_lines}", ""
        from ceasefire.events.pieces import BUCKET_BITS  # noqa: PLC0415 - as above

        self._connection.register("pieces_given", start.pieces.table(start.n_rows))
        self._connection.execute("CREATE TEMP TABLE pieces AS SELECT * FROM pieces_given")
        self._connection.unregister("pieces_given")
        join = f" LEFT JOIN pieces ON pieces.bucket = ({ROW} >> {BUCKET_BITS}) AND {ROW} BETWEEN pieces.low AND pieces.high"
        return f"{ROW} + pieces.shift", join

    def _loaded(self, layout: Layout, kept: int, rejects: list[Reject], rows_in: int) -> Loaded:
        if kept + len(rejects) != rows_in:
            raise self._unaccounted(rows_in, _Attempt(kept, rejects, []))
        counts = Counts(self._plain.name, self._form.name, layout.release, self._plain.sha256, rows_in, kept, len(rejects))
        return Loaded(counts, tuple(sorted(rejects)))

    def _unaccounted(self, expected: int, attempt: _Attempt | None) -> DataError:
        found = "the parser gave up" if attempt is None else f"{attempt.kept} kept and {attempt.total - attempt.kept} rejected"
        message = f"{expected} rows went in, but {found}: nothing of the file is used"
        hint = "the quoting of this file is broken; get it again, or save it anew from a program that quotes by the rules"
        return DataError([Problem(self._plain.name, None, None, "rows-unaccounted", message, hint)])


def empty(connection: DuckDBPyConnection, table: str, out: Path) -> None:
    """Write a Parquet file with the columns of a table and no row."""
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in types_of(table).items())
    connection.execute(f"COPY (SELECT {columns} LIMIT 0) TO {parquet(out)}")


def _widened(layout: Layout) -> Layout:
    return Layout(
        release=layout.release,
        columns=layout.widest,
        delimiter=layout.delimiter,
        quote=layout.quote,
        types=layout.types,
        date_format=layout.date_format,
        time_format=layout.time_format,
        vintage=layout.vintage,
    )


def _why(kind: str, column: str | None) -> str:
    return f"unreadable {column}" if kind == "CAST" else _REASONS.get(kind, kind.lower())
