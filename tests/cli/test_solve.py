import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "graphmodel"


def ceasefire(*arguments):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


@pytest.mark.parametrize("name", ["chicken", "three_party_border"])
def test_solve_prints_the_stated_solution_as_json(name):
    file = EXAMPLES / f"{name}.json"
    done = ceasefire("solve", file, "--json")
    answer, expected = json.loads(done.stdout), json.loads(file.read_text(encoding="utf-8"))
    assert done.returncode == 0
    assert done.stderr == ""
    assert answer == {"states": expected["state_numbers"], **expected["expected"]}


def test_the_same_input_gives_the_same_bytes():
    file = EXAMPLES / "three_party_border.json"
    assert ceasefire("solve", file).stdout == ceasefire("solve", file).stdout


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"{ oops", ":1:3: not JSON"), (b"\xff\xfe{}", "not UTF-8"), (b"[]", "expected an object"), (b"{}", "no decision makers")],
)
def test_a_wrong_file_gives_one_message_and_exit_code_3(tmp_path, content, part):
    file = tmp_path / "war.json"
    file.write_bytes(content)
    done = ceasefire("solve", file)
    assert done.returncode == 3
    assert part in done.stderr
    assert "war.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_and_an_unknown_concept_are_named():
    missing = ceasefire("solve", "nowhere.json")
    assert missing.returncode == 3
    assert "nowhere.json: cannot be read" in missing.stderr
    wrong = ceasefire("solve", EXAMPLES / "chicken.json", "--concepts", "Nahs")
    assert wrong.returncode == 2
    assert "'Nahs'" in wrong.stderr


def test_help_does_not_load_the_engines():
    assert "solve" in ceasefire("--help").stdout
    loaded = "import sys, ceasefire.cli.app; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert done.stdout.strip() == "False"
