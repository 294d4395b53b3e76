from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.errors import DataError
from ceasefire.events import Coded, EventTable
from ceasefire.events.lookups import PLOVER_ACTS
from ceasefire.intervals import share_interval
from ceasefire.record import (
    acts_from_events,
    acts_of,
    bluff_ratio,
    demands,
    double_talk,
    follow_through,
    incidence_of,
    lead_lag,
    ledger,
    read_map,
    reliability,
    retaliation,
    unannounced,
    words,
)
from ceasefire.record.fates import OPEN, STATUSES, Words, follow
from ceasefire.record.say_do import class_of_codes
from ceasefire.record.starts import Urn, spells, stratum_of
from ceasefire.reference import plover_types

from .made_up import DAY, generator, plain_ledger, plain_rows, plain_volume, some_acts

SHORT = [tuple(replace(rule, within_days=min(rule.within_days, 12)) for rule in one) for one in (words(), demands())]
HEADER = "word,kind,issue,says,full,partly,contrary,complied,refused,within_days,restraint\n"


def the_acts(*rows, last=None, conditional=None):
    """Acts as (day, actor, target, code), days from 1."""
    return acts_of(
        [DAY + timedelta(r[0] - 1) for r in rows],
        [r[1] for r in rows],
        [r[2] for r in rows],
        [r[3] for r in rows],
        first=DAY,
        last=DAY + timedelta((last or max(r[0] for r in rows)) - 1),
        conditional=None if conditional is None else np.array(conditional),
    )


def status_of(acts, **chosen):
    found = ledger(acts, draws=0)
    return [(row.status, row.closed and (row.closed - row.day).days) for row in found.rows(found.select(**chosen))]


@pytest.mark.parametrize("seed", range(150))
def test_every_fate_agrees_with_a_search_day_by_day(seed):
    random = generator(seed)
    acts = some_acts(random, n=int(random.integers(5, 90)), days=int(random.integers(5, 45)))
    foes = None if seed % 2 else frozenset({("P0", "P1"), ("P1", "P0")})
    found = ledger(acts, SHORT, foes=foes, draws=0)
    expected = plain_ledger(acts, SHORT, foes)
    said, fates, names = found.words, found.fates, acts.parties
    got = {}
    for k in range(len(found)):
        rule = found.rules[said.rule[k]]
        key = rule.word, rule.kind, names[said.actor[k]], names[said.target[k]], int(said.day[k])
        got[key] = STATUSES[fates.status[k]], int(fates.delay[k]), bool(fates.resisted[k])
    assert got == expected


def test_a_closing_act_is_the_one_that_the_caller_numbered():
    acts = the_acts((1, "A", "B", "0332"), (5, "A", "B", "072"), (7, "A", "B", "072"))
    (row,) = ledger(acts, draws=0).rows()
    assert (row.status, row.closed, row.closed_by, row.said) == ("fulfilled", DAY + timedelta(4), 1, 0)


def test_the_day_of_the_word_is_left_out():
    assert status_of(the_acts((1, "A", "B", "0332"), (1, "A", "B", "072"), last=400)) == [("expired", None)]


def test_a_refused_threat_stays_open_as_resisted_and_a_refused_offer_is_closed():
    acts = the_acts((1, "A", "B", "138"), (2, "B", "A", "120"), (9, "A", "B", "190"), last=60)
    (row,) = ledger(acts, draws=0).rows()
    assert (row.status, row.resisted) == ("fulfilled", True)
    offer = the_acts((1, "M", "A", "039"), (2, "A", "M", "126"), (9, "M", "A", "045"), last=90)
    assert status_of(offer, word="039") == [("refused", 1)]


def test_restraint_is_judged_on_violence_and_not_on_an_event_of_restraint():
    kept = the_acts((1, "A", "B", "190"), (2, "A", "B", "190"), (8, "A", "B", "0871"), last=40)
    broken = the_acts((8, "A", "B", "0871"), (9, "A", "B", "0874"), (10, "A", "B", "190"), last=40)
    other_side = the_acts((1, "B", "A", "190"), (8, "A", "B", "0871"), (10, "B", "A", "190"), last=40)
    assert status_of(kept, word="0871") == [("fulfilled", 7)]
    assert status_of(broken, word="0871") == [("contrary", 2)]
    assert status_of(other_side, word="0871") == [("partly", 7)]


