"""The frames of CHIRP, both directions ("Message Types" of its page, and `mark` of an earlier edition)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.session.chirp_events import (
    AudioReceived,
    ChirpViolation,
    ErrorCode,
    ErrorReceived,
    FrameEvent,
    MarkReceived,
    SpeechCompletedReceived,
    SpeechStartedReceived,
)
from pytest_agentsim.session.printable import printable
from pytest_agentsim.session.strict_json import JsonError, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "FrameDecoder",
    "FrameType",
    "audio_fault",
    "encode_mark",
    "encode_session_error",
    "encode_speech_completed",
    "encode_speech_started",
]

SAMPLE_BYTES = 2  # "Audio Specification": signed 16-bit samples

MAX_TEXT_BYTES = 64 * 1024
LONGEST_SAMPLE = 200  # characters
LONGEST_QUOTED_TYPE = 40  # characters
REDACTED = 16_384  # characters or bytes; a frame of many megabytes is not searched to its end for 200 of them


class FrameType(StrEnum):
    """The control events."""

    SPEECH_STARTED = "speech.started"
    SPEECH_COMPLETED = "speech.completed"
    SESSION_ERROR = "session.error"
    MARK = "mark"


def encode_speech_started(utterance_id: str, *, id: str, ts_ms: int) -> str:  # noqa: A002
    """Return the frame that opens an utterance; `ts_ms` is in Unix epoch milliseconds, as everywhere here."""
    return _encoded(FrameType.SPEECH_STARTED, {"utterance_id": utterance_id}, id, ts_ms)


def encode_speech_completed(utterance_id: str, *, id: str, ts_ms: int) -> str:  # noqa: A002
    """Return the frame that closes an utterance."""
    return _encoded(FrameType.SPEECH_COMPLETED, {"utterance_id": utterance_id}, id, ts_ms)


def encode_session_error(code: ErrorCode, message: str, *, id: str, ts_ms: int) -> str:  # noqa: A002
    """Return the frame that tells the peer of an error."""
    return _encoded(FrameType.SESSION_ERROR, {"code": code, "message": message}, id, ts_ms)


def encode_mark(name: str, *, id: str, ts_ms: int) -> str:  # noqa: A002
    """Return the frame of a mark or of its echo."""
    return _encoded(FrameType.MARK, {"name": name}, id, ts_ms)


def audio_fault(pcm: bytes) -> str:
    """Return what keeps `pcm` from being an audio frame; empty if nothing does."""
    if not pcm:
        return "an empty audio frame"
    if len(pcm) % SAMPLE_BYTES:
        return f"an audio frame of {len(pcm)} bytes; samples of 16 bits make an even number of bytes"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDecoder:
    """Reads the frames of a peer.

    ======================================================================  ===================
    fault                                                                   code
    ======================================================================  ===================
    more than 64 KiB of text, malformed JSON, not an object, unknown type   INVALID_MESSAGE
    `type`, `data` or a field of `data` that the type needs is of the       INVALID_MESSAGE
    wrong JSON type: it is there, so that it is not missing
    one of these is absent or null                                          MISSING_FIELD
    an empty or odd-length binary frame                                     INVALID_AUDIO_FRAME
    ======================================================================  ===================

    The type is looked at first: of an unknown one nothing is known to be required. `id` (any string) and
    `ts_ms` are filled in by `new_id` and `now_ms` when they are absent or unusable, unknown fields are passed
    over, and half a surrogate pair in a string is read as U+FFFD. What violations quote goes through `redact`
    before it is cut, so that no half of a secret is left over. With `strict_marks`, `mark` is an unknown type.
    """

    new_id: Callable[[], str]
    now_ms: Callable[[], int]
    redact: Callable[[str], str] = str
    strict_marks: bool = False

    def decode(self, frame: str | bytes) -> list[FrameEvent]:
        """Return what a frame says; never raises.

        This is one event, but for a faulty `session.error`: a `ChirpViolation` and an `ErrorReceived` with what
        could be read. No utterance is known here: `SpeechCompletedReceived.known` is false.
        """
        try:
            if isinstance(frame, str):
                return self._read(frame, _document(frame))
            return [_audio(frame)]
        except _Fault as fault:
            return [self._violation(fault, frame)]

    def _read(self, frame: str, document: dict[str, Any]) -> list[FrameEvent]:
        match self._type(document):
            case FrameType.SPEECH_STARTED:
                utterance_id = _required(document, "utterance_id")
                return [SpeechStartedReceived(utterance_id, self._id(document), self._ts_ms(document))]
            case FrameType.SPEECH_COMPLETED:
                utterance_id = _required(document, "utterance_id")
                return [
                    SpeechCompletedReceived(utterance_id, False, self._id(document), self._ts_ms(document))
                ]
            case FrameType.MARK:
                return [MarkReceived(_required(document, "name"))]
            case FrameType.SESSION_ERROR:
                return self._session_error(frame, document)

    def _session_error(self, frame: str, document: dict[str, Any]) -> list[FrameEvent]:
        data = document.get("data")
        # Redacted here, while they are whole: whoever shows them may cut or quote them.
        code, message = (self.redact(_text(data, field)) for field in ("code", "message"))
        events: list[FrameEvent] = [ErrorReceived(code, message)]
        try:
            _required(document, "code")
            _required(document, "message")
        except _Fault as fault:
            events.insert(0, self._violation(fault, frame))
        return events

    def _type(self, document: dict[str, Any]) -> FrameType:
        name = _string(document, "type", "type")
        if name not in _TYPES or (self.strict_marks and name == FrameType.MARK):
            quoted = self._quoted(name, LONGEST_QUOTED_TYPE)
            raise _Fault(ErrorCode.INVALID_MESSAGE, f"Unexpected type '{quoted}'")
        return FrameType(name)

    def _id(self, document: dict[str, Any]) -> str:
        value = document.get("id")
        return value if isinstance(value, str) and value else self.new_id()

    def _ts_ms(self, document: dict[str, Any]) -> int:
        value = document.get("ts_ms")
        # A whole number of milliseconds may well have been computed, and written, as a fraction.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.now_ms() if value is None or not is_number else int(value)

    def _violation(self, fault: _Fault, frame: str | bytes) -> ChirpViolation:
        return ChirpViolation(fault.code, fault.message, self._quoted(frame, LONGEST_SAMPLE))

    def _quoted(self, text: str | bytes, limit: int) -> str:
        beginning = text[:REDACTED]
        if isinstance(beginning, bytes):
            beginning = beginning.decode("utf-8", "backslashreplace")
        return printable(self.redact(beginning), limit)


_TYPES = frozenset(each.value for each in FrameType)


class _Fault(Exception):
    """A frame cannot be used."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


