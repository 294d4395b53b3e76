"""What a wanted or unwanted equilibrium asks of preferences, as clauses of comparisons.

Under Nash, GMR, SMR, SEQ and SymSEQ "state s is stable for party i" is a monotone formula: it never gets false when i likes
another state less relative to s, or when an opponent gains one more improvement. A formula that is false comes with
*clauses*: alternatives, each a few comparisons, of which at least one must become true as a whole. The same holds, with every
comparison turned round, for "s is not stable".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import Comparison

Option = tuple[Comparison, ...]
Clause = tuple[Option, ...]
Holds = Callable[[Comparison], bool]

BASIC = ("Nash", "GMR", "SMR", "SEQ", "SymSEQ")


@dataclass(frozen=True, eq=False)
class Formula:
    """Stability of one state under one concept, asked of any preferences.

    Parameters
    ----------
    model : GraphModel
        Its graph counts, its preferences do not.
    concept : {"Nash", "GMR", "SMR", "SEQ", "SymSEQ"}
        ValueError for any other.
    state : int
    """

    model: GraphModel
    concept: str
    state: int
    _replies: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)
    _ends: dict[tuple[int, int], list[int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.concept not in BASIC:
            raise ValueError(f"unknown concept {self.concept!r}; preferences can be searched for {', '.join(BASIC)}")

    @property
    def credible(self) -> bool:
        """Whether replies must be improvements of those who make them, so that parties depend on each other."""
        return self.concept in {"SEQ", "SymSEQ"}

    @property
    def escapes(self) -> bool:
        """Whether a punishment must hold against the punished party's next move."""
        return self.concept in {"SMR", "SymSEQ"}

    def unmet(self, party: int, holds: Holds) -> Iterator[Clause]:
        """Give clauses that stability for `party` needs and that do not hold now; none exactly if it is stable."""
        for to in self.ends(party, self.state):
            clause = self._undeterred(party, to, holds)
            if clause is not None:
                yield clause

    def stable_for(self, party: int, holds: Holds) -> Clause | None:
        """Give a clause that leaving needs and that does not hold now; None exactly if `party` leaves the state."""
        parts: list[Comparison] = []
        for to in self.ends(party, self.state):
            part = self._deterred(party, to, holds)
            if part is None:
                return None
            parts += part
        return tuple((c,) for c in dict.fromkeys(parts))

    def stable_for_all(self, parties: Sequence[int], holds: Holds) -> Clause | None:
        """Give a clause that instability needs and that does not hold now; None exactly if one of `parties` leaves the state."""
        clauses = [self.stable_for(party, holds) for party in parties]
        if any(clause is None for clause in clauses):
            return None
        return tuple(dict.fromkeys(option for clause in clauses if clause is not None for option in clause))

    def ends(self, party: int, state: int) -> list[int]:
        """Give the states that `party` reaches from `state` in one move."""
        if (party, state) not in self._ends:
            self._ends[party, state] = self.model.moves(party, state).tolist()
        return self._ends[party, state]

    def no_better(self, party: int, other: int) -> Comparison:
        """The comparison "`party` likes `other` no better than the state"."""
        return Comparison(party, self.state, other, strict=False)

    def punishes(self, party: int, state: int) -> list[Comparison]:
        """Give the comparisons that all must hold if `state` is to punish `party`."""
        needed = [self.no_better(party, state)]
        if self.escapes:
            needed += [self.no_better(party, to) for to in self.ends(party, state)]
        return needed

    def replies(self, party: int, to: int) -> tuple[int, ...]:
        """Give the states that the others reach from `to`, whether or not they want to."""
        return self._closure(party, to, None)[0]

    def _undeterred(self, party: int, to: int, holds: Holds) -> Clause | None:
        """Give None where moving to `to` is no improvement or is punished, else the clause that would change it."""
        stay = self.no_better(party, to)
        if holds(stay):
            return None
        if self.concept == "Nash":
            return ((stay,),)
        reached, blocked = self._closure(party, to, holds if self.credible else None)
        clause: dict[Option, None] = {(stay,): None}
        for state in reached:
            missing = [c for c in self.punishes(party, state) if not holds(c)]
            if not missing:
                return None
            clause[tuple(sorted(missing))] = None
        return (*clause, *((step,) for step in dict.fromkeys(blocked)))

    def _closure(self, party: int, to: int, improving: Holds | None) -> tuple[tuple[int, ...], list[Comparison]]:
        """Give the states that the others reach from `to`, and the comparisons that would let them reach more."""
        if improving is None and (party, to) in self._replies:
            return self._replies[party, to], []
        seen: set[tuple[int, int]] = set()
        blocked: list[tuple[tuple[int, int], Comparison]] = []
        waiting = deque([(to, party)])
        while waiting:
            state, last = waiting.popleft()
            for mover, end in self._others(party, state, last):
                step = Comparison(mover, end, state, strict=True)
                if (end, mover) in seen:
                    continue
                if improving is None or improving(step):
                    seen.add((end, mover))
                    waiting.append((end, mover))
                else:
                    blocked.append(((end, mover), step))
        states = tuple(dict.fromkeys(state for state, _ in sorted(seen)))
        if improving is None:
            self._replies[party, to] = states
        return states, [step for pair, step in blocked if pair not in seen]

    def _deterred(self, party: int, to: int, holds: Holds) -> list[Comparison] | None:
        """Give None where the party leaves for `to` unpunished, else comparisons of which one must hold before it does."""
        leaves = self.no_better(party, to).negation
        if not holds(leaves):
            return [leaves]
        if self.concept == "Nash":
            return None
        came: dict[tuple[int, int], tuple[tuple[int, int], Comparison] | None] = {(to, party): None}
        waiting = deque([(to, party)])
        while waiting:
            here = waiting.popleft()
            for mover, end in self._others(party, *here):
                stays = Comparison(mover, here[0], end, strict=False)
                there = (end, mover)
                if there in came or (self.credible and holds(stays)):
                    continue
                came[there] = (here, stays)
                waiting.append(there)
                escapes = [c.negation for c in self.punishes(party, end)]
                if not any(holds(c) for c in escapes):
                    return escapes + (_steps(came, there) if self.credible else [])
        return None

    def _others(self, party: int, state: int, last: int) -> Iterator[tuple[int, int]]:
        for mover in range(len(self.model.parties)):
            if mover not in {party, last}:
                for end in self.ends(mover, state):
                    yield mover, end


def _steps(came: dict[tuple[int, int], tuple[tuple[int, int], Comparison] | None], there: tuple[int, int]) -> list[Comparison]:
    steps = []
    before = came[there]
    while before is not None:
        steps.append(before[1])
        before = came[before[0]]
    return steps
