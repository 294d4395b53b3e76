import csv
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from ceasefire.graphmodel import GraphModel, Option, write_exchange

ROOT = Path(__file__).resolve().parents[2]
CHICKEN = ROOT / "examples" / "graphmodel" / "chicken.json"
BORDER = ROOT / "examples" / "graphmodel" / "three_party_border.json"

SPY = {
    "decision_makers": [{"name": "A", "options": ["attack"]}, {"name": "B", "options": ["arm"]}],
    "infeasible": [],
    "preferences": {"A": {"ranking": [1, 2, 3, 4]}, "B": {"ranking": [1, 3, 4, 2]}},
    "views": {"B": {"preferences": {"A": {"ranking": [2, 1, 3, 4]}}}},
}


def ceasefire(*arguments):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


def answer(*arguments):
    done = ceasefire(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_solve_takes_cases_and_writes_tables_graphs_and_conflicts(tmp_path):
    files = {option: tmp_path / name for option, name in [("--table", "s.csv"), ("--graph", "g.graphml"), ("--save", "c.gmcr")]}
    told = answer("solve", "tutorial", "--concepts", "all", *(part for pair in files.items() for part in pair))
    assert told["equilibria"]["Nash"] == [4]
    assert list(told["equilibria"]) == [
        "Nash",
        "GMR",
        "SMR",
        "SEQ",
        "SymSEQ",
        "Maximin4",
        "Maximin5",
        "SIM",
        "L2",
        "L3",
        "NonMyopic",
        "CNash",
        "CGMR",
        "CSMR",
        "CSEQ",
    ]
    assert all(path.read_text(encoding="utf-8") for path in files.values())
    again = answer("solve", files["--save"])
    assert again["equilibria"]["SEQ"] == told["equilibria"]["SEQ"]


def test_what_is_done_in_a_state_is_told_once_for_all_concepts():
    told = ceasefire("solve", CHICKEN, "--concepts", "Nash,GMR").stdout
    lines = ["  Nash: 2, 3", "  GMR: 2, 3, 4", "Options taken in these states:", "  2: Driver 1:Swerve", "  3: Driver 2:Swerve"]
    assert told.splitlines()[1:-1] == lines


def test_solve_names_the_statements_that_matter():
    told = answer("solve", BORDER, "--sensitivity")
    assert told["alterations"] == 25
    assert {key: told["decisive"][4][key] for key in ("party", "act", "first", "second")} == {
        "party": "South",
        "act": "without",
        "first": "not North:Attack",
        "second": None,
    }
    assert told["robustness"]["4"] == 1.0
    text = ceasefire("solve", BORDER, "--sensitivity").stdout
    assert "11 of 25 alterations change an equilibrium" in text


def test_solve_bounds_partial_preferences_and_says_what_to_ask(tmp_path):
    file = tmp_path / "partial.json"
    told = {"A": {"ranking": [1, 2, 3, 4]}, "B": {"partial": {"better": [[1, 2]]}}}
    file.write_text(json.dumps({key: SPY[key] for key in ("decision_makers", "infeasible")} | {"preferences": told}))
    found = answer("solve", file, "--concepts", "Nash")
    assert (found["necessary"]["Nash"], found["possible"]["Nash"]) == ([], [1, 3])
    assert found["ask"]["Nash"][0] == {
        "party": "B",
        "state": 1,
        "other": 3,
        "settles": {"better": 2, "equal": 2, "worse": 2},
        "exact": True,
    }
    assert "ask how B likes 1 compared with 3" in ceasefire("solve", file, "--concepts", "Nash").stdout
    assert ceasefire("paths", file, "--from", "1").returncode == 2


def test_ranges_of_a_case_leave_equilibria_sure_or_open():
    found = answer("solve", "tutorial", "--ranges")
    assert found["necessary"]["Nash"] == [4]


def test_why_tells_of_moves_at_the_same_time_of_coalitions_and_of_foresight():
    told = ceasefire("solve", CHICKEN, "--why", "4", "--concepts", "SIM,L3,CNash").stdout
    assert "to 3: held back by Driver 2 to 2 at the same time, which ends in 1" in told
    assert "Driver 1 stays: expects the end in 4" in told
    assert "Driver 1 and Driver 2" not in told
    together = answer("solve", CHICKEN, "--why", "1", "--concepts", "CNash")["why"]["1"]["CNash"]["Driver 1 and Driver 2"]
    assert [step["to"] for step in together["improvements"][-1]["route"]] == [2, 4]
    far = ceasefire("solve", CHICKEN, "--why", "4", "--concepts", "NonMyopic").stdout
    assert "Driver 1 stays: expects the end in 4, from 3 moves ahead on" in far


def test_margins_of_stakes_are_in_json_in_tables_and_in_whys(tmp_path):
    told = answer("solve", "tutorial", "--concepts", "Nash,L2,CNash", "--why", "4", "--table", tmp_path / "states.csv")
    assert told["margins"]["CNash"]["X-N"] == {"1": "-2", "2": "2", "3": "-2", "4": "-2"}
    assert told["why"]["4"]["CNash"]["X-N and X-S"]["margins"] == {"X-N": "-2", "X-S": "-2"}
    header, *rows = csv.reader((tmp_path / "states.csv").read_text().splitlines())
    assert rows[3][header.index("L2 margin of X-S")] == told["margins"]["L2"]["X-S"]["4"] == "2"
    assert "margins" not in answer("solve", CHICKEN)


def test_a_file_of_more_states_than_can_be_compared_pairwise_is_solved(tmp_path):
    file = tmp_path / "large.json"
    options = [f"o{k}" for k in range(13)]
    given = {"decision_makers": [{"name": "A", "options": options}, {"name": "B", "options": []}], "infeasible": []}
    file.write_text(json.dumps({**given, "preferences": {p: {"prioritised": [["Y" + "-" * 12]]} for p in "AB"}}))
    assert "8,192 states" in ceasefire("solve", file).stdout


def test_lists_that_name_nothing_are_refused():
    for arguments in (("solve", CHICKEN, "--concepts", ","), ("inverse", CHICKEN, "--wanted", "4", "--only", "")):
        done = ceasefire(*arguments)
        assert done.returncode == 2
        assert "known: " in done.stderr


def test_states_that_no_search_settles_are_left_open_and_named(tmp_path):
    file = tmp_path / "partial.json"
    file.write_text(json.dumps({**STRONG, "preferences": {"A": {"partial": {}}, "B": {"partial": {}}}}))
    stop = (
        "from ceasefire.graphmodel import cheapest, completions; completions.MOST_NODES, cheapest.MOST_TRIED = -1, 0; "
        "from ceasefire.cli import main; main()"
    )
    command = [sys.executable, "-c", stop, "solve", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program
    assert "  Nash: sure none; open 1, 2, 3, 4" in done.stdout
    assert "  SEQ: sure none; open 1, 2, 3, 4\n    not settled in time whether these are sure, or can be at all: " in done.stdout
    whole = answer("solve", file)
    assert whole["unsettled"] == {"Nash": [], "GMR": [], "SMR": [], "SEQ": []}


def test_paths_tell_trust_and_who_can_derail():
    told = answer("paths", BORDER, "--from", "NNNNN", "--to", "4,6")
    assert told["from"] == 1
    assert (told["to"]["6"]["improvements"], told["to"]["6"]["trust"]) == (2, 0)
    assert told["to"]["4"]["improvements"] is None
    assert [step["improvement"] for step in told["to"]["4"]["route"]] == [False, True]
    assert told["to"]["4"]["equilibrium"] == ["Nash", "GMR", "SMR", "SEQ"]
    text = ceasefire("paths", "tutorial").stdout
    assert "is the status quo" in text
    assert "which needs trust" in text


def test_paths_to_many_equilibria_show_the_easiest(tmp_path):
    file = tmp_path / "many.json"
    options = [f"o{k}" for k in range(6)]
    given = {"decision_makers": [{"name": "A", "options": options}], "infeasible": [], "status_quo": 1}
    file.write_text(json.dumps({**given, "preferences": {"A": {"ranking": [list(range(1, 65))]}}}))
    lines = ceasefire("paths", file, "--concepts", "Nash").stdout.splitlines()
    assert lines[1].startswith("  the 20 of 64 equilibria that need least trust")
    assert lines[2:4] == ["  1 (nothing), equilibrium under Nash", "    is the status quo"]
    assert sum(line.endswith("under Nash") for line in lines) == 20
    assert len(answer("paths", file, "--concepts", "Nash")["to"]) == 64


def test_inverse_finds_changes_measures_and_counts():
    told = answer("inverse", CHICKEN, "--wanted", "4", "--count")
    assert told["cost"] == 2
    assert told["rankings"] == {"4": {"rankings": 144, "of": 576, "share": 0.25}}
    assert "4 is an equilibrium: 144 of 576 (0.25)" in ceasefire("inverse", CHICKEN, "--wanted", "4", "--count").stdout
    removed = answer("inverse", CHICKEN, "--wanted", "1", "--measure", "remove:Driver 1:Swerve=1", "--only", "Driver 2")
    assert removed["changes"][0]["measures"] == [{"measure": "remove", "option": "Driver 1:Swerve", "cost": 1}]
    assert "nothing needs to change" in ceasefire("inverse", "tutorial", "--concept", "SEQ").stdout
    assert "Driver 1 finds 4 at least as good as 3" in ceasefire("inverse", CHICKEN, "--wanted", "4").stdout


def test_inverse_says_what_it_was_asked_and_asks_about_a_case_under_its_own_concept():
    assert ceasefire("inverse", "tutorial").stdout.startswith("So that 1 is an equilibrium under SEQ:\nLeast cost: 0;")
    assert ceasefire("inverse", "tutorial", "--concept", "nash").stdout.startswith("So that 1 is an equilibrium under Nash:")
    both = ceasefire("inverse", BORDER, "--wanted", "1,3", "--unwanted", "6", "--concept", "SEQ").stdout
    assert both.startswith("So that 1 and 3 are equilibria and somebody leaves 6 under SEQ:")
    assert ceasefire("inverse", CHICKEN, "--wanted", "1,4", "--any").stdout.startswith(
        "So that 1 or 4 is an equilibrium under Nash:"
    )


def test_numbers_of_rankings_that_nobody_reads_are_rounded_on_the_screen(tmp_path):
    options = [Option(f"o{k}", (k % 2,)) for k in range(5)]
    model = GraphModel.from_options(["A", "B"], options, preference=[range(32), range(32)])
    (tmp_path / "five.json").write_text(write_exchange(model))
    told = ceasefire("inverse", tmp_path / "five.json", "--wanted", "1", "--count").stdout
    assert "1 is an equilibrium: about 2.1e69 of about 6.9e70 (0.0312)" in told


def test_perceive_tells_kinds_and_corrections(tmp_path):
    file = tmp_path / "spy.json"
    file.write_text(json.dumps(SPY))
    told = answer("perceive", file, "--concepts", "Nash", "--wanted", "1", "--expected")
    assert told["outcomes"]["Nash"]["1"]["kind"] == "misjudged"
    assert told["corrections"]["Nash"] == {"cost": 1, "corrections": [{"holder": "B", "about": "A"}]}
    text = ceasefire("perceive", file, "--concepts", "Nash", "--wanted", "1", "--expected").stdout
    assert "B sees A rightly" in text
    assert "misjudged: holds, though somebody expects another to leave it\nOptions taken in these states:\n  1: nothing\n" in text


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("paths", CHICKEN), 2, "names no status quo"),
        (("paths", CHICKEN, "--from", "9"), 2, "unknown state '9'"),
        (("inverse", CHICKEN), 2, "name a state"),
        (("inverse", CHICKEN, "--wanted", "1", "--only", "Nobody"), 2, "unknown party 'Nobody'"),
        (("inverse", CHICKEN, "--wanted", "1", "--measure", "fly:x"), 2, "is no measure"),
        (("inverse", CHICKEN, "--wanted", "1", "--concept", "Nahs"), 2, "'Nahs'"),
        (("inverse", CHICKEN, "--wanted", "4", "--only", "Driver 1"), 5, "no change of the preferences"),
        (("solve", CHICKEN, "--save", "x.txt"), 7, "written as .json or .gmcr"),
        (("solve", CHICKEN, "--graph", "x.txt"), 7, ".graphml or .json"),
        (("solve", CHICKEN, "--ranges"), 2, "needs a case, whose stakes have ranges"),
        (("solve", CHICKEN, "--concepts", "Nahs"), 2, "CSEQ, or all"),
        (("solve", "no-such-case"), 3, "no-such-case"),
    ],
)
def test_wrong_questions_get_one_message_and_their_exit_code(arguments, code, part):
    done = ceasefire(*arguments)
    assert done.returncode == code
    assert part in done.stderr
    assert "Traceback" not in done.stderr


