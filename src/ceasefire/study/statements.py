"""What the parties of a case were said to prefer, as sources of preferences and as what their ranges leave certain."""

from __future__ import annotations

from ceasefire.case.model import Case, Party
from ceasefire.graphmodel import GraphModel, PartialOrder, Prioritised, Source, Statement, Weighed
from ceasefire.study.bridge import central, decision_makers, exact, option_order


def sources(case: Case) -> tuple[Source, ...]:
    """Give each decision maker's ranked statements, or its stakes at their central values.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> [statement.text for statement in sources(load("tutorial"))[0].statements]
    ['x-n.shell', 'x-s.advance']
    """
    return tuple(_source(case, party) for party in decision_makers(case))


def certain(case: Case, model: GraphModel) -> tuple[PartialOrder, ...]:
    """Give for each decision maker the comparisons of states that hold whatever values its stakes have in their ranges.

    Returns
    -------
    tuple of PartialOrder
        Complete for a party that ranks statements or has points only.

    Raises
    ------
    LimitError
        For more than 4,096 states.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> from ceasefire.study import graph_model
    >>> war = load("tutorial")
    >>> certain(war, graph_model(war))[0].unknown
    []
    """
    return tuple(_certain(case, model, party, k) for k, party in enumerate(decision_makers(case)))


def _source(case: Case, party: Party) -> Source:
    order = option_order(case)
    if party.priorities:
        return Prioritised(tuple(Statement(tuple(when.patterns(order)), when.text) for when in party.statements))
    statements = tuple(Statement(tuple(stake.when.patterns(order)), stake.when.text) for stake in party.stakes)
    return Weighed(statements, tuple(exact(central(stake.judgement)) for stake in party.stakes))


def _certain(case: Case, model: GraphModel, party: Party, row: int) -> PartialOrder:
    if party.priorities:
        return PartialOrder.complete(model.preference[row])
    order = option_order(case)
    ranges = [(stake.when.patterns(order), exact(stake.judgement.low), exact(stake.judgement.high)) for stake in party.stakes]
    return PartialOrder.of_stakes(model.states, ranges)
