"""The reference tables inside the engine, so that codes are reconciled by joins and never row by row in Python."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ceasefire.reference import SYSTEMS, CameoCode, Country, cameo_codes, countries, organisations, plover_types
from ceasefire.reference.event_codes import Act
from ceasefire.reference.tables import plain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COMMENT, APPEAL, DEMAND, COMMITMENT = "comment", "appeal", "demand", "commitment"
COMMITTED = "commitment with a cost, condition or date"
GRADES = (COMMENT, APPEAL, DEMAND, COMMITMENT, COMMITTED)
ACTS = ("word", "diplomatic", "deed")

_Life = tuple[str, str, date, date, str | None]
_EARLIER = "STRUCT(since DATE, until DATE, answer PARTY)[]"
_SEPARATOR = "\x1f"

NOBODY = "-"
"""Key of rows without a key: they find a row that says nothing, because a join that finds nothing costs the engine far more."""

PLOVER_ACTS: Mapping[str, tuple[Act, str | None]] = {
    "AGREE": ("word", COMMITMENT),
    "CONSULT": ("diplomatic", None),
    "SUPPORT": ("word", COMMENT),
    "CONCEDE": ("diplomatic", None),
    "REQUEST": ("word", APPEAL),
    "ACCUSE": ("word", COMMENT),
    "REJECT": ("word", COMMENT),
    "THREATEN": ("word", COMMITMENT),
}
"""PLOVER types that are no deeds; the others are. CONCEDE holds truces and withdrawals that are only announced."""

_MEANING = MappingProxyType(
    {"cameo": "CAMEO", "plover": "PLOVER", "plover_mode": "PLOVER_MODE", "quad": "UTINYINT", "act": "ACT", "grade": "GRADE"}
)
"""What a code means, and the types of these columns."""

ENUMS = ("iso3", "own", *(name for name, kind in _MEANING.items() if kind != "UTINYINT"))
"""Columns of the reference tables that are of enum types."""

_PLAIN = """
CREATE OR REPLACE MACRO plain(name) AS trim(regexp_replace(regexp_replace(regexp_replace(replace(
    strip_accents(lower(name)), '&', ' and '), '[.''’`]', '', 'g'), '[^\\pL\\pN]+', ' ', 'g'), '^ ?the ', ''))
"""
_SORTED = """
CREATE OR REPLACE MACRO sorted_list(cell) AS nullif(array_to_string(list_sort(list_distinct(list_transform(
    string_split(replace(cell, '"', ''), ','), lambda part: trim(part)))), ','), '')
"""
_FINITE = "CREATE OR REPLACE MACRO finite(value) AS CASE WHEN isfinite(value) THEN value END"
_NUMBER = "CREATE OR REPLACE MACRO number(cell) AS finite(try_cast(nullif(trim(cell), '') AS DOUBLE))"
_WHOLE = """
CREATE OR REPLACE MACRO whole(cell) AS CASE WHEN number(cell) = trunc(number(cell)) THEN try_cast(number(cell) AS INTEGER) END
"""

_REAL = """
CREATE OR REPLACE MACRO real_day(day) AS CASE WHEN day BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN day END
"""
_DAY = """
CREATE OR REPLACE MACRO day_in(cell) AS
    CASE WHEN left(trim(cell), 1) BETWEEN '0' AND '9' THEN real_day(try_cast(cell AS DATE)) END
"""
_DAY_AS = "CREATE OR REPLACE MACRO day_as(cell, pattern) AS real_day(try_strptime(cell, pattern)::DATE)"
_TIME = """
CREATE OR REPLACE MACRO time_in(cell) AS CASE WHEN day_in(cell) IS NOT NULL THEN try_cast(cell AS TIMESTAMP) END
"""

_ON_DAY = """
CREATE OR REPLACE MACRO on_day(day, since, until, answer, earlier) AS
    CASE WHEN day BETWEEN since AND until THEN answer
    WHEN earlier IS NOT NULL THEN list_filter(earlier, lambda life: day BETWEEN life.since AND life.until)[1].answer END
