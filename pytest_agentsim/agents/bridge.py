"""A Python callable as an agent: served over a real X-RUBRIC WebSocket on the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import threading
import time
import traceback
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.agents.output import Output
from pytest_agentsim.agents.replies import Brain, BrainFactory, Conversation, frames_of
from pytest_agentsim.agents.worker import Worker
from pytest_agentsim.endpoint import Addresses
from pytest_agentsim.errors import AgentStartError
from pytest_agentsim.redaction import Redactor, Secret
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import TracebackType

    from websockets.asyncio.server import ServerConnection

__all__ = ["CallableBridge", "Conversation"]

# X-RUBRIC (platform_spec section b.1) and the close codes of RFC 6455, section 7.4.1.
SECRET_HEADER = "X-RUBRIC-SECRET"  # noqa: S105  (the header's name)
END_CALL = "end_call"
# What is sent to a callable beyond X-RUBRIC, in frames of these types.
SMS = "sms"
CLIENT_MESSAGE = "client_message"
NORMAL = 1000
GOING_AWAY = 1001
UNSUPPORTED_DATA = 1003
INVALID_PAYLOAD = 1007
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011

HOST = "127.0.0.1"
BACKLOG = 1024  # connections; a whole suite may connect at once
START_TIMEOUT = 10.0  # s
CLOSE_TIMEOUT = 1.0  # s for the caller to answer a close frame
STOP_TIMEOUT = 5.0  # s for the user's code to let go

_OUR_FILES = str(Path(__file__).parent)


class CallableBridge:
    """Serves a callable to any number of simultaneous callers, from an event loop in a thread of its own.

    `reply` is a function of the caller's words, and of the `Conversation` if it takes two arguments, or a
    class that is instantiated for each conversation; see `frames_of` for what it may answer. What goes wrong
    in it stands in `output`, and closes that conversation with code 1011. Without a `secret` every caller is
    admitted.
    """

    def __init__(
        self,
        reply: Callable[..., Any],
        secret: Secret | str = "",
        *,
        greeting: Any = None,
        redactor: Redactor | None = None,
    ) -> None:
        self._factory = BrainFactory(reply, greeting)
        self._secret = secret if isinstance(secret, Secret) else Secret(secret)
        self._output = Output(redactor or Redactor((self._secret,)))
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._conversations: set[asyncio.Task[Any]] = set()
        self._workers: list[Worker] = []

    def start(self) -> Addresses:
        """Listen on a free port and return its URL; AgentStartError when that fails."""
        started: Future[int] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(started,), name="agentsim-bridge", daemon=True
        )
        self._thread.start()
        try:
            return Addresses(text=f"ws://{HOST}:{started.result(START_TIMEOUT)}")
        except (OSError, TimeoutError) as error:
            self.stop()
            raise AgentStartError(f"The agent's callable cannot be served at {HOST}: {error}") from None

    def stop(self) -> None:
        """Close all conversations and end all threads, but for one in which the user's code never returns."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # a loop that has ended by itself cannot be called
                self._loop.call_soon_threadsafe(self._stopping.set)
        deadline = time.monotonic() + STOP_TIMEOUT
        thread.join(STOP_TIMEOUT)
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))

    @property
    def output(self) -> Output:
        """The errors of the user's code, as tracebacks."""
        return self._output

    def __str__(self) -> str:
        return f"callable {self._factory}"

    def _run(self, started: Future[int]) -> None:
        try:
            asyncio.run(self._serve(started))
        except BaseException as error:  # noqa: BLE001  (there is nobody above in this thread)
            if not started.done():
                started.set_exception(error)
            else:
                self._report(error)

    async def _serve(self, started: Future[int]) -> None:
        from websockets.asyncio.server import serve

        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_stray_error)
        self._stopping = asyncio.Event()
        server = await serve(
            self._handle,
            HOST,
            0,
            backlog=BACKLOG,
            compression=None,
            ping_interval=None,
            close_timeout=CLOSE_TIMEOUT,
            logger=_quiet_logger(),
        )
        started.set_result(next(iter(server.sockets)).getsockname()[1])
        await self._stopping.wait()
        server.close()
        for conversation in self._conversations:
            conversation.cancel()
        await server.wait_closed()

    async def _handle(self, connection: ServerConnection) -> None:
        task = asyncio.current_task()
        if task is None or connection.request is None or self._is_stopping:
            return
        headers = connection.request.headers
        if not self._admits(headers.get_all(SECRET_HEADER)):
            await connection.close(POLICY_VIOLATION, "Unauthorized")
            return
        self._conversations.add(task)
        try:
            await self._converse(_Line(connection, Conversation(dict(headers.raw_items()))))
        except asyncio.CancelledError:
            await connection.close(GOING_AWAY, "the agent is being stopped")
            raise
        finally:
            self._conversations.discard(task)

    @property
    def _is_stopping(self) -> bool:
        return self._stopping is None or self._stopping.is_set()

    def _admits(self, presented: list[str]) -> bool:
        expected = self._secret.reveal().encode()
        return not expected or any(
            hmac.compare_digest(each.encode(errors="surrogatepass"), expected) for each in presented
        )

    async def _converse(self, line: _Line) -> None:
        worker = Worker("agentsim-conversation")
        self._workers = [each for each in self._workers if each.is_alive] + [worker]
        try:
            await self._talk(line, worker)
        except _CallerLeftError:
            pass
        except _BadFrameError as error:
            self._output.write(f"{error}\n")
            await line.close(error.code, str(error))
        except asyncio.CancelledError as error:
            # The user's code may raise it as well, when something of its own was cancelled.
            if self._is_stopping:
                raise
            await self._fail(line, error)
        except BaseException as error:  # noqa: BLE001  (not even sys.exit() in the user's code ends the bridge)
            await self._fail(line, error)
        finally:
            worker.stop()

    async def _talk(self, line: _Line, worker: Worker) -> None:
        brain = await self._factory.create(line.conversation, worker)
        try:
            if not await _say(line, await brain.greet(), worker):
                return
            async for frame in line.listen():
                if not await _say(line, await _answer(brain, frame), worker):
                    return
        except _CallerLeftError:
            pass
        await brain.hang_up()
        await line.close(NORMAL, "")

    async def _fail(self, line: _Line, error: BaseException) -> None:
        self._report(error)
        await line.close(INTERNAL_ERROR, f"{type(error).__name__} in the agent's code")

    def _report(self, error: BaseException) -> None:
        error.__traceback__ = _of_the_user(error.__traceback__)
        self._output.write("".join(traceback.format_exception(error)))

    def _on_stray_error(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._output.write(f"{context['message']}\n")
        if isinstance(error, BaseException):
            self._report(error)


class _CallerLeftError(Exception):
    """The caller has closed the connection."""


class _BadFrameError(Exception):
    """The caller has sent what X-RUBRIC does not know."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


class _Line:
    """One connection, in the terms of the protocol; keeps the conversation's turns."""

    def __init__(self, connection: ServerConnection, conversation: Conversation) -> None:
        self._connection = connection
        self.conversation = conversation

    async def listen(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the caller's frames until it ends the call; raises _CallerLeftError when it just closes."""
        while True:
            frame = _parsed(await self._receive())
            text = frame["content"]
            if frame.get("type") == SMS:
                self.conversation.sms.append(text)
            elif frame.get("type") == CLIENT_MESSAGE:
                self.conversation.client_messages.append((frame["t"], frame.get("d")))
            elif text or frame.get("type") != END_CALL:
                self.conversation.turns.append((Speaker.CALLER.value, text))
            if frame.get("type") == END_CALL:
                return
            yield frame

    async def send(self, frame: dict[str, Any]) -> None:
        """Send one frame."""
        from websockets.exceptions import ConnectionClosed

        message = json.dumps(frame, allow_nan=False)
        try:
            await self._connection.send(message)
        except ConnectionClosed:
            raise _CallerLeftError from None
        if isinstance(text := frame.get("content"), str) and text:
            self.conversation.turns.append((Speaker.AGENT.value, text))

    async def close(self, code: int, reason: str) -> None:
        """Close the connection, if it is still open."""
        await self._connection.close(code, reason[:100])

    async def _receive(self) -> str | bytes:
        from websockets.exceptions import ConnectionClosed

        try:
            return await self._connection.recv()
        except ConnectionClosed:
            raise _CallerLeftError from None


async def _answer(brain: Brain, frame: dict[str, Any]) -> Any:
    if frame.get("type") == SMS:
        return await brain.take_sms(frame["content"])
    if frame.get("type") == CLIENT_MESSAGE:
        return await brain.take_client_message(frame["t"], frame.get("d"))
    return await brain.reply(frame["content"])


async def _say(line: _Line, answer: Any, worker: Worker) -> bool:
    """Send an answer; false when the agent has ended the call with it."""
    async with contextlib.aclosing(frames_of(answer, worker)) as frames:
        async for frame in frames:
            await line.send(frame)
            if frame.get("type") == END_CALL:
                await line.close(NORMAL, "")
                return False
    return True


def _parsed(message: str | bytes) -> dict[str, Any]:
    if isinstance(message, bytes):
        raise _BadFrameError(UNSUPPORTED_DATA, "X-RUBRIC has no binary frames")
    try:
        frame = json.loads(message)
    except ValueError:
        raise _BadFrameError(INVALID_PAYLOAD, "an X-RUBRIC frame is JSON") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("content"), str):
        raise _BadFrameError(
            INVALID_PAYLOAD, 'a caller\'s X-RUBRIC frame is an object with a string "content"'
        )
    if frame.get("type") == CLIENT_MESSAGE and not isinstance(frame.get("t"), str):
        raise _BadFrameError(INVALID_PAYLOAD, 'a client message has a string "t"')
    return frame


def _of_the_user(trace: TracebackType | None) -> TracebackType | None:
    """Cut a traceback down to what lies below our own code."""
    below = trace
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(_OUR_FILES):
            below = trace.tb_next
        trace = trace.tb_next
    return below


def _quiet_logger() -> logging.Logger:
    """Return a logger that nobody hears: what goes wrong in a handshake is the caller's to report."""
    logger = logging.getLogger("pytest_agentsim.bridge")
    logger.setLevel(logging.CRITICAL + 1)
    return logger
