"""What packages are worth when numbers are uncertain: reliability, the frontier of cost, and what finding out is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.mediation.bill import bits
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Prices
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.sampling import Sample, Share
from ceasefire.mediation.trials import Bools, trial_of
from ceasefire.mediation.unknowns import UncertainProblem

MOST_PACKAGES = 512
"""Up to this many compatible packages each of them is looked at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A package, what it costs at most, and how probably it works at that cost.

    Parameters
    ----------
    package : frozenset of str
    cost : Fraction
        The largest over the wanted states that are counted on: where a package may end in several wanted states at different
        costs, there is one plan per cost, which counts on the states that cost no more.
    reliability : Fraction
        A probability; of a sample the share of draws.
    """

    package: frozenset[str]
    cost: Fraction
    reliability: Fraction


@dataclass(frozen=True, eq=False)
class Outlook:
    """Answers about packages under uncertainty.

    Parameters
    ----------
    exact : bool
        Whether probabilities are exact; otherwise they are shares of `draws` draws with `seed`.
    draws, seed : int or None
        None where exact.
    complete : bool
        Whether every compatible package was looked at; otherwise best and cheapest mean "of those looked at".
    levels_exact : bool
        Whether the cheapest packages by level are the cheapest of all in these scenarios or draws.
    reliability : dict from package to Fraction or Share
    cheapest_at_least : dict from Fraction to Plan or None
        Per level the cheapest plan that reaches it, of equally cheap ones the most reliable, then the smallest.
    frontier : tuple of Plan
        From cheap to dear, each more reliable than all cheaper ones; nothing cheaper is as reliable.
    best : Plan or None
        With the largest expected value; None where nobody says what the outcome is worth.
    best_expected_value : Fraction or None
        Worth times reliability minus cost. Costs are paid whether the package works or not.
    value_of_perfect_information : Fraction or None
        What knowing every unknown before choosing would add.
    value_of_information : dict from name of the unknown to Fraction
        What knowing this one alone would add; of unknowns that move stakes (knowing a cost is not valued). From a sample of a
        continuous unknown: knowing in which of about sqrt(n) equally
        likely ranges it lies. Estimates from samples are biased upwards a little, as the best of several noisy values is.
    """

    exact: bool
    draws: int | None
    seed: int | None
    complete: bool
    levels_exact: bool
    reliability: dict[frozenset[str], Fraction | Share]
    cheapest_at_least: dict[Fraction, Plan | None]
    frontier: tuple[Plan, ...]
    best: Plan | None
    best_expected_value: Fraction | None
    value_of_perfect_information: Fraction | None
    value_of_information: dict[str, Fraction]


def exact_outlook(
    uncertain: UncertainProblem, packages: Sequence[frozenset[str]] | None = None, *, credibility: Credibility | None = None
) -> Outlook:
    """Look at packages in every scenario.

    Parameters
    ----------
    packages : sequence of frozenset of str, optional
        Among which to choose. Default: every compatible one.

    Raises
    ------
    LimitError
        Where an unknown that moves stakes is continuous, or there are too many scenarios or compatible packages.

    Examples
    --------
    >>> from ceasefire.mediation.unknowns import Spread
    >>> from ceasefire.testing import a_doubtful_attack
    >>> half = Fraction(1, 2)
    >>> found = exact_outlook(a_doubtful_attack(Spread("discrete", (Fraction(2), half, Fraction(5), half))))
    >>> {"+".join(package): str(value) for package, value in found.reliability.items()}
    {'': '0', 'ban': '1/2'}
    """
    scenarios, _ = uncertain.scenarios()
    complete = packages is None
    packages = compatible(uncertain.problem) if packages is None else packages
    if packages is None:
        raise LimitError(
            f"{len(uncertain.problem.levers)} levers make more than {MOST_PACKAGES} packages; each is looked at\n"
            "  hint: draw a sample of the packages you name"
        )
    values, weights = weighed(uncertain)
    groups = {
        unknown.name: [unknown.spread.values.index(row[k]) for row in scenarios]
        for k, unknown in enumerate(uncertain.unknowns)
        if unknown.moves_stakes
    }
    works = [trial_of(uncertain, package).works_each(values) for package in packages]
    table = _Table.of(uncertain, packages, works, weights, credibility=credibility)
    shares: dict[frozenset[str], Fraction | Share] = dict(zip(packages, table.anywhere(works), strict=True))
    return table.outlook(uncertain, shares, groups, exact=True, draws=None, seed=None, complete=complete)


def weighed(uncertain: UncertainProblem) -> tuple[NDArray[np.float64], list[int]]:
    """Give the values of the unknowns in every scenario, shape (n_unknowns, n_scenarios), and whole weights of the scenarios."""
    scenarios, chances = uncertain.scenarios()
    values = np.array([[float(v) for v in row] for row in scenarios]).T.reshape(len(uncertain.unknowns), len(scenarios))
    whole = lcm(1, *(chance.denominator for chance in chances))
    return values, [int(chance * whole) for chance in chances]


def sampled_outlook(
    uncertain: UncertainProblem, found: Sample, *, complete: bool = False, credibility: Credibility | None = None
) -> Outlook:
    """Answer from a sample of some packages.

    Parameters
    ----------
    found : Sample
        Of the packages among which to choose.
    complete : bool
        Whether these are all compatible packages.
    """
    ranges = max(2, round(found.draws**0.5))
    groups = {u.name: _ranges(found.values[k], ranges) for k, u in enumerate(uncertain.unknowns) if u.moves_stakes}
    where = None if found.state is None else (found.state,)
    works = [row[None] for row in found.works]
    table = _Table.of(uncertain, found.packages, works, [1] * found.draws, credibility=credibility, where=where)
    shares: dict[frozenset[str], Fraction | Share] = dict(found.reliability)
    return table.outlook(uncertain, shares, groups, exact=False, draws=found.draws, seed=found.seed, complete=complete)


def compatible(problem: Problem) -> tuple[frozenset[str], ...] | None:
    """Give every package of levers that act in time and exclude no other, in the order of their bits; None for more than 512."""
    found = [0]
    for k in bits(problem.in_time):
        found += [package | 1 << k for package in found if not problem.conflicts[k] & package]
        if len(found) > MOST_PACKAGES:
            return None
    return tuple(problem.keys(package) for package in sorted(found))


class Costs:
    """What packages cost at each of several targets (wanted states that must hold together) under one credibility mode."""

    def __init__(self, problem: Problem, targets: Sequence[tuple[int, ...]], credibility: Credibility) -> None:
        room = room_of(problem)
        parts = [part for lever in problem.levers for part in (lever.fixed, lever.exec)]
        if credibility == "price":
            parts += [problem.commitment_price * gap for target in targets for gap in room.gaps(target)]
        self.problem = problem
        self.scale = lcm(1, *(Fraction(part).denominator for part in parts))
        self.prices = [Prices(room, target, credibility, self.scale) for target in targets]

    def of(self, package: frozenset[str], target: int) -> Fraction | None:
        """Give the cost at a target by number; None where a budget, time or missing credibility forbids the package."""
        used, prices = self.problem.bits(package), self.prices[target]
        cost = None if used & ~prices.allowed else prices.cost(used)
        return None if cost is None else Fraction(cost, self.scale)


@dataclass(frozen=True, eq=False)
class _Table:
    """Plans down, scenarios across."""

    packages: list[frozenset[str]]
    costs: list[Fraction]
    works: Bools
    weights: NDArray[np.object_]

    @classmethod
    def of(
        cls,
        uncertain: UncertainProblem,
        packages: Sequence[frozenset[str]],
        works: Sequence[Bools],
        weights: Sequence[int],
        *,
        credibility: Credibility | None,
        where: tuple[int, ...] | None = None,
    ) -> _Table:
        """Make one plan per package and cost."""
        problem = uncertain.problem
        every = [tuple(problem.wanted_states)] if problem.wanted.mode == "each" else [(s,) for s in problem.wanted_states]
        targets = every if where is None else [where]
        costs = Costs(problem, targets, credibility or problem.credibility)
        rows = []
        for package, each in zip(packages, works, strict=True):
            merged = len(each) == 1 < len(targets)
            priced = [(costs.of(package, k), 0 if merged else k) for k in range(len(targets))]
            known = sorted((cost, k) for cost, k in priced if cost is not None)
            for cost in sorted({cost for cost, _ in known} if not merged else {known[-1][0]} if known else set()):
                counted = sorted({k for least, k in known if least <= cost})
                rows.append((package, cost, each[counted].any(axis=0)))
        table = np.array([row for *_, row in rows], dtype=np.bool_).reshape(len(rows), len(weights))
        return cls([p for p, *_ in rows], [c for _, c, _ in rows], table, np.array(weights, dtype=object))

    def anywhere(self, works: Sequence[Bools]) -> list[Fraction]:
        """Give per package the probability that it works at some target, whatever the cost."""
        return self._shares(np.array([each.any(axis=0) for each in works], dtype=np.bool_))

    def outlook(
        self,
        uncertain: UncertainProblem,
        shares: dict[frozenset[str], Fraction | Share],
        groups: Mapping[str, Sequence[int]],
        *,
        exact: bool,
        draws: int | None,
        seed: int | None,
        complete: bool,
    ) -> Outlook:
        plans = [Plan(p, c, r) for p, c, r in zip(self.packages, self.costs, self._shares(self.works), strict=True)]
        ordered = sorted(plans, key=lambda plan: (plan.cost, -plan.reliability, len(plan.package), sorted(plan.package)))
        worth = uncertain.peace_value
        best = None
        if worth is not None and plans:
            best = max(ordered, key=lambda plan: worth * plan.reliability - plan.cost)
        value = None if best is None or worth is None else worth * best.reliability - best.cost
        perfect, information = None, {}
        if value is not None:
            perfect = self._informed(range(len(self.weights)), worth) - value
            information = {name: self._informed(group, worth) - value for name, group in groups.items()}
        return Outlook(
            exact=exact,
            draws=draws,
            seed=seed,
            complete=complete,
            levels_exact=complete,
            reliability=shares,
            cheapest_at_least={level: next((p for p in ordered if p.reliability >= level), None) for level in uncertain.levels},
            frontier=frontier(ordered),
            best=best,
            best_expected_value=value,
            value_of_perfect_information=perfect,
            value_of_information=information,
        )

    def _shares(self, works: Bools) -> list[Fraction]:
        total = int(self.weights.sum())
        return [Fraction(int(self.weights[row].sum()), total) for row in works]

    def _informed(self, group: Sequence[int], worth: Fraction | None) -> Fraction:
        """Give the expected value of choosing the best plan within each group of scenarios."""
        assert worth is not None  # noqa: S101 - asked only where it is known
        scale = lcm(worth.denominator, *(cost.denominator for cost in self.costs))
        prices = np.array([int(cost * scale) for cost in self.costs], dtype=object)
        numbers = np.asarray(group)
        total = int(self.weights.sum())
        found = 0
        if len(np.unique(numbers)) == len(numbers):
            gains = np.where(self.works, int(worth * scale), 0) - prices[:, None]
            found = int((gains.max(axis=0) * self.weights).sum())
        else:
            for number in np.unique(numbers):
                inside = numbers == number
                hits = self.works[:, inside].astype(object) @ self.weights[inside]
                found += int((hits * int(worth * scale) - prices * int(self.weights[inside].sum())).max())
        return Fraction(found, total * scale)


def frontier(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    """Keep the plans than which none is as reliable and cheaper, or as cheap and more reliable; the smallest of equal ones.

    Examples
    --------
    >>> half, one = Fraction(1, 2), Fraction(1)
    >>> rows = [Plan(frozenset("a"), one, half), Plan(frozenset("b"), 2 * one, half), Plan(frozenset("c"), 3 * one, one)]
    >>> [sorted(plan.package) for plan in frontier(rows)]
    [['a'], ['c']]
    """
    found: list[Plan] = []
    for plan in sorted(plans, key=lambda p: (p.cost, -p.reliability, len(p.package), sorted(p.package))):
        if not found or plan.reliability > found[-1].reliability:
            found.append(plan)
    return tuple(found)


def _ranges(values: NDArray[np.float64], count: int) -> list[int]:
    """Number equally likely ranges of drawn values; values that are drawn often stay together."""
    order = np.argsort(values, kind="stable")
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values)) * count // len(values)
    known, same = np.unique(values, return_inverse=True)
    if len(known) <= count:
        return [int(k) for k in same.reshape(-1)]
    return [int(k) for k in place]


def outlook_json(uncertain: UncertainProblem, found: Outlook) -> dict[str, object]:
    """Give the outlook as plain values.

    Returns
    -------
    dict
        ``reliability`` per package (levers joined by ``+``): exact ones as fractions in text, sampled ones as an object with
        share, n and interval; ``cheapest_at_least`` per level (null: not reached); ``best_expected_value``,
        ``value_of_perfect_information`` and ``value_of_information`` as fractions in text where exact, otherwise as numbers;
        null where the outcome has no stated worth. Where not every package was looked at, ``complete`` is false and
        ``levels_exact`` says whether `cheapest_at_least` is nevertheless the cheapest of all in the draws.
    """
    order = uncertain.problem.number

    def name(package: frozenset[str]) -> str:
        return "+".join(sorted(package, key=order.__getitem__))

    def amount(value: Fraction | None) -> str | float | None:
        if value is None:
            return None
        return str(value) if found.exact else float(value)

    levels = {str(float(level)): None if plan is None else _number(plan.cost) for level, plan in found.cheapest_at_least.items()}
    partly: dict[str, object] = {} if found.complete else {"complete": False, "levels_exact": found.levels_exact}
    return partly | {
        "reliability": {name(package): _share(value) for package, value in found.reliability.items()},
        "cheapest_at_least": levels,
        "best_expected_value": amount(found.best_expected_value),
        "value_of_perfect_information": amount(found.value_of_perfect_information),
        "value_of_information": {unknown: amount(value) for unknown, value in found.value_of_information.items()},
    }


def _share(value: Fraction | Share) -> str | dict[str, float]:
    if isinstance(value, Fraction):
        return str(value)
    return {"share": value.share, "n": value.n, "low": value.low, "high": value.high}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
