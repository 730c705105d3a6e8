"""The client side of X-RUBRIC as a state machine: frames and times go in, events and frames come out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pytest_agentsim.result import EndedBy, Reason, Status
from pytest_agentsim.session.events import (
    AgentMessage,
    FunctionCalled,
    FunctionReturned,
    MetadataReceived,
    ProtocolEvent,
    ProtocolViolation,
    SessionEnded,
    ViolationKind,
)
from pytest_agentsim.session.frames import decode_frame, encode_end_call, encode_message
from pytest_agentsim.session.headers import SECRET_HINT
from pytest_agentsim.session.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "AgentMessage",
    "FunctionCalled",
    "FunctionReturned",
    "MetadataReceived",
    "ProtocolEvent",
    "ProtocolViolation",
    "SessionEnded",
    "State",
    "ViolationKind",
    "XRubricProtocol",
]

# "Lifecycle & timeouts" of the X-RUBRIC page.
TURN_TIMEOUT = 120.0  # s
MAX_DURATION = 600.0  # s

MAX_FRAME_BYTES = 1_048_576

# Close codes (RFC 6455 section 7.4).
CLEAN_CLOSE_CODES = (1000, 1001, 1005)
POLICY_VIOLATION = 1008  # what X-RUBRIC prescribes for a wrong secret
APPLICATION_CLOSE_CODES = range(3000, 5000)


class State(Enum):
    """How far a session is."""

    OPEN = "open"
    ENDING = "ending"
    CLOSED = "closed"


class XRubricProtocol:
    """One session, seen from the caller.

    ========  ==============================  =======  ====================================================
    state     input                           next     what comes of it
    ========  ==============================  =======  ====================================================
    OPEN      receive: message                OPEN     AgentMessage; the wait for the agent is over
    OPEN      receive: metadata, function     OPEN     MetadataReceived, FunctionCalled, FunctionReturned
    OPEN      receive: end_call               ENDING   AgentMessage(ends_call=True)
    OPEN      say, await_turn                 OPEN     a new wait for the agent
    OPEN      end_call                        ENDING   the limits no longer apply
    OPEN      expire: turn timeout            CLOSED   SessionEnded: agent_timeout
    OPEN      expire: maximum duration        CLOSED   SessionEnded: max_duration
    OPEN      receive_close: clean            CLOSED   SessionEnded: agent_closed_connection
    OPEN      receive_close: 1008             CLOSED   SessionEnded: secret_rejected
    OPEN      receive_close: error, dropped   CLOSED   SessionEnded: connection_lost
    ENDING    receive                         ENDING   the same events as in OPEN
    ENDING    receive_close: any              CLOSED   SessionEnded: caller_ended_call or agent_ended_call,
                                                       by whoever ended first
    CLOSED    any                             CLOSED   nothing
    ========  ==============================  =======  ====================================================

    In OPEN and ENDING a breach of the protocol gives a ProtocolViolation, and the call goes on. The wait for
    the agent runs from `opened`, `say` or `await_turn` to its next message; metadata and function frames
    neither end it nor start it anew. `say` and `end_call` return their frame in every state.

    All times are in seconds on one clock that only goes forward. What violations quote of a frame goes through
    `redact`. No method raises.
    """

    def __init__(
        self,
        *,
        turn_timeout: float = TURN_TIMEOUT,
        max_duration: float = MAX_DURATION,
        max_frame_bytes: int = MAX_FRAME_BYTES,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._turn_timeout = turn_timeout
        self._max_duration = max_duration
        self._max_frame_bytes = max_frame_bytes
        self._redact = redact
        self._state = State.OPEN
        self._first_to_end = EndedBy.CALLER  # meaningful from ENDING on
        self._opened_at: float | None = None
        self._turn_deadline: float | None = None

    @property
    def state(self) -> State:
        return self._state

    @property
    def deadline(self) -> float | None:
        """The earliest moment at which `expire` has something to say."""
        if self._state is not State.OPEN:
            return None
        limits = (self._turn_deadline, self._session_deadline)
        return min((limit for limit in limits if limit is not None), default=None)

    def opened(self, now: float) -> None:
        """The connection is open: the session and the first wait for the agent begin."""
        self._opened_at = now
        self.await_turn(now)

    def say(self, content: str, now: float) -> str:
        """Return the frame of a caller's turn; the wait for the agent's reply begins."""
        self.await_turn(now)
        return encode_message(content)

    def await_turn(self, now: float) -> None:
        """Wait for another turn of the agent without having spoken."""
        self._turn_deadline = now + self._turn_timeout

    def end_call(self, content: str, now: float) -> str:  # noqa: ARG002  (every input has its time)
        """Return the frame with which the caller ends the call; `content` may be empty."""
        self._begin_to_end(EndedBy.CALLER)
        return encode_end_call(content)

    def receive(self, frame: str | bytes, now: float) -> list[ProtocolEvent]:  # noqa: ARG002
        """Take in a frame of the agent."""
        if self._state is State.CLOSED:
            return []
        events: list[ProtocolEvent] = []
        for event in decode_frame(frame, max_bytes=self._max_frame_bytes, redact=self._redact):
            events.append(event)
            if isinstance(event, AgentMessage):
                self._turn_deadline = None
                if event.ends_call:
                    self._begin_to_end(EndedBy.AGENT)
        return events

    def receive_close(self, code: int | None, reason: str, now: float) -> list[ProtocolEvent]:
        """The connection is closed; `code` is None when it was dropped without a closing handshake."""
        if self._state is State.CLOSED:
            return []
        if self._state is State.ENDING:
            return [self._ended_as_agreed(code)]
        if code == POLICY_VIOLATION:
            # The reason that came with the code is left out: a careless agent may quote the secret in it.
            detail = f"the agent closed the connection with code 1008: it rejected the secret; {SECRET_HINT}"
            return [self._end(EndedBy.SIMULATOR, Reason.SECRET_REJECTED, Status.REJECTED, detail, code)]
        if code in CLEAN_CLOSE_CODES or code in APPLICATION_CLOSE_CODES:
            detail = f"the agent closed the connection{_with_code(code, reason)}"
            return [self._end(EndedBy.AGENT, Reason.AGENT_CLOSED, Status.COMPLETED, detail, code)]
        detail = f"the connection was lost{self._elapsed(now)}{_with_code(code, reason)}"
        return [self._end(EndedBy.SIMULATOR, Reason.CONNECTION_LOST, Status.FAILED, detail, code)]

    def expire(self, now: float) -> list[ProtocolEvent]:
        """End the session if a limit has been reached."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        if deadline == self._turn_deadline:
            reason = Reason.AGENT_TIMEOUT
            detail = f"the agent did not reply within {self._turn_timeout:g} s"
        else:
            reason = Reason.MAX_DURATION
            detail = f"the call reached its maximum duration of {self._max_duration:g} s"
        return [self._end(EndedBy.SIMULATOR, reason, Status.FAILED, detail, None)]

    @property
    def _session_deadline(self) -> float | None:
        return None if self._opened_at is None else self._opened_at + self._max_duration

    def _begin_to_end(self, by: EndedBy) -> None:
        if self._state is State.OPEN:
            self._state = State.ENDING
            self._first_to_end = by

    def _ended_as_agreed(self, code: int | None) -> SessionEnded:
        """However the connection goes down now, the conversation had come to its end."""
        by = self._first_to_end
        reason = Reason.CALLER_ENDED if by is EndedBy.CALLER else Reason.AGENT_ENDED
        return self._end(by, reason, Status.COMPLETED, f"the {by.value} ended the call", code)

    def _end(
        self, by: EndedBy, reason: Reason, status: Status, detail: str, close_code: int | None
    ) -> SessionEnded:
        self._state = State.CLOSED
        return SessionEnded(by, reason, status, detail, close_code)

    def _elapsed(self, now: float) -> str:
        return "" if self._opened_at is None else f" {now - self._opened_at:.1f} s into the call"


def _with_code(code: int | None, reason: str) -> str:
    if code is None or code == 1006:
        return " without a closing handshake"
    said = f" ({printable(reason, 120)})" if reason else ""
    return "" if code in CLEAN_CLOSE_CODES and not said else f" with code {code}{said}"
