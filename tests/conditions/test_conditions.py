import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.conditions import ConditionError, Pattern, mask, parse

NAMES = ["a.x", "a.y", "b.x", "x-un.call"]


def formulas():
    leaves = st.sampled_from([*NAMES, "true", "false"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(lambda f: f"not ({f})"),
            st.tuples(inner, st.sampled_from(["and", "or", "if", "iff"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        ),
        max_leaves=8,
    )


def truth(text, taken):
    words = []
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        words.append(str(word in taken) if word in NAMES else {"true": "True", "false": "False"}.get(word, word))
    return evaluate(words)


def evaluate(words):
    def operand():
        word = words.pop(0)
        if word == "not":
            return not operand()
        if word == "(":
            value = chain()
            assert words.pop(0) == ")"
            return value
        return word == "True"

    def chain():
        value = operand()
        while words and words[0] in {"and", "or", "if", "iff"}:
            sign, other = words.pop(0), operand()
            value = {"and": value and other, "or": value or other, "if": value or not other, "iff": value == other}[sign]
        return value

    return chain()


@given(formulas())
def test_patterns_hold_exactly_where_the_formula_is_true(text):
    condition = parse(text)
    patterns = condition.patterns(NAMES)
    states = np.arange(16)
    found = mask(patterns, states)
    for state in range(16):
        taken = {name for k, name in enumerate(NAMES) if state >> k & 1}
        expected = truth(text, taken)
        assert condition.holds(taken) == expected
        assert any(p.holds(state) for p in patterns) == expected == found[state]


def test_and_binds_closer_than_or_and_or_closer_than_if():
    for bits in itertools.product([False, True], repeat=3):
        a, b, c = bits
        taken = {name for name, bit in zip(NAMES, bits, strict=False) if bit}
        assert parse("a.x or a.y and b.x").holds(taken) == (a or (b and c))
        assert parse("a.x if a.y or b.x").holds(taken) == (a or not (b or c))
        assert parse("not a.x and a.y").holds(taken) == (not a and b)


def test_names_may_be_written_in_any_case_and_hold_hyphens():
    assert parse("X-UN.Call").names == ("x-un.call",)


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("aze.offensive an arm.x", 14, "'an'"),
        ("aze.offensive and", 17, "ends where"),
        ("(a.x or a.y", 0, "not closed"),
        ("a.x && a.y", 4, "'&'"),
        ("offensive", 0, "'offensive'"),
        ("", 0, "ends where"),
        ("a.x a.y", 4, "'a.y'"),
        ("a.x)", 3, "')'"),
    ],
)
def test_text_that_is_no_condition_is_refused_with_its_column(text, column, part):
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.column == column
    assert part in str(caught.value)
    assert caught.value.hint


def test_deep_nesting_is_refused_without_recursion_trouble():
    with pytest.raises(ConditionError, match="nested"):
        parse("(" * 5000 + "a.x" + ")" * 5000)


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text):
    try:
        parse(text)
    except ConditionError as error:
        assert 0 <= error.column <= len(text)


@given(st.text(alphabet="01-", min_size=1, max_size=20))
def test_a_pattern_is_written_as_it_was_read(text):
    assert Pattern.from_text(text).text(len(text)) == text


def test_a_strange_character_in_a_pattern_is_named():
    with pytest.raises(ValueError, match=r"character 2 of pattern '1x'"):
        Pattern.from_text("1x")
