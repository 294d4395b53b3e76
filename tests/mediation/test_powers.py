"""Claims, cost splits, spoilers, time and trust, each against its definition written out."""

import itertools
import json
import random
from fractions import Fraction

import pytest

from ceasefire.errors import CaseError, LimitError
from ceasefire.mediation import (
    acting,
    belief_from_record,
    check_package,
    claims,
    find_packages,
    read_problem,
    split_cost,
    spoilers,
    timeline,
    withstand,
)
from ceasefire.testing import a_border_with_two_powers, state_text
from ceasefire.testing.packages_by_definition import Brute, InForce, random_problem


def best_margin(force, i, w):
    """The largest margin, in halves and quarters, at which every single move of i that counts is deterred."""
    ends = [t for t in force.moves(i, w) if force.counts(t, all_moves=False)]
    if not ends:
        return None
    for eps in sorted({force.u(i, w) - force.u(i, s) for s in force.states}, reverse=True):
        force.margin = eps
        if all(force.deterred((i,), w, t) for t in ends):
            return eps
    return "none"


def test_claims_and_margins_follow_their_definitions():
    seen = 0
    for seed in range(80):
        d = random_problem(seed)
        problem = read_problem(json.dumps(d))
        rng = random.Random(seed)
        package = [lever for lever in d["levers"] if rng.random() < 0.5]
        force = InForce(d, package)
        for w in problem.wanted_states[:2]:
            found = claims(problem, [lever["id"] for lever in package], w)
            text = state_text(problem, w)
            force.margin = d["margin"]
            assert found.stable == force.stable(text), seed
            assert found.reached_by_moves == force.reached([text], "um"), seed
            assert found.reached_by_improvement == force.reached([text], "ui"), seed
            assert found.only == force.only(), seed
            for party, margin in found.margins.items():
                assert margin == best_margin(force, party, text), (seed, party)
                seen += margin is not None
    assert seen > 200


def test_a_split_covers_the_cost_and_asks_nobody_for_more_than_peace_is_worth():
    even = short = 0
    for seed in range(200):
        d = random_problem(seed)
        problem, brute = read_problem(json.dumps(d)), Brute(d)
        for members in [list(d["powers"]), list(d["powers"])[:1]]:
            found = split_cost(problem, members)
            assert (found is None) == (brute.least(members) is None)
            if found is None:
                continue
            assert found.cost == brute.least(members), seed
            worth = {p: max(0, brute.stake(p, state_text(problem, found.state)) - brute.stake(p, d["status_quo"])) for p in members}
            assert found.worth == worth
            assert sum(found.shares.values()) + found.missing == found.cost
            assert all(0 <= share <= worth[p] for p, share in found.shares.items())
            assert found.missing == max(0, found.cost - sum(worth.values()))
            assert sum(found.bears.values()) == found.cost
            assert sum(found.transfers.values()) == -found.missing
            even += found.missing == 0 < found.cost
            short += found.missing > 0
    assert even
    assert short


def test_a_split_among_strangers_is_refused():
    with pytest.raises(KeyError, match="Z"):
        split_cost(read_problem(json.dumps(random_problem(0))), ["P", "Z"])


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash", "cseq"])
def test_what_withstands_spoilers_works_whatever_they_do(concept):
    stood = 0
    for seed in range(60):
        d = random_problem(seed) | {"concept": concept, "unique": False, "budgets": {}, "credibility": "ignore", "incompatible": []}
        d |= {"wanted": d["wanted"] | {"mode": "some"}, "reach": "none"}
        for lever in d["levers"]:
            lever.pop("group", None)
        problem, mine = read_problem(json.dumps(d)), ["P"]
        found = withstand(problem, mine)
        late = d.get("horizon_days", 99)
        levers = [lever for lever in d["levers"] if lever.get("delay_days", 0) <= late]
        own, others = ([x for x in levers if (x["owner"] in mine) == side] for side in (True, False))
        attacks = [list(z) for n in range(len(others) + 1) for z in itertools.combinations(others, n)]
        best = None
        for n in range(len(own) + 1):
            for package in itertools.combinations(own, n):
                for w in InForce(d).wanted:
                    cost = sum(x["fixed"] + x["exec"] * _on(x, w) for x in package)
                    if (best is None or cost < best) and all(InForce(d, [*package, *z]).stable(w) for z in attacks):
                        best = cost
        if concept == "nash":
            assert (found.cost if found else None) == best, seed
        if found:
            package = [x for x in own if x["id"] in found.package]
            assert all(InForce(d, [*package, *z]).stable(state_text(problem, found.state)) for z in attacks), seed
            assert best is not None
            assert best <= found.cost
            stood += 1
    assert stood > 5


def _on(lever, w):
    return any(all(p in ("-", s) for p, s in zip(pattern, w, strict=True)) for pattern in lever["when"])


def test_spoilers_are_the_powers_whose_own_levers_open_a_move():
    named = 0
    for seed in range(80):
        d = random_problem(seed) | {"budgets": {}, "incompatible": [], "reach": "none", "unique": False}
        problem = read_problem(json.dumps(d))
        packages = find_packages(problem)
        if not packages.feasible or d["wanted"]["mode"] == "each":
            continue
        package, state = packages.optimal[0], packages.wanted_state[0]
        used = [x for x in d["levers"] if x["id"] in package]
        late = d.get("horizon_days", 99)
        found = spoilers(problem, package, state)
        for power in d["powers"]:
            if any(x["owner"] == power for x in used):
                assert power not in found
                continue
            theirs = [x for x in d["levers"] if x["owner"] == power and x.get("delay_days", 0) <= late]
            breaking = [
                z
                for n in range(1, len(theirs) + 1)
                for z in itertools.combinations(theirs, n)
                if _fits([*used, *z]) and not InForce(d, [*used, *z]).stable(state_text(problem, state))
            ]
            assert (power in found) == bool(breaking), (seed, power)
            if breaking:
                assert len(found[power]) == len(breaking[0])
                named += 1
    assert named > 5


