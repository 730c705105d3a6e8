"""The limits of a call: how long the agent has for a reply, and how long a call may take."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from pytest_agentsim.call import run_call
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import EventKind, FailureKind, Reason, Speaker
from pytest_agentsim.session import connect
from tests.call.harness import (
    CALLER_ENDED,
    Wire,
    converse,
    failed,
    listening_raw,
    scenario,
    shake_hands,
    spec,
)

AGENT_TIMEOUT = failed(Reason.AGENT_TIMEOUT)
MAX_DURATION = failed(Reason.MAX_DURATION)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


# --- the turn ----------------------------------------------------------------------------------------------


async def test_an_agent_that_does_not_reply_within_two_minutes_fails_the_call(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hi", metadata={"a": 1})
        await wire.hear()
        clock.advance(121)
        await wire.stay()

    call = await converse(agent, scenario("", (0, "I have a question")), clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.result.detail == "the agent did not reply within 120 s"
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE
    assert call.said == ["agent: Hi", "caller: I have a question"]
    assert call.result.metadata == {"a": 1}
    assert call.result.conditions_fired == (1,)
    assert call.wire.socket.close_code == 1000


async def test_an_agent_that_never_greets_times_out_as_well(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.settle()
        clock.advance(121)
        await wire.stay()

    call = await converse(agent, scenario(""), clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.said == []


async def test_a_reply_just_before_the_timeout_is_in_time_and_the_next_turn_has_all_the_time_again(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        for words in ("One", "Two"):
            await wire.hear()
            clock.advance(119)
            await wire.say(words)
        await wire.stay()

    call = await converse(agent, scenario("Hello", (0, "Go on"), (1, "Thanks <endcall/>")), clock=clock)
    assert call.ending == CALLER_ENDED
    assert [turn.time for turn in call.result.turns] == [0, 119, 119, 238, 238]


async def test_the_timeout_is_the_endpoints(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        clock.advance(5)
        await wire.stay()

    call = await converse(agent, scenario("Hello"), clock=clock, turn_timeout=5)
    assert call.ending == AGENT_TIMEOUT
    assert call.result.detail == "the agent did not reply within 5 s"


@pytest.mark.parametrize(
    "frame",
    [
        {"metadata": {"keepalive": True}},
        {"role": "Function Call", "data": {"id": "1", "name": "lookup", "arguments": "{}"}},
        {"role": "Function Call Result", "data": {"id": "1", "result": "{}"}},
        {"content": 42},
    ],
    ids=["metadata", "function call", "function call result", "breach of the protocol"],
)
async def test_a_frame_that_is_no_turn_neither_ends_the_wait_nor_starts_it_anew(
    frame: dict[str, Any], clock: VirtualClock
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        clock.advance(60)
        await wire.say(**frame)
        await wire.settle()
        clock.advance(60)
        await wire.stay()

    call = await converse(agent, scenario("Hello"), clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.said == ["caller: Hello"]
    assert [event.time for event in call.result.events[-2:]] == [60, 120], (
        "the frame was recorded when it came"
    )


async def test_the_caller_may_pause_for_longer_than_the_agent_may(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()

    opening = scenario('<hold time="121s"/>Sorry, I had to find my card. <endcall/>')
    call = await converse(agent, opening, clock=clock)
    assert call.ending == CALLER_ENDED
    assert [turn.time for turn in call.result.turns] == [121]


async def test_after_a_pause_the_agent_has_all_the_time_for_its_reply(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        clock.advance(119)
        await wire.say("Here I am")
        await wire.stay()

    call = await converse(agent, scenario('<hold time="60s"/>Hello', (0, "Bye <endcall/>")), clock=clock)
    assert call.ending == CALLER_ENDED
    assert [turn.time for turn in call.result.turns] == [60, 179, 179]


async def test_an_agent_that_says_nothing_after_a_pause_without_words_times_out(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("One moment")
        await wire.settle()
        clock.advance(120)
        await wire.stay()

    call = await converse(agent, scenario("", (0, '<hold time="5s"/>')), clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.result.duration == 125


async def test_an_agent_that_says_nothing_after_an_action_without_words_times_out(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("One moment")
        await wire.settle()
        clock.advance(120)
        await wire.stay()

    call = await converse(agent, scenario("", (0, '<noise sound="beep"/>')), clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.said == ["agent: One moment"]


async def test_an_agent_that_says_nothing_more_to_a_caller_that_waits_times_out(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("One moment")
        await wire.settle()
        clock.advance(120)
        await wire.stay()

    waits = scenario("", ('contains "name"', "Sarah"), on_no_match="wait")
    call = await converse(agent, waits, clock=clock)
    assert call.ending == AGENT_TIMEOUT
    assert call.said == ["agent: One moment"]


# --- the call ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "endpoint", "smaller"),
    [
        ({}, {}, 600),
        ({"max_duration": "300s"}, {}, 300),
        ({}, {"max_duration": 200}, 200),
        ({"max_duration": "300s"}, {"max_duration": 200}, 200),
        ({"max_duration": "200s"}, {"max_duration": 300}, 200),
    ],
)
async def test_the_call_ends_at_the_smaller_of_both_maximum_durations(
    settings: dict[str, Any], endpoint: dict[str, Any], smaller: int, clock: VirtualClock
) -> None:
    async def agent(wire: Wire) -> None:
        """Takes 100 s for each reply."""
        while "type" not in await wire.hear():
            clock.advance(100)
            if clock.now() < smaller:
                await wire.say(f"Please go on, it is {clock.now()} s")

    talk = scenario("Hello", ('contains "go on"', "I am"), **settings)
    call = await converse(agent, talk, clock=clock, **endpoint)
    assert call.ending == MAX_DURATION
    assert call.result.detail == f"the call reached its maximum duration of {smaller} s"
    assert call.result.duration == smaller
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE
    assert call.said[:3] == ["caller: Hello", "agent: Please go on, it is 100.0 s", "caller: I am"]
    assert len(call.said) == 2 * (smaller // 100) - 1


async def test_frames_that_are_no_turns_do_not_keep_a_call_alive(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        for _ in range(6):
            clock.advance(100)
            await wire.say(metadata={"keepalive": True})
            await wire.settle()
        await wire.stay()

    call = await converse(agent, scenario("Hello"), clock=clock, turn_timeout=3600)
    assert call.ending == MAX_DURATION
    assert len(call.result.events_of(EventKind.METADATA)) in (5, 6)


@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_a_pause_does_not_outlast_the_call(tag: str, clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.stay()

    call = await converse(agent, scenario("", (0, f'<{tag} time="700s"/>Hello?')), clock=clock)
    assert call.ending == MAX_DURATION
    assert call.result.duration == 600
    assert call.said == ["agent: Hello"]


async def test_an_agent_that_stops_reading_cannot_hold_up_the_call(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 0.05)
    over = asyncio.Event()

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(Frame(Opcode.TEXT, b'{"content": "Tell me everything"}').serialize(mask=False))
        await reader.readexactly(2)  # the caller has begun to speak
        clock.advance(121)
        await over.wait()

    more_than_all_buffers_hold = {"story": "x" * 2**24}
    talkative = scenario("", (0, "{{test_profile.story}}"), test_profile=more_than_all_buffers_hold)
    async with listening_raw(agent) as url:
        result = await run_call(spec(talkative, url), clock=clock)
        over.set()
    assert (result.status, result.ended_by, result.ended_reason) == AGENT_TIMEOUT
    assert [turn.speaker for turn in result.turns] == [Speaker.AGENT, Speaker.CALLER]
