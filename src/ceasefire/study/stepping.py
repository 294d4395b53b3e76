"""Levers of any intensity as levels, for everything that knows only levers pulled in full or not at all."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from ceasefire.case.model import Case, Judgement, Lever

STEPS = 4
"""Intensities are multiples of one in so many."""


def in_steps(case: Case, steps: int = STEPS) -> Case:
    """Give the case with every gradual lever as levels, of which a package uses at most one.

    Effects and the cost of carrying out scale with the intensity, with their ranges; what committing and backing down cost does
    not. Effects of two levels are drawn apart from each other; the other numbers are one judgement for all levels.

    Parameters
    ----------
    case : Case
    steps : int
        The intensity is a multiple of 1 / steps.
    """
    if not any(lever.is_gradual for lever in case.levers):
        return case
    split = {lever.key: _levels(lever, steps) for lever in case.levers}
    return replace(
        case,
        levers=tuple(level for levels in split.values() for level in levels),
        incompatible=tuple((a.key, b.key) for one, other in case.incompatible for a in split[one] for b in split[other]),
    )


def _levels(lever: Lever, steps: int) -> tuple[Lever, ...]:
    if not lever.is_gradual:
        return (lever,)
    shares = [Fraction(k, steps) for k in range(1, steps + 1)]
    return tuple(
        replace(
            lever,
            key=f"{lever.key}@{share}",
            text=lever.text if share == 1 else f"{lever.text}, at {share} of its force",
            effects=tuple((code, _scaled(effect, share)) for code, effect in lever.effects),
            exec=_scaled(lever.exec, share),
            group=lever.group or lever.key,
            is_gradual=False,
        )
        for share in shares
    )


def _scaled(judgement: Judgement, share: Fraction) -> Judgement:
    """Scale a judged number with its range and distribution; chances stay.

    Examples
    --------
    >>> from datetime import date
    >>> pairs = (1.0, 0.25, 3.0, 0.75)
    >>> judged = Judgement(2.0, 1.0, 3.0, "points", "", (), True, date(2020, 10, 8), "discrete", pairs)
    >>> half = _scaled(judged, Fraction(1, 2))
    >>> half.value, half.low, half.high, half.parameters
    (1.0, 0.5, 1.5, (0.5, 0.25, 1.5, 0.75))
    """
    if share == 1:
        return judgement
    force, every = float(share), 2 if judgement.distribution == "discrete" else 1
    parameters = tuple(number if k % every else number * force for k, number in enumerate(judgement.parameters))
    ends = {name: getattr(judgement, name) * force for name in ("value", "low", "high")}
    return replace(judgement, **ends, parameters=parameters)
