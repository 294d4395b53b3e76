"""Command on how a conflict rises and falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.cases import CaseName
from ceasefire.cli.grouping import grouped
from ceasefire.cli.inputs import AsJson, print_json, series_of
from ceasefire.cli.seen import Asked, acts_seen, party_of, seen_json, tell_seen
from ceasefire.cli.telling import Called
from ceasefire.cli.wording import after, based_on, counted, estimate, names_in

if TYPE_CHECKING:
    from ceasefire.record import Acts, Branching, Escalation, Lag, Levels, Retaliation

_LAGS = 3
_MOST_DAYS = 3_660
"""Days of a period: time and memory of what could have been seen on each day grow with the square."""


@grouped
def escalation(
    case: CaseName,
    *,
    asked: Asked,
    between: Annotated[
        str | None,
        typer.Option("--between", metavar="CODES", help="ONE,OTHER; default: the two belligerents with most acts between them."),
    ] = None,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Which daily count of deaths.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell how a conflict rose and fell: changes of level, gravest days, who answers whom, whether force breeds force."""
    from ceasefire import record as room  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415

    loaded = load(case)
    name = series_of(loaded, series) or room.deaths_series(loaded)
    seen = acts_seen(loaded, asked, most_days=_MOST_DAYS)
    acts = seen.acts
    fighting = tuple(party.code for party in loaded.parties if "belligerent" in party.roles)
    if not between and len(fighting) < len(("ONE", "OTHER")):
        raise typer.BadParameter("the case has no two belligerents: name two parties, ONE,OTHER", param_hint="--between")
    pair = _two(acts, between) if between else room.busiest_pair(acts, fighting)
    counts = [c for c in loaded.counts if c.series == name and not c.cumulative and c.date and c.date <= acts.last]
    found = room.report_escalation(acts, pair, {c.date: c.value for c in counts if c.date}, name)
    whose = counts[0].side if counts else ""
    if as_json:
        print_json({**seen_json(seen), **room.plain(found), "whose_dead": whose, "rung_names": room.RUNGS})
        return
    called = names_in(loaded)
    tell_seen(seen)
    typer.echo(f"Between {' and '.join(map(called, pair))}.")
    typer.echo(
        "Changes of level are sought on log(1 + value), by random orders of the days (p: share of orders with as large a break)."
    )
    _print(found, called, " and ".join(map(called, filter(None, whose.split("+")))))


def _print(found: Escalation, called: Called, whose: str) -> None:
    from ceasefire.record import RUNGS  # noqa: PLC0415

    deeds = "material deeds of conflict between the two, a day"
    series = ((found.deaths, f"deaths of {whose} a day" if whose else "deaths a day"), (found.material, deeds))
    for levels, what in (*series, (found.share, "share of these deeds in all acts between the two")):
        _print_levels(levels, what)
    if found.gravest:
        typer.echo(f"Days with more deaths than any in the week before{after(', of ', whose)}:")
    for grave in found.gravest:
        since = "none earlier in the series" if grave.since is None else f"first as grave since {grave.since}"
        typer.echo(f"  {grave.day}: {grave.value:g} deaths, {since}")
    for rungs in found.rungs:
        days = ", ".join(f"{name} {count}" for name, count in zip(RUNGS, rungs.days, strict=True))
        climbs = "; ".join(f"{name} first on {day}" for day, name in rungs.climbs)
        typer.echo(f"{called(rungs.actor)} toward {called(rungs.target)}, days by gravest act: {days}{after('; ', climbs)}")
    for answers in found.answers:
        _print_answers(answers, called)
    _print_breeding(found.breeding, called)
    for actor, target, lags in found.words_before_deeds:
        typer.echo(f"Words of {called(actor)} to {called(target)} against its deeds by whole weeks, words first where +:")
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
        typer.echo(f"Level of {what}: no count.")
        return
    series = "" if " " in levels.series else f", series {levels.series}"
    typer.echo(f"Level of {what}{series}, {levels.first} to {levels.last}: {counted(len(levels.shifts), 'change')}")
    for shift in levels.shifts:
        typer.echo(f"  from {shift.day}: {shift.before:.2f} to {shift.after:.2f} (p {shift.p:.3f})")
    seen = ", ".join(map(str, levels.seen_at_the_time))
    typer.echo(f"  as it could have been seen at the time: {seen or 'none'}")


def _print_answers(found: Retaliation, called: Called) -> None:
    answers = found.answers
    what = f"Days of force by {called(found.struck_by)} answered by force of {called(found.answered_by)}"
    if answers is None:
        typer.echo(f"{what}: no force on record.")
        return
    if answers.rate is None:
        typer.echo(f"{what} within {answers.days} days: n {answers.n}, no rate under 5")
        return
    half = "half not answered" if found.median_days is None else f"half answered within {counted(found.median_days, 'day')}"
    typer.echo(f"{what} within {answers.days} days: {estimate(answers.rate)}, n {answers.n}, {based_on(answers.base)}; {half}")


def _print_breeding(found: Branching | None, called: Called) -> None:
    if found is None:
        typer.echo("Whether force breeds force: fewer than 5 acts of force of one of the two, not computed.")
        return
    numbers = f"n {' and '.join(map(str, found.acts))} acts over {found.days} days, half-life {found.half_life_days:g} days"
    typer.echo(
        f"Branching ratio of force: {estimate(found.ratio)}, {numbers}; base {estimate(found.base)}, of the days in random order"
    )
    for i, actor in enumerate(found.parties):
        for j, source in enumerate(found.parties):
            typer.echo(f"  acts of {called(actor)} brought forth by one of {called(source)}: {estimate(found.offspring[i][j])}")


def _two(acts: Acts, text: str) -> tuple[str, str]:
    codes = [part.strip() for part in text.split(",") if part.strip()]
    if len(set(codes)) != 2 or len(codes) != 2:
        raise typer.BadParameter(f"{text!r} is not two different codes such as ARM,AZE", param_hint="--between")
    for code in codes:
        party_of(acts, code, "--between")
    return codes[0], codes[1]
