"""From which day on an entry of a record could be known: the day of its first source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ceasefire.case.model import Case, Entry


def told_days(case: Case) -> Mapping[str, date]:
    """Give the day from which on each dated source could tell.

    Returns
    -------
    Mapping of str to date
        By key of source, those of entries left out; where an address stands under several keys the earliest date counts for
        all of them.
    """
    own = {entry.key for entry in case.record}
    sources = [one for one in case.sources if one.key not in own]
    dates: dict[str, date] = {}
    for one in sources:
        if one.date is not None:
            address = one.url or one.key
            dates[address] = min(one.date, dates.get(address, one.date))
    return {one.key: dates[one.url or one.key] for one in sources if (one.url or one.key) in dates}


def is_told_later(entry: Entry, told: Mapping[str, date], day: date) -> bool:
    """Tell whether every source of an entry is dated, and dated after a day.

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> told = {"late": date(2031, 3, 10)}
    >>> cites = [an_entry("e", "2031-03-08", "A", sources=cited) for cited in (("late",), ("late", "undated"), ())]
    >>> [is_told_later(entry, told, date(2031, 3, 9)) for entry in cites]
    [True, False, False]
    """
    return bool(entry.sources) and all(key in told and told[key] > day for key in entry.sources)


def told_later(case: Case, day: date) -> frozenset[str]:
    """Give the keys of the entries from the start of a war to a day that only later sources tell of.

    What happened before the war is history: a source of any date may tell of it.

    Examples
    --------
    >>> from ceasefire.case.model import Source
    >>> from ceasefire.testing import a_case, an_entry
    >>> entry = an_entry("2031-03-02-a-1", "2031-03-02", "A", sources=("memoir",))
    >>> case = a_case(record=(entry,), sources=(Source("memoir", "A life", "", None, date(2040, 1, 1)),))
    >>> told_later(case, date(2031, 3, 9)), told_later(case, date(2040, 1, 2))
    (frozenset({'2031-03-02-a-1'}), frozenset())
    """
    told = told_days(case)
    return frozenset(one.key for one in case.entries_until(day) if one.date >= case.start and is_told_later(one, told, day))
