"""The fundamental frequency of speech, frame by frame, by the method YIN.

A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", J. Acoust. Soc. Am. 111
(4), 2002: its steps 1 to 5. Step 6, the best local estimate, is left out; what is wanted is an average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FRAME", "MOST_FRAMES", "fundamental_frequencies"]

LOWEST, HIGHEST = 60, 500  # Hz
WINDOW = SAMPLE_RATE // 40  # 25 ms
LONGEST_LAG = SAMPLE_RATE // LOWEST + 2  # one more on either side, for the interpolation
SHORTEST_LAG = SAMPLE_RATE // HIGHEST - 1
FRAME = WINDOW + LONGEST_LAG
"""How many samples a frame has."""
MOST_FRAMES = 2000

THRESHOLD = 0.15  # of the aperiodic power over all of it, by which a frame is voiced
_TRANSFORM = 1024  # not shorter than FRAME, so that no lag meets the other end
_BATCH = 256
_ROUNDING = 1e-9  # of the transforms, in parts of the power


def fundamental_frequencies(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the fundamental frequency of each frame in Hz, NaN for one without.

    `frames` has shape (frames, FRAME), 16 kHz, of any range.
    """
    batches = [_of_batch(frames[start : start + _BATCH]) for start in range(0, len(frames), _BATCH)]
    return np.concatenate(batches) if batches else np.empty(0)


def _of_batch(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    normal = _normalised(_differences(frames))
    lags = np.arange(SHORTEST_LAG, LONGEST_LAG)
    inner = normal[:, SHORTEST_LAG:LONGEST_LAG]
    rises = normal[:, SHORTEST_LAG + 1 : LONGEST_LAG + 1] >= inner
    below = inner < THRESHOLD
    # The first dip below the threshold, at its lowest point (steps 4 and 5).
    first = np.argmax(below, axis=1)
    place = np.argmax(rises & (lags >= lags[first][:, None]), axis=1)
    rows = np.arange(len(frames))
    voiced = below[rows, first] & rises[rows, place] & (place > 0)
    before, at, after = (normal[rows, SHORTEST_LAG + place + shift] for shift in (-1, 0, 1))
    curvature = before - 2 * at + after
    shift = np.where(curvature > 0, (before - after) / (2 * np.where(curvature > 0, curvature, 1)), 0.0)
    found = SAMPLE_RATE / (SHORTEST_LAG + place + np.clip(shift, -0.5, 0.5))
    return np.where(voiced, found, np.nan)


def _differences(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the squared differences of each window to itself at each lag (step 2), shape (frames, LONGEST_LAG + 1)."""
    whole = frames.astype(np.float64)
    head = np.fft.rfft(whole[:, :WINDOW], _TRANSFORM)
    both = np.fft.irfft(np.conj(head) * np.fft.rfft(whole, _TRANSFORM), _TRANSFORM)[:, : LONGEST_LAG + 1]
    sums = np.cumsum(np.pad(whole**2, ((0, 0), (1, 0))), axis=1)
    powers = sums[:, WINDOW : WINDOW + LONGEST_LAG + 1] - sums[:, : LONGEST_LAG + 1]
    sums_of_both = powers[:, :1] + powers
    found = sums_of_both - 2 * both
    # What is left of equal samples by rounding would be as good a pitch as any.
    return np.where(found > _ROUNDING * sums_of_both, found, 0.0)


def _normalised(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the differences over their mean at all shorter lags (step 3)."""
    lags = np.arange(1, differences.shape[1])
    sums = np.cumsum(differences[:, 1:], axis=1)
    normal = np.ones_like(differences)
    normal[:, 1:] = np.where(sums > 0, differences[:, 1:] * lags / np.where(sums > 0, sums, 1), 1.0)
    return normal
