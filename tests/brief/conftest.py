"""A small made-up document with every kind of block."""

import pytest

from ceasefire.brief import Cell, Column, Document, Figure, Items, Note, Paragraph, Section, SourceLine, Span, Table
from ceasefire.figures import MarginRow, margins

HOSTILE = "<script>alert('x')</script> | \"quoted\"\nnew line & [link](javascript:alert(1)) `code` *star* \x00"


def row(*texts, notes=()):
    return tuple(Cell((Span(text, notes),)) for text in texts)


def sample(text="Red stays", url="https://example.org/a?b=1&c=2"):
    table = Table(
        "margins",
        f"Margins: {text}",
        (Column("Party"), Column("Margin", "number"), Column("Seen on", "date"), Column("What happened", "hindsight")),
        (row("Red", "2.5", "2020-10-10", text, notes=("count",)), (*row("Blue", "−1.25", "2020-10-11", notes=("judged",)), Cell())),
    )
    figure = Figure(
        "margins",
        f"Finding: {text}",
        f"Bars: {text}",
        margins([MarginRow(text, 2.5), MarginRow("Blue", -1.25)]),
        "margins",
        "record",
    )
    other = Figure("again", "The same again", "Bars.", margins([MarginRow("Red", 1.0)]), "margins", "")
    return Document(
        title=f"A war: {text}",
        subtitle="As of 20 October 2020",
        lead=((Span("It costs "), Span("4.2", ("judged", "count")), Span(" (points).")), (Span(text),)),
        sections=(
            Section(
                "record",
                text,
                (
                    Paragraph((Span("1. They spoke "), Span("171", ("count",)), Span(f" times. {text}"))),
                    Items(((Span("# one "), Span("17", ("count",))), (Span(text),))),
                    Items(((Span("entry "), Span("99", ("late",))),), summary=f"Evidence: {text}"),
                    figure,
                    table,
                    other,
                ),
            ),
        ),
        notes=(
            Note("unused", "Nobody refers to this.", ("hidden",)),
            Note("late", "Learnt later."),
            Note("count", f"Counted: {text}", ("list", "archive")),
            Note("judged", "Judged: 8 points, illustrative.", ("list",)),
        ),
        sources=(
            SourceLine("hidden", "Unused source", "Nobody", "", ""),
            SourceLine("archive", text, "Archive", "javascript:alert(1)", "1999"),
            SourceLine("list", "The list", f"Ministry {text}", url, "2 December 2020"),
        ),
        manifest=(("version", "0.1.0"), ("case", text)),
    )


@pytest.fixture
def make():
    return sample


@pytest.fixture
def hostile():
    return HOSTILE
