"""The exchange format (JSON) and ``.gmcr`` files (JSON of an older tool) become graph models, and solutions become JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, LimitError, Problem
from ceasefire.graphmodel.model import MOST_OPTIONS, Arcs, GraphModel, Option
from ceasefire.graphmodel.preference import prioritised, ranking
from ceasefire.graphmodel.stability import Solution

_DIRECTIONS: Mapping[str, Literal["up", "down"]] = {"N->Y": "up", "Y->N": "down"}
_GMCR_DIRECTIONS: Mapping[str, Literal["both", "up", "down"]] = {"both": "both", "fwd": "up", "back": "down"}


def read_exchange(text: str, file: str = "<text>") -> GraphModel:
    """Read a model in the exchange format of this project.

    Parameters
    ----------
    text : str
        JSON with ``decision_makers``, ``infeasible``, ``state_numbers``, ``irreversible``, ``shared``, ``moves``, ``preferences``.
    file : str
        Name used in messages.

    Raises
    ------
    CaseError
        Naming what is wrong and what was expected.
    LimitError
        If the model is too large.
    """
    return _Reader(_object(text, file), file).model()


def solution_json(model: GraphModel, solution: Solution) -> dict[str, Any]:
    """Give states, stable states per concept and party, and equilibria as plain values; states by their labels."""
    names = [int(label) if label.isdecimal() else label for label in model.labels]

    def listed(stable: NDArray[np.bool_]) -> list[int | str]:
        return sorted((names[k] for k in np.flatnonzero(stable)), key=lambda n: (isinstance(n, str), n))

    return {
        "states": {str(names[k]): model.vector(k) for k in range(model.n_states)},
        "stable": {
            concept: {party: listed(rows[k]) for k, party in enumerate(model.parties)} for concept, rows in solution.stable.items()
        },
        "equilibria": {concept: listed(row) for concept, row in solution.equilibria.items()},
    }


def read_gmcr(data: bytes, file: str = "<bytes>") -> GraphModel:
    """Read a ``.gmcr`` file; the oldest ones are Python pickles, which can run code, and are refused.

    Raises
    ------
    CaseError
    """
    if data[:1] in {b"\x80", b"("} or b"\0" in data[:64]:
        message = "is a Python pickle, which could run code when opened, so it is not opened"
        raise CaseError([Problem(file, None, None, "pickle", message, "save it again with a GMCR+ version that writes JSON")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError([Problem(file, None, None, "not-utf8", "not UTF-8 text", "save the file as UTF-8")]) from error
    given = _object(text, file)
    try:
        return _from_gmcr(given, file)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        message = f"does not follow the .gmcr layout ({type(error).__name__}: {error})"
        raise CaseError([Problem(file, None, None, "bad-model", message, "export it again, or use the exchange format")]) from error


def _object(text: str, file: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}"
        raise CaseError(
            [Problem(file, error.lineno, error.colno, "bad-json", message, "check commas, quotes, brackets")]
        ) from error
    except RecursionError as error:
        raise CaseError([Problem(file, None, None, "too-deep", "nested too deep", "a model is a few levels deep")]) from error
    if not isinstance(given, dict):
        raise CaseError([Problem(file, 1, 1, "bad-model", f"holds {type(given).__name__}, expected an object", "start with {")])
    return given


class _Reader:
    def __init__(self, given: dict[str, Any], file: str) -> None:
        self._given = given
        self._file = file
        self._options: list[Option] = []
        self._keys: dict[str, int] = {}
        self._parties: list[str] = []

    def model(self) -> GraphModel:
        self._read_options()
        bare = self._states()
        rows = [self._preference(bare, party) for party in self._parties]
        return bare.with_preference(np.stack(rows))

    def _bad(self, message: str, hint: str | None = None) -> CaseError:
        return CaseError([Problem(self._file, None, None, "bad-model", message, hint)])

    def _field(self, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self._given.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise self._bad(f"{name!r} is {type(value).__name__}", "see the exchange format")
        return value

    def _read_options(self) -> None:
        makers = self._field("decision_makers", list, [])
        if not makers:
            raise self._bad("no decision makers", "give `decision_makers`, a list of {name, options}")
        entries = [entry for maker in makers for entry in self._maker(maker)]
        shared = self._field("shared", dict, {})
        fixed = self._field("irreversible", dict, {})
        for key, owner in entries:
            if key in self._keys:
                raise self._bad(f"option {key!r} is listed twice")
            self._keys[key] = len(self._keys)
            owners = (owner, *(self._party(name) for name in shared.get(key, ())))
            if key in fixed and fixed[key] not in _DIRECTIONS:
                raise self._bad(f"'irreversible' of {key!r} is {fixed[key]!r}", 'write "N->Y" or "Y->N"')
            direction = _DIRECTIONS[fixed[key]] if key in fixed else "both"
            self._options.append(Option(key, tuple(sorted(set(owners))), direction))
        for name, mapping in (("shared", shared), ("irreversible", fixed)):
            for key in mapping:
                if key not in self._keys:
                    raise self._bad(f"{name!r} names unknown option {key!r}", f"known: {', '.join(self._keys)}")

    def _maker(self, maker: Any) -> list[tuple[str, int]]:
        """Register a decision maker and give its options with its number."""
        if not isinstance(maker, dict) or not isinstance(maker.get("name"), str):
            raise self._bad(f"decision maker {maker!r} has no name", "write {name: ..., options: [...]}")
        if maker["name"] in self._parties:
            raise self._bad(f"decision maker {maker['name']!r} is listed twice")
        self._parties.append(maker["name"])
        options = maker.get("options") or []
        if not isinstance(options, list) or not all(isinstance(o, str) for o in options):
            raise self._bad(f"options of {maker['name']!r} are not a list of names")
        return [(f"{maker['name']}:{name}", len(self._parties) - 1) for name in options]

    def _party(self, name: str) -> int:
        if name not in self._parties:
            raise self._bad(f"unknown decision maker {name!r}", f"known: {', '.join(self._parties)}")
        return self._parties.index(name)

    def _pattern(self, text: Any, where: str) -> Pattern:
        if not isinstance(text, str) or len(text) != len(self._options):
            raise self._bad(f"pattern {text!r} in {where} needs {len(self._options)} characters", "one Y, N or - per option")
        try:
            return Pattern.from_text(text, "Y", "N")
        except ValueError as error:
            raise self._bad(f"{error} in {where}") from error

    def _states(self) -> GraphModel:
        banned = [self._pattern(p, "'infeasible'") for p in self._field("infeasible", list, [])]
        numbers = self._field("state_numbers", dict, None)
        moves = self._field("moves", dict, None)
        if numbers is None:
            bare = GraphModel.from_options(self._parties, self._options, banned)
        else:
            bare = self._listed(numbers, banned, explicit=moves is not None)
        if not bare.n_states:
            raise self._bad("no state is feasible", "loosen 'infeasible'")
        return bare if moves is None else self._with_moves(bare, moves)

    def _listed(self, numbers: dict[str, Any], banned: Sequence[Pattern], *, explicit: bool) -> GraphModel:
        vectors = list(numbers.values())
        listed = [self._pattern(vector, "'state_numbers'") for vector in vectors]
        if len(set(vectors)) < len(vectors):
            raise self._bad("'state_numbers' lists a state twice")
        if any("-" in vector for vector in vectors) and not explicit:
            raise self._bad("coalesced states (with '-') need explicit 'moves'")
        values = np.array([p.value for p in listed], dtype=np.int64)
        if not explicit:
            bare = GraphModel.from_options(self._parties, self._options, banned)
            missing = sorted(set(bare.states.tolist()) ^ set(values.tolist()))
            if missing and self._given.get("infeasible") is not None:
                shown = "".join("Y" if missing[0] >> k & 1 else "N" for k in range(len(self._options)))
                raise self._bad(f"'state_numbers' and 'infeasible' disagree about state {shown}", "list every feasible state")
        elif len(self._options) > 62:
            raise LimitError(f"{len(self._options)} options; at most 62 fit a state")
        coalesced = tuple(vectors) if any("-" in vector for vector in vectors) else None
        rows = np.zeros((len(self._parties), len(values)), dtype=np.int64)
        return GraphModel(
            tuple(self._parties), tuple(self._options), values, rows, labels=tuple(map(str, numbers)), vectors=coalesced
        )

    def _place(self, bare: GraphModel, number: Any, where: str) -> int:
        try:
            return bare.labels.index(str(number))
        except ValueError:
            raise self._bad(
                f"unknown state {number!r} in {where}", f"states run from {bare.labels[0]} to {bare.labels[-1]}"
            ) from None

    def _with_moves(self, bare: GraphModel, moves: dict[str, Any]) -> GraphModel:
        arcs = {k: Arcs.between(np.zeros(0, np.int64), np.zeros(0, np.int64), bare.n_states) for k in range(len(self._parties))}
        for name, given in moves.items():
            pairs = [
                (self._place(bare, start, f"moves of {name!r}"), self._place(bare, to, f"moves of {name!r}"))
                for start, ends in given.items()
                for to in ends
            ]
            both = np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=np.int64).reshape(-1, 2)
            arcs[self._party(name)] = Arcs.between(both[:, 0], both[:, 1], bare.n_states)
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
        if not isinstance(given, dict) or len({"ranking", "prioritised"} & set(given)) != 1:
            raise self._bad(f"preferences of {party!r} are missing", "give either `ranking` or `prioritised`")
        if "prioritised" in given:
            where = f"preferences of {party!r}"
            statements = [[self._pattern(p, where) for p in statement] for statement in given["prioritised"]]
            return self._by_statement(bare, statements, party)
        groups = [group if isinstance(group, list) else [group] for group in given["ranking"]]
        places = [[self._place(bare, number, f"ranking of {party!r}") for number in group] for group in groups]
        try:
            return ranking(places, bare.n_states)
        except ValueError as error:
            number = bare.labels[int(str(error).split()[1])]
            raise self._bad(f"ranking of {party!r}: state {number} {str(error).split(' ', 2)[2]}") from error

    def _by_statement(self, bare: GraphModel, statements: list[list[Pattern]], party: str) -> NDArray[np.int64]:
        if bare.vectors is not None:
            known = [Pattern.from_text(vector, "Y", "N").care for vector in bare.vectors]
            if any(p.care & ~care for care in known for statement in statements for p in statement):
                raise self._bad(f"statements of {party!r} ask about options that a coalesced state leaves open", "use `ranking`")
        return prioritised(bare.states, statements)


def _from_gmcr(given: dict[str, Any], file: str) -> GraphModel:
    makers, listed = given["decisionMakers"], given["options"]
    owners = [tuple(k for k, maker in enumerate(makers) if n in maker["options"]) for n in range(len(listed))]
    options = [
        Option(str(o["name"]), owners[n], _GMCR_DIRECTIONS[o.get("permittedDirection", "both")]) for n, o in enumerate(listed)
    ]
    if len(options) > MOST_OPTIONS:
        raise LimitError(f"{len(options)} options; at most {MOST_OPTIONS} are searched")
    banned = [_gmcr_pattern(pattern) for pattern in given.get("infeasibles", [])]
    bare = GraphModel.from_options([str(maker["name"]) for maker in makers], options, banned)
    if given.get("useManualPreferenceVectors") or given.get("useManualPreferenceRanking"):
        message = "holds manual rankings, whose state numbers depend on the program that wrote them"
        raise CaseError([Problem(file, None, None, "manual-ranking", message, "write the ranking in the exchange format")])
    rows = [
        prioritised(bare.states, [list(_gmcr_statement(statement)) for statement in maker.get("preferences", [])])
        for maker in makers
    ]
    return bare.with_preference(np.stack(rows))


def _gmcr_pattern(conditions: Sequence[Sequence[Any]]) -> Pattern:
    care = sum(1 << int(k) for k, _ in conditions)
    return Pattern(care, sum(1 << int(k) for k, sign in conditions if sign == "Y"))


def _gmcr_statement(statement: Any) -> Iterator[Pattern]:
    if isinstance(statement, dict):
        for member in statement["members"]:
            yield _gmcr_pattern(member)
    else:
        yield _gmcr_pattern(statement)
