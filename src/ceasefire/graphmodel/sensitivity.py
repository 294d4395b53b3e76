"""How sure an equilibrium is: which statement, taken away or exchanged, changes it, and under how many concepts it holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ceasefire.conditions import Pattern
from ceasefire.errors import LimitError
from ceasefire.graphmodel.model import GraphModel, Option
from ceasefire.graphmodel.preference import levels, prioritised, stake_values
from ceasefire.graphmodel.stability import CONCEPTS, solve

Act = Literal["without", "exchanged", "tied"]

_MOST_STATES = 300_000_000


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a party cares about.

    Parameters
    ----------
    patterns : tuple of Pattern
        It is true where any of them holds.
    text : str
    """

    patterns: tuple[Pattern, ...]
    text: str

    @classmethod
    def of(cls, patterns: Sequence[Pattern], options: Sequence[Option]) -> Statement:
        """Word patterns by the names of the options.

        Examples
        --------
        >>> Statement.of([Pattern(3, 1), Pattern(4, 4)], [Option("x", (0,)), Option("y", (0,)), Option("z", (1,))]).text
        'x and not y, or z'
        """
        return cls(tuple(patterns), ", or ".join(_worded(pattern, options) for pattern in patterns) or "never")


@dataclass(frozen=True, slots=True)
class Altered:
    """One alteration of what a party was said to prefer.

    Parameters
    ----------
    act : {"without", "exchanged", "tied"}
        A statement left out; two neighbours exchanged in rank or weight; two neighbouring ranks made equal.
    first, second : str
        The statements or ranks; `second` is empty for ``without``.
    """

    act: Act
    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Prioritised:
    """Statements, the most important first; compared one after the other."""

    statements: tuple[Statement, ...]

    def row(self, model: GraphModel) -> NDArray[np.int64]:
        """Rank the states."""
        return prioritised(model.states, [s.patterns for s in self.statements])

    @property
    def n_alterations(self) -> int:
        """How many alterations there are at most."""
        return 2 * len(self.statements)

    def alterations(self, model: GraphModel) -> Iterator[tuple[Altered, NDArray[np.int64]]]:
        """Leave out each statement; exchange each with the next."""
        for k, one in enumerate(self.statements):
            rest = self.statements[:k] + self.statements[k + 1 :]
            yield Altered("without", one.text), Prioritised(rest).row(model)
        for k, (one, two) in enumerate(zip(self.statements, self.statements[1:], strict=False)):
            turned = (*self.statements[:k], two, one, *self.statements[k + 2 :])
            yield Altered("exchanged", one.text, two.text), Prioritised(turned).row(model)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Statements with what each is worth; a state is worth the sum of those that hold."""

    statements: tuple[Statement, ...]
    worth: tuple[Fraction, ...]

    def row(self, model: GraphModel) -> NDArray[np.int64]:
        """Add up the stakes, exactly."""
        terms = [(s.patterns, worth) for s, worth in zip(self.statements, self.worth, strict=True)]
        values: NDArray[np.int64] = stake_values(model.states, [terms])[0][0]
        return values

    @property
    def n_alterations(self) -> int:
        """How many alterations there are at most."""
        return 2 * len(self.statements)

    def alterations(self, model: GraphModel) -> Iterator[tuple[Altered, NDArray[np.int64]]]:
        """Leave out each statement; exchange the sizes of each two that are neighbours in size, each keeping its sign."""
        for k, one in enumerate(self.statements):
            rest = Weighed(self.statements[:k] + self.statements[k + 1 :], self.worth[:k] + self.worth[k + 1 :])
            yield Altered("without", one.text), rest.row(model)
        order = sorted(range(len(self.worth)), key=lambda k: (-abs(self.worth[k]), k))
        for a, b in itertools.pairwise(order):
            if abs(self.worth[a]) != abs(self.worth[b]):
                worth = list(self.worth)
                worth[a], worth[b] = _sized(worth[a], worth[b]), _sized(worth[b], worth[a])
                altered = Altered("exchanged", self.statements[a].text, self.statements[b].text)
                yield altered, Weighed(self.statements, tuple(worth)).row(model)


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking of the states as such, larger is better."""

    ranks: NDArray[np.int64]

    def row(self, model: GraphModel) -> NDArray[np.int64]:
        """Give the ranking; ValueError if it does not fit the model."""
        if self.ranks.shape != (model.n_states,):
            raise ValueError(f"a ranking of {len(self.ranks)} states for a model with {model.n_states}")
        return self.ranks

    @property
    def n_alterations(self) -> int:
        """How many alterations there are at most."""
        return 2 * len(self.ranks)

    def alterations(self, model: GraphModel) -> Iterator[tuple[Altered, NDArray[np.int64]]]:
        """Exchange neighbouring ranks; make them equal."""
        for high, low in itertools.pairwise(levels(self.row(model))):
            names = [", ".join(model.labels[k] for k in level) for level in (high, low)]
            turned, tied = self.ranks.copy(), self.ranks.copy()
            turned[high], turned[low] = self.ranks[low[0]], self.ranks[high[0]]
            tied[high] = self.ranks[low[0]]
            yield Altered("exchanged", *names), turned
            yield Altered("tied", *names), tied


