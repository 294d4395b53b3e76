"""YAML 1.2 text becomes a tree that remembers lines and columns; nothing in it can run, refer or repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ceasefire.errors import Problem

DEEPEST = 40
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}")
_BASED = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
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
    from ruamel.yaml import YAML  # noqa: PLC0415 - only needed where a file is read
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415

    whole = Place(shown)
    deep = _too_deep(text, shown)
    if deep is not None:
        return None, [deep]
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = Place(shown, mark.line + 1, mark.column + 1) if mark else whole
        message = f"not YAML: {error.problem or error.context}"
        return None, [at.problem("bad-yaml", message, "check indentation, colons and quotes near this place")]
    except ReaderError as error:
        return None, [whole.problem("bad-yaml", f"not YAML: {error.reason}", "remove control characters")]
    except RecursionError:
        return None, [whole.problem("too-deep", *_DEEP)]
    except (YAMLError, ValueError, AssertionError, IndexError, TypeError, AttributeError, KeyError):
        return None, [whole.problem("bad-yaml", "not YAML", "compare with a case that `ceasefire new` writes")]
    if root is None:
        return None, [whole.problem("empty-file", "the file is empty", "start from `ceasefire new NAME`")]
    builder = _Builder(text, shown)
    return builder.node(root, 0), builder.problems


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
    def __init__(self, text: str, shown: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._shown = shown

    def node(self, raw: Any, depth: int) -> Node:
        place = self._place(raw)
        if depth > DEEPEST:
            return self._refused(place, "too-deep", *_DEEP)
        if getattr(raw, "anchor", None):
            return self._refused(place, "anchor", f"anchor or alias {raw.anchor!r}", "write the value out where it is used")
        if self._is_tagged(raw):
            return self._refused(place, "tag", f"tag {str(raw.tag)!r}", "remove the tag")
        if raw.id == "scalar":
            plain = raw.style in {None, ""}
            where = Place(place.file, place.line, place.column, plain and raw.start_mark.line == raw.end_mark.line)
            return Node(scalar(raw.value) if plain else raw.value, where, raw.value)
        if raw.id == "sequence":
            return Node([self.node(item, depth + 1) for item in raw.value], place)
        return self._mapping(raw, place, depth)

    def _mapping(self, raw: Any, place: Place, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key, item in raw.value:
            where = self._place(key)
            if key.id != "scalar" or getattr(key, "anchor", None) or self._is_tagged(key):
                self.problems.append(where.problem("bad-key", "a key must be plain text", "write `name: value`"))
            elif key.value in values:
                message = f"key {key.value!r} is given twice (first in line {keys[key.value].line})"
                self.problems.append(where.problem("duplicate-key", message, "keep one of the two"))
            else:
                keys[key.value] = where
                values[key.value] = self.node(item, depth + 1)
        return Node(values, place, keys=keys)

    def _refused(self, place: Place, code: str, message: str, hint: str) -> Node:
        problem = place.problem(code, message, hint)
        if problem not in self.problems:
            self.problems.append(problem)
        return Node(None, place, refused=True)

    def _is_tagged(self, raw: Any) -> bool:
        return self._text[raw.start_mark.index : raw.start_mark.index + 1] == "!"

    def _place(self, raw: Any) -> Place:
        return Place(self._shown, raw.start_mark.line + 1, raw.start_mark.column + 1)


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
