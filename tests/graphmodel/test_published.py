"""Published conflicts and games: what their authors found, and an independent solver of games."""

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import Coalitions, GraphModel, Option, coalesced, ranking, solve
from ceasefire.testing.games import pure_equilibria, random_game


def best_first(orders):
    """Ranks from published orders of states 1, 2, ..., most preferred first."""
    return np.stack([ranking([[s - 1] for s in order], len(order)) for order in orders])


def equilibria(model, concept):
    return [k + 1 for k in np.flatnonzero(solve(model).equilibria[concept])]


TWO_BY_TWO = [Option("A defects", (0,)), Option("B defects", (1,))]


@pytest.mark.parametrize(
    ("name", "orders", "nash", "sequential", "general"),
    [
        # Ordinal 2 x 2 games by their textbook payoffs (Rapoport and Guyer 1966, General Systems 11, 203-214: numbers 12, 66, 61).
        # States: 1 neither defects, 2 only A, 3 only B, 4 both.
        ("prisoner's dilemma", [[2, 1, 4, 3], [3, 1, 4, 2]], [4], [1, 4], [1, 4]),
        ("chicken", [[2, 1, 3, 4], [3, 1, 2, 4]], [2, 3], [2, 3], [1, 2, 3]),
        ("stag hunt", [[1, 2, 4, 3], [1, 3, 4, 2]], [1, 4], [1, 4], [1, 4]),
    ],
)
def test_games_of_two(name, orders, nash, sequential, general):
    model = GraphModel.from_options(["A", "B"], TWO_BY_TWO, preference=best_first(orders))
    assert equilibria(model, "Nash") == nash, name
    assert equilibria(model, "SEQ") == sequential, name
    assert equilibria(model, "GMR") == general, name


def elmira():
    """Groundwater of Elmira, Ontario, 1991: nine states, where all in which Uniroyal abandons its plant count as one.

    Options, states, rankings and results as in Hipel, Fang, Kilgour and Haight (1993), IEEE Int. Conf. on Systems, Man and
    Cybernetics, vol. 1, 153-158, and Kilgour, Hipel, Fang and Peng (2001), Group Decision and Negotiation 10, 159-175.
    """
    parties = ["Ministry of the Environment", "Uniroyal", "Local government"]
    options = [
        Option("modify", (0,), "up"),
        Option("delay", (1,), "down"),
        Option("accept", (1,)),
        Option("abandon", (1,), "up"),
        Option("insist", (2,)),
    ]
    one_of = [Pattern(6, 6), Pattern(10, 10), Pattern(12, 12), Pattern(14, 0)]
    model = coalesced(GraphModel.from_options(parties, options, one_of), [[Pattern(8, 8)]])
    numbers = {"NYNNN": 1, "YYNNN": 2, "NNYNN": 3, "YNYNN": 4, "NYNNY": 5, "YYNNY": 6, "NNYNY": 7, "YNYNY": 8, "---Y-": 9}
    number = [numbers[vector if vector[3] == "N" else "---Y-"] for vector in model.vectors]
    rankings = [[7, 3, 4, 8, 5, 1, 2, 6, 9], [1, 4, 8, 5, 9, 3, 7, 2, 6], [7, 3, 5, 1, 8, 6, 4, 2, 9]]
    rows = [[len(order) - order.index(n) for n in number] for order in rankings]
    return model.with_preference(rows), number


def test_elmira_has_three_equilibria_and_the_one_with_delay_falls_to_two_parties_together():
    model, number = elmira()
    assert sorted(number) == list(range(1, 10))
    stable = solve(model).equilibria
    assert sorted(number[k] for k in np.flatnonzero(stable["Nash"])) == [5, 8, 9]
    assert all((stable["Nash"] <= stable[concept]).all() for concept in ("GMR", "SMR", "SEQ"))
    coalitions = Coalitions(model).judge(["CNash"])
    assert coalitions.spoilers("CNash", number.index(5)) == ((0, 1),)
    assert coalitions.equilibria["CNash"][[number.index(8), number.index(9)]].all()
    [objection] = Coalitions(model).objections((0, 1), number.index(5), "CNash")
    assert number[objection.to] == 8


@pytest.mark.parametrize("n_parties", [2, 3, 4])
def test_an_independent_solver_finds_the_same_pure_nash_equilibria(n_parties):
    pytest.importorskip("pygambit", reason="pygambit is not installed; its run is logged in benchmarks/logs/graphmodel_gambit.txt")
    for seed in range(25):
        model = random_game(seed, n_parties)
        assert pure_equilibria(model) == set(np.flatnonzero(solve(model).equilibria["Nash"]).tolist()), seed


@pytest.mark.parametrize("seed", range(30))
def test_pure_nash_equilibria_are_those_of_the_game_in_normal_form(seed):
    """The same comparison without another solver: no row of the payoff table along a player's own axis holds anything larger."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 3, rng.integers(2, 5))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    options = [Option(f"o{k}", (int(p),)) for k, p in enumerate(owner)]
    model = GraphModel.from_options([f"P{p}" for p in range(len(sizes))], options)
    model = model.with_preference(rng.integers(0, 5, (len(sizes), model.n_states)))
    tables = [row.reshape([1 << int(size) for size in sizes[::-1]]) for row in model.preference]
    best = [table == table.max(axis=len(sizes) - 1 - p, keepdims=True) for p, table in enumerate(tables)]
    assert (np.logical_and.reduce(best).reshape(-1) == solve(model).equilibria["Nash"]).all()
