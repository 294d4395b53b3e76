"""The exchange format of mediation problems (JSON) becomes a `Problem`, and `Packages` become JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NoReturn

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError
from ceasefire.errors import Problem as Fault
from ceasefire.graphmodel import GraphModel, Option, stake_values
from ceasefire.mediation.packages import Packages
from ceasefire.mediation.problem import Lever, Problem, Wanted


def read_problem(text: str, file: str = "<text>") -> Problem:
    """Read a mediation problem.

    Raises
    ------
    CaseError
        Naming what is wrong, with line and column where the JSON itself is broken.
    """
    try:
        given = json.loads(text, parse_float=Fraction)
    except json.JSONDecodeError as error:
        fault = Fault(file, error.lineno, error.colno, "bad-json", f"not JSON: {error.msg}", "check commas and quotes")
        raise CaseError([fault]) from error
    except RecursionError as error:
        raise CaseError([Fault(file, None, None, "too-deep", "nested too deep", "a problem is a few levels deep")]) from error
    return _Reader(given, file).problem()


def packages_json(problem: Problem, packages: Packages) -> dict[str, Any]:
    """Give the answer as plain values: numbers where they are whole, fractions as text for the indices."""
    order = {power: k for k, power in enumerate(problem.powers)}

    def name(members: frozenset[str]) -> str:
        return "+".join(sorted(members, key=order.__getitem__))

    return {
        "feasible": packages.feasible,
        "min_cost": _number(packages.min_cost),
        "optimal_packages": sorted(sorted(package) for package in packages.optimal),
        "coalition_cost": {name(members): _number(cost) for members, cost in packages.coalition_cost.items()},
        "minimal_coalitions": [sorted(members, key=order.__getitem__) for members in packages.minimal_coalitions],
        "shapley_shubik": {power: str(value) for power, value in packages.shapley_shubik.items()},
        "banzhaf": {power: str(value) for power, value in packages.banzhaf.items()},
    }


def _number(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


class _Reader:
    def __init__(self, given: Any, file: str) -> None:
        self._file = file
        if not isinstance(given, dict):
            self._refuse(f"holds {type(given).__name__}, expected an object")
        self._given: dict[str, Any] = given
        self._options = self._get(given, "options", list, "the problem")
        self._parties = [str(name) for name in self._get(given, "dms", list, "the problem")]

    def _refuse(self, message: str, hint: str = "see the format of mediation problems") -> NoReturn:
        raise CaseError([Fault(self._file, None, None, "bad-problem", message, hint)])

    def _get(self, table: Mapping[str, Any], name: str, kind: type | tuple[type, ...], where: str, default: Any = None) -> Any:
        if name not in table:
            if default is None:
                self._refuse(f"field {name!r} is missing in {where}", f"add {name!r}")
            return default
        value = table[name]
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            self._refuse(f"{name!r} of {where} is {value!r}")
        return value

    def _pattern(self, text: Any, where: str) -> Pattern:
        if not isinstance(text, str) or len(text) != len(self._options):
            self._refuse(f"pattern {text!r} in {where} needs {len(self._options)} characters", "one 0, 1 or - per option")
        try:
            return Pattern.from_text(text, "1", "0")
        except ValueError as error:
            self._refuse(f"{error} in {where}")

    def _patterns(self, given: Any, where: str) -> tuple[Pattern, ...]:
        return tuple(self._pattern(text, where) for text in (given if isinstance(given, list) else [given]))

    def _amount(self, table: Mapping[str, Any], name: str, where: str, default: int | None = 0) -> Fraction:
        return Fraction(self._get(table, name, (int, Fraction), where, default))

    def _terms(self, given: Any, where: str) -> list[tuple[tuple[Pattern, ...], Fraction]]:
        if not isinstance(given, list) or not all(isinstance(term, dict) for term in given):
            self._refuse(f"stakes of {where} are not a list of terms")
        return [
            (self._patterns(self._get(t, "when", (str, list), where), where), self._amount(t, "value", where, None)) for t in given
        ]

    def problem(self) -> Problem:
        given = self._given
        model = self._model()
        quo = self._pattern(self._get(given, "status_quo", str, "the problem"), "'status_quo'")
        if quo.care != (1 << len(self._options)) - 1:
            self._refuse("'status_quo' leaves options open", "write 0 or 1 for every option")
        powers = self._get(given, "powers", dict, "the problem")
        try:
            return Problem(
                model=model,
                status_quo=quo.value,
                wanted=self._wanted(),
                concept=self._get(given, "concept", str, "the problem", "nash"),
                margin=self._amount(given, "margin", "the problem"),
                powers=tuple(powers),
                power_stakes={name: self._terms(p.get("stakes", []), f"power {name!r}") for name, p in powers.items()},
                levers=tuple(self._lever(lever) for lever in self._get(given, "levers", list, "the problem")),
                incompatible=tuple((str(a), str(b)) for a, b in given.get("incompatible", [])),
                budgets={name: Fraction(most) for name, most in given.get("budgets", {}).items()},
                credibility=given.get("credibility", "ignore"),
                commitment_price=self._amount(given, "commitment_price", "the problem", 1),
            )
        except ValueError as error:
            self._refuse(str(error))

    def _model(self) -> GraphModel:
        options = []
        for option in self._options:
            owner = self._get(option, "owner", str, "an option")
            if owner not in self._parties:
                self._refuse(f"option {option.get('name')!r} has unknown owner {owner!r}", f"known: {', '.join(self._parties)}")
            direction = option.get("direction", "both")
            if direction not in {"both", "up", "down"}:
                self._refuse(f"direction {direction!r} of option {option.get('name')!r}", "write both, up or down")
            options.append(Option(str(option.get("name")), (self._parties.index(owner),), direction))
        banned = [self._pattern(text, "'infeasible'") for text in self._given.get("infeasible", [])]
        bare = GraphModel.from_options(self._parties, options, banned)
        stakes = self._get(self._given, "stakes", dict, "the problem")
        for name in stakes:
            if name not in self._parties:
                self._refuse(f"'stakes' names unknown party {name!r}", f"known: {', '.join(self._parties)}")
        values, resolution = stake_values(bare.states, [self._terms(stakes.get(p, []), repr(p)) for p in self._parties])
        return bare.with_preference(values, cardinal=True, resolution=resolution)

    def _wanted(self) -> Wanted:
        wanted = self._get(self._given, "wanted", dict, "the problem")
        for name, known in (("mode", ("some", "each")), ("deviations", ("any", "leaving"))):
            if wanted.get(name, known[0]) not in known:
                self._refuse(f"{name!r} of 'wanted' is {wanted[name]!r}", f"write {' or '.join(known)}")
        if (reach := self._given.get("reach", "none")) not in {"none", "um", "ui"}:
            self._refuse(f"'reach' is {reach!r}", "write none, um or ui")
        return Wanted(
            self._patterns(self._get(wanted, "when", (str, list), "'wanted'"), "'wanted'"),
            wanted.get("mode", "some"),
            wanted.get("deviations", "any"),
            reach,
            bool(self._given.get("unique", False)),
        )

    def _lever(self, lever: Any) -> Lever:
        if not isinstance(lever, dict):
            self._refuse(f"lever {lever!r} is no object")
        where = f"lever {lever.get('id')!r}"
        if self._get(lever, "type", str, where) not in {"threat", "promise"}:
            self._refuse(f"'type' of {where} is {lever['type']!r}", "write threat or promise")
        effects = self._get(lever, "effects", dict, where)
        return Lever(
            key=self._get(lever, "id", str, "a lever"),
            owner=self._get(lever, "owner", str, where),
            type=lever["type"],
            when=self._patterns(self._get(lever, "when", (str, list), where), where),
            effects={party: self._amount(effects, party, where) for party in effects},
            fixed=self._amount(lever, "fixed", where),
            exec=self._amount(lever, "exec", where),
            audience=self._amount(lever, "audience", where),
            restore=self._amount(lever, "restore", where),
            group=lever.get("group"),
            belief=self._amount(lever, "belief", where, 1),
        )
