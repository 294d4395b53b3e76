"""YAML 1.2 text becomes a tree that remembers lines and columns; nothing in it can run, refer or repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.errors import CaseError, Problem

MOST_BYTES = 2_000_000
DEEPEST = 40
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; lines and columns count from 1."""

    file: str
    line: int | None
    column: int | None

    def problem(self, code: str, message: str, hint: str | None = None, shift: int = 0) -> Problem:
        """Make a problem at this place, `shift` columns further right."""
        column = None if self.column is None else self.column + shift
        return Problem(self.file, self.line, column, code, message, hint)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: None, bool, int, float, str, a list of nodes, or a dict of nodes by key.

    `keys` has the place of each key of a dict; `plain` says that a scalar was written without quotes on one line, so that a
    column inside its text can be given.
    """

    value: Any
    place: Place
    keys: dict[str, Place]
    plain: bool = False


def read_tree(path: Path, shown: str) -> Node:
    """Read a YAML file.

    Raises
    ------
    CaseError
        If the file is missing, larger than 2 MB, not UTF-8 text, not YAML 1.2, nested deeper than 40, or holds anchors, tags or
        duplicate keys.
    """
    return parse_tree(read_text(path, shown), shown)


def read_text(path: Path, shown: str, most: int = MOST_BYTES) -> str:
    """Read a text file of bounded size as UTF-8."""
    whole = Place(shown, None, None)
    try:
        size = path.stat().st_size
        if size > most:
            message = f"the file has {size / 1e6:.1f} MB; at most {most / 1e6:.0f} MB are read"
            raise CaseError([whole.problem("too-large", message, "move long records to record.csv, or split the case")])
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        hint = "give a case file, a case folder, or a name that `ceasefire cases` lists"
        raise CaseError([whole.problem("missing-file", message, hint)]) from error
    if b"\0" in data:
        raise CaseError([whole.problem("binary-file", "is a binary file, not text", "a case is a YAML text file")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8"
        raise CaseError([Problem(shown, line, None, "not-utf8", message, "save the file as UTF-8")]) from error


def parse_tree(text: str, shown: str) -> Node:
    """Read YAML text; see `read_tree`."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - only needed where a file is read
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415

    _refuse_depth(text, shown)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        message = f"not YAML: {error.problem or error.context}"
        hint = "check indentation, colons and quotes near this place"
        raise CaseError([Problem(shown, line, column, "bad-yaml", message, hint)]) from error
    except ReaderError as error:
        raise CaseError(
            [Problem(shown, None, None, "bad-yaml", f"not YAML: {error.reason}", "remove control characters")]
        ) from error
    except (YAMLError, ValueError, RecursionError, AssertionError, IndexError, TypeError) as error:
        raise CaseError([Problem(shown, None, None, "bad-yaml", "not YAML", "compare with `ceasefire new`")]) from error
    if root is None:
        raise CaseError([Problem(shown, None, None, "empty-file", "the file is empty", "start from `ceasefire new NAME`")])
    problems: list[Problem] = []
    node = _node(root, shown, problems, 0)
    if problems:
        raise CaseError(problems)
    return node


def _refuse_depth(text: str, shown: str) -> None:
    """Refuse text that would nest too deep before a recursive parser meets it."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        depth = max(0, depth + line.count("[") + line.count("{") - line.count("]") - line.count("}"))
        indent = len(line) - len(line.lstrip(" "))
        dashes = len(line) - len(line.lstrip(" -"))
        if depth > DEEPEST * 4 or indent > DEEPEST * 8 or dashes - indent > DEEPEST * 2 or line.count("? ") > DEEPEST:
            raise CaseError([Problem(shown, number, None, "too-deep", "nested too deep", "a case needs no more than ten levels")])


def _node(raw: Any, shown: str, problems: list[Problem], depth: int) -> Node:
    place = Place(shown, raw.start_mark.line + 1, raw.start_mark.column + 1)
    if depth > DEEPEST:
        problems.append(place.problem("too-deep", "nested too deep", "a case needs no more than ten levels"))
        return Node(None, place, {})
    if getattr(raw, "anchor", None):
        problems.append(place.problem("anchor", f"anchor or alias {raw.anchor!r}", "write the value out where it is used"))
        return Node(None, place, {})
    if _has_tag(raw):
        problems.append(place.problem("tag", f"tag {str(raw.tag)!r}", "remove the tag"))
        return Node(None, place, {})
    if raw.id == "scalar":
        plain = raw.style in {None, ""} and raw.start_mark.line == raw.end_mark.line
        return Node(_scalar(raw.value) if raw.style in {None, ""} else raw.value, place, {}, plain)
    if raw.id == "sequence":
        return Node([_node(item, shown, problems, depth + 1) for item in raw.value], place, {})
    return _mapping(raw, place, problems, depth)


def _mapping(raw: Any, place: Place, problems: list[Problem], depth: int) -> Node:
    values: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key, item in raw.value:
        where = Place(place.file, key.start_mark.line + 1, key.start_mark.column + 1)
        if key.id != "scalar":
            problems.append(where.problem("bad-key", "a key must be text", "write `name: value`"))
            continue
        if key.value in values:
            first = keys[key.value].line
            problems.append(where.problem("duplicate-key", f"key {key.value!r} is given twice (first in line {first})", "keep one"))
            continue
        keys[key.value] = where
        values[key.value] = _node(item, place.file, problems, depth + 1)
    return Node(values, place, keys)


def _has_tag(raw: Any) -> bool:
    tag = str(raw.tag) if raw.tag is not None else ""
    return bool(tag) and not tag.startswith("tag:yaml.org,2002:")


def _scalar(text: str) -> Any:
    if text in _CONSTANTS:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text) and len(text) < 19:
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
