from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.result import EndedBy, Reason, Status
from pytest_agentsim.session.xrubric import (
    AgentMessage,
    FunctionCalled,
    FunctionReturned,
    MetadataReceived,
    ProtocolViolation,
    SessionEnded,
    State,
    XRubricProtocol,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

REPLY = '{"content": "hello"}'
GOODBYE = '{"content": "bye", "type": "end_call"}'
METADATA = '{"metadata": {"keepalive": true}}'
FUNCTION = '{"role": "Function Call", "data": {"id": "c", "name": "f", "arguments": "{}"}}'
RETURN = '{"role": "Function Call Result", "data": {"id": "c", "result": "{}"}}'
GARBAGE = "not json"


@pytest.fixture
def protocol() -> XRubricProtocol:
    """A session that was opened at 1000 s: turns of 120 s, 600 s in all."""
    protocol = XRubricProtocol()
    protocol.opened(1000.0)
    return protocol


def the_end(events: Sequence[object]) -> SessionEnded:
    (event,) = events
    assert isinstance(event, SessionEnded)
    return event


# --- a conversation ----------------------------------------------------------------------------------------


def test_a_whole_conversation_ended_by_the_caller(protocol: XRubricProtocol) -> None:
    assert protocol.receive('{"content": "Hi, how can I help?"}', 1001.0) == [
        AgentMessage("Hi, how can I help?", ends_call=False)
    ]
    assert json.loads(protocol.say("What's my balance?", 1002.0)) == {"content": "What's my balance?"}
    assert protocol.receive(FUNCTION, 1003.0) == [FunctionCalled("c", "f", {})]
    assert protocol.receive(RETURN, 1004.0) == [FunctionReturned("c", "", {})]
    assert protocol.receive('{"content": "$420"}', 1005.0) == [AgentMessage("$420", ends_call=False)]
    assert json.loads(protocol.end_call("Thanks!", 1006.0)) == {"content": "Thanks!", "type": "end_call"}
    assert protocol.receive_close(1000, "", 1007.0) == [
        SessionEnded(
            EndedBy.CALLER,
            Reason.CALLER_ENDED,
            Status.COMPLETED,
            "the caller ended the call",
            close_code=1000,
        )
    ]


def test_a_session_is_open_until_somebody_ends_it(protocol: XRubricProtocol) -> None:
    protocol.receive(REPLY, 1001.0)
    protocol.say("hi", 1002.0)
    protocol.receive(GARBAGE, 1003.0)
    assert protocol.state is State.OPEN


@pytest.mark.parametrize("frame", [GOODBYE, '{"type": "end_call"}', '{"content": "", "type": "end_call"}'])
def test_the_agent_ends_the_call_with_or_without_words(protocol: XRubricProtocol, frame: str) -> None:
    (event,) = protocol.receive(frame, 1001.0)
    assert isinstance(event, AgentMessage)
    assert event.ends_call
    assert protocol.state is State.ENDING
    end = the_end(protocol.receive_close(1000, "", 1002.0))
    assert (end.ended_by, end.reason, end.status) == (EndedBy.AGENT, Reason.AGENT_ENDED, Status.COMPLETED)
    assert protocol.state is State.CLOSED


def test_the_caller_may_end_the_call_without_words(protocol: XRubricProtocol) -> None:
    assert json.loads(protocol.end_call("", 1001.0)) == {"content": "", "type": "end_call"}
    assert protocol.state is State.ENDING


@pytest.mark.parametrize("frame", [REPLY, METADATA, FUNCTION, RETURN, GARBAGE])
def test_frames_that_come_late_are_still_told(protocol: XRubricProtocol, frame: str) -> None:
    before = protocol.receive(frame, 1001.0)
    protocol.end_call("bye", 1002.0)
    assert protocol.receive(frame, 1003.0) == before
    assert protocol.state is State.ENDING


def test_when_both_end_the_call_the_first_one_did() -> None:
    caller_first, agent_first = XRubricProtocol(), XRubricProtocol()
    caller_first.end_call("bye", 1.0)
    caller_first.receive(GOODBYE, 2.0)
    agent_first.receive(GOODBYE, 1.0)
    agent_first.end_call("bye", 2.0)
    assert the_end(caller_first.receive_close(1000, "", 3.0)).reason is Reason.CALLER_ENDED
    assert the_end(agent_first.receive_close(1000, "", 3.0)).reason is Reason.AGENT_ENDED


@pytest.mark.parametrize("code", [None, 1000, 1001, 1005, 1006, 1008, 1011, 4000])
def test_once_the_call_is_ending_any_close_completes_it(protocol: XRubricProtocol, code: int | None) -> None:
    protocol.end_call("bye", 1001.0)
    end = the_end(protocol.receive_close(code, "", 1002.0))
    assert (end.reason, end.status, end.close_code) == (Reason.CALLER_ENDED, Status.COMPLETED, code)


def test_a_violation_does_not_end_the_call(protocol: XRubricProtocol) -> None:
    (event,) = protocol.receive(GARBAGE, 1001.0)
    assert isinstance(event, ProtocolViolation)
    assert protocol.receive(REPLY, 1002.0) == [AgentMessage("hello", ends_call=False)]


def test_a_frame_over_the_limit_is_left_out_and_the_call_goes_on() -> None:
    protocol = XRubricProtocol(max_frame_bytes=30)
    (event,) = protocol.receive(json.dumps({"content": "x" * 30}), 1.0)
    assert isinstance(event, ProtocolViolation)
    assert protocol.receive(REPLY, 2.0) == [AgentMessage("hello", ends_call=False)]


# --- limits ------------------------------------------------------------------------------------------------


def test_no_limit_applies_before_the_connection_is_open() -> None:
    protocol = XRubricProtocol()
    assert protocol.deadline is None
    assert protocol.expire(1e9) == []


def test_the_first_wait_begins_when_the_connection_is_open(protocol: XRubricProtocol) -> None:
    assert protocol.deadline == 1120.0


def test_an_agent_that_does_not_reply_in_time_fails_the_call(protocol: XRubricProtocol) -> None:
    protocol.receive(REPLY, 1001.0)
    protocol.say("hi", 1010.0)
    assert protocol.expire(1129.9) == []
    end = the_end(protocol.expire(1130.0))
    assert end == SessionEnded(
        EndedBy.SIMULATOR,
        Reason.AGENT_TIMEOUT,
        Status.FAILED,
        "the agent did not reply within 120 s",
        close_code=None,
    )
    assert protocol.state is State.CLOSED


def test_a_reply_ends_the_wait_and_only_the_maximum_duration_remains(protocol: XRubricProtocol) -> None:
    protocol.receive(REPLY, 1001.0)
    assert protocol.deadline == 1600.0
    assert protocol.expire(1599.0) == []


def test_a_call_that_takes_too_long_fails(protocol: XRubricProtocol) -> None:
    protocol.receive(REPLY, 1001.0)
    end = the_end(protocol.expire(1600.0))
    assert end == SessionEnded(
        EndedBy.SIMULATOR,
        Reason.MAX_DURATION,
        Status.FAILED,
        "the call reached its maximum duration of 600 s",
        close_code=None,
    )


def test_the_maximum_duration_also_ends_a_wait(protocol: XRubricProtocol) -> None:
    protocol.say("hi", 1550.0)
    assert protocol.deadline == 1600.0
    assert the_end(protocol.expire(1650.0)).reason is Reason.MAX_DURATION


def test_when_both_limits_are_reached_at_once_the_silent_agent_is_the_reason() -> None:
    protocol = XRubricProtocol(turn_timeout=2.5, max_duration=2.5)
    protocol.opened(0.0)
    end = the_end(protocol.expire(2.5))
    assert end.reason is Reason.AGENT_TIMEOUT
    assert end.detail == "the agent did not reply within 2.5 s"


def test_waiting_for_another_turn_starts_the_wait_anew(protocol: XRubricProtocol) -> None:
    protocol.receive(REPLY, 1001.0)
    protocol.await_turn(1050.0)
    assert protocol.deadline == 1170.0


@pytest.mark.parametrize("frame", [METADATA, FUNCTION, RETURN, GARBAGE, b"binary", '{"content": 5}', "{}"])
def test_what_is_no_turn_neither_ends_the_wait_nor_starts_it_anew(
    protocol: XRubricProtocol, frame: str | bytes
) -> None:
    protocol.receive(frame, 1100.0)
    assert protocol.deadline == 1120.0
    assert the_end(protocol.expire(1120.0)).reason is Reason.AGENT_TIMEOUT


def test_an_empty_message_is_a_turn(protocol: XRubricProtocol) -> None:
    protocol.receive('{"content": ""}', 1001.0)
    assert protocol.deadline == 1600.0


@pytest.mark.parametrize("ends", ["caller", "agent"])
def test_no_limit_applies_once_the_call_is_ending(protocol: XRubricProtocol, ends: str) -> None:
    if ends == "caller":
        protocol.end_call("bye", 1001.0)
    else:
        protocol.receive(GOODBYE, 1001.0)
    assert protocol.deadline is None
    assert protocol.expire(1e9) == []


# --- closes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason", "detail"),
    [
        (1000, "", "the agent closed the connection"),
        (1001, "", "the agent closed the connection"),
        (1005, "", "the agent closed the connection"),
        (1000, "done", "the agent closed the connection with code 1000 (done)"),
        (4000, "", "the agent closed the connection with code 4000"),
        (4999, "see you", "the agent closed the connection with code 4999 (see you)"),
        (3000, "a\nb", "the agent closed the connection with code 3000 (a\\nb)"),
    ],
)
def test_an_agent_that_just_closes_has_ended_the_call(
    protocol: XRubricProtocol, code: int, reason: str, detail: str
) -> None:
    assert protocol.receive_close(code, reason, 1002.0) == [
        SessionEnded(EndedBy.AGENT, Reason.AGENT_CLOSED, Status.COMPLETED, detail, close_code=code)
    ]


