"""Where a red line holds, as far as words or codes say it, and which acts happened there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.events import EventTable
from ceasefire.reference import countries

EARTH_KM = 6371.0
COARSEST = 3
"""UCDP's scale: 1 exact, 2 near, 3 district; coordinates of a province or a country say nothing of a circle."""
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_CIRCLE = re.compile(rf"{_NUMBER}[ ,]+{_NUMBER}[ ,]+(\d+(?:\.\d+)?) ?km")
_CODE = re.compile(r"[A-Z]{3}")
_POLE = 90
_EXCEPT = re.compile(r"\b(?:without|except|outside|not)\b.*")
_PROPER = re.compile(r"\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")


@dataclass(frozen=True, slots=True)
class Site:
    """A place read from what an analyst wrote down.

    Parameters
    ----------
    countries : tuple of str
        ISO 3166 alpha-3 codes, where the text is nothing but such codes.
    circle : tuple of float or None
        Degrees north, degrees east and kilometres, where the text is ``39.76 46.75 25 km``.
    names : tuple of str
        Otherwise the proper names in the text, up to a word such as "without": an act may be told to be at one of them.
    """

    countries: tuple[str, ...] = ()
    circle: tuple[float, float, float] | None = None
    names: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether rows with a place can be told to lie inside or not; names only point at some of those that do.

        Examples
        --------
        >>> site_of("ARM").is_exact, site_of("the territory of Armenia").is_exact
        (True, False)
        """
        return bool(self.countries or self.circle)

    def in_words(self) -> Site:
        """Give the place as texts name it: the names of countries for their codes, the proper names otherwise.

        Examples
        --------
        >>> site_of("ARM").in_words().is_named_in("Shells fall on Armenia.")
        True
        """
        chosen = [one for one in countries() if one.iso3 in self.countries]
        return Site(names=tuple(name for one in chosen for name in (one.name, *one.names)) or self.names)

    def is_named_in(self, text: str) -> bool:
        """Tell whether a text has one of the names, as whole words.

        Examples
        --------
        >>> site = site_of("the corridor of Lachin")
        >>> site.is_named_in("Fire on Lachin."), site.is_named_in("Fire on the Lachiners.")
        (True, False)
        """
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in self.names)

    def holds(self, table: EventTable) -> NDArray[np.bool_]:
        """Tell which rows of an event table lie inside; those of unknown or too coarse a place do not.

        The table has the columns ``place`` and ``place_country``, ``latitude``, ``longitude`` and ``place_precision``.

        Examples
        --------
        >>> from ceasefire.events import Coded
        >>> table = EventTable({"place": Coded.of(["Shushi", None]), "place_country": Coded.of(["AZE", None])})
        >>> site_of("ARM AZE").holds(table), site_of("near Shushi").holds(table)
        (array([ True, False]), array([ True, False]))
        """
        if self.countries:
            country = table.texts("place_country")
            return np.isin(country.codes, [country.code_of(code) for code in self.countries])
        if self.circle:
            north, east, reach = self.circle
            near = distance_km(north, east, table.array("latitude"), table.array("longitude")) <= reach
            return np.asarray(near & (table.array("place_precision") <= COARSEST), dtype=np.bool_)
        place = table.texts("place")
        named = np.array([*map(self.is_named_in, place.values), False], dtype=np.bool_)
        return np.asarray(named[place.codes], dtype=np.bool_)


def site_of(text: str) -> Site:
    """Read a place: codes of countries, a circle, or words with proper names in them.

    Examples
    --------
    >>> site_of("ARM AZE").countries, site_of("39.76, 46.75, 25 km").circle
    (('ARM', 'AZE'), (39.76, 46.75, 25.0))
    >>> site_of("the territory of Armenia, without Karabakh").names, site_of("its own air space").names
    (('Armenia',), ())
    """
    if found := _CIRCLE.fullmatch(text.strip()):
        north, east, reach = map(float, found.groups())
        return Site(circle=(north, east, reach))
    words = tuple(text.replace(",", " ").split())
    if words and set(words) <= {one.iso3 for one in countries()}:
        return Site(countries=words)
    return Site(names=tuple(dict.fromkeys(_PROPER.findall(_EXCEPT.sub("", text)))))


def fault_of(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a place that looks like codes or like a circle, and what to do; None for any other words.

    Examples
    --------
    >>> fault_of("AMR AZE"), fault_of("the border")
    (("no country has the code 'AMR'", 'write ISO 3166 alpha-3 codes such as ARM, or a place in words'), None)
    >>> fault_of("139.76 46.75 25 km")
    ('139.76 degrees north is no latitude', 'write degrees north, degrees east and kilometres: 39.76 46.75 25 km')
    """
    if found := _CIRCLE.fullmatch(text.strip()):
        north, east = float(found[1]), float(found[2])
        hint = "write degrees north, degrees east and kilometres: 39.76 46.75 25 km"
        if abs(north) > _POLE:
            return f"{north:g} degrees north is no latitude", hint
        return (f"{east:g} degrees east is no longitude", hint) if abs(east) > 2 * _POLE else None
    words = text.replace(",", " ").split()
    known = {one.iso3 for one in countries() if one.iso3}
    unknown = [word for word in words if word not in known]
    if not words or not unknown or not all(_CODE.fullmatch(word) for word in words):
        return None
    return f"no country has the code {unknown[0]!r}", "write ISO 3166 alpha-3 codes such as ARM, or a place in words"


def distance_km(north: float, east: float, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the distance along a great circle, in kilometres; NaN where a coordinate is missing.

    Examples
    --------
    From Stepanakert to Shushi and to Yerevan.

    >>> distance_km(39.82, 46.75, np.array([39.76, 40.18]), np.array([46.75, 44.51])).round()
    array([  7., 195.])
    """
    here, there = np.radians(north), np.radians(latitude)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(np.radians(longitude - east) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
