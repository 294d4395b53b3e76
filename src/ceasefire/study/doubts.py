"""Which judgements of a case are not certain: the mediation problem of the case with its ranges and distributions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from ceasefire.case.model import Case, Judgement
from ceasefire.mediation import Problem
from ceasefire.mediation.unknowns import (
    CostName,
    LeverBelief,
    LeverCost,
    LeverEffect,
    OwnerTerm,
    Place,
    Spread,
    StakeTerm,
    UncertainProblem,
    Unknown,
)
from ceasefire.study.bridge import RESOLUTION, as_owner, decision_makers, exact, in_time, option_order

_COSTS: dict[CostName, str] = {
    "fixed": "the cost of committing to",
    "exec": "the cost of carrying out",
    "audience": "the cost of backing down from",
    "restore": "the chance to restore by",
}
LEVELS = tuple(Fraction(level, 100) for level in (50, 75, 90, 95))


def uncertain_problem(case: Case, problem: Problem) -> UncertainProblem:
    """Collect the judgements of a case that have a range or a distribution.

    An interval is read as equally likely everywhere, a distribution as stated; judgements are independent of each other, which
    is an assumption.

    Parameters
    ----------
    case : Case
    problem : Problem
        The mediation problem of the case, with the central values.
    """
    unknowns = tuple(
        Unknown(name, exact(judgement.value), spread(judgement), tuple(places))
        for name, judgement, places in _unsure(case, problem)
    )
    return UncertainProblem(problem, unknowns, LEVELS, None, Fraction(1, RESOLUTION))


def judgements(case: Case, problem: Problem) -> dict[str, Judgement]:
    """Give the judgements behind the unknowns of `uncertain_problem`, by the names that these have there."""
    return {name: judgement for name, judgement, _ in _unsure(case, problem)}


def _unsure(case: Case, problem: Problem) -> Iterable[tuple[str, Judgement, list[Place]]]:
    found: dict[int, tuple[str, Judgement, list[Place]]] = {}
    taken: dict[str, int] = {}
    for label, judgement, place in _places(case, problem):
        if judgement.low == judgement.high and judgement.distribution is None:
            continue
        if id(judgement) not in found:
            taken[label] = taken.get(label, 0) + 1
            name = label if taken[label] == 1 else f"{label} ({taken[label]})"
            found[id(judgement)] = (name, judgement, [])
        found[id(judgement)][2].append(place)
    return found.values()


def spread(judgement: Judgement) -> Spread:
    """Read a judgement's range or distribution.

    Examples
    --------
    >>> from datetime import date
    >>> spread(Judgement(2.0, 1.0, 4.0, "points", "", (), True, date(2020, 10, 8)))
    Spread(kind='uniform', numbers=(Fraction(1, 1), Fraction(4, 1)))
    """
    if judgement.distribution is None:
        return Spread("uniform", (exact(judgement.low), exact(judgement.high)))
    numbers = judgement.parameters
    if judgement.distribution != "discrete":
        return Spread(judgement.distribution, tuple(exact(number) for number in numbers))
    chances = [Fraction(chance).limit_denominator(10**9) for chance in numbers[1::2]]
    total = sum(chances)
    pairs = zip(numbers[::2], chances, strict=True)
    return Spread("discrete", tuple(part for value, chance in pairs for part in (exact(value), chance / total)))


def _places(case: Case, problem: Problem) -> Iterator[tuple[str, Judgement, Place]]:
    order = option_order(case)
    for party in decision_makers(case):
        for stake in party.stakes:
            yield (
                f"the stake of {party.name} in `{stake.when.text}`",
                stake.judgement,
                StakeTerm(party.code, stake.when.patterns(order)),
            )
    for lever in in_time(case):
        for code, effect in lever.effects:
            if code in problem.model.parties:
                yield f"the effect of {lever.key} on {case.party(code).name}", effect, LeverEffect(lever.key, code)
        yield f"the belief in {lever.key}", lever.belief, LeverBelief(lever.key)
        for what, words in _COSTS.items():
            yield f"{words} {lever.key}", getattr(lever, what), LeverCost(lever.key, what)
    for power in problem.powers:
        party = case.party(power)
        for stake in as_owner(party):
            yield (
                f"the stake of {party.name} as owner of levers in `{stake.when.text}`",
                stake.judgement,
                OwnerTerm(power, stake.when.patterns(order)),
            )
