"""At which value of one unknown the answer turns, the others at their centres; exact."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.comparisons import Comparisons
from ceasefire.mediation.credibility import credibility_gaps, due_states, owner_stakes, saved_by
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.trials import CONCEPTS, Bools, SlowTrial, Trial, trial_of
from ceasefire.mediation.turning_prices import Rivals
from ceasefire.mediation.unknowns import Floats, LeverBelief, LeverCost, OwnerTerm, Spread, UncertainProblem, Unknown


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where one unknown turns the answer.

    Parameters
    ----------
    name : str
    question : {"works", "credible", "cheapest"}
        What turns: whether the package makes the wanted outcome stable, whether the owner of a lever of it would carry it out, or
        whether no other package is cheaper at the wanted state.
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
    uncertain: UncertainProblem,
    package: frozenset[str],
    *,
    state: int | None = None,
    credibility: Credibility | None = None,
    prices: bool = True,
    within: bool = False,
) -> tuple[BreakEven, ...]:
    """Find for each unknown the values at which the answer turns.

    Verdicts rest on comparisons of stakes. Each is linear in the unknown, so that the verdict can change only where one of
    them does: it is looked at there and between.

    Parameters
    ----------
    uncertain : UncertainProblem
    package : frozenset of str
    state : int, optional
        Index of the only wanted state that counts. Default: any (each for mode ``each``). Costs and credibility need a state
        and are left out without one.
    credibility : {"ignore", "filter", "price", "joint"}, optional
        Other than ``ignore``: costs of levers in the package, and what the outcome is worth to their owners, are asked too for
        the value at which a gap closes or opens.
    within : bool
        Only unknowns whose answer turns inside their stated range, which is sooner known.

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
    rivals = None if state is None or not prices else Rivals(uncertain.problem, package, state, mode)
    is_cheapest = rivals is not None and rivals.is_cheapest
    for unknown in uncertain.unknowns:
        if unknown.moves_stakes:
            found += _on_stability(uncertain, trial, package, unknown, state, within=within)
        if state is not None and mode != "ignore":
            found += _on_credibility(uncertain.problem, package, unknown, state)
            found += _on_worth(uncertain.problem, package, unknown, state)
        if rivals is not None and is_cheapest and (sides := rivals.turn(unknown)):
            found.append(_turn(unknown, "cheapest", sides, holds=True))
    return tuple(value for value in found if value.is_within or not within)


def _on_stability(
    uncertain: UncertainProblem, trial: Trial, package: frozenset[str], unknown: Unknown, state: int | None, *, within: bool
) -> Iterator[BreakEven]:
    points = _turning_points(uncertain, trial, unknown, state)
    if any(isinstance(place, LeverBelief) for place in unknown.places):
        points = [point for point in points if 0 <= point <= 1]
    if within:
        first, end = bisect_left(points, unknown.spread.low), bisect_right(points, unknown.spread.high)
        found = _nearest(uncertain, package, unknown, points[max(first - 1, 0) : end + 1], state) if first < end else None
        if found is None or not found.is_within:
            return
    nearest = _nearest(uncertain, package, unknown, points, state)
    if nearest is not None:
        yield nearest


def _nearest(
    uncertain: UncertainProblem, package: frozenset[str], unknown: Unknown, points: Sequence[Fraction], state: int | None
) -> BreakEven | None:
    """Find the nearest of some values at which the answer turns, looking at them, between them and beyond them."""
    if not points:
        return None
    between = [(a + b) / 2 for a, b in pairwise(points)]
    tests = _ascending({*points, *between, points[0] - 1, points[-1] + 1, unknown.central})
    if any(isinstance(place, LeverBelief) for place in unknown.places):
        tests = [max(Fraction(0), min(Fraction(1), test)) for test in tests]
    verdict = _verdicts(uncertain, package, unknown, tests, state)
    centre = tests.index(unknown.central)
    holds = bool(verdict[centre])
    above = next((k for k in range(centre + 1, len(tests)) if verdict[k] != holds), None)
    below = next((k for k in range(centre - 1, -1, -1) if verdict[k] != holds), None)
    if above is None and below is None:
        return None
    known = set(points)
    return BreakEven(
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
    found: set[tuple[int, int]] = set()
    for side in trial.sides:
        here, there = (side.columns(values)[:, 0] for values in (centre, beside))
        if (here == there).all():
            continue
        found |= _crossings(side.better, here, there, (0.0,))
        for s in looked_at:
            found |= _crossings(side.lead(s), here, there, (0.0, trial.margin))
    return _ascending({unknown.central + Fraction(*value) for value in found})


def _crossings(compared: Comparisons, here: Floats, there: Floats, levels: Sequence[float]) -> set[tuple[int, int]]:
    """Give by how much the unknown has to change until a comparison meets a level, as numerators and denominators."""
    now, slope = compared.weights @ here + compared.offset, compared.weights @ (there - here)
    moving = slope != 0
    rise = slope[moving].astype(np.int64)
    found: set[tuple[int, int]] = set()
    for level in levels:
        gap = (level - now[moving]).astype(np.int64)
        shared = np.gcd(gap, rise) * np.sign(rise)
        found |= set(zip((gap // shared).tolist(), (rise // shared).tolist(), strict=True))
    return found


def _ascending(values: Iterable[Fraction]) -> list[Fraction]:
    """Sort fractions, comparing them exactly only where their floating-point values are the same."""
    return sorted(values, key=lambda value: (float(value), value))


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
        saved = saved_by(problem, problem.number[place.lever], state)
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
        yield _turn(unknown, "credible", sides, holds=holds)


def _on_worth(problem: Problem, package: frozenset[str], unknown: Unknown, state: int) -> Iterator[BreakEven]:
    """Give the value of an owner's stake at which it is as well off carrying its levers out as backing down."""
    model = problem.model
    for place in unknown.places:
        if not isinstance(place, OwnerTerm):
            continue
        inside = mask(place.when, model.states)
        values, resolution = owner_stakes(problem, place.power)
        for number, lever in enumerate(problem.levers):
            if lever.key not in package or lever.owner != place.power or not lever.restore or lever.exec <= lever.audience:
                continue
            need = (lever.exec - lever.audience) / lever.restore
            places = [(int(inside[state]) - int(inside[other]), other) for other in map(int, due_states(problem, number, state))]
            slack = [(slope, (int(values[state]) - int(values[other])) * resolution - need) for slope, other in places]
            sides = _where_it_turns(unknown.central, slack)
            if sides:
                yield _turn(unknown, "credible", sides, holds=min(short for _, short in slack) >= 0)


def _where_it_turns(central: Fraction, slack: list[tuple[int, Fraction]]) -> tuple[Fraction | None, Fraction | None] | None:
    """Give the nearest values at which all amounts, each rising by its slope (1, 0 or -1), become or cease to be at least 0."""
    if any(slope == 0 and amount < 0 for slope, amount in slack):
        return None
    low = max((central - amount for slope, amount in slack if slope > 0), default=None)
    high = min((central + amount for slope, amount in slack if slope < 0), default=None)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    if low is not None and central < low:
        return None, low
    return (high, None) if high is not None and central > high else (low, high)


def _turn(unknown: Unknown, question: str, sides: tuple[Fraction | None, Fraction | None], *, holds: bool) -> BreakEven:
    spread = unknown.spread
    return BreakEven(unknown.name, question, holds, unknown.central, spread.low, spread.high, *sides)
