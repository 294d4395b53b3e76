"""What the record holds after each declared limit.

Whether an act crosses a line is a judgement. Listed are acts that could: force, deployment, aid and coercion by an addressee
of the line, and the same by anyone against its setter; and what its setter did and said toward the addressees afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ceasefire.case.model import Case, RedLine
from ceasefire.record.classify import Classified

FORCE = frozenset({"assault", "mobilize", "aid", "sanction", "coerce"})


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
    answers : tuple of Classified
        Later words, acts and deeds of the setter toward the addressees.
    response : {"deed", "diplomatic", "word", "nothing on record"}
        The strongest answer dated on or after the first candidate; ``nothing on record`` too where there is no candidate.
    """

    setter: str
    text: str
    stated: tuple[Classified, ...]
    candidates: tuple[Classified, ...]
    answers: tuple[Classified, ...]
    response: Literal["deed", "diplomatic", "word", "nothing on record"]

    @property
    def since(self) -> date:
        """The day it was first stated."""
        return min(one.entry.date for one in self.stated)


def report_red_lines(case: Case, classified: tuple[Classified, ...]) -> tuple[RedLineReport, ...]:
    """Report the red lines of the parties, then those that only the record has; both only if stated in `classified`."""
    known = {one.entry.key: one for one in classified}
    listed: list[tuple[str, RedLine]] = [(party.code, line) for party in case.parties for line in party.red_lines]
    reports = []
    used: set[str] = set()
    for setter, line in listed:
        used |= set(line.record)
        if stated := tuple(known[key] for key in line.record if key in known):
            reports.append(_report(setter, line.text, stated, classified))
    reports += [
        _report(one.entry.actor, one.entry.summary, (one,), classified)
        for one in classified
        if one.entry.red_line and one.entry.key not in used
    ]
    return tuple(sorted(reports, key=lambda r: (r.since, r.setter, r.text)))


def _report(setter: str, text: str, stated: tuple[Classified, ...], classified: tuple[Classified, ...]) -> RedLineReport:
    since = min(one.entry.date for one in stated)
    addressees = {code for one in stated for code in one.entry.targets} - {setter}
    stating = {one.entry.key for one in stated}
    later = [one for one in classified if one.entry.date >= since and one.entry.key not in stating]
    candidates = tuple(
        one
        for one in later
        if one.act == "deed"
        and one.entry.category in FORCE
        and one.entry.actor != setter
        and (one.entry.actor in addressees or setter in one.entry.targets)
    )
    answers = tuple(one for one in later if one.entry.actor == setter and one.is_government and addressees & set(one.entry.targets))
    first = min((one.entry.date for one in candidates), default=None)
    acts = {one.act for one in answers if first is not None and one.entry.date >= first}
    response: Literal["deed", "diplomatic", "word", "nothing on record"] = "nothing on record"
    if "deed" in acts:
        response = "deed"
    elif "diplomatic" in acts:
        response = "diplomatic"
    elif acts:
        response = "word"
    return RedLineReport(setter, text, stated, candidates, answers, response)
