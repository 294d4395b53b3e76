"""Commands on the record of a case: words against deeds, the ledger, red lines, truces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.cases import CaseName
from ceasefire.cli.inputs import AsJson, AsOf, acts_seen, day_of, party_of, print_json, read_text, series_of
from ceasefire.cli.lines import tell_lines
from ceasefire.cli.wording import after, counted, estimate, share

if TYPE_CHECKING:
    from ceasefire.record import (
        Difference,
        FollowThrough,
        Ledger,
        RedLineReport,
        Reliability,
        Row,
        TruceReport,
    )

Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="First day of the period; default: the war's start.")]
Figures = Annotated[
    Path | None, typer.Option("--figures", metavar="DIR", help="Also write figures as SVG, each with its table as CSV.")
]
_CLASSES = ("words of cooperation", "of conflict", "deeds of cooperation", "of conflict", "diplomatic acts")
_GROUPS = ("word", "kind", "issue", "actor", "target", "pair")


def record(
    case: CaseName,
    *,
    as_of: AsOf = None,
    since: Since = None,
    between: Annotated[
        str | None,
        typer.Option("--between", metavar="CODES", help="POWER,ONE,OTHER: does the power treat both alike, in words and deeds?"),
    ] = None,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Count who said what and who did what: words by grade, diplomatic acts, material deeds, firsts."""
    from ceasefire.brief.ledger import act_rows, heat_rows, truce_marks  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.figures import words_above_deeds, words_and_deeds_heat  # noqa: PLC0415
    from ceasefire.record import acts_from_case, equidistance, measure, measures_json, plain  # noqa: PLC0415

    loaded = load(case)
    start, last = day_of(since, "--since"), day_of(as_of, "--as-of") or loaded.as_of
    if start and start > last:
        raise typer.BadParameter(f"{start} is after the last day, {last}", param_hint="--since")
    found = measure(loaded, last, start)
    difference = None
    if between:
        acts, _ = acts_from_case(loaded, found.as_of, found.since)
        power, one, other = (party_of(acts, code, "--between") or code for code in _three(between))
        difference = equidistance(acts, power, (one, other))
    covered = f"{len(found.classified)} entries of this record up to {found.as_of}; counts from {found.since} on"
    if figures:
        told, heat = act_rows(found), heat_rows(found)
        _draw(figures, "words-above-deeds", words_above_deeds(told, truce_marks(found.truces), covered), told)
        _draw(figures, "words-and-deeds", words_and_deeds_heat(heat, covered), heat)
    if as_json:
        print_json({**measures_json(found), "between": plain(difference)})
        return
    typer.echo(f"{found.since} to {found.as_of}. {covered}.")
    for report in found.actors:
        grades = ", ".join(f"{len(words)} {grade}" for grade, words in report.by_grade() if words)
        typer.echo(
            f"{report.actor}: {counted(len(report.words), 'word')}{after(': ', grades)}, "
            f"{counted(len(report.diplomatic), 'diplomatic act')}, {counted(len(report.deeds), 'material deed')}; "
            f"apart: {len(report.joint)} joint, {len(report.left_out)} of advisers and others"
        )
    typer.echo(f"Deeds that this record had not shown before: {len(found.firsts)}")
    for first in found.firsts:
        typer.echo(f"  {first.entry.date} {first.entry.actor}: {first.entry.summary}")
    if difference:
        _print_difference(difference)


