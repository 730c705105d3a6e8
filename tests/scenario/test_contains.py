"""The grammar of contains expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.scenario.contains import ContainsError, parse


def nobody(function: str, text: str) -> bool:
    raise AssertionError(f"{function} was asked")


@pytest.mark.parametrize(
    ("expression", "text", "holds"),
    [
        ('contains "refund"', "Your Refund is on its way", True),
        ("contains 'refund'", "no such thing", False),
        ('contains "a" OR contains "b" AND contains "c"', "a", True),
        ('contains "a" OR contains "b" AND contains "c"', "b", False),
        ('contains "a" OR contains "b" AND contains "c"', "c b", True),
        ('(contains "a" OR contains "b") AND contains "c"', "a", False),
        ('(contains "a" OR contains "b") AND contains "c"', "bc", True),
        ('contains "x" OR "y"', "y", True),
        ('contains "x" AND "y"', "x", False),
        ('contains ("x" or "y") and "z"', "yz", True),
        ('CONTAINS "x" or CONTAINS "y"', "Y", True),
        ('contains "pull " OR contains "1234"', "pull", False),
        ("contains \u201cdon't\u201d", "I don\u2019t know", True),
        ('contains "it\'s"', "IT'S", True),
    ],
)
def test_an_expression_holds_for_a_text(expression, text, holds):
    parsed = parse(expression)
    assert parsed is not None
    assert parsed.matches(text, nobody) is holds


@pytest.mark.parametrize(
    "text", ["The agent asks for your name", "", "The message contains a number", "contains a refund offer"]
)
def test_a_description_is_no_expression(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("expression", "position", "message"),
    [
        ("contains", 8, "expected a quoted text"),
        ('contains "refund', 9, "not closed"),
        ('contains ""', 9, "empty"),
        ('contains "a" OR', 15, "expected a quoted text"),
        ('contains "a" "b"', 13, "expected AND or OR"),
        ('contains "a" XOR "b"', 13, 'found "XOR"'),
        ('(contains "a"', 0, "parenthesis is not closed"),
        ('contains "a")', 12, "expected AND or OR"),
    ],
)
def test_a_malformed_expression_is_refused_at_its_fault(expression, position, message):
    with pytest.raises(ContainsError, match=message) as caught:
        parse(expression)
    assert caught.value.position == position


def test_deep_nesting_is_refused():
    with pytest.raises(ContainsError, match="nested"):
        parse("contains " + "(" * 200 + '"a"' + ")" * 200)


def test_the_texts_that_occur_are_named():
    parsed = parse('contains "a" OR contains "x"')
    assert parsed is not None
    assert (parsed.texts, parsed.found_in("An A", nobody)) == (("a", "x"), ("a",))


@given(st.text(max_size=60).map(lambda text: "contains " + text))
def test_any_text_is_parsed_or_refused(text):
    position = 0
    try:
        parse(text)
    except ContainsError as error:
        position = error.position
    assert 0 <= position <= len(text)
