"""Partial knowledge of preferences: what is stable in all completions, what in some, and what to ask next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import BASIC, Clause, Formula, Holds
from ceasefire.graphmodel.completions import Completing
from ceasefire.graphmodel.model import Arcs, GraphModel
from ceasefire.graphmodel.orders import Comparison, PartialOrder

MOST_ANSWERS = 200_000
_ANSWERS = ("better", "equal", "worse")

Grid = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is stable whatever is still unknown, and what may be.

    Parameters
    ----------
    necessary, possible : mapping of str to NDArray[np.bool_], shape (n_parties, n_states)
        Per concept: stable for the party in all completions; in some completion.
    necessary_equilibria, possible_equilibria : mapping of str to NDArray[np.bool_], shape (n_states,)
        Stable for every party at once in all completions; in some completion.
    """

    necessary: Mapping[str, Grid]
    possible: Mapping[str, Grid]
    necessary_equilibria: Mapping[str, Grid]
    possible_equilibria: Mapping[str, Grid]

    def undecided(self, concept: str) -> NDArray[np.int64]:
        """Give the states that are an equilibrium in some completions and not in others."""
        return np.flatnonzero(self.possible_equilibria[concept] & ~self.necessary_equilibria[concept])


@dataclass(frozen=True, slots=True)
class Question:
    """One unknown comparison and what its answer would settle.

    Parameters
    ----------
    party, first, second : int
        How does the party like state `first` compared with `second`?
    settles : tuple of (str, int)
        For each answer that is still possible (``better``, ``equal``, ``worse``), how many undecided states become an
        equilibrium in all completions or in none.
    """

    party: int
    first: int
    second: int
    settles: tuple[tuple[str, int], ...]

    @property
    def least(self) -> int:
        """How many states are settled whatever the answer."""
        return min(count for _, count in self.settles)


def bounds(model: GraphModel, known: Sequence[PartialOrder], concepts: Sequence[str] = BASIC) -> Bounds:
    r"""Find which states are stable in all completions of partial preferences, and which in some.

    A completion gives each party a complete ranking, ties allowed, that has every known comparison.

    Parameters
    ----------
    model : GraphModel
        Its graph counts, its preferences do not.
    known : sequence of PartialOrder
        Per party.
    concepts : sequence of str
        Any of ``Nash``, ``GMR``, ``SMR``, ``SEQ``, ``SymSEQ``; ValueError otherwise.

    Raises
    ------
    LimitError
        If deciding a case of SEQ takes too long.

    Notes
    -----
    Nash, GMR and SMR ask a party only which states it likes no better than s. Some completion gives it just the states
    :math:`q` with :math:`s \succeq q` known, and another all but those with :math:`q \succ s` known; a monotone formula is
    true in all completions if in the first, in some if in the second. SEQ asks also which moves are improvements, which
    no single completion grants or denies at once; what the two extremes leave open is searched exactly.

    Examples
    --------
    A does not care about x; of B it is known that it likes the states in which y is not taken better.

    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> a, b = PartialOrder.of(4, equal=[(0, 1)]), PartialOrder.of(4, better=[(0, 2)])
    >>> found = bounds(model, [a, b], ["Nash"])
    >>> found.necessary_equilibria["Nash"], found.possible_equilibria["Nash"]
    (array([ True, False, False, False]), array([ True,  True, False,  True]))
    """
    for concept in concepts:
        if concept not in BASIC:
            raise ValueError(f"unknown concept {concept!r}; partial preferences are solved for {', '.join(BASIC)}")
    graph = _Graph(model)
    sure, may, all_sure, all_may = {}, {}, {}, {}
    for concept in concepts:
        both = [_party_bounds(graph, known, party, concept) for party in range(len(model.parties))]
        sure[concept] = np.stack([low for low, _ in both])
        may[concept] = np.stack([high for _, high in both])
        all_sure[concept] = np.all(sure[concept], axis=0)
        all_may[concept] = _together(graph, known, concept, may[concept], all_sure[concept])
    return Bounds(sure, may, all_sure, all_may)


