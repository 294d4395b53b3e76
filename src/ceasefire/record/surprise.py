"""Deeds without words, words without deeds, and promises amid force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers
from ceasefire.record.chances import share_interval
from ceasefire.record.codes import FORCE
from ceasefire.record.fates import EXPIRED, FULFILLED, Engine
from ceasefire.record.follow_through import LEAST, Estimate
from ceasefire.record.ledger import DRAWS, SEED, Ledger
from ceasefire.record.say_do import class_of_codes
from ceasefire.record.starts import Urn, spells

WORD_DAYS = 90
AMID_DAYS = 3
_PROMISE = ("03", "087")


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its n, what it would be at random, and its exact 95 % interval.

    `estimate` and `base` are None under five; `base` also where no random start exists.
    """

    hits: int
    n: int
    base: float | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class First:
    """A deed of a kind that a party had not been seen doing to another before; `quiet_days` is how long it was watched."""

    row: int
    day: date
    actor: str
    target: str
    code: str
    quiet_days: int


def share_of(hits: int, n: int, base: float | None) -> Share:
    """Make a share; without estimate under five."""
    if n < LEAST:
        return Share(hits, n, None, None)
    return Share(hits, n, base, Estimate(hits / n, *share_interval(hits, n)))


def unannounced(found: Ledger, actor: str | None = None, *, days: int = WORD_DAYS) -> Share:
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
    >>> found.hits, found.n
    (1, 1)
    """
    acts = found.acts
    days = min(days, acts.span // 2)
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    deeds = ((kind == 2) | (kind == 3)) & (acts.day >= days)
    if actor is not None:
        deeds &= acts.actor == acts.party(actor)
    places = np.flatnonzero(deeds)
    if not len(places):
        return share_of(0, 0, None)
    announced = _announced(found, places, acts.day[places], days)
    pair = acts.pairs_between(acts.actor[places], acts.target[places])
    urn = Urn(spells(acts, pair))
    random = np.random.default_rng(found.seed)
    drawn = np.concatenate([urn.draw(pair, acts.day[places], acts.span - 1, 1, random)[:, 0] for _ in range(DRAWS)])
    seen = drawn >= days
    base = 1 - float(_announced(found, np.tile(places, DRAWS)[seen], drawn[seen], days).mean()) if seen.any() else None
    return share_of(int((~announced).sum()), len(places), base)


def _announced(found: Ledger, places: Integers, day: Integers, days: int) -> NDArray[np.bool_]:
    """Tell for deeds at `places`, put on `day`, whether a matching word stands in the days before."""
    acts, said = found.acts, found.words
    stride = acts.span + 1
    key = acts.pair[places] * stride + day
    announced = np.zeros(len(places), dtype=np.bool_)
    said_keys = (said.actor * len(acts.parties) + said.target) * stride + said.day
    for number in np.unique(said.rule):
        rule = found.rules[number]
        codes = {
            code
            for outcome in ("full", "partly")
            for direction, ours in rule.codes_of(outcome, acts.codes).items()
            if direction in {"A>B", "A<>B", "A>*"}
            for code in ours
        }
        fits = np.flatnonzero(np.array([code in codes for code in acts.codes], dtype=np.bool_)[acts.code[places]])
        keys = np.sort(said_keys[said.rule == number])
        if len(fits):
            low = np.searchsorted(keys, key[fits] - np.minimum(days, day[fits]), side="left")
            announced[fits] |= np.searchsorted(keys, key[fits], side="left") > low
    return announced


def bluff_ratio(found: Ledger, actor: str | None = None) -> Share:
    """Give the share of resisted threats that expired among those that expired or were carried out.

    The base is the same ratio for random starts, resisted or not.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, ledger, words
    >>> from ceasefire.testing import a_short_war
    >>> bluff_ratio(ledger(acts_from_case(a_short_war())[0], (words(), demands())))
    Share(hits=0, n=0, base=None, estimate=None)
    """
    chosen = found.select(actor=actor, kind=("threat", "ultimatum")) & found.fates.resisted
    expired, carried_out = chosen & (found.fates.status == EXPIRED), chosen & (found.fates.status == FULFILLED)
    both = expired | carried_out
    base = found.base[both]
    known = base[~np.isnan(base).any(axis=1)]
    total = known[:, EXPIRED].sum() + known[:, FULFILLED].sum()
    return share_of(int(expired.sum()), int(both.sum()), float(known[:, EXPIRED].sum() / total) if total else None)


def double_talk(acts: Acts, actor: str, target: str, *, days: int = AMID_DAYS, seed: int = SEED) -> Share:
    """Give the share of days with a promise or a truce (03, 087) on which force (18 to 20) lies no more than `days` days away.

    Both by the actor toward the target; the day itself counts. The base is the share of random days of the same pair and
    volume. Days whose surroundings were not observed whole are left out.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> double_talk(acts_from_case(a_short_war())[0], "A", "B").n
    0
    """
    a, b = acts.party(actor), acts.party(target)
    own = (acts.actor == a) & (acts.target == b)
    promised = np.unique(acts.day[own & acts.has_code(_PROMISE)[acts.code]]) if len(acts) else np.empty(0, dtype=np.int64)
    promised = promised[(promised >= days) & (promised < acts.span - days)]
    if not len(promised):
        return share_of(0, 0, None)
    force = tuple(code for code in acts.codes if code.startswith(FORCE))
    engine = Engine(acts)

    def amid(day: Integers) -> NDArray[np.bool_]:
        return engine.count(force, np.full(len(day), a * len(acts.parties) + b), day - days, day + days) > 0

    pair = np.full(len(promised), acts.pairs_between(np.array([a]), np.array([b]))[0])
    drawn = Urn(spells(acts, pair)).draw(pair, promised, acts.span - 1 - days, DRAWS, np.random.default_rng(seed)).reshape(-1)
    drawn = drawn[drawn >= days]
    return share_of(int(amid(promised).sum()), len(promised), float(amid(drawn).mean()) if len(drawn) else None)


def firsts(acts: Acts, since: date, *, quiet_days: int = 365, most: int = 100) -> tuple[First, ...]:
    """Find deeds from `since` on whose kind (two digits) an actor had never been seen doing to that target.

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
    kind = class_of_codes(acts.codes)[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
    places = np.flatnonzero((kind == 2) | (kind == 3))
    roots = sorted({code[:2] for code in acts.codes})
    root = np.array([roots.index(code[:2]) for code in acts.codes], dtype=np.int64)
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
