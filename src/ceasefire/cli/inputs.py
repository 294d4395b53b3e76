"""Files that commands read, and how results are printed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ceasefire.errors import CaseError, Problem

_MOST_BYTES = 50_000_000

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


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
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text (byte {error.start})"
        raise CaseError([Problem(file, None, None, "not-utf8", message, "save the file as UTF-8")]) from error


def print_json(value: object) -> None:
    """Print a value as JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
