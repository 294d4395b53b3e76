"""Tokens of the user's: from the environment, else from the system's keyring where the package `keyring` is installed."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ceasefire.errors import DataError, Problem


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself to nobody who prints it."""

    _text: str

    def reveal(self) -> str:
        """Give the text, to be sent to its source and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    __str__ = __repr__


def secret(variable: str) -> Secret:
    """Find a secret by the name of its environment variable; in a keyring it is the name's entry of the service ``ceasefire``.

    Raises
    ------
    DataError
        If there is none.
    """
    text = os.environ.get(variable) or _from_keyring(variable)
    if not text:
        hint = f"set the environment variable {variable}, or store it: keyring set ceasefire {variable}"
        raise DataError([Problem("<token>", None, None, "no-token", f"no {variable}", hint)])
    if not text.isprintable() or not text.isascii():
        raise DataError([Problem("<token>", None, None, "no-token", f"{variable} holds signs no token has", "copy it again")])
    return Secret(text)


def _from_keyring(variable: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - only if installed
    except ImportError:
        return None
    found: str | None = keyring.get_password("ceasefire", variable)
    return found
