"""How sure is the answer: the same package at the same wanted state, under other judgements from the stated ranges."""

from __future__ import annotations

from ceasefire.brief.answers import Credibility, Sureness, Turn
from ceasefire.case.model import Case
from ceasefire.mediation import Problem, break_evens, sample, widened
from ceasefire.study.doubts import judgements, uncertain_problem

DRAWS = 2000
FEWER = 256
SEED = 7


def sureness(case: Case, question: Problem, package: frozenset[str], state: int, mode: Credibility) -> Sureness:
    """Count in how many draws a package does what is asked for at one wanted state, and find where single judgements turn that.

    Parameters
    ----------
    case : Case
    question : Problem
        The mediation problem of the case; what it asks for (lasting, reached, only) is what is counted.
    package : frozenset of str
        Keys of levers.
    state : int
        Index of the wanted state.
    mode : {"ignore", "filter", "price"}
        How credibility counts.

    Returns
    -------
    Sureness
        With the 95 % Wilson interval. Judgements are drawn independently of each other, which is an assumption.
    """
    uncertain = uncertain_problem(case, question)
    share = sample(uncertain, [package], draws=DRAWS, seed=SEED, state=state).reliability[package]
    judged = judgements(case, question)
    turns = tuple(
        Turn(found, judged[found.name])
        for found in break_evens(uncertain, package, state=state, credibility=mode, prices=False, within=True)
    )
    more = widened(uncertain, package, state=state, draws=FEWER, seed=SEED, credibility=mode)
    return Sureness(share, SEED, len(judged), turns, more)
