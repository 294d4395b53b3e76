"""Three ways to say what a party prefers; each ends as one array of exact integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import ConditionError, Pattern, mask, parse
from ceasefire.errors import LimitError

MOST_STEPS = 2**61
"""The widest span of stakes in steps of their resolution, so that differences of their sums fit 64 bits."""
_LONG = 10**30
_AT_ONCE = 32
"""Statements that are scored together; 2^32 scores of up to 2^30 ranks fit 64 bits."""

Term = tuple[Sequence[Pattern], Fraction]


def stake_values(states: NDArray[np.int64], terms: Sequence[Iterable[Term]]) -> tuple[NDArray[np.int64], Fraction]:
    """Add up weighted statements for each party, exactly.

    Parameters
    ----------
    states : NDArray[np.int64], shape (n_states,)
    terms : sequence of iterables of (patterns, Fraction)
        Per party: how much it gains where any of the patterns holds.

    Returns
    -------
    values : NDArray[np.int64], shape (n_parties, n_states)
    resolution : Fraction
        Units per step of `values`, the same for all parties.

    Raises
    ------
    LimitError
        Where the sums would not fit 64 bits.

    Examples
    --------
    >>> values, resolution = stake_values(np.arange(2), [[([Pattern(1, 1)], Fraction(1, 2))], [([Pattern(0, 0)], Fraction(1, 3))]])
    >>> values, resolution
    (array([[0, 3],
           [2, 2]]), Fraction(1, 6))
    """
    listed = [list(party) for party in terms]
    scale = lcm(*(value.denominator for party in listed for _, value in party), 1)
    check_span(((value for _, value in party) for party in listed), scale)
    values = np.zeros((len(listed), len(states)), dtype=np.int64)
    for row, party in zip(values, listed, strict=True):
        for patterns, value in party:
            row[mask(patterns, states)] += int(value * scale)
    return values, Fraction(1, scale)


def check_span(parties: Iterable[Iterable[Fraction]], scale: int) -> None:
    """Raise LimitError where sums of a party's stakes, in steps of 1/`scale`, would not fit 64 bits.

    Examples
    --------
    >>> check_span([[Fraction(1, 2), Fraction(-3)]], 2)
    """
    span = max((sum(abs(int(value * scale)) for value in party) for party in parties), default=0)
    if span > MOST_STEPS:
        raise LimitError(
            f"the stakes of a party span {_size(span)} steps of 1/{_size(scale)}; at most {MOST_STEPS:,} are exact\n"
            "  hint: write them with fewer digits, or rank the states"
        )


def _size(number: int) -> str:
    """Write a number, or its power of ten where it is long."""
    return f"{number:,}" if number < _LONG else f"10^{len(str(number)) - 1} or more"


def statement(condition: str, names: Sequence[str]) -> tuple[Pattern, ...]:
    """Read a condition over options: `not`, `and`, `or`, `if`, `iff` and parentheses over ``party.option``.

    The patterns serve as a statement of `prioritised` or a term of `stake_values`; given as infeasible they rule out where it
    holds.

    Parameters
    ----------
    names : sequence of str
        What the condition calls each option, in order.

    Raises
    ------
    ValueError
        For text that is no condition, or names an unknown option.

    Examples
    --------
    >>> statement("b.withdraw if a.fight", ["a.fight", "b.withdraw"])
    (Pattern(care=1, value=0), Pattern(care=2, value=2))
    """
    try:
        return parse(condition).patterns([name.lower() for name in names])
    except ConditionError as error:
        raise ValueError(f"condition {condition!r}, character {error.column + 1}: {error}; {error.hint}") from error
    except KeyError as error:
        raise ValueError(f"condition {condition!r} names unknown option {error.args[0]!r}; known: {', '.join(names)}") from None


def weighted(states: NDArray[np.int64], taken: Sequence[int], dropped: Sequence[int] | None = None) -> NDArray[np.int64]:
    """Score states by weights of options, so many for each one taken and so many for each one not taken.

    Option weighting [1]_; it cannot express every order: with two options, none that ranks both and neither over either alone.

    Parameters
    ----------
    taken, dropped : sequence of int
        Per option; nothing for options not taken where `dropped` is not given.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)

    References
    ----------
    .. [1] Fang, Hipel, Kilgour and Peng (2003), IEEE Trans. SMC-C 33(1), 42-55.

    Examples
    --------
    >>> weighted(np.arange(4), [3, -1])
    array([ 0,  3, -1,  2])
    """
    score = np.zeros(len(states), dtype=np.int64)
    for k, (gain, otherwise) in enumerate(zip(taken, dropped or [0] * len(taken), strict=True)):
        score += np.where((states >> states.dtype.type(k)) & states.dtype.type(1) == 1, gain, otherwise)
    return score


def prioritised(states: NDArray[np.int64], statements: Sequence[Sequence[Pattern]]) -> NDArray[np.int64]:
    """Rank states by statements, most important first.

    Of two states the one is better for which the first statement that tells them apart holds; states alike in all
    statements tie. Equivalent to option prioritising [1]_ for any number of statements.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
        0 for the worst; consecutive.

    References
    ----------
    .. [1] Fang, Hipel, Kilgour and Peng (2003), IEEE Trans. SMC-C 33(1), 42-55.

    Examples
    --------
    >>> prioritised(np.arange(4), [[Pattern(2, 2)], [Pattern(1, 0)]])
    array([1, 0, 3, 2])
    """
    ranks = np.zeros(len(states), dtype=np.int64)
    for start in range(0, len(statements), _AT_ONCE):
        score = ranks
        for patterns in statements[start : start + _AT_ONCE]:
            score = score << 1 | mask(patterns, states)
        ranks = np.unique(score, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return ranks


def ranking(order: Sequence[Sequence[int]], n_states: int) -> NDArray[np.int64]:
    """Turn groups of state indices, best group first, into ranks; ValueError if a state is missing or listed twice.

    Examples
    --------
    >>> ranking([[2], [0, 1]], 3)
    array([0, 0, 1])
    """
    ranks = np.full(n_states, -1, dtype=np.int64)
    for k, group in enumerate(order):
        for state in group:
            if ranks[state] >= 0:
                raise ValueError(f"state {state} is ranked twice")
            ranks[state] = len(order) - 1 - k
    if (ranks < 0).any():
        raise ValueError(f"state {int(np.flatnonzero(ranks < 0)[0])} is not ranked")
    return ranks


def levels(ranks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Turn ranks into groups of state indices, best group first: the inverse of `ranking`.

    Examples
    --------
    >>> levels(np.array([0, 0, 1]))
    [array([2]), array([0, 1])]
    """
    order = np.argsort(-ranks, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(ranks[order])) + 1)


def coarsest(values: NDArray[np.int64], resolution: Fraction) -> tuple[NDArray[np.int64], Fraction]:
    """Divide by the greatest common divisor, so that the same stakes always give the same integers.

    Examples
    --------
    >>> coarsest(np.array([[0, 4], [2, 6]]), Fraction(1, 4))
    (array([[0, 2],
           [1, 3]]), Fraction(1, 2))
    """
    shared = gcd(*(int(v) for v in np.unique(values))) or 1
    return values // shared, resolution * shared
