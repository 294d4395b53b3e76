"""Reads an object in the exchange format, field by field; every mistake is named with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, LimitError
from ceasefire.graphmodel.arranging import Ban, banned
from ceasefire.graphmodel.document import Document, Path, way
from ceasefire.graphmodel.feasibility import MOST_OPTIONS, state_type
from ceasefire.graphmodel.model import Arcs, GraphModel, Option
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.preference import ranking
from ceasefire.graphmodel.sensitivity import Prioritised, Ranked, Source, Statement, Weighed

_DIRECTIONS: Mapping[str, Literal["up", "down"]] = {"N->Y": "up", "Y->N": "down"}
_FIELDS = (
    "name", "decision_makers", "shared", "infeasible", "state_numbers", "irreversible", "moves", "bans", "status_quo",
    "preferences", "attitudes", "views",
)  # fmt: skip
"""Fields that mean something; others are notes, unless they look like one of these."""
_MOST_DIGITS = 400
_LONG_EXPONENT = re.compile(r"[eE][+-]?0*\d{4}")
MUCH = ">>"
"""Between states of a ranking: those before are liked much better than those after. Counts where strength does."""


class Reader:
    """Reads an object in the exchange format; with `partial` also preferences known in part."""

    def __init__(self, given: dict[str, Any], document: Document, *, partial: bool = False) -> None:
        self._given = given
        self._document = document
        self._partial = partial
        self.sources: list[Source] = []
        self.known: list[PartialOrder] = []
        self._options: list[Option] = []
        self._keys: dict[str, int] = {}
        self._parties: list[str] = []

    def model(self) -> GraphModel:
        """Give the model; `sources` and `known` then tell what its preferences were written as."""
        for name in self._given:
            meant = get_close_matches(name, _FIELDS, 1, 0.8)
            if name not in _FIELDS and meant:
                raise self._bad(f"unknown field {name!r}", f"did you mean {meant[0]!r}?", (name,))
        self._read_options()
        for name in self._field("preferences", dict, {}):
            self._party(name, ("preferences", name))
        bare = self._states()
        rows = [self._preference(bare, party) for party in self._parties]
        return bare.with_preference(np.stack(rows))

    def _bad(self, message: str, hint: str, at: Path = ()) -> CaseError:
        return self._document.error("bad-model", message, hint, at)

    def _field(self, name: str, kind: type[list[Any] | dict[str, Any]], default: Any) -> Any:
        value = self._given.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            expected = "a list, [...]" if kind is list else "an object, {...}"
            raise self._bad(f"{name!r} is {json.dumps(value):.60}", f"write {expected}", (name,))
        return value

    def _read_options(self) -> None:
        makers = self._field("decision_makers", list, [])
        if not makers:
            raise self._bad("no decision makers", "give `decision_makers`, a list of {name, options}")
        entries = [entry for n, maker in enumerate(makers) for entry in self._maker(maker, ("decision_makers", n))]
        shared = self._field("shared", dict, {})
        fixed = self._field("irreversible", dict, {})
        for key, owner in entries:
            if key in self._keys:
                raise self._bad(
                    f"option {key!r} is listed twice", "give each option a name of its own", ("decision_makers", owner, "options")
                )
            self._keys[key] = len(self._keys)
            owners = (owner, *(self._party(name, ("shared", key)) for name in self._list(shared.get(key), ("shared", key))))
            if key in fixed and str(fixed[key]) not in _DIRECTIONS:
                raise self._bad(f"'irreversible' of {key!r} is {fixed[key]!r}", 'write "N->Y" or "Y->N"', ("irreversible", key))
            direction = _DIRECTIONS[fixed[key]] if key in fixed else "both"
            self._options.append(Option(key, tuple(sorted(set(owners))), direction))
        for name, mapping in (("shared", shared), ("irreversible", fixed)):
            for key in mapping:
                if key not in self._keys:
                    raise self._bad(f"{name!r} names unknown option {key!r}", f"known: {', '.join(self._keys)}", (name, key))

    def _list(self, given: Any, at: Path) -> list[Any]:
        if given is not None and not isinstance(given, list):
            raise self._bad(f"{way(at)} is {given!r}", "write a list", at)
        return given or []

    def _maker(self, maker: Any, at: Path) -> list[tuple[str, int]]:
        """Register a decision maker and give its options with its number."""
        if not isinstance(maker, dict) or not isinstance(maker.get("name"), str):
            raise self._bad(f"decision maker {maker!r} has no name", "write {name: ..., options: [...]}", at)
        if maker["name"] in self._parties:
            raise self._bad(f"decision maker {maker['name']!r} is listed twice", "give each a name of its own", at)
        self._parties.append(maker["name"])
        options = maker.get("options") or []
        if not isinstance(options, list) or not all(isinstance(o, str) for o in options):
            raise self._bad(f"options of {maker['name']!r} are not a list of names", "write [name, name]", at)
        return [(f"{maker['name']}:{name}", len(self._parties) - 1) for name in options]

    def _party(self, name: Any, at: Path) -> int:
        if name not in self._parties:
            raise self._bad(f"unknown decision maker {name!r} in {way(at)}", f"known: {', '.join(self._parties)}", at)
        return self._parties.index(name)

    def _pattern(self, text: Any, at: Path) -> Pattern:
        hint = "one Y, N or - per option"
        if not isinstance(text, str) or len(text) != len(self._options):
            raise self._bad(f"pattern {text!r} in {way(at)} needs {len(self._options)} characters", hint, at)
        try:
            return Pattern.from_text(text, "Y", "N")
        except ValueError as error:
            raise self._bad(f"{error} in {way(at)}", hint, at) from error

    def _patterns(self, given: Any, at: Path) -> list[Pattern]:
        return [self._pattern(text, (*at, k)) for k, text in enumerate(self._list(given, at))]

    def _states(self) -> GraphModel:
        impossible = self._patterns(self._given.get("infeasible"), ("infeasible",))
        numbers = self._field("state_numbers", dict, None)
        moves = self._field("moves", dict, None)
        if numbers is None:
            bare = GraphModel.from_options(self._parties, self._options, impossible)
        else:
            bare = self._listed(numbers, impossible, explicit=moves is not None)
        if not bare.n_states:
            raise self._bad("no state is feasible", "loosen 'infeasible'", ("infeasible",))
        arranged = bare if moves is None else self._with_moves(bare, moves)
        bans = [self._ban(ban, ("bans", k)) for k, ban in enumerate(self._field("bans", list, []))]
        if bans and arranged.vectors is not None:
            raise self._bad("'bans' between coalesced states", "leave the banned moves out of 'moves'", ("bans",))
        return banned(arranged, bans) if bans else arranged

    def _ban(self, given: Any, at: Path) -> Ban:
        if not isinstance(given, dict) or not {"from", "to"} <= set(given) <= {"from", "to", "by"}:
            hint = 'write {"from": pattern, "to": pattern, "by": decision maker or leave it out}'
            raise self._bad(f"{way(at)} is {given!r}", hint, at)
        party = None if given.get("by") is None else self._party(given["by"], (*at, "by"))
        return Ban(self._pattern(given["from"], (*at, "from")), self._pattern(given["to"], (*at, "to")), party)

    def _listed(self, numbers: dict[str, Any], impossible: Sequence[Pattern], *, explicit: bool) -> GraphModel:
        vectors = list(numbers.values())
        listed = [self._pattern(vector, ("state_numbers", number)) for number, vector in numbers.items()]
        if len(set(vectors)) < len(vectors):
            raise self._bad("'state_numbers' lists a state twice", "leave one of the two out", ("state_numbers",))
        if any("-" in vector for vector in vectors) and not explicit:
            raise self._bad(
                "coalesced states (with '-') need explicit 'moves'", "write `moves`: {DM: {state: [states]}}", ("state_numbers",)
            )
        if len(self._options) > MOST_OPTIONS:
            raise LimitError(
                f"{len(self._options)} options; at most {MOST_OPTIONS} fit a state\n  hint: merge options that always go together"
            )
        values: NDArray[Any] = np.array([p.value for p in listed], dtype=state_type(len(self._options)))
        if not explicit and self._given.get("infeasible") is not None:
            bare = GraphModel.from_options(self._parties, self._options, impossible)
            missing = sorted(set(bare.states.tolist()) ^ set(values.tolist()))
            if missing:
                shown = "".join("Y" if missing[0] >> k & 1 else "N" for k in range(len(self._options)))
                message = f"'state_numbers' and 'infeasible' disagree about state {shown}"
                raise self._bad(message, "list every feasible state", ("state_numbers",))
        coalesced = tuple(vectors) if any("-" in vector for vector in vectors) else None
        rows = np.zeros((len(self._parties), len(values)), dtype=np.int64)
        return GraphModel(
            tuple(self._parties), tuple(self._options), values, rows, labels=tuple(map(str, numbers)), vectors=coalesced
        )

    def _place(self, bare: GraphModel, number: Any, at: Path) -> int:
        place = bare.labelled(str(number))
        if place is None:
            hint = f"states run from {bare.labels[0]} to {bare.labels[-1]}"
            raise self._bad(f"unknown state {number!r} in {way(at)}", hint, at)
        return place

    def _with_moves(self, bare: GraphModel, moves: dict[str, Any]) -> GraphModel:
        arcs = {k: Arcs.between(np.zeros(0, np.int64), np.zeros(0, np.int64), bare.n_states) for k in range(len(self._parties))}
        for name, given in moves.items():
            at: Path = ("moves", name)
            if not isinstance(given, dict):
                raise self._bad(f"{way(at)} is {given!r}", "write {state: [states]}", at)
            pairs = [
                (self._place(bare, start, at), self._place(bare, to, (*at, start)))
                for start, ends in given.items()
                for to in self._list(ends, (*at, start))
            ]
            both = np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)
            arcs[self._party(name, at)] = Arcs.between(both[:, 0], both[:, 1], bare.n_states)
        return GraphModel(
            bare.parties,
            bare.options,
            bare.states,
            bare.preference,
            labels=bare.labels,
            arcs=tuple(arcs[k] for k in range(len(self._parties))),
            vectors=bare.vectors,
        )

    def _preference(self, bare: GraphModel, party: str) -> NDArray[np.int64]:
        given = self._field("preferences", dict, {}).get(party)
        if not isinstance(given, dict) or len({"ranking", "prioritised", "weighted", "partial"} & set(given)) != 1:
            raise self._bad(
                f"preferences of {party!r} are missing",
                "give `ranking`, `prioritised`, `weighted` or `partial`",
                ("preferences", party),
            )
        if "partial" in given:
            return self._told(bare, given["partial"], party)
        source: Source
        if "prioritised" in given:
            at: Path = ("preferences", party, "prioritised")
            statements = [self._patterns(one, (*at, k)) for k, one in enumerate(self._list(given["prioritised"], at))]
            source = Prioritised(self._statements(bare, statements, at))
        elif "weighted" in given:
            source = self._weighted(bare, given["weighted"], party)
        else:
            source = self._ranked(bare, given, party)
        row = source.row(bare)
        self.sources.append(source)
        if self._partial:
            self.known.append(PartialOrder.complete(row))
        return row

    def _ranked(self, bare: GraphModel, given: dict[str, Any], party: str) -> Source:
        at: Path = ("preferences", party, "ranking")
        groups = [(k, group if isinstance(group, list) else [group]) for k, group in enumerate(self._list(given["ranking"], at))]
        places = [[self._place(bare, number, (*at, k)) for number in group] for k, group in groups if group != [MUCH]]
        try:
            return Ranked(ranking(places, bare.n_states))
        except ValueError as error:
            number = bare.labels[int(str(error).split()[1])]
            raise self._bad(
                f"ranking of {party!r}: state {number} {str(error).split(' ', 2)[2]}", "list every state once", at
            ) from error

    def _weighted(self, bare: GraphModel, given: Any, party: str) -> Source:
        at: Path = ("preferences", party, "weighted")
        if not isinstance(given, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
            raise self._bad(f"weighted statements of {party!r} are no pairs", "write [[patterns, worth], ...]", at)
        try:
            worth = tuple(_number(pair[1]) for pair in given)
        except (ValueError, ZeroDivisionError) as error:
            raise self._bad(f"weighted statements of {party!r}: {error}", "write the worth as a number", at) from error
        patterns = [self._patterns(pair[0], (*at, k, 0)) for k, pair in enumerate(given)]
        return Weighed(self._statements(bare, patterns, at), worth)

    def _statements(self, bare: GraphModel, statements: list[list[Pattern]], at: Path) -> tuple[Statement, ...]:
        if bare.vectors is not None:
            known = [Pattern.from_text(vector, "Y", "N").care for vector in bare.vectors]
            if any(p.care & ~care for care in known for statement in statements for p in statement):
                raise self._bad(f"{way(at)} asks about options that a coalesced state leaves open", "use `ranking`", at)
        return tuple(Statement.of(statement, self._options) for statement in statements)

    def _told(self, bare: GraphModel, given: Any, party: str) -> NDArray[np.int64]:
        if not self._partial:
            hint = "ask what is stable in all completions, and in some"
            raise self._bad(f"preferences of {party!r} are known in part only", hint, ("preferences", party))
        at: Path = ("preferences", party, "partial")
        pairs: dict[str, list[tuple[int, int]]] = {}
        for kind in ("better", "equal", "at_least"):
            listed = given.get(kind, []) if isinstance(given, dict) else None
            if not isinstance(listed, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in listed):
                raise self._bad(
                    f"partial preferences of {party!r} are no lists of pairs", "write {better: [[1, 2]], equal: []}", at
                )
            pairs[kind] = [
                (self._place(bare, a, (*at, kind, k)), self._place(bare, b, (*at, kind, k))) for k, (a, b) in enumerate(listed)
            ]
        try:
            self.known.append(PartialOrder.of(bare.n_states, pairs["better"], pairs["equal"], pairs["at_least"]))
        except ValueError as error:
            words = str(error).split()
            above, below = bare.labels[int(words[1])], bare.labels[int(words[3])]
            message = f"partial preferences of {party!r}: state {above} above {below} contradicts the other comparisons"
            raise self._bad(message, "leave out one of those that go round in a circle", at) from error
        self.sources.append(Ranked(np.zeros(bare.n_states, dtype=np.int64)))
        return np.zeros(bare.n_states, dtype=np.int64)


def _number(given: Any) -> Fraction:
    """Read an exact number; ValueError where it is none, or so large or small that it could not be added up."""
    text = str(given)
    if len(text) > _MOST_DIGITS or _LONG_EXPONENT.search(text):
        raise ValueError(f"{text:.20}... is too long a number")
    return Fraction(text)
