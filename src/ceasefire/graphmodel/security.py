"""Maximin stability: what a party can make sure of over a number of moves, whatever the others do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.box import LEAST
from ceasefire.graphmodel.margins import NO_REPLY, margins_from
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import Step, first_route
from ceasefire.graphmodel.replies import Codes, Moves, coded, moves_of


def maximin(model: GraphModel, horizon: int) -> NDArray[np.bool_]:
    r"""Find the states that no party can surely improve on within `horizon` moves.

    The party moves first, then the others by any legal sequence, then the party again, and so on; whoever does not move ends
    the conflict in the state at hand. With :math:`B_0 = u_i`, a party that has moved to q with k moves to follow can make sure
    of :math:`B_k(q) = \min(u_i(q), \min_{r \in R_{N-i}(q)} A_{k-1}(r))`, and with k moves of its own turn of
    :math:`A_k(r) = \max(u_i(r), \max_{q \in R_i(r)} B_{k-1}(q))`. State s is stable for i where no move leads to a q with
    :math:`B_{h-1}(q) > u_i(s)` [1]_. One move ahead is Nash, two are GMR, three SMR. What is stable for an odd number is so for
    every larger number; what is stable for an even number is so for every smaller even one. So all others lie between SMR and
    GMR.

    Parameters
    ----------
    model : GraphModel
    horizon : int
        Moves ahead, h.

    Returns
    -------
    NDArray[np.bool_], shape (n_parties, n_states)

    Raises
    ------
    ValueError
        For a horizon below 1.

    References
    ----------
    .. [1] Rego and Vieira, Maximin_h stability in the graph model for conflict resolution for bilateral conflicts, IEEE
       Transactions on Systems, Man, and Cybernetics: Systems. For more than two parties the others act together, as in GMR.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> [maximin(chicken, h).all(axis=0).tolist() for h in (1, 2)]
    [[False, True, True, False], [True, True, True, False]]
    """
    moves = moves_of(model)
    found = np.zeros(model.preference.shape, dtype=np.bool_)
    for party, leaves in enumerate(found):
        worth, _ = _worth(model, moves, party, horizon)
        moves.tempts(party, worth[-1], worth[0], leaves)
    return ~found


def maximin_margins(model: GraphModel, horizon: int) -> NDArray[np.int64]:
    """Give by how much the best that a party can make sure of by moving falls short of each state.

    Returns
    -------
    NDArray[np.int64], shape (n_parties, n_states)
        In steps of the preference array; the largest int64 where a party has no move. Errors as for `maximin`.

    Examples
    --------
    A driver who does not swerve can lose as much as there is to lose.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> [maximin_margins(chicken, h)[0, 0] for h in (1, 2)]
    [np.int64(-1), np.int64(2)]
    """
    return margins_from(model, [secured(model, party, horizon) for party in range(len(model.parties))])


def secured(model: GraphModel, party: int, horizon: int) -> NDArray[np.int64]:
    """Give what `party` can make sure of by moving to each state.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
        :math:`B_{h-1}` of `maximin`, in steps of the preference array. Errors as for `maximin`.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> secured(chicken, 0, 2)
    array([1, 0, 1, 0])
    """
    worth, table = _worth(model, moves_of(model), party, horizon)
    return worth[-1].astype(np.int64) if table is None else table[worth[-1]]


def maximin_line(model: GraphModel, party: int, to: int, horizon: int) -> tuple[Step, ...]:
    """Give how the conflict goes on after `party` has moved to a state, if the others do it as much harm as they can.

    Returns
    -------
    tuple of Step
        Up to `horizon` less one turns, the others' first; empty where they cannot do better than to leave the state as it is.
        Where it ends, the party is as well off as it can make sure of. Errors as for `maximin`.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> maximin_line(chicken, 0, 1, 2)
    (Step(party=1, start=1, to=3),)
    """
    return _line(model, party, to, _worth(model, moves_of(model), party, horizon)[0])


def answered(model: GraphModel, party: int, state: int, horizon: int) -> tuple[int, dict[int, tuple[Step, ...]]]:
    """Give the margin of one state for a party, and the line of play after each move to something better; errors as `maximin`.

    Returns
    -------
    margin : int
        As `maximin_margins` gives it.
    lines : dict of int to tuple of Step
        By state moved to, as `maximin_line` gives them.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> answered(chicken, 0, 0, 2)
    (2, {1: (Step(party=1, start=1, to=3),)})
    """
    own, ends = model.preference[party], model.moves(party, state)
    worth, table = _worth(model, moves_of(model), party, horizon)
    best = worth[-1][ends].max(initial=LEAST)
    margin = int(own[state] - (best if table is None else table[best])) if len(ends) else NO_REPLY
    return margin, {to: _line(model, party, to, worth) for to in ends[own[ends] > own[state]].tolist()}


def _line(model: GraphModel, party: int, to: int, worth: Sequence[Codes]) -> tuple[Step, ...]:
    others, horizon = [k for k in range(len(model.parties)) if k != party], len(worth)
    line: tuple[Step, ...] = ()
    for turn in range(horizon - 1, 0, -1):
        if worth[0][to] == worth[turn][to]:
            break
        movers = others if _is_theirs(turn, horizon) else [party]
        line += first_route(model, movers, to, None, worth[turn - 1] == worth[turn][to]) or ()
        to = line[-1].to
    return line


def _worth(model: GraphModel, moves: Moves, party: int, horizon: int) -> tuple[list[Codes], NDArray[np.int64] | None]:
    """Give what every state is worth to a party with 0, 1, ... `horizon` - 1 moves to follow, and the table of `coded`."""
    if horizon < 1:
        raise ValueError(f"the horizon is {horizon}; parties look at least 1 move ahead")
    own, table = coded(model.preference[party])
    others = [k for k in range(len(model.parties)) if k != party]
    worth = [own]
    for turn in range(1, horizon):
        if _is_theirs(turn, horizon):
            worth.append(np.minimum(own, moves.worst(others, worth[-1])))
        else:
            worth.append(np.maximum(own, moves.best(party, worth[-1])))
    return worth, table


def _is_theirs(turn: int, horizon: int) -> bool:
    """Say whether the others are about to move with so many moves to follow, given that the party moves first."""
    return (horizon - turn) % 2 == 1
