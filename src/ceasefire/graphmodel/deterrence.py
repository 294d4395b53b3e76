"""Stability where it is said, state by state, which states a party likes no better: one bit per pair of states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.reach import Bits, gather, reachable, unpacked

Grid = NDArray[np.bool_]
Places = NDArray[np.int64]
Keep = Callable[[int, Arcs], Grid]

_CHUNK_BYTES = 1 << 26


class Deterrence:
    """What deters whom in one graph.

    Parameters
    ----------
    model : GraphModel
        Its graph counts, its preferences do not.

    Examples
    --------
    A would like to take x, after which B can take y, which A likes no better than where it began.

    >>> from ceasefire.graphmodel.model import Option
    >>> graph = Deterrence(GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))]))
    >>> no_better = np.array([[True, False, True, True]])
    >>> [graph.stable(0, concept, no_better, np.array([0])).tolist() for concept in ("Nash", "GMR", "SMR")]
    [[False], [True], [True]]
    """

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self._replies: dict[int, Bits] = {}

    def replies(self, party: int, keep: Keep | None = None) -> Bits:
        """Mark where the others get from each state, as `reachable` does; with `keep` by those of their moves alone."""
        others = [k for k in range(len(self.model.parties)) if k != party]
        if keep is not None:
            return reachable({k: self.model.arcs_of(k).where(keep(k, self.model.arcs_of(k))) for k in others}, self.model.n_states)
        if party not in self._replies:
            self._replies[party] = reachable({k: self.model.arcs_of(k) for k in others}, self.model.n_states)
        return self._replies[party]

    def stable(self, party: int, concept: str, no_better: Grid, states: Places, replies: Bits | None = None) -> Grid:
        """Say whether a party stays.

        Parameters
        ----------
        concept : {"Nash", "GMR", "SMR", "SEQ", "SymSEQ"}
        no_better : NDArray[np.bool_], shape (n_rows, n_states)
            Which states the party likes no better than where it is.
        states : NDArray[np.int64], shape (n_rows,)
            Where it is.
        replies : Bits, optional
            Of `replies`; all that the others can do by default.
        """
        arcs = self.model.arcs_of(party)
        ends, counts = arcs.rows(states)
        rows = np.repeat(np.arange(len(states)), counts)
        kept = no_better[rows, ends]
        if concept != "Nash":
            hits = no_better
            if concept in {"SMR", "SymSEQ"}:
                hits = no_better & ~_escapes(arcs, no_better)
            punishing, reached = np.packbits(hits, axis=1), self.replies(party) if replies is None else replies
            step = max(1, _CHUNK_BYTES // max(1, punishing.shape[1]))
            for start in range(0, len(rows), step):
                part = slice(start, start + step)
                kept[part] |= (punishing[rows[part]] & reached[ends[part]]).any(axis=1)
        stays = np.ones(len(states), dtype=np.bool_)
        stays[rows[~kept]] = False
        return stays


def _escapes(arcs: Arcs, no_better: Grid) -> Grid:
    """Mark the states from which the party gets to one it likes better than where it was."""
    better = np.packbits(~no_better.T, axis=1)
    found = np.zeros_like(better)
    gather(found, arcs, better)
    return unpacked(found, len(no_better)).T
