"""What is known or demanded of preferences: single comparisons, partial orders, and their completions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import LimitError
from ceasefire.graphmodel.preference import check_span

MOST_ORDERED = 4096


class Comparison(NamedTuple):
    """`party` finds `upper` better than `lower`, or at least as good where not `strict`.

    Examples
    --------
    >>> Comparison(0, 3, 1, strict=True).negation
    Comparison(party=0, upper=1, lower=3, strict=False)
    """

    party: int
    upper: int
    lower: int
    strict: bool

    @property
    def negation(self) -> Comparison:
        """The comparison that holds exactly where this one does not."""
        return Comparison(self.party, self.lower, self.upper, not self.strict)

    def holds(self, preference: NDArray[np.int64]) -> bool:
        """Say whether it holds under complete preferences of shape (n_parties, n_states)."""
        upper, lower = preference[self.party, self.upper], preference[self.party, self.lower]
        return bool(upper > lower if self.strict else upper >= lower)


@dataclass(frozen=True, eq=False)
class PartialOrder:
    """What is known of one party's preferences; both relations are closed under transitivity.

    Parameters
    ----------
    weak : NDArray[np.bool_], shape (n_states, n_states)
        ``weak[a, b]``: a is known to be at least as good as b.
    strict : NDArray[np.bool_], shape (n_states, n_states)
        ``strict[a, b]``: a is known to be better than b. Where neither ``weak[a, b]`` nor ``weak[b, a]``, nothing is known.

    Examples
    --------
    >>> order = PartialOrder.of(3, better=[(0, 1)], equal=[(1, 2)])
    >>> bool(order.strict[0, 2]), order.unknown
    (True, [])
    """

    weak: NDArray[np.bool_]
    strict: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        n_states: int,
        better: Iterable[tuple[int, int]] = (),
        equal: Iterable[tuple[int, int]] = (),
        at_least: Iterable[tuple[int, int]] = (),
    ) -> PartialOrder:
        """Collect known comparisons (pairs of state indices, the better first).

        Raises
        ------
        ValueError
            Naming the first comparison that contradicts those before it.
        LimitError
            For more than 4,096 states.
        """
        order = cls.nothing(n_states)
        pairs = [(a, b, True) for a, b in better]
        pairs += [pair for a, b in equal for pair in ((a, b, False), (b, a, False))]
        pairs += [(a, b, False) for a, b in at_least]
        for upper, lower, strict in pairs:
            if not order._take_in(upper, lower, strict=strict):
                raise ValueError(f"state {upper} above {lower} contradicts the other comparisons")
        return order

    @classmethod
    def nothing(cls, n_states: int) -> PartialOrder:
        """Know nothing of any two states."""
        _within_limit(n_states)
        return cls(np.eye(n_states, dtype=np.bool_), np.zeros((n_states, n_states), dtype=np.bool_))

    @classmethod
    def complete(cls, values: ArrayLike) -> PartialOrder:
        """Know everything: larger is better, equal is indifferent."""
        return cls.between(values, values)

    @classmethod
    def between(cls, low: ArrayLike, high: ArrayLike) -> PartialOrder:
        """Know a range of values per state: a is better than b where the least value of a exceeds the largest of b.

        Equal single values are known to be indifferent.

        Examples
        --------
        >>> PartialOrder.between([0, 2, 1], [1, 3, 2]).unknown
        [(0, 2), (1, 2)]
        """
        least, most = np.asarray(low, dtype=np.int64), np.asarray(high, dtype=np.int64)
        _within_limit(len(least))
        strict = least[:, None] > most[None, :]
        weak = (least[:, None] >= most[None, :]) | np.eye(len(least), dtype=np.bool_)
        return cls(weak, strict)

    @classmethod
    def of_stakes(cls, states: NDArray[np.int64], ranges: Sequence[tuple[Sequence[Pattern], Fraction, Fraction]]) -> PartialOrder:
        """Know weighted statements within ranges: a is better than b where its sum is larger for all values in them.

        Parameters
        ----------
        states : NDArray[np.int64], shape (n_states,)
            As bits.
        ranges : sequence of (patterns, least, most)
            What it is worth that any of the patterns holds.

        Raises
        ------
        LimitError
            For more than 4,096 states, or where the sums would not fit 64 bits.

        Examples
        --------
        >>> one = [([Pattern(1, 1)], Fraction(1), Fraction(2)), ([Pattern(2, 2)], Fraction(-1), Fraction(3))]
        >>> PartialOrder.of_stakes(np.arange(4), one).unknown
        [(0, 2), (0, 3), (1, 2), (1, 3)]
        """
        _within_limit(len(states))
        scale = lcm(*(value.denominator for _, low, high in ranges for value in (low, high)), 1)
        check_span([[max(abs(low), abs(high)) for _, low, high in ranges]], scale)
        least = np.zeros((len(states), len(states)), dtype=np.int64)
        for patterns, low, high in ranges:
            holds = mask(patterns, states)
            only_first = holds[:, None] & ~holds[None, :]
            least += np.where(only_first, int(low * scale), 0) - np.where(only_first.T, int(high * scale), 0)
        return cls(least >= 0, least > 0)

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.weak)

    @cached_property
    def levels(self) -> NDArray[np.int64]:
        """Complete preferences that agree with what is known, each state as high as that lets it be, the best at 0.

        Examples
        --------
        >>> PartialOrder.of(4, better=[(0, 1), (1, 2)]).levels
        array([ 0, -1, -2,  0])
        """
        depth = np.zeros(self.n_states, dtype=np.int64)
        for state in np.argsort(self.strict.sum(axis=0), kind="stable"):
            depth[state] = np.max(depth[self.strict[:, state]] + 1, initial=0)
        return -depth

    @property
    def unknown(self) -> list[tuple[int, int]]:
        """Pairs (a < b) of which it is not known which is better, or whether they are equal."""
        open_pairs = ~(self.strict | self.strict.T | (self.weak & self.weak.T))
        return [(int(a), int(b)) for a, b in np.argwhere(np.triu(open_pairs, 1))]

    def has(self, c: Comparison) -> bool:
        """Say whether a comparison of this party's is known."""
        return bool((self.strict if c.strict else self.weak)[c.upper, c.lower])

    def favouring(self, state: int) -> PartialOrder:
        """Give the order in which `state` is at least as good as all that it is not known to be worse than.

        Examples
        --------
        >>> PartialOrder.of(3, better=[(0, 1)]).favouring(1).weak[1]
        array([False,  True,  True])
        """
        beneath = ~self.strict[:, state]
        weak = self.weak | np.logical_and.outer(self.weak[:, state], beneath)
        return PartialOrder(weak, self.strict | np.logical_and.outer(self.strict[:, state], beneath))

    def disfavouring(self, state: int) -> PartialOrder:
        """Give the order in which `state` is worse than all that it is not known to be at least as good as.

        Examples
        --------
        >>> PartialOrder.of(3, better=[(1, 0)]).disfavouring(1).strict[:, 1]
        array([False, False,  True])
        """
        better = np.logical_and.outer(~self.weak[state], self.weak[state])
        return PartialOrder(self.weak | better, self.strict | better)

    def degree(self, upper: int | NDArray[np.int64], lower: int | NDArray[np.int64]) -> NDArray[np.int8]:
        """Give 2 where `upper` is known to be better, 1 where at least as good, 0 where neither is known."""
        weak, strict = self.weak[upper, lower], self.strict[upper, lower]
        found: NDArray[np.int8] = np.where(strict, 2, weak).astype(np.int8)
        return found

    def adding(self, upper: int, lower: int, *, strict: bool) -> PartialOrder | None:
        """Give the order with one more comparison, or None if that contradicts what is known."""
        order = PartialOrder(self.weak.copy(), self.strict.copy())
        return order if order._take_in(upper, lower, strict=strict) else None

    def _take_in(self, upper: int, lower: int, *, strict: bool) -> bool:
        """Write one more comparison into both relations, unless it contradicts them; only for an order nobody else holds."""
        if (self.weak if strict else self.strict)[lower, upper]:
            return False
        above, below = np.flatnonzero(self.weak[:, upper]), np.flatnonzero(self.weak[lower])
        better_above, worse_below = np.flatnonzero(self.strict[:, upper]), np.flatnonzero(self.strict[lower])
        self.weak[np.ix_(above, below)] = True
        self.strict[np.ix_(better_above, below)] = True
        self.strict[np.ix_(above, worse_below)] = True
        if strict:
            self.strict[np.ix_(above, below)] = True
        return True

    def allows(self, values: ArrayLike) -> bool:
        """Say whether complete preferences agree with what is known."""
        row = np.asarray(values)
        better = row[:, None] > row[None, :]
        return bool((self.strict <= better).all() and (self.weak <= (row[:, None] >= row[None, :])).all())


