"""Small tables of acts drawn at random, and slow, plain definitions to hold the fast code against."""

from datetime import date, timedelta

import numpy as np

from ceasefire.record.acts import acts_of
from ceasefire.record.fates import FORCE_RATIO
from ceasefire.record.maps import rule_for

DAY = date(2031, 1, 1)
CODES = [
    "036",
    "0332",
    "057",
    "0871",
    "038",
    "010",
    "040",
    "045",
    "072",
    "074",
    "0861",
    "0872",
    "03",
    "08",
    "12",
    "138",
    "139",
    "1312",
    "163",
    "160",
    "190",
    "191",
    "150",
    "18",
    "20",
    "1056",
    "1246",
    "0256",
    "125",
]


def some_acts(random, n=60, days=40, parties=3, codes=CODES):
    picked = random.integers(0, parties, (n, 2))
    return acts_of(
        [DAY + timedelta(int(k)) for k in random.integers(0, days, n)],
        [f"P{k}" for k in picked[:, 0]],
        [f"P{k}" for k in picked[:, 1]],
        [codes[k] for k in random.integers(0, len(codes), n)],
        first=DAY,
        last=DAY + timedelta(days - 1),
    )


def plain_rows(acts):
    return [
        (int(d), acts.parties[a], acts.parties[t], acts.codes[c])
        for d, a, t, c in zip(acts.day, acts.actor, acts.target, acts.code, strict=True)
    ]


def goes(direction, spoken, act, foes):
    (a, b), (actor, target) = spoken, act
    return {
        "A>B": (actor, target) == (a, b),
        "B>A": (actor, target) == (b, a),
        "A<>B": {actor, target} == {a, b},
        "A>*": actor == a,
        "B>*": actor == b,
        "*>B": target == b,
        "B>foe": actor == b and (foes is None or (actor, target) in foes),
    }[direction]


def brings(rule, outcome, direction, code):
    """Whether a code brings an outcome: the longest own code that it starts with is longer than that of any other outcome."""

    def longest(names):
        return max(
            (len(c) for o, d, cs in rule.outcomes if o in names and d == direction for c in cs if code.startswith(c)), default=0
        )

    others = {o for o, _, _ in rule.outcomes if o != outcome}
    return longest({outcome}) > longest(others)


def plain_fate(rows, rule, said, end, foes=None):
    """Status, delay and whether resisted, day by day."""
    a, b, day = said
    order = ["contrary"] if rule.restraint else ["full", "complied", "contrary", "refused", "partly"]
    names = {"full": "fulfilled", "complied": "complied", "contrary": "contrary", "refused": "refused", "partly": "partly"}
    is_threat = rule.kind in {"threat", "ultimatum"}
    resisted = False
    for later in range(1, rule.within_days + 1):
        if day + later > end:
            return "open", end - day, resisted
        today = [r for r in rows if r[0] == day + later]
        came = {
            o
            for o in order
            for _, actor, target, code in today
            for direction in {d for name, d, _ in rule.outcomes if name == o}
            if goes(direction, (a, b), (actor, target), foes) and brings(rule, o, direction, code)
        }
        if is_threat and "refused" in came:
            resisted = True
            came.discard("refused")
        for o in order:
            if o in came:
                return names[o], later, resisted
    if not rule.restraint:
        return "expired", rule.within_days, resisted
    force = [
        r[0] for r in rows if {r[1], r[2]} == {a, b} and brings(rule, "contrary", "A>B", r[3]) and r[3][:2] in {"18", "19", "20"}
    ]
    before = sum(day - rule.within_days <= d < day for d in force)
    after = sum(day < d <= day + rule.within_days for d in force)
    whole = after == 0 or (day > 0 and after / rule.within_days < FORCE_RATIO * before / min(day, rule.within_days))
    return ("fulfilled" if whole else "partly"), rule.within_days, resisted


def plain_ledger(acts, maps, foes=None):
    rows = plain_rows(acts)
    found = {}
    for one in maps:
        for day, a, b, code in rows:
            rule = rule_for(one, code)
            if rule:
                found[rule.word, rule.kind, a, b, day] = plain_fate(rows, rule, (a, b, day), acts.span - 1, foes)
    return found


def plain_volume(acts, a, b, day):
    return sum(
        {acts.parties[x], acts.parties[y]} == {a, b} and day - 28 <= d < day
        for d, x, y in zip(acts.day, acts.actor, acts.target, strict=True)
    )


def generator(seed):
    return np.random.default_rng(seed)
