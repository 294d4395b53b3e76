"""Words against deeds between two or three parties, from a record and events beside it: what `record --between` adds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from ceasefire.cli.seen import Seen, party_of, seen_json, tell_seen
from ceasefire.cli.wording import counted, estimate, share

if TYPE_CHECKING:
    from ceasefire.record import Difference, SayDo, Share


class Between(NamedTuple):
    """Balances of words and deeds, promises amid force and unannounced deeds, by direction; the difference where asked."""

    seen: Seen
    balances: tuple[SayDo, ...]
    double_talk: tuple[Share, ...]
    unannounced: tuple[Share, ...]
    difference: Difference | None


def between_of(seen: Seen, text: str) -> Between:
    """Measure between the parties that an option names: both directions of two, or a power toward each of two others.

    Examples
    --------
    >>> from ceasefire.cli.seen import Asked, acts_seen
    >>> from ceasefire.testing import a_short_war
    >>> found = between_of(acts_seen(a_short_war(), Asked()), "A,B")
    >>> [(one.actor, one.target, one.counts) for one in found.balances]
    [('A', 'B', (0, 1, 0, 2, 0)), ('B', 'A', (0, 0, 0, 2, 0))]
    """
    from ceasefire import record as room  # noqa: PLC0415

    codes = [party_of(seen.acts, code, "--between") or code for code in _codes(text)]
    difference = None
    if len(codes) == len(("ONE", "OTHER")):
        balances = tuple(room.say_do(seen.acts, one, other) for one, other in (codes, codes[::-1]))
    else:
        difference = room.equidistance(seen.acts, codes[0], (codes[1], codes[2]))
        balances = (difference.first, difference.second)
    found = room.ledger(seen.acts, draws=0)
    return Between(
        seen,
        balances,
        tuple(room.double_talk(seen.acts, one.actor, one.target) for one in balances),
        tuple(room.unannounced(found, one.actor, one.target) for one in balances),
        difference,
    )


def between_json(found: Between) -> dict[str, Any]:
    """Give it for JSON."""
    from ceasefire.record import plain  # noqa: PLC0415

    pairs = zip(found.balances, found.double_talk, found.unannounced, strict=True)
    difference = found.difference
    return {
        **seen_json(found.seen),
        "pairs": [{**plain(one), "double_talk": plain(amid), "unannounced": plain(silent)} for one, amid, silent in pairs],
        "difference": None
        if difference is None
        else {name: plain(getattr(difference, name)) for name in ("words", "deeds", "balance")},
    }


def tell_between(found: Between, called: Callable[[str], str]) -> None:
    """Print it."""
    tell_seen(found.seen)
    for one, amid, silent in zip(found.balances, found.double_talk, found.unannounced, strict=True):
        kind, hostile, kept, fought, met = one.counts
        counts = f"words {kind} of cooperation, {hostile} of conflict; deeds {kept} of cooperation, {fought} of conflict"
        balance = "not given, under 5 words or 5 deeds or 5 weeks" if one.balance is None else estimate(one.balance)
        typer.echo(f"{called(one.actor)} toward {called(one.target)}: {counts}; {counted(met, 'diplomatic act')}")
        ratios = f"words {estimate(one.words)}, deeds {estimate(one.deeds)}"
        typer.echo(f"  from -1 (conflict) to 1 (cooperation), none under 5: {ratios}")
        typer.echo(f"  acts less words, from -2 to 2 (above 0: acts are better than words): {balance}")
        typer.echo(f"  days of promise amid its own force within {counted(amid.days, 'day')}: {share(amid)}")
        typer.echo(f"  deeds that no word of it announced in the {counted(silent.days, 'day')} before: {share(silent)}")
    if (both := found.difference) is not None:
        asked = f"{called(both.first.target)} less {called(both.second.target)}, from -2 to 2"
        if both.words is None and both.deeds is None:
            typer.echo(f"{asked}: not given, under 5 words or 5 deeds toward one of them or 5 weeks")
        else:
            words, deeds = estimate(both.words), estimate(both.deeds)
            typer.echo(f"{asked}: words {words}, deeds {deeds}, acts less words {estimate(both.balance)}")


def _codes(text: str) -> list[str]:
    codes = [part.strip() for part in text.split(",") if part.strip()]
    if len(set(codes)) != len(codes) or len(codes) not in {2, 3}:
        message = f"{text!r} is not two or three different codes such as ARM,AZE or RUS,ARM,AZE"
        raise typer.BadParameter(message, param_hint="--between")
    return codes
