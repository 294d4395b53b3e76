"""Section on why the war is stable and how the wanted outcome could be reached."""

from __future__ import annotations

from collections.abc import Iterable

from ceasefire.brief.answers import Answers, Strategy
from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.graph import graph_blocks
from ceasefire.brief.notebook import Notebook, counted, figure, listing
from ceasefire.brief.wants import wants_blocks
from ceasefire.case.model import Option
from ceasefire.figures import MarginRow, PathRow, margins, path
from ceasefire.figures.states import StateRow, option_states
from ceasefire.mediation import Undeterred

_NO_MOVE = 2**63 - 1
_REPLIES = (
    "if every improvement of a party is answered by replies of the others, in any order and number, that leave it no better off"
)
_MEANINGS = {
    "nash": "a state is stable under NASH if no party can improve by a move of its own.",
    "gmr": f"a state is stable under GMR {_REPLIES}, whether or not the replies pay.",
    "smr": f"a state is stable under SMR {_REPLIES}, and no further move of its own mends that.",
    "seq": f"a state is stable under SEQ {_REPLIES}; each reply must be better for the one who makes it.",
    "cnash": "a state is stable under CNASH if no party, and no set of parties together, can improve by its own moves.",
}


def standing_section(answers: Answers, book: Notebook) -> Section:
    """Show the options, who would leave the status quo and the wanted outcome, and a way between them."""
    strategy = answers.strategy
    title = "Why the war goes on, and how the ceasefire could be reached"
    if strategy is None:
        return Section("standing", title, (Paragraph((Span(f"Not computed: {answers.why_no_strategy}."),)),))
    blocks: list[Block] = [
        Paragraph((Span(convention(answers)),)),
        *wants_blocks(answers.case, book),
        *_states_figure(answers, strategy),
        _options_table(answers, strategy, book),
        *graph_blocks(strategy, book),
        Paragraph(_status_quo(strategy, book)),
        *_leaving(answers, strategy, book),
        _stability_table(strategy, book),
        Paragraph(_wanted(answers, strategy, book)),
    ]
    blocks += _terms_block(answers, strategy, book)
    if strategy.breaks:
        blocks.append(Items(tuple(move_sentence(answers, move, book) for move in strategy.breaks)))
    blocks += _margins(answers, strategy, book)
    blocks += _path(answers, strategy, book)
    return Section("standing", title, tuple(blocks))


def convention(answers: Answers) -> str:
    """Say in one line which conventions the computation used."""
    case, strategy = answers.case, answers.strategy
    states = f"{strategy.model.n_states} feasible states, " if strategy else ""
    ranking = [party.name for party in case.parties if strategy and party.code in strategy.problem.ranking]
    ranks = f" Of {listing(ranking)} only the order of outcomes is known, so their gains have no size." if ranking else ""
    return (
        f"Convention: {states}{_MEANINGS[case.concept]} "
        f"Equal is no improvement. Stakes are the case's judgements, at their central values here.{ranks}"
    )


def change(answers: Answers, start: int, to: int) -> str:
    """Say in words how one state differs from another."""
    strategy = answers.strategy
    assert strategy is not None  # noqa: S101 - only called with one
    before, after = set(strategy.model.taken(start)), set(strategy.model.taken(to))
    texts = {option.key: option.text[:1].lower() + option.text[1:] for option in answers.case.options}
    order = [option.key for option in answers.case.options]
    final = {option.key for option in answers.case.options if option.direction == "up"}
    taken = [f"takes up: {texts[key]}{' (cannot be undone)' if key in final else ''}" for key in order if key in after - before]
    dropped = [f"drops: {texts[key]}" for key in order if key in before - after]
    return "; ".join([*taken, *dropped]) or "changes nothing"


def lasting(answers: Answers, strategy: Strategy, book: Notebook) -> Sentence:
    """Say how many wanted states last without levers, and what is taken in each: a halt can be one side's demand."""
    found, always, _ = _terms(answers, strategy)
    tail = f", {'each ' if len(found) > 1 else ''}with this: {told(always, book)}" if always else ""
    wanted = len(strategy.problem.wanted_states)
    if wanted == 1:
        return (Span("the one outcome that counts as a ceasefire would last, once there, without any lever"),)
    every = book.number(wanted, "States in which the wanted outcome holds")
    count = book.number(len(found), f"Of these, those that are stable under {answers.case.concept} without levers")
    return (
        Span("of the "),
        every,
        Span(" outcomes that count as a ceasefire "),
        count,
        Span(f" would last without any lever{tail}"),
    )


def _terms_block(answers: Answers, strategy: Strategy, book: Notebook) -> Iterable[Block]:
    found, always, never = _terms(answers, strategy)
    if found:
        count = book.number(len(found), f"Wanted states that are stable under {answers.case.concept} without levers")
        if len(found) == 1:
            yield Paragraph((count, Span(" of them lasts without levers.")))
            return
        yield Paragraph((count, Span(" of them last without levers. What they have in common:")))
        yield Items(
            ((Span(f"In each: {told(always, book) or 'nothing'}."),), (Span(f"In none: {told(never, book) or 'nothing'}."),))
        )


