"""Errors print their place and remedy, and every code has its entry in the documentation."""

import ast
import re
from pathlib import Path

from ceasefire.errors import CaseError, Problem

ROOT = Path(__file__).resolve().parents[1]
_MAKERS = {"Problem", "problem", "_problem", "_report", "_missing", "_refused"}


def codes_in_source():
    for path in (ROOT / "src").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in _MAKERS:
                texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                yield from (text for text in texts if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text))


def test_every_code_is_documented():
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    codes = set(codes_in_source())
    assert len(codes) > 40
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


def test_problems_are_printed_in_the_order_of_the_file():
    first, second = Problem("war.yaml", 2, 1, "a", "first"), Problem("war.yaml", 10, 1, "b", "second", "mend it")
    assert str(CaseError([second, first])) == "war.yaml:2:1: first\nwar.yaml:10:1: second\n  hint: mend it"


def test_a_problem_of_a_whole_file_names_no_line():
    assert str(Problem("war.yaml", None, None, "missing-file", "no such file")) == "war.yaml: no such file"
