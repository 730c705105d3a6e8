from __future__ import annotations

import asyncio
import gc
import logging
import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.utils import accept_key

from pytest_agentsim.result import Reason
from pytest_agentsim.session import connect
from pytest_agentsim.session.connect import (
    ConnectFailed,
    Connection,
    ConnectionClosed,
    client_tls,
    printable_url,
)

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.fixture
def short_close_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 0.05)


# --- talking -----------------------------------------------------------------------------------------------


async def test_frames_travel_both_ways() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        for frame in ('{"content": "hi"}', "", "ünï 😀", "x" * 100_000):
            await connection.send(frame)
            assert await connection.receive() == frame
        await connection.close()


async def test_a_binary_frame_arrives_as_bytes() -> None:
    async def binary(server: ServerConnection) -> None:
        await server.send(b"\x00\xff")

    async with agent(binary) as url:
        connection = await open_session(url)
        assert await connection.receive() == b"\x00\xff"
        await connection.close()


async def test_the_handshake_carries_the_headers_and_offers_no_extension() -> None:
    seen: dict[str, str] = {}

    async def remembering(server: ServerConnection) -> None:
        assert server.request is not None
        seen.update(server.request.headers.raw_items())

    async with agent(remembering) as url:
        connection = await open_session(
            url, headers={"X-RUBRIC-SECRET": "shh", "X-RUBRIC-RUN-ID": "", "X-Bot": "b"}
        )
        await end_of(connection)
        await connection.close()
    assert (seen["X-RUBRIC-SECRET"], seen["X-RUBRIC-RUN-ID"], seen["X-Bot"]) == ("shh", "", "b")
    assert seen["User-Agent"] == "pytest-agentsim"
    assert "Sec-WebSocket-Extensions" not in seen


async def test_a_cancelled_receive_loses_no_frame() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        for number in range(20):
            receiving = asyncio.ensure_future(connection.receive())
            await asyncio.sleep(0)
            await connection.send(str(number))
            # The frame arrives at another moment of the cancellation each time.
            for _ in range(number // 2):
                await asyncio.sleep(0)
            if receiving.done():
                assert receiving.result() == str(number)
                continue
            receiving.cancel()
            await asyncio.wait([receiving])
            frame = await connection.receive() if receiving.cancelled() else receiving.result()
            assert frame == str(number)
        await connection.close()


async def test_a_frame_that_comes_together_with_the_cancellation_is_kept() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        receiving = asyncio.ensure_future(connection.receive())
        await asyncio.sleep(0)
        assembler = connection._socket.recv_messages
        arrived = asyncio.get_running_loop().create_future()
        put = assembler.put

        def put_and_cancel(frame: Any) -> None:
            put(frame)
            receiving.cancel()
            arrived.set_result(None)

        assembler.put = put_and_cancel  # type: ignore[method-assign]
        await connection.send("kept")
        await arrived
        await asyncio.wait([receiving])
        assert receiving.cancelled()
        assert await connection.receive() == "kept"
        await connection.close()


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy", "socks_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with agent(echo) as url:
        connection = await open_session(url)
        await connection.close()


async def test_an_agent_that_answers_no_pings_is_not_asked_to() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        assert connection._socket.ping_interval is None
        await connection.close()


# --- how it ends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason"), [(1000, ""), (1001, "restart"), (1008, "Unauthorized"), (1011, "x"), (4000, "")]
)
async def test_the_agents_close_code_and_reason_are_told_after_its_last_frame(code: int, reason: str) -> None:
    async def closing(server: ServerConnection) -> None:
        await server.send("last words")
        await server.close(code, reason)

    async with agent(closing) as url:
        connection = await open_session(url)
        assert await connection.receive() == "last words"
        closed = await end_of(connection)
        assert (closed.code, closed.reason) == (code, reason)
        await connection.close()


async def test_a_close_frame_without_a_code_is_1005() -> None:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"\x88\x00")
        await writer.drain()

    async with raw_agent(closing) as url:
        connection = await open_session(url)
        assert (await end_of(connection)).code == 1005
        await connection.close()


