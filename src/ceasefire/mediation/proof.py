"""Why no package does it: the fewest conditions that every working package meets and the packages in question cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.mediation.bill import Bill
from ceasefire.mediation.clauses import NEVER, Clause, status
from ceasefire.mediation.masters import FEW, Master
from ceasefire.mediation.outlook import Costs
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Room, owned
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.target import Target


@dataclass(frozen=True, slots=True)
class Pressure:
    """One way to meet a condition: the weights of the levers in use add up to at least `need`, in units of the stakes."""

    weights: tuple[tuple[str, Fraction], ...]
    need: Fraction


@dataclass(frozen=True, slots=True)
class Condition:
    """What every working package must meet.

    Parameters
    ----------
    who : tuple of str
        Who would move; empty for a condition on the way to the wanted state or on other outcomes.
    start, to : int
        The move (indices of states) that must be held back; both the wanted state where `who` is empty.
    ways : tuple of tuple of Pressure
        Any of them suffices; each needs all its parts. Only ways that some package of the levers in question could meet are
        listed: empty where these levers can do nothing about it.
    """

    who: tuple[str, ...]
    start: int
    to: int
    ways: tuple[tuple[Pressure, ...], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Conditions that no package in question meets together.

    Parameters
    ----------
    wanted_states : tuple of int
        The wanted states it is about.
    conditions : tuple of Condition
        None of them can be left out.
    below : Fraction or None
        Packages that cost less than this are in question; None: all.
    powers : frozenset of str
        Whose levers are in question.
    """

    wanted_states: tuple[int, ...]
    conditions: tuple[Condition, ...]
    below: Fraction | None
    powers: frozenset[str]


def why_not(
    problem: Problem,
    states: Sequence[int],
    *,
    below: Fraction | None = None,
    powers: Iterable[str] | None = None,
    credibility: Credibility | None = None,
) -> Proof | None:
    """Prove that no package of these powers below this cost makes the wanted states stable.

    A package that meets the conditions found so far is tried; it fails and yields another condition, until no package is left.
    Conditions that are not needed are then left out one by one.

    Parameters
    ----------
    states : sequence of int
        Indices of the wanted states that must hold together.
    below : Fraction, optional
    powers : iterable of str, optional
        Default: all.
    credibility : {"ignore", "filter", "price", "joint"}, optional

    Returns
    -------
    Proof or None
        None where such a package exists.
    """
    room, members = room_of(problem), frozenset(problem.powers if powers is None else powers)
    costs = Costs(problem, [tuple(states)], credibility or problem.credibility)
    prices = costs.prices[0]
    allowed = owned(problem, members) & prices.allowed
    found: list[tuple[Clause, tuple[tuple[str, ...], int, int]]] = []
    target = Target(room.oracle_at(states), tuple(states))
    dear = [] if below is None else [(row, -(-below * costs.scale // 1) - 1) for row in prices.bill.rows]
    bill = Bill([(0,) * len(problem.levers)], limits=[*prices.bill.limits, *dear])

    def left(clauses: Sequence[Clause]) -> tuple[int, int] | None:
        trust = _Believer(target, list(clauses))
        master = Master(trust, bill, problem.conflicts, prices.side, patience=FEW)
        return master.cheapest(allowed, None)

    while (package := left([terms for terms, _ in found])) is not None:
        fresh = _refusal(room, target, package[1])
        if not fresh:
            return None
        found += fresh
    kept = list(found)
    for one in found:
        fewer = [other for other in kept if other is not one]
        if left([terms for terms, _ in fewer]) is None:
            kept = fewer
    conditions = tuple(_condition(room, states, terms, move, allowed) for terms, move in kept)
    return Proof(tuple(states), conditions, below, members)


class _Believer(Target):
    """A target that takes every package that meets its clauses for a working one."""

    def __init__(self, target: Target, clauses: list[Clause]) -> None:
        super().__init__(target.oracle, ())
        self.states = target.states
        self._clauses = clauses

    def works(self, used: int, free: int = 0) -> bool:
        return True


def _refusal(room: Room, target: Target, package: int) -> list[tuple[Clause, tuple[tuple[str, ...], int, int]]]:
    """Give what refutes a package, with the move it is about; empty where it works."""
    oracle = target.oracle
    view = oracle.arena.view(package)
    names = room.problem.model.parties
    for state in target.states:
        for fault in oracle.faults(view, state):
            move = (tuple(names[party] for party in fault[0]), state, fault[1])
            return [(terms, move) for terms in oracle.clauses(view, state, fault)]
    fresh = Target(oracle, target.states)
    before = len(fresh.clauses)
    if fresh.works(package):
        return []
    here = target.states[0]
    return [(terms, ((), here, here)) for terms in fresh.clauses[before:]]


def _condition(room: Room, states: Sequence[int], terms: Clause, move: tuple[tuple[str, ...], int, int], allowed: int) -> Condition:
    unit = room.oracle_at(states).arena.unit
    keys = [lever.key for lever in room.problem.levers]
    ways = []
    for term in terms:
        if status(term, 0, allowed) == NEVER:
            continue
        parts = [
            Pressure(tuple((keys[k], w * unit) for k, w in literal.weights if allowed >> k & 1), literal.need * unit)
            for literal in term
        ]
        ways.append(tuple(sorted(parts, key=_order)))
    return Condition(*move, tuple(sorted(ways, key=lambda way: (len(way), [_order(part) for part in way]))))


def _order(part: Pressure) -> tuple[Fraction, tuple[tuple[str, Fraction], ...]]:
    return part.need, part.weights
