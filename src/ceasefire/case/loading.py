"""The verbs of the room: load, check, list, describe and scaffold cases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from ceasefire.case import layout
from ceasefire.case.folder import build, bundled, read_files
from ceasefire.case.model import Case
from ceasefire.case.schema import describe
from ceasefire.case.tree import Place, parse_tree
from ceasefire.errors import CaseError, Problem

__all__ = ["bundled", "check", "examine", "json_schema", "load", "scaffold", "title_of"]


def load(where: str | Path, *, as_of: date | None = None) -> Case:
    """Load a case.

    Parameters
    ----------
    where : str or Path
        Name of a bundled case, a folder with a ``case.yaml``, or a case file.
    as_of : date, optional
        In place of the case's own; nothing dated later may influence a result.

    Raises
    ------
    CaseError
        With every problem found; or if `as_of` lies before the first day of the war.

    Examples
    --------
    >>> load("tutorial").status_quo
    ('x-n.shell', 'x-s.advance')
    """
    case, _ = build(read_files(where))
    if as_of is not None and as_of < case.start:
        message = f"asked about {as_of}, before the war began on {case.start}"
        raise CaseError([Place(str(where)).problem("bad-order", message, "ask about that day or a later one")])
    return case if as_of is None else replace(case, as_of=as_of)


def title_of(name: str) -> str:
    """Give the title of a bundled case.

    Examples
    --------
    >>> title_of("tutorial")
    'A border war, made up for practice'
    """
    text = files("ceasefire.cases").joinpath(name, "case.yaml").read_text(encoding="utf-8")
    tree, _ = parse_tree(text, name)
    return str(tree.value["title"].value) if tree is not None else name


def check(where: str | Path) -> tuple[Problem, ...]:
    """Give the warnings of a case that can be used; CaseError if it cannot."""
    return examine(where)[1]


def examine(where: str | Path) -> tuple[Case, tuple[Problem, ...]]:
    """Load a case and give its warnings with it; CaseError if it cannot be used."""
    return build(read_files(where))


def json_schema() -> dict[str, Any]:
    """Describe case files as JSON Schema (draft 2020-12).

    Examples
    --------
    >>> json_schema()["required"][:2]
    ['format', 'name']
    """
    return describe(layout.CASE, "ceasefire case")


def scaffold(name: str) -> dict[str, str]:
    """Give the files of a new case by name; they pass `check`.

    Raises
    ------
    CaseError
        If the name is not lower-case letters, digits and hyphens.

    Examples
    --------
    >>> sorted(scaffold("border-2031"))
    ['case.yaml', 'sources.yaml']
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        hint = "use lower-case letters, digits and hyphens, such as border-2031"
        raise CaseError([Place(name[:80]).problem("bad-form", f"{name[:80]!r} cannot be the name of a case", hint)])
    template = files("ceasefire.case").joinpath("template")
    return {
        file: template.joinpath(file).read_text(encoding="utf-8").replace("NAME", name) for file in ("case.yaml", "sources.yaml")
    }
