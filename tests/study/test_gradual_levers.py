"""Cases whose levers may be used at any intensity: packages give it, everything else looks at levels."""

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from ceasefire import study
from ceasefire.case import load
from ceasefire.cli.app import app
from ceasefire.errors import CaseError
from ceasefire.mediation import find_intensities, find_packages, levels
from ceasefire.study.doubts import uncertain_problem

TUTORIAL = files("ceasefire.cases").joinpath("tutorial", "case.yaml").read_text(encoding="utf-8")
PLAIN = "    type: threat\n"


@pytest.fixture
def gradual(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(TUTORIAL.replace(PLAIN, PLAIN + "    gradual: true\n"), encoding="utf-8")
    return file


def test_a_gradual_lever_reaches_the_problem(gradual):
    asked = study.problem(load(gradual))
    assert {lever.key for lever in asked.levers if lever.is_gradual} == {"fuel-stop-north", "troops-south"}
    assert not any(lever.is_gradual for lever in study.problem(load("tutorial")).levers)
    nash = replace(asked, concept="nash", wanted=replace(asked.wanted, reach="none"))
    found = find_intensities(nash)
    full = find_packages(study.problem(load("tutorial"), concept="nash"))
    assert found.min_cost <= full.min_cost
    assert found.steps is None
    assert any(0 < share < 1 for share in found.intensity.values())


def test_levels_of_a_case_are_the_levels_of_its_problem(gradual):
    case = load(gradual)
    stepped = study.in_steps(case)
    assert study.in_steps(stepped) is stepped
    asked = study.problem(case)
    expected = [level for lever in asked.levers for level in (levels(lever, 4) if lever.is_gradual else [lever])]
    found = study.problem(stepped).levers
    assert [(lever.key, lever.group, lever.fixed) for lever in found] == [(one.key, one.group, one.fixed) for one in expected]
    for lever, one in zip(found, expected, strict=True):
        assert abs(lever.exec - one.exec) <= Fraction(1, 1000)
        assert all(abs(change - one.effects[code]) <= Fraction(1, 1000) for code, change in lever.effects.items())


def test_levels_are_judged_with_the_scaled_range_and_share_what_does_not_scale(gradual):
    case = study.in_steps(load(gradual))
    known = {unknown.name: unknown for unknown in uncertain_problem(case, study.problem(case)).unknowns}
    half = known["the effect of fuel-stop-north@1/2 on North"]
    assert half.spread.numbers == (Fraction(-2), Fraction(-5, 4))
    texts = {lever.key: lever.text for lever in case.levers}
    assert texts["fuel-stop-north@1/2"] == "Stop selling fuel to North, at 1/2 of its force"
    assert texts["fuel-stop-north@1"] == "Stop selling fuel to North"


def test_pairs_that_exclude_each_other_exclude_all_levels(tmp_path):
    file = tmp_path / "case.yaml"
    text = TUTORIAL.replace(PLAIN, PLAIN + "    gradual: true\n") + "\nincompatible:\n  - [troops-south, loan-south]\n"
    file.write_text(text, encoding="utf-8")
    pairs = study.in_steps(load(file)).incompatible
    assert pairs == tuple((f"troops-south@{share}", "loan-south") for share in ("1/4", "1/2", "3/4", "1"))


def test_the_commands_answer_for_a_case_with_gradual_levers(gradual):
    told = CliRunner().invoke(app, ["packages", str(gradual), "--goal", "reached", "--json"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.output)
    assert answer["intensity_steps"] == 20
    assert 0 < answer["intensity"]["troops-south"] < 1
    told = CliRunner().invoke(app, ["explain", str(gradual), "--goal", "reached"])
    assert told.exit_code == 0, told.output
    assert "@" in told.output


def test_a_brief_of_a_case_with_gradual_levers_names_their_force(gradual):
    run = study.run(load(gradual))
    shown = run.answers.strategy.shown
    assert shown is not None
    assert any("@" in key for key in shown.package)


def test_a_lever_that_is_ranked_has_no_intensity(tmp_path):
    text = TUTORIAL.replace(PLAIN, PLAIN + "    gradual: true\n")
    stakes = text[text.index("    stakes:\n      - {when: x-s.advance, range") : text.index("  X-P:\n    name: Patron")]
    text = text.replace(stakes, "    priorities: [{lever: troops-south}, not x-n.shell, x-s.advance]\n")
    effects = [line for line in text.splitlines(keepends=True) if line.startswith("    effects: {X-S")]
    for line in effects:
        text = text.replace(line, "    effects: {}\n" if "Half" in line else "")
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match="is gradual and placed in a ranking"):
        load(file)
