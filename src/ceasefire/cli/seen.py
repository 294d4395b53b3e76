"""What is seen of a period: the acts of a record, events of a store beside them, and who acts in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ceasefire.cli.inputs import AsOf, check_store, day_of
from ceasefire.cli.wording import after, counted
from ceasefire.errors import LimitError

if TYPE_CHECKING:
    from ceasefire.case import Case
    from ceasefire.case.model import Entry
    from ceasefire.events import EventStore, EventTable, Question
    from ceasefire.record import Acts

Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day of the period; default: the war's start.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Last day of the period, such as the last that a store covers.")
]
Events = Annotated[Path | None, typer.Option("--events", metavar="STORE", help="Events of a store beside the record, which wins.")]
Source = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="With --events: only this source of the store, such as ucdp.")
]
_MOST_NAMED = 40
_CODE = 3
_QUIET = timedelta(7)
_MOST_DAYS = 36_600
"""Days of a period: a hundred years, whose weeks can be drawn again and again in less than a gigabyte."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which period is asked about, as known when, and with which events beside the record."""

    as_of: AsOf = None
    since: Since = None
    until: Until = None
    events: Events = None
    source: Source = None


def period_of(case: Case, last: date | None, first: date | None) -> tuple[date, date]:
    """Give the last and the first day of a question; refuse days in the wrong order and a question before the war.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> [day.isoformat() for day in period_of(a_short_war(), None, None)]
    ['2031-03-10', '2031-03-01']
    """
    until = last or case.as_of
    if first is None and until < case.start:
        message = f"{until} is before the war's first day, {case.start}; name an earlier first day with --since"
        raise typer.BadParameter(message, param_hint="--as-of")
    if first and first > until:
        raise typer.BadParameter(f"{first} is after the last day, {until}", param_hint="--since")
    _check_length(first or case.start, until, _MOST_DAYS)
    return until, first or case.start


def _check_length(first: date, last: date, most_days: int) -> None:
    if (days := (last - first).days + 1) > most_days:
        message = f"the period from {first} to {last} has {days:,} days, of which at most {most_days:,} can be followed"
        raise LimitError(f"{message}\n  hint: name a part of it with --since and --as-of or --until")


class Span(NamedTuple):
    """What a store gave of one source: rows on the days asked about, the first and the last of these days with rows."""

    source: str
    rows: int
    first: date
    last: date


class Seen(NamedTuple):
    """Acts of a record and of events beside it, and what stands behind them."""

    acts: Acts
    entries: tuple[Entry, ...]
    table: EventTable | None
    spans: tuple[Span, ...] = ()


def acts_seen(
    case: Case, asked: Asked, *, first: date | None = None, more: tuple[str, ...] = (), most_days: int = _MOST_DAYS
) -> Seen:
    """Give the acts of a record and, where a store is named, its events on the same days; what the record has wins.

    `first` is a first day where none is asked for; `more` names columns of events wanted beside those that acts are made from;
    a period of more than `most_days` is a LimitError.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> seen = acts_seen(a_short_war(), Asked(until="2031-03-03"))
    >>> len(seen.acts), seen.acts.last.isoformat(), seen.acts.left_out["after 2031-03-03"]
    (3, '2031-03-03', 2)
    """
    from ceasefire.record import acts_from_case, acts_from_events, combined  # noqa: PLC0415

    last, since = period_of(case, day_of(asked.as_of, "--as-of"), day_of(asked.since, "--since") or first)
    until = day_of(asked.until, "--until") or last
    if not since <= until <= last:
        message = f"{until} is {'after the day of the question' if until > last else 'before the first day'}, "
        raise typer.BadParameter(f"{message}{last if until > last else since}", param_hint="--until")
    _check_length(since, until, most_days)
    if asked.source and asked.events is None:
        raise typer.BadParameter("goes with --events: the record of a case has no sources to choose from", param_hint="--source")
    acts, entries = acts_from_case(case, last, since)
    if asked.events is None:
        return Seen(acts if until == last else acts.until(until), entries, None)
    table, later = _events_beside(asked.events, asked.source, acts, more)
    machine = acts_from_events(table, first=acts.first, last=acts.last)
    machine = replace(machine, left_out={**machine.left_out, "of a vintage that is later or unknown": later})
    doubted, _ = acts_from_case(case, acts.last, acts.first, doubted=True)
    both = combined(acts, machine, doubted=doubted)
    return Seen(both if until == last else both.until(until), entries, table, _spans(table, until))


def tell_seen(seen: Seen) -> None:
    """Print the period, how many acts were used and left out, and on which days a store had rows."""
    acts = seen.acts
    left_out = ", ".join(f"{count} ({reason})" for reason, count in acts.left_out.items() if count)
    typer.echo(f"{acts.first} to {acts.last}: {counted(len(acts), 'act')}{after('; left out: ', left_out)}.")
    for span in seen.spans:
        typer.echo(f"Store: {span.source}, {counted(span.rows, 'row')} from {span.first} to {span.last}.")
    last = max((span.last for span in seen.spans), default=acts.last)
    if acts.last - last > _QUIET:
        typer.echo(f"After {last} only the record was watching, and days without acts count as quiet; --until {last} ends there.")


def seen_json(seen: Seen) -> dict[str, Any]:
    """Give the same for JSON."""
    from ceasefire.record import plain  # noqa: PLC0415

    acts = seen.acts
    days = {"first": acts.first, "last": acts.last, "acts": len(acts), "left_out": acts.left_out}
    return {**{name: plain(value) for name, value in days.items()}, "store": [plain(span._asdict()) for span in seen.spans]}


def _spans(table: EventTable, until: date) -> tuple[Span, ...]:
    """Give the rows of each source up to the last day of the period."""
    source, day = table.texts("source"), table.array("date").astype("datetime64[D]")
    found = []
    for number, name in enumerate(source.values):
        days = day[(source.codes == number) & (day <= day.dtype.type(until))]
        if len(days):
            found.append(Span(name, len(days), days.min().item(), days.max().item()))
    return tuple(found)


def _events_beside(store: Path, source: str | None, acts: Acts, more: tuple[str, ...]) -> tuple[EventTable, int]:
    """Give the events of a store on the days of a record, as they were known at the end of the last, and how many were not yet.

    A store that has none to give is refused.
    """
    from ceasefire.events import EventStore, Question  # noqa: PLC0415

    check_store(store, "--events")
    columns = ("date", "date_precision", "actor", "target", "cameo", "plover", "plover_mode", "deaths_best", "source", "source_id")
    held, until = EventStore(store), datetime.combine(acts.last, datetime.max.time())
    sources = (source_of(held, source),) if source else ()
    question = Question(sources=sources, since=acts.first, until=acts.last, as_of=until)
    table = held.table(question, (*columns, *more))
    if not len(table):
        raise typer.BadParameter(nothing_known(held, question, acts.last), param_hint="--events")
    return table, max(_newest(held, question) - len(table), 0)


def source_of(held: EventStore, source: str) -> str:
    """Check the name of a source against those that a store holds."""
    known = [one.source for one in held.status().coverage]
    if source not in known:
        message = f"the store has no source {source!r}; known: {', '.join(known) or 'none'}"
        raise typer.BadParameter(message, param_hint="--source")
    return source


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
    """Check the code of a party against those that act or are addressed; a name, or a code in small letters, gets a hint.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> party_of(acts_seen(a_short_war(), Asked()).acts, "B", "--actor")
    'B'
    """
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