def test_a_refusal_to_meet_is_kept_by_not_meeting():
    kept = the_acts((8, "A", "B", "125"), (10, "A", "B", "190"), last=60)
    broken = the_acts((8, "A", "B", "125"), (12, "B", "A", "042"), last=60)
    assert status_of(kept, word="125") == [("fulfilled", 30)]
    assert status_of(broken, word="125") == [("contrary", 4)]


def test_a_demand_is_judged_on_the_addressee_toward_its_enemy():
    acts = the_acts((1, "R", "A", "1056"), (3, "A", "B", "190"), last=40)
    assert status_of(acts, word="1056") == [("contrary", 2)]
    found = ledger(acts, foes=frozenset({("A", "C"), ("C", "A")}), draws=0)
    assert found.counts(found.select(word="1056"))["expired"] == 1


def test_a_conditional_word_meets_no_demand_but_can_refuse_it():
    asked, yielded, refused = (1, "A", "B", "105"), (5, "B", "A", "035"), (9, "B", "A", "124")
    status = {}
    for conditional in (False, True):
        acts = the_acts(asked, yielded, refused, last=60, conditional=[False, conditional, conditional])
        [row] = [row for row in ledger(acts).rows() if row.word == "105"]
        status[conditional] = row.status
    assert status == {False: "complied", True: "refused"}


def test_a_conditional_word_enters_no_rate_whatever_followed_it():
    acts = the_acts((1, "A", "B", "138"), (5, "A", "B", "190"), last=60, conditional=[True, False])
    [report] = follow_through(ledger(acts))
    assert (report.n, report.conditional, report.rate) == (0, 1, None)


def test_a_conditional_word_that_nobody_judged_never_expires_and_enters_no_rate():
    acts = the_acts((1, "A", "B", "138"), last=60, conditional=[True])
    assert status_of(acts) == [("open", None)]
    (report,) = follow_through(ledger(acts))
    assert (report.n, report.conditional, report.rate) == (0, 1, None)


def test_words_of_one_rule_on_one_day_are_one_commitment():
    acts = the_acts((1, "A", "B", "0341"), (1, "A", "B", "0342"), (1, "B", "A", "034"), last=9)
    assert len(ledger(acts, draws=0)) == 2


@pytest.mark.parametrize("conditional", [[True, False], [False, True]])
def test_a_commitment_is_conditional_only_if_all_its_words_are(conditional):
    rows = (1, "A", "B", "0341"), (1, "A", "B", "0342")
    assert [row.conditional for row in ledger(the_acts(*rows, last=9, conditional=conditional), draws=0).rows()] == [False]
    assert [row.conditional for row in ledger(the_acts(*rows, last=9, conditional=[True, True]), draws=0).rows()] == [True]


def test_the_order_of_rows_the_names_and_a_useless_actor_change_nothing():
    random = generator(5)
    acts = some_acts(random, n=80)
    rows = plain_rows(acts)
    shuffled = [rows[k] for k in random.permutation(len(rows))]
    names = {"P0": "Z", "P1": "M", "P2": "A"}
    again = acts_of(
        [DAY + timedelta(r[0]) for r in shuffled] + [DAY],
        [names[r[1]] for r in shuffled] + ["Q"],
        [names[r[2]] for r in shuffled] + ["R"],
        [r[3] for r in shuffled] + ["010"],
        first=acts.first,
        last=acts.last,
    )
    assert ledger(acts, draws=0).counts() == ledger(again, draws=0).counts()


def test_what_happens_after_the_day_asked_about_changes_no_earlier_ledger():
    acts = some_acts(generator(9), n=90)
    day = DAY + timedelta(20)
    early = acts.until(day)
    rows = [row for row in plain_rows(acts) if row[0] <= 20]
    only = acts_of(
        [DAY + timedelta(r[0]) for r in rows], [r[1] for r in rows], [r[2] for r in rows], [r[3] for r in rows], first=DAY, last=day
    )
    assert early.last == day
    assert [(r.day, r.word, r.status, r.closed) for r in ledger(early).rows()] == [
        (r.day, r.word, r.status, r.closed) for r in ledger(only).rows()
    ]


