from __future__ import annotations

import asyncio
import gc
import logging
import socket
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.result import Reason
from pytest_agentsim.session import connect
from pytest_agentsim.session.connect import VOICE_HINTS, ConnectionClosed, printable_url
from tests.session.servers import (
    agent,
    answering,
    echo,
    end_of,
    failure,
    open_session,
    raw_agent,
    shake_hands,
    stay,
)

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection


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


async def test_binary_frames_travel_both_ways() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        for frame in (bytes(640), b"", bytes(range(256)) * 500):
            await connection.send(frame)
            received = await connection.receive()
            assert type(received) is bytes
            assert received == frame
        await connection.close()


async def test_a_header_replaces_what_would_be_sent_under_its_name() -> None:
    seen: list[tuple[str, str]] = []

    async def remembering(server: ServerConnection) -> None:
        assert server.request is not None
        seen.extend(server.request.headers.raw_items())

    async with agent(remembering) as url:
        connection = await open_session(
            url.replace("ws://", "ws://me:url@"),
            headers={"authorization": "Basic eDp5", "user-agent": "acme"},
        )
        await end_of(connection)
        await connection.close()
    fields = [(name, value) for name, value in seen if name.lower() in ("authorization", "user-agent")]
    assert sorted(fields) == [("authorization", "Basic eDp5"), ("user-agent", "acme")]


async def test_a_message_in_fragments_arrives_whole_with_pings_between_them() -> None:
    async def fragmenting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"\x01\x02\xc3\xbc\x00\x01\xc3\x89\x02hi\x80\x01\xbc")  # the last two share a character
        writer.write(b"\x02\x01\x00\x00\x00\x80\x01\xff")
        await writer.drain()
        assert (await reader.readexactly(2))[0] == 0x8A  # a pong
        await reader.readexactly(6)
        writer.write(b"\x82\x01!")
        await reader.read(1)

    async with raw_agent(fragmenting) as url:
        connection = await open_session(url)
        assert await connection.receive() == "üü"
        assert await connection.receive() == b"\x00\xff"
        assert await connection.receive() == b"!"
        await connection.close()


async def test_an_agent_that_floods_is_slowed_down_until_its_frames_are_fetched() -> None:
    flood = 10_000

    async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(b"\x82\x00" * flood)
        await reader.read(1)

    async with raw_agent(flooding) as url:
        connection = await open_session(url)
        await connection.receive()
        assert not connection._socket._transport.is_reading()
        for _ in range(flood - 1):
            assert await connection.receive() == b""
        assert connection._socket._transport.is_reading()
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
        arrived = asyncio.get_running_loop().create_future()
        data_received = connection._socket.data_received

        def take_and_cancel(data: bytes) -> None:
            data_received(data)
            receiving.cancel()
            arrived.set_result(None)

        connection._socket.data_received = take_and_cancel  # type: ignore[method-assign]
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
    assert failed.retryable
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
    assert failed.retryable
    assert "the host name of ws://agent.test/ws cannot be resolved" in failed.detail


async def test_any_other_fault_of_the_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreachable(*args: Any, **kwargs: Any) -> list[Any]:
        raise OSError(113, "No route to host")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unreachable)
    failed = await failure("ws://agent.test/ws")
    assert failed.retryable
    assert "could not connect to ws://agent.test/ws (No route to host)" in failed.detail


@pytest.mark.parametrize("status", [401, 403])
async def test_an_agent_that_answers_401_or_403_rejects_the_secret(status: int) -> None:
    async with answering(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()) as url:
        failed = await failure(url, headers={"X-RUBRIC-SECRET": "shh"})
    assert failed.reason is Reason.SECRET_REJECTED
    assert not failed.retryable
    assert f"HTTP {status}" in failed.detail
    assert "AGENTSIM_SECRET" in failed.detail
    assert "shh" not in failed.detail


@pytest.mark.parametrize("status", [401, 403])
async def test_a_voice_agent_that_answers_401_or_403_rejects_user_and_password(status: int) -> None:
    async with answering(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()) as url:
        failed = await failure(url, headers={"Authorization": "Basic dXNlcjpwYXNz"}, hints=VOICE_HINTS)
    assert failed.reason is Reason.CREDENTIALS_REJECTED
    assert not failed.retryable
    assert failed.detail == (
        f"the agent at {url} rejected user and password with HTTP {status}; set them by AGENTSIM_USER and "
        "AGENTSIM_PASSWORD, --agentsim-user and --agentsim-password or the agent fixture to what the agent expects"
    )


async def test_the_hints_about_a_voice_agent_name_its_settings() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{unused.getsockname()[1]}/voice"
        failed = await failure(url, hints=VOICE_HINTS)
    assert failed.detail == (
        f"nothing accepts connections at {url}; start the agent, or set its URL by AGENTSIM_VOICE_URL, "
        "--agentsim-voice-url or the agent fixture"
    )
    assert "AGENTSIM_VOICE_URL" in (await failure("http://h/", hints=VOICE_HINTS)).detail


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
    assert failed.retryable == (status >= 500)
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
    assert not failed.retryable
    assert "redirects are not followed" in failed.detail
    assert location.replace("abc", "…") in failed.detail


@pytest.mark.parametrize(
    "response",
    [
        b"\x00\x01\x02garbage\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
    ],
)
async def test_an_answer_that_is_not_http(response: bytes) -> None:
    async with answering(response) as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert not failed.retryable
    assert "did not answer as a WebSocket server" in failed.detail


@pytest.mark.parametrize("manner", ["close", "abort"])
@pytest.mark.parametrize("response", [b"", b"HTTP/1.1 101 "])
async def test_a_connection_that_is_dropped_before_the_answer(response: bytes, manner: str) -> None:
    async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(response)
        await writer.drain()
        if manner == "abort":
            writer.transport.abort()

    async with raw_agent(dropping) as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.retryable
    assert "did not answer as a WebSocket server" in failed.detail


async def test_a_faulty_handshake_is_told() -> None:
    fields = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x"
    async with answering(b"HTTP/1.1 101 Switching Protocols\r\n" + fields + b"\r\n\r\n") as url:
        failed = await failure(url)
    assert failed.reason is Reason.CONNECTION_FAILED
    assert not failed.retryable
    assert "handshake" in failed.detail


async def test_an_agent_that_accepts_and_never_answers() -> None:
    done = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()

    async with raw_agent(silent) as url:
        failed = await failure(url, timeout=0.05)
        done.set()
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.retryable
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
    assert not failed.retryable
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