def ledger(
    case: CaseName,
    *,
    as_of: AsOf = None,
    since: Since = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="CODE", help="Only commitments of this party.")] = None,
    target: Annotated[str | None, typer.Option("--target", metavar="CODE", help="Only those made to this party.")] = None,
    ally: Annotated[
        str | None,
        typer.Option("--ally", metavar="CODE", help="With --actor: reliability toward it, others by likeness of their ties."),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="LIST", help=f"Groups of rates: {', '.join(_GROUPS)}.")] = "kind",
    words: Annotated[str | None, typer.Option("--map", metavar="FILE", help="A map of words in place of the packaged one.")] = None,
    demands: Annotated[str | None, typer.Option("--demands", metavar="FILE", help="Likewise, of demands.")] = None,
    fates: Annotated[str | None, typer.Option("--fates", metavar="FILE", help="Your own fates (CSV); they win.")] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="STORE", help="Events of a store beside the record, which wins.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=0, help="Print so many commitments; rates are of all.")] = 200,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Follow every commitment to its fate: kept, partly, contrary, complied, refused, expired or open."""
    from ceasefire import record as room  # noqa: PLC0415
    from ceasefire.brief.ledger import curve_rows  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.figures import incidence_curves  # noqa: PLC0415

    if ally and not actor:
        raise typer.BadParameter("goes with --actor: whose reliability is asked for?", param_hint="--ally")
    loaded = load(case)
    acts, entries, table = acts_seen(loaded, events, last=day_of(as_of, "--as-of"), first=day_of(since, "--since"))
    name = room.names_of(entries, table)
    actor, target = party_of(acts, actor, "--actor"), party_of(acts, target, "--target")
    ally = ally if ally in {party.code for party in loaded.parties} else party_of(acts, ally, "--ally")
    maps = (
        room.read_map(read_text(words), words) if words else room.words(),
        room.read_map(read_text(demands), demands) if demands else room.demands(),
    )
    found = room.ledger(acts, maps)
    if fates:
        found = room.with_fates(found, entries, room.read_fates(read_text(fates), fates, entries), fates)
    chosen = found.select(actor=actor, target=target)
    groups = room.follow_through(found, by=_groups(by), chosen=chosen)
    likeness = room.likeness_of_ties(loaded, actor, ally) if actor and ally else None
    kept, rows = room.reliability(found, chosen=chosen, likeness=likeness), found.rows(chosen)
    shares = {"bluffs among resisted threats": room.bluff_ratio(found, actor), "unannounced deeds": room.unannounced(found, actor)}
    if actor and target:
        shares[f"days of promise by {actor} amid its force against {target}"] = room.double_talk(acts, actor, target)
    if figures:
        curves = curve_rows(found, chosen)
        covered = f"{len(rows)} commitments from {acts.first} to {acts.last}; those open are followed as long as they were seen"
        _draw(figures, "incidence", incidence_curves(curves, covered), curves)
    if as_json:
        print_json({**room.ledger_json(found, rows, groups, kept, name), "shares": room.plain(shares), "likeness": likeness})
        return
    _print_ledger(found, rows, groups, kept, most=most, name=name)
    if likeness:
        shown = ", ".join(f"{code} {value:.2f}" for code, value in sorted(likeness.items(), key=lambda pair: -pair[1]) if value)
        typer.echo(f"Reliability is that toward {ally}; commitments to others weigh as their ties are like: {shown}")
    for what, found_share in shares.items():
        typer.echo(f"{what[0].upper()}{what[1:]}: {share(found_share)}")


