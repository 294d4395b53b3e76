"""Feasibility, bans, listed moves, coalesced states, and what is too large."""

import itertools
import tracemalloc

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel import (
    Ban,
    Fuzzy,
    GraphModel,
    Option,
    Ranked,
    Simple,
    Strength,
    at_least_one,
    banned,
    coalesced,
    deviations,
    exclusive,
    feasible_states,
    graphml,
    judge,
    limited_move,
    merged,
    prioritised,
    requires,
    sensitivity,
    simultaneous,
    solve,
    state_table,
    statement,
    weighted,
    with_moves,
)
from ceasefire.testing.by_definition import small_model


def test_common_rules_leave_what_they_say():
    every = list(itertools.product([0, 1], repeat=4))
    rules = [*exclusive([0, 1, 2]), *at_least_one([0, 1, 2, 3]), *requires(3, 0)]
    states = feasible_states(4, rules)
    expected = [v for v in every if sum(v[:3]) <= 1 and any(v) and (not v[3] or v[0])]
    assert sorted(states.tolist()) == sorted(sum(b << k for k, b in enumerate(v)) for v in expected)


def test_free_conditions_rule_states_out():
    names = ["a.fight", "a.talk", "b.withdraw"]
    states = feasible_states(3, statement("a.fight iff (a.talk or not b.withdraw)", names))
    expected = [s for s in range(8) if bool(s & 1) != bool(s & 2 or not s & 4)]
    assert states.tolist() == expected


@pytest.mark.parametrize(("text", "part"), [("a.fight and", "character"), ("a.figt", "known: a.fight")])
def test_a_condition_that_cannot_be_used_says_why(text, part):
    with pytest.raises(ValueError, match=part):
        statement(text, ["a.fight"])


@pytest.mark.parametrize("n", [23, 40, 63, 64])
def test_many_options_are_fine_where_rules_leave_few_states(n):
    owners = [k % 3 for k in range(n)]
    model = GraphModel.from_options(["A", "B", "C"], [Option(f"o{k}", (owners[k],)) for k in range(n)], exclusive(range(n)))
    assert model.n_states == n + 1
    assert sorted(int(s) for s in model.states) == [0, *(1 << k for k in range(n))]
    model = model.with_preference([[(7 * k + 3 * p) % (n + 1) for k in range(n + 1)] for p in range(3)])
    expected = judge(model, Simple(model.preference)).stable
    assert all((rows == expected[concept]).all() for concept, rows in solve(model).stable.items())
    assert model.vector(n) == "N" * (n - 1) + "Y"


@pytest.mark.parametrize("n", [30, 64, 65])
def test_too_many_states_are_refused_before_memory_is_taken(n):
    tracemalloc.start()
    with pytest.raises(LimitError, match=r"hint:"):
        GraphModel.from_options(["A"], [Option(f"o{k}", (0,)) for k in range(n)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300e6


def test_moves_too_many_to_list_are_refused_with_their_number():
    model = GraphModel.from_options(["A"], [Option(f"o{k}", (0,)) for k in range(14)])
    with pytest.raises(LimitError, match="268,419,072 moves"):
        model.arcs_of(0)
    assert solve(model).equilibria["Nash"].all()


def test_very_many_directed_options_are_refused_with_their_size():
    options = [*(Option(f"o{k}", (0,), "up") for k in range(19)), Option("y", (1,))]
    model = GraphModel.from_options(["A", "B"], options)
    with pytest.raises(LimitError, match="2,324,522,934 places"):
        solve(model, ["SEQ"])
    assert solve(model, ["SMR"]).equilibria["SMR"].all()


def test_pairs_are_refused_where_there_are_too_many():
    model = GraphModel.from_options(["A"], [Option(f"o{k}", (0,)) for k in range(13)])
    for ask in (
        lambda: judge(model, Simple(model.preference)),
        lambda: Strength.from_steps(model.preference, [1]),
        lambda: limited_move(model, 2),
    ):
        with pytest.raises(LimitError, match="8,192 states"):
            ask()


def test_bans_make_moves_intransitive_and_bind_who_moves_twice():
    model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (0,)), Option("z", (1,))])
    one = banned(model, [Ban(Pattern(3, 0), Pattern(3, 3), 0)])
    assert one.moves(0, 0).tolist() == [1, 2]
    assert model.moves(0, 0).tolist() == [1, 2, 3]
    assert one.moves(1, 0).tolist() == [4]


@pytest.mark.parametrize("move", [(0, 0), (0, 4), (-1, 0)])
def test_impossible_listed_moves_are_named(move):
    model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))])
    with pytest.raises(ValueError, match=f"from {move[0]} to {move[1]}"):
        with_moves(model, {0: [move]})


