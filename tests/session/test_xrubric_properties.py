from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.xrubric import ProtocolEvent, SessionEnded, State, XRubricProtocol

Step = Callable[[XRubricProtocol, float], list[ProtocolEvent]]

FRAMES: list[str | bytes] = [
    '{"content": "hello"}',
    '{"content": "bye", "type": "end_call"}',
    '{"type": "end_call"}',
    '{"metadata": {"a": 1}}',
    '{"role": "Function Call", "data": {"id": "c", "name": "f", "arguments": "{}"}}',
    '{"role": "Function Call Result", "data": {"id": "c", "result": "x"}}',
    "[" * 5000,
    "{}",
    b"\x00",
]
frames = st.sampled_from(FRAMES) | st.text(alphabet=st.characters()) | st.binary()
close_codes = st.none() | st.sampled_from([1000, 1001, 1005, 1006, 1008, 1009, 1011, 4000]) | st.integers()
words = st.text(alphabet=st.characters())


def opening(protocol: XRubricProtocol, now: float) -> list[ProtocolEvent]:
    protocol.opened(now)
    return []


def receiving(frame: str | bytes) -> Step:
    return lambda protocol, now: protocol.receive(frame, now)


def closing(code: int | None, reason: str) -> Step:
    return lambda protocol, now: protocol.receive_close(code, reason, now)


def saying(content: str) -> Step:
    def step(protocol: XRubricProtocol, now: float) -> list[ProtocolEvent]:
        assert json.loads(protocol.say(content, now)) == {"content": content}
        return []

    return step


def ending(content: str) -> Step:
    def step(protocol: XRubricProtocol, now: float) -> list[ProtocolEvent]:
        assert json.loads(protocol.end_call(content, now)) == {"content": content, "type": "end_call"}
        return []

    return step


def awaiting(protocol: XRubricProtocol, now: float) -> list[ProtocolEvent]:
    protocol.await_turn(now)
    return []


def expiring(protocol: XRubricProtocol, now: float) -> list[ProtocolEvent]:
    deadline = protocol.deadline
    events = protocol.expire(now)
    due = deadline is not None and now >= deadline
    assert [type(event) for event in events] == ([SessionEnded] if due else [])
    return events


steps = st.one_of(
    st.just(opening),
    st.just(awaiting),
    st.just(expiring),
    frames.map(receiving),
    words.map(saying),
    words.map(ending),
    st.builds(closing, close_codes, words),
)
ORDER = [State.OPEN, State.ENDING, State.CLOSED]


@settings(deadline=None)
@given(st.lists(st.tuples(steps, st.floats(0, 200)), max_size=25))
def test_any_sequence_of_inputs_ends_in_a_defined_state_with_at_most_one_end(
    script: list[tuple[Step, float]],
) -> None:
    protocol = XRubricProtocol()
    now = 0.0
    ends = 0
    for step, pause in script:
        now += pause
        before = protocol.state
        events = step(protocol, now)
        if before is State.CLOSED:
            assert events == []
        ends += sum(isinstance(event, SessionEnded) for event in events)
        assert ORDER.index(protocol.state) >= ORDER.index(before), "a session never goes back"
        assert (protocol.state is State.CLOSED) == (ends == 1)
        assert ends <= 1
        assert protocol.deadline is None or protocol.state is State.OPEN


@settings(deadline=None)
@given(st.lists(frames, max_size=10), st.lists(st.floats(0, 100), min_size=10, max_size=10))
def test_an_open_session_always_has_an_end_in_sight(received: list[str | bytes], pauses: list[float]) -> None:
    protocol = XRubricProtocol()
    protocol.opened(0.0)
    now = 0.0
    for frame, pause in zip(received, pauses, strict=False):
        now += pause
        protocol.receive(frame, now)
    if protocol.state is State.OPEN:
        deadline = protocol.deadline
        assert deadline is not None
        assert deadline <= 600.0
        (end,) = protocol.expire(deadline)
        assert isinstance(end, SessionEnded)
