"""The tables of the CHIRP page, row by row: what goes over a real socket, what is answered, and how the call goes on."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.audio.pcm import FRAME_BYTES, seconds_of
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, conditions, conduct, silence, speech

if TYPE_CHECKING:
    from pathlib import Path

WORDS = speech(0.6)
ASKS = "What is your name?"
SARAH = conditions(("", "Hello"), ("The agent asks for your name", "Sarah <endcall/>"))
LONG = conditions(("", "Hello"), ("The agent asks for your name", "Sarah Miller from Springfield <endcall/>"))
AS_EVER = ["caller: Hello", f"agent: {ASKS}", "caller: Sarah"]

INVALID_MESSAGE, MISSING_FIELD, INVALID_AUDIO_FRAME = (
    "INVALID_MESSAGE",
    "MISSING_FIELD",
    "INVALID_AUDIO_FRAME",
)


def event(type_: Any, data: Any, **fields: Any) -> str:
    return json.dumps({"type": type_, "id": str(uuid.uuid4()), "ts_ms": 1, "data": data, **fields})


async def call_with_frames(*frames: str | bytes, **settings: Any) -> Conducted:
    """Return a call in which the agent sends frames after the caller's hello, and then goes on as ever."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        for frame in frames:
            await agent.send(frame)
        await agent.wait(0.1)
        await agent.say(WORDS)
        await agent.stay()

    return await conduct(program, SARAH, recognized=[ASKS], **settings)


def errors_told(call: Conducted) -> list[dict[str, str]]:
    """Return what the caller told the agent in session.error."""
    return [each["data"] for each in call.agent.events if each["type"] == "session.error"]


def check_that_it_goes_on(call: Conducted) -> None:
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == AS_EVER
    assert call.agent.socket.close_code == 1000


def check_that_nothing_was_amiss(call: Conducted) -> None:
    check_that_it_goes_on(call)
    assert errors_told(call) == []
    assert call.events(EventKind.PROTOCOL_VIOLATION) == []
    assert call.events(EventKind.WARNING) == []


# --- "Message Types": what the caller sends ----------------------------------------------------------------


async def test_the_callers_audio_comes_in_frames_of_20_ms_without_gaps() -> None:
    call = await call_with_frames()
    audio = [frame for frame in call.agent.heard if isinstance(frame, bytes)]
    assert {len(frame) for frame in audio} == {FRAME_BYTES}
    assert len(audio) == pytest.approx(call.result.duration * 50, abs=1)


async def test_each_event_of_the_callers_has_the_four_fields_of_the_table() -> None:
    before = time.time() * 1000
    call = await call_with_frames("{")
    events = call.agent.events
    assert [each["type"] for each in events] == [
        "speech.started",
        "speech.completed",
        "session.error",
        "speech.started",
        "speech.completed",
    ]
    for each in events:
        assert set(each) == {"type", "id", "ts_ms", "data"}
        assert str(uuid.UUID(each["id"])) == each["id"]
        assert type(each["ts_ms"]) is int
        assert before - 1 <= each["ts_ms"] <= time.time() * 1000
        assert type(each["data"]) is dict
    assert len({each["id"] for each in events}) == len(events)


async def test_speech_started_and_completed_come_in_pairs_of_one_utterance_id() -> None:
    call = await call_with_frames()
    first, second = call.agent.events[:2], call.agent.events[2:]
    for started, completed in (first, second):
        assert (started["type"], completed["type"]) == ("speech.started", "speech.completed")
        assert started["data"] == completed["data"]
    assert first[0]["data"]["utterance_id"] != second[0]["data"]["utterance_id"]


# --- "Message Types": what the agent sends -----------------------------------------------------------------


