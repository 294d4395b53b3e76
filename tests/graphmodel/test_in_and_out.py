"""What is written comes back the same, and what cannot be written says so."""

import csv
import json
import pickle
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceasefire.errors import CaseError, CeasefireError, LimitError, OutputError
from ceasefire.graphmodel import (
    GraphModel,
    Option,
    Prioritised,
    graph_json,
    graphml,
    move_table,
    perceive,
    read_exchange,
    read_gmcr,
    read_gmcr_sources,
    read_gmcr_views,
    read_partial,
    read_sources,
    read_status_quo,
    read_views,
    solve,
    state_table,
    write_exchange,
    write_gmcr,
    write_table,
)
from ceasefire.testing.by_definition import graph_of, small_model

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "graphmodel"
BORDER = (EXAMPLES / "three_party_border.json").read_text(encoding="utf-8")


def by_vector(model, order=None):
    """Moves and order of preference in terms of Y/N vectors, options in a given order."""
    order = order or range(len(model.options))
    names = ["".join(model.vector(k)[j] for j in order) for k in range(model.n_states)]
    moves = [{names[a]: {names[b] for b in ends} for a, ends in one.items()} for one in graph_of(model)]
    ranks = [dict(zip(names, np.unique(row, return_inverse=True)[1].reshape(-1).tolist(), strict=True)) for row in model.preference]
    return moves, ranks, set(names)


def owned_order(model):
    return sorted(range(len(model.options)), key=lambda k: (model.options[k].owners[0], k))


@pytest.mark.parametrize("seed", range(60))
def test_models_come_back_from_both_formats(seed):
    model = small_model(seed, 2 + seed % 2, 8)
    again = read_exchange(write_exchange(model, "again"))
    assert by_vector(again) == by_vector(model, owned_order(model))
    assert again.labels == model.labels
    if model.arcs is None:
        back = read_gmcr(write_gmcr(model).encode())
        assert by_vector(back) == by_vector(model, owned_order(model))
    else:
        with pytest.raises(OutputError, match="neither explicit moves"):
            write_gmcr(model)


def test_statements_stay_statements():
    model, sources = read_sources(BORDER)
    assert all(isinstance(source, Prioritised) for source in sources)
    text = write_gmcr(model, sources)
    assert json.loads(text)["useManualPreferenceRanking"] is False
    back, then = read_gmcr_sources(text.encode())
    assert by_vector(back) == by_vector(model, owned_order(model))
    assert [len(s.statements) for s in then] == [len(s.statements) for s in sources]


def test_coalesced_states_are_kept():
    given = {
        "decision_makers": [{"name": "A", "options": ["x", "y"]}],
        "infeasible": None,
        "state_numbers": {"1": "N-", "2": "YN"},
        "moves": {"A": {"1": [2]}},
        "preferences": {"A": {"ranking": [2, 1]}},
    }
    model = read_exchange(json.dumps(given))
    again = read_exchange(write_exchange(model))
    assert (again.vectors, again.moves(0, 0).tolist()) == (("N-", "YN"), [1])
    assert state_table(model, solve(model)).rows[0][:4] == ("1", "N-", False, None)
    with pytest.raises(OutputError, match="coalesced"):
        write_gmcr(replace(model, arcs=None))


def manual(**changes):
    given = {
        "program": "gmcr-py",
        "useManualPreferenceRanking": True,
        "decisionMakers": [
            {"name": "A", "options": [0], "preferences": [], "preferenceRanking": [3, [1, 2]]},
            {"name": "B", "options": [1], "preferences": [], "preferenceRanking": [1, 2, 3], "misperceptions": [[[0, "Y"]]]},
        ],
        "options": [{"name": "x", "permittedDirection": "both"}, {"name": "y", "permittedDirection": "back"}],
        "infeasibles": [[[0, "Y"], [1, "Y"]]],
    }
    return json.dumps(given | changes).encode()


def test_rankings_by_hand_and_misperceptions_are_read():
    model = read_gmcr(manual())
    assert model.preference.tolist() == [[0, 0, 1], [2, 1, 0]]
    game = read_gmcr_views(manual())
    assert [view.states.tolist() for view in game.views] == [[0, 1, 2], [0, 2]]
    kinds = {outcome.label: outcome.kind for outcome in perceive(game, ["Nash"])["Nash"]}
    assert kinds["2"] == "unseen"
    with pytest.raises(CaseError, match="does not list the states 1 to 4"):
        read_gmcr(manual(infeasibles=[]))


