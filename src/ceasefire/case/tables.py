"""The CSV files of a case folder: daily counts, truces, figures."""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from math import isfinite

from ceasefire.case.evidence import Evidence
from ceasefire.case.model import Count, Fact, Truce
from ceasefire.case.shape import Given, day_of, meant
from ceasefire.case.told import Told
from ceasefire.case.tree import Place
from ceasefire.errors import Problem

_COUNTS = ("date", "series", "side", "value", "unit", "cumulative", "publisher", "url", "note")
_FIGURES = ("key", "value", "unit", "period", "parties", "publisher", "url", "note")
_TRUCES = (
    "id", "name", "brokers", "announced", "effective_local", "first_claimed_breach", "minutes_to_first_claim", "claimed_by",
    "other_account", "outcome", "record", "sources",
)  # fmt: skip
_MONTHS = {
    name: k for k, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}


class Tables:
    """Reads the tables of one case; what is wrong is collected in `problems`, with its line."""

    def __init__(self, evidence: Evidence, told: Told) -> None:
        self.problems: list[Problem] = []
        self._evidence = evidence
        self._told = told

    def counts(self, text: str, shown: str) -> tuple[Count, ...]:
        """Read ``daily.csv``; an empty date is a day that was not seen."""
        found = []
        for line, row in self._rows(text, shown, _COUNTS):
            place = Place(shown, line, None)
            value = self._number(row["value"], place, "value")
            day = self._day(row["date"], place, "date") if row["date"] else None
            if value is not None:
                source = self._source(row["publisher"], row["url"], place)
                cumulative = self._yes(row["cumulative"], place, "cumulative")
                found.append(Count(day, row["series"], row["side"], value, row["unit"], cumulative, source, row["note"], line))
        return tuple(found)

    def truces(self, text: str, shown: str) -> tuple[Truce, ...]:
        """Read ``truces.csv``; cells with several codes, keys or addresses part them by semicolons or blanks."""
        found = []
        for line, row in self._rows(text, shown, _TRUCES):
            place = Place(shown, line, None)
            announced = self._day(row["announced"], place, "announced")
            minutes = self._number(row["minutes_to_first_claim"], place, "minutes") if row["minutes_to_first_claim"] else None
            self._told.once("truce", row["id"], place)
            self._times(row, minutes, place)
            if announced is None:
                continue
            found.append(
                Truce(
                    key=row["id"],
                    name=row["name"],
                    brokers=self._told.names(
                        ((code, place) for code in _several(row["brokers"])), f"a broker of truce {row['id']!r}"
                    ),
                    announced=announced,
                    effective=row["effective_local"],
                    first_breach=row["first_claimed_breach"],
                    minutes_to_breach=minutes,
                    claimed_by=row["claimed_by"],
                    other_account=row["other_account"],
                    outcome=row["outcome"],
                    record=self._told.cites((key, place) for key in _several(row["record"])),
                    sources=tuple(self._account(row["name"], one, place) for one in _several(row["sources"])),
                    ends=row.get("ends_local", ""),
                )
            )
        return tuple(found)

    def _times(self, row: Mapping[str, str], minutes: float | None, place: Place) -> None:
        """Check when a truce took effect, its first breach was claimed, and it was to end: days or times, none before the first."""
        names = ("effective_local", "first_claimed_breach", "ends_local")
        begun, broken, ended = (self._moment(row.get(name, ""), place, name) for name in names)
        if minutes is not None and minutes < 0:
            message = f"minutes_to_first_claim is {minutes:g}: a breach cannot come before the truce"
            self.problems.append(place.problem("out-of-bounds", message, "count the minutes from the hour it took effect"))
        if begun and broken and _is_before(broken, begun):
            message = f"the first breach of {row['id']!r} is claimed for {row['first_claimed_breach']}, before it took effect"
            self.problems.append(place.problem("bad-order", message, "correct one of the two, or leave the breach out"))
        if begun and ended and _is_before(ended, begun):
            message = f"the truce {row['id']!r} was to end {row['ends_local']}, before it took effect"
            self.problems.append(place.problem("bad-order", message, "correct one of the two, or leave the end out"))

    def _moment(self, text: str, place: Place, name: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            hint = "write a day or a time such as 2020-10-10T12:00+04:00, or leave it empty"
            self.problems.append(place.problem("wrong-type", f"{name} is {text!r}, expected a day or a time", hint))
            return None

    def figures(self, text: str, shown: str) -> tuple[Fact, ...]:
        """Read ``figures.csv``; a figure is cited as ``figure:KEY:PERIOD``, or ``figure:KEY`` for the first of that key."""
        found: dict[str, Fact] = {}
        for line, row in self._rows(text, shown, _FIGURES):
            place = Place(shown, line, None)
            value = self._number(row["value"], place, "value")
            source = self._source(row["publisher"], row["url"], place)
            key, known = f"figure:{row['key']}:{row['period']}", period_end(row["period"])
            text_ = row["key"].replace("_", " ")
            fact = Fact(
                key,
                text_,
                value,
                row["unit"],
                row["period"],
                known,
                _several(row["parties"]),
                "",
                "as published",
                (source,),
                row["note"],
            )
            for name in (key, f"figure:{row['key']}"):
                found.setdefault(name, replace(fact, key=name))
        return tuple(found.values())

    def _rows(self, text: str, shown: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        try:
            for missing in [name for name in columns if name not in (reader.fieldnames or ())]:
                hint = meant(missing, [str(name) for name in reader.fieldnames or ()])
                hint = "part fields by commas" if ";" in text.partition("\n")[0] else hint
                self.problems.append(Problem(shown, 1, None, "missing-column", f"column {missing!r} is missing", hint))
                return
            for row in reader:
                if None in row or None in row.values():
                    message = f"the line does not have {len(columns)} fields"
                    self.problems.append(Problem(shown, reader.line_num, None, "bad-row", message, "quote fields that hold commas"))
                else:
                    yield reader.line_num, {name: value.strip() for name, value in row.items()}
        except csv.Error as error:
            self.problems.append(Problem(shown, reader.line_num, None, "bad-row", f"not CSV: {error}", "check the quotes"))

    def _number(self, text: str, place: Place, name: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if isfinite(value):
            return value
        self.problems.append(
            place.problem("wrong-type", f"{name} is {text!r}, expected a number", "write it with a point, such as 2.5")
        )
        return None

    def _day(self, text: str, place: Place, name: str) -> date | None:
        day = day_of(text[:10])
        if day is None:
            self.problems.append(
                place.problem("wrong-type", f"{name} is {text!r}, expected a date", "write a date such as 2020-10-08")
            )
        return day

    def _yes(self, text: str, place: Place, name: str) -> bool:
        if text not in {"yes", "no"}:
            message = f"{name} is {text!r}, expected one of yes, no"
            hint = "yes where the value counts all since the beginning, no where it counts one day"
            self.problems.append(place.problem("wrong-choice", message, hint))
        return text == "yes"

    def _account(self, name: str, one: str, place: Place) -> str:
        """Give the key of a source that a truce rests on: a key of the case, or an address."""
        if "/" in one:
            return self._source("", one, place, title=f"Account of the {name}")
        self._evidence.check([(one, place)], None)
        return one

    def _source(self, publisher: str, url: str, place: Place, title: str = "") -> str:
        given = {"title": title or publisher or url or place.file, "publisher": publisher, "url": url or None}
        return self._evidence.inline(Given(given, place, {}))


def _is_before(one: datetime, other: datetime) -> bool:
    """Tell whether a moment is before another; by days where one of them has no offset from UTC."""
    is_timed = one.tzinfo is not None and other.tzinfo is not None
    return one < other if is_timed else one.date() < other.date()


def _several(text: str) -> tuple[str, ...]:
    """Part a cell at blanks and semicolons; a semicolon inside an address stays.

    Examples
    --------
    >>> _several("e1;e2 e3"), _several("https://a.org/x;y;https://b.org")
    (('e1', 'e2', 'e3'), ('https://a.org/x;y', 'https://b.org'))
    """
    parts = (re.split(r";(?=https?://)" if "://" in word else ";", word) for word in text.split())
    return tuple(part.rstrip(";") for several in parts for part in several if part)


def period_end(text: str) -> date | None:
    """Give the last day of a period as sources write it; None if it names no year.

    Examples
    --------
    >>> [str(period_end(p)) for p in ("2019", "2015-19", "2020-07", "2020 Jan-Sep", "2020 first half", "2015-11-28 to 2016-06-27")]
    ['2019-12-31', '2019-12-31', '2020-07-31', '2020-09-30', '2020-06-30', '2016-06-27']
    """
    days = [day for found in re.findall(r"\d{4}-\d{2}-\d{2}", text) if (day := day_of(found))]
    if days:
        return max(days)
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text)]
    if not years:
        return None
    tail = re.search(r"(\d{4})-(\d{2})(?!\d)", text)
    if tail and 1 <= int(tail[2]) <= 12:
        return _month_end(int(tail[1]), int(tail[2]))
    if tail:
        return date(int(tail[1][:2] + tail[2]), 12, 31)
    names = [name for name in _MONTHS if re.search(rf"\b{name}\b", text)]
    if names:
        return _month_end(max(years), max(_MONTHS[name] for name in names))
    return date(max(years), 6, 30) if "first half" in text else date(max(years), 12, 31)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
