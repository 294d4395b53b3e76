"""Why a state is stable or not, as plain values for JSON: who would leave it, and what holds them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.answers import margin_json, names_json, route_json
from ceasefire.graphmodel.catalogue import OFFERED, SECURITY_CONCEPTS
from ceasefire.graphmodel.coalitions import COALITION_CONCEPTS, Coalitions
from ceasefire.graphmodel.foresight import anticipated, anticipated_at_last, limited_margins, non_myopic_margins
from ceasefire.graphmodel.margins import margin_at
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import deviations
from ceasefire.graphmodel.security import answered
from ceasefire.graphmodel.simultaneous import collisions, simultaneous_margins
from ceasefire.graphmodel.stability import ALL_CONCEPTS, guarded, solve


def witnesses_json(model: GraphModel, state: int, concepts: Sequence[str]) -> dict[str, Any]:
    """Tell for one state, per concept and party or coalition, whether it stays, and why.

    Parameters
    ----------
    concepts : sequence of str
        Of `OFFERED`; KeyError otherwise.

    Returns
    -------
    dict
        Per concept and party ``stable``, ``margin`` and ``improvements``, each with a shortest ``sanction`` or null. ``margin``
        says for cardinal preferences by how much the best move falls short, in the units of the stakes as text; null for ranks
        and where nothing could make the party leave. Under Maximin4 and Maximin5 ``sanction`` goes on with the answers of the
        party itself, as long as it has any that are better. Under SIM, where replies do not deter, ``sanction`` holds moves of
        others at the same time, and ``end`` where all lead. Under L2 and L3 ``anticipates`` stands instead of improvements: where
        the conflict is expected to end. Under NonMyopic it lists such ends for each number of moves ahead, from ``from`` on, once
        around what repeats. Under coalition concepts coalitions stand for parties, their members joined by " and ", ``route``
        says how they get there, and ``margins`` has the margin of each member.
    """
    told: dict[str, Any] = {}
    for concept in concepts:
        if concept in ALL_CONCEPTS:
            told[concept] = _alone(model, state, concept)
        elif concept in SECURITY_CONCEPTS:
            told[concept] = _securely(model, state, int(concept[-1]))
        elif concept == "SIM":
            told[concept] = _at_once(model, state)
        elif concept in COALITION_CONCEPTS:
            told[concept] = _together(model, state, concept)
        elif concept == "NonMyopic":
            told[concept] = _at_last(model, state)
        elif concept in OFFERED:
            told[concept] = _ahead(model, state, int(concept[1:]))
        else:
            raise KeyError(concept)
    return told


def _alone(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    solution = solve(model, (concept,))
    told = {}
    for n, party in enumerate(model.parties):
        told[party] = {
            "stable": bool(solution.stable[concept][n, state]),
            "margin": margin_json(model, margin_at(model, n, state, concept, partial(guarded, model))) if model.cardinal else None,
            "improvements": [
                {"to": model.name(d.to), "sanction": None if d.sanction is None else route_json(model, d.sanction)}
                for d in deviations(model, n, state, concept)
            ],
        }
    return told


def _securely(model: GraphModel, state: int, horizon: int) -> dict[str, Any]:
    told = {}
    for n, party in enumerate(model.parties):
        own, improvements = model.preference[n], []
        margin, lines = answered(model, n, state, horizon)
        for to, line in lines.items():
            deters = bool(line) and own[line[-1].to] <= own[state]
            improvements.append({"to": model.name(to), "sanction": route_json(model, line) if deters else None})
        told[party] = {
            "stable": margin >= 0,
            "margin": margin_json(model, margin) if model.cardinal else None,
            "improvements": improvements,
        }
    return told


def _at_once(model: GraphModel, state: int) -> dict[str, Any]:
    credible, told = _alone(model, state, "SEQ"), {}
    several = sum(not one["stable"] for one in credible.values()) > 1
    margins = _margins_at(model, state, lambda one: simultaneous_margins(one, state))
    for n, (party, one) in enumerate(credible.items()):
        told[party] = one | {"margin": margins[n]}
        if several and not one["stable"]:
            found = collisions(model, n, state)
            told[party] = {
                "stable": all(c.others is not None for c in found),
                "margin": margins[n],
                "improvements": [
                    {
                        "to": model.name(c.to),
                        "sanction": None if c.others is None else route_json(model, c.others),
                        "end": None if c.end is None else model.name(c.end),
                    }
                    for c in found
                ],
            }
    return told


def _ahead(model: GraphModel, state: int, horizon: int) -> dict[str, Any]:
    ends = anticipated(model, horizon)[:, state]
    margins = _margins_at(model, state, lambda one: limited_margins(one, horizon))
    return {
        party: {"stable": bool(rows[state] and rows.sum() == 1), "margin": margin, "anticipates": names_json(model, rows)}
        for party, rows, margin in zip(model.parties, ends, margins, strict=True)
    }


def _at_last(model: GraphModel, state: int) -> dict[str, Any]:
    first, ends = anticipated_at_last(model, state)
    margins = _margins_at(model, state, non_myopic_margins)
    return {
        party: {
            "stable": bool(ends[:, n, state].all() and (ends[:, n].sum(axis=1) == 1).all()),
            "margin": margins[n],
            "from": first,
            "anticipates": [names_json(model, rows[n]) for rows in ends],
        }
        for n, party in enumerate(model.parties)
    }


def _margins_at(model: GraphModel, state: int, margins: Callable[[GraphModel], NDArray[np.int64]]) -> list[str | None]:
    """Give the margins of all parties in one state; null where preferences are ranks."""
    if not model.cardinal:
        return [None] * len(model.parties)
    return [margin_json(model, int(margin)) for margin in margins(model)[:, state]]


def _together(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    coalitions = Coalitions(model)
    told = {}
    for who in coalitions.all:
        found = coalitions.objections(who, state, concept)
        told[" and ".join(model.parties[k] for k in who)] = {
            "stable": all(one.is_deterred for one in found),
            "margins": {
                model.parties[k]: margin_json(model, coalitions.margin(who, k, state, concept)) if model.cardinal else None
                for k in who
            },
            "improvements": [
                {
                    "to": model.name(one.to),
                    "route": route_json(model, one.route),
                    "sanction": None if one.sanction is None else route_json(model, one.sanction),
                }
                for one in found
            ],
        }
    return told