def nearest_days(strata, day, last):
    """Days up to `last` in the stratum of a day, or in the nearest one that has any, the lower of two as near."""
    for step in range(max(strata) + 1):
        for nearest in (strata[day] - step, strata[day] + step):
            if fit := {one for one in range(last + 1) if strata[one] == nearest}:
                return fit
    return {-1}


def test_a_word_of_a_busy_time_at_the_end_has_its_base_from_the_busiest_time_before():
    rows = [(day, "A", "B", "112") for day in (20, 30)] + [(day, "A", "B", "112") for day in range(80, 100)]
    acts = the_acts(*rows, (99, "A", "B", "138"), last=100)
    found = ledger(acts, within_days=14)
    assert not np.isnan(found.base).any()


@pytest.mark.parametrize("seed", range(20))
def test_random_starts_come_from_the_same_pair_and_volume_and_reach_every_such_day(seed):
    random = generator(seed)
    acts = some_acts(random, n=25, days=70)
    a, b, last = acts.actor[:6], acts.target[:6], 55
    pair = acts.pairs_between(a, b)
    drawn = Urn(spells(acts, pair)).draw(pair, acts.day[:6], last, 3000, random)
    for k in range(len(pair)):
        names = acts.parties[a[k]], acts.parties[b[k]]
        strata = [int(stratum_of(np.array([plain_volume(acts, *names, day)]))[0]) for day in range(acts.span)]
        fit = nearest_days(strata, int(acts.day[k]), last)
        assert set(drawn[k].tolist()) == fit
        if len(fit) > 1:
            counts = np.bincount(drawn[k], minlength=last + 1)[sorted(fit)]
            assert abs(counts - 3000 / len(fit)).max() < 6 * (3000 / len(fit)) ** 0.5


def test_the_base_is_the_share_over_all_days_of_the_stratum():
    acts = some_acts(generator(3), n=150, days=60, codes=["138", "190", "150", "08", "12"])
    found = ledger(acts, SHORT[:1], draws=4000)
    for k in range(0, len(found), 17):
        a, b = int(found.words.actor[k]), int(found.words.target[k])
        names = acts.parties[a], acts.parties[b]
        rule = found.rules[found.words.rule[k]]
        strata = stratum_of(np.array([plain_volume(acts, *names, day) for day in range(acts.span)]))
        days = sorted(nearest_days(strata.tolist(), int(found.words.day[k]), acts.span - 1 - rule.within_days))
        if days != [-1]:
            n = len(days)
            put = Words(np.full(n, found.words.rule[k]), np.full(n, a), np.full(n, b), np.array(days))
            exact = np.bincount(follow(found.engine, found.rules, put).status, minlength=len(STATUSES)) / n
            assert np.abs(found.base[k] - exact).max() < 0.05
        else:
            assert np.isnan(found.base[k]).all()


def test_no_rate_under_five_and_none_without_n_base_and_interval():
    rows = [row for k in range(4) for row in ((30 * k + 1, "A", "B", "138"), (30 * k + 3, "A", "B", "190"))]
    four = next(r for r in follow_through(ledger(the_acts(*rows, last=400))) if r.key == ("138",))
    assert (four.n, four.rate, four.base, four.lift) == (4, None, None, None)
    rows += [(181, "A", "B", "138")]
    five = next(r for r in follow_through(ledger(the_acts(*rows, last=400))) if r.key == ("138",))
    assert five.n == 5
    assert five.rate.value == pytest.approx(0.8)
    assert five.rate.low < 0.8 < five.rate.high
    assert 0 <= five.base <= 1
    assert five.excess.low <= five.excess.value <= five.excess.high


def test_words_of_the_last_day_were_not_followed_and_give_no_rate():
    rows = [(30, f"A{k}", "B", "138") for k in range(6)]
    assert follow_through(ledger(the_acts(*rows, last=30)))[0].rate is None
    assert follow_through(ledger(the_acts(*rows, last=31)))[0].rate.value == 0


