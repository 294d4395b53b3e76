"""Deaths and force around truces out of an event store, in place of the record of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ceasefire.cli.inputs import check_store
from ceasefire.cli.wording import after, counted

if TYPE_CHECKING:
    from ceasefire.case import Case
    from ceasefire.events import EventStore, EventTable, Question
    from ceasefire.record import Toll

_MOST_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Around:
    """What a store tells of the days around truces: the deaths, whose they are, and on which days its source was watching."""

    toll: Toll
    source: str
    first: date
    last: date
    since: date
    as_of: date

    def words(self) -> str:
        """Say what was covered, used and left out, in one line."""
        left = ", ".join(f"{count} {reason}" for reason, count in self.toll.left_out.items() if count)
        unseen = ", ".join(side for side, rows in self.toll.seen.items() if not rows)
        deaths = f" ({self.toll.left_out_deaths:g} deaths by the best estimate)" if self.toll.left_out_deaths else ""
        return (
            f"Source {self.source}, which has rows from {self.first} to {self.last} as known on {self.as_of}. Since {self.since}: "
            f"{counted(self.toll.rows, 'row')} between the parties; not used: {left or 'none'}{deaths}. "
            f"Rows dated to within six days lie on their first day.{after(' No row names: ', unseen)}"
        )

    def plain(self) -> dict[str, Any]:
        """Give the same for JSON."""
        from ceasefire.record import plain  # noqa: PLC0415

        told = {"source": self.source, "first": self.first, "last": self.last, "since": self.since, "known_on": self.as_of}
        toll = {
            "rows": self.toll.rows,
            "rows_by_side": self.toll.seen,
            "left_out": self.toll.left_out,
            "left_out_deaths": self.toll.left_out_deaths,
        }
        return {name: plain(value) for name, value in {**told, **toll}.items()}


def toll_seen(case: Case, store: Path, *, until: date, source: str | None, between: str | None, days: int) -> Around:
    """Gather the deaths of a source of a store from `days` days before the first truce of a case to `until`.

    The parties are those of `between`, codes or names parted by commas, or the belligerents of the case.
    """
    from ceasefire.events import EventStore, Question  # noqa: PLC0415
    from ceasefire.record import TOLL_COLUMNS, covered_days, toll  # noqa: PLC0415

    check_store(store, "--events")
    held = EventStore(store)
    name = _source(held, source)
    question = Question(sources=(name,), until=until, as_of=datetime.combine(until, datetime.max.time()))
    dates = [row[0] for row in held.tally(question, ("date",)).rows if row[0] is not None]
    if not dates:
        raise typer.BadParameter(_nothing_known(held, question, until), param_hint="--events")
    sides = _sides(case, between)
    since = max(min(dates), min(truce.announced for truce in case.truces) - timedelta(days)) if case.truces else min(dates)
    near = Question(sources=(name,), since=since, until=until, as_of=question.as_of)
    table = held.table(near, TOLL_COLUMNS)
    found = toll(table, sides, [day for day in covered_days(dates, until) if day >= since])
    if not found.rows:
        asked = " and ".join(sides)
        message = f"no row of {name!r} between {asked} from {since} to {until}; most rows are between {_pairs(table) or 'nobody'}"
        raise typer.BadParameter(message, param_hint="--between" if between else "--events")
    return Around(found, name, min(dates), min(max(dates), until), since, until)


def _source(held: EventStore, source: str | None) -> str:
    known = [one.source for one in held.status().coverage]
    if source is None and len(known) == 1:
        return known[0]
    listed = ", ".join(known) or "none"
    if source is None:
        message = f"the store holds several sources, and the same deaths may stand in each; name one of: {listed}"
        raise typer.BadParameter(message if known else "the store holds no rows", param_hint="--source")
    if source not in known:
        raise typer.BadParameter(f"the store has no source {source!r}; known: {listed}", param_hint="--source")
    return source


def _nothing_known(held: EventStore, question: Question, until: date) -> str:
    """Say why no row can be used: none on those days, or none whose vintage lets it be known by then."""
    from dataclasses import replace  # noqa: PLC0415

    rows = sum(row[-1] for row in held.tally(replace(question, as_of=None), ("source",)).rows)
    if not rows:
        return f"the store has no row of {question.sources[0]!r} up to {until}"
    hint = "import them with --vintage DAY, the day of their release, and ask with --as-of of a day after it"
    return f"{counted(rows, 'row')} up to {until}, but none known by then: their vintage is later or unknown; {hint}"


def _sides(case: Case, between: str | None) -> Mapping[str, Collection[str]]:
    """Give the parties by code, each with what a table may call it."""
    parties = {party.code: party for party in case.parties}
    if between is None:
        chosen = [party.code for party in case.parties if "belligerent" in party.roles]
        if len(chosen) < 2:
            message = "the case has no two belligerents; name parties, as in --between 'SYR,Syrian insurgents'"
            raise typer.BadParameter(message, param_hint="--between")
    else:
        chosen = [part.strip() for part in between.split(",") if part.strip()]
        if len(set(chosen)) < 2:
            raise typer.BadParameter(f"{between!r} is not two different codes or names", param_hint="--between")
    return {code: (code, parties[code].name) if code in parties else (code,) for code in dict.fromkeys(chosen)}


def _pairs(table: EventTable) -> str:
    """Name the pairs with most rows, by name as the source writes it."""
    who, whom = table.texts("actor_name"), table.texts("target_name")
    codes = table.texts("actor"), table.texts("target")
    found: Counter[tuple[str, str]] = Counter()
    for row in zip(who.codes.tolist(), whom.codes.tolist(), codes[0].codes.tolist(), codes[1].codes.tolist(), strict=True):
        one = who.values[row[0]] if row[0] >= 0 else codes[0].values[row[2]] if row[2] >= 0 else ""
        other = whom.values[row[1]] if row[1] >= 0 else codes[1].values[row[3]] if row[3] >= 0 else ""
        if one and other:
            found[one, other] += 1
    return "; ".join(f"{one!r} and {other!r}" for (one, other), _ in found.most_common(_MOST_PAIRS))