@pytest.mark.parametrize("chunk", [2, 160, 640, 1000, 3200, len(WORDS)])
async def test_audio_of_any_even_length_is_played(chunk: int, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS[:6400] if chunk == 2 else WORDS, chunk=chunk, burst=chunk == 2)
        if chunk == 2:
            await agent.say(WORDS[6400:], burst=True)
        await agent.stay()

    call = await conduct(program, SARAH, recognized=[ASKS], recording=tmp_path / "recording.wav")
    check_that_nothing_was_amiss(call)
    assert WORDS in read_stereo(tmp_path / "recording.wav")[1]


async def test_a_frame_of_a_megabyte_is_played() -> None:
    call = await call_with_frames()
    plain = call.result.turns[1]
    call = await call_with_frames((WORDS + silence(40))[: 1024 * 1024])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.events(EventKind.PROTOCOL_VIOLATION) == []
    assert plain.end is not None
    assert call.result.turns[1].end is not None
    assert call.result.turns[1].end - call.result.turns[1].time == pytest.approx(
        plain.end - plain.time, abs=0.05
    )


async def test_more_audio_than_is_kept_ahead_of_time_is_dropped_and_a_warning_tells() -> None:
    call = await call_with_frames(silence(301))
    check_that_it_goes_on(call)
    [warning] = call.events(EventKind.WARNING)
    assert warning["message"].startswith("audio of the agent was dropped: ")
    assert errors_told(call) == []


async def test_a_frame_above_the_limit_ends_the_call() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        agent._traffic.lost = True  # such a frame is never received
        await agent.send(bytes(16 * 1024 * 1024 + 2))
        await agent.stay()

    call = await conduct(program, SARAH)
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert "closed with code 1009" in call.result.detail
    assert "the agent broke the WebSocket protocol" in call.result.detail
    assert call.agent.socket.close_code == 1009
    assert call.said == ["caller: Hello"]


async def test_speech_started_of_the_agent_interrupts_the_caller() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS)
        await agent.until_event("speech.started")
        await agent.wait(0.3)
        agent.order.clear()
        await agent.event("speech.started", utterance_id="b-1")
        await agent.wait(0.2)
        after.extend(agent.order)
        await agent.say(WORDS)
        await agent.stay()

    after: list[tuple[str, str]] = []
    call = await conduct(program, LONG, recognized=[ASKS, ASKS])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    # Audio stops at once, the utterance is completed, and the caller listens.
    assert after[:2] == [("agent", "speech.started"), ("caller", "speech.completed")]
    assert set(after[2:]) == {("caller", "silence")}
    assert call.result.turns[2].interrupted
    assert call.said[2].endswith("—")
    assert call.said[3:] == [f"agent: {ASKS}", "caller: Sarah Miller from Springfield"]
    [interrupted] = call.events(EventKind.INTERRUPTED)
    assert interrupted["by"] == "the agent's speech.started"
    assert errors_told(call) == []


async def test_speech_started_while_the_caller_is_silent_changes_nothing() -> None:
    call = await call_with_frames(event("speech.started", {"utterance_id": "b-1"}))
    check_that_nothing_was_amiss(call)
    assert call.events(EventKind.INTERRUPTED) == []


@pytest.mark.parametrize(
    "frames",
    [
        [("speech.started", "b-1"), ("speech.completed", "b-1")],
        [("speech.completed", "nobody-knows")],
        [("speech.completed", "b-1"), ("speech.started", "b-1")],
        [("speech.started", "b-1"), ("speech.started", "b-1"), ("speech.completed", "b-1")],
        [("speech.started", "b-1"), ("speech.completed", "b-1"), ("speech.completed", "b-1")],
        [("speech.started", "b-1"), ("speech.started", "b-2"), ("speech.completed", "b-1")],
        [("speech.started", "caller-u1"), ("speech.completed", "caller-u1")],
        [("speech.started", "")],
    ],
    ids=[
        "in order",
        "completed of an unknown utterance",
        "completed before started",
        "started twice",
        "completed twice",
        "overlapping",
        "the caller's own id",
        "empty id",
    ],
)
async def test_speech_events_in_any_order_are_taken(frames: list[tuple[str, str]]) -> None:
    call = await call_with_frames(*(event(type_, {"utterance_id": id_}) for type_, id_ in frames))
    check_that_nothing_was_amiss(call)
    received = [each for each in call.events(EventKind.FRAME) if each["direction"] == "received"]
    assert [json.loads(each["frame"])["type"] for each in received] == [type_ for type_, _ in frames]


