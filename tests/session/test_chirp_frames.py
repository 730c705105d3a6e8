from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.chirp_events import (
    AudioReceived,
    ChirpViolation,
    ErrorCode,
    ErrorReceived,
    FrameEvent,
    MarkReceived,
    SpeechCompletedReceived,
    SpeechStartedReceived,
)
from pytest_agentsim.session.chirp_frames import (
    FrameDecoder,
    encode_mark,
    encode_session_error,
    encode_speech_completed,
    encode_speech_started,
)

INVALID = ErrorCode.INVALID_MESSAGE
MISSING = ErrorCode.MISSING_FIELD
AUDIO = ErrorCode.INVALID_AUDIO_FRAME

FILLED_ID = "filled-in"
FILLED_TS = 1_729_000_000_000

LIMIT = 64 * 1024


def decode(frame: Any, **options: Any) -> list[FrameEvent]:
    wire = frame if isinstance(frame, str | bytes) else json.dumps(frame)
    return FrameDecoder(new_id=lambda: FILLED_ID, now_ms=lambda: FILLED_TS, **options).decode(wire)


def the_violation(frame: Any, **options: Any) -> ChirpViolation:
    (event,) = decode(frame, **options)
    assert isinstance(event, ChirpViolation)
    return event


# --- encoding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind", "data"),
    [
        (
            encode_speech_started("u_1", id="i", ts_ms=1729123456789),
            "speech.started",
            {"utterance_id": "u_1"},
        ),
        (
            encode_speech_completed("u_1", id="i", ts_ms=1729123456789),
            "speech.completed",
            {"utterance_id": "u_1"},
        ),
        (
            encode_session_error(INVALID, "Unexpected type 'foo'", id="i", ts_ms=1729123456789),
            "session.error",
            {"code": "INVALID_MESSAGE", "message": "Unexpected type 'foo'"},
        ),
        (encode_mark("greeting", id="i", ts_ms=1729123456789), "mark", {"name": "greeting"}),
    ],
)
def test_a_frame_has_the_fields_of_the_page_and_no_others(
    frame: str, kind: str, data: dict[str, str]
) -> None:
    assert json.loads(frame) == {"type": kind, "id": "i", "ts_ms": 1729123456789, "data": data}


@pytest.mark.parametrize("name", ['with "quotes"', "line\nfeed", "\x00", "ünï 😀", "\ud800"])
def test_every_name_makes_a_frame_that_can_be_sent(name: str) -> None:
    assert json.loads(encode_mark(name, id="i", ts_ms=1).encode("utf-8"))["data"] == {"name": name}


@given(st.text(), st.text(min_size=1), st.integers(-(2**63), 2**63))
def test_what_is_encoded_is_decoded_again(text: str, event_id: str, ts_ms: int) -> None:
    assert decode(encode_speech_started(text, id=event_id, ts_ms=ts_ms)) == [
        SpeechStartedReceived(text, event_id, ts_ms)
    ]
    assert decode(encode_speech_completed(text, id=event_id, ts_ms=ts_ms)) == [
        SpeechCompletedReceived(text, False, event_id, ts_ms)
    ]
    assert decode(encode_mark(text, id=event_id, ts_ms=ts_ms)) == [MarkReceived(text)]
    for code in ErrorCode:
        assert decode(encode_session_error(code, text, id=event_id, ts_ms=ts_ms)) == [
            ErrorReceived(code, text)
        ]


# --- what the page shows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (
            {
                "type": "speech.started",
                "id": "c0e1a39f-92d1-4f1c-9d8a-2a1b3c4d5e6f",
                "ts_ms": 1729123456789,
                "data": {"utterance_id": "u_abc123"},
            },
            SpeechStartedReceived("u_abc123", "c0e1a39f-92d1-4f1c-9d8a-2a1b3c4d5e6f", 1729123456789),
        ),
        (
            {
                "type": "speech.completed",
                "id": "a2dbf8e4-0767-4a3d-8a29-3f5b7f2c4d10",
                "ts_ms": 1729123460220,
                "data": {"utterance_id": "u_abc123"},
            },
            SpeechCompletedReceived("u_abc123", False, "a2dbf8e4-0767-4a3d-8a29-3f5b7f2c4d10", 1729123460220),
        ),
        (
            {
                "type": "session.error",
                "id": "b1-err-0001",
                "ts_ms": 1729123462000,
                "data": {"code": "INVALID_MESSAGE", "message": "Unexpected type 'foo'"},
            },
            ErrorReceived("INVALID_MESSAGE", "Unexpected type 'foo'"),
        ),
        ({"type": "mark", "id": "m", "ts_ms": 1, "data": {"name": "greeting"}}, MarkReceived("greeting")),
    ],
)
def test_a_frame_of_the_page_gives_its_event(frame: dict[str, Any], event: FrameEvent) -> None:
    assert decode(frame) == [event]


