"""From what the files hold to a `Case`: parties, options, stakes, levers, record, claims, facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ceasefire.case.evidence import Evidence
from ceasefire.case.judging import Judging
from ceasefire.case.model import (
    NOT_STATED,
    Aim,
    Ban,
    Claim,
    Entry,
    Fact,
    Judgement,
    Kind,
    Lever,
    Option,
    Party,
    Placed,
    RedLine,
    Stake,
    Tie,
    Wanted,
)
from ceasefire.case.shape import Given, day_of
from ceasefire.case.tables import period_end
from ceasefire.case.told import Told
from ceasefire.case.tree import Place
from ceasefire.conditions import Condition
from ceasefire.errors import Problem
from ceasefire.reference import cameo

Pairs = list[tuple[Any, Place]]
_COST = (0.0, 1e9)
_SHARE = (0.0, 1.0)


class Builder:
    """Builds the values of one case; problems are collected by `evidence`, `judging`, `told` and here."""

    def __init__(self, evidence: Evidence, judging: Judging, told: Told, as_of: date) -> None:
        self.problems: list[Problem] = []
        self.places: dict[str, Place] = {}
        self._evidence = evidence
        self._judging = judging
        self._told = told
        self._as_of = as_of

    def party(self, code: str, given: Given, about: Given | None) -> Party:
        """Make a party from what the case file judges and what ``parties.yaml`` tells."""
        told = about or Given({}, given.place, {})
        both = [n for n in ("name", "iso3", "roles", "aims", "red_lines", "ties", "note") if given.has(n) and told.has(n)]
        for name in both:
            message = f"{name!r} of party {code!r} is given in the case file and in parties.yaml"
            self.problems.append(given.at(name).problem("given-twice", message, "keep one of the two"))
        fields = {**told.values, **{name: value for name, value in given.values.items() if value is not None}}
        pick = Given(fields, given.place, given.places)
        if pick.get("stakes") and pick.get("priorities"):
            message = f"party {code!r} has both stakes and priorities"
            self.problems.append(given.at("priorities").problem("both-preferences", message, "keep one of the two"))
        if pick.has("owner_stakes") and not pick.get("owner_why"):
            message = f"party {code!r} has owner_stakes without owner_why"
            self.problems.append(given.at("owner_stakes").problem("no-why", message, "say why its stakes as owner differ"))
        name = pick.get("name", code)
        return Party(
            code=code,
            name=name,
            iso3=pick.get("iso3"),
            roles=tuple(role for role, _ in pick.get("roles", [])),
            aims=tuple(Aim(a.get("text"), self._cited(a), self._entries(a)) for a, _ in pick.get("aims", [])),
            red_lines=tuple(
                RedLine(
                    line.get("text"),
                    self._cited(line),
                    self._entries(line),
                    line.get("crossed", ""),
                    line.get("place", ""),
                    line.get("reason", ""),
                    self._crossing(line),
                )
                for line, _ in pick.get("red_lines", [])
            ),
            ties=tuple(
                Tie(self._tied(t, name), t.get("type"), t.get("text"), self._cited(t), self._entries(t))
                for t, _ in pick.get("ties", [])
            ),
            stakes=self._stakes(pick.get("stakes", []), name),
            priorities=tuple(_ranked(one) for one, _ in pick.get("priorities", [])),
            budget=self._budget(pick, name),
            owner_stakes=self._stakes(pick.get("owner_stakes", []), name) if pick.has("owner_stakes") else None,
            owner_why=pick.get("owner_why", ""),
            note=pick.get("note", ""),
        )

    def _tied(self, given: Given, name: str) -> str:
        return self._told.names([(given.get("with"), given.at("with"))], f"one to whom {name} is tied")[0]

    def _crossing(self, line: Given) -> tuple[str, ...]:
        """Give the codes of acts that would cross a red line; report those that CAMEO does not have."""
        codes: Pairs = line.get("crossed_by", [])
        for code, place in codes:
            if cameo(code) is None:
                message = f"red line {line.get('text')!r} is crossed by {code!r}, which is no CAMEO code"
                self.problems.append(place.problem("unknown-code", message, "codes are text of two to four digits, such as 154"))
        return tuple(code for code, _ in codes)

    def _budget(self, given: Given, name: str) -> Judgement | None:
        if not given.has("budget"):
            return None
        return self._judging.read(given.get("budget"), f"budget of {name}", given.at("budget"), bounds=_COST)

    def options(self, code: str, given: Given) -> list[Option]:
        """Make the options of a party."""
        found = []
        for name, (option, place) in given.get("options", {}).items():
            key = f"{code}.{name}".lower()
            self.places[key] = place
            found.append(
                Option(
                    key=key,
                    owner=code,
                    text=option.get("text", key),
                    direction=option.get("direction", "both"),
                    shared=tuple(other for other, _ in option.get("shared", [])),
                    why=option.get("why", ""),
                    sources=self._checked(option),
                )
            )
        return found

    def _stakes(self, items: Pairs, who: str) -> tuple[Stake, ...]:
        stakes = []
        for given, place in items:
            if given.get("when") is not None:
                self.places[f"stake {id(given)}"] = place
                judgement = self._judging.read(given, f"stake of {who} in {given.get('when').text!r}", place)
                stakes.append(Stake(given.get("when"), judgement))
        return tuple(stakes)

    def ban(self, given: Given) -> Ban:
        """Make a combination that cannot occur."""
        return Ban(given.get("when"), given.get("why", ""), self._checked(given))

    def wanted(self, given: Given) -> Wanted:
        """Make the outcome asked about."""
        return Wanted(
            given.get("when"),
            given.get("mode", "some"),
            given.get("deviations", "any"),
            given.get("reach", "none"),
            given.get("unique", False),
            given.get("why", ""),
        )

    def lever(self, key: str, given: Given, place: Place) -> Lever:
        """Make a lever; its numbers take over its sources and mark where they have none of their own."""
        self.places[key] = place

        def number(name: str, bounds: tuple[float, float]) -> Any:
            return self._judging.read(given.get(name), f"{name!r} of lever {key!r}", given.at(name), given, bounds)

        effects = tuple(
            (code, self._judging.read(change, f"effect of lever {key!r} on {code}", at, given))
            for code, (change, at) in given.get("effects", {}).items()
        )
        harm = given.get("harm")
        belief = given.get("belief", 1.0)
        return Lever(
            key=key,
            owner=given.get("owner", ""),
            type=given.get("type", "threat"),
            text=given.get("text", key),
            instrument=given.get("instrument", ""),
            when=given.get("when"),
            effects=effects,
            fixed=number("fixed", _COST),
            exec=number("exec", _COST),
            audience=number("audience", _COST),
            restore=number("restore", _SHARE),
            belief=self._judging.read(belief, f"belief of lever {key!r}", given.at("belief"), _believed(given), _SHARE),
            group=given.get("group"),
            delay_days=given.get("delay_days", 0),
            lasts_days=given.get("lasts_days"),
            harm=harm.get("text", "") if harm else "",
            harm_sources=self._checked(harm) if harm else (),
            why=given.get("why", ""),
            sources=self._checked(given),
            is_gradual=given.get("gradual", False),
        )

    def entry(self, given: Given) -> Entry:
        """Make a record entry."""
        actor, key = given.get("actor"), given.get("id")
        self._told.once("entry", key, given.at("id"))
        return Entry(
            key=key,
            date=given.get("date"),
            date_end=given.get("date_end"),
            actor=self._told.names([(actor.get("code"), actor.at("code"))], f"the actor of entry {key!r}")[0],
            actor_name=actor.get("name", actor.get("code")),
            level=actor.get("level"),
            joint_with=self._told.names(given.get("joint_with", []), f"one that acted jointly in entry {key!r}"),
            targets=self._told.names(given.get("targets", []), f"a target of entry {key!r}"),
            kind=Kind(given.get("kind")),
            category=given.get("category"),
            cameo=given.get("cameo"),
            forum=given.get("forum", ""),
            conditional=given.get("conditional", False),
            condition=given.get("condition", ""),
            red_line=given.get("red_line", False),
            summary=given.get("summary"),
            sources=self._cited(given),
            corroboration=given.get("corroboration", 0),
            confidence=given.get("confidence", NOT_STATED),
            seed=given.get("seed", False),
            note=given.get("note", ""),
        )

    def claim(self, given: Given) -> Claim:
        """Make a claim."""
        key = given.get("id")
        self._told.once("claim", key, given.at("id"))
        return Claim(
            key=key,
            paragraph=given.get("paragraph"),
            holder=given.get("holder", ""),
            text=given.get("claim"),
            type=given.get("type", ""),
            computation=given.get("computation", ""),
            later=given.get("later", ""),
            verdict=given.get("verdict", ""),
            record=self._entries(given),
            sources=self._cited(given),
            note=given.get("note", ""),
            check=_parameters(given.get("check")),
            place=(given.place.file, given.place.line),
        )

    def fact(self, given: Given) -> Fact:
        """Make a fact; it is known from the end of the period that its value, its key or its year names."""
        value, key, year = given.get("value"), given.get("id"), str(given.get("year", ""))
        source = Given({"title": given.get("source_title", key), "url": given.get("source_url")}, given.place, {})
        dated = period_end(value) if given.get("unit") in {"date", "month"} and isinstance(value, str) else None
        month = period_end(key[-7:]) if len(key) > 7 and key[-8] == "-" and key[-7:].replace("-", "").isdecimal() else None
        return Fact(
            key=key,
            text=given.get("statement"),
            value=_value(value),
            unit=given.get("unit", ""),
            period=year,
            known=dated or month or period_end(year),
            parties=(),
            confidence=given.get("confidence", ""),
            status=given.get("status", ""),
            sources=(self._evidence.inline(source),),
            note=given.get("note", ""),
        )

    def _cited(self, given: Given) -> tuple[str, ...]:
        listed = given.get("sources", [])
        self._evidence.check([(item, place) for item, place in listed if not isinstance(item, Given)], None)
        return self._evidence.cited(listed)

    def _entries(self, given: Given) -> tuple[str, ...]:
        return self._told.cites(given.get("record", []))

    def _checked(self, given: Given) -> tuple[str, ...]:
        self._evidence.check(given.get("sources", []), self._as_of)
        return tuple(key for key, _ in given.get("sources", []))


def _ranked(one: Given | Condition) -> Placed | Condition:
    return Placed(one.get("lever", "")) if isinstance(one, Given) else one


def _parameters(check: Given | None) -> tuple[tuple[str, Any], ...]:
    if check is None:
        return ()
    plain = {name: tuple(one for one, _ in value) if isinstance(value, list) else value for name, value in check.values.items()}
    return tuple(sorted((name, value) for name, value in plain.items() if value is not None))


def _believed(given: Given) -> Given:
    """Give what a lever's belief rests on; full belief, where nothing is written, is the plain reading and needs no source."""
    if given.has("belief"):
        return given
    values: Mapping[str, Any] = {"illustrative": True, "why": "full belief, the plain reading"}
    return Given(values, given.place, {})


def _value(value: Any) -> float | tuple[float, ...] | str | None:
    items = [item for item, _ in value] if isinstance(value, list) else [value]
    numbers = [number for item in items if (number := _number(item)) is not None]
    if len(numbers) == len(items):
        return tuple(numbers) if isinstance(value, list) else numbers[0]
    return value if isinstance(value, str) else None


def _number(text: Any) -> float | None:
    if not isinstance(text, str) or day_of(text):
        return None
    try:
        return float(text)
    except ValueError:
        return None
