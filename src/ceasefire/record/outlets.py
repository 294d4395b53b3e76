"""How many independent groups of outlets told of an act: relays of one agency, and state media of one country, are one group."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Entry, Source
from ceasefire.events import EventTable

_PARTS = re.compile(r"[;|]")
_SECOND = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Labels under which a country sells names: of ``news.com.tr`` three labels name the outlet."""


@dataclass(frozen=True, slots=True)
class _Known:
    agencies: Mapping[re.Pattern[str], str]
    others: Mapping[re.Pattern[str], str]
    domains: Mapping[str, str]


@cache
def _known() -> _Known:
    rows = list(csv.DictReader(files("ceasefire.record").joinpath("outlets.csv").read_text(encoding="utf-8").splitlines()))
    patterns = {
        kind: {
            re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"): row["group"]
            for row in rows
            if (row["kind"] == "agency") == (kind == "agency")
            for name in row["names"].split(";")
        }
        for kind in ("agency", "state")
    }
    return _Known(patterns["agency"], patterns["state"], {d: row["group"] for row in rows for d in row["domains"].split(";")})


def groups_of(outlets: str, address: str = "") -> frozenset[str]:
    """Give the groups behind the outlets of a row, separated by semicolons or bars, or behind its address where none is named.

    An outlet that names an agency is a relay of it, and ``One / Other`` is One passing on Other.

    Examples
    --------
    >>> sorted(groups_of("CGTN / AFP; The Guardian;Agence France Presse"))
    ['AFP', 'the guardian']
    >>> groups_of("", "https://www.aa.com.tr/en/x") == groups_of("TRT World")
    True
    >>> groups_of("", "https://news.example.co.uk/a"), groups_of("", "")
    (frozenset({'example.co.uk'}), frozenset())
    """
    parts = [part.strip() for part in _PARTS.split(outlets) if part.strip()]
    return frozenset(map(_group, parts)) if parts else _of_address(address)


def _group(outlet: str) -> str:
    """Give the group of an outlet: of an agency that it names, else of the last name where one outlet passes on another."""
    text = outlet.lower()
    origin = text.split(" / ")[-1].strip()
    known = _known()
    for patterns, where in ((known.agencies, text), (known.others, origin)):
        for pattern, group in patterns.items():
            if pattern.search(where):
                return group
    is_domain = "." in origin and " " not in origin
    return next(iter(_of_address(f"//{origin}")), origin) if is_domain else origin


def _of_address(address: str) -> frozenset[str]:
    found = re.match(r"(?:[a-z]+:)?//([^/:?#]+)", address.lower())
    if not found:
        return frozenset()
    labels = found[1].removeprefix("www.").split(".")
    known = _known().domains
    for k in range(len(labels) - 1):
        if (name := ".".join(labels[k:])) in known:
            return frozenset({known[name]})
    short = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    return frozenset({".".join(labels[-3 if short else -2 :])})


def groups_of_entries(entries: Iterable[Entry], sources: Iterable[Source], without: str | None = None) -> frozenset[str]:
    """Give the groups of outlets behind some entries of a record, each group once however many entries rest on it.

    Parameters
    ----------
    entries : iterable of Entry
    sources : iterable of Source
        Those of the case. One that names neither publisher nor address tells of no group.
    without : str, optional
        Address of a source that is no witness, such as the text whose claims are tested.

    Examples
    --------
    >>> from ceasefire.testing import an_entry
    >>> cited = [an_entry("e", "2031-03-01", "A", sources=("one", "two", "three"))]
    >>> publishers = {"one": "The Guardian / Reuters", "two": "Reuters", "three": "Le Monde"}
    >>> sorted(groups_of_entries(cited, [Source(key, "", name, None, None) for key, name in publishers.items()]))
    ['Reuters', 'le monde']
    """
    cited = {key for entry in entries for key in entry.sources}
    witnesses = [one for one in sources if one.key in cited and not (without and one.url == without)]
    return frozenset().union(*(groups_of(one.publisher, one.url or "") for one in witnesses))


def groups_behind(table: EventTable, rows: NDArray[np.int64]) -> tuple[int | None, ...]:
    """Count the groups of outlets behind each of some rows, with all rows of the same day, actor, target and code.

    Parameters
    ----------
    table : EventTable
        With ``date``, ``actor``, ``target``, ``cameo``, ``outlet`` and ``url``.
    rows : NDArray[np.int64], shape (n,)
        Places in the table.

    Returns
    -------
    tuple of int or None, length n
        None where no row of the act names an outlet or an address.

    Examples
    --------
    Three rows tell of one act, two of them on the word of one agency; a fourth tells of another.

    >>> from ceasefire.events import Coded
    >>> texts = {"actor": ["A"] * 4, "target": ["B"] * 4, "cameo": ["190", "190", "190", "138"]}
    >>> texts |= {"outlet": ["AFP", "CGTN / AFP", "Le Monde", None], "url": [None] * 4}
    >>> days = np.array(["2031-03-01"] * 4, dtype="datetime64[D]")
    >>> groups_behind(EventTable({"date": days} | {name: Coded.of(one) for name, one in texts.items()}), np.array([0, 3]))
    (2, None)
    """
    days = table.array("date").astype("datetime64[D]").astype(np.int64)
    key = [days, *(table.texts(name).codes.astype(np.int64) for name in ("actor", "target", "cameo"))]
    alike = np.flatnonzero(np.logical_and.reduce([np.isin(column, column[rows]) for column in key]))
    act = np.unique(np.stack([column[alike] for column in key], axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    asked = act[np.searchsorted(alike, rows)].tolist()
    outlet, url = table.texts("outlet"), table.texts("url")
    found: dict[int, set[str]] = {number: set() for number in asked}
    for number, row in zip(act.tolist(), alike.tolist(), strict=True):
        if number in found:
            found[number] |= groups_of(*(one.values[one.codes[row]] if one.codes[row] >= 0 else "" for one in (outlet, url)))
    return tuple(len(found[number]) or None for number in asked)
