"""An agent behind a real WebSocket that does what a test tells it, and one call to it."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.utils import accept_key

from pytest_agentsim.agent import TextEndpoint
from pytest_agentsim.call import run_call
from pytest_agentsim.result import CallResult, EndedBy, EventKind, Reason, Status
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.profile import TestProfile
from pytest_agentsim.spec import CallSpec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from websockets.datastructures import Headers

    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.scenario.model import Scenario

# How long a call may hang before its test fails.
PATIENCE = 20.0  # s

# Keeps the server, which logs the headers that it receives, out of caplog.
SILENT = logging.Logger("silent", level=logging.CRITICAL)  # noqa: LOG001


class Wire:
    """The agent's end of one connection; `frames` has what went over it as (who, frame)."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.frames: list[tuple[str, str | bytes]] = []

    @property
    def headers(self) -> Headers:
        assert self.socket.request is not None
        return self.socket.request.headers

    @property
    def heard(self) -> list[Any]:
        """What the caller has sent, parsed."""
        return [json.loads(frame) for who, frame in self.frames if who == "caller"]

    async def send(self, frame: str | bytes) -> None:
        self.frames.append(("agent", frame))
        await self.socket.send(frame)

    async def say(self, content: str | None = None, **fields: Any) -> None:
        """Send a frame; one without `content` is no turn."""
        await self.send(json.dumps(fields if content is None else {"content": content, **fields}))

    async def hear(self) -> Any:
        """Return the caller's next frame."""
        frame = await self.socket.recv()
        self.frames.append(("caller", frame))
        return json.loads(frame)

    async def stay(self) -> None:
        """Say nothing more until the caller ends the call or closes the connection."""
        while "type" not in await self.hear():
            pass

    async def settle(self) -> None:
        """Wait until the caller has dealt with all that was sent."""
        # Both sides are on one loop: in the turns that a ping takes the caller makes its steps too.
        for _ in range(5):
            await (await self.socket.ping())

    def drop(self) -> None:
        """Break the connection without a closing handshake."""
        self.socket.transport.abort()


@dataclass
class Line:
    """Where the agent is reached, and the connections that it was given."""

    url: str = ""
    wires: list[Wire] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    @property
    def wire(self) -> Wire:
        [only] = self.wires
        return only


@asynccontextmanager
async def listening(handler: Callable[[Wire], Awaitable[None]], **settings: Any) -> AsyncIterator[Line]:
    """Serve an agent; what goes wrong in its handler is raised at the end."""
    line = Line()

    async def handle(socket: ServerConnection) -> None:
        wire = Wire(socket)
        line.wires.append(wire)
        try:
            await handler(wire)
        except ConnectionClosed:
            pass
        except Exception as error:
            line.failures.append(error)
            raise

    async with serve(handle, "127.0.0.1", 0, logger=SILENT, compression=None, **settings) as server:
        line.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/ws"
        yield line
    for failure in line.failures:
        raise failure


@asynccontextmanager
async def listening_raw(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """Serve a TCP port that answers in its own way; gives the URL of a WebSocket there."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
    finally:
        server.close()


async def shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the opening handshake of a raw connection."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    fields = dict(line.split(": ", 1) for line in request.split("\r\n")[1:] if line)
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + f"Sec-WebSocket-Accept: {accept_key(fields['Sec-WebSocket-Key'])}\r\n\r\n".encode()
    )


def scenario(first_message: str, *conditions: tuple[str | int, str], **fields: Any) -> Scenario:
    """Return a structured scenario.

    A condition is a trigger and an action; a number in place of the trigger makes it a followup. Conditions
    are numbered from 1.
    """
    rows = [("FIRST_MESSAGE", first_message), *conditions]
    return load_mapping(
        {
            "name": "a call",
            "key": "scenario-1",
            "scenario_type": "conditional_actions",
            "scenario_language": "en",
            "conditional_actions": {
                "role": "A customer",
                "conditions": [
                    {
                        "id": number,
                        "condition": condition,
                        "action": action,
                        "type": "action_followup" if isinstance(condition, int) else "standard",
                        "fixed_message": True,
                    }
                    for number, (condition, action) in enumerate(rows)
                ],
            },
            **fields,
        }
    )


def spec(
    script: Scenario, url: str, *, profile: Mapping[str, Any] | None = None, **endpoint: Any
) -> CallSpec:
    """Return what a call of `script` is made from; `endpoint` are settings of the agent."""
    return CallSpec(
        scenario=script,
        personality=script.personality,
        profile=script.profile if profile is None else TestProfile.of(profile),
        endpoint=TextEndpoint.create(url, **endpoint),
        channel="text",
        run_id="run-1",
        batch_id="batch-1",
        seed=7,
    )


@dataclass
class Call:
    """A finished call from both sides."""

    result: CallResult
    line: Line

    @property
    def wire(self) -> Wire:
        return self.line.wire

    @property
    def ending(self) -> tuple[Status, EndedBy, Reason]:
        return self.result.status, self.result.ended_by, self.result.ended_reason

    @property
    def said(self) -> list[str]:
        """The transcript as ``who: words``."""
        return transcript(self.result)

    @property
    def moves(self) -> list[str]:
        """Why the caller said what it said, in order."""
        return [event.data["move"] for event in self.result.events_of(EventKind.ACTION)]


def transcript(result: CallResult) -> list[str]:
    """Return the turns of a call as ``who: words``."""
    return [f"{turn.speaker.value}: {turn.text}" for turn in result.turns]


async def converse(
    handler: Callable[[Wire], Awaitable[None]],
    script: Scenario,
    *,
    clock: Clock | None = None,
    matcher: Matcher | None = None,
    profile: Mapping[str, Any] | None = None,
    **endpoint: Any,
) -> Call:
    """Make one call to the agent that `handler` is, and wait until both sides are done."""
    async with listening(handler) as line:
        made = spec(script, line.url, profile=profile, **endpoint)
        async with asyncio.timeout(PATIENCE) as patience:
            result = await run_call(made, clock=clock, matcher=matcher)
        assert not patience.expired(), f"the call hung after {transcript(result)}"
    return Call(result, line)


CALLER_ENDED = (Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED)
AGENT_ENDED = (Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_ENDED)
AGENT_CLOSED = (Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_CLOSED)
SECRET_REJECTED = (Status.REJECTED, EndedBy.SIMULATOR, Reason.SECRET_REJECTED)
CALLER_STUCK = (Status.FAILED, EndedBy.CALLER, Reason.CALLER_STUCK)
CALLER_LOOP = (Status.FAILED, EndedBy.CALLER, Reason.CALLER_LOOP)


def failed(reason: Reason) -> tuple[Status, EndedBy, Reason]:
    """Return the ending of a call that no side ended."""
    return Status.FAILED, EndedBy.SIMULATOR, reason
