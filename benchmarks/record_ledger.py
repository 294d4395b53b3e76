"""Time the ledger over international events: fates, base rates of random starts, and rates with block bootstrap.

Run as a script: ``python benchmarks/record_ledger.py [EVENTS ...]``. Events are made up: pairs, codes and days are drawn with a
few large and many small shares, as in the field's data, over ten years and 200 parties. Times are CPU seconds of one process.
"""

from __future__ import annotations

import platform
import resource
import sys
import time
from itertools import pairwise

import numpy as np

from ceasefire.record import Acts, acts_of, bluff_ratio, double_talk, follow_through, ledger, reliability, unannounced
from ceasefire.reference import cameo_codes

SEED = 1
PARTIES = 200
DAYS = 3650


def made_up(n: int, seed: int = SEED) -> Acts:
    """Draw `n` events between two different parties."""
    random = np.random.default_rng(seed)
    codes = tuple(sorted(code for code in cameo_codes() if len(code) > 2))
    share = 1 / np.arange(1, PARTIES + 1) ** 0.9
    names = tuple(f"C{k:03}" for k in range(PARTIES))
    actor = random.choice(PARTIES, n, p=share / share.sum())
    target = (actor + 1 + random.choice(PARTIES - 1, n, p=share[:-1] / share[:-1].sum())) % PARTIES
    code = random.choice(len(codes), n, p=random.dirichlet(np.full(len(codes), 0.3)))
    day = np.datetime64("2015-01-01") + random.integers(0, DAYS, n)
    return acts_of(day, (actor, names), (target, names), (code, codes))


def measured(n: int) -> list[tuple[str, float]]:
    """Time each step in CPU seconds."""
    marks = [("start", time.process_time())]
    acts = made_up(n)
    marks.append(("events made up and sorted", time.process_time()))
    found = ledger(acts)
    marks.append((f"ledger of {len(found):,} commitments, {found.draws} random starts each", time.process_time()))
    follow_through(found)
    marks.append(("follow-through by word, 400 replicates", time.process_time()))
    groups = len(follow_through(found, by=("actor", "kind")))
    marks.append((f"follow-through by actor and kind, {groups:,} groups", time.process_time()))
    reliability(found)
    marks.append(("reliability by actor and issue", time.process_time()))
    bluff_ratio(found)
    unannounced(found)
    double_talk(acts)
    marks.append(("bluffs, unannounced deeds and double talk", time.process_time()))
    return [(name, now - before) for (_, before), (name, now) in pairwise(marks)]


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or [100_000, 1_000_000]
    print(f"python {platform.python_version()}, numpy {np.__version__}, seed {SEED}")
    for n in sizes:
        print(f"\n{n:,} international events")
        steps = measured(n)
        for name, seconds in steps:
            print(f"  {seconds:8.2f} s  {name}")
        total = sum(seconds for name, seconds in steps[1:3])
        print(f"  {total:8.2f} s  ledger with rates by word: {n / total:,.0f} events per CPU second")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
