"""Who sells how much to whom: one sector, domestic sales on the diagonal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, Problem

_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True, eq=False)
class Economy:
    """Sales between economies in one year.

    Made by `economy`, which checks what it is given.

    Parameters
    ----------
    names : tuple of str
        Codes of the economies.
    sales : NDArray[np.float64], shape (n, n)
        Sales of row i to column j before tariffs; domestic sales on the diagonal.
    tariff : NDArray[np.float64], shape (n, n)
        Ad valorem tariff that column j puts on row i; 0.1 is ten per cent.
    unit : str
        Of sales, e.g. ``"million USD"``.
    year : int or None
        None where the table does not say.
    source : str
        What to cite.
    note : str
        How domestic sales were made, if they were not in the source.
    """

    names: tuple[str, ...]
    sales: NDArray[np.float64]
    tariff: NDArray[np.float64]
    unit: str = "million USD"
    year: int | None = None
    source: str = ""
    note: str = ""

    @property
    def output(self) -> NDArray[np.float64]:
        """Sales of each economy to all, itself included."""
        return np.asarray(self.sales.sum(axis=1))

    @property
    def spending(self) -> NDArray[np.float64]:
        """Purchases of each economy from all, tariffs included."""
        return np.asarray((self.sales * (1.0 + self.tariff)).sum(axis=0))

    @property
    def deficit(self) -> NDArray[np.float64]:
        """Purchases before tariffs less sales; they sum to zero."""
        return np.asarray(self.sales.sum(axis=0) - self.output)

    @property
    def home_share(self) -> NDArray[np.float64]:
        """Share of its own goods in what each economy spends."""
        return np.diagonal(self.sales) / self.spending

    def index(self, name: str) -> int:
        """Give the row of an economy; DataError with the nearest name if it is not in the table."""
        if name in self.names:
            return self.names.index(name)
        message = f"no economy {name!r} in the table"
        raise DataError([Problem(self.source or "<table>", None, None, "unknown-economy", message, nearest(name, self.names))])


def nearest(name: str, names: Sequence[str]) -> str:
    """Give a hint with the names that begin as one that is not in a table, or with the first names of the table.

    Examples
    --------
    >>> nearest("rus", ["DEU", "RUS"]), nearest("X", ["DEU", "RUS"])
    ("did you mean 'RUS'?", 'known: DEU, RUS')
    """
    near = [other for other in names if name and other.lower().startswith(name[:2].lower())][:6]
    if near:
        same = [other for other in near if other.lower() == name.lower()] or near
        return f"did you mean {same[0]!r}?" if len(same) == 1 else f"did you mean one of {', '.join(same)}?"
    return f"known: {', '.join(names[:_MOST_SHOWN])}{', ...' if len(names) > _MOST_SHOWN else ''}"


def economy(
    names: Sequence[str],
    sales: NDArray[np.float64] | Sequence[Sequence[float]],
    *,
    tariff: NDArray[np.float64] | None = None,
    unit: str = "million USD",
    year: int | None = None,
    source: str = "",
    note: str = "",
    file: str = "<table>",
) -> Economy:
    """Check a table of sales and make an economy of it.

    Parameters
    ----------
    names : sequence of str
    sales : array, shape (n, n)
        Row sells to column. NaN is a missing pair and is refused: missing is not zero.
    tariff : array, shape (n, n), optional
        None means that no tariff is recorded; sales are then read as spending.
    unit, source, note : str
    year : int, optional
    file : str
        Name of the table in messages.

    Raises
    ------
    DataError
        With every problem: no square table, doubled names, missing or negative or infinite flows, an economy that sells
        nothing to itself, tariffs below -100 %.

    Examples
    --------
    >>> two = economy(["A", "B"], [[8, 2], [1, 9]])
    >>> two.deficit.tolist(), two.home_share.round(3).tolist()
    ([-1.0, 1.0], [0.889, 0.818])
    """
    try:
        table = np.array(sales, dtype=np.float64)
    except (TypeError, ValueError):
        hint = "every economy needs a row as seller and a column as buyer, NaN where a flow is missing"
        message = "rows of unequal length, or a flow that is no number"
        raise DataError([Problem(file, None, None, "not-square", message, hint)]) from None
    wedge = np.zeros_like(table) if tariff is None else np.array(tariff, dtype=np.float64)
    problems = list(_shape_problems(tuple(names), table, wedge, file))
    if not problems:
        problems = [*_flow_problems(tuple(names), table, file), *_tariff_problems(tuple(names), wedge, file)]
    if problems:
        raise DataError(problems)
    table.flags.writeable = False
    wedge.flags.writeable = False
    return Economy(tuple(names), table, wedge, unit, year, source, note)


def with_home_sales(
    names: Sequence[str],
    flows: NDArray[np.float64],
    gdp: Mapping[str, float],
    *,
    least_share: float = 0.05,
    unit: str = "million USD",
    year: int | None = None,
    source: str = "",
    file: str = "<table>",
) -> Economy:
    """Add domestic sales to a table of international flows: GDP less exports, and at least a share of GDP.

    GDP is value added while exports are gross, so entrepots export more than their GDP; the floor keeps them in the table.

    Parameters
    ----------
    names : sequence of str
    flows : array, shape (n, n)
        International flows in the unit of `gdp`; the diagonal is ignored.
    gdp : mapping of str to float
        By name.
    least_share : float
        The floor of domestic sales as a share of GDP.
    unit, year, source, file
        As for `economy`.

    Raises
    ------
    DataError
        If an economy has no GDP, and as `economy` does.

    Examples
    --------
    >>> with_home_sales(["A", "B"], np.array([[0.0, 2.0], [9.9, 0.0]]), {"A": 10, "B": 10}).sales.tolist()
    [[8.0, 2.0], [9.9, 0.5]]
    """
    missing = [name for name in names if not gdp.get(name, 0) > 0]
    if missing:
        hint = "give a GDP for each, or leave these economies out"
        raise DataError([Problem(file, None, None, "missing-gdp", f"no GDP for {_some(missing)}", hint)])
    table = np.array(flows, dtype=np.float64)
    np.fill_diagonal(table, 0.0)
    exports = table.sum(axis=1)
    size = np.array([gdp[name] for name in names], dtype=np.float64)
    floor = size - exports < least_share * size
    np.fill_diagonal(table, np.maximum(size - exports, least_share * size))
    note = f"domestic sales are GDP less exports, at least {least_share:.0%} of GDP (the floor holds for {int(floor.sum())})"
    return economy(names, table, unit=unit, year=year, source=source, note=note, file=file)


def merged(table: Economy, groups: Mapping[str, Sequence[str]]) -> Economy:
    """Merge economies into groups; those in no group stay as they are.

    Tariffs of a group are those of its members, weighted by sales.

    Examples
    --------
    >>> three = economy("ABC", [[8, 1, 1], [1, 8, 1], [1, 1, 8]])
    >>> merged(three, {"BC": ["B", "C"]}).sales.tolist()
    [[8.0, 2.0], [2.0, 18.0]]
    """
    of = {member: group for group, members in groups.items() for member in members}
    for member in of:
        table.index(member)
    names = tuple(dict.fromkeys(of.get(name, name) for name in table.names))
    into = np.zeros((len(table.names), len(names)))
    into[np.arange(len(table.names)), [names.index(of.get(name, name)) for name in table.names]] = 1.0
    sales = into.T @ table.sales @ into
    paid = into.T @ (table.sales * table.tariff) @ into
    tariff = np.divide(paid, sales, out=np.zeros_like(paid), where=sales > 0)
    return economy(names, sales, tariff=tariff, unit=table.unit, year=table.year, source=table.source, note=table.note)


def _shape_problems(
    names: tuple[str, ...], table: NDArray[np.float64], tariff: NDArray[np.float64], file: str
) -> Iterable[Problem]:
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        hint = "every economy needs a row as seller and a column as buyer"
        yield Problem(file, None, None, "not-square", f"the table has shape {_shape(table)}, expected a square", hint)
    elif table.shape[0] != len(names):
        message = f"{len(names)} names for {table.shape[0]} rows"
        yield Problem(file, None, None, "wrong-names", message, "give one name per row, in the order of the rows")
    elif table.shape[0] < 2:
        yield Problem(file, None, None, "too-few", f"{table.shape[0]} economies; trade needs two", "add the other economies")
    elif tariff.shape != table.shape:
        message = f"tariffs have shape {_shape(tariff)}, sales {_shape(table)}"
        yield Problem(file, None, None, "wrong-shape", message, "give one tariff per pair")
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        yield Problem(file, None, None, "duplicate-key", f"{_some(doubled)} given twice", "add the rows of one economy together")


def _flow_problems(names: tuple[str, ...], table: NDArray[np.float64], file: str) -> Iterable[Problem]:
    n = len(names)
    missing = [(i, j) for i, j in np.argwhere(np.isnan(table)).tolist()]
    if missing:
        hint = "give the flow, give 0 where the source says that there was none, or leave the economy out"
        message = f"no value for {len(missing)} of {n * n} pairs: {_pairs(names, missing)}"
        yield Problem(file, None, None, "missing-dyad", message, hint)
    wild = np.argwhere(np.isinf(table)).tolist()
    if wild:
        yield Problem(file, None, None, "not-finite", f"infinite flow for {_pairs(names, wild)}", "correct the flow")
    below = np.argwhere(table < 0).tolist()
    if below:
        worst = table[tuple(below[0])]
        hint = "net flows and corrections must be taken out of the source before"
        yield Problem(file, None, None, "negative-flow", f"{_pairs(names, below)} below zero (the first is {worst:g})", hint)
    alone = [name for name, sale in zip(names, np.diagonal(table), strict=True) if sale == 0]
    if alone:
        hint = "add domestic sales (`--gdp`, or `with_home_sales`); without them the loss from an embargo has no bound"
        yield Problem(file, None, None, "zero-diagonal", f"{_some(alone)} without domestic sales", hint)


def _tariff_problems(names: tuple[str, ...], tariff: NDArray[np.float64], file: str) -> Iterable[Problem]:
    wrong = np.argwhere(~(np.isfinite(tariff) & (tariff > -1.0))).tolist()
    if wrong:
        hint = "a tariff is a share of the price, such as 0.1, and above -1"
        yield Problem(file, None, None, "bad-tariff", f"tariff {tariff[tuple(wrong[0])]:g} for {_pairs(names, wrong)}", hint)


def _pairs(names: tuple[str, ...], pairs: Sequence[Sequence[int]]) -> str:
    shown = ", ".join(f"{names[i]} to {names[j]}" for i, j in pairs[:_MOST_SHOWN])
    return shown if len(pairs) <= _MOST_SHOWN else f"{shown} and {len(pairs) - _MOST_SHOWN} more"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_MOST_SHOWN])
    return shown if len(names) <= _MOST_SHOWN else f"{shown} and {len(names) - _MOST_SHOWN} more"


def _shape(table: NDArray[np.float64]) -> str:
    return " x ".join(str(size) for size in table.shape) or "0"
