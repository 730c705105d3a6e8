from __future__ import annotations

import itertools
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.session.chirp import (
    EVENT_SKEW,
    FRAME_BYTES,
    SAMPLE_RATE,
    AudioReceived,
    BargeIn,
    ChirpMisuse,
    ChirpProtocol,
    ChirpViolation,
    CloseKind,
    CloseMeaning,
    ErrorCode,
    ErrorReceived,
    MarkReceived,
    Received,
    Role,
    SpeechCompletedReceived,
    SpeechStartedReceived,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_729_123_456_789
INTERRUPTION = '{"type": "speech.started", "id": "i", "ts_ms": 5, "data": {"utterance_id": "s1"}}'
STARTED = SpeechStartedReceived("s1", "i", 5)


def protocol_of(role: Role, **options: Any) -> ChirpProtocol:
    numbers = itertools.count(1)
    return ChirpProtocol(role, new_id=lambda: f"id-{next(numbers)}", now_ms=lambda: NOW, **options)


@pytest.fixture
def client() -> ChirpProtocol:
    return protocol_of(Role.CLIENT)


@pytest.fixture
def server() -> ChirpProtocol:
    return protocol_of(Role.SERVER)


@pytest.fixture(params=Role)
def either(request: pytest.FixtureRequest) -> ChirpProtocol:
    return protocol_of(request.param)


def frame_of(kind: str, **data: Any) -> str:
    return json.dumps({"type": kind, "id": "i", "ts_ms": 5, "data": data})


def said(frames: list[str]) -> list[tuple[str, str]]:
    """The type and the only datum of each frame."""
    documents = [json.loads(frame) for frame in frames]
    return [(each["type"], next(iter(each["data"].values()))) for each in documents]


def error_of(received: Received) -> dict[str, str]:
    (reply,) = received.replies
    document = json.loads(reply)
    assert document["type"] == "session.error"
    data: dict[str, str] = document["data"]
    return data


# --- what is sent ------------------------------------------------------------------------------------------


def test_the_constants_are_those_of_the_page() -> None:
    assert (SAMPLE_RATE, FRAME_BYTES, EVENT_SKEW) == (16_000, 640, 0.2)


def test_a_started_frame_has_all_fields(client: ChirpProtocol) -> None:
    assert json.loads(client.start_speech("u_abc123")) == {
        "type": "speech.started",
        "id": "id-1",
        "ts_ms": NOW,
        "data": {"utterance_id": "u_abc123"},
    }


def test_a_completed_frame_has_the_id_of_its_utterance_and_an_id_of_its_own(client: ChirpProtocol) -> None:
    client.start_speech("u_abc123")
    assert json.loads(client.complete_speech()) == {
        "type": "speech.completed",
        "id": "id-2",
        "ts_ms": NOW,
        "data": {"utterance_id": "u_abc123"},
    }


def test_by_default_events_have_uuids_and_the_time_of_this_machine() -> None:
    protocol = ChirpProtocol(Role.SERVER)
    documents = [json.loads(protocol.mark("m")) for _ in range(2)]
    first, second = (uuid.UUID(each["id"]) for each in documents)
    assert first != second
    assert all(type(each["ts_ms"]) is int and each["ts_ms"] > NOW for each in documents)


@pytest.mark.parametrize(("role", "person"), [(Role.CLIENT, "caller"), (Role.SERVER, "agent")])
def test_utterances_are_numbered_by_who_speaks(role: Role, person: str) -> None:
    protocol = protocol_of(role)
    ids = []
    for _ in range(3):
        ids.append(protocol.begin_utterance())
        protocol.end_utterance()
    assert ids == [f"{person}-u1", f"{person}-u2", f"{person}-u3"]


def test_a_made_id_avoids_those_that_were_given(client: ChirpProtocol) -> None:
    client.begin_utterance("caller-u1")
    client.end_utterance()
    assert client.begin_utterance() == "caller-u2"


def test_audio_is_sent_as_it_is(either: ChirpProtocol) -> None:
    pcm = bytes(range(250))
    assert either.audio(pcm) is pcm


@pytest.mark.parametrize("pcm", [b"", b"\x00", bytes(641)])
def test_audio_that_the_peer_would_refuse_cannot_be_sent(either: ChirpProtocol, pcm: bytes) -> None:
    with pytest.raises(ValueError, match="audio frame"):
        either.audio(pcm)


# --- our own utterances ------------------------------------------------------------------------------------


def test_an_utterance_with_the_skew_of_the_page(client: ChirpProtocol) -> None:
    assert (client.speaking, client.utterance_id) == (False, None)
    utterance_id = client.begin_utterance()
    assert (client.speaking, client.utterance_id) == (True, utterance_id)
    frames = [client.start_speech(), client.complete_speech()]
    assert client.speaking, "audio trails"
    assert client.end_utterance() == []
    assert (client.speaking, client.utterance_id) == (False, None)
    assert said(frames) == [("speech.started", utterance_id), ("speech.completed", utterance_id)]


def test_starting_begins_an_utterance_that_has_not_begun(server: ChirpProtocol) -> None:
    assert said([server.start_speech()]) == [("speech.started", "agent-u1")]
    assert server.utterance_id == "agent-u1"


def test_the_next_utterance_may_begin_while_the_last_one_trails(either: ChirpProtocol) -> None:
    either.start_speech("a")
    either.complete_speech()
    assert said([either.start_speech("b"), either.complete_speech()]) == [
        ("speech.started", "b"),
        ("speech.completed", "b"),
    ]
    assert either.begin_utterance("c") == "c"


@pytest.mark.parametrize(
    ("steps", "owed"),
    [
        ([], []),
        (["begin_utterance"], ["speech.started", "speech.completed"]),
        (["start_speech"], ["speech.completed"]),
        (["begin_utterance", "start_speech"], ["speech.completed"]),
        (["start_speech", "complete_speech"], []),
        (["start_speech", "end_utterance"], []),
    ],
)
def test_the_end_of_an_utterance_gives_the_frames_still_owed(
    either: ChirpProtocol, steps: list[str], owed: list[str]
) -> None:
    for step in steps:
        getattr(either, step)()
    utterance_id = either.utterance_id
    assert said(either.end_utterance()) == [(kind, utterance_id) for kind in owed]
    assert not either.speaking


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (["start_speech", "start_speech"], "must be completed before another begins"),
        (["start_speech", "begin_utterance"], "must be completed before another begins"),
        (["begin_utterance", "begin_utterance"], "must be completed before another begins"),
        (["complete_speech"], "no speech has been started"),
        (["begin_utterance", "complete_speech"], "no speech has been started"),
        (["start_speech", "complete_speech", "complete_speech"], "no speech has been started"),
        (["start_speech", "end_utterance", "complete_speech"], "no speech has been started"),
    ],
)
def test_steps_in_the_wrong_order_are_misuse_and_change_nothing(
    either: ChirpProtocol, steps: list[str], message: str
) -> None:
    *allowed, wrong = steps
    for step in allowed:
        getattr(either, step)()
    before = (either.speaking, either.utterance_id)
    with pytest.raises(ChirpMisuse, match=message):
        getattr(either, wrong)()
    assert (either.speaking, either.utterance_id) == before