@pytest.mark.parametrize("length", [2, 640, 642, 64_000, 4 * 1024 * 1024])
def test_any_binary_frame_of_even_length_is_audio(length: int) -> None:
    pcm = bytes(length)
    assert decode(pcm) == [AudioReceived(pcm)]


def test_json_in_a_binary_frame_is_audio_like_any_other() -> None:
    assert decode(b'{"type":"x"}') == [AudioReceived(b'{"type":"x"}')]


# --- what is tolerated -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, (FILLED_ID, FILLED_TS)),
        ({"id": None, "ts_ms": None}, (FILLED_ID, FILLED_TS)),
        ({"id": "not a UUID", "ts_ms": 5}, ("not a UUID", 5)),
        ({"id": "", "ts_ms": 0}, (FILLED_ID, 0)),
        ({"id": 7, "ts_ms": "5"}, (FILLED_ID, FILLED_TS)),
        ({"id": ["x"], "ts_ms": {}}, (FILLED_ID, FILLED_TS)),
        ({"id": "x", "ts_ms": True}, ("x", FILLED_TS)),
        ({"id": "x", "ts_ms": 1729123456789.0}, ("x", 1729123456789)),
        ({"id": "x", "ts_ms": 1729123456789.8}, ("x", 1729123456789)),
    ],
)
@pytest.mark.parametrize("kind", ["speech.started", "speech.completed"])
def test_an_absent_or_unusable_id_or_time_is_filled_in(
    kind: str, sent: dict[str, Any], read: tuple[str, int]
) -> None:
    (event,) = decode({"type": kind, "data": {"utterance_id": "u"}, **sent})
    assert isinstance(event, SpeechStartedReceived | SpeechCompletedReceived)
    assert (event.id, event.ts_ms) == read
    assert type(event.ts_ms) is int


def test_unknown_fields_are_passed_over() -> None:
    frame = {"type": "mark", "data": {"name": "m", "extra": [1]}, "version": 3, "nested": {"data": None}}
    assert decode(frame) == [MarkReceived("m")]


@pytest.mark.parametrize("kind", ["speech.started", "speech.completed"])
def test_an_empty_utterance_id_is_an_id(kind: str) -> None:
    (event,) = decode({"type": kind, "data": {"utterance_id": ""}})
    assert isinstance(event, SpeechStartedReceived | SpeechCompletedReceived)
    assert event.utterance_id == ""


@pytest.mark.parametrize("half", ["\\ud800", "\ud800"])
def test_half_a_surrogate_pair_is_read_as_the_replacement_character(half: str) -> None:
    assert decode('{"type": "mark", "data": {"name": "a' + half + '"}}') == [MarkReceived("a\ufffd")]


