"""Bodies that act in the world and are not states, with the codes used in cases and in event data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from ceasefire.reference.tables import day, in_force, plain, rows_of


@dataclass(frozen=True, slots=True)
class Organisation:
    """One body that is not a state; no view on status is meant.

    Parameters
    ----------
    code : str
        Of this project, beginning with ``X-``.
    name : str
        English name.
    kind : str
        "intergovernmental", "group of states", "court", "non-governmental", "de facto authority", "armed group", or
        "collective" for codes that stand for nobody in particular.
    cameo : str or None
        CAMEO actor code as it stands in event data; None where there is none of its own, or none is known.
    names : tuple of str
        Other names, without `name`.
    start, end : date or None
        First and last day; None: not known, or none yet.
    note : str
        May be empty.
    """

    code: str
    name: str
    kind: str
    cameo: str | None
    names: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    note: str = ""


@cache
def organisations() -> tuple[Organisation, ...]:
    """Give all organisations in the order of the table."""
    return tuple(
        Organisation(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            cameo=row["cameo"] or None,
            names=tuple(name for name in row["names"].split(";") if name),
            start=day(row["start"]),
            end=day(row["end"]),
            note=row["note"],
        )
        for row in rows_of("organisations")
    )


def organisation(code_or_name: str, on: date | None = None) -> Organisation | None:
    """Find an organisation by its ``X-`` code, its CAMEO actor code or a name, in any case.

    Parameters
    ----------
    code_or_name : str
        CAMEO actor codes must be whole: ``IGOEUREEC``, not ``EEC``.
    on : date, optional
        A day on which it must have existed.

    Returns
    -------
    Organisation or None
        None where the table has nothing of that code or name, or not on that day.

    Examples
    --------
    >>> organisation("X-EU").name, organisation("nato").code, organisation("IGOMEAARL").code
    ('European Union', 'X-NATO', 'X-LAS')
    """
    index = _index()
    found = index.get(code_or_name.strip().upper()) or index.get(plain(code_or_name))
    return in_force((found,), on) if found else None


@cache
def _index() -> Mapping[str, Organisation]:
    index: dict[str, Organisation] = {}
    for row in organisations():
        index |= {plain(name): row for name in (row.name, *row.names)}
        index |= {code: row for code in (row.code, row.cameo) if code}
    return index
