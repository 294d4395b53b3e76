"""Sheets: small tables of sourced figures from which losses of target and sender follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.formulas import KINDS, Formula, Kind
from ceasefire.leverage.ranges import Range, carried

Status: TypeAlias = Literal["measured", "derived", "unverified", "illustrative"]
_ORDER: tuple[Status, ...] = ("measured", "derived", "unverified", "illustrative")
_SHARES = frozenset({"share"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with its range, unit, period, status and sources.

    Parameters
    ----------
    range : Range or None
        None where the figure is not known, which is not zero.
    unit, period : str
    status : Status
        measured: a source says it. derived: arithmetic on what sources say. unverified: widely quoted, no source found.
        illustrative: nobody measured it.
    sources : tuple of str
    note : str
    """

    range: Range | None
    unit: str
    period: str
    status: Status
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What one side loses, in billion USD and per cent of its GDP; negative where it saves.

    Parameters
    ----------
    month : Range or None
        In a month in which the measure bites in full.
    year : Range or None
        Over its first year. None, as for `month`, where a needed figure is not known.
    gdp_percent : Range or None
        The year's loss; None also where the GDP is not known.
    status : Status
        Of the weakest figure that it rests on.
    sources : tuple of str
    missing : tuple of str
        Inputs that are not known.
    """

    month: Range | None
    year: Range | None
    gdp_percent: Range | None
    status: Status
    sources: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The money at risk, in billion USD a year, before anybody adapts.

    Parameters
    ----------
    money : Range
    gdp_percent : tuple of (party, Range)
        As a part of the yearly GDP of each side that is known.
    status : Status
    period : str
    sector_percent : Range or None
        As a part of the target's sales of these goods (goods), or of its imports of that kind (energy, arms).
    """

    money: Range
    gdp_percent: tuple[tuple[str, Range], ...]
    status: Status
    period: str
    sector_percent: Range | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One way of pressing one target by one sender, with its figures; made by `sheet`.

    `cells` are by name of the inputs of the kind; `gdp` holds GDPs in billion USD of sender and target, where known.
    """

    key: str
    kind: str
    sender: str
    target: str
    text: str
    period: str
    cells: tuple[tuple[str, Cell], ...]
    gdp: tuple[tuple[str, Cell], ...] = ()

    def cell(self, name: str) -> Cell:
        """Give a cell; one that the sheet does not have is not known."""
        return dict(self.cells).get(name) or Cell(None, KINDS[self.kind].inputs[name].unit, "", "illustrative")

    def gdp_period(self, party: str) -> str:
        """Give the year of the GDP that losses of a side are set against; empty where it is not known."""
        size = dict(self.gdp).get(party)
        return "" if size is None else size.period

    def target_loss(self) -> Loss:
        """Give what the target loses."""
        kind = KINDS[self.kind]
        return self._loss(kind, kind.target_month, kind.target_year, self.target)

    def sender_loss(self) -> Loss:
        """Give what the sender loses."""
        kind = KINDS[self.kind]
        return self._loss(kind, kind.sender_month, kind.sender_year, self.sender)

    def flow(self) -> Flow | None:
        """Give the money that flows in a year; None where nothing does or a figure is not known."""
        formula = KINDS[self.kind].flow
        money = None if formula is None else self._carried(KINDS[self.kind], formula)
        if formula is None or money is None:
            return None
        cells = [self.cell(name) for name in KINDS[self.kind].needs(formula)]
        sizes = [(who, size.range) for who, size in self.gdp if size.range is not None]
        parts = tuple((who, carried(lambda flow, gdp: 100.0 * flow / gdp, [money, size])) for who, size in sizes)
        return Flow(money, parts, weakest(cell.status for cell in cells), self.period, self._sector_percent())

    def days_to_bite(self) -> Range | None:
        """Give the days until stocks are used up, where the kind has stocks and they are known."""
        if self.kind == "arms" and (stock := self.cell("stock_months").range) is not None:
            return stock.times(365.0 / 12)
        names = ("volume", "spare", "storage")
        known = [self.cell(name).range for name in names] if self.kind == "energy" else [None]
        ready = [one for one in known if one is not None]
        if len(ready) < len(names):
            return None
        return carried(lambda volume, spare, storage: min(365.0, storage / max(volume - spare, 1e-9) * 365.0 / 12), ready)

    def _loss(self, kind: Kind, monthly: Formula, yearly: Formula, who: str) -> Loss:
        needed = dict.fromkeys((*kind.needs(monthly), *kind.needs(yearly)))
        used = [self.cell(name) for name in needed]
        size = dict(self.gdp).get(who)
        year = self._carried(kind, yearly)
        share = None
        if year is not None and size is not None and size.range is not None:
            share = carried(lambda loss, gdp: 100.0 * loss / gdp, [year, size.range])
            used.append(size)
        return Loss(
            month=self._carried(kind, monthly),
            year=year,
            gdp_percent=share,
            status=weakest(cell.status for cell in used),
            sources=tuple(dict.fromkeys(source for cell in used for source in cell.sources)),
            missing=tuple(name for name in needed if self.cell(name).range is None),
        )

    def _sector_percent(self) -> Range | None:
        if self.kind != "goods":
            share = self.cell("share_of_imports").range if "share_of_imports" in KINDS[self.kind].inputs else None
            return None if share is None else share.times(100.0)
        value, all_sales = self.cell("value").range, self.cell("sector_exports").range
        if value is None or all_sales is None or all_sales.low <= 0:
            return None
        return carried(lambda part, whole: 100.0 * part / whole, [value, all_sales])

    def _carried(self, kind: Kind, formula: Formula) -> Range | None:
        names = kind.needs(formula)
        known = [one for name in names if (one := self.cell(name).range) is not None]
        if len(known) < len(names):
            return None
        inputs = dict(zip(names, known, strict=True))

        def over(some: Mapping[str, Range]) -> Range:
            return carried(lambda *values: formula(**dict(zip(names, values, strict=True))), [some[name] for name in names])

        found = over(inputs)
        for name, point in self._turns(kind, inputs):
            there = over({**inputs, name: Range(point, point, point)})
            found = Range(min(found.low, there.low), found.value, max(found.high, there.high))
        return found

    def _turns(self, kind: Kind, inputs: Mapping[str, Range]) -> Iterable[tuple[str, float]]:
        """Give the inputs whose range holds a value at which a formula may turn, with each such value."""
        for name, own in inputs.items():
            for turn in kind.turns.get(name, ()):
                others = [one for other in kind.needs(turn) if (one := self.cell(other).range) is not None]
                if len(others) == len(kind.needs(turn)):
                    points = {turn(*ends) for ends in product(*((one.low, one.high) for one in others))}
                    yield from ((name, point) for point in sorted(points) if own.low < point < own.high)


def sheet(
    key: str,
    kind: str,
    sender: str,
    target: str,
    cells: Mapping[str, Cell],
    *,
    text: str = "",
    period: str = "",
    gdp: Mapping[str, Cell] | None = None,
) -> Sheet:
    """Check figures and make a sheet of them.

    Parameters
    ----------
    key : str
    kind : str
        One of `formulas.KINDS`.
    sender, target : str
    cells : mapping of str to Cell
        By name of the kind's inputs; one that is left out is not known.
    text, period : str
    gdp : mapping of str to Cell, optional
        In billion USD a year, of sender and target.

    Raises
    ------
    DataError
        With every problem: an unknown kind or cell, another unit, ends out of order, a share outside 0 to 1, an amount below
        zero, a measured or derived figure without source.

    Examples
    --------
    >>> known = {"transfers": Cell(Range(1, 1, 1), "billion USD a year", "2019", "measured", ("bank",)),
    ...          "stopped": Cell(Range(0.1, 0.2, 0.3), "share", "2020", "illustrative")}
    >>> found = sheet("workers", "remittances", "R", "A", known)
    >>> found.target_loss().year, found.sender_loss().missing
    (Range(low=0.1, value=0.2, high=0.3), ('output',))
    """
    problems = list(_problems(key, kind, cells))
    for who, size in (gdp or {}).items():
        if size.range is None or size.range.low <= 0:
            problems.append(Problem(key, None, None, "bad-cell", f"GDP of {who} is not above zero", "leave out what is not known"))
    if problems:
        raise DataError(problems)
    return Sheet(key, kind, sender, target, text, period, tuple(sorted(cells.items())), tuple(sorted((gdp or {}).items())))


def weakest(statuses: Iterable[Status]) -> Status:
    """Give the status that a result deserves: that of its weakest figure.

    Examples
    --------
    >>> weakest(["measured", "illustrative", "derived"])
    'illustrative'
    """
    return max(statuses, key=_ORDER.index, default="illustrative")


def _problems(key: str, kind: str, cells: Mapping[str, Cell]) -> Iterable[Problem]:
    if kind not in KINDS:
        yield Problem(key, None, None, "wrong-choice", f"kind {kind!r}", f"known: {', '.join(KINDS)}")
        return
    inputs = KINDS[kind].inputs
    for name, cell in cells.items():
        if name not in inputs:
            yield Problem(key, None, None, "unknown-cell", f"no cell {name!r} in a sheet on {kind}", f"known: {', '.join(inputs)}")
        else:
            yield from cell_problems(key, name, cell, inputs[name].unit)
            if cell.range is not None and cell.range.low < 0 and cell.unit not in _SHARES and not inputs[name].is_signed:
                yield Problem(key, None, None, "bad-cell", f"{name} is {cell.range.low:g}", "it cannot lie below zero")


def cell_problems(key: str, name: str, cell: Cell, unit: str) -> Iterable[Problem]:
    """Give what is wrong with a figure: another unit, no source, ends out of order, a share outside 0 to 1."""
    if cell.unit != unit:
        yield Problem(key, None, None, "wrong-unit", f"{name} is in {cell.unit!r}, expected {unit!r}", "convert the figure")
    if cell.status in {"measured", "derived"} and not cell.sources:
        hint = "name the source, or mark it illustrative"
        yield Problem(key, None, None, "no-source", f"{name} is {cell.status} and names no source", hint)
    if cell.range is None:
        return
    low, value, high = cell.range.low, cell.range.value, cell.range.high
    if not low <= value <= high:
        yield Problem(key, None, None, "bad-order", f"{name} has {low:g}, {value:g}, {high:g}", "give low, central, high in order")
    if unit in _SHARES and not 0 <= low <= high <= 1:
        yield Problem(key, None, None, "out-of-bounds", f"{name} is {low:g} to {high:g}, a share", "give a share from 0 to 1")
