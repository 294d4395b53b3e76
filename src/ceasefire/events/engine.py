"""The engine: one in-memory DuckDB with the reference tables, a memory limit and a scratch folder for what does not fit."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ceasefire.events.lookups import install

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "600MB"


@contextmanager
def engine(
    scratch_parent: Path | None = None, *, with_codes: bool = True, memory: str = MEMORY
) -> Iterator[tuple[DuckDBPyConnection, Path]]:
    """Give a connection and a scratch folder that is removed afterwards.

    Parameters
    ----------
    scratch_parent : Path, optional
        Where the scratch folder is made; the system's place for temporary files by default.
    with_codes : bool
        Whether the reference tables are put in, which only the mapping of raw rows needs.
    memory : str
        DuckDB's limit; sorting and joining beyond it goes to the scratch folder.

    Notes
    -----
    Joins stream the rows that are read past the reference tables, and no extension is fetched or loaded.
    """
    import duckdb  # noqa: PLC0415 - heavy

    with TemporaryDirectory(prefix=".scratch-", dir=scratch_parent) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": str(Path(folder) / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": str(min(os.cpu_count() or 1, 8)),
        }
        connection = duckdb.connect(config=config)
        try:
            connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            if with_codes:
                install(connection)
            yield connection, Path(folder)
        finally:
            connection.close()


def literal(text: str) -> str:
    """Give a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def readable(path: Path) -> str:
    """Give the path of a file to read as an SQL literal; the engine would take ``*``, ``?`` and ``[`` in it for a pattern.

    Examples
    --------
    >>> readable(Path("case [draft]/events.parquet"))
    "'case [[]draft]/events.parquet'"
    """
    return literal(glob.escape(str(path)))


def identifier(name: str) -> str:
    """Give a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def parquet(path: Path) -> str:
    """Give the target of a COPY: a Parquet file.

    Columns with many different texts, such as addresses, are written as they are: to look each up in a dictionary that then
    proves too long costs more than all the rest.
    """
    return f"{literal(str(path))} (FORMAT parquet, DICTIONARY_SIZE_LIMIT 4000, WRITE_BLOOM_FILTER false)"
