"""What an analyst should see of one instrument: losses, ratio, who pays, timing, substitutes, precedent, and two verdicts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ceasefire.leverage.odds import Odds
from ceasefire.leverage.ranges import Range, carried
from ceasefire.leverage.sheet import Cell, Loss, Sheet, Status, weakest

Verdict: TypeAlias = Literal["yes", "depends", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Payer:
    """Who inside a country pays.

    `share` is the part of the country's loss, `sales` what the sector sells or earns in a year in billion USD; either may be
    unknown.
    """

    party: str
    who: str
    share: Cell
    sales: Cell


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who could offset the target's loss: which part of it, and at what cost to itself in billion USD a year.

    What the cells of the sheet count as replaced already is not counted again in `covers`. `party` is the code of a power, empty
    for anybody else: a power that joins the sender offsets nothing.
    """

    who: str
    covers: Cell
    cost: Cell
    party: str = ""


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
    precedents : tuple of Precedent
    demand : str
    odds : Odds or None
    thresholds : Thresholds
        What the analyst stated for this instrument.
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
    precedents: tuple[Precedent, ...]
    demand: str
    odds: Odds | None
    thresholds: Thresholds

    def left(self, joined: Collection[str] = ()) -> Range | None:
        """Give the target's loss that remains if every substitute does its part, save the powers that joined the sender."""
        return _offset(self.target_loss.year, [one for one in self.substitutes if one.party not in joined])

    @property
    def offset_loss(self) -> Range | None:
        """The target's loss that remains if every substitute does its part; None where not known."""
        return self.left()


@dataclass(frozen=True, slots=True)
class PayerLoss:
    """What one sector pays in billion USD a year, and as a part of what it sells in per cent; None where not known."""

    payer: Payer
    loss: Range | None
    percent_of_sales: Range | None
    status: Status


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
    why : str
        On what they rest.
    """

    conceding: float | None = None
    stake: float | None = None
    borne: float | None = None
    why: str = ""

    @property
    def stated(self) -> tuple[tuple[str, float], ...]:
        """The limits that somebody stated, by name."""
        named = (("conceding", self.conceding), ("stake", self.stake), ("borne", self.borne))
        return tuple((name, limit) for name, limit in named if limit is not None)


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
    thresholds: Thresholds | None = None,
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
        precedents=tuple(precedents),
        demand=demand,
        odds=odds,
        thresholds=thresholds or Thresholds(),
    )


def who_pays(found: Assessment) -> tuple[PayerLoss, ...]:
    """Say what each sector named pays of its country's loss.

    A share of a gain is a gain. What cannot be said for want of a figure is None, never zero.
    """
    losses = {found.sheet.target: found.target_loss, found.sheet.sender: found.sender_loss}
    return tuple(_paid(payer, losses.get(payer.party)) for payer in found.payers)


def _paid(payer: Payer, loss: Loss | None) -> PayerLoss:
    share, sales = payer.share.range, payer.sales.range
    if loss is None or loss.year is None or share is None:
        return PayerLoss(payer, None, None, "illustrative")
    part = carried(lambda whole, share: whole * share, [loss.year, share])
    percent = carried(lambda part, sales: 100.0 * part / sales, [part, sales]) if sales is not None and sales.low > 0 else None
    return PayerLoss(payer, part, percent, weakest([loss.status, payer.share.status]))


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
    """Judge at thresholds multiplied by each factor; thresholds that a factor does not change are judged once."""

    def scaled(limit: float | None, factor: float) -> float | None:
        return None if limit is None else limit * factor

    varied = (
        replace(
            thresholds,
            conceding=scaled(thresholds.conceding, factor),
            stake=scaled(thresholds.stake, factor),
            borne=scaled(thresholds.borne, factor),
        )
        for factor in factors
    )
    return tuple(judge(found, each) for each in dict.fromkeys(varied))


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
