import csv
import io
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from ceasefire.errors import DataError, NoSettlementError
from ceasefire.intervals import wilson
from ceasefire.leverage.odds import CAUTION, COEFFICIENTS, LEAST, MOST, Threat, columns, odds
from ceasefire.leverage.odds_fit import NAMES, area, fit, logit, read_past

TIES = Path(__file__).resolve().parents[3] / "shared" / "data" / "ties_coded" / "ties_v4_coded.csv"
needs_ties = pytest.mark.skipif(not TIES.exists(), reason="../shared/data/ties_coded is not here")
HEADER = (
    "finaloutcome,anticipatedtargetcosts,anticipatedsendercosts,issue1,institution,imposition,bspecif,"
    "target_imports_musd,target_exports_musd,startyear,primarysender,event_cluster"
)


@needs_ties
def test_the_printed_coefficients_and_errors_come_back_from_the_data():
    with TIES.open() as file:
        found = fit(read_past(file))
    assert (found.n, found.unknown, found.period) == (1024, 388, "1945-2005")
    for name, estimate, error in found.coefficients:
        assert round(estimate, 2) == pytest.approx(COEFFICIENTS[name][0], abs=0.0051), name
        assert error == pytest.approx(COEFFICIENTS[name][1], abs=0.0151), name
    assert found.held_out.auc == pytest.approx(0.71, abs=0.01)
    assert found.held_out.brier == pytest.approx(0.205, abs=0.01)
    assert found.held_out.base_brier == pytest.approx(0.234, abs=0.002)


def test_no_chance_and_no_band_leaves_what_past_threats_support():
    costs = (None, "minor", "major", "severe")
    for target, sender in product(costs, costs):
        for flags in product((False, True), repeat=4):
            given = dict(zip(("security", "trade_issue", "institution", "clear_demand"), flags, strict=True))
            for trade in (0.0, None, 1e6):
                found = odds(Threat(target, sender, target_trade_musd=trade, **given))
                assert LEAST <= found.band.low <= found.chance <= found.band.high <= MOST
                assert found.caution == CAUTION
                assert (found.n, found.period) == (1024, "1945-2005")


def test_the_chance_is_the_logit_of_the_printed_coefficients():
    threat = Threat("major", "minor", security=True, clear_demand=True, target_trade_musd=100_000)
    score = 0.16 + 2 * 0.91 - 1.07 - 0.73 + 0.96 - 0.10 * np.log(100_001)
    found = odds(threat)
    assert found.chance == pytest.approx(1 / (1 + np.exp(-score)))
    assert not found.is_bounded
    assert sum(value * weight for _, value, weight, _ in found.terms) == pytest.approx(score)


def test_a_missing_rating_enters_as_minor_with_its_own_column_and_trade_at_the_median():
    found = columns(Threat())
    assert (found["target_cost"], found["target_cost_unrated"]) == (1.0, 1.0)
    assert (found["sender_cost"], found["sender_cost_unrated"]) == (1.0, 1.0)
    assert found["log_target_trade"] == pytest.approx(np.log(17_963))


def test_an_extreme_threat_is_brought_inside_and_says_so():
    found = odds(Threat("severe", "minor", institution=True, clear_demand=True, target_trade_musd=0))
    assert (found.chance, found.is_bounded) == (0.65, True)


def test_base_rates_belong_to_the_threat_and_have_n_and_interval():
    names = {rate.name for rate in odds(Threat("major", security=True, instrument="import_restriction")).rates}
    assert names == {
        "all threats and sanctions with known ending",
        "threatened and in the end not imposed (not known before)",
        "about security",
        "expected cost to the target major",
        "threat to restrict imports",
    }
    for rate in odds(Threat("severe", "major", imposed=True, sender_is_ally=True)).rates:
        assert rate.rate.low < rate.rate.value < rate.rate.high
        assert rate.n >= 25


