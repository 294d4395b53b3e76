import csv
import gzip
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import root

from ceasefire.errors import DataError, NoSettlementError
from ceasefire.leverage import (
    acr_welfare,
    autarky_loss,
    economy,
    embargo,
    export_ban,
    import_ban,
    many,
    merged,
    retaliation,
    shock,
    tariff,
    with_home_sales,
)
from ceasefire.leverage.losses import losses, sample, weakened, what_senders_add
from ceasefire.leverage.measures import Measure, Wedges, wedges
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.trade import balanced
from ceasefire.testing import random_cost, random_economy

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RULES = ("additive", "multiplicative", "balanced")
needs_wiod = pytest.mark.skipif(not (SHARED / "trade_wiod44").exists(), reason="../shared/data/trade_wiod44 is not here")


def wiod(year="2014"):
    with gzip.open(SHARED / "trade_wiod44" / "trade_2000_2014.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == year]
    names = sorted({row["exporter"] for row in rows})
    sales = np.full((len(names), len(names)), np.nan)
    for row in rows:
        sales[names.index(row["exporter"]), names.index(row["importer"])] = float(row["trade"])
    return economy(names, sales, year=int(year), source="WIOD 2016, aggregated")


def spends(wage, table, rule):
    output, deficit = table.output, table.deficit
    if rule == "additive":
        return wage * output + deficit
    if rule == "balanced":
        return wage * output
    lean = 1 + deficit / output
    return (wage * output).sum() / (lean * wage * output).sum() * lean * wage * output


def gap(wage, table, cost, theta, rule, *, new_tariff=None):
    """Say, line by line as the equations stand, what is earned less what is sold."""
    taxed = 1 + (table.tariff if new_tariff is None else new_tariff)
    share = table.sales * (1 + table.tariff) / table.spending
    weight = share * (taxed / (1 + table.tariff) * cost * wage[:, None]) ** -theta
    share = weight / weight.sum(axis=0)
    net = spends(wage, table, rule)
    spending = net / (share / taxed).sum(axis=0)
    return wage * table.output - (share / taxed * spending).sum(axis=1)


def by_fixed_point(table, cost, theta, rule, *, new_tariff=None):
    wage = np.ones(len(table.names))
    for _ in range(200_000):
        sold = wage * table.output - gap(wage, table, cost, theta, rule, new_tariff=new_tariff)
        new = wage * (sold / (wage * table.output)) ** (1 / (1 + theta))
        new *= table.output.sum() / (new * table.output).sum()
        done = np.abs(new / wage - 1).max() < 1e-15
        wage = new
        if done:
            break
    return wage


def by_root_finder(table, cost, theta, rule, *, new_tariff=None):
    size = table.output

    def gaps(log_wage):
        wage = np.exp(log_wage)
        found = gap(wage, table, cost, theta, rule, new_tariff=new_tariff) / size
        found[-1] = (wage * size).sum() / size.sum() - 1
        return found

    return np.exp(root(gaps, np.zeros(len(size)), method="hybr", tol=1e-14).x)


def by_resistances(table, cost, theta, rule):
    """Larch and Yotov (2016): inward and outward multilateral resistances, then factory-gate prices, until both settle."""
    output, spending = table.output, table.spending
    world = output.sum()
    barrier = table.sales * world / np.outer(output, spending) * cost**-theta
    price = np.ones(len(output))
    inward = np.ones(len(output))
    for _ in range(100_000):
        earned = price * output
        total = earned.sum()
        spent = spends(price, table, rule)
        for _ in range(3):
            outward = barrier @ (spent / total / inward)
            inward = barrier.T @ (earned / total / outward)
        new = (outward * total / world) ** (1 / (1 + theta))
        new *= world / (new * output).sum()
        done = np.abs(new / price - 1).max() < 1e-15
        price = new
        if done:
            break
    return price


def friction(table, seed):
    return Wedges(random_cost(seed, len(table.names)), table.tariff)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(40))
