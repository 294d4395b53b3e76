from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.case.model import Tie
from ceasefire.errors import DataError
from ceasefire.intervals import beta_cdf, share_interval
from ceasefire.record import ledger
from ceasefire.record.acts import acts_of
from ceasefire.record.lead_lag import correlated, effective_number, lead_lag
from ceasefire.record.reliability import judged, likeness_of_ties, reliability
from ceasefire.record.say_do import CLASSES, class_of_codes, equidistance, say_do
from ceasefire.record.starts import stratum_of
from ceasefire.record.surprise import bluff_ratio, double_talk, firsts, unannounced
from ceasefire.testing import a_case, a_party, an_entry

from .made_up import DAY, generator, plain_rows, plain_volume, some_acts


def table(rows, days, conditional=None):
    return acts_of(
        [DAY + timedelta(int(r[0])) for r in rows],
        [r[1] for r in rows],
        [r[2] for r in rows],
        [r[3] for r in rows],
        first=DAY,
        last=DAY + timedelta(days - 1),
        conditional=None if conditional is None else np.array(conditional),
    )


def aid(target, kept, broken, start=0):
    """Promises of military aid 200 days apart, kept or broken after ten days."""
    rows = []
    for k in range(kept + broken):
        day = start + 200 * k
        rows += [(day, "A", target, "0332"), (day + 10, "A", target, "072" if k < kept else "1622")]
    return rows


def aid_only(found):
    return found.select(word="0332")


def test_reliability_is_a_shrunk_share_with_its_interval():
    found = ledger(table(aid("B", 6, 2), 4000), draws=0)
    (report,) = reliability(found, half_life_days=1e12, chosen=aid_only(found))
    prior = 6.5 / 9
    a, b = 4 * prior + 6, 4 * (1 - prior) + 2
    assert (report.n, round(report.kept, 6), round(report.broken, 6), report.prior) == (8, 6, 2, pytest.approx(prior))
    assert report.estimate.value == pytest.approx(a / (a + b))
    assert beta_cdf(report.estimate.low, a, b) == pytest.approx(0.025)
    assert beta_cdf(report.estimate.high, a, b) == pytest.approx(0.975)
    assert report.score == pytest.approx(4)


def test_no_reliability_under_five_and_old_deeds_fade():
    few = ledger(table(aid("B", 3, 1), 2000), draws=0)
    assert reliability(few, chosen=aid_only(few))[0].estimate is None
    found = ledger(table(aid("B", 6, 2), 1411), draws=0)
    faded = reliability(found, half_life_days=200, chosen=aid_only(found))[0]
    assert faded.kept == pytest.approx(sum(0.5 ** (7 - k) for k in range(6)))
    assert faded.estimate.value < reliability(found, half_life_days=1e9, chosen=aid_only(found))[0].estimate.value


OWN = {"promise", "offer", "agreement", "truce", "threat", "ultimatum", "refusal"}


def plain_reliability(found, half_life, likeness=None, chosen=None):
    """n, kept, broken, running, conditional of each power and issue, and the prior of each issue, one commitment at a time."""
    sums, pooled = {}, {}
    for k, row in enumerate(every_row(found)):
        rule = found.rules[found.words.rule[k]]
        if row.kind not in OWN:
            continue
        like = 1.0 if likeness is None else likeness.get(row.target, 0.0)
        asked = like > 0 and (chosen is None or chosen[k])
        own = sums.setdefault((row.actor, row.issue), [0, 0.0, 0.0, 0, 0]) if asked else [0] * 5
        everybody = pooled.setdefault(row.issue, [0, 0.0, 0.0])
        own[4] += row.conditional
        if row.conditional:
            continue
        if row.day + timedelta(rule.within_days) > found.acts.last:
            own[3] += 1
            continue
        lapsed = row.status == "expired" and (row.kind not in {"threat", "ultimatum"} or row.resisted)
        if not lapsed and row.status not in {"fulfilled", "partly", "contrary"}:
            continue
        kept = {"fulfilled": 1.0, "partly": 0.5}.get(row.status, 0.0)
        day = row.closed or row.day + timedelta(rule.within_days)
        weight = 0.5 ** ((found.acts.last - day).days / half_life)
        for into, share in ((own, like), (everybody, 1.0)):
            into[0] += 1
            into[1] += share * weight * kept
            into[2] += share * weight * (1 - kept)
    priors = {issue: ((kept + 0.5) / (kept + broken + 1), n) for issue, (n, kept, broken) in pooled.items()}
    return {key: (*values, *priors[key[1]]) for key, values in sums.items() if values[0] + values[3] + values[4]}


