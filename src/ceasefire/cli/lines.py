"""Red lines that an analyst wrote down, held against acts: what `redlines --lines` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from ceasefire.cli.inputs import day_of, print_json, read_text
from ceasefire.cli.seen import Asked, acts_seen, seen_json, tell_seen
from ceasefire.cli.telling import tell_weaknesses
from ceasefire.cli.wording import after, counted, meaning, names_in, share

if TYPE_CHECKING:
    from datetime import date

    from ceasefire.case.model import Case
    from ceasefire.record import LimitReport, Witnesses

_MOST = 20


def tell_lines(case: Case, asked: Asked, file: str, *, as_json: bool) -> None:
    """Print what the record, and the events of a store beside it, show of the lines in a file."""
    from ceasefire import record as room  # noqa: PLC0415
    from ceasefire.reference import countries, organisations  # noqa: PLC0415

    limits = room.read_limits(read_text(file), file)
    until = day_of(asked.as_of, "--as-of") or case.as_of
    since = min((limit.since for limit in limits if limit.since <= until), default=until)
    seen = acts_seen(case, asked, first=since, more=room.WITNESS_COLUMNS)
    acts, entries, table, _ = seen
    name = room.names_of(entries, table)
    coded = {one.iso3 or "" for one in countries()} | {one.code for one in organisations()}
    room.check_parties(limits, coded | {*acts.parties} | {party.code for party in case.parties}, file)
    reports = [room.report_limit(acts, limit, room.acts_at(acts, limit.place, entries, table)) for limit in limits]
    witnessed = [room.witnesses_of(report, entries, table) for report in reports]
    if as_json:
        rows = [
            {
                **room.plain(report),
                "codes": dict(report.codes),
                "crossings": [name(int(row)) for row in report.crossings],
                "near": [name(int(row)) for row in report.near],
                "weaknesses": room.plain(report.limit.weaknesses()),
                **room.plain(found),
                "named": [name(int(row)) for row in found.named],
            }
            for report, found in zip(reports, witnessed, strict=True)
        ]
        print_json({**seen_json(seen), "lines": rows})
        return
    tell_seen(seen)
    typer.echo(
        "Places given as codes of countries or as a circle are checked, others only told. The weaknesses are those of Altman."
    )
    if not reports:
        typer.echo("The file holds no red line.")
    called = names_in(case)
    for report, found in zip(reports, witnessed, strict=True):
        _print(report, found, name, called, acts.last)


def _print(report: LimitReport, found: Witnesses, name: Callable[[int], str], called: Callable[[str], str], last: date) -> None:
    limit = report.limit
    bound, protected = (", ".join(map(called, codes)) or "anyone" for codes in (limit.addressees, limit.protected))
    typer.echo(f"{limit.key}: {called(limit.setter)} since {limit.since}{after(' until ', str(limit.until or ''))}: {limit.text}")
    typer.echo(f"  to {bound}, for {protected}; place: {limit.place or 'none given'}")
    if limit.since > last:
        typer.echo(f"  stated only after {last}: nothing was held against it")
        return
    kinds = ", ".join(f"{count} of {code}{after(' ', meaning(code))}" for code, count in report.codes)
    deaths = "nobody counted deaths" if report.deaths is None else f"{report.deaths:g} deaths in {report.counted} of them"
    first = "" if report.first is None else f", the first on {report.first}"
    depth = f"; {deaths}" if len(report.crossings) else ""
    typer.echo(f"  {counted(len(report.crossings), 'crossing')}{after(': ', kinds)}{first}{depth}")
    if len(report.crossings):
        shown = ", ".join(name(int(row)) for row in report.crossings[:_MOST])
        typer.echo(f"    {shown}{f' and {len(report.crossings) - _MOST} more' if len(report.crossings) > _MOST else ''}")
    if report.other_days:
        typer.echo(f"  left out, on days on which it did not stand: {counted(report.other_days, 'act')} of the same codes")
    if report.elsewhere is not None:
        typer.echo(f"  left out, elsewhere or nobody knows where: {counted(report.elsewhere, 'act')} of the same codes")
    if found.names and len(report.crossings):
        typer.echo(f"  naming {' or '.join(found.names)}: {len(found.named)}; the others may have happened there too")
    if found.told:
        typer.echo(f"  on two or more independent groups of outlets: {found.corroborated} of {found.told} with a known outlet")
    half = "" if report.days_to_response is None else f", half of them within {counted(report.days_to_response, 'day')}"
    late = f"; not judged, in the last 30 days: {report.unjudged}" if report.unjudged else ""
    typer.echo(f"  near misses: {len(report.near)}; days answered within 30 days: {share(report.answered)}{half}{late}")
    tell_weaknesses(limit.weaknesses())
