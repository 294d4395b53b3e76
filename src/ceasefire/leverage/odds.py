r"""How often threats of this kind worked: a reference class of past threats, never a forecast of this one.

The chance is that of a logit fitted to 1,024 threats and sanctions of 1945-2005 with known ending [1]_, printed here with its
standard errors (clustered by event). Its held-out discrimination is about 0.71 and 0.57 for security issues alone, so no chance is
given outside 15 to 65 %. Success is strict: the target gives in wholly or in part; a negotiated settlement does not count.

References
----------
.. [1] Morgan, Bapat and Kobayashi (2014), Threat and imposition of economic sanctions 1945-2005, Conflict Management and Peace
   Science 31(5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, log1p
from typing import Literal, TypeAlias

from ceasefire.case.shape import meant
from ceasefire.errors import DataError, Problem
from ceasefire.intervals import wilson
from ceasefire.leverage.ranges import Range
from ceasefire.reference import countries

TargetCost: TypeAlias = Literal["minor", "major", "severe"]
SenderCost: TypeAlias = Literal["minor", "major", "severe"]
Instrument: TypeAlias = Literal["partial_embargo", "export_restriction", "import_restriction", "aid_termination", "other"]

CAUTION = "Cost is not compliance: a costly measure is no sign that the target will give in."
LEAST, MOST = 0.15, 0.65
_MOST_SCORE = 500.0
N, CASES, PERIOD = 1024, 1412, "1945-2005"
COSTS: Mapping[str, float] = {"minor": 1.0, "major": 2.0, "severe": 3.0}
MEDIAN_TRADE_MUSD = 17_962.0
COEFFICIENTS: Mapping[str, tuple[float, float]] = {
    "constant": (0.16, 0.71),
    "target_cost": (0.91, 0.24),
    "target_cost_unrated": (1.34, 0.38),
    "sender_cost": (-1.07, 0.43),
    "sender_cost_unrated": (-0.45, 0.39),
    "security": (-0.73, 0.26),
    "trade_issue": (-0.87, 0.23),
    "institution": (0.61, 0.24),
    "imposed": (-0.34, 0.22),
    "clear_demand": (0.96, 0.22),
    "log_target_trade": (-0.10, 0.04),
}
_RATED_SENDERS = ("USA", "RUS")
_RATED_INSTRUMENTS = ("partial_embargo", "export_restriction", "import_restriction", "aid_termination")
_DOUBTS = (
    "27 % of endings are unknown",
    "concessions made before any threat never appear",
    "coders' cost ratings may know the ending",
    "nothing after 2005, few mediations",
)


@dataclass(frozen=True, slots=True)
class Threat:
    """The marks of a threat as coders of past threats would give them; None where there is no rating.

    Parameters
    ----------
    target_cost, sender_cost : {"minor", "major", "severe"} or None
        As expected before.
    security, trade_issue : bool
        What the demand is about.
    institution : bool
        Whether an international institution takes part.
    clear_demand : bool
        Whether the demand says what must be done.
    imposed : bool
        Whether the measure is already in place.
    target_trade_musd : float or None
        All imports and exports of the target in million USD of the year; None is set to the median.
    instrument : Instrument or None
    sender_is_ally : bool
        Whether sender and target are bound by a defence pact.
    sender : str
        ISO alpha-3 code or X-..., for its base rate where it sent enough threats (the United States; Russia or the Soviet Union).
    """

    target_cost: TargetCost | None = None
    sender_cost: SenderCost | None = None
    security: bool = False
    trade_issue: bool = False
    institution: bool = False
    clear_demand: bool = False
    imposed: bool = False
    target_trade_musd: float | None = None
    instrument: Instrument | None = None
    sender_is_ally: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often one class of past threats succeeded, with its 95 % Wilson interval; `n` threats with known ending."""

    name: str
    rate: Range
    n: int


@dataclass(frozen=True, slots=True)
class Odds:
    """The chance that the target gives in, as past threats have it.

    Parameters
    ----------
    chance : float
        Of the logit, brought into 15 to 65 %.
    band : Range
        The share that succeeded among the fifth of past threats with such fitted chances, as 95 % interval, wide enough to hold
        `chance` and never outside 15 to 65 %.
    is_bounded : bool
        Whether the logit itself gave a chance outside.
    n : int
        Threats that the logit was fitted to.
    period : str
    terms : tuple of (name, value, coefficient, standard error)
    rates : tuple of BaseRate
        Classes of past threats to which this one belongs, the widest first.
    doubts : tuple of str
    caution : str
    """

    chance: float
    band: Range
    is_bounded: bool
    n: int
    period: str
    terms: tuple[tuple[str, float, float, float], ...]
    rates: tuple[BaseRate, ...]
    doubts: tuple[str, ...] = _DOUBTS
    caution: str = CAUTION


@dataclass(frozen=True, slots=True)
class Basis:
    """A fit of past threats that chances are taken from.

    Parameters
    ----------
    coefficients : mapping of str to (float, float)
        Estimates and standard errors of the columns named in `COEFFICIENTS`.
    fifths : tuple of (float, float, int)
        By fifths of the fitted chance: its mean, the share that succeeded, how many threats.
    n : int
    period : str
    median_trade_musd : float
        What missing trade is set to.
    """

    coefficients: Mapping[str, tuple[float, float]]
    fifths: tuple[tuple[float, float, int], ...]
    n: int
    period: str
    median_trade_musd: float


