"""Stability under any preference structure: verdicts over all states, and who objects to one state and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.moves import Step, first_route
from ceasefire.graphmodel.reach import Bits, check_pairs, reachable
from ceasefire.graphmodel.structures import PreferenceStructure, Strength

Bools = NDArray[np.bool_]

STRUCTURE_CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SymSEQ")


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Which states are stable.

    Parameters
    ----------
    stable : dict of str to NDArray[np.bool_], shape (n_parties, n_states)
        Per concept.
    """

    stable: dict[str, Bools]

    @property
    def equilibria(self) -> dict[str, Bools]:
        """Stable for every party, per concept, shape (n_states,)."""
        return {concept: np.logical_and.reduce(rows) for concept, rows in self.stable.items()}


@dataclass(frozen=True, slots=True)
class Objection:
    """A move that a party, or a coalition, would make, and what the others can do about it.

    Parameters
    ----------
    movers : tuple of int
    start, to : int
    route : tuple of Step
        How the movers get there.
    sanction : tuple of Step or None
        A sequence of moves that deters; None where there is none.
    """

    movers: tuple[int, ...]
    start: int
    to: int
    route: tuple[Step, ...]
    sanction: tuple[Step, ...] | None

    @property
    def is_deterred(self) -> bool:
        """Whether some reply of the others deters."""
        return self.sanction is not None


def judge(model: GraphModel, structure: PreferenceStructure, concepts: Sequence[str] = STRUCTURE_CONCEPTS) -> Verdicts:
    """Find which states are stable for whom under a preference structure.

    The definitions are those of `solve`, and SymSEQ: as SEQ, and the party has no move from the sanction to a state that does not
    deter it [1]_. The party leaves, is deterred and replies as the structure says.

    Raises
    ------
    KeyError
        For an unknown concept.
    LimitError
        For more than 4,096 states.

    References
    ----------
    .. [1] Rego and Vieira (2017), Group Decision and Negotiation 26, symmetric sequential stability.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> from ceasefire.graphmodel.structures import Simple
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> judge(chicken, Simple(chicken.preference), ["Nash", "GMR"]).equilibria
    {'Nash': array([False,  True,  True, False]), 'GMR': array([ True,  True,  True, False])}
    """
    check_pairs(model.n_states)
    for concept in concepts:
        if concept not in STRUCTURE_CONCEPTS:
            raise KeyError(concept)
    found = {concept: np.ones((len(model.parties), model.n_states), dtype=np.bool_) for concept in concepts}
    for party in range(len(model.parties)):
        others = [k for k in range(len(model.parties)) if k != party]
        replies: dict[bool, Bits] = {}
        for credible in {concept in {"SEQ", "SymSEQ"} for concept in concepts if concept != "Nash"}:
            chosen = {k: reply_arcs(model, structure, k) if credible else model.arcs_of(k) for k in others}
            replies[credible] = reachable(chosen, model.n_states)
        for state in range(model.n_states):
            for concept, is_stable in _verdicts(model, structure, party, state, replies=replies, concepts=concepts):
                found[concept][party, state] = is_stable
    return Verdicts(found)


def weak(general: Verdicts, strong: Verdicts) -> Verdicts:
    """Mark what is stable in the general sense and not in the strong one (see `Strength`)."""
    return Verdicts({concept: rows & ~strong.stable[concept] for concept, rows in general.stable.items()})


def strong_and_weak(model: GraphModel, strength: Strength, concepts: Sequence[str]) -> tuple[Verdicts, Verdicts]:
    """Split general stability into strong stability, where sanctions cost two degrees or more, and weak stability.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> strong, weakly = strong_and_weak(model, Strength.from_steps(model.preference, [1, 2]), ["GMR"])
    >>> strong.equilibria["GMR"][0], weakly.equilibria["GMR"][0]
    (np.True_, np.False_)
    """
    general = judge(model, Strength(strength.degree), concepts)
    strong = judge(model, Strength(strength.degree, least=2), concepts)
    return strong, weak(general, strong)


def objections(model: GraphModel, structure: PreferenceStructure, party: int, state: int, concept: str) -> tuple[Objection, ...]:
    """List the moves that `party` would make from `state`, each with a shortest sequence of replies that deters, if any.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> from ceasefire.graphmodel.structures import Simple
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 1, 0], [2, 1, 3, 0]])
    >>> objections(chicken, Simple(chicken.preference), 0, 0, "GMR")[0].sanction
    (Step(party=1, start=1, to=3),)
    """
    others = [k for k in range(len(model.parties)) if k != party]
    punishing = _punishing(model, structure, party, state, symmetric=concept in {"SMR", "SymSEQ"})
    found = []
    for to in tempting(model, structure, party, state):
        keep = structure.replies if concept in {"SEQ", "SymSEQ"} else None
        sanction = None if concept == "Nash" else first_route(model, others, int(to), keep, punishing)
        found.append(Objection((party,), state, int(to), (Step(party, state, int(to)),), sanction))
    return tuple(found)


def reply_arcs(model: GraphModel, structure: PreferenceStructure, party: int) -> Arcs:
    """Give the moves that `party` would make as a reply."""
    arcs = model.arcs_of(party)
    return arcs.where(structure.replies(party, arcs.start, arcs.to))


def tempting(model: GraphModel, structure: PreferenceStructure, party: int, state: int) -> NDArray[np.int64]:
    """Give the states for which `party` would leave `state`."""
    ends = model.moves(party, state)
    return ends[structure.leaves(party, np.array(state), ends)]


def _verdicts(
    model: GraphModel, structure: PreferenceStructure, party: int, state: int, *, replies: dict[bool, Bits], concepts: Sequence[str]
) -> Iterator[tuple[str, bool]]:
    """Say under which concepts `state`, if the party would leave it for anything, is stable for the party."""
    ends = tempting(model, structure, party, state)
    punishing: dict[bool, Bits] = {}
    for concept in concepts if len(ends) else ():
        if concept == "Nash":
            yield concept, False
            continue
        symmetric = concept in {"SMR", "SymSEQ"}
        if symmetric not in punishing:
            punishing[symmetric] = np.packbits(_punishing(model, structure, party, state, symmetric=symmetric))
        rows = replies[concept in {"SEQ", "SymSEQ"}][ends]
        yield concept, bool((rows & punishing[symmetric]).any(axis=1).all())


def _punishing(model: GraphModel, structure: PreferenceStructure, party: int, state: int, *, symmetric: bool) -> Bools:
    """Mark the states that deter `party` from leaving `state`; with `symmetric` only where it cannot get away from there."""
    found = structure.deters(party, np.array(state), np.arange(model.n_states))
    if symmetric:
        arcs = model.arcs_of(party)
        away = arcs.start[~found[arcs.to]]
        found = found.copy()
        found[away] = False
    return found
