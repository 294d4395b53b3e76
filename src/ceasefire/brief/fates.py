"""Section on what became of words: commitments and their fate beside what would have come anyway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.ledger import curve_rows
from ceasefire.brief.notebook import Notebook, counted, figure
from ceasefire.case.model import Entry
from ceasefire.figures import incidence_curves
from ceasefire.record import Estimate, FollowThrough, Ledger, Row, names_of


@dataclass(frozen=True, eq=False)
class Commitments:
    """The ledger of a case with follow-through by kind of word, and the entries that its rows are numbers of."""

    ledger: Ledger
    groups: tuple[FollowThrough, ...]
    entries: tuple[Entry, ...]


def fates_section(found: Commitments, book: Notebook) -> Section:
    """Show how commitments ended, how often deeds followed, and how often they would have come anyway."""
    rows = found.ledger.rows()
    acts = found.ledger.acts
    if not rows:
        nothing = f"No promise, offer, threat, demand, appeal or refusal from {acts.first} to {acts.last} is on record."
        return Section("fates", "What became of words", (Paragraph((Span(nothing),)),))
    unjudged = int(found.ledger.conditional.sum())
    beside = f" {_unjudged(unjudged)} no rate and no curve." if unjudged else ""
    intro = (
        f"From {acts.first} to {acts.last} {counted(len(rows), 'commitment was', 'commitments were')} opened by a word: promises, "
        "offers, threats, demands, "
        "appeals, refusals. Each is followed to the first outcome: fulfilled or complied with, partly, contrary, refused, expired, "
        "or still open. The base is how often the same outcome follows from random starts in the same pair; only what exceeds it "
        f"can be laid to the word. No rate is given for fewer than 5.{beside}"
    )
    curves = curve_rows(found.ledger, np.ones(len(found.ledger), dtype=np.bool_))
    blocks: list[Block] = [Paragraph((Span(intro),)), _table(found.groups, book)]
    if curves:
        cells = tuple(
            (
                Cell((Span(row.outcome),)),
                Cell((Span(str(row.day)),)),
                Cell((Span(figure(row.share)),)),
                Cell((Span(f"{figure(row.low)} to {figure(row.high)}"),)),
            )
            for row in curves
        )
        columns = (Column("Outcome"), Column("Day", "number"), Column("Share", "number"), Column("95 % interval", "number"))
        blocks += [
            Figure(
                "fig-fates",
                "Share of commitments closed by each outcome, by days after the word",
                "One curve per outcome with its interval; what no curve has reached is still open",
                incidence_curves(curves),
                "tab-curves",
                f"the record of the case, {len(rows) - unjudged} commitments; Aalen-Johansen estimate",
            ),
            Table("tab-curves", "Share closed by each outcome", columns, cells, folded=True),
        ]
    name = names_of(found.entries)
    blocks.append(Items(tuple(_line(row, found.entries, name, book) for row in rows), f"The {len(rows)} commitments, one by one"))
    return Section("fates", "What became of words", tuple(blocks))


def _unjudged(count: int) -> str:
    verbs = ("depends", "enters") if count == 1 else ("depend", "enter")
    return f"{count} of them {verbs[0]} on a condition that nobody judged and {verbs[1]}"


def _table(groups: tuple[FollowThrough, ...], book: Notebook) -> Table:
    rows = []
    for group in groups:
        kind = " ".join(group.key)
        ended = ", ".join(f"{count} {status}" for status, count in group.counts if count)
        note = f"{kind}: conditional ones whose condition nobody judged are left out ({group.conditional})"
        rows.append(
            (
                Cell((Span(kind),)),
                Cell((book.number(group.n, note),)),
                Cell((Span(ended),)),
                Cell((Span(_estimate(group.rate)),)),
                Cell((Span("no rate" if group.base is None else figure(group.base)),)),
                Cell((Span(_estimate(group.excess)),)),
                Cell((Span(str(group.days)),)),
            )
        )
    columns = (
        Column("Kind of word"),
        Column("Followed", "number"),
        Column("How they ended"),
        Column("Rate, with 95 % interval", "number"),
        Column("Base", "number"),
        Column("Excess", "number"),
        Column("After days", "number"),
    )
    return Table("tab-fates", "Follow-through by kind of word, beside the base of random starts", columns, tuple(rows))


def _estimate(value: Estimate | None) -> str:
    if value is None:
        return "no rate"
    return f"{figure(round(value.value, 2))} ({figure(round(value.low, 2))} to {figure(round(value.high, 2))})"


def _line(row: Row, entries: tuple[Entry, ...], name: Callable[[int], str], book: Notebook) -> Sentence:
    said = entries[-row.said - 1]
    when = f" on {row.closed}" if row.closed else ""
    ends = f"{row.status}{when}" + (f" by {name(row.closed_by)}" if row.closed_by is not None else "")
    marks = f"{', conditional' if row.conditional else ''}{', resisted' if row.resisted else ''}"
    return (
        Span(f"{row.day}, {book.name(row.actor)} to {book.name(row.target)}: "),
        Span(row.says, (book.note(f"{said.key}: {said.summary}", said.sources),)),
        Span(f" [{ends}{marks}]"),
    )
