from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ceasefire.case.model import RedLine
from ceasefire.errors import DataError
from ceasefire.record import acts_from_case, acts_of, measure, read_limits, report_limit
from ceasefire.testing import a_case, a_party, an_entry

from .made_up import DAY, generator, plain_rows, some_acts

HEADER = "key,setter,text,since,until,addressees,protected,crossed_by,near,place,reason,checked_by\n"
FULL = "troops,R,No troops,2031-01-11,,A C,B,18 19 20,13 15,the border,a treaty,observers"


def line_of(row):
    (limit,) = read_limits(HEADER + row, "lines.csv")
    return limit


LINE = RedLine("No troops", (), ("line",), place="the border")


def a_war(**changes):
    record = (
        an_entry(
            "line",
            "2031-02-25",
            "R",
            targets=("A",),
            red_line=True,
            conditional=True,
            condition="If troops enter B",
            corroboration=2,
        ),
        an_entry("act", "2031-02-26", "A", "deed", category="mobilize", cameo="154", targets=("B",), corroboration=2),
        an_entry("again", "2031-03-01", "A", "deed", targets=("B",)),
        an_entry("other", "2031-03-02", "C", "deed", targets=("R",)),
        an_entry("reply", "2031-03-05", "R", targets=("A",)),
        an_entry("last", "2031-04-20", "A", "deed", targets=("B",)),
    )
    line = replace(LINE, reason=changes.pop("reason", ""))
    rest = {"parties": (a_party("R", red_lines=(line,)),), "record": record, "as_of": date(2031, 4, 20), **changes}
    return a_case(**rest)


def test_a_red_line_names_addressee_condition_depth_answers_and_weaknesses():
    (report,) = measure(a_war()).red_lines
    assert (report.addressees, report.conditions) == (("A",), ("If troops enter B",))
    assert report.depth == (("assault", 3), ("mobilize", 1))
    assert report.days_to_response == 7
    assert (report.answered.hits, report.answered.n, report.answered.estimate) == (3, 3, None)
    assert report.corroborated == (1, 1)
    assert {w.name: w.found for w in report.weaknesses} == {
        "arbitrary": True,
        "imprecise": False,
        "unverifiable": False,
        "incomplete": True,
    }
    assert "C" in report.weaknesses[3].why
    assert (report.place, "the border" in report.weaknesses[1].why) == ("the border", True)


def test_a_red_line_with_a_reason_is_not_arbitrary_and_one_of_the_record_alone_is_not_judged():
    (report,) = measure(a_war(reason="the border of a treaty of 1921")).red_lines
    assert (report.weaknesses[0].found, report.weaknesses[0].why) == (False, "the border of a treaty of 1921")
    (alone,) = measure(a_war(parties=(a_party("R"),))).red_lines
    assert (alone.weaknesses[0].found, alone.place, alone.text) == (None, "", alone.stated[0].entry.summary)


def test_acts_that_name_a_country_given_by_its_code_are_marked():
    record = tuple(replace(one, summary="Troops enter Armenia.") if one.key == "act" else one for one in a_war().record)
    (report,) = measure(a_war(record=record, parties=(a_party("R", red_lines=(replace(LINE, place="ARM"),)),))).red_lines
    assert [one.entry.key for one in report.named] == ["act"]
    assert "Armenia" in report.names


def test_a_line_that_says_what_crosses_it_lists_only_that():
    parties = (a_party("R", red_lines=(replace(LINE, crossed_by=("15",)),)),)
    (report,) = measure(a_war(parties=parties)).red_lines
    assert [one.entry.key for one in report.candidates] == ["act"]
    assert (report.crossed_by, report.depth) == (("15",), (("mobilize", 1),))
    assert "the codes that cross it are said: 15" in report.weaknesses[1].why
    assert len(measure(a_war()).red_lines[0].candidates) == 4


