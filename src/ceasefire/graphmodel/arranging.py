"""Moves that options alone do not say: bans from pattern to pattern, listed moves, states that count as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.graphmodel.model import Arcs, GraphModel


@dataclass(frozen=True, slots=True)
class Ban:
    """No move from any state in which `start` holds to any in which `to` holds.

    Parameters
    ----------
    party : int or None
        Whose moves; everyone's where None.
    """

    start: Pattern
    to: Pattern
    party: int | None = None


def banned(model: GraphModel, bans: Sequence[Ban]) -> GraphModel:
    """Take moves away. What remains is used as given: two allowed moves do not make an allowed third.

    Raises
    ------
    ValueError
        Where states are coalesced, and a pattern may hold in one part of a state only.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))])
    >>> banned(model, [Ban(Pattern(3, 0), Pattern(3, 3))]).moves(0, 0)
    array([1, 2])
    """
    if model.vectors is not None:
        raise ValueError("states are coalesced; take moves away before")
    arcs = []
    for party in range(len(model.parties)):
        one = model.arcs_of(party)
        keep = np.ones(len(one.to), dtype=np.bool_)
        for ban in bans:
            if ban.party in {None, party}:
                keep &= ~(mask([ban.start], model.states)[one.start] & mask([ban.to], model.states)[one.to])
        arcs.append(one.where(keep))
    return replace(model, arcs=tuple(arcs), _moves={})


def with_moves(model: GraphModel, moves: Mapping[int, Iterable[tuple[int, int]]]) -> GraphModel:
    """Replace all moves by listed ones, used as given and never closed.

    Parameters
    ----------
    moves : mapping of int to pairs of state indices
        Per party; a party that is left out cannot move.

    Raises
    ------
    ValueError
        Naming a move that stays where it is or leads to or from a state that does not exist.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))])
    >>> with_moves(model, {0: [(0, 1), (1, 3)]}).moves(0, 0)
    array([1])
    """
    arcs = []
    for party in range(len(model.parties)):
        pairs = np.array(list(moves.get(party, ())), dtype=np.int64).reshape(-1, 2)
        wrong = (pairs < 0).any(axis=1) | (pairs >= model.n_states).any(axis=1) | (pairs[:, 0] == pairs[:, 1])
        if wrong.any():
            start, to = pairs[int(np.argmax(wrong))].tolist()
            raise ValueError(f"move of {model.parties[party]!r} from {start} to {to}: states run from 0 to {model.n_states - 1}")
        arcs.append(Arcs.between(pairs[:, 0], pairs[:, 1], model.n_states))
    return replace(model, arcs=tuple(arcs), _moves={})


def coalesced(model: GraphModel, groups: Sequence[Sequence[Pattern]]) -> GraphModel:
    """Let all states in which one of the patterns of a group holds count as one state.

    A party moves between two of the resulting states where it moves between some of their members; these moves are used as given.
    Each merged state stands in the place of its first member, and ``-`` marks options in which its members differ.

    Raises
    ------
    ValueError
        If a state belongs to two groups, a party does not find the members of a group equal, or states are coalesced already.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("leave", (0,)), Option("yield", (1,))])
    >>> merged = coalesced(model, [[Pattern(1, 1)]])
    >>> merged.vectors, merged.moves(1, 1)
    (('NN', 'Y-', 'NY'), array([], dtype=int64))
    """
    if model.vectors is not None:
        raise ValueError("states are coalesced already; give all groups at once")
    head = np.arange(model.n_states)
    for patterns in groups:
        members = np.flatnonzero(mask(patterns, model.states))
        if (head[members] != members).any() or np.isin(head, members).sum() != len(members):
            raise ValueError("a state belongs to two of the groups that are to count as one")
        head[members] = members[:1]
    kept, place = np.unique(head, return_inverse=True)
    for name, row in zip(model.parties, model.preference, strict=True):
        if (row != row[head]).any():
            state = int(np.argmax(row != row[head]))
            raise ValueError(f"{name!r} does not find states {model.labels[head[state]]} and {model.labels[state]} equal")
    arcs = []
    for party in range(len(model.parties)):
        one = model.arcs_of(party)
        start, to = place[one.start], place[one.to]
        arcs.append(Arcs.between(start[start != to], to[start != to], len(kept)))
    vectors = tuple(_vector(model, np.flatnonzero(place == k)) for k in range(len(kept)))
    return replace(
        model,
        states=model.states[kept],
        preference=model.preference[:, kept],
        labels=tuple(model.labels[k] for k in kept),
        arcs=tuple(arcs),
        vectors=vectors,
        _moves={},
    )


def _vector(model: GraphModel, members: NDArray[np.int64]) -> str:
    texts = [model.vector(int(k)) for k in members]
    return "".join(signs[0] if len(set(signs)) == 1 else "-" for signs in zip(*texts, strict=True))