def spoilt(*path, value):
    """Give the file by hand with one value replaced."""
    given = json.loads(manual())
    part = given
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return json.dumps(given, indent=1).encode()


@pytest.mark.parametrize(
    ("path", "value", "line", "part"),
    [
        (("decisionMakers",), None, 4, "decisionMakers is None"),
        (("decisionMakers",), [], 4, "decisionMakers is []"),
        (("decisionMakers", 0), 7, 5, "decisionMakers[0] is 7"),
        (("decisionMakers", 0, "name"), 7, 6, "decisionMakers[0]: name is 7"),
        (("decisionMakers", 1, "name"), "A", 20, "decision maker 'A' is listed twice"),
        (("decisionMakers", 0, "options", 0), 2, 8, "unknown option 2 in decisionMakers[0].options[0]"),
        (("decisionMakers", 0, "options", 0), float("nan"), 8, "unknown option nan"),
        (("decisionMakers", 0, "options"), "01", 7, "decisionMakers[0].options is '01'"),
        (("decisionMakers", 0, "preferenceRanking", 0), 4, 12, "unknown state 4 in decisionMakers[0].preferenceRanking[0]"),
        (("decisionMakers", 0, "preferenceRanking", 0), 2, 11, "the ranking of 'A' does not list the states 1 to 3 once each"),
        (("decisionMakers", 0, "preferenceRanking"), [], 11, "decisionMakers[0].preferenceRanking is []"),
        (("options", 1, "permittedDirection"), "down", 47, "options[1].permittedDirection is 'down'"),
        (("options", 1, "name"), None, 46, "options[1]: name is None"),
        (("infeasibles", 0, 1), [1, "X"], 56, "infeasibles[0][1] is [1, 'X']"),
        (("infeasibles", 0, 1), [0, "N"], 56, "infeasibles[0] wants option 0 both taken and not"),
        (("infeasibles", 0, 1), [10**30, "N"], 56, "unknown option 1000000000000000000000000000000 in infeasibles[0][1]"),
        (("infeasibles",), [[]], 50, "no state is feasible"),
    ],
)
def test_mistakes_in_gmcr_files_are_named_with_their_line(path, value, line, part):
    with pytest.raises(CaseError) as caught:
        read_gmcr(spoilt(*path, value=value), "war.gmcr")
    [problem] = caught.value.problems
    assert part in problem.message
    assert (problem.line, bool(problem.hint)) == (line, True)


def test_mistakes_in_statements_of_gmcr_files_are_named():
    statements = [[[0, "Y"]], {"compound": True, "members": [[[0, "N"]], [[1, "Q"]]]}]
    makers = [{"name": "A", "options": [0], "preferences": statements}, {"name": "B", "options": [1]}]
    with pytest.raises(CaseError, match=r"decisionMakers\[0\].preferences\[1\].members\[1\]\[0\] is \[1, 'Q'\]"):
        read_gmcr(manual(decisionMakers=makers, useManualPreferenceRanking=False))
    statements[1] = {"compound": True}
    with pytest.raises(CaseError, match=r"decisionMakers\[0\].preferences\[1\] is"):
        read_gmcr(manual(decisionMakers=makers, useManualPreferenceRanking=False))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("held", [{"a": 1}, [Option("x", (0,))], Option])
def test_pickles_of_every_protocol_are_refused_unopened(protocol, held):
    with pytest.raises(CaseError, match="is a Python pickle"):
        read_gmcr(pickle.dumps(held, protocol=protocol), "old.gmcr")


def test_text_in_another_encoding_is_named_with_its_line():
    with pytest.raises(CaseError, match=r"war.gmcr:2: not UTF-8 text: byte 0xe9"):
        read_gmcr('{\n"é": 1}'.encode("latin-1"), "war.gmcr")


def test_a_view_without_states_is_refused():
    broken = json.loads(manual())
    broken["decisionMakers"][0]["misperceptions"] = [[]]
    with pytest.raises(CaseError, match="'A' thinks no state possible"):
        read_gmcr_views(json.dumps(broken).encode())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | st.text(alphabet='{}[]":,0YN abdecisonMkropt', max_size=60).map(str.encode))