@pytest.mark.parametrize("step", ["begin_utterance", "start_speech"])
def test_an_utterance_id_is_used_once_in_a_session(either: ChirpProtocol, step: str) -> None:
    either.start_speech("u")
    either.end_utterance()
    with pytest.raises(ChirpMisuse, match="'u' has already been used"):
        getattr(either, step)("u")
    assert not either.speaking


def test_an_utterance_is_started_under_the_id_it_was_begun_with(client: ChirpProtocol) -> None:
    client.begin_utterance("a")
    with pytest.raises(ChirpMisuse, match="begun as 'a', not as 'b'"):
        client.start_speech("b")
    assert said([client.start_speech("a")]) == [("speech.started", "a")]


# --- barge-in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "trailing", "replies"),
    [
        (["begin_utterance"], False, ["speech.started", "speech.completed"]),
        (["begin_utterance", "start_speech"], False, ["speech.completed"]),
        (["start_speech"], False, ["speech.completed"]),
        (["start_speech", "complete_speech"], True, []),
    ],
)
def test_a_server_that_starts_speaking_interrupts_the_caller(
    client: ChirpProtocol, steps: list[str], trailing: bool, replies: list[str]
) -> None:
    for step in steps:
        getattr(client, step)()
    received = client.receive(INTERRUPTION)
    assert received.events == [STARTED, BargeIn("caller-u1", trailing)]
    assert said(received.replies) == [(kind, "caller-u1") for kind in replies]
    assert not client.speaking


