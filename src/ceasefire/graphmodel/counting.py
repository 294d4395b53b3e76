"""How many rankings make a state an equilibrium, counted exactly without listing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from math import comb, factorial, prod

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Formula
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import Comparison

MOST_BRANCHES = 1_000_000
MOST_RANKINGS = 50_000
MOST_COMBINATIONS = 2_000_000

_Alternatives = frozenset[frozenset[int]]
_Formula = frozenset[_Alternatives]


@dataclass(frozen=True, slots=True)
class Count:
    """How many combinations of the parties' rankings make a state an equilibrium.

    Parameters
    ----------
    rankings : int
    of : int
        All combinations: (n_states!)^n_parties without ties.
    by_party : tuple of int or None
        How many of its own rankings make the state stable for each party; None under SEQ, where that depends on the others.
    """

    rankings: int
    of: int
    by_party: tuple[int, ...] | None

    @property
    def share(self) -> float:
        """Rankings as a share of all."""
        return self.rankings / self.of


def count_rankings(model: GraphModel, state: int, concept: str, *, ties: bool = False) -> Count:
    r"""Count the combinations of rankings under which a state is an equilibrium.

    The number is a measure of how much an equilibrium asks of preferences: GMCR+ prints such counts. Here they follow the
    definitions for any number of parties.

    Parameters
    ----------
    concept : {"Nash", "GMR", "SMR", "SEQ", "SymSEQ"}
        ValueError for any other.
    ties : bool
        Count rankings with ties as well.

    Raises
    ------
    LimitError
        If there is too much to count; under SEQ all rankings of one party are listed, so eight states are the limit.

    Notes
    -----
    Under Nash, GMR and SMR a party's condition depends only on the set L of states that it likes no better than `state`.
    If :math:`N_k` sets of size k satisfy it, :math:`\sum_k N_k\, k!\, (m-1-k)!` strict rankings of m states do. The
    :math:`N_k` are counted by splitting the monotone formula on one state at a time. Under SEQ rankings with the same
    consequences are put together before they are combined.

    Examples
    --------
    Of the 24 rankings of four states, 12 put a state above the one other that its party can reach.

    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> count_rankings(model, 0, "Nash")
    Count(rankings=144, of=576, by_party=(12, 12))
    """
    formula = Formula(model, concept, state)
    every = _fubini(model.n_states) if ties else factorial(model.n_states)
    of = every ** len(model.parties)
    if formula.credible:
        return Count(_coupled(model, formula, ties=ties), of, None)
    others = model.n_states - 1
    by_party = []
    for party in range(len(model.parties)):
        sizes = _sizes(_needed(model, formula, party), others)
        ways = (_rankings_around(k, others - k, ties=ties) for k in range(others + 1))
        by_party.append(sum(n * way for n, way in zip(sizes, ways, strict=True)))
    return Count(prod(by_party), of, tuple(by_party))


def _needed(model: GraphModel, formula: Formula, party: int) -> _Formula:
    """Write the condition as: for each move, one of some sets of states must be liked no better than the state."""
    conditions = []
    for to in model.moves(party, formula.state):
        alternatives = {frozenset({int(to)})}
        if formula.concept != "Nash":
            for reply in formula.replies(party, int(to)):
                alternatives.add(frozenset({c.lower for c in formula.punishes(party, reply)} - {formula.state}))
        conditions.append(_minimal(alternatives))
    return frozenset(c for c in conditions if frozenset() not in c)


def _minimal(sets: Iterable[frozenset[int]]) -> _Alternatives:
    kept: list[frozenset[int]] = []
    for one in sorted(sets, key=len):
        if not any(other <= one for other in kept):
            kept.append(one)
    return frozenset(kept)


def _sizes(formula: _Formula, n: int) -> list[int]:
    """Count the sets that satisfy a monotone formula by size: entry k for sets of k out of n states."""
    memo: dict[_Formula, list[int]] = {}

    def split(rest: _Formula) -> list[int]:
        """Count over the states that `rest` mentions."""
        if not rest:
            return [1]
        if frozenset() in rest:
            return [0]
        if rest not in memo:
            if len(memo) >= MOST_BRANCHES:
                raise LimitError(
                    f"more than {MOST_BRANCHES:,} cases to tell apart\n"
                    "  hint: count under Nash, or rule out states that cannot occur"
                )
            mentioned = _mentioned(rest)
            pivot = max(sorted(mentioned), key=lambda s: sum(s in one for condition in rest for one in condition))
            total = [0] * (len(mentioned) + 1)
            for part, taken in ((_with(rest, pivot), 1), (_without(rest, pivot), 0)):
                free = len(mentioned) - 1 - len(_mentioned(part))
                for k, ways in enumerate(_spread(split(part), free)):
                    total[k + taken] += ways
            memo[rest] = total
        return memo[rest]

    return _spread(split(formula), n - len(_mentioned(formula)))


def _mentioned(formula: _Formula) -> frozenset[int]:
    if frozenset() in formula:
        return frozenset()
    return frozenset(state for condition in formula for one in condition for state in one)


def _with(formula: _Formula, state: int) -> _Formula:
    shorter = (_minimal(one - {state} for one in condition) for condition in formula)
    return frozenset(condition for condition in shorter if frozenset() not in condition)


def _without(formula: _Formula, state: int) -> _Formula:
    return frozenset(frozenset(one for one in condition if state not in one) for condition in formula)


def _spread(sizes: list[int], free: int) -> list[int]:
    """Let `free` further states be in or out."""
    spread = [0] * (len(sizes) + free)
    for k, ways in enumerate(sizes):
        for more in range(free + 1):
            spread[k + more] += ways * comb(free, more)
    return spread


def _rankings_around(below: int, above: int, *, ties: bool) -> int:
    """Count the rankings in which just these many states are liked no better than one, and the others more."""
    if not ties:
        return factorial(below) * factorial(above)
    return (2 * _fubini(below) if below else 1) * _fubini(above)


@cache
def _fubini(n: int) -> int:
    """Count the rankings of n states with ties."""
    return 1 if n == 0 else sum(comb(n, k) * _fubini(n - k) for k in range(1, n + 1))


def _coupled(model: GraphModel, formula: Formula, *, ties: bool) -> int:
    n = model.n_states
    each = _fubini(n) if ties else factorial(n)
    if each > MOST_RANKINGS:
        raise LimitError(
            f"{n} states have {each:,} rankings per party; at most {MOST_RANKINGS:,} are compared under {formula.concept}\n"
            "  hint: count under GMR for an upper bound"
        )
    parties = range(len(model.parties))
    asked = sorted(_asked(model, formula))
    groups: list[dict[frozenset[Comparison], int]] = []
    for party in parties:
        own = [c for c in asked if c.party == party]
        group: dict[frozenset[Comparison], int] = {}
        for row in _ranked(n, ties=ties):
            held = frozenset(c for c in own if (row[c.upper] > row[c.lower] if c.strict else row[c.upper] >= row[c.lower]))
            group[held] = group.get(held, 0) + 1
        groups.append(group)
    combinations = prod(len(group) for group in groups)
    if combinations > MOST_COMBINATIONS:
        raise LimitError(
            f"{combinations:,} combinations of rankings differ; at most {MOST_COMBINATIONS:,} are checked\n"
            "  hint: count under GMR for an upper bound"
        )
    total = 0
    for chosen in product(*(group.items() for group in groups)):
        held = frozenset().union(*(one for one, _ in chosen)) | {formula.no_better(party, formula.state) for party in parties}
        if not any(True for party in parties for _ in formula.unmet(party, held.__contains__)):
            total += prod(ways for _, ways in chosen)
    return total


def _asked(model: GraphModel, formula: Formula) -> set[Comparison]:
    """Collect the comparisons that decide stability: states against the state, and moves that replies may use."""
    asked: set[Comparison] = set()
    for party in range(len(model.parties)):
        for to in model.moves(party, formula.state):
            ends = [int(to), *formula.replies(party, int(to))]
            asked |= {c for end in ends for c in formula.punishes(party, end)}
            asked |= {
                Comparison(mover, int(end), start, strict=True)
                for start in ends
                for mover in range(len(model.parties))
                if mover != party
                for end in model.moves(mover, start)
            }
    return asked


def _ranked(n: int, *, ties: bool) -> Iterator[tuple[int, ...]]:
    if not ties:
        yield from permutations(range(n))
        return
    for row in product(range(n), repeat=n):
        if set(row) == set(range(max(row) + 1)):
            yield row
