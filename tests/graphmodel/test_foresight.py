"""Looking ahead in models of more states than one byte has bits."""

import tracemalloc

import numpy as np
import pytest

from ceasefire.graphmodel import GraphModel, Option, anticipated, anticipated_at_last, limited_move, non_myopic
from ceasefire.testing import stability_by_definition as definition
from ceasefire.testing.graph_families import moves_of


def model_of(seed: int, n_options: int, n_parties: int, levels: int) -> GraphModel:
    rng = np.random.default_rng(seed)
    ways = rng.choice(["both", "both", "up"], n_options)
    options = [Option(f"o{k}", (k % n_parties,), str(ways[k])) for k in range(n_options)]
    names = [f"P{k}" for k in range(n_parties)]
    return GraphModel.from_options(names, options, preference=rng.integers(0, levels, (n_parties, 1 << n_options)))


@pytest.mark.parametrize("seed", range(8))
def test_what_parties_anticipate_is_what_the_definition_gives(seed):
    model = model_of(seed, 6, 2 + seed % 2, 12)
    moves, u = moves_of(model), model.preference.tolist()
    for h in (1, 2, 3):
        sets, found = anticipated(model, h), limited_move(model, h)
        for i in range(len(u)):
            for s in range(0, model.n_states, 3):
                expected = definition.anticipated(u, moves, i, s, h)
                assert set(sets[i, s].nonzero()[0].tolist()) == expected, (h, i, s)
                assert (found.surely[i, s], found.possibly[i, s]) == (expected == {s}, s in expected)


def test_looking_far_ahead_keeps_what_is_asked_about_and_no_more():
    model = model_of(1, 10, 4, 3)
    first, ends = anticipated_at_last(model, 5)
    tracemalloc.start()
    anticipated_at_last(model, 5)
    non_myopic(model)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    once = 4 * model.n_states**2 // 8
    assert first + len(ends) > 10
    assert peak < 12 * once
