from datetime import date
from inspect import isfunction

import pytest

from ceasefire import record as room
from ceasefire.case import load
from ceasefire.case.model import Count, RedLine, Truce
from ceasefire.record import COMMITTED, classify, measure
from ceasefire.testing import a_case, a_party, an_entry


@pytest.mark.parametrize(
    ("cameo", "conditional", "expected"),
    [
        ("010", False, "comment"),
        ("018", True, "comment"),
        ("112", False, "comment"),
        ("0256", False, "appeal"),
        ("1056", True, "demand"),
        ("036", False, "commitment"),
        ("0334", True, COMMITTED),
        ("138", True, COMMITTED),
    ],
)
def test_a_word_is_graded_by_what_it_commits_to(cameo, conditional, expected):
    found = classify(an_entry("e", "2031-03-01", "A", cameo=cameo, conditional=conditional))
    assert (found.act, found.grade) == ("word", expected)


@pytest.mark.parametrize(
    ("cameo", "act"),
    [
        ("057", "diplomatic"),
        ("043", "diplomatic"),
        ("0871", "diplomatic"),
        ("072", "deed"),
        ("194", "deed"),
        ("163", "deed"),
        ("0874", "deed"),
    ],
)
def test_deeds_of_diplomats_are_kept_apart_from_material_deeds(cameo, act):
    assert classify(an_entry("e", "2031-03-01", "A", "deed", cameo=cameo)).act == act


def test_own_words_joint_words_and_advisers_are_counted_apart():
    case = a_case(
        record=(
            an_entry("own", "2031-03-01", "A", joint_with=("B",)),
            an_entry("joint", "2031-03-01", "X-MG", level="organisation", joint_with=("A", "B")),
            an_entry("adviser", "2031-03-01", "A", level="adviser"),
            an_entry("deed", "2031-03-01", "A", "deed"),
            an_entry("late", "2031-03-02", "A"),
            an_entry("early", "2031-02-01", "A"),
        )
    )
    report = measure(case).actor("A")
    assert [[one.entry.key for one in part] for part in (report.words, report.joint, report.left_out, report.deeds)] == [
        ["own"],
        ["joint"],
        ["adviser"],
        ["deed"],
    ]
    assert [one.entry.key for one in measure(case).actor("B").joint] == ["joint", "own"]


def test_a_later_day_sees_more_and_an_unknown_actor_nothing():
    case = a_case(record=(an_entry("a", "2031-03-01", "A"), an_entry("b", "2031-03-05", "A")))
    assert len(measure(case).actor("A").words) == 1
    assert len(measure(case, date(2031, 3, 5)).actor("A").words) == 2
    assert measure(case).actor("Z").words == ()


def test_a_first_is_a_deed_the_record_had_not_shown_before():
    record = (
        an_entry("old", "2031-02-01", "A", "deed", targets=("B",)),
        an_entry("again", "2031-03-01", "A", "deed", targets=("B",)),
        an_entry("new", "2031-03-01", "A", "deed", category="sanction", cameo="163", targets=("B",)),
    )
    assert [one.entry.key for one in measure(a_case(record=record)).firsts] == ["new"]


def counts(values, start=date(2031, 3, 1), series="killed"):
    return tuple(
        Count(date.fromordinal(start.toordinal() + k), series, "A", v, "persons", False, "", "", k + 2)
        for k, v in enumerate(values)
        if v is not None
    )


def truce(day, key="T1"):
    return Truce(key, key, (), date.fromisoformat(day), f"{day}T12:00+04:00", "", 5, "", "", "", (), ())


def test_deaths_before_and_after_leave_out_the_day_of_the_truce():
    case = a_case(as_of=date(2031, 3, 31), counts=counts([10] * 7 + [999] + [4] * 7), truces=(truce("2031-03-08"),))
    (report,) = measure(case).truces
    assert [(w.days, w.before, w.after) for w in report.windows] == [(3, 10, 4), (5, 10, 4), (7, 10, 4)]
    assert report.direction == "fewer"


def test_windows_that_disagree_name_no_direction():
    case = a_case(
        as_of=date(2031, 3, 31), counts=counts([30, 30, 30, 30, 1, 1, 1, 0, 2, 2, 2, 9, 9, 9, 9]), truces=(truce("2031-03-08"),)
    )
    (report,) = measure(case).truces
    assert report.windows[0].after > report.windows[0].before
    assert report.windows[2].after < report.windows[2].before
    assert report.direction == "no direction"


def test_a_missing_day_is_not_zero_and_a_later_day_is_not_used():
    gap = a_case(
        as_of=date(2031, 3, 31), counts=counts([5, None, 5, 5, 5, 5, 5, 0, 1, 1, 1, 1, 1, 1, 1]), truces=(truce("2031-03-08"),)
    )
    assert [w.before for w in measure(gap).truces[0].windows] == [5, 5, None]
    early = measure(gap, date(2031, 3, 9)).truces[0]
    assert all(w.after is None for w in early.windows)
    assert early.direction == "not computed"
    assert measure(gap, date(2031, 3, 7)).truces == ()


def test_spans_that_hold_another_truce_say_so():
    case = a_case(as_of=date(2031, 3, 31), counts=counts([5] * 20), truces=(truce("2031-03-08"), truce("2031-03-10", "T2")))
    assert [w.overlapped for w in measure(case).truces[0].windows] == [("T2",)] * 3


def test_a_red_line_lists_candidates_and_answers_and_ignores_hindsight():
    line = RedLine("No troops", (), ("line",), crossed="it was crossed")
    record = (
        an_entry("before", "2031-02-20", "B", "deed", targets=("C",)),
        an_entry("line", "2031-02-25", "A", targets=("B",), red_line=True),
        an_entry("act", "2031-02-26", "B", "deed", category="mobilize", cameo="154", targets=("C",)),
        an_entry("reply", "2031-02-27", "A", targets=("B",)),
        an_entry("other", "2031-02-27", "A", "deed", targets=("C",)),
    )
    (report,) = measure(a_case(parties=(a_party("A", red_lines=(line,)),), record=record)).red_lines
    assert [one.entry.key for one in report.candidates] == ["act"]
    assert [one.entry.key for one in report.answers] == ["reply"]
    assert report.response == "word"
    assert line.crossed not in repr(report)


def test_every_function_of_the_room_is_shown_at_work():
    functions = {name: getattr(room, name) for name in room.__all__ if isfunction(getattr(room, name))}
    assert len(functions) > 40
    assert [name for name, function in functions.items() if ">>> " not in function.__doc__] == []


def test_russia_spoke_eighteen_times_and_did_nothing_by_8_october():
    case = a_case(start=date(2020, 9, 27), as_of=date(2020, 10, 8), record=load("karabakh-2020").record)
    report = measure(case).actor("RUS")
    assert len(report.words) == 18
    assert report.deeds == ()
    assert report.diplomatic == ()
    assert [one.entry.key for one in report.joint] == ["2020-10-01-mg-1", "2020-10-05-mg-1"]
    assert len(report.left_out) == 2
    assert sum(len(words) for _, words in report.by_grade()) == 18
    later = measure(case, date(2020, 11, 10)).actor("RUS")
    assert later.deeds
