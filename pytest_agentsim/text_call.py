"""A text call: connects the caller and the agent over X-RUBRIC, lets them talk, and tells how it went."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_agentsim.caller.steps import RunFunction, SendClientMessage, SendSms, steps_after
from pytest_agentsim.caller.structured import Move, MoveKind
from pytest_agentsim.caller.text_steps import Message, Pause, Record, text_steps
from pytest_agentsim.ongoing_call import CallEnded, OngoingCall
from pytest_agentsim.result import EndedBy, EventKind, Reason, Status
from pytest_agentsim.scenario.action import ActionValueError
from pytest_agentsim.session.connect import (
    ConnectFailed,
    Connection,
    ConnectionClosed,
    client_tls,
    printable_url,
)
from pytest_agentsim.session.events import AgentMessage, SessionEnded
from pytest_agentsim.session.headers import handshake_headers
from pytest_agentsim.session.record import record
from pytest_agentsim.session.xrubric import XRubricProtocol
from pytest_agentsim.text_endpoint import TextEndpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from typing import NoReturn

    from pytest_agentsim.caller.interface import Caller
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.caller.steps import SideStep
    from pytest_agentsim.caller.text_steps import Step
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.llm.caller_model import CallerModel
    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.session.events import ProtocolEvent
    from pytest_agentsim.spec import CallSpec

__all__ = ["TextCall"]

T = TypeVar("T")

# How long the agent has to hang up by itself, and to send what it still has to say, once the caller has ended
# the call (platform_spec section b.2).
CLOSING_GRACE = 1.0  # s

# How long the agent has to close the connection once it has ended the call itself.
FAREWELL_GRACE = 0.1  # s

# How long the caller waits for more before it treats the agent's words as something it cannot place: a greeting
# that crossed the caller's first message, or the first of two messages.
SETTLING_TIME = 0.5  # s


# Longer than functions take that wait for each other, so that only the limit of the call cuts them short.
LONGEST_LOOKUP = 600.0  # s


class TextCall(OngoingCall[TextEndpoint]):
    """A call over X-RUBRIC."""

    channel = "text"

    def __init__(
        self,
        spec: CallSpec,
        endpoint: TextEndpoint,
        clock: Clock,
        matcher: Matcher,
        model: CallerModel | None = None,
    ) -> None:
        super().__init__(spec, endpoint, clock, matcher, model)
        self._protocol = XRubricProtocol(
            turn_timeout=endpoint.turn_timeout,
            max_duration=self._max_duration,
            redact=self._redactor.text,
        )
        self._connection: Connection | None = None
        self._unheard: list[AgentMessage] = []
        self._beside = self._side_channel(self._tell_callable if endpoint.is_callable else None)

    async def _hang_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _converse(self, caller: Caller) -> NoReturn:
        await self._connect()
        self._live_data.begin()
        message = await self._make(caller, caller.open() or Move(MoveKind.WAIT))
        while True:
            message = message or await self._next_message()
            if message.ends_call:
                await self._see_out(FAREWELL_GRACE)
            # Redacted first: what the caller quotes of it may be cut or escaped later.
            words = self._redactor.text(message.content)
            move = await caller.respond(words, self._log.turns[:-1])
            message = None
            if move.decision is not None:
                self._log.add(EventKind.DECISION, move=move.kind.value, **move.decision.to_json())
            if move.kind in (MoveKind.CLARIFICATION, MoveKind.GIVE_UP):
                # The agent may not have finished: hear it out before calling it not understood.
                message = await self._more_to_come()
            message = message or await self._make(caller, move)

    # --- connecting -------------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        spec, endpoint = self._spec, self._endpoint
        handshake = handshake_headers(
            secret=endpoint.secret.reveal(),
            agent_id=endpoint.agent_id,
            scenario_id=spec.scenario.key,
            run_id=spec.run_id,
            batch_id=spec.batch_id,
            agent_headers=endpoint.headers,
            profile_headers=spec.profile.headers,
            metadata=spec.scenario.metadata,
        )
        self._warn_of_refused(handshake.refused)
        self._log.add(EventKind.CONNECTING, url=printable_url(endpoint.url), headers=handshake.headers)
        try:
            self._connection = await Connection.open(
                endpoint.url,
                handshake.headers,
                timeout=endpoint.connect_timeout,
                ssl_context=client_tls(endpoint.url, endpoint.ca_file, verify=endpoint.verify),
            )
        except ConnectFailed as error:
            status = Status.REJECTED if error.reason is Reason.SECRET_REJECTED else Status.FAILED
            raise self._end(status, EndedBy.SIMULATOR, error.reason, error.detail) from None
        self._protocol.opened(self._clock.now())
        self._log.add(EventKind.CONNECTED)

    # --- speaking ---------------------------------------------------------------------------------------------

    async def _make(self, caller: Caller, move: Move) -> AgentMessage | None:
        """Perform a move; the agent's message is returned when it cut the move short."""
        if move.kind is MoveKind.GIVE_UP:
            await self._give_up(move)
        if move.action is None:
            self._protocol.await_turn(self._clock.now())
            return None
        message = Message("", hang_up=False)
        functions = 0
        left = await self._steps_of(move.action)
        while left:
            step, left = left[0], left[1:]
            match step:
                case SendSms() | SendClientMessage():
                    await self._do_beside(step)
                case RunFunction():
                    await self._do_beside(step)
                    functions += 1
                    left = steps_after(functions, await self._steps_of(move.action))
                case Pause():
                    interruption = await self._pause(step)
                    if interruption is not None:
                        return await self._cut_short(caller, move, interruption)
                case Record():
                    self._log.add(EventKind.TAG, tag=step.tag, attributes=step.data)
                    if step.warning:
                        self._warn(step.warning)
                case Message():
                    message = step
        self._log.add(EventKind.ACTION, move=move.kind.value, conditions=list(move.conditions))
        await self._say(message)
        caller.finished(move)
        return None

    async def _steps_of(self, action: Action) -> Sequence[Step]:
        """Return the steps of an action, with what functions have given until now."""
        try:
            return text_steps(await self._within_limit(self._live_data.fill_in(action)))
        except ActionValueError as error:
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, str(error)) from None

    async def _do_beside(self, step: SideStep) -> None:
        await self._within_limit(self._beside.perform(step))

    async def _within_limit(self, work: Awaitable[T]) -> T:
        """Wait for what the caller is doing, at most until the end of the call; nobody owes it a reply meanwhile."""
        self._protocol.await_turn(self._clock.now() + LONGEST_LOOKUP)
        try:
            return await self._clock.wait_for(work, self._protocol.deadline)
        except TimeoutError:
            self._take(self._protocol.expire(self._clock.now()))
            raise

    async def _tell_callable(self, message: dict[str, Any]) -> None:
        await self._send(json.dumps(message))

    async def _say(self, message: Message) -> None:
        if message.text:
            self._log.add(EventKind.CALLER_TURN, text=message.text)
        now = self._clock.now()
        if message.hang_up:
            await self._send(self._protocol.end_call(message.text, now))
            self._settle(Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED, "The caller ended the call.")
            await self._see_out(CLOSING_GRACE)
        elif message.text:
            # What the agent said while the caller could not be interrupted is on record; the caller goes on
            # with the agent's answer to its own words.
            self._unheard.clear()
            await self._send(self._protocol.say(message.text, now))
        else:
            self._protocol.await_turn(now)

    async def _give_up(self, move: Move) -> None:
        self._settle(Status.FAILED, EndedBy.CALLER, move.reason or Reason.CALLER_STUCK, move.detail)
        await self._send(self._protocol.end_call("", self._clock.now()))
        await self._see_out(CLOSING_GRACE)

    async def _cut_short(self, caller: Caller, move: Move, message: AgentMessage) -> AgentMessage:
        self._log.add(
            EventKind.INTERRUPTED, move=move.kind.value, conditions=list(move.conditions), by=message.content
        )
        ending = caller.interrupted(move)
        if ending is not None and not message.ends_call:
            await self._give_up(ending)
        return message

    async def _pause(self, pause: Pause) -> AgentMessage | None:
        """Let time pass; return what the agent said when that ends the pause."""
        until = self._clock.now() + pause.seconds
        # Nobody owes the caller a reply while it pauses.
        self._protocol.await_turn(until)
        while (message := await self._listen_until(until)) is not None:
            if pause.interruptible or message.ends_call:
                return message
            self._unheard.append(message)
        return None

    # --- listening --------------------------------------------------------------------------------------------

    async def _next_message(self) -> AgentMessage:
        """Return the agent's next turn; raises `CallEnded` when there is none to come."""
        if self._unheard:
            return self._unheard.pop(0)
        while True:
            try:
                return await self._clock.wait_for(self._next_turn(), self._protocol.deadline)
            except TimeoutError:
                self._take(self._protocol.expire(self._clock.now()))

    async def _next_turn(self) -> AgentMessage:
        """Take in frames until one is a turn; the others do not move the deadline of the wait for it."""
        connection = self._open_connection()
        while True:
            try:
                frame = await connection.receive()
            except ConnectionClosed as closed:
                self._take_close(closed)
                continue
            message = self._take(self._protocol.receive(frame, self._clock.now()))
            if message is not None:
                return message

    async def _more_to_come(self) -> AgentMessage | None:
        """Return what the agent adds within the settling time."""
        if self._unheard:
            return self._unheard.pop(0)
        return await self._listen_until(self._clock.now() + SETTLING_TIME)

    async def _listen_until(self, moment: float) -> AgentMessage | None:
        """Return the agent's next turn if it comes before `moment`; time passes as in a deliberate pause."""
        while (remaining := min(moment, self._protocol.deadline or moment) - self._clock.now()) > 0:
            frame = await self._frame_within(remaining)
            if frame is None:
                continue
            message = self._take(self._protocol.receive(frame, self._clock.now()))
            if message is not None:
                return message
        self._take(self._protocol.expire(self._clock.now()))
        return None

    async def _frame_within(self, seconds: float) -> str | bytes | None:
        connection = self._open_connection()
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        receiving = asyncio.ensure_future(connection.receive())
        try:
            await asyncio.wait([sleeping, receiving], return_when=asyncio.FIRST_COMPLETED)
            return receiving.result() if receiving.done() else None
        except ConnectionClosed as closed:
            self._take_close(closed)
            return None
        finally:
            sleeping.cancel()
            receiving.cancel()
            await asyncio.wait([sleeping, receiving])

    def _take(self, events: list[ProtocolEvent]) -> AgentMessage | None:
        """Record what the protocol made of a frame; return the agent's turn if there is one among it."""
        turn: AgentMessage | None = None
        for event in events:
            record(self._log, event)
            if isinstance(event, SessionEnded):
                raise self._end(event.status, event.ended_by, event.reason, event.detail)
            if isinstance(event, AgentMessage):
                turn = event
                if event.ends_call:
                    self._settle(
                        Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_ENDED, "The agent ended the call."
                    )
        return turn

    def _take_close(self, closed: ConnectionClosed) -> None:
        # The secret is looked for in the whole reason, which the protocol may cut in the middle of it.
        reason = self._redactor.text(closed.reason)
        self._take(self._protocol.receive_close(closed.code, reason, self._clock.now()))

    # --- ending -----------------------------------------------------------------------------------------------

    async def _see_out(self, grace: float) -> NoReturn:
        """Record what the agent still sends until it closes the connection or the grace is over."""
        until = self._clock.now() + grace
        while await self._listen_until(until) is not None:
            pass
        raise CallEnded

    async def _send(self, frame: str) -> None:
        # An agent that has stopped reading must not hold the call beyond its limits.
        limit = self._protocol.deadline or self._clock.now() + CLOSING_GRACE
        try:
            await self._clock.wait_for(self._open_connection().send(frame), limit)
        except TimeoutError:
            self._take(self._protocol.expire(self._clock.now()))
        except ConnectionClosed:
            pass  # what the agent had sent before is heard first; then `receive` tells of the end

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("the call has not been connected")
        return self._connection
