from ceasefire.leverage import Range, value
from ceasefire.testing import a_case, a_judgement, a_lever


def test_a_row_holds_effect_cost_ratio_and_lambda_with_ranges():
    lever = a_lever(
        "ban", "R", {"T": a_judgement(-6, -8, -4)}, fixed=a_judgement(1, 0.5, 1), exec=a_judgement(2, 1.5, 3), delay_days=10
    )
    (row,) = value(a_case(levers=(lever,))).rows
    assert row.effect == Range(-8, -6, -4)
    assert row.cost == Range(2, 3, 4)
    assert row.ratio == Range(1, 2, 4)
    assert row.lambda_star == 0.5
    assert not row.is_too_late
    assert row.is_illustrative


def test_a_lever_that_bites_after_the_horizon_comes_too_late():
    lever = a_lever("slow", "R", {"T": a_judgement(-6)}, delay_days=31)
    assert value(a_case(levers=(lever,))).rows[0].is_too_late
    assert not value(a_case(levers=(lever,)), horizon_days=31).rows[0].is_too_late


def test_a_lever_that_may_cost_nothing_has_no_ratio_and_one_without_effect_no_lambda():
    free, idle = a_lever("free", "R", {"T": a_judgement(-6)}), a_lever("idle", "R", {"T": a_judgement(0)}, exec=a_judgement(1))
    rows = {row.lever: row for row in value(a_case(levers=(free, idle))).rows}
    assert rows["free"].ratio is None
    assert rows["idle"].lambda_star is None


def test_an_effect_of_unknown_sign_may_be_nothing():
    lever = a_lever("odd", "R", {"T": a_judgement(-1, -3, 2)}, exec=a_judgement(1))
    assert value(a_case(levers=(lever,))).rows[0].ratio == Range(0, 1, 3)


def test_a_lever_on_two_parties_has_two_rows_and_rows_are_sorted():
    lever = a_lever("ban", "R", {"T": a_judgement(-1), "A": a_judgement(-2)})
    assert [row.target for row in value(a_case(levers=(lever,))).rows] == ["A", "T"]
