"""Priced mediation by brute force: every package, every definition written out; slow and plain, for comparison.

States are texts of ``0`` and ``1``, problems are objects of the exchange format.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any

CONCEPTS = ("nash", "gmr", "smr", "seq", "cnash", "cgmr", "csmr", "cseq")
MODES = ("ignore", "filter", "price", "joint")
Given = dict[str, Any]


def random_problem(seed: int) -> Given:
    """Draw a small problem: 2 to 4 decision makers, up to 4 options, 3 to 5 levers of 2 or 3 powers, all switches."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    n = rng.randint(2, 4)
    m = rng.randint(max(2, n - 1), 4)
    dms = [f"D{k}" for k in range(n)]
    options = [
        {"name": f"o{k}", "owner": dms[k % n], "direction": rng.choice(["both", "both", "both", "up", "down"])} for k in range(m)
    ]

    def pattern(p: float = 0.5) -> str:
        return "".join(rng.choice("01") if rng.random() < p else "-" for _ in range(m))

    quo, good = ("".join(rng.choice("01") for _ in range(m)) for _ in range(2))
    banned = pattern(0.8)
    is_apart = rng.random() < 0.4 and not matches(banned, quo) and not matches(banned, good)
    powers = ["P", "Q", "R"][: rng.randint(2, 3)]

    def terms(k: int) -> list[Given]:
        return [{"when": pattern(), "value": rng.randint(-4, 4)} for _ in range(k)]

    conditions = [[pattern(0.6) for _ in range(rng.randint(1, 2))] for _ in range(rng.randint(3, 5))]
    levers = [_random_lever(rng, k, powers, dms, when) for k, when in enumerate(conditions)]
    return {
        "options": options,
        "dms": dms,
        "infeasible": [banned] if is_apart else [],
        "stakes": {d: terms(4) for d in dms},
        "status_quo": quo,
        "wanted": {
            "when": ["".join(c if rng.random() < 0.8 else "-" for c in good)],
            "mode": rng.choice(["some", "some", "each"]),
            "deviations": rng.choice(["any", "leaving"]),
        },
        "concept": CONCEPTS[seed % len(CONCEPTS)],
        "margin": rng.choice([0, 0, 1]),
        "powers": {p: {"stakes": terms(2)} for p in powers},
        "levers": levers,
        "incompatible": [["l0", "l1"]] if rng.random() < 0.2 else [],
        "budgets": {"P": rng.randint(0, 6)} if rng.random() < 0.2 else {},
        "credibility": rng.choice(MODES),
        "reach": rng.choice(["none", "none", "um", "ui"]),
        "unique": rng.random() < 0.15,
        **({"horizon_days": 10} if rng.random() < 0.5 else {}),
    }


def _random_lever(rng: random.Random, k: int, powers: Sequence[str], dms: Sequence[str], when: list[str]) -> Given:
    kind = rng.choice(["threat", "promise"])
    sign = -1 if kind == "threat" else 1
    return {
        "id": f"l{k}",
        "owner": rng.choice(powers),
        "type": kind,
        "when": when,
        "effects": {d: sign * rng.randint(1, 5) for d in rng.sample(dms, rng.randint(1, 2))},
        "fixed": rng.randint(0, 3),
        "exec": rng.randint(0, 4),
        "audience": rng.randint(0, 2),
        "restore": rng.choice([0, 0.25, 0.5, 1]),
        **({"group": "g"} if rng.random() < 0.25 else {}),
        **({"belief": 0.5} if rng.random() < 0.1 else {}),
        **({"delay_days": rng.choice([5, 20])} if rng.random() < 0.15 else {}),
        **({"lasts_days": rng.choice([3, 8])} if rng.random() < 0.15 else {}),
    }


def matches(pattern: str, state: str) -> bool:
    """Say whether a pattern holds in a state."""
    return all(p in ("-", s) for p, s in zip(pattern, state, strict=True))


def holds(patterns: str | Iterable[str], state: str) -> bool:
    """Say whether any of the patterns holds in a state."""
    return any(matches(p, state) for p in ([patterns] if isinstance(patterns, str) else patterns))


