"""Every answer against brute force over all packages, with the definitions written out in plain Python."""

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest

from ceasefire.errors import CaseError, CeasefireError
from ceasefire.mediation import (
    after_withdrawal,
    check_package,
    credibility_gaps,
    find_packages,
    open_moves,
    packages_json,
    read_problem,
    why_each_lever,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"
CONCEPTS = ["nash", "gmr", "smr", "seq", "cnash"]


def random_problem(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 4)
    m = rng.randint(max(2, n - 1), 4)
    dms = [f"D{k}" for k in range(n)]
    options = [
        {"name": f"o{k}", "owner": dms[k % n], "direction": rng.choice(["both", "both", "both", "up", "down"])} for k in range(m)
    ]

    def pattern(p=0.5):
        return "".join(rng.choice("01") if rng.random() < p else "-" for _ in range(m))

    quo = "".join(rng.choice("01") for _ in range(m))
    good = "".join(rng.choice("01") for _ in range(m))
    infeasible = [p for p in [pattern(0.8)] if rng.random() < 0.4 and not matches(p, quo) and not matches(p, good)]
    when = "".join(c if rng.random() < 0.8 else "-" for c in good)
    powers = ["P", "Q", "R"][: rng.randint(2, 3)]

    def terms(k):
        return [{"when": pattern(), "value": rng.randint(-4, 4)} for _ in range(k)]

    levers = []
    for k in range(rng.randint(3, 5)):
        kind = rng.choice(["threat", "promise"])
        sign = -1 if kind == "threat" else 1
        levers.append(
            {
                "id": f"l{k}",
                "owner": rng.choice(powers),
                "type": kind,
                "when": [pattern(0.6) for _ in range(rng.randint(1, 2))],
                "effects": {d: sign * rng.randint(1, 5) for d in rng.sample(dms, rng.randint(1, 2))},
                "fixed": rng.randint(0, 3),
                "exec": rng.randint(0, 4),
                "audience": rng.randint(0, 2),
                "restore": rng.choice([0, 0.25, 0.5, 1]),
                **({"group": "g"} if rng.random() < 0.25 else {}),
            }
        )
    return {
        "options": options,
        "dms": dms,
        "infeasible": infeasible,
        "stakes": {d: terms(4) for d in dms},
        "status_quo": quo,
        "wanted": {"when": [when], "mode": rng.choice(["some", "some", "each"]), "deviations": rng.choice(["any", "leaving"])},
        "concept": CONCEPTS[seed % 5],
        "margin": rng.choice([0, 0, 1]),
        "powers": {p: {"stakes": terms(2)} for p in powers},
        "levers": levers,
        "incompatible": [["l0", "l1"]] if rng.random() < 0.2 else [],
        "budgets": {"P": rng.randint(0, 6)} if rng.random() < 0.2 else {},
        "credibility": rng.choice(["ignore", "filter", "price"]),
        "reach": rng.choice(["none", "none", "um", "ui"]),
        "unique": rng.random() < 0.15,
    }


def matches(pattern, state):
    return all(p in ("-", s) for p, s in zip(pattern, state, strict=True))


class Brute:
    """The definitions of the format's README, one sentence each."""

    def __init__(self, d):
        self.d = d
        n = len(d["options"])
        self.states = [
            "".join(bits)
            for bits in itertools.product("01", repeat=n)
            if not any(matches(p, "".join(bits)) for p in d["infeasible"])
        ]
        self.wanted = [s for s in self.states if any(matches(p, s) for p in d["wanted"]["when"])]
        self.margin = d.get("margin", 0)

    def moves(self, i, s):
        found = []
        for t in self.states:
            changed = [k for k in range(len(s)) if s[k] != t[k]]
            if changed and all(
                self.d["options"][k]["owner"] == i
                and self.d["options"][k].get("direction", "both") in ("both", "up" if t[k] == "1" else "down")
                for k in changed
            ):
                found.append(t)
        return found

    def on(self, lever, s):
        return any(matches(p, s) for p in lever["when"])

    def u(self, i, s, package):
        base = sum(t["value"] for t in self.d["stakes"].get(i, []) if self.term(t, s))
        return base + sum(l["effects"].get(i, 0) for l in package if self.on(l, s))

    def term(self, t, s):
        return any(matches(p, s) for p in (t["when"] if isinstance(t["when"], list) else [t["when"]]))

    def reach(self, movers, s, package, improving):
        found, todo = set(), [s]
        while todo:
            a = todo.pop()
            for j in movers:
                for b in self.moves(j, a):
                    if b not in found and (not improving or self.u(j, b, package) > self.u(j, a, package)):
                        found.add(b)
                        todo.append(b)
        return found

    def deterred(self, i, w, s1, package):
        at = self.u(i, w, package)
        ok = lambda s: self.u(i, s, package) <= at - self.margin
        if ok(s1):
            return True
        concept = self.d["concept"]
        if concept in ("nash", "cnash"):
            return False
        others = [j for j in self.d["dms"] if j != i]
        for s2 in self.reach(others, s1, package, concept == "seq"):
            if ok(s2) and (concept != "smr" or all(self.u(i, s3, package) <= at for s3 in self.moves(i, s2))):
                return True
        return False

    def counts(self, t, all_moves):
        return all_moves or self.d["wanted"]["deviations"] == "any" or t not in self.wanted

    def stable(self, w, package, all_moves=False):
        for i in self.d["dms"]:
            for s1 in self.moves(i, w):
                if self.counts(s1, all_moves) and not self.deterred(i, w, s1, package):
                    return False
        if self.d["concept"] == "cnash":
            for size in range(2, len(self.d["dms"]) + 1):
                for c in itertools.combinations(self.d["dms"], size):
                    for t in self.reach(c, w, package, False):
                        if self.counts(t, all_moves) and all(self.u(i, t, package) > self.u(i, w, package) for i in c):
                            return False
        return True

    def switches(self, targets, package):
        quo, reach = self.d["status_quo"], self.d["reach"]
        if reach != "none":
            found = self.reach(self.d["dms"], quo, package, reach == "ui") | {quo}
            if not any(w in found for w in targets):
                return False
        if self.d["unique"]:
            for s in self.reach(self.d["dms"], quo, package, True) | {quo}:
                if s not in self.wanted and self.stable(s, package, all_moves=True):
                    return False
        return True

    def gap(self, lever, w):
        quo = self.d["status_quo"]
        if lever["type"] == "promise":
            due = [quo] if self.on(lever, w) else []
        else:
            due = [t for i in self.d["dms"] for t in self.moves(i, w) if self.on(lever, t)]
            if quo not in self.wanted and self.on(lever, quo) and (self.d["reach"] == "ui" or self.d["unique"]):
                due.append(quo)
        stake = lambda s: sum(t["value"] for t in self.d["powers"][lever["owner"]].get("stakes", []) if self.term(t, s))
        return max(
            [Fraction(0)]
            + [lever["exec"] - Fraction(lever["restore"]) * max(0, stake(w) - stake(a)) - lever["audience"] for a in due]
        )

    def solve(self, allowed):
        d, best, found = self.d, None, set()
        levers = [l for l in d["levers"] if l["owner"] in allowed]
        goals = [tuple(self.wanted)] if d["wanted"]["mode"] == "each" else [(w,) for w in self.wanted]
        for size in range(len(levers) + 1):
            for package in itertools.combinations(levers, size):
                keys = [l["id"] for l in package]
                groups = [l["group"] for l in package if l.get("group")]
                if len(groups) > len(set(groups)) or any(a in keys and b in keys for a, b in d["incompatible"]):
                    continue
                for targets in goals:
                    gaps = {l["id"]: max(self.gap(l, w) for w in targets) for l in package}
                    if d["credibility"] == "filter" and any(gaps.values()):
                        continue
                    price = 1 if d["credibility"] == "price" else 0

                    def one(l, w, gaps=gaps, price=price):
                        return l["fixed"] + (l["exec"] if self.on(l, w) else 0) + price * gaps[l["id"]]

                    if any(
                        sum(one(l, w) for l in package if l["owner"] == p) > most
                        for p, most in d["budgets"].items()
                        for w in targets
                    ):
                        continue
                    cost = max(sum(one(l, w) for l in package) for w in targets)
                    if best is not None and cost > best:
                        continue
                    if all(self.stable(w, package) for w in targets) and self.switches(targets, package):
                        if best is None or cost < best:
                            best, found = cost, set()
                        found.add(frozenset(keys))
        return best, found


@pytest.mark.parametrize("block", range(10))
def test_cost_packages_and_coalitions_agree_with_brute_force(block):
    for seed in range(block * 25, block * 25 + 25):
        d = random_problem(seed)
        brute = Brute(d)
        got = find_packages(read_problem(json.dumps(d)))
        best, packages = brute.solve(list(d["powers"]))
        assert got.min_cost == best, seed
        assert set(got.optimal) == packages, seed
        for size in range(len(d["powers"]) + 1):
            for members in itertools.combinations(d["powers"], size):
                assert got.coalition_cost[frozenset(members)] == brute.solve(members)[0], (seed, members)
        able = [m for m, cost in got.coalition_cost.items() if cost is not None]
        assert set(got.minimal_coalitions) == {m for m in able if not any(o < m for o in able)}


def test_a_useless_lever_changes_nothing():
    for seed in range(30):
        d = random_problem(seed)
        before = find_packages(read_problem(json.dumps(d)))
        d["levers"].append(
            {"id": "idle", "owner": "P", "type": "threat", "when": ["-" * len(d["options"])], "effects": {}, "fixed": 1}
        )
        after = find_packages(read_problem(json.dumps(d)))
        assert (before.min_cost, before.minimal_coalitions) == (after.min_cost, after.minimal_coalitions)


@pytest.mark.parametrize("name", ["one_border_two_powers", "blunt_embargo"])
def test_worked_examples_give_their_stated_solution(name):
    file = EXAMPLES / f"{name}.json"
    text = file.read_text(encoding="utf-8")
    given, problem = json.loads(text), read_problem(text, name)
    assert packages_json(problem, find_packages(problem)) == given["expected"]
    for mode, expected in given["if_credibility_is"].items():
        answer = packages_json(problem, find_packages(problem, credibility=mode))
        assert {key: answer[key] for key in expected} == expected
    wanted = problem.wanted_states[0]
    assert {k: float(v) for k, v in credibility_gaps(problem, wanted).items()} == given["credibility_gap"]
    for row in given["all_packages"]:
        verdict = check_package(problem, frozenset(row["package"]))
        assert verdict.works == row["works"]
        assert row["cost"] is None or verdict.cost == row["cost"]
        moves = [
            {"who": list(m.who), "from": text_of(problem, m.start), "to": text_of(problem, m.to), "gain": m.gain}
            for m in verdict.undeterred
        ]
        assert moves == row["undeterred"]
    without = [
        {"who": list(m.who), "moves_to": text_of(problem, m.to), "gain": m.gain} for m in open_moves(problem, frozenset(), wanted)
    ]
    assert without == [{k: v for k, v in row.items() if k != "wanted_state"} for row in given["without_levers"]]


def text_of(problem, index):
    return problem.model.vector(index).replace("Y", "1").replace("N", "0")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"status_quo": "1-"}, "leaves options open"),
        ({"wanted": {"when": ["2-"]}}, "'2'"),
        ({"wanted": {"when": ["11"]}, "infeasible": ["11"]}, "no feasible state is wanted"),
        ({"infeasible": ["00"]}, "status quo is not a feasible state"),
        ({"concept": "nahs"}, "'nahs'"),
        ({"levers": [{"id": "x", "owner": "Z", "type": "threat", "when": "1-", "effects": {}}]}, "'Z'"),
        ({"levers": [{"id": "x", "owner": "P", "type": "threat", "when": "1", "effects": {}}]}, "needs 2 characters"),
        ({"stakes": {"E": []}}, "unknown party 'E'"),
    ],
)
def test_a_wrong_problem_is_refused_with_the_value_seen(change, part):
    d = {
        "options": [{"name": "x", "owner": "A"}, {"name": "y", "owner": "B"}],
        "dms": ["A", "B"],
        "infeasible": [],
        "stakes": {},
        "status_quo": "00",
        "wanted": {"when": ["00"]},
        "powers": {"P": {}},
        "levers": [],
    }
    with pytest.raises(CaseError) as caught:
        read_problem(json.dumps(d | change), "war.json")
    assert part in str(caught.value)
    assert str(caught.value).startswith("war.json")


