"""The leverage table of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ceasefire.case.model import Case, Judgement, Lever
from ceasefire.leverage.book import Book, fill
from ceasefire.leverage.ranges import Range


@dataclass(frozen=True, slots=True)
class LeverageRow:
    """One lever and one party it touches; stakes and costs in the case's stake unit, each on its bearer's own scale.

    Parameters
    ----------
    lever, owner, target : str
    effect : Range
        Change of the target's stake; negative hurts.
    cost : Range
        What committing to the lever and carrying it out costs its owner.
    fixed, exec : float
        The central values of the two parts of the cost.
    ratio : Range or None
        Size of the central and extreme effect per unit of owner cost (low: least effect at highest cost); None where the owner may
        pay nothing.
    lambda_star : float or None
        Owner cost per unit of effect, central; None without effect.
    is_too_late : bool
        Whether it bites only after the horizon of the case.
    is_illustrative : bool
        Whether the effect or a cost is a number that nobody measured.
    """

    lever: str
    owner: str
    target: str
    type: Literal["threat", "promise"]
    instrument: str
    text: str
    effect: Range
    cost: Range
    fixed: float
    exec: float
    ratio: Range | None
    lambda_star: float | None
    delay_days: int
    lasts_days: int | None
    is_too_late: bool
    is_illustrative: bool
    harm: str
    sources: tuple[str, ...]
    judged: Judgement


@dataclass(frozen=True, slots=True)
class LeverageTable:
    """All rows, by owner, target and lever; `unit` is the case's stake unit and `horizon_days` what "too late" refers to."""

    rows: tuple[LeverageRow, ...]
    unit: str
    horizon_days: int


def value(case: Case, horizon_days: int | None = None, book: Book | None = None) -> LeverageTable:
    """Say what each lever of a case costs its target and its owner.

    Parameters
    ----------
    case : Case
    horizon_days : int, optional
        In place of the case's own.
    book : Book, optional
        Sheets of the case; levers that name one as their source take effect and cost from it.
    """
    horizon = case.horizon_days if horizon_days is None else horizon_days
    levers = case.levers if book is None else fill(case, book).levers
    rows = [_row(lever, target, effect, horizon) for lever in levers for target, effect in lever.effects]
    return LeverageTable(tuple(sorted(rows, key=lambda r: (r.owner, r.target, r.lever))), case.stake_unit, horizon)


def _row(lever: Lever, target: str, effect: Judgement, horizon: int) -> LeverageRow:
    cost = _range(lever.fixed) + _range(lever.exec)
    judged = (effect, lever.fixed, lever.exec)
    return LeverageRow(
        lever=lever.key,
        owner=lever.owner,
        target=target,
        type=lever.type,
        instrument=lever.instrument,
        text=lever.text,
        effect=_range(effect),
        cost=cost,
        fixed=lever.fixed.value,
        exec=lever.exec.value,
        ratio=_ratio(effect, cost),
        lambda_star=cost.value / abs(effect.value) if effect.value else None,
        delay_days=lever.delay_days,
        lasts_days=lever.lasts_days,
        is_too_late=lever.delay_days > horizon,
        is_illustrative=any(one.illustrative for one in judged),
        harm=lever.harm,
        sources=tuple(dict.fromkeys([*(key for one in judged for key in one.sources), *lever.sources, *lever.harm_sources])),
        judged=effect,
    )


def _range(judgement: Judgement) -> Range:
    return Range(judgement.low, judgement.value, judgement.high)


def _ratio(effect: Judgement, cost: Range) -> Range | None:
    if cost.low <= 0:
        return None
    sizes = sorted((abs(effect.low), abs(effect.high)))
    least = 0.0 if effect.low < 0 < effect.high else sizes[0]
    return Range(least / cost.high, abs(effect.value) / cost.value, sizes[1] / cost.low)