@pytest.mark.parametrize("manner", ["abort", "close"])
async def test_a_drop_without_a_closing_handshake_has_no_code(manner: str) -> None:
    async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"\x81\x02hi")
        await writer.drain()
        await reader.read(1)
        if manner == "abort":
            writer.transport.abort()

    async with raw_agent(dropping) as url:
        connection = await open_session(url)
        assert await connection.receive() == "hi"
        await connection.send("go")
        assert (await end_of(connection)).code is None
        await connection.close()


async def test_a_drop_in_the_middle_of_a_frame_has_no_code() -> None:
    async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"\x81\x05he")
        await writer.drain()

    async with raw_agent(dropping) as url:
        connection = await open_session(url)
        assert (await end_of(connection)).code is None
        await connection.close()


@pytest.mark.usefixtures("short_close_timeout")
@pytest.mark.parametrize(
    "last_bytes", [b"\x88\x02\x03\xe8", b"\xf1\x00"], ids=["close frame", "protocol error"]
)
async def test_a_peer_that_keeps_tcp_open_after_the_end_is_not_waited_for(last_bytes: bytes) -> None:
    done = asyncio.Event()

    async def lingering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(last_bytes)
        await done.wait()

    async with raw_agent(lingering) as url:
        connection = await open_session(url)
        closed = await end_of(connection)
        assert closed.code == (1000 if last_bytes.startswith(b"\x88") else 1002)
        done.set()
        await connection.close()


async def test_invalid_utf8_in_a_text_frame_closes_with_1007_and_tells_why() -> None:
    async def invalid(server: ServerConnection) -> None:
        await server.send(b"\xff\xfe", text=True)
        await server.wait_closed()

    async with agent(invalid) as url:
        connection = await open_session(url)
        closed = await end_of(connection)
        assert closed.code == 1007
        assert "the agent broke the WebSocket protocol" in closed.reason
        await connection.close()


async def test_a_frame_over_the_hard_limit_closes_with_1009() -> None:
    async def large(server: ServerConnection) -> None:
        await server.send("x" * 100)
        await server.send("x" * 101)
        await server.wait_closed()

    async with agent(large) as url:
        connection = await open_session(url, max_frame_bytes=100)
        assert await connection.receive() == "x" * 100
        closed = await end_of(connection)
        assert closed.code == 1009
        assert "100 bytes" in closed.reason
        await connection.close()


async def test_sending_on_a_closed_connection_tells_how_it_was_closed() -> None:
    async def closing(server: ServerConnection) -> None:
        await server.close(1008, "Unauthorized")

    async with agent(closing) as url:
        connection = await open_session(url)
        await end_of(connection)
        with pytest.raises(ConnectionClosed) as closed:
            await connection.send("anybody there?")
        assert (closed.value.code, closed.value.reason) == (1008, "Unauthorized")
        await connection.close()


# --- closing -----------------------------------------------------------------------------------------------


async def test_closing_shakes_hands() -> None:
    closed = asyncio.get_running_loop().create_future()

    async def waiting(server: ServerConnection) -> None:
        await server.wait_closed()
        closed.set_result((server.close_code, server.close_reason))

    async with agent(waiting) as url:
        connection = await open_session(url)
        await connection.close(1000, "done")
        assert await closed == (1000, "done")


async def test_closing_twice_and_after_the_agent_is_harmless() -> None:
    async def closing(server: ServerConnection) -> None:
        await server.close()

    async with agent(closing) as url:
        connection = await open_session(url)
        await end_of(connection)
        await connection.close()
        await connection.close()


@pytest.mark.parametrize(
    ("code", "reason"), [(1006, ""), (0, ""), (99999, ""), (1000, "é" * 100), (1000, "\ud800")]
)
async def test_closing_never_raises(code: int, reason: str) -> None:
    async with agent(stay) as url:
        connection = await open_session(url)
        await connection.close(code, reason)
        with pytest.raises(ConnectionClosed):
            await connection.receive()


async def test_closing_ends_a_receive_that_is_under_way() -> None:
    async with agent(stay) as url:
        connection = await open_session(url)
        receiving = asyncio.ensure_future(connection.receive())
        await asyncio.sleep(0)
        await connection.close()
        with pytest.raises(ConnectionClosed):
            await receiving


