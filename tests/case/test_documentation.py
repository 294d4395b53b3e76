"""The reference of case files names every field that a case may have."""

import re
from pathlib import Path

import pytest

from ceasefire.case import layout
from ceasefire.reference import cameo, word_or_deed

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "reference" / "case-file.md"


def fields(shape):
    for name, inner in shape.fields.items():
        yield name
        yield from fields(inner)
    for inner in (shape.item, *shape.either):
        if inner is not None:
            yield from fields(inner)


def test_every_field_of_a_case_is_documented():
    text = PAGE.read_text(encoding="utf-8")
    names = {
        name for shape in (layout.CASE, layout.PARTIES, layout.SOURCES, layout.RECORD, layout.CLAIMS) for name in fields(shape)
    }
    told = names - {"case", "version"}
    assert len(told) > 80
    assert sorted(name for name in told if f"`{name}`" not in text) == []


@pytest.mark.parametrize(
    ("heading", "shape"),
    [
        ("case.yaml", layout.CASE),
        ("The wanted outcome", layout.CASE.fields["wanted"]),
        ("Levers", layout.CASE.fields["levers"].item),
        ("Record entries", layout.RECORD.fields["entries"].item),
    ],
)
def test_the_fields_said_to_be_required_are_those_that_are(heading, shape):
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (line,) = re.findall(r"^Required: (.*)\.$", section, re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == [name for name, inner in shape.fields.items() if inner.required]


def test_the_codes_that_the_guide_names_exist_and_count_as_it_says():
    section = (DOCS / "how-to" / "write-a-case.md").read_text(encoding="utf-8").split("## Codes")[1].split("\n## ")[0]
    rows = re.findall(r"^\| [^|]+ \| (word|deed) \| ([0-9; ]+) \|$", section, re.MULTILINE)
    assert len(rows) > 8
    for kind, listed in rows:
        for code in listed.split("; "):
            assert cameo(code) is not None
            assert (word_or_deed(code) == "word") == (kind == "word"), code
