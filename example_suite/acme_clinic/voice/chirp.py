"""The frames of CHIRP, on the agent's side: audio is binary, events are JSON."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Audio", "Event", "EventType", "MalformedFrame", "event", "malformed", "read_frame"]


class EventType(StrEnum):
    """The types of events."""

    SPEECH_STARTED = "speech.started"
    SPEECH_COMPLETED = "speech.completed"
    SESSION_ERROR = "session.error"


@dataclass(frozen=True, slots=True)
class Audio:
    """Samples of the caller's voice."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the caller."""

    type: EventType
    data: dict[str, Any]


class MalformedFrame(Exception):
    """A frame that breaks the protocol; `code` is that of the `session.error` which answers it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_frame(frame: str | bytes) -> Audio | Event:
    """Return what a frame carries; raises MalformedFrame."""
    if isinstance(frame, bytes):
        if not frame or len(frame) % 2:
            raise MalformedFrame("INVALID_AUDIO_FRAME", f"Audio of {len(frame)} bytes is not 16-bit samples")
        return Audio(frame)
    return _read_event(frame)


def event(type_: EventType, **data: str) -> str:
    """Return the frame of an event."""
    return json.dumps(
        {"type": type_, "id": str(uuid.uuid4()), "ts_ms": time.time_ns() // 1_000_000, "data": data}
    )


def malformed(problem: MalformedFrame) -> str:
    """Return the frame that answers a malformed one."""
    return event(EventType.SESSION_ERROR, code=problem.code, message=problem.message)


def _read_event(frame: str) -> Event:
    try:
        fields = json.loads(frame)
    except (ValueError, RecursionError):
        raise MalformedFrame("INVALID_MESSAGE", "Not JSON") from None
    if not isinstance(fields, dict):
        raise MalformedFrame("INVALID_MESSAGE", "Not a JSON object")
    type_, data = _type_of(fields), fields.get("data")
    if not isinstance(data, dict):
        raise MalformedFrame("MISSING_FIELD", "Missing 'data'")
    if type_ is not EventType.SESSION_ERROR and not isinstance(data.get("utterance_id"), str):
        raise MalformedFrame("MISSING_FIELD", "Missing 'data.utterance_id'")
    return Event(type_, data)


def _type_of(fields: dict[str, Any]) -> EventType:
    if "type" not in fields:
        raise MalformedFrame("MISSING_FIELD", "Missing 'type'")
    try:
        return EventType(fields["type"])
    except ValueError:
        raise MalformedFrame("INVALID_MESSAGE", f"Unexpected type {str(fields['type'])[:40]!r}") from None