def every_row(found):
    """Rows in the order of the ledger's own arrays."""
    return [found.rows(np.arange(len(found)) == k)[0] for k in range(len(found))]


@pytest.mark.parametrize("seed", range(12))
def test_reliability_is_what_a_sum_over_commitments_gives_whoever_is_shown(seed):
    random = generator(seed)
    acts = some_acts(random, n=260, days=220)
    acts = replace(acts, conditional=random.random(len(acts)) < 0.2)
    found = ledger(acts, draws=0)
    likeness = {"P0": 1.0, "P1": 0.3} if seed % 2 else None
    chosen = found.select(actor="P1") if seed % 3 else None
    reports = reliability(found, likeness=likeness, half_life_days=90, chosen=chosen)
    got = {(r.actor, r.issue): (r.n, r.kept, r.broken, r.running, r.conditional, r.prior, r.prior_n) for r in reports}
    expected = plain_reliability(found, 90, likeness, chosen)
    assert got.keys() == expected.keys()
    assert all(got[key] == pytest.approx(expected[key]) for key in got)


def test_one_statement_to_several_parties_is_judged_once():
    """Six promises, each to B and C in one row: kept toward both, toward B alone, or toward neither."""
    said = [(200 * k, target, "0332", k) for k in range(6) for target in "BC"]
    done = [(200 * k + 5, target, "072", 50 + k) for k in range(6) for target in "BC"[: (2, 1, 0)[k % 3]]]
    days, targets, codes, rows = zip(*said, *done, strict=True)
    dates = [DAY + timedelta(day) for day in days]
    acts = acts_of(dates, ["A"] * len(days), targets, codes, row=np.array(rows), last=DAY + timedelta(1300))
    (report,) = reliability(ledger(acts, draws=0), half_life_days=1e12)
    assert (report.n, report.prior_n, round(report.kept, 6), round(report.broken, 6)) == (6, 6, 3, 3)
    (toward_b,) = reliability(ledger(acts, draws=0), half_life_days=1e12, likeness={"B": 1.0})
    assert (toward_b.n, round(toward_b.kept, 6), round(toward_b.broken, 6)) == (6, 4, 2)


def test_the_prior_is_of_all_powers_whoever_is_shown():
    others = [(day, "C", "D", code) for day, _, _, code in aid("B", 0, 8)]
    found = ledger(table([*aid("B", 6, 2), *others], 4000), draws=0)
    both = {report.actor: report for report in reliability(found, chosen=aid_only(found))}
    for actor in ("A", "C"):
        (alone,) = reliability(found, chosen=aid_only(found) & found.select(actor=actor))
        assert alone == both[actor]
    assert both["A"].prior < 0.5 < both["A"].kept / (both["A"].kept + both["A"].broken)
    assert both["A"].prior_n == 16


def test_a_promise_kept_early_is_not_judged_before_one_that_lapses_could_be():
    """Six promises of aid in the last half year, three kept at once: the other three are not yet broken, nor these yet kept."""
    rows = [(10 * k, "A", "B", "0332") for k in range(6)] + [(10 * k + 1, "A", "B", "072") for k in range(0, 6, 2)]
    (early,) = reliability(ledger(table(rows, 100), draws=0))
    assert (early.n, early.running, early.estimate) == (0, 6, None)


