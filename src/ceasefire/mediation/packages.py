"""The cheapest packages, what each coalition would pay, and which coalitions suffice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm

from ceasefire.mediation.coalitions import minimal, power_indices
from ceasefire.mediation.pricing import Prices, Room, scale_of
from ceasefire.mediation.problem import Credibility, Problem
from ceasefire.mediation.search import PATIENCE, Cost, Cube, Search, bits, count

ALL_COALITIONS = 8
"""Up to this many powers the cost of every coalition is computed."""


@dataclass(frozen=True, eq=False)
class Packages:
    """The answer of `find_packages`.

    Parameters
    ----------
    credibility : {"ignore", "filter", "price"}
    feasible : bool
        Whether any package works.
    min_cost : Fraction or None
        None where none works.
    optimal : tuple of frozenset of str
        All cheapest packages by exposure, number of levers, keys. Where there are too many to list (see `exact`) the first is
        still the first of all; the others are examples.
    optimal_count : int
        How many there are, listed or not; a lower bound where not even counting came to an end (see `exact`).
    exposure : tuple of Fraction
        Per listed package the most its owners would have to carry out after a single move.
    wanted_state : tuple of int
        Per listed package the index of the wanted state where it works at this cost (of several the least exposed).
    coalition_cost : dict from frozenset of str to Fraction or None
        Every coalition of up to 8 powers, otherwise those asked for; None where it cannot do it.
    minimal_coalitions : tuple of frozenset of str
    shapley_shubik, banzhaf : dict from str to Fraction
    gaps : dict from lever key to Fraction
        Credibility gaps at the wanted state of the first listed package; where no package works the smallest over the
        wanted states.
    exact : bool
        False where not all cheapest packages are listed; `min_cost` and all else are exact regardless.
    checked : int
        Packages (or sets of packages) put to the test for this problem so far.
    """

    credibility: Credibility
    feasible: bool
    min_cost: Fraction | None
    optimal: tuple[frozenset[str], ...]
    optimal_count: int
    exposure: tuple[Fraction, ...]
    wanted_state: tuple[int, ...]
    coalition_cost: dict[frozenset[str], Fraction | None]
    minimal_coalitions: tuple[frozenset[str], ...]
    shapley_shubik: dict[str, Fraction]
    banzhaf: dict[str, Fraction]
    gaps: dict[str, Fraction]
    exact: bool
    checked: int


def room_of(problem: Problem) -> Room:
    """Give what is already learnt about a problem; it is kept with the problem and goes with it."""
    kept: Room | None = vars(problem).get("_room")
    if kept is None:
        kept = vars(problem)["_room"] = Room(problem)
    return kept


def find_packages(
    problem: Problem,
    *,
    credibility: Credibility | None = None,
    limit: int = 1000,
    coalitions: Iterable[frozenset[str]] = (),
) -> Packages:
    """Find the cheapest packages that make the wanted outcome stable, and the coalitions that can do it.

    Parameters
    ----------
    problem : Problem
    credibility : {"ignore", "filter", "price"}, optional
        Default: as the problem says.
    limit : int
        At most this many cheapest packages are listed.
    coalitions : iterable of frozenset of str
        Coalitions whose cost to compute where there are more than 8 powers.

    Returns
    -------
    Packages
        Costs, minimal coalitions and indices are exact.

    Examples
    --------
    One party gains 2 by attacking; a threat of 3 holds it back.

    >>> from ceasefire.conditions import Pattern
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted
    >>> bare = GraphModel.from_options(["A"], [Option("attack", (0,))])
    >>> model = bare.with_preference([[0, 2]], cardinal=True)
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> threat = Lever("ban", "P", "threat", attack, {"A": Fraction(-3)}, fixed=Fraction(1, 2))
    >>> found = find_packages(Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P",), {}, (threat,)))
    >>> found.min_cost, found.optimal, found.minimal_coalitions
    (Fraction(1, 2), (frozenset({'ban'}),), (frozenset({'P'}),))
    """
    mode: Credibility = credibility or problem.credibility
    room = room_of(problem)
    hunt = _Hunt(room, mode)
    everyone = frozenset(problem.powers)
    best = hunt.cost_of(everyone)
    rows, number, exact = hunt.listed(best, limit)
    costs = hunt.costs(problem.powers) if len(problem.powers) <= ALL_COALITIONS else {}
    if len(problem.powers) <= ALL_COALITIONS:
        smallest = minimal(members for members, cost in costs.items() if cost is not None)
    else:
        smallest = hunt.minimal_coalitions()
        costs = {members: hunt.cost_of(members) for members in (*coalitions, *smallest, everyone)}
    shapley, banzhaf = power_indices(problem.powers, smallest)
    return Packages(
        credibility=mode,
        feasible=best is not None,
        min_cost=hunt.amount(best),
        optimal=tuple(problem.keys(package) for _, _, package in rows),
        optimal_count=number,
        exposure=tuple(exposure for exposure, _, _ in rows),
        wanted_state=tuple(state for _, state, _ in rows),
        coalition_cost={members: hunt.amount(cost) for members, cost in costs.items()},
        minimal_coalitions=smallest,
        shapley_shubik=shapley,
        banzhaf=banzhaf,
        gaps=_gaps(room, rows[0][1] if rows else None),
        exact=exact,
        checked=hunt.tested(),
    )


def _gaps(room: Room, state: int | None) -> dict[str, Fraction]:
    problem = room.problem
    if problem.wanted.mode == "each":
        gaps = room.gaps(problem.wanted_states)
    elif state is not None:
        gaps = room.gaps([state])
    else:
        tables = [room.gaps([s]) for s in problem.wanted_states]
        gaps = tuple(min(column) for column in zip(*tables, strict=True))
    return dict(zip(problem.number, gaps, strict=True))


class _Hunt:
    """Searches all targets under one credibility mode; costs in integer units."""

    def __init__(self, room: Room, mode: Credibility) -> None:
        self.room, self.problem = room, room.problem
        self.scale = scale_of(room, mode)
        self.prices = [Prices(room, target.states, mode, self.scale) for target in room.targets]
        self.searches = [
            Search(target, price.cost, price.extra, self.problem.conflicts)
            for target, price in zip(room.targets, self.prices, strict=True)
        ]
        self._costs: dict[frozenset[str], int | None] = {}
        self._floors: dict[tuple[int, frozenset[str]], int | None] = {}
        self._found: list[tuple[int, frozenset[str]]] = []

    def amount(self, cost: int | None) -> Fraction | None:
        return None if cost is None else Fraction(cost, self.scale)

    def owned(self, members: frozenset[str]) -> int:
        return sum(1 << k for k, lever in enumerate(self.problem.levers) if lever.owner in members)

    def costs(self, powers: tuple[str, ...]) -> dict[frozenset[str], int | None]:
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

    def _search(self, members: frozenset[str]) -> int | None:
        larger = [members | {p} for p in self.problem.powers if p not in members and members | {p} in self._costs]
        above = [self._costs[m] for m in larger]
        if None in above:
            return None
        least = max((cost for cost in above if cost is not None), default=0)
        best = min((cost for cost, owners in self._found if owners <= members), default=None)
        mask = self.owned(members)
        floors = self._floors_below(members, larger)
        for k in sorted(floors, key=floors.__getitem__):
            if best is not None and best <= max(least, floors[k]):
                self._floors[k, members] = max(floors[k], least)
                continue
            found = self.searches[k].cheapest(mask & self.prices[k].allowed, best, max(least, floors[k]))
            self._floors[k, members] = found[0] if found else best
            if found:
                best = found[0]
                owners = frozenset(self.problem.levers[j].owner for j in bits(found[1]))
                self._found.append((best, owners))
        return best

    def _floors_below(self, members: frozenset[str], larger: Sequence[frozenset[str]]) -> dict[int, int]:
        """Give what the targets cost larger coalitions at least; those out of their reach are out of reach of the members."""
        floors: dict[int, int] = {}
        for k in range(len(self.searches)):
            known = [self._floors[k, m] for m in larger if (k, m) in self._floors]
            if None in known:
                self._floors[k, members] = None
            else:
                floors[k] = max((f for f in known if f is not None), default=0)
        return floors

    def ties(self, best: int, limit: int) -> tuple[list[tuple[int, Cube]], bool]:
        """Give all packages at the least cost, as cubes per target."""
        cubes: list[tuple[int, Cube]] = []
        complete, before = True, self.tested()
        for k in self._tied(best):
            found, whole = self.searches[k].ties(self.prices[k].allowed, best, limit)
            cubes += [(k, cube) for cube in found]
            complete &= whole
            if self.tested() - before > PATIENCE and count([cube for _, cube in cubes]) > limit:
                return cubes, False
        return cubes, complete

    def first(self, best: int) -> tuple[int, int]:
        """Give target and package that come first: of the cheapest the least exposed, of these the smallest."""
        everyone = self.owned(frozenset(self.problem.powers))
        rank = _Ranks(self.room)
        found: tuple[int, int, int] | None = None
        for k in self._tied(best):
            search = Search(self.room.targets[k], rank.of(k, self.prices[k], best), rank.extra, self.problem.conflicts)
            package = search.cheapest(everyone & self.prices[k].allowed, None if found is None else found[0])
            found = (package[0], k, package[1]) if package else found
        assert found is not None  # noqa: S101 - a package at this cost is known
        return found[1], found[2]

    def tested(self) -> int:
        return sum(target.tested for target in self.room.targets)

    def _tied(self, best: int) -> list[int]:
        """Give the targets that may have a package at the least cost."""
        everyone = frozenset(self.problem.powers)
        floors = [self._floors.get((k, everyone), 0) for k in range(len(self.searches))]
        return [k for k, floor in enumerate(floors) if floor is not None and floor <= best]

    def listed(self, best: int | None, limit: int) -> tuple[list[tuple[Fraction, int, int]], int, bool]:
        """Give exposure, wanted state and bits of the cheapest packages in order; how many there are; whether that is all."""
        if best is None:
            return [], 0, True
        cubes, complete = self.ties(best, limit)
        number = count([cube for _, cube in cubes])
        if not complete or number > limit:
            leader, package = self.first(best)
            cubes.append((leader, Cube(package, 0)))
        each = limit if number <= limit else max(4, 16 * limit // len(cubes))
        rows: dict[int, tuple[Fraction, int, int]] = {}
        for k in sorted({k for k, _ in cubes}):
            states = self.room.targets[k].states
            packages = [package for j, cube in cubes if j == k for package in _smallest(cube, each)]
            for package, exposure in zip(packages, self.room.exposures(states, packages), strict=True):
                row = (exposure, states[0], package)
                rows[package] = min(rows.get(package, row), row)
        ordered = sorted(rows.values(), key=lambda r: (r[0], r[2].bit_count(), sorted(self.problem.keys(r[2]))))
        return ordered[:limit], number, complete and number <= limit

    def minimal_coalitions(self) -> tuple[frozenset[str], ...]:
        """Find all minimal coalitions by searches for the fewest owners, excluding what contains a known one."""
        found: list[frozenset[str]] = []
        while True:
            best: tuple[int, int] | None = None
            for k, search in enumerate(self.searches):
                few = Search(search.target, self._owner_count(k, found), (0,) * len(self.problem.levers), search.conflicts)
                best = few.cheapest(self.prices[k].allowed, None if best is None else best[0]) or best
            if best is None:
                return minimal(found)
            found.append(self._owners(best[1]))

    def _owners(self, package: int) -> frozenset[str]:
        return frozenset(self.problem.levers[k].owner for k in bits(package))

    def _owner_count(self, number: int, known: list[frozenset[str]]) -> Cost:
        def cost(package: int) -> int | None:
            owners = self._owners(package)
            if self.prices[number].cost(package) is None or any(k <= owners for k in known):
                return None
            return len(owners)

        return cost


class _Ranks:
    """Exposure and size as a cost, for packages that are cheap enough."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.size = len(room.problem.levers) + 1
        self.scale = lcm(1, *(Fraction(lever.exec).denominator for lever in room.problem.levers))
        self.extra = (1,) * len(room.problem.levers)

    def of(self, number: int, prices: Prices, most: int) -> Cost:
        states = self.room.targets[number].states
        known: dict[int, int | None] = {}

        def cost(package: int) -> int | None:
            if package not in known:
                spent = prices.cost(package)
                exposed = self.room.exposure(states, package) * self.scale
                is_cheap = spent is not None and spent <= most
                known[package] = int(exposed) * self.size + package.bit_count() if is_cheap else None
            return known[package]

        return cost


def _smallest(cube: Cube, limit: int) -> Iterable[int]:
    free = bits(cube.free)
    listed = 0
    for size in range(len(free) + 1):
        for extra in combinations(free, size):
            if listed >= limit:
                return
            listed += 1
            yield cube.used | sum(1 << k for k in extra)
