"""Put the answers into words: one document from the results of all rooms."""

from __future__ import annotations

from ceasefire.brief.answers import Answers, Strategy
from ceasefire.brief.document import Cell, Column, Document, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.fates import fates_section
from ceasefire.brief.footing import footed
from ceasefire.brief.in_short import outcome_sentence, who_sentence
from ceasefire.brief.notebook import Notebook, figure, listing
from ceasefire.brief.pressure import leverage_section
from ceasefire.brief.settlement import packages_section, sureness_section, sureness_sentence
from ceasefire.brief.standing import change, lasting, standing_section
from ceasefire.brief.words import did_nothing, red_lines_section, times, truces_section, words_section
from ceasefire.case.model import Case
from ceasefire.record import ActorReport
from ceasefire.store import Manifest


def compose(answers: Answers, manifest: Manifest) -> Document:
    """Compose the brief of a case.

    Parameters
    ----------
    answers : Answers
    manifest : Manifest
        Printed at the foot.
    """
    book = Notebook(answers.case)
    lead = (
        _words_sentence(answers, book),
        _standing_sentence(answers, book),
        who_sentence(answers, book),
        outcome_sentence(answers, book),
        sureness_sentence(answers, book),
        _change_sentence(answers, book),
    )
    sections = (
        words_section(answers, book),
        fates_section(answers.commitments, book),
        red_lines_section(answers, book),
        truces_section(answers, book),
        leverage_section(answers, book),
        standing_section(answers, book),
        packages_section(answers, book),
        sureness_section(answers, book),
        _missing_section(answers, book),
        _claims_section(answers, book),
    )
    shown = tuple(footed(section, book) for section in sections if section.blocks)
    notes, sources = book.contents()
    case = answers.case
    return Document(
        title=case.title,
        subtitle=_subtitle(case),
        lead=tuple(sentence for sentence in lead if sentence),
        sections=shown,
        notes=notes,
        sources=sources,
        manifest=tuple(manifest.rows()),
    )


def _subtitle(case: Case) -> str:
    """Give the day, and the summary of the case where it was known by then."""
    if case.as_of < case.judged:
        return f"Brief as of {case.as_of}."
    written = "" if case.as_of == case.judged else f"As described on {case.judged}: "
    return f"Brief as of {case.as_of}. {written}{case.summary}".strip()


def _words_sentence(answers: Answers, book: Notebook) -> Sentence:
    owners = {lever.owner for lever in answers.case.levers}
    reports = [report for report in answers.measures.actors if report.actor in owners or not owners]
    idle = did_nothing(reports)[:4]
    active = [report for report in reports if report.deeds or report.diplomatic]
    if not idle:
        total = sum(len(report.words) for report in reports)
        if not total:
            return (Span(f"The record holds no word of a power with levers up to {answers.measures.as_of}."),)
        return (Span(f"The powers that hold levers spoke {total} times and all that spoke also acted; see the table."),)
    spans: list[Span] = [Span(f"From {answers.measures.since} to {answers.measures.as_of} ")]
    for k, report in enumerate(idle):
        join = "" if k == 0 else " and " if k == len(idle) - 1 else ", "
        entries = [one.entry for one in report.words]
        spans += [
            Span(f"{join}{book.name(report.actor)} spoke "),
            book.entries(times(len(entries)), entries, "Words in its own name"),
        ]
    spans.append(Span(", and none of them did anything on record" if len(idle) > 1 else " and did nothing on record"))
    for k, report in enumerate(active):
        join = "; of the powers with levers " if k == 0 else " and " if k == len(active) - 1 else ", "
        spans += [Span(f"{join}{book.name(report.actor)} did "), *_acted(report, book)]
    return (*spans, Span("."))


