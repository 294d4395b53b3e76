"""Turn a case into a graph model and into a mediation problem.

Decision makers are the parties that own or share options, in the order of the case; powers are the owners of levers. Numbers
enter at a resolution of 0.001 of the case's stake unit, so that equal sums are exactly equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case, Judgement, Lever, Party, Stake
from ceasefire.case.model import Placed as PlacedLever
from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError, Problem
from ceasefire.graphmodel import GraphModel, Option, prioritised, stake_values
from ceasefire.mediation import Lever as MediationLever
from ceasefire.mediation import Placed, Statement, Wanted, ranked
from ceasefire.mediation import Problem as MediationProblem

RESOLUTION = 1000
Pick = Callable[[Judgement], float]
Concept = Literal["nash", "gmr", "smr", "seq", "cnash"]


def central(judgement: Judgement) -> float:
    """Give the central value of a judgement.

    Examples
    --------
    >>> from datetime import date
    >>> central(Judgement(2.0, 1.0, 4.0, "points", "", (), True, date(2020, 10, 8)))
    2.0
    """
    return judgement.value


def exact(value: float) -> Fraction:
    """Round to the resolution and return the exact number.

    Examples
    --------
    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    return Fraction(round(value * RESOLUTION), RESOLUTION)


def decision_makers(case: Case) -> tuple[Party, ...]:
    """Give the parties that own or share an option."""
    movers = {code for option in case.options for code in (option.owner, *option.shared)}
    return tuple(party for party in case.parties if party.code in movers)


def in_time(case: Case) -> tuple[Lever, ...]:
    """Give the levers that bite within the horizon of the case."""
    return tuple(lever for lever in case.levers if lever.delay_days <= case.horizon_days)


def graph_model(case: Case, pick: Pick = central, bare: GraphModel | None = None) -> GraphModel:
    """Build the graph model of a case.

    Parameters
    ----------
    case : Case
    pick : callable
        Which number of each judgement to use; the central one by default.
    bare : GraphModel, optional
        A model of the same case whose states and moves are used again.

    Raises
    ------
    CaseError
        If the case has no options.
    LimitError
        If it has too many states.
    """
    parties = decision_makers(case)
    if not parties:
        message = "the case has no options, so there is nothing to solve"
        raise _missing(case, "no-options", message, "give at least one party `options`")
    order = option_order(case)
    number = {party.code: k for k, party in enumerate(parties)}
    options = tuple(
        Option(o.key, tuple(sorted({number[code] for code in (o.owner, *o.shared)})), o.direction) for o in case.options
    )
    infeasible = [pattern for ban in case.bans for pattern in ban.when.patterns(order)]
    if bare is None:
        bare = GraphModel.from_options(tuple(number), options, infeasible)
    if any(party.priorities for party in parties):
        return bare.with_preference([_ranks(bare, party, order, pick) for party in parties])
    values, resolution = stake_values(bare.states, [terms(party.stakes, order, pick) for party in parties])
    return bare.with_preference(values, cardinal=True, resolution=resolution)


def problem(case: Case, pick: Pick = central, concept: Concept | None = None, bare: GraphModel | None = None) -> MediationProblem:
    """Build the mediation problem of a case: which package makes the wanted outcome stable.

    Levers that bite after the horizon have no effect and are left out. A power that is also a party has its stakes as a
    party unless the case gives it others as owner of levers; one that ranks has none, so that its credibility gaps are the
    most they can be.

    Raises
    ------
    CaseError
        If the case states no wanted outcome.
    """
    if case.wanted is None:
        raise _missing(case, "no-wanted", "the case names no wanted outcome", "add `wanted:` with a condition")
    model = graph_model(case, pick, bare)
    order = option_order(case)
    parties = decision_makers(case)
    if any(party.priorities for party in parties):
        values, resolution = stake_values(model.states, [terms(party.stakes, order, pick) for party in parties])
        model = model.with_preference(values, cardinal=True, resolution=resolution)
    levers = in_time(case)
    owners = tuple(dict.fromkeys(lever.owner for lever in levers))
    found = MediationProblem(
        model=model,
        status_quo=status_quo(case),
        wanted=Wanted(
            case.wanted.when.patterns(order),
            mode=case.wanted.mode,
            deviations=case.wanted.deviations,
            reach=case.wanted.reach,
            unique=case.wanted.unique,
        ),
        concept=concept or case.concept,
        margin=Fraction(0),
        powers=owners,
        power_stakes={code: terms(as_owner(case.party(code)), order, pick) for code in owners},
        levers=tuple(_lever(lever, order, model.parties, pick) for lever in levers),
        incompatible=tuple(pair for pair in case.incompatible if {*pair} <= {lever.key for lever in levers}),
        budgets={code: exact(pick(budget)) for code in owners if (budget := case.party(code).budget) is not None},
        credibility="ignore",
        commitment_price=Fraction(1),
        horizon_days=Fraction(case.horizon_days),
    )
    priorities = {party.code: _ranking(party, order, levers) for party in parties if party.priorities}
    return ranked(found, priorities) if priorities else found


def option_order(case: Case) -> tuple[str, ...]:
    """Give the keys of the options in the order of their bits."""
    return tuple(option.key for option in case.options)


def status_quo(case: Case) -> int:
    """Give the status quo as bits."""
    return sum(1 << k for k, key in enumerate(option_order(case)) if key in case.status_quo)


def terms(stakes: Iterable[Stake], order: tuple[str, ...], pick: Pick) -> list[tuple[tuple[Pattern, ...], Fraction]]:
    """Give weighted statements as patterns and exact numbers."""
    return [(stake.when.patterns(order), exact(pick(stake.judgement))) for stake in stakes]


def as_owner(party: Party) -> tuple[Stake, ...]:
    """Give the stakes of a party as owner of levers."""
    return party.stakes if party.owner_stakes is None else party.owner_stakes


def _lever(lever: Lever, order: tuple[str, ...], movers: tuple[str, ...], pick: Pick) -> MediationLever:
    return MediationLever(
        key=lever.key,
        owner=lever.owner,
        type=lever.type,
        when=lever.when.patterns(order),
        effects={code: exact(pick(change)) for code, change in lever.effects if code in movers},
        fixed=exact(pick(lever.fixed)),
        exec=exact(pick(lever.exec)),
        audience=exact(pick(lever.audience)),
        restore=exact(pick(lever.restore)),
        group=lever.group,
        belief=exact(pick(lever.belief)),
        delay_days=Fraction(lever.delay_days),
        lasts_days=None if lever.lasts_days is None else Fraction(lever.lasts_days),
        is_gradual=lever.is_gradual,
    )


def _ranking(party: Party, order: tuple[str, ...], levers: Iterable[Lever]) -> list[Statement | Placed]:
    known = {lever.key for lever in levers}
    return [
        Placed(one.lever) if isinstance(one, PlacedLever) else Statement(one.patterns(order))
        for one in party.priorities
        if not isinstance(one, PlacedLever) or one.lever in known
    ]


def _ranks(model: GraphModel, party: Party, order: tuple[str, ...], pick: Pick) -> NDArray[np.int64]:
    if party.priorities:
        return prioritised(model.states, [statement.patterns(order) for statement in party.statements])
    values, _ = stake_values(model.states, [terms(party.stakes, order, pick)])
    return np.unique(values[0], return_inverse=True)[1].reshape(-1).astype(np.int64)


def _missing(case: Case, code: str, message: str, hint: str) -> CaseError:
    return CaseError([Problem(case.name, None, None, code, message, hint)])
