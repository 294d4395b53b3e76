"""Nash, GMR, SMR and SEQ stability of every state for every party, as guarded values.

For a move of party i from s to s1 the *guarded value* is what i must expect of it: its stake in s1 (Nash), or the least it can be
brought to by the replies that count. State s is stable for i when no guarded value exceeds its stake in s; the difference is
the margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import Arcs, GraphModel

CONCEPTS = ("Nash", "GMR", "SMR", "SEQ")
_NO_MOVE = np.iinfo(np.int64).min
_NO_REPLY = np.iinfo(np.int64).max


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
        By how much the best move falls short, in steps of the preference array; the largest int64 where there is no move.
        Meaningful only for cardinal models.
    """

    stable: Mapping[str, NDArray[np.bool_]]
    equilibria: Mapping[str, NDArray[np.bool_]]
    margins: Mapping[str, NDArray[np.int64]]


def solve(model: GraphModel, concepts: Sequence[str] = CONCEPTS) -> Solution:
    r"""Find which states are stable for whom.

    With :math:`R_i^+(s)` the improvements of i from s and :math:`R_{N-i}(s_1)` all states the others reach from
    :math:`s_1` by any legal sequence of moves, s is stable for i when for every :math:`s_1 \in R_i^+(s)`: never (Nash);
    some :math:`s_2 \in R_{N-i}(s_1)` is no better for i than s (GMR); and i has no move from :math:`s_2` to anything better
    than s (SMR); or as GMR with every move of the sequence better for its mover (SEQ) [1]_.

    Parameters
    ----------
    model : GraphModel
    concepts : sequence of str
        Any of ``Nash``, ``GMR``, ``SMR``, ``SEQ``; KeyError otherwise.

    Returns
    -------
    Solution

    Notes
    -----
    Time per party and concept: number of arcs times length of the longest reply that matters; memory: number of arcs.

    References
    ----------
    .. [1] Fang, Hipel and Kilgour (1993), Interactive Decision Making, Wiley.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[1, 3, 0, 2], [1, 0, 3, 2]])
    >>> solution = solve(model)
    >>> solution.equilibria["Nash"], solution.equilibria["SEQ"]
    (array([False, False, False,  True]), array([False, False, False,  True]))
    """
    stable: dict[str, NDArray[np.bool_]] = {}
    equilibria: dict[str, NDArray[np.bool_]] = {}
    margins: dict[str, NDArray[np.int64]] = {}
    for concept in concepts:
        margin = np.stack([_margin(model, party, concept) for party in range(len(model.parties))])
        margins[concept] = margin
        stable[concept] = margin >= 0
        equilibria[concept] = np.all(stable[concept], axis=0)
    return Solution(stable, equilibria, margins)


def guarded(model: GraphModel, party: int, concept: str) -> NDArray[np.int64]:
    """Give what `party` must expect of moving to each state, shape (n_states,); KeyError for an unknown concept."""
    own: NDArray[np.int64] = model.preference[party]
    others = [k for k in range(len(model.parties)) if k != party]
    least: NDArray[np.int64]
    match concept:
        case "Nash":
            return own
        case "GMR":
            least = _worst(model, own, {k: model.arcs_of(k) for k in others})
        case "SMR":
            escape = np.maximum(own, segment_max(model.arcs_of(party), own))
            least = _worst(model, escape, {k: model.arcs_of(k) for k in others})
        case "SEQ":
            least = _worst(model, own, {k: improving_arcs(model, k) for k in others})
        case _:
            raise KeyError(concept)
    lower: NDArray[np.int64] = np.minimum(own, least)
    return lower


def improving_arcs(model: GraphModel, party: int) -> Arcs:
    """Give the moves of `party` to states it prefers to the one it leaves."""
    arcs, own = model.arcs_of(party), model.preference[party]
    return arcs.where(own[arcs.to] > own[arcs.start])


def segment_max(arcs: Arcs, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the largest of `values` over the ends of the arcs from each state; the least int64 where there is none."""
    found = np.full(len(arcs.first) - 1, _NO_MOVE, dtype=np.int64)
    leaving = np.flatnonzero(np.diff(arcs.first))
    if len(leaving):
        found[leaving] = np.maximum.reduceat(values[arcs.to], arcs.first[leaving])
    return found


def _margin(model: GraphModel, party: int, concept: str) -> NDArray[np.int64]:
    best = segment_max(model.arcs_of(party), guarded(model, party, concept))
    own = model.preference[party]
    return np.where(best == _NO_MOVE, _NO_REPLY, own - np.where(best == _NO_MOVE, 0, best))


def _worst(model: GraphModel, value: NDArray[np.int64], arcs: Mapping[int, Arcs]) -> NDArray[np.int64]:
    """Give the least `value` that sequences along `arcs` reach from each state (no mover twice running)."""
    if model.arcs is None:
        return _closure_min(value, list(arcs.values()))
    return _alternating_min(value, arcs)


def _closure_min(value: NDArray[np.int64], arcs: Sequence[Arcs]) -> NDArray[np.int64]:
    worst = np.full(len(value), _NO_REPLY, dtype=np.int64)
    changed = True
    while changed:
        changed = False
        for one in arcs:
            changed |= _lower(worst, one, np.minimum(value, worst))
    return worst


def _alternating_min(value: NDArray[np.int64], arcs: Mapping[int, Arcs]) -> NDArray[np.int64]:
    after = {k: np.full(len(value), _NO_REPLY, dtype=np.int64) for k in arcs}
    changed = True
    while changed:
        changed = False
        for last, worst in after.items():
            for mover, one in arcs.items():
                if mover != last:
                    changed |= _lower(worst, one, np.minimum(value, after[mover]))
    worst = np.full(len(value), _NO_REPLY, dtype=np.int64)
    for mover, one in arcs.items():
        _lower(worst, one, np.minimum(value, after[mover]))
    return worst


def _lower(worst: NDArray[np.int64], arcs: Arcs, value: NDArray[np.int64]) -> bool:
    """Lower `worst` to the least `value` one arc away; say whether anything changed."""
    leaving = np.flatnonzero(np.diff(arcs.first))
    if not len(leaving):
        return False
    least = np.minimum.reduceat(value[arcs.to], arcs.first[leaving])
    lower = least < worst[leaving]
    worst[leaving[lower]] = least[lower]
    return bool(lower.any())
