"""How sure is the answer: the same package under other judgements from the stated ranges.

An interval is drawn evenly, a distribution as stated, a point stays. Draws are independent between judgements, which is an
assumption; the brief says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np

from ceasefire.brief.answers import Flip, Sureness
from ceasefire.case.model import Case, Judgement
from ceasefire.mediation import check_package
from ceasefire.study.bridge import Pick, central, graph_model, in_time, problem

_NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Named:
    """A judgement with the words that say what it is about."""

    label: str
    judgement: Judgement


def judgements(case: Case) -> Iterator[Named]:
    """Give every judgement that bears on whether a package works: stakes, and effects of levers that come in time."""
    for party in case.parties:
        for stake in party.stakes:
            yield Named(f"{party.name}: {stake.when.text}", stake.judgement)
    for lever in in_time(case):
        for code, effect in lever.effects:
            yield Named(f"{lever.text} (effect on {case.party(code).name})", effect)
        yield Named(f"{lever.text} (belief)", lever.belief)


def sureness(case: Case, package: frozenset[str], draws: int = 200, seed: int = 7) -> Sureness:
    """Count in how many draws a package works, and find single judgements whose range alone decides it.

    Parameters
    ----------
    case : Case
    package : frozenset of str
        Keys of levers.
    draws : int
        Number of draws; each has its own random stream, so the result does not depend on their order.
    seed : int

    Returns
    -------
    Sureness
        With the 95 % Wilson interval.
    """
    bare = graph_model(case)

    def works(pick: Pick) -> bool:
        return check_package(problem(case, pick, bare=bare), package).works

    named = [one for one in judgements(case) if one.judgement.low < one.judgement.high]
    streams = np.random.SeedSequence(seed).spawn(draws)
    hits = sum(works(_drawn(named, np.random.default_rng(stream))) for stream in streams)
    base = works(central)
    flips = []
    for one in named:
        for end in (one.judgement.low, one.judgement.high):
            if works(_with(one.judgement, end)) != base:
                flips.append(Flip(one.label, one.judgement, end))
    low, high = wilson(hits, draws)
    return Sureness(draws, hits, low, high, seed, len(named), tuple(flips))


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


def _with(changed: Judgement, value: float) -> Pick:
    return lambda judgement: value if judgement is changed else judgement.value


def _drawn(named: list[Named], random: np.random.Generator) -> Pick:
    values = {id(one.judgement): _draw(one.judgement, random) for one in named}
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
