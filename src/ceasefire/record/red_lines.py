"""What the record holds after each declared limit.

Whether an act crosses a line is a judgement. Listed are acts that could: force, deployment, aid and coercion by an addressee
of the line, and the same by anyone against its setter, or only acts of the codes that the case says would cross it; and what
its setter did and said toward the addressees afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from ceasefire.case.model import Case, RedLine
from ceasefire.record.classify import Classified
from ceasefire.record.places import site_of
from ceasefire.record.surprise import Share, share_of

FORCE = frozenset({"assault", "mobilize", "aid", "sanction", "coerce"})
THREAT = "13"
ANSWER_DAYS = 30
Response = Literal["deed", "diplomatic", "word", "nothing on record"]


@dataclass(frozen=True, slots=True)
class Weakness:
    """One of the four weaknesses of a limit, after Altman: arbitrary, imprecise, unverifiable, incomplete.

    `found` is None where nothing that was written down can tell; `why` says what was looked at. Arbitrary is a line for which
    nobody says why it runs where it runs, imprecise one of which neither the condition nor the place is said.

    References
    ----------
    .. [1] Altman (2015), Red Lines and Faits Accomplis in Interstate Coercion and Crisis, doctoral thesis, MIT.
    """

    name: Literal["arbitrary", "imprecise", "unverifiable", "incomplete"]
    found: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class RedLineReport:
    """A limit and what followed it on record.

    Parameters
    ----------
    setter : str
    text : str
        The limit as the case or the entry states it.
    stated : tuple of Classified
        The entries that state it, up to the day asked about.
    candidates : tuple of Classified
        Later acts that could fall under it, see the module's rule.
    near : tuple of Classified
        Near misses: later threats (13) by an addressee, or by anyone against the setter.
    answers : tuple of Classified
        Later words, acts and deeds of the setter toward the addressees.
    response : {"deed", "diplomatic", "word", "nothing on record"}
        The strongest answer dated on or after the first candidate; ``nothing on record`` too where there is no candidate.
    addressees : tuple of str
    conditions : tuple of str
        As the entries that state it note them.
    crossed_by : tuple of str
        The codes that the case says would cross it; empty where it does not, and then any force or pressure is a candidate.
    place, reason : str
        Where it holds, and why there, as the case says; empty where it does not.
    names : tuple of str
        Proper names in the place, or names of the countries whose codes it holds; none for a circle.
    named : tuple of Classified
        Candidates whose summary has one of them. Others may have happened there too: an entry has no place of its own.
    depth : tuple of (category, count)
        What the candidates are, most frequent first. The record counts no deaths for single entries.
    days_to_response : int or None
        From the first candidate to the first answer of any strength on or after its day.
    days_to_strongest : int or None
        From the first candidate to the first answer of the strength of `response`.
    answered : Share or None
        Share of candidates that an answer followed within `ANSWER_DAYS` days, the day itself included; candidates of the
        last such days are left out. The base is the share of all days since the limit that an answer followed so.
    unjudged : int
        Candidates of those last days.
    weaknesses : tuple of Weakness
    corroborated : tuple of (int, int)
        Of the entries that state it and of the candidates: how many rest on two or more independent groups of outlets.
        Relays of one agency, and state media of one country, are one group.
    """

    setter: str
    text: str
    stated: tuple[Classified, ...]
    candidates: tuple[Classified, ...]
    answers: tuple[Classified, ...]
    response: Response
    addressees: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    place: str = ""
    reason: str = ""
    names: tuple[str, ...] = ()
    named: tuple[Classified, ...] = ()
    depth: tuple[tuple[str, int], ...] = ()
    days_to_response: int | None = None
    days_to_strongest: int | None = None
    answered: Share | None = None
    unjudged: int = 0
    near: tuple[Classified, ...] = ()
    crossed_by: tuple[str, ...] = ()
    weaknesses: tuple[Weakness, ...] = ()
    corroborated: tuple[int, int] = (0, 0)

    @property
    def since(self) -> date:
        """The day it was first stated.

        Examples
        --------
        >>> from ceasefire.record import classify
        >>> from ceasefire.testing import an_entry
        >>> stated = tuple(classify(an_entry(day, day, "A")) for day in ("2031-03-04", "2031-03-02"))
        >>> RedLineReport("A", "No shells", stated, (), (), "nothing on record").since.isoformat()
        '2031-03-02'
        """
        return min(one.entry.date for one in self.stated)


def report_red_lines(case: Case, classified: tuple[Classified, ...], as_of: date | None = None) -> tuple[RedLineReport, ...]:
    """Report the red lines of the parties, then those that only the record has; both only if stated in `classified`.

    Parameters
    ----------
    case : Case
    classified : tuple of Classified
    as_of : date, optional
        The last day seen, by default that of the case; nothing later is in `classified`.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> from ceasefire.record import classify
    >>> case = load("karabakh-2020")
    >>> first = report_red_lines(case, tuple(classify(entry) for entry in case.entries_until(case.as_of)))[0]
    >>> first.setter, first.addressees, first.response, first.days_to_strongest, first.answered.n
    ('AZE', ('ARM',), 'word', 1, 0)
    """
    known = {one.entry.key: one for one in classified}
    until = as_of or case.as_of
    seen = _Known(classified, until, {party.code: party.name for party in case.parties})
    listed: list[tuple[str, RedLine]] = [(party.code, line) for party in case.parties for line in party.red_lines]
    reports = []
    used: set[str] = set()
    for setter, line in listed:
        used |= set(line.record)
        if stated := tuple(known[key] for key in line.record if key in known):
            reports.append(_report(setter, line, stated, seen))
    reports += [
        _report(one.entry.actor, one.entry.summary, (one,), seen)
        for one in classified
        if one.entry.red_line and one.entry.key not in used
    ]
    return tuple(sorted(reports, key=lambda r: (r.since, r.setter, r.text)))


class _Known(NamedTuple):
    """What is known by a day, and the names of the parties by code."""

    classified: tuple[Classified, ...]
    until: date
    names: Mapping[str, str]


def _report(setter: str, line: RedLine | str, stated: tuple[Classified, ...], known: _Known) -> RedLineReport:
    """Report one line: as the case has it, or the words of the one entry that states it."""
    place, reason = (line.place, line.reason) if isinstance(line, RedLine) else ("", "")
    since = min(one.entry.date for one in stated)
    addressees = {code for one in stated for code in one.entry.targets} - {setter}
    stating = {one.entry.key for one in stated}
    later = [one for one in known.classified if one.entry.date >= since and one.entry.key not in stating]
    others = [one for one in later if one.entry.actor != setter and (one.entry.actor in addressees or setter in one.entry.targets)]
    crossed_by = line.crossed_by if isinstance(line, RedLine) else ()
    candidates = tuple(one for one in others if one.act == "deed" and _is_of_kind(one, crossed_by))
    answers = tuple(one for one in later if one.entry.actor == setter and one.is_government and addressees & set(one.entry.targets))
    first = min((one.entry.date for one in candidates), default=None)
    after = [one for one in answers if first is not None and one.entry.date >= first]
    answered = _answered(candidates, answers, since, known.until)
    response = _strongest(after)
    site = site_of(place).in_words()
    conditions = tuple(dict.fromkeys(one.entry.condition for one in stated if one.entry.condition))
    return RedLineReport(
        setter=setter,
        text=line.text if isinstance(line, RedLine) else line,
        stated=stated,
        candidates=candidates,
        answers=answers,
        response=response,
        addressees=tuple(sorted(addressees)),
        conditions=conditions,
        place=place,
        reason=reason,
        names=site.names,
        named=tuple(one for one in candidates if site.is_named_in(one.entry.summary)),
        depth=tuple(Counter(one.entry.category for one in candidates).most_common()),
        days_to_response=_days_to(after, first),
        days_to_strongest=_days_to([one for one in after if one.act == response], first),
        answered=answered,
        unjudged=len(candidates) - answered.n,
        crossed_by=crossed_by,
        near=tuple(one for one in others if one.act == "word" and one.entry.cameo.startswith(THREAT)),
        weaknesses=(
            _arbitrary(reason, is_in_case=isinstance(line, RedLine)),
            _imprecise(conditions, place, crossed_by),
            *_unverifiable_and_incomplete(candidates, addressees, known.names),
        ),
        corroborated=(_on_two_groups(stated), _on_two_groups(candidates)),
    )


def _is_of_kind(one: Classified, codes: tuple[str, ...]) -> bool:
    """Tell whether an act is of the codes that cross a line, or where none are written down, force or pressure of any kind."""
    return one.entry.cameo.startswith(codes) if codes else one.entry.category in FORCE


def _strongest(answers: list[Classified]) -> Response:
    acts = {one.act for one in answers}
    if "deed" in acts:
        return "deed"
    if "diplomatic" in acts:
        return "diplomatic"
    return "word" if acts else "nothing on record"


def _days_to(answers: list[Classified], first: date | None) -> int | None:
    return None if first is None else min(((one.entry.date - first).days for one in answers), default=None)


def _answered(candidates: tuple[Classified, ...], answers: tuple[Classified, ...], since: date, until: date) -> Share:
    days = {one.entry.date for one in answers}

    def is_answered(day: date) -> bool:
        return any(day + timedelta(k) in days for k in range(ANSWER_DAYS + 1))

    seen = [one for one in candidates if one.entry.date + timedelta(ANSWER_DAYS) <= until]
    starts = [since + timedelta(k) for k in range((until - since).days + 1 - ANSWER_DAYS)]
    base = sum(map(is_answered, starts)) / len(starts) if starts else None
    return share_of(sum(is_answered(one.entry.date) for one in seen), len(seen), base, ANSWER_DAYS)


def _arbitrary(reason: str, *, is_in_case: bool) -> Weakness:
    if not is_in_case:
        return Weakness("arbitrary", None, "it stands in the record alone; written under its setter it can carry a reason")
    return Weakness("arbitrary", not reason, reason or "the case gives no reason why the line runs there")


def _imprecise(conditions: tuple[str, ...], place: str, crossed_by: tuple[str, ...]) -> Weakness:
    parts = (
        (conditions, "the condition is on record"),
        (place, f"it holds at a place: {place}"),
        (crossed_by, f"the codes that cross it are said: {' '.join(crossed_by)}"),
    )
    said = [text for given, text in parts if given]
    return Weakness(
        "imprecise", not said, "; ".join(said) or "neither condition nor place is on record: what would cross it is not said"
    )


def _unverifiable_and_incomplete(
    candidates: tuple[Classified, ...], addressees: set[str], names: Mapping[str, str]
) -> tuple[Weakness, Weakness]:
    others = sorted(names.get(code, code) for code in {one.entry.actor for one in candidates} - addressees)
    checked = _on_two_groups(candidates)
    return (
        Weakness(
            "unverifiable",
            None if not candidates else not checked,
            f"{checked} of {len(candidates)} acts that could fall under it rest on two or more independent groups of outlets"
            if candidates
            else "no act that could fall under it is on record",
        ),
        Weakness(
            "incomplete",
            bool(others) if candidates else None,
            f"acts of the same kind by parties it does not address: {', '.join(others)}"
            if others
            else "no act of the same kind by a party it does not address is on record",
        ),
    )


def _on_two_groups(entries: tuple[Classified, ...]) -> int:
    return sum(one.entry.corroboration >= 2 for one in entries)
