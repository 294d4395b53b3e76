"""Levers of any intensity: what is found works by the definitions, and no grid of intensities is cheaper."""

import json
import random
from dataclasses import replace
from fractions import Fraction
from math import lcm

import pytest

from ceasefire.mediation import (
    LeverCost,
    LeverEffect,
    Spread,
    UncertainProblem,
    Unknown,
    exact_outlook,
    find_intensities,
    find_packages,
    in_steps,
    read_problem,
    read_uncertain,
)
from ceasefire.mediation.exact_lp import minimise
from ceasefire.testing import a_doubtful_attack, a_random_uncertain_problem, state_text
from ceasefire.testing.packages_by_definition import Brute, InForce, random_problem


def gradual(seed, concept):
    d = random_problem(seed) | {"concept": concept, "unique": False}
    d["reach"] = "um" if d["reach"] == "um" else "none"
    rng = random.Random(seed)
    for lever in d["levers"]:
        if rng.random() < 0.7:
            lever["gradual"] = True
    return d


def on_grid(problem, steps):
    return find_packages(in_steps(UncertainProblem(problem, ()), steps).problem, limit=0)


def test_a_gradual_lever_in_steps_is_one_with_steps():
    met = 0
    for seed in range(12):
        d = a_random_uncertain_problem(random.Random(seed)) | {"levels": [0.5, 1]}
        first = d["levers"][0]
        d["uncertain"] = [entry for entry in d["uncertain"] if entry.get("lever") != first["id"]]
        given = [d | {"levers": [first | how, *d["levers"][1:]]} for how in ({"gradual": True}, {"steps": 4})]
        gradual, stated = (read_uncertain(json.dumps(one)) for one in given)
        outlooks = [exact_outlook(one) for one in (in_steps(gradual), stated)]
        assert outlooks[0].frontier == outlooks[1].frontier
        met += any("@" in key for plan in outlooks[0].frontier for key in plan.package)
    assert met


def test_what_scales_with_the_intensity_is_judged_for_each_level_and_the_rest_once():
    asked = a_doubtful_attack()
    ban = replace(asked.problem.levers[0], is_gradual=True, exec=Fraction(4))
    effect = Unknown(
        "effect",
        Fraction(-4),
        Spread("discrete", (Fraction(-6), Fraction(1, 4), Fraction(-2), Fraction(3, 4))),
        (LeverEffect("ban", "A"),),
    )
    costs = [
        Unknown(what, Fraction(4), Spread("uniform", (Fraction(2), Fraction(8))), (LeverCost("ban", what),))
        for what in ("exec", "fixed")
    ]
    split = in_steps(replace(asked, problem=replace(asked.problem, levers=(ban,)), unknowns=(effect, *costs)), 2)
    assert [u.name for u in split.unknowns] == ["effect@1/2", "effect@1", "exec@1/2", "exec@1", "fixed"]
    assert split.unknowns[0].spread.numbers == (Fraction(-3), Fraction(1, 4), Fraction(-1), Fraction(3, 4))
    assert split.unknowns[2].spread.numbers == (Fraction(1), Fraction(4))
    assert [place.lever for place in split.unknowns[4].places] == ["ban@1/2", "ban@1"]


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "cnash"])
def test_a_cheapest_intensity_works_and_no_grid_is_cheaper(concept):
    between = met = 0
    for seed in range(150):
        d = gradual(seed, concept)
        problem = read_problem(json.dumps(d))
        found = find_intensities(problem)
        assert found.steps is None
        for steps in (1, 3):
            grid = on_grid(problem, steps)
            assert found.min_cost is not None or not grid.feasible, seed
            for members, cost in grid.coalition_cost.items():
                assert cost is None or found.coalition_cost[members] <= cost, (seed, members)
        if found.min_cost is None:
            continue
        package = [
            {**lever, "effects": {p: e * found.intensity[lever["id"]] for p, e in lever["effects"].items()}}
            for lever in d["levers"]
            if lever["id"] in found.intensity
        ]
        force = InForce(d, package)
        states = [state_text(problem, found.wanted_state)]
        assert all(force.stable(w) for w in (force.wanted if d["wanted"]["mode"] == "each" else states)), seed
        finest = lcm(*(share.denominator for share in found.intensity.values()), 1)
        if finest <= 40:
            assert on_grid(problem, finest).min_cost == found.min_cost, seed
            met += 1
        between += any(share < 1 for share in found.intensity.values())
    assert met > 40
    assert between > 3


def test_levers_that_are_not_gradual_give_the_packages_of_the_other_search():
    for seed in range(0, 200, 4):
        d = random_problem(seed) | {"unique": False, "reach": "none"}
        if d["concept"] not in ("nash", "gmr", "smr", "cnash"):
            continue
        problem = read_problem(json.dumps(d))
        found, known = find_intensities(problem), find_packages(problem)
        assert found.min_cost == known.min_cost == Brute(d).least(list(d["powers"]))
        assert found.coalition_cost == known.coalition_cost
        assert set(found.minimal_coalitions) == set(known.minimal_coalitions)
        assert found.shapley_shubik == known.shapley_shubik


def test_where_moves_must_be_strictly_better_a_grid_is_searched_and_said():
    d = gradual(3, "seq")
    problem = read_problem(json.dumps(d))
    found = find_intensities(problem, steps=4)
    assert found.steps == 4
    assert found.min_cost == on_grid(problem, 4).min_cost


def test_exact_programs_agree_with_a_known_solver():
    scipy = pytest.importorskip("scipy.optimize", reason="needs scipy, of the extra 'dev'")
    solved = 0
    for seed in range(200):
        rng = random.Random(seed)
        n = rng.randint(1, 6)
        costs = [Fraction(rng.randint(0, 5)) for _ in range(n)]
        rows = [
            ({k: Fraction(rng.randint(-4, 4)) for k in range(n)}, Fraction(rng.randint(-4, 6))) for _ in range(rng.randint(1, 9))
        ]
        want = scipy.linprog(
            [float(c) for c in costs], [[-float(w[k]) for k in range(n)] for w, _ in rows], [-float(b) for _, b in rows]
        )
        got = minimise(costs, rows)
        assert (got is None) == (want.status == 2), seed
        if got is not None:
            assert abs(float(sum(c * v for c, v in zip(costs, got, strict=True))) - want.fun) < 1e-7
            assert all(sum(w[k] * got[k] for k in range(n)) >= need for w, need in rows)
            solved += 1
    assert solved > 50