# --- violations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code", "message"),
    [
        # malformed JSON
        ("", INVALID, "the frame cannot be read as JSON: Expecting value: line 1 column 1 (char 0)"),
        ("hello", INVALID, "the frame cannot be read as JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"type": "mark"', INVALID, "the frame cannot be read as JSON"),
        ("{'type': 'mark'}", INVALID, "the frame cannot be read as JSON"),
        ('{"type": "mark"}{"type": "mark"}', INVALID, "the frame cannot be read as JSON: Extra data"),
        ('{"type": "mark", "data": {"name": NaN}}', INVALID, "NaN is not JSON"),
        ("[" * 60_000, INVALID, "nested more than 64 levels deep"),
        ('{"type": "mark", "x":' + "[" * 70 + "]" * 70 + "}", INVALID, "nested more than 64 levels deep"),
        ('{"ts_ms": ' + "9" * 5000 + "}", INVALID, "the frame cannot be read as JSON"),
        # not an event at all
        ("[]", INVALID, "the frame is JSON, but not an object"),
        ("null", INVALID, "the frame is JSON, but not an object"),
        ('"speech.started"', INVALID, "the frame is JSON, but not an object"),
        ("1", INVALID, "the frame is JSON, but not an object"),
        # unknown types
        ({"type": "foo"}, INVALID, "Unexpected type 'foo'"),
        ({"type": "foo", "data": {"utterance_id": "u"}}, INVALID, "Unexpected type 'foo'"),
        ({"type": ""}, INVALID, "Unexpected type ''"),
        ({"type": "Speech.Started"}, INVALID, "Unexpected type 'Speech.Started'"),
        ({"type": "speech.started "}, INVALID, "Unexpected type 'speech.started '"),
        # the type is not there, or is of the wrong JSON type
        ({}, MISSING, '"type" is missing'),
        ({"type": None}, MISSING, '"type" is missing'),
        ({"data": {"utterance_id": "u"}}, MISSING, '"type" is missing'),
        ({"type": 1}, INVALID, '"type" must be a string'),
        ({"type": ["speech.started"]}, INVALID, '"type" must be a string'),
        # so is the data
        ({"type": "speech.started"}, MISSING, '"data" is missing'),
        ({"type": "speech.started", "data": None}, MISSING, '"data" is missing'),
        ({"type": "speech.started", "utterance_id": "u"}, MISSING, '"data" is missing'),
        ({"type": "speech.completed"}, MISSING, '"data" is missing'),
        ({"type": "mark"}, MISSING, '"data" is missing'),
        ({"type": "speech.started", "data": []}, INVALID, '"data" must be an object'),
        ({"type": "speech.completed", "data": "u"}, INVALID, '"data" must be an object'),
        ({"type": "mark", "data": 0}, INVALID, '"data" must be an object'),
        # so is a field of the data
        ({"type": "speech.started", "data": {}}, MISSING, '"data.utterance_id" is missing'),
        ({"type": "speech.completed", "data": {}}, MISSING, '"data.utterance_id" is missing'),
        (
            {"type": "speech.started", "data": {"utterance_id": None}},
            MISSING,
            '"data.utterance_id" is missing',
        ),
        ({"type": "mark", "data": {"utterance_id": "u"}}, MISSING, '"data.name" is missing'),
        (
            {"type": "speech.started", "data": {"utterance_id": 7}},
            INVALID,
            '"data.utterance_id" must be a string',
        ),
        (
            {"type": "speech.completed", "data": {"utterance_id": {}}},
            INVALID,
            '"data.utterance_id" must be a string',
        ),
        ({"type": "mark", "data": {"name": False}}, INVALID, '"data.name" must be a string'),
        # audio
        (b"", AUDIO, "an empty audio frame"),
        (b"\x00", AUDIO, "an audio frame of 1 bytes"),
        (bytes(639), AUDIO, "an audio frame of 639 bytes"),
        (bytes(641), AUDIO, "an audio frame of 641 bytes"),
    ],
)
def test_a_faulty_frame_gives_one_violation_with_its_code_and_fault(
    frame: Any, code: ErrorCode, message: str
) -> None:
    violation = the_violation(frame)
    assert violation.code is code
    assert message in violation.message


@pytest.mark.parametrize("padding", ["x", "é", "€", "😀"])
def test_text_is_measured_in_bytes_as_sent(padding: str) -> None:
    def frame(size: int) -> str:
        shell = '{"type":"mark","data":{"name":""},"x":""}'
        wide, rest = divmod(size - len(shell), len(padding.encode()))
        return shell[:-2] + padding * wide + "." * rest + '"}'

    assert len(frame(LIMIT).encode()) == LIMIT
    assert decode(frame(LIMIT)) == [MarkReceived("")]
    violation = the_violation(frame(LIMIT + 1))
    assert violation.code is INVALID
    assert violation.message == "a text frame of more than 65536 bytes"
    assert len(violation.sample) <= 200


def test_marks_are_an_unknown_type_when_the_page_is_taken_strictly() -> None:
    violation = the_violation({"type": "mark", "data": {"name": "m"}}, strict_marks=True)
    assert (violation.code, violation.message) == (INVALID, "Unexpected type 'mark'")


