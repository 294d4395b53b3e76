"""What an analyst should see of one instrument: losses, ratio, who pays, timing, substitutes, precedent, and two verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ceasefire.leverage.odds import Odds
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, Loss, Sheet

Verdict: TypeAlias = Literal["yes", "depends", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Payer:
    """Who inside a country pays; `share` is the part of the country's loss, None where not known."""

    party: str
    who: str
    share: Cell


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who could offset the target's loss: which part of it, and at what cost to itself in billion USD a year."""

    who: str
    covers: Cell
    cost: Cell


@dataclass(frozen=True, slots=True)
class Precedent:
    """Whether the sender used the instrument before, for how many days (None where not known), with what end."""

    text: str
    days: int | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One instrument of one sender on one target; money in billion USD a year.

    Parameters
    ----------
    sheet : Sheet
    target_loss, sender_loss : Loss
    ratio : Range or None
        Target loss per dollar of sender loss; None where the sender may lose nothing or a loss is not known.
    lambda_star : Range or None
        Sender loss per dollar of target loss: what the sender must be willing to pay for each; None where the target may lose
        nothing.
    days_to_bite, days_to_undo : Range or None
    reversible : str
        In words.
    payers : tuple of Payer
    substitutes : tuple of Substitute
    offset_loss : Range or None
        The target's loss that remains if every substitute does its part; None where not known.
    precedents : tuple of Precedent
    demand : str
    odds : Odds or None
    """

    sheet: Sheet
    target_loss: Loss
    sender_loss: Loss
    ratio: Range | None
    lambda_star: Range | None
    days_to_bite: Range | None
    days_to_undo: Range | None
    reversible: str
    payers: tuple[Payer, ...]
    substitutes: tuple[Substitute, ...]
    offset_loss: Range | None
    precedents: tuple[Precedent, ...]
    demand: str
    odds: Odds | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What verdicts are measured against, in billion USD a year; None where nobody stated it.

    Parameters
    ----------
    conceding : float or None
        What conceding costs the target; a threat is strong only if the target's loss exceeds it.
    stake : float or None
        What the matter is worth to the sender; a threat is credible only if the sender's loss stays below it ...
    borne : float or None
        ... or the sender has borne as much before.
    """

    conceding: float | None = None
    stake: float | None = None
    borne: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a threat is strong and credible at some thresholds: yes or no over the whole range, else depends."""

    thresholds: Thresholds
    strong: Verdict
    credible: Verdict


def assess(
    sheet: Sheet,
    *,
    days_to_bite: Range | None = None,
    days_to_undo: Range | None = None,
    reversible: str = "",
    payers: Sequence[Payer] = (),
    substitutes: Sequence[Substitute] = (),
    precedents: Sequence[Precedent] = (),
    demand: str = "",
    odds: Odds | None = None,
) -> Assessment:
    """Put together what is known of one instrument; stocks in the sheet say when it bites unless `days_to_bite` does."""
    target, sender = sheet.target_loss(), sheet.sender_loss()
    return Assessment(
        sheet=sheet,
        target_loss=target,
        sender_loss=sender,
        ratio=divided(target.year, sender.year),
        lambda_star=divided(sender.year, target.year),
        days_to_bite=days_to_bite or sheet.days_to_bite(),
        days_to_undo=days_to_undo,
        reversible=reversible,
        payers=tuple(payers),
        substitutes=tuple(substitutes),
        offset_loss=_offset(target.year, substitutes),
        precedents=tuple(precedents),
        demand=demand,
        odds=odds,
    )


def divided(over: Range | None, under: Range | None) -> Range | None:
    """Divide ranges whose errors have nothing to do with each other; None where the lower one may be zero or less.

    Examples
    --------
    >>> divided(Range(1, 2, 3), Range(1, 1, 2))
    Range(low=0.5, value=2.0, high=3.0)
    """
    if over is None or under is None or under.low <= 0:
        return None
    ends = [top / bottom for top in (over.low, over.high) for bottom in (under.low, under.high)]
    return Range(min(ends), over.value / under.value, max(ends))


def judge(found: Assessment, thresholds: Thresholds) -> Judged:
    """Say whether a threat is strong and credible at these thresholds.

    Strong: the target loses more than conceding costs it. Credible: the sender loses less than the stake is worth to it, or no more
    than it has borne before. Neither says that the target will give in.
    """
    borne = max((limit for limit in (thresholds.stake, thresholds.borne) if limit is not None), default=None)
    return Judged(
        thresholds,
        strong=_above(found.target_loss.year, thresholds.conceding),
        credible=_turned(_above(found.sender_loss.year, borne)),
    )


def vary(found: Assessment, thresholds: Thresholds, factors: Sequence[float] = (0.5, 1.0, 2.0)) -> tuple[Judged, ...]:
    """Judge at thresholds multiplied by each factor."""

    def scaled(limit: float | None, factor: float) -> float | None:
        return None if limit is None else limit * factor

    return tuple(
        judge(
            found,
            Thresholds(scaled(thresholds.conceding, factor), scaled(thresholds.stake, factor), scaled(thresholds.borne, factor)),
        )
        for factor in factors
    )


def _above(loss: Range | None, limit: float | None) -> Verdict:
    if loss is None or limit is None:
        return "unknown"
    if loss.low > limit:
        return "yes"
    return "no" if loss.high <= limit else "depends"


def _turned(verdict: Verdict) -> Verdict:
    return {"yes": "no", "no": "yes"}.get(verdict, verdict)  # type: ignore[return-value]


def _offset(loss: Range | None, substitutes: Sequence[Substitute]) -> Range | None:
    covered = [one.covers.range for one in substitutes]
    known = [one for one in covered if one is not None]
    if loss is None or len(known) < len(covered):
        return None
    most = min(1.0, sum(one.high for one in known))
    middle = min(1.0, sum(one.value for one in known))
    least = min(1.0, sum(one.low for one in known))
    ends = [end * (1 - part) for end in (loss.low, loss.high) for part in (least, most)]
    return Range(min(ends), loss.value * (1 - middle), max(ends))
