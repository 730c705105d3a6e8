from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.scenario.problems import Severity
from pytest_agentsim.scenario.template import (
    function_placeholders,
    has_placeholder,
    missing,
    placeholders,
    problems,
    render,
)

PROFILE: dict[str, Any] = {
    "first_name": "Sarah",
    "customer name": "Sarah Johnson",
    "X-Tenant": "acme",
    "address": {"city": "Oslo", "zip code": "0150"},
}


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("{{test_profile.first_name}}", ("first_name",)),
        ("{{ test_profile.first_name }}", ("first_name",)),
        ("{{\n test_profile.first_name\t}}", ("first_name",)),
        ("{{test_profile.address.city}}", ("address", "city")),
        ("{{test_profile['customer name']}}", ("customer name",)),
        ('{{test_profile["customer name"]}}', ("customer name",)),
        ("{{test_profile[ 'customer name' ]}}", ("customer name",)),
        ("{{test_profile.address['zip code']}}", ("address", "zip code")),
        ("{{test_profile['address'].city}}", ("address", "city")),
        ("{{test_profile['address'][\"city\"]}}", ("address", "city")),
        ("{{test_profile.X-Tenant}}", ("X-Tenant",)),
    ],
)
def test_a_placeholder_names_its_keys_by_dots_or_brackets(source: str, keys: tuple[str, ...]) -> None:
    (placeholder,) = placeholders(f"I am {source}.")
    assert (placeholder.source, placeholder.keys, placeholder.start) == (source, keys, 5)
    assert problems(source) == ()


def test_several_placeholders_are_found_in_order() -> None:
    text = "{{test_profile.first_name}} from {{test_profile.address.city}}"
    assert [each.keys for each in placeholders(text)] == [("first_name",), ("address", "city")]
    assert render(text, PROFILE) == "Sarah from Oslo"


def test_of_three_opening_braces_the_last_two_count() -> None:
    assert render('{"name":{{test_profile.first_name}}}', PROFILE) == '{"name":Sarah}'
    assert render("{{{test_profile.first_name}}}", PROFILE) == "{Sarah}"


def test_a_function_placeholder_is_well_formed_and_stays_literal() -> None:
    text = "It is under {{function.lookup.name}}."
    assert problems(text) == ()
    assert placeholders(text) == ()
    assert has_placeholder(text)
    assert render(text, {}) == text
    assert [(each.keys, each.start) for each in function_placeholders(text)] == [(("lookup", "name"), 12)]


@pytest.mark.parametrize(
    ("text", "offset", "severity"),
    [
        ("Hi {{test_profile}}", 3, Severity.ERROR),
        ("{{ test_profile.a ] }}", 0, Severity.ERROR),
        ("{{test_profile.}}", 0, Severity.ERROR),
        ("{{test_profile[name]}}", 0, Severity.ERROR),
        ("{{test_profile.a | upper}}", 0, Severity.ERROR),
        ("{{test_profile.a or 'x'}}", 0, Severity.ERROR),
        ("{{test_profile.a", 0, Severity.ERROR),
        ("{{test_profile.a}", 0, Severity.ERROR),
        ("ok {{test_profile.a}} and {{", 26, Severity.ERROR),
        ("{{test_profile.a {{test_profile.b}}", 0, Severity.ERROR),
        ("{{function.lookup}}", 0, Severity.ERROR),
        ("{{function.a.b.c}}", 0, Severity.ERROR),
        ("{{first_name}}", 0, Severity.WARNING),
        ("{{}}", 0, Severity.WARNING),
    ],
)
def test_a_malformed_placeholder_is_reported_at_its_offset(
    text: str, offset: int, severity: Severity
) -> None:
    (problem,) = problems(text)
    assert (problem.offset, problem.severity) == (offset, severity)
    assert problem.message
    assert problem.hint


