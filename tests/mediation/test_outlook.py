"""Reliability and values of information against enumeration with the definitions written out."""

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from ceasefire.errors import CaseError
from ceasefire.mediation import (
    credibility_gaps,
    exact_outlook,
    outlook_json,
    read_uncertain,
    sample,
    sampled_outlook,
)
from ceasefire.mediation.credibility import joint_rows
from ceasefire.mediation.outlook import compatible
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.trials import trial_of
from ceasefire.testing import a_random_uncertain_problem

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"


def uncertain_problem(seed, **changes):
    return read_uncertain(json.dumps(a_random_uncertain_problem(random.Random(seed), **changes)))


def test_the_worked_example_comes_out_to_the_last_digit():
    text = (EXAMPLES / "uncertain_resolve.json").read_text(encoding="utf-8")
    uncertain = read_uncertain(text)
    assert outlook_json(uncertain, exact_outlook(uncertain)) == json.loads(text)["expected"]


@pytest.mark.parametrize("block", range(5))
def test_a_package_in_many_scenarios_gets_the_verdict_it_gets_in_each(block):
    for seed in range(block * 40, block * 40 + 40):
        uncertain = uncertain_problem(seed)
        scenarios, _ = uncertain.scenarios()
        values = np.array([[float(v) for v in row] for row in scenarios]).T
        names = [unknown.name for unknown in uncertain.unknowns]
        problems = [uncertain.at(dict(zip(names, row, strict=True))) for row in scenarios]
        for package in list(compatible(uncertain.problem))[::3]:
            got = trial_of(uncertain, package).works(values)
            want = [works_alone(p, package) for p in problems]
            assert got.tolist() == want, (seed, package)


def works_alone(problem, package):
    """Whether a package works in one problem without unknowns, by the search's own test."""
    return any(target.works(problem.bits(package)) for target in room_of(problem).targets)


def by_enumeration(uncertain):
    """What the README of the examples says, for one wanted target, one sentence each."""
    scenarios, chances = uncertain.scenarios()
    names = [unknown.name for unknown in uncertain.unknowns]
    problems = [uncertain.at(dict(zip(names, row, strict=True))) for row in scenarios]
    packages = list(compatible(uncertain.problem))
    works = {p: [works_alone(q, p) for q in problems] for p in packages}
    cost = {p: price(uncertain.problem, p) for p in packages}
    reliability = {p: sum(c for c, w in zip(chances, works[p], strict=True) if w) for p in packages}
    able = [p for p in packages if cost[p] is not None]
    worth = uncertain.peace_value

    def best(group):
        return max(worth * sum(chances[k] for k in group if works[p][k]) - cost[p] * sum(chances[k] for k in group) for p in able)

    everything = range(len(scenarios))
    value = best(everything)
    information = {}
    for j, name in enumerate(names):
        groups = [[k for k in everything if scenarios[k][j] == v] for v in sorted({row[j] for row in scenarios})]
        information[name] = sum(best(group) for group in groups) - value
    cheapest = {level: min((cost[p] for p in able if reliability[p] >= level), default=None) for level in uncertain.levels}
    return reliability, cheapest, value, sum(best([k]) for k in everything) - value, information


def price(problem, package):
    gaps = [credibility_gaps(problem, w) for w in problem.wanted_states]
    levers = [lever for lever in problem.levers if lever.key in package]
    gap = {lever.key: max(table[lever.key] for table in gaps) for lever in levers}
    if problem.credibility == "filter" and any(gap.values()):
        return None
    if problem.credibility == "joint":
        for w in problem.wanted_states:
            for weights, most in joint_rows(problem, w):
                if sum(weight for k, weight in weights.items() if problem.levers[k].key in package) > most:
                    return None
    extra = 1 if problem.credibility == "price" else 0
    costs = [
        sum(
            lever.fixed + (lever.exec if problem.holds[problem.number[lever.key], w] else 0) + extra * gap[lever.key]
            for lever in levers
        )
        for w in problem.wanted_states
    ]
    return max(costs)


