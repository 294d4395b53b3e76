"""Commands on pressure: what it costs whom, how often threats of a kind worked."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.inputs import AsJson, print_json, read_text

if TYPE_CHECKING:
    from ceasefire.case.model import Case
    from ceasefire.leverage import LeverageTable, Range
    from ceasefire.leverage.assessment import Assessment, Thresholds
    from ceasefire.leverage.book import Book
    from ceasefire.leverage.joining import Joint
    from ceasefire.leverage.odds import Odds
    from ceasefire.leverage.odds_fit import Fit
    from ceasefire.leverage.sheet import Loss

_SHEETS = "sheets.yaml"
_LARGE = 999.5
_WHOLE = {
    "goods": "what the target sells of these goods to all",
    "energy": "the target's imports",
    "arms": "the target's arms imports",
}


class Cost(StrEnum):
    """How coders of past threats rate an expected cost."""

    MINOR = "minor"
    MAJOR = "major"
    SEVERE = "severe"


def leverage(
    case: Annotated[str, typer.Argument(metavar="CASE", help="A bundled case by name, a case folder, or a case file.")],
    *,
    sheets: Annotated[
        str | None, typer.Option("--sheets", metavar="FILE", help="A file of sheets; default: sheets.yaml of the case.")
    ] = None,
    conceding: Annotated[
        float | None, typer.Option(min=0, help="What conceding costs a target, billion USD a year: threats above it are strong.")
    ] = None,
    stake: Annotated[
        float | None,
        typer.Option(min=0, help="What the matter is worth to a sender, billion USD a year: threats below it are credible."),
    ] = None,
    borne: Annotated[float | None, typer.Option(min=0, help="What a sender has borne before, billion USD a year.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what each lever of a case costs its target and its owner, and what the case's sheets of figures say."""
    from ceasefire.case import load  # noqa: PLC0415
    from ceasefire.leverage import value  # noqa: PLC0415
    from ceasefire.leverage.assessment import Thresholds  # noqa: PLC0415
    from ceasefire.leverage.book import beside  # noqa: PLC0415
    from ceasefire.leverage.joining import what_joining_adds  # noqa: PLC0415
    from ceasefire.leverage.sheet_reading import read_book  # noqa: PLC0415
    from ceasefire.leverage.tension import tensions  # noqa: PLC0415

    loaded = load(case)
    found = _sheets_of(case, sheets)
    book = read_book(found[1], found[0], loaded) if found else None
    table = value(loaded, book=book)
    stated = Thresholds(conceding, stake, borne)
    strained = tensions(loaded, book.adversaries if book else ())
    if as_json:
        print_json(
            {
                "unit": table.unit,
                "levers": [_lever_json(row) for row in table.rows],
                "sheets": [_sheet_json(one, stated) for one in book.assessments] if book else [],
                "coalitions": [_joint_json(one) for one in what_joining_adds(book.assessments)] if book else [],
                "beside": [asdict(row) for row in beside(book, loaded)] if book else [],
                "tensions": [asdict(one) for one in strained],
            }
        )
        return
    _print_levers(table)
    if book:
        _print_book(book, loaded, stated)
    if strained:
        typer.echo("\nTies in tension:")
        for one in strained:
            of = "" if one.through == one.friend else f" {one.through}"
            cited = f" [{', '.join(one.sources)}]" if one.sources else ""
            typer.echo(f"  {one.party}: {one.type} with {one.friend}, {one.relation}{of} ({one.why}). {one.text}{cited}")


