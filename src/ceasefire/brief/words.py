"""Sections on the record: words against deeds, truces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ceasefire.brief.answers import Answers
from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.notebook import Notebook, counted, figure, listing, of_record
from ceasefire.brief.pictures import before_and_after, by_day, by_month
from ceasefire.figures import DayRow, Mark, WordsRow, daily_deaths, word_grades
from ceasefire.record import GRADES, ActorReport, Breaches, TruceReport, Window, deaths_series


def words_section(answers: Answers, book: Notebook) -> Section:
    """Say who spoke, with which grade, and who acted."""
    measures, case = answers.measures, answers.case
    owners = dict.fromkeys(lever.owner for lever in case.levers)
    powers = [report for report in measures.actors if not owners or report.actor in owners]
    if not measures.actors:
        nothing = f"Nothing that anybody said or did from {measures.since} to {measures.as_of} is on record."
        return Section("words", "Words against deeds", (Paragraph((Span(nothing),)),))
    blocks: list[Block] = [
        Paragraph(
            (
                Span(
                    f"From {measures.since} to {measures.as_of}, both days included. Words are what was said; diplomatic acts are "
                    "meetings, mediation and signed texts; material deeds are aid, sanctions, movement and force. Counts are "
                    "entries of this record, not all that was said or done. Advisers, analysts, candidates, opposition and the "
                    "public are left out of what a government said; joint statements are listed apart, and an exchange of two "
                    "counts for the one whom the record names first."
                ),
            )
        ),
        Items(tuple(_spoke(report, book) for report in powers)),
        Figure(
            "fig-words",
            f"Words by grade and deeds, {measures.since} to {measures.as_of}",
            "Stacked bars per actor: words by grade, weakest first, with the number of material deeds beside",
            word_grades([_words_row(report, book) for report in measures.actors]),
            "tab-words",
            f"the record of the case, {len(measures.classified)} entries up to {measures.as_of}",
        ),
        _words_table(measures.actors, book),
        *by_day(answers, book),
        *by_month(answers, book),
    ]
    return Section("words", "Words against deeds", tuple(blocks))


def did_nothing(reports: Iterable[ActorReport]) -> list[ActorReport]:
    """Give the actors that spoke and neither acted nor signed."""
    return [report for report in reports if report.words and not report.deeds and not report.diplomatic]


def truces_section(answers: Answers, book: Notebook) -> Section:
    """Say how long truces held and what the daily deaths show."""
    measures = answers.measures
    blocks: list[Block] = []
    if measures.truces:
        blocks.append(_truce_table(measures.truces, book))
        blocks.append(
            Paragraph(
                (
                    Span(
                        "Windows leave out the day of the truce. Where windows of 3, 5 and 7 days disagree no direction is named; "
                        "where a window lacks a day, or reaches beyond the day of the brief, it is not computed."
                    ),
                )
            )
        )
    else:
        blocks.append(Paragraph((Span(f"No truce had been announced by {measures.as_of}."),)))
    return Section("truces", "Truces and losses", (*blocks, *before_and_after(answers), *_deaths(answers, book)))


def _spoke(report: ActorReport, book: Notebook) -> Sentence:
    grades = [(name, words) for name, words in report.by_grade() if words]
    spans = [
        Span(f"{book.name(report.actor)} spoke "),
        book.entries(times(len(report.words)), of_record(report.words), "Words in its own name"),
        Span(" in its own name"),
    ]
    for k, (name, words) in enumerate(grades):
        spans += [
            Span(" (" if k == 0 else ", "),
            book.entries(len(words), of_record(words), f"Words graded {name}"),
            Span(f" {name}"),
        ]
    spans += [
        Span(") and did " if grades else " and did "),
        book.entries(_deeds(report), of_record(report.deeds), "Material deeds"),
        Span(", with "),
        book.entries(counted(len(report.diplomatic), "diplomatic act"), of_record(report.diplomatic), "Diplomatic acts"),
        Span("; "),
        book.entries(
            counted(len(report.joint), "joint entry", "joint entries"), of_record(report.joint), "Entries of others that it joined"
        ),
        Span(f" {'is' if len(report.joint) == 1 else 'are'} listed apart"),
    ]
    if report.left_out:
        spans += [
            Span(", "),
            book.entries(len(report.left_out), of_record(report.left_out), "Advisers, analysts and others left out"),
            Span(" of advisers, analysts or others left out"),
        ]
    return (*spans, Span("."))


def times(count: int) -> str:
    """Say how often in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _deeds(report: ActorReport) -> str:
    if report.deeds:
        return counted(len(report.deeds), "material deed")
    return "no material deed" if report.diplomatic else "nothing on record"


def _words_row(report: ActorReport, book: Notebook) -> WordsRow:
    words = tuple((name, len(found)) for name, found in report.by_grade())
    return WordsRow(book.name(report.actor), words, len(report.deeds))


def _words_table(reports: Iterable[ActorReport], book: Notebook) -> Table:
    columns = (
        Column("Actor"),
        *(Column(name.capitalize(), "number") for name in GRADES),
        Column("Diplomatic acts", "number"),
        Column("Material deeds", "number"),
        Column("Joint entries", "number"),
        Column("Left out", "number"),
    )
    rows = []
    for report in reports:
        who = book.name(report.actor)
        parts = [
            *report.by_grade(),
            ("diplomatic act", report.diplomatic),
            ("material deed", report.deeds),
            ("joint entry", report.joint),
            ("left out", report.left_out),
        ]
        cells = tuple(Cell((book.entries(len(found), of_record(found), f"{who}, {name}"),)) for name, found in parts)
        rows.append((Cell((Span(who),)), *cells))
    return Table("tab-words", "Words by grade, diplomatic acts and material deeds, by actor", columns, tuple(rows))


