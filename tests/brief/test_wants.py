"""The brief says what parties say they want, and what outcomes are judged to be worth to them."""

from datetime import date

import pytest

from ceasefire.brief.notebook import Notebook
from ceasefire.brief.wants import wants_blocks
from ceasefire.case import load


def tables(case):
    """Rows as texts, by key of the table."""
    found = list(wants_blocks(case, Notebook(case)))
    return {table.key: [["".join(span.text for span in cell.spans) for cell in row] for row in table.rows] for table in found}


@pytest.mark.parametrize("day", [date(2020, 10, 8), date(2020, 11, 20)])
def test_an_aim_is_listed_from_the_day_on_which_the_record_shows_it(day):
    case = load("karabakh-2020", as_of=day)
    dates = {entry.key: entry.date for entry in case.record}
    shown = {(party.name, aim.text) for party in case.parties for aim in party.aims if any(dates[key] <= day for key in aim.record)}
    assert {tuple(row) for row in tables(case)["tab-aims"]} == shown
    assert ("Artsakh authorities (Nagorno-Karabakh)", "Hold territory and gain recognition of self-determination.") in shown or (
        day < date(2020, 10, 29)
    )


def test_every_stake_of_those_who_decide_is_listed_with_its_range_and_reason():
    case = load("karabakh-2020")
    deciding = {option.owner for option in case.options}
    stakes = [(party.name, stake) for party in case.parties if party.code in deciding for stake in party.stakes]
    rows = tables(case)["tab-stakes"]
    assert [(row[0], row[1], row[4]) for row in rows] == [(name, s.when.text, s.judgement.why) for name, s in stakes]
    assert all(row[3].count(" to ") == (s.judgement.low < s.judgement.high) for row, (_, s) in zip(rows, stakes, strict=True))
