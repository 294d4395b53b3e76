"""How long the concepts beyond the basic four take on a whole model, and how much memory, at the sizes that they are offered for.

Run `python benchmarks/graphmodel_further.py`. One thread; CPU seconds of all verdicts of all parties on a fresh model, each in a
process of its own so that its peak memory is its own. Models of 5 parties, all combinations feasible: values drawn from three
levels, and ten prioritised statements.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from graphmodel_speed import SEED, options_model

from ceasefire.graphmodel import (
    Attitudes,
    Coalitions,
    GraphModel,
    Strength,
    judge,
    simultaneous_margins,
    solve_named,
    witnesses_json,
)

SOLVED = ("SymSEQ", "Maximin4", "SIM", "L3", "NonMyopic", "CNash", "CGMR", "CSMR", "CSEQ")
FURTHER: dict[str, Callable[[GraphModel], object]] = {
    **{name: (lambda model, name=name: solve_named(model, [name])) for name in SOLVED},
    "margins of SIM": simultaneous_margins,
    "margins of CSEQ": lambda model: Coalitions(model).margins("CSEQ"),
    "why, NonMyopic": lambda model: witnesses_json(model, 5, ["NonMyopic"]),
    "why, CSEQ": lambda model: witnesses_json(model, 5, ["CSEQ"]),
    "strength": lambda model: judge(model, Strength.from_steps(model.preference, [1, 2], 2)),
    "attitudes": lambda model: judge(model, Attitudes(model.preference, np.eye(5, dtype=np.int64))),
}
LARGE = ("SymSEQ", "Maximin4", "SIM", "margins of SIM")


def tied(n_options: int, levels: int) -> GraphModel:
    model = options_model(SEED, "strict", "none", n_options, 5)
    return model.with_preference(np.random.default_rng(SEED).integers(0, levels, model.preference.shape))


def one_case(kind: str, n_options: int, name: str) -> str:
    model = tied(n_options, 3) if kind == "three levels" else options_model(SEED, "prioritised", "none", n_options, 5)
    start = time.process_time()
    FURTHER[name](model)
    seconds = time.process_time() - start
    return f"{seconds:10.2f} s{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10.0f} MB"


def main() -> None:
    if len(sys.argv) > 1:
        print(one_case(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
        return
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}; CPU seconds, peak of the process")
    for n_options, names in ((12, tuple(FURTHER)), (18, LARGE)):
        print(f"\n2^{n_options} states, 5 parties{'three levels':>22}{'prioritised':>26}")
        for name in names:
            figures = [
                subprocess.run(
                    [sys.executable, __file__, kind, str(n_options), name], capture_output=True, text=True, check=True
                ).stdout.rstrip()
                for kind in ("three levels", "prioritised")
            ]
            print(f"  {name:18}" + "    ".join(figures), flush=True)


if __name__ == "__main__":
    main()