STRONG = {
    "decision_makers": [{"name": "A", "options": ["on"]}, {"name": "B", "options": ["on"]}],
    "infeasible": [],
    "preferences": {"A": {"ranking": [2, 1, 3, ">>", 4]}, "B": {"ranking": [3, 1, 2, ">>", 4]}},
    "attitudes": {"A": {"B": 1}},
}


def test_solve_tells_of_strength_and_attitudes_beside_the_rankings(tmp_path):
    file = tmp_path / "strong.json"
    file.write_text(json.dumps(STRONG))
    found = answer("solve", file)
    assert found["equilibria"]["Nash"] == [2, 3]
    assert found["structures"]["strong"]["equilibria"]["GMR"] == [1, 2, 3]
    assert set(found["structures"]) == {"general", "strong", "weak", "attitudes"}
    told = ceasefire("solve", file).stdout
    assert "Strongly stable, every sanction much worse:\n  Nash: 2, 3\n" in told


def texts(told, key=None):
    """All text that stands where a value can, with its key; of a list the key of the list."""
    if isinstance(told, dict):
        return [found for name, value in told.items() for found in texts(value, name)]
    if isinstance(told, list):
        return [found for value in told for found in texts(value, key)]
    return [(key, told)] if isinstance(told, str) else []


def test_every_answer_writes_a_state_as_files_do(tmp_path):
    named = {"7": "NN", "02": "YN", "war": "NY", "10": "YY"}
    given = {**STRONG, "state_numbers": named, "status_quo": 7}
    given["preferences"] = {"A": {"ranking": ["02", 7, "war", 10]}, "B": {"ranking": ["war", 7, "02", 10]}}
    file, partial = tmp_path / "named.json", tmp_path / "partial.json"
    file.write_text(json.dumps(given))
    given["preferences"]["A"] = {"partial": {"better": [["02", 7]], "at_least": [["war", 10]]}}
    partial.write_text(json.dumps(given))
    answers = [
        answer("solve", file, "--why", "02,10", "--sensitivity"),
        answer("solve", partial, "--concepts", "Nash"),
        answer("paths", file, "--to", "10,war"),
        answer("inverse", file, "--wanted", "10", "--concept", "SEQ", "--count"),
        answer("inverse", file, "--wanted", "10", "--measure", "remove:B:on=5"),
        answer("perceive", file, "--wanted", "02"),
    ]
    for told in answers:
        numbers = {text for key, text in texts(told) if text.isdecimal() and key not in {"margin", "first", "second"}}
        assert numbers <= {"02"}
    assert answers[0]["equilibria"]["Nash"] == ["02", "war"]
    assert answers[0]["stable"]["GMR"]["A"] == [7, "02", "war"]
    assert answers[2]["from"] == 7
    assert {step["to"] for step in answers[2]["to"]["10"]["route"]} <= {7, 10, "02", "war"}
    assert {c["state"] for change in answers[3]["changes"] for c in change["comparisons"]} == {10}
    assert {name for group in answers[3]["changes"][0]["ranking"]["A"] for name in group} == {7, 10, "02", "war"}
    assert "A finds 10 at least as good as" in ceasefire("inverse", file, "--wanted", "10").stdout


