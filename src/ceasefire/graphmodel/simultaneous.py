"""Stability by simultaneity: parties that are all about to move may together end up where none of them wants to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.crossing import Crossings
from ceasefire.graphmodel.margins import NO_MOVE
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import Step
from ceasefire.graphmodel.stability import solve

Bools = NDArray[np.bool_]

_MOST_SHOWN = 1_000_000
_MOST_GROUPS = 64


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
        Where improvements combine in more than 4,194,304 ways from one state, or in more than a billion ways altogether.

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
    crossings = Crossings(model, unstable)
    for party in range(len(unstable)):
        for rivals, states in _by_rivals(unstable, party, np.flatnonzero(unstable[party])):
            stable[party, states] = crossings.holds(party, rivals, states)
    return stable


def simultaneous_margins(model: GraphModel, state: int | None = None) -> NDArray[np.int64]:
    """Give by how much the best move falls short under `simultaneous`: under SEQ, or if more, by moves at the same time.

    Which other parties would move is not put in question.

    Parameters
    ----------
    state : int, optional
        Find the margins of this state only; those of others are under SEQ.

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
    crossings = Crossings(model, unstable)
    asked = np.arange(model.n_states) if state is None else np.array([state])
    for party, own in enumerate(model.preference):
        for rivals, states in _by_rivals(unstable, party, asked):
            best = crossings.best(party, rivals, states)
            can_move = best > NO_MOVE
            at = states[can_move]
            found[party, at] = np.maximum(found[party, at], own[at] - best[can_move])
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
    own, here = model.preference[party], model.states[state]
    joint = _at_once(model, state, [k for k in np.flatnonzero(unstable).tolist() if k != party])
    together = np.array(list(joint), dtype=model.states.dtype)
    found = []
    for to in _better(model, party, state):
        flips = model.states[to] ^ here
        apart = together[(together & flips) == 0]
        ends = model.layout.find(here ^ flips ^ apart)
        bad = [(joint[int(key)], int(end)) for key, end in zip(apart, ends, strict=True) if end >= 0 and own[end] <= own[state]]
        others, end = min(bad, key=lambda one: (len(one[0]), [(s.party, s.to) for s in one[0]])) if bad else (None, None)
        found.append(Collision(int(to), others, end))
    return tuple(found)


def _at_once(model: GraphModel, state: int, parties: Sequence[int]) -> dict[int, tuple[Step, ...]]:
    """Give all that improvements of one or more parties flip together, with those moves."""
    here = int(model.states[state])
    joint: dict[int, tuple[Step, ...]] = {0: ()}
    for party in parties:
        steps = [(int(model.states[end]) ^ here, Step(party, state, int(end))) for end in _better(model, party, state)]
        if (size := len(joint) * (1 + len(steps))) > _MOST_SHOWN:
            raise LimitError(
                f"{size:,} combinations of improvements leave state {model.labels[state]}; at most {_MOST_SHOWN:,} are listed\n"
                "  hint: rule out combinations that cannot occur, or ask for SEQ"
            )
        for flips, before in list(joint.items()):
            for flip, step in steps:
                if not flips & flip:
                    joint.setdefault(flips | flip, (*before, step))
    del joint[0]
    return joint


def _better(model: GraphModel, party: int, state: int) -> NDArray[np.int64]:
    ends, own = model.moves(party, state), model.preference[party]
    better: NDArray[np.int64] = ends[own[ends] > own[state]]
    return better


def _check_implied(model: GraphModel) -> None:
    if model.arcs is not None or model.vectors is not None:
        raise ValueError("moves are explicit; simultaneous moves are defined where options imply the moves")


def _by_rivals(unstable: Bools, party: int, among: NDArray[np.int64]) -> Iterator[tuple[tuple[int, ...], NDArray[np.int64]]]:
    """Group those of some states that others than a party would leave by who would; all others, where there are many groups."""
    others = np.flatnonzero(np.arange(len(unstable)) != party)
    rows = unstable[np.ix_(others, among)]
    states, rows = among[rows.any(axis=0)], rows[:, rows.any(axis=0)]
    groups, group = np.unique(rows, axis=1, return_inverse=True)
    if groups.shape[1] > _MOST_GROUPS:
        yield tuple(others.tolist()), states
        return
    for k, rivals in enumerate(groups.T):
        yield tuple(others[rivals].tolist()), states[group.reshape(-1) == k]
