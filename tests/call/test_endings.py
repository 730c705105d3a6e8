"""Who ends a call and how: by `end_call`, by closing the connection, or by losing it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from websockets.frames import Frame, Opcode

from pytest_agentsim.call import run_call
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import EventKind, FailureKind, Reason
from tests.call.harness import (
    AGENT_CLOSED,
    AGENT_ENDED,
    CALLER_ENDED,
    Wire,
    converse,
    failed,
    listening_raw,
    scenario,
    shake_hands,
    spec,
    transcript,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import Turn

HELLO = scenario("Hello", (0, "Thanks <endcall/>"))
CONNECTION_LOST = failed(Reason.CONNECTION_LOST)


class PatientMatcher(OfflineMatcher):
    """Makes up its mind when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_decide = asyncio.Event()

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        await self.may_decide.wait()
        return await super().decide(agent_text, history=history, triggers=triggers)


# --- who speaks first --------------------------------------------------------------------------------------


async def test_the_caller_may_speak_first() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Hi")
        await wire.stay()

    call = await converse(agent, HELLO)
    assert call.said == ["caller: Hello", "agent: Hi", "caller: Thanks"]
    assert call.ending == CALLER_ENDED


async def test_the_agent_may_speak_first() -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hi")
        await wire.stay()

    call = await converse(agent, scenario("", (0, "Thanks <endcall/>")))
    assert call.said == ["agent: Hi", "caller: Thanks"]
    assert call.ending == CALLER_ENDED


# --- the caller ends ---------------------------------------------------------------------------------------


async def test_the_caller_ends_the_call_and_says_so() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()

    call = await converse(agent, scenario("Bye <endcall/>"))
    assert call.ending == CALLER_ENDED
    assert call.result.detail == "The caller ended the call."
    assert call.result.failure_kind is None
    assert call.wire.frames == [("caller", '{"content": "Bye", "type": "end_call"}')]


async def test_what_the_agent_sends_after_the_callers_goodbye_is_recorded() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Bye!")
        await wire.say(metadata={"summary": "stored"})
        await wire.say(role="Function Call", data={"id": "1", "name": "store_summary", "arguments": "{}"})
        await wire.say("Come again!", type="end_call")

    call = await converse(agent, scenario("Bye <endcall/>"))
    assert call.ending == CALLER_ENDED
    assert call.said == ["caller: Bye", "agent: Bye!", "agent: Come again!"]
    assert call.result.metadata == {"summary": "stored"}
    assert [made.name for made in call.result.tool_calls] == ["store_summary"]
    assert call.result.events[-1].kind is EventKind.ENDED


async def test_an_agent_that_does_not_close_is_left_after_a_second() -> None:
    clock = VirtualClock()

    async def agent(wire: Wire) -> None:
        while True:
            await wire.hear()

    call = await converse(agent, scenario("Bye <endcall/>"), clock=clock)
    assert call.ending == CALLER_ENDED
    assert clock.now() == 1.0
    assert call.wire.socket.close_code == 1000


@pytest.mark.parametrize("code", [1000, 1008, 1011])
async def test_however_the_agent_closes_after_the_callers_goodbye_the_caller_has_ended_it(code: int) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.socket.close(code)

    assert (await converse(agent, scenario("Bye <endcall/>"))).ending == CALLER_ENDED


async def test_a_connection_that_drops_after_the_callers_goodbye_changes_nothing() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        wire.drop()

    assert (await converse(agent, scenario("Bye <endcall/>"))).ending == CALLER_ENDED


# --- the agent ends ----------------------------------------------------------------------------------------


async def test_the_caller_says_nothing_more_when_the_agent_has_ended_the_call() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Goodbye!", type="end_call")
        while True:
            await wire.hear()

    call = await converse(agent, HELLO)
    assert call.ending == AGENT_ENDED
    assert call.result.detail == "The agent ended the call."
    assert call.wire.heard == [{"content": "Hello"}]
    assert call.wire.socket.close_code == 1000


async def test_what_follows_right_after_the_agents_goodbye_is_recorded() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Goodbye!", type="end_call")
        await wire.say(metadata={"outcome": "done"})

    call = await converse(agent, HELLO)
    assert call.ending == AGENT_ENDED
    assert call.result.metadata == {"outcome": "done"}


