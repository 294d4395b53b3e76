"""Stability by simultaneity in models larger than those that the definitions can be asked about whole."""

import random
import sys

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel, Option, collisions, crossing, simultaneous, simultaneous_margins, solve
from ceasefire.testing.graph_families import moves_of, simultaneity, vectors_of
from ceasefire.testing.stability_by_definition import held_at_once


def large(seed: int) -> GraphModel:
    """Make a model of 3 to 5 parties with 9 options, some directed or shared, rules and many ties."""
    rng = random.Random(seed)
    n = rng.randint(3, 5)
    options = [Option(f"o{k}", (k % n,), rng.choice(["both", "both", "up", "down"])) for k in range(8)]
    options.append(Option("o8", (0, n - 1)))
    model = GraphModel.from_options([f"P{k}" for k in range(n)], options, [Pattern(0b11, 0b11), Pattern(0b10100, 0b100)])
    signs = [[rng.choice([-1, 0, 1]) for _ in options] for _ in range(n)]
    return model.with_preference(
        [[sum(w * (s >> k & 1) for k, w in enumerate(row)) for s in model.states.tolist()] for row in signs]
    )


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5, 6])
@pytest.mark.parametrize("at_once", [1 << 20, 3])
def test_larger_models_agree_with_the_definition_where_several_would_leave(seed, at_once, monkeypatch):
    monkeypatch.setattr(crossing, "_MOST_AT_ONCE", at_once)
    monkeypatch.setattr(crossing, "_MOST_CELLS", at_once)
    model = large(seed)
    found, unstable = simultaneous(model), ~solve(model, ["SEQ"]).stable["SEQ"]
    several = np.flatnonzero(unstable.sum(axis=0) > 1)[:40].tolist()
    assert several
    moves, vectors, u = moves_of(model), vectors_of(model), model.preference.tolist()
    for state in several:
        for party in np.flatnonzero(unstable[:, state]).tolist():
            rivals = [k for k in np.flatnonzero(unstable[:, state]).tolist() if k != party]
            assert found[party, state] == held_at_once(u, moves, vectors, party, state, rivals=rivals), (party, state)
            assert found[party, state] == all(one.others is not None for one in collisions(model, party, state))


@pytest.mark.parametrize("seed", range(6))
def test_margins_of_one_state_are_those_of_all(seed):
    model = large(seed)
    every = simultaneous_margins(model)
    assert ((every >= 0) == simultaneous(model)).all()
    for state in range(0, model.n_states, 17):
        assert (simultaneous_margins(model, state)[:, state] == every[:, state]).all()


def test_bounds_without_a_box_of_all_combinations_give_the_same(monkeypatch):
    monkeypatch.setattr(crossing, "_MOST_CELLS_PER_STATE", 0)
    assert [simultaneity(seed)[0] for seed in range(40)] == [[]] * 40


def crowd(rivals: int) -> GraphModel:
    """Make a party dread only that its rivals take all their options at once, as each of them would like to alone."""
    options = [Option("go", (0,)), *(Option(f"{p}.{k}", (p,)) for p in range(1, rivals + 1) for k in range(5))]
    every = (1 << len(options)) - 1
    states = np.array([0, 1, *(k << 1 + 5 * p for p in range(rivals) for k in range(1, 32)), every])
    infeasible = []
    for a in range(len(options)):
        for b in range(a + 1, len(options)):
            if options[a].owners != options[b].owners:
                infeasible += [Pattern(1 << a | 1 << b | 1 << c, 1 << a | 1 << b) for c in range(len(options)) if c not in {a, b}]
    model = GraphModel.from_options([f"P{p}" for p in range(rivals + 1)], options, infeasible)
    assert sorted(states.tolist()) == model.states.tolist()
    return model.with_preference([[0, *[1] * (model.n_states - 2), -1]] * (rivals + 1))


def test_more_combinations_than_can_be_tried_are_refused_with_their_number():
    assert simultaneous(crowd(2))[0, 0]
    with pytest.raises(LimitError, match=r"more than 4,194,304 combinations of improvements leave state 1") as refused:
        simultaneous(crowd(6))
    assert "hint: rule out" in str(refused.value)
    with pytest.raises(LimitError, match=r"1,048,576 combinations of improvements leave state 1; at most 1,000,000 are listed"):
        collisions(crowd(5), 0, 0)


def test_models_that_would_take_too_long_are_refused(monkeypatch):
    monkeypatch.setattr(crossing, "_MOST_TRIED", 100)
    with pytest.raises(LimitError, match=r"65 states; more than 100 combinations") as refused:
        simultaneous(crowd(2))
    assert "hint" in str(refused.value)


def test_states_need_not_be_grouped_by_who_would_leave_them(monkeypatch):
    monkeypatch.setattr(sys.modules["ceasefire.graphmodel.simultaneous"], "_MOST_GROUPS", 0)
    assert [simultaneity(seed)[0] for seed in range(40)] == [[]] * 40


def test_many_parties_that_each_have_one_best_option_are_judged_together():
    model = GraphModel.from_options([f"P{k}" for k in range(12)], [Option(f"o{k}", (k,)) for k in range(12)])
    selfish = model.with_preference([(model.states >> k & 1).tolist() for k in range(12)])
    assert (simultaneous(selfish) == solve(selfish, ["SEQ"]).stable["SEQ"]).all()


def test_one_party_has_nobody_to_move_at_the_same_time():
    alone = GraphModel.from_options(["A"], [Option("x", (0,))], preference=[[0, 1]])
    assert simultaneous(alone).tolist() == [[False, True]]
    assert simultaneous_margins(alone).tolist() == [[-1, 1]]
