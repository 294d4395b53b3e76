"""Red lines held against an event table: crossings, near misses, how deep, and how often and how fast the setter answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, Problem, near
from ceasefire.record.acts import ALL, Acts, Integers
from ceasefire.record.blocks import blocks_of
from ceasefire.record.codes import act_and_quad
from ceasefire.record.fates import NEVER, Engine, Words
from ceasefire.record.follow_through import LEAST
from ceasefire.record.ledger import DRAWS, SEED
from ceasefire.record.places import fault_of
from ceasefire.record.red_lines import ANSWER_DAYS, Weakness
from ceasefire.record.starts import Urn, spells
from ceasefire.record.surprise import Share, share_in_blocks, share_of
from ceasefire.record.tables import day_of, rows_of

LIMIT_COLUMNS = (
    "key",
    "setter",
    "text",
    "since",
    "until",
    "addressees",
    "protected",
    "crossed_by",
    "near",
    "place",
    "reason",
    "checked_by",
)


@dataclass(frozen=True, slots=True)
class Limit:
    """A red line as an analyst writes it down for an event table.

    Parameters
    ----------
    key, setter, text : str
    since : date
        The day it was stated; acts count from the day after.
    until : date or None
        Last day on which it stood.
    addressees : tuple of str
        Whom it binds; anyone but the setter and the protected where empty.
    protected : tuple of str
        Against whom the acts count; anyone where empty.
    crossed_by : tuple of str
        CAMEO codes, each for itself and its subcodes.
    near : tuple of str
        Codes that come close: shows of force, threats.
    place, reason, checked_by : str
        Where it holds, in words, as codes of countries or as a circle (see `site_of`), why there, and how a crossing could be
        seen. Empty ones are weaknesses.
    line : int
        Of the file it was read from; 0 for none.
    """

    key: str
    setter: str
    text: str
    since: date
    until: date | None
    addressees: tuple[str, ...]
    protected: tuple[str, ...]
    crossed_by: tuple[str, ...]
    near: tuple[str, ...]
    place: str
    reason: str
    checked_by: str
    line: int = 0

    def weaknesses(self) -> tuple[Weakness, ...]:
        """Judge the four weaknesses by what the analyst left empty.

        Examples
        --------
        >>> line = Limit("k", "A", "No shells", date(2031, 3, 1), None, ("B",), (), ("19",), (), "the border", "", "observers")
        >>> [(one.name, one.found) for one in line.weaknesses()]
        [('arbitrary', True), ('imprecise', False), ('unverifiable', False), ('incomplete', True)]
        """
        return (
            Weakness("arbitrary", not self.reason, self.reason or "no reason is given why the line runs there"),
            Weakness(
                "imprecise",
                not (self.place and self.addressees),
                "place and addressees are named" if self.place and self.addressees else "the place or the addressees are not named",
            ),
            Weakness("unverifiable", not self.checked_by, self.checked_by or "nobody is named who could see a crossing"),
            Weakness(
                "incomplete",
                not self.near,
                "acts short of it are listed and watched" if self.near else "acts short of it are not spoken of",
            ),
        )


@dataclass(frozen=True, eq=False)
class LimitReport:
    """What an event table shows of a limit.

    Parameters
    ----------
    limit : Limit
    crossings, near : NDArray[np.int64]
        The caller's numbers of the rows, by day, each once: an entry of a record with two actors or addressees is one crossing.
    first : date or None
    deaths : float or None
        Persons killed in the crossings; None where no crossing has a count.
    counted : int
        Crossings with a count of deaths.
    codes : tuple of (code, count)
        Most frequent first.
    answered : Share
        Share of days with crossings after which the setter acted toward who crossed, within 30 days and not counting that day;
        the base is the share of random days of the same pair and volume. The last 30 days are left out.
    unjudged : int
        Days with crossings among the last 30, which nobody could answer in time to be seen.
    days_to_response : int or None
        Median over answered days, rounded down; None under five of them.
    elsewhere : int or None
        Rows of the same codes by those bound that happened outside the place or nobody knows where; None where places were not
        looked at.
    other_days : int
        Rows of the same codes by those bound on observed days on which the limit did not stand.
    """

    limit: Limit
    crossings: Integers
    near: Integers
    first: date | None
    deaths: float | None
    counted: int
    codes: tuple[tuple[str, int], ...]
    answered: Share
    unjudged: int
    days_to_response: int | None
    elsewhere: int | None
    other_days: int


def read_limits(text: str, file: str) -> tuple[Limit, ...]:
    r"""Read red lines from CSV text with the columns of `LIMIT_COLUMNS`; lists are separated by blanks.

    Raises
    ------
    DataError
        With every fault: a missing column, a bad date, a last day before the first, a place that cannot be, an unknown code,
        no code at all, a key given twice.

    Examples
    --------
    >>> header = "key,setter,text,since,until,addressees,protected,crossed_by,near,place,reason,checked_by"
    >>> [limit] = read_limits(f"{header}\nshells,A,No shelling,2031-03-01,,B,A,19,15,,,\n", "lines.csv")
    >>> limit.setter, limit.crossed_by, [weakness.name for weakness in limit.weaknesses() if weakness.found]
    ('A', ('19',), ['arbitrary', 'imprecise', 'unverifiable'])
    """
    problems: list[Problem] = []
    found: dict[str, Limit] = {}
    for line, cells in rows_of(text, file, LIMIT_COLUMNS):
        problems += [Problem(file, line, None, *fault) for fault in _faults(cells, found)]
        if not problems:
            found[cells["key"]] = _limit(cells, line)
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def _faults(cells: Mapping[str, str], known: Mapping[str, Limit]) -> list[tuple[str, str, str]]:
    faults = []
    if cells["key"] in known:
        faults.append(("given-twice", f"red line {cells['key']!r} is given twice", "keep one of them"))
    if not cells["crossed_by"]:
        faults.append(("missing-field", "crossed_by is empty", "name the CAMEO codes that cross it"))
    unknown = [code for code in (cells["crossed_by"] + " " + cells["near"]).split() if act_and_quad(code) is None]
    hint = "codes are text: 010 and 10 differ"
    faults += [("unknown-code", f"neither CAMEO nor PLOVER has {code!r}", hint) for code in unknown]
    dates = [name for name in ("since", "until") if (cells[name] or name == "since") and day_of(cells[name]) is None]
    hint = "write a date such as 2020-10-08"
    faults += [("wrong-type", f"{name} is {cells[name]!r}, expected a date", hint) for name in dates]
    if wrong := fault_of(cells["place"]):
        faults.append(("bad-place", f"place is {cells['place']!r}: {wrong[0]}", wrong[1]))
    since, until = day_of(cells["since"]), day_of(cells["until"])
    if since and until and until < since:
        message = f"red line {cells['key']!r} ends on {until}, before it was stated on {since}"
        faults.append(("bad-order", message, "until is the last day on which it stood; leave it empty if it still does"))
    return faults


def check_parties(limits: Iterable[Limit], known: Collection[str], file: str) -> None:
    """Raise DataError for every setter, addressee or protected party that is none of `known`.

    Examples
    --------
    >>> line = Limit("k", "A", "No shells", date(2031, 3, 1), None, ("BB",), (), ("19",), (), "", "", "", line=2)
    >>> check_parties([line], {"A", "B"}, "lines.csv")
    Traceback (most recent call last):
    ...
    ceasefire.errors.DataError: lines.csv:2: addressees of 'k': nobody has the code 'BB'
      hint: did you mean 'B'?
    """
    problems = []
    for limit in limits:
        for name in ("setter", "addressees", "protected"):
            codes = (limit.setter,) if name == "setter" else getattr(limit, name)
            problems += [
                Problem(file, limit.line, None, "unknown-party", f"{name} of {limit.key!r}: nobody has the code {code!r}", hint)
                for code in codes
                if code not in known
                for hint in [_meant(code, known)]
            ]
    if problems:
        raise DataError(problems)


def _meant(code: str, known: Collection[str]) -> str:
    found = near(code, known)
    return f"did you mean {found[0]!r}?" if found else "write the code of a party of the case, ISO 3166 alpha-3, or an X- code"


def _limit(cells: Mapping[str, str], line: int) -> Limit:
    listed = {name: tuple(cells[name].split()) for name in ("addressees", "protected", "crossed_by", "near")}
    return Limit(
        key=cells["key"],
        setter=cells["setter"],
        text=cells["text"],
        since=date.fromisoformat(cells["since"]),
        until=day_of(cells["until"]),
        place=cells["place"],
        reason=cells["reason"],
        checked_by=cells["checked_by"],
        line=line,
        **listed,
    )


def report_limit(acts: Acts, limit: Limit, inside: NDArray[np.bool_] | None = None, *, seed: int = SEED) -> LimitReport:
    r"""Find the crossings of a limit and the answers to them.

    Parameters
    ----------
    acts : Acts
    limit : Limit
    inside : NDArray[np.bool_], shape (n,), optional
        Which acts happened at the place of the limit; all by default, which counts acts anywhere.
    seed : int
        Of the random days of the base.

    Examples
    --------
    >>> from ceasefire.record import acts_from_case
    >>> from ceasefire.testing import a_short_war
    >>> header = "key,setter,text,since,until,addressees,protected,crossed_by,near,place,reason,checked_by"
    >>> [limit] = read_limits(f"{header}\nshells,A,No shelling,2031-03-01,,B,A,19,15,,,\n", "lines.csv")
    >>> found = report_limit(acts_from_case(a_short_war())[0], limit)
    >>> len(found.crossings), found.first.isoformat()
    (2, '2031-03-03')
    """
    ours = _bound(acts, limit)
    stands = _stands(acts, limit)
    here = np.ones(len(acts), dtype=np.bool_) if inside is None else inside
    crosses = ours & _of_codes(acts, limit.crossed_by)
    crossing = _byday_of(acts, crosses & stands & here)
    near = _byday_of(acts, ours & _of_codes(acts, limit.near) & stands & here)
    deaths = acts.deaths[crossing]
    counted = int((~np.isnan(deaths)).sum())
    codes = Counter(acts.codes[code] for code in acts.code[crossing])
    answered, unjudged, median = _answers(acts, limit, np.flatnonzero(crosses & stands & here), seed)
    return LimitReport(
        limit=limit,
        crossings=acts.row[crossing],
        near=acts.row[near],
        first=acts.date_of(acts.day[crossing[0]]) if len(crossing) else None,
        deaths=float(np.nansum(deaths)) if counted else None,
        counted=counted,
        codes=tuple(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))),
        answered=answered,
        unjudged=unjudged,
        days_to_response=median,
        elsewhere=None if inside is None else len(np.unique(acts.row[crosses & stands])) - len(crossing),
        other_days=len(np.unique(acts.row[crosses & ~stands])),
    )


def _byday_of(acts: Acts, chosen: NDArray[np.bool_]) -> Integers:
    """Give the first place of each chosen row, by day."""
    places = np.flatnonzero(chosen)
    kept = places[np.unique(acts.row[places], return_index=True)[1]]
    return kept[np.lexsort((kept, acts.day[kept]))]


def _of_codes(acts: Acts, codes: tuple[str, ...]) -> NDArray[np.bool_]:
    return acts.has_code(codes)[acts.code] if len(acts) and codes else np.zeros(len(acts), dtype=np.bool_)


def _stands(acts: Acts, limit: Limit) -> NDArray[np.bool_]:
    """Tell which acts lie on days after the limit was stated and no later than its last."""
    stands: NDArray[np.bool_] = acts.day > (limit.since - acts.first).days
    return stands if limit.until is None else stands & (acts.day <= (limit.until - acts.first).days)


def _bound(acts: Acts, limit: Limit) -> NDArray[np.bool_]:
    """Tell which acts are by those whom the limit binds, against those it protects."""
    chosen: NDArray[np.bool_] = (acts.actor != acts.party(limit.setter)) & (acts.actor != acts.party(ALL))
    if limit.addressees:
        chosen &= np.isin(acts.actor, [acts.party(name) for name in limit.addressees])
    if limit.protected:
        protected = [acts.party(name) for name in limit.protected]
        chosen &= np.isin(acts.target, protected) & ~np.isin(acts.actor, protected)
    return chosen


def _answers(acts: Acts, limit: Limit, crossing: Integers, seed: int) -> tuple[Share, int, int | None]:
    """Give the share of days with crossings that were answered, how many days are too late to judge, and the median delay."""
    setter = acts.party(limit.setter)
    last_start = acts.span - 1 - ANSWER_DAYS
    cells = np.unique(acts.actor[crossing] * acts.span + acts.day[crossing])
    who, day = cells // acts.span, cells % acts.span
    seen = day <= last_start
    unjudged = int((~seen).sum())
    who, day = who[seen], day[seen]
    if setter < 0 or not len(who):
        return share_of(0, len(who), None, ANSWER_DAYS), unjudged, None
    engine = Engine(acts)

    def delays(actor: Integers, since: Integers) -> Integers:
        words = Words(np.zeros_like(actor), np.full_like(actor, setter), actor, since)
        return engine.next_act("A>B", acts.codes, words, np.arange(len(actor)))[0]

    found = delays(who, day)
    hit = found <= ANSWER_DAYS
    pair = acts.pairs_between(np.full_like(who, setter), who)
    drawn = Urn(spells(acts, pair)).draw(pair, day, last_start, DRAWS, np.random.default_rng(seed))
    put = np.where(drawn >= 0, delays(np.repeat(who, DRAWS), np.maximum(drawn, 0).reshape(-1)).reshape(drawn.shape), NEVER)
    known = drawn >= 0
    base = float((put[known] <= ANSWER_DAYS).mean()) if known.any() else None
    median = int(np.median(found[hit])) if int(hit.sum()) >= LEAST else None
    blocks = blocks_of(acts, np.full_like(who, setter), who, day, cells[seen], window=ANSWER_DAYS)
    return share_in_blocks(hit, blocks, base, ANSWER_DAYS, seed), unjudged, median
