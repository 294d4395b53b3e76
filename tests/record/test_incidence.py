from fractions import Fraction
from math import comb

import numpy as np
import pytest

from ceasefire.intervals import beta_cdf, beta_quantile, rate_ratio, share_interval, t_quantile
from ceasefire.record.incidence import cumulative_incidence, influence, interval_of

from .made_up import generator


def product_integral(days, outcome, n_outcomes, horizon):
    """Aalen and Johansen's estimator as they wrote it: the product of the matrices I + dA, in exact fractions."""
    size = n_outcomes + 1
    state = [[Fraction(int(r == c)) for c in range(size)] for r in range(size)]
    curves = []
    for day in range(1, horizon + 1):
        at_risk = sum(d >= day for d in days)
        step = [[Fraction(int(r == c)) for c in range(size)] for r in range(size)]
        for k in range(n_outcomes):
            closed = sum(d == day and o == k for d, o in zip(days, outcome, strict=True))
            if closed:
                step[0][k + 1] += Fraction(closed, at_risk)
                step[0][0] -= Fraction(closed, at_risk)
        state = [[sum(state[r][m] * step[m][c] for m in range(size)) for c in range(size)] for r in range(size)]
        curves.append([float(state[0][k + 1]) for k in range(n_outcomes)])
    return np.array(curves).T


def some(seed, n_outcomes=3):
    random = generator(seed)
    n = int(random.integers(1, 40))
    return random.integers(1, 15, n), random.integers(-1, n_outcomes, n)


@pytest.mark.parametrize("seed", range(200))
def test_incidence_is_the_product_integral(seed):
    days, outcome = some(seed)
    found = cumulative_incidence(days, outcome, 3, 12)
    assert found.share == pytest.approx(product_integral(days, outcome, 3, 12))
    assert found.at_risk.tolist() == [sum(days >= day) for day in range(1, 13)]


def test_shares_and_variances_are_those_of_another_package():
    """Numbers of lifelines 0.30.3, AalenJohansenFitter with variance, for 60 commitments without ties."""
    days = np.array(
        [
            88,
            65,
            152,
            99,
            154,
            7,
            44,
            102,
            190,
            97,
            197,
            83,
            100,
            183,
            35,
            25,
            61,
            189,
            63,
            43,
            24,
            117,
            94,
            86,
            72,
            147,
            162,
            84,
            144,
            172,
            29,
            33,
            139,
            165,
            46,
            198,
            136,
            156,
            19,
            134,
            125,
            28,
            26,
            129,
            123,
            137,
            101,
            114,
            85,
            118,
            140,
            155,
            196,
            107,
            119,
            181,
            12,
            92,
            182,
            132,
        ]
    )
    outcome = np.array(
        [
            -1,
            0,
            1,
            1,
            0,
            2,
            1,
            -1,
            0,
            -1,
            -1,
            2,
            2,
            0,
            -1,
            2,
            -1,
            -1,
            0,
            0,
            0,
            0,
            -1,
            1,
            1,
            1,
            2,
            2,
            -1,
            2,
            0,
            2,
            1,
            -1,
            2,
            2,
            2,
            -1,
            -1,
            1,
            1,
            -1,
            2,
            -1,
            -1,
            2,
            1,
            -1,
            -1,
            2,
            2,
            2,
            2,
            0,
            1,
            0,
            -1,
            -1,
            -1,
            -1,
        ]
    )
    found = cumulative_incidence(days, outcome, 3, 199)
    assert found.share[0, [39, 99, 198]] == pytest.approx(
        [0.034828423259406396, 0.08939342477056741, 0.2786010483050387], rel=1e-12
    )
    assert found.variance[0, [39, 99]] == pytest.approx([0.0005855161839189006, 0.0014575645368524162], rel=1e-12)


def test_an_example_with_ties_and_censoring_worked_by_hand():
    """Two outcomes with ties and censoring, worked by hand: S = 1, 7/8, 3/4, 1/2, 1/4."""
    days = np.array([1, 2, 2, 3, 4, 4, 5, 5])
    outcome = np.array([0, 1, -1, -1, 0, 1, 0, -1])
    found = cumulative_incidence(days, outcome, 2, 5)
    assert found.share[0, 0] == pytest.approx(1 / 8)
    assert found.share[1, 1] == pytest.approx(7 / 8 / 7)
    assert found.share[0, 3] == pytest.approx(1 / 8 + 3 / 4 / 4)
    assert found.share[0, 4] == pytest.approx(1 / 8 + 3 / 16 + 3 / 8 / 2)
    assert found.share[:, 4].sum() == pytest.approx(1 - 3 / 16)


