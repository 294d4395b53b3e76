"""Partial knowledge of preferences: what is stable in all completions, and what in some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.clauses import BASIC, Formula
from ceasefire.graphmodel.completions import can_leave, can_stay
from ceasefire.graphmodel.deterrence import Deterrence
from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.reach import Bits
from ceasefire.graphmodel.samples import Shown

CREDIBLE = ("SEQ", "SymSEQ")

Grid = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is stable whatever is still unknown, and what may be.

    Parameters
    ----------
    necessary, possible : mapping of str to NDArray[np.bool_], shape (n_parties, n_states)
        Per concept: stable for the party in all completions; in some completion.
    necessary_equilibria, possible_equilibria : mapping of str to NDArray[np.bool_], shape (n_states,)
        Stable for every party at once in all completions; in some completion.
    unsettled : mapping of str to NDArray[np.bool_], shape (n_states,)
        Where a search under SEQ or SymSEQ grew too large to say whether the state is an equilibrium in all completions, or in
        some: `necessary_equilibria` lacks the state, `possible_equilibria` has it, either perhaps wrongly.
    """

    necessary: Mapping[str, Grid]
    possible: Mapping[str, Grid]
    necessary_equilibria: Mapping[str, Grid]
    possible_equilibria: Mapping[str, Grid]
    unsettled: Mapping[str, Grid]

    def undecided(self, concept: str) -> NDArray[np.int64]:
        """Give the states that are an equilibrium in some completions and not in others."""
        return np.flatnonzero(self.possible_equilibria[concept] & ~self.necessary_equilibria[concept])


def bounds(model: GraphModel, known: Sequence[PartialOrder], concepts: Sequence[str] = BASIC) -> Bounds:
    r"""Find which states are stable in all completions of partial preferences, and which in some.

    A completion gives each party a complete ranking, ties allowed, that has every known comparison.

    Parameters
    ----------
    model : GraphModel
        Its graph counts, its preferences do not.
    known : sequence of PartialOrder
        Per party.
    concepts : sequence of str
        Any of ``Nash``, ``GMR``, ``SMR``, ``SEQ``, ``SymSEQ``; ValueError otherwise.

    Notes
    -----
    Nash, GMR and SMR ask a party only which states it likes no better than s. Some completion gives it just the states
    :math:`q` with :math:`s \succeq q` known, and another all but those with :math:`q \succ s` known; a monotone formula is
    true in all completions if in the first, in some if in the second. SEQ asks also which moves are improvements, which
    no single completion grants or denies at once. What the two extremes leave open is shown by drawn completions or searched:
    exactly, except where a search grows too large (`Bounds.unsettled`).

    Examples
    --------
    A does not care about x; of B it is known that it likes the states in which y is not taken better.

    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> a, b = PartialOrder.of(4, equal=[(0, 1)]), PartialOrder.of(4, better=[(0, 2)])
    >>> found = bounds(model, [a, b], ["Nash"])
    >>> found.necessary_equilibria["Nash"], found.possible_equilibria["Nash"]
    (array([ True, False, False, False]), array([ True,  True, False,  True]))
    """
    for concept in concepts:
        if concept not in BASIC:
            raise ValueError(f"unknown concept {concept!r}; partial preferences are solved for {', '.join(BASIC)}")
    graph = Deterrence(model)
    found = {concept: (_searched if concept in CREDIBLE else _extreme)(graph, known, concept) for concept in concepts}
    return Bounds(*({concept: one[k] for concept, one in found.items()} for k in range(5)))


def extremes(
    graph: Deterrence, known: Sequence[PartialOrder], party: int, concept: str, states: NDArray[np.int64]
) -> tuple[Grid, Grid]:
    """Say where a party stays whatever is unknown, and where it may; for SEQ and SymSEQ surely so, and at most.

    Returns
    -------
    sure, may : NDArray[np.bool_], shape of `states`
    """
    order, (certain, conceivable) = known[party], replies(graph, known, party, concept)
    sure = graph.stable(party, concept, order.weak[states], states, certain)
    return sure, graph.stable(party, concept, ~order.strict.T[states], states, conceivable)


def replies(graph: Deterrence, known: Sequence[PartialOrder], party: int, concept: str) -> tuple[Bits, Bits]:
    """Give what the others can surely reply to a party, and what they may: under SEQ and SymSEQ by improvements only."""
    if concept not in CREDIBLE:
        return graph.replies(party), graph.replies(party)

    def certain(mover: int, arcs: Arcs) -> Grid:
        return known[mover].strict[arcs.to, arcs.start]

    def conceivable(mover: int, arcs: Arcs) -> Grid:
        found: Grid = ~known[mover].weak[arcs.start, arcs.to]
        return found

    return graph.replies(party, certain), graph.replies(party, conceivable)


_Found = tuple[Grid, Grid, Grid, Grid, Grid]


def _both(graph: Deterrence, known: Sequence[PartialOrder], concept: str) -> tuple[Grid, Grid]:
    every = np.arange(graph.model.n_states)
    rows = [extremes(graph, known, party, concept, every) for party in range(len(known))]
    return np.stack([sure for sure, _ in rows]), np.stack([may for _, may in rows])


def _extreme(graph: Deterrence, known: Sequence[PartialOrder], concept: str) -> _Found:
    sure, may = _both(graph, known, concept)
    return sure, may, _for_all(sure), _for_all(may), np.zeros(graph.model.n_states, dtype=np.bool_)


def _for_all(rows: Grid) -> Grid:
    found: Grid = np.logical_and.reduce(rows, axis=0)
    return found


def _searched(graph: Deterrence, known: Sequence[PartialOrder], concept: str) -> _Found:
    sure, may = _both(graph, known, concept)
    shown = Shown(graph, known, concept)
    shown.draw(may)
    formulas = [Formula(graph.model, concept, state) for state in range(graph.model.n_states)]
    for party, state in np.argwhere(may & ~sure & ~shown.stays).tolist():
        may[party, state] = can_stay(formulas[state], known, [party]) is not False
    stopped = np.zeros_like(sure)
    for party, state in np.argwhere(may & ~sure & ~shown.leaves).tolist():
        leaves = can_leave(formulas[state], known, party)
        sure[party, state], stopped[party, state] = leaves is False, leaves is None
    always, sometimes = _for_all(sure), _for_all(may)
    unsettled = _for_all(sure | stopped) & ~always & ~shown.fails
    for state in np.flatnonzero(sometimes & ~always & ~shown.holds).tolist():
        together = can_stay(formulas[state], known, range(len(known)))
        sometimes[state] = together is not False
        unsettled[state] |= together is None
    return sure, may, always, sometimes, unsettled
