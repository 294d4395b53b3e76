"""Commands on the record of a case: words against deeds, the ledger, red lines, truces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.between import between_json, between_of, tell_between
from ceasefire.cli.cases import CaseName
from ceasefire.cli.drawing import Figures, draw
from ceasefire.cli.grouping import grouped
from ceasefire.cli.inputs import AsJson, AsOf, day_of, print_json, read_text
from ceasefire.cli.lines import tell_lines
from ceasefire.cli.seen import Asked, Since, Source, acts_seen, party_of, period_of, seen_json, tell_seen
from ceasefire.cli.telling import tell_ledger, tell_likeness, tell_measures, tell_red_line, tell_shares
from ceasefire.cli.wording import counted, names_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ceasefire.record import Ledger, Rule

_GROUPS = ("word", "kind", "issue", "actor", "target", "pair")


def record(
    case: CaseName,
    *,
    as_of: AsOf = None,
    since: Since = None,
    between: Annotated[
        str | None,
        typer.Option(
            "--between",
            metavar="CODES",
            help="ONE,OTHER: words against deeds both ways. POWER,ONE,OTHER: does the power treat both alike?",
        ),
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="STORE", help="With --between: events of a store beside the record.")
    ] = None,
    source: Source = None,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Count who said what and who did what: words by grade, diplomatic acts, material deeds, firsts."""
    from ceasefire.brief.ledger import act_rows, heat_rows, truce_marks  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.figures import words_above_deeds, words_and_deeds_heat  # noqa: PLC0415
    from ceasefire.record import measure, measures_json  # noqa: PLC0415

    for given, option in ((events, "--events"), (source, "--source")):
        if given and not between:
            raise typer.BadParameter("goes with --between: the counts are of entries of the record", param_hint=option)
    loaded = load(case)
    found = measure(loaded, *period_of(loaded, day_of(as_of, "--as-of"), day_of(since, "--since")))
    pairs = between_of(acts_seen(loaded, Asked(as_of, since, None, events, source)), between) if between else None
    covered = f"{len(found.classified)} entries of this record up to {found.as_of}; counts from {found.since} on"
    if figures:
        called = names_in(loaded, with_code=False)
        told, heat = act_rows(found, called), heat_rows(found, name=called)
        draw(figures, "words-above-deeds", words_above_deeds(told, truce_marks(found.truces), covered), told)
        draw(figures, "words-and-deeds", words_and_deeds_heat(heat, covered), heat)
    if as_json:
        print_json({**measures_json(found), "between": between_json(pairs) if pairs else None})
        return
    tell_measures(found, names_in(loaded))
    if pairs:
        tell_between(pairs, names_in(loaded))


@grouped
def ledger(
    case: CaseName,
    *,
    asked: Asked,
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
    most: Annotated[int, typer.Option("--most", min=0, help="Print so many commitments; rates are of all.")] = 200,
    figures: Figures = None,
    as_json: AsJson = False,
) -> None:
    """Follow every commitment to its fate: kept, partly, contrary, complied, refused, expired or open."""
    from ceasefire import record as room  # noqa: PLC0415
    from ceasefire.case import load  # noqa: PLC0415

    if ally and not actor:
        raise typer.BadParameter("goes with --actor: whose reliability is asked for?", param_hint="--ally")
    loaded = load(case)
    seen = acts_seen(loaded, asked)
    acts, entries, table, _ = seen
    actor, target = party_of(acts, actor, "--actor"), party_of(acts, target, "--target")
    ally = ally if ally in {party.code for party in loaded.parties} else party_of(acts, ally, "--ally")
    found = room.ledger(acts, _maps(words, demands))
    own = room.read_fates(read_text(fates), fates, loaded.record) if fates else ()
    not_yet = room.fates_not_yet(own, loaded.record, acts.last)
    if fates:
        found = room.with_fates(found, loaded.record, own, fates)
    chosen = found.select(actor=actor, target=target)
    groups = room.follow_through(found, by=_groups(by), chosen=chosen)
    likeness = room.likeness_of_ties(loaded, actor, ally, acts.last) if actor and ally else None
    kept, rows = room.reliability(found, chosen=chosen, likeness=likeness), found.rows(chosen)
    shares = {
        "bluffs among resisted threats": room.bluff_ratio(found, actor, target),
        "unannounced deeds": room.unannounced(found, actor, target),
        "days of promise amid force": room.double_talk(acts, actor, target),
    }
    if figures:
        _draw_curves(figures, found, chosen)
    name, is_doubted = room.names_of(entries, table), room.doubts_of(entries)
    if as_json:
        told = room.ledger_json(found, rows, groups, kept, name, is_doubted=is_doubted)
        told["own_fates"] = {"given": len(own), "not_known_yet": len(not_yet)}
        print_json({**told, **seen_json(seen), "shares": room.plain(shares), "likeness": likeness})
        return
    called = names_in(loaded)
    tell_seen(seen)
    if fates:
        typer.echo(f"Fates of your own: {len(own)}, of which {len(not_yet)} not known yet on {acts.last}.")
    tell_ledger(rows, groups, kept, most=most, name=name, is_doubted=is_doubted, called=called)
    if likeness and ally:
        tell_likeness(likeness, called(ally))
    tell_shares(shares, actor and called(actor), target and called(target))


