"""The scenario MILP against looking at every package in every scenario."""

import json
import random
from fractions import Fraction
from math import lcm

import numpy as np
import pytest

from ceasefire.mediation import Scenarios, exact_outlook, read_uncertain, robustness, sample, sampled_outlook
from ceasefire.mediation.outlook import Costs, compatible
from ceasefire.testing import a_random_uncertain_problem


def question(seed, **changes):
    uncertain = read_uncertain(json.dumps(a_random_uncertain_problem(random.Random(seed), **changes)))
    rows, chances = uncertain.scenarios()
    whole = lcm(*(chance.denominator for chance in chances))
    values = np.array([[float(v) for v in row] for row in rows]).T
    return uncertain, Scenarios(uncertain, values, [int(chance * whole) for chance in chances])


@pytest.mark.parametrize(
    ("concept", "start", "count"),
    [("nash", 0, 100), ("gmr", 1000, 30), ("smr", 2000, 15), ("seq", 3000, 30), ("cnash", 4000, 25), ("cseq", 5000, 3)],
)
def test_packages_and_frontier_are_those_of_enumeration(concept, start, count):
    for seed in range(start, start + count):
        uncertain, scenarios = question(seed, concept=concept)
        exact = exact_outlook(uncertain)
        for level, plan in exact.cheapest_at_least.items():
            found = scenarios.cheapest(level)
            assert (found and found.cost) == (plan and plan.cost), (seed, level)
            assert found is None or found.reliability >= level
        if exact.best_expected_value is not None:
            best = scenarios.best(uncertain.peace_value)
            assert uncertain.peace_value * best.reliability - best.cost == exact.best_expected_value, seed
        assert [(p.cost, p.reliability) for p in scenarios.frontier()] == [(p.cost, p.reliability) for p in exact.frontier], seed


def test_values_of_information_follow_from_the_milp():
    for seed in range(400, 420):
        uncertain, scenarios = question(seed)
        exact = exact_outlook(uncertain)
        if exact.best_expected_value is None:
            continue
        rows, chances = uncertain.scenarios()
        worth = uncertain.peace_value
        for number, unknown in enumerate(uncertain.unknowns):
            informed = Fraction(0)
            for value in unknown.spread.values:
                group = [k for k, row in enumerate(rows) if row[number] == value]
                plan = scenarios.best(worth, group)
                informed += sum(chances[k] for k in group) * (worth * plan.reliability - plan.cost)
            assert informed - exact.best_expected_value == exact.value_of_information[unknown.name], (seed, unknown.name)


def test_scenarios_that_weigh_levers_differently_are_searched_exactly():
    searched = 0
    for seed in range(40):
        d = a_random_uncertain_problem(random.Random(seed), concept="nash", continuous=True)
        d |= {"reach": "none", "unique": False}
        uncertain = read_uncertain(json.dumps(d))
        packages = compatible(uncertain.problem)
        state = uncertain.problem.wanted_states[0]
        if uncertain.problem.wanted.mode == "each":
            continue
        drawn = sample(uncertain, packages, draws=120, seed=seed, state=state)
        scenarios = Scenarios(uncertain, drawn.values, [1] * 120, state=state)
        searched += scenarios._uneven is not None
        costs = Costs(uncertain.problem, [(state,)], uncertain.problem.credibility)
        for level in (Fraction(1, 4), Fraction(3, 4), Fraction(19, 20)):
            able = [
                (costs.of(p, 0), -int(works.sum()))
                for p, works in zip(packages, drawn.works, strict=True)
                if costs.of(p, 0) is not None and works.sum() >= level * 120
            ]
            plan = scenarios.cheapest(level)
            best = min(able, default=None)
            assert (plan and (plan.cost, -plan.reliability * 120)) == best, (seed, level)
    assert searched > 10


def test_where_not_every_package_is_looked_at_the_cheapest_by_level_still_is_under_nash():
    """Ten useless levers make more than 512 packages; the answer is that without them."""
    met = 0
    for seed in range(50):
        d = a_random_uncertain_problem(random.Random(seed), concept="nash", continuous=True)
        d |= {"reach": "none", "unique": False, "credibility": "ignore", "levels": [0.3, 0.6, 1]}
        few = read_uncertain(json.dumps(d))
        idle = [{"id": f"idle{k}", "owner": "P", "type": "threat", "when": d["status_quo"], "effects": {}} for k in range(10)]
        many = read_uncertain(json.dumps(d | {"levers": idle + d["levers"]}))
        found = robustness(many, draws=200)
        assert found.levels_exact
        assert not found.complete
        drawn = sample(few, list(compatible(few.problem)), draws=200)
        want = sampled_outlook(few, drawn, complete=True).cheapest_at_least
        assert {k: p and p.cost for k, p in found.cheapest_at_least.items()} == {k: p and p.cost for k, p in want.items()}, seed
        met += any(plan and plan.cost for plan in want.values())
    assert met


def test_where_replies_must_pay_the_cheapest_by_level_is_said_to_be_of_those_looked_at():
    d = a_random_uncertain_problem(random.Random(0), concept="seq", continuous=True)
    idle = [{"id": f"idle{k}", "owner": "P", "type": "threat", "when": d["status_quo"], "effects": {}} for k in range(10)]
    assert not robustness(read_uncertain(json.dumps(d | {"levers": idle + d["levers"]})), draws=100).levels_exact


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash"])
def test_few_scenarios_stay_exact_where_packages_are_too_many_to_look_at(concept):
    for seed in range(8):
        d = a_random_uncertain_problem(random.Random(seed), concept=concept) | {"levels": [0.3, 0.6, 1]}
        idle = [{"id": f"idle{k}", "owner": "P", "type": "threat", "when": d["status_quo"], "effects": {}} for k in range(10)]
        found = robustness(read_uncertain(json.dumps(d | {"levers": idle + d["levers"]})))
        want = exact_outlook(read_uncertain(json.dumps(d)))
        assert found.exact
        assert found.levels_exact
        assert not found.complete
        levels = [{k: p and p.cost for k, p in one.cheapest_at_least.items()} for one in (found, want)]
        assert levels[0] == levels[1], seed
        assert all(
            want.reliability[package] == share for package, share in found.reliability.items() if package in want.reliability
        )
