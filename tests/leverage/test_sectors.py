import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import root

from ceasefire.errors import DataError, NoSettlementError
from ceasefire.leverage import (
    economy,
    embargo,
    export_ban,
    import_ban,
    sector_economy,
    sector_losses,
    sector_rows,
    sector_shock,
    shock,
    tariff,
)
from ceasefire.leverage.measures import Measure, Wedges
from ceasefire.leverage.sector_bands import sector_money_base, who_pays
from ceasefire.leverage.sector_tables import read_sector_tables, read_tariffs
from ceasefire.leverage.sectors import unshocked
from ceasefire.testing import random_cost, random_economy, random_sector_economy

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "trade_cp2015_nafta"
needs_nafta = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/trade_cp2015_nafta is not here")


FILES = {
    "trade": "trade",
    "value_added": "value_added",
    "intermediate": "intermediate_consumption",
    "final": "final_consumption",
    "theta": "theta",
}


def lines(name):
    with gzip.open(SHARED / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return file.read().splitlines()


@pytest.fixture(scope="module")
def nafta():
    texts = {name: lines(file) for name, file in FILES.items()}
    table = read_sector_tables(texts, tariff="tariff_bln", absent_is_zero=True, negative_inputs=True, year=1993)
    return table, read_tariffs(texts["trade"], table, "tariff_cfl")


@needs_nafta
def test_nafta_is_reproduced_to_the_printed_digits_as_the_first_order_measure(nafta):
    table, new = nafta
    got = sector_shock(table, new_tariff=new)
    who = [table.names.index(name) for name in ("Mexico", "Canada", "USA")]
    assert (100 * got.first_order[who]).round(2).tolist() == [1.31, -0.06, 0.08]
    assert (100 * (got.real_wage[who] - 1)).round(2).tolist() == [1.72, 0.32, 0.11]
    assert 100 * got.first_order[who] == pytest.approx([1.3121, -0.0638, 0.0848], abs=5e-5)
    revenue = [s.tariff_revenue[who[0]] / s.income[who[0]] for s in (got.before, got.after)]
    assert revenue == pytest.approx([0.0204, 0.0037], abs=5e-5)
    assert -got.loss_percent[who] == pytest.approx([0.0073, -0.1101, 0.0741], abs=5e-5)


def by_root_finder(table, new_tariff, rule):
    """Solve the printed equations, written out once more, by a general root finder."""
    n, j = len(table.names), len(table.sectors)
    deficit = table.deficit if rule == "additive" else np.zeros(n)

    def parts(x):
        wage, cost, spending = np.exp(x[:n]), np.exp(x[n : n + j * n].reshape(j, n)), np.exp(x[n + j * n :].reshape(j, n))
        price, net = np.ones((j, n)), np.zeros((j, n, n))
        for s in range(j):
            for m in range(n):
                kappa = (1 + new_tariff[s, :, m]) / (1 + table.tariff[s, :, m])
                terms = table.shares[s, :, m] * (kappa * cost[s]) ** -table.theta[s]
                price[s, m] = terms.sum() ** (-1 / table.theta[s])
                net[s, :, m] = terms / terms.sum() * spending[s, m] / (1 + new_tariff[s, :, m])
        income = wage * table.income + (new_tariff * net).sum(axis=(0, 1)) + deficit
        return wage, cost, spending, price, net, income

    def gaps(x):
        wage, cost, spending, price, net, income = parts(x)
        made = net.sum(axis=2)
        out_cost, out_spending, out_wage = np.ones((j, n)), np.zeros((j, n)), np.zeros(n)
        for m in range(n):
            for s in range(j):
                out_cost[s, m] = wage[m] ** table.value_share[m, s] * np.prod(price[:, m] ** table.input_share[m, :, s])
                out_spending[s, m] = table.input_share[m, s] @ made[:, m] + table.final_share[m, s] * income[m]
            out_wage[m] = table.value_share[m] @ made[:, m] / (wage[m] * table.income[m]) - 1
        out_wage[-1] = (wage * table.income).sum() / table.income.sum() - 1
        return np.concatenate([out_wage, (out_cost / cost - 1).ravel(), (out_spending / spending - 1).ravel()])

    start = np.concatenate([np.zeros(n + j * n), np.log(table.spending).ravel()])
    found = root(gaps, start, method="hybr", tol=1e-13)
    assert np.abs(found.fun).max() < 1e-10
    return parts(found.x)


@pytest.mark.parametrize("rule", ["additive", "balanced"])
@pytest.mark.parametrize("seed", range(8))
def test_an_independent_root_finder_agrees(seed, rule):
    table = random_sector_economy(seed)
    new = np.random.default_rng(seed).uniform(0, 0.4, table.tariff.shape) * (1 - np.eye(3))
    got = sector_shock(table, new_tariff=new, rule=rule)
    wage, _, _, price, net, income = by_root_finder(table, new, rule)
    assert np.exp(got.after.log_wage) == pytest.approx(wage, rel=1e-9)
    assert np.exp(got.after.log_price) == pytest.approx(price, rel=1e-9)
    assert got.after.flows == pytest.approx(net, rel=1e-8)
    assert got.after.income == pytest.approx(income, rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rule", ["additive", "balanced"])
def test_one_sector_without_inputs_is_the_one_sector_model(seed, rule):
    flat = random_economy(seed, n=5, with_tariffs=True)
    table = sector_economy(
        flat.names,
        ["all"],
        flows=flat.sales[None],
        tariff=flat.tariff[None],
        value_added=flat.output[:, None],
        inputs=np.zeros((5, 1, 1)),
        final=flat.spending[:, None],
        theta=np.array([4.0]),
    )
    new = random_cost(seed, 5) - 1
    new = np.abs(new) * (1 - np.eye(5))
    one = shock(flat, Wedges(np.ones((5, 5)), new), theta=4.0, rule=rule)
    many = sector_shock(table, new_tariff=new[None], rule=rule)
    assert many.welfare == pytest.approx(one.welfare, rel=1e-9)
    assert many.wage == pytest.approx(one.wage / one.wage[0] * many.wage[0], rel=1e-9)
    banned = sector_shock(table, embargo("C00", "C01"), rule=rule)
    assert banned.welfare == pytest.approx(shock(flat, embargo("C00", "C01"), theta=4.0, rule=rule).welfare, rel=1e-9)


@pytest.mark.parametrize("rule", ["additive", "balanced"])
def test_no_shock_gives_exactly_one(rule):
    got = sector_shock(random_sector_economy(1), [], rule=rule)
    for array in (got.wage, got.price, got.real_wage, got.welfare):
        assert (array == 1.0).all()
    assert (got.first_order == 0.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_money_is_only_a_unit_and_names_do_not_matter(seed):
    table = random_sector_economy(seed, n=4, j=3)
    got = sector_shock(table, embargo("C00", "C02"))
    dear = replace(
        table, flows=table.flows * 1e6, value_added=table.value_added * 1e6, inputs=table.inputs * 1e6, final=table.final * 1e6
    )
    assert sector_shock(dear, embargo("C00", "C02")).welfare == pytest.approx(got.welfare, rel=1e-9)
    order = [2, 0, 3, 1]
    moved = sector_economy(
        [table.names[k] for k in order],
        table.sectors,
        flows=table.flows[:, order][:, :, order],
        tariff=table.tariff[:, order][:, :, order],
        value_added=table.value_added[order],
        inputs=table.inputs[order],
        final=table.final[order],
        theta=table.theta,
    )
    assert sector_shock(moved, embargo("C00", "C02")).welfare == pytest.approx(got.welfare[order], rel=1e-9)


@pytest.mark.parametrize("rule", ["additive", "balanced"])
@pytest.mark.parametrize("seed", range(5))
def test_two_identical_economies_may_be_counted_as_one(seed, rule):
    table = random_sector_economy(seed, n=3, j=2)
    twin = [0, 1, 2, 2]
    flows = table.flows[:, twin][:, :, twin].copy()
    flows[:, :2, 2:] /= 2
    flows[:, 2:, :2] /= 2
    flows[:, 2:, 2:] /= 4
    half = np.array([1.0, 1.0, 0.5, 0.5])
    twins = sector_economy(
        ["C00", "C01", "T1", "T2"],
        table.sectors,
        flows=flows,
        tariff=np.where(np.eye(4)[None] + np.eye(4)[None, [0, 1, 3, 2]] > 0, 0.0, table.tariff[:, twin][:, :, twin]),
        value_added=table.value_added[twin] * half[:, None],
        inputs=table.inputs[twin] * half[:, None, None],
        final=table.final[twin] * half[:, None],
        theta=table.theta,
    )
    together = sector_shock(table, import_ban("C00", "C02"), rule=rule)
    apart = sector_shock(twins, import_ban("C00", ["T1", "T2"]), rule=rule)
    assert apart.welfare == pytest.approx(together.welfare[twin], rel=1e-9)
    assert apart.first_order == pytest.approx(together.first_order[twin], rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("rule", ["additive", "balanced"])
@pytest.mark.parametrize("seed", range(10))
def test_walras_law_holds_for_every_country(seed, rule):
    table = random_sector_economy(seed, n=4, j=3)
    after = sector_shock(table, [*import_ban("C01", "C00", ["s1"]), *tariff("C02", "C03", 0.3)], rule=rule).after
    deficit = table.deficit if rule == "additive" else np.zeros(4)
    assert after.flows.sum(axis=(0, 1)) - after.flows.sum(axis=(0, 2)) == pytest.approx(deficit, abs=1e-8 * after.income.sum())
    assert after.flows.sum(axis=(0, 1)).sum() == pytest.approx(after.flows.sum(axis=(0, 2)).sum(), rel=1e-12)


def test_markets_clear_and_banned_cells_are_exact_zeros():
    table = random_sector_economy(3, n=4, j=3)
    got = sector_shock(table, [*import_ban("C01", "C00", ["s1"]), *tariff("C02", "C00", 0.3, ["s0"])])
    after = got.after
    assert after.flows[1, 0, 1] == 0.0
    assert after.flows[1, 1, 0] > 0
    made = (table.value_share * after.flows.sum(axis=2).T).sum(axis=1)
    assert made == pytest.approx(np.exp(after.log_wage) * table.income, rel=1e-9)
    assert after.flows.sum(axis=(0, 1)) == pytest.approx(after.flows.sum(axis=(0, 2)), rel=1e-9)


def test_a_quota_holds_the_quantity_and_its_rents_go_where_they_are_said_to():
    table = random_sector_economy(4)
    cap = {"kind": "quota", "sender": "C00", "target": "C01", "rate": 0.6, "sectors": ("s0",)}
    kept, given = (sector_shock(table, [Measure(**cap, rents=who)]) for who in ("sender", "target"))
    for got in (kept, given):
        rise = np.exp(got.after.log_cost - got.before.log_cost)[0, 1]
        assert got.after.flows[0, 1, 0] / got.before.flows[0, 1, 0] / rise == pytest.approx(0.6, rel=1e-8)
    assert kept.welfare[0] > given.welfare[0]
    assert kept.welfare[1] < given.welfare[1]
    loose = sector_shock(table, [Measure(**cap | {"rate": 1.0})])
    assert loose.welfare == pytest.approx(np.ones(3), abs=1e-9)


def test_a_price_cap_lowers_what_the_sender_pays_and_hurts_the_target():
    table = random_sector_economy(5)
    got = sector_shock(table, [Measure("price_cap", "C00", "C01", 0.8, ("s0",))])
    assert got.welfare[1] < 1 < got.welfare[0]
    assert got.after.export_revenue[1] < 0
    paid = got.after.shares[0, 1, 0] * got.after.spending[0, 0] / (1 + table.tariff[0, 1, 0])
    quantity = got.after.flows[0, 1, 0] / np.exp(got.after.log_cost - got.before.log_cost)[0, 1]
    assert paid / quantity == pytest.approx(0.8, rel=1e-8)


def test_an_export_tax_is_kept_by_the_seller_and_raises_the_price_abroad():
    table = random_sector_economy(6)
    got = sector_shock(table, [Measure("export_tax", "C00", "C01", 0.02, ("s0", "s1"))])
    assert got.after.export_revenue[0] == pytest.approx(0.02 * got.after.flows[:, 0, 1].sum(), rel=1e-9)
    assert got.welfare[1] < 1


def test_the_sector_table_says_who_inside_pays():
    table = random_sector_economy(7, n=4, j=3)
    got = sector_shock(table, import_ban(["C00", "C02"], "C01", ["s2"]))
    found = sector_rows(got, "C01")
    assert found[0].sector == "s2"
    assert found[0].exports_change_percent < 0
    assert [row.value_added_loss for row in found] == sorted((row.value_added_loss for row in found), reverse=True)
    with pytest.raises(KeyError):
        sector_rows(got, "XXX")


def test_sectors_come_with_a_band_over_elasticities_too():
    table = random_sector_economy(7, n=4, j=3)
    ban = import_ban(["C00", "C02"], "C01", ["s2"])
    found = who_pays(table, ban, "C01")
    central = sector_rows(sector_shock(table, ban), "C01")
    assert [row.sector for row in found] == [row.sector for row in central]
    for band, row in zip(found, central, strict=True):
        assert band.value_added_loss.low <= band.value_added_loss.value <= band.value_added_loss.high
        assert band.value_added_loss.value == pytest.approx(row.value_added_loss)
        assert band.output_change_percent.value == pytest.approx(row.output_change_percent)
    ends = [sector_rows(sector_shock(table.scaled(factor), ban), "C01") for factor in (0.5, 1.5)]
    first = [row.value_added_loss for rows in ends for row in rows if row.sector == found[0].sector]
    assert {found[0].value_added_loss.low, found[0].value_added_loss.high} <= {*first, found[0].value_added_loss.value}
    with pytest.raises(KeyError):
        who_pays(table, ban, "XXX")
    with pytest.raises(DataError, match="without a band"):
        who_pays(table, ban, "C01", factors=[0.5, 1.0])


def test_a_sector_that_sells_nothing_has_no_change():
    table = random_sector_economy(8, n=3, j=2)
    flows = table.flows.copy()
    flows[1, 0] = 0.0
    bare = replace(table, flows=flows, final=(flows * (1 + table.tariff)).sum(axis=1).T - table.inputs.sum(axis=2))
    row = next(row for row in sector_rows(sector_shock(bare, embargo("C01", "C02")), "C00") if row.sector == "s1")
    assert row.output_change_percent is None


def test_losses_come_with_a_band_over_elasticities_and_both_measures():
    table = random_sector_economy(9)
    found = {row.party: row for row in sector_losses(table, embargo("C00", "C01"))}
    one = sector_shock(table, embargo("C00", "C01"))
    assert found["C00"].exact.low < found["C00"].exact.value < found["C00"].exact.high
    assert found["C00"].exact.value == pytest.approx(one.loss_percent[0])
    assert found["C00"].first_order.value == pytest.approx(-100 * one.first_order[0])
    with pytest.raises(DataError, match="without a band"):
        sector_losses(table, [], factors=[1.0])


def test_opposite_signs_of_the_two_measures_are_told():
    table = random_sector_economy(1)
    rows = {row.party: row for row in sector_losses(table, import_ban("C00", "C01"))}
    assert rows["C00"].exact.value > 0 > rows["C00"].first_order.value
    assert {party: row.signs_differ for party, row in rows.items()} == {"C00": True, "C01": False, "C02": False}
    assert not any(row.signs_differ for row in sector_losses(table, []))


def test_two_quotas_on_one_pair_are_refused_unless_on_different_sectors():
    table = random_sector_economy(2)

    def quotas(first, second):
        return [Measure("quota", "C00", "C01", 0.5, first), Measure("quota", "C00", "C01", 0.8, second)]

    with pytest.raises(DataError, match=r"measure 2 .quota of C00 on C01.: sets a rate of 0.8 .* one of 0.5"):
        sector_shock(table, quotas((), ("s0",)))
    assert np.isfinite(sector_shock(table, quotas(("s0",), ("s1",))).welfare).all()


@pytest.mark.parametrize("rule", ["additive", "balanced"])
def test_money_is_the_exact_loss_in_per_cent_of_the_income_that_is_named(rule):
    table = random_sector_economy(4)
    income = unshocked(table, rule).income
    for row, earned in zip(sector_losses(table, import_ban("C00", "C01"), rule=rule), income, strict=True):
        assert row.loss_money.value == pytest.approx(row.exact.value / 100 * earned)
    assert ("without deficits" in sector_money_base(rule)) == (rule == "balanced")


def test_a_ban_that_leaves_no_supplier_is_refused():
    table = random_sector_economy(10)
    flows = table.flows.copy()
    flows[1, 0, 0] = 0.0
    bare = replace(table, flows=flows)
    with pytest.raises(NoSettlementError, match="C00 could buy no s1"):
        sector_shock(bare, import_ban("C00", ["C01", "C02"], ["s1"]))


def test_a_surplus_that_cannot_be_kept_is_refused():
    table = random_sector_economy(0)
    flows = table.flows.copy()
    flows[:, 0, 1:] *= 30
    rich = replace(table, flows=flows, value_added=flows.sum(axis=2).T - table.inputs.sum(axis=1))
    with pytest.raises(NoSettlementError):
        sector_shock(rich, import_ban(["C01", "C02"], "C00"), rule="additive")


def test_petroleum_like_elasticities_can_be_brought_into_bounds():
    table = replace(random_sector_economy(1), theta=np.array([64.85, 1.0]))
    assert table.winsorised().theta.tolist() == [12.0, 1.5]
    assert unshocked(table.scaled(0.5)).residual < 1e-12


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"theta": np.array([4.0])}, "wrong-shape"),
        ({"theta": np.array([4.0, 900.0])}, "bad-elasticity"),
        ({"value_added": np.array([[1.0, np.nan], [1, 1], [1, 1]])}, "missing-dyad"),
        ({"final": np.array([[1.0, np.inf], [1, 1], [1, 1]])}, "not-finite"),
        ({"final": np.array([[1.0, -2], [1, 1], [1, 1]])}, "negative-flow"),
        ({"tariff": -np.ones((2, 3, 3))}, "bad-tariff"),
        ({"value_added": np.array([[0.0, 0], [1, 1], [1, 1]])}, "missing-gdp"),
        ({"flows": np.zeros((2, 3, 3))}, "used-not-sold"),
    ],
)
def test_tables_that_cannot_be_used_say_why(change, code):
    good = random_sector_economy(1)
    given = {name: getattr(good, name) for name in ("flows", "tariff", "value_added", "inputs", "final", "theta")}
    with pytest.raises(DataError) as caught:
        sector_economy(good.names, good.sectors, **given | change)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_a_measure_on_an_unknown_sector_is_refused():
    with pytest.raises(DataError, match="no sector 'gas'"):
        sector_shock(random_sector_economy(1), import_ban("C00", "C01", ["gas"]))


