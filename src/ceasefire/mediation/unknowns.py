"""Numbers of a problem that are not known exactly, and what they may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel
from ceasefire.graphmodel.preference import coarsest
from ceasefire.mediation.problem import Lever, Problem

Floats = NDArray[np.float64]
CostName = Literal["fixed", "exec", "audience", "restore"]
MOST_SCENARIOS = 4096
"""Up to this many joint values of discrete unknowns every one of them is looked at."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a number may be.

    Parameters
    ----------
    kind : {"uniform", "triangular", "normal", "discrete"}
    numbers : tuple of Fraction
        uniform: low, high; triangular: low, mode, high; normal: mean, standard deviation; discrete: value, probability, ...

    Examples
    --------
    >>> Spread("triangular", (Fraction(0), Fraction(1), Fraction(4))).quantile(np.array([0.0, 0.25, 1.0]))
    array([0., 1., 4.])
    """

    kind: Literal["uniform", "triangular", "normal", "discrete"]
    numbers: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault:
            raise ValueError(fault)

    @property
    def low(self) -> Fraction:
        """Smallest value; of a normal distribution the 2.5 % quantile."""
        return min(self.values) if self.kind == "discrete" else self._end(-1)

    @property
    def high(self) -> Fraction:
        """Largest value; of a normal distribution the 97.5 % quantile."""
        return max(self.values) if self.kind == "discrete" else self._end(1)

    @property
    def values(self) -> tuple[Fraction, ...]:
        """Give the possible values of a discrete spread, empty for the others."""
        return self.numbers[::2] if self.kind == "discrete" else ()

    @property
    def chances(self) -> tuple[Fraction, ...]:
        """Give the probabilities of the values, which add up to 1."""
        return self.numbers[1::2] if self.kind == "discrete" else ()

    @property
    def mean(self) -> Fraction:
        """Expected value."""
        if self.kind == "discrete":
            return sum((v * p for v, p in zip(self.values, self.chances, strict=True)), Fraction(0))
        if self.kind == "normal":
            return self.numbers[0]
        return sum(self.numbers, Fraction(0)) / len(self.numbers)

    def quantile(self, share: Floats) -> Floats:
        """Give the values below which these shares (0 to 1) of the probability lie."""
        numbers = [float(number) for number in self.numbers]
        if self.kind == "discrete":
            steps = np.cumsum([float(p) for p in self.chances])[:-1]
            return np.array([float(v) for v in self.values])[np.searchsorted(steps, share, side="right")]
        if self.kind == "normal":
            inverse = NormalDist(numbers[0], numbers[1]).inv_cdf
            inside = np.clip(share, 1e-12, 1 - 1e-12)
            return np.array([inverse(p) for p in inside.ravel()]).reshape(share.shape)
        low, high = numbers[0], numbers[-1]
        if self.kind == "uniform" or low == high:
            return low + share * (high - low)
        rise = (numbers[1] - low) / (high - low)
        left = low + np.sqrt(share * (high - low) * (numbers[1] - low))
        right = high - np.sqrt((1 - share) * (high - low) * (high - numbers[1]))
        return np.where(share < rise, left, right)

    def _end(self, side: int) -> Fraction:
        if self.kind == "normal":
            reach = Fraction(NormalDist().inv_cdf(0.975)).limit_denominator(10_000)
            return self.numbers[0] + side * reach * self.numbers[1]
        return self.numbers[0] if side < 0 else self.numbers[-1]

    def _fault(self) -> str | None:
        count = {"uniform": 2, "triangular": 3, "normal": 2}.get(self.kind)
        if count is not None and len(self.numbers) != count:
            return f"a {self.kind} spread has {count} numbers, not {len(self.numbers)}"
        if self.kind == "normal":
            return None if self.numbers[1] > 0 else f"standard deviation {float(self.numbers[1])} is not positive"
        if self.kind != "discrete":
            return None if list(self.numbers) == sorted(self.numbers) else f"the numbers of a {self.kind} spread do not ascend"
        if not self.numbers or len(self.numbers) % 2 or min(self.chances) < 0:
            return "a discrete spread needs values with probabilities that are not negative"
        return None if sum(self.chances) == 1 else f"the probabilities add up to {float(sum(self.chances))}, not to 1"


@dataclass(frozen=True, slots=True)
class StakeTerm:
    """The number that a party's stake contains in the states where any of the patterns holds."""

    party: str
    when: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class LeverEffect:
    """The effect of a lever on a party."""

    lever: str
    party: str


@dataclass(frozen=True, slots=True)
class LeverBelief:
    """The share in which a lever is believed by its targets."""

    lever: str


@dataclass(frozen=True, slots=True)
class LeverCost:
    """What a lever costs its owner, or the chance that carrying it out restores the outcome."""

    lever: str
    what: CostName


@dataclass(frozen=True, slots=True)
class OwnerTerm:
    """The number that a power's stake as lever owner contains where any of the patterns holds."""

    power: str
    when: tuple[Pattern, ...]


Place = StakeTerm | LeverEffect | LeverBelief | LeverCost | OwnerTerm


@dataclass(frozen=True, slots=True)
class Unknown:
    """One number that is not known exactly.

    Parameters
    ----------
    name : str
        What a reader calls it.
    central : Fraction
        The value that the problem contains.
    spread : Spread
    places : tuple of Place
        Where the problem contains it; several where one judgement serves several purposes.
    """

    name: str
    central: Fraction
    spread: Spread
    places: tuple[Place, ...]

    @property
    def moves_stakes(self) -> bool:
        """Whether the stability of a state can depend on it."""
        return any(not isinstance(place, LeverCost | OwnerTerm) for place in self.places)


