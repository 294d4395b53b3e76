"""The cheapest packages, what each coalition would pay, and which coalitions suffice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.errors import LimitError
from ceasefire.mediation.coalitions import minimal, power_indices
from ceasefire.mediation.hunt import Hunt, StoppedError, Watch
from ceasefire.mediation.masters import Method
from ceasefire.mediation.pricing import Room
from ceasefire.mediation.problem import Credibility, Problem

ALL_COALITIONS = 8
"""Up to this many powers the cost of every coalition is computed."""


@dataclass(frozen=True, eq=False)
class Packages:
    """The answer of `find_packages`.

    Parameters
    ----------
    credibility : {"ignore", "filter", "price", "joint"}
    feasible : bool
        Whether any package works.
    min_cost : Fraction or None
        None where none works.
    optimal : tuple of frozenset of str
        The cheapest packages of which no part is one too, by exposure, number of levers, keys; with `every` all cheapest
        packages. Where there are too many to list (see `exact`) the first is still the first of all.
    optimal_count : int
        How many cheapest packages there are, listed or not; a lower bound where counting did not come to an end (see
        `exact`).
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
        False where the list of packages is cut short; `min_cost` and all else are exact regardless.
    bound : Fraction or None
        No package costs less: `min_cost` unless the search was stopped; None where none works.
    proven : bool
        False where the search was stopped: `min_cost` is then the best found, and nothing is said about coalitions.
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
    bound: Fraction | None
    proven: bool
    checked: int

    @property
    def single_handed(self) -> tuple[str, ...]:
        """Powers that can do it alone."""
        return tuple(power for power in self.banzhaf if frozenset({power}) in self.minimal_coalitions)


def room_of(problem: Problem, easier: Problem | None = None) -> Room:
    """Give what is already learnt about a problem, or an easier one; it is kept with the problem and goes with it.

    Raises
    ------
    LimitError
        Where a lever may be used at any intensity.
    """
    kept: Room | None = vars(problem).get("_room")
    if kept is None:
        gradual = next((lever.key for lever in problem.levers if lever.is_gradual), None)
        if gradual is not None:
            raise LimitError(
                f"lever {gradual!r} may be used at any intensity, which only the search for cheapest packages decides\n"
                "  hint: give it `steps` in place of `gradual`"
            )
        kept = vars(problem)["_room"] = Room(problem, easier=room_of(easier) if easier else None)
    return kept


def find_packages(
    problem: Problem,
    *,
    credibility: Credibility | None = None,
    limit: int = 1000,
    coalitions: Iterable[frozenset[str]] | None = None,
    every: bool = False,
    method: Method = "auto",
    watch: Watch | None = None,
    easier: Problem | None = None,
) -> Packages:
    """Find the cheapest packages that make the wanted outcome stable, and the coalitions that can do it.

    Parameters
    ----------
    problem : Problem
    credibility : {"ignore", "filter", "price", "joint"}, optional
        Default: as the problem says.
    limit : int
        At most this many cheapest packages are listed; 0: none is listed or counted.
    coalitions : iterable of frozenset of str, optional
        Coalitions whose cost to compute beside the minimal ones and that of all powers; default: every coalition of up to 8
        powers, none of more.
    every : bool
        List every cheapest package, not only those of which no part is one too.
    method : {"auto", "search", "highs"}
        Which solver: the lever search, HiGHS, or the first and, where that takes long, the second. The answer is the same.
    watch : callable, optional
        Told while the cheapest package is sought how far the search has come (`Bounds`); where it returns False the search
        stops with what is known (see `Packages.proven`).
    easier : Problem, optional
        The same question with a weaker demand (`Wanted.reach`, `Wanted.unique`), searched before: every package that works
        here works there too, so what was learnt there shortens this search. The answer is the same.

    Returns
    -------
    Packages
        Costs, minimal coalitions and indices are exact.

    Raises
    ------
    LimitError
        Where HiGHS alone is asked for and its floating point cannot decide the problem.

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
    hunt = Hunt(room_of(problem, easier), mode, method, watch)
    try:
        best = hunt.cost_of(hunt.everyone)
    except StoppedError:
        return _stopped(hunt, mode)
    rows, number, exact = hunt.listed(best, limit, every=every)
    if coalitions is None and len(problem.powers) <= ALL_COALITIONS:
        costs = hunt.costs(problem.powers)
        smallest = minimal(members for members, cost in costs.items() if cost is not None)
    else:
        smallest = hunt.minimal_coalitions()
        costs = {members: hunt.cost_of(members) for members in (*(coalitions or ()), *smallest, hunt.everyone)}
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
        gaps=_gaps(hunt.room, rows[0][1] if rows else None),
        exact=exact,
        bound=hunt.amount(best),
        proven=True,
        checked=hunt.tested(),
    )


def _stopped(hunt: Hunt, mode: Credibility) -> Packages:
    """Give what is known where the search was stopped."""
    best, room, problem = hunt.best, hunt.room, hunt.problem
    states = room.targets[best.target].states if best else ()
    nothing = dict.fromkeys(problem.powers, Fraction(0))
    return Packages(
        credibility=mode,
        feasible=best is not None,
        min_cost=hunt.amount(best.cost) if best else None,
        optimal=(problem.keys(best.package),) if best else (),
        optimal_count=1 if best else 0,
        exposure=(room.exposure(states, best.package),) if best else (),
        wanted_state=states[:1],
        coalition_cost={},
        minimal_coalitions=(),
        shapley_shubik=nothing,
        banzhaf=nothing,
        gaps=_gaps(room, states[0] if best else None),
        exact=False,
        bound=hunt.amount(hunt.bound),
        proven=False,
        checked=hunt.tested(),
    )


def _gaps(room: Room, state: int | None) -> dict[str, Fraction]:
    problem = room.problem
    if problem.wanted.mode == "each":
        gaps = room.gaps(problem.wanted_states)
    elif state is not None:
        gaps = room.gaps([state])
    else:
        room.look_up(problem.wanted_states)
        tables = [room.gaps([s]) for s in problem.wanted_states]
        gaps = tuple(min(column) for column in zip(*tables, strict=True))
    return dict(zip(problem.number, gaps, strict=True))
