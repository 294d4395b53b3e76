"""One package under every way to read credibility: price, exposure and gaps side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.mediation.outlook import Costs
from ceasefire.mediation.packages import Packages, room_of
from ceasefire.mediation.problem import Credibility, Problem


@dataclass(frozen=True, slots=True)
class Priced:
    """What a package costs at one wanted state.

    Parameters
    ----------
    package : frozenset of str
    state : int
        Index of the wanted state.
    cost : mapping from credibility mode to Fraction or None
        None where the mode does not admit it.
    exposure : Fraction
        The most its owners would have to carry out after one move from there.
    gaps : mapping from lever to Fraction
        Credibility gaps of its levers there.
    """

    package: frozenset[str]
    state: int
    cost: Mapping[Credibility, Fraction | None]
    exposure: Fraction
    gaps: Mapping[str, Fraction]

    @property
    def gap(self) -> Fraction:
        """Sum of the gaps."""
        return sum(self.gaps.values(), Fraction(0))


def price_in_modes(problem: Problem, package: Iterable[str], state: int, modes: Sequence[Credibility]) -> Priced:
    """Price a package at a wanted state (index) in several credibility modes, whether it works there or not.

    Examples
    --------
    >>> from ceasefire.testing import a_doubtful_attack
    >>> problem = a_doubtful_attack().problem
    >>> found = price_in_modes(problem, ["ban"], problem.wanted_states[0], ("ignore", "filter", "price"))
    >>> {mode: str(cost) for mode, cost in found.cost.items()}, str(found.gap)
    ({'ignore': '1', 'filter': '1', 'price': '1'}, '0')
    """
    keys, room = frozenset(package), room_of(problem)
    gaps = room.gaps([state])
    return Priced(
        package=keys,
        state=state,
        cost={mode: Costs(problem, [(state,)], mode).of(keys, 0) for mode in modes},
        exposure=room.exposure([state], problem.bits(keys)),
        gaps={lever.key: gap for lever, gap in zip(problem.levers, gaps, strict=True) if lever.key in keys},
    )


def side_by_side(problem: Problem, found: Iterable[Packages]) -> tuple[Priced, ...]:
    """Price the first cheapest package of each answer in the modes of all; one that is first in several stands once."""
    answers = list(found)
    modes = [one.credibility for one in answers]
    listed = dict.fromkeys((one.optimal[0], one.wanted_state[0]) for one in answers if one.optimal)
    return tuple(price_in_modes(problem, package, state, modes) for package, state in listed)