def test_one_country_is_no_economy():
    with pytest.raises(DataError):
        economy(["A"], [[1.0]])


SMALL = {
    "trade": ["sector,exporter,importer,value,tariff,later"]
    + [f"{s},{a},{b},{8 if a == b else 2},{0 if a == b else 0.1},0" for s in ("food", "steel") for a in "AB" for b in "AB"],
    "value_added": ["sector,region,value", *(f"{s},{a},8" for s in ("food", "steel") for a in "AB")],
    "intermediate": [
        "input,sector,region,value",
        *(f"{i},{s},{a},1" for i in ("food", "steel") for s in ("food", "steel") for a in "AB"),
    ],
    "final": ["sector,region,value", *(f"{s},{a},8.2" for s in ("food", "steel") for a in "AB")],
    "theta": ["sector,value", "food,3", "steel,5"],
}


def test_five_plain_tables_make_an_economy_and_a_column_its_new_tariffs():
    table = read_sector_tables(SMALL, unit="million USD", year=2001)
    assert (table.names, table.sectors, table.theta.tolist()) == (("A", "B"), ("food", "steel"), [3.0, 5.0])
    assert table.tariff[1, 0, 1] == 0.1
    assert table.inputs[0, 1, 0] == 1.0
    freed = sector_shock(table, new_tariff=read_tariffs(SMALL["trade"], table, "later"))
    assert freed.welfare == pytest.approx([freed.welfare[0]] * 2)
    assert freed.welfare[0] > 1


