"""States and territories with the codes that data sets give them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from ceasefire.reference.tables import day, in_force, plain, rows_of

SYSTEMS = ("name", "iso2", "iso3", "iso_numeric", "cow", "cow_abbrev", "gw", "fips", "cameo")


@dataclass(frozen=True, slots=True)
class Country:
    """One state or territory while its name and codes were in use; no view on status is meant.

    Codes are text, with leading zeros where the system has them; None where the system has no code for it.

    Parameters
    ----------
    name : str
        Short English name.
    iso2, iso3, iso_numeric : str or None
        ISO 3166-1, and ISO 3166-3 for what is no more. Exception: Kosovo's XK and XKX are user-assigned.
    cow, cow_abbrev : str or None
        Number and abbreviation of the Correlates of War project.
    gw : str or None
        Gleditsch-Ward number, as in UCDP data; UCDP writes 345 where Gleditsch and Ward write 340 (Serbia from 2006).
    fips : str or None
        FIPS 10-4, used by GDELT for places.
    cameo : str or None
        CAMEO country code, used by GDELT for actors.
    names : tuple of str
        Other names, without `name`.
    start, end : date or None
        First and last day. Start is the entry into the Correlates of War state system, or into the Gleditsch-Ward list or
        independence where that was earlier; 1816-01-01 means "since the lists begin". Interruptions of less than twenty years,
        such as occupations, are not marked. None: no such day is known, or there was none yet.
    note : str
        What a reader should know about status or codes; may be empty.
    """

    name: str
    iso2: str | None
    iso3: str | None
    iso_numeric: str | None
    cow: str | None
    cow_abbrev: str | None
    gw: str | None
    fips: str | None
    cameo: str | None
    names: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    note: str = ""


@cache
def countries() -> tuple[Country, ...]:
    """Give all states and territories, present and past, by name."""
    return tuple(_country(row) for row in rows_of("countries"))


def country(code_or_name: str, on: date | None = None, *, system: str | None = None) -> Country | None:
    """Find a state or territory by name or code.

    Names are compared without case, accents and dots. Two letters can be ISO or FIPS 10-4, digits can be ISO, Correlates of
    War or Gleditsch-Ward, so these need `system`; three letters without it are ISO 3166 alpha-3.

    Parameters
    ----------
    code_or_name : str
        Codes are text: "051", not 51.
    on : date, optional
        The day for which the code or name is meant. Without it: the row still in use, else the one that ended last.
    system : str, optional
        One of "name", "iso2", "iso3", "iso_numeric", "cow", "cow_abbrev", "gw", "fips", "cameo".

    Returns
    -------
    Country or None
        None where nothing of that code or name is in the table on that day.

    Raises
    ------
    ValueError
        If the code could belong to several systems and `system` is not given, or `system` is unknown.

    Examples
    --------
    >>> country("turkey").iso3, country("AJ", system="fips").name, country("365", date(1980, 1, 1), system="gw").name
    ('TUR', 'Azerbaijan', 'Soviet Union')
    >>> country("GM")
    Traceback (most recent call last):
        ...
    ValueError: 'GM' can be Gambia (iso2) or Germany (fips): give system=
    """
    index = _index()
    if system is not None and system not in SYSTEMS:
        raise ValueError(f"unknown code system {system!r}: expected one of {', '.join(SYSTEMS)}")
    if system is not None:
        key = plain(code_or_name) if system == "name" else code_or_name.strip().upper()
        return in_force(index[system].get(key, ()), on)
    code = code_or_name.strip().upper()
    named = index["iso3"].get(code, ()) or index["name"].get(plain(code_or_name), ())
    if not named and ((len(code) == 2 and code.isascii() and code.isalpha()) or code.isdigit()):
        raise ValueError(_ambiguity(code_or_name, code, on))
    return in_force(named, on)


def _ambiguity(given: str, code: str, on: date | None) -> str:
    systems = ("iso_numeric", "cow", "gw") if code.isdigit() else ("iso2", "fips")
    found = [(in_force(_index()[system].get(code, ()), on), system) for system in systems]
    readings = " or ".join(f"{row.name} ({system})" for row, system in found if row) or f"a code of {' or '.join(systems)}"
    return f"{given!r} can be {readings}: give system="


@cache
def _index() -> Mapping[str, Mapping[str, tuple[Country, ...]]]:
    index: dict[str, dict[str, tuple[Country, ...]]] = {system: {} for system in SYSTEMS}
    for row in countries():
        for name in dict.fromkeys(plain(name) for name in (row.name, *row.names)):
            index["name"][name] = (*index["name"].get(name, ()), row)
        for system in SYSTEMS[1:]:
            code = getattr(row, system)
            if code is not None:
                index[system][code] = (*index[system].get(code, ()), row)
    return index


def _country(row: Mapping[str, str]) -> Country:
    return Country(
        name=row["name"],
        iso2=row["iso2"] or None,
        iso3=row["iso3"] or None,
        iso_numeric=row["iso_numeric"] or None,
        cow=row["cow"] or None,
        cow_abbrev=row["cow_abbrev"] or None,
        gw=row["gw"] or None,
        fips=row["fips"] or None,
        cameo=row["cameo"] or None,
        names=tuple(name for name in row["names"].split(";") if name),
        start=day(row["start"]),
        end=day(row["end"]),
        note=row["note"],
    )
