"""The one orchestrator: a case goes through every room and comes out as a brief with its manifest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from ceasefire import __version__, brief
from ceasefire.brief.answers import Answers
from ceasefire.brief.compose import compose
from ceasefire.brief.fates import Commitments
from ceasefire.case.model import Case
from ceasefire.figures import draw_ahead
from ceasefire.leverage import value
from ceasefire.leverage.book import fill
from ceasefire.leverage.tension import tensions
from ceasefire.record import acts_from_case, demands, follow_through, ledger, measure, words
from ceasefire.store import Manifest
from ceasefire.study.claims import Evidence, find
from ceasefire.study.stepping import in_steps
from ceasefire.study.strategy import answer, assured, search_apart, silent
from ceasefire.study.weighing import sheets_of


@dataclass(frozen=True, eq=False)
class Run:
    """A case answered: the results, and the document that says them."""

    name: str
    answers: Answers
    document: brief.Document

    @property
    def lead(self) -> tuple[str, ...]:
        """The first sentences, as plain text."""
        return tuple("".join(span.text for span in sentence) for sentence in self.document.lead)


def run(case: Case, tell: Callable[[str], None] = silent, beside: Executor | None = None) -> Run:
    """Answer the questions about a war.

    Parameters
    ----------
    case : Case
        Before the day of its judgements the strategic part is left out, with the reason.
    tell : callable, optional
        Is told each step in words.
    beside : Executor, optional
        Does meanwhile what can wait: it searches the packages of one goal and draws figures, those of the record first. Default:
        all is done here. The answers and drawings are the same.
    """
    tell("measuring words and deeds")
    measures = measure(case)
    acts, entries = acts_from_case(case)
    found = ledger(acts, (words(), demands()))
    commitments = Commitments(found, follow_through(found, by=("kind",)), entries)
    tell("weighing leverage")
    sheets = sheets_of(case)
    case = in_steps(fill(case, sheets) if sheets else case)
    table = value(case)
    opposed = tensions(case, sheets.adversaries if sheets else ())
    reason = _why_no_strategy(case)
    find(Evidence(case, measures, table, None))  # refuses checks that cannot be read before anything is searched
    answers = Answers(case, measures, commitments, table, sheets, opposed, None, reason, ())
    apart = search_apart(case, beside) if beside and not reason else None
    if beside:
        _composed(answers, beside)
    if not reason:
        strategy = answer(case, tell, apart)
        if beside:
            _composed(replace(answers, strategy=strategy), beside)
        answers = replace(answers, strategy=assured(case, strategy, tell))
    tell("testing claims")
    answers = replace(answers, findings=find(Evidence(case, measures, table, answers.strategy)))
    tell("composing the brief")
    return Run(case.name, answers, _composed(answers, beside))


def _composed(answers: Answers, beside: Executor | None) -> brief.Document:
    """Compose the brief by these answers and begin to draw its figures; those that were begun before are not begun again."""
    document = compose(answers, _manifest(answers))
    if beside:
        draw_ahead((block.spec for block in brief.blocks(document) if isinstance(block, brief.Figure)), beside)
    return document


def look(case: Case) -> None:
    """Refuse a case whose sheets or claims cannot be used as written, without searching anything; CaseError says what."""
    sheets = sheets_of(case)
    case = in_steps(fill(case, sheets) if sheets else case)
    find(Evidence(case, measure(case), value(case), None))


def write(done: Run, folder: Path, formats: tuple[str, ...] = ("html", "md", "json")) -> tuple[Path, ...]:
    """Write the brief of a run; OutputError if the folder cannot be written."""
    return brief.write(done.document, folder, formats)


def _why_no_strategy(case: Case) -> str:
    """Say why the strategic part is left out; nothing where it is not."""
    if case.judged > case.as_of:
        return f"the judgements of this case were made on {case.judged}, after {case.as_of}"
    if case.wanted is None or not case.options:
        return "the case names no options or no wanted outcome"
    return ""


def _manifest(answers: Answers) -> Manifest:
    case = answers.case
    sure = answers.strategy.shown.sureness if answers.strategy and answers.strategy.shown else None
    return Manifest.of(
        __version__,
        dict(case.files),
        {
            "as of": case.as_of.isoformat(),
            "concept": case.concept,
            "draws": sure.share.n if sure else None,
            "horizon, days": case.horizon_days,
        },
        sure.seed if sure else None,
    )
