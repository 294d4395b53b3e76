"""How the members of a coalition can share the cost of its package so that none would rather refuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ceasefire.mediation.credibility import owner_stakes
from ceasefire.mediation.hunt import Hunt
from ceasefire.mediation.packages import room_of
from ceasefire.mediation.pricing import Prices, scale_of
from ceasefire.mediation.problem import Credibility, Problem


@dataclass(frozen=True, slots=True)
class Split:
    """How a coalition may share a cost.

    Parameters
    ----------
    package : frozenset of str
        A cheapest package of the coalition.
    state : int
        Index of the wanted state where it works; of several the one where its members gain least in total.
    cost : Fraction
    worth : dict from power to Fraction
        What the wanted state is worth to each member against the status quo, by its own stakes; 0 where it would be worse.
    bears : dict from power to Fraction
        What each pays as owner of its levers, before any transfer.
    shares : dict from power to Fraction
        What each pays in the end, in proportion to its worth and never more; where all worths together do not cover the cost
        each pays its worth.
    transfers : dict from power to Fraction
        Share minus what it bears: positive gives, negative receives; without a subsidy they add up to 0.
    missing : Fraction
        Subsidy from outside without which some member pays more than the peace is worth to it; 0 where there is a split that
        nobody would refuse.
    """

    package: frozenset[str]
    state: int
    cost: Fraction
    worth: dict[str, Fraction]
    bears: dict[str, Fraction]
    shares: dict[str, Fraction]
    transfers: dict[str, Fraction]
    missing: Fraction


def split_cost(problem: Problem, members: Iterable[str], *, credibility: Credibility | None = None) -> Split | None:
    r"""Share the cost of a coalition's cheapest package so that nobody pays more than the wanted state is worth to it.

    Shares :math:`x_k \ge 0` add up to the cost with :math:`x_k \le \max(0, U_k(w) - U_k(\text{status quo}))`.

    Parameters
    ----------
    members : iterable of str
        Powers.

    Returns
    -------
    Split or None
        None where the coalition cannot do it.

    Raises
    ------
    KeyError
        For a power that does not exist.

    Examples
    --------
    >>> from ceasefire.conditions import Pattern
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted
    >>> model = GraphModel.from_options(["A"], [Option("attack", (0,))]).with_preference([[0, 2]], cardinal=True)
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> threat = Lever("ban", "P", "threat", attack, {"A": Fraction(-3)}, fixed=Fraction(4))
    >>> stakes = {"P": [(calm, Fraction(1))], "Q": [(calm, Fraction(5))]}
    >>> found = split_cost(Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P", "Q"), stakes, (threat,)), ["P", "Q"])
    >>> [(power, str(found.shares[power]), str(found.transfers[power])) for power in ("P", "Q")], str(found.missing)
    ([('P', '2/3', '-10/3'), ('Q', '10/3', '10/3')], '0')
    """
    who = [power for power in problem.powers if power in set(members)]
    if len(who) < len(set(members)):
        raise KeyError(next(iter(set(members) - set(who))))
    mode: Credibility = credibility or problem.credibility
    room = room_of(problem)
    found = Hunt(room, mode).package_of(frozenset(who))
    if found is None:
        return None
    states = room.targets[found.target].states
    state = min(states, key=lambda s: (sum(_worth(problem, who, s).values()), s))
    worth = _worth(problem, who, state)
    scale = scale_of(room, mode)
    cost = Fraction(found.cost, scale)
    bears = _bears(problem, found.package, who, Prices(room, states, mode, scale), scale)
    total = sum(worth.values())
    missing = max(Fraction(0), cost - total)
    part = (cost - missing) / total if total else Fraction(0)
    shares = {power: part * value for power, value in worth.items()}
    transfers = {power: shares[power] - bears[power] for power in who}
    return Split(problem.keys(found.package), state, cost, worth, bears, shares, transfers, missing)


def _worth(problem: Problem, who: Iterable[str], state: int) -> dict[str, Fraction]:
    found = {}
    for power in who:
        values, resolution = owner_stakes(problem, power)
        found[power] = max(0, int(values[state]) - int(values[problem.start])) * resolution
    return found


def _bears(problem: Problem, package: int, who: Iterable[str], prices: Prices, scale: int) -> dict[str, Fraction]:
    """Give what each member pays for its own levers, where the package as a whole costs most."""
    used = [bool(package >> k & 1) for k in range(len(problem.levers))]

    def spent(row: tuple[int, ...], power: str | None = None) -> int:
        levers = zip(problem.levers, row, used, strict=True)
        return sum(cost for lever, cost, is_used in levers if is_used and power in (None, lever.owner))

    dearest = max(prices.bill.rows, key=spent)
    return {power: Fraction(spent(dearest, power), scale) for power in who}
