"""Random problems of priced mediation, all in the exchange format; a name, sizes and a seed give the same problem everywhere."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

Given = dict[str, Any]


def _frame(rng: random.Random, options: int, parties: int, powers: int) -> Given:
    dms = [f"D{k}" for k in range(parties)]
    return {
        "options": [{"name": f"o{k}", "owner": dms[k * parties // options]} for k in range(options)],
        "dms": dms,
        "infeasible": [],
        "powers": {f"P{k:02}": {"stakes": [{"when": "0" * options, "value": rng.randint(0, 6)}]} for k in range(powers)},
        "credibility": "ignore",
    }


def _own(given: Given, party: str) -> list[int]:
    return [k for k, option in enumerate(given["options"]) if option["owner"] == party]


def _text(options: int, fixed: dict[int, str]) -> str:
    return "".join(fixed.get(k, "-") for k in range(options))


def dilemma(
    options: int, levers: int, seed: int, *, parties: int = 4, powers: int = 6, concept: str = "nash", harms: int = 99
) -> Given:
    """Every party gains by each of its own options and is hurt by `harms` of those of the others; peace is that nobody takes any.

    Fighting is the status quo. Levers are threats against one or two options and promises for peace; each has a fixed
    cost, so no answer is zero.
    """
    rng = random.Random(f"dilemma {options} {levers} {seed}")
    given = _frame(rng, options, parties, powers)
    stakes = {}
    for party in given["dms"]:
        own = _own(given, party)
        foreign = [k for k in range(options) if k not in own]
        foreign = rng.sample(foreign, min(harms, len(foreign)))
        terms = [{"when": _text(options, {k: "1"}), "value": rng.randint(1, 6)} for k in own]
        terms += [{"when": _text(options, {k: "1"}), "value": -rng.randint(2, 7)} for k in foreign]
        pairs = [_text(options, {a: "1", b: "1"}) for a, b in pairwise(own)]
        terms += [{"when": pair, "value": rng.randint(-3, 3)} for pair in pairs]
        stakes[party] = terms
    listed = []
    for k in range(levers):
        party = given["options"][k % options]["owner"]
        own = _own(given, party)
        if rng.random() < 0.2:
            kind, when, sign = "promise", _text(options, dict.fromkeys(own, "0")), 1
        else:
            kind, sign = "threat", -1
            second = rng.choice(own) if rng.random() < 0.3 else k % options
            when = _text(options, {k % options: "1", second: "1"})
        other = rng.choice([p for p in given["dms"] if p != party])
        effects = {party: sign * rng.randint(2, 9)} | ({other: sign * rng.randint(1, 3)} if rng.random() < 0.3 else {})
        listed.append(
            {
                "id": f"l{k:02}",
                "owner": f"P{rng.randrange(powers):02}",
                "type": kind,
                "when": when,
                "effects": effects,
                "fixed": rng.randint(1, 9),
                "exec": rng.randint(0, 5),
                "audience": rng.randint(0, 2),
                "restore": rng.choice([0, 0.25, 0.5, 1]),
            }
        )
    return given | {
        "stakes": stakes,
        "levers": listed,
        "status_quo": "1" * options,
        "wanted": {"when": ["0" * options]},
        "concept": concept,
    }


def tangle(options: int, levers: int, seed: int, *, parties: int = 4, powers: int = 6, concept: str = "seq") -> Given:
    """Stakes are random statements over one to three options; the wanted state is random and has no reason to be stable."""
    rng = random.Random(f"tangle {options} {levers} {seed}")
    given = _frame(rng, options, parties, powers)

    def pattern(most: int) -> str:
        chosen = rng.sample(range(options), rng.randint(1, most))
        return _text(options, {k: rng.choice("01") for k in chosen})

    stakes = {party: [{"when": pattern(3), "value": rng.randint(-9, 9)} for _ in range(2 * options)] for party in given["dms"]}
    listed = []
    for k in range(levers):
        sign = rng.choice([-1, 1])
        listed.append(
            {
                "id": f"l{k:02}",
                "owner": f"P{rng.randrange(powers):02}",
                "type": "threat" if sign < 0 else "promise",
                "when": pattern(3),
                "effects": {p: sign * rng.randint(1, 6) for p in rng.sample(given["dms"], rng.choice([1, 1, 2]))},
                "fixed": rng.randint(1, 9),
                "exec": rng.randint(0, 4),
                "audience": rng.randint(0, 2),
                "restore": rng.choice([0, 0.25, 0.5, 1]),
            }
        )
    return given | {
        "stakes": stakes,
        "levers": listed,
        "status_quo": "".join(rng.choice("01") for _ in range(options)),
        "wanted": {"when": ["".join(rng.choice("01") for _ in range(options))]},
        "concept": concept,
    }
