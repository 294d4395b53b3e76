from dataclasses import replace

import pytest

from ceasefire.brief import Cell, Column, Document, Figure, Note, Paragraph, Section, SourceLine, Span, Table


def page(*blocks, notes=(), sources=()):
    return Document("War", "", (), (Section("one", "One", blocks),), notes, sources, ())


def test_a_missing_note_is_named_when_the_document_is_made():
    with pytest.raises(ValueError, match="note 'n9' is used in section 'one'"):
        page(Paragraph((Span("7", ("n9",)),)))


def test_a_missing_note_inside_a_table_is_named():
    with pytest.raises(ValueError, match="note 'n9'"):
        page(Table("t", "T", (Column("A"),), ((Cell((Span("7", ("n9",)),)),),)))


def test_a_note_with_a_missing_source_is_refused_even_when_unused():
    with pytest.raises(ValueError, match="source 's1' is used in note 'n1'"):
        page(notes=(Note("n1", "why", ("s1",)),))


def test_a_figure_without_its_table_is_refused():
    with pytest.raises(ValueError, match="figure 'f' has no twin: there is no table 't'"):
        page(Figure("f", "F", "f", {}, "t", ""))


def test_a_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="row 1 of table 't' has 2 cells for 1 columns"):
        page(Table("t", "T", (Column("A"),), ((Cell(), Cell()),)))


@pytest.mark.parametrize("key", ["../up", "a b", "", "1", 'x"y'])
def test_keys_that_could_leave_the_folder_or_break_an_address_are_refused(key):
    with pytest.raises(ValueError, match="must be a letter followed by"):
        page(Table(key, "T", (), ()))


@pytest.mark.parametrize(
    ("blocks", "notes", "sources", "message"),
    [
        ((Table("t", "", (), ()), Table("t", "", (), ())), (), (), "two tables"),
        ((Table("t", "", (), ()), Table("T", "", (), ())), (), (), "differ only in case"),
        ((), (Note("n", "a"), Note("n", "b")), (), "two notes"),
        ((), (), (SourceLine("s", "", "", "", ""), SourceLine("s", "", "", "", "")), "two sources"),
    ],
)
def test_a_key_is_used_once(blocks, notes, sources, message):
    with pytest.raises(ValueError, match=message):
        page(*blocks, notes=notes, sources=sources)


def test_two_sections_with_one_key_are_refused(make):
    document = make()
    with pytest.raises(ValueError, match="two sections have the key 'record'"):
        replace(document, sections=document.sections * 2)