def test_states_count_as_one_only_where_everyone_agrees():
    options = [Option("leave", (0,)), Option("yield", (1,))]
    model = GraphModel.from_options(["A", "B"], options, preference=[[0, 1, 2, 1], [0, 1, 2, 3]])
    with pytest.raises(ValueError, match="'B' does not find states 2 and 4 equal"):
        coalesced(model, [[Pattern(1, 1)]])
    with pytest.raises(ValueError, match="two of the groups"):
        coalesced(model.with_preference(np.zeros((2, 4))), [[Pattern(1, 1)], [Pattern(2, 2)]])
    one = coalesced(model.with_preference([[0, 1, 2, 1], [0, 3, 2, 3]]), [[Pattern(1, 1)]])
    assert one.preference.tolist() == [[0, 1, 2], [0, 3, 2]]
    assert one.labels == ("1", "2", "3")
    assert [one.moves(0, s).tolist() for s in range(3)] == [[1], [0, 2], [1]]
    with pytest.raises(ValueError, match="coalesced already"):
        coalesced(one, [[Pattern(2, 2)]])
    with pytest.raises(ValueError, match="take moves away before"):
        banned(one, [Ban(Pattern(2, 2), Pattern(2, 0))])


def test_an_infeasible_option_changes_nothing():
    options = [Option("x", (0,)), Option("y", (1,)), Option("z", (1,))]
    small = GraphModel.from_options(["A", "B"], options[:2], preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    large = GraphModel.from_options(["A", "B"], options, [Pattern(4, 4)], preference=small.preference)
    for concept, rows in solve(small).stable.items():
        assert (rows == solve(large).stable[concept]).all()


def test_what_cannot_be_asked_is_refused():
    model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    listed = with_moves(model, {0: [(0, 1)]})
    for ask, part in (
        (lambda: merged(listed, [[0, 1]]), "explicit"),
        (lambda: merged(model, [[0]]), "once"),
        (lambda: simultaneous(listed), "explicit"),
        (lambda: limited_move(model, 0), "at least 1"),
        (lambda: Fuzzy(np.ones((1, 2, 2)), [0.5]), "add up to 1"),
    ):
        with pytest.raises(ValueError, match=part):
            ask()
    for concept in ("nash", "CNash"):
        with pytest.raises(KeyError):
            solve(model, [concept])
        with pytest.raises(KeyError):
            judge(model, Simple(model.preference), [concept])


@pytest.mark.parametrize("seed", range(12))
def test_prioritising_is_lexicographic_for_any_number_of_statements(seed):
    rng = np.random.default_rng(seed)
    patterns = [
        [Pattern(1 << int(k), int(b) << int(k))] for k, b in zip(rng.integers(0, 7, 80), rng.integers(0, 2, 80), strict=True)
    ]
    statements = patterns[: int(rng.integers(0, 80))]
    ranks = prioritised(np.arange(128), statements)
    scores = [tuple(any(p.holds(s) for p in one) for one in statements) for s in range(128)]
    assert ranks.tolist() == [sorted(set(scores)).index(score) for score in scores]


def test_weights_add_up_over_options():
    states = np.arange(8)
    expected = [sum((3, -1, 4)[k] if s >> k & 1 else (0, 2, 0)[k] for k in range(3)) for s in range(8)]
    assert weighted(states, [3, -1, 4], [0, 2, 0]).tolist() == expected


def test_moves_from_one_state_are_those_that_are_listed(monkeypatch):
    found = 0
    for seed in range(200):
        model = small_model(seed, 2 + seed % 3, 8)
        listed = [
            [sorted(arcs.of(s).tolist()) for s in range(model.n_states)] for arcs in map(model.arcs_of, range(len(model.parties)))
        ]
        again = GraphModel(model.parties, model.options, model.states.copy(), model.preference, arcs=model.arcs)
        monkeypatch.setattr("ceasefire.graphmodel.model._MOST_LISTED_FOR_ONE", -1)
        for party, rows in enumerate(listed):
            for state, ends in enumerate(rows):
                assert again.moves(party, state).tolist() == ends
                found += len(ends)
        monkeypatch.undo()
    assert found > 1_000


def test_one_state_of_millions_is_explained_without_listing_moves():
    rng = np.random.default_rng(3)
    options = [Option(f"o{k}", (k % 4,)) for k in range(20)]
    model = GraphModel.from_options(list("ABCD"), options, preference=rng.integers(0, 1000, size=(4, 1 << 20)))
    state, own = int(np.flatnonzero(model.preference[0] == 900)[0]), model.preference[0]
    found = deviations(model, 0, state, "SMR")
    assert {d.to for d in found} == {s for s in model.moves(0, state).tolist() if own[s] > own[state]} != set()
    assert all(d.deterred for d in found) == bool(solve(model, ["SMR"]).stable["SMR"][0, state])
    assert not model.layout.arcs


def test_what_would_fill_memory_or_hours_is_refused_at_once():
    options = [Option(f"o{k}", (k % 4,)) for k in range(18)]
    model = GraphModel.from_options(list("ABCD"), options, preference=np.zeros((4, 1 << 18)))
    with pytest.raises(LimitError, match="24,117,248 moves; at most 1,000,000 are written out"):
        graphml(model, solve(model, ["Nash"]))
    with pytest.raises(LimitError, match="2,097,152 alterations of 262,144 states"):
        sensitivity(model, [Ranked(row) for row in model.preference])
    with pytest.raises(LimitError, match="cells; at most 25,000,000 are written out"):
        state_table(GraphModel.from_options(list("ABCD"), [*options, Option("p", (0,)), Option("q", (0,))]), solve(model, ["Nash"]))
