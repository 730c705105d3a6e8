"""A call's result: its views, and its way to JSON and back."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.result import (
    FAULT_OF,
    CallResult,
    EndedBy,
    Event,
    EventKind,
    FailureKind,
    Reason,
    Speaker,
    Status,
    ToolCall,
    Turn,
)

EVENTS = (
    Event(0.0, EventKind.CONNECTED),
    Event(0.5, EventKind.AGENT_TURN, {"text": "Hello", "number": 1}),
    Event(1.0, EventKind.CALLER_TURN, {"text": "My balance, please", "number": 2}),
    Event(61.0, EventKind.FUNCTION_CALL, {"id": "c1", "name": "lookup", "arguments": {"id": "1"}}),
    Event(61.5, EventKind.FUNCTION_CALL_RESULT, {"id": "c1", "name": "", "result": {"balance": 420.0}}),
    Event(62.0, EventKind.AGENT_TURN, {"text": "It is $420.", "number": 3}),
)


def make_result(**changes: Any) -> CallResult:
    values: dict[str, Any] = {
        "scenario": "balance",
        "run_id": "run-1",
        "batch_id": "batch-1",
        "channel": "text",
        "personality": "normal",
        "seed": 7,
        "status": Status.COMPLETED,
        "ended_by": EndedBy.AGENT,
        "ended_reason": Reason.AGENT_ENDED,
        "detail": "The agent ended the call.",
        "started_at": "2026-01-01T00:00:00.000+00:00",
        "duration": 62.0,
        "events": EVENTS,
        "turns": (
            Turn(1, Speaker.AGENT, "Hello", 0.5),
            Turn(2, Speaker.CALLER, "My balance, please", 1.0),
            Turn(3, Speaker.AGENT, "It is $420.", 62.0),
        ),
        "tool_calls": (ToolCall("c1", "lookup", {"id": "1"}, 61.0, 2, {"balance": 420.0}),),
        "metadata": {"customer": "cust_1"},
        "conditions_fired": (0, 1),
    }
    return CallResult(**{**values, **changes})


def test_a_result_survives_a_json_file() -> None:
    result = make_result()
    assert CallResult.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_a_result_survives_pickling() -> None:
    result = make_result()
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301  (our own bytes)


@given(text=st.text(), value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_was_said_survives_json(text: str, value: object) -> None:
    event = Event(1.0, EventKind.AGENT_TURN, {"text": text, "number": 1, "extra": value})
    result = make_result(events=(event,), turns=(Turn(1, Speaker.AGENT, text, 1.0),))
    assert CallResult.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_the_transcript_has_the_hosted_platforms_form() -> None:
    assert make_result().transcript() == [
        {"role": "Main Agent", "content": "Hello", "start_time": 0.5, "end_time": 0.5},
        {"role": "Testing Agent", "content": "My balance, please", "start_time": 1.0, "end_time": 1.0},
        {
            "role": "Function Call",
            "content": "",
            "start_time": 61.0,
            "end_time": 61.0,
            "data": {"id": "c1", "name": "lookup", "arguments": '{"id": "1"}'},
        },
        {
            "role": "Function Call Result",
            "content": "",
            "start_time": 61.5,
            "end_time": 61.5,
            "data": {"id": "c1", "name": "", "result": '{"balance": 420.0}'},
        },
        {"role": "Main Agent", "content": "It is $420.", "start_time": 62.0, "end_time": 62.0},
    ]


def test_the_transcript_for_people_has_a_line_for_each_entry() -> None:
    assert make_result().transcript_text().splitlines() == [
        "[00:00] Main Agent: Hello",
        "[00:01] Testing Agent: My balance, please",
        '[01:01] Function Call: lookup({"id": "1"})',
        '[01:01] Function Call Result: c1 -> {"balance": 420.0}',
        "[01:02] Main Agent: It is $420.",
    ]


def test_a_completed_call_is_nobodys_fault() -> None:
    assert make_result().failure_kind is None


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        (Reason.CONNECTION_FAILED, FailureKind.INFRASTRUCTURE),
        (Reason.AGENT_TIMEOUT, FailureKind.INFRASTRUCTURE),
        (Reason.CALLER_STUCK, FailureKind.CALLER),
        (Reason.SCRIPT_ERROR, FailureKind.CALLER),
    ],
)
def test_a_call_that_failed_is_somebodys_fault(reason: Reason, fault: FailureKind) -> None:
    assert make_result(status=Status.FAILED, ended_reason=reason).failure_kind is fault


def test_every_reason_that_is_no_good_end_has_a_culprit() -> None:
    good = {Reason.CALLER_ENDED, Reason.AGENT_ENDED, Reason.AGENT_CLOSED}
    assert set(FAULT_OF) == set(Reason) - good - {Reason.UNKNOWN}


def test_turns_can_be_asked_for_by_speaker() -> None:
    assert [turn.text for turn in make_result().said_by(Speaker.AGENT)] == ["Hello", "It is $420."]


def test_in_a_transcript_times_that_are_not_known_are_absent() -> None:
    turns = (Turn(1, Speaker.AGENT, "Hello", None), Turn(2, Speaker.CALLER, "Bye", 2.0))
    events = (
        Event(0.0, EventKind.AGENT_TURN, {"text": "Hello", "number": 1, "untimed": True}),
        Event(0.0, EventKind.FUNCTION_CALL, {"id": "c1", "name": "find", "arguments": "{}", "untimed": True}),
        Event(2.0, EventKind.CALLER_TURN, {"text": "Bye", "number": 2}),
    )
    result = make_result(channel="voice", turns=turns, events=events, duration=None)
    assert [(entry["start_time"], entry["end_time"]) for entry in result.transcript()] == [
        (None, None),
        (None, None),
        (2.0, None),
    ]
    assert result.transcript()[1]["data"] == {"id": "c1", "name": "find", "arguments": "{}"}
    assert (
        result.transcript_text() == "Main Agent: Hello\nFunction Call: find({})\n[00:02] Testing Agent: Bye"
    )
    assert CallResult.from_json(json.loads(json.dumps(result.to_json()))) == result
