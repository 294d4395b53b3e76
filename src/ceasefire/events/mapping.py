"""From a description of a format to the SQL that maps its raw rows to the event table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from ceasefire.events.engine import identifier, literal, readable
from ceasefire.events.formats.description import ALONE, Format, Layout, Lookup
from ceasefire.events.lookups import ENUMS, NOBODY
from ceasefire.events.rejects import LONGEST, MOST_REJECTS
from ceasefire.events.table import TYPES

MENTION_TYPES = MappingProxyType(
    {
        "source": "VARCHAR",
        "source_id": "VARCHAR",
        "event_time": "TIMESTAMP",
        "mention_time": "TIMESTAMP",
        "kind": "UTINYINT",
        "outlet": "VARCHAR",
        "url": "VARCHAR",
        "sentence": "INTEGER",
        "in_raw_text": "BOOLEAN",
        "confidence": "UTINYINT",
        "doc_length": "INTEGER",
        "doc_tone": "DOUBLE",
        "translation": "VARCHAR",
        "release": "VARCHAR",
        "vintage": "TIMESTAMP",
        "file": "VARCHAR",
        "line": "BIGINT",
    }
)
"""Columns of the table of mentions: which article spoke of which event, when, and how sure the coder was."""

ROW = "__ceasefire_row"
_LINE = "__ceasefire_text"
_KEYS = "__ceasefire_keys"
_VALUES = "__ceasefire_values"
_BUFFER = 16 << 20
"""Bytes the parser reads at a time; twice as many, its own choice, cost more in fresh memory than they save in reads."""
_OF_JSON = {
    "not a JSON object": f"{_LINE} IS NULL",
    "NUL byte": rf"regexp_matches({_LINE}, '(^|[^\\])(\\\\)*\\u0000')",
    "a key twice": f"len({_KEYS}) > len(list_distinct({_KEYS}))",
}
_USED = re.compile(r'"([^"]+)"')
_ANSWER = re.compile(r"ONE|coalesce\(ONE(, ONE)*\)".replace("ONE", rf"\w+\.({'|'.join(ENUMS)})"))
_CONSTANT = re.compile(r"'[^']+'")


def types_of(table: str) -> Mapping[str, str]:
    """Give the columns and types of ``events`` or ``mentions``."""
    return TYPES if table == "events" else MENTION_TYPES


def raw_sql(path: Path, layout: Layout, *, header_lines: int) -> str:
    """SQL that reads the raw columns of a file in its order; what cannot be parsed goes to the table `parse_errors`."""
    columns = {name: layout.types.get(name, "VARCHAR") for name in layout.columns} if layout.delimiter else {_LINE: "VARCHAR"}
    shape = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    options = [
        f"columns = {{{shape}}}",
        f"delim = {literal(layout.delimiter or ALONE)}",
        f"quote = {literal(layout.quote)}",
        f"escape = {literal(layout.quote)}",
        f"header = false, skip = {header_lines}, auto_detect = false, new_line = '\\n'",
        f"store_rejects = true, rejects_table = 'parse_errors', rejects_scan = 'parse_scans', rejects_limit = {MOST_REJECTS + 1}",
        f"max_line_size = {LONGEST + 2}, buffer_size = {_BUFFER}",
    ]
    if layout.quote:
        options.append("parallel = false")
    if layout.date_format:
        options.append(f"dateformat = {literal(layout.date_format)}")
    if layout.time_format:
        options.append(f"timestampformat = {literal(layout.time_format)}")
    table = f"read_csv({readable(path)}, {', '.join(options)})"
    if layout.delimiter:
        return f"SELECT * FROM {table}"
    return _keys_sql(table, layout)


def _keys_sql(table: str, layout: Layout) -> str:
    """SQL of the values of the keys of JSON objects, one a line: all in one call, because each call parses and holds each line."""
    safe = f"CASE WHEN json_valid({_LINE}) AND json_type({_LINE}) = 'OBJECT' THEN {_LINE} END AS {_LINE}, {_LINE} AS {_LINE}_raw"
    paths = ", ".join(literal(_json_path(name)) for name in layout.columns)
    parsed = f"{_LINE}_raw, {_LINE}, json_keys({_LINE}) AS {_KEYS}, json_extract_string({_LINE}, [{paths}]) AS {_VALUES}"
    values = ", ".join(f"{_VALUES}[{place}] AS {identifier(name)}" for place, name in enumerate(layout.columns, 1))
    return f"SELECT {_LINE}_raw, {_LINE}, {_KEYS}, {values} FROM (SELECT {parsed} FROM (SELECT {safe} FROM {table}))"


def mapped_sql(
    form: Format, layout: Layout, raw: str, *, file: str, line: str, vintage: str, wanted: Collection[str] | None = None
) -> str:
    """SQL of the event table's columns, and for formats with checks also `reason` (NULL for rows to keep) and `raw`.

    Parameters
    ----------
    raw : str
        What `raw_sql` gives.
    file, line : str
        The name of the file; SQL of the line, over `ROW`.
    vintage : str
        Day or time for rows whose format gives none; may be empty.
    wanted : collection of str, optional
        The columns wanted, all by default; rows are numbered and codes looked up only where one of them needs it.
    """
    types = {name: kind for name, kind in types_of(form.table).items() if wanted is None or name in wanted}
    have = {name.lower() for name in layout.columns}
    absent = [f"NULL::VARCHAR AS {identifier(name)}" for name in form.optional if name.lower() not in have]
    number = [f"row_number() OVER () AS {ROW}"] if "line" in types else []
    inner = f"SELECT {', '.join(['*', *absent, *number])} FROM ({raw})"
    given = {name: _of_row(expression) for name, expression in form.columns.items()}
    given.setdefault("source", literal(form.name))
    given.setdefault("release", literal(layout.release))
    known = literal(layout.vintage or vintage) if layout.vintage or vintage else "NULL"
    given["vintage"] = f"coalesce({given.get('vintage', 'NULL::TIMESTAMP')}, try_cast({known} AS TIMESTAMP))"
    given["file"] = literal(file)
    given["line"] = line
    if form.keep_unknown:
        given["extra"] = _extra(form, layout)
    columns = [_column(name, kind, given.get(name, "NULL")) for name, kind in types.items()]
    if form.checks:
        reason = _reason(form, layout)
        columns += [f"{reason} AS reason", f"CASE WHEN {reason} IS NOT NULL THEN {_raw(layout)} END AS raw"]
    columns = [_on_day(form, column) for column in columns]
    return f"SELECT {', '.join(columns)} FROM ({inner}) AS r {_joins(form, ' '.join(columns))}"


def _column(name: str, kind: str, expression: str) -> str:
    """SQL of one column; what reference tables answer and what is the same in all rows stays an enum, which is quick to write."""
    if kind == "VARCHAR" and _CONSTANT.fullmatch(expression):
        return f"{expression}::ENUM ({expression}) AS {name}"
    if kind == "VARCHAR" and _ANSWER.fullmatch(expression):
        return f"{expression} AS {name}"
    return f"TRY_CAST({expression} AS {kind}) AS {name}"


def _joins(form: Format, used: str) -> str:
    """SQL of the joins to the reference tables that `used` speaks of."""
    needed = [one for one in form.lookups if f"{one.alias}." in used]
    return " ".join(f"LEFT JOIN {one.table} AS {one.alias} ON {_condition(one)}" for one in needed)


def _condition(one: Lookup) -> str:
    if not one.system:
        return _of_row(one.on)
    return f"{one.alias}.system = {literal(one.system)} AND {one.alias}.code = coalesce({_of_row(one.on)}, {literal(NOBODY)})"


def _on_day(form: Format, column: str) -> str:
    """Make SQL that names the bearer of a code name the one of the row's day."""
    for one in form.lookups:
        if one.system:
            life = ", ".join(f"{one.alias}.{part}" for part in ("since", "until", r"\1", "earlier"))
            column = re.sub(rf"\b{one.alias}\.(iso3|own)\b", f"on_day({_of_row(form.day)}, {life})", column)
    return column


