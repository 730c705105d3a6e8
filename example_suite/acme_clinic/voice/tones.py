"""Keys of the keypad, found in the audio by their two tones (DTMF)."""

from __future__ import annotations

import numpy as np

from acme_clinic.voice.audio import FRAME_SAMPLES, SAMPLE_RATE

__all__ = ["ToneDetector"]

_ROWS = (697, 770, 852, 941)  # Hz
_COLUMNS = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")

_WINDOW = 2 * FRAME_SAMPLES
_FAINTEST = 300.0  # root mean square of the samples
# The two tones hold nearly all of the energy; of speech they never do.
_LEAST_SHARE = 0.8
_MOST_TWIST = 10.0  # how much stronger one tone may be than the other
# Two windows overlap by half: a key is down for 60 ms at least.
_WINDOWS_OF_A_KEY = 2

_TIMES = np.arange(_WINDOW) / SAMPLE_RATE
_WAVES = np.exp(-2j * np.pi * np.outer(_ROWS + _COLUMNS, _TIMES)).astype(np.complex64)


class ToneDetector:
    """Finds the keys in frames of 20 ms that are fed in order."""

    def __init__(self) -> None:
        self._before = np.zeros(FRAME_SAMPLES, np.float32)
        self._tone = ""
        self._windows = 0

    @property
    def sounding(self) -> bool:
        """Whether there is a tone in the last frame."""
        return bool(self._tone)

    def feed(self, frame: bytes) -> str:
        """Return the key that has been recognised with this frame, mostly none."""
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        tone = _tone_in(np.concatenate((self._before, samples)))
        self._before = samples
        self._windows = self._windows + 1 if tone == self._tone else 1
        self._tone = tone
        return tone if self._windows == _WINDOWS_OF_A_KEY else ""


def _tone_in(window: np.ndarray) -> str:
    energy = float(np.sum(window**2))
    if energy < _WINDOW * _FAINTEST**2:
        return ""
    # A pure tone of energy E has the amplitude |sum|^2 = E * N / 2 at its own frequency.
    shares = np.abs(_WAVES @ window) ** 2 * 2 / (_WINDOW * energy)
    row, column = int(np.argmax(shares[:4])), int(np.argmax(shares[4:]))
    low, high = float(shares[row]), float(shares[4 + column])
    if low + high < _LEAST_SHARE or max(low, high) > _MOST_TWIST * min(low, high):
        return ""
    return _KEYS[row][column]
