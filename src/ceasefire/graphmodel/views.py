"""The exchange format with `views`: how each party sees the conflict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, Problem
from ceasefire.graphmodel.document import Document, Path, read_object
from ceasefire.graphmodel.exchange import model_from
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.perceived import PerceivedGame

_FIELDS = ("unseen", "infeasible", "imagines", "irreversible", "moves", "preferences")


def read_views(text: str, file: str = "<text>") -> PerceivedGame:
    """Read a perceived game: a model in the exchange format with ``views``, per decision maker what it sees otherwise.

    A view may hold ``unseen`` (options it does not know of), ``infeasible`` (patterns it thinks impossible besides),
    ``imagines`` (states, as Y/N vectors, that it wrongly thinks possible), ``irreversible``, ``moves`` and ``preferences`` (of
    any decision maker, as it sees them). States keep the analyst's numbers; imagined ones are called by their vectors.
    Whoever has no view sees the conflict as it is.

    Raises
    ------
    CaseError
        Naming what is wrong.
    LimitError
        If the model is too large.
    """
    given, document = read_object(text, file), Document(file, text)
    truth = model_from({key: value for key, value in given.items() if key != "views"}, document)
    views = given.get("views", {})
    if not isinstance(views, dict):
        raise _bad(document, f"'views' is {json.dumps(views):.60}", "write {name: {...}}", ("views",))
    for name, view in views.items():
        here = replace(document, within=("views", name))
        if name not in truth.parties:
            raise _bad(here, f"'views' names unknown decision maker {name!r}", f"known: {', '.join(truth.parties)}")
        if not isinstance(view, dict) or set(view) - set(_FIELDS):
            raise _bad(here, f"the view of {name!r} has unknown fields", f"known: {', '.join(_FIELDS)}")
    made = [
        _view(given, truth, views[name], name, replace(document, within=("views", name))) if name in views else (truth, 0)
        for name in truth.parties
    ]
    return PerceivedGame(truth, tuple(view for view, _ in made), tuple(unseen for _, unseen in made))


def _view(given: dict[str, Any], truth: GraphModel, view: dict[str, Any], name: str, here: Document) -> tuple[GraphModel, int]:
    unseen = _unseen(truth, view, name, here)
    patterns = [Pattern.from_text(p, "Y", "N") for p in _vectors(truth, view, "infeasible", name, here)]
    kept = {
        label: truth.vector(k)
        for k, label in enumerate(truth.labels)
        if not int(truth.states[k]) & unseen and not any(p.holds(int(truth.states[k])) for p in patterns)
    }
    kept |= {vector: vector for vector in _vectors(truth, view, "imagines", name, here) if vector not in kept.values()}
    if not kept:
        raise _bad(here, f"{name!r} thinks no state possible", "loosen its 'infeasible'", ("infeasible",))
    seen = {key: value for key, value in given.items() if key not in {"views", "infeasible"}}
    seen |= {key: view[key] for key in ("irreversible", "moves") if key in view}
    seen["state_numbers"] = kept
    if seen.get("moves") is not None and "moves" not in view:
        seen["moves"] = {party: _moves_within(moves, kept) for party, moves in seen["moves"].items()}
    inherited = {party: _ranking_within(told, kept) for party, told in given.get("preferences", {}).items()}
    own = view.get("preferences") or {}
    if not isinstance(own, dict):
        raise _bad(here, f"'preferences' of {name!r} is {own!r}", "write {decision maker: {...}}", ("preferences",))
    seen["preferences"] = inherited | own
    try:
        return model_from(seen, here), unseen
    except CaseError as error:
        raise CaseError(
            [Problem(p.file, p.line, p.column, p.code, f"in the view of {name!r}: {p.message}", p.hint) for p in error.problems]
        ) from error


def _unseen(truth: GraphModel, view: dict[str, Any], name: str, here: Document) -> int:
    keys = [option.name for option in truth.options]
    unseen = 0
    for k, key in enumerate(_listed(view, "unseen", name, here)):
        if key not in keys:
            message = f"'unseen' of {name!r} names unknown option {key!r}"
            raise _bad(here, message, f"known: {', '.join(keys)}", ("unseen", k))
        unseen |= 1 << keys.index(key)
    return unseen


def _vectors(truth: GraphModel, view: dict[str, Any], field: str, name: str, here: Document) -> list[str]:
    allowed = "YN-" if field == "infeasible" else "YN"
    vectors = _listed(view, field, name, here)
    for k, vector in enumerate(vectors):
        if not isinstance(vector, str) or len(vector) != len(truth.options) or set(vector) - set(allowed):
            message = f"{vector!r} in '{field}' of {name!r} needs {len(truth.options)} characters, each one of {', '.join(allowed)}"
            raise _bad(here, message, "write one character per option, in the order of the decision makers", (field, k))
    return vectors


def _listed(view: dict[str, Any], field: str, name: str, here: Document) -> list[Any]:
    given = view.get(field) or []
    if not isinstance(given, list):
        raise _bad(here, f"'{field}' of {name!r} is {given!r}", "write a list", (field,))
    return given


def _moves_within(moves: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    return {start: [end for end in ends if str(end) in kept] for start, ends in moves.items() if start in kept}


def _ranking_within(told: Any, kept: dict[str, str]) -> Any:
    """Leave out of the analyst's ranking the states that the party does not know."""
    if not isinstance(told, dict) or "ranking" not in told:
        return told
    groups = [[n for n in (group if isinstance(group, list) else [group]) if str(n) in kept] for group in told["ranking"]]
    return {"ranking": [group for group in groups if group]}


def _bad(here: Document, message: str, hint: str, at: Path = ()) -> CaseError:
    return here.error("bad-view", message, hint, at)
