"""A brief as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ceasefire.brief.document import Document, Figure, Items, Paragraph, Sentence, Span, Table
from ceasefire.brief.numbering import Numbering, is_web, number, printable
from ceasefire.figures import render_svg

_MOST_BACKLINKS = 12


@dataclass(slots=True)
class _Uses:
    """Counts how often each note has been printed, so that every use has an address of its own."""

    numbers: Numbering
    counts: dict[int, int] = field(default_factory=dict)

    def of(self, spans: Sentence) -> list[tuple[str, list[tuple[int, str]]]]:
        """Give each span's text with the number and address of each of its notes."""
        return [(span.text, [self._use(key) for key in span.notes]) for span in spans]

    def backlinks(self, k: int) -> list[tuple[str, str]]:
        """Give the address and the name of the first uses of note `k`."""
        uses = self.counts[k]
        return [(_address(k, use), "↩" if uses == 1 else str(use)) for use in range(1, min(uses, _MOST_BACKLINKS) + 1)]

    def more(self, k: int) -> int:
        """Give the number of uses of note `k` that its back-links leave out."""
        return max(0, self.counts[k] - _MOST_BACKLINKS)

    def _use(self, key: str) -> tuple[int, str]:
        k = self.numbers.note_numbers[key]
        self.counts[k] = self.counts.get(k, 0) + 1
        return k, _address(k, self.counts[k])


def html_text(document: Document) -> str:
    """Write a document as a self-contained HTML page; figures are drawn inline."""
    import jinja2  # noqa: PLC0415 - slow to import
    from markupsafe import Markup  # noqa: PLC0415 - comes with it

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ceasefire.brief"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    numbers = number(document)
    uses = _Uses(numbers)
    kinds = {Paragraph: "paragraph", Items: "items", Table: "table", Figure: "figure"}
    return environment.get_template("brief.html.j2").render(
        document=document,
        numbers=numbers,
        spans=uses.of,
        foot=lambda table: (Span("", table.notes),),
        backlinks=uses.backlinks,
        more_uses=uses.more,
        kind=lambda block: kinds[type(block)],
        drawing=lambda figure: Markup(drawing(figure)),  # noqa: S704 - our own SVG, see render_svg
        is_web=is_web,
        url_parts=lambda url: list(_url_parts(url)),
    )


def drawing(figure: Figure) -> str:
    """Draw a figure as SVG that can stand inside a page or alone."""
    return render_svg(figure.spec, name=f"figure-{figure.key}", title=figure.title, alt=figure.alt)


def _address(k: int, use: int) -> str:
    return f"use-{k}-{use}"


def _url_parts(url: str) -> Iterator[str]:
    """Cut an address where a line may break."""
    start = 0
    for end, sign in enumerate(url, start=1):
        if sign in "/?&=-_." and end - start > 6:
            yield url[start:end]
            start = end
    yield url[start:]
