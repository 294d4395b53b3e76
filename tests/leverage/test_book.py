from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from ceasefire import case as cases
from ceasefire.case.model import Tie
from ceasefire.errors import CaseError, DataError
from ceasefire.leverage import value
from ceasefire.leverage.assessment import Payer, Substitute, Thresholds, assess, divided, judge, vary, who_pays
from ceasefire.leverage.book import beside, fill
from ceasefire.leverage.joining import what_joining_adds
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, sheet
from ceasefire.leverage.sheet_reading import read_book
from ceasefire.leverage.tension import Adversary, tensions
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("remit-arm-2015, times: 0.001", "remit-arm-2015, times: 1"), "set `times`, such as 0.001"),
        (("gas-share-2019, times: 0.01", "gas-share-2019"), "set `times`, such as 0.01"),
    ],
)
def test_a_fact_in_another_unit_than_its_cell_needs_the_factor(war, change, told):
    with pytest.raises(CaseError) as caught:
        read_book(BUNDLED.replace(*change, 1), "mine.yaml", war)
    assert [(problem.code, problem.hint) for problem in caught.value.problems] == [("wrong-unit", told)]


def test_the_sheets_stand_beside_the_judgements_of_the_case(book, war):
    rows = {row.lever: row for row in beside(book, war)}
    produce = rows["rus-produce-ban"]
    assert produce.effect == Range(-0.8, -0.45, -0.2)
    assert produce.sheet_effect.low < produce.effect.value < produce.sheet_effect.high
    assert not produce.is_source
    assert fill(war, book) == war


def test_a_lever_that_names_its_sheet_takes_effect_and_cost_with_the_whole_range(war):
    text = BUNDLED.replace(
        "rus-produce-ban: {sheets: [rus-produce-tur], part: 1, use: compare",
        "rus-produce-ban: {sheets: [rus-produce-tur], part: 0.5, use: replace",
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
        (("rus-gas-cut: {sheets: [rus-gas-tur]", "rus-gas-cut: {sheets: [rus-oil-tur]"), "unknown-sheet"),
        (("rus-gas-cut: {sheets: [rus-gas-tur]", "rus-gas-cut: {sheets: [isr-arms-aze]"), "wrong-sender"),
        (("  rus-gas-cut: {sheets", "  rus-gaz-cut: {sheets"), "unknown-lever"),
        (("sources: [2020-08-20-isr-1]", "sources: [2020-08-20-isr-9]"), "unknown-source"),
        (("sources: [2020-08-20-isr-1]", "sources: [2020-10-26-rus-1]"), "later-evidence"),
        (("  RUS: {fact: gdp-2019", "  RUZ: {fact: gdp-2019"), "unknown-party"),
        (("sender: RUS", "sender: RSU"), "unknown-party"),
        (("target: TUR", "target: TUK"), "unknown-party"),
        (("sender: RUS", "sender: TUR"), "own-target"),
        (("    TUR: {why: The head", "    TRU: {why: The head"), "unknown-party"),
        (("  ISR:\n    TUR", "  IRS:\n    TUR"), "unknown-party"),
        (("party: AZE\n        covers", "party: AZN\n        covers"), "unknown-party"),
        (("{party: TUR, who: Households", "{party: GRC, who: Households"), "wrong-payer"),
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


def test_a_code_that_no_party_has_is_told_with_its_line_and_the_nearest_code(war):
    line = BUNDLED[: BUNDLED.index("sender: RUS")].count("\n") + 1
    with pytest.raises(CaseError) as caught:
        read_book(BUNDLED.replace("sender: RUS", "sender: RSU", 1), "mine.yaml", war)
    told = next(one for one in caught.value.problems if one.code == "unknown-party")
    assert (told.file, told.line, told.message) == ("mine.yaml", line, "unknown party 'RSU' in 'sender' of 'rus-gas-tur'")
    assert told.hint == "did you mean 'RUS'?"


def test_the_same_is_asked_of_both_belligerents(book):
    asked = {(one.sheet.target, one.demand) for one in book.assessments if one.sheet.target in {"AZE", "ARM"}}
    assert asked == {
        ("AZE", "Halt the offensive and all strikes on cities"),
        ("ARM", "Halt any counter-offensive and all strikes on cities"),
    }
    threats = [one for one in book.assessments if one.sheet.target in {"AZE", "ARM"} and one.odds]
    assert all(one.thresholds.conceding is not None for one in threats)
    done = {who: book.of(f"rus-arms-{who}").sheet.text for who in ("aze", "arm")}
    assert done["aze"].replace("Azerbaijan", "Armenia") == done["arm"]


@pytest.mark.parametrize(("key", "year"), [("rus-remittances-aze", "2012"), ("rus-remittances-arm", "2015")])
def test_cells_of_remittances_say_each_its_own_year(book, key, year):
    sheet = book.of(key).sheet
    assert {name: cell.period for name, cell in sheet.cells} == {"transfers": year, "stopped": "2020", "output": "2020"}
    assert sheet.gdp_period(sheet.target) == "2019"
    assert sheet.gdp_period("FRA") == ""


def test_figures_that_cannot_be_are_told_with_their_sheet(war):
    with pytest.raises(DataError, match=r"mine.yaml:\d+: rus-produce-tur: diverted is 0 to 1.75"):
        read_book(
            BUNDLED.replace("diverted: {low: 0, value: 0.4, high: 0.75", "diverted: {low: 0, value: 0.4, high: 1.75"),
            "mine.yaml",
            war,
        )


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (
            (
                "share: {low: 0.8, value: 0.95, high: 1.0, why: The rest falls on traders and",
                "share: {low: 0.8, value: 1.1, high: 1.2, why: The",
            ),
            "share is 0.8 to 1.2",
        ),
        (("covers: {low: 0, value: 0.1, high: 0.3", "covers: {low: 0, value: 0.1, high: 3"), "covers is 0 to 3"),
        (("days_to_undo: {low: 1, value: 7, high: 30", "days_to_undo: {low: 9, value: 7, high: 30"), "days_to_undo has 9, 7, 30"),
    ],
)
def test_figures_beside_the_cells_are_held_to_the_same_checks(war, change, seen):
    assert BUNDLED.count(change[0]) == 1
    with pytest.raises(DataError, match=rf"mine.yaml:\d+: {seen}"):
        read_book(BUNDLED.replace(*change), "mine.yaml", war)


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
    assert [one.strong for one in vary(found, Thresholds(conceding=0))] == ["yes"]


