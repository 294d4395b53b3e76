"""Ties in tension: who arms, fuels or finances the ally of its own named adversary, or two sides of one quarrel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import permutations

from ceasefire.case.model import Case, Tie

SUPPORT = frozenset({"arms", "energy", "trade", "aid", "security aid", "finance"})
ALLIANCE = frozenset({"alliance", "patronage", "military bases"})


@dataclass(frozen=True, slots=True)
class Tension:
    """`party` has a tie of support (`type`) with `friend`, an ally of `adversary` or that adversary itself, whom `party` opposes.

    The tie's `text` says who supplies whom.
    `why` says on what the opposition rests; `sources` are those of the two ties.
    """

    party: str
    type: str
    friend: str
    adversary: str
    why: str
    text: str
    sources: tuple[str, ...]


def tensions(case: Case, adversaries: Mapping[str, Collection[str]] | None = None) -> tuple[Tension, ...]:
    """Find support for allies of adversaries among the ties of a case.

    Parameters
    ----------
    case : Case
    adversaries : mapping of str to collection of str, optional
        Named by the analyst. Belligerents of the case that are not allied to each other are adversaries in any case, and whoever is
        allied to a belligerent is taken to oppose the other side.

    Returns
    -------
    tuple of Tension
        By party, friend, adversary.
    """
    allies = _allies(case)
    opposed = _opposed(case, allies, adversaries or {})
    found = []
    for party in case.parties:
        for adversary, why in opposed.get(party.code, {}).items():
            for tie in party.ties:
                if tie.type in SUPPORT and tie.other in {adversary, *allies.get(adversary, set())}:
                    reason = why if tie.other == adversary else f"{why}; ally of {adversary}"
                    found.append(Tension(party.code, tie.type, tie.other, adversary, reason, tie.text, _cited(tie)))
    return tuple(sorted(found, key=lambda one: (one.party, one.friend, one.adversary, one.type)))


def _opposed(case: Case, allies: dict[str, set[str]], adversaries: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
    """Say who opposes whom, and on what that rests."""
    opposed = {code: dict.fromkeys(codes, "named by the analyst") for code, codes in adversaries.items()}
    sides = [party.code for party in case.parties if "belligerent" in party.roles]
    for one, other in permutations(sides, 2):
        if other in allies[one]:
            continue
        opposed.setdefault(one, {}).setdefault(other, "belligerents on two sides")
        for friend in sorted(allies[one] - set(sides)):
            if other not in allies[friend]:
                opposed.setdefault(friend, {}).setdefault(other, f"ally of {one}, which fights it")
    return opposed


def _allies(case: Case) -> dict[str, set[str]]:
    allies: dict[str, set[str]] = {party.code: set() for party in case.parties}
    for party in case.parties:
        for tie in party.ties:
            if tie.type in ALLIANCE:
                allies[party.code].add(tie.other)
                allies.setdefault(tie.other, set()).add(party.code)
    return allies


def _cited(tie: Tie) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tie.sources, *tie.record)))
