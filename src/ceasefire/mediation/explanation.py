"""Everything there is to say about one package, as data; `sentences` puts it into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ceasefire.mediation.arena import forward, marked
from ceasefire.mediation.bill import bits
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.proof import Proof, why_not
from ceasefire.mediation.robustness import cheapest_package
from ceasefire.mediation.timing import Period, timeline
from ceasefire.mediation.verdict import (
    Deterred,
    Undeterred,
    Verdict,
    Withdrawal,
    after_withdrawal,
    check_package,
    open_moves,
    why_each_lever,
)


@dataclass(frozen=True, slots=True)
class Unpunished:
    """A move that nobody holds back, and what the others could do about it.

    Parameters
    ----------
    move : Undeterred
    replies : int
        Number of states that replies of the others reach, the one moved to included; 1 where replies are not looked at (Nash).
    worst : int
        Of these the one in which the first mover is worst off (index).
    still_gains : Fraction
        What it gains even there.
    """

    move: Undeterred
    replies: int
    worst: int
    still_gains: Fraction


@dataclass(frozen=True, slots=True)
class Addition:
    """What becomes of the package when one more lever is added.

    `is_harmful`: it works without the lever and not with it. `undeterred` are the moves that open.
    """

    lever: str
    works: bool
    is_harmful: bool
    undeterred: tuple[Undeterred, ...]


@dataclass(frozen=True, eq=False)
class Explanation:
    """One package explained.

    Parameters
    ----------
    problem : Problem
    package : frozenset of str
    credibility : {"ignore", "filter", "price", "joint"}
    verdict : Verdict
    breaks : tuple of Unpunished
        What would break the wanted state with no lever in force.
    still_open : tuple of Unpunished
        What breaks it with the package in force.
    deterred : tuple of Deterred
    why : mapping from lever to moves that reappear without it
    needed : frozenset of str
        Levers without which the rest of the package does not work at this wanted state, be it for open moves, for the way
        there, or for other outcomes that last.
    cheaper : Proof or None
        Why nothing cheaper makes this wanted state stable; None where something does, or where the package does not work.
    cannot : mapping from coalition to Proof
        Why these coalitions cannot make this wanted state stable.
    withdrawal : tuple of Withdrawal
    additions : tuple of Addition
        Every lever that could be added, one at a time.
    gaps : mapping from lever to Fraction
        Credibility gaps of the levers of the package at the wanted state.
    periods : tuple of Period
        Which of its levers act when, and what is open then at (the first of) the wanted states.
    """

    problem: Problem
    package: frozenset[str]
    credibility: Credibility
    verdict: Verdict
    breaks: tuple[Unpunished, ...]
    still_open: tuple[Unpunished, ...]
    deterred: tuple[Deterred, ...]
    why: Mapping[str, tuple[Undeterred, ...]]
    needed: frozenset[str]
    cheaper: Proof | None
    cannot: Mapping[frozenset[str], Proof]
    withdrawal: tuple[Withdrawal, ...]
    additions: tuple[Addition, ...]
    gaps: Mapping[str, Fraction]
    periods: tuple[Period, ...]


def explain(
    problem: Problem,
    package: Iterable[str] | None = None,
    *,
    coalitions: Iterable[frozenset[str]] | None = None,
    credibility: Credibility | None = None,
) -> Explanation:
    """Explain a package: what it holds back and how, why each lever is in it, why not cheaper, who cannot do it, what follows.

    Parameters
    ----------
    package : iterable of str, optional
        Default: the cheapest package, or no lever where none works.
    coalitions : iterable of frozenset of str, optional
        Whose inability to explain. Default: each single power.
    credibility : {"ignore", "filter", "price", "joint"}, optional
    """
    mode: Credibility = credibility or problem.credibility
    if package is None:
        cheapest = cheapest_package(problem, credibility=mode)
        package = cheapest[0] if cheapest else ()
    keys = frozenset(package)
    verdict = check_package(problem, keys, credibility=mode)
    state = verdict.wanted_state
    states = problem.wanted_states if problem.wanted.mode == "each" else (state,)
    asked = [frozenset({power}) for power in problem.powers] if coalitions is None else list(coalitions)
    proofs = {members: why_not(problem, states, powers=members, credibility=mode) for members in asked}
    gaps = room_of(problem).gaps(states)
    return Explanation(
        problem=problem,
        package=keys,
        credibility=mode,
        verdict=verdict,
        breaks=_unpunished(problem, frozenset(), states),
        still_open=_unpunished(problem, keys, states),
        deterred=verdict.deterred,
        why={key: tuple(m for s in states for m in why_each_lever(problem, keys, s)[key]) for key in sorted(keys)},
        needed=frozenset(key for key in keys if not _works(problem, keys - {key}, states)),
        cheaper=None if verdict.cost is None else why_not(problem, states, below=verdict.cost, credibility=mode),
        cannot={members: proof for members, proof in proofs.items() if proof is not None},
        withdrawal=tuple(w for s in states for w in after_withdrawal(problem, keys, s)),
        additions=additions(problem, keys, states),
        gaps={lever.key: gap for lever, gap in zip(problem.levers, gaps, strict=True) if lever.key in keys},
        periods=timeline(problem, keys, state),
    )


def additions(problem: Problem, package: frozenset[str], states: tuple[int, ...]) -> tuple[Addition, ...]:
    """Add every other lever that fits, one at a time: under SEQ more pressure can undo deterrence."""
    used = problem.bits(package)
    before = _works(problem, package, states)
    found = []
    for k in bits(problem.in_time & ~used):
        if problem.conflicts[k] & used:
            continue
        key = problem.levers[k].key
        after = _works(problem, package | {key}, states)
        moves = tuple(move for state in states for move in open_moves(problem, package | {key}, state))
        found.append(Addition(key, after, before and not after, moves))
    return tuple(found)


def _works(problem: Problem, package: frozenset[str], states: tuple[int, ...]) -> bool:
    used = problem.bits(package)
    return any(target.states == states and target.works(used) for target in room_of(problem).targets)


def _unpunished(problem: Problem, package: frozenset[str], states: tuple[int, ...]) -> tuple[Unpunished, ...]:
    found = []
    for state in states:
        oracle = room_of(problem).oracle_at((state,))
        view = oracle.arena.view(problem.bits(package))
        for move in open_moves(problem, package, state):
            who = tuple(problem.model.parties.index(name) for name in move.who)
            near = np.array([move.to])
            if oracle.replies != "none":
                near = np.flatnonzero(forward(*oracle.reply_arcs(view, who), marked(problem.model.n_states, [move.to])))
            lead = view.lead(who[0], state)
            worst = int(near[int(np.argmax(lead[near]))])
            found.append(Unpunished(move, len(near), worst, int(-lead[worst]) * oracle.arena.unit))
    return tuple(found)
