"""From a case to the strategic answers: stability, packages by credibility, and the one package that the brief explains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ceasefire.brief.answers import GOALS, MODES, Credibility, Goal, PathStep, Shown, Strategy
from ceasefire.case.model import Case
from ceasefire.graphmodel import CONCEPTS, GraphModel, shortest_route, solve_named
from ceasefire.mediation import (
    Packages,
    Problem,
    explain,
    find_packages,
    in_force,
    nearest_state,
    open_moves,
    side_by_side,
)
from ceasefire.study.bridge import graph_model, in_time, problem
from ceasefire.study.sureness import sureness

LISTED = 5


def silent(step: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The packages of one goal, searched by another process."""

    goal: Goal
    found: Future[dict[Credibility, Packages]]


def search_apart(case: Case, beside: Executor) -> Apart:
    """Begin to search the packages of a goal that the brief is not about, which answers the same wherever it is done."""
    questions = _questions(case)
    asked = headline(case, questions["stable"])
    goal = [name for name in GOALS if name != asked][-1]
    return Apart(goal, beside.submit(_packages, case, questions[goal], goal, 0))


def answer(case: Case, tell: Callable[[str], None] = silent, apart: Apart | None = None) -> Strategy:
    """Solve the strategic part of a case; how sure it is, see `assured`.

    Parameters
    ----------
    case : Case
    tell : callable, optional
        Is told each step in words.
    apart : Apart, optional
        What was begun elsewhere.
    """
    tell("finding stable states")
    questions = _questions(case)
    asked = headline(case, questions["stable"])
    here = [name for name in GOALS if apart is None or name != apart.goal]
    found = {name: _packages(case, questions[name], name, LISTED if name == asked else 0, tell) for name in here}
    if apart is not None:
        found[apart.goal] = apart.found.result()
    goal = asked
    if not any(packages.feasible for packages in found[asked].values()):
        goal = "stable"
        found[goal] = _packages(case, questions[goal], goal, LISTED, tell)
    question = questions[goal]
    solution = solve_named(graph_model(case), (*CONCEPTS, "CNash") if case.concept == "cnash" else CONCEPTS)
    start = question.start
    nearest = nearest_state(question)
    late = tuple(lever.key for lever in case.levers if lever not in in_time(case))
    return Strategy(
        model=question.model,
        problem=question,
        solution=solution,
        start=start,
        nearest=nearest,
        breaks=open_moves(question, (), nearest),
        leaves=open_moves(question, (), start),
        asked=asked,
        goal=goal,
        found=found,
        shown=_shown(case, question, found[goal], tell),
        priced=side_by_side(question, found[goal].values()),
        too_late=late,
    )


def assured(case: Case, strategy: Strategy, tell: Callable[[str], None]) -> Strategy:
    """Add how sure the explained package is; nothing where there is none, or where only ranks are known."""
    shown, question = strategy.shown, strategy.problem
    if shown is None or question.ranking:
        return strategy
    tell("drawing from the ranges")
    return replace(strategy, shown=replace(shown, sureness=sureness(case, question, shown.package, shown.state, shown.mode)))


def _questions(case: Case) -> dict[Goal, Problem]:
    return {goal: aimed(problem(case), goal) for goal in GOALS}


def aimed(question: Problem, goal: Goal) -> Problem:
    """Ask for a goal: that the wanted outcome lasts, that moves lead there as well, or that they lead nowhere else that lasts.

    Moves are those that pay for the one who makes them, unless the case allows any (``reach: um``).
    """
    reach: Literal["none", "um", "ui"] = "none" if goal == "stable" else "um" if question.wanted.reach == "um" else "ui"
    return replace(question, wanted=replace(question.wanted, reach=reach, unique=goal == "only"))


def headline(case: Case, question: Problem) -> Goal:
    """Choose the goal that a brief is asked for: to get to the wanted outcome, unless it is there or the case asks for more."""
    if case.wanted is not None and case.wanted.unique:
        return "only"
    return "stable" if question.start in question.wanted_states else "reached"


def _packages(
    case: Case, question: Problem, goal: Goal, most: int, tell: Callable[[str], None] = silent
) -> dict[Credibility, Packages]:
    """Search all modes; a coalition that is smallest in one mode is priced in those searched after it."""
    found: dict[Credibility, Packages] = {}
    priced = {frozenset(members) & frozenset(question.powers) for members in _named(case)}
    for mode in ("filter", "price", "ignore"):
        tell(f"searching packages, goal {goal}, credibility {mode}")
        found[mode] = find_packages(question, credibility=mode, limit=most, coalitions=sorted(priced, key=sorted))
        priced |= set(found[mode].minimal_coalitions)
    return {mode: found[mode] for mode in MODES}


def _named(case: Case) -> Iterator[tuple[str, ...]]:
    """Give the coalitions that the claims of a case are about."""
    for claim in case.claims:
        check = dict(claim.check)
        members = check.get("members")
        if check.get("kind") == "coalition" and isinstance(members, (list, tuple)):
            yield tuple(map(str, members))


def _shown(case: Case, question: Problem, packages: Mapping[Credibility, Packages], tell: Callable[[str], None]) -> Shown | None:
    likeliest: tuple[Credibility, ...] = ("filter", "price", "ignore")
    mode = next((m for m in likeliest if packages[m].feasible), None)
    if mode is None:
        return None
    found = packages[mode]
    package = found.optimal[0]
    tell("explaining the package")
    explanation = explain(question, package, credibility=mode)
    state = explanation.verdict.wanted_state
    path, is_willing = _path(in_force(question, package), question.start, state)
    return Shown(
        mode=mode,
        package=package,
        state=state,
        explanation=explanation,
        path=path,
        is_willing=is_willing,
        sureness=None,
    )


def _path(model: GraphModel, start: int, goal: int) -> tuple[tuple[PathStep, ...], bool]:
    for improving in (True, False):
        steps = shortest_route(model, start, goal, improving=improving)
        if steps is not None:
            return tuple(
                PathStep(
                    model.parties[step.party],
                    step.to,
                    Fraction(int(model.preference[step.party, step.to] - model.preference[step.party, step.start]))
                    * model.resolution,
                )
                for step in steps
            ), improving
    return (), False
