"""Witnesses against the verdicts that they explain."""

from fractions import Fraction

import pytest

from ceasefire.graphmodel import (
    COALITION_CONCEPTS,
    OFFERED,
    GraphModel,
    Option,
    anticipated,
    anticipated_at_last,
    applicable,
    collisions,
    solution_json,
    solve,
    solve_named,
    witnesses_json,
)
from ceasefire.testing.graph_families import moves_of, random_model


@pytest.mark.parametrize("seed", range(40))
def test_witnesses_of_every_concept_say_what_the_verdicts_say(seed):
    model = random_model(seed, most_parties=3, most_options=4)
    concepts = [concept for concept in OFFERED if concept in applicable(model)]
    stable = solve_named(model, concepts).stable
    for state in range(model.n_states):
        told = witnesses_json(model, state, concepts)
        assert list(told) == concepts
        for concept in concepts:
            for n, party in enumerate(model.parties):
                mine = [one["stable"] for who, one in told[concept].items() if party in who.split(" and ")]
                assert all(mine) == stable[concept][n, state], (state, concept, party)
            for one in told[concept].values():
                if "from" in one:
                    assert one["stable"] == all(ends == [model.name(state)] for ends in one["anticipates"])
                elif "anticipates" in one:
                    assert one["stable"] == (one["anticipates"] == [model.name(state)])
                else:
                    assert one["stable"] == all(move["sanction"] is not None for move in one["improvements"])


def test_moves_at_the_same_time_are_improvements_that_others_can_make_and_lead_where_they_say():
    found = 0
    for seed in range(150):
        model = random_model(seed, listed_moves=False, most_options=5)
        moves, unstable = moves_of(model), ~solve(model, ["SEQ"]).stable["SEQ"]
        for state in range(model.n_states):
            for party in unstable[:, state].nonzero()[0].tolist() if unstable[:, state].sum() > 1 else ():
                own, here = model.preference[party], int(model.states[state])
                for one in collisions(model, party, state):
                    assert own[one.to] > own[state]
                    if one.others is not None:
                        flips = [int(model.states[one.to]) ^ here]
                        for step in one.others:
                            assert unstable[step.party, state]
                            assert step.start == state
                            assert step.to in moves[step.party][state]
                            assert model.preference[step.party, step.to] > model.preference[step.party, state]
                            flips.append(int(model.states[step.to]) ^ here)
                        assert len({party, *(step.party for step in one.others)}) == len(flips)
                        assert sum(flips) == int(model.states[one.end]) ^ here
                        assert own[one.end] <= own[state]
                        found += 1
    assert found > 50


def test_unknown_concepts_have_no_witness():
    model = GraphModel.from_options(["A"], [Option("x", (0,))])
    with pytest.raises(KeyError):
        witnesses_json(model, 0, ["Nahs"])


@pytest.mark.parametrize("seed", range(20))
def test_margins_of_one_state_are_those_of_all_states(seed):
    model = random_model(seed, most_parties=3, most_options=4)
    model = model.with_preference(model.preference, cardinal=True, resolution=Fraction(1, 2))
    concepts = list(applicable(model))
    told = solution_json(model, solve_named(model, concepts))["margins"]
    for state in range(model.n_states):
        for concept, one in witnesses_json(model, state, concepts).items():
            for party in model.parties:
                if concept in COALITION_CONCEPTS:
                    mine = [who["margins"][party] for who in one.values() if party in who["margins"]]
                    margin = min((m for m in mine if m is not None), key=Fraction, default=None)
                else:
                    margin = one[party]["margin"]
                assert told[concept][party][model.labels[state]] == margin, (concept, party, state)


def test_non_myopic_parties_tell_every_end_that_comes_round_again():
    seen = 0
    for seed in range(60):
        model = random_model(seed, most_parties=3, most_options=3)
        for state in range(model.n_states):
            first, ends = anticipated_at_last(model, state)
            for ahead, rows in enumerate(ends, first):
                if ahead:
                    assert (anticipated(model, ahead)[:, state] == rows).all()
                    assert (anticipated(model, ahead + len(ends))[:, state] == rows).all()
            seen += len(ends) > 1
    assert seen
