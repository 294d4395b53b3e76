"""Laws of packages, and the two solvers against each other on problems too large for brute force."""

import itertools
import json
import random
from fractions import Fraction

import pytest

from ceasefire.errors import LimitError
from ceasefire.mediation import find_packages, read_problem, wide
from ceasefire.mediation.hunt import Hunt
from ceasefire.mediation.packages import room_of
from ceasefire.testing.packages_by_definition import CONCEPTS, Brute, InForce, disagreement, random_problem

MONOTONE = ["nash", "gmr", "smr", "cnash"]


def larger_problem(seed, concept):
    """Six options of three parties, fourteen levers of four powers; statements over one to three options."""
    rng = random.Random(f"larger {seed}")
    dms, m = ["A", "B", "C"], 6

    def pattern(signs="01"):
        chosen = rng.sample(range(m), rng.randint(1, 3))
        return "".join(rng.choice(signs) if k in chosen else "-" for k in range(m))

    def stakes(i):
        terms = [{"when": "".join("1" if j == k else "-" for j in range(m)), "value": 2 if k % 3 == i else -3} for k in range(m)]
        return terms + [{"when": pattern(), "value": rng.randint(-4, 4)} for _ in range(8)]

    levers = []
    for k in range(14):
        sign = -1 if k < 10 else rng.choice([-1, 1])
        own = "".join("1" if j == k % m else "-" for j in range(m))
        others = {d: sign * rng.randint(1, 4) for d in rng.sample(dms, rng.choice([0, 0, 1]))}
        levers.append(
            {
                "id": f"l{k:02}",
                "owner": rng.choice("PQRS"),
                "type": "threat" if sign < 0 else "promise",
                "when": own if k < 10 else pattern(),
                "effects": others | {dms[k % 3]: sign * rng.randint(2, 6)},
                "fixed": rng.randint(0, 6),
                "exec": rng.randint(0, 4),
                "restore": 0.5,
                **({"group": f"g{k % 3}"} if rng.random() < 0.1 else {}),
            }
        )
    return {
        "options": [{"name": f"o{k}", "owner": dms[k % 3]} for k in range(m)],
        "dms": dms,
        "infeasible": [],
        "stakes": {d: stakes(i) for i, d in enumerate(dms)},
        "status_quo": "".join(rng.choice("01") for _ in range(m)),
        "wanted": {"when": "0000--"},
        "concept": concept,
        "powers": {p: {"stakes": [{"when": pattern(), "value": rng.randint(0, 6)}]} for p in "PQRS"},
        "levers": levers,
        "budgets": {"P": 9},
        "credibility": rng.choice(["ignore", "ignore", "filter", "price", "joint"]),
        "reach": rng.choice(["none", "none", "um", "ui"]),
        "unique": rng.random() < 0.2,
    }


@pytest.mark.parametrize("concept", CONCEPTS)
def test_both_solvers_agree_on_larger_problems(concept):
    dear = 0
    for seed in range(6):
        text = json.dumps(larger_problem(seed, concept))
        one, other = (find_packages(read_problem(text), method=method) for method in ("search", "highs"))
        assert one.min_cost == other.min_cost, seed
        assert one.coalition_cost == other.coalition_cost, seed
        assert one.optimal_count == other.optimal_count, seed
        assert one.optimal == other.optimal, seed
        dear += bool(one.min_cost)
    assert dear or concept in {"gmr", "smr"}


def test_minimal_coalitions_agree_by_lattice_and_by_exclusion():
    for concept in ("nash", "seq", "cgmr"):
        for seed in range(4):
            problem = read_problem(json.dumps(larger_problem(seed, concept)))
            hunt = Hunt(room_of(problem), problem.credibility)
            assert hunt.minimal_coalitions() == hunt.coalitions_by_exclusion()


def test_the_answer_is_the_same_each_time():
    text = json.dumps(larger_problem(1, "seq"))
    one, other = (find_packages(read_problem(text)) for _ in range(2))
    assert vars(one) == vars(other)


def raising_problem(seed, concept):
    """Every lever raises the one wanted state against all others, for everybody it touches."""
    rng = random.Random(seed)
    d = random_problem(seed) | {"concept": concept, "credibility": "ignore", "margin": 0}
    good = "".join(rng.choice("01") for _ in d["options"])
    for lever in d["levers"]:
        away = [s for s in itertools.product("01", repeat=len(good)) if "".join(s) != good]
        hurt = ["".join(s) for s in away if rng.random() < 0.5]
        lever.update({"type": "threat", "when": hurt} if rng.random() < 0.6 else {"type": "promise", "when": [good]})
        sign = -1 if lever["type"] == "threat" else 1
        lever["effects"] = {party: sign * abs(change) for party, change in lever["effects"].items()}
        lever.pop("group", None)
    d |= {"wanted": {"when": [good]}, "infeasible": [], "incompatible": [], "budgets": {}, "reach": "none", "unique": False}
    return d


