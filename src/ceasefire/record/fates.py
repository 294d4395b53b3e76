"""The engine of the ledger: for each word the first of the competing outcomes, over arrays and without a loop over words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers
from ceasefire.record.codes import FORCE
from ceasefire.record.maps import Rule

STATUSES = ("fulfilled", "complied", "contrary", "refused", "partly", "expired", "open")
"""What became of a commitment. Of two outcomes on the same day the one named first here decides."""

FULFILLED, COMPLIED, CONTRARY, REFUSED, PARTLY, EXPIRED, OPEN = range(len(STATUSES))
_OUTCOME = {"full": FULFILLED, "complied": COMPLIED, "contrary": CONTRARY, "refused": REFUSED, "partly": PARTLY}
_RESISTED = frozenset({"threat", "ultimatum"})
_MET = frozenset({"full", "complied", "partly"})
NEVER = np.int64(1) << 40
FORCE_RATIO = 0.5


@dataclass(frozen=True, eq=False)
class Words:
    """Words to follow, real or drawn at random: arrays of one length.

    Parameters
    ----------
    rule : NDArray[np.int64]
        Number into the rules.
    actor, target : NDArray[np.int64]
        Numbers of parties.
    day : NDArray[np.int64]
        Days since the first day observed.
    """

    rule: Integers
    actor: Integers
    target: Integers
    day: Integers


@dataclass(frozen=True, eq=False)
class Fates:
    """What became of each word.

    Parameters
    ----------
    status : NDArray[np.int64]
        Number into `STATUSES`.
    delay : NDArray[np.int64]
        Days from the word to what closed it, to the end of its window, or to the last day observed.
    closing : NDArray[np.int64]
        Place in the acts of what closed it; -1 where nothing did.
    resistance : NDArray[np.int64]
        For threats: days from the word until the addressee refused or resisted; `NEVER` where it did not.
    """

    status: Integers
    delay: Integers
    closing: Integers
    resistance: Integers

    @property
    def resisted(self) -> NDArray[np.bool_]:
        """Whether the addressee refused or resisted no later than the threat was closed."""
        return self.resistance <= self.delay


@dataclass(eq=False)
class Engine:
    """Looks up the next act of some codes between some parties; keeps what it has sorted.

    Parameters
    ----------
    acts : Acts
    foes : frozenset of (str, str), optional
        Pairs that fight each other, in both orders, for directions that name a foe; None means anyone may be one.
    """

    acts: Acts
    foes: frozenset[tuple[str, str]] | None = None
    _sorted: dict[str, tuple[Integers, Integers]] = field(default_factory=dict, init=False)
    _chosen: dict[tuple[str, tuple[str, ...], bool], tuple[Integers, Integers]] = field(default_factory=dict, init=False)

    def next_act(
        self, direction: str, codes: tuple[str, ...], words: Words, chosen: Integers, *, firm: bool = False
    ) -> tuple[Integers, Integers]:
        """Find the first act after the day of each chosen word; `firm`: words that depend on a condition are passed over.

        Returns
        -------
        delay, place : NDArray[np.int64]
            Days from the word to the act, `NEVER` where there is none, and its place in the acts.
        """
        a, b, day = words.actor[chosen], words.target[chosen], words.day[chosen]
        n = len(self.acts.parties)
        if direction == "A<>B":
            there, back = (self._search("pair", codes, pair, day, firm=firm) for pair in (a * n + b, b * n + a))
            earlier = there[0] <= back[0]
            return np.where(earlier, there[0], back[0]), np.where(earlier, there[1], back[1])
        order, who = {
            "A>B": ("pair", a * n + b),
            "B>A": ("pair", b * n + a),
            "A>*": ("actor", a),
            "B>*": ("actor", b),
            "*>B": ("target", b),
            "B>foe": ("foe", b),
        }[direction]
        return self._search(order, codes, who, day, firm=firm)

    def count(self, codes: tuple[str, ...], pair: Integers, since: Integers, until: Integers) -> Integers:
        """Count the acts of a directed pair on days `since` to `until`, both included."""
        keys, _ = self._acts_with("pair", codes, firm=False)
        base = pair * self._stride
        low = np.searchsorted(keys, base + np.maximum(since, 0), side="left")
        high = np.searchsorted(keys, base + np.minimum(until, self._stride - 1), side="right")
        found: Integers = np.maximum(high - low, 0)
        return found

    @property
    def _stride(self) -> int:
        return self.acts.span + 1

    def _search(self, order: str, codes: tuple[str, ...], who: Integers, day: Integers, *, firm: bool) -> tuple[Integers, Integers]:
        keys, places = self._acts_with(order, codes, firm=firm)
        if not len(keys):
            return np.full(len(who), NEVER), np.full(len(who), -1)
        at = np.searchsorted(keys, who * self._stride + day, side="right")
        found = keys[np.minimum(at, len(keys) - 1)]
        same = (at < len(keys)) & (found // self._stride == who)
        delay = np.where(same, found - who * self._stride - day, NEVER)
        return delay, np.where(same, places[np.minimum(at, len(keys) - 1)], -1)

    def _acts_with(self, order: str, codes: tuple[str, ...], *, firm: bool) -> tuple[Integers, Integers]:
        """Give sorted keys (who, day) of the acts with these codes, and their places."""
        if (order, codes, firm) not in self._chosen:
            keys, places = self._order(order)
            wanted = set(codes)
            mask = np.array([code in wanted for code in self.acts.codes], dtype=np.bool_)
            kept = ~self.acts.conditional[places] if firm else np.ones(len(places), dtype=np.bool_)
            hit = np.flatnonzero(kept & mask[self.acts.code[places]]) if len(places) else np.empty(0, dtype=np.int64)
            self._chosen[order, codes, firm] = keys[hit], places[hit]
        return self._chosen[order, codes, firm]

    def _order(self, order: str) -> tuple[Integers, Integers]:
        if order not in self._sorted:
            acts = self.acts
            who = {"pair": acts.pair, "actor": acts.actor, "target": acts.target, "foe": acts.actor}[order]
            places = np.arange(len(acts))
            if order == "foe" and self.foes is not None:
                places = places[self._is_foe()]
            keys = who[places] * self._stride + acts.day[places]
            if order != "pair":
                by_key = np.argsort(keys, kind="stable")
                keys, places = keys[by_key], places[by_key]
            self._sorted[order] = keys, places
        return self._sorted[order]

    def _is_foe(self) -> NDArray[np.bool_]:
        acts, n = self.acts, len(self.acts.parties)
        known = [(acts.party(a), acts.party(b)) for a, b in self.foes or ()]
        pairs = [a * n + b for a, b in known if a >= 0 and b >= 0]
        return np.isin(acts.pair, pairs)


def follow(engine: Engine, rules: Sequence[Rule], words: Words) -> Fates:
    """Follow each word to the first outcome in its window, to the end of the window, or to the last day observed.

    The day of the word itself is left out: nobody recorded the order of things within a day. A word that depends on a condition
    meets no commitment, and complies with no demand; it can refuse one.
    """
    n = len(words.day)
    fates = Fates(np.full(n, OPEN), np.zeros(n, dtype=np.int64), np.full(n, -1), np.full(n, NEVER))
    for number, rule in enumerate(rules):
        chosen = np.flatnonzero(words.rule == number)
        if len(chosen):
            _follow_rule(engine, rule, words, chosen, fates)
    return fates


def _follow_rule(engine: Engine, rule: Rule, words: Words, chosen: Integers, fates: Fates) -> None:
    day = words.day[chosen]
    seen = engine.acts.span - 1 - day
    status = np.where(seen >= rule.within_days, EXPIRED, OPEN)
    delay = np.minimum(seen, rule.within_days)
    closing = np.full(len(chosen), -1)
    resistance = np.full(len(chosen), NEVER)
    counted = ("contrary",) if rule.restraint else ("full", "complied", "contrary", "refused", "partly")
    best = np.where(status == EXPIRED, delay + 1, NEVER)
    for outcome in counted:
        for direction, codes in sorted(rule.codes_of(outcome, engine.acts.codes).items()):
            firm = outcome in _MET
            found, place = engine.next_act(direction, codes, words, chosen, firm=firm)
            if outcome == "refused" and rule.kind in _RESISTED:
                resistance = np.minimum(resistance, found)
                continue
            first = (found <= rule.within_days) & (found < best)
            best = np.where(first, found, best)
            status, delay = np.where(first, _OUTCOME[outcome], status), np.where(first, found, delay)
            closing = np.where(first, place, closing)
    if rule.restraint:
        status = np.where(status == EXPIRED, restrained(engine, rule, words, chosen), status)
    fates.status[chosen], fates.delay[chosen], fates.closing[chosen] = status, delay, closing
    fates.resistance[chosen] = resistance


def restrained(engine: Engine, rule: Rule, words: Words, chosen: Integers) -> Integers:
    """Judge promises not to act that were not broken: kept if the force between the two fell, partly kept otherwise.

    Force is what of the contrary codes is force: a refusal to meet that was not broken is kept. It fell when the acts of force,
    both ways, in the window are fewer than `FORCE_RATIO` times those in the window before, or when there are none. Where fewer
    days before were observed, as many times fewer are asked for.

    Returns
    -------
    NDArray[np.int64], shape (n_chosen,)
        *Fulfilled* or *partly*, as numbers into `STATUSES`.
    """
    codes = tuple(code for code in rule.codes_of("contrary", engine.acts.codes).get("A>B", ()) if code.startswith(FORCE))
    a, b, day, n = words.actor[chosen], words.target[chosen], words.day[chosen], len(engine.acts.parties)
    w = rule.within_days
    before = sum(engine.count(codes, pair, day - w, day - 1) for pair in (a * n + b, b * n + a))
    after = sum(engine.count(codes, pair, day + 1, day + w) for pair in (a * n + b, b * n + a))
    return np.where((after == 0) | (after * np.minimum(day, w) < FORCE_RATIO * before * w), FULFILLED, PARTLY)
