"""Answers as plain values for JSON: states by their names (`GraphModel.name`; as keys by their labels), parties by theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.asking import Question
from ceasefire.graphmodel.evolution import evolution, first_movers, needed_movers
from ceasefire.graphmodel.inverse import Change
from ceasefire.graphmodel.judging import Verdicts
from ceasefire.graphmodel.margins import NO_REPLY
from ceasefire.graphmodel.model import GraphModel, Numbers
from ceasefire.graphmodel.moves import Step
from ceasefire.graphmodel.orders import Comparison
from ceasefire.graphmodel.partial import Bounds
from ceasefire.graphmodel.perceived import Corrections, Outcome, PerceivedGame
from ceasefire.graphmodel.reach import check_pairs
from ceasefire.graphmodel.redesign import Add, Correct, Measure, OneWay, Redesign, Remove
from ceasefire.graphmodel.routes import Roads, derailments, least_trust, shortest_routes
from ceasefire.graphmodel.sensitivity import Sensitivity, robustness
from ceasefire.graphmodel.stability import Solution

Bools = NDArray[np.bool_]


def solution_json(model: GraphModel, solution: Solution) -> dict[str, Any]:
    """Give states, stable states per concept and party, and equilibria as plain values.

    For stakes also ``margins``, per concept, party and state in units of the stakes as text, null where nothing could make the
    party leave; instead ``limit``, and why, where they would be too many.
    """
    states = {label: model.vector(k) for k, label in enumerate(model.labels)}
    told = {"states": states} | _stable_json(model, solution.stable, solution.equilibria)
    if model.cardinal:
        told["margins"] = {concept: _margins_json(model, solution, concept) for concept in solution.stable}
    return told


def margin_json(model: GraphModel, margin: int) -> str | None:
    """Write a margin in units of the stakes; null where nothing could make the party leave."""
    return None if margin == NO_REPLY else str(margin * model.resolution)


def _margins_json(model: GraphModel, solution: Solution, concept: str) -> dict[str, Any]:
    try:
        check_pairs(model.n_states)
        rows = solution.margins[concept]
    except LimitError as error:
        return {"limit": str(error)}
    return {
        party: {label: margin_json(model, int(margin)) for label, margin in zip(model.labels, row, strict=True)}
        for party, row in zip(model.parties, rows, strict=True)
    }


def paths_json(model: GraphModel, start: int, targets: Iterable[int]) -> dict[str, Any]:
    """Tell for each target how it is reached from the status quo, by whom, with how much trust, and who could derail it.

    Returns
    -------
    dict
        ``from``; ``evolution``: per kind of move and state the least number of moves per last mover; ``to``: per target
        ``moves`` and ``improvements`` (fewest, null where out of reach), ``trust`` (fewest moves that are no improvements),
        ``route`` (one that needs least trust), ``shortest`` (routes by any moves), ``by_improvements`` (routes),
        ``first_movers`` and ``needed`` per kind of move, ``derailments`` of ``route``.
    """
    trust, roads = least_trust(model, start), Roads(model)
    kinds = {"moves": evolution(model, start), "improvements": evolution(model, start, improving=True)}
    first = {kind: first_movers(model, start, improving=kind == "improvements") for kind in kinds}
    needed = {kind: needed_movers(model, start, improving=kind == "improvements") for kind in kinds}
    told: dict[str, Any] = {}
    for state in targets:
        reachable = trust.steps[state] >= 0
        route = trust.route(state) if reachable else ()
        told[model.labels[state]] = {
            "moves": _count(int(kinds["moves"].steps[state])),
            "improvements": _count(int(kinds["improvements"].steps[state])),
            "trust": _count(int(trust.steps[state])),
            "route": route_json(model, route) if reachable else None,
            "shortest": [route_json(model, r) for r in shortest_routes(model, kinds["moves"], state)],
            "by_improvements": [route_json(model, r) for r in shortest_routes(model, kinds["improvements"], state)],
            "first_movers": {kind: _named(model, rows[:, state] >= 0) for kind, rows in first.items()} if state != start else {},
            "needed": {kind: _named(model, rows[:, state]) for kind, rows in needed.items()},
            "derailments": [
                {
                    "after": d.after,
                    "party": model.parties[d.step.party],
                    "from": model.name(d.step.start),
                    "to": model.name(d.step.to),
                    "reachable": d.reachable,
                    "by_improvements": d.by_improvements,
                }
                for d in (derailments(model, route, roads) if route else ())
            ],
        }
    table = {
        kind: {
            model.labels[s]: {model.parties[j]: int(n) for j, n in enumerate(found.least[:, s]) if n >= 0}
            for s in np.flatnonzero((found.least >= 0).any(axis=0))
        }
        for kind, found in kinds.items()
    }
    return {"from": model.name(start), "to": told, "evolution": table}


def comparison_json(model: GraphModel, c: Comparison) -> dict[str, Any]:
    """Say one comparison: the party, the two states, and ``better`` or ``at least as good``."""
    relation = "better than" if c.strict else "at least as good as"
    return {"party": model.parties[c.party], "state": model.name(c.upper), "is": relation, "other": model.name(c.lower)}


def changes_json(model: GraphModel, changes: Sequence[Change]) -> dict[str, Any]:
    """Give the least cost, what is proven of it, and each set of changed comparisons, with a ranking that has them."""
    return {"cost": changes[0].cost, "at_least": changes[0].at_least, "changes": [_change(model, change) for change in changes]}


def redesigns_json(model: GraphModel, redesigns: Sequence[Redesign]) -> dict[str, Any]:
    """Give the least cost and each combination of measures and changed comparisons."""
    told = [
        {"measures": [measure_json(model, m) for m in r.measures], **_change(r.model, r.change), "cost": r.cost} for r in redesigns
    ]
    return {"cost": redesigns[0].cost, "at_least": redesigns[0].at_least, "changes": told}


def measure_json(model: GraphModel, measure: Measure) -> dict[str, Any]:
    """Say one measure: what it does, to which option or whose view, at what cost."""
    match measure:
        case Add():
            return {"measure": "add", "option": model.options[measure.option].name, "cost": measure.cost}
        case Remove():
            return {"measure": "remove", "option": model.options[measure.option].name, "cost": measure.cost}
        case OneWay():
            return {"measure": measure.direction, "option": model.options[measure.option].name, "cost": measure.cost}
        case Correct():
            return {"measure": "correct", "party": model.parties[measure.party], "cost": measure.cost}


def bounds_json(model: GraphModel, found: Bounds, ask: Mapping[str, Sequence[Question] | None]) -> dict[str, Any]:
    """Give the necessary and possible equilibria per concept, and the comparisons to ask for, null where not compared.

    ``unsettled`` lists the states of which no search could say in time whether they are in truth the one or the other.
    """
    return {
        "necessary": {c: names_json(model, row) for c, row in found.necessary_equilibria.items()},
        "possible": {c: names_json(model, row) for c, row in found.possible_equilibria.items()},
        "unsettled": {c: names_json(model, row) for c, row in found.unsettled.items()},
        "ask": {
            concept: None
            if asked is None
            else [
                {
                    "party": model.parties[q.party],
                    "state": model.name(q.first),
                    "other": model.name(q.second),
                    "settles": dict(q.settles),
                    "exact": q.is_exact,
                }
                for q in asked
            ]
            for concept, asked in ask.items()
        },
    }


def verdicts_json(model: GraphModel, verdicts: Verdicts) -> dict[str, Any]:
    """Give the states that are stable per concept and party, and for all."""
    return _stable_json(model, verdicts.stable, verdicts.equilibria)


def sensitivity_json(model: GraphModel, found: Sensitivity) -> dict[str, Any]:
    """Give the robustness of each state that is an equilibrium somewhere, and the alterations that change an equilibrium."""
    score = robustness(found.equilibria)
    return {
        "robustness": {model.labels[k]: float(score[k]) for k in np.flatnonzero(score)},
        "alterations": len(found.effects),
        "survival": {
            concept: {model.labels[k]: float(share[k]) for k in np.flatnonzero(found.equilibria[concept])}
            for concept, share in (found.survival.items() if found.effects else ())
        },
        "decisive": [
            {
                "party": model.parties[e.party],
                "act": e.altered.act,
                "first": e.altered.first,
                "second": e.altered.second or None,
                "gained": {c: [model.name(k) for k in states] for c, states in e.gained.items()},
                "lost": {c: [model.name(k) for k in states] for c, states in e.lost.items()},
            }
            for e in found.effects
            if e.decisive
        ],
    }


def outcomes_json(game: PerceivedGame, outcomes: Mapping[str, Sequence[Outcome]]) -> dict[str, Any]:
    """Give every outcome's kind per concept, with who knows it, who stays, and in whose view it is an equilibrium."""
    names = game.truth.parties
    return {
        concept: {
            o.label: {
                "kind": o.kind,
                "known_to": [names[k] for k in o.known_to],
                "stays": [names[k] for k in o.stays],
                "equilibrium_in": [names[k] for k in o.equilibrium_in],
                "in_truth": o.in_truth,
            }
            for o in told
        }
        for concept, told in outcomes.items()
    }


