"""Section on leverage: what each lever costs its target and its owner."""

from __future__ import annotations

from collections import Counter

from ceasefire.brief.answers import Answers
from ceasefire.brief.document import Cell, Column, Figure, Paragraph, Section, Span, Table
from ceasefire.brief.notebook import Notebook, figure, spread
from ceasefire.brief.sheets import sheet_blocks
from ceasefire.figures import LeverRow, leverage_scatter
from ceasefire.figures.leverage import RatioRow, leverage_matrix
from ceasefire.leverage import LeverageRow


def leverage_section(answers: Answers, book: Notebook) -> Section:
    """Show who can hurt or help whom, at what cost, how soon, and who else is hurt."""
    table = answers.leverage
    if not table.rows:
        return Section("leverage", "Leverage", (Paragraph((Span("The case names no levers."),)),))
    marked = sum(row.is_illustrative for row in table.rows)
    intro = (
        f"Numbers are in {table.unit}. Losses of a target and costs of an owner are each on their bearer's own scale, with the "
        f"range from the case. Cost is not compliance: a strong lever may still fail. {marked} of {len(table.rows)} rows rest on a "
        f"number that nobody measured (illustrative). A lever that needs more than {table.horizon_days} days comes too late."
    )
    threats = [row for row in table.rows if row.type == "threat" and row.effect.value < 0]
    targets = Counter(row.lever for row in threats)
    columns = (
        Column("Lever"),
        Column("Owner"),
        Column("On"),
        Column("Effect on target", "number"),
        Column("Cost to owner", "number"),
        Column("Effect per unit of cost", "number"),
        Column("Bites after days", "number"),
        Column("Numbers"),
        Column("Who else is hurt"),
    )
    return Section(
        "leverage",
        "Leverage: what pressure costs whom",
        (
            Paragraph((Span(intro),)),
            Figure(
                "fig-leverage",
                "Threats: loss of the target against cost to the owner",
                "One point per threat and target with its ranges; on the diagonal both lose alike",
                leverage_scatter([_point(row, book, alone=targets[row.lever] == 1) for row in threats], book.unit),
                "tab-leverage",
                "the case's judgements, see the table",
            ),
            Table("tab-leverage", "Levers", columns, tuple(_row(row, book) for row in table.rows)),
            *(() if answers.sheets else _without_sheets(answers, threats, book)),
            *(sheet_blocks(answers.sheets, answers.tensions, answers.case, book) if answers.sheets else ()),
        ),
    )


def _without_sheets(answers: Answers, threats: list[LeverageRow], book: Notebook) -> tuple[Paragraph | Figure, ...]:
    case = answers.case
    if not case.sheets:
        return _matrix(threats, book)
    told = f"The sheets of figures were filled on {case.judged}, after {case.as_of}, and are not used."
    return (*_matrix(threats, book), Paragraph((Span(told),)))


def _matrix(threats: list[LeverageRow], book: Notebook) -> tuple[Figure, ...]:
    """Show who can hurt whom by the case's own numbers, where it has no sheets of figures."""
    if not threats:
        return ()
    rows = [
        RatioRow(
            book.name(row.owner),
            book.name(row.target),
            *((row.ratio.value, row.ratio.low, row.ratio.high) if row.ratio else (None,)),
        )
        for row in threats
    ]
    return (
        Figure(
            "fig-matrix",
            "Who can hurt whom: effect on the target for each unit of cost to the owner",
            "Owners down, targets across; darker cells hurt the target more for each unit that the owner pays",
            leverage_matrix(rows),
            "tab-leverage",
            "the case's judgements, see the table",
        ),
    )


def _point(row: LeverageRow, book: Notebook, *, alone: bool) -> LeverRow:
    return LeverRow(
        row.lever if alone else f"{row.lever} on {book.name(row.target)}",
        book.name(row.owner),
        row.cost.value,
        row.cost.low,
        row.cost.high,
        -row.effect.value,
        -row.effect.high,
        -row.effect.low,
        row.is_too_late,
    )


def _row(row: LeverageRow, book: Notebook) -> tuple[Cell, ...]:
    effect = spread(row.effect.low, row.effect.value, row.effect.high)
    cost = spread(row.cost.low, row.cost.value, row.cost.high)
    late = f"{row.delay_days} (too late)" if row.is_too_late else str(row.delay_days)
    ratio = (Span(spread(round(row.ratio.low, 1), round(row.ratio.value, 1), round(row.ratio.high, 1))),) if row.ratio else ()
    lasts = "as long as wanted" if row.lasts_days is None else f"{row.lasts_days} days"
    timing = book.note(f"{row.lever}: bites after {row.delay_days} days, lasts {lasts}", row.sources)
    return (
        Cell((Span(f"{row.text} ({row.type}, {row.lever})"),)),
        Cell((Span(book.name(row.owner)),)),
        Cell((Span(book.name(row.target)),)),
        Cell((book.judged(effect, row.judged, f"{row.lever}, effect on {book.name(row.target)}"),)),
        Cell((book.number(cost, f"{row.lever}: fixed part {figure(row.fixed)} and carrying out {figure(row.exec)}", row.sources),)),
        Cell(ratio),
        Cell((Span(late, (timing,)),)),
        Cell((Span("illustrative" if row.is_illustrative else "sourced"),)),
        Cell((Span(row.harm),) if row.harm else ()),
    )
