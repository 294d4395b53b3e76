"""Files of GMCR+ (``.gmcr``): read as graph models, or as what each party perceives, and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern
from ceasefire.errors import OutputError
from ceasefire.graphmodel.exchange import by_owner
from ceasefire.graphmodel.gmcr_reader import GmcrReader
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.perceived import PerceivedGame
from ceasefire.graphmodel.preference import levels
from ceasefire.graphmodel.sensitivity import Prioritised, Source, Statement

_TO_DIRECTION = {"both": "both", "up": "fwd", "down": "back"}


def read_gmcr(data: bytes, file: str = "<bytes>") -> GraphModel:
    """Read a ``.gmcr`` file; the oldest ones are Python pickles, which can run code, and are refused.

    Rankings by hand number the feasible states from 1 in the order of the sum of 2^k over options taken.

    Raises
    ------
    CaseError
        Naming what is wrong, and where.
    LimitError
        If the model is too large.
    """
    return GmcrReader(data, file).model


def read_gmcr_sources(data: bytes, file: str = "<bytes>") -> tuple[GraphModel, tuple[Source, ...]]:
    """Read a ``.gmcr`` file with the statements or rankings its preferences were written as; errors as `read_gmcr`."""
    read = GmcrReader(data, file)
    return read.model, read.sources


def read_gmcr_views(data: bytes, file: str = "<bytes>") -> PerceivedGame:
    """Read a ``.gmcr`` file with ``misperceptions``: states that a decision maker does not think possible.

    Errors as `read_gmcr`; CaseError too where nothing is left in somebody's view.
    """
    read = GmcrReader(data, file)
    return PerceivedGame(read.model, read.views())


def write_gmcr(model: GraphModel, sources: Sequence[Source] = ()) -> str:
    """Write a model for GMCR+.

    Options come in the order of their first owners, as that program keeps them. Preferences are written as statements where
    all `sources` are statements in order, else as rankings by hand.

    Parameters
    ----------
    model : GraphModel
    sources : sequence of Prioritised, Weighed or Ranked, optional
        What the preferences were written as, per party.

    Raises
    ------
    OutputError
        For explicit moves or coalesced states, which the format cannot hold.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,), "up")], preference=[[0, 1]])
    >>> read_gmcr(write_gmcr(model).encode()).preference
    array([[0, 1]])
    """
    if model.arcs is not None or model.vectors is not None:
        raise OutputError("the .gmcr format holds neither explicit moves nor coalesced states\n  hint: use the exchange format")
    order = by_owner(model)
    place = {old: new for new, old in enumerate(order)}
    moved = _moved(model.states, order)
    number = {int(k): n + 1 for n, k in enumerate(np.argsort(moved))}
    ordered = [s for s in sources if isinstance(s, Prioritised)] if len(sources) == len(model.parties) else []
    by_hand = len(ordered) < len(model.parties)
    makers: list[dict[str, Any]] = []
    for n, party in enumerate(model.parties):
        own = [place[k] for k in order if n in model.options[k].owners]
        statements = [] if by_hand else [_statement_json(s, place) for s in ordered[n].statements]
        maker: dict[str, Any] = {"name": party, "options": own, "preferences": statements}
        if by_hand:
            groups = [[number[k] for k in level.tolist()] for level in levels(model.preference[n])]
            maker["preferenceRanking"] = [sorted(group) if len(group) > 1 else group[0] for group in groups]
        makers.append(maker)
    given = {
        "program": "ceasefire",
        "decisionMakers": makers,
        "options": [
            {"name": model.options[k].name, "permittedDirection": _TO_DIRECTION[model.options[k].direction]} for k in order
        ],
        "infeasibles": [_pattern_json(p, len(order)) for p in _complement(moved, len(order))],
        "useManualPreferenceRanking": by_hand,
    }
    return json.dumps(given, ensure_ascii=False) + "\n"


def _pattern_json(pattern: Pattern, n: int) -> list[list[Any]]:
    return [[k, "Y" if pattern.value >> k & 1 else "N"] for k in range(n) if pattern.care >> k & 1]


def _statement_json(statement: Statement, place: Mapping[int, int]) -> Any:
    members = [sorted([place[k], "Y" if p.value >> k & 1 else "N"] for k in place if p.care >> k & 1) for p in statement.patterns]
    return members[0] if len(members) == 1 else {"compound": True, "members": members}


def _moved(states: NDArray[np.int64], order: Sequence[int]) -> NDArray[np.int64]:
    moved = np.zeros_like(states)
    for new, old in enumerate(order):
        moved |= (states >> old & 1) << new
    return moved


def _complement(states: NDArray[np.int64], n: int) -> list[Pattern]:
    """Cover the states that cannot occur by patterns, halving on the last option first."""
    feasible = np.zeros(1 << n, dtype=np.bool_)
    feasible[states] = True

    def cover(part: NDArray[np.bool_], options: int) -> frozenset[Pattern]:
        if part.all():
            return frozenset()
        if not part.any():
            return frozenset({Pattern(0, 0)})
        half, bit = len(part) // 2, 1 << (options - 1)
        low, high = cover(part[:half], options - 1), cover(part[half:], options - 1)
        both = low & high
        only_low = {Pattern(p.care | bit, p.value) for p in low - both}
        return both | only_low | {Pattern(p.care | bit, p.value | bit) for p in high - both}

    return sorted(cover(feasible, n))
