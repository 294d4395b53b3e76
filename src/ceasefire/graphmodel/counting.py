"""How many rankings make a state an equilibrium, counted exactly without listing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import lgamma, log, prod
from typing import TypeVar

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Formula
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import Comparison

MOST_DIGITS = 4_000
MOST_UNITS = 400
MOST_BRANCHES = 20_000
MOST_RANKINGS = 50_000
MOST_COMBINATIONS = 2_000_000

_LESS = "count under Nash, or rule out states that cannot occur"

_T = TypeVar("_T")
_Alternatives = frozenset[frozenset[int]]
_Formula = frozenset[_Alternatives]
_Units = dict[int, tuple[int, int]]


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
    :math:`N_k` are counted by splitting the monotone formula on one group of states at a time. Under SEQ rankings with the same
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
    _check(model, ties=ties)
    each = _rankings(model.n_states, ties=ties)
    of = each[-1] ** len(model.parties)
    if formula.credible:
        return Count(_coupled(model, formula, ties=ties), of, None)
    others = model.n_states - 1
    by_party = []
    for party in range(len(model.parties)):
        sizes = _sizes(_needed(model, formula, party), others)
        by_party.append(sum(sets * _around(each, k, others - k, ties=ties) for k, sets in enumerate(sizes)))
    return Count(prod(by_party), of, tuple(by_party))


def _check(model: GraphModel, *, ties: bool) -> None:
    n, parties = model.n_states, len(model.parties)
    digits = parties * (lgamma(n + 1) - ties * (n + 1) * log(log(2))) / log(10)
    if digits > MOST_DIGITS:
        raise LimitError(
            f"{n:,} states make a number of rankings with {digits:,.0f} digits for {parties} parties; "
            f"numbers of at most {MOST_DIGITS:,} digits are counted\n"
            "  hint: rule out states that cannot occur, or merge options that always go together"
        )


def _needed(model: GraphModel, formula: Formula, party: int) -> _Formula:
    """Write the condition as: for each move, one of some sets of states must be liked no better than the state."""
    conditions = []
    for to in model.moves(party, formula.state):
        alternatives = {frozenset({int(to)})}
        if formula.concept != "Nash":
            for reply in formula.replies(party, int(to)):
                alternatives.add(frozenset({c.lower for c in formula.punishes(party, reply)} - {formula.state}))
        conditions.append(_minimal(alternatives))
    return _minimal(c for c in conditions if frozenset() not in c)


def _minimal(sets: Iterable[frozenset[_T]]) -> frozenset[frozenset[_T]]:
    kept: list[frozenset[_T]] = []
    for one in sorted(sets, key=len):
        if not any(other <= one for other in kept):
            kept.append(one)
    return frozenset(kept)


def _sizes(formula: _Formula, n: int) -> list[int]:
    """Count the sets that satisfy a monotone formula by size: entry k for sets of k out of n states.

    No count exceeds 2^n, so counts by size are the digits of one number to the base 2^(n+1): where conditions are independent,
    numbers multiply.
    """
    base = 1 << (n + 1)
    mentioned = _mentioned(formula)
    formula, units = _grouped(formula, dict.fromkeys(mentioned, (base, 1)))
    found = _Splitting(units).everywhere(formula) * (1 + base) ** (n - len(mentioned))
    return [found >> (n + 1) * k & base - 1 for k in range(n + 1)]


def _grouped(formula: _Formula, units: _Units) -> tuple[_Formula, _Units]:
    """Make one unit of states that matter only together, or of which any one will do; a unit is counted as in and as out."""
    units, merged = dict(units), True
    while merged:
        merged = False
        for together in (True, False):
            for first, *others in _twins(formula, together=together):
                merged = True
                ins, outs = zip(*(units[k] for k in (first, *others)), strict=True)
                all_ways = prod(_either(units[k]) for k in (first, *others))
                units[first] = (prod(ins), all_ways - prod(ins)) if together else (all_ways - prod(outs), prod(outs))
                for k in others:
                    del units[k]
                formula = _dropped(formula, frozenset(others), together=together)
    return formula, units


def _twins(formula: _Formula, *, together: bool) -> list[list[int]]:
    """Find units that stand in the same sets (`together`), or that stand alone wherever they stand, in the same conditions."""
    places: dict[int, set[object]] = {}
    alone: dict[int, bool] = {}
    for condition in formula:
        for one in condition:
            for unit in one:
                places.setdefault(unit, set()).add(one if together else condition)
                alone[unit] = alone.get(unit, True) and len(one) == 1
    groups: dict[frozenset[object], list[int]] = {}
    for unit in sorted(places):
        if together or alone[unit]:
            groups.setdefault(frozenset(places[unit]), []).append(unit)
    return [group for group in groups.values() if len(group) > 1]


def _dropped(formula: _Formula, units: frozenset[int], *, together: bool) -> _Formula:
    if together:
        return frozenset(frozenset(one - units for one in condition) for condition in formula)
    return frozenset(frozenset(one for one in condition if not one & units) for condition in formula)


class _Splitting:
    """Counts by taking one unit at a time in and out; formulas that came before are not counted again."""

    def __init__(self, units: _Units) -> None:
        if len(units) > MOST_UNITS:
            raise LimitError(f"{len(units):,} groups of states to tell apart; at most {MOST_UNITS:,} are\n  hint: {_LESS}")
        self._units = units
        self._memo: dict[_Formula, int] = {}

    def everywhere(self, formula: _Formula) -> int:
        """Count over all units."""
        return self._over(frozenset(self._units), formula)

    def _over(self, units: frozenset[int], formula: _Formula) -> int:
        """Count over the units given, of which the formula mentions some."""
        free = units - _mentioned(formula)
        return self._count(formula) * prod(_either(self._units[k]) for k in free)

    def _count(self, formula: _Formula) -> int:
        """Count over the units that the formula mentions."""
        if not formula:
            return 1
        if frozenset() in formula:
            return 0
        if formula not in self._memo:
            if len(self._memo) >= MOST_BRANCHES:
                raise LimitError(f"more than {MOST_BRANCHES:,} cases to tell apart\n  hint: {_LESS}")
            apart = _components(formula)
            self._memo[formula] = prod(map(self._count, apart)) if len(apart) > 1 else self._split(formula)
        return self._memo[formula]

    def _split(self, formula: _Formula) -> int:
        often = Counter(unit for condition in formula for one in condition for unit in one)
        pivot = max(sorted(often), key=lambda unit: often[unit])
        rest = frozenset(often) - {pivot}
        ins, outs = self._units[pivot]
        return ins * self._over(rest, _with(formula, pivot)) + outs * self._over(rest, _without(formula, pivot))


def _either(unit: tuple[int, int]) -> int:
    return unit[0] + unit[1]


def _components(formula: _Formula) -> list[_Formula]:
    """Part conditions that have no unit in common."""
    parts: list[tuple[frozenset[int], _Formula]] = []
    for condition in formula:
        units, joined = _mentioned(frozenset({condition})), frozenset({condition})
        apart = []
        for other, conditions in parts:
            if units & other:
                units, joined = units | other, joined | conditions
            else:
                apart.append((other, conditions))
        parts = [*apart, (units, joined)]
    return [conditions for _, conditions in parts]


def _mentioned(formula: _Formula) -> frozenset[int]:
    if frozenset() in formula:
        return frozenset()
    return frozenset(unit for condition in formula for one in condition for unit in one)


def _with(formula: _Formula, unit: int) -> _Formula:
    shorter = (_minimal(one - {unit} for one in condition) for condition in formula)
    return _minimal(condition for condition in shorter if frozenset() not in condition)


def _without(formula: _Formula, unit: int) -> _Formula:
    return _minimal(frozenset(one for one in condition if unit not in one) for condition in formula)


def _around(each: Sequence[int], below: int, above: int, *, ties: bool) -> int:
    """Count the rankings in which just these many states are liked no better than one, and the others more."""
    at_par = 2 if ties and below else 1
    return at_par * each[below] * each[above]


def _rankings(n: int, *, ties: bool) -> list[int]:
    """Count the rankings of 0, 1, ... n states."""
    found = [1]
    for m in range(1, n + 1):
        if not ties:
            found.append(found[-1] * m)
            continue
        ways, total = 1, 0
        for best in range(1, m + 1):
            ways = ways * (m - best + 1) // best
            total += ways * found[m - best]
        found.append(total)
    return found


def _coupled(model: GraphModel, formula: Formula, *, ties: bool) -> int:
    n = model.n_states
    if _rankings(n, ties=ties)[-1] > MOST_RANKINGS:
        raise LimitError(
            f"{n:,} states have more than {MOST_RANKINGS:,} rankings per party, too many to compare under {formula.concept}\n"
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