def odds(
    *,
    target_cost: Annotated[Cost | None, typer.Option(help="Expected cost to the target.")] = None,
    sender_cost: Annotated[Cost | None, typer.Option(help="Expected cost to the sender.")] = None,
    security: Annotated[bool, typer.Option("--security", help="The demand is about security.")] = False,
    trade_issue: Annotated[bool, typer.Option("--trade-issue", help="The demand is about trade practices.")] = False,
    institution: Annotated[bool, typer.Option("--institution", help="An international institution takes part.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="The demand says what must be done.")] = False,
    imposed: Annotated[bool, typer.Option("--imposed", help="The measure is already in place.")] = False,
    ally: Annotated[bool, typer.Option("--ally", help="Sender and target are defence allies.")] = False,
    sender: Annotated[str, typer.Option(metavar="CODE", help="Who threatens: adds the base rate of USA or RUS.")] = "",
    instrument: Annotated[
        str | None,
        typer.Option(help="partial_embargo, export_restriction, import_restriction, aid_termination or other."),
    ] = None,
    target_trade: Annotated[float | None, typer.Option(help="All trade of the target, million USD a year.")] = None,
    refit: Annotated[
        str | None, typer.Option(metavar="FILE", help="Take the chance from a fit to your own copy of TIES (CSV).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how often threats of this kind worked: a reference class, no forecast."""
    from ceasefire.leverage.odds import PUBLISHED, Threat  # noqa: PLC0415
    from ceasefire.leverage.odds import odds as chance  # noqa: PLC0415

    known = ("partial_embargo", "export_restriction", "import_restriction", "aid_termination", "other")
    if instrument is not None and instrument not in known:
        raise typer.BadParameter(f"unknown instrument {instrument!r}; known: {', '.join(known)}", param_hint="--instrument")
    threat = Threat(
        target_cost=target_cost.value if target_cost else None,
        sender_cost=sender_cost.value if sender_cost else None,
        security=security,
        trade_issue=trade_issue,
        institution=institution,
        clear_demand=clear,
        imposed=imposed,
        target_trade_musd=target_trade,
        instrument=instrument,  # type: ignore[arg-type]
        sender_is_ally=ally,
        sender=sender,
    )
    again = _refitted(refit)
    found = chance(threat, again.basis if again else PUBLISHED)
    if as_json:
        print_json(asdict(found) | ({"refit": asdict(again)} if again else {}))
        return
    if again:
        _print_refit(again)
    _print_odds(found)


def _print_odds(found: Odds) -> None:
    typer.echo(found.caution)
    bounded = "; the logit gave a chance outside 15 to 65 %, which the data do not support" if found.is_bounded else ""
    typer.echo(
        f"Of past threats with such marks about {found.chance:.0%} worked ({found.band.low:.0%} to {found.band.high:.0%}), "
        f"n = {found.n}, {found.period}{bounded}."
    )
    for rate in found.rates:
        typer.echo(f"  {rate.rate.value:4.0%} ({rate.rate.low:.0%} to {rate.rate.high:.0%}) of {rate.n}: {rate.name}")
    typer.echo("Terms of the logit (value x coefficient, standard error):")
    for name, held, weight, error in found.terms:
        typer.echo(f"  {name:22} {held:7.2f} x {weight:+.2f} ({error:.2f})")
    typer.echo(f"Doubts: {'; '.join(found.doubts)}.")


def _refitted(file: str | None) -> Fit | None:
    from ceasefire.leverage.odds_fit import fit, read_past  # noqa: PLC0415

    return None if file is None else fit(read_past(read_text(file).splitlines(), file))


def _print_refit(found: Fit) -> None:
    typer.echo(f"{found.n} threats with known ending ({found.unknown} unknown left out), {found.events} events, {found.period}")
    for name, estimate, error in found.coefficients:
        typer.echo(f"  {name:22} {estimate:+.2f} ({error:.2f})")
    test = found.held_out
    typer.echo(
        f"Held out by event, {test.folds} folds, seed {test.seed}: AUC {test.auc:.2f}, Brier {test.brier:.3f} "
        f"(base rate alone {test.base_brier:.3f})"
    )
    told = ", ".join(f"{mean:.0%} -> {share:.0%} of {n}" for mean, share, n in found.fifths)
    typer.echo(f"Fitted chance -> share that succeeded, by fifths: {told}\n")


def _print_levers(table: LeverageTable) -> None:
    if not table.rows:
        typer.echo("The case names no lever.")
        return
    typer.echo(f"Levers of the case, in {table.unit}")
    for row in table.rows:
        ratio = "no ratio" if row.ratio is None else f"ratio {shown(row.ratio)}"
        marks = (", too late" if row.is_too_late else "") + (", illustrative" if row.is_illustrative else "")
        typer.echo(
            f"  {row.owner} on {row.target}: {row.text}. Effect {shown(row.effect)}, cost {shown(row.cost)}, {ratio}, "
            f"bites after {row.delay_days} days, judged {row.judged.dated}{marks}{_cited(row.sources)}"
        )


def _print_book(book: Book, case: Case, thresholds: Thresholds) -> None:
    from ceasefire.leverage.book import beside  # noqa: PLC0415
    from ceasefire.leverage.joining import what_joining_adds  # noqa: PLC0415
    from ceasefire.leverage.odds import CAUTION  # noqa: PLC0415

    typer.echo(f"\nSheets, billion USD a year. {CAUTION}")
    for one in book.assessments:
        _print_sheet(one, thresholds)
    for joint in what_joining_adds(book.assessments):
        typer.echo(
            f"\nSenders on {joint.target} together: {shown(joint.together)} billion USD a year left after substitutes outside, "
            f"apart {joint.apart:.3g} [illustrative where a sheet is]"
        )
        for added in joint.added:
            turn = "adds more when the others act" if added.is_convex else "adds alike, whoever else acts"
            typer.echo(f"  {added.sender}: first {shown(added.first)}, last {shown(added.last)}; {turn}")
    typer.echo("\nThe case's own numbers beside those of its sheets, in stake points:")
    for row in beside(book, case):
        typer.echo(
            f"  {row.lever} on {row.target}: effect {shown(row.effect)}, sheet {shown(row.sheet_effect)}; "
            f"cost {shown(row.cost)}, sheet {shown(row.sheet_cost)} [{row.status}]"
        )


def _print_sheet(one: Assessment, thresholds: Thresholds) -> None:
    from ceasefire.leverage.formulas import KINDS  # noqa: PLC0415

    asked = f". Asked for: {one.demand}" if one.demand else ""
    dated = f"{one.sheet.kind}, {one.sheet.period or 'year not given'}"
    typer.echo(f"\n  {one.sheet.key}: {one.sheet.sender} on {one.sheet.target}: {one.sheet.text} ({dated}){asked}")
    flow = one.sheet.flow()
    if flow is not None:
        parts = ", ".join(f"{shown(share)} % of the GDP of {who}{_year_of_gdp(one, who)}" for who, share in flow.gdp_percent)
        typer.echo(
            f"    at risk {shown(flow.money)} billion USD a year before anybody adapts ({flow.period or 'year not given'}): "
            f"{parts} [{flow.status}]"
        )
        if flow.sector_percent is not None:
            typer.echo(f"    at risk {shown(flow.sector_percent)} % of {_WHOLE[one.sheet.kind]}")
    _print_loss("target loses", one, one.sheet.target, one.target_loss)
    _print_loss("sender loses", one, one.sheet.sender, one.sender_loss)
    typer.echo(f"    not counted: {KINDS[one.sheet.kind].left_out}")
    ratio = "none, the sender may lose nothing" if one.ratio is None else shown(one.ratio)
    price = "none, the target may lose nothing" if one.lambda_star is None else shown(one.lambda_star)
    typer.echo(f"    ratio {ratio}; lambda* {price}; left to the target after substitutes {shown(one.offset_loss)}")
    _print_verdicts(one, chosen(one, thresholds))
    undone = f". Can it be undone? {one.reversible}" if one.reversible else ""
    typer.echo(f"    days to bite {shown(one.days_to_bite)}, to undo {shown(one.days_to_undo)}{undone}")
    for name, cell in one.sheet.cells:
        when = f", {cell.period}" if cell.period else ""
        typer.echo(f"      {name:16} {shown(cell.range):>24} {cell.unit}{when} [{cell.status}] {', '.join(cell.sources)}")
    _print_others(one)
    if one.odds is not None:
        band, held = one.odds.band, ", held inside 15 to 65 %" if one.odds.is_bounded else ""
        typer.echo(
            f"    of past threats with such marks {band.value:.0%} ({band.low:.0%} to {band.high:.0%}) worked, "
            f"n = {one.odds.n}, {one.odds.period}{held}"
        )


def _print_verdicts(one: Assessment, thresholds: Thresholds) -> None:
    from ceasefire.leverage.assessment import vary  # noqa: PLC0415

    if not thresholds.stated:
        typer.echo("    strong: unknown; credible: unknown (no thresholds stated)")
        return
    for judged in vary(one, thresholds):
        limits = ", ".join(f"{name} {limit:.3g}" for name, limit in judged.thresholds.stated)
        typer.echo(f"    strong: {judged.strong}; credible: {judged.credible} (at {limits})")
    if thresholds.why:
        typer.echo(f"    thresholds, billion USD a year: {thresholds.why}")


def _print_others(one: Assessment) -> None:
    """Say who inside pays, who could offset the loss, and what was done before."""
    from ceasefire.leverage.assessment import who_pays  # noqa: PLC0415

    for paid in who_pays(one):
        part = "" if paid.percent_of_sales is None else f", {shown(paid.percent_of_sales)} % of its sales"
        typer.echo(f"    pays in {paid.payer.party}: {paid.payer.who}, {shown(paid.loss)}{part} [{paid.status}]")
    for other in one.substitutes:
        typer.echo(
            f"    could offset: {other.who}, {shown(other.covers.range)} of the loss at {shown(other.cost.range)} to itself "
            f"[{other.covers.status}]"
        )
    for before in one.precedents:
        days = "" if before.days is None else f", {before.days} days"
        typer.echo(f"    before: {before.text}{days} [{', '.join(before.sources)}]")


def _print_loss(what: str, one: Assessment, who: str, loss: Loss) -> None:
    if loss.year is None:
        typer.echo(f"    {what}: not known, for want of {', '.join(loss.missing)}")
        return
    when = one.sheet.period or "a year not given"
    share = ", GDP not known" if loss.gdp_percent is None else f", {shown(loss.gdp_percent)} % of GDP{_year_of_gdp(one, who)}"
    typer.echo(
        f"    {what} {shown(loss.year)} billion USD a year, {shown(loss.month)} in a full month{share}, figures of {when} "
        f"[{loss.status}]{_cited(loss.sources)}"
    )


def _year_of_gdp(one: Assessment, who: str) -> str:
    period = one.sheet.gdp_period(who)
    return f" in {period}" if period else ""


def _cited(sources: tuple[str, ...]) -> str:
    return f" [{', '.join(sources)}]" if sources else ""


def chosen(one: Assessment, asked: Thresholds) -> Thresholds:
    """Give the thresholds that were asked for, else those that the sheet states."""
    return asked if asked.stated else one.thresholds


def _sheets_of(case: str, sheets: str | None) -> tuple[str, str] | None:
    """Give name and text of the file of sheets, if there is one."""
    if sheets is not None:
        return sheets, read_text(sheets)
    bundled = files("ceasefire.cases").joinpath(case).joinpath(_SHEETS)
    if bundled.is_file():
        return f"{case}/{_SHEETS}", bundled.read_text(encoding="utf-8")
    beside = Path(case) / _SHEETS
    return (str(beside), read_text(str(beside))) if beside.is_file() else None


def shown(one: Range | None) -> str:
    """Print a range as its central value with its ends; words where it is not known."""
    if one is None:
        return "not known"
    low, value, high = (_written(end) for end in (one.low, one.value, one.high))
    return value if one.low == one.high else f"{value} ({low} to {high})"


def _written(number: float) -> str:
    """Write a number to three digits, without exponent where it is large."""
    if abs(number) >= _LARGE:
        return f"{float(f'{number:.3g}'):,.0f}"
    return f"{number + 0.0:.3g}"


def _lever_json(row: Any) -> dict[str, Any]:
    found = asdict(row)
    judged = found.pop("judged")
    return found | {"judged": str(judged["dated"])}


def _sheet_json(one: Assessment, thresholds: Thresholds) -> dict[str, Any]:
    from ceasefire.leverage.assessment import vary, who_pays  # noqa: PLC0415
    from ceasefire.leverage.formulas import KINDS  # noqa: PLC0415

    flow, left = one.sheet.flow(), one.offset_loss
    return asdict(one) | {
        "flow": None if flow is None else asdict(flow),
        "left_out": KINDS[one.sheet.kind].left_out,
        "offset_loss": None if left is None else asdict(left),
        "who_pays": [asdict(paid) for paid in who_pays(one)],
        "verdicts": [asdict(judged) for judged in vary(one, chosen(one, thresholds))],
    }


def _joint_json(one: Joint) -> dict[str, Any]:
    found = asdict(one)
    found["added"] = [asdict(added) | {"is_convex": added.is_convex} for added in one.added]
    return found