def test_solve_gives_versions_of_unknown_and_thresholds_of_fuzzy_preferences(tmp_path):
    file = tmp_path / "unknown.json"
    partial = {"A": {"partial": {"better": [[2, 1]]}}, "B": {"ranking": [3, 1, 2, 4]}}
    file.write_text(json.dumps({**STRONG, "preferences": partial}))
    assert set(answer("solve", file, "--unknown", "a,d")["structures"]) == {"unknown a", "unknown d"}
    assert "equilibria whatever is still unknown" in ceasefire("solve", file).stdout
    pairs = [[1, 2, 0.3], [1, 3, 0.7], [1, 4, 0.9], [2, 3, 0.8], [2, 4, 1], [3, 4, 0.6]]
    fuzzy = {"A": {"fuzzy": pairs, "threshold": 0.3}, "B": {"ranking": [3, 1, 2, 4]}}
    file.write_text(json.dumps({**STRONG, "preferences": fuzzy}))
    assert set(answer("solve", file)["structures"]) == {"fuzzy"}
    refused = ceasefire("paths", file, "--from", "1")
    assert refused.returncode == 2
    assert "no complete rankings" in refused.stderr
    for arguments in (("solve", file, "--table", tmp_path / "t.csv"), ("solve", file, "--why", "1"), ("perceive", file)):
        refused = ceasefire(*arguments)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "complete rankings" in refused.stderr


