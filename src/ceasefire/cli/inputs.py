"""Files that commands read, and how results are printed."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ceasefire.errors import CaseError, Problem, utf8

if TYPE_CHECKING:
    from ceasefire.case import Case

_MOST_BYTES = 50_000_000

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Use nothing dated later; default: as the case says.")]


def day_of(text: str | None, option: str) -> date | None:
    """Read the day that an option gives; None where it is not given.

    Examples
    --------
    >>> day_of("2020-10-08", "--as-of"), day_of(None, "--as-of")
    (datetime.date(2020, 10, 8), None)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date such as 2020-10-08", param_hint=option) from error


def check_store(store: Path, option: str) -> None:
    """Refuse a folder that holds no events, which a misspelt one does not either."""
    if not (store / "current.json").is_file():
        raise typer.BadParameter(f"{str(store)!r} is no event store; `ceasefire events import` makes one", param_hint=option)


def series_of(case: Case, name: str | None) -> str | None:
    """Check the name of a daily count of deaths against those of the case; one that is counted up has no days to compare.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> series_of(load("karabakh-2020"), "arm_list_killed")
    'arm_list_killed'
    """
    if name is None:
        return None
    daily = sorted({count.series for count in case.counts if not count.cumulative and count.date})
    if name in daily:
        return name
    fault = "is counted up over time, not by day" if name in {count.series for count in case.counts} else "is not known"
    raise typer.BadParameter(f"series {name!r} {fault}; known by day: {', '.join(daily) or 'none'}", param_hint="--series")


def read_bytes(file: str) -> bytes:
    """Read a file of at most 50 MB; CaseError if it cannot be read."""
    path = Path(file)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CaseError([Problem(file, None, None, "too-large", "larger than 50 MB", "is this the right file?")])
        return path.read_bytes()
    except OSError as error:
        hint = "give the path of a file"
        raise CaseError([Problem(file, None, None, "missing-file", f"cannot be read: {error.strerror}", hint)]) from error


def read_text(file: str) -> str:
    """Read a UTF-8 file of at most 50 MB; CaseError if it cannot be read or is not UTF-8."""
    return utf8(read_bytes(file), file)


def print_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
