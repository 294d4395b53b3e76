"""Read a file of sheets against a case, and carry its results to the case's levers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log10
from typing import Any, cast

from ceasefire.case.model import Case, Fact, Judgement, Lever
from ceasefire.case.shape import Given, Reading, meant
from ceasefire.case.tree import Place, parse_tree
from ceasefire.errors import CaseError, DataError, Problem
from ceasefire.leverage.assessment import Assessment, Payer, Precedent, Substitute, assess
from ceasefire.leverage.formulas import KINDS
from ceasefire.leverage.odds import Threat, odds
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, Loss, Status, sheet, weakest
from ceasefire.leverage.sheet_layout import FILE

_STATUS: dict[str, Status] = {
    "verified-in-source": "measured",
    "as published": "measured",
    "derived": "derived",
    "unverified": "unverified",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Which sheet tells what a lever costs; `part` of the yearly loss counts. `is_source`: it replaces the case's own numbers."""

    lever: str
    sheet: str
    part: float
    is_source: bool
    why: str


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets of a case, assessed, by key, with their links to levers; `points` per per cent of yearly GDP."""

    assessments: tuple[Assessment, ...]
    links: tuple[Link, ...]
    points: float

    def of(self, key: str) -> Assessment:
        """Give the assessment of a sheet; KeyError if there is none."""
        for one in self.assessments:
            if one.sheet.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Beside:
    """A lever's numbers in the case beside those of its sheet, in stake points; None where the sheet has none."""

    lever: str
    sheet: str
    effect: Range
    sheet_effect: Range | None
    cost: Range
    sheet_cost: Range | None
    status: Status
    is_source: bool