def test_every_single_package_gets_the_verdict_of_brute_force():
    for seed in range(300, 330):
        d = random_problem(seed) | {"budgets": {}, "credibility": "ignore"}
        brute, problem = Brute(d), read_problem(json.dumps(d))
        goals = [tuple(brute.wanted)] if d["wanted"]["mode"] == "each" else [(w,) for w in brute.wanted]
        for bits in range(1 << len(d["levers"])):
            package = [l for k, l in enumerate(d["levers"]) if bits >> k & 1]
            groups = [l["group"] for l in package if l.get("group")]
            keys = frozenset(l["id"] for l in package)
            fits = len(groups) == len(set(groups)) and not any(set(pair) <= keys for pair in d["incompatible"])
            works = fits and any(all(brute.stable(w, package) for w in goal) and brute.switches(goal, package) for goal in goals)
            verdict = check_package(problem, keys)
            assert verdict.works == works, (seed, keys)
            assert works or verdict.undeterred or verdict.reasons, (seed, keys)
            if works:
                assert not verdict.undeterred


def test_a_sanction_is_made_of_moves_that_exist_and_ends_in_a_loss():
    seen = 0
    for seed in range(400, 560):
        d = random_problem(seed)
        problem = read_problem(json.dumps(d))
        model = problem.model
        for package in find_packages(problem).optimal[:2]:
            for move in check_package(problem, package).deterred:
                here = move.to
                for step in move.sanction:
                    assert step.start == here
                    assert step.to in model.moves(step.party, here)
                    assert model.parties[step.party] not in move.who
                    here = step.to
                assert move.loss >= problem.margin
                seen += 1
    assert seen > 30


