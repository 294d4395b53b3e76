"""Figures that others published, or that were measured before, from the field's own files."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.intervals import share_interval
from ceasefire.record import acts_of, cumulative_incidence, follow_through, ledger, read_map
from ceasefire.reference import country

from .shared_data import rows_of

PLAIN = """word,kind,issue,says,full,partly,contrary,complied,refused,within_days,restraint
036,promise,talks,will meet,04,,,,,3,no
032,promise,diplomacy,will support,05,,,,,3,no
0331,promise,aid,will give economic aid,071,,,,,3,no
130,threat,unspecified,threatens,15 16 17 18 19 20,,,,,3,no
138,threat,force,threatens force,18 19 20,,,,,3,no
"""
TABLE = {
    (3, "036"): (0.37, 0.26),
    (3, "032"): (0.23, 0.14),
    (3, "0331"): (0.15, 0.04),
    (3, "130"): (0.26, 0.28),
    (3, "138"): (0.28, 0.29),
    (7, "036"): (0.48, 0.36),
    (7, "032"): (0.33, 0.26),
    (7, "0331"): (0.19, 0.05),
    (7, "130"): (0.38, 0.39),
    (7, "138"): (0.38, 0.35),
    (21, "036"): (0.60, 0.57),
    (21, "032"): (0.49, 0.46),
    (21, "130"): (0.53, 0.53),
}


def is_country(name):
    try:
        return country(name) is not None
    except ValueError:
        return False


@pytest.fixture(scope="module")
def icews18():
    """Acts between actors of two different countries: plain country names, or the country that a name ends with."""
    rows = rows_of("data/icews/tkg_icews18/icews18_decoded.csv.gz")
    hints = {row[f"{side}_country_hint"] for row in rows for side in ("source", "target")} - {""}
    plain = {name for name in {row[side] for row in rows for side in ("source", "target")} if name in hints or is_country(name)}

    def of(row, side):
        hint = row[f"{side}_country_hint"]
        return hint or (row[side] if row[side] in plain else "")

    return acts_of(
        np.array([row["date"] for row in rows], dtype="datetime64[D]"),
        [of(row, "source") for row in rows],
        [of(row, "target") for row in rows],
        [row["cameo"] for row in rows],
    )


def test_icews18_follow_through_and_base_rates(icews18):
    assert len(icews18) == pytest.approx(23_100, rel=0.01)
    rules = read_map(PLAIN, "plain.csv")
    for days in (3, 7, 21):
        found = ledger(icews18, [rules], within_days=days, by_volume=False, draws=60)
        whole = found.words.day + days < icews18.span
        for report in follow_through(found, chosen=whole):
            if (days, report.key[0]) in TABLE:
                rate, base = TABLE[days, report.key[0]]
                assert report.open == 0
                assert report.rate.value == pytest.approx(rate, abs=0.0051)
                sampling = 2.5 * (base * (1 - base) / report.n) ** 0.5
                assert report.base == pytest.approx(base, abs=max(sampling, 0.0151))


def test_sharing_the_volume_of_reporting_takes_most_of_the_lift_away(icews18):
    rules = read_map(PLAIN, "plain.csv")
    lifts = {}
    for by_volume in (False, True):
        found = ledger(icews18, [rules], within_days=7, by_volume=by_volume)
        lifts[by_volume] = {report.key[0]: report.lift for report in follow_through(found)}
    assert lifts[True]["036"].value < lifts[False]["036"].value
    assert lifts[True]["036"].low > 1
    assert lifts[True]["032"].low < 1 < lifts[True]["032"].high
    assert lifts[True]["130"].low < 1 < lifts[True]["130"].high


def confrontations(*, own_day):
    """Threats, shows and uses of force; where the own day of a threat is to count, the threat is dated the day before."""
    rows = rows_of("data/mids/mie-1.0.csv.gz")

    def day(row):
        known = int(row["stday"])
        found = date(int(row["styear"]), int(row["stmon"]), 15 if known == -9 else known)
        return found - timedelta(own_day and int(row["action"]) <= 6)

    return acts_of(
        [day(row) for row in rows],
        [f"{row['ccode1']} in {row['micnum']}" for row in rows],
        [f"{row['ccode2']} in {row['micnum']}" for row in rows],
        ["138" if int(row["action"]) <= 6 else "150" if int(row["action"]) <= 12 else "190" for row in rows],
    )


@pytest.mark.parametrize(
    ("deeds", "own_day", "expected"),
    [
        ("19", False, (0.225, 0.337, 0.477)),
        ("19", True, (0.233, 0.345, 0.482)),
        ("15 19", False, (0.406, 0.535, 0.673)),
        ("15 19", True, (0.441, 0.565, 0.699)),
    ],
)
def test_military_threats_followed_by_force_in_the_same_confrontation(deeds, own_day, expected):
    """Of 1,171 threats 0.23, 0.34, 0.48 were followed by force; 0.44, 0.56, 0.70 by a show or use, the day of the threat included."""
    acts = confrontations(own_day=own_day)
    assert sum(acts.codes[code] == "138" for code in acts.code) == 1171
    header = PLAIN.splitlines()[0]
    rules = read_map(f"{header}\n138,threat,force,threatens force,{deeds},,,,,30,no\n", "mie.csv")
    for days, rate in zip((30, 90, 365), expected, strict=True):
        (report,) = follow_through(ledger(acts, [rules], within_days=days + own_day, draws=0))
        assert report.rate.value == pytest.approx(rate, abs=0.003)
        assert report.rate.low < rate < report.rate.high


def test_sanction_threats_carried_out_where_the_target_did_not_yield():
    rows = [row for row in rows_of("data/ties_coded/ties_v4_coded.csv") if row["threat"] == "1"]
    imposed = sum(row["imposition"] == "1" for row in rows)
    ended = Counter(row["finaloutcome"] for row in rows if row["imposition"] != "1")
    gave_up, stalemate, yielded = ended["3.0"], ended["4.0"], ended["1.0"] + ended["2.0"]
    assert (len(rows), imposed, gave_up, stalemate, yielded) == (1053, 486, 184, 23, 202)
    outcome = np.repeat([0, 1, 2], [imposed, yielded, gave_up + stalemate])
    curve = cumulative_incidence(np.ones(len(outcome), dtype=np.int64), outcome, 3, 1)
    assert curve.share[0, 0] / (1 - curve.share[1, 0]) == pytest.approx(0.70, abs=0.005)
    assert imposed / len(rows) == pytest.approx(0.46, abs=0.005)


def test_senders_that_stood_firm_when_resisted():
    rows = rows_of("data/sanctions/sigInt_sanctionsData.csv")
    firm, backed_down = (sum(int(float(row[name])) for row in rows) for name in ("sf", "bd"))
    assert (firm, backed_down) == (349, 140)
    low, high = share_interval(firm, firm + backed_down)
    assert firm / (firm + backed_down) == pytest.approx(0.71, abs=0.005)
    assert low < 0.71 < high
