from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import pytest

from ceasefire.case import load
from ceasefire.case.model import Count, Source, Truce
from ceasefire.record import (
    HeldRule,
    Overlap,
    before_and_after,
    daily_deaths,
    direction_of,
    last_day,
    mean_a_day,
    measure,
    overlaps,
    report_truces,
)
from ceasefire.testing import a_case, a_party, an_entry

from .made_up import generator
from .shared_data import rows_of

START = date(2031, 3, 1)


def counts(values):
    return tuple(Count(START + timedelta(k), "killed", "A", v, "persons", False, "", "", k + 2) for k, v in enumerate(values))


def truce(day, key="T1", **changes):
    made = Truce(key, key, (), date.fromisoformat(day), f"{day}T12:00+04:00", "", None, "", "", "", (), ())
    return replace(made, **changes)


def test_the_four_truces_of_2020_before_and_after_in_seven_days():
    rows = rows_of("data/karabakh2020/armenian_casualties_daily.csv")
    killed = {date.fromisoformat(row["date"]): float(row["killed"]) for row in rows}
    days = [date(2020, 10, 10), date(2020, 10, 18), date(2020, 10, 26), date(2020, 11, 10)]
    windows = [before_and_after(killed, day) for day in days]
    assert [(round(w[2].before), round(w[2].after)) for w in windows] == [(70, 110), (110, 74), (74, 57), (62, 8)]
    third = windows[2]
    assert [(round(w.before, 1), round(w.after, 1)) for w in third] == [(62.3, 69.0), (65.6, 60.2), (74.4, 57.4)]
    assert direction_of(third) == "no direction"
    assert third[2].ratio.low < 1 < third[2].ratio.high
    assert windows[3][2].ratio.high < 0.5


def karabakh():
    return load(str(files("ceasefire.cases").joinpath("karabakh-2020")))


def test_three_day_means_are_those_of_the_table_of_truces():
    killed = {c.date: c.value for c in karabakh().counts if c.series == "arm_list_killed" and c.date}
    rows = rows_of("cases/karabakh-2020/truces.csv")
    for row in rows:
        for span, mean in (("window_before", "killed_per_day_before"), ("window_after", "killed_per_day_after")):
            since, until = (date.fromisoformat(day) for day in row[span].split("/"))
            assert mean_a_day(killed, since, until) == pytest.approx(float(row[mean]), abs=0.05)


def test_the_bundled_truces_are_reported_with_breaches_hours_and_a_verdict_by_rule():
    reports = measure(karabakh(), date(2020, 11, 25)).truces
    assert [report.held for report in reports] == ["not held", "not held", "not held", "held"]
    assert [round(report.hours_to_breach * 60) for report in reports[:3]] == [5, 4, 5]
    assert (reports[3].hours_to_breach, reports[3].breach_day) == (None, None)
    assert reports[2].direction == "no direction"
    assert [len(report.told_by) for report in reports] == [1] * 4
    assert {breach.side for report in reports for breach in report.breaches} == {"ARM", "AZE", "X-ART"}
    assert all(b.a_day.low <= b.a_day.value <= b.a_day.high for report in reports for b in report.breaches)
    later = measure(karabakh(), date(2020, 12, 13)).truces[3]
    assert (later.hours_to_breach, later.breach_day, later.claimed_by) == (None, date(2020, 11, 26), "AZE")


def test_a_breach_that_was_told_only_later_is_not_known_before():
    before, after = (measure(karabakh(), date(2020, 12, day)).truces[3] for day in (12, 13))
    assert (before.breach_day, before.claimed_by, before.other_account) == (None, "", "")
    assert (after.breach_day, "Hadrut" in after.other_account) == (date(2020, 11, 26), True)
    artsakh = [{b.side: b for b in report.breaches}["X-ART"] for report in (before, after)]
    assert [one.entry.key for one in artsakh[0].told_later] == ["2020-11-26-art-1"]
    assert [one.entry.key for one in artsakh[1].doubted] == ["2020-11-26-art-1"]
    assert [b.entries for b in artsakh] == [(), ()]


