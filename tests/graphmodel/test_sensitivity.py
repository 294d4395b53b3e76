"""Alterations of statements, each solved by the definitions."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import CONCEPTS, GraphModel, Option, robustness, sensitivity
from ceasefire.graphmodel.sensitivity import Altered, Prioritised, Ranked, Statement, Weighed
from ceasefire.testing.by_definition import graph_of, is_equilibrium, small_model


def random_statement(rng, n_options, name):
    patterns = []
    for _ in range(rng.randint(1, 2)):
        care = rng.randrange(1, 1 << n_options)
        patterns.append(Pattern(care, rng.randrange(1 << n_options) & care))
    return Statement(tuple(patterns), name)


def true_at(statement, state):
    return any(state & p.care == p.value for p in statement.patterns)


def by_hand(kind, statements, worth, states):
    """Values as tuples (statements in order) or sums."""
    if kind == "ordered":
        return [tuple(true_at(s, state) for s in statements) for state in states]
    return [sum((w for s, w in zip(statements, worth, strict=True) if true_at(s, state)), Fraction(0)) for state in states]


def check(seed):
    rng = random.Random(seed)
    n = rng.choice([2, 3])
    model = small_model(seed, n, 8)
    states, m = model.states.tolist(), len(model.options)
    sources, values, variants = [], [], []
    for party in range(n):
        kind = rng.choice(["ordered", "weighed", "ranked"])
        statements = tuple(random_statement(rng, m, f"{party}.{k}") for k in range(rng.randint(0, 4)))
        worth = tuple(Fraction(rng.randint(-6, 6), rng.randint(1, 3)) for _ in statements)
        own = []
        if kind == "ranked":
            row = model.preference[party]
            sources.append(Ranked(row))
            values.append(row.tolist())
            levels = sorted(set(row.tolist()), reverse=True)
            for a, b in itertools.pairwise(levels):
                own.append(("exchanged", [{a: b, b: a}.get(v, v) for v in row.tolist()]))
                own.append(("tied", [{a: b}.get(v, v) for v in row.tolist()]))
        else:
            sources.append(Prioritised(statements) if kind == "ordered" else Weighed(statements, worth))
            values.append(by_hand(kind, statements, worth, states))
            for k in range(len(statements)):
                own.append(("without", by_hand(kind, statements[:k] + statements[k + 1 :], worth[:k] + worth[k + 1 :], states)))
            if kind == "ordered":
                for k in range(len(statements) - 1):
                    turned = list(statements)
                    turned[k], turned[k + 1] = turned[k + 1], turned[k]
                    own.append(("exchanged", by_hand(kind, turned, worth, states)))
            else:
                order = sorted(range(len(worth)), key=lambda k: (-abs(worth[k]), k))
                for a, b in itertools.pairwise(order):
                    if abs(worth[a]) != abs(worth[b]):
                        changed = list(worth)
                        changed[a] = abs(worth[b]) * (-1 if worth[a] < 0 else 1)
                        changed[b] = abs(worth[a]) * (-1 if worth[b] < 0 else 1)
                        own.append(("exchanged", by_hand(kind, statements, changed, states)))
        variants += [(party, act, row) for act, row in own]
    found = sensitivity(model, sources)
    graph = graph_of(model)

    def solved(rows):
        return {c: {s for s in range(model.n_states) if is_equilibrium(graph, s, c, rows)} for c in CONCEPTS}

    now = solved(values)
    assert {c: set(np.flatnonzero(mask).tolist()) for c, mask in found.equilibria.items()} == now
    assert [(e.party, e.altered.act) for e in found.effects] == [(party, act) for party, act, _ in variants]
    decisive = 0
    for effect, (party, _, row) in zip(found.effects, variants, strict=True):
        then = solved([*values[:party], row, *values[party + 1 :]])
        assert {c: set(s) for c, s in effect.gained.items()} == {c: then[c] - now[c] for c in CONCEPTS if then[c] - now[c]}
        assert {c: set(s) for c, s in effect.lost.items()} == {c: now[c] - then[c] for c in CONCEPTS if now[c] - then[c]}
        decisive += effect.decisive
    return decisive


@pytest.mark.parametrize("block", range(8))
def test_effects_agree_with_solving_each_alteration_by_definition(block):
    assert sum(check(seed) for seed in range(block * 25, block * 25 + 25)) > 0


def test_survival_counts_alterations_that_keep_an_equilibrium():
    model = GraphModel.from_options(["A"], [Option("x", (0,))])
    take = Statement((Pattern(1, 1),), "x")
    found = sensitivity(model, [Weighed((take, take), (Fraction(2), Fraction(-1)))], ["Nash"])
    assert [(e.altered, dict(e.gained), dict(e.lost)) for e in found.effects] == [
        (Altered("without", "x"), {"Nash": (0,)}, {"Nash": (1,)}),
        (Altered("without", "x"), {}, {}),
        (Altered("exchanged", "x", "x"), {"Nash": (0,)}, {"Nash": (1,)}),
    ]
    assert found.survival["Nash"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_without_alterations_survival_is_unknown_not_zero():
    model = GraphModel.from_options(["A"], [Option("x", (0,))])
    assert np.isnan(sensitivity(model, [Prioritised(())], ["Nash"]).survival["Nash"]).all()


def test_robustness_is_the_share_of_concepts():
    assert robustness({"Nash": np.array([True, False]), "SEQ": np.array([False, False])}).tolist() == [0.5, 0.0]


def test_a_ranking_of_another_model_is_refused():
    model = GraphModel.from_options(["A"], [Option("x", (0,))])
    with pytest.raises(ValueError, match="3 states for a model with 2"):
        sensitivity(model, [Ranked(np.array([0, 1, 2]))])
