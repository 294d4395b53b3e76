"""What a check of a claim asks for: its parameters, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ceasefire.case.model import Case


class BadCheck(Exception):  # noqa: N818 - told to the user as a problem of the case
    """What is wrong with a check as written: a parameter that is missing, or a name that the case does not have."""


class Parameters(dict[str, Any]):
    """The parameters of a check by name; one that is missing is refused by name.

    Examples
    --------
    >>> Parameters(actor="RUS")["since"]
    Traceback (most recent call last):
    ...
    ceasefire.study.asked.BadCheck: parameter 'since' is missing
    """

    def __missing__(self, name: str) -> Any:
        raise BadCheck(f"parameter {name!r} is missing")

    def hold_to(self, known: Collection[str]) -> None:
        """Refuse a parameter that is not among the known ones."""
        for name in sorted(self.keys() - set(known)):
            raise BadCheck(f"parameter {name!r} means nothing to it")


def name_of(case: Case, code: str) -> str:
    """Give the name of a party that a check names.

    Raises
    ------
    BadCheck
        Where the case has no such party.
    """
    for party in case.parties:
        if party.code == code:
            return party.name
    raise BadCheck(f"the case has no party {code!r}")
