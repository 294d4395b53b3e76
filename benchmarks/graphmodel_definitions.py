"""Every verdict of the graph model engine against its definition, on many random models of every family of concepts.

Run `python benchmarks/graphmodel_definitions.py [MODELS [FAMILY ...]]`; 2,000 models of each family unless told otherwise, seeds
0, 1, 2 and so on.
Exits with 1 where a cell differs.
"""

from __future__ import annotations

import platform
import sys
import time

import numpy as np

from ceasefire.testing.graph_families import FAMILIES


def main() -> int:
    models = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(f"Python {platform.python_version()}, NumPy {np.__version__}; seeds 0 to {models - 1} per family")
    print(f"{'family':16}{'models':>8}{'cells':>12}{'differ':>8}{'CPU s':>8}")
    differ = 0
    for family in sys.argv[2:] or FAMILIES:
        compare = FAMILIES[family]
        start, cells, wrong = time.process_time(), 0, 0
        for seed in range(models):
            found, n = compare(seed)
            cells += n
            wrong += len(found)
            for cell in found[:3]:
                print(f"  {family}, seed {seed}: {cell}")
        print(f"{family:16}{models:8}{cells:12,}{wrong:8}{time.process_time() - start:8.1f}", flush=True)
        differ += wrong
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