def test_more_powers_never_pay_more():
    for seed in range(60):
        costs = find_packages(read_problem(json.dumps(random_problem(seed)))).coalition_cost
        for fewer, dear in costs.items():
            for more, cheap in costs.items():
                if fewer < more and dear is not None:
                    assert cheap is not None
                    assert cheap <= dear


def test_names_and_order_of_levers_do_not_matter():
    for seed in range(40):
        d = random_problem(seed)
        first = find_packages(read_problem(json.dumps(d)))
        name = {lever["id"]: f"x{9 - k}" for k, lever in enumerate(d["levers"])}
        d["levers"] = [lever | {"id": name[lever["id"]]} for lever in reversed(d["levers"])]
        d["incompatible"] = [[name[a], name[b]] for a, b in d["incompatible"]]
        second = find_packages(read_problem(json.dumps(d)))
        assert second.min_cost == first.min_cost
        assert set(second.optimal) == {frozenset(name[key] for key in package) for package in first.optimal}
        assert second.shapley_shubik == first.shapley_shubik


def test_a_list_cut_short_starts_with_the_least_exposed_and_smallest_package():
    for seed in range(60):
        text = json.dumps(random_problem(seed))
        whole, cut = find_packages(read_problem(text)), find_packages(read_problem(text), limit=1)
        assert cut.optimal == whole.optimal[:1]
        assert cut.exposure == whole.exposure[:1]
        assert cut.exact == (len(whole.optimal) <= 1)
        assert whole.exact
        assert whole.optimal_count == len(whole.optimal)
        assert cut.min_cost == whole.min_cost


