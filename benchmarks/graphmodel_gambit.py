"""Pure Nash equilibria beside pygambit, which has to be installed: random games in normal form, seeds 0, 1, ... for each size.

Prints how many games agree and how long each of the two took. Run as `python benchmarks/graphmodel_gambit.py [games per size]`.
"""

import sys
import time

import numpy as np
import pygambit

from ceasefire.graphmodel import solve
from ceasefire.testing.games import pure_equilibria, random_game


def main(games: int) -> None:
    print(f"pygambit {pygambit.__version__}")
    print(f"{'parties':>7} {'games':>6} {'equilibria':>10} {'agree':>6} {'cpu s here':>11} {'cpu s pygambit':>15}")
    for n_parties in (2, 3, 4, 5):
        agree, equilibria, here, there = 0, 0, 0.0, 0.0
        for seed in range(games):
            model = random_game(seed, n_parties)
            started = time.process_time()
            mine = set(np.flatnonzero(solve(model, ("Nash",)).equilibria["Nash"]).tolist())
            between = time.process_time()
            theirs = pure_equilibria(model)
            here, there = here + between - started, there + time.process_time() - between
            agree += mine == theirs
            equilibria += len(mine)
        print(f"{n_parties:>7} {games:>6,} {equilibria:>10,} {agree:>6,} {here:>11.2f} {there:>15.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
