"""What the record, the truces and the claims name is there, and there once; strange codes are doubted."""

from datetime import date

import pytest

from ceasefire import case
from ceasefire.errors import CaseError

ENTRY = (
    "  - {id: ID, date: 2031-03-03, actor: {name: An army, code: X-A, level: state}, targets: [X-B], kind: deed, "
    'category: assault, cameo: "190", summary: Attacks., sources: [example]}\n'
)
TRUCES = (
    "id,name,brokers,announced,effective_local,first_claimed_breach,minutes_to_first_claim,claimed_by,other_account,outcome,"
    "record,sources\n"
)
COUNTS = "date,series,side,value,unit,cumulative,publisher,url,note\n"
CLAIM = "  - {id: C1, paragraph: 1, claim: So it was., record: [e1]}\n"


@pytest.fixture
def folder(tmp_path):
    for name, text in case.scaffold("border-2031").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def with_entry(folder, old="", new="", key="e2"):
    path = folder / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ENTRY.replace("ID", key).replace(old, new), encoding="utf-8")
    return path


def wrong(folder):
    with pytest.raises(CaseError) as caught:
        case.load(folder)
    return [(problem.code, problem.message, problem.hint) for problem in caught.value.problems]


def test_two_entries_of_one_key_are_refused_with_the_line_of_the_first(folder):
    path = with_entry(folder, key="e1")
    first = 1 + path.read_text(encoding="utf-8").splitlines().index("  - id: e1")
    assert wrong(folder) == [("duplicate-key", f"entry 'e1' is given twice (first in line {first})", "give each a key of its own")]


def test_two_claims_or_truces_of_one_key_are_refused(folder):
    (folder / "claims.yaml").write_text("claims:\n" + CLAIM + CLAIM, encoding="utf-8")
    row = "t1,A truce,X-P,2031-03-04,,,,,,,e1,example\n"
    (folder / "truces.csv").write_text(TRUCES + row + row, encoding="utf-8")
    assert [message for _, message, _ in wrong(folder)] == [
        "claim 'C1' is given twice (first in line 2)",
        "truce 't1' is given twice (first in line 2)",
    ]


@pytest.mark.parametrize("place", ["red_lines", "aims", "truces", "claims"])
def test_an_entry_that_does_not_exist_is_no_evidence(folder, place):
    if place == "truces":
        (folder / "truces.csv").write_text(TRUCES + "t1,A truce,X-P,2031-03-04,,,,,,,e1;e9,example\n", encoding="utf-8")
    elif place == "claims":
        (folder / "claims.yaml").write_text("claims:\n" + CLAIM.replace("e1", "e9"), encoding="utf-8")
    else:
        path = folder / "case.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("    name: Outside power\n", f"    name: Outside power\n    {place}: [{{text: Quiet, record: [e9]}}]\n"),
            encoding="utf-8",
        )
    assert wrong(folder) == [("unknown-entry", "the record has no entry 'e9'", "known: e1")]


def test_cells_with_several_codes_are_parted_by_semicolons_or_blanks(folder):
    with_entry(folder)
    (folder / "truces.csv").write_text(
        TRUCES
        + "t1,One,X-P;FRA,2031-03-04,,,,,,,e1;e2,example\n"
        + "t2,Other,X-P FRA,2031-03-04,,,,,,,e1 e2,https://a.example/x;y https://b.example\n",
        encoding="utf-8",
    )
    one, other = case.load(folder).truces
    assert one.brokers == other.brokers == ("X-P", "FRA")
    assert one.record == other.record == ("e1", "e2")
    assert (one.sources, len(other.sources)) == (("example",), 2)


def test_a_truce_that_rests_on_an_unknown_source_is_refused(folder):
    (folder / "truces.csv").write_text(TRUCES + "t1,One,X-P,2031-03-04,,,,,,,e1,exampel\n", encoding="utf-8")
    assert wrong(folder) == [("unknown-source", "unknown source 'exampel'", "did you mean 'example'?")]


@pytest.mark.parametrize("said", ["true", "", "Yes"])
def test_whether_a_count_is_cumulative_is_said_with_yes_or_no(folder, said):
    (folder / "daily.csv").write_text(COUNTS + f"2031-03-04,killed,X-A,5,persons,{said},A paper,,\n", encoding="utf-8")
    ((code, message, _),) = wrong(folder)
    assert (code, message) == ("wrong-choice", f"cumulative is {said!r}, expected one of yes, no")


