r"""How reliable a power has been, with shrinkage, fading and, toward one ally, weights by likeness.

Kept and broken commitments are counted with weight :math:`w \lambda^{age}`, :math:`\lambda = 2^{-1/half\ life}` [1]_; the
estimate is Beta :math:`(s p + kept, s (1 - p) + broken)` with :math:`p` the share kept by all powers on the issue, this one among
them, counted with the same fading (half a commitment added to either side, so that it is never 0 or 1), and :math:`s` the weight
of that prior in commitments. Which commitments are shown changes no prior.

Judged is only what was seen to the end of its window: of the others those kept early would be known, and those that will lapse
not. A word that depends on a condition which nobody judged is none of them either, as in every rate. One statement to several
parties counts once, each party for its part.

References
----------
.. [1] Crescenzi, Kathman, Kleinberg and Wood (2012), Reliability, Reputation, and Alliance Formation, International Studies
   Quarterly 56(2): 259-274.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.intervals import beta_quantile
from ceasefire.record.acts import Integers, within
from ceasefire.record.fates import CONTRARY, EXPIRED, FULFILLED, PARTLY
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.ledger import Ledger
from ceasefire.record.told import told_later

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
        Statements judged; those the addressee closed, and threats that lapsed unresisted, are none of them.
    running : int
        Not judged because their window has not ended, whatever became of them so far.
    conditional : int
        Not judged because nobody judged their condition.
    kept, broken : float
        Faded counts; partly kept counts half for each.
    estimate : Estimate or None
        Share kept, shrunk, with its 95 % interval; None under five commitments.
    prior : float
        Share kept by all powers on the issue.
    prior_n : int
        Statements judged of all powers on the issue.
    score : float
        Sum of faded +1 for kept and -1 for broken.
    half_life_days : float
        Age at which a commitment counts half.
    """

    actor: str
    issue: str
    n: int
    running: int
    conditional: int
    kept: float
    broken: float
    estimate: Estimate | None
    prior: float
    prior_n: int
    score: float
    half_life_days: float


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
        Which commitments to report on; the prior is of all.

    Returns
    -------
    tuple of Reliability
        By actor and issue; all counts are of commitments with a weight above 0.

    Raises
    ------
    DataError
        If the half-life is not above 0, the weight of the prior below 0, or a likeness outside 0 to 1.

    Examples
    --------
    A threat was carried out, but a war of ten days does not see the end of its thirty.

    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> [one] = reliability(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    >>> one.actor, one.n, one.running, one.estimate
    ('A', 0, 1, None)
    """
    within(0, prior_weight=prior_weight)
    within(1e-9, half_life_days=half_life_days)
    within(0, 1, **{f"likeness of {name}": value for name, value in (likeness or {}).items()})
    outcome, counted = judged(found)
    closed = found.words.day + found.fates.delay
    weight = 0.5 ** ((found.acts.span - 1 - closed) / half_life_days)
    alike = np.ones(len(found.acts.parties))
    if likeness is not None:
        alike = np.array([likeness.get(name, 0.0) for name in found.acts.parties])
    own = weight * alike[found.words.target] if len(found) else weight
    asked = own > 0
    if chosen is not None:
        asked &= chosen
    issues = sorted({rule.issue for rule in found.rules})
    issue = np.array([issues.index(rule.issue) for rule in found.rules], dtype=np.int64)[found.words.rule]
    key, size = found.words.actor * len(issues) + issue, len(found.acts.parties) * len(issues)
    prior = _prior(issue, len(issues), _parts(found, key, counted), weight, outcome)
    part = _parts(found, key, counted & asked)
    total, kept = (np.bincount(key, part * column, size) for column in (own, own * outcome))
    promised = asked & _own(found)
    late, doubtful = promised & ~found.conditional & ~_ended(found), promised & found.conditional
    n, running, conditional = (
        np.rint(np.bincount(key, one, size)).astype(np.int64)
        for one in (part, _parts(found, key, late), _parts(found, key, doubtful))
    )
    reports = []
    for group in np.flatnonzero(n + running + conditional):
        actor, number = divmod(int(group), len(issues))
        (share, prior_n), own_kept, own_broken = prior[number], float(kept[group]), float(total[group] - kept[group])
        estimate = None
        if n[group] >= LEAST:
            estimate = _estimate(prior_weight * share + own_kept, prior_weight * (1 - share) + own_broken)
        reports.append(
            Reliability(
                actor=found.acts.parties[actor],
                issue=issues[number],
                n=int(n[group]),
                running=int(running[group]),
                conditional=int(conditional[group]),
                kept=own_kept,
                broken=own_broken,
                estimate=estimate,
                prior=share,
                prior_n=prior_n,
                score=own_kept - own_broken,
                half_life_days=half_life_days,
            )
        )
    return tuple(reports)


def _prior(
    issue: Integers, n_issues: int, part: NDArray[np.float64], weight: NDArray[np.float64], outcome: NDArray[np.float64]
) -> list[tuple[float, int]]:
    """Give for each issue the share that all powers kept, and of how many statements."""
    n, total, kept = (np.bincount(issue, part * column, n_issues) for column in (np.ones(len(part)), weight, weight * outcome))
    return [(float(share), round(float(count))) for share, count in zip((kept + 0.5) / (total + 1.0), n, strict=True)]


def _parts(found: Ledger, key: Integers, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Tell for each counted commitment which part it is of its statement: 1, or less where one was made to several parties."""
    row = np.unique(found.acts.row[found.place], return_inverse=True)[1].reshape(-1)
    _, statement = np.unique(key[counted] * (int(row.max(initial=0)) + 1) + row[counted], return_inverse=True)
    part = np.zeros(len(found))
    part[counted] = 1 / np.bincount(statement.reshape(-1))[statement.reshape(-1)]
    return part


def _of_kinds(found: Ledger, kinds: frozenset[str]) -> NDArray[np.bool_]:
    fits = np.array([rule.kind in kinds for rule in found.rules], dtype=np.bool_)
    chosen: NDArray[np.bool_] = fits[found.words.rule]
    return chosen


def _own(found: Ledger) -> NDArray[np.bool_]:
    """Tell which commitments are to deeds of the speaker's own."""
    return _of_kinds(found, _OWN)


def _ended(found: Ledger) -> NDArray[np.bool_]:
    """Tell which windows ended by the last day observed."""
    window = np.array([rule.within_days for rule in found.rules], dtype=np.int64)
    ended: NDArray[np.bool_] = found.words.day + window[found.words.rule] < found.acts.span
    return ended


def judged(found: Ledger) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give 1 for kept, 0.5 for partly kept, 0 for broken, and which commitments can be judged so.

    A threat that expired is broken only where it was resisted; one that nobody resisted may simply have worked.
    """
    status = found.fates.status
    outcome = np.where(status == FULFILLED, 1.0, np.where(status == PARTLY, 0.5, 0.0))
    lapsed = (status == EXPIRED) & (~_of_kinds(found, _THREATS) | found.fates.resisted)
    known = lapsed | (status == CONTRARY) | (status == FULFILLED) | (status == PARTLY)
    return outcome, known & _own(found) & _ended(found) & ~found.conditional


def _estimate(a: float, b: float) -> Estimate:
    return Estimate(a / (a + b), beta_quantile(0.025, a, b), beta_quantile(0.975, a, b))


def likeness_of_ties(case: Case, power: str, ally: str, as_of: date | None = None) -> dict[str, float]:
    """Tell how alike the parties of a case are to one ally, seen from a power: shared kinds of ties over all kinds of both.

    A tie counts whichever of the two it is written down for, and not before the first entry of the record that it rests on. The
    ally itself has likeness 1.

    Parameters
    ----------
    case : Case
    power, ally : str
    as_of : date, optional
        The case's own day by default.

    Examples
    --------
    >>> from ceasefire.case.model import Tie
    >>> from ceasefire.testing import a_case, a_party
    >>> ties = [Tie("B", "arms", "", (), ()), Tie("B", "trade", "", (), ()), Tie("C", "arms", "", (), ())]
    >>> case = a_case(parties=(a_party("A", ties=tuple(ties)), a_party("B"), a_party("C"), a_party("D")))
    >>> likeness_of_ties(case, "A", "B")
    {'B': 1.0, 'C': 0.5, 'D': 0.0}
    """
    day = as_of or case.as_of
    later = told_later(case, day)
    seen = {entry.key for entry in case.entries_until(day) if entry.key not in later}
    kinds: dict[str, set[str]] = {party.code: set() for party in case.parties if party.code != power}
    for party in case.parties:
        for tie in party.ties:
            if tie.record and seen.isdisjoint(tie.record):
                continue
            if party.code == power and tie.other in kinds:
                kinds[tie.other].add(tie.type)
            elif tie.other == power and party.code in kinds:
                kinds[party.code].add(tie.type)
    own = kinds.get(ally, set())
    return {code: 1.0 if code == ally else _jaccard(own, other) for code, other in kinds.items()}


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
