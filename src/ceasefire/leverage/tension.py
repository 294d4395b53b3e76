"""Ties in tension: who arms, fuels, trades with or finances its adversary, the ally of its adversary, or the adversary of its ally.

Only what the case states counts: its ties, the belligerents on its two sides, and the adversaries that the analyst names. Nobody is
taken to oppose another because of whom it is allied to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ceasefire.case.model import Case, Party, Tie

Relation: TypeAlias = Literal["its adversary", "ally of its adversary", "adversary of its ally"]

SUPPORT = frozenset({"arms", "energy", "trade", "aid", "security aid", "finance"})
ALLIANCE = frozenset({"alliance", "patronage", "military bases"})
_FIGHTS = "They are belligerents on two sides"


@dataclass(frozen=True, slots=True)
class Adversary:
    """That `party` opposes `other`, as the analyst says, with the reason and sources."""

    party: str
    other: str
    why: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tension:
    """A tie of support (`type`) of `party` with `friend` that runs against another tie of `party`.

    `relation` says what `friend` is to `party`, `through` the adversary or ally that makes it so (`friend` itself where it is the
    adversary), `why` on what the opposition rests. The tie's `text` says who supplies whom; `sources` are those of the tie and of
    the opposition.
    """

    party: str
    type: str
    friend: str
    relation: Relation
    through: str
    why: str
    text: str
    sources: tuple[str, ...]


def tensions(case: Case, adversaries: Iterable[Adversary] = ()) -> tuple[Tension, ...]:
    """Find ties of support that run against a stated alliance or enmity.

    Parameters
    ----------
    case : Case
        Its belligerents are adversaries unless they are allied to each other.
    adversaries : iterable of Adversary, optional
        Named by the analyst.

    Returns
    -------
    tuple of Tension
        By party, friend, type and relation; a tie that runs against several adversaries or allies is given once for each. Record
        entries dated after the case's `as_of` are not cited.
    """
    allies, opposed = _allies(case), _opposed(case, adversaries)
    later = {entry.key for entry in case.record if entry.date > case.as_of}
    known = [(party, replace(tie, record=tuple(key for key in tie.record if key not in later))) for party, tie in _support(case)]
    found = [one for party, tie in known for one in _of(party, tie, allies, opposed)]
    return tuple(sorted(set(found), key=lambda one: (one.party, one.friend, one.type, one.relation, one.through)))


def _support(case: Case) -> Iterator[tuple[Party, Tie]]:
    return ((party, tie) for party in case.parties for tie in party.ties if tie.type in SUPPORT)


def _of(party: Party, tie: Tie, allies: dict[str, set[str]], opposed: dict[str, dict[str, Adversary]]) -> Iterator[Tension]:
    def made(relation: Relation, through: str, ground: Adversary) -> Tension:
        sources = tuple(dict.fromkeys((*tie.sources, *tie.record, *ground.sources)))
        return Tension(party.code, tie.type, tie.other, relation, through, ground.why, tie.text, sources)

    own = opposed.get(party.code, {})
    if tie.other in own:
        yield made("its adversary", tie.other, own[tie.other])
        return
    for adversary in sorted(own):
        if tie.other in allies.get(adversary, set()):
            yield made("ally of its adversary", adversary, own[adversary])
    for ally in sorted(allies.get(party.code, set())):
        against = opposed.get(ally, {}).get(tie.other)
        if against is not None:
            yield made("adversary of its ally", ally, against)


def _opposed(case: Case, adversaries: Iterable[Adversary]) -> dict[str, dict[str, Adversary]]:
    """Say who opposes whom, and on what that rests; what the analyst names comes before what the roles say."""
    opposed: dict[str, dict[str, Adversary]] = {}
    for one in adversaries:
        opposed.setdefault(one.party, {})[one.other] = one
    allies = _allies(case)
    sides = [party.code for party in case.parties if "belligerent" in party.roles]
    for first in sides:
        for other in sides:
            if other != first and other not in allies[first]:
                opposed.setdefault(first, {}).setdefault(other, Adversary(first, other, _FIGHTS))
    return opposed


def _allies(case: Case) -> dict[str, set[str]]:
    allies: dict[str, set[str]] = {party.code: set() for party in case.parties}
    for party in case.parties:
        for tie in party.ties:
            if tie.type in ALLIANCE:
                allies[party.code].add(tie.other)
                allies.setdefault(tie.other, set()).add(party.code)
    return allies
