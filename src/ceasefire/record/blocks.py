"""Blocks of what moves together: one pair over 28 days, drawn again with replacement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers

BLOCK_DAYS = 28
LEAST_BLOCKS = 5
REPLICATES = 400


def blocks_of(acts: Acts, actor: Integers, target: Integers, day: Integers) -> Integers:
    """Number the blocks of words or deeds: one pair without direction over 28 days.

    Parameters
    ----------
    acts : Acts
    actor, target, day : NDArray[np.int64], shape (n,)

    Returns
    -------
    NDArray[np.int64], shape (n,)
        From 0, without gaps.
    """
    pair = acts.pairs_between(actor, target)
    _, block = np.unique(pair * (acts.span // BLOCK_DAYS + 1) + day // BLOCK_DAYS, return_inverse=True)
    numbered: Integers = block.reshape(-1)
    return numbered


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
    n = int(block.max()) + 1
    sums = np.stack([np.bincount(block, weights=column, minlength=n) for column in columns])
    at_once = max(1, 1_000_000 // n)
    drawn = []
    for start in range(0, replicates, at_once):
        picked = random.integers(0, n, (min(at_once, replicates - start), n))
        drawn.append(np.stack([column[picked].sum(axis=1) for column in sums]))
    return np.concatenate(drawn, axis=1)


def wider(drawn: NDArray[np.float64], ends: tuple[float, float]) -> tuple[float, float]:
    """Take the wider of two 95 % intervals, end by end: that of values drawn again, and one known otherwise.

    Examples
    --------
    >>> wider(np.array([0.25, 0.25, 0.75, 0.75]), (0.5, 0.875))
    (0.25, 0.875)
    """
    known = drawn[np.isfinite(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else ends
    return min(float(low), ends[0]), max(float(high), ends[1])
