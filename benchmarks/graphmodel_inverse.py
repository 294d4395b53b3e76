"""How long least changes take as models grow: random models of 3 parties, strict preferences, no infeasible states.

Seeds 0 to 4 make the options' owners and the preferences; the wanted state is the first that is no equilibrium. The table
shows the median and the largest processor time over the seeds, and the range of the costs found. A search that finds no proof
within its limit of steps counts as "gave up". SymSEQ, whose punishments need many comparisons at once, stops at 64 states.
Run as `python benchmarks/graphmodel_inverse.py [most options]`; beyond 8 options SMR takes minutes.
"""

import statistics
import sys
import time

import numpy as np

from ceasefire.errors import LimitError
from ceasefire.graphmodel import BASIC, Goal, GraphModel, Option, least_changes, solve

SEEDS = range(5)


def random_model(seed: int, n_options: int) -> GraphModel:
    rng = np.random.default_rng(seed)
    owners = [k if k < 3 else int(rng.integers(3)) for k in range(n_options)]
    model = GraphModel.from_options(["A", "B", "C"], [Option(f"o{k}", (owner,)) for k, owner in enumerate(owners)])
    return model.with_preference(np.stack([rng.permutation(model.n_states) for _ in range(3)]))


def main(most_options: int) -> None:
    print(f"{'concept':8} {'states':>7} {'median cpu s':>13} {'largest cpu s':>14} {'costs':>8} {'gave up':>8}")
    for concept in BASIC:
        for n_options in range(4, (min(most_options, 6) if concept == "SymSEQ" else most_options) + 1, 2):
            spent, costs, gave_up = [], [], 0
            for seed in SEEDS:
                model = random_model(seed, n_options)
                state = int(np.flatnonzero(~solve(model, (concept,)).equilibria[concept])[0])
                started = time.process_time()
                try:
                    costs.append(least_changes(model, Goal(concept, (state,)), most=1)[0].cost)
                except LimitError:
                    gave_up += 1
                spent.append(time.process_time() - started)
            found = f"{min(costs)}-{max(costs)}" if costs else "-"
            print(
                f"{concept:8} {1 << n_options:>7,} {statistics.median(spent):>13.3f} {max(spent):>14.3f} {found:>8} {gave_up:>8}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
