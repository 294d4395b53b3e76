"""What senders do to trade: embargoes, bans, tariffs, taxes, quotas and price caps, in words that both models understand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np

from ceasefire.errors import DataError, Problem
from ceasefire.leverage.clearing import Floats
from ceasefire.leverage.economy import Economy, nearest

Kind: TypeAlias = Literal["embargo", "import_ban", "export_ban", "tariff", "friction", "export_tax", "quota", "price_cap"]
SIMPLE: frozenset[Kind] = frozenset({"embargo", "import_ban", "export_ban", "tariff", "friction"})
_NO_RATE = frozenset({"embargo", "import_ban", "export_ban"})
_SET_ONCE = frozenset({"tariff", "export_tax", "quota", "price_cap"})
_BOUNDS = {
    "tariff": (-0.999, 1e6, "the new ad valorem rate, such as 0.25"),
    "friction": (-0.999, 1e6, "the rise of trade costs as a share of the price, such as 0.1"),
    "export_tax": (-0.999, 1e6, "the tax as a share of the price, such as 0.2"),
    "quota": (1e-6, 1.0, "the part of the quantity that may still be traded, such as 0.5"),
    "price_cap": (1e-3, 1.0, "the capped price as a part of the price before, such as 0.7"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of one sender against one target.

    Parameters
    ----------
    kind : Kind
        embargo: no trade in either direction. import_ban: the sender buys nothing from the target. export_ban: it sells it
        nothing. tariff: it charges `rate` on what it buys, and keeps the revenue. friction: trade both ways costs `rate` more and
        nobody keeps it. export_tax: the sender charges `rate` on what it sells the target, and keeps it. quota: the sender buys at
        most `rate` of the quantity it bought before; `rents` says who gets the margin. price_cap: the sender pays at most `rate`
        of the price before; the target bears the difference. Frictions on one pair multiply; of every other kind with a rate a
        pair has one.
    sender, target : str
    rate : float or None
        None for the first three kinds.
    sectors : tuple of str
        Empty: all. Only the many-sector model knows sectors.
    rents : {"sender", "target"}
        Of a quota.
    """

    kind: Kind
    sender: str
    target: str
    rate: float | None = None
    sectors: tuple[str, ...] = ()
    rents: Literal["sender", "target"] = "sender"


def embargo(senders: str | Sequence[str], targets: str | Sequence[str], sectors: Sequence[str] = ()) -> tuple[Measure, ...]:
    """Stop all trade between senders and targets, in both directions.

    Examples
    --------
    >>> [(one.sender, one.target) for one in embargo(["USA", "DEU"], "RUS")]
    [('USA', 'RUS'), ('DEU', 'RUS')]
    """
    return _each("embargo", senders, targets, None, sectors)


def import_ban(senders: str | Sequence[str], targets: str | Sequence[str], sectors: Sequence[str] = ()) -> tuple[Measure, ...]:
    """Let senders buy nothing from targets."""
    return _each("import_ban", senders, targets, None, sectors)


def export_ban(senders: str | Sequence[str], targets: str | Sequence[str], sectors: Sequence[str] = ()) -> tuple[Measure, ...]:
    """Let senders sell nothing to targets."""
    return _each("export_ban", senders, targets, None, sectors)


def tariff(
    senders: str | Sequence[str], targets: str | Sequence[str], rate: float, sectors: Sequence[str] = ()
) -> tuple[Measure, ...]:
    """Let senders charge a new ad valorem rate on what they buy from targets."""
    return _each("tariff", senders, targets, rate, sectors)


