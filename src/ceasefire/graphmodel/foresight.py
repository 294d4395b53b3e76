"""Limited-move and non-myopic stability: parties look a number of moves ahead, each expecting the others to do the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.reach import check_pairs

Bools = NDArray[np.bool_]

_LONGEST = 2_000


@dataclass(frozen=True, eq=False)
class Foresight:
    """Which states a party stays in when it looks ahead.

    Parameters
    ----------
    surely : NDArray[np.bool_], shape (n_parties, n_states)
        Stable however ties among the anticipated states are broken.
    possibly : NDArray[np.bool_], shape (n_parties, n_states)
        Stable for some way of breaking them. Equal to `surely` where no party is indifferent.
    """

    surely: Bools
    possibly: Bools


def limited_move(model: GraphModel, horizon: int) -> Foresight:
    r"""Find the :math:`L_h` stable states, *in rotation*.

    :math:`G_0(i, s) = s`. With moves from s, party i chooses the :math:`M \in R_i(s)` whose consequence :math:`G_{h-1}(j, M)`
    it likes best, j being next to move, and goes there if it likes that better than s; otherwise, and without moves, the
    conflict ends in s. It is stable if it ends in s. For two parties this is limited-move stability [1]_ [2]_. For more, the
    next to move is the next party in the order of the model: a rotation, named here because four rival extensions exist [3]_,
    none of which this is.
    Where several M are best, their consequences differ only in how others like them, so what i anticipates is a set of
    states.

    Parameters
    ----------
    horizon : int
        Moves ahead, h; 1 is Nash.

    Raises
    ------
    ValueError
        For a horizon below 1.
    LimitError
        For more than 4,096 states.

    References
    ----------
    .. [1] Kilgour (1985), Anticipation and stability in two-person non-cooperative games, in Luterbacher and Ward (eds),
       Dynamic Models of International Conflict.
    .. [2] Fang, Hipel and Kilgour (1993), Interactive Decision Making, Wiley.
    .. [3] Soares et al. (2026), Group Decision and Negotiation, doi 10.1007/s10726-026-09962-3.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [limited_move(dilemma, h).surely.all(axis=0)[0] for h in (1, 2, 3)]
    [np.False_, np.True_, np.True_]
    """
    return _stays(anticipated(model, horizon))


def anticipated(model: GraphModel, horizon: int) -> Bools:
    """Mark where each party, about to move at each state, may expect the conflict to end; the witness of `limited_move`.

    Returns
    -------
    NDArray[np.bool_], shape (n_parties, n_states, n_states)
        Several ends where ties can be broken in several ways. Errors as for `limited_move`.

    Examples
    --------
    With two moves ahead each prisoner expects that the other would betray it back.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [anticipated(dilemma, h)[0, 0].nonzero()[0].tolist() for h in (1, 2)]
    [[1], [0]]
    """
    if horizon < 1:
        raise ValueError(f"the horizon is {horizon}; parties look at least 1 move ahead")
    check_pairs(model.n_states)
    now = _nothing_yet(model)
    for _ in range(horizon):
        now = _one_more(model, now)
    return now


def non_myopic(model: GraphModel) -> Foresight:
    """Find the states that are :math:`L_h` stable, in rotation, for every h from some h on.

    What parties anticipate at h depends only on what they anticipate at h - 1, so it repeats; a state is stable if it is for
    every h of the repeating stretch.

    Raises
    ------
    LimitError
        Where nothing repeats within 2,000 moves, or for more than 4,096 states.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> non_myopic(dilemma).surely.all(axis=0)
    array([ True, False, False,  True])
    """
    check_pairs(model.n_states)
    now = _nothing_yet(model)
    seen: dict[bytes, int] = {}
    history: list[Foresight] = []
    while (key := np.packbits(now).tobytes()) not in seen:
        if len(history) == _LONGEST:
            raise LimitError(f"what parties anticipate does not repeat within {_LONGEST:,} moves\n  hint: ask for a finite horizon")
        seen[key] = len(history)
        history.append(_stays(now))
        now = _one_more(model, now)
    stretch = history[seen[key] :]
    return Foresight(np.logical_and.reduce([f.surely for f in stretch]), np.logical_and.reduce([f.possibly for f in stretch]))


def _nothing_yet(model: GraphModel) -> Bools:
    return np.stack([np.eye(model.n_states, dtype=np.bool_)] * len(model.parties))


def _one_more(model: GraphModel, later: Bools) -> Bools:
    """Give per party and state the set of states it may anticipate, from those anticipated with one move less."""
    now = np.zeros_like(later)
    for party, own in enumerate(model.preference):
        nexts = later[(party + 1) % len(later)]
        worst = np.where(nexts, own, np.iinfo(np.int64).max).min(axis=1)
        for state in range(model.n_states):
            ends = model.moves(party, state)
            now[party, state] = _anticipated(own, state, nexts[ends].any(axis=0), worst[ends])
    return now


def _anticipated(own: NDArray[np.int64], state: int, consequences: Bools, worst: NDArray[np.int64]) -> Bools:
    """Choose among consequences of moves: any that is no worse than the best of the moves' worst can come out on top."""
    found = np.zeros(len(own), dtype=np.bool_)
    if len(worst):
        best = consequences & (own >= worst.max())
        found = best & (own > own[state])
        found[state] = bool((best & (own <= own[state])).any())
    else:
        found[state] = True
    return found


def _stays(now: Bools) -> Foresight:
    stays = np.stack([np.diagonal(rows) for rows in now])
    return Foresight(stays & (now.sum(axis=2) == 1), stays)
