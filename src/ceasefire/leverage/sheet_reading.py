"""Read a file of sheets against a case: its facts, sources, parties and levers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import log10
from typing import Any, cast

from ceasefire.case.model import Case, Fact
from ceasefire.case.shape import Given, Reading, meant
from ceasefire.case.tree import Place, parse_tree
from ceasefire.errors import CaseError, DataError, Problem
from ceasefire.leverage.assessment import Assessment, Payer, Precedent, Substitute, Thresholds, assess
from ceasefire.leverage.book import Book, Link
from ceasefire.leverage.formulas import KINDS
from ceasefire.leverage.odds import Threat, odds
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, Status, cell_problems, sheet
from ceasefire.leverage.sheet_layout import FILE
from ceasefire.leverage.tension import Adversary

_MONEY = "billion USD a year"
_SCALES = {"share": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_YEARLY = 12.5  # a factor may also turn months into years, or years into months
_STATUS: dict[str, Status] = {
    "verified-in-source": "measured",
    "as published": "measured",
    "derived": "derived",
    "unverified": "unverified",
}


def read_book(text: str, file: str, case: Case) -> Book:
    """Read a file of sheets.

    Parameters
    ----------
    text : str
        YAML as in the reference on sheets.
    file : str
        Name of the file in messages.
    case : Case
        Gives parties, facts, sources and levers; a fact known only after its `as_of` is refused.

    Raises
    ------
    CaseError
        With every problem of layout, unknown or later facts, unknown parties and levers.
    DataError
        With figures that cannot be: shares outside 0 to 1, ends out of order.
    """
    node, problems = parse_tree(text, file)
    if node is None or problems:
        raise CaseError(problems)
    reading = Reading()
    given = reading.read(node, FILE, "the file of sheets")
    if not isinstance(given, Given) or reading.problems:
        raise CaseError(reading.problems)
    reader = _Reader(case)
    reader.hold_to_parties(given)
    gdp = {code: reader.cell(cell, _MONEY) for code, (cell, _) in given.get("gdp", {}).items()}
    made = [reader.sheet(key, one, gdp) for key, (one, _) in given.get("sheets").items()]
    links = tuple(reader.link(key, one, place, given) for key, (one, place) in given.get("levers", {}).items())
    named = [
        Adversary(party, other, one.get("why"), reader.cited(one))
        for party, (others, _) in given.get("adversaries", {}).items()
        for other, (one, _) in others.items()
    ]
    if reader.problems:
        raise CaseError(reader.problems)
    if reader.faults:
        raise DataError(reader.faults)
    ready = tuple(sorted((one for one in made if one is not None), key=lambda one: one.sheet.key))
    return Book(ready, links, given.get("points_per_gdp_percent", 10.0), tuple(named))


def _scale(unit: str) -> float | None:
    """Give how many ones a unit counts in, where its name says so."""
    return 0.01 if unit in {"per cent", "percent"} else _SCALES.get(unit.partition(" ")[0])


class _Reader:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.facts = {fact.key: fact for fact in case.facts}
        self.parties = [party.code for party in case.parties]
        self.known = {source.key for source in case.sources}
        dated = [*((fact.key, fact.known) for fact in case.facts), *((entry.key, entry.date) for entry in case.record)]
        self.later = {key: day for key, day in dated if day is not None and day > case.as_of}
        self.problems: list[Problem] = []
        self.faults: list[Problem] = []

    def hold_to_parties(self, given: Given) -> None:
        """Tell of every code in the file that no party of the case has, and of payers that neither act nor are pressed."""
        for code, (_, place) in given.get("gdp", {}).items():
            self._party(code, place, "'gdp'")
        for party, (others, place) in given.get("adversaries", {}).items():
            self._party(party, place, "'adversaries'")
            for other, (_, at) in others.items():
                self._party(other, at, f"the adversaries of {party!r}")
        for key, (one, _) in given.get("sheets").items():
            self._hold_sheet(key, one)

    def _hold_sheet(self, key: str, given: Given) -> None:
        sides = given.get("sender"), given.get("target")
        for name in ("sender", "target"):
            self._party(given.get(name), given.at(name), f"{name!r} of {key!r}")
        if sides[0] == sides[1]:
            self.problems.append(given.at("target").problem("own-target", f"{sides[0]} presses itself", "name two parties"))
        for other, _ in given.get("substitutes", []):
            if other.has("party"):
                self._party(other.get("party"), other.at("party"), f"'substitutes' of {key!r}")
        for payer, _ in given.get("payers", []):
            if payer.get("party") not in sides and set(sides) <= set(self.parties):
                message = f"{payer.get('party')!r} pays for {key!r}, a measure of {sides[0]} on {sides[1]}"
                self.problems.append(payer.at("party").problem("wrong-payer", message, f"name {sides[0]} or {sides[1]}"))

    def _party(self, code: str, place: Place, what: str) -> None:
        if code not in self.parties:
            self.problems.append(place.problem("unknown-party", f"unknown party {code!r} in {what}", meant(code, self.parties)))

    def sheet(self, key: str, given: Given, gdp: dict[str, Cell]) -> Assessment | None:
        kind, cells = given.get("kind"), given.get("cells")
        inputs = KINDS[kind].inputs
        made = {
            name: self.cell(cell, inputs[name].unit if name in inputs else "", given.get("period", ""))
            for name, (cell, _) in cells.items()
        }
        sides = {code: gdp[code] for code in (given.get("sender"), given.get("target")) if code in gdp}
        try:
            built = sheet(
                key,
                kind,
                given.get("sender"),
                given.get("target"),
                made,
                text=given.get("text"),
                period=given.get("period", ""),
                gdp=sides,
            )
            chance = odds(Threat(**given.get("odds").values, sender=given.get("sender"))) if given.has("odds") else None
        except DataError as error:
            at = given.place
            self.faults += [replace(one, file=at.file, line=at.line, message=f"{key}: {one.message}") for one in error.problems]
            return None
        return assess(
            built,
            days_to_bite=self._days(given, "days_to_bite"),
            days_to_undo=self._days(given, "days_to_undo"),
            reversible=given.get("reversible", ""),
            payers=[self._payer(one) for one, _ in given.get("payers", [])],
            substitutes=[
                Substitute(one.get("who"), self.part(one, "covers", "share"), self.part(one, "cost", _MONEY), one.get("party", ""))
                for one, _ in given.get("substitutes", [])
            ],
            precedents=[Precedent(one.get("text"), one.get("days"), self.cited(one)) for one, _ in given.get("precedents", [])],
            demand=given.get("demand", ""),
            odds=chance,
            thresholds=Thresholds(**given.get("thresholds").values) if given.has("thresholds") else None,
        )

    def link(self, key: str, given: Given, place: Place, whole: Given) -> Link:
        levers = [lever.key for lever in self.case.levers]
        if key not in levers:
            self.problems.append(place.problem("unknown-lever", f"no lever {key!r} in the case", meant(key, levers)))
        owner = next((lever.owner for lever in self.case.levers if lever.key == key), None)
        sheets = []
        for name, at in given.get("sheets"):
            if name in whole.get("sheets"):
                sender = whole.get("sheets")[name][0].get("sender")
                if owner is not None and sender != owner:
                    hint = "name sheets of the lever's owner"
                    self.problems.append(at.problem("wrong-sender", f"{name!r} is of {sender}, the lever of {owner}", hint))
            else:
                self.problems.append(
                    at.problem("unknown-sheet", f"no sheet {name!r} in this file", meant(name, whole.get("sheets")))
                )
            sheets.append(name)
        return Link(key, tuple(sheets), given.get("part", 1.0), given.get("use") == "replace", given.get("why", ""))

    def _payer(self, given: Given) -> Payer:
        return Payer(given.get("party"), given.get("who"), self.part(given, "share", "share"), self.part(given, "sales", _MONEY))

    def part(self, given: Given, name: str, unit: str) -> Cell:
        """Read a figure beside the cells of a sheet, held to the same checks; one that is not given is not known."""
        if not given.has(name):
            return Cell(None, unit, "", "illustrative")
        cell, at = self.cell(given.get(name), unit), given.at(name)
        self.faults += [replace(one, file=at.file, line=at.line) for one in cell_problems(at.file, name, cell, unit)]
        return cell

    def cell(self, given: Given, unit: str, period: str = "") -> Cell:
        fact = self._fact(given)
        if fact is not None:
            self._hold_to_unit(given, fact, unit)
        low, value, high = self._ends(given, fact)
        cited = tuple(dict.fromkeys((*((fact.key,) if fact else ()), *self.cited(given))))
        complete = value is not None
        return Cell(
            range=Range(low, value, high) if value is not None and low is not None and high is not None else None,
            unit=unit,
            period=given.get("period", fact.period if fact else period),
            status=given.get("status") or self._status(given, fact, complete),
            sources=cited,
            note=given.get("why", ""),
        )

    def _ends(self, given: Given, fact: Fact | None) -> tuple[float | None, float | None, float | None]:
        factor = given.get("times", 1.0)
        told: tuple[float, ...] = ()
        if fact is not None and isinstance(fact.value, float | tuple):
            told = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        ends = sorted(one * factor for one in told)
        low = given.get("low", ends[0] if ends else given.get("value"))
        high = given.get("high", ends[-1] if ends else given.get("value"))
        value = given.get("value")
        if value is None and low is not None and high is not None:
            value = sum(ends) / len(ends) if ends else (low + high) / 2
        return low, value, high

    def _hold_to_unit(self, given: Given, fact: Fact, unit: str) -> None:
        """Tell of a fact whose number is taken without the factor between its unit and that of the cell."""
        told, asked = _scale(fact.unit), _scale(unit)
        if told is None or asked is None or all(given.has(name) for name in ("low", "value", "high")):
            return
        if not 1 / _YEARLY <= given.get("times", 1.0) * asked / told <= _YEARLY:
            message = f"{fact.key!r} is in {fact.unit!r}, the cell in {unit!r}"
            self.problems.append(given.at("fact").problem("wrong-unit", message, f"set `times`, such as {told / asked:g}"))

    def _status(self, given: Given, fact: Fact | None, complete: bool) -> Status:
        if fact is None:
            return "illustrative"
        status = _STATUS.get(fact.status, "unverified")
        own = any(given.has(name) for name in ("value", "low", "high")) and complete
        converted = given.get("times", 1.0)
        if status == "measured" and (own or converted <= 0 or abs(log10(converted) - round(log10(converted))) > 1e-9):
            return "derived"
        return status

    def _fact(self, given: Given) -> Fact | None:
        key = given.get("fact")
        if key is None:
            return None
        if key not in self.facts:
            self.problems.append(given.at("fact").problem("unknown-fact", f"no fact {key!r} in the case", meant(key, self.facts)))
            return None
        fact = self.facts[key]
        if key in self.later:
            self.problems.append(self._too_late(key, given.at("fact")))
        return fact

    def cited(self, given: Given) -> tuple[str, ...]:
        cited = cast("list[tuple[Any, Place]]", given.get("sources", []))
        self.problems += list(self._unknown(cited))
        return tuple(str(key) for key, _ in cited)

    def _unknown(self, cited: Iterable[tuple[Any, Place]]) -> Iterable[Problem]:
        for key, place in cited:
            if key not in self.known:
                yield place.problem("unknown-source", f"unknown source {key!r}", meant(str(key), self.known))
            elif key in self.later:
                yield self._too_late(str(key), place)

    def _too_late(self, key: str, place: Place) -> Problem:
        message = f"{key!r} is dated {self.later[key]}, after {self.case.as_of}"
        return place.problem("later-evidence", message, "use what was known by then, or move `as_of`")

    def _days(self, given: Given, name: str) -> Range | None:
        return self.part(given, name, "days").range
