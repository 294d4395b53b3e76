"""Everything a brief says, before it is put into words: the results of all rooms for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ceasefire.case.model import Case, Claim, Judgement
from ceasefire.graphmodel import GraphModel, Paths, Solution
from ceasefire.leverage import LeverageTable
from ceasefire.mediation import Packages, Problem, Verdict, Withdrawal
from ceasefire.record import Measures

Outcome = Literal["holds", "does not hold", "holds in part", "not computed"]


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
class Flip:
    """A judgement whose range alone turns the answer: at `end` the package no longer works (or works where it did not)."""

    label: str
    judgement: Judgement
    end: float


@dataclass(frozen=True, slots=True)
class Sureness:
    """In how many of `draws` draws from the stated ranges a package works, with a 95 % Wilson interval (`low`, `high`).

    `varied` is the number of judgements that have a range; `flips` those whose range alone decides.
    """

    draws: int
    works: int
    low: float
    high: float
    seed: int
    varied: int
    flips: tuple[Flip, ...]


@dataclass(frozen=True, eq=False)
class Strategy:
    """The war as a graph and the packages that would end it.

    `start` and `wanted` are indices of states of `model`; `packages` has one entry per credibility mode. `shown` is the
    package that the brief explains (the first optimal one when levers stand as they are, or the first of `ignore` where
    none is credible) with its `verdict`; None where no package works at all.
    """

    model: GraphModel
    problem: Problem
    solution: Solution
    start: int
    wanted: tuple[int, ...]
    paths: Paths
    packages: Mapping[str, Packages]
    shown: tuple[str, frozenset[str]] | None
    verdict: Verdict | None
    withdrawal: tuple[Withdrawal, ...]
    sureness: Sureness | None
    too_late: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Answers:
    """One case answered as of one day; `strategy` is None where the reason in `why_no_strategy` forbids it."""

    case: Case
    measures: Measures
    leverage: LeverageTable
    strategy: Strategy | None
    why_no_strategy: str
    findings: tuple[Finding, ...]
