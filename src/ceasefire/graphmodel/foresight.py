"""Limited-move and non-myopic stability: parties look a number of moves ahead, each expecting the others to do the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.margins import NO_MOVE, margins_from, segment_max
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.ranking import Ranking
from ceasefire.graphmodel.reach import Bits, check_pairs, gather, unpacked

Bools = NDArray[np.bool_]

_LONGEST = 2_000

_T = TypeVar("_T")


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
    _check(horizon)
    return _Ahead(model).after(horizon).stays()


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
    _check(horizon)
    return _Ahead(model).after(horizon).ends()


def _check(horizon: int) -> None:
    if horizon < 1:
        raise ValueError(f"the horizon is {horizon}; parties look at least 1 move ahead")


def limited_margins(model: GraphModel, horizon: int) -> NDArray[np.int64]:
    """Give by how much the best of the ends that a party may anticipate falls short of each state.

    The state is what a party compares the ends with; what parties do on the way is not put in question.

    Returns
    -------
    NDArray[np.int64], shape (n_parties, n_states)
        In steps of the preference array, not negative exactly where `limited_move` is `surely` stable; the largest int64
        where a party has no move. Errors as for `limited_move`.

    Examples
    --------
    With two moves ahead a prisoner who betrays expects to end where it began.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [limited_margins(dilemma, h)[0, 0] for h in (1, 2)]
    [np.int64(-1), np.int64(1)]
    """
    _check(horizon)
    return _Ahead(model).after(horizon - 1).margins()


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
    _, stretch = _repeating(model, _Ahead.stays)
    return Foresight(np.logical_and.reduce([f.surely for f in stretch]), np.logical_and.reduce([f.possibly for f in stretch]))


def non_myopic_margins(model: GraphModel) -> NDArray[np.int64]:
    """Give the least of the `limited_margins` from some number of moves ahead on; shape and errors as there.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> non_myopic_margins(dilemma)[0]
    array([ 1,  1, -1,  1])
    """
    _, stretch = _repeating(model, _Ahead.margins)
    found: NDArray[np.int64] = np.min(np.stack(stretch), axis=0)
    return found


def anticipated_at_last(model: GraphModel, state: int) -> tuple[int, Bools]:
    """Mark where each party, about to move at a state, may expect the conflict to end; the witness of `non_myopic`.

    Returns
    -------
    first : int
        The moves ahead from which on what parties anticipate anywhere repeats.
    ends : NDArray[np.bool_], shape (period, n_parties, n_states)
        For `first` moves ahead, one more, and so on. Errors as for `non_myopic`.

    Examples
    --------
    Prisoners who are silent stay silent, however far they look ahead.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> dilemma = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> first, ends = anticipated_at_last(dilemma, 0)
    >>> first, [rows[0].nonzero()[0].tolist() for rows in ends]
    (2, [[0]])
    """
    first, stretch = _repeating(model, lambda ahead: unpacked(ahead.now[:, state], model.n_states))
    return first, np.stack(stretch)


class _Ahead:
    """Sets of states that parties anticipate, one move ahead after the other; shape (n_parties, n_states, bytes)."""

    def __init__(self, model: GraphModel) -> None:
        check_pairs(model.n_states)
        self._model = model
        self._rankings = [Ranking(row) for row in model.preference]
        itself = np.packbits(np.eye(model.n_states, dtype=np.bool_), axis=1)
        self.now: Bits = np.stack([itself] * len(model.parties))

    def after(self, horizon: int) -> _Ahead:
        """Look so many moves further ahead."""
        for _ in range(horizon):
            self.look_on()
        return self

    def look_on(self) -> None:
        """Go from what is anticipated with one move less to what is with one more."""
        self.now = np.stack([self._anticipated(party) for party in range(len(self.now))])

    def _anticipated(self, party: int) -> Bits:
        """Choose among consequences of moves: any that is no worse than the best of the moves' worst can come out on top."""
        ranking, arcs = self._rankings[party], self._model.arcs_of(party)
        later = self.now[(party + 1) % len(self.now)]
        surest = segment_max(arcs, ranking.least(later))
        best = np.zeros_like(later)
        gather(best, arcs, later)
        best &= ranking.at_least(np.maximum(surest, 0))
        better = ranking.above(ranking.of)
        found: Bits = best & better
        stays = (best & ~better).any(axis=1) | (surest == NO_MOVE)
        byte, bit = _own_bits(len(found))
        found[np.arange(len(found)), byte] |= np.where(stays, bit, 0).astype(np.uint8)
        return found

    def ends(self) -> Bools:
        """Mark what is anticipated, shape (n_parties, n_states, n_states)."""
        return unpacked(self.now, self._model.n_states)

    def stays(self) -> Foresight:
        """Say where the state itself is anticipated, and where nothing else is."""
        byte, bit = _own_bits(self._model.n_states)
        at = np.arange(self._model.n_states)
        possibly = (self.now[:, at, byte] & bit) > 0
        others = self.now.copy()
        others[:, at, byte] &= ~bit
        return Foresight(possibly & ~others.any(axis=2), possibly)

    def margins(self) -> NDArray[np.int64]:
        """Give by how much the best end of a move falls short, one move further ahead."""
        n = len(self.now)
        best = [ranking.values[ranking.most(self.now[(k + 1) % n])] for k, ranking in enumerate(self._rankings)]
        return margins_from(self._model, best)


def _own_bits(n_states: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Give where each state stands in a row of bits: the byte, and the bit as its worth."""
    at = np.arange(n_states)
    return at >> 3, (128 >> (at & 7)).astype(np.uint8)


def _repeating(model: GraphModel, view: Callable[[_Ahead], _T]) -> tuple[int, list[_T]]:
    """Give a view of what parties anticipate, from the number of moves ahead on from which it repeats, once around."""
    ahead = _Ahead(model)
    seen: dict[bytes, int] = {}
    history: list[_T] = []
    while (key := blake2b(ahead.now.data).digest()) not in seen:
        if len(history) == _LONGEST:
            raise LimitError(f"what parties anticipate does not repeat within {_LONGEST:,} moves\n  hint: ask for a finite horizon")
        seen[key] = len(history)
        history.append(view(ahead))
        ahead.look_on()
    return seen[key], history[seen[key] :]
