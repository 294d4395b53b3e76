"""Every number of a table has a footnote, its own or the table's."""

from ceasefire import study
from ceasefire.brief import Table, blocks
from ceasefire.brief.document import Cell, Column, Figure, Section, Span
from ceasefire.brief.footing import footed, is_bare
from ceasefire.brief.notebook import Notebook
from ceasefire.case import load

COLUMNS = (Column("Who"), Column("How many", "number"))


def rows(*cells):
    return tuple((Cell((Span("Red"),)), cell) for cell in cells)


def test_a_number_without_a_note_is_bare_and_words_are_not():
    assert is_bare(Table("t", "T", COLUMNS, rows(Cell((Span("about 3"),)))))
    assert not is_bare(Table("t", "T", COLUMNS, rows(Cell((Span("3", ("n",)),)))))
    assert not is_bare(Table("t", "T", COLUMNS, rows(Cell((Span("none"),)))))


def test_the_twin_of_a_figure_takes_over_its_source():
    case = load("tutorial")
    book = Notebook(case)
    table = Table("t", "T", COLUMNS, rows(Cell((Span("3"),))))
    section = footed(Section("s", "S", (Figure("f", "F", "F", {}, "t", "counted by hand"), table)), book)
    (note,) = section.blocks[1].notes
    assert "counted by hand" in {n.key: n.text for n in book.contents()[0]}[note]


def test_no_table_of_a_brief_is_bare():
    document = study.run(load("tutorial")).document
    tables = [block for block in blocks(document) if isinstance(block, Table)]
    assert len(tables) > 8
    assert not [table.key for table in tables if is_bare(table)]
