"""Rankings against brute force over lexicographic orders: no numbers, only who prefers what."""

import itertools
import json
import random

import pytest

from ceasefire.errors import CaseError, LimitError
from ceasefire.mediation import Placed, Statement, find_packages, ranked, read_ranked
from ceasefire.mediation.packages import room_of


def random_ranking(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 3)
    m = rng.randint(n, 4)
    parties = [f"D{k}" for k in range(n)]

    def pattern():
        text = "".join(rng.choice("01-") for _ in range(m))
        return text if set(text) != {"-"} else "1" + text[1:]

    levers = [
        {
            "id": f"l{k}",
            "owner": rng.choice("PQ"),
            "type": rng.choice(["threat", "promise"]),
            "when": [pattern()],
            "fixed": rng.randint(0, 3),
        }
        for k in range(rng.randint(1, 4))
    ]
    priorities = {}
    for party in parties:
        listed = [pattern() for _ in range(rng.randint(1, 4))]
        listed += [{"lever": lever["id"]} for lever in levers if rng.random() < 0.7]
        rng.shuffle(listed)
        priorities[party] = listed
    return {
        "options": [{"name": f"o{k}", "owner": parties[k % n]} for k in range(m)],
        "dms": parties,
        "infeasible": [],
        "priorities": priorities,
        "status_quo": "".join(rng.choice("01") for _ in range(m)),
        "wanted": {"when": ["".join(rng.choice("01-") for _ in range(m))]},
        "concept": rng.choice(["nash", "gmr", "smr", "seq"]),
        "powers": {"P": {}, "Q": {}},
        "levers": levers,
    }


def matches(pattern, state):
    return all(p in ("-", s) for p, s in zip(pattern, state, strict=True))


class ByOrder:
    """Better means: the first statement or lever in force that tells the two states apart speaks for it."""

    def __init__(self, d):
        self.d = d
        self.states = ["".join(bits) for bits in itertools.product("01", repeat=len(d["options"]))]
        self.levers = {lever["id"]: lever for lever in d["levers"]}

    def key(self, party, state, package):
        row = []
        for one in self.d["priorities"][party]:
            if isinstance(one, str):
                row.append(matches(one, state))
            elif one["lever"] in package:
                lever = self.levers[one["lever"]]
                acts = any(matches(p, state) for p in lever["when"])
                row.append(acts == (lever["type"] == "promise"))
        return tuple(row)

    def moves(self, party, state):
        own = [k for k, option in enumerate(self.d["options"]) if option["owner"] == party]
        same = [k for k in range(len(state)) if k not in own]
        return [t for t in self.states if t != state and all(t[k] == state[k] for k in same)]

    def replies(self, party, state, package, improving):
        found, todo = {state}, [state]
        while todo:
            a = todo.pop()
            for j in self.d["dms"]:
                for b in self.moves(j, a) if j != party else ():
                    if b not in found and (not improving or self.key(j, b, package) > self.key(j, a, package)):
                        found.add(b)
                        todo.append(b)
        return found

    def stable(self, state, package):
        concept = self.d["concept"]
        for party in self.d["dms"]:
            here = self.key(party, state, package)
            for end in self.moves(party, state):
                if self.key(party, end, package) <= here:
                    continue
                if concept == "nash":
                    return False
                for reply in self.replies(party, end, package, concept == "seq"):
                    countered = concept == "smr" and any(self.key(party, t, package) > here for t in self.moves(party, reply))
                    if self.key(party, reply, package) <= here and not countered:
                        break
                else:
                    return False
        return True


@pytest.mark.parametrize("block", range(5))
def test_packages_are_those_of_brute_force_over_lexicographic_orders(block):
    for seed in range(block * 60, block * 60 + 60):
        d = random_ranking(seed)
        problem, order = read_ranked(json.dumps(d)), ByOrder(d)
        wanted = [s for s in order.states if matches(d["wanted"]["when"][0], s)]
        keys = [lever["id"] for lever in d["levers"]]
        costs = []
        for size in range(len(keys) + 1):
            for package in itertools.combinations(keys, size):
                want = any(order.stable(s, package) for s in wanted)
                room = room_of(problem)
                got = any(target.works(problem.bits(frozenset(package))) for target in room.targets)
                assert got == want, (seed, package)
                if want:
                    costs.append(sum(order.levers[k]["fixed"] for k in package))
        assert find_packages(problem).min_cost == min(costs, default=None), seed


def test_a_lever_moves_the_answer_exactly_where_it_passes_the_statement():
    d = random_ranking(1) | {
        "options": [{"name": "attack", "owner": "A"}],
        "dms": ["A"],
        "status_quo": "1",
        "wanted": {"when": ["0"]},
        "concept": "nash",
        "levers": [{"id": "ban", "owner": "P", "type": "threat", "when": ["1"], "fixed": 2}],
    }
    for place, feasible in ((0, True), (1, False)):
        listed = ["1"]
        listed.insert(place, {"lever": "ban"})
        found = find_packages(read_ranked(json.dumps(d | {"priorities": {"A": listed}})))
        assert found.feasible == feasible
        assert found.min_cost == (2 if feasible else None)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"priorities": None}, "'priorities' is missing"),
        ({"priorities": {"D0": ["1"]}}, "expected patterns"),
        ({"priorities": {"Z": []}}, "'Z'"),
        ({"priorities": {"D0": [{"lever": "none"}]}}, "'none'"),
        ({"priorities": {"D0": [{"lever": "l0"}, {"lever": "l0"}]}}, "twice"),
        ({"margin": 1}, "a margin means nothing"),
    ],
)
def test_a_wrong_ranking_is_refused_with_the_value_seen(change, part):
    with pytest.raises(CaseError) as caught:
        read_ranked(json.dumps(random_ranking(3) | change), "war.json")
    assert part in str(caught.value)


def test_a_lever_believed_in_part_has_no_place_in_a_ranking():
    d = random_ranking(3)
    d["levers"][0]["belief"] = 0.5
    with pytest.raises(CaseError, match="believed in part"):
        read_ranked(json.dumps(d))


def test_too_many_slots_are_refused():
    d = random_ranking(3)
    problem = read_ranked(json.dumps(d))
    statement = Statement(problem.wanted.when)
    with pytest.raises(LimitError, match="57 statements"):
        ranked(problem, {"D0": [*[statement] * 56, Placed("l0")]})
    assert ranked(problem, {"D0": [*[statement] * 55, Placed("l0")]}).levers[0].effects
