"""What a brief consists of, before it is HTML, Markdown or JSON: sentences with footnotes, tables, figures.

Every number stands in a `Span`, and its notes say where it comes from. A `Document` that refers to a missing note,
source or table is refused when it is made, so that no writer can print a number whose footnote leads nowhere.

Examples
--------
>>> note = Note("n1", "Counted by the ministry.", ("gov",))
>>> source = SourceLine("gov", "Losses", "Ministry", "https://example.org/losses", "2 December 2020")
>>> lead = ((Span("The war killed "), Span("2,718", ("n1",)), Span(" on one side.")),)
>>> Document("War", "As of today", lead, (), (note,), (source,), ()).title
'War'
>>> Document("War", "As of today", lead, (), (), (), ())
Traceback (most recent call last):
    ...
ValueError: note 'n1' is used in the lead but is not among the document's notes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

ColumnKind: TypeAlias = Literal["text", "number", "date", "hindsight"]

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of plain text and the keys of the notes that stand behind it; text is never markup."""

    text: str
    notes: tuple[str, ...] = ()


Sentence: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One published thing; `url` is empty when there is none, and is linked only when it is http or https."""

    key: str
    title: str
    publisher: str
    url: str
    date_text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, the sources that it rests on (none where it states a judgement) and the record entries that it counts."""

    key: str
    text: str
    sources: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: Sentence


@dataclass(frozen=True, slots=True)
class Items:
    """A list; where `summary` is not empty the list is evidence that a reader opens by that line.

    Where the items are entries of the record, `entries` has their keys in the same order, and notes lead to them.
    """

    items: tuple[Sentence, ...]
    summary: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``hindsight`` marks what was known only after the brief's day."""

    title: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; without text and notes it prints as an em dash: not known, or not applicable."""

    spans: Sentence = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to print."""
        return not any(span.text.strip() or span.notes for span in self.spans)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows; `folded` hides it behind its caption on screen, never in print.

    A table that is the twin of a figure is always folded. `notes` stand behind all numbers that have none of their own.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A Vega-Lite chart, the words for who cannot see it, and the key of the table with the same numbers.

    `title` states the finding, `source` says in words where the numbers come from and in which unit.
    """

    key: str
    title: str
    alt: str
    spec: Mapping[str, Any]
    twin: str
    source: str


Block: TypeAlias = Paragraph | Items | Table | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a brief; `key` becomes its address within the page."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole brief.

    Parameters
    ----------
    title, subtitle : str
    lead : tuple of tuple[Span, ...]
        The answer in a few sentences.
    sections : tuple[Section, ...]
    notes : tuple[Note, ...]
        Notes that nothing uses are not printed.
    sources : tuple[SourceLine, ...]
        Sources that no printed note uses are not printed.
    manifest : tuple of (str, str)
        How the brief was made: versions, hashes of inputs, settings.

    Raises
    ------
    ValueError
        For two notes, sources, sections or blocks with one key, a key that is not a letter followed by letters, digits,
        ``_`` or ``-``, a note, source, entry or twin table that is missing, and a row that does not fit its columns.
    """

    title: str
    subtitle: str
    lead: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    sources: tuple[SourceLine, ...]
    manifest: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        _check_keys(self)
        _check_lists(self)
        notes = {note.key for note in self.notes}
        for place, spans in sentences(self):
            for key in (key for span in spans for key in span.notes):
                if key not in notes:
                    raise ValueError(f"note {key!r} is used in {place} but is not among the document's notes")
        sources = {source.key for source in self.sources}
        for note in self.notes:
            for key in note.sources:
                if key not in sources:
                    raise ValueError(f"source {key!r} is used in note {note.key!r} but is not among the document's sources")
        tables = {block.key for block in blocks(self) if isinstance(block, Table)}
        for block in blocks(self):
            if isinstance(block, Figure) and block.twin not in tables:
                raise ValueError(f"figure {block.key!r} has no twin: there is no table {block.twin!r}")


def blocks(document: Document) -> Iterator[Block]:
    """Give all blocks in the order of the page."""
    for section in document.sections:
        yield from section.blocks


def sentences(document: Document) -> Iterator[tuple[str, Sentence]]:
    """Give every run of spans in the order of the page, with the place where it stands.

    Examples
    --------
    >>> page = Document("War", "", ((Span("Ends."),),), (Section("a", "A", (Paragraph((Span("Why."),)),)),), (), (), ())
    >>> [(place, spans[0].text) for place, spans in sentences(page)]
    [('the lead', 'Ends.'), ("section 'a'", 'Why.')]
    """
    for spans in document.lead:
        yield "the lead", spans
    for section in document.sections:
        for block in section.blocks:
            for spans in _runs(block):
                yield f"section {section.key!r}", spans


def _runs(block: Block) -> Iterable[Sentence]:
    match block:
        case Paragraph(spans):
            return (spans,)
        case Items(items):
            return items
        case Table():
            return ((Span("", block.notes),), *(cell.spans for row in block.rows for cell in row))
        case Figure():
            return ()


def _check_keys(document: Document) -> None:
    _check_unique("note", (note.key for note in document.notes))
    _check_unique("source", (source.key for source in document.sources))
    named = [block for block in blocks(document) if isinstance(block, Table | Figure)]
    _check_names("section", [section.key for section in document.sections])
    _check_names("table", [block.key for block in named if isinstance(block, Table)])
    _check_names("figure", [block.key for block in named if isinstance(block, Figure)])
    for table in (block for block in named if isinstance(block, Table)):
        for number, row in enumerate(table.rows, start=1):
            if len(row) != len(table.columns):
                raise ValueError(f"row {number} of table {table.key!r} has {len(row)} cells for {len(table.columns)} columns")


def _check_lists(document: Document) -> None:
    """Hold every counted entry to the list that it stands in."""
    lists = [block for block in blocks(document) if isinstance(block, Items) and block.entries]
    for block in lists:
        if len(block.entries) != len(block.items):
            raise ValueError(f"the list {block.summary!r} has {len(block.items)} items and {len(block.entries)} keys of entries")
    keys = [key for block in lists for key in block.entries]
    _check_unique("list item", keys)
    listed = set(keys)
    for note in document.notes:
        for key in note.entries:
            if key not in listed:
                raise ValueError(f"entry {key!r} is counted in note {note.key!r} but stands in no list of the document")


def _check_names(what: str, keys: list[str]) -> None:
    _check_unique(what, keys)
    for key in keys:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{what} key {key!r} must be a letter followed by letters, digits, _ or -")
    lowered = [key.lower() for key in keys]
    if len(set(lowered)) < len(lowered):
        raise ValueError(f"two {what} keys differ only in case, which some file systems cannot tell apart")


def _check_unique(what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"two {what}s have the key {key!r}")
        seen.add(key)
