from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.case.model import Truce
from ceasefire.events import Coded, EventTable, read
from ceasefire.record import TOLL_COLUMNS, covered_days, toll, truces_of_toll
from ceasefire.testing import a_case, a_party, an_entry

from .made_up import generator
from .shared_data import SHARED

START = date(2031, 3, 1)
SIDES = {"A": ("A", "Alpha"), "X-REB": ("x-reb", "Rebels")}


def table_of(rows):
    """Make a table of rows (day, precision, actor, actor_name, target, target_name, cameo, source, best, low, high)."""
    names = ("date", "date_precision", "actor", "actor_name", "target", "target_name", "cameo", "source")
    columns = dict(zip((*names, "deaths_best", "deaths_low", "deaths_high"), zip(*rows, strict=True), strict=True))
    texts = {name: Coded.of(columns[name]) for name in names[2:]}
    numbers = {name: np.array(columns[name], dtype=np.float64) for name in columns if "deaths" in name or name == names[1]}
    return EventTable({"date": np.array(columns["date"], dtype="datetime64[D]"), **texts, **numbers})


def some_rows(random, n=80):
    actors = [("A", "Alpha State"), (None, "Rebels"), ("A", "Alpha"), ("B", "Beta"), (None, None), ("X-REB", None)]
    rows = []
    for _ in range(n):
        (actor, actor_name), (target, target_name) = (actors[k] for k in random.integers(0, len(actors), 2))
        best = float(random.integers(0, 9)) if random.random() < 0.8 else np.nan
        rows.append(
            (
                START + timedelta(int(random.integers(-3, 13))),
                [1.0, 2.0, 3.0, 5.0, np.nan][random.integers(5)],
                *(actor, actor_name, target, target_name),
                ["190", "180", "036", None][random.integers(4)],
                "own",
                *(best, best + random.integers(-2, 2), best + random.integers(-2, 5)),
            )
        )
    return rows


@pytest.mark.parametrize("seed", range(40))
def test_deaths_and_force_are_laid_on_days_as_by_hand(seed):
    rows = some_rows(generator(seed))
    days = [START + timedelta(k) for k in range(10) if k != 4]
    found = toll(table_of(rows), SIDES, days)

    def side(code, name):
        for key, texts in SIDES.items():
            if any(name is not None and name.casefold() == text.casefold() for text in texts):
                return key
        return next((key for key, texts in SIDES.items() if code in {text.upper() for text in texts}), None)

    ours = [r for r in rows if r[0] in days and side(*r[2:4]) and side(*r[4:6]) and side(*r[2:4]) != side(*r[4:6])]
    used = [r for r in ours if not r[1] > 2]
    for day in days:
        of_day = [r for r in used if r[0] == day]
        counted = [r for r in of_day if not np.isnan(r[8])]
        assert found.best[day] == sum(r[8] for r in counted)
        assert found.low[day] == sum(min(r[8], r[9]) for r in counted)
        assert found.high[day] == sum(max(r[8], r[10]) for r in counted)
        force = [r for r in of_day if r[6] in {"190", "180"}]
        assert found.force[""][day] == len(force)
        assert found.force["A"][day] == sum(side(*r[2:4]) == "A" for r in force)
    assert set(found.best) == set(days)
    assert found.rows == len(used)
    assert sum(found.seen.values()) == 2 * len(used)
    assert found.left_out == {
        "between others": len(rows) - len(ours),
        "dated too coarsely": len(ours) - len(used),
        "without a count of deaths": sum(np.isnan(r[8]) for r in used),
    }
    assert found.left_out_deaths == sum(r[8] for r in ours if r[1] > 2 and not np.isnan(r[8]))


def test_a_source_that_names_two_sides_is_not_taken_to_say_who_attacked():
    row = (START, 1.0, "A", None, None, "Rebels", "190", "ucdp", 3.0, 3.0, 3.0)
    assert list(toll(table_of([row]), SIDES, [START]).force) == [""]
    assert list(toll(table_of([(*row[:7], "icews", *row[8:])]), SIDES, [START]).force) == ["", "A", "X-REB"]