@pytest.mark.parametrize(
    ("data", "code", "fault", "told"),
    [
        (None, MISSING, '"data" is missing', ErrorReceived("", "")),
        ([], INVALID, '"data" must be an object', ErrorReceived("", "")),
        ({}, MISSING, '"data.code" is missing', ErrorReceived("", "")),
        (
            {"code": "INTERNAL_ERROR"},
            MISSING,
            '"data.message" is missing',
            ErrorReceived("INTERNAL_ERROR", ""),
        ),
        ({"message": "oops"}, MISSING, '"data.code" is missing', ErrorReceived("", "oops")),
        ({"code": 500, "message": "x"}, INVALID, '"data.code" must be a string', ErrorReceived("", "x")),
        (
            {"code": "X", "message": ["x"]},
            INVALID,
            '"data.message" must be a string',
            ErrorReceived("X", ""),
        ),
    ],
)
def test_a_faulty_error_is_a_violation_and_still_an_error(
    data: Any, code: ErrorCode, fault: str, told: ErrorReceived
) -> None:
    violation, error = decode({"type": "session.error", "data": data})
    assert isinstance(violation, ChirpViolation)
    assert (violation.code, violation.message) == (code, fault)
    assert error == told


def test_an_error_may_have_a_code_of_its_own() -> None:
    frame = {"type": "session.error", "data": {"code": "RATE_LIMITED", "message": "slow down"}}
    assert decode(frame) == [ErrorReceived("RATE_LIMITED", "slow down")]


@pytest.mark.parametrize(
    "frame", ["\u202e" * 1000, "x" * 1000, b"\x00\xff" * 500 + b"\x00", "x" * 10_000_000, bytes(10_000_001)]
)
def test_the_sample_of_a_violation_is_printable_and_short(frame: str | bytes) -> None:
    violation = the_violation(frame)
    assert violation.sample.isprintable()
    assert 0 < len(violation.sample) <= 200


def test_a_foreign_type_is_quoted_in_a_printable_and_short_form() -> None:
    violation = the_violation({"type": "\x1b[2J" + "x" * 500})
    assert violation.message.startswith("Unexpected type '\\x1b[2Jxxx")
    assert violation.message.isprintable()
    assert len(violation.message) < 80


@pytest.mark.parametrize(
    "frame",
    [
        '{"type": "' + "s3cret" * 50 + '"}',
        "x" * 197 + "s3cret",
        b"x" * 197 + b"s3cret" + b"!!",
    ],
)
def test_what_is_quoted_is_redacted_before_it_is_cut(frame: str | bytes) -> None:
    violation = the_violation(frame, redact=lambda text: text.replace("s3cret", "***"))
    assert "s3" not in violation.sample + violation.message
    assert "***" in violation.sample + violation.message or violation.sample.endswith("…")


def test_only_the_beginning_of_a_huge_frame_is_searched_for_secrets() -> None:
    searched: list[int] = []

    def redact(text: str) -> str:
        searched.append(len(text))
        return text

    the_violation("x" * 10_000_000, redact=redact)
    assert searched == [16_384]


# --- anything ----------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
near_frames = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["speech.started", "speech.completed", "session.error", "mark"])
        | json_values,
        "id": json_values,
        "ts_ms": json_values,
        "data": json_values
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys(["utterance_id", "code", "message", "name"], json_values)
        ),
    },
)
any_text = st.text(alphabet=st.characters())


@settings(deadline=None)
@given(near_frames.map(json.dumps) | json_values.map(json.dumps) | any_text | st.binary())
def test_any_frame_gives_one_event_or_a_faulty_error(frame: str | bytes) -> None:
    events = decode(frame)
    for event in events:
        if isinstance(event, ChirpViolation):
            assert event.message.isprintable()
            assert event.sample.isprintable()
            assert len(event.sample) <= 200
            assert event.code is not ErrorCode.INTERNAL_ERROR
    kinds = [type(event) for event in events]
    assert len(kinds) == 1 or kinds == [ChirpViolation, ErrorReceived]


@given(st.binary())
def test_a_binary_frame_is_audio_or_an_invalid_audio_frame_by_its_length_alone(frame: bytes) -> None:
    (event,) = decode(frame)
    if frame and len(frame) % 2 == 0:
        assert event == AudioReceived(frame)
    else:
        assert isinstance(event, ChirpViolation)
        assert event.code is AUDIO
