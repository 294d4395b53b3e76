import re
from xml.etree import ElementTree as ET

import pytest

from ceasefire.figures import MoveRow, NodeRow, StateRow, option_states, render_svg, state_graph

HOSTILE = "<script>alert(1)</script> \"a\" 'b' & | \\ \x00 datum.x"


def table(name):
    return [
        StateRow(name, ((name, True), ("B: stop", None)), ("Nash", "SEQ")),
        StateRow("2", ((name, False), ("B: stop", True)), ("SEQ",)),
    ]


def graph(name):
    nodes = [NodeRow(name, 0), NodeRow("2", 1, is_equilibrium=True), NodeRow("3", 1), NodeRow("4", None)]
    return nodes, [
        MoveRow(name, "2", "A", improves=True),
        MoveRow("2", name, name, improves=False),
        MoveRow("3", "2", "B", improves=True),
    ]


def words(svg):
    return [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text") if element.text]  # noqa: S314 - our own drawing


@pytest.mark.parametrize("text", ["1", HOSTILE], ids=["ordinary", "hostile"])
def test_both_figures_are_well_formed_and_load_nothing(text):
    for spec in (option_states(table(text)), state_graph(*graph(text))):
        svg = render_svg(spec, name="f", title="t", alt="a")
        assert ET.fromstring(svg).attrib["role"] == "img"  # noqa: S314 - our own drawing
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)
        assert "NaN" not in svg
        assert "undefined" not in svg
        assert render_svg(spec) == render_svg(spec)


def test_the_table_names_states_options_and_concepts():
    assert {"1", "2", "B: stop", "Nash", "SEQ"} <= set(words(render_svg(option_states(table("1")))))


def test_the_graph_names_states_parties_and_what_thick_means():
    shown = set(words(render_svg(state_graph(*graph("1")))))
    assert {"1", "2", "3", "4", "A", "B", "the mover is better off", "the mover is not better off"} <= shown


def test_states_further_from_the_status_quo_stand_further_right():
    spec = state_graph(*graph("1"))
    across = {value["state"]: value["x"] for value in spec["data"]["values"]}
    assert across["1"] < min(across["2"], across["3"])
    assert across["4"] > max(across["2"], across["3"])


def test_no_rows_give_an_empty_drawing():
    assert render_svg(option_states([])).startswith("<svg")
    assert render_svg(state_graph([], [])).startswith("<svg")


def test_too_many_states_and_moves_to_nowhere_are_refused():
    with pytest.raises(ValueError, match="61 states"):
        option_states([StateRow(str(k), ()) for k in range(61)])
    with pytest.raises(ValueError, match="61 states"):
        state_graph([NodeRow(str(k), k) for k in range(61)], [])
    with pytest.raises(ValueError, match="from '1' to '9'"):
        state_graph([NodeRow("1", 0)], [MoveRow("1", "9", "A", improves=True)])
