"""The event store: what it holds, and answers from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.errors import DataError, Problem
from ceasefire.events.asking import Question, asked_columns, grouped
from ceasefire.events.columns import event_table
from ceasefire.events.engine import engine, literal
from ceasefire.events.filing import Batch, batches
from ceasefire.events.loading import empty
from ceasefire.events.presets import filtered
from ceasefire.events.table import NAMES, EventTable
from ceasefire.store import staged

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the store holds of one source.

    `months` says how many rows each month has, newest vintage or not: a month that is not there has no coverage, not zero events.
    """

    source: str
    rows: int
    first: str
    last: str
    months: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Status:
    """What the store holds: coverage per source, files with rejects, and rows put out of date by newer vintages or repeats."""

    coverage: tuple[Coverage, ...]
    files: int
    rows_in: int
    kept: int
    rejected: int
    mentions: int
    outdated: int
    reasons: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by group: `n` rows of the question after its presets, `n_unfiltered` before them, `share` of all its source's rows.

    `share` is `n` divided by all rows that the sources asked have on the days of the group, whoever acts: it takes out the growth
    of the news volume. None where the group has no day of its own.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    made: tuple[tuple[str, str], ...]


class EventStore:
    """A folder with events; any number of readers may ask while one writer imports.

    Parameters
    ----------
    root : Path
        An absent or empty folder is an empty store.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def status(self) -> Status:
        """Say what the store holds."""
        held = batches(self.root)
        months: dict[str, dict[str, int]] = {}
        for batch in held:
            for source, span in batch.spans.items():
                for month, count in span.months.items():
                    of_source = months.setdefault(source, {})
                    of_source[month] = of_source.get(month, 0) + count
        files = [file for batch in held for file in batch.files]
        return Status(
            coverage=tuple(
                Coverage(source, sum(found.values()), min(found), max(found), tuple(sorted(found.items())))
                for source, found in sorted(months.items())
            ),
            files=len(files),
            rows_in=sum(file.rows_in for file in files),
            kept=sum(file.kept for file in files),
            rejected=sum(file.rejected for file in files),
            mentions=sum(batch.mentions for batch in held),
            outdated=sum(batch.outdated for batch in held),
            reasons=self._reasons(held),
        )

    def table(self, question: Question, columns: Sequence[str] = NAMES) -> EventTable:
        """Give the rows of a question as frozen columns; `made` holds the question and the counts before and after its presets."""
        with self._asked(question) as (connection, before, after):
            return event_table(connection, after, columns, self._made(connection, question, before, after))

    def first(
        self, question: Question, columns: Sequence[str], limit: int
    ) -> tuple[tuple[tuple[Any, ...], ...], tuple[tuple[str, str], ...]]:
        """Give the first rows of a question in the order of the table, and how they were made; for looking, not for counting."""
        names = asked_columns(tuple(columns))
        with self._asked(question) as (connection, before, after):
            order = "date, source, source_id, file, line"
            rows = connection.execute(f"SELECT {', '.join(map(grouped, names))} FROM ({after}) ORDER BY {order} LIMIT {int(limit)}")
            return tuple(rows.fetchall()), self._made(connection, question, before, after)

    def tally(self, question: Question, by: tuple[str, ...]) -> Tally:
        """Count the rows of a question by columns, before and after its presets, and as shares of the volume."""
        names = asked_columns(by)
        keys = ", ".join(grouped(name) for name in names)
        labels = ", ".join(names)
        with self._asked(question) as (connection, before, after):
            days = next((name for name in ("date", "month", "year") if name in names), None)
            share = "NULL"
            volume = ""
            if days:
                sources = Question(sources=question.sources, since=question.since, until=question.until, as_of=question.as_of)
                universe = f"SELECT * FROM ({self._rows(connection, sources)}) WHERE {sources.condition()}"
                volume = f"LEFT JOIN (SELECT {grouped(days)}, count(*) AS volume FROM ({universe}) GROUP BY ALL) USING ({days})"
                share = "n / volume"
            passed = (
                f"a AS (SELECT {keys}, count(*) AS n FROM ({after}) GROUP BY ALL), counted AS (SELECT b.*, coalesce(a.n, 0) AS n "
                f"FROM b LEFT JOIN a ON {' AND '.join(f'a.{name} IS NOT DISTINCT FROM b.{name}' for name in names)})"
                if question.presets
                else "counted AS (SELECT *, n_unfiltered AS n FROM b)"
            )
            sql = (
                f"WITH b AS (SELECT {keys}, count(*) AS n_unfiltered FROM ({before}) GROUP BY ALL), {passed} "
                f"SELECT {labels}, n, n_unfiltered, {share} AS share FROM counted {volume} ORDER BY ALL"
            )
            rows = tuple(connection.execute(sql).fetchall())
            totals = (("rows unfiltered", str(sum(row[-2] for row in rows))), ("rows", str(sum(row[-3] for row in rows))))
            return Tally((*names, "n", "n_unfiltered", "share"), rows, (*question.words(), *self._absent(question), *totals))

    def export(self, question: Question, path: Path, columns: Sequence[str] = NAMES) -> tuple[tuple[str, str], ...]:
        """Write the rows of a question to a file, CSV, Parquet, JSON or JSON lines by its ending; give how they were made.

        In CSV, a text that a spreadsheet would take for a formula gets an apostrophe in front.

        Raises
        ------
        DataError
            If the ending is none of ``.csv``, ``.parquet``, ``.json``, ``.jsonl``, or a column is unknown.
        OutputError
            If the file cannot be written.
        """
        names = asked_columns(tuple(columns))
        kinds = {".csv": "FORMAT csv, HEADER", ".parquet": "FORMAT parquet", ".json": "FORMAT json, ARRAY", ".jsonl": "FORMAT json"}
        if path.suffix not in kinds:
            message = f"cannot write {path.suffix or 'a file without ending'}"
            raise DataError([Problem(path.name, None, None, "bad-question", message, f"end the name in {', '.join(kinds)}")])
        with self._asked(question) as (connection, before, after), staged(path) as draft:
            shown = [_neutral(connection, name, after) if path.suffix == ".csv" else grouped(name) for name in names]
            sql = f"SELECT {', '.join(shown)} FROM ({after}) ORDER BY date, source, source_id, file, line"
            connection.execute(f"COPY ({sql}) TO {literal(str(draft))} ({kinds[path.suffix]})")
            return self._made(connection, question, before, after)

    @contextmanager
    def _asked(self, question: Question) -> Iterator[tuple[DuckDBPyConnection, str, str]]:
        """Give a connection, and SQL of the rows of a question before and after its presets."""
        with engine(with_codes=False) as (connection, scratch):
            empty(connection, "events", scratch / "no-events.parquet")
            empty(connection, "mentions", scratch / "no-mentions.parquet")
            connection.execute(f"CREATE TEMP VIEW no_events AS FROM read_parquet({literal(str(scratch / 'no-events.parquet'))})")
            connection.execute(
                f"CREATE TEMP VIEW no_mentions AS FROM read_parquet({literal(str(scratch / 'no-mentions.parquet'))})"
            )
            before = f"SELECT * FROM ({self._rows(connection, question)}) WHERE {question.condition()}"
            yield connection, before, filtered(before, question.presets, self._mentions())

    def _rows(self, connection: DuckDBPyConnection, question: Question) -> str:
        """SQL of the rows in their newest vintage, or that of `as_of`, from the batches that can hold an answer."""
        held = batches(self.root)
        names = [batch.name for batch in held if _may_hold(batch, question)]
        if not names:
            return "FROM no_events"
        picked = [f"SELECT * FROM read_parquet({_path(self.root, name, 'events')})" for name in names]
        when = f"TIMESTAMP '{question.as_of}'" if question.as_of else "NULL"
        if old := [_path(self.root, batch.name, "outdated") for batch in held if batch.outdated]:
            known = f"WHERE until <= {when}" if question.as_of else ""
            outdated = f"SELECT DISTINCT batch, row FROM read_parquet([{', '.join(old)}]) {known}"
            connection.execute(f"CREATE OR REPLACE TEMP TABLE hidden AS {outdated}")
            picked = [_without_hidden(_path(self.root, name, "events"), name) for name in names]
        rows = " UNION ALL ".join(picked)
        return f"SELECT * FROM ({rows}) WHERE vintage <= {when}" if question.as_of else rows

    def _mentions(self) -> str:
        parts = [_path(self.root, batch.name, "mentions") for batch in batches(self.root) if batch.mentions]
        return f"SELECT * FROM read_parquet([{', '.join(parts)}])" if parts else "FROM no_mentions"

    def _made(self, connection: DuckDBPyConnection, question: Question, before: str, after: str) -> tuple[tuple[str, str], ...]:
        counts = [_number(connection, f"SELECT count(*) FROM ({rows})") for rows in (before, after)]
        return (*question.words(), *self._absent(question), ("rows unfiltered", str(counts[0])), ("rows", str(counts[1])))

    def _absent(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Say what was asked for and the store does not hold at all, so that no row is not taken for no event."""
        held = {source for batch in batches(self.root) for source in batch.spans}
        if not held:
            return (("not covered", "the store is empty"),)
        missing = [source for source in question.sources if source not in held]
        return (("not covered", f"no rows of {', '.join(missing)} in the store"),) if missing else ()

    def _reasons(self, held: tuple[Batch, ...]) -> tuple[tuple[str, str, int], ...]:
        parts = [_path(self.root, b.name, "rejects") for b in held if any(file.rejected for file in b.files)]
        if not parts:
            return ()
        with engine(with_codes=False) as (connection, _):
            sql = f"SELECT file, reason, count(*) FROM read_parquet([{', '.join(parts)}]) GROUP BY ALL ORDER BY 3 DESC, 1, 2"
            return tuple(connection.execute(sql).fetchall())

    def rejects(self, file: str) -> tuple[tuple[int, str, str], ...]:
        """Give line, reason and raw text of the rejected rows of one file, by the name that `status` shows."""
        held = [b for b in batches(self.root) if any(one.rejected and one.file == file for one in b.files)]
        if not held:
            return ()
        parts = ", ".join(_path(self.root, batch.name, "rejects") for batch in held)
        with engine(with_codes=False) as (connection, _):
            sql = f"SELECT line, reason, raw FROM read_parquet([{parts}]) WHERE file = {literal(file)} ORDER BY ALL"
            return tuple(connection.execute(sql).fetchall())


