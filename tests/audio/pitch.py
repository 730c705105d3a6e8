"""The pitch of a voice, for the tests."""

from __future__ import annotations

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, to_float

WINDOW = 1024  # samples: five periods of a low voice
STEP = SAMPLE_RATE // 100
LOWEST, HIGHEST = 60, 400  # Hz
TRANSFORM = 4 * WINDOW

_TAPER = np.hanning(WINDOW)
# What the taper does to the autocorrelation of anything.
_TAPERED = np.fft.irfft(np.abs(np.fft.rfft(_TAPER, TRANSFORM)) ** 2)[:WINDOW]


def pitch(pcm: bytes) -> float:
    """The median of the fundamental frequency of a voice, in Hz.

    It is that of the autocorrelation, corrected for the window as by P. Boersma, "Accurate short-term analysis of the
    fundamental frequency and the harmonics-to-noise ratio of a sampled sound" (1993).
    """
    samples = to_float(pcm).astype(float)
    loud = np.sqrt(np.mean(samples**2)) / 3
    windows = [samples[start : start + WINDOW] for start in range(0, len(samples) - WINDOW, STEP)]
    found = [_pitch_of(each) for each in windows if np.sqrt(np.mean(each**2)) > loud]
    return float(np.median([each for each in found if each is not None]))


def _pitch_of(window: np.ndarray) -> float | None:
    spectrum = np.fft.rfft((window - window.mean()) * _TAPER, TRANSFORM)
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[:WINDOW] / np.maximum(_TAPERED, 1e-9)
    first = SAMPLE_RATE // HIGHEST
    curve = likeness[first : SAMPLE_RATE // LOWEST] / likeness[0]
    peaks = [at for at in range(1, len(curve) - 1) if curve[at - 1] < curve[at] >= curve[at + 1]]
    if not peaks or max(curve[peaks]) < 0.6:
        return None
    at = next(each for each in peaks if curve[each] > 0.85 * max(curve[peaks]))
    before, here, after = curve[at - 1 : at + 2]
    return float(SAMPLE_RATE / (first + at + (before - after) / (2 * (before - 2 * here + after))))
