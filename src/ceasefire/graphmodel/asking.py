"""What to ask next where preferences are known in part: the comparison whose answer settles most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError
from ceasefire.graphmodel.clauses import Formula
from ceasefire.graphmodel.completions import can_leave, can_stay
from ceasefire.graphmodel.deterrence import Deterrence
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.partial import CREDIBLE, Bounds, bounds, extremes, replies

MOST_ANSWERS = 200_000
MOST_ROWS = 2_000_000
_ANSWERS = ("better", "equal", "worse")

Grid = NDArray[np.bool_]
Places = NDArray[np.int64]
Counts = NDArray[np.int32]


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
    is_exact : bool
        False where an answer may settle more: under SEQ and SymSEQ in large models, where only what it says of the party's own
        stability is counted, not what its changed replies mean to others.
    """

    party: int
    first: int
    second: int
    settles: tuple[tuple[str, int], ...]
    is_exact: bool = True

    @property
    def least(self) -> int:
        """How many states are settled whatever the answer."""
        return min(count for _, count in self.settles)


def questions(
    model: GraphModel,
    known: Sequence[PartialOrder],
    concept: str,
    *,
    about: Iterable[int] | None = None,
    found: Bounds | None = None,
    most: int = 5,
) -> tuple[Question, ...]:
    """List the unknown comparisons whose answer settles most, best first.

    Comparisons are ordered by how many undecided states they settle whatever the answer, then by the sum over the answers.

    Parameters
    ----------
    about : iterable of int, optional
        The states that matter; by default all.
    found : Bounds, optional
        What `bounds` gives for this concept, where that is at hand.

    Returns
    -------
    tuple of Question
        Empty where nothing is undecided or no answer settles anything.

    Raises
    ------
    LimitError
        If there are too many comparisons to try.

    Notes
    -----
    Under Nash, GMR and SMR only the party asked is affected, and of its answer a state `s` feels only what lies below the
    better state, if `s` is known to be at least as good as the worse, or what lies above the worse: the effects of all
    comparisons are sums of products of tables of pairs. Under SEQ and SymSEQ each answer is tried; where there are too many, the
    same tables give what an answer settles at least.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,))])
    >>> questions(model, [PartialOrder.nothing(2)], "Nash")
    (Question(party=0, first=0, second=1, settles=(('better', 2), ('equal', 2), ('worse', 2)), is_exact=True),)
    """
    now = bounds(model, known, [concept]) if found is None else found
    matter = np.arange(model.n_states) if about is None else np.array(list(about), dtype=np.int64)
    undecided = np.intersect1d(now.undecided(concept), matter)
    if not len(undecided):
        return ()
    graph = Deterrence(model)
    pairs = [(party, a, b) for party, order in enumerate(known) for a, b in order.unknown] if concept in CREDIBLE else []
    if concept in CREDIBLE and len(pairs) * 3 * len(undecided) <= MOST_ANSWERS:
        asked = [_question(graph, known, concept, pair, undecided) for pair in pairs]
        useful = [question for question in asked if any(count for _, count in question.settles)]
    else:
        useful = []
        for party in range(len(known)):
            alone = np.all(np.delete(now.necessary[concept][:, undecided], party, axis=0), axis=0)
            tables = _tables(graph, known, (concept, party), undecided, alone)
            useful += _counted(known[party], party, tables, most, is_exact=concept not in CREDIBLE)
    useful.sort(key=lambda q: (-q.least, -sum(n for _, n in q.settles), q.party, q.first, q.second))
    return tuple(useful[:most])


def _question(
    graph: Deterrence, known: Sequence[PartialOrder], concept: str, pair: tuple[int, int, int], undecided: Places
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
            settles.append((name, int(_settled(graph, then, concept, undecided).sum())))
    return Question(party, a, b, tuple(settles))


def _settled(graph: Deterrence, known: Sequence[PartialOrder], concept: str, states: Places) -> Grid:
    """Mark the states that are an equilibrium in all completions or in none; where a search grows too large, neither."""
    both = [extremes(graph, known, party, concept, states) for party in range(len(known))]
    sure, may = np.stack([sure for sure, _ in both]), np.stack([may for _, may in both])
    settled = np.zeros(len(states), dtype=np.bool_)
    for k, state in enumerate(states.tolist()):
        formula = Formula(graph.model, concept, state)
        never = not may[:, k].all() or can_stay(formula, known, range(len(known))) is False
        always = all(sure[party, k] or can_leave(formula, known, party) is False for party in range(len(known)))
        settled[k] = never or always
    return settled


def _counted(order: PartialOrder, party: int, tables: tuple[Counts, Counts], most: int, *, is_exact: bool) -> list[Question]:
    """Give the best of all open comparisons of one party, from what each answer settles."""
    better, equal = tables
    counts = np.stack([better, equal, better.T])
    possible = np.stack([~order.weak.T, ~(order.strict | order.strict.T), ~order.weak])
    least = np.where(possible, counts, np.iinfo(counts.dtype).max).min(axis=0)
    total = np.where(possible, counts, 0).sum(axis=0)
    is_open = np.triu(~(order.strict | order.strict.T | (order.weak & order.weak.T)), 1) & (total > 0)
    first, second = np.nonzero(is_open)
    best = np.lexsort((second, first, -total[first, second], -least[first, second]))[:most]
    return [
        Question(party, a, b, tuple((_ANSWERS[k], int(counts[k, a, b])) for k in range(3) if possible[k, a, b]), is_exact)
        for a, b in zip(first[best].tolist(), second[best].tolist(), strict=True)
    ]


def _tables(
    graph: Deterrence, known: Sequence[PartialOrder], asked: tuple[str, int], undecided: Places, alone: Grid
) -> tuple[Counts, Counts]:
    """Count what is settled if a party finds a better than b, and if it finds them equal, for all a and b.

    `alone` marks the states at which all others surely stay.
    """
    concept, party = asked
    order, n = known[party], graph.model.n_states
    if len(undecided) * n > MOST_ROWS:
        raise LimitError(
            f"{len(undecided):,} undecided states of {n:,} make {len(undecided) * n:,} rows of comparisons; at most {MOST_ROWS:,} "
            "are compared\n"
            "  hint: say which states matter"
        )
    certain, conceivable = replies(graph, known, party, concept)
    stays, leaves, leaves_if_above = (np.zeros((len(undecided), n), dtype=np.float32) for _ in range(3))
    for k, state in enumerate(undecided.tolist()):
        here = np.full(n, state)
        if alone[k] and not graph.stable(party, concept, order.weak[[state]], here[:1], certain)[0]:
            stays[k] = graph.stable(party, concept, order.weak[state] | order.weak, here, certain)
        leaves[k] = ~graph.stable(party, concept, ~(order.strict[:, state] | order.weak.T), here, conceivable)
        leaves_if_above[k] = ~graph.stable(party, concept, ~(order.strict[:, state] | order.strict.T), here, conceivable)
    no_better, no_worse = order.weak[undecided].astype(np.float32), order.weak[:, undecided].astype(np.float32)
    surely = order.strict[:, undecided].astype(np.float32)
    settled_by_staying = no_better.T @ stays
    better = settled_by_staying + (no_worse @ leaves).T
    equal = settled_by_staying + (surely @ leaves + (no_worse - surely) @ leaves_if_above).T
    return better.astype(np.int32), (equal + equal.T).astype(np.int32)
