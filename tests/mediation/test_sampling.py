"""Draws: reproducible whoever makes them, honest about their error, and the same for every package."""

import json
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pytest

from ceasefire.errors import LimitError
from ceasefire.intervals import wilson
from ceasefire.mediation import Spread, draws_needed, read_uncertain, sample, widened
from ceasefire.mediation.outlook import compatible
from ceasefire.mediation.sampling import Difference, draw
from ceasefire.mediation.trials import Trial
from ceasefire.testing import a_doubtful_attack, a_random_uncertain_problem

BAN = frozenset({"ban"})


@contextmanager
def a_process_pool():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@contextmanager
def a_thread_pool():
    with ThreadPoolExecutor(3) as executor:
        yield executor


@contextmanager
def a_dask_cluster():
    distributed = pytest.importorskip("distributed", reason="needs distributed, of the extra 'dev'")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("workers", [a_process_pool, a_thread_pool, a_dask_cluster])
def test_any_executor_gives_the_draws_of_this_process(workers):
    uncertain = read_uncertain(json.dumps(a_random_uncertain_problem(random.Random(5), concept="seq", continuous=True)))
    packages = list(compatible(uncertain.problem))
    alone = sample(uncertain, packages, draws=5000, seed=11)
    with workers() as executor:
        shared = sample(uncertain, packages, draws=5000, seed=11, executor=executor)
        early = sample(uncertain, packages, draws=50_000, seed=11, executor=executor, half_width=0.02)
    assert (shared.values == alone.values).all()
    assert (shared.works == alone.works).all()
    assert shared.reliability == alone.reliability
    assert early.stopped_early
    assert early.draws < 50_000
    assert (early.works[:, :5000] == alone.works[:, : early.draws]).all() or early.draws < 5000


def test_more_draws_begin_with_the_fewer():
    few, many = (sample(a_doubtful_attack(), [BAN], draws=n, seed=2) for n in (1500, 4000))
    assert (many.values[:, :1500] == few.values).all()
    assert (sample(a_doubtful_attack(), [BAN], draws=1500, seed=3).values != few.values).any()


def test_every_package_sees_the_same_draws():
    packages = [frozenset(), BAN]
    found = sample(a_doubtful_attack(), packages, draws=2000)
    alone = sample(a_doubtful_attack(), packages[1:], draws=2000)
    assert (found.works[1] == alone.works[0]).all()
    difference = found.difference(BAN, frozenset())
    assert difference.share == found.reliability[BAN].share
    assert difference.lost == 0


def test_a_difference_counts_only_draws_in_which_one_of_the_two_works():
    difference = Difference(30, 10, 1000)
    assert difference.share == 0.02
    assert difference.standard_error == pytest.approx(np.sqrt((40 - 0.4) / 1000**2))


def test_draws_stop_when_every_interval_is_narrow_enough():
    found = sample(a_doubtful_attack(), [frozenset(), BAN], draws=100_000, half_width=0.02)
    assert found.stopped_early
    assert 1024 <= found.draws <= 4096
    assert all(share.high - share.low <= 0.04 for share in found.reliability.values())
    assert not sample(a_doubtful_attack(), [BAN], draws=3000, half_width=0.001).stopped_early


def test_wilson_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(4)
    for p in (0.02, 0.3, 0.5, 0.93):
        hits = rng.binomial(400, p, size=3000)
        inside = np.mean([low <= p <= high for low, high in (wilson(int(h), 400) for h in hits)])
        assert 0.93 <= inside <= 0.97


def test_intervals_at_which_draws_stopped_cover_the_truth_nearly_as_often():
    inside = [
        share.low <= 0.75 <= share.high
        for seed in range(150)
        for share in [sample(a_doubtful_attack(), [BAN], draws=20_000, seed=seed, half_width=0.015).reliability[BAN]]
    ]
    assert np.mean(inside) >= 0.9


@pytest.mark.parametrize(("n", "half"), [(9604, 0.5), (3457, 0.9)])
def test_known_numbers_of_draws_for_a_half_width_of_one_percent(n, half):
    low, high = wilson(round(n * half), n)
    assert high - low == pytest.approx(0.02, abs=1e-4)


@pytest.mark.parametrize(
    "spread",
    [
        Spread("uniform", (Fraction(-1), Fraction(4))),
        Spread("triangular", (Fraction(0), Fraction(1), Fraction(5))),
        Spread("triangular", (Fraction(1), Fraction(1), Fraction(2))),
        Spread("triangular", (Fraction(1), Fraction(2), Fraction(2))),
        Spread("normal", (Fraction(2), Fraction(3))),
        Spread("discrete", (Fraction(1), Fraction(1, 4), Fraction(3), Fraction(3, 4))),
    ],
)
def test_draws_have_the_mean_and_the_quantiles_of_their_distribution(spread):
    unknown = a_doubtful_attack(spread).unknowns[0]
    values = np.concatenate([draw([unknown], Fraction(1, 1000), stream, 1024)[0] for stream in np.random.SeedSequence(1).spawn(40)])
    assert values.mean() == pytest.approx(float(spread.mean), abs=4 * values.std() / 200)
    if spread.kind == "normal":
        assert np.mean(values < float(spread.low)) == pytest.approx(0.025, abs=0.003)
        assert values.std() == pytest.approx(3, rel=0.02)
    else:
        assert values.min() >= float(spread.low)
        assert values.max() <= float(spread.high)
    if spread.kind == "discrete":
        assert np.mean(values == 1) == pytest.approx(0.25, abs=0.01)


def test_a_guarantee_for_other_cases_needs_the_published_number_of_draws():
    assert draws_needed(20, 0.1, 0.01) == 185
    assert draws_needed(1, 0.05, 0.05) == 74


def test_numbers_with_too_many_digits_are_refused():
    long = Spread("discrete", (Fraction(1, 3**20), Fraction(1, 2), Fraction(1, 7**12), Fraction(1, 2)))
    with pytest.raises(LimitError, match="bits to add up exactly"):
        Trial(a_doubtful_attack(long), BAN)


def test_no_draws_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        sample(a_doubtful_attack(), [BAN], draws=0)


@pytest.mark.parametrize("seed", range(8))
def test_levers_are_added_only_where_they_help_and_all_see_the_same_draws(seed):
    given = a_random_uncertain_problem(random.Random(seed))
    idle = [{"id": f"idle{k}", "owner": "P", "type": "threat", "when": given["status_quo"], "effects": {}} for k in range(6)]
    given["levers"] = idle + given["levers"]
    uncertain = read_uncertain(json.dumps(given))
    found = widened(uncertain, frozenset(), draws=100, credibility="ignore")
    assert not found.complete
    assert not any(len([key for key in package if key.startswith("idle")]) > 1 for package in found.reliability)
    for package, share in found.reliability.items():
        assert share == sample(uncertain, [package], draws=100).reliability[package]
    for plan, dearer in pairwise(found.frontier):
        assert plan.cost < dearer.cost
        assert plan.reliability < dearer.reliability
