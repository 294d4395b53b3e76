"""Fit the logit of past threats again, from the user's own copy of the Threat and Imposition of Sanctions data."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, NoSettlementError, Problem
from ceasefire.leverage.clearing import Floats
from ceasefire.leverage.odds import COEFFICIENTS, Basis

NAMES = tuple(COEFFICIENTS)
_STRICT = frozenset({1.0, 2.0, 6.0, 7.0})
_SECURITY = frozenset({1, 2, 3, 4, 5, 6, 7, 9, 10})
_TRADE_ISSUE = 13
_CLEAR = 2.0
_NEEDED = (
    "finaloutcome",
    "anticipatedtargetcosts",
    "anticipatedsendercosts",
    "issue1",
    "institution",
    "imposition",
    "bspecif",
    "target_imports_musd",
    "target_exports_musd",
    "startyear",
)
_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Past threats with known ending.

    Parameters
    ----------
    columns : NDArray[np.float64], shape (n, 11)
        In the order of `NAMES`.
    succeeded : NDArray[np.float64], shape (n,)
        1 where the target gave in wholly or in part.
    events : tuple of str
        Rows of one event share a name: one act against many targets is many rows.
    years : tuple of int
    unknown : int
        Rows left out because their ending is unknown.
    median_trade_musd : float
        What missing trade was set to.
    """

    columns: Floats
    succeeded: Floats
    events: tuple[str, ...]
    years: tuple[int, ...]
    unknown: int
    median_trade_musd: float


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How well the chances of rows were told by a fit that had not seen their events."""

    folds: int
    auc: float
    brier: float
    base_brier: float
    seed: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The logit fitted again.

    `coefficients` are (name, estimate, standard error clustered by event); `fifths` are (mean fitted chance, share that succeeded,
    n), least chance first.
    """

    coefficients: tuple[tuple[str, float, float], ...]
    n: int
    events: int
    period: str
    unknown: int
    fifths: tuple[tuple[float, float, int], ...]
    held_out: HeldOut
    median_trade_musd: float

    @property
    def basis(self) -> Basis:
        """What `odds.odds` takes chances from."""
        coefficients = {name: (estimate, error) for name, estimate, error in self.coefficients}
        return Basis(coefficients, self.fifths, self.n, self.period, self.median_trade_musd)


def read_past(lines: Iterable[str], file: str = "ties.csv") -> Past:
    """Read past threats from a CSV file with the column names of TIES and two of trade.

    Needed columns: finaloutcome, anticipatedtargetcosts, anticipatedsendercosts, issue1 (issue2, issue3 if there), institution,
    imposition, bspecif, startyear, and target_imports_musd, target_exports_musd (million USD in the year; not in TIES, to be added
    from trade data, blank where unknown). `event_cluster` names the event; without it primarysender, startyear and issue1 do.

    Raises
    ------
    DataError
        With every missing column and every value that is no number, by line.
    """
    reader = csv.DictReader(lines)
    found = tuple(reader.fieldnames or ())
    problems = [
        Problem(file, 1, None, "missing-column", f"no column {name!r}", "export TIES with its own column names, see the how-to")
        for name in _NEEDED
        if name not in found
    ]
    if problems:
        raise DataError(problems)
    rows: list[tuple[dict[str, float | None], dict[str, str]]] = []
    for row in reader:
        numbers: dict[str, float | None] = {}
        for name in (*_NEEDED, "issue2", "issue3"):
            try:
                numbers[name] = _number(row.get(name))
            except ValueError:
                message = f"{name} is {str(row.get(name))[:40]!r}, expected a number or nothing"
                problems.append(Problem(file, reader.line_num, None, "wrong-type", message, "correct the value"))
        rows.append((numbers, row))
    if problems:
        raise DataError(problems)
    known = [(numbers, row) for numbers, row in rows if numbers["finaloutcome"] is not None]
    if len(known) < 10 * len(NAMES):
        hint = "a fit of eleven columns needs at least 110 threats with known ending"
        raise DataError([Problem(file, None, None, "too-few", f"{len(known)} threats with known ending", hint)])
    trade = np.array([_trade(numbers) for numbers, _ in known])
    if np.isnan(trade).all():
        hint = "add the columns of trade from trade data"
        raise DataError([Problem(file, None, None, "no-rows", "no threat has the target's imports and exports", hint)])
    median = float(np.nanmedian(trade))
    trade = np.where(np.isnan(trade), median, trade)
    return Past(
        columns=np.array([_columns(numbers, size) for (numbers, _), size in zip(known, trade.tolist(), strict=True)]),
        succeeded=np.array([float(numbers["finaloutcome"] in _STRICT) for numbers, _ in known]),
        events=tuple(_event(row) for _, row in known),
        years=tuple(int(numbers["startyear"] or 0) for numbers, _ in known),
        unknown=len(rows) - len(known),
        median_trade_musd=median,
    )