def test_many_powers_are_searched_for_minimal_coalitions_only():
    d = {
        "options": [{"name": "x", "owner": "A"}],
        "dms": ["A"],
        "infeasible": [],
        "stakes": {"A": [{"when": "1", "value": 5}]},
        "status_quo": "1",
        "wanted": {"when": ["0"]},
        "powers": {f"P{k:02}": {} for k in range(12)},
        "levers": [
            {"id": f"l{k:02}", "owner": f"P{k:02}", "type": "threat", "when": "1", "effects": {"A": -1 - k // 3}, "fixed": 1}
            for k in range(12)
        ],
    }
    problem = read_problem(json.dumps(d))
    found = find_packages(problem, coalitions=[frozenset({"P00", "P11"}), frozenset({"P00", "P01"})])
    strength = {power: 1 + k // 3 for k, power in enumerate(d["powers"])}
    able = [frozenset(c) for n in range(1, 6) for c in itertools.combinations(strength, n) if sum(map(strength.get, c)) >= 5]
    assert set(found.minimal_coalitions) == {c for c in able if not any(o < c for o in able)}
    assert found.coalition_cost[frozenset({"P00", "P11"})] == 2
    assert found.coalition_cost[frozenset({"P00", "P01"})] is None
    assert sum(found.shapley_shubik.values()) == 1


def test_withdrawal_and_reasons_name_the_moves_that_come_back():
    problem = read_problem(json.dumps(border()))
    package = {"ban", "aid"}
    ended = {(w.what, w.power): (w.holds, [(m.who, m.gain) for m in w.undeterred]) for w in after_withdrawal(problem, package)}
    assert ended == {
        ("all", None): (False, [(("A",), 3), (("B",), 2)]),
        ("promises", None): (False, [(("B",), 2)]),
        ("power", "P"): (False, [(("A",), 3)]),
        ("power", "Q"): (False, [(("B",), 2)]),
    }
    assert {k: [m.who for m in moves] for k, moves in why_each_lever(problem, package).items()} == {
        "aid": [("B",)],
        "ban": [("A",)],
    }


def test_doubtful_levers_are_named():
    d = border()
    d["levers"][0] |= {"when": "--", "effects": {"A": 3}}
    d["levers"][1] |= {"when": "1-"}
    doubts = "; ".join(read_problem(json.dumps(d)).warnings())
    assert "threat 'ban' is carried out in a wanted state" in doubts
    assert "threat 'ban' helps 'A' (+3)" in doubts
    assert "promise 'aid' is kept in no wanted state" in doubts


def border():
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


@pytest.mark.parametrize("junk", [None, True, -1, 1.5, "", "?", [], [[]], {}, [{}], {"A": None}, "9" * 50, 1e300])
def test_junk_in_any_field_is_refused_or_read_but_never_crashes(junk):
    def places(value, path=()):
        yield path
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from places(value[key], (*path, key))

    for path in list(places(border())):
        d = {"root": border()}
        at = d
        for key in ("root", *path)[:-1]:
            at = at[key]
        at[("root", *path)[-1]] = junk
        try:
            find_packages(read_problem(json.dumps(d["root"]), "war.json"))
        except CeasefireError as error:
            assert "war.json" in str(error)


def test_broken_json_is_refused_with_its_place():
    with pytest.raises(CaseError, match=r"war\.json:2:1: not JSON"):
        read_problem('{"options":\n}', "war.json")
    with pytest.raises(CaseError, match="given twice"):
        read_problem(json.dumps(border())[:-1] + ', "margin": 0, "margin": 1}')
    with pytest.raises(CaseError, match="nested too deep"):
        read_problem("[" * 200_000)


def test_all_faults_are_reported_at_once():
    d = border()
    d["levers"][0]["fixd"] = d["levers"][0].pop("fixed")
    d["levers"][1]["type"] = "promis"
    d["stakes"]["A"][0]["value"] = "3"
    with pytest.raises(CaseError) as caught:
        read_problem(json.dumps(d))
    assert len(caught.value.problems) == 3
    assert "did you mean 'fixed'?" in str(caught.value)
    assert "did you mean 'promise'?" in str(caught.value)


def test_decimals_are_read_exactly():
    d = border()
    d["stakes"]["A"][0]["value"] = 0.3
    d["levers"][0]["effects"]["A"] = -0.1
    d["levers"].append(d["levers"][0] | {"id": "more", "effects": {"A": -0.2}, "fixed": 0.1})
    assert find_packages(read_problem(json.dumps(d))).min_cost == Fraction(21, 10)