@pytest.mark.parametrize("concept", MONOTONE)
def test_more_levers_that_raise_the_wanted_state_never_undo_it(concept):
    grown = 0
    for seed in range(60):
        brute = Brute(raising_problem(seed, concept))
        working = {keys for keys, _, _ in brute.table}
        every = [frozenset(lever["id"] for lever in package) for package in brute.packages()]
        for small in working:
            for large in every:
                if small < large:
                    assert large in working, (seed, small, large)
                    grown += 1
    assert grown > 100


def test_under_sequential_stability_one_more_threat_can_undo_deterrence():
    d = {
        "options": [{"name": "attack", "owner": "A"}, {"name": "strike back", "owner": "B"}],
        "dms": ["A", "B"],
        "infeasible": [],
        "stakes": {
            "A": [{"when": "1-", "value": 5}, {"when": "11", "value": -9}],
            "B": [{"when": "1-", "value": -3}, {"when": "11", "value": 2}, {"when": "01", "value": -1}],
        },
        "status_quo": "00",
        "wanted": {"when": "00"},
        "concept": "seq",
        "powers": {"P": {}},
        "levers": [{"id": "embargo", "owner": "P", "type": "threat", "when": "-1", "effects": {"B": -3}, "fixed": 0}],
    }
    found = find_packages(read_problem(json.dumps(d)), every=True)
    assert found.optimal == (frozenset(),)
    assert found.optimal_count == 1
    assert find_packages(read_problem(json.dumps(d | {"concept": "gmr"})), every=True).optimal_count == 2


def test_promises_cost_what_the_largest_gains_are_worth():
    for seed in range(40):
        rng = random.Random(seed)
        d = random_problem(seed) | {"concept": "nash", "credibility": "ignore", "margin": 0, "infeasible": []}
        good = "".join(rng.choice("01") for _ in d["options"])
        d |= {"incompatible": [], "budgets": {}, "reach": "none", "unique": False, "wanted": {"when": [good]}}
        d["levers"] = [
            {"id": f"{dm}{k}", "owner": "P", "type": "promise", "when": good, "effects": {dm: 1 << k}, "exec": 1 << k}
            for dm in d["dms"]
            for k in range(6)
        ]
        force = InForce(d)
        gains = [max([0, *(force.u(i, t) - force.u(i, good) for t in force.moves(i, good))]) for i in d["dms"]]
        found = find_packages(read_problem(json.dumps(d)))
        assert found.min_cost == sum(gains), seed
        assert (found.min_cost == 0) == force.stable(good)


def hard_problem():
    """A knapsack in disguise: many dear levers, none of which suffices."""
    rng = random.Random(5)
    return {
        "options": [{"name": "x", "owner": "A"}],
        "dms": ["A"],
        "infeasible": [],
        "stakes": {"A": [{"when": "1", "value": 997}]},
        "status_quo": "1",
        "wanted": {"when": "0"},
        "powers": {"P": {}, "Q": {}},
        "levers": [
            {
                "id": f"l{k:02}",
                "owner": "PQ"[k % 2],
                "type": "threat",
                "when": "1",
                "effects": {"A": -(value := rng.randint(60, 140))},
                "fixed": value + rng.randint(-9, 9),
            }
            for k in range(30)
        ],
    }


@pytest.mark.parametrize("method", ["search", "auto", "highs"])
def test_a_stopped_search_says_what_it_knows(method):
    told = []

    def watch(bounds):
        told.append(bounds)
        return not (bounds.best is not None and len(told) >= 2)

    problem = read_problem(json.dumps(hard_problem()))
    found = find_packages(problem, method=method, watch=watch)
    whole = find_packages(read_problem(json.dumps(hard_problem())))
    assert told
    assert whole.proven
    if not found.proven:
        assert found.bound <= whole.min_cost <= found.min_cost
        assert found.optimal[0]
        assert not found.exact
        assert found.coalition_cost == {}
    assert all(b.bound <= whole.min_cost for b in told)
    assert all(b.best is None or b.best >= whole.min_cost for b in told)
    assert method != "search" or not found.proven


def test_a_search_stopped_before_any_package_is_found_claims_nothing():
    problem = read_problem(json.dumps(hard_problem()))
    found = find_packages(problem, method="search", watch=lambda _: False)
    assert not found.proven
    assert found.bound is not None


