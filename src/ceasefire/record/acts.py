"""A table of acts as arrays: who did what to whom on which day; the form in which a record of any size is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from math import inf
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import DataError, Problem
from ceasefire.record.codes import act_and_quad

Integers: TypeAlias = NDArray[np.int64]
Text: TypeAlias = "NDArray[Any] | Sequence[str] | tuple[NDArray[Any], Sequence[str]]"
EPOCH = date(1970, 1, 1)
ALL = "X-ALL"
"""Everybody who fights, where a general truce binds them: force among them stands a second time, toward all."""


@dataclass(frozen=True, eq=False)
class Acts:
    """Acts between two different parties, sorted by actor, target, day, code and row.

    Parameters
    ----------
    first, last : date
        The days observed, both included: a day in between without acts is a day on which nothing was recorded.
    parties, codes : tuple of str
        What `actor`, `target` and `code` number.
    day : NDArray[np.int64], shape (n,)
        Days since `first`.
    actor, target, code : NDArray[np.int64], shape (n,)
    row : NDArray[np.int64], shape (n,)
        The caller's own number of each row, to find it again.
    deaths : NDArray[np.float64], shape (n,)
        Best estimate of persons killed; NaN where nobody counted.
    conditional : NDArray[np.bool_], shape (n,)
        Whether a word was said to depend on something.
    left_out : Mapping of str to int
        Rows that are not here, by reason.

    Examples
    --------
    >>> acts = acts_of([date(2031, 3, day) for day in (1, 1, 4)], ["A", "A", "B"], ["B", "B", "A"], ["036", "036", "190"])
    >>> acts.span, acts.parties[acts.actor[2]], acts.date_of(acts.day[2]).isoformat(), acts.party("C")
    (4, 'B', '2031-03-04', -1)
    >>> once = acts.one_a_day()
    >>> len(once), once.left_out["repeats of a day"]
    (2, 1)
    >>> early = once.until(date(2031, 3, 2))
    >>> len(early), early.last.isoformat(), early.left_out["after 2031-03-02"]
    (1, '2031-03-02', 1)
    >>> len(once.where(once.has_code(["19"])[once.code], "no force"))
    1
    """

    first: date
    last: date
    parties: tuple[str, ...]
    codes: tuple[str, ...]
    day: Integers
    actor: Integers
    target: Integers
    code: Integers
    row: Integers
    deaths: NDArray[np.float64]
    conditional: NDArray[np.bool_]
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def span(self) -> int:
        """Number of days observed."""
        return (self.last - self.first).days + 1

    @cached_property
    def pair(self) -> Integers:
        """Number of the directed pair of each act."""
        return self.actor * len(self.parties) + self.target

    def pairs_between(self, actor: Integers, target: Integers) -> Integers:
        """Number pairs without direction."""
        return np.minimum(actor, target) * len(self.parties) + np.maximum(actor, target)

    @cached_property
    def by_name(self) -> NDArray[np.bool_]:
        """Tell which acts are between two parties by name; the others are second copies of acts, from or toward everybody."""
        everybody = self.party(ALL)
        named: NDArray[np.bool_] = (self.actor != everybody) & (self.target != everybody)
        return named if everybody >= 0 else np.ones(len(self), dtype=np.bool_)

    def has_code(self, codes: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which of `self.codes` start with one of `codes`."""
        return np.array([code.startswith(tuple(codes)) for code in self.codes], dtype=np.bool_)

    def party(self, name: str) -> int:
        """Give the number of a party; -1 where it is not in the table."""
        return self.parties.index(name) if name in self.parties else -1

    def date_of(self, day: int) -> date:
        """Give the date of a day number."""
        return self.first + timedelta(int(day))

    def one_a_day(self) -> Acts:
        """Keep the first row of each actor, target, code and day: the usual filter against one act told many times."""
        key = (self.pair * self.span + self.day) * len(self.codes) + self.code
        return self.where(np.diff(key, prepend=-1) != 0, "repeats of a day")

    def until(self, last: date) -> Acts:
        """Keep what happened no later than `last`, and end the days observed there."""
        in_order(self.first, last)
        kept = self.where(self.day <= (last - self.first).days, f"after {last}")
        return replace(kept, last=min(last, self.last))

    def where(self, keep: NDArray[np.bool_], reason: str) -> Acts:
        """Keep some of the acts and count the others under a reason."""
        arrays = {name: getattr(self, name)[keep] for name in _ARRAYS}
        dropped = len(self) - int(keep.sum())
        return replace(self, **arrays, left_out=added(self.left_out, {reason: dropped}))


def refusal(code: str, message: str, hint: str) -> DataError:
    """Make the error of a question that cannot be asked."""
    return DataError([Problem("<question>", None, None, code, message, hint)])


def in_order(first: date | None, last: date | None) -> None:
    """Refuse a period that ends before it begins.

    Raises
    ------
    DataError
        If `first` is after `last`; where one of them is None there is nothing to refuse.

    Examples
    --------
    >>> in_order(date(2031, 3, 1), date(2031, 3, 2))
    """
    if first is not None and last is not None and first > last:
        message = f"the first day, {first}, is after the last, {last}"
        raise refusal("bad-order", message, "swap them, or give a later last day")


def within(least: float, most: float = inf, **values: float) -> None:
    """Refuse numbers outside their limits.

    Raises
    ------
    DataError
        If a value is below `least`, above `most` or not a number.

    Examples
    --------
    >>> within(1, days=30)
    """
    for name, value in values.items():
        if not least <= value <= most:
            limits = f"at least {least:g}" if most == inf else f"{least:g} to {most:g}"
            raise refusal("out-of-bounds", f"{name} is {value:g}, expected {limits}", f"give {limits}")


