"""Which coalitions can do it: all subsets of the powers at once, decided by clauses first, then by searches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import Clause, Literal
from ceasefire.mediation.masters import Master
from ceasefire.mediation.pricing import Prices

MOST_POWERS = 16
"""Up to this many powers that own levers all their coalitions are held in memory."""

Bools = NDArray[np.bool_]


class Lattice:
    """The coalitions of some powers as numbers: power k is bit k.

    A coalition is *able* if some package of its members' levers works at some target. Larger coalitions can do whatever
    smaller ones can, so one answer decides many.

    Parameters
    ----------
    owned : sequence of int
        Per power the bits of its levers.
    masters : sequence of Master
        One per target; their costs do not matter here.
    prices : sequence of Prices
    """

    def __init__(self, owned: Sequence[int], masters: Sequence[Master], prices: Sequence[Prices]) -> None:
        self.owned, self.masters, self.prices = owned, masters, prices
        size = 1 << len(owned)
        self.able = np.zeros(size, dtype=np.bool_)
        self.unable = [np.zeros(size, dtype=np.bool_) for _ in masters]
        self._read = [0] * len(masters)
        self._members = (np.arange(size)[:, None] >> np.arange(len(owned)) & 1).astype(np.float64)
        self._owner = [
            next((k for k, levers in enumerate(owned) if levers >> j & 1), -1) for j in range(max(owned, default=0).bit_length())
        ]
        self._able_to: dict[tuple[Literal, int], Bools] = {}
        sizes = self._members.sum(axis=1)
        self._order = np.lexsort((np.arange(size), sizes))

    def minimal(self) -> list[int]:
        """Give the coalitions that are able and none of whose parts is, smallest first."""
        self._decide(len(self.able) - 1)
        while True:
            self._learn()
            doubtful = self._order[~(self.able | self._lost())[self._order]]
            if not len(doubtful):
                break
            coalition = int(doubtful[0])
            if not self._decide(coalition):
                self._grow(coalition)
        numbers = np.arange(len(self.able))
        smallest = self.able.copy()
        for k in range(len(self.owned)):
            smallest &= ~(self.able[numbers & ~(1 << k)] & (numbers >> k & 1 == 1))
        return [int(c) for c in self._order if smallest[c]]

    def levers(self, coalition: int) -> int:
        """Give the bits of the levers of a coalition."""
        return sum(self.owned[k] for k in bits(coalition))

    def _lost(self) -> Bools:
        return np.logical_and.reduce(self.unable) if self.unable else np.ones_like(self.able)

    def _decide(self, coalition: int) -> bool:
        for k, (master, price) in enumerate(zip(self.masters, self.prices, strict=True)):
            if self.unable[k][coalition]:
                continue
            allowed = self.levers(coalition) & price.allowed
            package = allowed if self._all_work(k, allowed) else None
            if package is None:
                found = master.cheapest(allowed, None)
                package = found[1] if found else None
            if package is not None:
                needed = sum(1 << j for j, levers in enumerate(self.owned) if levers & package)
                self.able |= (np.arange(len(self.able)) & needed) == needed
                return True
            self.unable[k] |= (np.arange(len(self.able)) & ~coalition) == 0
        return False

    def _grow(self, coalition: int) -> None:
        """Decide larger and larger coalitions around one that is not able, until every power added would make it so."""
        for k in range(len(self.owned)):
            larger = coalition | 1 << k
            if larger != coalition and not self.able[larger]:
                self._learn()
                if self._lost()[larger] or not self._decide(larger):
                    coalition = larger

    def _all_work(self, number: int, allowed: int) -> bool:
        """Say whether all levers together are admitted and work."""
        master = self.masters[number]
        clash = any(master.search.conflicts[k] & allowed for k in bits(allowed))
        return not clash and self.prices[number].cost(allowed) is not None and master.target.works(allowed)

    def _learn(self) -> None:
        """Mark the coalitions whose levers cannot meet some clause, each comparison taken at its best."""
        for k, master in enumerate(self.masters):
            clauses = (*master.search.side, *master.target.clauses)
            for terms in clauses[self._read[k] :]:
                self.unable[k] |= ~self._possible(terms, self.prices[k].allowed)
            self._read[k] = len(clauses)

    def _possible(self, terms: Clause, allowed: int) -> Bools:
        found = np.zeros(len(self.able), dtype=np.bool_)
        for term in terms:
            found |= np.logical_and.reduce([self._reaches(literal, allowed) for literal in term])
        return found

    def _reaches(self, literal: Literal, allowed: int) -> Bools:
        key = (literal, allowed)
        if key not in self._able_to:
            helps = np.zeros(len(self.owned))
            for lever, weight in literal.weights:
                if weight > 0 and allowed >> lever & 1:
                    helps[self._owner[lever]] += weight
            self._able_to[key] = self._members @ helps >= literal.need
        return self._able_to[key]
