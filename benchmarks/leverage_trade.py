"""Measure the trade models: one sector, many shocks, many sectors, draws; and the same embargoes in gegravity if installed.

Run in an environment of its own for the comparison: ``pip install gegravity`` beside this package, then
``OPENBLAS_NUM_THREADS=1 python benchmarks/leverage_trade.py [--200] [folder of trade data]``. All times are CPU seconds of one
process; with several threads of the linear algebra library they count twice. ``--200`` asks gegravity for 200 economies too, which
takes it minutes.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
import platform
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from ceasefire.leverage import Economy, economy, embargo, import_ban, many, sector_shock, shock, with_home_sales
from ceasefire.leverage.losses import sample
from ceasefire.leverage.ranges import Range
from ceasefire.leverage.sector_tables import read_sector_tables, read_tariffs
from ceasefire.leverage.sectors import unshocked

SEED = 7


def random_economy(n: int) -> Economy:
    """Distances between random points, sizes with a long tail, flows that do not balance."""
    rng = np.random.default_rng(SEED)
    place, size = rng.uniform(0, 1, (n, 2)), np.exp(rng.normal(0, 1.5, n))
    distance = np.hypot(*(place[:, None] - place).T) + 0.05
    sales = np.outer(size, size) / distance**1.2
    sales *= np.exp(rng.normal(0, 0.5, (n, n)))
    np.fill_diagonal(sales, sales.sum(axis=1) * 2)
    return economy([f"C{k:03}" for k in range(n)], sales)


def timed(work, repeats: int = 5):
    best, answer = np.inf, None
    for _ in range(repeats):
        start = time.process_time()
        answer = work()
        best = min(best, time.process_time() - start)
    return best, answer


def line(what: str, seconds: float, note: str) -> None:
    print(f"{what:58} {seconds * 1000:12.2f} ms   {note}")


def one_sector() -> None:
    for n in (30, 60, 200):
        table = random_economy(n)
        for rule in ("additive", "multiplicative", "balanced"):
            seconds, got = timed(lambda table=table, rule=rule: shock(table, embargo("C000", "C001"), rule=rule))
            line(f"{n} economies, one embargo, {rule}", seconds, f"{got.iterations} steps, residual {got.residual:.1e}")
        shocks = [embargo(table.names[:5], table.names[-1])]
        seconds, _ = timed(lambda table=table, shocks=shocks: many(table, shocks, rule="balanced"))
        line(f"{n} economies, coalition of five, balanced", seconds, "")


def against_gegravity() -> None:
    try:
        import gegravity
        import pandas as pd
    except ImportError:
        print("gegravity is not installed: no comparison")
        return
    for n in (10, 20, 30, 60, 100, *((200,) if "--200" in sys.argv else ())):
        table = random_economy(n)
        ours, got = timed(lambda table=table: shock(table, embargo("C000", "C001"), theta=4.0, rule="multiplicative"))
        seconds, verdict = theirs(gegravity, pd, table)
        note = f"loss of C001 here {got.loss_percent[1]:.4f} %; gegravity {verdict}; ratio {seconds / ours:,.0f}"
        line(f"{n} economies: here", ours, "")
        line(f"{n} economies: gegravity {gegravity.__version__ if hasattr(gegravity, '__version__') else ''}", seconds, note)


def theirs(gegravity, pd, table: Economy) -> tuple[float, str]:
    """Give the same embargo, as a cost so high that trade is 1e-9 of what it was: the package takes no exact zero."""
    names, sales = table.names, table.sales
    cost = np.log(sales * sales.sum() / np.outer(table.output, table.spending))
    frame = pd.DataFrame(
        [
            {
                "exporter": a,
                "importer": b,
                "year": 2000,
                "trade": sales[i, j],
                "Y": table.output[i],
                "E": table.spending[j],
                "cost": cost[i, j],
            }
            for i, a in enumerate(names)
            for j, b in enumerate(names)
        ]
    )
    start = time.process_time()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            data = gegravity.BaselineData(
                frame,
                imp_var_name="importer",
                exp_var_name="exporter",
                year_var_name="year",
                trade_var_name="trade",
                expend_var_name="E",
                output_var_name="Y",
            )
            model = gegravity.OneSectorGE(
                data,
                year="2000",
                reference_importer=names[-1],
                sigma=5,
                cost_variables=["cost"],
                cost_coeff_values=gegravity.CostCoeffs(
                    pd.DataFrame({"var": ["cost"], "coeff": [1.0], "ste": [0.0]}),
                    identifier_col="var",
                    coeff_col="coeff",
                    stderr_col="ste",
                ),
            )
            model.build_baseline(omr_rescale=1)
            changed = model.baseline_data.copy()
            both = (
                changed["exporter"].isin(names[:2])
                & changed["importer"].isin(names[:2])
                & (changed["exporter"] != changed["importer"])
            )
            changed.loc[both, "cost"] -= np.log(1e9)
            model.define_experiment(changed)
            model.simulate()
            gain = float(model.country_results.loc[names[1], "GDP change (percent)"])
            verdict = f"prints a real GDP change of {gain:.4f} %"
        except (ValueError, KeyError, TypeError, IndexError, ArithmeticError, AttributeError, RuntimeError) as error:
            verdict = f"fails: {type(error).__name__}: {str(error)[:70]}"
    return time.process_time() - start, verdict


def shared_tables(folder: Path) -> None:
    gdp = {}
    with (folder / "trade_baci2023" / "countries.csv").open(encoding="utf-8") as file:
        gdp = {row["iso3"]: float(row["gdp_usd"]) / 1e6 for row in csv.DictReader(file)}
    names = sorted(gdp)
    flows = np.zeros((len(names), len(names)))
    with gzip.open(folder / "trade_baci2023" / "trade_long.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            flows[names.index(row["exporter"]), names.index(row["importer"])] = float(row["value_kusd"]) / 1e3
    table = with_home_sales(names, flows, gdp, year=2023)
    rng = np.random.default_rng(SEED)
    pairs = [rng.choice(len(names), 2, replace=False) for _ in range(1000)]
    shocks = [embargo(names[a], names[b]) for a, b in pairs]
    for rule in ("additive", "balanced"):
        seconds, got = timed(lambda rule=rule: many(table, shocks, rule=rule), repeats=1)
        worst = max(one.residual for one in got)
        line(f"1,000 embargo pairs of {len(names)} economies, {rule}", seconds, f"largest residual {worst:.1e}")


def draws(folder: Path) -> None:
    with gzip.open(folder / "trade_wiod44" / "trade_2000_2014.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2014"]
    names = sorted({row["exporter"] for row in rows})
    sales = np.zeros((len(names), len(names)))
    for row in rows:
        sales[names.index(row["exporter"]), names.index(row["importer"])] = float(row["trade"])
    table = economy(names, sales, year=2014)
    work = lambda: sample(table, embargo("RUS", "TUR"), enforcement=Range(0.5, 0.8, 1.0), draws=1000, seed=SEED)  # noqa: E731
    seconds, got = timed(work, repeats=1)
    band = got.band("TUR")
    line(
        "1,000 draws of elasticity and enforcement, 44 economies",
        seconds,
        f"Turkey {band.value:.3f} % ({band.low:.3f} to {band.high:.3f})",
    )


def sectors(folder: Path) -> None:
    files = {"intermediate": "intermediate_consumption", "final": "final_consumption"}
    texts = {}
    for name in ("trade", "value_added", "intermediate", "final", "theta"):
        with gzip.open(folder / "trade_cp2015_nafta" / f"{files.get(name, name)}.csv.gz", "rt", encoding="utf-8") as file:
            texts[name] = file.read().splitlines()
    table = read_sector_tables(texts, tariff="tariff_bln", absent_is_zero=True, negative_inputs=True, year=1993)
    new = read_tariffs(texts["trade"], table, "tariff_cfl")
    seconds, got = timed(lambda: sector_shock(table, new_tariff=new), repeats=3)
    steps = f"{got.before.iterations} + {got.after.iterations} steps"
    line("31 x 40 economy, before and after", seconds, steps)
    base = unshocked(table)
    seconds, _ = timed(lambda: sector_shock(table, import_ban("USA", "Turkey"), before=base), repeats=3)
    line("31 x 40 economy, one import ban, before known", seconds, "")
    print(f"\n{'NAFTA, change in %':10} {'first order':>12} {'published':>10} {'exact':>9} {'real wage':>10} {'published':>10}")
    for who, first, wage in (("Mexico", 1.31, 1.72), ("Canada", -0.06, 0.32), ("USA", 0.08, 0.11)):
        k = table.names.index(who)
        print(
            f"{who:18} {100 * got.first_order[k]:12.4f} {first:10.2f} {-got.loss_percent[k]:9.4f} "
            f"{100 * (got.real_wage[k] - 1):10.4f} {wage:10.2f}"
        )


def main() -> None:
    given = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(given[0]) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}; random economies from seed {SEED}; CPU time, "
        f"linear algebra on {os.environ.get('OPENBLAS_NUM_THREADS', 'all')} thread(s)\n"
    )
    one_sector()
    if folder.exists():
        shared_tables(folder)
        draws(folder)
        sectors(folder)
    else:
        print(f"{folder.name} is not here: no measurements on published tables")
    print()
    against_gegravity()


if __name__ == "__main__":
    main()
