"""All searches of one problem under one credibility mode: costs of coalitions, minimal coalitions, equally cheap packages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, lcm

from ceasefire.mediation.bill import Bill, bits
from ceasefire.mediation.coalitions import minimal
from ceasefire.mediation.lattice import MOST_POWERS, Lattice
from ceasefire.mediation.masters import FEW, LONG, Master, Method, Refuted
from ceasefire.mediation.pricing import Prices, Room, owned, owners, scale_of
from ceasefire.mediation.problem import Credibility
from ceasefire.mediation.search import Cube, count

LISTED = 20
"""Where there are too many equally cheap packages to find them all, so many inclusion-minimal ones are listed at most."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search has come.

    Parameters
    ----------
    best : Fraction or None
        Cost of the cheapest working package found so far.
    bound : Fraction
        No working package costs less.
    tested : int
        Packages (or sets of packages) put to the test.
    """

    best: Fraction | None
    bound: Fraction
    tested: int


Watch = Callable[[Bounds], bool]
"""Is told how far the search has come; False stops it."""


class StoppedError(Exception):
    """The watcher said stop."""


@dataclass(frozen=True, slots=True)
class Found:
    """A working package: cost in integer units, number of the target, bits of the levers."""

    cost: int
    target: int
    package: int


class Hunt:
    """Searches all targets under one credibility mode; costs in integer units.

    Parameters
    ----------
    room : Room
    mode : {"ignore", "filter", "price", "joint"}
    method : {"auto", "search", "highs"}
    watch : callable or None
        Told about the search for the cheapest package of all powers.
    """

    def __init__(self, room: Room, mode: Credibility, method: Method = "auto", watch: Watch | None = None) -> None:
        self.room, self.problem, self.mode, self.method, self.watch = room, room.problem, mode, method, watch
        self.scale = scale_of(room, mode)
        self.refuted = Refuted()
        self.prices = [Prices(room, target.states, mode, self.scale) for target in room.targets]
        self.masters = [self._master(k, price.bill) for k, price in enumerate(self.prices)]
        self.everyone = frozenset(self.problem.powers)
        self.best: Found | None = None
        self.bound = 0
        self._costs: dict[frozenset[str], int | None] = {}
        self._floors: dict[tuple[int, frozenset[str]], int | None] = {}
        self._found: list[tuple[Found, frozenset[str]]] = []

    def amount(self, cost: int | None) -> Fraction | None:
        """Turn a cost into units of the problem."""
        return None if cost is None else Fraction(cost, self.scale)

    def costs(self, powers: Sequence[str]) -> dict[frozenset[str], int | None]:
        """Give the cost of every coalition, large ones computed first because they bound the smaller ones."""
        for size in range(len(powers), -1, -1):
            for members in combinations(powers, size):
                self.cost_of(frozenset(members))
        return {
            frozenset(members): self._costs[frozenset(members)]
            for size in range(len(powers) + 1)
            for members in combinations(powers, size)
        }

    def cost_of(self, members: frozenset[str]) -> int | None:
        """Give the least cost of a package of these powers; None where none works."""
        if members not in self._costs:
            self._costs[members] = self._search(members)
        return self._costs[members]

    def package_of(self, members: frozenset[str]) -> Found | None:
        """Give a cheapest package of these powers."""
        cost = self.cost_of(members)
        return next((found for found, used in self._found if found.cost == cost and used <= members), None)

    def tested(self) -> int:
        """Give the number of packages, or sets of packages, put to the test."""
        return sum(target.tested for target in self.room.targets)

    def listed(self, best: int | None, limit: int, *, every: bool) -> tuple[list[tuple[Fraction, int, int]], int, bool]:
        """Give exposure, wanted state and bits of the cheapest packages in order; how many there are; whether that is all."""
        if best is None or limit == 0:
            return [], 0, best is None
        cubes, complete = self._ties(best, limit)
        number = count([cube for _, cube in cubes])
        if not complete:
            packages = [(found.target, found.package) for found in self._least(best, min(limit, LISTED))]
            return self._ordered(packages, LISTED), max(number, len(packages)), False
        if every and number <= limit:
            return self._ordered([(k, x) for k, cube in cubes for x in cube.packages()], limit), number, True
        smallest = [(k, cube.used) for k, cube in cubes if not any(_within(other.used, cube.used) for _, other in cubes)]
        rows = self._ordered(smallest, limit)
        return rows, number, not every and len(rows) == len({x for _, x in smallest})

    def minimal_coalitions(self) -> tuple[frozenset[str], ...]:
        """Find all minimal coalitions."""
        levers = {power: owned(self.problem, [power]) for power in self.problem.powers}
        able = [power for power, mine in levers.items() if mine]
        if len(able) > MOST_POWERS:
            return self.coalitions_by_exclusion()
        nothing = (0,) * len(self.problem.levers)
        question = tuple((price.allowed, price.bill.limits, tuple(price.side)) for price in self.prices)
        if question not in self.room.smallest:
            masters = [self._master(k, Bill([nothing], limits=price.bill.limits)) for k, price in enumerate(self.prices)]
            lattice = Lattice([levers[power] for power in able], masters, self.prices)
            self.room.smallest[question] = minimal(frozenset(able[k] for k in bits(found)) for found in lattice.minimal())
        return self.room.smallest[question]

    def coalitions_by_exclusion(self) -> tuple[frozenset[str], ...]:
        """Find all minimal coalitions by searches for the fewest owners, excluding what contains a known one."""
        levers = {power: owned(self.problem, [power]) for power in self.problem.powers}
        charges = [(mine, 1) for mine in levers.values() if mine]
        nothing = (0,) * len(self.problem.levers)
        bills = [Bill([nothing], charges, price.bill.limits) for price in self.prices]
        masters = [self._master(k, bill) for k, bill in enumerate(bills)]
        found: list[frozenset[str]] = []
        least = 0
        while True:
            best: tuple[int, int] | None = None
            for master, price in zip(masters, self.prices, strict=True):
                if best is None or best[0] > least:
                    best = master.cheapest(price.allowed, None if best is None else best[0], least) or best
            if best is None:
                return minimal(found)
            found.append(owners(self.problem, best[1]))
            least = best[0]
            for bill in bills:
                bill.ban([levers[power] for power in sorted(found[-1])])
            if not found[-1]:
                return minimal(found)

    def _master(self, number: int, bill: Bill) -> Master:
        """Give the master of a target; with many targets most are only ruled out, which HiGHS does sooner."""
        return Master(
            self.room.targets[number],
            bill,
            self.problem.conflicts,
            self.prices[number].side,
            self.method,
            patience=max(FEW, LONG // len(self.room.targets) ** 2),
            refuted=self.refuted,
        )

    def _search(self, members: frozenset[str]) -> int | None:
        larger = [members | {p} for p in self.problem.powers if p not in members and members | {p} in self._costs]
        above = [self._costs[m] for m in larger]
        if None in above:
            return None
        least = max((cost for cost in above if cost is not None), default=0)
        best = min((found.cost for found, used in self._found if used <= members), default=None)
        mask = owned(self.problem, members)
        floors = self._floors_below(members, larger)
        for k in sorted(floors, key=floors.__getitem__):
            floor = max(floors[k], least)
            if best is not None and best <= floor:
                self._learn(k, members, floor)
                continue
            if members == self.everyone and self.watch:
                self._follow(k, [j for j in floors if (j, members) not in self._floors and j != k])
            found = self.masters[k].cheapest(mask & self.prices[k].allowed, best, floor)
            self.masters[k].report = None
            self._learn(k, members, found[0] if found else best)
            if found:
                best = found[0]
                self._keep(Found(best, k, found[1]))
        return best

    def _keep(self, found: Found) -> None:
        self._found.append((found, owners(self.problem, found.package)))
        if self.best is None or found.cost < self.best.cost:
            self.best = found

    def _follow(self, number: int, waiting: Sequence[int]) -> None:
        """Have the master of a target report while it works."""

        def report(package: int | None, cost: int | None, bound: int) -> None:
            if package is not None and cost is not None and (self.best is None or cost < self.best.cost):
                self._keep(Found(cost, number, package))
            least = 0 if waiting else bound
            self.bound = least if self.best is None else min(least, self.best.cost)
            best = None if self.best is None else Fraction(self.best.cost, self.scale)
            if self.watch and not self.watch(Bounds(best, Fraction(self.bound, self.scale), self.tested())):
                raise StoppedError

        self.masters[number].report = report

    def _floors_below(self, members: frozenset[str], larger: Sequence[frozenset[str]]) -> dict[int, int]:
        """Give what the targets cost larger coalitions at least; those out of their reach are out of reach of the members."""
        floors: dict[int, int] = {}
        for k in range(len(self.masters)):
            known = [self._floors[k, m] for m in larger if (k, m) in self._floors]
            known += self._known_before(k, members)
            if None in known:
                self._learn(k, members, None)
            else:
                floors[k] = max((f for f in known if f is not None), default=0)
        return floors

    def _learn(self, number: int, members: frozenset[str], floor: int | None) -> None:
        self._floors[number, members] = floor
        self.room.floors[self.mode, self.room.targets[number].states, members] = self.amount(floor)

    def _known_before(self, number: int, members: frozenset[str]) -> list[int | None]:
        """Give what the easier problem says that a target costs at least, if it says anything."""
        before = self.room.easier.floors if self.room.easier else {}
        key = (self.mode, self.room.targets[number].states, members)
        if key not in before:
            return []
        floor = before[key]
        return [None if floor is None else ceil(floor * self.scale)]

    def _ties(self, best: int, limit: int) -> tuple[list[tuple[int, Cube]], bool]:
        """Give all packages at the least cost, as cubes per target; False with them where that takes too long."""
        cubes: list[tuple[int, Cube]] = []
        for k in self._tied(best):
            found, whole = self.masters[k].search.ties(self.prices[k].allowed, best, limit)
            cubes += [(k, cube) for cube in found]
            if not whole:
                return cubes, False
        return cubes, True

    def _tied(self, best: int) -> list[int]:
        """Give the targets that may have a package at the least cost."""
        floors = [self._floors.get((k, self.everyone), 0) for k in range(len(self.masters))]
        return [k for k, floor in enumerate(floors) if floor is not None and floor <= best]

    def _least(self, best: int, most: int) -> list[Found]:
        """Find inclusion-minimal packages at the least cost, the least exposed first, by excluding what contains a known one.

        A target is searched only below the exposure of the `most` least exposed packages of the targets before it.
        """
        found: list[Found] = []
        size = len(self.problem.levers) + 1
        scale = lcm(1, *(Fraction(lever.exec).denominator for lever in self.problem.levers))
        for k in self._tied(best):
            due = self.room.due(self.room.targets[k].states, scale) or {(0,) * (size - 1)}
            rows = [tuple(cost * size + 1 for cost in row) for row in sorted(due)]
            price = self.prices[k].bill
            bill = Bill(rows, limits=[*price.limits, *((row, best) for row in price.rows)])
            for known in found:
                bill.ban([1 << j for j in bits(known.package)])
            master, least, here = self._master(k, bill), 0, 0
            while here < most:
                ranks = sorted(f.cost for f in found)
                package = master.cheapest(self.prices[k].allowed, ranks[most - 1] if len(ranks) >= most else None, least)
                if package is None:
                    break
                least, here = package[0], here + 1
                found.append(Found(package[0], k, package[1]))
                bill.ban([1 << j for j in bits(package[1])])
                if not package[1]:
                    return [found[-1]]
        return [f for f in found if not any(_within(other.package, f.package) for other in found)]

    def _ordered(self, packages: Iterable[tuple[int, int]], limit: int) -> list[tuple[Fraction, int, int]]:
        by_target: dict[int, list[int]] = {}
        for k, package in packages:
            by_target.setdefault(k, []).append(package)
        rows: dict[int, tuple[Fraction, int, int]] = {}
        for k, listed in sorted(by_target.items()):
            states = self.room.targets[k].states
            for package, exposure in zip(listed, self.room.exposures(states, listed), strict=True):
                row = (exposure, states[0], package)
                rows[package] = min(rows.get(package, row), row)
        ordered = sorted(rows.values(), key=lambda r: (r[0], r[2].bit_count(), sorted(self.problem.keys(r[2]))))
        return ordered[:limit]


def _within(one: int, other: int) -> bool:
    return one != other and not one & ~other
