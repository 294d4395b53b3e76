"""At which value of one unknown the answer turns, the others at their centres; exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.mediation.comparisons import Comparisons
from ceasefire.mediation.credibility import credibility_gaps
from ceasefire.mediation.problem import Credibility, Lever, Problem
from ceasefire.mediation.trials import CONCEPTS, Bools, SlowTrial, Trial, trial_of
from ceasefire.mediation.unknowns import Floats, LeverBelief, LeverCost, Spread, UncertainProblem, Unknown


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where one unknown turns the answer.

    Parameters
    ----------
    name : str
    question : {"works", "credible"}
        What turns: whether the package makes the wanted outcome stable, or whether the lever's owner would carry it out.
    holds : bool
        The answer at the centre.
    central, low, high : Fraction
    below, above : Fraction or None
        The nearest value below and above the centre at which, or right behind which, the answer is another; None where no
        value on that side turns it.
    """

    name: str
    question: str
    holds: bool
    central: Fraction
    low: Fraction
    high: Fraction
    below: Fraction | None
    above: Fraction | None

    @property
    def is_within(self) -> bool:
        """Whether the answer turns inside the stated range (or at its end)."""
        return any(value is not None and self.low <= value <= self.high for value in (self.below, self.above))


def break_evens(
    uncertain: UncertainProblem, package: frozenset[str], *, state: int | None = None, credibility: Credibility | None = None
) -> tuple[BreakEven, ...]:
    """Find for each unknown the values at which the answer turns.

    Verdicts rest on comparisons of stakes. Each is linear in the unknown, so that the verdict can change only where one of
    them does: it is looked at there and between.

    Parameters
    ----------
    uncertain : UncertainProblem
    package : frozenset of str
    state : int, optional
        Index of the only wanted state that counts. Default: any (each for mode ``each``). Credibility needs a state and is
        left out without one.
    credibility : {"ignore", "filter", "price", "joint"}, optional
        Other than ``ignore``: costs of levers in the package are asked too, for the value at which the gap closes or opens.

    Returns
    -------
    tuple of BreakEven
        In the order of the unknowns; unknowns that cannot matter (such as effects of levers outside the package) are left out.

    Raises
    ------
    LimitError
        For a concept or belief curve whose comparisons are not linear in one unknown at a time.

    Examples
    --------
    >>> from ceasefire.testing import a_doubtful_attack
    >>> found = break_evens(a_doubtful_attack(), frozenset({"ban"}))
    >>> [(b.name, b.holds, str(b.above), b.is_within) for b in found]
    [('gain from attacking', True, '4', True)]
    """
    trial = trial_of(uncertain, package)
    if isinstance(trial, SlowTrial):
        what = f"concept {uncertain.problem.concept!r}" if uncertain.problem.concept not in CONCEPTS else "a belief curve"
        raise LimitError(f"break-even values are not computed for {what}\n  hint: ask under nash, gmr, smr, seq or cnash")
    mode = credibility or uncertain.problem.credibility
    found: list[BreakEven] = []
    for unknown in uncertain.unknowns:
        if unknown.moves_stakes:
            found += _on_stability(uncertain, trial, package, unknown, state)
        elif state is not None and mode != "ignore":
            found += _on_credibility(uncertain.problem, package, unknown, state)
    return tuple(found)


def _on_stability(
    uncertain: UncertainProblem, trial: Trial, package: frozenset[str], unknown: Unknown, state: int | None
) -> Iterator[BreakEven]:
    points = _turning_points(uncertain, trial, unknown, state)
    if any(isinstance(place, LeverBelief) for place in unknown.places):
        points = [point for point in points if 0 <= point <= 1]
    if not points:
        return
    between = [(a + b) / 2 for a, b in pairwise(points)]
    tests = sorted({*points, *between, points[0] - 1, points[-1] + 1, unknown.central})
    if any(isinstance(place, LeverBelief) for place in unknown.places):
        tests = [max(Fraction(0), min(Fraction(1), test)) for test in tests]
    verdict = _verdicts(uncertain, package, unknown, tests, state)
    centre = tests.index(unknown.central)
    holds = bool(verdict[centre])
    above = next((k for k in range(centre + 1, len(tests)) if verdict[k] != holds), None)
    below = next((k for k in range(centre - 1, -1, -1) if verdict[k] != holds), None)
    if above is None and below is None:
        return
    known = set(points)
    yield BreakEven(
        name=unknown.name,
        question="works",
        holds=holds,
        central=unknown.central,
        low=unknown.spread.low,
        high=unknown.spread.high,
        below=None if below is None else tests[below] if tests[below] in known else tests[below + 1],
        above=None if above is None else tests[above] if tests[above] in known else tests[above - 1],
    )


