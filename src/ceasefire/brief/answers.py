"""Everything a brief says, before it is put into words: the results of all rooms for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ceasefire.brief.fates import Commitments
from ceasefire.case.model import Case, Claim, Judgement
from ceasefire.graphmodel import GraphModel, Solution
from ceasefire.leverage import LeverageTable
from ceasefire.leverage.book import Book
from ceasefire.leverage.tension import Tension
from ceasefire.mediation import BreakEven, Explanation, Outlook, Packages, Priced, Problem, Share, Undeterred
from ceasefire.record import Measures

Credibility = Literal["ignore", "filter", "price"]
Goal = Literal["stable", "reached", "only"]
Outcome = Literal["holds", "holds in part", "does not hold", "on record", "not computed"]
MODES: dict[Credibility, str] = {
    "ignore": "if every word were believed",
    "filter": "with only the levers that their owners would pull by their own stakes",
    "price": "with commitment bought at the price of each credibility gap",
}
GOALS: dict[Goal, str] = {
    "stable": "the ceasefire lasts once it is there",
    "reached": "it lasts, and steps that pay for those who make them lead there",
    "only": "it lasts, such steps lead there, and to no other outcome that lasts",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a computation says about a claim, from nothing dated later than `as_of`.

    `computed` names the computation, `text` its result with its numbers, `sources` what it rests on (keys of the case's
    sources); for ``not computed`` the text gives the reason.
    """

    claim: Claim
    outcome: Outcome
    computed: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A judgement somewhere in whose range an answer turns, the others at their central values."""

    where: BreakEven
    judgement: Judgement

    @property
    def nearest(self) -> Fraction:
        """The value in the range nearest to the centre at which, or right behind which, the answer is another."""
        inside = [v for v in (self.where.below, self.where.above) if v is not None and self.where.low <= v <= self.where.high]
        return min(inside, key=lambda value: (abs(value - self.where.central), value))


@dataclass(frozen=True, slots=True)
class Sureness:
    """In which share of draws from the stated ranges a package does at one wanted state what is asked for.

    `varied` is the number of judgements that have a range; `turns` those in whose range an answer turns: whether the package
    works, or whether a lever's owner would carry it out. `outlook` says what more certainty costs, by fewer draws.
    """

    share: Share
    seed: int
    varied: int
    turns: tuple[Turn, ...]
    outlook: Outlook

    @property
    def deciding(self) -> tuple[Turn, ...]:
        """Judgements in whose range the package ceases, or begins, to work; those nearest to turning first."""
        works = [turn for turn in self.turns if turn.where.question == "works"]
        return tuple(sorted(works, key=_closeness))


def _closeness(turn: Turn) -> tuple[Fraction, str]:
    """Say how far from its centre a judgement must go, as a share of its range."""
    where = turn.where
    return abs(turn.nearest - where.central) / (where.high - where.low), where.name


@dataclass(frozen=True, slots=True)
class PathStep:
    """One move on the way to the wanted state: who moves, the state it ends in (index), what the mover gains by the step."""

    party: str
    to: int
    gain: Fraction


@dataclass(frozen=True, eq=False)
class Shown:
    """The package that a brief explains: the first cheapest one of `mode`, at the wanted state `state` (index).

    `path` leads there from the status quo with the package in
    force; `is_willing` says that every step is better for its mover; empty where no moves lead there. `sureness` is None where
    a party only ranks, so that nothing can be drawn.
    """

    mode: Credibility
    package: frozenset[str]
    state: int
    explanation: Explanation
    path: tuple[PathStep, ...]
    is_willing: bool
    sureness: Sureness | None


@dataclass(frozen=True, eq=False)
class Strategy:
    """The war as a graph and the packages that would end it.

    `start` is the index of the status quo, `leaves` are the moves out of it that nothing holds back. `nearest` is the wanted state
    that the fewest moves break without levers, `breaks` are these moves. `found` has the packages for each goal and credibility
    mode: ``stable``, the wanted outcome lasts; ``reached``, the parties' own moves lead there as well; ``only``, they can lead to
    no other lasting outcome. `goal` is the one that the brief explains: the one `asked` for, or ``stable`` where no package does
    that. `shown` is None where no package does even that. `priced` has the first cheapest package of each mode in all modes.
    """

    model: GraphModel
    problem: Problem
    solution: Solution
    start: int
    nearest: int
    breaks: tuple[Undeterred, ...]
    leaves: tuple[Undeterred, ...]
    asked: Goal
    goal: Goal
    found: Mapping[Goal, Mapping[Credibility, Packages]]
    shown: Shown | None
    priced: tuple[Priced, ...]
    too_late: tuple[str, ...]

    @property
    def packages(self) -> Mapping[Credibility, Packages]:
        """The packages for the goal that the brief explains, by credibility mode."""
        return self.found[self.goal]


@dataclass(frozen=True, eq=False)
class Answers:
    """One case answered as of one day; `strategy` is None where the reason in `why_no_strategy` forbids it."""

    case: Case
    measures: Measures
    commitments: Commitments
    leverage: LeverageTable
    sheets: Book | None
    tensions: tuple[Tension, ...]
    strategy: Strategy | None
    why_no_strategy: str
    findings: tuple[Finding, ...]