def test_a_refusal_to_meet_that_was_kept_is_kept():
    rows = [(40 * k, "A", "B", "125") for k in range(8)]
    (report,) = reliability(ledger(table(rows, 400), draws=0), half_life_days=1e12)
    assert (report.n, round(report.kept, 6), round(report.broken, 6)) == (8, 8, 0)


def test_what_one_ally_may_conclude_depends_on_how_alike_it_is():
    found = ledger(table([*aid("B", 6, 0), *aid("C", 0, 6)], 4000), draws=0)
    chosen = aid_only(found)
    like_b = reliability(found, likeness={"B": 1.0, "C": 0.1}, chosen=chosen)[0]
    like_c = reliability(found, likeness={"B": 0.1, "C": 1.0}, chosen=chosen)[0]
    assert like_b.estimate.value > 0.5 > like_c.estimate.value
    alike = reliability(found, likeness={"B": 1.0, "C": 1.0}, chosen=chosen)[0]
    assert alike == reliability(found, chosen=chosen)[0]
    assert reliability(found, likeness={}, chosen=chosen) == ()


def test_a_tie_of_a_later_day_makes_nobody_alike_before_it():
    ties = [Tie("B", "arms", "", (), ()), Tie("C", "arms", "", (), ("deal",))]
    parties = (a_party("A", ties=tuple(ties)), a_party("B"), a_party("C"))
    case = a_case(parties=parties, record=(an_entry("deal", "2031-03-05", "A", targets=("C",)),), as_of=date(2031, 3, 9))
    likeness = [likeness_of_ties(case, "A", "B", day)["C"] for day in (date(2031, 3, 4), date(2031, 3, 5), None)]
    assert likeness == [0.0, 1.0, 1.0]


def test_a_threat_that_lapsed_unresisted_is_not_broken():
    rows = [(40 * k, "A", "B", "138") for k in range(6)] + [(40 * k + 3, "B", "A", "120") for k in range(2)]
    found = ledger(table(rows, 400), draws=0)
    outcome, counted = judged(found)
    assert int(counted.sum()) == 2
    assert outcome[counted].tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(30))
def test_say_do_is_what_its_formula_says(seed):
    random = generator(seed)
    acts = some_acts(random, n=200, days=90)
    found = say_do(acts, "P0", "P1")
    kinds = class_of_codes(acts.codes)
    rows = [CLASSES[kinds[acts.codes.index(r[3])]] for r in plain_rows(acts) if r[1:3] == ("P0", "P1")]
    vc, vk, mc, mk, _ = counts = [rows.count(name) for name in CLASSES]
    assert list(found.counts) == counts
    assert [found.words is None, found.deeds is None] == [vc + vk < 5, mc + mk < 5]
    for ratio, kind, hostile in ((found.words, vc, vk), (found.deeds, mc, mk)):
        if ratio is not None:
            n = kind + hostile
            assert ratio.value == pytest.approx((kind - hostile) / (n + 2))
            exact = [2 * end - 1 for end in share_interval(kind, n)]
            assert ratio.low <= exact[0] < exact[1] <= ratio.high
    if min(vc + vk, mc + mk) >= 5:
        words, deeds = (vc - vk) / (vc + vk + 2), (mc - mk) / (mc + mk + 2)
        assert found.balance.value == pytest.approx(deeds - words)
        assert found.balance.low <= found.balance.high
        assert found.angle_degrees == pytest.approx(np.degrees(np.arctan2(deeds, words)))
    else:
        assert found.balance is None


def test_a_truce_declared_is_neither_word_nor_deed_and_unknown_codes_count_nowhere():
    assert class_of_codes(("0871", "057", "036", "138", "072", "190", "999")).tolist() == [4, 4, 0, 1, 2, 3, -1]