def test_a_source_that_counts_no_deaths_shows_none_and_not_zero():
    rows = [(START + timedelta(k), 1.0, "A", None, None, "Rebels", "190", "own", np.nan, np.nan, np.nan) for k in range(3)]
    found = toll(table_of(rows), SIDES, [START + timedelta(k) for k in range(3)])
    assert (found.best, found.low, found.high) == ({}, {}, {})
    assert sum(found.force[""].values()) == 3
    assert found.left_out["without a count of deaths"] == 3


def test_deaths_of_a_table_take_the_place_of_those_of_the_record():
    rows = [(START + timedelta(k), 1.0, "A", None, None, "Rebels", "190", "own", 9.0 - k, 1.0, 20.0) for k in range(8)]
    truce = Truce("T1", "T1", (), START + timedelta(4), f"{START + timedelta(4)}T00:00", "", None, "", "", "", (), ())
    parties = (a_party("A", roles=("belligerent",)), a_party("X-REB", name="Rebels", roles=("belligerent",)))
    record = (an_entry("one", "2031-03-06", "A", "deed", targets=("X-REB",)),)
    case = a_case(as_of=START + timedelta(9), parties=parties, record=record, truces=(truce,))
    found = toll(table_of(rows), SIDES, [START + timedelta(k) for k in range(8)])
    (report,) = truces_of_toll(case, case.as_of, found, "own", lengths=(3, 5))
    short, long = report.windows
    assert (short.before, short.after, short.before_range, short.after_range) == (7.0, 3.0, (1.0, 20.0), (1.0, 20.0))
    assert (long.before, long.after, long.after_range) == (None, None, None)
    assert (short.rows, short.ratio is None, long.rows) == (6, False, 7)
    thin = toll(table_of(rows[2:6]), SIDES, [START + timedelta(k) for k in range(8)])
    (few,) = truces_of_toll(case, case.as_of, thin, "own", lengths=(3,))
    assert (few.windows[0].rows, few.windows[0].ratio, few.direction, few.held) == (3, None, "not computed", "not known")
    assert (report.series, report.whose, report.breaches, report.direction) == ("own", "A+X-REB", (), "fewer")
    assert [(side, windows[0].before) for side, windows in report.force] == [("", 1.0), ("A", 1.0), ("X-REB", 0.0)]


def test_syria_in_december_2016_falls_from_314_to_256():
    path = SHARED / "data/ucdp/ged/ged_syria_652.1601.1911.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is not here: shared data are for tests and are not shipped")
    table = read([path], columns=TOLL_COLUMNS).table
    dates = table.array("date").astype("datetime64[D]")
    covered = covered_days(set(dates.tolist()), date(2017, 1, 31))
    sides = {"SYR": ("SYR",), "insurgents": ("Syrian insurgents",)}
    found = toll(table, sides, covered)
    truce = Truce("T1", "T1", (), date(2016, 12, 29), "2016-12-30T00:00", "", None, "", "", "", (), ())
    case = a_case(as_of=date(2017, 1, 31), truces=(truce,))
    (report,) = truces_of_toll(case, case.as_of, found, "ucdp", lengths=(14,))
    assert [round(14 * value) for value in (report.windows[0].before, report.windows[0].after)] == [314, 256]
    trapped = toll(table, sides, covered, coarsest=5)
    (wrong,) = truces_of_toll(case, case.as_of, trapped, "ucdp", lengths=(14,))
    assert [round(14 * value) for value in (wrong.windows[0].before, wrong.windows[0].after)] == [314, 955]
    assert found.left_out_deaths > 663


def test_nothing_is_covered_where_nothing_is_held():
    assert covered_days([], START) == ()
