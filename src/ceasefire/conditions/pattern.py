"""Patterns: some options taken, some not, the others either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, order=True)
class Pattern:
    """A conjunction over options; option k is bit k.

    Parameters
    ----------
    care : int
        Bits of the options that matter.
    value : int
        Which of these are taken; no bit outside `care`.

    Examples
    --------
    >>> pattern = Pattern.from_text("1-0")
    >>> pattern.holds(0b001), pattern.holds(0b101), pattern.text(3)
    (True, False, '1-0')
    """

    care: int
    value: int

    def holds(self, state: int) -> bool:
        """Say whether the pattern holds in `state`."""
        return state & self.care == self.value

    @classmethod
    def from_text(cls, text: str, taken: str = "1Y", dropped: str = "0N") -> Pattern:
        """Read one character per option, first option first; ``-`` is either.

        Raises
        ------
        ValueError
            Naming the first character that is none of these.
        """
        care = value = 0
        for k, sign in enumerate(text):
            if sign in taken:
                care |= 1 << k
                value |= 1 << k
            elif sign in dropped:
                care |= 1 << k
            elif sign != "-":
                raise ValueError(f"character {k + 1} of pattern {text!r} is {sign!r}, not one of {taken[0]}, {dropped[0]}, -")
        return cls(care, value)

    def text(self, n: int, taken: str = "1", dropped: str = "0") -> str:
        """Write the pattern for `n` options."""
        return "".join("-" if not self.care >> k & 1 else taken if self.value >> k & 1 else dropped for k in range(n))


def mask(patterns: Sequence[Pattern], states: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say for each state whether any of the patterns holds.

    Parameters
    ----------
    patterns : sequence of Pattern
        None given: nowhere.
    states : NDArray[np.int64], shape (n,)

    Returns
    -------
    NDArray[np.bool_], shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> mask([Pattern.from_text("1-")], np.arange(4))
    array([False,  True, False,  True])
    """
    import numpy as np  # noqa: PLC0415 - conditions are read without arrays by the case room

    found = np.zeros(len(states), dtype=np.bool_)
    for pattern in patterns:
        found |= (states & pattern.care) == pattern.value
    return found
