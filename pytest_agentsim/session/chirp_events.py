"""What a CHIRP session tells whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = [
    "AudioReceived",
    "BargeIn",
    "ChirpEvent",
    "ChirpViolation",
    "CloseKind",
    "CloseMeaning",
    "ErrorCode",
    "ErrorReceived",
    "FrameEvent",
    "MarkReceived",
    "SpeechCompletedReceived",
    "SpeechStartedReceived",
]


class ErrorCode(StrEnum):
    """The codes of `session.error`; all but INTERNAL_ERROR leave the session open."""

    INVALID_MESSAGE = "INVALID_MESSAGE"
    MISSING_FIELD = "MISSING_FIELD"
    INVALID_AUDIO_FRAME = "INVALID_AUDIO_FRAME"
    INTERNAL_ERROR = "INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class AudioReceived:
    """Samples of the peer: pcm_s16le, 16 kHz, mono, at least one."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class SpeechStartedReceived:
    """The peer's `speech.started`; `ts_ms` is in Unix epoch milliseconds.

    To the client it is a server that interrupts, see `BargeIn`; to the server, a caller that has begun to
    speak about 0.2 s ago.
    """

    utterance_id: str
    id: str
    ts_ms: int


@dataclass(frozen=True, slots=True)
class SpeechCompletedReceived:
    """The peer's `speech.completed`; `ts_ms` is in Unix epoch milliseconds.

    `known` tells whether the peer's `speech.started` of this utterance was received and is still open.
    """

    utterance_id: str
    known: bool
    id: str
    ts_ms: int


@dataclass(frozen=True, slots=True)
class ErrorReceived:
    """The peer's `session.error`, redacted; `code` may be none of `ErrorCode`, and empty if there was none."""

    code: str
    message: str

    @property
    def is_fatal(self) -> bool:
        """Whether the peer will close the connection."""
        return self.code == ErrorCode.INTERNAL_ERROR


@dataclass(frozen=True, slots=True)
class MarkReceived:
    """The peer's `mark`.

    The client echoes it once all audio received before it has been played; the server learns by the echo
    that this has happened.
    """

    name: str


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The server has interrupted our own utterance: its audio has to stop at once.

    With `trailing` its `speech.completed` had already been sent, and only the audio after it is cut.
    """

    utterance_id: str
    trailing: bool = False


@dataclass(frozen=True, slots=True)
class ChirpViolation:
    """The peer has broken the protocol; the frame is dropped, and the session goes on.

    `sample` is the beginning of the frame, printable and at most 200 characters long.
    """

    code: ErrorCode
    message: str
    sample: str


class CloseKind(StrEnum):
    """What the end of a connection means."""

    NORMAL = "normal"
    POLICY_VIOLATION = "policy_violation"
    INTERNAL_ERROR = "internal_error"
    OTHER = "other"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class CloseMeaning:
    """How the connection ended; `sentence` is for a person, `code` None when there was no closing handshake."""

    code: int | None
    kind: CloseKind
    sentence: str


FrameEvent: TypeAlias = (
    AudioReceived
    | SpeechStartedReceived
    | SpeechCompletedReceived
    | ErrorReceived
    | MarkReceived
    | ChirpViolation
)
ChirpEvent: TypeAlias = FrameEvent | BargeIn
