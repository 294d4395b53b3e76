"""A central value with its ends, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Range:
    """A central value with its ends; equal for a point judgement."""

    low: float
    value: float
    high: float

    def __add__(self, other: Range) -> Range:
        """Add two ranges end by end, as if both erred the same way."""
        return Range(self.low + other.low, self.value + other.value, self.high + other.high)

    def times(self, factor: float) -> Range:
        """Multiply by a known number; a negative one swaps the ends.

        Examples
        --------
        >>> Range(1, 2, 4).times(-1)
        Range(low=-4, value=-2, high=-1)
        """
        first, last = sorted((self.low * factor, self.high * factor))
        return Range(first, self.value * factor, last)


def carried(formula: Callable[..., float], inputs: Sequence[Range]) -> Range:
    """Carry ranges through a formula that rises or falls in each input over its range.

    Such a formula takes its least and its largest value at ends of the inputs; all combinations are tried.

    Parameters
    ----------
    formula : callable
        Takes one number per input.
    inputs : sequence of Range
        At most 16 that are no points.

    Returns
    -------
    Range

    Examples
    --------
    >>> carried(lambda volume, price: volume * price, [Range(2, 3, 4), Range(10, 10, 10)])
    Range(low=20, value=30, high=40)
    >>> carried(lambda need, spare: max(0, need - spare), [Range(1, 2, 3), Range(0, 1, 2)])
    Range(low=0, value=1, high=3)
    """
    central = formula(*(one.value for one in inputs))
    found = [formula(*ends) for ends in product(*(sorted({one.low, one.high}) for one in inputs))]
    return Range(min(*found, central) if found else central, central, max(*found, central) if found else central)


def spanned(values: Sequence[float], central: float) -> Range:
    """Give the range from the least to the largest of some results around the central one.

    Examples
    --------
    >>> spanned([3.0, 1.0, 2.0], 2.0)
    Range(low=1.0, value=2.0, high=3.0)
    """
    return Range(min(*values, central), central, max(*values, central))