async def test_speech_completed_overtaking_the_audio_is_no_cutoff(tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.event("speech.started", utterance_id="b-1")
        await agent.say(WORDS[:3200])
        await agent.event("speech.completed", utterance_id="b-1")
        await agent.say(WORDS[3200:], burst=True)
        await agent.stay()

    call = await conduct(program, SARAH, recognized=[ASKS], recording=tmp_path / "recording.wav")
    check_that_nothing_was_amiss(call)
    assert WORDS in read_stereo(tmp_path / "recording.wav")[1]


@pytest.mark.parametrize(
    "frame",
    [
        '{"type": "speech.started", "data": {"utterance_id": "b-1"}}',
        '{"type": "speech.started", "id": null, "ts_ms": null, "data": {"utterance_id": "b-1"}}',
        '{"type": "speech.started", "id": "no UUID", "ts_ms": "yesterday", "data": {"utterance_id": "b-1"}}',
        '{"type": "speech.started", "id": 7, "ts_ms": 1.5, "data": {"utterance_id": "b-1"}}',
        '{"type": "speech.started", "more": [1], "data": {"utterance_id": "b-1", "language": "en"}}',
        ' {"data":{"utterance_id":"b-1"},\n"type":"speech.started"} ',
    ],
    ids=["missing", "null", "unusable", "of another type", "unknown fields", "white space"],
)
async def test_id_and_ts_ms_may_be_missing_and_unknown_fields_there(frame: str) -> None:
    check_that_nothing_was_amiss(await call_with_frames(frame))


# --- the table of session.error codes, and "Error Handling": protocol violations ---------------------------


@dataclass(frozen=True)
class Violation:
    frame: str | bytes
    code: str
    message: str


VIOLATIONS = {
    "malformed JSON": Violation("{", INVALID_MESSAGE, "the frame cannot be read as JSON"),
    "no JSON": Violation("hello", INVALID_MESSAGE, "the frame cannot be read as JSON"),
    "empty text": Violation("", INVALID_MESSAGE, "the frame cannot be read as JSON"),
    "a list": Violation("[1, 2]", INVALID_MESSAGE, "the frame is JSON, but not an object"),
    "a string": Violation('"speech.started"', INVALID_MESSAGE, "the frame is JSON, but not an object"),
    "null": Violation("null", INVALID_MESSAGE, "the frame is JSON, but not an object"),
    "deep": Violation("[" * 5000, INVALID_MESSAGE, "the frame cannot be read as JSON"),
    "too much text": Violation(" " * 65_537, INVALID_MESSAGE, "a text frame of more than 65536 bytes"),
    "unknown type": Violation(event("foo", {}), INVALID_MESSAGE, "Unexpected type 'foo'"),
    "empty type": Violation(event("", {}), INVALID_MESSAGE, "Unexpected type ''"),
    "type of another case": Violation(
        event("Speech.Started", {"utterance_id": "b"}), INVALID_MESSAGE, "Unexpected type 'Speech.Started'"
    ),
    "type is a number": Violation(event(5, {}), INVALID_MESSAGE, '"type" must be a string'),
    "no type": Violation('{"data": {}}', MISSING_FIELD, '"type" is missing'),
    "an empty object": Violation("{}", MISSING_FIELD, '"type" is missing'),
    "type is null": Violation(event(None, {}), MISSING_FIELD, '"type" is missing'),
    "no data": Violation('{"type": "speech.started"}', MISSING_FIELD, '"data" is missing'),
    "data is null": Violation(event("speech.completed", None), MISSING_FIELD, '"data" is missing'),
    "data is a list": Violation(event("speech.started", []), INVALID_MESSAGE, '"data" must be an object'),
    "started without utterance_id": Violation(
        event("speech.started", {}), MISSING_FIELD, '"data.utterance_id" is missing'
    ),
    "completed without utterance_id": Violation(
        event("speech.completed", {"utterance": "b"}), MISSING_FIELD, '"data.utterance_id" is missing'
    ),
    "utterance_id is a number": Violation(
        event("speech.started", {"utterance_id": 7}), INVALID_MESSAGE, '"data.utterance_id" must be a string'
    ),
    "mark without name": Violation(event("mark", {}), MISSING_FIELD, '"data.name" is missing'),
    "empty audio": Violation(b"", INVALID_AUDIO_FRAME, "an empty audio frame"),
    "one byte": Violation(b"\0", INVALID_AUDIO_FRAME, "an audio frame of 1 bytes"),
    "odd length": Violation(bytes(641), INVALID_AUDIO_FRAME, "an audio frame of 641 bytes"),
    "a megabyte and a byte": Violation(
        bytes(1024 * 1024 + 1), INVALID_AUDIO_FRAME, "an audio frame of 1048577 bytes"
    ),
}


@pytest.mark.parametrize("violation", VIOLATIONS.values(), ids=VIOLATIONS)
async def test_a_violation_is_answered_and_dropped_and_the_session_goes_on(violation: Violation) -> None:
    call = await call_with_frames(violation.frame)
    check_that_it_goes_on(call)
    [told] = errors_told(call)
    assert told["code"] == violation.code
    assert told["message"].startswith(violation.message)
    [logged] = call.events(EventKind.PROTOCOL_VIOLATION)
    assert (logged["violation"], logged["message"]) == (told["code"], told["message"])
    assert len(logged["frame"]) <= 201
    [received] = [each for each in call.events(EventKind.FRAME) if each["direction"] == "received"]
    assert len(received["frame"]) <= 501


async def test_a_violation_is_answered_before_the_next_frame_of_audio() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        agent.order.clear()
        await agent.send("{")
        await agent.wait(0.04)
        after.extend(agent.order)
        await agent.hang_up()

    after: list[tuple[str, str]] = []
    await conduct(program, conditions(("", "Hello")))
    assert after == [("agent", "text"), ("caller", "session.error"), *[("caller", "silence")] * 2]


async def test_a_violation_does_not_interrupt_the_caller() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.send(event("speech.started", {}))
        await agent.until_caller_is_silent()
        await agent.hang_up()

    call = await conduct(program, conditions(("", "Hello, I would like to see a doctor")))
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == ["caller: Hello, I would like to see a doctor"]
    assert [each["code"] for each in errors_told(call)] == [MISSING_FIELD]


async def test_audio_that_is_dropped_leaves_no_trace_on_the_line(tmp_path: Path) -> None:
    recording = tmp_path / "recording.wav"

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS[:6400])
        await agent.send(b"\x7f" * 641)
        await agent.say(WORDS[6400:])
        await agent.stay()

    call = await conduct(program, SARAH, recognized=[ASKS], recording=recording)
    check_that_it_goes_on(call)
    assert WORDS in read_stereo(recording)[1]
    assert b"\x7f" * 8 not in read_stereo(recording)[1]


