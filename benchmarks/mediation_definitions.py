"""Compare the package solvers with brute force on many random problems; run with `python benchmarks/mediation_definitions.py`.

Every problem is drawn by `ceasefire.testing.packages_by_definition.random_problem(seed)`: 2 to 4 decision makers, all concepts,
credibility modes and switches. Cost, all cheapest packages, the inclusion-minimal ones, the cost of every coalition, minimal
coalitions and both indices must be equal, for the lever search and for HiGHS. Prints what was covered; exit code 1 on a difference.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from ceasefire.testing.packages_by_definition import Brute, disagreement, random_problem

PARTS = ("concept", "credibility", "reach", "unique", "mode", "deviations", "margin", "decision makers", "cost")


def _traits(given: dict[str, object], brute: Brute) -> dict[str, str]:
    wanted = given["wanted"]
    cost = brute.least(given["powers"])  # type: ignore[arg-type]
    return {
        "concept": str(given["concept"]),
        "credibility": str(given["credibility"]),
        "reach": str(given["reach"]),
        "unique": str(given["unique"]),
        "mode": wanted["mode"],  # type: ignore[index]
        "deviations": wanted["deviations"],  # type: ignore[index]
        "margin": str(given["margin"]),
        "decision makers": str(len(given["dms"])),  # type: ignore[arg-type]
        "cost": "impossible" if cost is None else "zero" if cost == 0 else "positive",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    chosen = parser.parse_args()
    covered: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
    wrong, started = 0, time.process_time()
    for seed in range(chosen.first, chosen.first + chosen.problems):
        given = random_problem(seed)
        for part, value in _traits(given, Brute(given)).items():
            covered[part][value] += 1
        found = disagreement(given, ["search", "highs"])
        if found:
            wrong += 1
            print(f"seed {seed} ({given['concept']}): {found}")
    print(f"{chosen.problems} problems, seeds {chosen.first} to {chosen.first + chosen.problems - 1}, lever search and HiGHS")
    for part, values in covered.items():
        print(f"  {part}: " + ", ".join(f"{value} {count}" for value, count in sorted(values.items())))
    print(f"{wrong} differ from the definitions; CPU {time.process_time() - started:.0f} s")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
