"""The definitions of stability in plain Python over lists and sets, sharing nothing with the engine that they check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product

Moves = Sequence[dict[int, set[int]]]
Utilities = Sequence[Sequence[int]]
Relation = Callable[[int, int, int], bool]
"""Of a party and two states: would it leave the first for the second, does the second deter it, would it reply so."""


def moves_by_definition(
    vectors: Sequence[Sequence[bool]], owners: Sequence[set[int]], ways: Sequence[str], n_parties: int
) -> list[dict[int, set[int]]]:
    """Give R_i(s): feasible states that differ only in options of i, each changed as permitted."""
    table: list[dict[int, set[int]]] = []
    for i in range(n_parties):
        reach: dict[int, set[int]] = {}
        for a, s in enumerate(vectors):
            reach[a] = set()
            for b, q in enumerate(vectors):
                changed = [k for k in range(len(s)) if s[k] != q[k]]
                own = all(i in owners[k] for k in changed)
                permitted = all(ways[k] == "both" or (ways[k] == "up") == q[k] for k in changed)
                if changed and own and permitted:
                    reach[a].add(b)
        table.append(reach)
    return table


def joint(moves: Moves, movers: Iterable[int], start: int, keep: Relation | None = None) -> set[int]:
    """Give the ends of legal sequences in which nobody moves twice running, by repeated extension of (end, last mover)."""
    movers = list(movers)
    found: set[tuple[int, int]] = set()
    grows = True
    while grows:
        grows = False
        for s, last in [(start, -1), *found]:
            for j in movers:
                if j != last:
                    for q in moves[j][s]:
                        if (keep is None or keep(j, s, q)) and (q, j) not in found:
                            found.add((q, j))
                            grows = True
    return {q for q, _ in found}


def is_stable(moves: Moves, i: int, s: int, concept: str, relations: tuple[Relation, Relation, Relation]) -> bool:
    """Say whether every state that i would leave s for is deterred."""
    leaves, deters, replies = relations
    others = [j for j in range(len(moves)) if j != i]
    for s1 in moves[i][s]:
        if not leaves(i, s, s1):
            continue
        if concept == "Nash":
            return False
        sanctions = joint(moves, others, s1, replies if concept in {"SEQ", "SymSEQ"} else None)
        sanctions = {s2 for s2 in sanctions if deters(i, s, s2)}
        if concept in {"SMR", "SymSEQ"}:
            sanctions = {s2 for s2 in sanctions if all(deters(i, s, s3) for s3 in moves[i][s2])}
        if not sanctions:
            return False
    return True


def simple(u: Utilities) -> tuple[Relation, Relation, Relation]:
    """Better, worse or equal; equal deters."""
    return lambda i, s, q: u[i][q] > u[i][s], lambda i, s, q: u[i][q] <= u[i][s], lambda i, s, q: u[i][q] > u[i][s]


def strength(u: Utilities, steps: Sequence[int], least: int) -> tuple[Relation, Relation, Relation]:
    """Degrees by steps of difference; a sanction costs at least `least` degrees, or is no gain where that is 0."""

    def degree(i: int, q: int, s: int) -> int:
        gap = abs(u[i][q] - u[i][s])
        return sum(gap >= step for step in steps) * (1 if u[i][q] > u[i][s] else -1)

    return lambda i, s, q: degree(i, q, s) > 0, lambda i, s, q: -degree(i, q, s) >= least, lambda i, s, q: degree(i, q, s) > 0


def unknown(known: Sequence[set[tuple[int, int]]], kind: str) -> tuple[Relation, Relation, Relation]:
    """Variants a to d, where `known[i]` holds the pairs (q, s) with q known to be at least as good as s for i."""

    def better(i: int, q: int, s: int) -> bool:
        return (q, s) in known[i] and (s, q) not in known[i]

    def open_(i: int, q: int, s: int) -> bool:
        return q != s and (q, s) not in known[i] and (s, q) not in known[i]

    def no_better(i: int, q: int, s: int) -> bool:
        return q == s or (s, q) in known[i]

    return (
        lambda i, s, q: better(i, q, s) or (kind in "ac" and open_(i, q, s)),
        lambda i, s, q: no_better(i, q, s) or (kind in "cd" and open_(i, q, s)),
        lambda i, s, q: better(i, q, s) or open_(i, q, s),
    )


def fuzzy(percent: Sequence[Sequence[Sequence[int]]], thresholds: Sequence[int]) -> tuple[Relation, Relation, Relation]:
    """Relative certainty r(q, s) - r(s, q) against a threshold, all in hundredths."""

    def gains(i: int, s: int, q: int) -> bool:
        return percent[i][q][s] - percent[i][s][q] >= thresholds[i]

    return gains, lambda i, s, q: not gains(i, s, q), gains


def probable(
    percent: Sequence[Sequence[Sequence[int]]], alpha: Sequence[int], beta: Sequence[int], gamma: Sequence[int]
) -> tuple[Relation, Relation, Relation]:
    """Probabilities of preferring against thresholds, all in hundredths."""
    return (
        lambda i, s, q: percent[i][q][s] > 100 - alpha[i],
        lambda i, s, q: percent[i][q][s] <= 100 - beta[i],
        lambda i, s, q: percent[i][q][s] > 100 - gamma[i],
    )


def attitudes(u: Utilities, wants: Sequence[Sequence[int]]) -> tuple[Relation, Relation, Relation]:
    """Total replies: no worse for those whose good is wanted, worse for those whose harm is."""

    def suits(i: int, s: int, q: int) -> bool:
        for j, want in enumerate(wants[i]):
            if want > 0 and not u[j][q] >= u[j][s]:
                return False
            if want < 0 and u[j][q] >= u[j][s]:
                return False
        return True

    return suits, lambda i, s, q: not suits(i, s, q), suits


def together(u: Utilities, groups: Sequence[Sequence[int]]) -> tuple[Relation, Relation, Relation]:
    """Groups as one party, wanting what every member prefers."""

    def better(g: int, s: int, q: int) -> bool:
        return all(u[p][q] > u[p][s] for p in groups[g])

    return better, lambda g, s, q: not better(g, s, q), better


def withstands(u: Utilities, moves: Moves, who: tuple[int, ...], s: int, concept: str) -> bool:
    """Say whether coalition `who` leaves s alone (CNash, CGMR, CSMR, CSEQ)."""
    others = [j for j in range(len(u)) if j not in who]

    def better(members: Iterable[int], a: int, b: int) -> bool:
        return all(u[j][b] > u[j][a] for j in members)

    for s1 in joint(moves, who, s):
        if not better(who, s, s1):
            continue
        if concept == "CNash":
            return False
        replies = coalition_replies(moves, others, s1, better) if concept == "CSEQ" else joint(moves, others, s1)
        sanctions = {s2 for s2 in replies if not better(who, s, s2)}
        if concept == "CSMR":
            sanctions = {s2 for s2 in sanctions if not any(better(who, s, s3) for s3 in joint(moves, who, s2))}
        if not sanctions:
            return False
    return True


def coalition_replies(moves: Moves, others: Sequence[int], start: int, better: Callable[..., bool]) -> set[int]:
    """Give where sequences of improvements of coalitions among `others` lead, none acting twice running."""
    among = [who for size in range(1, len(others) + 1) for who in combinations(others, size)]
    found: set[tuple[int, tuple[int, ...]]] = set()
    todo: list[tuple[int, tuple[int, ...]]] = [(start, ())]
    while todo:
        s, last = todo.pop()
        for who in among:
            if who != last:
                for q in joint(moves, who, s):
                    if better(who, s, q) and (q, who) not in found:
                        found.add((q, who))
                        todo.append((q, who))
    return {q for q, _ in found}


def anticipated(u: Utilities, moves: Moves, i: int, s: int, h: int) -> set[int]:
    """Give all states that i may anticipate from s with h moves to go, over every way of breaking ties; next party in rotation."""
    if h == 0 or not moves[i][s]:
        return {s}
    j = (i + 1) % len(u)
    found = set()
    for ends in product(*(sorted(anticipated(u, moves, j, m, h - 1)) for m in sorted(moves[i][s]))):
        best = max(u[i][t] for t in ends)
        found |= {t if u[i][t] > u[i][s] else s for t in ends if u[i][t] == best}
    return found


def secured(u: Utilities, moves: Moves, i: int, s: int, turns: int, *, own: bool) -> int:
    """Give what i can make sure of at s with so many turns to go, the next its `own` or the others', whoever passes ending it."""
    if not turns:
        return u[i][s]
    if own:
        return max([u[i][s], *(secured(u, moves, i, q, turns - 1, own=False) for q in moves[i][s])])
    ends = joint(moves, [j for j in range(len(u)) if j != i], s)
    return min([u[i][s], *(secured(u, moves, i, q, turns - 1, own=True) for q in ends)])


