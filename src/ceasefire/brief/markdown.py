"""A brief as GitHub-flavoured Markdown: footnotes, tables, and figures as files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ceasefire.brief.document import Block, Column, Document, Figure, Items, Paragraph, Sentence, Span, Table
from ceasefire.brief.numbering import Numbering, is_web, number, printable

_MARKUP = re.compile(r"([\\`*\[\]|~$])")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLANK = re.compile(r"[ \t\r\n\x0b\x0c\x85\u2028\u2029]+")
_LINE_START = re.compile(r"^(\d{0,9})([.)](?=\s|$)|[-+](?=\s|-|$)|#{1,6}(?=\s|$)|=+\s*$)")
_RULES = {"text": ":---", "date": ":---", "number": "---:", "hindsight": ":---"}


def markdown_text(document: Document) -> str:
    """Write a document as Markdown; figures are linked as ``figures/<key>.svg``."""
    numbers = number(document)
    captions = _captions(document)
    parts = [f"# {escaped(document.title)}"]
    if document.subtitle:
        parts.append(f"**{escaped(document.subtitle)}**")
    if document.lead:
        parts.append("\n>\n".join(f"> {_line(_run(spans, numbers))}" for spans in document.lead))
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        parts.extend(part for block in section.blocks for part in _block(block, numbers, captions))
    if numbers.sources:
        parts.append("## Sources")
        parts.append("\n".join(_sources(numbers)))
    if document.manifest:
        parts.append("## How this brief was made")
        parts.append("\n".join(_manifest(document)))
    if numbers.notes:
        parts.append("## Notes")
        parts.append("\n".join(_notes(numbers)))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""Make text safe inside a line of Markdown, in a table cell too.

    Examples
    --------
    >>> print(escaped("a | b\n<script> *x* my_name _y_"))
    a \| b &lt;script&gt; \*x\* my_name \_y\_
    """
    line = _BLANK.sub(" ", printable(text))
    line = _UNDERSCORE.sub(r"\\_", _MARKUP.sub(r"\\\1", line))
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(text: str) -> str:
    r"""Keep a line of text from being read as a list, a heading or a rule.

    >>> print(_line("1. first"), _line("# not a title"), _line("3.5 days"))
    1\. first \# not a title 3.5 days
    """
    return _LINE_START.sub(lambda hit: f"{hit[1]}\\{hit[2]}", text.strip())


def _captions(document: Document) -> dict[str, str]:
    return {block.key: block.caption for section in document.sections for block in section.blocks if isinstance(block, Table)}


def _run(spans: Sentence, numbers: Numbering) -> str:
    pieces: list[str] = []
    for span in spans:
        text = escaped(span.text)
        if pieces and pieces[-1].endswith("]") and text.startswith(("(", ":")):
            text = f"\\{text}"
        pieces.extend((text, *(f"[^{numbers.note_numbers[key]}]" for key in span.notes)))
        pieces = [piece for piece in pieces if piece]
    return "".join(pieces).strip()


def _block(block: Block, numbers: Numbering, captions: dict[str, str]) -> Iterator[str]:
    match block:
        case Paragraph(spans):
            yield _line(_run(spans, numbers))
        case Items(items, summary):
            if summary:
                yield f"**{escaped(summary)}**"
            if items:
                yield "\n".join(f"- {_line(_run(spans, numbers))}" for spans in items)
        case Table():
            notes = _run((Span("", block.notes),), numbers)
            yield f"**Table {numbers.table_numbers[block.key]}. {escaped(block.caption)}**{notes}"
            yield "\n".join(_table(block, numbers))
        case Figure():
            yield f"**Figure {numbers.figure_numbers[block.key]}. {escaped(block.title)}**"
            yield f"![{escaped(block.alt)}](figures/{block.key}.svg)"
            twin = f"Numbers: table {numbers.table_numbers[block.twin]}, {escaped(captions[block.twin])}."
            yield f"Source: {escaped(block.source.rstrip('.'))}. {twin}" if block.source else twin


def _table(table: Table, numbers: Numbering) -> Iterator[str]:
    yield _row(_title(column) for column in table.columns)
    yield _row(_RULES[column.kind] for column in table.columns)
    for row in table.rows:
        yield _row("—" if cell.is_empty else _run(cell.spans, numbers) for cell in row)


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _title(column: Column) -> str:
    return escaped(column.title) + (" (hindsight)" if column.kind == "hindsight" else "")


def _notes(numbers: Numbering) -> Iterator[str]:
    for k, note in enumerate(numbers.notes, start=1):
        listed = ", ".join(str(numbers.source_numbers[key]) for key in note.sources)
        label = "Source" if len(note.sources) == 1 else "Sources"
        counted = f": {escaped('; '.join(note.entries))}." if note.entries else ""
        yield f"[^{k}]: {_line(escaped(note.text))}{counted}" + (f" {label}: {listed}." if listed else "")


def _sources(numbers: Numbering) -> Iterator[str]:
    for k, source in enumerate(numbers.sources, start=1):
        title = escaped(source.title)
        linked = f"[{title}](<{source.url}>)" if is_web(source.url) else title
        rest = [source.publisher, source.date_text, "" if is_web(source.url) else source.url]
        yield f"{k}. {', '.join([linked, *(escaped(text) for text in rest if text)])}"


def _manifest(document: Document) -> Iterator[str]:
    yield "| Name | Value |"
    yield "| :--- | :--- |"
    for name, value in document.manifest:
        yield f"| {escaped(name)} | {escaped(value)} |"
