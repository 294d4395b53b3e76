"""Command on whether truces held, from the record of a case or from an event store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.cases import CaseName
from ceasefire.cli.drawing import Figures, draw
from ceasefire.cli.inputs import AsJson, AsOf, check_store, day_of, print_json, series_of
from ceasefire.cli.seen import Source, nothing_known, source_of
from ceasefire.cli.telling import tell_truce
from ceasefire.cli.wording import after, counted, names_in

if TYPE_CHECKING:
    from ceasefire.case import Case
    from ceasefire.events import EventStore, EventTable
    from ceasefire.record import Toll

_LONGEST_WINDOW = 365
_MOST_PAIRS = 5


def truces(
    case: CaseName,
    *,
    as_of: AsOf = None,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Which daily count of deaths of the case.")] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="STORE", help="Deaths and force out of a store in place of the record.")
    ] = None,
    source: Source = None,
    between: Annotated[
        str | None,
        typer.Option("--between", metavar="LIST", help="With --events: codes or names of parties; default: the belligerents."),
    ] = None,
    windows: Annotated[str, typer.Option("--windows", metavar="LIST", help="Days before and after that are compared.")] = "3,5,7",
    ratio: Annotated[float, typer.Option("--ratio", help="Held: deaths a day below this share of those before.")] = 0.5,
    days: Annotated[int, typer.Option("--days", min=1, max=_LONGEST_WINDOW, help="Held: over so many days.")] = 7,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether truces held: time to the first breach, breaches by side, deaths before and after."""
    from ceasefire.brief.ledger import before_after_rows  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.figures import before_and_after_truces  # noqa: PLC0415
    from ceasefire.record import HeldRule, report_truces, truces_json, truces_of_toll  # noqa: PLC0415

    if not 0 < ratio < float("inf"):
        raise typer.BadParameter(f"{ratio:g} is no share above 0", param_hint="--ratio")
    _check_truce_options(events, series, source, between)
    lengths, rule = _lengths(windows), HeldRule(ratio=ratio, days=days)
    loaded = load(case)
    until, around = day_of(as_of, "--as-of") or loaded.as_of, None
    if events:
        around = _toll_seen(loaded, events, until=until, source=source, between=between, days=max(*lengths, days))
        reports = truces_of_toll(loaded, until, around.toll, around.source, rule=rule, lengths=lengths)
    else:
        reports = report_truces(loaded, until, series_of(loaded, series), rule=rule, lengths=lengths)
    if figures:
        rows = before_after_rows(reports)
        whose = after(" of ", reports[0].whose) if reports else ""
        covered = f"deaths{whose}, series {reports[0].series if reports else 'none'}; the day of the truce is left out"
        draw(figures, "before-and-after", before_and_after_truces(rows, covered), rows)
    if as_json:
        coverage = {"coverage": around.plain()} if around else {}
        print_json([{**one, **coverage} for one in truces_json(reports)])
        return
    if around:
        typer.echo(around.words())
    if not reports:
        typer.echo(f"No truce had been announced by {until}.")
    called = names_in(loaded)
    for report in reports:
        tell_truce(report, called, {truce.key: truce.name for truce in loaded.truces})


def _check_truce_options(events: Path | None, series: str | None, source: str | None, between: str | None) -> None:
    """Refuse options that say nothing without a store, or beside one."""
    for given, option in ((source, "--source"), (between, "--between")):
        if given is not None and events is None:
            raise typer.BadParameter("goes with --events: the record of a case has no sources to choose from", param_hint=option)
    if series is not None and events is not None:
        raise typer.BadParameter("is a count of the case; with --events deaths come from the store", param_hint="--series")


def _lengths(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or any(not part.isdecimal() or not 1 <= int(part) <= _LONGEST_WINDOW for part in parts):
        message = f"{text!r} is not a list of days from 1 to {_LONGEST_WINDOW} such as 3,5,7"
        raise typer.BadParameter(message, param_hint="--windows")
    return tuple(sorted({int(part) for part in parts}))


@dataclass(frozen=True, slots=True)
class _Around:
    """What a store tells of the days around truces: the deaths, whose they are, and on which days its source was watching."""

    toll: Toll
    source: str
    first: date
    last: date
    since: date
    as_of: date

    def words(self) -> str:
        """Say what was covered, used and left out, in one line."""
        from ceasefire.record.toll import UNCOUNTED  # noqa: PLC0415

        out = {reason: count for reason, count in self.toll.left_out.items() if count}
        unseen = ", ".join(side for side, rows in self.toll.seen.items() if not rows)
        uncounted = out.pop(UNCOUNTED, 0)
        left = ", ".join(f"{count} {reason}" for reason, count in out.items())
        deaths = f" ({self.toll.left_out_deaths:g} deaths by the best estimate)" if self.toll.left_out_deaths else ""
        return (
            f"Source {self.source}, which has rows from {self.first} to {self.last} as known on {self.as_of}. Since {self.since}: "
            f"{counted(self.toll.rows, 'row')} between the parties, {uncounted} of them without a count of deaths; "
            f"left out: {left or 'none'}{deaths}. "
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


def _toll_seen(case: Case, store: Path, *, until: date, source: str | None, between: str | None, days: int) -> _Around:
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
        raise typer.BadParameter(nothing_known(held, question, until), param_hint="--events")
    sides = _sides(case, between)
    since = max(min(dates), min(truce.announced for truce in case.truces) - timedelta(days)) if case.truces else min(dates)
    near = Question(sources=(name,), since=since, until=until, as_of=question.as_of)
    table = held.table(near, TOLL_COLUMNS)
    found = toll(table, sides, [day for day in covered_days(dates, until) if day >= since])
    if not found.rows:
        asked = " and ".join(sides)
        message = f"no row of {name!r} between {asked} from {since} to {until}; most rows are between {_pairs(table) or 'nobody'}"
        raise typer.BadParameter(message, param_hint="--between" if between else "--events")
    return _Around(found, name, min(dates), min(max(dates), until), since, until)


def _source(held: EventStore, source: str | None) -> str:
    """Give the source that is named, or the only one: the same deaths may stand in several."""
    if source is not None:
        return source_of(held, source)
    known = [one.source for one in held.status().coverage]
    if len(known) == 1:
        return known[0]
    message = f"the store holds several sources, and the same deaths may stand in each; name one of: {', '.join(known)}"
    raise typer.BadParameter(message if known else "the store holds no rows", param_hint="--source")


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
