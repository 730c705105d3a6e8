"""What happens on a voice line and matters to the conversation; positions are samples since the line was opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentsim.audio.stt.pool import RecognitionStream
    from pytest_agentsim.audio.utterance import Utterance
    from pytest_agentsim.session.chirp_events import CloseMeaning

__all__ = [
    "AgentPaused",
    "AgentStarted",
    "AgentTalksOn",
    "AgentTurn",
    "CutOff",
    "CutOffBy",
    "LineClosed",
    "LineEvent",
    "PauseCutOff",
    "UtteranceCutOff",
    "UtteranceSpoken",
]


class CutOffBy(StrEnum):
    """What made the caller stop in the middle of an utterance or of a pause."""

    EVENT = "the agent's speech.started"
    VOICE = "the agent's voice"
    END = "the end of the connection"


@dataclass(frozen=True, slots=True)
class AgentStarted:
    """The agent has started to speak at `at`.

    `disturbed` tells that this process was late around that moment, so that `at` may be wrong; `delay` is how many
    samples earlier it would have been heard on a good line.
    """

    at: int
    disturbed: bool
    delay: int = 0


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """The agent has been silent for a moment within its turn; `stream` has its words so far if they were asked for."""

    stream: RecognitionStream | None


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """The agent has spoken and is silent again; `stream` has its words if they were asked for.

    Or it has pressed `keys`, and then it has said nothing.
    """

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    stream: RecognitionStream | None
    keys: str = ""


@dataclass(frozen=True, slots=True)
class AgentTalksOn:
    """The agent has been speaking since `start`, for longer than anybody may."""

    start: int


@dataclass(frozen=True, slots=True)
class UtteranceSpoken:
    """The caller has said all of an utterance."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class UtteranceCutOff:
    """The caller has stopped in the middle of an utterance."""

    utterance: Utterance
    by: CutOffBy


@dataclass(frozen=True, slots=True)
class PauseCutOff:
    """The agent has cut off an interruptible silence of the caller's."""

    by: CutOffBy


@dataclass(frozen=True, slots=True)
class LineClosed:
    """The connection is closed and all that the agent had sent has been played; `reason` is what the agent gave."""

    meaning: CloseMeaning
    reason: str


CutOff = UtteranceCutOff | PauseCutOff

LineEvent = AgentStarted | AgentPaused | AgentTurn | AgentTalksOn | UtteranceSpoken | CutOff | LineClosed
