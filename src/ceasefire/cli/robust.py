"""Commands on how sure an answer is, and why it is so."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.questions import Asked, BeliefCurve, Credibility, HowCredible, Question, WhichGoal, read_question
from ceasefire.cli.workers import pool
from ceasefire.errors import NoSettlementError

if TYPE_CHECKING:
    from ceasefire.mediation import BreakEven, Guaranteed, Outlook

Package = Annotated[str | None, typer.Option("--package", metavar="LEVERS", help="Levers, with commas; default: the cheapest.")]


def robust(
    asked: Asked,
    *,
    as_json: AsJson = False,
    credibility: HowCredible = None,
    goal: WhichGoal = None,
    belief_curve: BeliefCurve = None,
    draws: Annotated[int, typer.Option("--draws", min=1, max=10_000_000, help="Draws where the answer is not exact.")] = 4096,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 7,
    half_width: Annotated[float | None, typer.Option("--half-width", help="Stop drawing once intervals reach no further.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that draw; the result does not depend on it.")] = 1,
    peace_value: Annotated[float | None, typer.Option("--peace-value", help="What the outcome is worth, in units of cost.")] = None,
    break_even: Annotated[bool, typer.Option("--break-even", help="At which value each unknown turns the answer.")] = False,
    worst_case: Annotated[bool, typer.Option("--worst-case", help="The cheapest package that works in the whole ranges.")] = False,
) -> None:
    """Say how sure a package is, what more certainty costs, and which unknown is worth finding out."""
    from ceasefire import mediation  # noqa: PLC0415

    if half_width is not None and not 0 < half_width < 1:
        raise typer.BadParameter(f"{half_width} is no share between 0 and 1", param_hint="--half-width")
    with Progress() as progress:
        question = _measured(read_question(asked, goal, progress, belief_curve), peace_value)
        mode, package, state = _start(question, credibility, progress)
        progress.tell("looking at scenarios")
        with pool(workers) as executor:
            outlook = mediation.robustness(
                question.uncertain,
                [package],
                state=state,
                draws=draws,
                seed=seed,
                executor=executor,
                half_width=half_width,
                credibility=mode,
            )
        turns: tuple[BreakEven, ...] | None = None
        if break_even:
            progress.tell("looking for values that turn the answer")
            turns = mediation.break_evens(question.uncertain, package, state=state, credibility=mode)
        sure = mediation.worst_case_package(question.uncertain, credibility=mode) if worst_case else None
    if as_json:
        print_json(mediation.outlook_json(question.uncertain, outlook) | _extras(turns, sure, asked=worst_case))
        return
    _say_outlook(question, outlook, state)
    if turns is not None:
        _say_turns(turns)
    if sure is not None:
        _say_worst_case(sure)


def explain(
    asked: Asked,
    *,
    as_json: AsJson = False,
    credibility: HowCredible = None,
    goal: WhichGoal = None,
    belief_curve: BeliefCurve = None,
    package: Package = None,
) -> None:
    """Explain a package in sentences: what it holds back, why each lever is in it, why not cheaper, what follows withdrawal."""
    from ceasefire import mediation  # noqa: PLC0415

    with Progress() as progress:
        question = read_question(asked, goal, progress, belief_curve)
        mode, chosen, _ = _start(question, credibility, progress)
        if package is not None:
            chosen = frozenset(part.strip() for part in package.split(",") if part.strip())
            unknown = sorted(chosen - set(question.problem.number))
            if unknown:
                known = ", ".join(question.problem.number)
                raise typer.BadParameter(f"unknown lever {unknown[0]!r}; known: {known}", param_hint="--package")
        progress.tell("explaining")
        explanation = mediation.explain(question.problem, chosen, credibility=mode)
    if as_json:
        print_json(mediation.explanation_json(explanation, question.name))
        return
    state = ", ".join(question.problem.model.taken(explanation.verdict.wanted_state)) or "nothing taken"
    cost = explanation.verdict.cost
    typer.echo(f"Package: {', '.join(sorted(chosen)) or 'no lever'}")
    typer.echo(f"Wanted state: {state}")
    typer.echo(f"Cost: {'does not work' if cost is None else f'{float(cost):g}'} (credibility: {mode})")
    for heading, said in mediation.sentences(explanation, question.name).items():
        typer.echo(f"\n{heading}")
        for sentence in said:
            typer.echo(f"- {sentence}")


def _start(question: Question, credibility: Credibility | None, progress: Progress) -> tuple[Any, frozenset[str], int | None]:
    """Give credibility mode, a cheapest package (none where none works), and for a case the wanted state it makes stable."""
    from ceasefire import mediation  # noqa: PLC0415

    modes: tuple[Any, ...] = (credibility.value if credibility else question.problem.credibility,)
    if credibility is None and question.case is not None:
        modes = ("filter", "price", "ignore")
    for mode in modes:
        progress.tell(f"searching the cheapest package, credibility {mode}")
        found = mediation.cheapest_package(question.problem, credibility=mode)
        if found is not None:
            is_one = question.case is not None and question.problem.wanted.mode == "some"
            return mode, found[0], found[1] if is_one else None
    return modes[-1], frozenset(), None


def _measured(question: Question, peace_value: float | None) -> Question:
    if question.problem.ranking:
        raise NoSettlementError("only rankings are known, so that nothing can be drawn\n  hint: ask `ceasefire packages`")
    if peace_value is None:
        return question
    if not isfinite(peace_value):
        raise typer.BadParameter(f"{peace_value} is no amount", param_hint="--peace-value")
    worth = Fraction(str(peace_value))
    return replace(question, uncertain=replace(question.uncertain, peace_value=worth))


def _extras(turns: tuple[BreakEven, ...] | None, sure: Guaranteed | None, *, asked: bool) -> dict[str, Any]:
    from ceasefire import mediation  # noqa: PLC0415

    found: dict[str, Any] = {}
    if turns is not None:
        found["break_even_left_out"] = mediation.LEFT_OUT
        found["break_even"] = [
            {
                "name": one.name,
                "question": one.question,
                "holds": one.holds,
                "central": float(one.central),
                "low": float(one.low),
                "high": float(one.high),
                "below": None if one.below is None else float(one.below),
                "above": None if one.above is None else float(one.above),
            }
            for one in turns
        ]
    if asked:
        found["worst_case"] = sure and {
            "package": None if sure.package is None else sorted(sure.package),
            "cost": None if sure.cost is None else float(sure.cost),
            "at_least": None if sure.at_least is None else float(sure.at_least),
            "exact": sure.is_exact,
        }
        if sure is not None and not sure.is_exact:
            found["worst_case"] |= {"cost_is_upper_bound_because": list(sure.stricter), "at_least_is_cost_of": sure.weaker}
    return found


def _say_outlook(question: Question, outlook: Outlook, state: int | None) -> None:
    how = "exact" if outlook.exact else f"{outlook.draws} draws, seed {outlook.seed}"
    which = "every package" if outlook.complete else "packages met by adding levers one by one"
    if not question.uncertain.unknowns:
        typer.echo("Nothing has a range, so that every draw is the same: give the doubtful numbers one.")
    typer.echo(f"Reliability of {which} ({how}); unknowns are independent of each other.")
    if state is not None:
        taken = ", ".join(question.problem.model.taken(state)) or "nothing taken"
        typer.echo(f"Counted is only this wanted state: {taken}.")
    typer.echo("Cost and reliability, where more certainty costs more:")
    for plan in outlook.frontier:
        share = outlook.reliability[plan.package]
        near = "" if isinstance(share, Fraction) else f" (95 % interval {share.low:.1%} to {share.high:.1%})"
        typer.echo(
            f"  cost {float(plan.cost):g}: {float(plan.reliability):.1%}{near}  {', '.join(sorted(plan.package)) or 'no lever'}"
        )
    if outlook.cheapest_at_least and not outlook.complete:
        least = (
            "the cheapest of all packages in these draws"
            if outlook.levels_exact
            else "of the packages looked at; others may cost less"
        )
        typer.echo(f"The cheapest by level is {least}.")
    for level, cheapest in outlook.cheapest_at_least.items():
        none = "no package reaches it" if outlook.levels_exact else "no package looked at reaches it"
        cost = none if cheapest is None else f"cost {float(cheapest.cost):g}"
        typer.echo(f"At least {float(level):.0%} sure: {cost}")
    if outlook.best_expected_value is not None and outlook.value_of_perfect_information is not None:
        typer.echo(f"Best expected value: {float(outlook.best_expected_value):g}")
        typer.echo(f"Knowing everything first would add: {float(outlook.value_of_perfect_information):g}")
        worth = sorted(outlook.value_of_information.items(), key=lambda item: (-item[1], item[0]))
        for name, value in worth[:10]:
            typer.echo(f"  knowing only {name}: {float(value):g}")


_ASKED = {
    "works": "whether the package works",
    "credible": "whether an owner would carry its lever out",
    "cheapest": "whether no other package is cheaper for this wanted state",
}


def _say_turns(turns: tuple[BreakEven, ...]) -> None:
    from ceasefire import mediation  # noqa: PLC0415

    typer.echo("Single values that turn the answer, the others at their centres (* inside the stated range).")
    for question, words in _ASKED.items():
        listed = [one for one in turns if one.question == question]
        if listed:
            typer.echo(f"They turn {words}:")
        if listed and question == "cheapest":
            typer.echo(f"  {mediation.LEFT_OUT}")
        for one in listed:
            sides = [
                f"{word} {float(value):g}" for word, value in (("below", one.below), ("above", one.above)) if value is not None
            ]
            mark = "*" if one.is_within else " "
            typer.echo(f"{mark} {one.name} = {float(one.central):g} [{float(one.low):g}, {float(one.high):g}]: {', '.join(sides)}")


def _say_worst_case(sure: Guaranteed) -> None:
    if sure.package is None or sure.cost is None:
        typer.echo(f"No package {'works' if sure.is_exact else 'was found that works'} in the whole ranges.")
    else:
        typer.echo(f"Works in the whole ranges, for {float(sure.cost):g}: {', '.join(sorted(sure.package)) or 'no lever'}")
    if sure.is_exact or sure.at_least is None:
        return
    which = "One" if sure.package is None else "A cheaper one"
    typer.echo(f"  {which} may work too, for more was asked: {'; '.join(sure.stricter)}.")
    typer.echo(f"  None costs less than {float(sure.at_least):g}, the least cost of being {sure.weaker}.")
