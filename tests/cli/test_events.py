import json
import os
import subprocess
import sys

ROWS = "date,actor,target,code,text\n2020-10-01,TUR,AZE,051,praise\n2020-10-01,TUR,AZE,051,praise again\nsoon,TUR,AZE,051,x\n"


def run(*arguments, **environment):
    command = [sys.executable, "-m", "ceasefire", "events", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})  # noqa: S603


def test_import_status_query_and_rejects_as_json(tmp_path):
    file, store = tmp_path / "mine.csv", tmp_path / "store"
    file.write_text(ROWS)
    done = json.loads(run("import", file, "--store", store, "--json").stdout)
    assert done["files"] == [{"file": "mine.csv", "format": "own", "release": "", "rows_in": 3, "kept": 2, "rejected": 1}]
    status = json.loads(run("status", "--json", CEASEFIRE_EVENTS=str(store)).stdout)
    assert status["coverage"] == [{"source": "own", "rows": 2, "months": {"2020-10": 2}}]
    asked = json.loads(run("query", "--store", store, "--by", "act", "--filter", "one-a-day-names", "--json").stdout)
    assert asked["rows"] == [{"act": "word", "n": 1, "n_unfiltered": 2}]
    shares = json.loads(run("query", "--store", store, "--by", "act", "--filter", "one-a-day-names,normalised", "--json").stdout)
    assert shares["rows"] == [{"act": "word", "n": 1, "n_unfiltered": 2, "share": 1.0, "share_unfiltered": 1.0}]
    assert shares["made"]["share unfiltered"] == "1 of 2 rows"
    assert (asked["made"]["rows"], asked["made"]["rows unfiltered"]) == ("1", "2")
    assert json.loads(run("rejects", "mine.csv", "--store", store, "--json").stdout)[0]["line"] == 4
    again = run("query", "--store", store, "--filter", "one-a-day-names", "--filter", "root,two-states", "--json")
    told = json.loads(again.stdout)["made"]["presets"]
    assert all(name in told for name in ("one-a-day-names:", "root:", "two-states:"))
    written = run("query", "--store", store, "--out", tmp_path / "out.csv", "--columns", "date,text")
    assert written.returncode == 0
    assert (tmp_path / "out.csv").read_text().splitlines()[0] == "date,text"


def test_what_cannot_be_used_is_told_with_its_exit_code(tmp_path):
    (tmp_path / "x.txt").write_text("nothing\n")
    done = run("import", tmp_path / "x.txt", "--store", tmp_path / "s")
    assert done.returncode == 4
    assert "not used: x.txt:1: is not any known format" in done.stderr
    assert f"path: {tmp_path / 'x.txt'}" in done.stderr
    absent = run("import", tmp_path / "absent", "--store", tmp_path / "s")
    assert (absent.returncode, "no such file or folder" in absent.stderr) == (4, True)
    assert run("query", "--store", tmp_path / "s", "--quad", "7").returncode == 2
    assert run("fetch", "ucdp", "--from", "2020-01-01", "--to", "2020-01-02").returncode == 4


def test_slips_of_the_hand_are_not_taken_for_nothing_to_do(tmp_path):
    file, store, empty = tmp_path / "mine.csv", tmp_path / "store", tmp_path / "empty"
    file.write_text(ROWS)
    empty.mkdir()
    assert run("import", file, "--store", store).returncode == 0
    for arguments, told in (
        (("import", empty), "a folder that holds no file"),
        (("import", file, "--format", "gdlt"), "unknown format 'gdlt'"),
        (("rejects", "mime.csv"), "did you mean 'mine.csv'?"),
        (("query", "--act", "words"), "no act 'words'"),
        (("query", "--code", "999"), "no CAMEO code '999'"),
    ):
        done = run(*arguments, "--store", store)
        assert (done.returncode, told in done.stderr) == (4, True), (arguments, done.stderr)
    assert str(tmp_path / "absent") in run("status", "--store", tmp_path / "absent").stdout


def test_a_misspelt_store_is_refused_and_not_taken_for_an_empty_one(tmp_path):
    for command in (("query",), ("rejects", "mine.csv")):
        refused = run(*command, "--store", tmp_path / "strore")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "is no event store; `ceasefire events import` makes one" in refused.stderr
