"""How a format is described."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ceasefire.events.table import NAMES

MOST_COLUMNS = 2000
ALONE = "\x01"
"""Delimiter where a line is one cell; JSON cannot hold it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file: its name and its first lines, without line ends and at most 64 KB of each."""

    name: str
    lines: tuple[str, ...]

    def rows(self, delimiter: str) -> list[tuple[str, ...]]:
        """Split all of them where quote signs are data."""
        return [self.cells(k, delimiter) for k in range(len(self.lines))]

    def cells(self, line: int, delimiter: str, quote: str = "") -> tuple[str, ...]:
        """Split one of the lines, counted from 0; nothing where the file has no such line or it cannot be split."""
        if line >= len(self.lines):
            return ()
        if not quote:
            return tuple(self.lines[line].split(delimiter))
        try:
            return tuple(next(csv.reader([self.lines[line]], delimiter=delimiter, quotechar=quote), ()))
        except csv.Error:
            return ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one file stand in it.

    Parameters
    ----------
    release : str
        Version or stream, for the column `release`.
    columns : tuple of str
        In the order of the file.
    delimiter : str
        One sign; ``""`` where a row is one JSON object on a line, and `columns` are its keys.
    quote : str
        ``""`` where quote signs are data; otherwise doubled inside.
    header_lines : int
        Lines before the first row.
    types : Mapping of str to str
        DuckDB types that the parser itself converts and rejects by; the other columns are text.
    date_format, time_format : str
        Of columns typed DATE and TIMESTAMP.
    widest : tuple of str
        Where rows of two widths occur in one file: the columns of the wider one; rows of the narrower lack the last column.
    encoding : {"utf-8", "latin-1"}
        What a file that is not UTF-8 is taken for; "utf-8" refuses such lines.
    vintage : str
        Day or time at which the whole file was known, as its name states it by the source's own rule; ``""`` where none does.
    """

    release: str
    columns: tuple[str, ...]
    delimiter: str = "\t"
    quote: Literal["", '"'] = ""
    header_lines: int = 0
    types: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    time_format: str = ""
    widest: tuple[str, ...] = ()
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    vintage: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One left join of a raw row to a reference table.

    Parameters
    ----------
    alias : str
        How `Format.columns` calls it.
    table : str
        ``country_codes`` or ``organisation_codes`` (then `system` and a `day` are needed), ``cameo_codes``, ``plover_codes``,
        ``acled_codes``, ``mie_codes``.
    on : str
        SQL: the key in the raw row, or for other tables the whole condition.
    system : str
        Code system of the key.
    """

    alias: str
    table: str
    on: str
    system: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the field.

    Parameters
    ----------
    name, title : str
        `name` is what ``--format`` takes and what `source` holds unless `columns` says otherwise.
    layout_of : callable
        Gives the layout of a file that has this format, or None.
    columns : Mapping of str to str
        For columns of the event table, SQL over the raw columns (all text unless the layout types them; empty is NULL) and the
        aliases of `lookups`. What is not named is missing. The macros ``number``, ``whole``, ``day_in``, ``day_as``, ``time_in``,
        ``plain`` and ``sorted_list`` read texts; see `ceasefire.events.lookups.install`.
    day : str
        SQL of the day on which codes are looked up.
    lookups : tuple of Lookup
    optional : tuple of str
        Raw columns that `columns` uses and a layout may lack; they are NULL then. Others must be there.
    checks : Mapping of str to str
        Reason of rejection to SQL that is true for a row to reject; the first that holds is given.
    table : {"events", "mentions"}
        Which table the rows belong to.
    key : tuple of str
        Columns of the event table that together name one event of this source.
    keep_unknown : bool
        Whether raw columns that nothing uses go to `extra`.
    """

    name: str
    title: str
    layout_of: Callable[[Head], Layout | None]
    columns: Mapping[str, str]
    day: str = "NULL::DATE"
    lookups: tuple[Lookup, ...] = ()
    optional: tuple[str, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    table: Literal["events", "mentions"] = "events"
    key: tuple[str, ...] = ("source_id",)
    keep_unknown: bool = False

    def __post_init__(self) -> None:
        if self.table == "events" and (unknown := set(self.columns) - set(NAMES)):
            raise ValueError(f"format {self.name!r}: not columns of the event table: {', '.join(sorted(unknown))}")


def by_name(head: Head, delimiter: str, quote: Literal["", '"'], needed: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names in the first line if all `needed` are there and none is empty, doubled or unprintable; nothing otherwise.

    There may be `MOST_COLUMNS`: what has more is no table of events, and would cost memory without bound.
    """
    names = tuple(name.strip().lstrip("\ufeff") for name in head.cells(0, delimiter, quote))
    lowered = [name.lower() for name in names]
    is_clean = len(set(lowered)) == len(lowered) <= MOST_COLUMNS and all(name and name.isprintable() for name in names)
    return names if is_clean and set(needed) <= set(lowered) else ()


def has_tags(head: Head) -> bool:
    """Whether the second line holds tags such as ``#date+occurred``, as in CSV files of the Humanitarian Data Exchange."""
    return any(cell.startswith("#") for cell in head.cells(1, ",", '"'))


def bad_number(*columns: str) -> str:
    """SQL that is true where one of these text columns holds something that is no number."""
    return " OR ".join(f'("{c}" IS NOT NULL AND number("{c}") IS NULL)' for c in columns)
