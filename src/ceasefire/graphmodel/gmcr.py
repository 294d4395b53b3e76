"""Files of GMCR+ (``.gmcr``, JSON): read as graph models with what each party misperceives, and written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import CaseError, LimitError, OutputError, Problem
from ceasefire.graphmodel.document import read_object
from ceasefire.graphmodel.exchange import by_owner
from ceasefire.graphmodel.feasibility import MOST_OPTIONS
from ceasefire.graphmodel.model import GraphModel, Option
from ceasefire.graphmodel.perceived import PerceivedGame
from ceasefire.graphmodel.preference import levels, ranking
from ceasefire.graphmodel.redesign import restricted
from ceasefire.graphmodel.sensitivity import Prioritised, Ranked, Source, Statement

_DIRECTIONS: Mapping[str, Literal["both", "up", "down"]] = {"both": "both", "fwd": "up", "back": "down"}
_TO_DIRECTION = {"both": "both", "up": "fwd", "down": "back"}


_MALFORMED = (KeyError, TypeError, IndexError, AttributeError, ValueError)


def read_gmcr(data: bytes, file: str = "<bytes>") -> GraphModel:
    """Read a ``.gmcr`` file; the oldest ones are Python pickles, which can run code, and are refused.

    Rankings by hand number the feasible states from 1 in the order of the sum of 2^k over options taken.

    Raises
    ------
    CaseError
        Naming what is wrong.
    LimitError
        If the model is too large.
    """
    return _read(data, file)[0]


def read_gmcr_sources(data: bytes, file: str = "<bytes>") -> tuple[GraphModel, tuple[Source, ...]]:
    """Read a ``.gmcr`` file with the statements or rankings its preferences were written as; errors as `read_gmcr`."""
    model, sources, _ = _read(data, file)
    return model, sources


def read_gmcr_views(data: bytes, file: str = "<bytes>") -> PerceivedGame:
    """Read a ``.gmcr`` file with ``misperceptions``: states that a decision maker does not think possible.

    Errors as `read_gmcr`; CaseError too where nothing is left in somebody's view.
    """
    model, _, makers = _read(data, file)
    views = []
    for maker in makers:
        try:
            unbelieved = [_pattern(p, len(model.options)) for p in maker.get("misperceptions", [])]
        except _MALFORMED as error:
            raise _malformed(error, file) from error
        believed = ~mask(unbelieved, model.states)
        if not believed.any():
            message = f"decision maker {maker['name']!r} thinks no state possible"
            raise CaseError([Problem(file, None, None, "bad-model", message, "leave out some misperceptions")])
        views.append(restricted(model, np.flatnonzero(believed)))
    return PerceivedGame(model, tuple(views))


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


def _read(data: bytes, file: str) -> tuple[GraphModel, tuple[Source, ...], list[dict[str, Any]]]:
    if data[:1] in {b"\x80", b"("} or b"\0" in data[:64]:
        message = "is a Python pickle, which could run code when opened, so it is not opened"
        raise CaseError([Problem(file, None, None, "pickle", message, "save it again with a GMCR+ version that writes JSON")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError([Problem(file, None, None, "not-utf8", "not UTF-8 text", "save the file as UTF-8")]) from error
    given = read_object(text, file)
    try:
        return _model(given, file)
    except _MALFORMED as error:
        raise _malformed(error, file) from error


def _malformed(error: Exception, file: str) -> CaseError:
    message = f"does not follow the .gmcr layout ({type(error).__name__}: {error})"
    return CaseError([Problem(file, None, None, "bad-model", message, "export it again, or use the exchange format")])


def _model(given: dict[str, Any], file: str) -> tuple[GraphModel, tuple[Source, ...], list[dict[str, Any]]]:
    makers, listed = given["decisionMakers"], given["options"]
    owners = [tuple(k for k, maker in enumerate(makers) if n in maker["options"]) for n in range(len(listed))]
    options = [Option(str(o["name"]), owners[n], _DIRECTIONS[o.get("permittedDirection", "both")]) for n, o in enumerate(listed)]
    if len(options) > MOST_OPTIONS:
        raise LimitError(f"{len(options)} options; at most {MOST_OPTIONS} are searched")
    banned = [_pattern(pattern, len(options)) for pattern in given.get("infeasibles", [])]
    bare = GraphModel.from_options([str(maker["name"]) for maker in makers], options, banned)
    if not bare.n_states:
        raise CaseError([Problem(file, None, None, "bad-model", "no state is feasible", "loosen 'infeasibles'")])
    by_hand = given.get("useManualPreferenceVectors") or given.get("useManualPreferenceRanking")
    sources = tuple(_by_hand(maker, bare, file) if by_hand else _statements(maker, bare) for maker in makers)
    return bare.with_preference(np.stack([source.row(bare) for source in sources])), sources, makers


def _statements(maker: dict[str, Any], bare: GraphModel) -> Source:
    return Prioritised(
        tuple(Statement.of(list(_statement(s, len(bare.options))), bare.options) for s in maker.get("preferences", []))
    )


def _by_hand(maker: dict[str, Any], bare: GraphModel, file: str) -> Source:
    listed = maker["preferenceRanking"] if "preferenceRanking" in maker else maker["preferenceVector"]
    groups = [[int(n) - 1 for n in (group if isinstance(group, list) else [group])] for group in listed]
    seen = sorted(n for group in groups for n in group)
    if seen != list(range(bare.n_states)):
        message = f"the ranking of {maker['name']!r} does not list the states 1 to {bare.n_states} once each"
        raise CaseError([Problem(file, None, None, "manual-ranking", message, "write the ranking in the exchange format")])
    return Ranked(ranking(groups, bare.n_states))


def _pattern(conditions: Sequence[Sequence[Any]], n_options: int) -> Pattern:
    if unknown := [k for k, _ in conditions if not 0 <= int(k) < n_options]:
        raise ValueError(f"condition on option {unknown[0]} of options 0 to {n_options - 1}")
    care = sum(1 << int(k) for k, _ in conditions)
    return Pattern(care, sum(1 << int(k) for k, sign in conditions if sign == "Y"))


def _statement(statement: Any, n_options: int) -> Iterator[Pattern]:
    if isinstance(statement, dict):
        for member in statement["members"]:
            yield _pattern(member, n_options)
    else:
        yield _pattern(statement, n_options)


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
