"""The caller's audio as utterances and keys."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import webrtcvad

from acme_clinic.voice.audio import FRAME_BYTES, SAMPLE_RATE, frames_in, loudness
from acme_clinic.voice.tones import BeepDetector, ToneDetector

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BeepEnded", "Heard", "KeyPressed", "Listener", "UtteranceEnded", "UtteranceStarted"]

_STRICTNESS = 2  # of webrtcvad, 0 to 3
_FAINTEST_SPEECH = 250.0  # root mean square of the samples: -42 dBFS; line noise is far below it
_START_WINDOW, _START_SPEECH = 6, 4  # this many of the last frames are speech: somebody has begun
_BEFORE = frames_in(0.3)  # kept of what was there before an utterance
_AFTER = frames_in(0.2)  # and of the silence after it
_SHORTEST = frames_in(0.12)


@dataclass(frozen=True, slots=True)
class UtteranceStarted:
    """The caller has begun to speak."""


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """The caller has finished; `pcm` holds the whole utterance."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller has pressed a key."""

    key: str


@dataclass(frozen=True, slots=True)
class BeepEnded:
    """An answering machine has beeped: whoever calls may speak now."""


Heard = UtteranceStarted | UtteranceEnded | KeyPressed | BeepEnded


class Listener:
    """Cuts the caller's audio into utterances, and finds the keys in it.

    `end_silence` (s) ends an utterance; `end_silence_after_hint` (s) does when the caller's side has told
    by its own event that it has finished.
    """

    def __init__(self, *, end_silence: float = 0.56, end_silence_after_hint: float = 0.3) -> None:
        self.end_silence = end_silence
        self._end_silence_after_hint = end_silence_after_hint
        self._detector = webrtcvad.Vad(_STRICTNESS)
        self._tones = ToneDetector()
        self._beeps = BeepDetector()
        self._left_over = b""
        self._before: deque[bytes] = deque(maxlen=_BEFORE)
        self._recent: deque[bool] = deque(maxlen=_START_WINDOW)
        self._utterance: list[bytes] = []
        self._spoken = 0
        self._silent = 0
        self._told_completed = False

    @property
    def hearing(self) -> bool:
        """Whether the caller is in the middle of an utterance."""
        return bool(self._utterance)

    @property
    def heard_for(self) -> int:
        """How many frames the current utterance has lasted."""
        return len(self._utterance)

    def feed(self, pcm: bytes) -> Iterator[Heard]:
        """Take audio of any length, and yield what has been heard with it."""
        audio = self._left_over + pcm
        whole = len(audio) - len(audio) % FRAME_BYTES
        self._left_over = audio[whole:]
        for start in range(0, whole, FRAME_BYTES):
            yield from self._listen(audio[start : start + FRAME_BYTES])

    def finish(self) -> Iterator[Heard]:
        """End the utterance, if there is one: the caller has stopped sending audio."""
        if self._utterance:
            yield from self._end()

    def told_completed(self) -> None:
        """Take the hint that the caller has finished; it comes a little before the audio ends."""
        self._told_completed = True

    def forget(self) -> None:
        """Drop the utterance so far."""
        self._utterance.clear()
        self._before.clear()
        self._recent.clear()
        self._spoken = self._silent = 0
        self._told_completed = False

    def _listen(self, frame: bytes) -> Iterator[Heard]:
        key = self._tones.feed(frame)
        if key:
            self.forget()
            yield KeyPressed(key)
        if self._beeps.feed(frame):
            if self._utterance:
                yield from self._end()
            yield BeepEnded()
        if not self._tones.sounding and not self._beeps.sounding:
            yield from self._listen_for_speech(frame)

    def _listen_for_speech(self, frame: bytes) -> Iterator[Heard]:
        speech = loudness(frame) > _FAINTEST_SPEECH and self._detector.is_speech(frame, SAMPLE_RATE)
        self._recent.append(speech)
        if self._utterance:
            self._continue(frame, speech=speech)
            if self._silent >= self._patience:
                yield from self._end()
            return
        self._before.append(frame)
        if sum(self._recent) >= _START_SPEECH:
            self._utterance = list(self._before)
            self._spoken, self._silent, self._told_completed = sum(self._recent), 0, False
            yield UtteranceStarted()

    def _continue(self, frame: bytes, *, speech: bool) -> None:
        self._utterance.append(frame)
        self._spoken += speech
        self._silent = 0 if speech else self._silent + 1

    @property
    def _patience(self) -> int:
        told = min(self._end_silence_after_hint, self.end_silence)
        return frames_in(told if self._told_completed else self.end_silence)

    def _end(self) -> Iterator[Heard]:
        kept = self._utterance[: len(self._utterance) - self._silent + _AFTER]
        long_enough = self._spoken >= _SHORTEST
        self.forget()
        yield UtteranceEnded(b"".join(kept) if long_enough else b"")
