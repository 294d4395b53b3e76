"""At which value of one unknown the answer turns, the others at their centres; exact."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import lcm

import numpy as np

from ceasefire.conditions import mask
from ceasefire.errors import LimitError
from ceasefire.mediation.credibility import credibility_gaps, due_states, owner_stakes, saved_by
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.sides import Side
from ceasefire.mediation.trials import CONCEPTS, Bools, SlowTrial, Trial, trial_of
from ceasefire.mediation.turning_prices import Rivals
from ceasefire.mediation.unknowns import Floats, LeverBelief, LeverCost, OwnerTerm, Spread, UncertainProblem, Unknown

LEFT_OUT = (
    "Whether another package is cheaper is asked for costs of single levers. Not looked at: stakes, effects and beliefs, with "
    "which other packages may begin or cease to work; levers outside the package whose owner has a budget; a judgement of "
    "several levers."
)
"""What the search for another, cheaper package does not look at."""
AT_ONCE = 2048
"""So many values are put to a package in one trial."""


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
        Only values inside the stated ranges (ends included), which are sooner known; unknowns that turn nothing there are
        left out.

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
        what, hint = f"concept {uncertain.problem.concept!r}", "ask under nash, gmr, smr, seq or cnash"
        if uncertain.problem.concept in CONCEPTS:
            what, hint = "a belief curve", "leave the curve out, and give levers the beliefs that it gives them"
        raise LimitError(f"break-even values are not computed for {what}\n  hint: {hint}")
    mode = credibility or uncertain.problem.credibility
    found: list[BreakEven] = []
    rivals = None if state is None or not prices else Rivals(uncertain.problem, package, state, mode)
    is_cheapest = rivals is not None and rivals.is_cheapest
    turns = _on_stability(uncertain, trial, package, state, within=within)
    for unknown in uncertain.unknowns:
        found += [turns[unknown]] if unknown in turns else []
        if state is not None and mode != "ignore":
            found += _on_credibility(uncertain.problem, package, unknown, state)
            found += _on_worth(uncertain.problem, package, unknown, state)
        if rivals is not None and is_cheapest and (sides := rivals.turn(unknown)):
            found.append(_turn(unknown, "cheapest", sides, holds=True))
    return tuple(_inside(value) for value in found if value.is_within) if within else tuple(found)


def _on_stability(
    uncertain: UncertainProblem, trial: Trial, package: frozenset[str], state: int | None, *, within: bool
) -> dict[Unknown, BreakEven]:
    """Find where the verdict turns; `within`: only inside the stated ranges."""
    points: Mapping[Unknown, Sequence[Fraction]] = _turning_points(uncertain, trial, state)
    if within:
        points = {unknown: _around(unknown.spread, values) for unknown, values in points.items()}
    return _nearest(uncertain, package, points, state)


def _inside(found: BreakEven) -> BreakEven:
    below, above = (v if v is not None and found.low <= v <= found.high else None for v in (found.below, found.above))
    return replace(found, below=below, above=above)


def _around(spread: Spread, points: Sequence[Fraction]) -> Sequence[Fraction]:
    """Give the points inside a range and the next beyond each end; none where none is inside."""
    first, end = bisect_left(points, spread.low), bisect_right(points, spread.high)
    return points[max(first - 1, 0) : end + 1] if first < end else ()


def _nearest(
    uncertain: UncertainProblem, package: frozenset[str], points: Mapping[Unknown, Sequence[Fraction]], state: int | None
) -> dict[Unknown, BreakEven]:
    """Find the nearest of some values at which the answer turns, looking at them, between them and beyond them."""
    tests = {unknown: _tests(unknown, values) for unknown, values in points.items() if values}
    verdicts = _verdicts(uncertain, package, list(tests.items()), state)
    found = {u: _read(u, tests[u], frozenset(points[u]), verdict) for u, verdict in zip(tests, verdicts, strict=True)}
    return {unknown: value for unknown, value in found.items() if value is not None}


def _tests(unknown: Unknown, points: Sequence[Fraction]) -> list[Fraction]:
    between = [(a + b) / 2 for a, b in pairwise(points)]
    tests = _ascending({*points, *between, points[0] - 1, points[-1] + 1, unknown.central})
    return [max(Fraction(0), min(Fraction(1), test)) for test in tests] if _is_belief(unknown) else tests


def _is_belief(unknown: Unknown) -> bool:
    return any(isinstance(place, LeverBelief) for place in unknown.places)


def _read(unknown: Unknown, tests: Sequence[Fraction], points: frozenset[Fraction], verdict: Bools) -> BreakEven | None:
    centre = tests.index(unknown.central)
    holds = bool(verdict[centre])
    above = next((k for k in range(centre + 1, len(tests)) if verdict[k] != holds), None)
    below = next((k for k in range(centre - 1, -1, -1) if verdict[k] != holds), None)
    if above is None and below is None:
        return None
    sides = (
        None if below is None else tests[below] if tests[below] in points else tests[below + 1],
        None if above is None else tests[above] if tests[above] in points else tests[above - 1],
    )
    return _turn(unknown, "works", sides, holds=holds)


def _turning_points(uncertain: UncertainProblem, trial: Trial, state: int | None) -> dict[Unknown, list[Fraction]]:
    """List for each unknown that stakes depend on the values at which a comparison that may matter changes, ascending."""
    centre = np.array([float(unknown.central) for unknown in uncertain.unknowns], dtype=np.float64).reshape(-1, 1)
    targets = trial.targets() if state is None else [(state,)]
    states = range(trial.n) if trial.wanted.unique else sorted({s for target in targets for s in target})
    looks = [_Look(side, centre, states, trial.margin) for side in trial.sides]
    found: dict[Unknown, list[Fraction]] = {}
    for number, unknown in enumerate(uncertain.unknowns):
        if unknown.moves_stakes:
            beside = centre.copy()
            beside[number] += 1
            steps = {step for look in looks for step in look.steps(beside)}
            points = _ascending(unknown.central + Fraction(*step) for step in steps)
            found[unknown] = [point for point in points if 0 <= point <= 1] if _is_belief(unknown) else points
    return found


class _Look:
    """The comparisons of one party that may matter, at the centres, and the levels at which they change a verdict."""

    def __init__(self, side: Side, centre: Floats, states: Sequence[int], margin: float) -> None:
        self.side = side
        self.here = side.columns(centre)[:, 0]
        compared = [(side.better, (0.0,)), *((side.lead(s), (0.0, margin)) for s in states)]
        self.compared = [(one.weights, one.weights @ self.here + one.offset, levels) for one, levels in compared]

    def steps(self, beside: Floats) -> set[tuple[int, int]]:
        """Give by how much an unknown, which is 1 higher here, has to change until a level is met: numerators and denominators."""
        change = self.side.columns(beside)[:, 0] - self.here
        moved = np.flatnonzero(change)
        found: set[tuple[int, int]] = set()
        if not len(moved):
            return found
        for weights, now, levels in self.compared:
            slope = weights[:, moved] @ change[moved]
            moving = slope != 0
            rise = slope[moving].astype(np.int64)
            for level in levels:
                gap = (level - now[moving]).astype(np.int64)
                shared = np.gcd(gap, rise) * np.sign(rise)
                found |= set(zip((gap // shared).tolist(), (rise // shared).tolist(), strict=True))
        return found


def _ascending(values: Iterable[Fraction]) -> list[Fraction]:
    """Sort fractions, comparing them exactly only where their floating-point values are the same."""
    return sorted(values, key=lambda value: (float(value), value))


def _verdicts(
    uncertain: UncertainProblem, package: frozenset[str], asked: Sequence[tuple[Unknown, Sequence[Fraction]]], state: int | None
) -> list[Bools]:
    """Put the package to values of unknowns, one of them changed at a time: many in one trial where the numbers allow it."""
    if not asked:
        return []
    if len(asked) == 1:
        return _tried(uncertain, package, asked, state)
    try:
        if sum(len(tests) for _, tests in asked) <= AT_ONCE:
            return _tried(uncertain, package, asked, state)
    except LimitError:
        pass
    half = len(asked) // 2
    return [verdict for part in (asked[:half], asked[half:]) for verdict in _verdicts(uncertain, package, part, state)]


def _tried(
    uncertain: UncertainProblem, package: frozenset[str], asked: Sequence[tuple[Unknown, Sequence[Fraction]]], state: int | None
) -> list[Bools]:
    varied = tuple(replace(unknown, spread=Spread("uniform", (min(tests), max(tests)))) for unknown, tests in asked)
    grain = Fraction(1, lcm(*(test.denominator for _, tests in asked for test in tests)))
    trial = Trial(replace(uncertain, unknowns=varied, grain=grain), package)
    ends = np.cumsum([len(tests) for _, tests in asked])
    values = np.repeat([[float(unknown.central)] for unknown in varied], ends[-1], axis=1)
    for row, end, (_, tests) in zip(values, ends, asked, strict=True):
        row[end - len(tests) : end] = [float(test) for test in tests]
    works = trial.works(values) if state is None else trial.works_at((state,), values)
    return np.split(works, ends[:-1])


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
