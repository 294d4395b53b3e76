"""Files that say more, or less, than one ranking per party, against structures made by hand; and bans."""

import json
from fractions import Fraction

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, LimitError
from ceasefire.graphmodel import (
    Attitudes,
    Ban,
    Fuzzy,
    GraphModel,
    Option,
    PartialOrder,
    Probable,
    Strength,
    Unknown,
    banned,
    judge,
    read_exchange,
    read_structures,
    read_views,
    solve,
    write_exchange,
)

CHICKEN = {
    "decision_makers": [{"name": "A", "options": ["on"]}, {"name": "B", "options": ["on"]}],
    "infeasible": [],
    "preferences": {"A": {"ranking": [2, 1, 3, ">>", 4]}, "B": {"ranking": [3, [1, 2], ">>", 4]}},
}


def written(**changes):
    return json.dumps({**CHICKEN, **changes})


def same(structure, other, model):
    one, two = judge(model, structure), judge(model, other)
    return all((one.stable[c] == two.stable[c]).all() for c in one.stable)


def test_much_better_is_two_degrees_and_the_ranking_stays_the_same():
    model, found = read_structures(written())
    assert model.preference.tolist() == read_exchange(written()).preference.tolist()
    assert set(found) == {"general", "strong"}
    rows = [[11, 12, 10, 0], [11, 11, 12, 0]]
    assert (found["general"].degree == Strength.from_steps(rows, [1, 5]).degree).all()
    assert same(found["strong"], Strength.from_steps(rows, [1, 5], least=2), model)
    assert read_structures(written(preferences={"A": {"ranking": [2, 1, 3, 4]}, "B": {"ranking": [3, 1, 2, 4]}}))[1] == {}


def test_partial_preferences_give_the_four_versions_of_unknown():
    told = {"A": {"partial": {"better": [[2, 1]]}}, "B": {"ranking": [3, 1, 2, 4]}}
    model, found = read_structures(written(preferences=told))
    orders = [PartialOrder.of(4, better=[(1, 0)]), PartialOrder.complete([2, 1, 3, 0])]
    assert list(found) == ["unknown a", "unknown b", "unknown c", "unknown d"]
    assert all(same(found[f"unknown {kind}"], Unknown(orders, kind), model) for kind in "abcd")


def test_attitudes_are_read_and_selfish_where_nothing_is_said():
    told = {"A": {"ranking": [2, 1, 3, 4]}, "B": {"ranking": [3, 1, 2, 4]}}
    model, found = read_structures(written(preferences=told, attitudes={"A": {"B": -1}}))
    assert same(found["attitudes"], Attitudes(model.preference, np.array([[1, -1], [0, 1]])), model)


def pairs(rows):
    return [[a + 1, b + 1, rows[a][b]] for a in range(4) for b in range(a + 1, 4)]


CERTAIN = [[0.5, 0.3, 0.7, 0.9], [0.7, 0.5, 0.8, 1.0], [0.3, 0.2, 0.5, 0.6], [0.1, 0.0, 0.4, 0.5]]


def test_fuzzy_preferences_complement_each_other_and_rankings_beside_them_are_certain():
    told = {"A": {"fuzzy": pairs(CERTAIN), "threshold": 0.3}, "B": {"ranking": [3, [1, 2], 4]}}
    model, found = read_structures(written(preferences=told))
    sure = [[0.5, 0.5, 0, 1], [0.5, 0.5, 0, 1], [1, 1, 0.5, 1], [0, 0, 0, 0.5]]
    assert same(found["fuzzy"], Fuzzy(np.array([CERTAIN, sure]), [0.3, 1.0]), model)


def test_probable_preferences_may_leave_room_for_ties():
    told = {"probable": [*pairs(CERTAIN), [2, 1, 0.6]], "alpha": 0.5, "beta": 0.4, "gamma": 0.3}
    model, found = read_structures(written(preferences={"A": told, "B": {"ranking": [3, [1, 2], 4]}}))
    chance = np.array(CERTAIN)
    np.fill_diagonal(chance, 0)
    chance[1, 0] = 0.6
    sure = np.array([[0, 0, 0, 1], [0, 0, 0, 1], [1, 1, 0, 1], [0, 0, 0, 0]])
    assert same(found["probable"], Probable(np.stack([chance, sure]), [0.5, 0.5], [0.4, 0.5], [0.3, 0.5]), model)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"fuzzy": [[1, 2, 0.5]], "threshold": 0.3}, "says nothing of states 1 and 3"),
        ({"fuzzy": [*pairs(CERTAIN), [2, 1, 0.9]], "threshold": 0.3}, "both directions add up to 1"),
        ({"fuzzy": [[1, 9, 0.5]], "threshold": 0.3}, "holds \\[1, 9, 0.5\\]"),
        ({"fuzzy": [[1, 2, 1.5]], "threshold": 0.3}, "1.5 for states 1 and 2"),
        ({"fuzzy": pairs(CERTAIN)}, "'threshold' of 'A' is None"),
        ({"probable": [*pairs(CERTAIN), [2, 1, 0.9]], "alpha": 1, "beta": 1, "gamma": 1}, "at most 1"),
        ({"probable": pairs(CERTAIN), "alpha": 2, "beta": 1, "gamma": 1}, "'alpha' of 'A' is 2"),
    ],
)
def test_what_is_wrong_with_uncertain_preferences_is_said(told, message):
    with pytest.raises(CaseError, match=message):
        read_structures(written(preferences={"A": told, "B": {"ranking": [3, [1, 2], 4]}}))


