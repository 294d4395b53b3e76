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
    concepts : sequence of str
    rows : callable
        Gives the margins under a concept.
    """

    def __init__(self, concepts: Sequence[str], rows: Callable[[str], NDArray[np.int64]]) -> None:
        self._concepts, self._rows = tuple(concepts), rows
        self._found: dict[str, NDArray[np.int64]] = {}

    def __getitem__(self, concept: str) -> NDArray[np.int64]:
        if concept not in self._concepts:
            raise KeyError(concept)
        if concept not in self._found:
            self._found[concept] = self._rows(concept)
        return self._found[concept]

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)


def margins_of(model: GraphModel, concept: str, guarded: Callable[[int, str], NDArray[np.int64]]) -> NDArray[np.int64]:
    """Give the margins of all parties under a concept of `solve`, from what each must expect of moving to a state."""
    if concept in {"SMR", "SymSEQ"}:
        improving = concept == "SymSEQ"
        return np.stack([symmetric_margin(model, party, improving=improving) for party in range(len(model.parties))])
    return margins_from(model, [guarded(party, concept) for party in range(len(model.parties))])


def margin_at(model: GraphModel, party: int, state: int, concept: str, guarded: Callable[[int, str], NDArray[np.int64]]) -> int:
    """Give the margin of one party in one state, as `margins_of` does for all."""
    if concept in {"SMR", "SymSEQ"}:
        return int(symmetric_margin(model, party, improving=concept == "SymSEQ", state=state)[state])
    ends = model.moves(party, state)
    return int(model.preference[party, state] - guarded(party, concept)[ends].max()) if len(ends) else NO_REPLY


def margins_from(model: GraphModel, values: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Give by how much the best move falls short, from what each party expects of ending a move in a state."""
    best = [segment_max(model.arcs_of(party), row) for party, row in enumerate(values)]
    return np.stack([_short_by(own, row) for own, row in zip(model.preference, best, strict=True)])


def symmetric_margin(model: GraphModel, party: int, *, improving: bool, state: int | None = None) -> NDArray[np.int64]:
    r"""Give the SMR (or SymSEQ) margins of all states for one party; with `state` only those of states it finds as good.

    A move :math:`s \to s_1` counts while :math:`u(s_1) > u(s) - \epsilon` and is deterred by a reply :math:`s_2` with
    :math:`u(s_2) \le u(s) - \epsilon` from which the party reaches nothing better than s, whatever :math:`\epsilon`. So which
    replies deter depends on u(s), and the levels of u are taken in turn.

    Returns
    -------
    NDArray[np.int64], shape (n_states,)
        The largest int64 where the party has no move, and where no margin was asked for.

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
    levels = np.unique(own if state is None else own[[state]])
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
