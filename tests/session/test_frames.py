from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.events import (
    AgentMessage,
    FrameEvent,
    FunctionCalled,
    FunctionReturned,
    MetadataReceived,
    ProtocolViolation,
    ViolationKind,
)
from pytest_agentsim.session.frames import decode_frame, encode_end_call, encode_message

CALL = "Function Call"
RESULT = "Function Call Result"


def decode(frame: Any, max_bytes: int = 1_048_576) -> list[FrameEvent]:
    wire = frame if isinstance(frame, str | bytes) else json.dumps(frame)
    return decode_frame(wire, max_bytes=max_bytes)


def violations(events: list[FrameEvent]) -> list[ViolationKind]:
    return [event.kind for event in events if isinstance(event, ProtocolViolation)]


def without_violations(events: list[FrameEvent]) -> list[FrameEvent]:
    return [event for event in events if not isinstance(event, ProtocolViolation)]


# --- from the caller to the agent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", ["", "I'd like to set up a payment plan", 'with "quotes" and \n lines', "ünï 😀"]
)
def test_a_message_is_an_object_with_nothing_but_its_content(content: str) -> None:
    assert json.loads(encode_message(content)) == {"content": content}


@pytest.mark.parametrize("content", ["Thanks, goodbye!", ""])
def test_the_end_of_the_call_carries_its_last_words_and_the_type(content: str) -> None:
    assert json.loads(encode_end_call(content)) == {"content": content, "type": "end_call"}


def test_dtmf_travels_inside_the_content_as_it_is() -> None:
    content = 'Sure, entering it now. <dtmf digits="1234#"/>'
    assert json.loads(encode_message(content))["content"] == content


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_every_content_makes_a_frame_that_can_be_encoded(content: str) -> None:
    for frame in (encode_message(content), encode_end_call(content)):
        assert json.loads(frame.encode("utf-8"))["content"] == content


# --- from the agent to the caller: what the page shows -----------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "events"),
    [
        (
            {"content": "Sure — what monthly amount works for you?"},
            [AgentMessage("Sure — what monthly amount works for you?", ends_call=False)],
        ),
        ({"content": ""}, [AgentMessage("", ends_call=False)]),
        (
            {"content": "One moment…", "metadata": {"customer_id": "cust_123"}},
            [MetadataReceived({"customer_id": "cust_123"}), AgentMessage("One moment…", ends_call=False)],
        ),
        ({"metadata": {"internal_call_id": "abc-123"}}, [MetadataReceived({"internal_call_id": "abc-123"})]),
        ({"metadata": {}}, [MetadataReceived({})]),
        (
            {"role": CALL, "data": {"id": "call_1", "name": "lookup_account", "arguments": '{"id":"123"}'}},
            [FunctionCalled("call_1", "lookup_account", {"id": "123"})],
        ),
        (
            {"role": RESULT, "data": {"id": "call_1", "result": '{"balance":420.00}'}},
            [FunctionReturned("call_1", "", {"balance": 420.0})],
        ),
        ({"content": "Goodbye!", "type": "end_call"}, [AgentMessage("Goodbye!", ends_call=True)]),
        ({"content": "", "type": "end_call"}, [AgentMessage("", ends_call=True)]),
        ({"type": "end_call"}, [AgentMessage("", ends_call=True)]),
        (
            {"type": "end_call", "metadata": {"a": 1}},
            [MetadataReceived({"a": 1}), AgentMessage("", ends_call=True)],
        ),
    ],
)
def test_a_frame_of_the_page_gives_its_events(frame: dict[str, Any], events: list[FrameEvent]) -> None:
    assert decode(frame) == events


@pytest.mark.parametrize("content", ["", "Looking that up", None, 5])
@pytest.mark.parametrize("role", [CALL, RESULT])
def test_a_function_frame_is_never_a_turn_whatever_content_it_has(role: str, content: object) -> None:
    data = {"id": "c1", "name": "lookup", "arguments": "{}", "result": "{}"}
    (event,) = decode({"role": role, "data": data, "content": content})
    assert isinstance(event, FunctionCalled | FunctionReturned)


