"""What packages cost, as linear rows over levers; the same description serves the lever search and the MILP."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

Row = tuple[int, ...]


class Bill:
    """Cost of packages and what forbids them, growing with the package.

    Parameters
    ----------
    rows : sequence of rows
        One weight per lever, none negative. The cost of a package is the largest sum over the rows ...
    charges : sequence of (levers, amount)
        ... plus each amount whose levers (bits) the package touches.
    limits : sequence of (row, most)
        A package whose sum exceeds `most` is forbidden.
    bans : sequence of sequences of levers
        A package that touches every one of these sets of levers (bits) is forbidden.

    Examples
    --------
    >>> bill = Bill([(2, 3, 4)], limits=[((1, 1, 1), 2)], bans=[(0b001, 0b110)])
    >>> bill.cost(0b110), bill.cost(0b111), bill.cost(0b101)
    (7, None, None)
    """

    def __init__(
        self,
        rows: Sequence[Row],
        charges: Sequence[tuple[int, int]] = (),
        limits: Sequence[tuple[Row, int]] = (),
        bans: Sequence[Sequence[int]] = (),
    ) -> None:
        self.rows = tuple(dict.fromkeys(rows))
        self.charges = tuple(charges)
        self.limits = tuple(limits)
        self.bans = [tuple(ban) for ban in bans]
        self._known: dict[int, int | None] = {}

    def copy(self) -> Bill:
        """Give a bill that does not change with this one."""
        return Bill(self.rows, self.charges, self.limits, self.bans)

    def ban(self, levers: Sequence[int]) -> None:
        """Forbid packages that touch every one of these sets of levers (bits)."""
        self.bans.append(tuple(levers))
        self._known.clear()

    @cached_property
    def extra(self) -> Row:
        """Per lever the least it adds to any package, charges left out."""
        return tuple(min(column) for column in zip(*self.rows, strict=True))

    def cost(self, package: int) -> int | None:
        """Give the cost; None where something forbids the package and so every larger one."""
        if package not in self._known:
            self._known[package] = self._sum(package)
        return self._known[package]

    def is_never_below(self, other: Bill) -> bool:
        """Say whether every package costs at least what it costs there, and what is forbidden there is forbidden here.

        Examples
        --------
        >>> dear, cheap = Bill([(2, 3), (1, 5)]), Bill([(1, 4)])
        >>> dear.is_never_below(cheap), cheap.is_never_below(dear)
        (True, False)
        """
        covered = all(any(all(a >= b for a, b in zip(mine, row, strict=True)) for mine in self.rows) for row in other.rows)
        forbids = set(other.limits) <= set(self.limits) and set(other.bans) <= set(self.bans)
        return covered and forbids and set(other.charges) <= set(self.charges)

    def _sum(self, package: int) -> int | None:
        used = bits(package)
        if any(sum(row[k] for k in used) > most for row, most in self.limits):
            return None
        if any(all(levers & package for levers in ban) for ban in self.bans):
            return None
        spent = max((sum(row[k] for k in used) for row in self.rows), default=0)
        return spent + sum(amount for levers, amount in self.charges if levers & package)


def bits(number: int) -> list[int]:
    """List the positions of the bits that are set.

    Examples
    --------
    >>> bits(0b1010)
    [1, 3]
    """
    return [k for k, bit in enumerate(bin(number)[:1:-1]) if bit == "1"]
