from importlib.resources import files

import pytest

from ceasefire import case as cases
from ceasefire.case.model import Tie
from ceasefire.errors import CaseError, DataError
from ceasefire.leverage import value
from ceasefire.leverage.assessment import Thresholds, assess, divided, judge, vary
from ceasefire.leverage.book import beside, fill, read_book
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, sheet
from ceasefire.leverage.tension import tensions
from ceasefire.testing import a_case, a_party

BUNDLED = files("ceasefire.cases").joinpath("karabakh-2020").joinpath("sheets.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def war():
    return cases.load("karabakh-2020")


@pytest.fixture(scope="module")
def book(war):
    return read_book(BUNDLED, "sheets.yaml", war)


def parts(sheet, who):
    return dict(sheet.flow().gdp_percent)[who]


def test_russian_gas_sales_to_turkey_are_the_sourced_part_of_russian_gdp(book):
    gas = book.of("rus-gas-tur").sheet
    share = parts(gas, "RUS")
    assert (round(share.low, 2), round(share.high, 2)) == (0.23, 0.26)
    assert gas.flow().status == "derived"
    assert gas.flow().sector_percent.value == 33


def test_produce_is_concentrated_in_one_sector_and_small_for_the_whole_country(book):
    produce = book.of("rus-produce-tur").sheet
    assert round(produce.flow().sector_percent.value) == 31
    assert round(parts(produce, "TUR").value, 2) == 0.07


def test_seven_months_passed_from_ban_to_letter(book, war):
    (before,) = book.of("rus-produce-tur").precedents
    assert before.days == 212
    assert next(f.value for f in war.facts if f.key == "figure:days_from_sanction_to_letter") == before.days


def test_every_cell_says_how_good_it_is_and_what_is_measured_or_derived_has_a_source(book):
    for found in book.assessments:
        for name, cell in found.sheet.cells:
            assert cell.status in {"measured", "derived", "unverified", "illustrative"}
            assert cell.sources or cell.status == "illustrative", (found.sheet.key, name)
    assert dict(book.of("usa-aid-aze").sheet.cells)["flow"].status == "unverified"
    assert dict(book.of("rus-travel-tur").sheet.cells)["visitors"].status == "measured"


def test_nothing_later_than_the_day_of_the_case_is_used(book, war):
    known = {fact.key: fact.known for fact in war.facts}
    for found in book.assessments:
        for _, cell in found.sheet.cells:
            assert all(known.get(source) is None or known[source] <= war.as_of for source in cell.sources)


def test_the_sheets_stand_beside_the_judgements_of_the_case(book, war):
    rows = {row.lever: row for row in beside(book, war)}
    produce = rows["rus-produce-ban"]
    assert produce.effect == Range(-0.8, -0.45, -0.2)
    assert produce.sheet_effect.low < produce.effect.value < produce.sheet_effect.high
    assert not produce.is_source
    assert fill(war, book) == war


def test_a_lever_that_names_its_sheet_takes_effect_and_cost_with_the_whole_range(war):
    text = BUNDLED.replace(
        "rus-produce-ban: {sheet: rus-produce-tur, part: 1, use: compare",
        "rus-produce-ban: {sheet: rus-produce-tur, part: 0.5, use: replace",
    )
    filled = {lever.key: lever for lever in fill(war, read_book(text, "mine.yaml", war)).levers}["rus-produce-ban"]
    loss = read_book(text, "mine.yaml", war).of("rus-produce-tur").target_loss
    (_, effect), *_ = filled.effects
    assert (effect.low, effect.value, effect.high) == pytest.approx(
        (-5 * loss.gdp_percent.high, -5 * loss.gdp_percent.value, -5 * loss.gdp_percent.low)
    )
    assert effect.sources == loss.sources
    assert effect.illustrative
    assert "rus-produce-tur" in effect.why
    assert filled.exec.low > 0
    row = next(row for row in value(war, book=read_book(text, "mine.yaml", war)).rows if row.lever == "rus-produce-ban")
    assert (row.effect.low, row.effect.high) == (effect.low, effect.high)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("fact: gas-volume-2019", "fact: gas-volume-1019"), "unknown-fact"),
        (("fact: gas-volume-2019", "fact: gas-price-2019-20"), "later-evidence"),
        (("sources: [tourism-income-2019]", "sources: [tourism-9999]"), "unknown-source"),
        (("rus-gas-cut: {sheet: rus-gas-tur", "rus-gas-cut: {sheet: rus-oil-tur"), "unknown-sheet"),
        (("  rus-gas-cut: {sheet", "  rus-gaz-cut: {sheet"), "unknown-lever"),
        (("kind: energy", "kind: water"), "wrong-choice"),
        (("format: 1", "format: one"), "wrong-type"),
        (("format: 1", "format: ["), "bad-yaml"),
    ],
)
def test_faults_of_a_file_of_sheets_are_told_by_line(war, change, code):
    with pytest.raises(CaseError) as caught:
        read_book(BUNDLED.replace(*change, 1), "mine.yaml", war)
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.file == "mine.yaml" and problem.line for problem in caught.value.problems)


