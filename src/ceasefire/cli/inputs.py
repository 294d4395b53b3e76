"""Files that commands read, and how results are printed."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ceasefire.cli.wording import counted
from ceasefire.errors import CaseError, Problem

if TYPE_CHECKING:
    from ceasefire.case import Case
    from ceasefire.case.model import Entry
    from ceasefire.events import EventStore, EventTable, Question
    from ceasefire.record import Acts

_MOST_BYTES = 50_000_000
_MOST_NAMED = 40
_CODE = 3

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day of the period; default: the war's start.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Use nothing dated later; default: as the case says.")]


def day_of(text: str | None, option: str) -> date | None:
    """Read the day that an option gives; None where it is not given."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date such as 2020-10-08", param_hint=option) from error


def period_of(case: Case, last: date | None, first: date | None) -> tuple[date, date]:
    """Give the last and the first day of a question; refuse days in the wrong order and a question before the war."""
    until = last or case.as_of
    if first is None and until < case.start:
        message = f"{until} is before the war's first day, {case.start}; name an earlier first day with --since"
        raise typer.BadParameter(message, param_hint="--as-of")
    if first and first > until:
        raise typer.BadParameter(f"{first} is after the last day, {until}", param_hint="--since")
    return until, first or case.start


class Seen(NamedTuple):
    """Acts of a record and of events beside it, and what stands behind them."""

    acts: Acts
    entries: tuple[Entry, ...]
    table: EventTable | None


def acts_seen(case: Case, events: Path | None, *, last: date | None, first: date | None = None, more: tuple[str, ...] = ()) -> Seen:
    """Give the acts of a record and, where a store is named, its events on the same days; what the record has wins.

    `more` names columns of events wanted beside those that acts are made from.
    """
    from ceasefire.record import acts_from_case, acts_from_events, combined  # noqa: PLC0415

    acts, entries = acts_from_case(case, *period_of(case, last, first))
    if events is None:
        return Seen(acts, entries, None)
    table, later = _events_beside(events, acts, more)
    machine = acts_from_events(table, first=acts.first, last=acts.last)
    machine = replace(machine, left_out={**machine.left_out, "of a vintage that is later or unknown": later})
    doubted, _ = acts_from_case(case, acts.last, acts.first, doubted=True)
    return Seen(combined(acts, machine, doubted=doubted), entries, table)


def check_store(store: Path, option: str) -> None:
    """Refuse a folder that holds no events, which a misspelt one does not either."""
    if not (store / "current.json").is_file():
        raise typer.BadParameter(f"{str(store)!r} is no event store; `ceasefire events import` makes one", param_hint=option)


def _events_beside(store: Path, acts: Acts, more: tuple[str, ...]) -> tuple[EventTable, int]:
    """Give the events of a store on the days of a record, as they were known at the end of the last, and how many were not yet.

    A store that has none to give is refused.
    """
    from ceasefire.events import EventStore, Question  # noqa: PLC0415

    check_store(store, "--events")
    columns = ("date", "date_precision", "actor", "target", "cameo", "plover", "plover_mode", "deaths_best", "source", "source_id")
    held, until = EventStore(store), datetime.combine(acts.last, datetime.max.time())
    question = Question(since=acts.first, until=acts.last, as_of=until)
    table = held.table(question, (*columns, *more))
    if not len(table):
        raise typer.BadParameter(nothing_known(held, question, acts.last), param_hint="--events")
    return table, max(_newest(held, question) - len(table), 0)


def nothing_known(held: EventStore, question: Question, until: date) -> str:
    """Say why a store has no row to give: none on those days, or none whose vintage lets it be known by then."""
    rows = _newest(held, question)
    days = f"from {question.since} to {until}" if question.since else f"up to {until}"
    if not rows:
        spans = ", ".join(f"{one.source} {one.first} to {one.last}" for one in held.status().coverage)
        return f"the store has no row {days}; it holds {spans or 'nothing'}"
    hint = "import them with --vintage DAY, the day of their release, and ask with --as-of of a day no earlier"
    return f"{counted(rows, 'row')} {days}, but none known by then: their vintage is later or unknown; {hint}"


def _newest(held: EventStore, question: Question) -> int:
    """Count the rows of a question in their newest vintage."""
    return sum(int(row[-1]) for row in held.tally(replace(question, as_of=None), ("source",)).rows)


def party_of(acts: Acts, code: str | None, option: str) -> str | None:
    """Check the code of a party against those that act or are addressed; a name, or a code in small letters, gets a hint."""
    if code is None or code in acts.parties:
        return code
    near = _meant(code, acts.parties)
    meant = f"did you mean {near!r}? " if near else ""
    more = f" and {len(acts.parties) - _MOST_NAMED} more" if len(acts.parties) > _MOST_NAMED else ""
    known = f"{', '.join(acts.parties[:_MOST_NAMED]) or 'nobody'}{more}"
    message = f"{code!r} neither acts nor is addressed from {acts.first} to {acts.last}; {meant}known: {known}"
    raise typer.BadParameter(message, param_hint=option)


def _meant(text: str, known: tuple[str, ...]) -> str | None:
    """Give the code that a name or a misspelt code probably stands for."""
    from difflib import get_close_matches  # noqa: PLC0415

    from ceasefire.reference import country, organisation  # noqa: PLC0415

    is_name = len(text) > _CODE and not text.isdecimal()
    state, body = (country(text), organisation(text)) if is_name else (None, None)
    for code in (text.upper(), state.iso3 if state else None, body.code if body else None):
        if code in known:
            return code
    return next(iter(get_close_matches(text.upper(), known, n=1)), None)


def series_of(case: Case, name: str | None) -> str | None:
    """Check the name of a daily count of deaths against those of the case."""
    known = sorted({count.series for count in case.counts})
    if name is not None and name not in known:
        raise typer.BadParameter(f"unknown series {name!r}; known: {', '.join(known) or 'none'}", param_hint="--series")
    return name


def read_bytes(file: str) -> bytes:
    """Read a file of at most 50 MB; CaseError if it cannot be read."""
    path = Path(file)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CaseError([Problem(file, None, None, "too-large", "larger than 50 MB", "is this the right file?")])
        return path.read_bytes()
    except OSError as error:
        hint = "give the path of a file"
        raise CaseError([Problem(file, None, None, "missing-file", f"cannot be read: {error.strerror}", hint)]) from error


def read_text(file: str) -> str:
    """Read a UTF-8 file of at most 50 MB; CaseError if it cannot be read or is not UTF-8."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start})"
        raise CaseError([Problem(file, None, None, "not-utf8", message, "save the file as UTF-8")]) from error


def print_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
