"""The one audio format of a call, pcm_s16le at 16 kHz mono, and what is computed on it.

`pcm` is always bytes in that format: two per sample, little-endian, -32768 to 32767, of any even length.
An odd length is a ValueError. `dBFS` is relative to a square wave of full scale, so a full-scale sine has -3.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "FRAME_BYTES",
    "FRAME_SAMPLES",
    "FRAME_SECONDS",
    "FULL_SCALE",
    "LOUDEST",
    "SAMPLE_BYTES",
    "SAMPLE_RATE",
    "SILENCE",
    "amplified",
    "clipped_share",
    "duration",
    "end_of_words",
    "from_float",
    "heard_span",
    "level",
    "line_noise",
    "normalised",
    "resampled",
    "samples_in",
    "seconds_of",
    "speech_level",
    "to_array",
    "to_float",
    "trimmed",
]

SAMPLE_RATE = 16_000
SAMPLE_BYTES = 2
FRAME_SAMPLES = 320
FRAME_BYTES = FRAME_SAMPLES * SAMPLE_BYTES
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
SILENCE = bytes(FRAME_BYTES)

FULL_SCALE = 32_768
LOUDEST = 32_767

SPEECH_RANGE_DB = 30.0  # frames that are further below the loudest one are pauses, not speech
SILENCE_RANGE_DB = 50.0  # samples that are further below the loudest one are silence around an utterance
END_RANGE_DB = 35.0  # blocks whose power is further below that of the loudest one near the end are no words
RING_OUT = SAMPLE_RATE * 2 // 5  # samples, how much of the end is looked at
BLOCK = 16  # samples, 1 ms
KEPT_SILENCE = SAMPLE_RATE // 100  # samples, so that an utterance does not begin with a click

NOISE_BAND = (100, 7_000)  # Hz


def samples_in(seconds: float) -> int:
    """Return the number of samples that last for so many seconds, rounded."""
    return round(seconds * SAMPLE_RATE)


def seconds_of(samples: int) -> float:
    """Return how long so many samples last, in seconds."""
    return samples / SAMPLE_RATE


def duration(pcm: bytes) -> float:
    """Return how long `pcm` lasts, in seconds."""
    return len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE)


def to_array(pcm: bytes) -> NDArray[np.int16]:
    """Return the samples as a read-only view, shape (samples,), int16."""
    return np.frombuffer(pcm, dtype="<i2")


def to_float(pcm: bytes) -> NDArray[np.float32]:
    """Return the samples as a new array, shape (samples,), float32, -1.0 to just below 1.0."""
    return to_array(pcm).astype(np.float32) / np.float32(FULL_SCALE)


def from_float(samples: NDArray[np.floating]) -> bytes:
    """Return samples of shape (samples,), nominally -1.0 to 1.0, as pcm: rounded, and clipped beyond that range."""
    scaled = np.rint(np.asarray(samples, dtype=np.float64) * FULL_SCALE)
    return np.clip(scaled, -FULL_SCALE, LOUDEST).astype("<i2").tobytes()


def level(pcm: bytes) -> float:
    """Return the root mean square in dBFS; minus infinity for silence and for no samples at all."""
    samples = to_array(pcm).astype(np.float64)
    return _decibels(float(np.mean(samples**2)) if len(samples) else 0.0)


def speech_level(pcm: bytes) -> float:
    """Return the root mean square in dBFS of the 20 ms frames within 30 dB of the loudest: of speech without pauses."""
    samples = to_array(pcm).astype(np.float64)
    if not len(samples):
        return -math.inf
    starts = np.arange(0, len(samples), FRAME_SAMPLES)
    energies = np.add.reduceat(samples**2, starts)
    lengths = np.diff(starts, append=len(samples))
    powers = energies / lengths
    spoken = powers >= powers.max() * 10 ** (-SPEECH_RANGE_DB / 10)
    return _decibels(float(energies[spoken].sum() / lengths[spoken].sum()))


def normalised(pcm: bytes, level: float = -20.0) -> bytes:
    """Return `pcm` brought to a speech level in dBFS, or as near to it as goes without clipping.

    Digital silence stays as it is.
    """
    present = speech_level(pcm)
    if present == -math.inf:
        return pcm
    peak = _peak(pcm)
    return amplified(pcm, min(10 ** ((level - present) / 20), LOUDEST / peak))


def amplified(pcm: bytes, ratio: float) -> bytes:
    """Return `pcm` with each sample multiplied by `ratio` (1.0 changes nothing), clipped where it gets too loud."""
    samples = to_array(pcm)
    return pcm if ratio == 1.0 else from_float(samples * (ratio / FULL_SCALE))


def clipped_share(pcm: bytes, ratio: float) -> float:
    """Return how much of `pcm` (0.0 to 1.0) gets too loud and is clipped when it is `amplified`."""
    samples = np.rint(to_array(pcm) * ratio)
    return float(np.mean((samples < -FULL_SCALE) | (samples > LOUDEST))) if len(samples) else 0.0


def trimmed(pcm: bytes) -> bytes:
    """Return `pcm` without the silence around it, but for 10 ms; silence is what stays 50 dB below the loudest sample.

    Digital silence alone becomes empty.
    """
    first, end = heard_span(pcm)
    if first == end:
        return b""
    return pcm[max(0, first - KEPT_SILENCE) * SAMPLE_BYTES : (end + KEPT_SILENCE) * SAMPLE_BYTES]


def heard_span(pcm: bytes) -> tuple[int, int]:
    """Return the samples between which `pcm` is more than silence, as `trimmed` sees it; (0, 0) if it is nowhere."""
    samples = np.abs(to_array(pcm).astype(np.int32))
    heard = np.flatnonzero(samples > _peak(pcm) * 10 ** (-SILENCE_RANGE_DB / 20))
    return (int(heard[0]), int(heard[-1]) + 1) if len(heard) else (0, 0)


def end_of_words(pcm: bytes) -> int:
    """Return the sample at which the words of `pcm` end: what rings out 35 dB below their end is none; 0 if silent.

    It is the measure that the end of the other side's speech is taken by (`audio.speech_edges`), to 1 ms.
    """
    end = heard_span(pcm)[1]
    start = max(0, end - RING_OUT)
    blocks = -(-(end - start) // BLOCK)
    samples = np.zeros(blocks * BLOCK)
    samples[: end - start] = to_array(pcm)[start:end]
    powers = np.square(samples).reshape(blocks, BLOCK).mean(axis=1)
    loud = np.flatnonzero(powers > powers.max(initial=0.0) * 10 ** (-END_RANGE_DB / 10))
    return min(end, start + (int(loud[-1]) + 1) * BLOCK) if len(loud) else 0


def resampled(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return samples of shape (samples,), float32, -1.0 to 1.0, taken at `rate` Hz, at 16 kHz.

    The result may overshoot the range a little; `from_float` clips that.
    """
    if rate == SAMPLE_RATE:
        return samples
    import soxr

    converted: NDArray[np.float32] = soxr.resample(samples, rate, SAMPLE_RATE)
    return converted


def line_noise(seed: int, level: float = -65.0) -> bytes:
    """Return one second of the noise of an open line at `level` dBFS, to be looped: there is no seam.

    The same seed gives the same noise.
    """
    frequencies = np.arange(SAMPLE_RATE // 2 + 1, dtype=np.float64)  # of a spectrum of one second: 1 Hz apart
    spectrum = np.zeros(len(frequencies), dtype=np.complex128)
    band = slice(NOISE_BAND[0], NOISE_BAND[1] + 1)
    phases = np.random.default_rng(seed).random(NOISE_BAND[1] + 1 - NOISE_BAND[0]) * math.tau
    spectrum[band] = np.exp(1j * phases) / np.sqrt(frequencies[band])
    # Each of its frequencies goes through whole periods in this second: the end meets the start.
    noise = np.fft.irfft(spectrum, SAMPLE_RATE)
    return from_float(noise * (10 ** (level / 20) / np.sqrt(np.mean(noise**2))))


def _peak(pcm: bytes) -> int:
    samples = to_array(pcm)
    return max(int(samples.max()), -int(samples.min())) if len(samples) else 0


def _decibels(power: float) -> float:
    return 10 * math.log10(power / FULL_SCALE**2) if power > 0 else -math.inf
