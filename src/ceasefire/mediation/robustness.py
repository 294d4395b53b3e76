"""How sure is the answer: exactly where the unknowns are discrete and few, otherwise from draws."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.mediation.bill import bits
from ceasefire.mediation.hunt import Hunt
from ceasefire.mediation.outlook import (
    Costs,
    Outlook,
    Plan,
    compatible,
    exact_outlook,
    frontier,
    sampled_outlook,
    weighed,
)
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.sampling import BLOCK, Sample, draw, sample
from ceasefire.mediation.scenarios import MOST_CLAIMS, Scenarios
from ceasefire.mediation.trials import Bools, Shared, trial_of
from ceasefire.mediation.unknowns import Floats, UncertainProblem

_NEAR = Fraction(2, 100)
_FEW = 32
_MOST_LAZY, _MOST_ROUNDS = 64, 200


def cheapest_package(problem: Problem, *, credibility: Credibility | None = None) -> tuple[frozenset[str], int] | None:
    """Find the cheapest package (of several the least exposed) and the wanted state (index) where it works.

    Quicker than `find_packages`, because nothing is asked about coalitions.

    Returns
    -------
    (package, state) or None
        None where no package works.
    """
    hunt = Hunt(room_of(problem), credibility or problem.credibility)
    rows, _, _ = hunt.listed(hunt.cost_of(hunt.everyone), 1, every=False)
    return (problem.keys(rows[0][2]), rows[0][1]) if rows else None


def robustness(
    uncertain: UncertainProblem,
    packages: Sequence[frozenset[str]] = (),
    *,
    state: int | None = None,
    draws: int = 4096,
    seed: int = 7,
    executor: Executor | None = None,
    half_width: float | None = None,
    credibility: Credibility | None = None,
) -> Outlook:
    """Say how reliable packages are, what reliability costs, and which unknown is worth finding out.

    Parameters
    ----------
    uncertain : UncertainProblem
    packages : sequence of frozenset of str
        Packages to look at in any case, such as the cheapest ones. Where there are more than 512 compatible packages, levers
        are added to these and to none, the most helpful one first, and what was met on the way is looked at.
    state : int, optional
        Index of the only wanted state that counts. Default: any (each for mode ``each``).
    draws, seed, executor, half_width
        Of the sample, see `sample`; not used where the answer is exact.
    credibility : {"ignore", "filter", "price"}, optional
        How costs are counted. Default: as the problem says.

    Returns
    -------
    Outlook
        `exact` where every unknown that moves stakes is discrete with at most 4096 joint values and any state counts; `complete`
        where all compatible packages were looked at. Where not all were, the cheapest package for each level comes from a MILP over
        the scenarios or draws (`Scenarios`) and is the cheapest of all (`levels_exact`), under Nash, and under other concepts but
        coalition SEQ in at most 64 scenarios if that takes no more than 200 rounds.
    """
    every = compatible(uncertain.problem)
    is_exact = uncertain.is_enumerable and state is None
    if is_exact and every is not None:
        return exact_outlook(uncertain, credibility=credibility)
    chosen = every or _promising(uncertain, packages, state, seed, credibility or uncertain.problem.credibility)
    if is_exact:
        cheapest = _cheapest_by_level(uncertain, *weighed(uncertain), None, credibility)
        outlook = exact_outlook(uncertain, list(dict.fromkeys([*chosen, *(cheapest or ())])), credibility=credibility)
        return replace(outlook, levels_exact=cheapest is not None)
    found = sample(uncertain, chosen, draws=draws, seed=seed, executor=executor, state=state, half_width=half_width)
    if every is not None:
        return sampled_outlook(uncertain, found, complete=True, credibility=credibility)
    cheapest = _cheapest_by_level(uncertain, found.values, [1] * found.draws, state, credibility)
    if cheapest is None:
        return sampled_outlook(uncertain, found, credibility=credibility)
    wider = list(dict.fromkeys([*chosen, *cheapest]))
    found = sample(uncertain, wider, draws=found.draws, seed=seed, executor=executor, state=state)
    return replace(sampled_outlook(uncertain, found, credibility=credibility), levels_exact=True)


def _cheapest_by_level(
    uncertain: UncertainProblem, values: Floats, weights: Sequence[int], state: int | None, credibility: Credibility | None
) -> list[frozenset[str]] | None:
    """Give the cheapest package for each level in weighted scenarios; None where that takes too long."""
    if len(values) == 0 or len(uncertain.problem.wanted_states) * len(weights) > MOST_CLAIMS:
        return None
    scenarios = Scenarios(uncertain, values, weights, credibility=credibility, state=state, rounds=_MOST_ROUNDS)
    if not scenarios.is_static and (len(weights) > _MOST_LAZY or uncertain.problem.concept == "cseq"):
        return None
    try:
        plans = [scenarios.cheapest(level) for level in uncertain.levels]
    except LimitError:
        return None
    return [plan.package for plan in plans if plan is not None]


def widened(
    uncertain: UncertainProblem,
    package: frozenset[str],
    *,
    state: int | None = None,
    draws: int = 256,
    seed: int = 7,
    most: int = 10,
    credibility: Credibility | None = None,
) -> Outlook:
    """Say quickly what adding levers to a package brings: one after the other, the cheapest first, each kept if it helps.

    Parameters
    ----------
    draws : int
        At most 1024.
    most : int
        So many levers are tried.

    Returns
    -------
    Outlook
        Of no lever, the package and every package met; of every compatible package where there are at most 32. Not exhaustive
        otherwise: other packages may be cheaper and surer.
    """
    problem, mode = uncertain.problem, credibility or uncertain.problem.credibility
    values = draw(uncertain.unknowns, uncertain.grain, np.random.SeedSequence(seed).spawn(1)[0], draws)
    shared: Shared = {}
    works: dict[frozenset[str], Bools] = {}

    def look(keys: frozenset[str]) -> int:
        trial = trial_of(uncertain, keys)
        works[keys] = trial.works(values, shared) if state is None else trial.works_at((state,), values, shared)
        return int(works[keys].sum())

    every = compatible(problem)
    complete = every is not None and len(every) <= _FEW
    for keys in every if every is not None and complete else (frozenset[str](), package):
        look(keys)
    reached, hits = package, int(works[package].sum())
    for k in () if complete else _cheapest_first(problem, package, state)[:most]:
        wider = reached | {problem.levers[k].key}
        if not problem.conflicts[k] & problem.bits(reached) and (better := look(wider)) > hits:
            reached, hits = wider, better
    found = Sample(tuple(works), np.array(list(works.values())), values, seed, state, stopped_early=False)
    return sampled_outlook(uncertain, found, complete=complete, credibility=mode)


def _cheapest_first(problem: Problem, package: frozenset[str], state: int | None) -> list[int]:
    """List the other levers by what they cost at the state, and of equal ones by how much they change, most first."""
    due = problem.holds[:, problem.wanted_states[0] if state is None else state]

    def rank(k: int) -> tuple[Fraction, Fraction, int]:
        lever = problem.levers[k]
        spent = lever.fixed + (lever.exec if due[k] else 0)
        return spent, -lever.belief * max(map(abs, lever.effects.values()), default=Fraction(0)), k

    return sorted(bits(problem.in_time & ~problem.bits(package)), key=rank)


def _promising(
    uncertain: UncertainProblem, packages: Sequence[frozenset[str]], state: int | None, seed: int, mode: Credibility
) -> list[frozenset[str]]:
    """Keep of the packages met those near the frontier in draws of their own, and those asked for."""
    shares = explore(uncertain, packages, state=state, seed=seed + 1)
    problem = uncertain.problem
    targets: list[tuple[int, ...]] = [(s,) for s in problem.wanted_states] if state is None else [(state,)]
    if state is None and problem.wanted.mode == "each":
        targets = [tuple(problem.wanted_states)]
    costs = Costs(problem, targets, mode)
    plans = []
    for package, share in shares.items():
        known = [cost for k in range(len(targets)) if (cost := costs.of(package, k)) is not None]
        if known:
            plans.append(Plan(package, max(known), share))
    best = frontier(plans)
    near = [p for p in plans if not any(o.cost <= p.cost and o.reliability > p.reliability + _NEAR for o in best)]
    asked = [package for package in packages if package in shares]
    return list(dict.fromkeys([frozenset[str](), *asked, *(plan.package for plan in sorted(near, key=_rank))]))


def explore(
    uncertain: UncertainProblem, starts: Sequence[frozenset[str]], *, state: int | None = None, draws: int = BLOCK, seed: int = 7
) -> dict[frozenset[str], Fraction]:
    """Meet packages worth a closer look where there are too many to look at all.

    From each start, and from no lever, the lever is added that raises the share of draws most, until none does; of equal ones
    the first. Not exhaustive: a package none of whose parts helps alone is missed.

    Returns
    -------
    dict from package to Fraction
        Every package met, with the share of draws in which it works.
    """
    problem = uncertain.problem
    known: dict[frozenset[str], Fraction] = {}

    def look(packages: Sequence[frozenset[str]]) -> None:
        fresh = [package for package in packages if package not in known]
        if fresh:
            found = sample(uncertain, fresh, draws=draws, seed=seed, state=state)
            known.update({package: Fraction(share.hits, share.n) for package, share in found.reliability.items()})

    for start in dict.fromkeys((frozenset[str](), *starts)):
        package = start
        look([package])
        while known[package] < 1:
            used = problem.bits(package)
            free = [k for k in bits(problem.in_time) if not (used >> k & 1 or problem.conflicts[k] & used)]
            wider = [package | {problem.levers[k].key} for k in free]
            look(wider)
            best = max(wider, key=known.__getitem__, default=package)
            if known[best] <= known[package]:
                break
            package = best
    return known


def _rank(plan: Plan) -> tuple[Fraction, Fraction, int, list[str]]:
    return plan.cost, -plan.reliability, len(plan.package), sorted(plan.package)
