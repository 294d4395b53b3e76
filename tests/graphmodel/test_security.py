"""What parties can make sure of: laws of Maximin stability, and the lines of play that explain it."""

from itertools import pairwise

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import GraphModel, Option, maximin, maximin_line, maximin_margins, solve
from ceasefire.testing.graph_families import random_model
from ceasefire.testing.stability_by_definition import secured


@pytest.mark.parametrize("seed", range(100))
def test_one_two_and_three_moves_are_nash_gmr_and_smr(seed):
    model = random_model(seed)
    stable = solve(model, ("Nash", "GMR", "SMR")).stable
    for h, concept in enumerate(stable, 1):
        assert (maximin(model, h) == stable[concept]).all(), concept


@pytest.mark.parametrize("seed", range(100))
def test_more_moves_close_in_on_each_other_between_smr_and_gmr(seed):
    model = random_model(seed)
    margins = [maximin_margins(model, h) for h in range(1, 9)]
    odd, even = margins[::2], margins[1::2]
    assert all((a <= b).all() for a, b in pairwise(odd))
    assert all((a >= b).all() for a, b in pairwise(even))
    assert (odd[-1] <= even[-1]).all()


def test_lines_are_legal_and_end_where_the_party_gets_what_it_can_make_sure_of():
    answered = 0
    for seed in range(60):
        model = random_model(seed, most_parties=4, most_options=3)
        u = model.preference.tolist()
        moves = [{s: set(model.moves(i, s).tolist()) for s in range(model.n_states)} for i in range(len(u))]
        for party in range(len(u)):
            for to in range(model.n_states):
                line = maximin_line(model, party, to, 5)
                at = to
                for step in line:
                    assert step.start == at
                    assert step.to in moves[step.party][at]
                    at = step.to
                assert u[party][at] == secured(u, moves, party, to, 4, own=False)
                own = [step.party == party for step in line]
                assert own[:1] != [True]
                assert sum(own) <= 2
                answered += any(own)
    assert answered > 20


def test_a_move_that_the_others_cannot_answer_has_no_line():
    model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[0, 1, 0, 1], [0, 0, 0, 0]])
    assert maximin_line(model, 0, 1, 4) == ()


@pytest.mark.parametrize("h", [4, 5])
def test_an_option_that_can_never_be_taken_changes_nothing(h):
    rng = np.random.default_rng(3)
    options = [Option(f"o{k}", (k % 3,)) for k in range(10)]
    parties, preference = ["A", "B", "C"], rng.integers(0, 50, (3, 1 << 10))
    model = GraphModel.from_options(parties, options, preference=preference)
    longer = GraphModel.from_options(parties, [*options, Option("never", (0,))], [Pattern(1 << 10, 1 << 10)], preference=preference)
    assert (maximin_margins(model, h) == maximin_margins(longer, h)).all()


def test_looking_no_move_ahead_is_refused():
    model = random_model(0)
    with pytest.raises(ValueError, match="at least 1 move"):
        maximin(model, 0)
