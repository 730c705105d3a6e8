"""Tells a voice from noise of the same level: the vocal cords repeat themselves, noise does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import FRAME_SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_periodic"]

# Measured on frames of 20 ms: of three colours of noise none reaches 0.3; of vowels nearly all are above 0.5.
LIKENESS = 0.4

PITCH_LAGS = np.arange(40, 267)  # samples: 60 to 400 Hz
TRANSFORM = 1024  # samples, so that no lag wraps around


def is_periodic(sound: NDArray[np.float32]) -> bool:
    """Return whether the later of two frames, shape (640,), float32, repeats what came one pitch period earlier."""
    # Differences, for low noises are much like themselves a little earlier.
    changes = np.diff(sound).astype(np.float64)
    latest = changes[-FRAME_SAMPLES:]
    products = np.fft.irfft(
        np.fft.rfft(changes, TRANSFORM) * np.conj(np.fft.rfft(latest, TRANSFORM)), TRANSFORM
    )
    sums = np.concatenate(([0.0], np.cumsum(changes**2)))
    starts = len(changes) - FRAME_SAMPLES - PITCH_LAGS
    earlier = sums[starts + FRAME_SAMPLES] - sums[starts]
    energy = float(latest @ latest)
    return bool(np.any(products[starts] > LIKENESS * np.sqrt(earlier * energy) + 1e-3 * energy))
