"""Read the field's trade tables: BACI, ITPD-E, CEPII Gravity, WIOD-style and plain ones, into flows that become an economy.

Every reader takes lines of text and gives `Flows` with rows in = rows kept + rows left out + rows rejected. A pair that is not in a
file is missing unless the source records every flow above zero; then `absent_is_zero` says so.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.csv_text import csv_rows, number, unmarked
from ceasefire.leverage.economy import Economy, economy, nearest, with_home_sales

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Terms:
    """What a source allows and how it wants to be cited."""

    name: str
    terms: str
    citation: str


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows from seller to buyer.

    Parameters
    ----------
    values : mapping of (seller, buyer) to float
        Summed over products or sectors, in `unit`.
    unit : str
    year : int or None
    source : Terms
    absent_is_zero : bool
        Whether the source records every flow, so that a pair that is absent is no trade.
    kept, left_out, rejected : int
        Rows; left out are other years and sectors.
    problems : tuple of Problem
        The first 20 rejected rows, by line.
    file : str
        Name of the file in messages.
    spoiled : frozenset of (seller, buyer)
        Pairs with a rejected value: missing, whatever their other rows say.
    """

    values: Mapping[tuple[str, str], float]
    unit: str
    year: int | None
    source: Terms
    absent_is_zero: bool
    kept: int
    left_out: int
    rejected: int
    problems: tuple[Problem, ...]
    file: str
    spoiled: frozenset[tuple[str, str]] = frozenset()

    def economy(self, members: Collection[str] | None = None, gdp: Mapping[str, float] | None = None) -> Economy:
        """Make an economy of the flows among some members (default: all).

        Parameters
        ----------
        members : collection of str, optional
        gdp : mapping of str to float, optional
            In the unit of the flows; needed where the source has no domestic sales.

        Raises
        ------
        DataError
            If the file does not have a member, pairs are missing and absence is not zero, a value among the members was rejected,
            domestic sales are missing, or as `economy` does.
        """
        held = sorted({code for pair in (*self.values, *self.spoiled) for code in pair})
        names = sorted(set(members)) if members is not None else held
        unknown = [name for name in names if name not in held]
        if unknown:
            told = [(f"no economy {name!r} in the table", nearest(name, held)) for name in unknown]
            raise DataError([Problem(self.file, None, None, "unknown-economy", *one) for one in told])
        table = np.full((len(names), len(names)), 0.0 if self.absent_is_zero else np.nan)
        for (seller, buyer), value in self.values.items():
            if seller in names and buyer in names:
                table[names.index(seller), names.index(buyer)] = value
        spoiled = [pair for pair in self.spoiled if set(pair) <= set(names)]
        for seller, buyer in spoiled:
            table[names.index(seller), names.index(buyer)] = np.nan
        cited = self.source.citation
        try:
            if gdp is not None:
                return with_home_sales(names, table, gdp, unit=self.unit, year=self.year, source=cited, file=self.file)
            return economy(names, table, unit=self.unit, year=self.year, source=cited, file=self.file)
        except DataError as error:
            rejected = self.problems if spoiled else ()
            raise DataError([*rejected, *self._one_sided(names), *error.problems]) from None

    def _one_sided(self, names: Collection[str]) -> Iterable[Problem]:
        """Tell of economies that have rows as sellers only, or as buyers only, where rows that are not there are missing."""
        inside = [pair for pair in (*self.values, *self.spoiled) if set(pair) <= set(names)]
        for side, verb, other in ((0, "sells", "buys"), (1, "buys", "sells")):
            lame = sorted({pair[1 - side] for pair in inside} - {pair[side] for pair in inside})
            if lame and not self.absent_is_zero:
                message = f"the table is not square: {', '.join(lame[:12])} {other} and never {verb}"
                hint = "give the missing rows, or choose economies that have both (`--members`)"
                yield Problem(self.file, None, None, "not-square", message, hint)


BACI = Terms(
    "BACI",
    "Etalab Open Licence 2.0: free use with attribution",
    "Gaulier and Zignago (2010), BACI: International Trade Database at the Product-Level, CEPII WP 2010-23",
)
ITPD = Terms(
    "ITPD-E",
    "free with attribution; see the terms of the United States International Trade Commission",
    "Borchert, Larch, Shikher and Yotov (2021), The International Trade and Production Database for Estimation, "
    "International Economics 166",
)
CEPII_GRAVITY = Terms(
    "CEPII Gravity",
    "Etalab Open Licence 2.0: free use with attribution",
    "Conte, Cotterlaz and Mayer (2022), The CEPII Gravity Database, CEPII WP 2022-05",
)
WIOD = Terms(
    "WIOD",
    "Creative Commons Attribution 4.0",
    "Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics 23",
)
PLAIN = Terms("plain table", "as its maker says", "the maker of the table")


