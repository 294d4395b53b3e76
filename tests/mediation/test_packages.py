"""Every answer against brute force over all packages, with the definitions written out in plain Python."""

import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest

from ceasefire.errors import CaseError, CeasefireError
from ceasefire.mediation import (
    after_withdrawal,
    check_package,
    credibility_gaps,
    find_packages,
    open_moves,
    packages_json,
    read_problem,
    why_each_lever,
)
from ceasefire.testing import a_border_with_two_powers, state_text
from ceasefire.testing.packages_by_definition import Brute, disagreement, random_problem

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"


@pytest.mark.parametrize("block", range(10))
def test_cost_packages_coalitions_and_indices_agree_with_brute_force_by_either_solver(block):
    for seed in range(block * 24, block * 24 + 24):
        assert disagreement(random_problem(seed), ["search", "highs"]) is None, seed


def test_a_useless_lever_changes_nothing():
    for seed in range(30):
        d = random_problem(seed)
        before = find_packages(read_problem(json.dumps(d)))
        d["levers"].append(
            {"id": "idle", "owner": "P", "type": "threat", "when": ["-" * len(d["options"])], "effects": {}, "fixed": 1}
        )
        after = find_packages(read_problem(json.dumps(d)))
        assert (before.min_cost, before.minimal_coalitions) == (after.min_cost, after.minimal_coalitions)


@pytest.mark.parametrize("name", ["one_border_two_powers", "blunt_embargo"])
def test_worked_examples_give_their_stated_solution(name):
    file = EXAMPLES / f"{name}.json"
    text = file.read_text(encoding="utf-8")
    given, problem = json.loads(text), read_problem(text, name)
    assert packages_json(problem, find_packages(problem)) == given["expected"]
    for mode, expected in given["if_credibility_is"].items():
        answer = packages_json(problem, find_packages(problem, credibility=mode))
        assert {key: answer[key] for key in expected} == expected
    wanted = problem.wanted_states[0]
    assert {k: float(v) for k, v in credibility_gaps(problem, wanted).items()} == given["credibility_gap"]
    for row in given["all_packages"]:
        verdict = check_package(problem, frozenset(row["package"]))
        assert verdict.works == row["works"]
        assert row["cost"] is None or verdict.cost == row["cost"]
        moves = [
            {"who": list(m.who), "from": state_text(problem, m.start), "to": state_text(problem, m.to), "gain": m.gain}
            for m in verdict.undeterred
        ]
        assert moves == row["undeterred"]
    without = [
        {"who": list(m.who), "moves_to": state_text(problem, m.to), "gain": m.gain}
        for m in open_moves(problem, frozenset(), wanted)
    ]
    assert without == [{k: v for k, v in row.items() if k != "wanted_state"} for row in given["without_levers"]]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"status_quo": "1-"}, "leaves options open"),
        ({"wanted": {"when": ["2-"]}}, "'2'"),
        ({"wanted": {"when": ["11"]}, "infeasible": ["11"]}, "no feasible state is wanted"),
        ({"infeasible": ["00"]}, "status quo is not a feasible state"),
        ({"concept": "nahs"}, "'nahs'"),
        ({"levers": [{"id": "x", "owner": "Z", "type": "threat", "when": "1-", "effects": {}}]}, "'Z'"),
        ({"levers": [{"id": "x", "owner": "P", "type": "threat", "when": "1", "effects": {}}]}, "needs 2 characters"),
        ({"stakes": {"E": []}}, "unknown party 'E'"),
    ],
)
def test_a_wrong_problem_is_refused_with_the_value_seen(change, part):
    d = {
        "options": [{"name": "x", "owner": "A"}, {"name": "y", "owner": "B"}],
        "dms": ["A", "B"],
        "infeasible": [],
        "stakes": {},
        "status_quo": "00",
        "wanted": {"when": ["00"]},
        "powers": {"P": {}},
        "levers": [],
    }
    with pytest.raises(CaseError) as caught:
        read_problem(json.dumps(d | change), "war.json")
    assert part in str(caught.value)
    assert str(caught.value).startswith("war.json")


