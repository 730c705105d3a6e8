"""Tones on the line: keys by their two tones (DTMF), made and found, and the beep of an answering machine."""

from __future__ import annotations

import numpy as np

from acme_clinic.voice.audio import FRAME_SAMPLES, SAMPLE_RATE, frames_in

__all__ = ["BeepDetector", "ToneDetector", "audio_of_keys"]

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

# A key is pressed for a tenth of a second, and the next one a tenth of a second later.
_PRESS = SAMPLE_RATE // 10
_LOUDNESS = 3000.0  # amplitude of either tone
_RAMP = 80  # samples; a tone that starts at once clicks

# A beep is one tone, for longer than any key and any note of speech.
_SHORTEST_BEEP = frames_in(0.2)
_BEEP_RANGE = (400.0, 2000.0)  # Hz
_BEEP_SHARE = 0.9  # of the energy within 50 Hz of the strongest frequency

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


class BeepDetector:
    """Finds the end of a beep in frames of 20 ms that are fed in order."""

    def __init__(self) -> None:
        self._before = np.zeros(FRAME_SAMPLES, np.float32)
        self._frames = 0

    @property
    def sounding(self) -> bool:
        """Whether a beep goes on."""
        return self._frames >= _SHORTEST_BEEP

    def feed(self, frame: bytes) -> bool:
        """Tell whether a beep has ended with this frame."""
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        pure = _is_pure(np.concatenate((self._before, samples)))
        self._before = samples
        was_sounding = self.sounding
        self._frames = self._frames + 1 if pure else 0
        return was_sounding and not pure


def audio_of_keys(keys: str) -> bytes:
    """Return the sound of keys that are pressed one after another; others than those of a keypad are left out."""
    times = np.arange(_PRESS) / SAMPLE_RATE
    envelope = np.minimum(1.0, np.minimum(np.arange(_PRESS), np.arange(_PRESS)[::-1]) / _RAMP)
    pressed = []
    for key in keys:
        for row, columns in zip(_ROWS, _KEYS, strict=True):
            if key in columns:
                column = _COLUMNS[columns.index(key)]
                pair = np.sin(2 * np.pi * row * times) + np.sin(2 * np.pi * column * times)
                pressed += [_LOUDNESS * envelope * pair, np.zeros(_PRESS)]
    return b"".join(each.astype("<i2").tobytes() for each in pressed)


def _is_pure(window: np.ndarray) -> bool:
    """Tell whether a window holds one tone and hardly anything else."""
    if float(np.mean(window**2)) < _FAINTEST**2:
        return False
    power = np.abs(np.fft.rfft(window * np.hanning(_WINDOW))) ** 2
    peak = int(np.argmax(power))
    width = round(50 * _WINDOW / SAMPLE_RATE)
    low, high = _BEEP_RANGE
    if not low <= peak * SAMPLE_RATE / _WINDOW <= high:
        return False
    return bool(power[max(0, peak - width) : peak + width + 1].sum() >= _BEEP_SHARE * power.sum())


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
