from datetime import date

import numpy as np
import pytest

from ceasefire.case import load
from ceasefire.errors import DataError
from ceasefire.events import Coded, EventTable
from ceasefire.record import acts_from_case, acts_of, combined, follow_through, ledger, names_of, read_fates, with_fates
from ceasefire.testing import a_case, a_party, an_entry

HEADER = "entry,target,status,closed,closed_by,why\n"
PARTIES = (a_party("A", roles=("belligerent",)), a_party("B", roles=("belligerent",)), a_party("R", roles=("mediator",)))


def pairs(*record, **changes):
    case = a_case(record=record, parties=PARTIES, as_of=date(2031, 3, 30), **changes)
    acts, entries = acts_from_case(case)
    return [
        (entries[-1 - r].key, acts.parties[a], acts.parties[t]) for r, a, t in zip(acts.row, acts.actor, acts.target, strict=True)
    ], acts


def test_an_entry_is_one_act_for_each_addressee():
    found, _ = pairs(an_entry("e", "2031-03-02", "R", targets=("A", "B", "R")))
    assert found == [("e", "R", "A"), ("e", "R", "B")]


def test_everybody_means_the_belligerents_and_a_joint_truce_binds_those_who_fight():
    found, _ = pairs(
        an_entry("call", "2031-03-02", "R", targets=("X-ALL",)),
        an_entry("truce", "2031-03-03", "X-JOINT", "deed", cameo="0871", joint_with=("R", "A", "B"), targets=("X-ALL",)),
        an_entry("strike", "2031-03-02", "A", "deed", cameo="190", targets=("B",)),
        an_entry("text", "2031-03-04", "X-JOINT", "deed", cameo="057", joint_with=("R", "A"), targets=("X-ALL",)),
    )
    assert sorted(found) == [
        ("call", "R", "A"),
        ("call", "R", "B"),
        ("strike", "A", "B"),
        ("strike", "A", "X-ALL"),
        ("strike", "X-ALL", "B"),
        ("text", "A", "R"),
        ("text", "R", "A"),
        ("truce", "A", "X-ALL"),
        ("truce", "B", "X-ALL"),
    ]


def test_a_truce_with_everybody_is_broken_by_force_against_any_of_them():
    truce = an_entry("truce", "2031-03-03", "X-JOINT", "deed", cameo="0871", joint_with=("A", "B"), targets=("X-ALL",))
    strike = an_entry("strike", "2031-03-06", "A", "deed", cameo="190", targets=("C",))
    case = a_case(record=(truce, strike), parties=(*PARTIES, a_party("C", roles=("belligerent",))), as_of=date(2031, 3, 30))
    acts, _ = acts_from_case(case)
    assert [(row.actor, row.target, row.status) for row in ledger(acts, draws=0).rows()] == [
        ("A", "X-ALL", "contrary"),
        ("B", "X-ALL", "fulfilled"),
    ]


def test_advisers_and_days_outside_are_left_out_and_counted():
    found, acts = pairs(
        an_entry("early", "2031-02-02", "R", targets=("A",)),
        an_entry("adviser", "2031-03-02", "R", targets=("A",), level="adviser"),
        an_entry("late", "2031-04-02", "R", targets=("A",)),
    )
    assert found == []
    assert acts.left_out["advisers, analysts, candidates, opposition, public"] == 1
    assert acts.left_out["outside the days observed"] == 1
    assert (acts.first, acts.last) == (date(2031, 3, 1), date(2031, 3, 30))


@pytest.mark.parametrize(("confidence", "status", "left"), [("medium", "fulfilled", 0), ("low", "open", 1)])
def test_a_deed_of_low_confidence_closes_no_commitment_and_is_counted_as_left_out(confidence, status, left):
    case = a_case(
        record=(
            an_entry("threat", "2031-03-10", "A", cameo="138", category="threaten", targets=("B",), confidence="low"),
            an_entry("strike", "2031-03-20", "A", "deed", cameo="190", targets=("B",), confidence=confidence),
        ),
        parties=PARTIES,
        as_of=date(2031, 3, 30),
    )
    acts, _ = acts_from_case(case)
    assert acts.left_out["low confidence"] == left
    assert [row.status for row in ledger(acts, draws=0).rows()] == [status]


def threat_case():
    record = (
        an_entry("threat", "2031-03-02", "A", cameo="138", category="threaten", targets=("B",), condition="If B moves"),
        an_entry("strike", "2031-03-20", "A", "deed", cameo="190", targets=("B",)),
    )
    return a_case(record=record, parties=PARTIES, as_of=date(2031, 4, 30))


