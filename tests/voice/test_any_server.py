"""Any server that reads and writes binary frames completes a call, whatever it is written with."""

from __future__ import annotations

import base64
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import WSMsgType, web
from websockets.asyncio.server import ServerConnection, serve

from pytest_agentsim.audio.pcm import FRAME_BYTES, level
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import SHORT, Conducted, Traffic, call_at, prompt, speech

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

ASKS = "what is your name"
GREETING = prompt("yes")
QUESTION = speech(0.8)

QUIET = -45.0  # dBFS, below which a frame is no speech
PAUSE = 25  # frames after speech that end a turn


class Listener:
    """The simplest voice activity detection that works: loud frames, then quiet ones."""

    def __init__(self) -> None:
        self._has_spoken = False
        self._quiet = 0

    def ends_a_turn(self, pcm: bytes) -> bool:
        if level(pcm) > QUIET:
            self._has_spoken, self._quiet = True, 0
            return False
        self._quiet += 1
        if not self._has_spoken or self._quiet < PAUSE:
            return False
        self._has_spoken = False
        return True


# --- websockets --------------------------------------------------------------------------------------------


async def minimal_agent(socket: ServerConnection) -> None:
    """The whole of a server: audio in, audio out, nothing else."""
    listener = Listener()
    async for frame in socket:
        if isinstance(frame, bytes) and listener.ends_a_turn(frame):
            for start in range(0, len(QUESTION), FRAME_BYTES):
                await socket.send(QUESTION[start : start + FRAME_BYTES])


async def greeting_agent(socket: ServerConnection) -> None:
    """Says hello before it listens."""
    await socket.send(GREETING)
    await minimal_agent(socket)


def counting(traffic: Traffic) -> type[ServerConnection]:
    """Return connections that tell the clock of the test which frames have arrived."""

    class Counting(ServerConnection):
        async def recv(self, decode: bool | None = None) -> Any:
            frame = await super().recv(decode)
            traffic.agent_received += 1
            return frame

        async def send(self, message: Any, **options: Any) -> None:
            traffic.agent_sent += 1
            await super().send(message, **options)

        def connection_lost(self, exc: Exception | None) -> None:
            traffic.lost = True
            super().connection_lost(exc)

    return Counting


async def call_to(handler: Callable[[ServerConnection], Awaitable[None]], **options: Any) -> Conducted:
    traffic = Traffic()
    async with serve(handler, "127.0.0.1", 0, create_connection=counting(traffic)) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        return await call_at(f"ws://127.0.0.1:{port}", traffic, [], **options)


async def test_the_smallest_server_completes_a_call(tmp_path: Path) -> None:
    recording = tmp_path / "recording.wav"
    call = await call_to(minimal_agent, recognized=[ASKS], recording=recording)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello", f"agent: {ASKS}", "caller: Sarah"]
    assert call.events(EventKind.PROTOCOL_VIOLATION) == []
    assert QUESTION in read_stereo(recording)[1]
    [latency] = call.result.latencies
    assert latency.seconds == pytest.approx(PAUSE * 0.02, abs=0.06)


async def test_the_smallest_server_may_greet_first() -> None:
    call = await call_to(greeting_agent, recognized=["good morning", ASKS])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["agent: good morning", "caller: Hello", f"agent: {ASKS}", "caller: Sarah"]


# --- aiohttp -----------------------------------------------------------------------------------------------

USER, PASSWORD = "cekura", "pä55:word"


class AiohttpAgent:
    """An agent as people write them: Basic authentication, whole sentences in one frame, events for its own ends."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self.events: list[dict[str, Any]] = []
        self.attempts = 0
        self.close_code: int | None = None

    async def voice(self, request: web.Request) -> web.StreamResponse:
        self.attempts += 1
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            raise web.HTTPUnauthorized
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        listener = Listener()
        async for message in socket:
            self._traffic.agent_received += 1
            if message.type is WSMsgType.BINARY and listener.ends_a_turn(message.data):
                await self._say(socket)
            elif message.type is WSMsgType.TEXT:
                self.events.append(json.loads(message.data))
        self._traffic.lost = True
        self.close_code = socket.close_code
        return socket

    async def _say(self, socket: web.WebSocketResponse) -> None:
        utterance = {"utterance_id": "bot-1"}
        self._traffic.agent_sent += 3
        await socket.send_json({"type": "speech.started", "data": utterance})
        await socket.send_bytes(QUESTION)
        await socket.send_json({"type": "speech.completed", "data": utterance})


@asynccontextmanager
async def aiohttp_agent(traffic: Traffic) -> AsyncIterator[tuple[AiohttpAgent, str]]:
    agent = AiohttpAgent(traffic)
    application = web.Application()
    application.router.add_get("/voice", agent.voice)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield agent, f"ws://127.0.0.1:{runner.addresses[0][1]}/voice"
    finally:
        await runner.cleanup()


async def test_a_server_written_with_aiohttp_that_sends_in_bursts(tmp_path: Path) -> None:
    traffic = Traffic()
    recording = tmp_path / "recording.wav"
    async with aiohttp_agent(traffic) as (agent, url):
        call = await call_at(
            url,
            traffic,
            [],
            SHORT,
            recognized=[ASKS],
            recording=recording,
            user=USER,
            password=PASSWORD,
        )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello", f"agent: {ASKS}", "caller: Sarah"]
    assert call.events(EventKind.PROTOCOL_VIOLATION) == []
    assert [event["type"] for event in agent.events] == ["speech.started", "speech.completed"] * 2
    assert agent.close_code == 1000
    # The burst was played in real time: its turn is as long as its audio.
    assert QUESTION in read_stereo(recording)[1]
    turn = call.result.turns[1]
    assert turn.end is not None
    assert turn.end - turn.time == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize("credentials", [{}, {"user": USER, "password": "wrong"}], ids=["none", "wrong"])
async def test_a_server_written_with_aiohttp_rejects_other_credentials(credentials: dict[str, Any]) -> None:
    traffic = Traffic()
    async with aiohttp_agent(traffic) as (agent, url):
        call = await call_at(url, traffic, [], SHORT, **credentials)
    call.check(Status.REJECTED, Reason.CREDENTIALS_REJECTED)
    assert agent.attempts == 1
