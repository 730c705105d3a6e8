"""The WebSocket connection of one call: opening it, whole frames both ways, and an end that always comes."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidURI, WebSocketException
from websockets.uri import parse_uri

from pytest_agentsim.session.connect_failure import (
    TEXT_HINTS,
    VOICE_HINTS,
    ChannelHints,
    ConnectFailed,
    connect_failed,
)
from pytest_agentsim.session.frame_socket import ConnectionClosed, FrameSink, FrameSocket, PeerNotReading
from pytest_agentsim.session.printable import printable_url
from pytest_agentsim.session.tls import client_tls

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from websockets.uri import WebSocketURI

__all__ = [
    "TEXT_HINTS",
    "VOICE_HINTS",
    "ConnectFailed",
    "Connection",
    "ConnectionClosed",
    "FrameSink",
    "PeerNotReading",
    "client_tls",
    "printable_url",
]

MAX_FRAME_BYTES = 16 * 1024 * 1024
CLOSE_TIMEOUT = 1.0  # s
MAX_CLOSE_REASON_BYTES = 123  # RFC 6455 section 5.5

# `websockets` logs the headers of the handshake, the secret among them, at DEBUG level. A logger outside of
# the hierarchy cannot be switched on by anybody's logging configuration.
_SILENCE = logging.Logger("agentsim.silence")  # noqa: LOG001
_SILENCE.disabled = True


class Connection:
    """An open WebSocket connection.

    Frames are either fetched, by `receive`, or delivered to a sink. One task may send while another receives.
    """

    def __init__(self, opened: FrameSocket) -> None:
        self._socket = opened

    @classmethod
    async def open(
        cls,
        url: str,
        headers: Mapping[str, str],
        *,
        timeout: float,
        ssl_context: ssl.SSLContext | None = None,
        max_frame_bytes: int = MAX_FRAME_BYTES,
        hints: ChannelHints = TEXT_HINTS,
    ) -> Connection:
        """Connect to `url` (ws:// or wss://) and shake hands, all within `timeout` seconds.

        Redirects are not followed and no proxy is used: the headers, with the secret, reach nobody but the host
        in the URL. `headers` are sent as they are; `handshake_headers` and `chirp_headers` make them fit for
        it. Without an `ssl_context` a wss:// URL is verified against the certificates that this machine trusts.
        A frame of more than `max_frame_bytes` closes the connection. `hints` are those of the channel. Raises
        `ConnectFailed`.
        """
        try:
            uri = _parsed(url)
            protocol = ClientProtocol(uri, max_size=max_frame_bytes, logger=_SILENCE)
            async with asyncio.timeout(timeout):
                opened = await _open_transport(uri, protocol, ssl_context or client_tls(url))
                try:
                    await opened.shake_hands(headers)
                except BaseException:
                    opened.abort()
                    raise
        except (WebSocketException, OSError, EOFError, ValueError) as error:
            # The original may quote the URL with its credentials.
            raise connect_failed(error, printable_url(url), timeout, hints) from None
        return cls(opened)

    async def send(self, frame: str | bytes) -> None:
        """Send a frame, waiting while the agent does not read. Raises `ConnectionClosed`."""
        await self._socket.send(frame)

    def send_now(self, frame: str | bytes) -> None:
        """Send a frame without waiting.

        Raises `ConnectionClosed`, and `PeerNotReading` when more than 1 MiB of earlier frames is still unsent.
        """
        self._socket.write(frame)

    async def receive(self) -> str | bytes:
        """Return the next frame; a cancelled `receive` loses none.

        Raises `ConnectionClosed` once all that arrived has been returned.
        """
        return await self._socket.receive()

    def deliver_to(self, sink: FrameSink) -> None:
        """From now on give each frame to `sink` at the moment of its arrival; `receive` gets none any more.

        Frames that have arrived before are given at once, and then the end if the connection has ended already.
        """
        self._socket.deliver_to(sink)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, waiting at most `CLOSE_TIMEOUT` for the peer's part in it; never raises.

        Frames that have arrived until then can still be received.
        """
        sendable = reason.encode("utf-8", "replace")[:MAX_CLOSE_REASON_BYTES].decode("utf-8", "ignore")
        await self._socket.close(code, sendable)


def _parsed(url: str) -> WebSocketURI:
    if url != url.strip():
        raise InvalidURI(url, "white space around it")
    return parse_uri(url)


async def _open_transport(
    uri: WebSocketURI, protocol: ClientProtocol, ssl_context: ssl.SSLContext | None
) -> FrameSocket:
    _, opened = await asyncio.get_running_loop().create_connection(
        lambda: FrameSocket(protocol, CLOSE_TIMEOUT),
        uri.host,
        uri.port,
        ssl=ssl_context if uri.secure else None,
        server_hostname=uri.host if uri.secure else None,
    )
    return opened