def test_a_function_frame_may_carry_metadata() -> None:
    events = decode({"role": CALL, "data": {"id": "c", "name": "f", "arguments": {}}, "metadata": {"k": 1}})
    assert events == [MetadataReceived({"k": 1}), FunctionCalled("c", "f", {})]


def test_a_function_frame_may_end_the_call_without_being_a_turn() -> None:
    frame = {"role": RESULT, "data": {"id": "c", "result": "1"}, "type": "end_call", "content": "bye"}
    assert decode(frame) == [FunctionReturned("c", "", 1), AgentMessage("", ends_call=True)]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ('{"a": 1}', {"a": 1}),
        ('"text"', "text"),
        ("42", 42),
        ("null", None),
        ({"a": [1, 2]}, {"a": [1, 2]}),
        ([1], [1]),
        (7, 7),
        (False, False),
        (None, None),
    ],
)
@pytest.mark.parametrize("field", ["arguments", "result"])
def test_arguments_and_results_are_json_text_or_any_json_value(
    field: str, sent: object, read: object
) -> None:
    role = CALL if field == "arguments" else RESULT
    (event,) = decode({"role": role, "data": {"id": "c", "name": "f", field: sent}})
    assert getattr(event, field) == read


def test_a_result_may_repeat_the_name() -> None:
    frame = {"role": RESULT, "data": {"id": "c", "name": "lookup", "result": "1"}}
    assert decode(frame) == [FunctionReturned("c", "lookup", 1)]


@pytest.mark.parametrize(
    "frame",
    [
        {"content": "hi", "timestamp": 12, "id": "x", "nested": {"deep": []}},
        {"content": "hi", "metadata": None, "type": None, "role": None, "data": None},
        {"content": "hi", "data": "ignored without a role"},
    ],
)
def test_unknown_fields_and_nulls_are_passed_over(frame: dict[str, Any]) -> None:
    assert decode(frame) == [AgentMessage("hi", ends_call=False)]


# --- from the agent to the caller: breaches ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        pytest.param(b'{"content": "hi"}', ViolationKind.BINARY_FRAME, id="binary"),
        pytest.param("", ViolationKind.MALFORMED_JSON, id="empty"),
        pytest.param("hello", ViolationKind.MALFORMED_JSON, id="plain text"),
        pytest.param("{'content': 'hi'}", ViolationKind.MALFORMED_JSON, id="python literal"),
        pytest.param('{"content": "hi"', ViolationKind.MALFORMED_JSON, id="cut off"),
        pytest.param('{"content": "hi"}{"content": "ho"}', ViolationKind.MALFORMED_JSON, id="two objects"),
        pytest.param('{"metadata": {"score": NaN}}', ViolationKind.MALFORMED_JSON, id="NaN"),
        pytest.param('{"metadata": {"score": Infinity}}', ViolationKind.MALFORMED_JSON, id="Infinity"),
        pytest.param('{"metadata": ' + "[" * 100_000, ViolationKind.TOO_DEEP, id="nesting bomb"),
        pytest.param('{"metadata": {"a":' + "[" * 70 + "]" * 70 + "}}", ViolationKind.TOO_DEEP, id="deep"),
        pytest.param('"text"', ViolationKind.NOT_AN_OBJECT, id="string"),
        pytest.param("[]", ViolationKind.NOT_AN_OBJECT, id="array"),
        pytest.param("null", ViolationKind.NOT_AN_OBJECT, id="null"),
        pytest.param("{}", ViolationKind.UNKNOWN_FRAME, id="empty object"),
        pytest.param('{"text": "hi"}', ViolationKind.UNKNOWN_FRAME, id="other protocol"),
        pytest.param('{"content": null}', ViolationKind.UNKNOWN_FRAME, id="nothing but null"),
        pytest.param('{"data": {"id": "c"}}', ViolationKind.UNKNOWN_FRAME, id="data without role"),
        pytest.param('{"content": 5}', ViolationKind.WRONG_TYPE, id="number as content"),
        pytest.param('{"content": ["hi"]}', ViolationKind.WRONG_TYPE, id="array as content"),
        pytest.param('{"metadata": "k=v"}', ViolationKind.WRONG_TYPE, id="string as metadata"),
        pytest.param('{"type": 1}', ViolationKind.WRONG_TYPE, id="number as type"),
        pytest.param('{"role": {}}', ViolationKind.WRONG_TYPE, id="object as role"),
        pytest.param('{"type": "ping"}', ViolationKind.UNKNOWN_TYPE, id="unknown type"),
        pytest.param('{"role": "assistant"}', ViolationKind.UNKNOWN_ROLE, id="unknown role"),
        pytest.param(
            '{"role": "function call", "data": {}}', ViolationKind.UNKNOWN_ROLE, id="role in lower case"
        ),
        pytest.param('{"role": "Function Call"}', ViolationKind.MISSING_FIELD, id="no data"),
        pytest.param('{"role": "Function Call", "data": []}', ViolationKind.WRONG_TYPE, id="array as data"),
    ],
)
def test_a_frame_that_says_nothing_usable_gives_one_violation_and_nothing_else(
    frame: str | bytes, kind: ViolationKind
) -> None:
    (event,) = decode(frame)
    assert isinstance(event, ProtocolViolation)
    assert event.kind is kind
    assert event.message


