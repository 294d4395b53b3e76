"""How often deeds followed words, beside how often they would have come anyway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Integers
from ceasefire.record.fates import COMPLIED, EXPIRED, FULFILLED, OPEN, STATUSES
from ceasefire.record.incidence import Incidence, cumulative_incidence, influence
from ceasefire.record.ledger import Ledger

LEAST = 5
"""No rate is given for fewer commitments."""

BLOCK_DAYS = 28
LEAST_BLOCKS = 5
REPLICATES = 400
By = Literal["word", "kind", "issue", "actor", "target", "pair"]
_DEMANDS = frozenset({"appeal", "demand"})


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """How one group of commitments ended within their windows.

    Parameters
    ----------
    key : tuple of str
        The values that the group shares, in the order asked.
    n : int
        Commitments followed; conditional ones whose condition nobody judged are left out.
    days : int
        Days after which `rate` and `base` are read, the longest where the group holds several windows.
    open : int
        Still open and followed only in part.
    conditional : int
        Left out.
    counts : tuple of (status, count)
    rate : Estimate or None
        Cumulative incidence (Aalen-Johansen) of *fulfilled* after those days; of *complied* for appeals and demands,
        which only their addressee can fulfil. None under `LEAST` commitments.
    not_complied : float or None
        For threats: the rate among those whose target did not give way first.
    base : float or None
        The same share for random starts in the same pair and volume stratum.
    excess, lift : Estimate or None
        Rate less base and rate over base. The interval is the wider of two: of a block bootstrap, to first order (see
        `incidence.influence`), and of the rate with the base taken as known. None where there is no rate or base, or where
        the commitments fall into fewer than `LEAST_BLOCKS` blocks of a pair and 28 days; `lift` too where the base is 0.
    blocks : int
    """

    key: tuple[str, ...]
    n: int
    days: int
    open: int
    conditional: int
    counts: tuple[tuple[str, int], ...]
    rate: Estimate | None
    not_complied: float | None
    base: float | None
    excess: Estimate | None
    lift: Estimate | None
    blocks: int


def follow_through(
    found: Ledger, by: Sequence[By] = ("word",), chosen: NDArray[np.bool_] | None = None, replicates: int = REPLICATES
) -> tuple[FollowThrough, ...]:
    """Report follow-through for each group of commitments.

    Parameters
    ----------
    found : Ledger
    by : sequence of {"word", "kind", "issue", "actor", "target", "pair"}
        What the members of a group share. Words with windows of different length are compared each at the end of its own.
    chosen : NDArray[np.bool_], shape (n,), optional
        Which commitments to look at.
    replicates : int
        Draws of the block bootstrap.

    Returns
    -------
    tuple of FollowThrough
        Largest group first.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> [one] = follow_through(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    >>> one.key, one.n, dict(one.counts)["fulfilled"], one.rate
    (('130',), 1, 1, None)
    """
    groups = list(_groups(found, by, chosen))
    seeds = np.random.SeedSequence(found.seed).spawn(len(groups))
    reports = [_report(found, key, places, replicates, seed) for (key, places), seed in zip(groups, seeds, strict=True)]
    return tuple(sorted(reports, key=lambda report: (-report.n, report.key)))


def incidence_of(found: Ledger, chosen: NDArray[np.bool_]) -> Incidence:
    """Give the cumulative incidence of each status but *open*, in the order of `STATUSES`, up to the longest window.

    Conditional commitments whose condition nobody judged are left out.
    """
    places = np.flatnonzero(chosen & ~found.conditional)
    status = found.fates.status[places]
    longest = max((found.rules[k].within_days for k in np.unique(found.words.rule[places])), default=1)
    return cumulative_incidence(found.fates.delay[places], np.where(status == OPEN, -1, status), OPEN, longest)


def _watched(found: Ledger, places: Integers) -> tuple[Integers, Integers]:
    """Give delay and status of commitments as they stand after the days watched; -1 where it is not yet known."""
    watched, delay, status = found.watched[places], found.fates.delay[places], found.fates.status[places]
    later = (delay > watched) | ((delay == watched) & (status == OPEN))
    status = np.where(later, EXPIRED, np.where(status == OPEN, -1, status))
    return np.minimum(delay, watched), status


def _groups(found: Ledger, by: Sequence[By], chosen: NDArray[np.bool_] | None) -> Iterator[tuple[tuple[str, ...], Integers]]:
    places = np.arange(len(found)) if chosen is None else np.flatnonzero(chosen)
    if not len(places):
        return
    columns, names = zip(*[_column(found, name) for name in by], strict=True)
    key = np.zeros(len(places), dtype=np.int64)
    for column, values in zip(columns, names, strict=True):
        key = key * len(values) + column[places]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    for part in np.split(places[order], starts[1:]):
        yield tuple(str(values[column[part[0]]]) for column, values in zip(columns, names, strict=True)), part


def _column(found: Ledger, name: By) -> tuple[Integers, Sequence[str]]:
    parties = found.acts.parties
    if name == "actor":
        return found.words.actor, parties
    if name == "target":
        return found.words.target, parties
    if name == "pair":
        pairs, inverse = np.unique(found.words.actor * len(parties) + found.words.target, return_inverse=True)
        return inverse.reshape(-1), [f"{parties[p // len(parties)]} to {parties[p % len(parties)]}" for p in pairs]
    values = [getattr(rule, name) for rule in found.rules]
    known = sorted(set(values))
    return np.array([known.index(value) for value in values], dtype=np.int64)[found.words.rule], known


def _report(found: Ledger, key: tuple[str, ...], places: Integers, replicates: int, seed: np.random.SeedSequence) -> FollowThrough:
    left_out = found.conditional[places]
    places = places[~left_out]
    rules = [found.rules[k] for k in np.unique(found.words.rule[places])]
    demanded = bool(rules) and all(rule.kind in _DEMANDS for rule in rules)
    wanted = COMPLIED if demanded else FULFILLED
    status = found.fates.status[places]
    counted = np.bincount(status, minlength=len(STATUSES))
    block = _blocks(found, places)
    blocks = int(block.max()) + 1 if len(block) else 0
    rates = _rates(found, places, wanted, block, _Again(replicates, seed))
    threats = bool(rules) and all(rule.kind in {"threat", "ultimatum"} for rule in rules)
    return FollowThrough(
        key=key,
        n=len(places),
        days=int(found.watched[places].max(initial=0)),
        open=int(counted[OPEN]),
        conditional=int(left_out.sum()),
        counts=tuple(zip(STATUSES, (int(count) for count in counted), strict=True)),
        rate=rates.rate,
        not_complied=rates.not_complied if threats else None,
        base=rates.base,
        excess=rates.excess,
        lift=rates.lift,
        blocks=blocks,
    )


@dataclass(frozen=True, slots=True)
class _Rates:
    rate: Estimate | None = None
    not_complied: float | None = None
    base: float | None = None
    excess: Estimate | None = None
    lift: Estimate | None = None


def _rates(found: Ledger, places: Integers, wanted: int, block: Integers, again: _Again) -> _Rates:
    if len(places) < LEAST:
        return _Rates()
    delay, status = _watched(found, places)
    cause = np.where(status == wanted, 0, np.where(status == COMPLIED, 1, np.where(status >= 0, 2, -1)))
    curve = cumulative_incidence(delay, cause, 3, max(int(delay.max()), 1))
    rate = Estimate(float(curve.share[0, -1]), *curve.interval(0))
    yielded = float(curve.share[1, -1])
    given = rate.value / (1 - yielded) if wanted == FULFILLED and yielded < 1 else None
    each = found.base[places, wanted]
    known = ~np.isnan(each)
    if int(known.sum()) < LEAST:
        return _Rates(rate, given)
    base = float(each[known].mean())
    if int(block.max()) + 1 < LEAST_BLOCKS or again.replicates == 0:
        return _Rates(rate, given, base)
    moved, bases = again.draw(block, influence(curve, delay, cause, 0), np.where(known, each, 0.0), known)
    rates = rate.value + moved
    excess = _estimate(rate.value - base, rates - bases, [rate.low - base, rate.high - base])
    if base == 0:
        return _Rates(rate, given, base, excess)
    positive = bases > 0
    lift = _estimate(rate.value / base, rates[positive] / bases[positive], [rate.low / base, rate.high / base])
    return _Rates(rate, given, base, excess, lift)


@dataclass(frozen=True, slots=True)
class _Again:
    """Draws blocks with replacement."""

    replicates: int
    seed: np.random.SeedSequence

    def draw(
        self, block: Integers, influence: NDArray[np.float64], base: NDArray[np.float64], known: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give how far the rate moves in each replicate, to first order, and the base rate in it."""
        random, n = np.random.default_rng(self.seed), int(block.max()) + 1
        sums = np.stack([np.bincount(block, weights=column, minlength=n) for column in (influence, base, known)])
        at_once = max(1, 1_000_000 // n)
        drawn = []
        for start in range(0, self.replicates, at_once):
            picked = random.integers(0, n, (min(at_once, self.replicates - start), n))
            drawn.append(np.stack([column[picked].sum(axis=1) for column in sums]))
        moved, total, counted = np.concatenate(drawn, axis=1)
        return moved, total / np.where(counted > 0, counted, np.nan)


def _estimate(value: float, drawn: NDArray[np.float64], ends: list[float]) -> Estimate:
    """Take the wider of two intervals: of the blocks drawn again, and of the rate with the base as known."""
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.inf, -np.inf)
    return Estimate(value, min(float(low), ends[0]), max(float(high), ends[1]))


def _blocks(found: Ledger, places: Integers) -> Integers:
    """Number the blocks: one pair without direction over 28 days."""
    said = found.words
    pair = found.acts.pairs_between(said.actor[places], said.target[places])
    _, block = np.unique(pair * (found.acts.span // BLOCK_DAYS + 1) + said.day[places] // BLOCK_DAYS, return_inverse=True)
    numbered: Integers = block.reshape(-1)
    return numbered
