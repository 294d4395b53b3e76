"""The sentences of the first screen about packages: who can do it, and what the cheapest package leads to."""

from __future__ import annotations

from itertools import pairwise

from ceasefire.brief.answers import GOALS, MODES, Answers, Credibility, Shown, Strategy
from ceasefire.brief.document import Sentence, Span
from ceasefire.brief.notebook import Notebook
from ceasefire.brief.settlement import amount, coalition, least, owners_of
from ceasefire.brief.standing import told


def who_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say in one sentence which powers alone, or which smallest coalition, can do it."""
    strategy = answers.strategy
    if strategy is None:
        return (Span(f"Who could stop it was not computed: {answers.why_no_strategy}."),)
    opening = {
        "stable": "To make the ceasefire last: ",
        "reached": "To get the parties there and make it last: ",
        "only": "To get the parties there, and nowhere else that lasts: ",
    }
    short = f"No package of the listed levers does what is asked for: {GOALS[strategy.asked]}. "
    spans: list[Span] = [Span((short if strategy.asked != strategy.goal else "") + opening[strategy.goal])]
    for mode, lead in MODES.items():
        found = strategy.packages[mode]
        if not found.feasible:
            spans.append(Span(f"{lead}, no package of the listed levers does it; "))
            continue
        if frozenset() in found.minimal_coalitions:
            spans.append(Span(f"{lead}, no lever is needed; "))
            continue
        spans += [Span(f"{lead}, {coalition(found, book)} for "), least(found, mode, book), Span(" points; ")]
    spans[-1] = Span(spans[-1].text.removesuffix("; ") + ".")
    return tuple(spans)


def outcome_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say which outcome the explained package makes last, and what its way there passes through; nothing without a package."""
    strategy = answers.strategy
    shown = strategy.shown if strategy else None
    if strategy is None or shown is None:
        return ()
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
        Span(" points,"),
    )


def _elsewhere(strategy: Strategy, mode: Credibility, book: Notebook) -> Sentence:
    """Say what it costs to exclude that moves lead to another outcome that lasts, where that is not asked for."""
    if strategy.goal != "reached":
        return ()
    found = strategy.found["only"][mode]
    if not found.feasible:
        return (Span(" Other outcomes that last are not excluded, and no package excludes them."),)
    cost = book.number(amount(found.min_cost), f"Least cost with the levers of all powers, goal only, credibility {mode}")
    return (Span(" Other outcomes that last are not excluded; to exclude them costs "), cost, Span(" points."))