def test_three_independent_solvers_agree(seed, rule):
    table, theta = random_economy(seed), float(np.random.default_rng(seed).uniform(0.8, 8))
    table = balanced(table, theta) if rule == "balanced" else table
    change = friction(table, seed)
    got = shock(table, change, theta=theta, rule=rule)
    for other in (by_fixed_point, by_root_finder, by_resistances):
        assert np.abs(other(table, change.cost, theta, rule) / got.wage - 1).max() < 1e-9, other.__name__


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(20))
def test_tariffs_agree_with_two_independent_solvers_and_revenue_goes_to_the_buyer(seed, rule):
    table, theta = random_economy(seed, with_tariffs=True), 3.0
    table = balanced(table, theta) if rule == "balanced" else table
    rates = np.random.default_rng(seed + 5).uniform(0, 0.5, table.sales.shape) * (1 - np.eye(len(table.names)))
    change = Wedges(random_cost(seed, len(table.names)), rates)
    got = shock(table, change, theta=theta, rule=rule)
    for other in (by_fixed_point, by_root_finder):
        assert np.abs(other(table, change.cost, theta, rule, new_tariff=rates) / got.wage - 1).max() < 1e-9
    revenue = (got.sales * rates).sum(axis=0)
    spent = (got.sales * (1 + rates)).sum(axis=0)
    lean = {"additive": table.deficit, "balanced": 0 * table.deficit}
    if rule in lean:
        assert spent == pytest.approx(got.wage * table.output + revenue + lean[rule], rel=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_balanced_welfare_follows_from_home_shares_alone(seed):
    table, theta = random_economy(seed), 4.0
    got = shock(table, friction(table, seed), theta=theta, rule="balanced")
    assert np.abs(acr_welfare(got) / got.welfare - 1).max() < 1e-9


@pytest.mark.parametrize("theta", [0.8, 4.0, 8.0])
@pytest.mark.parametrize("seed", range(10))
def test_an_embargo_by_all_is_autarky(seed, theta):
    table = random_economy(seed, n=7)
    got = shock(table, embargo(table.names[1:], table.names[0]), theta=theta, rule="balanced")
    assert got.shares[0, 0] == 1.0
    assert got.loss_percent[0] == pytest.approx(autarky_loss(got.before, theta)[0], rel=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_no_shock_changes_nothing_at_all(rule):
    got = shock(random_economy(3, with_tariffs=True), [], rule=rule)
    for array in (got.wage, got.price, got.welfare, got.real_wage):
        assert (array == 1.0).all()
    assert (got.money_loss == 0.0).all()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(10))
def test_embargoes_are_exact_zeros_and_markets_clear(seed, rule):
    table = random_economy(seed, n=8)
    got = shock(table, embargo("C00", ["C01", "C02"]), rule=rule)
    assert got.sales[0, 1] == got.sales[1, 0] == got.sales[2, 0] == 0.0
    assert got.sales.sum(axis=1) == pytest.approx(got.wage * got.before.output, rel=1e-9)
    assert got.sales.sum() == pytest.approx(got.before.output.sum(), rel=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_money_is_only_a_unit(rule):
    table = random_economy(5)
    dear = economy(table.names, table.sales * 1e6)
    one, other = (shock(t, friction(t, 5), rule=rule) for t in (table, dear))
    assert other.welfare == pytest.approx(one.welfare, rel=1e-9)
    assert other.money_loss == pytest.approx(1e6 * one.money_loss, rel=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_names_do_not_matter(rule):
    table = random_economy(6, n=9)
    order = np.random.default_rng(0).permutation(9)
    moved = economy([table.names[k] for k in order], table.sales[np.ix_(order, order)])
    one, other = (shock(t, embargo("C01", "C04"), rule=rule) for t in (table, moved))
    assert other.welfare == pytest.approx(one.welfare[order], rel=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_two_identical_economies_may_be_counted_as_one(rule):
    table = random_economy(7, n=6)
    sales = table.sales.copy()
    sales[5], sales[:, 5] = sales[4], sales[:, 4]
    sales[5, 5] = sales[4, 4] = 40.0
    sales[4, 5] = sales[5, 4] = 3.0
    twins = economy(table.names, sales)
    one = merged(twins, {"T": ["C04", "C05"]})
    apart = shock(twins, embargo("C00", ["C04", "C05"]), rule=rule)
    together = shock(one, embargo("C00", "T"), rule=rule)
    assert together.welfare == pytest.approx(apart.welfare[[0, 1, 2, 3, 4]], rel=1e-9)


def test_directions_of_bans_add_up_to_an_embargo_and_retaliation_mirrors():
    table = random_economy(8, n=5)
    both = shock(table, [*import_ban("C00", "C01"), *export_ban("C00", "C01")])
    assert both.welfare == pytest.approx(shock(table, embargo("C00", "C01")).welfare)
    one_way = import_ban("C00", "C01")
    assert shock(table, [*one_way, *retaliation(one_way)]).welfare == pytest.approx(both.welfare)


def test_a_small_tariff_can_gain_and_a_friction_cannot():
    table = random_economy(9, n=4)
    assert shock(table, tariff("C00", table.names[1:], 0.02), rule="balanced").welfare[0] > 1
    for other in table.names[1:]:
        assert shock(table, [Measure("friction", "C00", other, 0.02)], rule="balanced").welfare[0] < 1


def test_many_shocks_equal_single_ones():
    table = random_economy(10, n=6)
    plans = [embargo("C00", other) for other in table.names[1:]]
    for one, together in zip((shock(table, plan) for plan in plans), many(table, plans), strict=True):
        assert together.welfare == pytest.approx(one.welfare, rel=1e-11)


@needs_wiod
def test_russia_and_turkey_lose_what_the_reference_computation_says():
    table = wiod()
    for theta, turkey, russia in ((2, 0.43, 0.20), (4, 0.22, 0.10), (6, 0.15, 0.07)):
        loss = shock(table, embargo("RUS", "TUR"), theta=theta).loss_percent
        assert loss[table.index("TUR")] == pytest.approx(turkey, abs=0.005)
        assert loss[table.index("RUS")] == pytest.approx(russia, abs=0.005)


def test_a_surplus_that_no_equilibrium_can_carry_is_refused_with_the_reason():
    table = economy(["S", "T", "W"], [[10, 8, 1], [0.5, 20, 1], [0.5, 1, 90]])
    with pytest.raises(NoSettlementError, match=r"surplus.*S.*balanced rule"):
        shock(table, [*import_ban("T", "S"), *import_ban("W", "S")])
    assert shock(table, embargo("S", "T"), rule="balanced").loss_percent[0] > 0


def test_an_isolated_economy_cannot_keep_its_deficit():
    table = random_economy(11, n=5)
    with pytest.raises(NoSettlementError, match="C00 would trade with nobody"):
        shock(table, embargo(table.names[1:], "C00"))


@pytest.mark.parametrize("rule", ["balanced", "multiplicative"])
def test_who_can_sell_and_not_buy_cannot_balance(rule):
    table = random_economy(12, n=5)
    with pytest.raises(NoSettlementError, match="C00 could sell to the rest and not buy"):
        shock(table, export_ban(table.names[1:], "C00"), rule=rule)


def test_blocs_that_part_each_find_their_own_answer():
    table = balanced(random_economy(13, n=6), 4.0)
    got = shock(table, embargo(table.names[:3], table.names[3:]), rule="balanced")
    assert np.abs(gap(got.wage, table, np.where(got.sales > 0, 1.0, np.inf), 4.0, "balanced")).max() < 1e-9 * table.output.max()
    assert (got.sales[:3, 3:] == 0).all()
    for bloc in (slice(0, 3), slice(3, 6)):
        assert (got.wage * table.output)[bloc].sum() == pytest.approx(table.output[bloc].sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("sales", "code", "seen"),
    [
        ([[1, np.nan], [1, 1]], "missing-dyad", "A to B"),
        ([[0, 1], [1, 1]], "zero-diagonal", "'A'"),
        ([[1, -2], [1, 1]], "negative-flow", "-2"),
        ([[1, np.inf], [1, 1]], "not-finite", "A to B"),
        ([[1, 2, 3], [1, 2, 3]], "not-square", "2 x 3"),
        ([[1, 2, 3], [1, 2, 3], [1, 1, 1]], "wrong-names", "2 names for 3"),
    ],
)
def test_tables_that_cannot_be_used_say_why(sales, code, seen):
    with pytest.raises(DataError, match=seen) as caught:
        economy("AB", np.array(sales, dtype=float), file="trade.csv")
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].file == "trade.csv"
    assert caught.value.problems[0].hint


def test_all_faults_of_a_table_are_told_at_once():
    with pytest.raises(DataError) as caught:
        economy("AB", [[0, np.nan], [-1, 1]], tariff=[[0, -2], [0, 0]])
    assert [p.code for p in caught.value.problems] == ["bad-tariff", "missing-dyad", "negative-flow", "zero-diagonal"]


@pytest.mark.parametrize(
    ("names", "sales", "code"),
    [("AA", [[1, 1], [1, 1]], "duplicate-key"), ("A", [[1]], "too-few")],
)
def test_names_must_be_two_and_different(names, sales, code):
    with pytest.raises(DataError) as caught:
        economy(names, sales)
    assert [p.code for p in caught.value.problems] == [code]


def test_rows_of_unequal_length_are_no_square_table():
    with pytest.raises(DataError, match="unequal length") as caught:
        economy("AB", [[1, 2], [3]])
    assert [problem.code for problem in caught.value.problems] == ["not-square"]


def test_tariffs_need_the_shape_of_sales():
    with pytest.raises(DataError, match="tariffs have shape 1 x 2") as caught:
        economy("AB", [[1, 1], [1, 1]], tariff=[[0, 0]])
    assert caught.value.problems[0].code == "wrong-shape"


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (Measure("embargo", "C00", "XXX"), "unknown-economy"),
        (Measure("embargo", "C00", "C00"), "bad-measure"),
        (Measure("embargo", "C00", "C01", rate=1.0), "bad-measure"),
        (Measure("tariff", "C00", "C01"), "out-of-bounds"),
        (Measure("quota", "C00", "C01", rate=0.5), "wrong-choice"),
        (Measure("export_ban", "C00", "C01", sectors=("gas",)), "no-sectors"),
        (Measure("boycott", "C00", "C01"), "wrong-choice"),
    ],
)
def test_measures_that_do_not_fit_say_why(measure, code):
    with pytest.raises(DataError) as caught:
        wedges(random_economy(1, n=3), [measure])
    assert code in [problem.code for problem in caught.value.problems]


def test_two_tariffs_on_one_pair_are_refused_with_both_named_and_frictions_multiply():
    table = random_economy(1, n=3)
    with pytest.raises(DataError, match=r"measure 2 .tariff of C00 on C01.: sets a rate of 0.3, measure 1 .* one of 0.1") as caught:
        wedges(table, [*tariff("C00", "C01", 0.1), *tariff("C00", ["C01", "C02"], 0.3)])
    assert [problem.code for problem in caught.value.problems] == ["two-rates"]
    twice = wedges(table, [*tariff("C00", "C01", 0.1), *tariff("C00", "C01", 0.1), *tariff("C01", "C00", 0.2)])
    assert (twice.tariff[1, 0], twice.tariff[0, 1]) == (0.1, 0.2)
    both = wedges(table, [Measure("friction", "C00", "C01", 0.1), Measure("friction", "C00", "C01", 0.2)])
    assert both.cost[0, 1] == both.cost[1, 0] == pytest.approx(1.1 * 1.2)


def test_a_wrong_elasticity_is_refused():
    with pytest.raises(DataError, match="theta is 0"):
        shock(random_economy(1), [], theta=0)
    with pytest.raises(DataError, match="no loss is printed without a band"):
        losses(random_economy(1), [], thetas=[4])
    with pytest.raises(DataError, match="no loss is printed without a band"):
        what_senders_add(random_economy(1), ["C00"], "C01", embargo, thetas=[4])


def test_a_coalition_names_each_sender_once():
    with pytest.raises(DataError, match="C00 named twice"):
        what_senders_add(random_economy(1), ["C00", "C00"], "C01", embargo)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"theta": Range(0, 4, 8)}, "bad-elasticity"),
        ({"theta": Range(8, 4, 2)}, "bad-elasticity"),
        ({"enforcement": Range(0.5, 0.8, 1.2)}, "out-of-bounds"),
        ({"enforcement": Range(-0.1, 0.5, 1)}, "out-of-bounds"),
    ],
)
def test_draws_stay_where_the_model_holds(given, code):
    with pytest.raises(DataError) as caught:
        sample(random_economy(1), embargo("C00", "C01"), draws=2, **given)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_home_sales_need_a_gdp_for_everyone():
    with pytest.raises(DataError, match="no GDP for 'B'") as caught:
        with_home_sales("AB", np.ones((2, 2)), {"A": 1.0})
    assert caught.value.problems[0].code == "missing-gdp"


