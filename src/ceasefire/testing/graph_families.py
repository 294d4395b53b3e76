"""Random models, and for each family of concepts every verdict of the engine beside its definition.

`FAMILIES` maps a family to a function of a seed that gives the cells on which engine and definition differ, and how many there
were.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import (
    COALITION_CONCEPTS,
    SECURITY_CONCEPTS,
    Attitudes,
    Ban,
    Coalitions,
    Fuzzy,
    GraphModel,
    Option,
    PartialOrder,
    PreferenceStructure,
    Probable,
    Simple,
    Solution,
    Strength,
    Unknown,
    banned,
    coalesced,
    judge,
    limited_move,
    maximin_margins,
    merged,
    non_myopic,
    simultaneous,
    solve,
    solve_named,
    with_moves,
)
from ceasefire.graphmodel.foresight import limited_margins
from ceasefire.testing import margins_by_definition as by_margin
from ceasefire.testing import stability_by_definition as definition

Cell = tuple[object, ...]
Found = tuple[list[Cell], int]

_CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SymSEQ")


def random_model(seed: int, *, listed_moves: bool = True, most_parties: int = 5, most_options: int = 5) -> GraphModel:
    """Make a model of 2 to 5 parties with infeasible, directed and shared options, ties, bans, and some with listed moves.

    Parameters
    ----------
    listed_moves : bool
        Whether bans and listed, intransitive moves may occur.
    """
    rng = random.Random(seed)  # noqa: S311 - models to test with
    n, m = rng.randint(2, most_parties), rng.randint(3, most_options)
    options = []
    for k in range(m):
        owners = {k % n if k < n else rng.randrange(n)} | ({rng.randrange(n)} if rng.random() < 0.15 else set())
        options.append(Option(f"o{k}", tuple(sorted(owners)), rng.choice(["both", "both", "both", "up", "down"])))
    infeasible = [_pattern(rng, m) for _ in range(rng.randint(0, 2))]
    model = GraphModel.from_options([f"P{k}" for k in range(n)], options, infeasible)
    if not model.n_states:
        return random_model(seed + 100_000, listed_moves=listed_moves, most_parties=most_parties, most_options=most_options)
    levels = rng.choice([3, 6, 40])
    model = model.with_preference([[rng.randrange(levels) for _ in range(model.n_states)] for _ in range(n)])
    if listed_moves and rng.random() < 0.25:
        places = range(model.n_states)
        return with_moves(model, {k: [(a, b) for a in places for b in places if a != b and rng.random() < 0.12] for k in range(n)})
    if listed_moves and rng.random() < 0.25:
        return banned(model, [Ban(_pattern(rng, m), _pattern(rng, m), rng.choice([None, 0])) for _ in range(rng.randint(1, 3))])
    return model


def _pattern(rng: random.Random, m: int) -> Pattern:
    care = rng.randrange(1, 1 << m)
    return Pattern(care, rng.randrange(1 << m) & care)


def moves_of(model: GraphModel) -> list[dict[int, set[int]]]:
    """Give the moves as sets: from options by definition, or as listed."""
    if model.arcs is not None:
        return [{s: set(arcs.of(s).tolist()) for s in range(model.n_states)} for arcs in model.arcs]
    owners, ways = [set(o.owners) for o in model.options], [o.direction for o in model.options]
    return definition.moves_by_definition(vectors_of(model), owners, ways, len(model.parties))


def vectors_of(model: GraphModel) -> list[list[bool]]:
    """Give the states as lists of what is taken."""
    return [[bool(int(s) >> k & 1) for k in range(len(model.options))] for s in model.states]


def _compared(
    model: GraphModel,
    stable: Mapping[str, NDArray[np.bool_]],
    relations: tuple[definition.Relation, definition.Relation, definition.Relation],
    moves: definition.Moves | None = None,
) -> Found:
    moves = moves_of(model) if moves is None else moves
    cells = [(c, i, s) for c, rows in stable.items() for i in range(len(rows)) for s in range(model.n_states)]
    wrong: list[Cell] = [(c, i, s) for c, i, s in cells if bool(stable[c][i, s]) != definition.is_stable(moves, i, s, c, relations)]
    return wrong, len(cells)


def basic(seed: int) -> Found:
    """Compare Nash, GMR, SMR, SEQ and SymSEQ."""
    model = random_model(seed)
    return _compared(model, solve(model, _CONCEPTS).stable, definition.simple(model.preference.tolist()))


def margins(seed: int) -> Found:
    """Compare margins of the five concepts of `solve`, and that they are negative exactly where a state is unstable."""
    model = random_model(seed, most_options=4)
    moves, u = moves_of(model), model.preference.tolist()
    return _margins(solve(model, _CONCEPTS), lambda c, i, s: by_margin.margin(u, moves, i, s, c))


def further_margins(seed: int) -> Found:
    """Compare margins of simultaneity, foresight and coalitions in the same way."""
    model = random_model(seed, most_parties=4, most_options=3, listed_moves=bool(seed % 2))
    moves, u, vectors = moves_of(model), model.preference.tolist(), vectors_of(model)

    def expected(concept: str, i: int, s: int) -> int | None:
        if concept in COALITION_CONCEPTS:
            return by_margin.coalition_margin(u, moves, i, s, concept)
        if concept == "SIM":
            return by_margin.simultaneous_margin(u, moves, vectors, i, s)
        return by_margin.limited_margin(u, moves, i, s, int(concept[1:]))

    names = [*COALITION_CONCEPTS, "L2", *(["L3"] if len(u) < 4 else []), *(["SIM"] if model.arcs is None else [])]
    wrong, n = _margins(solve_named(model, names), expected)
    found, late = solve_named(model, ["NonMyopic"]), np.min([limited_margins(model, h) for h in range(24, 30)], axis=0)
    wrong += _signs(found)
    wrong += [("NonMyopic", *cell) for cell in np.argwhere(found.margins["NonMyopic"] != late).tolist()]
    return wrong, n + late.size


def _margins(found: Solution, expected: Callable[[str, int, int], int | None]) -> Found:
    none = int(np.iinfo(np.int64).max)
    cells = [(c, i, s) for c, rows in found.stable.items() for i, s in np.ndindex(*rows.shape)]
    wrong: list[Cell] = [
        cell for cell in cells if int(found.margins[cell[0]][cell[1:]]) != (none if (m := expected(*cell)) is None else m)
    ]
    return [*wrong, *_signs(found)], len(cells)


def _signs(found: Solution) -> list[Cell]:
    turned = {c: np.argwhere((found.margins[c] >= 0) != rows).tolist() for c, rows in found.stable.items()}
    return [("sign of", c, *cell) for c, cells in turned.items() for cell in cells]


def _structured(
    model: GraphModel,
    pairs: Sequence[tuple[PreferenceStructure, tuple[definition.Relation, definition.Relation, definition.Relation]]],
) -> Found:
    wrong: list[Cell] = []
    cells = 0
    moves = moves_of(model)
    for k, (structure, relations) in enumerate(pairs):
        one, n = _compared(model, judge(model, structure).stable, relations, moves)
        wrong += [(k, *cell) for cell in one]
        cells += n
    return wrong, cells


def strengths(seed: int) -> Found:
    """Compare general and strong stability, degrees 0, 2 and 3."""
    model = random_model(seed, most_options=4)
    u, steps = model.preference.tolist(), [1, 2, 4]
    return _structured(
        model,
        [(Strength.from_steps(model.preference, steps, least), definition.strength(u, steps, least)) for least in (0, 2, 3)],
    )


def unknowns(seed: int) -> Found:
    """Compare the four variants for unknown preferences."""
    model = random_model(seed, most_options=4)
    rng = random.Random(seed)  # noqa: S311 - models to test with
    orders, known = [], []
    for row in model.preference.tolist():
        pairs = {(a, b) for a in range(len(row)) for b in range(len(row)) if a != b and row[a] >= row[b] and rng.random() < 0.3}
        strict = [(a, b) for a, b in sorted(pairs) if row[a] > row[b]]
        orders.append(PartialOrder.of(len(row), better=strict, equal=[(a, b) for a, b in sorted(pairs) if row[a] == row[b]]))
        known.append(_closed(pairs | {(b, a) for a, b in pairs if row[a] == row[b]}))
    return _structured(model, [(Unknown(orders, kind), definition.unknown(known, kind)) for kind in ("a", "b", "c", "d")])


def _closed(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    grown = pairs | {(a, d) for a, b in pairs for c, d in pairs if b == c}
    return pairs if grown == pairs else _closed(grown)


def _percent(rng: random.Random, n: int, *, complement: bool) -> list[list[int]]:
    rows = [[50 if complement else 0] * n for _ in range(n)]
    for a, b in combinations(range(n), 2):
        rows[a][b] = rng.randrange(0, 101, 5)
        rows[b][a] = 100 - rows[a][b] if complement else rng.randrange(0, 101 - rows[a][b], 5)
    return rows


def fuzzies(seed: int) -> Found:
    """Compare fuzzy stability."""
    model = random_model(seed, most_options=4)
    rng = random.Random(seed)  # noqa: S311 - models to test with
    percent = [_percent(rng, model.n_states, complement=True) for _ in model.parties]
    bars = [rng.choice([10, 30, 50, 100]) for _ in model.parties]
    structure = Fuzzy(np.array(percent) / 100, [bar / 100 for bar in bars])
    return _structured(model, [(structure, definition.fuzzy(percent, bars))])


def probables(seed: int) -> Found:
    """Compare stability under probabilistic preferences."""
    model = random_model(seed, most_options=4)
    rng = random.Random(seed)  # noqa: S311 - models to test with
    percent = [_percent(rng, model.n_states, complement=False) for _ in model.parties]
    alpha, beta, gamma = ([rng.randrange(10, 100, 10) for _ in model.parties] for _ in range(3))
    shares = [[bar / 100 for bar in bars] for bars in (alpha, beta, gamma)]
    structure = Probable(np.array(percent) / 100, *shares)
    return _structured(model, [(structure, definition.probable(percent, alpha, beta, gamma))])


def attitude(seed: int) -> Found:
    """Compare relational stability under attitudes."""
    model = random_model(seed, most_options=4)
    rng = random.Random(seed)  # noqa: S311 - models to test with
    wants = [[rng.choice([1, 0, -1]) for _ in model.parties] for _ in model.parties]
    structure = Attitudes(model.preference, np.array(wants))
    return _structured(model, [(structure, definition.attitudes(model.preference.tolist(), wants))])


def coalition(seed: int) -> Found:
    """Compare CNash, CGMR, CSMR and CSEQ for every coalition."""
    model = random_model(seed, most_parties=4, most_options=4)
    moves, u = moves_of(model), model.preference.tolist()
    stable = Coalitions(model).judge().stable
    cells = [(c, who, s) for c, rows in stable.items() for who in rows for s in range(model.n_states)]
    wrong: list[Cell] = [
        (c, who, s) for c, who, s in cells if bool(stable[c][who][s]) != definition.withstands(u, moves, who, s, c)
    ]
    return wrong, len(cells)


def merging(seed: int) -> Found:
    """Compare models in which two parties are merged into one."""
    model = random_model(seed, listed_moves=False)
    n = len(model.parties)
    groups = [[0, n - 1], *([k] for k in range(1, n - 1))]
    one, structure = merged(model, groups)
    return _structured(one, [(structure, definition.together(model.preference.tolist(), groups))])


def foresights(seed: int) -> Found:
    """Compare limited-move stability for one to three moves, and non-myopic stability with the moves it settles on."""
    model = random_model(seed, most_parties=3, most_options=3)
    moves, u = moves_of(model), model.preference.tolist()
    wrong: list[Cell] = []
    for h in (1, 2, 3):
        found = limited_move(model, h)
        for i in range(len(u)):
            for s in range(model.n_states):
                sets = definition.anticipated(u, moves, i, s, h)
                if bool(found.surely[i, s]) != (sets == {s}) or bool(found.possibly[i, s]) != (s in sets):
                    wrong.append((h, i, s))
    late = [limited_move(model, h) for h in range(24, 30)]
    ever = non_myopic(model)
    for name, always in (("surely", ever.surely), ("possibly", ever.possibly)):
        if (always != np.logical_and.reduce([getattr(one, name) for one in late])).any():
            wrong.append((name,))
    return wrong, 4 * model.preference.size


def securities(seed: int) -> Found:
    """Compare Maximin margins for one to five moves, and the verdicts under the names that have one."""
    model = random_model(seed, most_parties=4, most_options=3)
    moves, u = moves_of(model), model.preference.tolist()
    wrong: list[Cell] = []
    for h in range(1, 6):
        found = maximin_margins(model, h)
        for i, s in np.ndindex(*found.shape):
            best = [definition.secured(u, moves, i, q, h - 1, own=False) for q in moves[i][s]]
            expected = u[i][s] - max(best) if best else int(np.iinfo(np.int64).max)
            if int(found[i, s]) != expected:
                wrong.append((h, i, s))
    named = solve_named(model, SECURITY_CONCEPTS)
    return [*wrong, *_signs(named)], 5 * model.preference.size


def simultaneity(seed: int) -> Found:
    """Compare stability by simultaneity."""
    model = random_model(seed, listed_moves=False)
    moves, u, vectors = moves_of(model), model.preference.tolist(), vectors_of(model)
    found = simultaneous(model)
    cells = [(i, s) for i in range(len(u)) for s in range(model.n_states)]
    wrong: list[Cell] = [(i, s) for i, s in cells if bool(found[i, s]) != definition.simultaneously(u, moves, vectors, i, s)]
    return wrong, len(cells)


def arranged(seed: int) -> Found:
    """Compare models of 4 or 5 parties with shared and directed options, bans, ties and states that count as one, moves and all."""
    rng = random.Random(seed)  # noqa: S311 - models to test with
    n, m = rng.randint(4, 5), 5
    owners = [{k % n} | {rng.randrange(n) for _ in range(rng.randint(0, 1))} for k in range(m)]
    options = [Option(f"o{k}", tuple(sorted(own)), rng.choice(["both", "both", "up", "down"])) for k, own in enumerate(owners)]
    model = GraphModel.from_options([f"P{k}" for k in range(n)], options, [_pattern(rng, m) for _ in range(rng.randint(0, 1))])
    bans = [Ban(_pattern(rng, m), _pattern(rng, m), rng.choice([None, *range(n)])) for _ in range(rng.randint(1, 3))]
    one = _pattern(rng, m)
    states = model.states.tolist()
    head = [
        next((k for k, other in enumerate(states) if one.holds(other)), s) if one.holds(state) else s
        for s, state in enumerate(states)
    ]
    kept = sorted(set(head))
    levels = [{k: rng.randrange(rng.choice([3, 8])) for k in kept} for _ in range(n)]
    found = coalesced(banned(model.with_preference([[row[k] for k in head] for row in levels]), bans), [[one]])
    moves = []
    for party, reach in enumerate(definition.moves_by_definition(vectors_of(model), owners, [o.direction for o in options], n)):
        allowed = {
            (head[a], head[b])
            for a, ends in reach.items()
            for b in ends
            if not any(ban.party in {None, party} and ban.start.holds(states[a]) and ban.to.holds(states[b]) for ban in bans)
        }
        moves.append({s: {kept.index(b) for a, b in allowed if a == k != b} for s, k in enumerate(kept)})
    u = [[row[k] for k in kept] for row in levels]
    relations = definition.simple(u)
    wrong, cells = _compared(found, solve(found, _CONCEPTS).stable, relations, moves)
    wrong += [("moves", i) for i, row in enumerate(moves_of(found)) if row != moves[i]]
    by_pairs, _ = _compared(found, judge(found, Simple(found.preference)).stable, relations, moves)
    return [*wrong, *(("judged", *cell) for cell in by_pairs)], 2 * cells


FAMILIES: Mapping[str, Callable[[int], Found]] = {
    "basic": basic,
    "margins": margins,
    "further margins": further_margins,
    "strength": strengths,
    "unknown": unknowns,
    "fuzzy": fuzzies,
    "probabilistic": probables,
    "attitudes": attitude,
    "coalitions": coalition,
    "merged": merging,
    "foresight": foresights,
    "maximin": securities,
    "simultaneous": simultaneity,
    "arranged": arranged,
}