@pytest.mark.parametrize("steps", [[], ["start_speech", "complete_speech", "end_utterance"]])
def test_a_silent_caller_is_not_interrupted(client: ChirpProtocol, steps: list[str]) -> None:
    for step in steps:
        getattr(client, step)()
    assert client.receive(INTERRUPTION) == Received([STARTED], [])


def test_a_caller_is_interrupted_once(client: ChirpProtocol) -> None:
    client.start_speech()
    client.receive(INTERRUPTION)
    assert client.receive(INTERRUPTION) == Received([STARTED], [])
    assert client.end_utterance() == []


def test_an_interrupted_caller_can_speak_again(client: ChirpProtocol) -> None:
    client.start_speech()
    client.receive(INTERRUPTION)
    assert said([client.start_speech(), client.complete_speech()]) == [
        ("speech.started", "caller-u2"),
        ("speech.completed", "caller-u2"),
    ]


def test_a_server_is_not_interrupted_by_the_protocol(server: ChirpProtocol) -> None:
    server.start_speech()
    assert server.receive(INTERRUPTION) == Received([STARTED], [])
    assert said([server.complete_speech()]) == [("speech.completed", "agent-u1")]


@pytest.mark.parametrize(
    "frame",
    [
        frame_of("speech.completed", utterance_id="s1"),
        frame_of("speech.started"),
        frame_of("session.error", code="INTERNAL_ERROR", message="oops"),
        frame_of("mark", name="m"),
        bytes(640),
        b"\x00",
    ],
)
def test_nothing_but_a_valid_start_interrupts(client: ChirpProtocol, frame: str | bytes) -> None:
    client.start_speech()
    received = client.receive(frame)
    assert not any(isinstance(event, BargeIn) for event in received.events)
    assert said([client.complete_speech()]) == [("speech.completed", "caller-u1")]


# --- the peer's utterances ---------------------------------------------------------------------------------


def completed(protocol: ChirpProtocol, utterance_id: str) -> SpeechCompletedReceived:
    received = protocol.receive(frame_of("speech.completed", utterance_id=utterance_id))
    assert received.replies == []
    (event,) = received.events
    assert isinstance(event, SpeechCompletedReceived)
    return event


def test_the_peers_completed_is_known_when_its_started_is_open(either: ChirpProtocol) -> None:
    either.receive(INTERRUPTION)
    assert completed(either, "s1") == SpeechCompletedReceived("s1", known=True, id="i", ts_ms=5)


def test_an_unknown_utterance_may_be_completed(either: ChirpProtocol) -> None:
    assert completed(either, "s1") == SpeechCompletedReceived("s1", known=False, id="i", ts_ms=5)


def test_an_utterance_is_completed_once(either: ChirpProtocol) -> None:
    either.receive(INTERRUPTION)
    either.receive(INTERRUPTION)
    assert [completed(either, "s1").known for _ in range(2)] == [True, False]


def test_our_own_utterances_are_unknown_as_the_peers(either: ChirpProtocol) -> None:
    either.start_speech("mine")
    assert not completed(either, "mine").known


def test_utterances_that_are_never_completed_are_forgotten_oldest_first(either: ChirpProtocol) -> None:
    for number in range(1000):
        either.receive(frame_of("speech.started", utterance_id=str(number)))
        assert len(either._open_at_peer) <= 64
    assert [completed(either, name).known for name in ("0", "935", "936", "999")] == [
        False,
        False,
        True,
        True,
    ]


def test_an_utterance_that_is_started_again_counts_as_the_newest(either: ChirpProtocol) -> None:
    for number in [*range(64), 0, 64]:
        either.receive(frame_of("speech.started", utterance_id=str(number)))
    assert [completed(either, name).known for name in ("0", "1", "2")] == [True, False, True]


