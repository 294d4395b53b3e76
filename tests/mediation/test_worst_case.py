"""Break-even values and packages for the worst case, against corners and neighbours looked at one by one."""

import itertools
import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from ceasefire.errors import LimitError
from ceasefire.mediation import Spread, break_evens, credibility_gaps, read_uncertain, worst_case_package
from ceasefire.mediation.outlook import Costs, compatible
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.unknowns import StakeTerm
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
    for seed in range(250):
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
    for seed in range(80):
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


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr"])
def test_nothing_cheaper_works_at_every_corner(concept):
    exact = 0
    for seed in range(30):
        uncertain = question(seed, concept=concept)
        got = worst_case_package(uncertain, credibility="ignore")
        if uncertain.problem.wanted.reach != "ui":
            assert got.is_exact
            assert got.cost == cheapest_at_every_corner(uncertain), seed
            exact += got.cost is not None
    assert exact > 5


@pytest.mark.parametrize("concept", ["cnash", "cgmr", "csmr"])
def test_coalitions_are_exact_where_no_unknown_touches_two_parties(concept):
    exact = 0
    for seed in range(24):
        uncertain = question(seed, concept=concept)
        uncertain = replace(uncertain, unknowns=tuple(u for u in uncertain.unknowns if u.name != "belief"))
        got = worst_case_package(uncertain, credibility="ignore")
        if uncertain.problem.wanted.reach != "ui":
            assert got.is_exact
            assert got.cost == cheapest_at_every_corner(uncertain), seed
            exact += got.cost is not None
    assert exact > 2


@pytest.mark.parametrize("concept", ["seq", "cseq"])
def test_where_replies_must_pay_the_cost_is_between_bounds(concept):
    met = 0
    for seed in range(24):
        uncertain = question(seed, concept=concept)
        got, known = worst_case_package(uncertain, credibility="ignore"), cheapest_at_every_corner(uncertain)
        if got.cost is not None:
            assert known is not None
            assert known <= got.cost
        if got.at_least is None:
            assert known is None
        met += got.is_exact
    assert met > 5


def test_one_unknown_in_two_places_of_a_party_is_said_to_be_a_bound():
    uncertain = question(3, concept="nash")
    first, second = (u for u in uncertain.unknowns if isinstance(u.places[0], StakeTerm))
    twice = replace(first, places=(first.places[0], replace(second.places[0], party=first.places[0].party)))
    got = worst_case_package(replace(uncertain, unknowns=(twice,)), credibility="ignore")
    known = cheapest_at_every_corner(replace(uncertain, unknowns=(twice,)))
    assert got.cost is None or (known is not None and got.at_least <= known <= got.cost)


def test_what_has_no_worst_case_is_refused():
    d = a_random_uncertain_problem(random.Random(2), concept="nash", continuous=True)
    with pytest.raises(LimitError, match="must hold together"):
        worst_case_package(read_uncertain(json.dumps(d | {"wanted": d["wanted"] | {"mode": "each"}})))
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
        ("csmr", "none", "moves several parties", "stable under SMR in the whole ranges"),
    ],
)
def test_a_cost_that_may_be_too_high_says_why(concept, reach, said, weaker):
    asked = question(3, concept=concept)
    problem = replace(asked.problem, wanted=replace(asked.problem.wanted, reach=reach))
    first, second = (u for u in asked.unknowns if isinstance(u.places[0], StakeTerm))
    shared = (replace(first, places=(*first.places, *second.places)),) if concept == "csmr" else asked.unknowns
    got = worst_case_package(replace(asked, problem=problem, unknowns=shared), credibility="ignore")
    assert said in " ".join(got.stricter)
    assert got.weaker == weaker
    sure = worst_case_package(question(3, concept="nash"), credibility="ignore")
    assert (sure.stricter, sure.weaker) == ((), "")
