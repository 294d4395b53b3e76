"""How what a record shows is told on the screen: actors, commitments, red lines, truces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from ceasefire.cli.wording import after, based_on, counted, estimate, meaning, share

if TYPE_CHECKING:
    from ceasefire.record import (
        ActorReport,
        Breaches,
        Classified,
        FollowThrough,
        Measures,
        RedLineReport,
        Reliability,
        Row,
        Share,
        TruceReport,
        Weakness,
        Window,
    )

_MINUTES_UP_TO, _HOURS_UP_TO = 2, 48
Called = Callable[[str], str]
"""Gives name and code of a party, see `names_in`."""


def doubt(one: Classified) -> str:
    """Mark an entry of low confidence.

    Examples
    --------
    >>> from ceasefire.record import classify
    >>> from ceasefire.testing import an_entry
    >>> doubt(classify(an_entry("e", "2031-03-01", "A", confidence="low")))
    ' [low confidence]'
    """
    return " [low confidence]" if one.entry.confidence == "low" else ""


def tell_measures(found: Measures, called: Called) -> None:
    """Print who said and did how much in the period, and which kinds of deeds were new."""
    before = sum(one.entry.date < found.since for one in found.classified)
    earlier = f"; {before} before {found.since} are in no count" if before else ""
    earlier += f"; {len(found.told_later)} told only by later sources left out" if found.told_later else ""
    typer.echo(
        f"{found.since} to {found.as_of}: {counted(len(found.classified) - before, 'entry', 'entries')} of this record{earlier}."
    )
    for report in found.actors:
        _tell_actor(report, called)
    typer.echo(f"Deeds of a kind that this record had not shown before of their actor toward these targets: {len(found.firsts)}")
    for first in found.firsts:
        typer.echo(f"  {first.entry.date} {called(first.entry.actor)}: {first.entry.summary}{doubt(first)}")


def _tell_actor(report: ActorReport, called: Called) -> None:
    grades = ", ".join(f"{len(words)} {grade}" for grade, words in report.by_grade() if words)
    doubted = f"; of low confidence among these: {len(report.doubted)}" if report.doubted else ""
    typer.echo(
        f"{called(report.actor)}: {counted(len(report.words), 'word')}{after(': ', grades)}; "
        f"{counted(len(report.diplomatic), 'diplomatic act')}, {counted(len(report.deeds), 'material deed')}{doubted}; "
        f"apart: {len(report.joint)} joint, {len(report.left_out)} of advisers and others"
    )


def tell_ledger(
    rows: Sequence[Row],
    groups: Sequence[FollowThrough],
    kept: Sequence[Reliability],
    *,
    most: int,
    name: Callable[[int], str],
    is_doubted: Callable[[int], bool],
    called: Called,
) -> None:
    """Print commitments, at most `most`, then rates and reliability; `name` says what a row number stands for."""
    for row in rows[:most]:
        ended = f" on {row.closed}" if row.closed else f", due {row.due}"
        closing = f" by {name(row.closed_by)}" if row.closed_by is not None else ""
        notes = ", ".join(text for text, holds in _notes(row, is_doubted) if holds)
        said = f"{row.day} {called(row.actor)} to {called(row.target)}: {row.says} [{name(row.said)}]"
        typer.echo(f"  {said}: {row.status}{ended}{closing}{after('; ', notes)}")
    if len(rows) > most:
        typer.echo(f"  and {len(rows) - most} more; see --most")
    typer.echo("Follow-through beside the base rate of random starts; no rate under 5; conditional words not judged are left out.")
    for group in groups:
        counts = ", ".join(f"{count} {status}" for status, count in group.counts if count)
        left = f"{group.conditional} conditional left out"
        key = ", ".join(_key(part, called) for part in group.key)
        typer.echo(f"  {key}: n {group.n} ({counts or 'none'}), {left}; {_rates(group)}")
    shown = [one for one in kept if one.estimate]
    few = f"{len(kept) - len(shown)} of {counted(len(kept), 'pair')} of a power and an issue have fewer than 5 judged and no number"
    running, conditional = sum(one.running for one in kept), sum(one.conditional for one in kept)
    waiting = f"not judged: {running} whose window had not ended, {conditional} conditional"
    fading = f"fading by half in {kept[0].half_life_days:g} days" if kept else "fading"
    typer.echo(f"Reliability, shrunk and {fading}; {few}; {waiting}.")
    for one in shown:
        all_of = f"all powers {one.prior:.2f}, n {one.prior_n}"
        typer.echo(f"  {called(one.actor)} on {one.issue}: {estimate(one.estimate)}, n {one.n}, {all_of}")


def _key(part: str, called: Called) -> str:
    """Write a part of the key of a group: parties by name, words with what they say."""
    if " to " in part:
        return " to ".join(map(called, part.split(" to ")))
    return f"{called(part)}{after(' ', meaning(part))}" if part.upper() == part else part


def _notes(row: Row, is_doubted: Callable[[int], bool]) -> tuple[tuple[str, bool], ...]:
    return ("conditional", row.conditional), ("resisted", row.resisted), ("word of low confidence", is_doubted(row.said))


def _rates(group: FollowThrough) -> str:
    if group.rate is None:
        return "no rate"
    beyond = "".join(f", {what} {estimate(found)}" for what, found in (("excess", group.excess), ("lift", group.lift)) if found)
    given = group.not_complied
    unless = f"; of {given.n} not complied with {estimate(given.rate)}, {based_on(given.base)}" if given else ""
    return f"after {group.days} days {estimate(group.rate)}, {based_on(group.base)}{beyond}{unless}"


def tell_likeness(likeness: Mapping[str, float], ally: str) -> None:
    """Print how much commitments to others count toward one ally."""
    shown = ", ".join(f"{code} {value:.2f}" for code, value in sorted(likeness.items(), key=lambda pair: -pair[1]) if value)
    typer.echo(f"Reliability is that toward {ally}; commitments to others weigh as their ties are like: {shown}")


def tell_shares(shares: Mapping[str, Share], actor: str | None, target: str | None) -> None:
    """Print shares with their days, and whose they are."""
    typer.echo(f"Shares of {actor or 'all parties'}{after(' toward ', target or '')}:")
    for what, found in shares.items():
        window = f", within {counted(found.days, 'day')}" if found.days else ""
        typer.echo(f"{what[0].upper()}{what[1:]}{window}: {share(found)}")


def tell_red_line(report: RedLineReport, called: Called) -> None:
    """Print a red line of a case, what could fall under it, how its setter answered, where it is weak."""
    addressees = ", ".join(map(called, report.addressees))
    typer.echo(f"{report.since} {called(report.setter)} to {addressees or 'nobody named'}: {report.text}")
    typer.echo(f"  condition: {'; '.join(one.rstrip('.') for one in report.conditions) or 'none on record'}")
    typer.echo(f"  place: {report.place or 'none given'}")
    codes = ", ".join(f"{code}{after(' ', meaning(code))}" for code in report.crossed_by)
    typer.echo(f"  crossed by: {codes or 'not said, so force, deployment, aid, sanctions and coercion are listed'}")
    depth = ", ".join(f"{count} {category}" for category, count in report.depth)
    listed = f"{len(report.candidates)}{after(' of kind: ', depth)}"
    typer.echo(f"  could fall under it: {listed}; on two or more independent groups of outlets: {report.corroborated[1]}")
    for one in report.candidates:
        at = " (names the place)" if one in report.named else ""
        typer.echo(f"    {one.entry.key}{at}: {one.entry.summary}{doubt(one)}")
    if report.names:
        named = f"of the {len(report.candidates)} naming {' or '.join(report.names)}: {len(report.named)}"
        typer.echo(f"  {named}; the others may have happened there too, the record has no place for them")
    near = ", ".join(f"{one.entry.key}{doubt(one)}" for one in report.near)
    typer.echo(f"  near misses, threats short of it: {len(report.near)}{f' ({near})' if near else ''}")
    typer.echo(f"  {_answer(report)}")
    tell_weaknesses(report.weaknesses)


def tell_weaknesses(weaknesses: Sequence[Weakness]) -> None:
    """Print in how many of the four ways a red line is weak, and each with its reason."""
    judged = [one for one in weaknesses if one.found is not None]
    typer.echo(f"  weak in {sum(one.found is True for one in judged)} of {len(judged)} ways that could be judged:")
    for one in weaknesses:
        found = {True: "yes", False: "no", None: "not judged"}[one.found]
        typer.echo(f"  {one.name}: {found} ({one.why})")


def _answer(report: RedLineReport) -> str:
    """Say how the setter answered the first act, how strongly and when, and what share of acts it answered."""
    if not report.candidates:
        return "answer of its setter: none needed yet"
    if report.days_to_response is None or report.days_to_strongest is None:
        told = "answer of its setter: nothing on record"
    else:
        both = report.days_to_response, report.days_to_strongest
        first, strongest = (f"after {counted(days, 'day')}" if days else "on the same day" for days in both)
        told = f"answer of its setter to the first act: first {first}; strongest: {report.response}, {strongest}"
    late = f"; not judged, in the last 30 days: {report.unjudged}" if report.unjudged else ""
    return f"{told}; answered within 30 days: {share(report.answered)}{late}" if report.answered else told


def tell_truce(report: TruceReport, called: Called, titles: Mapping[str, str]) -> None:
    """Print whether a truce held; `titles` are the names of all truces by key."""
    truce = report.truce
    brokers = after(", brokered by ", ", ".join(map(called, truce.brokers)))
    force = f"in force {truce.effective}" if truce.effective else "in force from a day that is not known"
    agreed = after(", agreed until ", truce.ends)
    typer.echo(f"{truce.name} ({truce.key}), announced {truce.announced}{brokers}; {force}{agreed}")
    typer.echo(f"  {_first_breach(report, called)}")
    if report.series:
        whose = " and ".join(map(called, filter(None, report.whose.split("+")))) or "not said whose"
        told = after(", published by ", "; ".join(report.told_by))
        typer.echo(f"  deaths a day before and after its own day, of {whose}, series {report.series}{told}:")
    else:
        typer.echo("  deaths: the case has no daily count of killed")
    for window in report.windows:
        past = report.days_past_end(window.days)
        ended = f"; past its agreed end: {past} of the days after" if past else ""
        typer.echo(f"  {_window(window, titles)}{ended}")
    held = "not known whether it held" if report.held == "not known" else report.held
    typer.echo(f"  direction: {report.direction}; {held} ({report.rule})")
    for one in report.breaches:
        typer.echo(f"  {_force(one, called)}")
    if not report.breaches and not report.force:
        typer.echo("  force: not counted; the case has no belligerents, or the truce was not in force yet")
    for side, windows in report.force:
        rows = "; ".join(f"{window.days} days: {_means(window)}" for window in windows)
        typer.echo(f"  rows of force {f'by {called(side)}' if side else 'between them'} a day, before to after: {rows}")
    if report.by_others:
        keys = ", ".join(one.entry.key for one in report.by_others)
        typer.echo(f"  not counted, force by others than the belligerents: {len(report.by_others)} ({keys})")


def _first_breach(report: TruceReport, called: Called) -> str:
    if report.breach_day is None:
        return "first breach: none claimed by then"
    hours = "hour not known" if report.hours_to_breach is None else f"{_passed(report.hours_to_breach)} after it began"
    claimed = f", claimed by {called(report.claimed_by)}" if report.claimed_by else ", nobody is named who claims it"
    return f"first breach: {report.breach_day}, {hours}{claimed}{after('; another account: ', report.other_account)}"


def _passed(hours: float) -> str:
    """Write a span of time in minutes up to two hours, in hours up to two days, else in days."""
    if hours < _MINUTES_UP_TO:
        return counted(round(60 * hours), "minute")
    return f"{hours:.1f} hours" if hours < _HOURS_UP_TO else f"{hours / 24:.1f} days"


def _window(window: Window, titles: Mapping[str, str]) -> str:
    ends = (("before", window.before_range), ("after", window.after_range))
    ranges = ", ".join(f"{found[0]:.1f} to {found[1]:.1f} {side}" for side, found in ends if found)
    ratio = f", ratio {estimate(window.ratio)}" if window.ratio else ""
    shared = ", ".join(
        f"{one.days} of the days {one.side} {'is the day of' if one.theirs == 'day' else f'are days {one.theirs}'} "
        f"{titles.get(one.truce, one.truce)} ({one.truce})"
        for one in window.shared
    )
    apart = f"{after('; low to high: ', ranges)}{after('; shared: ', shared)}"
    is_counted = window.rows is not None and (window.before is not None or window.after is not None)
    rows = f" in {counted(window.rows or 0, 'row')}{'' if window.ratio else ', no ratio'}" if is_counted else ""
    return f"{window.days} days: {_means(window, ' deaths a day')}{rows}{ratio}{apart}"


def _means(window: Window, unit: str = "") -> str:
    if window.before is None and window.after is None:
        return "no count"
    means = " to ".join("no count" if value is None else f"{value:.1f}" for value in (window.before, window.after))
    return f"{means}{unit}"


def _force(one: Breaches, called: Called) -> str:
    rate = "no rate" if one.a_day is None else f"{estimate(one.a_day)} a day"
    told = ", ".join(f"{len(found)} {why} ({', '.join(e.entry.key for e in found)})" for why, found in one.uncounted())
    force = f"{counted(len(one.entries), 'entry', 'entries')} of force by {called(one.side)}"
    return f"{force} in {counted(one.days, 'whole day')}, {rate}{after('; not counted: ', told)}"