@pytest.mark.parametrize(
    ("frame", "kind", "events"),
    [
        (
            {"content": "hi", "type": "message"},
            ViolationKind.UNKNOWN_TYPE,
            [AgentMessage("hi", ends_call=False)],
        ),
        (
            {"content": "hi", "role": "assistant"},
            ViolationKind.UNKNOWN_ROLE,
            [AgentMessage("hi", ends_call=False)],
        ),
        ({"content": "hi", "metadata": [1]}, ViolationKind.WRONG_TYPE, [AgentMessage("hi", ends_call=False)]),
        ({"content": 5, "type": "end_call"}, ViolationKind.WRONG_TYPE, [AgentMessage("", ends_call=True)]),
        ({"content": 5, "metadata": {"a": 1}}, ViolationKind.WRONG_TYPE, [MetadataReceived({"a": 1})]),
        ('{"content": "a\\ud800"}', ViolationKind.LONE_SURROGATE, [AgentMessage("a\ufffd", ends_call=False)]),
        (
            {"role": CALL, "data": {"name": "f", "arguments": "{}"}},
            ViolationKind.MISSING_FIELD,
            [FunctionCalled("", "f", {})],
        ),
        (
            {"role": CALL, "data": {"id": "c", "arguments": "{}"}},
            ViolationKind.MISSING_FIELD,
            [FunctionCalled("c", "", {})],
        ),
        (
            {"role": CALL, "data": {"id": "c", "name": "f"}},
            ViolationKind.MISSING_FIELD,
            [FunctionCalled("c", "f", None)],
        ),
        (
            {"role": CALL, "data": {"id": 7, "name": "f", "arguments": "{}"}},
            ViolationKind.WRONG_TYPE,
            [FunctionCalled("7", "f", {})],
        ),
        (
            {"role": CALL, "data": {"id": "c", "name": ["f"], "arguments": "{}"}},
            ViolationKind.WRONG_TYPE,
            [FunctionCalled("c", "", {})],
        ),
        (
            {"role": CALL, "data": {"id": "c", "name": "f", "arguments": "{'a': 1}"}},
            ViolationKind.MALFORMED_JSON,
            [FunctionCalled("c", "f", "{'a': 1}")],
        ),
        (
            {"role": CALL, "data": {"id": "c", "name": "f", "arguments": ""}},
            ViolationKind.MALFORMED_JSON,
            [FunctionCalled("c", "f", "")],
        ),
        (
            {"role": RESULT, "data": {"id": "c", "result": "all fine"}},
            ViolationKind.MALFORMED_JSON,
            [FunctionReturned("c", "", "all fine")],
        ),
        (
            {"role": RESULT, "data": {"id": "c", "result": "NaN"}},
            ViolationKind.MALFORMED_JSON,
            [FunctionReturned("c", "", "NaN")],
        ),
        (
            {"role": RESULT, "data": {"id": "c", "result": "[" * 500}},
            ViolationKind.MALFORMED_JSON,
            [FunctionReturned("c", "", "[" * 500)],
        ),
        (
            {"role": RESULT, "data": {"id": "c", "result": '"\\ud800"'}},
            ViolationKind.LONE_SURROGATE,
            [FunctionReturned("c", "", "\ufffd")],
        ),
        (
            {"role": RESULT, "data": {"id": "c"}},
            ViolationKind.MISSING_FIELD,
            [FunctionReturned("c", "", None)],
        ),
    ],
)
def test_what_is_usable_in_a_faulty_frame_is_kept(
    frame: Any, kind: ViolationKind, events: list[FrameEvent]
) -> None:
    found = decode(frame)
    assert violations(found) == [kind]
    assert without_violations(found) == events