def test_figures_that_cannot_be_are_told_with_their_sheet(war):
    with pytest.raises(DataError, match=r"mine.yaml:\d+: rus-produce-tur: diverted is 0 to 1.75"):
        read_book(
            BUNDLED.replace("diverted: {low: 0, value: 0.4, high: 0.75", "diverted: {low: 0, value: 0.4, high: 1.75"),
            "mine.yaml",
            war,
        )


def of(target, sender, **more):
    def cell(unit, ends):
        return Cell(Range(*ends), unit, "", "illustrative")

    cells = {
        "transfers": cell("billion USD a year", target),
        "stopped": cell("share", (1, 1, 1)),
        "output": cell("USD per USD", sender),
    }
    return assess(sheet("k", "remittances", "R", "T", cells), **more)


def test_ratio_and_lambda_are_inverse_at_the_centre_and_hold_every_pair():
    found = of((1, 2, 4), (0.5, 0.5, 0.5))
    assert found.ratio.value == pytest.approx(1 / found.lambda_star.value)
    assert (found.ratio.low, found.ratio.high) == (1 / 2.0, 4 / 0.5)
    assert divided(Range(1, 1, 1), Range(0, 1, 2)) is None
    assert divided(None, Range(1, 1, 1)) is None


def test_verdicts_follow_the_stated_thresholds_and_are_varied():
    found = of((1, 2, 4), (0.5, 0.5, 0.5))
    assert judge(found, Thresholds(conceding=0.9, stake=3)).strong == "yes"
    assert judge(found, Thresholds(conceding=0.9, stake=3)).credible == "yes"
    assert judge(found, Thresholds(conceding=2.5, stake=0.6)).strong == "depends"
    assert judge(found, Thresholds(conceding=9, stake=0.1)).strong == "no"
    assert judge(found, Thresholds(stake=0.1)).credible == "no"
    assert judge(found, Thresholds(stake=0.1, borne=5)).credible == "yes"
    assert judge(found, Thresholds()).strong == judge(found, Thresholds()).credible == "unknown"
    assert [one.strong for one in vary(found, Thresholds(conceding=1.5))] == ["yes", "depends", "depends"]


def test_substitutes_leave_what_they_do_not_cover(book):
    gas = book.of("rus-gas-tur")
    assert gas.offset_loss.value == pytest.approx(0.3 * gas.target_loss.year.value)
    assert of((1, 2, 4), (1, 1, 1)).offset_loss == Range(1, 2, 4)


def test_who_supplies_the_friend_of_its_foe_is_found(war):
    found = {(one.party, one.type, one.friend, one.adversary) for one in tensions(war)}
    assert ("RUS", "arms", "AZE", "AZE") in found
    assert ("RUS", "energy", "TUR", "AZE") in found
    assert not any(one.party == "ISR" for one in tensions(war))


def test_adversaries_may_be_named_by_the_analyst():
    arms = Tie("C", "arms", "sells arms", (), ())
    ally = Tie("C", "alliance", "pact", (), ())
    found = a_case(parties=(a_party("A", ties=(arms,)), a_party("B", ties=(ally,)), a_party("C")))
    assert tensions(found) == ()
    (one,) = tensions(found, {"A": ["B"]})
    assert (one.party, one.friend, one.adversary, one.why) == ("A", "C", "B", "named by the analyst; ally of B")