async def test_the_hundredth_violation_is_the_last_that_is_answered() -> None:
    call = await call_with_frames(*["{"] * 130)
    check_that_it_goes_on(call)
    assert len(errors_told(call)) == 100
    assert len(call.events(EventKind.PROTOCOL_VIOLATION)) == 130


@pytest.mark.parametrize(
    "code", [INVALID_MESSAGE, MISSING_FIELD, INVALID_AUDIO_FRAME, "INTERNAL_ERROR", "SOMETHING_ELSE"]
)
async def test_a_session_error_of_the_agent_is_logged_and_never_answered(code: str) -> None:
    frame = event("session.error", {"code": code, "message": "oh dear"})
    call = await call_with_frames(frame)
    check_that_nothing_was_amiss(call)
    [logged] = [each for each in call.events(EventKind.FRAME) if each["direction"] == "received"]
    assert logged["frame"] == frame


@pytest.mark.parametrize(
    "data", [None, {}, {"code": "INVALID_MESSAGE"}, {"message": "m"}, {"code": 7, "message": []}, "x"]
)
async def test_a_faulty_session_error_is_a_violation_that_is_not_answered(data: Any) -> None:
    call = await call_with_frames(event("session.error", data))
    check_that_it_goes_on(call)
    assert errors_told(call) == []  # else two sides could complain about each other for ever
    assert len(call.events(EventKind.PROTOCOL_VIOLATION)) == 1


