"""Finds speech in an agent's audio, frame by frame, on the call's time line.

A frame counts as speech when two agree: the classifier of WebRTC, and a level gate above the noise floor. The level
is that of the audio without direct current, rumble, and what repeats from one mains period to the next. Several such
frames close together start a stretch of speech; 200 ms without any end it. Where exactly it started and ended is then
looked up in blocks of 1 ms.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import webrtcvad

from pytest_agentsim.audio.noise_floor import NoiseFloor
from pytest_agentsim.audio.pcm import FRAME_SAMPLES, FULL_SCALE, SAMPLE_RATE, SILENCE, to_array
from pytest_agentsim.audio.speech_edges import EDGE_FRAMES, end_of_speech, onset_of_speech
from pytest_agentsim.audio.voicing import is_periodic

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SpeechDetector", "SpeechEnded", "SpeechStarted"]

# Measured on four voices and three colours of noise: 2 misses at most 3 % of the frames of speech at -45 dBFS (3 misses
# up to 65 %), and finds out within four frames that steady noise is no speech (0 and 1 take five or six).
AGGRESSIVENESS = 2

ONSET_FRAMES = 3  # so many frames of speech …
ONSET_WINDOW = (
    0b1111  # … among the latest four start a stretch: told within 80 ms, but not for a burst of 20 ms
)
CONFIRMED_FRAMES = 2  # so many frames of speech …
CONFIRMED_WINDOW = 0b111  # … among the latest three prolong it: a click in the silence after it does not
HANGOVER_FRAMES = 10  # 200 ms, so that the closure of a plosive or a gap of 150 ms does not end speech

LEARNT_SAMPLES = FRAME_SAMPLES // 4  # fewer among digital silence tell nothing of the noise
ONSET_MARGIN = 9.0  # dB above the noise floor
SPEECH_MARGIN = 6.0  # the same while there is speech: hysteresis

# Hum repeats after one period of the mains. That of 60 Hz is 266.7 samples long: near enough up to its 10th harmonic.
PERIOD_50_HZ = 320
PERIOD_60_HZ = 267
HUM_RATIO = (
    10  # a frame with that many times the power of what is no hum is taken for hum, not for a quiet voice
)

# Rumble below 100 Hz: half waves of 0, 25, 50, 75 and 100 Hz over a frame, orthonormal, shape (320, 5), float32.
_RUMBLE = np.cos(np.outer(np.arange(FRAME_SAMPLES) + 0.5, np.arange(5)) * np.pi / FRAME_SAMPLES).astype(
    np.float32
)
_RUMBLE /= np.linalg.norm(_RUMBLE, axis=0)


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech began at sample `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """Speech lasted from sample `start` until before sample `end`."""

    start: int
    end: int


class SpeechDetector:
    """Tells where speech starts, at most 80 ms after it, and where it ended, 200 ms after it."""

    def __init__(self) -> None:
        self.position = 0
        """How many samples have been fed."""
        self.speaking = False
        """Whether a stretch of speech has been told to start, and not yet to end."""
        self._classifier = webrtcvad.Vad(AGGRESSIVENESS)
        self._floor = NoiseFloor()
        self._sound = np.zeros(2 * FRAME_SAMPLES, dtype=np.float32)  # the latest two frames, as they came
        self._history: deque[bytes] = deque([SILENCE] * EDGE_FRAMES, maxlen=EDGE_FRAMES)
        self._silent = EDGE_FRAMES  # frames of digital silence up to now, counted no further
        self._recent = 0  # a bit for each of the latest frames, set for speech; the lowest is the latest
        self._unvoiced = 0  # frames since the latest one that started or prolonged the stretch
        self._start = 0
        self._end = 0  # of the stretch before

    @property
    def undecided(self) -> bool:
        """Whether speech may have started within the latest frames, which the next ones will tell."""
        return not self.speaking and self._recent & CONFIRMED_WINDOW != 0

    @property
    def heard_until(self) -> int:
        """Where the latest frame of the speech ends, while there is some."""
        return self.position - self._unvoiced * FRAME_SAMPLES

    def feed(self, frame: bytes | None) -> SpeechStarted | SpeechEnded | None:
        """Take the next 20 ms, 640 bytes of pcm or None for digital silence, and return what they decide."""
        self.position += FRAME_SAMPLES
        if frame is None or frame == SILENCE:
            if self._silent == EDGE_FRAMES:
                return None
            return self._take_silence()
        return self._decide(frame, voiced=self._is_voiced(frame))

    def _take_silence(self) -> SpeechEnded | SpeechStarted | None:
        self._silent += 1
        if self._silent == EDGE_FRAMES:
            # What comes after a longer silence may be another recording, with noise of its own.
            self._floor.forget()
        return self._decide(SILENCE, voiced=False)

    def _is_voiced(self, frame: bytes) -> bool:
        sound = self._sound
        sound[:FRAME_SAMPLES] = 0 if self._silent else sound[FRAME_SAMPLES:]
        sound[FRAME_SAMPLES:] = to_array(frame)
        self._silent = 0
        heard = int(np.count_nonzero(sound[FRAME_SAMPLES:]))
        whole, without_hum = _energies(sound)
        power = without_hum / heard / FULL_SCALE**2
        # The classifier learns from each frame, so it hears the quiet ones too.
        voiced = self._classifier.is_speech(frame, SAMPLE_RATE) and (
            self._is_loud(power) or (without_hum > whole / HUM_RATIO and self._is_quiet_voice(power))
        )
        if heard >= LEARNT_SAMPLES:
            self._floor.learn(power)
        return voiced

    def _is_loud(self, power: float) -> bool:
        return power > self._floor.power_above(self._margin)

    def _is_quiet_voice(self, power: float) -> bool:
        # Of a noise that has only just begun little is known, but a quiet voice can be told from it.
        return power > self._floor.least_above(self._margin) and is_periodic(self._sound)

    @property
    def _margin(self) -> float:
        return SPEECH_MARGIN if self.speaking else ONSET_MARGIN

    def _decide(self, frame: bytes, *, voiced: bool) -> SpeechStarted | SpeechEnded | None:
        self._history.append(frame)
        self._recent = (self._recent << 1 | voiced) & ONSET_WINDOW
        if not self.speaking:
            return self._start_speech() if self._recent.bit_count() >= ONSET_FRAMES else None
        confirmed = voiced and (self._recent & CONFIRMED_WINDOW).bit_count() >= CONFIRMED_FRAMES
        self._unvoiced = 0 if confirmed else self._unvoiced + 1
        over = self._unvoiced >= HANGOVER_FRAMES and not self._recent & 0b11
        return self._end_speech() if over else None

    def _start_speech(self) -> SpeechStarted:
        self.speaking = True
        self._unvoiced = 0
        ago = self._recent.bit_length()  # frames, of which the first one has been found to be speech
        onset = onset_of_speech(list(self._history), ago)
        self._start = max(self.position - onset, self._end, 0)
        return SpeechStarted(self._start)

    def _end_speech(self) -> SpeechEnded:
        self.speaking = False
        ended = end_of_speech(list(self._history), self._unvoiced)
        self._end = max(self.position - ended, self._start)
        return SpeechEnded(self._start, self._end)


def _energies(sound: NDArray[np.float32]) -> tuple[float, float]:
    """Return the sum of squares of the later of two frames, and that of what is no hum.

    `sound` has shape (640,), float32, in the range of pcm. Rumble and direct current count for neither; hum is what
    repeats from one period of 50 or of 60 Hz to the next.
    """
    frame = sound[FRAME_SAMPLES:]
    rows = np.empty((3, FRAME_SAMPLES), dtype=np.float32)
    rows[0] = frame
    np.subtract(frame, sound[FRAME_SAMPLES - PERIOD_50_HZ : -PERIOD_50_HZ], out=rows[1])
    np.subtract(frame, sound[FRAME_SAMPLES - PERIOD_60_HZ : -PERIOD_60_HZ], out=rows[2])
    rumble = rows @ _RUMBLE
    energies = np.einsum("ij,ij->i", rows, rows) - np.einsum("ij,ij->i", rumble, rumble)
    whole, without_50, without_60 = energies.tolist()
    # The difference of two periods has twice the energy of either.
    return max(whole, 0.0), max(min(whole, without_50 / 2, without_60 / 2), 0.0)
