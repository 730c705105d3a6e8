from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.events import ViolationKind
from pytest_agentsim.session.strict_json import MAX_DEPTH, JsonError, parse_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5e3", -2500.0),
        (' {"a": [true, null]} ', {"a": [True, None]}),
        ('"\\ud83d\\ude00"', "😀"),
        ('{"a": 1, "a": 2}', {"a": 2}),
        (json.dumps("[{" * 200), "[{" * 200),
    ],
)
def test_json_is_read_unchanged(text: str, value: object) -> None:
    assert parse_json(text) == (value, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'a': 1}",
        '{"a": 1,}',
        "1 2",
        "\ufeff{}",
        "NaN",
        "[Infinity]",
        '{"a": -Infinity}',
        "1e999",
        "-1e999",
    ],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(JsonError) as refusal:
        parse_json(text)
    assert refusal.value.kind is ViolationKind.MALFORMED_JSON


def test_an_integer_beyond_what_python_converts_is_refused_without_advice_about_the_interpreter() -> None:
    with pytest.raises(JsonError) as refusal:
        parse_json("9" * 5000)
    assert refusal.value.kind is ViolationKind.MALFORMED_JSON
    assert "set_int_max_str_digits" not in str(refusal.value)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(levels: int, opening: str, closing: str) -> None:
    innermost = "[]" if opening == "[" else "{}"
    with pytest.raises(JsonError) as refusal:
        parse_json(opening * (levels - 1) + innermost + closing * (levels - 1))
    assert refusal.value.kind is ViolationKind.TOO_DEEP


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(parse_json(text)[0]) == text


def test_a_wide_value_is_not_taken_for_a_deep_one() -> None:
    text = json.dumps([{"a": []}] * 100)
    assert json.dumps(parse_json(text)[0]) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a\\ud800b"', "a\ufffdb"),
        ('"\\udc00\\ud800"', "\ufffd\ufffd"),
        ('{"\\ud800": ["\\uDFFF", 1]}', {"\ufffd": ["\ufffd", 1]}),
        ('"\ud800"', "\ufffd"),
    ],
)
def test_a_lone_surrogate_is_replaced_and_told(text: str, value: object) -> None:
    assert parse_json(text) == (value, True)


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_stored(text: str) -> None:
    for candidate in (text, json.dumps(text), json.dumps({text: [text]}, ensure_ascii=False)):
        try:
            value, _ = parse_json(candidate)
        except JsonError:
            continue
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