def test_a_table_parted_by_semicolons_says_so(folder):
    (folder / "daily.csv").write_text(COUNTS.replace(",", ";"), encoding="utf-8")
    assert wrong(folder) == [("missing-column", "column 'date' is missing", "part fields by commas")]


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("code: X-A", "code: X-AA", "unknown-actor", "the actor of entry 'e2' is 'X-AA'"),
        ("[X-B]", "[UAE]", "unknown-actor", "a target of entry 'e2' is 'UAE'"),
        ("assault", "bombing", "unknown-category", "has the category 'bombing'"),
        ("190", "999", "unknown-code", "has the CAMEO code '999'"),
        ("kind: deed", "kind: word", "odd-code", "is a word, and its CAMEO code 190"),
        (", sources: [example]", "", "no-source", "names no source"),
        ("[X-B]", "[X-B, FRA, X-OSCE]", None, ""),
    ],
)
def test_codes_that_no_table_has_are_doubted_and_used(folder, old, new, code, says):
    with_entry(folder, old, new)
    found = case.check(folder)
    assert [warning.code for warning in found] == ([code] if code else [])
    assert all(says in warning.message and warning.line and warning.hint for warning in found)


def test_an_end_of_a_tie_and_a_broker_that_nobody_knows_are_doubted(folder):
    path = folder / "case.yaml"
    text = path.read_text(encoding="utf-8")
    tie = "    ties: [{with: X-Q, type: arms, text: Sells arms}]\n"
    path.write_text(text.replace("    name: Outside power\n", "    name: Outside power\n" + tie), encoding="utf-8")
    (folder / "truces.csv").write_text(TRUCES + "t1,A truce,UNO,2031-03-04,,,,,,,e1,example\n", encoding="utf-8")
    assert [warning.message.split(",")[0] for warning in case.check(folder)] == [
        "a broker of truce 't1' is 'UNO'",
        "one to whom Outside power is tied is 'X-Q'",
    ]


def test_a_party_of_a_code_that_no_country_has_is_told_which_it_could_be(folder):
    path = folder / "case.yaml"
    text = path.read_text(encoding="utf-8").replace("X-P", "UAE").replace("Outside power", "United Arab Emirates")
    path.write_text(text, encoding="utf-8")
    (warning,) = case.check(folder)
    assert (warning.code, warning.hint) == ("unknown-code", "did you mean 'ARE'?")


def test_a_party_code_in_small_letters_is_refused_and_nothing_else_is_said(folder):
    path = folder / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  X-P:\n", "  x-p:\n"), encoding="utf-8")
    ((code, message, hint),) = wrong(folder)
    assert code == "bad-form"
    assert message.startswith("code of a party is 'x-p'")
    assert hint.endswith("such as X-P")


def test_a_tab_before_a_field_is_named_as_such(folder):
    path = folder / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("    name: Outside", "\tname: Outside"), encoding="utf-8")
    assert wrong(folder)[0][1:] == ("not YAML: a tab where the line begins", "indent with spaces")


@pytest.mark.parametrize("place", ["red_lines", "record"])
def test_what_was_said_rests_on_sources_that_exist(folder, place):
    path = with_entry(folder, "[example]", "[exampel]" if place == "record" else "[example]")
    text = path.read_text(encoding="utf-8")
    if place == "red_lines":
        line = "    red_lines: [{text: Quiet, sources: [exampel]}]\n"
        path.write_text(text.replace("    name: Outside power\n", "    name: Outside power\n" + line), encoding="utf-8")
    assert wrong(folder) == [("unknown-source", "unknown source 'exampel'", "did you mean 'example'?")]


def test_a_day_before_the_war_is_refused(folder):
    with pytest.raises(CaseError, match="before the war began on 2031-03-01"):
        case.load(folder, as_of=date(2031, 2, 28))


def with_line(folder, codes):
    path = folder / "case.yaml"
    line = f"    red_lines:\n      - {{text: No guns, record: [e1], crossed_by: {codes}}}\n    stakes:\n      - {{when: not x-a.attack, v"
    text = path.read_text(encoding="utf-8")
    assert text.count("    stakes:\n      - {when: not x-a.attack, v") == 1
    path.write_text(text.replace("    stakes:\n      - {when: not x-a.attack, v", line), encoding="utf-8")


def test_a_red_line_may_say_which_codes_cross_it_and_cameo_must_have_them(folder):
    with_line(folder, '["154", "19"]')
    (line,) = next(party for party in case.load(folder).parties if party.red_lines).red_lines
    assert line.crossed_by == ("154", "19")


def test_a_code_that_cameo_does_not_have_crosses_no_line(folder):
    with_line(folder, '["154", "99"]')
    assert [problem[:2] for problem in wrong(folder)] == [
        ("unknown-code", "red line 'No guns' is crossed by '99', which is no CAMEO code")
    ]