def questions(
    model: GraphModel,
    known: Sequence[PartialOrder],
    concept: str,
    *,
    about: Iterable[int] | None = None,
    most: int = 5,
) -> tuple[Question, ...]:
    """List the unknown comparisons whose answer settles most, best first.

    Comparisons are ordered by how many undecided states they settle whatever the answer, then by the sum over the answers.

    Parameters
    ----------
    about : iterable of int, optional
        The states that matter; by default all.

    Returns
    -------
    tuple of Question
        Empty where nothing is undecided or no answer settles anything.

    Raises
    ------
    LimitError
        If there are too many comparisons to try.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,))])
    >>> questions(model, [PartialOrder.nothing(2)], "Nash")
    (Question(party=0, first=0, second=1, settles=(('better', 2), ('equal', 2), ('worse', 2))),)
    """
    now = bounds(model, known, [concept])
    matter = range(model.n_states) if about is None else about
    undecided = np.intersect1d(now.undecided(concept), np.array(list(matter), dtype=np.int64))
    pairs = [(party, a, b) for party, order in enumerate(known) for a, b in order.unknown]
    effort = len(pairs) * 3 * len(undecided)
    if effort > MOST_ANSWERS:
        raise LimitError(
            f"{len(pairs):,} unknown comparisons for {len(undecided):,} undecided states make {effort:,} answers; "
            f"at most {MOST_ANSWERS:,} are tried\n"
            "  hint: say which states matter"
        )
    graph = _Graph(model)
    asked = [_question(graph, known, concept, pair, undecided) for pair in pairs] if len(undecided) else []
    useful = [question for question in asked if any(count for _, count in question.settles)]
    useful.sort(key=lambda q: (-q.least, -sum(n for _, n in q.settles), q.party, q.first, q.second))
    return tuple(useful[:most])


def _question(
    graph: _Graph, known: Sequence[PartialOrder], concept: str, pair: tuple[int, int, int], undecided: NDArray[np.int64]
) -> Question:
    party, a, b = pair
    order = known[party]
    tied = order.adding(a, b, strict=False)
    answers = (
        order.adding(a, b, strict=True),
        None if tied is None else tied.adding(b, a, strict=False),
        order.adding(b, a, strict=True),
    )
    settles = []
    for name, answer in zip(_ANSWERS, answers, strict=True):
        if answer is not None:
            then = [answer if k == party else other for k, other in enumerate(known)]
            settles.append((name, sum(_settled(graph, then, concept, int(state)) for state in undecided)))
    return Question(party, a, b, tuple(settles))


def _settled(graph: _Graph, known: Sequence[PartialOrder], concept: str, state: int) -> bool:
    parties = range(len(known))
    sure = all(_at_state(graph, known, party, concept, state)[0] for party in parties)
    return sure or not _possible(graph, known, concept, state, tuple(parties))


class _Graph:
    """A graph with what all states share: moves and joint moves as matrices."""

    def __init__(self, model: GraphModel) -> None:
        self.model = model
        self._moves: dict[int, Grid] = {}
        self._replies: dict[int, Grid] = {}
        self._formulas: dict[tuple[str, int], Formula] = {}

    def moves(self, party: int) -> Grid:
        if party not in self._moves:
            self._moves[party] = _matrix(self.model.arcs_of(party), self.model.n_states)
        return self._moves[party]

    def replies(self, party: int) -> Grid:
        """``[q, k]``: the others reach k from q (Xu, Hipel and Kilgour 2009: one matrix per last mover, to a fixed point)."""
        if party not in self._replies:
            others = [k for k in range(len(self.model.parties)) if k != party]
            last = {k: self.moves(k) for k in others}
            growing = True
            while growing:
                growing = False
                for mover in others:
                    before = [last[k] for k in others if k != mover]
                    more = last[mover]
                    for one in before:
                        more = more | _times(one, self.moves(mover))
                    growing |= bool((more > last[mover]).any())
                    last[mover] = more
            self._replies[party] = np.any([last[k] for k in others], axis=0) if others else np.zeros_like(self.moves(party))
        return self._replies[party]

    def formula(self, concept: str, state: int) -> Formula:
        if (concept, state) not in self._formulas:
            self._formulas[concept, state] = Formula(self.model, concept, state)
        return self._formulas[concept, state]


