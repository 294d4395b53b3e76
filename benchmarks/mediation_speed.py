"""Measure the package solvers: `python benchmarks/mediation_speed.py`. One thread, CPU seconds, the slowest instance counts.

The problems come from `mediation_generators.py`; each row names the generator, its sizes and the seeds. `read` is building the
problem from its JSON (all states and stakes), `solve` is the answer to the question of the row with nothing known before.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
from mediation_generators import dilemma, tangle

from ceasefire.mediation import read_problem
from ceasefire.mediation.hunt import Hunt
from ceasefire.mediation.packages import room_of

SEEDS = range(10)
FEW = range(5)
"""Seeds of rows with a million states."""


class Row(NamedTuple):
    name: str
    problem: Callable[[int], dict[str, Any]]
    question: str
    bar: float | None


ROWS = [
    Row("nash dilemma(8, 24)", lambda s: dilemma(8, 24, s), "cost", None),
    Row("nash dilemma(12, 36)", lambda s: dilemma(12, 36, s), "cost", None),
    Row("nash dilemma(16, 48)", lambda s: dilemma(16, 48, s), "cost", 0.1),
    Row("nash dilemma(16, 96)", lambda s: dilemma(16, 96, s), "cost", None),
    Row("coalitions dilemma(10, 30), 6 powers", lambda s: dilemma(10, 30, s, powers=6), "who", None),
    Row("coalitions dilemma(10, 60), 12 powers", lambda s: dilemma(10, 60, s, powers=12), "who", 2.0),
    Row("coalitions dilemma(10, 80), 16 powers", lambda s: dilemma(10, 80, s, powers=16), "who", None),
    Row("coalitions seq tangle(8, 60), 12 powers", lambda s: tangle(8, 60, s, powers=12), "who", 2.0),
    Row("seq tangle(6, 40)", lambda s: tangle(6, 40, s), "cost", None),
    Row("seq tangle(8, 40)", lambda s: tangle(8, 40, s), "cost", 2.0),
    Row("seq tangle(10, 40)", lambda s: tangle(10, 40, s), "cost", 0.5),
    Row("seq tangle(12, 40)", lambda s: tangle(12, 40, s), "cost", None),
    Row("seq dilemma(8, 40), few harms", lambda s: dilemma(8, 40, s, concept="seq", harms=1), "cost", 2.0),
    Row("seq dilemma(10, 40), few harms", lambda s: dilemma(10, 40, s, concept="seq", harms=1), "cost", 0.5),
    Row("nash dilemma(20, 48), 2^20 states", lambda s: dilemma(20, 48, s, parties=5), "cost", 0.1),
    Row("gmr dilemma(20, 48), 2^20 states", lambda s: dilemma(20, 48, s, parties=5, concept="gmr", harms=2), "cost", 0.5),
    Row("seq dilemma(20, 48), 2^20 states", lambda s: dilemma(20, 48, s, parties=5, concept="seq", harms=2), "cost", 5.0),
    Row("seq tangle(20, 48), 2^20 states", lambda s: tangle(20, 48, s, parties=5), "cost", 5.0),
]


def measure(row: Row, seed: int) -> tuple[float, float, str]:
    """Give CPU seconds to read and to solve, and the answer; the problem before is let go of first."""
    gc.collect()
    text = json.dumps(row.problem(seed))
    start = time.process_time()
    problem = read_problem(text)
    ready = time.process_time()
    hunt = Hunt(room_of(problem), "ignore")
    answer = hunt.cost_of(hunt.everyone) if row.question == "cost" else len(hunt.minimal_coalitions())
    return ready - start, time.process_time() - ready, "-" if answer is None else str(answer)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    chosen = parser.parse_args()
    import highspy  # noqa: F401 - its import is not what is measured

    print(
        f"Python {platform.python_version()}, {platform.machine()}; seeds 0 to {SEEDS.stop - 1} (2^20 states: 0 to {FEW.stop - 1}); CPU seconds"
    )
    print("answer: least cost (-: impossible), or number of minimal coalitions")
    print(f"{'problem (options, levers)':42} {'read':>6} {'median':>7} {'slowest':>8} {'bar':>5}  answers")
    late = 0
    for row in ROWS:
        if chosen.only not in row.name:
            continue
        runs = [measure(row, seed) for seed in (FEW if "2^20" in row.name else SEEDS)]
        solve = sorted(run[1] for run in runs)
        bar = "" if row.bar is None else f"{row.bar:g}"
        late += row.bar is not None and solve[-1] > row.bar
        answers = " ".join(run[2] for run in runs)
        print(
            f"{row.name:42} {max(r[0] for r in runs):6.2f} {solve[len(solve) // 2]:7.3f} {solve[-1]:8.3f} {bar:>5}  {answers}",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"rows above their bar: {late}; peak memory {peak:.2f} GB")
    return 0


if __name__ == "__main__":
    main()
