"""What a further sender adds: alone, and as the last to join the others, when it no longer replaces what they withhold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ceasefire.leverage.assessment import Assessment
from ceasefire.leverage.losses import Added
from ceasefire.leverage.ranges import Range, spanned


@dataclass(frozen=True, slots=True)
class Joint:
    """All senders that have sheets on one target; losses in billion USD a year, left after substitutes that do not join.

    Parameters
    ----------
    target : str
    senders : tuple of str
    together : Range
        What the target loses if all of them act.
    apart : float
        The sum of what it loses, centrally, if each acts alone while the others replace what they can.
    added : tuple of Added
        In billion USD a year.
    """

    target: str
    senders: tuple[str, ...]
    together: Range
    apart: float
    added: tuple[Added, ...]


def what_joining_adds(assessments: Iterable[Assessment]) -> tuple[Joint, ...]:
    """Find for each target with several senders what each of them adds.

    The loss of a coalition is the sum over the sheets of its members of what is left once all substitutes have done their part,
    save those in the coalition. So it is convex: a sender that is no substitute for another adds alike first and last, one that is
    adds more as the last. A target of whose sheets one has no loss is left out: missing is not zero.

    Returns
    -------
    tuple of Joint
        By target.
    """
    by_target: dict[str, list[Assessment]] = {}
    for one in assessments:
        by_target.setdefault(one.sheet.target, []).append(one)
    found = (_joint(target, sheets) for target, sheets in sorted(by_target.items()))
    return tuple(one for one in found if one is not None)


def _joint(target: str, sheets: list[Assessment]) -> Joint | None:
    senders = tuple(sorted({one.sheet.sender for one in sheets}))
    if len(senders) < 2:
        return None
    together = _of(sheets, senders)
    alone = {one: _of(sheets, (one,)) for one in senders}
    rest = {one: _of(sheets, [other for other in senders if other != one]) for one in senders}
    added = []
    for one in senders:
        first, others = alone[one], rest[one]
        if together is None or first is None or others is None:
            return None
        last = spanned([together.low - others.low, together.high - others.high], together.value - others.value)
        added.append(Added(one, first, last))
    return Joint(target, senders, together, sum(one.first.value for one in added), tuple(added)) if together else None


def _of(sheets: list[Assessment], coalition: Collection[str]) -> Range | None:
    total = Range(0.0, 0.0, 0.0)
    for one in sheets:
        if one.sheet.sender in coalition:
            left = one.left(coalition)
            if left is None:
                return None
            total += left
    return total
