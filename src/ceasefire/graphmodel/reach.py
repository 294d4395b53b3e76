"""Which states sequences of moves lead to, from every state at once, as one bit per pair of states."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.model import Arcs

Bits = NDArray[np.uint8]
Bools = NDArray[np.bool_]

MOST_COMPARED = 4096


def check_pairs(n_states: int) -> None:
    """Raise LimitError where a table over pairs of states would be too large."""
    if n_states > MOST_COMPARED:
        raise LimitError(
            f"{n_states:,} states make {n_states * n_states:,} pairs; at most {MOST_COMPARED:,} states are compared pairwise\n"
            "  hint: Nash, GMR, SMR, SEQ and SymSEQ of `solve` need no pairs; or rule out states that cannot occur"
        )


def reachable(arcs: Mapping[int, Arcs], n_states: int) -> Bits:
    """Mark where legal sequences of one or more moves lead; nobody moves twice running.

    Parameters
    ----------
    arcs : mapping of int to Arcs
        Per mover. A mover may be a coalition whose joint moves are its arcs.

    Returns
    -------
    NDArray[np.uint8], shape (n_states, ceil(n_states / 8))
        Row a, bit b (as `numpy.packbits` packs it): b can be reached from a.

    Raises
    ------
    LimitError
        For more than 4,096 states.

    Examples
    --------
    >>> one = Arcs.between(np.array([0]), np.array([1]), 3)
    >>> two = Arcs.between(np.array([1]), np.array([2]), 3)
    >>> np.unpackbits(reachable({0: one, 1: two}, 3), axis=1, count=3)[0]
    array([0, 1, 1], dtype=uint8)
    """
    check_pairs(n_states)
    itself = np.packbits(np.eye(n_states, dtype=np.bool_), axis=1)
    by_first = {k: np.zeros_like(itself) for k in arcs}
    changed = True
    while changed:
        changed = False
        of_later = [itself]
        for rows in list(by_first.values())[:0:-1]:
            of_later.append(of_later[-1] | rows)
        of_earlier = np.zeros_like(itself)
        for mover, one in arcs.items():
            changed |= gather(by_first[mover], one, of_earlier | of_later.pop())
            of_earlier |= by_first[mover]
    found = np.zeros_like(itself)
    for rows in by_first.values():
        found |= rows
    return found


def gather(found: Bits, arcs: Arcs, after: Bits) -> bool:
    """Add to the row of each start the rows of `after` at the ends of its arcs; say whether anything was new."""
    counts = np.diff(arcs.first)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    first, having = arcs.first[order], counts[order]
    before = found[order]
    rows = before.copy()
    for nth in range(int(having.max(initial=0))):
        those = int(np.searchsorted(-having, -nth))
        rows[:those] |= after[arcs.to[first[:those] + nth]]
    found[order] = rows
    return bool((rows != before).any())


def unpacked(bits: Bits, n_states: int) -> Bools:
    """Give rows of bits as booleans."""
    return np.unpackbits(bits, axis=-1, count=n_states).view(np.bool_)
