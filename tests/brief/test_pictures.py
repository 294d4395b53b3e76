from datetime import date
from types import SimpleNamespace

from ceasefire.brief import Figure, Table
from ceasefire.brief.notebook import Notebook
from ceasefire.brief.pictures import before_and_after, by_day, by_month
from ceasefire.case import load
from ceasefire.record import measure


def answers_on(day):
    case = load("karabakh-2020")
    return SimpleNamespace(case=case, measures=measure(case, day))


def test_every_figure_of_the_record_has_its_table_and_a_line_of_coverage():
    answers = answers_on(date(2020, 11, 25))
    book = Notebook(answers.case)
    blocks = [*by_day(answers, book), *by_month(answers, book), *before_and_after(answers)]
    figures = [block for block in blocks if isinstance(block, Figure)]
    tables = {block.key: block for block in blocks if isinstance(block, Table)}
    assert [one.key for one in figures] == ["fig-above", "fig-days", "fig-heat", "fig-truces"]
    assert all(one.twin in tables and one.source for one in figures)
    assert "dashed rules" in figures[0].alt
    (third,) = [
        row for row in tables["tab-windows"].rows if row[0].spans[0].text.startswith("Washington") and row[1].spans[0].text == "7"
    ]
    assert [cell.spans[0].text for cell in third[2:4]] == ["74.4", "57.4"]
    counted = sum(int(row[3].spans[0].text) for row in tables["tab-days"].rows)
    assert counted == sum(one.is_government and one.entry.date >= answers.measures.since for one in answers.measures.classified)


def test_before_the_first_truce_there_is_no_figure_of_truces():
    answers = answers_on(date(2020, 10, 8))
    assert before_and_after(answers) == ()
    assert "rules" not in by_day(answers, Notebook(answers.case))[0].alt
