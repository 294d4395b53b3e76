"""Clauses as arrays: what is possible, sure and met at a node of the lever search, for all clauses at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import Clause, Literal, Term

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Pool:
    """Literals, terms and clauses over the levers of one problem; only grows.

    Parameters
    ----------
    m : int
        Number of levers.

    Attributes
    ----------
    n : int
        Number of literals.
    helpful : list of int
        Per clause the bits of the levers that may help to meet it.
    is_impossible : bool
        Whether some clause has no term at all.
    """

    def __init__(self, m: int) -> None:
        self._weights = np.zeros((m, 16), dtype=np.int64)
        self._need = np.zeros(16, dtype=np.int64)
        self.n = 0
        self.helpful: list[int] = []
        self.is_impossible = False
        self._literals: dict[Literal, int] = {}
        self._terms: dict[Term, int] = {}
        self._term_first, self._term_literals = _Grown(), _Grown()
        self._clause_first, self._clause_terms = _Grown(), _Grown()

    @property
    def weights(self) -> Ints:
        """Shape (m, n): weight of each lever in each literal."""
        return self._weights[:, : self.n]

    @property
    def need(self) -> Ints:
        """Shape (n,): what the weights of the levers in use must reach."""
        return self._need[: self.n]

    def add(self, clauses: Iterable[Clause]) -> None:
        """Add clauses."""
        for terms in clauses:
            if not terms:
                self.is_impossible = True
                continue
            self._clause_first.append(self._clause_terms.size)
            helpful = 0
            for term in terms:
                self._clause_terms.append(self._term(term))
                for literal in term:
                    helpful |= literal.helpful
            self.helpful.append(helpful)

    def terms(self, literals: Bools) -> Bools:
        """Mark the terms all of whose literals are marked."""
        if not self._term_first.size:
            return np.zeros(0, dtype=np.bool_)
        found: Bools = np.logical_and.reduceat(literals[self._term_literals.values], self._term_first.values)
        return found

    def any_term(self, terms: Bools) -> Bools:
        """Mark the clauses one of whose terms is marked."""
        if not self.helpful:
            return np.zeros(0, dtype=np.bool_)
        found: Bools = np.logical_or.reduceat(terms[self._clause_terms.values], self._clause_first.values)
        return found

    def count_terms(self, terms: Bools) -> Ints:
        """Count the marked terms of each clause."""
        if not self.helpful:
            return np.zeros(0, dtype=np.int64)
        marks = terms[self._clause_terms.values].astype(np.int64)
        found: Ints = np.add.reduceat(marks, self._clause_first.values)
        return found

    def terms_of(self, clause: int) -> Ints:
        """Give the numbers of the terms of a clause."""
        first = self._clause_first.values
        end = int(first[clause + 1]) if clause + 1 < len(first) else self._clause_terms.size
        return self._clause_terms.values[int(first[clause]) : end]

    def ways(self, clauses: Ints, possible: Bools) -> tuple[Ints, Ints]:
        """Give the first literal of each possible term of some clauses, clause after clause, and where each clause begins.

        Parameters
        ----------
        clauses : NDArray[np.int64]
            Ascending; each has a possible term.
        possible : NDArray[np.bool_], shape (n_terms,)
        """
        first, terms = self._clause_first.values, self._clause_terms.values
        is_asked = np.zeros(len(first), dtype=np.bool_)
        is_asked[clauses] = True
        chosen = np.repeat(is_asked, np.diff(first, append=len(terms))) & possible[terms]
        starts = np.concatenate(([0], np.cumsum(np.add.reduceat(chosen, first, dtype=np.int64)[clauses])[:-1]))
        return self._term_literals.values[self._term_first.values[terms[chosen]]], starts

    def literals_of(self, terms: Sequence[int] | Ints) -> Ints:
        """Give the numbers of the literals of some terms."""
        first = self._term_first.values
        if self._term_literals.size == len(first):
            return self._term_literals.values[terms]
        ends = np.append(first, self._term_literals.size)
        parts = [self._term_literals.values[int(first[t]) : int(ends[t + 1])] for t in terms]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _term(self, term: Term) -> int:
        number = self._terms.get(term)
        if number is None:
            number = self._terms[term] = len(self._terms)
            self._term_first.append(self._term_literals.size)
            for literal in term:
                self._term_literals.append(self._literal(literal))
        return number

    def _literal(self, literal: Literal) -> int:
        number = self._literals.get(literal)
        if number is None:
            number = self._literals[literal] = self.n
            if self.n == len(self._need):
                self._weights = np.concatenate([self._weights, np.zeros_like(self._weights)], axis=1)
                self._need = np.concatenate([self._need, np.zeros_like(self._need)])
            for lever, weight in literal.weights:
                self._weights[lever, self.n] = weight
            self._need[self.n] = literal.need
            self.n += 1
        return number


class Node:
    """Levers in use, levers undecided, and what the literals' weights add up to.

    Attributes
    ----------
    at, high, low : NDArray[np.int64], shape (n_literals,)
        With the undecided levers left out; at most; at least.
    """

    __slots__ = ("at", "free", "high", "low", "pool", "used")

    def __init__(self, pool: Pool, used: int, free: int, sums: tuple[Ints, Ints, Ints] | None = None) -> None:
        self.pool, self.used, self.free = pool, used, free
        empty = np.zeros(0, dtype=np.int64)
        self.at, self.high, self.low = sums or (empty, empty, empty)
        self.fit()

    def fit(self) -> None:
        """Take in literals that the pool has learnt since."""
        known = len(self.at)
        if known == self.pool.n:
            return
        fresh = self.pool.weights[:, known:]
        at = fresh[bits(self.used)].sum(axis=0)
        free = fresh[bits(self.free)]
        self.at = np.concatenate([self.at, at])
        self.high = np.concatenate([self.high, at + np.maximum(free, 0).sum(axis=0)])
        self.low = np.concatenate([self.low, at + np.minimum(free, 0).sum(axis=0)])

    def copy(self) -> Node:
        """Give a node that can be changed on its own."""
        return Node(self.pool, self.used, self.free, (self.at.copy(), self.high.copy(), self.low.copy()))

    def take(self, lever: int, conflicts: int) -> None:
        """Use a lever; those it excludes are left out."""
        row = self.pool.weights[lever]
        self.used |= 1 << lever
        self.free &= ~(1 << lever)
        self.at += row
        self.high += np.minimum(row, 0)
        self.low += np.maximum(row, 0)
        for other in bits(self.free & conflicts):
            self.leave(other)

    def leave(self, lever: int) -> None:
        """Leave a lever out."""
        row = self.pool.weights[lever]
        self.free &= ~(1 << lever)
        self.high -= np.maximum(row, 0)
        self.low -= np.minimum(row, 0)


class _Grown:
    """An array of integers that is appended to."""

    def __init__(self) -> None:
        self._kept = np.zeros(64, dtype=np.int64)
        self.size = 0

    def append(self, value: int) -> None:
        if self.size == len(self._kept):
            self._kept = np.concatenate([self._kept, np.zeros_like(self._kept)])
        self._kept[self.size] = value
        self.size += 1

    @property
    def values(self) -> Ints:
        return self._kept[: self.size]