# --- marks -------------------------------------------------------------------------------------------------


def test_a_mark_is_told_and_answered_by_nobody_but_the_playback(either: ChirpProtocol) -> None:
    assert either.receive(frame_of("mark", name="greeting")) == Received([MarkReceived("greeting")], [])


def test_the_echo_of_a_mark_has_the_same_name_and_a_new_id(client: ChirpProtocol) -> None:
    echo = json.loads(client.echo_mark("greeting"))
    assert echo == {"type": "mark", "id": "id-1", "ts_ms": NOW, "data": {"name": "greeting"}}


def test_a_barge_in_does_not_cancel_the_echo(client: ChirpProtocol) -> None:
    client.receive(frame_of("mark", name="greeting"))
    client.start_speech()
    client.receive(INTERRUPTION)
    assert said([client.echo_mark("greeting")]) == [("mark", "greeting")]


def test_a_server_sets_marks(server: ChirpProtocol) -> None:
    assert said([server.mark("m")]) == [("mark", "m")]


@pytest.mark.parametrize(("role", "step"), [(Role.CLIENT, "mark"), (Role.SERVER, "echo_mark")])
def test_marks_go_one_way_and_echoes_the_other(role: Role, step: str) -> None:
    with pytest.raises(ChirpMisuse, match="set by the server and echoed by the client"):
        getattr(protocol_of(role), step)("m")


@pytest.mark.parametrize(("role", "step"), [(Role.SERVER, "mark"), (Role.CLIENT, "echo_mark")])
def test_with_strict_marks_there_are_none(role: Role, step: str) -> None:
    protocol = protocol_of(role, strict_marks=True)
    assert error_of(protocol.receive(frame_of("mark", name="m"))) == {
        "code": "INVALID_MESSAGE",
        "message": "Unexpected type 'mark'",
    }
    with pytest.raises(ChirpMisuse, match="strict_marks"):
        getattr(protocol, step)("m")


# --- "Error Handling": a protocol violation ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param("{", ErrorCode.INVALID_MESSAGE, id="malformed JSON"),
        pytest.param('{"type": "foo"}', ErrorCode.INVALID_MESSAGE, id="unknown type"),
        pytest.param("x" * 70_000, ErrorCode.INVALID_MESSAGE, id="oversized text"),
        pytest.param('{"data": {}}', ErrorCode.MISSING_FIELD, id="missing type"),
        pytest.param('{"type": "speech.started"}', ErrorCode.MISSING_FIELD, id="missing data"),
        pytest.param(
            '{"type": "speech.completed", "data": {}}', ErrorCode.MISSING_FIELD, id="missing utterance_id"
        ),
        pytest.param(b"", ErrorCode.INVALID_AUDIO_FRAME, id="empty audio"),
        pytest.param(bytes(641), ErrorCode.INVALID_AUDIO_FRAME, id="odd-length audio"),
    ],
)
def test_a_violation_is_answered_and_the_session_goes_on(
    either: ChirpProtocol, frame: str | bytes, code: ErrorCode
) -> None:
    received = either.receive(frame)
    (event,) = received.events
    assert isinstance(event, ChirpViolation)
    assert event.code is code
    assert error_of(received) == {"code": code.value, "message": event.message}
    assert either.state is State.OPEN
    assert either.receive(b"\x01\x02") == Received([AudioReceived(b"\x01\x02")], [])


def test_a_dropped_frame_opens_no_utterance(either: ChirpProtocol) -> None:
    either.receive('{"type": "speech.started", "data": {"utterance_id": 7}}')
    assert not completed(either, "7").known


@pytest.mark.parametrize(
    "frame",
    [
        frame_of("session.error", code="INVALID_MESSAGE", message="x"),
        frame_of("session.error", code="MISSING_FIELD", message="x"),
        frame_of("session.error", code="INVALID_AUDIO_FRAME", message="x"),
        frame_of("session.error", code="INTERNAL_ERROR", message="x"),
        frame_of("session.error", code="SOMETHING_ELSE", message="x"),
        frame_of("session.error"),
        frame_of("session.error", code=1, message=None),
        '{"type": "session.error"}',
        '{"type": "session.error", "data": [1]}',
    ],
)
def test_an_error_is_never_answered(either: ChirpProtocol, frame: str) -> None:
    received = either.receive(frame)
    assert received.replies == []
    assert isinstance(received.events[-1], ErrorReceived)
    assert either.state is State.OPEN


