"""Where the trade commands get their table: the plain layout or the field's own files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import read_bytes, read_text
from ceasefire.errors import CaseError, Problem

if TYPE_CHECKING:
    from ceasefire.leverage import Economy, SectorEconomy
    from ceasefire.leverage.clearing import Floats
    from ceasefire.leverage.importers import Flows


Unit = Annotated[str, typer.Option(help="Unit of the values, for printing.")]
Source = Annotated[str, typer.Option(help="What to cite.")]


class Layout(StrEnum):
    """Whose file a table is."""

    PLAIN = "plain"
    BACI = "baci"
    ITPD = "itpd"
    GRAVITY = "gravity"
    WIOD = "wiod"


@dataclass(frozen=True, slots=True)
class TableAsked:
    """A table of trade as asked for on the command line; `unit` and `source` are of the plain layout."""

    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV with columns exporter, importer, value (and year), or see --layout.")
    ]
    layout: Annotated[Layout, typer.Option(help="Whose file it is.")] = Layout.PLAIN
    codes: Annotated[str | None, typer.Option(metavar="FILE", help="BACI's list of country codes, of the same release.")] = None
    members: Annotated[str | None, typer.Option(metavar="CODES", help="Only these economies, with commas; default: all.")] = None
    gdp: Annotated[
        str | None, typer.Option(metavar="FILE", help="CSV with columns name, gdp in the table's unit, to add domestic sales.")
    ] = None
    year: Annotated[int | None, typer.Option(help="Which year of the table.")] = None
    unit: Unit = "million USD"
    source: Source = ""
    absent_is_zero: Annotated[
        bool, typer.Option("--absent-is-zero", help="Pairs that are not in the file had no trade; otherwise they are missing.")
    ] = False

    def economy(self) -> Economy:
        """Read the table, and GDPs where domestic sales are to be added.

        Raises
        ------
        CaseError
            If a file cannot be read.
        DataError
            As the readers do.
        """
        from ceasefire.leverage.importers import read_gdp  # noqa: PLC0415

        sizes = None if self.gdp is None else read_gdp(read_text(self.gdp).splitlines(), file=self.gdp)
        chosen = None if self.members is None else [code.strip() for code in self.members.split(",")]
        with _lines(self.file) as lines:
            flows = self._flows(lines)
        return flows.economy(chosen, gdp=sizes)

    def _flows(self, lines: Iterator[str]) -> Flows:
        from ceasefire.leverage import importers  # noqa: PLC0415

        if self.layout is Layout.PLAIN:
            return importers.read_plain(
                lines, year=self.year, unit=self.unit, source=self.source, absent_is_zero=self.absent_is_zero, file=self.file
            )
        if self.layout is Layout.BACI:
            if self.codes is None:
                raise typer.BadParameter("BACI writes numbers for countries: give its list", param_hint="--codes")
            named = read_bytes(self.codes).decode("utf-8", errors="replace")  # some releases write names in Latin-1; none is used
            codes = importers.read_baci_codes(named.splitlines(), self.codes)
            return importers.read_baci(lines, codes, file=self.file)
        if self.year is None:
            raise typer.BadParameter(f"the file of {self.layout.value} holds many years: choose one", param_hint="--year")
        if self.layout is Layout.ITPD:
            return importers.read_itpd(lines, self.year, file=self.file)
        if self.layout is Layout.GRAVITY:
            return importers.read_cepii_gravity(lines, self.year, file=self.file)
        return importers.read_wiod(lines, self.year, file=self.file)


@dataclass(frozen=True, slots=True)
class SectorTablesAsked:
    """The tables of a many-sector economy as asked for on the command line."""

    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="With trade.csv, value_added.csv, intermediate.csv, final.csv, theta.csv.")
    ]
    tariff_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of trade.csv with tariffs; default: tariff, if it is there.")
    ] = None
    new_tariff_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of trade.csv with tariffs after the shock, as shares of the price.")
    ] = None
    winsorise: Annotated[bool, typer.Option("--winsorise", help="Bring elasticities into 1.5 to 12.")] = False
    absent_is_zero: Annotated[
        bool, typer.Option("--absent-is-zero", help="Rows that are not in the files were zero; otherwise they are missing.")
    ] = False
    year: Annotated[int | None, typer.Option(help="Year of the tables, for printing.")] = None
    source: Source = ""
    unit: Unit = "USD"

    def economy(self) -> tuple[SectorEconomy, Floats | None]:
        """Read the tables, and all tariffs after the shock where a column holds them.

        Raises
        ------
        CaseError
            If a file cannot be read.
        DataError
            As the readers do.
        """
        from ceasefire.leverage.sector_tables import COLUMNS, read_sector_tables, read_tariffs  # noqa: PLC0415

        texts = {name: read_text(str(self.folder / f"{name}.csv")).splitlines() for name in COLUMNS}
        table = read_sector_tables(
            texts,
            tariff=self.tariff_column,
            absent_is_zero=self.absent_is_zero,
            negative_inputs=True,
            unit=self.unit,
            year=self.year,
            source=self.source or self.folder.resolve().name,
        )
        later = None if self.new_tariff_column is None else read_tariffs(texts["trade"], table, self.new_tariff_column)
        return table.winsorised() if self.winsorise else table, later


@contextmanager
def _lines(file: str) -> Iterator[Iterator[str]]:
    """Give the lines of a UTF-8 file one by one, however long it is; CaseError if it cannot be read."""
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as opened:
            yield opened
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise CaseError([Problem(file, None, None, "missing-file", message, "give the path of a file")]) from error
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start})"
        raise CaseError([Problem(file, None, None, "not-utf8", message, "save the file as UTF-8")]) from error
