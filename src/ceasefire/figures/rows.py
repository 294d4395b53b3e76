"""The rows that figures are drawn from: plain values, computed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Act: TypeAlias = Literal["word", "diplomatic", "deed"]


@dataclass(frozen=True, slots=True)
class ActRow:
    """`count` entries of one kind by one actor on one day."""

    day: date
    actor: str
    act: Act
    count: int = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A day to point out: a truce, or the day after which nothing is used."""

    day: date
    label: str
    kind: Literal["truce", "as_of"] = "truce"


@dataclass(frozen=True, slots=True)
class WordsRow:
    """One actor's words per grade as (grade, count), weakest first, and its material deeds beside them."""

    actor: str
    words: tuple[tuple[str, int], ...]
    deeds: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """Persons killed on one day; None where no figure exists, which is not zero."""

    day: date
    deaths: float | None


@dataclass(frozen=True, slots=True)
class LeverRow:
    """What one lever costs its owner and its target, each with its range, in one unit."""

    label: str
    owner: str
    cost: float
    cost_low: float
    cost_high: float
    loss: float
    loss_low: float
    loss_high: float
    too_late: bool = False


@dataclass(frozen=True, slots=True)
class CoalitionRow:
    """The least cost at which a coalition can end the war in one credibility mode; None where it cannot."""

    coalition: str
    mode: str
    cost: float | None


@dataclass(frozen=True, slots=True)
class PathRow:
    """Whether one option is taken at one step; `changed` where this step changed it.

    `step` counts from 0, the status quo; `heading` says who moves at that step.
    """

    step: int
    heading: str
    option: str
    taken: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class MarginRow:
    """How much worse a party's best way out is than staying; below zero it leaves, None where it has no move."""

    party: str
    margin: float | None
