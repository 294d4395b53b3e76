from datetime import date

import numpy as np
import pytest

from ceasefire.case import load
from ceasefire.case.model import Source
from ceasefire.errors import DataError
from ceasefire.events import Coded, EventTable
from ceasefire.record import acts_from_case, acts_of, combined, follow_through, ledger, measure, names_of, read_fates, with_fates
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


def test_what_only_later_sources_tell_of_informs_no_earlier_answer():
    """A strike of 20 March of which one memoir of 2040 tells, and one of 21 March of which a paper of the day tells too."""
    sources = (Source("memoir", "", "", None, date(2040, 1, 1)), Source("paper", "", "", None, date(2031, 3, 22)))
    record = (
        an_entry("threat", "2031-03-10", "A", cameo="138", category="threaten", targets=("B",)),
        an_entry("strike", "2031-03-20", "A", "deed", cameo="190", targets=("B",), sources=("memoir",)),
        an_entry("known", "2031-03-21", "A", "deed", cameo="190", targets=("B",), sources=("memoir", "paper")),
        an_entry("old", "2031-02-01", "A", "deed", cameo="190", targets=("B",), sources=("memoir",)),
    )
    case = a_case(record=record, parties=PARTIES, as_of=date(2031, 3, 30), sources=sources)
    acts, entries = acts_from_case(case)
    assert acts.left_out["told only by later sources"] == 1
    assert [names_of(entries)(row.closed_by) for row in ledger(acts, draws=0).rows()] == ["known"]
    found = measure(case)
    assert ([one.entry.key for one in found.told_later], len(found.classified)) == (["strike"], 3)
    assert [one.entry.key for one in found.actor("A").deeds] == ["known"]
    acts, entries = acts_from_case(case, date(2040, 1, 1))
    assert [names_of(entries)(row.closed_by) for row in ledger(acts, draws=0).rows()] == ["strike"]


def test_every_entry_becomes_acts_or_is_counted_as_left_out():
    record = (
        an_entry("nobody", "2031-03-02", "R"),
        an_entry("self", "2031-03-02", "R", targets=("R",)),
        an_entry("adviser", "2031-03-02", "R", targets=("A",), level="adviser"),
        an_entry("doubted", "2031-03-02", "R", "deed", cameo="190", targets=("A",), confidence="low"),
        an_entry("used", "2031-03-03", "R", targets=("A", "B")),
    )
    case = a_case(record=record, parties=PARTIES, as_of=date(2031, 3, 30))
    acts, _ = acts_from_case(case)
    assert len(set(acts.row.tolist())) == 1
    assert {reason: count for reason, count in acts.left_out.items() if count} == {
        "advisers, analysts, candidates, opposition, public": 1,
        "low confidence": 1,
        "nobody is addressed": 2,
    }
    doubted, _ = acts_from_case(case, doubted=True)
    assert (len(doubted), doubted.left_out["not of low confidence"]) == (1, 3)
    assert "low confidence" not in doubted.left_out


def test_counts_of_what_was_left_out_add_up_when_a_record_and_events_are_joined():
    own, _ = acts_from_case(threat_case())
    days = np.array(["2031-03-03", "2031-03-05", "2031-03-06", "2020-01-01"], dtype="datetime64[D]")
    machine = acts_of(days, ["A", "", "C", "A"], ["B", "B", "C", "B"], ["138"] * 4, first=own.first, left_out={"elsewhere": 7})
    both = combined(own, machine)
    assert len(own) + len(machine) == len(both) + both.left_out["told by the record"]
    for reason in ("no day, actor, target or code", "actor and target are the same", "outside the days observed", "elsewhere"):
        assert both.left_out[reason] == machine.left_out[reason] + own.left_out.get(reason, 0)
        assert both.left_out[reason] > 0


def test_a_record_asked_about_from_a_day_after_the_last_is_refused():
    with pytest.raises(DataError, match=r"the first day, 2031-05-01, is after the last, 2031-04-30"):
        acts_from_case(threat_case(), since=date(2031, 5, 1))
    with pytest.raises(DataError, match=r"the first day, 2031-03-02, is after the last, 2031-03-01"):
        measure(threat_case(), date(2031, 3, 1), date(2031, 3, 2))
    early, _ = acts_from_case(threat_case(), date(2030, 1, 1))
    assert (early.first, early.last, len(early)) == (date(2030, 1, 1), date(2030, 1, 1), 0)


@pytest.mark.parametrize(
    "days", [{"first": date(2031, 3, 9), "last": date(2031, 3, 8)}, {"first": date(2031, 3, 9), "last": date(2031, 3, 1)}]
)
def test_a_table_of_acts_that_ends_before_it_begins_is_refused(days):
    with pytest.raises(DataError, match=r"the first day, 2031-03-09, is after the last"):
        acts_of([date(2031, 3, 5)], ["A"], ["B"], ["138"], **days)
    with pytest.raises(DataError, match=r"the first day, 2031-03-05, is after the last, 2031-03-01"):
        acts_of([date(2031, 3, 5)], ["A"], ["B"], ["138"]).until(date(2031, 3, 1))


