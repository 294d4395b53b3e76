"""Measures beyond preferences against trying every combination."""

import random
from itertools import combinations

import numpy as np
import pytest

from ceasefire.errors import LimitError, NoSettlementError
from ceasefire.graphmodel import (
    Add,
    Arcs,
    Correct,
    Goal,
    GraphModel,
    OneWay,
    Option,
    Remove,
    least_redesigns,
    redesign,
    redesigned,
    solve,
)
from ceasefire.graphmodel.cheapest import NothingFoundError
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.testing.by_definition import Wish, graph_of, least_demand, small_model


def question(seed):
    rng = random.Random(seed)
    n = rng.choice([2, 2, 3])
    model = small_model(seed, n, 4 if n == 2 else 3)
    measures = []
    for k, option in enumerate(model.options):
        kind = rng.choice(["add", "remove", "up", "down", "nothing"])
        if kind in {"add", "remove"}:
            measures.append({"add": Add, "remove": Remove}[kind](k, rng.randint(0, 3)))
        elif kind != "nothing" and option.direction in {"both", kind}:
            measures.append(OneWay(k, kind, rng.randint(0, 3)))
    if rng.random() < 0.5:
        row = np.array([rng.randrange(3) for _ in range(model.n_states)])
        measures.append(Correct(rng.randrange(n), row, rng.randint(0, 3)))
    states = rng.sample(range(model.n_states), min(2, model.n_states))
    goal = Goal(BASIC[seed % len(BASIC)], tuple(states[:1]), tuple(states[1:]) if rng.random() < 0.3 else ())
    prices = {party: rng.choice([1, 2, None]) for party in range(n)}
    return model, goal, measures, prices


def by_enumeration(model, goal, measures, prices):
    best = None
    for size in range(len(measures) + 1):
        for chosen in combinations(range(len(measures)), size):
            taken = [measures[k] for k in chosen]
            gone = {m.option for m in measures if isinstance(m, Add) and m not in taken}
            gone |= {m.option for m in taken if isinstance(m, Remove)}
            states = model.states.tolist()
            kept = [k for k, s in enumerate(states) if not any(s >> o & 1 for o in gone)]
            if not set(goal.wanted) <= set(kept):
                continue
            graph = [
                {
                    kept.index(a): {kept.index(b) for b in ends if b in kept and legal(states[a], states[b], taken)}
                    for a, ends in moves.items()
                    if a in kept
                }
                for moves in graph_of(model)
            ]
            rows = [list(row) for row in model.preference.tolist()]
            for m in taken:
                if isinstance(m, Correct):
                    rows[m.party] = m.preference.tolist()
            rows = [[row[k] for k in kept] for row in rows]
            wish = Wish(
                goal.concept,
                tuple(kept.index(s) for s in goal.wanted),
                tuple(kept.index(s) for s in goal.unwanted if s in kept),
            )
            found = least_demand(graph, rows, wish, lambda c: prices[c[0]], most_size=3)
            if found is not None:
                cost = found[0] + sum(m.cost for m in taken)
                best = cost if best is None else min(best, cost)
    return best


def legal(start, end, taken):
    for m in taken:
        if isinstance(m, OneWay):
            before, after = start >> m.option & 1, end >> m.option & 1
            if before != after and (m.direction == "up") != (after == 1):
                return False
    return True


def check(seed):
    model, goal, measures, prices = question(seed)
    expected = by_enumeration(model, goal, measures, prices)
    try:
        found = least_redesigns(model, goal, measures, weights=prices)
    except NoSettlementError:
        assert expected is None, seed
        return False
    if expected is None:
        assert all(len(r.change.comparisons) > 3 for r in found), seed
        return False
    assert {r.cost for r in found} == {expected}, (seed, expected, found)
    for r in found:
        after = r.model.with_preference(r.change.preference)
        held = solve(after, ["Nash"]).equilibria["Nash"]
        for state in goal.wanted if goal.concept == "Nash" else ():
            assert held[after.labels.index(model.labels[state])]
    return True


@pytest.mark.parametrize("block", range(8))
def test_redesigns_agree_with_trying_everything(block):
    assert sum(check(seed) for seed in range(block * 25, block * 25 + 25)) >= 10


def test_a_monitor_that_can_be_sent_for_good_beats_changing_minds():
    model = GraphModel.from_options(
        ["A", "B"],
        [Option("fight", (0,)), Option("monitor", (1,))],
        preference=[[1, 2, 1, 0], [1, 0, 2, 0]],
    )
    found = least_redesigns(model, Goal("Nash", wanted=(2,)), [Add(1, cost=1)], weights={0: 5, 1: 5})
    assert [r.measures for r in found] == [(Add(1, cost=1),)]
    assert redesigned(model, [Add(1)], []).n_states == 2


def test_explicit_arcs_and_coalesced_states_are_redesigned_too():
    pairs = np.array([[0, 1], [1, 2], [2, 0]])
    arcs = (Arcs.between(pairs[:, 0], pairs[:, 1], 3),)
    options = (Option("x", (0,)), Option("y", (0,)))
    model = GraphModel(
        ("A",), options, np.array([0, 1, 2]), np.array([[0, 1, 2]]), labels=("1", "2", "3"), arcs=arcs, vectors=("N-", "Y-", "NY")
    )
    after = redesigned(model, [], [OneWay(0, "up")])
    assert [after.moves(0, k).tolist() for k in range(3)] == [[1], [], [0]]
    gone = redesigned(model, [], [Remove(0)])
    assert (gone.vectors, gone.moves(0, 1).tolist()) == (("N-", "NY"), [0])


def test_measures_whose_search_stops_leave_the_answers_of_the_others(monkeypatch):
    model = GraphModel.from_options(["A"], [Option("stop", (0,))], preference=[[1, 0]])
    goal, change = Goal("Nash", wanted=(1,)), redesign.least_changes

    def stopping(after, *args, **kwargs):
        if after.options[0].direction == "both":
            raise NothingFoundError(1)
        return change(after, *args, **kwargs)

    monkeypatch.setattr(redesign, "least_changes", stopping)
    [found] = least_redesigns(model, goal, [OneWay(0, "up", cost=2)])
    assert (found.cost, found.at_least) == (2, 1)
    with pytest.raises(LimitError, match="none costs less than 1"):
        least_redesigns(model, goal, [])


def test_wrong_measures_are_refused():
    model = GraphModel.from_options(["A"], [Option("stop", (0,), "down")], preference=[[1, 0]])
    goal = Goal("Nash", wanted=(0,))
    with pytest.raises(ValueError, match="'stop' is down already"):
        least_redesigns(model, goal, [OneWay(0, "up")])
    with pytest.raises(ValueError, match="costs -1"):
        least_redesigns(model, goal, [Remove(0, cost=-1)])
    with pytest.raises(LimitError, match=r"2\^17"):
        least_redesigns(model, goal, [Remove(0)] * 17)
    with pytest.raises(NoSettlementError, match="no combination"):
        least_redesigns(model, Goal("Nash", wanted=(1,)), [Remove(0)], weights={0: None})
