from __future__ import annotations

import json
from collections import deque
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.chirp import (
    AudioReceived,
    BargeIn,
    ChirpEvent,
    ChirpMisuse,
    ChirpProtocol,
    ChirpViolation,
    ErrorReceived,
    MarkReceived,
    Role,
    SpeechCompletedReceived,
    SpeechStartedReceived,
    State,
)

roles = st.sampled_from(Role)
any_text = st.text(alphabet=st.characters())
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TYPES = ["speech.started", "speech.completed", "session.error", "mark"]
near_frames = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(TYPES) | json_values,
        "id": json_values,
        "ts_ms": json_values,
        "data": json_values
        | st.fixed_dictionaries(
            {}, optional=dict.fromkeys(["utterance_id", "code", "message", "name"], json_values)
        ),
    },
)
valid_frames = st.builds(
    lambda kind, name: json.dumps(
        {"type": kind, "data": {"utterance_id": name, "name": name, "code": name, "message": name}}
    ),
    st.sampled_from(TYPES),
    st.sampled_from("abc"),
)
frames = st.one_of(
    near_frames.map(json.dumps), json_values.map(json.dumps), any_text, st.binary(), valid_frames
)


def kind_and_id(frame: str) -> tuple[str, str]:
    document: dict[str, Any] = json.loads(frame)
    return document["type"], document["data"].get("utterance_id", "")


def protocol_of(role: Role) -> ChirpProtocol:
    return ChirpProtocol(role, now_ms=lambda: 1)


# --- any frame ---------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(roles, frames, st.booleans())
def test_any_frame_gives_events_and_one_error_reply_if_it_is_a_violation(
    role: Role, frame: str | bytes, strict_marks: bool
) -> None:
    protocol = ChirpProtocol(role, now_ms=lambda: 1, strict_marks=strict_marks)
    received = protocol.receive(frame)
    assert received.events, "a frame must leave a trace"
    assert protocol.state is State.OPEN
    violated = any(isinstance(event, ChirpViolation) for event in received.events)
    is_error = any(isinstance(event, ErrorReceived) for event in received.events)
    assert len(received.replies) == int(violated and not is_error)
    for reply in received.replies:
        document = json.loads(reply)
        assert document["type"] == "session.error"
        assert set(document["data"]) == {"code", "message"}
        assert document["data"]["code"] != "INTERNAL_ERROR"


@settings(deadline=None)
@given(roles, frames)
def test_whatever_is_replied_is_understood_and_not_answered(role: Role, frame: str | bytes) -> None:
    for reply in protocol_of(role).receive(frame).replies:
        received = protocol_of(Role.SERVER).receive(reply)
        assert [type(event) for event in received.events] == [ErrorReceived]
        assert received.replies == []


# --- any order ---------------------------------------------------------------------------------------------

INTENTS = ["begin_utterance", "start_speech", "complete_speech", "end_utterance"]
steps = st.lists(st.sampled_from(INTENTS) | frames.map(lambda frame: (frame,)), max_size=40)


def taken(protocol: ChirpProtocol, step: str | tuple[str | bytes]) -> list[str]:
    """Take a step and return the frames that are sent for it."""
    if isinstance(step, tuple):
        return protocol.receive(step[0]).replies
    with suppress(ChirpMisuse):
        sent = getattr(protocol, step)()
        if step == "end_utterance":
            return list(sent)
        return [] if step == "begin_utterance" else [sent]
    return []


@settings(deadline=None)
@given(roles, steps)
def test_started_and_completed_pair_up_in_any_order_of_steps_and_frames(
    role: Role, script: list[str | tuple[str | bytes]]
) -> None:
    protocol = protocol_of(role)
    sent: list[str] = []
    begun: list[str] = []
    for step in script:
        sent += taken(protocol, step)
        if protocol.utterance_id and protocol.utterance_id not in begun:
            begun.append(protocol.utterance_id)
    sent += protocol.end_utterance()
    speech = [each for each in map(kind_and_id, sent) if each[0] != "session.error"]
    pairs = [[("speech.started", each), ("speech.completed", each)] for each in begun]
    assert speech == [frame for pair in pairs for frame in pair]


@settings(deadline=None)
@given(st.lists(st.sampled_from(INTENTS) | st.just("interrupt"), max_size=30))
def test_a_barge_in_silences_whatever_was_said(script: list[str]) -> None:
    protocol = protocol_of(Role.CLIENT)
    interruption = json.dumps({"type": "speech.started", "data": {"utterance_id": "s"}})
    for step in script:
        if step != "interrupt":
            taken(protocol, step)
            continue
        speaking = protocol.utterance_id
        received = protocol.receive(interruption)
        interrupted = [event.utterance_id for event in received.events if isinstance(event, BargeIn)]
        assert interrupted == ([speaking] if speaking else [])
        assert not protocol.speaking


