"""Collect the footnotes of a brief and the sources behind them while it is being written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction

from ceasefire.brief.document import Note, SourceLine, Span
from ceasefire.case.model import Case, Entry, Judgement
from ceasefire.figures.style import printed
from ceasefire.leverage import Range
from ceasefire.record import Classified
from ceasefire.reference import country, organisation


class Notebook:
    """Footnotes by content: the same text with the same sources is one note.

    Parameters
    ----------
    case : Case
        Its sources are what notes may refer to; an unknown key raises KeyError. `unit` is its unit of stakes and costs.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self.unit = case.stake_unit.split(";")[0].strip()
        self._sources = {source.key: source for source in case.sources}
        self._notes: dict[str, Note] = {}
        self._used: dict[str, SourceLine] = {}

    def note(self, text: str, sources: Iterable[str] = (), entries: Iterable[str] = ()) -> str:
        """File a footnote and give its key."""
        keys, counted = tuple(dict.fromkeys(sources)), tuple(entries)
        for key in keys:
            self._use(key)
        name = "n" + hashlib.sha256("\n".join((text, *keys, *counted)).encode()).hexdigest()[:12]
        self._notes.setdefault(name, Note(name, text, keys, counted))
        return name

    def number(self, text: object, why: str, sources: Iterable[str] = ()) -> Span:
        """Give a number as it is printed, with the footnote that says where it comes from."""
        return Span(str(text), (self.note(why, sources),))

    def entries(self, count: object, entries: Iterable[Entry], what: str) -> Span:
        """Give a count of record entries with a footnote that leads to each of them."""
        listed = list(entries)
        text = what if listed else f"{what}: none on record"
        sources = (source for entry in listed for source in entry.sources)
        return Span(str(count), (self.note(text, sources, (entry.key for entry in listed)),))

    def judged(self, text: object, judgement: Judgement, what: str) -> Span:
        """Give a judged number with a footnote: range, unit, reason, and the mark of what nobody measured."""
        spread = (
            "point judgement" if judgement.low == judgement.high else f"range {figure(judgement.low)} to {figure(judgement.high)}"
        )
        mark = ", illustrative" if judgement.illustrative else ""
        value = figure(judgement.value)
        why = f"{what}: {value} {unit_after(value, judgement.unit)} ({spread}{mark}, judged {judgement.dated}). {judgement.why}"
        return Span(str(text), (self.note(why, judgement.sources),))

    def name(self, code: str) -> str:
        """Give the name of a party as the case has it, else as the reference tables have it, else the code."""
        for party in self._case.parties:
            if party.code == code:
                return party.name
        known = organisation(code) or country(code, system="iso3")
        return known.name if known else code

    def called(self, key: str) -> str:
        """Give the name of a party, and the key of anything else as it is."""
        return self.name(key) if key.isupper() else key

    def in_unit(self, amount: str) -> str:
        """Give the unit of stakes as it stands after an amount: one point, several points."""
        return unit_after(amount, self.unit)

    def contents(self) -> tuple[tuple[Note, ...], tuple[SourceLine, ...]]:
        """Give all notes and all sources that they use."""
        return tuple(self._notes.values()), tuple(self._used.values())

    def _use(self, key: str) -> None:
        if key not in self._used:
            source = self._sources[key]
            day = source.date.isoformat() if source.date else "undated"
            self._used[key] = SourceLine(key, source.title, source.publisher, source.url or "", day)


def unit_after(amount: str, unit: str) -> str:
    """Give a unit as it stands after an amount.

    Examples
    --------
    >>> unit_after("−1", "points"), unit_after("0.5", "points"), unit_after("1", "billion USD")
    ('point', 'points', 'billion USD')
    """
    return unit[:-1] if amount.lstrip("+−") == "1" and unit.isalpha() and unit.endswith("s") else unit


def figure(value: float) -> str:
    """Print a number with at most three decimals and a true minus sign.

    Examples
    --------
    >>> figure(2.0), figure(-0.25), figure(1 / 3)
    ('2', '−0.25', '0.333')
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text.replace("-", "−")


def amount(cost: Fraction | None) -> str:
    """Print a cost, or that it cannot be done.

    Examples
    --------
    >>> amount(Fraction(1, 2)), amount(None)
    ('0.5', 'not possible')
    """
    return "not possible" if cost is None else figure(float(cost))


def spread(low: float, value: float, high: float) -> str:
    """Print a central value with its range.

    Examples
    --------
    >>> spread(1, 2, 4), spread(3, 3, 3)
    ('2 (1 to 4)', '3')
    """
    return figure(value) if low == high else f"{figure(value)} ({figure(low)} to {figure(high)})"


def ranged(value: Range | None) -> str:
    """Print a range with three significant digits; words where it is not known.

    Examples
    --------
    >>> ranged(Range(0.000512, 0.12345, 1234.5)), ranged(Range(2, 2, 2)), ranged(None)
    ('0.123 (0.000512 to 1,230)', '2', 'not known')
    """
    if value is None:
        return "not known"
    low, central, high = (printed(float(f"{end:.3g}")) for end in (value.low, value.value, value.high))
    return central if low == high else f"{central} ({low} to {high})"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number of things.

    Examples
    --------
    >>> counted(1, "entry", "entries"), counted(2, "deed")
    ('1 entry', '2 deeds')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def of_record(found: Iterable[Classified]) -> list[Entry]:
    """Give the entries of the record behind what was classified."""
    return [one.entry for one in found]


def listing(items: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listing(["Russia", "France", "the United States"])
    'Russia, France and the United States'
    """
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