def test_inverse_can_correct_a_mistaken_ranking(tmp_path):
    file = tmp_path / "mistaken.json"
    views = {"A": {"preferences": {"A": {"ranking": [2, 1, 3, 4]}}}}
    file.write_text(json.dumps({**SPY, "views": views}))
    found = answer("inverse", file, "--wanted", "1", "--measure", "correct:A=1", "--only", "B")
    assert found["cost"] == found["at_least"] == 1
    assert found["changes"][0]["measures"] == [{"measure": "correct", "party": "A", "cost": 1}]
    assert "correct A (cost 1)" in ceasefire("inverse", file, "--wanted", "1", "--measure", "correct:A", "--only", "B").stdout
    refused = ceasefire("inverse", CHICKEN, "--wanted", "1", "--measure", "correct:A")
    assert refused.returncode == 2


def test_what_cannot_be_counted_or_corrected_leaves_the_rest_of_the_answer():
    counted = answer("inverse", BORDER, "--wanted", "1", "--concept", "SEQ", "--count")
    assert counted["cost"] == 1
    assert counted["rankings"]["1"]["rankings"] is None
    assert "more than 50,000 rankings" in counted["rankings"]["1"]["limit"]
    assert "more than 50,000" in ceasefire("inverse", BORDER, "--wanted", "1", "--concept", "SEQ", "--count").stdout
    corrected = answer("perceive", BORDER, "--wanted", "1")["corrections"]
    assert corrected["Nash"]["corrections"] is None
    assert "North would leave" in corrected["Nash"]["reason"]
    assert corrected["GMR"] == {"cost": 0, "corrections": []}
    assert "Nash, corrections for 1: none suffice; North would leave" in ceasefire("perceive", BORDER, "--wanted", "1").stdout
    assert ceasefire("perceive", BORDER, "--wanted", "1", "--concepts", "Nash").returncode == 5