@dataclass(frozen=True, eq=False)
class UncertainProblem:
    """A problem and which of its numbers are not known; these are independent of each other.

    Parameters
    ----------
    problem : Problem
        With the central values.
    unknowns : tuple of Unknown
    levels : tuple of Fraction
        Reliabilities for which the cheapest package is asked.
    peace_value : Fraction or None
        What the wanted outcome is worth, in units of the costs; None where nobody says, and then there are no values of
        information.
    grain : Fraction
        Draws from continuous spreads are rounded to multiples of it, so that equal sums are exactly equal.
    """

    problem: Problem
    unknowns: tuple[Unknown, ...]
    levels: tuple[Fraction, ...] = ()
    peace_value: Fraction | None = None
    grain: Fraction = Fraction(1, 1000)

    def __post_init__(self) -> None:
        names = [unknown.name for unknown in self.unknowns]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise ValueError(f"two unknowns are called {doubles[0]!r}")

    @cached_property
    def scenario_count(self) -> int | None:
        """Number of joint values of the unknowns that move stakes; None where one of them is continuous."""
        moving = [unknown for unknown in self.unknowns if unknown.moves_stakes]
        if any(unknown.spread.kind != "discrete" for unknown in moving):
            return None
        return prod(len(unknown.spread.values) for unknown in moving)

    @cached_property
    def reach(self) -> Fraction:
        """Largest absolute value that any unknown can have."""
        return max((max(abs(u.spread.low), abs(u.spread.high)) for u in self.unknowns), default=Fraction(0))

    @property
    def is_enumerable(self) -> bool:
        """Whether every scenario can be looked at, so that probabilities are exact."""
        return self.scenario_count is not None and self.scenario_count <= MOST_SCENARIOS

    def scenarios(self) -> tuple[list[tuple[Fraction, ...]], list[Fraction]]:
        """List the joint values of all unknowns (those that move no stakes at their centre) with their probabilities.

        Raises
        ------
        LimitError
            Where an unknown is continuous or there are more than 4096.
        """
        if not self.is_enumerable:
            size = "infinitely many" if self.scenario_count is None else f"{self.scenario_count:,}"
            raise LimitError(f"the unknowns have {size} joint values; at most {MOST_SCENARIOS} are listed\n  hint: draw a sample")
        lists = [
            list(zip(unknown.spread.values, unknown.spread.chances, strict=True))
            if unknown.moves_stakes
            else [(unknown.central, Fraction(1))]
            for unknown in self.unknowns
        ]
        rows = list(product(*lists))
        return [tuple(v for v, _ in row) for row in rows], [prod((p for _, p in row), start=Fraction(1)) for row in rows]

    def read(self, column: Floats) -> dict[str, Fraction]:
        """Turn drawn numbers, in the order of the unknowns, into exact values by name."""
        found = {}
        for unknown, value in zip(self.unknowns, column.tolist(), strict=True):
            listed = next((v for v in unknown.spread.values if float(v) == value), None)
            found[unknown.name] = round(value / float(self.grain)) * self.grain if listed is None else listed
        return found

    def at(self, values: Mapping[str, Fraction]) -> Problem:
        """Give the problem with some unknowns at these values and the others at their centres."""
        changes = [(u, values[u.name] - u.central) for u in self.unknowns if values.get(u.name, u.central) != u.central]
        problem = self.problem
        stakes = [(place, by) for u, by in changes for place in u.places if isinstance(place, StakeTerm)]
        owned = [(place, by) for u, by in changes for place in u.places if isinstance(place, OwnerTerm)]
        levers = tuple(_changed_lever(lever, changes) for lever in problem.levers)
        model, power_stakes = problem.model, problem.power_stakes
        if stakes:
            model = _shifted(problem, stakes)
        if owned:
            added = {power: [(p.when, by) for p, by in owned if p.power == power] for power in problem.powers}
            power_stakes = {power: [*problem.power_stakes.get(power, ()), *added[power]] for power in problem.powers}
        return replace(problem, model=model, levers=levers, power_stakes=power_stakes)


def _shifted(problem: Problem, stakes: Sequence[tuple[StakeTerm, Fraction]]) -> GraphModel:
    model = problem.model
    scale = lcm(model.resolution.denominator, *(by.denominator for _, by in stakes))
    values = model.preference * int(model.resolution * scale)
    for place, by in stakes:
        values[model.parties.index(place.party), mask(place.when, model.states)] += int(by * scale)
    values, resolution = coarsest(values, Fraction(1, scale))
    return model.with_preference(values, cardinal=True, resolution=resolution)


def _changed_lever(lever: Lever, changes: Iterable[tuple[Unknown, Fraction]]) -> Lever:
    fields: dict[str, Fraction] = {}
    effects = dict(lever.effects)
    for unknown, by in changes:
        for place in unknown.places:
            if not isinstance(place, LeverEffect | LeverBelief | LeverCost) or place.lever != lever.key:
                continue
            if isinstance(place, LeverEffect):
                effects[place.party] = effects.get(place.party, Fraction(0)) + by
            else:
                what = "belief" if isinstance(place, LeverBelief) else place.what
                fields[what] = fields.get(what, getattr(lever, what)) + by
    if not fields and effects == lever.effects:
        return lever
    return replace(lever, effects=effects, **fields)  # type: ignore[arg-type]
