"""Many small batches made into one, so that a store fed every day is asked as fast as one that was filled at once.

The batches merged stay on disk until the next time, for readers that still have their names.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from ceasefire.events.engine import literal, parquet, readable
from ceasefire.events.filing import Batch, Span, commit, draft

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SMALL_ROWS = 500_000
MOST_SMALL = 16


def compacted(root: Path, connection: DuckDBPyConnection, held: tuple[Batch, ...]) -> tuple[Batch, ...]:
    """Merge the last batches into one where `MOST_SMALL` or more of them in a row are small; give the batches there are then."""
    n_small = next((k for k, batch in enumerate(reversed(held)) if _rows(batch) >= SMALL_ROWS), len(held))
    if n_small < MOST_SMALL:
        return held
    before, merged = held[: len(held) - n_small], held[len(held) - n_small :]
    name = f"batch-{held[-1].number + 1:06}"
    folder = draft(root)
    for table in ("events", "mentions", "rejects"):
        parts = [root / batch.name / f"{table}.parquet" for batch in merged]
        if files := ", ".join(readable(part) for part in parts if part.exists()):
            connection.execute(f"COPY (FROM read_parquet([{files}])) TO {parquet(folder / f'{table}.parquet')}")
    _renumber_outdated(root, connection, merged, name, folder)
    made = Batch(
        name=name,
        files=tuple(file for batch in merged for file in batch.files),
        spans=_spans(merged),
        mentions=sum(batch.mentions for batch in merged),
        outdated=sum(batch.outdated for batch in merged),
        starts=tuple(start + own for start, batch in zip(_starts(merged), merged, strict=True) for own in batch.starts),
    )
    commit(root, folder, made, before, former=[batch.name for batch in merged])
    return (*before, made)


def _rows(batch: Batch) -> int:
    return sum(file.kept for file in batch.files)


def _renumber_outdated(root: Path, connection: DuckDBPyConnection, merged: tuple[Batch, ...], name: str, folder: Path) -> None:
    """Write which rows are out of date, by their new places: rows of a batch follow those of the batches before it."""
    files = ", ".join(readable(root / batch.name / "outdated.parquet") for batch in merged if batch.outdated)
    if not files:
        return
    places = ", ".join(f"({literal(batch.name)}, {start})" for batch, start in zip(merged, _starts(merged), strict=True))
    moved = (
        f"SELECT if(place.start IS NULL, old.batch, {literal(name)}) AS batch, old.row + coalesce(place.start, 0) AS row, "
        f"old.until, old.repeated FROM read_parquet([{files}]) AS old "
        f"LEFT JOIN (VALUES {places}) AS place (batch, start) USING (batch)"
    )
    connection.execute(f"COPY ({moved}) TO {parquet(folder / 'outdated.parquet')}")


def _starts(merged: tuple[Batch, ...]) -> list[int]:
    """Give the first row of each batch among the rows of all."""
    counts = [sum(sum(span.months.values()) for span in batch.spans.values()) for batch in merged]
    return list(accumulate(counts[:-1], initial=0))


def _spans(merged: Iterable[Batch]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for batch in merged:
        for source, span in batch.spans.items():
            found[source] = _both(found[source], span) if source in found else span
    return found


def _both(one: Span, other: Span) -> Span:
    months = {month: one.months.get(month, 0) + other.months.get(month, 0) for month in sorted({*one.months, *other.months})}
    if one.low_id is None or one.high_id is None or other.low_id is None or other.high_id is None:
        return Span(months, None, None)
    return Span(months, min(one.low_id, other.low_id), max(one.high_id, other.high_id))
