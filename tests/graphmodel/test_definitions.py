"""Every verdict of every family of concepts against its definition; `benchmarks/graphmodel_definitions.py` does ten times as many."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import (
    ALL_CONCEPTS,
    Arcs,
    Coalitions,
    GraphModel,
    Option,
    Simple,
    judge,
    objections,
    replies,
    solve,
    with_moves,
)
from ceasefire.testing.graph_families import FAMILIES, moves_of, random_model


@pytest.mark.parametrize("family", FAMILIES)
def test_every_verdict_agrees_with_the_definitions(family):
    cells = 0
    for seed in range(200):
        wrong, n = FAMILIES[family](seed)
        assert not wrong, (family, seed, wrong[:3])
        cells += n
    assert cells > 2_000


@pytest.mark.parametrize("kernel", ["box and blocks", "blocks", "arcs"])
def test_all_ways_to_follow_moves_agree(kernel, monkeypatch):
    settings = {"box and blocks": (24, 0), "blocks": (0, 0), "arcs": (0, 1 << 20)}[kernel]
    for seed in range(120):
        model = random_model(seed, listed_moves=False, most_options=8)
        expected = solve(model, ALL_CONCEPTS).stable
        with monkeypatch.context() as patch:
            patch.setattr(replies, "_ALWAYS_A_BOX", settings[0])
            patch.setattr(replies, "_MOST_CELLS_PER_STATE", 0)
            patch.setattr(replies, "_MOST_STATES_BY_ARCS", settings[1])
            if kernel == "arcs":
                patch.setattr(replies, "OptionMoves", replies.ArcMoves)
            found = solve(model, ALL_CONCEPTS).stable
        for concept in ALL_CONCEPTS:
            assert (found[concept] == expected[concept]).all(), (seed, concept)


def test_long_sequences_along_arcs_agree_with_passes_over_all_arcs(monkeypatch):
    rng = np.random.default_rng(5)
    n, arcs = 600, []
    for _ in range(4):
        start = rng.integers(0, n, 900)
        arcs.append(Arcs.between(start, (start + rng.integers(1, 6, 900)) % n, n))
    names = ("A", "B", "C", "D")
    model = GraphModel(names, (), np.arange(n), rng.permuted(np.tile(np.arange(n), (4, 1)), axis=1), arcs=tuple(arcs))
    found = solve(model).stable
    monkeypatch.setattr(replies, "_FEW", 10**9)
    whole = solve(model).stable
    assert all((found[c] == whole[c]).all() for c in found)


@pytest.mark.parametrize("most_floods", [1, 3, 64])
def test_floods_from_the_least_values_agree_with_passes_over_arcs(most_floods, monkeypatch):
    several = 0
    for seed in range(150):
        model = random_model(seed, most_options=6)
        if model.arcs is None:
            model = replace(model, arcs=tuple(model.arcs_of(p) for p in range(len(model.parties))), _moves={})
        expected = solve(model, ALL_CONCEPTS)
        with monkeypatch.context() as patch:
            patch.setattr(replies, "_FEWEST_FLOODED", 0)
            patch.setattr(replies, "_MOST_FLOODS", most_floods)
            found = solve(model, ALL_CONCEPTS)
        for concept in ALL_CONCEPTS:
            assert (found.stable[concept] == expected.stable[concept]).all(), (seed, concept)
            assert (found.margins[concept] == expected.margins[concept]).all(), (seed, concept)
        several += len(model.parties) > 2
    assert several > 50


@pytest.mark.parametrize("seed", range(30))
def test_witnesses_under_structures_are_legal_and_explain_the_verdict(seed):
    model = random_model(seed, most_options=4)
    moves, structure = moves_of(model), Simple(model.preference)
    stable = judge(model, structure).stable
    for concept, rows in stable.items():
        for i in range(len(model.parties)):
            for s in range(model.n_states):
                found = objections(model, structure, i, s, concept)
                assert all(o.is_deterred for o in found) == rows[i, s]
                for o in found:
                    at, last = o.to, None
                    for step in o.sanction or ():
                        assert step.start == at
                        assert step.to in moves[step.party][at]
                        assert step.party not in {i, last}
                        at, last = step.to, step.party
                    assert o.sanction is None or model.preference[i, at] <= model.preference[i, s]


@pytest.mark.parametrize("seed", range(25))
def test_coalitions_show_how_they_get_there_and_what_answers_them(seed):
    model = random_model(seed, most_parties=4, most_options=4)
    moves, coalitions = moves_of(model), Coalitions(model)
    verdicts = coalitions.judge()
    for concept, rows in verdicts.stable.items():
        for who, row in rows.items():
            for s in range(model.n_states):
                found = coalitions.objections(who, s, concept)
                assert all(o.is_deterred for o in found) == row[s]
                assert (who in verdicts.spoilers(concept, s)) == (not row[s])
                for o in found:
                    for route, start, movers in ((o.route, s, set(who)), (o.sanction or (), o.to, set(range(4)) - set(who))):
                        at = start
                        for step in route:
                            assert step.start == at
                            assert step.to in moves[step.party][at]
                            assert step.party in movers
                            at = step.to
                    assert o.route[-1].to == o.to


@pytest.mark.parametrize("seed", range(40))
def test_concepts_imply_each_other_as_known(seed):
    model = random_model(seed)
    stable = solve(model, ALL_CONCEPTS).stable
    for stronger, weaker in (
        ("Nash", "SMR"),
        ("SMR", "GMR"),
        ("Nash", "SymSEQ"),
        ("SymSEQ", "SEQ"),
        ("SymSEQ", "SMR"),
        ("SEQ", "GMR"),
    ):
        assert (stable[stronger] <= stable[weaker]).all()
    if model.n_states <= 16 and len(model.parties) <= 4:
        alone = Coalitions(model).judge(["CNash"]).stable["CNash"]
        assert all((alone[i,] == stable["Nash"][i]).all() for i in range(len(model.parties)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_names_and_order_of_parties_and_options_do_not_matter(seed, rng):
    model = random_model(seed, listed_moves=False)
    n, m = len(model.parties), len(model.options)
    parties, bits = rng.sample(range(n), n), rng.sample(range(m), m)
    options = [
        Option(f"n{k}", tuple(sorted(parties.index(p) for p in model.options[b].owners)), model.options[b].direction)
        for k, b in enumerate(bits)
    ]
    renamed = [sum((int(s) >> b & 1) << k for k, b in enumerate(bits)) for s in model.states]
    kept = set(renamed)
    infeasible = [Pattern((1 << m) - 1, s) for s in range(1 << m) if s not in kept]
    bare = GraphModel.from_options([f"Q{k}" for k in range(n)], options, infeasible)
    place = [bare.index(s) for s in renamed]
    preference = np.zeros((n, bare.n_states), dtype=np.int64)
    preference[:, place] = model.preference[parties]
    before, after = solve(model, ALL_CONCEPTS), solve(bare.with_preference(preference), ALL_CONCEPTS)
    for concept in ALL_CONCEPTS:
        assert (after.stable[concept][:, place] == before.stable[concept][parties]).all()
        assert (after.margins[concept][:, place] == before.margins[concept][parties]).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_party_with_fewer_moves_is_stable_in_no_fewer_states_under_nash(seed, other):
    model = random_model(seed)
    rng = np.random.default_rng(other)
    arcs = [model.arcs_of(p) for p in range(len(model.parties))]
    fewer = {
        p: [(int(a), int(b)) for a, b in zip(one.start, one.to, strict=True) if rng.random() < 0.7] for p, one in enumerate(arcs)
    }
    assert (solve(model).stable["Nash"] <= solve(with_moves(model, fewer)).stable["Nash"]).all()
