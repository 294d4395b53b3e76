import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mediation"


def ceasefire(*arguments):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


@pytest.mark.parametrize("name", ["one_border_two_powers", "blunt_embargo"])
def test_packages_prints_exactly_the_stated_solution_as_json(name):
    file = EXAMPLES / f"{name}.json"
    given = json.loads(file.read_text(encoding="utf-8"))
    done = ceasefire("packages", file, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == given["expected"]
    for mode, expected in given["if_credibility_is"].items():
        answer = json.loads(ceasefire("packages", file, "--json", "--credibility", mode).stdout)
        assert {key: answer[key] for key in expected} == expected


def test_an_impossible_question_is_answered_and_no_error():
    done = ceasefire("packages", EXAMPLES / "blunt_embargo.json", "--credibility", "filter")
    assert done.returncode == 0
    assert "No package" in done.stdout


def test_a_wrong_problem_gives_one_message_and_exit_code_3(tmp_path):
    file = tmp_path / "war.json"
    file.write_text('{"options": [],\n "dms" }', encoding="utf-8")
    done = ceasefire("packages", file)
    assert done.returncode == 3
    assert "war.json:2:8: not JSON" in done.stderr