def _matrix(arcs: Arcs, n_states: int) -> Grid:
    grid = np.zeros((n_states, n_states), dtype=np.bool_)
    grid[arcs.start, arcs.to] = True
    return grid


def _times(left: Grid, right: Grid) -> Grid:
    product: Grid = (left.astype(np.float32) @ right.astype(np.float32)) > 0
    return product


def _party_bounds(graph: _Graph, known: Sequence[PartialOrder], party: int, concept: str) -> tuple[Grid, Grid]:
    if concept in {"SEQ", "SymSEQ"}:
        both = [_at_state(graph, known, party, concept, state) for state in range(graph.model.n_states)]
        return np.array([low for low, _ in both]), np.array([high for _, high in both])
    order = known[party]
    return _stable(graph, party, concept, order.weak), _stable(graph, party, concept, ~order.strict.T)


def _stable(graph: _Graph, party: int, concept: str, no_better: Grid, rows: slice | None = None) -> Grid:
    """Say where the party stays if ``no_better[s, q]`` are the states it likes no better than s."""
    chosen = slice(None) if rows is None else rows
    punished, moves = no_better[chosen], graph.moves(party)
    if concept != "Nash":
        hits = punished
        if concept == "SMR":
            hits = punished & ~_times(~punished, moves.T)
        punished = punished | _times(hits, graph.replies(party).T)
    stays: Grid = np.all(punished | ~moves[chosen], axis=1)
    return stays


def _at_state(graph: _Graph, known: Sequence[PartialOrder], party: int, concept: str, state: int) -> tuple[bool, bool]:
    """Say whether a party stays at one state in all completions, and in some."""
    if concept not in {"SEQ", "SymSEQ"}:
        row, order = slice(state, state + 1), known[party]
        low = _stable(graph, party, concept, order.weak, row)
        return bool(low[0]), bool(_stable(graph, party, concept, ~order.strict.T, row)[0])
    formula = graph.formula(concept, state)
    if not any(formula.unmet(party, _certain(known))):
        return True, True
    if any(formula.unmet(party, _conceivable(known))):
        return False, False
    possible = _possible(graph, known, concept, state, (party,))

    def leaves(holds: Holds) -> list[Clause]:
        clause = formula.stable_for(party, holds)
        return [] if clause is None else [clause]

    return not Completing(leaves, known).exists(), possible


def _together(graph: _Graph, known: Sequence[PartialOrder], concept: str, possible: Grid, sure: Grid) -> Grid:
    """Say which states are stable for all parties in one and the same completion."""
    every: Grid = np.all(possible, axis=0)
    if concept not in {"SEQ", "SymSEQ"}:
        return every
    parties = tuple(range(len(graph.model.parties)))
    checked = [bool(sure[s] or (every[s] and _possible(graph, known, concept, s, parties))) for s in range(len(every))]
    return np.array(checked)


def _possible(graph: _Graph, known: Sequence[PartialOrder], concept: str, state: int, parties: tuple[int, ...]) -> bool:
    if concept not in {"SEQ", "SymSEQ"}:
        return all(_at_state(graph, known, party, concept, state)[1] for party in parties)
    formula = graph.formula(concept, state)

    def stays(holds: Holds) -> list[Clause]:
        return [clause for party in parties for clause in formula.unmet(party, holds)]

    if not stays(_certain(known)):
        return True
    return not stays(_conceivable(known)) and Completing(stays, known).exists()


def _certain(known: Sequence[PartialOrder]) -> Holds:
    def holds(c: Comparison) -> bool:
        order = known[c.party]
        return bool((order.strict if c.strict else order.weak)[c.upper, c.lower])

    return holds


def _conceivable(known: Sequence[PartialOrder]) -> Holds:
    certain = _certain(known)
    return lambda c: not certain(c.negation)
