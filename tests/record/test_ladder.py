from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.errors import DataError
from ceasefire.record import RUNGS, acts_of, busiest_pair, report_escalation, rung_of_days, rungs

from .made_up import DAY, generator, plain_rows, some_acts

GRADES = {"18": 3, "19": 3, "20": 3, "15": 2, "138": 1, "139": 1}


def slow_rungs(acts, actor, target):
    found = [0] * acts.span
    for day, who, whom, code in plain_rows(acts):
        if (who, whom) == (actor, target):
            grade = max((g for start, g in GRADES.items() if code.startswith(start)), default=0)
            found[day] = max(found[day], grade)
    return found


def test_the_rung_of_a_day_is_that_of_its_gravest_act():
    for seed in range(30):
        acts = some_acts(generator(seed))
        expected = slow_rungs(acts, "P0", "P1")
        assert rung_of_days(acts, "P0", "P1").tolist() == expected
        told = rungs(acts, "P0", "P1")
        assert told.days == tuple(expected.count(k) for k in range(len(RUNGS)))
        highest = [max(expected[: k + 1]) for k in range(len(expected))]
        climbs = [k for k in range(len(highest)) if highest[k] > (highest[k - 1] if k else 0)]
        assert told.climbs == tuple((acts.date_of(k), RUNGS[highest[k]]) for k in climbs)


def test_days_without_a_count_cut_the_series_and_are_no_zeros():
    random = generator(2)
    deaths = {DAY + timedelta(k): float(random.poisson(2 if k < 20 else 30)) for k in range(60) if k != 45}
    found = report_escalation(some_acts(random), ("P0", "P1"), deaths, "killed")
    assert (found.deaths.series, found.deaths.first, found.deaths.last) == ("killed", DAY, DAY + timedelta(44))
    (shift,) = [one for one in found.deaths.shifts if one.p < 0.005]
    assert abs((shift.day - DAY).days - 20) <= 1
    assert shift.before < 4
    assert shift.after > 20
    gravest = max(deaths, key=lambda day: (deaths[day], -day.toordinal()))
    assert gravest in {one.day for one in found.gravest}
    assert all(one.since is None or deaths[one.since] >= one.value for one in found.gravest)


def test_material_conflict_that_starts_is_found_on_its_day_and_in_its_share():
    days = [k for k in range(80) for _ in range(1 if k < 40 else 4)]
    acts = acts_of(
        [DAY + timedelta(k) for k in days],
        ["P0"] * len(days),
        ["P1"] * len(days),
        ["040" if k < 40 or not j % 4 else "190" for j, k in enumerate(days)],
    )
    found = report_escalation(acts, ("P0", "P1"))
    for levels in (found.material, found.share):
        assert [abs((one.day - DAY).days - 40) <= 1 for one in levels.shifts] == [True]
    assert found.deaths is None
    assert found.gravest == ()
    quiet = report_escalation(acts, ("P0", "P2"))
    assert (quiet.material, quiet.share, quiet.breeding) == (None, None, None)


def test_the_busiest_pair_has_most_acts_between_it():
    for seed in range(20):
        acts = some_acts(generator(seed), parties=4)
        pair = busiest_pair(acts, ("P0", "P1", "P2", "P3"))
        rows = [frozenset(row[1:3]) for row in plain_rows(acts)]
        assert rows.count(frozenset(pair)) == max(map(rows.count, rows))
    with pytest.raises(DataError, match="no two belligerents"):
        busiest_pair(acts, ("P0",))


def test_a_table_without_acts_is_reported_as_empty():
    empty = acts_of(np.empty(0, dtype="datetime64[D]"), [], [], [], first=date(2031, 1, 1), last=date(2031, 1, 5))
    found = report_escalation(empty, ("A", "B"))
    assert found.rungs[0].days == (5, 0, 0, 0)
    assert found.answers[0].answers is None
