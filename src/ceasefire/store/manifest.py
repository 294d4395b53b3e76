"""What a result was made from, so that it can be made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Version, inputs, settings and seed of one result; equal inputs give equal bytes, and no clock is read.

    Parameters
    ----------
    version : str
        Of ceasefire.
    inputs : tuple of (str, str)
        Name and SHA-256 (64 lower-case hexadecimal digits) of each input. Names are the user's, not places on a machine.
    settings : tuple of (str, value)
        Name and value of each choice; text, whole number, finite number, truth value, or None for "not set".
    seed : int or None
        Of the random draws; None where nothing was drawn.

    Raises
    ------
    ValueError
        If a name is empty or occurs twice, a hash is not one, or a number is not finite.

    Notes
    -----
    Inputs and settings are kept in the order of their names, however they were given.

    Examples
    --------
    >>> from ceasefire.store import sha256_of
    >>> made = Manifest.of("0.1.0", {"case.yaml": sha256_of(b"")}, {"concept": "SEQ", "as_of": None})
    >>> for name, value in made.rows():
    ...     print(name, "=", value)
    version = 0.1.0
    input case.yaml = sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    setting as_of = not set
    setting concept = SEQ
    seed = none
    """

    version: str
    inputs: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str | int | float | bool | None], ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        for kind, pairs in (("input", self.inputs), ("setting", self.settings)):
            names = [name for name, _ in pairs]
            if "" in names:
                raise ValueError(f"one {kind} has no name")
            if doubled := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{kind} {doubled[0]!r} occurs twice")
        for name, digest in self.inputs:
            if len(digest) != 64 or not _HEX.issuperset(digest):
                raise ValueError(f"input {name!r}: {digest!r} is not a SHA-256 of 64 lower-case hexadecimal digits")
        for name, value in self.settings:
            if isinstance(value, float) and not isfinite(value):
                raise ValueError(f"setting {name!r}: {value} is not a finite number")
        object.__setattr__(self, "inputs", tuple(sorted(self.inputs)))
        object.__setattr__(self, "settings", tuple(sorted(self.settings, key=lambda pair: pair[0])))

    @classmethod
    def of(
        cls,
        version: str,
        inputs: Mapping[str, str],
        settings: Mapping[str, str | int | float | bool | None] | None = None,
        seed: int | None = None,
    ) -> Manifest:
        """Make a manifest from mappings of name to hash and name to value."""
        return cls(version, tuple(inputs.items()), tuple((settings or {}).items()), seed)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Give name and value as a reader sees them, in the order: version, inputs, settings, seed."""
        return (
            ("version", self.version),
            *((f"input {name}", f"sha256:{digest}") for name, digest in self.inputs),
            *((f"setting {name}", _shown(value)) for name, value in self.settings),
            ("seed", "none" if self.seed is None else str(self.seed)),
        )

    def to_json(self) -> str:
        """Give the manifest as JSON text with a final line end; the same manifest gives the same bytes.

        Examples
        --------
        >>> print(Manifest("0.1.0", seed=7).to_json(), end="")
        {
          "version": "0.1.0",
          "inputs": {},
          "settings": {},
          "seed": 7
        }
        """
        content = {"version": self.version, "inputs": dict(self.inputs), "settings": dict(self.settings), "seed": self.seed}
        return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _shown(value: str | int | float | bool | None) -> str:
    if value is None:
        return "not set"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
