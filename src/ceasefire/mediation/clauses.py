"""Comparisons of stakes as literals over levers, and clauses that every working package satisfies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

NEVER, OPEN, SURE = 0, 1, 2


class Literal:
    """The claim that the weights of the levers in use add up to at least `need`.

    Parameters
    ----------
    weights : tuple of (lever, weight)
        Levers by number; no weight is zero.
    need : int

    Attributes
    ----------
    support, helpful : int
        Bits of its levers, and of those with positive weight.
    highest, lowest : int
        The most and the least that the weights can add up to.

    Examples
    --------
    >>> literal = Literal(((0, 3), (1, -2)), 2)
    >>> literal.status(0b00, 0b11), literal.status(0b01, 0b10), literal.status(0b01, 0), literal.status(0b10, 0b01)
    (1, 1, 2, 0)
    """

    __slots__ = ("_known", "helpful", "highest", "lowest", "need", "support", "weights")

    def __init__(self, weights: tuple[tuple[int, int], ...], need: int) -> None:
        self.weights = weights
        self.need = need
        self.support = sum(1 << k for k, _ in weights)
        self.helpful = sum(1 << k for k, weight in weights if weight > 0)
        self.highest = sum(weight for _, weight in weights if weight > 0)
        self.lowest = sum(weight for _, weight in weights if weight < 0)
        self._known: dict[tuple[int, int], int] = {}

    def status(self, used: int, free: int) -> int:
        """Say whether the claim holds (`SURE`), fails (`NEVER`) or is `OPEN` while the levers in `free` are undecided."""
        used &= self.support
        free &= self.support
        status = self._known.get((used, free))
        if status is None:
            status = self._known[used, free] = self._weigh(used, free)
        return status

    def _weigh(self, used: int, free: int) -> int:
        least = most = 0
        for k, weight in self.weights:
            if used >> k & 1:
                least += weight
                most += weight
            elif free >> k & 1:
                least += min(weight, 0)
                most += max(weight, 0)
        return SURE if least >= self.need else OPEN if most >= self.need else NEVER


Term = tuple[Literal, ...]
Clause = tuple[Term, ...]
"""Any of the terms holds; a term holds where all its literals do."""


class Literals:
    """All literals of one problem, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[tuple[int, int], ...], int], Literal] = {}

    def get(self, weights: tuple[tuple[int, int], ...], need: int) -> Literal:
        """Give the literal with these weights, the same object each time."""
        literal = self._known.get((weights, need))
        if literal is None:
            literal = self._known[weights, need] = Literal(weights, need)
        return literal


def status(term: Term, used: int, free: int) -> int:
    """Give the status of a term; `OPEN` may turn out to be never where its literals exclude each other."""
    if len(term) == 1:
        return term[0].status(used, free)
    lowest = SURE
    for literal in term:
        here = literal.status(used, free)
        if here == NEVER:
            return NEVER
        lowest = min(lowest, here)
    return lowest


def clause(terms: Iterable[Term]) -> Clause:
    """Collect terms, of comparisons with the same weights the easiest, without those that no package satisfies."""
    kept: dict[object, Term] = {}
    for term in terms:
        if any(literal.highest < literal.need for literal in term):
            continue
        key = term[0].weights if len(term) == 1 else frozenset(term)
        before = kept.get(key)
        if before is None or (len(term) == 1 and term[0].need < before[0].need):
            kept[key] = term
    return tuple(kept.values())


def easiest(terms: Clause) -> Clause:
    """Leave out every single comparison that holds only where an easier one of the clause does too.

    One implies another if, wherever it holds, what the other's weights give less is not enough to make that one fail.

    Examples
    --------
    >>> hard, easy = Literal(((0, 3),), 3), Literal(((0, 3), (1, 2)), 2)
    >>> easiest(((hard,), (easy,))) == ((easy,),)
    True
    """
    alone = [term[0] for term in terms if len(term) == 1]
    if len(alone) < 2:
        return terms
    place = {lever: k for k, lever in enumerate(sorted({lever for literal in alone for lever, _ in literal.weights}))}
    weights = np.zeros((len(alone), len(place)), dtype=np.int64)
    for row, literal in enumerate(alone):
        for lever, weight in literal.weights:
            weights[row, place[lever]] = weight
    need = np.array([literal.need for literal in alone], dtype=np.int64)
    is_kept = np.ones(len(alone), dtype=np.bool_)
    for row in range(len(alone)):
        if is_kept[row]:
            implies = need + np.minimum(weights[row] - weights, 0).sum(axis=1) >= need[row]
            implies[row] = False
            is_kept &= ~implies
    kept = {literal for literal, keeps in zip(alone, is_kept, strict=True) if keeps}
    return tuple(term for term in terms if len(term) > 1 or term[0] in kept)
