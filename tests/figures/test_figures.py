import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ceasefire.figures import (
    ActRow,
    CoalitionRow,
    DayRow,
    LeverRow,
    MarginRow,
    Mark,
    PathRow,
    WordsRow,
    coalition_costs,
    daily_deaths,
    leverage_scatter,
    margins,
    path,
    render_svg,
    timeline,
    word_grades,
)
from ceasefire.figures.labels import Plane, beside

DAY = date(2020, 9, 27)
HOSTILE = "<script>alert(1)</script> \"a\" 'b' & | \\ \x00 datum.x"
MARKS = [Mark(DAY + timedelta(3), "truce & <b>"), Mark(DAY + timedelta(3), "second"), Mark(DAY + timedelta(5), "as of", "as_of")]


def every_figure(name):
    return {
        "timeline": timeline(
            [ActRow(DAY, name, "word", 4), ActRow(DAY + timedelta(9), name, "deed"), ActRow(DAY, "B", "diplomatic")], MARKS
        ),
        "word_grades": word_grades([WordsRow(name, (("comment", 3), (f"grade {name}", 0)), 2), WordsRow("B", (), 0)]),
        "daily_deaths": daily_deaths([DayRow(DAY, 40), DayRow(DAY + timedelta(1), None), DayRow(DAY + timedelta(2), 0)], MARKS),
        "leverage_scatter": leverage_scatter(
            [LeverRow(name, name, 1, 0.5, 2, 40, 20, 60), LeverRow("b", "B", 1, 1, 1, 1, 1, 1, True)], name
        ),
        "coalition_costs": coalition_costs([CoalitionRow(name, "as they stand", 4.5), CoalitionRow("B", name, None)], name),
        "path": path([PathRow(0, "status quo", name, False), PathRow(1, f"{name} moves", name, True, True)]),
        "margins": margins([MarginRow(name, 2.5), MarginRow("B", -1.0), MarginRow("C", 0), MarginRow("D", None)], name),
    }


NAMES = sorted(every_figure("A"))


