"""Moves of one party as blocks of states that it can move among, for passes over listed states.

States that differ only in options of the party form a block. From a state the party reaches every other state of its block; with
directed options, those that keep what cannot be undone, so there is one set of blocks per combination of its directed options.
Blocks of like size stand as columns of one matrix, and a pass over all states is a few operations on rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError

if TYPE_CHECKING:
    from ceasefire.graphmodel.model import Option

Codes = NDArray[np.int32]
Places = NDArray[np.intp]
MOST = np.iinfo(np.int32).max
MOST_PLACES = 150_000_000
_PIECE = 1 << 16


@dataclass(frozen=True, eq=False)
class Columns:
    """Blocks of like size: ``members[:, c]`` are the states of block c, filled up with ``n_states``.

    Parameters
    ----------
    members : NDArray[np.intp], shape (size, n_blocks)
    sees : NDArray[np.bool_], shape (size, n_blocks)
        Which members reach exactly this block; the others are only reached.
    """

    members: Places
    sees: NDArray[np.bool_]


def columns(options: Sequence[Option], states: NDArray[np.int64], party: int) -> list[Columns]:
    """Find the blocks of one party; every state is seen in exactly one.

    Raises
    ------
    LimitError
        Where the blocks hold too many states altogether, as with very many directed options.

    Examples
    --------
    >>> from ceasefire.graphmodel.model import Option
    >>> [block] = columns([Option("x", (0,)), Option("y", (1,))], np.arange(4), 0)
    >>> block.members
    array([[0, 2],
           [1, 3]])
    """
    mine = [(k, o.direction) for k, o in enumerate(options) if party in o.owners]
    own = sum(1 << k for k, _ in mine)
    up, down = (sum(1 << k for k, way in mine if way == kind) for kind in ("up", "down"))
    find = _of_all if len(states) == 1 << len(options) else _of_some
    return list(find(states, own, up, down))


def _of_all(states: NDArray[np.int64], own: int, up: int, down: int) -> Iterator[Columns]:
    """Find the blocks where every combination of options is feasible: each is a corner and the same offsets from it."""
    every = len(states) - 1
    directed = up | down
    _check(len(states) // (1 << directed.bit_count()) * 3 ** directed.bit_count())
    corners, offsets = _within(every & ~own), _within(own)
    for pattern in _within(directed):
        kept = offsets[((offsets & up) | pattern & up) == offsets & up]
        kept = kept[kept & ~pattern & down == 0]
        sees = np.broadcast_to((kept & directed == pattern)[:, None], (len(kept), len(corners)))
        yield Columns(kept[:, None] + corners[None, :], sees)


def _check(size: int) -> None:
    if size > MOST_PLACES:
        raise LimitError(
            f"the moves of one party fill {size:,} places; at most {MOST_PLACES:,} are kept\n"
            "  hint: let fewer of its options be directed, or rule out combinations that cannot occur"
        )


def _within(bits: int) -> Places:
    """Give all parts of `bits`, ascending."""
    found = np.zeros(1, dtype=np.intp)
    for k in range(bits.bit_length()):
        if bits >> k & 1:
            found = np.concatenate((found, found + (1 << k)))
    return found


def _of_some(states: NDArray[np.int64], own: int, up: int, down: int) -> Iterator[Columns]:
    one = states.dtype.type
    rest = states & ~one(own)
    directed = states & one(up | down)
    size = 0
    for pattern in np.unique(directed) if up | down else directed[:1]:
        kept = (states & one(int(pattern) & up)) == one(int(pattern) & up)
        kept &= (states & one(~int(pattern) & down)) == 0
        places = np.flatnonzero(kept)
        size += len(places)
        _check(size)
        yield from _matrices(rest[places], places, directed[places] == pattern, len(states))


def _matrices(keys: NDArray[np.int64], places: Places, sees: NDArray[np.bool_], n_states: int) -> Iterator[Columns]:
    """Group states by key and set the groups side by side, by size to the next power of two."""
    order = np.argsort(keys, kind="stable")
    keys, places, sees = keys[order], places[order], sees[order]
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sizes = np.diff(np.append(first, len(keys)))
    useful = np.logical_or.reduceat(sees, first)
    width = np.ones_like(sizes)
    while (width < sizes).any():
        width[width < sizes] *= 2
    for size in np.unique(width[useful]):
        chosen = np.flatnonzero(useful & (width == size))
        at = first[chosen][None, :] + np.arange(size)[:, None]
        inside = np.arange(size)[:, None] < sizes[chosen][None, :]
        at[~inside] = 0
        yield Columns(np.where(inside, places[at], n_states), sees[at] & inside)


class Blocks:
    """The blocks of one party, ready for passes that move values from where it can go to where it is."""

    def __init__(self, found: Sequence[Columns], n_states: int) -> None:
        self._members = [c.members for c in found]
        self._column = np.zeros(n_states, dtype=np.intp)
        start = 0
        for c in found:
            _, column = np.nonzero(c.sees)
            self._column[c.members[c.sees]] = start + column
            start += c.members.shape[1]
        self._n_columns = start

    def reach(self, values: Codes, operation: np.ufunc, neutral: int) -> Codes:
        """Give per state the extreme of `values` over where the party can move, or stay."""
        padded = np.append(values, np.int32(neutral))
        best = np.empty(self._n_columns, dtype=np.int32)
        start = 0
        for members in self._members:
            stop = start + members.shape[1]
            operation.reduce(padded.take(members), axis=0, out=best[start:stop])
            start = stop
        return best.take(self._column)


def _narrow(found: Sequence[Columns]) -> Iterator[Columns]:
    """Cut matrices into pieces that stay in the processor's cache."""
    for c in found:
        most = max(1, _PIECE // len(c.members))
        for start in range(0, c.members.shape[1], most):
            yield Columns(np.ascontiguousarray(c.members[:, start : start + most]), c.sees[:, start : start + most])


class ImprovingBlocks:
    """The blocks of one party with members sorted by its preference, so that what it prefers to a member stands below it.

    Parameters
    ----------
    own : NDArray[np.int32], shape (n_states,)
        Preference of the party.
    """

    def __init__(self, found: Sequence[Columns], own: Codes) -> None:
        n_states = len(own)
        self._members: list[Places] = []
        self._from = np.zeros(n_states, dtype=np.intp)
        self._buffer = np.empty(sum((len(c.members) + 1) * c.members.shape[1] for c in found), dtype=np.int32)
        start = 0
        padded = np.append(own, np.int32(MOST))
        for c in _narrow(found):
            height, width = c.members.shape
            worth = padded.take(c.members)
            order = np.argsort(worth, axis=0)
            worth = np.take_along_axis(worth, order, axis=0)
            self._members.append(np.take_along_axis(c.members, order, axis=0))
            above = np.empty((height, width), dtype=np.intp)
            column = np.arange(width)
            above[-1] = height * width + column
            for row in range(height - 2, -1, -1):
                better = worth[row] < worth[row + 1]
                above[row] = np.where(better, (row + 1) * width + column, above[row + 1])
            sees = np.take_along_axis(c.sees, order, axis=0)
            self._from[self._members[-1][sees]] = start + above[sees]
            start += (height + 1) * width

    def worst(self, values: Codes) -> Codes:
        """Give per state the least of `values` over what the party prefers to it and can move to; the largest int32 if nothing.

        Parameters
        ----------
        values : NDArray[np.int32], shape (n_states + 1,)
            The last entry is the largest int32.
        """
        start = 0
        for members in self._members:
            height, width = members.shape
            stop = start + (height + 1) * width
            rows = self._buffer[start:stop].reshape(height + 1, width)
            np.take(values, members, out=rows[:-1], mode="clip")
            rows[-1] = MOST
            for row in range(height - 2, 0, -1):
                np.minimum(rows[row], rows[row + 1], out=rows[row])
            start = stop
        return self._buffer.take(self._from)
