"""The inverse question: which least change of preferences makes a wanted state an equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import LimitError, NoSettlementError
from ceasefire.graphmodel.cheapest import Hit, NothingFoundError, Search
from ceasefire.graphmodel.clauses import BASIC, Formula
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.orders import Comparison
from ceasefire.graphmodel.stability import solve

MOST_ALTERNATIVES = 10
MOST_SEARCHED = 32_768

Weight = Callable[[Comparison], int | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """Which states are to become equilibria, and which must not be.

    Parameters
    ----------
    concept : {"Nash", "GMR", "SMR", "SEQ", "SymSEQ"}
    wanted : tuple of int
        Indices of states.
    unwanted : tuple of int
        States that some party must want to leave.
    each : bool
        Whether every wanted state must be an equilibrium, or any one of them.
    """

    concept: str
    wanted: tuple[int, ...] = ()
    unwanted: tuple[int, ...] = ()
    each: bool = True


@dataclass(frozen=True, eq=False)
class Change:
    """A least set of changed comparisons.

    Parameters
    ----------
    cost : int
    comparisons : tuple of Comparison
        What must hold and does not hold now. Together with comparisons that hold already they suffice, whatever else changes.
    preference : NDArray[np.int64], shape (n_parties, n_states)
        One set of complete preferences in which they hold, close to the present ones.
    at_least : int
        No other set costs less than this: `cost` where it is proven least, less where the search stopped before.
    """

    cost: int
    comparisons: tuple[Comparison, ...]
    preference: NDArray[np.int64]
    at_least: int

    @property
    def is_least(self) -> bool:
        """Whether it is proven that nothing costs less."""
        return self.at_least == self.cost

    @property
    def parties(self) -> tuple[int, ...]:
        """Whose preferences change."""
        return tuple(sorted({c.party for c in self.comparisons}))


def least_changes(
    model: GraphModel,
    goal: Goal,
    *,
    weights: Mapping[int, int | None] | Weight | None = None,
    most: int = MOST_ALTERNATIVES,
) -> tuple[Change, ...]:
    """Find the cheapest changes of preferences that reach a goal.

    A change is a comparison of two states by one party that turns round: "i no longer prefers q to the wanted state", or, for
    the credible replies of SEQ, "j now prefers b to a". The comparisons demanded must be consistent, and every set of
    preferences that has them, and keeps the present ones that the argument uses, reaches the goal.

    Parameters
    ----------
    model : GraphModel
    goal : Goal
    weights : mapping of int to int or None, or callable, optional
        What one changed comparison costs, per party or per comparison; None where it cannot change. Positive; default 1.
    most : int
        How many equally cheap changes to give at most.

    Returns
    -------
    tuple of Change
        All of the same cost, in a fixed order; in large models some others of that cost may be missing. Where the search stopped
        before a proof, the cheapest change found, with what any change costs at least. Where one wanted state is enough, those
        whose search stopped before it found anything count in what any change costs at least.

    Raises
    ------
    NoSettlementError
        If no change of the preferences that can change suffices.
    LimitError
        For more than 32,768 states, except under Nash; or if the search grows too large before it finds a change that suffices.
    ValueError
        For an unknown concept, or a goal that names no state.

    Notes
    -----
    Under Nash, GMR and SMR parties are independent and are searched one by one; under SEQ one party's punishment needs
    another's improvement, so all are searched together. The question is that of [1]_; the method here, an integer program that
    grows by what its answers lack (`cheapest.Search`), is checked against enumeration of all preferences.

    References
    ----------
    .. [1] Kinsara, Kilgour and Hipel (2015), Inverse approach to the graph model for conflict resolution, IEEE Trans. SMC 45(5).

    Examples
    --------
    In the prisoner's dilemma silence becomes a Nash equilibrium when both stop preferring to betray the other.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("talk", (0,)), Option("talk", (1,))]
    >>> prisoners = GraphModel.from_options(["A", "B"], options, preference=[[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [change] = least_changes(prisoners, Goal("Nash", wanted=(0,)))
    >>> change.cost, [(c.party, c.upper, c.lower) for c in change.comparisons]
    (2, [(0, 0, 1), (1, 0, 2)])
    """
    _check(model, goal)
    price = _priced(model, weights)
    apart = not goal.each and len(goal.wanted) > 1
    goals = [Goal(goal.concept, (state,), goal.unwanted) for state in goal.wanted] if apart else [goal]
    if _reached(model, goal):
        return (Change(0, (), model.preference, 0),)
    plans = [plan for plan in (_Plan(model, one, price) for one in goals) if plan.floor is not None]
    found: dict[tuple[Comparison, ...], Change] = {}
    least: int | None = None
    bounds: list[int] = []
    stopped: list[NothingFoundError] = []
    for plan in sorted(plans, key=lambda plan: plan.floor or 0):
        if least is not None and (plan.floor or 0) > least:
            break
        try:
            changes = plan.cheapest(least, most)
        except NothingFoundError as error:
            stopped.append(error)
            continue
        if changes and (least is None or changes[0].cost < least):
            least, found = changes[0].cost, {}
        for change in changes:
            bounds.append(change.at_least)
            if change.cost == least:
                found.setdefault(change.comparisons, change)
    if not found:
        raise min(stopped, key=lambda error: error.at_least, default=NoSettlementError(_reason(model, goal)))
    at_least = min(bounds + [error.at_least for error in stopped])
    return tuple(replace(found[key], at_least=at_least) for key in sorted(found)[:most])


def _check(model: GraphModel, goal: Goal) -> None:
    if not goal.wanted and not goal.unwanted:
        raise ValueError("the goal names no state")
    if goal.concept not in BASIC:
        raise ValueError(f"unknown concept {goal.concept!r}; preferences can be searched for {', '.join(BASIC)}")
    if goal.concept != "Nash" and model.n_states > MOST_SEARCHED:
        raise LimitError(
            f"{model.n_states:,} states; least changes under {goal.concept} are searched among at most {MOST_SEARCHED:,}\n"
            "  hint: ask under Nash, whose answer suffices under the others too, or rule out states that cannot occur"
        )


def _reached(model: GraphModel, goal: Goal) -> bool:
    """Say whether nothing needs to change."""
    stable = solve(model, (goal.concept,)).equilibria[goal.concept]
    held = [bool(stable[state]) for state in goal.wanted]
    reached = all(held) if goal.each or not held else any(held)
    return reached and not any(stable[state] for state in goal.unwanted)


def ranks_apart(model: GraphModel) -> Weight:
    """Price a comparison by how far apart its two states are: the number of steps between their ranks, at least 1.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("y", (0,))], preference=[[0, 5, 9, 9]])
    >>> ranks_apart(model)(Comparison(0, 0, 2, strict=False))
    2
    """
    ranks = [np.unique(row, return_inverse=True)[1].reshape(-1) for row in model.preference]

    def weight(c: Comparison) -> int:
        return max(1, abs(int(ranks[c.party][c.upper]) - int(ranks[c.party][c.lower])))

    return weight


def _priced(model: GraphModel, weights: Mapping[int, int | None] | Weight | None) -> Callable[[Comparison], int | None]:
    def weight(c: Comparison) -> int | None:
        if weights is None:
            return 1
        return weights(c) if callable(weights) else weights.get(c.party, 1)

    def price(c: Comparison) -> int | None:
        if c.holds(model.preference):
            return 0
        asked = weight(c)
        if asked is not None and asked <= 0:
            raise ValueError(f"changing a comparison of {model.parties[c.party]} costs {asked}; costs are positive")
        return asked

    return price


class _Plan:
    """The searches that answer one goal: one per party where parties are independent, else one for all."""

    def __init__(self, model: GraphModel, goal: Goal, price: Callable[[Comparison], int | None]) -> None:
        self._model = model
        wanted = [Formula(model, goal.concept, state) for state in goal.wanted]
        unwanted = [Formula(model, goal.concept, state) for state in goal.unwanted]
        together = bool(unwanted) or any(formula.credible for formula in wanted)
        parties = tuple(range(len(model.parties)))
        groups = [parties] if together else [(party,) for party in parties]
        self._searches = [Search(wanted, unwanted, group, price, model.preference) for group in groups]
        floors = [search.floor() for search in self._searches]
        self.floor = None if None in floors else sum(floor or 0 for floor in floors)

    def cheapest(self, at_most: int | None, most: int) -> list[Change]:
        """Give the cheapest changes, none if they cost more than `at_most`."""
        parts: list[list[Hit]] = []
        spent = 0
        for search in self._searches:
            try:
                hits = _best(search.hits(None if at_most is None else at_most - spent), most)
            except NothingFoundError as error:
                raise NothingFoundError(max(spent + error.at_least, self.floor or 0)) from error
            if not hits:
                return []
            spent += hits[0].at_least
            parts.append(hits)
        return [_joined(self._model, chosen) for chosen in islice(product(*parts), most)]


def _best(hits: Iterator[Hit], most: int) -> list[Hit]:
    """Take the hits of least cost, at most so many."""
    found: list[Hit] = []
    for hit in hits:
        if found and hit.cost > found[0].cost:
            break
        found.append(hit)
        if len(found) == most or not hit.cost:
            break
    return found


def _joined(model: GraphModel, hits: Sequence[Hit]) -> Change:
    demanded = tuple(sorted(c for hit in hits for c in hit.demanded))
    cost, at_least = sum(hit.cost for hit in hits), sum(hit.at_least for hit in hits)
    if len(hits) == 1:
        return Change(cost, demanded, hits[0].preference, at_least)
    rows = np.stack([hits[party].preference[party] for party in range(len(model.parties))])
    return Change(cost, demanded, rows, at_least)


def _reason(model: GraphModel, goal: Goal) -> str:
    wanted = ", ".join(model.labels[k] for k in goal.wanted)
    unwanted = ", ".join(model.labels[k] for k in goal.unwanted)
    parts = [f"make {wanted} stable" if wanted else "", f"unsettle {unwanted}" if unwanted else ""]
    return (
        f"no change of the preferences that can change would {' and '.join(p for p in parts if p)} under {goal.concept}\n"
        "  hint: let more parties change, or name another goal"
    )