def test_substitutes_leave_what_they_do_not_cover(book):
    gas = book.of("rus-gas-tur")
    assert gas.offset_loss.value == pytest.approx(0.9 * gas.target_loss.year.value)
    assert gas.left(["AZE"]) == gas.target_loss.year
    assert of((1, 2, 4), (1, 1, 1)).offset_loss == Range(1, 2, 4)


def test_who_supplies_the_friend_of_its_foe_is_found(war):
    found = {(one.party, one.type, one.friend, one.relation, one.through) for one in tensions(war)}
    assert found == {("AZE", "arms", "RUS", "ally of its adversary", "ARM"), ("RUS", "arms", "AZE", "adversary of its ally", "ARM")}


def test_named_adversaries_add_what_is_said_of_them_and_nobody_else_is_taken_to_oppose(war, book):
    found = tensions(war, book.adversaries)
    (arms,) = [one for one in found if (one.party, one.type) == ("ISR", "arms")]
    assert (arms.friend, arms.relation, arms.through) == ("AZE", "ally of its adversary", "TUR")
    assert "2020-08-20-isr-1" in arms.sources
    assert ("RUS", "energy", "TUR", "its adversary") in {(one.party, one.type, one.friend, one.relation) for one in found}
    assert not any(one.party in {"USA", "CAN", "FRA"} for one in found)
    dates = {entry.key: entry.date for entry in war.record}
    assert all(dates[key] <= war.as_of for one in found for key in one.sources if key in dates)


def test_adversaries_may_be_named_by_the_analyst():
    arms = Tie("C", "arms", "sells arms", (), ())
    ally = Tie("C", "alliance", "pact", (), ())
    found = a_case(parties=(a_party("A", ties=(arms,)), a_party("B", ties=(ally,)), a_party("C")))
    assert tensions(found) == ()
    (one,) = tensions(found, [Adversary("A", "B", "old quarrel", ("book",))])
    assert (one.party, one.friend, one.relation, one.through, one.why) == ("A", "C", "ally of its adversary", "B", "old quarrel")
    assert one.sources == ("book",)


def test_several_sheets_of_a_lever_add_up_and_a_promise_gives_what_its_end_would_cost(war, book):
    rows = {(row.lever, row.target): row for row in beside(book, war)}
    both = rows["rus-migrants-trade-aze", "AZE"]
    parts = [book.of(key).target_loss.gdp_percent.value for key in both.sheets]
    assert len(parts) == 2
    assert both.sheet_effect.value == pytest.approx(-10 * sum(parts))
    gas = rows["rus-gas-price-arm", "ARM"]
    assert 0 < gas.sheet_effect.low < gas.sheet_effect.value < gas.sheet_effect.high
    assert gas.sheet_effect.value == pytest.approx(1.9 * 15 / 13.619, rel=1e-3)
    assert gas.sheet_cost.value > 0
    assert rows["eu-oil-aze", "AZE"].sheet_cost is None


def test_a_lever_filled_from_several_sheets_names_them_all(war):
    text = BUNDLED.replace("rus-produce-aze], part: 1, use: compare", "rus-produce-aze], part: 1, use: replace")
    lever = {one.key: one for one in fill(war, read_book(text, "mine.yaml", war)).levers}["rus-migrants-trade-aze"]
    assert "'rus-remittances-aze', 'rus-produce-aze'" in lever.effects[0][1].why
    assert {"remit-aze-2012", "produce-aze-2019"} <= set(lever.effects[0][1].sources)