@pytest.mark.parametrize(
    ("code", "reason", "detail"),
    [
        (None, "", "the connection was lost 2.5 s into the call without a closing handshake"),
        (1006, "", "the connection was lost 2.5 s into the call without a closing handshake"),
        (1002, "", "the connection was lost 2.5 s into the call with code 1002"),
        (1003, "", "the connection was lost 2.5 s into the call with code 1003"),
        (1007, "bad text", "the connection was lost 2.5 s into the call with code 1007 (bad text)"),
        (1009, "", "the connection was lost 2.5 s into the call with code 1009"),
        (1011, "boom", "the connection was lost 2.5 s into the call with code 1011 (boom)"),
        (1012, "", "the connection was lost 2.5 s into the call with code 1012"),
        (1013, "", "the connection was lost 2.5 s into the call with code 1013"),
        (0, "", "the connection was lost 2.5 s into the call with code 0"),
        (5000, "", "the connection was lost 2.5 s into the call with code 5000"),
    ],
)
def test_a_drop_or_an_error_code_fails_the_call(
    protocol: XRubricProtocol, code: int | None, reason: str, detail: str
) -> None:
    assert protocol.receive_close(code, reason, 1002.5) == [
        SessionEnded(EndedBy.SIMULATOR, Reason.CONNECTION_LOST, Status.FAILED, detail, close_code=code)
    ]


