"""Groups an agent's stretches of speech into turns: a pause shorter than the setting does not end one.

====================  =========================  ==================================================
state                 input                      what is told, next state
====================  =========================  ==================================================
idle                  speech starts              TurnStarted, speaking
speaking              speech ends                nothing, pausing
speaking              it lasts too long          TurnTooLong (once a turn), speaking
pausing               speech starts              SpeechResumed, speaking
pausing               silence is long enough     TurnEnded, idle
speaking, pausing     cut                        TurnEnded if there was silence then, idle
====================  =========================  ==================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.audio.vad import SpeechDetector, SpeechStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.audio.vad import SpeechEnded

__all__ = ["SpeechResumed", "TurnDetector", "TurnEnded", "TurnEvent", "TurnStarted", "TurnTooLong"]


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The agent began to speak at sample `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The agent spoke on at sample `at`, after a pause within its turn."""

    at: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn lasted from sample `start` until before sample `end`; `spans` are its stretches of speech."""

    start: int
    end: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TurnTooLong:
    """The turn that began at sample `start` has passed the longest that is allowed, and goes on."""

    start: int


# A pause within a word is shorter.
SHORTEST_SILENCE = samples_in(0.06)

# How long a turn's end waits for frames that may turn out to be the start of new speech.
DECISION_TIME = samples_in(0.08)

TurnEvent = TurnStarted | SpeechResumed | TurnEnded | TurnTooLong


class _State(Enum):
    IDLE = "idle"
    SPEAKING = "speaking"
    PAUSING = "pausing"


class TurnDetector:
    """Tells when the agent's turns start, go on after a pause, and end."""

    def __init__(
        self, *, end_silence: float = 0.7, complete_silence: float = 0.55, longest: float = 60.0
    ) -> None:
        """End a turn after so many seconds of silence, of which 0.2 is the least that can be told.

        `complete_silence` is that for a turn whose words are known to be complete; `longest` is that of a turn.
        """
        self.complete = False
        """Whether the words of this turn are known to be complete; new speech resets it."""
        self._speech = SpeechDetector()
        self._state = _State.IDLE
        self._end_silence = samples_in(end_silence)
        self._complete_silence = samples_in(complete_silence)
        self._longest = samples_in(longest)
        self._told_too_long = False
        self._start = 0  # of this stretch of speech
        self._end = 0  # of the latest one
        self._cut_at: int | None = None  # where this turn ends if the speech did not go on beyond
        self._spans: list[tuple[int, int]] = []  # of this turn; empty outside of one

    @property
    def position(self) -> int:
        """How many samples have been fed."""
        return self._speech.position

    @property
    def speaking(self) -> bool:
        """Whether the agent speaks right now; stays true for 0.2 s after it has stopped."""
        return self._state is _State.SPEAKING

    def speaks_on(self) -> bool:
        """Return whether the agent's latest frames are speech; its turn goes on then, in spite of `cut`."""
        if not self.speaking or self.position - self._speech.heard_until >= SHORTEST_SILENCE:
            return False
        self._cut_at = None
        return True

    @property
    def in_turn(self) -> bool:
        """Whether the agent has its turn: it speaks, or has paused for no longer than the setting."""
        return self._state is not _State.IDLE

    @property
    def silence(self) -> int:
        """How many samples have passed since the agent last spoke, or since the call's start; 0 while it speaks."""
        return 0 if self.speaking else self.position - self._end

    @property
    def spoken(self) -> int:
        """How many samples of speech, pauses left out, this turn has had so far; 0 outside of a turn."""
        now = max(0, self._speech.heard_until - self._start) if self.speaking else 0
        return now + sum(end - start for start, end in self._spans)

    def feed(self, frame: bytes | None) -> Sequence[TurnEvent]:
        """Take the next 20 ms, 640 bytes of pcm or None for digital silence, and return what they decide."""
        heard = self._speech.feed(frame)
        if heard is None:
            return () if self._state is _State.IDLE else self._wait()
        if isinstance(heard, SpeechStarted):
            return self._started(heard)
        return self._stopped(heard)

    def cut(self, at: int) -> Sequence[TurnEnded]:
        """End the turn if the agent is silent at sample `at`, now: whatever it says next begins another one.

        Whether it is may not be known yet; then `feed` tells it.
        """
        self._cut_at = at if self.speaking else None
        return (self._finish(),) if self._state is _State.PAUSING else ()

    def _wait(self) -> Sequence[TurnEvent]:
        if self._state is _State.SPEAKING:
            return self._check_length()
        beyond = self.silence - self._silence_needed
        if beyond < 0 or (self._speech.undecided and beyond < DECISION_TIME):
            return ()
        return (self._finish(),)

    def _started(self, heard: SpeechStarted) -> Sequence[TurnEvent]:
        # The silence was long enough, but the start of this speech was already in the air when it became so.
        late = self._state is _State.PAUSING and heard.at - self._end >= self._silence_needed
        ended = (self._finish(),) if late else ()
        goes_on = self.in_turn
        self._state = _State.SPEAKING
        self._start = heard.at
        self.complete = False
        return (*ended, SpeechResumed(heard.at) if goes_on else TurnStarted(heard.at))

    def _stopped(self, heard: SpeechEnded) -> Sequence[TurnEvent]:
        self._state = _State.PAUSING
        self._spans.append((heard.start, heard.end))
        self._end = heard.end
        cut_at, self._cut_at = self._cut_at, None
        if cut_at is not None and heard.end <= cut_at:
            return (self._finish(),)
        return self._wait()

    def _check_length(self) -> Sequence[TurnEvent]:
        start = self._spans[0][0] if self._spans else self._start
        if self._told_too_long or self.position - start <= self._longest:
            return ()
        self._told_too_long = True
        return (TurnTooLong(start),)

    def _finish(self) -> TurnEnded:
        spans = tuple(self._spans)
        self._state = _State.IDLE
        self._spans.clear()
        self._told_too_long = False
        self.complete = False
        return TurnEnded(spans[0][0], spans[-1][1], spans)

    @property
    def _silence_needed(self) -> int:
        return self._complete_silence if self.complete else self._end_silence
