"""Losses from a shock to trade with their bands: over elasticities, over draws, and over coalitions of senders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from ceasefire.errors import DataError, LimitError, NoSettlementError, Problem
from ceasefire.leverage.clearing import Floats, Rule
from ceasefire.leverage.economy import Economy
from ceasefire.leverage.measures import Measure, Wedges, wedges
from ceasefire.leverage.ranges import Range, spanned
from ceasefire.leverage.trade import Outcome, shock, stage

LONG_RUN = (2.0, 4.0, 8.0)
WITHIN_A_YEAR = (0.8, 1.4, 2.0)
_MOST_SENDERS = 8
_BLOCK = 50
_NOISE = 1e-9
_LONG_RUN_RANGE = Range(*LONG_RUN)
_FULL = Range(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class LossRow:
    """What one economy loses; negative for a gain. Percentages of welfare, real wages of real wages, money of spending."""

    party: str
    loss_percent: Range
    real_wage_loss_percent: Range
    loss_money: Range


@dataclass(frozen=True, slots=True)
class LossTable:
    """Losses of all economies with the band over elasticities, and how they were made.

    `unit` is that of `LossRow.loss_money`, a year's flow, and `money_of` what it is a part of; `thetas` are the elasticities tried,
    the middle one central.
    """

    rows: tuple[LossRow, ...]
    measures: tuple[Measure, ...]
    unit: str
    year: int | None
    source: str
    thetas: tuple[float, ...]
    rule: Rule
    money_of: str
    note: str

    def of(self, party: str) -> LossRow:
        """Give the row of an economy; KeyError if it is not in the table."""
        for row in self.rows:
            if row.party == party:
                return row
        raise KeyError(party)


def money_base(rule: Rule) -> str:
    """Say what a loss in money is a part of: under the balanced rule the spending of an economy that nobody observed.

    Examples
    --------
    >>> money_base("balanced")
    'spending as it would be without deficits'
    """
    return "spending as it would be without deficits" if rule == "balanced" else "spending as observed"


def losses(
    table: Economy, measures: Iterable[Measure], *, thetas: Sequence[float] = LONG_RUN, rule: Rule = "additive"
) -> LossTable:
    """Find what measures cost every economy, with the band over elasticities.

    Parameters
    ----------
    table : Economy
    measures : iterable of Measure
    thetas : sequence of float
        At least three elasticities, an odd number of them; the middle one gives the central values. `LONG_RUN` is 2, 4, 8,
        `WITHIN_A_YEAR` 0.8, 1.4, 2 (Boehm, Levchenko and Pandalai-Nayar 2023).
    rule : {"additive", "multiplicative", "balanced"}

    Raises
    ------
    DataError
        If fewer than three elasticities are given, or a measure does not fit the table.
    NoSettlementError
        If one elasticity has no equilibrium.

    Examples
    --------
    >>> from ceasefire.leverage import economy, embargo
    >>> table = economy(["RUS", "TUR", "ROW"], [[900, 30, 70], [20, 450, 30], [80, 20, 9000]])
    >>> loss = losses(table, embargo("RUS", "TUR")).of("TUR").loss_percent
    >>> round(loss.low, 2), round(loss.value, 2), round(loss.high, 2)
    (0.68, 1.36, 2.74)
    """
    tried = _tried(thetas)
    wanted = tuple(measures)
    outcomes = [shock(table, wanted, theta=theta, rule=rule) for theta in tried]
    rows = tuple(_row(table, outcomes, i) for i in range(len(table.names)))
    return LossTable(rows, wanted, table.unit, table.year, table.source, tried, rule, money_base(rule), table.note)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Losses over draws of the elasticity and of how far the measures are carried out.

    Parameters
    ----------
    names : tuple of str
    loss_percent, loss_money : NDArray[np.float64], shape (draws, n)
        NaN in a draw without equilibrium. Money is in `unit` a year, as a part of `money_of`.
    theta, enforcement : NDArray[np.float64], shape (draws,)
    failed : int
        Draws without equilibrium; they are in no quantile.
    seed : int
    unit, money_of : str
    """

    names: tuple[str, ...]
    loss_percent: Floats
    loss_money: Floats
    theta: Floats
    enforcement: Floats
    failed: int
    seed: int
    unit: str
    money_of: str

    def band(self, party: str, inside: float = 0.9) -> Range:
        """Give the median loss in per cent with the interval that holds this part of the draws; KeyError if unknown."""
        return self._band(self.loss_percent, party, inside)

    def money_band(self, party: str, inside: float = 0.9) -> Range:
        """Give the same in money, `unit` a year."""
        return self._band(self.loss_money, party, inside)

    def _band(self, losses_drawn: Floats, party: str, inside: float) -> Range:
        if party not in self.names:
            raise KeyError(party)
        column = losses_drawn[:, self.names.index(party)]
        low, middle, high = np.nanquantile(column, [(1 - inside) / 2, 0.5, (1 + inside) / 2])
        return Range(float(low), float(middle), float(high))