def test_braces_around_a_bare_name_suggest_the_test_profile() -> None:
    (problem,) = problems("I am {{first_name}}")
    assert problem.hint == "write {{test_profile.first_name}}"


@pytest.mark.parametrize("text", ["", "no braces", "{test_profile.a}", "a } b }} c", '{"a":{"b":1}}'])
def test_text_without_double_opening_braces_is_left_alone(text: str) -> None:
    assert problems(text) == ()
    assert not has_placeholder(text)
    assert render(text, {}) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Sarah", "Sarah"),
        ("", ""),
        (None, ""),
        (0, "0"),
        (42, "42"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (dt.date(1990, 1, 31), "1990-01-31"),
        ([], ""),
        (["milk"], "milk"),
        (["milk", "eggs"], "milk and eggs"),
        (["milk", "eggs", "tea"], "milk, eggs and tea"),
        (("milk", None, "tea"), "milk and tea"),
        ({"street": "Main St 1", "city": "Oslo"}, "street: Main St 1, city: Oslo"),
        ([True, {"a": 1}], "true and a: 1"),
    ],
)
def test_a_value_is_rendered_as_people_would_write_it(value: Any, words: str) -> None:
    assert render("<{{test_profile.it}}>", {"it": value}) == f"<{words}>"


def test_an_inserted_value_is_not_rendered_again() -> None:
    variables = {"a": "{{test_profile.b}}", "b": "secret"}
    assert render("{{test_profile.a}}", variables) == "{{test_profile.b}}"


def test_a_missing_key_raises_with_the_nearest_and_all_known_keys_but_no_values() -> None:
    with pytest.raises(ProfileKeyError) as caught:
        render("Hi {{test_profile.frist_name}}", PROFILE)
    message = str(caught.value)
    assert "{{test_profile.frist_name}}" in message
    assert 'did you mean "first_name"?' in message
    assert "customer name" in message
    assert "Sarah" not in message
    assert "Oslo" not in message


def test_keys_are_case_sensitive() -> None:
    with pytest.raises(ProfileKeyError, match='did you mean "first_name"'):
        render("{{test_profile.First_Name}}", PROFILE)


def test_a_missing_inner_key_names_its_owner() -> None:
    with pytest.raises(ProfileKeyError, match='"address" of the test profile has no key "town"'):
        render("{{test_profile.address.town}}", PROFILE)


def test_a_key_of_a_single_value_cannot_be_asked_for() -> None:
    with pytest.raises(ProfileKeyError, match='"first_name" of the test profile has no keys'):
        render("{{test_profile.first_name.initial}}", PROFILE)


def test_a_key_of_an_empty_profile_says_that_it_is_empty() -> None:
    with pytest.raises(ProfileKeyError, match="it is empty"):
        render("{{test_profile.a}}", {})


def test_missing_returns_what_cannot_be_rendered() -> None:
    text = "{{test_profile.first_name}} {{test_profile.age}} {{test_profile.address.town}} {{function.f.o}}"
    assert [each.keys for each in missing(text, PROFILE)] == [("age",), ("address", "town")]


@given(st.text(alphabet="{}.[]'\" ab", max_size=60) | st.text(max_size=60))
@settings(deadline=None)
def test_any_text_has_only_problems_inside_of_it_and_renders_or_misses_a_key(text: str) -> None:
    assert all(text.startswith("{{", each.offset) for each in problems(text))
    if not missing(text, {}):
        assert render(text, {}) == text


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", "test_profile", "function", ".a", "['a']", " ", "x"])))
@settings(deadline=None)
def test_each_pair_of_braces_is_either_a_placeholder_or_a_problem(pieces: list[str]) -> None:
    text = "".join(pieces)
    good = {each.start for each in (*placeholders(text), *function_placeholders(text))}
    bad = {each.offset for each in problems(text)}
    assert not good & bad
    if not missing(text, {"a": ""}):
        assert render(text, {"a": ""}) == text or placeholders(text)