def _truce_table(reports: Iterable[TruceReport], book: Notebook) -> Table:
    rows = []
    for report in reports:
        truce = report.truce
        spans = _windows(report.windows)
        rows.append(
            (
                Cell((Span(truce.name, (book.note(f"Truce {truce.key}", truce.sources),)),)),
                Cell((Span(listing(book.name(code) for code in truce.brokers)),)),
                Cell((Span(" to ".join(moment[:16].replace("T", " ") for moment in (truce.effective, truce.ends) if moment)),)),
                Cell((Span(_first_breach(report, book)),)),
                Cell((Span(spans, (book.note(f"Mean per day of the series {report.series}", ()),)),)),
                Cell((Span(report.direction),)),
                Cell((Span(report.held, (book.note(f"Held means: {report.rule}", ()),)),)),
                Cell(_breaches(report, book)),
                Cell((Span(truce.outcome),)),
            )
        )
    columns = (
        Column("Truce"),
        Column("Brokers"),
        Column("In force (local time)", "date"),
        Column("Minutes to first claimed breach, and whose claim"),
        Column("Deaths a day, before and after"),
        Column("Direction"),
        Column("Held"),
        Column("Entries of force a day, by side"),
        Column("What became of it", "hindsight"),
    )
    return Table("tab-truces", "Truces", columns, tuple(rows))


def _windows(windows: Sequence[Window]) -> str:
    """Write the deaths a day before and after; where no window has a count that is said once."""
    known = [w for w in windows if w.before is not None or w.after is not None]
    if not known:
        return "not computed"
    return "; ".join(
        f"{w.days} days: {_pair(w.before, w.after)}{' (overlaps ' + listing(w.overlapped) + ')' if w.shared else ''}"
        for w in windows
    )


def _first_breach(report: TruceReport, book: Notebook) -> str:
    """Say when the first breach was claimed, by whom, and what another account says."""
    truce = report.truce
    if report.breach_day is None:
        return "not claimed"
    hours = report.hours_to_breach
    when = f"claimed for {report.breach_day}" if hours is None else figure(round(60 * hours, 1))
    whose = f"; claim of {book.name(truce.claimed_by)}" if truce.claimed_by else ""
    other = f"; other account: {truce.other_account}" if truce.other_account else ""
    return f"{when}{whose}{other}"


def _breaches(report: TruceReport, book: Notebook) -> Sentence:
    spans: list[Span] = []
    for one in report.breaches:
        rate = f"{one.a_day.value:.2f} ({one.a_day.low:.2f} to {one.a_day.high:.2f})" if one.a_day else "no whole day yet"
        spans += [
            Span(f"{'; ' if spans else ''}{book.name(one.side)} "),
            book.entries(rate, of_record(one.entries), f"Entries of force on {one.days} whole days{_uncounted(one)}"),
        ]
    return tuple(spans)


def _uncounted(one: Breaches) -> str:
    told = ", ".join(f"{len(entries)} {why}" for why, entries in one.uncounted())
    return f" (not counted: {told})" if told else ""


def _pair(before: float | None, after: float | None) -> str:
    parts = ["not computed" if value is None else figure(round(value, 1)) for value in (before, after)]
    return " to ".join(parts)


def _deaths(answers: Answers, book: Notebook) -> tuple[Block, ...]:
    case, until = answers.case, answers.measures.as_of
    series = deaths_series(case)
    rows = sorted(
        (c for c in case.counts if c.series == series and c.date is not None and case.start <= c.date <= until),
        key=lambda c: (c.date, c.line),
    )
    if not rows:
        only = ", only cumulative counts, of which no day's dead can be told" if any(c.cumulative for c in case.counts) else ""
        return (Paragraph((Span(f"The case has no daily count of deaths{only}."),)),)
    marks = [Mark(report.truce.announced, report.truce.name) for report in answers.measures.truces]
    cells = tuple(
        (
            Cell((Span(c.date.isoformat() if c.date else ""),)),
            Cell((book.number(figure(c.value), f"{c.series}, {c.side}, daily.csv line {c.line}. {c.note}".strip(), [c.source]),)),
        )
        for c in rows
    )
    counted = list(dict.fromkeys(code for c in rows for code in c.side.split("+")))
    sides = listing(book.name(code) for code in counted)
    uncounted = [party.name for party in case.parties if "belligerent" in party.roles and party.code not in counted]
    missing = f"The case has no such series for {listing(uncounted)}. " if uncounted else ""
    return (
        Figure(
            "fig-deaths",
            f"Killed per day, {sides}, to {until}",
            "Bars of daily counts with the truces marked",
            daily_deaths([DayRow(c.date, c.value) for c in rows if c.date], marks),
            "tab-deaths",
            f"series {series} of the case, {sides} only",
        ),
        Table("tab-deaths", f"Killed per day, {sides}", (Column("Day", "date"), Column("Killed", "number")), cells, folded=True),
        Paragraph(
            (Span(f"{missing}The dead of a day are often counted only later: on the day itself these counts were not known."),)
        ),
    )
