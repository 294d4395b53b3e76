"""The numbers that all writers print: notes, sources, figures and tables in the order in which a reader meets them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ceasefire.brief.document import Document, Figure, Items, Note, SourceLine, Table, blocks, sentences

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Numbering:
    """The used notes and sources in order of first use (number = position + 1), and numbers by key."""

    notes: tuple[Note, ...]
    sources: tuple[SourceLine, ...]
    note_numbers: dict[str, int]
    source_numbers: dict[str, int]
    entry_numbers: dict[str, int]
    figure_numbers: dict[str, int]
    table_numbers: dict[str, int]
    twins: frozenset[str]


def number(document: Document) -> Numbering:
    """Number a document's notes by first use, its sources by the notes, its figures and tables by the page.

    Examples
    --------
    >>> from ceasefire.brief.document import Span
    >>> notes = (Note("unused", "?"), Note("b", "B"), Note("a", "A"))
    >>> page = Document("War", "", ((Span("1", ("a",)), Span("2", ("b", "a"))),), (), notes, (), ())
    >>> number(page).note_numbers
    {'a': 1, 'b': 2}
    """
    by_key = {note.key: note for note in document.notes}
    used = dict.fromkeys(key for _, spans in sentences(document) for span in spans for key in span.notes)
    notes = tuple(by_key[key] for key in used)
    source_by_key = {source.key: source for source in document.sources}
    cited = dict.fromkeys(key for note in notes for key in note.sources)
    entries = (key for block in blocks(document) if isinstance(block, Items) for key in block.entries)
    figures = [block for block in blocks(document) if isinstance(block, Figure)]
    tables = [block for block in blocks(document) if isinstance(block, Table)]
    return Numbering(
        notes=notes,
        sources=tuple(source_by_key[key] for key in cited),
        note_numbers={key: k for k, key in enumerate(used, start=1)},
        source_numbers={key: k for k, key in enumerate(cited, start=1)},
        entry_numbers={key: k for k, key in enumerate(entries, start=1)},
        figure_numbers={figure.key: k for k, figure in enumerate(figures, start=1)},
        table_numbers={table.key: k for k, table in enumerate(tables, start=1)},
        twins=frozenset(figure.twin for figure in figures),
    )


def printable(text: str) -> str:
    """Replace what no page can carry (control characters, lone surrogates) by U+FFFD.

    Examples
    --------
    >>> printable("a" + chr(0) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return _UNPRINTABLE.sub("\ufffd", text)


def is_web(url: str) -> bool:
    """Say whether an address may be linked: http or https, and nothing that ends the address early.

    Examples
    --------
    >>> is_web("https://example.org/a"), is_web("javascript:alert(1)"), is_web("https://a b")
    (True, False, False)
    """
    return re.fullmatch(r"https?://[^\s<>\"'`\\\x00-\x1f\x7f]+", url, flags=re.IGNORECASE) is not None
