"""How often deeds followed words, beside how often they would have come anyway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Integers, refusal, within
from ceasefire.record.blocks import LEAST_BLOCKS, REPLICATES, blocks_of, count_of, sums_drawn_again, wider
from ceasefire.record.fates import COMPLIED, EXPIRED, FULFILLED, OPEN, STATUSES, Words, restrained
from ceasefire.record.incidence import Incidence, cumulative_incidence, influence, interval_of
from ceasefire.record.ledger import Ledger, shortened

LEAST = 5
"""No rate is given for fewer commitments."""

By = Literal["word", "kind", "issue", "actor", "target", "pair"]
_DEMANDS = frozenset({"appeal", "demand"})
ASKED = "asked of others"
"""Behind the key of a group of appeals and demands, where it does not tell their kind."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class NotComplied:
    """How often threats were carried out where the target did not give way first.

    Parameters
    ----------
    n : int
        Threats followed without those whose target gave way within the days watched.
    rate : Estimate
        Conditional cumulative incidence: that of *fulfilled* over 1 less that of *complied* [1]_.
    base : float or None
        The same for random starts; None where none exist, or where the target gave way after all of them.

    References
    ----------
    .. [1] Pepe and Mori (1993), Kaplan-Meier, marginal or conditional probability curves in summarizing competing risks failure
       time data?, Statistics in Medicine 12(8): 737-751.
    """

    n: int
    rate: Estimate
    base: float | None


