"""Import files into the store: in batches, each whole or absent; a file whose bytes are known already adds nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from ceasefire.errors import CeasefireError, DataError, LimitError, OutputError
from ceasefire.events.compacting import compacted
from ceasefire.events.engine import MEMORY, engine, literal, parquet, readable
from ceasefire.events.filing import Batch, Span, batches, broken, commit, draft, writing
from ceasefire.events.formats import format_named, known_formats, recognise
from ceasefire.events.gathering import each_file
from ceasefire.events.intake import Plain, plain_files
from ceasefire.events.loading import Counts, known_at, load
from ceasefire.events.rejects import Reject

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FILES = 500
_BYTES = 1 << 30
_BITS = 1 << 27
_REJECTS = 10_000
_NEVER = "TIMESTAMP '0001-01-01'"


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did.

    Parameters
    ----------
    files : tuple of Counts
        Files that were added.
    known : tuple of str
        Files whose bytes the store has already.
    refused : tuple of (str, str)
        Files that could not be used, with the whole message.
    repeated : int
        Rows that have the key, vintage and release of another row; they are kept, and one counts.
    superseded : int
        Rows that have a newer vintage or a later release of the same key; they are kept.
    """

    files: tuple[Counts, ...]
    known: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    repeated: int
    superseded: int


@dataclass(slots=True)
class _Pending:
    """A batch in the making."""

    folder: Path
    files: list[Counts] = field(default_factory=list)
    parts: dict[str, list[Path]] = field(default_factory=lambda: {"events": [], "mentions": []})
    rejects: list[tuple[str, Reject]] = field(default_factory=list)
    size: int = 0


def import_files(
    root: Path,
    paths: Iterable[Path],
    *,
    format_name: str = "auto",
    vintage: str = "",
    tell: Callable[[str], None] = lambda step: None,
) -> Import:
    """Add event files to a store.

    Parameters
    ----------
    root : Path
        Folder of the store; made if absent.
    paths : iterable of Path
        Files, or folders of which every file is taken, in the order of names.
    format_name : str
        Of all files, or "auto".
    vintage : str
        Day or time at which the files were known, for formats that do not say so.
    tell : callable
        Called with one line before each file, for a progress bar.

    Returns
    -------
    Import
        A file that cannot be used is told there and does not stop the others.

    Raises
    ------
    DataError
        If no format has the name, or `vintage` is no day or time.
    LimitError
        If the memory is too small.
    OutputError
        If the store cannot be written, or another import is running.
    """
    if format_name != "auto":
        format_named(format_name)
    with _told(root), writing(root), engine(root) as (connection, scratch):
        job = _Import(root, connection, scratch, vintage=known_at(vintage))
        found = list(each_file(paths, root))
        try:
            for number, path in enumerate(found, start=1):
                tell(f"{number} of {len(found)}: {path.name}")
                job.take(path, format_name)
            job.finish()
            job.compact()
        finally:
            job.drop()
        return Import(tuple(job.added), tuple(job.known), tuple(job.refused), job.repeated, job.superseded)