async def test_frames_that_arrived_before_the_close_can_still_be_received() -> None:
    async def talkative(server: ServerConnection) -> None:
        await server.send("one")
        await server.send("two")
        await server.wait_closed()

    async with agent(talkative) as url:
        connection = await open_session(url)
        await connection.close()
        assert [await connection.receive(), await connection.receive()] == ["one", "two"]
        await end_of(connection)


@pytest.mark.usefixtures("short_close_timeout")
@pytest.mark.parametrize("load", [0, 20_000_000], ids=["idle", "with full buffers"])
async def test_closing_does_not_wait_for_a_peer_that_neither_answers_nor_reads(load: int) -> None:
    done = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        await done.wait()

    async with raw_agent(deaf) as url:
        connection = await open_session(url)
        sending = asyncio.ensure_future(connection.send("x" * load))
        await asyncio.sleep(0)
        await connection.close()
        await asyncio.wait([sending])
        sending.exception()
        done.set()


async def test_a_cancelled_close_drops_the_connection() -> None:
    done = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        await done.wait()

    async with raw_agent(deaf) as url:
        connection = await open_session(url)
        closing = asyncio.ensure_future(connection.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await end_of(connection)
        done.set()


# --- connecting fails --------------------------------------------------------------------------------------


async def test_a_port_at_which_nothing_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{unused.getsockname()[1]}/ws"
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.detail == (
        f"nothing accepts connections at {url}; start the agent, or set its URL by AGENTSIM_TEXT_URL, "
        "--agentsim-text-url or the agent fixture"
    )


async def test_a_host_of_several_addresses_at_which_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        async def two_addresses(*args: Any, **kwargs: Any) -> list[Any]:
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))
                for host in ("127.0.0.1", "127.0.0.2")
            ]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two_addresses)
        failed = await failure(f"ws://agent.test:{port}/ws")
    assert "nothing accepts connections" in failed.detail


async def test_a_host_name_that_cannot_be_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*args: Any, **kwargs: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    failed = await failure("ws://agent.test/ws")
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "the host name of ws://agent.test/ws cannot be resolved" in failed.detail


async def test_any_other_fault_of_the_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable(*args: Any, **kwargs: Any) -> list[Any]:
        raise OSError(113, "No route to host")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unreachable)
    assert (
        "could not connect to ws://agent.test/ws (No route to host)"
        in (await failure("ws://agent.test/ws")).detail
    )


@pytest.mark.parametrize("status", [401, 403])
async def test_an_agent_that_answers_401_or_403_rejects_the_secret(status: int) -> None:
    async with answering(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()) as url:
        failed = await failure(url, headers={"X-RUBRIC-SECRET": "shh"})
    assert failed.reason is Reason.SECRET_REJECTED
    assert f"HTTP {status}" in failed.detail
    assert "AGENTSIM_SECRET" in failed.detail
    assert "shh" not in failed.detail


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (200, "WebSocket endpoint"),
        (404, "WebSocket endpoint"),
        (426, "WebSocket endpoint"),
        (500, "its own log"),
        (503, "its own log"),
    ],
)
async def test_any_other_http_status_is_told(status: int, advice: str) -> None:
    async with answering(f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nno".encode()) as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert f"answered with HTTP {status}" in failed.detail
    assert advice in failed.detail


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["ws", "http"])
async def test_a_redirect_is_not_followed(status: int, scheme: str) -> None:
    visitors: list[str] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitors.append((await reader.read(65536)).decode())

    async with raw_agent(elsewhere) as target:
        location = target.replace("ws:", f"{scheme}:") + "?key=abc"
        response = f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        async with answering(response.encode()) as url:
            failed = await failure(url, headers={"X-RUBRIC-SECRET": "shh"})
    assert visitors == []
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "redirects are not followed" in failed.detail
    assert location.replace("abc", "…") in failed.detail


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"\x00\x01\x02garbage\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 101 ",
    ],
)
async def test_an_answer_that_is_not_http(response: bytes) -> None:
    async with answering(response) as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "did not answer as a WebSocket server" in failed.detail


async def test_a_faulty_handshake_is_told() -> None:
    fields = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x"
    async with answering(b"HTTP/1.1 101 Switching Protocols\r\n" + fields + b"\r\n\r\n") as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "handshake" in failed.detail


