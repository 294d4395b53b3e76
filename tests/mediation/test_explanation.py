"""What an explanation says against what packages really do."""

import itertools
import json
import random
from pathlib import Path

import pytest

from ceasefire.mediation import (
    check_package,
    explain,
    explanation_json,
    find_packages,
    open_moves,
    read_problem,
    sentences,
    why_not,
)
from ceasefire.mediation.outlook import Costs, compatible
from ceasefire.mediation.packages import room_of
from ceasefire.testing import a_random_uncertain_problem

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"


def example(name):
    return read_problem((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"), name)


def problems(start, count, **changes):
    for seed in range(start, start + count):
        d = a_random_uncertain_problem(random.Random(seed), **changes)
        yield seed, read_problem(json.dumps({key: value for key, value in d.items() if key != "uncertain"}))


def meets(problem, condition, package):
    def holds(part):
        return sum((weight for key, weight in part.weights if key in package), 0) >= part.need

    return any(all(map(holds, way)) for way in condition.ways)


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash"])
def test_a_proof_names_conditions_that_all_working_packages_meet_and_none_in_question_does(concept):
    seen = 0
    for seed, problem in problems(0, 40, concept=concept):
        answer = find_packages(problem, credibility="ignore")
        packages = compatible(problem)
        for state in problem.wanted_states[:2] if problem.wanted.mode == "some" else ():
            room = room_of(problem)
            works = {p: any(t.states == (state,) and t.works(problem.bits(p)) for t in room.targets) for p in packages}
            costs = Costs(problem, [(state,)], "ignore")
            for members in itertools.chain([frozenset(problem.powers)], map(frozenset, zip(problem.powers))):
                mine = [p for p in packages if all(problem.levers[problem.number[k]].owner in members for k in p)]
                if problem.wanted.reach == "um":
                    continue
                proof = why_not(problem, (state,), powers=members, credibility="ignore")
                assert (proof is None) == any(works[p] for p in mine), (seed, state, members)
                if proof is None:
                    best = min(costs.of(p, 0) for p in mine if works[p])
                    proof = why_not(problem, (state,), powers=members, below=best, credibility="ignore")
                    mine = [p for p in mine if costs.of(p, 0) < best]
                    assert proof is not None
                for package in mine:
                    assert not all(meets(problem, c, package) for c in proof.conditions), (seed, package)
                for dropped in proof.conditions if len(proof.conditions) > 1 else ():
                    rest = [c for c in proof.conditions if c is not dropped]
                    assert any(all(meets(problem, c, package) for c in rest) for package in mine), seed
                seen += 1
        assert answer.feasible or seen
    assert seen > 40


def test_without_a_needed_lever_the_rest_does_not_work():
    for seed, problem in problems(100, 40):
        found = find_packages(problem)
        if not found.feasible or problem.wanted.mode == "each":
            continue
        package = found.optimal[0]
        told = explain(problem, package)
        state = told.verdict.wanted_state
        for key in package:
            rest = package - {key}
            works = any(t.states == (state,) and t.works(problem.bits(rest)) for t in room_of(problem).targets)
            assert (key in told.needed) == (not works), seed
            assert told.why[key] == open_moves(problem, rest, state)
        assert told.verdict == check_package(problem, package)


def test_the_lever_that_undoes_deterrence_is_named():
    told = explain(example("blunt_embargo"), {"P_embargo_B_if_first"})
    assert [(a.lever, a.works, a.is_harmful) for a in told.additions] == [("P_embargo_B", False, True), ("Q_threat_A", True, False)]
    said = sentences(told)["One lever more"]
    assert said == ("Adding P_embargo_B undoes it: A takes attack (+5).",)
    sanction = next(d for d in told.deterred if d.who == ("A",))
    assert [step.to for step in sanction.sanction] == [3]


def test_what_follows_withdrawal_is_listed_for_all_levers_promises_and_each_power():
    told = explain(example("one_border_two_powers"))
    assert [(w.what, w.power, w.holds) for w in told.withdrawal] == [
        ("all", None, False),
        ("promises", None, False),
        ("power", "Q", False),
        ("power", "R", False),
    ]


def test_sentences_and_data_agree_and_carry_names():
    told = explain(example("one_border_two_powers"))
    data = explanation_json(told)
    assert data["package"] == ["Q_embargo_both", "R_guard_north"]
    assert data["cost"] == 3
    assert data["without_levers"][0] == {
        "who": ["North"], "from": "00", "to": "10", "gain": 3, "replies": 1, "worst": "10", "still_gains": 3,
    }  # fmt: skip
    assert data["why_not_cheaper"][0]["ways"] == [
        [{"weights": {"P_sanction_north": 3, "Q_embargo_both": 2, "R_guard_north": 1}, "need": 3}]
    ]
    assert set(data["cannot"]) == {"Q", "R"}
    assert json.loads(json.dumps(data, default=str))
    said = sentences(told, lambda key: {"North": "The North"}.get(key, key))
    assert "The North takes shell: +3." in said["What breaks the wanted state without levers"]
    assert any("3 together from P_sanction_north (3), Q_embargo_both (2), R_guard_north (1)" in s for s in said["Why not cheaper"])


def test_a_move_that_nobody_can_punish_says_what_the_worst_reply_leaves():
    seen = 0
    for seed, problem in problems(300, 60, concept="seq"):
        for one in explain(problem, (), coalitions=[]).still_open:
            assert one.still_gains > 0 or problem.margin > 0, seed
            assert one.still_gains <= one.move.gain
            seen += one.replies > 1
    assert seen > 5


def test_every_explanation_can_be_put_into_words():
    for seed, problem in problems(500, 40):
        for heading, said in sentences(explain(problem)).items():
            assert heading
            assert all(sentence.endswith(".") and "  " not in sentence for sentence in said), (seed, said)


def test_what_acts_when_is_told_where_it_changes():
    given = json.loads((EXAMPLES / "one_border_two_powers.json").read_text(encoding="utf-8"))
    key = "P_sanction_north"
    for lever in given["levers"]:
        if lever["id"] == key:
            lever.update(delay_days=10, lasts_days=20)
    package = {key, "P_aid_south"}
    said = sentences(explain(read_problem(json.dumps(given)), package))["Over time"]
    assert [line.split(":")[0] for line in said] == ["From day 0 to day 10", "From day 10 to day 30", "From day 30 on"]
    assert f"{key} does not act; then open: North takes" in said[0]
    assert "all of the package acts; every move that counts is held back" in said[1]
    assert "Over time" not in sentences(explain(example("one_border_two_powers"), package))
