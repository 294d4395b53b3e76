import json
import re
import subprocess
import sys
from pathlib import Path

import pytest


def ceasefire(*arguments, cwd=None):
    command = [sys.executable, "-m", "ceasefire", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=cwd)  # noqa: S603 - our own program


def test_a_new_case_is_checked_answered_and_never_overwritten(tmp_path):
    assert ceasefire("new", "border-2031", cwd=tmp_path).returncode == 0
    assert "no problem found" in ceasefire("check", "border-2031", cwd=tmp_path).stdout
    done = ceasefire("brief", "border-2031", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Outside power spoke once and did nothing on record" in done.stdout
    assert {"brief.html", "brief.md", "brief.json"} <= {path.name for path in (tmp_path / "briefs/border-2031").iterdir()}
    again = ceasefire("new", "border-2031", cwd=tmp_path)
    assert again.returncode == 7
    assert "exists already" in again.stderr


def test_a_brief_can_be_asked_as_of_another_day_in_one_format(tmp_path):
    done = ceasefire("brief", "tutorial", "--as-of", "2031-03-12", "--format", "json", "--out", tmp_path / "b")
    assert done.returncode == 0
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["brief.json"]
    said = json.loads((tmp_path / "b" / "brief.json").read_text(encoding="utf-8"))
    assert "2031-03-12" in said["subtitle"]


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("check", "karabak-2020"), 3, "did you mean 'karabakh-2020'?"),
        (("brief", "nothing/case.yaml"), 3, "cannot be read"),
        (("brief", "tutorial", "--as-of", "yesterday"), 2, "'yesterday' is not a date"),
        (("brief", "tutorial", "--format", "pdf"), 2, "unknown format 'pdf'"),
        (("new", "My War!"), 3, "border-2031"),
    ],
)
def test_wrong_use_gives_one_clear_message(tmp_path, arguments, code, part):
    done = ceasefire(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert part in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = ceasefire("brief", "tutorial", "--out", tmp_path / "taken")
    assert done.returncode == 7
    assert "taken" in done.stderr
    assert "hint:" in done.stderr


def test_bundled_cases_and_schema_are_printed():
    assert {"karabakh-2020", "tutorial"} <= set(json.loads(ceasefire("cases", "--json").stdout))
    assert "tutorial: " in ceasefire("cases").stdout
    assert json.loads(ceasefire("schema").stdout)["title"] == "ceasefire case"


def test_the_package_writes_the_same_bytes_twice(tmp_path):
    for name in ("a", "b"):
        assert ceasefire("brief", "tutorial", "--out", tmp_path / name).returncode == 0
    first, second = (
        {path.name: path.read_bytes() for path in Path(tmp_path / name).iterdir() if path.is_file()} for name in ("a", "b")
    )
    assert first == second


def test_codes_are_found_by_name_and_say_what_they_count_as():
    assert ceasefire("codes", "truce").stdout == "0871    Declares a truce (a diplomatic act)\n"
    (found,) = json.loads(ceasefire("codes", "African", "Union", "--json").stdout)
    assert found == {"code": "X-AU", "name": "African Union", "what": "intergovernmental"}
    assert "ARE     United Arab Emirates (country)" in ceasefire("codes", "uae").stdout
    nothing = ceasefire("codes", "truce", "xyzzy")
    assert nothing.returncode == 5
    assert "no code has a name with 'truce' and 'xyzzy'" in nothing.stderr


def test_check_reads_the_checks_of_claims_and_says_that_warnings_leave_a_case_usable(tmp_path):
    ceasefire("new", "border-2031", cwd=tmp_path)
    claims = tmp_path / "border-2031" / "claims.yaml"
    text = "claims:\n  - {id: C1, claim: One power can., check: {kind: coalition, alone: X-Q}}\n"
    claims.write_text(text, encoding="utf-8")
    refused = ceasefire("check", "border-2031", cwd=tmp_path)
    assert refused.returncode == 3
    assert "border-2031/claims.yaml:2: claim C1: check 'coalition': the case has no party 'X-Q'" in refused.stderr
    claims.write_text(text.replace("X-Q", "X-P"), encoding="utf-8")
    case = tmp_path / "border-2031" / "case.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace('cameo: "1056"', 'cameo: "999"'), encoding="utf-8")
    doubted = ceasefire("check", "border-2031", cwd=tmp_path)
    assert doubted.returncode == 0
    assert "border-2031: can be used, 1 warning. As of" in doubted.stdout
    assert "has the CAMEO code '999'" in doubted.stderr


@pytest.mark.parametrize(
    ("dropped", "says"),
    [
        ("record", "what was said and done (no record)"),
        ("wanted", "why the war goes on and who could stop it (no wanted outcome)"),
        ("levers", "who could stop it (no levers)"),
    ],
)
def test_check_says_what_a_brief_will_leave_out(tmp_path, dropped, says):
    ceasefire("new", "border-2031", cwd=tmp_path)
    case = tmp_path / "border-2031" / "case.yaml"
    assert "A brief will say" not in ceasefire("check", "border-2031", cwd=tmp_path).stdout
    text = case.read_text(encoding="utf-8")
    case.write_text(re.sub(rf"^{dropped}:\n(?:[ #\n].*\n|\n)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    done = ceasefire("check", "border-2031", cwd=tmp_path)
    assert done.stdout.endswith(f"A brief will say nothing of {says}.\n"), done.stderr


def test_leverage_of_a_case_without_levers_says_so(tmp_path):
    ceasefire("new", "border-2031", cwd=tmp_path)
    case = tmp_path / "border-2031" / "case.yaml"
    text = re.sub(r"^levers:\n(?:[ #\n].*\n|\n)*", "", case.read_text(encoding="utf-8"), flags=re.MULTILINE)
    case.write_text(text, encoding="utf-8")
    assert ceasefire("leverage", "border-2031", cwd=tmp_path).stdout == "The case names no lever.\n"


def test_robust_says_where_nothing_has_a_range(tmp_path):
    ceasefire("new", "border-2031", cwd=tmp_path)
    case = tmp_path / "border-2031" / "case.yaml"
    text = case.read_text(encoding="utf-8")
    assert ceasefire("robust", "border-2031", cwd=tmp_path).stdout.startswith("Reliability of every package")
    case.write_text(text.replace("range: [1, 3]", "value: 2").replace("range: [-4, -2]", "value: -3"), encoding="utf-8")
    assert ceasefire("robust", "border-2031", cwd=tmp_path).stdout.startswith("Nothing has a range, so that every draw is the same")