def _acted(report: ActorReport, book: Notebook) -> Sentence:
    """Count deeds and diplomatic acts apart."""
    spans: list[Span] = []
    for name, acts in (("material deed", report.deeds), ("diplomatic act", report.diplomatic)):
        if acts:
            what = f"{len(acts)} {name}{'' if len(acts) == 1 else 's'}"
            entries = [one.entry for one in acts]
            spans += [*([Span(" and ")] if spans else []), book.entries(what, entries, f"{name.capitalize()}s in its own name")]
    return tuple(spans)


def _standing_sentence(answers: Answers, book: Notebook) -> Sentence:
    strategy = answers.strategy
    if strategy is None:
        return (Span(f"Why the war goes on was not computed: {answers.why_no_strategy}."),)
    war = (*_age(answers), *_as_it_stands(answers, strategy, book))
    if not strategy.breaks:
        return (
            *war,
            *lasting(answers, strategy, book),
            Span("; what is missing is a way there that pays for each who takes a step."),
        )
    who = listing(dict.fromkeys(book.name(code) for move in strategy.breaks for code in move.who))
    if any(strategy.problem.ranking & set(move.who) for move in strategy.breaks):
        return (*war, Span(f"without levers no ceasefire lasts: at the nearest one {who} would gain by leaving it."))
    best = max(strategy.breaks, key=lambda move: move.gain)
    gain = book.number(
        f"{figure(float(best.gain))} points",
        f"Gain of {book.name(best.who[0])} from its best move out of the nearest wanted state, in {answers.leverage.unit}",
    )
    return (
        *war,
        Span(f"without levers no ceasefire lasts: at the nearest one {who} would gain up to "),
        gain,
        Span(" by leaving it."),
    )


def _days_since_judged(answers: Answers) -> int:
    return (answers.measures.as_of - answers.case.judged).days


def _age(answers: Answers) -> Sentence:
    """Say how old the judgements are where the brief is of a later day."""
    age = _days_since_judged(answers)
    if age <= 0:
        return ()
    return (Span(f"The war was last judged on {answers.case.judged}, {age} days before, and what follows is of that day. "),)


def _as_it_stands(answers: Answers, strategy: Strategy, book: Notebook) -> Sentence:
    if not strategy.leaves:
        return (Span("By the stated stakes the war is stable as it stands, and "),)
    move = max(strategy.leaves, key=lambda m: m.gain)
    who = listing(book.name(code) for code in move.who)
    others = dict.fromkeys(book.name(code) for m in strategy.leaves for code in m.who if code not in move.who)
    too = f"; {listing(others)} would gain by moves too" if others else ""
    if strategy.problem.ranking & set(move.who):
        text = f"By the stated stakes the war does not stand still ({who}: {change(answers, move.start, move.to)}{too}), and "
        return (Span(text),)
    gain = book.number(
        f"+{figure(float(move.gain))}",
        f"Best of {len(strategy.leaves)} moves out of the status quo that no reply holds back, in {answers.leverage.unit}",
    )
    return (
        Span(f"By the stated stakes the war does not stand still ({who}: {change(answers, move.start, move.to)}, "),
        gain,
        Span(f"{too}), and "),
    )


def _change_sentence(answers: Answers, book: Notebook) -> Sentence:
    shown = answers.strategy.shown if answers.strategy else None
    if shown is None:
        return (Span("What would change it: other levers, other stakes, or a later day."),)
    if shown.sureness is None:
        return (Span("What would change it: another order of a party's statements and levers; only ranks are known."),)
    turns = shown.sureness.deciding
    if not turns:
        return (Span("What would change it: no single judgement does within its range; several together do."),)
    count = book.number(len(turns), f"Of {shown.sureness.varied} judgements with a range, those inside which the answer turns")
    first = turns[0]
    reason = first.judgement.why.split(". ")[0].strip().rstrip(".")
    what = first.where.name.split(" in `")[0]
    ends = f"{figure(first.judgement.value)} to {figure(float(first.nearest))}"
    return (
        Span("What would change it: "),
        count,
        Span(f" judgements each turn the answer within their range, the nearest to doing so {what}, from "),
        book.judged(ends, first.judgement, first.where.name),
        Span(f" (why: {reason[:1].lower()}{reason[1:]})."),
    )


