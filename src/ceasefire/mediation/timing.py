"""When the levers of a package act, and on which days the wanted state holds by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.mediation.problem import Problem
from ceasefire.mediation.verdict import Undeterred, open_moves


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days in which the same levers act.

    Parameters
    ----------
    start, end : Fraction or None
        Days from the date of the problem, from `start` up to but without `end`; None: without end.
    acting : frozenset of str
        Levers of the package that act.
    undeterred : tuple of Undeterred
        Moves from the wanted state that nothing holds back then.
    """

    start: Fraction
    end: Fraction | None
    acting: frozenset[str]
    undeterred: tuple[Undeterred, ...]


def acting(problem: Problem, package: Iterable[str], day: Fraction) -> frozenset[str]:
    """Give the levers of a package that act on a day: delayed no longer, and not over yet."""
    keys = frozenset(package)
    found = set()
    for lever in problem.levers:
        begun = lever.delay_days <= day
        is_over = lever.lasts_days is not None and day >= lever.delay_days + lever.lasts_days
        if lever.key in keys and begun and not is_over:
            found.add(lever.key)
    return frozenset(found)


def timeline(problem: Problem, package: Iterable[str], state: int) -> tuple[Period, ...]:
    """Say day by day which levers of a package act and which moves from a wanted state (index) are open.

    Returns
    -------
    tuple of Period
        In order, from day 0 to the horizon; without end where the problem has none.

    Examples
    --------
    A ban that bites after 30 days and ends after another 60.

    >>> from ceasefire.conditions import Pattern
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted
    >>> model = GraphModel.from_options(["A"], [Option("attack", (0,))]).with_preference([[0, 2]], cardinal=True)
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> days = {"delay_days": Fraction(30), "lasts_days": Fraction(60)}
    >>> ban = Lever("ban", "P", "threat", attack, {"A": Fraction(-3)}, **days)
    >>> problem = Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P",), {}, (ban,))
    >>> [(str(p.start), str(p.end), sorted(p.acting), len(p.undeterred)) for p in timeline(problem, ["ban"], 0)]
    [('0', '30', [], 1), ('30', '90', ['ban'], 0), ('90', 'None', [], 1)]
    """
    keys = frozenset(package)
    levers = [lever for lever in problem.levers if lever.key in keys]
    days = {Fraction(0), *(lever.delay_days for lever in levers)}
    days |= {lever.delay_days + lever.lasts_days for lever in levers if lever.lasts_days is not None}
    horizon = problem.horizon_days
    starts = sorted(day for day in days if horizon is None or day < horizon or day == 0)
    found = []
    for start, end in zip(starts, [*starts[1:], horizon], strict=True):
        now = acting(problem, keys, start)
        found.append(Period(start, end, now, open_moves(problem, now, state)))
    return tuple(found)
