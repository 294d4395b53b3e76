"""The exchange format of mediation problems (JSON) becomes a `Problem`, and `Packages` become JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from ceasefire.conditions import Pattern
from ceasefire.errors import CaseError
from ceasefire.errors import Problem as Fault
from ceasefire.graphmodel import GraphModel, Option, stake_values
from ceasefire.mediation.packages import Packages
from ceasefire.mediation.problem import CONCEPTS, MODES, Lever, Problem, Term, Wanted, levels

TOP = [
    "name",
    "options",
    "dms",
    "infeasible",
    "stakes",
    "status_quo",
    "wanted",
    "concept",
    "margin",
    "powers",
    "levers",
    "incompatible",
    "budgets",
    "credibility",
    "commitment_price",
    "reach",
    "unique",
    "stake_table",
    "expected",
    "without_levers",
    "all_packages",
    "credibility_gap",
    "if_credibility_is",
    "uncertain",
    "levels",
    "peace_value",
    "horizon_days",
    "belief_curve",
]
LEVER = ["id", "owner", "type", "when", "effects", "fixed", "exec", "audience", "restore", "group", "belief"]
LEVER += ["delay_days", "lasts_days", "steps", "gradual"]
MOST_STEPS = 1000
WANTED = ["when", "mode", "deviations", "reach", "unique"]
OPTION = ["name", "owner", "direction"]


def read_problem(text: str, file: str = "<text>") -> Problem:
    """Read a mediation problem.

    Decimals are read exactly. Fields that nobody knows are left alone unless they look like a misspelt field.

    Raises
    ------
    CaseError
        With everything that is wrong; with line and column where the JSON itself is broken.

    Examples
    --------
    >>> read_problem('{"options": [}', "war.json")
    Traceback (most recent call last):
        ...
    ceasefire.errors.CaseError: war.json:1:14: not JSON: Expecting value
      hint: check commas and quotes
    """
    doubles: list[str] = []

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            doubles.extend(sorted({name for name in names if names.count(name) > 1}))
        return found

    try:
        given = json.loads(text, parse_float=exact_number, parse_int=exact_number, parse_constant=str, object_pairs_hook=table)
    except json.JSONDecodeError as error:
        fault = Fault(file, error.lineno, error.colno, "bad-json", f"not JSON: {error.msg}", "check commas and quotes")
        raise CaseError([fault]) from error
    except RecursionError as error:
        raise CaseError([Fault(file, None, None, "too-deep", "nested too deep", "a problem is a few levels deep")]) from error
    reader = _Reader(given, file)
    for name in doubles:
        reader.refuse(f"field {name!r} is given twice in one object", "keep one")
    return reader.problem()


def packages_json(problem: Problem, packages: Packages) -> dict[str, Any]:
    """Give the answer as plain values.

    Returns
    -------
    dict
        ``feasible``, ``min_cost`` (null: impossible), ``optimal_packages``, ``coalition_cost`` (key: powers joined by ``+``),
        ``minimal_coalitions``, and ``shapley_shubik`` and ``banzhaf`` as fractions in text. Where more packages are optimal
        than are listed ``optimal_count`` says how many (at least so many where counting did not come to an end: then
        ``optimal_count_is_exact`` is false). A search that was stopped has ``proven`` false and ``bound``, below which no package
        costs, says nothing about coalitions, and ``feasible`` is null where it had found no package yet.
    """
    order = {power: k for k, power in enumerate(problem.powers)}

    def name(members: frozenset[str]) -> str:
        return "+".join(sorted(members, key=order.__getitem__))

    more: dict[str, Any] = {}
    if packages.optimal_count > len(packages.optimal) or not packages.exact:
        more = {"optimal_count": packages.optimal_count, "optimal_count_is_exact": packages.exact}
    if not packages.proven:
        nothing: dict[str, Any] = {"coalition_cost": None, "minimal_coalitions": None, "shapley_shubik": None, "banzhaf": None}
        found = {"feasible": packages.feasible or None, "min_cost": number(packages.min_cost)}
        listed = {"optimal_packages": sorted(sorted(package) for package in packages.optimal)}
        return {**found, **listed, **nothing, "proven": False, "bound": number(packages.bound)}
    return {
        "feasible": packages.feasible,
        "min_cost": number(packages.min_cost),
        "optimal_packages": sorted(sorted(package) for package in packages.optimal),
        "coalition_cost": {name(members): number(cost) for members, cost in packages.coalition_cost.items()},
        "minimal_coalitions": [sorted(members, key=order.__getitem__) for members in packages.minimal_coalitions],
        "shapley_shubik": {power: str(value) for power, value in packages.shapley_shubik.items()},
        "banzhaf": {power: str(value) for power, value in packages.banzhaf.items()},
        **more,
    }


def number(value: Fraction | None) -> int | float | None:
    """Give an amount as JSON prints it: whole numbers without a point, what is missing as null."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def exact_number(text: str) -> Fraction | str:
    """Read a number exactly; one with more than 12 digits before or behind the point stays text and is refused later."""
    if len(text) > 40:
        return text
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= -12 and number.adjusted() < 12
    return Fraction(number) if fits or not number else text


