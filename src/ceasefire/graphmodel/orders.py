"""What is known or demanded of preferences: single comparisons, partial orders, and their completions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import LimitError

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
            added = order.adding(upper, lower, strict=strict)
            if added is None:
                raise ValueError(f"state {upper} above {lower} contradicts the other comparisons")
            order = added
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

        Examples
        --------
        >>> one = [([Pattern(1, 1)], Fraction(1), Fraction(2)), ([Pattern(2, 2)], Fraction(-1), Fraction(3))]
        >>> PartialOrder.of_stakes(np.arange(4), one).unknown
        [(0, 2), (0, 3), (1, 2), (1, 3)]
        """
        _within_limit(len(states))
        scale = lcm(*(value.denominator for _, low, high in ranges for value in (low, high)), 1)
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

    @property
    def unknown(self) -> list[tuple[int, int]]:
        """Pairs (a < b) of which it is not known which is better, or whether they are equal."""
        open_pairs = ~(self.strict | self.strict.T | (self.weak & self.weak.T))
        return [(int(a), int(b)) for a, b in np.argwhere(np.triu(open_pairs, 1))]

    def adding(self, upper: int, lower: int, *, strict: bool) -> PartialOrder | None:
        """Give the order with one more comparison, or None if that contradicts what is known."""
        if (self.weak if strict else self.strict)[lower, upper]:
            return None
        above, below = self.weak[:, upper], self.weak[lower]
        weak = self.weak | np.logical_and.outer(above, below)
        better = np.logical_and.outer(self.strict[:, upper], below) | np.logical_and.outer(above, self.strict[lower])
        if strict:
            better |= np.logical_and.outer(above, below)
        return PartialOrder(weak, self.strict | better)

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
        for comparison in comparisons:
            self._by_party[comparison.party].append(comparison)

    def allow(self, wanted: Comparison) -> bool:
        """Say whether some complete preferences meet the demands and `wanted`."""
        if self._known is None and wanted.party not in self._by_party:
            return wanted.upper != wanted.lower or not wanted.strict
        opposite = self._entailed(wanted.party, wanted.lower, wanted.upper)
        return opposite == 0 if wanted.strict else opposite < 2

    def completion(self, party: int, favoured: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give complete preferences of one party that meet the demands, each state as high as `favoured` lets it be."""
        demanded = self._by_party.get(party, [])
        order = None if self._known is None else self._known[party]
        steps = len(favoured) if order is not None else sum(c.strict for c in demanded)
        values = np.unique(favoured, return_inverse=True)[1].reshape(-1).astype(np.int64) * (steps + 1)
        changed = True
        while changed:
            changed = False
            if order is not None:
                lowered = _lowered(values, order)
                changed = bool((lowered < values).any())
                values = lowered
            for c in demanded:
                most = values[c.upper] - c.strict
                if values[c.lower] > most:
                    values[c.lower] = most
                    changed = True
        return values

    def _entailed(self, party: int, upper: int, lower: int) -> int:
        """Give 2 where `upper` must be better than `lower`, 1 where at least as good, 0 where it need not be."""
        strength = {upper: 1}
        waiting = [upper]
        while waiting:
            here = waiting.pop()
            for c in self._by_party.get(party, ()):
                before = self._base(party, here, c.upper)
                reached = max(strength[here], before, 1 + c.strict) if before else 0
                if reached > strength.get(c.lower, 0):
                    strength[c.lower] = reached
                    waiting.append(c.lower)
        ends = ((known, self._base(party, state, lower)) for state, known in strength.items())
        return max((max(known, last) for known, last in ends if last), default=0)

    def _base(self, party: int, upper: int, lower: int) -> int:
        if self._known is None:
            return int(upper == lower)
        order = self._known[party]
        return 2 if order.strict[upper, lower] else int(order.weak[upper, lower])


def _lowered(values: NDArray[np.int64], order: PartialOrder) -> NDArray[np.int64]:
    """Lower each state to the least of those known to be at least as good, and below those known to be better."""
    most = np.iinfo(np.int64).max
    capped = np.where(order.weak, values[:, None], most).min(axis=0)
    below: NDArray[np.int64] = np.minimum(capped, np.where(order.strict, values[:, None] - 1, most).min(axis=0))
    return below


def _within_limit(n_states: int) -> None:
    if n_states > MOST_ORDERED:
        raise LimitError(
            f"{n_states:,} states have {n_states**2:,} comparisons; partial knowledge is kept for at most {MOST_ORDERED:,} states\n"
            "  hint: rule out combinations that cannot occur, or merge options that always go together"
        )