def test_every_single_package_gets_the_verdict_of_brute_force():
    for seed in range(300, 348):
        d = random_problem(seed) | {"budgets": {}, "credibility": "ignore"}
        brute, problem = Brute(d), read_problem(json.dumps(d))
        working = {keys for keys, _, _ in brute.table}
        for bits in range(1 << len(d["levers"])):
            keys = frozenset(l["id"] for k, l in enumerate(d["levers"]) if bits >> k & 1)
            verdict = check_package(problem, keys)
            assert verdict.works == (keys in working), (seed, keys)
            assert verdict.works or verdict.undeterred or verdict.reasons, (seed, keys)
            if verdict.works:
                assert not verdict.undeterred


def test_a_sanction_is_made_of_moves_that_exist_and_ends_in_a_loss():
    seen = 0
    for seed in range(400, 800):
        d = random_problem(seed)
        problem = read_problem(json.dumps(d))
        model = problem.model
        for package in find_packages(problem).optimal[:2]:
            for move in check_package(problem, package).deterred:
                here = move.to
                for step in move.sanction:
                    assert step.start == here
                    assert step.to in model.moves(step.party, here)
                    assert model.parties[step.party] not in move.who
                    here = step.to
                assert move.loss >= problem.margin
                seen += 1
    assert seen > 30


def test_more_powers_never_pay_more():
    for seed in range(60):
        costs = find_packages(read_problem(json.dumps(random_problem(seed)))).coalition_cost
        for fewer, dear in costs.items():
            for more, cheap in costs.items():
                if fewer < more and dear is not None:
                    assert cheap is not None
                    assert cheap <= dear


def test_names_and_order_of_levers_do_not_matter():
    for seed in range(40):
        d = random_problem(seed)
        first = find_packages(read_problem(json.dumps(d)))
        name = {lever["id"]: f"x{9 - k}" for k, lever in enumerate(d["levers"])}
        d["levers"] = [lever | {"id": name[lever["id"]]} for lever in reversed(d["levers"])]
        d["incompatible"] = [[name[a], name[b]] for a, b in d["incompatible"]]
        second = find_packages(read_problem(json.dumps(d)))
        assert second.min_cost == first.min_cost
        assert set(second.optimal) == {frozenset(name[key] for key in package) for package in first.optimal}
        assert second.shapley_shubik == first.shapley_shubik


def test_a_list_cut_short_starts_with_the_least_exposed_and_smallest_package():
    for seed in range(60):
        text = json.dumps(random_problem(seed))
        whole, cut = find_packages(read_problem(text)), find_packages(read_problem(text), limit=1)
        assert cut.optimal == whole.optimal[:1]
        assert cut.exposure == whole.exposure[:1]
        assert cut.exact == (len(whole.optimal) <= 1)
        assert whole.exact
        assert whole.optimal_count == len(find_packages(read_problem(text), every=True).optimal)
        assert cut.min_cost == whole.min_cost