@contextmanager
def _told(root: Path) -> Iterator[None]:
    """Raise as an error of ours what the disk or the memory is too small for."""
    import duckdb  # noqa: PLC0415 - heavy

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise LimitError(f"{root}: {MEMORY} of memory are too little for these files\n  hint: import fewer at a time") from error
    except (duckdb.IOException, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        hint = "free some space, or choose another folder with --store; what was imported before stays"
        raise OutputError(f"{root}: cannot be written: {reason}\n  hint: {hint}") from error


@contextmanager
def _asking_what_is_held(root: Path) -> Iterator[None]:
    """Raise as an error of ours that a batch of the store is damaged."""
    import duckdb  # noqa: PLC0415 - heavy

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise broken(root, str(error).splitlines()[0]) from error


class _Import:
    def __init__(self, root: Path, connection: DuckDBPyConnection, scratch: Path, *, vintage: str) -> None:
        self._root = root
        self._connection = connection
        self._scratch = scratch
        self._vintage = vintage
        self._committed = batches(root)
        self._hashes = {file.sha256 for batch in self._committed for file in batch.files}
        self._names = {file.file for batch in self._committed for file in batch.files}
        self._pending: _Pending | None = None
        self.added: list[Counts] = []
        self.known: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.repeated = 0
        self.superseded = 0
        self._single = False

    def take(self, path: Path, format_name: str) -> None:
        """Add what is in one file to the batch in the making, which is committed once it is large."""

        def refuse(error: CeasefireError) -> None:
            self.refused.append((str(path), str(error)))

        try:
            for plain in plain_files(path, self._scratch, refuse=refuse):
                try:
                    self._add(plain, format_name)
                except (DataError, LimitError) as error:
                    refuse(error)
        except (DataError, LimitError) as error:
            refuse(error)

    def _add(self, plain: Plain, format_name: str) -> None:
        if plain.sha256 in self._hashes:
            self.known.append(plain.name)
            return
        if self._pending is None:
            self._pending = _Pending(draft(self._root))
        batch = self._pending
        known = recognise(plain.head, format_name)
        plain = replace(plain, name=self._name_of_its_own(plain.name))
        part = batch.folder / f"part-{len(batch.files)}.parquet"
        try:
            done = load(self._connection, self._scratch, plain, known, part, vintage=self._vintage)
        except CeasefireError:
            part.unlink(missing_ok=True)
            raise
        batch.files.append(done.counts)
        batch.parts[known[0].table].append(part)
        batch.rejects += [(plain.name, reject) for reject in done.rejects]
        batch.size += plain.path.stat().st_size
        self._hashes.add(plain.sha256)
        self._names.add(plain.name)
        if len(batch.files) >= _FILES or batch.size >= _BYTES:
            self.finish()

    def _name_of_its_own(self, name: str) -> str:
        """Tell a file from others of its name with other bytes, so that a row can be followed to its file."""
        numbered = (f"{name}#{number}" for number in count(2))
        return name if name not in self._names else next(one for one in numbered if one not in self._names)

    def drop(self) -> None:
        """Remove a batch in the making that something broke off."""
        if self._pending is not None:
            shutil.rmtree(self._pending.folder, ignore_errors=True)

    def finish(self) -> None:
        """Commit the batch in the making, if it has any file."""
        batch = self._pending
        if batch is None or not batch.files:
            return
        for table, parts in batch.parts.items():
            self._join(batch.folder / f"{table}.parquet", parts)
        self._write_rejects(batch)
        name = f"batch-{self._committed[-1].number + 1 if self._committed else 1:06}"
        spans = self._spans(batch.folder)
        with _asking_what_is_held(self._root):
            repeated, superseded, outdated = self._outdate(batch.folder, name, spans)
        mentions = self._rows(batch.folder / "mentions.parquet")
        made = Batch(name, tuple(batch.files), spans, mentions, outdated)
        commit(self._root, batch.folder, made, self._committed)
        self._pending = None
        self._committed = (*self._committed, made)
        self.added += batch.files
        self.repeated += repeated
        self.superseded += superseded

    def compact(self) -> None:
        """Merge small batches where there are many."""
        with _asking_what_is_held(self._root):
            self._committed = compacted(self._root, self._connection, self._committed)

    def _join(self, target: Path, parts: list[Path]) -> None:
        if len(parts) == 1:
            parts[0].rename(target)
        elif parts:
            files = ", ".join(readable(part) for part in parts)
            self._connection.execute(f"COPY (FROM read_parquet([{files}])) TO {parquet(target)}")
            for part in parts:
                part.unlink()

    def _write_rejects(self, batch: _Pending) -> None:
        if not batch.rejects:
            return
        self._connection.execute("CREATE OR REPLACE TEMP TABLE rejected (file VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)")
        columns = ", ".join(f"unnest(?::{kind}[])" for kind in ("VARCHAR", "BIGINT", "VARCHAR", "VARCHAR"))
        for begin in range(0, len(batch.rejects), _REJECTS):
            some = batch.rejects[begin : begin + _REJECTS]
            given = [[name for name, _ in some], *map(list, zip(*(reject for _, reject in some), strict=True))]
            self._connection.execute(f"INSERT INTO rejected SELECT {columns}", given)
        self._connection.execute(f"COPY rejected TO {parquet(batch.folder / 'rejects.parquet')}")

    def _rows(self, path: Path) -> int:
        if not path.exists():
            return 0
        found = self._connection.execute(f"SELECT count(*) FROM read_parquet({readable(path)})").fetchone()
        return int(found[0]) if found else 0

    def _spans(self, folder: Path) -> dict[str, Span]:
        events = folder / "events.parquet"
        if not events.exists():
            return {}
        numbered = f"SELECT source, date, try_cast(source_id AS BIGINT) AS number FROM read_parquet({readable(events)})"
        by_day = (
            "SELECT source, date, count(*) AS n, min(number) AS low, max(number) AS high, bool_and(number IS NOT NULL) AS whole "
            f"FROM ({numbered}) GROUP BY ALL"
        )
        counted = (
            "SELECT source, strftime(date, '%Y-%m') AS month, sum(n)::BIGINT, min(low), max(high), bool_and(whole) "
            f"FROM ({by_day}) GROUP BY ALL ORDER BY ALL"
        )
        by_source: dict[str, list[tuple[str, int, int, int, bool]]] = {}
        for source, *of_month in self._connection.execute(counted).fetchall():
            by_source.setdefault(source, []).append(tuple(of_month))
        spans = {source: _span(months) for source, months in by_source.items()}
        self._single = all(self._are_single(numbered, source, span) for source, span in spans.items())
        return spans

    def _are_single(self, numbered: str, source: str, span: Span) -> bool:
        """Whether all ids of a source are whole numbers and none occurs twice; bits tell it quickly where the ids lie close."""
        if span.low_id is None or span.high_id is None:
            return False
        bits = f"bit_count(bitstring_agg(number, {span.low_id}, {span.high_id}))"
        distinct = bits if span.high_id - span.low_id < _BITS else "count(DISTINCT number)"
        found = self._connection.execute(
            f"SELECT {distinct} = count(*) FROM ({numbered}) WHERE source = {literal(source)}"
        ).fetchone()
        return bool(found and found[0])

    def _outdate(self, folder: Path, name: str, spans: dict[str, Span]) -> tuple[int, int, int]:
        """Note which rows, new or old, are no longer the best of their key, from which vintage on, and whether they repeat another.

        Gives how many were first found now to repeat, how many to be superseded, and how many rows were noted.
        """
        if not spans:
            return 0, 0, 0
        old = [batch.name for batch in self._committed if any(_meet(span, batch.spans.get(s)) for s, span in spans.items())]
        if self._single and not old:
            return 0, 0, 0
        rows = [_keyed(folder / "events.parquet", name), *(_keyed(self._root / one / "events.parquet", one) for one in old)]
        target = folder / "outdated.parquet"
        # the best row of a key comes first: newest vintage, newest release (without number is oldest), newest import, first line
        parts = "list_transform(regexp_extract_all(release, '[0-9]+'), lambda part: try_cast(part AS INTEGER))"
        order = f"vintage DESC NULLS LAST, {parts} DESC NULLS LAST"
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE keyed AS WITH given AS ({' UNION ALL '.join(rows)}), "
            "doubled AS (SELECT source, key FROM given GROUP BY ALL HAVING count(*) > 1) "
            "SELECT given.* FROM given SEMI JOIN doubled USING (source, key)"
        )
        begun = [(name, 0), *((batch.name, start) for batch in self._committed for start in batch.starts)]
        imports = ", ".join(f"({literal(batch)}, {start})" for batch, start in begun)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE imports AS FROM (VALUES {imports}) AS i (batch, start)")
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE outdated AS SELECT batch, row, coalesce(newer, {_NEVER}) AS until, repeated FROM "
            "(SELECT keyed.batch, row, lag(vintage) OVER best AS newer, row_number() OVER best AS place, "
            "(vintage, release) IS NOT DISTINCT FROM (lag(vintage) OVER best, lag(release) OVER best) AS repeated "
            "FROM keyed ASOF JOIN imports ON keyed.batch = imports.batch AND keyed.row >= imports.start "
            f"WINDOW best AS (PARTITION BY source, key ORDER BY {order}, keyed.batch DESC, start DESC, file, line, row)) "
            "WHERE place > 1"
        )
        return self._note(target)

    def _note(self, target: Path) -> tuple[int, int, int]:
        """Write the table `outdated` without what earlier batches note already; count the rows that are new in it, and all."""
        run = self._connection.execute
        noted = ", ".join(readable(self._root / batch.name / "outdated.parquet") for batch in self._committed if batch.outdated)
        earlier = f"read_parquet([{noted}])" if noted else "(SELECT * FROM outdated LIMIT 0)"
        run(f"CREATE OR REPLACE TEMP TABLE noted AS SELECT DISTINCT batch, row, until, repeated FROM {earlier}")
        run(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT o.batch, o.row, o.until, o.repeated, known.row IS NULL AS is_new FROM "
            "(SELECT outdated.* FROM outdated ANTI JOIN noted USING (batch, row, until, repeated)) AS o "
            "LEFT JOIN (SELECT DISTINCT batch, row FROM noted) AS known ON known.batch = o.batch AND known.row = o.row"
        )
        count = "SELECT count(*) FILTER (repeated AND is_new), count(*) FILTER (NOT repeated AND is_new), count(*) FROM fresh"
        found = run(count).fetchone()
        repeated, superseded, rows = found or (0, 0, 0)
        if rows:
            run(f"COPY (SELECT * EXCLUDE (is_new) FROM fresh) TO {parquet(target)}")
        return int(repeated), int(superseded), int(rows)


