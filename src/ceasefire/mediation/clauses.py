"""Comparisons of stakes as literals over levers, and clauses that every working package satisfies."""

from __future__ import annotations

from collections.abc import Iterable

NEVER, OPEN, SURE = 0, 1, 2


class Literal:
    """The claim that the weights of the levers in use add up to at least `need`.

    Parameters
    ----------
    weights : tuple of (lever, weight)
        Levers by number; no weight is zero.
    need : int

    Examples
    --------
    >>> literal = Literal(((0, 3), (1, -2)), 2)
    >>> literal.status(0b00, 0b11), literal.status(0b01, 0b10), literal.status(0b01, 0), literal.status(0b10, 0b01)
    (1, 1, 2, 0)
    """

    __slots__ = ("_known", "helpful", "need", "support", "weights")

    def __init__(self, weights: tuple[tuple[int, int], ...], need: int) -> None:
        self.weights = weights
        self.need = need
        self.support = sum(1 << k for k, _ in weights)
        self.helpful = sum(1 << k for k, weight in weights if weight > 0)
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


def clause(terms: Iterable[Term], every: int) -> Clause:
    """Collect terms, of comparisons with the same weights the easiest, without those that no package of `every` satisfies."""
    kept: dict[object, Term] = {}
    for term in terms:
        if status(term, 0, every) == NEVER:
            continue
        key = term[0].weights if len(term) == 1 else frozenset(term)
        before = kept.get(key)
        if before is None or (len(term) == 1 and term[0].need < before[0].need):
            kept[key] = term
    return tuple(kept.values())
