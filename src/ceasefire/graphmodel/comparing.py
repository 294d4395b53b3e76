"""The exchange format for comparisons beyond one ranking: strength, unknown comparisons, fuzzy and probable ones, attitudes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import CaseError
from ceasefire.graphmodel.document import Document, Path, read_object
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.reader import MUCH, Reader
from ceasefire.graphmodel.structures import Attitudes, Fuzzy, PreferenceStructure, Probable, Strength, Unknown

Kind = Literal["ranked", "partial", "fuzzy", "probable"]

_SURE = {"fuzzy": 1.0, "probable": 0.5}
_ATTITUDES = (-1, 0, 1)


def kind_of(given: Mapping[str, Any]) -> Kind:
    """Say how the preferences of an object in the exchange format are given: the least certain that any party's are."""
    preferences = given.get("preferences")
    told = [p for p in preferences.values() if isinstance(p, dict)] if isinstance(preferences, dict) else []
    for kind in ("fuzzy", "probable", "partial"):
        if any(kind in p for p in told):
            return kind
    return "ranked"


def read_structures(text: str, file: str = "<text>") -> tuple[GraphModel, dict[str, PreferenceStructure]]:
    """Read a model with every preference structure that its file describes.

    Parameters
    ----------
    text : str
        JSON in the exchange format, where besides

        - ``">>"`` between states of a ``ranking`` marks that those before are liked much better than those after;
        - ``partial`` comparisons leave others unknown;
        - ``{"fuzzy": [[a, b, r], ...], "threshold": g}`` says how certainly, from 0 to 1, a party prefers a to b, for each pair;
        - ``{"probable": [[a, b, p], ...], "alpha": x, "beta": y, "gamma": z}`` says with what probability, where both directions
          of a pair may be given and one alone leaves no room for ties;
        - ``attitudes`` is, per decision maker, what it wants for others and itself: 1, 0 or -1.

    Returns
    -------
    model : GraphModel
    structures : dict of str to PreferenceStructure
        ``general`` and ``strong``; ``unknown a`` to ``unknown d``; ``fuzzy``; ``probable``; ``attitudes``: those described.

    Raises
    ------
    CaseError
        Naming what is wrong and what was expected.
    LimitError
        If the model is too large.

    Examples
    --------
    >>> game = '''{"decision_makers": [{"name": "A", "options": ["x"]}, {"name": "B", "options": []}], "infeasible": [],
    ... "preferences": {"A": {"ranking": [2, ">>", 1]}, "B": {"ranking": [[1, 2]]}}, "attitudes": {"B": {"A": 1, "B": 0}}}'''
    >>> model, found = read_structures(game)
    >>> sorted(found), int(found["general"].degree[0, 1, 0])
    (['attitudes', 'general', 'strong'], 2)
    """
    given = read_object(text, file)
    return _Comparing(given, Document(file, text)).read()


