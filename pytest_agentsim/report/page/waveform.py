"""What a recording looks like from afar: the loudest sample of each short stretch, for either side."""

from __future__ import annotations

import wave
from base64 import b64encode
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["peaks_of"]

FEWEST, A_SECOND, MOST = 200, 25, 4_000  # stretches
CHANNELS = 2
LOUDEST = 255


def peaks_of(recording: Path) -> dict[str, str]:
    """Return both sides of a stereo recording as bytes in base64, a byte a stretch: 0 silent, 255 loudest.

    The stretches are equally long and cover the recording. Raises ArtifactError if it cannot be read, ImportError
    without numpy.
    """
    import numpy as np

    try:
        with wave.open(str(recording), "rb") as file:
            if file.getnchannels() != CHANNELS or file.getsampwidth() != np.dtype("<i2").itemsize:
                raise ArtifactError(f"{recording.name} is not a stereo recording of 16 bits")
            rate, data = file.getframerate(), file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise ArtifactError(f"{recording.name} cannot be read: {error}") from None
    samples = np.frombuffer(data[: len(data) // 4 * 4], dtype="<i2").reshape(-1, CHANNELS)
    if not len(samples):
        raise ArtifactError(f"{recording.name} is empty")
    stretches = min(len(samples), max(FEWEST, min(MOST, len(samples) * A_SECOND // rate)))
    starts = np.linspace(0, len(samples), stretches, endpoint=False).astype(int)
    loudest = np.maximum(
        np.maximum.reduceat(samples, starts).astype(int), -np.minimum.reduceat(samples, starts).astype(int)
    )
    # The square root shows what is quiet: half the height is a quarter of the amplitude, -12 dB.
    heights = np.sqrt(loudest / 32768).clip(0, 1) * LOUDEST
    caller, agent = heights.round().astype(np.uint8).T
    return {name: b64encode(side.tobytes()).decode() for name, side in (("caller", caller), ("agent", agent))}