class _Reader:
    """Collects everything that is wrong and goes on with a stand-in."""

    def __init__(self, given: Any, file: str) -> None:
        self._file = file
        self._faults: list[Fault] = []
        if not isinstance(given, dict):
            self.refuse(f"holds {_kind(given)}, expected an object", "see the format of mediation problems")
            raise CaseError(self._faults)
        self._given: dict[str, Any] = given
        self._check_names(given, TOP, "the problem")
        self._options = [o for o in self._list(given, "options", "the problem") if self._is_table(o, "an option")]
        self._parties = [self._text(name, "'dms'") for name in self._list(given, "dms", "the problem")]

    def refuse(self, message: str, hint: str | None = None) -> None:
        fault = Fault(self._file, None, None, "bad-problem", message, hint)
        if fault not in self._faults:
            self._faults.append(fault)

    def problem(self) -> Problem:
        given = self._given
        powers = self._table(given, "powers", "the problem")
        quo = self._status_quo()
        budgets = self._table(given, "budgets", "the problem", {})
        levers = [self._lever(o) for o in self._list(given, "levers", "the problem") if self._is_table(o, "a lever")]
        read = {
            "wanted": self._wanted(),
            "concept": self._choice(given, "concept", CONCEPTS, "the problem"),
            "margin": self._amount(given, "margin", "the problem"),
            "powers": tuple(powers),
            "power_stakes": {name: self._stakes(p, name) for name, p in powers.items() if self._is_table(p, f"power {name!r}")},
            "levers": tuple(level for _, found in levers for level in found),
            "incompatible": self._pairs({name: [level.key for level in found] for name, found in levers}),
            "budgets": {name: self._amount(budgets, name, "'budgets'") for name in budgets},
            "credibility": self._choice(given, "credibility", MODES, "the problem"),
            "commitment_price": self._amount(given, "commitment_price", "the problem", Fraction(1)),
            "horizon_days": self._amount(given, "horizon_days", "the problem") if "horizon_days" in given else None,
            "belief_curve": self._curve(),
        }
        model = self._model()
        if self._faults:
            raise CaseError(self._faults)
        try:
            return Problem(model=model, status_quo=quo, **read)
        except ValueError as error:
            for message in str(error).split("; "):
                self.refuse(message)
            raise CaseError(self._faults) from error

    def _status_quo(self) -> int:
        quo = self._pattern(self._get(self._given, "status_quo", str, "the problem", ""), "'status_quo'")
        if quo.care != (1 << len(self._options)) - 1:
            self.refuse("'status_quo' leaves options open", "write 0 or 1 for every option")
        return quo.value

    def _pairs(self, levels_of: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for pair in self._list(self._given, "incompatible", "the problem", []):
            if isinstance(pair, list) and len(pair) == 2:
                one, other = (self._text(name, "'incompatible'") for name in pair)
                found += product(levels_of.get(one, [one]), levels_of.get(other, [other]))
            else:
                self.refuse(f"'incompatible' holds {_show(pair)}, expected pairs of levers")
        return tuple(found)

    def _curve(self) -> tuple[tuple[Fraction, Fraction], ...]:
        found = []
        for point in self._list(self._given, "belief_curve", "the problem", []):
            if isinstance(point, list) and len(point) == 2 and all(isinstance(part, Fraction) for part in point):
                found.append((point[0], point[1]))
            else:
                self.refuse(f"'belief_curve' holds {_show(point)}, expected pairs of gap and belief")
        return tuple(found)

    def _stakes(self, power: Mapping[str, Any], name: str) -> list[Term]:
        return self._terms(self._list(power, "stakes", f"power {name!r}", []), f"power {name!r}")

    def _model(self) -> GraphModel:
        options = []
        for option in self._options:
            self._check_names(option, OPTION, "an option")
            name = self._get(option, "name", str, "an option", "?")
            owner = self._get(option, "owner", str, f"option {name!r}", "?")
            if owner not in self._parties:
                self.refuse(f"option {name!r} has unknown owner {owner!r}", f"known: {', '.join(self._parties)}")
            number = self._parties.index(owner) if owner in self._parties else 0
            direction = self._choice(option, "direction", ("both", "up", "down"), f"option {name!r}")
            options.append(Option(name, (number,), direction))
        banned = self._patterns(self._list(self._given, "infeasible", "the problem", []), "'infeasible'")
        stakes = self._table(self._given, "stakes", "the problem")
        for name in stakes:
            if name not in self._parties:
                self.refuse(f"'stakes' names unknown party {name!r}", f"known: {', '.join(self._parties)}")
        terms = [self._terms(self._list(stakes, p, "'stakes'", []), repr(p)) for p in self._parties]
        if len(set(self._parties)) < len(self._parties):
            self.refuse("'dms' names a party twice")
        if self._faults:
            raise CaseError(self._faults)
        bare = GraphModel.from_options(self._parties, options, banned)
        values, resolution = stake_values(bare.states, terms)
        return bare.with_preference(values, cardinal=True, resolution=resolution)

    def _wanted(self) -> Wanted:
        wanted = self._table(self._given, "wanted", "the problem")
        self._check_names(wanted, WANTED, "'wanted'")
        switches: dict[str, Any] = {k: t[k] for t in (wanted, self._given) for k in ("reach", "unique") if k in t}
        return Wanted(
            self._patterns(self._get(wanted, "when", (str, list), "'wanted'", []), "'wanted'"),
            self._choice(wanted, "mode", ("some", "each"), "'wanted'"),
            self._choice(wanted, "deviations", ("any", "leaving"), "'wanted'"),
            self._choice(switches, "reach", ("none", "um", "ui"), "the problem"),
            self._get(switches, "unique", bool, "the problem", False, required=False),
        )

    def _lever(self, lever: Mapping[str, Any]) -> tuple[str, tuple[Lever, ...]]:
        """Read a lever: its name, and the lever or its levels."""
        key = self._get(lever, "id", str, "a lever", "?")
        where = f"lever {key!r}"
        self._check_names(lever, LEVER, where)
        effects = self._table(lever, "effects", where)
        group = lever.get("group")
        steps = self._amount(lever, "steps", where, Fraction(1))
        if steps.denominator != 1 or not 1 <= steps <= MOST_STEPS:
            self.refuse(f"'steps' of {where} is {_show(steps)}", f"a whole number from 1 to {MOST_STEPS}")
            steps = Fraction(1)
        found = Lever(
            key=key,
            owner=self._get(lever, "owner", str, where, "?"),
            type=self._choice(lever, "type", ("threat", "promise"), where, required=True),
            when=self._patterns(self._get(lever, "when", (str, list), where, []), where),
            effects={party: self._amount(effects, party, where) for party in effects},
            fixed=self._amount(lever, "fixed", where),
            exec=self._amount(lever, "exec", where),
            audience=self._amount(lever, "audience", where),
            restore=self._amount(lever, "restore", where),
            group=None if group is None else self._text(group, f"'group' of {where}"),
            belief=self._amount(lever, "belief", where, Fraction(1)),
            delay_days=self._amount(lever, "delay_days", where),
            lasts_days=self._amount(lever, "lasts_days", where) if "lasts_days" in lever else None,
            is_gradual=self._get(lever, "gradual", bool, where, False, required=False),
        )
        if found.is_gradual and steps > 1:
            self.refuse(f"{where} has 'steps' and is 'gradual'", "keep one of the two")
        return key, levels(found, int(steps)) if steps > 1 else (found,)

    def _terms(self, given: Sequence[Any], where: str) -> list[Term]:
        terms: list[Term] = []
        for term in given:
            if self._is_table(term, f"a stake of {where}"):
                self._check_names(term, ("when", "value"), f"a stake of {where}")
                when = self._patterns(self._get(term, "when", (str, list), f"a stake of {where}", []), where)
                terms.append((when, self._amount(term, "value", f"a stake of {where}", None)))
        scale = lcm(1, *(value.denominator for _, value in terms))
        if sum(abs(value) for _, value in terms) * scale >= 1 << 50:
            self.refuse(f"the stakes of {where} have too many digits to add up exactly", "round them")
        return terms

    def _patterns(self, given: Any, where: str) -> tuple[Pattern, ...]:
        return tuple(self._pattern(text, where) for text in (given if isinstance(given, list) else [given]))

    def _pattern(self, text: Any, where: str) -> Pattern:
        if not isinstance(text, str) or len(text) != len(self._options):
            self.refuse(f"pattern {_show(text)} in {where} needs {len(self._options)} characters", "one 0, 1 or - per option")
            return Pattern(0, 0)
        try:
            return Pattern.from_text(text, "1", "0")
        except ValueError as error:
            self.refuse(f"{error} in {where}", "one 0, 1 or - per option")
            return Pattern(0, 0)

    def _amount(self, table: Mapping[str, Any], name: str, where: str, default: Fraction | None = Fraction(0)) -> Fraction:
        value: Fraction = self._get(table, name, Fraction, where, default or Fraction(0), required=default is None)
        return value

    def _choice(self, table: Mapping[str, Any], name: str, known: Sequence[str], where: str, *, required: bool = False) -> Any:
        value = self._get(table, name, str, where, known[0], required=required)
        if value in known:
            return value
        close = get_close_matches(value, known, 1)
        self.refuse(f"{name!r} of {where} is {value!r}", f"did you mean {close[0]!r}?" if close else f"write {', '.join(known)}")
        return known[0]

    def _get(
        self, table: Mapping[str, Any], name: str, kind: type | tuple[type, ...], where: str, default: Any, *, required: bool = True
    ) -> Any:
        if name not in table:
            if required:
                self.refuse(f"field {name!r} is missing in {where}", f"add {name!r}")
            return default
        if isinstance(table[name], kind):
            return table[name]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        self.refuse(f"{name!r} of {where} is {_show(table[name])}, expected {' or '.join(_NAMES[k] for k in kinds)}")
        return default

    def _list(self, table: Mapping[str, Any], name: str, where: str, default: list[Any] | None = None) -> list[Any]:
        found: list[Any] = self._get(table, name, list, where, default or [], required=default is None)
        return found

    def _table(self, table: Mapping[str, Any], name: str, where: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self._get(table, name, dict, where, default or {}, required=default is None)
        return found

    def _text(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            self.refuse(f"{where} holds {_show(value)}, expected text")
        return str(value)

    def _is_table(self, value: Any, where: str) -> bool:
        if not isinstance(value, dict):
            self.refuse(f"{where} is {_show(value)}, expected an object")
        return isinstance(value, dict)

    def _check_names(self, table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for name in (name for name in table if name not in known):
            close = get_close_matches(name, [k for k in known if k not in table], 1, 0.8) or get_close_matches(name, known, 1, 0.93)
            if close:
                self.refuse(f"unknown field {name!r} in {where}", f"did you mean {close[0]!r}?")


_NAMES: dict[type, str] = {str: "text", list: "a list", dict: "an object", Fraction: "a number", bool: "true or false"}


def _kind(value: Any) -> str:
    return next((words for kind, words in _NAMES.items() if isinstance(value, kind)), "nothing")


def _show(value: Any) -> str:
    text = str(value) if isinstance(value, Fraction) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
