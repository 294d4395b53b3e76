"""One package put to the test: does it work, which moves stay open, why each lever is in it, what if levers end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ceasefire.graphmodel import GraphModel, Step
from ceasefire.mediation.bill import bits
from ceasefire.mediation.oracle import sanction, trouble
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Prices, Room, scale_of
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.wide import WideOracle


@dataclass(frozen=True, slots=True)
class Undeterred:
    """A move that nothing holds back: who, from and to which state (indices), what it gains in units of the stakes.

    `who` has several names for a coalition; then `gain` is the least gain of a member. `gain` is not positive where only
    the margin is missed.
    """

    who: tuple[str, ...]
    start: int
    to: int
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Deterred:
    """A move that is held back.

    Parameters
    ----------
    gain : Fraction
        What the move itself brings, with the package in force.
    levers : frozenset of str
        Levers of the package that change the mover's stake between `start` and `to`.
    sanction : tuple of Step
        Replies of the others that make the mover regret the move; empty where the move itself does not pay.
    loss : Fraction
        By how much the mover ends worse off than at `start`.
    """

    who: tuple[str, ...]
    start: int
    to: int
    gain: Fraction
    levers: frozenset[str]
    sanction: tuple[Step, ...]
    loss: Fraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a package does.

    Parameters
    ----------
    works : bool
    wanted_state : int
        Index of the wanted state where it works at least cost, or of the one with the fewest moves left open.
    cost : Fraction or None
        None where it does not work.
    exposure : Fraction
        The most its owners would have to carry out after one move from there.
    undeterred : tuple of Undeterred
    deterred : tuple of Deterred
        Only moves that would pay without the package or pay before the others reply.
    reasons : tuple of str
        Why it does not work, besides open moves.
    """

    works: bool
    wanted_state: int
    cost: Fraction | None
    exposure: Fraction
    undeterred: tuple[Undeterred, ...]
    deterred: tuple[Deterred, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What becomes of the wanted state when some levers end.

    Parameters
    ----------
    what : {"all", "promises", "power"}
    power : str or None
        Who drops out, for ``power``.
    ended, kept : frozenset of str
        Levers.
    holds : bool
        Whether every move that counts is still deterred.
    undeterred : tuple of Undeterred
    """

    what: str
    power: str | None
    ended: frozenset[str]
    kept: frozenset[str]
    holds: bool
    undeterred: tuple[Undeterred, ...]


def check_package(problem: Problem, package: Iterable[str], *, credibility: Credibility | None = None) -> Verdict:
    """Say whether a package works, and what stays open or is held back at the wanted state.

    Parameters
    ----------
    package : iterable of str
        Keys of levers.

    Raises
    ------
    KeyError
        For a lever that does not exist.
    """
    room, used = room_of(problem), problem.bits(frozenset(package))
    mode: Credibility = credibility or problem.credibility
    clashes = [k for k in bits(used) if problem.conflicts[k] & used]
    states, best = _best_target(room, used, mode) if not clashes else (None, None)
    shown = states or _nearest(room, used)
    open_ones = tuple(move for state in shown for move in open_moves(problem, problem.keys(used), state))
    return Verdict(
        works=best is not None,
        wanted_state=shown[0],
        cost=best,
        exposure=room.exposure(shown, used),
        undeterred=open_ones,
        deterred=tuple(move for state in shown for move in held_back(problem, problem.keys(used), state)),
        reasons=() if best is not None else tuple(_reasons(room, used, shown, mode, clashes=bool(clashes), moves=bool(open_ones))),
    )


def open_moves(problem: Problem, package: Iterable[str], state: int) -> tuple[Undeterred, ...]:
    """List the moves from a state (index) that count and that nothing holds back with the package in force."""
    room = room_of(problem)
    arena = room.oracle_at((state,)).arena
    view = arena.view(problem.bits(frozenset(package)))
    found = []
    for who, to in room.oracle.faults(view, state):
        gain = min(-int(view.lead(party, state)[to]) for party in who)
        names = tuple(problem.model.parties[party] for party in who)
        found.append(Undeterred(names, state, to, gain * arena.unit))
    return tuple(found)


def in_force(problem: Problem, package: Iterable[str]) -> GraphModel:
    """Give the graph model with the levers of a package in force."""
    arena, used = room_of(problem).oracle.arena, problem.bits(frozenset(package))
    values = arena.base.copy()
    for k in bits(used):
        values += arena.effects[:, k, None] * problem.where(k)
    return problem.model.with_preference(values, cardinal=True, resolution=arena.unit)


def without_levers(problem: Problem) -> tuple[Undeterred, ...]:
    """List the moves that would break each wanted state now, with no lever in force."""
    return tuple(move for state in problem.wanted_states for move in open_moves(problem, (), state))


def held_back(problem: Problem, package: Iterable[str], state: int) -> tuple[Deterred, ...]:
    """List the moves from a state that would pay without the package, or before the others reply, and are deterred."""
    room = room_of(problem)
    arena, used = room.oracle.arena, problem.bits(frozenset(package))
    view, bare = arena.view(used), arena.view(0)
    open_ones = {(fault[0][0], fault[1]) for fault in room.oracle.faults(view, state) if len(fault[0]) == 1}
    found = []
    for party, name in enumerate(problem.model.parties):
        lead, before = view.lead(party, state), bare.lead(party, state)
        for to in map(int, room.oracle.counted(problem.model.moves(party, state))):
            if (party, to) in open_ones or (lead[to] >= arena.margin and before[to] >= arena.margin):
                continue
            acting = (problem.holds[:, to] != problem.holds[:, state]) & (arena.effects[party] != 0)
            levers = frozenset(problem.levers[k].key for k in bits(used) if acting[k])
            steps = _sanction(room, view.used, party, state, to) if lead[to] < arena.margin else ()
            last = steps[-1].to if steps else to
            found.append(Deterred((name,), state, to, int(-lead[to]) * arena.unit, levers, steps, int(lead[last]) * arena.unit))
    return tuple(found)


def exposure(problem: Problem, package: Iterable[str], state: int) -> Fraction:
    """Give the most the owners would have to carry out after a single move of one party from a state (index)."""
    return room_of(problem).exposure([state], problem.bits(frozenset(package)))


def after_withdrawal(problem: Problem, package: Iterable[str], state: int | None = None) -> tuple[Withdrawal, ...]:
    """Say which moves open when all levers end, when the promises end, and when one power drops out.

    Parameters
    ----------
    package : iterable of str
    state : int, optional
        Index of the wanted state; default: the one that `check_package` chooses.
    """
    keys = frozenset(package)
    levers = {lever.key: lever for lever in problem.levers if lever.key in keys}
    where = check_package(problem, keys).wanted_state if state is None else state
    cases: list[tuple[str, str | None, frozenset[str]]] = [("all", None, keys)]
    cases.append(("promises", None, frozenset(k for k, lever in levers.items() if lever.type == "promise")))
    for power in problem.powers:
        ended = frozenset(k for k, lever in levers.items() if lever.owner == power)
        if ended:
            cases.append(("power", power, ended))
    found = []
    for what, who, ended in cases:
        moves = open_moves(problem, keys - ended, where)
        found.append(Withdrawal(what, who, ended, keys - ended, not moves, moves))
    return tuple(found)


def why_each_lever(problem: Problem, package: Iterable[str], state: int | None = None) -> Mapping[str, tuple[Undeterred, ...]]:
    """Give for each lever of the package the moves that reappear when it alone is dropped; empty: not needed for them."""
    keys = frozenset(package)
    where = check_package(problem, keys).wanted_state if state is None else state
    return {key: open_moves(problem, keys - {key}, where) for key in sorted(keys)}


def _best_target(room: Room, used: int, mode: Credibility) -> tuple[tuple[int, ...] | None, Fraction | None]:
    """Find the target where the package works, cheapest and then least exposed."""
    scale = scale_of(room, mode)
    wanted = room.problem.wanted_states
    lost = dict(zip(wanted, room.hopeless(wanted, used), strict=True))
    best: tuple[int, Fraction, tuple[int, ...]] | None = None
    for target in room.targets:
        if any(lost[state] for state in target.states) or not target.works(used):
            continue
        prices = Prices(room, target.states, mode, scale)
        cost = prices.cost(used)
        if cost is None or used & ~prices.allowed:
            continue
        row = (cost, room.exposure(target.states, used), target.states)
        best = row if best is None else min(best, row)
    return (None, None) if best is None else (best[2], Fraction(best[0], scale))


def nearest_state(problem: Problem) -> int:
    """Give the wanted state (index) that fewest moves break while no lever is in force; of equally near ones the first."""
    room, wanted = room_of(problem), np.array(problem.wanted_states, dtype=np.int64)
    oracle = room.oracle
    least = oracle.undeterred(wanted, 0) if isinstance(oracle, WideOracle) else trouble(oracle, 0)[wanted]
    best: tuple[int, int] | None = None
    for place in np.lexsort((wanted, least)):
        bound, state = int(least[place]), int(wanted[place])
        if best is not None and best[0] < bound:
            break
        count = len(open_moves(problem, (), state))
        best = min(best or (count, state), (count, state))
        if count == bound:
            break
    assert best is not None  # noqa: S101 - a problem without a wanted state is refused when it is made
    return best[1]


def _nearest(room: Room, used: int) -> tuple[int, ...]:
    wanted = room.problem.wanted_states
    counts = trouble(room.oracle, used)[list(wanted)]
    return (wanted[int(np.argmin(counts))],) if room.problem.wanted.mode == "some" else wanted


def _reasons(room: Room, used: int, states: tuple[int, ...], mode: Credibility, *, clashes: bool, moves: bool) -> list[str]:
    found = []
    prices = Prices(room, states, mode, scale_of(room, mode))
    if clashes:
        found.append("levers exclude each other")
    if used & ~room.problem.in_time:
        found.append("levers come too late")
    if used & room.problem.in_time & ~prices.allowed:
        found.append("levers are not credible")
    if prices.bill.cost(used) is None:
        found.append("a budget is exceeded")
    elif prices.cost(used) is None:
        found.append("levers are not credible together")
    if not moves and not found:
        found.append("the wanted state is not reached, or not the only stable state that is")
    return found


def _sanction(room: Room, used: int, party: int, state: int, to: int) -> tuple[Step, ...]:
    oracle = room.oracle_at((state,))
    steps = sanction(oracle, oracle.arena.view(used), (party,), state, to)
    return tuple(Step(party, start, end) for party, start, end in steps)
