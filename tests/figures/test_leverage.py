import pytest

from ceasefire.figures import LeverRow, render_svg
from ceasefire.figures.leverage import (
    CostRow,
    RatioRow,
    SectorLine,
    cost_bars,
    leverage_matrix,
    sector_table,
    sender_target_scatter,
)


def values(spec):
    return spec["data"]["values"]


def test_a_matrix_shows_the_best_ratio_of_each_pair_and_marks_pairs_without():
    rows = [RatioRow("RUS", "TUR", 2.0, 1.0, 4.0), RatioRow("RUS", "TUR", 13.3, 0.9, 333.0), RatioRow("USA", "AZE", None)]
    spec = leverage_matrix(rows)
    cell, none = values(spec)
    assert (cell["central"], cell["range"], cell["step"]) == ("13", "0.9 to 330", 4)
    assert none["ratio"] is None
    text = render_svg(spec)
    assert "RUS" in text
    assert "0.9 to 330" in text


@pytest.mark.parametrize(("ratio", "step"), [(0.1, 0), (0.5, 1), (1.0, 2), (9.9, 3), (10.0, 4)])
def test_cells_darken_at_stated_ratios(ratio, step):
    assert values(leverage_matrix([RatioRow("A", "B", ratio)]))[0]["step"] == step


def test_bars_carry_their_range_and_an_unknown_loss_is_written_out():
    rows = [CostRow("gas", "target", 0.1, -0.2, 2.4, "illustrative"), CostRow("gas", "sender", None)]
    spec = cost_bars(rows)
    known, unknown = values(spec)
    assert (known["low"], known["high"]) == (-0.2, 2.4)
    assert unknown["loss"] is None
    text = render_svg(spec)
    assert "not known" in text
    assert "0.1 (illustrative)" in text


def test_the_scatter_is_that_of_levers_in_its_unit():
    text = render_svg(sender_target_scatter([LeverRow("ban", "RUS", 0.1, 0.05, 0.2, 0.5, 0.2, 0.7)]))
    assert "% of GDP" in text


def test_the_sector_table_orders_by_loss_shows_the_range_and_marks_what_had_nothing():
    lines = [
        SectorLine("steel", 5.0, changes=(("output", -1.25), ("exports", None))),
        SectorLine("food", 90.0, 40.0, 130.0, (("output", -20.0), ("exports", -55.0))),
        SectorLine("ships", -60.0, changes=(("output", 2.0), ("exports", 1.0))),
    ]
    spec = sector_table(lines, most=2)
    assert [value["sector"] for value in values(spec)] == ["food", "ships"]
    assert (values(spec)[0]["low"], values(spec)[0]["high"], values(spec)[1]["low"]) == (40.0, 130.0, -60.0)
    assert values(sector_table(lines))[1]["exports"] == "–"
    text = render_svg(spec)
    assert "−20 %" in text
    assert "exports" in text


def test_empty_tables_draw():
    for spec in (leverage_matrix([]), cost_bars([]), sector_table([])):
        assert render_svg(spec).startswith("<svg")
