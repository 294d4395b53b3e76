"""Games in normal form as graph models, and their pure Nash equilibria by pygambit, which shares nothing with the engine."""

from __future__ import annotations

import random

import numpy as np

from ceasefire.graphmodel import GraphModel, Option


def random_game(seed: int, n_parties: int) -> GraphModel:
    """Make a game in which each party has one or more options of its own, all combinations are feasible and ties occur."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    options = [Option(f"o{k}", (k % n_parties,)) for k in range(n_parties + rng.randint(0, 2))]
    model = GraphModel.from_options([f"P{p}" for p in range(n_parties)], options)
    return model.with_preference([[rng.randrange(6) for _ in range(model.n_states)] for _ in range(n_parties)])


def pure_equilibria(model: GraphModel) -> set[int]:
    """Give the pure Nash equilibria that pygambit finds, as indices of states; ImportError without pygambit 17."""
    import pygambit  # type: ignore[import-not-found]  # noqa: PLC0415 - not everybody has it

    parties = range(len(model.parties))
    own = [[k for k, option in enumerate(model.options) if option.owners == (party,)] for party in parties]
    tables = [np.zeros([1 << len(bits) for bits in own]) for _ in parties]
    states: dict[tuple[int, ...], int] = {}
    for state, vector in enumerate(model.states.tolist()):
        cell = tuple(sum((vector >> bit & 1) << k for k, bit in enumerate(bits)) for bits in own)
        states[cell] = state
        for party in parties:
            tables[party][cell] = model.preference[party, state]
    game = pygambit.StrategicGame.from_arrays(*tables)
    profiles = pygambit.nash.enumpure_solve(game).equilibria
    return {states[tuple([chance for _, chance in mixed].index(1) for mixed in profile)] for profile in profiles}