PUBLISHED = Basis(
    COEFFICIENTS,
    tuple((fitted, share, N // 5) for fitted, share in ((0.14, 0.13), (0.25, 0.31), (0.34, 0.31), (0.48, 0.49), (0.67, 0.64))),
    N,
    PERIOD,
    MEDIAN_TRADE_MUSD,
)


def odds(threat: Threat, basis: Basis = PUBLISHED) -> Odds:
    """Find how often threats with these marks worked.

    Parameters
    ----------
    threat : Threat
    basis : Basis, optional
        A fit of your own, from `odds_fit.fit`; the base rates of classes stay the published ones.

    Raises
    ------
    DataError
        If trade is negative, a cost is none of minor, major and severe, or the sender is no code.

    Examples
    --------
    >>> found = odds(Threat(target_cost="major", sender_cost="minor", security=True, clear_demand=True))
    >>> round(found.chance, 2), found.n, found.period
    (0.54, 1024, '1945-2005')
    """
    values = columns(threat, basis.median_trade_musd)
    terms = tuple((name, values[name], *basis.coefficients[name]) for name in COEFFICIENTS)
    score = sum(value * weight for _, value, weight, _ in terms)
    fitted = 1.0 / (1.0 + exp(min(-score, _MOST_SCORE)))
    chance = min(max(fitted, LEAST), MOST)
    interval = _calibrated(score, basis)
    band = Range(max(LEAST, min(interval.low, chance)), chance, min(MOST, max(interval.high, chance)))
    doubts = (*_DOUBTS, *_doubts(threat))
    return Odds(chance, band, chance != fitted, basis.n, basis.period, terms, _rates(threat), doubts)


def columns(threat: Threat, median_trade_musd: float = MEDIAN_TRADE_MUSD) -> dict[str, float]:
    """Give the columns of the logit; a missing rating enters as minor with its own column, missing trade as the median."""
    problems = []
    for side, cost in (("target_cost", threat.target_cost), ("sender_cost", threat.sender_cost)):
        if cost is not None and cost not in COSTS:
            problems.append(Problem(side, None, None, "wrong-choice", f"cost {cost!r}", f"known: {', '.join(COSTS)}"))
    trade = median_trade_musd if threat.target_trade_musd is None else threat.target_trade_musd
    if not 0 <= trade < float("inf"):
        hint = "give all imports and exports of the target in million USD, or leave it out"
        problems.append(Problem("target_trade_musd", None, None, "out-of-bounds", f"trade {trade:g}", hint))
    if threat.sender and not threat.sender.startswith("X-") and threat.sender not in (known := _codes()):
        message = f"unknown sender {threat.sender!r}, expected an ISO 3166 alpha-3 code or X-..."
        problems.append(Problem("the threat", None, None, "unknown-sender", message, meant(threat.sender.upper(), known)))
    if problems:
        raise DataError(problems)
    return {
        "constant": 1.0,
        "target_cost": COSTS[threat.target_cost or "minor"],
        "target_cost_unrated": float(threat.target_cost is None),
        "sender_cost": COSTS[threat.sender_cost or "minor"],
        "sender_cost_unrated": float(threat.sender_cost is None),
        "security": float(threat.security),
        "trade_issue": float(threat.trade_issue),
        "institution": float(threat.institution),
        "imposed": float(threat.imposed),
        "clear_demand": float(threat.clear_demand),
        "log_target_trade": log1p(trade),
    }


def _observed(rate: float, n: int) -> Range:
    """Give a share with its 95 % score interval."""
    low, high = wilson(rate * n, n)
    return Range(low, rate, high)


def _calibrated(score: float, basis: Basis) -> Range:
    """Give the observed share, with interval, of the fifth of past threats whose mean fitted chance is nearest in log odds."""
    _, observed, n = min(basis.fifths, key=lambda fifth: abs(log(fifth[0] / (1 - fifth[0])) - score))
    return _observed(observed, n)


def _codes() -> tuple[str, ...]:
    return tuple(sorted({one.iso3 for one in countries() if one.iso3}))


def _doubts(threat: Threat) -> Iterable[str]:
    if threat.instrument in _RATED_INSTRUMENTS:
        yield "the data's codes of instruments were not checked against their manual"
    if threat.sender and threat.sender not in _RATED_SENDERS:
        yield f"no base rate of threats sent by {threat.sender}, only of those by {' and '.join(_RATED_SENDERS)}"


def _rates(threat: Threat) -> tuple[BaseRate, ...]:
    classes = [
        (True, "all threats and sanctions with known ending", 0.375, 1024),
        (not threat.imposed, "threatened and in the end not imposed (not known before)", 0.430, 484),
        (threat.imposed, "imposed", 0.326, 540),
        (threat.security, "about security", 0.395, 397),
        (threat.sender_is_ally, "between defence allies", 0.296, 382),
        (threat.sender == "USA", "sent by the United States", 0.379, 544),
        (threat.sender == "RUS", "sent by Russia or the Soviet Union", 0.324, 34),
        (threat.target_cost == "minor", "expected cost to the target minor", 0.29, 478),
        (threat.target_cost == "major", "expected cost to the target major", 0.53, 148),
        (threat.target_cost == "severe", "expected cost to the target severe", 0.60, 25),
        (threat.sender_cost == "minor", "expected cost to the sender minor", 0.39, 633),
        (threat.sender_cost == "major", "expected cost to the sender major", 0.25, 40),
        (threat.instrument == "partial_embargo", "threat of a partial embargo", 0.59, 83),
        (threat.instrument == "export_restriction", "threat to restrict exports", 0.48, 58),
        (threat.instrument == "aid_termination", "threat to end aid", 0.46, 229),
        (threat.instrument == "import_restriction", "threat to restrict imports", 0.29, 270),
    ]
    return tuple(BaseRate(name, _observed(rate, n), n) for holds, name, rate, n in classes if holds)
