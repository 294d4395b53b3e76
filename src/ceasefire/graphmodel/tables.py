"""States and moves as tables (CSV, Parquet) and as graphs (GraphML, JSON)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError, OutputError
from ceasefire.graphmodel.answers import margin_json
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.reach import MOST_COMPARED
from ceasefire.graphmodel.stability import Solution
from ceasefire.store import staged

_SQL = {"text": "VARCHAR", "number": "BIGINT", "truth": "BOOLEAN"}
_GRAPHML = {"text": "string", "number": "long", "truth": "boolean"}
_MOST_CELLS = 25_000_000
_MOST_MOVES = 1_000_000
_RISKY = ("=", "+", "-", "@", "\t", "\r")

Kind = Literal["text", "number", "truth"]
Cell = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their kinds, and rows; None where a coalesced state leaves an option open."""

    columns: Mapping[str, Kind]
    rows: Sequence[tuple[Cell, ...]]


def state_table(model: GraphModel, solution: Solution) -> Table:
    """List the states: name, Y/N vector, options taken, rank per party (larger is better), stability, equilibria.

    Columns: ``state``, ``vector``, each option by name, ``rank of P``, ``C for P`` and ``C`` for each party P and concept C; for
    stakes also ``C margin of P``, in units of the stakes as text, up to 4,096 states, against coalitions up to 512.

    Raises
    ------
    OutputError
        If two columns would have one name.
    LimitError
        For more than 25,000,000 cells.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option, solve
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,))], preference=[[0, 9]])
    >>> table = state_table(model, solve(model, ["Nash"]))
    >>> list(table.columns), table.rows[1]
    (['state', 'vector', 'stop', 'rank of A', 'Nash for A', 'Nash'], ('2', 'Y', True, 1, True, True))
    """
    columns: dict[str, Kind] = {"state": "text", "vector": "text"}
    columns |= {option.name: "truth" for option in model.options}
    columns |= {f"rank of {party}": "number" for party in model.parties}
    for concept in solution.stable:
        columns |= {f"{concept} for {party}": "truth" for party in model.parties}
        columns[concept] = "truth"
    margins = _margins(model, solution)
    columns |= {f"{concept} margin of {party}": "text" for concept in margins for party in model.parties}
    expected = 2 + len(model.options) + len(model.parties)
    expected += len(solution.stable) * (len(model.parties) + 1) + len(margins) * len(model.parties)
    if len(columns) < expected:
        raise OutputError("two options or parties have the same name, so the table would lose a column\n  hint: rename one")
    if len(columns) * model.n_states > _MOST_CELLS:
        raise LimitError(
            f"{model.n_states:,} states with {len(columns)} columns make {len(columns) * model.n_states:,} cells; "
            f"at most {_MOST_CELLS:,} are written out\n  hint: ask for fewer concepts, or rule out states that cannot occur"
        )
    ranks = [np.unique(row, return_inverse=True)[1].reshape(-1) for row in model.preference]
    rows = []
    for k, label in enumerate(model.labels):
        vector = model.vector(k)
        cells: list[Cell] = [label, vector, *({"Y": True, "N": False}.get(sign) for sign in vector)]
        cells += [int(rank[k]) for rank in ranks]
        for concept, stable in solution.stable.items():
            cells += [bool(row[k]) for row in stable]
            cells.append(bool(solution.equilibria[concept][k]))
        cells += [margin_json(model, int(row[k])) for concept in margins for row in margins[concept]]
        rows.append(tuple(cells))
    return Table(columns, rows)


def _margins(model: GraphModel, solution: Solution) -> dict[str, NDArray[np.int64]]:
    found = {}
    for concept in solution.margins if model.cardinal and model.n_states <= MOST_COMPARED else ():
        with suppress(LimitError):
            found[concept] = solution.margins[concept]
    return found


def move_table(model: GraphModel) -> Table:
    """List the moves: from, to, by whom, and whether the mover is better off.

    Raises
    ------
    LimitError
        For more than 1,000,000 moves.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> move_table(GraphModel.from_options(["A"], [Option("stop", (0,), "up")], preference=[[0, 9]])).rows
    [('1', '2', 'A', True)]
    """
    n_moves = sum(map(model.n_moves, range(len(model.parties))))
    if n_moves > _MOST_MOVES:
        raise LimitError(
            f"{model.n_states:,} states have {n_moves:,} moves; at most {_MOST_MOVES:,} are written out\n"
            "  hint: a table of the states needs none; or rule out states that cannot occur"
        )
    columns: dict[str, Kind] = {"from": "text", "to": "text", "party": "text", "improves": "truth"}
    return Table(columns, list(_moves(model)))