def test_many_powers_are_searched_for_minimal_coalitions_only():
    d = {
        "options": [{"name": "x", "owner": "A"}],
        "dms": ["A"],
        "infeasible": [],
        "stakes": {"A": [{"when": "1", "value": 5}]},
        "status_quo": "1",
        "wanted": {"when": ["0"]},
        "powers": {f"P{k:02}": {} for k in range(12)},
        "levers": [
            {"id": f"l{k:02}", "owner": f"P{k:02}", "type": "threat", "when": "1", "effects": {"A": -1 - k // 3}, "fixed": 1}
            for k in range(12)
        ],
    }
    problem = read_problem(json.dumps(d))
    found = find_packages(problem, coalitions=[frozenset({"P00", "P11"}), frozenset({"P00", "P01"})])
    strength = {power: 1 + k // 3 for k, power in enumerate(d["powers"])}
    able = [frozenset(c) for n in range(1, 6) for c in itertools.combinations(strength, n) if sum(map(strength.get, c)) >= 5]
    assert set(found.minimal_coalitions) == {c for c in able if not any(o < c for o in able)}
    assert found.coalition_cost[frozenset({"P00", "P11"})] == 2
    assert found.coalition_cost[frozenset({"P00", "P01"})] is None
    assert sum(found.shapley_shubik.values()) == 1


def test_withdrawal_and_reasons_name_the_moves_that_come_back():
    problem = read_problem(json.dumps(a_border_with_two_powers()))
    package = {"ban", "aid"}
    ended = {(w.what, w.power): (w.holds, [(m.who, m.gain) for m in w.undeterred]) for w in after_withdrawal(problem, package)}
    assert ended == {
        ("all", None): (False, [(("A",), 3), (("B",), 2)]),
        ("promises", None): (False, [(("B",), 2)]),
        ("power", "P"): (False, [(("A",), 3)]),
        ("power", "Q"): (False, [(("B",), 2)]),
    }
    assert {k: [m.who for m in moves] for k, moves in why_each_lever(problem, package).items()} == {
        "aid": [("B",)],
        "ban": [("A",)],
    }


def test_doubtful_levers_are_named():
    d = a_border_with_two_powers()
    d["levers"][0] |= {"when": "--", "effects": {"A": 3}}
    d["levers"][1] |= {"when": "1-"}
    doubts = "; ".join(read_problem(json.dumps(d)).warnings())
    assert "threat 'ban' is carried out in a wanted state" in doubts
    assert "threat 'ban' helps 'A' (+3)" in doubts
    assert "promise 'aid' is kept in no wanted state" in doubts


@pytest.mark.parametrize("junk", [None, True, -1, 1.5, "", "?", [], [[]], {}, [{}], {"A": None}, "9" * 50, 1e300])
def test_junk_in_any_field_is_refused_or_read_but_never_crashes(junk):
    def places(value, path=()):
        yield path
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from places(value[key], (*path, key))

    for path in list(places(a_border_with_two_powers())):
        d = {"root": a_border_with_two_powers()}
        at = d
        for key in ("root", *path)[:-1]:
            at = at[key]
        at[("root", *path)[-1]] = junk
        try:
            find_packages(read_problem(json.dumps(d["root"]), "war.json"))
        except CeasefireError as error:
            assert "war.json" in str(error)


def test_broken_json_is_refused_with_its_place():
    with pytest.raises(CaseError, match=r"war\.json:2:1: not JSON"):
        read_problem('{"options":\n}', "war.json")
    with pytest.raises(CaseError, match="given twice"):
        read_problem(json.dumps(a_border_with_two_powers())[:-1] + ', "margin": 0, "margin": 1}')
    with pytest.raises(CaseError, match="nested too deep"):
        read_problem("[" * 200_000)


def test_all_faults_are_reported_at_once():
    d = a_border_with_two_powers()
    d["levers"][0]["fixd"] = d["levers"][0].pop("fixed")
    d["levers"][1]["type"] = "promis"
    d["stakes"]["A"][0]["value"] = "3"
    with pytest.raises(CaseError) as caught:
        read_problem(json.dumps(d))
    assert len(caught.value.problems) == 3
    assert "did you mean 'fixed'?" in str(caught.value)
    assert "did you mean 'promise'?" in str(caught.value)


def test_decimals_are_read_exactly():
    d = a_border_with_two_powers()
    d["stakes"]["A"][0]["value"] = 0.3
    d["levers"][0]["effects"]["A"] = -0.1
    d["levers"].append(d["levers"][0] | {"id": "more", "effects": {"A": -0.2}, "fixed": 0.1})
    assert find_packages(read_problem(json.dumps(d))).min_cost == Fraction(21, 10)
