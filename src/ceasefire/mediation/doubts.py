"""The unknowns of the exchange format (JSON) become an `UncertainProblem`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError
from ceasefire.errors import Problem as Fault
from ceasefire.mediation.exchange import exact_number, number, read_problem
from ceasefire.mediation.problem import Problem
from ceasefire.mediation.unknowns import (
    LeverBelief,
    LeverCost,
    LeverEffect,
    OwnerTerm,
    Place,
    Spread,
    StakeTerm,
    UncertainProblem,
    Unknown,
)

COSTS = ("fixed", "exec", "audience", "restore")
_HINTS = {
    "values": "write pairs of value and probability that add up to 1",
    "range": "write [least, largest]",
    "triangular": "write [least, likeliest, largest]",
    "normal": "write [mean, standard deviation]",
}
SPREADS = {"range": "uniform", "triangular": "triangular", "normal": "normal"}


def read_uncertain(text: str, file: str = "<text>") -> UncertainProblem:
    """Read a mediation problem with what is not known about it.

    Each entry of ``uncertain`` has a ``name``; says which number it is, by ``dm`` and ``term`` (position of a stake term), or
    ``power`` and ``term``, or ``lever`` with ``effect`` (a decision maker) or ``what`` (belief, fixed, exec, audience,
    restore); and says what it may be, by ``values`` (pairs of value and probability), ``range`` (low, high), ``triangular``
    (low, mode, high) or ``normal`` (mean, standard deviation).

    Raises
    ------
    CaseError
        With everything that is wrong.
    """
    problem = read_problem(text, file)
    given = json.loads(text, parse_float=exact_number, parse_int=exact_number, parse_constant=str)
    reader = _Reader(problem, given, file)
    unknowns = tuple(found for entry in reader.entries("uncertain") if (found := reader.unknown(entry)) is not None)
    levels = tuple(level for level in reader.entries("levels") if reader.is_share(level))
    value = given.get("peace_value")
    if value is not None and not isinstance(value, Fraction):
        reader.refuse(f"'peace_value' is {_show(value)}, expected a number")
    if not reader.faults:
        try:
            return UncertainProblem(problem, unknowns, levels, value)
        except ValueError as error:
            reader.refuse(str(error))
    raise CaseError(reader.faults)


class _Reader:
    """Collects everything that is wrong."""

    def __init__(self, problem: Problem, given: Mapping[str, Any], file: str) -> None:
        self.problem, self.given, self.file = problem, given, file
        self.faults: list[Fault] = []

    def refuse(self, message: str, hint: str | None = None) -> None:
        self.faults.append(Fault(self.file, None, None, "bad-uncertain", message, hint))

    def entries(self, name: str) -> list[Any]:
        found = self.given.get(name, [])
        if not isinstance(found, list):
            self.refuse(f"{name!r} is {_show(found)}, expected a list")
            return []
        return found

    def is_share(self, level: Any) -> bool:
        fits = isinstance(level, Fraction) and 0 <= level <= 1
        if not fits:
            self.refuse(f"'levels' holds {_show(level)}, expected numbers from 0 to 1")
        return fits

    def unknown(self, entry: Any) -> Unknown | None:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            self.refuse(f"'uncertain' holds {_show(entry)}, expected an object with a name")
            return None
        where = f"unknown {entry['name']!r}"
        found = self._place(entry, where)
        spread = self._spread(entry, where)
        if found is None or spread is None:
            return None
        place, central = found
        self._bound(place, spread, where)
        return Unknown(entry["name"], central, spread, (place,))

    def _place(self, entry: Mapping[str, Any], where: str) -> tuple[Place, Fraction] | None:
        if "lever" in entry:
            return self._on_lever(entry, where)
        if "dm" in entry:
            stakes, name, known = self.given["stakes"], entry["dm"], self.problem.model.parties
        elif "power" in entry:
            stakes = {power: table.get("stakes", []) for power, table in self.given["powers"].items()}
            name, known = entry["power"], self.problem.powers
        else:
            self.refuse(f"{where} does not say which number it is", "give dm and term, power and term, or lever")
            return None
        term = entry.get("term")
        listed = stakes.get(name, []) if isinstance(name, str) else []
        if name not in known:
            self.refuse(f"{where} names {_show(name)}, which has no stakes", f"known: {', '.join(known)}")
            return None
        if not isinstance(term, Fraction) or term.denominator > 1 or not 0 <= term < len(listed):
            self.refuse(f"{where} names term {_show(term)} of {_show(name)}", f"it has {len(listed)}, counted from 0")
            return None
        chosen = listed[int(term)]
        texts = chosen["when"] if isinstance(chosen["when"], list) else [chosen["when"]]
        when = tuple(Pattern.from_text(text, "1", "0") for text in texts)
        return (StakeTerm(name, when) if "dm" in entry else OwnerTerm(name, when)), chosen["value"]

    def _on_lever(self, entry: Mapping[str, Any], where: str) -> tuple[Place, Fraction] | None:
        lever = next((lever for lever in self.problem.levers if lever.key == entry["lever"]), None)
        if lever is None:
            self.refuse(
                f"{where} names lever {_show(entry['lever'])}, which does not exist", f"known: {', '.join(self.problem.number)}"
            )
            return None
        party, what = entry.get("effect"), entry.get("what")
        if party in self.problem.model.parties and what is None:
            return LeverEffect(lever.key, party), lever.effects.get(party, Fraction(0))
        if party is None and what == "belief":
            return LeverBelief(lever.key), lever.belief
        if party is None and what in COSTS:
            return LeverCost(lever.key, what), getattr(lever, what)
        self.refuse(f"{where} names no number of lever {lever.key!r}", f"give effect (a decision maker), or what: belief, {COSTS}")
        return None

    def _spread(self, entry: Mapping[str, Any], where: str) -> Spread | None:
        named = [name for name in ("values", *SPREADS) if name in entry]
        if len(named) != 1:
            self.refuse(f"{where} says {len(named)} times what it may be", "give one of values, range, triangular, normal")
            return None
        numbers = entry[named[0]]
        if named[0] == "values" and isinstance(numbers, list) and all(isinstance(p, list) and len(p) == 2 for p in numbers):
            numbers = [number for pair in numbers for number in pair]
        if not isinstance(numbers, list) or not all(isinstance(number, Fraction) for number in numbers):
            self.refuse(f"{named[0]!r} of {where} is {_show(entry[named[0]])}, expected numbers")
            return None
        try:
            return Spread(SPREADS.get(named[0], "discrete"), tuple(numbers))  # type: ignore[arg-type]
        except ValueError as error:
            self.refuse(f"{where}: {error}", f"{_show(entry[named[0]])} was given; {_HINTS[named[0]]}")
            return None

    def _bound(self, place: Place, spread: Spread, where: str) -> None:
        """Refuse values that the number can never have."""
        if isinstance(place, LeverBelief) or (isinstance(place, LeverCost) and place.what == "restore"):
            if spread.low < 0 or spread.high > 1:
                self.refuse(f"{where} reaches from {float(spread.low)} to {float(spread.high)}, expected 0 to 1")
        elif isinstance(place, LeverCost) and spread.low < 0:
            self.refuse(f"{where} may be {float(spread.low)}, which is negative")


def _show(value: Any) -> str:
    text = json.dumps(value, default=number, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
