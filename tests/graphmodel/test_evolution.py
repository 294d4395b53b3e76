"""Status quo tables, routes, trust and derailments against plain enumeration of sequences."""

import random

import pytest

from ceasefire.errors import LimitError
from ceasefire.graphmodel import (
    GraphModel,
    Option,
    Step,
    derailments,
    evolution,
    exclusive,
    first_movers,
    least_trust,
    needed_movers,
    requires,
    shortest_routes,
)
from ceasefire.testing.by_definition import graph_of, small_model


def sequences(graph, u, start, length, *, improving):
    """All legal sequences of exactly so many moves, as lists of (party, from, to)."""
    found = [[]]
    for _ in range(length):
        longer = []
        for path in found:
            state, last = (path[-1][2], path[-1][0]) if path else (start, None)
            for j, moves in enumerate(graph):
                if j != last:
                    longer += [[*path, (j, state, t)] for t in moves[state] if not improving or u[j][t] > u[j][state]]
        found = longer
    return found


def pairs(graph, u, start, *, improving, without=(), first=None):
    """Fewest moves to each (state, last mover), by extending a set of pairs until nothing is new."""

    def ok(j, a, b):
        return j not in without and (not improving or u[j][b] > u[j][a])

    level = {(t, j) for j, moves in enumerate(graph) for t in moves[start] if ok(j, start, t) and (first is None or j == first)}
    table, k = {}, 1
    while level:
        table |= dict.fromkeys(level, k)
        level = {(t, j) for s, last in level for j, moves in enumerate(graph) if j != last for t in moves[s] if ok(j, s, t)} - set(
            table
        )
        k += 1
    return table


def check(seed):
    rng = random.Random(seed)
    n = rng.choice([2, 3])
    model = small_model(seed, n, rng.choice([4, 6, 8]))
    graph, u, start = graph_of(model), model.preference.tolist(), rng.randrange(model.n_states)
    for improving in (False, True):
        table, found = pairs(graph, u, start, improving=improving), evolution(model, start, improving=improving)
        least = [[table.get((s, j), -1) for s in range(model.n_states)] for j in range(n)]
        assert found.least.tolist() == least, seed
        assert found.depth == max(table.values(), default=0)
        steps = [min((k for (t, _), k in table.items() if t == s), default=-1) for s in range(model.n_states)]
        steps[start] = 0
        assert found.steps.tolist() == steps, seed
        for k in range(3):
            assert found.within(k).tolist() == [s for s in range(model.n_states) if 0 <= steps[s] <= k]
            assert all(
                found.last_movers(s, k) == tuple(j for j in range(n) if 0 <= least[j][s] <= k) for s in range(model.n_states)
            )
        by_first = [pairs(graph, u, start, improving=improving, first=j) for j in range(n)]
        assert first_movers(model, start, improving=improving).tolist() == [
            [min((k for (t, _), k in by_first[j].items() if t == s), default=-1) for s in range(model.n_states)] for j in range(n)
        ]
        without = [{t for t, _ in pairs(graph, u, start, improving=improving, without=[j])} | {start} for j in range(n)]
        assert needed_movers(model, start, improving=improving).tolist() == [
            [steps[s] >= 0 and s not in without[j] for s in range(model.n_states)] for j in range(n)
        ]
        for s in range(model.n_states):
            if 0 < steps[s] <= 3:
                expected = sorted(path for path in sequences(graph, u, start, steps[s], improving=improving) if path[-1][2] == s)
                got = [[(x.party, x.start, x.to) for x in route] for route in shortest_routes(model, found, s, most=10_000)]
                assert sorted(got) == expected, (seed, s)
        assert shortest_routes(model, found, start) == ((),)
    check_trust(model, graph, u, start)


def check_trust(model, graph, u, start):
    trust = least_trust(model, start)
    best = {start: (0, 0)}
    for length in range(1, 5):
        for path in sequences(graph, u, start, length, improving=False):
            cost = (sum(u[j][t] <= u[j][s] for j, s, t in path), length)
            best[path[-1][2]] = min(best.get(path[-1][2], (99, 99)), cost)
    for s in range(model.n_states):
        got = (int(trust.steps[s]), int(trust.moves[s]))
        if got[0] < 0:
            assert s not in best
            continue
        if s in best:
            assert got == best[s] if got[1] <= 4 else got < best[s]
        route = trust.route(s)
        assert len(route) == got[1]
        at, last = start, None
        for step in route:
            assert (step.start == at) & (step.to in graph[step.party][at]) & (step.party != last)
            at, last = step.to, step.party
        assert at == s
        assert sum(u[x.party][x.to] <= u[x.party][x.start] for x in route) == got[0]
        if route and len(model.parties) > 1:
            check_derailments(model, graph, u, route)


