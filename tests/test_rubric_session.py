"""A conversation written by hand, over real sockets and from the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.agent import TextEndpoint
from pytest_agentsim.background import BackgroundLoop
from pytest_agentsim.errors import SessionClosed, SessionError, TurnTimeout
from pytest_agentsim.result import Speaker
from pytest_agentsim.rubric_session import RubricSession
from pytest_agentsim.runner import CallRunner
from pytest_agentsim.session import connect
from tests.call.harness import Line, Wire, listening

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[CallRunner]:
    runner = CallRunner(tmp_path, batch_id="batch-1")
    yield runner
    runner.stop()


@contextmanager
def session_with(
    runner: CallRunner, handler: Callable[[Wire], Awaitable[None]], **settings: Any
) -> Iterator[tuple[RubricSession, Line]]:
    """Serve an agent on a loop of its own and open a session with it."""
    loop = BackgroundLoop("agent")
    server = listening(handler)
    line = loop.run(server.__aenter__())
    try:
        session = RubricSession(runner, TextEndpoint.create(line.url, **settings))
        session.open(scenario_id="by hand")
        yield session, line
        session.close()
    finally:
        loop.run(server.__aexit__(None, None, None))
        loop.stop()


async def echo(wire: Wire) -> None:
    await wire.say("Hello")
    while "type" not in (heard := await wire.hear()):
        await wire.say(f"You said: {heard['content']}")


def said(session: RubricSession) -> list[str]:
    return [f"{turn.speaker.value}: {turn.text}" for turn in session.turns]


# --- talking -----------------------------------------------------------------------------------------------


async def test_a_conversation_turn_by_turn(runner: CallRunner) -> None:
    with session_with(runner, echo) as (session, line):
        assert await session.listen() == "Hello"
        await session.say("I'd like to cancel")
        assert await session.listen() == "You said: I'd like to cancel"
        ended = [session.ended]
        await session.end_call("Thanks, bye")
        assert [*ended, session.ended] == [False, True]
    assert said(session) == [
        "agent: Hello",
        "caller: I'd like to cancel",
        "agent: You said: I'd like to cancel",
        "caller: Thanks, bye",
    ]
    assert line.wire.heard == [
        {"content": "I'd like to cancel"},
        {"content": "Thanks, bye", "type": "end_call"},
    ]


async def test_the_session_sends_the_protocols_headers(runner: CallRunner) -> None:
    headers = {"X-Tenant": "acme", "X-Rubric-Secret": "forged"}
    with session_with(runner, echo, secret="shh", agent_id="7", headers=headers) as (session, line):
        await session.listen()
        sent = line.wire.headers
        names = (
            "X-RUBRIC-SECRET",
            "X-RUBRIC-AGENT-ID",
            "X-RUBRIC-SCENARIO-ID",
            "X-RUBRIC-BATCH-ID",
            "X-Tenant",
        )
        assert [sent.get_all(name) for name in names] == [["shh"], ["7"], ["by hand"], ["batch-1"], ["acme"]]
        assert len(sent["X-RUBRIC-RUN-ID"]) == 36


async def test_frames_that_are_no_turns_are_recorded_on_the_way(runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say(metadata={"customer_id": "cust_123"})
        await wire.say(role="Function Call", data={"id": "1", "name": "lookup", "arguments": '{"id": "7"}'})
        await wire.say(role="Function Call Result", data={"id": "1", "result": '{"balance": 420.0}'})
        await wire.send("nonsense")
        await wire.say("Your balance is $420.00.")
        await wire.stay()

    with session_with(runner, agent) as (session, _):
        assert await session.listen() == "Your balance is $420.00."
        assert session.metadata == {"customer_id": "cust_123"}
        [lookup] = session.tool_calls
        assert (lookup.name, lookup.arguments, lookup.result) == ("lookup", {"id": "7"}, {"balance": 420.0})
        assert [turn.speaker for turn in session.turns] == [Speaker.AGENT]


async def test_several_sessions_talk_at_the_same_time(runner: CallRunner) -> None:
    with session_with(runner, echo) as (one, _), session_with(runner, echo) as (other, _):
        await asyncio.gather(one.listen(), other.listen())
        await asyncio.gather(one.say("one"), other.say("other"))
        heard = await asyncio.gather(one.listen(), other.listen())
        assert list(heard) == ["You said: one", "You said: other"]


async def test_a_listener_that_gives_up_loses_nothing(runner: CallRunner) -> None:
    with session_with(runner, echo) as (session, _):
        await session.listen()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await session.listen()
        await session.say("still here?")
        assert await session.listen() == "You said: still here?"


def test_a_session_can_be_used_from_one_event_loop_after_the_other(runner: CallRunner) -> None:
    async def exchange(session: RubricSession) -> str:
        await session.say("one")
        return await session.listen()

    with session_with(runner, echo) as (session, _):
        assert asyncio.run(session.listen()) == "Hello"
        assert [asyncio.run(exchange(session)) for _ in range(2)] == ["You said: one"] * 2


# --- the end -----------------------------------------------------------------------------------------------


async def test_an_agent_that_does_not_reply_in_time_is_a_turn_timeout(runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.stay()

    with session_with(runner, agent, turn_timeout=0.02) as (session, _):
        await session.say("Hello?")
        with pytest.raises(TurnTimeout, match=r"the agent did not reply within 0\.02 s"):
            await session.listen()
        assert session.ended
        with pytest.raises(TurnTimeout):
            await session.say("Hello?")
        assert said(session) == ["caller: Hello?"]


async def test_a_call_that_lasts_too_long_is_closed(runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.stay()

    with session_with(runner, agent, max_duration=0.02) as (session, _):
        with pytest.raises(SessionClosed, match=r"maximum duration of 0\.02 s") as closed:
            await session.listen()
        assert not isinstance(closed.value, TurnTimeout)


async def test_an_agent_that_stops_reading_is_a_turn_timeout(
    runner: CallRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 0.05)

    async def agent(wire: Wire) -> None:
        wire.socket.transport.pause_reading()
        await wire.say("Tell me everything")
        await asyncio.to_thread(over.wait, 20)
        wire.drop()

    over = threading.Event()
    more_than_all_buffers_hold = "x" * 2**24
    with session_with(runner, agent, turn_timeout=0.1) as (session, _):
        await session.listen()
        with pytest.raises(TurnTimeout):
            await session.say(more_than_all_buffers_hold)
        over.set()


async def test_the_agents_last_words_are_heard_before_the_session_is_closed(runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Goodbye!", type="end_call")

    with session_with(runner, agent) as (session, _):
        assert await session.listen() == "Goodbye!"
        assert session.ended
        for attempt in (session.listen(), session.say("Wait"), session.end_call()):
            with pytest.raises(SessionClosed, match=r"The agent has ended the call\."):
                await attempt
        assert said(session) == ["agent: Goodbye!"]


async def test_an_agent_that_ends_the_call_without_words_says_nothing_to_listen_to(
    runner: CallRunner,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say(type="end_call")

    with session_with(runner, agent) as (session, _):
        with pytest.raises(SessionClosed, match="The agent has ended the call"):
            await session.listen()
        assert said(session) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1000, "the agent closed the connection"),
        (1008, "it rejected the secret"),
        (1011, "the connection was lost .* with code 1011"),
    ],
)
async def test_a_closed_connection_closes_the_session(code: int, words: str, runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.socket.close(code)

    with session_with(runner, agent) as (session, _):
        assert await session.listen() == "Hello"
        with pytest.raises(SessionClosed, match=words):
            await session.listen()
        assert session.ended


async def test_speaking_on_a_connection_that_has_gone_records_what_the_agent_said_last(
    runner: CallRunner,
) -> None:
    gone = threading.Event()

    async def agent(wire: Wire) -> None:
        await wire.say("Hello", metadata={"a": 1})
        await wire.say("Nobody there? Goodbye!", type="end_call")
        await wire.socket.close()
        gone.set()

    with session_with(runner, agent) as (session, _):
        await session.listen()
        await asyncio.to_thread(gone.wait, 10)
        with pytest.raises(SessionClosed, match="The agent has ended the call"):
            await session.say("Wait")
        assert said(session)[-1] == "agent: Nobody there? Goodbye!"


async def test_after_the_callers_goodbye_the_session_is_closed(runner: CallRunner) -> None:
    with session_with(runner, echo) as (session, _):
        await session.listen()
        await session.end_call()
        for attempt in (session.listen(), session.say("One more thing"), session.end_call()):
            with pytest.raises(SessionClosed, match=r"The caller has ended the call\."):
                await attempt
        assert said(session) == ["agent: Hello"]


async def test_what_the_agent_sends_after_the_callers_goodbye_is_recorded(runner: CallRunner) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Bye!", metadata={"summary": "stored"})
        await wire.say(role="Function Call", data={"id": "1", "name": "store_summary", "arguments": "{}"})

    with session_with(runner, agent) as (session, _):
        await session.end_call("Bye")
        assert said(session) == ["caller: Bye", "agent: Bye!"]
        assert session.metadata == {"summary": "stored"}
        assert [each.name for each in session.tool_calls] == ["store_summary"]


async def test_a_session_that_was_closed_says_so(runner: CallRunner) -> None:
    with session_with(runner, echo) as (session, _):
        await asyncio.to_thread(session.close)
        assert session.ended
        with pytest.raises(SessionClosed, match=r"The session has been closed\."):
            await session.listen()


async def test_a_session_that_was_not_opened_says_so(runner: CallRunner) -> None:
    session = RubricSession(runner, TextEndpoint.create("ws://127.0.0.1:1"))
    with pytest.raises(SessionError, match="has not been opened"):
        await session.say("Hello")
    session.close()
    assert not session.ended


def test_a_connection_that_cannot_be_opened_is_an_error_with_a_reason(runner: CallRunner) -> None:
    with closing(socket.socket()) as bound:  # bound, but it never listens
        bound.bind(("127.0.0.1", 0))
        session = RubricSession(runner, TextEndpoint.create(f"ws://127.0.0.1:{bound.getsockname()[1]}"))
        with pytest.raises(SessionError, match="nothing accepts connections at ws://127"):
            session.open(scenario_id="x")


def test_the_reason_does_not_show_the_secret(runner: CallRunner) -> None:
    session = RubricSession(runner, TextEndpoint.create("ws://127.0.0.1:1/hush-hush", secret="hush-hush"))
    with pytest.raises(SessionError, match=r"ws://127\.0\.0\.1:1/\*\*\*"):
        session.open(scenario_id="x")


async def test_no_error_and_no_record_shows_the_secret(runner: CallRunner) -> None:
    secret = "a-secret-of-25-characters"

    async def agent(wire: Wire) -> None:
        await wire.say(f"It is {secret}", metadata={"secret": secret})
        await wire.socket.close(4000, "x" * 98 + secret)

    with session_with(runner, agent, secret=secret) as (session, _):
        await session.listen()
        assert said(session) == ["agent: It is ***"]
        assert session.metadata == {"secret": "***"}
        with pytest.raises(SessionClosed, match=r"x\*\*\*") as closed:
            await session.listen()
        assert secret[:8] not in str(closed.value)
