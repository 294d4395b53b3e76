"""Part of the leverage section on the case's sheets of sourced figures: losses in money beside the judgements in points."""

from __future__ import annotations

from collections.abc import Iterator

from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Sentence, Span, Table
from ceasefire.brief.instruments import instrument_blocks, measure, verdict
from ceasefire.brief.notebook import Notebook, counted, ranged
from ceasefire.case.model import Case
from ceasefire.figures import LeverRow
from ceasefire.figures.leverage import CostRow, RatioRow, cost_bars, leverage_matrix, sender_target_scatter
from ceasefire.leverage.assessment import Assessment
from ceasefire.leverage.book import Book
from ceasefire.leverage.formulas import KINDS
from ceasefire.leverage.odds import Odds
from ceasefire.leverage.sheet import Loss, weakest
from ceasefire.leverage.tension import Tension


def sheet_blocks(found: Book, strained: tuple[Tension, ...], case: Case, book: Notebook) -> Iterator[Block]:
    """Show what sheets of figures say about measures, and ties of support that run against an alliance or an enmity."""
    if found.assessments:
        yield Paragraph((Span(_intro(found)),))
        yield from _figures(found, book)
        yield _table(found, book)
        yield Paragraph((Span("Not counted in these losses, by kind of measure: "),))
        yield Items(
            tuple((Span(f"{name}: {KINDS[name].left_out}."),) for name in sorted({one.sheet.kind for one in found.assessments}))
        )
        yield from instrument_blocks(found, case, book)
    if strained:
        yield Paragraph(
            (Span("Ties in tension: who supports its adversary, the ally of its adversary, or the adversary of its ally. "),)
        )
        yield Items(tuple(_strained(one, book) for one in strained))


def _intro(found: Book) -> str:
    counts = dict.fromkeys(("measured", "derived", "unverified", "illustrative"), 0)
    for one in found.assessments:
        for _, cell in one.sheet.cells:
            counts[cell.status] += 1
    measures = counted(len(found.assessments), "measure has a sheet", "measures have a sheet")
    cells = "cell" if sum(counts.values()) == 1 else "cells"
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return (
        f"{measures} of figures: {told} {cells}. Losses follow from the cells by the stated "
        "formulas, low and high from their ranges; a loss is as good as its weakest cell. Cost is not compliance: a costly measure "
        "is no sign that the target gives in."
    )


def _figures(found: Book, book: Notebook) -> Iterator[Block]:
    """Draw what is known; a figure of which nothing is known is left out."""
    source = "the sheets of the case, billion USD a year"
    if any(one.ratio for one in found.assessments):
        yield Figure(
            "fig-matrix",
            "Who can hurt whom: loss of the target for each dollar that the sender loses",
            "Senders down, targets across; darker cells hurt the target more for each dollar of the sender",
            leverage_matrix([_ratio(one, book) for one in found.assessments]),
            "tab-sheets",
            source,
        )
    if any(one.target_loss.year or one.sender_loss.year for one in found.assessments):
        yield Figure(
            "fig-costs",
            f"What measures cost{_which_is_more(found)}",
            "Two bars for each measure, the target's and the sender's loss, with a line from the low to the high end",
            cost_bars([row for one in found.assessments for row in _bars(one)], "billion USD a year"),
            "tab-sheets",
            source,
        )
    placed = [row for one in found.assessments if (row := _placed(one, book)) is not None]
    if placed:
        yield Figure(
            "fig-scatter",
            "Loss of the target against loss of the sender, in money",
            f"One point for each of {counted(len(placed), 'measure')} with its ranges; on the diagonal both lose alike. Measures "
            "by which a side may lose nothing have no place on this scale and stand in the table alone",
            sender_target_scatter(placed, "billion USD a year"),
            "tab-sheets",
            source,
        )


def _which_is_more(found: Book) -> str:
    both = [(one.target_loss.year, one.sender_loss.year) for one in found.assessments]
    known = [(target.value, sender.value) for target, sender in both if target and sender]
    more = sum(target > sender for target, sender in known)
    return f": in {more} of {len(known)} the target loses more than the sender, at the central values" if known else ""


def _bars(one: Assessment) -> tuple[CostRow, ...]:
    sides = (("target", one.target_loss), ("sender", one.sender_loss))
    return tuple(
        CostRow(one.sheet.key, side, loss.year.value, loss.year.low, loss.year.high, loss.status)
        if loss.year is not None
        else CostRow(one.sheet.key, side, None)
        for side, loss in sides
    )


