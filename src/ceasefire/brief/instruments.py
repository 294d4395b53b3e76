"""Tables of the leverage section on single measures: who pays, how soon, who could offset it, what joining adds, every cell."""

from __future__ import annotations

from collections.abc import Iterator

from ceasefire.brief.document import Block, Cell, Column, Figure, Paragraph, Span, Table
from ceasefire.brief.notebook import Notebook, listing, ranged
from ceasefire.case.model import Case
from ceasefire.figures.leverage import SectorLine, sector_table
from ceasefire.leverage.assessment import Assessment, PayerLoss, vary, who_pays
from ceasefire.leverage.book import Book, beside
from ceasefire.leverage.joining import Joint, what_joining_adds
from ceasefire.leverage.ranges import Range

_UNIT = "bn USD a year"


def instrument_blocks(found: Book, case: Case, book: Notebook) -> Iterator[Block]:
    """Show who inside pays, timing and substitutes of each measure, what a further sender adds, and every figure used."""
    yield from _payers(found, book)
    yield _instruments(found, book)
    for joint in what_joining_adds(found.assessments):
        yield from _senders(joint, book)
    if found.links:
        yield from _beside(found, case, book)
    yield _cells(found, book)


def measure(one: Assessment, book: Notebook) -> str:
    """Name a measure by what is done, who does it to whom, and the year of its figures."""
    sheet = one.sheet
    return f"{sheet.text}, {book.name(sheet.sender)} on {book.name(sheet.target)} ({sheet.period})"


def verdict(one: Assessment, book: Notebook) -> Span:
    """Say whether a threat is strong and credible at the thresholds that its sheet states, with what varying them does."""
    if not one.thresholds.stated:
        return Span("no thresholds stated")
    told = [
        f"{', '.join(f'{name} {limit:.3g}' for name, limit in judged.thresholds.stated)}: strong {judged.strong}, "
        f"credible {judged.credible}"
        for judged in vary(one, one.thresholds)
    ]
    central = vary(one, one.thresholds, (1.0,))[0]
    why = f"Thresholds in billion USD a year, halved, as stated and doubled. {'; '.join(told)}. {one.thresholds.why}"
    return book.number(f"strong: {central.strong}; credible: {central.credible}", why.strip())


def _payers(found: Book, book: Notebook) -> Iterator[Block]:
    paid = [(one, payer) for one in found.assessments for payer in who_pays(one)]
    if not paid:
        return
    known = [(one, payer) for one, payer in paid if payer.loss is not None]
    lines = [_line(one, payer, book) for one, payer in known]
    weighed = [(payer.percent_of_sales.value, payer) for _, payer in paid if payer.percent_of_sales is not None]
    title = "Who inside pays"
    if weighed:
        most, payer = max(weighed, key=lambda pair: pair[0])
        title = f"Who inside pays: {payer.payer.who} ({book.name(payer.payer.party)}) the most for what it sells, {most:.0f} %"
    yield Figure(
        "fig-sectors",
        title,
        "One bar per sector and measure: its part of the loss, and that part in per cent of what the sector sells in a year",
        sector_table(lines, _UNIT),
        "tab-sectors",
        "the sheets of the case, billion USD a year",
    )
    columns = (
        Column("Who pays"),
        Column("In"),
        Column("Measure"),
        Column(f"Loss, {_UNIT}", "number"),
        Column("Per cent of its sales", "number"),
        Column("Numbers"),
    )
    yield Table("tab-sectors", "Who inside pays", columns, tuple(_payer(one, payer, book) for one, payer in paid))


def _line(one: Assessment, paid: PayerLoss, book: Notebook) -> SectorLine:
    loss = paid.loss or Range(0.0, 0.0, 0.0)
    part = None if paid.percent_of_sales is None else -paid.percent_of_sales.value
    label = f"{paid.payer.who} ({paid.payer.party}), {one.sheet.key}"
    return SectorLine(label, loss.value, loss.low, loss.high, (("of its sales", part),))


def _payer(one: Assessment, paid: PayerLoss, book: Notebook) -> tuple[Cell, ...]:
    payer = paid.payer
    cited = tuple(dict.fromkeys((*payer.share.sources, *payer.sales.sources)))
    whole = one.target_loss if payer.party == one.sheet.target else one.sender_loss
    why = (
        f"{payer.who}: share {ranged(payer.share.range)} ({payer.share.status}) of the loss of {book.name(payer.party)}. "
        f"{payer.share.note} {payer.sales.note}"
    )
    loss = book.number(ranged(paid.loss), why.strip(), dict.fromkeys((*cited, *whole.sources)))
    return (
        Cell((Span(payer.who),)),
        Cell((Span(book.name(payer.party)),)),
        Cell((Span(measure(one, book)),)),
        Cell((loss,)),
        Cell((Span(ranged(paid.percent_of_sales)),)),
        Cell((Span(paid.status),)),
    )