def _missing_section(answers: Answers, book: Notebook) -> Section:
    case = answers.case
    later = [entry for entry in case.record if entry.date > answers.measures.as_of]
    judged = [stake.judgement for party in case.parties for stake in party.stakes]
    judged += [effect for lever in case.levers for _, effect in lever.effects]
    marked = sum(judgement.illustrative for judgement in judged)
    thin = [party.name for party in case.parties if sum(one.entry.actor == party.code for one in answers.measures.classified) < 3]
    lines: list[Sentence] = [
        (
            book.number(marked, "Stakes and lever effects marked illustrative in the case file"),
            Span(f" of {len(judged)} stakes and lever effects are illustrative: nobody measured them."),
        ),
        (Span(f"{len(later)} record entries dated after {answers.measures.as_of} are in the file and were not used."),),
        (Span("Follow-through is computed from this record alone; `ceasefire ledger --events` sets event data beside it."),),
    ]
    if thin:
        lines.append(
            (Span(f"The record has fewer than three entries of {listing(thin)}: little can be said of their words and deeds."),)
        )
    age = _days_since_judged(answers)
    if answers.strategy is not None and age > 0:
        lines.append((Span(f"Stakes and levers were judged on {case.judged}, {age} days before the day of this brief."),))
    if answers.strategy is None:
        lines.append((Span(f"The strategic part is not computed: {answers.why_no_strategy}."),))
    return Section("missing", "What is missing", (Items(tuple(lines)),))


def _claims_section(answers: Answers, book: Notebook) -> Section:
    if not answers.findings:
        return Section("claims", "Claims", ())
    counts = {
        name: sum(f.outcome == name for f in answers.findings)
        for name in ("holds", "holds in part", "does not hold", "not computed")
    }
    summary = listing(f"{count} {name}" for name, count in counts.items() if count)
    intro = (
        f"{len(answers.findings)} claims: {summary}. A finding says whether the claim, read as stated, agrees with the record and "
        f"the stated stakes as of {answers.measures.as_of}. The last column is hindsight; nothing used it."
    )
    rows = []
    for finding in answers.findings:
        claim = finding.claim
        where = f"paragraph {claim.paragraph}, " if claim.paragraph else ""
        later = f"{claim.verdict}: {claim.later}" if claim.verdict or claim.later else ""
        rows.append(
            (
                Cell(
                    (
                        Span(
                            claim.key,
                            (
                                book.note(
                                    f"{claim.key}, {where}{claim.holder}; {claim.type}",
                                    claim.sources if not _is_later(answers, claim.sources) else (),
                                ),
                            ),
                        ),
                    )
                ),
                Cell((Span(claim.text),)),
                Cell((Span(finding.computed),) if finding.computed else ()),
                Cell((Span(finding.outcome),)),
                Cell(
                    (
                        Span(finding.text, (book.note(f"{claim.key}: {finding.computed}", finding.sources),))
                        if finding.sources
                        else Span(finding.text),
                    )
                ),
                Cell((Span(later),) if later else ()),
            )
        )
    columns = (
        Column("Claim"),
        Column("What it says"),
        Column("What was computed"),
        Column("Outcome"),
        Column("Finding"),
        Column("What later events say", "hindsight"),
    )
    return Section(
        "claims",
        "The claims, one by one",
        (Paragraph((Span(intro),)), Table("tab-claims", "Claims and findings", columns, tuple(rows))),
    )


def _is_later(answers: Answers, keys: tuple[str, ...]) -> bool:
    dates = [source.date for source in answers.case.sources if source.key in keys and source.date]
    return any(day > answers.measures.as_of for day in dates)
