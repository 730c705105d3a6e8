"""The real-time side of a connection: frames given to a sink and sent at once."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri
from websockets.utils import accept_key

from pytest_agentsim.session import connect, frame_socket
from pytest_agentsim.session.connect import ConnectionClosed, PeerNotReading
from pytest_agentsim.session.frame_socket import FrameSocket
from tests.session.servers import agent, echo, open_session, raw_agent, shake_hands, stay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from websockets.asyncio.server import ServerConnection

AUDIO = bytes(range(128)) * 5  # 20 ms


class Sink:
    """Remembers what it is given; the two futures are done after as many frames and at the end."""

    def __init__(self, expected: int = 1) -> None:
        self.frames: list[str | bytes] = []
        self.ends: list[ConnectionClosed] = []
        self._expected = expected
        self.complete: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[ConnectionClosed] = asyncio.get_running_loop().create_future()

    def frame_received(self, frame: str | bytes) -> None:
        assert not self.ends
        self.frames.append(frame)
        if len(self.frames) == self._expected:
            self.complete.set_result(None)

    def connection_closed(self, closed: ConnectionClosed) -> None:
        self.ends.append(closed)
        if not self.closed.done():
            self.closed.set_result(closed)


def serialized(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=False)


# --- arriving -----------------------------------------------------------------------------------------------


async def test_frames_are_given_to_the_sink_in_order() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        sink = Sink(expected=4)
        connection.deliver_to(sink)
        for frame in (AUDIO, '{"type": "mark"}', b"", "ü"):
            connection.send_now(frame)
        await sink.complete
        assert sink.frames == [AUDIO, '{"type": "mark"}', b"", "ü"]
        assert [type(frame) for frame in sink.frames] == [bytes, str, bytes, str]
        await connection.close()


async def test_frames_that_arrived_before_are_given_at_once() -> None:
    async def talkative(server: ServerConnection) -> None:
        for number in range(100):
            await server.send(bytes([number]))
        await server.send("sent")
        await server.wait_closed()

    async with agent(talkative) as url:
        connection = await open_session(url)
        first = await connection.receive()
        sink = Sink(expected=100)
        connection.deliver_to(sink)
        waiting = len(sink.frames)
        assert waiting >= 1
        await sink.complete
        assert [first, *sink.frames] == [*(bytes([number]) for number in range(100)), "sent"]
        await connection.close()


async def test_a_frame_is_given_in_the_callback_in_which_it_arrives() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        data_received = connection._socket.data_received
        given_when_the_callback_returned: list[int] = []

        def watched(data: bytes) -> None:
            data_received(data)
            given_when_the_callback_returned.append(len(sink.frames))

        connection._socket.data_received = watched  # type: ignore[method-assign]
        connection.send_now(AUDIO)
        await sink.complete
        assert given_when_the_callback_returned[-1] == 1
        await connection.close()


async def test_the_sink_gets_a_flood_without_being_asked() -> None:
    flood = 10_000

    async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(serialized(Opcode.BINARY, b"x") * flood)
        await reader.read(1)

    async with raw_agent(flooding) as url:
        connection = await open_session(url)
        await connection.receive()  # the connection has stopped reading by now
        sink = Sink(expected=flood - 1)
        connection.deliver_to(sink)
        await sink.complete
        await connection.close()


async def test_a_sink_may_send_while_it_is_given_a_frame() -> None:
    async with agent(echo) as url:
        connection = await open_session(url)

        class Answering(Sink):
            def frame_received(self, frame: str | bytes) -> None:
                super().frame_received(frame)
                if len(self.frames) < 5:
                    connection.send_now(f"answer {len(self.frames)}")

        sink = Answering(expected=5)
        connection.deliver_to(sink)
        connection.send_now("first")
        await sink.complete
        assert sink.frames == ["first", "answer 1", "answer 2", "answer 3", "answer 4"]
        await connection.close()


class _Wire(asyncio.Transport):
    """A transport that goes nowhere."""

    def __init__(self) -> None:
        super().__init__({"socket": socket.socket()})
        self.written = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def can_write_eof(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        self.get_extra_info("socket").close()


messages = st.lists(st.one_of(st.binary(max_size=300), st.text(max_size=100)), max_size=8)


@settings(deadline=None, max_examples=60)
@given(messages, st.data())
def test_whatever_the_fragments_and_the_segments_the_messages_are_the_same(
    sent: list[str | bytes], data: st.DataObject
) -> None:
    stream = b"".join(_fragmented(message, data) for message in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    segments = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert asyncio.run(_delivered(segments)) == sent


def _fragmented(message: str | bytes, data: st.DataObject) -> bytes:
    opcode = Opcode.TEXT if isinstance(message, str) else Opcode.BINARY
    encoded = message.encode() if isinstance(message, str) else message
    cuts = sorted(data.draw(st.lists(st.integers(0, len(encoded)), max_size=3)))
    parts = [encoded[start:end] for start, end in zip([0, *cuts], [*cuts, len(encoded)], strict=True)]
    frames = [
        serialized(opcode if number == 0 else Opcode.CONT, part, fin=number == len(parts) - 1)
        for number, part in enumerate(parts)
    ]
    return serialized(Opcode.PING, b"?").join(frames)


async def _delivered(segments: Sequence[bytes]) -> list[str | bytes]:
    protocol = ClientProtocol(parse_uri("ws://agent.test/"))
    wire = _Wire()
    opened = FrameSocket(protocol, close_timeout=1.0)
    opened.connection_made(wire)
    handshake = asyncio.ensure_future(opened.shake_hands({}))
    await asyncio.sleep(0)
    accept = f"Sec-WebSocket-Accept: {accept_key(protocol.key)}\r\n\r\n"
    opened.data_received(
        f"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{accept}".encode()
    )
    await handshake
    sink = Sink(expected=-1)
    opened.deliver_to(sink)
    for segment in segments:
        opened.data_received(segment)
    wire.close()
    return sink.frames


# --- the end ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_the_end_is_told_once_after_the_last_frame(moment: str) -> None:
    hang_up = asyncio.Event()

    async def closing(server: ServerConnection) -> None:
        await server.send("last words")
        await hang_up.wait()
        await server.close(1008, "Unauthorized")

    async with agent(closing) as url:
        connection = await open_session(url)
        sink = Sink()
        if moment == "before":
            hang_up.set()
            await connection._socket.wait_lost()
            connection.deliver_to(sink)
            assert sink.closed.done()
        else:
            connection.deliver_to(sink)
            hang_up.set()
        closed = await sink.closed
        assert (closed.code, closed.reason) == (1008, "Unauthorized")
        assert sink.frames == ["last words"]
        await connection.close()
        assert len(sink.ends) == 1


async def test_the_end_is_told_when_the_close_frame_arrives_even_if_tcp_stays_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connect, "CLOSE_TIMEOUT", 0.05)
    done = asyncio.Event()

    async def lingering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(serialized(Opcode.BINARY, AUDIO) + serialized(Opcode.CLOSE, struct.pack("!H", 1000)))
        await done.wait()

    async with raw_agent(lingering) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        assert (await sink.closed).code == 1000
        assert not connection._socket._lost.done()
        with pytest.raises(ConnectionClosed) as refused:
            connection.send_now(AUDIO)
        assert refused.value.code == 1000
        await connection._socket.wait_lost()
        done.set()
        assert (sink.frames, len(sink.ends)) == ([AUDIO], 1)


@pytest.mark.parametrize("manner", ["close", "abort"])
async def test_a_drop_is_told_without_a_code(manner: str) -> None:
    async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        await reader.readexactly(len(AUDIO))
        if manner == "abort":
            # The connection is reset, as by a host that has lost its state.
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async with raw_agent(dropping) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        connection.send_now(AUDIO)
        assert (await sink.closed).code is None
        with pytest.raises(ConnectionClosed) as refused:
            connection.send_now(AUDIO)
        assert refused.value.code is None
        await connection.close()
        assert len(sink.ends) == 1


@pytest.mark.parametrize(
    ("last_bytes", "code"),
    [
        (serialized(Opcode.TEXT, b"\xff"), 1007),
        (serialized(Opcode.TEXT, b"\xff") + serialized(Opcode.CLOSE, b"\x03\xe8"), 1007),
        (b"\xf1\x00", 1002),
        (serialized(Opcode.TEXT, b"a", fin=False) + serialized(Opcode.CLOSE, b"\x03\xe8"), 1002),
    ],
    ids=["not UTF-8", "not UTF-8 before the end", "reserved bits", "half a message"],
)
async def test_a_breach_of_the_protocol_is_told_as_one_and_nothing_after_it_counts(
    last_bytes: bytes, code: int
) -> None:
    async def breaking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.write(serialized(Opcode.TEXT, b"fine") + last_bytes + serialized(Opcode.TEXT, b"too late"))
        await reader.read(1)

    async with raw_agent(breaking) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        closed = await sink.closed
        assert closed.code == code
        assert "the agent broke the WebSocket protocol" in closed.reason
        await connection.close()
        assert (sink.frames, len(sink.ends)) == (["fine"], 1)


async def test_closing_is_told_as_well() -> None:
    async with agent(stay) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        await connection.close(1000)
        assert [closed.code for closed in sink.ends] == [1000]


async def test_what_the_agent_sends_until_it_hangs_up_too_is_still_given() -> None:
    async def parting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        await reader.readexactly(1)  # of the close frame
        writer.write(serialized(Opcode.TEXT, b"goodbye") + serialized(Opcode.CLOSE, b"\x03\xe8"))
        await writer.drain()

    async with raw_agent(parting) as url:
        connection = await open_session(url)
        sink = Sink()
        connection.deliver_to(sink)
        await connection.close()
        assert sink.frames == ["goodbye"]
        assert [closed.code for closed in sink.ends] == [1000]


# --- sending at once ----------------------------------------------------------------------------------------


async def test_an_agent_that_does_not_read_is_noticed_and_never_waited_for() -> None:
    done = asyncio.Event()

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shake_hands(reader, writer)
        writer.transport.pause_reading()
        await done.wait()

    async with raw_agent(deaf) as url:
        connection = await open_session(url)

        def send_more_than_all_buffers_hold() -> None:
            for _ in range(512):
                connection.send_now(bytes(65_536))

        with pytest.raises(PeerNotReading):
            send_more_than_all_buffers_hold()
        assert connection._socket._transport.get_write_buffer_size() < 2 * frame_socket.MAX_UNSENT_BYTES
        done.set()
        connection._socket.abort()
        await connection.close()


async def test_sending_at_once_after_closing_is_refused() -> None:
    async with agent(stay) as url:
        connection = await open_session(url)
        await connection.close(1000)
        with pytest.raises(ConnectionClosed) as refused:
            connection.send_now(AUDIO)
        assert refused.value.code == 1000


# --- the socket ---------------------------------------------------------------------------------------------


async def test_small_frames_are_not_held_back_and_a_silent_host_is_given_up() -> None:
    async with agent(stay) as url:
        connection = await open_session(url)
        opened = connection._socket._transport.get_extra_info("socket")
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
        await connection.close()