class InForce:
    """A problem with one package in force."""

    def __init__(self, given: Given, package: Sequence[Given] = ()) -> None:
        self.d, self.package = given, package
        self.concept, self.margin, self.dms = given["concept"], given.get("margin", 0), given["dms"]
        every = ["".join(bits) for bits in product("01", repeat=len(given["options"]))]
        self.states = [s for s in every if not holds(given.get("infeasible", []), s)]
        self.wanted = [s for s in self.states if holds(given["wanted"]["when"], s)]
        self.quo = given["status_quo"]
        self._moves: dict[tuple[str, str], list[str]] = {}
        self._stakes: dict[tuple[str, str], Fraction] = {}

    def moves(self, i: str, s: str) -> list[str]:
        """Where i can go from s by changing one or more of its own options in a permitted direction."""
        if (i, s) not in self._moves:
            changes = {t: [k for k in range(len(s)) if s[k] != t[k]] for t in self.states if t != s}
            self._moves[i, s] = [t for t, changed in changes.items() if all(self.may(i, k, t[k]) for k in changed)]
        return self._moves[i, s]

    def may(self, i: str, k: int, to: str) -> bool:
        """Whether i may switch option k to this value."""
        option = self.d["options"][k]
        return option["owner"] == i and option.get("direction", "both") in ("both", "up" if to == "1" else "down")

    def u(self, i: str, s: str) -> Fraction:
        """The stake of i in s: its terms that hold there, and the believed effects of the levers that act there."""
        if (i, s) not in self._stakes:
            value = sum((Fraction(t["value"]) for t in self.d["stakes"].get(i, []) if holds(t["when"], s)), Fraction(0))
            for lever in self.package:
                if holds(lever["when"], s):
                    value += Fraction(lever.get("belief", 1)) * lever["effects"].get(i, 0)
            self._stakes[i, s] = value
        return self._stakes[i, s]

    def reach(self, movers: Iterable[str], s: str, *, improving: bool = False) -> set[str]:
        """Everything that sequences of moves of these DMs lead to from s, at least one move long."""
        listed = list(movers)
        found: set[str] = set()
        todo = [s]
        while todo:
            a = todo.pop()
            for j in listed:
                for b in self.moves(j, a):
                    if b not in found and (not improving or self.u(j, b) > self.u(j, a)):
                        found.add(b)
                        todo.append(b)
        return found

    def joint_improvements(self, who: Sequence[str], s: str) -> set[str]:
        """What a coalition reaches by sequences of its moves and all members strictly prefer to s."""
        return {t for t in self.reach(who, s) if all(self.u(i, t) > self.u(i, s) for i in who)}

    def replies(self, others: Sequence[str], s1: str) -> set[str]:
        """What the others can answer to a move to s1."""
        if self.concept == "seq":
            return self.reach(others, s1, improving=True)
        if self.concept != "cseq":
            return self.reach(others, s1)
        found: set[str] = set()
        todo = [s1]
        while todo:
            a = todo.pop()
            for who in coalitions(others):
                fresh = self.joint_improvements(who, a) - found
                found |= fresh
                todo += fresh
        return found

    def hurts(self, who: Sequence[str], w: str, s: str) -> bool:
        """Whether some member is worse off in s than in w, by the margin."""
        return any(self.u(i, s) <= self.u(i, w) - self.margin for i in who)

    def deterred(self, who: Sequence[str], w: str, s1: str) -> bool:
        """Whether the move of a DM (a coalition of one) or of a coalition from w to s1 is deterred."""
        if self.hurts(who, w, s1):
            return True
        if self.concept in ("nash", "cnash"):
            return False
        others = [j for j in self.dms if j not in who]
        for s2 in self.replies(others, s1):
            if self.hurts(who, w, s2) and not (self.concept in ("smr", "csmr") and self.escapes(who, w, s2)):
                return True
        return False

    def escapes(self, who: Sequence[str], w: str, s2: str) -> bool:
        """Whether a counter-move from s2 leaves all members better off than in w."""
        ends = self.moves(who[0], s2) if len(who) == 1 else self.reach(who, s2)
        return any(all(self.u(i, s3) > self.u(i, w) for i in who) for s3 in ends)

    def counts(self, t: str, *, all_moves: bool) -> bool:
        """Whether a move to t counts as a deviation."""
        return all_moves or self.d["wanted"].get("deviations", "any") == "any" or t not in self.wanted

    def stable(self, w: str, *, all_moves: bool = False) -> bool:
        """Whether every move from w that counts is deterred."""
        for who in coalitions(self.dms):
            if len(who) == 1:
                ends = self.moves(who[0], w)
            elif self.concept in ("cgmr", "csmr", "cseq"):
                ends = sorted(self.reach(who, w) - {w})
            elif self.concept == "cnash":
                if any(self.counts(t, all_moves=all_moves) for t in self.joint_improvements(who, w)):
                    return False
                continue
            else:
                continue
            if any(self.counts(t, all_moves=all_moves) and not self.deterred(who, w, t) for t in ends):
                return False
        return True

    def reached(self, states: Sequence[str], how: str) -> bool:
        """Whether one of the states is the status quo or reached from it."""
        found = self.reach(self.dms, self.quo, improving=how == "ui") | {self.quo}
        return how == "none" or any(s in found for s in states)

    def only(self) -> bool:
        """Whether no stable state outside the wanted ones is reached by improving moves."""
        found = self.reach(self.dms, self.quo, improving=True) | {self.quo}
        return not any(s not in self.wanted and self.stable(s, all_moves=True) for s in found)

    def works(self, goal: Sequence[str]) -> bool:
        """Whether the package is effective for wanted states that must hold together."""
        wanted = self.d["wanted"]
        how = self.d.get("reach") or wanted.get("reach", "none")
        is_unique = self.d.get("unique") or wanted.get("unique", False)
        return all(self.stable(w) for w in goal) and self.reached(goal, how) and (not is_unique or self.only())