def test_an_unknown_economy_is_named_with_its_neighbours():
    with pytest.raises(DataError, match=r"no economy 'C9'.*\n.*C00"):
        random_economy(1).index("C9")


def test_every_loss_has_a_band_over_elasticities_with_unit_and_year():
    table = replace(random_economy(14, n=5), year=2014, source="made up")
    found = losses(table, embargo("C00", "C01"))
    row = found.of("C01")
    assert row.loss_percent.low < row.loss_percent.value < row.loss_percent.high
    assert row.loss_percent.value == pytest.approx(shock(table, embargo("C00", "C01"), theta=4).loss_percent[1])
    assert (found.unit, found.year, found.source, found.thetas) == ("million USD", 2014, "made up", (2, 4, 8))
    assert found.money_of == "spending as observed"
    with pytest.raises(KeyError):
        found.of("XXX")


@pytest.mark.parametrize("rule", RULES)
def test_money_is_the_loss_in_per_cent_of_the_spending_that_is_named(rule):
    table = random_economy(14, n=5)
    found = losses(table, embargo("C00", "C01"), rule=rule)
    named = {"spending as observed": table, "spending as it would be without deficits": balanced(table, 4.0)}[found.money_of]
    for row, spent in zip(found.rows, named.spending, strict=True):
        assert row.loss_money.value == pytest.approx(row.loss_percent.value / 100 * spent, rel=1e-9)
    assert (balanced(table, 4.0).spending / table.spending).min() < 0.9


