"""A case goes through every room; each result against what the definitions say."""

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from ceasefire import study
from ceasefire.case.model import Claim, Count, Fact, Option, Source, Stake, Wanted
from ceasefire.conditions import parse
from ceasefire.errors import CaseError
from ceasefire.study.sureness import sureness
from ceasefire.testing import a_case, a_judgement, a_lever, a_party, an_entry

DAY = date(2031, 3, 1)


def option(key, owner):
    return Option(key, owner, key, "both", (), "", ())


def stake(when, value, low=None, high=None, **changes):
    return Stake(parse(when), a_judgement(value, low, high, **changes))


def claim(key, /, **check):
    return Claim(key, 1, "author", f"claim {key}", "fact", "", "", "", (), (), "", tuple(sorted(check.items())))


@pytest.fixture
def border():
    """Two neighbours and a power: the worked example `one_border_two_powers`, P's part of it, with ranges."""
    peace = "not n.shell and not s.advance"
    return a_case(
        as_of=DAY + timedelta(10),
        parties=(
            a_party("N", stakes=(stake("n.shell", 3, 2, 4), stake("s.advance", -4))),
            a_party("S", stakes=(stake("s.advance", 2), stake("n.shell and s.advance", 3), stake("n.shell", -5))),
            a_party("P", name="Power", stakes=(stake(peace, 6),)),
        ),
        options=(option("n.shell", "N"), option("s.advance", "S")),
        status_quo=("n.shell", "s.advance"),
        wanted=Wanted(parse(peace), "some", "any", "none", False, ""),
        concept="nash",
        levers=(
            a_lever(
                "sanction",
                "P",
                {"N": a_judgement(-3)},
                when=parse("n.shell"),
                fixed=a_judgement(1),
                exec=a_judgement(4),
                audience=a_judgement(1),
                restore=a_judgement(0.5),
            ),
            a_lever(
                "aid", "P", {"S": a_judgement(2)}, type="promise", when=parse(peace), exec=a_judgement(3), restore=a_judgement(1)
            ),
            a_lever("slow", "P", {"N": a_judgement(-30)}, when=parse("n.shell"), delay_days=99),
        ),
        sources=(Source("s1", "A page", "A paper", "https://example.org/a", DAY),),
        record=(
            an_entry("w1", "2031-03-01", "P", sources=("s1",), targets=("N",)),
            an_entry("d1", "2031-03-02", "N", "deed", targets=("S",)),
            an_entry("w2", "2031-03-20", "P"),
        ),
        counts=(
            Count(DAY + timedelta(2), "killed", "N", 30.0, "persons", True, "s1", "", 2),
            Count(DAY, "daily", "N", 5.0, "persons", False, "s1", "", 3),
            Count(DAY + timedelta(2), "daily", "N", 3.0, "persons", False, "s1", "", 4),
        ),
        facts=(Fact("f1", "trade", 3.5, "bn", "2030", date(2030, 12, 31), (), "high", "derived", ("s1",), ""),),
    )


def test_a_case_becomes_the_model_its_stakes_say(border):
    model = study.graph_model(border)
    assert model.parties == ("N", "S")
    stakes = {model.vector(k): [Fraction(int(v)) * model.resolution for v in model.preference[:, k]] for k in range(model.n_states)}
    assert stakes == {"NN": [0, 0], "NY": [-4, 2], "YN": [3, -5], "YY": [-1, 0]}


def test_a_case_becomes_the_problem_whose_answer_is_known(border):
    found = study.run(border).answers.strategy.packages
    assert found["ignore"].min_cost == 4
    assert found["ignore"].optimal == (frozenset({"sanction", "aid"}),)
    assert found["filter"].min_cost == 4
    assert found["ignore"].minimal_coalitions == (frozenset({"P"}),)


def test_a_lever_that_comes_too_late_has_no_effect_and_is_named(border):
    strategy = study.run(border).answers.strategy
    assert strategy.too_late == ("slow",)
    assert "slow" not in {lever.key for lever in strategy.problem.levers}