def _fits(levers):
    groups = [x["group"] for x in levers if x.get("group")]
    return len(groups) == len(set(groups))


def test_spoilers_and_uniqueness_are_not_decided_together():
    d = random_problem(3) | {"unique": True}
    with pytest.raises(LimitError, match="unique"):
        withstand(read_problem(json.dumps(d)), ["P"])


def border():
    """The border with days: the ban bites late, a dearer one soon, and the aid ends."""
    given = a_border_with_two_powers()
    ban, aid = given["levers"]
    swift = ban | {"id": "swift", "fixed": 5, "delay_days": 2}
    return given | {"levers": [ban | {"delay_days": 40}, swift, aid | {"lasts_days": 50}]}


def test_a_lever_that_comes_too_late_is_in_no_package():
    late, early = border() | {"horizon_days": 30}, border() | {"horizon_days": 60}
    assert find_packages(read_problem(json.dumps(late))).optimal == (frozenset({"swift", "aid"}),)
    assert find_packages(read_problem(json.dumps(early))).optimal == (frozenset({"ban", "aid"}),)
    verdict = check_package(read_problem(json.dumps(late)), {"ban", "aid"})
    assert not verdict.works
    assert verdict.reasons == ("levers come too late",)
    doubts = "; ".join(read_problem(json.dumps(late)).warnings())
    assert "threat 'ban' acts after 40 days, too late by the horizon" in doubts
    assert "promise 'aid' ends after 50 days" in "; ".join(read_problem(json.dumps(early)).warnings())


def test_levers_act_between_their_delay_and_their_end():
    problem = read_problem(json.dumps(border() | {"horizon_days": 60}))
    assert acting(problem, {"ban", "aid"}, Fraction(39)) == {"aid"}
    periods = [(p.start, p.end, sorted(p.acting), [m.who for m in p.undeterred]) for p in timeline(problem, {"ban", "aid"}, 0)]
    assert periods == [
        (0, 40, ["aid"], [("A",)]),
        (40, 50, ["aid", "ban"], []),
        (50, 60, ["ban"], [("B",)]),
    ]


@pytest.mark.parametrize(("lasts", "best"), [(41, {"ban", "aid"}), (40, {"swift", "aid"}), (2, set()), (0, set())])
def test_levers_that_never_act_on_the_same_day_are_in_no_package_together(lasts, best):
    given = border() | {"horizon_days": 60}
    given["levers"][2]["lasts_days"] = lasts
    problem = read_problem(json.dumps(given))
    found = find_packages(problem)
    assert found.feasible == bool(best)
    assert set(found.optimal) == ({frozenset(best)} if best else set())
    if 0 < lasts <= 40:
        assert "promise 'aid' is over before 'ban'" in "; ".join(problem.warnings())
        assert check_package(problem, {"ban", "aid"}).reasons[0] == "levers exclude each other"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"horizon_days": -1}, "horizon_days -1 is negative"),
        ({"margin": -1}, "margin -1 is negative"),
        ({"belief_curve": [[2, 0.5], [1, 0]]}, "rise from point to point"),
        ({"belief_curve": [[2, 1.5]]}, "belief 3/2"),
        ({"belief_curve": [2]}, "expected pairs of gap and belief"),
        ({"levers": [border()["levers"][0] | {"steps": 0}]}, "'steps' of lever 'ban' is 0"),
        ({"levers": [border()["levers"][0] | {"delay_days": -2}]}, "delay_days -2, which is negative"),
    ],
)
def test_wrong_times_curves_and_steps_are_refused(change, part):
    with pytest.raises(CaseError) as caught:
        read_problem(json.dumps(border() | change))
    assert part in str(caught.value)


def test_trust_says_nothing_on_few_cases_and_nothing_where_deeds_come_anyway():
    assert belief_from_record(4, 4, 1, 50) is None
    assert belief_from_record(4, 40, 1, 4) is None
    assert belief_from_record(40, 40, 50, 50) is None
    assert belief_from_record(10, 40, 25, 50).belief == 0
    assert belief_from_record(40, 40, 0, 50).belief == 1
    with pytest.raises(ValueError, match="7 of 6"):
        belief_from_record(7, 6, 0, 9)


def test_the_interval_of_trust_covers_as_often_as_it_says():
    rng = random.Random(11)
    p, b, inside, runs = 0.6, 0.2, 0, 400
    truth = (p - b) / (1 - b)
    for _ in range(runs):
        found = belief_from_record(sum(rng.random() < p for _ in range(40)), 40, sum(rng.random() < b for _ in range(60)), 60)
        inside += found.low <= truth <= found.high
    assert inside / runs > 0.92


def test_powers_that_can_do_it_alone_are_named():
    d = border()
    d["levers"][2]["owner"] = "P"
    assert find_packages(read_problem(json.dumps(d))).single_handed == ("P",)
    assert find_packages(read_problem(json.dumps(border()))).single_handed == ()