def fit(past: Past, *, folds: int = 10, seed: int = 0) -> Fit:
    """Fit the logit and test it on held-out events.

    Raises
    ------
    NoSettlementError
        If a column tells all endings apart, so that no finite coefficients exist.
    """
    beta, errors = logit(past.columns, past.succeeded, past.events)
    fitted = _chance(past.columns, beta)
    order = np.argsort(fitted, kind="stable")
    fifths = tuple((float(fitted[part].mean()), float(past.succeeded[part].mean()), len(part)) for part in np.array_split(order, 5))
    return Fit(
        coefficients=tuple(zip(NAMES, beta.tolist(), errors.tolist(), strict=True)),
        n=len(past.succeeded),
        events=len(set(past.events)),
        period=f"{min(past.years)}-{max(past.years)}",
        unknown=past.unknown,
        fifths=fifths,
        held_out=_held_out(past, folds, seed),
        median_trade_musd=past.median_trade_musd,
    )


def logit(columns: Floats, succeeded: Floats, events: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Fit a logit by Newton steps.

    Parameters
    ----------
    columns : NDArray[np.float64], shape (n, k)
    succeeded : NDArray[np.float64], shape (n,)
    events : tuple of str, length n

    Returns
    -------
    coefficients, standard_errors : NDArray[np.float64], shape (k,)
        Errors by the sandwich clustered by event, with the factor G / (G - 1) * (n - 1) / (n - k).
    """
    beta = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        chance = _chance(columns, beta)
        weight = chance * (1 - chance)
        if weight.max() < 1e-12:
            break
        hessian = (columns * weight[:, None]).T @ columns
        try:
            step = np.linalg.solve(hessian, columns.T @ (succeeded - chance))
        except np.linalg.LinAlgError:
            break
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            return beta, _clustered(columns, succeeded - _chance(columns, beta), hessian, events)
        if np.abs(beta).max() > 50:
            break
    raise NoSettlementError("no finite coefficients: a column tells all endings apart or repeats another; drop it or add threats")


def _clustered(columns: Floats, gap: Floats, hessian: Floats, events: tuple[str, ...]) -> Floats:
    names, which = np.unique(np.array(events), return_inverse=True)
    scores = np.zeros((len(names), columns.shape[1]))
    np.add.at(scores, which, columns * gap[:, None])
    bread = np.linalg.inv(hessian)
    small = len(names) / (len(names) - 1) * (len(gap) - 1) / (len(gap) - columns.shape[1])
    spread = bread @ (scores.T @ scores) @ bread * small
    return np.asarray(np.sqrt(np.diagonal(spread)))


def _held_out(past: Past, folds: int, seed: int) -> HeldOut:
    names, which = np.unique(np.array(past.events), return_inverse=True)
    fold = np.random.default_rng(seed).permutation(np.arange(len(names)) % folds)[which]
    chance, base = np.zeros_like(past.succeeded), np.zeros_like(past.succeeded)
    for k in range(folds):
        seen = fold != k
        inside = tuple(event for event, keep in zip(past.events, seen.tolist(), strict=True) if keep)
        beta, _ = logit(past.columns[seen], past.succeeded[seen], inside)
        chance[~seen] = _chance(past.columns[~seen], beta)
        base[~seen] = past.succeeded[seen].mean()
    return HeldOut(folds, area(past.succeeded, chance), _brier(past.succeeded, chance), _brier(past.succeeded, base), seed)


def area(succeeded: Floats, chance: Floats) -> float:
    """Give the area under the receiver operating curve: how often a success got the larger chance; ties count half.

    Examples
    --------
    >>> area(np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.5, 0.5]))
    0.75
    """
    _, inverse, counts = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    wins = succeeded.sum()
    return float((rank[succeeded == 1].sum() - wins * (wins + 1) / 2) / (wins * (len(succeeded) - wins)))


def _brier(succeeded: Floats, chance: Floats) -> float:
    return float(((succeeded - chance) ** 2).mean())


def _chance(columns: Floats, beta: NDArray[np.float64]) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(columns @ beta, -500, 500))))


def _number(text: str | None) -> float | None:
    return float(text) if text and text.strip() else None


def _trade(numbers: Mapping[str, float | None]) -> float:
    bought, sold = numbers["target_imports_musd"], numbers["target_exports_musd"]
    return np.nan if bought is None or sold is None else bought + sold


def _columns(numbers: Mapping[str, float | None], trade: float) -> list[float]:
    target, sender = numbers["anticipatedtargetcosts"], numbers["anticipatedsendercosts"]
    issues = {int(one) for name in ("issue1", "issue2", "issue3") if (one := numbers[name]) is not None}
    given = {
        "constant": 1.0,
        "target_cost": 1.0 if target is None else target,
        "target_cost_unrated": float(target is None),
        "sender_cost": 1.0 if sender is None else sender,
        "sender_cost_unrated": float(sender is None),
        "security": float(bool(issues & _SECURITY)),
        "trade_issue": float(_TRADE_ISSUE in issues),
        "institution": float(numbers["institution"] == 1),
        "imposed": float(numbers["imposition"] == 1),
        "clear_demand": float(numbers["bspecif"] == _CLEAR),
        "log_target_trade": float(np.log1p(trade)),
    }
    return [given[name] for name in NAMES]


def _event(row: Mapping[str, str]) -> str:
    return row.get("event_cluster") or "-".join(str(row.get(name)) for name in ("primarysender", "startyear", "issue1"))
