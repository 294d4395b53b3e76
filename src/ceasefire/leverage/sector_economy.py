"""An economy of many sectors that buy from each other, at home and abroad."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.clearing import Floats

_LEAST_THETA, _MOST_THETA = 1.5, 12.0


@dataclass(frozen=True, eq=False)
class SectorEconomy:
    """Who sells what to whom, and what each sector is made of, in one year.

    Made by `sector_economy`, which checks what it is given. Sectors come first, then seller, then buyer.

    Parameters
    ----------
    names, sectors : tuple of str
    flows : NDArray[np.float64], shape (sectors, n, n)
        Sales by sector, seller and buyer, before tariffs, domestic sales on the diagonals.
    tariff : NDArray[np.float64], shape (sectors, n, n)
        Ad valorem, charged by the buyer's country.
    value_added : NDArray[np.float64], shape (n, sectors)
    inputs : NDArray[np.float64], shape (n, sectors, sectors)
        What a sector (last) uses of the goods of a sector (middle).
    final : NDArray[np.float64], shape (n, sectors)
        What households, governments and investors buy.
    theta : NDArray[np.float64], shape (sectors,)
        Trade elasticities, the exponents.
    unit : str
    year : int or None
    source : str
    """

    names: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    tariff: Floats
    value_added: Floats
    inputs: Floats
    final: Floats
    theta: Floats
    unit: str = "USD"
    year: int | None = None
    source: str = ""

    @cached_property
    def spending(self) -> Floats:
        """Purchases by sector and buyer, tariffs included, shape (sectors, n)."""
        return np.asarray((self.flows * (1.0 + self.tariff)).sum(axis=1))

    @cached_property
    def shares(self) -> Floats:
        """Parts of spending by sector, seller and buyer; zero where nothing is bought."""
        paid = self.flows * (1.0 + self.tariff)
        bought = self.spending[:, None, :]
        return np.asarray(np.divide(paid, bought, out=np.zeros_like(paid), where=bought > 0))

    @cached_property
    def value_share(self) -> Floats:
        """Value added as a part of the cost of output, shape (n, sectors); 1 where a sector produces nothing."""
        cost = self.value_added + self.inputs.sum(axis=1)
        return np.asarray(np.divide(self.value_added, cost, out=np.ones_like(cost), where=cost > 0))

    @cached_property
    def input_share(self) -> Floats:
        """Inputs as parts of the cost of output, shape (n, sectors, sectors)."""
        cost = (self.value_added + self.inputs.sum(axis=1))[:, None, :]
        return np.asarray(np.divide(self.inputs, cost, out=np.zeros_like(self.inputs), where=cost > 0))

    @cached_property
    def final_share(self) -> Floats:
        """Sectors as parts of final spending, shape (n, sectors)."""
        return np.asarray(self.final / self.final.sum(axis=1, keepdims=True))

    @cached_property
    def income(self) -> Floats:
        """Value added of all sectors, shape (n,)."""
        return np.asarray(self.value_added.sum(axis=1))

    @cached_property
    def deficit(self) -> Floats:
        """Purchases abroad before tariffs less sales abroad, shape (n,)."""
        return np.asarray(self.flows.sum(axis=(0, 1)) - self.flows.sum(axis=(0, 2)))

    def scaled(self, factor: float) -> SectorEconomy:
        """Multiply all elasticities."""
        return replace(self, theta=self.theta * factor)

    def winsorised(self, least: float = _LEAST_THETA, most: float = _MOST_THETA) -> SectorEconomy:
        """Bring elasticities into bounds; an estimate such as 64.85 for petroleum is an estimate, not a fact."""
        return replace(self, theta=np.clip(self.theta, least, most))


def sector_economy(
    names: Sequence[str],
    sectors: Sequence[str],
    *,
    flows: Floats,
    tariff: Floats | None = None,
    value_added: Floats,
    inputs: Floats,
    final: Floats,
    theta: Floats,
    unit: str = "USD",
    year: int | None = None,
    source: str = "",
    negative_inputs: bool = False,
    file: str = "<table>",
) -> SectorEconomy:
    """Check the tables of a many-sector economy and put them together.

    Parameters are those of `SectorEconomy`; `file` names the tables in messages. `negative_inputs` lets input tables hold a few
    negative cells, as published ones do (subsidised or by-product uses); every other table must be free of them.

    Raises
    ------
    DataError
        With every problem: wrong shapes, missing, negative or infinite values, elasticities not above zero, goods that are used
        and that nobody sells, a country without value added or final spending.
    """
    n, j = len(names), len(sectors)
    rates = np.zeros((j, n, n)) if tariff is None else np.asarray(tariff, dtype=np.float64)
    shapes = {
        "flows": (flows, (j, n, n)),
        "tariff": (rates, (j, n, n)),
        "value_added": (value_added, (n, j)),
        "inputs": (inputs, (n, j, j)),
        "final": (final, (n, j)),
        "theta": (theta, (j,)),
    }
    tables = {name: np.asarray(table, dtype=np.float64) for name, (table, _) in shapes.items()}
    problems = [
        Problem(file, None, None, "wrong-shape", f"{name} has shape {tables[name].shape}, expected {wanted}", "see `SectorEconomy`")
        for name, (_, wanted) in shapes.items()
        if tables[name].shape != wanted
    ]
    if not problems:
        problems = [
            *_values(tables, file, negative_inputs),
            *_bounds(tables, tuple(sectors), file),
            *_unsold(tables, tuple(names), tuple(sectors), file),
        ]
    if problems:
        raise DataError(problems)
    return SectorEconomy(tuple(names), tuple(sectors), **tables, unit=unit, year=year, source=source)


def _values(tables: dict[str, Floats], file: str, negative_inputs: bool) -> Iterable[Problem]:
    may_be_below = {"tariff", "inputs" if negative_inputs else ""}
    for name, table in tables.items():
        missing = int(np.isnan(table).sum())
        if missing:
            hint = "missing is not zero: give the value, or 0 where the source says that there was none"
            yield Problem(file, None, None, "missing-dyad", f"{missing} of {table.size} values of {name} are missing", hint)
        if np.isinf(table).any():
            yield Problem(file, None, None, "not-finite", f"infinite value in {name}", "correct the value")
        if name not in may_be_below and (table < 0).any():
            at = tuple(int(k) for k in np.argwhere(table < 0)[0])
            hint = "take stock changes and corrections out before"
            yield Problem(file, None, None, "negative-flow", f"{name}{list(at)} is {table[at]:g}", hint)


def _bounds(tables: dict[str, Floats], sectors: tuple[str, ...], file: str) -> Iterable[Problem]:
    for sector, theta in zip(sectors, tables["theta"], strict=True):
        if not 0 < theta < 200:
            yield Problem(file, None, None, "bad-elasticity", f"theta of {sector} is {theta:g}", "an exponent, such as 4")
    if (tables["tariff"] <= -1).any():
        yield Problem(file, None, None, "bad-tariff", "a tariff is -100 % or less", "a tariff is a share of the price, such as 0.1")


def _unsold(tables: dict[str, Floats], names: tuple[str, ...], sectors: tuple[str, ...], file: str) -> Iterable[Problem]:
    used = tables["inputs"].sum(axis=2) + tables["final"]
    sold = tables["flows"].sum(axis=1).T
    for n, j in np.argwhere((used > 0) & (sold == 0))[:12].tolist():
        hint = "give the domestic sales or imports, or 0 for the use"
        yield Problem(file, None, None, "used-not-sold", f"{names[n]} uses {sectors[j]} that nobody sells to it", hint)
    for name, table in (("value added", tables["value_added"]), ("final spending", tables["final"])):
        for n in np.flatnonzero(table.sum(axis=1) == 0).tolist():
            yield Problem(file, None, None, "missing-gdp", f"{names[n]} has no {name}", "give it, or leave the country out")
