"""The event store: what it holds, and answers from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ceasefire.errors import DataError, LimitError, OutputError, Problem, near
from ceasefire.events.asking import Question, asked_columns, grouped
from ceasefire.events.columns import event_table
from ceasefire.events.engine import MEMORY, engine, literal, readable
from ceasefire.events.filing import Batch, batches, broken
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
    """What the store holds: coverage per source, files with rejects, and rows that do not count in the newest vintage.

    `repeated` rows have the key, vintage and release of another row; `superseded` ones have a newer vintage or a later release
    of their key. Both are kept.
    """

    coverage: tuple[Coverage, ...]
    files: int
    rows_in: int
    kept: int
    rejected: int
    mentions: int
    repeated: int
    superseded: int
    reasons: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by group: `n` rows of the question after its presets, `n_unfiltered` before them.

    With the preset ``normalised`` also `share` and `share_unfiltered`: the two counts divided by all rows, after and before the
    presets, that the sources asked have in the period of the group, whoever acts. That takes out the growth of the news volume.
    The period is the day, month or year where the groups have one, otherwise the whole period asked; where they have a source,
    only its rows are counted.
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
        repeated, superseded = self._out_of_date(held)
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
            repeated=repeated,
            superseded=superseded,
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
        """Count the rows of a question by columns, before and after its presets, and as shares of the volume where asked."""
        names = asked_columns(by)
        with self._asked(question) as (connection, before, after):
            rows = tuple(connection.execute(self._tally_sql(connection, question, names, before, after)).fetchall())
            counts = (*names, "n", "n_unfiltered", *(("share", "share_unfiltered") if question.is_normalised else ()))
            place = len(names)
            found = (sum(row[place + 1] for row in rows), sum(row[place] for row in rows))
            return Tally(counts, rows, self._told(connection, question, found))

    def _tally_sql(
        self, connection: DuckDBPyConnection, question: Question, names: tuple[str, ...], before: str, after: str
    ) -> str:
        keys, labels = ", ".join(map(grouped, names)), ", ".join(names)
        passed = (
            f"a AS (SELECT {keys}, count(*) AS n FROM ({after}) GROUP BY ALL), counted AS (SELECT b.*, coalesce(a.n, 0) AS n "
            f"FROM b LEFT JOIN a ON {' AND '.join(f'a.{name} IS NOT DISTINCT FROM b.{name}' for name in names)})"
            if question.filters
            else "counted AS (SELECT *, n_unfiltered AS n FROM b)"
        )
        shares, volumes = self._volumes(connection, question, names) if question.is_normalised else ("", "")
        return (
            f"WITH b AS (SELECT {keys}, count(*) AS n_unfiltered FROM ({before}) GROUP BY ALL), {passed} "
            f"SELECT {labels}, n, n_unfiltered{shares} FROM counted {volumes} ORDER BY ALL"
        )

    def _volumes(self, connection: DuckDBPyConnection, question: Question, names: tuple[str, ...]) -> tuple[str, str]:
        """SQL of the shares of each group, and of the joins to all rows of its period and source that they need."""
        before, after = self._universe(connection, question)
        of_group = [name for name in names if name in {"date", "month", "year", "source"}]
        keys = "".join(f"{grouped(name)}, " for name in of_group)
        how = f"LEFT JOIN ({{}}) USING ({', '.join(of_group)})" if of_group else "CROSS JOIN ({})"
        counts = (("volume", after), ("volume_unfiltered", before))
        joins = [how.format(f"SELECT {keys}count(*) AS {name} FROM ({rows}) GROUP BY ALL") for name, rows in counts]
        return ", n / nullif(volume, 0) AS share, n_unfiltered / nullif(volume_unfiltered, 0) AS share_unfiltered", " ".join(joins)

    def _universe(self, connection: DuckDBPyConnection, question: Question) -> tuple[str, str]:
        """SQL of all rows of the sources and the period of a question, before and after its presets."""
        everyone = Question(sources=question.sources, since=question.since, until=question.until, as_of=question.as_of)
        before = f"SELECT * FROM ({self._rows(connection, everyone)}) WHERE {everyone.condition()}"
        return before, filtered(before, question.presets, self._mentions())

    def export(
        self, question: Question, path: Path, columns: Sequence[str] = NAMES, *, by: tuple[str, ...] = ()
    ) -> tuple[tuple[str, str], ...]:
        """Write the rows of a question, or its counts by columns, to a file; give how they were made.

        It is CSV, Parquet, JSON or JSON lines by the ending of its name. In CSV, a text that a spreadsheet would take for a formula
        gets an apostrophe in front.

        Raises
        ------
        DataError
            If the ending is none of ``.csv``, ``.parquet``, ``.json``, ``.jsonl``, or a column is unknown.
        OutputError
            If the file cannot be written.
        """
        names = asked_columns(by or tuple(columns))
        kinds = {".csv": "FORMAT csv, HEADER", ".parquet": "FORMAT parquet", ".json": "FORMAT json, ARRAY", ".jsonl": "FORMAT json"}
        if path.suffix not in kinds:
            message = f"cannot write {path.suffix or 'a file without ending'}"
            raise DataError([Problem(path.name, None, None, "bad-question", message, f"end the name in {', '.join(kinds)}")])
        with self._asked(question) as (connection, before, after), staged(path) as draft:
            made = self._made(connection, question, before, after)
            sql = self._tally_sql(connection, question, names, before, after) if by else after
            order = "ALL" if by else "date, source, source_id, file, line"
            shown = [name if by else grouped(name) for name in names] + (["* EXCLUDE (" + ", ".join(names) + ")"] if by else [])
            if path.suffix == ".csv":
                shown = _neutral(connection, sql, shown)
            _copy(connection, f"SELECT {', '.join(shown)} FROM ({sql}) ORDER BY {order}", draft, kinds[path.suffix], path)
            return made

    @contextmanager
    def _asked(self, question: Question) -> Iterator[tuple[DuckDBPyConnection, str, str]]:
        """Give a connection, and SQL of the rows of a question before and after its presets."""
        with _engine_on(self.root) as (connection, scratch):
            empty(connection, "events", scratch / "no-events.parquet")
            empty(connection, "mentions", scratch / "no-mentions.parquet")
            connection.execute(f"CREATE TEMP VIEW no_events AS FROM read_parquet({readable(scratch / 'no-events.parquet')})")
            connection.execute(f"CREATE TEMP VIEW no_mentions AS FROM read_parquet({readable(scratch / 'no-mentions.parquet')})")
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
        return self._told(connection, question, (_number(connection, _count_of(before)), _number(connection, _count_of(after))))

    def _told(self, connection: DuckDBPyConnection, question: Question, rows: tuple[int, int]) -> tuple[tuple[str, str], ...]:
        """Say how an answer was made: the question, what is not held, and its counts before and after the presets."""
        told = [*question.words(), *self._absent(question), ("rows unfiltered", str(rows[0])), ("rows", str(rows[1]))]
        if question.is_normalised:
            every = [_number(connection, _count_of(sql)) for sql in self._universe(connection, question)]
            for name, count, volume in zip(("share unfiltered", "share"), rows, every, strict=True):
                told.append((name, f"{count / volume:.6g} of {volume} rows" if volume else "no rows"))
        return tuple(told)

    def _absent(self, question: Question) -> tuple[tuple[str, str], ...]:
        """Say what was asked for and the store does not hold at all, so that no row is not taken for no event."""
        held = {source for batch in batches(self.root) for source in batch.spans}
        if not held:
            return (("not covered", "the store is empty"),)
        missing = [source for source in question.sources if source not in held]
        told = f"no rows of {', '.join(missing)} in the store, which holds {', '.join(sorted(held))}"
        return (("not covered", told),) if missing else ()

    def _out_of_date(self, held: tuple[Batch, ...]) -> tuple[int, int]:
        """Count the rows that repeat another and those that are superseded; a row noted as both repeats one that is superseded."""
        parts = [_path(self.root, batch.name, "outdated") for batch in held if batch.outdated]
        if not parts:
            return 0, 0
        with _engine_on(self.root) as (connection, _):
            rows = f"SELECT bool_or(repeated) AS repeats FROM read_parquet([{', '.join(parts)}]) GROUP BY batch, row"
            found = connection.execute(f"SELECT count(*) FILTER (repeats), count(*) FROM ({rows})").fetchone() or (0, 0)
            return int(found[0]), int(found[1] - found[0])

    def _reasons(self, held: tuple[Batch, ...]) -> tuple[tuple[str, str, int], ...]:
        parts = [_path(self.root, b.name, "rejects") for b in held if any(file.rejected for file in b.files)]
        if not parts:
            return ()
        with _engine_on(self.root) as (connection, _):
            sql = f"SELECT file, reason, count(*) FROM read_parquet([{', '.join(parts)}]) GROUP BY ALL ORDER BY 3 DESC, 1, 2"
            return tuple(connection.execute(sql).fetchall())

    def rejects(self, file: str) -> tuple[tuple[int, str, str], ...]:
        """Give line, reason and raw text of the rejected rows of one file, by the name that `status` shows.

        Raises
        ------
        DataError
            If the store has no file of this name.
        """
        known = batches(self.root)
        names = {one.file for batch in known for one in batch.files}
        if file not in names:
            found = near(file, names)
            hint = f"did you mean {found[0]!r}?" if found else "names are those that `ceasefire events import` tells"
            raise DataError([Problem(file, None, None, "missing-file", f"no file of this name in the store {self.root}", hint)])
        held = [batch for batch in known if any(one.rejected and one.file == file for one in batch.files)]
        if not held:
            return ()
        parts = ", ".join(_path(self.root, batch.name, "rejects") for batch in held)
        with _engine_on(self.root) as (connection, _):
            sql = f"SELECT line, reason, raw FROM read_parquet([{parts}]) WHERE file = {literal(file)} ORDER BY ALL"
            return tuple(connection.execute(sql).fetchall())


def _copy(connection: DuckDBPyConnection, sql: str, draft: Path, kind: str, path: Path) -> None:
    import duckdb  # noqa: PLC0415 - heavy

    try:
        connection.execute(f"COPY ({sql}) TO {literal(str(draft))} ({kind})")
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise OutputError(f"{path}: cannot be written: {reason}\n  hint: free some space, or choose another folder") from error


@contextmanager
def _engine_on(root: Path) -> Iterator[tuple[DuckDBPyConnection, Path]]:
    """Give a connection without reference tables; raise as errors of ours what a damaged store or too large an answer costs."""
    import duckdb  # noqa: PLC0415 - heavy

    try:
        with engine(with_codes=False) as made:
            yield made
    except duckdb.OutOfMemoryException as error:
        hint = "ask for fewer columns or days, or count with --by"
        raise LimitError(f"{root}: {MEMORY} of memory are too little for this answer\n  hint: {hint}") from error
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise broken(root, str(error).splitlines()[0]) from error


def _path(root: Path, batch: str, table: str) -> str:
    return readable(root / batch / f"{table}.parquet")


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


def _neutral(connection: DuckDBPyConnection, rows: str, shown: list[str]) -> list[str]:
    """SQL of columns of which no spreadsheet takes a text for a formula."""
    signs = ", ".join(f"chr({ord(sign)})" for sign in _SPREADSHEET)
    texts = {name for name, kind, *_ in connection.execute(f"DESCRIBE {rows}").fetchall() if kind == "VARCHAR"}
    return [
        f"CASE WHEN left({one}, 1) IN ({signs}) THEN '''' || {one} ELSE {one} END AS {one}" if one in texts else one
        for one in shown
    ]


def _count_of(rows: str) -> str:
    return f"SELECT count(*) FROM ({rows})"


def _number(connection: DuckDBPyConnection, sql: str) -> int:
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0