def _placed(one: Assessment, book: Notebook) -> LeverRow | None:
    target, sender = one.target_loss.year, one.sender_loss.year
    if target is None or sender is None or min(target.low, sender.low) <= 0:
        return None
    name = book.name(one.sheet.sender)
    return LeverRow(one.sheet.key, name, sender.value, sender.low, sender.high, target.value, target.low, target.high)


def _ratio(one: Assessment, book: Notebook) -> RatioRow:
    sender, target = book.name(one.sheet.sender), book.name(one.sheet.target)
    ends = (one.ratio.value, one.ratio.low, one.ratio.high) if one.ratio else (None, None, None)
    return RatioRow(sender, target, *ends)


def _table(found: Book, book: Notebook) -> Table:
    columns = (
        Column("Measure"),
        Column("At risk, bn USD a year", "number"),
        Column("Target loses, bn USD a year", "number"),
        Column("Sender loses, bn USD a year", "number"),
        Column("Ratio", "number"),
        Column("Lambda*", "number"),
        Column("At the stated thresholds"),
        Column("Past threats of such marks that worked"),
        Column("Weakest cell"),
    )
    return Table(
        "tab-sheets", "What measures cost, from sheets of figures", columns, tuple(_row(one, book) for one in found.assessments)
    )


def _row(one: Assessment, book: Notebook) -> tuple[Cell, ...]:
    who = measure(one, book)
    return (
        Cell((Span(f"{who}, {one.sheet.key}"),)),
        Cell((_at_risk(one, book),)),
        Cell((_loss(one.target_loss, f"{who}, target", _year_of_gdp(one, one.sheet.target), book),)),
        Cell((_loss(one.sender_loss, f"{who}, sender", _year_of_gdp(one, one.sheet.sender), book),)),
        Cell((Span(ranged(one.ratio) if one.ratio else "none, the sender may lose nothing or is not known"),)),
        Cell((Span(ranged(one.lambda_star) if one.lambda_star else "none, the target may lose nothing or is not known"),)),
        Cell((verdict(one, book),)),
        Cell((Span(_worked(one.odds)),)),
        Cell((Span(weakest(cell.status for _, cell in one.sheet.cells)),)),
    )


def _worked(odds: Odds | None) -> str:
    """Write how often past threats of the same marks worked, beside all of them."""
    if odds is None:
        return "no marks given"
    held = ", held inside 15 to 65 %" if odds.is_bounded else ""
    every = odds.rates[0]
    base = f"base {every.rate.value:.0%} ({every.rate.low:.0%} to {every.rate.high:.0%}) of all {every.n:,}"
    return f"{odds.chance:.0%} ({odds.band.low:.0%} to {odds.band.high:.0%}){held}, n {odds.n:,}, {odds.period}; {base}"


def _at_risk(one: Assessment, book: Notebook) -> Span:
    flow = one.sheet.flow()
    if flow is None:
        return Span("no flow")
    parts = "; ".join(
        f"{ranged(share)} % of the GDP of {book.name(who)}{_year_of_gdp(one, who)}" for who, share in flow.gdp_percent
    )
    sector = "" if flow.sector_percent is None else f"; {ranged(flow.sector_percent)} % of the sector or of imports of this kind"
    text = f"{one.sheet.key}: what flows in a year before anybody adapts, {flow.period} ({flow.status}): {parts}{sector}"
    cited = dict.fromkeys(source for _, cell in one.sheet.cells if cell.status != "illustrative" for source in cell.sources)
    return book.number(ranged(flow.money), text, cited)


def _year_of_gdp(one: Assessment, who: str) -> str:
    period = one.sheet.gdp_period(who)
    return f" in {period}" if period else ""


def _loss(loss: Loss, what: str, of_year: str, book: Notebook) -> Span:
    if loss.year is None:
        return Span(f"not known: {', '.join(loss.missing)}")
    percent = f", {ranged(loss.gdp_percent)} % of GDP{of_year}" if loss.gdp_percent else ", GDP not known"
    month = f"{ranged(loss.month)} in a month in which it bites in full"
    return book.number(
        ranged(loss.year), f"{what}: {ranged(loss.year)} billion USD a year, {month}{percent} ({loss.status})", loss.sources
    )


def _strained(one: Tension, book: Notebook) -> Sentence:
    through = "" if one.through == one.friend else f" {book.name(one.through)}"
    words = f"{book.name(one.party)} has a tie of {one.type} with {book.name(one.friend)}, {one.relation}{through}. "
    return (Span(f"{words}{one.why}. "), Span(one.text, (book.note(f"{one.party} and {one.friend}: {one.type}", one.sources),)))
