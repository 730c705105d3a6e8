"""Other clients than ours get through a conversation with the example agent.

A probe written from the description on the X-RUBRIC page, and the command-line client of `websockets`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acme_clinic.server import open_clinic
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from pytest_agentsim import Agent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

EXAMPLE_SUITE = Path(__file__).parents[2] / "example_suite"
SECRET = "an-example-secret"
PATIENCE = 20.0  # s


# --- the probe of the page ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clinic() -> Iterator[str]:
    """The example agent as a process of its own; gives its URL."""
    with Agent.from_command(
        [sys.executable, "-m", "acme_clinic", "--port", "{port}"],
        directory=EXAMPLE_SUITE,
        environment={"ACME_SECRET": SECRET},
        secret=SECRET,
    ) as started:
        assert started.text is not None
        yield started.text.url


async def probe(url: str, secret: str, turns: list[str], **more_headers: str) -> list[list[dict[str, Any]]]:
    """Say each turn and wait for a reply, hang up unless the agent has; return the frames of each exchange."""
    numbered = {f"X-RUBRIC-{name}-ID": "1" for name in ("SCENARIO", "RUN", "BATCH")}
    headers = {"X-RUBRIC-SECRET": secret, "X-RUBRIC-AGENT-ID": "probe", **numbered, **more_headers}
    exchanges: list[list[dict[str, Any]]] = []
    async with connect(url, additional_headers=headers, proxy=None) as agent:
        for turn in turns:
            await agent.send(json.dumps({"content": turn}))
            exchanges.append(await frames_of_a_turn(agent))
            if exchanges[-1][-1].get("type") == "end_call":
                return exchanges
        with suppress(ConnectionClosed):  # the agent may have understood the last turn as a goodbye
            await agent.send(json.dumps({"content": "", "type": "end_call"}))
        async with asyncio.timeout(PATIENCE):
            exchanges.append([json.loads(frame) async for frame in agent])
    return exchanges


async def frames_of_a_turn(agent: ClientConnection) -> list[dict[str, Any]]:
    """A frame without content is no turn."""
    frames: list[dict[str, Any]] = []
    while not frames or "content" not in frames[-1]:
        frames.append(json.loads(await asyncio.wait_for(agent.recv(), PATIENCE)))
    return frames


async def test_the_pages_probe_gets_a_reply_to_each_of_its_turns(clinic: str) -> None:
    turns = ["Hi, I'd like to check my balance", "My account is 12345", "No, that's all, thanks"]
    greeting, *replies = [
        frames[-1]["content"] for frames in (await probe(f"{clinic}/billing", SECRET, turns))[:3]
    ]
    assert "Acme" in greeting
    assert len(replies) == 2
    assert all(replies)


async def test_the_probe_cancels_an_appointment_and_sees_the_functions_before_the_words(clinic: str) -> None:
    turns = ["I need to cancel my appointment", "Sarah Johnson", "1990-01-01", "No, cancel it", "That's all"]
    exchanges = await probe(clinic, SECRET, turns, **{"X-Greeting": "off"})
    frames = [frame for exchange in exchanges for frame in exchange]
    called = [frame["data"]["name"] for frame in frames if frame.get("role") == "Function Call"]
    assert called == ["lookup_patient", "cancel_appointment"]
    assert ["has been cancelled" in exchange[-1]["content"] for exchange in exchanges].index(True) == 3
    assert exchanges[-1][-1]["type"] == "end_call"


async def test_the_probe_with_a_wrong_secret_is_closed_with_1008(clinic: str) -> None:
    with pytest.raises(ConnectionClosed) as closed:
        await probe(clinic, "wrong", ["Hi"])
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "Unauthorized")


# --- the command-line client of websockets -----------------------------------------------------------------


class Terminal:
    """`python -m websockets URL`, which sends a frame for each line that it reads."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._output = ""

    async def type(self, frame: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(frame)}\n".encode())
        await self._process.stdin.drain()

    async def shown(self, pattern: str) -> re.Match[str]:
        """Return the first match of `pattern` in the output and forget what was printed up to it."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while (found := re.search(pattern, self._output)) is None:
                more = await self._process.stdout.read(4096)
                assert more, f"the client ended; it had printed {self._output!r}"
                self._output += more.decode()
        self._output = self._output[found.end() :]
        return found

    async def reply(self) -> dict[str, Any]:
        """Return the next frame with content."""
        while True:
            frame: dict[str, Any] = json.loads((await self.shown(r"< (\{.*\})\n"))[1])
            if "content" in frame:
                return frame


@asynccontextmanager
async def websockets_client(url: str) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "websockets", url, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        yield Terminal(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.communicate(), PATIENCE)


@asynccontextmanager
async def adding_headers(url: str, headers: dict[str, str]) -> AsyncIterator[str]:
    """Forward connections to `url` with headers that the client cannot send by itself."""

    async def forward(client: ServerConnection) -> None:
        async with connect(url, additional_headers=headers, proxy=None) as agent:
            directions = [asyncio.create_task(pump(client, agent)), asyncio.create_task(pump(agent, client))]
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.gather(client.close(), agent.close(), *directions)

    async with serve(forward, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def pump(
    source: ClientConnection | ServerConnection, target: ClientConnection | ServerConnection
) -> None:
    try:
        async for frame in source:
            await target.send(frame)
    except ConnectionClosed:
        pass


async def test_without_the_headers_the_command_line_client_is_turned_away() -> None:
    async with open_clinic(SECRET) as port, websockets_client(f"ws://127.0.0.1:{port}") as terminal:
        await terminal.shown(r"Connection closed: 1008 \(policy violation\) Unauthorized\.")


async def test_with_the_headers_the_command_line_client_gets_through_a_conversation() -> None:
    headers = {"X-RUBRIC-SECRET": SECRET, "X-RUBRIC-AGENT-ID": "front-desk"}
    async with (
        open_clinic(SECRET) as port,
        adding_headers(f"ws://127.0.0.1:{port}", headers) as url,
        websockets_client(url) as terminal,
    ):
        assert "Acme Clinic" in (await terminal.reply())["content"]
        await terminal.type({"content": "Are you open on Saturday?"})
        assert "Saturday from 9 AM to 1 PM" in (await terminal.reply())["content"]
        await terminal.type({"content": "", "type": "end_call"})
        await terminal.shown(r"Connection closed: 1000 \(OK\)")


async def test_the_command_line_client_talks_to_a_callable_that_asks_for_no_secret() -> None:
    agent = Agent.from_callable(lambda text: f"You said: {text}", greeting="Hello")
    await asyncio.to_thread(agent.start)
    try:
        assert agent.text is not None
        async with websockets_client(agent.text.url) as terminal:
            assert await terminal.reply() == {"content": "Hello"}
            await terminal.type({"content": "one two"})
            assert await terminal.reply() == {"content": "You said: one two"}
            await terminal.type({"content": "", "type": "end_call"})
            await terminal.shown(r"Connection closed: 1000 \(OK\)")
    finally:
        await asyncio.to_thread(agent.stop)
