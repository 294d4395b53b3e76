"""Stability by simultaneity: parties that are all about to move may together end up where none of them wants to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import Step
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


@dataclass(frozen=True, slots=True)
class Collision:
    """An improvement of a party, and moves of others at the same time that make it end where the party is no better off.

    Parameters
    ----------
    to : int
        Where the improvement alone would lead.
    others : tuple of Step or None
        What others do meanwhile, each from the same state; None where nothing they would do deters.
    end : int or None
        Where all of it together leads.
    """

    to: int
    others: tuple[Step, ...] | None
    end: int | None


def collisions(model: GraphModel, party: int, state: int) -> tuple[Collision, ...]:
    """List the improvements of a party from a state that is unstable for it under SEQ, with what others may do meanwhile.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> hawks = GraphModel.from_options(["A", "B"], options, preference=[[1, 2, 2, 0], [1, 2, 2, 0]])
    >>> collisions(hawks, 0, 0)
    (Collision(to=1, others=(Step(party=1, start=0, to=2),), end=3),)
    """
    unstable = ~solve(model, ("SEQ",)).stable["SEQ"][:, state]
    here, own = int(model.states[state]), model.preference[party]
    joint: dict[int, tuple[Step, ...]] = {0: ()}
    for other in np.flatnonzero(unstable):
        if other != party:
            for flips, steps in list(joint.items()):
                for end in _better(model, int(other), state):
                    flip = int(model.states[end]) ^ here
                    if not flips & flip:
                        joint.setdefault(flips | flip, (*steps, Step(int(other), state, int(end))))
    found = []
    for to in _better(model, party, state):
        flip = int(model.states[to]) ^ here
        ends = [(steps, _place(model, here ^ flip ^ flips)) for flips, steps in joint.items() if flips and not flips & flip]
        bad = [(steps, end) for steps, end in ends if end is not None and own[end] <= own[state]]
        others, end = min(bad, key=lambda one: (len(one[0]), [(step.party, step.to) for step in one[0]])) if bad else (None, None)
        found.append(Collision(int(to), others, end))
    return tuple(found)


def _place(model: GraphModel, state: int) -> int | None:
    try:
        return model.index(state)
    except KeyError:
        return None


def _better(model: GraphModel, party: int, state: int) -> NDArray[np.int64]:
    ends, own = model.moves(party, state), model.preference[party]
    better: NDArray[np.int64] = ends[own[ends] > own[state]]
    return better


def _improvements(model: GraphModel, party: int, state: int) -> NDArray[np.int64]:
    """Give the improvements as the options they flip."""
    flips: NDArray[np.int64] = model.states[_better(model, party, state)] ^ model.states[state]
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
