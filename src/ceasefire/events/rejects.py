"""Rows that are not kept: each with its line, why, and its raw text."""

from __future__ import annotations

from typing import NamedTuple

LONGEST = 1 << 21
"""Bytes of the longest row that is read."""
MOST_REJECTS = 200_000
SHOWN = 4000
"""Bytes of raw text that are kept of a rejected row; longer ones are cut and say so."""


class Reject(NamedTuple):
    """A row that was not kept: the line it begins on, why, and its raw text."""

    line: int
    reason: str
    raw: str


def shown(raw: bytes, size: int | None = None) -> str:
    r"""Give raw bytes as text, cut after `SHOWN` bytes; bytes that are no UTF-8 stand as ``\x`` escapes."""
    length = len(raw) if size is None else size
    text = raw[:SHOWN].decode("utf-8", "backslashreplace")
    return text if length <= SHOWN else f"{text} ... ({length} bytes)"
