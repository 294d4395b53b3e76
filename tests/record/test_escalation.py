from datetime import timedelta
from itertools import pairwise, product
from math import lgamma, log, pi

import numpy as np
import pytest

from ceasefire.record.acts import acts_of
from ceasefire.record.escalation import cusum_changes, most_serious_since, online_changes, retaliation, run_lengths

from .made_up import DAY, generator
from .shared_data import rows_of


def killed():
    rows = rows_of("data/karabakh2020/armenian_casualties_daily.csv")
    return [row["date"] for row in rows], np.array([float(row["killed"]) for row in rows])


def test_the_war_of_2020_begins_and_ends_in_its_deaths():
    days, deaths = killed()
    changes = cusum_changes(np.log1p(deaths))
    assert next(days[c.day] for c in changes) == "2020-09-27"
    assert "2020-11-11" in [days[c.day] for c in changes]
    assert all(c.before != c.after and c.p <= 0.01 for c in changes)
    seen = [days[k] for k in online_changes(np.log1p(deaths))]
    assert "2020-09-27" in seen
    assert "2020-11-11" in seen
    worst = {days[s.day]: s for s in most_serious_since(deaths, days.index("2020-10-11"), least=100)}
    assert days[worst["2020-11-09"].since] == "2020-10-15"


def marginal(values, mean, spread):
    """Marginal likelihood of one spell under the normal-inverse-gamma prior, in closed form."""
    n = len(values)
    weight, shape, scale = 0.1, 1.0, spread
    average = sum(values) / n
    scale_n = scale + 0.5 * sum((v - average) ** 2 for v in values) + weight * n * (average - mean) ** 2 / (2 * (weight + n))
    shape_n = shape + n / 2
    return (
        lgamma(shape_n)
        - lgamma(shape)
        + shape * log(scale)
        - shape_n * log(scale_n)
        + 0.5 * log(weight / (weight + n))
        - n / 2 * log(2 * pi)
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_posterior_is_a_sum_over_all_ways_to_cut_the_days(seed):
    random = generator(seed)
    n = int(random.integers(1, 9))
    series = np.round(random.normal(0, 2, n), 2)
    chance = {}
    for cuts in product([0, 1], repeat=n - 1):
        edges = [0, *[k + 1 for k, cut in enumerate(cuts) if cut], n]
        weight = sum(log(1 / 20) if cut else log(19 / 20) for cut in cuts)
        spreads = [float(series[:a].var()) or 1.0 if a else 1.0 for a in edges[:-1]]
        spells = zip(pairwise(edges), spreads, strict=True)
        weight += sum(marginal(series[a:b].tolist(), float(series[0]), spread) for (a, b), spread in spells)
        run = n - 1 - edges[-2]
        chance[run] = chance.get(run, 0.0) + np.exp(weight)
    total = sum(chance.values())
    found = run_lengths(series, 20.0)[-1]
    assert found == pytest.approx([chance.get(r, 0.0) / total for r in range(n)], rel=1e-8)


def test_series_of_one_level_have_about_as_many_false_changes_as_allowed():
    found = [len(cusum_changes(generator(seed).normal(0, 1, 60), level=0.05, orders=199)) > 0 for seed in range(150)]
    assert 0.01 <= np.mean(found) <= 0.11


@pytest.mark.parametrize("fades", [0.4, 0.8])
def test_days_like_the_one_before_make_no_changes(fades):
    """Of series of one level whose days are a part of the day before, few have a change; without heed more than one in four would."""
    found = []
    for seed in range(120):
        steps, series = generator(seed).normal(size=120), np.zeros(120)
        for day in range(1, 120):
            series[day] = fades * series[day - 1] + steps[day]
        found.append(len(cusum_changes(series[40:], level=0.05, orders=199)) > 0)
    assert np.mean(found) <= 0.11


@pytest.mark.parametrize(("fades", "most"), [(0.0, 0.1), (0.4, 0.2)])
def test_days_like_the_one_before_raise_few_alarms(fades, most):
    """Of a hundred days of one level each; taken as independent, three series in four of the second kind would raise one."""
    alarms = []
    for seed in range(80):
        steps, series = generator(seed).normal(size=140), np.zeros(140)
        for day in range(1, 140):
            series[day] = fades * series[day - 1] + steps[day]
        alarms.append(len(online_changes(series[40:])) > 0)
    assert np.mean(alarms) <= most


def test_a_jump_is_seen_within_days_and_by_nothing_that_came_later():
    seen = []
    for seed in range(40):
        series = generator(seed).normal(size=80)
        series[40:] += 3
        found = online_changes(series)
        seen.append(any(38 <= day <= 43 for day in found))
        for last in (30, 45, 60):
            early = online_changes(series[:last])
            assert found[: len(early)] == early
            assert np.allclose(run_lengths(series, 60.0)[:last, :last], run_lengths(series[:last], 60.0))
    assert np.mean(seen) > 0.85


def test_two_changes_are_found_though_neither_is_memory():
    found = [
        [change.day for change in cusum_changes(np.repeat([0.0, 4.0, 8.0], 20) + generator(seed).normal(0, 0.4, 60))]
        for seed in range(30)
    ]
    assert sum(days == [20, 40] for days in found) > 27


def test_a_break_is_found_where_it_is_and_means_are_those_of_the_spells():
    series = np.concatenate([generator(1).normal(0, 1, 40), generator(2).normal(5, 1, 40)])
    (change,) = cusum_changes(series)
    assert change.day == 40
    assert change.before == pytest.approx(series[:40].mean())
    assert change.after == pytest.approx(series[40:].mean())
    assert 40 in online_changes(series)
    assert cusum_changes(np.zeros(30)) == ()


def test_a_gap_is_refused_and_not_taken_for_zero():
    with pytest.raises(ValueError, match="without a value"):
        cusum_changes(np.array([1.0, np.nan, 2.0]))
    with pytest.raises(ValueError, match="without a value"):
        run_lengths(np.array([1.0, np.nan, 2.0]), 10.0)


@pytest.mark.parametrize("seed", range(60))
def test_most_serious_since_is_what_a_search_backwards_finds(seed):
    random = generator(seed)
    series = random.integers(0, 12, 60).astype(float)
    series[random.random(60) < 0.1] = np.nan
    expected = []
    for day in range(10, 60):
        earlier = [k for k in range(day) if series[k] >= series[day]]
        since = max(earlier, default=None)
        if not np.isnan(series[day]) and series[day] >= 4 and (since is None or day - since > 7):
            expected.append((day, series[day], since))
    assert [(s.day, s.value, s.since) for s in most_serious_since(series, 10, least=4)] == expected


def test_answers_are_counted_beside_their_base():
    random = generator(3)
    days = sorted(set(random.integers(0, 1900, 60).tolist()))
    rows = [(d, "A", "B", "194") for d in days] + [(d + 2, "B", "A", "195") for d in days[::2]]
    acts = acts_of(
        [DAY + timedelta(r[0]) for r in rows],
        [r[1] for r in rows],
        [r[2] for r in rows],
        [r[3] for r in rows],
        first=DAY,
        last=DAY + timedelta(1999),
    )
    found = retaliation(acts, "A", "B", within_days=3)
    assert found.answers.n == len(days)
    assert found.answers.rate.value == pytest.approx(dict(found.answers.counts)["fulfilled"] / len(days))
    assert found.answers.rate.value >= 0.5
    assert found.answers.lift.low > 1
    assert found.median_days == 2
    assert retaliation(acts, "A", "Z").answers is None


def test_the_median_of_fewer_than_five_answers_is_not_given():
    rows = [(day, who, whom, "190") for k in range(4) for day, who, whom in ((100 * k, "A", "B"), (100 * k + 1, "B", "A"))]
    acts = acts_of(
        [DAY + timedelta(r[0]) for r in rows], *([r[k] for r in rows] for k in (1, 2, 3)), first=DAY, last=DAY + timedelta(500)
    )
    found = retaliation(acts, "A", "B")
    assert (found.answers.n, found.answers.rate, found.median_days) == (4, None, None)
