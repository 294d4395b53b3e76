"""The answer on paper: sentences with footnotes, tables and figures become HTML, Markdown and JSON.

In comes a `Document`, in which every number is a `Span` with the notes that say where it comes from; out go files with
the same numbers and the same notes in every format. Refuses a document whose notes, sources or twin tables are missing.
"""

from ceasefire.brief.document import (
    Block,
    Cell,
    Column,
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Section,
    Sentence,
    SourceLine,
    Span,
    Table,
    blocks,
)
from ceasefire.brief.writing import FORMATS, write

__all__ = [
    "FORMATS",
    "Block",
    "Cell",
    "Column",
    "Document",
    "Figure",
    "Items",
    "Note",
    "Paragraph",
    "Section",
    "Sentence",
    "SourceLine",
    "Span",
    "Table",
    "blocks",
    "write",
]