def write_table(table: Table, path: Path) -> Path:
    """Write a table as CSV or Parquet, by the ending of the name; in CSV text that a spreadsheet would run is quoted by ``'``.

    Raises
    ------
    OutputError
        For another ending, or where the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        with staged(path) as draft:
            draft.write_text(_csv(table), encoding="utf-8", newline="")
    elif path.suffix.lower() == ".parquet":
        _parquet(table, path)
    else:
        raise OutputError(f"{path}: tables are written as .csv or .parquet\n  hint: give the file one of these endings")
    return path


def graph_json(model: GraphModel, solution: Solution) -> dict[str, Any]:
    """Give states and moves as nodes and edges of plain values, with the keys of `state_table` and `move_table`."""
    moves, states = move_table(model), state_table(model, solution)
    return {
        "nodes": [dict(zip(states.columns, row, strict=True)) for row in states.rows],
        "edges": [dict(zip(moves.columns, row, strict=True)) for row in moves.rows],
    }


def graphml(model: GraphModel, solution: Solution) -> str:
    """Write states and moves as GraphML; parallel moves of several parties are edges of their own.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option, solve
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,), "up")], preference=[[0, 9]])
    >>> '<edge source="1" target="2">' in graphml(model, solve(model, ["Nash"]))
    True
    """
    moves, states = move_table(model), state_table(model, solution)
    node_keys = {name: f"n{k}" for k, name in enumerate(states.columns)}
    edge_keys = {"party": "e0", "improves": "e1"}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    for kind, keys, columns in (("node", node_keys, states.columns), ("edge", edge_keys, moves.columns)):
        for name, key in keys.items():
            form = _GRAPHML[columns[name]]
            lines.append(f'<key id="{key}" for="{kind}" attr.name={quoteattr(name)} attr.type="{form}"/>')
    lines.append('<graph edgedefault="directed">')
    for row in states.rows:
        lines.append(f"<node id={quoteattr(str(row[0]))}>")
        lines += _data(zip(node_keys.values(), row, strict=True))
        lines.append("</node>")
    for start, end, party, improves in moves.rows:
        lines.append(f"<edge source={quoteattr(str(start))} target={quoteattr(str(end))}>")
        lines += _data((("e0", party), ("e1", improves)))
        lines.append("</edge>")
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def write_graph(model: GraphModel, solution: Solution, path: Path) -> Path:
    """Write states and moves as GraphML or JSON, by the ending of the name; OutputError for another ending."""
    match path.suffix.lower():
        case ".graphml":
            text = graphml(model, solution)
        case ".json":
            text = json.dumps(graph_json(model, solution), ensure_ascii=False, indent=1) + "\n"
        case _:
            raise OutputError(f"{path}: graphs are written as .graphml or .json\n  hint: give the file one of these endings")
    with staged(path) as draft:
        draft.write_text(text, encoding="utf-8")
    return path


def _moves(model: GraphModel) -> Iterator[tuple[str, str, str, bool]]:
    for party, name in enumerate(model.parties):
        arcs, own = model.arcs_of(party), model.preference[party]
        for start, end in zip(arcs.start.tolist(), arcs.to.tolist(), strict=True):
            yield model.labels[start], model.labels[end], name, bool(own[end] > own[start])


def _data(cells: Any) -> Iterator[str]:
    for key, cell in cells:
        if cell is not None:
            yield f'<data key="{key}">{escape(_plain(cell))}</data>'


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _guarded(cell: Cell) -> str:
    text = _plain(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_RISKY) else text


def _csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_guarded(name) for name in table.columns])
    writer.writerows([_guarded(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _parquet(table: Table, path: Path) -> None:
    import duckdb  # noqa: PLC0415 - heavy, and only for Parquet

    names = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" {_SQL[kind]}' for name, kind in table.columns.items())
    with staged(path) as draft, duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE states ({names})")
        if table.rows:
            cells = zip(*table.rows, strict=True)
            connection.register("given", {f"c{k}": np.array(column, dtype=object) for k, column in enumerate(cells)})
            connection.execute("INSERT INTO states SELECT * FROM given")
        place = str(draft).replace("'", "''")
        connection.execute(f"COPY states TO '{place}' (FORMAT parquet)")
