"""By how much a state is stable or unstable: the largest demand on sanctions under which it still is stable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.box import MOST
from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.replies import Codes, coded, moves_of

NO_MOVE = np.iinfo(np.int64).min
NO_REPLY = np.iinfo(np.int64).max

_MOST_WORK = 400_000_000


class Margins(Mapping[str, NDArray[np.int64]]):
    """By how much the best move falls short, per concept, shape (n_parties, n_states); computed when first asked for.

    Parameters
    ----------
    guarded : callable
        Gives the guarded values of a party under a concept.
    """

    def __init__(self, model: GraphModel, concepts: Sequence[str], guarded: Callable[[int, str], NDArray[np.int64]]) -> None:
        self._model, self._concepts, self._guarded = model, tuple(concepts), guarded
        self._found: dict[str, NDArray[np.int64]] = {}

    def __getitem__(self, concept: str) -> NDArray[np.int64]:
        if concept not in self._concepts:
            raise KeyError(concept)
        if concept not in self._found:
            rows = [self._row(party, concept) for party in range(len(self._model.parties))]
            self._found[concept] = np.stack(rows)
        return self._found[concept]

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def _row(self, party: int, concept: str) -> NDArray[np.int64]:
        if concept in {"SMR", "SymSEQ"}:
            return symmetric_margin(self._model, party, improving=concept == "SymSEQ")
        best = segment_max(self._model.arcs_of(party), self._guarded(party, concept))
        return _short_by(self._model.preference[party], best)


def symmetric_margin(model: GraphModel, party: int, *, improving: bool) -> NDArray[np.int64]:
    r"""Give the SMR (or SymSEQ) margins of all states for one party.

    A move :math:`s \to s_1` counts while :math:`u(s_1) > u(s) - \epsilon` and is deterred by a reply :math:`s_2` with
    :math:`u(s_2) \le u(s) - \epsilon` from which the party reaches nothing better than s, whatever :math:`\epsilon`. So which
    replies deter depends on u(s), and the levels of u are taken in turn.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
        The largest int64 where the party has no move.

    Raises
    ------
    LimitError
        Where the number of different levels times the number of states is too large.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> symmetric_margin(model, 0, improving=False)
    array([ 2,  2,  1, -1])
    """
    own, table = coded(model.preference[party])
    levels = np.unique(own)
    if len(levels) * model.n_states > _MOST_WORK:
        raise LimitError(
            f"symmetric margins of {model.n_states:,} states with {len(levels):,} different stakes are too many to find\n"
            "  hint: verdicts need no margins; or round stakes to fewer levels"
        )
    moves = moves_of(model)
    follow = moves.worst_improving if improving else moves.worst
    others = [k for k in range(len(model.parties)) if k != party]
    arcs = model.arcs_of(party)
    escape = segment_max(arcs, own.astype(np.int64))
    best = np.full(model.n_states, NO_MOVE, dtype=np.int64)
    least: Codes = np.full(model.n_states, MOST, dtype=np.int32)
    for level in levels:
        eligible = np.where(escape <= level, own, MOST)
        if model.arcs is not None:
            least = follow(others, eligible)
        elif (eligible < least).any():
            least = follow(others, np.minimum(least, eligible))
        here = np.flatnonzero(own == level)
        value = np.minimum(own, least)
        value_here = value.astype(np.int64) if table is None else table[value]
        ends, counts = arcs.rows(here)
        leaving = counts > 0
        if leaving.any():
            first = np.concatenate(([0], np.cumsum(counts[leaving])[:-1]))
            best[here[leaving]] = np.maximum.reduceat(value_here[ends], first)
    return _short_by(model.preference[party], best)


def _short_by(own: NDArray[np.int64], best: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(best == NO_MOVE, NO_REPLY, own - np.where(best == NO_MOVE, 0, best))


def segment_max(arcs: Arcs, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the largest of `values` over the ends of the arcs from each state; the least int64 where there is none."""
    found = np.full(len(arcs.first) - 1, NO_MOVE, dtype=np.int64)
    if len(arcs.leaving):
        found[arcs.leaving] = np.maximum.reduceat(values[arcs.to], arcs.first[arcs.leaving])
    return found
