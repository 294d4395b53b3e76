"""What commands on levers are asked: a problem file, or a case by name, folder or file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import read_text
from ceasefire.cli.progress import Progress

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.mediation import Problem, UncertainProblem


class Credibility(StrEnum):
    """How an unbelievable lever counts."""

    IGNORE = "ignore"
    FILTER = "filter"
    PRICE = "price"
    JOINT = "joint"


class Goal(StrEnum):
    """What is asked of the wanted outcome."""

    STABLE = "stable"
    REACHED = "reached"
    ONLY = "only"


Asked = Annotated[
    str, typer.Argument(metavar="PROBLEM", help="A problem (JSON), or a case: a bundled one by name, a case folder, a case file.")
]
HowCredible = Annotated[
    Credibility | None,
    typer.Option(
        "--credibility",
        help="How gaps count; default: as the problem says; of a case, packages and who ignore them, others ask as its brief.",
    ),
]
WhichGoal = Annotated[
    Goal | None,
    typer.Option("--goal", help="That the outcome lasts, that moves lead there too, or to no other; default: as a brief asks."),
]


BeliefCurve = Annotated[
    str | None,
    typer.Option(
        "--belief-curve",
        metavar="GAP:BELIEF,...",
        help="How far a lever with a credibility gap is believed, such as 1:0.5,3:0; straight lines between, full belief without.",
    ),
]


@dataclass(frozen=True, eq=False)
class Question:
    """A problem with what is not known about it."""

    uncertain: UncertainProblem
    case: Case | None

    @property
    def problem(self) -> Problem:
        """The problem with its central values."""
        return self.uncertain.problem

    @property
    def is_gradual(self) -> bool:
        """Whether some lever may be used at any intensity."""
        return any(lever.is_gradual for lever in self.problem.levers)

    def name(self, key: str) -> str:
        """Give what a reader calls a party, a power, an option or a lever."""
        if self.case is None:
            return key
        known = {party.code: party.name for party in self.case.parties}
        return known.get(key, key)


def read_question(
    asked: str, goal: Goal | None, progress: Progress, belief_curve: str | None = None, *, gradual: bool = False
) -> Question:
    """Read a problem file (``.json``) or load a case; a belief curve replaces that of the problem.

    Unless the question may be `gradual`, levers of any intensity become levels.

    Raises
    ------
    CaseError
        With everything that is wrong with the file.
    """
    question = _read(asked, goal, progress, gradual=gradual)
    if belief_curve is None:
        return question
    try:
        problem = replace(question.problem, belief_curve=_curve(belief_curve))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--belief-curve") from error
    return replace(question, uncertain=replace(question.uncertain, problem=problem))


def _curve(text: str) -> tuple[tuple[Fraction, Fraction], ...]:
    """Read pairs of gap and belief.

    Examples
    --------
    >>> [(str(gap), str(belief)) for gap, belief in _curve("1:0.5,3:0")]
    [('1', '1/2'), ('3', '0')]
    """
    pairs = [part.split(":") for part in text.split(",")]
    if not all(len(pair) == 2 for pair in pairs):
        raise ValueError(f"{text!r} is not a list of gap:belief")
    return tuple((Fraction(gap.strip()), Fraction(belief.strip())) for gap, belief in pairs)


def _read(asked: str, goal: Goal | None, progress: Progress, *, gradual: bool) -> Question:
    from ceasefire import mediation  # noqa: PLC0415

    if Path(asked).suffix.lower() == ".json":
        text = read_text(asked)
        if _ranks(text):
            ranked = mediation.read_ranked(text, asked)
            return Question(mediation.UncertainProblem(_aimed(ranked, goal), ()), None)
        uncertain = mediation.read_uncertain(text, asked)
        for warning in uncertain.problem.warnings():
            typer.echo(f"{asked}: {warning}\n  (a warning: the problem can be used)", err=True)
        uncertain = uncertain if gradual else mediation.in_steps(uncertain)
        return Question(_with(uncertain, _aimed(uncertain.problem, goal)), None)
    from ceasefire import study  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.study.doubts import uncertain_problem  # noqa: PLC0415
    from ceasefire.study.strategy import aimed, headline  # noqa: PLC0415

    progress.tell("reading the case")
    case = study.weighed(load(asked))
    case = case if gradual else study.in_steps(case)
    problem = study.problem(case)
    chosen = aimed(problem, goal.value if goal else headline(case, problem))
    return Question(uncertain_problem(case, chosen), case)


def _aimed(problem: Problem, goal: Goal | None) -> Problem:
    from ceasefire.study.strategy import aimed  # noqa: PLC0415

    return problem if goal is None else aimed(problem, goal.value)


def _with(uncertain: UncertainProblem, problem: Problem) -> UncertainProblem:
    return uncertain if problem is uncertain.problem else replace(uncertain, problem=problem)


def _ranks(text: str) -> bool:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(given, dict) and "priorities" in given
