"""Blocks of what moves together, drawn again with replacement: one pair over a month or a window, one statement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers

BLOCK_DAYS = 28
LEAST_BLOCKS = 5
REPLICATES = 400


def blocks_of(acts: Acts, actor: Integers, target: Integers, day: Integers, row: Integers, *, window: int) -> tuple[Integers, ...]:
    """Number the blocks of words or deeds in every way in which they may move together.

    One way is by pair without direction and `BLOCK_DAYS` days, or the window where that is longer: one deed may fulfil all words
    whose windows hold it. The other is by the caller's row, where several are from one row: one
    statement to two parties is two commitments, which do not fare independently.

    Parameters
    ----------
    acts : Acts
    actor, target, day, row : NDArray[np.int64], shape (n,)
    window : int
        Days over which what becomes of each is watched.

    Returns
    -------
    tuple of NDArray[np.int64], shape (n,)
        From 0, without gaps; the second only where rows are shared.
    """
    pair = acts.pairs_between(actor, target)
    length = max(window, BLOCK_DAYS)
    by_pair, by_row = _numbered(pair * (acts.span // length + 1) + day // length), _numbered(row)
    return (by_pair, by_row) if count_of(by_row) < len(by_row) else (by_pair,)


def _numbered(key: Integers) -> Integers:
    number: Integers = np.unique(key, return_inverse=True)[1].reshape(-1)
    return number


def count_of(block: Integers) -> int:
    """Count blocks."""
    return int(block.max(initial=-1)) + 1


def sums_drawn_again(
    block: Integers, columns: tuple[NDArray[np.float64] | NDArray[np.bool_], ...], replicates: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Draw as many blocks as there are, with replacement, and add up each column over those drawn.

    Parameters
    ----------
    block : NDArray[np.int64], shape (n,)
        As `blocks_of` numbers them; at least one.
    columns : tuple of arrays of shape (n,)
    replicates : int
    random : numpy.random.Generator

    Returns
    -------
    NDArray[np.float64], shape (n_columns, replicates)

    Examples
    --------
    One block drawn again is itself.

    >>> sums_drawn_again(np.array([0, 0]), (np.array([1.0, 2.0]),), 2, np.random.default_rng(7))
    array([[3., 3.]])
    """
    n = count_of(block)
    sums = np.stack([np.bincount(block, weights=column, minlength=n) for column in columns])
    at_once = max(1, 1_000_000 // n)
    drawn = []
    for start in range(0, replicates, at_once):
        picked = random.integers(0, n, (min(at_once, replicates - start), n))
        drawn.append(np.stack([column[picked].sum(axis=1) for column in sums]))
    return np.concatenate(drawn, axis=1)


def wider(drawn: tuple[NDArray[np.float64], ...], ends: tuple[float, float]) -> tuple[float, float]:
    """Take the widest of several 95 % intervals, end by end: those of values drawn again, and one known otherwise.

    Examples
    --------
    >>> wider((np.array([0.25, 0.25, 0.75, 0.75]), np.array([0.5])), (0.5, 0.875))
    (0.25, 0.875)
    """
    low, high = ends
    for one in drawn:
        known = one[np.isfinite(one)]
        if len(known):
            found = np.quantile(known, [0.025, 0.975])
            low, high = min(low, float(found[0])), max(high, float(found[1]))
    return low, high
