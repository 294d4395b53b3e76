"""What a value may look like: one description serves validation, messages and the published JSON Schema."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from ceasefire.case.tree import Node, Place
from ceasefire.conditions import Condition, ConditionError, parse
from ceasefire.errors import Problem

_WORDS = {bool: "true/false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a mapping"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value with what belongs inside it.

    `kind`: text, integer, number, truth, day, choice, condition, list, map, record, either, free. `fields` for a record, `item`
    for a list or a map, `choices` for a choice, `either` for alternatives (number or record, text or list).
    """

    kind: str
    doc: str = ""
    required: bool = False
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    either: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A record as read: values by field, each with its place."""

    values: dict[str, Any]
    place: Place
    places: dict[str, Place]

    def get(self, name: str, default: Any = None) -> Any:
        """Give a field's value, or `default` where it is absent or null."""
        value = self.values.get(name)
        return default if value is None else value

    def at(self, name: str) -> Place:
        """Give the place of a field's value, or of the record where it is absent."""
        return self.places.get(name, self.place)


class Reading:
    """Reads nodes by shape and collects every problem on the way; a value with a problem becomes None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, node: Node, shape: Shape, what: str) -> Any:  # noqa: PLR0911 - one line per kind
        """Convert `node` to the value that `shape` describes."""
        value = node.value
        if value is None and not shape.required:
            return None
        match shape.kind:
            case "record":
                return self._record(node, shape, what)
            case "list":
                return self._list(node, shape, what)
            case "map":
                return self._map(node, shape, what)
            case "either":
                return self._either(node, shape, what)
            case "free":
                return plain(node)
            case "condition":
                return self._condition(node, what)
        return self._scalar(node, shape, what)

    def wrong(self, node: Node, what: str, expected: str) -> None:
        """Report a value of the wrong kind, as it was seen."""
        seen = repr(node.value) if not isinstance(node.value, (list, dict)) else _WORDS[type(node.value)]
        self.problems.append(node.place.problem("wrong-type", f"{what} is {seen}, expected {expected}", f"write {expected}"))

    def _record(self, node: Node, shape: Shape, what: str) -> Given | None:
        if not isinstance(node.value, dict):
            self.wrong(node, what, "a mapping")
            return None
        values: dict[str, Any] = {}
        for name, child in node.value.items():
            if name in shape.fields:
                values[name] = self.read(child, shape.fields[name], f"{name!r} of {what}")
            else:
                message = f"unknown field {name!r} in {what}"
                self.problems.append(node.keys[name].problem("unknown-field", message, meant(name, shape.fields)))
        for name, inner in shape.fields.items():
            if inner.required and name not in node.value:
                hint = f"add `{name}:` ({inner.doc})"
                self.problems.append(node.place.problem("missing-field", f"field {name!r} is missing in {what}", hint))
        return Given(values, node.place, {name: child.place for name, child in node.value.items()})

    def _list(self, node: Node, shape: Shape, what: str) -> list[tuple[Any, Place]]:
        if not isinstance(node.value, list):
            self.wrong(node, what, "a list")
            return []
        assert shape.item is not None  # noqa: S101 - a list always names its items
        read = [(self.read(child, shape.item, f"{what}, item {k}"), child.place) for k, child in enumerate(node.value, 1)]
        return [(value, place) for value, place in read if value is not None]

    def _map(self, node: Node, shape: Shape, what: str) -> dict[str, tuple[Any, Place]]:
        if not isinstance(node.value, dict):
            self.wrong(node, what, "a mapping")
            return {}
        assert shape.item is not None  # noqa: S101 - a map always names its items
        read = {name: (self.read(child, shape.item, f"{what} {name!r}"), node.keys[name]) for name, child in node.value.items()}
        return {name: pair for name, pair in read.items() if pair[0] is not None}

    def _either(self, node: Node, shape: Shape, what: str) -> Any:
        for choice in shape.either:
            if isinstance(node.value, dict) == (choice.kind in {"record", "map"}) and isinstance(node.value, list) == (
                choice.kind == "list"
            ):
                return self.read(node, choice, what)
        self.wrong(node, what, " or ".join(choice.kind for choice in shape.either))
        return None

    def _condition(self, node: Node, what: str) -> Condition | None:
        text = str(node.value).lower() if isinstance(node.value, bool) else node.value
        if not isinstance(text, str):
            self.wrong(node, what, "a condition such as `aze.offensive and not arm.withdraw`")
            return None
        try:
            return parse(text)
        except ConditionError as error:
            shift = error.column if node.plain else 0
            message = f"{what}: {error} in {text!r}"
            self.problems.append(node.place.problem("bad-condition", message, error.hint, shift))
            return None

    def _scalar(self, node: Node, shape: Shape, what: str) -> Any:  # noqa: PLR0911 - one line per kind
        value = node.value
        match shape.kind:
            case "text" if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                return str(value)
            case "truth" if isinstance(value, bool):
                return value
            case "integer" if isinstance(value, int) and not isinstance(value, bool):
                return value
            case "number" if isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value):
                return float(value)
            case "day" if isinstance(value, str) and (day := _day(value)):
                return day
            case "choice" if isinstance(value, str):
                if value in shape.choices:
                    return value
                message = f"{what} is {value!r}, expected one of {', '.join(shape.choices)}"
                self.problems.append(node.place.problem("wrong-choice", message, meant(value, shape.choices)))
                return None
        self.wrong(node, what, _EXPECTED[shape.kind])
        return None


_EXPECTED = {
    "text": "text",
    "truth": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "day": "a date such as 2020-10-08",
    "choice": "a word",
}


def plain(node: Node) -> Any:
    """Give a node's value without places; lists become tuples, mappings sorted tuples of pairs."""
    if isinstance(node.value, list):
        return tuple(plain(item) for item in node.value)
    if isinstance(node.value, dict):
        return tuple(sorted((name, plain(item)) for name, item in node.value.items()))
    return node.value


def meant(seen: str, known: Any) -> str:
    """Give a hint that names the nearest known word, or all of them if few.

    Examples
    --------
    >>> meant("nmae", ["name", "roles"])
    "did you mean 'name'?"
    """
    near = difflib.get_close_matches(seen, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)[:24]) or 'none'}"


def json_schema(shape: Shape) -> dict[str, Any]:  # noqa: PLR0911 - one line per kind
    """Describe a shape as JSON Schema."""
    doc = {"description": shape.doc} if shape.doc else {}
    match shape.kind:
        case "record":
            needed = [name for name, inner in shape.fields.items() if inner.required]
            inside = {name: json_schema(inner) for name, inner in shape.fields.items()}
            more = {"required": needed} if needed else {}
            return {"type": "object", **doc, "properties": inside, "additionalProperties": False, **more}
        case "list" if shape.item:
            return {"type": "array", **doc, "items": json_schema(shape.item)}
        case "map" if shape.item:
            return {"type": "object", **doc, "additionalProperties": json_schema(shape.item)}
        case "either":
            return {**doc, "anyOf": [json_schema(choice) for choice in shape.either]}
        case "choice":
            return {**doc, "enum": list(shape.choices)}
        case "free":
            return {"type": "object", **doc}
    kinds = {"integer": "integer", "number": "number", "truth": "boolean"}
    extra = {"format": "date"} if shape.kind == "day" else {}
    return {"type": kinds.get(shape.kind, "string"), **doc, **extra}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
