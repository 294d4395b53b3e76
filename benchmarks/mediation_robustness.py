"""CPU time of robustness: draws of a package on the bundled case, and the MILP over scenarios.

Run with one thread: OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/mediation_robustness.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from random import Random

import numpy as np

from ceasefire.case import load
from ceasefire.conditions import Pattern
from ceasefire.graphmodel import GraphModel, Option, stake_values
from ceasefire.mediation import Lever, LeverEffect, Problem, Scenarios, Spread, StakeTerm, UncertainProblem, Unknown, Wanted, sample
from ceasefire.mediation.sampling import BLOCK, draw
from ceasefire.study import problem
from ceasefire.study.doubts import uncertain_problem


def cpu(work: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def dilemma(seed: int, options: int, levers: int, step: int, *, effects: bool = False) -> UncertainProblem:
    """Every party gains by defecting, by an uncertain amount; levers of four powers press on one or two parties each.

    Amounts are multiples of `step`: small steps leave little to merge. With `effects` the levers' effects are uncertain too.
    """
    rng = Random(seed)
    parties = [f"D{k}" for k in range(options)]
    gains, unknowns, terms = [], [], []
    for k, party in enumerate(parties):
        when = (Pattern(1 << k, 1 << k),)
        gain = Fraction(rng.randrange(2000, 6000, step), 1000)
        gains.append(gain)
        terms.append([(when, gain)])
        reach = Fraction(rng.randrange(500, 2000, step), 1000)
        numbers = tuple(part for v in (gain - reach, gain, gain + reach) for part in (v, Fraction(1, 3)))
        spread = Spread("discrete", numbers) if step > 100 else Spread("uniform", (gain - reach, gain + reach))
        unknowns.append(Unknown(f"gain of {party}", gain, spread, (StakeTerm(party, when),)))
    bare = GraphModel.from_options(parties, [Option(f"o{k}", (k,)) for k in range(options)])
    values, resolution = stake_values(bare.states, terms)
    model = bare.with_preference(values, cardinal=True, resolution=resolution)
    pulled = []
    for k in range(levers):
        hit = sorted({k % options, rng.randrange(options)})
        when = tuple(Pattern(1 << j, 1 << j) for j in hit)
        pressure = {parties[j]: -Fraction(rng.randrange(2000, 7000, 500), 1000) for j in hit}
        pulled.append(Lever(f"l{k}", "PQRS"[k % 4], "threat", when, pressure, fixed=Fraction(rng.randint(1, 9))))
        if effects:
            for party, amount in pressure.items():
                spread = Spread("uniform", (amount * Fraction(3, 2), amount * Fraction(1, 2)))
                unknowns.append(Unknown(f"l{k} on {party}", amount, spread, (LeverEffect(f"l{k}", party),)))
    every = (1 << options) - 1
    calm = Wanted((Pattern(every, 0),))
    asked = Problem(model, every, calm, "nash", Fraction(0), tuple("PQRS"), {}, tuple(pulled))
    return UncertainProblem(asked, tuple(unknowns))


def scenarios(uncertain: UncertainProblem, count: int, seed: int) -> np.ndarray:
    streams = np.random.SeedSequence(seed).spawn(-(-count // BLOCK))
    return np.concatenate([draw(uncertain.unknowns, uncertain.grain, s, BLOCK) for s in streams], axis=1)[:, :count]


def draws_on_the_case() -> None:
    case = load("karabakh-2020")
    asked = problem(case)
    uncertain = uncertain_problem(case, asked)
    size = f"{asked.model.n_states} states, {asked.concept}, {len(uncertain.unknowns)} unknowns"
    print(f"karabakh-2020: {size}; target 1 s for 10,000 draws of one package; seed 7")
    print(f"{'package':<34}{'wanted state':>14}{'draws':>9}{'works in':>10}{'CPU s':>9}")
    near = frozenset(lever.key for lever in asked.levers if lever.owner in {"RUS", "TUR"})
    for name, package in (("no lever", frozenset()), ("every lever of Russia and Turkey", near)):
        for state in (asked.wanted_states[0], asked.wanted_states[-1]):
            for count in (1000, 10_000):
                seconds, found = cpu(partial(sample, uncertain, [package], draws=count, seed=7, state=state))
                share = found.reliability[package]
                print(f"{name:<34}{state:>14}{count:>9,}{share.share:>10.3f}{seconds:>9.3f}")


def milp() -> None:
    print("\nMILP over scenarios, Nash, cheapest package at reliability 0.9; target 1 s for 1,000 scenarios; seeds 1 to 3")
    print(f"{'problem':<44}{'scenarios':>10}{'groups':>8}{'cost':>7}{'CPU s':>9}")
    kinds = [
        ("10 options, 24 levers, discrete gains", {"options": 10, "levers": 24, "step": 500}),
        ("10 options, 24 levers, continuous gains", {"options": 10, "levers": 24, "step": 1}),
        ("8 options, 16 levers, effects uncertain", {"options": 8, "levers": 16, "step": 1, "effects": True}),
    ]
    for name, settings in kinds:
        for count in (200, 1000, 4000) if "--growth" in sys.argv else (200, 1000):
            slowest = None
            for seed in (1, 2, 3):
                uncertain = dilemma(seed, **settings)
                values = scenarios(uncertain, count, seed)
                built, asked = cpu(lambda u=uncertain, v=values: Scenarios(u, v, [1] * v.shape[1]))
                solved, plan = cpu(lambda a=asked: a.cheapest(Fraction(9, 10)))
                row = (built + solved, len(asked.groups), None if plan is None else plan.cost)
                slowest = row if slowest is None else max(slowest, row, key=lambda r: r[0])
            seconds, groups, cost = slowest
            print(f"{name:<44}{count:>10,}{groups:>8,}{'-' if cost is None else str(cost):>7}{seconds:>9.3f}")


if __name__ == "__main__":
    draws_on_the_case()
    milp()