@pytest.mark.parametrize("code", ErrorCode)
def test_only_an_internal_error_is_fatal(either: ChirpProtocol, code: ErrorCode) -> None:
    (event,) = either.receive(frame_of("session.error", code=code, message="x")).events
    assert event == ErrorReceived(code, "x")
    assert isinstance(event, ErrorReceived)
    assert event.is_fatal is (code is ErrorCode.INTERNAL_ERROR)


@pytest.mark.parametrize("answer", ["unknown command", '{"type": "ack"}', b"odd"])
def test_a_peer_that_answers_every_error_with_another_breach_is_not_answered_for_ever(
    either: ChirpProtocol, answer: str | bytes
) -> None:
    replies = 0
    while either.receive(answer).replies:
        replies += 1
        assert replies <= 100
    assert replies == 100
    received = either.receive(answer)
    assert [type(event) for event in received.events] == [ChirpViolation]
    assert either.receive(INTERRUPTION).events == [STARTED]


def test_what_goes_out_of_a_frame_is_redacted(either: ChirpProtocol) -> None:
    protocol = protocol_of(either.role, redact=lambda text: text.replace("s3cret", "***"))
    received = protocol.receive('{"type": "s3cret"}')
    assert error_of(received)["message"] == "Unexpected type '***'"
    (event,) = received.events
    assert isinstance(event, ChirpViolation)
    assert event.sample == '{"type": "***"}'


# --- the end -----------------------------------------------------------------------------------------------

SENDING: dict[str, Callable[[ChirpProtocol], object]] = {
    "audio": lambda protocol: protocol.audio(bytes(640)),
    "begin_utterance": lambda protocol: protocol.begin_utterance(),
    "start_speech": lambda protocol: protocol.start_speech(),
    "complete_speech": lambda protocol: protocol.complete_speech(),
    "mark": lambda protocol: protocol.mark("m"),
    "echo_mark": lambda protocol: protocol.echo_mark("m"),
    "fail": lambda protocol: protocol.fail("x"),
}
ENDINGS: dict[str, Callable[[ChirpProtocol], object]] = {
    "fail": lambda protocol: protocol.fail("x"),
    "close_received": lambda protocol: protocol.close_received(1000),
}


def test_our_own_failure_is_told_before_the_close_with_its_code(either: ChirpProtocol) -> None:
    frame, code = either.fail("the pipeline\nbroke")
    document = json.loads(frame)
    assert (document["type"], document["id"], document["ts_ms"]) == ("session.error", "id-1", NOW)
    assert document["data"] == {"code": "INTERNAL_ERROR", "message": "the pipeline\\nbroke"}
    assert code == 1011
    assert either.state is State.FAILED


def test_a_failure_is_told_in_short_and_without_secrets() -> None:
    protocol = protocol_of(Role.SERVER, redact=lambda text: text.replace("s3cret", "***"))
    frame, _ = protocol.fail("x" * 497 + "s3cret" * 50_000)
    message = json.loads(frame)["data"]["message"]
    assert message == "x" * 497 + "**…"


@pytest.mark.parametrize("sending", SENDING)
@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_can_be_sent_after_the_end(either: ChirpProtocol, ending: str, sending: str) -> None:
    either.start_speech()
    ENDINGS[ending](either)
    assert either.end_utterance() == []
    assert not either.speaking
    with pytest.raises(ChirpMisuse, match="nothing can be sent any more"):
        SENDING[sending](either)


@pytest.mark.parametrize("frame", [bytes(640), b"\x00", "{", INTERRUPTION, frame_of("mark", name="m")])
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_comes_after_the_end_is_ignored(either: ChirpProtocol, ending: str, frame: str | bytes) -> None:
    either.start_speech()
    ENDINGS[ending](either)
    assert either.receive(frame) == Received([], [])