def _terms(answers: Answers, strategy: Strategy) -> tuple[list[set[str]], list[Option], list[Option]]:
    """Give what is taken in each wanted state that lasts without levers, and the choices made in all and in none of them."""
    stable = next(s for concept, s in strategy.solution.equilibria.items() if concept.lower() == answers.case.concept)
    wanted = strategy.problem.wanted_states
    found = [set(strategy.model.taken(state)) for state in wanted if stable[state]]
    open_ = [o for o in answers.case.options if len({o.key in strategy.model.taken(state) for state in wanted}) > 1]
    always = [option for option in open_ if all(option.key in taken for taken in found)]
    never = [option for option in open_ if not any(option.key in taken for taken in found)]
    return found, always, never


def told(options: Iterable[Option], book: Notebook) -> str:
    """List options with their owners."""
    return "; ".join(f"{book.name(option.owner)}, {option.text[:1].lower()}{option.text[1:]}" for option in options)


def move_sentence(answers: Answers, move: Undeterred, book: Notebook) -> Sentence:
    """Say who would make a move and what it gains."""
    who = listing(book.name(code) for code in move.who)
    if answers.strategy is not None and answers.strategy.problem.ranking & set(move.who):
        return (Span(f"{who} {change(answers, move.start, move.to)}."),)
    gain = book.number(
        f"+{figure(float(move.gain))}",
        f"Difference of the stakes of {who} between the two states, in {answers.leverage.unit}",
    )
    return (Span(f"{who} {change(answers, move.start, move.to)} ("), gain, Span(")."))


def _status_quo(strategy: Strategy, book: Notebook) -> Sentence:
    parts = []
    for concept, stable in strategy.solution.stable.items():
        leaving = [book.name(p) for k, p in enumerate(strategy.model.parties) if not stable[k, strategy.start]]
        parts.append(f"under {concept} " + (f"{listing(leaving)} would leave it" if leaving else "nobody would leave it"))
    return (Span("The status quo: " + "; ".join(parts) + "."),)


def _leaving(answers: Answers, strategy: Strategy, book: Notebook) -> Iterable[Block]:
    """List the moves out of the status quo that no reply holds back."""
    if strategy.leaves:
        yield Paragraph((Span(f"Moves out of it that no reply holds back, under {answers.case.concept.upper()}:"),))
        yield Items(tuple(move_sentence(answers, move, book) for move in strategy.leaves))


def _wanted(answers: Answers, strategy: Strategy, book: Notebook) -> Sentence:
    wanted = len(strategy.problem.wanted_states)
    are = "is" if wanted == 1 else "are"
    text = (
        f" of the {strategy.model.n_states} states {are} wanted. With no lever in force the one that fewest moves break is this: "
        f"{change(answers, strategy.start, strategy.nearest)}. "
    )
    tail = (
        "These moves would break it:"
        if strategy.breaks
        else "No move breaks it: it is already stable, and the question is how to get there."
    )
    return (
        book.number(
            wanted, f"States in which the wanted outcome holds: {answers.case.wanted.when.text if answers.case.wanted else ''}"
        ),
        Span(text + tail),
    )


def _states(strategy: Strategy) -> list[tuple[str, int]]:
    states = [("Status quo", strategy.start), ("Wanted, nearest", strategy.nearest)]
    if strategy.shown and strategy.shown.state != strategy.nearest:
        states.append(("Wanted, with the package", strategy.shown.state))
    return states


def _states_figure(answers: Answers, strategy: Strategy) -> Iterable[Block]:
    rows = []
    for name, (_, state) in zip(("Now", "Nearest", "Package"), _states(strategy), strict=False):
        taken = set(strategy.model.taken(state))
        holds = tuple(concept for concept, stable in strategy.solution.equilibria.items() if stable[state])
        rows.append(StateRow(name, tuple((option.key, option.key in taken) for option in answers.case.options), holds))
    yield Figure(
        "fig-states",
        "The states that matter, and in which sense each would last without levers",
        "Columns: the status quo, the nearest wanted state, the one with the package; rows: options, then concepts that hold",
        option_states(rows, list(strategy.solution.equilibria)),
        "tab-options",
        "computed from the case's stakes at their central values",
    )


