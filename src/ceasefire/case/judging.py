"""Judged numbers: from what an analyst wrote to a `Judgement`, with every doubt reported."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ceasefire.case.evidence import Evidence
from ceasefire.case.model import Judgement
from ceasefire.case.shape import Given
from ceasefire.case.tree import Place
from ceasefire.errors import Problem

_NEEDS = {"normal": ("mean", "sd"), "triangular": ("low", "mode", "high"), "uniform": ("low", "high"), "discrete": ("values",)}
_NOTHING = (0.0, 0.0, 0.0)
_SPREAD = 1.959964
"""Range of a normal distribution: its central 95 %."""


class Judging:
    """Turns judged numbers into values; `unit` and `dated` are what a number has unless it says otherwise."""

    def __init__(self, evidence: Evidence, unit: str, dated: date, as_of: date) -> None:
        self.problems: list[Problem] = []
        self._evidence = evidence
        self._unit = unit
        self._dated = dated
        self._as_of = as_of

    def read(
        self, given: Any, what: str, place: Place, parent: Given | None = None, bounds: tuple[float, float] | None = None
    ) -> Judgement:
        """Make a judgement.

        Parameters
        ----------
        given : Given, float or None
            None where it could not be read; then 0 stands in, and the problem was reported.
        parent : Given, optional
            Whose reason, sources and mark a number without its own takes over.
        bounds : (float, float), optional
            Between what the whole range must lie.
        """
        fields = given if isinstance(given, Given) else Given({} if given is None else {"value": given}, place, {})
        if given is None:
            return self._make(_NOTHING, fields, parent)
        made = self._numbers(fields, what, parent)
        self._check(made, fields, what, parent, bounds)
        return made

    def _numbers(self, given: Given, what: str, parent: Given | None) -> Judgement:
        distribution = given.get("distribution")
        if isinstance(distribution, Given):
            return self._distribution(distribution, given, what, parent)
        ends = [value for value, _ in given.get("range", [])]
        if given.has("range") and (len(ends) != 2 or ends[0] > ends[1]):
            self._report(given.at("range"), "bad-range", f"range of {what} is {ends}", "write [least, largest]")
            ends = []
        value = given.get("value")
        if not ends and value is None:
            if not given.has("range"):
                self._report(given.place, "missing-number", f"{what} has no number", "give value, range or distribution")
            return self._make(_NOTHING, given, parent)
        low, high = (ends[0], ends[1]) if ends else (value, value)
        central = (low + high) / 2 if value is None else value
        if not low <= central <= high:
            self._report(
                given.at("value"),
                "bad-range",
                f"value {central:g} of {what} lies outside its range {low:g} to {high:g}",
                "correct one of them",
            )
        return self._make((central, low, high), given, parent)

    def _distribution(self, spread: Given, given: Given, what: str, parent: Given | None) -> Judgement:
        kind: Literal["normal", "triangular", "uniform", "discrete"] | None = spread.get("kind")
        missing = [name for name in _NEEDS.get(kind or "", ()) if not spread.has(name)]
        if kind is None or missing:
            if missing:
                self._report(
                    spread.place,
                    "bad-distribution",
                    f"distribution of {what} lacks {', '.join(missing)}",
                    f"{kind} needs {', '.join(_NEEDS[str(kind)])}",
                )
            return self._make(_NOTHING, given, parent)
        if kind == "discrete":
            return self._discrete(spread, given, what, parent)
        numbers = tuple(float(spread.get(name)) for name in _NEEDS[kind])
        if kind == "normal":
            mean, sd = numbers
            return self._make((mean, mean - _SPREAD * sd, mean + _SPREAD * sd), given, parent, kind, numbers)
        if list(numbers) != sorted(numbers) or numbers[0] == numbers[-1]:
            self._report(
                spread.place,
                "bad-distribution",
                f"distribution of {what} is not in order: {list(numbers)}",
                "write the ends in order",
            )
        middle = numbers[1] if kind == "triangular" else (numbers[0] + numbers[1]) / 2
        return self._make((middle, numbers[0], numbers[-1]), given, parent, kind, numbers)

    def _discrete(self, spread: Given, given: Given, what: str, parent: Given | None) -> Judgement:
        pairs = [[number for number, _ in pair] for pair, _ in spread.get("values", [])]
        total = sum(pair[1] for pair in pairs if len(pair) == 2)
        if not pairs or any(len(pair) != 2 or pair[1] < 0 for pair in pairs) or abs(total - 1) > 1e-6:
            hint = "write pairs [value, probability] whose probabilities add up to 1"
            self._report(spread.at("values"), "bad-distribution", f"values of {what} are {pairs}", hint)
            return self._make(_NOTHING, given, parent)
        mean = sum(value * share for value, share in pairs)
        numbers = tuple(float(number) for pair in pairs for number in pair)
        return self._make((mean, min(p[0] for p in pairs), max(p[0] for p in pairs)), given, parent, "discrete", numbers)

    def _make(
        self,
        numbers: tuple[float, float, float],
        given: Given,
        parent: Given | None,
        distribution: Literal["normal", "triangular", "uniform", "discrete"] | None = None,
        parameters: tuple[float, ...] = (),
    ) -> Judgement:
        value, low, high = numbers
        own = given.has("sources") or given.has("illustrative") or parent is None
        basis = given if own else parent
        return Judgement(
            value=value,
            low=low,
            high=high,
            unit=given.get("unit", self._unit),
            why=given.get("why") or (parent.get("why", "") if parent else ""),
            sources=tuple(key for key, _ in (basis.get("sources", []) if basis else [])),
            illustrative=bool(basis.get("illustrative", False)) if basis else False,
            dated=given.get("dated", self._dated),
            distribution=distribution,
            parameters=parameters,
        )

    def _check(self, made: Judgement, given: Given, what: str, parent: Given | None, bounds: tuple[float, float] | None) -> None:
        if not made.sources and not made.illustrative:
            hint = "name its `sources`, or write `illustrative: true` for a number that nobody measured"
            self._report(given.place, "no-source", f"{what} has neither sources nor the mark illustrative", hint)
        if not made.why:
            self._report(given.place, "no-why", f"{what} has no reason", "say in `why` where the number comes from")
        if made.dated > self._as_of and given.has("dated"):
            hint = "date it no later than `as_of`, or move `as_of`"
            self._report(given.at("dated"), "later-judgement", f"{what} is judged {made.dated}, after {self._as_of}", hint)
        if bounds and not bounds[0] <= made.low <= made.high <= bounds[1]:
            limits = f"from {bounds[0]:g} to {bounds[1]:g}" if bounds[1] < 1e8 else f"no less than {bounds[0]:g}"
            self._report(
                given.place,
                "out-of-bounds",
                f"{what} runs from {made.low:g} to {made.high:g}, expected {limits}",
                "correct the number",
            )
        self._evidence.check(given.get("sources", []), self._as_of)

    def _report(self, place: Place, code: str, message: str, hint: str) -> None:
        self.problems.append(place.problem(code, message, hint))