def test_a_mistake_in_a_file_is_shown_with_its_line(tmp_path):
    file = tmp_path / "war.json"
    file.write_text(json.dumps({**SPY, "bans": [{"from": "NN", "to": "YX"}]}, indent=1), encoding="utf-8")
    done = ceasefire("solve", file)
    line = 1 + file.read_text(encoding="utf-8").split('"YX"')[0].count("\n")
    assert done.returncode == 3
    assert f"war.json:{line}:" in done.stderr
    assert "bans[0].to" in done.stderr


def test_solve_tells_why_with_the_replies_that_hold_a_party_back():
    found = answer("solve", CHICKEN, "--concepts", "Nash,GMR", "--why", "4")["why"]["4"]
    nash, general = found["Nash"], found["GMR"]
    assert all(not one["stable"] and one["improvements"][0]["sanction"] is None for one in nash.values())
    assert all(one["stable"] and one["improvements"][0]["sanction"] for one in general.values())
    told = ceasefire("solve", CHICKEN, "--concepts", "GMR", "--why", "4").stdout
    assert "to 3: held back by Driver 2 to 1" in told


def test_solve_tells_margins_of_stakes_in_their_unit():
    found = answer("solve", "tutorial", "--concepts", "Nash", "--why", "1")["why"]["1"]["Nash"]
    assert all(one["margin"] is None or isinstance(Fraction(one["margin"]), Fraction) for one in found.values())
    assert any(one["margin"] is not None for one in found.values())
    assert all((Fraction(one["margin"]) >= 0) == one["stable"] for one in found.values() if one["margin"] is not None)
