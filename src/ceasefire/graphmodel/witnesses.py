"""Why a state is stable or not, as plain values for JSON: who would leave it, and what holds them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ceasefire.graphmodel.answers import names_json, route_json
from ceasefire.graphmodel.coalitions import COALITION_CONCEPTS, Coalitions
from ceasefire.graphmodel.foresight import anticipated
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.moves import deviations
from ceasefire.graphmodel.simultaneous import collisions
from ceasefire.graphmodel.stability import ALL_CONCEPTS, solve

WITNESSED = (*ALL_CONCEPTS, "SIM", "L2", "L3", *COALITION_CONCEPTS)
"""Concepts whose verdicts come with a witness here."""
_NO_MOVE = np.iinfo(np.int64).max


def witnesses_json(model: GraphModel, state: int, concepts: Sequence[str]) -> dict[str, Any]:
    """Tell for one state, per concept and party or coalition, whether it stays, and why.

    Parameters
    ----------
    concepts : sequence of str
        Of `WITNESSED`; KeyError otherwise.

    Returns
    -------
    dict
        Per concept and party ``stable``, ``margin`` and ``improvements``, each with a shortest ``sanction`` or null. ``margin``
        says for cardinal preferences by how much the best move falls short, in the units of the stakes as text; null for ranks,
        where the party has no move, and under concepts without margins. Under SIM, where replies do not deter, ``sanction`` holds
        moves of others at the same time, and ``end`` where all lead. Under L2 and L3 ``anticipates`` stands instead of
        improvements: where the conflict is expected to end. Under coalition concepts coalitions stand for parties, their members
        joined by " and ", and ``route`` says how they get there.
    """
    told: dict[str, Any] = {}
    for concept in concepts:
        if concept in ALL_CONCEPTS:
            told[concept] = _alone(model, state, concept)
        elif concept == "SIM":
            told[concept] = _at_once(model, state)
        elif concept in COALITION_CONCEPTS:
            told[concept] = _together(model, state, concept)
        elif concept in WITNESSED:
            ends = anticipated(model, int(concept[1:]))[:, state]
            told[concept] = {
                party: {"stable": bool(rows[state] and rows.sum() == 1), "margin": None, "anticipates": names_json(model, rows)}
                for party, rows in zip(model.parties, ends, strict=True)
            }
        else:
            raise KeyError(concept)
    return told


def _alone(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    solution = solve(model, (concept,))
    told = {}
    for n, party in enumerate(model.parties):
        margin = int(solution.margins[concept][n, state]) if model.cardinal else _NO_MOVE
        told[party] = {
            "stable": bool(solution.stable[concept][n, state]),
            "margin": None if margin == _NO_MOVE else str(margin * model.resolution),
            "improvements": [
                {"to": model.name(d.to), "sanction": None if d.sanction is None else route_json(model, d.sanction)}
                for d in deviations(model, n, state, concept)
            ],
        }
    return told


def _at_once(model: GraphModel, state: int) -> dict[str, Any]:
    credible, told = _alone(model, state, "SEQ"), {}
    several = sum(not one["stable"] for one in credible.values()) > 1
    for n, (party, one) in enumerate(credible.items()):
        told[party] = one | {"margin": None}
        if several and not one["stable"]:
            found = collisions(model, n, state)
            told[party] = {
                "stable": all(c.others is not None for c in found),
                "margin": None,
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


def _together(model: GraphModel, state: int, concept: str) -> dict[str, Any]:
    coalitions = Coalitions(model)
    told = {}
    for who in coalitions.all:
        found = coalitions.objections(who, state, concept)
        told[" and ".join(model.parties[k] for k in who)] = {
            "stable": all(one.is_deterred for one in found),
            "margin": None,
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