def _turning_points(uncertain: UncertainProblem, trial: Trial, unknown: Unknown, state: int | None) -> list[Fraction]:
    """List the values at which a comparison that may matter changes, ascending."""
    number = uncertain.unknowns.index(unknown)
    centre = np.array([[float(other.central)] for other in uncertain.unknowns])
    beside = centre.copy()
    beside[number] += 1
    targets = trial.targets() if state is None else [(state,)]
    looked_at = [s for states in targets for s in states]
    if trial.wanted.unique:
        looked_at = list(range(trial.n))
    found: set[Fraction] = set()
    for side in trial.sides:
        here, there = (side.columns(values)[:, 0] for values in (centre, beside))
        if (here == there).all():
            continue
        found |= set(_crossings(side.better, here, there, (0.0,)))
        for s in looked_at:
            found |= set(_crossings(side.lead(s), here, there, (0.0, trial.margin)))
    return sorted(unknown.central + value for value in found)


def _crossings(compared: Comparisons, here: Floats, there: Floats, levels: Sequence[float]) -> Iterator[Fraction]:
    now, slope = compared.weights @ here + compared.offset, compared.weights @ (there - here)
    for k in np.flatnonzero(slope):
        for level in levels:
            yield Fraction(int(level - now[k]), int(slope[k]))


def _verdicts(
    uncertain: UncertainProblem, package: frozenset[str], unknown: Unknown, tests: Sequence[Fraction], state: int | None
) -> Bools:
    """Put the package to each value of one unknown."""
    if len(set(tests)) == 1:
        spread = Spread("discrete", (tests[0], Fraction(1)))
    else:
        spread = Spread("discrete", tuple(part for value in tests for part in (value, Fraction(1, len(tests)))))
    alone = replace(uncertain, unknowns=(replace(unknown, spread=spread),))
    trial = Trial(alone, package)
    values = np.array([[float(value) for value in tests]])
    return trial.works(values) if state is None else trial.works_at((state,), values)


def _on_credibility(problem: Problem, package: frozenset[str], unknown: Unknown, state: int) -> Iterator[BreakEven]:
    """Give the cost at which a lever's owner is as well off carrying it out as backing down."""
    for place in unknown.places:
        if not isinstance(place, LeverCost) or place.what == "fixed" or place.lever not in package:
            continue
        lever = problem.levers[problem.number[place.lever]]
        saved = _saved(problem, lever, state)
        if saved is None:
            continue
        turn: Fraction | None = {
            "exec": lever.restore * saved + lever.audience,
            "audience": lever.exec - lever.restore * saved,
            "restore": (lever.exec - lever.audience) / saved if saved else None,
        }[place.what]
        if turn is None or turn < 0 or (place.what == "restore" and turn > 1):
            continue
        holds = credibility_gaps(problem, state)[lever.key] == 0
        sides = (turn, None) if turn < unknown.central or (turn == unknown.central and place.what != "exec") else (None, turn)
        yield BreakEven(unknown.name, "credible", holds, unknown.central, unknown.spread.low, unknown.spread.high, *sides)


def _saved(problem: Problem, lever: Lever, state: int) -> Fraction | None:
    """Give what the owner keeps where carrying out succeeds, in the case that decides its gap; None where it never falls due."""
    high = max(abs(lever.exec), Fraction(1)) + sum(
        (abs(value) for _, value in problem.power_stakes.get(lever.owner, ())), Fraction(0)
    )
    costly = replace(lever, exec=2 * high, audience=Fraction(0), restore=Fraction(1))
    levers = tuple(costly if other.key == lever.key else other for other in problem.levers)
    gap = credibility_gaps(replace(problem, levers=levers), state)[lever.key]
    return None if gap == 0 else 2 * high - gap