def retaliation(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """Answer each measure with the same kind by its target against its sender; a two-way embargo needs no answer.

    Examples
    --------
    >>> [(one.kind, one.sender, one.target, one.rate) for one in retaliation(tariff("USA", ["CHN"], 0.25))]
    [('tariff', 'CHN', 'USA', 0.25)]
    """
    return tuple(replace(one, sender=one.target, target=one.sender) for one in measures if one.kind != "embargo")


@dataclass(frozen=True, slots=True, eq=False)
class Wedges:
    """What measures change in a one-sector economy, seller by buyer.

    `cost` multiplies trade costs (infinite where trade stops); `tariff` holds the new ad valorem rates.
    """

    cost: Floats
    tariff: Floats


def wedges(table: Economy, measures: Iterable[Measure]) -> Wedges:
    """Turn measures into what they change: a tariff replaces that of the table, frictions multiply, bans stay bans.

    Raises
    ------
    DataError
        With every measure that names an unknown economy, itself, a sector, a rate out of bounds, or a kind that only the
        many-sector model knows, and every two tariffs that one pair cannot both have.
    """
    cost, rates = np.ones_like(table.sales), table.tariff.copy()
    wanted = tuple(measures)
    problems = list(clashes(wanted))
    for number, one in enumerate(wanted, 1):
        problems += _problems(table, one, number)
        if problems:
            continue
        sender, target = table.index(one.sender), table.index(one.target)
        rate = one.rate or 0.0
        if one.kind in {"embargo", "import_ban"}:
            cost[target, sender] = np.inf
        if one.kind in {"embargo", "export_ban"}:
            cost[sender, target] = np.inf
        if one.kind == "friction":
            cost[target, sender] *= 1.0 + rate
            cost[sender, target] *= 1.0 + rate
        if one.kind == "tariff":
            rates[target, sender] = rate
    if problems:
        raise DataError(problems)
    return Wedges(cost, rates)


def _problems(table: Economy, one: Measure, number: int) -> Iterable[Problem]:
    at = told(one, number)
    yield from checked(one, table.names, at)
    if one.sectors:
        hint = "use the many-sector model, or name no sectors"
        yield Problem(at, None, None, "no-sectors", f"names {', '.join(one.sectors)}; this table has one sector", hint)
    if one.kind not in SIMPLE:
        hint = f"the one-sector model knows {', '.join(sorted(SIMPLE))}"
        yield Problem(at, None, None, "wrong-choice", f"{one.kind} needs the many-sector model", hint)


def checked(one: Measure, names: Sequence[str], at: str) -> Iterable[Problem]:
    """Give what is wrong with a measure on these economies, whatever the model."""
    for who in (one.sender, one.target):
        if who not in names:
            yield Problem(at, None, None, "unknown-economy", f"no economy {who!r} in the table", nearest(who, names))
    if one.sender == one.target:
        yield Problem(at, None, None, "bad-measure", f"{one.sender} against itself", "name two economies")
    if one.kind not in get_args(Kind):
        yield Problem(at, None, None, "wrong-choice", f"kind {one.kind!r}", f"known: {', '.join(get_args(Kind))}")
    elif one.kind in _NO_RATE:
        if one.rate is not None:
            yield Problem(at, None, None, "bad-measure", f"rate {one.rate:g}; an embargo or ban has none", "leave the rate out")
    else:
        low, high, meaning = _BOUNDS[one.kind]
        if one.rate is None or not low <= one.rate <= high:
            shown = "no rate" if one.rate is None else f"rate {one.rate:g}"
            yield Problem(at, None, None, "out-of-bounds", f"{shown}, expected {low:g} to {high:g}", meaning)


def told(one: Measure, number: int) -> str:
    """Name a measure in messages by its number and what it is."""
    return f"measure {number} ({one.kind} of {one.sender} on {one.target})"


def clashes(measures: Sequence[Measure]) -> Iterable[Problem]:
    """Give every two measures that set the same rate of the same pair, and sector, to two values.

    Frictions are no clash: one multiplies the other.

    Examples
    --------
    >>> [one.message for one in clashes([*tariff("A", "B", 0.1), *tariff("A", "B", 0.3)])]
    ['sets a rate of 0.3, measure 1 (tariff of A on B) one of 0.1']
    """
    seen: dict[tuple[Kind, str, str], list[tuple[int, Measure]]] = {}
    for number, one in enumerate(measures, 1):
        if one.kind not in _SET_ONCE:
            continue
        earlier = seen.setdefault((one.kind, one.sender, one.target), [])
        for before, other in earlier:
            apart = one.sectors and other.sectors and not set(one.sectors) & set(other.sectors)
            if not apart and (one.rate, one.rents) != (other.rate, other.rents):
                message = f"sets a rate of {_rate(one)}, {told(other, before)} one of {_rate(other)}"
                hint = "give the rate that holds, once for each pair and sector"
                yield Problem(told(one, number), None, None, "two-rates", message, hint)
        earlier.append((number, one))


def _rate(one: Measure) -> str:
    shown = "none" if one.rate is None else f"{one.rate:g}"
    return f"{shown} with rents to the {one.rents}" if one.kind == "quota" else shown


def _each(
    kind: Kind, senders: str | Sequence[str], targets: str | Sequence[str], rate: float | None, sectors: Sequence[str]
) -> tuple[Measure, ...]:
    many = [senders] if isinstance(senders, str) else list(dict.fromkeys(senders))
    against = [targets] if isinstance(targets, str) else list(dict.fromkeys(targets))
    return tuple(Measure(kind, sender, target, rate, tuple(sectors)) for sender in many for target in against)
