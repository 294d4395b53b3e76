"""Break-even values and packages for the worst case, against corners and neighbours looked at one by one."""

import itertools
import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel, Option, stake_values
from ceasefire.mediation import (
    LeverEffect,
    Problem,
    Spread,
    StakeTerm,
    UncertainProblem,
    Unknown,
    Wanted,
    break_evens,
    credibility_gaps,
    read_uncertain,
    worst_case_package,
)
from ceasefire.mediation.outlook import Costs, compatible
from ceasefire.mediation.packages import room_of
from ceasefire.testing import a_random_uncertain_problem


def question(seed, **changes):
    d = a_random_uncertain_problem(random.Random(seed), continuous=True, **changes)
    d["unique"] = False
    d["wanted"]["mode"] = "some"
    return read_uncertain(json.dumps(d))


def works(problem, package, state=None):
    targets = [t for t in room_of(problem).targets if state is None or t.states == (state,)]
    return any(target.works(problem.bits(package)) for target in targets)


def test_the_answer_turns_at_the_break_even_value_and_nowhere_nearer():
    seen = 0
    tiny = Fraction(1, 10**6)
    for seed in range(40):
        uncertain = question(seed, concept=["nash", "gmr", "smr", "seq", "cnash"][seed % 5])
        package = compatible(uncertain.problem)[-1]
        turning = {b.name: b for b in break_evens(uncertain, package)}
        inside = break_evens(uncertain, package, within=True)
        assert [(b.name, b.below, b.above) for b in inside] == [
            (b.name, *(v if v is not None and b.low <= v <= b.high else None for v in (b.below, b.above)))
            for b in turning.values()
            if b.is_within
        ], seed
        for unknown in uncertain.unknowns:
            b = turning.get(unknown.name)

            def at(value, unknown=unknown, uncertain=uncertain, package=package):
                return works(uncertain.at({unknown.name: value}), package)

            reach = [Fraction(k, 3) for k in (-17, -9, -5, -3, -2, -1, 1, 2, 3, 5, 9, 17)]
            for value in (unknown.central + step for step in reach):
                if unknown.name == "belief" and not 0 <= value <= 1:
                    continue
                beyond = b is not None and (
                    (b.above is not None and value >= b.above) or (b.below is not None and value <= b.below)
                )
                if not beyond:
                    assert at(value) == at(unknown.central), (seed, unknown.name, value)
            for value, step in [(b.above, tiny), (b.below, -tiny)] if b else []:
                if value is not None:
                    assert at(value) != b.holds or at(value + step) != b.holds, (seed, unknown.name)
                    seen += 1
    assert seen > 10


def test_the_cost_at_which_a_lever_becomes_credible():
    seen = 0
    for seed in range(40):
        d = a_random_uncertain_problem(random.Random(seed), concept="nash", continuous=True)
        d["uncertain"] = [
            {"name": f"{lever['id']} {what}", "lever": lever["id"], "what": what, "range": [0, 1]}
            for lever in d["levers"]
            for what in ("exec", "audience", "restore")
        ]
        uncertain = read_uncertain(json.dumps(d))
        package = frozenset(lever.key for lever in uncertain.problem.levers)
        state = uncertain.problem.wanted_states[0]
        for b in break_evens(uncertain, package, state=state, credibility="filter"):
            if b.question == "cheapest":
                continue
            turn = b.above if b.above is not None else b.below
            key = b.name.split()[0]
            sides = [
                credibility_gaps(uncertain.at({b.name: max(Fraction(0), value)}), state)[key] == 0
                for value in (turn - Fraction(1, 1000), turn, turn + Fraction(1, 1000))
                if not (b.name.endswith("restore") and value > 1)
            ]
            assert sides[1], seed
            assert turn == 0 or not all(sides) or (b.name.endswith("restore") and turn == 1), (seed, b.name)
            seen += 1
    assert seen > 20


def cheapest_at(problem, state, mode):
    """Least cost of a working package at one wanted state, over all packages."""
    costs = Costs(problem, [(state,)], mode)
    able = [p for p in compatible(problem) if works(problem, p, state)]
    return {p: cost for p in able if (cost := costs.of(p, 0)) is not None}


