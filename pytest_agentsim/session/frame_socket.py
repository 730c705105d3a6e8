"""A WebSocket client on one asyncio transport: whole frames in and out, at once or awaited."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import TYPE_CHECKING, Protocol, cast

from websockets.exceptions import ProtocolError
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from websockets.client import ClientProtocol
    from websockets.exceptions import ConnectionClosed as SocketClosed

__all__ = ["MAX_UNSENT_BYTES", "ConnectionClosed", "FrameSink", "FrameSocket", "PeerNotReading"]

MAX_UNSENT_BYTES = 1024 * 1024
MAX_UNREAD_FRAMES = 16
UNACKNOWLEDGED_LIMIT = (
    20_000  # ms for which a peer may leave data unacknowledged, as a host that is gone does
)

USER_AGENT = "pytest-agentsim"

INVALID_PAYLOAD = 1007  # RFC 6455 section 7.4.1


class ConnectionClosed(Exception):
    """The connection is closed; `code` is None when it was dropped without a closing handshake."""

    def __init__(self, code: int | None, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"closed with code {code}" if code is not None else "dropped")


class PeerNotReading(Exception):
    """The agent takes in so little of what it is sent that more than `MAX_UNSENT_BYTES` wait in this process."""


class FrameSink(Protocol):
    """What is given the frames of a connection as they arrive; it must neither block nor raise."""

    def frame_received(self, frame: str | bytes) -> None:
        """Take in one whole frame, in the very callback of the event loop in which its last byte arrived."""
        ...

    def connection_closed(self, closed: ConnectionClosed) -> None:
        """Learn, once, how the connection ended; no frame comes after that."""
        ...


class FrameSocket(asyncio.Protocol):
    """Connects the Sans-I/O half of `websockets` with a transport.

    Why not its asyncio half (`websockets.asyncio.client`): that one queues frames for a task to fetch them and
    sends only from coroutines, so real-time audio would have to go through its private methods and its private
    queue, which differ between releases 15 and 17. `ClientProtocol` is documented for this purpose, works the
    same in all of them, and keeps what is hard (handshake, frames, masking, close codes); to add are the
    transport's callbacks, here, and a timeout around `loop.create_connection`, in `Connection.open`.
    """

    def __init__(self, protocol: ClientProtocol, close_timeout: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._close_timeout = close_timeout
        self._transport: asyncio.Transport
        self._handshake: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._closed: ConnectionClosed | None = None
        self._is_leaving = False
        self._alarm: asyncio.TimerHandle | None = None
        self._fragments: bytearray | None = None
        self._fragments_are_text = False
        self._sink: FrameSink | None = None
        self._unread: deque[str | bytes] = deque()
        self._news = asyncio.Event()  # an unread frame, or the end
        self._writable = asyncio.Event()
        self._writable.set()

    # --- what a connection does ---------------------------------------------------------------------------------

    async def shake_hands(self, headers: Mapping[str, str]) -> None:
        """Send the request and wait for the answer; raises what `websockets` has against it."""
        request = self._protocol.connect()
        for name, value in {"User-Agent": USER_AGENT, **headers}.items():
            if name in request.headers:
                del request.headers[name]
            request.headers[name] = value
        self._protocol.send_request(request)
        self._flush()
        await self._handshake

    def write(self, frame: str | bytes) -> None:
        """Send a frame without waiting for anything; raises `ConnectionClosed` and `PeerNotReading`."""
        if self._protocol.state is not State.OPEN:
            raise self._how_it_closed()
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            raise PeerNotReading(f"the agent leaves more than {MAX_UNSENT_BYTES} bytes unread")
        self._send(frame)

    async def send(self, frame: str | bytes) -> None:
        """Send a frame and wait until the transport has room for more; raises `ConnectionClosed`."""
        if self._protocol.state is not State.OPEN:
            await self.wait_lost()
            raise self._how_it_closed()
        self._send(frame)
        await self._writable.wait()
        if self._lost.done():
            raise self._how_it_closed()

    async def receive(self) -> str | bytes:
        """Return the next frame; raises `ConnectionClosed` after the last."""
        while not self._unread:
            if self._closed is not None:
                raise self._how_it_closed()
            self._news.clear()
            await self._news.wait()
        frame = self._unread.popleft()
        if len(self._unread) <= MAX_UNREAD_FRAMES // 4:
            self._transport.resume_reading()
        return frame

    def deliver_to(self, sink: FrameSink) -> None:
        """Give `sink` the frames that nobody has read, and from now on each one as it arrives."""
        while self._unread:
            sink.frame_received(self._unread.popleft())
        self._sink = sink
        self._transport.resume_reading()
        if self._closed is not None:
            sink.connection_closed(self._closed)

    async def close(self, code: int, reason: str) -> None:
        """Close with a handshake if the peer takes part in it in time, and else without."""
        self._transport.resume_reading()  # or else the peer's part in it would never be seen
        try:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(code, reason)
                self._is_leaving = True
                self._flush()
            async with asyncio.timeout(self._close_timeout):
                await self.wait_lost()
        except (TimeoutError, ProtocolError):
            pass  # it goes down without the handshake
        finally:
            self._transport.abort()
        await self.wait_lost()

    def abort(self) -> None:
        """Drop the connection."""
        self._transport.abort()

    async def wait_lost(self) -> None:
        """Wait until the transport is gone."""
        await asyncio.shield(self._lost)

    # --- what the transport does --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # Small frames need TCP_NODELAY, which asyncio sets for every TCP connection.
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_LIMIT)

    def data_received(self, data: bytes) -> None:
        protocol = self._protocol
        protocol.receive_data(data)
        self._flush()  # the answers to pings and to a close frame
        for event in protocol.events_received():
            if isinstance(event, Frame) and self._closed is None:
                self._take(event)
        if not self._handshake.done():
            self._settle_handshake()
        if protocol.state is State.CLOSING:
            self._await_end()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, _: Exception | None) -> None:
        self._protocol.receive_eof()
        if not self._handshake.done():
            self._settle_handshake()
        if self._alarm is not None:
            self._alarm.cancel()
        self._end(_how_closed(self._protocol.close_exc))
        self._lost.set_result(None)
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # --- in between ---------------------------------------------------------------------------------------------

    def _settle_handshake(self) -> None:
        if self._protocol.handshake_exc is not None:
            self._handshake.set_exception(self._protocol.handshake_exc)
        elif self._protocol.state is not State.CONNECTING:
            self._handshake.set_result(None)

    def _take(self, frame: Frame) -> None:
        opcode = frame.opcode
        if opcode is Opcode.BINARY and frame.fin:
            self._give(bytes(frame.data))
        elif opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._assemble(frame)
        elif opcode is Opcode.CLOSE:
            close = Close.parse(frame.data)
            self._end(ConnectionClosed(close.code, close.reason))

    def _assemble(self, frame: Frame) -> None:
        if self._fragments is None:
            self._fragments = bytearray()
            self._fragments_are_text = frame.opcode is Opcode.TEXT
        self._fragments += frame.data
        if frame.fin:
            whole, self._fragments = bytes(self._fragments), None
            if not self._fragments_are_text:
                self._give(whole)
            elif (text := self._decoded(whole)) is not None:
                self._give(text)

    def _decoded(self, encoded: bytes) -> str | None:
        try:
            return encoded.decode()
        except UnicodeDecodeError as error:
            fault = f"{error.reason} at position {error.start}"
            self._protocol.fail(INVALID_PAYLOAD, fault)
            self._flush()
            self._end(_broken(INVALID_PAYLOAD, fault))
            return None

    def _give(self, frame: str | bytes) -> None:
        if self._sink is not None:
            self._sink.frame_received(frame)
            return
        self._unread.append(frame)
        self._news.set()
        if len(self._unread) > MAX_UNREAD_FRAMES and not self._is_leaving:
            self._transport.pause_reading()

    def _send(self, frame: str | bytes) -> None:
        if isinstance(frame, str):
            self._protocol.send_text(frame.encode())
        else:
            self._protocol.send_binary(frame)
        self._flush()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()
            else:
                self._transport.close()

    def _await_end(self) -> None:
        """See to it that a peer that keeps TCP open after the closing handshake is dropped."""
        if self._alarm is None:
            self._alarm = self._loop.call_later(self._close_timeout, self._transport.abort)
        if not self._is_leaving and (fault := self._protocol.close_sent) is not None:
            self._end(_broken(fault.code, fault.reason))

    def _end(self, closed: ConnectionClosed) -> None:
        if self._closed is not None:
            return
        self._closed = closed
        self._news.set()
        if self._sink is not None:
            self._sink.connection_closed(closed)

    def _how_it_closed(self) -> ConnectionClosed:
        closed = self._closed
        # A new one each time: raising an exception again makes its traceback longer.
        return ConnectionClosed(closed.code, closed.reason) if closed else ConnectionClosed(None, "")


def _broken(code: int, fault: str) -> ConnectionClosed:
    return ConnectionClosed(code, f"the agent broke the WebSocket protocol: {fault}")


def _how_closed(error: SocketClosed) -> ConnectionClosed:
    if error.rcvd is None:
        return ConnectionClosed(None, "")
    return ConnectionClosed(error.rcvd.code, error.rcvd.reason)
