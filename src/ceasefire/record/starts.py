"""Random starts for base rates: days drawn in the same pair and the same volume of reporting as the words themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceasefire.record.acts import Acts, Integers

VOLUME_DAYS = 28


@dataclass(frozen=True, eq=False)
class Spells:
    """Spells of days over which a pair stays in one stratum of volume.

    The volume of a day is the number of acts of the pair, both ways, on the 28 days before it; strata double: 0, 1, 2-3,
    4-7, ... Sorted by pair and day; the spells of a pair follow one another from day 0 to the end.

    Parameters
    ----------
    pair, stratum, start, end : NDArray[np.int64]
        Pair without direction; `end` is the day after the last.
    """

    pair: Integers
    stratum: Integers
    start: Integers
    end: Integers


def spells(acts: Acts, pairs: Integers) -> Spells:
    """Find the spells of some pairs without direction."""
    pairs = np.unique(pairs)
    own = acts.pairs_between(acts.actor, acts.target)
    kept = np.isin(own, pairs)
    own, day, end = own[kept], acts.day[kept], acts.span
    who = np.concatenate([pairs, own, own, pairs])
    when = np.concatenate(
        [np.zeros_like(pairs), np.minimum(day + 1, end), np.minimum(day + 1 + VOLUME_DAYS, end), np.full_like(pairs, end)]
    )
    change = np.concatenate([np.zeros_like(pairs), np.ones_like(own), -np.ones_like(own), np.zeros_like(pairs)])
    order = np.argsort(who * (end + 1) + when, kind="stable")
    who, when, volume = who[order], when[order], np.cumsum(change[order])
    follows = np.flatnonzero((who[1:] == who[:-1]) & (when[1:] > when[:-1]))
    return Spells(who[follows], stratum_of(volume[follows]), when[follows], when[follows + 1])


def stratum_of(volume: Integers) -> Integers:
    """Give the stratum of a volume.

    Examples
    --------
    >>> stratum_of(np.array([0, 1, 2, 3, 4, 7, 8, 100])).tolist()
    [0, 1, 2, 2, 3, 3, 4, 7]
    """
    return np.frexp(volume.astype(np.float64))[1].astype(np.int64)


class Urn:
    """Days to draw from, sorted so that the days of one pair and stratum lie side by side.

    Parameters
    ----------
    known : Spells
    by_volume : bool
        False draws from all days of the pair.
    """

    def __init__(self, known: Spells, *, by_volume: bool = True) -> None:
        self._known = known
        self._by_volume = by_volume
        self._strata = int(known.stratum.max(initial=0)) + 1
        self._stride = int(known.end.max(initial=0)) + 1
        self._places = known.pair * self._stride + known.start
        group = known.pair * self._strata + (known.stratum if by_volume else 0)
        order = np.argsort(group, kind="stable")
        self._group, self._start, self._end = group[order], known.start[order], known.end[order]
        self._totals: dict[int, Integers] = {}

    def draw(self, pair: Integers, day: Integers, last_start: int, draws: int, random: np.random.Generator) -> Integers:
        """Draw days from those that share the pair and the stratum of each word, or the nearest stratum that has any.

        Parameters
        ----------
        pair, day : NDArray[np.int64], shape (n,)
            Pairs without direction, and the day of each word.
        last_start : int
            No later day is drawn, so that a whole window can be seen.
        draws : int
        random : numpy.random.Generator

        Returns
        -------
        NDArray[np.int64], shape (n, draws)
            -1 where no day has a whole window.
        """
        total = self._total(last_start)
        stratum = np.zeros_like(pair)
        if self._by_volume:
            spell = np.searchsorted(self._places, pair * self._stride + day, side="right") - 1
            stratum = self._known.stratum[spell]
        before, days = self._days_of(pair, stratum, total)
        for step in range(1, self._strata):
            for nearest in (stratum - step, stratum + step):
                empty = np.flatnonzero((days == 0) & (nearest >= 0) & (nearest < self._strata))
                before[empty], days[empty] = self._days_of(pair[empty], nearest[empty], total)
        picked = before[:, None] + np.sort((random.random((len(pair), draws)) * days[:, None]).astype(np.int64), axis=1)
        at = np.minimum(np.searchsorted(total, picked, side="right") - 1, max(len(self._start) - 1, 0))
        return np.where(days[:, None] > 0, self._start[at] + picked - total[at], -1)

    def _days_of(self, pair: Integers, stratum: Integers, total: Integers) -> tuple[Integers, Integers]:
        """Give how many days to draw from lie before those of a pair and stratum, and how many these are."""
        group = pair * self._strata + stratum
        before = total[np.searchsorted(self._group, group, side="left")]
        return before, total[np.searchsorted(self._group, group, side="right")] - before

    def _total(self, last_start: int) -> Integers:
        """Count the days up to each spell, from 0."""
        if last_start not in self._totals:
            length = np.maximum(np.minimum(self._end, last_start + 1) - self._start, 0)
            self._totals[last_start] = np.concatenate([[0], np.cumsum(length)])
        return self._totals[last_start]
