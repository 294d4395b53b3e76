"""Only rankings are known: levers are placed between the statements of each party."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ceasefire.conditions import Pattern, mask
from ceasefire.errors import CaseError, LimitError
from ceasefire.errors import Problem as Fault
from ceasefire.mediation.exchange import read_problem
from ceasefire.mediation.problem import Problem

MOST_SLOTS = 56
"""Statements and levers in one party's list; sums of powers of two stay exact up to here."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a party would like to be true: one of the patterns holds."""

    when: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a lever ranks for a party: below what stands before it, above what stands after it."""

    lever: str


Priorities = Mapping[str, Sequence[Statement | Placed]]


def ranked(problem: Problem, priorities: Priorities) -> Problem:
    r"""Let parties rank statements and levers instead of weighing them.

    Slot :math:`j` from the bottom of a party's list weighs :math:`2^j`: a statement adds it where it holds, a threat takes it
    away where its condition holds, a promise adds it there. As every lever has its slot whether it is used or not, of two states
    the one is better that differs first, from the top, in the party's favour, whatever levers are in use; states alike in all
    slots tie.

    Parameters
    ----------
    problem : Problem
        The stakes of the parties that rank and the effects of levers on them are replaced; other parties keep theirs.
    priorities : mapping from party to sequence of Statement or Placed
        The most important first. A lever that is not in a party's list does not touch it.

    Returns
    -------
    Problem
        Feasibility, minimal packages and coalitions, and costs of levers mean what they say. Differences of the stakes of
        parties that rank (`Problem.ranking`) mean nothing: margins, gains and reliability must not be read from them.

    Raises
    ------
    ValueError
        For an unknown party or lever, a lever placed twice, a margin, or a placed lever that is believed only in part.
    LimitError
        For more than 56 slots.

    Examples
    --------
    The party would rather not be embargoed than win, and rather win than have peace.

    >>> from fractions import Fraction
    >>> from ceasefire.graphmodel import GraphModel, Option
    >>> from ceasefire.mediation import Lever, Wanted, find_packages
    >>> model = GraphModel.from_options(["A"], [Option("attack", (0,))])
    >>> attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    >>> asked = Problem(model, 1, Wanted(calm), "nash", Fraction(0), ("P",), {}, (Lever("ban", "P", "threat", attack, {}),))
    >>> [sorted(package) for package in find_packages(ranked(asked, {"A": [Placed("ban"), Statement(attack)]})).optimal]
    [['ban']]
    >>> find_packages(ranked(asked, {"A": [Statement(attack), Placed("ban")]})).feasible
    False
    """
    faults = list(_faults(problem, priorities))
    if faults:
        raise ValueError("; ".join(faults))
    model = problem.model
    values = model.preference.copy()
    effects = {lever.key: {p: e for p, e in lever.effects.items() if p not in priorities} for lever in problem.levers}
    kinds = {lever.key: lever.type for lever in problem.levers}
    for party, listed in priorities.items():
        if len(listed) > MOST_SLOTS:
            raise LimitError(
                f"{party!r} ranks {len(listed)} statements and levers; at most {MOST_SLOTS} are kept\n"
                "  hint: leave out the least important ones, or those that never tell two states apart"
            )
        row = values[model.parties.index(party)]
        row[:] = 0
        for slot, one in enumerate(reversed(listed)):
            if isinstance(one, Placed):
                effects[one.lever][party] = model.resolution * (1 << slot) * (-1 if kinds[one.lever] == "threat" else 1)
            else:
                row += np.where(mask(one.when, model.states), 1 << slot, 0)
    levers = tuple(replace(lever, effects=effects[lever.key]) for lever in problem.levers)
    ranking = problem.ranking | frozenset(priorities)
    model = model.with_preference(values, cardinal=True, resolution=model.resolution)
    return replace(problem, model=model, levers=levers, ranking=ranking)


def read_ranked(text: str, file: str = "<text>") -> Problem:
    """Read a problem whose parties rank: ``priorities`` instead of ``stakes`` and of the levers' ``effects``.

    ``priorities`` has for each decision maker a list, the most important first, of patterns (or lists of patterns) and of
    objects ``{"lever": id}``.

    Raises
    ------
    CaseError
        With everything that is wrong.
    """
    try:
        given: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return read_problem(text, file)
    bare = {key: value for key, value in given.items() if key != "priorities"} | {"stakes": {}}
    if isinstance(bare.get("levers"), list):
        bare["levers"] = [{**lever, "effects": {}} if isinstance(lever, dict) else lever for lever in bare["levers"]]
    problem = read_problem(json.dumps(bare), file)
    faults: list[str] = []
    priorities = _read(given.get("priorities"), len(problem.model.options), faults)
    if not faults:
        try:
            return ranked(problem, priorities)
        except ValueError as error:
            faults += str(error).split("; ")
    hint = 'a list per decision maker, of patterns and of {"lever": id}'
    raise CaseError([Fault(file, None, None, "bad-priorities", message, hint) for message in faults])


def _read(given: Any, options: int, faults: list[str]) -> dict[str, list[Statement | Placed]]:
    if not isinstance(given, dict) or not all(isinstance(listed, list) for listed in given.values()):
        faults.append("'priorities' is missing, or not a list per decision maker")
        return {}
    found: dict[str, list[Statement | Placed]] = {}
    for party, listed in given.items():
        found[party] = []
        for one in listed:
            if isinstance(one, dict) and isinstance(one.get("lever"), str):
                found[party].append(Placed(one["lever"]))
                continue
            texts = one if isinstance(one, list) else [one]
            if not texts or not all(isinstance(text, str) and len(text) == options and set(text) <= set("01-") for text in texts):
                faults.append(f"priorities of {party!r} hold {json.dumps(one)[:60]}, expected patterns of {options} characters")
                continue
            found[party].append(Statement(tuple(Pattern.from_text(text, "1", "0") for text in texts)))
    return found


def _faults(problem: Problem, priorities: Priorities) -> list[str]:
    known = {lever.key for lever in problem.levers}
    found = [f"priorities name {party!r}, which is no decision maker" for party in priorities if party not in problem.model.parties]
    for party, listed in priorities.items():
        keys = [one.lever for one in listed if isinstance(one, Placed)]
        found += [f"priorities of {party!r} name {key!r}, which is no lever" for key in sorted(set(keys) - known)]
        found += [f"priorities of {party!r} place {key!r} twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
    if problem.margin:
        found.append("a margin means nothing where parties only rank")
    if problem.belief_curve:
        found.append("a belief curve means nothing where parties only rank")
    placed = {one.lever for listed in priorities.values() for one in listed if isinstance(one, Placed)}
    vague = [lever.key for lever in problem.levers if lever.belief != 1 and lever.key in placed]
    found += [f"lever {key!r} is believed in part, which means nothing where parties only rank" for key in vague]
    return found
