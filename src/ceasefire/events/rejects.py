"""Rows that are not kept: each with its line, why, and its raw text."""

from __future__ import annotations

from typing import NamedTuple

from ceasefire.errors import DataError, Problem

LONGEST = 1 << 21
"""Bytes of the longest row that is read."""
MOST_REJECTS = 200_000
SHOWN = 4000
"""Bytes of raw text that are kept of a rejected row; longer ones are cut and say so."""
MANY, SHORT = 5000, 200
"""Of how many rejected rows of a file so much is kept, and the bytes of the others: what is kept has to fit in memory."""


class Reject(NamedTuple):
    """A row that was not kept: the line it begins on, why, and its raw text."""

    line: int
    reason: str
    raw: str


def too_many(file: str, line: int, reason: str) -> DataError:
    """Give the error of a file with more rejected rows than one of its format can have."""
    message = f"more than {MOST_REJECTS} rows cannot be read, the last for: {reason}"
    return DataError([Problem(file, line, None, "too-many-rejects", message, "is this the right format?")])


def shown(raw: bytes, number: int = 1, size: int | None = None) -> str:
    r"""Give raw bytes as text, cut after `SHOWN` bytes; bytes that are no UTF-8 stand as ``\x`` escapes.

    Parameters
    ----------
    number : int
        How many rows of the file were rejected, with this one; beyond `MANY` only `SHORT` bytes are kept.
    size : int, optional
        Of the whole row, where `raw` is only its beginning.
    """
    length = len(raw) if size is None else size
    most = SHOWN if number <= MANY else SHORT
    text = raw[:most].decode("utf-8", "backslashreplace")
    return text if length <= most else f"{text} ... ({length} bytes)"