def _encoded(kind: FrameType, data: dict[str, str], event_id: str, ts_ms: int) -> str:
    # ASCII with escapes: every frame can be sent, whatever is in the data.
    return json.dumps({"type": kind, "id": event_id, "ts_ms": ts_ms, "data": data})


def _audio(frame: bytes) -> AudioReceived:
    fault = audio_fault(frame)
    if fault:
        raise _Fault(ErrorCode.INVALID_AUDIO_FRAME, fault)
    return AudioReceived(frame)


def _document(frame: str) -> dict[str, Any]:
    if len(frame) > MAX_TEXT_BYTES or len(frame.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise _Fault(ErrorCode.INVALID_MESSAGE, f"a text frame of more than {MAX_TEXT_BYTES} bytes")
    try:
        document, _ = parse_json(frame)
    except JsonError as error:
        raise _Fault(ErrorCode.INVALID_MESSAGE, f"the frame cannot be read as JSON: {error}") from None
    if not isinstance(document, dict):
        raise _Fault(ErrorCode.INVALID_MESSAGE, "the frame is JSON, but not an object")
    return document


def _required(document: dict[str, Any], field: str) -> str:
    """Return a field of `data`."""
    data = document.get("data")
    if data is None:
        raise _missing("data")
    if not isinstance(data, dict):
        raise _Fault(ErrorCode.INVALID_MESSAGE, '"data" must be an object')
    return _string(data, field, f"data.{field}")


def _string(fields: dict[str, Any], field: str, path: str) -> str:
    value = fields.get(field)
    if value is None:
        raise _missing(path)
    if not isinstance(value, str):
        raise _Fault(ErrorCode.INVALID_MESSAGE, f'"{path}" must be a string')
    return value


def _missing(path: str) -> _Fault:
    return _Fault(ErrorCode.MISSING_FIELD, f'"{path}" is missing')


def _text(data: Any, field: str) -> str:
    value = data.get(field) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
