"""What numbers may rest on: sources, record entries and facts under one set of keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from ceasefire.case.model import Entry, Fact, Source
from ceasefire.case.shape import Given, meant
from ceasefire.case.tree import Place
from ceasefire.errors import Problem


class Evidence:
    """Collects sources by key and checks what is cited.

    A record entry or a fact may be cited by its own key; `dated` then says when it was so.
    """

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.dated: dict[str, date] = {}
        self.problems: list[Problem] = []

    def named(self, key: str, given: Given, place: Place) -> None:
        """Add a source of the case's list."""
        if key in self.sources:
            self.problems.append(place.problem("duplicate-key", f"source {key!r} is given twice", "keep one of the two"))
        self.sources[key] = _source(key, given)

    def inline(self, given: Given) -> str:
        """Add a source written where it is used and give its key; the same title and address are one source."""
        source = _source("", given)
        key = "s-" + hashlib.sha256(f"{source.url}\n{source.title}".encode()).hexdigest()[:10]
        self.sources.setdefault(key, _source(key, given))
        return key

    def cited(self, items: Iterable[tuple[Any, Place]]) -> tuple[str, ...]:
        """Give the keys of a list of keys and whole sources."""
        return tuple(self.inline(item) if isinstance(item, Given) else str(item) for item, _ in items)

    def entry(self, entry: Entry) -> None:
        """Let an entry be cited by its key."""
        first = self.sources.get(entry.sources[0]) if entry.sources else None
        self.sources[entry.key] = Source(
            entry.key, entry.summary, first.publisher if first else "", first.url if first else None, entry.date, "record entry"
        )
        self.dated[entry.key] = entry.date

    def fact(self, fact: Fact) -> None:
        """Let a fact be cited by its key."""
        first = self.sources.get(fact.sources[0]) if fact.sources else None
        title = f"{fact.text} ({fact.period})" if fact.period else fact.text
        self.sources[fact.key] = Source(
            fact.key,
            title,
            first.publisher if first else "",
            first.url if first else None,
            first.date if first else None,
            fact.note,
        )
        if fact.known is not None:
            self.dated[fact.key] = fact.known

    def check(self, keys: Iterable[tuple[str, Place]], until: date | None) -> None:
        """Report keys that are unknown, and those dated after `until`."""
        for key, place in keys:
            if key not in self.sources:
                message = f"unknown source {key!r}"
                self.problems.append(place.problem("unknown-source", message, meant(key, self.sources)))
            elif until is not None and key in self.dated and self.dated[key] > until:
                message = f"{key!r} is dated {self.dated[key]}, after {until}"
                self.problems.append(place.problem("later-evidence", message, "cite what was known by then, or move `as_of`"))


def _source(key: str, given: Given) -> Source:
    return Source(
        key, given.get("title", key), given.get("publisher", ""), given.get("url"), given.get("date"), given.get("note", "")
    )