def test_a_power_that_treats_two_alike_is_not_told_apart_and_one_that_does_not_is():
    random = generator(8)
    alike = [
        (int(d), "R", str(random.choice(["X", "Y"])), str(random.choice(["051", "112", "072", "163"])))
        for d in random.integers(0, 700, 800)
    ]
    same = equidistance(table(alike, 700), "R", ("X", "Y"))
    assert same.balance.low < 0 < same.balance.high
    bent = [*alike, *[(int(d), "R", "X", "072") for d in random.integers(0, 700, 150)]]
    other = equidistance(table(bent, 700), "R", ("X", "Y"))
    assert other.deeds.low > 0
    assert other.words.value == pytest.approx(same.words.value)
    turned = equidistance(table(bent, 700), "R", ("Y", "X"))
    assert turned.deeds.value == pytest.approx(-other.deeds.value)
    assert equidistance(table(alike[:4], 700), "R", ("X", "Y")).balance is None


def test_kind_words_alone_leave_room_for_an_unkind_one():
    """Twenty kind words and no hostile one do not show that none is ever said: at 1 in 6 this is seen once in forty times."""
    found = say_do(table([(7 * k, "A", "B", "051") for k in range(20)], 150), "A", "B")
    assert (found.words.value, found.deeds, found.balance) == (pytest.approx(20 / 22), None, None)
    assert (found.words.low, found.words.high) == pytest.approx((2 * share_interval(20, 20)[0] - 1, 1))


def test_few_kind_words_and_many_are_no_different_treatment():
    rows = [(30 * k, "R", "X", "051") for k in range(6)] + [(3 * k, "R", "Y", "051") for k in range(60)]
    found = equidistance(table(rows, 200), "R", ("X", "Y"))
    assert found.words.value < -0.2
    assert found.words.high > 0


def test_weeks_that_resemble_the_next_make_no_balance_surer():
    """Hostile for twenty weeks, then kind for twenty, against the same weeks in random order."""
    random = generator(3)
    weeks = [["112", "163"]] * 20 + [["051", "072"]] * 20

    def width(order):
        rows = [(7 * k + day, "A", "B", code) for k, week in enumerate(order) for day in range(3) for code in week]
        found = say_do(table(rows, 280), "A", "B").words
        return found.high - found.low

    mixed = [weeks[k] for k in random.permutation(40)]
    assert width(weeks) > 1.3 * width(mixed)


@pytest.mark.parametrize("measure", [say_do, equidistance])
def test_a_period_that_ends_before_it_begins_is_refused(measure):
    acts = table([(0, "R", "X", "051"), (9, "R", "Y", "051")], 20)
    whom = "X" if measure is say_do else ("X", "Y")
    with pytest.raises(DataError, match=r"the first day, 2031-01-09, is after the last, 2031-01-08"):
        measure(acts, "R", whom, date(2031, 1, 9), date(2031, 1, 8))


def test_words_that_lead_deeds_by_two_weeks_show_at_lag_two():
    random = generator(1)
    rows = []
    for week in range(60):
        n = int(random.integers(0, 6))
        rows += [(7 * week, "A", "B", "051")] * n + [(7 * week + 14, "A", "B", "072")] * n
    lags = {one.weeks: one for one in lead_lag(table(rows, 7 * 62), "A", "B")}
    assert (lags[2].correlation.value, lags[2].n) == (pytest.approx(1.0), 60)
    assert max(lags, key=lambda weeks: lags[weeks].correlation.value) == 2
    assert all(one.correlation.low <= one.correlation.value <= one.correlation.high for one in lags.values())
    assert all(0 < one.effective_n <= one.n for one in lags.values())
    assert lead_lag(table(rows[:2], 20), "A", "B")[0].correlation is None


def test_the_last_days_of_a_week_not_over_are_no_week_of_few_acts():
    rows = [(7 * week + day, "A", "B", code) for week in range(8) for day in range(week % 3 + 1) for code in ("051", "072")]
    whole, more = (lead_lag(table(rows, days), "A", "B", 0) for days in (56, 59))
    assert whole == more
    assert whole[0].n == 8