def test_rows_without_a_day_or_with_a_code_of_nobody_are_left_out_and_counted():
    days = np.array(["NaT", "2031-03-05", "2031-03-06", "2031-03-07"], dtype="datetime64[D]")
    acts = acts_of(days, ["A"] * 4, ["B"] * 4, ["138", "86", "battle", "ASSAULT-aerial"])
    assert (len(acts), acts.first, acts.last) == (1, date(2031, 3, 5), date(2031, 3, 7))
    counted = {reason: count for reason, count in acts.left_out.items() if count}
    assert counted == {"no day, actor, target or code": 1, "a code of neither CAMEO nor PLOVER": 2}


def test_columns_that_differ_in_length_are_refused():
    with pytest.raises(DataError, match=r"differ in length: day 1, actor 2, target 1, code 1"):
        acts_of([date(2031, 3, 5)], ["A", "B"], ["B"], ["138"])
    with pytest.raises(DataError, match=r"differ in length: .*deaths 2"):
        acts_of([date(2031, 3, 5)], ["A"], ["B"], ["138"], deaths=np.zeros(2))


def test_a_table_of_acts_may_end_before_its_first_act():
    acts = acts_of([date(2031, 3, 5)], ["A"], ["B"], ["138"], last=date(2031, 3, 4))
    assert (len(acts), acts.span, acts.left_out["outside the days observed"]) == (0, 1, 1)


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
        ("threat,,expired,soon,,why", "wrong-type"),
        ("threat,,expired,2031-03-01,,why", "bad-order"),
        ("threat,,open,2031-03-20,,why", "bad-order"),
        ("threat,,fulfilled,2031-03-19,strike,why", "bad-order"),
        ("threat,,fulfilled,2031-03-19,threat,why", "bad-order"),
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


def test_one_file_of_fates_serves_every_day_and_nothing_later_closes_anything():
    case = threat_case()
    later = an_entry("second", "2031-04-10", "A", cameo="138", category="threaten", targets=("B",))
    case = a_case(record=(*case.record, later), parties=PARTIES, as_of=case.as_of)
    text = HEADER + "threat,,fulfilled,2031-03-20,strike,why\nsecond,,contrary,2031-04-20,,why\n"
    fates = read_fates(text, "fates.csv", case.record)

    def judged(day, fates=fates):
        acts, _ = acts_from_case(case, day)
        return [(row.status, row.closed, row.closed_by) for row in with_fates(ledger(acts), case.record, fates).rows()]

    assert judged(date(2031, 3, 19)) == [("open", None, None)]
    assert judged(date(2031, 3, 20)) == [("fulfilled", date(2031, 3, 20), -2)]
    assert [status for status, _, _ in judged(date(2031, 4, 19))] == ["fulfilled", "open"]
    assert [status for status, _, _ in judged(date(2031, 4, 20))] == ["fulfilled", "contrary"]
    lapsed = read_fates(HEADER + "threat,,expired,,,why\n", "fates.csv", case.record)
    assert judged(date(2031, 3, 31), lapsed) == [("open", None, None)]
    assert judged(date(2031, 4, 1), lapsed) == [("expired", None, None)]
    ended = read_fates(HEADER + "threat,,expired,2031-03-15,,its day passed\n", "fates.csv", case.record)
    assert [judged(date(2031, 3, day), ended)[0][0] for day in (14, 15)] == ["open", "expired"]


def test_a_condition_judged_not_to_have_come_true_keeps_a_word_out_of_rates():
    acts, entries = acts_from_case(threat_case())
    judged = with_fates(ledger(acts), entries, read_fates(HEADER + "threat,,open,,,B did not move\n", "f", entries))
    (report,) = follow_through(judged)
    assert (report.n, report.conditional, judged.rows()[0].status) == (0, 1, "open")


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


def test_an_event_that_has_only_a_plover_code_is_the_act_that_the_record_tells_of():
    own, _ = acts_from_case(threat_case())
    days = np.array(["2031-03-03", "2031-03-05", "2031-03-21", "2031-03-21"], dtype="datetime64[D]")
    machine = acts_of(days, ["A"] * 4, ["B"] * 4, ["THREATEN-violence", "THREATEN", "ASSAULT-aerial", "COERCE"], row=np.arange(4))
    both = combined(own, machine)
    assert sorted(both.row.tolist()) == [-2, -1, 1, 3]
    assert both.left_out["told by the record"] == 2


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