def lines_of(done):
    section = next(s for s in done.document.sections if s.key == "missing")
    return [line for block in section.blocks for line in block.items]


def test_nothing_dated_later_influences_the_brief(border):
    later = replace(border, record=tuple(e for e in border.record if e.key != "w2"))
    texts = [study.run(case).document for case in (border, later)]
    assert texts[0].sections[:7] == texts[1].sections[:7]
    seen = replace(border, as_of=DAY + timedelta(30))
    assert len(study.run(seen).answers.measures.actor("P").words) == 2


def test_judgements_made_later_leave_the_strategic_part_out(border):
    early = replace(border, judged=DAY + timedelta(11))
    run = study.run(early)
    assert run.answers.strategy is None
    assert "after 2031-03-11" in run.answers.why_no_strategy
    assert any("not computed" in sentence for sentence in run.lead)
    assert not any("no package" in sentence for sentence in run.lead)


def test_sheets_filled_later_are_not_used_and_that_is_told(border):
    sheets = "format: 1\nsheets:\n  ban: {kind: goods, sender: RUS, target: TUR, text: Ban, cells: {value: {value: 1}}}\n"
    filled = replace(border, parties=(*border.parties, a_party("RUS"), a_party("TUR")), sheets=sheets)
    assert study.run(filled).answers.sheets is not None
    early = study.run(replace(filled, judged=DAY + timedelta(11)))
    assert early.answers.sheets is None
    section = next(section for section in early.document.sections if section.key == "leverage")
    assert "are not used" in section.blocks[-1].spans[0].text
    assert not any(block.key == "tab-sheets" for block in section.blocks if hasattr(block, "key"))


@pytest.fixture
def pressed():
    """Two states and a power whose lever takes its numbers from a sheet."""
    peace = "not rus.shell"
    sheet = (
        "format: 1\npoints_per_gdp_percent: 2\ngdp: {RUS: {value: 100, low: 100, high: 100}, TUR: {value: 50, low: 50, high: 50}}\n"
        "sheets:\n  ban:\n    kind: model\n    sender: TUR\n    target: RUS\n    text: Ban\n    cells:\n"
        "      target_loss: {low: 4, value: 5, high: 9}\n      sender_loss: {low: 0.5, value: 1, high: 2}\n"
        "levers:\n  ban: {sheets: [ban], use: replace}\n"
    )
    return a_case(
        as_of=DAY,
        parties=(
            a_party("RUS", stakes=(stake("rus.shell", 9),)),
            a_party("TUR", stakes=(stake(peace, 20),)),
        ),
        options=(option("rus.shell", "RUS"),),
        status_quo=("rus.shell",),
        wanted=Wanted(parse(peace), "some", "any", "none", False, ""),
        concept="nash",
        levers=(
            a_lever("ban", "TUR", {"RUS": a_judgement(-1)}, when=parse("rus.shell"), exec=a_judgement(3), restore=a_judgement(1)),
        ),
        sheets=sheet,
    )


def test_a_lever_whose_sheet_replaces_its_numbers_is_solved_with_them(pressed):
    filled = study.weighed(pressed)
    (lever,) = filled.levers
    assert lever.effects[0][1].value == -10.0
    assert (lever.effects[0][1].low, lever.effects[0][1].high) == (-18.0, -8.0)
    assert (lever.exec.low, lever.exec.value, lever.exec.high) == (2.0, 4.0, 8.0)
    assert study.problem(filled).levers[0] != study.problem(pressed).levers[0]
    done = study.run(pressed)
    assert done.answers.strategy.packages["ignore"].feasible
    assert done.answers.leverage.rows[0].effect.value == -10.0
    compared = replace(pressed, sheets=pressed.sheets.replace("use: replace", "use: compare"))
    assert study.weighed(compared) is compared
    assert not study.run(compared).answers.strategy.packages["ignore"].feasible