def test_highs_alone_refuses_numbers_it_cannot_compare_exactly():
    d = hard_problem()
    d["stakes"]["A"][0]["value"] = 10**11
    d["levers"] = [lever | {"effects": {"A": -(10**10) - k}} for k, lever in enumerate(d["levers"][:11])]
    with pytest.raises(LimitError, match="lever search"):
        find_packages(read_problem(json.dumps(d)), method="highs")
    assert (
        find_packages(read_problem(json.dumps(d))).min_cost == find_packages(read_problem(json.dumps(d)), method="search").min_cost
    )


def test_solving_prints_nothing(capfd):
    find_packages(read_problem(json.dumps(hard_problem())), method="highs")
    assert capfd.readouterr().out == ""


def test_levels_of_intensity_are_priced_step_by_step():
    d = hard_problem()
    d["levers"] = [
        {"id": "ban", "owner": "P", "type": "threat", "when": "1", "effects": {"A": -2000}, "exec": 10, "steps": 200, "fixed": 1},
        {"id": "aid", "owner": "Q", "type": "promise", "when": "0", "effects": {"A": 1000}, "exec": 20, "steps": 100, "fixed": 1},
    ]
    found = find_packages(read_problem(json.dumps(d)))
    assert found.min_cost == 1
    assert frozenset({"ban@1/2"}) in found.optimal
    assert found.exposure[0] == 5
    d["incompatible"] = [["ban", "aid"]]
    assert len(read_problem(json.dumps(d)).incompatible) == 200 * 100
    alone = find_packages(read_problem(json.dumps(d | {"levers": d["levers"][1:], "incompatible": []})))
    assert alone.min_cost == 1 + 20
    assert alone.optimal == (frozenset({"aid@1"}),)


def test_what_levers_are_believed_falls_with_their_gap():
    d = {
        "options": [{"name": "x", "owner": "A"}],
        "dms": ["A"],
        "infeasible": [],
        "stakes": {"A": [{"when": "1", "value": 4}]},
        "status_quo": "1",
        "wanted": {"when": "0"},
        "powers": {"P": {}},
        "levers": [
            {"id": "mild", "owner": "P", "type": "threat", "when": "1", "effects": {"A": -5}, "exec": 1, "fixed": 3},
            {"id": "hard", "owner": "P", "type": "threat", "when": "1", "effects": {"A": -9}, "exec": 3, "fixed": 1},
        ],
        "belief_curve": [[1, 0.8], [3, 0.4]],
    }
    assert find_packages(read_problem(json.dumps(d))).optimal == (frozenset({"mild"}),)
    assert find_packages(read_problem(json.dumps(d | {"belief_curve": []}))).optimal == (frozenset({"hard"}),)
    doubted = d | {"belief_curve": [[1, 0.79], [3, 0.4]]}
    assert find_packages(read_problem(json.dumps(doubted))).optimal == (frozenset({"mild", "hard"}),)


def test_a_belief_curve_agrees_with_brute_force_where_beliefs_are_written_out():
    for seed in range(40):
        d = random_problem(seed) | {"wanted": random_problem(seed)["wanted"] | {"mode": "each"}}
        brute = Brute(d)
        written = json.loads(json.dumps(d))
        for lever, plain in zip(written["levers"], d["levers"], strict=True):
            gap = max(brute.gap(plain, w) for w in brute.bare.wanted)
            lever["belief"] = float(Fraction(plain.get("belief", 1)) * max(Fraction(0), 1 - gap / 4))
        curved = find_packages(read_problem(json.dumps(d | {"belief_curve": [[4, 0]]})), every=True)
        plain = find_packages(read_problem(json.dumps(written)), every=True)
        assert curved.min_cost == plain.min_cost, seed
        assert set(curved.optimal) == set(plain.optimal), seed
        assert disagreement(written) is None


@pytest.mark.parametrize(("most_back", "swept"), [(0, 1), (1 << 13, 1), (1 << 13, 1 << 20)])
def test_walking_around_the_wanted_state_gives_the_same_answers(monkeypatch, most_back, swept):
    monkeypatch.setattr(wide, "MOST_LISTED", -1)
    monkeypatch.setattr(wide, "MOST_BACK", most_back)
    monkeypatch.setattr(wide, "SWEPT", swept)
    for seed in range(80):
        d = random_problem(seed) | {"concept": wide.CONCEPTS[seed % 4], "unique": False}
        assert disagreement(d) is None, seed
    for seed in range(3):
        text = json.dumps(larger_problem(seed, "seq") | {"unique": False})
        answer = find_packages(read_problem(text))
        with monkeypatch.context() as listed:
            listed.setattr(wide, "MOST_LISTED", 8192)
            assert find_packages(read_problem(text)).coalition_cost == answer.coalition_cost