@pytest.mark.parametrize("mode", ["ignore", "filter", "price", "joint"])
def test_the_cost_at_which_another_package_becomes_cheaper(mode):
    seen, tiny = set(), Fraction(1, 10**6)
    for seed in range(190):
        d = a_random_uncertain_problem(random.Random(seed), concept=["nash", "seq"][seed % 2], continuous=True)
        d |= {"unique": False, "reach": "none", "wanted": d["wanted"] | {"mode": "some"}}
        d["uncertain"] = [
            {"name": f"{lever['id']} {what}", "lever": lever["id"], "what": what, "range": [0, 1]}
            for lever in d["levers"]
            for what in (("fixed", "exec", "audience", "restore") if mode in ("ignore", "price") else ("fixed",))
        ]
        uncertain = read_uncertain(json.dumps(d))
        problem, state = uncertain.problem, uncertain.problem.wanted_states[-1]
        costs = cheapest_at(problem, state, mode)
        package = min(costs, key=lambda p: (costs[p], sorted(p)), default=None)
        if package is None or not costs[package]:
            continue
        turning = {b.name: b for b in break_evens(uncertain, package, state=state, credibility=mode) if b.question == "cheapest"}
        for unknown in uncertain.unknowns:
            b = turning.get(unknown.name)
            what = unknown.name.split()[1]

            def leads(value, unknown=unknown, uncertain=uncertain, package=package, state=state):
                priced = cheapest_at(uncertain.at({unknown.name: value}), state, mode)
                return package not in priced or priced[package] == min(priced.values())

            for step in (-3, -1, Fraction(-1, 3), Fraction(1, 3), 1, 3, 7):
                value = unknown.central + step
                if value < 0 or (what == "restore" and value > 1):
                    continue
                beyond = b is not None and (
                    (b.above is not None and value >= b.above) or (b.below is not None and value <= b.below)
                )
                if mode == "ignore" and what in ("audience", "restore"):
                    assert b is None
                if not beyond:
                    assert leads(value), (seed, unknown.name, value)
            for value, step in [(b.above, tiny), (b.below, -tiny)] if b else []:
                if value is not None:
                    assert leads(value), (seed, unknown.name)
                    assert not leads(value + step), (seed, unknown.name)
                    seen.add(what)
    assert seen >= {"ignore": {"fixed", "exec"}, "price": {"fixed", "exec", "restore"}}.get(mode, {"fixed"})


def test_the_worth_of_the_outcome_at_which_an_owner_would_act():
    seen = 0
    for seed in range(45):
        d = a_random_uncertain_problem(random.Random(seed), concept="nash", continuous=True)
        d["uncertain"] = [
            {"name": f"{power} {k}", "power": power, "term": k, "range": [-9, 9]}
            for power, table in d["powers"].items()
            for k in range(len(table["stakes"]))
        ]
        uncertain = read_uncertain(json.dumps(d))
        keys = [lever.key for lever in uncertain.problem.levers]
        state = uncertain.problem.wanted_states[0]
        for key in keys:
            turning = {b.name: b for b in break_evens(uncertain, frozenset([key]), state=state, credibility="filter")}
            for unknown in uncertain.unknowns:
                b = turning.get(unknown.name)

                def acts(value, unknown=unknown, uncertain=uncertain, key=key, state=state):
                    return credibility_gaps(uncertain.at({unknown.name: value}), state)[key] == 0

                assert b is None or b.holds == acts(unknown.central)
                for step in (-40, -7, -2, -1, 1, 2, 7, 40):
                    value = unknown.central + step
                    beyond = b is not None and (
                        (b.above is not None and value >= b.above) or (b.below is not None and value <= b.below)
                    )
                    if not beyond:
                        assert acts(value) == acts(unknown.central), (seed, unknown.name, value)
                for value, step in [(b.above, Fraction(1, 9999)), (b.below, Fraction(-1, 9999))] if b else []:
                    if value is not None:
                        assert acts(value) != b.holds or acts(value + step) != b.holds
                        seen += 1
    assert seen > 20


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash"])
def test_a_worst_case_package_works_at_every_corner_and_inside(concept):
    rng = random.Random(7)
    found = 0
    for seed in range(25):
        uncertain = question(seed, concept=concept)
        got = worst_case_package(uncertain, credibility="ignore")
        if got.package is None:
            continue
        assert got.at_least <= got.cost
        found += 1
        ranges = [(u.name, u.spread.low, u.spread.high) for u in uncertain.unknowns]
        points = [dict(zip([n for n, *_ in ranges], ends, strict=True)) for ends in itertools.product(*(r[1:] for r in ranges))]
        points += [{n: low + (high - low) * Fraction(rng.randint(0, 8), 8) for n, low, high in ranges} for _ in range(6)]
        for point in points:
            assert works(uncertain.at(point), got.package, got.wanted_state), (seed, point)
    assert found > 3