def _path(root: Path, batch: str, table: str) -> str:
    return literal(str(root / batch / f"{table}.parquet"))


def _without_hidden(path: str, batch: str) -> str:
    return (
        f"SELECT e.* EXCLUDE (file_row_number) FROM read_parquet({path}, file_row_number = true) AS e "
        f"ANTI JOIN (SELECT row FROM hidden WHERE batch = {literal(batch)}) AS h ON h.row = e.file_row_number"
    )


def _may_hold(batch: Batch, question: Question) -> bool:
    since = question.since.strftime("%Y-%m") if question.since else ""
    until = question.until.strftime("%Y-%m") if question.until else "9999-99"
    return any(
        (not question.sources or source in question.sources) and any(since <= month <= until for month in span.months)
        for source, span in batch.spans.items()
    )


def _neutral(connection: DuckDBPyConnection, name: str, rows: str) -> str:
    """SQL of a column that no spreadsheet takes for a formula."""
    if name in {"month", "year"}:
        return grouped(name)
    kind = connection.execute(f"SELECT any_value(typeof({name})) FROM (FROM ({rows}) LIMIT 1)").fetchone()
    if kind is None or kind[0] != "VARCHAR":
        return name
    signs = ", ".join(f"chr({ord(sign)})" for sign in _SPREADSHEET)
    return f"CASE WHEN left({name}, 1) IN ({signs}) THEN '''' || {name} ELSE {name} END AS {name}"


def _number(connection: DuckDBPyConnection, sql: str) -> int:
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0
