from datetime import date, timedelta

import pytest

from ceasefire.figures import (
    ActRow,
    BeforeAfterRow,
    CurveRow,
    HeatRow,
    Mark,
    before_and_after_truces,
    incidence_curves,
    render_svg,
    twin,
    words_above_deeds,
    words_and_deeds_heat,
)

DAY = date(2031, 3, 1)
ACTS = [ActRow(DAY, "A", "word", 3), ActRow(DAY, "B", "word"), ActRow(DAY, "A", "diplomatic"), ActRow(DAY, "A", "deed", 2)]
HEAT = [HeatRow("A to B", DAY, 4, 0), HeatRow("A to B", date(2031, 4, 1), None, None), HeatRow("B to A", DAY, 9, 2)]
CURVE = [CurveRow("fulfilled", day, day / 10, 0.0, 1.0) for day in range(1, 5)]
TRUCES = [
    BeforeAfterRow("T1", 3, 62.3, 69.0, 1.1, 0.6, 2.0),
    BeforeAfterRow("T1", 7, 74.4, 57.4),
    BeforeAfterRow("T2", 3, None, 2.0),
]
FIGURES = {
    "timeline": (words_above_deeds(ACTS, [Mark(DAY, "Truce"), Mark(DAY + timedelta(9), "as of", "as_of")], "the record"), ACTS),
    "heat": (words_and_deeds_heat(HEAT, "the record"), HEAT),
    "curves": (incidence_curves(CURVE, "the record"), CURVE),
    "truces": (before_and_after_truces(TRUCES, "the record"), TRUCES),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_draws_with_its_coverage_line_and_the_same_bytes_each_time(name):
    spec, _ = FIGURES[name]
    drawn = render_svg(spec, name="fig")
    assert drawn == render_svg(spec, name="fig")
    assert "the record" in drawn


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_table_that_says_the_same(name):
    _, rows = FIGURES[name]
    headers, cells = twin(rows)
    assert len(cells) == len(rows)
    assert {len(line) for line in cells} == {len(headers)}


def values(spec):
    return spec["data"]["values"]


def test_words_stack_above_the_line_and_deeds_lie_below_it():
    spans = {value["act"]: (value["from"], value["to"]) for value in values(FIGURES["timeline"][0])}
    assert spans == {"words": (0, 4), "diplomatic acts": (4, 5), "material deeds": (-2, 0)}


def test_an_uncovered_month_is_a_dash_and_a_covered_one_without_acts_a_zero():
    shown = {(v["pair"], v["month"], v["kind"]): v["shown"] for v in values(FIGURES["heat"][0])}
    assert shown["A to B", "2031-04-01", "words"] == "–"
    assert shown["A to B", "2031-03-01", "material deeds"] == "0"
    assert twin(HEAT)[1][1] == ("A to B", "2031-04-01", "", "")


def test_a_window_without_count_is_in_the_table_only():
    drawn = {(v["truce"], v["window"]) for v in values(FIGURES["truces"][0])}
    assert ("T2", "3 days") not in drawn
    assert ("T2", "3", "", "2", "", "", "") in twin(TRUCES)[1]
    assert [v["more"] for v in values(FIGURES["truces"][0])] == [True, False]


def test_more_outcomes_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="7 outcomes"):
        incidence_curves([CurveRow(f"o{k}", 1, 0.1, 0.0, 0.2) for k in range(7)])
    assert twin([]) == ((), ())
    assert "<svg" in render_svg(words_above_deeds([]))
