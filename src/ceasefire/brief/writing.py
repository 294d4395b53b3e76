"""Put a document into files: every format from the same numbers, every file whole or absent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ceasefire.brief.document import Document, Figure, blocks
from ceasefire.brief.html import drawing, html_text
from ceasefire.brief.json import json_text
from ceasefire.brief.markdown import markdown_text
from ceasefire.store import write_text

FORMATS = ("html", "md", "json")


def write(document: Document, folder: Path, formats: Sequence[str] = FORMATS) -> tuple[Path, ...]:
    """Write ``brief.html``, ``brief.md`` with ``figures/<key>.svg``, and ``brief.json`` into a folder.

    Parameters
    ----------
    document : Document
    folder : Path
        Made when it is missing.
    formats : sequence of {"html", "md", "json"}

    Returns
    -------
    tuple of Path
        The files written, in the order of `formats`; the same document gives the same bytes.

    Raises
    ------
    ValueError
        For a format that does not exist.
    OutputError
        If the folder or a file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from ceasefire.brief.document import Span
    >>> with TemporaryDirectory() as folder:
    ...     page = Document("War", "", ((Span("It ends."),),), (), (), (), ())
    ...     [path.name for path in write(page, Path(folder), ("md", "json"))]
    ['brief.md', 'brief.json']
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ValueError(f"unknown format {unknown[0]!r}; expected one of {', '.join(FORMATS)}")
    planned = [file for name in dict.fromkeys(formats) for file in _files(document, name)]
    for name, text in planned:
        write_text(folder / name, text)
    return tuple(folder / name for name, _ in planned)


def _files(document: Document, name: str) -> Iterator[tuple[str, str]]:
    if name == "html":
        yield "brief.html", html_text(document)
    elif name == "json":
        yield "brief.json", json_text(document)
    else:
        yield "brief.md", markdown_text(document)
        for figure in (block for block in blocks(document) if isinstance(block, Figure)):
            yield f"figures/{figure.key}.svg", drawing(figure) + "\n"
