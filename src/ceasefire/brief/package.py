"""The explained package: what it leads to, why each lever is in it, what follows its withdrawal, why not another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from ceasefire.brief.answers import MODES, Answers, Credibility, Shown, Strategy
from ceasefire.brief.document import Block, Cell, Column, Items, Paragraph, Sentence, Span, Table
from ceasefire.brief.notebook import Notebook, amount, figure, listing
from ceasefire.brief.standing import change, move_sentence, told
from ceasefire.case.model import Case, Judgement, Lever
from ceasefire.mediation import Withdrawal, sentences


def outcome_sentence(answers: Answers, strategy: Strategy, shown: Shown, book: Notebook) -> Sentence:
    """Say which outcome the explained package makes last, and what its way there passes through."""
    start, end = (set(strategy.model.taken(state)) for state in (strategy.start, shown.state))
    places = [start, *(set(strategy.model.taken(step.to)) for step in shown.path)]
    passing = {key for before, after in pairwise(places) for key in after - before if key not in end}
    parts = [
        f"{what}: {told([option for option in answers.case.options if option.key in keys], book)}."
        for what, keys in (("Begun", end - start), ("Ended", start - end), ("Taken up on the way there and dropped again", passing))
        if keys
    ]
    return (
        *_cheapest(answers, strategy, shown, book),
        Span(f" leads to this. {' '.join(parts) or 'Nothing changes.'}"),
        *_elsewhere(strategy, shown.mode, book),
    )


def _cheapest(answers: Answers, strategy: Strategy, shown: Shown, book: Notebook) -> Sentence:
    """Name the explained package by its reading of credibility, its powers and its cost."""
    owners = owners_of(shown.package, answers, book)
    whose = f"levers of {owners}" if owners else "no lever"
    reading = MODES[shown.mode]
    cost = book.number(
        amount(strategy.packages[shown.mode].min_cost), f"Exact search, credibility {shown.mode}; in {answers.leverage.unit}"
    )
    return (
        Span(f"{reading[:1].upper()}{reading[1:]}, the cheapest package of all, with {whose} for "),
        cost,
        Span(f" {book.in_unit(cost.text)},"),
    )


def _elsewhere(strategy: Strategy, mode: Credibility, book: Notebook) -> Sentence:
    """Say what it costs to exclude that moves lead to another outcome that lasts, where that is not asked for."""
    if strategy.goal != "reached":
        return ()
    found = strategy.found["only"][mode]
    if not found.feasible:
        return (Span(" Other outcomes that last are not excluded, and no package excludes them."),)
    cost = book.number(amount(found.min_cost), f"Least cost with the levers of all powers, goal only, credibility {mode}")
    return (Span(" Other outcomes that last are not excluded; to exclude them costs "), cost, Span(f" {book.in_unit(cost.text)}."))


def owners_of(package: frozenset[str], answers: Answers, book: Notebook) -> str:
    """Name the powers whose levers a package uses; empty where it uses none."""
    return listing(sorted({book.name(lever.owner) for lever in answers.case.levers if lever.key in package}))


def package_blocks(answers: Answers, strategy: Strategy, shown: Shown, book: Notebook) -> Iterator[Block]:
    """Show what the package leads to, each lever with its cost, gap and reason, and what follows withdrawal."""
    yield Paragraph(outcome_sentence(answers, strategy, shown, book))
    outcome = change(answers, strategy.start, shown.state)
    yield Paragraph(
        (Span(f"Explained here is the first cheapest package of mode {shown.mode}. It makes this state stable: {outcome}."),)
    )
    columns = (
        Column("Lever"),
        Column("Owner"),
        Column("Cost of carrying out", "number"),
        Column("Credibility gap", "number"),
        Column("Why it is there"),
        Column("Who else is hurt"),
    )
    gaps = strategy.packages[shown.mode].gaps
    levers = [lever for lever in answers.case.levers if lever.key in shown.package]
    rows = tuple(_lever_row(lever, gaps[lever.key], answers, shown, book) for lever in sorted(levers, key=lambda one: one.key))
    yield Table("tab-package", f"The package, lever by lever ({shown.mode})", columns, rows)
    lines = tuple(_after(one, answers, book) for one in shown.explanation.withdrawal)
    if lines:
        yield Paragraph((Span("What follows withdrawal:"),))
        yield Items(lines)
    said = sentences(shown.explanation, book.called)
    for heading in ("Over time", "Why not cheaper", "Who cannot do it", "One lever more"):
        if heading in said:
            yield Items(tuple((Span(line),) for line in said[heading]), heading)


def _lever_row(lever: Lever, gap: Fraction, answers: Answers, shown: Shown, book: Notebook) -> tuple[Cell, ...]:
    why = f"{lever.key}: what its owner would lose by carrying it out rather than backing down, at this wanted state"
    return (
        Cell((Span(lever.text, (book.note(f"{lever.key}. {lever.why}", lever.sources),)),)),
        Cell((Span(f"{book.name(lever.owner)} ({lever.type})"),)),
        Cell((book.judged(figure(lever.exec.value), lever.exec, f"{lever.key}, carrying out"),)),
        Cell((book.number(figure(float(gap)), why),)),
        Cell((Span(_reason(lever.key, answers, shown, book)),)),
        Cell((Span(lever.harm),) if lever.harm else ()),
    )


def _reason(key: str, answers: Answers, shown: Shown, book: Notebook) -> str:
    """Say what happens without a lever."""
    back = shown.explanation.why[key]
    if back:
        return "without it: " + "; ".join(f"{listing(map(book.name, m.who))} {change(answers, m.start, m.to)}" for m in back[:2])
    if key in shown.explanation.needed:
        return "without it the parties no longer get there, though no single move breaks the outcome"
    return "the rest would do without it"


def _after(after: Withdrawal, answers: Answers, book: Notebook) -> Sentence:
    """Say what follows when levers end or a power drops out."""
    what = {"all": "When all levers end", "promises": "When the promises end"}.get(
        after.what, f"When {book.name(after.power or '')} drops out"
    )
    if after.holds:
        return (Span(f"{what}: the outcome stays stable."),)
    number = len(after.undeterred)
    opened = (Span(f" In all {number} moves open."),) if number > 1 else ()
    return (Span(f"{what}: "), *move_sentence(answers, after.undeterred[0], book), *opened)


def sureness_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say in one sentence in how many draws the explained package works."""
    strategy = answers.strategy
    if strategy is None:
        return (Span("How sure: not computed, for the same reason."),)
    if strategy.shown is None:
        return (Span("How sure: no package works at the central values, so none was tested."),)
    sure = strategy.shown.sureness
    if sure is None:
        ranking = listing(sorted(map(book.name, strategy.problem.ranking)))
        return (Span(f"How sure: only the order of outcomes is known of {ranking}, so nothing can be drawn from ranges."),)
    judged = judgements(answers.case)
    made_up = (
        " Every stake and lever effect behind it is illustrative: nobody measured it."
        if all(j.illustrative for j in judged)
        else ""
    )
    if not sure.varied:
        return (Span(f"How sure: that cannot be told, because no judgement of the case has a range.{made_up}"),)
    why = (
        f"{sure.share.n} draws of the {sure.varied} judgements that have a range, independent of each other, seed {sure.seed}; "
        "intervals evenly, distributions as stated. The same package at the same wanted state."
    )
    does = {
        "stable": "makes this very outcome last",
        "reached": "gets the parties to this very outcome and makes it last",
        "only": "gets the parties to this very outcome and nowhere else that lasts",
    }
    share = book.number(f"{_percent(sure.share.hits / sure.share.n)} %", why)
    low, high = _percent(sure.share.low), _percent(sure.share.high)
    ends = f" of {sure.share.n} draws from the stated ranges (95 % interval of drawing {low} to {high} %)."
    owners = owners_of(strategy.shown.package, answers, book)
    whose = f", with levers of {owners}," if owners else ""
    return (Span(f"How sure: the cheapest such package{whose} {does[strategy.goal]} in "), share, Span(f"{ends}{made_up}"))


def _percent(share: float) -> str:
    """Write a share in per cent; one decimal where a whole number would say none or all.

    Examples
    --------
    >>> _percent(0.414), _percent(0.9982), _percent(1.0)
    ('41', '99.8', '100')
    """
    if round(100 * share) not in {0, 100}:
        return f"{round(100 * share)}"
    return f"{100 * share:.1f}".removesuffix(".0")


def judgements(case: Case) -> list[Judgement]:
    """Give the judgements that packages rest on: what outcomes are worth, and what levers change."""
    stakes = [stake.judgement for party in case.parties for stake in party.stakes]
    return stakes + [effect for lever in case.levers for _, effect in lever.effects]
