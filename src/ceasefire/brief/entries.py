"""Section with every entry of the record up to the day of the brief, to which the notes of all counts lead."""

from __future__ import annotations

from itertools import groupby

from ceasefire.brief.answers import Answers
from ceasefire.brief.document import Items, Paragraph, Section, Sentence, Span
from ceasefire.brief.notebook import Notebook, listing
from ceasefire.brief.pictures import ACTS
from ceasefire.record import Classified


def entries_section(answers: Answers, book: Notebook) -> Section:
    """List the record actor by actor, each entry once, by day."""
    measures = answers.measures
    order = {report.actor: k for k, report in enumerate(measures.actors)}
    found = sorted(
        measures.classified,
        key=lambda one: (order.get(one.entry.actor, len(order)), one.entry.actor, one.entry.date, one.entry.key),
    )
    if not found:
        return Section("record", "The record, entry by entry", ())
    intro = (
        f"The {len(found)} entries up to {measures.as_of} that were used, each under the actor whom the record names first. In "
        "brackets: what it is, who joined it, whether the speaker stands for no government, how sure its coders are, and its key "
        "in the file."
    )
    lists = [_list(actor, list(entries), book) for actor, entries in groupby(found, key=lambda one: one.entry.actor)]
    return Section("record", "The record, entry by entry", (Paragraph((Span(intro),)), *lists))


def _list(actor: str, found: list[Classified], book: Notebook) -> Items:
    return Items(tuple(_line(one, book) for one in found), book.name(actor), tuple(one.entry.key for one in found))


def _line(one: Classified, book: Notebook) -> Sentence:
    entry = one.entry
    until = f" to {entry.date_end}" if entry.date_end and entry.date_end != entry.date else ""
    marks = [
        one.grade or ACTS[one.act],
        *([f"joint with {listing(map(book.name, entry.joint_with))}"] if entry.joint_with else []),
        *([] if one.is_government else [entry.level]),
        f"confidence {entry.confidence}",
        entry.key,
    ]
    return (
        Span(f"{entry.date}{until}, {entry.actor_name}: "),
        Span(entry.summary, (book.note(f"{entry.key}, confidence {entry.confidence}", entry.sources),)),
        Span(f" [{'; '.join(marks)}]"),
    )
