"""Bounds and questions against all completions."""

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel import GraphModel, Option, cheapest, completions, samples, solve
from ceasefire.graphmodel.asking import questions
from ceasefire.graphmodel.clauses import BASIC
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.partial import bounds
from ceasefire.testing.by_definition import as_test, graph_of, is_stable, small_model, weak_orders

MOST_COMPLETIONS = 400


def question(seed):
    """A random model and true statements about hidden preferences, so many that the completions can be counted."""
    rng = random.Random(seed)
    n = rng.choice([2, 2, 3])
    model = small_model(seed, n, 4 if n == 2 else 3)
    size = model.n_states
    hidden = [[rng.randrange(3) for _ in range(size)] for _ in range(n)]
    told = {k: [] for k in range(n)}
    share = rng.random()
    while True:
        for party in range(n):
            for a, b in product(range(size), repeat=2):
                if a != b and hidden[party][a] >= hidden[party][b] and rng.random() < share / 2:
                    told[party].append((a, b, hidden[party][a] > hidden[party][b] and rng.random() < 0.9))
        known = [
            PartialOrder.of(
                size, better=[(a, b) for a, b, strict in told[k] if strict], at_least=[(a, b) for a, b, s in told[k] if not s]
            )
            for k in range(n)
        ]
        rows = [[row for row in weak_orders(size) if order.allows(row)] for order in known]
        if np.prod([len(r) for r in rows]) <= MOST_COMPLETIONS:
            return model, known, list(product(*rows))
        share = min(1.0, share + 0.2)


def by_enumeration(model, completions, concept):
    graph, n = graph_of(model), len(model.parties)
    tables = [
        [[is_stable(graph, i, s, concept, as_test(rows)) for s in range(model.n_states)] for i in range(n)] for rows in completions
    ]
    table = np.array(tables)
    together = table.all(axis=1)
    return table.all(axis=0), table.any(axis=0), together.all(axis=0), together.any(axis=0)


def check_bounds(seed):
    model, known, completions = question(seed)
    found = bounds(model, known)
    for concept in BASIC:
        got = [found.necessary, found.possible, found.necessary_equilibria, found.possible_equilibria]
        for mine, expected in zip(got, by_enumeration(model, completions, concept), strict=True):
            assert mine[concept].tolist() == expected.tolist(), (seed, concept)
    return sum(len(found.undecided(concept)) for concept in BASIC)


@pytest.mark.parametrize("block", range(8))
def test_bounds_agree_with_all_completions(block):
    assert sum(check_bounds(seed) for seed in range(block * 25, block * 25 + 25)) >= 25


@pytest.mark.parametrize("way", ["drawn", "put as a program"])
def test_every_way_to_decide_completions_agrees_with_all_of_them(way, monkeypatch):
    monkeypatch.setattr(samples, "FEWEST_STATES", 0 if way == "drawn" else 1 << 20)
    monkeypatch.setattr(completions, "MOST_NODES", 200 if way == "drawn" else -1)
    assert sum(check_bounds(seed) for seed in range(1000, 1060)) >= 20


def test_what_no_search_settles_is_said_and_left_open(monkeypatch):
    monkeypatch.setattr(completions, "MOST_NODES", -1)
    monkeypatch.setattr(cheapest, "MOST_TRIED", 0)
    unsettled = 0
    for seed in range(60):
        model, known, every = question(seed)
        found = bounds(model, known)
        for concept in BASIC:
            _, _, sure, may = by_enumeration(model, every, concept)
            assert (found.necessary_equilibria[concept] <= sure).all()
            assert (may <= found.possible_equilibria[concept]).all()
            wrong = (found.necessary_equilibria[concept] != sure) | (found.possible_equilibria[concept] != may)
            assert (wrong <= found.unsettled[concept]).all()
            unsettled += int(found.unsettled[concept].sum())
    assert unsettled > 0


def check_questions(seed):
    model, known, completions = question(seed)
    concept = BASIC[seed % len(BASIC)]
    _, _, sure, may = by_enumeration(model, completions, concept)
    undecided = np.flatnonzero(may & ~sure)
    expected = []
    for party, order in enumerate(known):
        for a, b in order.unknown:
            settles = []
            for name, right in (("better", lambda x, y: x > y), ("equal", lambda x, y: x == y), ("worse", lambda x, y: x < y)):
                left = [rows for rows in completions if right(rows[party][a], rows[party][b])]
                if left:
                    _, _, then_sure, then_may = by_enumeration(model, left, concept)
                    settles.append((name, int((then_sure | ~then_may)[undecided].sum())))
            if any(count for _, count in settles):
                expected.append((party, a, b, tuple(settles)))
    expected.sort(key=lambda q: (-min(n for _, n in q[3]), -sum(n for _, n in q[3]), q[:3]))
    got = [(q.party, q.first, q.second, q.settles) for q in questions(model, known, concept, most=1000)]
    assert got == expected, seed
    return len(expected)


