"""Section on red lines: what was declared, what could fall under it, on whose word, and how its setter answered."""

from __future__ import annotations

from ceasefire.brief.answers import Answers
from ceasefire.brief.document import Block, Cell, Column, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.notebook import Notebook, counted, figure, listing, of_record
from ceasefire.record import RedLineReport

_RULE = (
    "Listed are limits stated by the day of the brief. An act could fall under a limit when it is force, deployment, aid, "
    "sanction or coercion, dated on or after the day the limit was stated, by an addressee of the limit or against its setter. "
    "Whether it crossed the limit is a judgement that this table does not make. Relays of one agency, and state media of one "
    "country, are one group of outlets. A limit is weak where it is arbitrary, imprecise, unverifiable or incomplete."
)


def red_lines_section(answers: Answers, book: Notebook) -> Section:
    """List the declared limits with what the record holds after each."""
    reports = answers.measures.red_lines
    if not reports:
        return Section("red-lines", "Red lines", (Paragraph((Span("No limit was stated."),)),))
    is_asked = any(report.answered is not None and report.answered.n for report in reports)
    columns = (
        Column("Set by"),
        Column("To"),
        Column("Limit, its condition and place"),
        Column("First stated", "date"),
        Column("Acts that could fall under it", "number"),
        Column("First of them", "date"),
        Column("Of what kind, where, on whose word"),
        Column("Strongest answer of the setter since"),
        *((Column("Answered within 30 days"),) if is_asked else ()),
        Column("Weak where"),
        Column("What became of it", "hindsight"),
    )
    crossed = {(p.code, line.text): line.crossed for p in answers.case.parties for line in p.red_lines}
    rows = tuple(_row(report, crossed.get((report.setter, report.text), ""), book, is_asked=is_asked) for report in reports)
    coded = " Where the case says which codes would cross a limit, only acts of these are listed."
    rule = f"{_RULE}{coded if any(report.crossed_by for report in reports) else ''}"
    blocks: tuple[Block, ...] = (Paragraph((Span(rule),)), Table("tab-lines", "Red lines and what followed", columns, rows))
    return Section("red-lines", "Red lines", blocks)


def _row(report: RedLineReport, later: str, book: Notebook, *, is_asked: bool) -> tuple[Cell, ...]:
    stated = book.entries(report.since, of_record(report.stated), "Stated in")
    first = min((one.entry.date for one in report.candidates), default=None)
    return (
        Cell((Span(book.name(report.setter)),)),
        Cell((Span(listing(map(book.name, report.addressees)) or "nobody named"),)),
        Cell((Span(_limit(report)),)),
        Cell((stated,)),
        Cell((book.entries(len(report.candidates), of_record(report.candidates), "Acts that could fall under it"),)),
        Cell((Span(first.isoformat()),) if first else ()),
        Cell(_depth(report, book)),
        Cell((_answer(report, book),)),
        *((Cell((Span(_answered(report)),)),) if is_asked else ()),
        Cell((Span("; ".join(f"{w.name}: {w.why}" for w in report.weaknesses if w.found)),)),
        Cell((Span(later),) if later else ()),
    )


def _limit(report: RedLineReport) -> str:
    return " ".join(
        [
            report.text,
            *(f"Condition: {condition.rstrip('.')}." for condition in report.conditions),
            *([f"Place: {report.place}."] if report.place else []),
        ]
    )


def _depth(report: RedLineReport, book: Notebook) -> Sentence:
    """Say what the acts are, how many name the place of the limit, and how many rest on more than one group of outlets."""
    n = len(report.candidates)
    if not n:
        return ()
    spans = [Span(", ".join(f"{count} {category}" for category, count in report.depth))]
    if report.names:
        place = listing(report.names, "or")
        named = book.entries(f"{len(report.named)} of {n}", of_record(report.named), f"Naming {place}")
        verb = "names" if len(report.named) == 1 else "name"
        spans += [Span("; "), named, Span(f" {verb} {place}, of the others no place is known")]
    return (*spans, Span(f"; {report.corroborated[1]} of {n} on two or more independent groups of outlets"))


def _answer(report: RedLineReport, book: Notebook) -> Span:
    if not report.candidates:
        return book.entries("none needed yet", of_record(report.answers), "Answers of the setter")
    days = report.days_to_strongest
    when = "" if days is None else ", the first on the same day" if days == 0 else f", the first after {counted(days, 'day')}"
    return book.entries(f"{report.response}{when}", of_record(report.answers), "Answers of the setter")


def _answered(report: RedLineReport) -> str:
    share = report.answered
    if share is None or not share.n:
        return ""
    if share.estimate is None:
        return f"{share.hits} of {share.n}: under 5, no rate"
    low, high = share.estimate.low, share.estimate.high
    base = "not known" if share.base is None else figure(round(share.base, 2))
    return f"{share.hits} of {share.n} ({low:.2f} to {high:.2f}), base {base}"