@pytest.mark.parametrize(
    ("code", "reason", "detail"),
    [
        (1000, "", "the agent closed the connection"),
        (1000, "all done", "the agent closed the connection with code 1000 (all done)"),
        (1001, "", "the agent closed the connection"),
        (4000, "bot finished", "the agent closed the connection with code 4000 (bot finished)"),
    ],
)
async def test_closing_the_connection_is_the_agents_way_of_ending_too(
    code: int, reason: str, detail: str
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say(metadata={"a": 1})
        await wire.socket.close(code, reason)

    call = await converse(agent, HELLO)
    assert call.ending == AGENT_CLOSED
    assert call.result.detail == detail
    assert call.said == ["caller: Hello"]
    assert call.result.metadata == {"a": 1}
    assert call.result.failure_kind is None


async def test_what_the_agent_said_before_it_closed_is_heard_even_when_the_caller_was_slow() -> None:
    matcher = PatientMatcher()

    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.say(metadata={"late": True})
        await wire.say("We are closing. Goodbye!", type="end_call")
        await wire.socket.close()
        matcher.may_decide.set()

    call = await converse(agent, scenario("", (0, "I'd like to know something")), matcher=matcher)
    assert call.ending == AGENT_ENDED
    assert call.said == [
        "agent: Hello",
        "caller: I'd like to know something",
        "agent: We are closing. Goodbye!",
    ]
    assert call.result.metadata == {"late": True}


# --- nobody ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (1011, "", "with code 1011"),
        (1011, "internal error", "with code 1011 (internal error)"),
        (1002, "", "with code 1002"),
        (1012, "restarting", "with code 1012 (restarting)"),
    ],
)
async def test_an_error_code_loses_the_connection_and_keeps_the_transcript(
    code: int, reason: str, words: str
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("One moment")
        await wire.hear()
        await wire.socket.close(code, reason)

    call = await converse(agent, scenario("Hello", (0, "Still there?")))
    assert call.ending == CONNECTION_LOST
    assert call.result.detail.startswith("the connection was lost ")
    assert call.result.detail.endswith(words)
    assert call.said == ["caller: Hello", "agent: One moment", "caller: Still there?"]
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE


async def test_a_connection_that_drops_is_lost_and_keeps_the_transcript() -> None:
    clock = VirtualClock()

    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("One moment")
        await wire.say(metadata={"a": 1})
        await wire.hear()
        clock.advance(2.5)
        wire.drop()

    call = await converse(agent, scenario("Hello", (0, "Still there?")), clock=clock)
    assert call.ending == CONNECTION_LOST
    assert call.result.detail == "the connection was lost 2.5 s into the call without a closing handshake"
    assert call.said == ["caller: Hello", "agent: One moment", "caller: Still there?"]
    assert call.result.metadata == {"a": 1}
    assert call.result.conditions_fired == (0, 1)


BROKEN = {
    "text that is not UTF-8": (
        Frame(Opcode.TEXT, b'{"content": "\xff"}').serialize(mask=False),
        "invalid start byte",
    ),
    "a reserved opcode": (b"\x83\x00", "opcode"),
    "a frame of 32 MiB": (b"\x81\x7f" + (1 << 25).to_bytes(8, "big"), "exceeds limit"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_an_agent_that_breaks_websocket_itself_loses_the_connection(what: str) -> None:
    garbage, words = BROKEN[what]

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(Frame(Opcode.TEXT, b'{"content": "Hello"}').serialize(mask=False) + garbage)
        await reader.read(1)  # the caller closes

    async with listening_raw(agent) as url:
        result = await run_call(spec(scenario("", ('contains "never"', "Yes"), on_no_match="wait"), url))
    assert (result.status, result.ended_by, result.ended_reason) == CONNECTION_LOST
    assert "the agent broke the WebSocket protocol" in result.detail
    assert words in result.detail
    assert transcript(result) == ["agent: Hello"]


async def test_a_connection_that_ends_within_a_frame_is_lost() -> None:
    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(Frame(Opcode.TEXT, b'{"content": "Hello"}').serialize(mask=False)[:-5])
        await writer.drain()

    async with listening_raw(agent) as url:
        result = await run_call(spec(scenario(""), url))
    assert (result.status, result.ended_by, result.ended_reason) == CONNECTION_LOST
    assert "without a closing handshake" in result.detail
    assert result.turns == ()


async def test_a_close_frame_without_a_code_is_a_clean_end() -> None:
    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(Frame(Opcode.CLOSE, b"").serialize(mask=False))
        await reader.read(1)  # the caller's close frame

    async with listening_raw(agent) as url:
        result = await run_call(spec(scenario(""), url))
    assert (result.status, result.ended_by, result.ended_reason) == AGENT_CLOSED
