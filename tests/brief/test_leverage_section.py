"""The part of the bundled case's brief on sheets: every number with band, unit, year and source."""

import re

import pytest

from ceasefire import case as cases
from ceasefire.brief.document import Document, Figure, Items, Paragraph, Section, Table
from ceasefire.brief.notebook import Notebook
from ceasefire.brief.sheets import sheet_blocks
from ceasefire.figures import render_svg
from ceasefire.leverage.sheet_reading import read_book
from ceasefire.leverage.tension import tensions
from ceasefire.testing import a_case, a_party

STATUSES = ("measured", "derived", "unverified", "illustrative")


@pytest.fixture(scope="module")
def page():
    case = cases.load("karabakh-2020")
    book = Notebook(case)
    found = read_book(case.sheets, "sheets.yaml", case)
    blocks = tuple(sheet_blocks(found, tensions(case, found.adversaries), case, book))
    notes, sources = book.contents()
    return Document("War", "", (), (Section("leverage", "Leverage", blocks),), notes, sources, ()), found


def blocks(page, kind):
    return {block.key: block for block in page[0].sections[0].blocks if isinstance(block, kind)}


def words(cell):
    return "".join(span.text for span in cell.spans)


def test_matrix_bars_scatter_and_sectors_each_have_their_table_and_draw(page):
    figures, tables = blocks(page, Figure), blocks(page, Table)
    assert list(figures) == ["fig-matrix", "fig-costs", "fig-scatter", "fig-sectors"]
    for figure in figures.values():
        assert figure.twin in tables
        assert figure.alt
        assert "billion USD a year" in figure.source
        assert render_svg(figure.spec, name=figure.key, title=figure.title).startswith("<svg")


def test_the_finding_of_the_bars_counts_measures_of_which_both_losses_are_known(page):
    both = [one for one in page[1].assessments if one.target_loss.year and one.sender_loss.year]
    more = sum(one.target_loss.year.value > one.sender_loss.year.value for one in both)
    assert f"in {more} of {len(both)}" in blocks(page, Figure)["fig-costs"].title
    assert "not known" in render_svg(blocks(page, Figure)["fig-costs"].spec)


def test_every_printed_loss_has_a_band_a_unit_a_year_and_a_note_with_sources_or_the_mark_illustrative(page):
    document, found = page
    notes = {note.key: note for note in document.notes}
    table = blocks(page, Table)["tab-sheets"]
    titles = [column.title for column in table.columns]
    assert len(table.rows) == len(found.assessments)
    for row, one in zip(table.rows, found.assessments, strict=True):
        assert f"({one.sheet.period})" in words(row[0])
        assert re.search(r"\d{4}", one.sheet.period)
        for at in (titles.index("Target loses, bn USD a year"), titles.index("Sender loses, bn USD a year")):
            if words(row[at]).startswith("not known"):
                continue
            assert re.fullmatch(r"\S+ \(\S+ to \S+\)", words(row[at]))
            (key,) = row[at].spans[0].notes
            assert "billion USD a year" in notes[key].text
            assert any(f"({status})" in notes[key].text for status in STATUSES)
            assert notes[key].sources or "(illustrative)" in notes[key].text
    assert words(table.rows[0][titles.index("Sender loses, bn USD a year")])


def test_the_table_of_cells_says_of_each_how_good_it_is(page):
    rows = blocks(page, Table)["tab-cells"].rows
    assert len(rows) == sum(len(one.sheet.cells) for one in page[1].assessments)
    assert {words(row[-1]) for row in rows} == set(STATUSES)
    assert all(words(row[-2]) for row in rows)
    volume = next(row for row in rows if (words(row[0]), words(row[1])) == ("rus-gas-tur", "volume"))
    assert words(volume[-1]) == "derived"


def test_the_sourced_figures_are_printed(page):
    notes = " ".join(note.text for note in page[0].notes)
    assert "0.243 (0.229 to 0.257) % of the GDP of Russia" in notes
    assert "31 (25.2 to 32.2) % of the sector" in notes
    assert "0.0735 (0.0613 to 0.074) % of the GDP of Turkey" in notes
    assert "(212 days)" in " ".join(words(cell) for row in blocks(page, Table)["tab-instruments"].rows for cell in row)


def test_thresholds_are_shown_and_varied_and_each_sender_is_weighed_first_and_last(page):
    notes = {note.key: note.text for note in page[0].notes}
    table = blocks(page, Table)["tab-sheets"]
    at = [column.title for column in table.columns].index("At the stated thresholds")
    gas = next(row for row in table.rows if "rus-gas-tur" in words(row[0]))
    assert words(gas[at]) == "strong: depends; credible: depends"
    (key,) = gas[at].spans[0].notes
    assert all(part in notes[key] for part in ("conceding 2.1", "conceding 4.2", "conceding 8.4", "credible no", "credible yes"))
    senders = blocks(page, Table)["tab-senders-aze"]
    assert [words(row[0]) for row in senders.rows] == ["Israel", "Russia", "Turkey", "United States", "European Union"]


def test_cost_is_not_compliance_stands_where_the_reader_begins_and_tensions_read_as_sentences(page):
    all_blocks = page[0].sections[0].blocks
    assert isinstance(all_blocks[0], Paragraph)
    assert "Cost is not compliance" in words(all_blocks[0])
    left_out, items = [block for block in all_blocks if isinstance(block, Items)]
    missing = ["".join(span.text for span in item) for item in left_out.items]
    assert [line.partition(":")[0] for line in missing] == sorted({one.sheet.kind for one in page[1].assessments})
    assert all("upper bounds" in line for line in missing if line.startswith(("energy", "goods")))
    told = ["".join(span.text for span in item) for item in items.items]
    assert any(line.startswith("Israel has a tie of arms with Azerbaijan, ally of its adversary Turkey. ") for line in told)
    assert any(line.startswith("Russia has a tie of energy with Turkey, its adversary. ") for line in told)


def test_a_case_of_sheets_without_payers_or_levers_has_no_empty_tables():
    case = a_case(parties=(a_party("RUS"), a_party("TUR")))
    text = "format: 1\nsheets:\n  ban: {kind: goods, sender: RUS, target: TUR, text: Ban, period: '2019', cells: {value: {value: 1}}}\n"
    found = read_book(text, "s.yaml", case)
    tables = {block.key for block in sheet_blocks(found, (), case, Notebook(case)) if isinstance(block, Table)}
    assert tables == {"tab-sheets", "tab-instruments", "tab-cells"}


def test_sheets_of_which_no_loss_is_known_draw_no_empty_figure():
    case = a_case(parties=(a_party("X-A"), a_party("X-B")))
    text = (
        'format: 1\nsheets:\n  gold: {kind: goods, sender: X-A, target: X-B, text: Buy none, period: "2030", cells: '
        "{value: {value: 1, why: Not measured.}}}\n"
    )
    found = read_book(text, "sheets.yaml", case)
    drawn = tuple(sheet_blocks(found, (), case, Notebook(case)))
    assert not [block for block in drawn if isinstance(block, Figure)]
    first = drawn[0]
    assert isinstance(first, Paragraph)
    assert first.spans[0].text.startswith("1 measure has a sheet of figures: 1 illustrative cell. ")
