"""Least changes of preferences against every set of comparisons and every ranking."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.errors import LimitError, NoSettlementError
from ceasefire.graphmodel import GraphModel, Option
from ceasefire.graphmodel.cheapest import NothingFoundError, Search
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.graphmodel.inverse import Goal, least_changes, ranks_apart
from ceasefire.testing.by_definition import Wish, graph_of, is_equilibrium, least_demand, small_model

PRISONERS = GraphModel.from_options(
    ["A", "B"], [Option("talk", (0,)), Option("talk", (1,))], preference=[[2, 3, 0, 1], [2, 0, 3, 1]]
)


def question(seed):
    """A random model with a goal and prices."""
    rng = random.Random(seed)
    n = rng.choice([2, 2, 3])
    model = small_model(seed, n, 4 if n == 2 else 3)
    states = list(range(model.n_states))
    rng.shuffle(states)
    wanted = tuple(states[: rng.choice([1, 1, 2])])
    unwanted = tuple(states[len(wanted) : len(wanted) + 1]) if rng.random() < 0.25 else ()
    if rng.random() < 0.1:
        wanted, unwanted = (), (states[0],)
    each = rng.random() < 0.8
    prices = {party: rng.choice([1, 1, 1, 2, 3, None]) for party in range(n)}
    return model, Goal(rng.choice(BASIC), wanted, unwanted, each), prices


def by_enumeration(model, goal, prices):
    choices = [goal.wanted] if goal.each or not goal.wanted else [(state,) for state in goal.wanted]
    graph, rows = graph_of(model), model.preference.tolist()
    answers = [least_demand(graph, rows, Wish(goal.concept, wanted, goal.unwanted), lambda c: prices[c[0]]) for wanted in choices]
    answers = [answer for answer in answers if answer is not None]
    cost = min((cost for cost, _ in answers), default=None)
    return cost, {demand for found, demands in answers if found == cost for demand in demands}


def check(seed):
    """Compare; give whether the enumeration found an answer of at most four comparisons."""
    model, goal, prices = question(seed)
    cost, demands = by_enumeration(model, goal, prices)
    try:
        found = least_changes(model, goal, weights=prices, most=10_000)
    except NoSettlementError:
        assert cost is None, (seed, cost, demands)
        return False
    if cost is None:
        assert all(len(change.comparisons) > 4 for change in found), (seed, found)
        return False
    if max(len(change.comparisons) for change in found) <= 4:
        assert {frozenset(map(tuple, change.comparisons)) for change in found} == demands, seed
    assert {change.cost for change in found} == {cost}, (seed, cost, found)
    for change in found:
        graph, rows = graph_of(model), change.preference.tolist()
        held = [is_equilibrium(graph, state, goal.concept, rows) for state in goal.wanted]
        assert all(held) if goal.each or not held else any(held)
        assert not any(is_equilibrium(graph, state, goal.concept, rows) for state in goal.unwanted)
        assert all(c.holds(change.preference) and not c.holds(model.preference) for c in change.comparisons)
    return True


@pytest.mark.parametrize("block", range(8))
def test_least_changes_agree_with_trying_everything(block):
    answered = sum(check(seed) for seed in range(block * 25, block * 25 + 25))
    assert answered >= 10


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_more_changes_allowed_never_cost_more(seed):
    model, goal, prices = question(seed)
    freer = {party: price or 1 for party, price in prices.items()}
    try:
        dear = least_changes(model, goal, weights=prices)[0].cost
    except NoSettlementError:
        return
    assert least_changes(model, goal, weights=freer)[0].cost <= dear


def test_an_equilibrium_needs_no_change():
    [change] = least_changes(PRISONERS, Goal("Nash", wanted=(3,)))
    assert (change.cost, change.comparisons, change.parties) == (0, (), ())


def test_a_punishment_by_another_is_the_cheaper_change_under_seq():
    row = [2, 3, 0, 1]
    model = PRISONERS.with_preference([row, [3, 1, 2, 0]])
    changes = least_changes(model, Goal("SEQ", wanted=(0,)))
    assert {change.cost for change in changes} == {1}
    assert {(c.party, c.upper, c.lower, c.strict) for change in changes for c in change.comparisons} == {
        (0, 0, 1, False),
        (1, 3, 1, True),
    }


def test_distance_between_ranks_can_be_the_price():
    model = PRISONERS.with_preference([[0, 9, 4, 5], [2, 0, 3, 1]])
    assert least_changes(model, Goal("Nash", wanted=(0,)), weights=ranks_apart(model))[0].cost == 4


def test_nobody_who_can_change_means_no_settlement():
    with pytest.raises(NoSettlementError, match="make 1 stable under Nash"):
        least_changes(PRISONERS, Goal("Nash", wanted=(0,)), weights={0: None})


def test_wrong_questions_are_refused():
    with pytest.raises(ValueError, match="names no state"):
        least_changes(PRISONERS, Goal("Nash"))
    with pytest.raises(ValueError, match="'Nahs'"):
        least_changes(PRISONERS, Goal("Nahs", wanted=(0,)))
    with pytest.raises(ValueError, match="costs 0"):
        least_changes(PRISONERS, Goal("Nash", wanted=(0,)), weights={0: 0})


def test_a_search_cut_short_gives_the_best_it_found_and_a_bound(monkeypatch):
    monkeypatch.setattr("ceasefire.graphmodel.cheapest.MOST_ROUNDS", 0)
    monkeypatch.setattr("ceasefire.graphmodel.cheapest.MOST_RELAXED", 0)
    short = 0
    for seed in range(150):
        model, goal, prices = question(seed)
        cost, _ = by_enumeration(model, goal, prices)
        if cost is None:
            continue
        try:
            [change, *_] = least_changes(model, goal, weights=prices)
        except LimitError as error:
            assert "0 rounds" in str(error)
            continue
        assert change.at_least <= cost <= change.cost, seed
        assert change.is_least == (change.at_least == change.cost)
        short += not change.is_least
    assert short


def stops_for(monkeypatch, *states):
    search = Search.hits

    def stopping(self, at_most=None):
        if any(walls.formula.state in states for walls in self._walls):
            raise NothingFoundError(1)
        yield from search(self, at_most)

    monkeypatch.setattr(Search, "hits", stopping)


def test_a_state_whose_search_stops_leaves_the_answers_for_the_others(monkeypatch):
    model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))], preference=[[0, 1, 2, 3]])
    [proven] = least_changes(model, Goal("Nash", wanted=(1,)))
    stops_for(monkeypatch, 0)
    [change] = least_changes(model, Goal("Nash", wanted=(0, 1), each=False))
    assert (change.cost, change.comparisons) == (proven.cost, proven.comparisons) == (2, proven.comparisons)
    assert change.is_least, "state 1 needs three changes, whatever its search finds"
    stops_for(monkeypatch, 0, 1)
    with pytest.raises(LimitError, match="none costs less than 2"):
        least_changes(model, Goal("Nash", wanted=(0, 1), each=False))


def test_a_stopped_search_lowers_what_any_change_costs_at_least(monkeypatch):
    model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))], preference=[[0, 1, 2, 3]])
    stops_for(monkeypatch, 0)
    monkeypatch.setattr(Search, "floor", lambda _: 0)
    [change] = least_changes(model, Goal("Nash", wanted=(0, 1), each=False))
    assert (change.cost, change.at_least, change.is_least) == (2, 1, False)


def test_a_model_too_large_to_search_says_so_first():
    model = GraphModel.from_options(["A", "B"], [Option(f"o{k}", (k % 2,)) for k in range(16)])
    with pytest.raises(LimitError, match="65,536 states; least changes under SEQ are searched among at most 32,768"):
        least_changes(model, Goal("SEQ", wanted=(0,)))
