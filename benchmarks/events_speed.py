"""Event files beside plain DuckDB, polars and pandas on one generated file: rows per CPU second and peak memory.

    python benchmarks/events_speed.py [ROWS] [--seed SEED]

The file has the layout of GDELT 2.0 (61 columns); its values are drawn, none is from a real file. Every way runs in
a process of its own; pandas and polars are measured where installed. CPU seconds are of the whole process, start included; wall
time is not given because it depends on what else the machine does.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ceasefire.events.formats.gdelt import _V2
from ceasefire.reference import cameo_codes, countries

WAYS = {
    "scan": ("duckdb plain", "ceasefire scan", "polars streaming", "pandas chunks"),
    "import": ("duckdb plain copy", "ceasefire import"),
    "store": ("ceasefire tally",),
}
ASKED = "date, actor_country, target_country, quad"
TEXT = ["SQLDATE", "Actor1CountryCode", "Actor2CountryCode", "QuadClass"]


def generate(path, rows, seed):
    """Write rows of drawn values, 200,000 at a time."""
    rng = np.random.default_rng(seed)
    states = [c for c in countries() if c.cameo and c.fips]
    codes = [c for c in cameo_codes().values() if len(c.code) > 2]
    with path.open("w", encoding="utf-8") as out:
        for begin in range(0, rows, 200_000):
            count = min(200_000, rows - begin)
            actor, target, place = (rng.integers(0, len(states), count).tolist() for _ in range(3))
            has_actor, has_target = (rng.random(count) < share for share in (0.58, 0.45))
            code, mention, day = (
                rng.integers(0, len(codes), count).tolist(),
                rng.integers(1, 30, count).tolist(),
                rng.integers(0, 900, count),
            )
            days = np.char.replace((np.datetime64("2018-01-01") + day).astype(str), "-", "").tolist()
            lines = []
            for k in range(count):
                row = dict.fromkeys(_V2, "")
                one, other, where, what = states[actor[k]], states[target[k]], states[place[k]], codes[code[k]]
                row["GLOBALEVENTID"], row["SQLDATE"], row["MonthYear"], row["Year"] = (
                    str(begin + k),
                    days[k],
                    days[k][:6],
                    days[k][:4],
                )
                row["FractionDate"] = f"{days[k][:4]}.4"
                if has_actor[k]:
                    row["Actor1Code"], row["Actor1Name"], row["Actor1CountryCode"] = f"{one.cameo}GOV", one.name.upper(), one.cameo
                    row["Actor1Type1Code"] = "GOV"
                if has_target[k]:
                    row["Actor2Code"], row["Actor2Name"], row["Actor2CountryCode"] = other.cameo, other.name.upper(), other.cameo
                row["IsRootEvent"], row["EventCode"], row["EventBaseCode"] = str(k % 2), what.code, what.code[:3]
                row["EventRootCode"], row["QuadClass"], row["GoldsteinScale"] = what.root, str(what.quad), str(what.goldstein)
                row["NumMentions"], row["NumSources"], row["NumArticles"] = str(mention[k]), str(1 + k % 3), str(mention[k])
                row["AvgTone"] = "-2.31481481481481"
                for who in ("Actor1", "Actor2", "Action"):
                    row[f"{who}Geo_Type"], row[f"{who}Geo_FullName"] = "4", f"Town {k % 5000}, {where.name}"
                    row[f"{who}Geo_CountryCode"], row[f"{who}Geo_ADM1Code"] = where.fips, f"{where.fips}01"
                    row[f"{who}Geo_ADM2Code"], row[f"{who}Geo_FeatureID"] = str(k % 900), str(-k % 90000)
                    row[f"{who}Geo_Lat"], row[f"{who}Geo_Long"] = f"{k % 90}.{k % 997}", f"{k % 180}.{k % 991}"
                row["DATEADDED"] = f"{days[k]}120000"
                row["SOURCEURL"] = (
                    f"https://example.org/news/{days[k]}/{(begin + k) // 4}/a-story-about-something-that-happened-somewhere"
                )
                lines.append("\t".join(row.values()))
            out.write("\n".join(lines) + "\n")


def run(way, file, folder):
    """Do one thing; print what it found."""
    return {
        "duckdb plain": duckdb_scan,
        "duckdb plain copy": duckdb_copy,
        "ceasefire scan": ceasefire_scan,
        "ceasefire import": ceasefire_import,
        "ceasefire tally": ceasefire_tally,
        "polars streaming": polars_scan,
        "pandas chunks": pandas_scan,
    }[way](file, folder)


def _read_csv(file):
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in _V2)
    return (
        f"read_csv('{file}', columns = {{{columns}}}, delim = '\t', quote = '', escape = '', header = false, auto_detect = false)"
    )


def _duckdb():
    import duckdb

    return duckdb.connect(config={"memory_limit": "600MB", "threads": "2"})


def duckdb_scan(file, folder):
    sql = (
        "SELECT try_strptime(SQLDATE, '%Y%m%d')::DATE AS date, Actor1CountryCode, Actor2CountryCode, try_cast(QuadClass AS UTINYINT) AS quad, "
        "count(*) AS n, avg(try_cast(GoldsteinScale AS DOUBLE)) AS g, sum(try_cast(NumMentions AS INTEGER)) AS m "
        f"FROM {_read_csv(file)} WHERE Actor1CountryCode <> Actor2CountryCode GROUP BY ALL"
    )
    return len(_duckdb().execute(sql).fetchnumpy()["n"])


def ceasefire_scan(file, folder):
    from ceasefire.events import scan

    sql = f"SELECT {ASKED}, count(*) AS n, avg(scale) AS g, sum(n_mentions) AS m FROM events WHERE actor_country <> target_country GROUP BY ALL"
    return len(scan([file], sql).columns["n"])


def polars_scan(file, folder):
    import polars as pl

    frame = pl.scan_csv(file, separator="\t", has_header=False, quote_char=None, infer_schema=False, new_columns=list(_V2))
    rows = frame.filter(pl.col("Actor1CountryCode") != pl.col("Actor2CountryCode")).group_by(TEXT)
    wanted = rows.agg(pl.len(), pl.col("GoldsteinScale").cast(pl.Float64).mean(), pl.col("NumMentions").cast(pl.Int64).sum())
    return wanted.collect(engine="streaming").height


def pandas_scan(file, folder):
    import pandas as pd

    parts = []
    use = [*TEXT, "GoldsteinScale", "NumMentions"]
    types = dict.fromkeys(TEXT, "str")
    for part in pd.read_csv(file, sep="\t", header=None, names=list(_V2), usecols=use, dtype=types, quoting=3, chunksize=500_000):
        both = part[
            (part.Actor1CountryCode != part.Actor2CountryCode) & part.Actor1CountryCode.notna() & part.Actor2CountryCode.notna()
        ]
        parts.append(both.groupby(TEXT).agg(n=("NumMentions", "size"), g=("GoldsteinScale", "sum"), m=("NumMentions", "sum")))
    return len(pd.concat(parts).groupby(level=TEXT).sum())


def duckdb_copy(file, folder):
    """Copy the raw columns from which the event table is made."""
    from ceasefire.events.formats.gdelt import GDELT

    used = " ".join([*GDELT.columns.values(), *(one.on for one in GDELT.lookups)])
    names = ", ".join(name for name in _V2 if f'"{name}"' in used)
    return (
        _duckdb()
        .execute(f"COPY (SELECT {names} FROM {_read_csv(file)}) TO '{folder / 'plain.parquet'}' (FORMAT parquet)")
        .fetchone()[0]
    )


def ceasefire_import(file, folder):
    from ceasefire.events import import_files

    return import_files(folder / "store", [file]).files[0].kept


def ceasefire_tally(file, folder):
    from ceasefire.events import EventStore, Question

    store = EventStore(folder / "store")
    begin = time.process_time(), time.perf_counter()
    tally = store.tally(Question(dyad=("TUR", "AZE")), ("date", "quad"))
    print(
        f"dyad-day-quad from the store: {time.process_time() - begin[0]:.2f} CPU s, {time.perf_counter() - begin[1]:.2f} s",
        file=sys.stderr,
    )
    return len(tally.rows)


def measured(way, file, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = run_alone(["--way", way, "--file", str(file), "--folder", str(folder)])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if answer is None:
        return None
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, answer[1] / 1e6, answer[0]


def run_alone(arguments):
    """Run this file in a process of its own; give what it found and its peak memory in KB."""
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    return None if done.returncode else json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--way")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.way == "generate":
        generate(given.file, given.rows, given.seed)
        print("[0, 0]")
        return
    if given.way:
        found = run(given.way, given.file, given.folder)
        print(json.dumps([int(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
        return
    with TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "20180101000000.export.CSV"
        if (
            run_alone(["--way", "generate", "--file", str(file), "--folder", place, "--seed", str(given.seed), str(given.rows)])
            is None
        ):
            raise SystemExit("could not write the file to measure on")
        print(f"{given.rows} rows, seed {given.seed}, {file.stat().st_size / 1e6:.0f} MB of text; best CPU time of {given.repeats}")
        print(f"{'task':8}{'way':20}{'CPU s':>8}{'rows per CPU s':>16}{'peak GB':>9}{'ratio to plain DuckDB':>23}{'found':>10}")
        for task, ways in WAYS.items():
            compare(task, ways, file, folder, given)


def compare(task, ways, file, folder, given):
    results = {way: [] for way in ways}
    for _ in range(given.repeats):
        for way in ways:
            if task == "import":
                shutil.rmtree(folder / "store", ignore_errors=True)
            results[way].append(measured(way, file, folder))
    plain = None
    for way, runs in results.items():
        if None in runs:
            print(f"{task:8}{way:20}  not installed or failed")
            continue
        cpu, peak, found = min(runs)
        plain = plain or cpu
        print(f"{task:8}{way:20}{cpu:8.2f}{given.rows / cpu:16,.0f}{peak:9.2f}{plain / cpu:23.2f}{found:10}")


if __name__ == "__main__":
    main()