@dataclass(slots=True)
class _Tally:
    name: str
    values: dict[tuple[str, str], float] = field(default_factory=dict)
    kept: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0
    spoiled: set[tuple[str, str]] = field(default_factory=set)

    def add(self, seller: str, buyer: str, value: float) -> None:
        self.values[seller, buyer] = self.values.get((seller, buyer), 0.0) + value
        self.kept += 1

    def read(self, seller: str, buyer: str, text: str, line: int, scale: float = 1.0) -> bool:
        """Add a flow, or reject one that is no number of zero or more; say whether it was added."""
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if isfinite(value) and value >= 0:
            self.add(seller, buyer, value / scale)
            return True
        code = "negative-flow" if value < 0 else "wrong-type"
        self.spoiled.add((seller, buyer))
        self.reject(line, code, f"value {text.strip()[:40]!r}, expected a number of zero or more", "leave a missing value out")
        return False

    def reject(self, line: int, code: str, message: str, hint: str) -> None:
        self.rejected += 1
        if len(self.problems) < _MOST_TOLD:
            self.problems.append(Problem(self.name, line, None, code, message, hint))

    def flows(self, unit: str, year: int | None, source: Terms, *, absent_is_zero: bool) -> Flows:
        if not self.values:
            hint = "is it the right file, and the right year?"
            raise DataError([*self.problems, Problem(self.name, None, None, "no-rows", "no flow could be used", hint)])
        counts = (self.kept, self.left_out, self.rejected)
        return Flows(
            self.values, unit, year, source, absent_is_zero, *counts, tuple(self.problems), self.name, frozenset(self.spoiled)
        )


def read_baci(
    lines: Iterable[str], codes: Mapping[str, str], *, products: Collection[str] | None = None, file: str = "BACI"
) -> Flows:
    """Read a yearly file of BACI: columns t, i, j, k, v, q (year, exporter, importer, product, value in thousand USD, quantity).

    Parameters
    ----------
    lines : iterable of str
    codes : mapping of str to str
        BACI's country codes to ISO alpha-3, from `read_baci_codes`. Flows of a code whose ISO code is empty are left out: give it
        one to keep them (490, "Other Asia, nes", holds the trade of Taiwan).
    products : collection of str, optional
        HS codes or their beginnings; None keeps all.
    file : str
        Name of the file in messages.

    Raises
    ------
    DataError
        If columns are missing or several years are in one file.
    """
    tally, years = _Tally(file), set[str]()
    wanted = tuple(products) if products is not None else None
    for line, row in csv_rows(lines, ("t", "i", "j", "k", "v"), file):
        seller, buyer = codes.get(row["i"].strip()), codes.get(row["j"].strip())
        if seller == "" or buyer == "" or (wanted is not None and not row["k"].strip().zfill(6).startswith(wanted)):
            tally.left_out += 1
        elif seller is None or buyer is None:
            unknown = row["i"] if seller is None else row["j"]
            tally.reject(
                line,
                "unknown-economy",
                f"country code {unknown!r} is not in the list of codes",
                "read the codes of the same release",
            )
        elif tally.read(seller, buyer, row["v"], line, 1000.0):
            years.add(row["t"].strip())
    return tally.flows("million USD", _one_year(years, file), BACI, absent_is_zero=True)


def read_baci_codes(lines: Iterable[str], file: str = "country_codes") -> dict[str, str]:
    """Read BACI's list of countries: columns country_code and country_iso3 (iso_3digit_alpha in older releases).

    A code without ISO code (N/A in the list) gets an empty one.
    """
    reader = list(csv.DictReader(unmarked(lines)))
    names = set(reader[0]) if reader else set()
    for code, iso3 in (("country_code", "country_iso3"), ("country_code", "iso_3digit_alpha")):
        if {code, iso3} <= names:
            return {row[code].strip(): "" if row[iso3] == "N/A" else row[iso3].strip() for row in reader}
    hint = "use the file country_codes of the same release"
    raise DataError([Problem(file, 1, None, "missing-column", "no columns country_code and country_iso3", hint)])


def read_itpd(lines: Iterable[str], year: int, *, industries: Collection[str] | None = None, file: str = "ITPD-E") -> Flows:
    """Read ITPD-E: exporter_iso3, importer_iso3, year, industry_id (and more), trade in million USD, domestic trade included.

    Zeros that somebody reported are in the file and kept. Zeros that only fill the table (`flag_zero` is u) are missing, as is a
    pair that is absent.
    """
    tally = _Tally(file)
    for line, row in csv_rows(lines, ("exporter_iso3", "importer_iso3", "year", "industry_id", "trade"), file):
        other = row["year"].strip() != str(year) or (industries is not None and row["industry_id"].strip() not in industries)
        if other or (row.get("flag_zero") or "").strip() == "u":
            tally.left_out += 1
        else:
            tally.read(row["exporter_iso3"].strip(), row["importer_iso3"].strip(), row["trade"], line)
    return tally.flows("million USD", year, ITPD, absent_is_zero=False)