"""


def install(connection: DuckDBPyConnection) -> None:
    """Put the tables `country_codes`, `organisation_codes`, `cameo_codes`, `plover_codes` and the macros into a connection.

    ``number``, ``whole``, ``day_in``, ``day_as`` and ``time_in`` read a text; what is none, or lies outside the years 1 to 9999,
    or is infinite, is NULL.

    A code has one row, because a join that finds one row for each is far quicker: its last bearer stands in the columns, those
    before in the list `earlier`, and `on_day` picks. What the tables answer is of enum types, one for each kind of code: the
    engine then writes whole numbers and not texts.
    """
    for macro in (_PLAIN, _SORTED, _FINITE, _NUMBER, _WHOLE, _REAL, _DAY, _DAY_AS, _TIME, _ON_DAY):
        connection.execute(macro)
    lives = {"country_codes": ("iso3", _country_rows()), "organisation_codes": ("own", _organisation_rows())}
    _types(connection, [row[-1] for _, rows in lives.values() for row in rows])
    for table, (answer, rows) in lives.items():
        key = {"system": "VARCHAR", "code": "VARCHAR", "since": "DATE", "until": "DATE"}
        _table(connection, table, key | {answer: "PARTY", "earlier": _EARLIER}, _one_a_code(rows))
    _table(connection, "cameo_codes", {"written": "VARCHAR", **_MEANING}, _cameo_rows())
    _table(connection, "plover_codes", {name: _MEANING[name] for name in ("plover", "quad", "act", "grade")}, _plover_rows())
    for name in ("acled", "mie"):
        header, meanings = _csv_rows(name)
        _table(connection, f"{name}_codes", {one: _MEANING.get(one, "VARCHAR") for one in header}, meanings)


def _types(connection: DuckDBPyConnection, parties: Iterable[str | None]) -> None:
    """Make the enum types of what the reference tables answer."""
    modes = {mode for one in plover_types().values() for mode in one.modes} | {one.plover_mode for one in cameo_codes().values()}
    values: dict[str, Iterable[str | None]] = {
        "PARTY": parties,
        "CAMEO": cameo_codes(),
        "PLOVER": plover_types(),
        "PLOVER_MODE": modes,
        "ACT": ACTS,
        "GRADE": GRADES,
    }
    for name, texts in values.items():
        listed = ", ".join(f"'{text}'" for text in sorted({text for text in texts if text}))
        connection.execute(f"CREATE OR REPLACE TYPE {name} AS ENUM ({listed})")


@cache
def _csv_rows(name: str) -> tuple[tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """Give the header and the rows of a code table of this room."""
    header, *rows = csv.reader(files("ceasefire.events").joinpath(f"codes/{name}.csv").read_text(encoding="utf-8").splitlines())
    return tuple(header), tuple(tuple(cell or None for cell in row) for row in rows)


def grade_of(code: CameoCode) -> str | None:
    """Grade a word by its CAMEO code; None for what is no word.

    02 is an appeal, 10 a demand; 03 and 13 announce a deed of the speaker's own; an ultimatum (139) carries its condition. The
    rest is comment: a code does not tell whether a promise or a threat named its cost, condition or date.
    """
    if code.act != "word":
        return None
    if code.code == "139":
        return COMMITTED
    return {"02": APPEAL, "03": COMMITMENT, "10": DEMAND, "13": COMMITMENT}.get(code.root, COMMENT)


def _table(connection: DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Iterable[Any]) -> None:
    """Make a table from rows, each column as one text that the engine splits: far quicker than to have it parse rows."""
    texts = [_SEPARATOR.join("" if value is None else str(value) for value in column) for column in zip(*rows, strict=True)]
    split = ", ".join(f"unnest(string_split(?, '{_SEPARATOR}')) AS {one}" for one in columns)
    casts = ", ".join(f"nullif({one}, '')::{kind} AS {one}" for one, kind in columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {casts} FROM (SELECT {split})", texts)


def _one_a_code(lives: Iterable[_Life]) -> Iterator[tuple[str, str, date, date, str | None, str | None]]:
    """Join the lives of each code: the last as it is, those before it as the text of a list, newest first."""
    by_code: dict[tuple[str, str], list[_Life]] = {}
    for life in lives:
        by_code.setdefault(life[:2], []).append(life)
    for bearers in by_code.values():
        last, *before = sorted(bearers, key=lambda life: life[2], reverse=True)
        listed = ", ".join(f"{{since: {since}, until: {until}, answer: {answer or 'NULL'}}}" for *_, since, until, answer in before)
        yield (*last, f"[{listed}]" if listed else None)


@cache
def _country_rows() -> tuple[_Life, ...]:
    rows: list[_Life] = [(system, NOBODY, date.min, date.max, None) for system in SYSTEMS]
    for system in SYSTEMS:
        for code, found in _countries_by(system).items():
            rows += [
                (system, code, since, until, country.iso3) for since, until, country in _in_turn(found) if country.iso3 is not None
            ]
    return tuple(rows)


def _countries_by(system: str) -> dict[str, list[Country]]:
    index: dict[str, list[Country]] = {}
    for country in countries():
        if system == "name":
            keys = dict.fromkeys(plain(name) for name in (country.name, *country.names))
        else:
            code = getattr(country, system)
            keys = {} if code is None else {code: None}
        for key in keys:
            index.setdefault(key, []).append(country)
    return index


def _in_turn(found: list[Country]) -> Iterator[tuple[date, date, Country]]:
    """Cut the lives of the bearers of one code so that each day has the first in the table's order, as `country` answers."""
    marks = sorted(
        {date.min}
        | {country.start for country in found if country.start}
        | {date.fromordinal(country.end.toordinal() + 1) for country in found if country.end}
    )
    for since, after in zip(marks, [*marks[1:], None], strict=True):
        until = date.max if after is None else date.fromordinal(after.toordinal() - 1)
        for country in found:
            if (country.start or date.min) <= since and until <= (country.end or date.max):
                yield since, until, country
                break


@cache
def _organisation_rows() -> tuple[_Life, ...]:
    rows: dict[tuple[str, str], tuple[date, date, str | None]] = {
        (system, NOBODY): (date.min, date.max, None) for system in ("name", "own", "cameo")
    }
    for one in organisations():
        life = (one.start or date.min, one.end or date.max, one.code)
        rows |= {("name", plain(name)): life for name in (one.name, *one.names)}
        rows[("own", one.code)] = life
        if one.cameo:
            rows[("cameo", one.cameo)] = life
    return tuple((*key, *life) for key, life in rows.items())


@cache
def _cameo_rows() -> tuple[tuple[Any, ...], ...]:
    """Give each code as written and as it stands once its leading zero was lost; no spelling means two codes.

    Two digits could be a root or a three-digit code without its zero ("10": 10 or 010): they are read as roots.
    """
    table = cameo_codes()
    rows = [(code, *_meaning(one)) for code, one in table.items()]
    rows += [
        (code[1:], *_meaning(one)) for code, one in table.items() if code[0] == "0" and len(code) > 2 and code[1:] not in table
    ]
    return tuple(rows)


def _meaning(one: CameoCode) -> tuple[Any, ...]:
    return (one.code, one.plover_type, one.plover_mode, one.quad, one.act, grade_of(one))


@cache
def _plover_rows() -> tuple[tuple[str, int, str, str | None], ...]:
    return tuple((name, one.quad, *PLOVER_ACTS.get(name, ("deed", None))) for name, one in plover_types().items())
