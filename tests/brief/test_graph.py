"""The drawn part of the graph against the model it is drawn from."""

import json

import pytest

from ceasefire import study
from ceasefire.brief.graph import MOST_STATES
from ceasefire.case import load


@pytest.fixture(scope="module")
def run():
    return study.run(load("tutorial"))


def drawn(run):
    """The figure, its table, and the arrows of the figure as (party, whether the mover is better off)."""
    [section] = [s for s in run.document.sections if s.key == "standing"]
    blocks = {(type(b).__name__, b.key): b for b in section.blocks if hasattr(b, "key")}
    figure, table = blocks["Figure", "fig-graph"], blocks["Table", "tab-graph"]
    arrows = next(layer["data"]["values"] for layer in figure.spec["layer"] if "data" in layer)
    return figure, table, arrows


def texts(row):
    return ["".join(span.text for span in cell.spans) for cell in row]


def test_every_improvement_between_the_drawn_states_is_drawn_and_no_other(run):
    model = run.answers.strategy.model
    _, table, arrows = drawn(run)
    names = {texts(row)[0] for row in table.rows}
    states = [k for k, label in enumerate(model.labels) if label in names]
    improvements = sum(
        int(to) in states and model.preference[party, to] > model.preference[party, state]
        for party in range(len(model.parties))
        for state in states
        for to in model.moves(party, state)
    )
    assert sum(arrow["kind"] == "the mover is better off" for arrow in arrows) == improvements > 0
    assert sum(texts(row)[3].count("(better off)") for row in table.rows) == improvements


def test_the_table_has_the_states_of_the_figure_with_the_status_quo_first(run):
    strategy = run.answers.strategy
    figure, table, _ = drawn(run)
    rows = [texts(row) for row in table.rows]
    assert [row[0] for row in rows] == [point["state"] for point in figure.spec["data"]["values"]]
    assert rows[0][:2] == [strategy.model.labels[strategy.start], rows[0][1]]
    assert rows[0][1].startswith("status quo")
    assert len(rows) <= MOST_STATES
    assert figure.twin == "tab-graph"
    json.dumps(figure.spec)