@pytest.mark.parametrize("fades", [0.0, 0.5, 0.8])
def test_the_interval_of_a_correlation_covers_nothing_as_often_as_it_says_even_where_weeks_resemble_the_next(fades):
    """Two series that have nothing to do with each other, each week a part of the one before: Fisher's interval alone fails."""
    random = generator(4)
    inside = plain = 0
    for _ in range(400):
        series, steps = np.zeros((2, 90)), random.normal(size=(2, 90))
        for week in range(1, 90):
            series[:, week] = fades * series[:, week - 1] + steps[:, week]
        one, two = series[:, 30:]
        value = float(np.corrcoef(one, two)[0, 1])
        found, naive = correlated(value, effective_number(one, two)), correlated(value, 60)
        inside += found.low <= 0 <= found.high
        plain += naive.low <= 0 <= naive.high
    assert 0.92 <= inside / 400 <= 0.985
    assert fades == 0 or plain < inside


def test_the_effective_number_is_that_of_its_formula():
    one, two = generator(5).normal(size=(2, 23)).cumsum(axis=1)
    n, total = 23, 0.0
    for j in range(1, 5):
        r = [
            n / (n - j) * sum((s[t] - s.mean()) * (s[t + j] - s.mean()) for t in range(n - j)) / sum((v - s.mean()) ** 2 for v in s)
            for s in (one, two)
        ]
        total += (n - j) / n * r[0] * r[1]
    assert effective_number(one, two) == pytest.approx(min(n, 1 / (1 / n + 2 / n * total)))


@pytest.mark.parametrize("seed", range(40))
def test_a_deed_is_announced_by_a_matching_word_before_it(seed):
    acts = some_acts(generator(seed), n=70, days=60)
    found = ledger(acts, draws=0)
    days = 12
    rows = plain_rows(acts)
    hits = n = 0
    for day, a, b, code in rows:
        if class_of_codes((code,))[0] not in {2, 3} or day < days:
            continue
        n += 1
        told = False
        for k in range(len(found)):
            rule = found.rules[found.words.rule[k]]
            said = acts.parties[found.words.actor[k]], acts.parties[found.words.target[k]]
            covers = any(
                code in ours
                for outcome in ("full", "partly")
                for direction, ours in rule.codes_of(outcome, acts.codes).items()
                if direction in {"A>B", "A<>B", "A>*"}
            )
            told |= said == (a, b) and 1 <= day - found.words.day[k] <= days and covers
        hits += not told
    share = unannounced(found, days=days)
    assert (share.hits, share.n) == (hits, n)
    assert share.base is None or 0 <= share.base <= 1


def test_bluffs_are_counted_among_resisted_threats_only():
    rows = []
    for k in range(8):
        rows += [(50 * k, "A", "B", "138"), (50 * k + 2, "B", "A", "120")]
        rows += [(50 * k + 9, "A", "B", "190")] if k < 2 else []
    rows += [(50 * k, "A", "B", "138") for k in range(8, 12)]
    share = bluff_ratio(ledger(table(rows, 700)), "A")
    assert (share.hits, share.n) == (6, 8)
    assert share.estimate.value == 0.75
    assert share.estimate.low < 0.75 < share.estimate.high
    assert 0 <= share.base <= 1
    assert bluff_ratio(ledger(table(rows, 700)), "B").estimate is None


def test_bluffs_are_neither_conditional_nor_still_running():
    """Ten resisted threats, all carried out: five that depend on something, five whose thirty days have not ended."""
    rows = [(50 * k, "A", "B", "138") for k in range(10)] + [(500 + k, "A", "B", "138") for k in range(5)]
    rows += [(day + 1, "B", "A", "120") for day, _, _, _ in rows] + [(day + 2, "A", "B", "190") for day, _, _, _ in rows]
    plain = bluff_ratio(ledger(table(rows, 700)))
    assert (plain.hits, plain.n, plain.days, plain.unjudged) == (0, 15, 30, 0)
    running = bluff_ratio(ledger(table(rows, 520)))
    assert (running.n, running.unjudged) == (10, 5)
    conditional = bluff_ratio(ledger(table(rows, 520, [k < 5 for k in range(10)] + [False] * 35)))
    assert (conditional.n, conditional.unjudged) == (5, 10)