def check_derailments(model, graph, u, route):
    expected = []
    places = [(route[0].start, None), *((x.to, x.party) for x in route)]
    for after, (state, last) in enumerate(places):
        for j, moves in enumerate(graph):
            for t in moves[state] if j != last else ():
                if u[j][t] > u[j][state] and (after == len(route) or (j, t) != (route[after].party, route[after].to)):
                    open_to = [
                        t == route[-1].to or any(s == route[-1].to for s, _ in after_move(graph, u, t, j, improving))
                        for improving in (False, True)
                    ]
                    expected.append((after, j, state, t, *open_to))
    got = [(d.after, d.step.party, d.step.start, d.step.to, d.reachable, d.by_improvements) for d in derailments(model, route)]
    assert sorted(got) == sorted(expected)


def after_move(graph, u, state, last, improving):
    """Pairs reached from a state just moved to by `last`."""
    found, waiting = set(), [(state, last)]
    while waiting:
        s, before = waiting.pop()
        for j, moves in enumerate(graph):
            for t in moves[s] if j != before else ():
                if (t, j) not in found and (not improving or u[j][t] > u[j][s]):
                    found.add((t, j))
                    waiting.append((t, j))
    return found


@pytest.mark.parametrize("block", range(8))
def test_evolution_routes_and_derailments_agree_with_enumeration(block):
    for seed in range(block * 25, block * 25 + 25):
        check(seed)


def test_peace_that_needs_one_step_of_trust():
    options = [Option("stop", (0,)), Option("stop", (1,))]
    model = GraphModel.from_options(["A", "B"], options, preference=[[1, 0, 2, 3], [1, 2, 0, 3]])
    trust = least_trust(model, 0)
    assert trust.steps.tolist() == [0, 1, 1, 1]
    assert evolution(model, 0, improving=True).steps.tolist() == [0, -1, -1, -1]


def test_a_state_out_of_reach_has_no_route():
    model = GraphModel.from_options(["A"], [Option("stop", (0,), "down")])
    trust = least_trust(model, 0)
    assert trust.steps.tolist() == [0, -1]
    assert shortest_routes(model, evolution(model, 0), 1) == ()
    with pytest.raises(ValueError, match="cannot be reached"):
        trust.route(1)


def test_a_move_that_leaves_the_route_is_named():
    options = [Option("stop", (0,)), Option("stop", (1,))]
    model = GraphModel.from_options(["A", "B"], options, preference=[[1, 0, 3, 2], [1, 2, 0, 3]])
    [found] = derailments(model, (Step(0, 0, 1), Step(1, 1, 3)))
    assert (found.after, found.step, found.reachable, found.by_improvements) == (2, Step(0, 3, 2), True, False)


def test_routes_among_too_many_moves_are_refused_with_their_number(monkeypatch):
    monkeypatch.setattr("ceasefire.graphmodel.routes.MOST_STEPS", 7)
    model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    with pytest.raises(LimitError, match="4 states have 8 moves after each other"):
        least_trust(model, 0)


def test_too_many_moves_are_refused_before_any_is_listed():
    model = GraphModel.from_options(["A", "B", "C"], [Option(f"o{k}", (k % 3,)) for k in range(18)])
    with pytest.raises(LimitError, match=r"262,144 states have 99,090,432 moves after each other"):
        least_trust(model, 0)
    assert not model.layout.arcs


@pytest.mark.parametrize("direction", ["both", "up", "down"])
def test_moves_are_counted_as_they_are_listed(direction):
    options = [Option("x", (0, 1), direction), Option("y", (1,)), Option("z", (0,), direction), Option("w", (1,), "up")]
    model = GraphModel.from_options(["A", "B"], options, exclusive([0, 1]) + requires(3, 2))
    assert [model.n_moves(party) for party in (0, 1)] == [len(model.arcs_of(party).to) for party in (0, 1)]