def test_without_censoring_the_rate_is_the_plain_share_and_of_threats_that_did_not_work():
    random = generator(11)
    rows = []
    for k in range(60):
        rows.append((40 * k + 1, "A", "B", "138"))
        fate = random.integers(0, 3)
        rows += [[(40 * k + 5, "A", "B", "190")], [(40 * k + 5, "B", "A", "087")], []][fate]
    report = next(r for r in follow_through(ledger(the_acts(*rows, last=2600))) if r.key == ("138",))
    counts = dict(report.counts)
    assert report.rate.value == pytest.approx(counts["fulfilled"] / 60)
    given = report.not_complied
    assert given.n == 60 - counts["complied"]
    assert given.rate.value == pytest.approx(counts["fulfilled"] / given.n)
    assert given.rate.low < given.rate.value < given.rate.high
    plain = share_interval(counts["fulfilled"], given.n)
    assert (given.rate.low, given.rate.high) == pytest.approx(plain, abs=0.05)
    bases = found_bases(rows)
    assert given.base == pytest.approx(bases["fulfilled"] / (1 - bases["complied"]))


def found_bases(rows):
    """Mean base of each status over the threats of a table."""
    found = ledger(the_acts(*rows, last=2600))
    return dict(zip(STATUSES, found.base[found.select(word="138")].mean(axis=0), strict=True))


def test_the_interval_of_threats_carried_out_unless_complied_with_covers_the_truth():
    """Three fates of a threat at random, some seen for a part of their window: carried out 0.45, complied 0.25."""
    inside = 0
    for seed in range(120):
        random, rows = generator(seed), []
        for k in range(60):
            day, fate = 100 * k + 1, random.random()
            later = day + int(random.integers(1, 30))
            rows.append((day, "A", "B", "138"))
            rows += [(later, "A", "B", "190")] if fate < 0.45 else [(later, "B", "A", "087")] if fate < 0.7 else []
        report = next(r for r in follow_through(ledger(the_acts(*rows, last=5920), draws=0)) if r.key == ("138",))
        inside += report.not_complied.rate.low <= 0.45 / 0.75 <= report.not_complied.rate.high
    assert inside / 120 >= 0.9


def test_the_rate_of_what_was_not_complied_with_needs_five_such():
    rows = [row for k in range(6) for row in ((60 * k + 1, "A", "B", "138"), (60 * k + 3, "B", "A", "087"))]
    report = next(r for r in follow_through(ledger(the_acts(*rows, last=600))) if r.key == ("138",))
    assert (report.n, dict(report.counts)["complied"], report.not_complied) == (6, 6, None)


def test_what_is_said_of_one_pair_in_one_month_counts_as_one_for_the_width_of_an_interval():
    """Eight pairs with one threat each, and with four of one fate on four days running: no surer than one."""

    def rate(repeats):
        rows = [
            row
            for k in range(8)
            for day in range(1, 1 + repeats)
            for row in [(day, f"A{k}", f"B{k}", "138"), *([(9, f"A{k}", f"B{k}", "190")] if k % 2 else [])]
        ]
        return next(r for r in follow_through(ledger(the_acts(*rows, last=400))) if r.key == ("138",)).rate

    once, often = rate(1), rate(4)
    assert once.value == often.value == 0.5
    assert often.high - often.low > 0.9 * (once.high - once.low)


def test_windows_that_overlap_make_a_rate_no_surer_than_the_deeds_are_many():
    """A promise every 20 days with windows of 180, and a rare delivery: the share kept, 0.45 in truth, is known by the deliveries."""
    inside = 0
    for seed in range(40):
        random, rows = generator(seed), []
        for k in range(6):
            rows += [(int(day) + 1, f"A{k}", f"B{k}", "072") for day in np.flatnonzero(random.random(3000) < 1 / 300)]
            rows += [(int(day) + 1, f"A{k}", f"B{k}", "0332") for day in np.flatnonzero(random.random(3000) < 1 / 20)]
        rate = next(r for r in follow_through(ledger(the_acts(*rows, last=3000), draws=0)) if r.key == ("0332",)).rate
        inside += rate.low <= 1 - (1 - 1 / 300) ** 180 <= rate.high
    assert inside / 40 > 0.8


