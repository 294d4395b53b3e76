"""From rows inside the engine to frozen columns outside, without a Python object per row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ceasefire.events.engine import identifier
from ceasefire.events.table import NAMES, TYPES, Coded, EventTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

_ORDER = ("date", "source", "source_id", "file", "line")


def event_table(
    connection: DuckDBPyConnection, rows: str, columns: Iterable[str] = NAMES, made: tuple[tuple[str, str], ...] = ()
) -> EventTable:
    """Fetch columns of the event table from `rows` (SQL with all columns of the table), in the order of the table.

    Raises
    ------
    ValueError
        If a column is not one of the event table.
    """
    names = tuple(dict.fromkeys(columns))
    if unknown := set(names) - set(NAMES):
        raise ValueError(f"not columns of the event table: {', '.join(sorted(unknown))}")
    connection.execute("DROP TABLE IF EXISTS picked")
    connection.execute(f"CREATE TEMP TABLE picked AS SELECT {', '.join(names)} FROM ({rows}) ORDER BY {', '.join(_ORDER)}")
    fetched: dict[str, Coded | NDArray[Any]] = {}
    for name in names:
        fetched[name] = _coded(connection, name) if TYPES[name] == "VARCHAR" else _numbers(connection, name)
    connection.execute("DROP TABLE picked")
    return EventTable(fetched, made)


def _coded(connection: DuckDBPyConnection, name: str) -> Coded:
    """Number the texts of a column by a join, which stays quick where nearly every row has a text of its own."""
    import numpy as np  # noqa: PLC0415 - an import of files needs none

    column = identifier(name)
    distinct = f"SELECT DISTINCT {column} AS text FROM picked WHERE {column} IS NOT NULL"
    numbered = f"SELECT text, (row_number() OVER (ORDER BY text) - 1)::INTEGER AS number FROM ({distinct})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE picked_texts AS {numbered}")
    values = tuple(connection.execute("SELECT text FROM picked_texts ORDER BY number").fetchnumpy()["text"].tolist())
    join = f"LEFT JOIN picked_texts ON picked_texts.text = picked.{column}"
    codes = f"SELECT coalesce(picked_texts.number, -1) AS number FROM picked {join} ORDER BY picked.rowid"
    return Coded(np.ascontiguousarray(connection.execute(codes).fetchnumpy()["number"], dtype=np.int32), values)


def _numbers(connection: DuckDBPyConnection, name: str) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415 - as above

    kind = TYPES[name]
    cast = {"DATE": "DATE", "TIMESTAMP": "TIMESTAMP"}.get(kind, "DOUBLE")
    value = f"{identifier(name)}::{cast}"
    if cast != "DOUBLE":  # a format of another package may let an infinite day pass, which no array can hold
        value = f"CASE WHEN isfinite({value}) THEN {value} END"
    sql = f"SELECT {value} AS value FROM picked ORDER BY rowid"
    found = connection.execute(sql).fetchnumpy()["value"]
    if kind in {"DATE", "TIMESTAMP"}:
        unit = "D" if kind == "DATE" else "us"
        values = np.ma.getdata(found).astype(f"datetime64[{unit}]")
        values[np.ma.getmaskarray(found)] = np.datetime64("NaT")
        return np.asarray(values)
    return np.asarray(np.ma.filled(np.ma.masked_array(found).astype(np.float64), np.nan))
