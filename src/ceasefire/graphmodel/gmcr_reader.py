"""Reads a ``.gmcr`` file, field by field; every mistake is named with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import CaseError, Problem, utf8
from ceasefire.graphmodel.document import Document, Path, read_object, way
from ceasefire.graphmodel.model import GraphModel, Option
from ceasefire.graphmodel.preference import ranking
from ceasefire.graphmodel.redesign import restricted
from ceasefire.graphmodel.sensitivity import Prioritised, Ranked, Source, Statement

_DIRECTIONS: Mapping[str, Literal["both", "up", "down"]] = {"both": "both", "fwd": "up", "back": "down"}
_SIGNS = (["Y"], ["N"])
_CONDITIONS = 'write [[number of the option from 0, "Y" or "N"], ...]'


class GmcrReader:
    """Reads a ``.gmcr`` file.

    Attributes
    ----------
    model : GraphModel
    sources : tuple of Source
        The statements or rankings that its preferences were written as.
    """

    def __init__(self, data: bytes, file: str) -> None:
        text = _text(data, file)
        given = read_object(text, file)
        self._document = Document(file, text)
        self._makers = self._list(given, "decisionMakers", (), required=True)
        self._options = self._list(given, "options", (), required=True)
        names = self._names()
        bare = GraphModel.from_options(names, self._with_owners(), self._patterns(given, "infeasibles", ()))
        if not bare.n_states:
            raise self._bad("no state is feasible", "loosen 'infeasibles'", ("infeasibles",))
        by_hand = given.get("useManualPreferenceVectors") or given.get("useManualPreferenceRanking")
        read = self._by_hand if by_hand else self._statements
        self.sources = tuple(read(maker, bare, ("decisionMakers", k)) for k, maker in enumerate(self._makers))
        self.model = bare.with_preference(np.stack([source.row(bare) for source in self.sources]))

    def views(self) -> tuple[GraphModel, ...]:
        """Give what each party thinks possible; CaseError where that is nothing."""
        return tuple(self._view(k, maker) for k, maker in enumerate(self._makers))

    def _view(self, k: int, maker: dict[str, Any]) -> GraphModel:
        at: Path = ("decisionMakers", k)
        believed = ~mask(self._patterns(maker, "misperceptions", at), self.model.states)
        if not believed.any():
            message = f"decision maker {maker['name']!r} thinks no state possible"
            raise self._bad(message, "leave out some misperceptions", (*at, "misperceptions"))
        return restricted(self.model, np.flatnonzero(believed))

    def _bad(self, message: str, hint: str, at: Path) -> CaseError:
        return self._document.error("bad-model", message, hint, at)

    def _list(self, given: dict[str, Any], name: str, at: Path, *, required: bool = False) -> list[Any]:
        """Give a field that must be a list; empty where it is left out, unless it is required."""
        value = given.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list) or (required and not value):
            found = "is missing" if name not in given else f"is {value!r}"
            raise self._bad(f"{way((*at, name))} {found}", "write a list; or export the file again from GMCR+", (*at, name))
        return value

    def _names(self) -> list[str]:
        names: list[str] = []
        for kind, entries in (("decisionMakers", self._makers), ("options", self._options)):
            for k, entry in enumerate(entries):
                if not isinstance(entry, dict):
                    raise self._bad(f"{way((kind, k))} is {entry!r}", 'write {"name": ..., ...}', (kind, k))
                if not isinstance(entry.get("name"), str):
                    found = f"name is {entry['name']!r}" if "name" in entry else "name is missing"
                    raise self._bad(f"{way((kind, k))}: {found}", "give it a name, as text", (kind, k, "name"))
        for k, maker in enumerate(self._makers):
            if maker["name"] in names:
                message = f"decision maker {maker['name']!r} is listed twice"
                raise self._bad(message, "give each a name of its own", ("decisionMakers", k, "name"))
            names.append(maker["name"])
        return names

    def _with_owners(self) -> list[Option]:
        owners: list[list[int]] = [[] for _ in self._options]
        for k, maker in enumerate(self._makers):
            at: Path = ("decisionMakers", k, "options")
            own = [self._option(n, (*at, m)) for m, n in enumerate(self._list(maker, "options", at[:-1]))]
            for n in dict.fromkeys(own):
                owners[n].append(k)
        return [Option(o["name"], tuple(owners[n]), self._direction(o, n)) for n, o in enumerate(self._options)]

    def _direction(self, option: dict[str, Any], n: int) -> Literal["both", "up", "down"]:
        given = option.get("permittedDirection", "both")
        if not isinstance(given, str) or given not in _DIRECTIONS:
            at: Path = ("options", n, "permittedDirection")
            raise self._bad(f"{way(at)} is {given!r}", 'write "both", "fwd" or "back"', at)
        return _DIRECTIONS[given]

    def _option(self, number: Any, at: Path) -> int:
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(self._options):
            hint = f"options are numbered from 0 to {len(self._options) - 1}"
            raise self._bad(f"unknown option {number!r} in {way(at)}", hint, at)
        return number

    def _patterns(self, given: dict[str, Any], name: str, at: Path) -> list[Pattern]:
        return [self._pattern(one, (*at, name, k)) for k, one in enumerate(self._list(given, name, at))]

    def _pattern(self, given: Any, at: Path) -> Pattern:
        if not isinstance(given, list):
            raise self._bad(f"{way(at)} is {given!r}", _CONDITIONS, at)
        care = value = 0
        for k, condition in enumerate(given):
            here: Path = (*at, k)
            if not isinstance(condition, list) or condition[1:] not in _SIGNS:
                raise self._bad(f"{way(here)} is {condition!r}", _CONDITIONS, here)
            bit = 1 << self._option(condition[0], here)
            if care & bit and bool(value & bit) != (condition[1] == "Y"):
                message = f"{way(at)} wants option {condition[0]} both taken and not"
                raise self._bad(message, "leave out one of the two conditions", here)
            care |= bit
            value |= bit if condition[1] == "Y" else 0
        return Pattern(care, value)

    def _statements(self, maker: dict[str, Any], bare: GraphModel, at: Path) -> Source:
        found = []
        for k, statement in enumerate(self._list(maker, "preferences", at)):
            here: Path = (*at, "preferences", k)
            either = isinstance(statement, dict)
            if either and not isinstance(statement.get("members"), list):
                raise self._bad(f"{way(here)} is {statement!r}", 'write {"compound": true, "members": [conditions, ...]}', here)
            patterns = self._patterns(statement, "members", here) if either else [self._pattern(statement, here)]
            found.append(Statement.of(patterns, bare.options))
        return Prioritised(tuple(found))

    def _by_hand(self, maker: dict[str, Any], bare: GraphModel, at: Path) -> Source:
        name = "preferenceRanking" if "preferenceRanking" in maker else "preferenceVector"
        at = (*at, name)
        groups: list[list[int]] = []
        for k, group in enumerate(self._list(maker, name, at[:-1], required=True)):
            members = group if isinstance(group, list) else [group]
            for number in members:
                if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= bare.n_states:
                    hint = f"the feasible states are numbered from 1 to {bare.n_states}"
                    raise self._bad(f"unknown state {number!r} in {way((*at, k))}", hint, (*at, k))
            groups.append([number - 1 for number in members])
        times = np.bincount([n for group in groups for n in group], minlength=bare.n_states)
        if (times != 1).any():
            message = f"the ranking of {maker['name']!r} does not list the states 1 to {bare.n_states} once each"
            state = int((times != 1).argmax())
            hint = f"state {state + 1} stands there {times[state]} times; write those liked alike as [1, 2]"
            raise self._document.error("manual-ranking", message, hint, at)
        return Ranked(ranking(groups, bare.n_states))


def _text(data: bytes, file: str) -> str:
    if data[:1] in {b"\x80", b"("} or b"\0" in data[:64] or re.match(rb"c[\w.]+\r?\n", data):
        message = "is a Python pickle, which could run code when opened, so it is not opened"
        raise CaseError([Problem(file, None, None, "pickle", message, "save it again with a GMCR+ version that writes JSON")])
    return utf8(data, file)
