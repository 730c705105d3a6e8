"""The audio of CHIRP: 16-bit mono at 16 kHz, in frames of 20 ms."""

from __future__ import annotations

import numpy as np

__all__ = ["FRAME_BYTES", "FRAME_SAMPLES", "FRAME_SECONDS", "SAMPLE_RATE", "SILENCE", "frames_in", "loudness"]

SAMPLE_RATE = 16_000
FRAME_SECONDS = 0.02
FRAME_SAMPLES = 320
FRAME_BYTES = 640
SILENCE = bytes(FRAME_BYTES)


def frames_in(seconds: float) -> int:
    """Return how many frames last that long."""
    return round(seconds / FRAME_SECONDS)


def loudness(pcm: bytes) -> float:
    """Return the root mean square of the samples, 0 to 32768."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples**2)))
