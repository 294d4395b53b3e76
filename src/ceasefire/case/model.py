"""The frozen values that a case file becomes; every other room reads these and never the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from ceasefire.conditions import Condition

Day: TypeAlias = date
NOT_STATED: Literal["not stated"] = "not stated"
"""Confidence of an entry whose coder gave none."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read: a page, a document, a data set."""

    key: str
    title: str
    publisher: str
    url: str | None
    date: Day | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A number somebody judged or measured, with its range, its reason and its sources.

    `low`, `value` and `high` are equal for a point judgement. `distribution` is None for a point and an interval, otherwise
    its kind with parameters in `parameters` (normal: mean, sd; triangular: low, mode, high; uniform: low, high;
    discrete: value, probability, value, probability, ...). `illustrative` marks a number that nobody measured.
    `sources` are keys into `Case.sources`.
    """

    value: float
    low: float
    high: float
    unit: str
    why: str
    sources: tuple[str, ...]
    illustrative: bool
    dated: Day
    distribution: Literal["normal", "triangular", "uniform", "discrete"] | None = None
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A yes-or-no choice; `key` is ``party.option`` in lower case, as conditions write it."""

    key: str
    owner: str
    text: str
    direction: Literal["both", "up", "down"]
    shared: tuple[str, ...]
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stake:
    """What one party gains (or loses, if negative) in the states where `when` holds."""

    when: Condition
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Aim:
    """What a party wants, in words."""

    text: str
    sources: tuple[str, ...]
    record: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RedLine:
    """A limit that a party declared: in words, where it holds, and why it runs there and not elsewhere.

    `place`, `reason` and `crossed_by` are empty where nobody wrote them down; `crossed_by` holds the CAMEO codes of acts that would
    cross it, each for itself and its subcodes. `crossed` is hindsight, in words, and may not influence a result.
    """

    text: str
    sources: tuple[str, ...]
    record: tuple[str, ...]
    crossed: str = ""
    place: str = ""
    reason: str = ""
    crossed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """A lasting link from a party to another: alliance, arms, trade, energy, ..."""

    other: str
    type: str
    text: str
    sources: tuple[str, ...]
    record: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A lever in the ranking of a party: it weighs less than what stands before it and more than what stands after it."""

    lever: str


@dataclass(frozen=True, slots=True)
class Party:
    """Anyone who acts: a belligerent, a patron, an outside power, an organisation.

    `stakes` holds weighted statements; `priorities` is the ordinal alternative (statements and levers, most important first).
    One of both is empty. A party that owns options is a decision maker; a party that owns levers is a power.
    `owner_stakes` is None where the party as owner of levers has the same stakes; then `owner_why` is empty too.
    """

    code: str
    name: str
    iso3: str | None
    roles: tuple[str, ...]
    aims: tuple[Aim, ...]
    red_lines: tuple[RedLine, ...]
    ties: tuple[Tie, ...]
    stakes: tuple[Stake, ...]
    priorities: tuple[Condition | Placed, ...]
    budget: Judgement | None
    owner_stakes: tuple[Stake, ...] | None = None
    owner_why: str = ""
    note: str = ""

    @property
    def statements(self) -> tuple[Condition, ...]:
        """The statements among `priorities`."""
        return tuple(one for one in self.priorities if isinstance(one, Condition))

    @property
    def placed(self) -> tuple[str, ...]:
        """The levers among `priorities`."""
        return tuple(one.lever for one in self.priorities if isinstance(one, Placed))


@dataclass(frozen=True, slots=True)
class Ban:
    """A combination of options that cannot occur."""

    when: Condition
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lever:
    """What a power can do to the stakes of others, and what that costs it.

    `effects` maps party codes to the change of stake where `when` holds. `delay_days` is the time until it bites,
    `lasts_days` None for as long as wanted. `harm` says in words which civilians are hurt. `is_gradual`: its owner may
    also use it at any lower intensity.
    """

    key: str
    owner: str
    type: Literal["threat", "promise"]
    text: str
    instrument: str
    when: Condition
    effects: tuple[tuple[str, Judgement], ...]
    fixed: Judgement
    exec: Judgement
    audience: Judgement
    restore: Judgement
    belief: Judgement
    group: str | None
    delay_days: int
    lasts_days: int | None
    harm: str
    harm_sources: tuple[str, ...]
    why: str
    sources: tuple[str, ...]
    is_gradual: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """The outcome asked about, and in which sense it must hold (see the mediation room)."""

    when: Condition
    mode: Literal["some", "each"]
    deviations: Literal["any", "leaving"]
    reach: Literal["none", "um", "ui"]
    unique: bool
    why: str


class Kind(StrEnum):
    """The coder's own mark of a record entry."""

    WORD = "word"
    DEED = "deed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or deed of the record.

    `confidence` is how sure the coder is; where nobody said so it is `NOT_STATED`, which is not low: such an entry counts.
    """

    key: str
    date: Day
    date_end: Day | None
    actor: str
    actor_name: str
    level: str
    joint_with: tuple[str, ...]
    targets: tuple[str, ...]
    kind: Kind
    category: str
    cameo: str
    forum: str
    conditional: bool
    condition: str
    red_line: bool
    summary: str
    sources: tuple[str, ...]
    corroboration: int
    confidence: Literal["high", "medium", "low", "not stated"]
    seed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Count:
    """One row of ``daily.csv``: a published count for a day, or up to a day if `cumulative`."""

    date: Day | None
    series: str
    side: str
    value: float
    unit: str
    cumulative: bool
    source: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Truce:
    """One row of ``truces.csv``; `ends` is until when it was agreed, empty where that was left open."""

    key: str
    name: str
    brokers: tuple[str, ...]
    announced: Day
    effective: str
    first_breach: str
    minutes_to_breach: float | None
    claimed_by: str
    other_account: str
    outcome: str
    record: tuple[str, ...]
    sources: tuple[str, ...]
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A sourced figure from ``figures.csv`` or ``leverage-facts.yaml``.

    `known` is the last day of the period it describes; a fact with a later `known` than `Case.as_of` may not be used.
    """

    key: str
    text: str
    value: float | tuple[float, ...] | str | None
    unit: str
    period: str
    known: Day | None
    parties: tuple[str, ...]
    confidence: str
    status: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim somebody made about the war; `later` and `verdict` are hindsight. `check` says how to test it, or is empty.

    `place` is its file and line.
    """

    key: str
    paragraph: int | None
    holder: str
    text: str
    type: str
    computation: str
    later: str
    verdict: str
    record: tuple[str, ...]
    sources: tuple[str, ...]
    note: str
    check: tuple[tuple[str, object], ...]
    place: tuple[str, int | None] = ("", None)


@dataclass(frozen=True, slots=True)
class Case:
    """A war as an analyst described it, complete and checked.

    `record` holds every entry of the file, whatever its date; `entries_until` gives those that may influence a result. `sheets` is
    the text of ``sheets.yaml``, which the leverage room reads; `claims_from` is the address of the text that makes the claims.
    """

    name: str
    title: str
    summary: str
    place: str
    start: Day
    as_of: Day
    judged: Day
    horizon_days: int
    stake_unit: str
    concept: Literal["nash", "gmr", "smr", "seq", "cnash"]
    parties: tuple[Party, ...]
    options: tuple[Option, ...]
    bans: tuple[Ban, ...]
    status_quo: tuple[str, ...]
    wanted: Wanted | None
    levers: tuple[Lever, ...]
    incompatible: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]
    record: tuple[Entry, ...]
    counts: tuple[Count, ...]
    truces: tuple[Truce, ...]
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    files: tuple[tuple[str, str], ...]
    sheets: str | None = None
    claims_from: str | None = None

    def entries_until(self, day: Day) -> tuple[Entry, ...]:
        """Give the record entries dated no later than `day`, by date and key."""
        return tuple(sorted((e for e in self.record if e.date <= day), key=lambda e: (e.date, e.key)))

    def party(self, code: str) -> Party:
        """Give the party with this code; KeyError if there is none."""
        return next(p for p in self.parties if p.code == code)
