"""Counts of rankings against running through all of them."""

import random
from itertools import product
from math import factorial

import pytest

from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel, Option, count_rankings
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.testing.by_definition import as_test, graph_of, is_equilibrium, is_stable, profiles, small_model, with_random_arcs


def check(seed):
    rng = random.Random(seed)
    n, ties = rng.choice([(2, False), (2, False), (3, False), (2, True)])
    model = small_model(seed, n, 4 if (n, ties) == (2, False) else 3)
    state, concept = rng.randrange(model.n_states), BASIC[seed % len(BASIC)]
    graph = graph_of(model)
    listed = [is_equilibrium(graph, state, concept, rows) for rows in profiles(n, model.n_states, ties=ties)]
    found = count_rankings(model, state, concept, ties=ties)
    assert (found.rankings, found.of) == (sum(listed), len(listed)), (seed, concept)
    return 0 < found.share < 1


@pytest.mark.parametrize("block", range(8))
def test_counts_agree_with_all_rankings(block):
    assert sum(check(seed) for seed in range(block * 25, block * 25 + 25)) >= 10


def by_sets(graph, party, state, concept, n):
    """Count rankings by the set of states liked no better than `state`, on which alone Nash, GMR and SMR depend."""
    total = 0
    for above in product((0, 1), repeat=n - 1):
        row = [*above[:state], 0, *above[state:]]
        if is_stable(graph, party, state, concept, as_test([row] * len(graph))):
            total += factorial(n - 1 - sum(above)) * factorial(sum(above))
    return total


@pytest.mark.parametrize("block", range(4))
def test_counts_of_eight_states_agree_with_all_sets(block):
    seen = set()
    for seed in range(block * 20, block * 20 + 20):
        rng = random.Random(seed)
        model = small_model(seed, rng.choice([2, 3, 4]), 8)
        if seed % 3 == 0:
            model = with_random_arcs(model, rng)
        state, concept = rng.randrange(model.n_states), ("GMR", "SMR", "Nash")[seed % 3]
        graph, found = graph_of(model), count_rankings(model, state, concept)
        expected = tuple(by_sets(graph, party, state, concept, model.n_states) for party in range(len(graph)))
        assert found.by_party == expected, (seed, concept)
        seen.add(expected)
    assert len(seen) >= 12


def test_large_models_are_counted_without_listing_rankings():
    model = GraphModel.from_options(["A", "B", "C"], [Option(f"o{k}", (k % 3,)) for k in range(6)])
    found = count_rankings(model, 0, "Nash")
    assert found.by_party == (factorial(64) // 4,) * 3
    assert count_rankings(model, 0, "GMR").rankings > found.rankings


def test_weaker_concepts_have_no_fewer_rankings():
    model = small_model(5, 2, 4)
    counts = {concept: count_rankings(model, 0, concept).rankings for concept in BASIC}
    assert counts["Nash"] <= counts["SMR"] <= counts["GMR"]
    assert counts["Nash"] <= counts["SymSEQ"] <= counts["SEQ"] <= counts["GMR"]


def test_numbers_nobody_can_read_are_refused_before_they_are_counted():
    model = GraphModel.from_options(["A", "B"], [Option(f"o{k}", (k % 2,)) for k in range(12)])
    with pytest.raises(LimitError, match=r"4,096 states make a number of rankings with 26,\d{3} digits for 2 parties"):
        count_rankings(model, 0, "Nash")


def test_too_many_rankings_are_refused(monkeypatch):
    model = GraphModel.from_options(["A", "B"], [Option(f"o{k}", (k % 2,)) for k in range(4)])
    with pytest.raises(LimitError, match="16 states have more than 50,000 rankings per party"):
        count_rankings(model, 0, "SEQ")
    monkeypatch.setattr("ceasefire.graphmodel.counting.MOST_COMBINATIONS", 3)
    small = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    with pytest.raises(LimitError, match="combinations of rankings differ"):
        count_rankings(small, 0, "SEQ")
    monkeypatch.setattr("ceasefire.graphmodel.counting.MOST_BRANCHES", 1)
    with pytest.raises(LimitError, match="cases to tell apart"):
        count_rankings(model, 0, "GMR")