def test_judgements_made_earlier_are_used_and_their_age_is_told(border):
    later = replace(border, as_of=DAY + timedelta(12))
    done = study.run(later)
    assert done.answers.strategy is not None
    age = (later.as_of - border.judged).days
    assert any(f"judged on {border.judged}, {age} days before" in "".join(s.text for s in line) for line in lines_of(done))


def test_the_same_case_gives_the_same_bytes(border, tmp_path):
    for name in ("a", "b"):
        study.write(study.run(border), tmp_path / name)
    files = [{p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()} for n in ("a", "b")]
    assert files[0] == files[1]
    assert json.loads(files[0][next(p for p in files[0] if p.name == "brief.json")])["title"] == "Border"


def test_reliability_agrees_with_the_exact_share(border):
    """The package fails exactly where the gain from shelling passes the sanction of 3: half of the range 2 to 4."""
    strategy = study.run(border).answers.strategy
    sure = sureness(border, strategy.problem, strategy.shown.package, strategy.shown.state, "ignore")
    assert sure.share.low < 0.5 < sure.share.high
    (turn,) = sure.deciding
    assert (turn.where.name, turn.nearest) == ("the stake of N in `n.shell`", 3)


@pytest.mark.parametrize(
    ("check", "outcome", "part"),
    [
        ({"kind": "record_count", "actor": "P", "at_least": 1}, "holds", "1 entry of Power"),
        ({"kind": "record_count", "actor": "P", "at_least": 2}, "does not hold", "at least 2"),
        ({"kind": "record_count", "actor": "N", "words_or_deeds": "deed", "targets": ("S",), "at_most": 0}, "does not hold", "d1"),
        ({"kind": "grades", "actor": "P", "at_most_committed": 0}, "holds", "comment 1"),
        ({"kind": "grades", "actor": "S", "at_most_committed": 0}, "not computed", "no word of S"),
        ({"kind": "leaders", "actor": "P", "speaker": "Nobody", "at_most": 0}, "holds", "0 of 1"),
        ({"kind": "exists", "record": ("w1",)}, "on record", "confidence high"),
        ({"kind": "exists", "record": ("w2",)}, "not computed", "dated after"),
        ({"kind": "corroboration", "record": ("w1",), "at_least": 2}, "does not hold", "1 independent"),
        ({"kind": "days_between", "from": "w1", "to": "d1", "at_most": 1}, "holds", "1 day from"),
        ({"kind": "fact", "key": "f1", "at_least": 4}, "does not hold", "3.5 bn"),
        ({"kind": "tie", "party": "N", "other": "P", "types": ("arms",)}, "does not hold", "no such tie"),
        ({"kind": "coalition", "alone": "P"}, "holds", "believed: Power alone can"),
        ({"kind": "coalition", "members": ("P",)}, "holds", "least cost 4"),
        ({"kind": "coalition", "without": "P"}, "holds", "no coalition"),
        ({"kind": "lever_loss", "levers": ("sanction",), "target": "N"}, "does not hold", "central loss 3"),
        ({"kind": "gap", "owner": "P", "target": "N"}, "holds", "gap 0"),
        ({"kind": "deaths_rate", "series": "killed", "until": "2031-03-03", "at_least_per_day": 10}, "holds", "30 in 3 days (by a"),
        (
            {"kind": "deaths_rate", "series": "daily", "until": "2031-03-03", "at_least_per_day": 3},
            "does not hold",
            "of 2 of them), 2.7",
        ),
        ({}, "not computed", "no check"),
    ],
)
def test_each_kind_of_check_finds_what_is_so(border, check, outcome, part):
    (finding,) = study.run(replace(border, claims=(claim("C1", **check),))).answers.findings
    assert finding.outcome == outcome
    assert part in finding.text


