"""How long the four basic concepts take on a whole model, against stated bars; growth in states; distance from memory bandwidth.

Run `python benchmarks/graphmodel_speed.py`. One thread. Every case runs in a process of its own, so that its peak memory is its
own. CPU time of `solve` on a fresh model: moves, layouts and all verdicts of all parties are found within the time. Of the models
of a family the slowest counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 - the number of threads comes first

from ceasefire.conditions import Pattern  # noqa: E402
from ceasefire.graphmodel import CONCEPTS, Arcs, GraphModel, Option, prioritised, solve, stake_values  # noqa: E402

SEED = 20201008
KINDS = ("strict", "tied", "prioritised", "stakes")
FAMILIES = {
    "4,096 states, 4 parties": {"bars": {"all": 0.05}, "options": 12, "parties": 4},
    "2^20 states, 5 parties": {"bars": {"Nash": 0.1, "GMR": 2, "SMR": 2, "SEQ": 10, "peak GB": 1.5}, "options": 20, "parties": 5},
    "138,000 of 2^20 states, 6 parties": {"bars": {"all": 5}, "options": 20, "parties": 6, "keep": 138_000},
    "10^5 states, 10^6 arcs": {"bars": {"all": 10}, "states": 100_000, "arcs": 1_000_000, "parties": 5},
}


def preferences(rng: np.random.Generator, states: np.ndarray, n_parties: int, n_options: int, kind: str) -> np.ndarray:
    """Strict: a random order. Tied: 12 random levels. Prioritised: 10 random statements. Stakes: 10 random weighted patterns."""
    if kind == "strict":
        return np.stack([rng.permutation(len(states)) for _ in range(n_parties)])
    if kind == "tied":
        return rng.integers(0, 12, (n_parties, len(states)))
    statements = [[[pattern(rng, n_options, 3)] for _ in range(10)] for _ in range(n_parties)]
    if kind == "prioritised":
        return np.stack([prioritised(states, rows) for rows in statements])
    from fractions import Fraction

    terms = [[(s, Fraction(int(rng.integers(-9, 10)))) for s in rows] for rows in statements]
    return stake_values(states, terms)[0]


def pattern(rng: np.random.Generator, n_options: int, size: int) -> Pattern:
    bits = rng.choice(n_options, size=min(size, n_options), replace=False)
    care = sum(1 << int(k) for k in bits)
    return Pattern(care, int(rng.integers(0, 1 << n_options)) & care)


def options_model(seed: int, kind: str, irreversible: str, n_options: int, n_parties: int, keep: int | None = None) -> GraphModel:
    rng = np.random.default_rng(seed)
    size = -(-n_options // n_parties)
    ways = {
        "none": ["both"],
        "some": ["both", "both", "both", "up", "down"],
        "mixed owners": ["both", "both", "both", "both", "up"],
    }
    owner = [k // size for k in range(n_options)]
    if irreversible == "mixed owners":
        owner = [k % n_parties for k in range(n_options)]
    options = [Option(f"o{k}", (owner[k],), str(rng.choice(ways[irreversible]))) for k in range(n_options)]
    banned: list[Pattern] = []
    if keep is not None:
        feasible = np.ones(1 << n_options, dtype=bool)
        every = np.arange(1 << n_options)
        while feasible.sum() > keep:
            one = pattern(rng, n_options, 5)
            after = feasible & ((every & one.care) != one.value)
            if after.sum() < keep * 0.985:
                break
            banned.append(one)
            feasible = after
    bare = GraphModel.from_options([f"P{k}" for k in range(n_parties)], options, banned)
    return bare.with_preference(preferences(rng, bare.states, n_parties, n_options, kind))


def arcs_model(seed: int, kind: str, n_states: int, n_arcs: int, n_parties: int, near: bool) -> GraphModel:
    """Random arcs; with `near` they lead at most 50 states on, so that sequences of moves are long."""
    rng = np.random.default_rng(seed)
    share = n_arcs // n_parties
    arcs = []
    for _ in range(n_parties):
        start = rng.integers(0, n_states, share)
        to = (start + rng.integers(1, 51, share)) % n_states if near else rng.integers(0, n_states, share)
        arcs.append(Arcs.between(start[start != to], to[start != to], n_states))
    options = tuple(Option(f"o{k}", (k % n_parties,)) for k in range(17))
    states = np.arange(n_states)
    rows = preferences(rng, states, n_parties, 17, kind)
    names = tuple(f"P{k}" for k in range(n_parties))
    return GraphModel(names, options, states, rows, labels=tuple(map(str, range(n_states))), arcs=tuple(arcs))


def cases(name: str) -> Iterator[tuple[str, int, str, str]]:
    shapes = ("none", "some", "mixed owners") if "arcs" not in name else ("far", "near")
    for n, kind in enumerate(KINDS):
        for m, shape in enumerate(shapes):
            yield name, SEED + 10 * n + m, kind, shape


def build(name: str, seed: int, kind: str, shape: str) -> GraphModel:
    given = FAMILIES[name]
    if "arcs" in given:
        return arcs_model(seed, kind, given["states"], given["arcs"], given["parties"], shape == "near")
    return options_model(seed, kind, shape, given["options"], given["parties"], given.get("keep"))


def timed(model: GraphModel, concepts: tuple[str, ...]) -> float:
    fresh = GraphModel(
        model.parties,
        model.options,
        model.states,
        model.preference,
        labels=model.labels[:0],
        arcs=model.arcs and copied(model.arcs),
    )
    start = time.process_time()
    solve(fresh, concepts)
    return time.process_time() - start


def copied(arcs: tuple[Arcs, ...]) -> tuple[Arcs, ...]:
    return tuple(Arcs(one.first, one.to) for one in arcs)


def one_case(name: str, seed: int, kind: str, shape: str) -> dict[str, float]:
    model = build(name, seed, kind, shape)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wanted = [k for k in FAMILIES[name]["bars"] if k in {"all", *CONCEPTS}]
    repeat = 5 if model.n_states < 10_000 else 1
    figures = {w: min(timed(model, CONCEPTS if w == "all" else (w,)) for _ in range(repeat)) for w in wanted}
    figures["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    figures["model GB"] = before / 1024**2
    figures["states"] = model.n_states
    return figures


def in_own_process(*arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def table_of_bars() -> None:
    for name, given in FAMILIES.items():
        print(f"\n{name}\n  {'model':34}" + "".join(f"{k:>12}" for k in (*given["bars"], "states")))
        slowest: dict[str, float] = {}
        for case in cases(name):
            figures = in_own_process("--case", json.dumps(case))
            shown = "".join(f"{figures[k]:12.4f}" for k in given["bars"])
            print(f"  {f'seed {case[1]} {case[2]}, {case[3]}':34}{shown}{figures['states']:12.0f}", flush=True)
            slowest = {k: max(slowest.get(k, 0), figures[k]) for k in given["bars"]}
        for key, bar in given["bars"].items():
            print(f"  slowest {key}: {slowest[key]:.4f} of {bar}: {bar / slowest[key]:.1f} times inside the bar")


def growth() -> None:
    print("\nGrowth: 5 parties, strict, seconds of all four concepts per million states, better of two (a factor of 2 is the bar)")
    rates = []
    for n_options in range(15, 23):
        seconds = in_own_process("--growth", str(n_options))["seconds"]
        rates.append(seconds / (1 << n_options) * 1e6)
        print(f"  2^{n_options} states: {seconds:8.3f} s, {rates[-1]:6.3f} s per million states", flush=True)
    print(f"  slowest over fastest rate: {max(rates) / min(rates):.2f}")


def one_size(n_options: int) -> dict[str, float]:
    model = options_model(SEED, "strict", "none", n_options, 5, None)
    return {"seconds": min(timed(model, CONCEPTS) for _ in range(2))}


def bandwidth() -> None:
    model = options_model(SEED, "strict", "none", 20, 5, None)
    nash = min(timed(model, ("Nash",)) for _ in range(7))
    touched = model.preference.nbytes + model.preference.size
    other = np.empty_like(model.preference)
    copies = []
    for _ in range(7):
        start = time.process_time()
        np.copyto(other, model.preference)
        copies.append(time.process_time() - start)
    copy_rate = 2 * model.preference.nbytes / min(copies) / 1e9
    print("\nMemory: Nash, 2^20 states, 5 parties")
    rate = touched / nash / 1e9
    print(f"  least traffic (preferences read, verdicts written): {touched / 1e6:.0f} MB in {nash * 1e3:.1f} ms = {rate:.1f} GB/s")
    print(f"  copying the preferences: {copy_rate:.1f} GB/s; the pass runs at {rate / copy_rate:.0%} of that")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--case")
    parser.add_argument("--growth", type=int)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(one_case(*json.loads(given.case))))
    elif given.growth:
        print(json.dumps(one_size(given.growth)))
    else:
        print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}; CPU seconds, one thread")
        table_of_bars()
        growth()
        bandwidth()


if __name__ == "__main__":
    main()
