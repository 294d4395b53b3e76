"""What a value may look like: one description serves validation, messages and the published JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any, Literal, TypeAlias

from ceasefire.case.tree import Node, Place
from ceasefire.conditions import Condition, ConditionError, parse
from ceasefire.errors import Problem, near

Kind: TypeAlias = Literal[
    "text", "integer", "number", "truth", "day", "choice", "condition", "list", "map", "record", "either", "free"
]
_LARGEST = 1e9
_EXPECTED = {
    "text": "text",
    "truth": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "day": "a date such as 2020-10-08",
    "choice": "a word",
    "condition": "a condition such as `aze.offensive and not arm.withdraw`",
    "list": "a list",
    "map": "a mapping",
    "record": "a mapping",
}


_ONE = {
    "parties": "party",
    "options": "option",
    "levers": "lever",
    "sources": "source",
    "effects": "effect on",
    "sheets": "sheet",
    "cells": "cell",
    "gdp": "GDP of",
}
"""What one of a map of several is called."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value with what belongs inside it.

    `fields` belong to a record, `item` to a list or a map, `choices` to a choice, `either` holds alternatives of different
    kinds, `least` and `most` bound a number, `pattern` a text. `name` gives it an entry of its own in the JSON Schema.
    """

    kind: Kind
    doc: str = ""
    required: bool = False
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    either: tuple[Shape, ...] = ()
    least: float = -_LARGEST
    most: float = _LARGEST
    pattern: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A record as read: values by field, each with its place."""

    values: Mapping[str, Any]
    place: Place
    places: Mapping[str, Place]

    def get(self, name: str, default: Any = None) -> Any:
        """Give a field's value, or `default` where it is absent or null."""
        value = self.values.get(name)
        return default if value is None else value

    def has(self, name: str) -> bool:
        """Say whether the field was written with a value."""
        return self.values.get(name) is not None

    def at(self, name: str) -> Place:
        """Give the place of a field's value, or of the record where it is absent."""
        return self.places.get(name, self.place)


