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


class RubricSession:
    """Talks to the agent turn by turn::

        await session.say("I'd like to cancel my appointment")
        assert "name" in await session.listen()

    The connection lives on the loop of the calls, so a session may be used by tests on any event loop.
    """

    def __init__(self, runner: CallRunner, endpoint: TextEndpoint) -> None:
        self._runner = runner
        self._endpoint = endpoint
        self._clock = RealClock()
        self._log = EventLog(self._clock, redactor_for(endpoint.secrets))
        self._protocol = XRubricProtocol(
            turn_timeout=endpoint.turn_timeout, max_duration=endpoint.max_duration
        )
        self._connection: Connection | None = None
        self._ended: SessionEnded | None = None
        self._agent_hung_up = False

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
        """Whether one side has ended the call."""
        return self._ended is not None or self._agent_hung_up

    def open(self, *, scenario_id: str) -> None:
        """Connect; raises SessionError with the reason when that fails."""
        self._runner.run(self._open(scenario_id))

    def close(self) -> None:
        """Close the connection, if it is still open."""
        if self._connection is not None:
            self._runner.run(self._connection.close())

    async def say(self, text: str) -> None:
        """Send the caller's next turn. Raises SessionClosed after the end of the call."""
        await self._on_call_loop(self._send(self._protocol.say(text, self._clock.now()), text))

    async def listen(self) -> str:
        """Return the agent's next turn; frames that are no turns are recorded on the way.

        Raises TurnTimeout when the agent does not reply in time and SessionClosed when the call has ended.
        """
        return await self._on_call_loop(self._listen())

    async def end_call(self, text: str = "") -> None:
        """End the call, with last words or without."""
        await self._on_call_loop(self._send(self._protocol.end_call(text, self._clock.now()), text))

    async def _on_call_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(self._runner.submit(work))

    async def _open(self, scenario_id: str) -> None:
        endpoint = self._endpoint
        handshake = handshake_headers(
            secret=endpoint.secret.reveal(),
            agent_id=endpoint.agent_id,
            scenario_id=scenario_id,
            run_id=str(uuid.uuid4()),
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
                ssl_context=client_tls(endpoint.url, endpoint.ca_file),
            )
        except ConnectFailed as error:
            raise SessionError(error.detail) from None
        self._protocol.opened(self._clock.now())

    async def _send(self, frame: str, text: str) -> None:
        connection = self._connected()
        if text:
            self._log.add(EventKind.CALLER_TURN, text=text)
        try:
            await connection.send(frame)
        except ConnectionClosed as closed:
            self._take(self._protocol.receive_close(closed.code, closed.reason, self._clock.now()))
            raise self._closed() from None

    async def _listen(self) -> str:
        connection = self._connected()
        while True:
            try:
                frame = await self._clock.wait_for(connection.receive(), self._protocol.deadline)
            except TimeoutError:
                self._take(self._protocol.expire(self._clock.now()))
                raise self._closed() from None
            except ConnectionClosed as closed:
                self._take(self._protocol.receive_close(closed.code, closed.reason, self._clock.now()))
                raise self._closed() from None
            message = self._take(self._protocol.receive(frame, self._clock.now()))
            if message is not None:
                return message.content

    def _take(self, events: list[ProtocolEvent]) -> AgentMessage | None:
        message: AgentMessage | None = None
        for event in events:
            record(self._log, event)
            if isinstance(event, AgentMessage):
                message = event
                self._agent_hung_up = event.ends_call
            elif isinstance(event, SessionEnded):
                self._ended = event
        return message

    def _connected(self) -> Connection:
        if self._connection is None:
            raise SessionError("The session has not been opened.")
        if self.ended:
            raise self._closed()
        return self._connection

    def _closed(self) -> SessionError:
        if self._ended is None:
            return SessionClosed("The agent has ended the call.")
        if self._ended.reason is Reason.AGENT_TIMEOUT:
            return TurnTimeout(self._ended.detail)
        return SessionClosed(self._ended.detail)
