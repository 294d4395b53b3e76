"""How long least changes take as models grow: random models of 3 parties, strict preferences, no infeasible states.

Seeds 0 to 4 make the options' owners and the preferences; the wanted state is the first that is no equilibrium. The table
shows the median and the largest processor time over the seeds, the range of the costs found, and how many were not proven least
within the limit of rounds. Then the same for each twelfth wanted state of a bundled case, one by one, that is no equilibrium.
Run as `python benchmarks/graphmodel_inverse.py [most options]`.
"""

import statistics
import sys
import time

import numpy as np

from ceasefire.case import load
from ceasefire.graphmodel import BASIC, Goal, GraphModel, Option, least_changes, solve
from ceasefire.study import graph_model

SEEDS = range(5)


def random_model(seed: int, n_options: int) -> GraphModel:
    rng = np.random.default_rng(seed)
    owners = [k if k < 3 else int(rng.integers(3)) for k in range(n_options)]
    model = GraphModel.from_options(["A", "B", "C"], [Option(f"o{k}", (owner,)) for k, owner in enumerate(owners)])
    return model.with_preference(np.stack([rng.permutation(model.n_states) for _ in range(3)]))


def measured(model: GraphModel, concept: str, state: int) -> tuple[float, int, int]:
    """Processor seconds, cost, and what any change costs at least."""
    started = time.process_time()
    [change] = least_changes(model, Goal(concept, (state,)), most=1)
    return time.process_time() - started, change.cost, change.at_least


def told(concept: str, n_states: int, found: list[tuple[float, int, int]]) -> None:
    spent, costs = [seconds for seconds, _, _ in found], [cost for _, cost, _ in found]
    unproven = sum(at_least < cost for _, cost, at_least in found)
    print(
        f"{concept:8} {n_states:>7,} {len(found):>6} {statistics.median(spent):>13.3f} {max(spent):>14.3f} "
        f"{f'{min(costs)}-{max(costs)}':>8} {unproven:>9}",
        flush=True,
    )


def main(most_options: int) -> None:
    heads = f"{'concept':8} {'states':>7} {'models':>6} {'median cpu s':>13} {'largest cpu s':>14} {'costs':>8} {'unproven':>9}"
    print(heads)
    for concept in BASIC:
        for n_options in range(4, most_options + 1, 2):
            found = []
            for seed in SEEDS:
                model = random_model(seed, n_options)
                unstable = ~solve(model, (concept,)).equilibria[concept]
                found.append(measured(model, concept, int(np.flatnonzero(unstable)[0])))
            told(concept, 1 << n_options, found)
    case = load("karabakh-2020")
    model = graph_model(case)
    wanted = [k for k in range(model.n_states) if case.wanted is not None and case.wanted.when.holds(set(model.taken(k)))]
    print(f"\nkarabakh-2020, wanted states one by one\n{heads}")
    for concept in BASIC:
        stable = solve(model, (concept,)).equilibria[concept]
        asked = [state for state in wanted[::12] if not stable[state]]
        told(concept, model.n_states, [measured(model, concept, state) for state in asked])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