def test_any_bytes_give_a_model_or_one_of_our_errors(data):
    for reader in (read_gmcr, read_gmcr_views):
        try:
            reader(data)
        except CeasefireError as error:
            assert str(error)


ONE = {"decision_makers": [{"name": "A", "options": ["x"]}], "preferences": {"A": {"ranking": [1, 2]}}}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{\n"a": ' + "9" * 5000 + "}", "war.json:2:6: a number of 5,000 digits"),
        ('{"decision_makers":\n[{"name": "A\\ud800"}]}', "war.json:2:11: 'A\\ud800' holds a character that cannot be printed"),
        (
            '{"decision_makers":\n[{"name": "A\\u001b[31m"}]}',
            "war.json:2:11: 'A\\x1b[31m' holds a character that cannot be printed",
        ),
        ('{"a": {\n"b\\b": 1}}', "war.json:2:8: 'b\\x08' holds a character"),
        (json.dumps(ONE | {"decision_makers": 7}), "'decision_makers' is 7\n  hint: write a list"),
        (json.dumps(ONE | {"preferences": [1]}), "'preferences' is [1]\n  hint: write an object"),
        (json.dumps(ONE | {"preferences": {"A": {"weighted": [[["Y"], "1e9999"]]}}}), "1e9999... is too long a number"),
        (json.dumps(ONE | {"preferences": {"A": {"weighted": [[["Y"], "7" * 500]]}}}), "is too long a number"),
    ],
)
def test_odd_files_are_refused_with_place_and_remedy(text, part):
    with pytest.raises(CaseError) as caught:
        read_exchange(text, "war.json")
    assert part in str(caught.value)
    assert "hint" in str(caught.value)


def test_characters_of_every_script_are_names():
    name = "\u0531\u0562\u0563 \U0001f600\tx"
    read = read_exchange(
        json.dumps(ONE | {"decision_makers": [{"name": name, "options": ["x"]}], "preferences": {name: {"ranking": [1, 2]}}})
    )
    assert read.parties == (name,)


def test_stakes_too_large_to_add_up_are_refused_in_few_words():
    with pytest.raises(LimitError, match=r"span 10\^300 or more steps of 1/1;"):
        read_exchange(json.dumps(ONE | {"preferences": {"A": {"weighted": [[["Y"], 1e300]]}}}))


def test_a_status_quo_may_be_a_vector():
    model = read_exchange(json.dumps(ONE))
    assert read_status_quo(json.dumps(ONE | {"status_quo": "Y"}), model) == 1
    with pytest.raises(CaseError, match="unknown status quo 'YY'\n  hint: states run from 1 to 2, or are vectors such as N"):
        read_status_quo(json.dumps(ONE | {"status_quo": "YY"}), model)


HYPERGAME = {
    "decision_makers": [{"name": "A", "options": ["attack", "spy"]}, {"name": "B", "options": ["arm"]}],
    "infeasible": ["YY-"],
    "preferences": {"A": {"prioritised": [["N--"], ["--N"]]}, "B": {"ranking": [1, 3, 4, 6, 5, 2]}},
}


def test_views_keep_the_analysts_numbers():
    view = {"unseen": ["A:spy"], "preferences": {"A": {"prioritised": [["Y--"]]}}}
    game = read_views(json.dumps(HYPERGAME | {"views": {"B": view}}))
    assert game.views[0] is game.truth
    assert game.truth.labels == ("1", "2", "3", "4", "5", "6")
    assert game.views[1].labels == ("1", "2", "4", "5")
    assert game.unseen == (0, 2)
    assert game.as_seen(1, 2) == game.as_seen(1, 0)
    assert game.views[1].preference.tolist() == [[0, 1, 0, 1], [3, 0, 2, 1]]


def test_views_may_imagine_states_and_moves():
    view = {"imagines": ["YYN"], "infeasible": ["--Y"], "preferences": {"B": {"ranking": ["YYN", 1, 2, 3]}}}
    game = read_views(json.dumps(HYPERGAME | {"views": {"B": view}}))
    assert game.views[1].labels == ("1", "2", "3", "YYN")
    assert {o.label: o.kind for o in perceive(game, ["GMR"])["GMR"]}["YYN"] == "imagined"


