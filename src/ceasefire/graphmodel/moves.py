"""Sequences of moves: joint moves, witnesses of stability, paths from a state."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.graphmodel.model import GraphModel
from ceasefire.graphmodel.replies import coded, moves_of

Keep = Callable[[int, NDArray[np.int64], NDArray[np.int64] | NDArray[np.int32]], NDArray[np.bool_]]


_FEW = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """One move: who, from which state, to which (indices)."""

    party: int
    start: int
    to: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """An improvement of one party and what the others can do about it.

    Parameters
    ----------
    gain : int
        In steps of the preference array; positive.
    deterred : bool
    sanction : tuple of Step or None
        A shortest sequence of moves that deters; None where there is none.
    """

    party: int
    start: int
    to: int
    gain: int
    deterred: bool
    sanction: tuple[Step, ...] | None


@dataclass(frozen=True, eq=False)
class Paths:
    """Shortest sequences of moves from one state.

    Parameters
    ----------
    steps : NDArray[np.int64], shape (n_states,)
        Least number of moves; -1 where no sequence leads; 0 for the start.
    """

    start: int
    improving: bool
    steps: NDArray[np.int64]
    _last: dict[int, tuple[int, int]]
    _came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]]

    def route(self, to: int) -> tuple[Step, ...]:
        """Give a shortest sequence to a state; ValueError if there is none."""
        if self.steps[to] < 0:
            raise ValueError(f"state {to} cannot be reached")
        return _trace(self._came, self._last.get(to))


def joint_moves(model: GraphModel, movers: Sequence[int], start: int, *, improving: bool = False) -> NDArray[np.int64]:
    """Give all states that the `movers` reach from `start` by legal sequences, in any order and number.

    A mover may move again after another has moved. With `improving` each move must be better for its mover.
    `start` itself is included only where a sequence leads back to it.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B", "C"], [Option("x", (1,)), Option("y", (2,))])
    >>> joint_moves(model, [1, 2], 0)
    array([0, 1, 2, 3])
    """
    found = {step.to for step, _ in _search(model, movers, start, _improving(model) if improving else None)}
    return np.array(sorted(found), dtype=np.int64)


def deviations(model: GraphModel, party: int, state: int, concept: str) -> tuple[Deviation, ...]:
    """List the improvements of `party` from `state` with a witness for each: the sanction, or that there is none.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> options = [Option("x", (0,)), Option("y", (1,))]
    >>> chicken = GraphModel.from_options(["A", "B"], options, preference=[[0, 1, 3, 2], [0, 3, 1, 2]])
    >>> deviations(chicken, 0, 3, "GMR")[0].sanction
    (Step(party=1, start=2, to=0),)
    """
    own = model.preference[party]
    found = []
    for to in model.moves(party, state):
        if own[to] > own[state]:
            sanction = _sanction(model, party, state, int(to), concept)
            gain = int(own[to] - own[state])
            found.append(Deviation(party, state, int(to), gain, sanction is not None, sanction))
    return tuple(found)


def paths(model: GraphModel, start: int, *, improving: bool = False) -> Paths:
    """Find shortest sequences of moves of all parties from `start`.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> paths(model, 0).steps, paths(model, 0).route(3)
    (array([0, 1, 1, 2]), (Step(party=0, start=0, to=1), Step(party=1, start=1, to=3)))
    """
    steps = np.full(model.n_states, -1, dtype=np.int64)
    steps[start] = 0
    came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]] = {}
    last: dict[int, tuple[int, int]] = {}
    depth: dict[tuple[int, int] | None, int] = {None: 0}
    for step, before in _search(model, range(len(model.parties)), start, _improving(model) if improving else None):
        here = (step.to, step.party)
        came[here] = (step, before)
        depth[here] = depth[before] + 1
        if steps[step.to] < 0:
            steps[step.to] = depth[here]
            last[step.to] = here
    return Paths(start, improving, steps, last, came)


def first_route(
    model: GraphModel, movers: Sequence[int], start: int, keep: Keep | None, wanted: NDArray[np.bool_]
) -> tuple[Step, ...] | None:
    """Find a shortest legal sequence of one or more moves from `start` to a wanted state; None where there is none.

    Parameters
    ----------
    keep : callable or None
        Which moves count, given mover, start and ends; all where None.
    wanted : NDArray[np.bool_], shape (n_states,)

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))])
    >>> first_route(model, [0, 1], 0, None, np.array([False, False, False, True]))
    (Step(party=0, start=0, to=1), Step(party=1, start=1, to=3))
    """
    came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]] = {}
    for step, before in _search(model, movers, start, keep):
        here = (step.to, step.party)
        came[here] = (step, before)
        if wanted[step.to]:
            return _trace(came, here)
    return None


def shortest_route(model: GraphModel, start: int, to: int, *, improving: bool = False) -> tuple[Step, ...] | None:
    """Give the route that `paths` gives to one state, without looking further than that; None where no sequence leads there.

    Examples
    --------
    >>> from ceasefire.graphmodel import Option
    >>> model = GraphModel.from_options(["A", "B"], [Option("x", (0,)), Option("y", (1,))], preference=[[0, 1, 0, 1], [0, 0, 0, 0]])
    >>> len(shortest_route(model, 0, 3)), shortest_route(model, 0, 3, improving=True)
    (2, None)
    """
    if start == to:
        return ()
    wanted = np.arange(model.n_states) == to
    return first_route(model, range(len(model.parties)), start, _improving(model) if improving else None, wanted)


def _improving(model: GraphModel) -> Keep:
    return lambda mover, state, ends: model.preference[mover][ends] > model.preference[mover][state]


def _search(
    model: GraphModel, movers: Sequence[int], start: int, keep: Keep | None
) -> Iterator[tuple[Step, tuple[int, int] | None]]:
    """Walk breadth first over pairs of state and last mover; give each new pair's step and the pair before it."""
    seen: set[tuple[int, int]] = set()
    queue: deque[tuple[int, int] | None] = deque([None])
    while queue:
        before = queue.popleft()
        state, last = (start, -1) if before is None else before
        for mover in movers:
            if mover == last:
                continue
            ends = model.moves(mover, state) if len(seen) < _FEW else model.arcs_of(mover).of(state)
            if keep is not None:
                ends = ends[keep(mover, np.array(state), ends)]
            for to in ends.tolist():
                here = (to, mover)
                if here not in seen:
                    seen.add(here)
                    yield Step(mover, state, to), before
                    queue.append(here)


def _sanction(model: GraphModel, party: int, state: int, to: int, concept: str) -> tuple[Step, ...] | None:
    if concept == "Nash":
        return None
    if concept not in {"GMR", "SMR", "SEQ", "SymSEQ"}:
        raise KeyError(concept)
    own, _ = coded(model.preference[party])
    held = moves_of(model).best(party, own) if concept in {"SMR", "SymSEQ"} else own
    punishing = held <= own[state]
    others = [k for k in range(len(model.parties)) if k != party]
    return first_route(model, others, to, _improving(model) if concept in {"SEQ", "SymSEQ"} else None, punishing)


def _trace(came: dict[tuple[int, int], tuple[Step, tuple[int, int] | None]], here: tuple[int, int] | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    while here is not None:
        step, here = came[here]
        steps.append(step)
    return tuple(reversed(steps))