def cheapest_at_every_corner(uncertain):
    """Least cost over packages and wanted states that are stable at every corner of the ranges, one by one."""
    corners = tuple(
        replace(u, spread=Spread("discrete", (u.spread.low, Fraction(1, 2), u.spread.high, Fraction(1, 2))))
        for u in uncertain.unknowns
    )
    problems = [
        uncertain.at(dict(zip([u.name for u in corners], values, strict=True)))
        for values in itertools.product(*(u.spread.values for u in corners))
    ]
    costs = [
        Costs(uncertain.problem, [(state,)], "ignore").of(package, 0)
        for package in compatible(uncertain.problem)
        for state in uncertain.problem.wanted_states
        if all(works(p, package, state) for p in problems)
    ]
    return min((cost for cost in costs if cost is not None), default=None)


def tangled(seed, concept):
    """Two unknowns that stand in several places of several parties, so that the worst point need not be a corner."""
    uncertain, rng = question(seed, concept=concept), random.Random(seed)
    problem = uncertain.problem
    options = int(problem.model.states.max()).bit_length()

    def somewhere():
        care = sum(1 << k for k in rng.sample(range(options), rng.randint(1, 2)))
        return StakeTerm(rng.choice(problem.model.parties), (Pattern(care, rng.randrange(1 << options) & care),))

    unknowns = []
    for name in "ab":
        places = [somewhere() for _ in range(rng.randint(2, 4))]
        if name == "b" and problem.levers:
            places.append(LeverEffect(rng.choice(problem.levers).key, rng.choice(problem.model.parties)))
        low = Fraction(rng.randint(-2, 0))
        unknowns.append(Unknown(name, Fraction(0), Spread("uniform", (low, low + rng.randint(1, 4))), tuple(places)))
    wanted = replace(problem.wanted, reach=["none", "ui"][seed % 2])
    return replace(uncertain, problem=replace(problem, wanted=wanted), unknowns=tuple(unknowns))


def fails_somewhere(uncertain, package, state):
    """Look at the corners first, then at a grid."""
    axes = [[u.spread.low + (u.spread.high - u.spread.low) * Fraction(k, 6) for k in range(7)] for u in uncertain.unknowns]
    corners = itertools.product(*([axis[0], axis[-1]] for axis in axes))
    grid = itertools.product(*axes) if len(axes) < 3 else ()
    names = [u.name for u in uncertain.unknowns]
    return any(not works(uncertain.at(dict(zip(names, point, strict=True))), package, state) for point in (*corners, *grid))


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash", "cgmr", "csmr", "cseq"])
def test_the_package_works_throughout_and_every_cheaper_one_fails_somewhere(concept):
    met = 0
    for seed in range(14):
        for uncertain in (question(seed, concept=concept), tangled(seed, concept)):
            got = worst_case_package(uncertain, credibility="ignore")
            if not got.is_exact:
                assert "belief" in {u.name for u in uncertain.unknowns}
                continue
            assert got.package is None or not fails_somewhere(uncertain, got.package, got.wanted_state), seed
            met += got.package is not None
            for state in uncertain.problem.wanted_states:
                costs = Costs(uncertain.problem, [(state,)], "ignore")
                for package in compatible(uncertain.problem):
                    cost = costs.of(package, 0)
                    if cost is not None and (got.cost is None or cost < got.cost):
                        assert fails_somewhere(uncertain, package, state), (seed, package)
    assert met > 4


