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
    _check_implied(model)
    stable = solve(model, ("SEQ",)).stable["SEQ"].copy()
    unstable = ~stable
    for state in np.flatnonzero(unstable.sum(axis=0) >= 2):
        flips = _unstable_flips(model, unstable, int(state))
        for party, own in flips.items():
            values = _expected(model, party, int(state), own, flips)
            stable[party, state] = bool((values <= model.preference[party, state]).all())
    return stable


def simultaneous_margins(model: GraphModel) -> NDArray[np.int64]:
    """Give by how much the best move falls short under `simultaneous`: under SEQ, or if more, by moves at the same time.

    Which other parties would move is not put in question.

    Returns
    -------
    NDArray[np.int64], shape (n_parties, n_states)
        In steps of the preference array, not negative exactly where a state is stable; the largest int64 where a party has
        no move. Errors as for `simultaneous`.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> hawks = GraphModel.from_options(["A", "B"], options, preference=[[1, 2, 2, 0], [1, 2, 2, 0]])
    >>> simultaneous_margins(hawks)
    array([[ 1,  1,  2, -1],
           [ 1,  2,  1, -1]])
    """
    _check_implied(model)
    solution = solve(model, ("SEQ",))
    found, unstable = solution.margins["SEQ"].copy(), ~solution.stable["SEQ"]
    for state in np.flatnonzero(unstable.any(axis=0)).tolist():
        flips = _unstable_flips(model, unstable, state)
        for party, own in enumerate(model.preference):
            moves = model.states[model.moves(party, state)] ^ model.states[state]
            if len(moves) and set(flips) - {party}:
                best = _expected(model, party, state, moves, flips).max()
                found[party, state] = max(found[party, state], own[state] - best)
    return found


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


def _check_implied(model: GraphModel) -> None:
    if model.arcs is not None or model.vectors is not None:
        raise ValueError("moves are explicit; simultaneous moves are defined where options imply the moves")


def _unstable_flips(model: GraphModel, unstable: Bools, state: int) -> dict[int, NDArray[np.int64]]:
    """Give, per party that would leave a state, its improvements as the options they flip."""
    parties = np.flatnonzero(unstable[:, state]).tolist()
    return {party: model.states[_better(model, party, state)] ^ model.states[state] for party in parties}


def _expected(
    model: GraphModel, party: int, state: int, moves: NDArray[np.int64], flips: dict[int, NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Give what each move comes to for its party at worst, given what the others may flip at the same time."""
    own = model.preference[party]
    joint = np.zeros(1, dtype=model.states.dtype)
    for other, theirs in flips.items():
        if other != party:
            both = joint[:, None] ^ theirs[None, :]
            joint = np.unique(np.concatenate((joint, both[(joint[:, None] & theirs[None, :]) == 0])))
            if len(joint) > _MOST_COMBINATIONS:
                raise LimitError(
                    f"more than {_MOST_COMBINATIONS:,} combinations of improvements leave state {model.labels[state]}\n"
                    "  hint: rule out combinations that cannot occur, or ask for SEQ"
                )
    values = []
    for flip in moves:
        places = model.layout.places(model.states[state] ^ flip ^ joint[(joint & flip) == 0])
        values.append(own[places].min())
    return np.array(values, dtype=np.int64)
