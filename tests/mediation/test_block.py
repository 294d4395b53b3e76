"""Sweeping over a block of states finds what following single moves finds."""

from random import Random

import numpy as np

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import GraphModel, Option
from ceasefire.mediation.block import Block
from ceasefire.mediation.terrain import Terrain


def drawn(seed):
    """Draw a model with directed and shared options and infeasible states, stakes with ties, and the parties that move."""
    rng = Random(seed)
    n = rng.randint(3, 7)
    options = []
    for k in range(n):
        owners = tuple(sorted(rng.sample(range(3), rng.choice([1, 1, 1, 2]))))
        options.append(Option(f"o{k}", owners, rng.choice(["both", "both", "up", "down"])))
    cares = [sum(1 << k for k in rng.sample(range(n), 3)) for _ in range(rng.choice([0, 2, 4]))]
    model = GraphModel.from_options(["A", "B", "C"], options, [Pattern(c, c & rng.getrandbits(n)) for c in cares])
    stakes = {party: np.array([rng.randint(-3, 3) for _ in range(model.n_states)]) for party in range(3)}
    movers = tuple(sorted(rng.sample(range(3), rng.choice([1, 2, 2, 3]))))
    return rng, model, stakes, movers


def closure(links, start):
    found = set(start)
    while True:
        fresh = {b for a, b in links if a in found} - found
        if not fresh:
            return found
        found |= fresh


def improvements(model, stakes, movers):
    moves = [(p, s, int(t)) for p in movers for s in range(model.n_states) for t in model.moves(p, s)]
    return [(s, t) for p, s, t in moves if stakes[p][t] > stakes[p][s]]


def test_a_block_holds_the_states_that_differ_in_the_options_of_its_parties():
    for seed in range(100):
        rng, model, _, movers = drawn(seed)
        start = rng.randrange(model.n_states)
        foreign = sum(1 << k for k, option in enumerate(model.options) if not set(option.owners) & set(movers))
        expected = [s for s in range(model.n_states) if not (int(model.states[s]) ^ int(model.states[start])) & foreign]
        assert sorted(Block(Terrain(model), movers, start).states.tolist()) == expected


def test_sweeps_find_what_improving_moves_lead_to_and_from_where():
    some = 0
    for seed in range(300):
        rng, model, stakes, movers = drawn(seed)
        links = improvements(model, stakes, movers)
        start = rng.randrange(model.n_states)
        block = Block(Terrain(model), movers, start)
        found = block.forward(stakes, np.array([start]))
        assert set(found.tolist()) == closure(links, [start])
        targets = np.isin(block.states, rng.sample(range(model.n_states), 3))
        back = closure([(t, s) for s, t in links], block.states[targets].tolist())
        assert set(block.states[block.backward(stakes, targets)].tolist()) == back
        some += len(found) > 2
    assert some > 50


def test_moves_back_are_the_moves_turned_round():
    for seed in range(100):
        _, model, _, _ = drawn(seed)
        terrain, every = Terrain(model), np.arange(model.n_states)
        for party in range(3):
            there = set(zip(*map(np.ndarray.tolist, terrain.step(party, every)), strict=True))
            assert set(zip(*map(np.ndarray.tolist, terrain.back(party, every)), strict=True)) == there
            assert there == {(s, int(t)) for s in range(model.n_states) for t in model.moves(party, s)}