@pytest.mark.parametrize(
    ("views", "part"),
    [
        ([], "'views' is []"),
        ({"C": {}}, "unknown decision maker 'C'"),
        ({"B": {"unsen": []}}, "unknown fields"),
        ({"B": {"unseen": ["A:fly"]}}, "unknown option 'A:fly'"),
        ({"B": {"infeasible": ["---"]}}, "'B' thinks no state possible"),
        ({"B": {"infeasible": ["--"]}}, "needs 3 characters"),
        ({"B": {"imagines": ["Y-N"]}}, "needs 3 characters"),
        ({"B": {"preferences": {"A": {"ranking": [1]}}}}, "in the view of 'B': ranking of 'A': state 2 is not ranked"),
    ],
)
def test_wrong_views_are_refused(views, part):
    with pytest.raises(CaseError) as caught:
        read_views(json.dumps(HYPERGAME | {"views": views}), "war.json")
    assert part in str(caught.value)


def partial(told):
    return json.dumps(HYPERGAME | {"preferences": HYPERGAME["preferences"] | {"B": {"partial": told}}})


def test_partial_preferences_are_read_apart():
    model, known = read_partial(partial({"better": [[1, 2]], "equal": [[3, 4]], "at_least": [[2, 3]]}))
    assert known[0].unknown == []
    assert known[1].strict[0, 3]
    assert model.n_states == 6
    with pytest.raises(CaseError, match="known in part only"):
        read_exchange(partial({}))
    with pytest.raises(CaseError, match="no lists of pairs"):
        read_partial(partial({"better": [1]}))
    with pytest.raises(CaseError, match="state 2 above 1 contradicts"):
        read_partial(partial({"better": [[1, 2], [2, 1]]}))


def test_a_status_quo_may_be_named():
    model = read_exchange(json.dumps(HYPERGAME))
    assert read_status_quo(json.dumps(HYPERGAME | {"status_quo": 3}), model) == 2
    assert read_status_quo(json.dumps(HYPERGAME), model) is None
    with pytest.raises(CaseError, match="unknown status quo 9"):
        read_status_quo(json.dumps(HYPERGAME | {"status_quo": 9}), model)


def test_tables_say_the_same_as_csv_parquet_json_and_graphml(tmp_path):
    model = read_exchange(BORDER)
    solution = solve(model)
    table = state_table(model, solution)
    written = write_table(table, tmp_path / "new" / "states.csv")
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(table.columns)
    plain = [["true" if c is True else "false" if c is False else str(c) for c in row] for row in table.rows]
    assert rows[1:] == plain
    write_table(table, tmp_path / "states.parquet")
    back = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "states.parquet")])
    assert [c[0] for c in back.description] == list(table.columns)
    assert back.fetchall() == list(table.rows)
    graph = graph_json(model, solution)
    assert [list(node.values()) for node in graph["nodes"]] == [list(row) for row in table.rows]
    moves = move_table(model)
    assert [tuple(edge.values()) for edge in graph["edges"]] == list(moves.rows)
    root = ET.fromstring(graphml(model, solution))  # noqa: S314 - our own text
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(root.findall(f".//{space}node")) == model.n_states
    assert len(root.findall(f".//{space}edge")) == len(moves.rows)


def test_moves_in_tables_are_those_of_the_definition():
    model = small_model(3, 3, 8)
    listed = {
        (p, model.labels[a], model.labels[b]) for p, one in enumerate(graph_of(model)) for a, ends in one.items() for b in ends
    }
    assert {(model.parties.index(p), a, b) for a, b, p, _ in move_table(model).rows} == listed


def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path):
    model = GraphModel.from_options(["=A"], [Option("@x", (0,))])
    text = write_table(state_table(model, solve(model, ["Nash"])), tmp_path / "t.csv").read_text(encoding="utf-8")
    assert text.startswith("state,vector,'@x,rank of =A")


def test_what_cannot_be_written_says_why(tmp_path):
    model = GraphModel.from_options(["A"], [Option("x", (0,)), Option("x", (0,))])
    with pytest.raises(OutputError, match="same name"):
        write_exchange(model)
    with pytest.raises(OutputError, match="lose a column"):
        state_table(model, solve(model))
    with pytest.raises(OutputError, match="belongs to nobody"):
        write_exchange(GraphModel.from_options(["A"], [Option("x", ())]))
    table = move_table(model)
    with pytest.raises(OutputError, match=r"\.csv or \.parquet"):
        write_table(table, tmp_path / "moves.xls")