def read_cepii_gravity(lines: Iterable[str], year: int, *, column: str = "tradeflow_baci", file: str = "Gravity") -> Flows:
    """Read the CEPII Gravity file: iso3_o, iso3_d, year and a column of flows in thousand USD; blank is missing.

    One ISO code may stand for several states over time; rows of a state that did not exist in the year are left out.
    """
    tally = _Tally(file)
    for line, row in csv_rows(lines, ("iso3_o", "iso3_d", "year", column), file):
        other = row["year"].strip() != str(year) or not (_existed(row, "o") and _existed(row, "d"))
        if other or row[column].strip() in {"", "NA"} or row["iso3_o"] == row["iso3_d"]:
            tally.left_out += 1
        else:
            tally.read(row["iso3_o"].strip(), row["iso3_d"].strip(), row[column], line, 1000.0)
    return tally.flows("million USD", year, CEPII_GRAVITY, absent_is_zero=False)


def read_gravity_gdp(lines: Iterable[str], year: int, *, column: str = "gdp_o", file: str = "Gravity") -> dict[str, float]:
    """Read GDPs in million USD from the CEPII Gravity file (in thousand there); blank is missing."""
    found: dict[str, float] = {}
    for line, row in csv_rows(lines, ("iso3_o", "year", column), file):
        if row["year"].strip() == str(year) and row[column].strip() not in {"", "NA"} and _existed(row, column[-1]):
            name, size = row["iso3_o"].strip(), number(row[column], column, line, file) / 1000
            if found.setdefault(name, size) != size:
                message = f"GDPs of {found[name]:g} and {size:g} million USD for {name!r}"
                raise DataError([Problem(file, line, None, "duplicate-key", message, "keep the rows of one source")])
    return found


def read_wiod(lines: Iterable[str], year: int, *, value: str = "trade", file: str = "WIOD") -> Flows:
    """Read a WIOD-style long table: exporter, importer, year, a value in million USD; domestic sales are in it.

    Rows of one pair (sectors, uses) are added.
    """
    tally = _Tally(file)
    for line, row in csv_rows(lines, ("exporter", "importer", "year", value), file):
        if row["year"].strip() != str(year):
            tally.left_out += 1
        else:
            tally.read(row["exporter"].strip(), row["importer"].strip(), row[value], line)
    return tally.flows("million USD", year, WIOD, absent_is_zero=False)


def read_plain(
    lines: Iterable[str],
    *,
    year: int | None = None,
    unit: str = "million USD",
    source: str = "",
    absent_is_zero: bool = False,
    file: str = "trade.csv",
) -> Flows:
    """Read the plain layout: columns exporter, importer, value, and year if there are several.

    Blank values are missing. Domestic sales are rows with one name twice. A pair has one row a year; of two neither is taken.

    Raises
    ------
    DataError
        If columns are missing, or the file has several years and none is chosen.

    Examples
    --------
    >>> found = read_plain(["exporter,importer,value", "A,A,8", "A,B,2", "B,A,1", "B,B,9"])
    >>> found.economy().sales.tolist(), found.kept
    ([[8.0, 2.0], [1.0, 9.0]], 4)
    """
    tally, years, seen = _Tally(file), set[str](), set[tuple[str, str, str]]()
    for line, row in csv_rows(lines, ("exporter", "importer", "value"), file):
        when = (row.get("year") or "").strip()
        seller, buyer = row["exporter"].strip(), row["importer"].strip()
        if (year is not None and when and when != str(year)) or not row["value"].strip():
            tally.left_out += 1
            continue
        if (seller, buyer, when) in seen:
            tally.spoiled.add((seller, buyer))
            tally.reject(line, "duplicate-key", f"a second row of {seller} to {buyer}", "add them up, or take one out")
        elif tally.read(seller, buyer, row["value"], line):
            years.add(when)
        seen.add((seller, buyer, when))
    named = _one_year(years, file) if year is None else year
    terms = Terms(PLAIN.name, PLAIN.terms, source or file)
    return tally.flows(unit, named, terms, absent_is_zero=absent_is_zero)


def read_gdp(lines: Iterable[str], *, file: str = "gdp.csv") -> dict[str, float]:
    """Read GDPs by name: columns name and gdp, in the unit of the flows; blank is missing.

    Raises
    ------
    DataError
        If a column is missing, or with every value that is no number and every name that comes twice.

    Examples
    --------
    >>> read_gdp(["name,gdp", "A,12.5", "B,"])
    {'A': 12.5}
    """
    found: dict[str, float] = {}
    first: dict[str, int] = {}
    problems = []
    for line, row in csv_rows(lines, ("name", "gdp"), file):
        name = row["name"].strip()
        if not row["gdp"].strip():
            continue
        if name in first:
            message = f"a second GDP of {name!r}; the first is in line {first[name]}"
            problems.append(Problem(file, line, None, "duplicate-key", message, "keep the GDP of one year and source"))
        first.setdefault(name, line)
        try:
            found[name] = number(row["gdp"], "gdp", line, file)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return found


def _existed(row: Mapping[str, str], side: str) -> bool:
    return (row.get(f"country_exists_{side}") or "1").strip() != "0"


def _one_year(years: Collection[str], file: str) -> int | None:
    named = sorted(year for year in years if year)
    if len(named) > 1:
        hint = f"choose one of {', '.join(named[:12])}"
        raise DataError([Problem(file, None, None, "several-years", f"{len(named)} years in one table", hint)])
    return int(named[0]) if named else None
