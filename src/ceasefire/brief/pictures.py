"""Figures of the record, each with its table: words above deeds by day, words beside deeds by month, before and after truces."""

from __future__ import annotations

from collections.abc import Sequence

from ceasefire.brief.answers import Answers
from ceasefire.brief.document import Block, Cell, Column, Figure, Span, Table
from ceasefire.brief.ledger import act_rows, before_after_rows, heat_rows, truce_marks
from ceasefire.brief.notebook import Notebook, figure
from ceasefire.figures import ActRow, before_and_after_truces, timeline, words_above_deeds, words_and_deeds_heat

ACTS = {"word": "word", "diplomatic": "diplomatic act", "deed": "material deed"}


def by_day(answers: Answers, book: Notebook) -> tuple[Block, ...]:
    """Show entries by day: all together with the truces, then actor by actor."""
    measures = answers.measures
    rows = act_rows(measures, name=book.name)
    covered = f"the record of the case, {len(measures.classified)} entries up to {measures.as_of}"
    marks = truce_marks(measures.truces)
    return (
        Figure(
            "fig-above",
            "Words and diplomatic acts above, material deeds below, by day",
            f"Bars of entries by day{', truces as dashed rules' if marks else ''}",
            words_above_deeds(rows, marks),
            "tab-days",
            covered,
        ),
        Figure(
            "fig-days",
            "Words, diplomatic acts and material deeds by day and actor",
            "One mark per actor, day and class of act, larger where there are more",
            timeline(rows),
            "tab-days",
            covered,
        ),
        _days_table(rows),
    )


def by_month(answers: Answers, book: Notebook) -> tuple[Block, ...]:
    """Show words beside deeds by pair and month; nothing where the record has no pair."""
    measures = answers.measures
    rows = heat_rows(measures, name=book.name)
    if not rows:
        return ()
    pairs = len({row.pair for row in rows})
    cells = tuple(_cells(row.pair, f"{row.month:%Y-%m}", _count(row.words), _count(row.deeds)) for row in rows)
    columns = (Column("Pair"), Column("Month", "date"), Column("Words", "number"), Column("Material deeds", "number"))
    return (
        Figure(
            "fig-heat",
            "Words beside material deeds, by pair and month",
            "Two tables with one row for each pair; a darker cell holds more entries",
            words_and_deeds_heat(rows),
            "tab-heat",
            f"the record of the case, its {pairs} busiest pairs from {measures.since} to {measures.as_of}",
        ),
        Table("tab-heat", "Words and material deeds by pair and month", columns, cells, folded=True),
    )


def before_and_after(answers: Answers) -> tuple[Block, ...]:
    """Show deaths a day before and after each truce; nothing before the first truce with a count on both sides."""
    truces = answers.measures.truces
    rows = before_after_rows(truces)
    if not any(row.before is not None and row.after is not None for row in rows):
        return ()
    cells = tuple(
        _cells(
            row.truce,
            str(row.days),
            _rate(row.before),
            _rate(row.after),
            "not computed"
            if row.ratio is None or row.ratio_low is None or row.ratio_high is None
            else f"{row.ratio:.2f} ({row.ratio_low:.2f} to {row.ratio_high:.2f})",
        )
        for row in rows
    )
    columns = (
        Column("Truce"),
        Column("Days on each side", "number"),
        Column("Deaths a day before", "number"),
        Column("After", "number"),
        Column("After over before, with 95 % interval", "number"),
    )
    return (
        Figure(
            "fig-truces",
            "Deaths a day before and after each truce",
            "One line per truce and window, from the hollow mark before to the filled mark after",
            before_and_after_truces(rows),
            "tab-windows",
            f"series {truces[0].series} of the case; the day of the truce is left out",
        ),
        Table("tab-windows", "Deaths a day before and after each truce", columns, cells, folded=True),
    )


def _days_table(rows: Sequence[ActRow]) -> Table:
    ordered = sorted(rows, key=lambda row: (row.day, row.actor, row.act))
    cells = tuple(_cells(row.day.isoformat(), row.actor, ACTS[row.act], str(row.count)) for row in ordered)
    columns = (Column("Day", "date"), Column("Actor"), Column("Class"), Column("Entries", "number"))
    return Table("tab-days", "Entries by day, actor and class", columns, cells, folded=True)


def _cells(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell((Span(text),)) for text in texts)


def _count(value: int | None) -> str:
    return "not covered" if value is None else str(value)


def _rate(value: float | None) -> str:
    return "not computed" if value is None else figure(round(value, 1))
