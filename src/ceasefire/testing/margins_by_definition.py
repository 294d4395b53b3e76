"""Margins by their definition: the largest e by which a party could find a state worse, in its own comparisons, and still stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product

from ceasefire.testing.stability_by_definition import (
    Moves,
    Utilities,
    anticipated,
    coalition_replies,
    held_at_once,
    is_stable,
    joint,
    simple,
)


def largest(u: Utilities, i: int, s: int, holds: Callable[[int], bool]) -> int | None:
    """Try every e at which a comparison of i with s turns; None where no e is too much."""
    tried = {u[i][s] - u[i][q] for q in range(len(u[i]))}
    return None if holds(max(tried) + 1) else max(e for e in tried if holds(e))


def margin(u: Utilities, moves: Moves, i: int, s: int, concept: str) -> int | None:
    """Give the margin under Nash, GMR, SMR, SEQ or SymSEQ."""
    return largest(u, i, s, lambda e: _holds(u, moves, i, s, concept=concept, e=e))


def _holds(u: Utilities, moves: Moves, i: int, s: int, *, concept: str, e: int) -> bool:
    others = [j for j in range(len(u)) if j != i]
    for s1 in moves[i][s]:
        if u[i][s1] <= u[i][s] - e:
            continue
        if concept == "Nash":
            return False
        replies = joint(moves, others, s1, simple(u)[2] if concept in {"SEQ", "SymSEQ"} else None)
        sanctions = {s2 for s2 in replies if u[i][s2] <= u[i][s] - e}
        if concept in {"SMR", "SymSEQ"}:
            sanctions = {s2 for s2 in sanctions if all(u[i][s3] <= u[i][s] for s3 in moves[i][s2])}
        if not sanctions:
            return False
    return True


def simultaneous_margin(u: Utilities, moves: Moves, vectors: Sequence[Sequence[bool]], i: int, s: int) -> int | None:
    """Give the margin under SEQ or, where others would move too, by simultaneity."""
    rivals = [j for j in range(len(u)) if j != i and not is_stable(moves, j, s, "SEQ", simple(u))]

    def holds(e: int) -> bool:
        at_once = bool(rivals) and held_at_once(u, moves, vectors, i, s, rivals=rivals, e=e)
        return at_once or _holds(u, moves, i, s, concept="SEQ", e=e)

    return largest(u, i, s, holds)


def limited_margin(u: Utilities, moves: Moves, i: int, s: int, h: int) -> int | None:
    """Give the margin at h moves ahead, over every way of breaking ties on the way."""
    later = [sorted(anticipated(u, moves, (i + 1) % len(u), m, h - 1)) for m in sorted(moves[i][s])]
    ways = list(product(*later))
    return largest(u, i, s, lambda e: all(u[i][t] <= u[i][s] - e for ends in ways for t in ends))


def coalition_margin(u: Utilities, moves: Moves, i: int, s: int, concept: str) -> int | None:
    """Give the margin of i against all coalitions with i (CNash, CGMR, CSMR, CSEQ)."""
    parties = range(len(u))

    def better(members: Iterable[int], a: int, b: int) -> bool:
        return all(u[j][b] > u[j][a] for j in members)

    def holds(e: int, who: tuple[int, ...]) -> bool:
        others = [j for j in parties if j not in who]

        def leaves(q: int) -> bool:
            return all(u[j][q] > u[j][s] - (e if j == i else 0) for j in who)

        for s1 in joint(moves, who, s):
            if not leaves(s1):
                continue
            if concept == "CNash":
                return False
            replies = coalition_replies(moves, others, s1, better) if concept == "CSEQ" else joint(moves, others, s1)
            sanctions = {s2 for s2 in replies if not leaves(s2)}
            if concept == "CSMR":
                sanctions = {s2 for s2 in sanctions if not any(better(who, s, s3) for s3 in joint(moves, who, s2))}
            if not sanctions:
                return False
        return True

    mine = [who for size in range(1, len(u) + 1) for who in combinations(parties, size) if i in who]
    return largest(u, i, s, lambda e: all(holds(e, who) for who in mine))