class Reading:
    """Reads nodes by shape and collects every problem on the way; a value with a problem becomes None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, node: Node, shape: Shape, what: str) -> Any:
        """Convert `node` to the value that `shape` describes.

        Parameters
        ----------
        node : Node
        shape : Shape
        what : str
            What the value is, in words, for messages.

        Returns
        -------
        object
            A `Given` for a record; a list of (value, place) for a list; name to (value, place of the name) for a map; a `date`
            for a day; a `Condition` for a condition; otherwise str, int, float or bool. None for null and for what is wrong.
        """
        if node.refused or (node.value is None and not shape.required):
            return None
        readers = {
            "record": self._record,
            "list": self._list,
            "map": self._map,
            "either": self._either,
            "condition": self._condition,
        }
        if shape.kind == "free":
            return plain(node)
        return readers.get(shape.kind, self._scalar)(node, shape, what)

    def _wrong(self, node: Node, what: str, expected: str) -> None:
        self.problems.append(node.place.problem("wrong-type", f"{what} is {_seen(node)}, expected {expected}", f"write {expected}"))

    def _record(self, node: Node, shape: Shape, what: str) -> Given | None:
        if not isinstance(node.value, dict):
            self._wrong(node, what, _EXPECTED["record"])
            return None
        values: dict[str, Any] = {}
        misspelt: set[str] = set()
        for name, child in node.value.items():
            if name in shape.fields:
                values[name] = self.read(child, shape.fields[name], f"{name!r} of {what}")
            else:
                misspelt |= set(near(name, [f for f in shape.fields if f not in node.value]))
                message = f"unknown field {name!r} in {what}"
                self.problems.append(node.keys[name].problem("unknown-field", message, meant(name, shape.fields)))
        for name, inner in shape.fields.items():
            if inner.required and name not in node.value and name not in misspelt:
                hint = f"add `{name}:` ({inner.doc})"
                self.problems.append(node.place.problem("missing-field", f"field {name!r} is missing in {what}", hint))
        return Given(values, node.place, {name: child.place for name, child in node.value.items()})

    def _list(self, node: Node, shape: Shape, what: str) -> list[tuple[Any, Place]] | None:
        if not isinstance(node.value, list) or shape.item is None:
            self._wrong(node, what, _EXPECTED["list"])
            return None
        read = [(self.read(child, shape.item, f"item {k} of {what}"), child.place) for k, child in enumerate(node.value, 1)]
        return [(value, place) for value, place in read if value is not None]

    def _map(self, node: Node, shape: Shape, what: str) -> dict[str, tuple[Any, Place]] | None:
        if not isinstance(node.value, dict) or shape.item is None:
            self._wrong(node, what, _EXPECTED["map"])
            return None
        read = {name: self.read(child, shape.item, _one_of(what, name)) for name, child in node.value.items()}
        return {name: (value, node.keys[name]) for name, value in read.items() if value is not None}

    def _either(self, node: Node, shape: Shape, what: str) -> Any:
        mapped, listed = isinstance(node.value, dict), isinstance(node.value, list)
        for choice in shape.either:
            if mapped == (choice.kind in {"record", "map", "free"}) and listed == (choice.kind == "list"):
                return self.read(node, choice, what)
        self._wrong(node, what, " or ".join(_EXPECTED[choice.kind] for choice in shape.either))
        return None

    def _condition(self, node: Node, shape: Shape, what: str) -> Condition | None:
        if isinstance(node.value, (list, dict)) or node.value is None:
            self._wrong(node, what, _EXPECTED[shape.kind])
            return None
        try:
            return parse(node.text)
        except ConditionError as error:
            message = f"{what}: {error} in {node.text!r}"
            self.problems.append(node.place.problem("bad-condition", message, error.hint, error.column))
            return None

    def _scalar(self, node: Node, shape: Shape, what: str) -> Any:  # noqa: PLR0911 - one line per kind
        value = node.value
        if isinstance(value, (list, dict, bool, type(None))) and not (isinstance(value, bool) and shape.kind == "truth"):
            self._wrong(node, what, _EXPECTED[shape.kind])
            return None
        match shape.kind:
            case "text":
                return self._text(node, shape, what)
            case "choice":
                return self._choice(node, shape, what)
            case "truth" if isinstance(value, bool):
                return value
            case "day" if isinstance(value, str) and (day := day_of(value)):
                return day
            case "number" if isinstance(value, (int, float)):
                return self._bounded(node, float(value), shape, what)
            case "integer" if isinstance(value, int):
                return self._bounded(node, value, shape, what)
        self._wrong(node, what, _EXPECTED[shape.kind])
        return None

    def _text(self, node: Node, shape: Shape, what: str) -> str | None:
        if not shape.pattern or re.fullmatch(shape.pattern, node.text):
            return node.text.strip()
        self.problems.append(node.place.problem("bad-form", f"{what} is {node.text!r}, expected {shape.doc}"))
        return None

    def _choice(self, node: Node, shape: Shape, what: str) -> str | None:
        if node.text in shape.choices:
            return node.text
        message = f"{what} is {node.text!r}, expected one of {', '.join(shape.choices)}"
        self.problems.append(node.place.problem("wrong-choice", message, meant(node.text, shape.choices)))
        return None

    def _bounded(self, node: Node, value: float, shape: Shape, what: str) -> float | None:
        if isfinite(value) and shape.least <= value <= shape.most:
            return value
        message = f"{what} is {node.text}, expected a number from {shape.least:g} to {shape.most:g}"
        self.problems.append(node.place.problem("out-of-bounds", message, "use another unit, or correct the number"))
        return None


def _one_of(what: str, name: str) -> str:
    """Name one of several for messages.

    Examples
    --------
    >>> _one_of("'options' of party 'ARM'", "withdraw"), _one_of("'levers' of the case", "ban"), _one_of("sources.yaml", "s1")
    ("option 'withdraw' of party 'ARM'", "lever 'ban'", "'s1' in sources.yaml")
    """
    several, _, rest = what.partition(" of ")
    one = _ONE.get(several.strip("'"))
    if one is None:
        return f"{name!r} in {what}"
    return f"{one} {name!r}" if rest == "the case" else f"{one} {name!r} of {rest}"


def _seen(node: Node) -> str:
    if isinstance(node.value, list):
        return "a list"
    if isinstance(node.value, dict):
        return "a mapping"
    if node.value is None:
        return "empty"
    text = node.text if len(node.text) <= 60 else node.text[:60] + "..."
    return repr(text) if isinstance(node.value, str) else text


def plain(node: Node) -> Any:
    """Give a node's value without places; lists become tuples, mappings sorted tuples of pairs."""
    if isinstance(node.value, list):
        return tuple(plain(item) for item in node.value)
    if isinstance(node.value, dict):
        return tuple(sorted((name, plain(item)) for name, item in node.value.items()))
    return node.value


def meant(seen: str, known: Collection[str]) -> str:
    """Give a hint that names the nearest known word, or the first two dozen.

    Examples
    --------
    >>> meant("nmae", ["name", "roles"])
    "did you mean 'name'?"
    """
    found = near(seen[:100], known)
    if found:
        return f"did you mean {found[0]!r}?"
    shown = sorted(known)[:24]
    return f"known: {', '.join(shown) or 'none'}{', ...' if len(known) > len(shown) else ''}"


def day_of(text: str) -> date | None:
    """Read a date such as 2020-10-08; None if it is none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