def sample(
    table: Economy,
    measures: Iterable[Measure],
    *,
    theta: Range = _LONG_RUN_RANGE,
    enforcement: Range = _FULL,
    draws: int = 1000,
    seed: int = 0,
    rule: Rule = "additive",
    executor: Executor | None = None,
) -> Sample:
    """Draw elasticities and degrees of enforcement, each triangular over its range, and solve every draw.

    Enforcement 0.8 means that a fifth of a banned trade would still pass at unchanged prices, and that four fifths of a new tariff
    or friction are felt. Each draw has its own child of the seed, so more draws never change earlier ones, nor do workers.

    Parameters
    ----------
    table : Economy
    measures : iterable of Measure
    theta, enforcement : Range
        Low end, mode and high end; a point is not drawn.
    draws, seed : int
    rule : {"additive", "multiplicative", "balanced"}
    executor : concurrent.futures.Executor, optional
        Solves blocks of draws; without one they are solved here.

    Raises
    ------
    DataError
        If an elasticity may be zero or less, or enforcement lie outside 0 to 1.
    NoSettlementError
        If no draw has an equilibrium.
    """
    problems = []
    if not 0 < theta.low <= theta.value <= theta.high:
        hint = "give elasticities above zero, such as 2, 4, 8"
        shown = f"theta {theta.low:g}, {theta.value:g}, {theta.high:g}"
        problems.append(Problem("<theta>", None, None, "bad-elasticity", shown, hint))
    if not 0 <= enforcement.low <= enforcement.value <= enforcement.high <= 1:
        shown = f"enforcement {enforcement.low:g}, {enforcement.value:g}, {enforcement.high:g}"
        problems.append(Problem("<enforcement>", None, None, "out-of-bounds", shown, "give shares from 0 to 1 in order"))
    if problems:
        raise DataError(problems)
    change = wedges(table, measures)
    picked = np.array([_picked(child, theta, enforcement) for child in np.random.SeedSequence(seed).spawn(draws)])
    blocks = [picked[start : start + _BLOCK] for start in range(0, draws, _BLOCK)]
    solve = partial(_solved, table, change, rule)
    solved = list(map(solve, blocks) if executor is None else executor.map(solve, blocks))
    percent, money = (np.concatenate([pair[k] for pair, _ in solved]) for k in (0, 1))
    reason = next((why for _, why in reversed(solved) if why), "")
    failed = int(np.isnan(percent[:, 0]).sum())
    if failed == draws:
        raise NoSettlementError(f"none of {draws} draws has an equilibrium: {reason}")
    drawn = (percent, money, picked[:, 0], picked[:, 1])
    return Sample(table.names, *drawn, failed, seed, table.unit, money_base(rule))


def _solved(table: Economy, change: Wedges, rule: Rule, picked: Floats) -> tuple[tuple[Floats, Floats], str]:
    """Solve draws: losses in per cent and money, NaN where there is no equilibrium, with the last reason."""
    percent, money = (np.full((len(picked), len(table.names)), np.nan) for _ in range(2))
    reason = ""
    for k, (elasticity, degree) in enumerate(picked.tolist()):
        try:
            outcome = shock(table, weakened(table, change, degree, elasticity), theta=elasticity, rule=rule)
        except NoSettlementError as error:
            reason = str(error)
        else:
            percent[k], money[k] = outcome.loss_percent, outcome.money_loss
    return (percent, money), reason


def weakened(table: Economy, change: Wedges, enforcement: float, theta: float) -> Wedges:
    """Carry out wedges in part; at enforcement 1 they stay as they are."""
    if enforcement >= 1.0:
        return change
    banned = np.isinf(change.cost)
    leak = (1.0 - enforcement) ** (-1.0 / theta) if enforcement > 0 else 1.0
    cost = np.where(banned, leak, 1.0 + enforcement * (np.where(banned, 1.0, change.cost) - 1.0))
    return Wedges(cost, table.tariff + enforcement * (change.tariff - table.tariff))


