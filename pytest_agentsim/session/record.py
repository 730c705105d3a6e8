"""How the events of a session are written into a call's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.result import EventKind
from pytest_agentsim.session.events import (
    AgentMessage,
    FunctionCalled,
    FunctionReturned,
    MetadataReceived,
    ProtocolViolation,
)

if TYPE_CHECKING:
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.session.events import ProtocolEvent

__all__ = ["record"]


def record(log: EventLog, event: ProtocolEvent) -> None:
    """Write what the agent's side of the session has produced; the end is recorded by whoever settles it."""
    match event:
        case AgentMessage(content, ends_call):
            if content or not ends_call:
                log.add(EventKind.AGENT_TURN, text=content)
        case MetadataReceived(metadata):
            log.add(EventKind.METADATA, metadata=metadata)
        case FunctionCalled(id, name, arguments):
            log.add(EventKind.FUNCTION_CALL, id=id, name=name, arguments=arguments)
        case FunctionReturned(id, name, result):
            log.add(EventKind.FUNCTION_CALL_RESULT, id=id, name=name, result=result)
        case ProtocolViolation(kind, message, sample):
            log.add(EventKind.PROTOCOL_VIOLATION, violation=kind.value, message=message, sample=sample)