def test_draws_and_coalitions_give_money_beside_per_cent():
    table = random_economy(14, n=5)
    drawn = sample(table, embargo("C00", "C01"), draws=20, seed=3)
    assert drawn.loss_money == pytest.approx(drawn.loss_percent / 100 * table.spending)
    assert (drawn.unit, drawn.money_of) == ("million USD", "spending as observed")
    band = drawn.money_band("C01")
    assert band.value == pytest.approx(drawn.band("C01").value / 100 * table.spending[1])
    joint = what_senders_add(table, ["C00", "C02"], "C01", embargo)
    alone = losses(table, embargo("C00", "C01"))
    assert joint.rows[0].target_money == alone.of("C01").loss_money
    assert dict(joint.rows[0].sender_money)["C00"] == alone.of("C00").loss_money
    assert (joint.unit, joint.money_of) == ("million USD", "spending as observed")


def test_draws_do_not_depend_on_how_many_there_are_and_half_measures_hurt_less():
    table = random_economy(15, n=5)
    few = sample(table, embargo("C00", "C01"), draws=20, enforcement=Range(0.4, 0.7, 0.9), seed=3)
    more = sample(table, embargo("C00", "C01"), draws=30, enforcement=Range(0.4, 0.7, 0.9), seed=3)
    assert (more.loss_percent[:20] == few.loss_percent).all()
    full = sample(table, embargo("C00", "C01"), draws=30, seed=3)
    assert full.band("C00").value > more.band("C00").value > 0
    with pytest.raises(KeyError):
        full.band("XXX")