def redlines(
    case: CaseName,
    *,
    as_of: AsOf = None,
    lines: Annotated[
        str | None, typer.Option("--lines", metavar="FILE", help="Red lines of your own (CSV), held against codes of acts.")
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="STORE", help="With --lines: events of a store beside the record.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List declared red lines: what could have crossed them, how their setter answered, where they are weak."""
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.record import measure, red_lines_json  # noqa: PLC0415

    if events and not lines:
        raise typer.BadParameter("goes with --lines: the lines of the case are held against its record", param_hint="--events")
    if lines:
        tell_lines(load(case), day_of(as_of, "--as-of"), lines, events, as_json=as_json)
        return
    reports = measure(load(case), day_of(as_of, "--as-of")).red_lines
    if as_json:
        print_json(red_lines_json(reports))
        return
    typer.echo("Whether an act crosses a line is a judgement; listed are acts that could. The weaknesses are those of Altman.")
    for report in reports:
        _print_red_line(report)


def truces(
    case: CaseName,
    *,
    as_of: AsOf = None,
    series: Annotated[str | None, typer.Option("--series", metavar="NAME", help="Which daily count of deaths.")] = None,
    ratio: Annotated[float, typer.Option("--ratio", help="Held: deaths a day below this share of those before.")] = 0.5,
    days: Annotated[int, typer.Option("--days", min=1, help="Held: over so many days.")] = 7,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether truces held: time to the first breach, breaches by side, deaths before and after."""
    from ceasefire.brief.ledger import before_after_rows  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.figures import before_and_after_truces  # noqa: PLC0415
    from ceasefire.record import HeldRule, report_truces, truces_json  # noqa: PLC0415

    if not 0 < ratio < float("inf"):
        raise typer.BadParameter(f"{ratio:g} is no share above 0", param_hint="--ratio")
    loaded = load(case)
    until, name = day_of(as_of, "--as-of") or loaded.as_of, series_of(loaded, series)
    reports = report_truces(loaded, until, name, rule=HeldRule(ratio=ratio, days=days))
    if figures:
        rows = before_after_rows(reports)
        covered = f"series {reports[0].series if reports else 'none'}; the day of the truce is left out"
        _draw(figures, "before-and-after", before_and_after_truces(rows, covered), rows)
    if as_json:
        print_json(truces_json(reports))
        return
    if not reports:
        typer.echo("No truce had been announced by that day.")
    for report in reports:
        _print_truce(report)


def _print_ledger(
    found: Ledger,
    rows: Sequence[Row],
    groups: Sequence[FollowThrough],
    kept: Sequence[Reliability],
    *,
    most: int,
    name: Callable[[int], str],
) -> None:
    left_out = ", ".join(f"{count} ({reason})" for reason, count in found.acts.left_out.items() if count)
    typer.echo(f"{found.acts.first} to {found.acts.last}: {counted(len(found.acts), 'act')}{after('; left out: ', left_out)}.")
    for row in rows[:most]:
        ended = f" on {row.closed}" if row.closed else f", due {row.due}"
        closing = f" by {name(row.closed_by)}" if row.closed_by is not None else ""
        notes = ", ".join(text for text, holds in (("conditional", row.conditional), ("resisted", row.resisted)) if holds)
        said = f"{row.day} {row.actor} to {row.target}: {row.says} [{name(row.said)}]"
        typer.echo(f"  {said}: {row.status}{ended}{closing}{after('; ', notes)}")
    if len(rows) > most:
        typer.echo(f"  and {len(rows) - most} more; see --most")
    typer.echo("Follow-through beside the base rate of random starts; no rate under 5; conditional words not judged are left out.")
    for group in groups:
        counts = ", ".join(f"{count} {status}" for status, count in group.counts if count)
        left = f"{group.conditional} conditional left out"
        typer.echo(f"  {', '.join(group.key)}: n {group.n} ({counts or 'none'}), {left}; {_rates(group)}")
    shown = [one for one in kept if one.estimate]
    typer.echo(f"Reliability, shrunk and fading; {len(kept) - len(shown)} of {len(kept)} have fewer than 5 judged and no number.")
    for one in shown:
        typer.echo(f"  {one.actor} on {one.issue}: {estimate(one.estimate)}, n {one.n}, all powers {one.prior:.2f}")


def _rates(group: FollowThrough) -> str:
    if group.rate is None:
        return "no rate"
    base = "base not known" if group.base is None else f"base {group.base:.2f}"
    beyond = "".join(f", {what} {estimate(found)}" for what, found in (("excess", group.excess), ("lift", group.lift)) if found)
    return f"after {group.days} days {estimate(group.rate)}, {base}{beyond}"


def _print_red_line(report: RedLineReport) -> None:
    typer.echo(f"{report.since} {report.setter} to {', '.join(report.addressees) or 'nobody named'}: {report.text}")
    if report.conditions:
        typer.echo(f"  condition: {'; '.join(report.conditions)}")
    if report.place:
        typer.echo(f"  place: {report.place}")
    depth = ", ".join(f"{count} {category}" for category, count in report.depth)
    listed = f"{len(report.candidates)}{after(' of kind: ', depth)}"
    typer.echo(f"  could fall under it: {listed}; corroborated by two or more groups of outlets: {report.corroborated[1]}")
    for one in report.candidates:
        at = " (names the place)" if one in report.named else ""
        typer.echo(f"    {one.entry.key}{at}: {one.entry.summary}")
    if report.names:
        named = f"of the {len(report.candidates)} naming {' or '.join(report.names)}: {len(report.named)}"
        typer.echo(f"  {named}; the others may have happened there too, the record has no place for them")
    answered = f"; answered within 30 days: {share(report.answered)}" if report.answered and report.answered.n else ""
    first = "" if report.days_to_response is None else f", {counted(report.days_to_response, 'day')} after the first"
    typer.echo(f"  strongest answer: {report.response}{first}{answered}")
    for weakness in report.weaknesses:
        found = {True: "yes", False: "no", None: "not judged"}[weakness.found]
        typer.echo(f"  {weakness.name}: {found} ({weakness.why})")


def _print_truce(report: TruceReport) -> None:
    hours = "not known" if report.hours_to_breach is None else f"{report.hours_to_breach:.2f}"
    day = f" (claimed for {report.breach_day})" if report.breach_day else " (none claimed)"
    typer.echo(f"{report.truce.name}, in force {report.truce.effective}: hours to the first breach {hours}{day}")
    for window in report.windows:
        before, after = (f"{value:.1f}" if value is not None else "no count" for value in (window.before, window.after))
        ratio = f", ratio {estimate(window.ratio)}" if window.ratio else ""
        shared = f", overlaps {', '.join(window.shared)}" if window.shared else ""
        typer.echo(f"  {window.days} days: {before} to {after} deaths a day{ratio}{shared}")
    typer.echo(f"  direction: {report.direction}; {report.held} ({report.rule}); series {report.series}")
    for one in report.breaches:
        force = f"{counted(len(one.entries), 'entry', 'entries')} of force by {one.side}"
        typer.echo(f"  {force} in {counted(one.days, 'day')}, {estimate(one.a_day)} a day")


def _print_difference(found: Difference) -> None:
    for one in (found.first, found.second):
        counts = ", ".join(f"{count} {name}" for name, count in zip(_CLASSES, one.counts, strict=True))
        typer.echo(f"{one.actor} toward {one.target}: {counts}; acts less words {estimate(one.balance)}")
    typer.echo(
        f"{found.first.target} less {found.second.target}, from -2 to 2: words {estimate(found.words)}, "
        f"deeds {estimate(found.deeds)}, acts less words {estimate(found.balance)}; none under 5 of each or 5 weeks"
    )


def _three(text: str) -> tuple[str, str, str]:
    codes = [part.strip() for part in text.split(",") if part.strip()]
    if len(set(codes)) != 3:
        raise typer.BadParameter(f"{text!r} is not three different codes such as RUS,ARM,AZE", param_hint="--between")
    return codes[0], codes[1], codes[2]


def _groups(text: str) -> Any:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in chosen:
        if part not in _GROUPS:
            raise typer.BadParameter(f"unknown group {part!r}; known: {', '.join(_GROUPS)}", param_hint="--by")
    return chosen or ("kind",)


def _draw(folder: Path, name: str, spec: dict[str, Any], rows: Sequence[Any]) -> None:
    from ceasefire.figures import render_svg  # noqa: PLC0415
    from ceasefire.figures.ledger import twin_csv  # noqa: PLC0415
    from ceasefire.store import write_text  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / f"{name}.svg", render_svg(spec, name=name))
    write_text(folder / f"{name}.csv", twin_csv(rows))