class _Comparing:
    def __init__(self, given: dict[str, Any], document: Document) -> None:
        self._given, self._document = given, document
        told = given.get("preferences")
        self._told: dict[str, Any] = told if isinstance(told, dict) else {}

    def read(self) -> tuple[GraphModel, dict[str, PreferenceStructure]]:
        kind = kind_of(self._given)
        hidden = {name: {"partial": {}} if self._is(one, kind) else one for name, one in self._told.items()}
        outside = {"fuzzy", "probable"} - {kind}
        if any(self._is(one, other) for one in self._told.values() for other in outside):
            raise self._bad(
                "one file holds fuzzy and probable preferences", "give all uncertain parties the one or the other", ("preferences",)
            )
        told = {**self._given, "preferences": hidden if kind in _SURE else self._told}
        reader = Reader(told, self._document, partial=kind != "ranked")
        model = reader.model()
        found: dict[str, PreferenceStructure] = {}
        if kind == "partial":
            for version in ("a", "b", "c", "d"):
                found[f"unknown {version}"] = Unknown(tuple(reader.known), version)
        elif kind in _SURE:
            found[kind] = self._uncertain(model, kind, reader.known)
        else:
            found |= self._strength(model) | self._attitudes(model)
        return model, found

    def _strength(self, model: GraphModel) -> dict[str, PreferenceStructure]:
        if not any(MUCH in one.get("ranking", ()) for one in self._told.values() if isinstance(one, dict)):
            return {}
        rows = np.stack([self._steps(model, name, row) for name, row in zip(model.parties, model.preference, strict=True)])
        general = Strength.from_steps(rows, [1, model.n_states])
        return {"general": general, "strong": Strength(general.degree, least=2)}

    def _steps(self, model: GraphModel, name: str, row: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give values that differ by at least the number of states where one state is liked much better than another."""
        value, values, places = 0, np.zeros(model.n_states, dtype=np.int64), {label: k for k, label in enumerate(model.labels)}
        given = self._told[name].get("ranking")
        if given is None:
            return np.unique(row, return_inverse=True)[1].reshape(-1).astype(np.int64)
        for group in reversed(given):
            if group == MUCH:
                value += model.n_states
                continue
            value += 1
            values[[places[str(state)] for state in (group if isinstance(group, list) else [group])]] = value
        return values

    def _attitudes(self, model: GraphModel) -> dict[str, PreferenceStructure]:
        given = self._given.get("attitudes")
        if given is None:
            return {}
        rows = np.eye(len(model.parties), dtype=np.int64)
        hint = f"write {{DM: {{DM: 1, 0 or -1}}}}; known: {', '.join(model.parties)}"
        if not isinstance(given, dict):
            raise self._bad(f"'attitudes' is {given!r}", hint, ("attitudes",))
        for name, towards in given.items():
            if name not in model.parties or not isinstance(towards, dict):
                raise self._bad(f"'attitudes' of {name!r}", hint, ("attitudes", name))
            for other, attitude in towards.items():
                if other not in model.parties or attitude not in _ATTITUDES:
                    message = f"the attitude of {name!r} towards {other!r} is {attitude!r}"
                    raise self._bad(message, "write 1, 0 or -1", ("attitudes", name, other))
                rows[model.parties.index(name), model.parties.index(other)] = attitude
        return {"attitudes": Attitudes(model.preference, rows)}

    def _uncertain(self, model: GraphModel, kind: str, known: Sequence[PartialOrder]) -> PreferenceStructure:
        shares = np.stack(
            [
                self._pairs(model, name, self._told[name][kind], kind) if self._is(self._told[name], kind) else _sure(order, kind)
                for name, order in zip(model.parties, known, strict=True)
            ]
        )
        if kind == "fuzzy":
            return Fuzzy(shares, self._numbers(model, "threshold", kind))
        return Probable(shares, *(self._numbers(model, field, kind) for field in ("alpha", "beta", "gamma")))

    def _pairs(self, model: GraphModel, name: str, listed: Any, kind: str) -> NDArray[np.float64]:
        places = {label: k for k, label in enumerate(model.labels)}
        at: Path = ("preferences", name, kind)
        shares = np.full((model.n_states, model.n_states), np.nan)
        for k, entry in enumerate(listed if isinstance(listed, list) else [listed]):
            if not isinstance(entry, list) or len(entry) != 3 or any(str(s) not in places for s in entry[:2]):
                raise self._bad(f"{kind!r} of {name!r} holds {entry!r}", "write [state, state, a number from 0 to 1]", (*at, k))
            if not isinstance(entry[2], int | float) or not 0 <= entry[2] <= 1:
                message = f"{kind!r} of {name!r}: {entry[2]!r} for states {entry[0]} and {entry[1]}"
                raise self._bad(message, "write 0 to 1", (*at, k, 2))
            shares[places[str(entry[0])], places[str(entry[1])]] = entry[2]
        shares = np.where(np.isnan(shares), 1 - shares.T, shares)
        np.fill_diagonal(shares, 0.5 if kind == "fuzzy" else 0.0)
        if np.isnan(shares).any():
            a, b = np.argwhere(np.isnan(shares))[0]
            message = f"{kind!r} of {name!r} says nothing of states {model.labels[a]} and {model.labels[b]}"
            raise self._bad(message, "list each pair", at)
        sums = shares + shares.T
        np.fill_diagonal(sums, 1.0)
        wrong = np.abs(sums - 1) > 1e-9 if kind == "fuzzy" else sums > 1 + 1e-9
        if wrong.any():
            a, b = np.argwhere(wrong)[0]
            rule = "add up to 1" if kind == "fuzzy" else "add up to at most 1"
            message = f"{kind!r} of {name!r}: states {model.labels[a]} and {model.labels[b]}"
            raise self._bad(message, f"both directions {rule}", at)
        return shares

    def _numbers(self, model: GraphModel, field: str, kind: str) -> tuple[float, ...]:
        found = []
        for name in model.parties:
            value = self._told[name].get(field, None if self._is(self._told[name], kind) else _SURE[kind])
            if not isinstance(value, int | float) or not 0 <= value <= 1:
                raise self._bad(f"{field!r} of {name!r} is {value!r}", "write a number from 0 to 1", ("preferences", name, field))
            found.append(float(value))
        return tuple(found)

    def _is(self, one: Any, kind: str) -> bool:
        return isinstance(one, dict) and kind in one

    def _bad(self, message: str, hint: str, at: Path) -> CaseError:
        return self._document.error("bad-model", message, hint, at)


def _sure(order: PartialOrder, kind: str) -> NDArray[np.float64]:
    """Write a complete ranking as shares: certain where better, and halved where equal if they must add up to 1."""
    shares = order.strict.astype(np.float64)
    if kind == "fuzzy":
        shares[order.weak & order.weak.T] = 0.5
    return shares
