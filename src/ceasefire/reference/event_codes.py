"""CAMEO and PLOVER: what an event code means, and whether it is a word, a diplomatic act or a material deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, cast

from ceasefire.reference.tables import rows_of

Act = Literal["word", "diplomatic", "deed"]


@dataclass(frozen=True, slots=True)
class CameoCode:
    """One code of CAMEO 1.1b3.

    Parameters
    ----------
    code : str
        Two digits for a root, three or four below; text, because "010" and "10" differ.
    name : str
        In our own short words.
    goldstein, goldstein_icews : float
        From -10 (conflict) to 10 (cooperation), as in GDELT and as in ICEWS, which differ for 016, 022, 164 and 165.
        GDELT's own list lacks 106 and 1213; `goldstein` has the ICEWS value there.
    quad : int
        1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict; by root.
    root : str
        The first two digits.
    plover_type, plover_mode : str or None
        The PLOVER reading; None for 01 and 02, which PLOVER drops, for the mixed root 08, and where no mode fits.
    act : str
        "word", "diplomatic" or "deed"; see `word_or_deed`.
    """

    code: str
    name: str
    goldstein: float
    goldstein_icews: float
    quad: int
    root: str
    plover_type: str | None
    plover_mode: str | None
    act: Act


@dataclass(frozen=True, slots=True)
class PloverType:
    """One of the sixteen event types of PLOVER.

    Parameters
    ----------
    type : str
        In capitals.
    quad : int
        1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.
    score : float
        From -10 (conflict) to 10 (cooperation), for events without a mode. ACCUSE has -3; the manual prints 3.
    modes : Mapping of str to float or None
        Score of each mode; None where the manual gives none.
    """

    type: str
    quad: int
    score: float
    modes: Mapping[str, float | None]


@cache
def cameo_codes() -> Mapping[str, CameoCode]:
    """Give all 20 roots, 147 three-digit and 145 four-digit codes, by code."""
    return MappingProxyType({row["code"]: _cameo_code(row) for row in rows_of("cameo")})


def cameo(code: str) -> CameoCode | None:
    """Find a CAMEO code; None where CAMEO has no such code.

    Nothing is guessed: a code that lost its leading zero is another code or none.

    Examples
    --------
    >>> cameo("057").name, cameo("1056").quad, cameo("0871").act, cameo("86")
    ('Signs an agreement', 3, 'diplomatic', None)
    """
    return cameo_codes().get(code.strip())


def word_or_deed(code: str) -> Act | None:
    """Tell what is said from what is done, for a CAMEO code; None where CAMEO has no such code.

    *word*: what is said, that is 01 to 05 spoken, telephone calls (041) included, and 09 to 13. *diplomatic*: 01 to 05 done
    (a symbolic act, a meeting, a visit, mediation, recognition, a signature), and 0871, a truce declared, which is a mere
    declaration. *deed*: 06 to 08 without 0871, and 14 to 20.

    Examples
    --------
    >>> [word_or_deed(code) for code in ("138", "041", "045", "0871", "0874", "190")]
    ['word', 'word', 'diplomatic', 'diplomatic', 'deed', 'deed']
    """
    found = cameo(code)
    return found.act if found else None


@cache
def plover_types() -> Mapping[str, PloverType]:
    """Give the sixteen PLOVER types, by name."""
    rows = rows_of("plover")
    return MappingProxyType(
        {
            row["type"]: PloverType(
                type=row["type"],
                quad=int(row["quad"]),
                score=float(row["score"]),
                modes=MappingProxyType(
                    {
                        mode["mode"]: float(mode["score"]) if mode["score"] else None
                        for mode in rows
                        if mode["type"] == row["type"] and mode["mode"]
                    }
                ),
            )
            for row in rows
            if not row["mode"]
        }
    )


def plover(event_type: str) -> PloverType | None:
    """Find a PLOVER event type in any case; None where PLOVER has no such type.

    Examples
    --------
    >>> plover("retreat").modes["ceasefire"], plover("CONSULT").quad
    (7.5, 1)
    """
    return plover_types().get(event_type.strip().upper())


def _cameo_code(row: Mapping[str, str]) -> CameoCode:
    icews = float(row["goldstein_icews"])
    return CameoCode(
        code=row["code"],
        name=row["name"],
        goldstein=float(row["goldstein_gdelt"]) if row["goldstein_gdelt"] else icews,
        goldstein_icews=icews,
        quad=int(row["quad"]),
        root=row["code"][:2],
        plover_type=row["plover_type"] or None,
        plover_mode=row["plover_mode"] or None,
        act=cast("Act", row["act"]),
    )
