"""An explanation as plain values, for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ceasefire.mediation.explanation import Explanation, Unpunished
from ceasefire.mediation.problem import Problem
from ceasefire.mediation.proof import Pressure, Proof
from ceasefire.mediation.sentences import Name, sentences
from ceasefire.mediation.timing import Period
from ceasefire.mediation.verdict import Deterred, Undeterred, Withdrawal


def explanation_json(explanation: Explanation, name: Name = str) -> dict[str, Any]:
    """Give an explanation as plain values, with its sentences; states as 0 and 1 per option, amounts as numbers.

    Gains of parties that only rank are null; weights in proofs then tell levers apart by rank alone.
    """
    plain, verdict = _Plain(explanation.problem), explanation.verdict
    return {
        "package": sorted(explanation.package),
        "works": verdict.works,
        "wanted_state": plain.state(verdict.wanted_state),
        "cost": None if verdict.cost is None else float(verdict.cost),
        "exposure": float(verdict.exposure),
        "reasons": list(verdict.reasons),
        "without_levers": [plain.unpunished(one) for one in explanation.breaks],
        "still_open": [plain.unpunished(one) for one in explanation.still_open],
        "deterred": [plain.deterred(one) for one in explanation.deterred],
        "needed": sorted(explanation.needed),
        "why": {key: plain.moves(moves) for key, moves in explanation.why.items()},
        "why_not_cheaper": None if explanation.cheaper is None else plain.proof(explanation.cheaper),
        "cannot": {"+".join(sorted(members)): plain.proof(one) for members, one in explanation.cannot.items()},
        "after_withdrawal": [plain.withdrawal(one) for one in explanation.withdrawal],
        "additions": [
            {"lever": a.lever, "works": a.works, "is_harmful": a.is_harmful, "undeterred": plain.moves(a.undeterred)}
            for a in explanation.additions
        ],
        "periods": [plain.period(one) for one in explanation.periods],
        "credibility_gap": {key: float(gap) for key, gap in explanation.gaps.items()},
        "sentences": {heading: list(said) for heading, said in sentences(explanation, name).items()},
    }


class _Plain:
    def __init__(self, problem: Problem) -> None:
        self.model, self.ranking = problem.model, problem.ranking

    def state(self, index: int) -> str:
        return self.model.vector(index).replace("Y", "1").replace("N", "0")

    def size(self, who: Sequence[str], value: Fraction) -> float | None:
        return None if self.ranking & set(who) else float(value)

    def move(self, one: Undeterred | Deterred) -> dict[str, Any]:
        gain = self.size(one.who, one.gain)
        return {"who": list(one.who), "from": self.state(one.start), "to": self.state(one.to), "gain": gain}

    def moves(self, moves: Sequence[Undeterred]) -> list[dict[str, Any]]:
        return [self.move(one) for one in moves]

    def unpunished(self, one: Unpunished) -> dict[str, Any]:
        left = self.size(one.move.who, one.still_gains)
        return self.move(one.move) | {"replies": one.replies, "worst": self.state(one.worst), "still_gains": left}

    def deterred(self, one: Deterred) -> dict[str, Any]:
        steps = [{"who": self.model.parties[s.party], "from": self.state(s.start), "to": self.state(s.to)} for s in one.sanction]
        loss = self.size(one.who, one.loss)
        return self.move(one) | {"levers": sorted(one.levers), "sanction": steps, "loss": loss}

    def proof(self, one: Proof) -> list[dict[str, Any]]:
        return [
            {
                "who": list(c.who),
                "from": self.state(c.start),
                "to": self.state(c.to),
                "ways": [[self.pressure(p) for p in way] for way in c.ways],
            }
            for c in one.conditions
        ]

    def pressure(self, one: Pressure) -> dict[str, Any]:
        return {"weights": {key: float(weight) for key, weight in one.weights}, "need": float(one.need)}

    def withdrawal(self, one: Withdrawal) -> dict[str, Any]:
        opened = self.moves(one.undeterred)
        return {"what": one.what, "power": one.power, "ended": sorted(one.ended), "holds": one.holds, "undeterred": opened}

    def period(self, one: Period) -> dict[str, Any]:
        days = {"start_day": float(one.start), "end_day": None if one.end is None else float(one.end)}
        return days | {"acting": sorted(one.acting), "undeterred": self.moves(one.undeterred)}