def test_windows_name_the_days_that_they_share_with_those_of_other_truces():
    first, second, third, last = measure(karabakh(), date(2020, 12, 13)).truces
    assert [(w.days, w.shared) for w in first.windows] == [
        (3, ()),
        (5, (Overlap("after", "T2", "before", 3),)),
        (7, (Overlap("after", "T2", "before", 7),)),
    ]
    assert second.windows[2].shared == (Overlap("before", "T1", "after", 7), Overlap("after", "T3", "before", 7))
    assert third.windows[2].overlapped == ("T2",)
    assert [w.shared for w in last.windows] == [(), (), ()]
    early = measure(karabakh(), date(2020, 10, 12)).truces[0]
    assert [w.shared for w in early.windows] == [(), (), ()]


@pytest.mark.parametrize("seed", range(40))
def test_overlaps_are_the_days_that_both_windows_hold(seed):
    random = generator(seed)
    day, others = START, {f"T{k}": START + timedelta(int(random.integers(-20, 20))) for k in range(3)}
    length = int(random.integers(1, 10))
    found = overlaps(day, length, others)

    def place(one, zero):
        away = (one - zero).days
        return "far" if abs(away) > length else "day" if away == 0 else "after" if away > 0 else "before"

    for name, other in others.items():
        every = [day + timedelta(k) for k in range(-30, 31)]
        expected = [(place(one, day), place(one, other)) for one in every if place(one, day) in {"before", "after"}]
        for side in ("before", "after"):
            for theirs in ("before", "day", "after"):
                told = [one.days for one in found if (one.side, one.truce, one.theirs) == (side, name, theirs)]
                assert sum(told) == expected.count((side, theirs))
                assert 0 not in told


def test_syria_in_december_2016_with_and_without_the_trap_of_vague_dates():
    rows = [
        r
        for r in rows_of("data/ucdp/ged/ged_syria_652.1601.1911.csv.gz")
        if r["dyad_name"] == "Government of Syria - Syrian insurgents"
    ]

    def fourteen_days(chosen, longest):
        start = np.array([r["date_start"] for r in chosen], dtype="datetime64[D]")
        end = np.array([r["date_end"] for r in chosen], dtype="datetime64[D]")
        best = np.array([float(r["best"]) for r in chosen])
        on_first_day = daily_deaths(start, start, best, (date(2016, 12, 1), date(2017, 1, 31)))
        spread = daily_deaths(start, end, best, (date(2016, 12, 1), date(2017, 1, 31)), longest)
        sums = []
        for series in (on_first_day, spread):
            (window,) = before_and_after(series.by_day(), date(2016, 12, 30), (14,))
            sums.append((round(14 * window.before), round(14 * window.after)))
        return sums, spread

    precise, _ = fourteen_days([r for r in rows if int(r["date_prec"]) <= 2], 7)
    assert precise[0] == (314, 256)
    trapped, spread = fourteen_days(rows, 7)
    assert trapped[0] == (314, 955)
    assert trapped[1] == precise[1]
    assert spread.left_out_deaths > 663


@pytest.mark.parametrize("seed", range(60))
def test_events_are_laid_on_days_as_by_hand(seed):
    random = generator(seed)
    n = int(random.integers(1, 30))
    low = random.integers(-5, 25, n)
    high = low + random.integers(0, 9, n)
    best = random.integers(0, 20, n).astype(float)
    best[random.random(n) < 0.1] = np.nan
    zero = np.datetime64("2031-03-01")
    found = daily_deaths(zero + low, zero + high, best, (START, START + timedelta(19)), 6)
    expected = [0.0] * 20
    for a, b, deaths in zip(low, high, best, strict=True):
        if b - a + 1 <= 6 and not np.isnan(deaths):
            for day in range(a, b + 1):
                if 0 <= day < 20:
                    expected[day] += deaths / (b - a + 1)
    assert found.deaths == pytest.approx(expected, abs=1e-6)
    assert found.left_out == sum(b - a + 1 > 6 and b >= 0 and a < 20 for a, b in zip(low, high, strict=True))
    assert found.first == START
    assert list(found.by_day().values()) == found.deaths.tolist()


