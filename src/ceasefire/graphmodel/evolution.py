"""How a conflict can evolve from the status quo: what is reached in how many moves, by whom last, by whom first, without whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.stability import improving_arcs


@dataclass(frozen=True, eq=False)
class Evolution:
    """The status quo table.

    Parameters
    ----------
    start : int
    improving : bool
        Whether each move must be better for its mover.
    least : NDArray[np.int64], shape (n_parties, n_states)
        ``least[j, s]``: the fewest moves that lead to s with the last by j; -1 where none do.
    arcs : mapping of int to Arcs
        The moves that count, per party that has any.
    """

    start: int
    improving: bool
    least: NDArray[np.int64]
    arcs: Mapping[int, Arcs] = field(repr=False)

    @property
    def steps(self) -> NDArray[np.int64]:
        """Fewest moves to each state, shape (n_states,); 0 for the start, -1 where no sequence leads."""
        fewest = _smallest(self.least)
        fewest[self.start] = 0
        return fewest

    @property
    def depth(self) -> int:
        """After how many moves nothing new is reached."""
        return int(self.least.max(initial=0))

    def within(self, moves: int) -> NDArray[np.int64]:
        """Give the states reached in at most so many moves, the start included."""
        steps = self.steps
        return np.flatnonzero((steps >= 0) & (steps <= moves))

    def last_movers(self, state: int, moves: int) -> tuple[int, ...]:
        """Give the parties that can make the last move of a sequence of at most so many moves to `state`."""
        column = self.least[:, state]
        return tuple(int(k) for k in np.flatnonzero((column >= 0) & (column <= moves)))


def evolution(
    model: GraphModel, start: int, *, improving: bool = False, without: Iterable[int] = (), first: int | None = None
) -> Evolution:
    r"""Find what legal sequences of moves reach from a state, per last mover.

    :math:`V_k(s)` are the states reached in at most k moves in which nobody moves twice running [1]_; the table keeps for
    each state and last mover the least such k, and stops when a further move adds no new pair.

    Parameters
    ----------
    model : GraphModel
    start : int
        Index of the status quo.
    improving : bool
        Count only unilateral improvements.
    without : iterable of int
        Parties that never move.
    first : int, optional
        The party that makes the first move.

    Returns
    -------
    Evolution

    Notes
    -----
    Time: number of arcs times number of parties; memory: number of arcs.

    References
    ----------
    .. [1] Li, Kilgour and Hipel (2005), Status quo analysis in the graph model for conflict resolution, JORS 56(6), 699-707.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> evolution(model, 0).least
    array([[4, 1, 3, 2],
           [4, 3, 1, 2]])
    """
    kept = tuple(k for k in range(len(model.parties)) if k not in set(without))
    arcs = {k: improving_arcs(model, k) if improving else model.arcs_of(k) for k in kept}
    least = np.full((len(model.parties), model.n_states), -1, dtype=np.int64)
    fresh = {k: np.zeros(0, dtype=np.int64) for k in kept}
    for party in kept if first is None else (first,):
        fresh[party] = np.unique(arcs[party].of(start)).astype(np.int64)
        least[party, fresh[party]] = 1
    moves = 1
    while any(len(states) for states in fresh.values()):
        moves += 1
        fresh = {party: _onward(arcs, fresh, party, least) for party in kept}
        for party, states in fresh.items():
            least[party, states] = moves
    return Evolution(start, improving, least, arcs)


def first_movers(model: GraphModel, start: int, *, improving: bool = False) -> NDArray[np.int64]:
    """Give the fewest moves to each state if a given party moves first; -1 where it cannot lead there.

    Where one party alone has a number, it must move first.

    Returns
    -------
    NDArray[np.int64], shape (n_parties, n_states)
        The start has the length of the shortest way back to it.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,), "up")]
    >>> model = GraphModel.from_options(["A", "B"], options, preference=[[0, 1, 2, 1], [0, 0, 0, 1]])
    >>> first_movers(model, 0, improving=True)
    array([[-1,  1,  3,  2],
           [-1, -1, -1, -1]])
    """
    parties = range(len(model.parties))
    return np.stack([_smallest(evolution(model, start, improving=improving, first=party).least) for party in parties])


def needed_movers(model: GraphModel, start: int, *, improving: bool = False) -> NDArray[np.bool_]:
    """Say without which party a state that can be reached could not be; False where it cannot be reached at all.

    Returns
    -------
    NDArray[np.bool_], shape (n_parties, n_states)

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> needed_movers(model, 0)[:, 3]
    array([ True,  True])
    """
    reached = evolution(model, start, improving=improving).steps >= 0
    alone = [evolution(model, start, improving=improving, without=[k]).steps >= 0 for k in range(len(model.parties))]
    return reached & ~np.stack(alone)


def _onward(
    arcs: Mapping[int, Arcs], fresh: Mapping[int, NDArray[np.int64]], party: int, least: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the states that `party` newly reaches by a move from where another has just moved."""
    before = [states for last, states in fresh.items() if last != party]
    if not before:
        return np.zeros(0, dtype=np.int64)
    found = _ends(arcs[party], np.unique(np.concatenate(before)))
    new: NDArray[np.int64] = found[least[party, found] < 0]
    return new


def _ends(arcs: Arcs, states: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the distinct ends of the arcs that start in any of `states`."""
    first, lengths = arcs.first[states], arcs.first[states + 1] - arcs.first[states]
    if not lengths.sum():
        return np.zeros(0, dtype=np.int64)
    shift = np.repeat(first - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    found: NDArray[np.int64] = np.unique(arcs.to[shift + np.arange(lengths.sum())]).astype(np.int64)
    return found


def _smallest(least: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the least non-negative number per column, or -1."""
    never = np.iinfo(np.int64).max
    found: NDArray[np.int64] = np.min(np.where(least < 0, never, least), axis=0)
    found[found == never] = -1
    return found
