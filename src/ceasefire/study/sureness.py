"""How sure is the answer: the same package at the same wanted state, under other judgements from the stated ranges.

An interval is drawn evenly, a distribution as stated, a point stays. Draws are independent between judgements, which is an
assumption; the brief says so. Costs to owners do not bear on whether a package works and are not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ceasefire.brief.answers import Flip, Sureness
from ceasefire.case.model import Case, Judgement
from ceasefire.conditions import mask
from ceasefire.graphmodel import GraphModel, deviations
from ceasefire.mediation import Problem
from ceasefire.study.bridge import Pick, central, decision_makers, in_time, option_order

_NORMAL_95 = 1.959964
_SCALE = 1000


@dataclass(frozen=True, eq=False)
class Term:
    """One judgement that moves one party's stake where `where` holds; a lever's effect is discounted by its belief."""

    label: str
    party: int
    judgement: Judgement
    belief: Judgement | None
    where: NDArray[np.bool_]


def sureness(case: Case, question: Problem, package: frozenset[str], state: int, *, draws: int = 300, seed: int = 7) -> Sureness:
    """Count in how many draws a package makes a state stable, and find single judgements whose range alone decides it.

    Parameters
    ----------
    case : Case
    question : Problem
        The mediation problem of the case.
    package : frozenset of str
        Keys of levers.
    state : int
        Index of the wanted state.
    draws : int
        Number of draws; each has its own random stream, so the result does not depend on their order.
    seed : int

    Returns
    -------
    Sureness
        With the 95 % Wilson interval. Says nothing about paths or uniqueness.
    """
    terms = list(_terms(case, question, package))
    named = {id(j): (label, j) for label, j in _judgements(terms) if j.low < j.high}

    def holds(pick: Pick) -> bool:
        return _is_stable(question, _model(question.model, terms, pick), state)

    streams = np.random.SeedSequence(seed).spawn(draws)
    hits = sum(holds(_drawn([j for _, j in named.values()], np.random.default_rng(stream))) for stream in streams)
    base = holds(central)
    flips = tuple(
        Flip(label, judgement, end)
        for label, judgement in named.values()
        for end in (judgement.low, judgement.high)
        if holds(_with(judgement, end)) != base
    )
    low, high = wilson(hits, draws)
    return Sureness(draws, hits, low, high, seed, len(named), flips)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Give the 95 % Wilson interval of a share.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    share, z = hits / n, _NORMAL_95
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _terms(case: Case, question: Problem, package: frozenset[str]) -> Iterator[Term]:
    order, states = option_order(case), question.model.states
    number = {name: k for k, name in enumerate(question.model.parties)}
    for party in decision_makers(case):
        for stake in party.stakes:
            where = mask(stake.when.patterns(order), states)
            yield Term(f"the stake of {party.name} in `{stake.when.text}`", number[party.code], stake.judgement, None, where)
    for lever in in_time(case):
        if lever.key in package:
            where = mask(lever.when.patterns(order), states)
            for code, effect in lever.effects:
                if code in number:
                    label = f"{lever.text}, effect on {case.party(code).name}"
                    yield Term(label, number[code], effect, lever.belief, where)


def _judgements(terms: list[Term]) -> Iterator[tuple[str, Judgement]]:
    for term in terms:
        yield term.label, term.judgement
        if term.belief is not None:
            yield f"{term.label}: how far it is believed", term.belief


def _model(model: GraphModel, terms: list[Term], pick: Pick) -> GraphModel:
    values = np.zeros((len(model.parties), model.n_states), dtype=np.int64)
    for term in terms:
        believed = _SCALE if term.belief is None else round(pick(term.belief) * _SCALE)
        values[term.party, term.where] += round(pick(term.judgement) * _SCALE) * believed
    return model.with_preference(values)


def _is_stable(question: Problem, model: GraphModel, state: int) -> bool:
    concept = "Nash" if question.concept in {"nash", "cnash"} else question.concept.upper()
    counted = question.wanted.deviations == "any"
    return all(
        move.deterred
        for party in range(len(model.parties))
        for move in deviations(model, party, state, concept)
        if counted or move.to not in question.wanted_states
    )


def _with(changed: Judgement, value: float) -> Pick:
    return lambda judgement: value if judgement is changed else judgement.value


def _drawn(named: list[Judgement], random: np.random.Generator) -> Pick:
    values = {id(judgement): _draw(judgement, random) for judgement in named}
    return lambda judgement: values.get(id(judgement), judgement.value)


def _draw(judgement: Judgement, random: np.random.Generator) -> float:
    numbers = judgement.parameters
    match judgement.distribution:
        case "normal":
            return float(random.normal(numbers[0], numbers[1]))
        case "triangular":
            return float(random.triangular(numbers[0], numbers[1], numbers[2]))
        case "discrete":
            return float(random.choice(numbers[::2], p=np.array(numbers[1::2]) / sum(numbers[1::2])))
    return float(random.uniform(judgement.low, judgement.high))
