"""Small mediation problems with unknowns."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from ceasefire.conditions import Pattern
from ceasefire.graphmodel import GraphModel, Option
from ceasefire.mediation import Lever, Problem, Spread, StakeTerm, UncertainProblem, Unknown, Wanted


def a_doubtful_attack(spread: Spread | None = None) -> UncertainProblem:
    """Make a problem with one party that gains by attacking, by default between 1 and 5, and a threat of 4 for a cost of 1."""
    attack, calm = (Pattern(1, 1),), (Pattern(1, 0),)
    model = GraphModel.from_options(["A"], [Option("attack", (0,))]).with_preference([[0, 3]], cardinal=True)
    threat = Lever("ban", "P", "threat", attack, {"A": Fraction(-4)}, fixed=Fraction(1))
    problem = Problem(
        model=model,
        status_quo=1,
        wanted=Wanted(calm),
        concept="nash",
        margin=Fraction(0),
        powers=("P",),
        power_stakes={},
        levers=(threat,),
    )
    between = spread or Spread("uniform", (Fraction(1), Fraction(5)))
    return UncertainProblem(problem, (Unknown("gain from attacking", Fraction(3), between, (StakeTerm("A", attack),)),))


def a_border_with_two_powers() -> dict[str, Any]:
    """Make a problem of the exchange format: A and B each gain by their option; P can ban A's, Q aids B where both hold still."""
    return {
        "options": [{"name": "x", "owner": "A"}, {"name": "y", "owner": "B"}],
        "dms": ["A", "B"],
        "infeasible": [],
        "stakes": {"A": [{"when": "1-", "value": 3}], "B": [{"when": "-1", "value": 2}]},
        "status_quo": "11",
        "wanted": {"when": ["00"]},
        "concept": "nash",
        "powers": {"P": {}, "Q": {}},
        "levers": [
            {"id": "ban", "owner": "P", "type": "threat", "when": "1-", "effects": {"A": -3}, "fixed": 1},
            {"id": "aid", "owner": "Q", "type": "promise", "when": "00", "effects": {"B": 2}, "exec": 1},
        ],
    }


def state_text(problem: Problem, index: int) -> str:
    """Write a state of a problem as 0 and 1 per option, as the exchange format does."""
    return problem.model.vector(index).replace("Y", "1").replace("N", "0")


def a_random_uncertain_problem(rng: Random, *, concept: str | None = None, continuous: bool = False) -> dict[str, Any]:
    """Make a random problem of the exchange format with two to four decision makers and two to four unknowns."""
    n = rng.randint(2, 4)
    size = rng.randint(max(2, n - 1), 4)
    parties = [f"D{k}" for k in range(n)]
    powers = ["P", "Q", "R"][: rng.randint(2, 3)]

    def pattern(care: float = 0.5) -> str:
        return "".join(rng.choice("01") if rng.random() < care else "-" for _ in range(size))

    def terms(count: int) -> list[dict[str, Any]]:
        return [{"when": pattern(), "value": rng.randint(-4, 4)} for _ in range(count)]

    stakes = {party: terms(4) for party in parties}
    levers = [_random_lever(rng, f"l{k}", powers, parties, pattern) for k in range(rng.randint(2, 4))]
    unknowns: list[dict[str, Any]] = []
    for party in rng.sample(parties, 2):
        term = rng.randrange(4)
        unknowns.append(
            {"name": f"{party} {term}", "dm": party, "term": term, **_random_spread(rng, stakes[party][term], continuous)}
        )
    lever = rng.choice(levers)
    party = rng.choice(sorted(lever["effects"]))
    centre = {"value": lever["effects"][party]}
    unknowns.append({"name": "effect", "lever": lever["id"], "effect": party, **_random_spread(rng, centre, continuous)})
    if rng.random() < 0.5:
        believed = {"range": [0.25, 1]} if continuous else {"values": [[0.5, 0.5], [1, 0.5]]}
        unknowns.append({"name": "belief", "lever": rng.choice(levers)["id"], "what": "belief", **believed})
    return {
        "options": [
            {"name": f"o{k}", "owner": parties[k % n], "direction": rng.choice(["both", "both", "both", "up", "down"])}
            for k in range(size)
        ],
        "dms": parties,
        "infeasible": [],
        "stakes": stakes,
        "status_quo": "".join(rng.choice("01") for _ in range(size)),
        "wanted": {
            "when": [pattern(0.7)],
            "mode": rng.choice(["some", "some", "each"]),
            "deviations": rng.choice(["any", "leaving"]),
        },
        "concept": concept or rng.choice(["nash", "gmr", "smr", "seq", "cnash"] * 6 + ["cgmr", "csmr", "cseq"]),
        "margin": rng.choice([0, 0, 1]),
        "powers": {power: {"stakes": terms(2)} for power in powers},
        "levers": levers,
        "incompatible": [[levers[0]["id"], levers[1]["id"]]] if rng.random() < 0.2 else [],
        "credibility": rng.choice(["ignore", "filter", "price", "joint"]),
        "reach": rng.choice(["none", "none", "um", "ui"]),
        "unique": rng.random() < 0.15,
        "uncertain": unknowns,
        "levels": [0.25, 0.5, 0.75, 1],
        "peace_value": rng.randint(4, 15),
    }


def _random_lever(rng: Random, key: str, powers: list[str], parties: list[str], pattern: Callable[[float], str]) -> dict[str, Any]:
    kind = rng.choice(["threat", "promise"])
    sign = -1 if kind == "threat" else 1
    return {
        "id": key,
        "owner": rng.choice(powers),
        "type": kind,
        "when": [pattern(0.6) for _ in range(rng.randint(1, 2))],
        "effects": {party: sign * rng.randint(1, 5) for party in rng.sample(parties, rng.randint(1, 2))},
        "fixed": rng.randint(0, 3),
        "exec": rng.randint(0, 4),
        "audience": rng.randint(0, 2),
        "restore": rng.choice([0, 0.25, 0.5, 1]),
    }


def _random_spread(rng: Random, term: dict[str, Any], continuous: bool) -> dict[str, Any]:
    centre = term["value"]
    if continuous:
        return {"range": [centre - rng.randint(0, 3), centre + rng.randint(1, 3)]}
    chance = rng.choice([0.25, 0.5, 0.75])
    values = [[centre, chance], [centre + rng.choice([-3, -2, -1, 1, 2, 3]), 1 - chance]]
    return {"values": values}