@pytest.mark.parametrize(
    ("file", "change", "code"),
    [
        ("trade", lambda text: text[:-1], "missing-dyad"),
        ("trade", lambda text: [*text, "food,A,C,1,0,0"], "unknown-economy"),
        ("final", lambda text: [*text, "oil,A,1"], "unknown-sector"),
        ("final", lambda text: [*text, "food,A,much"], "wrong-type"),
        ("theta", lambda text: ["branch,value"], "missing-column"),
        ("trade", lambda text: [*text, text[-1]], "duplicate-key"),
        ("intermediate", lambda text: [*text, text[1]], "duplicate-key"),
        ("theta", lambda text: [*text, "food,4"], "duplicate-key"),
    ],
)
def test_plain_tables_that_cannot_be_used_say_why(file, change, code):
    with pytest.raises(DataError) as caught:
        read_sector_tables(SMALL | {file: change(SMALL[file])})
    assert {problem.code for problem in caught.value.problems} == {code}


def test_absent_rows_are_zero_only_where_that_is_said_and_all_files_are_needed():
    assert read_sector_tables(SMALL | {"trade": SMALL["trade"][:-2]}, absent_is_zero=True).flows[1, 1, 0] == 0.0
    with pytest.raises(DataError, match=r"theta.csv: the table is not there"):
        read_sector_tables({name: text for name, text in SMALL.items() if name != "theta"})


def test_who_may_sell_and_not_buy_cannot_balance():
    with pytest.raises(NoSettlementError, match="C00 could sell to the rest and not buy"):
        sector_shock(random_sector_economy(2), export_ban(["C01", "C02"], "C00"))
