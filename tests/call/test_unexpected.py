"""What must not lose a call's record: a defect of ours, and being cancelled."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from pytest_agentsim.call import run_call
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import CallResult, EventKind, FailureKind, Reason
from pytest_agentsim.session import connect
from tests.call.harness import (
    CALLER_ENDED,
    Wire,
    converse,
    failed,
    listening,
    listening_raw,
    scenario,
    shake_hands,
    spec,
    transcript,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import Turn

CANCELLED = failed(Reason.CANCELLED)


class BrokenMatcher(OfflineMatcher):
    """Has a defect that the second turn of the agent brings to light."""

    turns = 0

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        self.turns += 1
        if self.turns == 2:
            raise ZeroDivisionError("a defect in the matcher")
        return await super().decide(agent_text, history=history, triggers=triggers)


async def test_a_defect_of_ours_is_named_as_one_and_the_transcript_is_kept() -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello", metadata={"a": 1})
        await wire.hear()
        await wire.say("Still here")
        await wire.stay()

    call = await converse(agent, scenario("", (0, "Hi")), matcher=BrokenMatcher())
    assert call.ending == failed(Reason.INTERNAL_ERROR)
    assert call.result.failure_kind is FailureKind.CALLER
    assert "pytest-agentsim itself failed: ZeroDivisionError: a defect in the matcher" in call.result.detail
    assert call.said == ["agent: Hello", "caller: Hi", "agent: Still here"]
    assert call.result.metadata == {"a": 1}
    [warning] = call.result.events_of(EventKind.WARNING)
    assert "Traceback" in warning.data["traceback"]
    assert call.wire.socket.close_code == 1000, "the connection was closed all the same"


async def cancelled(task: asyncio.Task[CallResult]) -> CallResult:
    task.cancel()
    return await task


async def test_a_cancelled_call_returns_what_was_said_until_then() -> None:
    spoken = asyncio.Event()

    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.hear()
        spoken.set()
        await wire.stay()

    async with listening(agent) as line:
        task = asyncio.create_task(run_call(spec(scenario("", (0, "Hi")), line.url)))
        await spoken.wait()
        result = await cancelled(task)
    assert (result.status, result.ended_by, result.ended_reason) == CANCELLED
    assert result.failure_kind is FailureKind.INFRASTRUCTURE
    assert result.detail == "The call was cancelled."
    assert transcript(result) == ["agent: Hello", "caller: Hi"]
    assert result.events[-1].kind is EventKind.ENDED
    assert line.wire.socket.close_code == 1000


async def test_a_call_can_be_cancelled_during_a_pause() -> None:
    pausing = asyncio.Event()

    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.settle()
        pausing.set()
        await wire.stay()

    async with listening(agent) as line:
        made = spec(scenario("", (0, '<silence time="30s"/>Hi')), line.url)
        task = asyncio.create_task(run_call(made, clock=VirtualClock(skip_sleeps=False)))
        await pausing.wait()
        result = await cancelled(task)
    assert (result.status, result.ended_by, result.ended_reason) == CANCELLED
    assert transcript(result) == ["agent: Hello"]


async def test_a_call_can_be_cancelled_while_it_connects() -> None:
    called = asyncio.Event()

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()

    async with listening_raw(agent) as url:
        task = asyncio.create_task(run_call(spec(scenario("Hi"), url)))
        await called.wait()
        result = await cancelled(task)
    assert (result.status, result.ended_by, result.ended_reason) == CANCELLED
    assert [event.kind for event in result.events] == [EventKind.CONNECTING, EventKind.ENDED]


async def test_a_call_that_is_cancelled_after_its_end_keeps_its_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 30.0)
    closing = asyncio.Event()

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        head = b""
        while head[:1] != b"\x88":  # a close frame
            head = await reader.readexactly(2)
            await reader.readexactly(4 + (head[1] & 0x7F))  # the mask and the content
        closing.set()
        await reader.read()  # it never closes its side

    async with listening_raw(agent) as url:
        task = asyncio.create_task(run_call(spec(scenario("Bye <endcall/>"), url), clock=VirtualClock()))
        await closing.wait()
        result = await cancelled(task)
    assert (result.status, result.ended_by, result.ended_reason) == CALLER_ENDED
    assert transcript(result) == ["caller: Bye"]


async def test_every_result_can_be_stored_as_json_and_read_back() -> None:
    async def agent(wire: Wire) -> None:
        await wire.send("nonsense")
        await wire.say("Hello", metadata={"a": [1, {"b": None}]})
        await wire.say(role="Function Call", data={"id": "1", "name": "f", "arguments": '{"x": 1}'})
        await wire.stay()

    opening = '<noise sound="beep" time="500"/><silence time="1s"/>Hi <endcall/>'
    call = await converse(agent, scenario("", (0, opening)), clock=VirtualClock())
    document = json.loads(json.dumps(call.result.to_json()))
    assert CallResult.from_json(document) == call.result
