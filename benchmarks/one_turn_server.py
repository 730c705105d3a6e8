"""An agent over X-RUBRIC that answers the caller's first message after some seconds and ends the call by that.

Usage: one_turn_server.py SECONDS; prints the port it listens on.
"""

from __future__ import annotations

import asyncio
import json
import sys

from one_turn import LAST_WORDS
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

ANSWER = json.dumps(LAST_WORDS).encode()


class Call(asyncio.Protocol):
    """One connection, on the sans-I/O half of `websockets`: what the agent costs is in every figure."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._protocol = ServerProtocol()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._take_message()
        self._flush()

    def _take_message(self) -> None:
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._answer)
        else:
            self._answer()

    def _answer(self) -> None:
        if self._protocol.state.name == "OPEN":
            self._protocol.send_text(ANSWER)
            self._protocol.send_close(1000)
            self._flush()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()


async def main(seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: Call(seconds), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
