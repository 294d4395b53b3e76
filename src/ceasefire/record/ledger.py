"""The ledger: commitments opened by a word and closed by the first competing outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.record.acts import Acts, Integers, within
from ceasefire.record.fates import EXPIRED, OPEN, STATUSES, Engine, Fates, Words, follow
from ceasefire.record.maps import Rule, demands, rule_for, words
from ceasefire.record.starts import Urn, spells

DRAWS = 20
SEED = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment, for reading.

    `said` and `closed_by` are the caller's own numbers of the rows; `closed` is None while it is open or expired.
    """

    said: int
    day: date
    actor: str
    target: str
    word: str
    kind: str
    issue: str
    says: str
    conditional: bool
    due: date
    status: str
    closed: date | None
    closed_by: int | None
    resisted: bool


@dataclass(frozen=True, eq=False)
class Ledger:
    """Commitments as arrays of one length, ordered by rule, actor, target and day.

    Words of one rule between the same two parties on one day are one commitment.

    Parameters
    ----------
    acts : Acts
    rules : tuple of Rule
    words : Words
    place : NDArray[np.int64]
        Place of the first such word in the acts.
    fates : Fates
    conditional : NDArray[np.bool_]
        The word depends on something, and so do all that are one commitment with it. Whether the condition came true is not in
        the acts: such a commitment stays open when its window ends, and no rate counts it.
    watched : NDArray[np.int64], shape (n,)
        Days over which rate and base rate are compared: the window, or half of the days observed where that is shorter,
        so that random starts exist.
    base : NDArray[np.float64], shape (n, n_statuses)
        Share of random starts in the same pair and volume stratum, or the nearest that has any, that had each status after the
        days watched; NaN where no day is followed by so many.
    engine : Engine
    draws, seed : int
    by_volume : bool
        Whether random starts share the volume stratum of the word.
    """

    acts: Acts
    rules: tuple[Rule, ...]
    words: Words
    place: Integers
    fates: Fates
    conditional: NDArray[np.bool_]
    watched: Integers
    base: NDArray[np.float64]
    engine: Engine
    draws: int
    seed: int
    by_volume: bool

    def __len__(self) -> int:
        return len(self.place)

    def select(
        self,
        *,
        actor: str | None = None,
        target: str | None = None,
        word: str | None = None,
        kind: str | Sequence[str] | None = None,
        issue: str | None = None,
    ) -> NDArray[np.bool_]:
        """Tell which commitments are of an actor, to a target, of a word of the map, of a kind, on an issue."""
        kinds = (kind,) if isinstance(kind, str) else kind
        fits = np.array(
            [
                (word is None or rule.word == word)
                and (kinds is None or rule.kind in kinds)
                and (issue is None or rule.issue == issue)
                for rule in self.rules
            ],
            dtype=np.bool_,
        )
        chosen: NDArray[np.bool_] = fits[self.words.rule]
        for name, column in ((actor, self.words.actor), (target, self.words.target)):
            if name is not None:
                chosen = chosen & (column == self.acts.party(name))
        return chosen

    def counts(self, chosen: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """Count commitments by status."""
        found = np.bincount(self.fates.status if chosen is None else self.fates.status[chosen], minlength=len(STATUSES))
        return {name: int(count) for name, count in zip(STATUSES, found, strict=True)}

    def rows(self, chosen: NDArray[np.bool_] | None = None, most: int | None = None) -> tuple[Row, ...]:
        """Give commitments one by one, by day, actor, target and word; at most `most` of them."""
        places = np.arange(len(self)) if chosen is None else np.flatnonzero(chosen)
        order = np.lexsort((self.words.rule[places], self.words.target[places], self.words.actor[places], self.words.day[places]))
        return tuple(self._row(int(k)) for k in places[order][:most])

    def _row(self, k: int) -> Row:
        acts, rule, day = self.acts, self.rules[self.words.rule[k]], int(self.words.day[k])
        closing, status = int(self.fates.closing[k]), int(self.fates.status[k])
        is_closed = status not in {EXPIRED, OPEN}
        return Row(
            said=int(acts.row[self.place[k]]),
            day=acts.date_of(day),
            actor=acts.parties[self.words.actor[k]],
            target=acts.parties[self.words.target[k]],
            word=acts.codes[acts.code[self.place[k]]],
            kind=rule.kind,
            issue=rule.issue,
            says=rule.says,
            conditional=bool(self.conditional[k]),
            due=acts.date_of(day + rule.within_days),
            status=STATUSES[status],
            closed=acts.date_of(day + int(self.fates.delay[k])) if is_closed else None,
            closed_by=int(acts.row[closing]) if closing >= 0 else None,
            resisted=bool(self.fates.resisted[k]),
        )


def ledger(
    acts: Acts,
    maps: Sequence[Sequence[Rule]] | None = None,
    *,
    within_days: int | None = None,
    foes: frozenset[tuple[str, str]] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    by_volume: bool = True,
) -> Ledger:
    """Open a commitment for every word of the maps and follow it to its end.

    Parameters
    ----------
    acts : Acts
        Everything recorded, words and deeds. Use `Acts.until` for an earlier day: nothing later is then seen.
    maps : sequence of maps, optional
        The packaged maps of words and of demands by default; a word that stands in two maps opens two commitments.
    within_days : int, optional
        One window for all words, in place of those of the maps.
    foes : frozenset of (str, str), optional
        Who fights whom, both orders, for demands that are judged on what the addressee does to its enemy; anyone by default.
    draws : int
        Random starts for each word; 0 leaves the base rates out.
    seed : int
    by_volume : bool
        Whether random starts must share the volume stratum of the word.

    Returns
    -------
    Ledger

    Raises
    ------
    DataError
        If `within_days` is below 1 or `draws` below 0.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case, demands, words
    >>> from ceasefire.testing import a_short_war
    >>> [row] = ledger(acts_from_case(a_short_war())[0], (words(), demands())).rows()
    >>> row.kind, row.status, row.closed.isoformat()
    ('threat', 'fulfilled', '2031-03-02')
    """
    within(0, draws=draws)
    within(1, within_days=1 if within_days is None else within_days)
    rules, (number, place, conditional) = _open(acts, maps if maps is not None else (words(), demands()))
    if within_days is not None:
        rules = tuple(replace(rule, within_days=within_days) for rule in rules)
    said = Words(number, acts.actor[place], acts.target[place], acts.day[place])
    engine = Engine(acts, foes)
    fates = follow(engine, rules, said)
    fates = replace(fates, status=np.where(conditional & (fates.status == EXPIRED), OPEN, fates.status))
    shorter = shortened(rules, acts.span)
    watched = np.array([rule.within_days for rule in shorter], dtype=np.int64)[number]
    base = _base(engine, shorter, said, draws, np.random.SeedSequence(seed), by_volume=by_volume)
    return Ledger(acts, rules, said, place, fates, conditional, watched, base, engine, draws, seed, by_volume)


def shortened(rules: Sequence[Rule], span: int) -> tuple[Rule, ...]:
    """Give rules with the windows over which rate and base are compared: at most half of the days observed."""
    return tuple(replace(rule, within_days=min(rule.within_days, max(span // 2, 1))) for rule in rules)


def _open(acts: Acts, maps: Sequence[Sequence[Rule]]) -> tuple[tuple[Rule, ...], tuple[Integers, Integers, NDArray[np.bool_]]]:
    """Find the words: for each rule, pair and day the rule's number, the place of the first word, whether all are conditional."""
    rules: list[Rule] = []
    numbers, places = [], []
    for one in maps:
        found = [rule_for(one, code) for code in acts.codes]
        position = {rule.word: len(rules) + k for k, rule in enumerate(one)}
        rules += one
        by_code = np.array([-1 if rule is None else position[rule.word] for rule in found], dtype=np.int64)
        number = by_code[acts.code] if len(acts) else np.empty(0, dtype=np.int64)
        place = np.flatnonzero(number >= 0)
        numbers.append(number[place])
        places.append(place)
    number, place = np.concatenate(numbers), np.concatenate(places)
    key = (number * len(acts.parties) ** 2 + acts.pair[place]) * acts.span + acts.day[place]
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    firm = np.bincount(which.reshape(-1), weights=~acts.conditional[place], minlength=len(first)) > 0
    return tuple(rules), (number[first], place[first], ~firm)


def _base(
    engine: Engine, rules: tuple[Rule, ...], said: Words, draws: int, seeds: np.random.SeedSequence, *, by_volume: bool
) -> NDArray[np.float64]:
    """Give the share of random starts that had each status."""
    base = np.full((len(said.day), len(STATUSES)), np.nan)
    for chosen, found, fates in at_random(engine, rules, said, draws, seeds, by_volume=by_volume):
        shares = np.stack([(fates.status == k).reshape(found.shape).mean(axis=1) for k in range(len(STATUSES))], axis=1)
        base[chosen] = np.where(found[:, :1], shares, np.nan)
    return base


def at_random(
    engine: Engine, rules: tuple[Rule, ...], said: Words, draws: int, seeds: np.random.SeedSequence, *, by_volume: bool = True
) -> Iterator[tuple[Integers, NDArray[np.bool_], Fates]]:
    """Follow words put on random days of the same pair and stratum, with the same rules and windows.

    Yields
    ------
    chosen : NDArray[np.int64], shape (k,)
        Places of the words of one rule.
    found : NDArray[np.bool_], shape (k, draws)
        Whether a day could be drawn; either for all draws of a word or for none.
    fates : Fates
        Of the k * draws words so put, draws of one word side by side.
    """
    if draws == 0 or not len(said.day):
        return
    pair = engine.acts.pairs_between(said.actor, said.target)
    urn = Urn(spells(engine.acts, pair), by_volume=by_volume)
    for number, child in zip(range(len(rules)), seeds.spawn(len(rules)), strict=True):
        chosen = np.flatnonzero(said.rule == number)
        last_start = engine.acts.span - 1 - rules[number].within_days
        if not len(chosen) or last_start < 0:
            continue
        random = np.random.default_rng(child)
        starts = urn.draw(pair[chosen], said.day[chosen], last_start, draws, random)
        drawn = Words(
            np.full(starts.size, number),
            np.repeat(said.actor[chosen], draws),
            np.repeat(said.target[chosen], draws),
            np.maximum(starts, 0).reshape(-1),
        )
        yield chosen, starts >= 0, follow(engine, rules, drawn)