def corrections_json(game: PerceivedGame, found: Corrections) -> dict[str, Any]:
    """Give the cost and who must come to see what rightly; null stands for the whole conflict."""
    names = game.truth.parties
    told = [{"holder": names[c.holder], "about": None if c.about is None else names[c.about]} for c in found.corrections]
    return {"cost": found.cost, "corrections": told}


def _stable_json(model: GraphModel, stable: Mapping[str, Bools], equilibria: Mapping[str, Bools]) -> dict[str, Any]:
    return {
        "stable": {
            concept: {party: names_json(model, rows[n]) for n, party in enumerate(model.parties)}
            for concept, rows in stable.items()
        },
        "equilibria": {concept: names_json(model, row) for concept, row in equilibria.items()},
    }


def names_json(model: GraphModel, chosen: Bools) -> list[int | str]:
    """Name the states that are marked: numbers in ascending order, then other names."""
    if isinstance(model.labels, Numbers):
        return [*(np.flatnonzero(chosen) + 1).tolist()]
    return sorted((model.name(int(k)) for k in np.flatnonzero(chosen)), key=lambda name: (isinstance(name, str), name))


def _change(model: GraphModel, change: Change) -> dict[str, Any]:
    rankings = {}
    for party in change.parties:
        row = change.preference[party]
        rankings[model.parties[party]] = [names_json(model, row == v) for v in np.unique(row)[::-1]]
    return {
        "cost": change.cost,
        "by": [model.parties[k] for k in change.parties],
        "comparisons": [comparison_json(model, c) for c in change.comparisons],
        "ranking": rankings,
    }


def route_json(model: GraphModel, route: Sequence[Step]) -> list[dict[str, Any]]:
    """Tell a sequence of moves, and of each whether the mover is better off."""
    return [
        {
            "party": model.parties[step.party],
            "from": model.name(step.start),
            "to": model.name(step.to),
            "improvement": bool(model.preference[step.party, step.to] > model.preference[step.party, step.start]),
        }
        for step in route
    ]


def _named(model: GraphModel, chosen: Any) -> list[str]:
    return [model.parties[k] for k in np.flatnonzero(chosen)]


def _count(steps: int) -> int | None:
    return None if steps < 0 else steps
