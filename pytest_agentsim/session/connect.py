"""The WebSocket connection of one call: opening it, whole frames both ways, and an end that always comes."""

from __future__ import annotations

import asyncio
import errno
import functools
import logging
import os
import socket
import ssl
from typing import TYPE_CHECKING

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed as SocketClosed
from websockets.exceptions import InvalidMessage, InvalidStatus, InvalidURI, WebSocketException

from pytest_agentsim.result import Reason
from pytest_agentsim.session.headers import SECRET_HINT
from pytest_agentsim.session.printable import printable, printable_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.http11 import Response

__all__ = ["ConnectFailed", "Connection", "ConnectionClosed", "client_tls", "printable_url"]

MAX_FRAME_BYTES = 16 * 1024 * 1024
CLOSE_TIMEOUT = 1.0  # s
MAX_CLOSE_REASON_BYTES = 123  # RFC 6455 section 5.5

# The close codes with which our own side answers a peer that breaks RFC 6455.
PEER_FAULT_CODES = (1002, 1007, 1009)

CA_FILE_HINT = "name the CA's certificate by AGENTSIM_CA_FILE or --agentsim-ca-file"
URL_HINT = "set its URL by AGENTSIM_TEXT_URL, --agentsim-text-url or the agent fixture"

# `websockets` logs the headers of the handshake, the secret among them, at DEBUG level. A logger outside of
# the hierarchy cannot be switched on by anybody's logging configuration.
_SILENCE = logging.Logger("agentsim.silence")  # noqa: LOG001
_SILENCE.disabled = True