class Demands:
    """Comparisons demanded of several parties' preferences, with or without partial orders to respect.

    Parameters
    ----------
    known : sequence of PartialOrder or None
        Per party; None where nothing restricts them.
    comparisons : iterable of Comparison
        Consistent with each other and with `known`.
    """

    def __init__(self, known: Sequence[PartialOrder] | None, comparisons: Iterable[Comparison] = ()) -> None:
        self._known = known
        self._by_party: dict[int, list[Comparison]] = defaultdict(list)
        self._links: dict[int, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8], NDArray[np.int8]]] = {}
        for comparison in comparisons:
            self._by_party[comparison.party].append(comparison)

    def allow(self, wanted: Comparison) -> bool:
        """Say whether some complete preferences meet the demands and `wanted`."""
        if self._known is None and wanted.party not in self._by_party:
            return wanted.upper != wanted.lower or not wanted.strict
        direct = self._base(wanted.party, wanted.lower, wanted.upper)
        opposite = direct if direct == 2 else self._entailed(wanted.party, wanted.lower, wanted.upper)
        return opposite == 0 if wanted.strict else opposite < 2

    def completion(self, party: int, favoured: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give complete preferences of one party that meet the demands, each state as high as `favoured` lets it be.

        Where partial orders restrict them `favoured` is left out of account: each state is as high as is known and demanded.
        """
        demanded = self._by_party.get(party, [])
        order = None if self._known is None else self._known[party]
        if order is not None:
            values = order.levels.copy()
        else:
            ranks = np.unique(favoured, return_inverse=True)[1].reshape(-1).astype(np.int64)
            values = ranks * (sum(c.strict for c in demanded) + 1)
        changed = True
        while changed:
            changed = False
            for c in demanded:
                most = values[c.upper] - c.strict
                if values[c.lower] > most:
                    values[c.lower] = most
                    changed = True
                    if order is not None:
                        _lower_below(values, order, c.lower)
        return values

    def _entailed(self, party: int, upper: int, lower: int) -> int:
        """Give 2 where `upper` must be better than `lower`, 1 where at least as good, 0 where it need not be."""
        if self._known is not None:
            return self._chained(party, self._known[party], upper, lower)
        strength = {upper: 1}
        waiting = [upper]
        while waiting:
            here = waiting.pop()
            for c in self._by_party.get(party, ()):
                reached = max(strength[here], 1 + c.strict) if here == c.upper else 0
                if reached > strength.get(c.lower, 0):
                    strength[c.lower] = reached
                    waiting.append(c.lower)
        return strength.get(lower, 0)

    def _chained(self, party: int, order: PartialOrder, upper: int, lower: int) -> int:
        """Give the same where chains may alternate between what is demanded and what is known."""
        if party not in self._links:
            demanded = self._by_party.get(party, [])
            above, below = np.array([c.upper for c in demanded], np.int64), np.array([c.lower for c in demanded], np.int64)
            degrees = np.array([1 + c.strict for c in demanded], np.int8)
            self._links[party] = above, below, degrees, order.degree(below[:, None], above[None, :])
        above, below, degrees, between = self._links[party]
        first = order.degree(upper, above)
        reached, before = np.where(first, np.maximum(first, degrees), 0), None
        while before is None or (reached > before).any():
            before = reached
            on = np.where((reached[:, None] > 0) & (between > 0), np.maximum(reached[:, None], between), 0).max(axis=0, initial=0)
            reached = np.maximum(reached, np.where(on, np.maximum(on, degrees), 0))
        last = order.degree(below, lower)
        ends = np.where((reached > 0) & (last > 0), np.maximum(reached, last), 0).max(initial=0)
        return int(max(ends, self._base(party, upper, lower)))

    def _base(self, party: int, upper: int, lower: int) -> int:
        if self._known is None:
            return int(upper == lower)
        order = self._known[party]
        return 2 if order.strict[upper, lower] else int(order.weak[upper, lower])


def _lower_below(values: NDArray[np.int64], order: PartialOrder, state: int) -> None:
    """After one state was lowered, lower those known to be no better, and further those known to be worse."""
    changed = np.array([state])
    while len(changed):
        most = np.where(order.weak[changed], values[changed, None] - order.strict[changed], values).min(axis=0)
        changed = np.flatnonzero(most < values)
        values[changed] = most[changed]


def _within_limit(n_states: int) -> None:
    if n_states > MOST_ORDERED:
        raise LimitError(
            f"{n_states:,} states have {n_states**2:,} comparisons; partial knowledge is kept for at most {MOST_ORDERED:,} states\n"
            "  hint: rule out combinations that cannot occur, or merge options that always go together"
        )
