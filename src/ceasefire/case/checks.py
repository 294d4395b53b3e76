"""What must fit together across a case, and what looks mistaken though it may be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from ceasefire.case.layout import CODE
from ceasefire.case.model import Case, Lever
from ceasefire.case.shape import Given, meant
from ceasefire.case.tree import Place
from ceasefire.conditions import Condition, mask
from ceasefire.errors import Problem
from ceasefire.reference import country

_MOST_OPTIONS = 22


class Checks:
    """Checks the names that a case file uses and the states that it leaves."""

    def __init__(self, case: Case, given: Given, places: Mapping[str, Place]) -> None:
        self._case = case
        self._given = given
        self._places = places
        self._options = {option.key for option in case.options}
        self._parties = {party.code for party in case.parties}

    def faults(self) -> Iterator[Problem]:
        """Give what cannot be used as written."""
        named = list(self._names())
        yield from named
        if not named:
            yield from self._states()

    def warnings(self) -> Iterator[Problem]:
        """Give what can be used but looks mistaken."""
        yield from self._strange_codes()
        yield from self._same_names()
        if self._case.wanted is not None and self._case.wanted.when.holds(self._case.status_quo):
            place = self._given.at("wanted")
            yield place.problem("wanted-now", "the status quo is a wanted outcome already", "correct `wanted` or `status_quo`")
        for lever in self._case.levers:
            yield from self._doubts(lever)

    def _names(self) -> Iterator[Problem]:
        wrong = list(self._codes())
        yield from wrong
        if wrong:
            return
        yield from self._option_names()
        yield from self._members()
        yield from self._pairs()

    def _option_names(self) -> Iterator[Problem]:
        for stated, place, what in self._conditions():
            for name in stated.names:
                if name not in self._options:
                    party = name.split(".")[0].upper()
                    kind = "option" if party in self._parties else "party"
                    column = stated.text.lower().find(name)
                    message = f"unknown {kind} in {name!r} of {what}"
                    yield place.problem(f"unknown-{kind}", message, meant(name, self._options), max(column, 0))
        for key, place in self._given.get("status_quo", []):
            if key.lower() not in self._options:
                yield place.problem("unknown-option", f"unknown option {key!r} in 'status_quo'", meant(key, self._options))

    def _codes(self) -> Iterator[Problem]:
        for code, (_, place) in self._given.get("parties", {}).items():
            if not re.fullmatch(CODE.pattern, code):
                right = code.upper() if re.fullmatch(CODE.pattern, code.upper()) else "X-ARMY"
                message = f"code of a party is {code!r}, expected {CODE.doc}"
                yield place.problem("bad-form", message, f"write capital letters, digits and one hyphen, such as {right}")

    def _same_names(self) -> Iterator[Problem]:
        first: dict[str, str] = {}
        for party in self._case.parties:
            other = first.setdefault(party.name, party.code)
            if other != party.code:
                _, place = self._given.get("parties").get(party.code, (None, self._given.at("parties")))
                message = f"parties {other!r} and {party.code!r} are both called {party.name!r}"
                yield place.problem("same-name", message, "a brief cannot tell them apart: give each a `name` of its own")

    def _strange_codes(self) -> Iterator[Problem]:
        for party in self._case.parties:
            if not party.code.startswith("X-") and country(party.code, system="iso3") is None:
                meant_ = country(party.name, system="name")
                right = meant_.iso3 if meant_ and meant_.iso3 else "X-" + party.code
                _, place = self._given.get("parties").get(party.code, (None, self._given.at("parties")))
                message = f"code {party.code!r} of {party.name} is in no table of countries"
                yield place.problem("unknown-code", message, f"did you mean {right!r}?")

    def _members(self) -> Iterator[Problem]:
        for option in self._case.options:
            yield from self._party_names(option.shared, self._places[option.key], f"'shared' of {option.key!r}")
        for lever in self._case.levers:
            place = self._places[lever.key]
            yield from self._party_names((lever.owner,), place, f"'owner' of lever {lever.key!r}")
            yield from self._party_names(tuple(code for code, _ in lever.effects), place, f"'effects' of lever {lever.key!r}")
        yield from self._rankings()

    def _rankings(self) -> Iterator[Problem]:
        levers = {lever.key: lever for lever in self._case.levers}
        for code, (party, _) in self._given.get("parties", {}).items():
            seen: set[str] = set()
            for one, place in party.get("priorities", []):
                if not isinstance(one, Given) or one.get("lever") is None:
                    continue
                key = one.get("lever")
                if key not in levers:
                    yield place.problem("unknown-lever", f"unknown lever {key!r} in 'priorities' of {code!r}", meant(key, levers))
                elif key in seen:
                    yield place.problem("given-twice", f"lever {key!r} stands twice in 'priorities' of {code!r}", "keep one place")
                seen.add(key)
        yield from self._ranked_levers()

    def _ranked_levers(self) -> Iterator[Problem]:
        ranking = {party.code for party in self._case.parties if party.priorities}
        placed = {key for party in self._case.parties for key in party.placed}
        for lever in self._case.levers:
            place = self._places[lever.key]
            for code in sorted(ranking & {code for code, _ in lever.effects}):
                message = f"lever {lever.key!r} has an effect on {code}, which ranks"
                yield place.problem("both-preferences", message, f"place it in the `priorities` of {code} instead")
            if lever.key not in placed and not self._given.get("levers")[lever.key][0].has("effects"):
                hint = "add `effects:` (change of stake by party), or place it in the `priorities` of a party that ranks"
                yield place.problem("missing-field", f"field 'effects' is missing in lever {lever.key!r}", hint)
            if lever.key in placed and lever.is_gradual:
                message = f"lever {lever.key!r} is gradual and placed in a ranking"
                yield place.problem("both-preferences", message, "leave `gradual` out: a rank has no share")
            if lever.key in placed and lever.belief.value != 1:
                message = f"lever {lever.key!r} is believed to {lever.belief.value:g} and placed in a ranking"
                yield place.problem("both-preferences", message, "leave `belief` out: a rank has no share")

    def _pairs(self) -> Iterator[Problem]:
        levers = {lever.key for lever in self._case.levers}
        for pair, place in self._given.get("incompatible", []):
            names = [name for name, _ in pair]
            for name in names:
                if name not in levers:
                    yield place.problem("unknown-lever", f"unknown lever {name!r} in 'incompatible'", meant(name, levers))
            if len(names) != 2 or names[0] == names[-1]:
                yield place.problem("bad-pair", f"'incompatible' holds {names}, expected two levers", "write [one, other]")

    def _conditions(self) -> Iterator[tuple[Condition, Place, str]]:
        given = self._given
        for ban, _ in given.get("infeasible", []):
            if ban.get("when") is not None:
                yield ban.get("when"), ban.at("when"), "'infeasible'"
        wanted = given.get("wanted")
        if wanted is not None and wanted.get("when") is not None:
            yield wanted.get("when"), wanted.at("when"), "'wanted'"
        for code, (party, _) in given.get("parties", {}).items():
            yield from self._preferences(code, party)
        for key, (lever, _) in given.get("levers", {}).items():
            if lever.get("when") is not None:
                yield lever.get("when"), lever.at("when"), f"lever {key!r}"

    def _preferences(self, code: str, party: Given) -> Iterator[tuple[Condition, Place, str]]:
        for name in ("stakes", "owner_stakes"):
            for stake, _ in party.get(name, []):
                if stake.get("when") is not None:
                    yield stake.get("when"), stake.at("when"), f"{name!r} of {code!r}"
        for one, place in party.get("priorities", []):
            if isinstance(one, Condition):
                yield one, place, f"'priorities' of {code!r}"

    def _party_names(self, codes: tuple[str, ...], place: Place, what: str) -> Iterator[Problem]:
        for code in codes:
            if code and code not in self._parties:
                yield place.problem("unknown-party", f"unknown party {code!r} in {what}", meant(code, self._parties))

    def _states(self) -> Iterator[Problem]:
        case, given = self._case, self._given
        order = [option.key for option in case.options]
        if len(order) > _MOST_OPTIONS:
            message = f"the case has {len(order)} options, 2^{len(order)} states; at most {_MOST_OPTIONS} options are searched"
            yield given.at("parties").problem("too-many-options", message, "merge options that always go together")
            return
        states = np.arange(1 << len(order), dtype=np.int64)
        banned = np.zeros(len(states), dtype=np.bool_)
        for ban in case.bans:
            banned |= mask(ban.when.patterns(order), states)
        if banned.all():
            message = "'infeasible' rules out every combination of options"
            yield given.at("infeasible").problem("contradictory-feasibility", message, "loosen one of its conditions")
            return
        taken = sum(1 << k for k, key in enumerate(order) if key in case.status_quo)
        if banned[taken]:
            ban_ = next(b for b in case.bans if b.when.holds(case.status_quo))
            message = f"the status quo cannot occur: it satisfies {ban_.when.text!r} of 'infeasible'"
            yield given.at("status_quo").problem("infeasible-status-quo", message, "correct one of the two")
        if case.wanted is not None and not (mask(case.wanted.when.patterns(order), states) & ~banned).any():
            message = f"no feasible state satisfies {case.wanted.when.text!r}"
            yield given.at("wanted").problem("empty-wanted", message, "loosen 'wanted' or 'infeasible'")

    def _doubts(self, lever: Lever) -> Iterator[Problem]:
        place = self._places[lever.key]
        for code, effect in lever.effects:
            if lever.type == "threat" and effect.value > 0:
                yield place.problem("odd-sign", f"threat {lever.key!r} helps {code} ({effect.value:+g})", "a threat hurts")
            if lever.type == "promise" and effect.value < 0:
                yield place.problem("odd-sign", f"promise {lever.key!r} hurts {code} ({effect.value:+g})", "a promise helps")
        if {code for code, _ in lever.effects} == {lever.owner}:
            yield place.problem("own-target", f"lever {lever.key!r} touches only its owner", "name the party it is aimed at")
        if lever.delay_days > self._case.horizon_days:
            message = f"lever {lever.key!r} bites after {lever.delay_days} days, horizon_days is {self._case.horizon_days}"
            yield place.problem("too-late", message, "it will have no effect")
