"""Read tables of ties between states: trade and alliances of the Correlates of War, ATOP, SIPRI arms transfers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.csv_text import csv_rows, number, unmarked
from ceasefire.leverage.importers import Terms

COW_TRADE = Terms(
    "COW trade",
    "free for research with citation",
    "Barbieri, Keshk and Pollins (2009), Trading data, Conflict Management and Peace Science 26(5)",
)
COW_ALLIANCES = Terms(
    "COW alliances", "free for research with citation", "Gibler (2009), International Military Alliances, 1648-2008, CQ Press"
)
ATOP = Terms(
    "ATOP",
    "free for research with citation",
    "Leeds, Ritter, Mitchell and Long (2002), Alliance Treaty Obligations and Provisions, International Interactions 28(3)",
)
SIPRI = Terms(
    "SIPRI arms transfers",
    "free for non-commercial use with attribution; permission is needed for large reproductions",
    "Stockholm International Peace Research Institute, SIPRI Arms Transfers Database",
)
_MISSING = -9.0
_CLAUSES = ("defense", "offense", "neutral", "nonagg", "consul")
_TITLE = re.compile(r"TIV of arms (?P<way>exports from|exports to|imports to|imports from) (?P<who>.+?), ?\d{4}")
_OBLIGATIONS = ("defense", "neutrality", "nonaggression", "entente")


@dataclass(frozen=True, slots=True)
class TradeTie:
    """Flows between two states in million USD of the year; None where missing.

    `first_buys` are imports of the first from the second.
    """

    first: str
    second: str
    year: int
    first_buys: float | None
    second_buys: float | None


@dataclass(frozen=True, slots=True)
class Pact:
    """What one state promised another by treaty in one year: defense, neutrality, nonaggression, entente, offense, consultation."""

    first: str
    second: str
    year: int
    obligations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArmsTie:
    """Major arms delivered in one year, in million SIPRI trend-indicator values, which are no prices."""

    supplier: str
    recipient: str
    year: int
    tiv_million: float


def read_cow_trade(lines: Iterable[str], *, year: int | None = None, file: str = "COW trade") -> tuple[TradeTie, ...]:
    """Read COW dyadic trade: ccode1, ccode2, year, flow1 (imports of 1 from 2), flow2; -9 is missing and stays so."""
    found = []
    for line, row in csv_rows(lines, ("ccode1", "ccode2", "year", "flow1", "flow2"), file):
        if year is None or row["year"].strip() == str(year):
            one, two = (number(row[name], name, line, file) for name in ("flow1", "flow2"))
            found.append(
                TradeTie(
                    row["ccode1"].strip(),
                    row["ccode2"].strip(),
                    int(number(row["year"], "year", line, file)),
                    None if one == _MISSING else one,
                    None if two == _MISSING else two,
                )
            )
    return tuple(found)


def read_cow_alliances(lines: Iterable[str], year: int, *, file: str = "COW alliances") -> tuple[Pact, ...]:
    """Read COW formal alliances by dyad and give those in force in a year; a blank end is still in force at the data's last year.

    Both directions of a pact are given once, as in the file.
    """
    found = []
    for line, row in csv_rows(lines, ("ccode1", "ccode2", "dyad_st_year", "dyad_end_year", *_OBLIGATIONS), file):
        start = number(row["dyad_st_year"], "dyad_st_year", line, file)
        end = number(row["dyad_end_year"], "dyad_end_year", line, file) if row["dyad_end_year"].strip() else float(year)
        if start <= year <= end:
            kinds = tuple(name for name in _OBLIGATIONS if row[name].strip() == "1")
            found.append(Pact(row["ccode1"].strip(), row["ccode2"].strip(), year, kinds))
    return tuple(found)


def read_atop(lines: Iterable[str], year: int, *, file: str = "ATOP") -> tuple[Pact, ...]:
    """Read ATOP dyad-years: both states (stateA, stateB; mem1, mem2; or ccode1, ccode2), year, defense, offense, neutral, ...

    The obligations may be written with ``atop_`` before them, as in the table of peacesciencer. A flag says that a treaty has such
    a clause, not that it is a live guarantee: read the treaty.

    Raises
    ------
    DataError
        If the states or the obligations are in none of these columns.
    """
    rows = csv_rows(lines, ("year",), file)
    found, columns = [], None
    for _, row in rows:
        columns = columns or _atop_columns(row, file)
        first, second, prefix = columns
        if row["year"].strip() == str(year):
            kinds = tuple(name for name in _CLAUSES if row[f"{prefix}{name}"].strip() in {"1", "1.0"})
            if kinds:
                found.append(Pact(row[first].strip(), row[second].strip(), year, kinds))
    return tuple(found)


def _atop_columns(row: Mapping[str, str], file: str) -> tuple[str, str, str]:
    for first, second in (("stateA", "stateB"), ("mem1", "mem2"), ("ccode1", "ccode2")):
        for prefix in ("", "atop_"):
            if {first, second, *(f"{prefix}{name}" for name in _CLAUSES)} <= set(row):
                return first, second, prefix
    message = "no columns of two states and their obligations (stateA, stateB, defense, offense, neutral, nonagg, consul)"
    raise DataError([Problem(file, 1, None, "missing-column", message, "use a dyad-year file of ATOP")])


def read_sipri_table(
    lines: Iterable[str], *, supplier: str = "", recipient: str = "", file: str = "SIPRI TIV table"
) -> tuple[ArmsTie, ...]:
    """Read a table of import or export values as SIPRI exports it: countries down, years across, a title and notes above.

    Blank is no delivery known; 0 is less than half a million.

    Parameters
    ----------
    lines : iterable of str
    supplier, recipient : str
        Whose table it is: exports of a supplier by recipient, or imports of a recipient by supplier. Needed where the title, such
        as "TIV of arms exports from Russia, 2000-2019", is not in the file.
    file : str

    Raises
    ------
    DataError
        If there is no row of years, or nothing says whose table it is.

    Examples
    --------
    >>> read_sipri_table(["Country,2018,2019,Total", "Armenia,,228,228", "Total,3,228,231"], supplier="Russia")
    (ArmsTie(supplier='Russia', recipient='Armenia', year=2019, tiv_million=228.0),)
    """
    owner, is_supplier, years = recipient or supplier, not recipient, list[tuple[int, int]]()
    found = []
    for line, row in enumerate(csv.reader(unmarked(lines)), 1):
        title = _TITLE.search(",".join(row))
        if title and not (supplier or recipient):
            owner, is_supplier = title["who"].strip(), title["way"] == "exports from"
        elif not years:
            years = [(at, int(cell)) for at, cell in enumerate(row) if at and re.fullmatch(r"(19|20)\d\d", cell.strip())]
        elif row and row[0].strip() not in {"", "Total"}:
            for at, year in years:
                if at < len(row) and row[at].strip():
                    pair = (owner, row[0].strip()) if is_supplier else (row[0].strip(), owner)
                    found.append(ArmsTie(*pair, year, number(row[at], str(year), line, file)))
    if not years:
        raise DataError([Problem(file, None, None, "missing-column", "no row of years", "use a table of import or export values")])
    if not owner:
        hint = "name the supplier or the recipient"
        raise DataError([Problem(file, 1, None, "missing-column", "nothing says whose table this is", hint)])
    return tuple(found)


def read_sipri_register(lines: Iterable[str], *, file: str = "SIPRI trade register") -> tuple[ArmsTie, ...]:
    """Read a trade register as SIPRI exports it: deals with supplier, recipient, years of delivery and value delivered.

    The register gives one value for all years of a deal; it is spread evenly over them, which SIPRI does not say. Deals without a
    delivery are left out.
    """
    names = ("Recipient", "Supplier", "Year(s) of delivery", "SIPRI TIV of delivered weapons")
    found = []
    for line, row in csv_rows(_from_header(lines, "Recipient"), names, file):
        years = [int(year) for year in re.findall(r"\d{4}", row[names[2]])]
        if years and row[names[3]].strip():
            value = number(row[names[3]], names[3], line, file) / len(years)
            found += [ArmsTie(row["Supplier"].strip(), row["Recipient"].strip(), year, value) for year in years]
    return tuple(found)


def _from_header(lines: Iterable[str], first: str) -> Iterator[str]:
    """Leave out what stands above the header; where there is none, give all."""
    kept = list(unmarked(lines))
    start = next((k for k, line in enumerate(kept) if line.lstrip('"').startswith(first)), 0)
    yield from kept[start:]


def read_sipri(lines: Iterable[str], *, file: str = "SIPRI") -> tuple[ArmsTie, ...]:
    """Read arms transfers in a long form of your own: supplier, recipient, year, tiv_million.

    A pair that is absent had no recorded transfer.
    Values are rounded to whole millions at the source, so small flows vanish.
    """
    return tuple(
        ArmsTie(
            row["supplier"].strip(),
            row["recipient"].strip(),
            int(number(row["year"], "year", line, file)),
            number(row["tiv_million"], "tiv_million", line, file),
        )
        for line, row in csv_rows(lines, ("supplier", "recipient", "year", "tiv_million"), file)
    )


def supplier_shares(ties: Iterable[ArmsTie], recipient: str, first: int, last: int) -> dict[str, float]:
    """Give each supplier's part of a recipient's major arms over some years, the largest first; empty if it got none.

    Examples
    --------
    >>> supplier_shares([ArmsTie("R", "A", 2019, 30.0), ArmsTie("I", "A", 2020, 10.0)], "A", 2016, 2020)
    {'R': 0.75, 'I': 0.25}
    """
    sums: dict[str, float] = {}
    for tie in ties:
        if tie.recipient == recipient and first <= tie.year <= last:
            sums[tie.supplier] = sums.get(tie.supplier, 0.0) + tie.tiv_million
    total = sum(sums.values())
    return {who: part / total for who, part in sorted(sums.items(), key=lambda item: (-item[1], item[0]))} if total else {}
