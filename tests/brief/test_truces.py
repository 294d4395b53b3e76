"""A breach is a claim: the brief says whose, and what another account says."""

from dataclasses import replace
from datetime import date

from ceasefire.brief.answers import Answers
from ceasefire.brief.notebook import Notebook
from ceasefire.brief.words import truces_section
from ceasefire.case import load
from ceasefire.record import measure


def test_force_that_is_no_breach_is_counted_in_the_footnote():
    case = load("karabakh-2020", as_of=date(2020, 11, 12))
    book = Notebook(case)
    truces_section(Answers(case, measure(case), None, None, None, (), None, "", ()), book)
    notes = [note.text for note in book.contents()[0] if note.text.startswith("Entries of force")]
    apart = "1 on the day of the truce, before or after its hour, 1 dated over days that are not all under it"
    assert f"Entries of force on 7 whole days (not counted: {apart})" in notes
    assert any("1 of low confidence, 1 against nobody bound by it)" in text for text in notes)


def test_a_claimed_breach_is_printed_with_its_claimant_and_the_other_account():
    case = load("karabakh-2020", as_of=date(2020, 11, 12))
    answers = Answers(case, measure(case), None, None, None, (), None, "", ())
    table = next(block for block in truces_section(answers, Notebook(case)).blocks if getattr(block, "key", "") == "tab-truces")
    cells = ["".join(span.text for span in row[3].spans) for row in table.rows]
    claimed = [truce for truce in case.truces if truce.minutes_to_breach is not None]
    assert len(claimed) == 3
    for truce, cell in zip(claimed, cells[:3], strict=True):
        name = next(party.name for party in case.parties if party.code == truce.claimed_by)
        assert cell == f"{truce.minutes_to_breach:g}; claim of {name}; other account: {truce.other_account}"
    assert cells[3] == "not claimed"


def test_a_truce_without_any_count_of_deaths_says_so_once():
    case = load("karabakh-2020", as_of=date(2020, 11, 12))
    bare = replace(case, counts=())
    answers = Answers(bare, measure(bare), None, None, None, (), None, "", ())
    blocks = truces_section(answers, Notebook(bare)).blocks
    table = next(block for block in blocks if getattr(block, "key", "") == "tab-truces")
    assert {"".join(span.text for span in row[4].spans) for row in table.rows} == {"not computed"}


def test_cumulative_counts_are_no_daily_ones_and_that_is_said():
    case = load("karabakh-2020", as_of=date(2020, 11, 12))
    rising = replace(case, counts=tuple(one for one in case.counts if one.cumulative))
    answers = Answers(rising, measure(rising), None, None, None, (), None, "", ())
    last = truces_section(answers, Notebook(rising)).blocks[-1]
    assert (
        last.spans[0].text == "The case has no daily count of deaths, only cumulative counts, of which no day's dead can be told."
    )
