"""What each party says that it wants, and what the case judges each outcome to be worth to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ceasefire.brief.document import Block, Cell, Column, Span, Table
from ceasefire.brief.notebook import Notebook, figure
from ceasefire.case.model import Case, Entry, Party, Placed, Stake
from ceasefire.conditions import Condition


def wants_blocks(case: Case, book: Notebook) -> Iterable[Block]:
    """Give a table of stated aims, of those that the record shows by the day of the brief, and a table of stakes."""
    seen = {entry.key: entry for entry in case.entries_until(case.as_of)}
    aims = tuple(row for party in case.parties for row in _aims(party, seen, book))
    if aims:
        yield Table("tab-aims", "What the parties say that they want", (Column("Party"), Column("Aim")), aims)
    deciding = {option.owner for option in case.options} | {code for option in case.options for code in option.shared}
    stakes = tuple(row for party in case.parties if party.code in deciding for row in _stakes(party, book))
    yield Table(
        "tab-stakes",
        "What each outcome is judged to be worth to those who decide; what holds at once adds up",
        (Column("Party"), Column("Where this holds"), Column("Worth", "number"), Column("Range", "number"), Column("Why")),
        stakes,
        folded=True,
    )


def _aims(party: Party, seen: Mapping[str, Entry], book: Notebook) -> Iterable[tuple[Cell, ...]]:
    for aim in party.aims:
        said = [seen[key] for key in aim.record if key in seen]
        if said:
            yield Cell((Span(party.name),)), Cell((book.entries(aim.text, said, "Read from the record"),))


def _stakes(party: Party, book: Notebook) -> Iterable[tuple[Cell, ...]]:
    for rank, statement in enumerate(party.priorities, 1):
        yield _ranked(party, rank, statement)
    for stake in party.stakes:
        yield _weighed(party, stake, book)


def _ranked(party: Party, rank: int, statement: Condition | Placed) -> tuple[Cell, ...]:
    text = f"lever {statement.lever} is in force" if isinstance(statement, Placed) else statement.text
    return Cell((Span(party.name),)), Cell((Span(text),)), Cell((Span(f"rank {rank}"),)), Cell(()), Cell(())


def _weighed(party: Party, stake: Stake, book: Notebook) -> tuple[Cell, ...]:
    judged = stake.judgement
    shown = book.judged(figure(judged.value), judged, f"the stake of {party.name} in `{stake.when.text}`")
    ends = "" if judged.low == judged.high else f"{figure(judged.low)} to {figure(judged.high)}"
    return (
        Cell((Span(party.name),)),
        Cell((Span(stake.when.text),)),
        Cell((shown,)),
        Cell((Span(ends),) if ends else ()),
        Cell((Span(judged.why),)),
    )