class ConnectFailed(Exception):
    """No session could be opened; `reason` is CONNECTION_FAILED or SECRET_REJECTED, `detail` a sentence."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)


class ConnectionClosed(Exception):
    """The connection is closed; `code` is None when it was dropped without a closing handshake."""

    def __init__(self, code: int | None, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"closed with code {code}" if code is not None else "dropped")


class Connection:
    """An open WebSocket connection. One task may send while another receives."""

    def __init__(self, opened: ClientConnection) -> None:
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
    ) -> Connection:
        """Connect to `url` (ws:// or wss://) and shake hands, all within `timeout` seconds.

        Redirects are not followed: the headers, with the secret, reach nobody but the host in the URL.
        `headers` are sent as they are; `handshake_headers` makes them fit for it. Without an `ssl_context` a
        wss:// URL is verified against the certificates that this machine trusts. A frame of more than
        `max_frame_bytes` closes the connection. Raises `ConnectFailed`.
        """
        try:
            opened = await _ConnectOnce(
                url,
                additional_headers=headers,
                user_agent_header="pytest-agentsim",
                ssl=(ssl_context or client_tls(url)) if _is_secure(url) else None,
                proxy=None,
                compression=None,
                open_timeout=timeout,
                close_timeout=CLOSE_TIMEOUT,
                # An agent that is busy for a whole turn may leave pings unanswered; the turn timeout decides.
                ping_interval=None,
                max_size=max_frame_bytes,
                logger=_SILENCE,
                create_connection=_Socket,
            )
        except (WebSocketException, OSError, EOFError, ValueError) as error:
            # The original may quote the URL with its credentials.
            raise _connect_failed(error, printable_url(url), timeout) from None
        return cls(opened)

    async def send(self, frame: str) -> None:
        """Send a text frame. Raises `ConnectionClosed`."""
        try:
            await self._socket.send(frame)
        except SocketClosed as error:
            raise _closed(error) from None

    async def receive(self) -> str | bytes:
        """Return the next frame; a cancelled `receive` loses none.

        Raises `ConnectionClosed` once all that arrived has been returned.
        """
        try:
            return await self._socket.recv()
        except SocketClosed as error:
            raise _closed(error) from None

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, waiting at most `CLOSE_TIMEOUT` for the peer's part in it; never raises.

        Frames that have arrived until then can still be received.
        """
        sendable = reason.encode("utf-8", "replace")[:MAX_CLOSE_REASON_BYTES].decode("utf-8", "ignore")
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self._socket.close(code, sendable)
        except (TimeoutError, OSError, WebSocketException):
            pass  # it goes down without the handshake
        finally:
            self._socket.transport.abort()
        await self._socket.wait_closed()


@functools.cache
def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    # Reading the machine's certificates takes longer than the rest of a connection together.
    return ssl.create_default_context(cafile=ca_file)


def client_tls(url: str, ca_file: str | os.PathLike[str] | None = None) -> ssl.SSLContext | None:
    """Return the TLS settings for `url`, None for ws://.

    `ca_file` (PEM) replaces the certificates that this machine trusts. Raises `ConnectFailed` for a file that
    cannot be used.
    """
    if not _is_secure(url):
        return None
    try:
        return _tls_context(os.fspath(ca_file) if ca_file else None)
    except OSError as error:
        what = printable(error.strerror or str(error))
        detail = (
            f"the CA file {ca_file} cannot be used ({what}); it must be a readable PEM file; {CA_FILE_HINT}"
        )
        raise ConnectFailed(Reason.CONNECTION_FAILED, detail) from None


def _is_secure(url: str) -> bool:
    return url.lower().startswith("wss:")


class _ConnectOnce(connect):
    """Connects where it was told to."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class _Socket(ClientConnection):
    """Drops a peer that keeps TCP open after the closing handshake; `recv` would wait for it for ever."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.protocol.close_expected():
            self.loop.call_later(CLOSE_TIMEOUT, self.transport.abort)


def _closed(error: SocketClosed) -> ConnectionClosed:
    sent, received = error.sent, error.rcvd
    if sent is not None and sent.code in PEER_FAULT_CODES and not error.rcvd_then_sent:
        return ConnectionClosed(sent.code, f"the agent broke the WebSocket protocol: {sent.reason}")
    if received is None:
        return ConnectionClosed(None, "")
    return ConnectionClosed(received.code, received.reason)


def _connect_failed(error: Exception, url: str, timeout: float) -> ConnectFailed:
    if isinstance(error, InvalidStatus):
        return _answered(error.response, url)
    return ConnectFailed(Reason.CONNECTION_FAILED, _what_went_wrong(error, url, timeout))


def _answered(response: Response, url: str) -> ConnectFailed:
    """Tell what an HTTP answer other than 101 means."""
    status = response.status_code
    if status in (401, 403):
        detail = f"the agent at {url} rejected the secret with HTTP {status}; {SECRET_HINT}"
        return ConnectFailed(Reason.SECRET_REJECTED, detail)
    answer = f"{url} answered with HTTP {status} instead of opening a WebSocket"
    if 300 <= status < 400:
        target = printable_url(response.headers.get("Location", ""))
        advice = f"redirects are not followed; {URL_HINT} to the final address ({target})"
    elif status >= 500:
        advice = "the agent failed; see its own log"
    else:
        advice = f"if this is not the agent's WebSocket endpoint, {URL_HINT}"
    return ConnectFailed(Reason.CONNECTION_FAILED, f"{answer}; {advice}")


def _what_went_wrong(error: Exception, url: str, timeout: float) -> str:
    match error:
        case TimeoutError():
            return f"{url} opened no WebSocket within {timeout:g} s; is the agent busy or behind a firewall?"
        case ssl.SSLCertVerificationError():
            fault = printable(error.verify_message)
            return f"the certificate of {url} is not trusted ({fault}); {CA_FILE_HINT}"
        case ssl.SSLError():
            fault = printable(error.reason or str(error))
            return f"the TLS handshake with {url} failed ({fault}); {_scheme_hint(url)}"
        case socket.gaierror():
            return f"the host name of {url} cannot be resolved; {URL_HINT}"
        case InvalidURI() | ValueError():
            return f"{url} is not the URL of a WebSocket (ws://host:port/path or wss://host/path); {URL_HINT}"
        case (
            InvalidMessage()
            | ConnectionResetError()
            | ConnectionAbortedError()
            | BrokenPipeError()
            | EOFError()
        ):
            return f"{url} did not answer as a WebSocket server; check host and port; {_scheme_hint(url)}"
        case OSError() if _is_refusal(error):
            return f"nothing accepts connections at {url}; start the agent, or {URL_HINT}"
        case OSError():
            return f"could not connect to {url} ({printable(error.strerror or str(error))}); {URL_HINT}"
        case _:
            return f"the WebSocket handshake with {url} failed ({printable(str(error))})"


def _scheme_hint(url: str) -> str:
    if _is_secure(url):
        return "if it does not serve TLS, its URL begins with ws://"
    return "if it serves TLS, its URL begins with wss://"


def _is_refusal(error: OSError) -> bool:
    # A host with several addresses gives one error that quotes those of all of them.
    return isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error)