@pytest.mark.parametrize(
    ("after", "rule", "held"),
    [
        ([1] * 7, HeldRule(), "held"),
        ([6] * 7, HeldRule(), "not held"),
        ([0, 0, 11, 0, 0, 0, 0], HeldRule(), "not held"),
        ([0, 0, 11, 0, 0, 0, 0], HeldRule(most_a_day=12), "held"),
        ([1] * 5, HeldRule(), "not known"),
        ([1] * 3, HeldRule(days=3), "held"),
        ([11], HeldRule(), "not held"),
    ],
)
def test_held_is_decided_by_the_stated_rule(after, rule, held):
    case = a_case(as_of=START + timedelta(60), counts=counts([10] * 7 + [99] + after), truces=(truce("2031-03-08"),))
    (report,) = report_truces(case, case.as_of, rule=rule)
    assert report.held == held
    assert str(report.rule.days) in str(report.rule)


def test_no_deaths_before_leave_the_verdict_open():
    case = a_case(as_of=START + timedelta(60), counts=counts([0] * 30), truces=(truce("2031-03-08"),))
    (report,) = report_truces(case, case.as_of)
    assert report.held == "not known"
    assert report.windows[0].ratio is None


def test_breaches_are_counted_by_side_until_the_next_truce():
    record = (
        an_entry("before", "2031-03-07", "A", "deed", cameo="190"),
        an_entry("text", "2031-03-08", "A", "deed", cameo="190"),
        an_entry("one", "2031-03-09", "A", "deed", cameo="194"),
        an_entry("aid", "2031-03-09", "A", "deed", cameo="072", category="aid"),
        an_entry("other", "2031-03-10", "P", "deed", cameo="194"),
        an_entry("later", "2031-03-14", "A", "deed", cameo="194"),
    )
    parties = (a_party("A", roles=("belligerent",)), a_party("B", roles=("belligerent",)), a_party("P", roles=("patron",)))
    truces = (truce("2031-03-08", record=("text",)), truce("2031-03-12", "T2"))
    case = a_case(as_of=START + timedelta(19), record=record, parties=parties, truces=truces)
    first, second = report_truces(case, case.as_of)
    assert [(b.side, [one.entry.key for one in b.entries], b.days) for b in first.breaches] == [("A", ["one"], 3), ("B", [], 3)]
    assert first.breaches[0].a_day.value == pytest.approx(1 / 3)
    assert first.breaches[1].a_day.high == pytest.approx(3.689 / 3, abs=1e-3)
    assert [len(b.entries) for b in second.breaches] == [1, 0]


@pytest.mark.parametrize(
    ("effective", "counted", "on_the_day", "days"),
    [
        ("2031-03-08T12:00+04:00", ["next"], ["same"], 12),
        ("2031-03-08T00:00+04:00", ["same", "next"], [], 13),
        ("2031-03-08T00:01+04:00", ["next"], ["same"], 12),
        ("2031-03-08", ["next"], ["same"], 12),
        ("", ["next"], ["same"], 12),
    ],
)
def test_force_on_the_day_of_a_truce_is_a_breach_only_if_the_truce_began_with_the_day(effective, counted, on_the_day, days):
    record = tuple(an_entry(key, f"2031-03-0{day}", "A", "deed", cameo="190") for key, day in (("same", 8), ("next", 9)))
    parties = (a_party("A", roles=("belligerent",)),)
    case = a_case(as_of=START + timedelta(19), record=record, parties=parties, truces=(truce("2031-03-08", effective=effective),))
    (breach,) = report_truces(case, case.as_of)[0].breaches
    assert [one.entry.key for one in breach.entries] == counted
    assert [one.entry.key for one in breach.on_the_day] == on_the_day
    assert breach.days == days
    (too_early,) = report_truces(case, date(2031, 3, 8))[0].breaches
    assert (too_early.a_day is None) == (days == 12)


def test_force_over_days_that_are_not_all_under_a_truce_is_not_counted_for_it():
    spans = {"before": (5, 9), "inside": (9, 10), "over": (10, 13), "beside": (4, 6), "going": (15, 30)}
    record = tuple(
        an_entry(key, str(date(2031, 3, one)), "A", "deed", cameo="194", date_end=date(2031, 3, other))
        for key, (one, other) in spans.items()
    )
    truces = (truce("2031-03-08"), truce("2031-03-12", "T2"))
    case = a_case(as_of=START + timedelta(19), record=record, parties=(a_party("A", roles=("belligerent",)),), truces=truces)
    first, second = (report.breaches[0] for report in report_truces(case, case.as_of))

    def keys(entries):
        return [one.entry.key for one in entries]

    assert (keys(first.entries), keys(first.beyond)) == (["inside"], ["before", "over"])
    assert (keys(second.entries), keys(second.beyond)) == (["going"], ["over"])