async def test_an_agent_that_accepts_and_never_answers() -> None:
    done = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()

    async with raw_agent(silent) as url:
        failed = await failure(url, timeout=0.05)
        done.set()
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "within 0.05 s" in failed.detail


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8080",
        "http://127.0.0.1/ws",
        "ws://",
        "ws://:80/",
        "ws://host:port/",
        "ws://host:99999/",
        "ws://[::1/",
        "ws://host/ws#fragment",
        "ws://user@host/",
        "ws://a..b/",
        "  wss://127.0.0.1/",
    ],
)
async def test_a_malformed_url(url: str) -> None:
    failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "is not the URL of a WebSocket" in failed.detail
    assert "AGENTSIM_TEXT_URL" in failed.detail


@pytest.mark.parametrize(
    "url",
    [
        "ws://user:pa55@127.0.0.1:1/?token=pa55",
        "http://user:pa55@host/?token=pa55",
        "ws://user:pa55@host/#pa55",
        "ws://user:x#pa55@h/",
    ],
)
async def test_credentials_in_the_url_do_not_reach_the_traceback(url: str) -> None:
    failed = await failure(url)
    text = "".join(traceback.format_exception(failed))
    assert "pa55" not in text.replace(f"failure({url!r})", "")
    assert "pa55" not in printable_url(url)


# --- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with the openssl command, which is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=agent"
    arguments = [
        *request.split(),
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-out",
        str(certificate),
        "-keyout",
        str(key),
    ]
    subprocess.run([openssl, *arguments], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def server_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


async def test_wss_with_the_ca_file_of_the_agent(
    certificate: tuple[Path, Path], server_tls: ssl.SSLContext
) -> None:
    async with agent(echo, ssl=server_tls) as url:
        connection = await open_session(url, ssl_context=client_tls(url, certificate[0]))
        await connection.send("hi")
        assert await connection.receive() == "hi"
        await connection.close()


async def test_a_certificate_that_is_not_trusted(server_tls: ssl.SSLContext) -> None:
    async with agent(echo, ssl=server_tls) as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert f"the certificate of {url} is not trusted" in failed.detail
    assert "--agentsim-ca-file" in failed.detail


async def test_wss_to_a_websocket_server_without_tls() -> None:
    async with agent(echo) as url:
        failed = await failure(url.replace("ws:", "wss:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "if it does not serve TLS, its URL begins with ws://" in failed.detail


async def test_wss_to_a_port_that_answers_in_plain_text() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as url:
        failed = await failure(url.replace("ws:", "wss:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "the TLS handshake with wss://127.0.0.1" in failed.detail
    assert "if it does not serve TLS, its URL begins with ws://" in failed.detail


async def test_ws_to_a_port_with_tls(server_tls: ssl.SSLContext) -> None:
    async with agent(echo, ssl=server_tls) as url:
        failed = await failure(url.replace("wss:", "ws:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "if it serves TLS, its URL begins with wss://" in failed.detail


async def test_tls_settings_do_not_matter_without_tls() -> None:
    async with agent(echo) as url:
        connection = await open_session(url, ssl_context=ssl.create_default_context())
        await connection.close()


def test_there_are_no_tls_settings_for_a_plain_url() -> None:
    assert client_tls("ws://host/") is None


def test_tls_settings_are_read_once() -> None:
    context = client_tls("wss://a/")
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert client_tls("WSS://b/", "") is context


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConnectFailed) as failed:
        client_tls("wss://host/", file)
    assert failed.value.reason is Reason.CONNECTION_FAILED
    assert str(file) in failed.value.detail
    assert "--agentsim-ca-file" in failed.value.detail


# --- secrets -----------------------------------------------------------------------------------------------


async def test_the_secret_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    secret = {"X-RUBRIC-SECRET": "s3cr3t"}
    async with agent(echo) as url:
        connection = await open_session(url, headers=secret)
        await connection.send("hi")
        await connection.receive()
        await connection.close()
    async with answering(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n") as url:
        await failure(url, headers=secret)
    assert "s3cr3t" not in caplog.text
    assert [record for record in caplog.records if record.name.startswith("websockets")] == []


async def test_nothing_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with agent(echo) as url:
        connection = await open_session(url)
        await connection.send("hi")
        await connection.receive()
        await connection.close()
    gc.collect()
    assert asyncio.all_tasks() == before
