from datetime import timedelta
from itertools import product

import numpy as np

from ceasefire.record.acts import acts_of
from ceasefire.record.branching import HALF_LIVES, branching, excitement, fit, likeliest, log_likelihood, simulate

from .made_up import DAY, generator, some_acts

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


def test_each_course_is_fitted_with_the_half_life_under_which_it_is_likeliest():
    counts = simulate(TRUE, 150, 2.0, 6, generator(2), most=100)
    fitted, halves = likeliest(counts)
    for k in range(6):
        one = counts[k : k + 1]
        by_half = {half: log_likelihood(one, fit(one, half), half)[0] for half in HALF_LIVES}
        assert by_half[halves[k]] > max(by_half.values()) - 0.05
        assert np.allclose(fitted[k], fit(one, halves[k])[0])
    assert len(set(halves.tolist())) > 1


def acts_of_course(counts):
    """Acts of force on days as counted, a code for each act of a day."""
    rows = [(day, who, code) for who in (0, 1) for day in range(counts.shape[1]) for code in range(int(counts[who, day]))]
    return acts_of(
        [DAY + timedelta(day) for day, _, _ in rows],
        ["AB"[who] for _, who, _ in rows],
        ["BA"[who] for _, who, _ in rows],
        [f"{180 + code}" for _, _, code in rows],
        first=DAY,
        last=DAY + timedelta(counts.shape[1] - 1),
    )


def test_force_that_breeds_force_stands_out_from_the_same_days_in_random_order():
    course = simulate(np.array([[0.2, 0.7, 0.2], [0.2, 0.2, 0.6]]), 400, 1.0, 1, generator(21), most=9)[0]
    breeding = branching(acts_of_course(course), "A", "B", draws=60)
    assert breeding.ratio.low > breeding.base.high
    still = branching(acts_of_course(generator(21).permuted(course, axis=1)), "A", "B", draws=60)
    assert still.ratio.value <= still.base.high < 0.5
    assert 0 < still.base.value < 0.3


def test_acts_without_memory_breed_nothing_and_too_few_are_not_judged():
    random = generator(11)
    acts = some_acts(random, n=600, days=300, parties=2, codes=["190", "180", "036"])
    found = branching(acts, "P0", "P1", draws=50)
    assert found.days == 300
    assert found.ratio.low <= 0.2
    assert found.base.low <= found.ratio.value <= found.base.high
    for i, j in product(range(2), repeat=2):
        one = found.offspring[i][j]
        assert one.low <= one.value + 1e-9
        assert one.value < 0.4
    expected = {
        (int(d), int(c)) for d, a, c in zip(acts.day, acts.actor, acts.code, strict=True) if a == 0 and acts.codes[c] != "036"
    }
    assert found.acts[0] == len(expected)
    assert branching(some_acts(random, n=8, days=30, parties=2, codes=["190"]), "P0", "P1") is None
