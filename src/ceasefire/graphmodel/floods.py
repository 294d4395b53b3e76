"""Where sequences of listed moves lead, found backward from the states: each move is looked at once, however long sequences are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import Arcs

Places = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NOBODY = -1


class Incoming:
    """The moves of all parties by where they end.

    Parameters
    ----------
    arcs : sequence of Arcs
        Per party, at least one.
    """

    def __init__(self, arcs: Sequence[Arcs]) -> None:
        self.n_states, self.n_parties = len(arcs[0].first) - 1, len(arcs)
        ends = np.concatenate([one.to for one in arcs])
        order = np.argsort(ends, kind="stable")
        first = np.searchsorted(ends[order], np.arange(self.n_states + 1))
        begins = [one.start.astype(np.int64) * self.n_parties + party for party, one in enumerate(arcs)]
        self._first, self._pairs = first, np.concatenate(begins)[order]

    def rows(self, states: Places) -> tuple[Places, Places]:
        """Give the moves into each of `states` as numbers, state left times parties plus party, and how many each has."""
        begin, counts = self._first[states], self._first[states + 1] - self._first[states]
        places = np.arange(int(counts.sum())) + np.repeat(begin + counts - np.cumsum(counts), counts)
        return self._pairs[places], counts


class Flood:
    """What sequences in which nobody moves twice running lead to, told state by state from the least value up.

    Parameters
    ----------
    incoming : Incoming
    movers : collection of int
        Whose moves count.
    never : int
        The value where no sequence leads to a state named so far.

    Examples
    --------
    A takes state 0 to 1, B takes 1 to 2; A would have to move twice running from 3 by way of 0.

    >>> one = Arcs.between(np.array([0, 3]), np.array([1, 0]), 4)
    >>> two = Arcs.between(np.array([1]), np.array([2]), 4)
    >>> flood = Flood(Incoming([one, two]), [0, 1], never=99)
    >>> flood.reach(np.array([2]), 5)
    >>> flood.values.tolist()
    [[5, 99], [99, 5], [99, 99], [99, 99]]
    """

    def __init__(self, incoming: Incoming, movers: Collection[int], never: int) -> None:
        self._incoming = incoming
        self._n = n = incoming.n_parties
        self._never = never
        self._counts = np.isin(np.arange(n), list(movers))
        self._values = np.full(incoming.n_states * n, never, dtype=np.int32)
        self._leads = np.full(incoming.n_states, _NOBODY, dtype=np.int16)
        self._place = np.zeros(incoming.n_states, dtype=np.int64)
        self._several = np.zeros(incoming.n_states, dtype=np.bool_)

    @property
    def values(self) -> NDArray[np.int32]:
        """The first value told of what can be reached from each state if a party moves first, shape (n_states, n_parties)."""
        return self._values.reshape(-1, self._n)

    def reach(self, states: Places, value: int) -> None:
        """Give `value` to who can begin, where, a sequence of one or more moves to `states`, unless it has a value already."""
        newly, mover = states, np.full(len(states), self._n)
        while len(newly):
            before = self._leads[newly]
            open_ = before < self._n
            newly, before, mover = newly[open_], before[open_], mover[open_]
            first = before == _NOBODY
            self._leads[newly] = np.where(first, mover, self._n)
            newly, mover = self._back(newly, np.where(first, mover, before), ~first, value)

    def _back(self, states: Places, mover: Places, only: Bools, value: int) -> tuple[Places, Places]:
        """Follow back the moves of all but `mover`, or `only` of it; give the states where they begin and who moves there."""
        pairs, counts = self._incoming.rows(states)
        by = pairs % self._n
        fits = (by == mover.repeat(counts)) == only.repeat(counts)
        pairs = pairs[fits & self._counts[by] & (self._values[pairs] == self._never)]
        self._values[pairs] = value
        begins, by = np.divmod(pairs, self._n)
        every = np.arange(len(begins))
        self._place[begins] = every
        last = self._place[begins]
        self._several[begins] = False
        self._several[begins[by != by[last]]] = True
        once = last == every
        newly = begins[once]
        return newly, np.where(self._several[newly], self._n, by[once])
