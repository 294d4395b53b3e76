"""The scenario MILP against looking at every package in every scenario."""

import json
import random
from fractions import Fraction
from math import lcm

import numpy as np
import pytest

from ceasefire.mediation import Scenarios, exact_outlook, read_uncertain
from ceasefire.testing import a_random_uncertain_problem


def question(seed, **changes):
    uncertain = read_uncertain(json.dumps(a_random_uncertain_problem(random.Random(seed), **changes)))
    rows, chances = uncertain.scenarios()
    whole = lcm(*(chance.denominator for chance in chances))
    values = np.array([[float(v) for v in row] for row in rows]).T
    return uncertain, Scenarios(uncertain, values, [int(chance * whole) for chance in chances])


@pytest.mark.parametrize(
    ("concept", "start", "count"),
    [("nash", 0, 100), ("gmr", 1000, 30), ("smr", 2000, 15), ("seq", 3000, 30), ("cnash", 4000, 25), ("cseq", 5000, 4)],
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