def _reason(form: Format, layout: Layout) -> str:
    checks = dict(form.checks) if layout.delimiter else _OF_JSON | dict(form.checks)
    cases = " ".join(f"WHEN {_of_row(condition)} THEN {literal(reason)}" for reason, condition in checks.items())
    return f"CASE {cases} END"


def _raw(layout: Layout) -> str:
    if not layout.delimiter:
        return f"{_LINE}_raw"
    cells = [f"coalesce(r.{identifier(name)}, '')" for name in layout.columns]
    if layout.quote:
        cells = [
            f"CASE WHEN regexp_matches({c}, '[\",\\n\\r]') THEN '\"' || replace({c}, '\"', '\"\"') || '\"' ELSE {c} END"
            for c in cells
        ]
    return f"array_to_string([{', '.join(cells)}], {literal(layout.delimiter)})"


def _extra(form: Format, layout: Layout) -> str:
    """SQL of the columns that nothing uses, as a JSON object without the empty ones; NULL where there are none."""
    if not layout.delimiter:
        return _other_keys(layout)
    texts = [*form.columns.values(), *form.checks.values(), *(one.on for one in form.lookups), form.day]
    used = {name.lower() for text in texts for name in _USED.findall(text)}
    unused = [name for name in layout.columns if name.lower() not in used]
    if not unused:
        return "NULL"
    pairs = ", ".join(f"{literal(name)}, r.{identifier(name)}" for name in unused)
    return f"nullif(json_merge_patch('{{}}', json_object({pairs}))::VARCHAR, '{{}}')"  # a merge leaves out what is NULL


def _other_keys(layout: Layout) -> str:
    """SQL of the keys of a JSON object that are no columns, likewise; most rows have none, and need not be parsed again."""
    known = ", ".join(literal(name) for name in layout.columns)
    keys = f"list_sort(list_distinct(list_filter({_KEYS}, lambda key: key NOT IN ({known}))))"
    value = f"json_extract_string({_LINE}, '/' || replace(replace(key, '~', '~0'), '/', '~1'))"
    pairs = f"list_transform({keys}, lambda key: struct_pack(k := key, v := {value}))"
    given = f"list_filter({pairs}, lambda pair: pair.v IS NOT NULL)"
    return f"nullif(to_json(map_from_entries(CASE WHEN len({keys}) > 0 THEN {given} ELSE [] END))::VARCHAR, '{{}}')"


def _of_row(expression: str) -> str:
    """Say that quoted names are columns of the raw row: reference tables have columns of the same names."""
    return _USED.sub(r'r."\1"', expression)


def _json_path(key: str) -> str:
    return f'$."{key}"'
