"""The one orchestrator: a case goes through every room and comes out as a brief with its manifest."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from ceasefire import __version__, brief
from ceasefire.brief.answers import Answers, Strategy
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
from ceasefire.study.strategy import answer, assured
from ceasefire.study.weighing import sheets_of


def _silent(step: str) -> None:
    """Say nothing."""


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


def run(case: Case, tell: Callable[[str], None] = _silent, drawers: Executor | None = None) -> Run:
    """Answer the questions about a war.

    Parameters
    ----------
    case : Case
        Before the day of its judgements the strategic part is left out, with the reason.
    tell : callable, optional
        Is told each step in words.
    drawers : Executor, optional
        Draws the figures meanwhile: of the record while packages are searched, of packages while their reliability is. Default:
        figures are drawn when they are written. The drawings are the same.
    """
    tell("measuring words and deeds")
    measures = measure(case)
    acts, entries = acts_from_case(case)
    found = ledger(acts, (words(), demands()))
    commitments = Commitments(found, follow_through(found, by=("kind",)), entries)
    tell("weighing leverage")
    sheets = sheets_of(case)
    case = fill(case, sheets) if sheets else case
    table = value(case)
    opposed = tensions(case, sheets.adversaries if sheets else ())
    answers = Answers(case, measures, commitments, table, sheets, opposed, None, "", ())
    if drawers:
        _begin_to_draw(answers, drawers)
    strategy, reason = _strategy(case, tell)
    if strategy is not None:
        if drawers:
            _begin_to_draw(replace(answers, strategy=strategy), drawers)
        strategy = assured(case, strategy, tell)
    tell("testing claims")
    findings = find(Evidence(case, measures, table, strategy))
    answers = replace(answers, strategy=strategy, why_no_strategy=reason, findings=findings)
    tell("composing the brief")
    if drawers:
        _begin_to_draw(answers, drawers)
    return Run(case.name, answers, compose(answers, _manifest(answers)))


def _begin_to_draw(answers: Answers, drawers: Executor) -> None:
    """Draw what the brief will show by these answers; figures that were begun before are not begun again."""
    document = compose(answers, _manifest(answers))
    draw_ahead((block.spec for block in brief.blocks(document) if isinstance(block, brief.Figure)), drawers)


def write(done: Run, folder: Path, formats: tuple[str, ...] = ("html", "md", "json")) -> tuple[Path, ...]:
    """Write the brief of a run; OutputError if the folder cannot be written."""
    return brief.write(done.document, folder, formats)


def _strategy(case: Case, tell: Callable[[str], None]) -> tuple[Strategy | None, str]:
    if case.judged > case.as_of:
        return None, f"the judgements of this case were made on {case.judged}, after {case.as_of}"
    if case.wanted is None or not case.options:
        return None, "the case names no options or no wanted outcome"
    return answer(case, tell), ""


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