def test_every_lever_of_the_bundled_case_that_rests_on_a_counted_flow_is_linked(war, book):
    assert {link.lever for link in book.links} == {
        *("rus-gas-cut", "rus-produce-ban", "rus-tourism-stop", "rus-migrants-trade-aze", "rus-arms-halt-aze", "rus-arms-halt-arm"),
        *("rus-gas-price-arm", "isr-arms-halt", "tur-withdraw-backing", "usa-907-aze", "eu-oil-aze"),
    }
    assert not any(link.is_source for link in book.links)


def test_every_loss_of_the_bundled_case_has_a_band_a_period_and_a_source_or_the_mark_illustrative(war, book):
    keys = {source.key for source in war.sources}
    for found in book.assessments:
        for loss in (found.target_loss, found.sender_loss):
            if loss.year is None:
                assert loss.missing
                continue
            assert loss.year.low < loss.year.value < loss.year.high or loss.status == "illustrative", found.sheet.key
            assert loss.year.low < loss.year.high
            assert loss.month.low < loss.month.high
            assert loss.sources or loss.status == "illustrative"
            assert set(loss.sources) <= keys
        assert found.sheet.period
        assert all(cell.period for _, cell in found.sheet.cells)


def test_a_sector_pays_its_share_and_the_part_of_its_sales_is_told_where_known(book):
    growers, shoppers = who_pays(book.of("rus-produce-tur"))
    assert growers.loss.value == pytest.approx(0.95 * book.of("rus-produce-tur").target_loss.year.value)
    assert growers.percent_of_sales.value == pytest.approx(100 * growers.loss.value / 1.8)
    assert growers.loss.low < growers.loss.value < growers.loss.high
    assert (shoppers.percent_of_sales, shoppers.status) == (None, "illustrative")
    unknown = Cell(None, "share", "", "illustrative")
    (nobody,) = who_pays(of((1, 2, 4), (1, 1, 1), payers=[Payer("T", "all", unknown, unknown)]))
    assert nobody.loss is None


def offset(who, ends, target="T"):
    return Substitute(
        who, Cell(Range(*ends), "share", "", "illustrative"), Cell(None, "billion USD a year", "", "illustrative"), who
    )


def by_sender(sender, loss, *substitutes):
    found = of((loss, loss, loss), (1, 1, 1), substitutes=substitutes)
    return replace(found, sheet=replace(found.sheet, sender=sender))


def test_a_sender_that_replaces_another_adds_more_as_the_last():
    one = by_sender("R", 2.0, offset("S", (0.5, 0.5, 0.5)))
    other, apart = by_sender("S", 1.0), by_sender("Q", 4.0)
    (joint,) = what_joining_adds([one, other, apart])
    assert joint.senders == ("Q", "R", "S")
    assert joint.together.value == pytest.approx(7)
    assert joint.apart == pytest.approx(6)
    added = {row.sender: (row.first.value, row.last.value, row.is_convex) for row in joint.added}
    assert added == {"Q": (4, 4, False), "R": (1, 2, True), "S": (1, 2, True)}


@pytest.mark.parametrize("seed", range(30))
def test_losses_are_convex_in_the_coalition_of_senders(seed):
    rng = np.random.default_rng(seed)
    names = "PQRS"

    def made(sender):
        covers = [
            offset(other, (share,) * 3) for other, share in zip(names, rng.uniform(0, 0.3, 4), strict=True) if other != sender
        ]
        return by_sender(sender, rng.uniform(1, 5), *covers)

    sheets = [made(sender) for sender in names]
    (joint,) = what_joining_adds(sheets)
    assert joint.together.value >= joint.apart - 1e-9
    for row in joint.added:
        assert row.last.value >= row.first.value - 1e-9
        rest = [one for one in sheets if one.sheet.sender != row.sender]
        slow = sum(one.target_loss.year.value for one in sheets) - sum(
            one.left({o.sheet.sender for o in rest}).value for one in rest
        )
        assert row.last.value == pytest.approx(slow)


def test_a_target_with_an_unknown_loss_or_one_sender_has_no_coalition():
    lone = sheet("k", "remittances", "S", "T", {})
    assert what_joining_adds([by_sender("R", 2.0), assess(lone)]) == ()
    assert what_joining_adds([by_sender("R", 2.0)]) == ()


def test_thresholds_of_a_sheet_come_from_the_analyst_and_keep_their_reason_when_varied(book):
    gas = book.of("rus-gas-tur")
    assert gas.thresholds.conceding == 4.2
    assert {one.thresholds.why for one in vary(gas, gas.thresholds)} == {gas.thresholds.why}
    assert [one.credible for one in vary(gas, gas.thresholds)] == ["no", "depends", "yes"]


def test_a_sender_that_saves_pays_nothing_and_the_reason_says_so(war):
    levers = {one.key: one for one in fill(war, read_book(BUNDLED.replace("use: compare", "use: replace"), "s.yaml", war)).levers}
    cost = levers["usa-907-aze"].exec
    assert (cost.low, cost.value, cost.high) == (0.0, 0.0, 0.0)
    assert cost.why.endswith("A saving counts as no cost.")
    assert levers["eu-oil-aze"].exec == next(one for one in war.levers if one.key == "eu-oil-aze").exec
    assert all(one.exec.low >= 0 for one in levers.values())
