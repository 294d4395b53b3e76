"""One package under many scenarios at once: 64 of them per machine word.

The definitions are those of `oracle`; only the arithmetic differs. Few distinct comparisons of states stand for all moves: each
is weighed once for all scenarios (one matrix product); sequences of moves are followed for 64 scenarios with one operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.mediation.arena import forward, marked
from ceasefire.mediation.comparisons import scales
from ceasefire.mediation.pricing import Room
from ceasefire.mediation.sides import Side, side_of
from ceasefire.mediation.unknowns import Floats, UncertainProblem

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Shared = dict[object, Any]
"""What is known of some scenarios, by side and question."""
MOST_SHARED = 400
CONCEPTS = frozenset({"nash", "gmr", "smr", "seq", "cnash"})


class Trial:
    """One package of an uncertain problem, ready to be put to many scenarios.

    Parameters
    ----------
    uncertain : UncertainProblem
    package : frozenset of str
        Keys of levers.

    Raises
    ------
    LimitError
        Where the numbers have too many digits to add up exactly in 52 bits.
    """

    def __init__(self, uncertain: UncertainProblem, package: frozenset[str]) -> None:
        problem = uncertain.problem
        model = problem.model
        self.concept, self.wanted = problem.concept, problem.wanted
        self.goals, self.start = problem.wanted_states, problem.start
        self.parties, self.n = range(len(model.parties)), model.n_states
        self.is_wanted = marked(self.n, self.goals)
        self.unit, self.trust = scales(uncertain, package)
        self.margin = float(problem.margin * self.unit * self.trust)
        self.sides = [side_of(uncertain, party, package, self.unit, self.trust) for party in self.parties]
        self._others: dict[int, tuple[Ints, Ints, Ints]] = {}

    def works(self, values: Floats, shared: Shared | None = None) -> Bools:
        """Say for each scenario whether the package works.

        Parameters
        ----------
        values : NDArray[np.float64], shape (n_unknowns, n_scenarios)
            In the order of the unknowns, each a multiple of the grain (or one of its discrete values).
        shared : dict, optional
            What other packages found out about these very scenarios; grows.

        Returns
        -------
        NDArray[np.bool_], shape (n_scenarios,)
        """
        batch = _Batch(self, values, shared)
        open_ones, found = batch.filled(), batch.none()
        for states in self.targets():
            here = batch.stable(states, open_ones)
            if here.any():
                here = batch.switched(states, here)
                found |= here
                open_ones = open_ones & ~here
            if not open_ones.any():
                break
        return batch.read(found)

    def works_each(self, values: Floats) -> Bools:
        """Say the same for each target apart: shape (n_targets, n_scenarios); see `targets`."""
        batch = _Batch(self, values)
        rows = [batch.read(batch.switched(states, batch.stable(states, batch.filled()))) for states in self.targets()]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), values.shape[1])

    def works_at(self, states: Sequence[int], values: Floats, shared: Shared | None = None) -> Bools:
        """Say for each scenario whether it works with these wanted states (indices) as the target."""
        batch = _Batch(self, values, shared)
        return batch.read(batch.switched(states, batch.stable(states, batch.filled())))

    def targets(self) -> list[tuple[int, ...]]:
        """List the wanted states that must hold together."""
        return [tuple(self.goals)] if self.wanted.mode == "each" else [(state,) for state in self.goals]

    def others(self, party: int) -> tuple[Ints, Ints, Ints]:
        """Give starts, ends and numbers of the moves of everyone but `party` (-1: of everyone)."""
        if party not in self._others:
            sizes = [len(side.ends) for side in self.sides]
            mover = np.repeat(np.arange(len(sizes)), sizes)
            keep = mover != party
            starts, ends = (np.concatenate(parts) for parts in zip(*((s.starts, s.ends) for s in self.sides), strict=True))
            self._others[party] = (starts[keep], ends[keep], np.flatnonzero(keep))
        return self._others[party]


class SlowTrial:
    """The same for what has no fast form: moves of coalitions, and beliefs that follow from gaps. One scenario at a time."""

    def __init__(self, uncertain: UncertainProblem, package: frozenset[str]) -> None:
        self.uncertain = replace(uncertain, problem=replace(uncertain.problem))
        self.package = package

    def works(self, values: Floats, shared: Shared | None = None) -> Bools:
        """Say for each scenario whether the package works; see `Trial.works`."""
        anywhere: Bools = np.any(self.works_each(values), axis=0)
        return anywhere

    def works_each(self, values: Floats) -> Bools:
        """Say the same for each target apart: shape (n_targets, n_scenarios)."""
        return np.array([self.works_at(target, values) for target in self.targets()], dtype=np.bool_)

    def works_at(self, states: Sequence[int], values: Floats, shared: Shared | None = None) -> Bools:
        """Say for each scenario whether it works with these wanted states (indices) as the target."""
        return np.array([self._works(tuple(states), column) for column in values.T], dtype=np.bool_)

    def targets(self) -> list[tuple[int, ...]]:
        """List the wanted states that must hold together."""
        problem = self.uncertain.problem
        return [problem.wanted_states] if problem.wanted.mode == "each" else [(state,) for state in problem.wanted_states]

    def _works(self, states: tuple[int, ...], column: Floats) -> bool:
        room = Room(self.uncertain.at(self.uncertain.read(column)))
        return any(target.states == states and target.works(room.problem.bits(self.package)) for target in room.targets)


AnyTrial = Trial | SlowTrial


def trial_of(uncertain: UncertainProblem, package: frozenset[str]) -> AnyTrial:
    """Prepare a package for many scenarios, in the fast form where there is one."""
    problem = uncertain.problem
    is_fast = problem.concept in CONCEPTS and not problem.belief_curve
    return Trial(uncertain, package) if is_fast else SlowTrial(uncertain, package)


class _Batch:
    """A package in a batch of scenarios; one bit per scenario."""

    def __init__(self, trial: Trial, values: Floats, shared: Shared | None = None) -> None:
        self.trial = trial
        self.shared: Shared = {} if shared is None else shared
        if len(self.shared) > MOST_SHARED:
            self.shared.clear()
        self.count = values.shape[1]
        self.words = -(-self.count // 64)
        self.padded = np.zeros((values.shape[0], self.words * 64))
        self.padded[:, : self.count] = values
        self._better: Words | None = None
        self._reached: Words | None = None

    def none(self) -> Words:
        """Mark no scenario."""
        return np.zeros(self.words, dtype=np.uint64)

    def filled(self) -> Words:
        """Mark every scenario."""
        every: Words = _pack((np.arange(self.words * 64) < self.count)[None])[0]
        return every

    def read(self, found: Words) -> Bools:
        """Turn marks into booleans, shape (n_scenarios,)."""
        return np.unpackbits(found.view(np.uint8), bitorder="little")[: self.count].astype(np.bool_)

    def stable(self, states: Sequence[int], asked: Words) -> Words:
        """Mark where all the states are stable, of the scenarios in `asked`."""
        all_moves = self.trial.wanted.deviations == "any"
        for state in states:
            asked = self._stable(state, asked, all_moves)
        return asked

    def switched(self, states: Sequence[int], asked: Words) -> Words:
        """Mark where one of the states is reached and no unwanted stable state is, as far as the problem asks."""
        trial = self.trial
        if trial.wanted.reach == "um":
            starts, ends, _ = trial.others(-1)
            if not forward(starts, ends, marked(trial.n, [trial.start]))[list(states)].any():
                return self.none()
        elif trial.wanted.reach == "ui":
            asked = asked & np.bitwise_or.reduce(self._improved()[list(states)], axis=0)
        if trial.wanted.unique:
            for state in np.flatnonzero(~trial.is_wanted):
                rival = self._improved()[state] & asked
                if rival.any():
                    asked = asked & ~self._stable(int(state), rival, True)
        return asked

    def _stable(self, state: int, asked: Words, all_moves: bool) -> Words:
        for party in self.trial.parties:
            asked = self._deterred(party, state, asked, all_moves) if asked.any() else asked
        if self.trial.concept == "cnash" and asked.any():
            asked = asked & ~self._joint_gain(state, all_moves)
        return asked

    def _lead(self, party: int, state: int, least: float, over: Ints) -> Words:
        """Mark per state in `over` where `state` is better for the party by at least `least`: shape (n_over, n_words)."""
        side = self.trial.sides[party]
        compared = side.lead(state)
        key = (side, state, least)
        if key not in self.shared:
            size = len(compared.offset)
            self.shared[key] = (np.zeros(size, dtype=np.bool_), np.zeros((size, self.words), dtype=np.uint64))
        known, found = self.shared[key]
        rows = compared.row[over]
        fresh = np.unique(rows[~known[rows]])
        if len(fresh):
            found[fresh] = _pack(compared.weigh(self._terms(side), fresh) >= least)
            known[fresh] = True
        words: Words = found[rows]
        return words

    def _terms(self, side: Side) -> Floats:
        if side not in self.shared:
            self.shared[side] = side.columns(self.padded)
        terms: Floats = self.shared[side]
        return terms

    def _deterred(self, party: int, state: int, asked: Words, all_moves: bool) -> Words:
        trial = self.trial
        ends = trial.sides[party].moves(state)
        ends = ends if all_moves else ends[~trial.is_wanted[ends]]
        deterred = self._lead(party, state, trial.margin, ends)
        tempting = (~deterred & asked).any(axis=1)
        if not tempting.any():
            return asked
        ends, deterred = ends[tempting], deterred[tempting]
        if trial.concept not in {"nash", "cnash"}:
            deterred = deterred | self._punished(party, state, ends)
        fine: Words = np.bitwise_and.reduce(deterred, axis=0)
        return asked & fine

    def _punished(self, party: int, state: int, near: Ints) -> Words:
        """Mark per state in `near` where moves of the others lead from it to a state that punishes the party."""
        trial = self.trial
        starts, ends, arcs = trial.others(party)
        inside = forward(starts, ends, marked(trial.n, near))
        keep = inside[starts]
        starts, ends, arcs = starts[keep], ends[keep], arcs[keep]
        states = np.flatnonzero(inside)
        found = np.zeros((trial.n, self.words), dtype=np.uint64)
        found[states] = self._lead(party, state, trial.margin, states)
        if trial.concept == "smr":
            side = trial.sides[party]
            own = inside[side.starts]
            content = np.zeros_like(found)
            targets = np.unique(side.ends[own])
            content[targets] = self._lead(party, state, 0.0, targets)
            here, escapes = _by_start(~content[side.ends[own]], side.starts[own])
            found[here] &= ~escapes
        better = self._gains(arcs) if trial.concept == "seq" else None
        if better is not None:
            live = better.any(axis=1)
            starts, ends, better = starts[live], ends[live], better[live]
        return _spread(found, starts, ends, better)[near]

    def _gains(self, arcs: Ints) -> Words:
        """Mark per numbered arc where it is better for its mover."""
        if self._better is None:
            rows = [self._gains_of(side) for side in self.trial.sides]
            self._better = np.concatenate([np.zeros((0, self.words), dtype=np.uint64), *rows])
        return self._better[arcs]

    def _gains_of(self, side: Side) -> Words:
        key = (side, "gains")
        if key not in self.shared:
            self.shared[key] = _pack(side.better.weigh(self._terms(side)) > 0)[side.better.row]
        gains: Words = self.shared[key]
        return gains

    def _improved(self) -> Words:
        """Mark per state where improving moves lead to it from the status quo, and the status quo."""
        if self._reached is None:
            trial = self.trial
            goal = np.zeros((trial.n, self.words), dtype=np.uint64)
            goal[trial.start] = self.filled()
            starts, ends, arcs = trial.others(-1)
            self._reached = _spread(goal, ends, starts, self._gains(arcs))
        return self._reached

    def _joint_gain(self, state: int, all_moves: bool) -> Words:
        """Mark where a set of two or more parties can move to a state that is better for each of them."""
        trial = self.trial
        gains = [~self._lead(p, state, 0.0, np.arange(trial.n)) for p in trial.parties]
        found = self.none()
        for who in _groups(trial.parties):
            starts = np.concatenate([trial.sides[p].starts for p in who])
            ends = np.concatenate([trial.sides[p].ends for p in who])
            reached = np.flatnonzero(forward(starts, ends, marked(trial.n, [state])))
            counted = reached if all_moves else reached[~trial.is_wanted[reached]]
            if len(counted):
                shared = np.bitwise_and.reduce([gains[p][counted] for p in who], axis=0)
                found = found | np.bitwise_or.reduce(shared, axis=0)
        return found


def _groups(parties: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for size in range(2, len(parties) + 1):
        yield from combinations(parties, size)


def _pack(claims: Bools) -> Words:
    return np.packbits(claims, axis=1, bitorder="little").view(np.uint64)


def _spread(goal: Words, starts: Ints, ends: Ints, better: Words | None) -> Words:
    """Carry marks from the ends of arcs to their starts until nothing changes."""
    found = goal.copy()
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    better = None if better is None else better[order]
    fresh = np.ones(len(found), dtype=np.bool_)
    while True:
        arcs = np.flatnonzero(fresh[ends])
        if not len(arcs):
            return found
        carried = found[ends[arcs]]
        if better is not None:
            carried &= better[arcs]
        here, grown = _by_start(carried, starts[arcs])
        grown |= found[here]
        changed = (grown != found[here]).any(axis=1)
        fresh = np.zeros(len(found), dtype=np.bool_)
        fresh[here[changed]] = True
        found[here] = grown


def _by_start(claims: Words, starts: Ints) -> tuple[Ints, Words]:
    """Unite the claims of arcs that start in the same state; the arcs are sorted by it."""
    if not len(starts):
        return starts, claims
    first = np.flatnonzero(np.concatenate(([True], np.diff(starts) != 0)))
    united: Words = np.bitwise_or.reduceat(claims, first, axis=0)
    return starts[first], united
