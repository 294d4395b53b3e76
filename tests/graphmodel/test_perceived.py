"""Perceived games against the definitions applied to every view."""

import random
from itertools import combinations

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import NoSettlementError
from ceasefire.graphmodel import (
    CONCEPTS,
    Correction,
    GraphModel,
    Option,
    PerceivedGame,
    least_corrections,
    perceive,
)
from ceasefire.testing.by_definition import as_test, graph_of, is_equilibrium, is_stable, small_model


def random_game(seed):
    rng = random.Random(seed)
    n = rng.choice([2, 2, 3])
    truth = small_model(seed, n, 4)
    while truth.arcs is not None:
        truth = small_model(rng.randrange(10**6), n, 4)
    every = range(1 << len(truth.options))
    views, unseen = [], []
    for _ in range(n):
        hidden = 1 << rng.randrange(len(truth.options)) if rng.random() < 0.2 else 0
        kept = {int(s) for s in truth.states if rng.random() < 0.85}
        if rng.random() < 0.2:
            kept.add(rng.choice(list(every)))
        kept = {s & ~hidden for s in kept} or {0}
        view = GraphModel.from_options(truth.parties, truth.options, [Pattern(len(every) - 1, s) for s in every if s not in kept])
        rows = []
        for party in range(n):
            own = {int(s): int(r) for s, r in zip(truth.states, truth.preference[party], strict=True)}
            rows.append([own.get(int(s), 0) if rng.random() < 0.7 else rng.randrange(9) for s in view.states])
        views.append(view.with_preference(rows))
        unseen.append(hidden)
    return PerceivedGame(truth, tuple(views), tuple(unseen))


def tables(model, concept):
    """By bits: for whom stable, and whether an equilibrium."""
    graph, test = graph_of(model), as_test(model.preference.tolist())
    n = len(model.parties)
    return {int(s): [is_stable(graph, i, k, concept, test) for i in range(n)] for k, s in enumerate(model.states)}


def expected_kind(game, truth, views, state):
    n = len(views)
    seen = [view.get(state & ~hidden) for view, hidden in zip(views, game.unseen, strict=True)]
    if state not in truth:
        return "imagined"
    if any(row is None for row in seen):
        return "unseen"
    holds, true = all(seen[i][i] for i in range(n)), all(truth[state])
    everyone = all(all(row) for row in seen)
    if holds and not true:
        return "by error"
    if holds:
        return "agreed" if everyone else "misjudged"
    if true:
        return "missed"
    return "false hope" if any(all(row) for row in seen) else "none"


def check(seed):
    game = random_game(seed)
    kinds = set()
    for concept, outcomes in perceive(game).items():
        truth, views = tables(game.truth, concept), [tables(view, concept) for view in game.views]
        assert [o.state for o in outcomes] == sorted({s for table in (truth, *views) for s in table})
        for o in outcomes:
            seen = [view.get(o.state & ~hidden) for view, hidden in zip(views, game.unseen, strict=True)]
            assert o.known_to == tuple(i for i, row in enumerate(seen) if row is not None)
            assert o.stays == tuple(i for i, row in enumerate(seen) if row is not None and row[i])
            assert o.equilibrium_in == tuple(i for i, row in enumerate(seen) if row is not None and all(row))
            assert o.in_truth == (o.state in truth and all(truth[o.state]))
            assert o.kind == expected_kind(game, truth, views, o.state), (seed, concept, o)
            kinds.add(o.kind)
    check_corrections(game, seed)
    return kinds


def check_corrections(game, seed):
    """The cheapest set among all sets of corrections of all views together."""
    rng = random.Random(seed)
    concept, expected = CONCEPTS[seed % len(CONCEPTS)], rng.random() < 0.5
    state, n = int(rng.choice(game.truth.states.tolist())), len(game.views)
    true_rows = dict(zip(game.truth.states.tolist(), game.truth.preference.T.tolist(), strict=True))
    prices = {Correction(i, j): rng.randint(1, 3) for i in range(n) for j in [*range(n), None]}
    best = 0
    for i, view in enumerate(game.views):
        real = set(view.states.tolist()) <= set(true_rows)
        possible = [*range(n), None] if real else [None]
        costs = []
        for size in range(len(possible) + 1):
            for chosen in combinations(possible, size):
                model, hidden = (game.truth, 0) if None in chosen else (view, game.unseen[i])
                rows = model.preference.tolist()
                if None not in chosen:
                    for j in chosen:
                        rows[j] = [true_rows[s][j] for s in view.states.tolist()]
                if state & ~hidden not in model.states.tolist():
                    continue
                place = model.states.tolist().index(state & ~hidden)
                graph = graph_of(model)
                held = (
                    is_equilibrium(graph, place, concept, rows) if expected else is_stable(graph, i, place, concept, as_test(rows))
                )
                if held:
                    costs.append(sum(prices[Correction(i, j)] for j in chosen))
        best = None if best is None or not costs else best + min(costs)
    try:
        found = least_corrections(game, state, concept, expected=expected, cost=prices.__getitem__)
    except NoSettlementError:
        assert best is None, seed
        return
    assert found.cost == best, seed
    assert found.cost == sum(prices[c] for c in found.corrections)


@pytest.mark.parametrize("block", range(8))
def test_kinds_and_corrections_agree_with_the_definitions(block):
    kinds = set()
    for seed in range(block * 25, block * 25 + 25):
        kinds |= check(seed)
    assert {"none", "unseen", "imagined"} <= kinds
    assert len(kinds) >= 6


def test_views_must_fit_the_analysts_conflict():
    truth = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    other = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("z", (1,))])
    with pytest.raises(ValueError, match="1 views for 2 parties"):
        PerceivedGame(truth, (truth,))
    with pytest.raises(ValueError, match="same order"):
        PerceivedGame(truth, (truth, other))
    coalesced = GraphModel(("A",), truth.options[:1], np.array([0]), np.array([[0]]), labels=("1",), vectors=("-",))
    with pytest.raises(ValueError, match="coalesced"):
        PerceivedGame(coalesced, (coalesced,))


def test_no_correction_saves_what_truth_denies():
    truth = GraphModel.from_options(["A"], [Option("x", (0,))], preference=[[0, 1]])
    with pytest.raises(NoSettlementError, match="A would leave"):
        least_corrections(PerceivedGame(truth, (truth,)), 0, "Nash")
