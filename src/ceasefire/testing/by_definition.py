"""Slow, obviously correct answers for small graph models, sharing nothing with the engine: the oracle of tests and benchmarks.

A graph here is a list, per party, of dictionaries from a state to the set of states it moves to; preferences are lists of
numbers, per party. A *test* of comparisons takes (party, upper, lower, strict) and says whether it holds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import Arcs, GraphModel, Option

Graph = list[dict[int, set[int]]]
Test = Callable[[tuple[int, int, int, bool]], bool]
Literal = tuple[int, int, int, bool]

ESCAPES = ("SMR", "SymSEQ")
CREDIBLE = ("SEQ", "SymSEQ")


def small_model(seed: int, n_parties: int, most_states: int) -> GraphModel:
    """Make a random model with few states: shared and one-way options, infeasible states, ties, explicit arcs."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    n_options = rng.choice([2, 2, 3])
    options = []
    for k in range(n_options):
        owners = {k % n_parties} | ({rng.randrange(n_parties)} if rng.random() < 0.25 else set())
        options.append(Option(f"o{k}", tuple(sorted(owners)), rng.choice(["both", "both", "up", "down"])))
    every = list(range(1 << n_options))
    kept = set(rng.sample(every, min(most_states, rng.randint(2, len(every)))))
    banned = [Pattern((1 << n_options) - 1, state) for state in every if state not in kept]
    model = GraphModel.from_options([f"P{k}" for k in range(n_parties)], options, banned)
    levels = rng.choice([2, 3, 9])
    model = model.with_preference([[rng.randrange(levels) for _ in range(model.n_states)] for _ in range(n_parties)])
    return with_random_arcs(model, rng) if rng.random() < 0.4 else model


def with_random_arcs(model: GraphModel, rng: random.Random) -> GraphModel:
    """Replace the moves by random explicit arcs, usually not transitive."""
    arcs = []
    for _ in model.parties:
        pairs = [(a, b) for a in range(model.n_states) for b in range(model.n_states) if a != b and rng.random() < 0.3]
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        arcs.append(Arcs.between(both[:, 0], both[:, 1], model.n_states))
    return GraphModel(model.parties, model.options, model.states, model.preference, labels=model.labels, arcs=tuple(arcs))


def graph_of(model: GraphModel) -> Graph:
    """Write out who moves from where to where: one change of own options in permitted directions, or the arcs as given."""
    if model.arcs is not None:
        return [{s: {int(t) for t in one.of(s)} for s in range(model.n_states)} for one in model.arcs]
    graph: Graph = []
    for party in range(len(model.parties)):
        moves: dict[int, set[int]] = {}
        for a, start in enumerate(model.states.tolist()):
            ends = enumerate(model.states.tolist())
            moves[a] = {b for b, end in ends if a != b and _may(model, party, start, end)}
        graph.append(moves)
    return graph


def _may(model: GraphModel, party: int, start: int, end: int) -> bool:
    for k, option in enumerate(model.options):
        before, after = start >> k & 1, end >> k & 1
        if before != after and (party not in option.owners or option.direction == ("down" if after else "up")):
            return False
    return True


def as_test(preference: Sequence[Sequence[int]]) -> Test:
    """Test comparisons against complete preferences."""

    def test(literal: Literal) -> bool:
        party, upper, lower, strict = literal
        a, b = preference[party][upper], preference[party][lower]
        return a > b if strict else a >= b

    return test


def reached(graph: Graph, movers: Iterable[int], start: int, may: Callable[[int, int, int], bool]) -> set[int]:
    """Give the ends of sequences of allowed moves in which nobody moves twice running."""
    found: set[tuple[int, int]] = set()
    everyone = list(movers)
    growing = True
    while growing:
        growing = False
        for state, last in [(start, -1), *found]:
            for mover in everyone:
                for end in graph[mover][state] if mover != last else ():
                    if may(mover, state, end) and (end, mover) not in found:
                        found.add((end, mover))
                        growing = True
    return {state for state, _ in found}


def is_stable(graph: Graph, party: int, state: int, concept: str, test: Test) -> bool:
    """Apply the definition of a concept, with every comparison asked of `test` in the sense that makes for stability."""
    others = [k for k in range(len(graph)) if k != party]

    def no_better(other: int) -> bool:
        return test((party, state, other, False))

    for to in graph[party][state]:
        if no_better(to):
            continue
        if concept == "Nash":
            return False
        ends = reached(graph, others, to, lambda j, a, b: concept not in CREDIBLE or test((j, b, a, True)))
        punishing = {end for end in ends if no_better(end)}
        if concept in ESCAPES:
            punishing = {end for end in punishing if all(no_better(way_out) for way_out in graph[party][end])}
        if not punishing:
            return False
    return True


