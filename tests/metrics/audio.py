"""Sounds whose level, pitch and noise are known, and recordings made of them."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path

RATE = 16_000
FULL_SCALE = 32_768

Sound = NDArray[np.float64]
"""Samples of shape (samples,), -1.0 to 1.0."""


def sine(frequency: float, seconds: float, amplitude: float = 0.1) -> Sound:
    return amplitude * np.sin(2 * np.pi * frequency * _times(seconds))


def voice(pitch: float, seconds: float, amplitude: float = 0.1) -> Sound:
    """A tone with the overtones of a voice up to 4 kHz, each weaker than the one before."""
    overtones = range(1, int(4000 / pitch) + 1)
    sound = sum(np.sin(2 * np.pi * pitch * each * _times(seconds)) / each for each in overtones)
    return np.asarray(amplitude * sound / np.abs(sound).max())


def noise(seconds: float, rms: float = 0.01, seed: int = 1) -> Sound:
    return np.random.default_rng(seed).normal(0.0, rms, round(seconds * RATE))


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE))


def recorded(path: Path, *, agent: Sound, caller: Sound | None = None, gain: float = 1.0) -> Path:
    """Write the recording of a call; clipped like any other."""
    sides = [np.zeros(len(agent)) if caller is None else caller, agent * gain]
    samples = np.clip(np.rint(np.stack(sides, axis=1) * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def _times(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE
