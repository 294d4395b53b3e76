"""How rates and counts are written on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ceasefire.case import Case
    from ceasefire.record import Estimate, Share

_READABLE = 10**30
_LONG_NAME = 30


def share(found: Share) -> str:
    """Write a share with its interval, n and base; under five only the counts."""
    left = f", {found.unjudged} not judged" if found.unjudged else ""
    if found.estimate is None:
        return f"{found.hits} of {found.n}, no rate under 5{left}"
    return f"{estimate(found.estimate)}, n {found.n}, {based_on(found.base)}{left}"


def based_on(base: float | None) -> str:
    """Write a base rate."""
    return "base not known" if base is None else f"base {base:.2f}"


def estimate(found: Estimate | None) -> str:
    """Write an estimate with its interval."""
    return "none" if found is None else f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number of things."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def out_of(part: int, whole: int) -> str:
    """Write a part of a whole, in full while it can be read, and the share."""
    full = f"{part:,} of {whole:,}" if whole < _READABLE else f"{_rounded(part)} of {_rounded(whole)}"
    return f"{full} ({part / whole:.3g})"


def _rounded(number: int) -> str:
    digits = str(number)
    return digits if len(digits) < len(str(_READABLE)) else f"about {digits[0]}.{digits[1]}e{len(digits) - 1}"


def after(words: str, text: str) -> str:
    """Write words before a text, nothing where there is no text."""
    return words + text if text else ""


def meaning(code: str) -> str:
    """Give in brackets what a CAMEO code stands for; nothing for another code.

    Examples
    --------
    >>> meaning("192"), meaning("THREATEN-violence")
    ('(occupies territory)', '')
    """
    from ceasefire.reference import cameo  # noqa: PLC0415

    known = cameo(code)
    return f"({known.name[:1].lower()}{known.name[1:]})" if known else ""


def names_in(case: Case, *, with_code: bool = True) -> Callable[[str], str]:
    """Give how a party is written on the screen: its name in the case or the reference tables, its code behind it.

    What stands in brackets behind a long name is left out: the case has it. Figures have no room for the code.

    Examples
    --------
    >>> from ceasefire.case import load
    >>> called = names_in(load("karabakh-2020"))
    >>> called("TUR"), called("X-MG"), called("X-NOBODY")
    ('Turkey (TUR)', 'OSCE Minsk Group co-chairs (X-MG)', 'X-NOBODY')
    """
    from ceasefire.reference import country, organisation  # noqa: PLC0415

    known = {party.code: party.name for party in case.parties}

    def called(code: str) -> str:
        found = organisation(code) or country(code, system="iso3")
        name = known.get(code) or (found.name if found else code)
        if name == code:
            return code
        short = name.split(" (")[0] if len(name) > _LONG_NAME else name
        return f"{short} ({code})" if with_code else short

    return called