def read_book(text: str, file: str, case: Case) -> Book:
    """Read a file of sheets.

    Parameters
    ----------
    text : str
        YAML as in the reference on sheets.
    file : str
        Name of the file in messages.
    case : Case
        Gives facts, sources and levers; a fact known only after its `as_of` is refused.

    Raises
    ------
    CaseError
        With every problem of layout, unknown or later facts and unknown levers.
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
    gdp = {code: reader.cell(cell, "billion USD a year") for code, (cell, _) in given.get("gdp", {}).items()}
    made = [reader.sheet(key, one, gdp) for key, (one, _) in given.get("sheets").items()]
    links = tuple(reader.link(key, one, place, given) for key, (one, place) in given.get("levers", {}).items())
    if reader.problems:
        raise CaseError(reader.problems)
    if reader.faults:
        raise DataError(reader.faults)
    ready = tuple(sorted((one for one in made if one is not None), key=lambda one: one.sheet.key))
    return Book(ready, links, given.get("points_per_gdp_percent", 10.0))


def beside(book: Book, case: Case) -> tuple[Beside, ...]:
    """Set the numbers of levers beside those of their sheets, by lever."""
    levers = {lever.key: lever for lever in case.levers}
    rows = []
    for link in sorted(book.links, key=lambda link: link.lever):
        lever, found = levers[link.lever], book.of(link.sheet)
        effect = next((one for who, one in lever.effects if who == found.sheet.target), None)
        own = _range(effect) if effect is not None else Range(0.0, 0.0, 0.0)
        rows.append(
            Beside(
                lever=link.lever,
                sheet=link.sheet,
                effect=own,
                sheet_effect=_points(found.target_loss, link, book, -1.0),
                cost=_range(lever.fixed) + _range(lever.exec),
                sheet_cost=_points(found.sender_loss, link, book, 1.0),
                status=weakest([found.target_loss.status, found.sender_loss.status]),
                is_source=link.is_source,
            )
        )
    return tuple(rows)


def fill(case: Case, book: Book) -> Case:
    """Give the case with the effect and cost of levers taken from their sheets where a link says `use: replace`.

    The whole range is carried; `exec` takes the sender's loss and keeps its place beside `fixed`. Where a sheet knows no loss, the
    case's own number stays.
    """
    links = {link.lever: link for link in book.links if link.is_source}
    return replace(case, levers=tuple(_filled(one, links[one.key], book) if one.key in links else one for one in case.levers))


def _filled(lever: Lever, link: Link, book: Book) -> Lever:
    found = book.of(link.sheet)
    effect = _points(found.target_loss, link, book, -1.0)
    cost = _points(found.sender_loss, link, book, 1.0)
    effects = tuple(
        (who, _judged(one, effect, found.target_loss, link) if who == found.sheet.target else one) for who, one in lever.effects
    )
    return replace(lever, effects=effects, exec=_judged(lever.exec, cost, found.sender_loss, link))


def _judged(old: Judgement, new: Range | None, loss: Loss, link: Link) -> Judgement:
    if new is None:
        return old
    return replace(
        old,
        value=new.value,
        low=new.low,
        high=new.high,
        why=f"Computed from the sheet {link.sheet!r}, {link.part:g} of a year's loss. {link.why}".strip(),
        sources=loss.sources,
        illustrative=loss.status in {"illustrative", "unverified"},
        distribution=None,
        parameters=(),
    )


def _points(loss: Loss, link: Link, book: Book, sign: float) -> Range | None:
    return None if loss.gdp_percent is None else loss.gdp_percent.times(sign * book.points * link.part)


def _range(judgement: Judgement) -> Range:
    return Range(judgement.low, judgement.value, judgement.high)


class _Reader:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.facts = {fact.key: fact for fact in case.facts}
        self.known = {source.key for source in case.sources}
        self.problems: list[Problem] = []
        self.faults: list[Problem] = []

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
            chance = odds(Threat(**given.get("odds").values)) if given.has("odds") else None
        except DataError as error:
            at = given.place
            self.faults += [replace(one, file=at.file, line=at.line, message=f"{key}: {one.message}") for one in error.problems]
            return None
        return assess(
            built,
            days_to_bite=self._days(given, "days_to_bite"),
            days_to_undo=self._days(given, "days_to_undo"),
            reversible=given.get("reversible", ""),
            payers=[
                Payer(one.get("party"), one.get("who"), self.part(one, "share", "share")) for one, _ in given.get("payers", [])
            ],
            substitutes=[
                Substitute(one.get("who"), self.part(one, "covers", "share"), self.part(one, "cost", "billion USD a year"))
                for one, _ in given.get("substitutes", [])
            ],
            precedents=[Precedent(one.get("text"), one.get("days"), self._cited(one)) for one, _ in given.get("precedents", [])],
            demand=given.get("demand", ""),
            odds=chance,
        )

    def link(self, key: str, given: Given, place: Place, whole: Given) -> Link:
        levers = [lever.key for lever in self.case.levers]
        if key not in levers:
            self.problems.append(place.problem("unknown-lever", f"no lever {key!r} in the case", meant(key, levers)))
        if given.get("sheet") not in whole.get("sheets"):
            message = f"no sheet {given.get('sheet')!r} in this file"
            self.problems.append(
                given.at("sheet").problem("unknown-sheet", message, meant(given.get("sheet"), whole.get("sheets")))
            )
        return Link(key, given.get("sheet"), given.get("part", 1.0), given.get("use") == "replace", given.get("why", ""))

    def part(self, given: Given, name: str, unit: str) -> Cell:
        return self.cell(given.get(name), unit) if given.has(name) else Cell(None, unit, "", "illustrative")

    def cell(self, given: Given, unit: str, period: str = "") -> Cell:
        fact = self._fact(given)
        low, value, high = self._ends(given, fact)
        cited = tuple(dict.fromkeys((*((fact.key,) if fact else ()), *self._cited(given))))
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
        if fact.known is not None and fact.known > self.case.as_of:
            message = f"{key!r} is dated {fact.known}, after {self.case.as_of}"
            self.problems.append(given.at("fact").problem("later-evidence", message, "use what was known by then, or move `as_of`"))
        return fact

    def _cited(self, given: Given) -> tuple[str, ...]:
        cited = cast("list[tuple[Any, Place]]", given.get("sources", []))
        self.problems += list(self._unknown(cited))
        return tuple(str(key) for key, _ in cited)

    def _unknown(self, cited: Iterable[tuple[Any, Place]]) -> Iterable[Problem]:
        for key, place in cited:
            if key not in self.known:
                yield place.problem("unknown-source", f"unknown source {key!r}", meant(str(key), self.known))

    def _days(self, given: Given, name: str) -> Range | None:
        return self.cell(given.get(name), "days").range if given.has(name) else None
