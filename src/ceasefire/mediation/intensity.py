"""Levers of any intensity: the cheapest package with, for each of its levers, how hard to pull it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.mediation.arena import Arena
from ceasefire.mediation.bill import bits
from ceasefire.mediation.clauses import NEVER, SURE, Clause, clause, status
from ceasefire.mediation.coalitions import minimal, power_indices
from ceasefire.mediation.credibility import joint_rows, saved_by
from ceasefire.mediation.exact_lp import Row, minimise
from ceasefire.mediation.exchange import number
from ceasefire.mediation.gradual_milp import Choice, GradualMilp, Limit
from ceasefire.mediation.oracle import Oracle
from ceasefire.mediation.packages import ALL_COALITIONS, find_packages
from ceasefire.mediation.pricing import owned
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.stepping import split_levers, with_levels
from ceasefire.mediation.wide import MOST_LISTED

EXACT = ("nash", "gmr", "smr", "cnash")
"""Concepts whose comparisons all allow equality, so that a least cost is attained."""
STEPS = 20


@dataclass(frozen=True, eq=False)
class Intensities:
    """The answer of `find_intensities`.

    Parameters
    ----------
    min_cost : Fraction or None
        None where nothing works.
    intensity : mapping from lever to Fraction
        A cheapest package: above 0, at most 1; 1 for levers that are not gradual. Of equally cheap intensities of the same levers
        the smallest in sum.
    wanted_state : int or None
        Index of (the first of) the wanted states it makes stable.
    coalition_cost : dict from frozenset of str to Fraction or None
        Of every coalition of up to 8 powers, otherwise of all powers alone.
    minimal_coalitions : tuple of frozenset of str or None
    shapley_shubik, banzhaf : dict from str to Fraction, or None
        None for more than 8 powers.
    steps : int or None
        None: any intensity was allowed. Otherwise intensities are multiples of 1 / steps, and something in between may cost less.
    """

    min_cost: Fraction | None
    intensity: Mapping[str, Fraction]
    wanted_state: int | None
    coalition_cost: dict[frozenset[str], Fraction | None]
    minimal_coalitions: tuple[frozenset[str], ...] | None
    shapley_shubik: dict[str, Fraction] | None
    banzhaf: dict[str, Fraction] | None
    steps: int | None


def find_intensities(problem: Problem, *, credibility: Credibility | None = None, steps: int = STEPS) -> Intensities:
    """Find a cheapest package where gradual levers may be used at any intensity, and what coalitions would pay.

    Effects and the cost of carrying out scale with the intensity; what committing and backing down cost does not. Under Nash, GMR,
    SMR and CNash every comparison of stakes is linear in the intensities and allows equality: HiGHS chooses levers and which
    comparisons to meet, the intensities of that choice then come from an exact linear program and are put to an exact test.
    HiGHS tells choices apart by its tolerances (1e-9), so that a choice cheaper by less could be missed. Under SEQ and coalition
    concepts, and where the way to the wanted state is asked for, moves must be strictly better: a least cost need not exist, and a
    grid of intensities is searched.

    Parameters
    ----------
    problem : Problem
    credibility : {"ignore", "filter", "price", "joint"}, optional
        A gap falls with the intensity; under ``filter`` a lever is used up to where it opens.
    steps : int
        Of the grid, where there is one.

    Raises
    ------
    LimitError
        Where floating point cannot decide, or for GMR, SMR and CNash with more than 8192 states.

    Examples
    --------
    A threat of up to 6 holds back a gain of 2; a third of it is enough.

    >>> from ceasefire.conditions import Pattern
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted
    >>> model = GraphModel.from_options(["A"], [Option("attack", (0,))]).with_preference([[0, 2]], cardinal=True)
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> ban = Lever("ban", "P", "threat", attack, {"A": Fraction(-6)}, fixed=Fraction(1), exec=Fraction(3), is_gradual=True)
    >>> found = find_intensities(Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P",), {}, (ban,)), credibility="price")
    >>> str(found.min_cost), {key: str(share) for key, share in found.intensity.items()}
    ('2', {'ban': '1/3'})
    """
    mode: Credibility = credibility or problem.credibility
    wanted = problem.wanted
    if problem.concept not in EXACT or wanted.reach == "ui" or wanted.unique or problem.belief_curve:
        return _on_grid(problem, mode, steps)
    search = _Search(problem, mode)
    everyone = frozenset(problem.powers)
    best = search.cheapest(everyone)
    costs: dict[frozenset[str], Fraction | None] = {everyone: None if best is None else best[0]}
    smallest, shapley, banzhaf = None, None, None
    if len(problem.powers) <= ALL_COALITIONS:
        costs = dict(search.coalitions(problem.powers))
        smallest = minimal(members for members, cost in costs.items() if cost is not None)
        shapley, banzhaf = power_indices(problem.powers, smallest)
    return Intensities(
        min_cost=None if best is None else best[0],
        intensity={} if best is None else {problem.levers[k].key: share for k, share in best[2].items()},
        wanted_state=None if best is None else best[1],
        coalition_cost=costs,
        minimal_coalitions=smallest,
        shapley_shubik=shapley,
        banzhaf=banzhaf,
        steps=None,
    )


def intensities_json(problem: Problem, found: Intensities) -> dict[str, Any]:
    """Give the answer as plain values, with the fields of `packages_json`.

    Returns
    -------
    dict
        ``optimal_packages`` holds one package, ``intensity`` how hard to pull each of its levers; ``intensity_steps`` is null where
        any intensity was allowed. Indices and minimal coalitions are null for more than 8 powers.
    """
    order = {power: k for k, power in enumerate(problem.powers)}

    def members(one: frozenset[str]) -> list[str]:
        return sorted(one, key=order.__getitem__)

    def index(table: dict[str, Fraction] | None) -> dict[str, str] | None:
        return None if table is None else {power: str(value) for power, value in table.items()}

    smallest = found.minimal_coalitions
    return {
        "feasible": found.min_cost is not None,
        "min_cost": number(found.min_cost),
        "optimal_packages": [] if found.min_cost is None else [sorted(found.intensity)],
        "intensity": {key: number(share) for key, share in sorted(found.intensity.items())},
        "intensity_steps": found.steps,
        "coalition_cost": {"+".join(members(one)): number(cost) for one, cost in found.coalition_cost.items()},
        "minimal_coalitions": None if smallest is None else [members(one) for one in smallest],
        "shapley_shubik": index(found.shapley_shubik),
        "banzhaf": index(found.banzhaf),
    }


def _on_grid(problem: Problem, mode: Credibility, steps: int) -> Intensities:
    split = split_levers(problem, steps)
    names = {level.key: (key, Fraction(k, len(found))) for key, found in split.items() for k, level in enumerate(found, 1)}
    found = find_packages(with_levels(problem, split), credibility=mode, limit=1)
    return Intensities(
        min_cost=found.min_cost,
        intensity=dict(names[key] for key in sorted(found.optimal[0])) if found.optimal else {},
        wanted_state=found.wanted_state[0] if found.optimal else None,
        coalition_cost=found.coalition_cost,
        minimal_coalitions=found.minimal_coalitions,
        shapley_shubik=found.shapley_shubik,
        banzhaf=found.banzhaf,
        steps=steps,
    )


Answer = tuple[Fraction, int, dict[int, Fraction]]
"""Cost, index of the (first) wanted state, intensity per lever."""


class _Search:
    """All targets of a problem under one credibility mode."""

    def __init__(self, problem: Problem, mode: Credibility) -> None:
        if problem.concept != "nash" and problem.model.n_states > MOST_LISTED:
            raise LimitError(
                f"intensities among {problem.model.n_states} states are searched for nash only; at most {MOST_LISTED} otherwise\n"
                "  hint: give the levers `steps`"
            )
        self.problem, self.mode = problem, mode
        self.oracle = Oracle(Arena(problem))
        self._known: dict[frozenset[str], Answer | None] = {}
        self.targets = [_Target(self, states) for states in self._reached()]

    def cheapest(self, members: frozenset[str]) -> Answer | None:
        """Give a cheapest package of these powers."""
        if members not in self._known:
            allowed = owned(self.problem, members) & self.problem.in_time
            best: Answer | None = None
            for target in self.targets:
                found = target.cheapest(allowed)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
            self._known[members] = best
        return self._known[members]

    def coalitions(self, powers: Sequence[str]) -> Iterator[tuple[frozenset[str], Fraction | None]]:
        """Give every coalition with its cost; parts of one that cannot do it cannot either."""
        for size in range(len(powers), -1, -1):
            for chosen in combinations(powers, size):
                members = frozenset(chosen)
                if any(self._known[members | {p}] is None for p in powers if p not in members):
                    self._known[members] = None
                self.cheapest(members)
        for size in range(len(powers) + 1):
            for chosen in combinations(powers, size):
                found = self._known[frozenset(chosen)]
                yield frozenset(chosen), None if found is None else found[0]

    def _reached(self) -> list[tuple[int, ...]]:
        problem = self.problem
        wanted, oracle = problem.wanted_states, self.oracle
        reached = np.ones(oracle.arena.n, dtype=np.bool_)
        if problem.wanted.reach == "um":
            reached = oracle.joint(tuple(oracle.arena.parties), problem.start)
        if problem.wanted.mode == "each":
            return [wanted] if reached[list(wanted)].any() else []
        return [(state,) for state in wanted if reached[state]]


class _Target:
    """Wanted states that must hold together, with the clauses of every move from them."""

    def __init__(self, search: _Search, states: tuple[int, ...]) -> None:
        self.problem, self.mode, self.states, self.oracle = search.problem, search.mode, states, search.oracle
        every = self.oracle.arena.every
        clauses = dict.fromkeys(terms for state in states for terms in self.oracle.fixed_clauses(state))
        self.clauses: list[Clause] = [terms for terms in clauses if not any(status(t, 0, every) == SURE for t in terms)]
        self.free = _free(self.problem, states)
        priced = self.free if self.mode == "price" else {}
        spent = [_spent(self.problem, state, priced) for state in states]
        self._milp = GradualMilp(self.problem, spent, [*self._budgets(spent), *self._credible()], priced)

    def cheapest(self, allowed: int) -> Answer | None:
        """Find a cheapest package of the levers in `allowed` (bits)."""
        while True:
            if any(all(status(term, 0, allowed) == NEVER for term in terms) for terms in self.clauses):
                return None
            choice = self._milp.solve(self.clauses, allowed)
            if choice is None:
                return None
            exact = self._exactly(choice)
            if exact is None:
                raise LimitError("floating point cannot decide which intensities suffice\n  hint: round stakes, effects and costs")
            fresh = list(self._joint_gains(exact[1])) if self.problem.concept == "cnash" else []
            if not fresh:
                return exact[0], self.states[0], {k: share for k, share in exact[1].items() if share}
            self.clauses += fresh

    def _exactly(self, choice: Choice) -> tuple[Fraction, dict[int, Fraction]] | None:
        """Give cost and intensities of the levers and comparisons chosen, exactly; None where they do not fit together."""
        used = bits(choice.used)
        column = {k: j for j, k in enumerate(k for k in used if self.problem.levers[k].is_gradual)}
        gap = {k: len(column) + j for j, k in enumerate(k for k in used if k in self._milp.free)}
        top = len(column) + len(gap)

        def row(limit: Limit, extra: Mapping[int, Fraction]) -> Row:
            """Turn a limit round: the amounts that are open must reach what the rest leaves."""
            rest = limit.most - sum((limit.fixed.get(k, 0) for k in used), Fraction(0))
            rest -= sum((limit.scaled.get(k, 0) for k in used if k not in column), Fraction(0))
            weights = {column[k]: -w for k, w in limit.scaled.items() if k in column}
            return {**weights, **{gap[k]: -w for k, w in limit.gaps.items() if k in gap}, **extra}, -rest

        rows: list[Row] = [({j: Fraction(-1)}, Fraction(-1)) for j in column.values()]
        for literal in dict.fromkeys(literal for terms in self.clauses for literal in choice.term_of(terms)):
            loss = {k: Fraction(-weight) for k, weight in literal.weights}
            rows.append(row(Limit(loss, {}, {}, Fraction(-literal.need)), {}))
        rows += [row(limit, {}) for limit in self._milp.limits]
        rows += [row(limit, {top: Fraction(1)}) for limit in self._milp.spent]
        for k, j in gap.items():
            rows.append(row(Limit({k: self.problem.levers[k].exec}, {}, {}, self._milp.free[k]), {j: Fraction(1)}))
        found = minimise([Fraction(0)] * top + [Fraction(1)], rows)
        if found is None:
            return None
        cost = found[top]
        pulled = [Fraction(1)] * len(column) + [Fraction(0)] * (len(gap) + 1)
        found = minimise(pulled, [*rows, ({top: Fraction(-1)}, -cost)]) or found
        return cost, {k: found[column[k]] if k in column else Fraction(1) for k in used}

    def _joint_gains(self, shares: Mapping[int, Fraction]) -> Iterator[Clause]:
        """Give clauses against joint moves that are better for all who make them."""
        arena, oracle = self.oracle.arena, self.oracle
        scale = lcm(1, *(share.denominator for share in shares.values()))
        for state in self.states:
            gains = []
            for party in arena.parties:
                stakes = arena.base[party].astype(object) * scale
                for k, share in shares.items():
                    stakes = stakes + int(arena.effects[party, k]) * int(share * scale) * self.problem.where(k).astype(object)
                gains.append(stakes > stakes[state])
            for size in range(2, len(gains) + 1):
                for who in combinations(arena.parties, size):
                    better = np.logical_and.reduce([gains[p].astype(np.bool_) for p in who])
                    ends = np.flatnonzero(better & oracle.joint(who, state))
                    for end in map(int, oracle.counted(ends)):
                        yield clause((arena.at_least(p, state, end, 0),) for p in who)

    def _budgets(self, spent: Sequence[Limit]) -> Iterator[Limit]:
        for power, most in self.problem.budgets.items():
            own = {k for k, lever in enumerate(self.problem.levers) if lever.owner == power}
            for one in spent:
                scaled, fixed, gaps = ({k: w for k, w in part.items() if k in own} for part in (one.scaled, one.fixed, one.gaps))
                yield Limit(scaled, fixed, gaps, most)

    def _credible(self) -> Iterator[Limit]:
        """Give what the credibility mode demands."""
        levers = self.problem.levers
        if self.mode == "filter":
            yield from (Limit({k: levers[k].exec}, {k: -most}, {}, Fraction(0)) for k, most in self.free.items())
        if self.mode == "joint":
            for state in self.states:
                for weights, most in joint_rows(self.problem, state):
                    yield Limit({k: levers[k].exec for k in weights}, {k: -levers[k].audience for k in weights}, {}, Fraction(most))


def _free(problem: Problem, states: Sequence[int]) -> dict[int, Fraction]:
    """Give for the levers that fall due the execution cost up to which there is no gap at any of the states."""
    found: dict[int, Fraction] = {}
    for k, lever in enumerate(problem.levers):
        kept = [saved for state in states if (saved := saved_by(problem, k, state)) is not None]
        if kept:
            found[k] = lever.audience + lever.restore * min(kept)
    return found


def _spent(problem: Problem, state: int, priced: Iterable[int]) -> Limit:
    """Give what a package costs at a state."""
    here = problem.active(np.array([state]))[:, 0]
    levers = list(enumerate(problem.levers))
    return Limit(
        {k: lever.exec for k, lever in levers if here[k]},
        {k: lever.fixed for k, lever in levers},
        dict.fromkeys(priced, problem.commitment_price),
        Fraction(0),
    )