def test_force_that_cannot_be_counted_as_a_breach_is_piled_apart():
    sources = (Source("report", "t", "p", "https://x.example/a", date(2031, 4, 1)), Source("open", "t", "p", None, None))
    record = (
        an_entry("counted", "2031-03-09", "A", "deed", cameo="190", targets=("B",), sources=("report", "open")),
        an_entry("doubted", "2031-03-09", "A", "deed", cameo="190", targets=("B",), confidence="low"),
        an_entry("late", "2031-03-10", "A", "deed", cameo="190", targets=("B",), sources=("report",)),
        an_entry("away", "2031-03-11", "A", "deed", cameo="195", targets=("P",)),
        an_entry("joint", "2031-03-11", "X-JOINT", "deed", cameo="195", targets=("X-ALL",), joint_with=("A", "P")),
        an_entry("patron", "2031-03-12", "P", "deed", cameo="195", targets=("B",)),
        an_entry("else", "2031-03-12", "P", "deed", cameo="195", targets=("Q",)),
    )
    parties = (a_party("A", roles=("belligerent",)), a_party("B", roles=("belligerent",)), a_party("P"))
    case = a_case(as_of=START + timedelta(19), record=record, parties=parties, sources=sources, truces=(truce("2031-03-08"),))
    (report,) = report_truces(case, case.as_of)
    a, b = report.breaches

    def keys(entries):
        return [one.entry.key for one in entries]

    assert (keys(a.entries), keys(a.doubted), keys(a.told_later)) == (["counted", "joint"], ["doubted"], ["late"])
    assert keys(a.toward_others) == ["away"]
    assert keys(report.by_others) == ["patron"]
    assert b.entries == ()
    assert keys(report_truces(case, date(2031, 4, 1))[0].breaches[0].told_later) == []


def test_hours_need_a_time_of_day_and_a_breach_by_the_day_asked_about():
    timed = truce("2031-03-08", first_breach="2031-03-09T13:30+04:00")
    case = a_case(as_of=START + timedelta(19), truces=(timed,))
    assert report_truces(case, case.as_of)[0].hours_to_breach == 25.5
    assert report_truces(case, date(2031, 3, 8))[0].hours_to_breach is None
    dated = a_case(as_of=START + timedelta(19), truces=(truce("2031-03-08", first_breach="2031-03-09"),))
    assert report_truces(dated, dated.as_of)[0].hours_to_breach is None
    assert report_truces(dated, dated.as_of)[0].breach_day == date(2031, 3, 9)


def test_a_truce_of_agreed_length_is_counted_and_judged_to_its_last_whole_day():
    record = tuple(an_entry(f"d{day}", f"2031-03-{day:02}", "A", "deed", cameo="194") for day in (9, 11, 13))
    values = [9, 9, 9, 9, 9, 9, 9, 5, 1, 1, 20, 20, 20, 20, 20]
    made = {"record": record, "parties": (a_party("A", roles=("belligerent",)),), "counts": counts(values)}

    def report(**changes):
        case = a_case(as_of=START + timedelta(14), truces=(truce("2031-03-08", **changes),), **made)
        return report_truces(case, case.as_of)[0]

    without, until_noon, over_days = report(), report(ends="2031-03-11T12:00+04:00"), report(ends="2031-03-11")
    assert [(len(one.breaches[0].entries), one.breaches[0].days) for one in (without, until_noon, over_days)] == [
        (3, 7),
        (1, 2),
        (2, 3),
    ]
    assert [(one.held, one.rule.days) for one in (without, until_noon, over_days)] == [
        ("not held", 7),
        ("held", 2),
        ("not held", 3),
    ]
    assert [one.days_past_end(7) for one in (without, until_noon, over_days)] == [0, 5, 4]
    (short,) = report(ends="2031-03-08T18:00+04:00").breaches
    assert (short.entries, short.days, short.a_day) == ((), 0, None)
    assert report(ends="2031-03-08T18:00+04:00").held == "not known"


def test_a_truce_that_ends_at_midnight_holds_its_last_day():
    assert last_day(truce("2031-03-08", ends="2031-03-10T23:59")) == last_day(truce("2031-03-08", ends="2031-03-10"))
