"""CHIRP as a state machine, for the caller (client) and the agent (server): frames in, events and frames out."""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from pytest_agentsim.session.chirp_events import (
    AudioReceived,
    BargeIn,
    ChirpEvent,
    ChirpViolation,
    CloseKind,
    CloseMeaning,
    ErrorCode,
    ErrorReceived,
    MarkReceived,
    SpeechCompletedReceived,
    SpeechStartedReceived,
)
from pytest_agentsim.session.chirp_frames import (
    FrameDecoder,
    audio_fault,
    encode_mark,
    encode_session_error,
    encode_speech_completed,
    encode_speech_started,
)
from pytest_agentsim.session.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "EVENT_SKEW",
    "FRAME_BYTES",
    "SAMPLE_RATE",
    "AudioReceived",
    "BargeIn",
    "ChirpEvent",
    "ChirpMisuse",
    "ChirpProtocol",
    "ChirpViolation",
    "CloseKind",
    "CloseMeaning",
    "ErrorCode",
    "ErrorReceived",
    "MarkReceived",
    "Received",
    "Role",
    "SpeechCompletedReceived",
    "SpeechStartedReceived",
    "State",
]

# "Audio Specification" of the CHIRP page.
SAMPLE_RATE = 16_000  # Hz, pcm_s16le, mono
FRAME_BYTES = 640  # 20 ms, recommended

# "Event Ordering & Timing": speech.started after the first audio, speech.completed before the last.
EVENT_SKEW = 0.2  # s

# "Close Codes".
NORMAL_CLOSURE = 1000
POLICY_VIOLATION = 1008
INTERNAL_ERROR = 1011

# RFC 6455 section 7.4.1.
GOING_AWAY = 1001
NO_CODE = 1005
ABNORMAL_CLOSURE = 1006

# A peer may open utterances without end; of those beyond this number the oldest are forgotten.
MAX_OPEN_UTTERANCES = 64

# A peer that answers every text frame with one that is none of CHIRP's would otherwise be answered for ever.
MAX_ERROR_REPLIES = 100

LONGEST_ERROR_MESSAGE = 500  # characters


class Role(StrEnum):
    """Which side of the session this is: the caller is the client, the agent the server."""

    CLIENT = "client"
    SERVER = "server"


class State(Enum):
    """How far a session is."""

    OPEN = "open"
    FAILED = "failed"  # by our own internal error
    CLOSED = "closed"


class ChirpMisuse(RuntimeError):
    """A `ChirpProtocol` was told something that cannot follow what it was told before: a programming error."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a frame: `events` to act on first, then `replies`, text frames to be sent at once, in order."""

    events: list[ChirpEvent]
    replies: list[str]


class _Speech(Enum):
    SILENT = "silent"
    UNANNOUNCED = "unannounced"
    ANNOUNCED = "announced"
    TRAILING = "trailing"