def test_threats_by_those_addressed_or_against_the_setter_are_near_misses():
    more = (
        an_entry("warned", "2031-02-27", "A", cameo="138", targets=("B",)),
        an_entry("against", "2031-02-28", "C", cameo="131", targets=("R",)),
        an_entry("elsewhere", "2031-02-28", "C", cameo="131", targets=("B",)),
        an_entry("own", "2031-02-28", "R", cameo="131", targets=("A",)),
        an_entry("early", "2031-02-24", "A", cameo="138", targets=("B",)),
    )
    (report,) = measure(a_war(record=(*a_war().record, *more))).red_lines
    assert [one.entry.key for one in report.near] == ["warned", "against"]


def test_a_line_that_nothing_followed_claims_nothing():
    only = tuple(entry for entry in a_war().record if entry.key == "line")
    (report,) = measure(a_war(record=only)).red_lines
    assert (report.days_to_response, report.answered.n, report.depth) == (None, 0, ())
    assert {w.name: w.found for w in report.weaknesses}["unverifiable"] is None


@pytest.mark.parametrize("seed", range(60))
def test_crossings_are_what_a_search_row_by_row_finds(seed):
    random = generator(seed)
    acts = some_acts(random, n=120, days=90, parties=4)
    setter, addressees, protected = [("P0", "P1", "P2"), ("P0", "", "P2"), ("P3", "P1 P2", "")][seed % 3]
    limit = line_of(f"k,{setter},text,2031-01-11,2031-03-11,{addressees},{protected},19 20,15,,,")
    inside = random.random(len(acts)) < 0.7
    report = report_limit(acts, limit, inside)

    def binds(row, number, codes):
        day, actor, target, code = row
        return (
            10 < day <= 69
            and actor != setter
            and (not addressees or actor in addressees.split())
            and (not protected or (target in protected.split() and actor not in protected.split()))
            and code.startswith(codes)
            and inside[number]
        )

    rows = plain_rows(acts)
    crossed = [k for k, row in enumerate(rows) if binds(row, k, ("19", "20"))]
    assert sorted(report.crossings.tolist()) == sorted(acts.row[crossed].tolist())
    assert report.near.tolist() == [] or {rows[list(acts.row).index(n)][3][:2] for n in report.near} == {"15"}
    days = {(rows[k][1], rows[k][0]) for k in crossed if rows[k][0] <= acts.span - 31}
    answered = {(who, day) for who, day in days if any(r[1] == setter and r[2] == who and 1 <= r[0] - day <= 30 for r in rows)}
    assert (report.answered.hits, report.answered.n) == (len(answered), len(days))
    assert report.unjudged == len({(rows[k][1], rows[k][0]) for k in crossed if rows[k][0] > acts.span - 31})
    assert sum(count for _, count in report.codes) == len(crossed)
    always = line_of(f"k,{setter},text,2030-01-11,,{addressees},{protected},19 20,15,,,")
    everywhere = report_limit(acts, limit)
    assert everywhere.other_days == len(report_limit(acts, always).crossings) - len(everywhere.crossings)
    assert report.elsewhere == len(everywhere.crossings) - len(report.crossings)
    delays = [min(r[0] - day for r in rows if r[1] == setter and r[2] == who and r[0] > day) for who, day in answered]
    assert report.days_to_response == (int(np.median(delays)) if len(delays) >= 5 else None)


def test_crossings_of_one_spell_do_not_answer_for_one_another():
    """Eight spells of ten days, half of them answered: eighty days with crossings say no more than eight spells."""
    rows = [(100 * spell + day, "A", "C", "190") for spell in range(8) for day in range(1, 11)]
    rows += [(100 * spell + 15, "S", "A", "112") for spell in range(0, 8, 2)]
    days, who, whom, codes = zip(*rows, strict=True)
    acts = acts_of([DAY + timedelta(day) for day in days], who, whom, codes, last=DAY + timedelta(900))
    share = report_limit(acts, line_of("k,S,text,2031-01-01,,A,,19,,,,")).answered
    assert (share.hits, share.n) == (40, 80)
    assert share.estimate.high - share.estimate.low > 0.5


