"""Paths into JSON: the subset that `response_mapping` has, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.scenario.json_path import JsonPath, PathMissesError

DOCUMENT = {"a": {"b": [10, 20, {"odd-key": "x", "it's": True}]}, "n": None, "ä": 1}

keys = st.text(max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", DOCUMENT),
        ("$.a.b[0]", 10),
        ("$.a.b[-1].odd-key", "x"),
        ('$.a.b[2]["odd-key"]', "x"),
        ("$.a['b'][1]", 20),
        ('$.a.b[2]["it\'s"]', True),
        (r"$.a.b[2]['it\'s']", True),
        ("$[ 'a' ].b[ 1 ]", 20),
        ("$.n", None),
        ("$.ä", 1),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Any) -> None:
    assert JsonPath.parse(path).find(DOCUMENT) == value


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$.a.c", "$.a has no key 'c'"),
        ("$.a.b[3]", "$.a.b has 3 entries, there is no [3]"),
        ("$.a.b[-4]", "$.a.b has 3 entries, there is no [-4]"),
        ("$.a[0]", "$.a is no list"),
        ("$.n.x", "$.n is no object"),
    ],
)
def test_a_path_that_leads_nowhere_says_how_far_it_led(path: str, why: str) -> None:
    with pytest.raises(PathMissesError) as missed:
        JsonPath.parse(path).find(DOCUMENT)
    assert str(missed.value) == why


@pytest.mark.parametrize("path", ["a.b", "$a", "$.", "$..a", "$.a[*]", "$.a[?(@.b)]", "$.a[0", "$['a]", ""])
def test_what_is_no_such_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"\$|neither"):
        JsonPath.parse(path)


@given(document=documents, data=st.data())
def test_every_place_of_a_document_can_be_named(document: Any, data: st.DataObject) -> None:
    value, path = document, "$"
    while isinstance(value, list | dict) and value and data.draw(st.booleans()):
        if isinstance(value, list):
            index = data.draw(st.integers(-len(value), len(value) - 1))
            value, path = value[index], f"{path}[{index}]"
        else:
            key = data.draw(st.sampled_from(sorted(value)))
            quoted = key.replace("\\", "\\\\").replace("'", "\\'")
            value, path = value[key], f"{path}['{quoted}']"
    assert JsonPath.parse(path).find(document) == value