@dataclass(frozen=True, slots=True)
class CoalitionLoss:
    """What one coalition of senders does: losses of the target and of each sender in per cent and in money, by elasticity band."""

    senders: tuple[str, ...]
    target_loss: Range
    target_money: Range
    sender_losses: tuple[tuple[str, Range], ...]
    sender_money: tuple[tuple[str, Range], ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What a sender adds to the target's loss, in the unit of the loss: as the first, and as the last to join the others."""

    sender: str
    first: Range
    last: Range

    @property
    def is_convex(self) -> bool:
        """Whether it adds more as the last than as the first, at the central values."""
        return self.last.value > self.first.value + _NOISE * abs(self.first.value)


@dataclass(frozen=True, slots=True)
class Coalitions:
    """Every coalition of the senders named, smallest first, and what each sender adds in per cent.

    Money is in `unit` a year, as a part of `money_of`.
    """

    target: str
    rows: tuple[CoalitionLoss, ...]
    added: tuple[Added, ...]
    thetas: tuple[float, ...]
    unit: str
    money_of: str


def what_senders_add(
    table: Economy,
    senders: Sequence[str],
    target: str,
    measure: Callable[[Sequence[str], str], Iterable[Measure]],
    *,
    thetas: Sequence[float] = LONG_RUN,
    rule: Rule = "additive",
) -> Coalitions:
    """Solve every coalition of some senders against a target and say what each of them adds.

    Where a sender adds more as the last than as the first, losses are convex in the coalition: it closes the way that replaced the
    others. They need not be.

    Parameters
    ----------
    senders : sequence of str
        At most eight.
    measure : callable
        Such as `embargo`: senders and target to measures.

    Raises
    ------
    DataError
        If fewer than three elasticities are given, a sender is named twice, or a measure does not fit the table.
    LimitError
        If there are more than eight senders.
    """
    doubled = sorted({one for one in senders if senders.count(one) > 1})
    if doubled:
        raise DataError([Problem("<senders>", None, None, "bad-measure", f"{', '.join(doubled)} named twice", "name each once")])
    if len(senders) > _MOST_SENDERS:
        raise LimitError(f"{len(senders)} senders make {2 ** len(senders) - 1:,} coalitions; name at most {_MOST_SENDERS}")
    tried = _tried(thetas)
    ready = [stage(table, theta, rule) for theta in tried]
    groups = [group for size in range(1, len(senders) + 1) for group in combinations(senders, size)]
    percent: dict[tuple[str, ...], list[Floats]] = {(): [np.zeros(len(table.names)) for _ in tried]}
    money: dict[tuple[str, ...], list[Floats]] = {}
    for group in groups:
        change = wedges(table, measure(group, target))
        outcomes = [one.shock(change) for one in ready]
        percent[group], money[group] = [one.loss_percent for one in outcomes], [one.money_loss for one in outcomes]

    def band(found: Sequence[Floats], who: str) -> Range:
        at = table.index(who)
        return _middle([loss[at] for loss in found])

    rows = tuple(
        CoalitionLoss(
            senders=group,
            target_loss=band(percent[group], target),
            target_money=band(money[group], target),
            sender_losses=tuple((one, band(percent[group], one)) for one in group),
            sender_money=tuple((one, band(money[group], one)) for one in group),
        )
        for group in groups
    )
    at = table.index(target)
    added = tuple(_added(one, tuple(senders), percent, at) for one in senders)
    return Coalitions(target, rows, added, tried, table.unit, money_base(rule))


def _tried(thetas: Sequence[float]) -> tuple[float, ...]:
    tried = tuple(sorted({float(theta) for theta in thetas}))
    if len(tried) < 3 or len(tried) % 2 == 0:
        hint = "give three elasticities, such as 2,4,8; no loss is printed without a band"
        shown = ", ".join(f"{theta:g}" for theta in tried) or "none"
        raise DataError([Problem("<thetas>", None, None, "bad-elasticity", f"elasticities {shown}", hint)])
    return tried


def _row(table: Economy, outcomes: Sequence[Outcome], i: int) -> LossRow:
    return LossRow(
        table.names[i],
        _middle([float(one.loss_percent[i]) for one in outcomes]),
        _middle([float(100.0 * (1.0 - one.real_wage[i])) for one in outcomes]),
        _middle([float(one.money_loss[i]) for one in outcomes]),
    )


def _middle(values: Sequence[float]) -> Range:
    numbers = [float(value) for value in values]
    return spanned(numbers, numbers[len(numbers) // 2])


def _picked(child: np.random.SeedSequence, theta: Range, enforcement: Range) -> list[float]:
    generator = np.random.default_rng(child)
    return [
        float(generator.triangular(one.low, one.value, one.high)) if one.low < one.high else one.value
        for one in (theta, enforcement)
    ]


def _added(one: str, senders: tuple[str, ...], hurt: dict[tuple[str, ...], list[Floats]], at: int) -> Added:
    rest = tuple(other for other in senders if other != one)
    last = [whole[at] - without[at] for whole, without in zip(hurt[senders], hurt[rest], strict=True)]
    return Added(one, _middle([loss[at] for loss in hurt[(one,)]]), _middle(last))
