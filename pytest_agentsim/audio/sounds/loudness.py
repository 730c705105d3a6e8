"""How loud a sound is to people: ITU-R BS.1770-5, programme loudness of one channel, in LUFS.

The K-weighting is that of the recommendation's annex 1: a shelf that lifts what is above 1.5 kHz by 4 dB and a
high-pass at 38 Hz. It is given there for 48 kHz; here both filters are made anew for 16 kHz from the analogue
prototypes that have those coefficients.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["loudness"]

BLOCK = samples_in(0.4)
STEP = BLOCK // 4
ABSOLUTE_GATE = -70.0  # LUFS
RELATIVE_GATE = -10.0  # LU, from the mean of what has passed the absolute gate
OFFSET = -0.691  # dB, so that a full-scale sine of 1 kHz has -3.01 LUFS

# Frequency in Hz, quality and, for the shelf, gain in dB.
SHELF = 1681.974450955533, 0.7071752369554196, 3.999843853973347
HIGH_PASS = 38.13547087602444, 0.5003270373238773
TAIL = samples_in(0.2)  # after which the filters have rung out


def loudness(samples: NDArray[np.floating]) -> float:
    """Return the gated loudness in LUFS of samples at 16 kHz, shape (samples,), -1.0 to 1.0.

    Minus infinity for what is silent. A sound of less than 0.4 s counts as if silence followed it.
    """
    powers = _block_powers(_weighted(np.asarray(samples, dtype=np.float64)))
    heard = powers[powers > _power(ABSOLUTE_GATE)]
    if not len(heard):
        return -math.inf
    heard = heard[heard > _power(_level(heard) + RELATIVE_GATE)]
    return _level(heard)


def _block_powers(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    samples = np.pad(samples, (0, max(0, BLOCK - len(samples))))
    sums = np.concatenate(([0.0], np.cumsum(samples**2)))
    ends = np.arange(BLOCK, len(samples) + 1, STEP)
    return np.asarray((sums[ends] - sums[ends - BLOCK]) / BLOCK)


def _weighted(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    size = _transform_size(len(samples) + TAIL)
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = _response(_shelf(*SHELF), z) * _response(_high_pass(*HIGH_PASS), z)
    return np.fft.irfft(np.fft.rfft(samples, size) * response, size)[: len(samples)]


def _transform_size(least: int) -> int:
    """Return a length that transforms quickly: a multiple of a power of two."""
    unit = 1 << max(0, least.bit_length() - 5)
    return -(-least // unit) * unit


_Filter = tuple[tuple[float, float, float], tuple[float, float, float]]


def _shelf(frequency: float, quality: float, gain: float) -> _Filter:
    k = math.tan(math.pi * frequency / SAMPLE_RATE)
    high = 10 ** (gain / 20)
    middle = high**0.4996667741545416
    return (
        (high + middle * k / quality + k * k, 2 * (k * k - high), high - middle * k / quality + k * k),
        (1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k),
    )


def _high_pass(frequency: float, quality: float) -> _Filter:
    k = math.tan(math.pi * frequency / SAMPLE_RATE)
    # The recommendation's numerator is 1, -2, 1 beside a denominator that begins with 1.
    first = 1 + k / quality + k * k
    return (first, -2 * first, first), (first, 2 * (k * k - 1), 1 - k / quality + k * k)


def _response(coefficients: _Filter, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    above, below = coefficients
    return np.asarray(
        (above[0] + above[1] * z + above[2] * z * z) / (below[0] + below[1] * z + below[2] * z * z)
    )


def _level(powers: NDArray[np.float64]) -> float:
    return OFFSET + 10 * math.log10(float(np.mean(powers)))


def _power(level: float) -> float:
    return float(10 ** ((level - OFFSET) / 10))