def test_the_base_of_bluffs_is_of_random_starts_that_were_resisted_too():
    """B refuses on every second day and A strikes once in ninety days, so about a third of resisted starts see a strike."""
    rows = [(day, "B", "A", "120") for day in range(0, 2000, 2)] + [(day, "A", "B", "190") for day in range(45, 2000, 90)]
    rows += [(40 * k, "A", "B", "138") for k in range(48)]
    share = bluff_ratio(ledger(table(rows, 2000), draws=100, by_volume=False))
    exact = [any((day + later) % 90 == 45 for later in range(1, 31)) for day in range(1969)]
    assert share.base == pytest.approx(1 - np.mean(exact), abs=0.03)
    assert bluff_ratio(ledger(table([row for row in rows if row[1] == "A"], 2000))).n == 0


def test_bluffs_that_mean_nothing_are_as_frequent_as_their_base():
    """Busy pairs threaten seldom, and refuse and strike often, quiet ones the other way round, all of it strewn at random."""
    random = generator(12)
    rows = []
    for k in range(60):
        threats, strikes, refusals = (40, 2, 12) if k % 2 else (10, 60, 120)
        for n, who, whom, code in ((threats, "A", "B", "138"), (strikes, "A", "B", "190"), (refusals, "B", "A", "120")):
            rows += [(int(day), f"{who}{k}", f"{whom}{k}", code) for day in random.integers(0, 1500, n)]
    share = bluff_ratio(ledger(table(rows, 1500), draws=5))
    assert share.n > 200
    assert share.base == pytest.approx(share.estimate.value, abs=0.06)


@pytest.mark.parametrize("measured", ["bluffs", "unannounced", "double"])
def test_shares_of_all_targets_add_up(measured):
    acts = some_acts(generator(6), n=3000, days=400)
    found = ledger(acts)

    def share(actor=None, target=None):
        if measured == "double":
            return double_talk(acts, actor, target)
        return (bluff_ratio if measured == "bluffs" else unannounced)(found, actor, target)

    names = ("P0", "P1", "P2")
    parts = {(a, b): share(a, b) for a in names for b in names if a != b}
    assert share().n == sum(one.n for one in parts.values()) > 10
    assert share().hits == sum(one.hits for one in parts.values())
    assert share("P1").n == sum(one.n for (a, _), one in parts.items() if a == "P1")
    assert share(None, "P1").hits == sum(one.hits for (_, b), one in parts.items() if b == "P1")


def days_like(acts, a, b, day):
    """Days of a pair in the volume stratum of a day."""
    strata = [int(stratum_of(np.array([plain_volume(acts, a, b, d)]))[0]) for d in range(acts.span)]
    return [d for d in range(acts.span) if strata[d] == strata[day]]


