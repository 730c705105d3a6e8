"""An X-RUBRIC session for a conversation written by hand, from any event loop."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

from pytest_agentsim.clock import RealClock
from pytest_agentsim.errors import SessionClosed, SessionError, TurnTimeout
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.result import EventKind, Reason
from pytest_agentsim.session.connect import ConnectFailed, Connection, ConnectionClosed, client_tls
from pytest_agentsim.session.events import AgentMessage, SessionEnded
from pytest_agentsim.session.headers import handshake_headers
from pytest_agentsim.session.record import record
from pytest_agentsim.session.xrubric import XRubricProtocol

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import TypeVar

    from pytest_agentsim.agent import TextEndpoint
    from pytest_agentsim.result import ToolCall, Turn
    from pytest_agentsim.runner import CallRunner
    from pytest_agentsim.session.events import ProtocolEvent

    T = TypeVar("T")

__all__ = ["RubricSession"]

# As in a call by a scenario: how long the agent has to hang up once the caller has (platform_spec section b.2).
CLOSING_GRACE = 1.0  # s


class RubricSession:
    """Talks to the agent turn by turn::

        await session.say("I'd like to cancel my appointment")
        assert "name" in await session.listen()

    The connection lives on the loop of the calls, so a session may be used by tests on any event loop.
    """

    def __init__(self, runner: CallRunner, endpoint: TextEndpoint) -> None:
        self.run_id = str(uuid.uuid4())
        self._runner = runner
        self._endpoint = endpoint
        self._clock = RealClock()
        self._redactor = redactor_for(endpoint.secrets)
        self._log = EventLog(self._clock, self._redactor)
        self._protocol = XRubricProtocol(
            turn_timeout=endpoint.turn_timeout,
            max_duration=endpoint.max_duration,
            redact=self._redactor.text,
        )
        self._connection: Connection | None = None
        self._ending: tuple[type[SessionError], str] | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What both sides have said."""
        return self._log.turns

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The function calls that the agent has reported."""
        return self._log.tool_calls()

    @property
    def metadata(self) -> dict[str, Any]:
        """The agent's metadata so far, merged."""
        return self._log.metadata()

    @property
    def ended(self) -> bool:
        """Whether the call has ended, by either side or by itself."""
        return self._ending is not None

    def open(self, *, scenario_id: str) -> None:
        """Connect; raises SessionError with the reason when that fails."""
        self._runner.run(self._open(scenario_id))

    def close(self) -> None:
        """Close the connection, if it is still open."""
        if self._connection is not None:
            self._end(SessionClosed, "The session has been closed.")
            self._runner.run(self._connection.close())

    async def say(self, text: str) -> None:
        """Send the caller's next turn. Raises SessionClosed after the end of the call."""
        await self._on_call_loop(self._say(text))

    async def listen(self) -> str:
        """Return the agent's next turn; frames that are no turns are recorded on the way.

        Raises TurnTimeout when the agent does not reply in time and SessionClosed when the call has ended.
        """
        return await self._on_call_loop(self._listen())

    async def end_call(self, text: str = "") -> None:
        """End the call, with last words or without; what the agent still sends within a second is recorded.

        Raises SessionClosed when the call has already ended.
        """
        await self._on_call_loop(self._end_call(text))

    async def _on_call_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._runner.submit(work))

    async def _open(self, scenario_id: str) -> None:
        endpoint = self._endpoint
        handshake = handshake_headers(
            secret=endpoint.secret.reveal(),
            agent_id=endpoint.agent_id,
            scenario_id=scenario_id,
            run_id=self.run_id,
            batch_id=self._runner.batch_id,
            agent_headers=endpoint.headers,
            profile_headers={},
            metadata={},
        )
        try:
            self._connection = await Connection.open(
                endpoint.url,
                handshake.headers,
                timeout=endpoint.connect_timeout,
                ssl_context=client_tls(endpoint.url, endpoint.ca_file, verify=endpoint.verify),
            )
        except ConnectFailed as error:
            raise SessionError(self._redactor.text(error.detail)) from None
        self._protocol.opened(self._clock.now())

    async def _say(self, text: str) -> None:
        connection = self._connected()
        await self._send(connection, self._protocol.say(text, self._clock.now()), text)
        self._connected()  # raises when the words did not go out

    async def _end_call(self, text: str) -> None:
        connection = self._connected()
        await self._send(connection, self._protocol.end_call(text, self._clock.now()), text)
        self._end(SessionClosed, "The caller has ended the call.")
        await self._see_out(connection)

    async def _send(self, connection: Connection, frame: str, text: str) -> None:
        if text:
            self._log.add(EventKind.CALLER_TURN, text=text)
        limit = self._protocol.deadline or self._clock.now() + CLOSING_GRACE
        try:
            await self._clock.wait_for(connection.send(frame), limit)
        except TimeoutError:
            self._take(self._protocol.expire(self._clock.now()))
        except ConnectionClosed:
            await self._see_out(connection)

    async def _listen(self) -> str:
        while True:
            connection = self._connected()
            try:
                frame = await self._clock.wait_for(connection.receive(), self._protocol.deadline)
            except TimeoutError:
                self._take(self._protocol.expire(self._clock.now()))
                continue
            except ConnectionClosed as closed:
                self._take_close(closed)
                continue
            message = self._take(self._protocol.receive(frame, self._clock.now()))
            if message is not None and (message.content or not message.ends_call):
                return message.content

    async def _see_out(self, connection: Connection) -> None:
        """Record what the agent still sends until it closes the connection or the grace is over."""
        until = self._clock.now() + CLOSING_GRACE
        try:
            while True:
                frame = await self._clock.wait_for(connection.receive(), until)
                self._take(self._protocol.receive(frame, self._clock.now()))
        except TimeoutError:
            pass
        except ConnectionClosed as closed:
            self._take_close(closed)

    def _take(self, events: list[ProtocolEvent]) -> AgentMessage | None:
        message: AgentMessage | None = None
        for event in events:
            record(self._log, event)
            if isinstance(event, AgentMessage):
                message = event
                if event.ends_call:
                    self._end(SessionClosed, "The agent has ended the call.")
            elif isinstance(event, SessionEnded):
                timed_out = event.reason is Reason.AGENT_TIMEOUT
                self._end(TurnTimeout if timed_out else SessionClosed, event.detail)
        return message

    def _take_close(self, closed: ConnectionClosed) -> None:
        # The secret is looked for in the whole reason, which the protocol may cut in the middle of it.
        reason = self._redactor.text(closed.reason)
        self._take(self._protocol.receive_close(closed.code, reason, self._clock.now()))

    def _end(self, kind: type[SessionError], detail: str) -> None:
        """Remember why the call has ended; the first reason stays."""
        self._ending = self._ending or (kind, detail)

    def _connected(self) -> Connection:
        if self._ending is not None:
            kind, detail = self._ending
            raise kind(detail)
        if self._connection is None:
            raise SessionError("The session has not been opened.")
        return self._connection