class ChirpProtocol:
    """One session, seen from one side.

    ::

        protocol = ChirpProtocol(Role.SERVER)
        async for frame in websocket:
            received = protocol.receive(frame)
            for event in received.events:
                match event:
                    case AudioReceived(pcm):
                        ...
            for reply in received.replies:
                await websocket.send(reply)

    Our own speech goes through these states. ``barge-in`` is a `speech.started` of the server that reaches a client
    whose utterance is interruptible; a server has none. Every `speech.started` sent is followed by exactly one
    `speech.completed` with the same id before the next, unless the session ends in between.

    ===========  ===================================  ===========  ==========================================
    state        input                                next         frames
    ===========  ===================================  ===========  ==========================================
    SILENT       begin_utterance                      UNANNOUNCED  none; the audio begins
    SILENT       start_speech                         ANNOUNCED    speech.started
    SILENT       end_utterance, barge-in              SILENT       none
    UNANNOUNCED  start_speech                         ANNOUNCED    speech.started
    UNANNOUNCED  end_utterance, barge-in              SILENT       speech.started, speech.completed: the peer
                                                                   has heard the audio and waits for both
    ANNOUNCED    complete_speech                      TRAILING     speech.completed
    ANNOUNCED    end_utterance, barge-in              SILENT       speech.completed
    TRAILING     end_utterance, barge-in              SILENT       none
    TRAILING     begin_utterance, start_speech        as in SILENT: the audio before it is over
    any other                                         unchanged    `ChirpMisuse`
    any          fail, close_received                 SILENT       nothing can be sent any more
    ===========  ===================================  ===========  ==========================================

    A client tells by `end_utterance` that its last audio has been sent, for it could still be interrupted
    until then. A server need not.

    A breach of the protocol gives a `ChirpViolation`, and a `session.error` in reply; the first 100 are
    replied to. Nothing is ever said to a `session.error`. What violations quote of a frame, and the message of
    `fail`, go through `redact`. `now_ms` gives Unix epoch milliseconds, `new_id` the ids of events. With
    `strict_marks`, `mark` is an unknown type. `receive`, `end_utterance` and `close_received` never raise.
    """

    def __init__(
        self,
        role: Role,
        *,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        redact: Callable[[str], str] = str,
        strict_marks: bool = False,
    ) -> None:
        self._role = role
        self._new_id = new_id
        self._now_ms = now_ms
        self._redact = redact
        self._strict_marks = strict_marks
        self._decoder = FrameDecoder(new_id=new_id, now_ms=now_ms, redact=redact, strict_marks=strict_marks)
        self._state = State.OPEN
        self._speech = _Speech.SILENT
        self._utterance_id = ""  # meaningful unless SILENT, as is the next
        self._interruptible = True
        self._used_ids: set[str] = set()
        self._numbers = itertools.count(1)
        self._open_at_peer: dict[str, None] = {}  # the peer's utterances, oldest first
        self._error_replies = 0

    @property
    def role(self) -> Role:
        return self._role

    @property
    def state(self) -> State:
        return self._state

    @property
    def speaking(self) -> bool:
        """Whether our own audio belongs to an utterance right now, its trailing audio included."""
        return self._speech is not _Speech.SILENT

    @property
    def utterance_id(self) -> str | None:
        """The id of our own utterance while `speaking`."""
        return self._utterance_id if self.speaking else None

    def receive(self, frame: str | bytes) -> Received:
        """Take in a frame of the peer; one that comes after the session's end says nothing."""
        received = Received([], [])
        if self._state is not State.OPEN:
            return received
        if isinstance(frame, bytes) and not audio_fault(frame):
            # Nearly all that a call receives, and nothing below concerns it.
            received.events.append(AudioReceived(frame))
            return received
        decoded = self._decoder.decode(frame)
        answerable = not any(isinstance(event, ErrorReceived) for event in decoded)
        for event in decoded:
            if isinstance(event, SpeechCompletedReceived):
                event = replace(event, known=self._closed_by_peer(event.utterance_id))
            received.events.append(event)
            if isinstance(event, SpeechStartedReceived):
                self._opened_by_peer(event.utterance_id)
                self._be_interrupted(received)
            elif isinstance(event, ChirpViolation) and answerable:
                self._reply_to(event, received)
        return received

    def audio(self, pcm: bytes) -> bytes:
        """Return `pcm` (pcm_s16le, 16 kHz, mono) as a binary frame.

        Raises ValueError if it is empty or of an odd length, and `ChirpMisuse` after the session's end.
        """
        self._require_open()
        fault = audio_fault(pcm)
        if fault:
            raise ValueError(f"{fault} cannot be sent")
        return pcm

    def begin_utterance(self, utterance_id: str | None = None, *, interruptible: bool = True) -> str:
        """The first audio of an utterance is sent, its `speech.started` is not yet; return the utterance's id.

        Without an `utterance_id` it is made. An utterance that is not `interruptible` knows no barge-in. Raises
        `ChirpMisuse` while another utterance is open, and for an id that has been used in the session.
        """
        self._require_open()
        if self._speech in (_Speech.UNANNOUNCED, _Speech.ANNOUNCED):
            raise ChirpMisuse(f"the utterance {self._utterance_id!r} must be completed before another begins")
        self._utterance_id = self._unused(utterance_id)
        self._used_ids.add(self._utterance_id)
        self._interruptible = interruptible
        self._speech = _Speech.UNANNOUNCED
        return self._utterance_id

    def start_speech(self, utterance_id: str | None = None) -> str:
        """Return the `speech.started` of the utterance that has begun, or else of one that begins with it.

        To a client that speaks, a server's `speech.started` is an interruption. Raises as `begin_utterance`.
        """
        self._require_open()
        if self._speech is not _Speech.UNANNOUNCED:
            self.begin_utterance(utterance_id)
        elif utterance_id not in (None, self._utterance_id):
            raise ChirpMisuse(f"the utterance was begun as {self._utterance_id!r}, not as {utterance_id!r}")
        self._speech = _Speech.ANNOUNCED
        return self._started()

    def complete_speech(self) -> str:
        """Return the `speech.completed` of the started utterance; audio may trail after it.

        Raises `ChirpMisuse` if no `speech.started` is open.
        """
        self._require_open()
        if self._speech is not _Speech.ANNOUNCED:
            raise ChirpMisuse("no speech has been started that could be completed")
        self._speech = _Speech.TRAILING
        return self._completed()

    def end_utterance(self) -> list[str]:
        """The utterance's audio is over, at its end or cut short; return the frames still owed for it, if any."""
        owed = []
        if self._speech is _Speech.UNANNOUNCED:
            owed.append(self._started())
        if self._speech in (_Speech.UNANNOUNCED, _Speech.ANNOUNCED):
            owed.append(self._completed())
        self._speech = _Speech.SILENT
        return owed

    def mark(self, name: str) -> str:
        """Return a mark; the client echoes it once it has played all audio sent before. For the server only."""
        self._require_marks(Role.SERVER)
        return encode_mark(name, id=self._new_id(), ts_ms=self._now_ms())

    def echo_mark(self, name: str) -> str:
        """Return the echo of a mark, due once all audio received before it has been played. For the client only."""
        self._require_marks(Role.CLIENT)
        return encode_mark(name, id=self._new_id(), ts_ms=self._now_ms())

    def fail(self, message: str) -> tuple[str, int]:
        """End the session for an error of our own; return the last frame to send and the close code after it.

        `message` is sent in a printable form, at most 500 characters of it. Raises `ChirpMisuse` after the end.
        """
        self._require_open()
        self._end(State.FAILED)
        told = printable(self._redact(message), LONGEST_ERROR_MESSAGE)
        return self._error(ErrorCode.INTERNAL_ERROR, told), INTERNAL_ERROR

    def close_received(self, code: int | None) -> CloseMeaning:
        """End the session: the connection is closed. `code` is None when it was dropped without a handshake."""
        if self._state is State.FAILED:
            return CloseMeaning(code, CloseKind.INTERNAL_ERROR, _failed(_PERSON[self._role]))
        self._end(State.CLOSED)
        peer = Role.SERVER if self._role is Role.CLIENT else Role.CLIENT
        return _close_meaning(code, _PERSON[peer])

    def _opened_by_peer(self, utterance_id: str) -> None:
        self._open_at_peer.pop(utterance_id, None)
        self._open_at_peer[utterance_id] = None
        if len(self._open_at_peer) > MAX_OPEN_UTTERANCES:
            del self._open_at_peer[next(iter(self._open_at_peer))]

    def _closed_by_peer(self, utterance_id: str) -> bool:
        if utterance_id not in self._open_at_peer:
            return False
        del self._open_at_peer[utterance_id]
        return True

    def _be_interrupted(self, received: Received) -> None:
        if self._role is Role.CLIENT and self.speaking and self._interruptible:
            received.events.append(BargeIn(self._utterance_id, trailing=self._speech is _Speech.TRAILING))
            received.replies.extend(self.end_utterance())

    def _reply_to(self, violation: ChirpViolation, received: Received) -> None:
        if self._error_replies < MAX_ERROR_REPLIES:
            self._error_replies += 1
            received.replies.append(self._error(violation.code, violation.message))

    def _unused(self, utterance_id: str | None) -> str:
        if utterance_id is None:
            numbered = (f"{_PERSON[self._role]}-u{number}" for number in self._numbers)
            return next(each for each in numbered if each not in self._used_ids)
        if utterance_id in self._used_ids:
            raise ChirpMisuse(f"the utterance id {utterance_id!r} has already been used in this session")
        return utterance_id

    def _require_open(self) -> None:
        if self._state is not State.OPEN:
            raise ChirpMisuse(f"the session is {self._state.value}: nothing can be sent any more")

    def _require_marks(self, role: Role) -> None:
        self._require_open()
        if self._strict_marks:
            raise ChirpMisuse("with strict_marks there are no marks")
        if self._role is not role:
            raise ChirpMisuse("marks are set by the server and echoed by the client")

    def _started(self) -> str:
        return encode_speech_started(self._utterance_id, id=self._new_id(), ts_ms=self._now_ms())

    def _completed(self) -> str:
        return encode_speech_completed(self._utterance_id, id=self._new_id(), ts_ms=self._now_ms())

    def _error(self, code: ErrorCode, message: str) -> str:
        return encode_session_error(code, message, id=self._new_id(), ts_ms=self._now_ms())

    def _end(self, state: State) -> None:
        self._state = state
        self._speech = _Speech.SILENT
        self._open_at_peer.clear()


_PERSON = {Role.CLIENT: "caller", Role.SERVER: "agent"}


def _close_meaning(code: int | None, peer: str) -> CloseMeaning:
    if code is None or code == ABNORMAL_CLOSURE:
        kind, sentence = CloseKind.DROPPED, "the connection was dropped without a closing handshake"
    elif code in (NORMAL_CLOSURE, GOING_AWAY):
        kind, sentence = CloseKind.NORMAL, f"the {peer} closed the connection normally (code {code})"
    elif code == NO_CODE:
        kind, sentence = CloseKind.NORMAL, f"the {peer} closed the connection without giving a code"
    elif code == POLICY_VIOLATION:
        why = f"a policy violation, such as rejected credentials (code {code})"
        kind, sentence = CloseKind.POLICY_VIOLATION, f"the {peer} closed the connection for {why}"
    elif code == INTERNAL_ERROR:
        kind, sentence = CloseKind.INTERNAL_ERROR, _failed(peer)
    else:
        kind, sentence = CloseKind.OTHER, f"the connection was closed with code {code}"
    return CloseMeaning(code, kind, sentence)


def _failed(who: str) -> str:
    return f"the {who} closed the connection for an internal error of its own (code {INTERNAL_ERROR})"
