import numpy as np
import pytest

from ceasefire.errors import DataError
from ceasefire.leverage.formulas import KINDS
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sheet import Cell, sheet


def cell(kind, name, low, value=None, high=None, *, status="measured", sources=("x",)):
    ends = Range(low, low if value is None else value, low if high is None else high)
    return Cell(ends, KINDS[kind].inputs[name].unit, "2019", status, sources)


def made(kind, **given):
    cells = {name: cell(kind, name, *(ends if isinstance(ends, tuple) else (ends,))) for name, ends in given.items()}
    gdp = {
        who: Cell(Range(size, size, size), "billion USD a year", "2019", "measured", ("gdp",))
        for who, size in (("R", 1000.0), ("T", 100.0))
    }
    return sheet("k", kind, "R", "T", cells, gdp=gdp)


def test_gas_that_cannot_be_replaced_costs_lost_load_and_the_rest_a_premium():
    gas = made(
        "energy", volume=2, spare=0.5, storage=6, lost_load=1000, premium=50, price=250, transport=20, diverted=0.25, discount=40
    )
    assert gas.target_loss().month.value == pytest.approx((1.5 * 1000 + 0.5 * 50) / 1000)
    assert gas.target_loss().year.value == pytest.approx((12 * 1000 + 12 * 50) / 1000)
    assert gas.sender_loss().month.value == pytest.approx(2 * (0.75 * 230 + 0.25 * 40) / 1000)
    assert gas.sender_loss().year.value == pytest.approx(12 * gas.sender_loss().month.value)
    assert gas.target_loss().gdp_percent.value == pytest.approx(12.6)
    assert gas.days_to_bite().value == pytest.approx(6 / 1.5 * 365 / 12)


def test_full_storage_and_spare_routes_leave_only_the_premium():
    assert made("energy", volume=1, spare=2, storage=0, lost_load=1000, premium=30).target_loss().year.value == pytest.approx(0.36)
    assert made("energy", volume=1, spare=0, storage=12, lost_load=1000, premium=30).target_loss().year.value == pytest.approx(0.36)


@pytest.mark.parametrize(
    ("kind", "given", "target", "sender"),
    [
        ("goods", {"value": 0.5, "diverted": 0.4, "discount": 0.25, "dearer": 0.1}, 0.35, 0.05),
        (
            "arms",
            {"deliveries": 1.2, "stock_months": 3, "replaceable": 0.5, "premium": 0.2, "worth": 2, "diverted": 0.5, "margin": 0.3},
            0.1 * 1.1 * 9,
            0.18,
        ),
        ("aid", {"flow": 1, "replaceable": 0.5, "premium": 0.1, "returned": 0.2, "given": 0.9}, 0.55, -0.7),
        ("guarantee", {"replacement": 2, "covered": 0.25, "basing": 0.5, "upkeep": 0.2}, 1.5, 0.3),
        ("travel", {"visitors": 7, "spend": 666, "lost": 0.5, "season": 0.1, "worth": 20}, 2.331, 0.07),
        ("remittances", {"transfers": 1.1, "stopped": 0.2, "output": 0.5}, 0.22, 0.11),
    ],
)
def test_yearly_losses_follow_the_stated_arithmetic(kind, given, target, sender):
    found = made(kind, **given)
    assert found.target_loss().year.value == pytest.approx(target)
    assert found.sender_loss().year.value == pytest.approx(sender)


def test_travel_in_a_month_follows_the_season():
    found = made("travel", visitors=7, spend=666, lost=0.5, season=0.2, worth=20)
    assert found.target_loss().month.value == pytest.approx(0.2 * found.target_loss().year.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_bands_hold_every_combination_of_figures_inside_the_ranges(kind, seed):
    rng = np.random.default_rng(seed)
    given = {}
    for name, wanted in KINDS[kind].inputs.items():
        ends = np.sort(rng.uniform(0, 1 if wanted.unit == "share" else 20, 3))
        given[name] = tuple(ends)
    found = made(kind, **given)
    for loss, formula in ((found.target_loss().year, KINDS[kind].target_year), (found.sender_loss().year, KINDS[kind].sender_year)):
        for _ in range(50):
            inside = {name: rng.uniform(given[name][0], given[name][2]) for name in KINDS[kind].needs(formula)}
            assert loss.low - 1e-9 <= formula(**inside) <= loss.high + 1e-9
        assert loss.low <= loss.value <= loss.high


def test_cheaper_gas_from_others_pays_most_where_spare_routes_and_stores_just_suffice():
    found = made("energy", volume=(1, 2, 3), spare=1.5, storage=6, lost_load=1000, premium=-50)
    assert found.target_loss().month.low == pytest.approx(-0.075)
    assert found.target_loss().year.low == pytest.approx(-1.2)


def test_what_is_not_known_is_named_and_not_zero():
    found = made("energy", volume=1, price=250)
    assert found.target_loss().year is None
    assert set(found.target_loss().missing) == {"spare", "storage", "lost_load", "premium"}
    assert set(found.sender_loss().missing) == {"transport", "diverted", "discount"}
    assert found.days_to_bite() is None


def test_a_result_is_as_good_as_its_weakest_figure_and_cites_all():
    cells = {
        "transfers": cell("remittances", "transfers", 1.0),
        "stopped": cell("remittances", "stopped", 0.1, 0.2, 0.3, status="unverified", sources=("y",)),
    }
    loss = sheet("k", "remittances", "R", "T", cells).target_loss()
    assert (loss.status, loss.sources, loss.gdp_percent) == ("unverified", ("x", "y"), None)


@pytest.mark.parametrize(
    ("kind", "cells", "code"),
    [
        ("water", {}, "wrong-choice"),
        ("goods", {"colour": Cell(None, "share", "", "illustrative")}, "unknown-cell"),
        ("goods", {"diverted": Cell(None, "percent", "", "illustrative")}, "wrong-unit"),
        ("goods", {"diverted": Cell(Range(0.1, 0.1, 0.1), "share", "", "measured")}, "no-source"),
        ("goods", {"diverted": Cell(Range(0.5, 0.1, 0.7), "share", "", "illustrative")}, "bad-order"),
        ("goods", {"diverted": Cell(Range(0.5, 1.1, 1.2), "share", "", "illustrative")}, "out-of-bounds"),
        ("goods", {"value": Cell(Range(-1, 2, 3), "billion USD a year", "", "illustrative")}, "bad-cell"),
    ],
)
def test_cells_that_cannot_be_used_say_why(kind, cells, code):
    with pytest.raises(DataError) as caught:
        sheet("k", kind, "R", "T", cells)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_gdp_must_be_above_zero():
    with pytest.raises(DataError) as caught:
        sheet("k", "goods", "R", "T", {}, gdp={"T": Cell(Range(0, 0, 0), "billion USD a year", "", "illustrative")})
    assert caught.value.problems[0].code == "bad-cell"