@pytest.mark.parametrize("wrong", [{"target_cost": "huge"}, {"sender_cost": "none"}, {"target_trade_musd": -1.0}])
def test_marks_that_cannot_be_are_refused(wrong):
    with pytest.raises(DataError):
        odds(Threat(**wrong))


@pytest.mark.parametrize(("sender", "hint"), [("XYZ", "known: "), ("rus", "did you mean 'RUS'?"), ("Russia", "")])
def test_a_sender_that_is_no_code_is_refused_with_what_it_may_have_been(sender, hint):
    with pytest.raises(DataError, match=f"unknown sender '{sender}'") as caught:
        odds(Threat(sender=sender))
    (problem,) = caught.value.problems
    assert problem.code == "unknown-sender"
    assert problem.hint.startswith(hint)


def test_a_sender_without_base_rate_and_codes_not_checked_are_doubts():
    assert odds(Threat(sender="RUS")).doubts == odds(Threat()).doubts
    (more,) = set(odds(Threat(sender="FRA")).doubts) - set(odds(Threat()).doubts)
    assert more == "no base rate of threats sent by FRA, only of those by USA and RUS"
    assert "not checked against their manual" in odds(Threat(instrument="aid_termination")).doubts[-1]
    assert odds(Threat(instrument="other", sender="X-EU")).doubts[-1].startswith("no base rate of threats sent by X-EU")