def _draw_curves(folder: Path, found: Ledger, chosen: NDArray[np.bool_]) -> None:
    from ceasefire.brief.ledger import curve_rows  # noqa: PLC0415
    from ceasefire.figures import incidence_curves  # noqa: PLC0415

    curves, acts = curve_rows(found, chosen), found.acts
    covered = f"{int(chosen.sum())} commitments from {acts.first} to {acts.last}; those open are followed as long as they were seen"
    draw(folder, "incidence", incidence_curves(curves, covered), curves)


def redlines(
    case: CaseName,
    *,
    as_of: AsOf = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="With --lines: last day of the period.")] = None,
    lines: Annotated[
        str | None, typer.Option("--lines", metavar="FILE", help="Red lines of your own (CSV), held against codes of acts.")
    ] = None,
    events: Annotated[
        Path | None, typer.Option("--events", metavar="STORE", help="With --lines: events of a store beside the record.")
    ] = None,
    source: Source = None,
    as_json: AsJson = False,
) -> None:
    """List declared red lines: what could have crossed them, how their setter answered, where they are weak."""
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.record import measure, red_lines_json  # noqa: PLC0415

    if lines:
        tell_lines(load(case), Asked(as_of, None, until, events, source), lines, as_json=as_json)
        return
    for given, option in ((events, "--events"), (source, "--source"), (until, "--until")):
        if given:
            raise typer.BadParameter("goes with --lines: the lines of the case are held against its record", param_hint=option)
    loaded = load(case)
    last = day_of(as_of, "--as-of") or loaded.as_of
    measures = measure(loaded, last)
    reports = measures.red_lines
    if as_json:
        print_json(red_lines_json(reports))
        return
    if not reports:
        typer.echo(f"No red line had been stated by {last}.")
        return
    called = names_in(loaded)
    later = f"; {len(measures.told_later)} told only by later sources left out" if measures.told_later else ""
    typer.echo(f"{counted(len(measures.classified), 'entry', 'entries')} of this record up to {last}{later}.")
    typer.echo("Whether an act crosses a line is a judgement; listed are acts that could. The weaknesses are those of Altman.")
    for report in reports:
        tell_red_line(report, called)


def _maps(words: str | None, demands: str | None) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Read the analyst's maps of words and of demands, the packaged ones where none is named."""
    from ceasefire import record as room  # noqa: PLC0415

    return (
        room.read_map(read_text(words), words) if words else room.words(),
        room.read_map(read_text(demands), demands) if demands else room.demands(),
    )


def _groups(text: str) -> Any:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in chosen:
        if part not in _GROUPS:
            raise typer.BadParameter(f"unknown group {part!r}; known: {', '.join(_GROUPS)}", param_hint="--by")
    return tuple(dict.fromkeys(chosen)) or ("kind",)
