"""Command on how a conflict rises and falls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.cases import CaseName
from ceasefire.cli.inputs import AsJson, AsOf, acts_seen, day_of, party_of, print_json, series_of
from ceasefire.cli.wording import based_on, counted, estimate

if TYPE_CHECKING:
    from ceasefire.record import Acts, Branching, Escalation, Lag, Levels, Retaliation

_LAGS = 3


def escalation(
    case: CaseName,
    *,
    as_of: AsOf = None,
    between: Annotated[
        str | None,
        typer.Option("--between", metavar="CODES", help="ONE,OTHER; default: the two belligerents with most acts between them."),
    ] = None,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Which daily count of deaths.")] = None,
    events: Annotated[Path | None, typer.Option("--events", metavar="STORE", help="Events of a store beside the record.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how a conflict rose and fell: changes of level, gravest days, who answers whom, whether force breeds force."""
    from ceasefire import record as room  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415

    loaded = load(case)
    acts = acts_seen(loaded, events, last=day_of(as_of, "--as-of")).acts
    fighting = tuple(party.code for party in loaded.parties if "belligerent" in party.roles)
    pair = _two(acts, between) if between else room.busiest_pair(acts, fighting)
    name = series_of(loaded, series) or room.deaths_series(loaded)
    deaths = {c.date: c.value for c in loaded.counts if c.series == name and not c.cumulative and c.date and c.date <= acts.last}
    found = room.report_escalation(acts, pair, deaths, name)
    if as_json:
        print_json({"first": room.plain(acts.first), "last": room.plain(acts.last), **room.plain(found), "rung_names": room.RUNGS})
        return
    typer.echo(
        f"{acts.first} to {acts.last}, {' and '.join(pair)}. Changes are sought on log(1 + value), by random orders of the days."
    )
    _print(found)


def _print(found: Escalation) -> None:
    from ceasefire.record import RUNGS  # noqa: PLC0415

    for levels, what in ((found.deaths, "deaths"), (found.material, "material conflict"), (found.share, "its share")):
        _print_levels(levels, what)
    for grave in found.gravest:
        since = "none earlier in the series" if grave.since is None else f"first as grave since {grave.since}"
        typer.echo(f"  {grave.day}: {grave.value:g} deaths, {since}")
    for rungs in found.rungs:
        days = ", ".join(f"{name} {count}" for name, count in zip(RUNGS, rungs.days, strict=True))
        climbs = "; ".join(f"{name} first on {day}" for day, name in rungs.climbs)
        typer.echo(f"{rungs.actor} toward {rungs.target}, days by gravest act: {days}. {climbs}")
    for answers in found.answers:
        _print_answers(answers)
    _print_breeding(found.breeding)
    for actor, target, lags in found.words_before_deeds:
        typer.echo(f"Words of {actor} to {target} against its deeds by whole weeks, words first where +:")
        typer.echo(f"  {_lags(lags) or 'too few weeks, or no change in one'}")


def _lags(lags: tuple[Lag, ...]) -> str:
    """Write correlations; `worth` is the number of weeks left when weeks like the one before count less."""
    return ", ".join(
        f"{one.weeks:+d} weeks {estimate(one.correlation)} (n {one.n}, worth {one.effective_n:.1f})"
        for one in lags
        if one.correlation and abs(one.weeks) <= _LAGS
    )


def _print_levels(levels: Levels | None, what: str) -> None:
    if levels is None:
        typer.echo(f"Levels of {what}: no count.")
        return
    typer.echo(f"Levels of {what} ({levels.series}, {levels.first} to {levels.last}): {counted(len(levels.shifts), 'change')}")
    for shift in levels.shifts:
        typer.echo(f"  from {shift.day}: {shift.before:.2f} to {shift.after:.2f} (p {shift.p:.3f})")
    seen = ", ".join(map(str, levels.seen_at_the_time))
    typer.echo(f"  as it could have been seen at the time: {seen or 'none'}")


def _print_answers(found: Retaliation) -> None:
    answers = found.answers
    what = f"Force of {found.struck_by} answered by {found.answered_by}"
    if answers is None:
        typer.echo(f"{what}: no force on record.")
        return
    if answers.rate is None:
        typer.echo(f"{what}: n {answers.n}, no rate")
        return
    half = "half not answered" if found.median_days is None else f"half answered within {counted(found.median_days, 'day')}"
    typer.echo(f"{what} within {answers.days} days: {estimate(answers.rate)}, n {answers.n}, {based_on(answers.base)}; {half}")


def _print_breeding(found: Branching | None) -> None:
    if found is None:
        typer.echo("Whether force breeds force: fewer than 5 acts of force of one of the two, not computed.")
        return
    typer.echo(f"Branching ratio of force: {estimate(found.ratio)} over {found.days} days, half-life {found.half_life_days:g} days")
    for i, actor in enumerate(found.parties):
        for j, source in enumerate(found.parties):
            typer.echo(f"  acts of {actor} brought forth by one of {source}: {estimate(found.offspring[i][j])}")


def _two(acts: Acts, text: str) -> tuple[str, str]:
    codes = [part.strip() for part in text.split(",") if part.strip()]
    if len(set(codes)) != 2 or len(codes) != 2:
        raise typer.BadParameter(f"{text!r} is not two different codes such as ARM,AZE", param_hint="--between")
    for code in codes:
        party_of(acts, code, "--between")
    return codes[0], codes[1]
