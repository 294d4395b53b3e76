"""All sheets of a case, and what they say of its levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ceasefire.case.model import Case, Judgement, Lever
from ceasefire.leverage.assessment import Assessment
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Status, weakest
from ceasefire.leverage.tension import Adversary


@dataclass(frozen=True, slots=True)
class Link:
    """Which sheets tell what a lever does; their losses add up and `part` of a year counts.

    A threat costs its target what the sheets say; a promise gives it that much, and the owner bears what it would save by stopping.
    `is_source`: the result replaces the case's own numbers.
    """

    lever: str
    sheets: tuple[str, ...]
    part: float
    is_source: bool
    why: str


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets of a case, assessed, by key, with their links to levers and the adversaries that the analyst names.

    `points` are stake points per per cent of yearly GDP.
    """

    assessments: tuple[Assessment, ...]
    links: tuple[Link, ...]
    points: float
    adversaries: tuple[Adversary, ...] = ()

    def of(self, key: str) -> Assessment:
        """Give the assessment of a sheet; KeyError if there is none."""
        for one in self.assessments:
            if one.sheet.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Beside:
    """A lever's numbers in the case beside those of its sheets, in stake points and days; None where a sheet has none.

    `sheet_days` are those of the sheet that bites last.
    """

    lever: str
    target: str
    sheets: tuple[str, ...]
    effect: Range
    sheet_effect: Range | None
    cost: Range
    sheet_cost: Range | None
    days: int
    sheet_days: Range | None
    status: Status
    is_source: bool


def beside(book: Book, case: Case) -> tuple[Beside, ...]:
    """Set the numbers of levers beside those of their sheets, by lever and target."""
    levers = {lever.key: lever for lever in case.levers}
    rows = []
    for link in sorted(book.links, key=lambda link: link.lever):
        lever, effects = levers[link.lever], dict(levers[link.lever].effects)
        cost = _Sum.of(book, link, lever)
        for target in sorted({book.of(key).sheet.target for key in link.sheets}):
            effect = _Sum.of(book, link, lever, target)
            rows.append(
                Beside(
                    lever=link.lever,
                    target=target,
                    sheets=link.sheets,
                    effect=_range(effects[target]) if target in effects else Range(0.0, 0.0, 0.0),
                    sheet_effect=effect.points,
                    cost=_range(lever.fixed) + _range(lever.exec),
                    sheet_cost=cost.points,
                    days=lever.delay_days,
                    sheet_days=_last([book.of(key).days_to_bite for key in link.sheets if book.of(key).sheet.target == target]),
                    status=weakest([effect.status, cost.status]),
                    is_source=link.is_source,
                )
            )
    return tuple(rows)


def _last(days: Sequence[Range | None]) -> Range | None:
    known = [one for one in days if one is not None]
    return max(known, key=lambda one: one.value) if known else None


def fill(case: Case, book: Book) -> Case:
    """Give the case with the effect and cost of levers taken from their sheets where a link says `use: replace`.

    The whole range is carried; `exec` takes the sender's loss, where that is a saving nothing, and keeps its place beside `fixed`.
    Where a sheet knows no loss, the case's own number stays.
    """
    links = {link.lever: link for link in book.links if link.is_source}
    return replace(case, levers=tuple(_filled(one, links[one.key], book) if one.key in links else one for one in case.levers))


@dataclass(frozen=True, slots=True)
class _Sum:
    """What the sheets of a lever say of one target, or of the owner, in stake points; None where one of them has no loss."""

    points: Range | None
    status: Status
    sources: tuple[str, ...]

    @classmethod
    def of(cls, book: Book, link: Link, lever: Lever, target: str | None = None) -> _Sum:
        found = [book.of(key) for key in link.sheets]
        losses = [one.sender_loss if target is None else one.target_loss for one in found if target in {None, one.sheet.target}]
        sign = (1.0 if target is None else -1.0) * (1.0 if lever.type == "threat" else -1.0)
        known = [loss.gdp_percent for loss in losses if loss.gdp_percent is not None]
        total = Range(0.0, 0.0, 0.0)
        for one in known:
            total += one
        return cls(
            points=total.times(sign * book.points * link.part) if len(known) == len(losses) else None,
            status=weakest(loss.status for loss in losses),
            sources=tuple(dict.fromkeys(source for loss in losses for source in loss.sources)),
        )


def _filled(lever: Lever, link: Link, book: Book) -> Lever:
    targets = {book.of(key).sheet.target for key in link.sheets}
    effects = tuple(
        (who, _judged(one, _Sum.of(book, link, lever, who), link) if who in targets else one) for who, one in lever.effects
    )
    return replace(lever, effects=effects, exec=_no_saving(_judged(lever.exec, _Sum.of(book, link, lever), link)))


def _no_saving(cost: Judgement) -> Judgement:
    """Count what the owner saves by a lever as no cost; the saving stays in the sheet."""
    if cost.low >= 0:
        return cost
    told = f"{cost.why} A saving counts as no cost."
    return replace(cost, value=max(0.0, cost.value), low=0.0, high=max(0.0, cost.high), why=told)


def _judged(old: Judgement, new: _Sum, link: Link) -> Judgement:
    if new.points is None:
        return old
    named = f"sheet{'s' if len(link.sheets) > 1 else ''} {', '.join(repr(key) for key in link.sheets)}"
    return replace(
        old,
        value=new.points.value,
        low=new.points.low,
        high=new.points.high,
        why=f"Computed from the {named}, {link.part:g} of a year's loss. {link.why}".strip(),
        sources=new.sources,
        illustrative=new.status in {"illustrative", "unverified"},
        distribution=None,
        parameters=(),
    )


def _range(judgement: Judgement) -> Range:
    return Range(judgement.low, judgement.value, judgement.high)
