"""Case files: what they become, and what each mistake says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceasefire import case
from ceasefire.case.tree import parse_tree
from ceasefire.errors import CaseError

TEXT = case.scaffold("border-2031")


@pytest.fixture
def folder(tmp_path):
    for name, text in TEXT.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def codes(error: CaseError) -> list[str]:
    return [problem.code for problem in error.problems]


def broken(folder, old: str, new: str) -> CaseError:
    """Change the scaffold and give the error that follows."""
    text = TEXT["case.yaml"]
    assert text.count(old) >= 1, old
    (folder / "case.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        case.load(folder)
    return caught.value


def line_of(part: str) -> int:
    return next(k for k, line in enumerate(TEXT["case.yaml"].splitlines(), 1) if part in line)


def test_the_scaffold_passes_its_own_check_and_becomes_what_it_says(folder):
    assert case.check(folder) == ()
    made = case.load(folder)
    assert (made.name, made.as_of, made.horizon_days) == ("border-2031", date(2031, 3, 10), 30)
    assert [option.key for option in made.options] == ["x-a.attack", "x-b.counterattack", "x-b.evacuate"]
    (lever,) = made.levers
    assert (lever.owner, lever.type, lever.delay_days, lever.exec.value) == ("X-P", "threat", 5, 1)
    assert lever.exec.illustrative
    stake = made.party("X-A").stakes[0].judgement
    assert (stake.low, stake.value, stake.high, stake.unit) == (1, 2, 3, "points")
    assert made.record[0].sources == ("example",)


def test_an_entry_without_a_mark_of_confidence_is_not_taken_for_a_doubtful_one(folder):
    text = TEXT["case.yaml"]
    assert "    confidence: high" in text
    (folder / "case.yaml").write_text(text.replace("    confidence: high", "    seed: false"), encoding="utf-8")
    assert case.load(folder).record[0].confidence == "not stated"


@pytest.mark.parametrize("name", case.bundled())
def test_bundled_cases_load_without_warning_or_with_meant_ones(name):
    assert {warning.code for warning in case.check(name)} <= {"too-late", "odd-sign"}


def test_the_bundled_war_has_the_parts_that_its_questions_need():
    war = case.load("karabakh-2020")
    owners = {lever.owner for lever in war.levers}
    movers = {option.owner for option in war.options}
    assert len(war.record) == 297
    assert len(war.claims) == 46
    assert len(movers | owners) >= 6
    assert len(war.options) >= 10
    assert len(war.levers) >= 20
    assert len(owners) >= 6
    for lever in war.levers:
        assert lever.why
        assert all(effect.sources or effect.illustrative for _, effect in lever.effects)


def test_as_of_moves_what_may_be_used(folder):
    assert case.load(folder, as_of=date(2031, 3, 1)).entries_until(date(2031, 3, 1)) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("title: A war", "title: [A war", "bad-yaml", "not YAML"),
        ("summary: One", "summery: One", "unknown-field", "did you mean 'summary'?"),
        ("when: x-a.attack\n    effects", "when: x-c.attack\n    effects", "unknown-party", "unknown party in 'x-c.attack'"),
        ("when: x-a.attack\n    effects", "when: x-a.atack\n    effects", "unknown-option", "did you mean 'x-a.attack'?"),
        ("when: x-a.attack\n    effects", "when: x-a.attack and\n    effects", "bad-condition", "x-a.attack and"),
        ("value: -2, illustrative: true,", "value: -2,", "no-source", "illustrative: true"),
        (", why: What the attack wins.", "", "no-why", "has no reason"),
        ("x-b.evacuate and x-b.counterattack", "x-a.attack or not x-a.attack", "contradictory-feasibility", "every combination"),
        ("when: not x-a.attack\n  reach", "when: x-b.evacuate and x-b.counterattack\n  reach", "empty-wanted", "no feasible state"),
        ("status_quo: [x-a.attack]", "status_quo: [x-b.evacuate, x-b.counterattack]", "infeasible-status-quo", "cannot occur"),
        ("status_quo: [x-a.attack]", "status_quo: [x-a.atack]", "unknown-option", "did you mean 'x-a.attack'?"),
        ("value: 3, sources", "dated: 2031-04-01, value: 3, sources", "later-judgement", "after 2031-03-10"),
        ("sources: [example], why: What quiet", "sources: [exampel], why: What quiet", "unknown-source", "did you mean 'example'?"),
        ("as_of: 2031-03-10", "as_of: 10 March", "wrong-type", "a date such as 2020-10-08"),
        ("as_of: 2031-03-10", "as_of: 2031-02-10", "bad-order", "after 'as_of'"),
        ("concept: seq", "concept: nahs", "wrong-choice", "did you mean 'nash'?"),
        ("restore: {value: 0.5", "restore: {value: 5", "out-of-bounds", "from 0 to 1"),
        ("exec: {value: 1", "exec: {value: -1", "out-of-bounds", "no less than 0"),
        ("range: [1, 3]", "range: [3, 1]", "bad-range", "write [least, largest]"),
        ("range: [1, 3]", "range: [1, 3], value: 7", "bad-range", "outside its range"),
        ("range: [1, 3], ", "", "missing-number", "has no number"),
        ("range: [1, 3]", "distribution: {kind: normal, mean: 2}", "bad-distribution", "lacks sd"),
        ("range: [1, 3]", "distribution: {kind: discrete, values: [[1, 0.5]]}", "bad-distribution", "add up to 1"),
        ("    owner: X-P\n", "    owner: X-Q\n", "unknown-party", "unknown party 'X-Q'"),
        ("name: Outside power", "name: !!python/object x", "tag", "remove the tag"),
        ("name: Outside power", "name: &a Outside power", "anchor", "write the value out"),
        ("name: Outside power", "name: Outside\u2028power", "bad-yaml", "write a space or a new line"),
        ("levers:", "---\nlevers:", "bad-yaml", "keep one document"),
        ("name: Outside power", "name: Outside power\n    name: Again", "duplicate-key", "given twice"),
        ("  X-P:\n    name: Outside", "  Xp:\n    name: Outside", "bad-form", "such as X-ARMY"),
        ("direction: up", "direction: on", "wrong-choice", "expected one of both, up, down"),
        ("format: 1", "format: 2", "out-of-bounds", "from 1 to 1"),
        ("levers:", "incompatible: [[embargo, embargoes]]\nlevers:", "unknown-lever", "did you mean 'embargo'?"),
        ("kind: word", "kind: speech", "wrong-choice", "word, deed"),
    ],
)
def test_each_mistake_is_named_with_its_place_and_a_remedy(folder, old, new, code, says):
    error = broken(folder, old, new)
    (problem,) = [p for p in error.problems if p.code == code][:1]
    assert problem.line is not None
    assert str(problem).startswith(f"{folder}/case.yaml:{problem.line}")
    assert problem.hint or code == "bad-form"
    assert says in str(problem)


def test_line_and_column_point_at_the_word_itself(folder):
    error = broken(folder, "when: x-a.attack\n    effects", "when: x-b.evacuate and x-a.atack\n    effects")
    (problem,) = error.problems
    assert (problem.line, problem.column) == (line_of("    when: x-a.attack"), len("    when: x-b.evacuate and ") + 1)


def test_all_problems_of_all_files_are_reported_at_once(folder):
    (folder / "sources.yaml").write_text("example: {titel: A page}\n", encoding="utf-8")
    error = broken(folder, "concept: seq", "concept: nahs\nhorizon: 3")
    assert codes(error) == ["wrong-choice", "unknown-field", "unknown-field"]
    assert {problem.file for problem in error.problems} == {f"{folder}/case.yaml", f"{folder}/sources.yaml"}


def test_files_that_are_no_text_are_refused_unread(folder):
    path = folder / "case.yaml"
    for data, code in [
        (b"x" * 30_000_000, "too-large"),
        (b"format: 1\0\0\x01", "binary-file"),
        (b"name: \xff\xfe", "not-utf8"),
        (b"", "empty-file"),
        (b"- " * 5000, "too-deep"),
        (b"[" * 5000, "too-deep"),
    ]:
        path.write_bytes(data)
        with pytest.raises(CaseError) as caught:
            case.load(folder)
        assert codes(caught.value)[0] == code


def test_a_missing_case_says_which_cases_there_are(tmp_path):
    with pytest.raises(CaseError, match="karabakh-2020"):
        case.load("karabak-2020")
    with pytest.raises(CaseError, match="cannot be read"):
        case.load(tmp_path / "nothing" / "case.yaml")


def test_yaml_is_the_1_2_kind_in_which_norway_is_a_country():
    node, problems = parse_tree("a: NO\nb: yes\nc: 012\nd: 1e3\ne: 0o17\nf: 12:30\ng: null\nh: true", "x.yaml")
    assert not problems
    values = [child.value for child in node.value.values()]
    assert values == ["NO", "yes", 12, 1000.0, 15, "12:30", None, True]


def test_the_schema_describes_what_the_loader_takes():
    schema = case.json_schema()
    assert schema["additionalProperties"] is False
    assert {"parties", "as_of", "format"} <= set(schema["required"])
    lever = schema["$defs"]["lever"]["properties"]
    assert {"delay_days", "lasts_days", "harm", "audience", "restore", "group", "belief"} <= set(lever)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=400) | st.text(alphabet=":-{}[],&*!?|>'\"# \n\tabN0.", max_size=200).map(str.encode))
def test_from_any_bytes_only_a_case_error_escapes(folder, data):
    (folder / "case.yaml").write_bytes(data)
    with pytest.raises(CaseError):
        case.load(folder)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=st.integers(0, len(TEXT["case.yaml"])), length=st.integers(0, 60), patch=st.text(max_size=8))
def test_a_damaged_case_loads_or_says_why(folder, start, length, patch):
    text = TEXT["case.yaml"]
    (folder / "case.yaml").write_text(text[:start] + patch + text[start + length :], encoding="utf-8", errors="replace")
    try:
        case.load(folder)
    except CaseError as error:
        assert error.problems
