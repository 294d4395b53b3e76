from itertools import product

import numpy as np

from ceasefire.record.branching import HALF_LIVES, branching, excitement, fit, log_likelihood, simulate

from .made_up import generator, some_acts

TRUE = np.array([[0.3, 0.4, 0.2], [0.2, 0.1, 0.3]])


def slow_excitement(counts, half_life):
    fade = 0.5 ** (1 / half_life)
    return [sum((1 - fade) * fade ** (t - s - 1) * counts[s] for s in range(t)) for t in range(len(counts))]


def test_excitement_is_the_fading_sum_of_the_days_before():
    random = generator(3)
    for half in HALF_LIVES:
        counts = random.poisson(1.5, (2, 30)).astype(float)
        fast = excitement(counts, half)
        assert all(np.allclose(fast[k], slow_excitement(counts[k], half)) for k in range(2))


def test_the_fit_is_at_the_top_of_the_likelihood():
    random = generator(5)
    counts = simulate(TRUE, 300, 2.0, 1, random, most=100)
    best = fit(counts, 2.0, steps=5000)
    top = log_likelihood(counts, best, 2.0)[0]
    for _ in range(300):
        near = np.maximum(best * np.exp(random.normal(0, 0.05, best.shape)), 0)
        assert log_likelihood(counts, near, 2.0)[0] <= top + 1e-6


def test_a_long_course_gives_back_what_it_was_drawn_from():
    counts = simulate(TRUE, 20_000, 1.0, 1, generator(7), most=100)
    assert np.abs(fit(counts, 1.0)[0] - TRUE).max() < 0.06
    likely = max(HALF_LIVES, key=lambda half: log_likelihood(counts, fit(counts, half), half)[0])
    assert likely == 1.0


def test_many_draws_at_once_are_each_fitted_alone():
    counts = simulate(TRUE, 60, 1.0, 5, generator(9), most=100)
    together = fit(counts, 1.0)
    assert all(np.allclose(together[k], fit(counts[k : k + 1], 1.0)[0]) for k in range(5))


def test_acts_without_memory_breed_nothing_and_too_few_are_not_judged():
    random = generator(11)
    acts = some_acts(random, n=600, days=300, parties=2, codes=["190", "180", "036"])
    found = branching(acts, "P0", "P1", draws=50)
    assert found.days == 300
    assert found.ratio.low <= 0.2
    for i, j in product(range(2), repeat=2):
        one = found.offspring[i][j]
        assert one.low <= one.value + 1e-9
        assert one.value < 0.4
    expected = {
        (int(d), int(c)) for d, a, c in zip(acts.day, acts.actor, acts.code, strict=True) if a == 0 and acts.codes[c] != "036"
    }
    assert found.acts[0] == len(expected)
    assert branching(some_acts(random, n=8, days=30, parties=2, codes=["190"]), "P0", "P1") is None
