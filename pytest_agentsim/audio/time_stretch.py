"""Makes speech slower or faster without changing its pitch, for speeds that an engine cannot speak at itself.

This is WSOLA (W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high
quality time-scale modification of speech", ICASSP 1993): pieces of the sound are taken at another pace than they are
laid down at, each from the place near by where it goes on most like the piece before would have gone on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pytest_agentsim.audio.pcm import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["stretched"]

PIECE = SAMPLE_RATE * 3 // 100  # samples: 30 ms, two periods of the lowest voice
HOP = PIECE // 2  # at which pieces are laid down
REACH = SAMPLE_RATE // 100  # how far around its place a piece is looked for: 10 ms, a period of a low voice

# Halves of two neighbours add up to one.
_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(PIECE) / PIECE)).astype(np.float32)


def stretched(samples: NDArray[np.float32], ratio: float) -> NDArray[np.float32]:
    """Return samples of shape (samples,), float32, 16 kHz, that last `ratio` times as long at the same pitch.

    The same samples give the same result. Raises ValueError for a ratio that is not positive.
    """
    if not ratio > 0:
        raise ValueError(f"speech can only be stretched by a positive ratio, not by {ratio!r}")
    length = round(len(samples) * ratio)
    if length == len(samples):
        return samples
    before = HOP + REACH
    padded = np.pad(samples, (before, before + PIECE + REACH))
    result = np.zeros(length + 2 * PIECE, dtype=np.float32)
    place = before - HOP
    for start in range(0, length + HOP, HOP):
        # The piece that would go on from the one before, and the places at which one like it may be found.
        if start:
            near = before - HOP + min(round(start / ratio), len(samples))
            place = _most_alike(padded, natural=place + HOP, near=near)
        result[start : start + PIECE] += padded[place : place + PIECE] * _WINDOW
    return result[HOP : HOP + length]


def _most_alike(samples: NDArray[np.float32], *, natural: int, near: int) -> int:
    """Return the place within reach of `near` from which the sound is most like that from `natural` on."""
    first = max(0, near - REACH)
    wanted = samples[natural : natural + PIECE]
    candidates = sliding_window_view(samples[first : near + REACH + PIECE], PIECE)
    products = candidates @ wanted
    energies = np.sqrt(np.einsum("ij,ij->i", candidates, candidates))
    return first + int(np.argmax(products / np.maximum(energies, 1e-6)))
