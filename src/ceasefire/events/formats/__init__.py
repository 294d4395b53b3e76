"""One module per format of the field, each a frozen description of how its files look and what its columns mean.

A format is data, not a program: how to know a file by its first lines, its layouts, and one SQL expression for each column of
the event table. Third parties add theirs by an entry point in the group ``ceasefire.event_formats`` that names a `Format`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from types import MappingProxyType

from ceasefire.errors import DataError, Problem
from ceasefire.events.formats.acled import ACLED
from ceasefire.events.formats.description import Format, Head, Layout, Lookup
from ceasefire.events.formats.gdelt import GDELT, GDELT_MENTIONS
from ceasefire.events.formats.icews import ICEWS
from ceasefire.events.formats.mie import MIE
from ceasefire.events.formats.own import OWN, OWN_LINES
from ceasefire.events.formats.pax import PAX
from ceasefire.events.formats.phoenix import CLINE, PHOENIX
from ceasefire.events.formats.polecat import POLECAT
from ceasefire.events.formats.ucdp import UCDP
from ceasefire.events.presets import meant

__all__ = ["Format", "Head", "Layout", "Lookup", "format_named", "known_formats", "recognise"]

GROUP = "ceasefire.event_formats"
_OURS = (GDELT, GDELT_MENTIONS, ICEWS, POLECAT, PHOENIX, CLINE, ACLED, UCDP, PAX, MIE, OWN_LINES, OWN)


@cache
def known_formats() -> Mapping[str, Format]:
    """Give all formats by name: ours, then those of installed packages.

    Raises
    ------
    DataError
        If a package cannot be loaded, or gives something else than a `Format`, or a name that is taken.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - files of our own formats are known without it

    found = {one.name: one for one in _OURS}
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            one = point.load()
        except (ImportError, AttributeError) as error:
            raise DataError([_refused(point.value, f"cannot be loaded: {error}")]) from error
        if not isinstance(one, Format):
            raise DataError([_refused(point.value, f"gives a {type(one).__name__}, expected a Format")])
        if one.name in found:
            raise DataError([_refused(point.value, f"the name {one.name!r} is taken")])
        found[one.name] = one
    return MappingProxyType(found)


def format_named(name: str) -> Format:
    """Find a format by name; DataError with the known names where there is none."""
    for one in _OURS:
        if one.name == name:
            return one
    known = known_formats()
    if name not in known:
        hint = meant(name, (*known, "auto"))
        raise DataError([Problem("<format>", None, None, "unknown-format", f"unknown format {name!r}", hint)])
    return known[name]


def recognise(head: Head, name: str = "auto") -> tuple[Format, Layout]:
    """Know a file by its first lines; with ``auto`` formats of installed packages are tried where none of ours fits.

    Raises
    ------
    DataError
        If no format, or not the one named, fits; or if several fit.
    """
    fits = _fitting(head, _OURS if name == "auto" else [format_named(name)])
    if name == "auto" and not fits:
        fits = _fitting(head, known_formats().values())
    if len(fits) == 1:
        return fits[0]
    if fits:
        message = f"looks like {' and like '.join(one.title for one, _ in fits)}"
        raise DataError([Problem(head.name, 1, None, "ambiguous-format", message, "name the format with --format")])
    if found := _otherwise_parted(head, name):
        raise DataError([found])
    first = head.lines[0][:80] if head.lines else "nothing"
    expected = "any known format" if name == "auto" else format_named(name).title
    message = f"is not {expected}: it begins with {first!r}"
    hint = "see docs/reference/event-formats.md for what each format looks like; one's own coding has a plain layout"
    raise DataError([Problem(head.name, 1, None, "unknown-format", message, hint)])


def _otherwise_parted(head: Head, name: str) -> Problem | None:
    """Say so if a format fits once the columns are parted by another sign, as spreadsheets like to."""
    signs = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    candidates = [one for one in (_OURS if name == "auto" else [format_named(name)]) if one is not OWN_LINES]
    for given, usual in product(signs, (",", "\t")):
        header = head.lines[0].replace(given, usual) if head.lines else ""
        if given != usual and (fits := _fitting(Head(head.name, (header,)), candidates)):
            message = f"looks like {fits[0][0].title}, but with {signs[given]} between its columns instead of {signs[usual]}"
            return Problem(head.name, 1, None, "unknown-format", message, f"save the file anew with {signs[usual]}")
    return None


def _fitting(head: Head, candidates: Iterable[Format]) -> list[tuple[Format, Layout]]:
    return [(one, layout) for one in candidates if (layout := one.layout_of(head)) is not None]


def _refused(value: str, reason: str) -> Problem:
    return Problem(value, None, None, "bad-format-plugin", reason, "update or remove the package that declares it")