def test_one_statement_to_several_parties_is_no_surer_than_to_one():
    """Ten statements of one speaker, a third of them carried out against all whom they address."""

    def rate(targets):
        said = [(40 * k + 1, f"B{t}", "138", k) for k in range(10) for t in range(targets)]
        done = [(40 * k + 5, f"B{t}", "190", 100 + 10 * k + t) for k in range(0, 10, 3) for t in range(targets)]
        days, whom, codes, rows = zip(*said, *done, strict=True)
        dates = [DAY + timedelta(day) for day in days]
        acts = acts_of(dates, ["A"] * len(days), whom, codes, row=np.array(rows), last=DAY + timedelta(500))
        return next(r for r in follow_through(ledger(acts)) if r.key == ("138",))

    once, often = rate(1), rate(6)
    assert (once.n, often.n, once.rate.value) == (10, 60, often.rate.value)
    for what in ("rate", "excess"):
        one, six = getattr(once, what), getattr(often, what)
        assert six.high - six.low > 0.8 * (one.high - one.low)


def test_a_promise_not_to_act_is_judged_over_the_days_that_its_base_is():
    """A record of ten days watches a truce of seven days for five: rate and base both say that nobody broke it."""
    rows = [(1, f"A{k}", f"B{k}", "0871") for k in range(6)]
    (report,) = follow_through(ledger(the_acts(*rows, last=10)))
    assert (report.days, report.rate.value, report.base) == (5, 1.0, 1.0)


def test_days_before_the_record_begins_are_not_days_without_force():
    """Two acts of force on the one day seen before, then two in seven days: they fell; two in seven, then two: they did not."""
    short = the_acts(
        (1, "A", "B", "190"), (1, "B", "A", "190"), (2, "A", "B", "0871"), (5, "B", "A", "190"), (6, "B", "A", "190"), last=40
    )
    long = the_acts(
        (3, "A", "B", "190"), (8, "B", "A", "190"), (9, "A", "B", "0871"), (12, "B", "A", "190"), (13, "B", "A", "190"), last=40
    )
    assert status_of(short, word="0871") == [("fulfilled", 7)]
    assert status_of(long, word="0871") == [("partly", 7)]


def test_a_lift_over_a_base_that_is_often_nothing_is_not_given():
    """Force toward one of six only: the base is 0 in every draw of blocks that misses it."""
    rows = [(100 * k + 1, "A", f"B{k}", "138") for k in range(6)] + [(20 * k + 3, "A", "B0", "190") for k in range(34)]
    report = next(r for r in follow_through(ledger(the_acts(*rows, last=700))) if r.key == ("138",))
    assert report.base > 0
    assert (report.excess is None, report.lift) == (False, None)


def test_a_word_that_changes_nothing_has_lift_one():
    """Threats strewn over days at random, force strewn independently: the interval of the lift holds 1."""
    random = generator(2)
    force = [(int(d), "A", "B", "190") for d in random.integers(1, 4000, 400)]
    threats = [(int(d), "A", "B", "138") for d in random.integers(1, 3900, 250)]
    report = next(r for r in follow_through(ledger(the_acts(*force, *threats, last=4000), within_days=5)) if r.key == ("138",))
    assert report.lift.low < 1 < report.lift.high
    assert 0.8 < report.lift.value < 1.25


def test_what_is_asked_of_others_is_never_put_together_with_deeds_of_ones_own():
    rows = [row for k in range(6) for row in ((60 * k + 1, "A", "B", "138"), (60 * k + 3, "A", "B", "190"))]
    rows += [row for k in range(7) for row in ((60 * k + 20, "A", "B", "1056"), (60 * k + 22, "B", "A", "0872"))]
    found = ledger(the_acts(*rows, last=600))
    for by, key in (("actor", "A"), ("target", "B"), ("pair", "A to B")):
        asked, own = follow_through(found, by=(by,))
        assert (asked.key, own.key) == ((key, "asked of others"), (key,))
        assert (asked.n, own.n) == (7, 6)
        assert asked.rate.value == own.rate.value == 1
    assert [report.key for report in follow_through(found, by=("kind",))] == [("demand",), ("threat",)]
    ultimatum = ledger(the_acts((1, "A", "B", "139"), last=90))
    assert {report.key for report in follow_through(ultimatum)} == {("139",), ("139", "asked of others")}


