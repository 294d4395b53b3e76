"""At which cost of one lever a package ceases to be the cheapest for its wanted state; exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ceasefire.mediation.bill import Bill, bits
from ceasefire.mediation.credibility import saved_by
from ceasefire.mediation.masters import Master
from ceasefire.mediation.outlook import Costs
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.target import Target
from ceasefire.mediation.unknowns import CostName, LeverCost, Unknown


class Rivals:
    """A package against all others at one wanted state.

    What a lever adds to the cost of a package is the same for every package that holds it. So the package stays the cheapest as
    long as none without the lever costs less; and a package with another lever overtakes it once that lever adds little enough.

    Parameters
    ----------
    problem : Problem
    package : frozenset of str
    state : int
        Index of the wanted state.
    credibility : {"ignore", "filter", "price", "joint"}
    """

    def __init__(self, problem: Problem, package: frozenset[str], state: int, credibility: Credibility) -> None:
        self.problem, self.state, self.mode = problem, state, credibility
        self.used = problem.bits(package)
        self._costs = Costs(problem, [(state,)], credibility)
        self._prices = self._costs.prices[0]
        room = room_of(problem)
        known = (target for target in room.targets if target.states == (state,))
        self._target = next(known, None) or Target(room.oracle_at((state,)), (state,))
        self._master = Master(self._target, self._prices.bill, problem.conflicts, self._prices.side)
        self.cost = None if self.used & ~self._prices.allowed else self._prices.cost(self.used)
        self._limits: dict[int, Fraction | None] = {}

    @property
    def is_cheapest(self) -> bool:
        """Whether the package works and no other works for less."""
        if self.cost is None or not self._target.works(self.used):
            return False
        return self._cheapest(self._prices.bill, self._prices.allowed, self.cost) is None

    def turn(self, unknown: Unknown) -> tuple[Fraction | None, Fraction | None] | None:
        """Give the value below and the one above at which, or right behind which, the package is not the cheapest.

        None where there is none, for an unknown in several places, and for levers outside the package whose owner has a budget.
        """
        places = [place for place in unknown.places if isinstance(place, LeverCost)]
        if len(places) != 1 or self.cost is None:
            return None
        number, what = self.problem.number[places[0].lever], places[0].what
        is_inside = bool(self.used >> number & 1)
        if not self._prices.allowed >> number & 1 or (not is_inside and self.problem.levers[number].owner in self.problem.budgets):
            return None
        if number not in self._limits:
            self._limits[number] = self._limit(number)
        limit = self._limits[number]
        value = None if limit is None else self._value(number, what, limit, is_inside=is_inside)
        is_below = is_inside == (what in {"audience", "restore"})
        if value is None or (is_below and value <= 0) or (not is_below and what == "restore" and value >= 1):
            return None
        return (value, None) if is_below else (None, value)

    def _limit(self, number: int) -> Fraction | None:
        """Give what the lever may add, at most (in the package) or at least (outside), for the package to be the cheapest."""
        bill, bit = self._prices.bill, 1 << number
        adds = bill.rows[0][number]
        assert self.cost is not None  # noqa: S101 - asked only of packages that have one
        if self.used & bit:
            rest = self._cheapest(bill, self._prices.allowed & ~bit, None, self.cost)
            room = [] if rest is None else [rest - self.cost]
            room += [most - sum(row[k] for k in bits(self.used)) for row, most in bill.limits if row[number]]
            return Fraction(adds + min(room), self._costs.scale) if room else None
        free = tuple(0 if k == number else weight for k, weight in enumerate(bill.rows[0]))
        least = self._cheapest(Bill([free], bill.charges, bill.limits), self._prices.allowed, self.cost)
        return None if least is None else Fraction(self.cost - least, self._costs.scale)

    def _cheapest(self, bill: Bill, allowed: int, below: int | None, least: int = 0) -> int | None:
        is_same = bill is self._prices.bill
        master = self._master if is_same else Master(self._target, bill, self.problem.conflicts, self._prices.side)
        found = master.cheapest(allowed, below, least)
        return None if found is None else found[0]

    def _value(self, number: int, what: CostName, limit: Fraction, *, is_inside: bool) -> Fraction | None:
        """Give the value of one number of a lever at which the lever adds as much as `limit`."""
        lever, saved = self.problem.levers[number], saved_by(self.problem, number, self.state)
        is_due = bool(self.problem.active(np.array([self.state]))[number, 0])
        price = self.problem.commitment_price if self.mode == "price" and saved is not None else Fraction(0)
        free = lever.audience + lever.restore * (saved or 0)
        due = lever.exec if is_due else Fraction(0)
        if what == "fixed":
            return limit - due - price * max(Fraction(0), lever.exec - free)
        if what == "exec":
            return _execution(limit - lever.fixed, is_due=is_due, price=price, free=free)
        gap = (limit - lever.fixed - due) / price if price else Fraction(-1)
        if gap < 0 or (gap == 0 and not is_inside):
            return None
        if what == "audience":
            return lever.exec - lever.restore * (saved or 0) - gap
        return (lever.exec - lever.audience - gap) / saved if saved else None


def _execution(amount: Fraction, *, is_due: bool, price: Fraction, free: Fraction) -> Fraction | None:
    """Give the execution cost that adds `amount`: itself where it is due, and the price of what exceeds `free`."""
    if is_due and 0 <= amount <= free:
        return amount
    slope = is_due + price
    return (amount + price * free) / slope if slope and amount >= 0 else None