_ARRAYS = ("day", "actor", "target", "code", "row", "deaths", "conditional")


def acts_of(
    day: NDArray[Any] | Sequence[date],
    actor: Text,
    target: Text,
    code: Text,
    *,
    row: NDArray[Any] | None = None,
    deaths: NDArray[Any] | None = None,
    conditional: NDArray[np.bool_] | None = None,
    first: date | None = None,
    last: date | None = None,
    left_out: Mapping[str, int] | None = None,
) -> Acts:
    """Make a table of acts from columns.

    Parameters
    ----------
    day : array of datetime64 or sequence of date, length n
        Missing where not a time.
    actor, target, code : array of str, or (numbers, names), length n
        Empty text or a negative number means missing. Codes are text, of CAMEO or PLOVER: "010" and "10" differ.
    row, deaths, conditional : array, length n, optional
    first, last : date, optional
        The days observed; by default from the first to the last act.
    left_out : Mapping of str to int, optional
        What was left out before, by reason.

    Returns
    -------
    Acts
        Without rows where the day, the actor, the target or the code is missing, where both are the same, with a code of
        neither CAMEO nor PLOVER, or outside the days observed; `left_out` counts them.

    Raises
    ------
    DataError
        If `first` is after `last`, or columns differ in length.

    Examples
    --------
    >>> acts = acts_of([date(2031, 3, 1)] * 3, ["A", "A", ""], ["B", "A", "B"], ["036", "010", "190"])
    >>> len(acts), {reason: count for reason, count in acts.left_out.items() if count}
    (1, {'no day, actor, target or code': 1, 'actor and target are the same': 1})
    """
    dates = np.asarray(day, dtype="datetime64[D]")
    who, whom, parties = _numbered(actor, target)
    what, codes = _names(code)
    _of_one_length(day=dates, actor=who, target=whom, code=what, row=row, deaths=deaths, conditional=conditional)
    undated = np.isnat(dates)
    days = np.where(undated, np.datetime64(first or last or EPOCH), dates).astype(np.int64)
    dated = days[~undated]
    start = first or (min(last or date.max, EPOCH + timedelta(int(dated.min()))) if len(dated) else last or EPOCH)
    end = last or (max(start, EPOCH + timedelta(int(dated.max()))) if len(dated) else start)
    in_order(start, end)
    offset = days - (start - EPOCH).days
    missing = undated | (who < 0) | (whom < 0) | (what < 0)
    same = ~missing & (who == whom)
    known = np.array([act_and_quad(name) is not None for name in codes] + [True], dtype=np.bool_)
    unknown = ~missing & ~same & ~known[what]
    outside = ~missing & ~same & ~unknown & ((offset < 0) | (offset > (end - start).days))
    kept = np.flatnonzero(~(missing | same | unknown | outside))
    rows = np.arange(len(days)) if row is None else np.asarray(row, dtype=np.int64)
    order = kept[np.argsort(_key(who, whom, offset, what)[kept], kind="stable")]
    return Acts(
        first=start,
        last=end,
        parties=parties,
        codes=codes,
        day=offset[order],
        actor=who[order],
        target=whom[order],
        code=what[order],
        row=rows[order],
        deaths=np.full(len(order), np.nan) if deaths is None else np.asarray(deaths, dtype=np.float64)[order],
        conditional=np.zeros(len(order), dtype=np.bool_) if conditional is None else np.asarray(conditional)[order],
        left_out=added(
            left_out or {},
            {
                "no day, actor, target or code": int(missing.sum()),
                "actor and target are the same": int(same.sum()),
                "a code of neither CAMEO nor PLOVER": int(unknown.sum()),
                "outside the days observed": int(outside.sum()),
            },
        ),
    )


def _of_one_length(**columns: NDArray[Any] | None) -> None:
    lengths = {name: len(column) for name, column in columns.items() if column is not None}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise refusal("bad-question", f"the columns differ in length: {told}", "give one value for each row")


def added(*counts: Mapping[str, int]) -> dict[str, int]:
    """Add up counts by reason.

    Examples
    --------
    >>> added({"late": 2}, {"early": 0, "late": 1})
    {'late': 3, 'early': 0}
    """
    found: dict[str, int] = {}
    for reason, count in (pair for one in counts for pair in one.items()):
        found[reason] = found.get(reason, 0) + count
    return found


def _key(*columns: Integers) -> Integers:
    """Give one number that sorts like the columns in turn."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
    return key


def _numbered(actor: Text, target: Text) -> tuple[Integers, Integers, tuple[str, ...]]:
    """Number actors and targets by one sorted list of names."""
    (who, actors), (whom, targets) = _names(actor), _names(target)
    parties = tuple(sorted({*actors, *targets}))
    place = {name: k for k, name in enumerate(parties)}
    return _moved(who, [place[n] for n in actors]), _moved(whom, [place[n] for n in targets]), parties


def _moved(numbers: Integers, places: list[int]) -> Integers:
    return np.array([*places, -1], dtype=np.int64)[numbers]


def _names(column: Text) -> tuple[Integers, tuple[str, ...]]:
    """Give numbers and sorted names of a column of text; -1 where it is empty."""
    if isinstance(column, tuple) and len(column) == 2 and not isinstance(column[0], str):
        numbers, names = np.asarray(column[0], dtype=np.int64), [str(name) for name in column[1]]
    else:
        found, inverse = np.unique(np.asarray(column, dtype=np.str_), return_inverse=True)
        numbers, names = inverse.astype(np.int64).reshape(-1), [str(name) for name in found]
    known = sorted({name for name in names if name})
    place = {name: k for k, name in enumerate(known)}
    return _moved(numbers, [place.get(name, -1) for name in names]), tuple(known)