def test_the_demand_in_an_ultimatum_is_no_word_on_deeds_of_ones_own():
    """B answers six ultimata of A with force: A was not obeyed, and has not broken its word before its window ends."""
    rows = [
        row
        for k in range(6)
        for row in ((100 * k + 1, "A", "B", "139"), (100 * k + 3, "B", "A", "190"), (100 * k + 9, "A", "B", "190"))
    ]
    found = ledger(the_acts(*rows, last=700))
    assert {row.kind: row.status for row in found.rows()} == {"ultimatum": "fulfilled", "demand": "contrary"}
    (kept,) = reliability(found, half_life_days=1e12)
    assert (kept.n, round(kept.kept, 6), kept.broken) == (6, 6, 0)
    assert (bluff_ratio(found).hits, bluff_ratio(found).n) == (0, 6)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda acts: ledger(acts, within_days=0), "within_days is 0, expected at least 1"),
        (lambda acts: ledger(acts, draws=-1), "draws is -1, expected at least 0"),
        (lambda acts: follow_through(ledger(acts), by=()), "groups by nothing"),
        (lambda acts: follow_through(ledger(acts), by=("moon",)), "groups by moon"),
        (lambda acts: follow_through(ledger(acts), replicates=-1), "replicates is -1"),
        (lambda acts: reliability(ledger(acts), half_life_days=0), "half_life_days is 0"),
        (lambda acts: reliability(ledger(acts), prior_weight=-1), "prior_weight is -1"),
        (lambda acts: reliability(ledger(acts), likeness={"B": 2.0}), "likeness of B is 2, expected 0 to 1"),
        (lambda acts: reliability(ledger(acts), likeness={"B": float("nan")}), "likeness of B is nan"),
        (lambda acts: unannounced(ledger(acts), days=0), "days is 0"),
        (lambda acts: double_talk(acts, days=-1), "days is -1"),
        (lambda acts: lead_lag(acts, "A", "B", -1), "weeks is -1"),
        (lambda acts: retaliation(acts, "A", "B", within_days=0), "within_days is 0"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ask, words):
    with pytest.raises(DataError, match=words):
        ask(the_acts((1, "A", "B", "138"), (5, "A", "B", "190"), last=60))


def test_the_seed_decides_and_groups_are_told_apart():
    acts = some_acts(generator(1), n=300, days=200)
    first, again = follow_through(ledger(acts), by=("actor", "kind")), follow_through(ledger(acts), by=("actor", "kind"))
    assert repr(first) == repr(again)
    assert sum(r.n + r.conditional for r in first) == len(ledger(acts))
    assert {len(r.key) for r in first} == {2}
    assert follow_through(ledger(acts), by=("pair",), chosen=np.zeros(len(ledger(acts)), dtype=bool)) == ()


def test_curves_end_with_the_shares_of_the_ledger_when_nothing_is_open():
    acts = some_acts(generator(4), n=120, days=30)
    later = acts_of(
        [DAY + timedelta(int(d)) for d in acts.day],
        [acts.parties[k] for k in acts.actor],
        [acts.parties[k] for k in acts.target],
        [acts.codes[k] for k in acts.code],
        first=DAY,
        last=DAY + timedelta(800),
    )
    found = ledger(later, draws=0)
    chosen = found.select(kind="threat")
    curve = incidence_of(found, chosen)
    counts = np.bincount(found.fates.status[chosen], minlength=len(STATUSES))[:OPEN]
    assert curve.share[:, -1] == pytest.approx(counts / counts.sum())


def test_events_become_acts_with_what_was_left_out():
    table = EventTable(
        {
            "date": np.array(["2031-01-01", "2031-01-02", "NaT", "2031-01-04", "2031-01-04"], dtype="datetime64[D]"),
            "date_precision": np.array([1.0, 5.0, 1.0, np.nan, 1.0]),
            "actor": Coded.of(["TUR", "TUR", "TUR", "RUS", "RUS"]),
            "target": Coded.of(["AZE", "AZE", "AZE", "TUR", "TUR"]),
            "cameo": Coded.of(["0332", "072", "072", "112", "112"]),
            "deaths_best": np.array([np.nan, 1, 2, 3, 4]),
        }
    )
    acts = acts_from_events(table)
    assert [(acts.parties[a], acts.codes[c], int(r)) for a, c, r in zip(acts.actor, acts.code, acts.row, strict=True)] == [
        ("RUS", "112", 3),
        ("TUR", "0332", 0),
    ]
    assert dict(acts.left_out)["no day, or dated too coarsely"] == 2
    assert dict(acts.left_out)["repeats of a day"] == 1
    assert acts.deaths[0] == 3 + 4
    assert len(acts_from_events(table, coarsest=5, one_a_day=False, last=date(2031, 1, 3))) == 2