@pytest.mark.parametrize("padding", ["x", "é", "€", "😀"])
def test_a_frame_is_measured_in_bytes_as_sent(padding: str) -> None:
    frame = json.dumps({"content": padding * 30}, ensure_ascii=False)
    size = len(frame.encode())
    assert decode(frame, max_bytes=size) == [AgentMessage(padding * 30, ends_call=False)]
    assert violations(decode(frame, max_bytes=size - 1)) == [ViolationKind.TOO_LARGE]
    assert len(decode(frame, max_bytes=size - 1)) == 1


@pytest.mark.parametrize(
    "frame", ["\u202e" * 1000, "x" * 1000, b"\x00\xff" * 500, '{"content": ' + "9" * 1000]
)
def test_the_sample_of_a_violation_is_printable_and_short(frame: str | bytes) -> None:
    (event,) = decode(frame)
    assert isinstance(event, ProtocolViolation)
    assert event.sample.isprintable()
    assert 0 < len(event.sample) <= 200


def test_a_foreign_type_is_quoted_in_a_printable_form() -> None:
    (event,) = decode({"type": "\x1b[2J" + "x" * 500})
    assert isinstance(event, ProtocolViolation)
    assert event.message.isprintable()
    assert len(event.message) < 120


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
near_frames = st.fixed_dictionaries(
    {},
    optional={
        "content": json_values,
        "metadata": json_values,
        "type": st.just("end_call") | json_values,
        "role": st.sampled_from([CALL, RESULT]) | json_values,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "id": json_values,
                "name": json_values,
                "arguments": json_values,
                "result": json_values,
            },
        )
        | json_values,
    },
)


@settings(deadline=None)
@given(near_frames.map(json.dumps) | json_values.map(json.dumps) | st.text() | st.binary())
def test_any_frame_gives_events_that_can_be_stored(frame: str | bytes) -> None:
    events = decode(frame)
    assert events, "a frame must leave a trace"
    for event in events:
        match event:
            case AgentMessage(content, ends_call):
                assert isinstance(content, str)
                assert isinstance(ends_call, bool)
            case MetadataReceived(metadata):
                assert isinstance(metadata, dict)
                json.dumps(metadata, allow_nan=False)
            case FunctionCalled(identifier, name, payload) | FunctionReturned(identifier, name, payload):
                assert isinstance(identifier, str)
                assert isinstance(name, str)
                json.dumps(payload, allow_nan=False)
            case ProtocolViolation(_, message, sample):
                assert message.isprintable()
                assert sample.isprintable()
                assert len(sample) <= 200
    assert sum(isinstance(event, AgentMessage) for event in events) <= 1