def is_unstable(graph: Graph, state: int, concept: str, test: Test) -> bool:
    """Say whether some party leaves, with every comparison asked of `test` in the sense that makes for leaving."""
    credible = concept in CREDIBLE
    for party in range(len(graph)):
        others = [k for k in range(len(graph)) if k != party]

        def better(other: int, party: int = party) -> bool:
            return test((party, other, state, True))

        for to in graph[party][state]:
            if not better(to):
                continue
            if concept == "Nash":
                return True
            ends = reached(graph, others, to, lambda j, a, b: not credible or not test((j, a, b, False)))
            if concept in ESCAPES:
                safe = all(better(end) or any(better(way_out) for way_out in graph[party][end]) for end in ends)
            else:
                safe = all(better(end) for end in ends)
            if safe:
                return True
    return False


@cache
def weak_orders(n: int) -> tuple[tuple[int, ...], ...]:
    """List all rankings with ties of n states, each as ranks 0, 1, ... without gaps."""
    return tuple(row for row in product(range(n), repeat=n) if set(row) == set(range(max(row) + 1)))


@cache
def strict_orders(n: int) -> tuple[tuple[int, ...], ...]:
    """List all rankings without ties."""
    return tuple(row for row in weak_orders(n) if len(set(row)) == n)


class Wish(NamedTuple):
    """States that are to be equilibria under a concept, and states that must not be."""

    concept: str
    wanted: tuple[int, ...]
    unwanted: tuple[int, ...]


def least_demand(
    graph: Graph,
    present: Sequence[Sequence[int]],
    wish: Wish,
    weight: Callable[[Literal], int | None],
    *,
    most_size: int = 4,
) -> tuple[int, set[frozenset[Literal]]] | None:
    """Find the cheapest comparisons to demand by trying every set of up to `most_size` of them against every ranking.

    A set suffices if some complete preferences contain it in which the wish holds when only comparisons that hold already, or
    are demanded, may be used. None where no set that small does.
    """
    now = as_test(present)
    universe = [literal for literal in _universe(graph, wish, len(present[0])) if not now(literal)]
    priced = [(cost, literal) for literal in universe if (cost := weight(literal)) is not None]
    sets = [
        (sum(cost for cost, _ in chosen), frozenset(literal for _, literal in chosen))
        for size in range(most_size + 1)
        for chosen in combinations(priced, size)
    ]
    best: tuple[int, set[frozenset[Literal]]] | None = None
    for cost, demand in sorted(sets, key=lambda pair: pair[0]):
        if best is not None and cost > best[0]:
            break
        if _suffices(graph, now, wish, demand, len(present[0])):
            best = (cost, {demand}) if best is None else (cost, best[1] | {demand})
    return best


def _universe(graph: Graph, wish: Wish, n_states: int) -> list[Literal]:
    """List the comparisons that a definition can ask for."""
    asked: set[Literal] = set()
    for party, moves in enumerate(graph):
        arcs = [(a, b) for a, ends in moves.items() for b in ends]
        for other in range(n_states):
            asked |= {(party, state, other, False) for state in wish.wanted if other != state}
            asked |= {(party, other, state, True) for state in wish.unwanted if other != state}
        if wish.wanted:
            asked |= {(party, b, a, True) for a, b in arcs}
        if wish.unwanted:
            asked |= {(party, a, b, False) for a, b in arcs}
    return sorted(asked)


def _suffices(graph: Graph, now: Test, wish: Wish, demand: frozenset[Literal], n_states: int) -> bool:
    universe = _universe(graph, wish, n_states)
    usable: list[set[frozenset[Literal]]] = []
    for party in range(len(graph)):
        own = [literal for literal in universe if literal[0] == party and (now(literal) or literal in demand)]
        needed = [literal for literal in demand if literal[0] == party]
        rows = set()
        for order in weak_orders(n_states):
            test = as_test([order] * len(graph))
            if all(test(literal) for literal in needed):
                rows.add(frozenset(literal for literal in own if test(literal)))
        usable.append(rows)
    return any(_granted(graph, wish, frozenset().union(*choice)) for choice in product(*usable))


def _granted(graph: Graph, wish: Wish, held: frozenset[Literal]) -> bool:
    def test(literal: Literal) -> bool:
        return literal in held or (literal[1] == literal[2] and not literal[3])

    stays = all(is_stable(graph, party, state, wish.concept, test) for state in wish.wanted for party in range(len(graph)))
    return stays and all(is_unstable(graph, state, wish.concept, test) for state in wish.unwanted)


def profiles(n_parties: int, n_states: int, *, ties: bool) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Run through every combination of the parties' rankings."""
    yield from product(weak_orders(n_states) if ties else strict_orders(n_states), repeat=n_parties)


def is_equilibrium(graph: Graph, state: int, concept: str, preference: Sequence[Sequence[int]]) -> bool:
    """Say whether a state is stable for every party."""
    test = as_test(preference)
    return all(is_stable(graph, party, state, concept, test) for party in range(len(graph)))
