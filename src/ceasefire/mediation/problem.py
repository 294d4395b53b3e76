"""What is asked: a graph model with stakes, the outcome wanted, and the levers of outside powers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern, mask
from ceasefire.graphmodel import GraphModel
from ceasefire.mediation.terrain import Terrain

Concept = Literal["nash", "gmr", "smr", "seq", "cnash", "cgmr", "csmr", "cseq"]
Credibility = Literal["ignore", "filter", "price", "joint"]
Term = tuple[Sequence[Pattern], Fraction]
_MANY = 4096
CONCEPTS = ("nash", "gmr", "smr", "seq", "cnash", "cgmr", "csmr", "cseq")
MODES = ("ignore", "filter", "price", "joint")


@dataclass(frozen=True, slots=True)
class Lever:
    """A threat or a promise of one power.

    Parameters
    ----------
    key, owner : str
    type : {"threat", "promise"}
    when : tuple of Pattern
        The lever acts in the states where any of these holds.
    effects : mapping from party to Fraction
        Change of the party's stake in these states, in units of the stakes.
    fixed, exec : Fraction
        Cost of committing to it, and of carrying it out; not negative.
    audience : Fraction
        What the owner loses by backing down.
    restore : Fraction
        Between 0 and 1: chance that carrying it out brings back the wanted state (for a promise: that breaking it brings
        back the status quo).
    group : str or None
        At most one lever of a group may be used.
    belief : Fraction
        Between 0 and 1: by how much the targets discount the effects; 1 is full belief.
    delay_days : Fraction
        Days until it acts; before that it has no effect.
    lasts_days : Fraction or None
        Days for which it acts, once it does; None: until it is withdrawn. Levers that never act on the same day are in no
        package together.
    is_gradual : bool
        Whether it may be used at any intensity from 0 to 1, by which effects and execution cost scale; see `find_intensities`.
    """

    key: str
    owner: str
    type: Literal["threat", "promise"]
    when: tuple[Pattern, ...]
    effects: Mapping[str, Fraction]
    fixed: Fraction = Fraction(0)
    exec: Fraction = Fraction(0)
    audience: Fraction = Fraction(0)
    restore: Fraction = Fraction(0)
    group: str | None = None
    belief: Fraction = Fraction(1)
    delay_days: Fraction = Fraction(0)
    lasts_days: Fraction | None = None
    is_gradual: bool = False


def levels(lever: Lever, steps: int) -> tuple[Lever, ...]:
    """Turn a lever whose intensity can be chosen into levels, of which at most one is used.

    Effects and execution cost scale with the intensity; what committing and backing down cost does not.

    Parameters
    ----------
    lever : Lever
        At full intensity. Its levels share its group, or one of their own where it has none.
    steps : int
        The intensity is a multiple of 1 / steps; positive.

    Examples
    --------
    >>> ban = Lever("ban", "P", "threat", (), {"A": Fraction(-6)}, fixed=Fraction(1), exec=Fraction(4))
    >>> [(level.key, str(level.effects["A"]), str(level.exec), level.group) for level in levels(ban, 2)]
    [('ban@1/2', '-3', '2', 'ban'), ('ban@1', '-6', '4', 'ban')]
    """
    shares = [Fraction(k, steps) for k in range(1, steps + 1)]
    return tuple(
        replace(
            lever,
            key=f"{lever.key}@{share}",
            effects={party: change * share for party, change in lever.effects.items()},
            exec=lever.exec * share,
            is_gradual=False,
            group=lever.group or lever.key,
        )
        for share in shares
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which states are wanted, and in which sense.

    Parameters
    ----------
    when : tuple of Pattern
    mode : {"some", "each"}
        Whether one wanted state must be stable (the search chooses) or all of them.
    deviations : {"any", "leaving"}
        Whether all moves count or only those that leave the wanted states.
    reach : {"none", "um", "ui"}
        Whether a wanted state must be reachable from the status quo by any moves, or by improving moves.
    unique : bool
        Whether no stable state outside the wanted ones may be reachable from the status quo by improving moves.
    """

    when: tuple[Pattern, ...]
    mode: Literal["some", "each"] = "some"
    deviations: Literal["any", "leaving"] = "any"
    reach: Literal["none", "um", "ui"] = "none"
    unique: bool = False


