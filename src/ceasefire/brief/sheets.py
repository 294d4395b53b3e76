"""Part of the leverage section on the case's sheets of sourced figures: losses in money beside the judgements in points."""

from __future__ import annotations

from collections.abc import Iterator

from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Sentence, Span, Table
from ceasefire.brief.notebook import Notebook, spread
from ceasefire.figures.leverage import RatioRow, leverage_matrix
from ceasefire.leverage import Range
from ceasefire.leverage.assessment import Assessment
from ceasefire.leverage.book import Book
from ceasefire.leverage.sheet import Loss, weakest
from ceasefire.leverage.tension import Tension


def sheet_blocks(found: Book, strained: tuple[Tension, ...], book: Notebook) -> Iterator[Block]:
    """Show what sheets of figures say about measures, and ties of support for an adversary's ally."""
    if found.assessments:
        counts = dict.fromkeys(("measured", "derived", "unverified", "illustrative"), 0)
        for one in found.assessments:
            for _, cell in one.sheet.cells:
                counts[cell.status] += 1
        told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        intro = (
            f"{len(found.assessments)} measures have a sheet of figures: {told} cells. Losses follow from the cells by the "
            "stated formulas, low and high from their ranges. Cost is not compliance: a costly measure is no sign of success."
        )
        yield Paragraph((Span(intro),))
        yield Figure(
            "fig-matrix",
            "Who can hurt whom: loss of the target for each dollar that the sender loses",
            "Senders down, targets across; darker cells hurt the target more for each dollar of the sender",
            leverage_matrix([_ratio(one, book) for one in found.assessments]),
            "tab-sheets",
            "the sheets of the case",
        )
        yield _table(found, book)
    if strained:
        yield Paragraph(
            (Span("Ties of support with an adversary or an adversary's ally; who opposes whom is inferred from alliances:"),)
        )
        yield Items(tuple(_strained(one, book) for one in strained))


def _ratio(one: Assessment, book: Notebook) -> RatioRow:
    sender, target = book.name(one.sheet.sender), book.name(one.sheet.target)
    ends = (one.ratio.value, one.ratio.low, one.ratio.high) if one.ratio else (None, None, None)
    return RatioRow(sender, target, *ends)


def _table(found: Book, book: Notebook) -> Table:
    columns = (
        Column("Measure"),
        Column("Target loses, bn USD a year", "number"),
        Column("Sender loses, bn USD a year", "number"),
        Column("Ratio", "number"),
        Column("Days to bite", "number"),
        Column("Past threats of such marks that worked"),
        Column("Weakest cell"),
    )
    rows = []
    for one in found.assessments:
        sheet = one.sheet
        who = f"{book.name(sheet.sender)} on {book.name(sheet.target)} ({sheet.kind}, {sheet.period})"
        cells = "; ".join(
            f"{name} {_shown(cell.range)} {cell.unit} ({cell.status})" for name, cell in sheet.cells if cell.range is not None
        )
        odds = one.odds
        worked = (
            f"{odds.chance:.0%} ({odds.band.low:.0%} to {odds.band.high:.0%}), n {odds.n}, {odds.period}"
            if odds
            else "no marks given"
        )
        rows.append(
            (
                Cell((Span(f"{sheet.text}, ", (book.note(f"{who}: {cells}", _sources(one)),)), Span(who))),
                Cell((_loss(one.target_loss, f"{who}, target", book),)),
                Cell((_loss(one.sender_loss, f"{who}, sender", book),)),
                Cell((Span(_shown(one.ratio)),)),
                Cell((Span(_shown(one.days_to_bite)),)),
                Cell((Span(worked),)),
                Cell((Span(weakest(cell.status for _, cell in sheet.cells)),)),
            )
        )
    return Table("tab-sheets", "What measures cost, from sheets of figures", columns, tuple(rows))


def _sources(one: Assessment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for _, cell in one.sheet.cells for source in cell.sources))


def _loss(loss: Loss, what: str, book: Notebook) -> Span:
    if loss.year is None:
        return Span(f"not known: {', '.join(loss.missing)}")
    percent = f", {_shown(loss.gdp_percent)} % of GDP" if loss.gdp_percent else ""
    return book.number(_shown(loss.year), f"{what}: {_shown(loss.year)} billion USD a year{percent} ({loss.status})", loss.sources)


def _shown(value: Range | None) -> str:
    """Print a range with three significant digits."""
    return "not known" if value is None else spread(*(float(f"{end:.3g}") for end in (value.low, value.value, value.high)))


def _strained(one: Tension, book: Notebook) -> Sentence:
    words = f"{book.name(one.party)}: {one.type} with {book.name(one.friend)}, against {book.name(one.adversary)} ({one.why}). "
    return (Span(words), Span(one.text, (book.note(f"{one.party} and {one.friend}: {one.type}", one.sources),)))
