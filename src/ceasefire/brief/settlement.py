"""Sections on packages, coalitions, and how sure the answer is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ceasefire.brief.answers import GOALS, MODES, Answers, Credibility, Goal, Strategy, Turn
from ceasefire.brief.document import Block, Cell, Column, Figure, Items, Paragraph, Section, Sentence, Span, Table
from ceasefire.brief.notebook import Notebook, amount, counted, figure, listing
from ceasefire.brief.package import package_blocks, sureness_sentence
from ceasefire.brief.pricing import certainty, prices
from ceasefire.brief.standing import change
from ceasefire.figures import CoalitionRow, coalition_costs
from ceasefire.figures.robustness import BreakEvenRow, break_evens
from ceasefire.mediation import Packages

LISTED = 12


def packages_section(answers: Answers, book: Notebook) -> Section:
    """Show the cheapest packages in three modes, who can do it, why each lever is there, and what follows withdrawal."""
    strategy = answers.strategy
    title = "Who could bring the ceasefire about, with which package, at what price"
    if strategy is None:
        return Section("packages", title, (Paragraph((Span(f"Not computed: {answers.why_no_strategy}."),)),))
    note = (
        f"Costs are sums over powers in {answers.leverage.unit}, each power on its own scale. A threat that works is not carried "
        "out and costs only its fixed part; exposure is what carrying out the package could cost after one move. The tool says "
        f"what follows from the stated stakes; it recommends nothing.{_unweighed(answers, strategy)}"
    )
    goals = f"The tables after the first are about this goal: {GOALS[strategy.goal]}."
    blocks: list[Block] = [
        Paragraph((Span(note),)),
        _goals_table(strategy, book),
        Paragraph((Span(goals),)),
        *_without(strategy, book),
        _modes_table(answers, strategy, book),
        *prices(answers, strategy, book),
    ]
    if strategy.shown is not None:
        blocks += package_blocks(answers, strategy, strategy.shown, book)
    blocks += _coalitions(answers, strategy, book)
    if strategy.too_late:
        texts = {lever.key: f"{lever.text} (bites after {lever.delay_days} days)" for lever in answers.case.levers}
        late = tuple((Span(texts[key]),) for key in strategy.too_late)
        blocks += [
            Paragraph((Span(f"These levers come too late for a horizon of {answers.case.horizon_days} days:"),)),
            Items(late),
        ]
    return Section("packages", title, tuple(blocks))


def _unweighed(answers: Answers, strategy: Strategy) -> str:
    """Say of whom only the order is known, so that what the peace is worth to it as owner of levers is not."""
    owners = {lever.owner for lever in strategy.problem.levers} & strategy.problem.ranking
    names = [party.name for party in answers.case.parties if party.code in owners and party.owner_stakes is None]
    if not names:
        return ""
    return f" What the peace is worth to {listing(names)}, known by rank only, counts as nothing: these gaps are upper bounds."


def sureness_section(answers: Answers, book: Notebook) -> Section:
    """Say how sure the answer is and which judgements decide it."""
    strategy = answers.strategy
    if strategy is None or strategy.shown is None:
        return Section("sureness", "How sure", (Paragraph((Span("There is no package to test."),)),))
    blocks: list[Block] = [Paragraph(sureness_sentence(answers, book))]
    sure = strategy.shown.sureness
    if sure is None or not sure.varied:
        return Section("sureness", "How sure", tuple(blocks))
    blocks += certainty(strategy, sure, book)
    if sure.deciding:
        blocks.append(
            Figure(
                "fig-turns",
                "Where single judgements turn the answer, nearest to doing so first",
                "One bar per judgement over its range with its centre; a mark where the package ceases to work",
                break_evens(_drawn(sure.deciding)),
                "tab-turns",
                "break-even values from the case's stakes and lever effects, one judgement at a time",
            )
        )
        blocks.append(_turns_table("tab-turns", "Judgements in whose range the package ceases to work", sure.deciding, book))
    else:
        none = "No single judgement turns the answer within its own range, the others at their central values."
        blocks.append(Paragraph((Span(none),)))
    trust = [turn for turn in sure.turns if turn.where.question == "credible"]
    if trust:
        caption = "Judgements in whose range it turns whether an owner would carry a lever out"
        blocks.append(_turns_table("tab-trust", caption, trust, book))
    return Section("sureness", "How sure", tuple(blocks))


def _drawn(turns: Sequence[Turn]) -> list[BreakEvenRow]:
    """Give the rows of the figure, each under a name of its own."""
    rows = []
    for turn, name in zip(turns, told_apart([turn.where.name for turn in turns]), strict=True):
        where = turn.where
        below, above = (None if value is None else float(value) for value in (where.below, where.above))
        rows.append(BreakEvenRow(name, float(where.central), float(where.low), float(where.high), below, above))
    return rows


def told_apart(names: Sequence[str], most: int = 54) -> list[str]:
    """Shorten long names in the middle, where what they differ in stands last, and number those that still read alike.

    Examples
    --------
    >>> told_apart(["the stake of North in `n.shell`", "the effect of ban on South"], 20)
    ['the st…`n.shell`', 'the ef… on South']
    >>> told_apart(["a ban on oil from the far north", "a ban on oil from the far north"], 20)
    ['a ban …far north (1)', 'a ban …far north (2)']
    """
    room = most - len(" (9)")
    head = room * 2 // 5
    cut = [name if len(name) <= room else f"{name[:head]}…{name[head + 1 - room :]}" for name in names]
    count = Counter(cut)
    seen: Counter[str] = Counter()
    found = []
    for name in cut:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if count[name] > 1 else name)
    return found


def _turns_table(key: str, caption: str, turns: Iterable[Turn], book: Notebook) -> Table:
    rows = tuple(
        (
            Cell((Span(turn.where.name),)),
            Cell((book.judged(figure(turn.judgement.value), turn.judgement, turn.where.name),)),
            Cell((Span(f"{figure(turn.judgement.low)} to {figure(turn.judgement.high)}"),)),
            Cell((Span(figure(float(turn.nearest))),)),
        )
        for turn in turns
    )
    columns = (
        Column("Judgement"),
        Column("Central value", "number"),
        Column("Range", "number"),
        Column("The answer turns at", "number"),
    )
    return Table(key, caption, columns, rows)


def _goals_table(strategy: Strategy, book: Notebook) -> Table:
    rows = []
    for goal, words in GOALS.items():
        cells = [Cell((Span(words),))]
        for mode in MODES:
            found = strategy.found[goal][mode]
            cells.append(Cell(_who_for(found, goal, mode, book)))
        rows.append(tuple(cells))
    columns = (Column("Goal"), *(Column(words) for words in MODES.values()))
    return Table(
        "tab-goals", "Three goals, three ways to read credibility: who could do it, at what least cost", columns, tuple(rows)
    )


def _who_for(found: Packages, goal: Goal, mode: Credibility, book: Notebook) -> Sentence:
    if not found.feasible:
        return (Span("no package"),)
    if frozenset() in found.minimal_coalitions:
        return (Span("no lever is needed"),)
    every = book.number(amount(found.min_cost), f"Least cost with the levers of all powers, goal {goal}, credibility {mode}")
    return (Span(f"{coalition(found, book)} for "), least(found, mode, book), Span("; with the levers of all powers "), every)


def _without(strategy: Strategy, book: Notebook) -> Iterator[Block]:
    """Say of each power that can do it alone what the others could do without it."""
    alone = {code for found in strategy.packages.values() for m in found.minimal_coalitions if len(m) == 1 for code in m}
    lines = []
    for power in sorted(alone):
        spans = [Span(f"Without {book.name(power)}: ")]
        for mode, words in MODES.items():
            found = strategy.packages[mode]
            others = {
                m: cost for m in found.minimal_coalitions if power not in m and (cost := found.coalition_cost.get(m)) is not None
            }
            if not others:
                spans.append(Span(f"{words}, no powers together; "))
                continue
            members = min(others, key=lambda m: (len(m), others[m], sorted(m)))
            names = listing(book.name(code) for code in sorted(members))
            price = book.number(amount(others[members]), f"Least cost with levers of {names} only, credibility {mode}")
            spans += [Span(f"{words}, {names} for "), price, Span(f" {book.in_unit(price.text)}; ")]
        lines.append((*spans[:-1], Span(spans[-1].text.removesuffix("; ") + ".")))
    if lines:
        yield Items(tuple(lines))


def leading(found: Packages) -> frozenset[str]:
    """Give the coalition named first: of the smallest ones the cheapest."""
    return min(found.minimal_coalitions, key=lambda m: (len(m), found.coalition_cost.get(m) or 0, sorted(m)))


def coalition(found: Packages, book: Notebook) -> str:
    """Say which power alone, or which powers together, can do it at least cost."""
    members = leading(found)
    names = listing(book.name(code) for code in sorted(members))
    return f"{names} alone" if len(members) == 1 else f"no power alone, but {names} together,"


def least(found: Packages, mode: Credibility, book: Notebook) -> Span:
    """Give the least cost of the coalition named first."""
    members = leading(found)
    others = len(found.minimal_coalitions) - 1
    why = (
        f"Least cost of a package with the levers of {listing(book.name(code) for code in sorted(members))} only, exact search, "
        f"credibility {mode}; {counted(others, 'other smallest coalition')} can do it"
    )
    return book.number(amount(found.coalition_cost.get(members)), why)


def _modes_table(answers: Answers, strategy: Strategy, book: Notebook) -> Table:
    rows = []
    for mode, words in MODES.items():
        found = strategy.packages[mode]
        state = change(answers, strategy.start, found.wanted_state[0]) if found.feasible else ""
        first = ", ".join(sorted(found.optimal[0])) or "no lever" if found.feasible else ""
        count = f"{found.optimal_count}" if found.exact else f"{found.optimal_count} or more"
        rows.append(
            (
                Cell((Span(f"{mode}: {words}"),)),
                Cell((book.number(amount(found.min_cost), f"Exact search, credibility {mode}"),)),
                Cell((Span(figure(float(found.exposure[0]))),) if found.feasible else ()),
                Cell((Span(count if found.feasible else "0"),)),
                Cell((Span(first),) if first else ()),
                Cell((Span(state),) if state else ()),
            )
        )
    columns = (
        Column("Credibility"),
        Column("Least cost", "number"),
        Column("Exposure", "number"),
        Column("Cheapest packages", "number"),
        Column("First of them"),
        Column("Wanted state, against the status quo"),
    )
    return Table("tab-modes", "The cheapest packages under three ways to read credibility", columns, tuple(rows))


def _coalitions(answers: Answers, strategy: Strategy, book: Notebook) -> list[Block]:
    every = sorted({m for found in strategy.packages.values() for m in found.minimal_coalitions}, key=lambda m: (len(m), sorted(m)))
    if not every:
        return [Paragraph((Span("No coalition of the powers can do it with these levers, in any of the three modes."),))]
    drawn, cells = [], []
    for members in every[:LISTED]:
        name = listing(book.name(code) for code in sorted(members)) or "nobody is needed"
        row = [Cell((Span(name),))]
        for mode in MODES:
            cost = strategy.packages[mode].coalition_cost.get(members)
            drawn.append(CoalitionRow(name, mode, None if cost is None else float(cost)))
            row.append(Cell((book.number(amount(cost), f"Least cost with levers of {name} only, credibility {mode}"),)))
        cells.append(tuple(row))
    index = [
        (
            Cell((Span(book.name(power)),)),
            *(Cell((Span(figure(float(table[power]))),)) for m in MODES for table in [strategy.packages[m].shapley_shubik]),
        )
        for power in strategy.problem.powers
    ]
    more = f" ({len(every) - LISTED} more are not listed)" if len(every) > LISTED else ""
    return [
        Figure(
            "fig-coalitions",
            "Cost of the smallest coalitions by credibility mode",
            "Bars of the least cost per coalition and mode; what is not possible is written out",
            coalition_costs(drawn, book.unit),
            "tab-coalitions",
            "exact search over the case's levers",
        ),
        Table(
            "tab-coalitions",
            f"Smallest coalitions that can do it in some mode, and their least cost{more}",
            (Column("Coalition"), *(Column(m, "number") for m in MODES)),
            tuple(cells),
        ),
        Table(
            "tab-power",
            "Shapley-Shubik index of each power in the game 'can they do it?'",
            (Column("Power"), *(Column(m, "number") for m in MODES)),
            tuple(index),
            folded=True,
        ),
    ]
