"""Counts of rankings against running through all of them."""

import random
from math import factorial

import pytest

from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel, Option, count_rankings
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.testing.by_definition import graph_of, is_equilibrium, profiles, small_model


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


def test_too_many_rankings_are_refused_with_their_number(monkeypatch):
    model = GraphModel.from_options(["A", "B"], [Option(f"o{k}", (k % 2,)) for k in range(4)])
    with pytest.raises(LimitError, match="20,922,789,888,000 rankings"):
        count_rankings(model, 0, "SEQ")
    monkeypatch.setattr("ceasefire.graphmodel.counting.MOST_COMBINATIONS", 3)
    small = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    with pytest.raises(LimitError, match="combinations of rankings differ"):
        count_rankings(small, 0, "SEQ")
    monkeypatch.setattr("ceasefire.graphmodel.counting.MOST_BRANCHES", 1)
    with pytest.raises(LimitError, match="cases to tell apart"):
        count_rankings(model, 0, "GMR")