@pytest.mark.parametrize(
    ("times", "code", "words"),
    [
        ("tomorrow,,", "wrong-type", "effective_local is 'tomorrow', expected a day or a time"),
        (",soon,", "wrong-type", "first_claimed_breach is 'soon', expected a day or a time"),
        (",,-5", "out-of-bounds", "minutes_to_first_claim is -5: a breach cannot come before the truce"),
        ("2031-03-06,2031-03-05,", "bad-order", "the first breach of 't1' is claimed for 2031-03-05, before it took effect"),
        (
            "2031-03-06T12:00+04:00,2031-03-06T11:30+04:00,",
            "bad-order",
            "the first breach of 't1' is claimed for 2031-03-06T11:30+04:00, before it took effect",
        ),
    ],
)
def test_when_a_truce_began_and_broke_must_be_readable_and_in_order(folder, times, code, words):
    (folder / "truces.csv").write_text(f"{TRUCES}t1,A truce,X-P,2031-03-04,{times},,,,e1,example\n", encoding="utf-8")
    assert [problem[:2] for problem in wrong(folder)] == [(code, words)]


@pytest.mark.parametrize("times", ["2031-03-06,2031-03-06,", "2031-03-06T12:00+04:00,2031-03-06,", "2031-03-06T12:00+04:00,,5"])
def test_a_breach_on_the_day_of_the_truce_is_in_order(folder, times):
    (folder / "truces.csv").write_text(f"{TRUCES}t1,A truce,X-P,2031-03-04,{times},,,,e1,example\n", encoding="utf-8")
    assert len(case.load(folder).truces) == 1


@pytest.mark.parametrize(
    ("end", "code"), [("later", "wrong-type"), ("2031-03-05", "bad-order"), ("2031-03-06", None), ("2031-03-09T12:00", None)]
)
def test_the_agreed_end_of_a_truce_must_be_readable_and_not_before_it(folder, end, code):
    header = TRUCES.replace("sources", "sources,ends_local")
    (folder / "truces.csv").write_text(f"{header}t1,A truce,X-P,2031-03-04,2031-03-06,,,,,,e1,example,{end}\n", encoding="utf-8")
    if code:
        assert [problem[0] for problem in wrong(folder)] == [code]
    else:
        assert case.load(folder).truces[0].ends == end


def test_a_wanted_outcome_that_is_there_already_is_doubted(folder):
    path = folder / "case.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("when: not x-a.attack\n  reach", "when: x-a.attack\n  reach"), encoding="utf-8"
    )
    assert case.check(folder)[0].code == "wanted-now"


def test_a_case_file_is_read_with_what_stands_beside_it(folder):
    with_entry(folder)
    assert case.load(folder / "case.yaml") == case.load(folder)
    alone = folder / "war.yaml"
    alone.write_text((folder / "case.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(CaseError, match="unknown source 'example'"):
        case.load(alone)


@pytest.mark.parametrize(("name", "right"), [("records.yaml", "record.yaml"), ("sources.yml", "sources.yaml")])
def test_a_file_with_a_slip_in_its_name_is_not_passed_over_in_silence(folder, name, right):
    (folder / name).write_text("entries: []\n", encoding="utf-8")
    (folder / "notes.csv").write_text("a,b\n", encoding="utf-8")
    (warning,) = case.check(folder)
    assert (warning.code, warning.file, warning.hint) == ("unread-file", f"{folder}/{name}", f"did you mean {right!r}?")


def test_two_parties_of_one_name_are_doubted(folder):
    path = folder / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: Second party", "name: First party"), encoding="utf-8")
    (warning,) = case.check(folder)
    assert (warning.code, warning.message) == ("same-name", "parties 'X-A' and 'X-B' are both called 'First party'")


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        (
            "when: x-a.attack\n    effects",
            "when: not x-a.attack\n    effects",
            "odd-when",
            "threat 'embargo' is carried out in every",
        ),
        ("type: threat  ", "type: promise  ", "odd-when", "promise 'embargo' is kept in no wanted outcome"),
        (
            "when: x-a.attack\n    effects",
            "when: x-b.evacuate and x-b.counterattack\n    effects",
            "idle-condition",
            "acts in no outcome",
        ),
        (
            "{when: x-b.evacuate, value",
            "{when: x-b.evacuate or not x-b.evacuate, value",
            "idle-condition",
            "holds in every outcome",
        ),
        ("{when: x-b.evacuate, value", "{when: x-b.evacuate and x-b.counterattack, value", "idle-condition", "holds in no outcome"),
    ],
)
def test_conditions_that_look_mistaken_are_doubted(folder, old, new, code, says):
    path = folder / "case.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (warning,) = [one for one in case.check(folder) if one.code not in {"odd-sign"}]
    assert (warning.code, says in warning.message) == (code, True)
    assert warning.line
