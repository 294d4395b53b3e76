"""Codes of acts: those of CAMEO, and PLOVER types where a source has no CAMEO code, with or without a mode: THREATEN-violence."""

from __future__ import annotations

from ceasefire.events.lookups import PLOVER_ACTS
from ceasefire.reference import cameo, plover_types
from ceasefire.reference.event_codes import Act

FORCE = ("18", "19", "20", "ASSAULT")
"""Beginnings of the codes of force."""


def act_and_quad(code: str) -> tuple[Act, int] | None:
    """Tell word, diplomatic act or deed, and the quad class; None for a code that neither CAMEO nor PLOVER has.

    A telephone call is a word; other PLOVER modes are of the class of their type.

    Examples
    --------
    >>> act_and_quad("138"), act_and_quad("ASSAULT-aerial"), act_and_quad("CONSULT-phone"), act_and_quad("86")
    (('word', 3), ('deed', 4), ('word', 1), None)
    """
    if known := cameo(code):
        return known.act, known.quad
    name, _, mode = code.partition("-")
    kind = plover_types().get(name)
    if kind is None or (mode and mode not in kind.modes):
        return None
    act: Act = "word" if code == "CONSULT-phone" else PLOVER_ACTS.get(name, ("deed", None))[0]
    return act, kind.quad


def plover_code(event_type: str, mode: str | None) -> str:
    """Write a PLOVER type and its mode as one code; a mode that the manual does not know is left out."""
    kind = plover_types().get(event_type)
    return f"{event_type}-{mode}" if kind is not None and mode in kind.modes else event_type


def kind_of(code: str) -> str:
    """Give what a code is a kind of: the root of a CAMEO code, the type of a PLOVER code.

    Examples
    --------
    >>> kind_of("1384"), kind_of("COERCE-seize"), kind_of("COOPERATE")
    ('13', 'COERCE', 'COOPERATE')
    """
    return code[:2] if code[:1].isdigit() else code.partition("-")[0]


def kinds_of(code: str) -> tuple[str, ...]:
    """Give the kinds under which an act may be told: its own, and the PLOVER type of a CAMEO code.

    A truce declared is RETREAT in the table of conversion and CONCEDE in the manual.

    Examples
    --------
    >>> kinds_of("1384"), kinds_of("0871"), kinds_of("010"), kinds_of("AID")
    (('13', 'THREATEN'), ('08', 'RETREAT', 'CONCEDE'), ('01',), ('AID',))
    """
    known = cameo(code)
    other = (known.plover_type,) if known and known.plover_type else ()
    return (kind_of(code), *other, *(("CONCEDE",) if code == "0871" else ()))
