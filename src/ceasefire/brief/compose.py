"""Put the answers into words: one document from the results of all rooms."""

from __future__ import annotations

from collections.abc import Mapping

from ceasefire.brief.answers import Answers, Outcome
from ceasefire.brief.document import Cell, Column, Document, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.entries import entries_section
from ceasefire.brief.fates import fates_section
from ceasefire.brief.footing import footed
from ceasefire.brief.in_short import (
    change_sentence,
    days_since_judged,
    standing_sentence,
    who_sentence,
    words_sentence,
)
from ceasefire.brief.notebook import Notebook, counted, listing
from ceasefire.brief.package import judgements, sureness_sentence
from ceasefire.brief.pressure import leverage_section
from ceasefire.brief.red_lines import red_lines_section
from ceasefire.brief.settlement import packages_section, sureness_section
from ceasefire.brief.standing import standing_section
from ceasefire.brief.words import truces_section, words_section
from ceasefire.case.model import Case
from ceasefire.store import Manifest

_VERBS: Mapping[Outcome, tuple[str, str]] = {
    "holds": ("holds", "hold"),
    "holds in part": ("holds in part", "hold in part"),
    "does not hold": ("does not hold", "do not hold"),
    "on record": ("is on record", "are on record"),
    "not computed": ("is not computed", "are not computed"),
}


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
        words_sentence(answers, book),
        standing_sentence(answers, book),
        who_sentence(answers, book),
        sureness_sentence(answers, book),
        change_sentence(answers, book),
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
        entries_section(answers, book),
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


def _missing_section(answers: Answers, book: Notebook) -> Section:
    case = answers.case
    later = [entry for entry in case.record if entry.date > answers.measures.as_of]
    judged = judgements(case)
    marked = sum(judgement.illustrative for judgement in judged)
    thin = [party.name for party in case.parties if sum(one.entry.actor == party.code for one in answers.measures.classified) < 3]
    dated_later = counted(len(later), "record entry", "record entries")
    lines: list[Sentence] = [
        (
            book.number(marked, "Stakes and lever effects marked illustrative in the case file"),
            Span(f" of {len(judged)} stakes and lever effects are illustrative: nobody measured them."),
        ),
        (
            Span(
                f"{dated_later} dated after {answers.measures.as_of} {'is' if len(later) == 1 else 'are'} in the file and "
                f"{'was' if len(later) == 1 else 'were'} not used."
            ),
        ),
        (Span("Follow-through is computed from this record alone; `ceasefire ledger --events` sets event data beside it."),),
    ]
    if told_later := len(answers.measures.told_later):
        which = "entry of the war was" if told_later == 1 else "entries of the war were"
        lines.append((Span(f"{told_later} {which} not used, told only by sources dated after {answers.measures.as_of}."),))
    if thin:
        lines.append(
            (Span(f"The record has fewer than three entries of {listing(thin)}: little can be said of their words and deeds."),)
        )
    age = days_since_judged(answers)
    if answers.strategy is not None and age > 0:
        lines.append((Span(f"Stakes and levers were judged on {case.judged}, {age} days before the day of this brief."),))
    if answers.strategy is None:
        lines.append((Span(f"The strategic part is not computed: {answers.why_no_strategy}."),))
    return Section("missing", "What is missing", (Items(tuple(lines)),))


def _claims_section(answers: Answers, book: Notebook) -> Section:
    if not answers.findings:
        return Section("claims", "Claims", ())
    counts = {name: sum(f.outcome == name for f in answers.findings) for name in _VERBS}
    summary = listing(f"{count} {_VERBS[name][count != 1]}" for name, count in counts.items() if count)
    intro = (
        f"{len(answers.findings)} claims: {summary}. A finding says whether the claim, read as stated, agrees with the record and "
        f"the stated stakes as of {answers.measures.as_of}; on record means that an entry of it is, not whether rightly. The last "
        "column is hindsight; nothing used it."
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
