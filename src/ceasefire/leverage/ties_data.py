"""Read tables of ties between states: trade and alliances of the Correlates of War, ATOP, SIPRI arms transfers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.importers import Terms, csv_rows

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
            one, two = (_number(row[name], name, line, file) for name in ("flow1", "flow2"))
            found.append(
                TradeTie(
                    row["ccode1"].strip(),
                    row["ccode2"].strip(),
                    int(_number(row["year"], "year", line, file)),
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
        start = _number(row["dyad_st_year"], "dyad_st_year", line, file)
        end = _number(row["dyad_end_year"], "dyad_end_year", line, file) if row["dyad_end_year"].strip() else float(year)
        if start <= year <= end:
            kinds = tuple(name for name in _OBLIGATIONS if row[name].strip() == "1")
            found.append(Pact(row["ccode1"].strip(), row["ccode2"].strip(), year, kinds))
    return tuple(found)


def read_atop(lines: Iterable[str], year: int, *, file: str = "ATOP") -> tuple[Pact, ...]:
    """Read ATOP dyad-years: ccode1 (or stateA), ccode2 (stateB), year, atop_defense, atop_offense, atop_neutral, ...

    A flag says that a treaty has such a clause, not that it is a live guarantee: read the treaty.
    """
    names = ("defense", "offense", "neutral", "nonagg", "consul")
    found = []
    for _, row in csv_rows(lines, ("ccode1", "ccode2", "year", *(f"atop_{name}" for name in names)), file):
        if row["year"].strip() == str(year):
            kinds = tuple(name for name in names if row[f"atop_{name}"].strip() in {"1", "1.0"})
            if kinds:
                found.append(Pact(row["ccode1"].strip(), row["ccode2"].strip(), year, kinds))
    return tuple(found)


def read_sipri(lines: Iterable[str], *, file: str = "SIPRI") -> tuple[ArmsTie, ...]:
    """Read arms transfers in long form: supplier, recipient, year, tiv_million; a pair that is absent had no recorded transfer.

    Values are rounded to whole millions at the source, so small flows vanish.
    """
    return tuple(
        ArmsTie(
            row["supplier"].strip(),
            row["recipient"].strip(),
            int(_number(row["year"], "year", line, file)),
            _number(row["tiv_million"], "tiv_million", line, file),
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


def _number(text: str, name: str, line: int, file: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f"{name} is {text.strip()[:40]!r}, expected a number"
        raise DataError([Problem(file, line, None, "wrong-type", message, "correct the value")]) from None