def test_rows_without_a_cameo_code_are_followed_by_their_plover_code():
    table = EventTable(
        {
            "date": np.array(["2031-01-01", "2031-01-03", "2031-01-05", "2031-01-06", "2031-01-07"], dtype="datetime64[D]"),
            "actor": Coded.of(["TUR", "AZE", "TUR", "TUR", "RUS"]),
            "target": Coded.of(["AZE", "TUR", "AZE", "AZE", "TUR"]),
            "cameo": Coded.of([None, None, None, None, "0332"]),
            "plover": Coded.of(["THREATEN", "REJECT", "ASSAULT", "ASSAULT", "AID"]),
            "plover_mode": Coded.of(["violence", "yield", "aerial", "in-no-manual", None]),
        }
    )
    acts = acts_from_events(table)
    assert {acts.codes[c] for c in acts.code} == {"THREATEN-violence", "REJECT-yield", "ASSAULT-aerial", "ASSAULT", "0332"}
    threat, promise = sorted(ledger(acts).rows(), key=lambda row: row.day)
    assert (threat.status, threat.resisted, threat.closed_by, promise.status) == ("fulfilled", True, 2, "open")
    assert class_of_codes(("THREATEN-violence", "AID", "CONCEDE", "ASSAULT-aerial", "AGREE", "THREATEN-nonsense")).tolist() == [
        *(1, 2, 4, 3, 0, -1)
    ]


def test_every_plover_word_that_commits_has_a_rule():
    committing = {name for name, (_, grade) in PLOVER_ACTS.items() if grade in {"commitment", "appeal"}} | {"CONCEDE"}
    held = {rule.word.partition("-")[0] for rule in (*words(), *demands())}
    assert committing <= held
    assert {f"THREATEN-{mode}" for mode in plover_types()["THREATEN"].modes} <= {rule.word for rule in words()}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("999,threat,x,x,15,,,,,30,no", "unknown-code"),
        ("138,menace,x,x,15,,,,,30,no", "wrong-choice"),
        ("138,threat,x,x,C>D: 15,,,,,30,no", "wrong-choice"),
        ("138,threat,x,x,15,15,,,,30,no", "given-twice"),
        ("138,threat,x,x,15,,,,,0,no", "out-of-bounds"),
        ("138,threat,x,x,15,,,,,soon,no", "out-of-bounds"),
        ("138,threat,x,x,15,,,,,30,maybe", "wrong-choice"),
        ("138,threat,x,x,15,,,,,30,no\n138,threat,x,x,19,,,,,30,no", "given-twice"),
    ],
)
def test_a_bad_map_is_refused_with_its_line(row, code):
    with pytest.raises(DataError) as raised:
        read_map(HEADER + row, "own.csv")
    problem = raised.value.problems[0]
    assert problem.code == code
    assert problem.line == (3 if "\n" in row else 2)
    with pytest.raises(DataError, match="column 'restraint' is missing"):
        read_map("word,kind\n", "own.csv")


def test_the_packaged_maps_hold_every_commitment_and_no_comment():
    held = {rule.word for rule in words()} | {rule.word for rule in demands()}
    assert {"0356", "0871", "057", "138", "139", "1312", "0334", "1246"} <= held
    assert not [word for word in held if word.startswith(("01", "11"))]
    assert all(rule.restraint == (rule.word in {"0356", "0871", "125", "126"}) for rule in words())
    assert all(not rule.codes_of("full", ["190"]) for rule in demands())


def test_one_a_day_counts_what_it_drops():
    acts = the_acts((1, "A", "B", "138"), (1, "A", "B", "138"), (2, "A", "B", "138"))
    once = acts.one_a_day()
    assert (len(once), once.left_out["repeats of a day"]) == (2, 1)
