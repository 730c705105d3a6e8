"""Whether the agent's function calls went well, how long they took, and whether they were the right ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.expected_tool_calls import ExpectedCall, matched
from pytest_agentsim.result import CallResult, Event, EventKind, ToolCall
from tests.metrics.calls import a_text_call

NAMES = ("tool_call_success", "tool_latency", "mock_tool_call_accuracy")
ENTRIES = (
    {"tool_name": "get_user", "input": {"phone": "+1 (864) 523-9892"}, "output": {"id": "U-1"}},
    {"tool_name": "cancel_appointment", "input": {"id": "A-7", "reason": "travel"}},
)


def calling(*calls: tuple[str, Any, Any], expected: Any = None) -> CallResult:
    """A call on which tools were called: name, arguments, result."""
    made = tuple(
        ToolCall(str(number), name, arguments, float(number), 1, result)
        for number, (name, arguments, result) in enumerate(calls)
    )
    return replace(a_text_call(("caller", 0.0, "Hi")), tool_calls=made, expected_tool_calls=expected)


def timed(*events: tuple[str, str, float], **more: Any) -> CallResult:
    """A call on which tools were called and gave results: name or "result", id, time."""
    return replace(
        calling(("a", {}, None)),
        events=tuple(
            Event(time, EventKind.FUNCTION_CALL_RESULT, {"id": number, "name": "", "result": {}, **more})
            if name == "result"
            else Event(time, EventKind.FUNCTION_CALL, {"id": number, "name": name, "arguments": {}, **more})
            for name, number, time in events
        ),
    )


@pytest.mark.parametrize("name", NAMES)
def test_without_tools_there_is_nothing_to_measure(name: str, value_of) -> None:
    value = value_of(name, a_text_call(("caller", 0.0, "Hi"), ("agent", 1.0, "Hello")))
    assert value.outcome.value == "skipped"


# --- success -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "result",
    [
        None,
        "ok",
        {"id": 1},
        [],
        {"error": None},
        {"error": ""},
        {"isError": False, "content": []},
        '{"error": null}',
        "{",
    ],
)
def test_a_call_that_gives_something_else_has_succeeded(result: object, value_of) -> None:
    value = value_of("tool_call_success", calling(("lookup", {}, result)))
    assert (value.value, value.details) == (True, {"calls": 1, "failed": 0})


@pytest.mark.parametrize(
    "result",
    [
        "Error: no such user",
        "the lookup failed",
        {"message": "ValueError"},
        {"error": "no_match"},
        '{"error": "no_match"}',
        {"isError": True},
    ],
)
def test_a_result_with_an_error_is_found(result: object, value_of) -> None:
    value = value_of("tool_call_success", calling(("other", {}, "ok"), ("lookup", {}, result)))
    assert (value.value, value.details) == (False, {"calls": 2, "failed": 1})
    assert value.evidence[0].text.startswith("lookup -> ")


# --- latency -------------------------------------------------------------------------------------------------


def test_the_latency_of_a_tool_is_from_the_call_to_its_result(value_of) -> None:
    call = timed(
        ("get_user", "1", 1.0),
        ("cancel", "2", 1.5),
        ("result", "2", 2.0),
        ("result", "1", 2.5),
        ("cancel", "3", 3.0),
        ("result", "3", 4.0),
    )
    value = value_of("tool_latency", call)
    assert (value.value, value.details["get_user"], value.details["cancel"]) == (1, 1.5, 0.75)
    assert value.evidence[0].text == "get_user took 1.500 s"


def test_the_latency_of_one_tool_is_a_metric_of_its_own(value_of) -> None:
    value = value_of("tool_latency", timed(("get_user", "1", 1.0), ("result", "1", 1.5)))
    assert value.detail("get_user").name == "tool_latency_get_user"


def test_of_two_calls_with_one_id_the_first_has_the_first_result(value_of) -> None:
    call = timed(("a", "1", 1.0), ("result", "1", 2.0), ("b", "1", 3.0), ("result", "1", 3.5))
    details = value_of("tool_latency", call).details
    assert (details["a"], details["b"]) == (1, 0.5)


@pytest.mark.parametrize(
    "call",
    [
        timed(("a", "1", 1.0)),
        timed(("result", "1", 1.0)),
        timed(("a", "1", 0.0), ("result", "1", 1.0), untimed=True),
    ],
)
def test_where_the_time_of_a_call_or_its_result_is_missing_it_is_not_measurable(
    call: CallResult, value_of
) -> None:
    assert value_of("tool_latency", call).outcome.value == "not measurable"


# --- accuracy ------------------------------------------------------------------------------------------------


def test_calls_that_are_as_expected_score_five(value_of) -> None:
    call = calling(
        ("c_Get_User", '{"phone": "8645239892"}', {}),
        ("cancel_appointment", {"reason": "Travel ", "id": "a-7", "note": None}, {}),
        ("end_call", {"reason": "done"}, {}),
        expected=ENTRIES,
    )
    value = value_of("mock_tool_call_accuracy", call)
    assert (value.value, value.details["percent"]) == (5, 100)
    assert value.explanation == (
        "get_user: called with correct input ✓",
        "cancel_appointment: called with correct input ✓",
    )


def test_a_wrong_argument_is_a_missing_call_and_one_too_many(value_of) -> None:
    call = calling(
        ("get_user", {"phone": "8645239892"}, {}),
        ("cancel_appointment", {"id": "A-8", "reason": "travel"}, {}),
        expected=ENTRIES,
    )
    value = value_of("mock_tool_call_accuracy", call)
    assert value.value == 2.5
    assert value.explanation[1] == "cancel_appointment: called but wrong input ✗"
    assert [each.text for each in value.evidence] == [
        'not expected: cancel_appointment({"id": "A-8", "reason": "travel"})'
    ]


def test_a_call_that_was_not_made_is_missing(value_of) -> None:
    value = value_of(
        "mock_tool_call_accuracy", calling(("get_user", {"phone": "864-523-9892"}, {}), expected=ENTRIES)
    )
    assert value.value == pytest.approx(5 * 2 / 3)
    assert value.explanation[1] == "cancel_appointment: not called ✗"


def test_a_repeated_call_is_one_too_many(value_of) -> None:
    once = ("get_user", {"phone": "8645239892"}, {})
    value = value_of("mock_tool_call_accuracy", calling(once, once, expected=ENTRIES[:1]))
    assert value.value == pytest.approx(5 * 2 / 3)


def test_calls_where_none_was_expected_score_zero(value_of) -> None:
    assert value_of("mock_tool_call_accuracy", calling(("a", {}, {}), expected=())).value == 0


def test_control_tools_alone_are_no_calls(value_of) -> None:
    controls = [
        (name, {}, {}) for name in ("end_call", "transferCall", "transfer_to_agent", "send_dtmf", "skip_turn")
    ]
    value = value_of("mock_tool_call_accuracy", calling(*controls, expected=()))
    assert value.reason == "no tool was to be called, and none was"


def test_a_scenario_that_says_nothing_of_tools_is_not_scored(value_of) -> None:
    assert value_of("mock_tool_call_accuracy", calling(("a", {}, {}))).outcome.value == "skipped"


def test_the_expected_calls_can_be_a_setting(value_of) -> None:
    value = value_of("mock_tool_call_accuracy", calling(("a", {"x": 1}, {})), expected=[{"tool_name": "a"}])
    assert value.value == 5


@pytest.mark.parametrize("entry", [{}, {"tool_name": " "}, {"tool_name": "a", "input": "no object"}, "a"])
def test_an_entry_that_is_none_is_told(entry: Any, value_of) -> None:
    value = value_of("mock_tool_call_accuracy", calling(("a", {}, {})), expected=[entry])
    assert value.outcome.value == "failed"
    assert "expected tool call" in value.reason


SAME = [
    ({}, {"anything": 1}),
    ({}, None),
    ({}, "no object"),
    ({"x": "A b "}, {"x": "a B"}),
    ({"x": 25}, {"x": "25"}),
    ({"x": 1}, {"x": 1.0}),
    ({"x": True}, {"x": "true"}),
    ({"x": "8645239892"}, {"x": "+1 864 523 9892"}),
    ({"x": ["a", "b"]}, {"x": ["A", "B"]}),
    ({"x": {"y": "a"}}, {"x": {"y": "A", "z": None}}),
    ({"x": "<freetext>"}, {"x": "whatever"}),
    ({"x": "<optional>", "y": 1}, {"y": 1}),
    ({"x": "<optional>", "y": 1}, {"x": 7, "y": 1}),
    ({"x": "<absent>", "y": 1}, {"y": 1}),
    ({"x": "<string_array>"}, {"x": ["a", "b"]}),
    ({"x": {"$one_of": ["a", "b"]}}, {"x": "B"}),
]
DIFFERENT = [
    ({"x": "a"}, {"x": "b"}),
    ({"x": "a"}, {}),
    ({"x": "a"}, "no object"),
    ({"x": "a"}, [1]),
    ({"x": "a"}, {"x": "a", "y": 1}),
    ({"x": 1}, {"x": 1.5}),
    ({"x": "a"}, {"x": ["a"]}),
    ({"x": ["a", "b"]}, {"x": ["b", "a"]}),
    ({"x": ["a"]}, {"x": ["a", "b"]}),
    ({"x": {"y": "a"}}, {"x": "a"}),
    ({"x": "<freetext>"}, {"x": " "}),
    ({"x": "<absent>", "y": 1}, {"x": 1, "y": 1}),
    ({"x": "<string_array>"}, {"x": ["a", 1]}),
    ({"x": {"$one_of": ["a", "b"]}}, {"x": "c"}),
    ({"first_name": "O'Brien"}, {"first_name": "OBrien"}),
]


@pytest.mark.parametrize(("expected", "given"), SAME)
def test_arguments_that_are_the_same(expected: dict[str, Any], given: Any) -> None:
    assert ExpectedCall("t", expected).is_met_by(ToolCall("1", "t", given, 0.0, 0), same_record=False)


@pytest.mark.parametrize(("expected", "given"), DIFFERENT)
def test_arguments_that_are_not(expected: dict[str, Any], given: Any) -> None:
    assert not ExpectedCall("t", expected).is_met_by(ToolCall("1", "t", given, 0.0, 0), same_record=False)


@pytest.mark.parametrize(
    ("expected", "given"),
    [({"first_name": "O'Brien"}, {"first_name": "obrien"}), ({"x": ["a", "b", "a"]}, {"x": ["b", "a", "a"]})],
)
def test_the_same_record_may_be_written_in_another_way(
    expected: dict[str, Any], given: dict[str, Any]
) -> None:
    assert ExpectedCall("t", expected).is_met_by(ToolCall("1", "t", given, 0.0, 0), same_record=True)


@pytest.mark.parametrize("given", [["a"], ["a", "a"]])
def test_the_same_record_has_the_same_items(given: list[str]) -> None:
    call = ToolCall("1", "t", {"x": given}, 0.0, 0)
    assert not ExpectedCall("t", {"x": ["a", "b"]}).is_met_by(call, same_record=True)


def test_an_optional_call_may_be_made_or_left_out(value_of) -> None:
    entries = ({"tool_name": "a"}, {"tool_name": "b", "optional": True})
    assert value_of("mock_tool_call_accuracy", calling(("a", {}, {}), expected=entries)).value == 5
    assert (
        value_of("mock_tool_call_accuracy", calling(("a", {}, {}), ("b", {}, {}), expected=entries)).value
        == 5
    )
    assert value_of("mock_tool_call_accuracy", calling(expected=entries[1:])).value == 5


CALLS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([{}, {"x": 1}, {"x": 2}])), max_size=4)


@given(CALLS, CALLS)
def test_as_many_expected_calls_are_met_as_can_be(
    wanted: list[tuple[str, Any]], made: list[tuple[str, Any]]
) -> None:
    expected = [ExpectedCall(name, arguments) for name, arguments in wanted]
    calls = [ToolCall(str(place), name, arguments, 0.0, 0) for place, (name, arguments) in enumerate(made)]
    pairs = matched(expected, calls)
    assert len(set(pairs.values())) == len(pairs)
    assert all(expected[one].is_met_by(calls[other], same_record=False) for one, other in pairs.items())
    short, long = sorted((expected, calls), key=len)
    best = max(
        sum(
            (
                one.is_met_by(other, same_record=False)
                if short is expected
                else other.is_met_by(one, same_record=False)
            )  # type: ignore[union-attr]
            for one, other in zip(short, order, strict=False)
        )
        for order in permutations(long, len(short))
    )
    assert len(pairs) == best