@pytest.mark.parametrize("block", range(5))
def test_values_agree_with_enumeration(block):
    for seed in range(1000 + block * 40, 1000 + block * 40 + 40):
        d = a_random_uncertain_problem(random.Random(seed))
        d["wanted"]["mode"] = "each"
        uncertain = read_uncertain(json.dumps(d))
        got = exact_outlook(uncertain)
        reliability, cheapest, value, perfect, information = by_enumeration(uncertain)
        assert got.reliability == reliability, seed
        assert {level: plan and plan.cost for level, plan in got.cheapest_at_least.items()} == cheapest, seed
        assert got.best_expected_value == value, seed
        assert got.value_of_perfect_information == perfect, seed
        assert got.value_of_information == information, seed


def test_knowing_more_is_never_worth_less():
    for seed in range(40):
        found = exact_outlook(uncertain_problem(seed))
        if found.value_of_perfect_information is not None:
            assert all(0 <= value <= found.value_of_perfect_information for value in found.value_of_information.values())


def test_the_frontier_rises_and_nothing_beats_it():
    for seed in range(40):
        found = exact_outlook(uncertain_problem(seed))
        for low, high in itertools.pairwise(found.frontier):
            assert low.cost < high.cost
            assert low.reliability < high.reliability
        for plan in found.cheapest_at_least.values():
            assert plan is None or any(p.cost == plan.cost and p.reliability >= plan.reliability for p in found.frontier)


def test_a_sample_comes_near_the_exact_values():
    text = (EXAMPLES / "uncertain_resolve.json").read_text(encoding="utf-8")
    uncertain = read_uncertain(text)
    exact = exact_outlook(uncertain)
    drawn = sample(uncertain, list(exact.reliability), draws=8192, seed=3)
    found = sampled_outlook(uncertain, drawn, complete=True)
    for package, share in found.reliability.items():
        assert share.low - 0.01 <= exact.reliability[package] <= share.high + 0.01
    assert abs(found.best_expected_value - exact.best_expected_value) < Fraction(1, 5)
    assert abs(found.value_of_perfect_information - exact.value_of_perfect_information) < Fraction(1, 5)
    for name, value in found.value_of_information.items():
        assert abs(value - exact.value_of_information[name]) < Fraction(1, 4)


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        ({"dm": "A", "term": 7, "values": [[1, 1]]}, "term 7"),
        ({"dm": "Z", "term": 0, "values": [[1, 1]]}, '"Z"'),
        ({"values": [[1, 1]]}, "which number"),
        ({"dm": "A", "term": 0, "values": [[1, 0.5]]}, "add up to 0.5"),
        ({"dm": "A", "term": 0, "values": [1]}, "ascend"),
        ({"dm": "A", "term": 0}, "says 0 times"),
        ({"dm": "A", "term": 0, "range": [2, 1]}, "ascend"),
        ({"dm": "A", "term": 0, "normal": [2, 0]}, "not positive"),
        ({"lever": "none", "what": "fixed", "range": [0, 1]}, "does not exist"),
        ({"lever": "P_mild", "what": "size", "range": [0, 1]}, "names no number"),
        ({"lever": "P_mild", "what": "fixed", "range": [-1, 1]}, "negative"),
        ({"lever": "P_mild", "what": "belief", "range": [0, 2]}, "expected 0 to 1"),
    ],
)
def test_a_wrong_unknown_is_refused_with_the_value_seen(entry, part):
    d = json.loads((EXAMPLES / "uncertain_resolve.json").read_text(encoding="utf-8"))
    d["uncertain"] = [{"name": "x", **entry}]
    if part == "ascend" and "values" in entry:
        part = "needs values with probabilities"
    with pytest.raises(CaseError) as caught:
        read_uncertain(json.dumps(d), "war.json")
    assert part in str(caught.value)
    assert str(caught.value).startswith("war.json")


@pytest.mark.parametrize("change", [{"uncertain": 3}, {"uncertain": [3]}, {"levels": [2]}, {"peace_value": "much"}])
def test_wrong_questions_about_unknowns_are_refused(change):
    d = json.loads((EXAMPLES / "uncertain_resolve.json").read_text(encoding="utf-8"))
    with pytest.raises(CaseError):
        read_uncertain(json.dumps(d | change))