@pytest.mark.parametrize(
    ("code", "kind", "sentence"),
    [
        (1000, CloseKind.NORMAL, "the agent closed the connection normally (code 1000)"),
        (1001, CloseKind.NORMAL, "the agent closed the connection normally (code 1001)"),
        (1005, CloseKind.NORMAL, "the agent closed the connection without giving a code"),
        (
            1008,
            CloseKind.POLICY_VIOLATION,
            "the agent closed the connection for a policy violation, such as rejected credentials (code 1008)",
        ),
        (
            1011,
            CloseKind.INTERNAL_ERROR,
            "the agent closed the connection for an internal error of its own (code 1011)",
        ),
        (1002, CloseKind.OTHER, "the connection was closed with code 1002"),
        (4000, CloseKind.OTHER, "the connection was closed with code 4000"),
        (-1, CloseKind.OTHER, "the connection was closed with code -1"),
        (1006, CloseKind.DROPPED, "the connection was dropped without a closing handshake"),
        (None, CloseKind.DROPPED, "the connection was dropped without a closing handshake"),
    ],
)
def test_a_close_code_has_a_meaning(
    client: ChirpProtocol, code: int | None, kind: CloseKind, sentence: str
) -> None:
    assert client.close_received(code) == CloseMeaning(code, kind, sentence)
    assert client.state is State.CLOSED


def test_to_the_server_it_is_the_caller_who_closes(server: ChirpProtocol) -> None:
    assert server.close_received(1000).sentence == "the caller closed the connection normally (code 1000)"


@pytest.mark.parametrize("code", [1011, 1000, None])
def test_a_close_after_our_own_failure_is_not_blamed_on_the_peer(
    client: ChirpProtocol, code: int | None
) -> None:
    client.fail("x")
    for _ in range(2):
        assert client.close_received(code) == CloseMeaning(
            code,
            CloseKind.INTERNAL_ERROR,
            "the caller closed the connection for an internal error of its own (code 1011)",
        )


# --- whole sessions ----------------------------------------------------------------------------------------


def test_the_sample_session_of_the_page() -> None:
    caller, agent = ChirpProtocol(Role.CLIENT), ChirpProtocol(Role.SERVER)
    frame = bytes(640)
    heard = [*caller.receive(agent.audio(frame)).events, *caller.receive(agent.audio(frame)).events]
    caller.begin_utterance("agent-u1")
    sent: list[str | bytes] = [caller.audio(frame), caller.audio(frame), caller.start_speech()]
    sent += [caller.audio(frame), caller.complete_speech(), caller.audio(frame)]
    assert caller.end_utterance() == []
    events = []
    for each in sent:
        received = agent.receive(each)
        assert received.replies == []
        events += received.events
    assert heard == [AudioReceived(frame)] * 2
    match events:
        case [
            AudioReceived(),
            AudioReceived(),
            SpeechStartedReceived("agent-u1"),
            AudioReceived(),
            SpeechCompletedReceived("agent-u1", known=True),
            AudioReceived(),
        ]:
            pass
        case _:
            pytest.fail(f"the agent saw {events}")
    assert caller.close_received(1000).kind is CloseKind.NORMAL


def test_an_interruption_from_end_to_end() -> None:
    caller, agent = ChirpProtocol(Role.CLIENT), ChirpProtocol(Role.SERVER)
    caller.begin_utterance()
    agent.receive(caller.start_speech())
    received = caller.receive(agent.start_speech())
    assert [type(event) for event in received.events] == [SpeechStartedReceived, BargeIn]
    (reply,) = received.replies
    (event,) = agent.receive(reply).events
    assert isinstance(event, SpeechCompletedReceived)
    assert (event.utterance_id, event.known) == ("caller-u1", True)
    assert not caller.speaking


def test_each_side_tells_the_other_of_its_failure() -> None:
    caller, agent = ChirpProtocol(Role.CLIENT), ChirpProtocol(Role.SERVER)
    frame, code = agent.fail("boom")
    (event,) = caller.receive(frame).events
    assert event == ErrorReceived("INTERNAL_ERROR", "boom")
    assert caller.close_received(code).kind is CloseKind.INTERNAL_ERROR
