"""Nash, GMR, SMR and SEQ stability of every state for every party, as guarded values.

For a move of party i from s to s1 the *guarded value* is what i must expect of it: its stake in s1 (Nash), or the least it can be
brought to by the replies that count. State s is stable for i when no guarded value exceeds its stake in s; the difference is
the margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.margins import Margins, margins_of
from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.replies import ArcMoves, coded, moves_of

CONCEPTS = ("Nash", "GMR", "SMR", "SEQ")
"""The basic four."""
ALL_CONCEPTS = (*CONCEPTS, "SymSEQ")


@dataclass(frozen=True, eq=False)
class Solution:
    """Which states are stable.

    Parameters
    ----------
    stable : mapping of str to NDArray[np.bool_], shape (n_parties, n_states)
        Per concept.
    equilibria : mapping of str to NDArray[np.bool_], shape (n_states,)
        Stable for every party.
    margins : mapping of str to NDArray[np.int64], shape (n_parties, n_states)
        By how much the best move falls short, in steps of the preference array; the largest int64 where nothing could make
        the party leave, as without moves. Meaningful only for cardinal models.
    """

    stable: Mapping[str, NDArray[np.bool_]]
    equilibria: Mapping[str, NDArray[np.bool_]]
    margins: Mapping[str, NDArray[np.int64]]


def solve(model: GraphModel, concepts: Sequence[str] = CONCEPTS) -> Solution:
    r"""Find which states are stable for whom.

    With :math:`R_i^+(s)` the improvements of i from s and :math:`R_{N-i}(s_1)` all states the others reach from :math:`s_1`
    by any legal sequence of moves, s is stable for i when for every :math:`s_1 \in R_i^+(s)`: never (Nash); some :math:`s_2
    \in R_{N-i}(s_1)` is no better for i than s (GMR); and i has no move from :math:`s_2` to anything better than s (SMR); or
    as GMR with every move of the sequence better for its mover (SEQ) [1]_; or as SEQ and i has no move from :math:`s_2` to
    anything better than s (SymSEQ) [2]_.

    Parameters
    ----------
    model : GraphModel
    concepts : sequence of str
        Any of ``Nash``, ``GMR``, ``SMR``, ``SEQ``, ``SymSEQ``; KeyError otherwise.

    Returns
    -------
    Solution

    Notes
    -----
    Time per party and concept: number of arcs times length of the longest reply that matters; memory: number of arcs.

    References
    ----------
    .. [1] Fang, Hipel and Kilgour (1993), Interactive Decision Making, Wiley.
    .. [2] Rego and Vieira (2017), Group Decision and Negotiation 26, symmetric sequential stability.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[1, 3, 0, 2], [1, 0, 3, 2]])
    >>> solution = solve(model)
    >>> solution.equilibria["Nash"], solution.equilibria["SEQ"]
    (array([False, False, False,  True]), array([False, False, False,  True]))
    """
    for concept in concepts:
        if concept not in ALL_CONCEPTS:
            raise KeyError(concept)
    rounds = _Rounds(model)
    stable: dict[str, NDArray[np.bool_]] = {}
    for concept in concepts:
        stable[concept] = np.zeros(model.preference.shape, dtype=np.bool_)
        for party in range(len(model.parties)):
            rounds.stable(party, concept, stable[concept][party])
    equilibria = {concept: np.all(rows, axis=0) for concept, rows in stable.items()}
    return Solution(stable, equilibria, Margins(concepts, partial(margins_of, model, guarded=partial(guarded, model))))


def guarded(model: GraphModel, party: int, concept: str) -> NDArray[np.int64]:
    """Give what `party` must expect of moving to each state, shape (n_states,); KeyError for an unknown concept."""
    return _Rounds(model).guarded(party, concept)


class _Rounds:
    """Guarded values of one model; what several concepts need is found once."""

    def __init__(self, model: GraphModel) -> None:
        self._moves = moves_of(model)
        self._preference = model.preference
        self._coded: dict[int, tuple[NDArray[np.int32], NDArray[np.int64] | None]] = {}

    def stable(self, party: int, concept: str, found: NDArray[np.bool_]) -> None:
        """Mark in `found` the states from which no guarded value is an improvement."""
        own = self._codes(party)
        self._moves.tempts(party, self._guarded(party, concept), own, found)
        np.logical_not(found, out=found)

    def guarded(self, party: int, concept: str) -> NDArray[np.int64]:
        """Give guarded values in steps of the preference array."""
        codes = self._guarded(party, concept)
        table = self._coded[party][1]
        return codes.astype(np.int64) if table is None else table[codes]

    def _codes(self, party: int) -> NDArray[np.int32]:
        if party not in self._coded:
            self._coded[party] = coded(self._preference[party])
        return self._coded[party][0]

    def _guarded(self, party: int, concept: str) -> NDArray[np.int32]:
        own = self._codes(party)
        others = [k for k in range(len(self._preference)) if k != party]
        match concept:
            case "Nash":
                return own
            case "GMR":
                return self._moves.worst(others, own)
            case "SMR":
                return np.minimum(own, self._moves.worst(others, self._moves.best(party, own)))
            case "SEQ":
                return self._moves.worst_improving(others, own)
            case "SymSEQ":
                return np.minimum(own, self._moves.worst_improving(others, self._moves.best(party, own)))
        raise KeyError(concept)


def improving_arcs(model: GraphModel, party: int) -> Arcs:
    """Give the moves of `party` to states it prefers to the one it leaves."""
    return ArcMoves(model).improving(party)
