"""A record as CSV or Parquet says the same as one in YAML, and names its mistakes by line."""

import csv
import shutil

import pytest

from ceasefire import case
from ceasefire.errors import CaseError

HEADER = ["id", "date", "actor_name", "actor_code", "actor_level", "targets", "kind", "category", "cameo", "summary", "sources"]
ROWS = [
    ["e1", "2031-03-02", "A minister", "X-P", "state", "X-A;X-B", "word", "demand", "1056", "Demands a halt, at once.", "example"],
    ["e2", "2031-03-04", "An army", "X-A", "state", "X-B", "deed", "assault", "190", "Attacks.", "example"],
]


@pytest.fixture
def folder(tmp_path):
    for name, text in case.scaffold("border-2031").items():
        (tmp_path / name).write_text(text.split("# What was said and done")[0], encoding="utf-8")
    return tmp_path


def write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])


def test_a_table_becomes_entries(folder):
    write(folder / "record.csv", ROWS)
    first, second = case.load(folder).record
    assert (first.actor, first.targets, first.cameo, first.sources) == ("X-P", ("X-A", "X-B"), "1056", ("example",))
    assert (second.kind, second.category, str(second.date)) == ("deed", "assault", "2031-03-04")


def test_parquet_says_the_same_as_csv(folder):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    write(folder / "record.csv", ROWS)
    from_csv = case.load(folder).record
    with duckdb.connect() as engine:
        table = engine.read_csv(str(folder / "record.csv"), all_varchar=True)
        table.write_parquet(str(folder / "record.parquet"))
    (folder / "record.csv").unlink()
    assert case.load(folder).record == from_csv
    pattern = folder.with_name("case [draft]")
    folder.rename(pattern)
    decoy = pattern.with_name("case d")
    shutil.copytree(pattern, decoy)
    (decoy / "record.parquet").write_bytes(b"no table")
    assert case.load(pattern).record == from_csv


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["e3", "3 March", *ROWS[0][2:]], "wrong-type"),
        (["e3", "2031-03-03", "", "", "state", *ROWS[0][5:]], "missing-field"),
        (["e3", *ROWS[0][1:6], "speech", *ROWS[0][7:]], "wrong-choice"),
        (["e3"], "bad-row"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(folder, row, code):
    write(folder / "record.csv", [*ROWS, row])
    with pytest.raises(CaseError) as caught:
        case.load(folder)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert {problem.line for problem in caught.value.problems} == {4}


def test_a_record_in_two_files_and_a_broken_table_are_refused(folder):
    write(folder / "record.csv", ROWS)
    (folder / "record.parquet").write_bytes(b"PAR1 no table")
    with pytest.raises(CaseError, match="two files"):
        case.load(folder)
    (folder / "record.csv").unlink()
    with pytest.raises(CaseError, match="not Parquet"):
        case.load(folder)


def test_a_column_that_is_missing_or_misspelt_is_said_once_for_the_table(folder):
    text = (",".join(HEADER)).replace("actor_code", "actor_cod") + "\n" + 3 * (",".join(ROWS[1]) + "\n")
    (folder / "record.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        case.load(folder)
    assert [(p.line, p.code, p.message, p.hint) for p in sorted(caught.value.problems, key=lambda p: p.code)] == [
        (1, "missing-column", "column 'actor_code' is missing", "did you mean 'actor_cod'?"),
        (1, "unknown-field", "unknown column 'actor_cod'", "did you mean 'actor_code'?"),
    ]


def test_a_record_parted_by_semicolons_is_told_to_use_commas(folder):
    (folder / "record.csv").write_text(";".join(HEADER) + "\n" + ";".join(ROWS[1]) + "\n", encoding="utf-8")
    with pytest.raises(CaseError, match="parted by semicolons") as caught:
        case.load(folder)
    assert len(caught.value.problems) == 1