def words(svg):
    return [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text") if element.text]  # noqa: S314 - our own drawing


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["Ordinary", HOSTILE], ids=["ordinary", "hostile"])
def test_every_figure_is_well_formed_and_loads_nothing(name, text):
    svg = render_svg(every_figure(text)[name], name="f", title=text, alt=text)
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "rect",
        "line",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "linearGradient",
        "stop",
    }
    attributes = {key.rpartition("}")[2] for element in root.iter() for key in element.attrib}
    assert not {key for key in attributes if key == "href" or key.startswith("on")}
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)
    assert root.attrib["role"] == "img"
    assert root[0].text == text.replace("\x00", "\ufffd")
    assert "NaN" not in svg
    assert "undefined" not in svg


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_drawn_the_same_twice(name):
    assert render_svg(every_figure("A")[name]) == render_svg(every_figure("A")[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_names_its_schema_and_stands_on_white(name):
    spec = every_figure("A")[name]
    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert spec["background"] == "white"
    assert "url" not in str(spec["data"])


@pytest.mark.parametrize(
    "spec",
    [timeline([]), word_grades([]), daily_deaths([]), leverage_scatter([]), coalition_costs([]), path([]), margins([])],
    ids=["timeline", "word_grades", "daily_deaths", "leverage_scatter", "coalition_costs", "path", "margins"],
)
def test_no_rows_give_an_empty_drawing(spec):
    assert render_svg(spec).startswith("<svg")


def test_drawings_on_one_page_share_no_ids():
    spec = every_figure("A")["timeline"]
    one, two = (set(re.findall(r' id="([^"]+)"', render_svg(spec, name=name, title="t", alt="d"))) for name in ("a", "b"))
    assert one
    assert not one & two
    assert set(re.findall(r"url\(#([^)]+)\)", render_svg(spec, name="a"))) <= one


def test_a_remote_table_is_never_loaded():
    spec = margins([MarginRow("A", 1.0)]) | {"data": {"url": "https://example.org/rows.json"}}
    try:
        svg = render_svg(spec)
    except ValueError:
        return
    assert "stays" not in svg


def test_a_specification_that_is_none_is_refused():
    with pytest.raises(ValueError, match="conversion failed"):
        render_svg({"mark": {"type": "no such mark"}, "encoding": 3})


def test_a_day_without_a_figure_is_a_cross_not_a_zero():
    days = [DayRow(DAY, 5), DayRow(DAY + timedelta(1), None)]
    assert "no figure" in words(render_svg(daily_deaths(days)))
    assert "no figure" not in words(render_svg(daily_deaths(days[:1])))


def test_days_do_not_move_with_the_time_zone():
    program = (
        "from datetime import date, timedelta; from ceasefire.figures import *; import sys;"
        "sys.stdout.write(render_svg(daily_deaths([DayRow(date(2020, 9, 27) + timedelta(k), 5) for k in range(8)])))"
    )
    source = str(Path(__file__).resolve().parents[2] / "src")
    drawn = [
        subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", program], env={**os.environ, "TZ": zone, "PYTHONPATH": source}, capture_output=True, check=True
        ).stdout.decode()
        for zone in ("America/Anchorage", "Asia/Baku")
    ]
    assert drawn[0] == drawn[1]
    assert "27 Sep 2020" in words(drawn[0])


def test_a_coalition_that_cannot_is_written_out():
    shown = words(render_svg(every_figure("A")["coalition_costs"]))
    assert "not possible · A" in shown
    assert "4.5 · as they stand" in shown


def test_margins_say_who_stays_in_words():
    shown = words(render_svg(every_figure("A")["margins"]))
    assert {"+2.5: stays", "−1: leaves", "0: indifferent, stays", "has no move"} <= set(shown)


def test_a_lever_that_comes_too_late_says_so():
    assert "b (too late)" in words(render_svg(every_figure("A")["leverage_scatter"]))


def test_values_at_or_below_zero_keep_the_scale_linear():
    rows = [LeverRow("a", "A", 0, 0, 0, 500, 400, 600), LeverRow("b", "A", 1, 1, 1, -2, -5, 1)]
    spec = leverage_scatter(rows)
    assert spec["layer"][1]["encoding"]["x"]["scale"]["type"] == "linear"
    assert "NaN" not in render_svg(spec)


def test_more_grades_than_shades_are_refused():
    with pytest.raises(ValueError, match="7 grades"):
        word_grades([WordsRow("A", tuple((str(k), 1) for k in range(7)), 0)])


def test_labels_of_points_at_one_place_do_not_cover_each_other():
    plane = Plane.around([(0, 0), (10, 10)])
    places = beside(plane, [(5, 5, "first lever"), (5, 5, "second lever"), (5, 5, "third lever")])
    assert len(set(places)) == 3


def test_a_point_is_found_again_from_its_pixel():
    for plane in (Plane.around([(0.0, 10.0)]), Plane.around([(0.01, 10.0)])):
        assert plane.data(*plane.pixel(2.0, 3.0)) == pytest.approx((2.0, 3.0))


def test_words_left_of_a_bar_do_not_run_into_the_names_of_the_parties():
    """The bar to the left ends where its words, set before it, still fit on the axis."""
    for least in (-2.0, -0.125, -1234.5):
        spec = margins([MarginRow("North", least), MarginRow("South", 2.0)])
        low, high = spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
        end = spec["width"] * (least - low) / (high - low)
        (label,) = [row["label"] for row in spec["data"]["values"] if row["party"] == "North"]
        assert end >= 6.5 * len(label), (least, end)


def test_a_legend_of_many_owners_breaks_into_columns():
    rows = [LeverRow(f"l{k}", f"Northern neighbour {k}", 1.0, 0.5, 2.0, 3.0, 2.0, 4.0) for k in range(9)]
    few, many = leverage_scatter(rows[:2]), leverage_scatter(rows)
    legends = [
        layer["encoding"][channel].get("legend")
        for spec in (few, many)
        for layer in spec["layer"]
        for channel in ("stroke", "shape", "fill")
        if "shape" in layer.get("encoding", {})
    ]
    assert legends == [None] * 3 + [{"columns": 4}] * 3
    wide = [float(re.search(r'width="([\d.]+)"', render_svg(spec))[1]) for spec in (few, many)]
    assert max(wide) < 900
