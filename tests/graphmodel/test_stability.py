"""Every verdict against the definitions, written out in plain Python and sharing nothing with the engine."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, LimitError
from ceasefire.graphmodel import (
    CONCEPTS,
    Arcs,
    GraphModel,
    Option,
    deviations,
    joint_moves,
    paths,
    read_exchange,
    read_gmcr,
    shortest_route,
    solution_json,
    solve,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "graphmodel"


def random_model(seed):
    rng = random.Random(seed)
    n, m = rng.randint(2, 5), rng.randint(3, 5)
    options = []
    for k in range(m):
        owners = {k % n if k < n else rng.randrange(n)}
        if rng.random() < 0.15:
            owners.add(rng.randrange(n))
        options.append(Option(f"o{k}", tuple(sorted(owners)), rng.choice(["both", "both", "both", "up", "down"])))
    banned = []
    for _ in range(rng.randint(0, 2)):
        care = rng.randrange(1, 1 << m)
        banned.append(Pattern(care, rng.randrange(1 << m) & care))
    model = GraphModel.from_options([f"P{k}" for k in range(n)], options, banned)
    if not model.n_states:
        return random_model(seed + 10_000)
    levels = rng.choice([3, 6, 40])
    model = model.with_preference([[rng.randrange(levels) for _ in range(model.n_states)] for _ in range(n)])
    if rng.random() < 0.3:
        arcs = []
        for _ in range(n):
            pairs = [(a, b) for a in range(model.n_states) for b in range(model.n_states) if a != b and rng.random() < 0.12]
            both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            arcs.append(Arcs.between(both[:, 0], both[:, 1], model.n_states))
        model = GraphModel(model.parties, model.options, model.states, model.preference, labels=model.labels, arcs=tuple(arcs))
    return model


def definition_moves(model):
    """R_i(s) from options, directions and feasibility, or the explicit arcs."""
    if model.arcs is not None:
        return [{s: set(map(int, a.of(s))) for s in range(model.n_states)} for a in model.arcs]
    states = [int(s) for s in model.states]
    table = []
    for i in range(len(model.parties)):
        reach = {}
        for a, s in enumerate(states):
            reach[a] = set()
            for b, q in enumerate(states):
                if q == s:
                    continue
                legal = True
                for k, option in enumerate(model.options):
                    before, after = s >> k & 1, q >> k & 1
                    if before != after:
                        legal &= i in option.owners
                        legal &= option.direction == "both" or (option.direction == "up") == (after == 1)
                if legal:
                    reach[a].add(b)
        table.append(reach)
    return table


def definition_joint(moves, movers, start, keep):
    """Ends of legal sequences in which nobody moves twice running, by repeated extension of (end, last mover)."""
    found = set()
    growing = True
    while growing:
        growing = False
        for s, last in [(start, None), *found]:
            for j in movers:
                if j != last:
                    for q in moves[j][s]:
                        if keep(j, s, q) and (q, j) not in found:
                            found.add((q, j))
                            growing = True
    return {q for q, _ in found}


def definition_stable(u, moves, i, s, concept):
    others = [j for j in range(len(u)) if j != i]
    for s1 in moves[i][s]:
        if u[i][s1] <= u[i][s]:
            continue
        if concept == "Nash":
            return False
        keep = (lambda j, a, b: u[j][b] > u[j][a]) if concept == "SEQ" else (lambda j, a, b: True)
        sanctions = [s2 for s2 in definition_joint(moves, others, s1, keep) if u[i][s2] <= u[i][s]]
        if concept == "SMR":
            sanctions = [s2 for s2 in sanctions if all(u[i][s3] <= u[i][s] for s3 in moves[i][s2])]
        if not sanctions:
            return False
    return True


@pytest.mark.parametrize("block", range(8))
def test_every_verdict_agrees_with_the_definitions(block):
    for seed in range(block * 25, block * 25 + 25):
        model = random_model(seed)
        moves, u = definition_moves(model), model.preference.tolist()
        solution = solve(model)
        for concept in CONCEPTS:
            for i in range(len(model.parties)):
                expected = [definition_stable(u, moves, i, s, concept) for s in range(model.n_states)]
                assert solution.stable[concept][i].tolist() == expected, (seed, concept, i)
        assert (solution.equilibria["SEQ"] == solution.stable["SEQ"].all(axis=0)).all()


@pytest.mark.parametrize("seed", range(40))
def test_witnesses_are_legal_and_punish(seed):
    model = random_model(seed)
    moves, u = definition_moves(model), model.preference.tolist()
    solution = solve(model)
    for concept in CONCEPTS:
        for i in range(len(model.parties)):
            for s in range(model.n_states):
                found = deviations(model, i, s, concept)
                assert all(d.deterred for d in found) == solution.stable[concept][i][s]
                for d in found:
                    assert d.gain == u[i][d.to] - u[i][s] > 0
                    at, last = d.to, i if model.arcs is None else None
                    for step in d.sanction or ():
                        assert step.start == at
                        assert step.to in moves[step.party][at]
                        assert step.party not in (i, last)
                        assert concept != "SEQ" or u[step.party][step.to] > u[step.party][at]
                        at, last = step.to, step.party
                    assert d.sanction is None or u[i][at] <= u[i][s]


@pytest.mark.parametrize("seed", range(40))
def test_joint_moves_and_paths_agree_with_the_definition(seed):
    model = random_model(seed)
    moves, u = definition_moves(model), model.preference.tolist()
    everyone = range(len(model.parties))
    for improving in (False, True):
        keep = (lambda j, a, b: u[j][b] > u[j][a]) if improving else (lambda j, a, b: True)
        expected = definition_joint(moves, everyone, 0, keep)
        assert set(joint_moves(model, list(everyone), 0, improving=improving).tolist()) == expected
        found = paths(model, 0, improving=improving)
        assert {s for s in range(model.n_states) if found.steps[s] > 0} == expected - {0}
        for s in expected - {0}:
            assert len(found.route(s)) == found.steps[s]
        for s in range(1, model.n_states):
            assert shortest_route(model, 0, s, improving=improving) == (found.route(s) if found.steps[s] >= 0 else None)
        assert shortest_route(model, 0, 0, improving=improving) == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_stability_follows_the_known_implications(seed):
    stable = solve(random_model(seed)).stable
    assert (stable["Nash"] <= stable["SMR"]).all()
    assert (stable["SMR"] <= stable["GMR"]).all()
    assert (stable["Nash"] <= stable["SEQ"]).all()
    assert (stable["SEQ"] <= stable["GMR"]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 9), st.integers(-50, 50))
def test_only_the_order_of_preferences_matters(seed, stretch, shift):
    model = random_model(seed)
    before, after = solve(model), solve(model.with_preference(model.preference * stretch + shift))
    for concept in CONCEPTS:
        assert (before.stable[concept] == after.stable[concept]).all()


def test_a_model_that_is_too_large_says_so_with_its_size():
    with pytest.raises(LimitError, match=r"2\^30"):
        GraphModel.from_options(["A"], [Option(f"o{k}", (0,)) for k in range(30)])


PRISONERS = {
    "decision_makers": [{"name": "A", "options": ["defect"]}, {"name": "B", "options": ["defect"]}],
    "infeasible": [],
    "preferences": {"A": {"ranking": [2, 1, 4, 3]}, "B": {"ranking": [3, 1, 4, 2]}},
}


def test_prisoners_keep_silent_only_if_they_look_ahead():
    model = read_exchange(json.dumps(PRISONERS))
    answer = solution_json(model, solve(model))
    assert answer["equilibria"]["Nash"] == [4]
    assert answer["equilibria"]["SEQ"] == [1, 4]


@pytest.mark.parametrize("name", ["chicken", "three_party_border"])
def test_worked_examples_give_their_stated_solution(name):
    file = EXAMPLES / f"{name}.json"
    text = file.read_text(encoding="utf-8")
    model = read_exchange(text, name)
    answer, expected = solution_json(model, solve(model)), json.loads(text)
    assert answer["states"] == expected["state_numbers"]
    assert {key: answer[key] for key in ("stable", "equilibria")} == expected["expected"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"decision_makers": []}, "no decision makers"),
        ({"infeasible": ["Y"]}, "needs 2 characters"),
        ({"infeasible": ["YX"]}, "'X'"),
        ({"infeasible": ["--"]}, "no state is feasible"),
        ({"irreversible": {"A:defekt": "N->Y"}}, "unknown option 'A:defekt'"),
        ({"irreversible": {"A:defect": "up"}}, "'up'"),
        ({"preferences": {"A": {"ranking": [1, 2, 3, 4]}}}, "preferences of 'B' are missing"),
        ({"preferences": {"A": {"ranking": [1, 2, 3]}, "B": {"ranking": [1, 2, 3, 4]}}}, "state 4 is not ranked"),
        ({"preferences": {"A": {"ranking": [1, 2, 3, 9]}, "B": {"ranking": [1, 2, 3, 4]}}}, "unknown state 9"),
        (
            {"preferences": {"A": {"ranking": [1, 2, 3, 4, 4]}, "B": {"ranking": [1, 2, 3, 4]}}},
            "state 4 is ranked twice",
        ),
        ({"shared": {"A:defect": ["C"]}}, "unknown decision maker 'C'"),
        ({"preferences": PRISONERS["preferences"] | {"C": {"ranking": [1, 2, 3, 4]}}}, "unknown decision maker 'C'"),
        ({"statos_quo": 1}, "did you mean 'status_quo'?"),
        ({"decision_makers": [{"name": "A", "options": ["x"]}] * 2}, "give each a name of its own"),
    ],
)
def test_a_wrong_model_is_refused_with_the_value_seen(change, part):
    with pytest.raises(CaseError) as caught:
        read_exchange(json.dumps(PRISONERS | change), "prisoners.json")
    assert part in str(caught.value)
    assert str(caught.value).startswith("prisoners.json")


def test_other_fields_are_notes():
    assert read_exchange(json.dumps(PRISONERS | {"seen in": "a book", "expected": {}})).n_states == 4


def test_a_field_that_stands_twice_is_refused_with_its_line():
    text = json.dumps(PRISONERS, indent=1).replace('"B": {', '"A": {')
    with pytest.raises(
        CaseError, match=r"war.json:\d+:8: field 'A' stands twice in one object\n  hint: keep one of the two"
    ) as caught:
        read_exchange(text, "war.json")
    line = int(str(caught.value).split(":")[1])
    assert text.splitlines()[line - 1] == '  "A": {'


def test_broken_json_is_refused_with_line_and_column():
    with pytest.raises(CaseError, match=r"model.json:2:3: not JSON"):
        read_exchange("{\n  oops", "model.json")


def test_gmcr_files_are_read_and_pickles_refused():
    given = {
        "decisionMakers": [
            {"name": "A", "options": [0], "preferences": [[[1, "Y"]], {"members": [[[0, "Y"]]], "compound": True}]},
            {"name": "B", "options": [1], "preferences": []},
        ],
        "options": [{"name": "x", "permittedDirection": "both"}, {"name": "y", "permittedDirection": "fwd"}],
        "infeasibles": [[[0, "Y"], [1, "Y"]]],
    }
    model = read_gmcr(json.dumps(given).encode(), "war.gmcr")
    assert model.states.tolist() == [0, 1, 2]
    assert model.preference.tolist() == [[0, 1, 2], [0, 0, 0]]
    assert model.options[1].direction == "up"
    with pytest.raises(CaseError, match="pickle"):
        read_gmcr(b"\x80\x04abc", "war.gmcr")
    with pytest.raises(CaseError, match=r"war.gmcr:1:1: decisionMakers is missing"):
        read_gmcr(b"{}", "war.gmcr")
