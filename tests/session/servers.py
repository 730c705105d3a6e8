"""Agents at the other end of a real socket, well-behaved and not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.utils import accept_key

from pytest_agentsim.session.connect import ConnectFailed, Connection, ConnectionClosed

Agent = Callable[[ServerConnection], Awaitable[None]]
RawAgent = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SILENT = logging.Logger("silent", level=logging.CRITICAL)  # noqa: LOG001  (keeps the server out of caplog)


@asynccontextmanager
async def agent(handler: Agent, **settings: Any) -> AsyncIterator[str]:
    """A WebSocket server; gives its URL."""
    async with serve(handler, "127.0.0.1", 0, logger=SILENT, compression="deflate", **settings) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'wss' if 'ssl' in settings else 'ws'}://127.0.0.1:{port}/ws"


@asynccontextmanager
async def raw_agent(handler: RawAgent) -> AsyncIterator[str]:
    """A TCP server that answers in its own way; gives the URL of a WebSocket at its port."""

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
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    fields = dict(line.split(": ", 1) for line in request.split("\r\n")[1:] if line)
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + f"Sec-WebSocket-Accept: {accept_key(fields['Sec-WebSocket-Key'])}\r\n\r\n".encode()
    )


def answering(response: bytes) -> AbstractAsyncContextManager[str]:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(response)
        await writer.drain()

    return raw_agent(handler)


async def open_session(url: str, **settings: Any) -> Connection:
    return await Connection.open(
        url, settings.pop("headers", {}), timeout=settings.pop("timeout", 10.0), **settings
    )


async def failure(url: str, **settings: Any) -> ConnectFailed:
    with pytest.raises(ConnectFailed) as failed:
        await open_session(url, **settings)
    return failed.value


async def end_of(connection: Connection) -> ConnectionClosed:
    """Take in whatever still comes and return how the connection was closed."""
    while True:
        try:
            await connection.receive()
        except ConnectionClosed as closed:
            return closed


async def echo(server: ServerConnection) -> None:
    async for frame in server:
        await server.send(frame)


async def stay(server: ServerConnection) -> None:
    await server.wait_closed()
