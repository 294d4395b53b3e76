"""Filters with names, printed with every result: what machine-coded rows need before anything is counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ceasefire.errors import DataError, Problem, near


@dataclass(frozen=True, slots=True)
class Preset:
    """A named filter.

    Parameters
    ----------
    name : str
    meaning : str
        In words, for the reader of a result.
    condition : str
        SQL over the event table; ``""`` for no condition.
    one_per : tuple of str
        Columns of which every combination is kept once, by the first file and line; empty for no such rule.
    needs_mentions : bool
        Whether `condition` speaks of ``mentions_confidence``, the highest confidence of any mention of the event.
    by_volume : bool
        Whether counts are also given as shares of the volume: all rows that the sources asked have in the same period, whoever
        acts, through the same filters. It keeps every row.
    """

    name: str
    meaning: str
    condition: str = ""
    one_per: tuple[str, ...] = ()
    needs_mentions: bool = False
    by_volume: bool = False


_FIXED = {
    "raw": Preset("raw", "every row as coded"),
    "one-a-day": Preset(
        "one-a-day",
        "one row per source, day, country of actor and of target, and code",
        one_per=("source", "date", "actor_country", "target_country", "code"),
    ),
    "one-a-day-names": Preset(
        "one-a-day-names",
        "one row per source, day, name of actor and of target, and code",
        one_per=("source", "date", "actor_name", "target_name", "code"),
    ),
    "root": Preset("root", "lead events of their article only", condition="is_root"),
    "two-states": Preset(
        "two-states",
        "actor and target have country codes of the source that differ",
        condition="actor_country <> target_country",
    ),
    "precise-dates": Preset(
        "precise-dates", "dated to the day or to two to six days (date_precision 1 or 2)", condition="date_precision <= 2"
    ),
    "normalised": Preset(
        "normalised", "counts also as shares of all rows of the same sources and period, through the same filters", by_volume=True
    ),
}


def preset(text: str) -> Preset:
    """Give a preset by name; DataError with the known names where there is none.

    Examples
    --------
    >>> preset("sources=2").meaning
    'at least 2 sources, as the source counts them'
    """
    if text in _FIXED:
        return _FIXED[text]
    name, _, number = text.partition("=")
    if number.isdecimal() and len(number) < 7:
        least = int(number)
        if name == "confidence":
            meaning = f"named by a mention with confidence {least} or more"
            return Preset(text, meaning, condition=f"mentions_confidence >= {least}", needs_mentions=True)
        if name == "sources":
            return Preset(text, f"at least {least} sources, as the source counts them", condition=f"n_sources >= {least}")
    known = (*_FIXED, "confidence=N", "sources=N")
    raise DataError([Problem("<preset>", None, None, "unknown-preset", f"unknown preset {text!r}", meant(text, known))])


def meant(text: str, known: Collection[str]) -> str:
    """Give a hint for a word that is not known.

    Examples
    --------
    >>> meant("mnth", ("month", "year"))
    "did you mean 'month'? one of month, year"
    """
    found = near(text, known)
    return f"{f'did you mean {found[0]!r}? ' if found else ''}one of {', '.join(known)}"


def filtered(rows: str, presets: tuple[Preset, ...], mentions: str) -> str:
    """SQL of the rows that pass all presets, in their order.

    Parameters
    ----------
    rows : str
        SQL of rows of the event table.
    mentions : str
        SQL of the table of mentions.
    """
    sql = rows
    for one in presets:
        if one.needs_mentions:
            best = f"SELECT source, source_id, max(confidence) AS mentions_confidence FROM ({mentions}) GROUP BY ALL"
            sql = (
                f"SELECT * EXCLUDE (mentions_confidence) FROM (SELECT e.*, m.mentions_confidence FROM ({sql}) AS e "
                f"LEFT JOIN ({best}) AS m ON m.source = e.source AND m.source_id = e.source_id) WHERE {one.condition}"
            )
        elif one.condition:
            sql = f"SELECT * FROM ({sql}) WHERE {one.condition}"
        if one.one_per:
            keys = ", ".join(one.one_per)
            sql = f"SELECT * FROM ({sql}) QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY file, line) = 1"
    return sql
