"""Figures of how sure an answer is: they can be drawn, and say the same as their tables."""

import pytest

from ceasefire.figures import render_svg
from ceasefire.figures.robustness import (
    BreakEvenRow,
    FrontierRow,
    PackagePriceRow,
    break_evens,
    frontier,
    package_prices,
)

HOSTILE = "<script>alert(1)</script> \"a\" 'b' & | \\ datum.x"
PRICES = [
    PackagePriceRow(name, mode, price, 4.0, 2.5)
    for name in ("no lever", HOSTILE)
    for mode, price in (("ignore", 1.0), ("filter", None), ("price", 3.5))
]
FRONTIER = [FrontierRow("no lever", 0.0, 0.1), FrontierRow(HOSTILE, 2.0, 0.75, 0.7, 0.8), FrontierRow("all", 5.0, 1.0, 0.99, 1.0)]
TURNS = [
    BreakEvenRow("gain", 3.0, 1.0, 5.0, None, 4.0),
    BreakEvenRow(HOSTILE, 2.0, 2.0, 4.0, 2.0, 9.5),
    BreakEvenRow("far", 1.0, 0.0, 2.0, -40.0, None),
]


@pytest.mark.parametrize(
    "spec",
    [
        package_prices(PRICES, "points"),
        frontier(FRONTIER, "points"),
        break_evens(TURNS),
        frontier([]),
        break_evens([]),
        package_prices([]),
    ],
)
def test_every_figure_can_be_drawn(spec):
    drawn = render_svg(spec, name="x", title="t")
    assert drawn.startswith("<svg")
    assert "<script" not in drawn


def test_a_package_that_is_not_possible_in_a_mode_is_said_to_be():
    assert render_svg(package_prices(PRICES)).count(">not possible<") == 2


def test_the_tornado_puts_what_turns_the_answer_first():
    at = {(v["unknown"], v["said"]): v["at"] for v in break_evens(TURNS)["data"]["values"]}
    assert at == {("gain", "4"): 0.5, (HOSTILE, "2"): 0.0}
    assert len(break_evens(TURNS, most=1)["layer"][0]["data"]["values"]) == 1