def simultaneously(u: Utilities, moves: Moves, vectors: Sequence[Sequence[bool]], i: int, s: int) -> bool:
    """Say whether s is stable for i under SEQ, or by simultaneity where another party is unstable too."""
    unstable = [j for j in range(len(u)) if not is_stable(moves, j, s, "SEQ", simple(u))]
    return i not in unstable or held_at_once(u, moves, vectors, i, s, rivals=[j for j in unstable if j != i])


def held_at_once(
    u: Utilities, moves: Moves, vectors: Sequence[Sequence[bool]], i: int, s: int, *, rivals: Sequence[int], e: int = 0
) -> bool:
    """Say whether i is held in s by what rivals would do at the same time, where i finds s worse by e than it does."""
    places = {tuple(v): k for k, v in enumerate(vectors)}

    def changes(j: int) -> list[frozenset[int]]:
        ends = [q for q in moves[j][s] if u[j][q] > u[j][s] - (e if j == i else 0)]
        return [frozenset(k for k in range(len(vectors[s])) if vectors[s][k] != vectors[q][k]) for q in ends]

    for own in changes(i):
        deterred = False
        for size in range(1, len(rivals) + 1):
            for group in combinations(rivals, size):
                for theirs in product(*(changes(j) for j in group)):
                    parts = [own, *theirs]
                    flipped = frozenset().union(*parts)
                    if len(flipped) == sum(map(len, parts)):
                        end = tuple(v != (k in flipped) for k, v in enumerate(vectors[s]))
                        deterred |= end in places and u[i][places[end]] <= u[i][s] - e
        if not deterred:
            return False
    return True