def test_an_entry_toward_several_is_one_crossing_and_force_of_the_setter_is_none():
    truce = an_entry("truce", "2031-03-02", "X-JOINT", "deed", cameo="0871", joint_with=("A", "B", "C"), targets=("X-ALL",))
    record = (
        truce,
        an_entry("both", "2031-03-03", "A", "deed", targets=("B", "C")),
        an_entry("together", "2031-03-04", "X-JOINT", "deed", joint_with=("A", "C"), targets=("B",)),
        an_entry("own", "2031-03-05", "B", "deed", targets=("A",)),
    )
    parties = tuple(a_party(code, roles=("belligerent",)) for code in "ABC")
    acts, entries = acts_from_case(a_case(record=record, parties=parties, as_of=date(2031, 3, 30)))
    report = report_limit(acts, line_of("k,B,text,2031-03-01,,,,19,,,,"))
    assert [entries[-1 - row].key for row in report.crossings] == ["both", "together"]
    assert report.codes == (("190", 2),)


def test_deaths_are_summed_where_somebody_counted_and_missing_is_not_zero():
    def report(deaths):
        acts = acts_of(
            [DAY + timedelta(k) for k in (20, 21, 22)],
            ["A"] * 3,
            ["B"] * 3,
            ["190"] * 3,
            deaths=np.array(deaths),
            last=DAY + timedelta(99),
        )
        return report_limit(acts, line_of(FULL))

    assert (report([3.0, np.nan, 4.0]).deaths, report([3.0, np.nan, 4.0]).counted) == (7.0, 2)
    assert report([np.nan] * 3).deaths is None
    assert report([0.0] * 3).deaths == 0.0
    assert report([0.0] * 3).first == DAY + timedelta(20)


def test_an_answering_setter_is_told_from_one_that_acts_all_the_time():
    crossings = [(DAY + timedelta(60 * k + 20), "A", "B", "190") for k in range(20)]
    answers = [(day + timedelta(4), "R", "A", "112") for day, *_ in crossings]
    rows = [*crossings, *answers]
    days, actors, targets, codes = (list(column) for column in zip(*rows, strict=True))
    acts = acts_of(days, actors, targets, codes, first=DAY, last=DAY + timedelta(1400))
    report = report_limit(acts, line_of(FULL))
    assert report.answered.estimate.value == 1.0
    assert report.answered.base < 0.9
    assert report.days_to_response == 4


def test_weaknesses_are_what_the_analyst_left_empty():
    assert [w.found for w in line_of(FULL).weaknesses()] == [False] * 4
    bare = line_of("k,R,text,2031-01-11,,,,19,,,,")
    assert [w.found for w in bare.weaknesses()] == [True] * 4
    assert len({w.name for w in bare.weaknesses()}) == 4


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (FULL.replace("18 19 20", ""), "missing-field"),
        (FULL.replace("18 19 20", "18 99"), "unknown-code"),
        (FULL.replace("13 15", "13 77"), "unknown-code"),
        (FULL.replace("2031-01-11", "soon"), "wrong-type"),
        (FULL.replace("2031-01-11,", "2031-01-11,later"), "wrong-type"),
        (FULL.replace("2031-01-11,", "2031-01-11,2031-01-10"), "bad-order"),
        (FULL.replace("the border", "AMR AZE"), "bad-place"),
        (FULL.replace("the border", "39.76 246.75 25 km"), "bad-place"),
        (f"{FULL}\n{FULL}", "given-twice"),
    ],
)
def test_a_bad_file_of_limits_is_refused_with_its_line(row, code):
    with pytest.raises(DataError) as raised:
        read_limits(HEADER + row, "lines.csv")
    assert raised.value.problems[0].code == code
    assert raised.value.problems[0].line == (3 if "\n" in row else 2)
    with pytest.raises(DataError, match="column 'checked_by' is missing"):
        read_limits("key,setter\n", "lines.csv")
