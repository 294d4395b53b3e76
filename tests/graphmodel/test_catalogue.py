"""Concepts by name give what their own functions give."""

import numpy as np
import pytest

from ceasefire.errors import LimitError
from ceasefire.graphmodel import (
    COALITION_CONCEPTS,
    OFFERED,
    Coalitions,
    GraphModel,
    Option,
    applicable,
    limited_move,
    maximin,
    non_myopic,
    simultaneous,
    solve,
    solve_named,
)
from ceasefire.testing.by_definition import small_model


@pytest.mark.parametrize("seed", range(30))
def test_each_name_gives_the_equilibria_of_its_own_function(seed):
    model = small_model(seed, 2 + seed % 2, 8)
    names = applicable(model)
    found = solve_named(model, names)
    expected = dict(solve(model, ("Nash", "GMR", "SMR", "SEQ", "SymSEQ")).equilibria)
    expected |= Coalitions(model).judge().equilibria
    expected |= {"L2": limited_move(model, 2).surely.all(axis=0), "L3": limited_move(model, 3).surely.all(axis=0)}
    expected |= {f"Maximin{h}": maximin(model, h).all(axis=0) for h in (4, 5)}
    expected["NonMyopic"] = non_myopic(model).surely.all(axis=0)
    if model.arcs is None:
        expected["SIM"] = simultaneous(model).all(axis=0)
    assert set(found.equilibria) == set(expected) == set(names)
    for name, row in expected.items():
        assert (found.equilibria[name] == row).all(), name
        assert found.stable[name].shape == model.preference.shape


def test_names_keep_their_order_and_unknown_ones_are_refused():
    model = small_model(0, 2, 4)
    assert list(solve_named(model, ["CNash", "Nash"]).stable) == ["CNash", "Nash"]
    with pytest.raises(KeyError, match="Nahs"):
        solve_named(model, ["Nahs"])
    assert len(OFFERED) == 15


def test_a_coalition_of_others_does_not_make_a_party_leave():
    model = small_model(4, 3, 8)
    found = solve_named(model, ["CNash"]).stable["CNash"]
    spoilers = [Coalitions(model).judge(["CNash"]).spoilers("CNash", k) for k in range(model.n_states)]
    expected = [[not any(party in who for who in named) for named in spoilers] for party in range(3)]
    assert found.tolist() == np.array(expected).tolist()


def test_margins_against_coalitions_are_found_at_any_size_but_under_csmr():
    model = small_model(0, 2, 4)
    large = GraphModel.from_options(["A", "B"], [Option(f"o{k}", (k % 2,)) for k in range(10)])
    large = large.with_preference(np.random.default_rng(1).integers(0, 40, (2, 1024)), cardinal=True)
    found = solve_named(large, COALITION_CONCEPTS)
    for concept in ("CNash", "CGMR", "CSEQ"):
        assert ((found.margins[concept] >= 0) == found.stable[concept]).all()
    with pytest.raises(LimitError, match="1,024 states; CSMR margins are found for at most 512") as refused:
        found.margins["CSMR"]
    assert "`margin` gives those of one state" in str(refused.value)
    assert solve_named(model, ["CSMR"]).margins["CSMR"].shape == model.preference.shape


@pytest.mark.parametrize(
    ("n_parties", "n_options", "offered"), [(5, 12, 4), (8, 12, 3), (8, 11, 4), (12, 12, 0), (3, 13, 0), (12, 4, 4)]
)
def test_coalitions_are_offered_where_their_tables_can_be_gone_through(n_parties, n_options, offered):
    options = [Option(f"o{k}", (k % n_parties,)) for k in range(n_options)]
    model = GraphModel.from_options([f"P{k}" for k in range(n_parties)], options)
    assert [name for name in applicable(model) if name in COALITION_CONCEPTS] == list(COALITION_CONCEPTS)[:offered]


def test_more_coalitions_than_can_be_gone_through_are_refused_with_their_size():
    options = [Option(f"o{k}", (k,)) for k in range(12)]
    model = GraphModel.from_options([f"P{k}" for k in range(12)], options)
    with pytest.raises(
        LimitError, match=r"4,095 coalitions of 12 parties over 4,096 states make 8.6 GB of tables under CNash"
    ) as refused:
        Coalitions(model)
    assert "hint: let parties that act together be one" in str(refused.value)
    fewer = GraphModel.from_options([f"P{k}" for k in range(8)], [Option(f"o{k}", (k % 8,)) for k in range(12)])
    with pytest.raises(
        LimitError, match=r"255 coalitions of 8 parties over 4,096 states make 13.8 GB of tables under CSEQ; at most 10.0"
    ):
        solve_named(fewer, ["CSEQ"])
