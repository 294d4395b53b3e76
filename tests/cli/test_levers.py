"""Commands on levers: what they print for problems, cases and rankings."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"


def ceasefire(*arguments):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own program
    assert done.returncode == 0 or done.stderr, done
    return done


def expected(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))["expected"]


@pytest.mark.parametrize("name", ["one_border_two_powers", "blunt_embargo"])
def test_who_prints_the_stated_solution(name):
    assert json.loads(ceasefire("who", EXAMPLES / f"{name}.json", "--json").stdout) == expected(name)
    assert json.loads(ceasefire("packages", EXAMPLES / f"{name}.json", "--json", "--all").stdout) == expected(name)


def test_robust_prints_the_stated_solution():
    done = ceasefire("robust", EXAMPLES / "uncertain_resolve.json", "--json")
    assert json.loads(done.stdout) == expected("uncertain_resolve")
    told = json.loads(ceasefire("robust", EXAMPLES / "uncertain_resolve.json", "--json", "--break-even", "--worst-case").stdout)
    assert told["worst_case"] == {"package": ["P_hard", "Q_mild", "Q_stop_B"], "cost": 7, "at_least": 7, "exact": True}
    assert [(row["name"], row["above"]) for row in told["break_even"]] == [
        ("A gains from the offensive", 2),
        ("B likes to support", 0),
    ]


def test_a_sampled_answer_carries_n_and_interval_and_does_not_depend_on_workers(tmp_path):
    d = json.loads((EXAMPLES / "uncertain_resolve.json").read_text(encoding="utf-8"))
    d["uncertain"][0] = {"name": "A gains", "dm": "A", "term": 0, "range": [1, 5]}
    file = tmp_path / "war.json"
    file.write_text(json.dumps(d), encoding="utf-8")
    alone = ceasefire("robust", file, "--json", "--draws", 3000).stdout
    assert ceasefire("robust", file, "--json", "--draws", 3000, "--workers", 2).stdout == alone
    row = json.loads(alone)["reliability"]["P_mild"]
    assert row["n"] == 3000
    assert row["low"] < row["share"] < row["high"]


def test_explain_prints_sentences_and_data():
    file = EXAMPLES / "blunt_embargo.json"
    text = ceasefire("explain", file, "--package", "P_embargo_B_if_first").stdout
    assert "Adding P_embargo_B undoes it: A takes attack (+5)." in text
    data = json.loads(ceasefire("explain", file, "--json").stdout)
    assert data["package"] == ["P_embargo_B", "Q_threat_A"]
    assert data["sentences"]["Why not cheaper"]


def test_an_unknown_lever_is_refused():
    done = ceasefire("explain", EXAMPLES / "blunt_embargo.json", "--package", "none")
    assert done.returncode == 2
    assert "unknown lever 'none'" in done.stderr


def test_rankings_give_packages_and_reasons_but_no_draws_and_no_sizes(tmp_path):
    d = {
        "options": [{"name": "attack", "owner": "A"}],
        "dms": ["A"],
        "infeasible": [],
        "priorities": {"A": [{"lever": "ban"}, "1"]},
        "status_quo": "1",
        "wanted": {"when": ["0"]},
        "concept": "nash",
        "powers": {"P": {}},
        "levers": [{"id": "ban", "owner": "P", "type": "threat", "when": ["1"], "fixed": 2}],
    }
    file = tmp_path / "war.json"
    file.write_text(json.dumps(d), encoding="utf-8")
    assert json.loads(ceasefire("packages", file, "--json").stdout)["optimal_packages"] == [["ban"]]
    done = ceasefire("robust", file)
    assert done.returncode == 5
    assert "only rankings are known" in done.stderr
    said = json.loads(ceasefire("explain", file, "--json").stdout)
    assert said["deterred"][0]["gain"] is None
    assert "A takes attack (a gain)" in " ".join(said["sentences"]["Why each lever is in the package"])
    assert said["sentences"]["Convention"][1] == "Of A only the order of outcomes is known, so that their gains have no size."


def test_a_gradual_lever_is_pulled_as_far_as_it_must(tmp_path):
    d = json.loads((EXAMPLES / "one_border_two_powers.json").read_text(encoding="utf-8"))
    for lever in d["levers"]:
        lever["gradual"] = True
    file = tmp_path / "war.json"
    file.write_text(json.dumps(d), encoding="utf-8")
    told = json.loads(ceasefire("packages", file, "--json").stdout)
    assert told == json.loads(ceasefire("who", file, "--json").stdout)
    assert told["intensity_steps"] is None
    assert told["min_cost"] <= expected("one_border_two_powers")["min_cost"]
    assert sorted(told["intensity"]) == told["optimal_packages"][0]
    assert "of its full force" in ceasefire("packages", file).stdout
    assert "R_guard_north@1" in ceasefire("robust", file).stdout
    assert "@" in json.loads(ceasefire("explain", file, "--json").stdout)["package"][0]
    file.write_text(json.dumps(d | {"concept": "seq"}), encoding="utf-8")
    assert json.loads(ceasefire("packages", file, "--json").stdout)["intensity_steps"] == 20


def test_levers_with_a_gap_are_believed_as_far_as_the_curve_says():
    file = EXAMPLES / "one_border_two_powers.json"
    bare, curved = (
        json.loads(ceasefire("packages", file, "--json", *more).stdout)["coalition_cost"]
        for more in ((), ("--belief-curve", "0.1:0"))
    )
    assert all(cost is None or (bare[members] is not None and bare[members] <= cost) for members, cost in curved.items())
    assert curved != bare
    done = ceasefire("who", "tutorial", "--belief-curve", "2:1.5")
    assert done.returncode == 2
    assert "not between 0 and 1" in done.stderr


def test_a_search_that_is_stopped_gives_what_it_knows(tmp_path):
    rng = random.Random(5)
    size = 8
    d = {
        "options": [{"name": f"o{k}", "owner": f"D{k % 4}"} for k in range(size)],
        "dms": [f"D{k}" for k in range(4)],
        "infeasible": [],
        "stakes": {
            f"D{p}": [
                {"when": "".join("1" if j == k else "-" for j in range(size)), "value": 5 if k % 4 == p else -3}
                for k in range(size)
            ]
            for p in range(4)
        },
        "status_quo": "1" * size,
        "wanted": {"when": ["0" * size]},
        "concept": "nash",
        "powers": {"P": {}},
        "levers": [
            {
                "id": f"l{k}",
                "owner": "P",
                "type": "threat",
                "when": "".join("1" if j == k % size else "-" for j in range(size)),
                "effects": {f"D{k % 4}": -rng.randint(1, 4)},
                "fixed": rng.randint(1, 9),
            }
            for k in range(32)
        ],
    }
    file = tmp_path / "war.json"
    file.write_text(json.dumps(d), encoding="utf-8")
    known = json.loads(ceasefire("packages", file, "--json").stdout)
    assert "proven" not in known
    told = json.loads(ceasefire("packages", file, "--json", "--seconds", 0).stdout)
    assert told["proven"] is False
    assert told["bound"] <= known["min_cost"]
    assert told["min_cost"] is None or told["min_cost"] >= known["min_cost"]
    assert told["coalition_cost"] is None
    assert "Stopped: " in ceasefire("packages", file, "--seconds", 0).stdout


def test_each_command_takes_a_case():
    found = json.loads(ceasefire("packages", "tutorial", "--json", "--credibility", "filter").stdout)
    assert found["optimal_packages"] == [["fuel-stop-north", "loan-south"]]
    assert json.loads(ceasefire("packages", "tutorial", "--json", "--goal", "stable").stdout)["feasible"]
    reliability = json.loads(ceasefire("robust", "tutorial", "--json", "--draws", 256).stdout)["reliability"]
    assert set(reliability) >= {"", "fuel-stop-north+loan-south"}
    assert "Wanted state: nothing taken" in ceasefire("explain", "tutorial").stdout
    assert "Smallest coalitions" in ceasefire("who", "tutorial").stdout


def test_a_case_that_does_not_exist_is_named():
    done = ceasefire("who", "atlantis-1900")
    assert done.returncode == 3
    assert "atlantis-1900" in done.stderr


def changed(name, change):
    d = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    change(d)
    return json.dumps(d)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("one_border_two_powers", lambda d: d.update(budgets={"ZZ": 3}), "budgets names 'ZZ', which is no power (known: P, Q, R)"),
        (
            "one_border_two_powers",
            lambda d: d["levers"][0].update(owner="PP"),
            "has owner 'PP', which is no power (known: P, Q, R)",
        ),
        ("one_border_two_powers", lambda d: d["levers"][0]["effects"].update(X=1), "no decision maker (known: North, South)"),
        ("one_border_two_powers", lambda d: d["levers"][0].update(fixed=-2), "has fixed -2, which is negative"),
        (
            "one_border_two_powers",
            lambda d: d["levers"][0].update(exec=float("nan")),
            "'exec' of lever 'P_sanction_north' is \"NaN\"",
        ),
        ("one_border_two_powers", lambda d: d["wanted"].update(when=[]), "no feasible state is wanted (loosen what is wanted"),
        ("one_border_two_powers", lambda d: d.update(credibilty="filter"), "did you mean 'credibility'?"),
        ("uncertain_resolve", lambda d: d["uncertain"][0].update(dm="ZZ"), "has no stakes"),
        ("uncertain_resolve", lambda d: d["uncertain"][0].update(term=7), "names term 7 of"),
        (
            "uncertain_resolve",
            lambda d: d["uncertain"].append({"name": "x", "dm": "A", "term": 0, "range": [5, 1]}),
            "[least, largest]",
        ),
    ],
)
def test_wrong_problems_name_the_value_and_a_remedy(tmp_path, name, change, said):
    file = tmp_path / "war.json"
    file.write_text(changed(name, change), encoding="utf-8")
    done = ceasefire("robust", file)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("option", "value"), [("--peace-value", "nan"), ("--half-width", "-1"), ("--half-width", "nan")])
def test_numbers_that_are_none_are_refused(option, value):
    done = ceasefire("robust", "tutorial", option, value)
    assert done.returncode == 2
    assert option in done.stderr


def test_an_impossible_demand_is_said_with_goal_and_credibility(tmp_path):
    file = tmp_path / "war.json"
    file.write_text(changed("one_border_two_powers", lambda d: d.update(levers=[])), encoding="utf-8")
    said = ceasefire("packages", file, "--goal", "reached").stdout
    assert (
        said == "No package of these levers makes the wanted outcome stable and reached by moves that pay (credibility: ignore).\n"
    )


def test_a_lever_that_looks_mistaken_is_named_beside_the_answer(tmp_path):
    d = json.loads((EXAMPLES / "one_border_two_powers.json").read_text(encoding="utf-8"))
    first, *others = d["levers"]
    file = tmp_path / "war.json"
    file.write_text(json.dumps(d | {"levers": [first | {"effects": {"North": 5}}, *others]}), encoding="utf-8")
    for command in ("packages", "who", "robust", "explain"):
        done = ceasefire(command, file, "--json")
        assert "helps 'North' (+5)\n  (a warning: the problem can be used)" in done.stderr
        assert json.loads(done.stdout)
    assert ceasefire("packages", EXAMPLES / "one_border_two_powers.json").stderr == ""