@settings(deadline=None)
@given(
    roles,
    st.lists(st.sampled_from(INTENTS), max_size=5),
    st.sampled_from(["fail", "close_received"]),
    st.lists(frames, max_size=10),
)
def test_nothing_happens_after_the_end(
    role: Role, before: list[str], ending: str, after: list[str | bytes]
) -> None:
    protocol = protocol_of(role)
    for step in before:
        taken(protocol, step)
    if ending == "fail":
        protocol.fail("x")
    else:
        protocol.close_received(1000)
    for frame in after:
        received = protocol.receive(frame)
        assert (received.events, received.replies) == ([], [])
    for step in INTENTS:
        assert taken(protocol, step) == []
    assert not protocol.speaking


@settings(deadline=None)
@given(st.none() | st.integers(), st.none() | st.integers(), roles)
def test_every_close_code_has_one_meaning(first: int | None, second: int | None, role: Role) -> None:
    protocol = protocol_of(role)
    meanings = [protocol.close_received(code) for code in (first, second, first)]
    assert [meaning.code for meaning in meanings] == [first, second, first]
    assert meanings[0] == meanings[2]
    assert all(meaning.sentence for meaning in meanings)


# --- two protocols back to back ----------------------------------------------------------------------------


class Side:
    """One end of a connection: a protocol, its inbox, and all that it was told."""

    def __init__(self, role: Role) -> None:
        self.protocol = protocol_of(role)
        self.inbox: deque[str | bytes] = deque()
        self.events: list[ChirpEvent] = []
        self.peer: Side

    def send(self, *outgoing: str | bytes) -> None:
        self.peer.inbox.extend(outgoing)

    def deliver(self, count: int) -> None:
        for _ in range(min(count, len(self.inbox))):
            received = self.protocol.receive(self.inbox.popleft())
            self.events += received.events
            self.send(*received.replies)

    def act(self, action: str, text: str) -> None:
        """Do what is allowed now; leave out what is not."""
        protocol = self.protocol
        if action == "audio":
            self.send(protocol.audio(text.encode("utf-16-le") or bytes(2)))
        elif action == "mark" and protocol.role is Role.SERVER:
            self.send(protocol.mark(text))
        elif action == "echo" and protocol.role is Role.CLIENT:
            self.send(*(protocol.echo_mark(each) for each in self.names_of(MarkReceived)))
        elif action in INTENTS:
            self.send(*taken(protocol, action))

    def names_of(self, kind: type[MarkReceived]) -> list[str]:
        return [event.name for event in self.events if isinstance(event, kind)]

    def speech(self) -> list[tuple[str, str]]:
        """The peer's speech events as they were received; each completed must be known."""
        told = []
        for event in self.events:
            match event:
                case SpeechStartedReceived(utterance_id):
                    told.append(("started", utterance_id))
                case SpeechCompletedReceived(utterance_id, known):
                    assert known, f"{utterance_id} was completed without having been started"
                    told.append(("completed", utterance_id))
        return told


schedules = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([*INTENTS, "audio", "mark", "echo"]) | st.integers(1, 5),
        st.text(max_size=20),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(schedules)
def test_client_and_server_never_violate_the_protocol_towards_each_other(
    schedule: list[tuple[bool, str | int, str]],
) -> None:
    caller, agent = Side(Role.CLIENT), Side(Role.SERVER)
    caller.peer, agent.peer = agent, caller
    for is_caller, action, text in schedule:
        side = caller if is_caller else agent
        if isinstance(action, int):
            side.deliver(action)
        else:
            side.act(action, text)
    for side in (caller, agent):
        side.act("end_utterance", "")
    while caller.inbox or agent.inbox:
        caller.deliver(5)
        agent.deliver(5)
    for side in (caller, agent):
        assert not [event for event in side.events if isinstance(event, ChirpViolation | ErrorReceived)]
        told = side.speech()
        assert [kind for kind, _ in told] == ["started", "completed"] * (len(told) // 2)
        ids = [name for _, name in told]
        assert ids[::2] == ids[1::2]
        assert len(set(ids)) == len(ids) // 2
    assert not any(isinstance(event, BargeIn) for event in agent.events)


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1).map(lambda pcm: pcm * 2), max_size=20))
def test_audio_arrives_as_it_was_sent(chunks: list[bytes]) -> None:
    caller, agent = protocol_of(Role.CLIENT), protocol_of(Role.SERVER)
    heard = [event for pcm in chunks for event in agent.receive(caller.audio(pcm)).events]
    assert heard == [AudioReceived(pcm) for pcm in chunks]
