"""Which combinations of options can occur: common rules as patterns, and listing what they leave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import LimitError

MOST_OPTIONS = 64
MOST_STATES = 1 << 22
_MOST_LISTED_WHOLE = 22


def exclusive(options: Sequence[int]) -> tuple[Pattern, ...]:
    """Rule out that more than one of these options is taken.

    Examples
    --------
    >>> exclusive([0, 2])
    (Pattern(care=5, value=5),)
    """
    return tuple(Pattern(1 << a | 1 << b, 1 << a | 1 << b) for a, b in combinations(sorted(options), 2))


def at_least_one(options: Sequence[int]) -> tuple[Pattern, ...]:
    """Rule out that none of these options is taken.

    Examples
    --------
    >>> at_least_one([0, 2])
    (Pattern(care=5, value=0),)
    """
    return (Pattern(sum(1 << k for k in set(options)), 0),)


def requires(option: int, needed: int) -> tuple[Pattern, ...]:
    """Rule out that `option` is taken without `needed`.

    Examples
    --------
    >>> requires(0, 1)
    (Pattern(care=3, value=1),)
    """
    return (Pattern(1 << option | 1 << needed, 1 << option),)


def feasible_states(n_options: int, infeasible: Sequence[Pattern]) -> NDArray[np.int64]:
    """List the states that no pattern rules out, ascending.

    Options are decided one by one, and what is already ruled out is dropped, so up to 64 options are fine where the rules keep
    the number of states manageable.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
        Unsigned where there are 64 options.

    Raises
    ------
    LimitError
        For more than 64 options, or where more than 4,194,304 states remain.

    Examples
    --------
    >>> len(feasible_states(40, exclusive(range(40))))
    41
    """
    if n_options > MOST_OPTIONS:
        raise LimitError(f"{n_options} options; at most {MOST_OPTIONS} fit a state\n  hint: {_WAY_OUT}")
    if n_options <= _MOST_LISTED_WHOLE:
        every = np.arange(1 << n_options, dtype=np.int64)
        return every[~mask(infeasible, every)]
    found: NDArray[np.int64] = np.zeros(1, dtype=state_type(n_options))
    decided, waiting = 0, list(infeasible)
    for k in _order(n_options, infeasible):
        decided |= 1 << k
        found = np.concatenate((found, found | found.dtype.type(1 << k)))
        complete = [p for p in waiting if p.care & ~decided == 0]
        waiting = [p for p in waiting if p.care & ~decided]
        found = found[~mask(complete, found)]
        if len(found) > MOST_STATES:
            raise LimitError(
                f"{n_options} options make 2^{n_options} combinations, of which more than {MOST_STATES:,} are feasible"
                f"\n  hint: {_WAY_OUT}"
            )
    found.sort()
    return found


def state_type(n_options: int) -> type[np.integer[Any]]:
    """Give the type of numbers that states are kept as: unsigned where all 64 bits are taken."""
    return np.uint64 if n_options == MOST_OPTIONS else np.int64


def _order(n_options: int, infeasible: Sequence[Pattern]) -> list[int]:
    """Decide first the options of the patterns that need the fewest further options."""
    order: list[int] = []
    waiting = sorted({p.care for p in infeasible})
    decided = 0
    while waiting:
        nearest = min(waiting, key=lambda care: ((care & ~decided).bit_count(), care))
        order += [k for k in range(n_options) if nearest & ~decided & 1 << k]
        decided |= nearest
        waiting = [care for care in waiting if care & ~decided]
    return order + [k for k in range(n_options) if not decided >> k & 1]


_WAY_OUT = "merge options that always go together, rule out what cannot occur, or leave out options nobody would use"