def _options_table(answers: Answers, strategy: Strategy, book: Notebook) -> Table:
    states = _states(strategy)
    taken = [set(strategy.model.taken(state)) for _, state in states]
    rows = tuple(
        (
            Cell((Span(option.text, (book.note(f"{option.key}. {option.why}", option.sources),)),)),
            Cell((Span(option.key),)),
            Cell((Span(book.name(option.owner)),)),
            Cell(
                (
                    Span(
                        {"both": "can be taken and dropped", "up": "cannot be undone", "down": "cannot be resumed"}[
                            option.direction
                        ]
                    ),
                )
            ),
            *(Cell((Span("yes" if option.key in keys else "no"),)) for keys in taken),
        )
        for option in answers.case.options
    )
    columns = (Column("Option"), Column("Key"), Column("Who"), Column("Direction"), *(Column(name) for name, _ in states))
    return Table("tab-options", "Options and the states that matter", columns, rows)


def _stability_table(strategy: Strategy, book: Notebook) -> Table:
    concepts = list(strategy.solution.stable)
    places = [("status quo", strategy.start), ("wanted, nearest", strategy.nearest)]
    rows = []
    for k, code in enumerate(strategy.model.parties):
        for where, state in places:
            cells = []
            for concept in concepts:
                stays = strategy.solution.stable[concept][k, state]
                margin = int(strategy.solution.margins[concept][k, state])
                words = "stays" if stays else "leaves"
                if code in strategy.problem.ranking:
                    cells.append(Cell((Span(words),)))
                elif margin == _NO_MOVE:
                    cells.append(Cell((Span("has no move"),)))
                else:
                    shown = figure(float(margin * strategy.model.resolution))
                    cells.append(Cell((Span(f"{words} ({shown})"),)))
            rows.append((Cell((Span(f"{book.name(code)}, {where}"),)), *cells))
    caption = "Who stays where without levers; in brackets the margin, by how much the best move falls short"
    return Table("tab-stability", caption, (Column("Party and state"), *(Column(c) for c in concepts)), tuple(rows))


def _margins(answers: Answers, strategy: Strategy, book: Notebook) -> Iterable[Block]:
    concept = next((c for c in strategy.solution.margins if c.lower() == answers.case.concept), "Nash")
    values = strategy.solution.margins[concept]
    rows = []
    for k, code in enumerate(strategy.model.parties):
        if code in strategy.problem.ranking:
            continue
        margin = int(values[k, strategy.nearest])
        amount = None if margin == _NO_MOVE else float(margin * strategy.model.resolution)
        rows.append(MarginRow(book.name(code), amount))
    if not rows:
        return
    yield Figure(
        "fig-margins",
        f"Who would leave the nearest wanted state without levers, {concept}",
        "One bar per party: right of zero it stays, left of zero it leaves",
        margins(rows, book.unit),
        "tab-margins",
        "computed from the case's stakes at their central values",
    )
    cells = tuple((Cell((Span(r.party),)), Cell((Span("has no move" if r.margin is None else figure(r.margin)),))) for r in rows)
    yield Table(
        "tab-margins",
        f"Margins at the nearest wanted state, {concept}",
        (Column("Party"), Column("Margin", "number")),
        cells,
        folded=True,
    )


def _path(answers: Answers, strategy: Strategy, book: Notebook) -> Iterable[Block]:
    shown = strategy.shown
    if shown is None or not shown.path:
        words = (
            "No package works, so there is no way to show."
            if shown is None
            else "The wanted state is the status quo, or no moves lead to it."
        )
        yield Paragraph((Span(words),))
        return
    trust = [step for step in shown.path if step.gain <= 0]
    words = (
        "each step is better for the one who makes it"
        if shown.is_willing
        else f"{len(trust)} of {len(shown.path)} steps need trust: they do not pay for the one who makes them"
    )
    steps = counted(len(shown.path), "step")
    yield Paragraph(
        (
            Span(
                f"A shortest way from the status quo with the package in force has {steps}; {words}. It is one "
                "possible way, not a forecast, and takes every lever to act from the first step on."
            ),
        )
    )
    places = [strategy.start, *(step.to for step in shown.path)]
    headings = ["Status quo", *(book.name(step.party) for step in shown.path)]
    texts = {option.key: option.key for option in answers.case.options}
    rows = []
    for k, state in enumerate(places):
        taken, before = set(strategy.model.taken(state)), set(strategy.model.taken(places[max(k - 1, 0)]))
        rows += [PathRow(k, headings[k], text, key in taken, (key in taken) != (key in before)) for key, text in texts.items()]
    yield Figure(
        "fig-path",
        "From the status quo to the wanted state",
        "A grid of options by steps; marked cells are taken",
        path(rows),
        "tab-path",
        "computed from the case's stakes with the package in force",
    )
    cells = tuple(
        (
            Cell((Span(str(k)),)),
            Cell((Span(book.name(step.party)),)),
            Cell((Span(change(answers, places[k - 1], step.to)),)),
            Cell(() if step.party in strategy.problem.ranking else (Span(figure(float(step.gain))),)),
        )
        for k, step in enumerate(shown.path, 1)
    )
    columns = (Column("Step", "number"), Column("Who moves"), Column("What changes"), Column("Gain of the mover", "number"))
    yield Table("tab-path", "The way, step by step", columns, cells, folded=True)
