"""Conversations over CHIRP that a test holds by hand."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim import ChirpSession, SessionClosed, SessionError, TurnTimeout
from pytest_agentsim.audio.pacer import Pacer
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import Speaker
from pytest_agentsim.runner import CallRunner
from pytest_agentsim.voice.equipment import VoiceEquipment
from pytest_agentsim.voice_endpoint import VoiceEndpoint
from tests.audio.keys import keys_in
from tests.voice.harness import (
    Agent,
    LockstepClock,
    ScriptedStudio,
    Traffic,
    counted,
    prompt,
    serving,
    speech,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path

    Open = Callable[..., Awaitable[ChirpSession]]


@pytest.fixture
async def open_session(tmp_path: Path) -> AsyncIterator[Open]:
    """Open a session with an agent that runs a program, on the loop of the calls."""
    runner = CallRunner(tmp_path, batch_id="batch-1")
    stack, agents = AsyncExitStack(), []
    sessions: list[ChirpSession] = []

    async def open_one(
        program: Callable[[Agent], Awaitable[None]], *, recognized: Iterable[str] = (), **settings: Any
    ) -> ChirpSession:
        traffic = Traffic()
        studio = ScriptedStudio(recognized)
        clock = LockstepClock(traffic)
        studio.clock = studio.recognized.clock = clock
        url = runner.run(stack.enter_async_context(serving(program, traffic, agents)))
        stack.enter_context(counted(traffic))
        equipment: Any = VoiceEquipment(Pacer(clock), studio)  # type: ignore[arg-type]
        endpoint = VoiceEndpoint.create(url, **settings)
        session = ChirpSession(runner, equipment, endpoint, recording=tmp_path / "recording.wav")
        session.open(scenario_id="by hand")
        session.agents = agents  # type: ignore[attr-defined]
        sessions.append(session)
        return session

    yield open_one
    for session in sessions:
        session.close()
    runner.run(stack.aclose())
    runner.stop()


async def test_both_sides_speak_and_are_recorded(open_session: Open, tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(prompt("greeting"))
        await agent.stay()

    session = await open_session(program, recognized=["hello there"])
    assert await session.say("Hi")
    assert await session.listen() == "hello there"
    await session.hang_up()
    assert [(turn.speaker, turn.text) for turn in session.turns] == [
        (Speaker.CALLER, "Hi"),
        (Speaker.AGENT, "hello there"),
    ]
    caller, agent = read_stereo(tmp_path / "recording.wav")
    assert any(caller)
    assert any(agent)
    assert session.ended


async def test_an_interrupted_caller_says_so(open_session: Open) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.event("speech.started", utterance_id="a1")
        await agent.stay()

    session = await open_session(program)
    assert not await session.say("A story that is long enough to be interrupted in its middle")
    assert session.turns[0].interrupted


async def test_keys_are_tones_on_the_line(open_session: Open) -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    session = await open_session(program)
    assert await session.press("42#")
    await session.hang_up()
    assert keys_in(session.agents[-1].caller_pcm) == "42#"  # type: ignore[attr-defined]


async def test_an_agent_that_says_nothing_is_waited_for_no_longer_than_its_turn_may_take(
    open_session: Open,
) -> None:
    async def program(agent: Agent) -> None:
        await agent.stay()

    session = await open_session(program, turn_timeout=3)
    with pytest.raises(TurnTimeout, match="said nothing for 3 s"):
        await session.listen()


async def test_an_agent_that_never_stops_is_not_waited_for_for_ever(open_session: Open) -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(20.0))
        await agent.stay()

    session = await open_session(program, longest_turn=5)
    with pytest.raises(TurnTimeout, match="spoken for 5 s without a pause"):
        await session.listen()


async def test_after_the_agent_has_hung_up_its_last_words_are_heard_and_then_there_is_nothing_more(
    open_session: Open,
) -> None:
    async def program(agent: Agent) -> None:
        await agent.say(prompt("yes"), burst=True)
        await agent.hang_up()

    session = await open_session(program, recognized=["yes"])
    assert await session.listen() == "yes"
    with pytest.raises(SessionClosed, match="closed the connection normally"):
        await session.listen()
    with pytest.raises(SessionClosed):
        await session.say("Hello?")


async def test_where_nobody_listens_the_session_says_why_it_cannot_be_opened(tmp_path: Path) -> None:
    runner = CallRunner(tmp_path, batch_id="batch-1")
    equipment: Any = VoiceEquipment(Pacer(LockstepClock(Traffic())), ScriptedStudio(()))  # type: ignore[arg-type]
    endpoint = VoiceEndpoint.create("ws://127.0.0.1:9")
    session = ChirpSession(runner, equipment, endpoint, recording=tmp_path / "recording.wav")
    try:
        with pytest.raises(SessionError, match=r"nothing accepts connections .* \(tried 4 times\)"):
            session.open(scenario_id="by hand")
        with pytest.raises(SessionError, match="has not been opened"):
            await session.say("Hello?")
    finally:
        runner.stop()
