"""Stability by simultaneity: parties that are all about to move may together end up where none of them wants to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.stability import solve

Bools = NDArray[np.bool_]

_MOST_COMBINATIONS = 1_000_000


def simultaneous(model: GraphModel) -> Bools:
    r"""Find which states are stable, sequentially or by simultaneity (SIM).

    Asked only where i and at least one other party are unstable under SEQ: s is stable by simultaneity for i when for every
    improvement of i some improvements from s of one or more of the other unstable parties, made at the same time, lead to a
    feasible p with :math:`s \ge_i p` [1]_. Improvements that change the same option do not combine.

    Returns
    -------
    NDArray[np.bool_], shape (n_parties, n_states)

    Raises
    ------
    ValueError
        Where moves are explicit or states coalesced: then moves made at the same time have no defined end.
    LimitError
        Where more than a million combinations leave one state.

    References
    ----------
    .. [1] Fraser and Hipel (1984), Conflict Analysis: Models and Resolutions, North-Holland.

    Examples
    --------
    In chicken both would leave the state where both swerve, and both dread that the other leaves too.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> hawks = GraphModel.from_options(["A", "B"], options, preference=[[1, 2, 2, 0], [1, 2, 2, 0]])
    >>> simultaneous(hawks).all(axis=0)
    array([ True,  True,  True, False])
    """
    if model.arcs is not None or model.vectors is not None:
        raise ValueError("moves are explicit; simultaneous moves are defined where options imply the moves")
    stable = solve(model, ("SEQ",)).stable["SEQ"].copy()
    unstable = ~stable
    for state in np.flatnonzero(unstable.sum(axis=0) >= 2):
        parties = np.flatnonzero(unstable[:, state])
        flips = {int(p): _improvements(model, int(p), int(state)) for p in parties}
        for party in flips:
            stable[party, state] = _is_deterred(model, party, int(state), flips)
    return stable


def _improvements(model: GraphModel, party: int, state: int) -> NDArray[np.int64]:
    """Give the improvements as the options they flip."""
    ends, own = model.moves(party, state), model.preference[party]
    flips: NDArray[np.int64] = model.states[ends[own[ends] > own[state]]] ^ model.states[state]
    return flips


def _is_deterred(model: GraphModel, party: int, state: int, flips: dict[int, NDArray[np.int64]]) -> bool:
    own = model.preference[party]
    joint = np.zeros(1, dtype=model.states.dtype)
    for other, moves in flips.items():
        if other != party:
            both = joint[:, None] ^ moves[None, :]
            joint = np.unique(np.concatenate((joint, both[(joint[:, None] & moves[None, :]) == 0])))
            if len(joint) > _MOST_COMBINATIONS:
                raise LimitError(
                    f"more than {_MOST_COMBINATIONS:,} combinations of improvements leave state {model.labels[state]}\n"
                    "  hint: rule out combinations that cannot occur, or ask for SEQ"
                )
    joint = joint[joint != 0]
    order = np.argsort(model.states, kind="stable")
    for flip in flips[party]:
        ends = model.states[state] ^ flip ^ joint[(joint & flip) == 0]
        at = np.searchsorted(model.states, ends, sorter=order)
        places = order[np.minimum(at, model.n_states - 1)]
        feasible = places[model.states[places] == ends]
        if not (own[feasible] <= own[state]).any():
            return False
    return True