@pytest.mark.parametrize("seed", range(40))
def test_without_censoring_shares_and_variance_are_those_of_a_multinomial(seed):
    days, outcome = some(seed)
    outcome = np.abs(outcome)
    found = cumulative_incidence(days, outcome, 3, 20)
    shares = np.bincount(outcome, minlength=3) / len(days)
    assert found.share[:, -1] == pytest.approx(shares)
    assert found.variance[:, -1] == pytest.approx(shares * (1 - shares) / len(days))
    for asked in range(3):
        moved = influence(found, days, outcome, asked)
        assert moved == pytest.approx(((outcome == asked) - shares[asked]) / len(days))


@pytest.mark.parametrize("seed", range(60))
def test_influence_is_the_derivative_by_the_weight(seed):
    days, outcome = some(seed)
    found = cumulative_incidence(days, outcome, 3, 12)
    step = 1e-6
    for asked in range(3):
        moved = influence(found, days, outcome, asked)
        assert moved.sum() == pytest.approx(0, abs=1e-9)
        for k in range(len(days)):
            weight = np.ones(len(days))
            weight[k] += step
            up = cumulative_incidence(days, outcome, 3, 12, weight).share[asked, -1]
            weight[k] -= 2 * step
            down = cumulative_incidence(days, outcome, 3, 12, weight).share[asked, -1]
            assert moved[k] == pytest.approx((up - down) / (2 * step), abs=1e-6)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    random = generator(0)
    inside = 0
    for _ in range(400):
        event, other, lost = (random.geometric(p, 60) for p in (0.06, 0.05, 0.04))
        first = np.minimum(np.minimum(event, other), lost)
        outcome = np.where(event == first, 0, np.where(other == first, 1, -1))
        found = cumulative_incidence(first, outcome, 2, 20)
        low, high = found.interval(0)
        stay = 0.94 * 0.95
        truth = sum(stay ** (k - 1) * 0.06 for k in range(1, 21))
        inside += low <= truth <= high
    assert 0.92 <= inside / 400 <= 0.98


def test_nothing_followed_gives_zero_and_no_outcome_gives_an_exact_bound():
    empty = cumulative_incidence(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 2, 5)
    assert empty.share.tolist() == [[0.0] * 5] * 2
    ten = cumulative_incidence(np.full(10, 5), np.full(10, 1), 2, 5)
    assert ten.interval(0)[1] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert ten.interval(1)[1] == 1.0


@pytest.mark.parametrize(("a", "n"), [(1, 1), (2, 5), (3, 8), (7, 9), (20, 60), (1, 40)])
def test_the_beta_distribution_is_a_sum_of_binomial_chances(a, n):
    for x in (0.001, 0.1, 0.37, 0.5, 0.83, 0.999):
        exact = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
        assert beta_cdf(x, a, n - a + 1) == pytest.approx(exact, rel=1e-10, abs=1e-12)
        if 1e-9 < exact < 1 - 1e-9:
            assert beta_quantile(exact, a, n - a + 1) == pytest.approx(x, abs=1e-8)


def test_exact_intervals_cover_at_least_what_they_say():
    for n in (5, 18):
        ends = [share_interval(hits, n) for hits in range(n + 1)]
        for p in np.linspace(0.01, 0.99, 50):
            covered = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if ends[k][0] <= p <= ends[k][1])
            assert covered >= 0.95


def test_quantiles_of_t_are_those_of_the_tables():
    for freedom, value in ((1, 12.706), (4, 2.776), (12, 2.179), (120, 1.980)):
        assert t_quantile(0.975, freedom) == pytest.approx(value, abs=6e-4)


def test_a_rate_ratio_is_plain_where_counts_are_poisson_and_wider_where_they_are_not():
    ratio, low, high = rate_ratio([10.0] * 7, [5.0] * 7)
    assert ratio == 0.5
    wild = rate_ratio([0.0, 20, 0, 20, 0, 20, 10], [0.0, 10, 0, 10, 0, 10, 5])
    assert wild[0] == 0.5
    assert wild[1] < low < 0.5 < high < wild[2]
    assert rate_ratio([0.0, 0.0], [3.0, 1.0]) == (None, 0.0, np.inf)
    assert rate_ratio([3.0, 1.0], [0.0, 0.0]) == (0.0, 0.0, np.inf)
    assert rate_ratio([2.0], [1.0])[1:] == (0.0, np.inf)


def test_a_share_that_is_all_or_nothing_but_for_rounding_has_the_interval_of_all_or_nothing():
    assert interval_of(1 - 1e-16, 1e-9, 5) == interval_of(1.0, 0.0, 5)
    assert interval_of(1e-16, 1e-9, 5) == interval_of(0.0, 0.0, 5)
    low, high = interval_of(1 - 1e-9, 0.5, 5)
    assert 0 <= low < 1 - 1e-9 < high <= 1
