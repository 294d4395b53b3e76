"""A brief as JSON: complete, with the same numbers of notes and sources that the printed forms show."""

from __future__ import annotations

import json
from typing import Any

from ceasefire.brief.document import Block, Document, Figure, Items, Paragraph, Section, Sentence, Table
from ceasefire.brief.numbering import Numbering, number, printable

SCHEMA = "ceasefire-brief/2"


def json_text(document: Document) -> str:
    """Write a document as JSON with sorted keys; texts as in the document, notes as the numbers of `notes`.

    Notes and sources that nothing uses are left out. The field ``schema`` changes whenever the layout does.
    """
    plain = _clean(_document(document, number(document)))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def _document(document: Document, numbers: Numbering) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "title": document.title,
        "subtitle": document.subtitle,
        "lead": [_spans(spans, numbers) for spans in document.lead],
        "sections": [_section(section, numbers) for section in document.sections],
        "notes": [
            {
                "number": k,
                "key": note.key,
                "text": note.text,
                "sources": [numbers.source_numbers[key] for key in note.sources],
                "entries": list(note.entries),
            }
            for k, note in enumerate(numbers.notes, start=1)
        ],
        "sources": [
            {
                "number": k,
                "key": source.key,
                "title": source.title,
                "publisher": source.publisher,
                "url": source.url,
                "date": source.date_text,
            }
            for k, source in enumerate(numbers.sources, start=1)
        ],
        "manifest": [{"name": name, "value": value} for name, value in document.manifest],
    }


def _section(section: Section, numbers: Numbering) -> dict[str, Any]:
    return {"key": section.key, "title": section.title, "blocks": [_block(block, numbers) for block in section.blocks]}


def _block(block: Block, numbers: Numbering) -> dict[str, Any]:
    match block:
        case Paragraph(spans):
            return {"type": "paragraph", "spans": _spans(spans, numbers)}
        case Items(items, summary, entries):
            listed = [_spans(spans, numbers) for spans in items]
            return {"type": "items", "summary": summary, "items": listed, "entries": list(entries)}
        case Table():
            return {
                "type": "table",
                "key": block.key,
                "number": numbers.table_numbers[block.key],
                "caption": block.caption,
                "notes": [numbers.note_numbers[key] for key in block.notes],
                "columns": [{"title": column.title, "kind": column.kind} for column in block.columns],
                "rows": [[_spans(cell.spans, numbers) for cell in row] for row in block.rows],
            }
        case Figure():
            return {
                "type": "figure",
                "key": block.key,
                "number": numbers.figure_numbers[block.key],
                "title": block.title,
                "alt": block.alt,
                "source": block.source,
                "twin": block.twin,
                "spec": block.spec,
            }


def _spans(spans: Sentence, numbers: Numbering) -> list[dict[str, Any]]:
    return [{"text": span.text, "notes": [numbers.note_numbers[key] for key in span.notes]} for span in spans]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value
