"""Every error a user can meet.

All derive from `CeasefireError`. Each problem carries a stable code such as ``unknown-field``; ``docs/reference/errors.md``
has one section per code. Errors that come from a file collect all problems of that file, each with line and column.

Examples
--------
>>> raise CaseError([Problem("war.yaml", 6, 5, "unknown-field", "unknown field 'nmae' in party 'ARM'", "did you mean 'name'?")])
Traceback (most recent call last):
    ...
ceasefire.errors.CaseError: war.yaml:6:5: unknown field 'nmae' in party 'ARM'
  hint: did you mean 'name'?
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input.

    Parameters
    ----------
    file : str
        The file as the user named it, or ``"<text>"``.
    line, column : int or None
        Counted from 1; None where the problem concerns the file as a whole.
    code : str
        Stable and documented in ``docs/reference/errors.md``.
    message : str
        What was found, with the value seen, and what was expected.
    hint : str or None
        What to do about it.
    """

    file: str
    line: int | None
    column: int | None
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}"
        return text if self.hint is None else f"{text}\n  hint: {self.hint}"


class CeasefireError(Exception):
    """Anything that ceasefire tells a user is wrong; `exit_code` is what the command line returns."""

    exit_code: ClassVar[int] = 1


class _InputError(CeasefireError):
    """Problems found in an input, reported together in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line or 0, p.column or 0, p.code, p.message)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CaseError(_InputError):
    """A case, model or problem file that cannot be used as written."""

    exit_code = 3


class DataError(_InputError):
    """A data file that breaks the rules of its format; `Problem.code` names the rule."""

    exit_code = 4


class NoSettlementError(CeasefireError):
    """A well posed question that has no answer; the message gives the smallest reason."""

    exit_code = 5


class LimitError(CeasefireError):
    """Something too large to do; the message gives the measured size and a way out."""

    exit_code = 6


class OutputError(CeasefireError):
    """A result that could not be written where the user asked."""

    exit_code = 7


def visible(text: str) -> str:
    r"""Write a text of somebody else's so that it can stand on one line of a message: signs that steer a terminal are escaped.

    Examples
    --------
    >>> visible("a\x1b[2J.csv"), visible("Ö\udcff.csv")
    ('a\\x1b[2J.csv', 'Ö\\udcff.csv')
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def near(seen: str, known: Collection[str]) -> list[str]:
    """Give the known word nearest to `seen`, if any is near; one that differs in capitals alone is nearest.

    Examples
    --------
    >>> near("nmae", ["name", "roles"]), near("arm", ["ARM", "AZE"]), near("x", ["name"])
    (['name'], ['ARM'], [])
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    exact = [word for word in known if word.lower() == seen.lower()]
    return exact[:1] or get_close_matches(seen, sorted(known), n=1, cutoff=0.6)


def utf8(data: bytes, file: str) -> str:
    r"""Read the bytes of a file as text, without a mark of byte order; CaseError with the line where they are none.

    Examples
    --------
    >>> utf8(b"\xef\xbb\xbfa", "own.json")
    'a'
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 text: byte {data[error.start]:#04x}"
        raise CaseError([Problem(file, line, None, "not-utf8", message, "save the file as UTF-8")]) from error