@dataclass(frozen=True, eq=False)
class Problem:
    """A question about packages of levers; ValueError lists everything that does not fit together.

    Parameters
    ----------
    model : GraphModel
        With cardinal stakes.
    status_quo : int
        As bits, not as index.
    wanted : Wanted
    concept : {"nash", "gmr", "smr", "seq", "cnash", "cgmr", "csmr", "cseq"}
        The last three also count the moves of coalitions (coalition GMR, SMR, SEQ).
    margin : Fraction
        By how much a deviation must be unattractive, in units of the stakes.
    powers : tuple of str
    power_stakes : mapping from power to terms
        Each term adds a number where any of its patterns holds; a power that is missing has stake 0 everywhere.
    levers : tuple of Lever
    incompatible : tuple of pairs of lever keys
    budgets : mapping from power to Fraction
        The most its own levers may cost in the wanted state; a power that is missing has no limit.
    credibility : {"ignore", "filter", "price", "joint"}
    commitment_price : Fraction
        Cost per unit of credibility gap under ``price``.
    horizon_days : Fraction or None
        A lever that acts only later is in no package; None: there is time for all.
    belief_curve : tuple of (gap, belief)
        How far a lever with a credibility gap is believed: belief by rising gap, straight lines between, level after the
        last. It multiplies the lever's own belief; without a gap a lever is believed in full. Empty: gaps do not matter.
    ranking : frozenset of str
        Decision makers of whom only the order of states is known: differences of their stakes mean nothing (see `ranked`).
    """

    model: GraphModel
    status_quo: int
    wanted: Wanted
    concept: Concept
    margin: Fraction
    powers: tuple[str, ...]
    power_stakes: Mapping[str, Sequence[Term]]
    levers: tuple[Lever, ...]
    incompatible: tuple[tuple[str, str], ...] = ()
    budgets: Mapping[str, Fraction] = field(default_factory=dict)
    credibility: Credibility = "ignore"
    commitment_price: Fraction = Fraction(1)
    horizon_days: Fraction | None = None
    belief_curve: tuple[tuple[Fraction, Fraction], ...] = ()
    ranking: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        faults = [*self._faults_of_levers(), *self._faults_of_question()]
        if faults:
            raise ValueError("; ".join(faults))

    @cached_property
    def start(self) -> int:
        """Index of the status quo."""
        return int(np.flatnonzero(self.model.states == self.status_quo)[0])

    @cached_property
    def terrain(self) -> Terrain:
        """Moves around single states."""
        return Terrain(self.model)

    @cached_property
    def wanted_states(self) -> tuple[int, ...]:
        """Indices of the wanted states."""
        return tuple(int(s) for s in np.flatnonzero(mask(self.wanted.when, self.model.states)))

    @cached_property
    def holds(self) -> NDArray[np.bool_]:
        """Shape (n_levers, n_states): where each lever's condition holds."""
        return self.active(np.arange(self.model.n_states))

    def active(self, states: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Shape (n_levers, len(states)): which levers' conditions hold in some states (indices)."""
        chosen = self.model.states[states]
        if len(states) > _MANY:
            return np.array([mask(lever.when, chosen) for lever in self.levers], dtype=np.bool_).reshape(-1, len(states))
        care, value, first, some = self._conditions
        active = np.zeros((len(self.levers), len(states)), dtype=np.bool_)
        if len(first):
            active[some] = np.logical_or.reduceat((chosen & care[:, None]) == value[:, None], first, axis=0)
        return active

    def where(self, lever: int) -> NDArray[np.bool_]:
        """Shape (n_states,): where the condition of one lever (by number) holds."""
        return mask(self.levers[lever].when, self.model.states)

    @cached_property
    def _conditions(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Patterns of all levers in a row: bits that matter, their values, where each lever's start, which levers have some."""
        some = [k for k, lever in enumerate(self.levers) if lever.when]
        patterns = [pattern for k in some for pattern in self.levers[k].when]
        first = np.cumsum([0] + [len(self.levers[k].when) for k in some])[:-1]
        care, value = ([getattr(p, name) for p in patterns] for name in ("care", "value"))
        return tuple(np.array(listed, dtype=np.int64) for listed in (care, value, first, some))  # type: ignore[return-value]

    @cached_property
    def number(self) -> Mapping[str, int]:
        """Position of each lever."""
        return {lever.key: k for k, lever in enumerate(self.levers)}

    @cached_property
    def conflicts(self) -> tuple[int, ...]:
        """Per lever the bits of the levers that may not be used with it.

        Periods pairwise with a common day have a day common to all, so that a package acts as a whole at some time.
        """
        found = [0] * len(self.levers)
        for k, one in enumerate(self.levers):
            for j, other in enumerate(self.levers):
                is_same = one.group is not None and one.group == other.group
                if j != k and (is_same or _are_apart(one, other)):
                    found[k] |= 1 << j
        for first, second in self.incompatible:
            j, k = self.number[first], self.number[second]
            found[j] |= 1 << k
            found[k] |= 1 << j
        return tuple(found)

    @cached_property
    def in_time(self) -> int:
        """Bits of the levers that act within the horizon."""
        horizon = self.horizon_days
        timely = ((horizon is None or lever.delay_days <= horizon) and lever.lasts_days != 0 for lever in self.levers)
        return sum(1 << k for k, is_timely in enumerate(timely) if is_timely)

    def bits(self, package: frozenset[str] | set[str]) -> int:
        """Write a package as bits; KeyError for a lever that does not exist."""
        return sum(1 << self.number[key] for key in package)

    def keys(self, bits: int) -> frozenset[str]:
        """Read a package from bits."""
        return frozenset(lever.key for k, lever in enumerate(self.levers) if bits >> k & 1)

    def warnings(self) -> tuple[str, ...]:
        """List levers that look mistaken: in force where they should not be, or with an effect of the wrong sign."""
        return tuple(self._doubts())

    def _faults_of_levers(self) -> Iterator[str]:
        for key, count in Counter(lever.key for lever in self.levers).items():
            if count > 1:
                yield f"lever {key!r} is listed {count} times"
        for lever in self.levers:
            yield from self._faults_of_lever(lever)

    def _faults_of_lever(self, lever: Lever) -> Iterator[str]:
        if lever.owner not in self.powers:
            yield f"lever {lever.key!r} has owner {lever.owner!r}, which is no power ({_known(self.powers)})"
        for party in lever.effects:
            if party not in self.model.parties:
                yield f"lever {lever.key!r} has an effect on {party!r}, which is no decision maker ({_known(self.model.parties)})"
        for name in ("fixed", "exec", "audience", "delay_days", "lasts_days"):
            if (getattr(lever, name) or 0) < 0:
                yield f"lever {lever.key!r} has {name} {getattr(lever, name)}, which is negative"
        for name in ("restore", "belief"):
            if not 0 <= getattr(lever, name) <= 1:
                yield f"lever {lever.key!r} has {name} {getattr(lever, name)}, not between 0 and 1"

    def _faults_of_question(self) -> Iterator[str]:
        known = {lever.key for lever in self.levers}
        if self.concept not in CONCEPTS:
            yield f"concept {self.concept!r} is not one of {', '.join(CONCEPTS)}"
        if self.credibility not in MODES:
            yield f"credibility {self.credibility!r} is not one of {', '.join(MODES)}"
        for name in ("margin", "commitment_price", "horizon_days"):
            if (getattr(self, name) or 0) < 0:
                yield f"{name} {getattr(self, name)} is negative"
        yield from self._faults_of_model()
        yield from self._faults_of_curve()
        for pair in self.incompatible:
            if pair[0] == pair[1]:
                yield f"lever {pair[0]!r} is incompatible with itself"
            yield from (f"incompatible names {key!r}, which is no lever ({_known(known)})" for key in pair if key not in known)
        for name, table in (("budgets", self.budgets), ("power_stakes", self.power_stakes)):
            yield from (
                f"{name} names {key!r}, which is no power ({_known(self.powers)})" for key in table if key not in self.powers
            )
        yield from (f"budget of {key!r} is negative" for key, most in self.budgets.items() if most < 0)

    def _faults_of_model(self) -> Iterator[str]:
        if self.model.arcs is not None:
            yield "the model lists its moves one by one; packages need moves that follow from options"
        if not (self.model.states == self.status_quo).any():
            yield "the status quo is not a feasible state (change it, or what is infeasible)"
        if not mask(self.wanted.when, self.model.states).any():
            yield "no feasible state is wanted (loosen what is wanted, or what is infeasible)"

    def _faults_of_curve(self) -> Iterator[str]:
        gaps = [gap for gap, _ in self.belief_curve]
        if gaps and (gaps[0] <= 0 or any(a >= b for a, b in pairwise(gaps))):
            yield "belief_curve needs gaps above 0 that rise from point to point"
        yield from (f"belief_curve has belief {q}, not between 0 and 1" for _, q in self.belief_curve if not 0 <= q <= 1)

    def _doubts(self) -> Iterator[str]:
        for lever, holds in zip(self.levers, self.active(np.array(self.wanted_states)), strict=True):
            if lever.type == "threat" and holds.any():
                yield f"threat {lever.key!r} is carried out in a wanted state: there it is a sanction in force"
            if lever.type == "promise" and not holds.any():
                yield f"promise {lever.key!r} is kept in no wanted state"
            for party, change in lever.effects.items():
                if (change > 0) == (lever.type == "threat") and change:
                    sort = "helps" if change > 0 else "hurts"
                    yield f"{lever.type} {lever.key!r} {sort} {party!r} ({float(change):+g})"
            yield from self._doubts_of_time(lever)

    def _doubts_of_time(self, lever: Lever) -> Iterator[str]:
        apart = [other.key for other in self.levers if _are_apart(lever, other) and lever.delay_days < other.delay_days]
        if apart:
            yield f"{lever.type} {lever.key!r} is over before {', '.join(map(repr, apart))} acts: no package holds both"
        if self.horizon_days is None:
            return
        if lever.delay_days > self.horizon_days:
            yield f"{lever.type} {lever.key!r} acts after {float(lever.delay_days):g} days, too late by the horizon"
        elif lever.lasts_days is not None and lever.delay_days + lever.lasts_days < self.horizon_days:
            yield f"{lever.type} {lever.key!r} ends after {float(lever.delay_days + lever.lasts_days):g} days, before the horizon"


def _known(names: Iterable[str]) -> str:
    listed = sorted(names)
    shown = ", ".join(listed[:20]) + (", ..." if len(listed) > 20 else "")
    return f"known: {shown}" if listed else "there is none"


def _are_apart(one: Lever, other: Lever) -> bool:
    """Say whether two levers never act on the same day."""
    late, early = (one, other) if one.delay_days >= other.delay_days else (other, one)
    return early.lasts_days is not None and early.delay_days + early.lasts_days <= late.delay_days
