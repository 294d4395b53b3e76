"""YAML 1.2 text becomes a tree that remembers lines and columns; nothing in it can run, refer or repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ceasefire.errors import Problem

DEEPEST = 40
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}")
_BASED = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_ODD_BREAK = re.compile("[\x85\u2028\u2029]")
_OPENS = {"SequenceStart": 1, "MappingStart": 1, "SequenceEnd": -1, "MappingEnd": -1}
_DEEP = ("nested too deep", "a case needs no more than ten levels")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1.

    `plain` says that a text was written without quotes on one line, so that a column inside it can be given.
    """

    file: str
    line: int | None = None
    column: int | None = None
    plain: bool = False

    def problem(self, code: str, message: str, hint: str | None = None, inside: int = 0) -> Problem:
        """Make a problem at this place, or `inside` characters into its text."""
        shift = inside if self.plain else 0
        column = None if self.column is None else self.column + shift
        return Problem(self.file, self.line, column, code, message, hint)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: None, bool, int, float, str, a list of nodes, or a dict of nodes by key.

    `text` is a scalar as written; `keys` has the place of each key of a dict; `refused` marks a value that was reported
    already and must not be reported again.
    """

    value: Any
    place: Place
    text: str = ""
    keys: dict[str, Place] = field(default_factory=dict)
    refused: bool = False


def parse_tree(text: str, shown: str) -> tuple[Node | None, list[Problem]]:  # noqa: PLR0911 - one way out per fault
    """Read YAML text.

    Parameters
    ----------
    text : str
    shown : str
        Name of the file in messages.

    Returns
    -------
    Node or None
        None if the text is not YAML at all.
    list of Problem
        What is not YAML 1.2, nested deeper than 40, anchored, tagged, or a duplicate key.

    Examples
    --------
    >>> node, problems = parse_tree("country: NO", "war.yaml")
    >>> node.value["country"].value, node.value["country"].place.column
    ('NO', 10)
    """
    import yaml  # noqa: PLC0415 - only needed where a file is read

    whole = Place(shown)
    fault = _too_deep(text, shown) or _odd_break(text, shown)
    if fault is not None:
        return None, [fault]
    try:
        events: list[Any] = list(yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    except yaml.MarkedYAMLError as error:
        return None, [_not_yaml(error, text, shown)]
    except yaml.reader.ReaderError as error:
        return None, [whole.problem("bad-yaml", f"not YAML: {error.reason}", "remove control characters")]
    except (yaml.YAMLError, ValueError):
        return None, [whole.problem("bad-yaml", "not YAML", "compare with a case that `ceasefire new` writes")]
    documents = [k for k, event in enumerate(events) if _kind(event) == "DocumentStart"]
    if not documents:
        return None, [whole.problem("empty-file", "the file is empty", "start from `ceasefire new NAME`")]
    if len(documents) > 1:
        second = Place(shown, events[documents[1]].start_mark.line + 1)
        return None, [second.problem("bad-yaml", "not YAML: a second document begins", "keep one document in a file")]
    builder = _Builder(iter(events[documents[0] + 1 :]), shown)
    return builder.node(0), builder.problems


def _not_yaml(error: Any, text: str, shown: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Place(shown).problem("bad-yaml", f"not YAML: {error.problem or error.context}", "check indentation and quotes")
    place = Place(shown, mark.line + 1, mark.column + 1)
    if any(re.match(r" *\t", line) for line in text.split("\n")[mark.line : mark.line + 1]):
        return place.problem("bad-yaml", "not YAML: a tab where the line begins", "indent with spaces")
    message = f"not YAML: {error.problem or error.context}"
    return place.problem("bad-yaml", message, "check indentation, colons and quotes near this place")


def _odd_break(text: str, shown: str) -> Problem | None:
    """Find characters that end a line in YAML 1.1 but not in 1.2."""
    found = _ODD_BREAK.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    place = Place(shown, before.count("\n") + 1, found.start() - before.rfind("\n"))
    return place.problem("bad-yaml", f"not YAML: line separator U+{ord(found[0]):04X}", "write a space or a new line instead")


def _too_deep(text: str, shown: str) -> Problem | None:
    """Find text that would nest too deep before a recursive parser meets it."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        depth = max(0, depth + line.count("[") + line.count("{") - line.count("]") - line.count("}"))
        indent = len(line) - len(line.lstrip(" "))
        dashes = len(line) - len(line.lstrip(" -"))
        if depth > DEEPEST * 4 or indent > DEEPEST * 8 or dashes - indent > DEEPEST * 2 or line.count("? ") > DEEPEST:
            return Place(shown, number).problem("too-deep", *_DEEP)
    return None


class _Builder:
    """Builds the tree from a stream of parse events (their kinds are told by name: the parser is imported where it is used)."""

    def __init__(self, events: Iterator[Any], shown: str) -> None:
        self.problems: list[Problem] = []
        self._events = events
        self._shown = shown

    def node(self, depth: int) -> Node:
        """Build the next value."""
        return self._node(next(self._events), depth)

    def _node(self, event: Any, depth: int) -> Node:
        place, kind = self._place(event), _kind(event)
        if depth > DEEPEST:
            return self._refused(event, place, "too-deep", *_DEEP)
        if event.anchor:
            message = f"anchor or alias {event.anchor!r}"
            return self._refused(event, place, "anchor", message, "write the value out where it is used")
        if event.tag:
            return self._refused(event, place, "tag", f"tag {event.tag!r}", "remove the tag")
        if kind == "Scalar":
            plain = event.style in {None, ""}
            where = Place(place.file, place.line, place.column, plain and event.start_mark.line == event.end_mark.line)
            return Node(scalar(event.value) if plain else event.value, where, event.value)
        if kind == "SequenceStart":
            return Node([self._node(item, depth + 1) for item in self._until("SequenceEnd")], place)
        return self._mapping(place, depth)

    def _mapping(self, place: Place, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key in self._until("MappingEnd"):
            where = self._place(key)
            if _kind(key) != "Scalar" or key.anchor or key.tag:
                self._skip(key)
                self.problems.append(where.problem("bad-key", "a key must be plain text", "write `name: value`"))
            elif key.value in values:
                message = f"key {key.value!r} is given twice (first in line {keys[key.value].line})"
                self.problems.append(where.problem("duplicate-key", message, "keep one of the two"))
            else:
                keys[key.value] = where
                values[key.value] = self.node(depth + 1)
                continue
            self._skip(next(self._events))
        return Node(values, place, keys=keys)

    def _until(self, end: str) -> Iterator[Any]:
        for event in self._events:
            if _kind(event) == end:
                return
            yield event

    def _skip(self, event: Any) -> None:
        """Pass over the value that begins with an event."""
        inside = _OPENS.get(_kind(event), 0)
        while inside:
            inside += _OPENS.get(_kind(next(self._events)), 0)

    def _refused(self, event: Any, place: Place, code: str, message: str, hint: str) -> Node:
        self._skip(event)
        self.problems.append(place.problem(code, message, hint))
        return Node(None, place, refused=True)

    def _place(self, event: Any) -> Place:
        return Place(self._shown, event.start_mark.line + 1, event.start_mark.column + 1)


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def scalar(text: str) -> Any:
    """Resolve a plain scalar by the core schema of YAML 1.2."""
    if text in _CONSTANTS:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _DECIMAL.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    return float(text) if _NUMBER.fullmatch(text) else text
