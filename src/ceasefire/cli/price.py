"""Commands on levers: which package, which powers, at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.cli.progress import Progress
from ceasefire.cli.questions import Asked, BeliefCurve, HowCredible, Question, WhichGoal, read_question

if TYPE_CHECKING:
    from ceasefire.mediation import Packages

_SHOWN = 10


def packages(
    asked: Asked,
    *,
    as_json: AsJson = False,
    credibility: HowCredible = None,
    goal: WhichGoal = None,
    belief_curve: BeliefCurve = None,
    every: Annotated[bool, typer.Option("--all", help="List every cheapest package, not only the smallest.")] = False,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0, help="Stop then with the best found and a bound.")] = None,
) -> None:
    """Find the cheapest packages of threats and promises that make the wanted outcome stable, and who can do it."""
    question = _question(asked, goal, belief_curve)
    if question.is_gradual:
        _say_intensities(question, credibility, as_json=as_json)
        return
    found = _search(question, credibility, every=every, seconds=seconds)
    if as_json:
        _print(question, found)
        return
    if not found.proven:
        best = "no package found yet"
        if found.optimal:
            best = f"{', '.join(sorted(found.optimal[0])) or 'no lever'} for {float(found.min_cost or 0):g}"
        typer.echo(f"Stopped: {best}; no package costs less than {float(found.bound or 0):g}. Coalitions were not searched.")
        return
    if not found.feasible:
        typer.echo(f"No package of these levers makes the wanted outcome {_demand(question)} (credibility: {found.credibility}).")
        return
    from ceasefire import mediation  # noqa: PLC0415

    answer = mediation.packages_json(question.problem, found)
    typer.echo(f"Cheapest cost: {answer['min_cost']} (credibility: {found.credibility})")
    if found.min_cost == 0 and found.optimal_count > 1 and any(found.optimal[:1]):
        typer.echo("Free on paper, because threats that work are not carried out; exposure is what being tested could cost.")
    listed = list(zip(found.optimal, found.exposure, found.wanted_state, strict=True))
    for package, exposure, state in listed[:_SHOWN]:
        typer.echo(f"  {', '.join(sorted(package)) or 'no lever needed'} (exposure {float(exposure):g})")
        taken = ", ".join(question.problem.model.taken(state)) or "nothing taken"
        typer.echo(f"    makes stable: {taken}")
    if found.optimal_count > min(len(listed), _SHOWN):
        least = "" if found.exact else "at least "
        typer.echo(f"  {least}{found.optimal_count} packages cost the same, each of these included; --json lists more, --all all")
    typer.echo("Smallest coalitions that can do it:")
    for coalition in answer["minimal_coalitions"]:
        typer.echo(f"  {' + '.join(map(question.name, coalition)) or 'nobody is needed'}")


def who(
    asked: Asked,
    as_json: AsJson = False,
    credibility: HowCredible = None,
    goal: WhichGoal = None,
    belief_curve: BeliefCurve = None,
) -> None:
    """Find who can do it: each coalition's least cost, the smallest coalitions, and how much each power matters."""
    question = _question(asked, goal, belief_curve)
    if question.is_gradual:
        _say_intensities(question, credibility, as_json=as_json)
        return
    found = _search(question, credibility, every=False)
    if as_json:
        _print(question, found)
        return
    if not found.feasible:
        demand = _demand(question)
        typer.echo(f"Nobody can: no package of these levers makes the wanted outcome {demand} (credibility: {found.credibility}).")
        return
    typer.echo(f"Smallest coalitions that can do it, and their least cost (credibility: {found.credibility}):")
    order = question.problem.powers
    for members in found.minimal_coalitions:
        cost = found.coalition_cost[members]
        named = " + ".join(question.name(power) for power in order if power in members) or "nobody is needed"
        typer.echo(f"  {named}: {float(cost or 0):g}")
    typer.echo("Share of the orders in which each power tips the scale (Shapley-Shubik), and Banzhaf index:")
    for power in order:
        typer.echo(f"  {question.name(power)}: {found.shapley_shubik[power]}, {found.banzhaf[power]}")


def _demand(question: Question) -> str:
    """Say what was asked of the wanted outcome."""
    wanted = question.problem.wanted
    reached = {"none": "", "um": " and open to the parties' moves", "ui": " and reached by moves that pay"}[wanted.reach]
    return f"stable{reached}{' with no other such outcome' if wanted.unique else ''}"


def _question(asked: str, goal: WhichGoal, belief_curve: str | None) -> Question:
    with Progress() as progress:
        return read_question(asked, goal, progress, belief_curve, gradual=True)


def _search(question: Question, credibility: HowCredible, *, every: bool, seconds: float | None = None) -> Packages:
    from time import monotonic  # noqa: PLC0415

    from ceasefire import mediation  # noqa: PLC0415

    with Progress() as progress:
        progress.tell("searching packages")
        end = None if seconds is None else monotonic() + seconds

        def watch(bounds: mediation.Bounds) -> bool:
            best = "none found yet" if bounds.best is None else f"best {float(bounds.best):g}"
            progress.tell(f"searching packages: {best}, none below {float(bounds.bound):g}, {bounds.tested} tested")
            return end is None or monotonic() < end

        return mediation.find_packages(
            question.problem, credibility=credibility.value if credibility else None, every=every, watch=watch
        )


def _say_intensities(question: Question, credibility: HowCredible, *, as_json: bool) -> None:
    """Answer where a lever may be used at any intensity."""
    from ceasefire import mediation  # noqa: PLC0415

    found = mediation.find_intensities(question.problem, credibility=credibility.value if credibility else None)
    if as_json:
        print_json(mediation.intensities_json(question.problem, found))
        return
    if found.min_cost is None:
        typer.echo("No package of these levers, at no intensity, makes the wanted outcome stable.")
        return
    typer.echo(f"Cheapest cost: {float(found.min_cost):g}")
    for key, share in sorted(found.intensity.items()):
        typer.echo(f"  {key}" + ("" if share == 1 else f" at {float(share):.4g} of its full force"))
    if found.steps is not None:
        typer.echo(f"Intensities are multiples of 1/{found.steps}: moves must be strictly better, so a least cost need not exist.")
    if found.minimal_coalitions is not None:
        typer.echo("Smallest coalitions that can do it, and their least cost:")
        for members in found.minimal_coalitions:
            named = " + ".join(question.name(power) for power in question.problem.powers if power in members)
            typer.echo(f"  {named or 'nobody is needed'}: {float(found.coalition_cost.get(members) or 0):g}")


def _print(question: Question, found: Packages) -> None:
    from ceasefire import mediation  # noqa: PLC0415

    print_json(mediation.packages_json(question.problem, found))
