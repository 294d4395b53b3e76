r"""How reliable a power has been, with shrinkage, fading and, toward one ally, weights by likeness.

Kept and broken commitments are counted with weight :math:`w \lambda^{age}`, :math:`\lambda = 2^{-1/half\ life}` [1]_; the
estimate is Beta :math:`(s p + kept, s (1 - p) + broken)` with :math:`p` the share kept by all powers on the issue, counted with
the same fading (half a commitment added to either side, so that it is never 0 or 1), and :math:`s` the weight of that prior in
commitments.

References
----------
.. [1] Crescenzi, Kathman, Kleinberg and Wood (2012), Reliability, Reputation, and Alliance Formation, International Studies
   Quarterly 56(2): 259-274.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.record.acts import Integers
from ceasefire.record.chances import beta_quantile
from ceasefire.record.fates import CONTRARY, EXPIRED, FULFILLED, PARTLY
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.ledger import Ledger

HALF_LIFE_DAYS = 730.0
PRIOR_WEIGHT = 4.0
_OWN = frozenset({"promise", "offer", "agreement", "truce", "threat", "ultimatum", "refusal"})
_THREATS = frozenset({"threat", "ultimatum"})


@dataclass(frozen=True, slots=True)
class Reliability:
    """How one power kept its word on one issue.

    Parameters
    ----------
    actor, issue : str
    n : int
        Commitments judged; those still open, those the addressee closed, and threats that lapsed unresisted are none of them.
    kept, broken : float
        Faded counts; partly kept counts half for each.
    estimate : Estimate or None
        Share kept, shrunk, with its 95 % interval; None under five commitments.
    prior : float
        Share kept by all powers on the issue.
    score : float
        Sum of faded +1 for kept and -1 for broken.
    """

    actor: str
    issue: str
    n: int
    kept: float
    broken: float
    estimate: Estimate | None
    prior: float
    score: float


def reliability(
    found: Ledger,
    *,
    likeness: Mapping[str, float] | None = None,
    half_life_days: float = HALF_LIFE_DAYS,
    prior_weight: float = PRIOR_WEIGHT,
    chosen: NDArray[np.bool_] | None = None,
) -> tuple[Reliability, ...]:
    """Report the reliability of each power on each issue, as of the last day observed.

    Parameters
    ----------
    found : Ledger
    likeness : Mapping of party to float, optional
        Weight from 0 to 1 of what was said to each party: what an ally may conclude from how others like it were treated.
        Parties that are not named weigh nothing.
    half_life_days : float
        Age, from the day of the outcome, at which a commitment counts half.
    prior_weight : float
    chosen : NDArray[np.bool_], shape (n,), optional

    Returns
    -------
    tuple of Reliability
        By actor and issue; `n` counts commitments with a weight above 0.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> [one] = reliability(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    >>> one.actor, one.n, one.estimate
    ('A', 1, None)
    """
    outcome, counted = judged(found)
    if chosen is not None:
        counted = counted & chosen
    closed = found.words.day + found.fates.delay
    weight = 0.5 ** ((found.acts.span - 1 - closed) / half_life_days)
    if likeness is not None:
        by_party = np.array([likeness.get(name, 0.0) for name in found.acts.parties])
        own = weight * by_party[found.words.target]
    else:
        own = weight
    issues = sorted({rule.issue for rule in found.rules})
    issue = np.array([issues.index(rule.issue) for rule in found.rules], dtype=np.int64)[found.words.rule]
    n_issues = len(issues)
    pooled = _sums(issue, n_issues, counted, weight, outcome)
    prior = (pooled[1] + 0.5) / (pooled[0] + 1.0)
    key = found.words.actor * n_issues + issue
    n, (total, kept) = (
        np.bincount(key[counted & (own > 0)], minlength=len(found.acts.parties) * n_issues),
        _sums(key, len(found.acts.parties) * n_issues, counted, own, outcome),
    )
    reports = []
    for group in np.flatnonzero(n):
        actor, number = divmod(int(group), n_issues)
        share, own_kept, own_broken = float(prior[number]), float(kept[group]), float(total[group] - kept[group])
        estimate = (
            _estimate(prior_weight * share + own_kept, prior_weight * (1 - share) + own_broken) if n[group] >= LEAST else None
        )
        name = found.acts.parties[actor]
        score = own_kept - own_broken
        reports.append(Reliability(name, issues[number], int(n[group]), own_kept, own_broken, estimate, share, score))
    return tuple(reports)


def _sums(
    key: Integers, size: int, counted: NDArray[np.bool_], weight: NDArray[np.float64], outcome: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Add up weights, and weights of what was kept, by key."""
    chosen = key[counted]
    total, kept = (np.bincount(chosen, column[counted], size).astype(np.float64) for column in (weight, weight * outcome))
    return total, kept


def judged(found: Ledger) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give 1 for kept, 0.5 for partly kept, 0 for broken, and which commitments can be judged so.

    A threat that expired is broken only where it was resisted; one that nobody resisted may simply have worked.
    """
    status, own = found.fates.status, np.array([rule.kind in _OWN for rule in found.rules], dtype=np.bool_)[found.words.rule]
    threat = np.array([rule.kind in _THREATS for rule in found.rules], dtype=np.bool_)[found.words.rule]
    outcome = np.where(status == FULFILLED, 1.0, np.where(status == PARTLY, 0.5, 0.0))
    broken = (status == CONTRARY) | ((status == EXPIRED) & (~threat | found.fates.resisted))
    return outcome, own & (broken | (status == FULFILLED) | (status == PARTLY))


def _estimate(a: float, b: float) -> Estimate:
    return Estimate(a / (a + b), beta_quantile(0.025, a, b), beta_quantile(0.975, a, b))


def likeness_of_ties(case: Case, power: str, ally: str) -> dict[str, float]:
    """Tell how alike the parties of a case are to one ally, seen from a power: shared kinds of ties over all kinds of both.

    A tie counts whichever of the two it is written down for. The ally itself has likeness 1.

    Examples
    --------
    >>> from ceasefire.case.model import Tie
    >>> from ceasefire.testing import a_case, a_party
    >>> ties = [Tie("B", "arms", "", (), ()), Tie("B", "trade", "", (), ()), Tie("C", "arms", "", (), ())]
    >>> case = a_case(parties=(a_party("A", ties=tuple(ties)), a_party("B"), a_party("C"), a_party("D")))
    >>> likeness_of_ties(case, "A", "B")
    {'B': 1.0, 'C': 0.5, 'D': 0.0}
    """
    kinds: dict[str, set[str]] = {party.code: set() for party in case.parties if party.code != power}
    for party in case.parties:
        for tie in party.ties:
            if party.code == power and tie.other in kinds:
                kinds[tie.other].add(tie.type)
            elif tie.other == power and party.code in kinds:
                kinds[party.code].add(tie.type)
    own = kinds.get(ally, set())
    return {code: 1.0 if code == ally else _jaccard(own, other) for code, other in kinds.items()}


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
