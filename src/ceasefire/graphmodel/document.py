"""A text in JSON and where everything stands in it, so that messages can name the line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ceasefire.errors import CaseError, Problem

Path = tuple[str | int, ...]
"""The way from the whole to one value: names of fields and numbers in lists, counted from 0."""

_SPACE = re.compile(r"[ \t\n\r]*")
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:00[0-9]|[dD][89a-fA-F])|\\[bf]|[\x7f-\x9f]")
"""What such a character is written as in JSON; most files have none."""
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Document:
    """A text that is known to be JSON.

    Parameters
    ----------
    file : str
        Name used in messages.
    text : str
    within : tuple
        The way to the part that is read.
    """

    file: str
    text: str
    within: Path = ()

    def error(self, code: str, message: str, hint: str | None = None, at: Path = ()) -> CaseError:
        """Give an error with the line and column of a value, or of the closest thing around it that the text holds."""
        return CaseError([Problem(self.file, *place(self.text, self.within + at), code, message, hint)])


def read_object(text: str, file: str) -> dict[str, Any]:
    """Read JSON that must be an object; CaseError with line and column otherwise."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}"
        raise CaseError(
            [Problem(file, error.lineno, error.colno, "bad-json", message, "check commas, quotes, brackets")]
        ) from error
    except RecursionError as error:
        raise CaseError([Problem(file, None, None, "too-deep", "nested too deep", "a model is a few levels deep")]) from error
    except ValueError as error:
        long = max(re.finditer(r"\d+", text), key=lambda found: len(found[0]))
        message = f"a number of {len(long[0]):,} digits"
        raise CaseError([Problem(file, *_line(text, long.start()), "bad-json", message, "write fewer digits")]) from error
    if not isinstance(given, dict):
        raise CaseError([Problem(file, 1, 1, "bad-model", f"holds {json.dumps(given):.40}, expected an object", "start with {")])
    twice = next(_twice(text, _after_space(text, 0)), None)
    if twice is not None:
        name, at = twice
        message = f"field {name!r} stands twice in one object"
        raise CaseError([Problem(file, *_line(text, at), "bad-model", message, "keep one of the two")])
    unprintable = next(_unprintable(given), None) if _ESCAPED.search(text) else None
    if unprintable is not None:
        path, name = unprintable
        message = f"{name!r} holds a character that cannot be printed"
        raise Document(file, text).error("bad-model", message, "write it with letters, digits and signs", path)
    return given


def _unprintable(given: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Find names and texts that a screen or a file would not take as they are: control characters, halves of characters."""
    inside = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, value in inside:
        if isinstance(name, str) and _HIDDEN.search(name):
            yield (*path, name), name
        yield from _unprintable(value, (*path, name))
    if isinstance(given, str) and _HIDDEN.search(given):
        yield path, given


def way(path: Sequence[str | int]) -> str:
    """Write the way to a value as text.

    Examples
    --------
    >>> way(("bans", 2, "from")), way(("preferences", "Driver 1", "ranking", 0))
    ('bans[2].from', "preferences['Driver 1'].ranking[0]")
    """
    told = ""
    for step in path:
        told += f".{step}" if isinstance(step, str) and step.isidentifier() else f"[{step!r}]"
    return told.removeprefix(".")


def place(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    r"""Find the line and column of a value in JSON, counted from 1; of what is around it where the text does not hold it.

    Examples
    --------
    >>> place('{"bans": [\n  {"from": "Y"},\n  {"from": "X"}]}', ("bans", 1, "from"))
    (3, 12)
    >>> place('{"bans": []}', ("bans", 1, "from"))
    (1, 10)
    """
    at = _after_space(text, 0)
    for step in path:
        found = [start for name, start in _inside(text, at) if name == step]
        if not found:
            break
        at = found[-1]
    return _line(text, at)


def _line(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _twice(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Find fields that stand twice in one object, among what starts here."""
    names: set[str | int] = set()
    for name, start in _inside(text, at):
        if isinstance(name, str) and name in names:
            yield name, start
        names.add(name)
        yield from _twice(text, start)


def _inside(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Give name or number and start of each value directly inside the one that starts here."""
    if text[at] not in "[{":
        return
    is_object, number = text[at] == "{", 0
    at = _after_space(text, at + 1)
    while text[at] not in "]}":
        name: str | int = number
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        yield name, at
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _after_space(text, at + 1)
        number += 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
