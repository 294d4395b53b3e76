"""Force while a truce was in force: by side, with what cannot be counted said apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ceasefire.case.model import Case, Entry
from ceasefire.intervals import share_interval
from ceasefire.record.acts import ALL
from ceasefire.record.classify import Classified, classify
from ceasefire.record.codes import FORCE
from ceasefire.record.follow_through import Estimate
from ceasefire.record.told import is_told_later, told_days

_MANY = 10**7
_PILES = ("entries", "on_the_day", "beyond", "doubted", "told_later", "toward_others")


@dataclass(frozen=True, slots=True)
class Breaches:
    """Entries of force by one side while a truce was in force.

    Entries of this record, not breaches on the ground, and often one side's claim about itself or the other.

    Parameters
    ----------
    side : str
    entries : tuple of Classified
        Those counted: force against another belligerent, or nobody named, on days that lie wholly under the truce.
    days : int
        How many such days were observed.
    a_day : Estimate or None
        Entries a day with an exact Poisson interval; None where no whole day was observed.
    on_the_day : tuple of Classified
        Force on the day of a truce that began after midnight: before or after its hour, a record by days cannot tell.
    beyond : tuple of Classified
        Force that is dated over several days, not all of them wholly under the truce.
    doubted : tuple of Classified
        Force of low confidence.
    told_later : tuple of Classified
        Force that only sources dated after the day asked about tell of.
    toward_others : tuple of Classified
        Force against nobody who is bound by the truce.
    """

    side: str
    entries: tuple[Classified, ...]
    days: int
    a_day: Estimate | None
    on_the_day: tuple[Classified, ...] = ()
    beyond: tuple[Classified, ...] = ()
    doubted: tuple[Classified, ...] = ()
    told_later: tuple[Classified, ...] = ()
    toward_others: tuple[Classified, ...] = ()

    def uncounted(self) -> tuple[tuple[str, tuple[Classified, ...]], ...]:
        """Give the entries of force that count as no breach, by reason.

        Examples
        --------
        >>> from ceasefire.testing import an_entry
        >>> doubted = classify(an_entry("e", "2031-03-08", "A", "deed", confidence="low"))
        >>> [(why, len(entries)) for why, entries in Breaches("A", (), 7, None, doubted=(doubted,)).uncounted()]
        [('of low confidence', 1)]
        """
        piles = (
            ("on the day of the truce, before or after its hour", self.on_the_day),
            ("dated over days that are not all under it", self.beyond),
            ("of low confidence", self.doubted),
            ("told only by later sources", self.told_later),
            ("against nobody bound by it", self.toward_others),
        )
        return tuple((why, entries) for why, entries in piles if entries)


@dataclass(frozen=True, slots=True)
class Known:
    """Entries of force of a record up to a day, the belligerents, and from which day on each dated source could tell.

    `told` holds the keys of sources; where an address stands under several keys the earliest date counts for all of them.
    """

    as_of: date
    sides: tuple[str, ...]
    force: tuple[Classified, ...]
    told: Mapping[str, date]

    @classmethod
    def of(cls, case: Case, as_of: date, sides: tuple[str, ...]) -> Known:
        """Gather what is known by a day.

        Examples
        --------
        >>> from ceasefire.testing import a_short_war
        >>> [one.entry.key for one in Known.of(a_short_war(), date(2031, 3, 3), ("A", "B")).force]
        ['2031-03-02-a-1', '2031-03-03-b-1']
        """
        entries = tuple(classify(entry) for entry in case.entries_until(as_of))
        force = tuple(one for one in entries if one.act == "deed" and one.entry.cameo.startswith(FORCE))
        return cls(as_of, sides, force, told_days(case))

    def days_of(self, one: Classified) -> tuple[date, date]:
        """Give the first and last day of an entry, as far as it had gone by the day asked about.

        Examples
        --------
        >>> from ceasefire.testing import an_entry
        >>> known = Known(date(2031, 3, 9), ("A",), (), {})
        >>> days = known.days_of(classify(an_entry("e", "2031-03-08", "A", date_end=date(2031, 3, 20))))
        >>> [day.isoformat() for day in days]
        ['2031-03-08', '2031-03-09']
        """
        return one.entry.date, max(one.entry.date, min(one.entry.date_end or one.entry.date, self.as_of))

    def reaches(self, one: Classified, first: date, last: date) -> bool:
        """Tell whether an entry has a day from `first` to `last`.

        Examples
        --------
        >>> from ceasefire.testing import an_entry
        >>> known = Known(date(2031, 3, 9), ("A",), (), {})
        >>> shelling = classify(an_entry("e", "2031-03-04", "A", date_end=date(2031, 3, 6)))
        >>> known.reaches(shelling, date(2031, 3, 6), date(2031, 3, 7)), known.reaches(shelling, date(2031, 3, 7), date(2031, 3, 7))
        (True, False)
        """
        begun, ended = self.days_of(one)
        return begun <= last and ended >= first

    def is_told_later(self, entry: Entry) -> bool:
        """Tell whether every source of an entry is dated, and dated after the day asked about.

        Examples
        --------
        >>> from ceasefire.testing import an_entry
        >>> known = Known(date(2031, 3, 9), ("A",), (), {"late": date(2031, 3, 10)})
        >>> [known.is_told_later(an_entry("e", "2031-03-08", "A", sources=cited)) for cited in (("late",), ("late", "undated"), ())]
        [True, False, False]
        """
        return is_told_later(entry, self.told, self.as_of)


def breaches(known: Known, own: tuple[str, ...], first: date, until: date, *, is_whole: bool) -> tuple[Breaches, ...]:
    """Count the entries of force by each side from the day of a truce to `until`.

    Parameters
    ----------
    known : Known
    own : tuple of str
        Keys of entries that make the truce; they are no breach of it.
    first, until : date
    is_whole : bool
        Whether the whole first day lies under the truce.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> known = Known.of(a_short_war(), date(2031, 3, 10), ("A", "B"))
    >>> a, b = breaches(known, (), date(2031, 3, 3), date(2031, 3, 10), is_whole=False)
    >>> (a.side, len(a.entries), a.days), (b.side, len(b.entries), len(b.on_the_day))
    (('A', 1, 7), ('B', 1, 1))
    """
    if until < first:
        return ()
    whole = first if is_whole else first + timedelta(1)
    days = (until - whole).days + 1
    found = []
    for side in known.sides:
        others = {*known.sides, ALL} - {side}
        force = [one for one in known.force if _is_by(one, side) and known.reaches(one, first, until) and one.entry.key not in own]
        piles: dict[str, list[Classified]] = {name: [] for name in _PILES}
        for one in force:
            piles[_pile(one, known, others, (whole, until))].append(one)
        counted = tuple(piles.pop("entries"))
        rest = {name: tuple(pile) for name, pile in piles.items()}
        found.append(Breaches(side, counted, days, _a_day(len(counted), days), **rest))
    return tuple(found)


def force_of_others(known: Known, first: date, until: date) -> tuple[Classified, ...]:
    """Give the entries of force against a belligerent by somebody who is none, from one day to another.

    Examples
    --------
    >>> from ceasefire.testing import a_short_war
    >>> known = Known.of(a_short_war(), date(2031, 3, 10), ("A",))
    >>> [one.entry.key for one in force_of_others(known, date(2031, 3, 4), date(2031, 3, 10))]
    ['2031-03-06-b-1']
    """
    bound = {*known.sides, ALL}
    return tuple(
        one
        for one in known.force
        if known.reaches(one, first, until)
        and not any(_is_by(one, side) for side in known.sides)
        and bound & set(one.entry.targets)
    )


def _is_by(one: Classified, side: str) -> bool:
    return side == one.entry.actor or side in one.entry.joint_with


def _pile(one: Classified, known: Known, others: set[str], whole: tuple[date, date]) -> str:
    if one.entry.targets and not others & set(one.entry.targets):
        return "toward_others"
    if known.is_told_later(one.entry):
        return "told_later"
    if one.entry.confidence == "low":
        return "doubted"
    begun, ended = known.days_of(one)
    if whole[0] <= begun and ended <= whole[1]:
        return "entries"
    return "on_the_day" if begun == ended else "beyond"


def _a_day(count: int, days: int) -> Estimate | None:
    if days < 1:
        return None
    low, high = share_interval(count, _MANY)
    return Estimate(count / days, low * _MANY / days, high * _MANY / days)
