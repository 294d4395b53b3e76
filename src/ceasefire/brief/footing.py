"""Give every table whose numbers stand without footnotes one that covers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ceasefire.brief.document import Block, Cell, Figure, Section, Table
from ceasefire.brief.notebook import Notebook


def footed(section: Section, book: Notebook) -> Section:
    """Add a note to each table with bare numbers: the source of the figure whose twin it is, or how such numbers are made.

    Parameters
    ----------
    section : Section
    book : Notebook
        Takes the notes.
    """
    sources = {block.twin: block.source for block in section.blocks if isinstance(block, Figure) and block.source}
    return replace(section, blocks=tuple(_footed(block, sources, book) for block in section.blocks))


def is_bare(table: Table) -> bool:
    """Say whether a table has a number with no note, neither of its cell nor of the table."""
    return not table.notes and any(_is_bare(cell) for row in table.rows for cell in row[1:])


def _is_bare(cell: Cell) -> bool:
    has_number = any(sign.isdigit() for span in cell.spans for sign in span.text)
    return has_number and not any(span.notes for span in cell.spans)


def _footed(block: Block, sources: Mapping[str, str], book: Notebook) -> Block:
    if not isinstance(block, Table) or not is_bare(block):
        return block
    why = sources.get(block.key, "computed from the judgements and the record of the case")
    return replace(block, notes=(book.note(f"Numbers of this table that have no note of their own: {why}."),))
