"""How long the main job takes: the brief on every bundled case, step by step, in seconds of CPU.

Run with ``python benchmarks/brief.py``. Prints one line per step and the total for each case; no seeds but that of the brief.
"""

from __future__ import annotations

import tempfile
import time
from itertools import pairwise
from pathlib import Path

from ceasefire import case, study


def main() -> None:
    for name in case.bundled():
        steps: list[tuple[str, float]] = [("reading the case", time.process_time())]
        wall = time.perf_counter()
        loaded = case.load(name)
        done = study.run(loaded, lambda step, steps=steps: steps.append((step, time.process_time())))
        steps.append(("writing", time.process_time()))
        with tempfile.TemporaryDirectory() as folder:
            study.write(done, Path(folder))
        steps.append(("", time.process_time()))
        print(f"{name}: {time.process_time() - steps[0][1]:.2f} s CPU, {time.perf_counter() - wall:.2f} s wall")
        for (step, start), (_, end) in pairwise(steps):
            print(f"  {end - start:6.2f}  {step}")


if __name__ == "__main__":
    main()
