"""What can be measured of a sound. All arrays have the shape (samples,), at 16 kHz."""

from __future__ import annotations

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, from_float, samples_in
from tests.audio.pitch import pitch

STEP = samples_in(0.02)


def band(sound: np.ndarray, low: float, high: float) -> np.ndarray:
    """The part of a sound between two frequencies in Hz."""
    spectrum = np.fft.rfft(sound)
    frequencies = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    return np.fft.irfft(spectrum, len(sound))


def levels(sound: np.ndarray, seconds: float = 0.02) -> np.ndarray:
    """The level in dBFS of each stretch of so many seconds."""
    length = samples_in(seconds)
    stretches = sound[: len(sound) // length * length].reshape(-1, length).astype(np.float64)
    return 10 * np.log10(np.mean(stretches**2, axis=1) + 1e-9)


def bursts(sound: np.ndarray, above_quiet: float, gap: float = 0.06) -> list[np.ndarray]:
    """What is louder than the quiet fifth of a sound by so many dB, together with gaps of up to `gap` seconds."""
    level = levels(sound)
    loud = np.flatnonzero(level > np.percentile(level, 20) + above_quiet)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > gap / 0.02 + 0.5) + 1) if len(loud) else []
    return [sound[group[0] * STEP : (group[-1] + 1) * STEP] for group in groups]


def prominence(sound: np.ndarray, frequency: float, *, width: float = 3.0, around: float = 60.0) -> float:
    """How far a tone (Hz) stands above its neighbourhood, in dB, where it is heard best."""
    length = min(len(sound), samples_in(0.5))
    windows = np.lib.stride_tricks.sliding_window_view(sound, length)[:: length // 4]
    power = np.abs(np.fft.rfft(windows * np.hanning(length), axis=1)) ** 2
    distance = np.abs(np.fft.rfftfreq(length, 1 / SAMPLE_RATE) - frequency)
    tone = power[:, distance <= width].max(axis=1)
    neighbours = np.median(power[:, (distance > 3 * width) & (distance < around)], axis=1)
    return float(10 * np.log10(np.max(tone / (neighbours + 1e-12 * power.max()))))


def regularity(sound: np.ndarray, seconds: float) -> float:
    """How much a sound's level is like itself so many seconds later, 1 is exactly (it is a loop)."""
    level = np.sqrt(
        np.mean(sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(np.float64) ** 2, axis=1)
    )
    level -= level.mean()
    return float(np.dot(level, np.roll(level, round(seconds * 100))) / np.dot(level, level))


def pitches(parts: list[np.ndarray], at_least: float = 0.12) -> list[float]:
    """The fundamental frequency in Hz of each part of `at_least` so many seconds."""
    return [pitch(from_float(part)) for part in parts if len(part) > samples_in(at_least)]