@pytest.mark.parametrize(
    ("check", "part"),
    [
        ({"kind": "guess"}, "unknown kind of check 'guess'"),
        ({"kind": "record_count", "at_least": 1}, "parameter 'actor' is missing"),
        ({"kind": "record_count", "actor": "P"}, "neither at_least nor at_most"),
        ({"kind": "record_count", "actor": "Q", "at_least": 1}, "no party 'Q'"),
        ({"kind": "gap", "owner": "P", "target": "N", "at_least": 1}, "parameter 'at_least' means nothing"),
        ({"kind": "gap", "owner": "N", "target": "P"}, "no lever on P"),
        ({"kind": "lever_loss", "levers": ("ban",), "target": "N"}, "not every lever"),
        ({"kind": "coalition", "alone": "P", "members": ("P",)}, "give one of"),
        ({"kind": "coalition", "members": ("Q",)}, "no party 'Q'"),
        ({"kind": "coalition", "alone": "Q"}, "no party 'Q'"),
        ({"kind": "grades", "actor": "PP", "at_most_committed": 0}, "no party 'PP'; did you mean 'P'"),
        ({"kind": "record_count", "actor": "P", "categories": "demnad", "at_most": 0}, "category 'demnad'; did you mean 'demand'"),
        ({"kind": "deaths_rate", "series": "kiled", "until": "2031-03-02", "at_least_per_day": 1}, "no series 'kiled'"),
        ({"kind": "exists", "record": ("w9",)}, "no entry 'w9'"),
        ({"kind": "fact", "key": "nothing", "at_least": 1}, "no figure 'nothing'"),
        ({"kind": "fact", "key": "f1", "at_least": 4, "unit": "bcm"}, "unit 'bcm', but figure 'f1' is in 'bn'"),
    ],
)
def test_a_check_that_cannot_be_read_names_the_claim_before_anything_is_searched(border, check, part):
    for ask in (study.run, study.look):
        with pytest.raises(CaseError, match=f"claim C1: .*{part}"):
            ask(replace(border, claims=(claim("C1", **check),)))


def test_all_checks_that_cannot_be_read_are_told_at_once(border):
    several = (claim("C1", kind="guess"), claim("C2", kind="exists", record=("w1",)), claim("C3", kind="gap", owner="P"))
    with pytest.raises(CaseError) as caught:
        study.look(replace(border, claims=several))
    assert [problem.message.partition(":")[0] for problem in caught.value.problems] == ["claim C1", "claim C3"]


def test_a_case_that_ranks_statements_is_solved(border):
    ranked = a_party("N", priorities=(parse("not s.advance"), parse("n.shell")))
    case = replace(border, parties=(ranked, *border.parties[1:]), levers=border.levers[1:2])
    assert study.graph_model(case).preference[0].tolist() == [2, 3, 0, 1]
    assert study.problem(case).ranking == {"N"}


def test_a_brief_prices_packages_in_three_modes_and_shows_what_certainty_costs(border):
    done = study.run(border)
    tables = {block.key: block for section in done.document.sections for block in section.blocks if hasattr(block, "columns")}
    rows = [["".join(span.text for span in cell.spans) for cell in row] for row in tables["tab-prices"].rows]
    assert [row[1:4] for row in rows] == [["4", "4", "4"]]
    outlook = done.answers.strategy.shown.sureness.outlook
    assert outlook.complete
    best = max(outlook.frontier, key=lambda plan: plan.cost)
    assert (best.package, best.cost) == ({"sanction", "aid"}, 4)
    assert 0.3 < best.reliability < 0.7
    rows = [["".join(span.text for span in cell.spans) for cell in row] for row in tables["tab-frontier"].rows]
    assert [row[:2] for row in rows] == [["no lever", "0"], ["the explained package", "4"]]


def test_amounts_stand_in_the_unit_of_the_case_and_one_of_it_is_one(border):
    unit = "crowns; a crown is a day's war"
    lead = study.run(replace(border, stake_unit=unit)).lead
    assert "Power alone for 4 crowns;" in lead[2]
    cheap = replace(border.levers[0], fixed=a_judgement(1), exec=a_judgement(0), audience=a_judgement(0))
    free = replace(border.levers[1], exec=a_judgement(0))
    lead = study.run(replace(border, stake_unit=unit, levers=(cheap, free))).lead
    assert "Power alone for 1 crown;" in lead[2]