@pytest.mark.parametrize("seed", range(4))
def test_double_talk_and_its_base_are_what_a_search_day_by_day_finds(seed):
    acts = some_acts(generator(seed), n=150, days=70, codes=["036", "0871", "190", "112", "20", "051"])
    rows = plain_rows(acts)

    def amid(a, b, day):
        return any(r[1:3] == (a, b) and abs(r[0] - day) <= 3 and r[3] in {"190", "20"} for r in rows)

    days = {(d, a, b) for d, a, b, code in rows if code in {"036", "0871"} and 3 <= d < acts.span - 3}
    bases = [[amid(a, b, d) for d in days_like(acts, a, b, day) if 3 <= d < acts.span - 3] for day, a, b in days]
    share = double_talk(acts)
    assert share.n + share.unjudged == len({r[:3] for r in rows if r[3] in {"036", "0871"}})
    assert (share.hits, share.n, share.days) == (sum(amid(a, b, day) for day, a, b in days), len(days), 3)
    assert share.base == pytest.approx(np.mean([np.mean(one) for one in bases if one]), abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_the_base_of_unannounced_deeds_is_that_of_all_days_of_the_stratum(seed):
    acts = some_acts(generator(seed), n=120, days=60, codes=["138", "190", "112", "051"])
    told = {(d, a, b) for d, a, b, code in plain_rows(acts) if code == "138"}
    bases = []
    for day, a, b, code in plain_rows(acts):
        if code == "190" and day >= 9:
            like = [d for d in days_like(acts, a, b, day) if d >= 9]
            bases.append(np.mean([not any((d - k, a, b) in told for k in range(1, 10)) for d in like]))
    share = unannounced(ledger(acts, draws=0), days=9)
    assert (share.n, share.days) == (len(bases), 9)
    assert share.n + share.unjudged == sum(r[3] == "190" for r in plain_rows(acts))
    assert share.base == pytest.approx(np.mean(bases), abs=0.06)


def test_deeds_of_one_month_and_pair_make_a_share_no_surer_than_one():
    rows = [(100 + 60 * k + j, "A", f"B{k}", "190") for k in range(8) for j in range(5)]
    rows += [(90 + 60 * k, "A", f"B{k}", "138") for k in range(0, 8, 2)]
    share = unannounced(ledger(table(rows, 700), draws=0))
    assert share.estimate.value == 0.5
    assert share.estimate.high - share.estimate.low > 0.5


def test_a_general_truce_announces_the_withdrawals_of_those_who_declare_it():
    rows = [(100, "A", "X-ALL", "0871"), (104, "A", "B", "0874"), (104, "B", "A", "0874"), (99, "A", "B", "0874")]
    share = unannounced(ledger(table(rows, 300), draws=0), days=20)
    assert (share.hits, share.n) == (2, 3)
    assert unannounced(ledger(table(rows, 300), draws=0), "A", days=20).hits == 1


def test_copies_of_force_toward_everybody_are_no_further_deeds():
    rows = [(50 + 20 * k, "A", "B", "190") for k in range(9)]
    copies = [(day, *pair, "190") for day, _, _, _ in rows for pair in (("A", "X-ALL"), ("X-ALL", "B"))]
    one, three = (unannounced(ledger(table(found, 300), draws=0)) for found in (rows, rows + copies))
    assert (one.hits, one.n) == (three.hits, three.n) == (7, 7)
    assert {first.target for first in firsts(table(rows + copies, 800), date(2031, 1, 1), quiet_days=10)} == {"B"}


def test_plover_words_promise_and_plover_deeds_of_two_types_are_two_kinds():
    rows = [(20 * k + 10, "A", "B", code) for k, code in enumerate(["AGREE", "CONCEDE", "RETREAT-ceasefire", "ACCUSE", "AGREE"])]
    rows += [(12, "A", "B", "ASSAULT-aerial"), (13, "A", "B", "PROTEST")]
    share = double_talk(table(rows, 220), "A", "B")
    assert (share.hits, share.n) == (1, 4)
    quiet = [(400, "A", "B", "COOPERATE"), (500, "A", "B", "COERCE-seize"), (600, "A", "B", "COERCE-arrest")]
    assert [first.code for first in firsts(table(quiet, 800), DAY)] == ["COOPERATE", "COERCE-seize"]


def test_double_talk_is_a_promise_amid_force():
    rows = [(20 * k + 10, "A", "B", "036") for k in range(10)] + [(20 * k + 12, "A", "B", "190") for k in range(6)]
    share = double_talk(table(rows, 220), "A", "B")
    assert (share.hits, share.n) == (6, 10)
    assert 0 < share.base < 1
    assert double_talk(table(rows, 220), "B", "A").n == 0


def test_a_first_needs_a_quiet_watch_before_it():
    rows = [(10, "A", "B", "072"), (400, "A", "B", "190"), (500, "A", "B", "193"), (600, "A", "B", "163"), (700, "A", "C", "190")]
    found = firsts(table(rows, 800), date(2031, 6, 1))
    assert [(f.target, f.code, f.quiet_days) for f in found] == [("B", "190", 400), ("B", "163", 600), ("C", "190", 700)]
    assert firsts(table(rows, 800), date(2031, 6, 1), quiet_days=650)[0].code == "190"
    assert len(firsts(table(rows, 800), date(2031, 6, 1), most=1)) == 1
