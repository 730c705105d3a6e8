"""What an X-RUBRIC session tells the call about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pytest_agentsim.result import EndedBy, Reason, Status

__all__ = [
    "AgentMessage",
    "FrameEvent",
    "FunctionCalled",
    "FunctionReturned",
    "MetadataReceived",
    "ProtocolEvent",
    "ProtocolViolation",
    "SessionEnded",
    "ViolationKind",
]


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """The agent has said something, has ended the call, or both.

    With `ends_call`, an empty `content` means that nothing was said: it is no turn.
    """

    content: str
    ends_call: bool


@dataclass(frozen=True, slots=True)
class MetadataReceived:
    """Metadata to be merged into the call's, the last write of a key winning."""

    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FunctionCalled:
    """The agent has called a function; `arguments` are the parsed JSON, or the text if it was none."""

    id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class FunctionReturned:
    """A function has returned; `result` is the parsed JSON, or the text if it was none.

    `name` is empty unless the agent repeated it.
    """

    id: str
    name: str
    result: Any


class ViolationKind(StrEnum):
    """How a frame can break the protocol."""

    BINARY_FRAME = "binary_frame"
    TOO_LARGE = "too_large"
    MALFORMED_JSON = "malformed_json"
    TOO_DEEP = "too_deep"
    LONE_SURROGATE = "lone_surrogate"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_TYPE = "wrong_type"
    MISSING_FIELD = "missing_field"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_FRAME = "unknown_frame"


@dataclass(frozen=True, slots=True)
class ProtocolViolation:
    """The agent has broken the protocol, and the call goes on.

    `sample` is the beginning of the frame, printable and at most 200 characters long.
    """

    kind: ViolationKind
    message: str
    sample: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over; nothing follows. `close_code` is the WebSocket's, None when there was none."""

    ended_by: EndedBy
    reason: Reason
    status: Status
    detail: str
    close_code: int | None


FrameEvent: TypeAlias = (
    AgentMessage | MetadataReceived | FunctionCalled | FunctionReturned | ProtocolViolation
)
ProtocolEvent: TypeAlias = FrameEvent | SessionEnded
