"""The four basic concepts beside gmcr-py 0.4.1, on your own copy of it: time ratio, verdicts that differ, and who follows the definitions.

Run as `python benchmarks/graphmodel_peer.py FOLDER [most options]`, where FOLDER holds gmcr-py's modules (gmcr.py and the rest), or set
GMCR_PY to it. Nothing of it is shipped or copied here. Each model goes to it as a .gmcr file; what counts is processor time for the
reachability matrices and for nash, gmr, smr and seq of every party in every state, and here for `solve` on a fresh model.
Where it does not finish within the limit the ratio is a lower bound. Cells that differ are put to the plain definitions
(`ceasefire.testing.by_definition`), at most 200 per model.

Random models, seed 20201008 plus the number of options: owners in turn, every third option can only be taken, preferences strict or
with 12 levels. Then the examples that come with it; SI_misp has misperceived states, which it leaves out of the one game it solves,
while here they are left out of that party's view only (`ceasefire perceive`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ceasefire.graphmodel import CONCEPTS, GraphModel, Option, read_gmcr, solve, write_gmcr
from ceasefire.testing.by_definition import as_test, graph_of, is_stable

SEED = 20201008
MOST_SECONDS = 40
MOST_CELLS = 200
LEAST_SECONDS = 0.2


class TooLongError(Exception):
    """The peer did not finish."""


@contextmanager
def within(seconds: int):
    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def random_model(n_options: int, n_parties: int, tied: bool) -> GraphModel:
    rng = np.random.default_rng(SEED + n_options)
    options = [Option(f"o{k}", (k % n_parties,), "up" if k % 3 == 2 else "both") for k in range(n_options)]
    model = GraphModel.from_options([f"P{p}" for p in range(n_parties)], options)
    rows = [rng.integers(0, 12, model.n_states) if tied else rng.permutation(model.n_states) for _ in range(n_parties)]
    return model.with_preference(np.stack(rows))


def by_peer(gmcr, file: Path) -> tuple[float, dict[str, np.ndarray] | None]:
    """Processor seconds and stable cells per concept; None where it took too long."""
    conflict = gmcr.model.ConflictModel()
    conflict.load_from_file(str(file))
    started = time.process_time()
    try:
        with within(MOST_SECONDS):
            solver = gmcr.solvers.LogicalSolver(conflict)
            found = {
                concept: np.array(
                    [
                        [getattr(solver, concept.lower())(dm, s)[0] for s in range(len(conflict.feasibles))]
                        for dm in solver.effectiveDMs
                    ]
                )
                for concept in CONCEPTS
            }
    except TooLongError:
        return time.process_time() - started, None
    return time.process_time() - started, found


def here(model: GraphModel) -> tuple[float, dict[str, np.ndarray]]:
    runs = 0
    started = time.process_time()
    while time.process_time() - started < LEAST_SECONDS:
        fresh = GraphModel(model.parties, model.options, model.states, model.preference, labels=model.labels)
        found = solve(fresh, CONCEPTS)
        runs += 1
    return (time.process_time() - started) / runs, dict(found.stable)


def compared(gmcr, name: str, file: Path, model: GraphModel) -> None:
    mine, stable = here(model)
    theirs, cells = by_peer(gmcr, file)
    ratio = f"{'> ' if cells is None else ''}{theirs / mine:,.0f}"
    row = f"{name:34} {model.n_states:>6,} {len(model.parties):>7} {theirs:>10.2f} {mine:>10.5f} {ratio:>9}"
    if cells is None:
        print(f"{row}  did not finish", flush=True)
        return
    apart = [(c, int(p), int(s)) for c in CONCEPTS for p, s in np.argwhere(cells[c] != stable[c])]
    graph, test = graph_of(model), as_test(model.preference.tolist())
    checked = apart[:: max(1, len(apart) // MOST_CELLS)]
    right = sum(bool(stable[c][p, s]) == is_stable(graph, p, s, c, test) for c, p, s in checked)
    told = ", ".join(f"{c} {sum(one == c for one, _, _ in apart)}" for c in CONCEPTS if any(one == c for one, _, _ in apart))
    verdict = f"{told}; of {len(checked):,} put to the definitions {right:,} as here" if apart else "none"
    print(f"{row}  {verdict}", flush=True)


def main(folder: Path, most_options: int) -> None:
    sys.path.insert(0, str(folder))
    import gmcr

    print(f"gmcr-py {gmcr.__version__}")
    head = f"{'model':34} {'states':>6} {'parties':>7} {'s there':>10} {'s here':>10} {'ratio':>9}"
    print(f"{head}  verdicts of a party in a state that differ")
    with TemporaryDirectory() as scratch:
        for n_parties in (2, 3, 4):
            for n_options in range(4, most_options + 1, 2):
                for tied in (False, True):
                    model = random_model(n_options, n_parties, tied)
                    file = Path(scratch) / "model.gmcr"
                    file.write_text(write_gmcr(model), encoding="utf-8")
                    name = f"{n_options} options, {'tied' if tied else 'strict'}"
                    compared(gmcr, name, file, read_gmcr(file.read_bytes(), file.name))
        for file in sorted((folder / "Examples").glob("*.gmcr")):
            compared(gmcr, file.stem, file, read_gmcr(file.read_bytes(), file.name))


if __name__ == "__main__":
    place = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("GMCR_PY")
    if place is None:
        sys.exit("give the folder of your own copy of gmcr-py, or set GMCR_PY")
    main(Path(place), int(sys.argv[2]) if len(sys.argv) > 2 else 12)
