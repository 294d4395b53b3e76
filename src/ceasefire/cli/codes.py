"""The command that looks codes up: events, countries, organisations."""

from __future__ import annotations

from typing import Annotated

import typer

from ceasefire.cli.inputs import AsJson, print_json
from ceasefire.errors import NoSettlementError


def codes(
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words of a name, or a code; all must fit.")],
    as_json: AsJson = False,
) -> None:
    """Look up codes by name: of events (CAMEO, with what they count as), of countries and of organisations."""
    found = _found([word.lower() for word in words])
    if not found:
        hint = "try one word, or the beginning of one; an actor without a code gets one of yours, X-..."
        raise NoSettlementError(f"no code has a name with {' and '.join(map(repr, words))}\n  hint: {hint}")
    if as_json:
        print_json([dict(zip(("code", "name", "what"), row, strict=True)) for row in found])
        return
    for code, name, what in found:
        typer.echo(f"{code:<7} {name} ({what})")


def _found(words: list[str]) -> list[tuple[str, str, str]]:
    from ceasefire.reference import cameo_codes, countries, organisations  # noqa: PLC0415

    acts = {"word": "a word", "diplomatic": "a diplomatic act", "deed": "a material deed"}
    rows: list[tuple[str, str, str, tuple[str, ...]]]
    rows = [(one.code, one.name, acts[one.act], ()) for one in cameo_codes().values()]
    rows += [(one.iso3, one.name, "country", one.names) for one in countries() if one.iso3 and one.end is None]
    rows += [(one.code, one.name, one.kind, one.names) for one in organisations() if one.end is None]
    return [
        (code, name, what)
        for code, name, what, names in rows
        if all(any(word in text.lower() for text in (name, *names)) or code.lower().startswith(word) for word in words)
    ]