def test_draws_do_not_depend_on_the_executor():
    table = random_economy(15, n=4)
    given = {"draws": 120, "enforcement": Range(0.4, 0.7, 0.9), "seed": 3}
    alone = sample(table, embargo("C00", "C01"), **given)
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        for executor in (threads, processes):
            assert (sample(table, embargo("C00", "C01"), **given, executor=executor).loss_percent == alone.loss_percent).all()


def test_enforcement_is_the_part_of_trade_that_stops_at_unchanged_prices():
    table = random_economy(16, n=4)
    change = weakened(table, wedges(table, embargo("C00", "C01")), 0.75, theta=4.0)
    assert change.cost[0, 1] ** -4.0 == pytest.approx(0.25)
    assert change.cost[2, 3] == 1.0
    assert weakened(table, wedges(table, tariff("C00", "C01", 0.4)), 0.5, 4.0).tariff[1, 0] == pytest.approx(0.2)
    assert weakened(table, wedges(table, embargo("C00", "C01")), 0.0, 4.0).cost[0, 1] == 1.0


def test_draws_without_equilibrium_are_counted_and_all_of_them_is_an_answer():
    table = random_economy(11, n=5)
    with pytest.raises(NoSettlementError, match="none of 5 draws"):
        sample(table, embargo(table.names[1:], "C00"), draws=5)


def test_each_sender_adds_what_the_coalition_has_more_than_the_rest():
    table = random_economy(17, n=6)
    found = what_senders_add(table, ["C00", "C01", "C02"], "C05", embargo)
    assert len(found.rows) == 7
    loss = {row.senders: row.target_loss.value for row in found.rows}
    for one in found.added:
        rest = tuple(s for s in ("C00", "C01", "C02") if s != one.sender)
        assert one.last.value == pytest.approx(loss["C00", "C01", "C02"] - loss[rest])
        assert one.first.value == pytest.approx(loss[(one.sender,)])
        assert one.is_convex == (one.last.value > one.first.value)
    with pytest.raises(Exception, match="511 coalitions"):
        what_senders_add(table, [f"S{k}" for k in range(9)], "C05", embargo)