def _instruments(found: Book, book: Notebook) -> Table:
    columns = (
        Column("Measure"),
        Column("Meant to bring about"),
        Column("Days to bite", "number"),
        Column("Days to undo", "number"),
        Column("What can be undone"),
        Column("Who could offset it"),
        Column(f"Left to the target then, {_UNIT}", "number"),
        Column("Used before"),
    )
    rows = tuple(
        (
            Cell((Span(measure(one, book)),)),
            Cell((Span(one.demand),)),
            Cell((Span(ranged(one.days_to_bite)),)),
            Cell((Span(ranged(one.days_to_undo)),)),
            Cell((Span(one.reversible),)),
            Cell(tuple(_offsets(one, book))),
            Cell((book.number(ranged(one.offset_loss), f"{one.sheet.key}: after all substitutes", one.target_loss.sources),)),
            Cell(tuple(_precedents(one, book))),
        )
        for one in found.assessments
    )
    return Table("tab-instruments", "How soon, how lasting, who could offset it, what was done before", columns, rows, folded=True)


def _offsets(one: Assessment, book: Notebook) -> Iterator[Span]:
    if not one.substitutes:
        yield Span("nobody named")
    for number, other in enumerate(one.substitutes):
        part, cost = ranged(other.covers.range), ranged(other.cost.range)
        words = f"{'; ' if number else ''}{other.who}: {part} of the loss, at {cost} {_UNIT} to itself"
        why = f"{one.sheet.key}, {other.who} ({other.covers.status}). {other.covers.note} {other.cost.note}".strip()
        yield Span(words, (book.note(why, (*other.covers.sources, *other.cost.sources)),))


def _precedents(one: Assessment, book: Notebook) -> Iterator[Span]:
    if not one.precedents:
        yield Span("no use on record")
    for number, before in enumerate(one.precedents):
        days = "" if before.days is None else f" ({before.days} days)"
        note = book.note(f"{one.sheet.key}: an earlier use", before.sources)
        yield Span(f"{'; ' if number else ''}{before.text}{days}", (note,))


def _senders(joint: Joint, book: Notebook) -> Iterator[Block]:
    target = book.name(joint.target)
    key = f"tab-senders-{joint.target.lower()}"
    more = [book.name(added.sender) for added in joint.added if added.is_convex]
    rest = (
        f"{listing(more)} would each add more as the last than as the first: who joins no longer replaces what the others withhold."
        if more
        else "None of them replaces what another withholds, so each adds the same whoever else acts."
    )
    yield Paragraph(
        (
            Span(f"Together the senders with sheets on {target} would leave it losing "),
            book.number(ranged(joint.together), f"{_UNIT}; the sum apart is {joint.apart:.3g}. Illustrative where a sheet is"),
            Span(f" {_UNIT}. {rest}"),
        )
    )
    columns = (Column("Sender"), Column(f"Adds as the first, {_UNIT}", "number"), Column("Adds as the last", "number"))
    rows = tuple(
        (Cell((Span(book.name(one.sender)),)), Cell((Span(ranged(one.first)),)), Cell((Span(ranged(one.last)),)))
        for one in joint.added
    )
    yield Table(key, f"What each sender adds to the loss of {target}", columns, rows, folded=True)


def _beside(found: Book, case: Case, book: Notebook) -> Iterator[Block]:
    columns = (
        Column("Lever"),
        Column("On"),
        Column("Effect in the case", "number"),
        Column("Effect by its sheets", "number"),
        Column("Cost in the case", "number"),
        Column("Cost by its sheets", "number"),
        Column("Days to bite in the case", "number"),
        Column("By its sheets", "number"),
        Column("Sheets"),
    )
    levers = {lever.key: lever.text for lever in case.levers}
    listed = beside(found, case)
    rows = tuple(
        (
            Cell((Span(f"{levers[row.lever]} ({row.lever})"),)),
            Cell((Span(book.name(row.target)),)),
            Cell((Span(ranged(row.effect)),)),
            Cell((Span(ranged(row.sheet_effect)),)),
            Cell((Span(ranged(row.cost)),)),
            Cell((Span(ranged(row.sheet_cost)),)),
            Cell((Span(str(row.days)),)),
            Cell((Span(ranged(row.sheet_days)),)),
            Cell((Span(f"{', '.join(row.sheets)} ({row.status}{', used' if row.is_source else ', for comparison'})"),)),
        )
        for row in listed
    )
    late = sorted({levers[row.lever] for row in listed if row.sheet_days and row.days <= case.horizon_days < row.sheet_days.value})
    if late:
        yield Paragraph(
            (
                Span(
                    f"By the central values of their sheets these would bite only after the {case.horizon_days} days that the case "
                    f"looks ahead, though the case judges that they bite sooner: {'; '.join(late)}. What follows rests on the case."
                ),
            )
        )
    yield Table("tab-beside", f"Judgements of the case beside its sheets, in {case.stake_unit}", columns, rows, folded=True)


def _cells(found: Book, book: Notebook) -> Table:
    columns = (Column("Measure"), Column("Figure"), Column("Value", "number"), Column("Unit"), Column("Year"), Column("How good"))
    rows = []
    for one in found.assessments:
        for name, cell in one.sheet.cells:
            value = Span(ranged(cell.range))
            if cell.sources or cell.note:
                value = book.number(
                    ranged(cell.range), f"{one.sheet.key}, {name} ({cell.status}). {cell.note}".strip(), cell.sources
                )
            texts = (name, value, cell.unit, cell.period, cell.status)
            spans = [text if isinstance(text, Span) else Span(text) for text in (one.sheet.key, *texts)]
            rows.append(tuple(Cell((span,)) for span in spans))
    return Table("tab-cells", "Every figure of the sheets, and how good it is", columns, tuple(rows), folded=True)
