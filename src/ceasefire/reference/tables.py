"""Read the packaged tables and compare names."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Protocol, TypeVar


class _Dated(Protocol):
    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...


DatedRow = TypeVar("DatedRow", bound=_Dated)


def rows_of(table: str) -> list[dict[str, str]]:
    """Give the rows of one packaged table, every cell as text."""
    text = files("ceasefire.reference").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def day(text: str) -> date | None:
    """Give the date of an ISO text; None where it is blank, that is, not known or without bound."""
    return date.fromisoformat(text) if text else None


def plain(name: str) -> str:
    """Give a name without case, accents, dots and a leading article, so that spellings meet.

    Examples
    --------
    >>> plain("  The U.S. "), plain("Türkiye"), plain("St. Lucia"), plain("Antigua & Barbuda")
    ('us', 'turkiye', 'saint lucia', 'antigua and barbuda')
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign))
    bare = re.sub(r"[.'’`]", "", bare.replace("&", " and "))
    words = re.sub(r"[\W_]+", " ", bare).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join("saint" if word == "st" and len(words) > 1 else word for word in words)


def in_force(rows: Sequence[DatedRow], on: date | None) -> DatedRow | None:
    """Give the row that holds on a day; without a day the one with no end, else the one that ended last."""
    if on is None:
        return max(rows, key=lambda row: row.end or date.max, default=None)
    return next((row for row in rows if (row.start is None or row.start <= on) and (row.end is None or on <= row.end)), None)
