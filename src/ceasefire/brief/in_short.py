"""The first screen: the judgement in three sentences, how sure it is, and what would change it."""

from __future__ import annotations

from ceasefire.brief.answers import GOALS, MODES, Answers, Credibility, Strategy
from ceasefire.brief.document import Sentence, Span
from ceasefire.brief.notebook import Notebook, amount, counted, figure, listing
from ceasefire.brief.package import owners_of
from ceasefire.brief.settlement import coalition, leading, least
from ceasefire.brief.standing import lasting
from ceasefire.brief.words import did_nothing, times
from ceasefire.mediation import Packages
from ceasefire.record import ActorReport


def words_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say which powers with levers spoke and did nothing, and which acted."""
    owners = {lever.owner for lever in answers.case.levers}
    reports = [report for report in answers.measures.actors if report.actor in owners or not owners]
    idle = did_nothing(reports)[:4]
    active = [report for report in reports if report.deeds or report.diplomatic]
    if not idle:
        spoke = [report for report in reports if report.words]
        if not spoke:
            whose = "a power with levers" if owners else "anybody"
            return (Span(f"The record holds no word of {whose} up to {answers.measures.as_of}."),)
        total = times(sum(len(report.words) for report in spoke))
        if len(spoke) == 1:
            only = (
                f"Of the powers that hold levers only {book.name(spoke[0].actor)} spoke, {total}, and it also acted; see the table."
            )
            return (Span(only),)
        return (Span(f"The powers that hold levers spoke {total}, and all that spoke also acted; see the table."),)
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
        join = ("; of the powers with levers " if owners else "; ") if k == 0 else " and " if k == len(active) - 1 else ", "
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


def standing_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say whether the war is stable as it stands, and what keeps the parties from a ceasefire."""
    strategy = answers.strategy
    if strategy is None:
        return (Span(f"Why the war goes on was not computed: {answers.why_no_strategy}."),)
    war = (*_age(answers), *_as_it_stands(answers, strategy, book))
    if not strategy.breaks:
        there = strategy.start in strategy.problem.wanted_states
        missing = "what is missing is a way there that pays for each who takes a step"
        return (
            *war,
            *lasting(answers, strategy, book),
            Span("; what goes on now is one of the outcomes asked for." if there else f"; {missing}."),
        )
    who = listing(dict.fromkeys(book.name(code) for move in strategy.breaks for code in move.who))
    if any(strategy.problem.ranking & set(move.who) for move in strategy.breaks):
        return (*war, Span(f"without levers no ceasefire lasts: at the nearest one {who} would gain by leaving it."))
    best = max(strategy.breaks, key=lambda move: move.gain)
    most = figure(float(best.gain))
    gain = book.number(
        f"{most} {book.in_unit(most)}",
        f"Gain of {book.name(best.who[0])} from its best move out of the nearest wanted state, in {answers.leverage.unit}",
    )
    return (
        *war,
        Span(f"without levers no ceasefire lasts: at the nearest one {who} would gain up to "),
        gain,
        Span(" by leaving it."),
    )


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
    if not answers.case.levers and not any(found.feasible for found in strategy.packages.values()):
        return (Span("Nobody could bring a ceasefire about: the case names no lever."),)
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
        price = least(found, mode, book)
        spans += [Span(f"{lead}, {coalition(found, book)} for "), price, Span(f" {book.in_unit(price.text)}")]
        spans += [*_cheaper(answers, found, mode, book), Span("; ")]
    spans[-1] = Span(spans[-1].text.removesuffix("; ") + ".")
    return tuple(spans)


def _cheaper(answers: Answers, found: Packages, mode: Credibility, book: Notebook) -> Sentence:
    """Name the powers of the cheapest package of all where more powers together do it for less."""
    if found.coalition_cost.get(leading(found)) == found.min_cost:
        return ()
    cost = book.number(amount(found.min_cost), f"Exact search over the levers of all powers, credibility {mode}")
    return (Span(f", and {owners_of(found.optimal[0], answers, book)} together for "), cost)


def change_sentence(answers: Answers, book: Notebook) -> Sentence:
    """Say which single judgements turn the answer within their range."""
    shown = answers.strategy.shown if answers.strategy else None
    if shown is None:
        return (Span("What would change it: other levers, other stakes, or a later day."),)
    if shown.sureness is None:
        return (Span("What would change it: another order of a party's statements and levers; only ranks are known."),)
    turns = shown.sureness.deciding
    if not shown.sureness.varied:
        return (Span("What would change it: no range says how far a judgement may be out; give the doubtful ones a `range`."),)
    if not turns and shown.sureness.share.hits == shown.sureness.share.n:
        return (Span("What would change it: nothing within the stated ranges that was drawn."),)
    if not turns:
        return (Span("What would change it: no single judgement does within its range; several together do."),)
    count = book.number(len(turns), f"Of {shown.sureness.varied} judgements with a range, those inside which the answer turns")
    first = turns[0]
    reason = first.judgement.why.split(". ")[0].strip().rstrip(".")
    what = first.where.name.split(" in `")[0]
    now, then = figure(first.judgement.value), figure(float(first.nearest))
    moved = (", which stands where it turns, at ", now) if now == then else (", from ", f"{now} to {then}")
    nearest = f" judgements each turn the answer within their range, the nearest to doing so {what}"
    alone = f" judgement turns the answer within its range: {what}"
    return (
        Span("What would change it: "),
        count,
        Span(f"{nearest if len(turns) > 1 else alone}{moved[0]}"),
        book.judged(moved[1], first.judgement, first.where.name),
        Span(f" (why: {reason[:1].lower()}{reason[1:]})."),
    )


def days_since_judged(answers: Answers) -> int:
    """Give the days between the last judgement of stakes and levers and the day of the brief."""
    return (answers.measures.as_of - answers.case.judged).days


def _age(answers: Answers) -> Sentence:
    """Say how old the judgements are where the brief is of a later day."""
    age = days_since_judged(answers)
    if age <= 0:
        return ()
    return (Span(f"The war was last judged on {answers.case.judged}, {age} days before, and what follows is of that day. "),)


def _as_it_stands(answers: Answers, strategy: Strategy, book: Notebook) -> Sentence:
    if not strategy.leaves:
        return (Span("By the stated stakes the war is stable as it stands, and "),)
    move = max(strategy.leaves, key=lambda m: m.gain)
    who = listing(book.name(code) for code in move.who)
    others = dict.fromkeys(book.name(code) for m in strategy.leaves for code in m.who if code not in move.who)
    too = f", and so would {listing(others)}" if others else ""
    if strategy.problem.ranking & set(move.who):
        return (Span(f"By the stated stakes the war does not stand still ({who} would gain by a move{too}), and "),)
    most = figure(float(move.gain))
    gain = book.number(
        f"{most} {book.in_unit(most)}",
        f"Best of {counted(len(strategy.leaves), 'move')} out of the status quo that no reply holds back, "
        f"in {answers.leverage.unit}",
    )
    return (
        Span(f"By the stated stakes the war does not stand still ({who} would gain "),
        gain,
        Span(f" by a move{too}), and "),
    )
