"""The event log and the views of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.redaction import Redactor
from pytest_agentsim.result import EventKind, Speaker, ToolCall, Turn


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(start=1000.0)


@pytest.fixture
def log(clock: VirtualClock) -> EventLog:
    return EventLog(clock, Redactor())


def call(log: EventLog, id: str, name: str = "f", arguments: Any = None) -> None:  # noqa: A002
    log.add(EventKind.FUNCTION_CALL, id=id, name=name, arguments=arguments)


def result(log: EventLog, id: str, result: Any) -> None:  # noqa: A002
    log.add(EventKind.FUNCTION_CALL_RESULT, id=id, name="", result=result)


def paired(log: EventLog) -> list[tuple[str, str, Any]]:
    return [(each.id, each.name, each.result) for each in log.tool_calls()]


# --- events and turns --------------------------------------------------------------------------------------


def test_a_new_log_is_empty(log: EventLog) -> None:
    assert (log.events, log.turns, log.tool_calls(), log.metadata(), log.conditions_fired()) == (
        (),
        (),
        (),
        {},
        (),
    )


def test_times_count_from_the_opening_of_the_log(log: EventLog, clock: VirtualClock) -> None:
    first = log.add(EventKind.CONNECTED)
    clock.advance(2.5)
    second = log.add(EventKind.ENDED)
    assert (first.time, second.time, log.elapsed) == (0, 2.5, 2.5)
    assert log.events == (first, second)


def test_the_turns_of_both_sides_are_numbered_together_and_other_events_are_not(
    log: EventLog, clock: VirtualClock
) -> None:
    log.add(EventKind.AGENT_TURN, text="Hello")
    log.add(EventKind.METADATA, metadata={})
    clock.advance(1)
    log.add(EventKind.AGENT_TURN, text="Anybody there?")
    log.add(EventKind.ACTION, move="triggers", conditions=[1])
    log.add(EventKind.CALLER_TURN, text="Yes")
    assert log.turns == (
        Turn(1, Speaker.AGENT, "Hello", 0),
        Turn(2, Speaker.AGENT, "Anybody there?", 1),
        Turn(3, Speaker.CALLER, "Yes", 1),
    )
    assert [event.data.get("number") for event in log.events] == [1, None, 2, None, 3]


def test_the_views_are_of_their_moment(log: EventLog) -> None:
    log.add(EventKind.AGENT_TURN, text="Hello")
    before = log.turns, log.events
    log.add(EventKind.CALLER_TURN, text="Hi")
    assert [len(each) for each in before] == [1, 1]


def test_the_conditions_that_spoke_are_those_of_the_actions_in_order(log: EventLog) -> None:
    log.add(EventKind.ACTION, move="first_message", conditions=[0])
    log.add(EventKind.INTERRUPTED, move="triggers", conditions=[1], by="What?")
    log.add(EventKind.ACTION, move="triggers", conditions=[2, 1])
    log.add(EventKind.ACTION, move="clarification", conditions=[])
    log.add(EventKind.ACTION, move="triggers", conditions=[1])
    assert log.conditions_fired() == (0, 2, 1, 1)


# --- tool calls --------------------------------------------------------------------------------------------


def test_a_call_has_its_arguments_its_result_its_time_and_the_turn_before_it(
    log: EventLog, clock: VirtualClock
) -> None:
    log.add(EventKind.CALLER_TURN, text="What's my balance?")
    clock.advance(1)
    call(log, "c1", "lookup_account", {"id": "123"})
    clock.advance(1)
    log.add(EventKind.AGENT_TURN, text="One moment")
    result(log, "c1", {"balance": 420.0})
    assert log.tool_calls() == (ToolCall("c1", "lookup_account", {"id": "123"}, 1.0, 1, {"balance": 420.0}),)


def test_a_call_before_anybody_spoke_comes_after_turn_0(log: EventLog) -> None:
    call(log, "c1")
    log.add(EventKind.AGENT_TURN, text="Hello")
    call(log, "c2")
    assert [each.after_turn for each in log.tool_calls()] == [0, 1]


def test_a_call_without_a_result_has_none(log: EventLog) -> None:
    call(log, "c1")
    assert paired(log) == [("c1", "f", None)]


def test_results_go_to_their_ids_in_any_order(log: EventLog) -> None:
    call(log, "c1", "first")
    call(log, "c2", "second")
    result(log, "c2", "two")
    result(log, "c1", "one")
    assert paired(log) == [("c1", "first", "one"), ("c2", "second", "two")]


def test_an_id_that_is_used_twice_gets_its_results_in_order(log: EventLog) -> None:
    call(log, "c1", "first")
    result(log, "c1", "one")
    call(log, "c1", "second")
    result(log, "c1", "two")
    assert paired(log) == [("c1", "first", "one"), ("c1", "second", "two")]


def test_two_open_calls_of_the_same_id_get_their_results_in_order(log: EventLog) -> None:
    call(log, "c1", "first")
    call(log, "c1", "second")
    result(log, "c1", "one")
    assert paired(log) == [("c1", "first", "one"), ("c1", "second", None)]
    result(log, "c1", "two")
    assert paired(log) == [("c1", "first", "one"), ("c1", "second", "two")]


def test_a_result_of_null_is_a_result(log: EventLog) -> None:
    call(log, "c1", "first")
    call(log, "c1", "second")
    result(log, "c1", None)
    result(log, "c1", "two")
    assert paired(log) == [("c1", "first", None), ("c1", "second", "two")]


def test_a_result_before_its_call_stays_alone(log: EventLog) -> None:
    result(log, "c1", "early")
    call(log, "c1")
    assert paired(log) == [("c1", "f", None)]
    assert len(log.events) == 2, "it is on record all the same"


def test_a_result_without_a_call_stays_alone(log: EventLog) -> None:
    call(log, "c1")
    result(log, "c2", "whose?")
    assert paired(log) == [("c1", "f", None)]


def test_a_second_result_of_one_call_changes_nothing(log: EventLog) -> None:
    call(log, "c1")
    result(log, "c1", "one")
    result(log, "c1", "again")
    assert paired(log) == [("c1", "f", "one")]


# --- metadata ----------------------------------------------------------------------------------------------


def test_metadata_is_merged_key_by_key_and_the_last_write_wins(log: EventLog) -> None:
    log.add(EventKind.METADATA, metadata={"a": 1, "b": {"x": 1}, "c": 1})
    log.add(EventKind.METADATA, metadata={"b": {"y": 2}, "c": None})
    assert log.metadata() == {"a": 1, "b": {"y": 2}, "c": None}


def test_the_merged_metadata_is_the_askers_own(log: EventLog) -> None:
    log.add(EventKind.METADATA, metadata={"a": 1})
    log.metadata()["a"] = 2
    assert log.metadata() == {"a": 1}


# --- secrets -----------------------------------------------------------------------------------------------


def test_a_secret_does_not_get_into_the_log(clock: VirtualClock) -> None:
    log = EventLog(clock, Redactor(["hush-hush"]))
    log.add(EventKind.AGENT_TURN, text="It is hush-hush!")
    log.add(EventKind.METADATA, metadata={"hush-hush": ["hush-hush", {"deep": "a hush-hush b"}]})
    call(log, "hush-hush", "hush-hush", {"key": "hush-hush"})
    log.add(EventKind.CONNECTING, url="ws://x", headers={"X-RUBRIC-SECRET": "hush-hush"})
    left = repr((log.events, log.turns, log.tool_calls(), log.metadata()))
    assert "hush" not in left
    assert log.turns[0].text == "It is ***!"
    assert log.metadata() == {"***": ["***", {"deep": "a *** b"}]}


@pytest.mark.parametrize("name", ["text", "number", "metadata", "conditions", "arguments", "id"])
def test_a_secret_that_is_the_name_of_a_field_of_ours_breaks_nothing(name: str, clock: VirtualClock) -> None:
    log = EventLog(clock, Redactor([name]))
    log.add(EventKind.AGENT_TURN, text=f"a {name} b")
    log.add(EventKind.METADATA, metadata={name: name, "other": 1})
    log.add(EventKind.ACTION, move="triggers", conditions=[3])
    call(log, "c1", "f", {name: 1})
    result(log, "c1", name)
    assert log.turns[0].number == 1
    assert log.metadata() == {"***": "***", "other": 1}
    assert log.conditions_fired() == (3,)
    assert log.tool_calls() == (ToolCall("c1", "f", {"***": 1}, 0.0, 1, "***"),)


identifiers = st.sampled_from(["c1", "c2", "c3", ""])


@given(st.lists(st.tuples(st.booleans(), identifiers, st.integers()), max_size=20))
def test_each_result_answers_at_most_one_call_and_only_an_earlier_one(
    steps: list[tuple[bool, str, int]],
) -> None:
    log = EventLog(VirtualClock(), Redactor())
    waiting: list[tuple[int, str]] = []
    expected: list[Any] = []
    for is_call, identifier, number in steps:
        if is_call:
            call(log, identifier)
            waiting.append((len(expected), identifier))
            expected.append(None)
            continue
        result(log, identifier, number)
        mine = next((each for each in waiting if each[1] == identifier), None)
        if mine is not None:
            waiting.remove(mine)
            expected[mine[0]] = number
    assert [each.result for each in log.tool_calls()] == expected
    json.dumps([event.to_json() for event in log.events])
