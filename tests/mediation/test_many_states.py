"""What surely cannot work is seen without following replies; the answers stay the same."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from ceasefire.mediation import nearest_state, open_moves, read_problem, wide
from ceasefire.mediation.arena import Arena
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.wide import WideOracle
from ceasefire.testing.packages_by_definition import random_problem

SEEDS = range(60)


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash", "cseq"])
def test_the_nearest_wanted_state_is_the_one_that_fewest_moves_break(concept):
    for seed in SEEDS:
        problem = read_problem(json.dumps(random_problem(seed) | {"concept": concept}))
        by_definition = min(problem.wanted_states, key=lambda s, p=problem: (len(open_moves(p, (), s)), s))
        assert nearest_state(problem) == by_definition, seed


@pytest.mark.parametrize("concept", wide.CONCEPTS)
def test_a_large_model_gives_the_same_nearest_state(concept, monkeypatch):
    monkeypatch.setattr(wide, "MOST_LISTED", 1)
    for seed in SEEDS:
        problem = read_problem(json.dumps(random_problem(seed) | {"concept": concept, "unique": False}))
        assert isinstance(room_of(problem).oracle, WideOracle)
        by_definition = min(problem.wanted_states, key=lambda s, p=problem: (len(open_moves(p, (), s)), s))
        assert nearest_state(problem) == by_definition, seed


@pytest.mark.parametrize("concept", wide.CONCEPTS)
def test_moves_said_to_be_undeterred_stay_so_under_every_completion(concept):
    """Of every set of the free levers at least so many moves are open as the quick count says; sometimes it says more than none."""
    said = 0
    for seed in SEEDS:
        rng = random.Random(seed)
        problem = read_problem(json.dumps(random_problem(seed) | {"concept": concept, "unique": False}))
        oracle = WideOracle(Arena(problem))
        every = oracle.arena.every
        free = rng.randrange(every + 1)
        used = rng.randrange(every + 1) & ~free
        states = np.arange(oracle.arena.n)
        counts = oracle.undeterred(states, used, free)
        said += int(counts.sum())
        subsets = [sub for sub in range(free + 1) if sub & ~free == 0]
        for sub in subsets:
            view = oracle.arena.view(used | sub)
            open_ = [sum(1 for who, _ in oracle.faults(view, int(s)) if len(who) == 1) for s in states]
            assert (counts <= open_).all(), (seed, used, sub)
    assert said > 0
