"""The reference of case files names every field that a case may have."""

from pathlib import Path

from ceasefire.case import layout

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "case-file.md"


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