# --- mark, of an earlier edition ---------------------------------------------------------------------------


async def test_a_mark_is_echoed_when_the_audio_before_it_has_been_played() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        begin = agent.frames
        for name in ("half", "whole"):
            await agent.say(speech(1.0), burst=True)
            await agent.event("mark", name=name)
        for _ in range(2):
            echo = await agent.until_event("mark")
            echoes.append((echo["data"], agent.frames - begin))
        ids.extend(each["id"] for each in agent.events if each["type"] == "mark")
        await agent.stay()

    echoes: list[tuple[dict[str, str], int]] = []
    ids: list[str] = []
    call = await conduct(program, SARAH, recognized=[ASKS])
    check_that_nothing_was_amiss(call)
    assert [data for data, _ in echoes] == [{"name": "half"}, {"name": "whole"}]
    assert [seconds_of(frames * 320) for _, frames in echoes] == pytest.approx([1.0, 2.0], abs=0.1)
    assert "b1" not in ids  # a new id each
    assert len(set(ids)) == 2


async def test_a_mark_without_audio_before_it_is_echoed_at_once() -> None:
    call = await call_with_frames(event("mark", {"name": "now"}))
    check_that_nothing_was_amiss(call)
    [echo] = [each for each in call.agent.events if each["type"] == "mark"]
    assert echo["data"] == {"name": "now"}


async def test_a_mark_is_a_violation_where_marks_are_strictly_none_of_the_protocol() -> None:
    call = await call_with_frames(event("mark", {"name": "now"}), strict_marks=True)
    check_that_it_goes_on(call)
    assert [each["type"] for each in call.agent.events].count("mark") == 0
    assert errors_told(call) == [{"code": INVALID_MESSAGE, "message": "Unexpected type 'mark'"}]


# --- "Close Codes", and "Error Handling": the rows about the end -------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (1000, Status.COMPLETED, Reason.AGENT_ENDED),
        (1008, Status.INCOMPLETED, Reason.AGENT_ERROR),
        (1011, Status.INCOMPLETED, Reason.AGENT_ERROR),
    ],
)
async def test_a_close_code_of_the_agent(code: int, status: Status, reason: Reason) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.hang_up(code)

    call = await conduct(program, conditions(("", "Hello")))
    call.check(status, reason)
    assert (f"(code {code})" in call.result.detail) is (status is not Status.COMPLETED)
    assert call.said == ["caller: Hello"]


@pytest.mark.parametrize(("answered", "status"), [(True, Status.COMPLETED), (False, Status.INCOMPLETED)])
async def test_a_graceful_close_completes_a_call_whose_test_had_completed(
    answered: bool, status: Status
) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(WORDS)
        if answered:
            await agent.until_caller_is_silent()
        await agent.hang_up()

    script = conditions(("", "Hello"), ("The agent asks for your name", "Sarah"))
    call = await conduct(program, script, recognized=[ASKS])
    assert call.result.status is status


async def test_invalid_utf8_in_a_text_frame_ends_the_call() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        agent._traffic.lost = True
        await agent.socket.send(b"\xff\xfe{}", text=True)
        await agent.stay()

    call = await conduct(program, conditions(("", "Hello")))
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert "closed with code 1007" in call.result.detail