@pytest.mark.parametrize("seed", range(10))
def test_the_logit_is_where_no_small_step_fits_better(seed):
    rng = np.random.default_rng(seed)
    rows = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    ends = (rng.random(300) < 1 / (1 + np.exp(-rows @ [0.2, 1.0, -0.5]))).astype(float)
    events = tuple(str(k // 3) for k in range(300))
    beta, errors = logit(rows, ends, events)

    def likelihood(b):
        score = rows @ b
        return float((ends * score - np.logaddexp(0, score)).sum())

    best = likelihood(beta)
    for k, sign in product(range(3), (-1, 1)):
        assert likelihood(beta + sign * 1e-4 * np.eye(3)[k]) < best
    chance = 1 / (1 + np.exp(-rows @ beta))
    bread = np.linalg.inv(sum(c * (1 - c) * np.outer(r, r) for r, c in zip(rows, chance, strict=True)))
    meat = np.zeros((3, 3))
    for event in set(events):
        score = sum(rows[k] * (ends[k] - chance[k]) for k in range(300) if events[k] == event)
        meat += np.outer(score, score)
    slow = np.sqrt(np.diag(bread @ meat @ bread * 100 / 99 * 299 / 297))
    assert errors == pytest.approx(slow, rel=1e-8)


def test_a_column_that_tells_all_endings_apart_is_refused():
    rows = np.column_stack([np.ones(40), np.repeat([0.0, 1.0], 20)])
    with pytest.raises(NoSettlementError, match="no finite coefficients"):
        logit(rows, np.repeat([0.0, 1.0], 20), tuple(map(str, range(40))))


@pytest.mark.parametrize("seed", range(10))
def test_the_area_counts_pairs(seed):
    rng = np.random.default_rng(seed)
    ends, chance = (rng.random(30) < 0.5).astype(float), rng.integers(0, 6, 30) / 6
    pairs = [(p > q) + 0.5 * (p == q) for p in chance[ends == 1] for q in chance[ends == 0]]
    assert area(ends, chance) == pytest.approx(np.mean(pairs))


def some_rows(seed, n=200, **fixed):
    rng = np.random.default_rng(seed)
    lines = [HEADER]
    for k in range(n):
        row = {
            "finaloutcome": rng.choice(["1", "4", "6", "9", ""]),
            "anticipatedtargetcosts": rng.choice(["1", "2", ""]),
            "anticipatedsendercosts": rng.choice(["1", "2", ""]),
            "issue1": rng.choice(["1", "13", "15"]),
            "institution": rng.choice(["0", "1"]),
            "imposition": rng.choice(["0", "1"]),
            "bspecif": rng.choice(["1", "2", ""]),
            "target_imports_musd": rng.choice(["100", "90000", ""]),
            "target_exports_musd": "50",
            "startyear": str(1950 + k % 50),
            "primarysender": "2",
            "event_cluster": str(k // 2),
        } | fixed
        lines.append(",".join(row[name] for name in HEADER.split(",")))
    return "\n".join(lines)


def test_events_are_never_split_between_fitting_and_testing_and_the_seed_decides():
    past = read_past(io.StringIO(some_rows(1, 400)))
    assert fit(past, seed=1) == fit(past, seed=1)
    assert fit(past, seed=1).held_out != fit(past, seed=2).held_out
    assert len(fit(past).coefficients) == len(NAMES)
    assert sum(n for *_, n in fit(past).fifths) == fit(past).n


def test_columns_that_are_missing_and_values_that_are_no_numbers_are_told_by_line():
    with pytest.raises(DataError) as caught:
        read_past(["startyear,bspecif"], "mine.csv")
    assert {p.code for p in caught.value.problems} == {"missing-column"}
    with pytest.raises(DataError, match=r"mine.csv:2: .*issue1 is 'security'"):
        read_past(io.StringIO(some_rows(1, issue1="security")), "mine.csv")
    with pytest.raises(DataError, match="threats with known ending"):
        read_past(io.StringIO(some_rows(1, 20)))


def test_without_event_names_sender_year_and_issue_make_the_event():
    text = some_rows(3, 150, event_cluster="")
    assert read_past(io.StringIO(text)).events[0].startswith("2-19")


def test_the_interval_holds_the_rate():
    assert wilson(0, 30)[0] == pytest.approx(0.0, abs=1e-12)
    assert wilson(30, 30)[1] == pytest.approx(1.0)


def test_a_fit_of_ones_own_gives_chances_inside_the_same_bounds(tmp_path):
    found = fit(read_past(io.StringIO(some_rows(4, 300))))
    basis = found.basis
    assert (basis.n, basis.period) == (found.n, found.period)
    threat = Threat("major", None, security=True, clear_demand=True)
    mine = odds(threat, basis)
    score = sum(value * weight for _, value, weight, _ in mine.terms)
    assert mine.chance == pytest.approx(min(max(1 / (1 + np.exp(-score)), LEAST), MOST))
    assert {name: (weight, error) for name, _, weight, error in mine.terms} == basis.coefficients
    assert columns(threat, basis.median_trade_musd)["log_target_trade"] == pytest.approx(np.log1p(basis.median_trade_musd))
    for costs in product((None, "minor", "major", "severe"), repeat=2):
        each = odds(Threat(*costs), basis)
        assert LEAST <= each.band.low <= each.chance <= each.band.high <= MOST


def test_threats_without_any_trade_are_refused():
    with pytest.raises(DataError, match="no threat has the target's imports and exports"):
        read_past(io.StringIO(some_rows(1, target_imports_musd="")))


@needs_ties
def test_the_published_fit_is_the_fit_to_the_data():
    with TIES.open() as file:
        mine = odds(Threat("major", "minor", security=True, clear_demand=True), fit(read_past(file)).basis)
    published = odds(Threat("major", "minor", security=True, clear_demand=True))
    assert mine.chance == pytest.approx(published.chance, abs=0.01)


@needs_ties
@pytest.mark.parametrize(("code", "sender"), [("2.0", "USA"), ("365.0", "RUS")])
def test_base_rates_of_senders_come_back_from_the_data(code, sender):
    with TIES.open() as file:
        rows = [row for row in csv.DictReader(file) if row["sender"] == code and row["y_strict"]]
    rate = next(one for one in odds(Threat(sender=sender)).rates if one.name.startswith("sent by"))
    assert rate.n == len(rows)
    assert rate.rate.value == pytest.approx(np.mean([float(row["y_strict"]) for row in rows]), abs=0.0006)
    assert not any(one.name.startswith("sent by") for one in odds(Threat(sender="FRA")).rates)