def test_the_analysts_own_fate_wins_over_the_rule():
    acts, entries = acts_from_case(threat_case())
    found = ledger(acts)
    assert [row.status for row in found.rows()] == ["fulfilled"]
    fates = read_fates(HEADER + "threat,,complied,2031-03-10,,B stopped\n", "fates.csv", entries)
    judged = with_fates(found, entries, fates)
    (row,) = judged.rows()
    assert (row.status, row.closed, row.closed_by, row.conditional) == ("complied", date(2031, 3, 10), None, False)
    by_entry = with_fates(found, entries, read_fates(HEADER + "threat,B,contrary,2031-03-20,strike,y\n", "f", entries))
    assert names_of(entries)(by_entry.rows()[0].closed_by) == "strike"
    assert [row.status for row in found.rows()] == ["fulfilled"]


def test_a_condition_judged_not_met_leaves_the_word_open_and_one_that_was_lets_it_expire():
    case = threat_case()
    only = a_case(record=case.record[:1], parties=PARTIES, as_of=case.as_of)
    acts, entries = acts_from_case(only)
    found = ledger(acts)
    assert [r.conditional for r in follow_through(found)] == [1]
    expired = with_fates(found, entries, read_fates(HEADER + "threat,,expired,,,B moved and A did nothing\n", "f", entries))
    (report,) = follow_through(expired)
    assert (report.n, report.conditional, dict(report.counts)["expired"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("thraet,,expired,,,why", "unknown-entry"),
        ("threat,,complied,2031-03-10,nobody,why", "unknown-entry"),
        ("threat,,lapsed,,,why", "wrong-choice"),
        ("threat,,expired,,,", "no-why"),
        ("threat,,complied,soon,,why", "wrong-type"),
        ("threat,,complied,2031-03-02,,why", "bad-order"),
        ("threat,,expired,,,why\nthreat,,open,,,why", "given-twice"),
    ],
)
def test_a_bad_file_of_fates_is_refused_with_its_line(row, code):
    _, entries = acts_from_case(threat_case())
    with pytest.raises(DataError) as raised:
        read_fates(HEADER + row, "fates.csv", entries)
    assert [p.code for p in raised.value.problems] == [code]
    assert raised.value.problems[0].line == (3 if "\n" in row else 2)
    with pytest.raises(DataError, match="column 'why' is missing"):
        read_fates("entry\n", "fates.csv", entries)


def test_a_fate_of_an_entry_that_commits_to_nothing_is_refused():
    acts, entries = acts_from_case(threat_case())
    fates = read_fates(HEADER + "strike,,expired,,,why\nthreat,R,expired,,,why\n", "f", entries)
    with pytest.raises(DataError) as raised:
        with_fates(ledger(acts), entries, fates)
    assert [p.code for p in raised.value.problems] == ["unknown-entry"] * 2


def test_the_record_wins_over_the_event_table():
    own, _ = acts_from_case(threat_case())
    days = np.array(["2031-03-03", "2031-03-05", "2031-03-20", "2031-03-20", "2031-02-01", "2031-03-21"], dtype="datetime64[D]")
    machine = acts_of(days, list("AAABAC"), list("BBBABA"), ["138", "138", "193", "193", "138", "112"], row=np.arange(10, 16))
    both = combined(own, machine)
    assert sorted(both.row.tolist()) == [-2, -1, 11, 13, 15]
    assert both.left_out["told by the record"] == 2
    assert both.left_out["outside the days observed"] >= 1
    assert (both.first, both.last) == (own.first, own.last)
    assert [row.said for row in ledger(both, draws=0).rows()] == [-1, 11]


def test_the_bundled_record_opens_commitments_and_russia_keeps_none_by_8_october():
    acts, entries = acts_from_case(load("karabakh-2020"), date(2020, 10, 8))
    found = ledger(acts)
    russia = found.rows(found.select(actor="RUS"))
    assert len(russia) == 12
    assert {row.status for row in russia} <= {"open", "contrary"}
    assert all(entries[-1 - row.said].actor == "RUS" for row in russia)


def test_a_row_is_named_by_its_entry_or_by_its_source():
    _, entries = acts_from_case(threat_case())
    table = EventTable({"source": Coded.of(["gdelt", "icews"]), "source_id": Coded.of(["7", None])})
    assert [names_of(entries, table)(row) for row in (-1, -2, 0, 1)] == ["threat", "strike", "gdelt 7", "icews"]
    assert names_of(entries)(3) == "3"