Source = Prioritised | Weighed | Ranked


@dataclass(frozen=True, slots=True)
class Effect:
    """What one alteration does to the equilibria.

    Parameters
    ----------
    party : int
    altered : Altered
    gained, lost : mapping of str to tuple of int
        Per concept, the states that become and cease to be equilibria; concepts without change are left out.
    """

    party: int
    altered: Altered
    gained: Mapping[str, tuple[int, ...]]
    lost: Mapping[str, tuple[int, ...]]

    @property
    def decisive(self) -> bool:
        """Whether any equilibrium comes or goes."""
        return bool(self.gained or self.lost)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How equilibria depend on single statements.

    Parameters
    ----------
    equilibria : mapping of str to NDArray[np.bool_], shape (n_states,)
    effects : tuple of Effect
        One per alteration, by party.
    survival : mapping of str to NDArray[np.float64], shape (n_states,)
        Share of the alterations after which a state is an equilibrium; null (NaN) where there is no alteration.
    """

    equilibria: Mapping[str, NDArray[np.bool_]]
    effects: tuple[Effect, ...]
    survival: Mapping[str, NDArray[np.float64]]


def sensitivity(model: GraphModel, sources: Sequence[Source], concepts: Sequence[str] = CONCEPTS) -> Sensitivity:
    """Solve again after each single alteration of what the parties were said to prefer.

    Parameters
    ----------
    model : GraphModel
        Its graph counts; preferences come from `sources`.
    sources : sequence of Prioritised, Weighed or Ranked
        Per party.
    concepts : sequence of str

    Returns
    -------
    Sensitivity

    Raises
    ------
    LimitError
        Where the states of all models to solve come to more than 300,000,000.

    Examples
    --------
    >>> options = [Option("talk", (0,)), Option("talk", (1,))]
    >>> model = GraphModel.from_options(["A", "B"], options)
    >>> silent = [Statement((Pattern(k, 0),), "the other is silent") for k in (2, 1)]
    >>> talks = [Statement((Pattern(k, k),), "I talk") for k in (1, 2)]
    >>> fears = [Prioritised(pair) for pair in zip(silent, talks)]
    >>> found = sensitivity(model, fears, ["Nash"])
    >>> [(effect.party, effect.altered.act, effect.altered.first, effect.gained, effect.lost) for effect in found.effects][1]
    (0, 'without', 'I talk', {'Nash': (2,)}, {})
    """
    n_alterations = sum(source.n_alterations for source in sources)
    judged = n_alterations * model.n_states
    if judged > _MOST_STATES:
        raise LimitError(
            f"{n_alterations:,} alterations of {model.n_states:,} states: {judged:,} to judge, at most {_MOST_STATES:,} are\n"
            "  hint: write preferences as statements, or rule out states that cannot occur"
        )
    rows = [source.row(model) for source in sources]
    base = model.with_preference(np.stack(rows))
    now = solve(base, concepts).equilibria
    effects = []
    kept = {concept: np.zeros(model.n_states) for concept in concepts}
    for party, source in enumerate(sources):
        for altered, row in source.alterations(model):
            then = solve(model.with_preference(np.stack([*rows[:party], row, *rows[party + 1 :]])), concepts).equilibria
            gained = {c: _states(then[c] & ~now[c]) for c in concepts if (then[c] & ~now[c]).any()}
            lost = {c: _states(now[c] & ~then[c]) for c in concepts if (now[c] & ~then[c]).any()}
            effects.append(Effect(party, altered, gained, lost))
            for concept in concepts:
                kept[concept] += then[concept]
    survival = {c: total / len(effects) if effects else np.full(model.n_states, np.nan) for c, total in kept.items()}
    return Sensitivity(now, tuple(effects), survival)


def robustness(equilibria: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.float64]:
    """Score each state by the share of concepts under which it is an equilibrium.

    The concepts model different foresight; a state that is an equilibrium under all of them does not depend on which one
    describes the parties.

    Returns
    -------
    NDArray[np.float64], shape (n_states,)

    Examples
    --------
    >>> robustness({"Nash": np.array([True, False]), "GMR": np.array([True, True])})
    array([1. , 0.5])
    """
    share: NDArray[np.float64] = np.mean(np.stack(list(equilibria.values())), axis=0)
    return share


def _states(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(mask))


def _sized(value: Fraction, other: Fraction) -> Fraction:
    return -abs(other) if value < 0 else abs(other)


def _worded(pattern: Pattern, options: Sequence[Option]) -> str:
    parts = [
        option.name if pattern.value >> k & 1 else f"not {option.name}" for k, option in enumerate(options) if pattern.care >> k & 1
    ]
    return " and ".join(parts) or "always"
