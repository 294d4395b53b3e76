"""Event files beside plain DuckDB, polars and pandas on one file: rows per CPU second and peak memory.

    python benchmarks/events_speed.py [ROWS] [--seed SEED] [--real FILE.zip ...]

The file has the layout of GDELT 2.0 (61 columns). Its values are drawn, or, with --real, are those of real files told again on
later days under new ids and addresses. Every way runs in a process of its own; pandas and polars are measured where installed.
The scan asks for counts, a mean and a sum per day, pair of countries and quad class. The import is held against a copy of the
columns of the file from which the event table is made (28 of GDELT's 61, as text, unchecked) to Parquet, with the same
compression, memory limit and number of threads; the import writes the 47 columns of the event table, typed and reconciled, and
hashes the file, counts its lines, accounts for every row, searches for repeats and writes to disk before it commits.
CPU seconds are of the whole process, start included, with modules compiled as an installation has them; a way loads nothing that
it does not use. Wall time is not given because it depends on what else the machine does.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

WAYS = {
    "scan": ("duckdb plain", "ceasefire scan", "polars streaming", "pandas chunks"),
    "import": ("duckdb plain copy", "ceasefire import", "polars copy", "pandas copy"),
    "store": ("ceasefire tally",),
}
ASKED = "date, actor_country, target_country, quad"
COLUMNS = "columns.json"
TEXT = ["SQLDATE", "Actor1CountryCode", "Actor2CountryCode", "QuadClass"]


def run(way, file, folder):
    """Do one thing; give what it found."""
    return {
        "duckdb plain": duckdb_scan,
        "duckdb plain copy": duckdb_copy,
        "ceasefire scan": ceasefire_scan,
        "ceasefire import": ceasefire_import,
        "ceasefire tally": ceasefire_tally,
        "polars streaming": polars_scan,
        "pandas chunks": pandas_scan,
        "polars copy": polars_copy,
        "pandas copy": pandas_copy,
    }[way](file, folder)


def _columns(folder):
    """Give the names of all columns of the file, and of those from which the event table is made."""
    return json.loads((folder / COLUMNS).read_text())


def _write_columns(folder):
    from ceasefire.events.formats.gdelt import _V2, GDELT

    used = " ".join([*GDELT.columns.values(), *(one.on for one in GDELT.lookups)])
    (folder / COLUMNS).write_text(json.dumps([_V2, [name for name in _V2 if f'"{name}"' in used]]))


def _read_csv(file, names):
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
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
        f"FROM {_read_csv(file, _columns(folder)[0])} WHERE Actor1CountryCode <> Actor2CountryCode GROUP BY ALL"
    )
    return len(_duckdb().execute(sql).fetchnumpy()["n"])


def ceasefire_scan(file, folder):
    from ceasefire.events import scan

    sql = f"SELECT {ASKED}, count(*) AS n, avg(scale) AS g, sum(n_mentions) AS m FROM events WHERE actor_country <> target_country GROUP BY ALL"
    return len(scan([file], sql).columns["n"])


def polars_scan(file, folder):
    import polars as pl

    frame = pl.scan_csv(
        file, separator="\t", has_header=False, quote_char=None, infer_schema=False, new_columns=_columns(folder)[0]
    )
    rows = frame.filter(pl.col("Actor1CountryCode") != pl.col("Actor2CountryCode")).group_by(TEXT)
    wanted = rows.agg(pl.len(), pl.col("GoldsteinScale").cast(pl.Float64).mean(), pl.col("NumMentions").cast(pl.Int64).sum())
    return wanted.collect(engine="streaming").height


def pandas_scan(file, folder):
    import pandas as pd

    parts = []
    use = [*TEXT, "GoldsteinScale", "NumMentions"]
    types = dict.fromkeys(TEXT, "str")
    for part in pd.read_csv(
        file, sep="\t", header=None, names=_columns(folder)[0], usecols=use, dtype=types, quoting=3, chunksize=500_000
    ):
        both = part[
            (part.Actor1CountryCode != part.Actor2CountryCode) & part.Actor1CountryCode.notna() & part.Actor2CountryCode.notna()
        ]
        parts.append(both.groupby(TEXT).agg(n=("NumMentions", "size"), g=("GoldsteinScale", "sum"), m=("NumMentions", "sum")))
    return len(pd.concat(parts).groupby(level=TEXT).sum())


def duckdb_copy(file, folder):
    target = f"'{folder / 'plain.parquet'}' (FORMAT parquet)"
    names, used = _columns(folder)
    return _duckdb().execute(f"COPY (SELECT {', '.join(used)} FROM {_read_csv(file, names)}) TO {target}").fetchone()[0]


def polars_copy(file, folder):
    import polars as pl

    names, used = _columns(folder)
    frame = pl.scan_csv(file, separator="\t", has_header=False, quote_char=None, infer_schema=False, new_columns=names)
    frame.select(used).sink_parquet(folder / "polars.parquet", compression="snappy", engine="streaming")
    return pl.scan_parquet(folder / "polars.parquet").select(pl.len()).collect().item()


def pandas_copy(file, folder):
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    count, writer = 0, None
    names, used = _columns(folder)
    for part in pd.read_csv(file, sep="\t", header=None, names=names, usecols=used, dtype="str", quoting=3, chunksize=250_000):
        table = pa.Table.from_pandas(part, preserve_index=False)
        writer = writer or pq.ParquetWriter(folder / "pandas.parquet", table.schema)
        writer.write_table(table)
        count += len(part)
    writer.close()
    return count


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
    compiled = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=False, env=compiled)
    return None if done.returncode else json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--real", type=Path, nargs="+", default=[])
    parser.add_argument("--way")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.way == "generate":
        from events_generators import drawn, retold

        retold(given.file, given.rows, given.real) if given.real else drawn(given.file, given.rows, given.seed)
        _write_columns(given.folder)
        print("[0, 0]")
        return
    if given.way:
        found = run(given.way, given.file, given.folder)
        print(json.dumps([int(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
        return
    with TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "20180101000000.export.CSV"
        real = ["--real", *map(str, given.real)] if given.real else []
        made = run_alone(
            [str(given.rows), "--way", "generate", "--file", str(file), "--folder", place, "--seed", str(given.seed), *real]
        )
        if made is None:
            raise SystemExit("could not write the file to measure on")
        origin = f"retold from {', '.join(one.name for one in given.real)}" if given.real else f"drawn with seed {given.seed}"
        print(f"{given.rows} rows {origin}, {file.stat().st_size / 1e6:.0f} MB of text; best CPU time of {given.repeats}")
        print(f"{'task':8}{'way':20}{'CPU s':>8}{'rows per CPU s':>16}{'peak GB':>9}{'ratio to plain DuckDB':>23}{'found':>10}")
        for task, ways in WAYS.items():
            compare(task, ways, file, folder, given)


def compare(task, ways, file, folder, given):
    results = {way: [] for way in ways if find_spec(way.split()[0])}
    for _ in range(given.repeats):
        for way, runs in results.items():
            if task == "import":
                shutil.rmtree(folder / "store", ignore_errors=True)
            runs.append(measured(way, file, folder))
    plain = None
    for way in ways:
        runs = results.get(way, [None])
        if None in runs:
            print(f"{task:8}{way:20}  {'failed' if way in results else 'not installed'}")
            continue
        cpu, peak, found = min(runs)
        plain = plain or cpu
        print(f"{task:8}{way:20}{cpu:8.2f}{given.rows / cpu:16,.0f}{peak:9.2f}{plain / cpu:23.2f}{found:10}")


if __name__ == "__main__":
    main()
