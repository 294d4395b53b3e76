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


def test_texts_of_others_cannot_steer_the_terminal_and_counts_go_to_files(tmp_path):
    file, store = tmp_path / "a\x1b[2J.csv", tmp_path / "store"
    file.write_text("date,actor,target,code,text\n2020-10-01,TUR,AZE,051,\x1b]0;title\x07\nsoon\x1b[31m,TUR,AZE,051,x\n")
    done = run("import", file, tmp_path / "none", "--store", store)
    assert done.returncode == 4  # one of the two is not there, and nothing is imported
    (tmp_path / "other.txt").write_text("\x1b[2J")
    done = run("import", file, tmp_path / "other.txt", "--store", store)
    asked = run("query", "--store", store)
    rejected = run("rejects", r"a\x1b[2J.csv", "--store", store)
    assert r"a\x1b[2J.csv: own: 2 rows in = 1 kept + 1 rejected" in done.stdout
    assert r"\x1b]0;title\x07" in asked.stdout
    assert r":3: unreadable date: soon\x1b[31m,TUR" in rejected.stdout
    assert not any("\x1b" in one.stdout + one.stderr for one in (done, asked, rejected))
    written = run("query", "--store", store, "--by", "month,act", "--out", tmp_path / "out.csv")
    assert written.returncode == 0
    assert (tmp_path / "out.csv").read_text() == "month,act,n,n_unfiltered\n2020-10,word,1,1\n"
    nothing = run("import", store, "--store", store)
    assert (nothing.returncode, nothing.stdout.split(":")[0]) == (0, "No file to import")
