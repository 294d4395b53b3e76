"""An explanation in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from ceasefire.mediation.explanation import Explanation, Unpunished
from ceasefire.mediation.problem import Problem
from ceasefire.mediation.proof import Condition, Pressure, Proof
from ceasefire.mediation.verdict import Deterred, Undeterred, Withdrawal

Name = Callable[[str], str]
_REPLIES = {
    "nash": "replies are not looked at",
    "cnash": "replies are not looked at; sets of parties may move together",
    "gmr": "the others may reply by any sequence of moves",
    "smr": "the others may reply by any sequence of moves, and the mover may counter once",
    "seq": "the others may reply by any sequence of moves that are each better for their mover",
    "cgmr": "sets of parties may move together; the others may reply by any sequence of moves",
    "csmr": "sets of parties may move together; the others may reply by any sequence of moves, and the movers may counter",
    "cseq": "sets of parties may move together and reply together by moves that are better for all who make them",
}


def sentences(explanation: Explanation, name: Name = str) -> dict[str, tuple[str, ...]]:
    """Put an explanation into words.

    Parameters
    ----------
    explanation : Explanation
    name : callable
        Turns the key of a party, power, option or lever into what a reader calls it.

    Returns
    -------
    dict from heading to sentences
        In reading order; headings without anything to say are left out.
    """
    words = _Words(explanation.problem, name)
    parts: dict[str, Iterator[str]] = {
        "Convention": words.convention(explanation),
        "What breaks the wanted state without levers": map(words.unpunished, explanation.breaks),
        "What still breaks it": map(words.unpunished, explanation.still_open),
        "What is held back, and by what": map(words.deterred, explanation.deterred),
        "Why each lever is in the package": (
            words.why(key, moves, key in explanation.needed) for key, moves in explanation.why.items()
        ),
        "Over time": words.over_time(explanation),
        "Why not cheaper": words.cheaper(explanation),
        "Who cannot do it": (f"{words.who(m)} cannot: {words.proof(p)}" for m, p in explanation.cannot.items()),
        "After withdrawal": map(words.withdrawal, explanation.withdrawal),
        "One lever more": words.additions(explanation),
        "Would it be carried out": (words.gap(key, gap) for key, gap in explanation.gaps.items()),
    }
    found = {heading: tuple(said) for heading, said in parts.items()}
    return {heading: said for heading, said in found.items() if said}


class _Words:
    def __init__(self, problem: Problem, name: Name) -> None:
        self.problem, self.name = problem, name

    def who(self, keys: Sequence[str] | frozenset[str]) -> str:
        names = [self.name(key) for key in (sorted(keys) if isinstance(keys, frozenset) else keys)]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names) or "nobody"

    def changes(self, start: int, to: int) -> str:
        """Say what a move changes."""
        before, after = set(self.problem.model.taken(start)), set(self.problem.model.taken(to))
        taken = [f"takes {self.name(o.name)}" for o in self.problem.model.options if o.name in after - before]
        dropped = [f"drops {self.name(o.name)}" for o in self.problem.model.options if o.name in before - after]
        return " and ".join([*taken, *dropped])

    def state(self, index: int) -> str:
        return ", ".join(self.name(option) for option in self.problem.model.taken(index)) or "nothing taken"

    def ranks(self, who: Sequence[str]) -> bool:
        """Say whether only the order of states is known of some of these parties."""
        return bool(self.problem.ranking & set(who))

    def amount(self, who: Sequence[str], value: Fraction) -> str:
        """Say what a move brings, in numbers where they mean something."""
        if self.ranks(who):
            return "a gain" if value > 0 else "a loss" if value < 0 else "no change"
        return _signed(value)

    def moves(self, moves: Sequence[Undeterred]) -> str:
        """List moves with what they bring."""
        return "; ".join(f"{self.who(m.who)} {self.changes(m.start, m.to)} ({self.amount(m.who, m.gain)})" for m in moves)

    def convention(self, explanation: Explanation) -> Iterator[str]:
        problem = self.problem
        yield (
            f"Stability is {problem.concept.upper()}: {_REPLIES[problem.concept]}. An equal outcome is no gain, and punishes; "
            "states passed must be feasible. Stakes and effects are inputs, and everything here follows from them."
        )
        if problem.ranking:
            yield f"Of {self.who(problem.ranking)} only the order of outcomes is known, so that their gains have no size."
        if not explanation.verdict.works:
            yield f"The package does not work: {'; '.join(explanation.verdict.reasons) or 'moves stay open'}."

    def unpunished(self, one: Unpunished) -> str:
        move = one.move
        said = f"{self.who(move.who)} {self.changes(move.start, move.to)}: {self.amount(move.who, move.gain)}"
        others = [party for party in self.problem.model.parties if party not in move.who]
        if one.replies == 1 or not others:
            return f"{said}; no reply is open to the others." if self._replies() else f"{said}."
        return (
            f"{said}; no reply by {self.who(others)} leaves it worse off: at the worst of {one.replies} outcomes "
            f"({self.state(one.worst)}) it still has {self.amount(move.who, one.still_gains)}."
        )

    def deterred(self, one: Deterred) -> str:
        said = f"{self.who(one.who)} {self.changes(one.start, one.to)}: {self.amount(one.who, one.gain)}"
        by = "" if self.ranks(one.who) else f"{_plain(one.loss)} "
        if one.sanction:
            names = self.problem.model.parties
            steps = "; then ".join(f"{self.name(names[s.party])} {self.changes(s.start, s.to)}" for s in one.sanction)
            said += f"; but then {steps}, and it ends {by}worse off than where it started"
        elif one.loss > 0:
            said += f", that is {by}worse off" if by else ""
        else:
            said += ", no gain"
        return f"{said}, because of {self.who(one.levers)}." if one.levers else f"{said}."

    def why(self, key: str, moves: Sequence[Undeterred], is_needed: bool) -> str:
        if not moves:
            return f"{self.name(key)}: " + (f"without it {self.lost()}." if is_needed else "the rest works without it.")
        return f"{self.name(key)}: without it {self.moves(moves)}."

    def over_time(self, explanation: Explanation) -> Iterator[str]:
        """Say what acts when, where not all of it acts all the time."""
        for one in explanation.periods if len(explanation.periods) > 1 else ():
            until = "on" if one.end is None else f"to day {_plain(one.end)}"
            idle = explanation.package - one.acting
            said = "all of the package acts"
            if idle:
                verb = "does" if len(idle) == 1 else "do"
                said = f"{self.who(idle)} {verb} not act" if one.acting else "nothing of the package acts"
            opened = self.moves(one.undeterred)
            holds = f"then open: {opened}" if opened else "every move that counts is held back"
            yield f"From day {_plain(one.start)} {until}: {said}; {holds}."

    def way(self) -> str:
        """Say what is asked besides stability."""
        reach = {"ui": "moves that pay lead to the wanted state", "um": "moves lead to the wanted state"}
        only = "no other outcome lasts" if self.problem.wanted.unique else None
        return " and ".join(part for part in (reach.get(self.problem.wanted.reach), only) if part)

    def lost(self) -> str:
        """Say that it fails."""
        ways = {"ui": "moves that pay no longer lead there", "um": "no moves lead there"}
        only = "another outcome lasts" if self.problem.wanted.unique else None
        return " or ".join(part for part in (ways.get(self.problem.wanted.reach), only) if part)

    def cheaper(self, explanation: Explanation) -> Iterator[str]:
        """Say why nothing cheaper works: the claim, and where it rests on several conditions a sentence for each."""
        proof = explanation.cheaper
        if proof is None:
            return
        if proof.below == 0:
            yield "It costs nothing, and no package costs less than that."
            return
        cost = "" if proof.below is None else f" for less than {_plain(proof.below)}"
        if len(proof.conditions) < 2:
            yield f"No package makes this state stable{cost}, because {self.proof(proof)}"
            return
        yield f"No package makes this state stable{cost}: every working package meets all that follows, and no cheaper one does."
        for condition in proof.conditions:
            said = self.condition(condition, proof.powers)
            yield f"{said[0].upper()}{said[1:]}."

    def proof(self, proof: Proof) -> str:
        if not proof.conditions:
            return "no package is allowed at all."
        said = [self.condition(condition, proof.powers) for condition in proof.conditions]
        if len(said) == 1:
            return f"{said[0]}."
        return f"every working package meets all of these, and none in question does: {'; '.join(said)}."

    def condition(self, condition: Condition, powers: frozenset[str]) -> str:
        if condition.who:
            goal = f"to hold back that {self.who(condition.who)} {self.changes(condition.start, condition.to)}"
        else:
            goal = f"so that {self.way()}"
        if not condition.ways:
            whose = "these levers do" if powers >= set(self.problem.powers) else f"{self.who(powers)} can do"
            return f"nothing {whose} suffices {goal}"
        ways = " or ".join(" with ".join(self.pressure(part) for part in way) for way in condition.ways[:4])
        more = f" or one of {len(condition.ways) - 4} other ways" if len(condition.ways) > 4 else ""
        return f"{goal} it takes {ways}{more}"

    def pressure(self, one: Pressure) -> str:
        helps = [(key, weight) for key, weight in one.weights if weight > 0]
        hurts = [key for key, weight in one.weights if weight < 0]
        said = ""
        if self.problem.ranking:
            return self.set_of(one, frozenset(hurts))
        if one.need <= 0:
            said = f"no more than {_plain(-one.need)} of pressure by {self.who(frozenset(hurts))}" if hurts else "nothing"
        elif all(weight >= one.need for _, weight in helps):
            said = " or ".join(self.name(key) for key, _ in helps)
        else:
            parts = ", ".join(f"{self.name(key)} ({_plain(weight)})" for key, weight in helps)
            said = f"{_plain(one.need)} together from {parts}"
        if hurts and one.need > 0:
            said += f" less what {self.who(frozenset(hurts))} takes away"
        return said

    def set_of(self, one: Pressure, hurts: frozenset[str]) -> str:
        """Say which levers suffice, where only ranks are known."""
        sets = _smallest_sets(one.weights, one.need)
        said = " or ".join(" together with ".join(map(self.name, levers)) for levers in sets)
        if not hurts:
            return said or "nothing"
        return f"{said} without too much pressure by {self.who(hurts)}" if said else f"less pressure by {self.who(hurts)}"

    def withdrawal(self, one: Withdrawal) -> str:
        what = {"all": "When all levers end", "promises": "When the promises end"}.get(
            one.what, f"When {self.name(one.power or '')} drops out"
        )
        if one.what == "promises" and not one.ended:
            return "The package holds no promise that could end."
        if one.holds:
            return f"{what}, the state stays stable."
        return f"{what}: {self.moves(one.undeterred)}."

    def additions(self, explanation: Explanation) -> Iterator[str]:
        harmful = [one for one in explanation.additions if one.is_harmful]
        for one in harmful:
            yield f"Adding {self.name(one.lever)} undoes it: {self.moves(one.undeterred) or self.lost()}."
        if explanation.additions and not harmful and explanation.verdict.works:
            count = len(explanation.additions)
            yield (
                "One other lever fits; adding it does no harm."
                if count == 1
                else f"Adding any one of {count} other levers does no harm."
            )

    def gap(self, key: str, gap: Fraction) -> str:
        if gap:
            return f"{self.name(key)}: its owner would lose {_plain(gap)} by carrying it out rather than backing down."
        return f"{self.name(key)}: carrying it out is no worse for its owner than backing down, or it never falls due."

    def _replies(self) -> bool:
        return self.problem.concept not in {"nash", "cnash"}


def _smallest_sets(weights: Sequence[tuple[str, Fraction]], need: Fraction, most: int = 4) -> list[tuple[str, ...]]:
    """Give the first few sets of levers whose weights reach `need`, none of which can spare a lever; heavy levers first.

    Examples
    --------
    >>> _smallest_sets([("a", Fraction(1)), ("b", Fraction(2)), ("c", Fraction(8))], Fraction(3))
    [('c',), ('b', 'a')]
    """
    helping = sorted(((key, weight) for key, weight in weights if weight > 0), key=lambda pair: (-pair[1], pair[0]))
    found: list[tuple[str, ...]] = []

    def extend(keys: tuple[str, ...], missing: Fraction, start: int) -> None:
        if missing <= 0:
            found.append(keys)
            return
        left = sum((weight for _, weight in helping[start:]), Fraction(0))
        for k in range(start, len(helping)):
            if left < missing or len(found) == most:
                return
            extend((*keys, helping[k][0]), missing - helping[k][1], k + 1)
            left -= helping[k][1]

    if need > 0:
        extend((), need, 0)
    return found


def _plain(value: Fraction) -> str:
    return f"{float(value):.10g}"


def _signed(value: Fraction) -> str:
    return f"{float(value):+.10g}".replace("-", "−")