def coalitions(members: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give all coalitions with at least one member."""
    return (who for size in range(1, len(members) + 1) for who in combinations(members, size))


class Brute:
    """All packages of a problem; costs and verdicts by definition."""

    def __init__(self, given: Given) -> None:
        self.d = given
        self.bare = InForce(given)
        wanted = self.bare.wanted
        self.goals = [tuple(wanted)] if given["wanted"].get("mode") == "each" else [(w,) for w in wanted]
        self.table = [row for package in self.packages() for row in [self.weigh(package)] if row]

    def packages(self) -> Iterator[tuple[Given, ...]]:
        """Give the packages in which no levers exclude each other and none comes too late."""
        late = self.d.get("horizon_days", float("inf"))
        levers = [lever for lever in self.d["levers"] if lever.get("delay_days", 0) <= late]
        for size in range(len(levers) + 1):
            for package in combinations(levers, size):
                keys = {lever["id"] for lever in package}
                groups = [lever["group"] for lever in package if lever.get("group")]
                apart = any({a, b} <= keys for a, b in self.d.get("incompatible", []))
                if len(groups) == len(set(groups)) and not apart and self._share_a_day(package):
                    yield package

    def _share_a_day(self, package: Sequence[Given]) -> bool:
        """Say whether all levers of a package act on some day of the first hundred that is not past the horizon."""
        days = range(min(self.d.get("horizon_days", 99), 99) + 1)
        periods = [(lever.get("delay_days", 0), lever.get("lasts_days", 100)) for lever in package]
        return any(all(delay <= day < delay + lasts for delay, lasts in periods) for day in days)

    def weigh(self, package: Sequence[Given]) -> tuple[frozenset[str], frozenset[str], Fraction] | None:
        """Give keys, owners and least cost of a package that works for some goal."""
        force = InForce(self.d, package)
        costs = [self.cost(package, goal) for goal in self.goals if self.admitted(package, goal) and force.works(goal)]
        if not costs:
            return None
        return frozenset(x["id"] for x in package), frozenset(x["owner"] for x in package), min(costs)

    def cost(self, package: Sequence[Given], goal: Sequence[str]) -> Fraction:
        """The largest cost over the wanted states that must hold together."""
        return max(sum((self.one(lever, w, goal) for lever in package), Fraction(0)) for w in goal)

    def one(self, lever: Given, w: str, goal: Sequence[str]) -> Fraction:
        """What a lever costs in w."""
        price = self.d.get("commitment_price", 1) if self.d["credibility"] == "price" else 0
        carried = lever["exec"] if holds(lever["when"], w) else 0
        return Fraction(lever["fixed"]) + carried + price * max(self.gap(lever, v) for v in goal)

    def admitted(self, package: Sequence[Given], goal: Sequence[str]) -> bool:
        """Whether budgets and the credibility mode admit a package."""
        for power, most in self.d.get("budgets", {}).items():
            mine = [lever for lever in package if lever["owner"] == power]
            if any(sum(self.one(lever, w, goal) for lever in mine) > most for w in goal):
                return False
        if self.d["credibility"] == "filter":
            return not any(self.gap(lever, w) for lever in package for w in goal)
        return self.d["credibility"] != "joint" or all(self.together(package, power, w) for power in self.d["powers"] for w in goal)

    def stake(self, power: str, s: str) -> Fraction:
        """The power's own stake in s."""
        return sum((Fraction(t["value"]) for t in self.d["powers"][power].get("stakes", []) if holds(t["when"], s)), Fraction(0))

    def due(self, lever: Given, w: str) -> list[tuple[str, str]]:
        """Where a lever falls due when w is wanted: the place, and the alternative."""
        quo = self.d["status_quo"]
        if lever["type"] == "promise":
            return [(w, quo)] if holds(lever["when"], w) else []
        ends = {t for i in self.d["dms"] for t in self.bare.moves(i, w)}
        must_move = self.d.get("reach") == "ui" or self.d.get("unique")
        if must_move and quo not in self.bare.wanted:
            ends.add(quo)
        return [(t, t) for t in ends if holds(lever["when"], t)]

    def gap(self, lever: Given, w: str) -> Fraction:
        """By how much carrying out is worse for the owner than backing down, at worst."""
        costs = Fraction(lever["exec"]) - Fraction(lever["audience"])
        saved = [Fraction(lever["restore"]) * self.saves(lever["owner"], w, other) for _, other in self.due(lever, w)]
        return max([Fraction(0), *(costs - benefit for benefit in saved)])

    def saves(self, power: str, w: str, alternative: str) -> Fraction:
        """What the wanted state is worth to a power against the alternative."""
        return max(Fraction(0), self.stake(power, w) - self.stake(power, alternative))

    def together(self, package: Sequence[Given], power: str, w: str) -> bool:
        """Whether a power would carry out all that falls due at once, wherever that is."""
        mine = [lever for lever in self.d["levers"] if lever["owner"] == power]
        for place, alternative in {(lever["type"], at): alt for lever in mine for at, alt in self.due(lever, w)}.items():
            here = [lever for lever in mine if lever["type"] == place[0] and (place[1], alternative) in self.due(lever, w)]
            restored = max(Fraction(lever["restore"]) for lever in here)
            most = restored * self.saves(power, w, alternative)
            if sum(lever["exec"] - lever["audience"] for lever in here if lever in package) > most:
                return False
        return True

    def least(self, members: Iterable[str]) -> Fraction | None:
        """The least cost of a package that uses levers of these powers only."""
        allowed = frozenset(members)
        return min((cost for _, owners, cost in self.table if owners <= allowed), default=None)

    def optimal(self) -> set[frozenset[str]]:
        """All cheapest packages."""
        best = self.least(self.d["powers"])
        return {keys for keys, _, cost in self.table if cost == best}

    def coalition_costs(self) -> dict[frozenset[str], Fraction | None]:
        """The cost of every coalition."""
        return {frozenset(who): self.least(who) for who in [(), *coalitions(list(self.d["powers"]))]}

    def minimal_coalitions(self) -> set[frozenset[str]]:
        """Coalitions that can do it and none of whose parts can."""
        able = [who for who, cost in self.coalition_costs().items() if cost is not None]
        return {who for who in able if not any(part < who for part in able)}

    def shapley_shubik(self) -> dict[str, Fraction]:
        """Share of the orders of all powers in which a power is the one that makes it possible."""
        powers = list(self.d["powers"])
        orders = list(permutations(powers))
        tips = dict.fromkeys(powers, 0)
        for order in orders:
            for k, power in enumerate(order):
                if self.least(order[:k]) is None and self.least(order[: k + 1]) is not None:
                    tips[power] += 1
        return {power: Fraction(tips[power], len(orders)) for power in powers}

    def banzhaf(self) -> dict[str, Fraction]:
        """Share of the coalitions of the others that a power completes."""
        powers = list(self.d["powers"])
        found = {}
        for power in powers:
            rest = [p for p in powers if p != power]
            sets = [(), *coalitions(rest)]
            swings = sum(self.least(who) is None and self.least((*who, power)) is not None for who in sets)
            found[power] = Fraction(swings, len(sets))
        return found


def disagreement(given: Given, methods: Sequence[str] = ("auto",)) -> str | None:
    """Compare the solver with brute force on cost, packages, coalitions and indices; None where all agree."""
    import json  # noqa: PLC0415

    from ceasefire.mediation import find_packages, read_problem  # noqa: PLC0415

    brute = Brute(given)
    best, packages = brute.least(given["powers"]), brute.optimal()
    smallest = {x for x in packages if not any(y < x for y in packages)}
    for method in methods:
        problem = read_problem(json.dumps(given))
        found, listed = find_packages(problem, method=method), find_packages(problem, method=method, every=True)  # type: ignore[arg-type]
        pairs = {
            "cost": (found.min_cost, best),
            "minimal packages": (set(found.optimal), smallest),
            "all packages": (set(listed.optimal), packages),
            "count of packages": (found.optimal_count, len(packages)),
            "coalition costs": (found.coalition_cost, brute.coalition_costs()),
            "minimal coalitions": (set(found.minimal_coalitions), brute.minimal_coalitions()),
            "Shapley-Shubik": (found.shapley_shubik, brute.shapley_shubik()),
            "Banzhaf": (found.banzhaf, brute.banzhaf()),
        }
        wrong = [f"{name}: {got} instead of {wanted}" for name, (got, wanted) in pairs.items() if got != wanted]
        if wrong:
            return f"{method}: " + "; ".join(wrong)
    return None
