"""Perceived games: each party acts on its own view of the conflict, and the analyst sees what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from ceasefire.errors import NoSettlementError
from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.stability import CONCEPTS, Solution, solve

Kind = Literal["agreed", "misjudged", "by error", "missed", "false hope", "none", "unseen", "imagined"]


@dataclass(frozen=True, eq=False)
class PerceivedGame:
    """A conflict as the analyst sees it and as each party sees it.

    Parameters
    ----------
    truth : GraphModel
        The analyst's view.
    views : tuple of GraphModel
        Per party: the whole conflict, with everyone's preferences, as that party sees it. Same parties and options as `truth`;
        states, directions, moves and preferences may differ.
    unseen : tuple of int, optional
        Per party: bits of the options that it does not know of. Where one is taken, it takes the state for the one without.

    Raises
    ------
    ValueError
        If the views do not fit the analyst's parties and options.
    """

    truth: GraphModel
    views: tuple[GraphModel, ...]
    unseen: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.views) != len(self.truth.parties):
            raise ValueError(f"{len(self.views)} views for {len(self.truth.parties)} parties")
        if not self.unseen:
            object.__setattr__(self, "unseen", (0,) * len(self.views))
        names = [option.name for option in self.truth.options]
        for model in (self.truth, *self.views):
            if model.parties != self.truth.parties or [option.name for option in model.options] != names:
                raise ValueError("every view names the same parties and options in the same order")
            if model.vectors is not None:
                raise ValueError("coalesced states cannot be told apart in several views")

    def as_seen(self, party: int, state: int) -> int | None:
        """Give the index in a party's view of a state written as bits; None where it knows no such state."""
        try:
            return self.views[party].index(state & ~self.unseen[party])
        except KeyError:
            return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One state as the parties and the analyst see it, under one concept.

    Parameters
    ----------
    state : int
        As bits over the options.
    label : str
        What the analyst, or else the first party that knows it, calls it.
    kind : str
        ``agreed``: an equilibrium in truth and in every view. ``misjudged``: it holds and is an equilibrium in truth, but
        some party expects another to leave. ``by error``: each party stays by its own view, yet in truth somebody would
        gain by leaving. ``missed``: an equilibrium in truth that some party leaves by its own view. ``false hope``:
        an equilibrium only in some views, and some party leaves. ``unseen``: some party knows no such state. ``imagined``:
        it cannot occur. ``none``: no equilibrium anywhere.
    known_to : tuple of int
    stays : tuple of int
        The parties that, by their own views, do not leave.
    equilibrium_in : tuple of int
        The parties in whose views it is an equilibrium.
    in_truth : bool
        Whether it is an equilibrium in the analyst's view.
    """

    state: int
    label: str
    kind: Kind
    known_to: tuple[int, ...]
    stays: tuple[int, ...]
    equilibrium_in: tuple[int, ...]
    in_truth: bool


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """Something that `holder` comes to see rightly: the preferences of `about`, or the whole conflict where None."""

    holder: int
    about: int | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """A cheapest set of corrections."""

    cost: int
    corrections: tuple[Correction, ...]


def perceive(game: PerceivedGame, concepts: Sequence[str] = CONCEPTS) -> Mapping[str, tuple[Outcome, ...]]:
    """Solve every view and say what becomes of each outcome.

    A state holds when each party, by its own view, has no reason to leave it [1]_; whether it would also hold if all saw
    rightly, and who expects it to, gives its kind.

    Parameters
    ----------
    game : PerceivedGame
    concepts : sequence of str

    Returns
    -------
    mapping of str to tuple of Outcome
        Per concept, all states known to anybody, in the order of their bits.

    References
    ----------
    .. [1] Wang, Hipel and Fraser (1988), Modeling misperceptions in games, Behavioral Science 33(3), 207-223.

    Examples
    --------
    B believes that A prefers to attack, and therefore arms.

    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("attack", (0,)), Option("arm", (1,))]
    >>> truth = GraphModel.from_options(["A", "B"], options, preference=[[3, 2, 1, 0], [3, 0, 2, 1]])
    >>> feared = truth.with_preference([[2, 3, 1, 0], [3, 0, 2, 1]])
    >>> [outcome.kind for outcome in perceive(PerceivedGame(truth, (truth, feared)), ["Nash"])["Nash"]]
    ['misjudged', 'none', 'none', 'none']
    """
    solved = [solve(view, concepts) for view in game.views]
    true = solve(game.truth, concepts)
    states = sorted({int(state) for model in (game.truth, *game.views) for state in model.states})
    return {concept: tuple(_outcome(game, solved, true, concept, state) for state in states) for concept in concepts}


def least_corrections(
    game: PerceivedGame,
    state: int,
    concept: str,
    *,
    expected: bool = False,
    cost: Callable[[Correction], int] = lambda _: 1,
) -> Corrections:
    """Find the cheapest corrections of views after which a state holds.

    Parameters
    ----------
    state : int
        As bits.
    expected : bool
        Ask in addition that every party takes the state for an equilibrium.
    cost : callable
        What one correction costs; not negative.

    Raises
    ------
    NoSettlementError
        If it would not hold even if all saw rightly, or in any mixture.

    Notes
    -----
    What a party does depends on its own view alone, so the views are searched one by one, each over all sets of corrections.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("attack", (0,)), Option("arm", (1,))]
    >>> truth = GraphModel.from_options(["A", "B"], options, preference=[[3, 2, 1, 0], [3, 0, 2, 1]])
    >>> feared = truth.with_preference([[2, 3, 1, 0], [3, 0, 2, 1]])
    >>> least_corrections(PerceivedGame(truth, (truth, feared)), 0, "Nash", expected=True)
    Corrections(cost=1, corrections=(Correction(holder=1, about=0),))
    """
    chosen: list[Correction] = []
    total = 0
    for holder in range(len(game.views)):
        found = _for_holder(game, holder, state, concept, expected=expected, cost=cost)
        if found is None:
            name = game.truth.parties[holder]
            raise NoSettlementError(
                f"{name} would leave the state under {concept} however its view is corrected\n"
                "  hint: ask for the least change of preferences instead"
            )
        total += found.cost
        chosen += found.corrections
    return Corrections(total, tuple(chosen))


def corrected(game: PerceivedGame, holder: int, corrections: Sequence[Correction]) -> tuple[GraphModel, int]:
    """Give a party's view after corrections, and the options it still does not know of."""
    view = game.views[holder]
    if any(c.about is None for c in corrections):
        return game.truth, 0
    rows = view.preference.copy()
    places = [game.truth.index(int(state)) for state in view.states] if corrections else []
    for c in corrections:
        rows[c.about] = game.truth.preference[c.about, places]
    return replace(view, preference=rows), game.unseen[holder]