def test_wrong_attitudes_and_mixed_kinds_are_refused():
    with pytest.raises(CaseError, match="towards 'B' is 5"):
        read_structures(written(attitudes={"A": {"B": 5}}))
    with pytest.raises(CaseError, match="'attitudes' of 'C'"):
        read_structures(written(attitudes={"C": {"B": 1}}))
    probable = {"probable": pairs(CERTAIN), "alpha": 1, "beta": 1, "gamma": 1}
    with pytest.raises(CaseError, match="fuzzy and probable"):
        read_structures(written(preferences={"A": {"fuzzy": pairs(CERTAIN), "threshold": 0.3}, "B": probable}))


def test_bans_take_moves_away_and_survive_writing():
    given = written(bans=[{"from": "NN", "to": "YN", "by": "A"}, {"from": "-Y", "to": "-N"}])
    model = read_exchange(given)
    plain = GraphModel.from_options(["A", "B"], [Option("A:on", (0,)), Option("B:on", (1,))])
    expected = banned(plain, [Ban(Pattern(3, 0), Pattern(3, 1), 0), Ban(Pattern(2, 2), Pattern(2, 0))])
    back = read_exchange(write_exchange(model))
    for party in (0, 1):
        for state in range(4):
            assert model.moves(party, state).tolist() == expected.moves(party, state).tolist()
            assert back.moves(party, state).tolist() == expected.moves(party, state).tolist()


@pytest.mark.parametrize("ban", [{"from": "NN"}, {"from": "NN", "to": "YN", "when": 1}, {"from": "NN", "to": "Y"}, "NN"])
def test_wrong_bans_are_refused(ban):
    with pytest.raises(CaseError, match=r"ban|needs 2 characters"):
        read_exchange(written(bans=[ban]))


def test_weighted_options_are_added_up_exactly():
    weighted = {"weighted": [[["Y-"], 0.1], [["-Y"], "-1/3"], [["YY", "NN"], 0.2]]}
    model = read_exchange(written(preferences={"A": weighted, "B": {"ranking": [3, 1, 2, 4]}}))
    worth = {
        "NN": Fraction(1, 5),
        "YN": Fraction(1, 10),
        "NY": Fraction(-1, 3),
        "YY": Fraction(1, 5) + Fraction(1, 10) - Fraction(1, 3),
    }
    order = sorted(range(4), key=lambda k: worth[model.vector(k)])
    assert np.argsort(model.preference[0], kind="stable").tolist() == order
    assert len(set(worth.values())) == 4


@pytest.mark.parametrize(
    ("fields", "shown", "message"),
    [
        ({"bans": [{"from": "NN", "to": "YY"}, {"from": "NN", "to": "YX"}]}, '"YX"', r"bans\[1\].to"),
        ({"bans": [{"from": "NN", "to": "YY", "by": "C"}]}, '"C"', r"'C' in bans\[0\].by"),
        ({"attitudes": {"A": {"B": 5}}}, "5", "towards 'B' is 5"),
        ({"moves": {"A": {"1": [7]}}}, "[", r"unknown state 7 in moves.A\['1'\]"),
        ({"infeasible": ["NN", "Y"]}, '"Y"', r"infeasible\[1\] needs 2"),
        ({"status_quo": 1, "preferences": {"A": CHICKEN["preferences"]["A"]}}, "{", "preferences of 'B' are missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(fields, shown, message):
    text = json.dumps({**CHICKEN, **fields}, indent=1)
    with pytest.raises(CaseError, match=message) as caught:
        read_structures(text, "war.json")
    [problem] = caught.value.problems
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith(shown)


def test_what_is_wrong_with_a_view_is_named_with_its_place():
    text = json.dumps({**CHICKEN, "views": {"A": {"preferences": {"B": {"ranking": [1, 2, 3, 9]}}}}}, indent=1)
    with pytest.raises(CaseError, match="in the view of 'A': unknown state 9") as caught:
        read_views(text, "war.json")
    [problem] = caught.value.problems
    assert text.splitlines()[problem.line - 1].strip() == "9"
    with pytest.raises(CaseError, match="'preferences' of 'A' is 5"):
        read_views(written(views={"A": {"preferences": 5}}))


def test_stakes_that_do_not_fit_are_refused_with_their_size():
    weighted = {"weighted": [[["Y-"], 10**30], [["-Y"], "1/3"]]}
    with pytest.raises(LimitError, match="steps of 1/3"):
        read_exchange(written(preferences={"A": weighted, "B": {"ranking": [3, 1, 2, 4]}}))


@pytest.mark.parametrize("weighted", [[["Y-"]], "Y-", [[["Y-"], "much"]], [[["Y"], 1]]])
def test_wrong_weights_are_refused(weighted):
    with pytest.raises(CaseError, match=r"weighted|needs 2 characters"):
        read_exchange(written(preferences={"A": {"weighted": weighted}, "B": {"ranking": [3, 1, 2, 4]}}))


@pytest.mark.parametrize("n_options", [40, 63, 64])
def test_a_model_of_many_options_and_few_states_is_written_and_read(n_options):
    options = [Option(f"o{k}", (k % 3,)) for k in range(n_options)]
    impossible = [Pattern(1 << k, 1 << k) for k in range(n_options) if k < n_options - 6]
    model = GraphModel.from_options(["A", "B", "C"], options, impossible)
    model = model.with_preference(np.random.default_rng(1).integers(0, 9, (3, model.n_states)))
    back = read_exchange(write_exchange(model))
    stable, again = solve(model).equilibria, solve(back).equilibria
    for concept, row in stable.items():
        assert {model.labels[k] for k in np.flatnonzero(row)} == {back.labels[k] for k in np.flatnonzero(again[concept])}