def test_code_1008_rejects_the_secret_and_the_detail_tells_where_to_set_it(protocol: XRubricProtocol) -> None:
    end = the_end(protocol.receive_close(1008, "bad secret 'shh'", 1001.0))
    assert (end.ended_by, end.reason, end.status, end.close_code) == (
        EndedBy.SIMULATOR,
        Reason.SECRET_REJECTED,
        Status.REJECTED,
        1008,
    )
    assert "AGENTSIM_SECRET" in end.detail
    assert "--agentsim-secret" in end.detail
    assert "agent fixture" in end.detail
    assert "shh" not in end.detail


def test_after_the_end_nothing_happens_any_more(protocol: XRubricProtocol) -> None:
    protocol.receive_close(1000, "", 1001.0)
    assert protocol.receive(REPLY, 1002.0) == []
    assert protocol.receive(GOODBYE, 1002.0) == []
    assert protocol.receive_close(1006, "", 1003.0) == []
    assert protocol.expire(1e9) == []
    protocol.opened(1004.0)
    protocol.await_turn(1004.0)
    assert json.loads(protocol.say("still a frame", 1005.0)) == {"content": "still a frame"}
    assert json.loads(protocol.end_call("", 1006.0))["type"] == "end_call"
    assert protocol.state is State.CLOSED
    assert protocol.deadline is None


def test_metadata_comes_before_the_message_that_it_came_with(protocol: XRubricProtocol) -> None:
    events = protocol.receive('{"content": "One moment", "metadata": {"id": 1}}', 1001.0)
    assert events == [MetadataReceived({"id": 1}), AgentMessage("One moment", ends_call=False)]