def _span(months: list[tuple[str, int, int, int, bool]]) -> Span:
    """Join the months of a source: month, rows, lowest and highest id, and whether all ids are whole numbers."""
    rows = {month: count for month, count, _, _, _ in months}
    if not all(whole for *_, whole in months):
        return Span(rows, None, None)
    return Span(rows, min(low for _, _, low, _, _ in months), max(high for _, _, _, high, _ in months))


def _meet(new: Span, old: Span | None) -> bool:
    if old is None:
        return False
    if None in {new.low_id, new.high_id, old.low_id, old.high_id}:
        return True
    return bool(new.low_id <= old.high_id and old.low_id <= new.high_id)  # type: ignore[operator]


def _keyed(path: Path, batch: str) -> str:
    return (
        f"SELECT {literal(batch)} AS batch, file_row_number AS row, source, {_key()} AS key, vintage, release, file, line "
        f"FROM read_parquet({readable(path)}, file_row_number = true)"
    )


def _key() -> str:
    cases = [
        f"WHEN {literal(one.name)} THEN concat_ws('@', {', '.join(one.key)})"
        for one in known_formats().values()
        if one.table == "events" and one.key != ("source_id",)
    ]
    return f"CASE source {' '.join(cases)} ELSE source_id END" if cases else "source_id"
