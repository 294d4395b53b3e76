"""Cases whose parties rank: levers are placed between statements, and every answer is one of order, not of size."""

import json
from dataclasses import replace
from importlib.resources import files
from itertools import combinations

import pytest

from ceasefire import study
from ceasefire.case import json_schema, load
from ceasefire.errors import CaseError
from ceasefire.mediation import find_packages

TUTORIAL = files("ceasefire.cases").joinpath("tutorial", "case.yaml").read_text(encoding="utf-8")
STAKES = {
    "X-N": """    stakes:
      - {when: x-n.shell, range: [1, 3], illustrative: true, why: Ground that its fire wins.}
      - {when: x-s.advance, value: -4, illustrative: true, why: Towns lost to the advance.}
""",
    "X-S": """    stakes:
      - {when: x-s.advance, range: [1, 3], illustrative: true, why: The road it takes.}
      - {when: x-n.shell, value: -4, illustrative: true, why: Towns under fire.}
""",
}
EFFECTS = {
    "X-N": ("    effects: {X-N: {range: [-4, -2.5], why: Fuel for its guns., illustrative: true}}\n",),
    "X-S": (
        "    effects: {X-S: {range: [2, 4], why: Half the price of the road., illustrative: true}}\n",
        "    effects: {X-S: {range: [-9, -5], why: Its army would lose., illustrative: true}}\n",
    ),
}
NORTH = ["not x-s.advance", "{lever: fuel-stop-north}", "x-n.shell"]
SOUTH = ["{lever: troops-south}", "not x-n.shell", "x-s.advance", "{lever: loan-south}"]


def ranked_text(rankings):
    """Write the tutorial with lists in place of the stakes of some parties."""
    text = TUTORIAL
    for code, listed in rankings.items():
        assert STAKES[code] in text
        text = text.replace(STAKES[code], f"    priorities: [{', '.join(listed)}]\n")
        for effects in EFFECTS[code]:
            assert effects in text
            text = text.replace(effects, "")
    return text


@pytest.fixture
def write(tmp_path):
    def put(rankings, change=lambda text: text):
        file = tmp_path / "case.yaml"
        file.write_text(change(ranked_text(rankings)), encoding="utf-8")
        return file

    return put


def by_order(listed, package, state):
    """Give what a party sees of a state, the most important first, with the levers of a package in force."""
    shell, advance = state
    holds = {
        "x-n.shell": shell,
        "not x-n.shell": not shell,
        "x-s.advance": advance,
        "not x-s.advance": not advance,
        "{lever: fuel-stop-north}": not shell,
        "{lever: troops-south}": not advance,
        "{lever: loan-south}": not advance,
    }
    used = {f"{{lever: {key}}}" for key in package}
    return [holds[one] for one in listed if not one.startswith("{") or one in used]


def test_packages_of_a_ranked_case_are_those_that_the_orders_give(write):
    """Sequential stability of peace, from 'peace', 'shell', 'advance', 'both', written out for two parties with one option each."""
    problem = study.problem(load(write({"X-N": NORTH, "X-S": SOUTH})))
    keys = ["fuel-stop-north", "loan-south", "troops-south"]
    peace = (False, False)

    def deterred(listed, other, package, turn):
        here, away = by_order(listed, package, peace), turn((True, False))
        if by_order(listed, package, away) <= here:
            return True
        reply = turn((True, True))
        pays = by_order(other, package, reply) > by_order(other, package, away)
        return pays and by_order(listed, package, reply) <= here

    able = [
        frozenset(package)
        for size in range(4)
        for package in combinations(keys, size)
        if deterred(NORTH, SOUTH, package, lambda s: s) and deterred(SOUTH, NORTH, package, lambda s: s[::-1])
    ]
    assert able
    costs = {"fuel-stop-north": 0, "loan-south": 2, "troops-south": 0.5}
    found = find_packages(replace(problem, wanted=replace(problem.wanted, reach="none")), every=True)
    assert found.min_cost == min(sum(costs[key] for key in package) for package in able)
    assert set(found.optimal) == {p for p in able if sum(costs[key] for key in p) == found.min_cost}


def test_where_a_lever_stands_decides(write):
    low = ["not x-s.advance", "x-n.shell", "{lever: fuel-stop-north}"]
    high = study.problem(load(write({"X-N": NORTH, "X-S": SOUTH})))
    assert high.ranking == {"X-N", "X-S"}
    ask = study.problem(load(write({"X-N": low, "X-S": SOUTH})))
    assert "fuel-stop-north" in find_packages(high).optimal[0]
    assert all("fuel-stop-north" not in package for package in find_packages(ask).optimal)


def test_a_party_that_weighs_keeps_its_numbers_beside_one_that_ranks(write):
    problem = study.problem(load(write({"X-N": NORTH})))
    assert problem.ranking == {"X-N"}
    loan = problem.levers[problem.number["loan-south"]]
    assert {party: float(change) for party, change in loan.effects.items()} == {"X-S": 3}
    south = problem.model.preference[1] * problem.model.resolution
    assert [float(value) for value in south] == [0, -4, 2, -2]


def test_a_brief_of_a_ranked_case_tells_orders_and_no_sizes(write):
    document = study.run(load(write({"X-N": NORTH, "X-S": SOUTH}))).document
    text = "\n".join("".join(span.text for span in sentence) for sentence in document.lead)
    assert "only the order of outcomes is known of North and South" in text
    assert "Patron alone" in text
    tables = {block.key: block for section in document.sections for block in section.blocks if hasattr(block, "columns")}
    assert "tab-margins" not in tables
    stays = ["".join(span.text for span in cell.spans) for row in tables["tab-stability"].rows for cell in row[1:]]
    assert set(stays) <= {"stays", "leaves"}


@pytest.mark.parametrize(
    ("rankings", "old", "new", "said"),
    [
        ({"X-N": ["{lever: fuel-stop}", "x-n.shell"]}, "", "", "unknown lever 'fuel-stop' in 'priorities' of 'X-N'"),
        ({"X-N": [*NORTH, NORTH[1]]}, "", "", "lever 'fuel-stop-north' stands twice"),
        ({"X-N": ["x-n.shell"]}, "", "", "field 'effects' is missing in lever 'fuel-stop-north'"),
        (
            {"X-N": NORTH},
            "effects: {X-S: {range: [2",
            "effects: {X-N: 1, X-S: {range: [2",
            "lever 'loan-south' has an effect on X-N",
        ),
        ({"X-N": NORTH}, "delay_days: 7", "belief: {value: 0.5, why: Doubted.}", "believed to 0.5 and placed in a ranking"),
        ({"X-N": ["{levr: fuel-stop-north}"]}, "", "", "unknown field 'levr'"),
    ],
)
def test_a_ranking_that_does_not_fit_is_refused_where_it_stands(write, rankings, old, new, said):
    with pytest.raises(CaseError) as caught:
        load(write(rankings, lambda text: text.replace(old, new) if old else text))
    assert said in str(caught.value)
    assert "case.yaml:" in str(caught.value)


def test_json_schema_tells_where_a_lever_may_stand():
    described = json.dumps(json_schema()["$defs"]["party"]["properties"]["priorities"])
    assert "#/$defs/placed" in described
