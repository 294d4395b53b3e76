"""Ten million rows in the store: what importing, streaming and asking cost in CPU time and memory.

    python benchmarks/events_ten_million.py FILE.export.CSV.zip ... [--rows ROWS]

The rows are those of real GDELT 2.0 files told again on later days under new ids and addresses; nothing is drawn. A tenth and
nine tenths are imported as one file each: the peak memory of the two tells whether it grows with the size. Every step runs in a
process of its own. About 4.5 GB of free disk are needed for ten million rows, under TMPDIR.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from events_generators import retold

from ceasefire.events import Question, preset

QUESTIONS = {
    "one dyad by day and quad": {"dyad": ("USA", "RUS")},
    "the same, one a day": {"dyad": ("USA", "RUS"), "presets": (preset("one-a-day"),)},
    "one dyad by day and quad, 90 days": {"dyad": ("USA", "RUS"), "since": date(2018, 3, 1), "until": date(2018, 5, 29)},
    "one target, all words": {"targets": ("SYR",), "acts": ("word",)},
}


def generate(given):
    retold(given.file, given.rows, given.sources, given.begin)
    return given.file.stat().st_size


def take(given):
    from ceasefire.events import import_files

    return import_files(given.folder / "store", [given.file]).files[0].kept


def stream(given):
    from ceasefire.events import scan

    sql = "SELECT date, actor_country, target_country, quad, count(*) AS n FROM events WHERE actor_country <> target_country GROUP BY ALL"
    return len(scan([given.file], sql).columns["n"])


def ask(given):
    from ceasefire.events import EventStore

    store = EventStore(given.folder / "store")
    for name, asked in QUESTIONS.items():
        costs = []
        for _ in range(5):
            begin = time.process_time(), time.perf_counter()
            found = len(store.tally(Question(**asked), ("date", "quad")).rows)
            costs.append((time.process_time() - begin[0], time.perf_counter() - begin[1]))
        print(f"{name:36}{min(c for c, _ in costs):8.2f}{min(w for _, w in costs):9.2f}{found:9}", file=sys.stderr, flush=True)
    return found


STEPS = {"generate": generate, "import": take, "stream": stream, "ask": ask}


def measured(step, *arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, __file__, "--step", step, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found, peak = json.loads(done.stdout.splitlines()[-1])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak / 1e6, found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--begin", type=int, default=0)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.step:
        print(json.dumps([int(STEPS[given.step](given)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
        return
    if not given.sources:
        parser.error("give files of GDELT 2.0 events, whose rows are told again")
    with TemporaryDirectory() as place:
        if shutil.disk_usage(place).free < 600 * given.rows:
            raise SystemExit(f"{600 * given.rows / 1e9:.1f} GB of free disk are needed under {place}")
        print(f"{given.rows} rows retold from {', '.join(one.name for one in given.sources)}")
        print(f"{'step':10}{'rows':>10}{'MB':>7}{'CPU s':>8}{'rows per CPU s':>16}{'peak GB':>9}{'found':>10}")
        store = Path(place)
        begin = 0
        for rows in (given.rows // 10, given.rows - given.rows // 10):
            file = store / f"{20300101000000 + begin}.export.CSV"
            size = measured("generate", "--file", file, "--rows", rows, "--begin", begin, *given.sources)[2]
            for step in ("stream", "import"):
                cpu, peak, found = measured(step, "--file", file, "--folder", store)
                print(f"{step:10}{rows:10}{size / 1e6:7.0f}{cpu:8.1f}{rows / cpu:16,.0f}{peak:9.2f}{found:10}")
            file.unlink()
            begin += rows
        kept = sum(one.stat().st_size for one in store.rglob("*.parquet"))
        print(f"store: {kept / 1e6:.0f} MB\n{'asked of the whole store':36}{'CPU s':>8}{'wall s':>9}{'found':>9}", flush=True)
        peak = measured("ask", "--folder", store)[1]
        print(f"peak of the process that asks: {peak:.2f} GB")


if __name__ == "__main__":
    main()