def _possible(game: PerceivedGame, holder: int) -> list[Correction]:
    """List the corrections of a view: of each party's preferences where all its states can occur, and of everything."""
    view = game.views[holder]
    whole = [Correction(holder, None)]
    if not {int(s) for s in view.states} <= {int(s) for s in game.truth.states}:
        return whole
    return [*(Correction(holder, about) for about in range(len(game.views))), *whole]


def _for_holder(
    game: PerceivedGame, holder: int, state: int, concept: str, *, expected: bool, cost: Callable[[Correction], int]
) -> Corrections | None:
    possible = _possible(game, holder)
    sets = [chosen for size in range(len(possible) + 1) for chosen in combinations(possible, size)]
    for total, chosen in sorted(((sum(map(cost, chosen)), chosen) for chosen in sets), key=lambda pair: pair[0]):
        view, unseen = corrected(game, holder, chosen)
        solution = solve(view, [concept])
        try:
            place = view.index(state & ~unseen)
        except KeyError:
            continue
        held = solution.equilibria[concept] if expected else solution.stable[concept][holder]
        if held[place]:
            return Corrections(total, chosen)
    return None


def _outcome(game: PerceivedGame, solved: Sequence[Solution], true: Solution, concept: str, state: int) -> Outcome:
    places = {party: place for party in range(len(solved)) if (place := game.as_seen(party, state)) is not None}
    stays = tuple(party for party, place in places.items() if solved[party].stable[concept][party, place])
    agree = tuple(party for party, place in places.items() if solved[party].equilibria[concept][place])
    here = _index(game.truth, state)
    in_truth = here is not None and bool(true.equilibria[concept][here])
    kind = _kind(len(solved), len(places), len(stays), len(agree), possible=here is not None, in_truth=in_truth)
    return Outcome(state, _label(game, state), kind, tuple(places), stays, agree, in_truth)


def _kind(n: int, known: int, stay: int, agree: int, *, possible: bool, in_truth: bool) -> Kind:
    if not possible:
        return "imagined"
    if known < n:
        return "unseen"
    if stay == n:
        return "by error" if not in_truth else "agreed" if agree == n else "misjudged"
    if in_truth:
        return "missed"
    return "false hope" if agree else "none"


def _label(game: PerceivedGame, state: int) -> str:
    for model in (game.truth, *game.views):
        place = _index(model, state)
        if place is not None:
            return model.labels[place]
    raise KeyError(state)


def _index(model: GraphModel, state: int) -> int | None:
    try:
        return model.index(state)
    except KeyError:
        return None
