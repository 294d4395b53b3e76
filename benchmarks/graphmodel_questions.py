"""Every question asked of a conflict as a graph against its slow definition, on 2,000 random models each.

The generators and the definitions are those of the tests (`tests/graphmodel`, `ceasefire.testing.by_definition`); seed k makes
model k. Models have 2 or 3 parties, shared and one-way options, infeasible states, ties, and explicit arcs that are not
transitive. Run as `python benchmarks/graphmodel_questions.py [MODELS [QUESTION ...]]`, where a question is named by the first
column; times are processor seconds of both sides.
"""

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).resolve().parents[1] / "tests" / "graphmodel"
QUESTIONS = (
    ("least changes of preferences", "inverse", "check", "trying every set of comparisons against every ranking"),
    ("measures beyond preferences", "redesign", "check", "trying every combination of measures and comparisons"),
    ("rankings that make an equilibrium", "counting", "check", "running through all rankings"),
    ("stable in all, in some completions", "partial", "check_bounds", "running through all completions"),
    ("what to ask next", "partial", "check_questions", "all answers, all completions"),
    ("evolution, routes, trust, derailments", "evolution", "check", "listing sequences of moves"),
    ("perceived games and corrections", "perceived", "check", "the definitions in every view"),
    ("alterations of statements", "sensitivity", "check", "the definitions after every alteration"),
)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, TESTS / f"test_{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(models: int, asked: list[str]) -> None:
    print(f"{'question':40} {'models':>7} {'disagreements':>14} {'cpu s':>7}  checked by")
    for title, name, function, definition in QUESTIONS:
        if asked and title not in asked:
            continue
        check = getattr(load(name), function)
        started = time.process_time()
        wrong = []
        for seed in range(models):
            try:
                check(seed)
            except AssertionError:
                wrong.append(seed)
        spent = time.process_time() - started
        print(f"{title:40} {models:>7,} {len(wrong):>14,} {spent:>7.1f}  {definition}", flush=True)
        if wrong:
            print(f"  seeds: {wrong[:20]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, sys.argv[2:])