def test_a_case_without_levers_says_that_nobody_can_instead_of_searching_them(border):
    lead = study.run(replace(border, levers=(), record=())).lead
    assert lead[0] == "The record holds no word of anybody up to 2031-03-11."
    assert lead[2] == "Nobody could bring a ceasefire about: the case names no lever."


def test_a_wanted_outcome_that_is_there_already_needs_no_way_there(border):
    there = replace(border, wanted=Wanted(parse("n.shell"), "some", "any", "none", False, ""))
    lead = study.run(there).lead
    assert "what is missing" not in lead[1]
    assert lead[1].endswith("what goes on now is one of the outcomes asked for.")


def test_the_only_power_that_spoke_is_named(border):
    acted = an_entry("d2", "2031-03-04", "P", "deed", targets=("N",))
    lead = study.run(replace(border, record=(*border.record, acted))).lead
    assert lead[0] == "Of the powers that hold levers only Power spoke, once, and it also acted; see the table."


def test_a_judgement_that_stands_where_the_answer_turns_is_not_said_to_move(border):
    edge = replace(
        border,
        parties=(replace(border.parties[0], stakes=(stake("n.shell", 3, 2, 4), stake("s.advance", -4))), *border.parties[1:]),
    )
    lead = study.run(edge).lead
    assert lead[4].startswith(
        "What would change it: 1 judgement turns the answer within its range: the stake of N, which stands where it turns, at 3"
    )


def test_a_surer_package_of_the_same_price_is_named(border):
    """A second sanction costs nothing unless carried out; the first alone fails where shelling brings more than 3."""
    free = replace(border.levers[0], key="second", fixed=a_judgement(0), exec=a_judgement(0), audience=a_judgement(0))
    done = study.run(replace(border, levers=(*border.levers[:2], replace(free, effects=(("N", a_judgement(-0.5, -1, 0)),)))))
    said = [
        "".join(span.text for span in block.spans)
        for section in done.document.sections
        for block in section.blocks
        if hasattr(block, "spans")
    ]
    (line,) = [text for text in said if text.startswith("For no more than the explained package costs")]
    assert "+ second." in line


def test_the_first_screen_says_where_nobody_measured_any_stake_or_effect(border):
    made_up = "Every stake and lever effect behind it is illustrative: nobody measured it."
    assert study.run(border).lead[3].endswith(made_up)
    measured = replace(border.levers[0], effects=(("N", a_judgement(-3, illustrative=False)),))
    assert made_up not in study.run(replace(border, levers=(measured, *border.levers[1:]))).lead[3]


def test_a_case_without_any_range_is_answered_and_its_sureness_not_told(border):
    fixed = tuple(
        replace(party, stakes=tuple(stake(one.when.text, one.judgement.value) for one in party.stakes)) for party in border.parties
    )
    lead = study.run(replace(border, parties=fixed)).lead
    assert lead[2] == study.run(border).lead[2]
    assert lead[3].startswith("How sure: that cannot be told, because no judgement of the case has a range.")
    assert lead[4].endswith("give the doubtful ones a `range`.")


def test_a_package_that_works_in_every_draw_is_not_said_to_turn(border):
    sure = (replace(border.parties[0], stakes=(stake("n.shell", 3, 2.5, 3), stake("s.advance", -4))), *border.parties[1:])
    lead = study.run(replace(border, parties=sure)).lead
    assert "in 100 % of 2000 draws from the stated ranges (95 % interval of drawing 99.8 to 100 %)" in lead[3]
    assert "several together do" not in lead[4]


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq", "cnash"])
def test_every_concept_of_a_case_gives_a_brief(border, concept):
    done = study.run(replace(border, concept=concept))
    assert concept in {name.lower() for name in done.answers.strategy.solution.stable}
    told = [
        block.spans[0].text for s in done.document.sections if s.key == "standing" for block in s.blocks if hasattr(block, "spans")
    ]
    assert f"stable under {concept.upper()} if" in told[0]