@dataclass(frozen=True, slots=True)
class FollowThrough:
    """How one group of commitments ended within their windows.

    Parameters
    ----------
    key : tuple of str
        The values that the group shares, in the order asked. Appeals and demands are never put together with words on deeds of
        the speaker's own: their key ends with `ASKED` unless it names their kind or word.
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
        which only their addressee can fulfil. None where fewer than `LEAST` were followed for a day. The interval is the widest
        of three: of single commitments (see `Incidence.interval`), of a bootstrap of blocks of a pair over 28 days or the days
        watched, whichever is more, and of one of statements to several parties, both to first order (see `incidence.influence`)
        and only of `LEAST_BLOCKS` or more.
    not_complied : NotComplied or None
        For threats and ultimata; None for others, and where fewer than `LEAST` were not complied with.
    base : float or None
        The same share for random starts in the same pair and volume stratum, see `Ledger.base`; None without any.
    excess, lift : Estimate or None
        Rate less base and rate over base. The interval is the widest of those of the
        bootstraps and of the rate with the base taken as known. None where there is no rate or base, or under
        `LEAST_BLOCKS` blocks of a pair; `lift` too where the base is 0, or is so in more than 1 in 40 draws of blocks.
    blocks : int
    """

    key: tuple[str, ...]
    n: int
    days: int
    open: int
    conditional: int
    counts: tuple[tuple[str, int], ...]
    rate: Estimate | None
    not_complied: NotComplied | None
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

    Raises
    ------
    DataError
        If `by` names nothing or something else, or `replicates` is below 0.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> [one] = follow_through(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    >>> one.key, one.n, dict(one.counts)["fulfilled"], one.rate
    (('130',), 1, 1, None)
    """
    within(0, replicates=replicates)
    if not by or set(by) - set(get_args(By)):
        raise refusal("bad-question", f"groups by {', '.join(by) or 'nothing'}", f"name some of: {', '.join(get_args(By))}")
    groups = list(_groups(found, by, chosen))
    seeds = np.random.SeedSequence(found.seed).spawn(len(groups))
    reports = [_report(found, key, places, replicates, seed) for (key, places), seed in zip(groups, seeds, strict=True)]
    return tuple(sorted(reports, key=lambda report: (-report.n, report.key)))


def incidence_of(found: Ledger, chosen: NDArray[np.bool_]) -> Incidence:
    """Give the cumulative incidence of each status but *open*, in the order of `STATUSES`, up to the longest window.

    Conditional commitments whose condition nobody judged are left out.

    Examples
    --------
    The one threat of a short war was carried out the day after.

    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> found = ledger(acts_from_case(a_short_war())[0], (words(), demands()))
    >>> curves = incidence_of(found, found.select(kind="threat"))
    >>> curves.n, curves.horizon, curves.share[STATUSES.index("fulfilled"), :2].tolist()
    (1, 30, [1.0, 1.0])
    """
    places = np.flatnonzero(chosen & ~found.conditional)
    status = found.fates.status[places]
    longest = max((found.rules[k].within_days for k in np.unique(found.words.rule[places])), default=1)
    return cumulative_incidence(found.fates.delay[places], np.where(status == OPEN, -1, status), OPEN, longest)


def as_watched(found: Ledger, places: Integers) -> tuple[Integers, Integers]:
    """Give delay and status of commitments as they stood after the days watched.

    Returns
    -------
    delay, status : NDArray[np.int64], shape (n,)
        Status -1 where it is not yet known.
    """
    watched, delay, status = found.watched[places], found.fates.delay[places], found.fates.status[places]
    later = (delay > watched) | ((delay == watched) & (status == OPEN))
    status = np.where(later, EXPIRED, np.where(status == OPEN, -1, status))
    rule = found.words.rule[places]
    held = np.flatnonzero(later & np.array([one.restraint for one in found.rules], dtype=np.bool_)[rule])
    if len(held):
        chosen = places[held]
        said = Words(found.words.rule[chosen], found.words.actor[chosen], found.words.target[chosen], found.words.day[chosen])
        rules = shortened(found.rules, found.acts.span)
        for number in np.unique(said.rule):
            ours = np.flatnonzero(said.rule == number)
            status[held[ours]] = restrained(found.engine, rules[number], said, ours)
    return np.minimum(delay, watched), status


def _groups(found: Ledger, by: Sequence[By], chosen: NDArray[np.bool_] | None) -> Iterator[tuple[tuple[str, ...], Integers]]:
    places = np.arange(len(found)) if chosen is None else np.flatnonzero(chosen)
    if not len(places):
        return
    asked = np.array([rule.kind in _DEMANDS for rule in found.rules], dtype=np.int64)[found.words.rule]
    own = {rule.word for rule in found.rules if rule.kind not in _DEMANDS}
    columns, names = zip(*[_column(found, name) for name in by], (asked, ("", ASKED)), strict=True)
    key = np.zeros(len(places), dtype=np.int64)
    for column, values in zip(columns, names, strict=True):
        key = key * len(values) + column[places]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    for part in np.split(places[order], starts[1:]):
        first = part[0]
        said = tuple(str(values[column[first]]) for column, values in zip(columns, names, strict=True))
        told = "kind" in by or ("word" in by and said[by.index("word")] not in own)
        yield said if said[-1] and not told else said[:-1], part


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
    wanted = COMPLIED if rules and rules[0].kind in _DEMANDS else FULFILLED
    status = found.fates.status[places]
    counted = np.bincount(status, minlength=len(STATUSES))
    rates = _rates(found, places, wanted, replicates, np.random.default_rng(seed))
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
        blocks=count_of(_blocks(found, places)[0]),
    )


@dataclass(frozen=True, slots=True)
class _Rates:
    rate: Estimate | None = None
    not_complied: NotComplied | None = None
    base: float | None = None
    excess: Estimate | None = None
    lift: Estimate | None = None


def _rates(found: Ledger, places: Integers, wanted: int, replicates: int, random: np.random.Generator) -> _Rates:
    if int((found.fates.delay[places] > 0).sum()) < LEAST:
        return _Rates()
    bases, curve = found.base[places], _Curve(found, places, wanted)
    rate, drawn = curve.drawn_again(replicates, random, bases[:, wanted])
    given = _not_complied(curve, bases, replicates, random) if wanted == FULFILLED else None
    base = float(bases[:, wanted].mean())
    if isnan(base) or not drawn:
        return _Rates(rate, given, None if isnan(base) else base)
    ends = rate.low - base, rate.high - base
    excess = Estimate(rate.value - base, *wider(tuple(rates - means for rates, means in drawn), ends))
    if base == 0 or max((means == 0).mean() for _, means in drawn) > 1 / 40:
        return _Rates(rate, given, base, excess)
    ratios = tuple(rates[means > 0] / means[means > 0] for rates, means in drawn)
    lift = Estimate(rate.value / base, *wider(ratios, (rate.low / base, rate.high / base)))
    return _Rates(rate, given, base, excess, lift)


_Drawn: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]


class _Curve:
    """Incidence of the wanted outcome (0), of compliance (1) and of the others (2) by the days watched."""

    def __init__(self, found: Ledger, places: Integers, wanted: int) -> None:
        self.delay, status = as_watched(found, places)
        self.cause = np.where(status == wanted, 0, np.where(status == COMPLIED, 1, np.where(status >= 0, 2, -1)))
        self.found = cumulative_incidence(self.delay, self.cause, 3, max(int(self.delay.max()), 1))
        blocks = _blocks(found, places)
        self.blocks = [one for one in blocks if count_of(one) >= LEAST_BLOCKS] if count_of(blocks[0]) >= LEAST_BLOCKS else []

    def moved(self, outcome: int) -> NDArray[np.float64]:
        """Give the influence of each commitment on the last value of a curve."""
        return influence(self.found, self.delay, self.cause, outcome)

    def drawn_again(self, replicates: int, random: np.random.Generator, each: NDArray[np.float64]) -> tuple[Estimate, list[_Drawn]]:
        """Give the rate, and for each kind of block the rates and means of `each` in blocks drawn again."""
        value, moved, ones = float(self.found.share[0, -1]), self.moved(0), np.ones(len(each))
        drawn = []
        for block in self.blocks if replicates else ():
            moves, total, n = sums_drawn_again(block, (moved, each, ones), replicates, random)
            drawn.append((np.clip(value + moves, 0.0, 1.0), total / n))
        return Estimate(value, *wider(tuple(rates for rates, _ in drawn), self.found.interval(0))), drawn


def _not_complied(curve: _Curve, base: NDArray[np.float64], replicates: int, random: np.random.Generator) -> NotComplied | None:
    """Give the conditional incidence with the widest interval: of single threats by the delta method, and of blocks."""
    carried_out, yielded = (float(curve.found.share[k, -1]) for k in (0, 1))
    n = int((curve.cause != 1).sum())
    if n < LEAST or yielded >= 1:
        return None
    value = min(carried_out / (1 - yielded), 1.0)
    moved = curve.moved(0) / (1 - yielded) + curve.moved(1) * carried_out / (1 - yielded) ** 2
    followed = float(curve.found.at_risk[-1]) if value == 0 else n
    ends = interval_of(value, float((moved**2).sum()) ** 0.5, followed)
    sums = [sums_drawn_again(block, (moved,), replicates, random)[0] for block in curve.blocks if replicates]
    rate = Estimate(value, *wider(tuple(np.clip(value + one, 0.0, 1.0) for one in sums), ends))
    left = 1 - float(base[:, COMPLIED].mean())
    return NotComplied(n, rate, float(base[:, FULFILLED].mean() / left) if left > 0 else None)


def _blocks(found: Ledger, places: Integers) -> tuple[Integers, ...]:
    said, row, window = found.words, found.acts.row[found.place[places]], int(found.watched[places].max(initial=0))
    return blocks_of(found.acts, said.actor[places], said.target[places], said.day[places], row, window=window)