@pytest.mark.parametrize("concept", ["nash", "gmr", "seq", "cnash"])
def test_states_that_must_hold_together_do_so_throughout_and_under_no_cheaper_package(concept):
    met = 0
    for seed in range(20):
        uncertain = tangled(seed, concept)
        problem = uncertain.problem
        uncertain = replace(uncertain, problem=replace(problem, wanted=replace(problem.wanted, mode="each")))
        got = worst_case_package(uncertain, credibility="ignore")
        assert got.is_exact
        assert got.package is None or not fails_somewhere(uncertain, got.package, None), seed
        met += got.package is not None
        costs = Costs(uncertain.problem, [uncertain.problem.wanted_states], "ignore")
        for package in compatible(uncertain.problem):
            cost = costs.of(package, 0)
            if cost is not None and (got.cost is None or cost < got.cost):
                assert fails_somewhere(uncertain, package, None), (seed, package)
    assert met


def test_the_worst_point_may_lie_inside_the_range():
    """B strikes back in one way where the prize is below 1 and in another where it is above 2; in between it lets A be."""
    model = GraphModel.from_options(["A", "B"], [Option("attack", (0,)), Option("strike", (1,)), Option("seize", (1,))])
    stakes = [
        [("1--", 2), ("11-", -4), ("1-1", -4)],
        [("110", 1), ("101", -2), ("111", -9), ("0-1", -9), ("01-", -9)],
    ]
    terms = [[((Pattern.from_text(when),), Fraction(value)) for when, value in listed] for listed in stakes]
    values, resolution = stake_values(model.states, terms)
    model = model.with_preference(values, cardinal=True, resolution=resolution)
    problem = Problem(model, 0, Wanted((Pattern.from_text("000"),)), "seq", Fraction(0), (), {}, ())
    places = tuple(StakeTerm("B", (Pattern.from_text(when),)) for when in ("10-", "1-1"))

    def holds(low, high):
        unknown = Unknown("prize", Fraction(0), Spread("uniform", (Fraction(low), Fraction(high))), places)
        uncertain = UncertainProblem(problem, (unknown,))
        ends = [works(uncertain.at({"prize": Fraction(end)}), frozenset()) for end in (low, high)]
        got = worst_case_package(uncertain)
        assert got.is_exact
        return ends, got.package is not None

    assert holds(0, 3) == ([True, True], False)
    assert holds(0, "1/2") == ([True, True], True)
    assert holds(0, 1) == ([True, False], False)
    assert holds("9/4", 9) == ([True, True], True)


def test_what_has_no_worst_case_is_refused():
    d = a_random_uncertain_problem(random.Random(2), concept="nash", continuous=True)
    with pytest.raises(LimitError, match="only outcome"):
        worst_case_package(read_uncertain(json.dumps(d | {"unique": True, "wanted": d["wanted"] | {"mode": "some"}})))
    d = a_random_uncertain_problem(random.Random(2), concept="cgmr", continuous=True)
    with pytest.raises(LimitError, match="'cgmr'"):
        break_evens(read_uncertain(json.dumps(d)), frozenset())


def test_a_sure_package_has_no_break_even_inside_the_ranges():
    for seed in range(40):
        uncertain = question(seed, concept="nash")
        got = worst_case_package(uncertain, credibility="ignore")
        if got.package is not None:
            assert not any(
                b.is_within and b.question == "works" and b.above != b.high and b.below != b.low
                for b in break_evens(uncertain, got.package, state=got.wanted_state)
            )


@pytest.mark.parametrize(
    ("concept", "reach", "said", "weaker"),
    [
        ("seq", "none", "a reply counts only", "stable under GMR in the whole ranges"),
        ("gmr", "ui", "a step to the wanted state counts only", "stable under GMR in the whole ranges, whatever the way there"),
        ("csmr", "none", "in several places of a party", "stable under SMR with all stakes and effects at their centres"),
    ],
)
def test_where_the_search_for_points_is_cut_short_it_says_why_the_cost_may_be_too_high(concept, reach, said, weaker, monkeypatch):
    monkeypatch.setattr("ceasefire.mediation.worst_case.MOST_STEPS", 0)
    asked = tangled(48, concept) if concept == "csmr" else question(6, concept=concept)
    problem = replace(asked.problem, wanted=replace(asked.problem.wanted, reach=reach))
    got = worst_case_package(replace(asked, problem=problem), credibility="ignore")
    assert not got.is_exact
    assert said in " ".join(got.stricter)
    assert got.weaker == weaker
    sure = worst_case_package(question(3, concept="nash"), credibility="ignore")
    assert (sure.stricter, sure.weaker) == ((), "")
