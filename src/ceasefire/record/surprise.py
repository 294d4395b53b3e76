"""Deeds without words, words without deeds, and promises amid force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.intervals import share_interval
from ceasefire.record.acts import ALL, Acts, Integers, within
from ceasefire.record.blocks import LEAST_BLOCKS, REPLICATES, blocks_of, count_of, sums_drawn_again, wider
from ceasefire.record.codes import FORCE, kind_of
from ceasefire.record.fates import EXPIRED, FULFILLED, Engine, Words
from ceasefire.record.follow_through import LEAST, Estimate, as_watched
from ceasefire.record.ledger import DRAWS, SEED, Ledger, at_random, shortened
from ceasefire.record.maps import Rule
from ceasefire.record.say_do import class_of_codes
from ceasefire.record.starts import Urn, spells

WORD_DAYS = 90
AMID_DAYS = 3
PROMISES = ("03", "087", "AGREE", "CONCEDE", "RETREAT-ceasefire", "RETREAT-disarm", "RETREAT-withdraw")
"""Beginnings of the codes of promises and truces, of CAMEO and of PLOVER."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its n, what it would be at random, and its 95 % interval.

    Parameters
    ----------
    hits, n : int
    days : int
        Days within which a hit must lie.
    base : float or None
        None under five, and where no random start exists.
    estimate : Estimate or None
        None under five. The interval is the exact binomial one or, where it is wider, that of a bootstrap of blocks.
    unjudged : int
        Left out of `n` because what would make them a hit was not seen whole, or depends on a condition that nobody judged.
    """

    hits: int
    n: int
    days: int
    base: float | None
    estimate: Estimate | None
    unjudged: int = 0


@dataclass(frozen=True, slots=True)
class First:
    """A deed of a kind that a party had not been seen doing to another before; `quiet_days` is how long it was watched."""

    row: int
    day: date
    actor: str
    target: str
    code: str
    quiet_days: int


def share_of(hits: int, n: int, base: float | None, days: int) -> Share:
    """Make a share of things that do not depend on one another; without estimate under five."""
    if n < LEAST:
        return Share(hits, n, days, None, None)
    return Share(hits, n, days, base, Estimate(hits / n, *share_interval(hits, n)))


def share_in_blocks(hit: NDArray[np.bool_], blocks: tuple[Integers, ...], base: float | None, days: int, seed: int) -> Share:
    """Make a share of things of which those of one block move together."""
    plain = share_of(int(hit.sum()), len(hit), base, days)
    if plain.estimate is None:
        return plain
    random, ones = np.random.default_rng(seed), np.ones(len(hit))
    sums = [sums_drawn_again(block, (hit, ones), REPLICATES, random) for block in blocks if count_of(block) >= LEAST_BLOCKS]
    ends = wider(tuple(hits / n for hits, n in sums), (plain.estimate.low, plain.estimate.high))
    return Share(plain.hits, plain.n, days, base, Estimate(plain.estimate.value, *ends))


def _between(acts: Acts, actor: str | None, target: str | None) -> NDArray[np.bool_]:
    """Tell which acts are of an actor, toward a target."""
    chosen = np.ones(len(acts), dtype=np.bool_)
    for name, column in ((actor, acts.actor), (target, acts.target)):
        if name is not None:
            chosen &= column == acts.party(name)
    return chosen


def unannounced(found: Ledger, actor: str | None = None, target: str | None = None, *, days: int = WORD_DAYS) -> Share:
    """Give the share of material deeds that no word of their actor to their target announced in the days before.

    So many days are `days`, or half of the days observed where that is less.

    A word announces the deeds that its rule calls full or partly, done in the direction of speaker to addressee. The base is
    the share for the same deeds put on random days of the same pair and volume. Deeds of the first such days are left
    out, for what was said before them was not seen.

    Examples
    --------
    No word of B announced the blow that falls late enough to be judged.

    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> found = unannounced(ledger(acts_from_case(a_short_war())[0], (words(), demands())), "B")
    >>> found.hits, found.n, found.days
    (1, 1, 5)
    """
    within(1, days=days)
    acts = found.acts
    days = min(days, acts.span // 2)
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    deeds = ((kind == 2) | (kind == 3)) & acts.by_name & _between(acts, actor, target)
    places = np.flatnonzero(deeds & (acts.day >= days))
    unjudged = int(deeds.sum()) - len(places)
    if not len(places):
        return Share(0, 0, days, None, None, unjudged)
    announcers = _Announcers(found, days)
    hit = ~announcers.announced(places, acts.day[places])
    pair = acts.pairs_between(acts.actor[places], acts.target[places])
    urn, random = Urn(spells(acts, pair)), np.random.default_rng(found.seed)
    put, n = np.zeros(len(places)), np.zeros(len(places))
    for _ in range(DRAWS):
        drawn = urn.draw(pair, acts.day[places], acts.span - 1, 1, random)[:, 0]
        seen = np.flatnonzero(drawn >= days)
        put[seen] += ~announcers.announced(places[seen], drawn[seen])
        n[seen] += 1
    base = float((put[n > 0] / n[n > 0]).mean()) if n.any() else None
    block = blocks_of(acts, acts.actor[places], acts.target[places], acts.day[places], acts.row[places], window=days)
    return replace(share_in_blocks(hit, block, base, days, found.seed), unjudged=unjudged)


class _Announcers:
    """Finds the last word before a day that announces a deed; deeds that the same rules announce are looked up together."""

    def __init__(self, found: Ledger, days: int) -> None:
        acts, said = found.acts, found.words
        self._acts, self._days, self._stride = acts, days, acts.span + 1
        covering: dict[str, list[int]] = {code: [] for code in acts.codes}
        for number in np.unique(said.rule).tolist():
            for code in _announces(found.rules[number], acts.codes):
                covering[code].append(number)
        keys = (said.actor * len(acts.parties) + said.target) * self._stride + said.day
        sets = sorted({tuple(numbers) for numbers in covering.values() if numbers})
        self._keys = [np.sort(keys[np.isin(said.rule, numbers)]) for numbers in sets]
        place = {numbers: k for k, numbers in enumerate(sets)}
        self._set = np.array([place.get(tuple(covering[code]), -1) for code in acts.codes], dtype=np.int64)

    def announced(self, places: Integers, day: Integers) -> NDArray[np.bool_]:
        """Tell for deeds at `places`, put on `day`, whether a word that announces them stands in the days before.

        A word toward everybody, such as a general truce, announces deeds toward anyone.
        """
        acts, everybody = self._acts, self._acts.party(ALL)
        told = self._stand_before(places, acts.pair[places], day)
        if everybody >= 0:
            told |= self._stand_before(places, acts.actor[places] * len(acts.parties) + everybody, day)
        return told

    def _stand_before(self, places: Integers, pair: Integers, day: Integers) -> NDArray[np.bool_]:
        key = pair * self._stride + day
        since = key - np.minimum(self._days, day)
        of_set = self._set[self._acts.code[places]]
        told = np.zeros(len(places), dtype=np.bool_)
        for number, keys in enumerate(self._keys):
            fits = np.flatnonzero(of_set == number)
            at = np.searchsorted(keys, key[fits], side="left") - 1
            told[fits] = (at >= 0) & (keys[np.maximum(at, 0)] >= since[fits])
        return told


def _announces(rule: Rule, codes: tuple[str, ...]) -> set[str]:
    """Give the codes that a word announces: full or partly, done by its speaker toward its addressee."""
    return {
        code
        for outcome in ("full", "partly")
        for direction, ours in rule.codes_of(outcome, codes).items()
        if direction in {"A>B", "A<>B", "A>*"}
        for code in ours
    }


def bluff_ratio(found: Ledger, actor: str | None = None, target: str | None = None) -> Share:
    """Give the share of resisted threats that expired among those that expired or were carried out.

    Judged are threats seen over the whole of the days watched, for of the others only those carried out would be known; and
    none that depends on a condition, as in every rate. `days` is the longest window. The base is the same ratio for random
    starts that were resisted likewise; None where fewer than five were.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> bluff_ratio(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    Share(hits=0, n=0, days=0, base=None, estimate=None, unjudged=0)
    """
    chosen = found.select(actor=actor, target=target, kind=("threat", "ultimatum"))
    whole = ~found.conditional & (found.words.day + found.watched < found.acts.span)
    seen, unjudged = np.flatnonzero(chosen & whole), int((chosen & ~whole & found.fates.resisted).sum())
    delay, status = as_watched(found, seen)
    judged = (found.fates.resistance[seen] <= delay) & ((status == EXPIRED) | (status == FULFILLED))
    places, hit = seen[judged], status[judged] == EXPIRED
    if not len(places):
        return Share(0, 0, 0, None, None, unjudged)
    said, days = found.words, int(found.watched[places].max())
    row = found.acts.row[found.place[places]]
    block = blocks_of(found.acts, said.actor[places], said.target[places], said.day[places], row, window=days)
    threats = Words(said.rule[seen], said.actor[seen], said.target[seen], said.day[seen])
    return replace(share_in_blocks(hit, block, _bluffs_at_random(found, threats), days, found.seed), unjudged=unjudged)


def _bluffs_at_random(found: Ledger, threats: Words) -> float | None:
    """Give the bluff ratio of threats, resisted or not, put on random days: of those starts that were resisted."""
    expired = carried_out = 0
    rules, seeds = shortened(found.rules, found.acts.span), np.random.SeedSequence(found.seed)
    for _, drawn, fates in at_random(found.engine, rules, threats, found.draws, seeds, by_volume=found.by_volume):
        status = fates.status[drawn.reshape(-1) & fates.resisted]
        expired += int((status == EXPIRED).sum())
        carried_out += int((status == FULFILLED).sum())
    n = expired + carried_out
    return expired / n if n >= LEAST else None


def double_talk(
    acts: Acts, actor: str | None = None, target: str | None = None, *, days: int = AMID_DAYS, seed: int = SEED
) -> Share:
    """Give the share of days with a promise or a truce on which force (18 to 20) lies no more than `days` days away.

    Both by the same actor toward the same target; the day itself counts. Promises and truces are the codes of `PROMISES`. The
    base is the share of random days of the same pair and volume. Days whose surroundings were not observed whole are left out.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> double_talk(acts_from_case(a_short_war())[0], "A", "B").n
    0
    """
    within(0, days=days)
    own = _between(acts, actor, target)
    own &= acts.has_code(PROMISES)[acts.code] if len(acts) else own
    every = np.unique(acts.pair[own] * acts.span + acts.day[own])
    cells = every[(every % acts.span >= days) & (every % acts.span < acts.span - days)]
    unjudged = len(every) - len(cells)
    if not len(cells):
        return Share(0, 0, days, None, None, unjudged)
    pair, day = cells // acts.span, cells % acts.span
    a, b = pair // len(acts.parties), pair % len(acts.parties)
    force = tuple(code for code in acts.codes if code.startswith(FORCE))
    engine = Engine(acts)

    def amid(pair: Integers, day: Integers) -> NDArray[np.bool_]:
        return engine.count(force, pair, day - days, day + days) > 0

    both = acts.pairs_between(a, b)
    drawn = Urn(spells(acts, both)).draw(both, day, acts.span - 1 - days, DRAWS, np.random.default_rng(seed))
    seen = drawn >= days
    put = seen & amid(np.repeat(pair, DRAWS), np.maximum(drawn, days).reshape(-1)).reshape(drawn.shape)
    n = seen.sum(axis=1)
    base = float((put.sum(axis=1)[n > 0] / n[n > 0]).mean()) if n.any() else None
    blocks = blocks_of(acts, a, b, day, cells, window=days)
    return replace(share_in_blocks(amid(pair, day), blocks, base, days, seed), unjudged=unjudged)


def firsts(acts: Acts, since: date, *, quiet_days: int = 365, most: int = 100) -> tuple[First, ...]:
    """Find deeds from `since` on whose kind (two digits, or a PLOVER type) an actor had never been seen doing to that target.

    Parameters
    ----------
    acts : Acts
    since : date
    quiet_days : int
        How long the acts must have been observed before a deed can be called a first.
    most : int
        At most so many, the latest kept.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> firsts(acts_from_case(a_short_war())[0], date(2031, 3, 1))
    ()
    """
    within(1, most=most)
    within(0, quiet_days=quiet_days)
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    places = np.flatnonzero(((kind == 2) | (kind == 3)) & acts.by_name)
    roots = sorted({kind_of(code) for code in acts.codes})
    root = np.array([roots.index(kind_of(code)) for code in acts.codes], dtype=np.int64)
    key = acts.pair[places] * len(roots) + root[acts.code[places]]
    order = np.lexsort((places, acts.day[places], key))
    new = places[order][np.diff(key[order], prepend=-1) != 0]
    new = new[acts.day[new] >= max((since - acts.first).days, quiet_days)]
    new = new[np.lexsort((new, acts.day[new]))][-most:]
    return tuple(
        First(
            row=int(acts.row[k]),
            day=acts.date_of(acts.day[k]),
            actor=acts.parties[acts.actor[k]],
            target=acts.parties[acts.target[k]],
            code=acts.codes[acts.code[k]],
            quiet_days=int(acts.day[k]),
        )
        for k in new
    )
