"""Read the tables of a many-sector economy from a plain layout of five CSV files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.clearing import Floats
from ceasefire.leverage.csv_text import csv_rows
from ceasefire.leverage.sector_economy import SectorEconomy, sector_economy

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "trade": ("sector", "exporter", "importer", "value"),
    "value_added": ("sector", "region", "value"),
    "intermediate": ("input", "sector", "region", "value"),
    "final": ("sector", "region", "value"),
    "theta": ("sector", "value"),
}
_MOST_TOLD = 20


def read_sector_tables(
    texts: Mapping[str, Iterable[str]],
    *,
    tariff: str | None = None,
    absent_is_zero: bool = False,
    negative_inputs: bool = False,
    unit: str = "USD",
    year: int | None = None,
    source: str = "",
) -> SectorEconomy:
    """Read trade, value_added, intermediate, final and theta, each with the columns in `COLUMNS`.

    Parameters
    ----------
    texts : mapping of str to iterable of str
        Lines of the five files by name.
    tariff : str, optional
        Column of the file of trade with ad valorem tariffs; default: ``tariff``, and no tariffs where the file has no such column.
    absent_is_zero : bool
        Whether flows and inputs that are not in the files were zero; otherwise they are missing and the tables are refused.
    negative_inputs : bool
        As for `sector_economy`.
    unit, year, source
        As for `SectorEconomy`.

    Raises
    ------
    DataError
        With files that are missing, columns, rows that are no numbers, unknown sectors, and as `sector_economy` does.
    """
    absent = [name for name in COLUMNS if name not in texts]
    if absent:
        hint = f"needed are {', '.join(f'{name}.csv' for name in COLUMNS)}"
        raise DataError([Problem(f"{name}.csv", None, None, "missing-file", "the table is not there", hint) for name in absent])
    stated = _read(texts["theta"], "theta", "value")
    made = _read(texts["value_added"], "value_added", "value")
    sectors, names = list(dict.fromkeys(row["sector"] for row, _ in stated)), list(dict.fromkeys(row["region"] for row, _ in made))
    grid = _Grid(names, sectors, 0.0 if absent_is_zero else np.nan)
    needed, axes = (*COLUMNS["trade"], *((tariff,) if tariff else ())), ("sector", "exporter", "importer")
    trade, column = list(csv_rows(texts["trade"], needed, "trade.csv")), tariff or "tariff"
    has_tariffs = bool(trade) and column in trade[0][1]
    rates = grid.filled("trade", axes, _numbers(trade, "trade", column), empty=0.0) if has_tariffs else None
    tables = {
        "flows": grid.filled("trade", axes, _numbers(trade, "trade", "value")),
        "value_added": grid.filled("value_added", ("region", "sector"), made),
        "inputs": grid.filled("intermediate", ("region", "input", "sector"), _read(texts["intermediate"], "intermediate", "value")),
        "final": grid.filled("final", ("region", "sector"), _read(texts["final"], "final", "value")),
        "theta": grid.filled("theta", ("sector",), stated),
    }
    if grid.problems:
        raise DataError(grid.problems)
    return sector_economy(
        names,
        sectors,
        tariff=rates,
        **tables,
        unit=unit,
        year=year,
        source=source,
        negative_inputs=negative_inputs,
        file="the tables",
    )


def read_tariffs(lines: Iterable[str], table: SectorEconomy, column: str) -> Floats:
    """Read tariffs after a shock from a column of the file of trade, shape (sectors, n, n); pairs without a row keep theirs.

    Raises
    ------
    DataError
        If the column is missing, or names an economy or sector that is not in the tables.
    """
    grid = _Grid(list(table.names), list(table.sectors), 0.0)
    rows = _numbers(list(csv_rows(lines, (*COLUMNS["trade"], column), "trade.csv")), "trade", column)
    new = grid.filled("trade", ("sector", "exporter", "importer"), rows, empty=np.nan)
    if grid.problems:
        raise DataError(grid.problems)
    return np.asarray(np.where(np.isnan(new), table.tariff, new))


class _Grid:
    """Places of economies and sectors, and what was named that has none."""

    def __init__(self, names: Sequence[str], sectors: Sequence[str], empty: float) -> None:
        self._empty = empty
        self._names = {name: k for k, name in enumerate(names)}
        self._sectors = {sector: k for k, sector in enumerate(sectors)}
        self.problems: list[Problem] = []

    def filled(
        self, file: str, axes: tuple[str, ...], rows: Iterable[tuple[Mapping[str, str], float]], empty: float | None = None
    ) -> Floats:
        """Put rows into an array whose axes are the columns named; two rows of one place are a problem."""
        known = [self._sectors if axis in {"sector", "input"} else self._names for axis in axes]
        table = np.full([len(one) for one in known], self._empty if empty is None else empty)
        seen: set[tuple[int, ...]] = set()
        for row, value in rows:
            place = []
            for axis, places in zip(axes, known, strict=True):
                at = places.get(row[axis])
                if at is None:
                    self._unknown(file, axis, row[axis])
                else:
                    place.append(at)
            if len(place) == len(axes):
                if tuple(place) in seen:
                    self._tell(file, "duplicate-key", f"two rows of {', '.join(row[axis] for axis in axes)}", "add them up")
                seen.add(tuple(place))
                table[tuple(place)] = value
        return table

    def _unknown(self, file: str, axis: str, name: str) -> None:
        code, where = ("unknown-sector", "theta.csv") if axis in {"sector", "input"} else ("unknown-economy", "value_added.csv")
        self._tell(file, code, f"{axis} {name!r} is not in {where}", "spell it alike in all files")

    def _tell(self, file: str, code: str, message: str, hint: str) -> None:
        problem = Problem(f"{file}.csv", None, None, code, message, hint)
        if problem not in self.problems and len(self.problems) < _MOST_TOLD:
            self.problems.append(problem)


def _read(lines: Iterable[str], file: str, column: str) -> list[tuple[dict[str, str], float]]:
    return _numbers(list(csv_rows(lines, COLUMNS[file], f"{file}.csv")), file, column)


def _numbers(rows: list[tuple[int, dict[str, str]]], file: str, column: str) -> list[tuple[dict[str, str], float]]:
    found, problems = [], []
    for line, row in rows:
        try:
            found.append((row, float(row[column])))
        except ValueError:
            message = f"{column} is {row[column][:40]!r}, expected a number"
            problems.append(Problem(f"{file}.csv", line, None, "wrong-type", message, "leave the row out if it is missing"))
    if problems:
        raise DataError(problems[:_MOST_TOLD])
    return found
