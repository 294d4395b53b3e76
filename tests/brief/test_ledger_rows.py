from datetime import date

import numpy as np

from ceasefire.brief.ledger import before_after_rows, curve_rows, heat_rows
from ceasefire.case import load
from ceasefire.record import acts_from_case, ledger, measure, report_truces


def test_figures_of_the_bundled_case_have_rows():
    case = load("karabakh-2020")
    measures = measure(case, date(2020, 11, 25))
    months = {row.month for row in heat_rows(measures)}
    assert months == {date(2020, 9, 1), date(2020, 10, 1), date(2020, 11, 1)}
    assert len({row.pair for row in heat_rows(measures, most=3)}) == 3
    found = ledger(acts_from_case(case, date(2020, 11, 25))[0])
    curves = curve_rows(found, found.select(kind="appeal"))
    last = {row.outcome: row.share for row in curves}
    assert 0 < sum(last.values()) <= 1
    assert all(0 <= row.low <= row.share <= row.high <= 1 for row in curves)
    rows = before_after_rows(report_truces(case, date(2020, 11, 25)))
    assert [(row.days, round(row.before), round(row.after)) for row in rows[8:9]] == [(7, 74, 57)]


def test_four_commitments_have_no_curve_and_five_have():
    found = ledger(acts_from_case(load("karabakh-2020"), date(2020, 11, 25))[0])
    appeals = np.flatnonzero(found.select(kind="appeal") & ~found.conditional)
    for n in (4, 5):
        chosen = np.isin(np.arange(len(found)), appeals[:n])
        assert bool(curve_rows(found, chosen)) == (n == 5)
