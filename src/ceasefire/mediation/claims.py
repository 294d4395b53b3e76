"""Three separate claims about a wanted state with a package in force: it holds, the parties get there, nothing else does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ceasefire.mediation.arena import Ints, View, forward, marked
from ceasefire.mediation.oracle import Oracle
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.problem import Problem


@dataclass(frozen=True, slots=True)
class Claims:
    """What a package achieves at one wanted state, whatever the problem asks for.

    Parameters
    ----------
    stable : bool
        Every move from the state that counts is deterred.
    reached_by_moves : bool
        The state is the status quo, or some sequence of moves leads there.
    reached_by_improvement : bool
        As before, every move being strictly better for the party that makes it.
    only : bool
        No stable state outside the wanted ones is reached from the status quo by improving moves.
    margins : dict from party to Fraction or None
        By how much the party's best move falls short, in units of the stakes; negative where it pays; None where the party
        has no move that counts. Moves of coalitions are left out.
    """

    stable: bool
    reached_by_moves: bool
    reached_by_improvement: bool
    only: bool
    margins: dict[str, Fraction | None]


def claims(problem: Problem, package: Iterable[str], state: int) -> Claims:
    """Judge the three claims for a package and a wanted state (index).

    Examples
    --------
    One party attacks unless the threat of a ban holds it back; nothing makes it stop once it has attacked.

    >>> from ceasefire.conditions import Pattern
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted
    >>> model = GraphModel.from_options(["A"], [Option("attack", (0,), "up")]).with_preference([[0, 2]], cardinal=True)
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> threat = Lever("ban", "P", "threat", attack, {"A": Fraction(-3)})
    >>> found = claims(Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P",), {}, (threat,)), ["ban"], 0)
    >>> found.stable, found.reached_by_moves, found.only, str(found.margins["A"])
    (True, False, False, '1')
    """
    oracle = room_of(problem).oracle_at((state,))
    view = oracle.arena.view(problem.bits(frozenset(package)))
    by_improvement = oracle.reached(view)
    rivals = np.flatnonzero(by_improvement & ~oracle.is_wanted)
    return Claims(
        stable=oracle.is_stable(view, state),
        reached_by_moves=bool(oracle.joint(tuple(oracle.arena.parties), problem.start)[state]),
        reached_by_improvement=bool(by_improvement[state]),
        only=not any(oracle.is_stable(view, int(s), all_moves=True) for s in rivals),
        margins={name: _margin(oracle, view, party, state) for party, name in enumerate(problem.model.parties)},
    )


def _margin(oracle: Oracle, view: View, party: int, state: int) -> Fraction | None:
    ends = oracle.counted(oracle.ends((party,), state))
    if not len(ends):
        return None
    if oracle.replies == "none":
        return int(view.lead_over(party, state, ends).min()) * oracle.arena.unit
    guarded = (_worst_reply(oracle, view, party, state, int(end)) for end in ends)
    return min(guarded) * oracle.arena.unit


def _worst_reply(oracle: Oracle, view: View, party: int, state: int, end: int) -> int:
    """Give by how much the move at worst leaves the party below `state`; counter-moves spoil replies where the concept says so."""
    lead: Ints = view.lead(party, state)
    replies = forward(*oracle.reply_arcs(view, (party,)), marked(oracle.arena.n, [end]))
    if oracle.is_symmetric:
        source, to = oracle.arena.moves_of((party,))
        replies[source[lead[to] < 0]] = False
        replies[end] = True
    return int(lead[replies].max())