@pytest.mark.parametrize("block", range(5))
def test_questions_settle_what_enumeration_says(block):
    assert sum(check_questions(seed) for seed in range(block * 12, block * 12 + 12)) > 0


def test_where_answers_are_too_many_to_try_no_more_is_said_to_be_settled_than_is(monkeypatch):
    found = 0
    for seed in range(120):
        model, known, _ = question(seed)
        for concept in ("SEQ", "SymSEQ"):
            exact = {(q.party, q.first, q.second): dict(q.settles) for q in questions(model, known, concept, most=1000)}
            with monkeypatch.context() as patch:
                patch.setattr("ceasefire.graphmodel.asking.MOST_ANSWERS", -1)
                listed = questions(model, known, concept, most=1000)
            for q in listed:
                assert not q.is_exact
                settled = exact[q.party, q.first, q.second]
                assert {name for name, _ in q.settles} == set(settled)
                assert all(count <= settled[name] for name, count in q.settles), (seed, concept)
            found += len(listed)
    assert found > 30


@pytest.mark.parametrize("seed", range(20))
def test_full_knowledge_gives_the_solution(seed):
    model = small_model(seed, 3, 8)
    known = [PartialOrder.complete(row) for row in model.preference]
    found, solution = bounds(model, known, ["Nash", "GMR", "SMR", "SEQ"]), solve(model)
    for concept in solution.stable:
        assert (found.necessary[concept] == solution.stable[concept]).all()
        assert (found.possible_equilibria[concept] == solution.equilibria[concept]).all()


def test_contradicting_comparisons_are_refused():
    with pytest.raises(ValueError, match="state 2 above 0 contradicts"):
        PartialOrder.of(3, better=[(0, 1), (1, 2), (2, 0)])


def test_unknown_concepts_and_too_many_questions_are_refused(monkeypatch):
    model = GraphModel.from_options(["A"], [Option("x", (0,))])
    with pytest.raises(ValueError, match="'Nahs'"):
        bounds(model, [PartialOrder.nothing(2)], ["Nahs"])
    monkeypatch.setattr("ceasefire.graphmodel.asking.MOST_ROWS", 3)
    with pytest.raises(LimitError, match="2 undecided states of 2 make 4 rows"):
        questions(model, [PartialOrder.nothing(2)], "Nash")
    assert questions(model, [PartialOrder.nothing(2)], "Nash", about=[]) == ()


def test_partial_orders_have_a_size_limit():
    with pytest.raises(LimitError, match="5,000 states"):
        PartialOrder.nothing(5000)


def test_ranges_of_stakes_give_a_partial_order():
    order = PartialOrder.between([0, 2, 5, 5], [3, 4, 5, 5])
    assert order.unknown == [(0, 1)]
    assert order.allows([0, 1, 2, 2])
    assert not order.allows([0, 1, 2, 3])


@pytest.mark.parametrize("high", [Fraction(2**61 + 1), Fraction(1, 2**62 + 1)])
def test_stakes_in_ranges_that_do_not_fit_are_refused_with_their_span(high):
    one = [([Pattern(1, 1)], Fraction(-1), high)]
    with pytest.raises(LimitError, match=r"span .* steps of 1/[\d,]+; at most 2,305,843,009,213,693,952"):
        PartialOrder.of_stakes(np.arange(2), one)
    fits = [([Pattern(1, 1)], Fraction(2**60), Fraction(2**61))]
    assert PartialOrder.of_stakes(np.arange(2), fits).strict[1, 0]


@pytest.mark.parametrize("seed", range(40))
def test_stakes_in_ranges_are_compared_at_every_corner(seed):
    rng = random.Random(seed)
    states = np.array(sorted(rng.sample(range(16), 7)))
    ranges = []
    for _ in range(rng.randint(1, 4)):
        care = rng.randrange(1, 16)
        low = Fraction(rng.randint(-4, 4), 2)
        ranges.append(([Pattern(care, rng.randrange(16) & care)], low, low + Fraction(rng.randint(0, 3), 3)))
    sums = []
    for corner in product(*((low, high) for _, low, high in ranges)):
        sums.append([sum(v for (ps, _, _), v in zip(ranges, corner, strict=True) if ps[0].holds(int(s))) for s in states])
    order = PartialOrder.of_stakes(states, ranges)
    for a, b in product(range(7), repeat=2):
        assert order.strict[a, b] == all(row[a] > row[b] for row in sums)
        assert order.weak[a, b] == all(row[a] >= row[b] for row in sums)
